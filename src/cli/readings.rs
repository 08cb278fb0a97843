//! `nightdesk readings`: who has read a case, and when.

use super::act;
use super::connection::{self, Connection, Server};
use super::output::{self, Exit, Format};
use crate::api::types::Reading;
use crate::domain::calendar::in_words;
use clap::Args;

/// Print who has read an incident, in which role and when, oldest first
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
    let readings = connection::wait_for(async {
        let name = act::incident_name(&connection, &arguments.incident).await?;
        every_page(&name, &connection).await
    })?;
    if arguments.format.json {
        output::json(&readings)?;
    } else {
        let rows: Vec<[String; 4]> = readings.iter().map(row).collect();
        output::table(["SEQ", "AT", "BY", "OF"], &rows)?;
    }
    Ok(Exit::Done)
}

async fn every_page(incident: &str, connection: &Connection) -> anyhow::Result<Vec<Reading>> {
    connection::every_page(async |cursor| {
        let page = connection.http.readings(incident, cursor).await?.body;
        Ok((page.readings, page.next))
    })
    .await
}

fn row(reading: &Reading) -> [String; 4] {
    let by = &reading.by;
    [
        reading.seq.to_string(),
        in_words(reading.at),
        format!("{} as {}", by.person, by.role.short()),
        by.organisation.to_string(),
    ]
}
