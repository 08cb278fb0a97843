//! Reaching people: attempts, calls for help and file notes (INF-COUNTS, BOB-24H, CLK-LATE,
//! WSIC-EXC, BOB-NOTES).

use super::{Context, Decision, knowledge, reasoned, reported, said, words};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, ClockView};
use crate::domain::command::{AddNote, Escalate, ExplainDelay, Inform};
use crate::domain::contacts::{self, Contact, ContactAttempt, Outcome};
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::{ContactPoint, Directory};
use crate::domain::enumeration;
use crate::domain::escalation::{self, ExceptionPath, Ladder, OfficerPost};
use crate::domain::event::{Event, Signature};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{Incident, Priority};
use crate::domain::office;
use crate::domain::permission::{self, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::wording;

pub(super) fn inform(
    incident: &Incident,
    inform: &Inform,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let called = &inform.contact;
    let contact = Contact::meant(called.role, called.organisation.as_ref(), incident);
    if let Some(organisation) = &contact.organisation {
        super::logging::known_organisation(organisation, "/contact/organisation", context)?;
    }
    let (_, by) = permission::require_for(
        Permission::MakeContact,
        context.actor,
        incident,
        contact.organisation.as_ref(),
    )?;
    let attempt = checked_attempt(contact, inform, by.clone(), context)?;
    if attempt.at < incident.awareness.earliest() {
        return Err(Refusal::invalid(
            "/happened_at",
            "Nobody was aware of the incident then. Correct the time of the contact or of the awareness",
        )
        .by(RuleId::InfCounts));
    }
    let attempted = Event::ContactAttempted {
        attempt: Box::new(attempt),
    };
    let mut told = vec![attempted];
    told.extend(by_exception(incident, &told, &by, context));
    let mut events = late_reasons(incident, &told, inform, &by, context)?;
    events.extend(told);
    Ok(Decision::new(by, events))
}

/// The host's answers that stand in for the Officer now that this attempt is known: itself, or an earlier
/// one that was recorded before the calls to the Officer were (WSIC-EXC).
pub(super) fn by_exception(
    incident: &Incident,
    told: &[Event],
    by: &Signature,
    context: &Context<'_>,
) -> Vec<Event> {
    let may = permission::require(Permission::ExceptionPath, context.actor, incident).is_ok();
    if !may || !incident.is_partnership_matter() {
        return Vec::new();
    }
    let after = after(incident, told, by, context);
    escalation::told_by_exception(&after, context.directory, context.policy)
        .map(|place| Event::ToldByException { place })
        .collect()
}

pub(super) fn after(
    incident: &Incident,
    events: &[Event],
    by: &Signature,
    context: &Context<'_>,
) -> Incident {
    let decision = Decision::new(by.clone(), events.to_vec());
    knowledge::afterwards(incident, &decision, context)
}

fn checked_attempt(
    contact: Contact,
    inform: &Inform,
    by: Signature,
    context: &Context<'_>,
) -> Result<ContactAttempt, Refusal> {
    check_outcome(inform)?;
    let at = inform
        .happened_at
        .map_or(Ok(context.now), |at| reported(at, "/happened_at", context))?;
    let point = checked_number(&contact, inform, context.directory)?;
    let person = checked_person(inform, point, context.directory)?;
    let contact = reached(contact, inform, at, context)?;
    let also = office::told_as_well(&contact, context.directory, at);
    let nobody_held_it =
        inform.outcome.informs() && office::is_nobody_left(&contact, context.directory, at);
    let limit = context.policy.input.unexplained_past_hours;
    let note = inform
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    if at < context.now - hours(limit) && note.is_none() {
        return Err(Refusal::invalid(
            "/note",
            format!("This contact was more than {limit} hours ago. Say in the note why you enter it only now"),
        )
        .by(RuleId::InfCounts));
    }
    Ok(ContactAttempt {
        contact,
        person,
        channel: inform.channel,
        number: point.map(|point| point.value.as_str().into()),
        outcome: inform.outcome,
        at,
        recorded_at: context.now,
        by,
        spoke_to: inform.spoke_to.clone(),
        note: note.map(Into::into),
        by_exception_since: None,
        also,
        nobody_held_it,
        struck: None,
    })
}

/// A call has no receipt and a message has no voice: what cannot come of it is a slip (INF-COUNTS).
fn check_outcome(inform: &Inform) -> Result<(), Refusal> {
    let fitting = Outcome::of(inform.channel);
    if fitting.contains(&inform.outcome) {
        return Ok(());
    }
    let names: Vec<String> = fitting
        .iter()
        .map(|outcome| format!("\"{}\"", outcome.name()))
        .collect();
    let sentence = format!(
        "\"{}\" cannot come of trying somebody by {}. Choose one of {}, or another way to reach them",
        inform.outcome.name(),
        inform.channel.name(),
        enumeration::all(&names)
    );
    Err(Refusal::invalid("/outcome", sentence).by(RuleId::InfCounts))
}

/// Who was reached. Only a person in the role counts as told: an answer of somebody in another role is an
/// attempt at this contact, and a contact of its own (INF-COUNTS). Where nobody held the role then, whoever
/// stood in for it was reached, and that tells the role (NOBODY-THERE).
fn reached(
    contact: Contact,
    inform: &Inform,
    at: Instant,
    context: &Context<'_>,
) -> Result<Contact, Refusal> {
    let said = inform.spoke_to.as_deref().unwrap_or_default().trim();
    let is_named = |role: &Role| {
        role.code().eq_ignore_ascii_case(said) || role.title().eq_ignore_ascii_case(said)
    };
    let Some(role) = Role::ALL.into_iter().find(is_named) else {
        return in_post(contact, inform, at, context);
    };
    let other = Contact {
        role,
        organisation: contact.organisation.clone(),
    };
    if !inform.outcome.informs() || contact.stands_for(&other) {
        return in_post(contact, inform, at, context);
    }
    let instead = office::told_instead(&contact, context.directory, at);
    if let Some(instead) = instead.filter(|instead| instead.role == role) {
        return Ok(instead);
    }
    let who = contact.in_words(context.directory);
    Err(Refusal::invalid(
        "/spoke_to",
        format!(
            "You spoke to the {}, so {who} has not been told. Record \"no answer\" here, and record the other call separately",
            role.title()
        ),
    )
    .by(RuleId::InfCounts))
}

/// Nobody answers in a role that nobody holds: whoever did answer is recorded as who they are, by the role in
/// which they stand in, or by name where nobody does (NOBODY-THERE, INF-COUNTS).
fn in_post(
    contact: Contact,
    inform: &Inform,
    at: Instant,
    context: &Context<'_>,
) -> Result<Contact, Refusal> {
    let directory = context.directory;
    if !inform.outcome.informs() {
        return Ok(contact);
    }
    let role = contact.named(directory);
    if let Some(instead) = office::told_instead(&contact, directory, at) {
        let sentence = format!(
            "Nobody was {role} then, so nobody answered in that role. Tell {} and record that call",
            instead.in_words(directory)
        );
        return Err(Refusal::invalid("/contact/role", sentence).by(RuleId::NobodyThere));
    }
    if office::is_nobody_left(&contact, directory, at) && !is_by_name(inform) {
        let sentence = format!(
            "Nobody was {role} then and nobody stood in, so nobody answered in that role. Give the name of the person you spoke to, who does that work"
        );
        return Err(Refusal::invalid("/spoke_to", sentence).by(RuleId::NobodyThere));
    }
    Ok(contact)
}

/// Whether it names somebody, and not by a role that nobody holds.
fn is_by_name(inform: &Inform) -> bool {
    let named = inform.spoke_to.as_deref().unwrap_or_default().trim();
    let is_role = |role: &Role| {
        role.code().eq_ignore_ascii_case(named) || role.title().eq_ignore_ascii_case(named)
    };
    wording::has_words(named) && !Role::ALL.iter().any(is_role)
}

/// Reasons for every clock that this contact stops after its time; refused without one (CLK-LATE).
fn late_reasons(
    incident: &Incident,
    told: &[Event],
    inform: &Inform,
    by: &Signature,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let late = clocks_stopped_late(incident, told, by, context);
    if late.is_empty() {
        return Ok(Vec::new());
    }
    let reason = inform.late_reason.as_deref().unwrap_or_default();
    let names: Vec<String> = late
        .iter()
        .map(|(kind, _)| format!("\"{}\"", kind.name()))
        .collect();
    let sentence = format!(
        "This stops {} after the deadline: give the reason",
        enumeration::all(&names)
    );
    let reason = reasoned(RuleId::ClkLate, reason, "/late_reason", &sentence)?;
    Ok(late
        .into_iter()
        .map(|(kind, controller)| Event::LateReasonGiven {
            kind,
            controller,
            reason: reason.into(),
        })
        .collect())
}

fn clocks_stopped_late(
    incident: &Incident,
    told: &[Event],
    by: &Signature,
    context: &Context<'_>,
) -> Vec<(ClockKind, Option<OrganisationId>)> {
    let after = after(incident, told, by, context);
    let stopped_late = |view: &ClockView<'_>| {
        view.clock.kind.asks_why_late()
            && view.clock.late_reason.is_none()
            && view.stopped_at().is_some_and(|at| view.is_late_at(at))
    };
    clock::views(&after)
        .filter(stopped_late)
        .filter(|view| clock::stopped_at(incident, view.clock).is_none())
        .map(|view| (view.clock.kind, view.clock.controller.clone()))
        .collect()
}

/// The reason for a clock that is late, given by itself: one that was overdue on entry asks for it at
/// once (CLK-PAST, CLK-LATE).
pub(super) fn explain_delay(
    incident: &Incident,
    explain: &ExplainDelay,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require(Permission::Triage, context.actor, incident)?;
    let is_meant = |view: &ClockView<'_>| {
        let controller = view.clock.controller.as_ref();
        let named = explain.controller.as_ref();
        view.clock.kind == explain.kind && (named.is_none() || named == controller)
    };
    let is_late = |view: &ClockView<'_>| view.is_late_at(view.stopped_at().unwrap_or(context.now));
    // Of several controllers' clocks the first that has something to explain.
    let view = clock::views(incident)
        .filter(is_meant)
        .min_by_key(|view| !is_late(view) || view.clock.late_reason.is_some())
        .ok_or_else(|| Refusal::invalid("/kind", "This incident has no such clock"))?;
    let is_late = is_late(&view);
    if !is_late || !view.clock.kind.asks_why_late() {
        return Err(Refusal::against(
            RuleId::ClkLate,
            format!(
                "\"{}\" is not late, so there is nothing to explain",
                explain.kind.name()
            ),
        ));
    }
    let sentence = "Say why it is late";
    let reason = reasoned(RuleId::ClkLate, &explain.reason, "/reason", sentence)?;
    let given = Event::LateReasonGiven {
        kind: view.clock.kind,
        controller: view.clock.controller.clone(),
        reason: reason.into(),
    };
    Ok(Decision::new(by, vec![given]))
}

pub(super) fn escalate(
    incident: &Incident,
    escalate: &Escalate,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let ladder = escalate.ladder;
    let Context {
        directory,
        policy,
        now,
        ..
    } = *context;
    let next =
        escalation::next_rung(incident, ladder, directory, policy, now).ok_or_else(|| {
            let was_called = incident
                .escalations
                .iter()
                .any(|made| made.ladder == ladder)
                || (ladder == Ladder::Officer && escalation::is_exception_used(incident));
            let sentence = if was_called {
                "Nobody further is on this list. Keep calling those on it, or choose another list"
            } else {
                "Nobody is in post there, or they have already been called. Choose another"
            };
            Refusal::against(ladder.rule(), sentence)
        })?;
    let tells_host = next.to.iter().any(|contact| contact.role == Role::Host);
    let permission = if tells_host {
        Permission::ExceptionPath
    } else {
        Permission::Triage
    };
    let (_, by) = permission::require(permission, context.actor, incident)?;
    if tells_host {
        check_exception_path(incident, context)?;
    }
    let reason = words(&escalate.reason, "/reason", "Say why you escalate")?;
    let calls = next.calls(directory, policy, (context.command, now));
    let opens_at = next.opens_at(now);
    Ok(Decision::new(
        by,
        vec![Event::Escalated {
            ladder,
            rung: next.rung,
            to: next.to,
            reason: reason.into(),
            calls,
            opens_at,
        }],
    ))
}

/// The number that was tried is one of those on record for whoever was called, so that the record
/// tells which numbers are left (EXC-EACH).
fn checked_number<'a>(
    contact: &Contact,
    inform: &Inform,
    directory: &'a Directory,
) -> Result<Option<&'a ContactPoint>, Refusal> {
    let given = inform.number.as_deref().map(str::trim);
    let Some(number) = given.filter(|number| !number.is_empty()) else {
        return Ok(None);
    };
    let points = directory.ways_to_reach(contact.role, contact.organisation.as_ref());
    let digits = |text: &str| text.replace(' ', "");
    let found = points
        .into_iter()
        .find(|point| point.channel == inform.channel && digits(&point.value) == digits(number));
    match found {
        Some(point) => Ok(Some(point)),
        None => Err(Refusal::invalid(
            "/number",
            format!(
                "{number} is not on record as a {} of {}. Leave the number out and write it in the note",
                inform.channel.name(),
                contact.in_words(directory)
            ),
        )
        .by(RuleId::ExcEach)),
    }
}

/// Who was meant: the person named, else whoever alone has the number that was tried.
fn checked_person(
    inform: &Inform,
    point: Option<&ContactPoint>,
    directory: &Directory,
) -> Result<Option<PersonId>, Refusal> {
    let owner = point.and_then(|point| point.person.as_ref());
    let Some(named) = &inform.person else {
        return Ok(owner.cloned());
    };
    if directory.person(named).is_none() {
        let sentence = "The directory does not list that person. Choose somebody it lists";
        return Err(Refusal::invalid("/person", sentence).by(RuleId::EscSent));
    }
    match owner.filter(|owner| *owner != named) {
        Some(owner) => Err(Refusal::invalid(
            "/number",
            format!(
                "That is a number of {} and not of {}. Choose another number",
                directory.person_name(owner),
                directory.person_name(named)
            ),
        )
        .by(RuleId::EscSent)),
        None => Ok(Some(named.clone())),
    }
}

/// The host is told directly only when the Officer counts as not contactable (WSIC-EXC).
pub(super) fn check_exception_path(
    incident: &Incident,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let why_not = match exception_path(incident, context) {
        ExceptionPath::Open => return Ok(()),
        ExceptionPath::NotNeeded => {
            "The Officer has been told, so the Officer tells the host".to_owned()
        }
        ExceptionPath::NotTried => {
            "Call the Officer first. If nobody answers, you may call the host directly".to_owned()
        }
        ExceptionPath::OpensAt(at) => format!(
            "Keep calling the Officer, on another channel too. If nobody answers by {}, you may call the host directly{}",
            calendar::brief(at),
            untried(incident, context)
        ),
    };
    Err(Refusal::against(RuleId::WsicExc, why_not))
}

/// The numbers that are left to try, where a failed attempt on each is enough (EXC-EACH).
fn untried(incident: &Incident, context: &Context<'_>) -> String {
    let post = escalation::officer_post(context.directory, context.now);
    let OfficerPost::Held { numbers } = post else {
        return String::new();
    };
    if incident.priority() != Priority::P1 {
        return String::new();
    }
    let officer = Contact::partnership(Role::Wso);
    let attempts: Vec<_> = contacts::attempts(incident, &officer).collect();
    let left: Vec<String> = escalation::untried(&numbers, &attempts)
        .into_iter()
        .map(|point| format!("{} {}", point.channel.name(), point.value))
        .collect();
    format!(
        ". You may call the host sooner, after one call to each number. Not tried yet: {}",
        enumeration::all(&left)
    )
}

fn exception_path(incident: &Incident, context: &Context<'_>) -> ExceptionPath {
    let post = escalation::officer_post(context.directory, context.now);
    escalation::exception_path(incident, &post, context.policy, context.now)
}

pub(super) fn note(
    incident: &Incident,
    note: &AddNote,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require(Permission::AddNote, context.actor, incident)?;
    let text = said(&note.text, "/text", "Write the note before saving it")?;
    let happened_at = note
        .happened_at
        .map_or(Ok(context.now), |at| reported(at, "/happened_at", context))?;
    if note.corrects.is_some_and(|id| !incident.has_note(id)) {
        return Err(Refusal::invalid(
            "/corrects",
            "This incident has no such note. Refresh and choose again",
        )
        .by(RuleId::BobNotes));
    }
    Ok(Decision::new(
        by,
        vec![Event::NoteAdded {
            id: context.command.0,
            kind: note.kind,
            text: text.into(),
            happened_at,
            corrects: note.corrects,
        }],
    ))
}
