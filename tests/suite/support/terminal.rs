//! A terminal of the test's own: keys go in, and what would be on the glass can be read.

use super::server::TestServer;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What a terminal was told that is not to be seen on its screen.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) bells: usize,
    /// The orders to the operating system around the terminal, without what ends them.
    pub(crate) orders: Vec<String>,
    pub(crate) titles: Vec<String>,
    /// What it says when it is asked what it is.
    pub(crate) is_called: Option<&'static str>,
    says: String,
}

impl vt100::Callbacks for Heard {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.bells += 1;
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.titles
            .push(String::from_utf8_lossy(title).into_owned());
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, parameters: &[&[u8]]) {
        let parameters = parameters.iter();
        let parameters: Vec<_> = parameters
            .map(|part| String::from_utf8_lossy(part))
            .collect();
        self.orders.push(parameters.join(";"));
    }

    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        mark: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        match (self.is_called, mark, last) {
            (Some(name), Some(b'>'), 'q') => self.says += &format!("\x1bP>|{name}\x1b\\"),
            (Some(_), None, 'c') => self.says += "\x1b[?62;22c",
            (_, None, 't') => self.titles.push(format!("{parameters:?}")),
            _ => {}
        }
    }
}

/// A terminal with the console in it.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    pub(crate) parser: vt100::Parser<Heard>,
    pub(crate) raw: Vec<u8>,
    keys: Box<dyn Write + Send>,
    home: TempDir,
}

pub(crate) fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

/// A home directory with a token in it.
pub(crate) fn home(token: &str) -> (TempDir, PathBuf) {
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

/// What the console is told: where the server is, and who is there.
pub(crate) fn arguments(server: &TestServer, token_file: &Path) -> [String; 4] {
    let token_file = token_file.display().to_string();
    let [to, by] = ["--server", "--token-file"].map(str::to_owned);
    [to, server.url.clone(), by, token_file]
}

/// The console on a server, in an environment that holds nothing else.
pub(crate) fn command(server: &TestServer, token_file: &Path, home: &TempDir) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nightdesk"));
    command.args(arguments(server, token_file));
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("HOME", home.path());
    command
}

impl Terminal {
    pub(crate) async fn open(server: &TestServer, rows: u16, cols: u16) -> Self {
        let (home, token_file) = home(&server.token("tamsin.quill").await);
        Self::run(command(server, &token_file, &home), home, rows, cols)
    }

    pub(crate) fn run(command: CommandBuilder, home: TempDir, rows: u16, cols: u16) -> Self {
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
        let parser =
            vt100::Parser::new_with_callbacks(cells(rows), cells(cols), 0, Heard::default());
        Self {
            master: pair.master,
            child,
            bytes,
            parser,
            raw: Vec::new(),
            keys,
            home,
        }
    }

    pub(crate) fn send(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// What it was told so far that is not to be seen.
    pub(crate) fn heard(&self) -> &Heard {
        self.parser.callbacks()
    }

    /// It answers when it is asked what it is.
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        self.parser.callbacks_mut().is_called = Some(name);
        self
    }

    pub(crate) fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Reads until it has heard something that is not to be seen.
    #[track_caller]
    pub(crate) fn hears(&mut self, what: impl Fn(&Heard) -> bool) -> &mut Self {
        while !what(self.heard()) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => panic!("it was not told:\n{:?}", self.heard().orders),
            }
        }
        self
    }

    /// Reads until the screen holds a text.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
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
    pub(crate) fn loses(&mut self, text: &str) -> &mut Self {
        while self.screen().contains(text) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => panic!("\"{text}\" stays on the screen:\n{}", self.screen()),
            }
        }
        self
    }

    /// Somebody pulls at the corner of the window.
    pub(crate) fn resize(&mut self, rows: u16, cols: u16) -> &mut Self {
        let screen = self.parser.screen_mut();
        screen.set_size(cells(rows), cells(cols));
        self.master.resize(size(rows, cols)).unwrap();
        self
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.raw.extend(bytes);
        let says = std::mem::take(&mut self.parser.callbacks_mut().says);
        if !says.is_empty() {
            self.send(&says);
        }
    }

    /// The program's side of the line; while it is held, the terminal does not end.
    pub(crate) fn line(&self) -> OwnedFd {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let name = self.master.tty_name().unwrap();
        rustix::fs::open(name, flags, Mode::empty()).unwrap()
    }

    /// The number of the process in it.
    pub(crate) fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
        self
    }

    /// Waits for the end: the exit code, with everything the terminal was told until then.
    pub(crate) fn ends(&mut self) -> u32 {
        while let Ok(bytes) = self.bytes.recv_timeout(PATIENCE) {
            self.take(&bytes);
        }
        if self.child.try_wait().unwrap().is_none() {
            self.child.kill().unwrap();
        }
        self.child.wait().unwrap().exit_code()
    }

    /// Where the console keeps what it remembers.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join(".local/state/nightdesk")
    }

    /// Waits for the end; the home stays.
    pub(crate) fn ended(mut self) -> TempDir {
        self.ends();
        self.home
    }

    /// Asserts that the terminal is as it was before.
    #[track_caller]
    pub(crate) fn is_as_before(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen());
        assert!(!screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}
