//! For a spreadsheet: every table under its heading, with nothing that a spreadsheet would carry out.
//!
//! Deliberately several tables in one file, a blank line apart: it is the whole report.

use super::{RenderError, as_table};
use crate::report::document::{Block, Document};
use crate::text;
use csv::{Writer, WriterBuilder};

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The document's tables and figures.
pub(super) fn write(document: &Document) -> Result<Vec<u8>, RenderError> {
    let mut writer = WriterBuilder::new().flexible(true).from_writer(Vec::new());
    line(&mut writer, [document.title.as_str()])?;
    for lead in &document.lead {
        line(&mut writer, [lead.as_str()])?;
    }
    for section in &document.sections {
        line(&mut writer, [""])?;
        line(&mut writer, [section.heading.as_str()])?;
        for block in &section.blocks {
            write_block(&mut writer, block)?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| RenderError::Csv(error.into_error().into()))
}

fn write_block(writer: &mut Writer<Vec<u8>>, block: &Block) -> Result<(), RenderError> {
    match block {
        Block::Paragraph { text } => line(writer, [text.as_str()]),
        Block::Table(table) => {
            line(writer, table.columns.iter().map(String::as_str))?;
            for row in &table.rows {
                line(writer, row.cells.iter().map(String::as_str))?;
            }
            Ok(())
        }
        Block::Chart(chart) => {
            let (title, columns, rows) = as_table(chart);
            line(writer, [title])?;
            line(writer, columns.iter().map(String::as_str))?;
            for row in rows {
                line(writer, row.iter().map(String::as_str))?;
            }
            Ok(())
        }
    }
}

fn line<'a>(
    writer: &mut Writer<Vec<u8>>,
    cells: impl IntoIterator<Item = &'a str>,
) -> Result<(), RenderError> {
    Ok(writer.write_record(cells.into_iter().map(harmless))?)
}

/// A cell that is text for every spreadsheet: an apostrophe in front says so.
fn harmless(cell: &str) -> String {
    let begins_a_formula = cell.starts_with(FORMULA);
    let shown = text::lines(cell);
    if begins_a_formula {
        format!("'{shown}")
    } else {
        shown.into()
    }
}
