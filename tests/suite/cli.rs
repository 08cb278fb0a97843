//! The shell against a real server: what an officer's script or a screen reader meets.

use crate::support::proxy::{Proxy, Wire};
use crate::support::server::{TestServer, tonight_at};
use nightdesk::domain::calendar::local;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A terminal of one officer: a home of its own, a token file, a server.
pub(crate) struct Shell {
    pub(crate) home: TempDir,
    url: String,
}

impl Shell {
    pub(crate) async fn of(server: &TestServer, person: &str) -> Self {
        let home = TempDir::new().unwrap();
        let shell = Self {
            home,
            url: server.url.clone(),
        };
        fs::create_dir_all(shell.token_file().parent().unwrap()).unwrap();
        fs::write(shell.token_file(), server.token(person).await + "\n").unwrap();
        fs::set_permissions(shell.token_file(), fs::Permissions::from_mode(0o600)).unwrap();
        shell
    }

    fn token_file(&self) -> PathBuf {
        self.home.path().join("config/nightdesk/token")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .env("NIGHTDESK_SERVER", &self.url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        tokio::task::block_in_place(|| self.command(arguments).output().unwrap())
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        tokio::task::block_in_place(|| {
            let mut child = self
                .command(arguments)
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            let mut stdin = child.stdin.take().unwrap();
            stdin.write_all(input.as_bytes()).unwrap();
            drop(stdin);
            child.wait_with_output().unwrap()
        })
    }

    /// What was printed, where the command was to succeed without complaint.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.says(arguments)).unwrap()
    }

    /// Logs an incident and gives its reference.
    pub(crate) fn log(&self, title: &str) -> String {
        let aware = local(tonight_at() - chrono::TimeDelta::hours(1))
            .format("%Y-%m-%dT%H:%M")
            .to_string();
        let lines = self.json(&[
            "log",
            "--title",
            title,
            "--summary",
            "A list went astray",
            "--aware",
            &aware,
            "--organisation",
            "riverbourne",
            "--contact",
            "extension 4410",
            "--json",
        ]);
        lines[0]["incident"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_can_be_worked_from_the_shell() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List sent to the wrong practice");
    shell.says(&["ack", &reference]);
    shell.says(&[
        "grade",
        &reference,
        "--severity",
        "3",
        "--likelihood",
        "4",
        "--harm",
        "loss-of-control",
        "--rationale",
        "Opened by three people",
    ]);
    shell.says(&[
        "triage",
        &reference,
        "--category",
        "misdirected-email",
        "--data",
        "personal-living",
        "--partnership",
        "affected",
        "--partnership-reason",
        "Their patients",
        "--affects",
        "eastmere",
    ]);
    shell.says(&[
        "inform",
        &reference,
        "--role",
        "dpo",
        "--channel",
        "mobile",
        "--outcome",
        "answered",
        "--organisation",
        "riverbourne",
    ]);
    shell.says(&["notify", &reference]);
    shell.says(&[
        "partner-answer",
        &reference,
        "--partner",
        "eastmere",
        "--answer",
        "acknowledged",
        "--detail",
        "site manager",
    ]);
    shell.says(&[
        "note",
        &reference,
        "--text",
        "Rang the ward",
        "--kind",
        "call",
    ]);
    shell.says(&[
        "escalate",
        &reference,
        "--ladder",
        "on-call",
        "--reason",
        "A second pair of hands",
    ]);
    shell.says(&[
        "reassign",
        &reference,
        "--to",
        "aisha.merrow",
        "--reason",
        "End of shift",
    ]);

    let incident = shell.json(&["show", &reference, "--json"]);
    // The desk may have noted by now that it could not send the notice.
    let version = incident["version"].as_u64().unwrap();
    assert!((10..=11).contains(&version), "{version}");
    assert_eq!(incident["owner"], "tamsin.quill");
    assert_eq!(incident["offer"]["to"], "aisha.merrow");
    assert_eq!(incident["assessments"][0]["grading"]["ico_required"], true);
    let events = shell.json(&["timeline", &reference, "--json"]);
    assert_eq!(events[0]["event"]["type"], "logged");
    let shown = shell.says(&["show", &reference]);
    assert!(
        shown.contains("Eastmere NHS Foundation Trust\tacknowledged"),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_answered_from_the_shell_by_the_one_it_is_made_to() {
    let server = TestServer::start().await;
    let officer = Shell::of(&server, "tamsin.quill").await;
    let colleague = Shell::of(&server, "aisha.merrow").await;
    let (one, two) = (officer.log("One"), officer.log("Two"));
    for reference in [&one, &two] {
        let to = ["--to", "aisha.merrow", "--reason", "End of shift"];
        officer.says(&[&["reassign", reference], to.as_slice()].concat());
    }
    let mistaken = officer.run(&["assignment", "accept", &one]);
    assert_eq!(mistaken.status.code(), Some(1));
    assert!(
        complaint(&mistaken).contains("Only they can answer"),
        "{mistaken:?}"
    );
    colleague.says(&["assignment", "accept", &one]);
    let busy = ["--reason", "Two others are open"];
    colleague.says(&[&["assignment", "decline", &two], busy.as_slice()].concat());
    let owner = |reference: &str| officer.json(&["show", reference, "--json"])["owner"].clone();
    assert_eq!(owner(&one), "aisha.merrow");
    assert_ne!(owner(&two), "aisha.merrow");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_corrected_and_a_major_incident_declared_from_the_shell() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("One");
    let why = ["--reason", "The ward's clock was wrong"];
    let time = ["--kind", "staff", "--at", "-90m"];
    let correct = [&["correct-awareness", &reference], &time[..], &why[..]].concat();
    let foretold = shell.says(&[&correct[..], &["--dry-run"]].concat());
    assert!(foretold.contains("possible"), "{foretold}");
    shell.says(&correct);
    let incident = shell.json(&["show", &reference, "--json"]);
    let revision = &incident["awareness"]["revisions"][0];
    assert_eq!(revision["to"], incident["awareness"]["staff_at"]);

    let nothing = shell.run(&[&["major", "decline", &reference], &why[..]].concat());
    assert_eq!(nothing.status.code(), Some(1));
    assert!(complaint(&nothing).contains("WSIC-MAJOR"), "{nothing:?}");
    shell.says(&["major", "declare", &reference, "--reason", "Every site"]);
    let incident = shell.json(&["show", &reference, "--json"]);
    assert_eq!(incident["major"]["reason"], "Every site");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_sorted_like_the_board_and_cut_takes_it_apart() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let (first, second) = (shell.log("First"), shell.log("Second \u{1b}[31m"));
    shell.says(&["ack", &first]);
    let list = shell.says(&["list"]);
    let references: Vec<&str> = list
        .lines()
        .skip(1)
        .map(|line| line.split('\t').nth(1).unwrap())
        .collect();
    assert_eq!(
        references,
        [second.as_str(), &first],
        "unacknowledged first"
    );
    assert!(
        !list.contains('\u{1b}'),
        "outside text is shown, never obeyed"
    );
    let mine = shell.says(&["list", "mine"]);
    assert!(mine.contains(&first) && !mine.contains(&second), "{mine}");
    let filtered = shell.says(&["list", "--filter", "owner:none second"]);
    assert!(
        filtered.contains(&second) && !filtered.contains(&first),
        "{filtered}"
    );
    let first_one = shell.run(&["list", "--limit", "1"]);
    let said = String::from_utf8(first_one.stderr).unwrap();
    assert_eq!(said.trim(), "The first 1 of 2");
    assert_eq!(
        String::from_utf8(first_one.stdout).unwrap().lines().count(),
        2
    );
    let nonsense = shell.run(&["list", "--filter", "due<soon"]);
    assert_eq!(nonsense.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn references_come_from_standard_input_and_each_failure_has_its_line() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let (one, two) = (shell.log("One"), shell.log("Two"));
    shell.says(&["ack", &two]);
    let mistyped = one.replace("-0001-", "-0010-");
    let input = format!("{one}\n{two} with more columns\n{mistyped}\n");
    let output = shell.run_with_input(&["ack", "-"], &input);
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(said.contains(&format!("{one}\tdone\t2")), "{said}");
    assert!(said.contains(&format!("{two}\trefused")), "{said}");
    assert!(said.contains(&format!("{mistyped}\tnot given")), "{said}");
    let complaint = complaint(&output);
    assert!(
        complaint.contains(&format!("{two}: You have already acknowledged it")),
        "{complaint}"
    );
    assert!(
        complaint.contains(&format!("{mistyped}: \"{mistyped}\" is mistyped")),
        "{complaint}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_changes_nothing_and_refuses_in_the_servers_words() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("One");
    let said = shell.says(&["ack", &reference, "--dry-run"]);
    assert!(said.contains("possible"), "{said}");
    assert_eq!(shell.json(&["show", &reference, "--json"])["version"], 1);
    shell.says(&["ack", &reference]);
    let foretold = shell.run(&["ack", &reference, "--dry-run"]);
    let refused = shell.run(&["ack", &reference]);
    assert_eq!(foretold.status.code(), Some(1));
    assert_eq!(complaint(&foretold), complaint(&refused));
}

/// Whatever asks for it, a time that is none is a mistake in the arguments.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_time_is_a_usage_error_everywhere() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "bronwen.hartleap").await;
    let reference = shell.log("List sent to the wrong practice");
    let reference = reference.as_str();
    let log = ["log", "--title", "x", "--summary", "y", "--aware", "soon"];
    for arguments in [
        [
            &log[..],
            &["--organisation", "riverbourne", "--contact", "z"],
        ]
        .concat(),
        vec!["note", reference, "--text", "x", "--at", "soon"],
        vec![
            "decide",
            "decline",
            reference,
            "--reasons",
            "x",
            "--decided-at",
            "soon",
        ],
        vec![
            "close",
            "contain",
            reference,
            "--actions",
            "x",
            "--contained-at",
            "soon",
        ],
    ] {
        let output = shell.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(complaint(&output).contains("\"soon\" is not a time"));
    }
}

/// The same question as on the board, for whoever has no screen: what now?
#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_shown_with_what_the_procedure_asks_for_now() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("List sent to the wrong practice");
    let shown = shell.says(&["show", &reference]);
    assert!(shown.contains("BST\tAcknowledge it"), "{shown}");
    shell.says(&["ack", &reference]);
    shell.says(&["major", "declare", &reference, "--reason", "all partners"]);
    let shown = shell.says(&["show", &reference]);
    assert!(shown.contains("P1  logged, major"), "{shown}");
    assert!(!shown.contains("Acknowledge it"), "{shown}");
    assert!(shown.contains("BOB-IMM\t"), "{shown}");
}

/// Clocks and roles are named as they are shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_thing_of_an_incident_goes_by_the_name_that_is_shown() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "bronwen.hartleap").await;
    let reference = shell.log("List sent to the wrong practice");
    let reference = reference.as_str();
    let release = |role| {
        let arguments = ["contact", "release", reference, "--contact", role];
        shell.run(&[&arguments[..], &["--reason", "x", "--dry-run"]].concat())
    };
    for role in ["LM", "lm:riverbourne", "lm", "last"] {
        assert!(!complaint(&release(role)).contains("is called"), "{role}");
    }
    let nobody = release("zz");
    assert_eq!(nobody.status.code(), Some(1), "{nobody:?}");
    assert!(complaint(&nobody).contains("lm:riverbourne"), "{nobody:?}");
    let clock = ["late", reference, "--reason", "x", "--clock", "last"];
    let none_late = shell.run(&clock);
    let said = complaint(&none_late);
    assert!(said.contains("No clock is late without a reason"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_option_in_front_of_its_subcommand_is_told_its_place() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let output = shell.run(&["--server", "http://127.0.0.1:1", "list"]);
    assert_eq!(output.status.code(), Some(2));
    let place = "Options follow the subcommand: nightdesk list --server ...";
    assert!(complaint(&output).contains(place), "{output:?}");
    assert!(!complaint(&shell.run(&["lost"])).contains(place));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_others_could_read_is_not_used() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    assert!(shell.says(&["me"]).contains("Tamsin Quill"));
    let token = shell.token_file();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o640)).unwrap();
    let output = shell.run(&["me"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("chmod 600"), "{output:?}");
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let link = shell.home.path().join("link");
    symlink(&token, &link).unwrap();
    let output = shell.run(&["me", "--token-file", link.to_str().unwrap()]);
    assert!(
        complaint(&output).contains("not an ordinary file"),
        "{output:?}"
    );
    fs::write(&token, "a shopping list\n").unwrap();
    let output = shell.run(&["me"]);
    assert!(
        complaint(&output).contains("does not hold a token"),
        "{output:?}"
    );
    assert!(
        !complaint(&output).contains("shopping"),
        "what is in the file stays there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_never_travels_in_clear() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let output = shell.run(&["me", "--server", "http://desk.example.org"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("not encrypted"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_command_is_kept_and_carried_out_once() {
    let server = TestServer::start().await;
    let proxy = Proxy::before(&server.url).await;
    let mut shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("One");
    shell.url = proxy.url.clone();
    proxy.set(Wire::CutsAnswerAfter(40));
    let output = shell.run(&["note", &reference, "--text", "Rang the ward"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    proxy.set(Wire::Whole);
    let output = shell.run(&["note", &reference, "--text", "Rang again"]);
    assert!(output.status.success(), "{output:?}");
    assert!(
        complaint(&output).contains("Sending them first"),
        "{output:?}"
    );
    let incident = shell.json(&["show", &reference, "--json"]);
    let texts: Vec<&Value> = incident["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| &note["text"])
        .collect();
    assert_eq!(texts, ["Rang the ward", "Rang again"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_killed_before_its_command_arrived_loses_nothing() {
    let server = TestServer::start().await;
    let proxy = Proxy::before(&server.url).await;
    let mut shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("One");
    shell.url = proxy.url.clone();
    proxy.set(Wire::Swallows);
    let mut child = shell.start(&["note", &reference, "--text", "Rang the ward"]);
    proxy.command_seen().await;
    child.kill().unwrap();
    child.wait().unwrap();
    proxy.set(Wire::Whole);
    let before = shell.json(&["show", &reference, "--json"]);
    assert_eq!(
        before["notes"].as_array().unwrap().len(),
        0,
        "it never arrived"
    );
    shell.run(&["ack", &reference]);
    let after = shell.json(&["show", &reference, "--json"]);
    assert_eq!(after["notes"][0]["text"], "Rang the ward");
    assert_eq!(after["notes"].as_array().unwrap().len(), 1);
}

/// WSIC-PROB from the shell.
#[tokio::test(flavor = "multi_thread")]
async fn a_problem_can_be_worked_from_the_shell() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let (first, second) = (shell.log("List astray"), shell.log("Another list astray"));
    let raise = [
        "problem",
        "raise",
        &first,
        "--title",
        "Mail rules",
        "--owner",
        "host",
    ];
    let dry = shell.says(&[&raise[..], &["--dry-run"]].concat());
    assert!(dry.contains("possible"), "{dry}");
    let raised = shell.json(&[&raise[..], &["--json"]].concat());
    let problem = raised[0]["problem"].as_str().unwrap().to_owned();
    assert!(problem.starts_with("PRB-26-0001-"), "{raised}");
    assert_eq!(raised[0]["outcome"], "done");
    assert!(raised[0]["receipt"]["receipt"].is_string());
    let cause = shell.home.path().join("cause");
    fs::write(&cause, "A rule that nobody owns").unwrap();
    let cause = format!("@{}", cause.display());
    for step in [
        &["link", &problem, &second, "--reason", "the same rule"][..],
        &["unlink", &problem, &second, "--reason", "another rule"],
        &["workaround", &problem, "--text", "By hand"],
        &["diagnose", &problem, "--cause", &cause],
        &["resolve", &problem, "--solution", "The rule is gone"],
        &["close", &problem],
        &["reopen", &problem, "--reason", "It happened again"],
    ] {
        let said = shell.says(&[&["problem"], step].concat());
        assert!(said.contains("done"), "{step:?}: {said}");
    }
    let listed = shell.says(&["problem", "list", "--incident", &first]);
    assert!(listed.contains(&format!(
        "{problem}\tknown error\thost service desk\t1\tMail rules"
    )));
    assert!(
        !shell
            .says(&["problem", "list", "--status", "closed"])
            .contains(&problem)
    );
    assert!(
        shell
            .says(&["problem", "list", "--status", "known-error"])
            .contains(&problem)
    );
    let shown = shell.says(&["problem", "show", &problem]);
    for text in [
        "A rule that nobody owns",
        "By hand",
        &first,
        "tamsin.quill as on-call officer",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let timeline = shell.says(&["problem", "show", &problem, "--timeline"]);
    assert!(timeline.contains(&format!("{second} no longer linked: another rule")));
    let json = shell.json(&["problem", "show", &problem, "--json"]);
    assert_eq!(json["version"], 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_of_a_problem_is_told_with_its_rule_and_by_a_dry_run_too() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let first = shell.log("List astray");
    let raised = shell.json(&[
        "problem",
        "raise",
        &first,
        "--title",
        "Mail rules",
        "--json",
    ]);
    let problem = raised[0]["problem"].as_str().unwrap().to_owned();
    let close = ["problem", "close", problem.as_str(), "--json"];
    for arguments in [close.to_vec(), [&close[..], &["--dry-run"]].concat()] {
        let refused = shell.run(&arguments);
        assert_eq!(refused.status.code(), Some(1));
        let lines: Value = serde_json::from_slice(&refused.stdout).unwrap();
        assert_eq!(lines[0]["outcome"], "refused");
        assert_eq!(lines[0]["rule"], "WSIC-PROB");
        assert!(complaint(&refused).contains("only a solved problem can be closed"));
    }
    let only = shell.run(&[
        "problem",
        "unlink",
        &problem,
        &first,
        "--reason",
        "x",
        "--dry-run",
    ]);
    assert!(complaint(&only).contains("the only incident"));
    for (arguments, expected) in [
        (["problem", "close", "PRB-26-0001-A"], "mistyped"),
        (
            ["problem", "close", first.as_str()],
            "References look like PRB",
        ),
    ] {
        let refused = shell.run(&arguments);
        assert_eq!(refused.status.code(), Some(1));
        assert!(complaint(&refused).contains(expected), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handover_sheet_is_printed_or_written_to_a_file_of_ones_own() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("=HYPERLINK(\"http://example.org\")");
    let text = shell.says(&["handover"]);
    assert!(text.contains(&reference) && text.contains("Who holds the desk"));
    let sheet = shell.json(&["handover", "--format", "json"]);
    assert_eq!(sheet["title"], "Handover");
    let file = shell.home.path().join("sheet.csv");
    let out = file.display().to_string();
    let arguments = ["handover", "--format", "csv", "--out", &out];
    let said = shell.says(&arguments);
    assert!(said.contains(&format!("written to {out}")), "{said}");
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.contains("'=HYPERLINK"), "{written}");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = shell.run(&arguments);
    assert!(!again.status.success(), "a file is never written over");
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_is_offered_and_taken_over_from_the_shell() {
    let server = TestServer::start().await;
    let outgoing = Shell::of(&server, "tamsin.quill").await;
    let incoming = Shell::of(&server, "gethin.brambley").await;
    let early = incoming.run(&["handover", "accept"]);
    assert!(!early.status.success(), "nothing was offered yet");
    let said = outgoing.says(&["handover", "offer", "--note", "Ring the ward at six"]);
    assert!(said.contains("Tamsin Quill") && said.contains("offered to Gethin Brambley"));
    assert!(
        incoming
            .says(&["handover"])
            .contains("Ring the ward at six")
    );
    let said = incoming.says(&["handover", "accept"]);
    assert!(said.contains("first on call: Gethin Brambley"), "{said}");
    let late = outgoing.run(&["handover", "offer"]);
    assert!(complaint(&late).contains("Only the officer who holds the desk"));
}

/// Looking takes nothing over: what is kept stays kept until it is sent.
#[tokio::test(flavor = "multi_thread")]
async fn the_sheet_tells_what_was_asked_on_this_machine_and_is_not_confirmed() {
    let server = TestServer::start().await;
    let proxy = Proxy::before(&server.url).await;
    let mut shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("One");
    shell.url = proxy.url.clone();
    proxy.set(Wire::CutsAnswerAfter(40));
    let output = shell.run(&["note", &reference, "--text", "Rang the ward"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    proxy.set(Wire::Whole);
    for _ in 0..2 {
        let sheet = shell.says(&["handover"]);
        let (_, unsent) = sheet.split_once("not confirmed\n").unwrap();
        assert!(
            unsent.contains(&reference) && unsent.contains("note"),
            "{sheet}"
        );
    }
    shell.run(&["note", &reference, "--text", "Rang again"]);
    let sheet = shell.says(&["handover"]);
    assert!(
        sheet.contains("The server has confirmed everything"),
        "{sheet}"
    );
}

/// Which of several people was called, only the caller knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_to_a_role_of_several_organisations_asks_whose() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let reference = shell.log("Letters of two organisations");
    let called = [
        "inform",
        &reference,
        "--role",
        "dpo",
        "--channel",
        "phone",
        "--outcome",
        "answered",
    ];
    shell.says(&called);
    shell.says(&[
        "contact",
        "require",
        &reference,
        "--role",
        "dpo",
        "--organisation",
        "Eastmere",
        "--reason",
        "Asked for",
    ]);
    let unclear = shell.run(&called);
    let said = complaint(&unclear);
    assert!(said.contains("DPO of Riverbourne ICB (told)"), "{said}");
    assert!(
        said.contains("DPO of Eastmere NHS Foundation Trust"),
        "{said}"
    );
    assert!(said.contains("Say whose with --organisation"), "{said}");
    shell.says(&[&called[..], &["--organisation", "Eastmere"]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_can_be_narrowed_by_a_filter_saved_in_the_settings() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let [mine, other] = ["Mine", "Somebody's"].map(|title| shell.log(title));
    shell.says(&["ack", &mine]);
    let unknown = shell.run(&["list", "--saved", "night"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(complaint(&unknown).contains("Write it below [filters]"));
    let settings = shell.token_file().with_file_name("nightdesk.toml");
    fs::write(settings, "[filters]\nnight = \"owner:me\"\n").unwrap();
    let listed = shell.says(&["list", "--saved", "night"]);
    assert!(
        listed.contains(&mine) && !listed.contains(&other),
        "{listed}"
    );
    let unknown = shell.run(&["list", "--saved", "day"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(complaint(&unknown).contains("there are night"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_printed_frozen_and_found_again_with_its_hash() {
    let server = TestServer::start().await;
    Shell::of(&server, "tamsin.quill").await.log("One");
    let shell = Shell::of(&server, "bronwen.hartleap").await;
    let of = ["--from", "2026-06-01", "--to", "2026-06-30"];
    let text = shell.says(&[&["report", "igsg"], &of[..]].concat());
    assert!(text.contains("Incidents logged: 1."), "{text}");
    let pdf = shell.home.path().join("igsg.pdf");
    let out = pdf.display().to_string();
    let arguments = [
        &["report", "igsg", "--format", "pdf", "--out", &out],
        &of[..],
    ]
    .concat();
    shell.says(&arguments);
    assert!(fs::read(&pdf).unwrap().starts_with(b"%PDF-"));
    let json = shell.home.path().join("igsg.json");
    let out = json.display().to_string();
    let freeze = [
        "report", "igsg", "--freeze", "--format", "json", "--out", &out,
    ];
    shell.says(&[&freeze[..], &of[..]].concat());
    let listed = shell.json(&["report", "list", "--json"]);
    let (id, hash) = (&listed[0]["id"], listed[0]["sha256"].as_str().unwrap());
    let kept = fs::read(&json).unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&kept);
    let found: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found, hash);
    let shown = shell.says(&["report", "show", id.as_str().unwrap()]);
    assert!(
        shown.contains(hash) && shown.contains("Incidents logged: 1."),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_a_role_may_not_read_is_refused_with_the_roles_that_may() {
    let server = TestServer::start().await;
    let shell = Shell::of(&server, "tamsin.quill").await;
    let arguments = [
        "report",
        "arc",
        "--from",
        "2026-06-01",
        "--to",
        "2026-06-30",
    ];
    let output = shell.run(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complaint(&output).contains("Ask the DPO, the acting DPO"),
        "{output:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_file_is_a_folder_of_ones_own_that_anybody_can_check() {
    let server = TestServer::start().await;
    let reference = Shell::of(&server, "tamsin.quill").await.log("One");
    let shell = Shell::of(&server, "bronwen.hartleap").await;
    let folder = shell.home.path().join("case");
    let out = folder.display().to_string();
    let take = [
        "case-file",
        &reference,
        "--to",
        "the ICO",
        "--reason",
        "asked for it",
        "--out",
        &out,
    ];
    let said = shell.says(&take);
    let (_, last) = said.trim_end().rsplit_once("The last entry is ").unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    let text = fs::read_to_string(folder.join("case-file.txt")).unwrap();
    assert!(
        text.contains("2026-06-12T21:30:00Z") && text.contains("22:30 BST"),
        "{text}"
    );
    assert!(text.contains("Case file handed to the ICO"), "{text}");
    let verified = shell.says(&["case-file", "verify", &out]);
    assert!(verified.contains(last), "{verified}");
    // Nothing is handed out where there is no place for it.
    let again = shell.run(&take);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    let timeline = shell.says(&["timeline", &reference]);
    assert_eq!(
        timeline.matches("Case file handed").count(),
        1,
        "{timeline}"
    );
    for (file, from, to) in [
        ("case-file.txt", "One", "Two"),
        ("record.json", "A list went astray", "A list went away"),
        ("SHA256SUMS", "record.json", "../record.json"),
    ] {
        let path = folder.join(file);
        let kept = fs::read_to_string(&path).unwrap();
        fs::write(&path, kept.replacen(from, to, 1)).unwrap();
        let found = shell.run(&["case-file", "verify", &out]);
        assert_eq!(found.status.code(), Some(1), "{file}: {found:?}");
        fs::write(&path, kept).unwrap();
    }
    shell.says(&["case-file", "verify", &out]);
}
