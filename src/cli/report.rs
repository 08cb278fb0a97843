//! `nightdesk report`: the reports for a period, as of now or frozen.
//!
//! Deliberately works out no figure itself: the server makes the report from every incident that its
//! reader may have counted, and the shell gives it the form that was asked for.

use super::connection::{self, Connection, Server};
use super::named;
use super::output::{self, Exit, Format};
use super::paper::Paper;
use super::word;
use crate::api::types::FrozenReport;
use crate::client::reports;
use crate::domain::calendar::in_words;
use crate::domain::id::CommandId;
use crate::domain::reporting::{Period, ReportCommand, ReportKind};
use crate::report::Report;
use anyhow::Context as _;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Print the report of a period, freeze it, or look at those that were frozen
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    which: Which,
}

#[derive(Subcommand)]
enum Which {
    /// For the steering group: what was not reported to a regulator, near misses included
    Igsg(Of),
    /// For the audit and risk committee: what was reported, with its action plan
    Arc(Of),
    /// For the governing body, through the committee: a summary
    Body(Of),
    /// For the Accountable Officer: the SIRO's assurance of a year
    Assurance(Of),
    /// For the partnership: what concerned partners and the hosted service
    Partnership(Of),
    /// The register of all breaches: each clock met or late, with the reasons for delay
    Register(Of),
    /// List the reports that were frozen
    List {
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        format: Format,
    },
    /// Print a report as it was frozen, after checking that it still has the hash it had then
    Show {
        /// Its id
        report: Uuid,
        #[command(flatten)]
        paper: Paper,
        #[command(flatten)]
        server: Server,
    },
}

/// Of which period, and in which form.
#[derive(Args)]
struct Of {
    /// The first day, such as 2026-06-01
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    from: NaiveDate,
    /// The last day
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    to: NaiveDate,
    /// Whose, where you hold a role for several organisations
    #[arg(long)]
    organisation: Option<String>,
    /// Freeze it: the desk keeps it as it is now, and the audit trail tells its hash
    #[arg(long)]
    freeze: bool,
    #[command(flatten)]
    paper: Paper,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.which {
        Which::Igsg(of) => print(ReportKind::Igsg, &of),
        Which::Arc(of) => print(ReportKind::Arc, &of),
        Which::Body(of) => print(ReportKind::Body, &of),
        Which::Assurance(of) => print(ReportKind::Assurance, &of),
        Which::Partnership(of) => print(ReportKind::Partnership, &of),
        Which::Register(of) => print(ReportKind::Register, &of),
        Which::List { server, format } => list(&server.connection()?, format),
        Which::Show {
            report,
            paper,
            server,
        } => show(&server.connection()?, CommandId(report), &paper),
    }
}

fn print(kind: ReportKind, of: &Of) -> anyhow::Result<Exit> {
    let period = Period::new(of.from, of.to)?;
    kind.check(period)?;
    let connection = of.server.connection()?;
    connection::wait_for(async {
        let organisation = match of.organisation.as_deref() {
            Some(typed) => {
                let directory = connection.http.directory().await?.body;
                Some(named::organisation(typed, &directory)?)
            }
            None => None,
        };
        if of.freeze {
            let command = ReportCommand::Freeze {
                kind,
                from: period.from,
                to: period.to,
                organisation,
            };
            let id = CommandId(Uuid::now_v7());
            let frozen = reports::freeze(&connection.http, id, &command).await?;
            hand_out_frozen(&frozen, &of.paper)
        } else {
            let http = &connection.http;
            let report = http.report(kind, period, organisation.as_ref()).await?;
            if of.paper.is_json() {
                let written = output::as_json(&report.body)?;
                let title = report.body.document.title.as_str();
                return of.paper.hand_out_as_it_is(title, written.trim_end());
            }
            of.paper.hand_out(&report.body.document)
        }
    })?;
    Ok(Exit::Done)
}

/// The paper says under which hash the report is kept; as JSON it is given byte for byte, so that
/// anybody can hash it again.
fn hand_out_frozen(frozen: &FrozenReport, paper: &Paper) -> anyhow::Result<()> {
    check(frozen)?;
    if paper.is_json() {
        let title = format!("Report {}, as it was frozen", frozen.id);
        return paper.hand_out_as_it_is(&title, &frozen.body);
    }
    let report: Report = serde_json::from_str(&frozen.body)
        .context("The frozen report is of a newer version of the desk")?;
    let mut document = report.document;
    document.lead.push(format!(
        "Frozen {} as {}: SHA-256 {}, entry {} of the audit trail",
        in_words(frozen.frozen_at),
        frozen.id,
        frozen.sha256,
        frozen.seq
    ));
    paper.hand_out(&document)
}

/// What a server says is a frozen report has to have its hash.
fn check(frozen: &FrozenReport) -> anyhow::Result<()> {
    let digest = Sha256::digest(frozen.body.as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    if hash == frozen.sha256 {
        return Ok(());
    }
    anyhow::bail!(
        "Report {} is not what was frozen: its SHA-256 is {hash} instead of {}. Tell the server's operator",
        frozen.id,
        frozen.sha256
    )
}

fn show(connection: &Connection, report: CommandId, paper: &Paper) -> anyhow::Result<Exit> {
    connection::wait_for(async {
        let frozen = connection.http.frozen_report(report).await?.body;
        hand_out_frozen(&frozen, paper)
    })?;
    Ok(Exit::Done)
}

fn list(connection: &Connection, format: Format) -> anyhow::Result<Exit> {
    let reports = connection::wait_for(every_page(connection))?;
    if format.json {
        output::json(&reports)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<[String; 7]> = reports
        .iter()
        .map(|report| {
            [
                report.id.to_string(),
                report.kind.to_string(),
                report.organisation.to_string(),
                report.from.to_string(),
                report.to.to_string(),
                output::utc(report.frozen_at),
                report.sha256.clone(),
            ]
        })
        .collect();
    let headings = [
        "ID",
        "REPORT",
        "ORGANISATION",
        "FROM",
        "TO",
        "FROZEN",
        "SHA-256",
    ];
    output::table(headings, &rows)?;
    Ok(Exit::Done)
}

async fn every_page(connection: &Connection) -> anyhow::Result<Vec<FrozenReport>> {
    connection::every_page(async |cursor| {
        let page = connection.http.frozen_reports(cursor).await?.body;
        Ok((page.reports, page.next))
    })
    .await
}
