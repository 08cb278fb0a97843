//! Striking out a call or message that was recorded by mistake (CALL-STRUCK).
//!
//! The attempt stays where it is and is evidence of nothing from then on; what followed from it is read off
//! again. What is said here is only what is not: whether the exception path had been open without it, and
//! who had to be told because of it.

use super::{Context, Decision, contacts as telling, informing, knowledge, reasoned};
use crate::domain::Instant;
use crate::domain::command::StrikeAttempt;
use crate::domain::contacts::{self as told, Contact, ContactAttempt};
use crate::domain::directory::HeldRole;
use crate::domain::escalation::{self, ExceptionPath};
use crate::domain::event::{Event, Signature};
use crate::domain::incident::Incident;
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;

pub(super) fn strike(
    incident: &Incident,
    strike: &StrikeAttempt,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let attempt = incident.attempts.get(strike.attempt).ok_or_else(|| {
        let sentence = "This incident has no such call. Refresh and choose again";
        Refusal::invalid("/attempt", sentence).by(RuleId::CallStruck)
    })?;
    let by = entitled(incident, attempt, context)?;
    if attempt.struck.is_some() {
        return Err(Refusal::against(
            RuleId::CallStruck,
            "This call has been struck out already. Add a note if there is more to say about it",
        ));
    }
    let sentence = "Say why it was a mistake";
    let reason = reasoned(RuleId::CallStruck, &strike.reason, "/reason", sentence)?;
    let struck = struck(incident, (strike.attempt, attempt), reason, &by, context);
    let alone = std::slice::from_ref(&struck);
    let after = informing::after(incident, alone, &by, context);
    let mut events = telling::kept_after(incident, &after);
    events.extend(untold(incident, attempt, &after));
    events.extend(informing::by_exception(incident, alone, &by, context));
    // In front, for what follows is read off the incident without the call.
    events.insert(0, struck);
    Ok(Decision::new(by, events))
}

/// Whoever was told by this call alone is owed it again, also where facts that came since ask for them no
/// more: nobody kept them on the list, because they had been told (REL-ENTITLED).
fn untold(incident: &Incident, attempt: &ContactAttempt, after: &Incident) -> Vec<Event> {
    let also = attempt.also.iter().map(|also| &also.contact);
    let is_owed = |contact: &&Contact| {
        let was_told = told::informed_at(incident, contact).is_some();
        let is_concerned = contact.organisation.as_ref().is_none_or(|organisation| {
            *organisation == incident.reporter.organisation || incident.has_to_answer(organisation)
        });
        was_told
            && is_concerned
            && knowledge::must_be_told(contact.role)
            && told::informed_at(after, contact).is_none()
            && !told::is_asked(after, contact)
    };
    let called = std::iter::once(&attempt.contact).chain(also);
    called
        .filter(is_owed)
        .map(|contact| Event::ContactRequired {
            contact: contact.clone(),
            reason: "the call by which they were told was struck out. Tell them, or release the contact, with a reason, if it is not needed".into(),
        })
        .collect()
}

/// The roles that may strike out what somebody else recorded.
const ENTITLED: [Role; 5] = [Role::Dpo, Role::Adpo, Role::Igt, Role::Siro, Role::Wso];

/// In which role somebody strikes it out: as whoever recorded it, or in a role of the organisation that was
/// called that may correct others.
/// Nobody takes back a call to themselves, for it shows what they knew.
fn entitled(
    incident: &Incident,
    attempt: &ContactAttempt,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    if was_called(attempt, context) {
        return Err(Refusal::not_allowed(format!(
            "You cannot strike out a call to yourself: it shows what you were told. Ask {}",
            whom_to_ask(attempt, context)
        ))
        .by(RuleId::CallStruck));
    }
    let concerned = attempt.contact.organisation.as_ref();
    if attempt.by.person == context.actor.person {
        let own =
            permission::require_for(Permission::MakeContact, context.actor, incident, concerned);
        return own.map(|(_, by)| by);
    }
    let is_theirs = |held: &HeldRole| match concerned {
        Some(organisation) => *organisation == held.organisation,
        None => held.role == Role::Wso || *incident.home() == held.organisation,
    };
    let is_entitled = |held: &&HeldRole| {
        ENTITLED.contains(&held.role)
            && is_theirs(held)
            && permission::reaches(Permission::MakeContact, held, context.actor, incident)
    };
    let held = context.actor.roles.iter().find(is_entitled);
    held.map(|held| Signature::of(context.actor, held))
        .ok_or_else(|| {
            Refusal::not_allowed(format!(
                "Somebody else recorded this call. Ask {}",
                whom_to_ask(attempt, context)
            ))
            .by(RuleId::CallStruck)
        })
}

/// Whether the person is who was called, or holds the role that was.
fn was_called(attempt: &ContactAttempt, context: &Context<'_>) -> bool {
    let also = attempt.also.iter().map(|also| &also.contact);
    let called: Vec<&Contact> = std::iter::once(&attempt.contact).chain(also).collect();
    let mut held = context.actor.roles.iter();
    let is_in_role = held.any(|held| {
        let own = Contact::signed(&Signature::of(context.actor, held));
        called.iter().any(|called| own.stands_for(called))
    });
    is_in_role || attempt.person.as_ref() == Some(&context.actor.person)
}

fn whom_to_ask(attempt: &ContactAttempt, context: &Context<'_>) -> String {
    let recorder = &attempt.by.person;
    let others = "the DPO, the IG team or the SIRO";
    if *recorder == context.actor.person || context.directory.person(recorder).is_none() {
        return others.to_owned();
    }
    let recorder = context.directory.person_name(recorder);
    format!("{recorder}, who recorded it, or {others}")
}

/// That it was a mistake, with the calls and rungs to the host that the exception path was not open for
/// without it (WSIC-EXC).
fn struck(
    incident: &Incident,
    (place, attempt): (usize, &ContactAttempt),
    reason: &str,
    by: &Signature,
    context: &Context<'_>,
) -> Event {
    let event = |calls_to_host, rungs_to_host| Event::ContactAttemptStruck {
        place,
        attempt: Box::new(attempt.clone()),
        reason: reason.into(),
        calls_to_host,
        rungs_to_host,
    };
    let alone = event(Vec::new(), Vec::new());
    let after = informing::after(incident, std::slice::from_ref(&alone), by, context);
    let is_too_soon = |at: Instant| is_open(incident, at, context) && !is_open(&after, at, context);
    let calls = escalation::calls_to_host(&after);
    let calls = calls.filter(|(_, call)| is_too_soon(call.at));
    let rungs = incident.escalations.iter().enumerate();
    let rungs = rungs.filter(|(_, rung)| rung.is_to_host() && is_too_soon(rung.at));
    event(
        calls.map(|(place, _)| place).collect(),
        rungs.map(|(place, _)| place).collect(),
    )
}

fn is_open(incident: &Incident, at: Instant, context: &Context<'_>) -> bool {
    let post = escalation::officer_post(context.directory, at);
    escalation::exception_path(incident, &post, context.policy, at) == ExceptionPath::Open
}
