//! Correcting a mistyped awareness time; the old one stays on record (CLK-NOPAUSE).

use super::{Field, Form, Present, Sentence, log};
use crate::domain::Instant;
use crate::domain::calendar::input;
use crate::domain::command::{Command, CorrectAwareness};
use crate::domain::incident::{AwarenessKind, Incident};
use crate::domain::refusal::Refusal;
use crate::tui::format;
use crate::tui::theme::Look;

/// The times that the incident has, and that can therefore be wrong.
fn known(incident: &Incident) -> Vec<(AwarenessKind, Instant)> {
    AwarenessKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind, incident.awareness.at(kind)?)))
        .collect()
}

pub(super) fn fields(incident: &Incident) -> Vec<Field> {
    let options = known(incident).into_iter().map(|(kind, at)| {
        (
            kind.name(),
            format!("{}, {}", kind.name(), format::local(at)),
        )
    });
    vec![
        Field::one("/kind", "Which time", options, 0),
        Field::time(
            "/at",
            "Correct time",
            "21:30, yesterday 22:10, fri 18:30, 2026-06-12 18:30",
            "",
        ),
        Field::text("/reason", "Reason", "why it is corrected", ""),
    ]
}

pub(super) fn command(form: &Form, present: &Present<'_>) -> Result<Command, Refusal> {
    let chosen = form.chosen_key("/kind").unwrap_or_default();
    let kind = AwarenessKind::ALL
        .into_iter()
        .find(|kind| kind.name() == chosen)
        .ok_or_else(|| Refusal::invalid("/kind", "Choose the time that is wrong"))?;
    Ok(Command::CorrectAwareness(CorrectAwareness {
        kind,
        at: form.time("/at", present.now)?,
        reason: form.text("/reason").into(),
    }))
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    if form.text("/at").trim().is_empty() {
        let times = known(incident);
        return times
            .into_iter()
            .map(|(kind, at)| {
                (
                    Look::Text,
                    format!("Now: {} {}", kind.name(), format::local(at)),
                )
            })
            .collect();
    }
    match input::understand(form.text("/at"), present.now, None) {
        Ok(at) => log::follows_from(at, present),
        Err(error) => vec![(Look::Refused, error.to_string())],
    }
}
