//! What people may type as a time, read strictly (CLK-INPUT, CLK-PAST).
//!
//! A time that never existed is refused with its nearest neighbours, one that happened twice asks
//! which of the two. It deliberately never guesses: a guess would move a deadline by an hour.

mod grammar;
mod reported;

pub use reported::{ReportedTimeError, check_reported_time};

use super::{in_words, local, on_the_wall, wall_in_words, zone_letters};
use crate::domain::Instant;
use chrono::{
    Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta,
};
use grammar::Reading;

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
        "\"{text}\" is not a time. Write it like now, -40m, 21:30, yesterday 22:10, fri 18:30, \
         12/06/2026 18:30 or 2026-06-12 18:30"
    )]
    NotUnderstood {
        /// What was typed.
        text: String,
    },
    /// The clocks went forward over it.
    #[error(
        "{} never existed, because the clocks went forward. The nearest times are {} and {}",
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
        "{} happened twice, because the clocks went back. Choose {} or {}",
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
/// Reads `now`, `-40m`, `-2h`, `-1h30m`, `40 minutes ago`, `21:30`, `9pm`, `midnight`, `today 21:30`,
/// `yesterday 22:10`, `last night 22:10`, `fri 18:30`, `13 jun 01:00`, a date with a time (the day first
/// where it is written with strokes), and RFC 3339. A bare time and a weekday mean the most recent such time that is
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
    let reading = grammar::read(words).ok_or_else(not_understood)?;
    let at = meaning(
        reading,
        now.trunc_subsecs(0),
        letters.or(fold),
        not_understood,
    )?;
    letters.map_or(Ok(at), |letters| check_letters(at, letters))
}

/// How long ago a bare time is that has not come yet today and so means yesterday's, if that is more than
/// half a day: whoever types it may have meant today.
pub fn far_back(text: &str, now: Instant) -> Option<TimeDelta> {
    let is_bare = matches!(
        grammar::read(&text.trim().to_ascii_lowercase()),
        Some(Reading::Recent(_))
    );
    let at = understand(text, now, None).ok().filter(|_| is_bare)?;
    let is_yesterday = local(at).date_naive() < local(now).date_naive();
    (is_yesterday && now - at > TimeDelta::hours(12)).then(|| now - at)
}

fn meaning(
    reading: Reading,
    now: Instant,
    fold: Option<Fold>,
    not_understood: impl Fn() -> InputError,
) -> Result<Instant, InputError> {
    let today = local(now).date_naive();
    match reading {
        Reading::Ago(span) => Ok(now - span),
        Reading::At(at) => Ok(at),
        Reading::Wall(wall) => settle(wall, fold),
        Reading::DaysAgo(days, time) => settle((today - Days::new(days)).and_time(time), fold),
        Reading::Recent(time) => most_recent(today, 1, time, now, fold),
        Reading::RecentDay { month, day, time } => {
            let in_year = |year| NaiveDate::from_ymd_opt(year, month, day);
            let this_year =
                in_year(today.year()).filter(|day| day.and_time(time) <= local(now).naive_local());
            let day = this_year.or_else(|| in_year(today.year() - 1));
            let day = day.ok_or_else(not_understood)?;
            settle(day.and_time(time), fold)
        }
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
