//! Alarms that were raised, and when to look at each incident again.
//!
//! Invariant: an incident that has changed is looked at again, because whoever writes it sets its moment
//! to the beginning of time in the same transaction.

use super::asking;
use super::writing::together;
use super::{PlaceInTime, Store, StoreError, Writing, instant};
use crate::domain::Instant;
use crate::domain::alarm::{AlarmState, RaisedAlarm};
use crate::domain::id::{AlarmId, IncidentId};
use crate::domain::incident::Incident;
use crate::domain::owed;
use sqlx::AnyConnection;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

/// When nothing is to come.
const NEVER: i64 = i64::MAX;

const DUE: &str =
    "select incident from alarm_watch where next_at <= $1 order by next_at, incident limit $2";

const AGAIN: &str = "select document from alarm where again_at <= $1 order by again_at limit $2";

/// One page of the alarms in a state, the newest first.
pub(super) const PAGE: &str = "
select document from alarm where state = $1 and (raised_at, id) < ($2, $3)
order by raised_at desc, id desc limit $4";

/// What the tables say of the engine's work. Messages are counted in two steps, each off an index.
pub(super) const AUDIT: &str = "
select
    (select count(*) from incident where ended_rank = 0 and due_at < $1
        and not exists (select 1 from alarm where alarm.incident = incident.id
            and alarm.due_at = incident.due_at and alarm.is_passed = 1)) as untold,
    (select count(*) from alarm_watch where next_at > 0 and next_at < $2) as unwatched,
    (select count(*) from delivery where next_at < $3)
        + (select count(*) from delivery where lease_until < $3
            and coalesce(next_at, $3) >= $3) as unsent";

const INSERT_ALARM: &str = "
insert into alarm (id, incident, state, raised_at, due_at, is_passed, again_at, document) values
    ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (id) do update set state = excluded.state, again_at = excluded.again_at,
    document = excluded.document";

const INSERT_ALARMS: &str = "
insert into alarm (id, incident, state, raised_at, due_at, is_passed, again_at, document) values
    ($1, $2, $3, $4, $5, $6, $7, $8),
    ($9, $10, $11, $12, $13, $14, $15, $16),
    ($17, $18, $19, $20, $21, $22, $23, $24),
    ($25, $26, $27, $28, $29, $30, $31, $32),
    ($33, $34, $35, $36, $37, $38, $39, $40),
    ($41, $42, $43, $44, $45, $46, $47, $48),
    ($49, $50, $51, $52, $53, $54, $55, $56),
    ($57, $58, $59, $60, $61, $62, $63, $64)
on conflict (id) do update set state = excluded.state, again_at = excluded.again_at,
    document = excluded.document";

/// Everything that is stored of an alarm: its document, and beside it what queries need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlarmColumns {
    pub(crate) id: String,
    incident: String,
    state: String,
    raised_at: i64,
    due_at: i64,
    is_passed: i64,
    again_at: Option<i64>,
    pub(crate) document: String,
}

impl AlarmColumns {
    /// What is stored of this alarm.
    pub(crate) fn of(raised: &RaisedAlarm) -> Result<Self, StoreError> {
        let alarm = &raised.alarm;
        Ok(Self {
            id: alarm.id.to_string(),
            incident: filed_under(alarm.incident),
            state: word(raised.state())?,
            raised_at: raised.raised_at.timestamp_millis(),
            due_at: alarm.due_at.timestamp_millis(),
            is_passed: i64::from(alarm.threshold.is_passed()),
            again_at: raised.again_at.map(|at| at.timestamp_millis()),
            document: serde_json::to_string(raised)?,
        })
    }
}

/// What an auditor finds who asks the tables alone, by the engine's work and not by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AlarmAudit {
    /// Open incidents whose nearest deadline passed and of which no alarm tells.
    pub(crate) untold: i64,
    /// Incidents that should have been looked at.
    pub(crate) unwatched: i64,
    /// Messages whose moment has passed, or that somebody has held for too long.
    pub(crate) unsent: i64,
}

impl Store {
    /// Whether anything is due to be looked at.
    pub(crate) async fn is_alarm_due(&self, now: Instant) -> Result<bool, StoreError> {
        // Not counted as a request's reading: nobody asked.
        let mut connection = self.reader().acquire().await?;
        let due = asking::query(DUE)
            .bind(now.timestamp_millis())
            .bind(1_i64)
            .fetch_optional(&mut *connection)
            .await?;
        let again = asking::query(AGAIN)
            .bind(now.timestamp_millis())
            .bind(1_i64)
            .fetch_optional(&mut *connection)
            .await?;
        Ok(due.is_some() || again.is_some())
    }

    /// The present by the database's clock.
    pub(crate) async fn present(&self) -> Result<Instant, StoreError> {
        let row = asking::query(self.present)
            .fetch_one(&mut *self.reader().acquire().await?)
            .await?;
        instant(row.try_get("present")?)
    }

    /// Alarms in a state, the newest first.
    pub(crate) async fn alarms(
        &self,
        state: AlarmState,
        after: Option<PlaceInTime>,
        limit: u32,
    ) -> Result<Vec<RaisedAlarm>, StoreError> {
        let (before, id) = match after {
            Some(place) => (place.at, place.id),
            None => (NEVER, String::new()),
        };
        let rows = asking::query(PAGE)
            .bind(word(state)?)
            .bind(before)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter().map(raised).collect()
    }

    /// Everything that is stored of alarms, in the order of the ids, a page after `after`.
    pub(crate) async fn alarm_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<AlarmColumns>, StoreError> {
        let rows = asking::query(
            "select id, incident, state, raised_at, due_at, is_passed, again_at, document
             from alarm where id > $1 order by id limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(columns).collect()
    }

    /// When each incident is looked at again, in the order of the ids, a page after `after`.
    pub(crate) async fn watch_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let rows = asking::query(
            "select incident, next_at from alarm_watch where incident > $1 order by incident limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        let read = |row: &AnyRow| Ok((row.try_get("incident")?, row.try_get("next_at")?));
        rows.iter().map(read).collect()
    }

    /// Open incidents in the order in which time will raise their next alarm.
    pub(crate) async fn watched(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        let rows = asking::query(
            "select changed_seq, document from alarm_watch
             join incident on incident.id = alarm_watch.incident
             where next_at < $1 order by next_at, incident.id limit $2",
        )
        .bind(NEVER)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        let rows = rows.iter().map(super::incidents::incident_row);
        rows.map(|row| row.map(|row| row.incident)).collect()
    }

    /// What the tables themselves say of the engine's work. Deliberately asks no rule and none of the
    /// engine's own functions.
    pub(crate) async fn audit_alarms(
        &self,
        overdue_before: Instant,
        watched_before: Instant,
        sent_before: Instant,
    ) -> Result<AlarmAudit, StoreError> {
        let row = asking::query(AUDIT)
            .bind(overdue_before.timestamp_millis())
            .bind(watched_before.timestamp_millis())
            .bind(sent_before.timestamp_millis())
            .fetch_one(&mut *self.reader().acquire().await?)
            .await?;
        Ok(AlarmAudit {
            untold: row.try_get("untold")?,
            unwatched: row.try_get("unwatched")?,
            unsent: row.try_get("unsent")?,
        })
    }
}

impl Writing {
    /// Up to `limit` incidents that are due to be looked at.
    pub(crate) async fn alarms_due(
        &mut self,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<IncidentId>, StoreError> {
        let rows = asking::query(DUE)
            .bind(now.timestamp_millis())
            .bind(i64::from(limit))
            .fetch_all(self.settled().await?)
            .await?;
        let id = |row: &AnyRow| {
            let id: String = row.try_get("incident")?;
            let id: Uuid = id.parse().map_err(|_| StoreError::Garbled)?;
            Ok(IncidentId(id))
        };
        rows.iter().map(id).collect()
    }

    /// Up to `limit` alarms whose acknowledgement has held for long enough.
    pub(crate) async fn alarms_to_ask_again(
        &mut self,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<RaisedAlarm>, StoreError> {
        let rows = asking::query(AGAIN)
            .bind(now.timestamp_millis())
            .bind(i64::from(limit))
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(raised).collect()
    }

    /// The alarms of an incident, or of the desk, that are not closed.
    pub(crate) async fn standing_alarms(
        &mut self,
        incident: Option<IncidentId>,
    ) -> Result<Vec<RaisedAlarm>, StoreError> {
        let rows = asking::query("select document from alarm where incident = $1 and state <> $2")
            .bind(filed_under(incident))
            .bind(word(AlarmState::Closed)?)
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(raised).collect()
    }

    /// Every alarm that an incident ever had.
    pub(crate) async fn alarms_of(
        &mut self,
        incident: IncidentId,
    ) -> Result<Vec<RaisedAlarm>, StoreError> {
        let rows = asking::query("select document from alarm where incident = $1")
            .bind(incident.to_string())
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(raised).collect()
    }

    /// One alarm.
    pub(crate) async fn alarm(&mut self, id: AlarmId) -> Result<Option<RaisedAlarm>, StoreError> {
        by_id(self.connection(), id).await
    }

    /// Keeps an alarm as it is now.
    pub(crate) async fn put_alarm(&mut self, raised: &RaisedAlarm) -> Result<(), StoreError> {
        self.put_alarms(std::slice::from_ref(raised)).await
    }

    /// Keeps alarms as they are now, several with one statement.
    pub(crate) async fn put_alarms(&mut self, raised: &[RaisedAlarm]) -> Result<(), StoreError> {
        for (statement, some) in together(raised, INSERT_ALARM, INSERT_ALARMS) {
            let mut insert = asking::query(statement);
            for raised in some {
                let columns = AlarmColumns::of(raised)?;
                insert = insert
                    .bind(columns.id)
                    .bind(columns.incident)
                    .bind(columns.state)
                    .bind(columns.raised_at)
                    .bind(columns.due_at)
                    .bind(columns.is_passed)
                    .bind(columns.again_at)
                    .bind(columns.document);
            }
            insert.execute(self.connection()).await?;
        }
        Ok(())
    }

    /// When to look at an incident next, if time alone will raise anything of it.
    pub(crate) fn watch(&mut self, incident: IncidentId, next_at: Option<Instant>) {
        let next_at = next_at.map_or(NEVER, |at| at.timestamp_millis());
        self.on_the_way.watched.insert(incident, next_at);
    }

    /// An incident that changes is looked at again; one that had ended before and is not opened again
    /// has nothing to be looked at for.
    pub(super) fn watch_changed(&mut self, before: Option<&Incident>, incident: &Incident) {
        let is_of_interest =
            |incident: &Incident| incident.status.is_open() || !owed::owed(incident).is_empty();
        if is_of_interest(incident) || before.is_some_and(is_of_interest) {
            self.on_the_way.watched.insert(incident.id, 0);
        }
    }

    /// Has every open incident looked at, where nobody knows when: after a restoring, and when the
    /// directory or the numbers change.
    pub(crate) async fn watch_everything(&mut self) -> Result<(), StoreError> {
        asking::query(
            "insert into alarm_watch (incident, next_at)
             select id, 0 from incident where ended_rank = 0
             on conflict (incident) do update set next_at = 0",
        )
        .execute(self.settled().await?)
        .await?;
        Ok(())
    }
}

async fn by_id(
    connection: &mut AnyConnection,
    id: AlarmId,
) -> Result<Option<RaisedAlarm>, StoreError> {
    let row = asking::query("select document from alarm where id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(raised).transpose()
}

fn columns(row: &AnyRow) -> Result<AlarmColumns, StoreError> {
    Ok(AlarmColumns {
        id: row.try_get("id")?,
        incident: row.try_get("incident")?,
        state: row.try_get("state")?,
        raised_at: row.try_get("raised_at")?,
        due_at: row.try_get("due_at")?,
        is_passed: row.try_get("is_passed")?,
        again_at: row.try_get("again_at")?,
        document: row.try_get("document")?,
    })
}

fn raised(row: &AnyRow) -> Result<RaisedAlarm, StoreError> {
    let document: String = row.try_get("document")?;
    Ok(serde_json::from_str(&document)?)
}

/// The desk's own have no incident.
fn filed_under(incident: Option<IncidentId>) -> String {
    incident.map_or_else(String::new, |id| id.to_string())
}

/// The state as the wire spells it.
fn word(state: AlarmState) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&state)?.trim_matches('"').to_owned())
}
