//! `nightdesk triage`: classify incidents; what is not named stays as it is.

use super::act::{self, Acting};
use super::facts::FactArguments;
use super::output::Exit;
use crate::domain::command::{Command, Triage};
use clap::Args;

/// Classify incidents; what is not named stays as it is
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    facts: FactArguments,
    /// When a near miss turned out to be a breach, or an essential service to be hit, if not now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    recognised: Option<String>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |incident, setting| {
        Ok(Command::Triage(Box::new(Triage {
            facts: arguments
                .facts
                .over(&incident.facts, &setting.desk.directory)?,
            recognised_at: act::time(arguments.recognised.as_deref(), setting)?,
        })))
    })
}
