//! `nightdesk log`: take in a new incident with the five things that are asked (BOB-LOG).

use super::act::{self, How};
use super::facts::FactArguments;
use super::named;
use super::output::Exit;
use crate::domain::command::{Command, Log};
use crate::domain::incident::Facts;
use clap::Args;

/// Log a new incident; everything else can follow later
#[derive(Args)]
pub(super) struct Arguments {
    /// A few words, without personal data; @FILE reads them from a file
    #[arg(long)]
    title: String,
    /// What happened, without names of patients or staff; @FILE reads it from a file
    #[arg(long)]
    summary: String,
    /// When the reporter became aware: now, -40m, 21:30, yesterday 22:10, fri 18:30
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    aware: String,
    /// The reporting organisation, by name
    #[arg(long)]
    organisation: String,
    /// How to reach the reporter; @FILE reads it from a file and keeps it out of the process list
    #[arg(long)]
    contact: String,
    /// What the reporter does there; a function, not a name
    #[arg(long)]
    reporter_role: Option<String>,
    /// When a processor became aware, where one told the controller
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    processor_aware: Option<String>,
    /// When the processor told the controller
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    controller_informed: Option<String>,
    /// Continuity of an essential service is significantly hit
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    essential_service: Option<bool>,
    #[command(flatten)]
    facts: FactArguments,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let summary = act::text(&arguments.summary)?;
    let title = act::text(&arguments.title)?;
    let contact = act::text(&arguments.contact)?;
    act::on_none(&arguments.how, |setting| {
        Ok(Command::Log(Box::new(Log {
            title: title.trim_end().into(),
            summary: summary.as_str().into(),
            aware_at: act::understood(&arguments.aware, setting)?,
            reporter_organisation: named::organisation(
                &arguments.organisation,
                &setting.desk.directory,
            )?,
            reporter_contact: contact.trim_end().into(),
            reporter_role: arguments.reporter_role.as_deref().map(Into::into),
            officer_aware_at: None,
            processor_aware_at: act::time(arguments.processor_aware.as_deref(), setting)?,
            controller_informed_at: act::time(arguments.controller_informed.as_deref(), setting)?,
            occurrence: None,
            facts: Facts {
                nis_significant: arguments.essential_service,
                ..arguments
                    .facts
                    .over(&Facts::default(), &setting.desk.directory)?
            },
        })))
    })
}
