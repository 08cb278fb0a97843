//! `nightdesk list`: a queue of the board, most urgent first.

use super::connection::{self, Connection, Server, Setting};
use super::output::{self, Exit, Format};
use super::word;
use crate::client::outbox::Outbox;
use crate::client::replica::Replica;
use crate::config::settings::{self, Places};
use crate::domain::calendar::brief;
use crate::domain::directory::Directory;
use crate::domain::incident::Incident;
use crate::domain::partners;
use crate::domain::query::{self, Queue};
use crate::tui::format::countdown;
use clap::Args;
use std::sync::Arc;

/// List the incidents of a queue, most urgent first unless the filter asks for another order
#[derive(Args)]
pub(super) struct Arguments {
    /// Which queue of the board; closed holds what ended lately, and search finds the rest
    #[arg(default_value = "all-open", ignore_case = true, value_parser = word::one_of(&Queue::ALL))]
    queue: Queue,
    /// Only what fits: words, owner:me, due<4h, sev>=3, p1, -is:major; docs/filters.md lists all
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    filter: String,
    /// Only what fits a filter that is saved in your settings, by its name
    #[arg(long, value_name = "NAME", conflicts_with = "filter")]
    saved: Option<String>,
    /// Only the first so many; how many there are is said on standard error
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    let filter = match &arguments.saved {
        None => arguments.filter.clone(),
        Some(name) => match saved(name, &connection.places)? {
            Ok(filter) => filter,
            Err(unknown) => {
                output::complain(unknown)?;
                return Ok(Exit::Usage);
            }
        },
    };
    connection::wait_for(list(&arguments, &filter, &connection))
}

/// A filter of the settings, or a sentence that names those that there are.
fn saved(name: &str, places: &Places) -> anyhow::Result<Result<String, String>> {
    let filters = settings::load(places, |name| std::env::var_os(name))?.filters;
    Ok(filters.get(name).cloned().ok_or_else(|| {
        let known: Vec<&str> = filters.keys().map(String::as_str).collect();
        match known.is_empty() {
            true => "No filter is saved. Write it below [filters] in your settings".to_owned(),
            false => format!(
                "No filter \"{name}\" is saved; there are {}",
                known.join(", ")
            ),
        }
    }))
}

async fn list(
    arguments: &Arguments,
    filter: &str,
    connection: &Connection,
) -> anyhow::Result<Exit> {
    let setting = connection.setting().await?;
    let mut replica = Replica::new(setting.desk.clone(), Outbox::default(), setting.now());
    if let Err(error) = replica.narrow(arguments.queue, filter, setting.now()) {
        output::complain(error)?;
        return Ok(Exit::Usage);
    }
    let queued = connection::every_page(async |cursor| {
        let page = connection.http.queue(arguments.queue, cursor).await?.body;
        Ok((page.incidents, page.next))
    });
    replica.absorb(queued.await?, setting.now());
    let rows = replica.rows(arguments.queue, 0..arguments.limit.unwrap_or(usize::MAX));
    let fitting = replica.len(arguments.queue);
    if rows.len() < fitting {
        output::complain(format!("The first {} of {fitting}", rows.len()))?;
    }
    let incidents: Vec<Arc<Incident>> = rows.into_iter().map(|row| row.incident).collect();
    if incidents.is_empty() && !filter.trim().is_empty() {
        let hidden = replica.hidden(arguments.queue);
        output::complain(query::nothing_fits(arguments.queue, filter, hidden))?;
    }
    if arguments.format.json {
        let incidents: Vec<&Incident> = incidents.iter().map(Arc::as_ref).collect();
        output::json(&incidents)?;
    } else {
        show(&incidents, &setting)?;
    }
    Ok(Exit::Done)
}

/// Everything that is open and what has ended lately, in the same queues as on the screen.
pub(super) async fn replica(connection: &Connection, setting: &Setting) -> anyhow::Result<Replica> {
    let mut replica = Replica::new(setting.desk.clone(), Outbox::default(), setting.now());
    let all = connection::every_page(async |cursor| {
        let page = connection.http.incidents(cursor).await?.body;
        Ok((page.incidents, page.next))
    });
    replica.absorb(all.await?, setting.now());
    Ok(replica)
}

fn show(incidents: &[Arc<Incident>], setting: &Setting) -> anyhow::Result<()> {
    let rows: Vec<[String; 9]> = incidents
        .iter()
        .map(|incident| row(incident, setting))
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

fn row(incident: &Incident, setting: &Setting) -> [String; 9] {
    let (now, directory) = (setting.now(), &setting.desk.directory);
    let nearest = query::nearest(incident);
    let nearest = nearest.as_ref();
    let (reached, affected) = partners::reached(incident);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        format!("{:?}", incident.priority()),
        incident.name(),
        or_dash(nearest.map(|due| due.to_do_in_words(directory))),
        or_dash(nearest.map(|due| brief(due.due_at()))),
        or_dash(nearest.map(|due| countdown(due.due_at(), now))),
        format!("{reached}/{affected}"),
        owner(incident, directory),
        incident.status.name().to_owned(),
        incident.title.to_string(),
    ]
}

/// Who owns it, and to whom it is offered.
fn owner(incident: &Incident, directory: &Directory) -> String {
    let owner = incident.owner.as_ref();
    let owner = owner.map_or("-", |owner| directory.person_name(owner));
    match &incident.offer {
        Some(offer) => format!("{owner}, offered to {}", directory.person_name(&offer.to)),
        None => owner.to_owned(),
    }
}
