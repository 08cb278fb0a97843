//! Rights end to end: who may do what, and how much of an incident each may read.

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{Person, TestServer, fresh_id, report};
use nightdesk::api::route;
use nightdesk::api::types::{AuditPage, ChangesPage, IncidentPage, TimelinePage};
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use reqwest::Method;
use serde_json::{Value, json};

/// Governance-group representative of Eastmere.
const PARTNER: &str = "beatrix.wolverton";
/// Accountable Officer of Riverbourne, who sees headers only.
const ACCOUNTABLE: &str = "leopold.swanscombe";
/// Auditor.
const AUDITOR: &str = "silas.nettlebed";
/// System administrator.
const ADMINISTRATOR: &str = "jocasta.weir";

fn triage_with(partner: &str) -> Value {
    json!({"type": "triage", "facts": {
        "breach_status": "CONFIRMED",
        "category": "misdirected_email",
        "data_scope": ["PERSONAL_LIVING"],
        "cia": ["C"],
        "controllers": ["riverbourne"],
        "partnership_effect": "AFFECTED",
        "partnership_reason": "their patients are on the list",
        "affected_partners": [partner],
    }})
}

fn grade() -> Value {
    json!({"type": "grade", "severity": 2, "likelihood": 3, "rationale": "as told",
        "harms": [nightdesk::domain::grid::Harm::ALL[0]]})
}

/// Grades and triages an incident that was just logged; it is at version 3 then.
async fn triaged_for(officer: &Person<'_>, id: IncidentId, partner: &str) {
    officer.ask(id, Some(1), &grade()).await.ok::<Value>();
    let triage = triage_with(partner);
    officer.ask(id, Some(2), &triage).await.ok::<Value>();
}

#[tokio::test]
async fn those_who_may_not_read_notes_get_the_header_and_no_text() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let secret = "CANARY told me by telephone";
    officer.ask(id, Some(1), &grade()).await.ok::<Value>();
    let mut triage = triage_with("eastmere");
    triage["facts"]["trend_key"] = json!(secret);
    triage["facts"]["affected_partners"] = json!(["eastmere", "calder"]);
    officer.ask(id, Some(2), &triage).await.ok::<Value>();
    officer
        .ask(id, None, &json!({"type": "note", "text": secret}))
        .await
        .ok::<Value>();
    let told = json!({"type": "notify_partners", "organisations": ["calder"], "channel": "PHONE"});
    officer.ask(id, Some(4), &told).await.ok::<Value>();
    let answered = json!({
        "type": "record_partner_answer",
        "organisation": "calder",
        "answer": {"kind": "acknowledged", "spoke_to": secret},
    });
    officer.ask(id, Some(5), &answered).await.ok::<Value>();
    let offer = json!({"type": "reassign", "to": DPO, "reason": secret});
    officer.ask(id, Some(6), &offer).await.ok::<Value>();
    let attempt = json!({
        "type": "inform",
        "contact": {"role": "SIRO", "organisation": "eastmere"},
        "channel": "PHONE", "outcome": "NO_ANSWER", "note": secret,
    });
    officer.ask(id, None, &attempt).await.ok::<Value>();
    let whole: Incident = officer.get(&route::incident(id)).await.ok();
    assert_eq!(whole.notes.len(), 1);
    for person in [PARTNER, ACCOUNTABLE] {
        let reader = server.signed_in(person).await;
        let answer = reader.get(&route::incident(id)).await;
        let seen: Incident = answer.ok();
        assert_eq!(seen.title, whole.title, "{person}");
        assert_eq!(
            (&*seen.summary, &*seen.reporter.contact),
            ("", ""),
            "{person}"
        );
        let timeline = reader.get(&route::timeline(id)).await;
        assert!(!timeline.ok::<TimelinePage>().entries.is_empty());
        let changes = reader.get(route::CHANGES).await;
        let listed = reader.get(route::INCIDENTS).await;
        for answer in [answer, timeline, changes, listed] {
            assert!(!answer.body.contains("CANARY"), "{person} {answer:?}");
            assert!(
                !answer.body.contains(&*whole.summary),
                "{person} {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_no_role_may_do_is_refused_in_words_and_written_down() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let partner = server.signed_in(PARTNER).await;
    let auditor = server.signed_in(AUDITOR).await;
    let id = officer.log().await.incident.id;
    triaged_for(&officer, id, "eastmere").await;
    let refused = partner.ask(id, Some(3), &grade()).await;
    assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
    let detail = refused.value()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("grade this incident"), "{detail}");
    let unseen = server.signed_in("clement.hathersage").await;
    let other = officer.log().await.incident.id;
    let hidden = unseen
        .ask(other, None, &json!({"type": "acknowledge"}))
        .await;
    assert_eq!(hidden.problem(), (404, "not_found".to_owned()));
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let denied: Vec<Value> = page
        .entries
        .iter()
        .map(|entry| serde_json::from_str(&entry.body).unwrap())
        .filter(|entry: &Value| entry["kind"] == "denied")
        .collect();
    let told: Vec<_> = denied
        .iter()
        .map(|entry| (&entry["person"], &entry["asked"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(PARTNER), &json!("grade")),
            (&json!("clement.hathersage"), &json!("acknowledge"))
        ]
    );
}

#[tokio::test]
async fn the_trail_is_for_the_auditor_and_the_administrator_sees_no_case() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    for person in [OFFICER, DPO, ADMINISTRATOR, PARTNER] {
        let reader = server.signed_in(person).await;
        for path in [route::AUDIT_CHECKPOINT, route::AUDIT_ENTRIES] {
            let answer = reader.get(path).await;
            assert_eq!(
                answer.problem(),
                (403, "not_allowed".to_owned()),
                "{person} {path}"
            );
        }
    }
    let administrator = server.signed_in(ADMINISTRATOR).await;
    let answer = administrator.get(&route::incident(id)).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    let auditor = server.signed_in(AUDITOR).await;
    auditor.get(&route::incident(id)).await.ok::<Incident>();
    let acted = auditor.ask(id, None, &json!({"type": "acknowledge"})).await;
    assert_eq!(acted.problem(), (403, "not_allowed".to_owned()));
}

#[tokio::test]
async fn a_rule_s_refusal_names_the_rule_and_says_the_very_sentence() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let declare = json!({"type": "declare_major", "reason": "three practices at once"});
    officer.ask(id, Some(1), &declare).await.ok::<Value>();
    let again = officer.ask(id, Some(2), &declare).await;
    assert_eq!(again.problem(), (409, "refused".to_owned()));
    assert_eq!(again.value()["rule"], "WSIC-MAJOR");
    assert_eq!(again.value()["detail"], "Already declared a major incident");
    let current: Incident = officer.get(&route::incident(id)).await.ok();
    assert_eq!(current.version, 2);
}

#[tokio::test]
async fn three_incidents_with_one_trend_key_propose_a_major_incident() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let mut last = Value::Null;
    for typed in ["phishing/invoice", "Phishing/Invoice", " PHISHING/INVOICE "] {
        let mut report = report();
        report["facts"] = json!({"trend_key": typed});
        last = officer
            .send(route::INCIDENTS, fresh_id(), None, &report)
            .await
            .ok();
    }
    assert_eq!(last["incident"]["major"]["state"], "PROPOSED");
    assert_eq!(
        last["incident"]["major"]["incidents"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn references_count_up_and_a_refused_report_takes_none() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let first = officer.log().await.incident.reference.unwrap().to_string();
    let mut refused = report();
    refused["title"] = json!("  ");
    let answer = officer
        .send(route::INCIDENTS, fresh_id(), None, &refused)
        .await;
    assert_eq!(answer.value()["errors"][0]["pointer"], "/title");
    let second = officer.log().await.incident.reference.unwrap().to_string();
    assert!(first.starts_with("INC-26-0001-") && second.starts_with("INC-26-0002-"));
    let location = officer
        .send(route::INCIDENTS, fresh_id(), None, &report())
        .await;
    let path = location.header("location").to_owned();
    let shown = officer.get(&path).await;
    assert_eq!(shown.header("etag"), "\"1\"");
    let head = officer.request(Method::HEAD, &path).send().await.unwrap();
    assert!(head.status().is_success());
}

#[tokio::test]
async fn whoever_loses_an_incident_from_sight_is_told_to_list_again() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let partner = server.signed_in(PARTNER).await;
    let id = officer.log().await.incident.id;
    triaged_for(&officer, id, "eastmere").await;
    let before: IncidentPage = partner.get(route::INCIDENTS).await.ok();
    assert_eq!(before.incidents.len(), 1);
    let triage = triage_with("calder");
    officer.ask(id, Some(3), &triage).await.ok::<Value>();
    let path = format!("{}?after={}", route::CHANGES, before.changes_after);
    let stale = partner.get(&path).await;
    assert_eq!(stale.problem(), (410, "view_changed".to_owned()));
    let after: IncidentPage = partner.get(route::INCIDENTS).await.ok();
    assert!(after.incidents.is_empty());
    officer
        .ask(id, None, &json!({"type": "acknowledge"}))
        .await
        .ok::<Value>();
    let path = format!("{}?after={}", route::CHANGES, after.changes_after);
    let page: ChangesPage = partner.get(&path).await.ok();
    assert!(page.changes.is_empty());
}
