//! A filter as a typed expression: alternatives, each of which is a list of tests that must all hold,
//! and the order in which what is kept comes.

use super::standing::Standing;
use super::vocabulary::{self, Word as _};
use crate::domain::clock::ClockState;
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::{Category, Priority, Status};
use chrono::TimeDelta;
use std::fmt::{self, Display};

/// What somebody looks for; an empty one keeps everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these must hold, whole; none where everything is kept.
    pub(super) alternatives: Vec<Vec<Term>>,
    /// The order that was asked for.
    pub(super) sort: Option<Sort>,
}

impl Filter {
    /// Whether it keeps everything, in the order in which it comes anyway.
    pub fn is_empty(&self) -> bool {
        self.alternatives.is_empty() && self.sort.is_none()
    }

    /// The order that it asks for, if it asks for one.
    pub fn asked_sort(&self) -> Option<Sort> {
        self.sort
    }

    /// The order of what it keeps: the board's, unless it asks for another.
    pub fn sort(&self) -> Sort {
        self.sort.unwrap_or(Sort::Urgent)
    }
}

/// A test, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Whether the test must fail.
    pub(super) is_negated: bool,
    pub(super) test: Test,
}

/// What is asked of one incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// The searchable text holds this, in lower case.
    Text(String),
    Owner(Owner),
    /// The nearest open clock is due in less or more than so long; less than nothing is overdue.
    Due(Comparison, TimeDelta),
    Partner(Reach),
    Severity(Comparison, u8),
    Ungraded,
    Priority(Priority),
    Stage(Stage),
    Clock(ClockTest),
    Organisation(Name),
    Controller(Name),
    Category(Category),
    /// The trend key, in lower case.
    Trend(String),
    Is(Quality),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Me,
    Nobody,
    Named(Name),
}

/// Somebody or some organisation, by a part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// As it was typed, in lower case.
    Typed(String),
    /// The short names that it stands for.
    Known {
        /// As it was typed.
        typed: String,
        /// In the directory.
        ids: Vec<String>,
    },
}

impl Name {
    pub(super) fn typed(&self) -> &str {
        match self {
            Self::Typed(typed) | Self::Known { typed, .. } => typed,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Comparison {
    pub(super) const ALL: [Self; 5] = [
        Self::AtMost,
        Self::AtLeast,
        Self::Less,
        Self::More,
        Self::Equal,
    ];

    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }

    pub(super) fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Equal => left == right,
            Self::AtLeast => left >= right,
            Self::More => left > right,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Unreached,
    Reached,
    Failed,
    None,
}

/// What stands in the board's column of stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Is(Status),
    Major,
}

/// A clock of a kind, of any kind that is listed, in a state; without a state, one that still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClockTest {
    pub(super) kind: Option<ClockKind>,
    pub(super) state: Option<ClockState>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quality {
    Open,
    Ended,
    Acknowledged,
    Unacknowledged,
    Overdue,
    DueSoon,
    Major,
    Cyber,
}

/// An order in which incidents come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Major ones first, then unacknowledged ones, then what can still be met soon: the board's own.
    Urgent,
    /// The nearest clock first.
    Due,
    /// The most severe first; ungraded last.
    Severity,
    /// The highest priority first.
    Priority,
    /// The one logged last first.
    Newest,
}

/// A severity that comes after every severity there is.
const UNGRADED: i64 = 10;

impl Sort {
    /// What an incident sorts by first; less comes first, and of equals the nearest clock.
    pub(super) fn key(self, standing: &Standing) -> i64 {
        match self {
            Self::Urgent => 0,
            Self::Due => {
                let due_at = standing.urgency.nearest_due_at();
                due_at.map_or(i64::MAX, |at| at.timestamp_millis())
            }
            Self::Severity => severity_rank(standing.severity),
            Self::Priority => standing.priority as i64,
            Self::Newest => -standing.logged_at.timestamp_millis(),
        }
    }
}

/// What an order by severity sorts by: the more severe, the lower; ungraded last.
pub fn severity_rank(severity: Option<u8>) -> i64 {
    severity.map_or(UNGRADED, |severity| UNGRADED - 1 - i64::from(severity))
}

impl Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = self.sort.map(|sort| format!("sort:{}", sort.word()));
        let alternatives = self.alternatives.iter().map(|all| {
            let terms: Vec<String> = all.iter().map(ToString::to_string).collect();
            terms.join(" ")
        });
        let alternatives: Vec<String> = alternatives.collect();
        let tests = alternatives.join(" or ");
        let parts = [Some(tests).filter(|tests| !tests.is_empty()), sort];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negated { "-" } else { "" };
        write!(f, "{sign}{}", self.test)
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&vocabulary::as_text(text)),
            Self::Owner(Owner::Me) => f.write_str("owner:me"),
            Self::Owner(Owner::Nobody) => f.write_str("owner:none"),
            Self::Owner(Owner::Named(name)) => named(f, "owner", name.typed()),
            Self::Due(comparison, span) => {
                write!(f, "due{}{}", comparison.sign(), vocabulary::span(*span))
            }
            Self::Partner(reach) => write!(f, "partner:{}", reach.word()),
            Self::Severity(comparison, least) => write!(f, "sev{}{least}", comparison.sign()),
            Self::Ungraded => f.write_str("sev:none"),
            Self::Priority(priority) => write!(f, "p{}", *priority as u8 + 1),
            Self::Stage(stage) => write!(f, "stage:{}", stage.word()),
            Self::Clock(clock) => write!(f, "clock:{}", clock.word()),
            Self::Organisation(name) => named(f, "organisation", name.typed()),
            Self::Controller(name) => named(f, "controller", name.typed()),
            Self::Category(category) => write!(f, "category:{}", category.word()),
            Self::Trend(key) => named(f, "trend", key),
            Self::Is(quality) => write!(f, "is:{}", quality.word()),
        }
    }
}

/// In quotes always where a name is free: it may hold a space, or read like a word such as `me`.
fn named(f: &mut fmt::Formatter<'_>, word: &str, value: &str) -> fmt::Result {
    write!(f, "{word}:{}", vocabulary::as_value(value))
}
