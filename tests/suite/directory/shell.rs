//! The directory from the shell: shown, changed, taken in from a file and printed as one.

use super::example;
use crate::cli::{Shell, complaint};
use crate::support::server::{TestDatabase, TestServer, tonight_at};
use nightdesk::config::directory as file;
use nightdesk::domain::directory::Directory;
use nightdesk::server::{self, Store};
use std::fs;
use std::path::PathBuf;

const AO: &str = "leopold.swanscombe";
const IGT: &str = "idris.pennywell";
const ADM: &str = "jocasta.weir";

fn directory_of(shell: &Shell) -> Directory {
    serde_json::from_value(shell.json(&["directory", "show", "--json"])).unwrap()
}

fn written(shell: &Shell, text: &str) -> PathBuf {
    let path = shell.home.path().join("directory.toml");
    fs::write(&path, text).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_and_its_gaps_are_shown() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let gaps = shell.says(&["directory", "gaps"]);
    assert!(
        gaps.contains("Harbour Hospice has no Caldicott Guardian"),
        "{gaps}"
    );
    let told = shell.json(&["directory", "gaps", "--json"]);
    assert_eq!(told[0]["type"], "vacancy");
    assert_eq!(told[0]["rule"], "WSIC-TERM");
    assert_eq!(told[0]["is_missing"], true);
    for (section, words) in [
        ("roles", "SIRO/riverbourne/oona.merriweather/2026-02-01"),
        ("rota", "first-13"),
        (
            "contact-points",
            "portalpath/PROC/EMAIL/proc@portalpath.example.org",
        ),
        ("organisations", "partner, controller, host"),
        ("people", "Tamsin Quill"),
        ("agreements", "the party it begins with, for all"),
        ("policy-documents", "overdue"),
    ] {
        let shown = shell.says(&["directory", "show", section]);
        assert!(shown.contains(words), "{section}: {shown}");
    }
    let shown = shell.says(&["directory", "show", "roles", "--organisation", "harbour"]);
    assert!(!shown.contains("riverbourne"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_tried_made_and_told_in_a_sentence() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, AO).await;
    let appoint = [
        "directory",
        "appoint",
        "--role",
        "iaa",
        "--organisation",
        "riverbourne",
        "--person",
        "maud.fennimore",
        "--starts-on",
        "2026-06-12",
        "--deputy-order",
        "1",
    ];
    let dry: Vec<&str> = appoint.iter().copied().chain(["--dry-run"]).collect();
    let said = shell.says(&dry);
    assert!(
        said.contains("Maud Fennimore is asset administrator of Riverbourne ICB, deputy 1"),
        "{said}"
    );
    assert!(said.contains("possible"), "{said}");
    let before = directory_of(&shell).version;
    let said = shell.says(&appoint);
    assert!(said.contains("done"), "{said}");
    assert!(directory_of(&shell).version > before);
    let again = shell.run(&appoint);
    assert_eq!(again.status.code(), Some(1));
    let why = complaint(&again);
    assert!(
        why.contains("is asset administrator there") && why.contains("WSIC-TERM"),
        "{why}"
    );
    let ended = shell.says(&[
        "directory",
        "end-term",
        "--holding",
        "IAA/riverbourne/maud.fennimore",
        "--reason",
        "moved on",
    ]);
    assert!(ended.contains("ends Fri 12 Jun 2026"), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_name_does_not_say_for_certain_is_asked_for() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, AO).await;
    let end = |holding: &str| {
        let output = shell.run(&[
            "directory",
            "end-term",
            "--holding",
            holding,
            "--reason",
            "x",
        ]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        complaint(&output)
    };
    let said = end("SIRO/riverbourne");
    assert!(
        said.contains("Write more of the one you mean") && said.contains("--holding"),
        "{said}"
    );
    assert!(end("SIRO/atlantis").contains("No term that runs or is to begin is called"));
    let unknown = shell.run(&["directory", "appoint", "--role", "wizard"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_officers_swap_their_shifts_from_the_shell() {
    let server = TestServer::start().await;
    let (ravi, tamsin) = (
        Shell::of(&server, "ravi.thistlewood").await,
        Shell::of(&server, "tamsin.quill").await,
    );
    ravi.says(&[
        "directory",
        "swap",
        "offer",
        "--shift",
        "first-14",
        "--with",
        "first-15",
    ]);
    let rota = tamsin.says(&["directory", "show", "rota"]);
    assert!(rota.contains("offered for first-15"), "{rota}");
    let said = tamsin.says(&["directory", "swap", "accept", "--shift", "first-14"]);
    assert!(said.contains("change hands"), "{said}");
    let on = directory_of(&ravi);
    assert_eq!(
        on.shift(&"first-14".into()).unwrap().person.as_str(),
        "tamsin.quill"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_confirmed_by_as_much_of_its_name_as_is_needed() {
    let server = TestServer::start().await;
    let dpo = Shell::of(&server, "bronwen.hartleap").await;
    dpo.says(&[
        "directory",
        "end-term",
        "--holding",
        "CG/riverbourne",
        "--reason",
        "moved on",
    ]);
    let officer = Shell::of(&server, AO).await;
    let shown = officer.says(&["directory", "show", "proposals"]);
    assert!(
        shown.contains("Priya Fairweather as Caldicott Guardian"),
        "{shown}"
    );
    let id = directory_of(&officer).proposals[0].id.to_string();
    officer.says(&["directory", "proposal", "confirm", "--proposal", &id]);
    let gaps = officer.says(&["directory", "gaps"]);
    assert!(
        gaps.contains("Riverbourne ICB has no Caldicott Guardian"),
        "{gaps}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_as_a_file_is_taken_to_the_same_directory() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, IGT).await;
    shell.says(&[
        "directory",
        "shift",
        "override",
        "--shift",
        "first-15",
        "--person",
        "ravi.thistlewood",
        "--reason",
        "ill",
        "--starts-at",
        "2026-06-15 18:00",
    ]);
    let shown = directory_of(&shell);
    let text = shell.says(&["directory", "export"]);
    let read = file::read(&text).unwrap();
    let unversioned = Directory {
        version: 0,
        ..shown
    };
    assert_eq!(read, unversioned);
    // The desk itself says all of it already.
    let path = written(&shell, &text);
    let said = shell.says(&["directory", "import", path.to_str().unwrap()]);
    assert!(said.contains("nothing is left to do"), "{said}");
    // A new desk begins with it.
    let database = TestDatabase::fresh().await;
    let store = Store::open(&database.location).await.unwrap();
    server::load_directory(&store, &read, tonight_at())
        .await
        .unwrap();
    let beside = TestServer::start_on(database).await;
    let there = directory_of(&Shell::of(&beside, IGT).await);
    assert_eq!(
        Directory {
            version: 0,
            ..there
        },
        unversioned
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_taken_in_as_commands_and_what_it_leaves_out_stays() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, ADM).await;
    let mut wanted = directory_of(&shell);
    wanted.organisations[2].name = "Eastmere University NHS Trust".to_owned();
    wanted.people.truncate(5);
    wanted.holdings.clear();
    wanted.contact_points.truncate(1);
    wanted.contact_points[0].order = 8;
    wanted.shifts.clear();
    wanted.policy_documents[0].reviewed_on = Some("2026-06-01".parse().unwrap());
    wanted.policy_documents[0].review_due_on = "2028-06-01".parse().unwrap();
    let path = written(&shell, &file::write(&wanted).unwrap());
    let import = ["directory", "import", path.to_str().unwrap()];
    let before = directory_of(&shell);
    let dry: Vec<&str> = import.iter().copied().chain(["--dry-run"]).collect();
    let said = shell.says(&dry);
    assert_eq!(said.matches("possible").count(), 3, "{said}");
    assert_eq!(directory_of(&shell), before, "a dry run changes nothing");
    let said = shell.says(&import);
    assert_eq!(said.matches("done").count(), 3, "{said}");
    assert!(
        said.contains("eastmere is now Eastmere University NHS Trust"),
        "{said}"
    );
    let after = directory_of(&shell);
    assert_eq!(after.holdings.len(), before.holdings.len());
    assert_eq!(after.people.len(), before.people.len());
    assert!(shell.says(&import).contains("nothing is left to do"));
    assert!(
        server::verify(&server.store)
            .await
            .unwrap()
            .faults
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_is_told_with_its_line_and_nothing_of_the_file_is_taken_in() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, ADM).await;
    let good = file::write(&directory_of(&shell)).unwrap();
    let refused = |text: &str, words: &str| {
        let path = written(&shell, text);
        let output = shell.run(&["directory", "import", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let why = complaint(&output);
        assert!(why.contains(words), "{why}");
        let place = good.lines().zip(text.lines());
        let line = place.take_while(|(before, after)| before == after).count() + 1;
        assert!(why.contains(&format!("line {line}")), "line {line}: {why}");
    };
    let before = directory_of(&shell).version;
    // Not TOML, a name that leads nowhere, and what no command can bring about.
    refused(
        &good.replacen("kind = \"ICB\"", "kind = \"CLUB\"", 1),
        "CLUB",
    );
    refused(
        &good.replacen("person = \"maud.fennimore\"", "person = \"nobody\"", 1),
        "without listing that person",
    );
    refused(
        &good.replacen("kind = \"ICB\"", "kind = \"TRUST\"", 1),
        "cannot change",
    );
    // One row that could be taken in does not go through beside one that cannot.
    let mixed = good
        .replacen("name = \"Riverbourne ICB\"", "name = \"Riverbourne\"", 1)
        .replacen("order = 0", "order = 300", 1);
    let path = written(&shell, &mixed);
    assert!(
        !shell
            .run(&["directory", "import", path.to_str().unwrap()])
            .status
            .success()
    );
    assert_eq!(directory_of(&shell).version, before);
}

/// An administrator takes in appointments only as somebody else's decision.
#[tokio::test(flavor = "multi_thread")]
async fn appointments_in_a_file_need_whoever_decided_them() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, ADM).await;
    let mut wanted = directory_of(&shell);
    let mut added = wanted.holdings[2].clone();
    assert_eq!(added.role.code(), "IAA");
    added.person = "maud.fennimore".into();
    added.deputy_order = 1;
    wanted.holdings.push(added);
    let path = written(&shell, &file::write(&wanted).unwrap());
    let import = ["directory", "import", path.to_str().unwrap()];
    let alone = shell.run(&import);
    assert!(complaint(&alone).contains("Say who decided"), "{alone:?}");
    let decided: Vec<&str> = import.iter().copied().chain(["--decided-by", AO]).collect();
    let said = shell.says(&decided);
    assert!(said.contains("as Leopold Swanscombe decided"), "{said}");
}

/// The example comes out of its own reading unchanged, row by row.
#[test]
fn a_written_directory_is_read_as_the_same_one() {
    let text = file::write(&example()).unwrap();
    assert_eq!(file::read(&text).unwrap(), example());
}

/// WSIC-TERM: a post that is given up today is filled today, from that moment on.
#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_ended_today_is_filled_the_same_day() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, AO).await;
    let role = [
        "--role",
        "iaa",
        "--organisation",
        "riverbourne",
        "--starts-on",
    ];
    let mut next = vec!["directory", "appoint"];
    next.extend(role);
    next.extend(["2026-06-12", "--person", "idris.pennywell"]);
    let held = shell.run(&next);
    assert_eq!(held.status.code(), Some(1), "{held:?}");
    shell.says(&[
        "directory",
        "end-term",
        "--holding",
        "IAA/riverbourne/zainab.foxglove",
        "--reason",
        "moved on",
    ]);
    shell.says(&next);
    let directory = directory_of(&shell);
    let held = directory.holdings.iter().find(|held| {
        held.role == nightdesk::domain::role::Role::Iaa && held.person.as_str() == "idris.pennywell"
    });
    assert!(held.unwrap().began_at.is_some());
}
