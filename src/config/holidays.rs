//! Reads gov.uk's bank-holiday document into the domain's calendar (BOB-BH).
//!
//! A row that cannot be read becomes a warning, not a failure: one bad row must not take the other
//! holidays away. Deliberately does not fetch: the document is embedded or handed in.

use crate::domain::calendar::Calendar;
use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A calendar, and what was wrong with the document that it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The holidays that could be read.
    pub calendar: Calendar,
    /// A sentence for each row that could not.
    pub warnings: Vec<String>,
}

/// Why a document gives no calendar at all.
#[derive(Debug, thiserror::Error)]
pub enum HolidaysError {
    /// Not gov.uk's format.
    #[error("it is not gov.uk's bank-holiday document ({0})")]
    Shape(#[from] serde_json::Error),
    /// Without a single holiday, every bank holiday would pass for a working day.
    #[error("it has no holiday for England and Wales")]
    Empty,
}

/// The calendar of England and Wales in gov.uk's document; the other divisions are not ours.
pub fn from_gov_uk(document: &str) -> Result<Reading, HolidaysError> {
    let document_rows: Document = serde_json::from_str(document)?;
    let mut holidays = BTreeMap::new();
    let mut warnings = Vec::new();
    for row in document_rows.england_and_wales.events {
        match Row::deserialize(&row) {
            Ok(Row { date, title }) => {
                holidays.insert(date, title);
            }
            Err(error) => warnings.push(format!("Left out the bank holiday {row}: {error}")),
        }
    }
    if holidays.is_empty() {
        return Err(HolidaysError::Empty);
    }
    Ok(Reading {
        calendar: Calendar::new(version_of(document), holidays),
        warnings,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    england_and_wales: Division,
}

#[derive(Deserialize)]
struct Division {
    events: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Row {
    date: NaiveDate,
    title: String,
}

/// Equal documents have equal versions, whoever imports them where; short, because it is stamped on
/// every clock. `ew` is England and Wales.
fn version_of(document: &str) -> String {
    let hash = Sha256::digest(document.as_bytes());
    let letters: String = hash
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("ew-{letters}")
}
