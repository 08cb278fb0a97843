//! The words of a filter: one table, from which the grammar reads, complaints suggest, and the
//! documents are written.

use super::expression::{ClockTest, Quality, Reach, Sort, Stage};
use crate::domain::clock::ClockState;
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::{Category, Status};
use chrono::TimeDelta;

/// A form that a part of a filter can have.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The word with its sign, such as `owner:`; empty for plain text.
    pub word: &'static str,
    /// Other spellings of the word.
    pub also: &'static [&'static str],
    /// What can be typed.
    pub examples: &'static [&'static str],
    /// What it keeps.
    pub keeps: &'static str,
    /// Everything that can follow the word, where that is a list.
    pub values: fn() -> Vec<String>,
}

const fn form(
    word: &'static str,
    also: &'static [&'static str],
    examples: &'static [&'static str],
    keeps: &'static str,
    values: fn() -> Vec<String>,
) -> Form {
    Form {
        word,
        also,
        examples,
        keeps,
        values,
    }
}

/// Every form, in the order in which they are told.
pub const FORMS: [Form; 16] = [
    form(
        "",
        &[],
        &["usb stick", "\"usb stick\""],
        "Incidents with these words in reference, title, organisations, category or trend key. Quotes keep words together",
        free,
    ),
    form(
        "owner:",
        &[],
        &["owner:me", "owner:none", "owner:quill"],
        "What you own, nobody owns, or somebody with that name owns",
        free,
    ),
    form(
        "due<",
        &[],
        &["due<4h", "due>=2d", "due<0m"],
        "Those whose nearest open clock is due in less time, or in more; `due<0m` is overdue. Units are `m`, `h`, `d`",
        free,
    ),
    form(
        "partner:",
        &[],
        &["partner:unreached"],
        "Whether the affected partners have been reached",
        words::<Reach>,
    ),
    form(
        "sev>=",
        &["severity"],
        &["sev>=3", "sev=5", "sev:none"],
        "The severity in force, 1 to 5; `sev:none` is not graded yet",
        free,
    ),
    form(
        "p1",
        &[],
        &["p1", "p2 or p3"],
        "The priority, p1 to p4",
        free,
    ),
    form(
        "stage:",
        &["status"],
        &["stage:triaged"],
        "The stage, as the board's column shows it",
        words::<Stage>,
    ),
    form(
        "clock:",
        &[],
        &[
            "clock:overdue",
            "clock:ico",
            "clock:ico-overdue",
            "clock:\"ICO told\"",
        ],
        "A clock in that state, a clock of that kind that still runs, or both. A kind may also be written as the screen or the API names it. `clock:overdue` asks the clocks that the board lists",
        words::<ClockTest>,
    ),
    form(
        "organisation:",
        &["org"],
        &["organisation:harbour", "organisation:\"Harbour City\""],
        "Incidents that name the organisation as reporter, controller, supplier or partner",
        free,
    ),
    form(
        "controller:",
        &[],
        &["controller:riverbourne"],
        "Incidents in which the organisation is a controller",
        free,
    ),
    form(
        "category:",
        &[],
        &["category:phishing"],
        "What happened, from the procedure's list",
        words::<Category>,
    ),
    form(
        "trend:",
        &[],
        &["trend:fax"],
        "Incidents whose trend key begins like this",
        free,
    ),
    form(
        "is:",
        &[],
        &["is:overdue", "is:unacknowledged"],
        "A plain yes or no. `is:overdue` and `is:due-soon` (also `is:due`) are the queues of these names",
        words::<Quality>,
    ),
    form(
        "-",
        &[],
        &["-owner:me", "-\"test message\""],
        "The opposite of what follows the sign",
        free,
    ),
    form(
        "or",
        &[],
        &["p1 or due<1h"],
        "What fits either side. Everything else between two `or` must fit together",
        free,
    ),
    form(
        "sort:",
        &[],
        &["sort:severity"],
        "The order: the board's own is `urgent` (major incidents, then what nobody acknowledged; then what can still be met soon, what was missed, and the rest)",
        words::<Sort>,
    ),
];

fn free() -> Vec<String> {
    Vec::new()
}

fn words<W: Word>() -> Vec<String> {
    W::all().into_iter().map(Word::word).collect()
}

impl Form {
    /// The word without its sign.
    pub(super) fn name(&self) -> &'static str {
        self.word.trim_end_matches([':', '<', '>', '='])
    }

    /// Whether a typed word, in lower case and without a sign, means this form.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let takes_a_value = self.word.ends_with([':', '<', '=']);
        takes_a_value && (self.name() == name || self.also.contains(&name))
    }
}

/// A value that is one of a list of words.
pub(super) trait Word: Copy {
    /// Every one that there is.
    fn all() -> Vec<Self>;

    /// How it is written.
    fn word(self) -> String;

    /// How else it may be written, in lower case and with hyphens for underscores.
    fn also(self) -> Vec<String> {
        Vec::new()
    }
}

/// The value that is written like this; `_` and `-` are the same.
pub(super) fn worded<W: Word>(typed: &str) -> Option<W> {
    let typed = typed.replace('_', "-");
    let is_it = |value: &W| value.word() == typed || value.also().contains(&typed);
    W::all().into_iter().find(is_it)
}

impl Word for Reach {
    fn all() -> Vec<Self> {
        vec![Self::Unreached, Self::Reached, Self::Failed, Self::None]
    }

    fn word(self) -> String {
        let word = match self {
            Self::Unreached => "unreached",
            Self::Reached => "reached",
            Self::Failed => "failed",
            Self::None => "none",
        };
        word.to_owned()
    }
}

impl Word for Stage {
    fn all() -> Vec<Self> {
        let stages = Status::ALL.into_iter().map(Self::Is);
        stages.chain([Self::Major]).collect()
    }

    fn word(self) -> String {
        match self {
            Self::Is(status) => status.name().to_owned(),
            Self::Major => "major".to_owned(),
        }
    }
}

impl Word for ClockTest {
    fn all() -> Vec<Self> {
        let states = || STATES.into_iter().map(Some);
        let kinds = || ClockKind::ALL.into_iter().map(Some);
        let any = states().map(|state| Self { kind: None, state });
        let runs = kinds().map(|kind| Self { kind, state: None });
        let both = kinds().flat_map(|kind| states().map(move |state| Self { kind, state }));
        any.chain(runs).chain(both).collect()
    }

    fn word(self) -> String {
        let parts = [self.kind.map(kind_word), self.state.map(state_word)];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        parts.join("-")
    }

    /// By the code of the API, and by the names that the screen shows.
    fn also(self) -> Vec<String> {
        let Some(kind) = self.kind else {
            return Vec::new();
        };
        let names = names_on_screen(kind);
        match self.state {
            None => names,
            Some(state) => names
                .iter()
                .flat_map(|name| {
                    ["-", " "].map(|sign| format!("{name}{sign}{}", state_word(state)))
                })
                .collect(),
        }
    }
}

/// `ico-72h`, `ico told (72 h)`, `ico told`, `tell the ico (72 h)`, `tell the ico`.
fn names_on_screen(kind: ClockKind) -> Vec<String> {
    let in_full = [kind.as_str(), kind.name(), kind.to_do()];
    let in_full = in_full.map(|name| name.to_lowercase().replace('_', "-"));
    let short = in_full.clone().map(|name| match name.split_once(" (") {
        Some((short, _)) => short.to_owned(),
        None => name,
    });
    in_full.into_iter().chain(short).collect()
}

const STATES: [ClockState; 10] = [
    ClockState::Running,
    ClockState::DueSoon,
    ClockState::Overdue,
    ClockState::Met,
    ClockState::MetWithinWorkingDay,
    ClockState::MetLate,
    ClockState::MetByException,
    ClockState::StoodDown,
    ClockState::Released,
    ClockState::Ended,
];

fn kind_word(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::LmIao => "manager",
        ClockKind::BobDpo => "dpo",
        ClockKind::Bob24h => "contacts",
        ClockKind::Ico72h => "ico",
        ClockKind::Nis72h => "nis",
        ClockKind::Wso24h => "partnership",
        ClockKind::Proc24h => "supplier",
        ClockKind::Ack => "ack",
    }
}

fn state_word(state: ClockState) -> &'static str {
    match state {
        ClockState::Running => "due",
        ClockState::DueSoon => "soon",
        ClockState::Overdue => "overdue",
        ClockState::Met => "met",
        ClockState::MetWithinWorkingDay => "working-day",
        ClockState::MetLate => "met-late",
        ClockState::MetByException => "exception",
        ClockState::StoodDown => "stood-down",
        ClockState::Released => "released",
        ClockState::Ended => "ended",
    }
}

impl Word for Category {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    /// The wire's own word with hyphens, as everywhere in the shell.
    fn word(self) -> String {
        let mut word = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !word.is_empty() {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        }
        word
    }
}

impl Word for Quality {
    fn all() -> Vec<Self> {
        vec![
            Self::Open,
            Self::Ended,
            Self::Acknowledged,
            Self::Unacknowledged,
            Self::Overdue,
            Self::DueSoon,
            Self::Major,
            Self::Cyber,
        ]
    }

    fn word(self) -> String {
        let word = match self {
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Acknowledged => "acknowledged",
            Self::Unacknowledged => "unacknowledged",
            Self::Overdue => "overdue",
            Self::DueSoon => "due-soon",
            Self::Major => "major",
            Self::Cyber => "cyber",
        };
        word.to_owned()
    }

    fn also(self) -> Vec<String> {
        let also: &[&str] = match self {
            Self::Ended => &["closed"],
            Self::Unacknowledged => &["unack", "not-acknowledged"],
            Self::Overdue => &["late"],
            Self::DueSoon => &["due", "soon"],
            Self::Open | Self::Acknowledged | Self::Major | Self::Cyber => &[],
        };
        also.iter().map(|word| (*word).to_owned()).collect()
    }
}

impl Word for Sort {
    fn all() -> Vec<Self> {
        vec![
            Self::Urgent,
            Self::Due,
            Self::Severity,
            Self::Priority,
            Self::Newest,
        ]
    }

    fn word(self) -> String {
        let word = match self {
            Self::Urgent => "urgent",
            Self::Due => "due",
            Self::Severity => "severity",
            Self::Priority => "priority",
            Self::Newest => "newest",
        };
        word.to_owned()
    }
}

/// A length in the largest unit that says it exactly.
pub(super) fn span(span: TimeDelta) -> String {
    let minutes = span.num_minutes();
    match (minutes % (24 * 60), minutes % 60) {
        (0, _) if minutes != 0 => format!("{}d", minutes / (24 * 60)),
        (_, 0) if minutes != 0 => format!("{}h", minutes / 60),
        _ => format!("{minutes}m"),
    }
}

/// A length such as `30m`, `4h` or `2d`.
pub(super) fn understood_span(typed: &str) -> Option<TimeDelta> {
    let (number, unit) = typed.split_at_checked(typed.len().checked_sub(1)?)?;
    let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    let number: i64 = number.parse().ok().filter(|_| is_number)?;
    match unit {
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        _ => None,
    }
}

/// A text as it has to be typed so that it is read as text.
pub(super) fn as_text(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter == '-';
    let is_of_priorities = |letter: char| letter.is_ascii_digit() || "p-".contains(letter);
    let reads_as_priority = text.starts_with('p') && text.chars().all(is_of_priorities);
    let begins_with_form = FORMS.iter().any(|form| {
        let names = form.also.iter().copied().chain([form.name()]);
        let mut names = names.filter(|name| !name.is_empty() && *name != "-");
        names.any(|name| text.starts_with(name))
    });
    let is_bare = text.chars().all(is_plain)
        && !text.starts_with('-')
        && !reads_as_priority
        && !begins_with_form
        && !["or", "and"].contains(&text);
    if is_bare {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// A free value as it has to be typed.
pub(super) fn as_value(value: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-._".contains(letter);
    if value.chars().all(is_plain) && !["me", "none", "nobody"].contains(&value) {
        value.to_owned()
    } else {
        format!("\"{value}\"")
    }
}
