//! Asking the terminal what it is, and understanding the answers.
//!
//! One burst: its name and version (XTVERSION), whether it takes OSC 99, and last the question that
//! every terminal answers (DA1), so that its answer is the sign that no other will come. Deliberately
//! reads and writes nothing itself, and is never used inside tmux or screen, which would answer for
//! themselves.

/// The questions, with the fence last.
pub const QUESTIONS: &str = "\x1b[>q\x1b]99;i=nightdesk:p=?;\x1b\\\x1b[c";

/// What the terminal said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Its name and version.
    pub version: Option<String>,
    /// Whether it takes OSC 99.
    pub takes_osc99: bool,
    /// Whether the answer to the last question came, after which there is no other.
    pub is_complete: bool,
}

/// The answers in what was read so far; whatever else was typed meanwhile is passed over.
pub fn answers(read: &[u8]) -> Answers {
    let text = String::from_utf8_lossy(read);
    let body = |start: &str| {
        let (_, rest) = text.split_once(start)?;
        let end = rest.find(['\x1b', '\x07'])?;
        Some(&rest[..end])
    };
    Answers {
        version: body("\x1bP>|").map(str::to_owned),
        takes_osc99: body("\x1b]99;i=nightdesk:").is_some_and(|body| body.starts_with("p=?")),
        is_complete: text.split("\x1b[?").skip(1).any(is_device_attributes),
    }
}

fn is_device_attributes(rest: &str) -> bool {
    let parameters = rest.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == ';');
    parameters.starts_with('c')
}
