//! Telling the end of the audit trail to somebody who cannot change the desk's database.
//!
//! Who owns the database could write a whole new trail that agrees with itself, but not what others
//! have received. Once in each stretch of time everybody named in the server's settings is told the
//! last entry, whichever server gets there first. Deliberately names no person and no incident.

use super::matter::Matter;
use super::{Address, NewDelivery, SPACE, Subject};
use crate::domain::Instant;
use crate::domain::id::RecipientId;
use chrono::TimeDelta;
use uuid::Uuid;

/// The last entry of a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastEntry {
    /// Its number, which is also how many there are.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// The stretch of this length that a moment lies in; stretches follow one another without a gap.
pub fn stretch(at: Instant, length: TimeDelta) -> i64 {
    at.timestamp().div_euclid(length.num_seconds().max(1))
}

/// What one recipient is told. Everybody who makes it in one stretch makes the same delivery.
pub fn told(
    entry: &LastEntry,
    recipient: RecipientId,
    address: Address,
    length: TimeDelta,
    now: Instant,
) -> NewDelivery {
    let name = format!("checkpoint|{}", stretch(now, length));
    NewDelivery {
        subject: Subject::Checkpoint(Uuid::new_v5(&SPACE, name.as_bytes())),
        incident: None,
        thread: None,
        recipient,
        addresses: vec![address],
        matter: Matter::Checkpoint {
            seq: entry.seq,
            hash: entry.hash.clone(),
            at: now,
        },
    }
}

impl RecipientId {
    /// Whoever reads the mailbox that keeps checkpoints.
    pub fn of_keeper() -> Self {
        "keeper of checkpoints".into()
    }
}
