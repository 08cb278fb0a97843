//! The real program in a pseudo-terminal: it starts, works, follows the size, and always gives the
//! terminal back.

use crate::support::server::TestServer;
use crate::text::corpus;
use nightdesk::tui::terminal::{Guard, Mouse};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// A terminal with the console in it.
struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    raw: Vec<u8>,
    keys: Box<dyn Write + Send>,
    _home: TempDir,
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

/// A home directory with a token in it.
fn home(token: &str) -> (TempDir, PathBuf) {
    let home = TempDir::new().unwrap();
    let path = home.path().join("token");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .unwrap();
    file.write_all(token.as_bytes()).unwrap();
    (home, path)
}

/// The console on a server, in an environment that holds nothing else.
fn command(server: &TestServer, token_file: &Path, home: &TempDir) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nightdesk"));
    command.args(["--server", &server.url, "--token-file"]);
    command.arg(token_file);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("HOME", home.path());
    command
}

impl Terminal {
    async fn open(server: &TestServer, rows: u16, cols: u16) -> Self {
        let (home, token_file) = home(&server.token("tamsin.quill").await);
        Self::run(command(server, &token_file, &home), home, rows, cols)
    }

    fn run(command: CommandBuilder, home: TempDir, rows: u16, cols: u16) -> Self {
        let pair = native_pty_system().openpty(size(rows, cols)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        // Else the reader would never see the end.
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let cells = |n| NonZeroU16::new(n).unwrap();
        let parser = vt100::Parser::new(cells(rows), cells(cols), 0);
        Self {
            master: Some(pair.master),
            child,
            bytes,
            parser,
            raw: Vec::new(),
            keys,
            _home: home,
        }
    }

    fn send(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Reads until the screen holds a text.
    #[track_caller]
    fn sees(&mut self, text: &str) -> &mut Self {
        while !self.screen().contains(text) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => panic!("waited for \"{text}\" in vain:\n{}", self.screen()),
            }
        }
        self
    }

    /// Reads until the screen does not hold a text any more.
    #[track_caller]
    fn loses(&mut self, text: &str) -> &mut Self {
        while self.screen().contains(text) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => panic!("\"{text}\" stays on the screen:\n{}", self.screen()),
            }
        }
        self
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.raw.extend(bytes);
    }

    fn signal(&mut self, signal: Signal) -> &mut Self {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
        self
    }

    /// Waits for the end: the exit code, with everything the terminal was told until then.
    fn ends(&mut self) -> u32 {
        while let Ok(bytes) = self.bytes.recv_timeout(PATIENCE) {
            self.take(&bytes);
        }
        if self.child.try_wait().unwrap().is_none() {
            self.child.kill().unwrap();
        }
        self.child.wait().unwrap().exit_code()
    }

    /// Asserts that the terminal is as it was before.
    #[track_caller]
    fn is_as_before(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen());
        assert!(!screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}

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
async fn the_terminal_is_given_back_on_sigterm_and_sighup() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let (_server, mut terminal) = opened().await;
        terminal.signal(signal);
        assert_eq!(terminal.ends(), code);
        terminal.is_as_before();
    }
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
    let cells = |n| NonZeroU16::new(n).unwrap();
    terminal.parser.screen_mut().set_size(cells(40), cells(120));
    terminal
        .master
        .as_ref()
        .unwrap()
        .resize(size(40, 120))
        .unwrap();
    terminal.sees("Stage").sees("CLOCKS").send("q");
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
    let mut reader = pair.master.try_clone_reader().unwrap();
    // Once the board is drawn, every end of the terminal is closed.
    let mut drawn = Vec::new();
    while !String::from_utf8_lossy(&drawn).contains("help") {
        let mut buffer = [0; 4096];
        let read = reader.read(&mut buffer).unwrap();
        assert_ne!(read, 0);
        drawn.extend(&buffer[..read]);
    }
    drop((reader, pair.master));
    let ended = tokio::task::spawn_blocking(move || child.wait());
    let status = tokio::time::timeout(PATIENCE, ended).await;
    assert_eq!(status.unwrap().unwrap().unwrap().exit_code(), 129);
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
        said.contains("nightdesk stopped because of a fault in itself at pty.rs:"),
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

/// The length of a sequence that only the console itself writes: position, style, erase, modes.
fn own_sequence(text: &str) -> Option<usize> {
    let body = text.strip_prefix("\x1b[")?;
    let length = body.find(|c: char| c.is_ascii_alphabetic())?;
    let (parameters, last) = (&body[..length], body.as_bytes()[length]);
    let numbers = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == ';');
    let allowed = match last {
        b'H' | b'm' => numbers(parameters),
        b'J' => parameters == "2" || parameters.is_empty(),
        b'h' | b'l' => ["?1049", "?25", "?2004", "?1000", "?1006"].contains(&parameters),
        _ => false,
    };
    allowed.then_some(2 + length + 1)
}
