//! What a person asks of a problem; the body of a request.

use crate::domain::id::IncidentId;
use crate::domain::role::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What a person asks of a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProblemCommand {
    /// Raise a new problem.
    Raise {
        /// A few words, without personal data.
        title: Box<str>,
        /// The role that is to work on it, if that is known.
        #[serde(default)]
        owner: Option<Role>,
        /// The incidents that come from it, at least one.
        incidents: BTreeSet<IncidentId>,
    },
    /// Link one more incident that comes from it.
    LinkIncident {
        /// Which.
        incident: IncidentId,
        /// What makes one think so.
        reason: Box<str>,
    },
    /// Take back a link.
    UnlinkIncident {
        /// Which incident.
        incident: IncidentId,
        /// Why it does not come from the problem after all.
        reason: Box<str>,
    },
    /// Record what one gets by with meanwhile.
    RecordWorkaround {
        /// What to do.
        workaround: Box<str>,
    },
    /// Say what causes it: it is a known error from then on.
    Diagnose {
        /// The cause.
        root_cause: Box<str>,
    },
    /// Say what solved it.
    Resolve {
        /// What was done.
        solution: Box<str>,
    },
    /// Be done with it.
    Close {},
    /// Work on it again, because it is not solved after all.
    Reopen {
        /// Why.
        reason: Box<str>,
    },
}

impl ProblemCommand {
    /// The command's name on the wire and in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Raise { .. } => "raise",
            Self::LinkIncident { .. } => "link_incident",
            Self::UnlinkIncident { .. } => "unlink_incident",
            Self::RecordWorkaround { .. } => "record_workaround",
            Self::Diagnose { .. } => "diagnose",
            Self::Resolve { .. } => "resolve",
            Self::Close {} => "close",
            Self::Reopen { .. } => "reopen",
        }
    }

    /// Whether it means the same whatever has become of the problem since it was seen: a link is
    /// only ever added.
    pub fn commutes(&self) -> bool {
        match self {
            Self::Raise { .. } | Self::LinkIncident { .. } => true,
            Self::UnlinkIncident { .. }
            | Self::RecordWorkaround { .. }
            | Self::Diagnose { .. }
            | Self::Resolve { .. }
            | Self::Close {}
            | Self::Reopen { .. } => false,
        }
    }

    /// The incidents that it names.
    pub fn incidents(&self) -> BTreeSet<IncidentId> {
        match self {
            Self::Raise { incidents, .. } => incidents.clone(),
            Self::LinkIncident { incident, .. } | Self::UnlinkIncident { incident, .. } => {
                [*incident].into()
            }
            Self::RecordWorkaround { .. }
            | Self::Diagnose { .. }
            | Self::Resolve { .. }
            | Self::Close {}
            | Self::Reopen { .. } => BTreeSet::new(),
        }
    }
}
