//! Reports over the wire: who reads and who freezes them, and that what was frozen stays as it was.

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{Answer, Person, TestServer, fresh_id, tonight_at};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{AuditPage, CommandAnswer, FrozenReport, FrozenReportPage};
use nightdesk::domain::id::CommandId;
use nightdesk::domain::reporting::ReportKind;
use nightdesk::report::Report;
use nightdesk::server;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A member of the audit and risk committee, who reads and does not make reports.
const COMMITTEE: &str = "barnaby.stillwater";
const AUDITOR: &str = "silas.nettlebed";
/// A line manager of Eastmere, who sees nothing of Riverbourne's.
const UNSEEING: &str = "clement.hathersage";
/// Data protection officer of Eastmere.
const PARTNERS_DPO: &str = "winifred.osgood";

async fn read(person: &Person<'_>, kind: ReportKind) -> Answer {
    let path = format!("{}?from=2026-06-01&to=2026-06-30", route::report(kind));
    person.get(&path).await
}

fn freeze_body(kind: &str) -> Value {
    json!({"type": "freeze", "kind": kind, "from": "2026-06-01", "to": "2026-06-30"})
}

async fn freeze(person: &Person<'_>, id: CommandId, body: &Value) -> Answer {
    person.send(route::REPORTS, id, None, body).await
}

fn counted(report: &Report) -> String {
    serde_json::to_string(&report.document.sections[0]).unwrap()
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_report_is_read_by_those_for_whom_it_is_and_tells_of_their_incidents_alone() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let steering = server.signed_in(COMMITTEE).await;
    let report: Report = read(&steering, ReportKind::Igsg).await.ok();
    assert!(
        counted(&report).contains("Incidents logged: 1."),
        "{report:?}"
    );
    assert_eq!(report.organisation.as_str(), "riverbourne");
    let elsewhere = server.signed_in(PARTNERS_DPO).await;
    let report: Report = read(&elsewhere, ReportKind::Igsg).await.ok();
    assert!(
        counted(&report).contains("Incidents logged: 0."),
        "{report:?}"
    );
    for (person, kind) in [
        (OFFICER, ReportKind::Igsg),
        (UNSEEING, ReportKind::Arc),
        (COMMITTEE, ReportKind::Partnership),
    ] {
        let refused = read(&server.signed_in(person).await, kind).await;
        assert_eq!(
            refused.problem(),
            (403, "not_allowed".to_owned()),
            "{person}"
        );
    }
    let unknown = steering.get("/v1/reports/gossip?from=2026-06-01&to=2026-06-30");
    assert_eq!(unknown.await.problem().0, 404);
    for query in [
        "",
        "?from=2026-06-01",
        "?from=2026-06-30&to=2026-06-01",
        "?from=x&to=y",
        "?from=-262143-01-01&to=2026-06-30",
    ] {
        let path = format!("{}{query}", route::report(ReportKind::Igsg));
        assert_eq!(steering.get(&path).await.problem().0, 400, "{query}");
    }
}

#[tokio::test]
async fn a_frozen_report_stays_as_it_was_whatever_happens_afterwards() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    officer.log().await;
    let dpo = server.signed_in(DPO).await;
    let id = fresh_id();
    let answer = freeze(&dpo, id, &freeze_body("igsg")).await;
    assert_eq!(answer.status.as_u16(), 201, "{answer:?}");
    assert_eq!(answer.header("location"), route::frozen_report(id));
    let frozen: FrozenReport = answer.ok();
    assert_eq!(sha256(&frozen.body), frozen.sha256);
    officer.log().await;
    let again: FrozenReport = dpo.get(&route::frozen_report(id)).await.ok();
    assert_eq!(again, frozen);
    let kept: Report = serde_json::from_str(&again.body).unwrap();
    assert!(counted(&kept).contains("Incidents logged: 1."));
    let now: Report = read(&dpo, ReportKind::Igsg).await.ok();
    assert!(counted(&now).contains("Incidents logged: 2."));
    // The trail tells the hash, and who froze it in which role.
    let auditor = server.signed_in(AUDITOR).await;
    let path = format!("{}?from={1}&to={1}", route::AUDIT_ENTRIES, frozen.seq);
    let page: AuditPage = auditor.get(&path).await.ok();
    let entry = &page.entries[0];
    assert_eq!(entry.hash, frozen.receipt);
    assert!(
        entry.body.contains(&frozen.sha256) && entry.body.contains(DPO),
        "{entry:?}"
    );
    let database = server.stop().await;
    let store = server::Store::open(&database.location).await.unwrap();
    let found = server::verify(&store).await.unwrap();
    assert_eq!((found.faults, found.reports), (Vec::new(), 1));
}

#[tokio::test]
async fn a_report_sent_twice_to_be_frozen_is_frozen_once() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let dpo = server.signed_in(DPO).await;
    let id = fresh_id();
    let first: FrozenReport = freeze(&dpo, id, &freeze_body("igsg")).await.ok();
    officer.log().await;
    let second = freeze(&dpo, id, &freeze_body("igsg")).await;
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(second.ok::<FrozenReport>(), first);
    let other = freeze(&dpo, id, &freeze_body("register")).await;
    assert_eq!(other.problem(), (422, "command_id_reused".to_owned()));
    let logged = officer.log().await;
    let taken = freeze(&dpo, logged.command, &freeze_body("igsg")).await;
    assert_eq!(taken.problem(), (422, "command_id_reused".to_owned()));
    let page: FrozenReportPage = dpo.get(route::FROZEN_REPORTS).await.ok();
    assert_eq!(page.reports, [first]);
}

#[tokio::test]
async fn only_who_may_read_such_a_report_finds_what_was_frozen() {
    let server = TestServer::start().await;
    let dpo = server.signed_in(DPO).await;
    let frozen: FrozenReport = freeze(&dpo, fresh_id(), &freeze_body("igsg")).await.ok();
    for (person, finds) in [
        (COMMITTEE, true),
        (AUDITOR, true),
        ("idris.pennywell", true),
        (OFFICER, false),
        (PARTNERS_DPO, false),
        (UNSEEING, false),
    ] {
        let person = server.signed_in(person).await;
        let shown = person.get(&route::frozen_report(frozen.id)).await;
        let page: FrozenReportPage = person.get(route::FROZEN_REPORTS).await.ok();
        assert_eq!(shown.status.is_success(), finds, "{shown:?}");
        assert_eq!(page.reports.len(), usize::from(finds));
    }
}

#[tokio::test]
async fn freezing_without_the_right_is_refused_and_written_down() {
    let server = TestServer::start().await;
    for person in [COMMITTEE, OFFICER] {
        let person = server.signed_in(person).await;
        let refused = freeze(&person, fresh_id(), &freeze_body("igsg")).await;
        assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
    }
    let auditor = server.signed_in(AUDITOR).await;
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let denied = page
        .entries
        .iter()
        .filter(|entry| entry.body.contains("\"denied\"") && entry.body.contains("freeze_report"));
    assert_eq!(denied.count(), 2);
    let none: FrozenReportPage = auditor.get(route::FROZEN_REPORTS).await.ok();
    assert!(none.reports.is_empty());
}

/// Somebody who serves several organisations says whose report is meant.
#[tokio::test]
async fn a_report_is_of_the_organisation_that_is_named() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let team = server.signed_in("idris.pennywell").await;
    let mut body = freeze_body("register");
    for organisation in ["riverbourne", "eastmere"] {
        body["organisation"] = json!(organisation);
        let frozen: FrozenReport = freeze(&team, fresh_id(), &body).await.ok();
        assert_eq!(frozen.organisation.as_str(), organisation);
    }
    body["organisation"] = json!("nowhere");
    let refused = freeze(&team, fresh_id(), &body).await;
    assert_eq!(refused.problem().0, 403);
}

/// BOB-ARC: the refusal is the very sentence of the rule, and the report is not frozen either.
#[tokio::test]
async fn the_committees_report_is_kept_back_while_its_plan_has_a_gap() {
    let server = TestServer::start().await;
    let (officer, dpo) = (server.signed_in(OFFICER).await, server.signed_in(DPO).await);
    let id = officer.log().await.incident.id;
    let mut seen = 1;
    for step in [
        json!({"type": "grade", "severity": 3, "likelihood": 4, "harms": ["loss_of_control"],
            "rationale": "Clinic letters", "factors": []}),
        json!({"type": "regulator", "step": "decide", "answer": "REPORT", "reasons": "Risk"}),
        json!({"type": "regulator", "step": "submit", "body": "ICO", "via": "DSPT",
            "reference": "DSPT-1", "contents": contents()}),
        json!({"type": "learning", "step": "add_lesson", "statement": "Names do not identify"}),
    ] {
        let answer = dpo.ask(id, Some(seen), &step).await;
        seen = answer
            .ok::<nightdesk::api::types::CommandAnswer>()
            .incident
            .version;
    }
    let shown: nightdesk::domain::incident::Incident = dpo.get(&route::incident(id)).await.ok();
    let lesson = shown.casework().learning.lessons[0].id;
    let whole = read(&dpo, ReportKind::Arc).await;
    assert!(whole.status.is_success(), "{whole:?}");
    let action =
        json!({"type": "learning", "step": "add_action", "of": lesson, "text": "Show the code"});
    dpo.ask(id, Some(seen), &action).await.ok::<Value>();
    let kept_back = read(&dpo, ReportKind::Arc).await;
    assert_eq!(kept_back.problem(), (409, "refused".to_owned()));
    assert_eq!(kept_back.value()["rule"], "BOB-ARC");
    let frozen = freeze(&dpo, fresh_id(), &freeze_body("arc")).await;
    assert_eq!(frozen.problem(), (409, "refused".to_owned()));
}

/// An incident of June that the ICO was told of in July belongs in both months, and what was logged in
/// July in no report of June.
#[tokio::test]
async fn what_lies_outside_the_period_does_not_change_the_report() {
    let server = TestServer::start().await;
    let dpo = server.signed_in(DPO).await;
    let id = dpo.log().await.incident.id;
    let mut clock = server.clock.clone();
    clock.set(tonight_at() + TimeDelta::days(30));
    let dpo = server.signed_in(DPO).await;
    let before: Report = read(&dpo, ReportKind::Igsg).await.ok();
    assert!(counted(&before).contains("Incidents logged: 1."));
    for _ in 0..3 {
        dpo.log().await;
    }
    let after: Report = read(&dpo, ReportKind::Igsg).await.ok();
    assert_eq!(after.document.sections, before.document.sections);
    let in_july = |kind| format!("{}?from=2026-07-01&to=2026-07-31", route::report(kind));
    let july: Report = dpo.get(&in_july(ReportKind::Igsg)).await.ok();
    assert!(counted(&july).contains("Incidents logged: 3."), "{july:?}");
    let mut seen = 1;
    for step in [
        json!({"type": "grade", "severity": 3, "likelihood": 4, "harms": ["loss_of_control"],
            "rationale": "Clinic letters", "factors": []}),
        json!({"type": "regulator", "step": "decide", "answer": "REPORT", "reasons": "Risk",
            "late_reason": "Found late"}),
        json!({"type": "regulator", "step": "submit", "body": "ICO", "via": "DSPT",
            "reference": "DSPT-1", "contents": contents(), "late_reason": "Found late"}),
    ] {
        let answer = dpo.ask(id, Some(seen), &step).await;
        seen = answer.ok::<CommandAnswer>().incident.version;
    }
    let told: Report = dpo.get(&in_july(ReportKind::Arc)).await.ok();
    assert!(
        counted(&told).contains("whenever they were logged: 1."),
        "{told:?}"
    );
    let june: Report = read(&dpo, ReportKind::Register).await.ok();
    assert!(format!("{june:?}").contains("INC-26-0001"), "{june:?}");
    assert_eq!(
        server::verify(&server.store).await.unwrap().faults,
        Vec::<String>::new()
    );
}

fn contents() -> Value {
    let items = [
        "nature",
        "data_subjects",
        "records",
        "contact_point",
        "consequences",
        "measures",
    ];
    let given = items.map(|item| json!({"item": item, "known": "GIVEN", "text": "as known"}));
    json!(given)
}
