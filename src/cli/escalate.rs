//! `nightdesk escalate`: call for help one rung higher.

use super::act::{self, Acting};
use super::output::Exit;
use super::word;
use crate::domain::command::{Command, Escalate};
use crate::domain::escalation::Ladder;
use clap::Args;

/// Call for help one rung up a ladder
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// Up which ladder
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Ladder::ALL))]
    ladder: Ladder,
    /// Why
    #[arg(long)]
    reason: String,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |_, _| {
        Ok(Command::Escalate(Escalate {
            ladder: arguments.ladder,
            reason: arguments.reason.as_str().into(),
        }))
    })
}
