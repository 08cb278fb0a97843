//! Agreements (ICO-JOINT) and policy documents (BOB-POLICY).

use super::{DPO, IGT, Register, day};
use nightdesk::domain::directory::command::{
    DirectoryCommand, RecordAgreement, RecordPolicyDocument, ReviewPolicyDocument,
};
use nightdesk::domain::directory::gaps::Gap;
use nightdesk::domain::directory::register::AgreementKind;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;

fn agreement(how: impl Fn(&mut RecordAgreement)) -> DirectoryCommand {
    let mut asked = RecordAgreement {
        agreement: "joint-clinic".into(),
        title: "Joint clinic".into(),
        kind: AgreementKind::Joint,
        parties: vec!["riverbourne".into(), "southway".into()],
        lead: Some("riverbourne".into()),
        lead_reports: true,
        starts_on: day("2026-06-01"),
        ends_on: None,
        filed_as: None,
    };
    how(&mut asked);
    DirectoryCommand::RecordAgreement(Box::new(asked))
}

fn record(how: impl Fn(&mut RecordPolicyDocument)) -> DirectoryCommand {
    let mut asked = RecordPolicyDocument {
        document: "access-policy".into(),
        title: "Access policy".into(),
        organisation: "riverbourne".into(),
        owner: Role::Siro,
        approved_on: day("2026-06-01"),
        review_due_on: None,
    };
    how(&mut asked);
    DirectoryCommand::RecordPolicyDocument(asked)
}

fn review(document: &str, on: &str, due: Option<&str>) -> DirectoryCommand {
    DirectoryCommand::ReviewPolicyDocument(ReviewPolicyDocument {
        document: document.into(),
        reviewed_on: day(on),
        outcome: "roles renamed".into(),
        review_due_on: due.map(day),
    })
}

#[test]
fn an_agreement_says_who_reports_for_whom_as_long_as_it_is_in_force() {
    let mut register = Register::open();
    let lets = |register: &Register, lead: &str, other: &str, on: &str| {
        register
            .directory
            .agreement_to_report(&lead.into(), &other.into(), day(on))
            .is_some()
    };
    assert!(!lets(&register, "riverbourne", "southway", "2026-06-12"));
    register.gives(agreement(|_| {}));
    assert!(lets(&register, "riverbourne", "southway", "2026-06-12"));
    assert!(!lets(&register, "riverbourne", "southway", "2026-05-31"));
    assert!(
        !lets(&register, "southway", "riverbourne", "2026-06-12"),
        "only the lead"
    );
    register.gives(DirectoryCommand::EndAgreement {
        agreement: "joint-clinic".into(),
        ends_on: day("2026-07-01"),
        reason: "the clinic closes".into(),
    });
    assert!(lets(&register, "riverbourne", "southway", "2026-06-30"));
    assert!(!lets(&register, "riverbourne", "southway", "2026-07-01"));
    // Where no lead is named, whichever party an incident begins with leads.
    assert!(lets(&register, "eastmere", "calder", "2026-06-12"));
    assert!(!lets(&register, "portalpath", "larkfield", "2026-06-12"));
}

#[test]
fn what_is_no_agreement_is_refused_at_its_field() {
    let mut register = Register::open();
    register.by(DPO).refuses(vec![
        (
            agreement(|asked| asked.title = " ".into()),
            "/title",
            "Give the title",
        ),
        (
            agreement(|asked| asked.parties = vec!["riverbourne".into()]),
            "/parties",
            "two parties",
        ),
        (
            agreement(|asked| asked.parties.push("riverbourne".into())),
            "/parties",
            "each named once",
        ),
        (
            agreement(|asked| asked.parties.push("atlantis".into())),
            "/parties",
            "does not list the organisation",
        ),
        (
            agreement(|asked| asked.lead = Some("eastmere".into())),
            "/lead",
            "controller",
        ),
        (
            agreement(|asked| asked.ends_on = Some(day("2026-06-01"))),
            "/ends_on",
            "ends after it begins",
        ),
        (
            agreement(|asked| asked.agreement = "partnership-sharing".into()),
            "/agreement",
            "already",
        ),
        (
            agreement(|asked| asked.parties = vec!["eastmere".into(), "calder".into()]),
            "",
            "register of Eastmere",
        ),
    ]);
}

/// BOB-POLICY, from the example: one review is overdue since November 2024, one is due soon.
#[test]
fn an_overdue_review_is_a_gap_and_one_that_is_due_soon_a_warning() {
    let register = Register::open();
    let gaps = register.gaps();
    let told: Vec<(bool, String)> = gaps
        .iter()
        .filter(|gap| gap.rule() == Some(RuleId::BobPolicy))
        .map(|gap| (gap.is_missing(), gap.sentence(&register.directory)))
        .collect();
    assert_eq!(
        told,
        [
            (
                true,
                "The review of \"Incident management and reporting procedure\" was due on Fri 15 Nov 2024. Review it, or withdraw it".to_owned()
            ),
            (
                false,
                "The review of \"Partnership incident management protocol\" is due on Fri 26 Jun 2026".to_owned()
            )
        ]
    );
}

#[test]
fn a_review_is_due_again_within_two_years_and_on_its_last_day_still_in_time() {
    let mut register = Register::open();
    let overdue = |register: &Register| {
        let of = |gap: &Gap| matches!(gap, Gap::ReviewOverdue { document, .. } if document.as_str() == "incident-procedure");
        register.gaps().iter().any(of)
    };
    let (refusal, field) = register.refused(review(
        "incident-procedure",
        "2026-06-10",
        Some("2028-06-11"),
    ));
    assert_eq!(
        (refusal.rule, field.as_str()),
        (Some(RuleId::BobPolicy), "/review_due_on")
    );
    assert!(refusal.sentence.contains("every 24 months"), "{refusal}");
    assert!(overdue(&register));
    register.gives(review("incident-procedure", "2026-06-10", None));
    assert!(!overdue(&register));
    register.at("2028-06-10T23:59:59");
    assert!(!overdue(&register));
    register.at("2028-06-11T00:00:00");
    assert!(overdue(&register));
}

#[test]
fn a_policy_document_is_recorded_reviewed_and_withdrawn() {
    let mut register = Register::open();
    register.by(DPO).refuses(vec![
        (
            record(|asked| asked.approved_on = day("2026-06-13")),
            "/approved_on",
            "in the future",
        ),
        (
            record(|asked| asked.review_due_on = Some(day("2028-06-02"))),
            "/review_due_on",
            "every 24 months",
        ),
        (
            record(|asked| asked.review_due_on = Some(day("2026-06-01"))),
            "/review_due_on",
            "comes after",
        ),
        (
            record(|asked| asked.document = "incident-procedure".into()),
            "/document",
            "already",
        ),
        (
            record(|asked| asked.organisation = "eastmere".into()),
            "",
            "of Eastmere",
        ),
        (
            review("nothing", "2026-06-10", None),
            "/document",
            "no such policy document",
        ),
        (
            review("information-governance-policy", "2025-08-31", None),
            "/reviewed_on",
            "since that day",
        ),
    ]);
    register.by(IGT).gives(record(|_| {}));
    let document = register.directory.policy_documents.last().unwrap();
    assert_eq!(document.review_due_on, day("2028-06-01"));
    register.gives(DirectoryCommand::RetirePolicyDocument {
        document: "access-policy".into(),
        reason: "part of the information governance policy".into(),
    });
    assert!(
        register
            .directory
            .policy_document(&"access-policy".into())
            .is_none()
    );
}
