//! `nightdesk audit-alarms`: an auditor of the alarms that is not part of the server.
//!
//! Meant for a timer on another account or another machine: it asks the tables alone, and calls an
//! address only while all is well, so that whoever waits there hears of a desk that is ill, hung or gone.

use super::database::{self, Database, block_on};
use super::output::{self, Exit, Format};
use crate::client::heartbeat;
use crate::now::Clock;
use crate::server;
use clap::Args;
use std::path::PathBuf;

/// Look whether every alarm was raised and every message sent that should have been, by the tables alone
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,
    /// A file that holds an address to call while all is well; only its owner may read it
    #[arg(long, value_name = "FILE")]
    heartbeat_url_file: Option<PathBuf>,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let heartbeat = arguments.heartbeat_url_file.as_deref();
    let heartbeat = heartbeat.map(database::read).transpose()?;
    let findings = block_on(async {
        let store = arguments.database.open_existing().await?;
        let findings = server::audit_alarms(&store, Clock::system().now()).await?;
        store.close().await;
        if let (Some(address), []) = (&heartbeat, findings.as_slice()) {
            heartbeat::call(address.trim()).await?;
        }
        Ok(findings)
    })?;
    if arguments.format.json {
        output::json(&findings)?;
    }
    for finding in &findings {
        output::complain(finding)?;
    }
    Ok(if findings.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}
