//! Thousands of deadlines that pass at one moment, while a server dies at its work.
//!
//! The servers are the real program: one on SQLite, which is started again after its death, and three
//! that share a database on PostgreSQL.

use crate::support::faketime::WallClock;
use crate::support::mail::{Mail, MailServer, plan};
use crate::support::process::{ServerProcess, nightdesk};
use crate::support::server::{Answer, TestDatabase, TestServer, fresh_id, report};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::config;
use nightdesk::domain::delivery::{Delivery, DeliveryState};
use nightdesk::domain::rota::{self, Tier};
use nightdesk::domain::{Instant, directory::Directory};
use nightdesk::now::Clock;
use nightdesk::server::{self, Limits, Store};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinSet;

/// Each misses two deadlines at the same moment, and has been acknowledged by nobody. The full 5,000
/// deadlines are measured by `benches/storm.py`, with a server that is built for speed.
const INCIDENTS: usize = 1_000;

const DEADLINES: usize = 2 * INCIDENTS;

/// First and second on call of each deadline, and the director too of what nobody has acknowledged.
const TOLD: usize = 2 * DEADLINES + 3 * INCIDENTS;

/// How long a busy machine may take until the next thing happens before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A night hour from which both deadlines of 24 hours have passed: in working hours there would be one.
fn a_night_hour_before(now: Instant) -> Instant {
    let policy = config::policy().unwrap();
    let mut hours = (25..).map(|hours| now - TimeDelta::hours(hours));
    let is_night = |at: &Instant| policy.calendar.out_of_hours(*at, &policy.business_hours);
    hours.find(is_night).unwrap()
}

/// A desk on which everything is due already, and at which nobody has looked.
async fn neglected_desk(now: Instant) -> TestDatabase {
    let noticed = a_night_hour_before(now);
    let desk = TestServer::start_at_with(noticed, |settings| {
        settings.limits = Limits {
            intake: 100_000,
            ..Limits::DEFAULT
        };
    })
    .await;
    let officer = desk.signed_in(crate::support::case::OFFICER).await;
    let mut body = report();
    body["aware_at"] = json!(noticed);
    let mut logging = JoinSet::new();
    for _ in 0..INCIDENTS {
        let request = officer
            .request(Method::POST, route::INCIDENTS)
            .header("idempotency-key", fresh_id().to_string())
            .json(&body);
        logging.spawn(Answer::of(request));
        if logging.len() == 64 {
            let logged = logging.join_next().await.unwrap().unwrap();
            assert!(logged.status.is_success(), "{logged:?}");
        }
    }
    let logged = logging.join_all().await;
    assert!(logged.iter().all(|logged| logged.status.is_success()));
    desk.stop().await
}

/// One server of the desk, its log, and the wall clock that it lives by.
struct Process {
    server: ServerProcess,
    log: PathBuf,
}

impl Process {
    fn start(database: &TestDatabase, clock: &WallClock, settings: &Path, name: &str) -> Self {
        let log = database.files.path().join(name);
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0", "--settings"]);
        command.arg(settings).stderr(File::create(&log).unwrap());
        clock.drives(&mut command);
        // The desk has its directory already.
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
        let server = ServerProcess::started(command, database, &directory);
        Self { server, log }
    }

    /// The name under which it holds what it is sending.
    fn worker(&self) -> Option<String> {
        let log = fs::read_to_string(&self.log).unwrap();
        let lines = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let mut named = lines.filter_map(|line: Value| {
            let worker = line["fields"]["worker"].as_str();
            worker.map(str::to_owned)
        });
        named.next()
    }
}

async fn count(connection: &mut AnyConnection, sql: &'static str) -> usize {
    let row = sqlx::query(sql).fetch_one(connection).await.unwrap();
    usize::try_from(row.get::<i64, _>(0)).unwrap()
}

/// Who holds something for this recipient.
async fn holder(connection: &mut AnyConnection, recipient: &str) -> String {
    let looking = async {
        loop {
            let held = sqlx::query(
                "select leased_by from delivery where recipient = $1 and leased_by is not null",
            )
            .bind(recipient.to_owned())
            .fetch_optional(&mut *connection)
            .await
            .unwrap();
            if let Some(held) = held {
                return held.get(0);
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap()
}

/// Waits until this many is none.
async fn until_none(connection: &mut AnyConnection, sql: &'static str) {
    let looking = async {
        while count(connection, sql).await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap();
}

/// How often each alarm was raised, by the trail.
async fn raised(connection: &mut AnyConnection) -> BTreeMap<String, (usize, String)> {
    let bodies = sqlx::query("select body from audit_entry")
        .fetch_all(connection)
        .await
        .unwrap();
    let mut raised = BTreeMap::new();
    for body in bodies {
        let entry: Value = serde_json::from_str(&body.get::<String, _>(0)).unwrap();
        if entry["kind"] == "alarm_raised" {
            let alarm = &entry["alarm"];
            let about = alarm["cause"]["about"].as_str().unwrap().to_owned();
            let known = raised
                .entry(alarm["id"].as_str().unwrap().to_owned())
                .or_insert((0, about));
            known.0 += 1;
        }
    }
    raised
}

async fn deliveries(connection: &mut AnyConnection) -> Vec<Delivery> {
    let rows = sqlx::query("select document from delivery where subject_kind = 'alarm'")
        .fetch_all(connection)
        .await
        .unwrap();
    rows.iter()
        .map(|row| serde_json::from_str(&row.get::<String, _>(0)).unwrap())
        .collect()
}

/// How many alarms a message tells of, by its own words.
fn told_of(mail: &Mail) -> u32 {
    let subject = mail.content.split("\r\nSubject: ").nth(1).unwrap();
    let number = subject.split_once(" alarms: ").map(|(number, _)| number);
    number.map_or(1, |number| number.parse().unwrap_or(1))
}

/// F12. Each deadline is one alarm; each person is told of each, and the counts in the messages add up
/// exactly; of what the dead server held nothing is lost, and nothing else is said twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_deadlines_at_once_are_each_told_though_a_server_dies_at_work() {
    let now = Clock::system().now();
    let database = neglected_desk(now).await;
    let store = Store::open(&database.location).await.unwrap();
    let mut connection = database.connection().await;
    let directory: String = sqlx::query("select document from directory where name = 'current'")
        .fetch_one(&mut connection)
        .await
        .unwrap()
        .get(0);
    let directory: Directory = serde_json::from_str(&directory).unwrap();
    let director = rota::on_call(&directory.shifts, Tier::Director, now).unwrap();
    let director = director.person.to_string();
    // Whoever first writes to the director is still at it when it is killed.
    let mut mail = MailServer::start(&plan(
        &format!("{director}@riverbourne.example.org"),
        "slow-once",
    ));
    let settings = mail.settings("per_minute = 6000\n");
    let clock = WallClock::real(database.files.path());
    let start = |name: &str| Process::start(&database, &clock, &settings, name);
    let mut processes = if database.is_sqlite() {
        vec![start("first")]
    } else {
        vec![start("first"), start("second"), start("third")]
    };

    let worker = holder(&mut connection, &director).await;
    let place = processes
        .iter()
        .position(|process| process.worker().as_deref() == Some(worker.as_str()));
    let dead = processes.remove(place.expect("the holder is one of the servers"));
    dead.server.kill();
    let held = sqlx::query("select count(*) from delivery where leased_by = $1")
        .bind(worker.clone())
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let held = u32::try_from(held.get::<i64, _>(0)).unwrap();
    assert!(held > 0, "it died at work");
    if processes.is_empty() {
        processes.push(start("again"));
    }
    // Its leases lapse: time goes by the database, so no clock of a server can be moved for it.
    sqlx::query("update delivery set lease_until = 0 where leased_by = $1")
        .bind(worker)
        .execute(&mut connection)
        .await
        .unwrap();
    let mut told = 0;
    while (told as usize) < TOLD {
        let mail = mail.next_within(PATIENCE);
        told += told_of(&mail.expect("everybody is told"));
    }
    until_none(
        &mut connection,
        "select count(*) from alarm_watch where next_at < 1000",
    )
    .await;
    until_none(
        &mut connection,
        "select count(*) from delivery where subject_kind = 'alarm' and state = 'QUEUED'",
    )
    .await;
    for mut process in processes {
        assert!(process.server.terminate().success());
    }

    let raised = raised(&mut connection).await;
    assert!(raised.values().all(|(times, _)| *times == 1));
    let about = |what: &str| raised.values().filter(|(_, about)| about == what).count();
    assert_eq!(about("deadline"), DEADLINES);
    assert_eq!(about("unacknowledged"), INCIDENTS);
    let rows = count(&mut connection, "select count(*) from alarm").await;
    assert_eq!(rows, raised.len());

    let deliveries = deliveries(&mut connection).await;
    let untold: Vec<_> = deliveries
        .iter()
        .filter(|delivery| !delivery.addresses.is_empty() && delivery.sent_at.is_none())
        .collect();
    assert_eq!(untold, Vec::<&Delivery>::new());
    let people = deliveries
        .iter()
        .filter(|delivery| delivery.state == DeliveryState::Sent);
    assert!(people.count() >= TOLD);

    let attempts: u32 = deliveries.iter().map(|delivery| delivery.attempts).sum();
    told += mail.rest().iter().map(told_of).sum::<u32>();
    let twice = told.checked_sub(attempts).expect("each was said");
    assert!(
        twice <= held,
        "{twice} were said twice, and {held} were held"
    );
    let found = server::verify(&store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    store.close().await;
}
