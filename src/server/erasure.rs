//! What the trail says of an erasure: which entries lost their texts, and what is left.
//!
//! An entry whose text is gone cannot be hashed again. Here stand its hash and the one before it, in an entry
//! that is hashed itself: so neither can be exchanged, and an empty entry that none of these names is tampering.

use crate::domain::id::{DeliveryId, IncidentId};
use crate::domain::retention::Remains;
use serde::{Deserialize, Serialize};

/// One incident that was erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Erasure {
    pub(crate) remains: Remains,
    /// Every entry that told of it.
    pub(crate) entries: Vec<ErasedEntry>,
    /// Every message about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<DeliveryId>,
    /// How many links there were to acknowledge one of them by.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) links: u64,
}

/// What was erased beside incidents: entries about readings and tokens, and messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ErasedLogs {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) entries: Vec<ErasedEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<DeliveryId>,
    /// How many links there were to acknowledge one of them by.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) links: u64,
}

/// An entry without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ErasedEntry {
    pub(crate) seq: u64,
    pub(crate) was: Was,
    /// The incident that it is filed under, where that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filed: Option<IncidentId>,
    /// The hash of the entry before it.
    pub(crate) previous: String,
    pub(crate) hash: String,
}

/// What an entry told of, as far as others count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Was {
    /// The first of an incident, which took a reference.
    Logging,
    /// Any other change of an incident.
    Change,
    /// Of a tool's alert, which is filed under no incident.
    Alert,
    /// That a token was made or ended, which is filed under no incident.
    Token,
    /// Anything else.
    Other,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "this is how serde asks what to leave out"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
