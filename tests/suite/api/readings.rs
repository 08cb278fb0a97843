//! Every reading of a case leaves an entry, once for each working session and hour, and only those read
//! the entries who may (BOB-SEC).

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{Answer, Person, TestServer};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{AuditPage, Checkpoint, IncidentPage, ReadingPage, TimelinePage};
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::domain::role::Role;
use nightdesk::server;
use reqwest::Method;
use serde_json::json;

/// Auditor.
const AUDITOR: &str = "silas.nettlebed";
/// System administrator.
const ADMINISTRATOR: &str = "jocasta.weir";
/// Accountable Officer of Riverbourne, who sees headers only.
const ACCOUNTABLE: &str = "leopold.swanscombe";
/// A line manager of Eastmere, who sees nothing of Riverbourne's.
const UNSEEING: &str = "clement.hathersage";

async fn readings(person: &Person<'_>, id: IncidentId) -> Vec<(String, Role)> {
    let page: ReadingPage = person.get(&route::readings(id)).await.ok();
    assert_eq!(page.next, None);
    let readings = page.readings.into_iter();
    readings
        .map(|reading| (reading.by.person.to_string(), reading.by.role))
        .collect()
}

async fn end_of_trail(person: &Person<'_>) -> u64 {
    let end: Checkpoint = person.get(route::AUDIT_CHECKPOINT).await.ok();
    end.seq
}

#[tokio::test]
async fn reading_a_case_leaves_one_entry_with_who_in_which_role_and_when() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let governance = server.signed_in(DPO).await;
    let header = server.signed_in(ACCOUNTABLE).await;
    let id = officer.log().await.incident.id;
    // However often and by whatever way it is read on.
    for _ in 0..3 {
        officer.get(&route::incident(id)).await.ok::<Incident>();
        let timeline: TimelinePage = officer.get(&route::timeline(id)).await.ok();
        assert!(timeline.entries.iter().all(|entry| entry.seq > 0));
    }
    governance
        .get(&route::timeline(id))
        .await
        .ok::<TimelinePage>();
    header.get(&route::incident(id)).await.ok::<Incident>();
    let expected = [
        (OFFICER.to_owned(), Role::Oco),
        (DPO.to_owned(), Role::Dpo),
        (ACCOUNTABLE.to_owned(), Role::Ao),
    ];
    assert_eq!(readings(&governance, id).await, expected);
    let page: ReadingPage = governance.get(&route::readings(id)).await.ok();
    assert_eq!(page.readings[0].at, server.clock.now());
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn reading_on_after_the_policy_s_time_or_at_another_session_is_reading_again() {
    let server = TestServer::start().await;
    let governance = server.signed_in(DPO).await;
    let id = server.signed_in(OFFICER).await.log().await.incident.id;
    let mut clock = server.clock.clone();
    let began_at = clock.now();
    for (minutes, entries) in [(0, 1), (30, 1), (59, 1), (60, 2), (119, 2), (120, 3)] {
        clock.set(began_at + TimeDelta::minutes(minutes));
        governance.get(&route::incident(id)).await.ok::<Incident>();
        let count = readings(&governance, id).await.len();
        assert_eq!(count, entries, "after {minutes} minutes");
    }
    let elsewhere = server.signed_in(DPO).await;
    elsewhere.get(&route::incident(id)).await.ok::<Incident>();
    assert_eq!(readings(&governance, id).await.len(), 4);
}

/// The queue is worked from all night; an unchanged poll writes nothing, and neither does a list.
#[tokio::test]
async fn neither_a_poll_nor_a_list_is_a_reading_and_nothing_is_told_of_what_may_not_be_seen() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let auditor = server.signed_in(AUDITOR).await;
    let id = officer.log().await.incident.id;
    let stranger = server.signed_in(UNSEEING).await;
    let before = end_of_trail(&auditor).await;
    let list: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    for path in [
        format!("{}?after={}", route::CHANGES, list.changes_after),
        route::POLICY.to_owned(),
    ] {
        let answer = officer.get(&path).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }
    let searching = officer.request(Method::POST, route::SEARCH);
    let found = Answer::of(searching.json(&json!({"words": "ward"}))).await;
    assert!(found.status.is_success(), "{found:?}");
    let hidden = stranger.get(&route::incident(id)).await;
    assert_eq!(hidden.status.as_u16(), 404);
    assert_eq!(end_of_trail(&auditor).await, before);
}

#[tokio::test]
async fn only_those_read_the_readings_who_may_and_an_administrator_without_the_case() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    officer.get(&route::incident(id)).await.ok::<Incident>();
    for (person, status) in [
        (DPO, 200),
        (AUDITOR, 200),
        (ADMINISTRATOR, 200),
        (OFFICER, 403),
        (ACCOUNTABLE, 403),
        (UNSEEING, 404),
    ] {
        let person = server.signed_in(person).await;
        let answer = person.get(&route::readings(id)).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert!(!answer.body.contains("Ward"), "{answer:?}");
    }
    let administrator = server.signed_in(ADMINISTRATOR).await;
    let case = administrator.get(&route::incident(id)).await;
    assert_eq!(case.status.as_u16(), 404);
}

/// The trail holds what was written of every case.
#[tokio::test]
async fn reading_the_trail_of_all_cases_leaves_an_entry_too() {
    let server = TestServer::start().await;
    server.signed_in(OFFICER).await.log().await;
    let auditor = server.signed_in(AUDITOR).await;
    for _ in 0..2 {
        let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
        let readings = page
            .entries
            .iter()
            .filter(|entry| entry.body.contains("\"kind\":\"reading\""));
        assert_eq!(readings.count(), 1);
    }
}
