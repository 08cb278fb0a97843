//! The disk under a desk on SQLite fails, is full, or is exchanged.
//!
//! The real server, on a disk that lets one call after the other fail. The desk on PostgreSQL has its disk
//! elsewhere.

use crate::support::case::OFFICER;
use crate::support::disk::{Disk, ERRORS};
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::server::{Answer, TestDatabase, fresh_id, report};
use nightdesk::api::route::{self, header};
use nightdesk::domain::id::CommandId;
use reqwest::{Method, StatusCode};
use rustix::io::Errno;
use serde_json::{Value, json};
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
        let database = TestDatabase::on_sqlite();
        let disk = Disk::well(database.files.path());
        let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
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
