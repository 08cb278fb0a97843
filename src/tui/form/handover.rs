//! Offering the desk to the officer of the next shift.

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::ShiftId;
use crate::domain::refusal::Refusal;
use crate::domain::rota;
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

pub(super) fn fields() -> Vec<Field> {
    vec![Field::text(
        "/note",
        "Handover note",
        "what the next officer should know",
        "",
    )]
}

pub(super) fn command(form: &Form, shift: &ShiftId) -> Result<DirectoryCommand, Refusal> {
    let note = form.some_text("/note");
    let note = note.ok_or_else(|| Refusal::invalid("/note", rota::ASKS_FOR_A_NOTE))?;
    Ok(DirectoryCommand::OfferHandover {
        shift: shift.clone(),
        note: note.into(),
    })
}

pub(super) fn consequence(shift: &ShiftId, present: &Present<'_>) -> Vec<Sentence> {
    let Some(next) = present
        .directory
        .shifts
        .iter()
        .find(|known| known.id == *shift)
    else {
        return vec![plain("The rota no longer has this shift")];
    };
    let name = text::line(present.directory.person_name(&next.person));
    vec![
        (
            Look::Strong,
            format!(
                "Offered to {name}, on from {}",
                format::local(next.starts_at)
            ),
        ),
        plain("You stay responsible until it is accepted"),
    ]
}
