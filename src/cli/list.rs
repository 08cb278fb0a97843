//! `nightdesk list`: a queue of the board, most urgent first.

use super::connection::{self, Connection, Server, Setting};
use super::output::{self, Exit, Format};
use super::word;
use crate::client::outbox::Outbox;
use crate::client::replica::Replica;
use crate::domain::Instant;
use crate::domain::incident::Incident;
use crate::domain::partners;
use crate::domain::query::{self, Queue};
use crate::tui::format::countdown;
use chrono::SecondsFormat;
use clap::Args;
use std::sync::Arc;

/// List the incidents of a queue, most urgent first
#[derive(Args)]
pub(super) struct Arguments {
    /// Which queue of the board; closed holds what ended lately, and search finds the rest
    #[arg(default_value = "all-open", ignore_case = true, value_parser = word::one_of(&Queue::ALL))]
    queue: Queue,
    /// Only what fits: words, owner:me, owner:none, due<4h, partner:unreached, sev>=3 or p1
    #[arg(long, default_value = "")]
    filter: String,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    connection::wait_for(list(&arguments, &connection))
}

async fn list(arguments: &Arguments, connection: &Connection) -> anyhow::Result<Exit> {
    let setting = connection.setting().await?;
    let mut replica = replica(connection, &setting).await?;
    if let Err(error) = replica.narrow(arguments.queue, &arguments.filter, setting.now()) {
        output::complain(error)?;
        return Ok(Exit::Usage);
    }
    let rows = replica.rows(arguments.queue, 0..usize::MAX);
    let incidents: Vec<Arc<Incident>> = rows.into_iter().map(|row| row.incident).collect();
    if arguments.format.json {
        let incidents: Vec<&Incident> = incidents.iter().map(Arc::as_ref).collect();
        output::json(&incidents)?;
    } else {
        show(&incidents, setting.now())?;
    }
    Ok(Exit::Done)
}

/// Every page, in the same queues as on the screen.
pub(super) async fn replica(connection: &Connection, setting: &Setting) -> anyhow::Result<Replica> {
    let mut replica = Replica::new(setting.desk.clone(), Outbox::default(), setting.now());
    let mut cursor = None;
    loop {
        let page = connection.http.incidents(cursor.as_deref()).await?.body;
        replica.absorb(page.incidents, setting.now());
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(replica),
        }
    }
}

fn show(incidents: &[Arc<Incident>], now: Instant) -> anyhow::Result<()> {
    let rows: Vec<[String; 9]> = incidents
        .iter()
        .map(|incident| row(incident, now))
        .collect();
    let headings = [
        "P",
        "REFERENCE",
        "DEADLINE",
        "DUE",
        "LEFT",
        "PARTNERS",
        "OWNER",
        "STAGE",
        "TITLE",
    ];
    output::table(headings, &rows)
}

fn row(incident: &Incident, now: Instant) -> [String; 9] {
    let nearest = query::nearest_deadline(incident).map(|view| view.clock);
    let (reached, affected) = partners::reached(incident);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        format!("{:?}", incident.priority()),
        incident.name(),
        or_dash(nearest.map(|clock| clock.kind.as_str().to_owned())),
        or_dash(nearest.map(|clock| clock.due_at.to_rfc3339_opts(SecondsFormat::Secs, true))),
        or_dash(nearest.map(|clock| countdown(clock.due_at, now))),
        format!("{reached}/{affected}"),
        or_dash(incident.owner.as_ref().map(ToString::to_string)),
        incident.status.name().to_owned(),
        incident.title.to_string(),
    ]
}
