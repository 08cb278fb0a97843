//! `nightdesk ack`: take note of incidents, or take that back.

use super::act::{self, Acting};
use super::output::Exit;
use crate::domain::command::{Acknowledge, Command, UndoAcknowledge};
use clap::Args;

/// Acknowledge incidents; the first person to do so owns them
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// Take the acknowledgement back, shortly after
    #[arg(long)]
    undo: bool,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |_, _| {
        Ok(if arguments.undo {
            Command::UndoAcknowledge(UndoAcknowledge {})
        } else {
            Command::Acknowledge(Acknowledge {})
        })
    })
}
