//! `nightdesk export`: everything that a desk stores, as one file.

use super::database::{Database, block_on};
use super::output::{self, Exit};
use crate::now::Clock;
use crate::server;
use anyhow::Context as _;
use clap::Args;
use std::fs::OpenOptions;
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// Write the whole desk, its audit trail included, into a new file of JSON lines, readable by you alone
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,
    /// The file; it must not exist yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&arguments.out)
        .with_context(|| format!("{} cannot be made", arguments.out.display()))?;
    let mut out = BufWriter::new(file);
    let rows = block_on(async {
        let store = arguments.database.open_existing().await?;
        let rows = server::export(&store, &mut out, Clock::system().now()).await?;
        store.close().await;
        Ok(rows)
    })?;
    // What is not on the disk is no copy.
    out.get_ref().sync_all()?;
    output::lines(&format!(
        "{rows} rows are in {}. This file holds everything on the desk: keep it safe",
        arguments.out.display()
    ))?;
    Ok(Exit::Done)
}
