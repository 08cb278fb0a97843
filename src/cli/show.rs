//! `nightdesk show`: one incident in words, clocks and contacts first.

use super::act;
use super::connection::{self, Server};
use super::output::{self, Exit, Format};
use crate::domain::Instant;
use crate::domain::calendar::in_words;
use crate::domain::clock;
use crate::domain::contacts;
use crate::domain::incident::Incident;
use crate::tui::format::countdown;
use clap::Args;

/// Show an incident: its clocks, who has been told, and where partners stand
#[derive(Args)]
pub(super) struct Arguments {
    /// A reference such as INC-26-0423-K, or an id
    incident: String,
    /// What became true of it, oldest first, instead
    #[arg(long)]
    timeline: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    connection::wait_for(async {
        if arguments.timeline {
            return timeline(&arguments, &connection).await;
        }
        act::check_name(&arguments.incident)?;
        let reply = connection.http.incident(&arguments.incident).await?;
        let now = reply
            .server_time
            .unwrap_or_else(|| crate::now::Clock::system().now());
        if arguments.format.json {
            output::json(&reply.body)?;
        } else {
            show(&reply.body, now)?;
        }
        Ok(Exit::Done)
    })
}

fn show(incident: &Incident, now: Instant) -> anyhow::Result<()> {
    output::lines(&format!(
        "{}  {:?}  {}\n{}\n",
        incident.name(),
        incident.priority(),
        incident.status.name(),
        incident.title
    ))?;
    let clocks: Vec<[String; 5]> = clock::views(incident)
        .map(|view| {
            [
                view.clock.kind.as_str().to_owned(),
                view.state(now).name().to_owned(),
                in_words(view.clock.due_at),
                if view.state(now).is_open() {
                    countdown(view.clock.due_at, now)
                } else {
                    "-".to_owned()
                },
                (view.clock.controller.as_ref()).map_or("-".to_owned(), ToString::to_string),
            ]
        })
        .collect();
    output::table(["CLOCK", "STATE", "DUE", "LEFT", "CONTROLLER"], &clocks)?;
    output::lines("")?;
    output::table(
        ["CONTACT", "INFORMED", "ATTEMPTS", "RULE"],
        &contacts_of(incident),
    )?;
    if !incident.partners.is_empty() {
        output::lines("")?;
        output::table(["PARTNER", "STATE"], &partners_of(incident))?;
    }
    Ok(())
}

fn contacts_of(incident: &Incident) -> Vec<[String; 4]> {
    contacts::required(incident)
        .into_iter()
        .map(|required| {
            let informed_at = contacts::informed_at(incident, &required.contact);
            let rules = required
                .reasons
                .iter()
                .map(|reason| reason.rule.to_string());
            [
                required.contact.to_string(),
                informed_at.map_or("not yet".to_owned(), in_words),
                contacts::attempts(incident, &required.contact)
                    .count()
                    .to_string(),
                rules.collect::<Vec<_>>().join(" "),
            ]
        })
        .collect()
}

fn partners_of(incident: &Incident) -> Vec<[String; 2]> {
    incident
        .partners
        .iter()
        .map(|record| {
            [
                record.organisation.to_string(),
                record.state().name().to_owned(),
            ]
        })
        .collect()
}

async fn timeline(
    arguments: &Arguments,
    connection: &connection::Connection,
) -> anyhow::Result<Exit> {
    let mut entries = Vec::new();
    let mut cursor = None;
    loop {
        let page = connection
            .http
            .timeline(&arguments.incident, cursor.as_deref())
            .await?
            .body;
        entries.extend(page.entries);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    if arguments.format.json {
        output::json(&entries)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<[String; 4]> = entries
        .iter()
        .map(|row| {
            [
                row.seq.to_string(),
                in_words(row.entry.at),
                format!("{} as {}", row.entry.by.person, row.entry.by.role.code()),
                row.entry.event.name().replace('_', " "),
            ]
        })
        .collect();
    output::table(["SEQ", "AT", "BY", "EVENT"], &rows)?;
    Ok(Exit::Done)
}
