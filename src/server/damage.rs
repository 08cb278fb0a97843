//! Looks the whole file of the database through, once after the start and beside the work: that takes as
//! long as the file is big, and a start cannot wait for it.
//!
//! Deliberately stops nothing: what is damaged may still be read, and whoever runs the server decides.

use super::Desk;
use super::store::Depth;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Looks, and keeps in mind what is wrong.
pub(super) async fn look(desk: Arc<Desk>) {
    match desk.store.damage(Depth::Indexes).await {
        Ok(damage) if damage.is_empty() => tracing::info!("the database file is whole"),
        Ok(damage) => {
            tracing::error!(?damage, "the database file is damaged");
            desk.is_damaged.store(true, Ordering::Relaxed);
        }
        Err(error) => tracing::error!(%error, "the database file could not be looked through"),
    }
}
