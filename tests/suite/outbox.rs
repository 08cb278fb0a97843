//! The outbox alone: what may be sent when, and what ends a command.

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::client::outbox::{Delivery, Errand, Outbox, Unsent, Verdict, WhyNot};
use nightdesk::domain::command::{Acknowledge, Command, Reassign};
use nightdesk::domain::id::{CommandId, IncidentId};
use proptest::prelude::*;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    "2026-06-12T20:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn id(number: u128) -> CommandId {
    CommandId(Uuid::from_u128(number))
}

fn acknowledge(number: u128, incident: u128) -> Unsent {
    Unsent {
        id: id(number),
        incident: IncidentId(Uuid::from_u128(incident)),
        command: Command::Acknowledge(Acknowledge {}),
        seen_version: 1,
        given_at: now(),
    }
}

fn reassign(number: u128, incident: u128) -> Unsent {
    Unsent {
        command: Command::Reassign(Reassign {
            to: "aisha.merrow".into(),
            reason: "End of shift".into(),
        }),
        ..acknowledge(number, incident)
    }
}

fn outbox(commands: impl IntoIterator<Item = Unsent>) -> Outbox {
    let mut outbox = Outbox::default();
    for unsent in commands {
        let id = unsent.id;
        outbox.add(unsent);
        outbox.written(id);
    }
    outbox
}

fn sent(outbox: &mut Outbox, at: DateTime<Utc>) -> Vec<u128> {
    outbox
        .take_errands(at)
        .iter()
        .map(|errand| errand.command().0.as_u128())
        .collect()
}

const UNKNOWN: Verdict = Verdict::Unknown { retry_after: None };

#[test]
fn nothing_is_sent_before_it_is_on_disk() {
    let mut outbox = Outbox::default();
    outbox.add(acknowledge(1, 1));
    assert_eq!(sent(&mut outbox, now()), []);
    outbox.written(id(1));
    assert_eq!(sent(&mut outbox, now()), [1]);
}

#[test]
fn what_waits_for_the_disk_holds_up_only_its_own_incident() {
    let mut outbox = Outbox::default();
    outbox.add(acknowledge(1, 1));
    outbox.add(acknowledge(2, 1));
    outbox.add(acknowledge(3, 2));
    outbox.written(id(2));
    outbox.written(id(3));
    assert_eq!(sent(&mut outbox, now()), [3]);
}

#[test]
fn one_incident_has_one_command_in_flight_and_keeps_their_order() {
    let mut outbox = outbox([acknowledge(1, 1), acknowledge(2, 1), acknowledge(3, 2)]);
    assert_eq!(sent(&mut outbox, now()), [1, 3]);
    assert_eq!(sent(&mut outbox, now()), []);
    outbox.settle(id(1), UNKNOWN, now(), 0.0);
    assert_eq!(sent(&mut outbox, after(0)), [], "the first is not settled");
    assert_eq!(sent(&mut outbox, after(60)), [1]);
    outbox.settle(id(1), Verdict::Applied { version: 2 }, now(), 0.0);
    assert_eq!(sent(&mut outbox, now()), [2]);
}

#[test]
fn a_dead_link_is_not_asked_a_hundred_times_at_once() {
    let mut outbox = outbox((1..=100).map(|number| acknowledge(number, number)));
    assert_eq!(sent(&mut outbox, now()).len(), 4);
}

#[test]
fn a_retry_is_the_same_request() {
    let mut outbox = outbox([acknowledge(1, 1)]);
    let first = outbox.take_errands(now());
    outbox.settle(id(1), UNKNOWN, now(), 0.9);
    assert_eq!(outbox.take_errands(after(60)), first);
}

#[test]
fn the_server_is_left_alone_as_long_as_it_asks() {
    let mut outbox = outbox([acknowledge(1, 1)]);
    outbox.take_errands(now());
    let retry_after = Some(TimeDelta::seconds(100));
    outbox.settle(id(1), Verdict::Unknown { retry_after }, now(), 0.0);
    assert_eq!(outbox.next_retry_at(), Some(after(100)));
}

#[test]
fn a_link_that_is_back_hurries_everything() {
    let mut outbox = outbox([acknowledge(1, 1)]);
    outbox.take_errands(now());
    outbox.settle(id(1), UNKNOWN, now(), 0.9);
    outbox.hurry();
    assert_eq!(sent(&mut outbox, now()), [1]);
}

#[test]
fn a_command_that_would_do_harm_late_is_asked_about_and_given_up() {
    let mut outbox = outbox([reassign(1, 1)]);
    assert!(matches!(outbox.take_errands(now())[..], [Errand::Send(_)]));
    outbox.settle(id(1), UNKNOWN, now(), 0.0);
    let late = after(10 * 60);
    assert_eq!(outbox.take_errands(late), [Errand::Ask(id(1))]);
    outbox.settle(id(1), Verdict::NeverArrived, late, 0.0);
    assert_eq!(outbox.refused()[0].why, WhyNot::TooLate {});
    assert!(outbox.pending().is_empty());
}

#[test]
fn never_heard_of_counts_only_when_nothing_can_be_under_way() {
    let mut outbox = outbox([reassign(1, 1)]);
    outbox.take_errands(after(119));
    outbox.settle(id(1), UNKNOWN, after(120), 0.0);
    assert_eq!(outbox.take_errands(after(150)), [Errand::Ask(id(1))]);
    outbox.settle(id(1), Verdict::NeverArrived, after(150), 0.0);
    assert_eq!(outbox.pending().len(), 1, "the request may still arrive");
    assert_eq!(outbox.take_errands(after(300)), [Errand::Ask(id(1))]);
    outbox.settle(id(1), Verdict::NeverArrived, after(300), 0.0);
    assert_eq!(outbox.refused().len(), 1);
}

#[test]
fn what_commutes_is_tried_for_ever() {
    let mut outbox = outbox([acknowledge(1, 1)]);
    for hour in 0..100 {
        let at = after(hour * 3600);
        assert!(matches!(outbox.take_errands(at)[..], [Errand::Send(_)]));
        outbox.settle(id(1), UNKNOWN, at, 0.5);
    }
}

#[test]
fn a_second_answer_changes_nothing() {
    let mut outbox = outbox([acknowledge(1, 1)]);
    outbox.take_errands(now());
    assert!(
        outbox
            .settle(id(1), Verdict::Applied { version: 2 }, now(), 0.0)
            .is_some()
    );
    assert!(
        outbox
            .settle(id(1), Verdict::NeverArrived, now(), 0.0)
            .is_none()
    );
    assert!(outbox.refused().is_empty());
}

proptest! {
    /// Waits grow, never beyond half a minute, and are spread so that consoles do not come back all
    /// at once.
    #[test]
    fn waits_grow_to_half_a_minute(tries in 1..40_usize, random in 0.0..1.0_f64) {
        let mut outbox = outbox([acknowledge(1, 1)]);
        let mut at = now();
        for tried in 1..=tries {
            outbox.take_errands(at);
            outbox.settle(id(1), UNKNOWN, at, random);
            let Delivery::RetryAt(retry_at) = outbox.pending()[0].delivery else {
                panic!("it is to be tried again");
            };
            let longest = TimeDelta::seconds(30.min(1 << tried.min(10)));
            prop_assert!(retry_at - at <= longest && retry_at - at >= longest / 2);
            at = retry_at;
        }
    }
}
