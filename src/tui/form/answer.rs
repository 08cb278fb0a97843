//! Recording what a partner answered (WSIC-LOCAL, WSIC-SIRO).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, RecordPartnerAnswer};
use crate::domain::incident::Incident;
use crate::domain::partners::{self, PartnerAnswer, PartnerRecord};
use crate::domain::refusal::Refusal;
use crate::text;
use crate::tui::format;

/// Where what belongs to an answer is asked, whatever it is.
pub(super) const DETAIL: &str = "/answer/detail";

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
    // Where there is only one, it is the one that is meant.
    let known = (incident.partners.len() == 1).then_some(0);
    vec![
        Field::choose("/organisation", "Partner", partners, known),
        Field::choose("/answer", "Answer", ANSWERS, None),
        Field::text(
            DETAIL,
            "In words",
            "who acknowledged, their reference, or the reason",
            "",
        ),
        Field::time("/answered_at", "When", "now, -10m, 21:30", "now"),
        Field::text(
            "/note",
            "Note",
            "required if it was more than 2 hours ago",
            "",
        ),
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
            if incident.partners.is_empty() {
                "No partner is recorded as affected. Triage the incident first"
            } else {
                "Choose the partner that answered"
            },
        )
    })?;
    let detail: Box<str> = form.text(DETAIL).trim().into();
    let places = std::array::from_fn::<usize, { ANSWERS.len() }, _>(|place| place);
    let answer = match form.needed("/answer", &places, "Choose what the partner answered")? {
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
        note: form.some_text("/note"),
    }))
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let Some(record) = chosen(form, incident) else {
        return vec![plain(if incident.partners.is_empty() {
            "No partner is recorded as affected"
        } else {
            "Choose the partner that answered"
        })];
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
    said.push(plain(format!("Status: {}", record.state().name())));
    said
}
