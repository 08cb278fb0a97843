//! Every scenario from the call to closed and audited, each step by somebody who may take it.

use crate::support::walk::{Deed, Walk, walks};
use nightdesk::domain::Instant;
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::contacts::{self, Contact};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::hosting::CallStatus;
use nightdesk::domain::incident::{Incident, Status};
use nightdesk::domain::next_step::next_steps;
use nightdesk::domain::policy::Policy;
use nightdesk::domain::regulator::{Body, ReportAnswer};
use nightdesk::domain::role::Role;
use nightdesk::domain::subjects::{Standing, Telling};
use std::collections::BTreeSet;

/// How each clock must stand at the end: in time, but for the late report and the exception.
fn ends_as(walk: &Walk, kind: ClockKind) -> &'static [ClockState] {
    let is_late = walk.scenario.id == "S25";
    match kind {
        ClockKind::Wso24h if walk.scenario.id == "S24" => &[ClockState::MetByException],
        ClockKind::BobDpo | ClockKind::LmIao | ClockKind::Ico72h if is_late => {
            &[ClockState::MetLate]
        }
        // The host's part is told only once the impact is known.
        ClockKind::LmIao => &[ClockState::Met, ClockState::MetLate],
        ClockKind::Proc24h => &[ClockState::Met, ClockState::MetLate],
        ClockKind::Ico72h => &[ClockState::Met, ClockState::StoodDown],
        ClockKind::BobDpo
        | ClockKind::Bob24h
        | ClockKind::Nis72h
        | ClockKind::Wso24h
        | ClockKind::Ack => &[ClockState::Met],
    }
}

pub(super) fn clocks_have_ended(walk: &Walk, incident: &Incident, now: Instant) {
    for view in clock::views(incident) {
        let (kind, state) = (view.clock.kind, view.state(now));
        let id = &walk.scenario.id;
        assert!(
            ends_as(walk, kind).contains(&state),
            "{id} {} {state:?}",
            kind.as_str()
        );
        let is_owed = walk.answer().is_some() && kind == ClockKind::Ico72h;
        assert!(!is_owed || state != ClockState::StoodDown, "{id}");
    }
}

/// The codes of the list against who knows of it by the end: the desk has told them, or they have
/// acted on it themselves.
pub(super) fn told_as_listed(walk: &Walk, incident: &Incident) {
    let informed = |role| {
        let mut parties = incident.parties();
        let knows = |party| {
            let contact = Contact::meant(role, Some(party), incident);
            contacts::informed_at(incident, &contact).is_some()
        };
        parties.any(knows)
    };
    for role in Role::ALL {
        let listed = walk.notifies(role.code()) && role != Role::Ggr;
        // A partner's host desk and its processors are told where the service is hit.
        let by_others = role == Role::Host && walk.scenario.id == "S07";
        assert!(
            !listed || by_others || informed(role),
            "{} tells {}",
            walk.scenario.id,
            role.code()
        );
    }
    let told = &incident.casework().regulator.notifications;
    for (code, body) in [("ICO", Body::Ico), ("DHSC", Body::DhscNis)] {
        let is_told = told.iter().any(|told| told.body == body);
        assert_eq!(is_told, walk.notifies(code), "{} {code}", walk.scenario.id);
    }
    let nhs_england = nightdesk::domain::regulator::nhs_england_is_answered(incident)
        && incident
            .casework()
            .regulator
            .nhs_england_not_told
            .is_empty();
    assert_eq!(nhs_england, walk.notifies("NHSE"), "{}", walk.scenario.id);
}

pub(super) fn ended_as_listed(
    walk: &Walk,
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) {
    let id = &walk.scenario.id;
    let casework = incident.casework();
    assert_eq!(incident.status, Status::Audited, "{id}");
    let answers: BTreeSet<&str> = casework
        .regulator
        .decisions
        .iter()
        .map(|made| made.answer.name())
        .collect();
    let expected = walk.answer().map(ReportAnswer::name);
    assert_eq!(answers, expected.into_iter().collect(), "{id}");
    let is_told = matches!(
        casework.subjects.standing(incident.home()),
        Standing::Decided(Telling::Tell, _)
    );
    assert_eq!(is_told, walk.notifies("DS?"), "{id}");
    let closer = casework.closing.closure().unwrap().signed.by.role;
    let is_partnerships = !walk.scenario.facts.affected_partners.is_empty();
    let expected = if is_partnerships {
        Role::Wso
    } else {
        Role::Dpo
    };
    assert_eq!(closer, expected, "{id}");
    let calls = casework.hosting.calls.iter();
    assert!(
        calls
            .clone()
            .all(|call| call.status == CallStatus::Resolved),
        "{id}"
    );
    assert_eq!(calls.count(), usize::from(incident.is_major()), "{id}");
    assert_eq!(contacts::outstanding(incident), [], "{id}");
    let left = next_steps(incident, directory, policy, now);
    assert_eq!(left, [], "{id}");
}

#[test]
fn every_scenario_is_walked_from_the_call_to_the_audit() {
    for walk in walks() {
        let mut case = walk.up_to(Deed::Audit, &[]);
        walk.does(&mut case, Deed::Audit);
        let (incident, now) = (case.incident(), case.now);
        clocks_have_ended(&walk, incident, now);
        told_as_listed(&walk, incident);
        ended_as_listed(&walk, incident, &case.directory, &case.policy, now);
    }
}

/// Whatever the plan asks for next is what the desk asks for, or comes before it: no step is asked
/// for that the walk never takes.
#[test]
fn the_desk_never_runs_out_of_steps_before_the_audit() {
    for walk in walks() {
        let mut case = walk.logged();
        for deed in walk.plan() {
            let is_ended = case.incident().status == Status::Closed;
            let steps = next_steps(case.incident(), &case.directory, &case.policy, case.now);
            assert!(
                is_ended || !steps.is_empty(),
                "{} before {deed:?}",
                walk.scenario.id
            );
            walk.does(&mut case, deed);
        }
    }
}
