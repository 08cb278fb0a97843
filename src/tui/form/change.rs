//! The forms that change the directory: what `steps` asks as fields, and what would become true by
//! the answers.

use super::{Field, Form, Present, Sentence, plain, step};
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::steps::directory::{Change, Ground};
use crate::tui::theme::Look;

/// Answers that the row in hand proposes, by pointer.
pub type Proposed = Vec<(&'static str, String)>;

pub(super) fn fields(
    change: &Change,
    proposed: &[(&'static str, String)],
    present: &Present<'_>,
) -> Vec<Field> {
    let questions = change.questions(&ground(proposed, present));
    questions.into_iter().map(step::field).collect()
}

/// What a change is asked against here.
pub(in crate::tui) fn ground<'a>(
    proposed: &'a [(&'static str, String)],
    present: &Present<'a>,
) -> Ground<'a> {
    Ground {
        now: present.now,
        directory: present.directory,
        me: present.me,
        proposed,
    }
}

pub(super) fn command(
    form: &Form,
    change: &Change,
    present: &Present<'_>,
) -> Result<DirectoryCommand, Refusal> {
    change.command(&step::answers(form), &ground(&[], present))
}

/// What would become true, or why it cannot.
pub(super) fn consequence(form: &Form, change: &Change, present: &Present<'_>) -> Vec<Sentence> {
    let mut said = vec![(Look::Strong, change.help.to_owned())];
    let Ok(command) = command(form, change, present) else {
        return said;
    };
    let desk = present.replica.desk();
    match desk.judge_on_directory(present.directory, &command, present.now) {
        Ok((directory, entry)) => said.push(plain(entry.event.sentence(&directory))),
        // What is not filled in yet is told when it is sent.
        Err(refusal) if is_about_nothing(form, &refusal) => {}
        Err(refusal) => said.push((Look::Refused, format!("As things stand: {refusal}"))),
    }
    said
}

fn is_about_nothing(form: &Form, refusal: &Refusal) -> bool {
    match &refusal.kind {
        RefusalKind::Invalid { pointer } => form
            .fields
            .iter()
            .any(|field| field.pointer == pointer && field.is_text() && field.typed().is_empty()),
        RefusalKind::NotAllowed | RefusalKind::AgainstRule | RefusalKind::NoSuchIncident => false,
    }
}
