//! The rules of the two procedures, pure.
//!
//! Nothing here knows that time passes, that a network exists, or who is drawing. Every rule is
//! given `now`, the actor and the policy, and returns a value.

pub mod id;
pub mod policy;
pub mod role;

/// A moment in UTC. Durations between two of them are elapsed time, whatever clocks on walls do
/// (CLK-UTC).
pub type Instant = chrono::DateTime<chrono::Utc>;
