//! The call sheet: whom to reach, by which number, and what came of the attempt (INF-COUNTS).

use super::{Field, Form, Present, Sentence, foresight, plain};
use crate::domain::clock::{self, ClockState};
use crate::domain::command::{Command, Inform};
use crate::domain::contacts::{self, Contact, Outcome, Reason, RequiredContact};
use crate::domain::directory::{Channel, ContactPoint};
use crate::domain::id::PersonId;
use crate::domain::incident::Incident;
use crate::domain::office;
use crate::domain::policy::minutes;
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

/// Somebody on the call sheet: a contact, and which person behind it where an escalation named one.
struct Called {
    required: RequiredContact,
    person: Option<PersonId>,
    /// Whether they have been told: for a person who was called for help, by them and nobody else in the
    /// role.
    is_told: bool,
}

impl Called {
    fn key(&self) -> String {
        let person = self.person.as_ref().map_or("", PersonId::as_str);
        format!("{}|{person}", self.required.contact)
    }

    /// As an officer says it, the person first.
    fn name(&self, present: &Present<'_>) -> String {
        let post = contact_name(&self.required.contact, present);
        match &self.person {
            Some(person) => format!(
                "{}, {}",
                text::line(present.directory.person_name(person)),
                tier_of(person, &self.required.contact, present).map_or(post, str::to_owned)
            ),
            None => match self.holder(present) {
                Some(holder) => {
                    let role = self.required.contact.role.title();
                    let organisation = self.required.contact.organisation.as_ref();
                    let whose = organisation.map_or_else(String::new, |organisation| {
                        let name = present.directory.organisation_name(organisation);
                        format!(", {}", text::line(name))
                    });
                    format!("{role} {holder}{whose}")
                }
                None => post,
            },
        }
    }

    /// Whoever holds the role first, so that they are found by their name too.
    fn holder(&self, present: &Present<'_>) -> Option<String> {
        let Contact { role, organisation } = &self.required.contact;
        let directory = present.directory;
        let holders = directory.holders(*role, organisation.as_ref(), present.now);
        let person = &holders.first()?.person;
        Some(text::line(directory.person_name(person)).to_string())
    }
}

/// The tier on which somebody is on call now, where that is why they are called.
fn tier_of(person: &PersonId, contact: &Contact, present: &Present<'_>) -> Option<&'static str> {
    let is_theirs = |tier: &Tier| {
        rota::on_call(&present.directory.shifts, *tier, present.now)
            .is_some_and(|shift| shift.person == *person)
    };
    let mut tiers = Tier::ALL.into_iter().filter(|_| contact.role == Role::Oco);
    tiers.find(is_theirs).map(Tier::name)
}

/// Whom to call: first those whom an escalation has left to people, then those whose notice nobody has
/// acknowledged, then the required contacts, those not reached yet before the others. Where nobody holds the
/// role of one, whoever stands in is called (NOBODY-THERE).
fn contacts(incident: &Incident, present: &Present<'_>) -> Vec<Called> {
    let directory = present.directory;
    let mut all: Vec<Called> = contacts::required(incident)
        .into_iter()
        .map(|mut required| {
            let is_told = contacts::informed_at(incident, &required.contact).is_some();
            let instead = office::told_instead(&required.contact, directory, present.now);
            required.contact = instead.unwrap_or(required.contact);
            Called {
                is_told,
                person: None,
                required,
            }
        })
        .collect();
    all.sort_by_key(|called| called.is_told);
    let mut known = BTreeSet::new();
    all.retain(|called| known.insert(called.required.contact.clone()));
    let mut for_help = summons::to_call(incident, directory);
    for_help.extend(summons::waited_for(incident, directory));
    for call in for_help.into_iter().rev() {
        let is_it = |it: &Called| it.person.is_none() && it.required.contact == call.contact;
        let known = all.iter().position(is_it);
        let required =
            known.map_or_else(|| for_help_only(call), |place| all.remove(place).required);
        all.insert(
            0,
            Called {
                required,
                person: call.person.clone(),
                is_told: false,
            },
        );
    }
    all
}

/// Somebody who need not be told, and was called for help.
fn for_help_only(call: &Call) -> RequiredContact {
    RequiredContact {
        contact: call.contact.clone(),
        reasons: vec![Reason {
            rule: RuleId::EscSent,
            because: "called for help by an escalation".into(),
            origin: Origin::Facts,
        }],
    }
}

/// The ways to reach somebody, each with its number and whose it is where it is one person's, and behind
/// them the channels for a number that is not on record.
fn ways(called: &Called, present: &Present<'_>) -> Vec<Way> {
    let named = points(&called.required.contact, called.person.as_ref(), present);
    let named = named.into_iter().map(|point| Way {
        channel: point.channel,
        number: Some(point.value.as_str().into()),
        owner: owner(point, present),
    });
    let unnamed = Channel::ALL.into_iter().map(|channel| Way {
        channel,
        number: None,
        owner: None,
    });
    named.chain(unnamed).collect()
}

/// The numbers and addresses: of a person who was called, theirs; else every one of the role.
fn points<'a>(
    contact: &Contact,
    person: Option<&PersonId>,
    present: &Present<'a>,
) -> Vec<&'a ContactPoint> {
    let directory = present.directory;
    if person.is_none() {
        return directory.ways_to_reach(contact.role, contact.organisation.as_ref());
    }
    let mut points = summons::numbers_of(contact, person, directory);
    let addresses = directory.ways_to_reach(contact.role, contact.organisation.as_ref());
    let is_their_address = |point: &&ContactPoint| {
        point.channel == Channel::Email
            && (point.person.as_ref() == person || point.person.is_none())
    };
    points.extend(addresses.into_iter().filter(is_their_address));
    points
}

/// Whose number it is, where it reaches one person and nobody else.
fn owner(point: &ContactPoint, present: &Present<'_>) -> Option<String> {
    let person = point.person.as_ref()?;
    Some(text::line(present.directory.person_name(person)).to_string())
}

/// A channel, and the number of it that was tried.
struct Way {
    channel: Channel,
    number: Option<Box<str>>,
    owner: Option<String>,
}

impl Way {
    fn words(&self) -> String {
        match &self.number {
            Some(number) => {
                let owner = self.owner.as_ref();
                let owner = owner.map_or_else(String::new, |owner| format!(" ({owner})"));
                format!("{} {}{owner}", self.channel.name(), text::line(number))
            }
            None if self.channel == Channel::Email => "e-mail, another address".to_owned(),
            None => format!("{}, another number", self.channel.name()),
        }
    }
}

/// The first number that nobody has tried, else the first.
fn first_untried(ways: &[Way], contact: &Contact, incident: &Incident) -> usize {
    let numbered = ways.iter().take_while(|way| way.number.is_some());
    numbered
        .into_iter()
        .position(|way| !is_tried(way, contact, incident))
        .unwrap_or(0)
}

/// Whoever was called just now without an answer, while they have a number that nobody has tried; else the
/// first on the sheet.
fn next_to_call(all: &[Called], incident: &Incident, present: &Present<'_>) -> usize {
    let last = incident.attempts.last();
    let still_calling = minutes(present.policy.ladder.still_calling_minutes);
    let last = last.filter(|attempt| {
        !attempt.outcome.informs() && present.now - attempt.recorded_at <= still_calling
    });
    let has_another = |called: &Called| {
        let numbered = ways(called, present).into_iter();
        let mut numbered = numbered.take_while(|way| way.number.is_some());
        let contact = &called.required.contact;
        numbered.any(|way| !is_tried(&way, contact, incident))
    };
    let again = last.and_then(|last| {
        all.iter().position(|called| {
            !called.is_told
                && called.required.contact == last.contact
                && (called.person.is_none() || called.person == last.person)
                && has_another(called)
        })
    });
    again.unwrap_or_default()
}

fn is_tried(way: &Way, contact: &Contact, incident: &Incident) -> bool {
    let mut attempts = contacts::attempts(incident, contact);
    attempts.any(|attempt| attempt.number == way.number)
}

fn by(called: Option<&Called>, incident: &Incident, present: &Present<'_>) -> Field {
    let ways = called.map_or_else(Vec::new, |called| ways(called, present));
    let chosen = called.map_or(0, |called| {
        first_untried(&ways, &called.required.contact, incident)
    });
    let options: Vec<String> = ways.iter().map(Way::words).collect();
    let options = options.iter().map(String::as_str);
    Field::one("/channel", "Number", options, chosen)
}

/// Offers the numbers of the contact that is chosen now, where others are on offer, and what can come of
/// trying the number that is chosen.
pub(super) fn follow(form: &mut Form, incident: &Incident, present: &Present<'_>) {
    offer_numbers(form, incident, present);
    let known = outcome(form);
    let Some(channel) = channel(form, incident, present) else {
        return;
    };
    let fresh = outcomes(channel, known);
    let Some(field) = form.fields.iter_mut().find(|it| it.pointer == "/outcome") else {
        return;
    };
    if field.keys() != fresh.keys() {
        *field = fresh;
    }
}

fn outcomes(channel: Channel, known: Option<Outcome>) -> Field {
    let fitting = Outcome::of(channel);
    let names = fitting.iter().map(|outcome| outcome.name());
    let known = known.and_then(|known| fitting.iter().position(|outcome| *outcome == known));
    Field::choose("/outcome", "Outcome", names, known)
}

/// By what the chosen contact is tried.
fn channel(form: &Form, incident: &Incident, present: &Present<'_>) -> Option<Channel> {
    let ways = ways(&chosen(form, incident, present)?, present);
    let way = ways.get(form.chosen("/channel"))?;
    Some(way.channel)
}

fn offer_numbers(form: &mut Form, incident: &Incident, present: &Present<'_>) {
    let chosen = chosen(form, incident, present);
    let fresh = by(chosen.as_ref(), incident, present);
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
    let next = next_to_call(&all, incident, present);
    let called = all.get(next);
    let number = by(called, incident, present);
    let channel = called.and_then(|called| {
        let ways = ways(called, present);
        let tried = first_untried(&ways, &called.required.contact, incident);
        ways.get(tried).map(|way| way.channel)
    });
    let channel = channel.unwrap_or(Channel::Phone);
    let options = all.into_iter().map(|called| {
        let sign = if called.is_told { "✓ told: " } else { "" };
        (called.key(), format!("{sign}{}", called.name(present)))
    });
    let mut fields = vec![
        Field::one("/contact", "Who", options, next),
        number,
        outcomes(channel, None),
        Field::time("/happened_at", "When", "now, -10m, 21:30", "now"),
        Field::text(
            "/spoke_to",
            "Who answered",
            "their role, if it was somebody else",
            "",
        ),
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
            "Evidence",
            "what shows the time, such as your phone's call list",
            "",
        ));
    }
    fields
}

fn outcome(form: &Form) -> Option<Outcome> {
    let chosen = form.chosen_key("/outcome")?;
    let mut all = Outcome::ALL.into_iter();
    all.find(|outcome| outcome.name() == chosen)
}

/// By whom it stands for and not by its place: others may have been informed since.
fn chosen(form: &Form, incident: &Incident, present: &Present<'_>) -> Option<Called> {
    let key = form.chosen_key("/contact")?;
    contacts(incident, present)
        .into_iter()
        .find(|called| called.key() == key)
}

pub(super) fn command(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Result<Command, Refusal> {
    let (command, way) = typed(form, incident, present)?;
    require_number(&way, form)?;
    Ok(command)
}

/// What is typed so far, and the way that is chosen.
fn typed(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Result<(Command, Way), Refusal> {
    let called = chosen(form, incident, present).ok_or_else(Refusal::no_such_incident)?;
    let mut ways = ways(&called, present);
    let place = form.chosen("/channel").min(ways.len().saturating_sub(1));
    let way = ways.swap_remove(place);
    let outcome = outcome(form).ok_or_else(|| {
        Refusal::invalid(
            "/outcome",
            "Choose the outcome of the call: answered, no answer, or another",
        )
    })?;
    let at = form.text("/happened_at").trim();
    let command = Command::Inform(Box::new(Inform {
        contact: called.required.contact,
        person: called.person,
        channel: way.channel,
        number: way.number.clone(),
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
    }));
    Ok((command, way))
}

/// A number that is not on record stands in the note, or nobody knows which it was.
fn require_number(way: &Way, form: &Form) -> Result<(), Refusal> {
    let note = form.text("/note");
    let is_written = note.contains('@') || note.chars().filter(char::is_ascii_digit).count() > 2;
    if way.number.is_some() || is_written {
        return Ok(());
    }
    let sentence = match way.channel {
        Channel::Email => "Write in the note to which address you wrote: it is not on record",
        Channel::Phone | Channel::Mobile | Channel::Pager | Channel::Desk => {
            "Write in the note which number you called: it is not on record"
        }
    };
    Err(Refusal::invalid("/note", sentence).by(RuleId::InfCounts))
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let Some(called) = chosen(form, incident, present) else {
        return vec![plain("Nobody has to be told")];
    };
    let mut said = reached(&called.required.contact, called.person.as_ref(), present);
    let required = &called.required;
    for reason in &required.reasons {
        said.push((
            Look::Quiet,
            format!("Why: {} ({})", reason.because, reason.rule),
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
    let (mut command, _) = typed(form, incident, present)?;
    if let Command::Inform(inform) = &mut command {
        for words in [&mut inform.note, &mut inform.late_reason] {
            words.get_or_insert_with(|| foresight::SOME_WORDS.into());
        }
    }
    foresight::after(Some(incident), &command, present)
}

/// Whom a rung reaches, and the numbers in their order.
pub(super) fn how_to_reach(call: &Call, present: &Present<'_>) -> Vec<Sentence> {
    reached(&call.contact, call.person.as_ref(), present)
}

/// Who holds the role, or the person who was called, and the numbers in the order in which the ladder tries
/// them.
fn reached(contact: &Contact, person: Option<&PersonId>, present: &Present<'_>) -> Vec<Sentence> {
    let mut said = vec![(Look::Strong, contact_name(contact, present))];
    let people = match person {
        Some(person) => {
            let name = text::line(present.directory.person_name(person)).to_string();
            let tier = tier_of(person, contact, present);
            vec![tier.map_or(name.clone(), |tier| format!("{name} ({tier})"))]
        }
        None => people(contact, present),
    };
    if people.is_empty() {
        said.push((Look::Overdue, "Nobody holds this role now".to_owned()));
    }
    said.extend(people.into_iter().map(plain));
    let points = points(contact, person, present);
    if points.is_empty() {
        let none = "No number is on record. Reach them another way, and choose \"another number\"";
        said.push((Look::Overdue, none.to_owned()));
    }
    let numbered = points.into_iter().enumerate();
    said.extend(numbered.map(|(place, point)| plain(way(place, point, present))));
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

fn way(place: usize, point: &ContactPoint, present: &Present<'_>) -> String {
    let verified = point.verified_on.map_or_else(
        || "number never checked".to_owned(),
        |day| format!("number checked {}", day.format("%-d %b %Y")),
    );
    let owner = owner(point, present).map_or_else(String::new, |owner| format!("{owner}, "));
    format!(
        "{}. {} {} ({owner}{verified})",
        place + 1,
        point.channel.name(),
        text::line(&point.value)
    )
}
