//! What is told, in fixed sentences of plain ASCII: kind, time left, reference.
//!
//! Invariant: nothing in a notice is text from an incident, and no sentence holds a character that
//! ends or divides a sequence of a terminal. It deliberately does not know how it is shown.

use crate::domain::deadlines::ClockKind;
use crate::domain::id::Reference;
use chrono::TimeDelta;
use std::fmt;

/// Something to tell an officer who may be looking elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A deadline comes nearer, or has passed.
    Deadline {
        /// What must be done before it.
        kind: ClockKind,
        /// Of which incident; none while the server has not given it one.
        reference: Option<Reference>,
        /// The time until it is due; negative afterwards.
        left: TimeDelta,
        /// Whether the server knows.
        standing: Standing,
    },
    /// More at once than anybody reads one by one.
    Several {
        /// How many alarms.
        alarms: usize,
        /// How many of them are of deadlines that have passed.
        overdue: usize,
        /// Whether the server knows.
        standing: Standing,
    },
    /// Asked for, to see whether it is seen: by which way.
    Sample(&'static str),
}

/// Whether an alarm is the server's as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The server can be reached, and raises the same alarm.
    Confirmed,
    /// The server is away: worked out on this machine from what was last heard.
    Local,
}

/// How much somebody should let themselves be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// There is time left.
    Normal,
    /// A deadline has passed.
    Critical,
}

impl Notice {
    /// The heading.
    pub fn heading(&self) -> &'static str {
        match (self, self.urgency()) {
            (Self::Sample(_), _) => "nightdesk test",
            (_, Urgency::Critical) => "nightdesk overdue",
            (_, Urgency::Normal) => "nightdesk deadline",
        }
    }

    /// The sentence below the heading.
    pub fn sentence(&self) -> String {
        match self {
            Self::Deadline {
                kind,
                reference,
                left,
                standing,
            } => {
                let of = reference.map_or("new incident".to_owned(), |of| of.to_string());
                format!("{of}, {}: {}{standing}", kind.name(), in_words(*left))
            }
            Self::Several {
                alarms,
                overdue: 0,
                standing,
            } => format!("{alarms} alarms, none overdue{standing}"),
            Self::Several {
                alarms,
                overdue,
                standing,
            } => format!("{alarms} alarms: {overdue} overdue{standing}"),
            Self::Sample(way) => format!("A sample by {way}, no incident is meant"),
        }
    }

    /// What it is about, as a name for the pop-up: a later one about the same takes its place.
    pub fn name(&self) -> String {
        match self {
            Self::Deadline {
                kind, reference, ..
            } => {
                let of = reference.map_or("new".to_owned(), |of| of.to_string());
                format!("nightdesk-{of}-{}", kind.as_str())
            }
            Self::Several { .. } => "nightdesk-several".to_owned(),
            Self::Sample(way) => format!("nightdesk-test-{way}"),
        }
    }

    /// How urgent it is.
    pub fn urgency(&self) -> Urgency {
        match self {
            Self::Deadline { left, .. } if *left < TimeDelta::zero() => Urgency::Critical,
            Self::Several { overdue: 1.., .. } => Urgency::Critical,
            Self::Deadline { .. } | Self::Several { .. } | Self::Sample(_) => Urgency::Normal,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Confirmed => "",
            Self::Local => " (local, unconfirmed)",
        })
    }
}

/// The time left, never more than there is. Not the screen's countdown: its minus sign is not ASCII,
/// and a seconds hand is of no use on a pop-up that stands still.
fn in_words(left: TimeDelta) -> String {
    let minutes = left.abs().num_minutes();
    let span = match (minutes / (24 * 60), minutes / 60, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (days @ 4.., hours, _) => format!("{days} d {:02} h", hours % 24),
        (_, hours, minutes) => format!("{hours} h {minutes:02} min"),
    };
    match (left < TimeDelta::zero(), minutes) {
        (true, 0) => "overdue".to_owned(),
        (true, _) => format!("overdue by {span}"),
        (false, _) => format!("{span} left"),
    }
}
