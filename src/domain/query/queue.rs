//! Which incidents belong in which queue of the board, and which clocks decide it.

use super::standing::is_mine;
use crate::domain::Instant;
use crate::domain::clock::{self, Clock, ClockState, ClockView};
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Directory;
use crate::domain::id::PersonId;
use crate::domain::incident::Incident;
use crate::domain::owed::{self, Owed};
use crate::domain::partners;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A queue of the board.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Owned by the person at the desk, or on offer to them.
    Mine,
    /// Nobody has taken note yet.
    Unacknowledged,
    /// A clock is in its last quarter.
    DueSoon,
    /// A clock's time has passed.
    Overdue,
    /// A partner has not been reached.
    PartnersWaiting,
    /// Everything that is open.
    AllOpen,
    /// What has ended lately.
    Closed,
}

impl Queue {
    /// The queues in the order of the board.
    pub const ALL: [Self; 7] = [
        Self::Mine,
        Self::Unacknowledged,
        Self::DueSoon,
        Self::Overdue,
        Self::PartnersWaiting,
        Self::AllOpen,
        Self::Closed,
    ];

    /// The queue's heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Unacknowledged => "Unacknowledged",
            Self::DueSoon => "Due soon",
            Self::Overdue => "Overdue",
            Self::PartnersWaiting => "Partners waiting",
            Self::AllOpen => "All open",
            Self::Closed => "Closed",
        }
    }
}

/// The clocks that the desk is measured by: they can be breached, and they raise alarms. The 60
/// minutes of `LM_IAO` are a target (BOB-IMM), `ACK` has a queue of its own, and `PROC_24H` is a fact
/// about a supplier.
pub fn is_deadline(kind: ClockKind) -> bool {
    match kind {
        ClockKind::BobDpo
        | ClockKind::Bob24h
        | ClockKind::Ico72h
        | ClockKind::Nis72h
        | ClockKind::Wso24h => true,
        ClockKind::LmIao | ClockKind::Proc24h | ClockKind::Ack => false,
    }
}

/// The clocks that stand in every list: the deadlines, and the hour for line manager and asset owner,
/// which is shown and sorted with them although it is never breached and raises no alarm (LM-LISTED).
pub fn is_listed(kind: ClockKind) -> bool {
    is_deadline(kind) || kind == ClockKind::LmIao
}

/// The open deadline that is due first.
pub fn nearest_deadline(incident: &Incident) -> Option<ClockView<'_>> {
    open_deadlines(incident).min_by_key(|view| view.clock.due_at)
}

/// The deadlines that an incident still has to meet.
pub fn open_deadlines(incident: &Incident) -> impl Iterator<Item = ClockView<'_>> {
    open_of(incident, is_deadline)
}

/// What a list shows of an incident: a clock, or what is owed by a day.
#[derive(Clone, Debug)]
pub enum Listed<'a> {
    /// A clock.
    Clock(ClockView<'a>),
    /// What is owed by a day (ICO-ASKS, ICO-PHASE, BOB-SUBJECTS).
    Owed(Owed),
}

impl Listed<'_> {
    /// When it is due.
    pub fn due_at(&self) -> Instant {
        match self {
            Self::Clock(view) => view.clock.due_at,
            Self::Owed(owed) => owed.due_at,
        }
    }

    /// Where it stands.
    pub fn state(&self, now: Instant) -> ClockState {
        match self {
            Self::Clock(view) => view.state(now),
            Self::Owed(owed) => owed.state(now),
        }
    }

    /// What is to be done, with whose it is.
    pub fn to_do_in_words(&self, directory: &Directory) -> String {
        match self {
            Self::Clock(view) => view.to_do_in_words(directory),
            Self::Owed(owed) => owed.to_do_in_words(directory),
        }
    }
}

/// What is due first: a listed clock, or what is owed by a day.
pub fn nearest(incident: &Incident) -> Option<Listed<'_>> {
    listed(incident).min_by_key(Listed::due_at)
}

/// Everything that lists show of an incident and that still asks for something. An incident that has ended
/// owes what was asked or decided all the same.
pub fn listed(incident: &Incident) -> impl Iterator<Item = Listed<'_>> {
    let owed = owed::owed(incident).into_iter().map(Listed::Owed);
    open_clocks(incident).map(Listed::Clock).chain(owed)
}

/// The listed clocks of an incident that still ask for something.
pub fn open_clocks(incident: &Incident) -> impl Iterator<Item = ClockView<'_>> {
    open_of(incident, is_listed)
}

fn open_of(
    incident: &Incident,
    counts: fn(ClockKind) -> bool,
) -> impl Iterator<Item = ClockView<'_>> {
    let is_open = incident.status.is_open();
    let counts = move |clock: &Clock| is_open && counts(clock.kind) && clock.stood_down.is_none();
    clock::views_of(incident, counts).filter(|view| view.stop.is_none())
}

/// Whether an incident belongs in a queue of that person at `now`.
pub fn belongs(incident: &Incident, queue: Queue, person: &PersonId, now: Instant) -> bool {
    let is_open = incident.status.is_open();
    match queue {
        Queue::DueSoon => in_state(incident, ClockState::DueSoon, now),
        Queue::Overdue => in_state(incident, ClockState::Overdue, now),
        Queue::Closed => !is_open,
        Queue::Mine | Queue::Unacknowledged | Queue::PartnersWaiting | Queue::AllOpen => {
            is_open && is_among(incident, queue, person)
        }
    }
}

/// The same of an open incident, for queues that no time decides.
fn is_among(incident: &Incident, queue: Queue, person: &PersonId) -> bool {
    match queue {
        Queue::Mine => is_mine(incident, person),
        Queue::Unacknowledged => incident.acknowledgement.is_none(),
        Queue::PartnersWaiting => {
            let (reached, affected) = partners::reached(incident);
            reached < affected
        }
        Queue::AllOpen => true,
        Queue::DueSoon | Queue::Overdue | Queue::Closed => false,
    }
}

fn in_state(incident: &Incident, state: ClockState, now: Instant) -> bool {
    listed(incident).any(|listed| listed.state(now) == state)
}

/// The next instant at which time alone moves the incident into another queue, or a clock of it into
/// another state that a filter asks for.
pub fn next_change_at(incident: &Incident, now: Instant) -> Option<Instant> {
    let owed = owed::owed(incident).into_iter();
    open_of(incident, |_| true)
        .filter_map(|view| view.next_change_at(now))
        .chain(owed.filter_map(|owed| owed.next_change_at(now)))
        .min()
}
