//! The queues of the board as sorted lists, kept up to date as incidents change.
//!
//! A key press reads a window of a list and never looks at the incidents, so it costs the same
//! with a hundred of them and with a hundred thousand. A filter reads what it needs from two long
//! rows, in the order in which they lie in memory. What belongs where and in which order is asked of
//! the domain, once, when an incident changes or time moves it.

use crate::domain::Instant;
use crate::domain::id::{IncidentId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::query::{self, Queue, Urgency};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// Where every incident is filed.
#[derive(Debug, Default)]
pub struct Index {
    lists: [Vec<Urgency>; Queue::ALL.len()],
    /// Where in `filed` and `haystacks` an incident is.
    slots: HashMap<IncidentId, usize>,
    filed: Vec<Filed>,
    haystacks: Haystacks,
    changes: BTreeSet<(Instant, IncidentId)>,
}

/// Where one incident is filed, so that it can be found again when it has changed.
#[derive(Clone, Copy, Debug)]
struct Filed {
    urgency: Urgency,
    queues: Queues,
    next_change_at: Option<Instant>,
}

/// A set of queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Queues(u8);

impl Queues {
    fn holds(self, queue: Queue) -> bool {
        self.0 & (1 << queue as u8) != 0
    }
}

fn file(incident: &Incident, person: &PersonId, now: Instant) -> Filed {
    let standing = query::standing(incident, person, now);
    let queues = Queue::ALL
        .into_iter()
        .zip(standing.queues)
        .filter(|(_, is_in)| *is_in)
        .fold(0, |set, (queue, _)| set | 1 << queue as u8);
    Filed {
        urgency: standing.urgency,
        queues: Queues(queues),
        next_change_at: standing.next_change_at,
    }
}

impl Index {
    /// How many incidents a queue holds.
    pub fn count(&self, queue: Queue) -> usize {
        self.list(queue).len()
    }

    /// The incidents at some places of a queue, most urgent first; places beyond its end are empty.
    pub fn window(&self, queue: Queue, places: Range<usize>) -> &[Urgency] {
        window(self.list(queue), places)
    }

    /// The whole queue, most urgent first.
    pub fn list(&self, queue: Queue) -> &[Urgency] {
        &self.lists[queue as usize]
    }

    /// The place of an incident in a queue.
    pub fn position(&self, queue: Queue, incident: IncidentId) -> Option<usize> {
        let urgency = self.urgency(incident)?;
        self.list(queue).binary_search(&urgency).ok()
    }

    /// The place in the order of all queues that an incident has.
    pub fn urgency(&self, incident: IncidentId) -> Option<Urgency> {
        let slot = *self.slots.get(&incident)?;
        Some(self.filed[slot].urgency)
    }

    /// The searchable text of an incident.
    pub fn haystack(&self, incident: IncidentId) -> &str {
        self.slots
            .get(&incident)
            .map_or("", |slot| self.haystacks.get(*slot))
    }

    /// The incidents of a queue that are kept by their searchable text and their place, most urgent
    /// first.
    pub fn matching(&self, queue: Queue, keeps: impl Fn(&str, Urgency) -> bool) -> Vec<Urgency> {
        let mut kept: Vec<Urgency> = self
            .filed
            .iter()
            .enumerate()
            .filter(|(_, filed)| filed.queues.holds(queue))
            .filter(|(slot, filed)| keeps(self.haystacks.get(*slot), filed.urgency))
            .map(|(_, filed)| filed.urgency)
            .collect();
        kept.sort_unstable();
        kept
    }

    /// When time alone next moves an incident into another queue.
    pub fn next_change_at(&self) -> Option<Instant> {
        self.changes.first().map(|(at, _)| *at)
    }

    /// The incidents that time has moved by `now`.
    pub fn due_to_change(&self, now: Instant) -> Vec<IncidentId> {
        self.changes
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, incident)| *incident)
            .collect()
    }

    /// File these incidents, each given once, as they now are; where they were before is forgotten.
    pub fn file<'a>(
        &mut self,
        incidents: impl IntoIterator<Item = &'a Incident>,
        person: &PersonId,
        now: Instant,
    ) {
        let mut moves = Moves::default();
        for incident in incidents {
            let filed = file(incident, person, now);
            self.changes
                .extend(filed.next_change_at.map(|at| (at, incident.id)));
            let before = self.put(incident, filed);
            if let Some(before) = before {
                self.forget_change(incident.id, before, Some(filed));
            }
            moves.note(before, Some(filed));
        }
        moves.carry_out(&mut self.lists);
    }

    fn put(&mut self, incident: &Incident, filed: Filed) -> Option<Filed> {
        let haystack = query::haystack(incident);
        match self.slots.get(&incident.id) {
            Some(slot) => {
                self.haystacks.set(*slot, &haystack);
                Some(std::mem::replace(&mut self.filed[*slot], filed))
            }
            None => {
                self.slots.insert(incident.id, self.filed.len());
                self.filed.push(filed);
                self.haystacks.push(&haystack);
                None
            }
        }
    }

    /// Take an incident out of every queue. Its slot stays empty: only an incident whose logging was
    /// refused is ever removed.
    pub fn remove(&mut self, incident: IncidentId) {
        let Some(slot) = self.slots.remove(&incident) else {
            return;
        };
        let nowhere = Filed {
            queues: Queues(0),
            next_change_at: None,
            ..self.filed[slot]
        };
        let before = std::mem::replace(&mut self.filed[slot], nowhere);
        self.forget_change(incident, before, None);
        let mut moves = Moves::default();
        moves.note(Some(before), None);
        moves.carry_out(&mut self.lists);
    }

    fn forget_change(&mut self, incident: IncidentId, before: Filed, after: Option<Filed>) {
        let still = after.and_then(|after| after.next_change_at);
        if let Some(at) = before.next_change_at
            && Some(at) != still
        {
            self.changes.remove(&(at, incident));
        }
    }
}

/// The places of a sorted list that exist.
pub(super) fn window(list: &[Urgency], places: Range<usize>) -> &[Urgency] {
    let end = places.end.min(list.len());
    &list[places.start.min(end)..end]
}

/// What leaves and what enters each list, gathered so that a whole page costs one pass.
#[derive(Default)]
struct Moves {
    leaving: [HashSet<Urgency>; Queue::ALL.len()],
    entering: [Vec<Urgency>; Queue::ALL.len()],
}

impl Moves {
    fn note(&mut self, before: Option<Filed>, after: Option<Filed>) {
        for queue in Queue::ALL {
            let place = |filed: Option<Filed>| {
                filed
                    .filter(|filed| filed.queues.holds(queue))
                    .map(|filed| filed.urgency)
            };
            let (before, after) = (place(before), place(after));
            if before != after {
                self.leaving[queue as usize].extend(before);
                self.entering[queue as usize].extend(after);
            }
        }
    }

    fn carry_out(self, lists: &mut [Vec<Urgency>]) {
        let moves = self.leaving.into_iter().zip(self.entering);
        for (list, (leaving, entering)) in lists.iter_mut().zip(moves) {
            leave(list, &leaving);
            enter(list, entering);
        }
    }
}

/// One at a time by binary search while few leave; one pass when many do.
fn leave(list: &mut Vec<Urgency>, leaving: &HashSet<Urgency>) {
    if leaving.len() > 8 {
        list.retain(|urgency| !leaving.contains(urgency));
        return;
    }
    for urgency in leaving {
        if let Ok(place) = list.binary_search(urgency) {
            list.remove(place);
        }
    }
}

fn enter(list: &mut Vec<Urgency>, entering: Vec<Urgency>) {
    if entering.len() > 8 {
        list.extend(entering);
        // Adaptive: two sorted runs are merged, not sorted anew.
        list.sort();
        list.dedup();
        return;
    }
    for urgency in entering {
        if let Err(place) = list.binary_search(&urgency) {
            list.insert(place, urgency);
        }
    }
}

/// Searchable texts one after the other in one string, so that looking through all of them reads
/// memory in order.
#[derive(Debug, Default)]
struct Haystacks {
    text: String,
    spans: Vec<Range<usize>>,
    /// Bytes of `text` that belong to no slot any more.
    wasted: usize,
}

impl Haystacks {
    fn get(&self, slot: usize) -> &str {
        &self.text[self.spans[slot].clone()]
    }

    fn push(&mut self, haystack: &str) {
        let start = self.text.len();
        self.text.push_str(haystack);
        self.spans.push(start..self.text.len());
    }

    fn set(&mut self, slot: usize, haystack: &str) {
        if self.get(slot) == haystack {
            return;
        }
        self.wasted += self.spans[slot].len();
        let start = self.text.len();
        self.text.push_str(haystack);
        self.spans[slot] = start..self.text.len();
        if self.wasted > self.text.len() / 2 {
            self.close_up();
        }
    }

    fn close_up(&mut self) {
        let mut closed = Self::default();
        for slot in 0..self.spans.len() {
            closed.push(self.get(slot));
        }
        *self = closed;
    }
}
