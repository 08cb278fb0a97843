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

use crate::now::Stopwatch;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long the engine may be silent before everybody is told.
pub(crate) const SILENT_AFTER: Duration = Duration::from_secs(10);

/// When the engine of this process last looked.
pub(crate) struct Heartbeat(Mutex<Stopwatch>);

impl Heartbeat {
    /// A heart that has just beaten.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Stopwatch::start()))
    }

    fn beat(&self) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Stopwatch::start();
    }

    /// Whether it has not beaten for too long.
    pub(crate) fn is_silent(&self) -> bool {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.elapsed() > SILENT_AFTER
    }
}
