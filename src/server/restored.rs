//! Beginning another history once a copy was put back by hand, while no server ran.
//!
//! A running server notices by itself that its database holds less than before. Deliberately asks nobody what
//! was lost: receipts and messages tell that.

use super::store::{Given, Store, StoreError};
use crate::domain::id::{ProblemReference, Reference};
use crate::domain::{Instant, calendar};
use chrono::Datelike;
use std::collections::BTreeMap;

/// How many references are left out where nobody says which was the last.
const LEFT_OUT: u32 = 100;

/// What another history begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The reference of the next incident.
    pub incident: Reference,
    /// The reference of the next problem.
    pub problem: ProblemReference,
}

/// Begins another history, whose references begin after the last ones that anybody knows of.
///
/// # Errors
/// The database did not take it.
pub async fn begin_after_restore(
    store: &Store,
    (incident, problem): (Option<Reference>, Option<ProblemReference>),
    now: Instant,
) -> Result<Begun, StoreError> {
    let year = calendar::local(now).year();
    let mut writing = store.begin().await?;
    let known = writing.head().clone();
    let incidents = writing.next_counter(year).await? - 1;
    let problems = writing.next_problem_counter(year).await? - 1;
    let last = |held: u32, known: Option<u32>| held.max(known.unwrap_or(held + LEFT_OUT));
    let incidents = last(incidents, incident.map(Reference::counter));
    let problems = last(problems, problem.map(ProblemReference::counter));
    let of_year = |counter: u32| BTreeMap::from([(i64::from(year), i64::from(counter))]);
    let given = Given {
        incidents: of_year(incidents),
        problems: of_year(problems),
    };
    writing.begin_after_loss(&known, &given, now).await?;
    writing.commit().await?;
    Ok(Begun {
        incident: Reference::new(year, incidents + 1),
        problem: ProblemReference::new(year, problems + 1),
    })
}
