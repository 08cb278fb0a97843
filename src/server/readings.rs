//! Which readings of cases have an entry in the audit trail already (BOB-SEC).
//!
//! Somebody at work opens the same case again and again; one entry for each person, case and working
//! session says so, and again when the policy's time is over. Invariant: nothing of a case goes out
//! before its entry is committed. Deliberately kept in memory alone: a server that has forgotten writes
//! one entry too many, never one too few.

use super::Desk;
use super::auth::Principal;
use super::failure::Failure;
use super::judge::Done;
use super::ledger::{Ask, Request};
use crate::domain::Instant;
use crate::domain::id::IncidentId;
use crate::domain::policy::minutes;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many readings are remembered before those are forgotten that are over.
const REMEMBERED: usize = 10_000;

/// A session and the case that was read; no case where it was the audit trail of them all.
type Reading = (String, Option<IncidentId>);

/// Readings that have an entry, each with when.
#[derive(Debug, Default)]
pub(crate) struct Readings(Mutex<HashMap<Reading, Instant>>);

/// Makes sure that a reading has its entry. Called before anything of the case goes out, once it is
/// clear that the person may see it.
pub(crate) async fn note(
    desk: &Desk,
    principal: &Principal,
    incident: Option<IncidentId>,
) -> Result<(), Failure> {
    let reading = (principal.session.clone(), incident);
    if desk.readings.is_noted(&reading, desk) {
        return Ok(());
    }
    let request = Request {
        person: principal.person.clone(),
        session: principal.session.clone(),
        ask: Ask::Read { incident },
    };
    match desk.ledger()?.ask(desk, request).await? {
        Done::ReadingNoted => {
            desk.readings.remember(reading, desk);
            Ok(())
        }
        other => Err(other.out_of_place()),
    }
}

impl Readings {
    fn is_noted(&self, reading: &Reading, desk: &Desk) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(reading).is_some_and(|at| is_recent(*at, desk))
    }

    fn remember(&self, reading: Reading, desk: &Desk) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, at| is_recent(*at, desk));
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(reading, desk.clock.now());
    }
}

fn is_recent(at: Instant, desk: &Desk) -> bool {
    let again_after = minutes(desk.policy.reading.again_after_minutes);
    desk.clock.now() - at < again_after
}
