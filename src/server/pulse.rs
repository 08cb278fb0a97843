//! The pulse of the desk: whether it can still commit, tried where nobody has lately.
//!
//! A desk on which nothing happens would otherwise find out that its disk is full when an officer
//! acknowledges something. Deliberately raises no alarm and answers no request: `/readyz`, the banner
//! and the log tell of what [`Commits`](super::store::Store::commits) knows.

use super::Desk;
use super::store::StoreError;
use std::sync::Arc;
use std::time::Duration;

/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// After so many looks without a commit of anybody's the desk commits something for its own sake.
const QUIET_LOOKS: u32 = 10;

/// Looks until the server stops.
///
/// # Errors
/// This process can serve no longer: the file of its database was replaced, or cannot be opened.
pub(super) async fn run(desk: Arc<Desk>, give_up_after: Duration) -> Result<(), StoreError> {
    let (mut known, mut quiet) = (desk.store.commits().succeeded(), 0);
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => return Ok(()),
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        is_worth_going_on(&desk, give_up_after)?;
        let commits = desk.store.commits();
        let succeeded = commits.succeeded();
        quiet = if succeeded == known { quiet + 1 } else { 0 };
        known = succeeded;
        if quiet >= QUIET_LOOKS || commits.failing_for().is_some() {
            prove(&desk).await;
        }
    }
}

fn is_worth_going_on(desk: &Desk, give_up_after: Duration) -> Result<(), StoreError> {
    if let Err(replaced @ StoreError::Replaced(_)) = desk.store.still_in_place() {
        return Err(replaced);
    }
    let closed_for = desk.store.commits().closed_for();
    match closed_for.filter(|closed| desk.store.is_a_file() && *closed > give_up_after) {
        Some(closed) => Err(StoreError::CannotBeOpened(closed)),
        None => Ok(()),
    }
}

async fn prove(desk: &Desk) {
    let was_failing = desk.store.commits().failing_for();
    match desk.store.prove().await {
        Ok(()) if was_failing.is_some() => tracing::info!("the database takes commits again"),
        Ok(()) => {}
        Err(error) => tracing::error!(%error, "nothing can be committed"),
    }
}
