//! The only place that reads the wall clock.
//!
//! Everything else is handed a [`Clock`] or, better, an instant. Deliberately knows nothing of
//! statutory clocks, time zones or timers.

use crate::domain::Instant;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rustix::time::ClockId;
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

    /// Every clock of the machine at once, to see where they part. A standing clock has one time only.
    pub fn reading(&self) -> Reading {
        let since = |clock| {
            let time = rustix::time::clock_gettime(clock);
            Duration::from_secs(time.tv_sec.unsigned_abs())
                + Duration::from_nanos(time.tv_nsec.unsigned_abs())
        };
        match &self.0 {
            Source::Running { .. } => Reading {
                wall: self.now(),
                running: since(ClockId::Monotonic),
                since_boot: since(ClockId::Boottime),
            },
            Source::Standing(_) => {
                let millis = self.now().timestamp_millis().unsigned_abs();
                let passed = Duration::from_millis(millis);
                Reading {
                    wall: self.now(),
                    running: passed,
                    since_boot: passed,
                }
            }
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

/// The machine's clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock, which people and servers set.
    pub wall: Instant,
    /// The time that the machine has run, without the time that it slept.
    pub running: Duration,
    /// The time since it was started, asleep or not; nobody sets it.
    pub since_boot: Duration,
}

impl Reading {
    /// Whether the machine slept since an earlier reading, or its wall clock was set. Less than two
    /// seconds count as drift.
    pub fn is_after_a_jump(&self, earlier: &Self) -> bool {
        let passed = |of: fn(&Self) -> Duration| of(self).saturating_sub(of(earlier));
        let boot = passed(|reading| reading.since_boot);
        let slept = boot.saturating_sub(passed(|reading| reading.running));
        let wall = self.wall - earlier.wall;
        let boot = TimeDelta::from_std(boot).unwrap_or(TimeDelta::MAX);
        let was_set = (wall - boot)
            .abs()
            .to_std()
            .is_ok_and(|apart| apart > DRIFT);
        slept > DRIFT || was_set
    }
}

/// What clocks may differ by without anybody having set one.
const DRIFT: Duration = Duration::from_secs(2);

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
