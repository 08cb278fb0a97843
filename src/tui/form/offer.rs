//! Accepting or declining an incident that is offered.

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{AcceptAssignment, Command, DeclineAssignment};
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::text;

#[derive(Clone, Copy)]
enum Answer {
    Accept,
    Decline,
}

const ANSWERS: [(Answer, &str); 2] = [(Answer::Accept, "accept"), (Answer::Decline, "decline")];

pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::choose("/answer", "Answer", ANSWERS.map(|(_, words)| words), None),
        Field::text("/reason", "Reason", "needed to decline", ""),
    ]
}

pub(super) fn command(form: &Form) -> Result<Command, Refusal> {
    let (answer, _) = form.needed("/answer", &ANSWERS, "Choose whether you accept or decline")?;
    Ok(match answer {
        Answer::Accept => Command::AcceptAssignment(AcceptAssignment {}),
        Answer::Decline => Command::DeclineAssignment(DeclineAssignment {
            reason: form.text("/reason").into(),
        }),
    })
}

pub(super) fn consequence(incident: &Incident, present: &Present<'_>) -> Vec<Sentence> {
    let Some(offer) = &incident.offer else {
        return vec![plain("Nobody has been offered this incident")];
    };
    let to = text::line(present.directory.person_name(&offer.to));
    let by = text::line(present.directory.person_name(&offer.by.person));
    vec![
        plain(format!("Offered to {to} by {by}")),
        plain(format!("Reason: {}", text::line(&offer.reason))),
    ]
}
