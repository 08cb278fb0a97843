//! A document as a value: headings, sentences, tables and charts, without a word on how it looks.
//!
//! Texts are kept as they came, from outside or not; each renderer makes them harmless for where
//! they go.

use crate::domain::Instant;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something to be read, printed or handed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    /// What it is.
    pub title: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Whose it is, of which period, when it was made: a line each.
    pub lead: Vec<String>,
    /// Its parts, in order.
    pub sections: Vec<Section>,
}

/// A part of a document under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// Something that stands under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A sentence or several.
    Paragraph {
        /// The text.
        text: String,
    },
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
}

/// A table with a heading over each column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Table {
    /// The headings.
    pub columns: Vec<String>,
    /// The rows, each with as many cells as there are headings.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DocumentRow)]
pub struct Row {
    /// The cells.
    pub cells: Vec<String>,
    /// Whether it asks for somebody; a word in the cells says so too.
    #[serde(default, skip_serializing_if = "Stress::is_plain")]
    pub stress: Stress,
}

/// How much a row asks for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stress {
    /// Not more than any other.
    #[default]
    Plain,
    /// Soon.
    Soon,
    /// It is late, or nobody is there.
    Late,
}

impl Stress {
    /// Whether it is like any other.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

/// A picture of figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "chart", rename_all = "snake_case")]
pub enum Chart {
    /// A bar for each label, made of one piece for each series.
    Bars {
        /// What is counted.
        title: String,
        /// What each bar stands for.
        labels: Vec<String>,
        /// The counts.
        series: Vec<Series>,
    },
    /// A bar for each label, filled as far as its share goes.
    Shares {
        /// What share it is.
        title: String,
        /// The shares.
        shares: Vec<Share>,
    },
    /// Counts in the cells of the severity and likelihood grid (BOB-GRID).
    Grid {
        /// What is counted.
        title: String,
        /// The counts: by severity from 1 up, in each by likelihood from 1 up.
        counts: [[u32; 5]; 5],
        /// The lowest severity and likelihood that are told to the regulator.
        line: (u8, u8),
    },
}

/// Counts of one kind, one for each bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Series {
    /// Of what.
    pub name: String,
    /// How many, in the order of the labels.
    pub counts: Vec<u32>,
}

/// A part of a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Share {
    /// Of what.
    pub label: String,
    /// How many.
    pub part: u32,
    /// Out of how many.
    pub of: u32,
}

impl Share {
    /// The share in whole percents, rounded down so that less than all never reads as all; nothing of
    /// nothing.
    pub fn percent(&self) -> Option<u32> {
        (self.part * 100).checked_div(self.of)
    }
}

impl Document {
    /// A document that has no part yet.
    pub fn new(title: impl Into<String>, made_at: Instant, lead: Vec<String>) -> Self {
        Self {
            title: title.into(),
            made_at,
            lead,
            sections: Vec::new(),
        }
    }

    /// Adds a part.
    pub fn section(&mut self, heading: impl Into<String>, blocks: Vec<Block>) {
        self.sections.push(Section::new(heading, blocks));
    }
}

impl Section {
    /// A part under a heading.
    pub fn new(heading: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self {
            heading: heading.into(),
            blocks,
        }
    }
}

impl Block {
    /// A sentence or several.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Paragraph { text: text.into() }
    }

    /// A table, or the sentence that says what it means that it has no row.
    pub fn table<const COLUMNS: usize>(
        columns: [&str; COLUMNS],
        rows: Vec<Row>,
        otherwise: &str,
    ) -> Self {
        if rows.is_empty() {
            return Self::text(otherwise);
        }
        Self::Table(Table {
            columns: columns.map(str::to_owned).to_vec(),
            rows,
        })
    }
}

impl Row {
    /// A row like any other.
    pub fn plain<const COLUMNS: usize>(cells: [String; COLUMNS]) -> Self {
        Self::stressed(cells, Stress::Plain)
    }

    /// A row that asks for somebody.
    pub fn stressed<const COLUMNS: usize>(cells: [String; COLUMNS], stress: Stress) -> Self {
        Self {
            cells: cells.to_vec(),
            stress,
        }
    }
}
