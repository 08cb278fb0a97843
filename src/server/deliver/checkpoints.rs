//! Tells the end of the audit trail to those who keep it, and to the log.
//!
//! The message itself goes through the queue like any other: it is tried again, and what became of it
//! is in the list of deliveries. Deliberately keeps no timer that could be missed: it looks at which
//! stretch of time it is.

use crate::domain::delivery::Delivery;
use crate::domain::delivery::checkpoint::{self, LastEntry};
use crate::server::Desk;
use crate::server::store::StoreError;
use std::sync::Arc;
use std::time::Duration;

/// Looks again and again whether a stretch has begun of which nothing was told, until the desk closes.
pub(super) async fn tell(desk: Arc<Desk>, every: Duration) {
    let length = desk.carriers.checkpoints().every;
    let mut told = None;
    loop {
        let stretch = checkpoint::stretch(desk.clock.now(), length);
        if told != Some(stretch) {
            match queue(&desk).await {
                Ok(()) => told = Some(stretch),
                Err(error) => tracing::warn!(%error, "no checkpoint of the trail was made"),
            }
        }
        tokio::select! {
            () = desk.closing.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

async fn queue(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let settings = desk.carriers.checkpoints();
    let head = desk.store.head().await?;
    let last = LastEntry {
        seq: head.seq,
        hash: head.hash,
    };
    let keepers = settings.keepers.iter().cloned();
    let messages: Vec<Delivery> = keepers
        .map(|(recipient, address)| {
            checkpoint::told(&last, recipient, address, settings.every, now)
        })
        .map(|new| Delivery::new(new, now))
        .collect();
    if !messages.is_empty() {
        let mut writing = desk.store.begin().await?;
        writing.enqueue_all(&messages).await?;
        writing.commit().await?;
    }
    tracing::info!(seq = last.seq, hash = last.hash, "checkpoint of the trail");
    Ok(())
}
