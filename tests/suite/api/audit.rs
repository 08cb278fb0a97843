//! The trail: it verifies, anybody can recompute it, and whoever changes anything is found out.

use crate::support::case::OFFICER;
use crate::support::process::nightdesk;
use crate::support::server::{TestDatabase, TestServer};
use nightdesk::api::route;
use nightdesk::api::types::{AuditPage, Checkpoint};
use nightdesk::server::{self, Store, Verification};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};

/// A desk that has been worked at, and is closed.
async fn used() -> TestDatabase {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    for _ in 0..3 {
        let id = officer.log().await.incident.id;
        officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    }
    server.stop().await
}

async fn verified(database: &TestDatabase) -> Verification {
    let store = Store::open(&database.location).await.unwrap();
    let found = server::verify(&store).await.unwrap();
    store.close().await;
    found
}

async fn run(connection: &mut AnyConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(|_| ())
}

#[tokio::test]
async fn what_was_worked_at_verifies() {
    let found = verified(&used().await).await;
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!((found.incidents, found.commands), (3, 6));
}

#[tokio::test]
async fn any_change_behind_the_desk_s_back_is_found() {
    let tamperings = [
        "update audit_entry set body = replace(body, 'Ward list', 'Word list') where seq = 3",
        "update audit_entry set hash = 'x' || hash where seq = 4",
        "delete from audit_entry where seq = 4",
        "delete from audit_entry where seq = (select seq from head)",
        "delete from audit_entry where seq = 1",
        "update audit_entry set seq = -1 where seq = 4; update audit_entry set seq = 4 where seq = 5; update audit_entry set seq = 5 where seq = -1",
        "insert into audit_entry (seq, incident, body, hash) select seq + 1, incident, body, hash from audit_entry where seq = (select seq from head)",
        "update head set hash = 'x' || hash",
        "update head set seq = seq - 1",
        "update incident set document = replace(document, 'Ward list', 'Word list')",
        "delete from incident where reference like 'INC-26-0002-%'",
        "update directory set document = replace(document, 'tamsin', 'tamsyn') where name = 'current'",
        "update directory set document = replace(document, 'tamsin', 'tamsyn') where name = 'loaded'",
        "update audit_entry set incident = null where seq = 4",
        "update session set ends_at = ends_at + 1",
        "update session set person = 'silas.nettlebed'",
        "update session set revoked_at = 1",
        "delete from session",
        "delete from command where seq = (select seq from head)",
        "update command set seq = seq - 1 where seq = (select seq from head)",
    ];
    for tampering in tamperings {
        let database = used().await;
        let mut connection = database.connection().await;
        database.unguard().await;
        run(&mut connection, tampering).await.unwrap();
        let found = verified(&database).await;
        assert!(!found.faults.is_empty(), "{tampering}");
    }
}

#[tokio::test]
async fn a_trail_that_was_cut_short_does_not_hold_what_was_expected_of_it() {
    let database = used().await;
    let found = verified(&database).await;
    let whole = format!("{}:{}", found.entries, found.hash);
    let beyond = format!("{}:{}", found.entries + 1, found.hash);
    let other = format!("1:{}", found.hash);
    for (expected, holds) in [(whole, true), (beyond, false), (other, false)] {
        let verified = nightdesk(&["verify", "--expect", &expected])
            .args(database.arguments())
            .output()
            .unwrap();
        assert_eq!(verified.status.success(), holds, "{expected} {verified:?}");
    }
}

/// The positive control: without a tampering, taking the guard away is no fault.
#[tokio::test]
async fn the_verifier_finds_nothing_where_nothing_was_changed() {
    let database = used().await;
    database.unguard().await;
    assert!(verified(&database).await.faults.is_empty());
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_drop_an_entry() {
    let database = used().await;
    let mut connection = database.connection().await;
    for sql in [
        "update audit_entry set hash = 'x' where seq = 1",
        "delete from audit_entry where seq = 1",
    ] {
        let refused = run(&mut connection, sql).await.unwrap_err().to_string();
        assert!(refused.contains("the audit trail only grows"), "{refused}");
    }
    let row = sqlx::query("select count(*) from audit_entry")
        .fetch_one(&mut connection)
        .await;
    assert!(row.unwrap().try_get::<i64, _>(0).unwrap() > 0);
}

#[tokio::test]
async fn anybody_with_the_entries_can_recompute_the_chain_to_the_checkpoint() {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let logged = officer.log().await;
    let auditor = server.signed_in("silas.nettlebed").await;
    let checkpoint: Checkpoint = auditor.get(route::AUDIT_CHECKPOINT).await.ok();
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let mut previous = "0".repeat(64);
    for entry in &page.entries {
        assert_eq!(entry.previous, previous);
        let digest = Sha256::digest(format!("{previous}\n{}", entry.body).as_bytes());
        previous = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(entry.hash, previous);
    }
    assert_eq!(
        (page.entries.len() as u64, previous),
        (checkpoint.seq, checkpoint.hash)
    );
    let receipt = page
        .entries
        .iter()
        .find(|entry| entry.seq == logged.seq)
        .unwrap();
    assert_eq!(receipt.hash, logged.receipt);
    let part: AuditPage = auditor
        .get(&format!("{}?from=2&to=3", route::AUDIT_ENTRIES))
        .await
        .ok();
    assert_eq!(part.entries, page.entries[1..3]);
}
