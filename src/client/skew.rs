//! How far this machine's clock is from the server's.
//!
//! Countdowns and commands go by the server's time, so that two laptops show the same minutes. It is
//! learnt from every answer; it deliberately reads no clock itself.

use crate::domain::Instant;
use chrono::TimeDelta;

/// What is to be added to this machine's time to get the server's: somewhere between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    least: TimeDelta,
    most: TimeDelta,
}

impl Skew {
    /// What one exchange tells: the server wrote its time after the request had been sent and before
    /// the answer had come.
    pub fn measured(sent_at: Instant, received_at: Instant, server_time: Instant) -> Self {
        Self {
            least: server_time - received_at,
            most: server_time - sent_at,
        }
    }

    /// What this exchange and the earlier ones tell together; where they contradict each other, a
    /// clock was set, and only the newer one counts.
    #[must_use]
    pub fn joined(self, newer: Self) -> Self {
        let both = Self {
            least: self.least.max(newer.least),
            most: self.most.min(newer.most),
        };
        if both.least <= both.most { both } else { newer }
    }

    /// The best guess: the middle.
    pub fn offset(self) -> TimeDelta {
        (self.least + self.most) / 2
    }

    /// How wrong the guess can be.
    pub fn uncertainty(self) -> TimeDelta {
        (self.most - self.least) / 2
    }

    /// The server's time when this machine's is `local`.
    pub fn server_time(self, local: Instant) -> Instant {
        local + self.offset()
    }
}
