//! Countdowns: what they say, and when they say something else.

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::tui::format::{age, countdown, local, local_short, next_change};
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_countdown_has_two_units_and_turns_negative_after_the_deadline() {
    let due_at = at("2026-06-13T01:00:00Z");
    for (left, shown) in [
        (TimeDelta::hours(72), "72h 00m"),
        (TimeDelta::hours(100), "4d 04h"),
        (TimeDelta::minutes(47 * 60 + 3), "47h 03m"),
        (
            TimeDelta::minutes(47 * 60 + 3) - TimeDelta::milliseconds(1),
            "47h 02m",
        ),
        (TimeDelta::hours(1), "1h 00m"),
        (TimeDelta::seconds(3599), "59m 59s"),
        (TimeDelta::seconds(12 * 60 + 40), "12m 40s"),
        (TimeDelta::zero(), "0m 00s"),
        (TimeDelta::milliseconds(-1), "0m late"),
        (TimeDelta::minutes(-12), "12m late"),
        (TimeDelta::minutes(-190), "3h 10m late"),
        (TimeDelta::hours(-130), "5d 10h late"),
    ] {
        assert_eq!(countdown(due_at, due_at - left), shown, "{left}");
    }
}

#[test]
fn all_countdowns_change_on_the_same_second_or_minute_and_claim_no_more_than_there_is() {
    for (due_at, now, shown) in [
        ("01:00:30.500", "00:50:10.200", "10m 19s"),
        ("01:00:30.500", "00:50:11.000", "10m 19s"),
        ("01:00:30.500", "00:50:11.001", "10m 18s"),
        ("03:00:30.500", "00:50:10.200", "2h 09m"),
        ("03:00:30.500", "00:51:00.000", "2h 09m"),
        ("03:00:30.500", "00:51:00.001", "2h 08m"),
        ("01:00:30.500", "00:00:10.000", "60m 20s"),
        ("01:00:30.500", "01:00:30.400", "0m 00s"),
        ("01:00:30.500", "01:00:30.501", "0m late"),
        ("01:00:30.500", "01:01:00.000", "1m late"),
    ] {
        let on_the_day = |time: &str| at(&format!("2026-06-13T{time}Z"));
        let (due_at, now) = (on_the_day(due_at), on_the_day(now));
        assert_eq!(countdown(due_at, now), shown, "{due_at} {now}");
    }
}

#[test]
fn local_times_carry_the_letters_of_the_zone() {
    assert_eq!(local(at("2026-06-13T01:14:00Z")), "Sat 13 Jun 02:14 BST");
    assert_eq!(local(at("2026-10-25T00:30:00Z")), "Sun 25 Oct 01:30 BST");
    assert_eq!(local(at("2026-10-25T01:30:00Z")), "Sun 25 Oct 01:30 GMT");
}

#[test]
fn a_short_time_names_the_day_only_if_it_is_another() {
    let now = at("2026-06-13T01:14:00Z");
    for (then, shown) in [
        ("2026-06-13T00:20:00Z", "01:20"),
        ("2026-06-12T21:10:00Z", "Fri 22:10"),
        ("2026-06-01T08:00:00Z", "1 Jun 09:00"),
    ] {
        assert_eq!(local_short(at(then), now), shown);
    }
}

#[test]
fn an_age_has_one_unit() {
    for (seconds, shown) in [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (7200, "2 h"),
        (86_400, "1 day"),
        (200_000, "2 days"),
    ] {
        assert_eq!(age(TimeDelta::seconds(seconds)), shown);
    }
}

proptest! {
    #[test]
    fn the_text_holds_until_the_next_change_and_not_longer(
        milliseconds in -700_000_000_i64..700_000_000,
        offset in prop_oneof![Just(0_i64), 0..3_600_000_i64],
    ) {
        let due_at = at("2026-06-13T01:00:00Z") + TimeDelta::milliseconds(offset);
        let now = due_at - TimeDelta::milliseconds(milliseconds);
        let change_at = next_change(due_at, now);
        let before = change_at - TimeDelta::milliseconds(1);
        prop_assert!(now < change_at);
        prop_assert_eq!(countdown(due_at, before), countdown(due_at, now));
        prop_assert_ne!(countdown(due_at, change_at), countdown(due_at, now));
    }
}
