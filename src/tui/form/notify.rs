//! Telling partners: choose, look at the text, send (WSIC-WIDE).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, NotifyPartners};
use crate::domain::directory::Channel;
use crate::domain::incident::Incident;
use crate::text;
use crate::tui::theme::Look;

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let options = incident.partners.iter().map(|record| {
        let name = text::line(present.directory.organisation_name(&record.organisation));
        let words = format!("{name} ({})", record.state().name());
        (&record.organisation, words)
    });
    let not_reached = incident
        .partners
        .iter()
        .enumerate()
        .filter(|(_, record)| !record.state().is_reached())
        .map(|(place, _)| place)
        .collect();
    let email = Channel::ALL
        .iter()
        .position(|channel| *channel == Channel::Email);
    vec![
        Field::many("/organisations", "Partners", options, not_reached),
        Field::one(
            "/channel",
            "Channel",
            Channel::ALL.map(Channel::name),
            email.unwrap_or_default(),
        ),
    ]
}

pub(super) fn command(form: &Form) -> Command {
    Command::NotifyPartners(NotifyPartners {
        organisations: form.ticked_keys("/organisations").map(Into::into).collect(),
        channel: Channel::ALL[form.chosen("/channel").min(Channel::ALL.len() - 1)],
    })
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    if incident.partners.is_empty() {
        return vec![plain(
            "No partner is recorded as affected. Triage the incident to say which are (WSIC-WIDE)",
        )];
    }
    let names: Vec<String> = form
        .ticked_keys("/organisations")
        .map(|partner| text::line(present.directory.organisation_name(&partner.into())).into())
        .collect();
    let to = if names.is_empty() {
        "nobody yet".to_owned()
    } else {
        names.join(", ")
    };
    vec![
        (Look::Strong, format!("To: {to}")),
        plain(format!(
            "{} affects your organisation. Please acknowledge, start your own process and tell us its reference",
            incident.name()
        )),
        (Look::Quiet, "Sent is not delivered, and delivered is not acknowledged. Each partner stays open until somebody there answers".to_owned()),
    ]
}
