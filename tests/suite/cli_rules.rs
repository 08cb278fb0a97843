//! `when`, `grade` and `rules` as an officer or a script meets them: the real program, its output
//! and its exit code.

use crate::vectors::{grid_rows, text, time_rows};
use serde_json::{Value, json};
use std::process::{Command, Output, Stdio};

fn nightdesk(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(arguments)
        .stdin(Stdio::null())
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
}

fn answer(arguments: &[&str]) -> Value {
    let output = nightdesk(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn when_prints_every_deadline_of_every_example() {
    for row in time_rows() {
        let mut arguments = vec!["when", text(&row, "aware_local"), "--json"];
        match row["fold"].as_u64() {
            Some(0) => arguments.extend(["--fold", "bst"]),
            Some(_) => arguments.extend(["--fold", "gmt"]),
            None => {}
        }
        let answer = answer(&arguments);
        let expected = json!({
            "aware_at": row["aware_utc"],
            "out_of_hours": row["out_of_hours"],
            "clocks": answer["clocks"],
            "ico_reg1182_outer_at": row["ico_reg1182_outer_utc"],
        });
        assert_eq!(answer, expected, "{}", row["id"]);
        let clock = |kind: &str| {
            let mut clocks = answer["clocks"].as_array().unwrap().iter();
            clocks.find(|clock| clock["kind"] == kind).unwrap().clone()
        };
        let dpo = json!({
            "kind": "BOB_DPO",
            "due_at": row["dpo_24h_utc"],
            "outer_due_at": row["dpo_outer_capped_utc"],
            "outer_due_uncapped_at": row["dpo_outer_utc"],
        });
        assert_eq!(clock("BOB_DPO"), dpo, "{}", row["id"]);
        assert_eq!(clock("BOB_24H")["due_at"], row["oncall_24h_utc"]);
        assert_eq!(clock("ICO_72H")["due_at"], row["ico_72h_utc"]);
    }
}

#[test]
fn when_lists_every_kind_of_clock_once() {
    let answer = answer(&["when", "2026-06-12T18:30", "--json"]);
    let kinds: Vec<&str> = answer["clocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|clock| clock["kind"].as_str().unwrap())
        .collect();
    let every = [
        "LM_IAO", "BOB_DPO", "BOB_24H", "ICO_72H", "NIS_72H", "WSO_24H", "PROC_24H", "ACK",
    ];
    assert_eq!(kinds, every);
}

#[test]
fn when_takes_what_the_forms_take() {
    for arguments in [
        vec!["when", "now", "--json"],
        vec!["when", "-40m", "--json"],
        vec!["when", "--json", "-2h"],
        vec!["when", "21:30", "--json"],
        vec!["when", "yesterday", "22:10", "--json"],
        vec!["when", "yesterday 22:10", "--json"],
        vec!["when", "fri", "18:30", "--json"],
        vec!["when", "2026-06-12", "18:30:05", "--json"],
        vec!["when", "2026-06-12T18:30:05+02:00", "--json"],
    ] {
        assert!(answer(&arguments)["aware_at"].is_string(), "{arguments:?}");
    }
}

#[test]
fn when_refuses_a_missing_or_repeated_time_and_names_the_choices() {
    for (time, choices) in [
        (
            "2026-03-29T01:30",
            ["when 2026-03-29T00:59:59 ", "when 2026-03-29T02:00:00 "],
        ),
        (
            "2026-10-25T01:30",
            [
                "when 2026-10-25T01:30:00 --fold bst ",
                "when 2026-10-25T01:30:00 --fold gmt ",
            ],
        ),
    ] {
        for arguments in [vec!["when", time], vec!["when", time, "--json"]] {
            let output = nightdesk(&arguments);
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            assert!(output.stdout.is_empty(), "{output:?}");
            for choice in choices {
                assert!(stderr(&output).contains(choice), "{output:?}");
            }
        }
    }
}

#[test]
fn the_choices_that_when_names_are_taken_as_they_stand() {
    for time in ["2026-03-29T01:30", "2026-10-25T01:30"] {
        let refusal = stderr(&nightdesk(&["when", time]));
        let commands: Vec<&str> = refusal
            .lines()
            .filter_map(|line| line.trim().strip_prefix("nightdesk "))
            .collect();
        assert_eq!(commands.len(), 2, "{refusal}");
        for command in commands {
            let (command, meant) = command.split_once("   (").unwrap();
            let mut arguments: Vec<&str> = command.split(' ').collect();
            arguments.push("--json");
            assert_eq!(answer(&arguments)["aware_at"], meant.trim_end_matches(')'));
        }
    }
}

#[test]
fn when_refuses_what_is_not_a_time_as_a_usage_error() {
    for arguments in [
        vec!["when"],
        vec!["when", "soon"],
        vec!["when", "2026-02-30T12:00"],
        vec!["when", "now", "--fold", "cet"],
    ] {
        let output = nightdesk(&arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(!output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn when_says_where_bank_holidays_are_not_known() {
    let output = nightdesk(&["when", "2031-06-12T18:30", "--json"]);
    assert!(output.status.success());
    assert!(stderr(&output).contains("BOB-BH"), "{output:?}");
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
}

#[test]
fn when_shows_people_local_time_and_the_rule() {
    let output = nightdesk(&["when", "2026-06-12T18:30"]);
    let shown = stdout(&output);
    for part in [
        "Fri 12 Jun 2026 18:30 BST",
        "ICO told (72 h)\tMon 15 Jun 2026 18:30 BST\t",
        "BOB-24H",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn grade_answers_every_example_of_the_grid() {
    for row in grid_rows() {
        let arguments = grade_arguments(&row["input"]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let answer = answer(&arguments);
        let mut expected = row.clone();
        let expected = expected.as_object_mut().unwrap();
        expected.retain(|field, _| {
            !["id", "severity", "likelihood", "note", "input"].contains(&field.as_str())
        });
        assert_eq!(answer.as_object().unwrap(), expected, "{}", row["id"]);
    }
}

fn grade_arguments(input: &Value) -> Vec<String> {
    let kebab = |word: &Value| word.as_str().unwrap().to_lowercase().replace('_', "-");
    let mut arguments = vec!["grade".to_owned(), "--json".to_owned()];
    for (field, value) in input.as_object().unwrap() {
        match (field.as_str(), value) {
            ("severity" | "likelihood", grade) => {
                arguments.extend([format!("--{field}"), grade.to_string()]);
            }
            ("factors", factors) => {
                for factor in factors.as_array().unwrap() {
                    arguments.extend(["--factor".to_owned(), kebab(factor)]);
                }
            }
            ("mitigation" | "policy", word) => {
                arguments.extend([format!("--{field}"), kebab(word)]);
            }
            ("accepted", Value::Bool(true)) => arguments.push("--accepted".to_owned()),
            ("near_miss", Value::Bool(true)) => arguments.push("--near-miss".to_owned()),
            ("personal", Value::Bool(false)) => arguments.push("--not-personal".to_owned()),
            ("living", Value::Bool(false)) => arguments.push("--deceased-only".to_owned()),
            ("accepted", Value::Bool(false)) => {}
            (field, value) => panic!("what is {field} = {value}?"),
        }
    }
    arguments
}

#[test]
fn grade_takes_the_words_of_the_api_too() {
    let kebab = ["grade", "--severity", "2", "--likelihood", "2", "--json"];
    for factor in ["mental-health", "MENTAL_HEALTH", "Mental-Health"] {
        let arguments = [&kebab[..], &["--factor", factor]].concat();
        assert_eq!(answer(&arguments)["basis"], "sensitivity");
    }
}

#[test]
fn grade_refuses_what_is_not_on_the_grid() {
    for arguments in [
        vec!["grade", "--severity", "0", "--likelihood", "3"],
        vec!["grade", "--severity", "3", "--likelihood", "6"],
        vec!["grade", "--severity", "3"],
        vec![
            "grade",
            "--severity",
            "3",
            "--likelihood",
            "3",
            "--accepted",
        ],
        vec![
            "grade",
            "--severity",
            "3",
            "--likelihood",
            "3",
            "--factor",
            "blue",
        ],
        vec![
            "grade",
            "--severity",
            "3",
            "--likelihood",
            "3",
            "--policy",
            "lax",
        ],
    ] {
        let output = nightdesk(&arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
    }
}

#[test]
fn grade_tells_people_the_basis_and_what_happens_now() {
    let output = nightdesk(&[
        "grade",
        "--severity",
        "1",
        "--likelihood",
        "3",
        "--factor",
        "vulnerable-adults",
    ]);
    let shown = stdout(&output);
    for part in [
        "high enough on the grid, and a sensitive factor",
        "Report to the ICO",
        "lifted by BOB-FLOOR",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn rules_shows_one_rule_all_rules_or_those_not_yet_enforced() {
    let one = answer(&["rules", "bob-24h", "--json"]);
    assert_eq!(one["id"], "BOB-24H");
    assert!(one["source"].as_str().unwrap().contains("Annex A"));
    let all = answer(&["rules", "--json"]);
    let missing = answer(&["rules", "--missing", "--json"]);
    let (all, missing) = (all.as_array().unwrap(), missing.as_array().unwrap());
    assert!(missing.iter().all(|rule| rule["enforced"] == false));
    let enforced = all.iter().filter(|rule| rule["enforced"] == true).count();
    assert_eq!(all.len(), enforced + missing.len());
}

#[test]
fn an_unknown_rule_is_not_found() {
    let output = nightdesk(&["rules", "BOB-25H"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("BOB-25H"), "{output:?}");
}

/// What stands for a value is a word of people, never the place of a field in a command.
#[test]
fn no_help_shows_a_place_in_a_command_instead_of_a_word() {
    fn look(command: &clap::Command, path: &str) -> usize {
        let mut seen = 0;
        for argument in command.get_arguments() {
            let names = argument.get_value_names().unwrap_or_default();
            let is_filled = argument.get_action().takes_values();
            assert!(
                !is_filled || argument.is_positional() || !names.is_empty(),
                "{path} --{}",
                argument.get_id()
            );
            for name in names {
                assert!(!name.contains('/'), "{path} <{name}>");
                seen += 1;
            }
        }
        let verbs = command.get_subcommands();
        seen + verbs
            .map(|verb| look(verb, &format!("{path} {}", verb.get_name())))
            .sum::<usize>()
    }
    let mut line = nightdesk::cli::command_line();
    line.build();
    assert!(look(&line, "nightdesk") > 200);
}

#[test]
fn an_error_that_tells_its_cause_is_told_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let empty = folder.path().join("empty.json");
    std::fs::write(&empty, "{}").unwrap();
    let output = nightdesk(&["calendar", "import", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = stderr(&output);
    assert_eq!(said.matches("missing field").count(), 1, "{said}");
}

#[test]
fn a_day_is_written_as_everywhere_else() {
    let output = nightdesk(&["report", "igsg", "--from", "last", "--to", "today"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        stderr(&output).contains("Write today, tomorrow"),
        "{output:?}"
    );
    assert!(!stderr(&output).contains("--to"), "{output:?}");
}

#[test]
fn nightdesk_alone_says_what_to_do() {
    let output = nightdesk(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).contains("nightdesk demo"), "{output:?}");
}

#[test]
fn a_reader_that_closes_the_pipe_early_is_no_failure() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(["rules", "--json"])
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn what_was_typed_is_quoted_visibly() {
    let hostile = "\u{1b}]0;owned\u{7}\u{202e}";
    for arguments in [vec!["when", hostile], vec!["rules", hostile], vec![hostile]] {
        let shown = stderr(&nightdesk(&arguments));
        assert!(shown.contains("‹U+202E›"), "{shown:?}");
        let acts = |character: char| character.is_control() && character != '\n';
        assert!(!shown.contains(acts), "{shown:?}");
        assert!(!shown.contains('\u{202e}'), "{shown:?}");
    }
}
