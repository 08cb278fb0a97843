//! The investigation (BOB-INV, BOB-EVID, BOB-RCA, BOB-MIN, PROC-PLAN).

use super::{About, GOVERNANCE, NIGHT, SIRO, asks, refuses, steps_of, triaged};
use crate::support::case::{Case, DPO, OFFICER, wall};
use crate::support::walk::{Deed, walk};
use chrono::NaiveDate;
use nightdesk::domain::command::Command;
use nightdesk::domain::incident::Status;
use nightdesk::domain::investigation::{
    CauseAnalysis, EvidenceItem, InvestigationCommand, Sha256Hex,
};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use uuid::Uuid;

fn ask(step: InvestigationCommand) -> Command {
    Command::Investigation(Box::new(step))
}

fn lead(person: &str, exception: Option<&str>) -> Command {
    ask(InvestigationCommand::AppointLead {
        person: person.into(),
        exception: exception.map(Into::into),
    })
}

fn item() -> EvidenceItem {
    EvidenceItem {
        label: "Mail gateway log".into(),
        kind: "log".into(),
        sha256: None,
        size: None,
        location: "evidence share".into(),
        custodian: "governance team".into(),
        secured_at: wall(NIGHT),
        contains_personal_data: true,
        note: None,
    }
}

fn transfer(evidence: Uuid, to: &str, at: Option<&str>) -> Command {
    ask(InvestigationCommand::TransferCustody {
        evidence,
        to: to.into(),
        reason: "to be examined".into(),
        at: at.map(wall),
        note: Some("written down afterwards".into()),
    })
}

fn plan(parties: &[&str], on: (i32, u32, u32)) -> Command {
    ask(InvestigationCommand::AgreePlan {
        parties: parties.iter().copied().map(Into::into).collect(),
        agreed_on: NaiveDate::from_ymd_opt(on.0, on.1, on.2).unwrap(),
        text: "logs within a day".into(),
    })
}

/// BOB-INV: not the owner of the system, not the reporter.
#[test]
fn whoever_leads_neither_reported_it_nor_owns_the_system_unless_a_reason_says_why() {
    let mut case = triaged(3, 4);
    let rule = Some(RuleId::BobInv);
    let field = About::Field("/exception");
    refuses(
        &mut case,
        vec![
            (DPO, lead(OFFICER, None), rule, field, "reported"),
            (DPO, lead("percy.lathbury", Some(" ")), rule, field, "owns"),
            (
                DPO,
                lead("nobody.known", None),
                None,
                About::Field("/person"),
                "directory",
            ),
            (OFFICER, lead(GOVERNANCE, None), None, About::Right, "DPO"),
            (SIRO, lead(GOVERNANCE, None), None, About::Right, "DPO"),
        ],
    );
    case.by(DPO)
        .gives(lead("percy.lathbury", Some("there are three of us")));
    case.by(GOVERNANCE).gives(lead(GOVERNANCE, None));
    let leads = &case.incident().casework().investigation.leads;
    assert_eq!(
        leads.len(),
        2,
        "the last one leads, the first stays on file"
    );
    assert_eq!(leads[1].person.as_str(), GOVERNANCE);
}

/// BOB-INV and BOB-EVID, section 2.2.
#[test]
fn an_investigation_begins_with_a_lead_and_with_evidence_secured_or_none() {
    let begin = || ask(InvestigationCommand::Begin {});
    let no_evidence = |reason: &str| {
        ask(InvestigationCommand::NoEvidence {
            reason: reason.into(),
        })
    };
    let mut case = Case::logged_at(NIGHT);
    refuses(
        &mut case,
        vec![(DPO, begin(), Some(RuleId::BobClass), About::Rule, "Triage")],
    );
    let mut case = triaged(3, 4);
    assert!(asks(&case, RuleId::BobInv).contains("a lead"));
    refuses(
        &mut case,
        vec![
            (
                DPO,
                begin(),
                Some(RuleId::BobInv),
                About::Rule,
                "evidence secured",
            ),
            (OFFICER, begin(), None, About::Right, "DPO"),
        ],
    );
    case.by(DPO).gives(lead(GOVERNANCE, None));
    let evidence = Some(RuleId::BobEvid);
    refuses(
        &mut case,
        vec![
            (DPO, begin(), evidence, About::Rule, "evidence secured"),
            (
                DPO,
                no_evidence(" "),
                evidence,
                About::Field("/reason"),
                "why",
            ),
            (SIRO, no_evidence("none"), None, About::Right, "DPO"),
        ],
    );
    case.by(OFFICER)
        .gives(no_evidence("nothing was written down"));
    assert!(asks(&case, RuleId::BobInv).contains("Begin"));
    case.by(GOVERNANCE).gives(begin());
    assert_eq!(case.incident().status, Status::Investigating);
    refuses(
        &mut case,
        vec![(DPO, begin(), Some(RuleId::BobInv), About::Rule, "already")],
    );
}

/// BOB-EVID.
#[test]
fn an_item_of_evidence_is_described_and_its_chain_of_custody_follows_what_happened() {
    let secure = |edit: fn(&mut EvidenceItem)| {
        let mut item = item();
        edit(&mut item);
        ask(InvestigationCommand::SecureEvidence(item))
    };
    let mut case = triaged(3, 4);
    let rule = Some(RuleId::BobEvid);
    let blank = |field, command| (OFFICER, command, rule, About::Field(field), "Say");
    refuses(
        &mut case,
        vec![
            blank("/label", secure(|item| item.label = "".into())),
            blank("/kind", secure(|item| item.kind = " ".into())),
            blank("/location", secure(|item| item.location = "".into())),
            blank("/custodian", secure(|item| item.custodian = "\t".into())),
            (
                OFFICER,
                secure(|item| item.secured_at = wall("2026-06-12T18:35:01")),
                Some(RuleId::ClkPast),
                About::Field("/secured_at"),
                "",
            ),
        ],
    );
    case.by(OFFICER).gives(secure(|_| {}));
    let none = ask(InvestigationCommand::NoEvidence {
        reason: "nothing was written down".into(),
    });
    refuses(
        &mut case,
        vec![(OFFICER, none, rule, About::Rule, "already been secured")],
    );
    let id = case.incident().casework().investigation.evidence[0].id;
    case.then_at("2026-06-12T21:00:00");
    case.gives(transfer(id, "police", Some("2026-06-12T20:00:00")));
    refuses(
        &mut case,
        vec![
            (
                OFFICER,
                transfer(id, "archive", Some("2026-06-12T17:59:59")),
                rule,
                About::Field("/at"),
                "It was secured after that",
            ),
            (
                OFFICER,
                transfer(Uuid::max(), "archive", None),
                rule,
                About::Field("/evidence"),
                "Refresh",
            ),
            (
                OFFICER,
                transfer(id, " ", None),
                None,
                About::Field("/to"),
                "who",
            ),
        ],
    );
    case.gives(transfer(id, "archive", None));
    let kept = &case.incident().casework().investigation.evidence[0];
    assert_eq!(
        (kept.custodian(), &*kept.custody[1].from),
        ("archive", "police")
    );
    // What happened in between is entered later, and stands where it happened (DECIDE-TRUE).
    case.gives(transfer(id, "the ward", Some("2026-06-12T19:59:59")));
    let kept = &case.incident().casework().investigation.evidence[0];
    let chain: Vec<(&str, &str)> = kept
        .custody
        .iter()
        .map(|custody| (&*custody.from, &*custody.to))
        .collect();
    let first = &*kept.item.custodian;
    let expected = [
        (first, "the ward"),
        ("the ward", "police"),
        ("police", "archive"),
    ];
    assert_eq!(chain, expected);
    assert!("AB".repeat(32).parse::<Sha256Hex>().is_ok());
    for no_hash in ["", "xy", &"g".repeat(64), &"a".repeat(63)] {
        assert!(no_hash.parse::<Sha256Hex>().is_err(), "{no_hash}");
    }
}

/// PROC-PLAN.
#[test]
fn a_plan_is_agreed_between_two_and_not_in_the_future() {
    let mut case = triaged(3, 4);
    let rule = Some(RuleId::ProcPlan);
    let parties = About::Field("/parties");
    refuses(
        &mut case,
        vec![
            (DPO, plan(&[], (2026, 6, 12)), rule, parties, "between two"),
            (
                DPO,
                plan(&["portalpath"], (2026, 6, 12)),
                rule,
                parties,
                "between two",
            ),
            (
                DPO,
                plan(&["riverbourne", "atlantis"], (2026, 6, 12)),
                None,
                parties,
                "atlantis",
            ),
            (
                DPO,
                plan(&["riverbourne", "portalpath"], (2026, 6, 13)),
                rule,
                About::Field("/agreed_on"),
                "today or an earlier day",
            ),
        ],
    );
    let walk = walk("S07");
    let resolve = Deed::Resolve;
    let mut unplanned = walk.up_to(resolve, &[Deed::AgreePlan]);
    // With somebody else is not with the processor, and without the controller is with nobody.
    for parties in [["riverbourne", "eastmere"], ["portalpath", "eastmere"]] {
        walk.speaks(&mut unplanned, "IGT");
        unplanned.gives(plan(&parties, (2026, 6, 8)));
        let (by, command) = walk
            .commands(resolve, unplanned.incident(), unplanned.now)
            .remove(0);
        walk.speaks(&mut unplanned, &by);
        assert_eq!(unplanned.refused(command).rule, rule, "{parties:?}");
    }
    walk.does(&mut unplanned, Deed::AgreePlan);
    walk.does(&mut unplanned, resolve);
}

/// BOB-MIN.
#[test]
fn a_meeting_without_minutes_is_asked_about_after_five_working_days() {
    let mut case = triaged(3, 4);
    let rule = Some(RuleId::BobMin);
    case.by(GOVERNANCE)
        .gives(ask(InvestigationCommand::HoldMeeting {
            held_at: None,
            note: None,
            chair: Role::Dpo,
            attendees: vec![Role::Igt],
        }));
    case.then_at("2026-06-18T23:59:59");
    assert!(steps_of(&case, RuleId::BobMin).is_empty());
    case.then_at("2026-06-19T00:00:00");
    assert!(asks(&case, RuleId::BobMin).contains("Fri 12 Jun 18:30 BST"));
    let meeting = case.incident().casework().investigation.meetings[0].id;
    let minutes = |meeting, text: &str| {
        ask(InvestigationCommand::WriteMinutes {
            meeting,
            text: text.into(),
        })
    };
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                minutes(Uuid::max(), "x"),
                rule,
                About::Field("/meeting"),
                "Refresh",
            ),
            (
                GOVERNANCE,
                minutes(meeting, " "),
                None,
                About::Field("/text"),
                "minutes",
            ),
        ],
    );
    case.by(GOVERNANCE)
        .gives(minutes(meeting, "agreed on the next steps"));
    assert!(steps_of(&case, RuleId::BobMin).is_empty());
    refuses(
        &mut case,
        vec![(
            GOVERNANCE,
            minutes(meeting, "otherwise"),
            Some(RuleId::BobNotes),
            About::Rule,
            "file note",
        )],
    );
}

/// BOB-RCA.
#[test]
fn a_cause_is_looked_for_in_a_named_way_by_whoever_investigates() {
    let analysis = |method: &str, causes: &str| {
        ask(InvestigationCommand::AnalyseCause(CauseAnalysis {
            method: method.into(),
            causes: causes.into(),
            contributing: None,
            policy_deficiency: true,
        }))
    };
    let mut case = triaged(3, 4);
    let rule = Some(RuleId::BobRca);
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                analysis(" ", "haste"),
                rule,
                About::Field("/method"),
                "how",
            ),
            (
                GOVERNANCE,
                analysis("five whys", ""),
                rule,
                About::Field("/causes"),
                "caused",
            ),
            (
                OFFICER,
                analysis("five whys", "haste"),
                None,
                About::Right,
                "DPO",
            ),
        ],
    );
    case.by(GOVERNANCE).gives(analysis("five whys", "haste"));
    assert_eq!(case.incident().casework().investigation.causes.len(), 1);
}
