//! What is said: fixed templates, and nothing that anybody typed.
//!
//! A message may be read on a locked screen, by a mail scanner or by whoever stands behind somebody, so
//! it holds what sort of thing it is, its times and a reference, and nothing about a person (F22).
//! Deliberately holds no sentence: the words are the carrier's side.

use crate::domain::id::Reference;
use crate::domain::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a message is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum Matter {
    /// An alarm stands.
    Alarm {
        /// What sort of alarm.
        title: Title,
        /// The incident's reference; absent where it is about the desk.
        reference: Option<Reference>,
        /// When the time is up, or since when it has been.
        due_at: DateTime<Utc>,
        /// Whether it is up.
        is_overdue: bool,
    },
    /// Whoever was told of an alarm has not answered.
    Unanswered {
        /// What sort of alarm.
        title: Title,
        /// The incident's reference; absent where it is about the desk.
        reference: Option<Reference>,
        /// When the time is up, or since when it has been.
        due_at: DateTime<Utc>,
    },
    /// A partner is told of an incident.
    PartnerNotice {
        /// The incident's reference.
        reference: Reference,
        /// Until when an answer is waited for.
        answer_by: DateTime<Utc>,
    },
    /// Somebody is called for help with an incident.
    Escalation {
        /// The incident's reference.
        reference: Reference,
        /// In which role they are called.
        role: Role,
        /// Until when an answer is waited for.
        answer_by: DateTime<Utc>,
    },
    /// Somebody tries whether this way works.
    Test {
        /// When it was asked for.
        asked_at: DateTime<Utc>,
    },
    /// The end of the audit trail, to be kept where nobody of the desk can change it.
    Checkpoint {
        /// The number of the last entry.
        seq: u64,
        /// Its hash.
        hash: String,
        /// When it was the last.
        at: DateTime<Utc>,
    },
}

impl Matter {
    /// The reference that it names.
    pub fn reference(&self) -> Option<Reference> {
        match self {
            Self::Alarm { reference, .. } | Self::Unanswered { reference, .. } => *reference,
            Self::PartnerNotice { reference, .. } | Self::Escalation { reference, .. } => {
                Some(*reference)
            }
            Self::Test { .. } | Self::Checkpoint { .. } => None,
        }
    }

    /// Until when it can be acknowledged by a link, where there is one for it.
    pub fn answer_by(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::PartnerNotice { answer_by, .. } | Self::Escalation { answer_by, .. } => {
                Some(*answer_by)
            }
            Self::Alarm { .. }
            | Self::Unanswered { .. }
            | Self::Test { .. }
            | Self::Checkpoint { .. } => None,
        }
    }
}

/// A few words of the program's own. Only what is written in its source can become one, so that no
/// text from outside ever does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Title(Box<str>);

impl Title {
    /// These words.
    pub fn new(words: &'static str) -> Self {
        Self(words.into())
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
