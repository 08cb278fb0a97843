//! How much time is left, as an officer reads it.
//!
//! A countdown never claims more time than there is, and never changes more often than somebody
//! reads it: seconds are shown only in the last hour before a deadline. All of them change together,
//! on a whole second or minute. [`next_change`] says when the text changes next, so that a screen can
//! sleep until then. Deliberately does not say whether a clock is late: that is the clock's own state.

use super::Instant;
use chrono::TimeDelta;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// From here on days and hours are enough; below, hours are the unit in which the law counts.
const LONG: i64 = 100 * HOUR;

/// The time left in two units: `4d 04h`, `47h 03m`, `12m 40s`; after the deadline `3h 10m late`.
pub fn countdown(due_at: Instant, now: Instant) -> String {
    let length = length(due_at, now);
    if now > due_at {
        format!("{length} late")
    } else {
        length
    }
}

/// The same without the word: the time left, or the time by which it is late.
pub fn length(due_at: Instant, now: Instant) -> String {
    if now > due_at {
        return match late(due_at, now) {
            seconds @ HOUR.. => in_minutes(seconds),
            seconds => format!("{}m", seconds / MINUTE),
        };
    }
    match left(due_at, now, MINUTE) {
        seconds @ HOUR.. => in_minutes(seconds),
        _ => {
            let seconds = left(due_at, now, 1);
            format!("{}m {:02}s", seconds / MINUTE, seconds % MINUTE)
        }
    }
}

fn in_minutes(seconds: i64) -> String {
    if seconds >= LONG {
        format!("{}d {:02}h", seconds / DAY, seconds % DAY / HOUR)
    } else {
        format!("{}h {:02}m", seconds / HOUR, seconds % HOUR / MINUTE)
    }
}

/// The seconds left in whole units of the wall clock: from the end of the one that has begun to the
/// last one before the deadline. So all countdowns in a unit change at the same moment.
fn left(due_at: Instant, now: Instant, unit: i64) -> i64 {
    let last = due_at.timestamp().div_euclid(unit) * unit;
    (last - ending(now, unit)).max(0)
}

/// When the unit of the wall clock ends in which this moment lies.
fn ending(now: Instant, unit: i64) -> i64 {
    let before = (now.timestamp_millis() - 1).div_euclid(unit * 1000);
    (before + 1) * unit
}

/// The seconds by which it is late, in whole minutes of the wall clock.
fn late(due_at: Instant, now: Instant) -> i64 {
    let minute = |at: Instant| at.timestamp().div_euclid(MINUTE) * MINUTE;
    minute(now) - minute(due_at)
}

/// The first millisecond at which [`countdown`] reads differently.
pub fn next_change(due_at: Instant, now: Instant) -> Instant {
    let step = |seconds: i64| if seconds >= LONG { HOUR } else { MINUTE };
    let after = |seconds: i64| Instant::from_timestamp(seconds, 1_000_000);
    if now > due_at {
        let late = late(due_at, now);
        let minute = now.timestamp().div_euclid(MINUTE) * MINUTE;
        let next = minute + step(late) - late % step(late);
        return Instant::from_timestamp(next, 0).unwrap_or(Instant::MAX_UTC);
    }
    let next = match (left(due_at, now, MINUTE), left(due_at, now, 1)) {
        (seconds @ HOUR.., _) => after(ending(now, MINUTE) + seconds % step(seconds)),
        (_, 0) => None,
        (_, _) => after(ending(now, 1)),
    };
    next.unwrap_or(due_at + TimeDelta::milliseconds(1))
}
