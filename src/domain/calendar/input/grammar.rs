//! The forms in which a time can be typed, and nothing about what they mean.
//!
//! Deliberately by hand: a date library's formats accept years of two digits, seconds that are leap
//! seconds and signs, each of which would be guessing.

use crate::domain::Instant;
use chrono::{
    FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Weekday,
};

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
    /// A time on the last such day of a year.
    RecentDay {
        /// The month, from 1.
        month: u32,
        /// The day of it.
        day: u32,
        /// The time on the wall.
        time: NaiveTime,
    },
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
    if let Some(span) = words.strip_suffix(" ago") {
        return read_spoken_span(span).map(Reading::Ago);
    }
    if let Some(time) = read_spoken_time(words) {
        return Some(Reading::Recent(time));
    }
    let (day, time) = words.split_once(' ')?;
    let time = time.trim();
    match day {
        "today" => Some(Reading::DaysAgo(0, read_spoken_time(time)?)),
        "yesterday" => Some(Reading::DaysAgo(1, read_spoken_time(time)?)),
        "last" => read_last_night(time),
        _ => read_named_day(day, time),
    }
}

/// `last night 22:00`: before midnight, for "last night 01:00" could be either night.
fn read_last_night(words: &str) -> Option<Reading> {
    let time = read_spoken_time(words.strip_prefix("night ")?.trim())?;
    let noon = NaiveTime::from_hms_opt(12, 0, 0)?;
    (time >= noon).then_some(Reading::DaysAgo(1, time))
}

/// `fri 18:30`, `12/06/2026 22:10` with the day first, `13 jun 01:00` or `13 june 2026 01:00`.
fn read_named_day(day: &str, time: &str) -> Option<Reading> {
    if let Ok(weekday) = day.parse::<Weekday>() {
        return Some(Reading::RecentWeekday(weekday, read_spoken_time(time)?));
    }
    if let Some(day) = read_slashed(day) {
        return Some(Reading::Wall(day.and_time(read_spoken_time(time)?)));
    }
    let (month, rest) = time.split_once(' ')?;
    let day = u32::try_from(digits(day, 1..=2)?).ok()?;
    let month = month.parse::<Month>().ok()?.number_from_month();
    match rest.trim().split_once(' ') {
        Some((year, time)) if digits(year, 4..=4).is_some() => {
            let year = digits(year, 4..=4).filter(|year| YEARS.contains(year))?;
            let day = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?;
            Some(Reading::Wall(day.and_time(read_spoken_time(time.trim())?)))
        }
        Some(_) | None => {
            let time = read_spoken_time(rest.trim())?;
            Some(Reading::RecentDay { month, day, time })
        }
    }
}

/// A day as it is written in this country, with its year in full.
fn read_slashed(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let year = digits(year, 4..=4).filter(|year| YEARS.contains(year))?;
    let day = NaiveDate::from_ymd_opt(
        year.try_into().ok()?,
        digits(month, 1..=2)?.try_into().ok()?,
        digits(day, 1..=2)?.try_into().ok()?,
    );
    day.filter(|_| parts.next().is_none())
}

/// `40 minutes`, `2 hours`, `1 day`: one number and one unit.
fn read_spoken_span(text: &str) -> Option<TimeDelta> {
    let (count, unit) = text.trim().split_once(' ')?;
    let seconds = match unit.trim() {
        "minute" | "minutes" | "min" | "mins" => 60,
        "hour" | "hours" => 3_600,
        "day" | "days" => 86_400,
        _ => return None,
    };
    let count = match count {
        "a" | "an" => 1,
        count => digits(count, 1..=4)?,
    };
    Some(TimeDelta::seconds(count.checked_mul(seconds)?))
}

/// A time on the wall as people say it: `21:30`, `21.30`, `2130`, `9pm`, `9:30 pm`, `midnight`, `noon`.
fn read_spoken_time(text: &str) -> Option<NaiveTime> {
    match text {
        "midnight" => return Some(NaiveTime::MIN),
        "noon" | "midday" => return NaiveTime::from_hms_opt(12, 0, 0),
        _ => {}
    }
    if let Some(half) = ["am", "pm"].into_iter().find(|half| text.ends_with(half)) {
        return read_half_day(text.strip_suffix(half)?.trim_end(), half);
    }
    if let Some(time) = read_time(text) {
        return Some(time);
    }
    if let Some((hour, minute)) = text.split_once('.') {
        return hour_and_minute(digits(hour, 1..=2)?, digits(minute, 2..=2)?);
    }
    digits(text, 4..=4).and_then(|digits| hour_and_minute(digits / 100, digits % 100))
}

/// `9`, `9:30` or `9.30` before or after noon.
fn read_half_day(text: &str, half: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "00"));
    let hour = digits(hour, 1..=2).filter(|hour| (1..=12).contains(hour))? % 12;
    let hour = if half == "pm" { hour + 12 } else { hour };
    hour_and_minute(hour, digits(minute, 2..=2)?)
}

fn hour_and_minute(hour: i64, minute: i64) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(hour.try_into().ok()?, minute.try_into().ok()?, 0)
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
