//! The queues of the board: which incidents belong where, in which order, and what a filter keeps.
//!
//! Everything here is a question about one incident, so that whoever keeps many of them can keep
//! sorted indexes and never asks all of them again for one key. Keeping them is not done here. A filter
//! is text once: [`Filter::parse`] makes a typed expression of it, the same for the board, the shell,
//! the settings and the API.

mod expression;
mod grammar;
mod matching;
mod queue;
mod resolving;
mod standing;
mod vocabulary;

pub use expression::{Filter, Sort, severity_rank};
pub use grammar::FilterError;
pub use matching::{expression_of, haystack, nothing_fits, queue_meant};
pub use queue::{
    Listed, Queue, belongs, is_deadline, is_listed, listed, nearest, open_clocks, open_deadlines,
};
pub use queue::{nearest_deadline, next_change_at};
pub use standing::{Place, Standing, Urgency, standing, urgency};
pub use vocabulary::{FORMS, Form};
