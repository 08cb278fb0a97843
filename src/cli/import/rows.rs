//! The rows of a file, whatever form it has: each with the number under which its own program shows it.
//!
//! Deliberately understands nothing of what they say; a row that cannot be read is an error with its
//! line, and the others are read all the same.

use super::{separated, workbook};
use crate::domain::id::CommandId;
use crate::encoding::{self, Decoded};
use clap::ValueEnum;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FileFormat {
    /// Columns separated by commas, semicolons or tabs; the first line names them
    Csv,
    /// One JSON object a line
    Jsonl,
    /// A workbook of Excel; the first row of the sheet names the columns
    Xlsx,
}

/// What a file holds.
pub(super) struct Table {
    /// The columns in their order; of JSON lines none, because each has its own.
    pub(super) columns: Vec<String>,
    /// Its rows.
    pub(super) rows: Vec<Result<Row, Unreadable>>,
    /// How it was read, for whoever handed it in.
    pub(super) read_as: String,
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

/// What is known of a file before its rows are read.
pub(super) struct Expected<'a> {
    /// The columns that the mapping names.
    pub(super) columns: Vec<&'a str>,
    /// The sheet of a workbook, where one was named.
    pub(super) sheet: Option<&'a str>,
}

impl FileFormat {
    /// The form that bytes have by themselves.
    ///
    /// # Errors
    /// It is none that can be read.
    pub(super) fn of(bytes: &[u8]) -> anyhow::Result<Self> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Ok(Self::Xlsx);
        }
        anyhow::ensure!(
            !bytes.starts_with(b"\xd0\xcf\x11\xe0"),
            "It is a workbook of the old form, or one with a password: save it as .xlsx without a password"
        );
        let Decoded { text, .. } = encoding::decode(bytes)?;
        Ok(if text.trim_start().starts_with('{') {
            Self::Jsonl
        } else {
            Self::Csv
        })
    }
}

/// Every row of a file.
///
/// # Errors
/// The file as a whole cannot be read; the sentence says why.
pub(super) fn read(
    bytes: &[u8],
    format: FileFormat,
    expected: &Expected<'_>,
) -> anyhow::Result<Table> {
    Ok(match format {
        FileFormat::Xlsx => workbook::read(bytes, expected.sheet)?,
        FileFormat::Jsonl => json_lines(&text(bytes, expected)?),
        FileFormat::Csv => separated::read(&text(bytes, expected)?, &expected.columns),
    })
}

fn text(bytes: &[u8], expected: &Expected<'_>) -> anyhow::Result<Decoded> {
    anyhow::ensure!(
        FileFormat::of(bytes)? != FileFormat::Xlsx,
        "It is a workbook of Excel; give --format xlsx, or leave --format out"
    );
    anyhow::ensure!(
        expected.sheet.is_none(),
        "Only a workbook has sheets; leave --sheet out"
    );
    Ok(encoding::decode(bytes)?)
}

fn json_lines(written: &Decoded) -> Table {
    let lines = (1..).zip(written.text.lines());
    let rows = lines
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
        });
    Table {
        columns: Vec::new(),
        rows: rows.collect(),
        read_as: format!("{}, one JSON object a line", written.encoding.name()),
    }
}

impl Row {
    /// A row whose cells stand under these headings, in their order. What stands under no heading would
    /// be lost, so it makes the row unreadable.
    pub(super) fn under(
        headings: &[String],
        line: u64,
        cells: Vec<String>,
    ) -> Result<Self, Unreadable> {
        let named = |place: usize| headings.get(place).filter(|name| !name.is_empty());
        let is_lost =
            |(place, cell): &(usize, &String)| named(*place).is_none() && !cell.trim().is_empty();
        if let Some((place, _)) = cells.iter().enumerate().find(is_lost) {
            let cell = place + 1;
            let problem =
                format!("Cell {cell} has no heading above it; name its column or empty it");
            return Err(Unreadable { line, problem });
        }
        let cells = cells.into_iter().enumerate();
        let cells = cells.filter_map(|(place, cell)| Some((named(place)?.clone(), cell.into())));
        Ok(Self {
            line,
            cells: Cells::Named(cells.collect()),
        })
    }

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
