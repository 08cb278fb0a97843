//! The queues of the board as sorted lists, kept up to date as incidents change.
//!
//! A key press reads a window of a list and never looks at the incidents, so it costs the same
//! with a hundred of them and with a hundred thousand. A filter reads what it needs from two long
//! rows, in the order in which they lie in memory. What belongs where and in which order is asked of
//! the domain, once, when an incident changes or time moves it.

use super::ranking::Ranking;
use crate::domain::Instant;
use crate::domain::id::{IncidentId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::query::{self, Queue, Standing, Urgency};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// Where every incident is filed.
#[derive(Debug, Default)]
pub(super) struct Index {
    lists: [Ranking<Urgency>; Queue::ALL.len()],
    /// Where in `filed` and `haystacks` an incident is.
    slots: HashMap<IncidentId, usize>,
    filed: Vec<Standing>,
    haystacks: Haystacks,
    changes: BTreeSet<(Instant, IncidentId)>,
}

impl Index {
    /// A whole queue.
    pub(super) fn list(&self, queue: Queue) -> &Ranking<Urgency> {
        &self.lists[queue as usize]
    }

    /// The searchable text of an incident, and where it stands.
    pub(super) fn entry(&self, incident: IncidentId) -> Option<(&str, &Standing)> {
        let slot = *self.slots.get(&incident)?;
        Some((self.haystacks.get(slot), &self.filed[slot]))
    }

    /// The searchable text of every incident, and where it stands; in no order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Standing)> {
        let texts = (0..self.filed.len()).map(|slot| self.haystacks.get(slot));
        texts.zip(&self.filed)
    }

    /// When time alone next moves an incident into another queue.
    pub(super) fn next_change_at(&self) -> Option<Instant> {
        self.changes.first().map(|(at, _)| *at)
    }

    /// The incidents that time has moved by `now`.
    pub(super) fn due_to_change(&self, now: Instant) -> Vec<IncidentId> {
        self.changes
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, incident)| *incident)
            .collect()
    }

    /// File these incidents, each given once, as they now are, and forget those that are gone. Gives
    /// where they stood before.
    pub(super) fn file<'a>(
        &mut self,
        incidents: impl IntoIterator<Item = &'a Incident>,
        gone: &[IncidentId],
        person: &PersonId,
        now: Instant,
    ) -> Vec<Standing> {
        let mut moves = Moves::default();
        for incident in incidents {
            let standing = query::standing(incident, person, now);
            let before = self.put(incident, standing.clone());
            self.change_is_due(incident.id, before.as_ref(), Some(&standing));
            moves.note(before, Some(&standing));
        }
        for incident in gone {
            let before = self.remove(*incident);
            self.change_is_due(*incident, before.as_ref(), None);
            moves.note(before, None);
        }
        moves.carry_out(&mut self.lists)
    }

    fn put(&mut self, incident: &Incident, standing: Standing) -> Option<Standing> {
        let haystack = query::haystack(incident);
        match self.slots.get(&incident.id) {
            Some(slot) => {
                self.haystacks.set(*slot, &haystack);
                Some(std::mem::replace(&mut self.filed[*slot], standing))
            }
            None => {
                self.slots.insert(incident.id, self.filed.len());
                self.filed.push(standing);
                self.haystacks.push(&haystack);
                None
            }
        }
    }

    /// Take an incident out. Its slot stays empty: only an incident whose logging was refused is ever
    /// removed.
    fn remove(&mut self, incident: IncidentId) -> Option<Standing> {
        let slot = self.slots.remove(&incident)?;
        let before = self.filed[slot].clone();
        self.filed[slot].queues = Default::default();
        Some(before)
    }

    /// Remember when time will next move an incident, and nothing that was remembered before.
    fn change_is_due(
        &mut self,
        incident: IncidentId,
        before: Option<&Standing>,
        after: Option<&Standing>,
    ) {
        let [before, after] = [before, after].map(|standing| standing?.next_change_at);
        if before != after
            && let Some(at) = before
        {
            self.changes.remove(&(at, incident));
        }
        self.changes.extend(after.map(|at| (at, incident)));
    }
}

/// What leaves and what enters each list, gathered so that a page moves what is behind it once.
#[derive(Default)]
struct Moves {
    before: Vec<Standing>,
    leaving: [Vec<Urgency>; Queue::ALL.len()],
    entering: [Vec<Urgency>; Queue::ALL.len()],
}

impl Moves {
    fn note(&mut self, before: Option<Standing>, after: Option<&Standing>) {
        for queue in Queue::ALL {
            let [before, after] = [before.as_ref(), after].map(|standing| {
                let standing = standing.filter(|standing| standing.is_in(queue));
                standing.map(|standing| standing.urgency)
            });
            if before != after {
                self.leaving[queue as usize].extend(before);
                self.entering[queue as usize].extend(after);
            }
        }
        self.before.extend(before);
    }

    /// Gives where those that move stood before.
    fn carry_out(self, lists: &mut [Ranking<Urgency>]) -> Vec<Standing> {
        let moves = self.leaving.into_iter().zip(self.entering);
        for (list, (leaving, entering)) in lists.iter_mut().zip(moves) {
            list.change(leaving, entering);
        }
        self.before
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
