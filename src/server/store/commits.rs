//! Whether what is written lasts: what became of the latest transaction.
//!
//! A server that reads well and commits nothing looks alive and loses everything that it is asked, so
//! this is what it calls itself ready by. Deliberately tries nothing itself.

use crate::now::Stopwatch;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What became of the transactions of one process.
#[derive(Debug, Default)]
pub(crate) struct Commits {
    succeeded: AtomicU64,
    failing: Mutex<Failing>,
}

#[derive(Debug, Default)]
struct Failing {
    /// Since the first transaction that failed after the last one that did not.
    since: Option<Stopwatch>,
    /// Since the database could not be opened anew to write, and has not been since.
    closed: Option<Stopwatch>,
}

impl Commits {
    /// How many have succeeded so far.
    pub(crate) fn succeeded(&self) -> u64 {
        self.succeeded.load(Ordering::Relaxed)
    }

    /// For how long none has succeeded, if the last one failed.
    pub(crate) fn failing_for(&self) -> Option<Duration> {
        self.failing().since.as_ref().map(Stopwatch::elapsed)
    }

    /// For how long the database could not even be opened to write.
    pub(crate) fn closed_for(&self) -> Option<Duration> {
        self.failing().closed.as_ref().map(Stopwatch::elapsed)
    }

    pub(super) fn succeed(&self) {
        self.succeeded.fetch_add(1, Ordering::Relaxed);
        *self.failing() = Failing::default();
    }

    /// One has failed, or nobody waits for it any more.
    pub(crate) fn fail(&self) {
        self.failing().since.get_or_insert_with(Stopwatch::start);
    }

    pub(super) fn could_be_opened(&self) {
        self.failing().closed = None;
    }

    pub(super) fn could_not_be_opened(&self) {
        self.failing().closed.get_or_insert_with(Stopwatch::start);
        self.fail();
    }

    fn failing(&self) -> MutexGuard<'_, Failing> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
