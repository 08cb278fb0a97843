//! `nightdesk migrate`: bring the tables of a database up to date, and do nothing else.

use super::database::{Database, block_on};
use super::output::{self, Exit};
use clap::Args;

/// Bring the tables of a database up to date; on PostgreSQL as a user who may change them
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    block_on(async {
        arguments.database.open().await?.close().await;
        Ok(())
    })?;
    output::lines("The tables are up to date")?;
    Ok(Exit::Done)
}
