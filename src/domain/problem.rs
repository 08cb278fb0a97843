//! Problems: what incidents come from, and what must be solved so that they do not come again
//! (WSIC-PROB).
//!
//! A problem spans incidents, so it is an aggregate of its own.

use super::event::Signed;
use super::id::{IncidentId, ProblemId, ProblemReference};
use super::role::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProblemRecord)]
pub struct Problem {
    /// Its identity.
    pub id: ProblemId,
    /// What people call it.
    pub reference: ProblemReference,
    /// How many commands have changed it; the `ETag`.
    pub version: u64,
    /// A few words, without personal data.
    pub title: Box<str>,
    /// How far it has come.
    pub status: ProblemStatus,
    /// The role that works on it.
    pub owner: Option<Role>,
    /// What causes it, once known.
    pub root_cause: Option<Box<str>>,
    /// What one gets by with meanwhile.
    pub workaround: Option<Box<str>>,
    /// What solved it.
    pub solution: Option<Box<str>>,
    /// The incidents that come from it.
    pub incidents: Vec<IncidentId>,
    /// Who raised it, and when.
    pub raised: Signed,
}

/// How far a problem has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProblemStatus {
    /// Raised.
    Open,
    /// Its cause is known.
    KnownError,
    /// Solved.
    Resolved,
    /// Done with.
    Closed,
}

impl ProblemStatus {
    /// The status in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::KnownError => "known error",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }
}

impl Problem {
    /// Whether it has still to be solved.
    pub fn is_open(&self) -> bool {
        matches!(self.status, ProblemStatus::Open | ProblemStatus::KnownError)
    }
}
