//! Commands: judged once, kept for ever, told to everyone who may know.

use crate::support::case::{DPO, OFFICER};
use crate::support::server::{TestServer, fresh_id, report};
use nightdesk::api::problem::Outcome;
use nightdesk::api::route;
use nightdesk::api::types::{ChangesPage, CommandAnswer, IncidentPage};
use serde_json::json;

#[tokio::test]
async fn a_logged_incident_is_listed_acknowledged_and_told_to_those_who_poll() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let colleague = server.signed_in(DPO).await;
    let before: IncidentPage = colleague.get(route::INCIDENTS).await.ok();
    let logged = officer.log().await;
    assert_eq!(
        (logged.outcome, logged.incident.version),
        (Outcome::Applied, 1)
    );
    let reference = logged.incident.reference.unwrap();
    let acknowledged: CommandAnswer = officer
        .ask(reference, None, &json!({"type": "acknowledge"}))
        .await
        .ok();
    assert_eq!(acknowledged.incident.owner, Some(OFFICER.into()));
    let path = format!("{}?after={}", route::CHANGES, before.changes_after);
    let page: ChangesPage = colleague.get(&path).await.ok();
    let seen: Vec<_> = page
        .changes
        .iter()
        .map(|change| (change.seq, change.incident.version))
        .collect();
    assert_eq!(seen, [(acknowledged.seq, 2)]);
    let listed: IncidentPage = colleague.get(route::INCIDENTS).await.ok();
    assert_eq!(listed.incidents, [acknowledged.incident]);
    server.stop().await;
}

#[tokio::test]
async fn the_same_id_and_the_same_body_is_answered_again_and_changes_nothing() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let key = fresh_id();
    let first = officer.send(route::INCIDENTS, key, None, &report()).await;
    let again = officer.send(route::INCIDENTS, key, None, &report()).await;
    assert_eq!(first.json::<CommandAnswer>(), again.json::<CommandAnswer>());
    assert_eq!(again.header("idempotent-replayed"), "true");
    let listed: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    assert_eq!(listed.incidents.len(), 1);
}

#[tokio::test]
async fn the_same_id_for_anything_else_is_refused_and_reveals_nothing() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let colleague = server.signed_in(DPO).await;
    let key = fresh_id();
    let logged: CommandAnswer = officer
        .send(route::INCIDENTS, key, None, &report())
        .await
        .ok();
    let mut other = report();
    other["title"] = json!("Something else");
    let path = route::incident_commands(logged.incident.id);
    let attempts = [
        officer.send(route::INCIDENTS, key, None, &other).await,
        officer
            .send(&path, key, None, &json!({"type": "acknowledge"}))
            .await,
        colleague.send(route::INCIDENTS, key, None, &report()).await,
    ];
    for attempt in attempts {
        assert_eq!(attempt.problem(), (422, "command_id_reused".to_owned()));
        assert!(attempt.value()["current"].is_null());
    }
    let recalled = officer.get(&route::command(key)).await;
    assert_eq!(recalled.ok::<CommandAnswer>(), logged);
    let foreign = colleague.get(&route::command(key)).await;
    assert_eq!(foreign.problem(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn a_command_that_does_not_commute_needs_the_version_that_was_seen() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let reassign = json!({"type": "reassign", "to": DPO, "reason": "asleep on my feet"});
    let without = officer.ask(id, None, &reassign).await;
    assert_eq!(without.problem(), (428, "version_missing".to_owned()));
    let acknowledged = officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    assert_eq!(acknowledged.header("etag"), "\"2\"");
    let stale = officer.ask(id, Some(1), &reassign).await;
    assert_eq!(stale.problem(), (412, "version_changed".to_owned()));
    assert_eq!(stale.value()["current"]["version"], 2);
    assert_eq!(stale.value()["outcome"], "not_applied");
    let taken = officer.ask(id, Some(2), &reassign).await;
    assert_eq!(taken.header("etag"), "\"3\"");
}

#[tokio::test]
async fn a_command_is_the_same_however_its_incident_is_named() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let incident = officer.log().await.incident;
    let key = fresh_id();
    let note = json!({"type": "note", "text": "called back", "corrects": null});
    let by_id = route::incident_commands(incident.id);
    let by_reference = route::incident_commands(incident.reference.unwrap());
    officer
        .send(&by_id, key, None, &note)
        .await
        .ok::<serde_json::Value>();
    let again = officer.send(&by_reference, key, None, &note).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
}
