//! A desk that runs: the tasks beside its answers, from its beginning to its end.
//!
//! Where one of them ends by itself the desk has ended. Deliberately takes no connection.

use super::network::Door;
use super::{
    DRAIN_WITHIN, Desk, ServeError, Settings, StoreError, alarm, damage, deliver, find_leaders,
    follow, handler, ledger, open, pulse,
};
use axum::Router;
use std::sync::Arc;
use tokio::task::{JoinError, JoinHandle};

/// A desk and its tasks.
pub(super) struct Running {
    desk: Arc<Desk>,
    committing: JoinHandle<()>,
    following: JoinHandle<()>,
    alarming: JoinHandle<()>,
    auditing: JoinHandle<()>,
    delivering: JoinHandle<()>,
    finding: JoinHandle<()>,
    looking: JoinHandle<()>,
    feeling: JoinHandle<Result<(), StoreError>>,
}

impl Running {
    /// Begins a desk behind a door.
    ///
    /// # Errors
    /// The database cannot be read, or the settings name a carrier that cannot be used.
    pub(super) async fn begin(settings: Settings, door: &Door) -> Result<Self, ServeError> {
        let (follow_every, look_every) = (settings.follow_every, settings.look_every);
        let give_up_after = settings.give_up_after;
        let (desk, queue) = open(settings, door).await?;
        let same = || Arc::clone(&desk);
        Ok(Self {
            committing: tokio::spawn(ledger::run(queue, same())),
            following: tokio::spawn(follow(same(), follow_every)),
            alarming: tokio::spawn(alarm::run(same(), look_every)),
            auditing: tokio::spawn(alarm::watch(same())),
            delivering: tokio::spawn(deliver::run(same(), follow_every)),
            finding: tokio::spawn(find_leaders(same())),
            looking: tokio::spawn(damage::look(same())),
            feeling: tokio::spawn(pulse::run(same(), give_up_after)),
            desk,
        })
    }

    /// Its routes.
    pub(super) fn router(&self) -> Router {
        handler::router(Arc::clone(&self.desk))
    }

    /// Waits until a part of it ends by itself, and says why. Before that the desk must not be told to close.
    pub(super) async fn ends(&mut self) -> ServeError {
        let part = tokio::select! {
            _ = &mut self.committing => "The ledger",
            _ = &mut self.following => "The follower of the database",
            _ = &mut self.alarming => "The engine of the alarms",
            _ = &mut self.auditing => "The auditor of the alarms",
            _ = &mut self.delivering => "The worker that sends messages",
            felt = &mut self.feeling => return why(felt),
        };
        ServeError::Ended(part)
    }

    /// Commits what is queued, and closes the database; nobody may be asking any more.
    pub(super) async fn end(self) {
        let desk = Arc::clone(&self.desk);
        desk.closing.cancel();
        desk.close_ledger();
        // All end by themselves now; a task that panicked has said so already.
        let _ = tokio::join!(
            self.committing,
            self.following,
            self.alarming,
            self.auditing,
            self.delivering,
            self.finding,
            self.feeling
        );
        self.looking.abort();
        if tokio::time::timeout(DRAIN_WITHIN, desk.store.close())
            .await
            .is_err()
        {
            tracing::warn!("the database file was still being looked through");
        }
    }

    /// Stops what is left of one that has ended: nothing more is committed by it.
    pub(super) async fn abandon(self) {
        let desk = &self.desk;
        desk.closing.cancel();
        desk.close_ledger();
        self.committing.abort();
        self.looking.abort();
        let _ = tokio::time::timeout(DRAIN_WITHIN, desk.store.close()).await;
    }
}

fn why(felt: Result<Result<(), StoreError>, JoinError>) -> ServeError {
    match felt {
        Ok(Err(why)) => why.into(),
        Ok(Ok(())) | Err(_) => ServeError::Ended("The look after the database"),
    }
}
