//! Opening a database so that it keeps what it has acknowledged.
//!
//! SQLite: every pragma is read back, because one that is misspelt is silently ignored.
//! PostgreSQL: what sqlx 0.9 gets wrong about cancelled transactions is put right here. Anything that
//! is not as it must be ends the start.

use super::file::File;
use super::{Store, StoreError, Writer};
use crate::server::audit::BEGINNING;
use sqlx::AnyConnection;
use sqlx::SqlSafeStr;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Connection, Executor, Row};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// SQLite before this loses writes on some file systems when two processes checkpoint at once.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Connections for reading.
const READERS: u32 = 8;

/// How long a request waits for a connection before it is told to come back later.
const ACQUIRE_WITHIN: Duration = Duration::from_secs(5);

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database; holds its password, so it is never shown.
    Postgres(Url),
}

/// A database URL that does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Url(String);

impl std::fmt::Debug for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("postgres://…")
    }
}

/// Why a text does not say where a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Say where the database is: \"sqlite:\" and a path, or a URL that begins with \"postgres://\""
)]
pub struct LocationError;

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            Ok(Self::Sqlite(path.into()))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(Url(text.to_owned())))
        } else {
            Err(LocationError)
        }
    }
}

impl Store {
    /// Opens a database, makes or updates its tables, and checks that it is safe to write to.
    ///
    /// # Errors
    /// It cannot be reached, or it is not set so that an acknowledged write survives a power cut.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let store = match location {
            Location::Sqlite(path) => sqlite(path).await?,
            Location::Postgres(url) => postgres(url).await?,
        };
        store.keep_index().await
    }
}

async fn sqlite(path: &Path) -> Result<Store, StoreError> {
    let path = std::path::absolute(path).map_err(sqlx::Error::Io)?;
    make_private(&path).map_err(sqlx::Error::Io)?;
    let url = |mode: &str| format!("sqlite://{}?mode={mode}", percent_encoded(&path));
    try_once(&url("rw"), prepare_sqlite).await?;
    let file = File::open(&path).map_err(sqlx::Error::Io)?;
    let writer = AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_WITHIN)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(|connection, _| Box::pin(prepare_sqlite(connection)))
        .connect(&url("rw"))
        .await?;
    migrate(&writer, [SQLITE_GUARD, SQLITE_SEARCH]).await?;
    let reader = AnyPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(ACQUIRE_WITHIN)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SQLITE_READER).await?;
                Ok(())
            })
        })
        .connect(&url("ro"))
        .await?;
    Ok(opened(
        writer,
        Some(file),
        reader,
        [
            "begin immediate",
            "begin",
            "select cast(unixepoch('subsec') * 1000 as integer) as present",
        ],
    ))
}

/// Makes the file, if there is none, so that nobody but its owner ever reads it; SQLite gives the files
/// beside it the same rights. Those of a file that is there already are its owner's choice.
fn make_private(path: &Path) -> std::io::Result<()> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

const SQLITE_WRITER: &str = "pragma journal_mode = wal; pragma synchronous = full;
    pragma foreign_keys = on; pragma busy_timeout = 5000; pragma trusted_schema = off;
    pragma journal_size_limit = 16777216;";
const SQLITE_READER: &str =
    "pragma query_only = on; pragma busy_timeout = 5000; pragma trusted_schema = off;";

/// Opens a connection outside of any pool. A pool tries again and again and then says only that it took
/// too long; this says at once what is wrong.
async fn try_once(
    url: &str,
    prepare: impl AsyncFnOnce(&mut AnyConnection) -> Result<(), sqlx::Error>,
) -> Result<(), StoreError> {
    let mut connection = AnyConnection::connect(url).await?;
    prepare(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn prepare_sqlite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    connection.execute(SQLITE_WRITER).await?;
    check_sqlite(connection).await
}

/// Reads back what was set: the name of a pragma, and the value it must have.
async fn check_sqlite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let version: String = sqlx::query("select sqlite_version()")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if !is_recent(&version) {
        return Err(not_safe(&format!("SQLite {version} is too old")));
    }
    let journal: String = sqlx::query("pragma journal_mode")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if journal != "wal" {
        return Err(not_safe(&format!(
            "its journal is {journal} instead of wal"
        )));
    }
    for (pragma, wanted) in [
        ("pragma synchronous", 2),
        ("pragma foreign_keys", 1),
        ("pragma busy_timeout", 5000),
        ("pragma trusted_schema", 0),
        // What a long reader made grow is cut back once it has ended.
        ("pragma journal_size_limit", 16_777_216),
    ] {
        let found: i64 = sqlx::query(pragma)
            .fetch_one(&mut *connection)
            .await?
            .try_get(0)?;
        if found != wanted {
            return Err(not_safe(&format!(
                "{pragma} is {found} instead of {wanted}"
            )));
        }
    }
    Ok(())
}

fn not_safe(reason: &str) -> sqlx::Error {
    sqlx::Error::Configuration(reason.into())
}

fn is_recent(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= OLDEST_SQLITE
}

/// A primary that was demoted must not take writes that will be thrown away.
async fn prepare_postgres(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let standby: bool = sqlx::query("select pg_is_in_recovery()")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if standby {
        return Err(not_safe("it is a standby; give the primary"));
    }
    connection.execute("set synchronous_commit = on").await?;
    Ok(())
}

async fn postgres(Url(url): &Url) -> Result<Store, StoreError> {
    try_once(url, prepare_postgres).await?;
    let writer = AnyPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(ACQUIRE_WITHIN)
        .after_connect(|connection, _| Box::pin(prepare_postgres(connection)))
        // sqlx 0.9 gives a connection back inside an open transaction if `begin` was cancelled;
        // what is written on it next would be acknowledged and never committed. The `begin` only
        // keeps PostgreSQL from warning that there is nothing to roll back.
        .before_acquire(|connection, _| {
            Box::pin(async move {
                connection.execute("begin; rollback").await?;
                Ok(true)
            })
        })
        .connect(url)
        .await?;
    migrate(&writer, [POSTGRES_GUARD, POSTGRES_SEARCH]).await?;
    let reader = AnyPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(ACQUIRE_WITHIN)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection
                    .execute("set session characteristics as transaction read only")
                    .await?;
                Ok(())
            })
        })
        .connect(url)
        .await?;
    Ok(opened(
        writer,
        None,
        reader,
        [
            "begin",
            "begin isolation level repeatable read",
            "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as present",
        ],
    ))
}

fn opened(
    writer: AnyPool,
    file: Option<File>,
    reader: AnyPool,
    [begin, snapshot, present]: [&'static str; 3],
) -> Store {
    Store {
        writer: Writer {
            pool: writer,
            begin,
            commits: Arc::default(),
            file: file.map(Arc::new),
        },
        reader,
        snapshot,
        present,
        reads: Arc::default(),
    }
}

const DESK: &str = include_str!("../migrations/0001_desk.sql");
const SQLITE_GUARD: &str = include_str!("../migrations/0002_guard.sqlite.sql");
const PROBLEM: &str = include_str!("../migrations/0003_problem.sql");
const ENDED: &str = include_str!("../migrations/0005_ended.sql");
const REPORT: &str = include_str!("../migrations/0006_report.sql");
const ALARM: &str = include_str!("../migrations/0007_alarm.sql");
const INTAKE: &str = include_str!("../migrations/0009_intake.sql");
const DELIVERY: &str = include_str!("../migrations/0008_delivery.sql");
const NOTICE: &str = include_str!("../migrations/0010_notice.sql");
const SCOPE: &str = include_str!("../migrations/0011_scope.sql");
const THREAD: &str = include_str!("../migrations/0012_thread.sql");
const ORDER: &str = include_str!("../migrations/0013_order.sql");
const MESSAGES: &str = include_str!("../migrations/0014_messages.sql");
const SQLITE_SEARCH: &str = include_str!("../migrations/0004_search.sqlite.sql");
const POSTGRES_SEARCH: &str = include_str!("../migrations/0004_search.postgres.sql");
const POSTGRES_GUARD: &str = include_str!("../migrations/0002_guard.postgres.sql");

/// An empty desk in memory, to compare one in a file with.
pub(super) async fn model() -> Result<AnyPool, StoreError> {
    let model = AnyPoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await?;
    steps([SQLITE_GUARD, SQLITE_SEARCH]).run(&model).await?;
    Ok(model)
}

async fn migrate(writer: &AnyPool, own: [&'static str; 2]) -> Result<(), StoreError> {
    steps(own).run(writer).await?;
    begin_trail(writer).await
}

/// Every step from an empty database, with those that the two databases take in their own ways: the guard
/// of the trail, and the index.
fn steps([guard, search]: [&'static str; 2]) -> Migrator {
    let step = |version, name: &'static str, sql: &'static str| {
        Migration::new(
            version,
            Cow::Borrowed(name),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    let steps = vec![
        step(1, "desk", DESK),
        step(2, "guard", guard),
        step(3, "problem", PROBLEM),
        step(4, "search", search),
        step(5, "ended", ENDED),
        step(6, "report", REPORT),
        step(7, "alarm", ALARM),
        step(8, "delivery", DELIVERY),
        step(9, "intake", INTAKE),
        step(10, "notice", NOTICE),
        step(11, "scope", SCOPE),
        step(12, "thread", THREAD),
        step(13, "order", ORDER),
        step(14, "messages", MESSAGES),
    ];
    Migrator::with_migrations(steps)
}

/// Gives a new database its head: the end of a trail that has no entry yet, under a name that no
/// other database has.
async fn begin_trail(writer: &AnyPool) -> Result<(), StoreError> {
    let epoch = uuid::Uuid::new_v4().simple().to_string();
    let mut transaction = writer.begin().await?;
    sqlx::query(
        "insert into head
         (id, epoch, seq, hash, changed_seq, directory_version, sessions_version)
         values (1, $1, 0, $2, 0, 0, 0) on conflict (id) do nothing",
    )
    .bind(epoch[..8].to_owned())
    .bind(BEGINNING)
    .execute(&mut *transaction)
    .await?;
    Ok(transaction.commit().await?)
}

/// A path as a URL spells it.
fn percent_encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str()
        .as_bytes()
        .iter()
        .fold(String::new(), |mut url, byte| {
            if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
                url.push(char::from(*byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(url, "%{byte:02X}");
            }
            url
        })
}
