//! The audit trail: what is written of each decision, and how one entry seals the one before.
//!
//! An entry's hash covers the entry before it, so nothing can be changed, taken out, put in or
//! swapped without changing every hash that follows. That alone is no evidence against whoever owns
//! the database: keep receipts and checkpoints elsewhere. The bytes that were hashed are kept as they
//! were; they are never written anew to be checked.

use super::erasure::{ErasedLogs, Erasure};
use super::messages::Messages;
use super::store::Scope;
use crate::domain::Instant;
use crate::domain::alarm::{Alarm, Receipt};
use crate::domain::delivery::test::DeliveryTested;
use crate::domain::directory::event::DirectoryEntry;
use crate::domain::event::{Entry, Signature};
use crate::domain::holidays::HolidayEvent;
use crate::domain::id::{AlarmId, CommandId, IncidentId, PersonId, ProblemId, RecipientId};
use crate::domain::intake::{Said, Tool};
use crate::domain::problem::event::ProblemEntry;
use crate::domain::reporting::ReportFrozen;
use crate::domain::retention::RetentionEvent;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What stands before the first entry.
pub(crate) const BEGINNING: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// One thing that is worth an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Record {
    /// Something became true of an incident.
    Event {
        incident: IncidentId,
        entry: Entry,
        /// Of what was asked, with the last entry of a command.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
    },
    /// Something became true of a problem.
    Problem {
        problem: ProblemId,
        entry: ProblemEntry,
        /// Of what was asked, with the last entry of a command.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
    },
    /// Something became true of the directory. Entries of a time in which only the desk could be handed
    /// over are called after the rota.
    #[serde(alias = "rota")]
    Directory {
        #[serde(flatten)]
        entry: DirectoryEntry,
        /// Of what was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
    },
    /// Something became true of the bank holidays.
    Holidays {
        at: Instant,
        by: Signature,
        command: CommandId,
        event: HolidayEvent,
        /// Of what was asked.
        fingerprint: String,
    },
    /// A person read a case, or the audit trail of all of them (BOB-SEC).
    Reading {
        at: Instant,
        by: Signature,
        session: String,
        /// Absent where it was the trail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<IncidentId>,
    },
    /// A report was frozen.
    Report {
        at: Instant,
        by: Signature,
        command: CommandId,
        event: ReportFrozen,
        /// Of what was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
    },
    /// An alarm was raised (CLK-STATE: one entry a crossing).
    AlarmRaised { at: Instant, alarm: Alarm },
    /// Somebody was told of an alarm as often as the policy says, and nobody has answered; the duty
    /// manager is told, where there is one.
    AlarmUnanswered {
        at: Instant,
        alarm: AlarmId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<IncidentId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<RecipientId>,
    },
    /// Somebody said that they know of an alarm, or put it off.
    AlarmReceived {
        at: Instant,
        by: Signature,
        command: CommandId,
        alarm: AlarmId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<IncidentId>,
        receipt: Receipt,
    },
    /// A tool reported an alert, and it became an incident or a note on one.
    Alert {
        at: Instant,
        tool: Tool,
        /// The hash of what tells the alert from others.
        key: String,
        said: Said,
        incident: IncidentId,
        command: CommandId,
    },
    /// Somebody asked for incidents to be erased, approved that, held one back or let go of it.
    Retention {
        at: Instant,
        by: Signature,
        command: CommandId,
        event: RetentionEvent,
        /// Of what was asked.
        fingerprint: String,
    },
    /// An incident was erased as two people had decided.
    Erased {
        at: Instant,
        /// The command that approved it.
        approved: CommandId,
        erasure: Box<Erasure>,
    },
    /// What the desk remembered beside incidents was erased as two people had decided.
    LogsErased {
        at: Instant,
        /// The command that approved it.
        approved: CommandId,
        logs: ErasedLogs,
    },
    /// A test message was sent.
    DeliveryTested {
        at: Instant,
        by: Signature,
        command: CommandId,
        event: DeliveryTested,
        /// Of what was asked.
        fingerprint: String,
    },
    /// Messages were queued, sent, delivered, acknowledged or given up.
    Messages {
        at: Instant,
        #[serde(flatten)]
        messages: Messages,
    },
    /// A person asked for what no role of theirs may do.
    Denied {
        at: Instant,
        person: PersonId,
        command: CommandId,
        asked: String,
        incident: Option<IncidentId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        problem: Option<ProblemId>,
    },
    /// The desk began with this directory.
    DirectoryLoaded {
        at: Instant,
        version: u64,
        sha256: String,
    },
    /// The database was found to hold less than it had acknowledged. Another history begins, whose
    /// references begin beyond these, by year.
    HistoryLost {
        at: Instant,
        /// The last entry that the server knew of.
        known_to: u64,
        incidents: Vec<(i64, i64)>,
        problems: Vec<(i64, i64)>,
    },
    /// Everything was exported, by whoever may use the database itself.
    Exported { at: Instant },
    /// A token was made.
    SessionOpened {
        at: Instant,
        session: String,
        person: PersonId,
        ends_at: Instant,
        /// What it may be used for, if that is not everything.
        #[serde(default, skip_serializing_if = "Scope::is_everything")]
        scope: Scope,
        /// SHA-256 of what is kept of the token, so that nobody can put another one in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seal: Option<String>,
    },
    /// A token was ended before its time.
    SessionRevoked {
        at: Instant,
        session: String,
        person: PersonId,
    },
}

impl Record {
    /// When it was.
    pub(crate) fn at(&self) -> Instant {
        match self {
            Self::Event { entry, .. } => entry.at,
            Self::Problem { entry, .. } => entry.at,
            Self::Directory { entry, .. } => entry.at,
            Self::Holidays { at, .. }
            | Self::Reading { at, .. }
            | Self::Report { at, .. }
            | Self::AlarmRaised { at, .. }
            | Self::AlarmUnanswered { at, .. }
            | Self::AlarmReceived { at, .. }
            | Self::Alert { at, .. }
            | Self::DeliveryTested { at, .. }
            | Self::Retention { at, .. }
            | Self::Erased { at, .. }
            | Self::LogsErased { at, .. }
            | Self::Messages { at, .. }
            | Self::Denied { at, .. }
            | Self::DirectoryLoaded { at, .. }
            | Self::Exported { at }
            | Self::HistoryLost { at, .. }
            | Self::SessionOpened { at, .. }
            | Self::SessionRevoked { at, .. } => *at,
        }
    }

    /// The incident it tells of; a denial tells only of the person.
    pub(crate) fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Event { incident, .. } => Some(*incident),
            Self::Reading { case, .. } => *case,
            Self::AlarmRaised { alarm, .. } => alarm.incident,
            Self::AlarmReceived { about, .. } | Self::AlarmUnanswered { about, .. } => *about,
            Self::Retention { event, .. } => event.incident(),
            Self::Erased { erasure, .. } => Some(erasure.remains.id),
            Self::Problem { .. }
            | Self::Directory { .. }
            | Self::Holidays { .. }
            | Self::Exported { .. }
            | Self::HistoryLost { .. }
            | Self::Report { .. }
            | Self::Alert { .. }
            | Self::DeliveryTested { .. }
            | Self::LogsErased { .. }
            | Self::Messages { .. }
            | Self::Denied { .. }
            | Self::DirectoryLoaded { .. }
            | Self::SessionOpened { .. }
            | Self::SessionRevoked { .. } => None,
        }
    }

    /// The problem it tells of.
    pub(crate) fn problem(&self) -> Option<ProblemId> {
        match self {
            Self::Problem { problem, .. } => Some(*problem),
            Self::Event { .. }
            | Self::AlarmRaised { .. }
            | Self::AlarmReceived { .. }
            | Self::AlarmUnanswered { .. }
            | Self::Directory { .. }
            | Self::Reading { .. }
            | Self::Holidays { .. }
            | Self::Exported { .. }
            | Self::HistoryLost { .. }
            | Self::Report { .. }
            | Self::Alert { .. }
            | Self::DeliveryTested { .. }
            | Self::LogsErased { .. }
            | Self::Retention { .. }
            | Self::Erased { .. }
            | Self::Messages { .. }
            | Self::Denied { .. }
            | Self::DirectoryLoaded { .. }
            | Self::SessionOpened { .. }
            | Self::SessionRevoked { .. } => None,
        }
    }
}

#[derive(Serialize)]
struct Numbered<'a> {
    seq: u64,
    salt: &'a Salt,
    #[serde(flatten)]
    record: &'a Record,
}

/// A record with its place, as read back from a body.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Read {
    pub(crate) seq: u64,
    #[serde(flatten)]
    pub(crate) record: Record,
}

/// 128 random bits in an entry, so that nobody can guess an erased entry and prove the guess by its hash.
/// Entries that were written before there was this have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Salt(String);

impl Salt {
    /// A new one; absent where the machine has no randomness.
    pub(crate) fn fresh() -> Option<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).ok()?;
        Some(Self(hexadecimal(&random)))
    }
}

/// The bytes of an entry.
pub(crate) fn body(seq: u64, salt: &Salt, record: &Record) -> serde_json::Result<String> {
    serde_json::to_string(&Numbered { seq, salt, record })
}

/// What an entry's bytes say.
pub(crate) fn read(body: &str) -> serde_json::Result<Read> {
    serde_json::from_str(body)
}

/// The hash of an entry: SHA-256 of the hash before it, a line feed and its bytes.
pub(crate) fn hash(previous: &str, body: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update(b"\n");
    hasher.update(body.as_bytes());
    hexadecimal(&hasher.finalize())
}

/// A place in one history: the number of an entry, and enough of its hash that no other history has
/// the same there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) seq: u64,
    hash: String,
}

impl Mark {
    /// How many digits of the hash are enough.
    const DIGITS: usize = 16;

    /// The mark of an entry; of its hash the beginning counts.
    pub(crate) fn new(seq: u64, hash: &str) -> Self {
        let hash = hash.get(..Self::DIGITS).unwrap_or(hash).to_owned();
        Self { seq, hash }
    }

    /// The beginning of the entry's hash.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }
}

/// SHA-256 of a text, in hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}
