//! The only place that reads the wall clock.
//!
//! Everything else is handed a [`Clock`] or, better, an instant. Where several servers share a database its
//! clock leads, and theirs only measure how much time has passed. Deliberately knows nothing of
//! statutory clocks, time zones or timers.

use crate::domain::Instant;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rustix::time::ClockId;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Tells the present: the machine's, one that started elsewhere, or one that stands until set.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The machine's clock, or one that leads it, shifted; whom it follows is shared by all clones.
    Running {
        ahead: TimeDelta,
        lead: Arc<RwLock<Option<Lead>>>,
    },
    /// Milliseconds since 1970, shared by all clones.
    Standing(Arc<AtomicI64>),
}

/// What another clock showed, and for how long this machine had run then, asleep or not.
#[derive(Clone, Copy, Debug)]
struct Lead {
    showed: Instant,
    since_boot: Duration,
}

impl Lead {
    /// What the other clock shows now.
    fn shows(self) -> Instant {
        let passed = passed(ClockId::Boottime).saturating_sub(self.since_boot);
        self.showed + TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX)
    }
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::ahead_by(TimeDelta::zero())
    }

    fn ahead_by(ahead: TimeDelta) -> Self {
        let lead = Arc::default();
        Self(Source::Running { ahead, lead })
    }

    /// A clock that shows `at` now and runs on from there.
    pub fn running_from(at: Instant) -> Self {
        Self::ahead_by(at - machine_time())
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
            Source::Running { ahead, lead } => *ahead = at - led(lead),
            Source::Standing(millis) => millis.store(at.timestamp_millis(), Ordering::SeqCst),
        }
    }

    /// From now on it and all its clones go by the clock that shows `other`, and of this machine's only the
    /// time that passes counts. A standing clock follows nobody.
    pub fn follow(&self, other: Instant) {
        if let Source::Running { lead, .. } = &self.0 {
            let showed = Lead {
                showed: other,
                since_boot: passed(ClockId::Boottime),
            };
            *lead.write().unwrap_or_else(PoisonError::into_inner) = Some(showed);
        }
    }

    /// How far this machine's clock is ahead of the one that is followed; below zero where it is behind.
    pub fn machine_ahead(&self) -> TimeDelta {
        match &self.0 {
            Source::Running { lead, .. } => machine_time() - led(lead),
            Source::Standing(_) => TimeDelta::zero(),
        }
    }

    /// Every clock of the machine at once, to see where they part. A standing clock has one time only.
    pub fn reading(&self) -> Reading {
        match &self.0 {
            Source::Running { .. } => Reading {
                wall: self.now(),
                running: passed(ClockId::Monotonic),
                since_boot: passed(ClockId::Boottime),
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
            Source::Running { ahead, lead } => (led(lead) + *ahead).trunc_subsecs(3),
            Source::Standing(millis) => {
                DateTime::from_timestamp_millis(millis.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }
}

/// The time by a lead, or by this machine where there is none.
fn led(lead: &RwLock<Option<Lead>>) -> Instant {
    let lead = *lead.read().unwrap_or_else(PoisonError::into_inner);
    lead.map_or_else(machine_time, Lead::shows)
}

/// What a clock that nobody sets has counted.
fn passed(clock: ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::from_secs(time.tv_sec.unsigned_abs())
        + Duration::from_nanos(time.tv_nsec.unsigned_abs())
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
