//! A test message, on the officer's side: asking for one, and waiting for what becomes of it.
//!
//! It is asked for a few times under the same id, so that it is one test however often that arrives.
//! Deliberately sends nothing itself and judges nothing: the server does both.

use super::http::{Failure, Http, refusal};
use crate::api::problem::Outcome;
use crate::api::types::DeliveryRecord;
use crate::domain::delivery::DeliveryState;
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::id::CommandId;
use crate::domain::refusal::Refusal;
use std::time::Duration;

/// How often a test without an answer is asked for.
const TRIES: u32 = 3;

/// How long to wait between two looks at what became of a test, or two tries to ask for it.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What a test message came to, as far as anybody knows.
#[derive(Clone, Debug)]
pub enum OnTest {
    /// It is with the server, and this became of it so far.
    Became(Box<DeliveryRecord>),
    /// None is sent, and why not.
    Refused(Refusal),
    /// Nobody knows.
    Unknown,
}

impl OnTest {
    /// What an answer means.
    pub fn of(answered: Result<DeliveryRecord, Failure>) -> Self {
        match answered {
            Ok(delivery) => Self::Became(Box::new(delivery)),
            Err(Failure::Problem { problem, .. })
                if problem.outcome == Outcome::NotApplied && !problem.retryable =>
            {
                Self::Refused(refusal(*problem))
            }
            Err(_) => Self::Unknown,
        }
    }
}

/// Sends a test message, and gives what became of it: as it is when it is no longer in the queue, or
/// when the wait is over.
///
/// # Errors
/// Why nobody knows whether it was sent, or why the server sends none.
pub async fn test(
    http: &Http,
    id: CommandId,
    command: &DeliveryCommand,
    within: Duration,
) -> Result<DeliveryRecord, Failure> {
    let mut delivery = asked_for(http, id, command).await?;
    let looking = async {
        while delivery.state == DeliveryState::Queued {
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
            delivery = http.delivery(delivery.id).await?.body;
        }
        Ok::<_, Failure>(())
    };
    // Where the wait is over first, what is known by then is what is told.
    if let Ok(looked) = tokio::time::timeout(within, looking).await {
        looked?;
    }
    Ok(delivery)
}

async fn asked_for(
    http: &Http,
    id: CommandId,
    command: &DeliveryCommand,
) -> Result<DeliveryRecord, Failure> {
    let mut tries_left = TRIES;
    loop {
        tries_left -= 1;
        match http.test_delivery(id, command).await {
            Err(Failure::Unreachable(_)) if tries_left > 0 => {
                tokio::time::sleep(LOOK_AGAIN_AFTER).await;
            }
            answered => return answered.map(|reply| reply.body),
        }
    }
}
