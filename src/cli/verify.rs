//! `nightdesk verify`: recompute what a desk stores from its audit trail.

use super::database::{Database, block_on};
use super::output::{self, Exit, Format};
use crate::server::{self, Expected};
use clap::Args;

/// Check the whole audit trail, and that it makes what the desk stores; the desk may run meanwhile
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,
    /// The number and the hash of an entry that must still be there, from a checkpoint kept elsewhere
    #[arg(long, value_name = "SEQ:HASH")]
    expect: Option<Expected>,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let found = block_on(async {
        let store = arguments.database.open_existing().await?;
        let mut found = server::verify(&store).await?;
        if let Some(expected) = &arguments.expect
            && !server::still_holds(&store, expected).await?
        {
            let seq = expected.seq;
            found.faults.push(format!(
                "Entry {seq} is not there with the hash that was expected; the trail was cut short or is another one"
            ));
        }
        store.close().await;
        Ok(found)
    })?;
    if arguments.format.json {
        output::json(&found)?;
    } else {
        output::lines(&format!(
            "{} entries, {} incidents, {} problems, {} reports, {} alarms, {} commands\nThe last entry's hash is {}",
            found.entries,
            found.incidents,
            found.problems,
            found.reports,
            found.alarms,
            found.commands,
            found.hash
        ))?;
        if found.erased_entries > 0 {
            output::lines(&format!(
                "{} entries of {} incidents were erased under the retention policy; their hashes are in place",
                found.erased_entries, found.erased_incidents
            ))?;
        }
    }
    if found.faults.is_empty() {
        return Ok(Exit::Done);
    }
    for fault in &found.faults {
        output::complain(fault)?;
    }
    Ok(Exit::Failed)
}
