//! `nightdesk directory import` and `nightdesk directory export`.
//!
//! A file is taken in as the commands that lead to what it says, one after the other: each needs its
//! right, meets the rules, and is an entry of its own. Rows that no command can bring about are told
//! with their line, and nothing at all is given then, so that a file is taken in whole or corrected
//! first.

use super::give::DirectoryDesk;
use crate::cli::act::How;
use crate::cli::connection::{self, Server};
use crate::cli::outcome::{self, Line, Of};
use crate::cli::output::{self, Exit};
use crate::config::directory::{self, Lines};
use crate::domain::directory::difference::{Difference, Step, Table, steps_to};
use crate::domain::id::PersonId;
use crate::encoding;
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;

/// Take in a directory file, as commands; what it leaves out stays as it is
#[derive(Args)]
pub(super) struct Import {
    /// The file, in the form that export writes and serve --directory reads
    file: PathBuf,
    /// Who decided the appointments and endings in it, where you only write them down
    #[arg(long, value_name = "PERSON")]
    decided_by: Option<String>,
    #[command(flatten)]
    how: How,
}

/// Print the directory as a file, which a new desk can begin with
#[derive(Args)]
pub(super) struct Export {
    #[command(flatten)]
    server: Server,
}

pub(super) fn export(arguments: &Export) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    let found = connection::wait_for(async { Ok(connection.http.directory().await?.body) })?;
    output::lines(directory::write(&found)?.trim_end())?;
    Ok(Exit::Done)
}

pub(super) fn import(arguments: &Import) -> anyhow::Result<Exit> {
    let file = arguments.file.display();
    let written =
        encoding::read_file(&arguments.file).with_context(|| format!("{file} cannot be read"))?;
    let (wanted, lines) = directory::read_with_lines(&written.text)?;
    let how = &arguments.how;
    let connection = how.server.connection()?;
    let told = connection::wait_for(async {
        let decided_by = arguments.decided_by.as_deref().map(PersonId::from);
        let mut desk = DirectoryDesk::open(&connection, true).await?;
        let now = desk.setting.now();
        let steps = steps_to(&desk.directory, &wanted, decided_by.as_ref(), now);
        // Every row is tried before the first is given.
        let tried = take(&steps, &lines, &mut desk).await;
        if how.dry_run || tried.iter().any(Line::is_refused) {
            return Ok(tried);
        }
        let mut desk = DirectoryDesk::open(&connection, false).await?;
        Ok(take(&steps, &lines, &mut desk).await)
    })?;
    if told.is_empty() && !how.format.json {
        output::lines("The directory says all of it already; nothing is left to do")?;
        return Ok(Exit::Done);
    }
    if !how.dry_run && told.iter().any(Line::is_refused) {
        output::complain("Nothing of the file was taken in; correct these rows and import again")?;
    }
    outcome::answer(&told, how.format)
}

async fn take(steps: &[Difference], lines: &Lines, desk: &mut DirectoryDesk<'_>) -> Vec<Line> {
    let mut told = Vec::with_capacity(steps.len());
    for Difference { table, row, step } in steps {
        let name = format!("line {}", line_of(*table, *row, lines));
        told.push(match step {
            Step::Ask(command) => desk.give(&name, command).await,
            Step::LeaveOut(sentence) => Line::left_out(Of::Directory(name), sentence),
            Step::Cannot(sentence) => {
                let error = anyhow::anyhow!(*sentence);
                Line::not_given(Of::Directory(name), &error)
            }
        });
        if told.last().is_some_and(Line::is_unknown) {
            break;
        }
    }
    told
}

fn line_of(table: Table, row: usize, lines: &Lines) -> usize {
    let of = match table {
        Table::Organisations => &lines.organisations,
        Table::People => &lines.people,
        Table::Holdings => &lines.holdings,
        Table::ContactPoints => &lines.contact_points,
        Table::Shifts => &lines.shifts,
        Table::Agreements => &lines.agreements,
        Table::PolicyDocuments => &lines.policy_documents,
    };
    of.get(row).copied().unwrap_or_default()
}
