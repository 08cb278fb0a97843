//! Where one incident stands: its place in the queues, and what a filter asks of it.
//!
//! Worked out in one pass over its clocks; whoever keeps many incidents keeps this of each at hand, and
//! looks into few of the incidents themselves.

use super::expression::Sort;
use super::queue::{self, Queue, is_listed};
use crate::domain::Instant;
use crate::domain::clock::{self, ClockState, ClockView};
use crate::domain::deadlines::ClockKind;
use crate::domain::id::{IncidentId, PersonId};
use crate::domain::incident::{Incident, Priority, Status};
use crate::domain::owed;
use crate::domain::partners;
use crate::domain::regulator;

/// The place of an incident in every queue: major ones (P1) first, then what nobody has taken note of; of
/// those alike, what can still be met soon before what was missed, and that before what has time. Time moves
/// a row only where a clock changes its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Urgency {
    below_p1: bool,
    acknowledged: bool,
    pressing: Pressing,
    pressing_at: Instant,
    nearest_due_at: Instant,
    incident: IncidentId,
}

/// What the most pressing clock of an incident asks for; the more pressing, the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Pressing {
    /// It can still be met, and soon not any more.
    Soon,
    /// It was missed.
    Missed,
    /// It has time, or there is none.
    Later,
}

impl Urgency {
    /// Whose place it is.
    pub fn incident(self) -> IncidentId {
        self.incident
    }

    /// The same by the nearest clock alone: what else counts in the order of the board counts in no other.
    fn by_nearest_clock(self) -> Self {
        Self {
            below_p1: false,
            acknowledged: false,
            pressing: Pressing::Later,
            pressing_at: self.nearest_due_at,
            ..self
        }
    }

    /// Whether somebody has taken note.
    pub(super) fn is_acknowledged(self) -> bool {
        self.acknowledged
    }

    /// When the nearest open clock is due; none where no clock runs.
    pub fn nearest_due_at(self) -> Option<Instant> {
        Some(self.nearest_due_at).filter(|at| *at != NEVER)
    }
}

/// What an incident without an open clock sorts by.
const NEVER: Instant = Instant::MAX_UTC;

/// Whether somebody outside waits for something about an incident, or a decision for a signature: whoever takes
/// the desk over must know of it, also where it has ended.
fn is_handed_on(incident: &Incident) -> bool {
    let casework = incident.casework();
    let mut unsigned = regulator::all_in_force(incident);
    casework.regulator.open_enquiries().next().is_some()
        || casework.subjects.open_delays().next().is_some()
        || unsigned.any(|decision| decision.is_unconfirmed() || decision.is_unsigned())
}

/// The place of an incident at `now`.
pub fn urgency(incident: &Incident, now: Instant) -> Urgency {
    let listed = queue::listed(incident);
    placed(
        incident,
        listed.map(|listed| (listed.state(now), listed.due_at())),
    )
}

/// The place by the states and the due times of what still asks for something.
fn placed(incident: &Incident, open: impl Iterator<Item = (ClockState, Instant)>) -> Urgency {
    let (mut first, mut nearest_due_at) = ((Pressing::Later, NEVER), NEVER);
    for (state, due_at) in open {
        let pressing = match state {
            ClockState::DueSoon => Pressing::Soon,
            ClockState::Overdue => Pressing::Missed,
            ClockState::Running
            | ClockState::Met
            | ClockState::MetWithinWorkingDay
            | ClockState::MetLate
            | ClockState::MetByException
            | ClockState::StoodDown
            | ClockState::Released
            | ClockState::Ended => Pressing::Later,
        };
        first = first.min((pressing, due_at));
        nearest_due_at = nearest_due_at.min(due_at);
    }
    let (pressing, pressing_at) = first;
    Urgency {
        below_p1: incident.priority() != Priority::P1,
        acknowledged: incident.acknowledgement.is_some(),
        pressing,
        pressing_at,
        nearest_due_at,
        incident: incident.id,
    }
}

/// The place of an incident in an order that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    key: i64,
    urgency: Urgency,
}

impl Place {
    /// The place of what stands like this.
    pub fn of(standing: &Standing, sort: Sort) -> Self {
        let urgency = match sort {
            Sort::Urgent => standing.urgency,
            Sort::Due | Sort::Severity | Sort::Priority | Sort::Newest => {
                standing.urgency.by_nearest_clock()
            }
        };
        Self {
            key: sort.key(standing),
            urgency,
        }
    }

    /// Whose place it is.
    pub fn incident(self) -> IncidentId {
        self.urgency.incident
    }
}

/// Everything that an index of incidents wants to know of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its place in every queue that it is in.
    pub urgency: Urgency,
    /// Whether it is in each queue, in the order of [`Queue::ALL`].
    pub queues: [bool; Queue::ALL.len()],
    /// When time alone will change that, or the state of a clock.
    pub next_change_at: Option<Instant>,
    /// Who works on it.
    pub owner: Option<PersonId>,
    /// The severity in force; absent until it has been graded.
    pub severity: Option<u8>,
    /// Its order of work.
    pub priority: Priority,
    /// How far the procedure has come.
    pub status: Status,
    /// When it was logged.
    pub logged_at: Instant,
    /// Whether it was declared a major incident.
    pub is_major: bool,
    /// Whether it is a cyber incident.
    pub is_cyber: bool,
    /// Whether whoever takes the desk over must know of it, however little urgent it is or if it has ended.
    pub is_handed_on: bool,
    /// The states of its clocks.
    pub(super) clocks: ClockStates,
    /// How many partners are reached, how many are affected, and how many notices failed.
    pub(super) partners: [u16; 3],
}

impl Standing {
    /// Whether the incident is in a queue.
    pub fn is_in(&self, queue: Queue) -> bool {
        self.queues[queue as usize]
    }
}

/// Of each kind of clock the states in which the incident has one, a bit each: an incident may have a
/// clock of a kind for each controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ClockStates {
    of_kinds: [u16; ClockKind::ALL.len()],
    /// The states of what is owed by a day.
    owed: u16,
}

impl ClockStates {
    fn add(&mut self, kind: ClockKind, state: ClockState) {
        self.of_kinds[kind as usize] |= 1 << state as u16;
    }

    fn owes(&mut self, state: ClockState) {
        self.owed |= 1 << state as u16;
    }

    /// Whether a clock of that kind, or of any kind that is listed, is in one of those states.
    pub(super) fn any(self, kind: Option<ClockKind>, states: &[ClockState]) -> bool {
        let wanted: u16 = states
            .iter()
            .fold(0, |bits, state| bits | 1 << *state as u16);
        let mut kinds = ClockKind::ALL.into_iter();
        let owes = kind.is_none() && self.owed & wanted != 0;
        owes || kinds.any(|known| {
            let counts = kind.map_or(is_listed(known), |kind| kind == known);
            counts && self.of_kinds[known as usize] & wanted != 0
        })
    }
}

/// Where an incident stands at `now`.
pub fn standing(incident: &Incident, person: &PersonId, now: Instant) -> Standing {
    let is_open = incident.status.is_open();
    let all: Vec<ClockView<'_>> = clock::views(incident).collect();
    let listed = || {
        let mine = all.iter().filter(|view| is_listed(view.clock.kind));
        mine.filter(|view| is_open && view.state(now).is_open())
    };
    let owed = owed::owed(incident);
    let any_in = |state| {
        listed().any(|view| view.state(now) == state)
            || owed.iter().any(|owed| owed.state(now) == state)
    };
    let queues = Queue::ALL.map(|queue| match queue {
        Queue::DueSoon => any_in(ClockState::DueSoon),
        Queue::Overdue => any_in(ClockState::Overdue),
        Queue::Mine
        | Queue::Unacknowledged
        | Queue::PartnersWaiting
        | Queue::AllOpen
        | Queue::Closed => queue::belongs(incident, queue, person, now),
    });
    let changes = all.iter().filter(|_| is_open);
    let changes = changes.filter_map(|view| view.next_change_at(now));
    let changes = changes.chain(owed.iter().filter_map(|owed| owed.next_change_at(now)));
    let open = listed().map(|view| (view.state(now), view.clock.due_at));
    let open = open.chain(owed.iter().map(|owed| (owed.state(now), owed.due_at)));
    let mut clocks = ClockStates::default();
    all.iter()
        .for_each(|view| clocks.add(view.clock.kind, view.state(now)));
    owed.iter().for_each(|owed| clocks.owes(owed.state(now)));
    Standing {
        urgency: placed(incident, open),
        queues,
        next_change_at: changes.min(),
        owner: incident.owner.clone(),
        severity: incident.severity(),
        priority: incident.priority(),
        status: incident.status,
        logged_at: incident.logged_at,
        is_major: incident.is_major(),
        is_handed_on: is_handed_on(incident),
        is_cyber: incident.facts.cyber,
        clocks,
        partners: partners_of(incident),
    }
}

fn partners_of(incident: &Incident) -> [u16; 3] {
    let (reached, affected) = partners::reached(incident);
    let failed = incident.partners.iter();
    let failed = failed.filter(|record| record.state().has_failed()).count();
    [reached, affected, failed].map(|count| u16::try_from(count).unwrap_or(u16::MAX))
}

/// Whether an incident is owned by that person, or on offer to them.
pub(super) fn is_mine(incident: &Incident, person: &PersonId) -> bool {
    let offered = incident.offer.as_ref();
    incident.owner.as_ref() == Some(person) || offered.is_some_and(|offer| offer.to == *person)
}
