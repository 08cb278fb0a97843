//! The trail: it verifies, anybody can recompute it, and whoever changes anything is found out.

use crate::intake::server::with_default;
use crate::intake::shapes::trigger;
use crate::support::case::{DPO, OFFICER};
use crate::support::process::nightdesk;
use crate::support::server::{Answer, TestDatabase, TestServer, fresh_id, tonight_at};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{AlarmPage, AuditPage, Checkpoint, ProblemAnswer, ShownAlarm};
use nightdesk::domain::directory::Directory;
use nightdesk::domain::rota::{Tier, next_shift};
use nightdesk::server::{self, Store, Verification};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};
use std::time::Duration;

/// A desk that has been worked at, and is closed.
pub(super) async fn used() -> TestDatabase {
    let server = TestServer::start_with(with_default).await;
    let officer = server.signed_in(OFFICER).await;
    for _ in 0..3 {
        let id = officer.log().await.incident.id;
        officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    }
    let id = officer.log().await.incident.id;
    let raise = json!({"type": "raise", "title": "Mail rules", "incidents": [id]});
    let raised = officer
        .send(route::PROBLEMS, fresh_id(), None, &raise)
        .await;
    let problem = raised.ok::<ProblemAnswer>().problem.id;
    let work_round = json!({"type": "record_workaround", "workaround": "by hand"});
    let path = route::problem_commands(problem);
    officer.send(&path, fresh_id(), Some(1), &work_round).await;
    let directory: Directory = officer.get(route::DIRECTORY).await.ok();
    let next = next_shift(&directory.shifts, Tier::First, server.clock.now()).unwrap();
    let offer = json!({"type": "offer_handover", "shift": next.id, "note": "quiet night"});
    let path = route::DIRECTORY_COMMANDS;
    let offered = officer.send(path, fresh_id(), None, &offer).await;
    assert!(offered.status.is_success(), "{offered:?}");
    let freeze =
        json!({"type": "freeze", "kind": "igsg", "from": "2026-06-01", "to": "2026-06-30"});
    let decides = server.signed_in(DPO).await;
    let frozen = decides
        .send(route::REPORTS, fresh_id(), None, &freeze)
        .await;
    assert!(frozen.status.is_success(), "{frozen:?}");
    let tool = server.reporting("pager").await;
    let taken = tool.send(route::INTAKE_EVENTS, &trigger("k")).await;
    assert!(taken.status.is_success(), "{taken:?}");
    let test = json!({"type": "test", "role": "DPO", "organisation": "riverbourne"});
    let path = route::DELIVERIES;
    let tested = officer.send(path, fresh_id(), None, &test).await;
    assert!(tested.status.is_success(), "{tested:?}");
    let id = officer.log().await.incident.id;
    officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    let leaving = server.signed_in("silas.nettlebed").await;
    let left = Answer::of(leaving.request(Method::DELETE, route::SESSION)).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    officer.log().await;
    let database = raises_alarms(server.stop().await).await;
    let server = TestServer::start_on(database).await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    server.stop().await
}

/// Twenty minutes on, an incident that nobody has acknowledged is told of, and somebody takes that in.
async fn raises_alarms(database: TestDatabase) -> TestDatabase {
    let mut server = TestServer::start_on_with(database, |settings| {
        settings.look_every = Duration::from_millis(20);
    })
    .await;
    server.clock.set(tonight_at() + TimeDelta::minutes(20));
    let officer = server.signed_in(OFFICER).await;
    let alarm = loop {
        let page: AlarmPage = officer.get(route::ALARMS).await.ok();
        let of_incident = |alarm: &&ShownAlarm| alarm.raised.alarm.incident.is_some();
        if let Some(alarm) = page.alarms.iter().find(of_incident) {
            break alarm.raised.alarm.id;
        }
        tokio::task::yield_now().await;
    };
    let path = route::alarm_receipts(alarm);
    let know = json!({"type": "acknowledge"});
    officer
        .send(&path, fresh_id(), None, &know)
        .await
        .ok::<ShownAlarm>();
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
    assert_eq!(found.commands, 18);
    assert_eq!((found.incidents, found.problems, found.reports), (8, 1, 1));
    assert!(found.alarms >= 1, "{found:?}");
}

/// Every column of every table, the epoch aside, which is a mere name, and what makes a whole row
/// come or go.
const TAMPERINGS: &[&str] = &[
    "update head set seq = seq - 1",
    "update head set hash = 'x' || hash",
    "update head set changed_seq = changed_seq - 1",
    "update head set directory_version = directory_version + 1",
    "update head set problems_version = problems_version + 1",
    "update head set sessions_version = sessions_version + 1",
    "update head set lost_at = 1",
    "update head set messages_from = messages_from + 1",
    "update incident set id = 'f' || substr(id, 2) where reference like 'INC-26-0002-%'",
    "update incident set id = upper(id) where reference like 'INC-26-0002-%'",
    "update incident set reference = 'INC-26-0009-A' where reference like 'INC-26-0002-%'",
    "update incident set version = version + 1",
    "update incident set changed_seq = changed_seq - 1 where reference like 'INC-26-0002-%'",
    "update incident set status = 'TRIAGED'",
    "update incident set organisation = 'eastmere'",
    "update incident set aware_at = aware_at + 1",
    "update incident set due_at = due_at + 1",
    "update incident set ended_rank = ended_rank + 1",
    "update incident set listed_due_at = listed_due_at + 1",
    "update incident set acknowledged = 1 - acknowledged",
    "update incident set severity_rank = severity_rank + 1",
    "update incident set priority = priority + 1",
    "update incident set newest_rank = newest_rank + 1",
    "update incident set trend_key = 'x'",
    "update incident set document = replace(document, 'Ward list', 'Word list')",
    "update incident set document = 'x'",
    "delete from incident where reference like 'INC-26-0002-%'",
    "update reference_counter set year = year - 1",
    "update reference_counter set counter = counter - 1",
    "insert into reference_counter (year, counter) values (2027, 1)",
    "delete from reference_counter",
    "update problem set id = 'f' || substr(id, 2)",
    "update problem set reference = 'PRB-26-0009-A'",
    "update problem set version = version + 1",
    "update problem set changed_seq = changed_seq - 1",
    "update problem set status = 'CLOSED'",
    "update problem set document = replace(document, 'Mail rules', 'Male rules')",
    "update problem set document = 'x'",
    "delete from problem",
    "update problem_incident set problem = 'f' || substr(problem, 2)",
    "update problem_incident set incident = 'f' || substr(incident, 2)",
    "insert into problem_incident (problem, incident) select problem.id, incident.id from problem, incident where incident.reference like 'INC-26-0002-%'",
    "delete from problem_incident",
    "update problem_counter set year = year - 1",
    "update problem_counter set counter = counter - 1",
    "delete from problem_counter",
    "update frozen_report set id = 'f' || substr(id, 2)",
    "update frozen_report set kind = 'arc'",
    "update frozen_report set organisation = 'eastmere'",
    "update frozen_report set first_day = '2026-06-02'",
    "update frozen_report set last_day = '2026-06-29'",
    "update frozen_report set frozen_at = frozen_at + 1",
    "update frozen_report set role = 'IGT'",
    "update frozen_report set sha256 = 'x' || sha256",
    "update frozen_report set body = replace(body, 'Incidents', 'Accidents')",
    "update frozen_report set seq = seq - 1",
    "delete from frozen_report",
    "update alarm set id = 'x' || substr(id, 2)",
    "update alarm set incident = 'x' || substr(incident, 2)",
    "update alarm set state = 'CLOSED'",
    "update alarm set raised_at = raised_at + 1",
    "update alarm set due_at = due_at + 1",
    "update alarm set is_passed = 0",
    "update alarm set again_at = again_at + 1",
    "update alarm set document = replace(document, 'tamsin.quill', 'tamsyn.quill')",
    "update alarm set document = 'x'",
    "delete from alarm",
    "update alarm_watch set incident = 'f' || substr(incident, 2)",
    "update alarm_watch set next_at = 9223372036854775807",
    "delete from alarm_watch",
    "update delivery set id = 'x' || substr(id, 2)",
    "update delivery set subject_kind = 'alarm'",
    "update delivery set subject = 'x' || substr(subject, 2)",
    "update delivery set incident = (select id from incident where reference like 'INC-26-0002-%')",
    "update delivery set thread = 'x'",
    "update delivery set recipient = 'SIRO@riverbourne'",
    "update delivery set state = 'DELIVERED'",
    "update delivery set created_at = created_at + 1",
    "update delivery set next_at = 1",
    "update delivery set lease_until = 1",
    "update delivery set leased_by = 'x'",
    "update delivery set untold = 1",
    "update delivery set document = replace(document, 'riverbourne', 'eastmere')",
    "update delivery set document = 'x'",
    "delete from delivery",
    "update command set id = 'f' || substr(id, 2) where seq = (select max(seq) from command)",
    "update command set person = 'silas.nettlebed' where seq = (select max(seq) from command)",
    "update command set fingerprint = 'x' where seq = (select max(seq) from command)",
    "update command set fingerprint = 'x' where incident is null",
    "update command set incident = null where seq = (select max(seq) from command)",
    "update command set problem = null where problem is not null",
    "update command set seq = seq - 1 where seq = (select max(seq) from command)",
    "delete from command where seq = (select max(seq) from command)",
    "update audit_entry set seq = -1 where seq = 4; update audit_entry set seq = 4 where seq = 5; update audit_entry set seq = 5 where seq = -1",
    "update audit_entry set incident = null where seq = 4",
    "update audit_entry set problem = null where problem is not null",
    "update audit_entry set body = replace(body, 'Ward list', 'Word list') where seq = 3",
    "update audit_entry set hash = 'x' || hash where seq = 4",
    "delete from audit_entry where seq = 4",
    "delete from audit_entry where seq = (select seq from head)",
    "delete from audit_entry where seq = 1",
    "insert into audit_entry (seq, incident, body, hash) select seq + 1, incident, body, hash from audit_entry where seq = (select seq from head)",
    "delete from directory where name = 'current'; update directory set name = 'current'",
    "update directory set version = version + 1 where name = 'loaded'",
    "update directory set version = version + 1 where name = 'current'",
    "update directory set document = replace(document, 'tamsin', 'tamsyn') where name = 'current'",
    "update directory set document = replace(document, 'tamsin', 'tamsyn') where name = 'loaded'",
    "update directory set document = 'x' where name = 'current'",
    "delete from directory",
    "update session set id = 'x' || substr(id, 2) where person = 'tamsin.quill'",
    "update session set hash = substr(hash, 1, 63) || 'x' where person = 'tamsin.quill'",
    "update session set person = 'silas.nettlebed'",
    "update session set created_at = created_at + 1",
    "update session set ends_at = ends_at + 1",
    "update session set revoked_at = 1 where person = 'tamsin.quill'",
    "update session set revoked_at = null where revoked_at is not null",
    "update session set scope = 'alarms'",
    "delete from session",
    "update tool_alert set tool = 'x' || tool",
    "update tool_alert set key = 'x' || key",
    "update tool_alert set incident = (select id from incident where reference like 'INC-26-0002-%')",
    "update tool_alert set said = 'over'",
    "delete from tool_alert",
    "update search_word set word = 'x' || word",
    "update search_word set logged_at = logged_at + 1 where word = 'list'",
    "update search_word set incident = 'f' || substr(incident, 2) where word = 'list'",
    "insert into search_word (word, logged_at, incident) values ('x', 1, 'x')",
    "delete from search_word where word = 'practice'",
];

#[tokio::test]
async fn any_change_behind_the_desk_s_back_is_found() {
    let database = used().await;
    database.back_up().await;
    for tampering in TAMPERINGS {
        database.restore().await;
        database.guard().await;
        // The positive control: what was put back is as it was.
        assert_eq!(verified(&database).await.faults, Vec::<String>::new());
        database.unguard().await;
        let mut connection = database.connection().await;
        let done = run(&mut connection, tampering).await;
        done.unwrap_or_else(|error| panic!("{tampering}: {error}"));
        database.guard().await;
        let found = verified(&database).await;
        assert!(!found.faults.is_empty(), "{tampering}");
    }
}

/// A trigger that is gone, or one more, changes what will be stored; so do a table and an index.
#[tokio::test]
async fn a_schema_that_is_not_the_desk_s_own_is_found() {
    let database = TestDatabase::on_sqlite();
    Store::open(&database.location).await.unwrap().close().await;
    assert_eq!(verified(&database).await.faults, Vec::<String>::new());
    for (change, back, said) in [
        (
            "create table kept (everything text)",
            "drop table kept",
            "The table kept is not the desk's own",
        ),
        (
            "create trigger hides after insert on incident begin delete from incident; end",
            "drop trigger hides",
            "The trigger hides is not the desk's own",
        ),
        (
            "create index by_status on incident (status, id)",
            "drop index by_status",
            "The index by_status is not the desk's own",
        ),
    ] {
        let mut connection = database.connection().await;
        run(&mut connection, change).await.unwrap();
        assert_eq!(verified(&database).await.faults, [said], "{change}");
        run(&mut connection, back).await.unwrap();
    }
    database.unguard().await;
    let faults = verified(&database).await.faults;
    assert_eq!(
        faults,
        [
            "The trigger audit_entry_is_final is missing",
            "The trigger audit_entry_stays is missing"
        ]
    );
}

#[tokio::test]
async fn every_column_has_a_tampering_of_its_own() {
    let database = used().await;
    for (table, column) in database.columns().await {
        // What the index was made by is only asked to make it anew, which repairs any tampering.
        // Which servers may go on only keeps some of them out.
        let of_the_head = ["id", "epoch", "search_writing", "oldest_form"];
        let left_out = (table == "head" && of_the_head.contains(&column.as_str()))
            // The sweep of `tampering` has links, and `retention` an incident that was erased.
            || table == "ack_link" || table == "erased_incident";
        let update = format!("update {table} set {column} = ");
        let is_tampered_with = TAMPERINGS.iter().any(|sql| sql.contains(&update));
        assert_eq!(is_tampered_with, !left_out, "{table}.{column}");
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
    let page: AuditPage = auditor.get(route::AUDIT_ENTRIES).await.ok();
    let checkpoint: Checkpoint = auditor.get(route::AUDIT_CHECKPOINT).await.ok();
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
