//! The call sheet: whom to reach, by which number, and what came of the attempt (INF-COUNTS).

use super::{Field, Form, Present, Sentence, foresight, plain};
use crate::domain::clock::{self, ClockState};
use crate::domain::command::{Command, Inform};
use crate::domain::contacts::{self, Contact, Outcome, RequiredContact};
use crate::domain::directory::{Channel, ContactPoint};
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rota::{self, Tier};
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

/// Required contacts, those not reached yet first.
fn contacts(incident: &Incident) -> Vec<RequiredContact> {
    let mut required = contacts::required(incident);
    required.sort_by_key(|required| contacts::informed_at(incident, &required.contact).is_some());
    required
}

/// A contact as an officer says it.
pub(in crate::tui) fn contact_name(contact: &Contact, present: &Present<'_>) -> String {
    match &contact.organisation {
        Some(organisation) => format!(
            "{}, {}",
            contact.role.title(),
            text::line(present.directory.organisation_name(organisation))
        ),
        None => contact.role.title().to_owned(),
    }
}

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let options = contacts(incident).into_iter().map(|required| {
        let reached = contacts::informed_at(incident, &required.contact);
        let sign = if reached.is_some() { "✓ told: " } else { "" };
        let name = contact_name(&required.contact, present);
        (required.contact, format!("{sign}{name}"))
    });
    let mut fields = vec![
        Field::one("/contact", "Whom", options, 0),
        Field::one("/channel", "By", Channel::ALL.map(Channel::name), 0),
        Field::choose("/outcome", "Outcome", Outcome::ALL.map(Outcome::name), None),
        Field::time("/happened_at", "When", "now, -10m, 21:30", "now"),
        Field::text(
            "/spoke_to",
            "Spoke to",
            "the role of the person, if another one",
            "",
        ),
        Field::text(
            "/note",
            "Note",
            "needed for a contact of some hours ago",
            "",
        ),
    ];
    if clock::views(incident).any(|view| view.state(present.now) == ClockState::Overdue) {
        fields.push(Field::text(
            "/late_reason",
            "Why late",
            "needed if this stops an overdue clock",
            "",
        ));
        fields.push(Field::text(
            "/evidence",
            "Shown by",
            "what shows the time, if that was before the deadline",
            "",
        ));
    }
    fields
}

fn outcome(form: &Form) -> Option<Outcome> {
    form.choice("/outcome", &Outcome::ALL)
}

/// By whom it stands for and not by its place: others may have been informed since.
fn chosen(form: &Form, incident: &Incident) -> Option<RequiredContact> {
    let key = form.chosen_key("/contact")?;
    contacts(incident)
        .into_iter()
        .find(|required| required.contact.to_string() == key)
}

pub(super) fn command(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Result<Command, Refusal> {
    let required = chosen(form, incident).ok_or_else(Refusal::no_such_incident)?;
    let outcome = outcome(form).ok_or_else(|| {
        Refusal::invalid(
            "/outcome",
            "Choose what came of the call: answered, no answer, or what else",
        )
    })?;
    let at = form.text("/happened_at").trim();
    Ok(Command::Inform(Box::new(Inform {
        contact: required.contact,
        channel: Channel::ALL[form.chosen("/channel").min(Channel::ALL.len() - 1)],
        outcome,
        // "Now" is left to the server, whose clock it is.
        happened_at: match at {
            "now" => None,
            _ => form.some_time("/happened_at", present.now)?,
        },
        spoke_to: form.some_text("/spoke_to"),
        note: form.some_text("/note"),
        late_reason: form.some_text("/late_reason"),
        evidence: form.some_text("/evidence"),
    })))
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let Some(required) = chosen(form, incident) else {
        return vec![plain("Nobody has to be told")];
    };
    let mut said = how_to_reach(&required.contact, present);
    for reason in &required.reasons {
        said.push((
            Look::Quiet,
            format!("Because: {} ({})", reason.because, reason.rule),
        ));
    }
    for attempt in contacts::attempts(incident, &required.contact) {
        said.push(plain(format!(
            "{} {} {}",
            format::local_short(attempt.at, present.now),
            attempt.channel.name(),
            attempt.outcome.name()
        )));
    }
    said.extend(outcome(form).map(|outcome| {
        if outcome.informs() {
            (Look::Met, "Counts as informed (INF-COUNTS)".to_owned())
        } else {
            (
                Look::Soon,
                "An attempt; does not count as informed and stops no clock (INF-COUNTS)".to_owned(),
            )
        }
    }));
    if let Ok(after) = informed(form, incident, present) {
        said.extend(foresight::changes(Some(incident), &after, present));
    }
    said
}

/// The incident as it would be, whatever words are still missing.
fn informed(form: &Form, incident: &Incident, present: &Present<'_>) -> Result<Incident, Refusal> {
    let mut command = command(form, incident, present)?;
    if let Command::Inform(inform) = &mut command {
        for words in [&mut inform.note, &mut inform.late_reason] {
            words.get_or_insert_with(|| foresight::SOME_WORDS.into());
        }
    }
    foresight::after(Some(incident), &command, present)
}

/// Who holds the role, and the numbers in the order in which the ladder tries them.
pub(super) fn how_to_reach(contact: &Contact, present: &Present<'_>) -> Vec<Sentence> {
    let organisation = contact.organisation.as_ref();
    let mut said = vec![(Look::Strong, contact_name(contact, present))];
    let people = people(contact, present);
    if people.is_empty() {
        said.push((Look::Overdue, "Nobody holds this role now".to_owned()));
    }
    said.extend(people.into_iter().map(plain));
    for (place, point) in present
        .directory
        .ways_to_reach(contact.role, organisation)
        .into_iter()
        .enumerate()
    {
        said.push(plain(way(place, point)));
    }
    said
}

/// Whoever is behind a role: those on shift for the on-call officer, else the holders on a valid
/// term.
fn people(contact: &Contact, present: &Present<'_>) -> Vec<String> {
    let name = |person| text::line(present.directory.person_name(person));
    if contact.role == Role::Oco {
        let shifts = &present.directory.shifts;
        return Tier::ALL
            .into_iter()
            .filter_map(|tier| rota::on_call(shifts, tier, present.now))
            .map(|shift| format!("{} ({})", name(&shift.person), shift.tier.name()))
            .collect();
    }
    present
        .directory
        .holders(contact.role, contact.organisation.as_ref(), present.now)
        .into_iter()
        .map(|holder| {
            let place = if holder.deputy_order == 0 {
                "primary"
            } else {
                "deputy"
            };
            let interim = if holder.interim { ", interim" } else { "" };
            format!("{} ({place}{interim})", name(&holder.person))
        })
        .collect()
}

fn way(place: usize, point: &ContactPoint) -> String {
    let verified = point.verified_on.map_or_else(
        || "never checked".to_owned(),
        |day| format!("checked {}", day.format("%-d %b %Y")),
    );
    format!(
        "{}. {} {} ({verified})",
        place + 1,
        point.channel.name(),
        text::line(&point.value)
    )
}
