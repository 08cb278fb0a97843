//! Several servers on one PostgreSQL, of which one stands still or is cut off.
//!
//! The cluster is the test's own, so these run whatever database the other tests run on.

use crate::support::case::OFFICER;
use crate::support::cluster::{Cable, Cluster, Pooler};
use crate::support::faketime::WallClock;
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::server::{Answer, Person, TestDatabase, TestServer, fresh_id, report};
use chrono::TimeDelta;
use nightdesk::api::route;
use nightdesk::api::types::{ChangesPage, CommandAnswer, IncidentPage};
use nightdesk::domain::id::IncidentId;
use nightdesk::domain::incident::Incident;
use nightdesk::now::Clock;
use nightdesk::server::{Settings, Store, verify};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::{JoinSet, spawn_blocking};

/// A server whose machine lives five minutes later than the database writes and sends by the database's time,
/// and says that it is no machine to serve from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_clock_is_wrong_goes_by_the_database_s_and_is_not_ready() {
    let cluster = Cluster::start();
    let now = |settings: &mut Settings| settings.clock = Clock::system();
    let right = TestServer::start_on_with(TestDatabase::at(cluster.url()), now).await;
    let database = TestDatabase::at(cluster.url());
    let wall_clock = WallClock::real(database.files.path());
    let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
    command.stderr(Stdio::null());
    wall_clock.drives(&mut command);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
    let server = ServerProcess::started(command, &database, &directory);
    let token = right.token(OFFICER).await;
    let time = async || {
        let page: ChangesPage = server.get(&token, route::CHANGES).await.ok();
        page.server_time
    };
    let before = time().await;
    wall_clock.set_ahead(300);
    let after = time().await;
    assert!(after - before < TimeDelta::seconds(60), "{before} {after}");
    until(StatusCode::SERVICE_UNAVAILABLE, async || {
        server.get(&token, route::READYZ).await
    })
    .await;
    let figures = server.get(&token, route::METRICS).await;
    assert!(
        figures.body.contains("nightdesk_clock_ahead_seconds "),
        "{figures:?}"
    );
    wall_clock.set_ahead(0);
    until(StatusCode::OK, async || {
        server.get(&token, route::READYZ).await
    })
    .await;
}

/// On a network each question to the database costs milliseconds, and all of them are asked under one lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_commands_cost_the_database_as_many_trips_as_one() {
    const COMMANDS: usize = 120;
    let cluster = Cluster::start();
    let cable = Cable::to(&cluster).await;
    let server = TestServer::start_on(TestDatabase::at(cable.url())).await;
    let officer = server.signed_in(OFFICER).await;
    let mut incidents = Vec::new();
    for _ in 0..COMMANDS {
        incidents.push(officer.log().await.incident.id);
    }
    let acknowledge = async |incidents: Vec<IncidentId>| {
        let mut sending = JoinSet::new();
        let commits = server.figure("nightdesk_commits_total").await;
        let asked = cable.questions();
        for id in incidents {
            let request = officer.request(Method::POST, &route::incident_commands(id));
            let request = request.header("idempotency-key", fresh_id().to_string());
            sending.spawn(Answer::of(request.json(&json!({"type": "acknowledge"}))));
        }
        for answer in sending.join_all().await {
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        }
        let commits = server.figure("nightdesk_commits_total").await - commits;
        (cable.questions() - asked) as f64 / commits
    };
    let others = incidents.split_off(8);
    // What a connection is asked for the first time is prepared, which is a question more.
    for first in incidents {
        acknowledge(vec![first]).await;
    }
    let trips = acknowledge(others).await;
    assert!(trips <= 12.0, "{trips} trips a commit");
}

/// A pooler gives each transaction to another session, so nothing may be kept in one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_behind_a_pooler_that_shares_sessions_lose_and_mix_nothing() {
    const EACH: usize = 30;
    let cluster = Cluster::start();
    let migrate = nightdesk(&["migrate", "--db", &cluster.url()]).status();
    assert!(migrate.unwrap().success());
    let pooler = Pooler::before(&cluster);
    let database = TestDatabase::at(pooler.url());
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
    let servers = [1, 2].map(|_| ServerProcess::start(&database, &directory));
    let token = token(&database);
    let asked = |server: &ServerProcess, method, path: &str| {
        let request = client().request(method, format!("{}{path}", server.url));
        request.bearer_auth(&token)
    };
    let mut logging = JoinSet::new();
    for server in servers.iter().cycle().take(2 * EACH) {
        let log = asked(server, Method::POST, route::INCIDENTS);
        let log = log.header("idempotency-key", fresh_id().to_string());
        logging.spawn(answered(log.json(&report())));
    }
    let mut reading = JoinSet::new();
    for logged in logging.join_all().await {
        let id = logged.ok::<CommandAnswer>().incident.id;
        for server in &servers {
            let one = asked(server, Method::GET, &route::incident(id));
            let page = format!("{}?sort=recent&limit=5", route::INCIDENTS);
            let page = asked(server, Method::GET, &page);
            reading.spawn(async move {
                answered(page).await.ok::<IncidentPage>();
                (id, answered(one).await.ok::<Incident>().id)
            });
        }
    }
    let read = reading.join_all().await;
    assert!(read.iter().all(|(asked, came)| asked == came), "{read:?}");
    let direct = cluster.url();
    let found = nightdesk(&["verify", "--db", &direct]).output().unwrap();
    let found = String::from_utf8(found.stdout).unwrap();
    assert!(
        found.contains(&format!("{} incidents", 2 * EACH)),
        "{found}"
    );
}

/// The answer, as soon as the server has time for it.
async fn answered(request: reqwest::RequestBuilder) -> Answer {
    loop {
        let answer = Answer::of(request.try_clone().unwrap()).await;
        if answer.status != StatusCode::SERVICE_UNAVAILABLE {
            return answer;
        }
    }
}

/// A token of the officer's, made by the operator.
fn token(database: &TestDatabase) -> String {
    let path = database.files.path().join("token");
    let made = nightdesk(&["token", "create", "--person", OFFICER, "--out"])
        .arg(&path)
        .args(database.arguments())
        .stdout(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    fs::read_to_string(path).unwrap().trim().to_owned()
}

/// The primary dies while people work. Its synchronous standby is promoted, and the servers find it by
/// themselves: nothing that was acknowledged is lost. The old primary comes back, and nobody writes to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_standby_is_found_and_holds_all_that_was_acknowledged_and_the_old_primary_is_refused()
 {
    let primary = Arc::new(Cluster::start());
    let standby = Arc::new(primary.synchronous_standby().await);
    let database = TestDatabase::at(primary.url_of_both(&standby));
    let server = TestServer::start_on(database).await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let path = route::incident_commands(id);
    let note = json!({"type": "note", "text": "seen"});
    let (stops, acknowledged) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let works = async || {
        while !stops.load(Ordering::Relaxed) {
            let key = fresh_id();
            if officer.send(&path, key, None, &note).await.status == StatusCode::OK {
                acknowledged.lock().unwrap().push(key);
            }
        }
    };
    let count = || acknowledged.lock().unwrap().len();
    let until_more = async |than: usize| {
        let waiting = async {
            while count() <= than {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, waiting)
            .await
            .expect("the work goes on");
    };
    let fails_over = async {
        until_more(20).await;
        let (primary, standby) = (Arc::clone(&primary), Arc::clone(&standby));
        let failing = spawn_blocking(move || {
            primary.kill();
            standby.promote();
        });
        failing.await.unwrap();
        until_more(count()).await;
        until_more(count() + 20).await;
        stops.store(true, Ordering::Relaxed);
    };
    tokio::join!(works(), works(), works(), fails_over);
    let acknowledged = acknowledged.into_inner().unwrap();
    for key in &acknowledged {
        let known = officer.get(&route::command(*key)).await;
        assert_eq!(known.status, StatusCode::OK, "{key} is lost");
    }
    standby.kill();
    primary.start_again();
    // It waits for its standby before it acknowledges anything, which must not be what keeps this out.
    let alone = "alter system set synchronous_standby_names = ''";
    primary.run("postgres", "postgres", alone).await.unwrap();
    primary
        .run("postgres", "postgres", "select pg_reload_conf()")
        .await
        .unwrap();
    for _ in 0..3 {
        let refused = officer.send(&path, fresh_id(), None, &note).await;
        assert_eq!(
            refused.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{refused:?}"
        );
    }
    standby.start_again();
    until(StatusCode::OK, async || {
        officer.send(&path, fresh_id(), None, &note).await
    })
    .await;
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// A base backup and the kept log bring back any moment: what was done until then, and nothing after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moment_is_brought_back_from_a_base_backup_and_the_kept_log() {
    let cluster = Cluster::start();
    let backup = cluster.base_backup().await;
    let server = TestServer::start_on(TestDatabase::at(cluster.url())).await;
    let token = server.token(OFFICER).await;
    let kept = server.holding(&token).log().await.incident.id;
    let mut connection = server.database.connection().await;
    let now = sqlx::query_scalar("select cast(clock_timestamp() as text)");
    let moment: String = now.fetch_one(&mut connection).await.unwrap();
    drop(connection);
    let lost = server.holding(&token).log().await.incident.id;
    server.stop().await;
    let recovered = cluster.recovered(backup, &moment).await;
    let server = TestServer::start_on(TestDatabase::at(recovered.url())).await;
    let officer = server.holding(&token);
    assert_eq!(
        officer.get(&route::incident(kept)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        officer.get(&route::incident(lost)).await.status,
        StatusCode::NOT_FOUND
    );
    let found = verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// A part of the page about PostgreSQL that is SQL, by the heading before it.
fn sql_of(heading: &str) -> String {
    let page = include_str!("../../../docs/postgresql.md");
    let (_, after) = page.split_once(heading).expect("the heading is there");
    let (_, sql) = after.split_once("```sql\n").expect("SQL follows");
    sql.split("```").next().unwrap().to_owned()
}

/// A server needs no right to change tables, nor one to change what the trail holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_the_fewest_rights_serves_and_can_change_neither_tables_nor_the_trail() {
    let cluster = Cluster::start();
    // A database is made by a statement of its own.
    for statement in sql_of("### Users").split_inclusive(';') {
        if !statement.trim().is_empty() {
            cluster
                .run("postgres", "postgres", statement)
                .await
                .unwrap();
        }
    }
    let as_server = TestDatabase::at(cluster.url_of("desk_server", "desk"));
    let early = Store::open(&as_server.location).await.unwrap_err();
    assert!(early.to_string().contains("nightdesk migrate"), "{early}");
    let owner = TestDatabase::at(cluster.url_of("desk_owner", "desk"));
    let migrated = nightdesk(&["migrate"])
        .args(owner.arguments())
        .output()
        .unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    let rights = sql_of("### Rights");
    cluster.run("desk_owner", "desk", &rights).await.unwrap();

    let server = TestServer::start_on(as_server).await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let acknowledged = officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    assert_eq!(acknowledged.status, StatusCode::OK, "{acknowledged:?}");
    for forbidden in [
        "update audit_entry set body = body",
        "delete from audit_entry",
        "truncate audit_entry",
        "update command set person = person",
        "alter table incident add column x text",
        "create table x (y text)",
        "drop trigger audit_entry_is_final on audit_entry",
    ] {
        let refused = cluster
            .run("desk_server", "desk", forbidden)
            .await
            .unwrap_err();
        let is_refused = refused.contains("permission denied") || refused.contains("must be owner");
        assert!(is_refused, "{forbidden}: {refused}");
    }
}

/// While servers are upgraded one after the other, an older one meets newer tables.
#[tokio::test]
async fn an_older_server_goes_on_beside_newer_tables_until_one_says_that_it_may_not() {
    let database = TestDatabase::fresh().await;
    drop(
        TestServer::start_on(TestDatabase::at(database.url()))
            .await
            .stop()
            .await,
    );
    let mut connection = database.connection().await;
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         select 9999, 'of tomorrow', success, checksum, 0 from _sqlx_migrations where version = 1",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    Store::open(&database.location).await.unwrap().close().await;
    sqlx::query("update head set oldest_form = 9999")
        .execute(&mut connection)
        .await
        .unwrap();
    let refused = Store::open(&database.location).await.unwrap_err();
    assert!(
        refused.to_string().contains("a newer nightdesk"),
        "{refused}"
    );
}

/// How long is waited for what happens within a few seconds.
const SOON: Duration = Duration::from_secs(30);

/// Asks until the answer has this status.
async fn until(status: StatusCode, ask: impl AsyncFn() -> Answer) {
    let asking = async {
        while ask().await.status != status {
            tokio::task::yield_now().await;
        }
    };
    let answered = tokio::time::timeout(SOON, asking).await;
    answered.unwrap_or_else(|_| panic!("the answer did not become {status}"));
}

/// Asks whether anything has changed since all that there was, which is answered from memory.
async fn polls(person: &Person<'_>, after: &str) -> Answer {
    let path = format!("{}?after={after}", route::CHANGES);
    Answer::of(person.request(Method::GET, &path)).await
}

/// A server that stands still while it holds the lock under which everything is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stands_still_keeps_the_others_waiting_for_seconds_and_not_for_ever() {
    let cluster = Cluster::start();
    let cable = Cable::to(&cluster).await;
    let well = TestServer::start_on(TestDatabase::at(cluster.url())).await;
    let cut_off = TestServer::start_on(TestDatabase::at(cable.url())).await;
    let officer = well.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    let beyond = cut_off.signed_in(OFFICER).await;
    let path = route::incident_commands(id);
    let (key, note) = (fresh_id(), json!({"type": "note", "text": "seen"}));
    let (stuck, ()) = tokio::join!(beyond.send(&path, key, None, &note), async {
        cable.hold_inside_a_transaction().await;
        let acknowledge = json!({"type": "acknowledge"});
        let acknowledged = officer.ask(id, None, &acknowledge);
        let acknowledged = tokio::time::timeout(SOON, acknowledged).await;
        assert_eq!(acknowledged.unwrap().status, StatusCode::OK);
        cable.release();
    });
    assert_eq!(stuck.status, StatusCode::SERVICE_UNAVAILABLE, "{stuck:?}");
    let again = || beyond.send(&path, key, None, &note);
    until(StatusCode::OK, again).await;
    let found = verify(&well.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// What a server remembers may be over: a token may have been revoked, an incident closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hears_nothing_of_its_database_answers_nothing_from_memory() {
    let cluster = Cluster::start();
    let cable = Cable::to(&cluster).await;
    let well = TestServer::start_on(TestDatabase::at(cluster.url())).await;
    let cut_off = TestServer::start_on(TestDatabase::at(cable.url())).await;
    let officer = cut_off.signed_in(OFFICER).await;
    officer.log().await;
    let page: ChangesPage = officer.get(route::CHANGES).await.ok();
    let polled = async || polls(&officer, &page.next).await;
    assert_eq!(polled().await.status, StatusCode::NO_CONTENT);
    cable.hold();
    until(StatusCode::SERVICE_UNAVAILABLE, &polled).await;
    let ready = Answer::of(cut_off.raw(Method::GET, route::READYZ)).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let elsewhere = well.with_token(&officer);
    let left = Answer::of(elsewhere.request(Method::DELETE, route::SESSION)).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    assert_eq!(polled().await.status, StatusCode::SERVICE_UNAVAILABLE);
    cable.release();
    until(StatusCode::UNAUTHORIZED, &polled).await;
}
