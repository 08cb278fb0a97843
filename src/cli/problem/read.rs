//! `nightdesk problem list` and `nightdesk problem show`.

use super::give;
use crate::cli::act;
use crate::cli::connection::{self, Connection, Server};
use crate::cli::output::{self, Exit, Format};
use crate::cli::word;
use crate::domain::calendar::in_words;
use crate::domain::id::IncidentId;
use crate::domain::problem::{Problem, ProblemStatus};
use clap::Args;
use std::collections::BTreeMap;

/// List problems, the newest change first
#[derive(Args)]
pub(super) struct List {
    /// Only those that this incident comes from
    #[arg(long)]
    incident: Option<String>,
    /// Only those that have come so far
    #[arg(long, ignore_case = true, value_parser = word::one_of(&ProblemStatus::ALL))]
    status: Option<ProblemStatus>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

/// Show a problem, and the incidents that come from it
#[derive(Args)]
pub(super) struct Show {
    /// A reference such as PRB-26-0423-K, or an id
    problem: String,
    /// What became true of it, oldest first, instead
    #[arg(long)]
    timeline: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn list(arguments: &List) -> anyhow::Result<Exit> {
    let mut query = Vec::new();
    let connection = arguments.server.connection()?;
    if let Some(incident) = &arguments.incident {
        let name = connection::wait_for(act::incident_name(&connection, incident))?;
        query.push(("incident", name));
    }
    if let Some(status) = &arguments.status {
        let status = word::kebab(status).replace('-', "_");
        query.push(("status", status.to_ascii_uppercase()));
    }
    let problems = connection::wait_for(every_page(&connection, &query))?;
    if arguments.format.json {
        output::json(&problems)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<[String; 5]> = problems.iter().map(row).collect();
    output::table(
        ["REFERENCE", "STATUS", "OWNER", "INCIDENTS", "TITLE"],
        &rows,
    )?;
    Ok(Exit::Done)
}

async fn every_page(
    connection: &Connection,
    query: &[(&str, String)],
) -> anyhow::Result<Vec<Problem>> {
    connection::every_page(async |cursor| {
        let page = connection.http.problems(query, cursor).await?.body;
        Ok((page.problems, page.next))
    })
    .await
}

fn row(problem: &Problem) -> [String; 5] {
    [
        problem.reference.to_string(),
        problem.status.name().to_owned(),
        owner(problem),
        problem.incidents.len().to_string(),
        problem.title.to_string(),
    ]
}

fn owner(problem: &Problem) -> String {
    let owner = problem.owner.map(|owner| owner.short().to_owned());
    owner.unwrap_or_else(|| "-".to_owned())
}

pub(super) fn show(arguments: &Show) -> anyhow::Result<Exit> {
    give::check_name(&arguments.problem)?;
    let connection = arguments.server.connection()?;
    connection::wait_for(async {
        if arguments.timeline {
            return timeline(arguments, &connection).await;
        }
        let problem = connection.http.problem(&arguments.problem).await?.body;
        if arguments.format.json {
            output::json(&problem)?;
        } else {
            in_full(&problem, &connection).await?;
        }
        Ok(Exit::Done)
    })
}

async fn in_full(problem: &Problem, connection: &Connection) -> anyhow::Result<()> {
    let raised = &problem.raised;
    output::lines(&format!(
        "{}  {}\n{}\n",
        problem.reference,
        problem.status.name(),
        problem.title
    ))?;
    let said = |text: &Option<Box<str>>| {
        let text = text.as_deref().unwrap_or("not known yet");
        text.replace('\n', " ")
    };
    let facts = [
        ["Owner".to_owned(), owner(problem)],
        [
            "Raised".to_owned(),
            format!(
                "{} by {} as {}",
                in_words(raised.at),
                raised.by.person,
                raised.by.role.short()
            ),
        ],
        ["Cause".to_owned(), said(&problem.root_cause)],
        ["Workaround".to_owned(), said(&problem.workaround)],
        ["Solution".to_owned(), said(&problem.solution)],
    ];
    output::table(["WHAT", "IS KNOWN"], &facts)?;
    output::lines("")?;
    let mut rows = Vec::new();
    for id in &problem.incidents {
        let incident = connection.http.incident(id).await?.body;
        rows.push([
            incident.name(),
            incident.status.name().to_owned(),
            incident.title.to_string(),
        ]);
    }
    output::table(["INCIDENT", "STAGE", "TITLE"], &rows)
}

async fn timeline(arguments: &Show, connection: &Connection) -> anyhow::Result<Exit> {
    let http = &connection.http;
    let entries = http
        .problem_timeline(&arguments.problem)
        .await?
        .body
        .entries;
    if arguments.format.json {
        output::json(&entries)?;
        return Ok(Exit::Done);
    }
    let mut names: BTreeMap<IncidentId, String> = BTreeMap::new();
    for id in entries.iter().flat_map(|row| row.entry.event.incidents()) {
        if !names.contains_key(id) {
            names.insert(*id, http.incident(id).await?.body.name());
        }
    }
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let rows: Vec<[String; 4]> = entries
        .iter()
        .map(|row| {
            [
                row.seq.to_string(),
                in_words(row.entry.at),
                format!("{} as {}", row.entry.by.person, row.entry.by.role.short()),
                row.entry.event.sentence(name),
            ]
        })
        .collect();
    output::table(["SEQ", "AT", "BY", "WHAT"], &rows)?;
    Ok(Exit::Done)
}
