//! What people may type as a time, read strictly (CLK-INPUT, CLK-PAST).
//!
//! A time that never existed is refused with its nearest neighbours, one that happened twice asks
//! which of the two. It deliberately never guesses: a guess would move a deadline by an hour.

use super::{in_words, local, on_the_wall, wall_in_words, zone_letters};
use crate::domain::Instant;
use crate::domain::policy::{InputPolicy, minutes};
use crate::domain::rule::RuleId;
use chrono::{
    Datelike, Days, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound,
    TimeDelta, TimeZone, Weekday,
};

/// Which of two equal wall times is meant in the night the clocks go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// The first of the two, summer time.
    Bst,
    /// The second, an hour later.
    Gmt,
}

impl Fold {
    fn letters(self) -> &'static str {
        match self {
            Self::Bst => "BST",
            Self::Gmt => "GMT",
        }
    }
}

/// Why a typed time was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Not in any form that is read.
    #[error(
        "\"{text}\" is not a time; write it like now, -40m, 21:30, yesterday 22:10, fri 18:30 or \
         2026-06-12 18:30"
    )]
    NotUnderstood {
        /// What was typed.
        text: String,
    },
    /// The clocks went forward over it.
    #[error(
        "{} never existed, because the clocks went forward; the nearest times are {} and {}",
        wall_in_words(*.wall), in_words(*.before), in_words(*.after)
    )]
    Nonexistent {
        /// The wall time that was meant.
        wall: NaiveDateTime,
        /// The last second before the change.
        before: Instant,
        /// The first second after it.
        after: Instant,
    },
    /// The clocks went back over it.
    #[error(
        "{} happened twice, because the clocks went back; choose {} or {}",
        wall_in_words(*.wall), in_words(*.bst), in_words(*.gmt)
    )]
    Ambiguous {
        /// The wall time that was meant.
        wall: NaiveDateTime,
        /// The first of the two, offered first because the duty it starts is the earlier one.
        bst: Instant,
        /// The second of the two.
        gmt: Instant,
    },
    /// Written with the letters of the other half of the year.
    #[error(
        "{} is not {letters}; choose {} or {}",
        wall_in_words(local(*.by_the_wall).naive_local()), in_words(*.by_the_wall),
        in_words(*.by_the_letters)
    )]
    WrongLetters {
        /// The letters that were typed.
        letters: &'static str,
        /// What the clocks on the wall say, letters aside.
        by_the_wall: Instant,
        /// What the letters say, the clocks on the wall aside.
        by_the_letters: Instant,
    },
}

impl InputError {
    /// The times that would be taken instead, in the order in which to offer them.
    pub fn choices(&self) -> Vec<Instant> {
        match self {
            Self::NotUnderstood { .. } => Vec::new(),
            Self::Nonexistent { before, after, .. } => vec![*before, *after],
            Self::Ambiguous { bst, gmt, .. } => vec![*bst, *gmt],
            Self::WrongLetters {
                by_the_wall,
                by_the_letters,
                ..
            } => vec![*by_the_wall, *by_the_letters],
        }
    }
}

/// The instant that a typed text means, in whole seconds.
///
/// Reads `now`, `-40m`, `-2h`, `-1h30m`, `21:30`, `today 21:30`, `yesterday 22:10`, `fri 18:30`, a
/// date with a time, and RFC 3339. A bare time and a weekday mean the most recent such time that is
/// not in the future. `BST` or `GMT` behind a time chooses between two equal ones, and is refused
/// where the clocks on the wall show the other.
pub fn understand(text: &str, now: Instant, fold: Option<Fold>) -> Result<Instant, InputError> {
    let words = text.trim().to_ascii_lowercase();
    let (words, letters) = match words.rsplit_once(' ') {
        Some((time, "bst")) => (time.trim_end(), Some(Fold::Bst)),
        Some((time, "gmt")) => (time.trim_end(), Some(Fold::Gmt)),
        _ => (words.as_str(), None),
    };
    let not_understood = || InputError::NotUnderstood {
        text: text.trim().to_owned(),
    };
    let reading = read(words).ok_or_else(not_understood)?;
    let at = meaning(reading, now.trunc_subsecs(0), letters.or(fold))?;
    letters.map_or(Ok(at), |letters| check_letters(at, letters))
}

fn meaning(reading: Reading, now: Instant, fold: Option<Fold>) -> Result<Instant, InputError> {
    let today = local(now).date_naive();
    match reading {
        Reading::Ago(span) => Ok(now - span),
        Reading::At(at) => Ok(at),
        Reading::Wall(wall) => settle(wall, fold),
        Reading::DaysAgo(days, time) => settle((today - Days::new(days)).and_time(time), fold),
        Reading::Recent(time) => most_recent(today, 1, time, now, fold),
        Reading::RecentWeekday(weekday, time) => {
            let back = today.weekday().days_since(weekday);
            most_recent(today - Days::new(back.into()), 7, time, now, fold)
        }
    }
}

/// Half the year the letters say one hour and the clocks on the wall another; then the officer
/// chooses.
fn check_letters(at: Instant, letters: Fold) -> Result<Instant, InputError> {
    if zone_letters(at) == letters.letters() {
        return Ok(at);
    }
    let by_the_letters = match letters {
        Fold::Gmt => at + CLOCK_CHANGE,
        Fold::Bst => at - CLOCK_CHANGE,
    };
    Err(InputError::WrongLetters {
        letters: letters.letters(),
        by_the_wall: at,
        by_the_letters,
    })
}

/// How far the clocks move.
const CLOCK_CHANGE: TimeDelta = TimeDelta::hours(1);

/// The forms in which a time can be typed.
enum Reading {
    Ago(TimeDelta),
    At(Instant),
    Wall(NaiveDateTime),
    DaysAgo(u64, NaiveTime),
    Recent(NaiveTime),
    RecentWeekday(Weekday, NaiveTime),
}

fn read(words: &str) -> Option<Reading> {
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

/// The one instant of a wall time, or the choices there are instead.
fn settle(wall: NaiveDateTime, fold: Option<Fold>) -> Result<Instant, InputError> {
    match (on_the_wall(wall), fold) {
        (MappedLocalTime::Single(at), _) => Ok(at),
        (MappedLocalTime::Ambiguous(bst, _), Some(Fold::Bst)) => Ok(bst),
        (MappedLocalTime::Ambiguous(_, gmt), Some(Fold::Gmt)) => Ok(gmt),
        (MappedLocalTime::Ambiguous(bst, gmt), None) => {
            Err(InputError::Ambiguous { wall, bst, gmt })
        }
        (MappedLocalTime::None, _) => Err(around_the_gap(wall)),
    }
}

/// The clocks go forward by one hour and on a whole hour, so the missing hour is the one that `wall`
/// lies in, and its first second is, read as GMT, the first second of summer time.
fn around_the_gap(wall: NaiveDateTime) -> InputError {
    let into_the_hour = TimeDelta::seconds(wall.and_utc().timestamp().rem_euclid(3_600));
    let after = wall.and_utc() - into_the_hour;
    InputError::Nonexistent {
        wall,
        before: after - TimeDelta::seconds(1),
        after,
    }
}

/// The wall time on `day`, or that many days earlier if on `day` it is still to come. Of two equal
/// wall times only those that have happened are offered.
fn most_recent(
    day: NaiveDate,
    days_back: u64,
    time: NaiveTime,
    now: Instant,
    fold: Option<Fold>,
) -> Result<Instant, InputError> {
    let has_happened = |at: Instant| at <= now;
    match settle(day.and_time(time), fold) {
        Ok(at) if has_happened(at) => Ok(at),
        Err(InputError::Ambiguous { bst, gmt, .. }) if has_happened(bst) && !has_happened(gmt) => {
            Ok(bst)
        }
        Err(error) if error.choices().iter().all(|at| has_happened(*at)) => Err(error),
        _ => settle((day - Days::new(days_back)).and_time(time), fold),
    }
}

/// Why a reported time was refused although it exists (CLK-PAST).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportedTimeError {
    /// Further ahead of the server than clocks may differ.
    #[error(
        "{} is in the future; it is {} now, and a reported time may be at most {skew_minutes} \
         minutes ahead", in_words(*.at), in_words(*.now)
    )]
    InFuture {
        /// The time that was reported.
        at: Instant,
        /// The time on the server.
        now: Instant,
        /// How far ahead is allowed.
        skew_minutes: u32,
    },
    /// Nobody is aware of what has not happened.
    #[error(
        "{} is before the incident occurred at {}; correct one of the two, or mark the occurrence \
         as estimated", in_words(*.at), in_words(*.occurred_at)
    )]
    BeforeOccurrence {
        /// The time that was reported.
        at: Instant,
        /// When the incident is said to have occurred.
        occurred_at: Instant,
    },
}

impl ReportedTimeError {
    /// The rule behind the refusal.
    pub fn rule(&self) -> RuleId {
        RuleId::ClkPast
    }
}

/// Refuses an awareness time that cannot be true (CLK-PAST): any past is accepted, the future only
/// as far as clocks differ. `occurred_at` is absent where it is not known or only estimated.
pub fn check_reported_time(
    at: Instant,
    now: Instant,
    occurred_at: Option<Instant>,
    policy: &InputPolicy,
) -> Result<(), ReportedTimeError> {
    let skew_minutes = policy.future_skew_minutes;
    if at > now + minutes(skew_minutes) {
        return Err(ReportedTimeError::InFuture {
            at,
            now,
            skew_minutes,
        });
    }
    match occurred_at {
        Some(occurred_at) if at < occurred_at => {
            Err(ReportedTimeError::BeforeOccurrence { at, occurred_at })
        }
        _ => Ok(()),
    }
}
