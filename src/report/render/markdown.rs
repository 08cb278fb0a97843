//! For a wiki or another system of record: CommonMark with the tables of GitHub.
//!
//! Outside text is escaped, so that a title cannot become a heading, a link or a picture.

use super::as_table;
use crate::report::document::{Block, Document};
use crate::text;
use std::fmt::Write as _;

/// The document as Markdown.
pub(super) fn write(document: &Document) -> String {
    let mut written = format!("# {}\n", escaped(&document.title));
    for lead in &document.lead {
        // Writing to a string cannot fail.
        let _ = write!(written, "\n{}  ", escaped(lead));
    }
    written.push('\n');
    for section in &document.sections {
        let _ = write!(written, "\n## {}\n", escaped(&section.heading));
        for block in &section.blocks {
            written.push('\n');
            written.push_str(&of_block(block));
        }
    }
    written
}

fn of_block(block: &Block) -> String {
    match block {
        Block::Paragraph { text } => format!("{}\n", escaped(text)),
        Block::Table(table) => {
            let rows = table.rows.iter().map(|row| row.cells.as_slice());
            of_table(&table.columns, rows)
        }
        Block::Chart(chart) => {
            let (title, columns, rows) = as_table(chart);
            let table = of_table(&columns, rows.iter().map(Vec::as_slice));
            format!("**{}**\n\n{table}", escaped(title))
        }
    }
}

fn of_table<'a>(columns: &[String], rows: impl Iterator<Item = &'a [String]>) -> String {
    let rule = columns.iter().map(|_| " --- |").collect::<String>();
    let rows: String = rows.map(of_row).collect();
    format!("{}|{rule}\n{rows}", of_row(columns))
}

fn of_row(cells: &[String]) -> String {
    let cells: String = cells
        .iter()
        .map(|cell| format!(" {} |", escaped(cell).replace('\n', " ")))
        .collect();
    format!("|{cells}\n")
}

/// Text that Markdown leaves alone.
fn escaped(outside: &str) -> String {
    let shown = text::lines(outside).to_string();
    let mut written = String::with_capacity(shown.len());
    for character in shown.chars() {
        match character {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '!' | '~' => {
                written.push('\\');
                written.push(character);
            }
            _ => written.push(character),
        }
    }
    match written.chars().next() {
        // A list, a quotation or a rule begins with these.
        Some('-' | '+' | '>' | '=') => format!("\\{written}"),
        Some(_) | None => written,
    }
}
