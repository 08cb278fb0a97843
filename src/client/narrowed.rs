//! A queue narrowed to what a filter keeps, in the order that it asks for, and kept true as incidents
//! change and time passes.
//!
//! Typing a letter looks through the rows once; after that only what changes is asked again, so that
//! neither a key nor a page pays for the filter. What a filter means is the domain's.

use super::index::Index;
use super::ranking::Ranking;
use crate::domain::Instant;
use crate::domain::id::{IncidentId, PersonId};
use crate::domain::query::{Filter, Place, Queue, Standing};

/// The rows of one queue that a filter keeps.
#[derive(Debug)]
pub(super) struct Narrowed {
    queue: Queue,
    text: String,
    filter: Filter,
    kept: Ranking<Place>,
    /// When time alone next lets an incident in or takes one out.
    changes_at: Option<Instant>,
}

impl Narrowed {
    /// A queue narrowed by a filter, which was typed like this. Of what was typed `before`, one letter
    /// more looks only at what was left.
    pub(super) fn of(
        (queue, text, filter): (Queue, &str, Filter),
        before: Option<&Self>,
        index: &Index,
        person: &PersonId,
        now: Instant,
    ) -> Self {
        let was_typed_on = |before: &&Self| before.queue == queue && filter.narrows(&before.filter);
        let left = before.filter(was_typed_on).map(|before| &before.kept);
        let mut narrowed = Self {
            queue,
            text: text.to_owned(),
            filter,
            kept: Ranking::default(),
            changes_at: None,
        };
        narrowed.kept = match left {
            Some(left) => {
                let left = left.as_slice().iter();
                let entries = left.filter_map(|place| index.entry(place.incident()));
                narrowed.sift(entries, person, now).into_iter().collect()
            }
            None => {
                let kept = narrowed.sift(index.entries(), person, now);
                kept.into_iter().collect()
            }
        };
        narrowed
    }

    /// The same filter on the rows as they are now.
    pub(super) fn anew(self, index: &Index, person: &PersonId, now: Instant) -> Self {
        Self::of(
            (self.queue, &self.text, self.filter),
            None,
            index,
            person,
            now,
        )
    }

    pub(super) fn queue(&self) -> Queue {
        self.queue
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn kept(&self) -> &Ranking<Place> {
        &self.kept
    }

    /// The place of what stands like this among the rows.
    pub(super) fn place_of(&self, standing: &Standing) -> Place {
        Place::of(standing, self.filter.sort())
    }

    pub(super) fn changes_at(&self) -> Option<Instant> {
        self.changes_at
    }

    /// These incidents have changed; `before` is where they stood.
    pub(super) fn follow(
        &mut self,
        changed: impl Iterator<Item = IncidentId>,
        before: &[Standing],
        index: &Index,
        person: &PersonId,
        now: Instant,
    ) {
        let entries = changed.filter_map(|id| index.entry(id));
        let entering = self.sift(entries, person, now);
        let leaving = before
            .iter()
            .map(|standing| self.place_of(standing))
            .collect();
        self.kept.change(leaving, entering);
    }

    /// Those that the filter keeps; it notes when time will change that for the first of all.
    fn sift<'a>(
        &mut self,
        entries: impl Iterator<Item = (&'a str, &'a Standing)>,
        person: &PersonId,
        now: Instant,
    ) -> Vec<Place> {
        let mut kept = Vec::new();
        for (haystack, standing) in entries.filter(|(_, standing)| standing.is_in(self.queue)) {
            if self.filter.keeps(haystack, standing, person, now) {
                kept.push(self.place_of(standing));
            }
            let changes_at = self.filter.changes_at(standing, now);
            self.changes_at = [self.changes_at, changes_at].into_iter().flatten().min();
        }
        kept
    }
}
