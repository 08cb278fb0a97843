//! `nightdesk reassign`: offer incidents to somebody; the owner stays responsible until they accept.

use super::act::{self, Acting};
use super::named;
use super::output::{self, Exit};
use crate::domain::command::{Command, Reassign};
use clap::Args;

/// Offer incidents to somebody, who takes them on or declines
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// To whom: a short name of the directory, a full name, or a part that fits only one
    #[arg(long, value_name = "PERSON")]
    to: String,
    /// Why
    #[arg(long)]
    reason: String,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |incident, setting| {
        let to = named::person(&arguments.to, &setting.desk.directory)?;
        if to == *setting.desk.person() {
            output::complain(format!(
                "You offer it to yourself. It is yours once you accept it: nightdesk assignment accept {}",
                incident.name()
            ))?;
        }
        Ok(Command::Reassign(Reassign {
            to,
            reason: arguments.reason.as_str().into(),
        }))
    })
}
