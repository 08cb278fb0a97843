//! The real program in a pseudo-terminal: it starts, works, follows the size, and always gives the
//! terminal back.

use crate::support::process::{ends_within, processor_ticks};
use crate::support::server::TestServer;
use crate::support::terminal::{PATIENCE, Terminal, arguments, command, home, size};
use crate::text::corpus;
use nightdesk::now::Stopwatch;
use nightdesk::tui::terminal::{Guard, Mouse};
use portable_pty::{CommandBuilder, MasterPty, native_pty_system};
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use serde_json::json;
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Command;
use tempfile::TempDir;

async fn opened() -> (TestServer, Terminal) {
    let server = TestServer::start().await;
    server.signed_in("tamsin.quill").await.log().await;
    let mut terminal = Terminal::open(&server, 24, 80).await;
    terminal.sees("Ward list").sees("live");
    assert!(terminal.parser.screen().alternate_screen());
    (server, terminal)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_terminal_is_given_back_when_the_officer_quits() {
    let (_server, mut terminal) = opened().await;
    terminal.send("a").sees("acknowledged").loses("↑").send("q");
    assert_eq!(terminal.ends(), 0);
    terminal.is_as_before();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_terminal_is_given_back_on_every_signal_that_asks_a_program_to_end() {
    for (signal, code) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ] {
        let (_server, mut terminal) = opened().await;
        let line = terminal.line();
        assert!(!is_cooked(&line));
        terminal.signal(signal);
        let process = Pid::from_raw(i32::try_from(terminal.id()).unwrap()).unwrap();
        assert!(ends_within(process, PATIENCE));
        assert!(is_cooked(&line), "{signal:?} leaves the terminal raw");
        drop(line);
        assert_eq!(terminal.ends(), code);
        terminal.is_as_before();
    }
}

/// Whether a terminal echoes, waits for whole lines and makes signals of keys, as a shell leaves it.
fn is_cooked(line: &OwnedFd) -> bool {
    let modes = tcgetattr(line).unwrap().local_modes;
    modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paste_whose_end_is_lost_gives_the_keyboard_back() {
    let (_server, mut terminal) = opened().await;
    terminal.send("n").sees("Took place");
    terminal
        .send("\x1b[200~Rang the\rward\x1b[20")
        .sees("Rang the ward");
    terminal.send("!").sees("ward␛[20!");
    terminal.send("\x1b").loses("Took place").send("q");
    terminal.sees("1 unfinished form").send("y");
    assert_eq!(terminal.ends(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_that_was_stopped_takes_the_terminal_anew_when_it_goes_on() {
    let (_server, mut terminal) = opened().await;
    // Job control has no say: a console that stands still watches no deadline.
    terminal.signal(Signal::TSTP).send("?").sees("Help");
    terminal.send("\x1b").loses("Help").signal(Signal::STOP);
    // The shell takes the terminal, and its officer types.
    let line = terminal.line();
    let mut modes = tcgetattr(&line).unwrap();
    modes.local_modes |= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    tcsetattr(&line, OptionalActions::Now, &modes).unwrap();
    terminal
        .parser
        .process(b"\x1b[?1049l\x1b[?2004l\x1b[?1000l\x1b[?25h\x1b[2J$ fg");
    terminal.signal(Signal::CONT).sees("Ward list");
    assert!(!is_cooked(&line));
    let screen = terminal.parser.screen();
    assert!(screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor());
    assert_ne!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    drop(line);
    terminal.send("q");
    assert_eq!(terminal.ends(), 0);
    terminal.is_as_before();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_z_and_ctrl_c_are_no_way_out_to_a_shell() {
    let (_server, mut terminal) = opened().await;
    terminal.send("\x1a\x03?").sees("Help");
    terminal.send("\x1bq");
    assert_eq!(terminal.ends(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_screen_follows_the_size_of_the_terminal() {
    let (_server, mut terminal) = opened().await;
    assert!(!terminal.screen().contains("Stage"));
    terminal.resize(40, 120);
    terminal.sees("Stage").sees("CLOCKS").send("q");
    assert_eq!(terminal.ends(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_comes_with_a_change_of_size_is_answered() {
    let (_server, mut terminal) = opened().await;
    for round in 0..100 {
        terminal.resize(40, 100 + round).send("?").sees("Help");
        terminal.resize(24, 80).send("\x1b").loses("Help");
    }
    terminal.send("q");
    assert_eq!(terminal.ends(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_vanishes_ends_the_console() {
    let server = TestServer::start().await;
    let (home, token_file) = home(&server.token("tamsin.quill").await);
    let pair = native_pty_system().openpty(size(24, 80)).unwrap();
    let command = command(&server, &token_file, &home);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    until_drawn(pair.master.as_ref());
    drop(pair.master);
    let ended = tokio::task::spawn_blocking(move || child.wait());
    let status = tokio::time::timeout(PATIENCE, ended).await;
    assert_eq!(status.unwrap().unwrap().unwrap().exit_code(), 129);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_note_comes_back_after_the_console_was_killed() {
    let (server, mut terminal) = opened().await;
    terminal.send("nRang the ward\t").sees("file note");
    until_kept(&terminal, "Rang the ward");
    terminal.signal(Signal::KILL);
    let (_terminal, screen) = note_again(&server, terminal.ended());
    assert!(screen.contains("Rang the ward"), "{screen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_keys_are_kept_when_the_console_is_told_to_end() {
    for signal in [Signal::HUP, Signal::TERM] {
        let (server, mut terminal) = opened().await;
        terminal.send("nRang the ward").sees("Rang the ward");
        terminal.signal(signal);
        let (_terminal, screen) = note_again(&server, terminal.ended());
        assert!(screen.contains("Rang the ward"), "{screen}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_keys_are_kept_when_the_terminal_vanishes() {
    let server = TestServer::start().await;
    server.signed_in("tamsin.quill").await.log().await;
    let (home, token_file) = home(&server.token("tamsin.quill").await);
    let pair = native_pty_system().openpty(size(24, 80)).unwrap();
    let command = command(&server, &token_file, &home);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    until_shown(pair.master.as_ref(), "Ward list");
    let mut keys = pair.master.take_writer().unwrap();
    keys.write_all(b"nRang the ward").unwrap();
    until_shown(pair.master.as_ref(), "Rang the ward");
    drop((keys, pair.master));
    let process = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap();
    assert!(ends_within(process, PATIENCE));
    child.wait().unwrap();
    let (_terminal, screen) = note_again(&server, home);
    assert!(screen.contains("Rang the ward"), "{screen}");
}

/// Waits until the disk has a text; there is nothing else to see of it.
fn until_kept(terminal: &Terminal, text: &str) {
    let kept = || {
        let folders = fs::read_dir(terminal.state().join("outbox")).unwrap();
        folders
            .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
            .map(|file| file.unwrap().path())
            // What is still being written is not kept yet.
            .filter(|path| path.extension().is_none_or(|end| end != "new"))
            .map(|path| fs::read(path).unwrap_or_default())
            .any(|bytes| String::from_utf8_lossy(&bytes).contains(text))
    };
    let started = Stopwatch::start();
    while !kept() {
        assert!(started.elapsed() < PATIENCE, "\"{text}\" is not kept");
        std::thread::yield_now();
    }
}

/// Opens the note's form in a new console of the same home.
fn note_again(server: &TestServer, home: TempDir) -> (Terminal, String) {
    let command = command(server, &home.path().join("token"), &home);
    let mut terminal = Terminal::run(command, home, 24, 80);
    terminal.sees("live").sees("Draft not sent: Add a note");
    terminal.sees("Ward list").send("n").sees("Took place");
    let screen = terminal.screen();
    (terminal, screen)
}

/// Reads until the board is drawn, and keeps no end of the terminal open.
fn until_drawn(master: &dyn MasterPty) {
    until_shown(master, "help");
}

/// Reads until a text is on the screen, and keeps no end of the terminal open.
fn until_shown(master: &dyn MasterPty, text: &str) {
    let mut reader = master.try_clone_reader().unwrap();
    let cells = |count| NonZeroU16::new(count).unwrap();
    let mut parser = vt100::Parser::new(cells(24), cells(80), 0);
    while !parser.screen().contents().contains(text) {
        let mut buffer = [0; 4096];
        let read = reader.read(&mut buffer).unwrap();
        assert_ne!(read, 0);
        parser.process(&buffer[..read]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_lost_without_a_signal_ends_the_console_at_little_cost() {
    let server = TestServer::start().await;
    let (home, token_file) = home(&server.token("tamsin.quill").await);
    let pair = native_pty_system().openpty(size(24, 80)).unwrap();
    let name = pair.master.tty_name().unwrap();
    let tty = rustix::fs::open(
        name,
        OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .unwrap();
    drop(pair.slave);
    // In a session that has no terminal nobody is sent SIGHUP when this one goes.
    let mut console = Command::new("setsid")
        .arg(env!("CARGO_BIN_EXE_nightdesk"))
        .args(arguments(&server, &token_file))
        .env_clear()
        .env("TERM", "xterm-256color")
        .env("HOME", home.path())
        .stdin(tty.try_clone().unwrap())
        .stdout(tty.try_clone().unwrap())
        .stderr(tty)
        .spawn()
        .unwrap();
    let process = Pid::from_child(&console);
    until_drawn(pair.master.as_ref());
    let ticks = processor_ticks(process);
    drop(pair.master);
    if !ends_within(process, PATIENCE) {
        console.kill().unwrap();
    }
    let ticks = processor_ticks(process) - ticks;
    assert_eq!(console.wait().unwrap().code(), Some(129));
    // A quarter of a second at most; a console that spins uses all there is.
    assert!(ticks < 25, "{ticks} ticks were spent on a dead terminal");
}

/// Set in the process that is to panic while it holds the terminal.
const PANICS: &str = "NIGHTDESK_SUITE_PANICS";

#[test]
fn a_panic_in_any_thread_gives_the_terminal_back_and_ends_the_process() {
    const NAME: &str = "pty::a_panic_in_any_thread_gives_the_terminal_back_and_ends_the_process";
    if std::env::var_os(PANICS).is_some() {
        return panic_with_the_terminal_taken();
    }
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", NAME, "--nocapture", "--test-threads=1"]);
    command.env(PANICS, "1");
    let mut terminal = Terminal::run(command, TempDir::new().unwrap(), 24, 80);
    assert_eq!(terminal.ends(), 70);
    terminal.is_as_before();
    let said = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(
        said.contains("nightdesk stopped because of a fault in nightdesk at pty.rs:"),
        "{said}"
    );
    assert!(!said.contains("text from outside"), "{said}");
}

/// Takes the terminal as the console does; then another thread fails.
fn panic_with_the_terminal_taken() {
    let _guard = Guard::take(Mouse::Listen).unwrap();
    let failed = std::thread::spawn(|| panic!("text from outside"));
    let _ = failed.join();
    unreachable!("the process has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_byte_of_hostile_text_reaches_the_terminal_as_control() {
    let server = TestServer::start().await;
    let officer = server.signed_in("tamsin.quill").await;
    for case in corpus()
        .into_iter()
        .filter(|case| !case.text.trim().is_empty() && !case.text.contains('\0'))
    {
        let mut report = crate::support::server::report();
        report["title"] = json!(format!("x {}", case.text));
        report["summary"] = json!(case.text.clone() + "y");
        report["reporter_contact"] = json!(format!("z{}", case.text));
        officer
            .send(
                nightdesk::api::route::INCIDENTS,
                crate::support::server::fresh_id(),
                None,
                &report,
            )
            .await;
    }
    let mut terminal = Terminal::open(&server, 40, 120).await;
    terminal.sees("All open").sees("␛");
    for keys in [
        "j", "j", "\r", "2", "3", "5", "\x1b", "\x1b[6~", "n", "\x1b", "i", "\x1b", "L", "\x1b",
        "H", "\x1b", "?", "\x1b",
    ] {
        terminal.send(keys);
    }
    terminal.send("G").sees("live").send("q");
    assert_eq!(terminal.ends(), 0);
    let raw = String::from_utf8(terminal.raw.clone()).unwrap();
    assert_eq!(leftovers(&raw), Vec::<String>::new());
}

/// What is left of the output when our own few sequences and printable text are taken away.
fn leftovers(raw: &str) -> Vec<String> {
    let mut left = Vec::new();
    let mut rest = raw;
    while let Some(start) = rest.find(|c: char| c.is_control()) {
        rest = &rest[start..];
        match own_sequence(rest) {
            Some(length) => rest = &rest[length..],
            None => {
                left.push(
                    rest.chars()
                        .take(12)
                        .collect::<String>()
                        .escape_debug()
                        .to_string(),
                );
                rest = &rest[rest.chars().next().unwrap().len_utf8()..];
            }
        }
    }
    left
}

/// The length of a sequence that only the console itself writes: position, step, style, erase, modes,
/// and the window's title with a count in it.
fn own_sequence(text: &str) -> Option<usize> {
    let is_ours = |title: &str| title.is_empty() || title.ends_with("nightdesk");
    if let Some((title, _)) = text
        .strip_prefix("\x1b]2;")
        .and_then(|rest| rest.split_once('\x1b'))
        && is_ours(title)
    {
        return Some("\x1b]2;".len() + title.len() + "\x1b\\".len());
    }
    let body = text.strip_prefix("\x1b[")?;
    let length = body.find(|c: char| c.is_ascii_alphabetic())?;
    let (parameters, last) = (&body[..length], body.as_bytes()[length]);
    let numbers = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == ';');
    let allowed = match last {
        b'H' | b'C' | b'm' => numbers(parameters),
        b'J' => parameters == "2" || parameters.is_empty(),
        b't' => ["22;2", "23;2"].contains(&parameters),
        b'h' | b'l' => ["?1049", "?25", "?2004", "?1000", "?1006"].contains(&parameters),
        _ => false,
    };
    allowed.then_some(2 + length + 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_theme_that_is_spelled_wrongly_keeps_no_officer_from_the_desk() {
    let server = TestServer::start().await;
    let (home, token_file) = home(&server.token("tamsin.quill").await);
    let mut command = command(&server, &token_file, &home);
    command.env("XDG_CONFIG_HOME", home.path());
    let folder = home.path().join("nightdesk");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("nightdesk.toml"), "theme = \"drak\"\n").unwrap();
    let mut terminal = Terminal::run(command, home, 24, 80);
    terminal
        .sees("There is no theme \"drak\"")
        .sees("The screen is dark now");
}
