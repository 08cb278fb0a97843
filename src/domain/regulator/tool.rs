//! Other systems of record, and what the incident is called there (BOB-TOOL).

use crate::domain::event::Signed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Another system of record (BOB-TOOL).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tool {
    /// The organisation's own incident system.
    Local,
    /// The DSPT incident tool.
    Dspt,
    /// The ICO's case.
    Ico,
    /// The clinical safety route: its case there, or who said that it needs none (BOB-MIT).
    ClinicalSafety,
}

impl Tool {
    /// Every tool, in the order of a form.
    pub const ALL: [Self; 4] = [Self::Local, Self::Dspt, Self::Ico, Self::ClinicalSafety];

    /// The tool in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local incident system",
            Self::Dspt => "DSPT incident tool",
            Self::Ico => "ICO case",
            Self::ClinicalSafety => "clinical safety case",
        }
    }
}

/// What the incident is called elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolReference {
    /// Where.
    pub tool: Tool,
    /// What it is called there.
    pub reference: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}
