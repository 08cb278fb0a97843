//! Taking in an incident and correcting its times (BOB-LOG, BOB-SUSPECT, CLK-PAST, CLK-NOPAUSE).

use super::{Context, Decision, major, reported, said, triage, whole_seconds};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, Clock};
use crate::domain::command::{CorrectAwareness, Log};
use crate::domain::deadlines::ClockKind;
use crate::domain::event::{Event, Logged, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{
    Awareness, BreachStatus, Facts, Incident, Occurrence, PartnershipEffect, Reporter,
};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use std::collections::BTreeSet;

pub(super) fn log(log: &Log, context: &Context<'_>) -> Result<Decision, Refusal> {
    let by = permission::require_log(context.actor)?;
    let facts = checked_facts(log, &by, context)?;
    let awareness = checked_awareness(log, context)?;
    let logged = Logged {
        reference: context.reference,
        title: said(
            &log.title,
            "/title",
            "Give the incident a title of a few words",
        )?
        .into(),
        summary: said(&log.summary, "/summary", "Say in a sentence what happened")?.into(),
        reporter: checked_reporter(log, context)?,
        occurrence: checked_occurrence(log, context)?,
        awareness,
        facts,
    };
    let clocks = first_clocks(&logged, context);
    let trend = major::propose(&logged.facts, logged.awareness.staff_at, context);
    let mut events = vec![Event::Logged(Box::new(logged))];
    events.extend(
        clocks
            .into_iter()
            .map(|clock| Event::ClockStarted { clock }),
    );
    events.extend(trend);
    Ok(Decision::new(by, events))
}

fn checked_occurrence(log: &Log, context: &Context<'_>) -> Result<Option<Occurrence>, Refusal> {
    let Some(Occurrence { at, estimated }) = log.occurrence else {
        return Ok(None);
    };
    let at = reported(at, "/occurrence/at", context)?;
    Ok(Some(Occurrence { at, estimated }))
}

fn checked_reporter(log: &Log, context: &Context<'_>) -> Result<Reporter, Refusal> {
    known_organisation(
        &log.reporter_organisation,
        "/reporter_organisation",
        context,
    )?;
    let contact = said(
        &log.reporter_contact,
        "/reporter_contact",
        "Say how the reporter can be reached",
    )?;
    Ok(Reporter {
        organisation: log.reporter_organisation.clone(),
        role: log.reporter_role.clone(),
        contact: contact.into(),
    })
}

/// Facts as far as known; without a controller named, the reporting organisation is the controller
/// if it can be one, else the organisation whose desk takes the report: a processor has no
/// regulator's clock of its own (ICO-PROC), and somebody's must run.
fn checked_facts(log: &Log, by: &Signature, context: &Context<'_>) -> Result<Facts, Refusal> {
    let mut facts = tidied(&log.facts);
    check_organisations(&facts, "/facts", context)?;
    check_near_miss(&facts, "/facts/harm_prevented_by")?;
    triage::check_wider_assessment(&facts)?;
    if facts.controllers.is_empty() {
        let controller = [&log.reporter_organisation, &by.organisation]
            .into_iter()
            .find(|organisation| is_controller(organisation, context));
        facts.controllers.extend(controller.cloned());
    }
    Ok(facts)
}

/// Facts as they are kept: each controller once, partners only where some are affected, and a trend
/// key that is the same however it was typed.
pub(super) fn tidied(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    let mut seen = BTreeSet::new();
    facts
        .controllers
        .retain(|controller| seen.insert(controller.clone()));
    if facts.partnership_effect != PartnershipEffect::Affected {
        facts.affected_partners.clear();
    }
    facts.trend_key = facts
        .trend_key
        .map(|key| key.trim().to_lowercase().into_boxed_str())
        .filter(|key| !key.is_empty());
    facts
}

fn is_controller(organisation: &OrganisationId, context: &Context<'_>) -> bool {
    context
        .directory
        .organisation(organisation)
        .is_some_and(|organisation| organisation.controller)
}

/// Every organisation named must be in the directory.
pub(super) fn check_organisations(
    facts: &Facts,
    pointer: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let named = [
        ("controllers", facts.controllers.iter().collect::<Vec<_>>()),
        ("processors", facts.processors.iter().collect()),
        (
            "affected_partners",
            facts.affected_partners.iter().collect(),
        ),
    ];
    for (field, organisations) in named {
        for organisation in organisations {
            known_organisation(organisation, &format!("{pointer}/{field}"), context)?;
        }
    }
    Ok(())
}

/// A near miss says what prevented harm (BOB-NEAR).
pub(super) fn check_near_miss(facts: &Facts, pointer: &str) -> Result<(), Refusal> {
    if facts.breach_status != BreachStatus::NearMiss {
        return Ok(());
    }
    let prevented_by = facts.harm_prevented_by.as_deref().unwrap_or_default();
    said(
        prevented_by,
        pointer,
        "Say what prevented harm: that is what makes it a near miss",
    )
    .map(|_| ())
    .map_err(|refusal| refusal.by(RuleId::BobNear))
}

/// An organisation must be in the directory.
pub(super) fn known_organisation(
    organisation: &OrganisationId,
    pointer: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if context.directory.organisation(organisation).is_some() {
        return Ok(());
    }
    Err(Refusal::invalid(
        pointer,
        format!("The directory has no organisation \"{organisation}\"; choose one that it lists"),
    ))
}

fn checked_awareness(log: &Log, context: &Context<'_>) -> Result<Awareness, Refusal> {
    let firm_occurrence = log
        .occurrence
        .filter(|occurrence| !occurrence.estimated)
        .map(|occurrence| occurrence.at);
    let staff_at = whole_seconds(log.aware_at);
    calendar::input::check_reported_time(
        staff_at,
        context.now,
        firm_occurrence,
        &context.policy.input,
    )
    .map_err(|error| Refusal::invalid("/aware_at", error.to_string()).by(error.rule()))?;
    let optional =
        |at: Option<Instant>, pointer| at.map(|at| reported(at, pointer, context)).transpose();
    let through_processor = context
        .directory
        .organisation(&log.reporter_organisation)
        .is_some_and(|reporter| reporter.kind.is_processor());
    let received_at = through_processor.then_some(context.now);
    Ok(Awareness {
        staff_at,
        officer_at: optional(log.officer_aware_at, "/officer_aware_at")?.unwrap_or(context.now),
        processor_at: optional(log.processor_aware_at, "/processor_aware_at")?,
        controller_informed_at: optional(log.controller_informed_at, "/controller_informed_at")?
            .or(received_at),
        through_processor,
        nis_at: (log.facts.nis_significant == Some(true)).then_some(staff_at),
        upgraded_at: None,
        revisions: Vec::new(),
    })
}

fn first_clocks(logged: &Logged, context: &Context<'_>) -> Vec<Clock> {
    let awareness = &logged.awareness;
    let facts = &logged.facts;
    let staff_at = awareness.staff_at;
    let out_of_hours = touches_out_of_hours(logged.occurrence, awareness, context);
    let affected = facts.partnership_effect == PartnershipEffect::Affected;
    let starts = [
        (ClockKind::Ack, Some(context.now)),
        (ClockKind::LmIao, Some(staff_at)),
        (ClockKind::BobDpo, Some(staff_at)),
        (
            ClockKind::Bob24h,
            out_of_hours.then_some(awareness.officer_at),
        ),
        (ClockKind::Proc24h, awareness.processor_at),
        (ClockKind::Nis72h, awareness.nis_at),
        (ClockKind::Wso24h, affected.then_some(context.now)),
    ];
    let mut clocks: Vec<Clock> = starts
        .into_iter()
        .filter_map(|(kind, at)| Some(Clock::start(kind, None, at?, context.policy)))
        .collect();
    clocks.extend(ico_clocks(
        facts,
        &logged.reporter.organisation,
        awareness,
        context,
    ));
    clocks
}

/// The regulator's clock for each controller, where the UK GDPR applies (ICO-JOINT, BOB-PCD,
/// BOB-NEAR). A suspicion is enough (BOB-SUSPECT).
pub(super) fn ico_clocks(
    facts: &Facts,
    reporter: &OrganisationId,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<Clock> {
    if !facts.breach_status.may_be_breach() || !facts.concern_living_people() {
        return Vec::new();
    }
    let named = &facts.controllers;
    let controllers = if named.is_empty() {
        std::slice::from_ref(reporter)
    } else {
        named.as_slice()
    };
    controllers
        .iter()
        .map(|controller| {
            let owner = Some(controller.clone());
            let started_at = awareness.controller_at();
            Clock::start(ClockKind::Ico72h, owner, started_at, context.policy)
        })
        .collect()
}

/// Any touch out of hours switches the on-call rule on (BOB-24H).
pub(super) fn touches_out_of_hours(
    occurrence: Option<Occurrence>,
    awareness: &Awareness,
    context: &Context<'_>,
) -> bool {
    let policy = context.policy;
    [
        occurrence.map(|occurrence| occurrence.at),
        Some(awareness.staff_at),
        Some(awareness.officer_at),
    ]
    .into_iter()
    .flatten()
    .any(|at| policy.calendar.out_of_hours(at, &policy.business_hours))
}

pub(super) fn correct(
    incident: &Incident,
    correction: &CorrectAwareness,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (grant, by) = permission::require(Permission::CorrectTime, context.actor, incident)?;
    let reason = said(
        &correction.reason,
        "/reason",
        "Say why the time is corrected",
    )?;
    if grant < Grant::Owner && by.role == Role::Oco {
        within_correction_time(incident, context)?;
    }
    let to = checked_correction(incident, correction, context)?;
    let kind = correction.kind;
    let corrected = match incident.awareness.at(kind) {
        Some(from) => Event::AwarenessCorrected {
            kind,
            from,
            to,
            reason: reason.into(),
        },
        None => Event::AwarenessAdded { kind, at: to },
    };
    let awareness = incident.awareness.clone().with(kind, to);
    let mut events = vec![corrected];
    events.extend(revised_clocks(incident, &awareness, reason, context));
    events.extend(clocks_brought_in(incident, &awareness, context));
    Ok(Decision::new(by, events))
}

fn within_correction_time(incident: &Incident, context: &Context<'_>) -> Result<(), Refusal> {
    let limit = context.policy.input.correction_hours;
    if context.now <= incident.logged_at + hours(limit) {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::ClkNopause,
        format!(
            "The on-call officer may correct a time within {limit} hours of logging; ask the DPO or the governance team"
        ),
    ))
}

fn checked_correction(
    incident: &Incident,
    correction: &CorrectAwareness,
    context: &Context<'_>,
) -> Result<Instant, Refusal> {
    let to = whole_seconds(correction.at);
    let firm_occurrence = incident
        .occurrence
        .filter(|occurrence| !occurrence.estimated)
        .map(|occurrence| occurrence.at);
    calendar::input::check_reported_time(to, context.now, firm_occurrence, &context.policy.input)
        .map_err(|error| Refusal::invalid("/at", error.to_string()).by(error.rule()))?;
    Ok(to)
}

/// The clocks that start at another time now. One that was met may be met late by that (C12); the
/// reason of the correction is then why. Every other clock keeps the numbers it was made under.
fn revised_clocks(
    incident: &Incident,
    awareness: &Awareness,
    reason: &str,
    context: &Context<'_>,
) -> Vec<Event> {
    clock::views(incident)
        .filter_map(|view| {
            let started_at = start_of(view.clock.kind, awareness)?;
            (started_at != view.clock.started_at).then_some((view, started_at))
        })
        .flat_map(|(view, started_at)| {
            let revised = view.clock.revised(started_at, context.policy);
            let is_late = view.stopped_at.is_some_and(|at| at > revised.due_at);
            let late = is_late && revised.late_reason.is_none();
            let why = late.then(|| Event::LateReasonGiven {
                kind: revised.kind,
                controller: revised.controller.clone(),
                reason: format!("late since the start was corrected: {reason}").into(),
            });
            let revised = Event::ClockRevised {
                previous_due_at: view.clock.due_at,
                clock: revised,
            };
            std::iter::once(revised).chain(why)
        })
        .collect()
}

/// Clocks that the incident has only because of the time now recorded.
fn clocks_brought_in(
    incident: &Incident,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<Event> {
    let on_call_rule = touches_out_of_hours(incident.occurrence, awareness, context);
    let starts = [
        (
            ClockKind::Bob24h,
            on_call_rule.then_some(awareness.officer_at),
        ),
        (ClockKind::Proc24h, awareness.processor_at),
    ];
    starts
        .into_iter()
        .filter(|(kind, _)| clock::view(incident, *kind).is_none())
        .filter_map(|(kind, at)| {
            Some(Event::ClockStarted {
                clock: Clock::start(kind, None, at?, context.policy),
            })
        })
        .collect()
}

/// Which awareness starts which clock (section 1.3); none for clocks that no awareness starts.
fn start_of(kind: ClockKind, awareness: &Awareness) -> Option<Instant> {
    match kind {
        ClockKind::LmIao | ClockKind::BobDpo => Some(awareness.staff_at),
        ClockKind::Bob24h => Some(awareness.officer_at),
        ClockKind::Ico72h => Some(awareness.controller_at()),
        ClockKind::Nis72h => awareness.nis_at,
        ClockKind::Proc24h => awareness.processor_at,
        ClockKind::Wso24h | ClockKind::Ack => None,
    }
}
