//! The queues of the board: which incidents belong where, in which order, and what a filter keeps.
//!
//! Everything here is a question about one incident, so that whoever keeps many of them can keep
//! sorted indexes and never asks all of them again for one key. Keeping them is not done here.

use super::Instant;
use super::clock::{self, Clock, ClockState, ClockView};
use super::deadlines::ClockKind;
use super::id::{IncidentId, PersonId};
use super::incident::{Incident, Priority};
use super::partners;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// A queue of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// The clocks that the desk is measured by. The 60 minutes of `LM_IAO` are a target that colours
/// and never alarms (BOB-IMM), `ACK` has a queue of its own, and `PROC_24H` is a fact about a
/// processor.
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

/// The open deadline that is due first.
pub fn nearest_deadline(incident: &Incident) -> Option<ClockView<'_>> {
    open_deadlines(incident).min_by_key(|view| view.clock.due_at)
}

/// The deadlines that an incident still has to meet.
pub fn open_deadlines(incident: &Incident) -> impl Iterator<Item = ClockView<'_>> {
    let is_open = incident.status.is_open();
    let counts =
        move |clock: &Clock| is_open && is_deadline(clock.kind) && clock.stood_down.is_none();
    clock::views_of(incident, counts).filter(|view| view.stop.is_none())
}

/// Whether an incident belongs in a queue of that person at `now`.
pub fn belongs(incident: &Incident, queue: Queue, person: &PersonId, now: Instant) -> bool {
    if !incident.status.is_open() {
        return queue == Queue::Closed;
    }
    match queue {
        Queue::Mine => is_mine(incident, person),
        Queue::Unacknowledged => incident.acknowledgement.is_none(),
        Queue::DueSoon => in_state(incident, ClockState::DueSoon, now),
        Queue::Overdue => in_state(incident, ClockState::Overdue, now),
        Queue::PartnersWaiting => {
            let (reached, affected) = partners::reached(incident);
            reached < affected
        }
        Queue::AllOpen => true,
        Queue::Closed => false,
    }
}

fn is_mine(incident: &Incident, person: &PersonId) -> bool {
    incident.owner.as_ref() == Some(person)
        || incident
            .offer
            .as_ref()
            .is_some_and(|offer| offer.to == *person)
}

fn in_state(incident: &Incident, state: ClockState, now: Instant) -> bool {
    open_deadlines(incident).any(|view| view.state(now) == state)
}

/// The place of an incident in every queue: unacknowledged first, then by the nearest open
/// deadline. It depends on facts alone, so time never moves a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Urgency {
    acknowledged: bool,
    nearest_due_at: Instant,
    incident: IncidentId,
}

impl Urgency {
    /// Whose place it is.
    pub fn incident(self) -> IncidentId {
        self.incident
    }

    fn nearest_due_at(self) -> Option<Instant> {
        Some(self.nearest_due_at).filter(|at| *at != NEVER)
    }
}

/// What an incident without an open deadline sorts by.
const NEVER: Instant = Instant::MAX_UTC;

/// The place of an incident.
pub fn urgency(incident: &Incident) -> Urgency {
    placed(incident, nearest_deadline(incident))
}

fn placed(incident: &Incident, nearest: Option<ClockView<'_>>) -> Urgency {
    Urgency {
        acknowledged: incident.acknowledgement.is_some(),
        nearest_due_at: nearest.map_or(NEVER, |view| view.clock.due_at),
        incident: incident.id,
    }
}

/// The next instant at which time alone moves the incident into another queue.
pub fn next_change_at(incident: &Incident, now: Instant) -> Option<Instant> {
    open_deadlines(incident)
        .filter_map(|view| view.next_change_at(now))
        .min()
}

/// Everything that an index of incidents wants to know of one, in one pass over its clocks: whoever
/// keeps many keeps this of each at hand, and looks into few of the incidents themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its place in every queue that it is in.
    pub urgency: Urgency,
    /// Whether it is in each queue, in the order of [`Queue::ALL`].
    pub queues: [bool; Queue::ALL.len()],
    /// When time alone will change that.
    pub next_change_at: Option<Instant>,
    /// Who works on it.
    pub owner: Option<PersonId>,
    /// The severity in force; absent until it has been graded.
    pub severity: Option<u8>,
    /// Its order of work.
    pub priority: Priority,
}

impl Standing {
    /// Whether the incident is in a queue.
    pub fn is_in(&self, queue: Queue) -> bool {
        self.queues[queue as usize]
    }
}

/// Where an incident stands at `now`.
pub fn standing(incident: &Incident, person: &PersonId, now: Instant) -> Standing {
    let open: Vec<ClockView<'_>> = open_deadlines(incident).collect();
    let any_in = |state| open.iter().any(|view| view.state(now) == state);
    let queues = Queue::ALL.map(|queue| match queue {
        Queue::DueSoon => any_in(ClockState::DueSoon),
        Queue::Overdue => any_in(ClockState::Overdue),
        Queue::Mine
        | Queue::Unacknowledged
        | Queue::PartnersWaiting
        | Queue::AllOpen
        | Queue::Closed => belongs(incident, queue, person, now),
    });
    let nearest = open.iter().copied().min_by_key(|view| view.clock.due_at);
    Standing {
        urgency: placed(incident, nearest),
        queues,
        next_change_at: open
            .iter()
            .filter_map(|view| view.next_change_at(now))
            .min(),
        owner: incident.owner.clone(),
        severity: incident
            .assessment()
            .map(|assessment| assessment.grading.effective_severity),
        priority: incident.priority(),
    }
}

/// What the officer typed after `/`: every part must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Word(String),
    Owner(Owner),
    DueWithin(TimeDelta),
    PartnerUnreached,
    SeverityAtLeast(u8),
    Priority(u8),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Owner {
    Me,
    Nobody,
    Named(String),
}

/// Why a filter makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{part}\" is not a filter; use words, owner:me, owner:none, due<4h, partner:unreached, sev>=3 or p1"
)]
pub struct FilterError {
    part: String,
}

impl Filter {
    /// Understand what was typed.
    ///
    /// # Errors
    /// A sentence that lists what can be typed.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let parts = text
            .split_whitespace()
            .map(parse_part)
            .collect::<Result<_, _>>()?;
        Ok(Self { parts })
    }

    /// Whether it keeps everything.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether an earlier filter kept everything that this one keeps, so that only what it kept need
    /// be asked again: the case while somebody types.
    pub fn narrows(&self, before: &Self) -> bool {
        let narrows = |(before, now): (&Part, &Part)| match (before, now) {
            (Part::Word(before), Part::Word(now)) => now.contains(before.as_str()),
            // Time goes by between two letters, and lets more in.
            (Part::DueWithin(_), _) => false,
            (before, now) => before == now,
        };
        self.parts.len() >= before.parts.len() && before.parts.iter().zip(&self.parts).all(narrows)
    }

    /// Whether an incident stays, by its searchable text (see [`haystack`]) and where it stands.
    pub fn keeps(
        &self,
        haystack: &str,
        standing: &Standing,
        person: &PersonId,
        now: Instant,
    ) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Word(word) => haystack.contains(word.as_str()),
            Part::Owner(owner) => is_owner(standing, owner, person),
            Part::DueWithin(span) => {
                let due_at = standing.urgency.nearest_due_at();
                due_at.is_some_and(|due_at| due_at - now <= *span)
            }
            Part::PartnerUnreached => standing.is_in(Queue::PartnersWaiting),
            Part::SeverityAtLeast(least) => {
                standing.severity.is_some_and(|severity| severity >= *least)
            }
            Part::Priority(priority) => standing.priority as u8 + 1 == *priority,
        })
    }

    /// When time alone lets an incident stay whose deadline is too far away at `now`.
    pub fn lets_in_at(&self, urgency: Urgency, now: Instant) -> Option<Instant> {
        let due_at = urgency.nearest_due_at()?;
        let near_enough_at = |part: &Part| match part {
            Part::DueWithin(span) => due_at.checked_sub_signed(*span),
            Part::Word(_)
            | Part::Owner(_)
            | Part::PartnerUnreached
            | Part::SeverityAtLeast(_)
            | Part::Priority(_) => None,
        };
        let last = self.parts.iter().filter_map(near_enough_at).max();
        last.filter(|at| *at > now)
    }
}

fn is_owner(standing: &Standing, owner: &Owner, person: &PersonId) -> bool {
    match (owner, &standing.owner) {
        (Owner::Me, Some(current)) => current == person,
        (Owner::Nobody, current) => current.is_none(),
        (Owner::Named(name), Some(current)) => current.as_str().contains(name.as_str()),
        (Owner::Me | Owner::Named(_), None) => false,
    }
}

/// The searchable text of an incident, in lower case.
pub fn haystack(incident: &Incident) -> String {
    format!(
        "{} {} {} {} {}",
        incident.name(),
        incident.title,
        incident.reporter.organisation,
        incident
            .facts
            .category
            .map_or("", |category| category.name()),
        incident.facts.trend_key.as_deref().unwrap_or_default(),
    )
    .to_lowercase()
}

fn parse_part(part: &str) -> Result<Part, FilterError> {
    let lower = part.to_lowercase();
    let error = || FilterError {
        part: part.to_owned(),
    };
    let known = if let Some(owner) = lower.strip_prefix("owner:") {
        Part::Owner(match owner {
            "me" => Owner::Me,
            "none" => Owner::Nobody,
            name => Owner::Named(name.to_owned()),
        })
    } else if let Some(span) = lower.strip_prefix("due<") {
        Part::DueWithin(parse_span(span).ok_or_else(error)?)
    } else if let Some(which) = lower.strip_prefix("partner:") {
        match which {
            "unreached" => Part::PartnerUnreached,
            _ => return Err(error()),
        }
    } else if let Some(least) = lower.strip_prefix("sev>=") {
        Part::SeverityAtLeast(least.parse().map_err(|_| error())?)
    } else if let Some(priority) = ["p1", "p2", "p3", "p4"].iter().position(|p| *p == lower) {
        Part::Priority(u8::try_from(priority + 1).map_err(|_| error())?)
    } else {
        Part::Word(lower)
    };
    Ok(known)
}

fn parse_span(span: &str) -> Option<TimeDelta> {
    let (number, unit) = span.split_at_checked(span.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok()?;
    match unit {
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        _ => None,
    }
}
