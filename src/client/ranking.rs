//! A queue as a sorted list of places, changed a few at a time.
//!
//! Reading a window or finding a place costs the same however long the list is. A change moves what
//! lies behind it, as one block of memory, and compares only what changes. It deliberately knows
//! nothing of incidents.

use std::ops::Range;

/// Places in their order, each once.
#[derive(Debug)]
pub(super) struct Ranking<P>(Vec<P>);

impl<P> Default for Ranking<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P: Copy + Ord> Ranking<P> {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn as_slice(&self) -> &[P] {
        &self.0
    }

    /// The entries from one index to another; those beyond the end are left out.
    pub(super) fn window(&self, indices: Range<usize>) -> &[P] {
        let end = indices.end.min(self.0.len());
        &self.0[indices.start.min(end)..end]
    }

    /// Where in the list a place stands.
    pub(super) fn index_of(&self, place: P) -> Option<usize> {
        self.0.binary_search(&place).ok()
    }

    /// Takes out those that leave and puts in those that enter, which must not be there yet.
    pub(super) fn change(&mut self, leaving: Vec<P>, entering: Vec<P>) {
        self.leave(leaving);
        self.enter(entering);
    }

    fn leave(&mut self, mut leaving: Vec<P>) {
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

    fn enter(&mut self, mut entering: Vec<P>) {
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

impl<P: Ord> FromIterator<P> for Ranking<P> {
    fn from_iter<I: IntoIterator<Item = P>>(places: I) -> Self {
        let mut places = Vec::from_iter(places);
        places.sort_unstable();
        Self(places)
    }
}
