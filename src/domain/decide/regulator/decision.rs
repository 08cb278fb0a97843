//! Deciding whether to report, on whose word, and signing what was decided (BOB-DECIDE, BOB-MIT,
//! CLK-REGRADE, CLK-LATE).

use super::anchor::reinstated;
use super::{one, regulator_clock, reported_or_now};
use crate::domain::clock::{self, Clock};
use crate::domain::contacts::{self, Contact};
use crate::domain::decide::{Context, Decision as Judged, said_of};
use crate::domain::event::{Event, Signature, Signed};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{Assessment, Incident};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{
    self, Authority, Body, Decision, RegulatorEvent, ReportAnswer, in_force,
};
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::{Instant, calendar};
use uuid::Uuid;

/// A decision as it is asked for.
pub(super) struct Asked<'a> {
    pub(super) controller: &'a OrganisationId,
    pub(super) answer: ReportAnswer,
    pub(super) reasons: &'a str,
    pub(super) given_by: Option<&'a PersonId>,
    pub(super) decided_at: Option<Instant>,
    pub(super) late_reason: Option<&'a str>,
}

pub(super) fn decide(
    incident: &Incident,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let clock = regulator_clock(incident, Body::Ico, Some(asked.controller))?;
    let (authority, by) = authority(incident, clock, asked, context)?;
    let reasons = said_of(
        RuleId::BobDecide,
        asked.reasons,
        "/reasons",
        "Give the reasons: both a report and a decline need them",
    )?;
    let Some(assessment) = incident.assessment() else {
        return Err(Refusal::against(
            RuleId::BobDecide,
            "Grade severity and likelihood first: a decision answers an assessment",
        ));
    };
    let decided_at = reported_or_now(asked.decided_at, "/decided_at", context)?;
    check_answers(assessment, decided_at)?;
    check_untold(incident, asked)?;
    let against_a_factor = assessment.grading.ico_required && !assessment.factors.is_empty();
    let decision = Decision {
        id: context.command.0,
        controller: asked.controller.clone(),
        answer: asked.answer,
        reasons: reasons.into(),
        authority,
        decided_at,
        recorded: Signed {
            at: context.now,
            by: by.clone(),
        },
        confirmed: None,
        needs_countersignature: asked.answer == ReportAnswer::Decline && against_a_factor,
        countersigned: None,
    };
    let mut events = Vec::new();
    if decision.answer == ReportAnswer::Decline && !decision.needs_countersignature {
        events.extend(late_reason(incident, clock, decided_at, asked.late_reason)?);
    }
    if decision.answer == ReportAnswer::Report && clock.stood_down.is_some() {
        events.push(reinstated(clock));
    }
    events.push(Event::Regulator(RegulatorEvent::Decided(Box::new(
        decision,
    ))));
    Ok(Judged::new(by, events))
}

/// A decision answers the assessment in force, so it is not older than that: a decline given before
/// a re-grade does not answer the re-grade (CLK-REGRADE).
fn check_answers(assessment: &Assessment, decided_at: Instant) -> Result<(), Refusal> {
    if decided_at >= assessment.at {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/decided_at",
        format!(
            "A decision answers the grades, which were saved {}; give a time since then",
            calendar::brief(assessment.at)
        ),
    )
    .by(RuleId::ClkRegrade))
}

/// Whoever has been told is not declined any more; a report is withdrawn instead.
fn check_untold(incident: &Incident, asked: &Asked<'_>) -> Result<(), Refusal> {
    let mut told = incident.casework().regulator.notifications.iter();
    let is_told = told.any(|told| {
        told.body == Body::Ico && told.withdrawn.is_none() && told.serves(asked.controller)
    });
    if asked.answer == ReportAnswer::Report || !is_told {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::IcoPhase,
        "The ICO has been told already; if it was no breach, tell the ICO so and record that the report is withdrawn",
    ))
}

/// On whose word it stands: the controller's own data protection officer decides; whoever only
/// records names the officer who gave it; the SIRO authorises a report when time runs out and the
/// officer has not been reached. A SIRO on call who names an officer records as well.
pub(super) fn authority(
    incident: &Incident,
    clock: &Clock,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<(Authority, Signature), Refusal> {
    let (grant, by) = permission::require_of(
        Permission::Decide,
        Grant::Record,
        context.actor,
        incident,
        asked.controller,
    )?;
    let authority = match grant {
        Grant::Owner => Authority::Own {},
        Grant::Record => Authority::ByPhone {
            given_by: officer_named(asked, context)?,
        },
        Grant::Provisional if asked.given_by.is_some() && context.actor.holds(Role::Oco) => {
            Authority::ByPhone {
                given_by: officer_named(asked, context)?,
            }
        }
        Grant::Provisional if by.role == Role::Siro => {
            check_provisional(incident, clock, asked, context)?;
            Authority::Provisional {}
        }
        Grant::No
        | Grant::View
        | Grant::Advise
        | Grant::Countersign
        | Grant::Provisional
        | Grant::May => {
            return Err(Refusal::not_allowed(
                "Only the DPO of a controller of these data decides whether its regulator is told",
            )
            .by(RuleId::BobDecide));
        }
    };
    Ok((authority, by))
}

fn officer_named(asked: &Asked<'_>, context: &Context<'_>) -> Result<PersonId, Refusal> {
    let given_at = asked.decided_at.unwrap_or(context.now);
    let officers = regulator::deciders(context.directory, asked.controller, given_at);
    let named = officers
        .map(|holding| &holding.person)
        .find(|person| Some(*person) == asked.given_by);
    named.cloned().ok_or_else(|| {
        let name = context.directory.organisation_name(asked.controller);
        Refusal::invalid(
            "/given_by",
            format!(
                "You record what the DPO decides: name the DPO or acting DPO of {name} who gave it"
            ),
        )
        .by(RuleId::BobDecide)
    })
}

/// The ladder is DPO, acting DPO, SIRO: somebody has tried the first two and reached neither, or
/// nobody holds either role, and little time is left.
fn check_provisional(
    incident: &Incident,
    clock: &Clock,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let limit = context.policy.casework.provisional_hours;
    let mut officers = regulator::deciders(context.directory, asked.controller, context.now);
    let is_vacant = officers.next().is_none();
    let officer = Contact::of(Role::Dpo, asked.controller);
    let sentence = if asked.answer == ReportAnswer::Decline {
        "Only the DPO can decline; the SIRO may authorise a report".to_owned()
    } else if !is_vacant && contacts::has_answered(incident, &officer) {
        "The DPO has been reached and decides; ask them".to_owned()
    } else if !is_vacant && !contacts::is_tried(incident, &officer) {
        "Nobody has tried to reach the DPO yet; call the DPO, the deputy and the acting DPO first"
            .to_owned()
    } else if clock.due_at - context.now >= hours(limit) {
        format!(
            "More than {limit} hours are left; keep calling the DPO, the deputy and the acting DPO"
        )
    } else {
        return Ok(());
    };
    Err(Refusal::against(RuleId::BobDecide, sentence))
}

/// The reason for a stop after the time, unless one was given before (CLK-LATE).
pub(super) fn late_reason(
    incident: &Incident,
    clock: &Clock,
    stopped_at: Instant,
    reason: Option<&str>,
) -> Result<Option<Event>, Refusal> {
    let in_time = stopped_at <= clock.due_at;
    let is_stopped = clock::stopped_at(incident, clock).is_some();
    if in_time || is_stopped || clock.stood_down.is_some() || clock.late_reason.is_some() {
        return Ok(None);
    }
    let sentence = format!(
        "This stops {} after its time: give the reason why it is late",
        clock.kind.as_str()
    );
    let reason = said_of(
        RuleId::ClkLate,
        reason.unwrap_or_default(),
        "/late_reason",
        &sentence,
    )?;
    Ok(Some(Event::LateReasonGiven {
        kind: clock.kind,
        controller: clock.controller.clone(),
        reason: reason.into(),
    }))
}

fn known_decision(incident: &Incident, id: Uuid) -> Result<&Decision, Refusal> {
    incident.casework().regulator.decision(id).ok_or_else(|| {
        Refusal::invalid(
            "/decision",
            "That decision is not on this incident; poll and choose again",
        )
        .by(RuleId::BobDecide)
    })
}

/// What another decision or a later re-grade has overtaken is signed no more (CLK-REGRADE).
fn check_in_force(incident: &Incident, decision: &Decision) -> Result<(), Refusal> {
    let in_force = in_force(incident, &decision.controller);
    if in_force.is_some_and(|in_force| in_force.id == decision.id) {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::ClkRegrade,
        "A later decision or a later grade has taken its place; sign that one, or decide again",
    ))
}

pub(super) fn confirm(
    incident: &Incident,
    id: Uuid,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let decision = known_decision(incident, id)?;
    let (_, by) = permission::require_of(
        Permission::Decide,
        Grant::Owner,
        context.actor,
        incident,
        &decision.controller,
    )?;
    if !decision.is_unconfirmed() {
        return Err(Refusal::against(
            RuleId::BobDecide,
            "The DPO has confirmed it already; nothing is left to do",
        ));
    }
    check_in_force(incident, decision)?;
    Ok(one(by, RegulatorEvent::Confirmed { decision: id }))
}

pub(super) fn countersign(
    incident: &Incident,
    id: Uuid,
    late: Option<&str>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let decision = known_decision(incident, id)?;
    let by = permission::require_countersign(context.actor, incident, &decision.controller)?;
    if !decision.awaits_countersignature() {
        return Err(Refusal::against(
            RuleId::BobMit,
            "Nothing is left to countersign: only a decline against a sensitivity factor needs it, once",
        ));
    }
    check_in_force(incident, decision)?;
    check_second_person(decision, &by)?;
    let clock = regulator_clock(incident, Body::Ico, Some(&decision.controller))?;
    let late = late_reason(incident, clock, context.now, late)?;
    let mut events: Vec<Event> = late.into_iter().collect();
    let countersigned = RegulatorEvent::Countersigned { decision: id };
    events.push(Event::Regulator(countersigned));
    Ok(Judged::new(by, events))
}

/// Two signatures are of two people, also where one person holds both roles (BOB-MIT).
fn check_second_person(decision: &Decision, by: &Signature) -> Result<(), Refusal> {
    let gave_it = match &decision.authority {
        Authority::ByPhone { given_by } => given_by,
        Authority::Own {} | Authority::Provisional {} => &decision.recorded.by.person,
    };
    let is_second = by.person != *gave_it;
    #[cfg(test)]
    let is_second = is_second || mutant::is(Mutant::DeclinerCountersigns);
    if is_second {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::BobMit,
        "You cannot countersign your own decline: somebody else signs for the Caldicott Guardian",
    ))
}
