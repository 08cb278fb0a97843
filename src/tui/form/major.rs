//! Declaring a major incident, declining the proposal that a trend made, or ending one that was a false
//! alarm (WSIC-MAJOR, MAJOR-UNDO).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, DeclareMajor, DeclineMajor, EndMajor};
use crate::domain::incident::{Incident, Major};
use crate::domain::refusal::Refusal;
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

const DECLARE: &str = "declare major";
const DECLINE: &str = "decline the proposal";
/// The one answer where it is major already.
const END: &str = "end it as a false alarm";

pub(super) fn fields(incident: &Incident) -> Vec<Field> {
    let options: &[&str] = match incident.major {
        Major::Proposed { .. } => &[DECLARE, DECLINE],
        Major::No | Major::Declined { .. } => &[DECLARE],
        Major::Declared { .. } => &[END],
    };
    vec![
        Field::choose("/decision", "Decision", options.iter().copied(), None),
        Field::text("/reason", "Reason", "why", ""),
    ]
}

pub(super) fn command(form: &Form) -> Result<Command, Refusal> {
    let reason = form.text("/reason").into();
    match form.chosen_key("/decision") {
        Some(DECLARE) => Ok(Command::DeclareMajor(DeclareMajor { reason })),
        Some(DECLINE) => Ok(Command::DeclineMajor(DeclineMajor { reason })),
        Some(END) => Ok(Command::EndMajor(EndMajor { reason })),
        Some(_) | None => Err(Refusal::invalid("/decision", "Choose what you decide")),
    }
}

pub(super) fn consequence(incident: &Incident, present: &Present<'_>) -> Vec<Sentence> {
    let stands = match &incident.major {
        Major::No => "Nobody has proposed it. You may declare it at any time".to_owned(),
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
    if incident.is_major() {
        return vec![
            (Look::Strong, stands),
            plain(
                "If ended, the facts set the priority again. Problem, calls and the time as P1 stay on record (MAJOR-UNDO)",
            ),
            plain(
                "You must still tell everyone who had to be told and has not been (BOB-CONTACTS)",
            ),
        ];
    }
    vec![
        (Look::Strong, stands),
        plain(
            "This also opens a problem record and a host call. Call the host and record its reference (WSIC-CALL)",
        ),
        plain(
            "If declared, it becomes P1. You must then tell the Accountable Officer, SIRO, Caldicott Guardian, Partnership Security Officer and host (WSIC-MAJOR, WSIC-CALL)",
        ),
    ]
}
