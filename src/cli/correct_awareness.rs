//! `nightdesk correct-awareness`: correct a mistyped awareness time (CLK-NOPAUSE).

use super::act::{self, Acting};
use super::output::Exit;
use super::word;
use crate::domain::command::{Command, CorrectAwareness};
use crate::domain::incident::AwarenessKind;
use clap::Args;

/// Correct a mistyped awareness time; the old one stays on record
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// Whose awareness
    #[arg(long, ignore_case = true, value_parser = word::one_of(&AwarenessKind::ALL))]
    kind: AwarenessKind,
    /// When it really was: 21:30, yesterday 22:10, fri 18:30, 2026-06-12T18:30
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: String,
    /// Why it is corrected
    #[arg(long)]
    reason: String,
    /// A second reason, where a later time is more than 24 hours after the first suspicion
    #[arg(long)]
    further_reason: Option<String>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |_, setting| {
        Ok(Command::CorrectAwareness(CorrectAwareness {
            kind: arguments.kind,
            at: act::understood(&arguments.at, setting)?,
            reason: arguments.reason.as_str().into(),
            further_reason: arguments.further_reason.as_deref().map(Into::into),
        }))
    })
}
