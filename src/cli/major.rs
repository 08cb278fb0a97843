//! `nightdesk major`: declare major incidents, decline what a trend proposed, or end a false alarm
//! (WSIC-MAJOR, MAJOR-UNDO).

use super::act::{self, Acting};
use super::output::Exit;
use crate::domain::command::{Command, DeclareMajor, DeclineMajor, EndMajor};
use clap::{Args, Subcommand};

/// Declare major incidents, decline the proposal to do so, or end a false alarm
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
    /// End a major incident that was a false alarm, as the Partnership Security Officer
    End(Reasoned),
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
        Decision::End(Reasoned { acting, reason }) => act::on_each(&acting, |_, _| {
            Ok(Command::EndMajor(EndMajor {
                reason: reason.as_str().into(),
            }))
        }),
    }
}
