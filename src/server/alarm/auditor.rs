//! Looks at the engine's work from outside: by the tables alone, with none of its functions.
//!
//! What it finds is said in the log, in the figures and by `/readyz`. Where an address for a heartbeat is
//! set, it is called only while all is well, so that whoever waits there notices a desk that is ill, hung
//! or gone alike.

use super::super::Desk;
use super::super::store::{Store, StoreError};
use crate::domain::Instant;
use chrono::TimeDelta;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(15);

/// How late an alarm may be.
const ALARM_WITHIN: TimeDelta = TimeDelta::seconds(60);

/// How late a look at an incident may be.
const WATCH_WITHIN: TimeDelta = TimeDelta::seconds(10);

/// How late a message may be.
const SEND_WITHIN: TimeDelta = TimeDelta::minutes(5);

/// Something that should have happened and has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", content = "count", rename_all = "snake_case")]
pub enum Finding {
    /// Deadlines passed and no alarm tells of them.
    Untold(i64),
    /// Incidents should have been looked at.
    Unwatched(i64),
    /// Messages lie in the queue.
    Unsent(i64),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untold(count) => write!(f, "{count} passed deadlines without an alarm"),
            Self::Unwatched(count) => write!(f, "{count} incidents that nobody has looked at"),
            Self::Unsent(count) => write!(f, "{count} messages that nobody has sent"),
        }
    }
}

/// What is wrong at `now`; nothing if all is well.
///
/// # Errors
/// The database did not answer.
pub async fn audit(store: &Store, now: Instant) -> Result<Vec<Finding>, StoreError> {
    let counted = store
        .audit_alarms(now - ALARM_WITHIN, now - WATCH_WITHIN, now - SEND_WITHIN)
        .await?;
    let all = [
        (counted.untold, Finding::Untold(counted.untold)),
        (counted.unwatched, Finding::Unwatched(counted.unwatched)),
        (counted.unsent, Finding::Unsent(counted.unsent)),
    ];
    let wrong = all.into_iter().filter(|(count, _)| *count > 0);
    Ok(wrong.map(|(_, finding)| finding).collect())
}

/// Audits again and again until the server stops.
pub(crate) async fn watch(desk: Arc<Desk>) {
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        match audit(&desk.store, desk.clock.now()).await {
            Ok(findings) if findings.is_empty() => {}
            Ok(findings) => {
                for finding in findings {
                    tracing::error!(%finding, "the alarms are not looked after");
                }
            }
            Err(error) => tracing::error!(%error, "the alarms could not be audited"),
        }
    }
}
