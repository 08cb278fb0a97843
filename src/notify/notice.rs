//! What is told, in fixed sentences of plain ASCII: kind, time left, reference.
//!
//! Invariant: nothing in a notice is text from an incident, and no sentence holds a character that
//! ends or divides a sequence of a terminal. It deliberately does not know how it is shown.

use crate::domain::Instant;
use crate::domain::alarm::Alarm;
use crate::domain::id::Reference;
use std::fmt;

/// Something to tell an officer who may be looking elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An alarm.
    One {
        /// Which.
        alarm: Alarm,
        /// Of which incident; none while the server has not given it one.
        reference: Option<Reference>,
        /// When it is told, from which the time left is counted.
        at: Instant,
        /// Who says so.
        source: Source,
    },
    /// More at once than anybody reads one by one.
    Several {
        /// How many alarms.
        alarms: usize,
        /// How many of them are of deadlines that have passed.
        overdue: usize,
        /// Who says so.
        source: Source,
    },
    /// The desk has not answered for a while: alarms are worked out on this machine alone.
    Away,
    /// The desk answers, and its alarm engine does not look: nobody else is told of anything.
    EngineSilent,
    /// What an incident is called, by itself.
    Reference(Reference),
    /// Asked for, to see whether it is seen: by which way.
    Sample(&'static str),
}

/// Who says that an alarm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The server can be reached, and raises the same alarm.
    Server,
    /// The server is away: worked out on this machine from what was last heard.
    Local,
}

/// How much somebody should let themselves be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// There is time left.
    Normal,
    /// A time is up.
    Critical,
}

/// An alarm that was raised, with what its incident is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The alarm.
    pub alarm: Alarm,
    /// The reference, once there is one.
    pub reference: Option<Reference>,
}

/// How alarms that were raised at once are told: one by one, or from so many on as their number.
pub fn notices(raised: Vec<Raised>, group_from: u32, at: Instant, source: Source) -> Vec<Notice> {
    let one = |Raised { alarm, reference }| Notice::One {
        alarm,
        reference,
        at,
        source,
    };
    if u32::try_from(raised.len()).is_ok_and(|count| count < group_from) {
        return raised.into_iter().map(one).collect();
    }
    let overdue = raised.iter().filter(|raised| is_overdue(&raised.alarm));
    vec![Notice::Several {
        alarms: raised.len(),
        overdue: overdue.count(),
        source,
    }]
}

fn is_overdue(alarm: &Alarm) -> bool {
    alarm.cause.runs_out() && alarm.threshold.is_passed()
}

impl Notice {
    /// The heading.
    pub fn heading(&self) -> &'static str {
        match self {
            Self::One { alarm, .. } if is_overdue(alarm) => "nightdesk: overdue",
            Self::Several { overdue: 1.., .. } => "nightdesk: overdue",
            Self::One { .. } => "nightdesk: alarm",
            Self::Several { .. } => "nightdesk: alarms",
            Self::Away => "nightdesk: no answer",
            Self::EngineSilent => "nightdesk: no alarms from the server",
            Self::Reference(_) => "nightdesk: reference",
            Self::Sample(_) => "nightdesk: test",
        }
    }

    /// The sentence below the heading.
    pub fn sentence(&self) -> String {
        match self {
            Self::One {
                alarm,
                reference,
                at,
                source,
            } => format!("{}, {}{source}", name(*reference), alarm.headline(*at)),
            Self::Several {
                alarms,
                overdue,
                source,
            } => format!("{alarms} new alarms, {overdue} of them overdue{source}"),
            Self::Away => "The desk does not answer: alarms are local, unconfirmed".to_owned(),
            Self::EngineSilent => {
                "The server raises no alarms: they are local, unconfirmed, and nobody else is told"
                    .to_owned()
            }
            Self::Reference(reference) => reference.to_string(),
            Self::Sample(way) => format!("A sample by {way}, no incident is meant"),
        }
    }

    /// What it is about, as a name for the pop-up: a later one about the same takes its place.
    pub fn subject(&self) -> String {
        match self {
            Self::One {
                alarm, reference, ..
            } => {
                let about = alarm.cause.to_string();
                // What a terminal takes as a name.
                let about = about.replace(|sign: char| !sign.is_ascii_alphanumeric(), "-");
                format!("nightdesk-{}-{about}", name(*reference)).replace(' ', "-")
            }
            Self::Several { .. } => "nightdesk-several".to_owned(),
            Self::Away => "nightdesk-away".to_owned(),
            Self::EngineSilent => "nightdesk-engine".to_owned(),
            Self::Reference(reference) => format!("nightdesk-{reference}"),
            Self::Sample(way) => format!("nightdesk-test-{way}"),
        }
    }

    /// The one incident that it is about.
    pub fn reference(&self) -> Option<Reference> {
        match self {
            Self::One { reference, .. } => *reference,
            Self::Reference(reference) => Some(*reference),
            Self::Several { .. } | Self::Away | Self::EngineSilent | Self::Sample(_) => None,
        }
    }

    /// How urgent it is.
    pub fn urgency(&self) -> Urgency {
        match self {
            Self::One { alarm, .. } if alarm.threshold.is_passed() => Urgency::Critical,
            Self::Several { overdue: 1.., .. } | Self::EngineSilent => Urgency::Critical,
            Self::One { .. }
            | Self::Several { .. }
            | Self::Away
            | Self::Reference(_)
            | Self::Sample(_) => Urgency::Normal,
        }
    }
}

fn name(reference: Option<Reference>) -> String {
    reference.map_or_else(|| "new incident".to_owned(), |known| known.to_string())
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server => "",
            Self::Local => " (local, unconfirmed)",
        })
    }
}
