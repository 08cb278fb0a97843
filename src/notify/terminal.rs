//! A notice as bytes that a terminal understands, through tmux and GNU screen too.
//!
//! Over SSH the terminal is the only way to the officer's own desktop. No method is known to every
//! terminal, and what a terminal does not know it passes over, so a bell goes with each. Deliberately
//! writes nothing: whoever holds the terminal does that, between two frames.

use super::notice::{Notice, Urgency};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BELL: &str = "\x07";
/// Ends a sequence for terminals themselves.
const END: &str = "\x1b\\";

/// Keeps the window's title on the terminal's own stack.
pub const KEEP_TITLE: &str = "\x1b[22;2t";
/// Takes the kept title back; where there is no such stack, an empty title is at least no lie.
pub const GIVE_TITLE_BACK: &str = "\x1b]2;\x1b\\\x1b[23;2t";

/// GNU screen passes on at most 768 bytes of one wrapped sequence.
const MOST_THROUGH_SCREEN: usize = 700;

/// How a notice is put to the terminal, besides the bell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One text (iTerm2, WezTerm, Ghostty).
    Osc9,
    /// Heading and text (foot, Konsole, WezTerm, Windows Terminal from 1.26 where it is allowed).
    Osc777,
    /// Heading, text and urgency (kitty).
    Osc99,
    /// The bell and the title alone.
    Bell,
    /// Nothing at all, not even the title.
    Off,
}

impl Method {
    /// Every method, the ones that show a text first.
    pub const ALL: [Self; 5] = [Self::Osc9, Self::Osc777, Self::Osc99, Self::Bell, Self::Off];

    /// The word of the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Osc9 => "osc9",
            Self::Osc777 => "osc777",
            Self::Osc99 => "osc99",
            Self::Bell => "bel",
            Self::Off => "off",
        }
    }
}

/// What stands between the program and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// Nothing, as far as is known.
    Nothing,
    /// tmux, which passes wrapped sequences on where `allow-passthrough` is on.
    Tmux,
    /// GNU screen.
    Screen,
}

/// The way from here to the officer's desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// How it is put.
    pub method: Method,
    /// Through what.
    pub through: Through,
}

impl Route {
    /// A notice that shows a text, without the bell; nothing where there is no such way.
    pub fn text(self, notice: &Notice) -> String {
        let end = match self.through {
            // What it is wrapped in ends with the other one.
            Through::Screen => BELL,
            Through::Nothing | Through::Tmux => END,
        };
        let sequence = match self.method {
            Method::Osc9 => osc9(notice, end),
            Method::Osc777 => osc777(notice, end),
            Method::Osc99 => osc99(notice, end),
            Method::Bell | Method::Off => return String::new(),
        };
        self.wrapped(&sequence)
    }

    /// The bell.
    pub fn bell(self) -> String {
        match (self.method, self.through) {
            (Method::Off, _) => String::new(),
            // Debian's screen turns a plain one into a flash of its own.
            (_, Through::Screen) => self.wrapped(BELL),
            (_, Through::Nothing | Through::Tmux) => BELL.to_owned(),
        }
    }

    /// The window's title with so many alarms that stand. Multiplexers have titles of their own, which
    /// is what their status line shows, so this is never wrapped.
    pub fn title(self, alarms: usize) -> String {
        let title = match (self.method, alarms) {
            (Method::Off, _) => return String::new(),
            (_, 0) => "nightdesk".to_owned(),
            (_, 1) => "(1 alarm) nightdesk".to_owned(),
            (_, alarms) => format!("({alarms} alarms) nightdesk"),
        };
        format!("\x1b]2;{title}{END}")
    }

    fn wrapped(self, sequence: &str) -> String {
        match self.through {
            Through::Nothing => sequence.to_owned(),
            Through::Tmux => format!("\x1bPtmux;{}{END}", sequence.replace('\x1b', "\x1b\x1b")),
            Through::Screen => {
                let parts = sequence.as_bytes().chunks(MOST_THROUGH_SCREEN);
                parts.fold(String::new(), |wrapped, part| {
                    wrapped + "\x1bP" + &String::from_utf8_lossy(part) + END
                })
            }
        }
    }
}

/// The word in front keeps a text from starting with a digit and a semicolon, which ConEmu and Windows
/// Terminal take for orders.
fn osc9(notice: &Notice, end: &str) -> String {
    format!("\x1b]9;On-call: {}{end}", notice.sentence())
}

fn osc777(notice: &Notice, end: &str) -> String {
    let (heading, sentence) = (notice.heading(), notice.sentence());
    format!("\x1b]777;notify;{heading};{sentence}{end}")
}

/// In two parts, as kitty takes heading and text; the second one completes it.
fn osc99(notice: &Notice, end: &str) -> String {
    let urgency = match notice.urgency() {
        Urgency::Normal => 1,
        Urgency::Critical => 2,
    };
    let name = notice.name();
    let heading = STANDARD.encode(notice.heading());
    let sentence = STANDARD.encode(notice.sentence());
    format!(
        "\x1b]99;i={name}:d=0:e=1:u={urgency};{heading}{end}\
         \x1b]99;i={name}:d=1:e=1:u={urgency}:p=body;{sentence}{end}"
    )
}
