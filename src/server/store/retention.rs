//! How long incidents are kept: which have ended long ago, what ties them, what is left of those that were
//! erased, and erasing one.
//!
//! The guard of the trail lets nobody change an entry. Erasing takes it away and puts it back within one
//! transaction, which takes the rights of whoever made the tables; a server has no need of them. Deliberately
//! decides nothing: `domain::retention` does.

use super::asking;
use super::incidents::{by_id, incident_row, rank_of};
use super::problems::problem_row;
use super::statements::safe;
use super::{Row, Sealed, Store, StoreError, Writing, signed, unsigned};
use crate::domain::Instant;
use crate::domain::closing::Ended;
use crate::domain::event::Event;
use crate::domain::id::{CommandId, DeliveryId, IncidentId, Reference};
use crate::domain::incident::Incident;
use crate::domain::problem::ProblemStatus;
use crate::domain::retention::{Logs, Remains, RetentionEvent, Ties};
use crate::server::audit::{self, BEGINNING, Record};
use crate::server::erasure::{ErasedEntry, ErasedLogs, Erasure, Was};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, BTreeSet};

/// How many rows are read at once.
const PAGE: i64 = 500;

/// Entries, each with the hash of the one before it, in their order.
macro_rules! entries_where {
    ($condition:literal) => {
        concat!(
            "select entry.seq, entry.body, entry.hash, before.hash as previous
             from audit_entry entry left join audit_entry before on before.seq = entry.seq - 1
             where ",
            $condition,
            " order by entry.seq"
        )
    };
}

/// Everything that is stored of an incident that was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErasedColumns {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) logged_at: i64,
    pub(crate) document: String,
    pub(crate) seq: i64,
}

impl ErasedColumns {
    /// What is stored of this, of which that entry of the trail tells.
    pub(crate) fn of(remains: &Remains, seq: u64) -> Result<Self, StoreError> {
        Ok(Self {
            id: remains.id.to_string(),
            reference: remains.reference.to_string(),
            logged_at: remains.logged_at.timestamp_millis(),
            document: serde_json::to_string(remains)?,
            seq: signed(seq)?,
        })
    }
}

/// What is remembered beside incidents and is old enough to be erased. What concerns an incident that somebody
/// holds back is not among it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OldLogs {
    /// Entries about who read what.
    pub(crate) readings: Vec<u64>,
    pub(crate) messages: Vec<DeliveryId>,
    pub(crate) tokens: Vec<String>,
    /// Entries about these tokens.
    pub(crate) token_entries: Vec<u64>,
}

impl OldLogs {
    /// All that there is.
    pub(crate) async fn of(store: &Store, until: &Logs) -> Result<Self, StoreError> {
        let mut holds = BTreeMap::new();
        let mut found = Self::default();
        for (seq, incident) in store.readings_before(until.readings_before).await? {
            if !is_held(store, &mut holds, incident).await? {
                found.readings.push(seq);
            }
        }
        for (message, incident) in store.messages_before(until.messages_before).await? {
            if !is_held(store, &mut holds, incident).await? {
                found.messages.push(message);
            }
        }
        found.tokens = store.tokens_before(until.tokens_before).await?;
        found.token_entries = store.entries_of_tokens(&found.tokens).await?;
        Ok(found)
    }

    /// Whether there is nothing.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

async fn is_held(
    store: &Store,
    known: &mut BTreeMap<IncidentId, bool>,
    incident: Option<IncidentId>,
) -> Result<bool, StoreError> {
    let Some(id) = incident else {
        return Ok(false);
    };
    if let Some(is_held) = known.get(&id) {
        return Ok(*is_held);
    }
    let is_held = hold(&mut *store.reading().await?, id).await?.is_some();
    known.insert(id, is_held);
    Ok(is_held)
}

/// A place among incidents that have ended: the rank of the end, and the id.
pub(crate) type EndPlace = (i64, String);

impl Store {
    /// Incidents that ended before a moment and owe nothing, those that ended first first, a page after a place.
    pub(crate) async fn ended_before(
        &self,
        at: Instant,
        (rank, id): EndPlace,
        limit: u32,
    ) -> Result<Vec<(EndPlace, Incident)>, StoreError> {
        let rows = asking::query(
            "select ended_rank, id, changed_seq, document from incident
             where ended_rank >= $1 and (ended_rank < $2 or (ended_rank = $2 and id > $3))
             order by ended_rank desc, id limit $4",
        )
        .bind(rank_of(at))
        .bind(rank)
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter()
            .map(|row| {
                let place = (row.try_get("ended_rank")?, row.try_get("id")?);
                Ok((place, incident_row(row)?.incident))
            })
            .collect()
    }

    /// What is known beside an incident of whether it is needed.
    pub(crate) async fn ties(&self, incident: &Incident) -> Result<Ties, StoreError> {
        ties(&mut *self.reading().await?, incident).await
    }

    /// The record of an entry; nothing where there is none or its text is gone.
    pub(crate) async fn record(&self, seq: u64) -> Result<Option<Record>, StoreError> {
        record(&mut *self.reading().await?, seq).await
    }

    /// What is left of an incident that was erased.
    pub(crate) async fn erased(&self, id: IncidentId) -> Result<Option<Remains>, StoreError> {
        self.erased_where("select document from erased_incident where id = $1", id)
            .await
    }

    /// What is left of the incident that had this reference.
    pub(crate) async fn erased_by_reference(
        &self,
        reference: Reference,
    ) -> Result<Option<Remains>, StoreError> {
        let statement = "select document from erased_incident where reference = $1";
        self.erased_where(statement, reference).await
    }

    async fn erased_where(
        &self,
        statement: &'static str,
        name: impl std::fmt::Display,
    ) -> Result<Option<Remains>, StoreError> {
        let row = asking::query(statement)
            .bind(name.to_string())
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(remains).transpose()
    }

    /// What is left of those that were logged from one moment on and before another.
    pub(crate) async fn erased_between(
        &self,
        (from, to): (Instant, Instant),
    ) -> Result<Vec<Remains>, StoreError> {
        let rows = asking::query(
            "select document from erased_incident where logged_at >= $1 and logged_at < $2
             order by logged_at, id",
        )
        .bind(from.timestamp_millis())
        .bind(to.timestamp_millis())
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(remains).collect()
    }

    /// Everything that is stored of incidents that were erased, in the order of their ids, a page after `after`.
    pub(crate) async fn erased_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ErasedColumns>, StoreError> {
        let rows = asking::query(
            "select id, reference, logged_at, document, seq from erased_incident where id > $1
             order by id limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ErasedColumns {
                    id: row.try_get("id")?,
                    reference: row.try_get("reference")?,
                    logged_at: row.try_get("logged_at")?,
                    document: row.try_get("document")?,
                    seq: row.try_get("seq")?,
                })
            })
            .collect()
    }

    /// Entries about who read what before a moment, each with the case.
    async fn readings_before(
        &self,
        before: Instant,
    ) -> Result<Vec<(u64, Option<IncidentId>)>, StoreError> {
        let mut found = Vec::new();
        let mut after = 0;
        loop {
            let rows = asking::query(
                "select seq, body from audit_entry
                 where seq > $1 and body like '%\"kind\":\"reading\"%' order by seq limit $2",
            )
            .bind(after)
            .bind(PAGE)
            .fetch_all(&mut *self.reading().await?)
            .await?;
            if rows.is_empty() {
                return Ok(found);
            }
            for row in &rows {
                let body: String = row.try_get("body")?;
                after = row.try_get("seq")?;
                // A text of an incident may quote such words.
                if let Record::Reading { at, case, .. } = audit::read(&body)?.record {
                    if at >= before {
                        return Ok(found);
                    }
                    found.push((unsigned(after)?, case));
                }
            }
        }
    }

    /// Messages that were made before a moment and of which nothing more becomes, each with its incident.
    async fn messages_before(
        &self,
        before: Instant,
    ) -> Result<Vec<(DeliveryId, Option<IncidentId>)>, StoreError> {
        let rows = asking::query(
            "select id, incident from delivery
             where created_at < $1 and next_at is null and lease_until is null and untold is null
             order by created_at, id",
        )
        .bind(before.timestamp_millis())
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter()
            .map(|row| {
                let (id, incident): (String, Option<String>) =
                    (row.try_get("id")?, row.try_get("incident")?);
                let garbled = |_| StoreError::Garbled;
                let incident = incident.map(|id| id.parse()).transpose().map_err(garbled)?;
                Ok((
                    DeliveryId(id.parse().map_err(garbled)?),
                    incident.map(IncidentId),
                ))
            })
            .collect()
    }

    /// Tokens that ended before a moment.
    async fn tokens_before(&self, before: Instant) -> Result<Vec<String>, StoreError> {
        let ids = asking::query_scalar(
            "select id from session where coalesce(revoked_at, ends_at) < $1 and ends_at < $2
             order by created_at, id",
        )
        .bind(before.timestamp_millis())
        .bind(before.timestamp_millis())
        .fetch_all(&mut *self.reading().await?)
        .await?;
        Ok(ids)
    }

    /// Entries about these tokens.
    async fn entries_of_tokens(&self, tokens: &[String]) -> Result<Vec<u64>, StoreError> {
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let tokens: BTreeSet<&String> = tokens.iter().collect();
        let rows = asking::query(
            "select seq, body from audit_entry
             where incident is null and body like '%\"kind\":\"session_%' order by seq",
        )
        .fetch_all(&mut *self.reading().await?)
        .await?;
        let mut found = Vec::new();
        for row in &rows {
            let (seq, body): (i64, String) = (row.try_get("seq")?, row.try_get("body")?);
            if let Record::SessionOpened { session, .. } | Record::SessionRevoked { session, .. } =
                audit::read(&body)?.record
                && tokens.contains(&session)
            {
                found.push(unsigned(seq)?);
            }
        }
        Ok(found)
    }

    /// Has the database give up the room in which erased texts still lie. It takes as long as the database is
    /// big, and nobody else can use it meanwhile.
    pub(crate) async fn give_up_room(&self) -> Result<(), StoreError> {
        let statements: &[&'static str] = if self.is_a_file() {
            &["vacuum", "pragma wal_checkpoint(truncate)"]
        } else {
            &[
                "vacuum full audit_entry",
                "vacuum full incident",
                "vacuum full search_word",
                "vacuum full alarm",
                "vacuum full delivery",
                "vacuum full ack_link",
                "vacuum full command",
                "vacuum full session",
                "vacuum full tool_alert",
            ]
        };
        let mut connection = self.writer.hosts.leading().writer.acquire().await?;
        for statement in statements {
            sqlx::raw_sql(safe(statement))
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

impl Writing {
    /// What is known beside an incident of whether it is needed.
    pub(crate) async fn ties(&mut self, incident: &Incident) -> Result<Ties, StoreError> {
        ties(self.settled().await?, incident).await
    }

    /// The record of an entry; nothing where there is none or its text is gone.
    pub(crate) async fn record(&mut self, seq: u64) -> Result<Option<Record>, StoreError> {
        record(self.settled().await?, seq).await
    }

    /// Erases an incident, with everything that tells of it; `alerts` are the entries of tools' alerts that
    /// became it.
    pub(crate) async fn erase(
        &mut self,
        incident: &Incident,
        alerts: &[u64],
        approved: CommandId,
        now: Instant,
    ) -> Result<(), StoreError> {
        let remains = Remains::of(incident, now).ok_or(StoreError::Garbled)?;
        let bodies = self.bodies_of(incident.id, alerts).await?;
        let (messages, links) = self.messages_of(incident.id).await?;
        self.forget_commands(incident.id, &bodies).await?;
        self.empty(&bodies).await?;
        for statement in OF_AN_INCIDENT {
            asking::query(*statement)
                .bind(incident.id.to_string())
                .execute(self.connection())
                .await?;
        }
        let entries = bodies.iter().map(erased_entry);
        let record = Record::Erased {
            at: now,
            approved,
            erasure: Box::new(Erasure {
                entries: entries.collect::<Result<_, _>>()?,
                remains: remains.clone(),
                messages,
                links,
            }),
        };
        let seq = self.append(&record)?;
        self.keep_remains(&ErasedColumns::of(&remains, seq)?).await
    }

    async fn keep_remains(&mut self, columns: &ErasedColumns) -> Result<(), StoreError> {
        asking::query(
            "insert into erased_incident (id, reference, logged_at, document, seq)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(columns.id.clone())
        .bind(columns.reference.clone())
        .bind(columns.logged_at)
        .bind(columns.document.clone())
        .bind(columns.seq)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Every entry that tells of an incident, each with the hash of the one before it.
    async fn bodies_of(
        &mut self,
        incident: IncidentId,
        alerts: &[u64],
    ) -> Result<Vec<Body>, StoreError> {
        let connection = self.settled().await?;
        let rows = asking::query(entries_where!("entry.incident = $1"))
            .bind(incident.to_string())
            .fetch_all(&mut *connection)
            .await?;
        let mut bodies: Vec<Body> = rows.iter().map(body).collect::<Result<_, _>>()?;
        bodies.extend(self.bodies_at(alerts).await?);
        Ok(bodies)
    }

    /// These entries, each with the hash of the one before it.
    async fn bodies_at(&mut self, seqs: &[u64]) -> Result<Vec<Body>, StoreError> {
        let mut bodies = Vec::with_capacity(seqs.len());
        let connection = self.settled().await?;
        for seq in seqs {
            let row = asking::query(entries_where!("entry.seq = $1"))
                .bind(signed(*seq)?)
                .fetch_one(&mut *connection)
                .await?;
            bodies.push(body(&row)?);
        }
        Ok(bodies)
    }

    /// The messages about an incident, and how many links there are to acknowledge one of them by.
    async fn messages_of(
        &mut self,
        incident: IncidentId,
    ) -> Result<(Vec<DeliveryId>, u64), StoreError> {
        let ids: Vec<String> =
            asking::query_scalar("select id from delivery where incident = $1 order by id")
                .bind(incident.to_string())
                .fetch_all(self.settled().await?)
                .await?;
        let messages = ids
            .iter()
            .map(|id| id.parse().map(DeliveryId).map_err(|_| StoreError::Garbled))
            .collect::<Result<_, _>>()?;
        let links: i64 = asking::query_scalar(
            "select count(*) from ack_link
             where delivery in (select id from delivery where incident = $1)",
        )
        .bind(incident.to_string())
        .fetch_one(self.connection())
        .await?;
        Ok((messages, unsigned(links)?))
    }

    /// Erases what is remembered beside incidents: these entries, messages and tokens.
    pub(crate) async fn erase_logs(
        &mut self,
        logs: &OldLogs,
        approved: CommandId,
        now: Instant,
    ) -> Result<(), StoreError> {
        let seqs: Vec<u64> = logs
            .readings
            .iter()
            .chain(&logs.token_entries)
            .copied()
            .collect();
        let bodies = self.bodies_at(&seqs).await?;
        self.empty(&bodies).await?;
        let mut links = 0;
        for message in &logs.messages {
            let gone = asking::query("delete from ack_link where delivery = $1")
                .bind(message.to_string())
                .execute(self.connection())
                .await?;
            links += gone.rows_affected();
            asking::query("delete from delivery where id = $1")
                .bind(message.to_string())
                .execute(self.connection())
                .await?;
        }
        for token in &logs.tokens {
            asking::query("delete from session where id = $1")
                .bind(token.clone())
                .execute(self.connection())
                .await?;
        }
        let entries = bodies.iter().map(|body| {
            Ok(ErasedEntry {
                filed: body.record.incident(),
                ..erased_entry(body)?
            })
        });
        self.append(&Record::LogsErased {
            at: now,
            approved,
            logs: ErasedLogs {
                entries: entries.collect::<Result<_, StoreError>>()?,
                messages: logs.messages.clone(),
                links,
            },
        })?;
        Ok(())
    }

    /// Forgets the commands of an incident. One that changed something else too is remembered by that.
    async fn forget_commands(
        &mut self,
        incident: IncidentId,
        bodies: &[Body],
    ) -> Result<(), StoreError> {
        let commands: BTreeSet<CommandId> = bodies
            .iter()
            .filter_map(|body| command_of(&body.record))
            .collect();
        let own: BTreeSet<u64> = bodies.iter().map(|body| body.seq).collect();
        for command in commands {
            let Some(stored) = self.command(command).await? else {
                continue;
            };
            if !own.contains(&stored.seq) {
                continue;
            }
            let statement = match self.before_it(command, stored.seq, &own).await? {
                Some((seq, about)) => {
                    let (incident, problem) = (about.incident(), about.problem());
                    asking::query(
                        "update command set seq = $2, incident = $3, problem = $4 where id = $1",
                    )
                    .bind(command.to_string())
                    .bind(signed(seq)?)
                    .bind(incident.map(|id| id.to_string()))
                    .bind(problem.map(|id| id.to_string()))
                }
                None => {
                    asking::query("delete from command where id = $1").bind(command.to_string())
                }
            };
            statement.execute(self.connection()).await?;
        }
        // Whatever is left was answered by a program that told the trail nothing of it.
        asking::query("delete from command where incident = $1")
            .bind(incident.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The last entry of a command before this one that is not erased with it. The entries of a command stand
    /// together.
    async fn before_it(
        &mut self,
        command: CommandId,
        from: u64,
        own: &BTreeSet<u64>,
    ) -> Result<Option<(u64, Record)>, StoreError> {
        for seq in (1..from).rev() {
            match self.record(seq).await? {
                // Erased with another incident.
                None => {}
                Some(record) if command_of(&record) != Some(command) => return Ok(None),
                Some(_) if own.contains(&seq) => {}
                Some(record) => return Ok(Some((seq, record))),
            }
        }
        Ok(None)
    }

    /// Takes the texts of entries away; what remains of each is its place and its hash.
    async fn empty(&mut self, bodies: &[Body]) -> Result<(), StoreError> {
        let (open, shut) = self.guard().await?;
        let connection = self.settled().await?;
        sqlx::raw_sql(AssertSqlSafe(open))
            .execute(&mut *connection)
            .await?;
        for body in bodies {
            asking::query("update audit_entry set body = '' where seq = $1")
                .bind(signed(body.seq)?)
                .execute(&mut *connection)
                .await?;
        }
        sqlx::raw_sql(AssertSqlSafe(shut))
            .execute(&mut *connection)
            .await?;
        Ok(())
    }

    /// How the guard of the trail is taken away and put back as it was.
    async fn guard(&mut self) -> Result<(String, String), StoreError> {
        if !self.is_a_file() {
            let way = |verb| format!("alter table audit_entry {verb} trigger audit_entry_is_final");
            return Ok((way("disable"), way("enable")));
        }
        let guard: Option<String> = asking::query_scalar(
            "select sql from sqlite_master where type = 'trigger' and name = 'audit_entry_is_final'",
        )
        .fetch_optional(self.connection())
        .await?;
        let guard = guard.ok_or_else(|| {
            StoreError::Unsafe("the audit trail has no guard; run nightdesk verify".to_owned())
        })?;
        Ok(("drop trigger audit_entry_is_final".to_owned(), guard))
    }
}

/// Everything else that tells of an incident, what depends on another table first.
const OF_AN_INCIDENT: &[&str] = &[
    "delete from ack_link where delivery in (select id from delivery where incident = $1)",
    "delete from delivery where incident = $1",
    "delete from alarm where incident = $1",
    "delete from alarm_watch where incident = $1",
    "delete from search_word where incident = $1",
    "delete from tool_alert where incident = $1",
    "delete from incident where id = $1",
];

/// An entry that is to be erased.
struct Body {
    seq: u64,
    record: Record,
    previous: String,
    hash: String,
}

fn body(row: &AnyRow) -> Result<Body, StoreError> {
    let (body, previous): (String, Option<String>) =
        (row.try_get("body")?, row.try_get("previous")?);
    Ok(Body {
        seq: unsigned(row.try_get("seq")?)?,
        record: audit::read(&body)?.record,
        previous: previous.unwrap_or_else(|| BEGINNING.to_owned()),
        hash: row.try_get("hash")?,
    })
}

fn erased_entry(body: &Body) -> Result<ErasedEntry, StoreError> {
    let was = match &body.record {
        Record::Event { entry, .. } if matches!(entry.event, Event::Logged(_)) => Was::Logging,
        Record::Event { .. } => Was::Change,
        Record::Alert { .. } => Was::Alert,
        Record::SessionOpened { .. } | Record::SessionRevoked { .. } => Was::Token,
        Record::Reading { .. }
        | Record::AlarmRaised { .. }
        | Record::AlarmUnanswered { .. }
        | Record::AlarmReceived { .. }
        | Record::Retention { .. } => Was::Other,
        // Nothing else is filed under an incident.
        Record::Problem { .. }
        | Record::Directory { .. }
        | Record::Holidays { .. }
        | Record::Report { .. }
        | Record::Erased { .. }
        | Record::DeliveryTested { .. }
        | Record::Messages { .. }
        | Record::Denied { .. }
        | Record::DirectoryLoaded { .. }
        | Record::HistoryLost { .. }
        | Record::LogsErased { .. }
        | Record::Exported { .. } => return Err(StoreError::Garbled),
    };
    Ok(ErasedEntry {
        seq: body.seq,
        was,
        filed: None,
        previous: body.previous.clone(),
        hash: body.hash.clone(),
    })
}

/// The command by which an entry came about, where it is one that is remembered.
fn command_of(record: &Record) -> Option<CommandId> {
    match record {
        Record::Event { entry, .. } => Some(entry.command),
        Record::Problem { entry, .. } => Some(entry.command),
        Record::Directory { entry, .. } => Some(entry.command),
        Record::Holidays { command, .. }
        | Record::Report { command, .. }
        | Record::DeliveryTested { command, .. }
        | Record::Retention { command, .. }
        | Record::AlarmReceived { command, .. }
        | Record::Alert { command, .. } => Some(*command),
        Record::Reading { .. }
        | Record::AlarmRaised { .. }
        | Record::AlarmUnanswered { .. }
        | Record::Erased { .. }
        | Record::LogsErased { .. }
        | Record::Messages { .. }
        | Record::Denied { .. }
        | Record::DirectoryLoaded { .. }
        | Record::HistoryLost { .. }
        | Record::Exported { .. }
        | Record::SessionOpened { .. }
        | Record::SessionRevoked { .. } => None,
    }
}

async fn record(connection: &mut AnyConnection, seq: u64) -> Result<Option<Record>, StoreError> {
    let body: Option<String> =
        asking::query_scalar("select body from audit_entry where seq = $1 and body <> ''")
            .bind(signed(seq)?)
            .fetch_optional(connection)
            .await?;
    let read = body.map(|body| audit::read(&body)).transpose()?;
    Ok(read.map(|read| read.record))
}

fn remains(row: &AnyRow) -> Result<Remains, StoreError> {
    let document: String = row.try_get("document")?;
    Ok(serde_json::from_str(&document)?)
}

async fn ties(connection: &mut AnyConnection, incident: &Incident) -> Result<Ties, StoreError> {
    let goes_on_as = match &incident.casework().closing.ended {
        Some(Ended::Duplicate { of, .. }) => by_id(connection, *of).await?,
        Some(Ended::Withdrawn { .. }) | None => None,
    };
    let problems = asking::query(
        "select problem.changed_seq as changed_seq, problem.document as document
         from problem join problem_incident link on link.problem = problem.id
         where link.incident = $1 order by problem.reference",
    )
    .bind(incident.id.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut problem = None;
    for row in &problems {
        let known = problem_row(row)?.problem;
        if known.status != ProblemStatus::Closed {
            problem = problem.or(Some(known.reference));
        }
    }
    Ok(Ties {
        hold: hold(connection, incident.id).await?,
        goes_on_as: goes_on_as.and_then(|row: Row| row.incident.reference),
        problem,
    })
}

/// Why an incident is held, if it is.
async fn hold(
    connection: &mut AnyConnection,
    incident: IncidentId,
) -> Result<Option<String>, StoreError> {
    let bodies: Vec<String> = asking::query_scalar(
        "select body from audit_entry
         where incident = $1 and body like '%\"kind\":\"retention\"%' order by seq",
    )
    .bind(incident.to_string())
    .fetch_all(connection)
    .await?;
    let mut held = None;
    for body in bodies {
        // A text of an incident may quote such words.
        let Record::Retention { event, .. } = audit::read(&body)?.record else {
            continue;
        };
        match event {
            RetentionEvent::Held { reason, .. } => held = Some(reason),
            RetentionEvent::Released { .. } => held = None,
            RetentionEvent::Asked { .. } | RetentionEvent::Approved { .. } => {}
        }
    }
    Ok(held)
}

impl Sealed {
    /// Whether its text was taken away.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }
}
