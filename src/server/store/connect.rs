//! Opening a database so that it keeps what it has acknowledged.
//!
//! SQLite: every pragma is read back, because one that is misspelt is silently ignored.
//! PostgreSQL: each transaction brings its own limits. Anything that is not as it must be ends the start.

use super::asking;
use super::file::File;
use super::forms::{self, Own};
use super::hosts::{Fence, Host, Hosts, each_of};
use super::statements::{POSTGRES, POSTGRES_BEGIN, SQLITE, SQLITE_BEGIN, Statements};
use super::{Store, StoreError, Writer};
use sqlx::AnyConnection;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Connection, Executor, Row};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// Readers of the database as it is at one moment, however much is written meanwhile: one connection
/// inside one transaction, which has read already, because a transaction sees nothing before it reads.
pub(super) async fn as_of_one_moment(
    reader: &AnyPool,
    begin: &'static str,
) -> Result<AnyPool, StoreError> {
    let is_open = Arc::new(AtomicBool::new(false));
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_WITHIN)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            // A second connection would see another moment.
            let was_open = is_open.swap(true, Ordering::Relaxed);
            Box::pin(async move {
                if was_open {
                    return Err(not_safe("its connection was lost while it was read"));
                }
                connection.execute(begin).await?;
                connection.execute("select seq from head").await?;
                Ok(())
            })
        })
        .connect_with(reader.connect_options().as_ref().clone())
        .await?;
    Ok(pool)
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
    forms::bring_up_to_date(&writer, Own::Sqlite).await?;
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
    let host = Host {
        url: None,
        writer,
        reader,
    };
    Ok(opened(
        Hosts::of(vec![host], Fence::default()),
        Some(file),
        &SQLITE,
        [
            SQLITE_BEGIN,
            "begin",
            "select cast(unixepoch('subsec') * 1000 as integer) as present",
        ],
    ))
}

impl Store {
    /// Copies a database on SQLite as it is at this moment into a file that does not exist yet, and onto the
    /// disk. The desk may go on writing.
    ///
    /// # Errors
    /// The file exists or cannot be made, or the database is on PostgreSQL, which has means of its own.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        if self.is_shared() {
            return Err(StoreError::Unsafe(
                "it is on PostgreSQL; copy it with pg_dump or pg_basebackup".to_owned(),
            ));
        }
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(sqlx::Error::Io)?;
        let options = self.reader().connect_options();
        let mut connection = AnyConnection::connect_with(&options).await?;
        let copied = asking::query("vacuum into $1")
            .bind(path.display().to_string())
            .execute(&mut connection)
            .await;
        connection.close().await?;
        copied?;
        Ok(made.sync_all().map_err(sqlx::Error::Io)?)
    }
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
    let version: String = asking::query("select sqlite_version()")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if !is_recent(&version) {
        return Err(not_safe(&format!("SQLite {version} is too old")));
    }
    let journal: String = asking::query("pragma journal_mode")
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
        let found: i64 = asking::query(pragma)
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

/// How soon PostgreSQL finds out that a server is gone.
const POSTGRES_ALIVE: &str = "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 3";

/// What a URL says whose connections go through a pooler such as PgBouncer, where each transaction may come
/// to another session: nothing is prepared for later.
const BY_A_POOLER: &str = "statement-cache-capacity=0";

async fn postgres(Url(url): &Url) -> Result<Store, StoreError> {
    let (urls, fence) = (each_of(url)?, Fence::default());
    if url.contains(BY_A_POOLER) {
        asking::prepare_nothing_for_later();
    }
    let pools = urls.iter().map(|url| host(url, &fence));
    let hosts = Hosts::of(pools.collect::<Result<_, _>>()?, fence.clone());
    if !hosts.find_leader().await {
        for url in &urls {
            try_once(url, async |connection| fence.check(connection).await).await?;
        }
    }
    forms::bring_up_to_date(&hosts.leading().writer, Own::Postgres).await?;
    Ok(opened(
        hosts,
        None,
        &POSTGRES,
        [
            POSTGRES_BEGIN,
            "begin isolation level repeatable read read only",
            "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as present",
        ],
    ))
}

/// The connections to one machine, none of which is opened yet.
fn host(url: &str, fence: &Fence) -> Result<Host, StoreError> {
    let is_pooled = url.contains(BY_A_POOLER);
    let pool = |connections, opening: &'static str| {
        let fence = fence.clone();
        AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_WITHIN)
            .after_connect(move |connection, _| {
                let fence = fence.clone();
                Box::pin(async move {
                    fence.check(connection).await?;
                    connection.execute(opening).await?;
                    Ok(())
                })
            })
    };
    let writer = pool(2, if is_pooled { "" } else { POSTGRES_ALIVE });
    let reader = if is_pooled {
        in_transactions(pool(READERS, POOLED_READ))
    } else {
        pool(READERS, POSTGRES_ALIVE)
    };
    Ok(Host {
        url: Some(url.to_owned()),
        writer: writer.connect_lazy(url)?,
        reader: reader.connect_lazy(url)?,
    })
}

/// What begins a read that a pooler has to keep in one session.
const POOLED_READ: &str = "begin read only";

/// Everything that is read is read inside a transaction, which ends when the connection is given back.
fn in_transactions(pool: AnyPoolOptions) -> AnyPoolOptions {
    pool.before_acquire(|connection, _| {
        Box::pin(async move {
            connection.execute(POOLED_READ).await?;
            Ok(true)
        })
    })
    .after_release(|connection, _| {
        Box::pin(async move {
            connection.execute("rollback").await?;
            Ok(true)
        })
    })
}

fn opened(
    hosts: Hosts,
    file: Option<File>,
    statements: &'static Statements,
    [begin, snapshot, present]: [&'static str; 3],
) -> Store {
    Store {
        writer: Writer {
            hosts: Arc::new(hosts),
            begin,
            statements,
            commits: Arc::default(),
            file: file.map(Arc::new),
        },
        moment: None,
        snapshot,
        present,
        reads: Arc::default(),
    }
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
