//! The directory through the server: judged inside the writing transaction, chained, checked.

use crate::support::case::OFFICER;
use crate::support::server::{Person, TestServer, fresh_id, tonight_at};
use nightdesk::api::route;
use nightdesk::api::types::{AuditPage, DirectoryAnswer, Me};
use nightdesk::domain::directory::Directory;
use nightdesk::domain::role::Role;
use nightdesk::server;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row as _;

/// Riverbourne's Accountable Officer, data protection officer, governance team and auditor.
const AO: &str = "leopold.swanscombe";
const DPO: &str = "bronwen.hartleap";
const IGT: &str = "idris.pennywell";
const AUD: &str = "silas.nettlebed";

fn appoint() -> Value {
    json!({
        "type": "appoint", "role": "IAA", "organisation": "riverbourne",
        "person": "maud.fennimore", "starts_on": "2026-06-12", "deputy_order": 1,
    })
}

fn cancel(shift: &str) -> Value {
    json!({"type": "cancel_shift", "shift": shift, "reason": "planned twice"})
}

fn plan(person: &str) -> Value {
    let begins = tonight_at() + chrono::TimeDelta::days(20);
    json!({
        "type": "plan_shift", "tier": "FIRST", "organisation": "riverbourne", "person": person,
        "starts_at": begins, "ends_at": begins + chrono::TimeDelta::hours(12),
    })
}

async fn asked(
    person: &Person<'_>,
    seen: Option<u64>,
    body: &Value,
) -> crate::support::server::Answer {
    person
        .send(route::DIRECTORY_COMMANDS, fresh_id(), seen, body)
        .await
}

async fn faults(server: &TestServer) -> Vec<String> {
    server::verify(&server.store).await.unwrap().faults
}

/// What became of a command can be asked, whatever it was about: that one is unheard of means that it is lost.
#[tokio::test]
async fn what_became_of_a_change_of_the_directory_is_told_to_whoever_made_it() {
    let server = TestServer::start().await;
    let officer = server.signed_in(AO).await;
    let directory: Directory = officer.get(route::DIRECTORY).await.ok();
    let made: DirectoryAnswer = asked(&officer, Some(directory.version), &appoint())
        .await
        .ok();
    let path = route::command(made.command);
    let told: DirectoryAnswer = officer.get(&path).await.ok();
    assert_eq!((told.seq, &told.receipt), (made.seq, &made.receipt));
    let other = server.signed_in(OFFICER).await;
    assert_eq!(
        other.get(&path).await.problem(),
        (404, "not_found".to_owned())
    );
}

#[tokio::test]
async fn an_appointment_gives_rights_at_once_and_its_end_takes_them() {
    let server = TestServer::start().await;
    let officer = server.signed_in(AO).await;
    let maud = server.signed_in("maud.fennimore").await;
    let holds = async || {
        let me: Me = maud.get(route::ME).await.ok();
        me.roles.iter().any(|held| held.role == Role::Iaa)
    };
    assert!(!holds().await);
    let answer: DirectoryAnswer = asked(&officer, None, &appoint()).await.ok();
    assert_eq!(answer.directory.version, answer.seq);
    assert!(holds().await);
    let end = json!({
        "type": "end_term", "reason": "moved on",
        "holding": {"role": "IAA", "organisation": "riverbourne", "person": "maud.fennimore", "starts_on": "2026-06-12"},
    });
    let ended = asked(&officer, Some(answer.directory.version), &end).await;
    assert!(ended.status.is_success(), "{ended:?}");
    assert!(!holds().await);
    assert!(faults(&server).await.is_empty());
}

#[tokio::test]
async fn what_writes_over_something_needs_the_version_that_was_seen() {
    let server = TestServer::start().await;
    let team = server.signed_in(IGT).await;
    let shown = team.get(route::DIRECTORY).await;
    let directory: Directory = shown.json();
    assert_eq!(shown.header("etag"), route::etag(directory.version));
    let seen = directory.version;
    let missing = asked(&team, None, &cancel("first-14")).await;
    assert_eq!(missing.problem(), (428, "version_missing".to_owned()));
    // What only adds needs none, and moves the version on.
    let planned: DirectoryAnswer = asked(&team, None, &plan("ravi.thistlewood")).await.ok();
    let stale = asked(&team, Some(seen), &cancel("first-14")).await;
    assert_eq!(stale.problem(), (412, "version_changed".to_owned()));
    let now = planned.directory.version;
    let cancelled = asked(&team, Some(now), &cancel("first-14")).await;
    let etag = cancelled.header("etag").to_owned();
    let cancelled: DirectoryAnswer = cancelled.ok();
    assert_eq!(etag, route::etag(cancelled.directory.version));
    assert!(cancelled.directory.shift(&"first-14".into()).is_none());
}

#[tokio::test]
async fn a_command_that_is_sent_again_is_answered_again_and_changes_nothing() {
    let server = TestServer::start().await;
    let team = server.signed_in(IGT).await;
    let (key, body) = (fresh_id(), plan("ravi.thistlewood"));
    let send = async |body: &Value| team.send(route::DIRECTORY_COMMANDS, key, None, body).await;
    let first: DirectoryAnswer = send(&body).await.ok();
    let again = send(&body).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    let again: DirectoryAnswer = again.ok();
    assert_eq!((again.seq, again.receipt), (first.seq, first.receipt));
    assert_eq!(again.directory.shifts.len(), first.directory.shifts.len());
    let other = send(&plan("tamsin.quill")).await;
    assert_eq!(other.problem(), (422, "command_id_reused".to_owned()));
}

#[tokio::test]
async fn a_refusal_has_its_rule_and_field_and_a_denial_is_in_the_trail() {
    let server = TestServer::start().await;
    let (officer, on_call) = (server.signed_in(AO).await, server.signed_in(OFFICER).await);
    let denied = asked(&on_call, None, &appoint()).await;
    assert_eq!(denied.problem(), (403, "not_allowed".to_owned()));
    let mut twice = appoint();
    twice["deputy_order"] = json!(0);
    let refused = asked(&officer, None, &twice).await;
    assert_eq!(refused.problem(), (422, "invalid".to_owned()));
    assert_eq!(refused.value()["rule"], "WSIC-TERM");
    assert_eq!(refused.value()["errors"][0]["pointer"], "/deputy_order");
    let unknown = asked(&officer, None, &json!({"type": "appoint", "hat": "red"})).await;
    assert_eq!(unknown.problem(), (422, "invalid".to_owned()));
    let auditor = server.signed_in(AUD).await;
    let trail: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let is_denial = |body: &str| body.contains("\"kind\":\"denied\"") && body.contains("appoint");
    assert_eq!(
        trail
            .entries
            .iter()
            .filter(|entry| is_denial(&entry.body))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_proposal_waits_in_the_directory_until_it_is_confirmed() {
    let server = TestServer::start().await;
    let (dpo, officer) = (server.signed_in(DPO).await, server.signed_in(AO).await);
    let proposed: DirectoryAnswer = asked(&dpo, None, &appoint()).await.ok();
    assert_eq!(proposed.directory.proposals[0].id, proposed.command);
    let confirm = json!({"type": "confirm_proposal", "proposal": proposed.command});
    let denied = asked(&dpo, None, &confirm).await;
    assert_eq!(denied.problem(), (403, "not_allowed".to_owned()));
    let confirmed: DirectoryAnswer = asked(&officer, None, &confirm).await.ok();
    assert!(confirmed.directory.proposals.is_empty());
    assert!(faults(&server).await.is_empty());
}

#[tokio::test]
async fn the_directory_survives_a_restart_and_another_file_changes_nothing_of_it() {
    let server = TestServer::start().await;
    let team = server.signed_in(IGT).await;
    let planned: DirectoryAnswer = asked(&team, None, &plan("ravi.thistlewood")).await.ok();
    let token = team.token.clone();
    // The settings of a test server offer the example directory every time it starts.
    let server = TestServer::start_on(server.stop().await).await;
    let found: Directory = server.holding(&token).get(route::DIRECTORY).await.ok();
    assert_eq!(found, planned.directory);
}

/// Positive control: what no entry tells of is found.
#[tokio::test]
async fn a_directory_that_was_changed_behind_the_trail_is_found() {
    let server = TestServer::start().await;
    let team = server.signed_in(IGT).await;
    let planned: DirectoryAnswer = asked(&team, None, &plan("ravi.thistlewood")).await.ok();
    assert!(faults(&server).await.is_empty());
    let mut connection = server.database.connection().await;
    let row = sqlx::query("select document from directory where name = 'current'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let text: String = row.get("document");
    let id = planned
        .directory
        .shifts
        .iter()
        .find(|shift| shift.id.as_str().contains("-2026-"));
    let forged = text.replace(id.unwrap().id.as_str(), "first-forged");
    sqlx::query("update directory set document = $1 where name = 'current'")
        .bind(forged)
        .execute(&mut connection)
        .await
        .unwrap();
    assert_eq!(
        faults(&server).await,
        ["The directory is not what its entries make it"]
    );
}

/// As a desk wrote it before the directory could be changed.
#[tokio::test]
async fn entries_of_a_time_when_only_the_desk_could_be_handed_over_still_count() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let offer = json!({"type": "offer_handover", "shift": "first-13", "note": "quiet"});
    let offered: DirectoryAnswer = asked(&officer, None, &offer).await.ok();
    let seq = i64::try_from(offered.seq).unwrap();
    let database = server.stop().await;
    database.unguard().await;
    let mut connection = database.connection().await;
    let entries = sqlx::query("select body, hash from audit_entry where seq >= $1 order by seq")
        .bind(seq - 1)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let (before, body): (String, String) = (entries[0].get("hash"), entries[1].get("body"));
    let old = body.replace("\"kind\":\"directory\"", "\"kind\":\"rota\"");
    assert_ne!(old, body);
    let hash = Sha256::digest(format!("{before}\n{old}"));
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    sqlx::query("update audit_entry set body = $1, hash = $2 where seq = $3")
        .bind(old)
        .bind(hash.clone())
        .bind(seq)
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("update head set hash = $1")
        .bind(hash)
        .execute(&mut connection)
        .await
        .unwrap();
    database.guard().await;
    let server = TestServer::start_on(database).await;
    assert_eq!(faults(&server).await, Vec::<String>::new());
}
