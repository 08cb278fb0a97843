//! Taking note, taking on and handing on: who works on an incident.
//!
//! The owner stays responsible until somebody else has accepted.

use super::{Context, Decision, words};
use crate::domain::calendar;
use crate::domain::clock::{self, Clock};
use crate::domain::command::{DeclineAssignment, Reassign};
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Actor;
use crate::domain::event::{Event, Signature};
use crate::domain::id::PersonId;
use crate::domain::incident::{AwarenessKind, Incident};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rota::{self, Tier};
use crate::domain::rule::RuleId;
use chrono::TimeDelta;

/// Taking note for the desk stops the `ACK` clock and makes the incident somebody's, so it is for
/// those who can work on it: whoever may triage. A partner's own acknowledgement is its answer.
pub(super) fn acknowledge(incident: &Incident, context: &Context<'_>) -> Result<Decision, Refusal> {
    let (_, by) = may_work_on(context.actor, incident).map_err(|refusal| {
        let refusal = refusal.to("acknowledge this incident for the desk");
        refusal.and("a partner acknowledges with its own answer")
    })?;
    if let Some(given) = &incident.acknowledgement {
        let name = match given.by.person == context.actor.person {
            true => "You have",
            false => &format!("{} has", context.directory.person_name(&given.by.person)),
        };
        return Err(Refusal::against(
            RuleId::InfCounts,
            format!("{name} already acknowledged it"),
        ));
    }
    let took_ownership = incident.owner.is_none();
    let mut events = vec![Event::Acknowledged { took_ownership }];
    events.extend(on_call_rule(incident, by.role, context));
    Ok(Decision::new(by, events))
}

fn may_work_on(actor: &Actor, incident: &Incident) -> Result<(Grant, Signature), Refusal> {
    permission::require(Permission::Triage, actor, incident)
}

/// An officer who takes an incident on out of hours brings the on-call rule with them, however early
/// it was logged (BOB-24H).
fn on_call_rule(incident: &Incident, role: Role, context: &Context<'_>) -> Vec<Event> {
    let policy = context.policy;
    let is_out_of_hours = policy
        .calendar
        .out_of_hours(context.now, &policy.business_hours);
    let runs = clock::view(incident, ClockKind::Bob24h).is_some();
    if role != Role::Oco || runs || !is_out_of_hours {
        return Vec::new();
    }
    vec![
        Event::AwarenessAdded {
            kind: AwarenessKind::Officer,
            at: context.now,
        },
        Event::ClockStarted {
            clock: Clock::start(ClockKind::Bob24h, None, context.now, policy),
        },
    ]
}

pub(super) fn undo_acknowledge(
    incident: &Incident,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let given = incident.acknowledgement.as_ref().ok_or_else(|| {
        Refusal::against(
            RuleId::InfCounts,
            "Nobody has acknowledged this, so there is nothing to undo",
        )
    })?;
    if given.by.person != context.actor.person {
        let name = context.directory.person_name(&given.by.person);
        return Err(Refusal::not_allowed(format!(
            "{name} acknowledged this, so only {name} can undo it"
        )));
    }
    let seconds = context.policy.acknowledge.undo_seconds;
    if context.now > given.at + TimeDelta::seconds(i64::from(seconds)) {
        return Err(Refusal::against(
            RuleId::InfCounts,
            format!(
                "You can take an acknowledgement back for {seconds} seconds only. Hand the incident on instead"
            ),
        ));
    }
    if given.took_ownership && incident.owner.as_ref() != Some(&given.by.person) {
        return Err(Refusal::against(
            RuleId::InfCounts,
            "Somebody else has taken it on since, so you cannot take it back",
        ));
    }
    let by = given.by.clone();
    Ok(Decision::new(by, vec![Event::AcknowledgementUndone {}]))
}

pub(super) fn reassign(
    incident: &Incident,
    reassign: &Reassign,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = may_work_on(context.actor, incident)?;
    let reason = words(&reassign.reason, "/reason", "Say why you hand it on")?;
    let to = context
        .directory
        .actor(&reassign.to, context.now)
        .ok_or_else(|| {
            Refusal::invalid(
                "/to",
                "The directory does not list that person. Choose somebody it lists",
            )
        })?;
    if incident.owner.as_ref() == Some(&reassign.to) {
        return Err(Refusal::invalid(
            "/to",
            "They own it already. Choose somebody else",
        ));
    }
    may_work_on(&to, incident).map_err(|_| cannot_take_on(&reassign.to, context))?;
    Ok(Decision::new(
        by,
        vec![Event::AssignmentOffered {
            to: reassign.to.clone(),
            reason: reason.into(),
        }],
    ))
}

/// Why somebody cannot take an incident on, and from when they could.
fn cannot_take_on(person: &PersonId, context: &Context<'_>) -> Refusal {
    let name = context.directory.person_name(person);
    let coming = rota::next_shift(&context.directory.shifts, Tier::First, context.now);
    let coming = coming.filter(|shift| shift.person == *person);
    let sentence = match coming {
        Some(shift) => format!(
            "{name} cannot take it on yet: they are on call from {}. Offer it to somebody else, or offer them the desk",
            calendar::brief(shift.starts_at)
        ),
        None => format!("{name} has no role that lets them take it on. Choose somebody else"),
    };
    Refusal::invalid("/to", sentence)
}

pub(super) fn accept(incident: &Incident, context: &Context<'_>) -> Result<Decision, Refusal> {
    let by = offered_to_actor(incident, context)?;
    let mut events = vec![Event::AssignmentAccepted {}];
    if incident.acknowledgement.is_none() {
        let took_ownership = false;
        events.push(Event::Acknowledged { took_ownership });
    }
    events.extend(on_call_rule(incident, by.role, context));
    Ok(Decision::new(by, events))
}

pub(super) fn decline(
    incident: &Incident,
    decline: &DeclineAssignment,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = offered_to_actor(incident, context)?;
    let reason = words(&decline.reason, "/reason", "Say why you cannot take it on")?;
    Ok(Decision::new(
        by,
        vec![Event::AssignmentDeclined {
            reason: reason.into(),
        }],
    ))
}

fn offered_to_actor(incident: &Incident, context: &Context<'_>) -> Result<Signature, Refusal> {
    let offer = incident.offer.as_ref().ok_or_else(|| {
        Refusal::against(RuleId::AudAppend, "Nobody has been offered this incident")
    })?;
    if offer.to != context.actor.person {
        let name = context.directory.person_name(&offer.to);
        return Err(Refusal::not_allowed(format!(
            "This is offered to {name}. Only they can answer"
        )));
    }
    let (_, by) = may_work_on(context.actor, incident)?;
    Ok(by)
}
