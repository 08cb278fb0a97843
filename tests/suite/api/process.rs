//! The real program as a process: it starts, drains on SIGTERM, and loses nothing to a kill.

use crate::support::case::OFFICER;
use crate::support::process::{ServerProcess, client, nightdesk, ran};
use crate::support::server::{Answer, TestDatabase, fresh_id, report};
use nightdesk::api::route;
use nightdesk::api::types::IncidentPage;
use nightdesk::domain::id::CommandId;
use nightdesk::server::Store;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml")
}

/// Makes a token as an operator does.
fn token(database: &TestDatabase, name: &str) -> String {
    let file = database.files.path().join(name);
    let made = nightdesk(&["token", "create", "--person", OFFICER, "--out"])
        .arg(&file)
        .args(database.arguments())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::read_to_string(file).unwrap().trim().to_owned()
}

fn verify(database: &TestDatabase) -> Value {
    let found = nightdesk(&["verify", "--json"])
        .args(database.arguments())
        .output()
        .unwrap();
    assert!(found.status.success(), "{found:?}");
    serde_json::from_slice(&found.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_answers_those_who_wait_and_ends_cleanly() {
    let database = TestDatabase::fresh().await;
    let mut server = ServerProcess::start(&database, &directory());
    let token = token(&database, "token");
    let page: IncidentPage = server.get(&token, route::INCIDENTS).await.ok();
    let path = format!(
        "{}{}?wait=30&after={}",
        server.url,
        route::CHANGES,
        page.changes_after
    );
    let poll = client().get(path).bearer_auth(&token);
    let waiting = tokio::spawn(Answer::of(poll));
    while !server
        .get(&token, route::METRICS)
        .await
        .body
        .contains("waiting_polls 1")
    {}
    let ended = tokio::task::spawn_blocking(move || server.terminate())
        .await
        .unwrap();
    assert!(ended.success(), "{ended:?}");
    assert_eq!(waiting.await.unwrap().status, StatusCode::NO_CONTENT);
    assert_eq!(verify(&database)["faults"], serde_json::json!([]));
}

/// Logs incidents until the server is gone; tells of each that was acknowledged.
async fn write_until_killed(
    url: String,
    token: String,
    acknowledged: mpsc::UnboundedSender<CommandId>,
) {
    let client = client();
    loop {
        let id = fresh_id();
        let request = client
            .request(Method::POST, format!("{url}{}", route::INCIDENTS))
            .bearer_auth(&token)
            .header("idempotency-key", id.to_string())
            .json(&report());
        match request.send().await {
            Ok(response) if response.status() == StatusCode::CREATED => {
                acknowledged.send(id).unwrap();
            }
            Ok(response) => assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE),
            Err(_) => return,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_no_command_that_it_acknowledged() {
    const CYCLES: usize = 20;
    const WRITERS: usize = 4;
    let database = TestDatabase::fresh().await;
    let mut server = ServerProcess::start(&database, &directory());
    let token = token(&database, "token");
    let mut acknowledged = Vec::new();
    for cycle in 0..CYCLES {
        let (sender, mut told) = mpsc::unbounded_channel();
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let (url, token) = (server.url.clone(), token.clone());
            writers.spawn(write_until_killed(url, token, sender.clone()));
        }
        drop(sender);
        // Killed at a different place each time, always with writers in the middle of a command.
        for _ in 0..3 + cycle {
            acknowledged.push(told.recv().await.unwrap());
        }
        server.kill();
        writers.join_all().await;
        while let Some(id) = told.recv().await {
            acknowledged.push(id);
        }
        server = ServerProcess::start(&database, &directory());
    }
    assert_eq!(lost(&server, &token, &acknowledged).await, []);
    let never_sent = [fresh_id()];
    assert_eq!(
        lost(&server, &token, &never_sent).await,
        never_sent,
        "a loss would be seen"
    );
    let ended = tokio::task::spawn_blocking(move || server.terminate())
        .await
        .unwrap();
    assert!(ended.success());
    let found = verify(&database);
    assert!(found["commands"].as_u64().unwrap() >= acknowledged.len() as u64);
}

/// Which of these commands the server does not know.
async fn lost(server: &ServerProcess, token: &str, commands: &[CommandId]) -> Vec<CommandId> {
    let mut lost = Vec::new();
    for id in commands {
        match server.get(token, &route::command(*id)).await.status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => lost.push(*id),
            other => panic!("{other}"),
        }
    }
    lost
}

#[tokio::test]
async fn an_operator_lists_and_revokes_tokens_and_never_sees_one() {
    let database = TestDatabase::fresh().await;
    let server = ServerProcess::start(&database, &directory());
    let token = token(&database, "token");
    let listed = nightdesk(&["token", "list", "--json"])
        .args(database.arguments())
        .output()
        .unwrap();
    let rows: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(
        (&rows[0]["person"], &rows[0]["state"]),
        (&OFFICER.into(), &"good".into())
    );
    assert!(!String::from_utf8_lossy(&listed.stdout).contains(&token));
    let id = rows[0]["id"].as_str().unwrap();
    let revoked = nightdesk(&["token", "revoke", id])
        .args(database.arguments())
        .output()
        .unwrap();
    assert!(revoked.status.success(), "{revoked:?}");
    let refused = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while server.get(&token, route::ME).await.status.is_success() {}
    });
    refused.await.unwrap();
    let again = nightdesk(&["token", "create", "--person", OFFICER, "--out"])
        .arg(database.files.path().join("token"))
        .args(database.arguments())
        .output()
        .unwrap();
    assert_eq!(
        again.status.code(),
        Some(1),
        "a file that exists is never written over"
    );
}

#[test]
fn a_password_among_the_arguments_and_a_database_that_is_not_there_are_refused() {
    for arguments in [
        ["verify", "--db", "postgres://desk:secret@localhost/desk"],
        ["verify", "--db", "sqlite:/nowhere/desk.db"],
        ["verify", "--db", "desk.db"],
    ] {
        let refused = ran(&arguments);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(!String::from_utf8_lossy(&refused.stderr).contains("secret"));
    }
}

#[tokio::test]
async fn no_log_holds_a_token_however_it_came() {
    let database = TestDatabase::fresh().await;
    let path = database.files.path().join("log");
    let log = std::fs::File::create(&path).unwrap();
    let mut server = ServerProcess::start_with_log(&database, &directory(), log);
    let token = token(&database, "token");
    let hidden = token.replace("ndk", "%6Ed%6B");
    for path in [
        route::ME.to_owned(),
        format!("{}?access_token={token}", route::ME),
        format!("{}/{hidden}", route::INCIDENTS),
        format!("/{hidden}?after={hidden}"),
    ] {
        server.get(&token, &path).await;
    }
    let ended = tokio::task::spawn_blocking(move || server.terminate());
    assert!(ended.await.unwrap().success());
    let log = std::fs::read_to_string(path).unwrap();
    assert_eq!(log.matches(r#""status":400"#).count(), 3, "{log}");
    let random = token.strip_prefix("ndk_").unwrap();
    assert!(!log.contains(random), "a token was logged");
}

fn verify_by_file(url: &str, mode: u32) -> std::process::Output {
    let files = tempfile::TempDir::new().unwrap();
    let file = files.path().join("database-url");
    std::fs::write(&file, url).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    nightdesk(&["verify", "--db-url-file"])
        .arg(&file)
        .output()
        .unwrap()
}

#[tokio::test]
async fn neither_the_database_nor_its_url_is_for_anybody_else() {
    let files = tempfile::TempDir::new().unwrap();
    let path = files.path().join("desk.db");
    let url = format!("sqlite:{}", path.display());
    let store = Store::open(&url.parse().unwrap()).await.unwrap();
    for file in ["desk.db", "desk.db-wal", "desk.db-shm"] {
        let about = files.path().join(file).metadata().unwrap();
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{file}");
    }
    store.close().await;
    assert!(verify_by_file(&url, 0o600).status.success());
    for mode in [0o640, 0o604] {
        let refused = verify_by_file(&url, mode);
        let words = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success());
        assert!(words.contains("chmod 600"), "{words}");
    }
}
