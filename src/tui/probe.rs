//! Asking the terminal what it is, before anything else reads from it.
//!
//! Only where the settings ask for it. It waits for half a second at most, so a terminal that does not
//! answer stalls nobody; what that one says later is kept from being taken for keys ([`Late`]). What
//! the answers mean is deliberately not known here.

use crate::notify::probe::{self, Answers};
use crate::now::Stopwatch;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// A slow line takes a good part of this to the terminal and back.
const PATIENCE: Duration = Duration::from_millis(500);

/// Asks the terminal, which must be in raw mode with nobody else reading from it.
///
/// # Errors
/// If the terminal cannot be written to or read from.
pub(super) fn ask(out: &mut impl Write) -> io::Result<Answers> {
    out.write_all(probe::QUESTIONS.as_bytes())?;
    out.flush()?;
    let (asked, mut read) = (Stopwatch::start(), Vec::new());
    loop {
        let answers = probe::answers(&read);
        let left = PATIENCE.saturating_sub(asked.elapsed());
        if answers.is_complete || left.is_zero() || !is_readable(left)? {
            return Ok(answers);
        }
        let mut buffer = [0; 256];
        let count = rustix::io::retry_on_intr(|| rustix::io::read(stdio::stdin(), &mut buffer))?;
        if count == 0 {
            return Ok(answers);
        }
        read.extend(&buffer[..count]);
    }
}

/// Asks the terminal from a shell's command, which leaves it as it was.
///
/// # Errors
/// If there is no terminal, or it cannot be switched.
pub fn ask_from_the_shell() -> io::Result<Answers> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Ok(Answers::default());
    }
    crossterm::terminal::enable_raw_mode()?;
    let answers = ask(&mut io::stdout());
    crossterm::terminal::disable_raw_mode()?;
    answers
}

fn is_readable(within: Duration) -> io::Result<bool> {
    let stdin = stdio::stdin();
    let mut watched = [PollFd::new(&stdin, PollFlags::IN)];
    let within = Timespec::try_from(within).map_err(io::Error::other)?;
    Ok(poll(&mut watched, Some(&within))? > 0)
}

/// Keeps an answer that comes late from being taken for keys: to the reader of keys it begins as Alt
/// with P or ], and ends as Alt with \ or as Ctrl-G, none of which mean anything to the console.
#[derive(Debug, Default)]
pub struct Late {
    swallowed: Option<usize>,
}

impl Late {
    /// No answer is longer; whoever really pressed such a key loses no more than this.
    const LONGEST: usize = 128;

    /// Whether an event is a person's, and not part of an answer.
    pub fn is_typed(&mut self, event: &Event) -> bool {
        let Event::Key(key) = event else {
            return true;
        };
        match self.swallowed {
            None if begins(*key) => self.swallowed = Some(0),
            None => return true,
            Some(Self::LONGEST..) => {
                self.swallowed = None;
                return true;
            }
            Some(_) if ends(*key) => self.swallowed = None,
            // Keys that are in no answer.
            Some(_) if !matches!(key.code, KeyCode::Char(_)) => {
                self.swallowed = None;
                return true;
            }
            Some(count) => self.swallowed = Some(count + 1),
        }
        false
    }
}

fn begins(key: KeyEvent) -> bool {
    key.modifiers.contains(KeyModifiers::ALT) && matches!(key.code, KeyCode::Char('P' | ']'))
}

fn ends(key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('\\') => key.modifiers.contains(KeyModifiers::ALT),
        KeyCode::Char('g') => key.modifiers.contains(KeyModifiers::CONTROL),
        _ => false,
    }
}
