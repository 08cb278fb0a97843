//! The alarms that stand, on the officer's side: asking for them, and saying something of one.
//!
//! A receipt needs a live server, which alone knows what it has raised: it is sent at once, a few times
//! under the same id, and never kept for later. Deliberately decides nothing.

use super::http::{Failure, Http, refusal};
use crate::api::problem::Outcome;
use crate::domain::alarm::{AlarmState, RaisedAlarm, Receipt};
use crate::domain::id::{AlarmId, CommandId};
use crate::domain::refusal::Refusal;
use std::time::Duration;

/// How often a receipt without an answer is sent.
const TRIES: u32 = 3;

/// How long to wait before it is sent again.
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// What a receipt came to.
#[derive(Clone, Debug)]
pub enum OnAlarm {
    /// It is noted, and the alarm is now so.
    Noted(Box<RaisedAlarm>),
    /// It is not, and why not.
    Refused(Refusal),
    /// Nobody knows.
    Unknown,
}

/// Every alarm that stands, whether or not somebody has said that they know.
///
/// # Errors
/// Why the server did not say.
pub async fn standing(http: &Http) -> Result<Vec<RaisedAlarm>, Failure> {
    let mut standing = Vec::new();
    for state in [AlarmState::Open, AlarmState::Acknowledged] {
        let mut cursor = None;
        loop {
            let page = http.alarms(state, cursor.as_deref()).await?.body;
            standing.extend(page.alarms.into_iter().map(|shown| shown.raised));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(standing)
}

/// Says something of an alarm.
pub async fn receive(http: &Http, id: CommandId, alarm: AlarmId, receipt: Receipt) -> OnAlarm {
    for tries_left in (0..TRIES).rev() {
        match http.receive_alarm(id, alarm, receipt).await {
            Ok(reply) => return OnAlarm::Noted(Box::new(reply.body.raised)),
            Err(Failure::Problem { problem, .. })
                if problem.outcome == Outcome::NotApplied && !problem.retryable =>
            {
                return OnAlarm::Refused(refusal(*problem));
            }
            Err(_) if tries_left > 0 => tokio::time::sleep(BETWEEN_TRIES).await,
            Err(_) => {}
        }
    }
    OnAlarm::Unknown
}
