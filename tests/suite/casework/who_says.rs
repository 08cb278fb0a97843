//! Who says that an incident is not cyber, and that no service was hit, on records of every age (BOB-CYBER, NIS-WHO).

use super::{NIGHT, asks, steps_of};
use crate::support::case::{Case, DPO, OFFICER, disclosure, graded};
use nightdesk::domain::event::{Entry, Event};
use nightdesk::domain::incident::{Facts, Incident};
use nightdesk::domain::next_step::next_steps;
use nightdesk::domain::regulator::{Concerned, RegulatorEvent};
use nightdesk::domain::rule::RuleId;
use serde_json::Value;

/// An attack on Riverbourne and Eastmere, graded low by the on-call officer.
fn attacked() -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(2, 2));
    case.triages(Facts {
        cyber: true,
        controllers: vec!["riverbourne".into(), "eastmere".into()],
        ..disclosure()
    });
    case
}

/// The same incident as it was stored before this was kept.
fn as_stored_before(incident: &Incident, forget: impl Fn(&mut Value)) -> Incident {
    let mut stored = serde_json::to_value(incident).unwrap();
    forget(&mut stored["casework"]["regulator"]);
    serde_json::from_value(stored).unwrap()
}

#[test]
fn what_a_reason_alone_confirmed_before_stays_confirmed() {
    let mut case = attacked();
    let facts = case.incident().facts.clone();
    case.by(OFFICER).gives(graded(4, 4));
    case.by(DPO).triages(Facts {
        cyber: false,
        ..facts
    });
    // Nobody stood in when it was said, so that one person alone had said so: that was enough then.
    let old = as_stored_before(case.incident(), |regulator| {
        let said = regulator["not_cyber"][0].as_object_mut().unwrap();
        assert!(said.remove("how").is_some());
        said.insert("by_officer".to_owned(), Value::Bool(false));
    });
    assert_eq!(old.casework().regulator.not_cyber[0].how, None);
    let steps = next_steps(&old, &case.directory, &case.policy, case.now);
    assert!(steps.iter().all(|step| step.rule != RuleId::BobCyber));
}

#[test]
fn a_question_that_was_ended_before_it_was_kept_is_not_asked_anew() {
    let mut case = attacked();
    let facts = case.incident().facts.clone();
    case.by(OFFICER).triages(Facts {
        cyber: false,
        ..facts
    });
    let asked = asks(&case, RuleId::NisWho);
    assert!(asked.contains("Winifred Osgood"), "{asked}");
    let old = as_stored_before(case.incident(), |regulator| {
        let regulator = regulator.as_object_mut().unwrap();
        assert!(regulator.remove("nis_kept").is_some());
        assert!(regulator.remove("nis_nothing").is_some());
    });
    assert!(old.casework().regulator.nis_kept.is_empty());
}

#[test]
fn the_trail_says_whose_question_is_kept_and_who_ended_their_own() {
    let mut case = attacked();
    let facts = case.incident().facts.clone();
    case.by(OFFICER).triages(Facts {
        cyber: false,
        ..facts
    });
    let said: Vec<&RegulatorEvent> = case.entries.iter().filter_map(of_the_regulator).collect();
    assert!(said.iter().any(|event| matches!(
        event,
        RegulatorEvent::NisKept { operator, concerned: Concerned::Itself } if operator.as_str() == "eastmere"
    )));
    assert!(said.iter().any(|event| matches!(
        event,
        RegulatorEvent::NisNothingToAnswer { operator, reason: Some(_), .. } if operator.as_str() == "riverbourne"
    )));
    // What Riverbourne's people said was about the incident as it was then.
    case.by(DPO).gives(graded(4, 4));
    assert_eq!(steps_of(&case, RuleId::NisWho).len(), 2);
}

fn of_the_regulator(entry: &Entry) -> Option<&RegulatorEvent> {
    match &entry.event {
        Event::Regulator(event) => Some(event),
        _ => None,
    }
}
