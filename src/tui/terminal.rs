//! The terminal as a borrowed thing: taken whole, and always given back as it was.
//!
//! It is given back on quitting, on an error, on a panic in *any* task, on every signal that asks a
//! program to end, and when the terminal itself has vanished. After a stop it is taken anew. A panic anywhere is fatal: a console that draws on while
//! one of its tasks is dead would show a screen that nobody keeps true. Nothing from outside is
//! printed on the way out. The terminal is asked nothing here: answers that arrive late over a slow
//! line would be taken for keys.

use crate::notify::terminal::{GIVE_TITLE_BACK, KEEP_TITLE};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::stdio;
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

/// Alternate screen, hidden cursor, bracketed paste.
const TAKE: &str = "\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?2004h";
/// Clicks and the wheel; not every movement, because each would wake the console.
const LISTEN_TO_THE_MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
/// The opposite, with attributes reset first.
const GIVE_BACK: &str = "\x1b[m\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?25h\x1b[?1049l";

/// Whether the title is ours at the moment.
static TITLED: AtomicBool = AtomicBool::new(false);

/// Whether the terminal is ours at the moment; the one who clears it gives the terminal back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal is no longer there.
static VANISHED: Notify = Notify::const_new();

/// How long the loop may take to end by itself once it is asked to.
pub(super) const PATIENCE: Duration = Duration::from_millis(150);

/// How the console came to its end, and with it the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The officer quit.
    Quit,
    /// SIGTERM.
    Terminated,
    /// SIGHUP, or a terminal that is no longer there.
    HungUp,
    /// SIGINT, from outside: the key belongs to the console.
    Interrupted,
    /// SIGQUIT, from outside as well.
    Aborted,
    /// A fault in the program itself.
    Fault,
}

impl Ending {
    /// The exit code: 0, or what a shell shows for the signal, or 70 (`EX_SOFTWARE`).
    pub fn code(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Terminated => 143,
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Aborted => 131,
            Self::Fault => 70,
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending.code())
    }
}

/// What to do with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// Clicks and the wheel are the console's.
    Listen,
    /// The terminal keeps the mouse, for selecting text.
    Leave,
}

/// Holds the terminal; dropping it gives the terminal back.
#[must_use]
pub struct Guard(());

/// Takes the terminal anew, if it is ours: a shell has had it while the console was stopped. What was on
/// the screen is gone.
///
/// # Errors
/// If the terminal cannot be switched or written to.
pub(super) fn take_again(mouse: Mouse) -> io::Result<()> {
    if !TAKEN.load(Ordering::SeqCst) {
        return Ok(());
    }
    crossterm::terminal::disable_raw_mode()?;
    crossterm::terminal::enable_raw_mode()?;
    write_all(TAKE)?;
    listen(mouse)
}

fn listen(mouse: Mouse) -> io::Result<()> {
    match mouse {
        Mouse::Listen => write_all(LISTEN_TO_THE_MOUSE),
        Mouse::Leave => Ok(()),
    }
}

impl Guard {
    /// Takes the terminal, and from then on makes every panic in the process fatal.
    ///
    /// # Errors
    /// If standard input or output is not a terminal, or cannot be switched.
    pub fn take(mouse: Mouse) -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::other(
                "the console needs a terminal; without one, use nightdesk list, show and the other commands",
            ));
        }
        crossterm::terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let guard = Self(());
        end_by_every_panic();
        std::thread::Builder::new()
            .name("terminal watchdog".to_owned())
            .spawn(end_with_the_terminal)?;
        write_all(TAKE)?;
        listen(mouse)?;
        Ok(guard)
    }

    /// From now on the window's title is ours as well, and given back with the rest.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub fn take_title(&self) -> io::Result<()> {
        TITLED.store(true, Ordering::SeqCst);
        write_all(KEEP_TITLE)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// From now on every panic in the process is fatal: a console that goes on while one of its tasks is
/// dead would say what nobody keeps true.
pub(super) fn end_by_every_panic() {
    std::panic::set_hook(Box::new(end_by_panic));
}

/// Listens for the signals that ask the console to end, and for the terminal's vanishing, from now
/// on; what is given back waits for the first of them.
///
/// # Errors
/// If the signal handlers cannot be installed.
pub fn ending_signal() -> io::Result<impl Future<Output = Ending> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut aborted = signal(SignalKind::quit())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => Ending::Terminated,
            _ = hung_up.recv() => Ending::HungUp,
            _ = interrupted.recv() => Ending::Interrupted,
            _ = aborted.recv() => Ending::Aborted,
            () = VANISHED.notified() => Ending::HungUp,
        }
    })
}

/// The signals of job control, listened for from now on.
pub struct JobControl {
    stopped: Signal,
    resumed: Signal,
}

impl JobControl {
    /// From now on SIGTSTP stops nothing: a console that stands still watches no deadline.
    ///
    /// # Errors
    /// If the signal handlers cannot be installed.
    pub fn new() -> io::Result<Self> {
        let [stop, resume] = [rustix::process::Signal::TSTP, rustix::process::Signal::CONT]
            .map(|wanted| SignalKind::from_raw(wanted.as_raw()));
        Ok(Self {
            stopped: signal(stop)?,
            resumed: signal(resume)?,
        })
    }

    /// Waits until the process goes on after SIGSTOP, which nobody can catch: the shell has had the
    /// terminal meanwhile.
    pub async fn resumed(&mut self) {
        loop {
            tokio::select! {
                _ = self.stopped.recv() => {}
                _ = self.resumed.recv() => return,
            }
        }
    }
}

/// Ends the process now, when the loop does not answer: it may be stuck in a write to a terminal
/// that takes no bytes.
pub fn end_at_once(ending: Ending) -> ! {
    // Without this the write that gives the terminal back would be stuck as well.
    let flags = rustix::fs::fcntl_getfl(stdio::stdout());
    if let Ok(flags) = flags {
        let _ = rustix::fs::fcntl_setfl(stdio::stdout(), flags | rustix::fs::OFlags::NONBLOCK);
        give_back();
        let _ = rustix::fs::fcntl_setfl(stdio::stdout(), flags);
    }
    std::process::exit(ending.code().into());
}

/// Gives the terminal back, once; whoever comes second does nothing.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // Nothing can be done about a terminal that no longer takes bytes.
        if TITLED.swap(false, Ordering::SeqCst) {
            let _ = write_all(GIVE_TITLE_BACK);
        }
        let _ = write_all(GIVE_BACK);
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

fn write_all(sequence: &str) -> io::Result<()> {
    let mut rest = sequence.as_bytes();
    while !rest.is_empty() {
        let written = rustix::io::retry_on_intr(|| rustix::io::write(stdio::stdout(), rest))?;
        rest = &rest[written..];
    }
    Ok(())
}

/// The way to the screen while the terminal is ours; afterwards it swallows what it is given, so
/// that a frame that comes late cannot soil the shell.
///
/// Past the standard library's lock and buffer on purpose: whoever ends the process must not wait
/// for a writer that is stuck.
pub struct Output(());

impl Guard {
    /// Where frames are written while this guard lives.
    pub fn output(&self) -> Output {
        Output(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !TAKEN.load(Ordering::SeqCst) {
            return Ok(bytes.len());
        }
        Ok(rustix::io::retry_on_intr(|| {
            rustix::io::write(stdio::stdout(), bytes)
        })?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says where the fault is and nothing else: a panic's message may carry text from outside.
fn end_by_panic(panic: &PanicHookInfo<'_>) {
    give_back();
    let place = panic.location().map_or_else(String::new, |at| {
        let file = at.file().rsplit('/').next().unwrap_or_default();
        format!(" at {file}:{}", at.line())
    });
    let _ = writeln!(
        io::stderr(),
        "nightdesk stopped because of a fault in nightdesk{place}. Every action shown as saved is saved. Start it again to go on"
    );
    std::process::exit(Ending::Fault.code().into());
}

/// Ends the console when the terminal vanishes, with a signal or without (a supervisor, a killed
/// tmux): crossterm would spin on the dead input for ever. The loop is asked first, so that what was
/// typed is kept.
fn end_with_the_terminal() {
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    loop {
        let stdin = stdio::stdin();
        // No events are asked for: these three are always reported, and nothing else wakes the poll.
        let mut watched = [PollFd::new(&stdin, PollFlags::empty())];
        let polled = poll(&mut watched, None);
        if polled.is_ok() && watched[0].revents().intersects(gone) {
            VANISHED.notify_one();
            std::thread::sleep(PATIENCE);
            if TAKEN.load(Ordering::SeqCst) {
                end_at_once(Ending::HungUp);
            }
            return;
        }
    }
}
