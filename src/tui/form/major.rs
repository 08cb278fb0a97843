//! Declaring a major incident, or declining the proposal that a trend made (WSIC-MAJOR).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, DeclareMajor, DeclineMajor};
use crate::domain::incident::{Incident, Major};
use crate::domain::refusal::Refusal;
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

const DECLARE: &str = "declare major";
const DECISIONS: [&str; 2] = [DECLARE, "decline the proposal"];

pub(super) fn fields(incident: &Incident) -> Vec<Field> {
    let options: &[&str] = match incident.major {
        Major::Proposed { .. } => &DECISIONS,
        Major::No | Major::Declared { .. } | Major::Declined { .. } => &DECISIONS[..1],
    };
    vec![
        Field::choose("/decision", "Decision", options.iter().copied(), None),
        Field::text("/reason", "Reason", "why", ""),
    ]
}

pub(super) fn command(form: &Form) -> Result<Command, Refusal> {
    let decision = form.needed("/decision", &DECISIONS, "Choose what you decide")?;
    let reason = form.text("/reason").into();
    Ok(if decision == DECLARE {
        Command::DeclareMajor(DeclareMajor { reason })
    } else {
        Command::DeclineMajor(DeclineMajor { reason })
    })
}

pub(super) fn consequence(incident: &Incident, present: &Present<'_>) -> Vec<Sentence> {
    let stands = match &incident.major {
        Major::No => "Nobody has proposed it; you may declare it at any time".to_owned(),
        Major::Proposed { at, incidents } => format!(
            "Proposed {}: {} incidents share the key {}",
            format::local(*at),
            incidents.len(),
            text::line(incident.facts.trend_key.as_deref().unwrap_or("—")),
        ),
        Major::Declared { at, by, .. } => format!(
            "Declared {} by {}",
            format::local(*at),
            text::line(present.directory.person_name(&by.person))
        ),
        Major::Declined { at, by, .. } => format!(
            "Declined {} by {}",
            format::local(*at),
            text::line(present.directory.person_name(&by.person))
        ),
    };
    vec![
        (Look::Strong, stands),
        plain(
            "A problem is raised, and a call with the host: make it, and record the reference that the host gives (WSIC-CALL)",
        ),
        plain(
            "Declared: P1; Accountable Officer, SIRO, Caldicott Guardian, the Partnership Security Officer and the host are added to the contacts (WSIC-MAJOR, WSIC-CALL)",
        ),
    ]
}
