//! Major incidents: proposed by a trend, declared or declined by a person (WSIC-MAJOR, WSIC-PRIO,
//! WSIC-CALL).

use super::{Context, Decision, Sighting, contacts, reasoned, words};
use crate::domain::Instant;
use crate::domain::apply;
use crate::domain::clock::{self, Clock};
use crate::domain::command::{DeclareMajor, DeclineMajor, EndMajor};
use crate::domain::deadlines::ClockKind;
use crate::domain::event::{Entry, Event, Signature};
use crate::domain::hosting::HostingEvent;
use crate::domain::id::IncidentId;
use crate::domain::incident::{Facts, Incident, Major};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::trend;

/// The proposal that follows when this incident completes a trend.
pub(super) fn propose(facts: &Facts, aware_at: Instant, context: &Context<'_>) -> Option<Event> {
    facts.trend_key.as_ref()?;
    let window = hours(context.policy.trend.within_hours);
    let near: Vec<_> = context
        .sightings
        .iter()
        .filter(|sighting| (sighting.at - aware_at).abs() <= window)
        .collect();
    let instants: Vec<Instant> = near
        .iter()
        .map(|sighting| sighting.at)
        .chain([aware_at])
        .collect();
    let complete_at = trend::proposed_at(&instants, &context.policy.trend)?;
    Some(Event::MajorProposed {
        complete_at,
        incidents: near.iter().map(|sighting| sighting.incident).collect(),
    })
}

pub(super) fn declare(
    incident: &Incident,
    declare: &DeclareMajor,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require(Permission::DeclareMajor, context.actor, incident)?;
    if incident.is_major() {
        return Err(Refusal::against(
            RuleId::WsicMajor,
            "Already declared a major incident",
        ));
    }
    let reason = words(
        &declare.reason,
        "/reason",
        "Say why this is a major incident",
    )?;
    let mut events = vec![Event::MajorDeclared {
        reason: reason.into(),
        incidents: linked(incident, context),
    }];
    if clock::view(incident, ClockKind::Wso24h).is_none() {
        events.push(Event::ClockStarted {
            clock: Clock::start(ClockKind::Wso24h, None, context.now, context.policy),
        });
    }
    events.extend(host_call(incident, reason, context));
    Ok(Decision::new(by, events))
}

/// The proposal without an incident that is none or is another one's duplicate; nothing where it counted
/// only others. The sightings are those that still count.
pub(super) fn without(
    incident: &Incident,
    gone: IncidentId,
    context: &Context<'_>,
) -> Option<Decision> {
    let Major::Proposed { incidents, .. } = &incident.major else {
        return None;
    };
    if !incidents.contains(&gone) {
        return None;
    }
    let still =
        |sighting: &&Sighting| sighting.incident != gone && incidents.contains(&sighting.incident);
    let near: Vec<&Sighting> = context.sightings.iter().filter(still).collect();
    let own = incident.awareness.staff_at;
    let instants: Vec<Instant> = near.iter().map(|near| near.at).chain([own]).collect();
    let reduced = Event::MajorProposalReduced {
        complete_at: trend::proposed_at(&instants, &context.policy.trend),
        incidents: near.iter().map(|near| near.incident).collect(),
    };
    let by = Signature::of_the_desk(incident.home());
    Some(Decision::new(by, vec![reduced]))
}

/// A major incident is a call with the host, unless one is open already (WSIC-CALL).
fn host_call(incident: &Incident, reason: &str, context: &Context<'_>) -> Option<Event> {
    let calls = &incident.casework().hosting.calls;
    let is_open = calls.iter().any(|call| call.status.is_open());
    (!is_open).then(|| {
        Event::Hosting(HostingEvent::CallRaised {
            id: context.command.0,
            summary: reason.into(),
            reference: None,
            team: None,
            called_at: None,
        })
    })
}

/// Every other incident with the same trend key is linked under this one; they stay separate.
fn linked(incident: &Incident, context: &Context<'_>) -> Vec<IncidentId> {
    let proposed = match &incident.major {
        Major::Proposed { incidents, .. } => incidents.as_slice(),
        Major::No | Major::Declared { .. } | Major::Declined { .. } => &[],
    };
    let mut linked = proposed.to_vec();
    linked.extend(context.sightings.iter().map(|sighting| sighting.incident));
    linked.retain(|other| *other != incident.id);
    linked.sort_unstable();
    linked.dedup();
    linked
}

pub(super) fn decline(
    incident: &Incident,
    decline: &DeclineMajor,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require(Permission::DeclareMajor, context.actor, incident)?;
    if !matches!(incident.major, Major::Proposed { .. }) {
        return Err(Refusal::against(
            RuleId::WsicMajor,
            "No major incident is proposed here, so there is nothing to decline",
        ));
    }
    let reason = words(
        &decline.reason,
        "/reason",
        "Say why this is not a major incident",
    )?;
    Ok(Decision::new(
        by,
        vec![Event::MajorDeclined {
            reason: reason.into(),
        }],
    ))
}

/// A false alarm: the Officer ends it, with a reason. Whoever had to be told because of it and has not
/// been stays to be told; problem, calls and the priority of that time stay on record (MAJOR-UNDO).
pub(super) fn end(
    incident: &Incident,
    end: &EndMajor,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = may_end(incident, context)?;
    if !incident.is_major() {
        return Err(Refusal::against(
            RuleId::MajorUndo,
            "This is no major incident, so there is nothing to end",
        ));
    }
    let asked = "Say why it was a false alarm";
    let reason = reasoned(RuleId::MajorUndo, &end.reason, "/reason", asked)?;
    let ended = Event::MajorEnded {
        reason: reason.into(),
    };
    let mut after = incident.clone();
    let entry = Entry {
        at: context.now,
        by: by.clone(),
        command: context.command,
        event: ended.clone(),
    };
    apply::apply(&mut after, &entry);
    let mut events = contacts::kept_after(incident, &after);
    events.push(ended);
    Ok(Decision::new(by, events))
}

/// The Partnership Security Officer; while nobody is, whoever may declare one (NOBODY-THERE).
fn may_end(incident: &Incident, context: &Context<'_>) -> Result<Signature, Refusal> {
    let vacant = context
        .directory
        .holders(Role::Wso, None, context.now)
        .is_empty();
    let least = if vacant { Grant::May } else { Grant::Owner };
    let permission = Permission::DeclareMajor;
    let allowed = permission::require_least(permission, least, context.actor, incident);
    allowed.map(|(_, by)| by).map_err(|_| {
        Refusal::not_allowed(
            "You cannot end a major incident. Ask the Partnership Security Officer",
        )
        .by(RuleId::MajorUndo)
    })
}
