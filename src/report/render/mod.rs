//! From a document to bytes: one file a format.
//!
//! Whatever came from outside is made harmless for its format here: controls are shown, Markdown is
//! escaped, a spreadsheet finds no formula.

mod csv;
mod markdown;
mod pdf;
pub mod text;

use super::document::{Chart, Document};
use serde::{Deserialize, Serialize};

/// How a document is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For a terminal or a mail.
    #[default]
    Text,
    /// For a wiki or another system of record.
    Markdown,
    /// For a spreadsheet.
    Csv,
    /// For another program.
    Json,
    /// For paper and the archive.
    Pdf,
}

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// As a table.
    #[error("The table could not be written: {0}")]
    Csv(#[from] ::csv::Error),
    /// As JSON.
    #[error("The document could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The font that is built in cannot be read.
    #[error("The built-in font cannot be read. Write the document in another format")]
    Font,
    /// As PDF.
    #[error("The document could not be written as PDF: {0}")]
    Pdf(String),
}

impl Format {
    /// Every format, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Text, Self::Markdown, Self::Pdf, Self::Csv, Self::Json];

    /// The format in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Csv => "CSV, for a spreadsheet",
            Self::Json => "JSON, for another program",
            Self::Pdf => "PDF, with the charts drawn",
        }
    }

    /// The ending of a file in it.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Pdf => "pdf",
        }
    }

    /// The document in this format.
    ///
    /// # Errors
    /// What the format does not take.
    pub fn write(self, document: &Document) -> Result<Vec<u8>, RenderError> {
        match self {
            Self::Text => Ok(text::write(document).into_bytes()),
            Self::Markdown => Ok(markdown::write(document).into_bytes()),
            Self::Csv => csv::write(document),
            Self::Json => Ok(serde_json::to_vec_pretty(document)?),
            Self::Pdf => pdf::write(document),
        }
    }
}

/// A chart as a table, for where nothing can be drawn: the headings, and the rows.
fn as_table(chart: &Chart) -> (&str, Vec<String>, Vec<Vec<String>>) {
    match chart {
        Chart::Bars {
            title,
            labels,
            series,
        } => {
            let names = series.iter().map(|series| series.name.clone());
            let rows = labels.iter().enumerate().map(|(place, label)| {
                let counts = series.iter().map(|series| count_at(series, place));
                std::iter::once(label.clone()).chain(counts).collect()
            });
            (
                title,
                std::iter::once(String::new()).chain(names).collect(),
                rows.collect(),
            )
        }
        Chart::Shares { title, shares } => {
            let columns = ["", "share", "how many", "of"].map(str::to_owned);
            let rows = shares.iter().map(|share| {
                vec![
                    share.label.clone(),
                    percent(share.percent()),
                    share.part.to_string(),
                    share.of.to_string(),
                ]
            });
            (title, columns.to_vec(), rows.collect())
        }
        Chart::Grid { title, counts, .. } => {
            let heading = |likelihood| format!("likelihood {likelihood}");
            let columns = std::iter::once(String::new()).chain((1..=5).map(heading));
            let rows = counts.iter().enumerate().rev().map(|(place, row)| {
                let severity = format!("severity {}", place + 1);
                let counts = row.iter().map(ToString::to_string);
                std::iter::once(severity).chain(counts).collect()
            });
            (title, columns.collect(), rows.collect())
        }
    }
}

fn count_at(series: &super::document::Series, place: usize) -> String {
    series
        .counts
        .get(place)
        .map_or_else(String::new, ToString::to_string)
}

/// From which cell on the regulator is told.
fn grid_line((severity, likelihood): (u8, u8)) -> String {
    format!("Told to the regulator from severity {severity} and likelihood {likelihood} up")
}

/// A share for people; there is none of nothing.
fn percent(share: Option<u32>) -> String {
    share.map_or_else(|| "none".to_owned(), |percent| format!("{percent} %"))
}
