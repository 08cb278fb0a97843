//! What must not pass in silence: which alarms stand when, and that whoever derives them means the same.

use crate::support::case::{Case, DPO, disclosure, graded, home, inform, wall};
use chrono::TimeDelta;
use nightdesk::domain::Instant;
use nightdesk::domain::alarm::{self, Alarm, Cause, Change, Closed, Series, Threshold};
use nightdesk::domain::closing::ClosingCommand;
use nightdesk::domain::command::{Acknowledge, Command, CorrectAwareness, Reassign};
use nightdesk::domain::contacts::Outcome;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::incident::AwarenessKind;
use nightdesk::domain::regulator::{Body, RegulatorCommand};
use nightdesk::domain::role::Role;
use nightdesk::domain::rota::Tier;
use std::collections::BTreeSet;

fn standing(case: &Case) -> Vec<Alarm> {
    let series = alarm::series(case.incident(), &case.directory, &case.policy, case.now);
    standing_of(&series, case.now)
}

fn standing_of(series: &[Series], now: Instant) -> Vec<Alarm> {
    let standing = series.iter().filter_map(|series| series.standing(now));
    standing.cloned().collect()
}

fn of_the_desk(case: &Case, directory: &Directory, now: Instant) -> Vec<Alarm> {
    standing_of(&alarm::desk_series(directory, &case.policy, now), now)
}

fn next_at(case: &Case) -> Option<Instant> {
    alarm::next_at(case.incident(), &case.directory, &case.policy, case.now)
}

/// Where the series of a clock stands.
fn of_clock(case: &Case, kind: ClockKind) -> Option<Threshold> {
    standing(case)
        .into_iter()
        .find_map(|alarm| match alarm.cause {
            Cause::Deadline { clock, .. } if clock == kind => Some(alarm.threshold),
            _ => None,
        })
}

fn thresholds(case: &Case, about: &Cause) -> Vec<Threshold> {
    let alarms = standing(case).into_iter();
    let of = alarms.filter(|alarm| alarm.cause == *about);
    of.map(|alarm| alarm.threshold).collect()
}

/// CLK-STATE: each share of the length, and the breach from the second after the due instant.
#[test]
fn of_a_deadline_the_latest_threshold_stands() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    let logged_at = case.now;
    let share = |percent| Some(Threshold::Share { percent });
    for (after, expected) in [
        (TimeDelta::hours(12) - TimeDelta::milliseconds(1), None),
        (TimeDelta::hours(12), share(50)),
        (TimeDelta::hours(18), share(75)),
        (TimeDelta::minutes(24 * 54), share(90)),
        (TimeDelta::hours(24), share(90)),
        (
            TimeDelta::hours(24) + TimeDelta::seconds(1),
            Some(Threshold::Passed {}),
        ),
        (TimeDelta::days(9), Some(Threshold::Passed {})),
    ] {
        case.then(logged_at + after);
        assert_eq!(
            of_clock(&case, ClockKind::Bob24h),
            expected,
            "after {after}"
        );
    }
}

/// BOB-IMM: the hour is a target that colours and never alarms.
#[test]
fn the_hour_for_line_manager_and_asset_owner_never_alarms() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.after_seconds(3 * 3600);
    assert_eq!(of_clock(&case, ClockKind::LmIao), None);
}

#[test]
fn what_was_done_stands_no_longer() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.after_seconds(19 * 3600);
    assert_eq!(
        of_clock(&case, ClockKind::BobDpo),
        Some(Threshold::Share { percent: 75 })
    );
    case.informs(&home(Role::Dpo));
    assert_eq!(of_clock(&case, ClockKind::BobDpo), None);
    assert!(
        of_clock(&case, ClockKind::Bob24h).is_some(),
        "the others are still to be told"
    );
}

/// Section 1.3, ACK: 15, 30 and 60 minutes.
#[test]
fn nobodys_acknowledgement_is_missed_in_steps() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    let logged_at = case.now;
    for (minutes, step) in [(15, 1), (30, 2), (60, 3), (600, 3)] {
        case.then(logged_at + TimeDelta::minutes(minutes));
        let found = thresholds(&case, &Cause::Unacknowledged {});
        assert_eq!(found, [Threshold::Step { step }], "after {minutes} minutes");
    }
    case.gives(Command::Acknowledge(Acknowledge::default()));
    assert_eq!(thresholds(&case, &Cause::Unacknowledged {}), []);
}

/// Section 2.7: the second number after a quarter of an hour, for as long as nobody has answered.
#[test]
fn the_next_rung_of_the_ladder_is_told_of() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
    let rung = Cause::Rung {
        ladder: Ladder::Dpo,
        rung: 1,
    };
    case.after_seconds(15 * 60 - 1);
    assert_eq!(thresholds(&case, &rung), []);
    case.after_seconds(1);
    assert_eq!(thresholds(&case, &rung), [Threshold::Passed {}]);
    case.informs(&home(Role::Dpo));
    assert_eq!(thresholds(&case, &rung), []);
}

#[test]
fn an_offer_that_nobody_answers_is_told_of() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.gives(Command::Acknowledge(Acknowledge::default()));
    case.gives(Command::Reassign(Reassign {
        to: DPO.into(),
        reason: "my shift ends".into(),
    }));
    case.after_seconds(15 * 60);
    assert_eq!(thresholds(&case, &Cause::Offer {}), [Threshold::Passed {}]);
}

#[test]
fn a_deadline_that_moves_is_another_alarm() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.after_seconds(13 * 3600);
    let before: BTreeSet<_> = standing(&case).into_iter().map(|alarm| alarm.id).collect();
    case.by("idris.pennywell")
        .gives(Command::CorrectAwareness(CorrectAwareness {
            kind: AwarenessKind::Staff,
            at: wall("2026-06-12 20:30"),
            reason: "the ward's log says so".into(),
            further_reason: None,
        }));
    let after = standing(&case);
    let moved = |alarm: &&Alarm| {
        matches!(
            alarm.cause,
            Cause::Deadline {
                clock: ClockKind::BobDpo,
                ..
            }
        )
    };
    let moved = after.iter().find(moved).unwrap();
    assert!(!before.contains(&moved.id));
    assert_eq!(moved.due_at, wall("2026-06-13 20:30"));
}

/// Whoever sleeps from one moment to the next misses nothing that somebody who looked all the time would
/// have seen, over both changes of the clocks.
#[test]
fn the_next_moment_is_never_slept_through() {
    for night in ["2026-03-28 21:00", "2026-06-12 21:00", "2026-10-24 21:00"] {
        let mut case = Case::logged_at(night);
        case.gives(inform(&home(Role::Dpo), Outcome::NoAnswer));
        case.gives(graded(4, 4));
        case.triages(disclosure());
        let (directory, begin) = (case.directory.clone(), case.now);
        let at = |now| {
            let series = alarm::series(case.incident(), &directory, &case.policy, now);
            standing_of(&series, now)
        };
        let mut watched = BTreeSet::new();
        for second in 0..80 * 60 {
            watched.extend(
                at(begin + TimeDelta::minutes(second))
                    .into_iter()
                    .map(|one| one.id),
            );
        }
        let (mut now, mut woken) = (begin, BTreeSet::new());
        while let Some(next) = alarm::next_at(case.incident(), &directory, &case.policy, now) {
            assert!(next > now);
            now = next;
            woken.extend(at(now).into_iter().map(|one| one.id));
        }
        assert!(watched.len() >= 12, "{night}: {} alarms", watched.len());
        assert_eq!(watched, woken, "{night}");
    }
}

#[test]
fn an_incident_that_has_ended_has_no_alarm_and_no_next_moment() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.by(DPO)
        .gives(Command::Closing(Box::new(ClosingCommand::Withdraw {
            reason: "logged by mistake".into(),
        })));
    case.by("idris.pennywell").gives(Command::Closing(Box::new(
        ClosingCommand::AgreeWithdrawal {},
    )));
    case.after_seconds(90 * 3600);
    assert_eq!(standing(&case), []);
    assert_eq!(next_at(&case), None);
}

/// ICO-ASKS: a regulator waits for an answer, also once the incident has ended.
#[test]
fn what_is_owed_by_a_day_alarms_before_and_after_it_until_it_is_done() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    let asked = RegulatorCommand::RecordEnquiry {
        note: None,
        body: Body::Ico,
        controller: None,
        text: "how many people were concerned".into(),
        reference: None,
        received_at: None,
        due_on: "2026-06-20".parse().unwrap(),
        answers: None,
    };
    case.by(DPO).gives(Command::Regulator(Box::new(asked)));
    let owed = |case: &Case| {
        let mut standing = standing(case);
        standing.retain(|alarm| matches!(alarm.cause, Cause::Owed { .. }));
        standing.first().map(|alarm| alarm.threshold)
    };
    assert_eq!(owed(&case), None);
    case.then_at("2026-06-20 09:00");
    assert_eq!(owed(&case), Some(Threshold::Before { hours: 24 }));
    case.then_at("2026-06-21 00:00:01");
    assert_eq!(owed(&case), Some(Threshold::Passed {}));
    let enquiry = case.incident().casework().regulator.enquiries[0].id;
    let answer = RegulatorCommand::AnswerEnquiry {
        note: None,
        late_reason: None,
        evidence: None,
        enquiry,
        text: "forty people, all told".into(),
        answered_at: None,
    };
    case.by(DPO).gives(Command::Regulator(Box::new(answer)));
    assert_eq!(owed(&case), None);
}

/// The acknowledgement of what is overdue holds for a while; that of a warning for good.
#[test]
fn what_is_still_overdue_long_after_it_was_acknowledged_is_asked_about_again() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.after_seconds(25 * 3600);
    let policy = case.policy.alarm.clone();
    let breach = standing(&case)
        .into_iter()
        .find(|one| one.threshold.is_passed())
        .unwrap();
    let again = breach.again(case.now, &policy).unwrap();
    assert_eq!(
        again.at,
        case.now + TimeDelta::minutes(policy.reconfirm_minutes.into())
    );
    assert_eq!(
        (again.cause.clone(), again.due_at),
        (breach.cause.clone(), breach.due_at)
    );
    assert_ne!(again.id, breach.id);
    assert_eq!(
        breach.again(case.now, &policy),
        Some(again),
        "derived twice, it is the same"
    );
    case.then_at("2026-06-13 10:00");
    let warning = standing(&case)
        .into_iter()
        .find(|one| !one.threshold.is_passed())
        .unwrap();
    assert_eq!(warning.again(case.now, &policy), None);
}

/// WSIC-TERM: 30, 14, 7 and 1 days, and the end.
#[test]
fn a_term_that_nobody_follows_is_told_of_until_and_after_its_end() {
    let mut case = Case::at("2026-06-12 21:00");
    let officer = |holding: &&mut nightdesk::domain::role::Holding| holding.role == Role::Wso;
    let ends_on = wall("2026-07-20 12:00").date_naive();
    for holding in case.directory.holdings.iter_mut().filter(officer) {
        holding.ends_on = Some(ends_on);
    }
    let directory = case.directory.clone();
    let of = |now| {
        let alarms = of_the_desk(&case, &directory, now).into_iter();
        let term = |alarm: &Alarm| {
            matches!(
                alarm.cause,
                Cause::Term {
                    role: Role::Wso,
                    ..
                }
            )
        };
        alarms
            .filter(term)
            .map(|alarm| alarm.threshold)
            .collect::<Vec<_>>()
    };
    let end = wall("2026-07-20 00:00");
    assert_eq!(of(end - TimeDelta::days(31)), []);
    for days in [30, 14, 7, 1] {
        let threshold = Threshold::Before { hours: days * 24 };
        assert_eq!(of(end - TimeDelta::days(days.into())), [threshold]);
    }
    assert_eq!(of(end), [Threshold::Passed {}]);
}

#[test]
fn a_hole_in_the_rota_is_told_of_before_it_begins_and_until_it_is_over() {
    let mut case = Case::at("2026-06-12 21:00");
    let next = wall("2026-06-14 09:00");
    let (first, from) = (Tier::First, next);
    case.directory
        .shifts
        .retain(|shift| shift.tier != first || shift.starts_at != next);
    let until = next + TimeDelta::days(1);
    let directory = case.directory.clone();
    let of = |now| {
        let alarms = of_the_desk(&case, &directory, now).into_iter();
        let hole = |alarm: &Alarm| {
            alarm.due_at == from
                && matches!(&alarm.cause, Cause::RotaGap { tier, .. } if *tier == first)
        };
        alarms
            .filter(hole)
            .map(|alarm| alarm.threshold)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(from - TimeDelta::hours(73)), []);
    assert_eq!(
        of(from - TimeDelta::hours(72)),
        [Threshold::Before { hours: 72 }]
    );
    assert_eq!(
        of(from - TimeDelta::hours(24)),
        [Threshold::Before { hours: 24 }]
    );
    assert_eq!(of(from), [Threshold::Passed {}]);
    assert_eq!(of(until - TimeDelta::seconds(1)), [Threshold::Passed {}]);
    assert_eq!(of(until), [], "somebody is on again");
}

/// Section 2.6: the second on call after a quarter of an hour, then the director.
#[test]
fn a_desk_that_nobody_takes_over_goes_up_in_steps() {
    let mut case = Case::at("2026-06-12 21:00");
    let shift = case
        .directory
        .shifts
        .iter_mut()
        .filter(|shift| shift.tier == Tier::First);
    shift.for_each(|shift| {
        shift.accepted_at = shift.accepted_at.filter(|_| shift.ends_at < case.now)
    });
    let directory = case.directory.clone();
    let since = directory
        .shifts
        .iter()
        .filter(|shift| shift.tier == Tier::First);
    let since = since
        .filter(|shift| shift.accepted_at.is_some())
        .map(|shift| shift.ends_at)
        .max()
        .unwrap();
    for (minutes, step) in [(1, 1), (15, 2), (30, 3)] {
        let now = since + TimeDelta::minutes(minutes);
        let alarms = of_the_desk(&case, &directory, now);
        let found = alarms
            .iter()
            .find(|alarm| alarm.cause == Cause::DeskNotTaken { tier: Tier::First });
        assert_eq!(
            found.unwrap().threshold,
            Threshold::Step { step },
            "after {minutes} minutes"
        );
    }
}

/// They land on lock screens: nothing that anybody typed is in them.
#[test]
fn a_headline_says_what_and_how_long_in_fixed_words() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    case.after_seconds(23 * 3600);
    let found = standing(&case);
    let lines: Vec<String> = found.iter().map(|alarm| alarm.headline(case.now)).collect();
    for expected in [
        "Tell the DPO (24 h): 1h 00m left",
        "Not acknowledged for 23h 00m",
    ] {
        assert!(
            lines.iter().any(|line| line == expected),
            "{expected} in {lines:?}"
        );
    }
    case.after_seconds(5 * 3600);
    let found = standing(&case);
    let lines: Vec<String> = found.iter().map(|alarm| alarm.headline(case.now)).collect();
    assert!(
        lines
            .iter()
            .any(|line| line == "Tell the DPO (24 h): 4h 00m late"),
        "{lines:?}"
    );
}

/// A desk's alarms over any order of presents: raised is raised, and closed is closed.
struct Engine {
    open: Vec<Alarm>,
    raised: Vec<Alarm>,
}

impl Engine {
    fn looks(&mut self, case: &Case, now: Instant) -> Change {
        let series = alarm::series(case.incident(), &case.directory, &case.policy, now);
        let change = alarm::change(&self.open, &series, now);
        self.open
            .retain(|alarm| change.close.iter().all(|(closed, _)| *closed != alarm.id));
        self.open.extend(change.raise.iter().cloned());
        self.raised.extend(change.raise.iter().cloned());
        change
    }
}

/// An hour forwards and back, a day ahead, three days back, both changes of the clocks: nothing is raised
/// twice, and nothing is missed once the time is really there.
#[test]
fn a_present_that_jumps_raises_nothing_twice_and_misses_nothing() {
    let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
    for night in ["2026-03-28 21:00", "2026-06-12 21:00", "2026-10-24 21:00"] {
        for jump in [hour, -hour, day + hour, -(day * 3)] {
            let mut case = Case::logged_at(night);
            case.gives(Command::Acknowledge(Acknowledge::default()));
            let begin = case.now;
            let mut engine = Engine {
                open: Vec::new(),
                raised: Vec::new(),
            };
            for minute in 0..80 * 60 {
                let real = begin + TimeDelta::minutes(minute);
                let jumped = (10 * 60..11 * 60).contains(&minute);
                engine.looks(&case, if jumped { real + jump } else { real });
            }
            let ids: BTreeSet<_> = engine.raised.iter().map(|alarm| alarm.id).collect();
            assert_eq!(
                ids.len(),
                engine.raised.len(),
                "{night}, {jump}: raised twice"
            );
            let breaches = engine
                .raised
                .iter()
                .filter(|alarm| alarm.threshold.is_passed());
            assert_eq!(
                breaches.count(),
                3,
                "{night}, {jump}: DPO, contacts, regulator"
            );
            assert_eq!(engine.open.len(), 3, "{night}, {jump}: {:?}", engine.open);
        }
    }
}

/// Down for two days, a server tells the worst of each deadline and not everything that led up to it.
#[test]
fn after_a_long_silence_the_worst_is_told_once() {
    let case = Case::logged_at("2026-06-12 21:00");
    let mut engine = Engine {
        open: Vec::new(),
        raised: Vec::new(),
    };
    let change = engine.looks(&case, case.now + TimeDelta::hours(60));
    let of_clocks = |alarm: &&Alarm| matches!(alarm.cause, Cause::Deadline { .. });
    let told: Vec<Threshold> = change
        .raise
        .iter()
        .filter(of_clocks)
        .map(|one| one.threshold)
        .collect();
    assert_eq!(told.len(), 3);
    assert!(
        told.contains(&Threshold::Share { percent: 75 }) && told.contains(&Threshold::Passed {})
    );
}

#[test]
fn an_alarm_closes_because_it_was_overtaken_or_settled() {
    let mut case = Case::logged_at("2026-06-12 21:00");
    let mut engine = Engine {
        open: Vec::new(),
        raised: Vec::new(),
    };
    engine.looks(&case, case.now + TimeDelta::hours(13));
    let overtaken = engine.looks(&case, case.now + TimeDelta::hours(19));
    assert!(
        overtaken
            .close
            .iter()
            .any(|(_, why)| *why == Closed::Overtaken)
    );
    case.after_seconds(19 * 3600);
    case.informs(&home(Role::Dpo));
    let settled = engine.looks(&case, case.now);
    assert_eq!(settled.close.len(), 1);
    assert!(settled.close.iter().all(|(_, why)| *why == Closed::Settled));
}
