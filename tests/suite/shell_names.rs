//! What the shell says of what it did, could not do, or did in part; and that it takes names as people
//! write them.

use crate::cli::{Shell, complaint};
use crate::support::server::TestServer;
use nightdesk::domain::command::Command;
use nightdesk::domain::deed;
use nightdesk::steps::naming::{self, Miss, Named};
use serde_json::Value;
use std::fs;

const LM: &str = "maud.fennimore";

#[test]
fn a_name_is_taken_by_its_key_its_words_or_a_part_that_fits_only_one() {
    let all = [
        ("tamsin.quill", "Tamsin Quill"),
        ("piers.quill", "Piers Quill"),
        ("aisha.merrow", "Aisha Merrow"),
        ("quillon", "Quillon Trust"),
        ("riverbourne/dpo", "Bronwen (Riverbourne ICB)"),
    ];
    let all = all.map(|(key, words)| Named { key, words });
    for (typed, place) in [
        ("aisha.merrow", 2),
        ("AISHA MERROW", 2),
        ("merrow", 2),
        ("aish", 2),
        ("quillon", 3),
        ("bronwen", 4),
        ("riverbourne", 4),
    ] {
        assert_eq!(naming::find("person", typed, &all), Ok(place), "{typed}");
    }
    let several = naming::find("person", "quill", &all).unwrap_err();
    assert!(matches!(several, Miss::Several(_)));
    let told = several.sentence();
    assert!(
        told.contains("tamsin.quill (Tamsin Quill), piers.quill"),
        "{told}"
    );
    let nobody = naming::find("person", "aisha.merow", &all)
        .unwrap_err()
        .sentence();
    assert!(nobody.contains("Did you mean aisha.merrow"), "{nobody}");
    for typed in ["", "q", "a"] {
        assert!(naming::find("person", typed, &all).is_err(), "{typed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_organisations_are_named_as_people_write_them() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    shell.says(&[
        "triage",
        &reference,
        "--category",
        "lost-paper",
        "--data",
        "commercial",
        "--controller",
        "Riverbourne ICB",
        "--partnership",
        "affected",
        "--partnership-reason",
        "Their patients",
        "--affects",
        "eastmere nhs",
    ]);
    shell.says(&[
        "reassign",
        &reference,
        "--to",
        "Aisha Merrow",
        "--reason",
        "End of shift",
    ]);
    shell.says(&[
        "reassign",
        &reference,
        "--to",
        "merrow",
        "--reason",
        "End of shift",
    ]);
    shell.says(&[
        "contact",
        "require",
        &reference,
        "--role",
        "siro",
        "--organisation",
        "Eastmere",
        "--reason",
        "Asked for",
    ]);
    let incident = shell.json(&["show", &reference, "--json"]);
    assert_eq!(incident["facts"]["controllers"][0], "riverbourne");
    assert_eq!(incident["facts"]["affected_partners"][0], "eastmere");
    assert_eq!(incident["offer"]["to"], "aisha.merrow");
    let nobody = shell.run(&[
        "reassign",
        &reference,
        "--to",
        "aisha.merow",
        "--reason",
        "x",
    ]);
    assert!(
        complaint(&nobody).contains("Did you mean aisha.merrow"),
        "{nobody:?}"
    );
    let shown = shell.says(&["directory", "show", "roles", "--organisation", "harbour"]);
    assert!(!shown.contains("/riverbourne/"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_deed_that_was_asked_for() {
    let server = TestServer::start().await;
    let reference = Shell::of(&server, "tamsin.quill")
        .await
        .log("List left on a bus");
    let manager = Shell::of(&server, LM).await;
    for (arguments, deed) in [
        (
            &["ack", &reference][..],
            "You cannot acknowledge this incident",
        ),
        (
            &[
                "reassign",
                &reference,
                "--to",
                "aisha.merrow",
                "--reason",
                "x",
            ],
            "You cannot offer this incident to somebody",
        ),
        (
            &["triage", &reference, "--cyber"],
            "You cannot triage this incident",
        ),
        (
            &[
                "escalate", &reference, "--ladder", "on-call", "--reason", "x",
            ],
            "You cannot escalate this incident",
        ),
        (
            &[
                "contact", "require", &reference, "--role", "siro", "--reason", "x",
            ],
            "You cannot require another contact",
        ),
        (
            &["close", "contain", &reference, "--what", "x"],
            "You cannot",
        ),
    ] {
        let refused = manager.run(arguments);
        if complaint(&refused).contains("Usage:") {
            continue;
        }
        let said = complaint(&refused);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(deed), "{arguments:?}: {said}");
        assert!(!said.contains("may triage"), "{said}");
    }
}

/// A command of any sort is named in words, also one that is newer than the list.
#[test]
fn every_deed_reads_as_words() {
    let acknowledge: Command = serde_json::from_str(r#"{"type":"acknowledge"}"#).unwrap();
    assert_eq!(
        deed::of(&acknowledge),
        "acknowledge this incident for the desk"
    );
    let begin = r#"{"type":"investigation","step":"begin"}"#;
    let begin: Command = serde_json::from_str(begin).unwrap();
    assert_eq!(deed::of(&begin), "begin the investigation");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_in_part_has_an_exit_code_of_its_own_and_says_which() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let (first, second) = (shell.log("Fax astray"), shell.log("List left on a bus"));
    shell.says(&["ack", &first]);
    let both = shell.run(&["ack", &first, &second]);
    assert_eq!(both.status.code(), Some(4), "{both:?}");
    let lines = String::from_utf8(both.stdout.clone()).unwrap();
    assert!(lines.contains(&format!("{first}\trefused")), "{lines}");
    assert!(lines.contains(&format!("{second}\tdone")), "{lines}");
    assert!(complaint(&both).contains(&first) && !complaint(&both).contains(&second));
    let neither = shell.run(&["ack", &first, &second]);
    assert_eq!(neither.status.code(), Some(1), "{neither:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_to_a_file_is_said() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    let path = |name: &str| shell.home.path().join(name).display().to_string();
    let sheet = path("handover.pdf");
    let said = shell.says(&["handover", "--format", "pdf", "--out", &sheet]);
    assert!(
        said.contains("Handover, as PDF: written to") && said.contains(&sheet),
        "{said}"
    );
    let answers = path("answers.txt");
    let said = shell.says(&["handoff", &reference, "--out", &answers]);
    assert!(
        said.contains("nothing is filed: written to") && said.contains(&answers),
        "{said}"
    );
    let report = path("report.json");
    let dpo = Shell::of(&server, "bronwen.hartleap").await;
    let said = dpo.says(&[
        "report",
        "igsg",
        "--from",
        "2026-06-01",
        "--to",
        "2026-06-30",
        "--organisation",
        "Riverbourne ICB",
        "--format",
        "json",
        "--out",
        &report,
    ]);
    assert!(
        said.contains(": written to") && said.contains(&report),
        "{said}"
    );
    assert!(fs::metadata(report).unwrap().len() > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_are_those_of_whoever_asks() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let settings = shell.home.path().join("config/nightdesk/nightdesk.toml");
    fs::write(settings, "[keys]\nfilter = [\"F9\"]\n").unwrap();
    let rows = shell.json(&["keys", "--json"]);
    let filter = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["action"] == "filter");
    assert_eq!(filter.unwrap()["keys"], serde_json::json!(["F9"]));
    assert_eq!(filter.unwrap()["is_own"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_of_the_directory_is_that_section_also_as_json() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let rota = shell.json(&["directory", "show", "rota", "--json"]);
    let shifts: &Vec<Value> = rota.as_array().unwrap();
    assert!(!shifts.is_empty() && shifts.iter().all(|shift| shift["tier"].is_string()));
    let people = shell.json(&[
        "directory",
        "show",
        "people",
        "--organisation",
        "harbour",
        "--json",
    ]);
    let people = people.as_array().unwrap();
    assert!(!people.is_empty() && people.iter().all(|one| one["organisation"] == "harbour"));
    assert!(shell.json(&["directory", "show", "--json"])["people"].is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_named_by_its_title_its_code_or_a_part_that_fits_only_one() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    let inform = |role: &str| {
        shell.run(&[
            "inform",
            &reference,
            "--role",
            role,
            "--channel",
            "phone",
            "--outcome",
            "no-answer",
            "--dry-run",
        ])
    };
    for role in [
        "data protection officer",
        "DPO",
        "Information asset owner",
        "asset owner",
        "line",
        "caldicott",
    ] {
        let tried = inform(role);
        assert!(tried.status.success(), "{role}: {tried:?}");
    }
    let several = complaint(&inform("protection"));
    assert!(several.contains("fits several"), "{several}");
    assert!(
        several.contains("Acting data protection officer"),
        "{several}"
    );
    let none = complaint(&inform("zebra"));
    assert!(none.contains("possible values"), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_name_that_fits_several_people_is_answered_with_them() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    for arguments in [
        &["reassign", &reference, "--reason", "End of shift", "--to"][..],
        &[
            "decide",
            "report",
            &reference,
            "--controller",
            "riverbourne",
            "--reasons",
            "As the grade says",
            "--given-by",
        ],
    ] {
        let several = complaint(&shell.run(&[arguments, &["mar"]].concat()));
        assert!(several.contains("\"mar\" fits several: "), "{several}");
        let short = complaint(&shell.run(&[arguments, &["ma"]].concat()));
        assert!(short.contains("too short"), "{short}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_a_reference_is_enough_where_it_fits_one_incident() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    let number = reference.split('-').nth(2).unwrap();
    let bare = number.trim_start_matches('0');
    for name in [number, bare] {
        let shown = shell.json(&["show", name, "--json"]);
        assert_eq!(shown["reference"], reference.as_str(), "{name}");
    }
    assert!(shell.says(&["ack", bare]).contains("done"));
    assert!(shell.says(&["timeline", bare]).contains("Acknowledged"));
    let nothing = complaint(&shell.run(&["show", "9731"]));
    assert!(nothing.contains("has the number 9731"), "{nothing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn search_test_messages_and_tokens_take_names_as_people_write_them() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    let found = shell.run(&["search", "--organisation", "harbour hosp"]);
    assert!(found.status.success(), "{found:?}");
    let found = String::from_utf8(found.stdout).unwrap();
    let of = shell.json(&["show", &reference, "--json"])["reporter"]["organisation"].to_string();
    assert_eq!(
        found.contains(&reference),
        of.contains("harbour"),
        "{found}"
    );
    let nobody = complaint(&shell.run(&["search", "--organisation", "nowhere at all"]));
    assert!(nobody.contains("No organisation is called"), "{nobody}");
    let to = |to: &str| complaint(&shell.run(&["deliveries", "test", "--to", to, "--wait", "0"]));
    let unknown = to("data protection officer@nowhere at all");
    assert!(unknown.contains("No organisation is called"), "{unknown}");
    assert!(!to("data protection officer@Riverbourne ICB").contains("is called"));
}

/// Preview and record come from one function.
#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_of_logging_shows_the_deadlines_that_are_stored() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let log = [
        "log",
        "--title",
        "List left on a bus",
        "--summary",
        "A list of patients was left on a bus",
        "--aware",
        "yesterday 21:40",
        "--organisation",
        "Riverbourne",
        "--contact",
        "07700 900 001",
    ];
    let preview = shell.says(&[&log[..], &["--dry-run"]].concat());
    let due = |line: &str| {
        let (_, due) = line.split_once(": due ")?;
        Some(due.to_owned())
    };
    let due: Vec<String> = preview.lines().filter_map(due).collect();
    assert!(due.len() >= 3, "{preview}");
    assert!(
        preview.contains("Tell the DPO (24 h), Riverbourne ICB: due "),
        "{preview}"
    );
    let made = shell.says(&log);
    let reference = made.lines().nth(1).unwrap().split('\t').next().unwrap();
    let shown = shell.says(&["show", reference]);
    for due in due {
        assert!(shown.contains(&due), "{due} in {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn time_left_says_whose_clock_it_goes_by() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let by_desk = shell.says(&["when", "-40m"]);
    assert!(
        by_desk.contains("Time left is by the desk's clock"),
        "{by_desk}"
    );
    let alone = shell.run(&["when", "-40m", "--server", "http://127.0.0.1:9"]);
    let said = String::from_utf8(alone.stdout.clone()).unwrap();
    assert!(said.contains("by this machine's clock"), "{alone:?}");
    assert!(complaint(&alone).contains("Times are by this machine's clock"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_there_is_said_without_numbers_of_the_operating_system() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let sheet = shell.home.path().join("x.txt").display().to_string();
    shell.says(&["handover", "--out", &sheet]);
    let said = complaint(&shell.run(&["handover", "--out", &sheet]));
    assert_eq!(
        said.trim(),
        format!("{sheet} is there already. Choose another name or delete it")
    );
    let nowhere = shell.home.path().join("no/x.txt").display().to_string();
    let said = complaint(&shell.run(&["handover", "--out", &nowhere]));
    assert!(said.contains("cannot be written"), "{said}");
    assert!(!said.contains("os error"), "{said}");
}

/// What looks like a patient's is told of on standard error, without the words, and the note is taken.
#[tokio::test(flavor = "multi_thread")]
async fn the_shell_warns_of_what_looks_like_a_patients_and_takes_it() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List left on a bus");
    let given = shell.run(&["note", &reference, "--text", "NHS no 943 476 5919"]);
    assert!(given.status.success(), "{given:?}");
    let warned = complaint(&given);
    assert!(
        warned.contains("The text holds what looks like an NHS number"),
        "{warned}"
    );
    assert!(!warned.contains("943 476"), "{warned}");
}
