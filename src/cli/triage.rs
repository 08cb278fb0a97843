//! `nightdesk triage`: classify incidents; what is not named stays as it is.

use super::act::{self, Acting};
use super::connection::Setting;
use super::facts::FactArguments;
use super::named;
use super::output::Exit;
use super::word;
use crate::domain::command::{Command, NisSaid, Triage};
use crate::domain::incident::Confirmation;
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
    /// Continuity of an essential service is significantly hit, or not; "false" needs --reason
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    essential_service: Option<bool>,
    /// The operator of the essential service, where not each that is concerned; may be given several times
    #[arg(
        long = "operator",
        value_name = "ORGANISATION",
        requires = "essential_service"
    )]
    operators: Vec<String>,
    /// What you confirm, where you are asked to: the facts alone confirm nothing; needs --reason
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Confirmation::ALL))]
    confirm: Option<Confirmation>,
    /// Why; required to confirm something, to take a controller out, to call it no cyber incident any more, and to
    /// say that an essential service is not significantly hit or need not be asked about
    #[arg(long)]
    reason: Option<String>,
}

impl Arguments {
    fn nis(&self, setting: &Setting) -> anyhow::Result<Option<NisSaid>> {
        let Some(significant) = self.essential_service else {
            return Ok(None);
        };
        let operators = named::organisations(&self.operators, &setting.desk.directory)?;
        Ok(Some(NisSaid {
            operators,
            significant,
        }))
    }
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |incident, setting| {
        Ok(Command::Triage(Box::new(Triage {
            facts: arguments
                .facts
                .over(&incident.facts, &setting.desk.directory)?,
            recognised_at: act::time(arguments.recognised.as_deref(), setting)?,
            nis: arguments.nis(setting)?,
            confirm: arguments.confirm,
            reason: arguments.reason.as_deref().map(Into::into),
        })))
    })
}
