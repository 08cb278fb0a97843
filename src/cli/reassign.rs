//! `nightdesk reassign`: offer incidents to somebody; the owner stays responsible until they accept.

use super::act::{self, Acting};
use super::output::Exit;
use crate::domain::command::{Command, Reassign};
use clap::Args;

/// Offer incidents to somebody, who takes them on or declines
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// To whom, by the short name in the directory
    #[arg(long, value_name = "PERSON")]
    to: String,
    /// Why
    #[arg(long)]
    reason: String,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |_, _| {
        Ok(Command::Reassign(Reassign {
            to: arguments.to.as_str().into(),
            reason: arguments.reason.as_str().into(),
        }))
    })
}
