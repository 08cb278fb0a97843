//! A test message, on the officer's side: asking for one, and waiting for what becomes of it.
//!
//! It is asked for a few times under the same id, so that it is one test however often that arrives.
//! Deliberately sends nothing itself and judges nothing: the server does both.

use super::given::{Given, until_heard};
use super::http::{Failure, Http};
use crate::api::types::DeliveryRecord;
use crate::domain::delivery::DeliveryState;
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::id::CommandId;
use std::time::Duration;

/// How long to wait between two looks at what became of a test, or two tries to ask for it.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What a test message came to: what became of it so far, as far as anybody knows.
pub type OnTest = Given<DeliveryRecord>;

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
    let mut delivery = until_heard(LOOK_AGAIN_AFTER, || http.test_delivery(id, command)).await?;
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
