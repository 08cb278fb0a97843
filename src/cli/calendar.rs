//! `nightdesk calendar`: the bank holidays that working days are counted by, and importing more.
//!
//! The document is read here, row by row, so that a bad row costs a warning and not the others.
//! Deliberately fetches nothing from the internet: the document is handed in.

use super::connection::{self, Connection, Server};
use super::handed_in;
use super::output::{self, Exit, Format};
use crate::api::types::{CalendarAnswer, DirectoryAnswer};
use crate::client::http::{Failure, Reply};
use crate::config::holidays;
use crate::domain::calendar::{Calendar, in_words};
use crate::domain::holidays::{HolidayCommand, WaitingImport};
use crate::domain::id::CommandId;
use anyhow::{Context as _, anyhow};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Show the bank holidays, import gov.uk's document, approve an import
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Print the bank holidays in force, and the import that waits for approval
    Show {
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        format: Format,
    },
    /// Import gov.uk's bank-holiday document; days are added and renamed and never taken away, and
    /// they count once a data protection officer approves them
    Import {
        /// The document; - reads it from standard input
        file: PathBuf,
        /// Only say what would be added and renamed
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        server: Server,
    },
    /// Let the import that waits come into force; outer limits of clocks that still run follow it
    Approve {
        #[command(flatten)]
        server: Server,
    },
    /// Drop the import that waits
    Reject {
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        server: Server,
    },
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.step {
        Step::Show { server, format } => on(&server, async |desk| show(&desk, format).await),
        Step::Import {
            file,
            dry_run,
            server,
        } => {
            let rows = read(&file)?;
            on(&server, async |desk| import(&desk, rows, dry_run).await)
        }
        Step::Approve { server } => on(&server, async |desk| {
            let known = desk.calendar().await?.calendar;
            let WaitingImport {
                import, holidays, ..
            } = waiting(&desk).await?;
            desk.ask(HolidayCommand::Approve { import }).await?;
            table(&holidays, &known)?;
            output::lines(
                "\nIn force now. Outer limits of clocks that still run have moved where they depend on it, each with an entry in its incident's timeline",
            )
        }),
        Step::Reject { reason, server } => on(&server, async |desk| {
            let import = waiting(&desk).await?.import;
            desk.ask(HolidayCommand::Reject { import, reason }).await?;
            output::lines("The import was dropped; the calendar is as it was")
        }),
    }
}

/// A desk whose calendar is asked something of.
struct CalendarDesk(Connection);

impl CalendarDesk {
    async fn calendar(&self) -> anyhow::Result<CalendarAnswer> {
        Ok(self.0.http.calendar().await?.body)
    }

    async fn ask(&self, command: HolidayCommand) -> anyhow::Result<DirectoryAnswer> {
        let id = CommandId(Uuid::now_v7());
        let answered = self.0.http.carry_out_on_calendar(id, &command).await;
        answered.map(|reply: Reply<_>| reply.body).map_err(refused)
    }
}

fn on(
    server: &Server,
    work: impl AsyncFnOnce(CalendarDesk) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let desk = CalendarDesk(server.connection()?);
    connection::wait_for(async {
        work(desk).await?;
        Ok(Exit::Done)
    })
}

/// The sentence of a refusal, with its rule.
fn refused(failure: Failure) -> anyhow::Error {
    let rule = match &failure {
        Failure::Problem { problem, .. } => problem.rule.clone(),
        Failure::Unreachable(_) | Failure::NotUnderstood(_) => None,
    };
    match rule {
        Some(rule) => anyhow!("{failure} ({rule})"),
        None => failure.into(),
    }
}

/// The holidays of a document; what could not be read of it is told at once.
fn read(file: &Path) -> anyhow::Result<BTreeMap<NaiveDate, String>> {
    let document = handed_in::text(file)?.text;
    let reading = holidays::from_gov_uk(&document)
        .with_context(|| format!("{} cannot be imported", file.display()))?;
    for warning in reading.warnings {
        output::complain(warning)?;
    }
    Ok(reading.calendar.holidays)
}

async fn import(
    desk: &CalendarDesk,
    holidays: BTreeMap<NaiveDate, String>,
    dry_run: bool,
) -> anyhow::Result<()> {
    let known = desk.calendar().await?.calendar;
    let news: BTreeMap<NaiveDate, String> = holidays
        .into_iter()
        .filter(|(day, name)| known.holidays.get(day) != Some(name))
        .collect();
    if news.is_empty() {
        return output::lines("Every holiday of this document is known already; nothing changes");
    }
    table(&news, &known)?;
    if dry_run {
        return output::lines("\nNothing was imported: this was a dry run");
    }
    desk.ask(HolidayCommand::Import { holidays: news }).await?;
    output::lines(
        "\nThey count once a data protection officer has approved them: nightdesk calendar approve",
    )
}

async fn show(desk: &CalendarDesk, format: Format) -> anyhow::Result<()> {
    let CalendarAnswer { calendar, waiting } = desk.calendar().await?;
    if format.json {
        return output::json(&CalendarAnswer { calendar, waiting });
    }
    let days = calendar.holidays.iter();
    let rows: Vec<[String; 2]> = days
        .map(|(day, name)| [weekday(*day), name.clone()])
        .collect();
    output::table(["DAY", "BANK HOLIDAY"], &rows)?;
    let until = calendar.known_through.map(weekday);
    output::lines(&format!(
        "\nCalendar {}, known through {}; after that every Monday to Friday counts as a working day (BOB-BH)",
        calendar.version,
        until.as_deref().unwrap_or("no day")
    ))?;
    let Some(waiting) = waiting else {
        return Ok(());
    };
    output::lines(&format!("\nWaiting for approval, {}:", told(&waiting)))?;
    table(&waiting.holidays, &calendar)
}

async fn waiting(desk: &CalendarDesk) -> anyhow::Result<WaitingImport> {
    let waiting = desk.calendar().await?.waiting;
    waiting.context("No import waits for approval. nightdesk calendar import FILE makes one")
}

fn told(waiting: &WaitingImport) -> String {
    let signed = &waiting.signed;
    format!(
        "imported {} by {} as {}",
        in_words(signed.at),
        signed.by.person,
        signed.by.role.short()
    )
}

fn table(days: &BTreeMap<NaiveDate, String>, known: &Calendar) -> anyhow::Result<()> {
    let row = |(day, name): (&NaiveDate, &String)| {
        let before = known.holidays.get(day);
        let what = before.map_or_else(|| "new".to_owned(), |before| format!("now called {before}"));
        [weekday(*day), what, name.clone()]
    };
    let rows: Vec<[String; 3]> = days.iter().map(row).collect();
    output::table(["DAY", "WHAT", "BANK HOLIDAY"], &rows)
}

fn weekday(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}
