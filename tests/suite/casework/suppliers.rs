//! A supplier reports, and nobody has named the controller yet: nobody decides for a controller that is not
//! known, somebody is asked to name it, and no time is lost meanwhile (ICO-PROC, CLK-EVIDENCE,
//! AWARE-FORWARD).

use super::{asks, steps_of};
use crate::support::case::{
    Case, DPO, OFFICER, disclosure, graded, home, inform, lowered, triage, wall,
};
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::command::{Command, Log};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::incident::{BreachStatus, Facts};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::verdict;
use serde_json::json;

const NIGHT: &str = "2026-06-12T18:30:00";
const SUPPLIER: &str = "caspian.rowntree-vale";

/// The supplier's own contact, who is its data protection officer too, reports what it noticed.
fn reported_by_the_supplier() -> Case {
    let mut case = Case::at(NIGHT);
    let log = Log {
        reporter_organisation: "portalpath".into(),
        ..case.report()
    };
    case.by(SUPPLIER).gives(Command::Log(Box::new(log)));
    case
}

/// Whose clocks of the ICO run; one that waits for a name is nobody's.
fn regulators(case: &Case) -> Vec<String> {
    let clocks = clock::views(case.incident());
    let clocks = clocks.filter(|view| view.clock.kind == ClockKind::Ico72h);
    clocks
        .filter_map(|view| Some(view.clock.controller.as_ref()?.as_str().to_owned()))
        .collect()
}

fn asked(command: serde_json::Value) -> Command {
    serde_json::from_value(command).unwrap()
}

#[test]
fn a_supplier_that_reports_has_no_duty_towards_the_ico() {
    let mut case = reported_by_the_supplier();
    assert_eq!(regulators(&case), Vec::<String>::new());
    case.by(OFFICER).gives(graded(4, 4));
    assert_eq!(regulators(&case), Vec::<String>::new());
    for who in [SUPPLIER, OFFICER, DPO] {
        let decline = asked(
            json!({"type": "regulator", "step": "decide", "controller": null,
            "answer": "DECLINE", "reasons": "it was read by one colleague only"}),
        );
        let refusal = case.by(who).refused(decline);
        if who != DPO {
            assert!(
                refusal
                    .sentence
                    .contains("Triage it and name the controller first"),
                "{refusal}"
            );
        }
    }
}

#[test]
fn whoever_is_on_call_is_asked_to_name_the_controller() {
    let mut case = reported_by_the_supplier();
    let step = asks(&case, RuleId::IcoProc);
    assert!(step.contains("Name the controller"), "{step}");
    assert!(step.contains("Tamsin Quill (on-call officer)"), "{step}");
    let view = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    let waits = verdict::waits_for(&view, case.incident(), &case.directory).unwrap();
    assert_eq!(waits, "nobody has named the controller yet");
    // Nobody at the supplier is told in place of the controller's people.
    assert!(contacts::required(case.incident()).is_empty());
    case.by(OFFICER).gives(graded(3, 3));
    case.triages(disclosure());
    assert!(steps_of(&case, RuleId::IcoProc).is_empty());
    assert!(!contacts::required(case.incident()).is_empty());
}

/// ICO-PROC: the supplier's message reached the desk when it was logged, whenever the controller is named.
#[test]
fn the_time_until_the_controller_is_named_is_not_lost() {
    let named_at_once = {
        let mut case = Case::at(NIGHT);
        let log = Log {
            reporter_organisation: "portalpath".into(),
            facts: Facts {
                controllers: vec!["riverbourne".into()],
                ..Facts::default()
            },
            ..case.report()
        };
        case.by(SUPPLIER).gives(Command::Log(Box::new(log)));
        case
    };
    let mut case = reported_by_the_supplier();
    case.by(OFFICER).gives(graded(3, 3));
    case.then_at("2026-06-13T20:30:00");
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Overdue);
    case.triages(disclosure());
    for kind in [ClockKind::Ico72h, ClockKind::BobDpo] {
        assert_eq!(case.due_at(kind), named_at_once.due_at(kind), "{kind:?}");
    }
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Overdue);
    case.then_at("2026-06-13T20:40:00");
    let mut call = crate::support::case::attempt(&home(Role::Dpo), Outcome::Answered);
    call.late_reason = Some("nobody knew whose data they were".into());
    case.gives(Command::Inform(Box::new(call)));
    let view = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    assert!(view.stop.is_some());
    let (incident, directory) = (case.incident(), &case.directory);
    assert_eq!(verdict::before_the_rule(&view, incident, directory), None);
    let name = view.in_words(directory, case.now);
    assert!(name.ends_with("Riverbourne ICB"), "{name}");
}

/// CLK-EVIDENCE: the supplier's own officer is nobody's controller, before and after one is named.
#[test]
fn the_suppliers_officer_settles_nothing_for_a_controller_that_nobody_named() {
    let mut case = reported_by_the_supplier();
    let theirs = Contact::of(Role::Dpo, &"portalpath".into());
    case.by(OFFICER).gives(graded(4, 4));
    case.informs(&theirs);
    assert!(case.state(ClockKind::BobDpo).is_open());
    case.by(SUPPLIER).gives(lowered(2, 2));
    let last = case.incident().assessments.last().unwrap();
    assert!(last.provisional);
    case.by(OFFICER).triages(disclosure());
    assert!(case.incident().is_notifiable());
    assert!(case.state(ClockKind::Ico72h).is_open());
    assert!(case.state(ClockKind::BobDpo).is_open());
    case.gives(inform(&home(Role::Dpo), Outcome::Answered));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
}

/// ICO-DUTY: a grade that came before the controller was known starts its clock whatever the facts say then.
#[test]
fn a_controller_that_is_named_after_the_grade_owes_what_was_graded() {
    let mut case = reported_by_the_supplier();
    case.by(OFFICER).gives(graded(4, 4));
    case.gives(triage(Facts {
        breach_status: BreachStatus::NotABreach,
        ..disclosure()
    }));
    assert!(case.state(ClockKind::Ico72h).is_open());
    assert!(!asks(&case, RuleId::BobSuspect).is_empty());
}

/// Nothing ends before somebody answers for it.
#[test]
fn what_has_no_controller_is_neither_resolved_nor_withdrawn() {
    let mut case = reported_by_the_supplier();
    let withdraw = json!({"type": "closing", "step": "withdraw",
        "reason": "it was logged by mistake"});
    let refusal = case.by(OFFICER).refused(asked(withdraw));
    assert!(
        refusal.sentence.contains("name the controller"),
        "{refusal}"
    );
}

/// CLK-HONEST: the right DPO was told at once, and nobody knew that it was the right one until days later.
#[test]
fn a_call_before_the_controller_was_named_counts_from_the_naming() {
    let mut case = reported_by_the_supplier();
    case.by(OFFICER).gives(graded(3, 3));
    case.informs(&home(Role::Dpo));
    case.then_at("2026-06-17T09:00:00");
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Overdue);
    case.triages(disclosure());
    let view = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    assert_eq!(view.state(case.now), ClockState::Met);
    let words = verdict::recorded_in_words(&view).unwrap();
    assert!(words.contains("in time, recorded 4 days later"), "{words}");
}

/// ICO-PROC, AWARE-FORWARD: whichever controller is named, and whoever knew first, nobody's time gets shorter by
/// the name.
#[test]
fn no_due_time_moves_back_when_a_controller_is_named() {
    for (officer_at, informed_at) in [
        ("2026-06-12T16:30:00", "2026-06-12T17:30:00"),
        ("2026-06-12T18:00:00", "2026-06-11T17:30:00"),
    ] {
        for controller in ["riverbourne", "eastmere"] {
            let mut case = Case::at(NIGHT);
            let log = Log {
                reporter_organisation: "portalpath".into(),
                officer_aware_at: Some(wall(officer_at)),
                processor_aware_at: Some(wall("2026-06-11T12:00:00")),
                controller_informed_at: Some(wall(informed_at)),
                ..case.report()
            };
            case.gives(Command::Log(Box::new(log)));
            let kinds = [ClockKind::BobDpo, ClockKind::Ico72h, ClockKind::LmIao];
            let shown = kinds.map(|kind| case.due_at(kind).unwrap());
            case.gives(triage(Facts {
                controllers: vec![controller.into()],
                ..case.incident().facts.clone()
            }));
            for (kind, shown) in kinds.into_iter().zip(shown) {
                let due_at = case.due_at(kind).unwrap();
                assert!(due_at >= shown, "{controller}: {kind:?} is due {due_at}");
            }
        }
    }
}
