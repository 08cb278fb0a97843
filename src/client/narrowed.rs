//! A queue narrowed to what a filter keeps, and kept true as incidents change and time passes.
//!
//! Typing a letter looks through the rows once; after that only what changes is asked again, so that
//! neither a key nor a page pays for the filter. What a filter means is the domain's.

use super::index::Index;
use super::ranking::Ranking;
use crate::domain::Instant;
use crate::domain::id::{IncidentId, PersonId};
use crate::domain::query::{Filter, FilterError, Queue, Standing, Urgency};

/// The rows of one queue that a filter keeps.
#[derive(Debug)]
pub(super) struct Narrowed {
    queue: Queue,
    text: String,
    filter: Filter,
    kept: Ranking,
    /// When time alone next lets in an incident that the filter keeps out now.
    lets_in_at: Option<Instant>,
}

impl Narrowed {
    /// A queue narrowed by what was typed. Of what was typed `before`, one letter more looks only at
    /// what was left.
    ///
    /// # Errors
    /// A sentence that lists what can be typed.
    pub(super) fn of(
        (queue, text): (Queue, &str),
        before: Option<&Self>,
        index: &Index,
        person: &PersonId,
        now: Instant,
    ) -> Result<Self, FilterError> {
        let filter = Filter::parse(text)?;
        let was_typed_on = |before: &&Self| before.queue == queue && filter.narrows(&before.filter);
        let left = before.filter(was_typed_on).map(|before| &before.kept);
        let mut narrowed = Self {
            queue,
            text: text.to_owned(),
            filter,
            kept: Ranking::default(),
            lets_in_at: None,
        };
        narrowed.kept = match left {
            Some(left) => {
                let left = left.as_slice().iter();
                let entries = left.filter_map(|place| index.entry(place.incident()));
                narrowed.sift(entries, person, now).into_iter().collect()
            }
            None => narrowed
                .sift(index.entries(), person, now)
                .into_iter()
                .collect(),
        };
        Ok(narrowed)
    }

    pub(super) fn queue(&self) -> Queue {
        self.queue
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn kept(&self) -> &Ranking {
        &self.kept
    }

    pub(super) fn lets_in_at(&self) -> Option<Instant> {
        self.lets_in_at
    }

    /// These incidents have changed; `before` are the places that they had.
    pub(super) fn follow(
        &mut self,
        changed: impl Iterator<Item = IncidentId>,
        before: Vec<Urgency>,
        index: &Index,
        person: &PersonId,
        now: Instant,
    ) {
        let entries = changed.filter_map(|id| index.entry(id));
        let entering = self.sift(entries, person, now);
        self.kept.change(before, entering);
    }

    /// Those that the filter keeps; of the others it notes when time will let the first of them in.
    fn sift<'a>(
        &mut self,
        entries: impl Iterator<Item = (&'a str, &'a Standing)>,
        person: &PersonId,
        now: Instant,
    ) -> Vec<Urgency> {
        let mut kept = Vec::new();
        for (haystack, standing) in entries.filter(|(_, standing)| standing.is_in(self.queue)) {
            if self.filter.keeps(haystack, standing, person, now) {
                kept.push(standing.urgency);
            } else if let Some(at) = self.filter.lets_in_at(standing.urgency, now) {
                self.lets_in_at = Some(self.lets_in_at.map_or(at, |known| known.min(at)));
            }
        }
        kept
    }
}
