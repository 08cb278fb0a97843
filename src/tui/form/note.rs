//! File notes, calls and minutes (BOB-NOTES).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{AddNote, Command};
use crate::domain::incident::NoteKind;
use crate::domain::refusal::Refusal;

pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::text("/text", "Text", "no names of patients", ""),
        Field::one("/kind", "Kind", NoteKind::ALL.map(NoteKind::name), 0),
        Field::time(
            "/happened_at",
            "Took place",
            "now, -40m, 21:30, yesterday 22:10",
            "now",
        ),
    ]
}

pub(super) fn command(form: &Form, present: &Present<'_>) -> Result<Command, Refusal> {
    Ok(Command::Note(AddNote {
        kind: NoteKind::ALL[form.chosen("/kind").min(NoteKind::ALL.len() - 1)],
        text: form.text("/text").into(),
        happened_at: form.some_time("/happened_at", present.now)?,
        corrects: None,
    }))
}

pub(super) fn consequence() -> Vec<Sentence> {
    vec![plain(
        "Notes cannot be changed or removed. Correct a wrong note with another note (BOB-NOTES)",
    )]
}
