//! `nightdesk import`: incidents from another system, a row each, through the same API as any other.
//!
//! Every row is judged by the rules before the first is sent, and is sent under an id that is made from
//! what it says. So a file can be imported again after it broke off, or with its bad rows mended, and
//! nothing is there twice. Deliberately brings no history: what is imported is logged now, with the
//! awareness that the row gives, and its clocks run from that (CLK-PAST).

mod archive;
mod mapping;
mod rows;
mod separated;
mod workbook;

use super::connection::{self, Connection, Server, Setting};
use super::handed_in;
use super::output::{self, Exit, Format};
use crate::client::http::Failure;
use crate::client::outbox::Unsent;
use crate::domain::command::Command;
use crate::domain::id::{CommandId, IncidentId};
use anyhow::Context as _;
use chrono::TimeDelta;
use clap::Args;
use mapping::Mapping;
use rows::{Expected, FileFormat, Table, Unreadable};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Import incidents from a CSV file, a workbook of Excel or JSON lines, a row each; a second run imports
/// nothing twice
#[derive(Args)]
pub(super) struct Arguments {
    /// The file; - reads standard input
    file: PathBuf,
    /// How it is written; found out from the file, if absent, as are its encoding and what separates columns
    #[arg(long = "format", value_enum, value_name = "FORMAT")]
    file_format: Option<FileFormat>,
    /// TOML that says which column holds which field; JSON lines without one are bodies of the API
    #[arg(
        long,
        value_name = "FILE",
        required_if_eq_any([("file_format", "csv"), ("file_format", "xlsx")])
    )]
    mapping: Option<PathBuf>,
    /// The sheet of a workbook; the first one that is shown, if absent
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Only say what would come of each row
    #[arg(long)]
    dry_run: bool,
    /// Send nothing unless every row is accepted by the rules
    #[arg(long)]
    all_or_nothing: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

/// What came of a row.
#[derive(Serialize)]
struct Line {
    line: u64,
    outcome: Outcome,
    /// The incident that it became.
    incident: Option<String>,
    /// Why it did not become one.
    detail: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It is an incident now.
    Imported,
    /// It was one already.
    ImportedBefore,
    /// It would be one, had this not been a dry run, or had all others been in order.
    Possible,
    /// It is no incident.
    Refused,
    /// The server did not say; running the import again finds out.
    Unknown,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::ImportedBefore => "imported before",
            Self::Possible => "possible",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// A row that the rules accept, or why they do not.
struct Judged {
    line: u64,
    id: CommandId,
    command: Result<Command, String>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let mapping = match &arguments.mapping {
        Some(file) => {
            let text = handed_in::text(file)?.text;
            Mapping::read(&text).with_context(|| format!("{} is no mapping", file.display()))?
        }
        None => Mapping::read("")?,
    };
    let table = table(&arguments, &mapping).with_context(|| {
        let file = arguments.file.display();
        format!("Nothing was imported from {file}")
    })?;
    output::complain(format!(
        "{} was read as {}",
        arguments.file.display(),
        table.read_as
    ))?;
    let connection = arguments.server.connection()?;
    let lines = connection::wait_for(async {
        let setting = connection.setting().await?;
        let judged = judged(table, &mapping, &setting);
        let is_all_good = judged.iter().all(|row| row.command.is_ok());
        if arguments.dry_run || (arguments.all_or_nothing && !is_all_good) {
            return Ok(judged.into_iter().map(unsent).collect());
        }
        send(judged, &connection, &setting).await
    })?;
    answer(&lines, arguments.format)
}

/// The rows of the file. What is wrong with it as a whole is told once, and not for each of its rows.
fn table(arguments: &Arguments, mapping: &Mapping) -> anyhow::Result<Table> {
    let bytes = handed_in::bytes(&arguments.file)?;
    let format = match arguments.file_format {
        Some(format) => format,
        None => FileFormat::of(&bytes)?,
    };
    let has_columns = format != FileFormat::Jsonl;
    anyhow::ensure!(
        !has_columns || arguments.mapping.is_some(),
        "Give --mapping FILE: it says which column holds which field"
    );
    let expected = Expected {
        columns: mapping.columns(),
        sheet: arguments.sheet.as_deref(),
    };
    let table = rows::read(&bytes, format, &expected)?;
    anyhow::ensure!(!table.rows.is_empty(), "The file has no rows");
    if has_columns {
        mapping.fits(&table.columns)?;
    }
    Ok(table)
}

/// Each row as the rules see it. The same row twice is one incident, and the second says so.
fn judged(table: Table, mapping: &Mapping, setting: &Setting) -> Vec<Judged> {
    let mut seen: BTreeMap<CommandId, u64> = BTreeMap::new();
    let mut judged = Vec::with_capacity(table.rows.len());
    for row in table.rows {
        judged.push(match row {
            Err(Unreadable { line, problem }) => Judged {
                line,
                id: CommandId(uuid::Uuid::nil()),
                command: Err(problem),
            },
            Ok(row) => {
                let id = row.id();
                let command = match seen.insert(id, row.line) {
                    Some(earlier) => Err(format!("This row is the same as that of line {earlier}")),
                    None => mapping.command(&row, setting.now()),
                };
                Judged {
                    line: row.line,
                    id,
                    command: command.and_then(|command| accepted(command, setting)),
                }
            }
        });
    }
    judged
}

fn accepted(command: Command, setting: &Setting) -> Result<Command, String> {
    match setting.desk.judge(None, &command, setting.now()) {
        Ok(()) => Ok(command),
        Err(refusal) => Err(refusal.to_string()),
    }
}

fn unsent(row: Judged) -> Line {
    let (outcome, detail) = match row.command {
        Ok(_) => (Outcome::Possible, None),
        Err(problem) => (Outcome::Refused, Some(problem)),
    };
    Line {
        line: row.line,
        outcome,
        incident: None,
        detail,
    }
}

/// One row after the other: the order of the file is the order of the references.
async fn send(
    rows: Vec<Judged>,
    connection: &Connection,
    setting: &Setting,
) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Judged { line, id, command } = row;
        let Ok(command) = command else {
            lines.push(unsent(Judged { line, id, command }));
            continue;
        };
        let (outcome, incident, detail) = match sent(id, command, connection, setting).await {
            Ok((outcome, incident)) => (outcome, Some(incident), None),
            Err(Failure::Unreachable(reason)) => (Outcome::Unknown, None, Some(reason)),
            Err(failure) => (Outcome::Refused, None, Some(failure.to_string())),
        };
        lines.push(Line {
            line,
            outcome,
            incident,
            detail,
        });
    }
    Ok(lines)
}

async fn sent(
    id: CommandId,
    command: Command,
    connection: &Connection,
    setting: &Setting,
) -> Result<(Outcome, String), Failure> {
    if let Ok(before) = connection.http.recall(id).await {
        return Ok((Outcome::ImportedBefore, before.body.incident.name()));
    }
    let unsent = Unsent {
        id,
        incident: IncidentId::from(id),
        command,
        seen_version: 0,
        given_at: setting.now(),
    };
    loop {
        match connection.http.carry_out(&unsent).await {
            Ok(reply) => return Ok((Outcome::Imported, reply.body.incident.name())),
            // A server holds back whoever logs too much at once; what it holds back can wait.
            Err(Failure::Problem {
                retry_after: Some(pause),
                ..
            }) => wait(pause).await,
            Err(failure) => return Err(failure),
        }
    }
}

async fn wait(pause: TimeDelta) {
    tokio::time::sleep(pause.to_std().unwrap_or_default()).await;
}

fn answer(lines: &[Line], format: Format) -> anyhow::Result<Exit> {
    if format.json {
        output::json(&lines)?;
    } else {
        let rows: Vec<[String; 3]> = lines
            .iter()
            .map(|line| {
                [
                    line.line.to_string(),
                    line.outcome.name().to_owned(),
                    line.incident.clone().unwrap_or_else(|| "-".to_owned()),
                ]
            })
            .collect();
        output::table(["LINE", "OUTCOME", "INCIDENT"], &rows)?;
    }
    for line in lines {
        if let Some(detail) = &line.detail {
            output::complain(format!("line {}: {detail}", line.line))?;
        }
    }
    let is_there =
        |line: &&Line| matches!(line.outcome, Outcome::Imported | Outcome::ImportedBefore);
    let is_wrong = |line: &&Line| matches!(line.outcome, Outcome::Refused | Outcome::Unknown);
    Ok(match lines.iter().filter(is_wrong).count() {
        0 => Exit::Done,
        _ if lines.iter().any(|line| is_there(&line)) => Exit::Partly,
        _ => Exit::Failed,
    })
}
