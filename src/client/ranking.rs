//! A queue as a sorted list of places, changed a few at a time.
//!
//! Reading a window or finding a place costs the same however long the list is. A change moves what
//! lies behind it, as one block of memory, and compares only what changes. It deliberately knows
//! nothing of incidents.

use crate::domain::query::Urgency;
use std::ops::Range;

/// Places, most urgent first, each once.
#[derive(Debug, Default)]
pub(super) struct Ranking(Vec<Urgency>);

impl Ranking {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn as_slice(&self) -> &[Urgency] {
        &self.0
    }

    /// The entries from one index to another; those beyond the end are left out.
    pub(super) fn window(&self, indices: Range<usize>) -> &[Urgency] {
        let end = indices.end.min(self.0.len());
        &self.0[indices.start.min(end)..end]
    }

    /// Where in the list a place stands.
    pub(super) fn index_of(&self, place: Urgency) -> Option<usize> {
        self.0.binary_search(&place).ok()
    }

    /// Takes out those that leave and puts in those that enter, which must not be there yet.
    pub(super) fn change(&mut self, leaving: Vec<Urgency>, entering: Vec<Urgency>) {
        self.leave(leaving);
        self.enter(entering);
    }

    fn leave(&mut self, mut leaving: Vec<Urgency>) {
        leaving.sort_unstable();
        let list = &mut self.0;
        let gone: Vec<usize> = leaving
            .iter()
            .filter_map(|place| list.binary_search(place).ok())
            .collect();
        let ends = gone.iter().skip(1).copied().chain([list.len()]);
        for (closed, (gap, end)) in gone.iter().zip(ends).enumerate() {
            list.copy_within(gap + 1..end, gap - closed);
        }
        list.truncate(list.len() - gone.len());
    }

    fn enter(&mut self, mut entering: Vec<Urgency>) {
        entering.sort_unstable();
        let list = &mut self.0;
        let mut end = list.len();
        list.extend_from_slice(&entering);
        // From the back: the least urgent one moves what is behind it all the way, and so on.
        for (before, place) in entering.into_iter().enumerate().rev() {
            let index = list[..end].partition_point(|known| *known < place);
            list.copy_within(index..end, index + before + 1);
            list[index + before] = place;
            end = index;
        }
    }
}

impl FromIterator<Urgency> for Ranking {
    fn from_iter<I: IntoIterator<Item = Urgency>>(places: I) -> Self {
        let mut places = Vec::from_iter(places);
        places.sort_unstable();
        Self(places)
    }
}
