//! The power fails under a desk on SQLite: what was acknowledged is there, whatever the disk had not
//! written yet.
//!
//! The real server tells a library what it gives to its disk. Of any moment the files are made as a power
//! cut may leave them: what was synced is whole, and of everything else each sector is there or not. The
//! names of the files are taken to be there, for SQLite syncs their folder. The control is a disk that lies
//! about its syncs: that has to be found.

use crate::support::case::OFFICER;
use crate::support::disk::Told;
use crate::support::process::{ServerProcess, client, nightdesk};
use crate::support::server::{Answer, TestDatabase, fresh_id, report};
use nightdesk::api::route::{self, header};
use nightdesk::server::{Store, verify};
use reqwest::{Method, StatusCode};
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// Enough for the log to be carried over into the database more than once.
const COMMANDS: usize = 140;

/// How many moments of a power cut are tried.
const MOMENTS: u64 = 24;

/// What was told of the disk when so many commands had been acknowledged.
struct Acknowledged {
    told: Told,
    /// The server's files.
    database: TestDatabase,
    at: Vec<u64>,
}

async fn acknowledged() -> Acknowledged {
    let database = TestDatabase::on_sqlite();
    let told = Told::below(database.files.path());
    let mut command = nightdesk(&["serve", "--listen", "127.0.0.1:0"]);
    command.stderr(Stdio::null());
    told.carries(&mut command);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/directory.toml");
    let server = ServerProcess::started(command, &database, &directory);
    let token = database.files.path().join("token");
    let mut create = nightdesk(&["token", "create", "--person", OFFICER, "--out"]);
    create.arg(&token).args(database.arguments());
    told.carries(&mut create);
    assert!(create.stdout(Stdio::null()).status().unwrap().success());
    let token = fs::read_to_string(token).unwrap();
    let client = client();
    let mut at = Vec::new();
    for _ in 0..COMMANDS {
        let log = client.request(Method::POST, format!("{}{}", server.url, route::INCIDENTS));
        let log = log.bearer_auth(token.trim()).json(&report());
        let log = log.header(header::IDEMPOTENCY_KEY, fresh_id().to_string());
        assert_eq!(Answer::of(log).await.status, StatusCode::CREATED);
        at.push(told.so_far());
    }
    server.kill();
    Acknowledged { told, database, at }
}

/// What is wrong with the desk after a power cut at this moment; nothing if all is well.
async fn after_a_cut(run: &Acknowledged, moment: u64, is_honest: bool) -> Result<(), String> {
    let last = *run.at.last().unwrap();
    let first = run.at[0];
    let until = first + (last - first) * moment / MOMENTS;
    let promised = run.at.iter().filter(|at| **at <= until).count() as u64;
    let files = tempfile::tempdir().unwrap();
    run.told.cut_off_at(until, moment, is_honest, files.path());
    let location = format!("sqlite:{}", files.path().join("desk.db").display());
    let store = Store::open(&location.parse().unwrap()).await;
    let store = store.map_err(|error| error.to_string())?;
    let found = verify(&store).await.map_err(|error| error.to_string());
    store.close().await;
    let found = found?;
    if !found.faults.is_empty() {
        return Err(found.faults.join("; "));
    }
    if found.incidents < promised {
        let kept = found.incidents;
        return Err(format!(
            "{kept} incidents of {promised} that were acknowledged"
        ));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_power_cut_that_tears_and_reorders_writes() {
    let run = acknowledged().await;
    let mut lies_found = 0;
    for moment in 0..=MOMENTS {
        let kept = after_a_cut(&run, moment, true).await;
        assert_eq!(kept, Ok(()), "at moment {moment} of {MOMENTS}");
        lies_found += u64::from(after_a_cut(&run, moment, false).await.is_err());
    }
    // A disk that says it has synced and has not is no disk to keep a desk on; it is noticed.
    assert!(lies_found > MOMENTS / 2, "{lies_found} of {MOMENTS}");
    drop(run.database);
}
