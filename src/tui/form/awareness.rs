//! Correcting a mistyped awareness time; the old one stays on record (CLK-NOPAUSE).

use super::{Field, Form, Present, Sentence, foresight, log};
use crate::domain::Instant;
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
    let times = known(incident);
    let only = (times.len() == 1).then_some(0);
    let options = times.into_iter().map(|(kind, at)| {
        (
            kind.name(),
            format!("{}, {}", kind.name(), format::local(at)),
        )
    });
    vec![
        Field::choose("/kind", "Which time", options, only),
        Field::time(
            "/at",
            "Correct time",
            "21:30, yesterday 22:10, fri 18:30, 2026-06-12 18:30",
            "",
        ),
        Field::text("/reason", "Reason", "why it is corrected", ""),
        Field::text(
            "/further_reason",
            "Second reason",
            "needed long after the first suspicion",
            "",
        ),
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
        further_reason: form.some_text("/further_reason"),
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
    let at = match form.time("/at", present.now) {
        Ok(at) => at,
        Err(refusal) => return vec![(Look::Refused, refusal.to_string())],
    };
    let mut said = vec![log::understood(at, present)];
    match corrected(form, incident, present) {
        Ok(after) => {
            said.extend(foresight::changes(Some(incident), &after, present));
            said.push(foresight::every_hour_counts());
        }
        Err(refusal) => said.push((Look::Refused, refusal.to_string())),
    }
    said
}

/// The incident as it would be, whatever the reason.
fn corrected(form: &Form, incident: &Incident, present: &Present<'_>) -> Result<Incident, Refusal> {
    let mut command = command(form, present)?;
    if let Command::CorrectAwareness(correct) = &mut command {
        correct.reason = foresight::or_some_words(&correct.reason);
    }
    foresight::after(Some(incident), &command, present)
}
