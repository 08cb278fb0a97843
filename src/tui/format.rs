//! Times and spans as an officer reads them.
//!
//! How much is left of a deadline is `domain::countdown`, because sheets that leave the desk say it in
//! the same words.

use crate::domain::Instant;
use crate::domain::calendar;
use chrono::TimeDelta;
use chrono_tz::Europe::London;

pub use crate::domain::countdown::{countdown, length, next_change};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A day and time on the wall, with the zone's letters: `Sat 13 Jun 02:14 BST`.
pub fn local(at: Instant) -> String {
    calendar::brief(at)
}

/// A time on the wall, with the day only if it is not today's: `02:14`, `Fri 22:10`, `1 Jun 09:00`.
pub fn local_short(at: Instant, now: Instant) -> String {
    let (at, now) = (at.with_timezone(&London), now.with_timezone(&London));
    let days_apart = (now.date_naive() - at.date_naive()).num_days().abs();
    let pattern = match days_apart {
        0 => "%H:%M",
        1..=6 => "%a %H:%M",
        _ => "%-d %b %H:%M",
    };
    at.format(pattern).to_string()
}

/// How long something has been so, in one unit: `2 s`, `3 min`, `5 h`, `2 days`.
pub fn age(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    match seconds {
        0..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h", seconds / HOUR),
        _ if seconds < 2 * DAY => "1 day".to_owned(),
        _ => format!("{} days", seconds / DAY),
    }
}
