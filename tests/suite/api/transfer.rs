//! A whole desk out of one database and into another, and incidents from other systems in.

use crate::support::case::OFFICER;
use crate::support::process::nightdesk;
use crate::support::server::{Answer, TestDatabase, TestServer, fresh_id};
use nightdesk::api::route;
use nightdesk::api::types::{IncidentPage, ProblemAnswer};
use nightdesk::domain::incident::{Category, Incident};
use nightdesk::server::{self, ExportError, Location, Store};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

/// A desk with something in every table, and a token that goes on.
async fn used() -> (TestDatabase, String, String) {
    let server = TestServer::start().await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    officer.log().await;
    officer.ask(id, None, &json!({"type": "acknowledge"})).await;
    let raise = json!({"type": "raise", "title": "Mail rules", "incidents": [id]});
    let raised = officer
        .send(route::PROBLEMS, fresh_id(), None, &raise)
        .await;
    raised.ok::<ProblemAnswer>();
    let cursor: Value = officer.get(route::CHANGES).await.ok();
    let cursor = cursor["next"].as_str().unwrap().to_owned();
    let token = officer.token.clone();
    (server.stop().await, token, cursor)
}

async fn exported(location: &Location) -> String {
    let store = Store::open(location).await.unwrap();
    let mut file = Vec::new();
    let at = crate::support::server::tonight_at();
    server::export(&store, &mut file, at).await.unwrap();
    store.close().await;
    String::from_utf8(file).unwrap()
}

async fn restored(location: &Location, file: &str) -> Result<u64, ExportError> {
    let store = Store::open(location).await.unwrap();
    let rows = server::restore(&store, file.as_bytes()).await;
    if rows.is_ok() {
        let found = server::verify(&store).await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    }
    store.close().await;
    rows
}

/// The rows of an export, without the head, which counts them.
fn rows(file: &str) -> BTreeSet<&str> {
    let rows = file
        .lines()
        .filter(|line| line.contains("\"line\":\"row\""));
    rows.filter(|line| !line.contains("\"table\":\"head\""))
        .collect()
}

fn sqlite_in(folder: &TempDir, name: &str) -> Location {
    let path = folder.path().join(name);
    format!("sqlite:{}", path.display()).parse().unwrap()
}

/// From the database that the tests run on to SQLite and back again: with PostgreSQL that is both ways
/// between the two.
#[tokio::test]
async fn an_exported_desk_is_the_same_in_any_empty_database_and_its_trail_verifies() {
    let (database, token, cursor) = used().await;
    let first = exported(&database.location).await;
    for table in [
        "audit_entry",
        "incident",
        "reference_counter",
        "problem",
        "problem_incident",
        "problem_counter",
        "command",
        "directory",
        "session",
        "head",
    ] {
        assert!(first.contains(&format!("\"table\":\"{table}\"")), "{table}");
    }
    let folder = TempDir::new().unwrap();
    let there = sqlite_in(&folder, "there.db");
    restored(&there, &first).await.unwrap();
    let second = exported(&there).await;
    let back = TestDatabase::fresh().await;
    restored(&back.location, &second).await.unwrap();
    let third = exported(&back.location).await;
    // Each export is one more entry, and nothing else has changed.
    for (before, after) in [(&first, &second), (&second, &third)] {
        let (before, after) = (rows(before), rows(after));
        assert!(before.is_subset(&after));
        let new: Vec<_> = after.difference(&before).collect();
        assert_eq!(new.len(), 1);
        assert!(new[0].contains("exported"), "{new:?}");
    }
    // It can be served: who was signed in still is, and must list again, as of another database.
    let server = TestServer::start_on(back).await;
    let officer = server.holding(&token);
    let list: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    assert_eq!(list.incidents.len(), 2);
    let path = format!("{}?after={cursor}", route::CHANGES);
    assert_eq!(officer.get(&path).await.status.as_u16(), 410);
    let searching = officer.request(Method::POST, route::SEARCH);
    let found: Value = Answer::of(searching.json(&json!({"words": "ward"})))
        .await
        .ok();
    assert_eq!(found["incidents"].as_array().unwrap().len(), 2);
}

/// The part of the source that says what of a table is exported.
fn exported_of(table: &str) -> &'static str {
    let source = include_str!("../../../src/server/store/dump.rs");
    let mut parts = source.split("    Table {\n");
    let of_table = format!("name: \"{table}\"");
    parts
        .find(|part| part.contains(&of_table))
        .unwrap_or_default()
}

/// A backup is taken while people work, and is worth something only if it was looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_working_desk_is_checked_and_can_be_served() {
    let server = TestServer::start_on(TestDatabase::on_sqlite()).await;
    let token = server.token(OFFICER).await;
    let kept = server.holding(&token).log().await.incident;
    let copy = server.database.files.path().join("copy.db");
    let mut backup = nightdesk(&["backup", "--out"]);
    backup.arg(&copy).args(server.database.arguments());
    let (is_enough, note) = (
        AtomicBool::new(false),
        json!({"type": "note", "text": "seen"}),
    );
    let officer = server.holding(&token);
    let works = async {
        while !is_enough.load(Ordering::Relaxed) {
            officer.ask(kept.id, None, &note).await;
        }
    };
    let copies = async {
        let mut first = backup;
        let done = spawn_blocking(move || (first.output().unwrap(), first));
        let done = done.await.unwrap();
        is_enough.store(true, Ordering::Relaxed);
        done
    };
    let ((done, mut backup), ()) = tokio::join!(copies, works);
    assert!(done.status.success(), "{done:?}");
    let rights = fs::metadata(&copy).unwrap().permissions().mode() & 0o777;
    assert_eq!(rights, 0o600);
    let again = backup.status().unwrap();
    assert!(!again.success(), "it overwrote a file");
    let copied = TestDatabase::at(format!("sqlite:{}", copy.display()));
    let copied = TestServer::start_on(copied).await;
    let there: Value = copied
        .holding(&token)
        .get(&route::incident(kept.id))
        .await
        .ok();
    assert_eq!(there["reference"], json!(kept.reference));
}

/// A column that an export forgot would be missed when it is too late.
#[tokio::test]
async fn every_column_of_every_table_is_exported_or_made_from_others() {
    let server = TestServer::start().await;
    for (table, column) in server.database.columns().await {
        let of_the_head = ["id", "epoch", "search_writing", "oldest_form"];
        let is_made_anew = ["search_word", "alarm_watch"].contains(&table.as_str())
            || (table == "head" && of_the_head.contains(&column.as_str()));
        let is_exported = exported_of(&table).contains(&format!("(\"{column}\", "));
        assert_eq!(is_exported, !is_made_anew, "{table}.{column}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_whole_or_not_ours_restores_nothing() {
    let (database, _, _) = used().await;
    let whole = exported(&database.location).await;
    let lines: Vec<&str> = whole.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    let without_a_row = [&lines[..3], &lines[4..]].concat().join("\n");
    let newer = whole.replacen("\"form\":1", "\"form\":2", 1);
    let column = whole.replacen("\"hash\"", "\"hush\"", 1);
    let folder = TempDir::new().unwrap();
    for (place, (file, says)) in [
        (cut.as_str(), "cut short"),
        (&without_a_row, "not of an exported desk"),
        (&newer, "form 2"),
        (&column, "not of an exported desk"),
        ("{\"hello\": 1}", "Line 1"),
        ("", "cut short"),
    ]
    .into_iter()
    .enumerate()
    {
        let location = sqlite_in(&folder, &format!("{place}.db"));
        let refused = restored(&location, file).await.unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
        // What was begun is as if it had never been.
        restored(&location, &whole).await.unwrap();
    }
    let refused = restored(&database.location, &whole).await.unwrap_err();
    assert!(matches!(refused, ExportError::NotEmpty), "{refused}");
}

#[tokio::test]
async fn the_shell_exports_to_a_new_private_file_and_restores_from_it() {
    let (database, _, _) = used().await;
    let file = database.files.path().join("desk.jsonl");
    let file = file.to_str().unwrap();
    let run =
        |arguments: &[&str], more: &[String]| nightdesk(arguments).args(more).output().unwrap();
    let export = run(&["export", "--out", file], &database.arguments());
    assert!(export.status.success(), "{export:?}");
    let mode = fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = run(&["export", "--out", file], &database.arguments());
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    let empty = TestDatabase::fresh().await;
    let restore = run(&["restore", file], &empty.arguments());
    assert!(restore.status.success(), "{restore:?}");
    let verify = run(&["verify"], &empty.arguments());
    assert!(verify.status.success(), "{verify:?}");
    let restore = run(&["restore", file], &empty.arguments());
    assert_eq!(restore.status.code(), Some(1), "{restore:?}");
}

pub(super) const MAPPING: &str = r#"
time_format = "%d/%m/%Y %H:%M"

[columns]
title = "Subject"
summary = "What happened"
aware_at = "Found"
reporter_organisation = "Body"
"facts.category" = "Type"
"facts.controllers" = "Controllers"

[constants]
reporter_contact = "imported from Blueteq"
reporter_organisation = "riverbourne"

[words."facts.category"]
"E-mail, wrong person" = "misdirected_email"
"#;

const ROWS: &str = "\
Subject,What happened,Found,Body,Type,Controllers
Ward list,\"Sent to a practice,
by mistake\",10/06/2026 14:30,,\"E-mail, wrong person\",riverbourne
Letter,In the wrong envelope,31/02/2026 09:00,,lost_paper,
Laptop,Left on a bus,11/06/2026 09:00,eastmere,lost_device,eastmere;riverbourne
Tablet,Left on a bus,11/06/2026 09:00,nowhere,lost_device,
";

pub(super) struct Shell<'a> {
    server: &'a TestServer,
    pub(super) files: TempDir,
}

impl<'a> Shell<'a> {
    pub(super) async fn of(server: &'a TestServer) -> Self {
        let files = TempDir::new().unwrap();
        let token = files.path().join("token");
        fs::write(&token, server.token(OFFICER).await).unwrap();
        fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
        Self { server, files }
    }

    pub(super) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.files.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(super) async fn import(&self, arguments: &[&str]) -> (Option<i32>, Vec<Value>, String) {
        let (code, stdout, said) = self.run(&[&["import", "--json"], arguments].concat()).await;
        (
            code,
            serde_json::from_str(&stdout).unwrap_or_default(),
            said,
        )
    }

    /// A command with this desk's address and the officer's token.
    pub(super) async fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = nightdesk(arguments);
        command
            .args(["--server", &self.server.url])
            .arg("--token-file")
            .arg(self.files.path().join("token"))
            .env("HOME", self.files.path())
            .env("XDG_CONFIG_HOME", self.files.path())
            .env("XDG_STATE_HOME", self.files.path());
        let run = tokio::task::spawn_blocking(move || command.output().unwrap());
        let Output {
            status,
            stdout,
            stderr,
        } = run.await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }
}

pub(super) fn outcomes(lines: &[Value]) -> Vec<(u64, &str)> {
    let each = lines.iter().map(|line| {
        let outcome = line["outcome"].as_str().unwrap();
        (line["line"].as_u64().unwrap(), outcome)
    });
    each.collect()
}

pub(super) async fn logged(server: &TestServer) -> Vec<Incident> {
    let officer = server.signed_in(OFFICER).await;
    let page: IncidentPage = officer.get(route::INCIDENTS).await.ok();
    page.incidents
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_another_system_become_incidents_once_and_bad_rows_are_named_by_line() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let rows = shell.file("rows.csv", ROWS);
    let mapping = shell.file("mapping.toml", MAPPING);
    let csv = [rows.as_str(), "--format", "csv", "--mapping", &mapping];
    let (code, lines, said) = shell.import(&[&csv[..], &["--dry-run"]].concat()).await;
    let expected = [
        (2, "possible"),
        (4, "refused"),
        (5, "possible"),
        (6, "refused"),
    ];
    assert_eq!(outcomes(&lines), expected, "{said}");
    assert_eq!(code, Some(1));
    let (code, lines, said) = shell
        .import(&[&csv[..], &["--all-or-nothing"]].concat())
        .await;
    assert_eq!((code, lines.len()), (Some(1), 4), "{said}");
    assert_eq!(logged(&server).await, []);
    let (code, lines, said) = shell.import(&csv).await;
    let expected = [
        (2, "imported"),
        (4, "refused"),
        (5, "imported"),
        (6, "refused"),
    ];
    assert_eq!(outcomes(&lines), expected, "{said}");
    assert_eq!(code, Some(4), "{said}");
    for words in [
        "line 4: aware_at: \"31/02/2026 09:00\" is not a time of the form",
        "line 6: ",
    ] {
        assert!(said.contains(words), "{said}");
    }
    let incidents = logged(&server).await;
    assert_eq!(incidents.len(), 2);
    let first = incidents
        .iter()
        .find(|incident| &*incident.title == "Ward list")
        .unwrap();
    assert_eq!(first.facts.category, Some(Category::MisdirectedEmail));
    assert_eq!(&*first.reporter.contact, "imported from Blueteq");
    assert_eq!(first.home().as_str(), "riverbourne");
    assert_eq!(
        first.awareness.staff_at,
        crate::support::case::wall("2026-06-10T14:30")
    );
    // Mended and imported again: what is there is not logged twice.
    let mended = ROWS
        .replace("31/02/2026", "12/06/2026")
        .replace("nowhere", "");
    let rows = shell.file("rows.csv", &mended);
    let csv = [rows.as_str(), "--format", "csv", "--mapping", &mapping];
    let (code, lines, said) = shell.import(&csv).await;
    let expected = [
        (2, "imported_before"),
        (4, "imported"),
        (5, "imported_before"),
        (6, "imported"),
    ];
    assert_eq!(outcomes(&lines), expected, "{said}");
    assert_eq!(code, Some(0));
    assert_eq!(logged(&server).await.len(), 4);
    let found = server::verify(&server.store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_lines_are_imported_as_they_are_or_by_a_mapping() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let body = crate::support::server::report();
    let lines = format!("{body}\n\n{{\"title\": 1}}\nnot json\n{body}\n");
    let file = shell.file("rows.jsonl", &lines);
    let (code, lines, said) = shell.import(&[&file, "--format", "jsonl"]).await;
    let expected = [
        (1, "imported"),
        (3, "refused"),
        (4, "refused"),
        (5, "refused"),
    ];
    assert_eq!(outcomes(&lines), expected, "{said}");
    assert_eq!(code, Some(4));
    assert!(
        said.contains("line 5: This row is the same as that of line 1"),
        "{said}"
    );
    let theirs = json!({"Subject": "Ward list", "What happened": "It went astray",
        "Found": "10/06/2026 14:30", "Controllers": ["riverbourne", "eastmere"]});
    let file = shell.file("theirs.jsonl", theirs.to_string());
    let mapping = shell.file("mapping.toml", MAPPING);
    let (code, lines, said) = shell
        .import(&[&file, "--format", "jsonl", "--mapping", &mapping])
        .await;
    assert_eq!(outcomes(&lines), [(1, "imported")], "{said}");
    assert_eq!(code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mapping_that_names_what_is_not_there_is_told() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server).await;
    let rows = shell.file("rows.csv", ROWS);
    for (mapping, code, says) in [
        (
            "[columns]\ncolour = \"Subject\"",
            1,
            "There is no field \"colour\"",
        ),
        (
            "[columns]\ntitle = \"Colour\"",
            1,
            "There is no column \"Colour\"",
        ),
        ("columns = 1", 1, "is no mapping"),
        (
            "[columns]\n\"facts.category\" = \"Type\"",
            1,
            "is none of our words for facts.category; say under [words.\"facts.category\"]",
        ),
        (
            "[columns]\ntitle = \"Subject\"",
            1,
            "Neither [columns] nor [constants] of the mapping has a summary",
        ),
    ] {
        let mapping = shell.file("mapping.toml", mapping);
        let (exit, _, said) = shell
            .import(&[&rows, "--format", "csv", "--mapping", &mapping])
            .await;
        assert_eq!(exit, Some(code), "{said}");
        assert!(said.contains(says), "{said}");
    }
    // What is wrong with the file is told once, whatever the number of its rows.
    let mapping = shell.file("mapping.toml", "[columns]\ntitle = \"Colour\"");
    let csv = ["--format", "csv", "--mapping", &mapping];
    let (_, _, said) = shell.import(&[&[rows.as_str()], &csv[..]].concat()).await;
    assert_eq!(said.matches("Colour").count(), 1, "{said}");
    let nothing = shell.file("nothing.csv", "");
    let (exit, _, said) = shell
        .import(&[&[nothing.as_str()], &csv[..]].concat())
        .await;
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("The file has no rows"), "{said}");
    // Columns of nobody's choosing would be guessed at.
    let (exit, _, said) = shell.import(&[&rows, "--format", "csv"]).await;
    assert_eq!(exit, Some(2), "{said}");
}
