//! Notices to partners: the link by which one is acknowledged, and telling the incident's record how far
//! each has come.
//!
//! A link is random, is kept as a hash alone, and is worth nothing once it was used or its time is up.
//! Each attempt has one of its own, because nobody knows which message arrives.

use super::words::Letter;
use crate::domain::delivery::Delivery;
use crate::domain::delivery::matter::Matter;
use crate::server::Desk;
use crate::server::audit::{hexadecimal, sha256};
use crate::server::ledger::{Request, Told};
use crate::server::store::StoreError;

/// Bytes of randomness in a link.
const RANDOM_BYTES: usize = 32;

/// How many notices are told of in one round.
const TOLD_AT_ONCE: u32 = 50;

/// The letter with the link by which this notice is acknowledged, where there is an address for it.
pub(super) async fn with_link(
    desk: &Desk,
    delivery: &Delivery,
    letter: Letter,
) -> Result<Letter, StoreError> {
    let Matter::PartnerNotice { .. } = delivery.matter else {
        return Ok(letter);
    };
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

/// Has the ledger write into the incidents' records how far their notices have come. What it does not
/// take now is told in the next round.
pub(super) async fn tell_incidents(desk: &Desk) {
    let untold = match desk.store.untold(TOLD_AT_ONCE).await {
        Ok(untold) => untold,
        Err(error) => return tracing::warn!(%error, "the notices to tell of could not be read"),
    };
    for delivery in untold {
        let Ok(ledger) = desk.ledger() else {
            return;
        };
        let request = Request::of_the_desk(Told::NoticeProgressed(delivery));
        if let Err(failure) = ledger.ask(desk, request).await {
            let cause = failure
                .cause()
                .unwrap_or_else(|| failure.detail())
                .to_owned();
            tracing::warn!(cause, "how far a notice has come could not be written down");
        }
    }
}
