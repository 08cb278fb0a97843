//! What carriers say of a message after they have accepted it, told by callback or asked for.
//!
//! Either may come late, twice or in the wrong order; `domain::delivery` knows what still counts.

use super::govuk_notify::Notification;
use super::words::name_of;
use crate::api::types::MailStatus;
use crate::domain::delivery::{Delivery, Report};
use crate::domain::id::DeliveryId;
use crate::server::Desk;
use crate::server::store::StoreError;
use chrono::TimeDelta;
use std::sync::Arc;

/// How long GOV.UK Notify tries to deliver at most; after that it has told what became of it.
const NOTIFY_TRIES_FOR: TimeDelta = TimeDelta::hours(73);

/// How many messages are asked about in one round.
const ASKED_ABOUT: u32 = 100;

/// Takes in what GOV.UK Notify tells of a notification.
pub(crate) async fn take_in(desk: &Desk, told: &Notification) -> Result<(), StoreError> {
    match (told.delivery(), told.report()) {
        (Some(id), Some(report)) => reported(desk, id, &told.id, &report).await,
        (None, _) | (_, None) => Ok(()),
    }
}

/// Takes in what a mail server tells; not while the message is still being handed over, by which it could
/// be overtaken. Whether it was taken in.
pub(crate) async fn take_in_status(desk: &Desk, told: &MailStatus) -> Result<bool, StoreError> {
    match desk.store.delivery(told.delivery).await? {
        Some(delivery) if delivery.attempts < told.attempt => Ok(false),
        Some(_) => {
            let message = name_of(told.delivery, told.attempt);
            let taken = reported(desk, told.delivery, &message, &told.report).await;
            taken.map(|()| true)
        }
        None => Ok(true),
    }
}

/// Takes in what became of a message, under its carrier's name for it, for all that it told of.
async fn reported(
    desk: &Desk,
    id: DeliveryId,
    message: &str,
    report: &Report,
) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let ids = desk.store.told_by(id, message).await?;
    desk.store
        .settle(&ids, "", now, |delivery| {
            delivery.reported(Some(message), report.clone(), now, &desk.policy.delivery);
        })
        .await
}

/// Asks again and again what has become of messages, until the desk closes.
pub(super) async fn poll(desk: Arc<Desk>) {
    let Some(every) = desk.carriers.poll_every() else {
        return desk.closing.cancelled().await;
    };
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        if let Err(error) = ask_about_all(&desk).await {
            tracing::warn!(%error, "what became of messages could not be looked at");
        }
    }
}

async fn ask_about_all(desk: &Desk) -> Result<(), StoreError> {
    let since = desk.clock.now() - NOTIFY_TRIES_FOR;
    for delivery in desk.store.on_their_way(since, ASKED_ABOUT).await? {
        let Some(message) = of_notify(desk, &delivery) else {
            continue;
        };
        match desk.carriers.ask(message).await {
            Some(Ok(told)) => take_in(desk, &told).await?,
            Some(Err(why)) => {
                tracing::warn!(%why, "GOV.UK Notify does not say what became of a message")
            }
            // It may not be asked more often now; the next round goes on.
            None => break,
        }
    }
    Ok(())
}

/// What GOV.UK Notify calls the message, where it was given to it.
fn of_notify<'a>(desk: &Desk, delivery: &'a Delivery) -> Option<&'a str> {
    let is_theirs = desk.carriers.is_by_notify(delivery.medium()?);
    let message = delivery.provider_reference.as_deref();
    message.filter(|_| is_theirs)
}
