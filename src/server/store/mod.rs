//! All SQL: one portable text for SQLite and PostgreSQL.
//!
//! Lower case, `$1` placeholders, `TEXT` and `BIGINT` only, every string made of constants. Writing happens in a
//! [`Writing`] alone, which locks the head first, so that whatever is committed is committed in the
//! order of the head. Deliberately judges nothing.

mod alarms;
mod asking;
mod audit;
mod batch;
mod commits;
mod connect;
mod deliveries;
mod directory;
mod dump;
mod file;
mod forms;
mod hosts;
mod incidents;
mod integrity;
mod lost;
mod noting;
#[cfg(test)]
mod plans;
mod problems;
mod reports;
mod retention;
mod search;
mod sessions;
mod statements;
mod tool_alerts;
mod transaction;
mod writing;

pub(crate) use alarms::AlarmColumns;
pub(crate) use audit::{CommandColumns, Sealed, StoredCommand, Subject};
pub(crate) use batch::Ahead;
pub use connect::{Location, LocationError};
pub(crate) use deliveries::{DeliveryColumns, DeliveryQuery, Lease, LinkColumns};
pub(crate) use directory::Which;
pub(crate) use dump::StoredRow;
pub use file::Alone;
pub(crate) use incidents::{Ending, IncidentColumns, IncidentQuery, Row, RowPlace, Sort};
pub use integrity::Depth;
pub(crate) use lost::Given;
pub(crate) use problems::{ProblemColumns, ProblemQuery, ProblemRow};
pub(crate) use reports::ReportColumns;
pub(crate) use retention::{ErasedColumns, OldLogs};
pub(crate) use search::{IndexSum, Lookup, Place, index_of};
pub(crate) use sessions::SessionColumns;
pub use sessions::{Scope, Session};
pub(crate) use tool_alerts::AlertColumns;
pub(crate) use writing::Writing;

use crate::domain::Instant;
use crate::server::audit::Mark;
use chrono::DateTime;
use commits::Commits;
use file::File;
use hosts::Hosts;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Row as _};
use statements::Statements;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// How long a transaction that changes nothing may take.
const PROVE_WITHIN: Duration = Duration::from_secs(8);

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no, or could not be reached.
    #[error("The database did not answer as it should: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be made.
    #[error("The tables could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored is not what was written; what it holds is for no log.
    #[error(
        "What is stored cannot be read: {kind:?} error at column {column}",
        kind = .0.classify(),
        column = .0.column()
    )]
    Document(#[from] serde_json::Error),
    /// The database is not set as the desk needs it.
    #[error("The database cannot be used: {0}")]
    Unsafe(String),
    /// It could be read and written once, and no longer.
    #[error(
        "The database could not be opened for {} s; look at its file, its folder and the disk, and start \
         the server again",
        .0.as_secs()
    )]
    CannotBeOpened(Duration),
    /// The database has not answered for so long that nobody waits any more.
    #[error("The database has not answered for {} s", .0.as_secs())]
    Silent(Duration),
    /// The file is gone, or another one is in its place.
    #[error(
        "The database file {} was removed or replaced while it was open; what is written to it now is lost",
        .0.display()
    )]
    Replaced(PathBuf),
    /// Two servers on one file would not hear of each other's changes at once.
    #[error(
        "Another server serves {} already. Stop it first; several servers can share a desk on PostgreSQL",
        .0.display()
    )]
    Served(PathBuf),
    /// The operating system gave no random bytes.
    #[error(
        "The operating system gave no random bytes, so nothing can be written to the audit trail"
    )]
    NoRandomness,
    /// Something that the desk never writes.
    #[error("What is stored is out of range")]
    Garbled,
}

/// The open database: one writer and many readers.
#[derive(Clone, Debug)]
pub struct Store {
    writer: Writer,
    /// Readers as of one moment; the leading machine's where absent.
    moment: Option<AnyPool>,
    /// How reading begins that sees the database as of one moment.
    snapshot: &'static str,
    /// How the database is asked for the time.
    present: &'static str,
    reads: Arc<AtomicU64>,
}

/// The way to write.
#[derive(Clone, Debug)]
struct Writer {
    hosts: Arc<Hosts>,
    /// How a transaction begins that writes.
    begin: &'static str,
    statements: &'static Statements,
    /// What became of the transactions so far.
    commits: Arc<Commits>,
    /// Where the database is a file.
    file: Option<Arc<File>>,
}

impl Writer {
    /// What is committed to a file that nobody can open any more is lost.
    fn still_in_place(&self) -> Result<(), StoreError> {
        self.file.as_ref().map_or(Ok(()), |file| file.check())
    }
}

/// The one-row head: the end of the trail, and what a poller compares itself with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeadRow {
    pub(crate) epoch: String,
    pub(crate) seq: u64,
    pub(crate) hash: String,
    /// The seq of the last change that concerns an incident, a problem or the directory.
    pub(crate) changed_seq: u64,
    pub(crate) directory_version: u64,
    /// The seq of the last change of any problem.
    pub(crate) problems_version: u64,
    pub(crate) sessions_version: u64,
    /// When it was noticed that the database holds less than it had acknowledged.
    pub(crate) lost_at: Option<Instant>,
    /// The seq of the entry with which the trail began to tell of messages; 0 before it has.
    pub(crate) messages_from: u64,
}

impl HeadRow {
    /// The end of the trail, as a cursor remembers it.
    pub(crate) fn mark(&self) -> Mark {
        Mark::new(self.seq, &self.hash)
    }

    /// Whether it can have come about by writing on after an earlier one.
    pub(crate) fn follows(&self, earlier: &Self) -> bool {
        self.epoch == earlier.epoch && self.seq > earlier.seq
    }
}

impl Store {
    /// Locks the head and begins to write.
    pub(crate) async fn begin(&self) -> Result<Writing, StoreError> {
        Writing::begin(&self.writer).await
    }

    /// What became of the transactions of this process.
    pub(crate) fn commits(&self) -> &Commits {
        &self.writer.commits
    }

    /// Whether the database is where it was when it was opened.
    ///
    /// # Errors
    /// Its file was removed or replaced, or the disk does not say.
    pub(crate) fn still_in_place(&self) -> Result<(), StoreError> {
        self.writer.still_in_place()
    }

    /// Whether a database that cannot be opened to write is one that nobody but this process keeps.
    pub(crate) fn is_a_file(&self) -> bool {
        self.writer.file.is_some()
    }

    /// Commits a transaction that changes nothing, to see whether one that changes something would last.
    ///
    /// # Errors
    /// It would not.
    pub(crate) async fn prove(&self) -> Result<(), StoreError> {
        let proved = within(PROVE_WITHIN, async {
            self.begin().await?.commit_as_it_stands().await
        });
        proved.await.inspect_err(|_| self.writer.commits.fail())
    }

    /// The database as it is at this moment, to be read however much is written meanwhile; [`Self::let_go`]
    /// ends that.
    ///
    /// # Errors
    /// The database did not answer.
    pub(crate) async fn as_of_now(&self) -> Result<Self, StoreError> {
        let moment = connect::as_of_one_moment(self.reader(), self.snapshot).await?;
        Ok(Self {
            moment: Some(moment),
            ..self.clone()
        })
    }

    /// Lets go of the moment that [`Self::as_of_now`] held.
    pub(crate) async fn let_go(self) {
        self.reader().close().await;
    }

    fn reader(&self) -> &AnyPool {
        let leading = || &self.writer.hosts.leading().reader;
        self.moment.as_ref().unwrap_or_else(leading)
    }

    /// Whether the database may turn up on another machine.
    pub(crate) fn may_move(&self) -> bool {
        self.writer.hosts.are_several()
    }

    /// Looks which machine takes writes, and uses that from now on.
    pub(crate) async fn find_leader(&self) {
        self.writer.hosts.find_leader().await;
    }

    /// Waits until another machine takes writes.
    pub(crate) async fn moves(&self) {
        let mut moves = self.writer.hosts.moves();
        if moves.changed().await.is_err() {
            std::future::pending().await
        }
    }

    /// The head as it is.
    pub(crate) async fn head(&self) -> Result<HeadRow, StoreError> {
        let mut connection = self.reader().acquire().await?;
        head(&mut connection).await
    }

    /// Whether other processes may write to it beside this one, so that what is remembered of it may be over.
    pub(crate) fn is_shared(&self) -> bool {
        !self.is_a_file()
    }

    /// How often a request has gone to the database to read.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Ends every connection; what was committed stays.
    pub async fn close(&self) {
        self.writer.hosts.close().await;
    }

    async fn reading(&self) -> Result<PoolConnection<Any>, StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(self.reader().acquire().await?)
    }
}

/// Waits for the database no longer than this. What is given up has written nothing, or nobody knows.
///
/// # Errors
/// It did not answer in time, or what it answered was an error.
pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let done = tokio::time::timeout(limit, work).await;
    done.unwrap_or(Err(StoreError::Silent(limit)))
}

async fn head(connection: &mut AnyConnection) -> Result<HeadRow, StoreError> {
    let row = asking::query(
        "select epoch, seq, hash, changed_seq, directory_version, problems_version,
            sessions_version, lost_at, messages_from
         from head where id = 1",
    )
    .fetch_one(connection)
    .await?;
    head_row(&row)
}

fn head_row(row: &AnyRow) -> Result<HeadRow, StoreError> {
    Ok(HeadRow {
        epoch: row.try_get("epoch")?,
        seq: unsigned(row.try_get("seq")?)?,
        hash: row.try_get("hash")?,
        changed_seq: unsigned(row.try_get("changed_seq")?)?,
        directory_version: unsigned(row.try_get("directory_version")?)?,
        problems_version: unsigned(row.try_get("problems_version")?)?,
        sessions_version: unsigned(row.try_get("sessions_version")?)?,
        lost_at: lost::lost_at(row.try_get("lost_at")?)?,
        messages_from: unsigned(row.try_get("messages_from")?)?,
    })
}

/// A place in a list of what came about at some moment each, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlaceInTime {
    /// When, in milliseconds.
    at: i64,
    id: String,
}

impl PlaceInTime {
    /// The place of what came about then.
    pub(crate) fn of(at: Instant, id: impl Display) -> Self {
        Self {
            at: at.timestamp_millis(),
            id: id.to_string(),
        }
    }

    /// The place as a cursor writes it.
    pub(crate) fn cursor(&self) -> String {
        format!("{}-{}", self.at, self.id)
    }

    /// The place that a cursor names.
    pub(crate) fn from_cursor(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('-')?;
        Some(Self {
            at: i64::try_from(at.parse::<u64>().ok()?).ok()?,
            id: id.parse::<Uuid>().ok()?.to_string(),
        })
    }
}

fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Garbled)
}

fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Garbled)
}

fn instant(millis: i64) -> Result<Instant, StoreError> {
    DateTime::from_timestamp_millis(millis).ok_or(StoreError::Garbled)
}
