//! Deliveries: the ledger of everything that goes out, and who is at work on what.
//!
//! What begins, ends or is acknowledged with something else is written in that transaction, by the
//! ledger. What a carrier answers is written in transactions of their own that never touch the head:
//! the trail tells what the desk decided, and these rows what became of it.

use super::{Store, StoreError, Writing};
use crate::domain::Instant;
use crate::domain::delivery::{Delivery, DeliveryState, NewDelivery, Subject};
use crate::domain::id::{DeliveryId, IncidentId};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Row as _, Transaction};

/// The place of a delivery in a list, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryPlace {
    /// When it was queued, in milliseconds.
    pub(crate) created_at: i64,
    pub(crate) id: String,
}

/// Which deliveries, and from where on; the newest first.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryQuery {
    pub(crate) incident: Option<IncidentId>,
    pub(crate) state: Option<DeliveryState>,
    pub(crate) after: Option<DeliveryPlace>,
    pub(crate) limit: u32,
}

/// Everything that is stored of a delivery, but for who is at work on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryColumns {
    pub(crate) id: String,
    pub(crate) subject_kind: String,
    pub(crate) subject: String,
    pub(crate) incident: Option<String>,
    pub(crate) recipient: String,
    pub(crate) state: String,
    pub(crate) created_at: i64,
    pub(crate) next_at: Option<i64>,
    pub(crate) document: String,
}

impl DeliveryColumns {
    /// What is stored of this delivery.
    pub(crate) fn of(delivery: &Delivery) -> Result<Self, StoreError> {
        Ok(Self {
            id: delivery.id.to_string(),
            subject_kind: delivery.subject.kind().to_owned(),
            subject: delivery.subject.id().to_string(),
            incident: delivery.incident.map(|id| id.to_string()),
            recipient: delivery.recipient.to_string(),
            state: word(delivery.state)?,
            created_at: delivery.created_at.timestamp_millis(),
            next_at: delivery.next_at.map(|at| at.timestamp_millis()),
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
        let mut connection = self.reader.acquire().await?;
        let rows = sqlx::query(
            "select recipient, min(next_at) as first from delivery
             where next_at <= $1 and (lease_until is null or lease_until <= $1)
             group by recipient order by first, recipient limit $2",
        )
        .bind(now.timestamp_millis())
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter()
            .map(|row| Ok(row.try_get("recipient")?))
            .collect()
    }

    /// Takes on everything that is due for a recipient and that nobody holds. Two processes never get
    /// the same: whoever is second finds the condition false.
    pub(crate) async fn take_on(
        &self,
        recipient: &str,
        lease: &Lease,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut transaction = self.dispatching().await?;
        let rows = sqlx::query(
            "update delivery set lease_until = $1, leased_by = $2
             where recipient = $3 and next_at <= $4 and (lease_until is null or lease_until <= $4)
             returning document",
        )
        .bind(lease.until.timestamp_millis())
        .bind(lease.by.clone())
        .bind(recipient.to_owned())
        .bind(lease.now.timestamp_millis())
        .fetch_all(&mut *transaction)
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
        mut change: impl FnMut(&mut Delivery),
    ) -> Result<(), StoreError> {
        let mut transaction = self.dispatching().await?;
        for id in ids {
            if let Some(mut delivery) = locked(&mut transaction, *id).await? {
                change(&mut delivery);
                put(&mut transaction, &delivery).await?;
            }
            sqlx::query(
                "update delivery set lease_until = null, leased_by = null
                 where id = $1 and leased_by = $2",
            )
            .bind(id.to_string())
            .bind(held_by.to_owned())
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Up to `limit` deliveries since `since` that a carrier has accepted and of which nothing more is
    /// known, the newest first.
    pub(crate) async fn on_their_way(
        &self,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        // Not counted as a request's reading: nobody asked.
        let mut connection = self.reader.acquire().await?;
        let rows = sqlx::query(
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
            Some(place) => (place.created_at, place.id.clone()),
            None => (i64::MAX, String::new()),
        };
        let rows = sqlx::query(
            "select document from delivery
             where ($1 = '' or incident = $1) and ($2 = '' or state = $2)
             and (created_at < $3 or (created_at = $3 and id < $4))
             order by created_at desc, id desc limit $5",
        )
        .bind(query.incident.map_or_else(String::new, |id| id.to_string()))
        .bind(query.state.map_or_else(|| Ok(String::new()), word)?)
        .bind(before)
        .bind(id)
        .bind(i64::from(query.limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// One delivery.
    pub(crate) async fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        let row = sqlx::query("select document from delivery where id = $1")
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
        let rows = sqlx::query(
            "select id, subject_kind, subject, incident, recipient, state, created_at, next_at,
             document from delivery where id > $1 order by id limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(columns).collect()
    }

    /// Begins to write deliveries alone. The head stays where it is, and the ledger may go on.
    async fn dispatching(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.writer.begin_with(self.begin).await?)
    }
}

impl Writing {
    /// Puts a delivery into the queue; one that is there already stays as it is.
    pub(crate) async fn enqueue(
        &mut self,
        new: NewDelivery,
        now: Instant,
    ) -> Result<DeliveryId, StoreError> {
        let delivery = Delivery::new(new, now);
        let columns = DeliveryColumns::of(&delivery)?;
        sqlx::query(
            "insert into delivery
             (id, subject_kind, subject, incident, recipient, state, created_at, next_at, document)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing",
        )
        .bind(columns.id)
        .bind(columns.subject_kind)
        .bind(columns.subject)
        .bind(columns.incident)
        .bind(columns.recipient)
        .bind(columns.state)
        .bind(columns.created_at)
        .bind(columns.next_at)
        .bind(columns.document)
        .execute(self.connection())
        .await?;
        Ok(delivery.id)
    }

    /// One delivery.
    pub(crate) async fn delivery(
        &mut self,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, StoreError> {
        locked(self.connection(), id).await
    }
}

/// A delivery that nobody else changes until this transaction ends.
async fn locked(
    connection: &mut AnyConnection,
    id: DeliveryId,
) -> Result<Option<Delivery>, StoreError> {
    let row = sqlx::query("update delivery set id = id where id = $1 returning document")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(delivery).transpose()
}

async fn put(connection: &mut AnyConnection, delivery: &Delivery) -> Result<(), StoreError> {
    let columns = DeliveryColumns::of(delivery)?;
    sqlx::query("update delivery set state = $1, next_at = $2, document = $3 where id = $4")
        .bind(columns.state)
        .bind(columns.next_at)
        .bind(columns.document)
        .bind(columns.id)
        .execute(connection)
        .await?;
    Ok(())
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
        recipient: row.try_get("recipient")?,
        state: row.try_get("state")?,
        next_at: row.try_get("next_at")?,
        document: row.try_get("document")?,
        created_at: row.try_get("created_at")?,
    })
}

/// The state as the wire spells it.
fn word(state: DeliveryState) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&state)?.trim_matches('"').to_owned())
}

impl DeliveryPlace {
    /// The place as a cursor writes it.
    pub(crate) fn cursor(&self) -> String {
        format!("{}-{}", self.created_at, self.id)
    }

    /// The place that a cursor names.
    pub(crate) fn from_cursor(text: &str) -> Option<Self> {
        let (created_at, id) = text.split_once('-')?;
        let created_at = created_at.parse::<u64>().ok()?;
        Some(Self {
            created_at: i64::try_from(created_at).ok()?,
            id: id.parse::<uuid::Uuid>().ok()?.to_string(),
        })
    }

    /// The place of a delivery.
    pub(crate) fn of(delivery: &Delivery) -> Self {
        Self {
            created_at: delivery.created_at.timestamp_millis(),
            id: delivery.id.to_string(),
        }
    }
}

impl Writing {
    #[expect(
        dead_code,
        reason = "alarms are what is acknowledged, and they come next"
    )]
    /// Everybody who was told of a subject need not be told again: it was acknowledged.
    pub(crate) async fn acknowledge_deliveries(
        &mut self,
        subject: Subject,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.each_of(subject, |delivery| delivery.acknowledge(at))
            .await
    }

    #[expect(dead_code, reason = "alarms are what is cancelled, and they come next")]
    /// Nobody need be told of a subject any more.
    pub(crate) async fn cancel_deliveries(&mut self, subject: Subject) -> Result<(), StoreError> {
        self.each_of(subject, Delivery::cancel).await
    }

    async fn each_of(
        &mut self,
        subject: Subject,
        mut change: impl FnMut(&mut Delivery),
    ) -> Result<(), StoreError> {
        let rows = sqlx::query(
            "update delivery set id = id where subject = $1 and subject_kind = $2
             returning document",
        )
        .bind(subject.id().to_string())
        .bind(subject.kind())
        .fetch_all(self.connection())
        .await?;
        for row in &rows {
            let mut delivery = delivery(row)?;
            change(&mut delivery);
            put(self.connection(), &delivery).await?;
        }
        Ok(())
    }
}
