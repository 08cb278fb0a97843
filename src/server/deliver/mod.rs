//! The worker that sends what is due: it takes deliveries on, hands each to a carrier, and writes down
//! what came of it.
//!
//! A delivery is held under a lease while it is at work, so several processes share one queue; what a
//! process has taken on and not settled by then is sent again, because twice is better than never. It
//! looks at the queue many times a second instead of keeping timers: new rows, repeats and clocks that
//! jump are seen alike. Deliberately decides nothing: when, how often and whether is
//! `domain::delivery`'s.

mod carriers;
mod checkpoints;
mod govuk_notify;
mod http;
mod notices;
mod reports;
mod smtp;
mod webhook;
mod words;

use super::Desk;
use super::store::{Lease, StoreError};
use crate::domain::Instant;
use crate::domain::delivery::{Answer, Delivery, Due, Tried};
use crate::domain::id::DeliveryId;
use chrono::TimeDelta;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;
use words::Letter;

pub(crate) use carriers::Carriers;
pub(crate) use govuk_notify::Notification;
pub(crate) use reports::{take_in, take_in_status};
pub(crate) use words::escaped;

/// How many recipients are at work at a time.
const AT_ONCE: usize = 16;

/// How many deliveries are written down in one transaction, so that commands get in between.
const WRITTEN_AT_ONCE: usize = 200;

/// Works until the desk closes, then ends what it has begun.
pub(crate) async fn run(desk: Arc<Desk>, every: Duration) {
    tokio::join!(
        work(Arc::clone(&desk), every),
        notices::tell(Arc::clone(&desk), every),
        checkpoints::tell(Arc::clone(&desk), every),
        reports::poll(desk)
    );
}

async fn work(desk: Arc<Desk>, every: Duration) {
    let name = Uuid::new_v4().simple().to_string();
    tracing::info!(worker = name, "messages go out from here");
    let mut at_work = JoinSet::new();
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => break,
            () = tokio::time::sleep(every) => {}
        }
        while at_work.try_join_next().is_some() {}
        if let Err(error) = take_on(&desk, &name, &mut at_work).await {
            tracing::warn!(%error, "the queue of messages could not be read");
        }
    }
    while at_work.join_next().await.is_some() {}
}

async fn take_on(
    desk: &Arc<Desk>,
    name: &str,
    at_work: &mut JoinSet<()>,
) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let room = u32::try_from(AT_ONCE.saturating_sub(at_work.len())).unwrap_or_default();
    if room == 0 {
        return Ok(());
    }
    for recipient in desk.store.recipients_due(now, room).await? {
        let lease = Lease {
            by: name.to_owned(),
            now,
            until: now + TimeDelta::seconds(desk.policy.delivery.lease_seconds.into()),
        };
        let due = desk.store.take_on(&recipient, &lease).await?;
        if !due.is_empty() {
            let (desk, name) = (Arc::clone(desk), name.to_owned());
            at_work.spawn(async move { work_off(&desk, &name, due).await });
        }
    }
    Ok(())
}

/// Everything that was due for one recipient.
async fn work_off(desk: &Desk, name: &str, due: Vec<Delivery>) {
    let policy = &desk.policy.delivery;
    let (to_end, to_send): (Vec<_>, Vec<_>) = due
        .into_iter()
        .partition(|delivery| delivery.due(policy) == Due::End);
    settled(desk, name, &to_end, desk.clock.now(), Delivery::end).await;
    let (alike, mut single): (Vec<_>, Vec<_>) = to_send
        .into_iter()
        .partition(|delivery| delivery.subject.is_grouped());
    if alike.len() >= policy.group_from as usize {
        send(desk, name, alike).await;
    } else {
        single.extend(alike);
    }
    for delivery in single {
        send(desk, name, vec![delivery]).await;
    }
}

/// Sends one message for all of these, which are for one recipient.
async fn send(desk: &Desk, name: &str, mut deliveries: Vec<Delivery>) {
    let now = desk.clock.now();
    for delivery in &mut deliveries {
        delivery.goes_out(now, &desk.policy.delivery);
    }
    let Some(first) = deliveries.first() else {
        return;
    };
    let letter = if deliveries.len() == 1 {
        let letter = words::of_one(first, now);
        match notices::with_link(desk, first, letter).await {
            Ok(letter) => letter,
            // Sent again when the lease is over.
            Err(error) => return tracing::error!(%error, "a link could not be made"),
        }
    } else {
        words::of_many(first, &deliveries, now)
    };
    match attempt_at(desk, first, &letter).await {
        Ok(tried) => {
            note(desk, &deliveries, &tried);
            let now = desk.clock.now();
            settled(desk, name, &deliveries, now, |delivery| {
                delivery.attempted(&tried, now, &desk.policy.delivery);
            })
            .await;
        }
        Err(wait) => {
            let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
            let until = now + wait.min(TimeDelta::minutes(1));
            settled(desk, name, &deliveries, now, |delivery| {
                delivery.put_off(until)
            })
            .await;
        }
    }
}

/// One address after the other, until one takes it.
async fn attempt_at(
    desk: &Desk,
    delivery: &Delivery,
    letter: &Letter,
) -> Result<Vec<Tried>, Duration> {
    let within = Duration::from_secs(desk.policy.delivery.attempt_seconds.into());
    let mut tried = Vec::new();
    for (place, address) in delivery.usable() {
        let sending = desk.carriers.send(address, letter, within);
        let answer = match tokio::time::timeout(within, sending).await {
            Ok(Ok(answer)) => answer,
            // What was tried before counts; only where nothing was, does waiting cost no attempt.
            Ok(Err(wait)) if tried.is_empty() => return Err(wait),
            Ok(Err(_)) => Answer::NotNow("the channel may not be asked so often".to_owned()),
            Err(_) => Answer::NotNow("the carrier did not answer in time".to_owned()),
        };
        let is_taken = matches!(answer, Answer::Accepted { .. });
        tried.push(Tried {
            address: place,
            answer,
        });
        if is_taken {
            break;
        }
    }
    Ok(tried)
}

/// A line in the log and in the figures, without anything about anybody.
fn note(desk: &Desk, deliveries: &[Delivery], tried: &[Tried]) {
    let accepted = tried
        .iter()
        .any(|tried| matches!(tried.answer, Answer::Accepted { .. }));
    let outcome = if accepted { "accepted" } else { "not_accepted" };
    desk.metrics.sent(outcome);
    let (first, count) = (
        deliveries.first().map(|it| it.id.to_string()),
        deliveries.len(),
    );
    tracing::info!(first, count, outcome, "a message was tried");
}

/// Where nothing can be written the lease ends by itself, and what was sent is sent again.
async fn settled(
    desk: &Desk,
    name: &str,
    deliveries: &[Delivery],
    at: Instant,
    mut change: impl FnMut(&mut Delivery),
) {
    let ids: Vec<DeliveryId> = deliveries.iter().map(|delivery| delivery.id).collect();
    for some in ids.chunks(WRITTEN_AT_ONCE) {
        if let Err(error) = desk.store.settle(some, name, at, &mut change).await {
            tracing::error!(%error, "what became of messages could not be written down");
        }
    }
}
