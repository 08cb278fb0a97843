//! The state machine of one delivery: attempts, repeats, late reports, ends.

use crate::support::case::wall;
use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::config;
use nightdesk::domain::delivery::matter::{Matter, Title};
use nightdesk::domain::delivery::{
    Address, Answer, Delivery, DeliveryState, Due, Medium, NewDelivery, Report, Subject, Tried,
};
use nightdesk::domain::policy::DeliveryPolicy;
use proptest::prelude::*;
use uuid::Uuid;

const ALARM: Subject = Subject::Alarm(Uuid::from_u128(7));
const NOTICE: Subject = Subject::PartnerNotice(Uuid::from_u128(8));
const TEST: Subject = Subject::Test(Uuid::from_u128(9));

fn policy() -> DeliveryPolicy {
    config::policy().unwrap().delivery
}

fn now() -> DateTime<Utc> {
    wall("2026-06-12T23:30")
}

fn queued(subject: Subject, addresses: usize) -> Delivery {
    let addresses = (0..addresses).map(|place| {
        let medium = [Medium::Sms, Medium::Email][place % 2];
        Address::new(medium, format!("address {place}"))
    });
    let new = NewDelivery {
        subject,
        incident: None,
        thread: None,
        recipient: "DPO@riverbourne".into(),
        addresses: addresses.collect(),
        matter: Matter::Alarm {
            title: Title::new("Not acknowledged"),
            reference: None,
            due_at: now(),
            is_overdue: true,
        },
    };
    Delivery::new(new, now())
}

fn accepted(address: usize) -> Vec<Tried> {
    let answer = Answer::Accepted {
        reference: Some("4F1A".to_owned()),
    };
    vec![Tried { address, answer }]
}

fn refused(answers: &[fn(String) -> Answer]) -> Vec<Tried> {
    let each = answers.iter().enumerate();
    each.map(|(address, answer)| Tried {
        address,
        answer: answer(format!("no {address}")),
    })
    .collect()
}

/// Goes on as the worker does, always with the same answer, and tells when it was tried.
fn times(mut delivery: Delivery, answer: &[Tried]) -> (Vec<i64>, Delivery) {
    let mut minutes = Vec::new();
    while let Some(at) = delivery.next_at {
        match delivery.due(&policy()) {
            Due::Send => {
                minutes.push((at - now()).num_minutes());
                delivery.attempted(answer, at, &policy());
            }
            Due::End => delivery.end(),
        }
    }
    (minutes, delivery)
}

#[test]
fn an_alarm_is_said_once_and_at_most_six_times_more_at_the_minutes_of_the_policy() {
    let (minutes, delivery) = times(queued(ALARM, 1), &accepted(0));
    assert_eq!(minutes, [0, 1, 5, 15, 30, 60, 120]);
    assert_eq!(delivery.state, DeliveryState::Expired);
    assert_eq!(delivery.attempts, 7);
}

#[test]
fn what_never_was_accepted_is_tried_as_often_and_then_has_failed_and_says_why() {
    for subject in [ALARM, NOTICE, TEST] {
        let (minutes, delivery) = times(queued(subject, 1), &refused(&[Answer::NotNow]));
        assert_eq!((minutes.len(), minutes[0]), (7, 0), "{subject:?}");
        assert!(minutes[1] >= 1 && minutes[6] >= 120, "{minutes:?}");
        assert!(minutes[6] <= 144, "a fifth longer at most: {minutes:?}");
        assert_eq!(delivery.state, DeliveryState::Failed);
        assert_eq!(delivery.why.as_deref(), Some("no 0"));
    }
}

#[test]
fn a_notice_and_a_test_are_accepted_once_and_not_said_again() {
    let (minutes, delivery) = times(queued(NOTICE, 1), &accepted(0));
    assert_eq!((minutes, delivery.state), (vec![0], DeliveryState::Expired));
    let (minutes, delivery) = times(queued(TEST, 1), &accepted(0));
    assert_eq!((minutes, delivery.state), (vec![0], DeliveryState::Sent));
}

#[test]
fn a_notice_expires_when_its_window_has_passed_and_not_before() {
    let mut notice = queued(NOTICE, 1);
    notice.attempted(&accepted(0), now(), &policy());
    let window = TimeDelta::hours(policy().partner_answer_hours.into());
    assert_eq!(notice.next_at, Some(now() + window));
    assert_eq!(notice.due(&policy()), Due::End);
}

#[test]
fn whoever_cannot_be_reached_anywhere_has_not_been_and_says_so_at_once() {
    let delivery = queued(ALARM, 0);
    assert_eq!(
        (delivery.state, delivery.next_at),
        (DeliveryState::Failed, None)
    );
    assert!(delivery.why.unwrap().contains("no address"));
}

/// A way that is closed for good is not tried again; the next one is, and after the last nothing is.
#[test]
fn an_address_that_was_refused_for_good_is_left_out_from_then_on() {
    let mut delivery = queued(ALARM, 2);
    delivery.attempted(&refused(&[Answer::Never, Answer::NotNow]), now(), &policy());
    assert_eq!(delivery.state, DeliveryState::Queued);
    let usable: Vec<usize> = delivery.usable().map(|(place, _)| place).collect();
    assert_eq!(usable, [1]);
    let answer = Answer::Never("gone".to_owned());
    delivery.attempted(&[Tried { address: 1, answer }], now(), &policy());
    assert_eq!(
        (delivery.state, delivery.next_at),
        (DeliveryState::Failed, None)
    );
}

#[test]
fn a_message_that_came_back_is_sent_another_way_or_has_failed() {
    let mut delivery = queued(NOTICE, 2);
    delivery.attempted(&accepted(0), now(), &policy());
    let bounced = || Report::Refused("no such mailbox".to_owned());
    delivery.reported(None, bounced(), now(), &policy());
    assert_eq!(
        (delivery.state, delivery.next_at),
        (DeliveryState::Queued, Some(now()))
    );
    delivery.attempted(&accepted(1), now(), &policy());
    delivery.reported(None, bounced(), now(), &policy());
    assert_eq!(delivery.state, DeliveryState::Failed);
    assert_eq!(delivery.why.as_deref(), Some("no such mailbox"));
}

#[test]
fn a_message_that_was_given_up_is_sent_again_later_to_the_same_address() {
    let mut delivery = queued(NOTICE, 1);
    delivery.attempted(&accepted(0), now(), &policy());
    let given_up = Report::GivenUp("the phone was off".to_owned());
    delivery.reported(Some("4F1A"), given_up, now(), &policy());
    assert_eq!(delivery.state, DeliveryState::Queued);
    assert!(delivery.next_at.unwrap() >= now() + TimeDelta::minutes(1));
    assert_eq!(delivery.usable().count(), 1);
}

/// An earlier message that did not arrive says nothing of the one that was sent after it.
#[test]
fn only_that_it_has_arrived_counts_of_an_earlier_message() {
    let mut delivery = queued(ALARM, 1);
    delivery.attempted(&accepted(0), now(), &policy());
    let refused = Report::Refused("late".to_owned());
    delivery.reported(Some("an earlier one"), refused, now(), &policy());
    assert_eq!(delivery.state, DeliveryState::Sent);
    delivery.reported(Some("an earlier one"), Report::Delivered, now(), &policy());
    assert_eq!(delivery.state, DeliveryState::Delivered);
}

/// What is said late of a lower rank changes nothing.
#[test]
fn late_news_cannot_undo_better_news() {
    let bounced = || Report::Refused("late".to_owned());
    let mut delivered = queued(ALARM, 1);
    delivered.attempted(&accepted(0), now(), &policy());
    delivered.reported(None, Report::Delivered, now(), &policy());
    delivered.reported(None, bounced(), now(), &policy());
    delivered.attempted(&accepted(0), now(), &policy());
    assert_eq!(delivered.state, DeliveryState::Delivered);

    let mut acknowledged = delivered.clone();
    acknowledged.acknowledge(now());
    for late in [Report::Delivered, bounced()] {
        acknowledged.reported(None, late, now(), &policy());
    }
    acknowledged.attempted(&refused(&[Answer::Never]), now(), &policy());
    acknowledged.cancel();
    acknowledged.end();
    assert_eq!(acknowledged.state, DeliveryState::Acknowledged);
    assert_eq!(acknowledged.next_at, None);

    let mut failed = queued(NOTICE, 1);
    failed.attempted(&accepted(0), now(), &policy());
    failed.reported(None, bounced(), now(), &policy());
    failed.reported(None, Report::Delivered, now(), &policy());
    assert_eq!(failed.state, DeliveryState::Delivered);
}

#[test]
fn one_that_is_acknowledged_or_about_nothing_any_more_is_not_said_again() {
    for end in [
        (|delivery| delivery.acknowledge(now())) as fn(&mut Delivery),
        Delivery::cancel,
    ] {
        let mut delivery = queued(ALARM, 1);
        delivery.attempted(&accepted(0), now(), &policy());
        end(&mut delivery);
        assert_eq!(delivery.next_at, None);
        // An attempt that was on its way meanwhile changes nothing of that.
        delivery.attempted(&accepted(0), now(), &policy());
        assert_eq!(delivery.next_at, None);
    }
}

#[test]
fn a_message_that_is_late_says_so_until_it_has_arrived_and_is_not_sent_sooner() {
    let late = || Report::Delayed("the mail server is still trying".to_owned());
    let mut delivery = queued(ALARM, 1);
    delivery.attempted(&accepted(0), now(), &policy());
    let next_at = delivery.next_at;
    delivery.reported(None, late(), now(), &policy());
    assert_eq!(delivery.state, DeliveryState::Sent);
    assert_eq!(delivery.next_at, next_at);
    assert_eq!(
        delivery.why.as_deref(),
        Some("the mail server is still trying")
    );
    delivery.reported(None, Report::Delivered, now(), &policy());
    delivery.reported(None, late(), now(), &policy());
    assert_eq!(
        (delivery.state, delivery.why),
        (DeliveryState::Delivered, None)
    );
}

#[test]
fn the_same_subject_for_the_same_recipient_is_the_same_delivery() {
    assert_eq!(queued(ALARM, 1).id, queued(ALARM, 2).id);
    let ids = [ALARM, NOTICE, TEST].map(|subject| queued(subject, 1).id);
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
    let same_number = Subject::Test(ALARM.id());
    assert_ne!(queued(same_number, 1).id, ids[0]);
}

/// F13: a due time that is corrected a thousand times, each time after another alarm was raised of it. The
/// recipient is told at the pauses of one that stays, then once an hour, and of the last one for certain.
#[test]
fn a_matter_that_moves_a_thousand_times_is_told_no_more_often_than_one_that_stays() {
    let every = TimeDelta::minutes(10);
    let mut told = Vec::new();
    let mut delivery = queued(ALARM, 1);
    for correction in 1..=1_000 {
        let until = now() + every * correction;
        while let Some(at) = delivery.next_at.filter(|at| *at < until) {
            match delivery.due(&policy()) {
                Due::Send => {
                    told.push(at);
                    delivery.attempted(&accepted(0), at, &policy());
                }
                Due::End => delivery.end(),
            }
        }
        delivery.cancel();
        let mut moved = queued(ALARM, 1);
        moved.next_at = Some(until);
        delivery = moved.following(&delivery, &policy());
    }
    assert_eq!(told[0], now());
    let pauses: Vec<TimeDelta> = told.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        pauses[6..]
            .iter()
            .all(|pause| *pause >= TimeDelta::hours(1))
    );
    let hours = (every * 1_000).num_hours() as usize;
    assert!((7..=7 + hours).contains(&told.len()), "{}", told.len());
    assert!(delivery.next_at.is_some(), "the last one is still told of");

    delivery.acknowledge(now());
    let fresh = queued(ALARM, 1).following(&delivery, &policy());
    assert_eq!(
        (fresh.earlier, fresh.next_at),
        (0, Some(now())),
        "somebody is there"
    );
}

/// A way that fails is tried as often as ever, however often the matter was told of before.
#[test]
fn what_was_moved_is_not_given_up_at_the_first_failure() {
    let mut before = queued(ALARM, 1);
    for _ in 0..7 {
        before.attempted(&accepted(0), now(), &policy());
    }
    before.cancel();
    let mut moved = queued(ALARM, 1).following(&before, &policy());
    moved.attempted(&refused(&[Answer::NotNow]), now(), &policy());
    assert_eq!(moved.state, DeliveryState::Queued);
    assert_eq!(moved.due(&policy()), Due::Send);
    moved.attempted(&accepted(0), now(), &policy());
    assert_eq!(
        moved.due(&policy()),
        Due::End,
        "it was told as often as it is"
    );
}

#[derive(Clone, Debug)]
enum Happening {
    Attempted(Vec<Tried>),
    Reported(Report),
    Acknowledged,
    Cancelled,
    Ended,
}

fn happening() -> impl Strategy<Value = Happening> {
    let why = || "why".to_owned();
    prop_oneof![
        Just(Happening::Attempted(accepted(0))),
        Just(Happening::Attempted(refused(&[Answer::NotNow]))),
        Just(Happening::Attempted(refused(&[Answer::Never]))),
        Just(Happening::Reported(Report::Delivered)),
        Just(Happening::Reported(Report::Delayed(why()))),
        Just(Happening::Reported(Report::Refused(why()))),
        Just(Happening::Reported(Report::GivenUp(why()))),
        Just(Happening::Acknowledged),
        Just(Happening::Cancelled),
        Just(Happening::Ended),
    ]
}

proptest! {
    /// Whatever happens in whatever order: nothing is looked at again once it is over, and only what has
    /// failed or expired can still turn out to be better than that.
    #[test]
    fn what_is_over_stays_over(happenings in prop::collection::vec(happening(), 1..20)) {
        let mut delivery = queued(ALARM, 2);
        let mut now = now();
        for happening in happenings {
            let before = delivery.state;
            now += TimeDelta::minutes(1);
            match happening {
                Happening::Attempted(tried) => delivery.attempted(&tried, now, &policy()),
                Happening::Reported(report) => delivery.reported(None, report, now, &policy()),
                Happening::Acknowledged => delivery.acknowledge(now),
                Happening::Cancelled => delivery.cancel(),
                Happening::Ended => delivery.end(),
            }
            if before.is_over() {
                let better = [DeliveryState::Delivered, DeliveryState::Acknowledged, DeliveryState::Expired];
                prop_assert!(delivery.state == before || better.contains(&delivery.state));
                prop_assert_eq!(delivery.next_at, None);
            }
            prop_assert!(!delivery.state.is_over() || delivery.next_at.is_none());
        }
    }
}
