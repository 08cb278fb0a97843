//! `nightdesk backup`: a checked copy of a database in a file, while the desk runs.

use super::database::{Database, block_on};
use super::output::{self, Exit};
use crate::server::{self, Location, Store};
use anyhow::ensure;
use clap::Args;
use std::path::PathBuf;

/// Copy the database of a running desk on SQLite into a new file, readable by you alone, and check the copy
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,
    /// The file; it must not exist yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let (path, out) = (&arguments.out, arguments.out.display());
    ensure!(
        !path.exists(),
        "{out} exists already. Give the copy a name of its own"
    );
    let found = block_on(async {
        let store = arguments.database.open_existing().await?;
        store.copy_to(path).await?;
        store.close().await;
        let copy = Store::open(&Location::Sqlite(path.clone())).await?;
        let found = server::verify(&copy).await?;
        copy.close().await;
        Ok(found)
    })?;
    for fault in &found.faults {
        output::complain(fault)?;
    }
    if !found.faults.is_empty() {
        output::complain(format!(
            "The copy in {out} does not agree with itself. Check the desk with nightdesk verify"
        ))?;
        return Ok(Exit::Failed);
    }
    output::lines(&format!(
        "{} entries and {} incidents are in {out}, and the copy was checked. The last entry is {}:{}",
        found.entries, found.incidents, found.entries, found.hash
    ))?;
    Ok(Exit::Done)
}
