//! `nightdesk after-restore`: begin another history once a copy was put back.

use super::database::{Database, block_on};
use super::output::{self, Exit};
use crate::domain::id::{ProblemReference, Reference};
use crate::now::Clock;
use crate::server;
use clap::Args;

/// Begin another history after a copy was put back: consoles read everything again, and no reference
/// that was given out is given out twice
#[derive(Args)]
pub(super) struct Arguments {
    /// The last incident that any message or note names; without it a hundred numbers are left out
    #[arg(long, value_name = "REFERENCE")]
    last_incident: Option<Reference>,
    /// The last problem that any message or note names; without it a hundred numbers are left out
    #[arg(long, value_name = "REFERENCE")]
    last_problem: Option<ProblemReference>,
    #[command(flatten)]
    database: Database,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let begun = block_on(async {
        let store = arguments.database.open_existing().await?;
        let last = (arguments.last_incident, arguments.last_problem);
        let begun = server::begin_after_restore(&store, last, Clock::system().now()).await?;
        store.close().await;
        Ok(begun)
    })?;
    output::lines(&format!(
        "Another history begins. The next incident is {}, the next problem {}",
        begun.incident, begun.problem
    ))?;
    Ok(Exit::Done)
}
