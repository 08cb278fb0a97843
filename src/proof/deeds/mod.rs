//! What people try: every command of the procedure, with the times at which it matters when it was.
//!
//! A deed is a command made from the incident as it stands, with the people who try it: those who may,
//! and an adversary or two who would rather that a duty or a record were gone. Every reason that a rule
//! may ask for is given, since a reason costs a liar nothing.

mod ending;
mod night;
mod regulator;

pub(super) use ending::{CONTACTS, ENDS, STAGES};
pub(super) use night::{
    AWARENESS, FACTS, GRADES, HOST, INFORM, LOG, PARTNERSHIP, SERVICES, STRIKES, TOLD_LATE, told,
};
pub(super) use regulator::{
    ANCHORS, DECISIONS, OPERATORS, REPORTS, SIDES, SUBJECTS, countersigned,
};

use crate::domain::Instant;
use crate::domain::clock;
use crate::domain::command::Command;
use crate::domain::deadlines::ClockKind;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::proof::world::World;

/// Every deed on an incident that is logged.
pub(super) const EVERYTHING: &[&[Deed]] = &[
    FACTS,
    SERVICES,
    OPERATORS,
    GRADES,
    PARTNERSHIP,
    INFORM,
    TOLD_LATE,
    STRIKES,
    AWARENESS,
    DECISIONS,
    ANCHORS,
    SIDES,
    REPORTS,
    SUBJECTS,
    ENDS,
    STAGES,
    CONTACTS,
];

/// The same, one by one.
pub(super) fn everything() -> impl Iterator<Item = &'static Deed> {
    EVERYTHING.iter().copied().flatten()
}

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
    /// The scene of a case in a world.
    pub(super) fn of(world: &'a World, on: usize) -> Self {
        let others = world.cases.iter().enumerate();
        let mut others = others
            .filter(|(place, _)| *place != on)
            .map(|(_, case)| case.incident.id);
        Self {
            incident: world.cases.get(on).map(|case| &case.incident),
            other: others.next_back(),
            now: world.now,
        }
    }

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

const WHY: &str = "that is what happened that night";

fn why() -> Box<str> {
    WHY.into()
}
