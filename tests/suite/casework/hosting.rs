//! The hosted service and the partners (WSIC-IMPACT, WSIC-EXC, WSIC-CALL, WSIC-RFC, WSIC-SIRO,
//! WSIC-TRIG).

use super::{
    About, GOVERNANCE, HOST, NIGHT, PARTNERSHIP_OFFICER, SIRO, THEIR_REPRESENTATIVE, asks, refuses,
    steps_of, triaged,
};
use crate::support::case::{
    Case, DPO, OFFICER, attempt, graded, inform, shared_disclosure, triage, wall,
};
use crate::support::walk::{Deed, walk};
use chrono::TimeDelta;
use nightdesk::domain::clock::ClockState;
use nightdesk::domain::command::{
    Command, DeclareMajor, Escalate, NotifyPartners, RecordPartnerAnswer, StrikeAttempt,
};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::escalation::{self, Ladder};
use nightdesk::domain::hosting::{CallStatus, ChangePurpose, ChangeStatus, HostingCommand, Impact};
use nightdesk::domain::incident::{Cia, Facts, Priority, ServiceState};
use nightdesk::domain::partners::PartnerAnswer;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use uuid::Uuid;

fn ask(step: HostingCommand) -> Command {
    Command::Hosting(Box::new(step))
}

fn impact(impact: Impact) -> Command {
    ask(HostingCommand::RecordImpact {
        impact,
        reason: "looked at with the host".into(),
    })
}

fn update(call: Uuid, status: CallStatus) -> Command {
    ask(HostingCommand::UpdateCall {
        call,
        text: "they work on it".into(),
        status: Some(status),
        reference: None,
        team: None,
        heard_at: None,
        note: None,
    })
}

fn advance(change: Uuid, status: ChangeStatus) -> Command {
    ask(HostingCommand::AdvanceChange {
        change,
        status,
        note: None,
    })
}

fn notify() -> Command {
    Command::NotifyPartners(NotifyPartners {
        organisations: ["eastmere".into(), "calder".into()].into(),
        channel: Channel::Email,
        again: [].into(),
    })
}

fn answer(answer: PartnerAnswer) -> Command {
    Command::RecordPartnerAnswer(RecordPartnerAnswer {
        organisation: "eastmere".into(),
        answer,
        answered_at: None,
        note: None,
    })
}

fn shared() -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(3, 3));
    case.by(OFFICER).triages(shared_disclosure());
    case
}

fn major() -> Case {
    let mut case = shared();
    case.gives(Command::DeclareMajor(DeclareMajor {
        reason: "the shared service is down".into(),
    }));
    case
}

/// WSIC-IMPACT and WSIC-EXC.
#[test]
fn the_officer_records_the_impact_and_others_only_by_exception() {
    let mut case = shared();
    let asked = steps_of(&case, RuleId::WsicImpact);
    assert!(asked[0].sentence.contains("Tell the affected partners"));
    assert!(asked[1].sentence.contains("record the impact"));
    let silent = ask(HostingCommand::RecordImpact {
        impact: Impact::None,
        reason: " ".into(),
    });
    refuses(
        &mut case,
        vec![
            (
                DPO,
                impact(Impact::None),
                None,
                About::Right,
                "Partnership Security Officer",
            ),
            (
                SIRO,
                impact(Impact::None),
                None,
                About::Right,
                "Partnership Security Officer",
            ),
            (
                OFFICER,
                impact(Impact::None),
                Some(RuleId::WsicExc),
                About::Rule,
                "Call the Officer first",
            ),
            (
                PARTNERSHIP_OFFICER,
                silent,
                Some(RuleId::WsicImpact),
                About::Field("/reason"),
                "rests on",
            ),
        ],
    );
    case.by(PARTNERSHIP_OFFICER).gives(impact(Impact::None));
    assert_eq!(case.incident().casework().hosting.impact(), Impact::None);
    let mut silent_officer = shared();
    silent_officer.gives(inform(&Contact::partnership(Role::Wso), Outcome::NoAnswer));
    silent_officer
        .after_seconds(3600)
        .gives(impact(Impact::Degraded));
}

/// WSIC-IMPACT and WSIC-PRIO.
#[test]
fn an_impact_that_is_felt_goes_to_the_host_and_to_partners_told_before_it_was_known() {
    for (found, felt, priority) in [
        (Impact::Unknown, false, Priority::P2),
        (Impact::None, false, Priority::P2),
        (Impact::Degraded, true, Priority::P2),
        (Impact::Compromised, true, Priority::P1),
    ] {
        let mut case = shared();
        case.gives(notify());
        case.after_seconds(60)
            .by(PARTNERSHIP_OFFICER)
            .gives(impact(found));
        let host = Contact::partnership(Role::Host);
        let is_told = |case: &Case| {
            let required = contacts::required(case.incident());
            required.iter().any(|needed| needed.contact == host)
        };
        let asked = |case: &Case| {
            let steps = steps_of(case, RuleId::WsicImpact);
            steps
                .iter()
                .any(|step| step.sentence.contains("how the hosted service is affected"))
        };
        assert_eq!(case.incident().priority(), priority, "{found:?}");
        assert_eq!((is_told(&case), asked(&case)), (felt, felt), "{found:?}");
        // WSIC-AGAIN: within minutes only what has become known since asks for another notice.
        case.by(OFFICER);
        match felt {
            true => drop(case.gives(notify())),
            false => assert_eq!(case.refused(notify()).rule, Some(RuleId::WsicAgain)),
        }
        assert!(!asked(&case), "{found:?}");
    }
}

/// WSIC-CALL; the problem beside it is raised on its own.
#[test]
fn declaring_a_major_incident_raises_one_call_with_the_host() {
    let case = major();
    let calls = &case.incident().casework().hosting.calls;
    assert_eq!(calls.len(), 1);
    assert_eq!(&*calls[0].summary, "the shared service is down");
    assert_eq!(calls[0].status, CallStatus::Raised);
    let required = contacts::required(case.incident());
    for role in [Role::Wso, Role::Host, Role::Ao, Role::Siro, Role::Cg] {
        assert!(
            required.iter().any(|needed| needed.contact.role == role),
            "{role:?}"
        );
    }
    let mut called = shared();
    called.gives(ask(HostingCommand::RaiseCall {
        summary: "slow since nine".into(),
        reference: Some(" ".into()),
        team: None,
        called_at: None,
        note: None,
    }));
    assert_eq!(
        called.incident().casework().hosting.calls[0].reference,
        None
    );
    called.gives(Command::DeclareMajor(DeclareMajor {
        reason: "down now".into(),
    }));
    assert_eq!(called.incident().casework().hosting.calls.len(), 1);
}

/// The host's own reference comes with what it says.
fn referenced(call: Uuid) -> Command {
    ask(HostingCommand::UpdateCall {
        call,
        text: "we look at it".into(),
        status: None,
        reference: Some("LH-4411".into()),
        team: None,
        heard_at: None,
        note: None,
    })
}

/// WSIC-CALL: declaring opens the call, and the procedure asks for it until it was made; the Officer
/// is to be told, whoever solves it.
#[test]
fn a_major_incident_asks_for_its_call_until_the_host_has_given_a_reference() {
    let mut case = major();
    let call = case.incident().casework().hosting.calls[0].id;
    assert_eq!(
        steps_of(&case, RuleId::WsicCall)[0].sentence,
        "Tell the host service desk"
    );
    case.informs(&Contact::partnership(Role::Host));
    let wanted = "Call the host about \"the shared service is down\". Record its reference";
    assert_eq!(asks(&case, RuleId::WsicCall), wanted);
    case.by(HOST).gives(update(call, CallStatus::WithTeam));
    assert_eq!(
        asks(&case, RuleId::WsicCall),
        wanted,
        "said, and no reference"
    );
    case.by(HOST).gives(referenced(call));
    assert_eq!(steps_of(&case, RuleId::WsicCall), []);
    let officer = Contact::partnership(Role::Wso);
    let is_asked_for = |case: &Case| {
        let outstanding = contacts::outstanding(case.incident());
        outstanding.iter().any(|needed| needed.contact == officer)
    };
    assert!(is_asked_for(&case));
    case.by(OFFICER).informs(&officer);
    assert!(!is_asked_for(&case));
}

/// WSIC-CALL: by hand, at every priority; what is resolved is asked for no more.
#[test]
fn a_call_that_was_raised_by_hand_is_asked_for_in_the_same_way() {
    let mut case = shared();
    case.gives(ask(HostingCommand::RaiseCall {
        summary: "slow since nine".into(),
        reference: None,
        team: None,
        called_at: None,
        note: None,
    }));
    assert!(asks(&case, RuleId::WsicCall).contains("slow since nine"));
    let call = case.incident().casework().hosting.calls[0].id;
    case.by(HOST).gives(update(call, CallStatus::Resolved));
    assert_eq!(steps_of(&case, RuleId::WsicCall), []);
}

/// WSIC-CALL.
#[test]
fn a_call_goes_forward_and_does_not_fall_silent_at_the_highest_priority() {
    let mut case = major();
    let call = case.incident().casework().hosting.calls[0].id;
    let rule = Some(RuleId::WsicCall);
    case.then_at("2026-06-12T20:30:00");
    let news = |case: &Case| {
        let steps = steps_of(case, RuleId::WsicCall);
        steps.iter().any(|step| step.sentence.contains("news"))
    };
    assert!(!news(&case), "made, and the news is not due yet");
    case.after_seconds(1);
    assert!(!news(&case), "what has not been made has no news");
    case.by(HOST).gives(referenced(call));
    let heard_at = case.now;
    let silent = chrono::TimeDelta::hours(case.policy.casework.call_silent_hours.into());
    case.then(heard_at + silent);
    assert!(!news(&case));
    case.after_seconds(1);
    assert!(news(&case));
    let steps = steps_of(&case, RuleId::WsicCall);
    let asked = steps.iter().find(|step| step.sentence.contains("news"));
    assert_eq!(asked.unwrap().due_at, Some(heard_at + silent));
    case.by(HOST).gives(update(call, CallStatus::WithTeam));
    assert!(!news(&case));
    refuses(
        &mut case,
        vec![
            (
                HOST,
                update(call, CallStatus::Raised),
                rule,
                About::Field("/status"),
                "with a team",
            ),
            (
                HOST,
                update(Uuid::max(), CallStatus::Closed),
                None,
                About::Field("/call"),
                "Refresh",
            ),
            (
                HOST,
                ask(HostingCommand::UpdateCall {
                    call,
                    text: " ".into(),
                    status: None,
                    reference: None,
                    team: None,
                    heard_at: None,
                    note: None,
                }),
                None,
                About::Field("/text"),
                "host said",
            ),
            (
                SIRO,
                update(call, CallStatus::Closed),
                None,
                About::Right,
                "host service desk",
            ),
        ],
    );
    for status in [
        CallStatus::Resolved,
        CallStatus::WithTeam,
        CallStatus::Closed,
    ] {
        case.by(HOST).gives(update(call, status));
        assert_eq!(case.incident().casework().hosting.calls[0].status, status);
    }
    case.then_at("2026-06-14T20:30:00");
    assert!(!news(&case), "what is closed is asked about no more");
}

/// WSIC-RFC: every step of every change, allowed or not.
#[test]
fn a_change_goes_its_way_and_only_the_host_approves() {
    let mut case = major();
    case.by(GOVERNANCE).gives(ask(HostingCommand::LogChange {
        reference: "RFC-1".into(),
        title: "Restore".into(),
        purpose: ChangePurpose::Workaround,
        risk: None,
    }));
    let change = case.incident().casework().hosting.changes[0].id;
    let rule = Some(RuleId::WsicRfc);
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                ask(HostingCommand::LogChange {
                    reference: "".into(),
                    title: "Restore".into(),
                    purpose: ChangePurpose::Workaround,
                    risk: None,
                }),
                rule,
                About::Field("/reference"),
                "number",
            ),
            (
                HOST,
                advance(change, ChangeStatus::Approved),
                rule,
                About::Field("/status"),
                "draft",
            ),
            (
                GOVERNANCE,
                advance(Uuid::max(), ChangeStatus::Submitted),
                None,
                About::Field("/change"),
                "Refresh",
            ),
        ],
    );
    case.by(GOVERNANCE)
        .gives(advance(change, ChangeStatus::Submitted));
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                advance(change, ChangeStatus::Approved),
                None,
                About::Right,
                "host service desk",
            ),
            (
                PARTNERSHIP_OFFICER,
                advance(change, ChangeStatus::Rejected),
                None,
                About::Right,
                "",
            ),
        ],
    );
    for (by, status) in [
        (HOST, ChangeStatus::Rejected),
        (GOVERNANCE, ChangeStatus::Submitted),
        (HOST, ChangeStatus::Approved),
        (GOVERNANCE, ChangeStatus::Implemented),
        (GOVERNANCE, ChangeStatus::Reviewed),
    ] {
        case.by(by).gives(advance(change, status));
    }
    for status in ChangeStatus::ALL {
        assert!(!ChangeStatus::Reviewed.may_become(status));
    }
}

/// WSIC-SIRO.
#[test]
fn a_partner_that_knows_tells_its_own_siro_or_says_why_not() {
    for settled in [
        PartnerAnswer::OwnSiroInformed {},
        PartnerAnswer::OwnSiroNotNeeded {
            reason: "she chairs the meeting".into(),
        },
    ] {
        let mut case = shared();
        assert!(steps_of(&case, RuleId::WsicSiro).is_empty());
        case.gives(notify());
        case.by(THEIR_REPRESENTATIVE)
            .gives(answer(PartnerAnswer::Acknowledged {
                spoke_to: "site manager".into(),
            }));
        let asked = asks(&case, RuleId::WsicSiro);
        assert!(
            asked.contains("Eastmere") && !asked.contains("Calder"),
            "{asked}"
        );
        refuses(
            &mut case,
            vec![(
                THEIR_REPRESENTATIVE,
                answer(PartnerAnswer::OwnSiroNotNeeded { reason: " ".into() }),
                Some(RuleId::WsicSiro),
                About::Field("/answer/reason"),
                "why",
            )],
        );
        case.by(THEIR_REPRESENTATIVE).gives(answer(settled));
        assert!(steps_of(&case, RuleId::WsicSiro).is_empty());
    }
}

/// WSIC-TRIG and WSIC-WIDE.
#[test]
fn a_planned_change_triggers_nothing_until_it_overruns() {
    let trigger = |service, cyber, cia: &[Cia]| {
        let facts = Facts {
            service,
            cyber,
            cia: cia.iter().copied().collect(),
            ..Facts::default()
        };
        facts.is_trigger()
    };
    for (service, cyber, cia, is_trigger) in [
        (ServiceState::Normal, false, &[][..], false),
        (ServiceState::Normal, true, &[], true),
        (ServiceState::Normal, false, &[Cia::C], true),
        (ServiceState::Degraded, false, &[], true),
        (ServiceState::PlannedChange, false, &[Cia::A], false),
        (ServiceState::PlannedChange, false, &[Cia::A, Cia::I], true),
        (ServiceState::PlannedChange, true, &[], true),
        (ServiceState::ChangeOverrun, false, &[], true),
    ] {
        let found = trigger(service, cyber, cia);
        assert_eq!(found, is_trigger, "{service:?} {cyber} {cia:?} (WSIC-TRIG)");
    }
    let mut case = triaged(2, 2);
    assert!(steps_of(&case, RuleId::WsicWide).is_empty());
    let facts = Facts {
        partnership_effect: nightdesk::domain::incident::PartnershipEffect::Unknown,
        ..crate::support::case::disclosure()
    };
    case.triages(facts);
    case.after_seconds(4 * 3600 + 1);
    assert!(asks(&case, RuleId::WsicWide).contains("Say whether any partner is affected"));
}

/// WSIC-EXC, S24.
#[test]
fn telling_the_host_by_exception_stops_the_clock_and_leaves_the_officer_to_be_told() {
    let walk = walk("S24");
    let mut case = walk.up_to(Deed::Require(Role::Csm), &[]);
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::MetByException);
    let escalation = case.incident().escalations.last().unwrap();
    let told: Vec<Role> = escalation.to.iter().map(|contact| contact.role).collect();
    assert_eq!(told, [Role::Host, Role::Proc, Role::Siro]);
    let outstanding = contacts::outstanding(case.incident());
    assert!(
        outstanding
            .iter()
            .any(|needed| needed.contact.role == Role::Wso)
    );
    walk.does(&mut case, Deed::Inform);
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::MetByException);
}

/// DECIDE-TRUE: a call and what was heard of it are entered with their true times.
#[test]
fn a_call_with_the_host_is_entered_with_its_true_time() {
    let called = |at: &str, note: Option<&str>| {
        ask(HostingCommand::RaiseCall {
            summary: "the record is slow".into(),
            reference: Some("HD-1".into()),
            team: None,
            called_at: Some(wall(at)),
            note: note.map(Into::into),
        })
    };
    let mut case = shared();
    case.then_at("2026-06-13T02:00:00").by(OFFICER);
    let note = Some("the desk was offline");
    let refusal = case.refused(called("2026-06-12T18:00:00", note));
    assert_eq!(refusal.rule, Some(RuleId::DecideTrue), "{refusal}");
    let refusal = case.refused(called("2026-06-12T21:00:00", None));
    assert_eq!(refusal.rule, Some(RuleId::ClkHonest), "{refusal}");
    case.gives(called("2026-06-12T21:00:00", note));
    let call = case.incident().casework().hosting.calls[0].clone();
    assert_eq!(call.raised_at(), wall("2026-06-12T21:00:00"));
    let heard = |at: &str| {
        ask(HostingCommand::UpdateCall {
            call: call.id,
            text: "they look into it".into(),
            status: None,
            reference: None,
            team: None,
            heard_at: Some(wall(at)),
            note: None,
        })
    };
    let refusal = case.refused(heard("2026-06-12T20:59:59"));
    assert_eq!(refusal.rule, Some(RuleId::DecideTrue), "{refusal}");
    case.gives(heard("2026-06-13T01:30:00"));
    case.gives(heard("2026-06-13T01:00:00"));
    let call = &case.incident().casework().hosting.calls[0];
    assert_eq!(call.heard_at(), wall("2026-06-13T01:30:00"));
}

/// The post is vacant, the host is told in its place, and then somebody is appointed. Has the successor been told?
fn told_by_exception() -> Case {
    let mut case = shared();
    let all = case.directory.holdings.clone();
    case.directory
        .holdings
        .retain(|held| held.role != Role::Wso);
    case.by(OFFICER)
        .gives(inform(&Contact::partnership(Role::Host), Outcome::Answered));
    case.directory.holdings = all;
    case
}

#[test]
fn a_successor_of_a_vacant_officer_is_told_by_nobody_until_told() {
    let mut case = told_by_exception();
    let step = asks(&case, RuleId::WsicExc);
    assert!(step.contains("Tell Marguerite Holloway"), "{step}");
    // Whoever called the host records what it said; the successor does, once told.
    case.by(OFFICER).gives(impact(Impact::None));
    assert!(asks(&case, RuleId::WsicExc).contains("Marguerite Holloway"));
    case.gives(inform(&Contact::partnership(Role::Wso), Outcome::Answered));
    assert!(steps_of(&case, RuleId::WsicExc).is_empty());
    let refused = case.by(OFFICER).refused(impact(Impact::None));
    assert!(
        refused.sentence.contains("The Officer has been told"),
        "{refused}"
    );
    case.by(PARTNERSHIP_OFFICER).gives(impact(Impact::Degraded));
}

#[test]
fn what_the_host_said_in_a_call_that_was_struck_is_asked_again() {
    let mut case = told_by_exception();
    case.by(OFFICER).gives(impact(Impact::None));
    assert!(
        steps_of(&case, RuleId::WsicImpact)
            .iter()
            .all(|step| !step.sentence.contains("again"))
    );
    let call = case.incident().attempts.len() - 1;
    case.then_at("2026-06-12T19:30:00");
    case.gives(Command::StrikeAttempt(StrikeAttempt {
        attempt: call,
        reason: "it was another incident".into(),
    }));
    let asked = |case: &Case| {
        let steps = steps_of(case, RuleId::WsicImpact);
        steps
            .iter()
            .any(|step| step.sentence.contains("Ask the host again"))
    };
    assert!(asked(&case));
    case.by(PARTNERSHIP_OFFICER).gives(impact(Impact::Degraded));
    assert!(!asked(&case));
}

#[test]
fn a_partner_that_was_told_and_taken_out_is_told_that_it_is_not_affected() {
    let mut case = shared();
    case.gives(notify());
    case.gives(answer(PartnerAnswer::Acknowledged {
        spoke_to: "duty manager".into(),
    }));
    case.gives(triage(Facts {
        affected_partners: ["calder".into()].into(),
        ..case.incident().facts.clone()
    }));
    let asked = |case: &Case| {
        let steps = steps_of(case, RuleId::WsicImpact);
        steps
            .into_iter()
            .map(|step| step.sentence)
            .collect::<String>()
    };
    assert!(
        asked(&case)
            .contains("Tell Eastmere NHS Foundation Trust that it is not affected after all"),
        "{}",
        asked(&case)
    );
    case.gives(answer(PartnerAnswer::NotAffected {
        reason: "it was told by phone".into(),
    }));
    assert!(!asked(&case).contains("Eastmere"), "{}", asked(&case));
}

/// WSIC-EXC goes before the ladder: its 20 minutes at the highest priority open nothing by themselves.
#[test]
fn the_ladder_reaches_the_host_no_sooner_than_the_exception_opens() {
    let mut case = major();
    case.by(OFFICER)
        .gives(inform(&Contact::partnership(Role::Wso), Outcome::NoAnswer));
    let first = case.now;
    for time in ["2026-06-12T18:40:00", "2026-06-12T18:45:00"] {
        case.then_at(time);
        case.gives(Command::Escalate(Escalate {
            ladder: Ladder::Officer,
            reason: "nobody answers".into(),
        }));
    }
    case.then_at("2026-06-12T18:55:00");
    let (incident, directory) = (case.incident(), &case.directory);
    let next = escalation::next_rung(incident, Ladder::Officer, directory, &case.policy, case.now);
    let next = next.unwrap();
    assert!(next.to.contains(&Contact::partnership(Role::Host)));
    assert_eq!(next.due_at, Some(first + TimeDelta::minutes(60)));
    let steps = steps_of(&case, RuleId::WsicNotify);
    assert!(
        steps.iter().any(|step| {
            step.sentence
                .contains("or sooner once a call to each number has failed. The protocol's exception sets that time")
        }),
        "{steps:?}"
    );
}

/// EXC-EACH: whoever has been called already is not sent for again as if nobody had.
#[test]
fn the_step_does_not_ask_to_call_the_deputy_who_was_called() {
    let mut case = major();
    let officer = Contact::partnership(Role::Wso);
    let deputy = case.directory.holders(Role::Wso, None, case.now)[1].clone();
    let name = case.directory.person_name(&deputy.person).to_owned();
    let said = |case: &Case| -> String {
        let steps = steps_of(case, RuleId::WsicNotify).into_iter();
        steps.map(|step| step.sentence).collect()
    };
    case.by(OFFICER).gives(inform(&officer, Outcome::NoAnswer));
    assert!(said(&case).contains(&format!("the deputy, {name}")));
    case.gives(Command::Inform(Box::new(
        nightdesk::domain::command::Inform {
            person: Some(deputy.person.clone()),
            ..attempt(&officer, Outcome::NoAnswer)
        },
    )));
    assert!(!said(&case).contains(&format!("the deputy, {name}")));
}
