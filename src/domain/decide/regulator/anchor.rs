//! Where the 72 hours run from, and whether they count at all (ICO-AWARE, CLK-REGRADE, CLK-NOPAUSE).

use super::regulator_clock;
use crate::domain::Instant;
use crate::domain::clock::{self, Clock, Ground};
use crate::domain::deadlines::ClockKind;
use crate::domain::decide::{Context, Decision as Judged, reasoned, reported, whole_seconds};
use crate::domain::event::{Event, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{BreachStatus, DataScope, Incident};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Body, RegulatorEvent, nis_answer_in_force};
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
    if clock::stopped_at(incident, clock).is_some() {
        return Err(Refusal::against(
            RuleId::ClkHonest,
            "This clock has stopped, so its start stays as it is. Add a note about what was found since",
        ));
    }
    let prudent_at = clock.prudent_start();
    let at = whole_seconds(reported(at, "/at", context)?);
    let takes_back = at == prudent_at && clock.prudent.is_some();
    if at <= prudent_at && !takes_back {
        return Err(Refusal::invalid(
            "/at",
            "The 72 hours can only start later than the first awareness. For an earlier awareness, correct the time instead",
        )
        .by(RuleId::IcoAware));
    }
    let reason = reasoned(
        RuleId::IcoAware,
        reason,
        "/reason",
        "Say why the controller was not reasonably certain before",
    )?;
    let further = further_reason(incident, at, further, context)?;
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

/// A start long after the first suspicion has a second reason, by whichever command it is moved
/// (ICO-AWARE, AWARE-FORWARD).
pub(in crate::domain::decide) fn further_reason<'a>(
    incident: &Incident,
    at: Instant,
    further: Option<&'a str>,
    context: &Context<'_>,
) -> Result<Option<&'a str>, Refusal> {
    let limit = context.policy.casework.reanchor_hours;
    let further = further.map(str::trim).filter(|text| !text.is_empty());
    if at <= incident.awareness.earliest() + hours(limit) || further.is_some() {
        return Ok(further);
    }
    Err(Refusal::invalid(
        "/further_reason",
        format!("This is more than {limit} hours after the first suspicion: give a second reason, such as why the check took so long"),
    )
    .by(RuleId::IcoAware))
}

/// For a clock that should never have run. What a grade says must be told is answered by a decision or
/// a later grade, never by this (ICO-DUTY).
pub(super) fn stand_down(
    incident: &Incident,
    clock: &Clock,
    (ground, reason): (Option<Ground>, &str),
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let by = may_stand_down(incident, clock, context)?;
    if clock.stood_down.is_some() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "This clock is already stopped",
        ));
    }
    if clock::stopped_at(incident, clock).is_some() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "This clock has already stopped, because the report was made",
        ));
    }
    check_not_notifiable(incident, clock, &by, context)?;
    check_not_significant(incident, clock)?;
    check_ground(incident, clock, ground)?;
    let reason = reasoned(
        RuleId::IcoDuty,
        reason,
        "/reason",
        "Say why this clock should never have run; its start is kept",
    )?;
    let event = Event::ClockStoodDown {
        kind: clock.kind,
        controller: clock.controller.clone(),
        rule: RuleId::BobDecide,
        reason: reason.into(),
        ground,
    };
    Ok(Judged::new(by, vec![event]))
}

/// What was answered as a significant impact on an essential service is to be told (NIS-72H).
fn check_not_significant(incident: &Incident, clock: &Clock) -> Result<(), Refusal> {
    let is_significant = match clock.organisations().next() {
        Some(operator) if !incident.casework().regulator.nis_answers.is_empty() => {
            nis_answer_in_force(incident, operator).is_some_and(|answer| answer.significant)
        }
        Some(_) | None => incident.facts.nis_significant == Some(true),
    };
    if clock.kind != ClockKind::Nis72h || !is_significant {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::NisWho,
        "The impact on the essential service is on record as significant, so this clock stays. Report it, or triage it again if that was wrong",
    ))
}

/// The clock of an organisation that is none of the controllers may go, because theirs run. What is
/// notifiable is not let go by its own officer all the same: that one decides, or a controller's officer
/// says that it was the wrong one.
fn check_not_notifiable(
    incident: &Incident,
    clock: &Clock,
    by: &Signature,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let controller = clock.controller.as_ref();
    let Some(controller) = controller.filter(|_| clock.kind == ClockKind::Ico72h) else {
        return Ok(());
    };
    #[cfg(test)]
    if mutant::is(Mutant::StoodDownAnyway) {
        return Ok(());
    }
    let is_left_out = incident.is_left_out(controller);
    let is_own = by.organisation == *controller;
    if !incident.is_notifiable_for(controller) || (is_left_out && !is_own) {
        return Ok(());
    }
    let name = context.directory.organisation_name(controller);
    let instead = if is_left_out {
        let home = context.directory.organisation_name(incident.home());
        format!("Decide to report or to decline, or ask the DPO of {home} to stand it down")
    } else {
        "Decide to report or to decline, or grade it again with evidence".to_owned()
    };
    Err(Refusal::against(
        RuleId::IcoDuty,
        format!(
            "The last grade for {name} says that the ICO must be told, so this clock stays. {instead}"
        ),
    ))
}

fn check_ground(incident: &Incident, clock: &Clock, ground: Option<Ground>) -> Result<(), Refusal> {
    let is_left_out = clock
        .controller
        .as_ref()
        .filter(|_| clock.kind == ClockKind::Ico72h)
        .is_some_and(|controller| incident.is_left_out(controller));
    let sentence = match (ground, is_left_out) {
        (None, _) if clock.kind != ClockKind::Ico72h => return Ok(()),
        (None, _) => {
            "Choose why this clock should never have run: no personal data, not a breach, or not a controller"
        }
        (Some(Ground::WrongController), false) => {
            "It is still named as a controller of these data. Triage the incident with the right controllers first"
        }
        (Some(Ground::NoPersonalData | Ground::NotABreach), true) => {
            "It is not entered as a controller of these data. Choose \"not a controller\" as the ground"
        }
        (Some(Ground::NotABreach), false)
            if incident.facts.breach_status == BreachStatus::Confirmed
                && !is_settled(incident, clock) =>
        {
            "It is on record as a confirmed breach. Triage it again if it was none, or grade it"
        }
        (Some(Ground::NoPersonalData), false)
            if clock.kind == ClockKind::Ico72h
                && incident
                    .facts
                    .data_scope
                    .contains(&DataScope::PersonalLiving) =>
        {
            "It is on record that data of living people are concerned. Triage it again if they are not"
        }
        (Some(_), _) => return Ok(()),
    };
    Err(Refusal::invalid("/ground", sentence).by(RuleId::IcoDuty))
}

/// Whether the controller's own data protection officer has graded it: a confirmed breach is not called
/// none in passing. Only the ICO's clock asks for that.
fn is_settled(incident: &Incident, clock: &Clock) -> bool {
    let mut settled = incident.assessments.iter().filter(|made| !made.provisional);
    clock.kind != ClockKind::Ico72h
        || settled.any(|made| Some(&made.by.organisation) == clock.controller.as_ref())
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
            "This clock already runs",
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

/// Each controller's own data protection officer, and each operator's for its NIS clock; the home's for one
/// of a time before each operator had its own. For an organisation
/// that is none of the controllers any more, the officer of one that is as well: its own clock runs
/// instead (ICO-DUTY).
fn may_stand_down(
    incident: &Incident,
    clock: &Clock,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let controller = clock.controller.as_ref().unwrap_or_else(|| incident.home());
    let (permission, least) = (Permission::StandDown, Grant::Owner);
    let is_left_out = clock.kind == ClockKind::Ico72h && incident.is_left_out(controller);
    let granted = if is_left_out {
        permission::require_least(permission, least, context.actor, incident)
    } else {
        permission::require_of(permission, least, context.actor, incident, controller)
    };
    granted.map(|(_, by)| by)
}
