//! `nightdesk assignment`: answer an offer that was made with `nightdesk reassign`.

use super::act::{self, Acting};
use super::output::Exit;
use crate::domain::command::{AcceptAssignment, Command, DeclineAssignment};
use clap::{Args, Subcommand};

/// Accept or decline incidents that are offered to you
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    answer: Answer,
}

#[derive(Subcommand)]
enum Answer {
    /// Take on incidents that are offered to you; from then on you are responsible
    Accept(Acting),
    /// Do not take on incidents that are offered to you; their owner stays responsible
    Decline {
        #[command(flatten)]
        acting: Acting,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.answer {
        Answer::Accept(acting) => act::on_each(&acting, |_, _| {
            Ok(Command::AcceptAssignment(AcceptAssignment {}))
        }),
        Answer::Decline { acting, reason } => act::on_each(&acting, |_, _| {
            Ok(Command::DeclineAssignment(DeclineAssignment {
                reason: reason.as_str().into(),
            }))
        }),
    }
}
