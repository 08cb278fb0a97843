//! `nightdesk note`: add a dated file note.

use super::act::{self, Acting};
use super::output::Exit;
use super::word;
use crate::domain::command::{AddNote, Command};
use crate::domain::incident::NoteKind;
use clap::Args;

/// Add a file note, without names of patients
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// The text; @FILE reads it from a file and keeps it out of the process list
    #[arg(long)]
    text: String,
    /// What kind of note
    #[arg(long, ignore_case = true, default_value = "file-note", value_parser = word::one_of(&NoteKind::ALL))]
    kind: NoteKind,
    /// When what it tells of took place, if not now: -20m, 21:30, yesterday 22:10
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let text = act::text(&arguments.text)?;
    act::on_each(&arguments.acting, |_, setting| {
        Ok(Command::Note(AddNote {
            kind: arguments.kind,
            text: text.as_str().into(),
            happened_at: act::time(arguments.at.as_deref(), setting)?,
            corrects: None,
        }))
    })
}
