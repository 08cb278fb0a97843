//! What the procedure asks to be said in so many words: for the investigation, of the own process, of the
//! own incident system.

use super::{About, GOVERNANCE, NIGHT, asks, refuses, steps_of, triaged};
use crate::cli::Shell;
use crate::support::case::{Case, DPO, OFFICER, disclosure, graded, wall};
use crate::support::console::{Console, Server};
use crate::support::server::TestServer;
use crate::support::walk::{Deed, walk};
use nightdesk::domain::command::Command;
use nightdesk::domain::incident::Status;
use nightdesk::domain::investigation::{InvestigationAnswers, InvestigationCommand};
use nightdesk::domain::regulator::{RegulatorCommand, Tool};
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::synopsis;
use nightdesk::tui::theme::Theme;
use serde_json::Value;

fn ask(step: InvestigationCommand) -> Command {
    Command::Investigation(Box::new(step))
}

fn answer(human_error: bool, several_disciplines: bool) -> Command {
    ask(InvestigationCommand::Answer(InvestigationAnswers {
        human_error,
        several_disciplines,
    }))
}

fn own_process(organisation: Option<&str>, at: Option<&str>, reference: Option<&str>) -> Command {
    ask(InvestigationCommand::StartOwnProcess {
        organisation: organisation.map(Into::into),
        started_at: at.map(wall),
        note: Some("written down afterwards".into()),
        reference: reference.map(Into::into),
    })
}

fn points(case: &Case) -> Vec<(String, String)> {
    let around = nightdesk::domain::guard::Surroundings {
        now: case.now,
        policy: &case.policy,
        directory: &case.directory,
        problems: None,
    };
    let points = synopsis::points(case.incident(), &around).into_iter();
    points.map(|point| (point.state, point.sentence)).collect()
}

/// BOB-NOBLAME: whether a human error was found, and never whose.
#[test]
fn an_investigation_answers_for_human_error_and_disciplines_and_the_last_answer_counts() {
    let mut early = triaged(3, 4);
    refuses(
        &mut early,
        vec![
            (
                DPO,
                answer(true, false),
                Some(RuleId::BobInv),
                About::Rule,
                "Begin the investigation",
            ),
            (OFFICER, answer(true, false), None, About::Right, "DPO"),
        ],
    );
    let walk = walk("S02");
    let mut case = walk.up_to(Deed::Close, &[Deed::AnswerForInvestigation]);
    assert_eq!(case.incident().status, Status::Resolved);
    assert!(asks(&case, RuleId::BobNoblame).contains("a human error was found"));
    case.by(GOVERNANCE).gives(answer(true, false));
    case.gives(answer(false, true));
    assert_eq!(steps_of(&case, RuleId::BobNoblame), []);
    let known = points(&case);
    let says = |state: &str, sentence: &str| {
        let wanted = (state.to_owned(), sentence.to_owned());
        assert!(known.contains(&wanted), "{known:?}");
    };
    says("human error", "no human error was found");
    says("disciplines", "several disciplines took part");
    walk.does(&mut case, Deed::Close);
    refuses(
        &mut case,
        vec![(
            DPO,
            answer(true, true),
            Some(RuleId::WsicClose),
            About::Rule,
            "Open it again",
        )],
    );
}

/// What was stored before these questions were asked loads, and is asked them from now on.
#[test]
fn an_older_incident_loads_without_the_answers() {
    let walk = walk("S02");
    let case = walk.up_to(
        Deed::Close,
        &[Deed::AnswerForInvestigation, Deed::StartOwnProcess],
    );
    let stored = serde_json::to_value(case.incident()).unwrap();
    let investigation = &stored["casework"]["investigation"];
    assert!(investigation.get("answers").is_none(), "{investigation}");
    assert!(investigation.get("own_processes").is_none());
    let loaded: nightdesk::domain::incident::Incident = serde_json::from_value(stored).unwrap();
    assert_eq!(&loaded, case.incident());
}

/// WSIC-LOCAL: asked of the organisation that runs it and of the reporting one, as of partners.
#[test]
fn the_own_process_is_asked_for_and_recorded_and_blocks_nothing() {
    let mut case = triaged(3, 4);
    let sentence = asks(&case, RuleId::WsicLocal);
    assert!(
        sentence.contains("Ask Riverbourne ICB to start its own incident process"),
        "{sentence}"
    );
    refuses(
        &mut case,
        vec![(
            OFFICER,
            own_process(Some("eastmere"), None, None),
            Some(RuleId::WsicLocal),
            About::Field("/organisation"),
            "a partner's answer",
        )],
    );
    let early = own_process(None, Some("2026-06-20T10:00:00"), None);
    let refusal = case.by(OFFICER).refused(early);
    assert!(refusal.sentence.contains("future"), "{refusal}");
    case.by(OFFICER)
        .gives(own_process(None, Some(NIGHT), Some("RB-0117")));
    assert_eq!(steps_of(&case, RuleId::WsicLocal), []);
    let known = points(&case);
    let is_told = |(state, sentence): &(String, String)| {
        state == "own process" && sentence.contains("Riverbourne") && sentence.contains("RB-0117")
    };
    assert!(known.iter().any(is_told), "{known:?}");
    // What is no trigger asks nobody for a process.
    let mut quiet = Case::logged_at(NIGHT);
    quiet.by(DPO).gives(graded(2, 2));
    let mut facts = disclosure();
    facts.cia.clear();
    facts.breach_status = nightdesk::domain::incident::BreachStatus::Suspected;
    quiet.by(OFFICER).triages(facts);
    assert_eq!(steps_of(&quiet, RuleId::WsicLocal), []);
}

/// BOB-TOOL: the organisation's own incident system is a system of record too.
#[test]
fn the_reference_in_the_own_incident_system_is_a_next_step() {
    let mut case = Case::logged_at(NIGHT);
    assert_eq!(
        steps_of(&case, RuleId::BobTool),
        [],
        "the night comes first"
    );
    case.by(DPO).gives(graded(2, 2));
    case.by(OFFICER).triages(disclosure());
    let sentence = asks(&case, RuleId::BobTool);
    assert!(
        sentence.contains("local incident system of Riverbourne"),
        "{sentence}"
    );
    case.gives(Command::Regulator(Box::new(
        RegulatorCommand::KeepReference {
            tool: Tool::Local,
            reference: "BLQ-2231".into(),
        },
    )));
    assert_eq!(steps_of(&case, RuleId::BobTool), []);
    let mut by_process = triaged(3, 4);
    by_process
        .by(OFFICER)
        .gives(own_process(None, None, Some("RB-0117")));
    assert_eq!(steps_of(&by_process, RuleId::BobTool), []);
}

#[test]
fn the_console_asks_yes_or_no_and_proposes_neither() {
    let case = walk("S02").up_to(Deed::Close, &[Deed::AnswerForInvestigation]);
    let dark = Theme::named("dark").unwrap();
    let mut console = Console::of(GOVERNANCE, Server::holding([case]), dark);
    console
        .press("w")
        .type_text("answer for")
        .press("Enter")
        .shows("Human error")
        .shows("not chosen")
        .press("F2")
        .shows("Human error");
    console.press("Esc");
}

/// The words of the screen and stable names, for scripts and screen readers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shell_shows_clocks_contacts_and_steps_as_json_and_takes_the_facts() {
    let server = TestServer::start().await;
    let officer = Shell::of(&server, OFFICER).await;
    let dpo = Shell::of(&server, DPO).await;
    let incident = server.signed_in(OFFICER).await.log().await.incident.name();
    let shown = officer.json(&["show", &incident, "--json"]);
    let find = |list: &str, field: &str, wanted: &str| -> Value {
        let list = shown[list].as_array().unwrap();
        let found = list.iter().find(|one| one[field] == wanted);
        found
            .unwrap_or_else(|| panic!("{wanted}: {list:?}"))
            .clone()
    };
    assert_eq!(shown["status"], "LOGGED");
    let clock = find("clock_states", "kind", "BOB_DPO");
    assert_eq!(clock["state"], "RUNNING");
    assert_eq!(clock["rule"], "BOB-DPO");
    assert!(clock["left_seconds"].as_i64().unwrap() > 0);
    for name in ["name", "state_name", "started_at", "due_at"] {
        assert!(clock[name].is_string(), "{clock}");
    }
    let contact = find("contacts", "role", "DPO");
    assert_eq!(
        (&contact["informed_at"], &contact["attempts"]),
        (&Value::Null, &0.into())
    );
    assert!(contact["reasons"][0]["because"].is_string(), "{contact}");
    let step = find("next_steps", "about", "acknowledge");
    assert!(
        step["sentence"].is_string() && step["due_at"].is_string(),
        "{step}"
    );
    // The three facts of a mitigation, from the shell (BOB-MIT).
    let graded = [
        "grade",
        &incident,
        "--severity",
        "3",
        "--likelihood",
        "3",
        "--rationale",
        "as told by the practice",
        "--harm",
        "reputation",
        "--mitigation",
        "encryption",
        "--accepted",
        "--evidence",
        "key log KM-12",
    ];
    let refused = dpo.run(&graded);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("Say whether the encryption method is strong"),
        "{said}"
    );
    let facts = [
        "--strong-method",
        "yes",
        "--key-safe",
        "yes",
        "--available-elsewhere",
        "no",
    ];
    let refused = dpo.run(&[&graded[..], &facts].concat());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("a breach of availability"), "{said}");
    let facts = [
        "--strong-method",
        "yes",
        "--key-safe",
        "yes",
        "--available-elsewhere",
        "yes",
    ];
    dpo.says(&[&graded[..], &facts].concat());
    let said = officer.says(&["show", &incident]);
    assert!(said.contains("Mitigation accepted: "), "{said}");
    assert!(
        said.contains("  strong method: yes\n  key safe: yes\n"),
        "{said}"
    );
    let shown = officer.json(&["show", &incident, "--json"]);
    assert_eq!(shown["assessments"][0]["grounds"]["key_safe"], true);
}
