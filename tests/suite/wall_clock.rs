//! The real server while somebody sets the wall clock of its machine, over both changes of the clocks, and
//! while it stands still. SQLite takes its time from the same clock.

use crate::support::case::{OFFICER, directory_at, wall};
use crate::support::desk::audited_when_sent;
use crate::support::faketime::WallClock;
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::server::{Answer, TestDatabase, fresh_id, report};
use chrono::{DateTime, TimeDelta};
use nightdesk::api::route;
use nightdesk::domain::Instant;
use nightdesk::domain::id::PersonId;
use nightdesk::now::Clock;
use nightdesk::server::{self, Store};
use reqwest::Method;
use rustix::process::{Signal, kill_process};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::Row;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

const HOUR: TimeDelta = TimeDelta::hours(1);

/// A server process, its database and the clock it lives by.
struct Night {
    begin: Instant,
    clock: WallClock,
    server: ServerProcess,
    store: Store,
    database: TestDatabase,
    token: String,
}

impl Night {
    /// A desk that is opened at this moment, with one incident that was noticed then.
    async fn from(begin: Instant) -> Self {
        let database = TestDatabase::on_sqlite();
        let store = Store::open(&database.location).await.unwrap();
        let directory = directory_at(begin);
        server::load_directory(&store, &directory, begin)
            .await
            .unwrap();
        let (officer, hours) = (PersonId::from(OFFICER), TimeDelta::days(30));
        let made =
            server::create_token(&store, &officer, server::Scope::default(), hours, begin).await;
        let token = made.unwrap().0.expose_secret().to_owned();
        let clock = WallClock::real(database.files.path());
        clock.set_ahead(ahead(begin));
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
        command.stderr(Stdio::null());
        clock.drives(&mut command);
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
        let server = ServerProcess::started(command, &database, &example);
        let night = Self {
            begin,
            clock,
            server,
            store,
            database,
            token,
        };
        let mut body = report();
        body["aware_at"] = json!(begin);
        let url = format!("{}{}", night.server.url, route::INCIDENTS);
        let log = client()
            .request(Method::POST, url)
            .bearer_auth(&night.token);
        let log = log.header("idempotency-key", fresh_id().to_string());
        let logged = Answer::of(log.json(&body)).await;
        assert!(logged.status.is_success(), "{logged:?}");
        night
    }

    /// Sets the wall clock, and waits until the server has looked at what is due by then.
    async fn at(&self, moment: Instant) {
        self.clock.set_ahead(ahead(moment));
        self.until_looked(moment).await;
    }

    async fn until_looked(&self, moment: Instant) {
        let mut connection = self.database.connection().await;
        let looking = async {
            loop {
                let written = self.database.next_write();
                let due = sqlx::query("select count(*) from alarm_watch where next_at <= $1")
                    .bind(moment.timestamp_millis())
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
                if due.get::<i64, _>(0) == 0 {
                    return;
                }
                written.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), looking)
            .await
            .unwrap();
    }

    /// The present by the server's own word.
    async fn present(&self) -> Instant {
        let answer = self.server.get(&self.token, route::ME).await;
        let said = answer.header("nightdesk-server-time").parse().unwrap();
        DateTime::from_timestamp_millis(said).unwrap()
    }

    /// How often each alarm of the incident was raised, by what it is about and its threshold.
    async fn raised(&self) -> BTreeMap<(String, String), usize> {
        let mut connection = self.database.connection().await;
        let rows = sqlx::query("select body from audit_entry").fetch_all(&mut connection);
        let mut raised = BTreeMap::new();
        for row in rows.await.unwrap() {
            let entry: Value = serde_json::from_str(&row.get::<String, _>(0)).unwrap();
            let alarm = &entry["alarm"];
            if entry["kind"] == "alarm_raised" && !alarm["incident"].is_null() {
                let what = (alarm["cause"].to_string(), alarm["threshold"].to_string());
                *raised.entry(what).or_insert(0) += 1;
            }
        }
        raised
    }
}

/// Seconds from the machine's present to this moment.
fn ahead(moment: Instant) -> i64 {
    (moment - Clock::system().now()).num_seconds()
}

/// What a night's alarms about deadlines that passed are about, where the clock jumps once on the way and
/// comes back; nothing is raised twice, and nothing is owed at the end.
async fn passed_on_a_night(begin: Instant, jump: TimeDelta) -> Vec<(String, String)> {
    let night = Night::from(begin).await;
    for hours in [11, 13] {
        night.at(begin + HOUR * hours).await;
    }
    night.at(begin + HOUR * 13 + jump).await;
    let shown = night.present().await - (begin + HOUR * 13 + jump);
    assert!(
        shown.abs() < TimeDelta::seconds(10),
        "the clock did not reach it"
    );
    for hours in [14, 19, 22, 25, 40, 55, 66, 73] {
        night.at(begin + HOUR * hours).await;
    }
    let raised = night.raised().await;
    assert!(
        raised.values().all(|times| *times == 1),
        "{jump}: {raised:?}"
    );
    let findings = audited_when_sent(&night.store, begin + HOUR * 73).await;
    assert_eq!(findings, [], "{jump}");
    let passed = |(_, at): &(String, String)| at.contains("passed");
    raised.into_keys().filter(passed).collect()
}

/// F11. However the clock jumps, the night raises what a night without a jump raises. One is a summer's;
/// on the others the clocks change, with deadlines on both sides of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_clock_that_jumps_costs_no_alarm_and_doubles_none() {
    let jumps = [HOUR, -HOUR, TimeDelta::hours(25), -TimeDelta::days(3)];
    let begins = ["2026-06-12 21:00", "2026-10-24 13:00", "2027-03-27 13:00"].map(wall);
    // All at once, as they wait for their servers most of the time.
    let nights = begins.map(|begin| {
        let night = |jump| tokio::spawn(passed_on_a_night(begin, jump));
        (night(TimeDelta::zero()), jumps.map(night))
    });
    for (quiet, nights) in nights {
        let quiet = quiet.await.unwrap();
        assert!(quiet.len() >= 3, "{quiet:?}");
        for (night, jump) in nights.into_iter().zip(jumps) {
            assert_eq!(night.await.unwrap(), quiet, "{jump}");
        }
    }
}

/// A machine that stands still for a minute over a deadline tells of it when it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stood_still_over_a_deadline_tells_of_it_once() {
    let night = Night::from(wall("2026-06-12 21:00")).await;
    let due_at = night.begin + HOUR * 24;
    night.at(due_at - TimeDelta::seconds(30)).await;
    let passed = |raised: &BTreeMap<(String, String), usize>| {
        let due = raised.iter().filter(|((_, at), _)| at.contains("passed"));
        due.map(|(_, times)| *times).collect::<Vec<_>>()
    };
    assert_eq!(passed(&night.raised().await), Vec::<usize>::new());
    kill_process(night.server.id(), Signal::STOP).unwrap();
    night
        .clock
        .set_ahead(ahead(due_at + TimeDelta::seconds(30)));
    kill_process(night.server.id(), Signal::CONT).unwrap();
    night.until_looked(due_at + TimeDelta::seconds(30)).await;
    assert_eq!(passed(&night.raised().await), [1, 1]);
}
