//! When several incidents with one trend key are a trend (WSIC-MAJOR).
//!
//! Proposes only; a person confirms. Deliberately does not know what a trend key is made of.

use super::Instant;
use super::policy::{TrendPolicy, hours};

/// When a major incident is first proposed: at the sighting that completes the policy's number
/// inside its rolling span of elapsed time, both ends included (M01 to M06).
pub fn proposed_at(sightings: &[Instant], policy: &TrendPolicy) -> Option<Instant> {
    let mut in_order = sightings.to_vec();
    in_order.sort_unstable();
    in_order
        .windows(policy.incidents.max(1))
        .filter_map(|window| Some((*window.first()?, *window.last()?)))
        .find(|(first, last)| *last - *first <= hours(policy.within_hours))
        .map(|(_, last)| last)
}
