//! What people try: every command of the procedure, with the times at which it matters when it was.
//!
//! A deed is a command made from the incident as it stands, with the people who try it: those who may,
//! and an adversary or two who would rather that a duty or a record were gone. Every reason that a rule
//! may ask for is given, since a reason costs a liar nothing.

mod ending;
mod night;
mod regulator;

pub(super) use ending::{CONTACTS, ENDS, STAGES};
pub(super) use night::{AWARENESS, FACTS, GRADES, INFORM, LOG, PARTNERSHIP, TOLD_LATE};
pub(super) use regulator::{ANCHORS, DECISIONS, REPORTS, SUBJECTS};

use crate::domain::Instant;
use crate::domain::clock;
use crate::domain::command::Command;
use crate::domain::deadlines::ClockKind;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;

/// Something that somebody may try.
pub(super) struct Deed {
    pub(super) name: &'static str,
    /// Who tries it.
    pub(super) by: &'static [&'static str],
    /// The command, where it makes sense at all.
    pub(super) command: fn(&Scene<'_>) -> Option<Command>,
}

/// What a deed is made from.
pub(super) struct Scene<'a> {
    /// The incident, where it is logged already.
    pub(super) incident: Option<&'a Incident>,
    /// Another incident on the same desk.
    pub(super) other: Option<IncidentId>,
    pub(super) now: Instant,
}

impl<'a> Scene<'a> {
    /// The incident.
    fn case(&self) -> Option<&'a Incident> {
        self.incident
    }

    /// The last instant at which a clock is met.
    fn due(&self, kind: ClockKind) -> Option<Instant> {
        clock::view(self.case()?, kind).map(|view| view.clock.due_at)
    }

    /// The same, where it is past.
    fn past_due(&self, kind: ClockKind) -> Option<Instant> {
        self.due(kind).filter(|due| *due < self.now)
    }
}

const WHY: &str = "so it was";

fn why() -> Box<str> {
    WHY.into()
}
