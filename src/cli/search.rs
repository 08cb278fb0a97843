//! `nightdesk search`: incidents by words and facts, however long ago they ended.

use super::act;
use super::connection::{self, Connection, Server};
use super::named;
use super::output::{self, Exit, Format};
use super::word;
use crate::domain::calendar::{self, in_words};
use crate::domain::directory::Directory;
use crate::domain::incident::{Category, Incident};
use crate::domain::search::{self, Asked, Standing};
use chrono::NaiveDate;
use clap::Args;

/// Find incidents by words and facts, the newest first, however long ago they ended
#[derive(Args)]
pub(super) struct Arguments {
    /// Whole words of the title, of what happened, of organisations, category and trend key; or a
    /// reference such as INC-26-0423-K. All must be there; capitals and accents do not count. @FILE
    /// reads them from a file and keeps names out of the process list
    words: Vec<String>,
    /// An organisation that is party to it, by its name, its short name, or a part that fits only one
    #[arg(long)]
    organisation: Option<String>,
    /// What happened
    #[arg(long, ignore_case = true, value_parser = word::one_of(Category::ALL))]
    category: Option<Category>,
    /// The trend key, exactly
    #[arg(long)]
    trend: Option<String>,
    /// The first day on which it may have been logged, such as 2026-01-31
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    from: Option<NaiveDate>,
    /// The last such day
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    to: Option<NaiveDate>,
    /// How it stands
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Standing::ALL))]
    state: Option<Standing>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let mut question = question(&arguments)?;
    let connection = arguments.server.connection()?;
    let (incidents, is_all, directory) = connection::wait_for(async {
        let directory = connection.http.directory().await?.body;
        if let Some(typed) = &arguments.organisation {
            question.organisation = Some(named::organisation(typed, &directory)?);
        }
        let (incidents, is_all) = find(&connection, question, arguments.limit).await?;
        Ok((incidents, is_all, directory))
    })?;
    if arguments.format.json {
        output::json(&incidents)?;
    } else {
        let rows: Vec<[String; 5]> = incidents
            .iter()
            .map(|incident| row(incident, &directory))
            .collect();
        let headings = ["REFERENCE", "LOGGED", "STAGE", "ORGANISATION", "TITLE"];
        output::table(headings, &rows)?;
        if rows.is_empty() {
            output::complain(search::NOTHING_FOUND)?;
        }
    }
    if !is_all {
        output::complain(format!(
            "There are more than these {}. Narrow the search, or raise --limit",
            incidents.len()
        ))?;
    }
    Ok(Exit::Done)
}

/// The question, with what stands in files; the organisation is asked of the directory.
fn question(arguments: &Arguments) -> anyhow::Result<Asked> {
    let words = arguments.words.iter().map(|word| act::text(word));
    let words = words.collect::<anyhow::Result<Vec<_>>>()?.join(" ");
    Ok(Asked {
        words,
        organisation: None,
        category: arguments.category,
        trend: arguments.trend.clone(),
        from: arguments.from.map(calendar::start_of_day),
        to: arguments.to.map(calendar::end_of_day),
        state: arguments.state,
    })
}

/// Incidents up to a limit, and whether these are all.
async fn find(
    connection: &Connection,
    question: Asked,
    limit: usize,
) -> anyhow::Result<(Vec<Incident>, bool)> {
    let (mut incidents, mut cursor) = (Vec::new(), None);
    loop {
        let page = connection
            .http
            .search(question.clone(), cursor, None)
            .await?
            .body;
        incidents.extend(page.incidents);
        let is_last = page.next.is_none();
        if incidents.len() > limit || is_last {
            let is_all = is_last && incidents.len() <= limit;
            incidents.truncate(limit);
            return Ok((incidents, is_all));
        }
        cursor = page.next;
    }
}

fn row(incident: &Incident, directory: &Directory) -> [String; 5] {
    [
        incident.name(),
        in_words(incident.logged_at),
        incident.status.name().to_owned(),
        directory.organisation_name(incident.home()).to_owned(),
        incident.title.to_string(),
    ]
}
