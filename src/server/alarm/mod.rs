//! The engine that raises alarms, and the auditor that looks whether it does.
//!
//! Every process looks once a second, by the database's clock, at the incidents whose moment has come and
//! at those that have changed. What stands is the rulebook's to say; here it is written once, with its
//! entry in the trail and a message for everybody who is told, in one transaction under the lock of the
//! head, so that two processes never raise the same alarm twice. Nothing is kept in a timer: a server that
//! was down, asleep or set to another time goes on from the tables. Deliberately sends nothing itself.

mod auditor;
mod engine;

pub(crate) use auditor::watch;
pub use auditor::{Finding, audit};
pub(crate) use engine::run;

use crate::domain::Instant;
use crate::now::{Clock, Stopwatch};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many looks the engine may miss before everybody is told: ten seconds of them.
const MISSED_LOOKS: u32 = 10;

/// When the engine of this process last looked.
pub(crate) struct Heartbeat {
    clock: Clock,
    /// How long it may be silent.
    allowed: Duration,
    last: Mutex<Beat>,
}

/// One look of the engine.
struct Beat {
    /// How long ago it was, whatever the wall clock has done since.
    since: Stopwatch,
    /// What the wall clock showed, for people.
    at: Instant,
}

impl Beat {
    fn of(clock: &Clock) -> Self {
        Self {
            since: clock.stopwatch(),
            at: clock.now(),
        }
    }
}

impl Heartbeat {
    /// A heart that has just beaten, of an engine that looks so often.
    pub(crate) fn new(clock: &Clock, look_every: Duration) -> Self {
        Self {
            allowed: look_every.saturating_mul(MISSED_LOOKS),
            last: Mutex::new(Beat::of(clock)),
            clock: clock.clone(),
        }
    }

    fn beat(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Beat::of(&self.clock);
    }

    /// When it beat last, if that is too long ago.
    pub(crate) fn silent_since(&self) -> Option<Instant> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        (last.since.elapsed() > self.allowed).then_some(last.at)
    }
}
