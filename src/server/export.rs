//! A whole desk as a file, and a file as a whole desk.
//!
//! JSON lines: a first line that says what it is, a line for each stored row, and a last line without
//! which the file is known to be cut short. The rows are those of the database, byte for byte where
//! they are hashed, so that the trail of a restored desk verifies. What is exported is everything:
//! whoever has the file has the desk. Deliberately opens no file itself.

use super::audit::Record;
use super::store::{Store, StoreError, StoredRow};
use crate::domain::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::io::{self, BufRead, Write};

/// The form of the file; a program that does not know it says so instead of guessing.
const FORM: u32 = 1;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    /// What the file is; the first line.
    Desk { form: u32, exported_at: Instant },
    /// A row of a table.
    Row {
        table: String,
        row: Map<String, Value>,
    },
    /// How many rows there were; the last line.
    End { rows: u64 },
}

/// Why a desk was not exported or not restored.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database did not do as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file did not.
    #[error("The file cannot be read or written: {0}")]
    File(#[from] io::Error),
    /// It is something else.
    #[error("Line {line} is not of an exported desk; nothing was restored")]
    NotOurs {
        /// Which line.
        line: u64,
    },
    /// A later program wrote it.
    #[error("The file is of form {0}, which this program does not know; take a newer one")]
    Newer(u32),
    /// The end is missing.
    #[error("The file was cut short after {rows} rows; nothing was restored")]
    CutShort {
        /// How many there were.
        rows: u64,
    },
    /// The database holds a desk.
    #[error("This database holds a desk already, which stays; give an empty one")]
    NotEmpty,
}

/// Writes down everything that a desk stores, and how many rows that is. That it was done is the last
/// entry of what is written.
///
/// # Errors
/// The database or the file failed; the file is then of no use.
pub async fn export(store: &Store, out: &mut impl Write, now: Instant) -> Result<u64, ExportError> {
    let mut writing = store.begin().await?;
    writing.append(&Record::Exported { at: now })?;
    writing.commit().await?;
    let desk = Line::Desk {
        form: FORM,
        exported_at: now,
    };
    write_line(out, &desk)?;
    let mut rows = 0;
    store
        .each_row(|StoredRow { table, row }| {
            rows += 1;
            write_line(out, &Line::Row { table, row })
        })
        .await?;
    write_line(out, &Line::End { rows })?;
    out.flush()?;
    Ok(rows)
}

fn write_line(out: &mut impl Write, line: &Line) -> Result<(), ExportError> {
    let text = serde_json::to_string(line).map_err(io::Error::from)?;
    Ok(writeln!(out, "{text}")?)
}

/// Puts an exported desk into an empty database, all of it or nothing.
///
/// # Errors
/// The database holds a desk, the file is not whole, or one of the two failed.
pub async fn restore(store: &Store, file: impl BufRead) -> Result<u64, ExportError> {
    let mut writing = store.begin().await?;
    if writing.head().seq > 0 {
        writing.leave().await?;
        return Err(ExportError::NotEmpty);
    }
    let mut rows = 0;
    for (number, text) in (1..).zip(file.lines()) {
        let not_ours = || ExportError::NotOurs { line: number };
        match serde_json::from_str(&text?).map_err(|_| not_ours())? {
            Line::Desk { form: FORM, .. } if number == 1 => {}
            Line::Desk { form, .. } if number == 1 => return Err(ExportError::Newer(form)),
            Line::Row { table, row } if number > 1 => {
                let stored = StoredRow { table, row };
                let taken = writing.restore_row(&stored).await?;
                taken.ok_or_else(not_ours)?;
                rows += 1;
            }
            Line::End { rows: all } if number > 1 && all == rows => {
                writing.commit_restored().await?;
                return Ok(rows);
            }
            Line::Desk { .. } | Line::Row { .. } | Line::End { .. } => return Err(not_ours()),
        }
    }
    Err(ExportError::CutShort { rows })
}
