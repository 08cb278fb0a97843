//! Europe/London: local time, working days, bank holidays and business hours.
//!
//! Turns instants into local days and back. It deliberately does not add hours to wall-clock times:
//! a length in hours is elapsed time in UTC (CLK-UTC), and that arithmetic is `deadlines`. What
//! people type is read in [`input`].

pub mod day;
pub mod input;

use super::Instant;
use super::policy::BusinessHours;
use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone,
    Timelike, Weekday,
};
use chrono_tz::{Europe::London, Tz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The bank holidays of England and Wales, versioned because extra ones appear at short notice
/// (BOB-BH).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Calendar {
    /// Stamped on every clock whose limit depends on working days.
    pub version: String,
    /// Each holiday with its title.
    pub holidays: BTreeMap<NaiveDate, String>,
    /// Last day of the last year in the table; later days count as Monday to Friday.
    pub known_through: Option<NaiveDate>,
}

impl Calendar {
    /// A calendar of these holidays, known to the end of the last year that has one: a table is
    /// published by whole years.
    pub fn new(version: impl Into<String>, holidays: BTreeMap<NaiveDate, String>) -> Self {
        let known_through = holidays
            .keys()
            .next_back()
            .and_then(|last| NaiveDate::from_ymd_opt(last.year(), 12, 31));
        Self {
            version: version.into(),
            holidays,
            known_through,
        }
    }

    /// The same calendar with more days in it, or other names for days that it has; none goes away.
    #[must_use]
    pub fn merged(&self, more: &BTreeMap<NaiveDate, String>, version: String) -> Self {
        let mut holidays = self.holidays.clone();
        holidays.extend(more.iter().map(|(day, name)| (*day, name.clone())));
        Self::new(version, holidays)
    }

    /// Whether the table covers the day; where it does not, a screen says "holidays not known".
    pub fn is_known(&self, day: NaiveDate) -> bool {
        let first_year = self.holidays.keys().next().map(NaiveDate::year);
        first_year.is_some_and(|year| year <= day.year())
            && self.known_through.is_some_and(|last| day <= last)
    }

    /// What a screen says of a time that the table does not cover.
    pub fn not_known_at(&self, at: Instant) -> Option<String> {
        let day = local(at).date_naive();
        (!self.is_known(day)).then(|| {
            format!(
                "Holidays not known for {}: every Monday to Friday counts as a working day (BOB-BH)",
                day.year()
            )
        })
    }

    /// Monday to Friday and not a bank holiday.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains_key(&day)
    }

    /// Whether an instant falls outside business hours: opening is inside, closing is outside.
    pub fn out_of_hours(&self, at: Instant, hours: &BusinessHours) -> bool {
        let here = local(at);
        let is_open = hours.opens <= here.time() && here.time() < hours.closes;
        !(is_open && self.is_working_day(here.date_naive()))
    }

    /// One working day after an instant (BOB-DPO): in hours, the same wall time on the next working
    /// day; otherwise closing time on the first working day that opens afterwards.
    pub fn one_working_day(&self, from: Instant, hours: &BusinessHours) -> Instant {
        let here = local(from);
        let today = here.date_naive();
        if !self.out_of_hours(from, hours) {
            return daytime(self.working_day_after(today), here.time());
        }
        let opens_today = self.is_working_day(today) && here.time() < hours.opens;
        let day = if opens_today {
            today
        } else {
            self.working_day_after(today)
        };
        daytime(day, hours.closes)
    }

    /// The day that lies so many working days after a day.
    pub fn working_days_after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        (0..count).fold(day, |day, _| self.working_day_after(day))
    }

    fn working_day_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days()
            .skip(1)
            .find(|later| self.is_working_day(*later))
            .unwrap_or(day)
    }
}

/// An instant as the clocks on the wall show it.
pub fn local(at: Instant) -> DateTime<Tz> {
    at.with_timezone(&London)
}

/// `GMT` or `BST`: what makes a local time unmistakable (CLK-UTC).
pub fn zone_letters(at: Instant) -> &'static str {
    if local(at).offset().fix().local_minus_utc() == 0 {
        "GMT"
    } else {
        "BST"
    }
}

/// An instant for people: `Fri 12 Jun 2026 18:30 BST`, with seconds only where there are any.
pub fn in_words(at: Instant) -> String {
    let wall = wall_in_words(local(at).naive_local());
    format!("{wall} {}", zone_letters(at))
}

/// The same without year and seconds, for a list of times that lie near: `Sat 13 Jun 02:14 BST`.
pub fn brief(at: Instant) -> String {
    local(at).format("%a %-d %b %H:%M %Z").to_string()
}

fn wall_in_words(wall: NaiveDateTime) -> String {
    let pattern = if wall.second() == 0 {
        "%a %-d %b %Y %H:%M"
    } else {
        "%a %-d %b %Y %H:%M:%S"
    };
    wall.format(pattern).to_string()
}

/// 00:00 Europe/London on a day; no clock change of the zone touches midnight.
pub fn start_of_day(day: NaiveDate) -> Instant {
    daytime(day, NaiveTime::MIN)
}

/// 24:00 Europe/London of a day, which is when a duty of that day is over.
pub fn end_of_day(day: NaiveDate) -> Instant {
    start_of_day(day.succ_opt().unwrap_or(day))
}

/// The instant of a wall time that cannot be touched by a clock change, which happen between 01:00
/// and 02:00. Were the law to change, the earlier reading would win: a duty is never made later.
pub fn daytime(day: NaiveDate, time: NaiveTime) -> Instant {
    let wall = day.and_time(time);
    match on_the_wall(wall) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at,
        MappedLocalTime::None => wall.and_utc(),
    }
}

/// Which instants a wall time stands for: one, two when the clocks go back, none when they go
/// forward.
fn on_the_wall(wall: NaiveDateTime) -> MappedLocalTime<Instant> {
    London
        .from_local_datetime(&wall)
        .map(|at| at.with_timezone(&chrono::Utc))
}
