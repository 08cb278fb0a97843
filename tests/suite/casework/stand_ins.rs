//! Whoever stands in for a role that nobody holds is told in its place, and one person in the same role of
//! two organisations knows for both (NOBODY-THERE, CLK-EVIDENCE).

use super::steps_of;
use crate::support::case::{Case, DPO, OFFICER, attempt, disclosure, graded, home, inform, triage};
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::command::Command;
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::incident::Facts;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::{evidence::Evidence, reading};
use serde_json::json;

const NIGHT: &str = "2026-06-12T18:30:00";
const SIRO: &str = "oona.merriweather";
const OTHER_DPO: &str = "winifred.osgood";

/// A notifiable breach of Riverbourne's, where nobody holds some of its roles.
fn without(vacant: &[Role]) -> Case {
    let mut case = Case::logged_at(NIGHT);
    vacate(&mut case, vacant);
    case.gives(graded(4, 4));
    case.triages(disclosure());
    case
}

fn vacate(case: &mut Case, vacant: &[Role]) {
    case.directory.holdings.retain(|held| {
        !(vacant.contains(&held.role) && held.organisation.as_str() == "riverbourne")
    });
}

fn is_told(case: &Case, role: Role) -> bool {
    contacts::informed_at(case.incident(), &home(role)).is_some()
}

fn instead(case: &Case, role: Role) -> Option<String> {
    reading::instead(case.incident(), &home(role), &case.directory, case.now)
}

#[test]
fn telling_the_siro_tells_the_caldicott_guardian_where_there_is_none() {
    let mut case = without(&[Role::Cg]);
    let whom = instead(&case, Role::Cg).unwrap();
    assert!(
        whom.contains("nobody holds this role now: tell Oona Merriweather (SIRO"),
        "{whom}"
    );
    let steps = steps_of(&case, RuleId::BobContacts);
    assert!(
        steps.iter().any(|step| {
            step.sentence.contains("Caldicott Guardian")
                && step.sentence.contains("tell Oona Merriweather")
        }),
        "{steps:?}"
    );
    case.informs(&home(Role::Siro));
    assert!(is_told(&case, Role::Siro));
    assert!(is_told(&case, Role::Cg));
    assert_eq!(
        instead(&case, Role::Cg).as_deref(),
        Some("told instead: the SIRO of Riverbourne ICB, because there was no Caldicott Guardian")
    );
    assert!(
        !contacts::outstanding(case.incident())
            .iter()
            .any(|required| required.contact.role == Role::Cg)
    );
}

#[test]
fn the_dpos_clock_is_stopped_by_telling_whoever_stands_in() {
    let mut case = without(&[Role::Dpo, Role::Adpo]);
    assert!(case.state(ClockKind::BobDpo).is_open());
    case.informs(&home(Role::Siro));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
    let view = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    let stop = view.stop.unwrap();
    assert!(stop.evidence.is_for(case.incident(), view.clock));
    let words = stop.evidence.in_words(case.incident(), &case.directory);
    assert!(
        words.contains("instead of the DPO of Riverbourne ICB, because there was none"),
        "{words}"
    );
    // Without a SIRO too, the Accountable Officer stands in for both.
    let mut case = without(&[Role::Dpo, Role::Adpo, Role::Siro]);
    case.informs(&home(Role::Ao));
    assert!(is_told(&case, Role::Dpo) && is_told(&case, Role::Siro));
}

/// INF-COUNTS: what counts is who held the role when the call was, and not when it is entered.
#[test]
fn whoever_would_stand_in_does_not_count_for_a_role_that_somebody_held_then() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(4, 4));
    case.triages(disclosure());
    case.informs(&home(Role::Siro));
    assert!(!is_told(&case, Role::Cg) && !is_told(&case, Role::Dpo));
    // The term of the only guardian ends an hour later; the call before that tells nobody else.
    let before = case.now;
    case.after_seconds(3600);
    let now = case.now;
    for held in &mut case.directory.holdings {
        if held.role == Role::Cg && held.organisation.as_str() == "riverbourne" {
            held.ended_at = Some(now);
        }
    }
    let mut earlier = attempt(&home(Role::Siro), Outcome::Answered);
    earlier.happened_at = Some(before);
    case.gives(Command::Inform(Box::new(earlier)));
    assert!(!is_told(&case, Role::Cg));
    case.gives(inform(&home(Role::Siro), Outcome::Answered));
    assert!(is_told(&case, Role::Cg));
}

#[test]
fn a_call_to_a_vacant_role_that_the_stand_in_answers_is_recorded_as_that() {
    let spoke_to = |who: &str| {
        serde_json::from_value::<Command>(json!({"type": "inform",
            "contact": {"role": "CG", "organisation": "riverbourne"}, "channel": "PHONE",
            "outcome": "ANSWERED", "spoke_to": who}))
        .unwrap()
    };
    let mut case = without(&[Role::Cg]);
    case.gives(spoke_to("SIRO"));
    let attempt = case.incident().attempts.last().unwrap();
    assert_eq!(attempt.contact, home(Role::Siro));
    assert!(is_told(&case, Role::Cg) && is_told(&case, Role::Siro));
    let mut case = without(&[]);
    let refusal = case.refused(spoke_to("SIRO"));
    assert_eq!(refusal.rule, Some(RuleId::InfCounts));
}

/// CLK-EVIDENCE: whoever acts in place of a vacant role knows of it for that role.
#[test]
fn whoever_decides_in_place_of_the_dpo_knows_of_it_as_the_dpo_would() {
    let mut case = without(&[Role::Dpo, Role::Adpo, Role::Cg]);
    let decides = json!({"type": "regulator", "step": "decide", "controller": null,
        "answer": "REPORT", "reasons": "the grid asks for it"});
    case.by(SIRO)
        .gives(serde_json::from_value(decides).unwrap());
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
    assert!(is_told(&case, Role::Cg));
    assert!(steps_of(&case, RuleId::BobTell).is_empty());
}

/// WSIC-EXC: with no Officer in post, telling the host is by exception.
#[test]
fn telling_the_host_counts_where_nobody_is_the_security_officer() {
    let mut case = Case::logged_at(NIGHT);
    case.directory
        .holdings
        .retain(|held| held.role != Role::Wso);
    case.gives(graded(2, 2));
    case.gives(triage(crate::support::case::shared_disclosure()));
    case.informs(&Contact::partnership(Role::Host));
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::MetByException);
    assert!(contacts::informed_at(case.incident(), &Contact::partnership(Role::Wso)).is_some());
}

/// CLK-EVIDENCE: one person who is DPO of two controllers knows for both by what she does for one.
#[test]
fn one_person_who_is_dpo_of_two_organisations_knows_for_both() {
    let two = || Facts {
        controllers: vec!["riverbourne".into(), "eastmere".into()],
        ..disclosure()
    };
    let one_for_both = |case: &mut Case| {
        let is_theirs = |held: &nightdesk::domain::role::Holding| {
            held.role == Role::Dpo && held.organisation.as_str() == "eastmere"
        };
        let mut theirs = case
            .directory
            .holdings
            .iter()
            .find(|held| is_theirs(held))
            .unwrap()
            .clone();
        theirs.person = DPO.into();
        case.directory.holdings.retain(|held| !is_theirs(held));
        case.directory.holdings.push(theirs);
        assert_ne!(DPO, OTHER_DPO);
    };
    let theirs = Contact::of(Role::Dpo, &"eastmere".into());
    let mut case = Case::logged_at(NIGHT);
    one_for_both(&mut case);
    case.by(OFFICER).gives(graded(3, 3));
    case.triages(two());
    case.by(DPO).gives(graded(4, 4));
    let proof = contacts::informed_by(case.incident(), &theirs).unwrap();
    assert!(matches!(proof.evidence, Evidence::Act { .. }));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
    let view = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    assert!(
        view.stop
            .unwrap()
            .evidence
            .is_for(case.incident(), view.clock)
    );
    let mut held_by_two = Case::logged_at(NIGHT);
    held_by_two.by(OFFICER).gives(graded(3, 3));
    held_by_two.triages(two());
    held_by_two.by(DPO).gives(graded(4, 4));
    assert!(contacts::informed_by(held_by_two.incident(), &theirs).is_none());
}
