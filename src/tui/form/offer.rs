//! Accepting or declining an incident that is offered.

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{AcceptAssignment, Command, DeclineAssignment};
use crate::domain::incident::Incident;
use crate::text;

pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::one("/answer", "Answer", ["accept", "decline"], 0),
        Field::text("/reason", "Reason", "needed to decline", ""),
    ]
}

pub(super) fn command(form: &Form) -> Command {
    match form.chosen("/answer") {
        0 => Command::AcceptAssignment(AcceptAssignment {}),
        _ => Command::DeclineAssignment(DeclineAssignment {
            reason: form.text("/reason").into(),
        }),
    }
}

pub(super) fn consequence(incident: &Incident, present: &Present<'_>) -> Vec<Sentence> {
    let Some(offer) = &incident.offer else {
        return vec![plain("It is not on offer to anybody now")];
    };
    let to = text::line(present.directory.person_name(&offer.to));
    let by = text::line(present.directory.person_name(&offer.by.person));
    vec![
        plain(format!("Offered to {to} by {by}")),
        plain(format!("Reason: {}", text::line(&offer.reason))),
    ]
}
