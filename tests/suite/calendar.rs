//! Properties of time: elapsed hours, working days and typed times, for every instant and not only
//! for the examples.
//!
//! The oracle for local time is jiff with the two clock changes written out, so that it shares
//! neither code nor time-zone database with the program.

use chrono::{Datelike, TimeDelta, Timelike};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nightdesk::config;
use nightdesk::domain::Instant;
use nightdesk::domain::calendar::input::{Fold, InputError, understand};
use nightdesk::domain::calendar::{in_words, local, start_of_day, zone_letters};
use nightdesk::domain::deadlines::{ClockKind, due_at, follow_from};
use nightdesk::domain::policy::Policy;
use proptest::prelude::*;
use std::sync::LazyLock;

static POLICY: LazyLock<Policy> = LazyLock::new(|| config::policy().unwrap());

/// Last Sunday of March to last Sunday of October, each at 01:00 UTC.
static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0/2").unwrap());

/// Any second from 2024 to 2037.
fn instants() -> impl Strategy<Value = Instant> {
    (1_704_067_200_i64..2_145_916_800).prop_map(instant)
}

/// Seconds around a clock change, where the mistakes live.
fn instants_within(hours: i64) -> impl Strategy<Value = Instant> {
    let changes = prop::sample::select(vec![
        "2024-03-31T01:00:00Z",
        "2024-10-27T01:00:00Z",
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2027-03-28T01:00:00Z",
        "2027-10-31T01:00:00Z",
    ]);
    (changes, -hours * 3_600..hours * 3_600).prop_map(|(change, seconds)| {
        change.parse::<Instant>().unwrap() + TimeDelta::seconds(seconds)
    })
}

fn instant(seconds: i64) -> Instant {
    Instant::from_timestamp(seconds, 0).unwrap()
}

fn by_jiff(at: Instant) -> jiff::Zoned {
    Timestamp::from_second(at.timestamp())
        .unwrap()
        .to_zoned(LONDON.clone())
}

proptest! {
    /// CLK-UTC: 24 and 72 hours end where an independent clock shows 24 and 72 elapsed hours.
    #[test]
    fn hours_are_elapsed_hours_across_both_clock_changes(
        aware_at in instants().boxed().prop_union(instants_within(48).boxed())
    ) {
        for (kind, hours) in [(ClockKind::Bob24h, 24), (ClockKind::Ico72h, 72)] {
            let ours = local(due_at(kind, aware_at, &POLICY));
            let theirs = by_jiff(aware_at) + jiff::Span::new().hours(hours);
            prop_assert_eq!(
                ours.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                theirs.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
            );
        }
    }

    /// CLK-INPUT: what is shown can be typed, and means the same instant.
    #[test]
    fn a_time_that_is_shown_can_be_typed(
        at in instants().boxed().prop_union(instants_within(48).boxed())
    ) {
        let fold = if zone_letters(at) == "BST" { Fold::Bst } else { Fold::Gmt };
        let shown = local(at).format("%Y-%m-%d %H:%M:%S").to_string();
        prop_assert_eq!(understand(&shown, at, Some(fold)), Ok(at));
        let with_letters = format!("{shown} {}", zone_letters(at));
        prop_assert_eq!(understand(&with_letters, at, None), Ok(at));
        prop_assert_eq!(understand(&local(at).to_rfc3339(), at, None), Ok(at));
    }

    /// CLK-INPUT: a wall time is refused exactly where an independent clock finds a gap or a fold.
    #[test]
    fn only_times_that_never_or_twice_existed_are_refused(at in instants_within(3)) {
        let wall = at.naive_utc();
        let theirs: jiff::civil::DateTime = wall.to_string().parse().unwrap();
        let theirs = LONDON.to_ambiguous_zoned(theirs);
        match understand(&wall.to_string(), at, None) {
            Ok(ours) => {
                prop_assert!(!theirs.is_ambiguous());
                let theirs = theirs.compatible().unwrap().timestamp().as_second();
                prop_assert_eq!(ours.timestamp(), theirs);
            }
            Err(InputError::Ambiguous { bst, gmt, .. }) => {
                prop_assert_eq!(bst.timestamp(), theirs.clone().earlier().unwrap().timestamp().as_second());
                prop_assert_eq!(gmt.timestamp(), theirs.later().unwrap().timestamp().as_second());
            }
            Err(InputError::Nonexistent { before, after, .. }) => {
                prop_assert!(theirs.is_ambiguous());
                prop_assert_eq!(after - before, TimeDelta::seconds(1));
                prop_assert_eq!((zone_letters(before), zone_letters(after)), ("GMT", "BST"));
                prop_assert!((after - wall.and_utc()).abs() < TimeDelta::hours(1));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn whatever_is_typed_is_answered(typed in any::<String>(), now in instants()) {
        let _ = understand(&typed, now, None);
    }

    /// Text made of the pieces of times comes closer to the edges than arbitrary text.
    #[test]
    fn nearly_a_time_is_answered_too(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "-", "+", ":", "t", "z", " ", ".", "h", "m", "d", "0", "1", "29", "60", "99", "2026",
                "9999", "0000", "fri", "yesterday", "now", "bst", "−", "é",
            ]),
            0..12,
        ),
        now in instants(),
    ) {
        let _ = understand(&pieces.concat(), now, None);
    }

    /// CLK-INPUT: a bare time or weekday is never in the future, and never older than its period.
    #[test]
    fn a_bare_time_is_the_most_recent_one(
        now in instants().boxed().prop_union(instants_within(48).boxed()),
        hour in 0..24_u32,
        minute in 0..60_u32,
    ) {
        for (prefix, days) in [("", 1), ("mon ", 7), ("sun ", 7)] {
            let typed = format!("{prefix}{hour:02}:{minute:02}");
            if let Ok(at) = understand(&typed, now, None) {
                prop_assert!(at <= now, "{typed} at {now} gave {at}");
                let oldest = now - TimeDelta::days(days) - TimeDelta::hours(1);
                prop_assert!(at >= oldest, "{typed} at {now} gave {at}");
                prop_assert_eq!((local(at).hour(), local(at).minute()), (hour, minute));
            }
        }
    }

    /// BOB-DPO: one working day later is in the future, on a working day, at the same wall time or
    /// at closing.
    #[test]
    fn one_working_day_ends_on_a_working_day(from in instants()) {
        let (calendar, hours) = (&POLICY.calendar, &POLICY.business_hours);
        let until = calendar.one_working_day(from, hours);
        prop_assert!(until > from);
        prop_assert!(calendar.is_working_day(local(until).date_naive()));
        if calendar.out_of_hours(from, hours) {
            prop_assert_eq!(local(until).time(), hours.closes);
        } else {
            prop_assert_eq!(local(until).time(), local(from).time());
            prop_assert!(!calendar.out_of_hours(until, hours));
        }
    }

    /// BOB-DPO: hearing of it later never makes the limit earlier.
    #[test]
    fn one_working_day_never_goes_back(from in instants(), later in 0..700_000_i64) {
        let (calendar, hours) = (&POLICY.calendar, &POLICY.business_hours);
        let second = from + TimeDelta::seconds(later);
        prop_assert!(
            calendar.one_working_day(from, hours) <= calendar.one_working_day(second, hours)
        );
    }

    /// BOB-DPO, ICO-72H: the tolerated limit lies between the strict one and the ICO's deadline.
    #[test]
    fn the_outer_limit_lies_between_24_and_72_hours(aware_at in instants()) {
        let deadlines = follow_from(aware_at, &POLICY);
        let dpo = &deadlines.clocks[1];
        prop_assert_eq!(dpo.kind, ClockKind::BobDpo);
        let outer = dpo.outer_due_at.unwrap();
        prop_assert!(dpo.due_at <= outer);
        prop_assert!(outer <= due_at(ClockKind::Ico72h, aware_at, &POLICY));
        prop_assert!(outer <= dpo.outer_due_uncapped_at.unwrap());
        let legal = deadlines.ico_reg1182_outer_at - due_at(ClockKind::Ico72h, aware_at, &POLICY);
        prop_assert!(legal > TimeDelta::zero() && legal <= TimeDelta::hours(1));
    }

    #[test]
    fn a_day_starts_at_local_midnight(at in instants()) {
        let day = local(at).date_naive();
        let start = start_of_day(day);
        prop_assert_eq!(local(start).time(), chrono::NaiveTime::MIN);
        prop_assert_eq!(local(start).date_naive(), day);
        prop_assert!(start <= at && at - start < TimeDelta::hours(25));
    }
}

#[test]
fn words_show_seconds_only_where_there_are_any() {
    let words = |text: &str| in_words(text.parse().unwrap());
    assert_eq!(words("2026-06-12T17:30:00Z"), "Fri 12 Jun 2026 18:30 BST");
    assert_eq!(words("2026-12-04T18:30:05Z"), "Fri 4 Dec 2026 18:30:05 GMT");
}

/// The years in which the table is known have their eight ordinary holidays; none falls on a
/// weekend, because substitutes are listed in their place.
#[test]
fn every_known_year_has_its_holidays() {
    for year in 2024..=2028 {
        let holidays = POLICY.calendar.holidays.keys();
        let weekdays: Vec<u32> = holidays
            .filter(|day| day.year() == year)
            .map(|day| day.weekday().num_days_from_monday())
            .collect();
        assert_eq!(weekdays.len(), 8, "{year}");
        assert!(weekdays.iter().all(|weekday| *weekday < 5), "{year}");
    }
}
