//! Messages, and the links by which one is acknowledged, compared with what the trail tells of them.
//!
//! A desk that was made before the trail told of messages has some that no entry names; they are counted,
//! and whether one of them was changed is not known. Who is at work on a message is told nowhere: a hold
//! lasts for seconds, so all that is looked at is whether it is one.

use super::told::{Told, ToldAlarm};
use super::{PAGE, Verification};
use crate::domain::Instant;
use crate::domain::alarm::ClosedAlarm;
use crate::domain::delivery::{Delivery, Subject};
use crate::domain::id::{AlarmId, DeliveryId};
use crate::server::audit;
use crate::server::messages::{Before, Messages};
use crate::server::store::{DeliveryColumns, LinkColumns, Store, StoreError};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Longer than anybody holds a message.
const HELD_AT_MOST: TimeDelta = TimeDelta::days(1);

/// What the trail tells of messages.
#[derive(Default)]
pub(super) struct ToldMessages {
    /// The entry with which it begins to; 0 if there is none.
    pub(super) from: u64,
    /// What is stored of which no entry tells.
    untold: Before,
    /// The seal of each message, by its last note.
    seals: BTreeMap<DeliveryId, String>,
    links: BTreeMap<String, LinkColumns>,
    /// How alarms ended, if they have.
    ended: BTreeMap<AlarmId, Option<ClosedAlarm>>,
}

impl ToldMessages {
    pub(super) fn take_in(&mut self, seq: u64, told: &Messages) {
        if self.from == 0 {
            self.from = seq;
            self.untold = told.before;
        }
        for note in &told.messages {
            let is_known = self.seals.insert(note.id, note.seal.clone()).is_some();
            if !is_known && note.whom.is_none() {
                // One of those before is told of from now on.
                self.untold.messages = self.untold.messages.saturating_sub(1);
            }
        }
        for link in &told.links {
            let columns = LinkColumns {
                hash: link.hash.clone(),
                delivery: link.message.to_string(),
                made_at: link.made_at.timestamp_millis(),
                used_at: None,
            };
            self.links.insert(link.hash.clone(), columns);
        }
        for (message, at) in &told.links_used {
            self.use_links(*message, *at);
        }
        self.ended.extend(told.alarms.clone());
    }

    /// Messages that were erased, and the links by which they could be acknowledged, are stored no longer.
    pub(super) fn take_away(&mut self, messages: &[DeliveryId], links: u64) {
        let told_of = self.links.len();
        for id in messages {
            let is_told = self.seals.remove(id).is_some();
            let message = id.to_string();
            self.links.retain(|_, link| link.delivery != message);
            if self.from > 0 && !is_told {
                self.untold.messages = self.untold.messages.saturating_sub(1);
            }
        }
        if self.from > 0 {
            let told_of = (told_of - self.links.len()) as u64;
            let untold = links.saturating_sub(told_of);
            self.untold.links = self.untold.links.saturating_sub(untold);
        }
    }

    fn use_links(&mut self, message: DeliveryId, at: Instant) {
        let message = message.to_string();
        let of_it = self
            .links
            .values_mut()
            .filter(|link| link.delivery == message);
        for link in of_it {
            link.used_at.get_or_insert(at.timestamp_millis());
        }
    }

    /// Whether an alarm ended as the trail says; of one from before the trail told that nothing is known.
    pub(super) fn ended_as_told(&self, told: &ToldAlarm, closed: Option<ClosedAlarm>) -> bool {
        match self.ended.get(&told.alarm.id) {
            Some(as_told) => *as_told == closed,
            None => closed.is_none() || self.from == 0 || told.seq < self.from,
        }
    }
}

/// Messages: whether each is what the trail says became of it, and in its columns what it is in its
/// document.
pub(super) async fn deliveries(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let latest = store.present().await?.max(told.latest);
    let (mut after, mut untold) = (String::new(), 0);
    loop {
        let page = store.delivery_columns(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for stored in page {
            if !agrees(&stored, told, latest)? {
                let id = &stored.id;
                found.fault(format!("Message {id} is not what was to be sent"));
            }
            let id = stored.id.parse().ok().map(DeliveryId);
            match id.and_then(|id| told.messages.seals.remove(&id)) {
                Some(seal) if audit::sha256(&stored.document) == seal => {}
                Some(_) => found.fault(format!(
                    "Message {} is not what the trail says became of it",
                    stored.id
                )),
                None => untold += 1,
            }
        }
    }
    for id in told.messages.seals.keys() {
        found.fault(format!("Message {id} is told of but not stored"));
    }
    for id in told.tests.keys() {
        found.fault(format!("Test message {id} is told of but not stored"));
    }
    untold_ones(
        "messages",
        untold,
        told.messages.untold.messages,
        told,
        found,
    );
    Ok(())
}

/// Before the trail has begun to tell of them there may be any number.
fn untold_ones(what: &str, stored: u64, expected: u64, told: &Told, found: &mut Verification) {
    if told.messages.from > 0 && stored != expected {
        found.fault(format!(
            "{stored} {what} are stored of which the trail does not tell, where there were {expected}"
        ));
    }
}

fn agrees(stored: &DeliveryColumns, told: &mut Told, latest: Instant) -> Result<bool, StoreError> {
    let Ok(says) = serde_json::from_str::<Delivery>(&stored.document) else {
        return Ok(false);
    };
    let mut columns = DeliveryColumns::of(&says)?;
    columns.document.clone_from(&stored.document);
    columns.lease_until = stored.lease_until;
    columns.leased_by.clone_from(&stored.leased_by);
    let is_told = match says.subject {
        Subject::Test(_) => told.tests.remove(&says.id) == Some(says.created_at),
        Subject::Alarm(_)
        | Subject::PartnerNotice(_)
        | Subject::Escalation(_)
        | Subject::Checkpoint(_) => true,
    };
    let is_of_its_subject = says.id == Delivery::identity(says.subject, &says.recipient);
    let is_held_well = is_a_hold(stored, latest.max(says.next_at.unwrap_or(latest)));
    Ok(columns == *stored && is_told && is_of_its_subject && is_held_well)
}

/// Whether nobody holds it, or somebody by a name that a worker has, for a time that ends.
fn is_a_hold(stored: &DeliveryColumns, latest: Instant) -> bool {
    match (stored.lease_until, stored.leased_by.as_deref()) {
        (None, None) => true,
        (Some(until), Some(name)) => {
            let longest = (latest + HELD_AT_MOST).timestamp_millis();
            let is_a_name = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_a_name && (stored.created_at..=longest).contains(&until)
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Links by which a message can be acknowledged.
pub(super) async fn links(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let (mut after, mut untold) = (String::new(), 0);
    loop {
        let page = store.link_columns(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.hash);
        for stored in page {
            match told.messages.links.remove(&stored.hash) {
                Some(as_told) if as_told == stored => {}
                Some(_) => found.fault(format!(
                    "A link to message {} is not what the trail says",
                    stored.delivery
                )),
                None => untold += 1,
            }
        }
    }
    for link in told.messages.links.values() {
        let message = &link.delivery;
        found.fault(format!(
            "A link to message {message} is told of but not stored"
        ));
    }
    untold_ones("links", untold, told.messages.untold.links, told, found);
    Ok(())
}
