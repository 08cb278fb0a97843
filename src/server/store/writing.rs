//! One transaction: the head is locked first, and moved on at the end.
//!
//! A [`Writing`] that is dropped has written nothing, and its connection is closed. Only the ledger, the engine of
//! the alarms and the maintenance commands begin one, and none can be cancelled by a client that hangs up.

use super::noting::Noting;
use super::transaction::Transaction;
use super::{HeadRow, StoreError, Writer, head_row, signed};
use crate::server::audit::{self, Record};
use sqlx::AnyConnection;

/// An open transaction that holds the head.
pub(crate) struct Writing {
    transaction: Transaction,
    pub(super) head: HeadRow,
    /// What was changed of messages, which the trail is told of with the commit.
    pub(super) noting: Noting,
    /// Entries of the trail on their way: they go to the database together, and before it is asked
    /// for any of them.
    entries: Vec<NewEntry>,
}

struct NewEntry {
    seq: i64,
    incident: Option<String>,
    problem: Option<String>,
    body: String,
    hash: String,
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

/// How many entries go together; logging an incident makes about as many.
const TOGETHER: usize = 8;

const INSERT_TOGETHER: &str = "
insert into audit_entry (seq, incident, problem, body, hash) values
    ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15),
    ($16, $17, $18, $19, $20), ($21, $22, $23, $24, $25), ($26, $27, $28, $29, $30),
    ($31, $32, $33, $34, $35), ($36, $37, $38, $39, $40)";

const INSERT_ONE: &str =
    "insert into audit_entry (seq, incident, problem, body, hash) values ($1, $2, $3, $4, $5)";

impl Writing {
    pub(super) async fn begin(writer: &Writer) -> Result<Self, StoreError> {
        let mut transaction = Transaction::begin(writer).await?;
        // An update that changes nothing locks the row on PostgreSQL; SQLite is locked already.
        let row = sqlx::query(
            "update head set seq = seq where id = 1
             returning epoch, seq, hash, changed_seq, directory_version, problems_version,
                sessions_version, messages_from",
        )
        .fetch_one(transaction.connection())
        .await?;
        Ok(Self {
            head: head_row(&row)?,
            transaction,
            noting: Noting::default(),
            entries: Vec::new(),
        })
    }

    /// The head as it will be if this is committed now.
    pub(crate) fn head(&self) -> &HeadRow {
        &self.head
    }

    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        self.transaction.connection()
    }

    /// Adds an entry to the trail and says where it stands.
    pub(crate) async fn append(&mut self, record: &Record) -> Result<u64, StoreError> {
        if self.entries.len() == TOGETHER {
            self.write_entries().await?;
        }
        let seq = self.head.seq + 1;
        let body = audit::body(seq, record)?;
        let hash = audit::hash(&self.head.hash, &body);
        self.entries.push(NewEntry {
            seq: signed(seq)?,
            incident: record.incident().map(|id| id.to_string()),
            problem: record.problem().map(|id| id.to_string()),
            body,
            hash: hash.clone(),
        });
        self.head.seq = seq;
        self.head.hash = hash;
        Ok(seq)
    }

    /// Takes the entries that are on their way to the database.
    pub(super) async fn write_entries(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.entries);
        let (statement, at_once) = if entries.len() == TOGETHER {
            (INSERT_TOGETHER, TOGETHER)
        } else {
            (INSERT_ONE, 1)
        };
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            let insert =
                entries
                    .by_ref()
                    .take(at_once)
                    .fold(sqlx::query(statement), |insert, entry| {
                        insert
                            .bind(entry.seq)
                            .bind(entry.incident)
                            .bind(entry.problem)
                            .bind(entry.body)
                            .bind(entry.hash)
                    });
            insert.execute(self.connection()).await?;
        }
        Ok(())
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

    /// Makes it all true, at once, with the head as the rows have it.
    pub(super) async fn commit_as_it_stands(self) -> Result<(), StoreError> {
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
        self.write_entries().await?;
        sqlx::query(
            "update head set seq = $1, hash = $2, changed_seq = $3, directory_version = $4,
             problems_version = $5, sessions_version = $6, messages_from = $7 where id = 1",
        )
        .bind(signed(self.head.seq)?)
        .bind(self.head.hash.clone())
        .bind(signed(self.head.changed_seq)?)
        .bind(signed(self.head.directory_version)?)
        .bind(signed(self.head.problems_version)?)
        .bind(signed(self.head.sessions_version)?)
        .bind(signed(self.head.messages_from)?)
        .execute(self.connection())
        .await?;
        self.transaction.commit().await?;
        Ok(self.head)
    }
}
