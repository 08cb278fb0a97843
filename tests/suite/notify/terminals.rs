//! What arrives at a real terminal, directly, through tmux and through GNU screen.

use super::agent::{night, set};
use crate::support::server::TestServer;
use crate::support::terminal::{self, Terminal};
use chrono::TimeDelta;
use portable_pty::CommandBuilder;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_nightdesk");

/// A command in a home of its own and an environment that holds nothing else.
fn command(program: &str, arguments: &[&str], home: &TempDir) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("HOME", home.path());
    command.env("PATH", "/usr/bin:/bin");
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    command
}

/// Answers every question of the test; the pop-up that is named is said to be seen.
fn answered(terminal: &mut Terminal, seen: &str) -> u32 {
    for question in ["osc9?", "osc777?", "osc99?", "hear a bell?", "title?"] {
        terminal.sees(question);
        let is_seen = question.trim_end_matches('?') == seen;
        terminal.send(if is_seen { "y\r" } else { "n\r" });
    }
    terminal.ends()
}

/// The notices among what a terminal was told, by their first number.
fn notices(terminal: &Terminal) -> Vec<&str> {
    let orders = terminal.heard().orders.iter();
    let numbers = orders.filter_map(|order| order.split(';').next());
    numbers
        .filter(|number| ["9", "777", "99"].contains(number))
        .collect()
}

fn write_settings(home: &TempDir, text: &str) {
    let folder = home.path().join(".config/nightdesk");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("nightdesk.toml"), text).unwrap();
}

#[test]
fn the_test_sends_a_sample_each_way_and_says_what_to_set() {
    for (term, seen, code, said) in [
        ("foot", "osc777", 0, "Alarms reach you by osc777"),
        ("xterm", "osc777", 1, "[notify] terminal = \"osc777\""),
        ("xterm", "none", 1, "Nothing reached you"),
    ] {
        let home = TempDir::new().unwrap();
        let mut command = command(PROGRAM, &["notify", "--test"], &home);
        command.env("TERM", term);
        let mut terminal = Terminal::run(command, home, 40, 120);
        assert_eq!(answered(&mut terminal, seen), code, "{}", terminal.screen());
        assert!(terminal.screen().contains(said), "{}", terminal.screen());
        let heard = terminal.heard();
        assert_eq!(notices(&terminal), ["9", "777", "99", "99"]);
        assert_eq!(
            heard.orders[0],
            "9;On-call: A sample by osc9, no incident is meant"
        );
        assert_eq!(heard.bells, 1);
        // Kept, set, emptied and given back.
        let titles = ["[[22], [2]]", "(1 alarm) nightdesk", "", "[[23], [2]]"];
        assert_eq!(heard.titles, titles);
    }
}

#[test]
fn a_terminal_that_was_asked_is_believed_and_one_that_does_not_answer_stalls_nobody() {
    for (name, expected) in [
        (
            Some("foot(1.13.1)"),
            "osc777, because the terminal answered that it is foot",
        ),
        (None, "did not answer in half a second"),
    ] {
        let home = TempDir::new().unwrap();
        write_settings(&home, "[notify]\nprobe = true");
        let command = command(PROGRAM, &["notify", "--test"], &home);
        let mut terminal = Terminal::run(command, home, 40, 120);
        if let Some(name) = name {
            terminal = terminal.named(name);
        }
        terminal.sees(expected);
        answered(&mut terminal, "none");
    }
}

#[test]
fn tmux_passes_notices_on_only_where_it_is_allowed_and_the_bell_always() {
    for (allowed, expected) in [("on", &["9", "777", "99", "99"][..]), ("off", &[])] {
        let home = TempDir::new().unwrap();
        let settings = home.path().join("tmux.conf");
        fs::write(&settings, format!("set -g allow-passthrough {allowed}\n")).unwrap();
        // tmux drops what is passed through while it draws its window: not before that is done.
        let run = format!("printf attached; read -r _; exec {PROGRAM} notify --test");
        let arguments = [
            "-S",
            "desk",
            "-f",
            settings.to_str().unwrap(),
            "new-session",
            &run,
        ];
        let mut command = command("tmux", &arguments, &home);
        command.cwd(home.path());
        let mut terminal = Terminal::run(command, home, 40, 120);
        terminal.sees("attached").send("\r");
        answered(&mut terminal, "none");
        assert_eq!(notices(&terminal), expected, "passthrough {allowed}");
        assert_eq!(terminal.heard().bells, 1, "passthrough {allowed}");
    }
}

#[test]
fn gnu_screen_passes_notices_on_and_does_not_turn_the_bell_into_a_flash() {
    let home = TempDir::new().unwrap();
    let sockets = home.path().join("sockets");
    fs::create_dir(&sockets).unwrap();
    fs::set_permissions(&sockets, fs::Permissions::from_mode(0o700)).unwrap();
    let arguments = ["-c", "/dev/null", PROGRAM, "notify", "--test"];
    let mut command = command("screen", &arguments, &home);
    command.env("SCREENDIR", &sockets);
    let mut terminal = Terminal::run(command, home, 40, 120);
    answered(&mut terminal, "none");
    assert_eq!(notices(&terminal), ["9", "777", "99", "99"]);
    assert_eq!(terminal.heard().bells, 1);
}

/// The console of an officer at a terminal of this sort, with settings of their own.
fn console(server: &TestServer, home: TempDir, term: &str, settings: &str) -> Terminal {
    write_settings(&home, settings);
    let mut command = terminal::command(server, &home.path().join("token"), &home);
    command.env("TERM", term);
    Terminal::run(command, home, 24, 80)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_tells_the_terminal_what_stands_with_a_bell_and_counts_it_in_the_title() {
    let (server, reference, home) = night().await;
    set(&server, -TimeDelta::minutes(1));
    let mut terminal = console(&server, home, "foot", "");
    terminal.hears(|heard| !heard.orders.is_empty());
    terminal.sees("live").send("q");
    assert_eq!(terminal.ends(), 0);
    let heard = terminal.heard();
    let [order] = heard.orders.as_slice() else {
        panic!("{:?}", heard.orders);
    };
    let told = format!("777;notify;nightdesk: alarm;{reference}, ");
    assert!(order.starts_with(&told), "{order}");
    assert!(order.ends_with(" left"), "{order}");
    assert_eq!(heard.bells, 1);
    let titles: Vec<&str> = heard.titles.iter().map(String::as_str).collect();
    let [kept, .., last, "", given_back] = titles.as_slice() else {
        panic!("{titles:?}");
    };
    assert_eq!((*kept, *given_back), ("[[22], [2]]", "[[23], [2]]"));
    // How many depends on whether the server has said by then which alarms of the desk stand.
    assert!(last.ends_with(") nightdesk"), "{last}");
    terminal.is_as_before();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_is_told_nothing_is_told_nothing() {
    let (server, _, home) = night().await;
    set(&server, -TimeDelta::minutes(1));
    let mut terminal = console(&server, home, "foot", "[notify]\nterminal = \"off\"");
    terminal.sees("Tell the DPO (24 h): 11h").send("q");
    assert_eq!(terminal.ends(), 0);
    let heard = terminal.heard();
    assert!(heard.orders.is_empty() && heard.titles.is_empty());
    assert_eq!(heard.bells, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_terminal_answers_is_never_taken_for_keys() {
    for name in [Some("foot(1.13.1)"), None] {
        let (server, _, home) = night().await;
        let mut terminal = console(&server, home, "xterm", "[notify]\nprobe = true");
        if let Some(name) = name {
            terminal = terminal.named(name);
        }
        terminal.sees("live");
        if name.is_none() {
            // It comes after all, over a slow line; its letters are keys of the board.
            terminal.send("\x1bP>|XTerm(379)\x1b\\\x1b]99;i=nightdesk:p=?;\x1b\\\x1b[?62;22c");
        }
        terminal
            .send("?")
            .sees("Help")
            .send("\x1b")
            .loses("Help")
            .send("q");
        assert_eq!(terminal.ends(), 0);
    }
}
