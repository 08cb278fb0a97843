//! Handing an incident to somebody; the owner stays responsible until they accept.

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, Reassign};
use crate::domain::id::PersonId;
use crate::domain::incident::Incident;
use crate::text;
use crate::tui::theme::Look;

pub(super) fn fields() -> Vec<Field> {
    vec![Field::text("/reason", "Reason", "why it is handed on", "")]
}

pub(super) fn command(form: &Form, to: &PersonId) -> Command {
    Command::Reassign(Reassign {
        to: to.clone(),
        reason: form.text("/reason").into(),
    })
}

pub(super) fn consequence(
    to: &PersonId,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let name = |person| text::line(present.directory.person_name(person));
    let owner = incident.owner.as_ref().map_or_else(
        || "Nobody owns it now".to_owned(),
        |owner| format!("{} stays responsible until then", name(owner)),
    );
    vec![
        (
            Look::Strong,
            format!("Offered to {}, who can accept or decline", name(to)),
        ),
        plain(owner),
    ]
}
