//! The rules of the two procedures, pure.
//!
//! Nothing here knows that time passes, that a network exists, or who is drawing. Every rule is
//! given `now`, the actor and the policy, and returns a value.

pub mod alarm;
pub mod apply;
pub mod calendar;
pub mod casework;
pub mod chronicle;
pub mod clock;
pub mod closing;
pub mod command;
pub mod contacts;
pub mod countdown;
pub mod deadlines;
pub mod decide;
pub mod deed;
pub mod delivery;
pub mod directory;
pub mod enumeration;
pub mod escalation;
pub mod event;
pub mod evidence;
pub mod grid;
pub mod guard;
pub mod handoff;
pub mod holidays;
pub mod hosting;
pub mod id;
pub mod incident;
pub mod intake;
pub mod investigation;
pub mod learning;
#[cfg(test)]
pub(crate) mod mutant;
pub mod next_step;
pub mod office;
pub mod owed;
pub mod partners;
pub mod permission;
pub mod personal;
pub mod policy;
pub mod problem;
pub mod query;
pub mod reading;
pub mod recipients;
pub mod refusal;
pub mod register;
pub mod regulator;
pub mod release;
pub mod reporting;
pub mod retention;
pub mod role;
pub mod rota;
pub mod rule;
pub mod search;
pub mod sharing;
pub mod spelling;
pub mod subjects;
pub mod summons;
pub mod synopsis;
pub mod taken;
pub mod taking_over;
pub mod trend;
pub mod verdict;
pub mod withdrawal;
mod wording;

/// A moment in UTC. Durations between two of them are elapsed time, whatever clocks on walls do
/// (CLK-UTC).
///
/// The schema derive knows types by their spelling, so a field of this type carries
/// `#[schema(value_type = chrono::DateTime<chrono::Utc>)]`.
pub type Instant = chrono::DateTime<chrono::Utc>;
