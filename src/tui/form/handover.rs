//! Offering the desk to the officer of the next shift.

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::ShiftId;
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

pub(super) fn command(form: &Form, shift: &ShiftId) -> DirectoryCommand {
    DirectoryCommand::OfferHandover {
        shift: shift.clone(),
        note: form.text("/note").to_owned(),
    }
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
