//! One transaction: the head is locked first, and moved on at the end.
//!
//! A [`Writing`] that is dropped has written nothing, and its connection is closed. Only the ledger, the engine of
//! the alarms and the maintenance commands begin one, and none can be cancelled by a client that hangs up.

use super::asking;
use super::batch::{Ahead, Known, OnTheWay};
use super::noting::Noting;
use super::statements::{Statements, safe};
use super::transaction::Transaction;
use super::{HeadRow, StoreError, Writer, head_row, signed};
use crate::domain::Instant;
use crate::server::audit::{self, Record, Salt};
use serde_json::{Value, json};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// An open transaction that holds the head.
pub(crate) struct Writing {
    transaction: Transaction,
    statements: &'static Statements,
    pub(super) head: HeadRow,
    pub(super) known: Known,
    pub(super) on_the_way: OnTheWay,
    /// What was changed of messages, which the trail is told of with the commit.
    pub(super) noting: Noting,
}

/// So many rows at a time with the one statement, and the rest one by one with the other.
pub(super) fn together<'a, T>(
    rows: &'a [T],
    one: &'static str,
    several: &'static str,
) -> impl Iterator<Item = (&'static str, &'a [T])> {
    let chunks = rows.chunks_exact(TOGETHER);
    let rest = chunks.remainder().chunks(1).map(move |row| (one, row));
    chunks.map(move |rows| (several, rows)).chain(rest)
}

/// How many rows go together.
const TOGETHER: usize = 8;

impl Writing {
    pub(super) async fn begin(writer: &Writer) -> Result<Self, StoreError> {
        let (transaction, head) = Transaction::begin_locked(writer).await?;
        Ok(Self {
            head: head_row(&head)?,
            statements: writer.statements,
            transaction,
            known: Known::default(),
            on_the_way: OnTheWay::default(),
            noting: Noting::default(),
        })
    }

    /// Reads what a batch will ask for, with one statement a table.
    pub(crate) async fn read_ahead(&mut self, ahead: &Ahead) -> Result<(), StoreError> {
        self.sessions_among(&ahead.sessions).await?;
        self.commands_among(&ahead.commands).await?;
        self.incidents_among(&ahead.incidents).await?;
        self.referenced(&ahead.references).await
    }

    /// Runs one of these statements with its rows; nothing where there are none.
    pub(super) async fn carry(
        &mut self,
        statement: impl FnOnce(&'static Statements) -> &'static str,
        rows: &[Value],
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let statement = safe(statement(self.statements));
        let rows = serde_json::to_string(rows)?;
        asking::query(statement)
            .bind(rows)
            .execute(self.transaction.connection())
            .await?;
        Ok(())
    }

    /// What one of these statements finds of the keys; nothing where there are none.
    pub(super) async fn among(
        &mut self,
        statement: impl FnOnce(&'static Statements) -> &'static str,
        keys: &[String],
    ) -> Result<Vec<AnyRow>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let statement = safe(statement(self.statements));
        let query = asking::query(statement).bind(serde_json::to_string(keys)?);
        Ok(query.fetch_all(self.transaction.connection()).await?)
    }

    /// The head as it will be if this is committed now.
    pub(crate) fn head(&self) -> &HeadRow {
        &self.head
    }

    /// Whether the database is a file.
    pub(super) fn is_a_file(&self) -> bool {
        self.transaction.is_on_a_file()
    }

    /// The connection, for tables of which nothing is on its way.
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        self.transaction.connection()
    }

    /// The connection, once everything is written that was put so far.
    pub(super) async fn settled(&mut self) -> Result<&mut AnyConnection, StoreError> {
        self.write().await?;
        Ok(self.transaction.connection())
    }

    /// Adds an entry to the trail and says where it stands.
    pub(crate) fn append(&mut self, record: &Record) -> Result<u64, StoreError> {
        let seq = self.head.seq + 1;
        let salt = Salt::fresh().ok_or(StoreError::NoRandomness)?;
        let body = audit::body(seq, &salt, record)?;
        let hash = audit::hash(&self.head.hash, &body);
        let incident = record.incident().map(|id| id.to_string());
        let problem = record.problem().map(|id| id.to_string());
        let entry = json!([signed(seq)?, incident, problem, body, hash]);
        self.on_the_way.entries.push(entry);
        self.head.seq = seq;
        self.head.hash = hash;
        Ok(seq)
    }

    /// Writes everything that is on its way, a table after the other.
    async fn write(&mut self) -> Result<(), StoreError> {
        if self.on_the_way.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.on_the_way);
        self.carry(|all| &all.insert_entries, &rows.entries).await?;
        self.write_incidents(&rows.incidents).await?;
        let watches = rows.watched.iter();
        let watches: Vec<Value> = watches
            .map(|(id, at)| json!([id.to_string(), at]))
            .collect();
        self.carry(|all| &all.insert_watches, &watches).await?;
        self.carry(|all| &all.insert_commands, &rows.commands)
            .await?;
        let counters = rows.counters.iter();
        let counters: Vec<Value> = counters
            .map(|year| json!([year, self.known.counters.get(year)]))
            .collect();
        self.carry(|all| &all.insert_counters, &counters).await
    }

    /// Notes that the last entry is a change that pollers must see.
    pub(crate) fn note_change(&mut self) {
        self.head.changed_seq = self.head.seq;
    }

    /// Notes that the directory changed.
    pub(crate) fn note_directory(&mut self, version: u64) {
        self.head.directory_version = version;
        self.note_change();
    }

    /// Notes that a problem changed.
    pub(super) fn note_problem(&mut self) {
        self.head.problems_version = self.head.seq;
        self.note_change();
    }

    /// Notes that a session began or ended, so that every process forgets what it knew of them.
    pub(crate) fn note_sessions(&mut self) {
        self.head.sessions_version += 1;
    }

    /// Notes that another history begins, because the database holds less than before.
    pub(super) fn note_loss(&mut self, epoch: String, at: Instant) {
        self.head.epoch = epoch;
        self.head.lost_at = Some(at);
        self.note_change();
    }

    /// Makes it all true, at once, with the head as the rows have it.
    pub(super) async fn commit_as_it_stands(mut self) -> Result<(), StoreError> {
        self.write().await?;
        self.transaction.commit().await
    }

    /// Ends it where there was nothing to write.
    ///
    /// # Errors
    /// The database did not answer; it has written nothing all the same.
    pub(crate) async fn leave(self) -> Result<(), StoreError> {
        self.transaction.leave().await
    }

    /// Makes it all true, at once.
    ///
    /// # Errors
    /// Nobody knows then whether it is true.
    pub(crate) async fn commit(mut self) -> Result<HeadRow, StoreError> {
        self.tell_of_messages().await?;
        self.write().await?;
        asking::query(
            "update head set seq = $1, hash = $2, changed_seq = $3, directory_version = $4,
             problems_version = $5, sessions_version = $6, epoch = $7, lost_at = $8,
             messages_from = $9 where id = 1",
        )
        .bind(signed(self.head.seq)?)
        .bind(self.head.hash.clone())
        .bind(signed(self.head.changed_seq)?)
        .bind(signed(self.head.directory_version)?)
        .bind(signed(self.head.problems_version)?)
        .bind(signed(self.head.sessions_version)?)
        .bind(self.head.epoch.clone())
        .bind(self.head.lost_at.map(|at| at.timestamp_millis()))
        .bind(signed(self.head.messages_from)?)
        .execute(self.connection())
        .await?;
        self.transaction.commit().await?;
        Ok(self.head)
    }
}
