//! `nightdesk case-file`: the whole record of one incident as a folder, and checking such a folder.
//!
//! Handing it out is a command like any other and an entry of the audit trail; the file ends with that
//! very entry. Deliberately never writes into a folder that is there already.

use super::act::{self, How};
use super::connection::{self, Server};
use super::outcome;
use super::output::{self, Exit, Format};
use crate::client::case_file;
use crate::domain::command::Command;
use crate::domain::guard::Surroundings;
use crate::domain::investigation::InvestigationCommand;
use crate::server;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Hand out the case file of an incident as a folder, or check such a folder
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Option<Step>,
    /// A reference such as INC-26-0423-K, or an id
    #[arg(required = true)]
    incident: Option<String>,
    /// To whom it is handed: a role or a function
    #[arg(long, required = true)]
    to: Option<String>,
    /// Why
    #[arg(long, required = true)]
    reason: Option<String>,
    /// The folder to make, for you alone
    #[arg(long, value_name = "FOLDER", required = true)]
    out: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
}

#[derive(Subcommand)]
enum Step {
    /// Check a case file without the desk: its files, its entries, and that they make the incident
    Verify {
        /// The folder
        folder: PathBuf,
        #[command(flatten)]
        format: Format,
    },
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let Arguments {
        step,
        incident,
        to,
        reason,
        out,
        server,
    } = arguments;
    match (step, incident, to, reason, out) {
        (Some(Step::Verify { folder, format }), ..) => verify(&folder, format),
        (None, Some(incident), Some(to), Some(reason), Some(out)) => {
            hand_out(incident, &to, &reason, &out, server)
        }
        // clap has asked for all of them.
        (None, ..) => Ok(Exit::Usage),
    }
}

fn hand_out(
    incident: String,
    to: &str,
    reason: &str,
    out: &Path,
    server: Server,
) -> anyhow::Result<Exit> {
    if out.exists() {
        output::complain(format!(
            "{} is there already. Choose another name or delete it",
            out.display()
        ))?;
        return Ok(Exit::Usage);
    }
    let how = How {
        dry_run: false,
        server,
        format: Format { json: false },
    };
    let reason = act::text(reason)?;
    let line = act::on_one(&incident, &how, |_, _| {
        Ok(Command::Investigation(Box::new(
            InvestigationCommand::HandOutCaseFile {
                to: to.into(),
                reason: reason.as_str().into(),
            },
        )))
    })?;
    let Some(receipt) = line.receipt() else {
        return outcome::answer(&[line], how.format);
    };
    let connection = how.server.connection()?;
    connection::wait_for(async {
        let setting = connection.setting().await?;
        let name = act::incident_name(&connection, &incident).await?;
        let file = connection.http.case_file(&name, receipt.command).await?;
        let folder = case_file::Folder::new(out)?;
        let around = Surroundings {
            now: setting.now(),
            policy: &setting.desk.policy,
            directory: &setting.desk.directory,
            problems: None,
        };
        folder.fill(&file.body, &around)?;
        Ok(())
    })?;
    output::lines(&format!(
        "Case file of {incident}: written to {}\nThe last entry is {}:{}",
        out.display(),
        receipt.seq,
        receipt.receipt
    ))?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Checked {
    incident: String,
    entries: usize,
    withheld: usize,
    last: Option<String>,
    faults: Vec<String>,
}

fn verify(folder: &Path, format: Format) -> anyhow::Result<Exit> {
    let (file, mut faults) = case_file::read(folder)?;
    faults.extend(server::case_file(&file));
    let withheld = file.entries.iter().filter(|entry| entry.body.is_none());
    let checked = Checked {
        incident: file.incident.name(),
        entries: file.entries.len(),
        withheld: withheld.count(),
        last: (file.entries.last()).map(|last| format!("{}:{}", last.seq, last.hash)),
        faults,
    };
    if format.json {
        output::json(&checked)?;
    } else {
        output::lines(&format!(
            "{}: {} entries, {} of them withheld\nThe last entry is {}",
            checked.incident,
            checked.entries,
            checked.withheld,
            checked.last.as_deref().unwrap_or("-")
        ))?;
    }
    for fault in &checked.faults {
        output::complain(fault)?;
    }
    Ok(if checked.faults.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}
