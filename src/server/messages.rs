//! What the trail says of messages: who was told of what, by what, and what came of it; and which alarms
//! ended.
//!
//! One entry tells of everything that a transaction changed of them, so that a storm of alarms makes few
//! entries. A note holds neither an address nor a carrier's words nor a text: its seal covers what is
//! stored of the message, and shows where that was changed. Deliberately not told are the holds by which
//! processes share the queue; one lasts for seconds and says nothing of anybody.

use super::audit::sha256;
use crate::domain::Instant;
use crate::domain::alarm::ClosedAlarm;
use crate::domain::delivery::{Delivery, DeliveryState, Medium, Subject};
use crate::domain::id::{AlarmId, DeliveryId, RecipientId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one transaction changed of messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Messages {
    /// What there was already when a desk wrote its first entry of this kind.
    #[serde(default, skip_serializing_if = "Before::is_nothing")]
    pub(crate) before: Before,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<Note>,
    /// Links by which a message can be acknowledged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<LinkNote>,
    /// Messages whose links are worth nothing any more, each with since when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) links_used: BTreeMap<DeliveryId, Instant>,
    /// Alarms that ended, or stand again after all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) alarms: BTreeMap<AlarmId, Option<ClosedAlarm>>,
}

/// How much is stored of which no entry tells, because it is older than these entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    pub(crate) messages: u64,
    pub(crate) links: u64,
}

impl Before {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// How a message stands after a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) id: DeliveryId,
    /// With the first note of a message alone; its identity follows from these two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) whom: Option<Whom>,
    pub(crate) state: DeliveryState,
    /// By what it was accepted last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<Medium>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) attempts: u32,
    /// SHA-256 of what is stored of it.
    pub(crate) seal: String,
}

/// Who is told, and of what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Whom {
    pub(crate) recipient: RecipientId,
    pub(crate) about: Subject,
}

/// A link that was made; of it the hash alone is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkNote {
    pub(crate) hash: String,
    pub(crate) message: DeliveryId,
    pub(crate) made_at: Instant,
}

impl Note {
    /// The note of a message that was queued, of which this is stored.
    pub(crate) fn first(delivery: &Delivery, document: &str) -> Self {
        Self {
            whom: Some(Whom {
                recipient: delivery.recipient.clone(),
                about: delivery.subject,
            }),
            ..Self::next(delivery, document)
        }
    }

    /// The note of a message that has changed.
    pub(crate) fn next(delivery: &Delivery, document: &str) -> Self {
        Self {
            id: delivery.id,
            whom: None,
            state: delivery.state,
            by: delivery.medium(),
            attempts: delivery.attempts,
            seal: sha256(document),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "this is how serde asks what to leave out"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}
