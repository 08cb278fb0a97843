//! Telling partners: choose, look at the text, send (WSIC-WIDE).
//!
//! Where nothing is sent by the way that was chosen, the form says whom to call instead. A way that
//! failed is not proposed again, nor is a partner whose last notice is still waited for.

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, NotifyPartners};
use crate::domain::directory::Channel;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::partners::{self, PartnerRecord, PartnerState};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let options = incident.partners.iter().map(|record| {
        let name = text::line(present.directory.organisation_name(&record.organisation));
        let words = format!("{name} ({})", record.state().name());
        (&record.organisation, words)
    });
    let proposed =
        |record: &PartnerRecord| !record.state().is_reached() && !is_waited_for(record, present);
    let ticked = (incident.partners.iter().enumerate())
        .filter(|(_, record)| proposed(record))
        .map(|(place, _)| place)
        .collect();
    let has_failed = |record: &PartnerRecord| failed_way(record) == Some(Channel::Email);
    let by_email = Channel::ALL
        .iter()
        .position(|channel| *channel == Channel::Email)
        .filter(|_| {
            !incident
                .partners
                .iter()
                .any(|record| proposed(record) && has_failed(record))
        });
    vec![
        Field::many("/organisations", "Partners", options, ticked),
        Field::choose(
            "/channel",
            "Channel",
            Channel::ALL.map(Channel::name),
            by_email,
        ),
    ]
}

/// Whether its last notice is on its way, and there is still time to answer it.
fn is_waited_for(record: &PartnerRecord, present: &Present<'_>) -> bool {
    let is_on_its_way = matches!(
        record.state(),
        PartnerState::Queued | PartnerState::Notified | PartnerState::Delivered
    );
    let answer_within = hours(present.policy.delivery.partner_answer_hours);
    let last = record.sent().next_back();
    is_on_its_way && last.is_some_and(|notice| present.now < notice.at + answer_within)
}

/// The way that failed last, while the partner has not been reached since.
fn failed_way(record: &PartnerRecord) -> Option<Channel> {
    let (_, channel, _) = record.failures().pop()?;
    channel.filter(|_| record.state() == PartnerState::Failed)
}

fn channel(form: &Form) -> Option<Channel> {
    form.choice("/channel", &Channel::ALL)
}

/// Nothing is sent to a telephone.
pub(super) fn deed(form: &Form) -> &'static str {
    match channel(form) {
        Some(channel) if !channel.takes_messages() => "Put them down to be called",
        Some(_) | None => "Notify the partners",
    }
}

pub(super) fn command(form: &Form) -> Result<Command, Refusal> {
    Ok(Command::NotifyPartners(NotifyPartners {
        organisations: form.ticked_keys("/organisations").map(Into::into).collect(),
        channel: form.needed("/channel", &Channel::ALL, "Choose by what to tell them")?,
    }))
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
    let partners: Vec<OrganisationId> =
        form.ticked_keys("/organisations").map(Into::into).collect();
    let mut said = match channel(form) {
        Some(channel) if !partners::is_carried(channel, present.policy) => {
            to_call(channel, &partners, present)
        }
        Some(_) | None => to_send(&partners, present),
    };
    said.extend(warnings(form, incident, present));
    said.push(plain(format!(
        "{} affects your organisation. Please acknowledge, start your own process and tell us its reference",
        incident.name()
    )));
    said.push((Look::Quiet, "Sent is not delivered, and delivered is not acknowledged. Each partner stays open until somebody there answers".to_owned()));
    said
}

fn to_send(partners: &[OrganisationId], present: &Present<'_>) -> Vec<Sentence> {
    let names: Vec<String> = (partners.iter())
        .map(|partner| text::line(present.directory.organisation_name(partner)).into())
        .collect();
    let to = if names.is_empty() {
        "nobody yet".to_owned()
    } else {
        names.join(", ")
    };
    vec![(Look::Strong, format!("To: {to}"))]
}

fn to_call(channel: Channel, partners: &[OrganisationId], present: &Present<'_>) -> Vec<Sentence> {
    let nothing = format!("Nothing is sent by {}. You call:", channel.name());
    let calls = partners.iter().map(|partner| {
        let call = partners::to_ring(partner, present.directory);
        (Look::Strong, text::line(&call).to_string())
    });
    std::iter::once((Look::Soon, nothing))
        .chain(calls)
        .collect()
}

/// What speaks against telling those who are ticked by the way that is chosen.
fn warnings(form: &Form, incident: &Incident, present: &Present<'_>) -> Vec<Sentence> {
    let ticked: Vec<&str> = form.ticked_keys("/organisations").collect();
    let records = incident.partners.iter();
    records
        .filter(|record| ticked.contains(&record.organisation.as_str()))
        .filter_map(|record| warning(record, channel(form), present))
        .collect()
}

fn warning(
    record: &PartnerRecord,
    channel: Option<Channel>,
    present: &Present<'_>,
) -> Option<Sentence> {
    let name = text::line(present.directory.organisation_name(&record.organisation));
    let is_same = channel.is_none() || channel == failed_way(record);
    if let Some((at, Some(by), why)) = record.failures().pop()
        && record.state() == PartnerState::Failed
        && is_same
    {
        let (at, by) = (format::local_short(at, present.now), by.name());
        let said = format!("{name} was not reached by {by} {at}: {why}. Choose another way");
        return Some((Look::Refused, text::line(&said).to_string()));
    }
    let last = record
        .sent()
        .next_back()
        .filter(|_| is_waited_for(record, present))?;
    let (ago, by) = (format::age(present.now - last.at), last.channel.name());
    let so_far = if record.state() == PartnerState::Queued {
        format!("A notice to {name} by {by} has waited {ago} to be sent")
    } else {
        format!("{name} was sent a notice {ago} ago by {by}, and has not answered")
    };
    let said = format!("{so_far}. This sends another");
    Some((Look::Soon, said))
}
