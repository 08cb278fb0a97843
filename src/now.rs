//! The only place that reads the wall clock.
//!
//! Everything else is handed a [`Clock`] or, better, an instant. Deliberately knows nothing of
//! statutory clocks, time zones or timers.

use crate::domain::Instant;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Tells the present: the machine's, one that started elsewhere, or one that stands until set.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The machine's clock, shifted.
    Running { ahead: TimeDelta },
    /// Milliseconds since 1970, shared by all clones.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::Running {
            ahead: TimeDelta::zero(),
        })
    }

    /// A clock that shows `at` now and runs on from there.
    pub fn running_from(at: Instant) -> Self {
        Self(Source::Running {
            ahead: at - machine_time(),
        })
    }

    /// A clock that shows `at` until [`Clock::set`]; its clones move with it.
    pub fn standing_at(at: Instant) -> Self {
        Self(Source::Standing(Arc::new(AtomicI64::new(
            at.timestamp_millis(),
        ))))
    }

    /// Sets a standing clock; a running one runs on from `at`.
    pub fn set(&mut self, at: Instant) {
        match &mut self.0 {
            Source::Running { ahead } => *ahead = at - machine_time(),
            Source::Standing(millis) => millis.store(at.timestamp_millis(), Ordering::SeqCst),
        }
    }

    /// How far this machine's clock is behind the one that shows `other`. A standing clock is behind
    /// nobody's.
    pub fn behind(&self, other: Instant) -> TimeDelta {
        match self.0 {
            Source::Running { .. } => other - machine_time(),
            Source::Standing(_) => TimeDelta::zero(),
        }
    }

    /// Starts to measure: no time passes while a standing clock stands.
    pub fn stopwatch(&self) -> Stopwatch {
        match &self.0 {
            Source::Running { .. } => Stopwatch::start(),
            Source::Standing(millis) => Stopwatch(Began::Standing {
                at: millis.load(Ordering::SeqCst),
                millis: Arc::clone(millis),
            }),
        }
    }

    /// The present, in whole milliseconds, so that an instant survives its way through storage and
    /// the wire unchanged.
    pub fn now(&self) -> Instant {
        match &self.0 {
            Source::Running { ahead } => (machine_time() + *ahead).trunc_subsecs(3),
            Source::Standing(millis) => {
                DateTime::from_timestamp_millis(millis.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the wall clock"
)]
fn machine_time() -> Instant {
    Utc::now()
}

/// Measures how long something takes, whatever the wall clock does meanwhile.
#[derive(Clone, Debug)]
pub struct Stopwatch(Began);

#[derive(Clone, Debug)]
enum Began {
    /// By the machine's clock that nobody sets.
    Machine(std::time::Instant),
    /// By a standing clock, at these milliseconds.
    Standing { at: i64, millis: Arc<AtomicI64> },
}

impl Stopwatch {
    /// Starts to measure.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads a clock"
    )]
    pub fn start() -> Self {
        Self(Began::Machine(std::time::Instant::now()))
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Began::Machine(at) => at.elapsed(),
            Began::Standing { at, millis } => {
                let passed = millis.load(Ordering::SeqCst).saturating_sub(*at);
                Duration::from_millis(u64::try_from(passed).unwrap_or_default())
            }
        }
    }
}
