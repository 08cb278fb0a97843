//! What is done when a database holds less than it had acknowledged: a copy was put back, or a standby took
//! over that lacked the end.
//!
//! References that were given out are in messages and in people's notes, so they are never given out again, and
//! the history gets another name, by which consoles find out. Deliberately brings nothing back: who acted
//! holds receipts.

use super::asking;
use super::{HeadRow, StoreError};
use super::{Writing, instant};
use crate::domain::Instant;
use crate::server::audit::Record;
use std::collections::BTreeMap;

/// The highest counters that were given out, by year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) incidents: BTreeMap<i64, i64>,
    pub(crate) problems: BTreeMap<i64, i64>,
}

impl Given {
    /// Takes in counters of which some may be higher.
    pub(crate) fn raise(known: &mut BTreeMap<i64, i64>, counters: &[(i64, i64)]) {
        for (year, counter) in counters {
            let last = known.entry(*year).or_default();
            *last = (*last).max(*counter);
        }
    }
}

/// A name for a history that no other has.
pub(super) fn fresh_epoch() -> String {
    let name = uuid::Uuid::new_v4().simple().to_string();
    name[..8].to_owned()
}

/// When the database was found to hold less than before, as its head has it.
pub(super) fn lost_at(millis: Option<i64>) -> Result<Option<Instant>, StoreError> {
    millis.map(instant).transpose()
}

impl Writing {
    /// Begins another history after the one that this process knew, unless another process has done so: it
    /// says whether it did.
    pub(crate) async fn begin_after_loss(
        &mut self,
        known: &HeadRow,
        given: &Given,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let incidents = self.lower(COUNTER, &given.incidents).await?;
        let problems = self.lower(PROBLEM_COUNTER, &given.problems).await?;
        if self.head().epoch != known.epoch && incidents.is_empty() && problems.is_empty() {
            return Ok(false);
        }
        for (statement, counters) in [(RAISE, &incidents), (RAISE_OF_PROBLEMS, &problems)] {
            for (year, counter) in counters {
                let raise = asking::query(statement).bind(*year).bind(*counter);
                raise.execute(self.connection()).await?;
            }
        }
        self.append(&Record::HistoryLost {
            at: now,
            known_to: known.seq,
            incidents,
            problems,
        })?;
        self.note_loss(fresh_epoch(), now);
        Ok(true)
    }

    /// Those of the counters that the database has lower.
    async fn lower(
        &mut self,
        statement: &'static str,
        given: &BTreeMap<i64, i64>,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let mut lower = Vec::new();
        for (year, counter) in given {
            let stored = asking::query_scalar(statement).bind(*year);
            let stored: Option<i64> = stored.fetch_optional(self.connection()).await?;
            if stored.unwrap_or(0) < *counter {
                lower.push((*year, *counter));
            }
        }
        Ok(lower)
    }
}

const COUNTER: &str = "select counter from reference_counter where year = $1";
const PROBLEM_COUNTER: &str = "select counter from problem_counter where year = $1";
const RAISE: &str = "insert into reference_counter (year, counter) values ($1, $2)
    on conflict (year) do update set counter = excluded.counter";
const RAISE_OF_PROBLEMS: &str = "insert into problem_counter (year, counter) values ($1, $2)
    on conflict (year) do update set counter = excluded.counter";
