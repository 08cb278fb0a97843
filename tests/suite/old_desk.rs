//! A desk of an older version keeps its facts: its database is opened by today's server, nothing in it is
//! rewritten, and where today's rules read it otherwise they say so.
//!
//! The data are made up, and were recorded by the version before the amendments of section 8: each
//! incident is something that the rules of then let happen.

use crate::cli::Shell;
use crate::support::case::wall;
use crate::support::server::{TestDatabase, TestServer};
use nightdesk::server::{Store, verify};
use sqlx::{AnyConnection, Connection, Row};
use std::fs;
use std::time::Duration;

/// The database as text.
const DUMP: &str = include_str!("../data/desk-before-cross-examination.sql");
/// The hash of the last entry of its trail.
const HEAD: &str = "790d515dea42017dab1e4d206865c6972586431c74c37a548a8c498f5afb676a";
const ENTRIES: u64 = 134;

const DPO: &str = "bronwen.hartleap";
const WITHDRAWN: &str = "INC-26-0003-L";
const DUPLICATE: &str = "INC-26-0004-N";
const TAKEN_BACK: &str = "INC-26-0006-S";
const SUPPLIERS_DPO: &str = "INC-26-0007-V";
const STOOD_DOWN: &str = "INC-26-0008-X";
const TAKEN_BACK_AFTER_CLOSING: &str = "INC-26-0009-Z";

/// Today's server on a copy of the old database, days later.
pub(crate) async fn opened() -> TestServer {
    let database = TestDatabase::on_sqlite();
    let file = database.files.path().join("desk.db");
    fs::write(&file, "").unwrap();
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    sqlx::raw_sql(DUMP).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let server = TestServer::start_on(database).await;
    server.clock.clone().set(wall("2026-12-05T09:00"));
    server
}

#[tokio::test]
async fn an_old_desk_is_opened_without_a_fault_and_its_trail_is_not_touched() {
    let server = opened().await;
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!((found.entries, found.incidents), (ENTRIES, 9));
    assert_eq!(found.hash, HEAD);
    // Each incident folds, and is listed by what today's rules make of it.
    let again = TestServer::start_on(server.stop().await).await;
    let found = verify(&again.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!(found.hash, HEAD);
}

/// What it had sent before has no entries. They are counted with the first one, so none can come or go
/// from then on, and whatever becomes of one is told.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_desk_s_messages_are_counted_and_what_becomes_of_them_is_told_from_now_on() {
    let database = opened().await.stop().await;
    let server = TestServer::start_on_with(database, |settings| {
        settings.look_every = Duration::from_millis(20);
    })
    .await;
    // Months later the engine has much to tell of.
    server.clock.clone().set(wall("2026-12-05T09:00"));
    let mut connection = server.database.connection().await;
    let told = "select count(*) from audit_entry where body like '%\"kind\":\"messages\"%'";
    let telling = async {
        loop {
            let row = sqlx::query(told).fetch_one(&mut connection).await.unwrap();
            if row.get::<i64, _>(0) > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), telling)
        .await
        .unwrap();
    let database = server.stop().await;
    let store = Store::open(&database.location).await.unwrap();
    let found = verify(&store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    assert!(found.entries > ENTRIES);
    let oldest = "delete from delivery where created_at = (select min(created_at) from delivery)";
    sqlx::raw_sql(oldest)
        .execute(&mut connection)
        .await
        .unwrap();
    let faults = verify(&store).await.unwrap().faults;
    let is_counted = |fault: &String| fault.contains("of which the trail does not tell");
    assert!(faults.iter().any(is_counted), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_old_rule_let_happen_says_recorded_before_this_rule() {
    let server = opened().await;
    let shell = Shell::of(&server, DPO).await;
    for (incident, state, words) in [
        (
            WITHDRAWN,
            "withdrawn",
            "recorded before this rule: one person was enough then",
        ),
        (
            SUPPLIERS_DPO,
            "overdue",
            "recorded before this rule: DPO of Portalpath Ltd",
        ),
        (
            STOOD_DOWN,
            "stopped, does not count",
            "recorded before this rule: it was stopped although the grade says that the ICO must be told",
        ),
        (
            TAKEN_BACK_AFTER_CLOSING,
            "overdue",
            "recorded before this rule: the report was taken back",
        ),
    ] {
        let shown = shell.says(&["show", incident]);
        assert!(shown.contains(words), "{incident}: {shown}");
        assert!(shown.contains(state), "{incident}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duty_that_an_old_rule_ended_is_a_next_step_again() {
    let server = opened().await;
    let shell = Shell::of(&server, DPO).await;
    for (incident, step) in [
        (STOOD_DOWN, "decide: report to the ICO, or decline"),
        (TAKEN_BACK, "Report to the ICO for Riverbourne ICB"),
        (TAKEN_BACK_AFTER_CLOSING, "Open it again"),
        (SUPPLIERS_DPO, "DPO of Riverbourne ICB"),
    ] {
        let shown = shell.says(&["show", incident]);
        assert!(shown.contains(step), "{incident}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_old_breach_stands_in_the_register_once() {
    let server = opened().await;
    let shell = Shell::of(&server, DPO).await;
    let report = [
        "report",
        "register",
        "--from",
        "2026-11-01",
        "--to",
        "2026-12-31",
    ];
    let register = shell.says(&[&report[..], &["--format", "csv"]].concat());
    for number in 1..=9 {
        let name = format!("INC-26-000{number}");
        assert!(register.contains(&name), "{name}: {register}");
    }
    let line_of = |incident: &str, words: &str| {
        let mut lines = register.lines().filter(|line| line.contains(incident));
        assert!(
            lines.any(|line| line.contains(words)),
            "{incident} {words}: {register}"
        );
    };
    line_of(WITHDRAWN, "recorded before this rule");
    line_of(
        DUPLICATE,
        "recorded before this rule: nothing was handed on",
    );
    line_of(STOOD_DOWN, "recorded before this rule");
    line_of(TAKEN_BACK_AFTER_CLOSING, "recorded before this rule");
}
