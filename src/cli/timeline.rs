//! `nightdesk timeline`: everything that happened to an incident, in sentences.

use super::act;
use super::connection::{self, Connection, Server};
use super::output::{self, Exit, Format};
use crate::api::types::TimelineEntry;
use crate::domain::calendar::in_words;
use crate::domain::chronicle;
use crate::domain::directory::Directory;
use clap::Args;

/// Print everything that happened to an incident, oldest first, each with its hash in the audit trail
#[derive(Args)]
pub(super) struct Arguments {
    /// A reference such as INC-26-0423-K, or an id
    incident: String,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::check_name(&arguments.incident)?;
    let connection = arguments.server.connection()?;
    connection::wait_for(async {
        let name = act::incident_name(&connection, &arguments.incident).await?;
        let entries = entries(&name, &connection).await?;
        if arguments.format.json {
            output::json(&entries)?;
        } else {
            let directory = connection.http.directory().await?.body;
            let rows: Vec<[String; 5]> = entries.iter().map(|row| of(row, &directory)).collect();
            output::table(["SEQ", "AT", "BY", "HASH", "WHAT"], &rows)?;
        }
        Ok(Exit::Done)
    })
}

async fn entries(incident: &str, connection: &Connection) -> anyhow::Result<Vec<TimelineEntry>> {
    connection::every_page(async |cursor| {
        let page = connection.http.timeline(incident, cursor).await?.body;
        Ok((page.entries, page.next))
    })
    .await
}

fn of(row: &TimelineEntry, directory: &Directory) -> [String; 5] {
    let by = &row.entry.by;
    let interim = if by.interim { ", interim" } else { "" };
    [
        row.seq.to_string(),
        in_words(row.entry.at),
        format!(
            "{} as {}{interim}",
            directory.person_name(&by.person),
            by.role.short()
        ),
        row.hash.clone(),
        chronicle::sentence(&row.entry.event, directory),
    ]
}
