//! Notices to partners and calls for help: the link by which one is acknowledged, and telling the desk's record how far each
//! has come, and which alarms nobody has answered.
//!
//! A link is random, is kept as a hash alone, and is worth nothing once it was used or its time is up.
//! Each attempt has one of its own, because nobody knows which message arrives.

use super::words::Letter;
use crate::domain::delivery::Delivery;
use crate::domain::id::DeliveryId;
use crate::server::Desk;
use crate::server::audit::{hexadecimal, sha256};
use crate::server::ledger::{Request, Told};
use crate::server::store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Bytes of randomness in a link.
const RANDOM_BYTES: usize = 32;

/// How many notices are told of in one round; the ledger writes them down together.
const TOLD_AT_ONCE: u32 = 200;

/// The letter with the link by which this notice is acknowledged, where there is an address for it.
pub(super) async fn with_link(
    desk: &Desk,
    delivery: &Delivery,
    letter: Letter,
) -> Result<Letter, StoreError> {
    if delivery.matter.answer_by().is_none() {
        return Ok(letter);
    }
    let Some(public_url) = desk.carriers.public_url() else {
        return Ok(letter.without_link());
    };
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random)
        .map_err(|_| StoreError::Unsafe("the machine has no random numbers to give".to_owned()))?;
    let token = hexadecimal(&random);
    let now = desk.clock.now();
    desk.store
        .keep_link(&sha256(&token), delivery.id, now)
        .await?;
    Ok(letter.with_link(format!("{public_url}/ack/{token}")))
}

/// Tells the desk's record again and again, until the desk closes.
pub(super) async fn tell(desk: Arc<Desk>, every: Duration) {
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        match desk.store.untold(TOLD_AT_ONCE).await {
            Ok(untold) => tell_of_all(&desk, untold).await,
            Err(error) => tracing::warn!(%error, "the notices to tell of could not be read"),
        }
    }
}

/// Has the ledger write down how far these have come. What it does not take now is told in the next
/// round.
async fn tell_of_all(desk: &Arc<Desk>, untold: Vec<DeliveryId>) {
    let mut telling = JoinSet::new();
    for delivery in untold {
        telling.spawn(tell_of(Arc::clone(desk), delivery));
    }
    while telling.join_next().await.is_some() {}
}

async fn tell_of(desk: Arc<Desk>, delivery: DeliveryId) {
    let Ok(ledger) = desk.ledger() else {
        return;
    };
    let request = Request::of_the_desk(Told::Progressed(delivery));
    if let Err(failure) = ledger.ask(&desk, request).await {
        let cause = failure.cause().unwrap_or_else(|| failure.detail());
        tracing::warn!(
            cause,
            "how far a message has come could not be written down"
        );
    }
}
