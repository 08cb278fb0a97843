//! What a transaction changes of messages, and which alarms it ends, is collected and becomes one entry of
//! the trail with the commit.

use super::asking;
use super::{StoreError, Writing, unsigned};
use crate::domain::Instant;
use crate::domain::alarm::{ClosedAlarm, RaisedAlarm};
use crate::domain::id::{AlarmId, DeliveryId};
use crate::server::audit::Record;
use crate::server::messages::{Before, LinkNote, Messages, Note};
use sqlx::Row as _;
use std::collections::BTreeMap;

/// How many messages one entry tells of at most, so that a page of entries stays small.
const TOLD_TOGETHER: usize = 100;

/// What a transaction has changed of messages so far.
#[derive(Default)]
pub(super) struct Noting {
    /// When the last of it was.
    at: Instant,
    /// The last note of each message counts.
    notes: BTreeMap<DeliveryId, Note>,
    links: Vec<LinkNote>,
    links_used: BTreeMap<DeliveryId, Instant>,
    alarms: BTreeMap<AlarmId, Option<ClosedAlarm>>,
}

impl Noting {
    /// A message is as this note says.
    pub(super) fn message(&mut self, note: Note, at: Instant) {
        self.at = self.at.max(at);
        let whom = self.notes.remove(&note.id).and_then(|before| before.whom);
        let whom = note.whom.or(whom);
        self.notes.insert(note.id, Note { whom, ..note });
    }

    /// A link was made.
    pub(super) fn link(&mut self, link: LinkNote) {
        self.at = self.at.max(link.made_at);
        self.links.push(link);
    }

    /// The links to a message are worth nothing any more.
    pub(super) fn links_used(&mut self, message: DeliveryId, at: Instant) {
        self.at = self.at.max(at);
        self.links_used.entry(message).or_insert(at);
    }

    /// An alarm has ended, or stands again.
    fn alarm(&mut self, raised: &RaisedAlarm, at: Instant) {
        self.at = self.at.max(at);
        self.alarms.insert(raised.alarm.id, raised.closed);
    }

    /// How many messages and links are new.
    fn made(&self) -> Before {
        let is_new = |note: &&Note| note.whom.is_some();
        Before {
            messages: self.notes.values().filter(is_new).count() as u64,
            links: self.links.len() as u64,
        }
    }

    /// As it is told, entry by entry.
    fn told(self) -> impl Iterator<Item = Record> {
        let at = self.at;
        let notes: Vec<Note> = self.notes.into_values().collect();
        let mut rest = Some((self.links, self.links_used, self.alarms));
        // Where no message changed, the rest is told of all the same.
        let pages = notes.len().div_ceil(TOLD_TOGETHER).max(1);
        let mut notes = notes.into_iter();
        (0..pages).map(move |_| {
            let (links, links_used, alarms) = rest.take().unwrap_or_default();
            let messages = Messages {
                before: Before::default(),
                messages: notes.by_ref().take(TOLD_TOGETHER).collect(),
                links,
                links_used,
                alarms,
            };
            Record::Messages { at, messages }
        })
    }

    fn is_empty(&self) -> bool {
        let no_links = self.links.is_empty() && self.links_used.is_empty();
        no_links && self.notes.is_empty() && self.alarms.is_empty()
    }
}

impl Writing {
    /// Notes that an alarm has ended or stands again.
    pub(crate) fn note_alarm(&mut self, raised: &RaisedAlarm, at: Instant) {
        self.noting.alarm(raised, at);
    }

    /// Adds what was collected to the trail. The first entry of a desk also says how much there was before.
    pub(super) async fn tell_of_messages(&mut self) -> Result<(), StoreError> {
        let noting = std::mem::take(&mut self.noting);
        if noting.is_empty() {
            return Ok(());
        }
        let mut before = if self.head.messages_from == 0 {
            Some(self.untold_before(noting.made()).await?)
        } else {
            None
        };
        for mut record in noting.told() {
            if let Record::Messages { messages, .. } = &mut record {
                messages.before = before.unwrap_or_default();
            }
            let seq = self.append(&record)?;
            if before.take().is_some() {
                self.head.messages_from = seq;
            }
        }
        Ok(())
    }

    async fn untold_before(&mut self, new: Before) -> Result<Before, StoreError> {
        let row = asking::query(
            "select (select count(*) from delivery) as messages, (select count(*) from ack_link) as links",
        )
        .fetch_one(self.connection())
        .await?;
        Ok(Before {
            messages: unsigned(row.try_get("messages")?)?.saturating_sub(new.messages),
            links: unsigned(row.try_get("links")?)?.saturating_sub(new.links),
        })
    }
}
