//! `nightdesk major`: declare major incidents, or decline what a trend proposed (WSIC-MAJOR).

use super::act::{self, Acting};
use super::output::Exit;
use crate::domain::command::{Command, DeclareMajor, DeclineMajor};
use clap::{Args, Subcommand};

/// Declare major incidents, or decline the proposal to do so
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    decision: Decision,
}

#[derive(Subcommand)]
enum Decision {
    /// Declare incidents major: priority 1, and more people to be told
    Declare(Reasoned),
    /// Decline a proposal that a trend made
    Decline(Reasoned),
}

#[derive(Args)]
struct Reasoned {
    #[command(flatten)]
    acting: Acting,
    /// Why
    #[arg(long)]
    reason: String,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.decision {
        Decision::Declare(Reasoned { acting, reason }) => act::on_each(&acting, |_, _| {
            Ok(Command::DeclareMajor(DeclareMajor {
                reason: reason.as_str().into(),
            }))
        }),
        Decision::Decline(Reasoned { acting, reason }) => act::on_each(&acting, |_, _| {
            Ok(Command::DeclineMajor(DeclineMajor {
                reason: reason.as_str().into(),
            }))
        }),
    }
}
