//! The disk under a desk on SQLite fails, is full, or is exchanged.
//!
//! The real server, on a disk that lets one call after the other fail. The desk on PostgreSQL has its disk
//! elsewhere.

use crate::support::case::OFFICER;
use crate::support::disk::{Disk, ERRORS};
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::server::{Answer, TestDatabase, TestServer, fresh_id, report};
use nightdesk::api::route::{self, header};
use nightdesk::domain::id::CommandId;
use nightdesk::server::{self, Store};
use reqwest::{Method, StatusCode};
use rustix::io::Errno;
use serde_json::{Value, json};
use sqlx::Connection;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::task::spawn_blocking;

/// A desk on a disk of its own.
struct Desk {
    server: ServerProcess,
    disk: Disk,
    database: TestDatabase,
    token: String,
}

/// How long is waited for what happens within a few seconds.
const SOON: Duration = Duration::from_secs(30);

impl Desk {
    fn opened() -> Self {
        Self::opened_with(&[])
    }

    /// The same with more arguments.
    fn opened_with(arguments: &[&str]) -> Self {
        let database = TestDatabase::on_sqlite();
        let disk = Disk::well(database.files.path());
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments);
        let log = File::create(database.files.path().join("log")).unwrap();
        command.stderr(log);
        disk.carries(&mut command);
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
        let server = ServerProcess::started(command, &database, &directory);
        let token = database.files.path().join("token");
        let made = nightdesk(&["token", "create", "--person", OFFICER, "--out"])
            .arg(&token)
            .args(database.arguments())
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        Self {
            token: fs::read_to_string(token).unwrap().trim().to_owned(),
            server,
            disk,
            database,
        }
    }

    /// Logs an incident under this key.
    async fn log(&self, key: CommandId) -> Answer {
        let url = format!("{}{}", self.server.url, route::INCIDENTS);
        let request = client().request(Method::POST, url).bearer_auth(&self.token);
        let request = request.header("idempotency-key", key.to_string());
        Answer::of(request.json(&report())).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.server.get(&self.token, path).await
    }

    /// Asks until the answer is as it should be.
    async fn until(&self, path: &str, is_it: impl Fn(&Answer) -> bool) -> Answer {
        let asking = async {
            loop {
                let answer = self.get(path).await;
                if is_it(&answer) {
                    return answer;
                }
            }
        };
        let answered = tokio::time::timeout(SOON, asking).await;
        answered.unwrap_or_else(|_| panic!("{path} did not come to say so"))
    }

    /// What the desk says of its own database, once it has ended.
    async fn verified(self) -> Value {
        let Self {
            mut server,
            database,
            ..
        } = self;
        let ended = spawn_blocking(move || server.terminate()).await.unwrap();
        assert!(ended.success(), "{ended:?}");
        let found = nightdesk(&["verify", "--json"])
            .args(database.arguments())
            .output()
            .unwrap();
        serde_json::from_slice(&found.stdout).unwrap()
    }
}

fn is_ready(answer: &Answer) -> bool {
    answer.status == StatusCode::OK
}

/// Each call of one command on the disk fails once, one after the other. It costs that command at most, the
/// next one is carried out, and what was acknowledged is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_of_the_disk_that_fails_costs_one_command_and_the_desk_goes_on() {
    let mut desk = Desk::opened();
    let mut acknowledged = Vec::new();
    for error in ERRORS {
        for calls in 0.. {
            let key = fresh_id();
            let failures = desk.disk.failures();
            desk.disk.fail_after(calls, error);
            let first = desk.log(key).await;
            desk.disk.heal();
            let again = if first.status == StatusCode::CREATED {
                first
            } else {
                assert_eq!(first.status, StatusCode::SERVICE_UNAVAILABLE, "{first:?}");
                desk.log(key).await
            };
            assert_eq!(again.status, StatusCode::CREATED, "call {calls}: {again:?}");
            acknowledged.push(key);
            let has_failed = desk.disk.failures() > failures;
            if !has_failed {
                assert!(calls > 3, "a command makes more calls than {calls}");
                break;
            }
        }
    }
    for key in &acknowledged {
        let known = desk.get(&route::command(*key)).await;
        assert_eq!(known.status, StatusCode::OK, "{key} is lost");
    }
    let found = desk.verified().await;
    assert_eq!(found["faults"], json!([]));
    assert_eq!(found["incidents"], json!(acknowledged.len()), "{found}");
}

/// A full disk: nothing is acknowledged and nobody is told that all is well; once there is room the desk goes
/// on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_until_a_commit_has_succeeded_again() {
    let mut desk = Desk::opened();
    assert_eq!(desk.log(fresh_id()).await.status, StatusCode::CREATED);
    assert!(is_ready(&desk.get(route::READYZ).await));
    desk.disk.fail_always(Errno::NOSPC.raw_os_error());
    let refused = desk.log(fresh_id()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let ready = desk.get(route::READYZ).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{ready:?}");
    let told = desk.get(route::ME).await;
    assert!(
        told.headers.contains_key(header::NOTHING_SAVED_SINCE),
        "{told:?}"
    );
    desk.disk.heal();
    desk.until(route::READYZ, is_ready).await;
    let told = desk.get(route::ME).await;
    assert!(!told.headers.contains_key(header::NOTHING_SAVED_SINCE));
    assert_eq!(desk.log(fresh_id()).await.status, StatusCode::CREATED);
    assert_eq!(desk.verified().await["faults"], json!([]));
}

/// A quiet desk finds out by itself that its disk is full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_desk_finds_out_that_it_can_save_nothing() {
    let mut desk = Desk::opened();
    desk.disk.fail_always(Errno::NOSPC.raw_os_error());
    let is_unready = |answer: &Answer| answer.status == StatusCode::SERVICE_UNAVAILABLE;
    desk.until(route::READYZ, is_unready).await;
    desk.disk.heal();
    desk.until(route::READYZ, is_ready).await;
}

/// A file that was removed, or that another one has taken the place of, takes nothing any more: the process
/// ends and says why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_file_that_is_gone_or_replaced_ends_the_server() {
    for is_replaced in [false, true] {
        let mut desk = Desk::opened();
        let files = desk.database.files.path();
        let file = files.join("desk.db");
        if is_replaced {
            fs::copy(&file, files.join("copy")).unwrap();
            fs::rename(files.join("copy"), &file).unwrap();
        } else {
            fs::remove_file(&file).unwrap();
        }
        assert_ne!(desk.log_if_there().await, Some(StatusCode::CREATED));
        let ended = desk.server.ends_within(SOON);
        assert!(!ended.unwrap().success());
        let log = fs::read_to_string(files.join("log")).unwrap();
        assert!(log.contains("was removed or replaced"), "{log}");
    }
}

/// A disk that cannot even be read any more: the process says so and ends, so that whoever watches over it
/// starts another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_opened_for_long_ends_the_server() {
    let mut desk = Desk::opened_with(&["--give-up-after", "0"]);
    assert_eq!(desk.log(fresh_id()).await.status, StatusCode::CREATED);
    desk.disk.fail_always(Errno::IO.raw_os_error());
    assert_ne!(desk.log_if_there().await, Some(StatusCode::CREATED));
    let ended = desk.server.ends_within(SOON);
    assert!(!ended.unwrap().success());
    let log = fs::read_to_string(desk.database.files.path().join("log")).unwrap();
    assert!(
        log.contains("The database could not be opened for"),
        "{log}"
    );
}

/// Each page of the file is zeroed once, and once more is what it was before the last change. Whoever
/// verifies finds it, or the page holds nothing; a server does not begin on a file of which it can tell.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_was_zeroed_or_is_an_old_one_is_found() {
    const PAGE: usize = 4096;
    let database = TestDatabase::on_sqlite();
    let file = database.files.path().join("desk.db");
    let server = TestServer::start_on(database).await;
    let officer = server.signed_in(OFFICER).await;
    for _ in 0..4 {
        officer.log().await;
    }
    let database = server.stop().await;
    let old = whole(&file).await;
    let server = TestServer::start_on(database).await;
    let officer = server.signed_in(OFFICER).await;
    for _ in 0..4 {
        let id = officer.log().await.incident.id;
        officer
            .ask(id, None, &json!({"type": "acknowledge"}))
            .await
            .ok::<Value>();
    }
    let database = server.stop().await;
    let new = whole(&file).await;
    let is_well = verified_file(&database).await;
    assert!(is_well, "the file as it is");
    let (mut zeroed, mut stale, mut missed) = (0, 0, Vec::new());
    for (number, page) in new.chunks(PAGE).enumerate() {
        let at = number * PAGE..number * PAGE + page.len();
        let earlier = old.get(at.clone()).filter(|earlier| *earlier != page);
        let others = [Some(vec![0; page.len()]), earlier.map(<[u8]>::to_vec)];
        for (kind, other) in ["zeroed", "stale"].into_iter().zip(others) {
            let Some(other) = other.filter(|other| other != page) else {
                continue;
            };
            *(if kind == "zeroed" {
                &mut zeroed
            } else {
                &mut stale
            }) += 1;
            let mut damaged = new.clone();
            damaged[at.clone()].copy_from_slice(&other);
            fs::write(&file, &damaged).unwrap();
            if verified_file(&database).await {
                missed.push((number + 1, kind));
            }
        }
    }
    println!("{zeroed} zeroed and {stale} stale pages, of which {missed:?} are not found");
    assert!(zeroed > 40 && stale > 10, "{zeroed} {stale}");
    assert_eq!(missed, []);
    // The table of the incidents is among the pages that a start looks at.
    let mut damaged = new.clone();
    let middle = new.len() / PAGE / 2 * PAGE;
    damaged[middle..middle + PAGE].fill(0);
    fs::write(&file, &damaged).unwrap();
    let begun = nightdesk(&["serve", "--listen", "127.0.0.1:0"])
        .args(database.arguments())
        .output()
        .unwrap();
    assert_eq!(begun.status.code(), Some(1), "{begun:?}");
    let said = String::from_utf8(begun.stderr).unwrap();
    assert!(said.contains("The database file is damaged"), "{said}");
}

/// The bytes of a database, with what its log held.
async fn whole(file: &Path) -> Vec<u8> {
    let url = format!("sqlite://{}", file.display());
    let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
    let cut = sqlx::raw_sql("pragma wal_checkpoint(truncate)");
    cut.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    fs::read(file).unwrap()
}

/// Whether nothing is found in it; one that cannot even be opened is found.
async fn verified_file(database: &TestDatabase) -> bool {
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(database.files.path().join(format!("desk.db{ending}")));
    }
    let Ok(store) = Store::open(&database.location).await else {
        return false;
    };
    let found = server::verify(&store).await;
    store.close().await;
    found.is_ok_and(|found| found.faults.is_empty())
}

/// Two servers on one file would answer differently for a moment after each change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_one_file_is_refused_until_the_first_has_ended() {
    let mut desk = Desk::opened();
    let serve = |database: &TestDatabase| {
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(database.arguments());
        command
    };
    let second = serve(&desk.database).output().unwrap();
    assert_eq!(second.status.code(), Some(1), "{second:?}");
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("Another server serves"), "{said}");
    assert!(said.contains("Stop it first"), "{said}");
    assert!(is_ready(&desk.get(route::READYZ).await));
    let mut ended = desk.server;
    spawn_blocking(move || ended.terminate()).await.unwrap();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
    desk.server = ServerProcess::started(
        nightdesk(&["serve", "--listen", "127.0.0.1:0"]),
        &desk.database,
        &directory,
    );
    assert!(is_ready(&desk.get(route::READYZ).await));
}

impl Desk {
    /// The same, where the server may have ended.
    async fn log_if_there(&self) -> Option<StatusCode> {
        let url = format!("{}{}", self.server.url, route::INCIDENTS);
        let request = client().request(Method::POST, url).bearer_auth(&self.token);
        let request = request.header("idempotency-key", fresh_id().to_string());
        let answer = request.json(&report()).send().await;
        answer.ok().map(|answer| answer.status())
    }
}
