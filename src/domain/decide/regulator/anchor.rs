//! Where the 72 hours run from, and whether they count at all (ICO-AWARE, CLK-REGRADE, CLK-NOPAUSE).

use super::regulator_clock;
use crate::domain::Instant;
use crate::domain::clock::{self, Clock};
use crate::domain::decide::{Context, Decision as Judged, reported, said_of, whole_seconds};
use crate::domain::event::{Event, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Body, RegulatorEvent};
use crate::domain::rule::RuleId;

/// Only to a later instant, and both deadlines stay on show (ICO-AWARE, C11); to the first awareness
/// itself takes an earlier re-anchoring back.
pub(super) fn reanchor(
    incident: &Incident,
    controller: &OrganisationId,
    at: Instant,
    (reason, further): (&str, Option<&str>),
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let (_, by) = permission::require_of(
        Permission::Reanchor,
        Grant::Owner,
        context.actor,
        incident,
        controller,
    )?;
    let clock = regulator_clock(incident, Body::Ico, Some(controller))?;
    let prudent_at = clock.prudent_start();
    let at = whole_seconds(reported(at, "/at", context)?);
    let takes_back = at == prudent_at && clock.prudent.is_some();
    if at <= prudent_at && !takes_back {
        return Err(Refusal::invalid(
            "/at",
            "The 72 hours can only be anchored later than the first awareness; an earlier awareness is corrected instead",
        )
        .by(RuleId::IcoAware));
    }
    let reason = said_of(
        RuleId::IcoAware,
        reason,
        "/reason",
        "Say why the controller was not reasonably certain before",
    )?;
    let limit = context.policy.casework.reanchor_hours;
    let further = further.map(str::trim).filter(|text| !text.is_empty());
    if at > incident.awareness.earliest() + hours(limit) && further.is_none() {
        return Err(Refusal::invalid(
            "/further_reason",
            format!("This is more than {limit} hours after the first suspicion: give a second reason, such as why the check took so long"),
        )
        .by(RuleId::IcoAware));
    }
    let reanchored = Event::Regulator(RegulatorEvent::Reanchored {
        controller: controller.clone(),
        from: clock.started_at,
        to: at,
        reason: reason.into(),
        further_reason: further.map(Into::into),
    });
    let revised = Event::ClockRevised {
        previous_due_at: clock.due_at,
        clock: clock.reanchored(at, context.policy),
    };
    Ok(Judged::new(by, vec![reanchored, revised]))
}

pub(super) fn stand_down(
    incident: &Incident,
    body: Body,
    controller: Option<&OrganisationId>,
    reason: &str,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let clock = regulator_clock(incident, body, controller)?;
    let by = may_stand_down(incident, clock, context)?;
    let reason = said_of(
        RuleId::ClkRegrade,
        reason,
        "/reason",
        "Say why nobody need be told; the start of the clock is kept",
    )?;
    if clock.stood_down.is_some() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "It has been stood down already; nothing is left to do",
        ));
    }
    if clock::stopped_at(incident, clock).is_some() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "It has stopped already: what was told stays told, in time or late",
        ));
    }
    let event = Event::ClockStoodDown {
        kind: clock.kind,
        controller: clock.controller.clone(),
        rule: RuleId::BobDecide,
        reason: reason.into(),
    };
    Ok(Judged::new(by, vec![event]))
}

pub(super) fn reinstate(
    incident: &Incident,
    body: Body,
    controller: Option<&OrganisationId>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let clock = regulator_clock(incident, body, controller)?;
    let by = may_stand_down(incident, clock, context)?;
    if clock.stood_down.is_none() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "It counts already; nothing is left to do",
        ));
    }
    Ok(Judged::new(by, vec![reinstated(clock)]))
}

pub(super) fn reinstated(clock: &Clock) -> Event {
    Event::ClockReinstated {
        kind: clock.kind,
        controller: clock.controller.clone(),
    }
}

/// Each controller's own data protection officer; the home's for the one NIS clock.
fn may_stand_down(
    incident: &Incident,
    clock: &Clock,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let controller = clock.controller.as_ref().unwrap_or_else(|| incident.home());
    permission::require_of(
        Permission::StandDown,
        Grant::Owner,
        context.actor,
        incident,
        controller,
    )
    .map(|(_, by)| by)
}
