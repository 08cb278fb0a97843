//! The rules of the two procedures, pure.
//!
//! Nothing here knows that time passes, that a network exists, or who is drawing. Every rule is
//! given `now`, the actor and the policy, and returns a value.

pub mod calendar;
pub mod deadlines;
pub mod grid;
pub mod id;
pub mod policy;
pub mod role;
pub mod rule;
pub mod trend;

/// A moment in UTC. Durations between two of them are elapsed time, whatever clocks on walls do
/// (CLK-UTC).
///
/// The schema derive knows types by their spelling, so a field of this type carries
/// `#[schema(value_type = chrono::DateTime<chrono::Utc>)]`.
pub type Instant = chrono::DateTime<chrono::Utc>;
