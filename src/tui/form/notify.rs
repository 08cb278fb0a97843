//! Telling partners: choose, look at the text, send (WSIC-WIDE).
//!
//! Where nothing is sent by the way that was chosen, the form says whom to call instead. A way that
//! failed is not proposed again, nor is a partner whose last notice is still waited for. Whoever ticks one that was
//! sent a notice just now is asked whether another one is meant (WSIC-AGAIN).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, NotifyPartners};
use crate::domain::directory::Channel;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::partners::{self, PartnerRecord, PartnerState};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

/// The field that asks whether another notice is meant.
const AGAIN: &str = "/again";

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let options = incident.partners.iter().map(|record| {
        let name = text::line(present.directory.organisation_name(&record.organisation));
        let words = format!("{name} ({})", last_known(record, present));
        (&record.organisation, words)
    });
    let proposed = proposed(incident, present);
    let ticked = (incident.partners.iter().enumerate())
        .filter(|(_, record)| proposed.contains(record))
        .map(|(place, _)| place)
        .collect();
    let way = way(&proposed, present);
    let way = Channel::ALL
        .iter()
        .position(|channel| Some(*channel) == way);
    vec![
        Field::many("/organisations", "Partners", options, ticked),
        Field::choose("/channel", "Channel", Channel::ALL.map(Channel::name), way),
    ]
}

/// Where a partner stands, since when and by what way: "queued 02:14 by e-mail".
fn last_known(record: &PartnerRecord, present: &Present<'_>) -> String {
    let state = record.state();
    let Some((at, _)) = record.history().pop() else {
        return state.name().to_owned();
    };
    let way = record.notices.last().filter(|_| !state.is_reached());
    let by = way.map_or_else(String::new, |notice| {
        format!(" by {}", notice.channel.name())
    });
    format!(
        "{} {}{by}",
        state.name(),
        format::local_short(at, present.now)
    )
}

/// Who is ticked in advance. Whoever cannot be reached by e-mail is not, while others can: one notice goes one
/// way.
fn proposed<'a>(incident: &'a Incident, present: &Present<'_>) -> Vec<&'a PartnerRecord> {
    let untold = incident.partners.iter();
    let untold =
        untold.filter(|record| !record.state().is_reached() && !is_waited_for(record, present));
    let (failed, others): (Vec<_>, Vec<_>) =
        untold.partition(|record| failed_way(record) == Some(Channel::Email));
    if others.is_empty() { failed } else { others }
}

/// The way that is proposed: e-mail, and text messages where e-mail failed and all of them can get one.
fn way(proposed: &[&PartnerRecord], present: &Present<'_>) -> Option<Channel> {
    let ways = [Channel::Email, Channel::Mobile];
    ways.into_iter().find(|way| {
        proposed
            .iter()
            .all(|record| failed_way(record) != Some(*way) && takes(record, *way, present))
    })
}

/// Whether a notice can go this way to a partner at all.
fn takes(record: &PartnerRecord, way: Channel, present: &Present<'_>) -> bool {
    let partner = Some(&record.organisation);
    let points = present.directory.ways_to_reach(Role::Ggr, partner);
    let has_point = points.iter().any(|point| point.channel == way);
    partners::is_carried(way, present.policy) && (way == Channel::Email || has_point)
}

/// Asks whether another notice is meant where one of those ticked was sent one by the same way just now.
pub(super) fn follow(form: &mut Form, incident: &Incident, present: &Present<'_>) {
    let is_asked = form.field(AGAIN).is_some();
    match (just_sent(form, incident, present).is_empty(), is_asked) {
        (false, false) => {
            let choices = ["yes, send another notice"];
            form.fields
                .push(Field::choose(AGAIN, "Send another", choices, None));
        }
        (true, true) => form.fields.retain(|field| field.pointer != AGAIN),
        (true, false) | (false, true) => {}
    }
}

/// Those ticked who were sent a notice by the same way just now.
fn just_sent(form: &Form, incident: &Incident, present: &Present<'_>) -> Vec<OrganisationId> {
    let Some(channel) = channel(form) else {
        return Vec::new();
    };
    let ticked = form.ticked_keys("/organisations").map(OrganisationId::from);
    let is_recent = |partner: &OrganisationId| {
        let record = partners::record(incident, partner);
        record.is_some_and(|record| {
            partners::just_sent(incident, record, channel, present.policy, present.now).is_some()
        })
    };
    ticked.filter(is_recent).collect()
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

pub(super) fn command(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Result<Command, Refusal> {
    let again = match form.chosen_key(AGAIN) {
        Some(_) => just_sent(form, incident, present),
        None => Vec::new(),
    };
    Ok(Command::NotifyPartners(NotifyPartners {
        again: again.into_iter().collect(),
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

/// What speaks against telling those who are ticked by the way that is chosen, and whom no notice reaches.
fn warnings(form: &Form, incident: &Incident, present: &Present<'_>) -> Vec<Sentence> {
    let ticked: Vec<&str> = form.ticked_keys("/organisations").collect();
    let records = incident.partners.iter();
    records
        .filter_map(
            |record| match ticked.contains(&record.organisation.as_str()) {
                true => warning(record, channel(form), present),
                false => to_tell_otherwise(record, present),
            },
        )
        .collect()
}

/// A partner that is not ticked, and that the last notice did not reach.
fn to_tell_otherwise(record: &PartnerRecord, present: &Present<'_>) -> Option<Sentence> {
    let (_, by, why) = record.failures().pop()?;
    let by = by.filter(|_| record.state() == PartnerState::Failed)?;
    let call = partners::to_ring(&record.organisation, present.directory);
    let said = format!("Not reached by {}: {why}. Call {call}", by.name());
    Some((Look::Refused, text::line(&said).to_string()))
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
        let call = partners::to_ring(&record.organisation, present.directory);
        let said = format!(
            "{name} was not reached by {by} {at}: {why}. Choose another way, or call {call}"
        );
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
