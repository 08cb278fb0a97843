//! What holds whatever people do: any commands, by anybody, at any time, in any order.

mod audience;
mod casework;

use crate::clock_states::stopped;
use crate::support::case::{
    Case, DPO, OFFICER, attempt, disclosure, grade, home, shared_disclosure, triage,
};
use chrono::TimeDelta;
use nightdesk::domain::Instant;
use nightdesk::domain::clock::{self, Clock, ClockState, ClockView};
use nightdesk::domain::command::{
    AcceptAssignment, Acknowledge, AddNote, Command, CorrectAwareness, DeclareMajor,
    DeclineAssignment, DeclineMajor, Escalate, NotifyPartners, Reassign, RecordPartnerAnswer,
    UndoAcknowledge,
};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::event::Event;
use nightdesk::domain::incident::{AwarenessKind, BreachStatus, Facts, Incident, NoteKind, Status};
use nightdesk::domain::partners::PartnerAnswer;
use nightdesk::domain::query;
use nightdesk::domain::regulator::RegulatorCommand;
use nightdesk::domain::role::Role;
use proptest::collection::vec;
use proptest::prelude::*;

/// The officer, the DPO and her deputy, a partner's representative, a manager without rights, the
/// Partnership Security Officer.
const PEOPLE: [&str; 6] = [
    OFFICER,
    DPO,
    "cuthbert.wray",
    "beatrix.wolverton",
    "maud.fennimore",
    "marguerite.holloway",
];

/// One thing somebody tries, so long after the one before.
#[derive(Clone, Debug)]
struct Try {
    person: &'static str,
    seconds_later: i64,
    command: Command,
}

fn any_try() -> impl Strategy<Value = Try> {
    (
        prop::sample::select(&PEOPLE[..]),
        0_i64..40_000,
        any_command(),
    )
        .prop_map(|(person, seconds_later, command)| Try {
            person,
            seconds_later,
            command,
        })
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => any_inform(),
        2 => any_grade(),
        2 => any_triage(),
        1 => any_correction(),
        1 => any_answer(),
        3 => any_small_command(),
    ]
}

fn any_inform() -> impl Strategy<Value = Command> {
    let contacts = vec![
        home(Role::Lm),
        home(Role::Iao),
        home(Role::Dpo),
        home(Role::Igt),
        home(Role::Siro),
        home(Role::Cg),
        Contact::partnership(Role::Wso),
        Contact::partnership(Role::Host),
    ];
    (
        prop::sample::select(contacts),
        prop::sample::select(&Outcome::ALL[..]),
        any::<bool>(),
    )
        .prop_map(|(contact, outcome, explained)| {
            let mut attempt = attempt(&contact, outcome);
            if !Outcome::of(attempt.channel).contains(&outcome) {
                attempt.channel = Channel::Email;
            }
            attempt.late_reason = explained.then(|| "nobody answered".into());
            Command::Inform(Box::new(attempt))
        })
}

fn any_grade() -> impl Strategy<Value = Command> {
    (0_u8..=6, 0_u8..=6)
        .prop_map(|(severity, likelihood)| Command::Grade(Box::new(grade(severity, likelihood))))
}

fn any_triage() -> impl Strategy<Value = Command> {
    let statuses = prop::sample::select(&BreachStatus::ALL[..]);
    let scopes = prop::sample::select(&nightdesk::domain::incident::DataScope::ALL[..]);
    (statuses, scopes, any::<bool>(), any::<bool>()).prop_map(|(status, scope, shared, nis)| {
        let facts = if shared {
            shared_disclosure()
        } else {
            disclosure()
        };
        triage(Facts {
            breach_status: status,
            harm_prevented_by: Some("noticed in time".into()),
            data_scope: [scope].into(),
            nis_significant: Some(nis),
            ..facts
        })
    })
}

fn any_correction() -> impl Strategy<Value = Command> {
    let kinds = prop::sample::select(vec![
        AwarenessKind::Staff,
        AwarenessKind::Officer,
        AwarenessKind::Processor,
        AwarenessKind::ControllerInformed,
        AwarenessKind::Nis,
    ]);
    (kinds, -100_000_i64..100_000).prop_map(|(kind, seconds)| {
        Command::CorrectAwareness(CorrectAwareness {
            kind,
            at: crate::directory::reference_night() + TimeDelta::seconds(seconds),
            reason: "misheard".into(),
            further_reason: None,
        })
    })
}

fn any_answer() -> impl Strategy<Value = Command> {
    let answers = prop::sample::select(vec![
        PartnerAnswer::Acknowledged {
            spoke_to: "site manager".into(),
        },
        PartnerAnswer::LocalProcess {
            reference: "EM-1".into(),
        },
        PartnerAnswer::LocalComplete {},
        PartnerAnswer::NotAffected {
            reason: "other system".into(),
        },
        PartnerAnswer::OwnSiroInformed {},
        PartnerAnswer::NotDelivered {
            reason: "mailbox full".into(),
        },
    ]);
    (
        prop::sample::select(vec!["eastmere", "calder", "harbour"]),
        answers,
    )
        .prop_map(|(organisation, answer)| {
            Command::RecordPartnerAnswer(RecordPartnerAnswer {
                organisation: organisation.into(),
                answer,
                answered_at: None,
                note: None,
            })
        })
}

fn any_small_command() -> impl Strategy<Value = Command> {
    let reason = "because of the night";
    prop::sample::select(vec![
        Command::Acknowledge(Acknowledge {}),
        Command::UndoAcknowledge(UndoAcknowledge {}),
        Command::AcceptAssignment(AcceptAssignment {}),
        Command::DeclineAssignment(DeclineAssignment {
            reason: reason.into(),
        }),
        Command::Reassign(Reassign {
            to: DPO.into(),
            reason: reason.into(),
        }),
        Command::Reassign(Reassign {
            to: OFFICER.into(),
            reason: reason.into(),
        }),
        Command::DeclareMajor(DeclareMajor {
            reason: reason.into(),
        }),
        Command::DeclineMajor(DeclineMajor {
            reason: reason.into(),
        }),
        Command::Escalate(Escalate {
            ladder: Ladder::Dpo,
            reason: reason.into(),
        }),
        Command::Escalate(Escalate {
            ladder: Ladder::Officer,
            reason: reason.into(),
        }),
        Command::Escalate(Escalate {
            ladder: Ladder::OnCall,
            reason: reason.into(),
        }),
        Command::NotifyPartners(NotifyPartners {
            organisations: ["eastmere".into()].into(),
            channel: Channel::Email,
            again: [].into(),
        }),
        Command::Note(AddNote {
            kind: NoteKind::FileNote,
            text: "quiet so far".into(),
            happened_at: None,
            corrects: None,
        }),
    ])
}

fn same_clock<'a>(incident: &'a Incident, wanted: &Clock) -> Option<&'a Clock> {
    let mut clocks = incident.clocks.iter();
    clocks.find(|clock| clock.is(wanted.kind, wanted.controller.as_ref()))
}

/// No clock disappears, appears twice, or moves, unless a correction or a re-anchoring says so
/// (CLK-NOPAUSE).
fn clocks_stand(before: &Incident, after: &Incident, command: &Command, events: &[Event]) {
    let span = |clock: &Clock| (clock.started_at, clock.due_at);
    for clock in &before.clocks {
        let later = same_clock(after, clock).expect("a clock has disappeared");
        let moved = span(later) != span(clock);
        // The reason for being late may follow in an event of its own.
        let revised = events.iter().any(|event| {
            matches!(event, Event::ClockRevised { clock, .. }
                if clock.is(later.kind, later.controller.as_ref()) && span(clock) == span(later))
        });
        let corrected = match command {
            Command::CorrectAwareness(_) => true,
            Command::Regulator(step) => matches!(**step, RegulatorCommand::Reanchor { .. }),
            _ => false,
        };
        assert!(
            !moved || (revised && corrected),
            "{} moved",
            clock.kind.as_str()
        );
    }
    for (place, clock) in after.clocks.iter().enumerate() {
        let twice = after.clocks[place + 1..]
            .iter()
            .any(|other| other.is(clock.kind, clock.controller.as_ref()));
        assert!(!twice, "{} runs twice", clock.kind.as_str());
    }
}

/// States are read off facts and the present: a copy that went over the wire has the same ones, the
/// board's index agrees, and a stopped clock does not change as time passes.
fn states_follow_from_now(incident: &Incident, now: Instant) {
    let wire = serde_json::to_string(incident).unwrap();
    let copy: Incident = serde_json::from_str(&wire).unwrap();
    assert_eq!(&copy, incident);
    for (view, copied) in clock::views(incident).zip(clock::views(&copy)) {
        assert_eq!(view.state(now), copied.state(now));
        if !view.state(now).is_open() {
            assert_eq!(view.state(now), view.state(now + TimeDelta::days(30)));
        }
        if let Some(changes_at) = view.next_change_at(now) {
            let just_before = changes_at - TimeDelta::seconds(1);
            assert!(just_before < now || view.state(just_before) == view.state(now));
            assert_ne!(view.state(changes_at), view.state(now));
        }
    }
    let person = OFFICER.into();
    let standing = query::standing(incident, &person, now);
    for (queue, is_in) in query::Queue::ALL.into_iter().zip(standing.queues) {
        assert_eq!(is_in, query::belongs(incident, queue, &person, now));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Beside what is asserted here, every accepted command checks that folding the entries gives
    /// the state, and every refused one that nothing has changed.
    #[test]
    fn whatever_people_do_clocks_stand_and_the_trail_tells_it_all(tries in vec(any_try(), 1..40)) {
        let mut case = Case::logged_at("2026-06-12T19:30:00");
        for attempt in tries {
            case.now += TimeDelta::seconds(attempt.seconds_later);
            case.by(attempt.person);
            let before = case.incident().clone();
            let Ok(events) = case.give(attempt.command.clone()) else {
                prop_assert_eq!(case.incident(), &before);
                continue;
            };
            let after = case.incident();
            prop_assert!(!events.is_empty());
            prop_assert_eq!(after.version, before.version + 1);
            prop_assert!(after.status >= before.status, "triage is not taken back");
            prop_assert!(matches!(after.status, Status::Logged | Status::Triaged));
            clocks_stand(&before, after, &attempt.command, &events);
            states_follow_from_now(after, case.now);
        }
    }

    #[test]
    fn a_stop_at_the_deadline_itself_is_met_and_one_second_later_is_not(
        seconds in 0_i64..200_000_000,
        kind in prop::sample::select(&ClockKind::ALL[..]),
    ) {
        let policy = nightdesk::config::policy().unwrap();
        let started_at = crate::directory::reference_night() + TimeDelta::seconds(seconds);
        let clock = Clock::start(kind, None, started_at, &policy);
        let case = Case::logged_at("2026-06-12T18:30:00");
        let state = |stopped_at: Option<Instant>, now| {
            let (incident, stop) = (case.incident(), stopped_at.map(stopped));
            ClockView { incident, clock: &clock, stop, outer_due_at: None }.state(now)
        };
        let (due, late) = (clock.due_at, clock.due_at + TimeDelta::seconds(1));
        prop_assert_eq!(state(Some(due), late), ClockState::Met);
        prop_assert_ne!(state(Some(late), late), ClockState::Met);
        prop_assert_eq!(state(None, due), ClockState::DueSoon);
        prop_assert_eq!(state(None, late), ClockState::Overdue);
    }
}
