//! What holds in every night, whatever people do in which order: properties of the rulebook over
//! random sequences of commands.
//!
//! That folding the entries gives the state is asserted by the case itself, after every command.

use crate::support::case::{
    Case, DPO, OFFICER, disclosure, graded, home, inform, shared_disclosure, triage,
};
use chrono::TimeDelta;
use nightdesk::domain::Instant;
use nightdesk::domain::clock::{self, Clock, ClockState};
use nightdesk::domain::command::{
    Acknowledge, AddNote, Command, CorrectAwareness, DeclareMajor, Escalate, NotifyPartners,
    Reassign, UndoAcknowledge,
};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::directory::Channel;
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::event::Event;
use nightdesk::domain::incident::{AwarenessKind, BreachStatus, Facts, Incident, NoteKind, Status};
use nightdesk::domain::role::Role;
use proptest::prelude::*;

/// One thing that somebody does, so many seconds after the one before.
#[derive(Clone, Debug)]
struct Step {
    seconds: i64,
    person: &'static str,
    command: Command,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0..3_000_i64,
        prop::sample::select(vec![OFFICER, DPO]),
        commands(),
    )
        .prop_map(|(seconds, person, command)| Step {
            seconds,
            person,
            command,
        });
    prop::collection::vec(step, 1..14)
}

fn commands() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => (contacts(), prop::sample::select(&Outcome::ALL[..]))
            .prop_map(|(contact, outcome)| inform(&contact, outcome)),
        2 => (1..=5_u8, 1..=5_u8).prop_map(|(severity, likelihood)| graded(severity, likelihood)),
        2 => facts().prop_map(triage),
        2 => prop::sample::select(handing_on()),
        1 => corrections(),
    ]
}

fn contacts() -> impl Strategy<Value = Contact> {
    prop::sample::select(vec![
        home(Role::Lm),
        home(Role::Iao),
        home(Role::Dpo),
        home(Role::Igt),
        home(Role::Siro),
        home(Role::Cg),
        Contact::partnership(Role::Wso),
        Contact::partnership(Role::Host),
    ])
}

fn facts() -> impl Strategy<Value = Facts> {
    prop::sample::select(vec![
        disclosure(),
        shared_disclosure(),
        Facts {
            cyber: true,
            nis_significant: Some(true),
            ..disclosure()
        },
        Facts {
            breach_status: BreachStatus::NearMiss,
            harm_prevented_by: Some("the letter came back unopened".into()),
            ..disclosure()
        },
        Facts {
            breach_status: BreachStatus::NotABreach,
            ..disclosure()
        },
    ])
}

fn handing_on() -> Vec<Command> {
    let reason = || "as agreed".into();
    vec![
        Command::Acknowledge(Acknowledge {}),
        Command::UndoAcknowledge(UndoAcknowledge {}),
        Command::Reassign(Reassign {
            to: DPO.into(),
            reason: reason(),
        }),
        Command::Escalate(Escalate {
            ladder: Ladder::Dpo,
            reason: reason(),
        }),
        Command::Escalate(Escalate {
            ladder: Ladder::Officer,
            reason: reason(),
        }),
        Command::NotifyPartners(NotifyPartners {
            organisations: ["eastmere".into()].into(),
            channel: Channel::Email,
        }),
        Command::Note(AddNote {
            kind: NoteKind::FileNote,
            text: "spoke to the ward".into(),
            happened_at: None,
            corrects: None,
        }),
        Command::DeclareMajor(DeclareMajor { reason: reason() }),
    ]
}

fn corrections() -> impl Strategy<Value = Command> {
    let kinds = [AwarenessKind::Staff, AwarenessKind::Officer];
    (prop::sample::select(kinds.to_vec()), 0..600_i64).prop_map(|(kind, minutes)| {
        let logged_at: Instant = "2026-06-12T17:30:00Z".parse().unwrap();
        Command::CorrectAwareness(CorrectAwareness {
            kind,
            at: logged_at - TimeDelta::minutes(minutes),
            reason: "misheard on the phone".into(),
        })
    })
}

/// Does the steps one after the other; a refused one changes nothing and is passed over.
fn through_the_night(
    steps: Vec<Step>,
    mut check: impl FnMut(&Incident, &Case, &[Event]) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    for step in steps {
        let before = case.incident().clone();
        case.now += TimeDelta::seconds(step.seconds);
        match case.by(step.person).give(step.command) {
            Ok(events) => check(&before, &case, &events)?,
            Err(refusal) => {
                prop_assert_eq!(case.incident(), &before, "{}", refusal);
            }
        }
    }
    Ok(())
}

fn same_clock<'a>(incident: &'a Incident, clock: &Clock) -> Option<&'a Clock> {
    let mut clocks = incident.clocks.iter();
    clocks.find(|known| known.is(clock.kind, clock.controller.as_ref()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// CLK-NOPAUSE: a clock is never lost, and its start and deadline move by nothing but a
    /// revision, which comes with the correction that explains it.
    #[test]
    fn nothing_but_a_recorded_correction_shifts_a_clock(steps in steps()) {
        through_the_night(steps, |before, case, events| {
            let corrected = events
                .iter()
                .any(|event| matches!(event, Event::AwarenessCorrected { .. }));
            for clock in &before.clocks {
                let after = same_clock(case.incident(), clock);
                prop_assert!(after.is_some(), "{} is gone", clock.kind.as_str());
                let after = after.unwrap();
                let shifted = (after.started_at, after.due_at, after.outer_due_at)
                    != (clock.started_at, clock.due_at, clock.outer_due_at);
                let revised = events.iter().any(|event| {
                    matches!(event, Event::ClockRevised { clock: revised, previous_due_at }
                        if revised == after && *previous_due_at == clock.due_at)
                });
                prop_assert_eq!(shifted, revised, "{}", clock.kind.as_str());
                prop_assert!(!shifted || corrected, "{}", clock.kind.as_str());
            }
            Ok(())
        })?;
    }

    /// CLK-STATE: while nothing is done an open clock only moves on, from running to due soon to
    /// overdue, and turns overdue one second after its deadline.
    #[test]
    fn the_state_of_an_open_clock_follows_from_the_present_alone(steps in steps()) {
        through_the_night(steps, |_, case, _| {
            for view in clock::views(case.incident()) {
                if !view.state(view.clock.started_at).is_open() {
                    continue;
                }
                let due_at = view.clock.due_at;
                let second = TimeDelta::seconds(1);
                prop_assert_ne!(view.state(due_at), ClockState::Overdue);
                prop_assert_eq!(view.state(due_at + second), ClockState::Overdue);
                let course = [view.clock.started_at, view.clock.due_soon_at, due_at, due_at + second]
                    .map(|at| view.state(at));
                prop_assert!(course.is_sorted(), "{:?}", course);
            }
            Ok(())
        })?;
    }

    /// INF-COUNTS: calls that nobody answered stop nothing.
    #[test]
    fn only_who_was_reached_stops_a_clock(steps in steps()) {
        through_the_night(steps, |before, case, events| {
            let reached = events.iter().any(|event| {
                matches!(event, Event::ContactAttempted { attempt } if attempt.outcome.informs())
            });
            let only_attempts = events.iter().all(|event| {
                matches!(event, Event::ContactAttempted { .. })
            });
            if only_attempts && !reached {
                let stops = |incident: &Incident| -> Vec<Option<Instant>> {
                    clock::views(incident).map(|view| view.stopped_at).collect()
                };
                prop_assert_eq!(stops(before), stops(case.incident()));
            }
            Ok(())
        })?;
    }

    /// Only reachable states: versions count the commands taken, triage is never undone, and
    /// everything that grows only grows.
    #[test]
    fn a_case_only_grows(steps in steps()) {
        through_the_night(steps, |before, case, events| {
            let after = case.incident();
            prop_assert!(!events.is_empty());
            prop_assert_eq!(after.version, before.version + 1);
            prop_assert!(!(before.status == Status::Triaged && after.status == Status::Logged));
            prop_assert!(after.attempts.starts_with(&before.attempts));
            prop_assert!(after.assessments.starts_with(&before.assessments));
            prop_assert!(after.notes.starts_with(&before.notes));
            prop_assert!(after.escalations.starts_with(&before.escalations));
            prop_assert!(after.awareness.revisions.starts_with(&before.awareness.revisions));
            Ok(())
        })?;
    }
}
