//! Which database a subcommand works on, and opening it.
//!
//! A URL with a password is never taken from the arguments, where every user of the machine reads it.

use crate::config::desks::WrittenDesk;
use crate::server::{Location, Store};
use anyhow::{Context, bail};
use clap::Args;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Database {
    /// sqlite:PATH, or the URL of a PostgreSQL database without a password
    #[arg(long)]
    db: Option<String>,
    /// A file that holds such a URL, with its password; only its owner may read it
    #[arg(long, value_name = "FILE")]
    db_url_file: Option<PathBuf>,
}

impl Database {
    /// The database that a file of desks names; a path there starts beside the file.
    pub(super) fn of_desk(desk: &WrittenDesk) -> Self {
        Self {
            db: desk.db.clone(),
            db_url_file: desk.db_url_file.clone(),
        }
    }

    /// Opens the database and brings its tables up to date.
    pub(super) async fn open(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.location()?).await?)
    }

    /// Opens a database that a desk has used before; a slip in the path must not make an empty one.
    pub(super) async fn open_existing(&self) -> anyhow::Result<Store> {
        let location = self.location()?;
        if let Location::Sqlite(path) = &location
            && !path.exists()
        {
            bail!("There is no database at {}", path.display());
        }
        Ok(Store::open(&location).await?)
    }

    /// Where the database is.
    pub(super) fn location(&self) -> anyhow::Result<Location> {
        match (&self.db, &self.db_url_file) {
            (Some(url), _) if holds_password(url) => bail!(
                "Everybody on this machine can read a password among the arguments; write the URL into a file and give --db-url-file"
            ),
            (Some(url), _) => Ok(url.parse()?),
            (None, Some(file)) => Ok(read(file)?.trim().parse()?),
            (None, None) => bail!("Say with --db where the database is"),
        }
    }
}

fn holds_password(url: &str) -> bool {
    let authority = url
        .split_once("://")
        .map_or("", |(_, rest)| rest.split('/').next().unwrap_or(""));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || url.contains("password=")
}

/// The text of a file that holds a password, and that nobody else may therefore read.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    let cannot_be_read = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(cannot_be_read)?;
    // Asked of the open file, so that it cannot be exchanged between the question and the reading.
    if file.metadata().with_context(cannot_be_read)?.mode() & 0o077 != 0 {
        bail!(
            "Others on this machine may read {}; run chmod 600 on it first",
            path.display()
        );
    }
    let mut text = String::new();
    file.read_to_string(&mut text)
        .with_context(cannot_be_read)?;
    Ok(text)
}

/// Runs something that waits, on as many threads as the machine has.
pub(super) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Runtime::new()?.block_on(work)
}
