//! Who must be told and why: every contact carries the rules that ask for it.

use crate::support::case::{
    Case, DPO, OFFICER, disclosure, graded, home, lowered, shared_disclosure, wall,
};
use nightdesk::domain::clock::ClockState;
use nightdesk::domain::command::{Command, DeclareMajor};
use nightdesk::domain::contacts::{self, Contact};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::incident::{DataScope, Facts, Priority};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;

const NIGHT: &str = "2026-06-12T18:30:00";

/// The rules for which a role is told, none if it is not.
fn rules_for(case: &Case, contact: &Contact) -> Vec<RuleId> {
    contacts::required(case.incident())
        .into_iter()
        .filter(|required| required.contact == *contact)
        .flat_map(|required| required.reasons)
        .map(|reason| reason.rule)
        .collect()
}

/// A night's incident that was graded as not notifiable, then triaged as this.
fn triaged(facts: Facts) -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(2, 2));
    case.triages(facts);
    case
}

/// BOB-IMM, BOB-CONTACTS.
#[test]
fn line_manager_asset_owner_dpo_and_governance_team_are_told_in_every_case() {
    let case = Case::logged_at(NIGHT);
    for (role, rule) in [
        (Role::Lm, RuleId::BobImm),
        (Role::Iao, RuleId::BobImm),
        (Role::Dpo, RuleId::BobContacts),
        (Role::Igt, RuleId::BobContacts),
    ] {
        assert_eq!(rules_for(&case, &home(role)), [rule], "{}", role.code());
    }
    assert_eq!(contacts::required(case.incident()).len(), 4);
}

/// BOB-IMM: a target of 60 minutes that both of them together meet.
#[test]
fn telling_line_manager_and_asset_owner_takes_both_within_the_hour() {
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(
        case.due_at(ClockKind::LmIao),
        Some(wall("2026-06-12T19:30:00"))
    );
    case.then_at("2026-06-12T18:40:00").informs(&home(Role::Lm));
    assert_eq!(case.state(ClockKind::LmIao), ClockState::Running);
    case.then_at("2026-06-12T19:30:00")
        .informs(&home(Role::Iao));
    assert_eq!(case.state(ClockKind::LmIao), ClockState::Met);
}

#[test]
fn each_fact_brings_in_those_whom_its_rule_names() {
    let dead = DataScope::Deceased;
    for (facts, contact, rule) in [
        (
            Facts {
                cyber: true,
                ..disclosure()
            },
            home(Role::Csm),
            RuleId::BobCyber,
        ),
        (
            Facts {
                siri: true,
                ..disclosure()
            },
            home(Role::Siro),
            RuleId::BobSiri,
        ),
        (
            Facts {
                siri: true,
                ..disclosure()
            },
            home(Role::Cg),
            RuleId::BobSiri,
        ),
        (
            Facts {
                data_scope: [dead].into(),
                ..disclosure()
            },
            home(Role::Cg),
            RuleId::BobPcd,
        ),
        (
            shared_disclosure(),
            Contact::partnership(Role::Wso),
            RuleId::WsicNotify,
        ),
        (
            Facts {
                controllers: vec!["riverbourne".into(), "eastmere".into()],
                ..disclosure()
            },
            Contact::of(Role::Dpo, &"eastmere".into()),
            RuleId::IcoJoint,
        ),
    ] {
        let plain = triaged(disclosure());
        assert_eq!(rules_for(&plain, &contact), [], "{contact}");
        let rules = rules_for(&triaged(facts), &contact);
        assert_eq!(rules.first(), Some(&rule), "{contact}");
    }
}

/// BOB-CONTACTS: the clock of the on-call rule waits for whoever is brought in later, too.
#[test]
fn a_contact_that_is_brought_in_later_reopens_what_seemed_done() {
    let mut case = Case::logged_at(NIGHT);
    for role in [Role::Lm, Role::Iao, Role::Dpo, Role::Igt] {
        case.informs(&home(role));
    }
    assert_eq!(case.state(ClockKind::Bob24h), ClockState::Met);
    case.gives(graded(3, 3));
    assert_eq!(case.state(ClockKind::Bob24h), ClockState::Running);
    for role in [Role::Siro, Role::Cg] {
        case.informs(&home(role));
    }
    assert_eq!(case.state(ClockKind::Bob24h), ClockState::Met);
}

/// BOB-SIRI: what is serious now may not have been, and the other way round.
#[test]
fn no_assessment_is_overwritten() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(4, 4));
    case.by(DPO).gives(lowered(2, 2));
    let severities: Vec<u8> = case
        .incident()
        .assessments
        .iter()
        .map(|assessment| assessment.grade.severity())
        .collect();
    assert_eq!(severities, [4, 2]);
    assert!(!case.incident().is_notifiable());
}

/// WSIC-PRIO: priority is another thing than severity.
#[test]
fn major_comes_first_then_notifiable_then_other_breaches() {
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(case.incident().priority(), Priority::P3);
    case.gives(graded(2, 3));
    assert_eq!(case.incident().priority(), Priority::P2);
    case.by(DPO).gives(lowered(5, 2));
    assert_eq!(case.incident().priority(), Priority::P3);
    let reason = "it spreads".into();
    case.gives(Command::DeclareMajor(DeclareMajor { reason }));
    assert_eq!(case.incident().priority(), Priority::P1);
}

/// AUD-APPEND: what became true says who, in which role and when, and nothing before it changes.
#[test]
fn every_change_is_signed_and_added_at_the_end() {
    let mut case = Case::logged_at(NIGHT);
    let logged = case.entries.clone();
    case.then_at("2026-06-12T19:00:00")
        .by(DPO)
        .gives(graded(2, 3));
    assert_eq!(case.entries[..logged.len()], logged);
    assert!(
        logged
            .iter()
            .all(|entry| entry.by.person.as_str() == OFFICER)
    );
    for entry in &case.entries[logged.len()..] {
        assert_eq!(entry.by.person.as_str(), DPO);
        assert_eq!(entry.by.role, Role::Dpo);
        assert_eq!(entry.at, wall("2026-06-12T19:00:00"));
    }
    assert!(case.entries.len() > logged.len());
}
