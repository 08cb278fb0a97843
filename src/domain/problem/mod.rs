//! Problems: what incidents come from, and what must be solved so that they do not come again
//! (WSIC-PROB).
//!
//! A problem spans incidents, so it is an aggregate of its own, of the same shape as the incident: a
//! command is judged, an event makes it true, and the events are the history. Solving it changes no
//! incident; what it means for closing one is asked by `guard`.

pub mod command;
pub mod decide;
pub mod event;

use super::Instant;
use super::directory::Actor;
use super::event::Signed;
use super::id::{IncidentId, ProblemId, ProblemReference};
use super::incident::{Incident, Priority};
use super::permission;
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
    /// The incidents that come from it; of these a reader is shown those that they may see.
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
    /// Every status, in order.
    pub const ALL: [Self; 4] = [Self::Open, Self::KnownError, Self::Resolved, Self::Closed];

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

    /// Whether an incident comes from it.
    pub fn is_behind(&self, incident: IncidentId) -> bool {
        self.incidents.contains(&incident)
    }

    /// The problem as the actor may see it, with the incidents that come from it at hand: whole but
    /// for the links to incidents out of their sight, and nothing where they see none of them.
    pub fn seen_by(&self, actor: &Actor, incidents: &[Incident]) -> Option<Self> {
        let visible: Vec<IncidentId> = visible(actor, incidents)
            .map(|incident| incident.id)
            .filter(|incident| self.is_behind(*incident))
            .collect();
        (!visible.is_empty()).then(|| self.with_links_to(&visible))
    }

    /// The problem with the links to these incidents alone.
    pub fn with_links_to(&self, visible: &[IncidentId]) -> Self {
        let mut shown = self.clone();
        shown.incidents.retain(|link| visible.contains(link));
        shown
    }
}

/// Of these incidents, those that the actor may see.
fn visible<'a>(actor: &Actor, incidents: &'a [Incident]) -> impl Iterator<Item = &'a Incident> {
    incidents
        .iter()
        .filter(|incident| permission::may_see(actor, incident))
}

/// Whether an incident keeps the problem behind it from being closed.
fn holds_open(incident: &Incident) -> bool {
    incident.status.is_open() && incident.priority() == Priority::P1
}

/// A few words for a problem that a major incident raises by itself. They name no incident, because
/// whoever sees one of those that it causes need not know of the others.
fn title_behind_major(declared_at: Instant) -> String {
    let at = super::calendar::in_words(declared_at);
    format!("Behind the major incident declared {at}")
}
