//! Recording what a partner answered (WSIC-LOCAL, WSIC-SIRO).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, RecordPartnerAnswer};
use crate::domain::incident::Incident;
use crate::domain::partners::{self, PartnerAnswer, PartnerRecord};
use crate::domain::refusal::Refusal;
use crate::text;
use crate::tui::format;

const ANSWERS: [&str; 7] = [
    "acknowledged",
    "own process runs",
    "complete",
    "not affected",
    "own SIRO told",
    "own SIRO need not be told",
    "not delivered",
];

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let partners = incident.partners.iter().map(|record| {
        let name = text::line(present.directory.organisation_name(&record.organisation));
        let words = format!("{name} ({})", record.state().name());
        (&record.organisation, words)
    });
    vec![
        Field::one("/organisation", "Partner", partners, 0),
        Field::one("/answer", "Answer", ANSWERS, 0),
        Field::text(
            "/answer/detail",
            "In words",
            "who acknowledged, their reference, or the reason",
            "",
        ),
        Field::time("/answered_at", "When", "now, -10m, 21:30", "now"),
    ]
}

fn chosen<'a>(form: &Form, incident: &'a Incident) -> Option<&'a PartnerRecord> {
    let organisation = form.chosen_key("/organisation")?;
    partners::record(incident, &organisation.into())
}

pub(super) fn command(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Result<Command, Refusal> {
    let record = chosen(form, incident).ok_or_else(|| {
        Refusal::invalid(
            "/organisation",
            "No partner is recorded as affected; triage the incident first",
        )
    })?;
    let detail: Box<str> = form.text("/answer/detail").trim().into();
    let answer = match form.chosen("/answer") {
        0 => PartnerAnswer::Acknowledged { spoke_to: detail },
        1 => PartnerAnswer::LocalProcess { reference: detail },
        2 => PartnerAnswer::LocalComplete {},
        3 => PartnerAnswer::NotAffected { reason: detail },
        4 => PartnerAnswer::OwnSiroInformed {},
        5 => PartnerAnswer::OwnSiroNotNeeded { reason: detail },
        _ => PartnerAnswer::NotDelivered { reason: detail },
    };
    Ok(Command::RecordPartnerAnswer(RecordPartnerAnswer {
        organisation: record.organisation.clone(),
        answer,
        answered_at: match form.text("/answered_at").trim() {
            "now" => None,
            _ => form.some_time("/answered_at", present.now)?,
        },
    }))
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let Some(record) = chosen(form, incident) else {
        return vec![plain("No partner is recorded as affected")];
    };
    let mut said: Vec<Sentence> = record
        .notices
        .iter()
        .map(|notice| {
            plain(format!(
                "{} notice by {}",
                format::local_short(notice.at, present.now),
                notice.channel.name()
            ))
        })
        .collect();
    said.push(plain(format!("Stands at: {}", record.state().name())));
    said
}
