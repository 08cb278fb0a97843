//! The forms in which a time can be typed, and nothing about what they mean.
//!
//! Deliberately by hand: a date library's formats accept years of two digits, seconds that are leap
//! seconds and signs, each of which would be guessing.

use crate::domain::Instant;
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Weekday};

/// The forms in which a time can be typed.
pub(super) enum Reading {
    /// So long before now.
    Ago(TimeDelta),
    /// With a zone, so unmistakable.
    At(Instant),
    /// A date and a time on the wall.
    Wall(NaiveDateTime),
    /// So many days ago at a time.
    DaysAgo(u64, NaiveTime),
    /// A time of the last 24 hours.
    Recent(NaiveTime),
    /// A time on the last such weekday.
    RecentWeekday(Weekday, NaiveTime),
}

/// The form that a text has, in lower case; none if it has no form that is read.
pub(super) fn read(words: &str) -> Option<Reading> {
    if words == "now" {
        return Some(Reading::Ago(TimeDelta::zero()));
    }
    if let Some(span) = words.strip_prefix('-') {
        return read_span(span).map(Reading::Ago);
    }
    if let Some((day, time)) = split_date(words) {
        return read_dated(day, time);
    }
    match words.split_once(' ') {
        None => read_time(words).map(Reading::Recent),
        Some(("today", time)) => Some(Reading::DaysAgo(0, read_time(time.trim())?)),
        Some(("yesterday", time)) => Some(Reading::DaysAgo(1, read_time(time.trim())?)),
        Some((day, time)) => {
            let weekday = day.parse::<Weekday>().ok()?;
            Some(Reading::RecentWeekday(weekday, read_time(time.trim())?))
        }
    }
}

/// `40m`, `2h`, `1h30m`, `2d`: each unit at most once, the larger first.
fn read_span(text: &str) -> Option<TimeDelta> {
    let mut rest = text;
    let mut seconds: i64 = 0;
    for (unit, length) in [('d', 86_400), ('h', 3_600), ('m', 60)] {
        if let Some((count, after)) = rest.split_once(unit) {
            seconds = seconds.checked_add(digits(count, 1..=4)?.checked_mul(length)?)?;
            rest = after;
        }
    }
    let said_something = rest.len() < text.len();
    (said_something && rest.is_empty()).then(|| TimeDelta::seconds(seconds))
}

/// Splits `2026-06-12t18:30…` or `2026-06-12 18:30…` after a date of exactly that shape, because a
/// two-digit year would be read as the year 26.
fn split_date(words: &str) -> Option<(NaiveDate, &str)> {
    let (day, time) = words.split_once(['t', ' '])?;
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let day = NaiveDate::from_ymd_opt(
        digits(year, 4..=4)
            .filter(|year| YEARS.contains(year))?
            .try_into()
            .ok()?,
        digits(month, 2..=2)?.try_into().ok()?,
        digits(day, 2..=2)?.try_into().ok()?,
    )?;
    parts.next().is_none().then(|| (day, time.trim_start()))
}

/// Any other year is a slip of the finger, and from 2100 on the time-zone tables know no summer.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2099;

/// A time after a date: on the wall, or with `Z` or an offset and then already unmistakable.
fn read_dated(day: NaiveDate, time: &str) -> Option<Reading> {
    let (time, offset) = match time.find(['z', '+', '-']) {
        None => (time, None),
        Some(start) => {
            let (time, offset) = time.split_at(start);
            (time, Some(read_offset(offset)?))
        }
    };
    let wall = day.and_time(read_time(time)?);
    Some(match offset {
        None => Reading::Wall(wall),
        Some(offset) => Reading::At(
            offset
                .from_local_datetime(&wall)
                .single()?
                .with_timezone(&chrono::Utc),
        ),
    })
}

fn read_offset(text: &str) -> Option<FixedOffset> {
    if text == "z" {
        return FixedOffset::east_opt(0);
    }
    let (sign, hours_minutes) = text.split_at_checked(1)?;
    let (hours, minutes) = hours_minutes.split_once(':')?;
    let minutes_of_hour = digits(minutes, 2..=2).filter(|count| *count < 60)?;
    let seconds = digits(hours, 2..=2)? * 3_600 + minutes_of_hour * 60;
    let seconds = i32::try_from(seconds).ok()?;
    FixedOffset::east_opt(if sign == "-" { -seconds } else { seconds })
}

/// `9:30`, `21:30` or `21:30:05`; a fraction of a second is dropped, a leap second refused.
fn read_time(text: &str) -> Option<NaiveTime> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    digits(fraction, 1..=9)?;
    let mut parts = text.split(':');
    let hour = digits(parts.next()?, 1..=2)?;
    let minute = digits(parts.next()?, 2..=2)?;
    let second = parts.next().map_or(Some(0), |part| digits(part, 2..=2))?;
    if parts.next().is_some() {
        return None;
    }
    NaiveTime::from_hms_opt(
        hour.try_into().ok()?,
        minute.try_into().ok()?,
        second.try_into().ok()?,
    )
}

/// A number written in so many plain digits and nothing else, not even a sign.
fn digits(text: &str, width: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let is_plain = width.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}
