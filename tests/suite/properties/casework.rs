//! The same of casework: from any point of a scenario's walk on, anybody tries anything.

use super::{any_command, clocks_stand, states_follow_from_now};
use crate::support::case::{Case, DPO, OFFICER};
use crate::support::walk::{Deed, Walk, close, report, walk};
use nightdesk::domain::Instant;
use nightdesk::domain::chronicle;
use nightdesk::domain::clock;
use nightdesk::domain::clock::Ground;
use nightdesk::domain::closing::ClosingCommand;
use nightdesk::domain::command::{Command, ExplainDelay, ReleaseContact};
use nightdesk::domain::contacts::{self, Contact};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::guard::Tick;
use nightdesk::domain::hosting::HostingCommand;
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::{BreachStatus, Facts, Incident, Status};
use nightdesk::domain::investigation::InvestigationCommand;
use nightdesk::domain::learning::{Found, LearningCommand};
use nightdesk::domain::next_step::next_steps;
use nightdesk::domain::regulator::{Body, RegulatorCommand, ReportAnswer};
use nightdesk::domain::role::Role;
use nightdesk::domain::subjects::{SubjectsCommand, Telling};
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

/// One of every role, of the home and of others.
const PEOPLE: [&str; 18] = [
    OFFICER,
    DPO,
    "cuthbert.wray",
    "nadia.coldstream",
    "oona.merriweather",
    "priya.fairweather",
    "leopold.swanscombe",
    "idris.pennywell",
    "farouk.tanglewood",
    "percy.lathbury",
    "marguerite.holloway",
    "yusuf.hollybush",
    "beatrix.wolverton",
    "winifred.osgood",
    "caspian.rowntree-vale",
    "silas.nettlebed",
    "jocasta.weir",
    "maud.fennimore",
];

/// The steps of section 2.2, those into `INVESTIGATING` from its drawing.
const STEPS: [(Status, Status); 11] = [
    (Status::Logged, Status::Triaged),
    (Status::Logged, Status::Duplicate),
    (Status::Logged, Status::Withdrawn),
    (Status::Triaged, Status::Investigating),
    (Status::Triaged, Status::Duplicate),
    (Status::Triaged, Status::Withdrawn),
    (Status::Investigating, Status::Resolved),
    (Status::Resolved, Status::Investigating),
    (Status::Resolved, Status::Closed),
    (Status::Closed, Status::Audited),
    (Status::Closed, Status::Investigating),
];

/// What one may try besides what a walk does.
type Other = fn(&Incident, Instant) -> Command;

fn regulator(step: RegulatorCommand) -> Command {
    Command::Regulator(Box::new(step))
}

fn ended(step: ClosingCommand) -> Command {
    Command::Closing(Box::new(step))
}

fn decide(answer: ReportAnswer, given_by: Option<&str>) -> Command {
    regulator(RegulatorCommand::Decide {
        controller: None,
        answer,
        reasons: "so it seems".into(),
        given_by: given_by.map(Into::into),
        decided_at: None,
        late_reason: Some("nobody was there".into()),
        knew_grade: None,
        note: None,
        evidence: None,
    })
}

fn last_decision(incident: &Incident) -> Uuid {
    let last = incident.casework().regulator.decisions.last();
    last.map_or(Uuid::nil(), |decision| decision.id)
}

fn last_notification(incident: &Incident) -> Uuid {
    let last = incident.casework().regulator.notifications.last();
    last.map_or(Uuid::nil(), |told| told.id)
}

fn opinion(telling: Telling) -> Command {
    Command::Subjects(Box::new(SubjectsCommand::Decide {
        controller: None,
        telling,
        exemption: None,
        reasons: "so it seems".into(),
        replaces: false,
    }))
}

fn others() -> Vec<Other> {
    vec![
        |_, _| decide(ReportAnswer::Decline, None),
        |_, _| decide(ReportAnswer::Report, None),
        |_, _| decide(ReportAnswer::Decline, Some(DPO)),
        |incident, _| {
            regulator(RegulatorCommand::Confirm {
                decision: last_decision(incident),
                signed_at: None,
                note: None,
            })
        },
        |incident, _| {
            regulator(RegulatorCommand::Countersign {
                decision: last_decision(incident),
                late_reason: Some("nobody was there".into()),
                signed_at: None,
                note: None,
                evidence: None,
            })
        },
        |incident, _| {
            regulator(RegulatorCommand::Reanchor {
                controller: None,
                at: incident.awareness.staff_at + chrono::TimeDelta::hours(9),
                reason: "certain only then".into(),
                further_reason: None,
            })
        },
        |_, _| {
            regulator(RegulatorCommand::StandDown {
                body: Body::Ico,
                controller: None,
                ground: Some(Ground::NotABreach),
                reason: "no harm".into(),
            })
        },
        |_, _| {
            regulator(RegulatorCommand::StandDown {
                body: Body::DhscNis,
                controller: None,
                ground: Some(Ground::NotABreach),
                reason: "no impact".into(),
            })
        },
        |_, _| {
            regulator(RegulatorCommand::Reinstate {
                body: Body::Ico,
                controller: None,
            })
        },
        |_, _| regulator(RegulatorCommand::Submit(Box::new(report(Body::Ico)))),
        |incident, _| {
            regulator(RegulatorCommand::Withdraw {
                notification: last_notification(incident),
                reason: "no breach".into(),
            })
        },
        |_, _| opinion(Telling::DoNotTell),
        |_, _| opinion(Telling::Tell),
        |_, _| {
            Command::Hosting(Box::new(HostingCommand::RaiseCall {
                summary: "slow".into(),
                reference: None,
                team: None,
                called_at: None,
                note: None,
            }))
        },
        |_, now| {
            Command::Investigation(Box::new(InvestigationCommand::HoldMeeting {
                held_at: Some(now),
                note: None,
                chair: Role::Siro,
                attendees: Vec::new(),
            }))
        },
        |_, _| {
            Command::Learning(Box::new(LearningCommand::NoLesson {
                reason: "all went well".into(),
            }))
        },
        |incident, _| {
            let actions = &incident.casework().learning.actions;
            Command::Learning(Box::new(LearningCommand::VerifyAction {
                action: actions.last().map_or(Uuid::nil(), |action| action.id),
                found: Found::Rejected,
                reason: "given up".into(),
            }))
        },
        |_, _| {
            ended(ClosingCommand::Reopen {
                reason: "more is known".into(),
            })
        },
        |_, _| ended(close(&[])),
        |_, _| ended(close(&Tick::ALL)),
        |_, _| {
            ended(ClosingCommand::MarkDuplicate {
                of: IncidentId(Uuid::max()),
                reason: "the same letter".into(),
            })
        },
        |_, _| {
            ended(ClosingCommand::Withdraw {
                reason: "a mistake".into(),
            })
        },
        |_, _| ended(ClosingCommand::AgreeWithdrawal {}),
        |_, _| {
            ended(ClosingCommand::DropWithdrawal {
                reason: "no mistake".into(),
            })
        },
        |_, _| ended(ClosingCommand::ConsiderDisciplinary { considered: true }),
        |_, _| {
            Command::ReleaseContact(ReleaseContact {
                contact: Contact::partnership(Role::Wso),
                reason: "nobody is affected".into(),
            })
        },
        |_, _| {
            Command::ExplainDelay(ExplainDelay {
                kind: ClockKind::Ico72h,
                controller: None,
                reason: "nobody was there".into(),
            })
        },
    ]
}

/// One thing that somebody tries.
#[derive(Clone, Debug)]
enum Attempt {
    /// A command of the night.
    Night(Command),
    /// A deed of the walk, by whoever does it there.
    Deed(usize),
    /// A deed of the walk, by anybody.
    DeedByAnybody(usize),
    /// Anything else.
    Other(usize),
}

fn any_attempt() -> impl Strategy<Value = (&'static str, i64, Attempt)> {
    let attempt = prop_oneof![
        2 => any_command().prop_map(Attempt::Night),
        5 => (0_usize..64).prop_map(Attempt::Deed),
        1 => (0_usize..64).prop_map(Attempt::DeedByAnybody),
        4 => (0..others().len()).prop_map(Attempt::Other),
    ];
    let person = prop::sample::select(&PEOPLE[..]);
    (person, 0_i64..20_000, attempt)
}

/// The commands of an attempt, each with who gives it.
fn commands(
    walk: &Walk,
    plan: &[Deed],
    (person, attempt): (&str, &Attempt),
    case: &Case,
) -> Vec<(String, Command)> {
    let (incident, now) = (case.incident(), case.now);
    let of_walk = |place: &usize| walk.commands(plan[place % plan.len()], incident, now);
    match attempt {
        Attempt::Night(command) => vec![(person.to_owned(), command.clone())],
        Attempt::Other(place) => {
            let command = others()[*place](incident, now);
            if command.name() == "closing_withdraw" {
                return withdrawal(incident);
            }
            vec![(person.to_owned(), command)]
        }
        Attempt::DeedByAnybody(place) => of_walk(place)
            .into_iter()
            .map(|(_, command)| (person.to_owned(), command))
            .collect(),
        Attempt::Deed(place) => of_walk(place)
            .into_iter()
            .map(|(by, command)| {
                let person = walk.scenario.person(&by, &case.directory, now).unwrap();
                (person.as_str().to_owned(), command)
            })
            .collect(),
    }
}

/// Withdrawing takes two, and what is confirmed is never withdrawn.
fn withdrawal(incident: &Incident) -> Vec<(String, Command)> {
    let ask = |step| Command::Closing(Box::new(step));
    let facts = Facts {
        breach_status: BreachStatus::Suspected,
        ..incident.facts.clone()
    };
    let reason = "logged by mistake".into();
    vec![
        (DPO.to_owned(), crate::support::case::triage(facts)),
        (DPO.to_owned(), ask(ClosingCommand::Withdraw { reason })),
        (
            "idris.pennywell".to_owned(),
            ask(ClosingCommand::AgreeWithdrawal {}),
        ),
    ]
}

/// A closed incident owes no regulator anything.
fn nothing_is_owed(incident: &Incident, now: Instant) {
    if !matches!(incident.status, Status::Closed | Status::Audited) {
        return;
    }
    for view in clock::views(incident) {
        let is_regulators = matches!(view.clock.kind, ClockKind::Ico72h | ClockKind::Nis72h);
        assert!(!is_regulators || !view.state(now).is_open(), "{view:?}");
    }
}

fn is_reached(before: Status, after: Status) -> bool {
    before == after || STEPS.contains(&(before, after)) || {
        (before, after) == (Status::Audited, Status::Investigating)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Beside what is asserted here, every accepted command checks that folding the entries gives
    /// the state, and every refused one that nothing has changed. Nothing panics, whoever looks.
    #[test]
    fn whatever_people_do_to_a_case_stages_and_clocks_follow_the_rules(
        id in prop::sample::select(vec!["S02", "S05", "S07", "S10", "S14", "S26"]),
        begun in 0_usize..50,
        attempts in vec(any_attempt(), 1..40),
    ) {
        let walk = walk(id);
        let plan = walk.plan();
        let mut case = walk.up_to(plan[begun.min(plan.len() - 1)], &[]);
        for (person, seconds, attempt) in attempts {
            case.now += chrono::TimeDelta::seconds(seconds);
            for (person, command) in commands(&walk, &plan, (person, &attempt), &case) {
                let before = case.incident().clone();
                let Ok(events) = case.by(&person).give(command.clone()) else {
                    prop_assert_eq!(case.incident(), &before);
                    continue;
                };
                let after = case.incident();
                prop_assert_eq!(after.version, before.version + 1);
                prop_assert!(is_reached(before.status, after.status), "{command:?}");
                clocks_stand(&before, after, &command, &events);
                states_follow_from_now(after, case.now);
                nothing_is_owed(after, case.now);
                for event in &events {
                    prop_assert!(!chronicle::sentence(event, &case.directory).is_empty());
                }
                let steps = next_steps(after, &case.directory, &case.policy, case.now);
                // Each controller has its own people to tell.
                let most = 2 + after.controllers().len();
                prop_assert!(after.status.is_open() || steps.len() <= most, "{steps:?}");
                prop_assert!(contacts::outstanding(after).len() <= contacts::required(after).len());
            }
        }
    }
}

/// The positive control: the attempts do reach every stage, and every kind of them is taken.
#[test]
fn the_attempts_come_far_enough_to_mean_something() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use std::collections::BTreeSet;
    let mut runner = TestRunner::deterministic();
    let (mut stages, mut taken) = (BTreeSet::new(), BTreeSet::new());
    // S21 owes no regulator anything, and so it may be withdrawn.
    let walks = ["S02", "S21", "S14", "S21", "S26"].repeat(16);
    for (round, id) in walks.into_iter().enumerate() {
        let walk = walk(id);
        let plan = walk.plan();
        let attempts = vec(any_attempt(), 60..61)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        // Every other walk begins just before its end.
        let begun = [plan.len() - 1, round * 3 % plan.len()][round % 2];
        let mut case = walk.up_to(plan[begun], &[]);
        for (person, seconds, attempt) in attempts {
            case.now += chrono::TimeDelta::seconds(seconds);
            for (person, command) in commands(&walk, &plan, (person, &attempt), &case) {
                if case.by(&person).give(command.clone()).is_ok() {
                    taken.insert(command.name());
                }
                stages.insert(case.incident().status);
            }
        }
    }
    assert_eq!(stages.len(), Status::ALL.len(), "{stages:?}");
    assert!(taken.len() > 40, "{} {taken:?}", taken.len());
}
