//! Where the 72 hours run from, and whether they count at all (ICO-AWARE, CLK-REGRADE, CLK-NOPAUSE).

use super::regulator_clock;
use crate::domain::Instant;
use crate::domain::clock::{self, Clock, Ground};
use crate::domain::deadlines::ClockKind;
use crate::domain::decide::{
    Context, Decision as Judged, reasoned, reported, triage, whole_seconds,
};
use crate::domain::event::{Event, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{BreachStatus, DataScope, Incident};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office::{Office, who_may};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Body, Duty, RegulatorEvent, duty, nis_answer_in_force};
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
    check_not_notifiable(incident, clock, context)?;
    check_not_to_report(incident, clock, context)?;
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
    let mut events = vec![event];
    if ground == Some(Ground::WrongController) {
        events.extend(untold_officer(incident, clock));
    }
    Ok(Judged::new(by, events))
}

/// The officer of an organisation that is no controller has no 24 hours of its own any more (BOB-DPO).
fn untold_officer(incident: &Incident, of: &Clock) -> Option<Event> {
    let controller = of.controller.as_ref();
    let mut clocks = incident.clocks.iter();
    let own = clocks.find(|clock| clock.is(ClockKind::BobDpo, controller))?;
    let runs = own.stood_down.is_none() && clock::stopped_at(incident, own).is_none();
    (controller.is_some() && runs).then(|| triage::no_officer_of(own))
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

/// What a grade says must be told is answered by a decision or a later grade. An organisation that a triage
/// names no more may say that the data are not its own: the controllers' clocks run (ICO-DUTY).
fn check_not_notifiable(
    incident: &Incident,
    clock: &Clock,
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
    if !incident.is_notifiable_for(controller) || incident.is_left_out(controller) {
        return Ok(());
    }
    let name = context.directory.organisation_name(controller);
    Err(Refusal::against(
        RuleId::IcoDuty,
        format!(
            "The last grade for {name} says that the ICO must be told, so this clock stays. Decide to report or to decline, or grade it again with evidence"
        ),
    ))
}

/// What was decided to be reported is reported, or declined after all: its clock runs until then
/// (ICO-DUTY).
fn check_not_to_report(
    incident: &Incident,
    clock: &Clock,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let Some(controller) = clock.controller.as_ref() else {
        return Ok(());
    };
    if !awaits_its_report(incident, controller) {
        return Ok(());
    }
    let name = context.directory.organisation_name(controller);
    Err(Refusal::against(
        RuleId::IcoDuty,
        format!(
            "{name} has decided to report to the ICO, so this clock stays. Report it, or decide to decline"
        ),
    ))
}

/// Whether a controller has decided to report and has not reported.
pub(in crate::domain::decide) fn awaits_its_report(
    incident: &Incident,
    controller: &OrganisationId,
) -> bool {
    #[cfg(test)]
    if mutant::is(Mutant::ReportIsForgotten) {
        return false;
    }
    matches!(duty(incident, controller), Duty::ToReport(_))
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
/// of a time before each operator had its own. That the data of a dropped controller are not its own is for
/// nobody else to say: only where it has no officer, whoever stands in, and where nobody does, the officer of
/// a controller (ICO-DUTY, NOBODY-THERE).
fn may_stand_down(
    incident: &Incident,
    clock: &Clock,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let controller = clock.controller.as_ref().unwrap_or_else(|| incident.home());
    let (permission, least, actor) = (Permission::StandDown, Grant::Owner, context.actor);
    let own = permission::require_of(permission, least, actor, incident, controller);
    let own = own.map(|(_, by)| by);
    let is_left_out = clock.kind == ClockKind::Ico72h && incident.is_left_out(controller);
    if own.is_ok() || !is_left_out {
        return own;
    }
    let who = who_may(
        Office::Decide,
        controller,
        context.directory,
        context.now,
        &[],
    );
    let nobody = who.seats.is_empty();
    #[cfg(test)]
    let nobody = nobody || mutant::is(Mutant::AnotherStandsItDown);
    if nobody {
        let granted = permission::require_least(permission, least, actor, incident);
        return granted.map(|(_, by)| by);
    }
    let by = who.signature(actor).filter(|_| who.is_fall_back());
    by.ok_or_else(|| {
        let name = context.directory.organisation_name(controller);
        let whom = who.in_words(context.directory);
        let sentence =
            format!("Nobody else can say for {name} that the data are not its own: ask {whom}");
        Refusal::not_allowed(sentence).by(RuleId::IcoDuty)
    })
}
