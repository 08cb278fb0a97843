//! Which way leads to the officer's desktop, as far as it can be told.
//!
//! The environment is asked first: it costs nothing and cannot stall. Of a session over SSH little of
//! it comes across (`TERM`, and `LC_TERMINAL` where both sides allow it), so a terminal's own answers
//! count for more where somebody had it asked ([`probe`](super::probe)). What is not recognised gets
//! the bell and the title: a wrong guess would be silence that looks like care. The tables are
//! defaults and no truth, which is why there is a setting and a test.

use super::probe::Answers;
use super::terminal::{Method, Route, Through};

/// What the program was started with that says something of the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// `TERM`.
    pub term: String,
    /// `LC_TERMINAL`, which crosses SSH.
    pub lc_terminal: String,
    /// `TERM_PROGRAM`, which does not.
    pub term_program: String,
    /// Whether it runs inside tmux.
    pub in_tmux: bool,
    /// Whether it runs inside GNU screen.
    pub in_screen: bool,
    /// Whether it runs at the far end of SSH.
    pub over_ssh: bool,
}

impl Environment {
    /// The environment, by what `variable` says of each name.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| variable(name).unwrap_or_default();
        let is_set = |name: &str| !text(name).is_empty();
        Self {
            term: text("TERM"),
            lc_terminal: text("LC_TERMINAL"),
            term_program: text("TERM_PROGRAM"),
            in_tmux: is_set("TMUX"),
            in_screen: is_set("STY"),
            over_ssh: is_set("SSH_CONNECTION") || is_set("SSH_TTY"),
        }
    }

    /// What stands between the program and the terminal. The innermost counts, and whether tmux or
    /// screen is it, only `TERM` can tell where both are set.
    pub fn through(&self) -> Through {
        match (self.in_tmux, self.in_screen) {
            (true, true) if self.term.starts_with("screen.") => Through::Screen,
            (true, _) => Through::Tmux,
            (false, true) => Through::Screen,
            (false, false) => Through::Nothing,
        }
    }
}

/// What the settings say of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Find out.
    Auto,
    /// This and no other.
    Always(Method),
}

/// A method that does not exist.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" is not a way to reach a terminal. Set [notify] terminal to auto, osc9, osc777, osc99, bel or off"
)]
pub struct UnknownMethod(String);

impl Choice {
    /// The choice of a word in the settings.
    ///
    /// # Errors
    /// A sentence with the words there are.
    pub fn named(word: &str) -> Result<Self, UnknownMethod> {
        let mut methods = Method::ALL.into_iter();
        match methods.find(|method| method.name() == word) {
            Some(method) => Ok(Self::Always(method)),
            None if word == "auto" => Ok(Self::Auto),
            None => Err(UnknownMethod(word.to_owned())),
        }
    }
}

/// A way, and why this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The way.
    pub route: Route,
    /// What it was recognised by, in words.
    pub because: String,
}

/// The way that the settings, the terminal's own answers and the environment lead to, in this order.
pub fn route(choice: Choice, environment: &Environment, answers: &Answers) -> Found {
    let through = environment.through();
    let (method, because) = match choice {
        Choice::Always(method) => (method, "your settings say so".to_owned()),
        Choice::Auto => by_answers(answers)
            .or_else(|| by_environment(environment))
            .unwrap_or((Method::Bell, unknown(through))),
    };
    Found {
        route: Route { method, through },
        because,
    }
}

fn unknown(through: Through) -> String {
    match through {
        Through::Nothing => "the terminal was not recognised".to_owned(),
        Through::Tmux | Through::Screen => {
            "the terminal around tmux or screen was not recognised".to_owned()
        }
    }
}

/// How terminals call themselves when asked, and what they show.
const BY_VERSION: [(&str, Method); 8] = [
    ("kitty", Method::Osc99),
    ("wezterm", Method::Osc777),
    ("ghostty", Method::Osc777),
    ("foot", Method::Osc777),
    ("konsole", Method::Osc777),
    ("iterm2", Method::Osc9),
    ("xterm", Method::Bell),
    ("vte", Method::Bell),
];

fn by_answers(answers: &Answers) -> Option<(Method, String)> {
    if answers.takes_osc99 {
        let because = "the terminal answered that it takes OSC 99".to_owned();
        return Some((Method::Osc99, because));
    }
    let version = answers.version.as_deref()?.to_ascii_lowercase();
    let mut known = BY_VERSION.into_iter();
    let (name, method) = known.find(|(name, _)| version.starts_with(name))?;
    Some((method, format!("the terminal answered that it is {name}")))
}

/// A variable's value, or how it begins, and what terminals that set it show.
const BY_VARIABLE: [(Variable, &str, Method); 11] = [
    (Variable::LcTerminal, "iTerm2", Method::Osc9),
    (Variable::TermProgram, "iTerm.app", Method::Osc9),
    (Variable::TermProgram, "WezTerm", Method::Osc777),
    (Variable::TermProgram, "ghostty", Method::Osc777),
    (Variable::TermProgram, "kitty", Method::Osc99),
    (Variable::TermProgram, "vscode", Method::Osc99),
    (Variable::Term, "xterm-kitty", Method::Osc99),
    (Variable::Term, "xterm-ghostty", Method::Osc777),
    (Variable::Term, "wezterm", Method::Osc777),
    (Variable::Term, "foot", Method::Osc777),
    (Variable::Term, "konsole", Method::Osc777),
];

#[derive(Clone, Copy)]
enum Variable {
    LcTerminal,
    TermProgram,
    Term,
}

fn by_environment(environment: &Environment) -> Option<(Method, String)> {
    BY_VARIABLE
        .into_iter()
        .find_map(|(variable, value, method)| {
            let (name, is) = match variable {
                Variable::LcTerminal => ("LC_TERMINAL", &environment.lc_terminal),
                Variable::TermProgram => ("TERM_PROGRAM", &environment.term_program),
                Variable::Term => ("TERM", &environment.term),
            };
            is.starts_with(value)
                .then(|| (method, format!("{name} says {value}")))
        })
}
