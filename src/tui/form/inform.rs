//! The call sheet: whom to reach, by which number, and what came of the attempt (INF-COUNTS).

use super::{Field, Form, Present, Sentence, foresight, plain};
use crate::domain::clock::{self, ClockState};
use crate::domain::command::{Command, Inform};
use crate::domain::contacts::{self, Contact, Outcome, Reason, RequiredContact};
use crate::domain::directory::{Channel, ContactPoint};
use crate::domain::incident::Incident;
use crate::domain::office;
use crate::domain::refusal::Refusal;
use crate::domain::release::Origin;
use crate::domain::role::Role;
use crate::domain::rota::{self, Tier};
use crate::domain::rule::RuleId;
use crate::domain::summons::{self, Call};
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;
use std::collections::BTreeSet;

/// Whom to call: first those whom an escalation has left to people, then those whose notice nobody has
/// acknowledged, then the required contacts, those not reached yet before the others. Where nobody holds the
/// role of one, whoever stands in is called (NOBODY-THERE).
fn contacts(incident: &Incident, present: &Present<'_>) -> Vec<RequiredContact> {
    let directory = present.directory;
    let mut required = contacts::required(incident);
    required.sort_by_key(|required| contacts::informed_at(incident, &required.contact).is_some());
    for required in &mut required {
        let instead = office::told_instead(&required.contact, directory, present.now);
        required.contact = instead.unwrap_or_else(|| required.contact.clone());
    }
    let mut known = BTreeSet::new();
    required.retain(|required| known.insert(required.contact.clone()));
    let mut called = summons::to_call(incident, directory);
    called.extend(summons::waited_for(incident, directory));
    for call in called.into_iter().rev() {
        let known = required.iter().position(|it| it.contact == call.contact);
        let first = known.map_or_else(|| for_help(call), |place| required.remove(place));
        required.insert(0, first);
    }
    required
}

/// Somebody who need not be told, and was called for help.
fn for_help(call: &Call) -> RequiredContact {
    RequiredContact {
        contact: call.contact.clone(),
        reasons: vec![Reason {
            rule: RuleId::EscSent,
            because: "called for help by an escalation".into(),
            origin: Origin::Facts,
        }],
    }
}

/// The ways to reach a contact, each with its number, and behind them the channels for a number that is
/// not on record.
fn ways(contact: &Contact, present: &Present<'_>) -> Vec<Way> {
    let directory = present.directory;
    let points = directory.ways_to_reach(contact.role, contact.organisation.as_ref());
    let named = points.into_iter().map(|point| Way {
        channel: point.channel,
        number: Some(point.value.as_str().into()),
    });
    let unnamed = Channel::ALL.into_iter().map(|channel| Way {
        channel,
        number: None,
    });
    named.chain(unnamed).collect()
}

/// A channel, and the number of it that was tried.
struct Way {
    channel: Channel,
    number: Option<Box<str>>,
}

impl Way {
    fn words(&self) -> String {
        match &self.number {
            Some(number) => format!("{} {}", self.channel.name(), text::line(number)),
            None => format!("{}, another number", self.channel.name()),
        }
    }
}

/// The first number that nobody has tried, else the first.
fn first_untried(ways: &[Way], contact: &Contact, incident: &Incident) -> usize {
    let is_tried = |way: &Way| {
        let mut attempts = contacts::attempts(incident, contact);
        attempts.any(|attempt| attempt.number == way.number)
    };
    let numbered = ways.iter().take_while(|way| way.number.is_some());
    numbered
        .into_iter()
        .position(|way| !is_tried(way))
        .unwrap_or(0)
}

fn by(contact: Option<&Contact>, incident: &Incident, present: &Present<'_>) -> Field {
    let ways = contact.map_or_else(Vec::new, |contact| ways(contact, present));
    let chosen = contact.map_or(0, |contact| first_untried(&ways, contact, incident));
    let options: Vec<String> = ways.iter().map(Way::words).collect();
    let options = options.iter().map(String::as_str);
    Field::one("/channel", "By", options, chosen)
}

/// Offers the numbers of the contact that is chosen now, where others are on offer.
pub(super) fn offer_numbers(form: &mut Form, incident: &Incident, present: &Present<'_>) {
    let chosen = chosen(form, incident, present);
    let fresh = by(chosen.as_ref().map(|it| &it.contact), incident, present);
    let Some(field) = form.fields.iter_mut().find(|it| it.pointer == "/channel") else {
        return;
    };
    if field.keys() != fresh.keys() {
        *field = fresh;
    }
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
    let all = contacts(incident, present);
    let first = all.first().map(|required| required.contact.clone());
    let options = all.into_iter().map(|required| {
        let reached = contacts::informed_at(incident, &required.contact);
        let sign = if reached.is_some() { "✓ told: " } else { "" };
        let name = contact_name(&required.contact, present);
        (required.contact, format!("{sign}{name}"))
    });
    let mut fields = vec![
        Field::one("/contact", "Whom", options, 0),
        by(first.as_ref(), incident, present),
        Field::choose("/outcome", "Outcome", Outcome::ALL.map(Outcome::name), None),
        Field::time("/happened_at", "When", "now, -10m, 21:30", "now"),
        Field::text("/spoke_to", "Spoke to", "role, if not the contact's", ""),
        Field::text(
            "/note",
            "Note",
            "required if the call was more than 2 hours ago",
            "",
        ),
    ];
    if clock::views(incident).any(|view| view.state(present.now) == ClockState::Overdue) {
        fields.push(Field::text(
            "/late_reason",
            "Why late",
            "required if this stops an overdue 24 h or 72 h clock",
            "",
        ));
        fields.push(Field::text(
            "/evidence",
            "Shown by",
            "what shows the time, such as the call list of your phone",
            "",
        ));
    }
    fields
}

fn outcome(form: &Form) -> Option<Outcome> {
    form.choice("/outcome", &Outcome::ALL)
}

/// By whom it stands for and not by its place: others may have been informed since.
fn chosen(form: &Form, incident: &Incident, present: &Present<'_>) -> Option<RequiredContact> {
    let key = form.chosen_key("/contact")?;
    contacts(incident, present)
        .into_iter()
        .find(|required| required.contact.to_string() == key)
}

pub(super) fn command(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Result<Command, Refusal> {
    let required = chosen(form, incident, present).ok_or_else(Refusal::no_such_incident)?;
    let mut ways = ways(&required.contact, present);
    let place = form.chosen("/channel").min(ways.len().saturating_sub(1));
    let way = ways.swap_remove(place);
    let outcome = outcome(form).ok_or_else(|| {
        Refusal::invalid(
            "/outcome",
            "Choose the outcome of the call: answered, no answer, or another",
        )
    })?;
    let at = form.text("/happened_at").trim();
    Ok(Command::Inform(Box::new(Inform {
        contact: required.contact,
        channel: way.channel,
        number: way.number,
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
    let Some(required) = chosen(form, incident, present) else {
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
            "{} {}{} {}",
            format::local_short(attempt.at, present.now),
            attempt.channel.name(),
            attempt.number_in_words(),
            attempt.outcome.name()
        )));
    }
    said.extend(outcome(form).map(|outcome| {
        if outcome.informs() {
            (Look::Met, "Counts as informed (INF-COUNTS)".to_owned())
        } else {
            (
                Look::Soon,
                "An attempt only: does not count as informed and stops no clock (INF-COUNTS)"
                    .to_owned(),
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
