//! The rows of a file: CSV or JSON lines, each with the number of its line.
//!
//! Deliberately understands nothing of what they say; a row that cannot be read is an error with its
//! line, and the others are read all the same.

use crate::domain::id::CommandId;
use clap::ValueEnum;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FileFormat {
    /// Comma-separated values; the first line names the columns
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// A row, with the line on which it begins.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) cells: Cells,
}

/// What a row holds.
pub(super) enum Cells {
    /// Columns with their names.
    Named(Map<String, Value>),
    /// The body of a command, or of something that a mapping makes one of.
    Body(Value),
}

/// A row that cannot be read.
pub(super) struct Unreadable {
    pub(super) line: u64,
    pub(super) problem: String,
}

/// Every row of a file.
pub(super) fn read(text: &str, format: FileFormat) -> Vec<Result<Row, Unreadable>> {
    match format {
        FileFormat::Csv => comma_separated(text),
        FileFormat::Jsonl => json_lines(text),
    }
}

fn comma_separated(text: &str) -> Vec<Result<Row, Unreadable>> {
    // A file from a spreadsheet begins with a mark of its byte order.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let unreadable = |error: &csv::Error, line| Unreadable {
        line: error.position().map_or(line, csv::Position::line),
        problem: error.to_string(),
    };
    let headings = match reader.headers() {
        Ok(headings) => headings.clone(),
        Err(error) => return vec![Err(unreadable(&error, 1))],
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(match record {
            Err(error) => Err(unreadable(&error, 1)),
            Ok(record) => {
                let cells = headings.iter().zip(&record);
                let cells = cells.map(|(name, cell)| (name.trim().to_owned(), cell.into()));
                Ok(Row {
                    line: record.position().map_or(1, csv::Position::line),
                    cells: Cells::Named(cells.collect()),
                })
            }
        });
    }
    rows
}

fn json_lines(text: &str) -> Vec<Result<Row, Unreadable>> {
    let lines = (1..).zip(text.lines());
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(line, text)| match serde_json::from_str(text) {
            Ok(body) => Ok(Row {
                line,
                cells: Cells::Body(body),
            }),
            Err(error) => Err(Unreadable {
                line,
                problem: format!("This is not JSON: {error}"),
            }),
        })
        .collect()
}

impl Row {
    /// The id under which this very row is always sent: however often a file is imported, and
    /// whatever other rows are in it, the server carries it out once.
    pub(super) fn id(&self) -> CommandId {
        let cells = match &self.cells {
            Cells::Named(cells) => Value::Object(cells.clone()).to_string(),
            Cells::Body(body) => body.to_string(),
        };
        let digest = Sha256::digest(format!("nightdesk import\n{cells}").as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        CommandId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl Cells {
    /// The names of the columns, where every row has the same.
    pub(super) fn columns(&self) -> Option<Vec<&str>> {
        match self {
            Self::Named(cells) => Some(cells.keys().map(String::as_str).collect()),
            Self::Body(_) => None,
        }
    }

    /// What stands in a column; nothing if there is no such column. JSON has columns only where a row
    /// says something.
    pub(super) fn get(&self, column: &str) -> Option<String> {
        match self {
            Self::Named(cells) => cells.get(column).map(words),
            Self::Body(body) => Some(body.get(column).map_or_else(String::new, words)),
        }
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(";"),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
