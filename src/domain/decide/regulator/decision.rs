//! Deciding whether to report, on whose word, and signing what was decided (BOB-DECIDE, BOB-MIT,
//! CLK-REGRADE, CLK-LATE).

use super::anchor::reinstated;
use super::{one, regulator_clock, reported_or_now};
use crate::domain::clock::{self, Clock};
use crate::domain::contacts::{self, Contact};
use crate::domain::decide::{Context, Decision as Judged, reasoned, reported, worded};
use crate::domain::event::{Event, Signature, Signed};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{Assessment, Incident};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office::{Office, Seat, WhoMay, who_may};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{
    Authority, Body, Conflict, Decision, OnRecord, RegulatorEvent, ReportAnswer, in_force,
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
    pub(super) knew_grade: Option<bool>,
}

pub(super) fn decide(
    incident: &Incident,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let clock = regulator_clock(incident, Body::Ico, Some(asked.controller))?;
    let (authority, by) = authority(incident, clock, asked, context)?;
    let Some(assessment) = incident.assessment_for(asked.controller) else {
        return Err(Refusal::against(
            RuleId::BobDecide,
            "Grade severity and likelihood first: a decision answers an assessment",
        ));
    };
    check_untold(incident, asked)?;
    let reasons = reasons(asked)?;
    let decided_at = reported_or_now(asked.decided_at, "/decided_at", context)?;
    check_answers(incident, assessment, asked, decided_at)?;
    let against_a_factor = incident.declines_against_a_factor(asked.controller);
    let decider = asked.given_by.unwrap_or(&by.person);
    let conflict = match asked.answer {
        ReportAnswer::Report => None,
        ReportAnswer::Decline => Conflict::of(decider, incident, context.directory, context.now),
    };
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
        made_on: Some(OnRecord {
            assessments: incident.assessments.len(),
            notifications: incident.casework().regulator.notifications.len(),
        }),
        conflict,
        seconded: None,
        confirmed_at: None,
        countersigned_at: None,
        seconded_at: None,
    };
    let mut events = Vec::new();
    if decision.answer == ReportAnswer::Decline && !decision.is_unsigned() {
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

/// A decline is a way out of a duty, so its reasons say something (ICO-DUTY).
fn reasons<'a>(asked: &Asked<'a>) -> Result<&'a str, Refusal> {
    let (rule, pointer) = (RuleId::BobDecide, "/reasons");
    let sentence = "Give the reasons. A report and a decline both need them";
    match asked.answer {
        ReportAnswer::Report => worded(rule, asked.reasons, pointer, sentence),
        ReportAnswer::Decline => reasoned(rule, asked.reasons, pointer, sentence),
    }
}

/// A decision may be older than the entry of the grade that it rests on, and not older than anybody's
/// awareness (DECIDE-TRUE). A decline that was given before a re-grade upward answers it only where the
/// officer knew that grade (CLK-REGRADE), and the first grade unless it is said that the officer did not.
fn check_answers(
    incident: &Incident,
    assessment: &Assessment,
    asked: &Asked<'_>,
    decided_at: Instant,
) -> Result<(), Refusal> {
    if decided_at < incident.awareness.earliest() {
        return Err(Refusal::invalid(
            "/decided_at",
            "Nobody was aware of the incident then. Correct the time of the decision or of the awareness",
        )
        .by(RuleId::DecideTrue));
    }
    let is_older = asked.answer == ReportAnswer::Decline && decided_at < assessment.at;
    let there_was_another = incident
        .assessments
        .iter()
        .any(|made| made.at <= decided_at && made.at < assessment.at);
    let is_answer = match asked.knew_grade {
        Some(knew_grade) => knew_grade,
        None => !there_was_another,
    };
    if !is_older || is_answer || !assessment.grading.ico_required {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/decided_at",
        format!(
            "A decline answers the grade in force, which was entered {}. Say that the DPO knew that grade, or ask the DPO again",
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
        "The ICO has already been told. If it was no breach, tell the ICO and record that the report is withdrawn",
    ))
}

/// On whose word it stands: the controller's own data protection officer decides; whoever only
/// records names the officer who gave it; the SIRO authorises a report when time runs out and the
/// officer has not been reached. Whoever names another officer records that one's word. Where nobody is
/// DPO, whoever stands in authorises a report (NOBODY-THERE).
fn authority(
    incident: &Incident,
    clock: &Clock,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<(Authority, Signature), Refusal> {
    let who = who_may(
        Office::Decide,
        asked.controller,
        context.directory,
        context.now,
        &[],
    );
    let granted = permission::require_of(
        Permission::Decide,
        Grant::Record,
        context.actor,
        incident,
        asked.controller,
    );
    let (grant, by) = match (granted, who.signature(context.actor)) {
        (Ok(granted), _) => granted,
        (Err(_), Some(by)) if who.is_fall_back() => (Grant::Provisional, by),
        (Err(refusal), _) => return Err(not_theirs(refusal, incident, asked, &who, context)),
    };
    // Whoever names another officer records what that one gave, also where they could decide themselves.
    let is_anothers = asked
        .given_by
        .is_some_and(|given_by| *given_by != by.person);
    let records = grant == Grant::Record || is_anothers;
    let authority = if grant == Grant::Owner && !is_anothers {
        Authority::Own {}
    } else if records && who.seats.is_empty() {
        exception(asked, context)?
    } else if records {
        Authority::ByPhone {
            given_by: officer_named(asked, context)?,
        }
    } else if grant == Grant::Provisional {
        check_provisional(incident, clock, asked, &who, context)?;
        Authority::Provisional {}
    } else {
        return Err(for_its_dpo(incident, asked, &who, context).by(RuleId::BobDecide));
    };
    Ok((authority, by))
}

/// The officers of another organisation are told whose decision it is, and everybody else which roles
/// decide.
fn not_theirs(
    refusal: Refusal,
    incident: &Incident,
    asked: &Asked<'_>,
    who: &WhoMay<'_>,
    context: &Context<'_>,
) -> Refusal {
    let mut held = context.actor.roles.iter();
    if held.any(|held| matches!(held.role, Role::Dpo | Role::Adpo | Role::Siro)) {
        for_its_dpo(incident, asked, who, context)
    } else {
        refusal
    }
}

fn for_its_dpo(
    incident: &Incident,
    asked: &Asked<'_>,
    who: &WhoMay<'_>,
    context: &Context<'_>,
) -> Refusal {
    let name = context.directory.organisation_name(asked.controller);
    let sentence = match who.seats.first() {
        _ if !incident.has_to_answer(asked.controller) => format!(
            "{name} is no longer entered as controller, so you cannot decide for it. Ask the on-call officer to correct the controllers"
        ),
        Some(seat) if !who.is_fall_back() => format!(
            "Only the DPO of {name} can do this: call {}",
            context.directory.person_name(&seat.holding.person)
        ),
        Some(_) | None => format!(
            "Only the DPO of {name} can do this, and nobody is DPO there now. Call {}",
            who.in_words(context.directory)
        ),
    };
    Refusal::not_allowed(sentence)
}

/// Nobody holds any role that could decide: whoever is at the desk reports, and declines nothing
/// (NOBODY-THERE).
fn exception(asked: &Asked<'_>, context: &Context<'_>) -> Result<Authority, Refusal> {
    if asked.answer == ReportAnswer::Report {
        return Ok(Authority::Provisional {});
    }
    let name = context.directory.organisation_name(asked.controller);
    Err(Refusal::against(
        RuleId::NobodyThere,
        format!(
            "Only a DPO can decline, and {name} has none. Decide to report, or have a DPO appointed"
        ),
    ))
}

/// The officer whose word is recorded: a data protection officer, or for a report whoever stands in
/// where there is none.
fn officer_named(asked: &Asked<'_>, context: &Context<'_>) -> Result<PersonId, Refusal> {
    let given_at = asked.decided_at.unwrap_or(context.now);
    let who = |at| who_may(Office::Decide, asked.controller, context.directory, at, &[]);
    let (then, now) = (who(given_at), who(context.now));
    let may_give = |seat: &&Seat<'_>| {
        let is_dpo = matches!(seat.holding.role, Role::Dpo | Role::Adpo);
        Some(&seat.holding.person) == asked.given_by
            && (is_dpo || asked.answer == ReportAnswer::Report)
    };
    let named = then.seats.iter().find(may_give);
    named.map(|seat| seat.holding.person.clone()).ok_or_else(|| {
        let name = context.directory.organisation_name(asked.controller);
        let sentence = if !now.is_fall_back() {
            format!(
                "You record the DPO's decision. Name the DPO or acting DPO of {name} who made it ({})",
                now.everybody(context.directory)
            )
        } else if asked.answer == ReportAnswer::Decline {
            format!("Only a DPO can decline, and {name} has none. Report, or have a DPO appointed")
        } else {
            format!(
                "{name} has no DPO. Name the person who authorised the report instead ({})",
                now.everybody(context.directory)
            )
        };
        Refusal::invalid("/given_by", sentence).by(RuleId::BobDecide)
    })
}

/// The ladder is DPO, acting DPO, SIRO: somebody has tried the first two and reached neither and little
/// time is left; or nobody holds either role, and there is nobody to wait for (NOBODY-THERE).
fn check_provisional(
    incident: &Incident,
    clock: &Clock,
    asked: &Asked<'_>,
    who: &WhoMay<'_>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let limit = context.policy.casework.provisional_hours;
    let officer = Contact::of(Role::Dpo, asked.controller);
    let names = who.everybody(context.directory);
    let sentence = if asked.answer == ReportAnswer::Decline && who.is_fall_back() {
        return exception(asked, context).map(|_| ());
    } else if asked.answer == ReportAnswer::Decline {
        format!("Only the DPO can decline. The SIRO may authorise a report. Call {names}")
    } else if who.is_fall_back() {
        return Ok(());
    } else if contacts::has_answered(incident, &officer) {
        format!("The DPO has been reached, so the DPO decides. Ask {names}")
    } else if !contacts::is_tried(incident, &officer) {
        format!("Nobody has tried to reach the DPO yet. Call {names} first")
    } else if clock.due_at - context.now >= hours(limit) {
        format!("More than {limit} hours are left. Keep calling {names}")
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
    let in_time = stopped_at <= clock.first_due_at();
    let is_stopped = clock::stopped_at(incident, clock).is_some();
    if in_time || is_stopped || clock.stood_down.is_some() || clock.late_reason.is_some() {
        return Ok(None);
    }
    let sentence = format!(
        "This stops \"{}\" after the deadline: give the reason",
        clock.kind.name()
    );
    let reason = reasoned(
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
            "This incident has no such decision. Refresh and choose again",
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
        "A later decision or grade has replaced this one. Sign the later one, or decide again",
    ))
}

pub(super) fn confirm(
    incident: &Incident,
    id: Uuid,
    signed_at: Option<Instant>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let decision = known_decision(incident, id)?;
    let by = may_sign(Office::Confirm, decision, context)?;
    if !decision.is_unconfirmed() {
        return Err(Refusal::against(
            RuleId::BobDecide,
            "The DPO has already confirmed it",
        ));
    }
    check_in_force(incident, decision)?;
    let at = when_signed(decision, signed_at, context)?;
    Ok(one(by, RegulatorEvent::Confirmed { decision: id, at }))
}

/// When somebody signed, where that was before now: a signature is not older than what it stands under
/// (DECIDE-TRUE).
fn when_signed(
    decision: &Decision,
    signed_at: Option<Instant>,
    context: &Context<'_>,
) -> Result<Option<Instant>, Refusal> {
    let Some(at) = signed_at else { return Ok(None) };
    let at = reported(at, "/signed_at", context)?;
    if at < decision.decided_at {
        let sentence = format!(
            "The decision was given {}: nobody signed it before. Correct the time",
            calendar::brief(decision.decided_at)
        );
        return Err(Refusal::invalid("/signed_at", sentence).by(RuleId::DecideTrue));
    }
    Ok(Some(at))
}

pub(super) fn countersign(
    incident: &Incident,
    id: Uuid,
    (signed_at, late): (Option<Instant>, Option<&str>),
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let decision = known_decision(incident, id)?;
    let by = may_sign(Office::Countersign, decision, context)?;
    if !decision.awaits_countersignature() {
        return Err(Refusal::against(
            RuleId::BobMit,
            "There is nothing to countersign. Only a decline against a sensitivity factor needs a countersignature, once",
        ));
    }
    let at = when_signed(decision, signed_at, context)?;
    let signed = RegulatorEvent::Countersigned { decision: id, at };
    sign(incident, decision, (by, signed), (at, late), context)
}

pub(super) fn second(
    incident: &Incident,
    id: Uuid,
    (signed_at, late): (Option<Instant>, Option<&str>),
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let decision = known_decision(incident, id)?;
    let by = may_sign(Office::Second, decision, context)?;
    if !decision.awaits_second() {
        return Err(Refusal::against(
            RuleId::IcoDuty,
            "There is nothing to confirm. Only a decline by an officer with a conflict of interest needs a second officer, once",
        ));
    }
    if let Some(conflict) = Conflict::of(&by.person, incident, context.directory, context.now) {
        return Err(Refusal::against(
            RuleId::IcoDuty,
            format!(
                "You cannot confirm this either: {} {}. Somebody else must confirm it",
                context.directory.person_name(&by.person),
                conflict.name()
            ),
        ));
    }
    let at = when_signed(decision, signed_at, context)?;
    let signed = RegulatorEvent::Seconded { decision: id, at };
    sign(incident, decision, (by, signed), (at, late), context)
}

/// A signature without which a decline excuses nobody: with the last one the clock stops.
fn sign(
    incident: &Incident,
    decision: &Decision,
    (by, signed): (Signature, RegulatorEvent),
    (at, late): (Option<Instant>, Option<&str>),
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    check_in_force(incident, decision)?;
    let clock = regulator_clock(incident, Body::Ico, Some(&decision.controller))?;
    let late = late_reason(incident, clock, at.unwrap_or(context.now), late)?;
    let mut events: Vec<Event> = late.into_iter().collect();
    events.push(Event::Regulator(signed));
    Ok(Judged::new(by, events))
}

/// In which role the actor signs for the controller of a decision. Nobody signs twice: who decided it
/// gives no second signature, who wrote it down neither signs nor confirms that it was said, and where that is the only holder, the fall-back does (NOBODY-THERE).
fn may_sign(
    office: Office,
    decision: &Decision,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let spoken = decision.spoken(office);
    #[cfg(test)]
    let spoken = match mutant::is(Mutant::DeclinerCountersigns) {
        true => Vec::new(),
        false => spoken,
    };
    let who = who_may(
        office,
        &decision.controller,
        context.directory,
        context.now,
        &spoken,
    );
    who.signature(context.actor).ok_or_else(|| {
        let whom = who.in_words(context.directory);
        let (rule, only) = match office {
            Office::Countersign => (
                RuleId::BobMit,
                "Only the controller's Caldicott Guardian can countersign this decline",
            ),
            Office::Second => (
                RuleId::IcoDuty,
                "Only a second officer of the controller can confirm this decline",
            ),
            Office::Confirm
            | Office::Decide
            | Office::Recommend
            | Office::FirstVoice
            | Office::SecondVoice
            | Office::Tie => (
                RuleId::BobDecide,
                "Only the controller's DPO can confirm a decision",
            ),
        };
        Refusal::not_allowed(format!("{only}; ask {whom}")).by(rule)
    })
}
