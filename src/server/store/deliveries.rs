//! Deliveries: the ledger of everything that goes out, and who is at work on what.
//!
//! Every change of one is told of in the trail, so whoever changes one holds the head, and none changes
//! under somebody else's hands. Only who is at work on what is written beside the head: a hold lasts for
//! seconds and is told nowhere.

use super::asking;
use super::transaction::Transaction;
use super::writing::together;
use super::{PlaceInTime, Store, StoreError, Writing};
use crate::domain::Instant;
use crate::domain::delivery::{Delivery, DeliveryState, Subject};
use crate::domain::id::{DeliveryId, IncidentId, RecipientId};
use crate::server::messages::{LinkNote, Note};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};
use uuid::Uuid;

const INSERT_DELIVERY: &str = "
insert into delivery
    (id, subject_kind, subject, incident, thread, recipient, state, created_at, next_at, untold,
    document) values
    ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (id) do nothing returning id";

const INSERT_DELIVERIES: &str = "
insert into delivery
    (id, subject_kind, subject, incident, thread, recipient, state, created_at, next_at, untold,
    document) values
    ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11),
    ($12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22),
    ($23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33),
    ($34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44),
    ($45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55),
    ($56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66),
    ($67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77),
    ($78, $79, $80, $81, $82, $83, $84, $85, $86, $87, $88)
on conflict (id) do nothing returning id";

const SELECT_ONE: &str = "select document from delivery where id = $1";

const SELECT_SEVERAL: &str =
    "select document from delivery where id in ($1, $2, $3, $4, $5, $6, $7, $8)";

/// For whom something is due. What they are grouped by is no column, or the database would read everything that
/// was ever sent in the order of the recipients instead of what is due.
pub(super) const RECIPIENTS_DUE: &str = "
select recipient || '' as whom, min(next_at) as first from delivery
where next_at <= $1 and (lease_until is null or lease_until <= $1)
group by recipient || '' order by first, whom limit $2";

/// Of which deliveries the incident's record does not say yet how far they have come.
pub(super) const UNTOLD: &str = "select id from delivery where untold = 1 order by id limit $1";

/// One page of the deliveries in which these columns have a given value, the newest first. A statement of its
/// own for each, so that the database reads the index that fits.
pub(super) fn page(given: &[&str]) -> String {
    let given = given.iter().zip(4..);
    let given: String = given
        .map(|(column, at)| format!(" and {column} = ${at}"))
        .collect();
    format!(
        "select document from delivery where (created_at, id) < ($2, $3){given}
         order by created_at desc, id desc limit $1"
    )
}

/// A hold in this name ends with the change.
const PUT_ONE: &str = "
with changed (id, state, next_at, untold, document) as (values
    ($2, $3, cast($4 as bigint), cast($5 as bigint), $6))
update delivery set state = changed.state, next_at = changed.next_at, untold = changed.untold,
    document = changed.document,
    lease_until = case when leased_by = $1 then null else lease_until end,
    leased_by = case when leased_by = $1 then null else leased_by end
from changed where delivery.id = changed.id";

const PUT_SEVERAL: &str = "
with changed (id, state, next_at, untold, document) as (values
    ($2, $3, cast($4 as bigint), cast($5 as bigint), $6),
    ($7, $8, cast($9 as bigint), cast($10 as bigint), $11),
    ($12, $13, cast($14 as bigint), cast($15 as bigint), $16),
    ($17, $18, cast($19 as bigint), cast($20 as bigint), $21),
    ($22, $23, cast($24 as bigint), cast($25 as bigint), $26),
    ($27, $28, cast($29 as bigint), cast($30 as bigint), $31),
    ($32, $33, cast($34 as bigint), cast($35 as bigint), $36),
    ($37, $38, cast($39 as bigint), cast($40 as bigint), $41))
update delivery set state = changed.state, next_at = changed.next_at, untold = changed.untold,
    document = changed.document,
    lease_until = case when leased_by = $1 then null else lease_until end,
    leased_by = case when leased_by = $1 then null else leased_by end
from changed where delivery.id = changed.id";

/// Under this name nothing is held.
const NOBODY: &str = "";

/// More than the recipients of any one subject.
const TOLD_AT_ONCE: i64 = 64;

/// Which deliveries, and from where on; the newest first.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryQuery {
    pub(crate) incident: Option<IncidentId>,
    pub(crate) state: Option<DeliveryState>,
    pub(crate) after: Option<PlaceInTime>,
    pub(crate) limit: u32,
}

/// Everything that is stored of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryColumns {
    pub(crate) id: String,
    pub(crate) subject_kind: String,
    pub(crate) subject: String,
    pub(crate) incident: Option<String>,
    pub(crate) thread: Option<String>,
    pub(crate) recipient: String,
    pub(crate) state: String,
    pub(crate) created_at: i64,
    pub(crate) next_at: Option<i64>,
    pub(crate) lease_until: Option<i64>,
    pub(crate) leased_by: Option<String>,
    pub(crate) untold: Option<i64>,
    pub(crate) document: String,
}

impl DeliveryColumns {
    /// What is stored of this delivery while nobody is at work on it.
    pub(crate) fn of(delivery: &Delivery) -> Result<Self, StoreError> {
        Ok(Self {
            id: delivery.id.to_string(),
            subject_kind: delivery.subject.kind().to_owned(),
            subject: delivery.subject.id().to_string(),
            incident: delivery.incident.map(|id| id.to_string()),
            thread: delivery.thread.map(|thread| thread.to_string()),
            recipient: delivery.recipient.to_string(),
            state: word(delivery.state)?,
            created_at: delivery.created_at.timestamp_millis(),
            next_at: delivery.next_at.map(|at| at.timestamp_millis()),
            lease_until: None,
            leased_by: None,
            untold: delivery.is_untold().then_some(1),
            document: serde_json::to_string(delivery)?,
        })
    }
}

/// A hold on deliveries: in whose name, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) by: String,
    pub(crate) now: Instant,
    pub(crate) until: Instant,
}

impl Store {
    /// Up to `limit` recipients for whom something is due and not taken on, the longest overdue first.
    pub(crate) async fn recipients_due(
        &self,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        // Not counted as a request's reading: nobody asked.
        let mut connection = self.reader().acquire().await?;
        let rows = asking::query(RECIPIENTS_DUE)
            .bind(now.timestamp_millis())
            .bind(i64::from(limit))
            .fetch_all(&mut *connection)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("whom")?)).collect()
    }

    /// Takes on everything that is due for a recipient and that nobody holds. Two processes never get
    /// the same: whoever is second finds the condition false.
    pub(crate) async fn take_on(
        &self,
        recipient: &str,
        lease: &Lease,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut transaction = self.dispatching().await?;
        let rows = asking::query(
            "update delivery set lease_until = $1, leased_by = $2
             where recipient = $3 and next_at <= $4 and (lease_until is null or lease_until <= $4)
             returning document",
        )
        .bind(lease.until.timestamp_millis())
        .bind(lease.by.clone())
        .bind(recipient.to_owned())
        .bind(lease.now.timestamp_millis())
        .fetch_all(transaction.connection())
        .await?;
        transaction.commit().await?;
        rows.iter().map(delivery).collect()
    }

    /// Takes in what became of deliveries, each as it is by now, and lets go of those held under this
    /// name.
    pub(crate) async fn settle(
        &self,
        ids: &[DeliveryId],
        held_by: &str,
        at: Instant,
        change: impl FnMut(&mut Delivery),
    ) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        let stored = writing.deliveries_by_id(ids).await?;
        let unchanged = writing
            .change_deliveries(stored, held_by, at, change)
            .await?;
        for delivery in unchanged {
            writing.let_go(delivery.id, held_by).await?;
        }
        writing.commit().await.map(|_| ())
    }

    /// This delivery, and every other that was on its way in the same message, by its carrier's name for
    /// that.
    pub(crate) async fn told_by(
        &self,
        id: DeliveryId,
        message: &str,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        // Not counted as a request's reading: nobody asked.
        let mut connection = self.reader().acquire().await?;
        let rows = asking::query(
            "select document from delivery where state = $1 and id <> $2
             and recipient = (select recipient from delivery where id = $2)",
        )
        .bind(word(DeliveryState::Sent)?)
        .bind(id.to_string())
        .fetch_all(&mut *connection)
        .await?;
        let mut told = vec![id];
        for row in &rows {
            let other = delivery(row)?;
            if other.provider_reference.as_deref() == Some(message) {
                told.push(other.id);
            }
        }
        Ok(told)
    }

    /// Up to `limit` deliveries since `since` that a carrier has accepted and of which nothing more is
    /// known, the newest first.
    pub(crate) async fn on_their_way(
        &self,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        // Not counted as a request's reading: nobody asked.
        let mut connection = self.reader().acquire().await?;
        let rows = asking::query(
            "select document from delivery where state = $1 and created_at >= $2
             order by created_at desc, id desc limit $3",
        )
        .bind(word(DeliveryState::Sent)?)
        .bind(since.timestamp_millis())
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// One page of deliveries.
    pub(crate) async fn deliveries(
        &self,
        query: &DeliveryQuery,
    ) -> Result<Vec<Delivery>, StoreError> {
        let (before, id) = match &query.after {
            Some(place) => (place.at, place.id.clone()),
            None => (i64::MAX, String::new()),
        };
        let incident = query.incident.map(|id| id.to_string());
        let given = [
            ("incident", incident),
            ("state", query.state.map(word).transpose()?),
        ];
        let given = given
            .into_iter()
            .filter_map(|(column, value)| Some((column, value?)));
        let (columns, values): (Vec<&str>, Vec<String>) = given.unzip();
        let mut rows = asking::query(AssertSqlSafe(page(&columns)))
            .bind(i64::from(query.limit))
            .bind(before)
            .bind(id);
        for value in values {
            rows = rows.bind(value);
        }
        let rows = rows.fetch_all(&mut *self.reading().await?).await?;
        rows.iter().map(delivery).collect()
    }

    /// One delivery.
    pub(crate) async fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        let row = asking::query("select document from delivery where id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(delivery).transpose()
    }

    /// Everything that is stored of deliveries, in the order of their ids, a page after `after`.
    pub(crate) async fn delivery_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DeliveryColumns>, StoreError> {
        let rows = asking::query(
            "select id, subject_kind, subject, incident, thread, recipient, state,
             created_at, next_at, lease_until, leased_by, untold, document
             from delivery where id > $1 order by id limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(columns).collect()
    }

    /// Begins to write holds alone. The head stays where it is, and the ledger may go on.
    async fn dispatching(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(&self.writer).await
    }
}

impl Writing {
    /// Puts a delivery into the queue; one that is there already stays as it is.
    pub(crate) async fn enqueue(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        self.enqueue_all(std::slice::from_ref(delivery)).await
    }

    /// Puts deliveries into the queue, several with one statement; those that are there already stay as
    /// they are.
    pub(crate) async fn enqueue_all(&mut self, deliveries: &[Delivery]) -> Result<(), StoreError> {
        for (statement, some) in together(deliveries, INSERT_DELIVERY, INSERT_DELIVERIES) {
            let mut insert = asking::query(statement);
            for delivery in some {
                let columns = DeliveryColumns::of(delivery)?;
                insert = insert
                    .bind(columns.id)
                    .bind(columns.subject_kind)
                    .bind(columns.subject)
                    .bind(columns.incident)
                    .bind(columns.thread)
                    .bind(columns.recipient)
                    .bind(columns.state)
                    .bind(columns.created_at)
                    .bind(columns.next_at)
                    .bind(columns.untold)
                    .bind(columns.document);
            }
            let rows = insert.fetch_all(self.connection()).await?;
            for row in &rows {
                self.note_new(some, &row.try_get::<String, _>("id")?)?;
            }
        }
        Ok(())
    }

    /// Only what was not there before is told of.
    fn note_new(&mut self, queued: &[Delivery], id: &str) -> Result<(), StoreError> {
        let new = queued.iter().find(|delivery| delivery.id.to_string() == id);
        if let Some(delivery) = new {
            let note = Note::first(delivery, &serde_json::to_string(delivery)?);
            self.noting.message(note, delivery.created_at);
        }
        Ok(())
    }

    async fn deliveries_by_id(&mut self, ids: &[DeliveryId]) -> Result<Vec<Delivery>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for (statement, some) in together(ids, SELECT_ONE, SELECT_SEVERAL) {
            let select = some.iter().fold(asking::query(statement), |select, id| {
                select.bind(id.to_string())
            });
            for row in select.fetch_all(self.connection()).await? {
                found.push(delivery(&row)?);
            }
        }
        Ok(found)
    }

    /// Puts back what a change makes of deliveries, and returns those of which it makes nothing new.
    async fn change_deliveries(
        &mut self,
        stored: Vec<Delivery>,
        held_by: &str,
        at: Instant,
        mut change: impl FnMut(&mut Delivery),
    ) -> Result<Vec<Delivery>, StoreError> {
        let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
        for before in stored {
            let mut delivery = before.clone();
            change(&mut delivery);
            if delivery == before {
                unchanged.push(delivery);
            } else {
                changed.push(delivery);
            }
        }
        self.put_deliveries(&changed, held_by, at).await?;
        Ok(unchanged)
    }

    /// Puts deliveries back as they are now, and lets go of those held under this name.
    async fn put_deliveries(
        &mut self,
        deliveries: &[Delivery],
        held_by: &str,
        at: Instant,
    ) -> Result<(), StoreError> {
        for (statement, some) in together(deliveries, PUT_ONE, PUT_SEVERAL) {
            let mut put = asking::query(statement).bind(held_by.to_owned());
            for delivery in some {
                let columns = DeliveryColumns::of(delivery)?;
                self.noting
                    .message(Note::next(delivery, &columns.document), at);
                put = put
                    .bind(columns.id)
                    .bind(columns.state)
                    .bind(columns.next_at)
                    .bind(columns.untold)
                    .bind(columns.document);
            }
            put.execute(self.connection()).await?;
        }
        Ok(())
    }

    async fn let_go(&mut self, id: DeliveryId, held_by: &str) -> Result<(), StoreError> {
        asking::query(
            "update delivery set lease_until = null, leased_by = null
             where id = $1 and leased_by = $2",
        )
        .bind(id.to_string())
        .bind(held_by.to_owned())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Who was told of this matter before, the newest first; only as many as are ever told at once.
    pub(crate) async fn told_in(&mut self, thread: Uuid) -> Result<Vec<Delivery>, StoreError> {
        let rows = asking::query(
            "select document from delivery where thread = $1
             order by created_at desc, id limit $2",
        )
        .bind(thread.to_string())
        .bind(TOLD_AT_ONCE)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// Everybody who is told of a subject.
    pub(crate) async fn deliveries_of(
        &mut self,
        subject: Subject,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows = asking::query(
            "select document from delivery where subject = $1 and subject_kind = $2 order by id",
        )
        .bind(subject.id().to_string())
        .bind(subject.kind())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// One delivery.
    pub(crate) async fn delivery(
        &mut self,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, StoreError> {
        let row = asking::query(SELECT_ONE)
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await?;
        row.as_ref().map(delivery).transpose()
    }
}

fn delivery(row: &AnyRow) -> Result<Delivery, StoreError> {
    let document: String = row.try_get("document")?;
    Ok(serde_json::from_str(&document)?)
}

fn columns(row: &AnyRow) -> Result<DeliveryColumns, StoreError> {
    Ok(DeliveryColumns {
        id: row.try_get("id")?,
        subject_kind: row.try_get("subject_kind")?,
        subject: row.try_get("subject")?,
        incident: row.try_get("incident")?,
        thread: row.try_get("thread")?,
        recipient: row.try_get("recipient")?,
        state: row.try_get("state")?,
        next_at: row.try_get("next_at")?,
        lease_until: row.try_get("lease_until")?,
        leased_by: row.try_get("leased_by")?,
        untold: row.try_get("untold")?,
        document: row.try_get("document")?,
        created_at: row.try_get("created_at")?,
    })
}

/// The state as the wire spells it.
fn word(state: DeliveryState) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&state)?.trim_matches('"').to_owned())
}

impl Writing {
    /// Everybody who was told of a subject need not be told again: it was acknowledged.
    pub(crate) async fn acknowledge_deliveries(
        &mut self,
        subject: Subject,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.each_of(subject, at, |delivery| delivery.acknowledge(at))
            .await
    }

    /// Whoever is told of a subject again is told then, and not before.
    pub(crate) async fn put_off_deliveries(
        &mut self,
        subject: Subject,
        until: Instant,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.each_of(subject, at, |delivery| delivery.put_off(until))
            .await
    }

    /// Nobody need be told of a subject any more.
    pub(crate) async fn cancel_deliveries(
        &mut self,
        subject: Subject,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.each_of(subject, at, Delivery::cancel).await
    }

    async fn each_of(
        &mut self,
        subject: Subject,
        at: Instant,
        change: impl FnMut(&mut Delivery),
    ) -> Result<(), StoreError> {
        let stored = self.deliveries_of(subject).await?;
        self.change_deliveries(stored, NOBODY, at, change)
            .await
            .map(|_| ())
    }
}

/// Everything that is stored of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkColumns {
    pub(crate) hash: String,
    pub(crate) delivery: String,
    pub(crate) made_at: i64,
    pub(crate) used_at: Option<i64>,
}

/// A link by which a partner acknowledges a notice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AckLink {
    /// The notice.
    pub(crate) delivery: Delivery,
    /// Whether it was used already.
    pub(crate) is_used: bool,
}

impl Store {
    /// Up to `limit` deliveries of which the incident's record does not say yet how far they have come.
    pub(crate) async fn untold(&self, limit: u32) -> Result<Vec<DeliveryId>, StoreError> {
        // Not counted as a request's reading: nobody asked.
        let mut connection = self.reader().acquire().await?;
        let rows = asking::query(UNTOLD)
            .bind(i64::from(limit))
            .fetch_all(&mut *connection)
            .await?;
        let id = |row: &AnyRow| -> Result<DeliveryId, StoreError> {
            let text: String = row.try_get("id")?;
            Ok(DeliveryId(text.parse().map_err(|_| StoreError::Garbled)?))
        };
        rows.iter().map(id).collect()
    }

    /// Keeps the hash of a link before anybody is sent it.
    pub(crate) async fn keep_link(
        &self,
        hash: &str,
        delivery: DeliveryId,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        asking::query("insert into ack_link (hash, delivery, made_at) values ($1, $2, $3)")
            .bind(hash.to_owned())
            .bind(delivery.to_string())
            .bind(now.timestamp_millis())
            .execute(writing.connection())
            .await?;
        writing.noting.link(LinkNote {
            hash: hash.to_owned(),
            message: delivery,
            made_at: now,
        });
        writing.commit().await.map(|_| ())
    }

    /// Everything that is stored of links, in the order of their hashes, a page after `after`.
    pub(crate) async fn link_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<LinkColumns>, StoreError> {
        let rows = asking::query(
            "select hash, delivery, made_at, used_at from ack_link where hash > $1
             order by hash limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        let read = |row: &AnyRow| -> Result<LinkColumns, StoreError> {
            Ok(LinkColumns {
                hash: row.try_get("hash")?,
                delivery: row.try_get("delivery")?,
                made_at: row.try_get("made_at")?,
                used_at: row.try_get("used_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The link with this hash.
    pub(crate) async fn ack_link(&self, hash: &str) -> Result<Option<AckLink>, StoreError> {
        ack_link(&mut *self.reading().await?, hash).await
    }
}

impl Writing {
    /// The link with this hash.
    pub(crate) async fn ack_link(&mut self, hash: &str) -> Result<Option<AckLink>, StoreError> {
        ack_link(self.connection(), hash).await
    }

    /// Puts a delivery back as it is now.
    pub(crate) async fn put_delivery(
        &mut self,
        delivery: &Delivery,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.put_deliveries(std::slice::from_ref(delivery), NOBODY, at)
            .await
    }

    /// Every link to a notice has been used with the one that was.
    pub(crate) async fn use_links(
        &mut self,
        delivery: DeliveryId,
        now: Instant,
    ) -> Result<(), StoreError> {
        let used = asking::query(
            "update ack_link set used_at = $1 where delivery = $2 and used_at is null",
        )
        .bind(now.timestamp_millis())
        .bind(delivery.to_string())
        .execute(self.connection())
        .await?;
        if used.rows_affected() > 0 {
            self.noting.links_used(delivery, now);
        }
        Ok(())
    }

    /// A partner has said that it knows: none of its notices about the incident is waited for any more.
    pub(crate) async fn acknowledge_notices(
        &mut self,
        incident: IncidentId,
        recipient: &RecipientId,
        at: Instant,
    ) -> Result<(), StoreError> {
        let rows = asking::query(
            "select document from delivery where incident = $1 and recipient = $2
             and subject_kind = 'partner_notice'",
        )
        .bind(incident.to_string())
        .bind(recipient.to_string())
        .fetch_all(self.connection())
        .await?;
        let notices: Result<Vec<Delivery>, StoreError> = rows.iter().map(delivery).collect();
        let notices = notices?;
        let ids: Vec<DeliveryId> = notices.iter().map(|notice| notice.id).collect();
        let acknowledge = |notice: &mut Delivery| {
            notice.acknowledge(at);
            notice.told = Some(notice.state);
        };
        self.change_deliveries(notices, NOBODY, at, acknowledge)
            .await?;
        for id in ids {
            self.use_links(id, at).await?;
        }
        Ok(())
    }
}

async fn ack_link(
    connection: &mut AnyConnection,
    hash: &str,
) -> Result<Option<AckLink>, StoreError> {
    let row = asking::query(
        "select delivery.document as document, ack_link.used_at as used_at
         from ack_link join delivery on delivery.id = ack_link.delivery where ack_link.hash = $1",
    )
    .bind(hash.to_owned())
    .fetch_optional(connection)
    .await?;
    let read = |row: AnyRow| -> Result<AckLink, StoreError> {
        let used_at: Option<i64> = row.try_get("used_at")?;
        Ok(AckLink {
            delivery: delivery(&row)?,
            is_used: used_at.is_some(),
        })
    };
    row.map(read).transpose()
}
