//! What became true of a problem. Every event is an audit entry, and folding them gives the problem.

use super::{Problem, ProblemStatus};
use crate::domain::event::{Signature, Signed};
use crate::domain::id::{CommandId, IncidentId, ProblemId, ProblemReference};
use crate::domain::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// An event with the when, who and why of its audit entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemEntry {
    /// When it became true.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Signature,
    /// The command that brought it about.
    pub command: CommandId,
    /// What became true.
    pub event: ProblemEvent,
}

/// What became true of a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProblemEvent {
    /// It was raised.
    Raised {
        /// What people call it.
        reference: ProblemReference,
        /// A few words.
        title: Box<str>,
        /// The role that works on it.
        owner: Option<Role>,
        /// The incidents that come from it.
        incidents: Vec<IncidentId>,
    },
    /// One more incident was found to come from it.
    IncidentLinked {
        /// Which.
        incident: IncidentId,
        /// What makes one think so.
        reason: Box<str>,
    },
    /// An incident turned out not to come from it.
    IncidentUnlinked {
        /// Which.
        incident: IncidentId,
        /// Why.
        reason: Box<str>,
    },
    /// There is something to get by with.
    WorkaroundRecorded {
        /// What to do.
        workaround: Box<str>,
    },
    /// Its cause is known.
    Diagnosed {
        /// The cause.
        root_cause: Box<str>,
    },
    /// It was solved.
    Resolved {
        /// What was done.
        solution: Box<str>,
    },
    /// It is done with.
    Closed {},
    /// It is worked on again.
    Reopened {
        /// Why.
        reason: Box<str>,
    },
}

impl ProblemEvent {
    /// What became true, in words; may contain text from outside. Incidents are named by whoever
    /// reads, as far as they may know of them.
    pub fn sentence(&self, name: impl Fn(IncidentId) -> String) -> String {
        match self {
            Self::Raised { title, .. } => format!("Raised: {title}"),
            Self::IncidentLinked { incident, reason } => {
                format!("{} linked: {reason}", name(*incident))
            }
            Self::IncidentUnlinked { incident, reason } => {
                format!("{} no longer linked: {reason}", name(*incident))
            }
            Self::WorkaroundRecorded { workaround } => format!("Workaround: {workaround}"),
            Self::Diagnosed { root_cause } => format!("Cause: {root_cause}"),
            Self::Resolved { solution } => format!("Resolved: {solution}"),
            Self::Closed {} => "Closed".to_owned(),
            Self::Reopened { reason } => format!("Opened again: {reason}"),
        }
    }

    /// The incidents that it names.
    pub fn incidents(&self) -> &[IncidentId] {
        match self {
            Self::Raised { incidents, .. } => incidents,
            Self::IncidentLinked { incident, .. } | Self::IncidentUnlinked { incident, .. } => {
                std::slice::from_ref(incident)
            }
            Self::WorkaroundRecorded { .. }
            | Self::Diagnosed { .. }
            | Self::Resolved { .. }
            | Self::Closed {}
            | Self::Reopened { .. } => &[],
        }
    }

    /// The event as told to somebody who may know of these incidents only; nothing where it tells of
    /// another one alone.
    #[must_use]
    pub fn told_of(mut self, visible: &BTreeSet<IncidentId>) -> Option<Self> {
        match &mut self {
            Self::Raised { incidents, .. } => {
                incidents.retain(|incident| visible.contains(incident));
                Some(self)
            }
            Self::IncidentLinked { incident, .. } | Self::IncidentUnlinked { incident, .. } => {
                visible.contains(incident).then_some(self)
            }
            Self::WorkaroundRecorded { .. }
            | Self::Diagnosed { .. }
            | Self::Resolved { .. }
            | Self::Closed {}
            | Self::Reopened { .. } => Some(self),
        }
    }
}

/// The problem that these entries tell of; none if the first does not raise it. Its version is the
/// number of commands that they come from.
pub fn fold<'a>(
    id: ProblemId,
    entries: impl IntoIterator<Item = &'a ProblemEntry>,
) -> Option<Problem> {
    let mut commands = BTreeSet::new();
    let mut problem = None;
    for entry in entries {
        problem = applied(id, problem, entry);
        commands.insert(entry.command);
    }
    problem.map(|problem: Problem| Problem {
        version: commands.len() as u64,
        ..problem
    })
}

/// The problem after one more entry.
pub fn applied(id: ProblemId, problem: Option<Problem>, entry: &ProblemEntry) -> Option<Problem> {
    match (problem, &entry.event) {
        (
            None,
            ProblemEvent::Raised {
                reference,
                title,
                owner,
                incidents,
            },
        ) => Some(Problem {
            id,
            reference: *reference,
            version: 0,
            title: title.clone(),
            status: ProblemStatus::Open,
            owner: *owner,
            root_cause: None,
            workaround: None,
            solution: None,
            incidents: incidents.clone(),
            raised: Signed {
                at: entry.at,
                by: entry.by.clone(),
            },
        }),
        (None, _) => None,
        (Some(mut problem), event) => {
            apply(&mut problem, event);
            Some(problem)
        }
    }
}

/// Make an event true of a problem that exists. Cannot fail: `decide` has judged. A second raising
/// changes nothing.
fn apply(problem: &mut Problem, event: &ProblemEvent) {
    match event {
        ProblemEvent::Raised { .. } => {}
        ProblemEvent::IncidentLinked { incident, .. } => problem.incidents.push(*incident),
        ProblemEvent::IncidentUnlinked { incident, .. } => {
            problem.incidents.retain(|link| link != incident);
        }
        ProblemEvent::WorkaroundRecorded { workaround } => {
            problem.workaround = Some(workaround.clone());
        }
        ProblemEvent::Diagnosed { root_cause } => {
            problem.root_cause = Some(root_cause.clone());
            problem.status = ProblemStatus::KnownError;
        }
        ProblemEvent::Resolved { solution } => {
            problem.solution = Some(solution.clone());
            problem.status = ProblemStatus::Resolved;
        }
        ProblemEvent::Closed {} => problem.status = ProblemStatus::Closed,
        ProblemEvent::Reopened { .. } => {
            // What did not solve it is no solution; the trail remembers it.
            problem.solution = None;
            problem.status = ProblemStatus::KnownError;
        }
    }
}
