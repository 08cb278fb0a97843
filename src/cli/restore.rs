//! `nightdesk restore`: an exported desk in an empty database, of either sort.

use super::database::{Database, block_on};
use super::output::{self, Exit};
use crate::server;
use anyhow::Context as _;
use clap::Args;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

/// Put an exported desk into an empty database, check it, and say what is there
#[derive(Args)]
pub(super) struct Arguments {
    /// What nightdesk export wrote
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let file = File::open(&arguments.file)
        .with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let (rows, found) = block_on(async {
        let store = arguments.database.open().await?;
        let rows = server::restore(&store, BufReader::new(file)).await?;
        let found = server::verify(&store).await?;
        store.close().await;
        Ok((rows, found))
    })?;
    output::lines(&format!(
        "{rows} rows restored: {} entries, {} incidents, {} problems, {} commands\nThe last entry's hash is {}",
        found.entries, found.incidents, found.problems, found.commands, found.hash
    ))?;
    if found.faults.is_empty() {
        return Ok(Exit::Done);
    }
    for fault in &found.faults {
        output::complain(fault)?;
    }
    output::complain("Do not serve this desk: the file does not agree with itself")?;
    Ok(Exit::Failed)
}
