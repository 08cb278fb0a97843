//! Whether an essential service was significantly hit: each operator answers for itself (NIS-WHO, NIS-72H,
//! BOB-CYBER).
//!
//! Anybody who triages says yes, because that starts a clock and ends nothing. A "no" has its reason, and on
//! a serious incident the operator's DPO says it, or whoever stands in.

use crate::domain::Instant;
use crate::domain::clock::Clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::decide::{Context, Decision as Judged, logging, reasoned};
use crate::domain::event::{Event, Logged, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Awareness, AwarenessKind, Incident};
use crate::domain::office::{self, Office, who_may};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Gravity, RegulatorEvent, nis_answer_in_force};
use crate::domain::rule::RuleId;

/// What somebody says of operators.
pub(in crate::domain::decide) struct Said<'a> {
    /// Of which; of each that is concerned, if empty.
    pub(in crate::domain::decide) operators: Vec<OrganisationId>,
    pub(in crate::domain::decide) significant: bool,
    pub(in crate::domain::decide) reason: Option<&'a str>,
    /// When that was recognised, where no operator's awareness is known.
    pub(in crate::domain::decide) recognised_at: Instant,
}

pub(super) fn answer(
    incident: &Incident,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let by = may_answer(incident, said, context)?;
    let events = answered(incident, said, context)?;
    if events.is_empty() {
        return Err(Refusal::against(
            RuleId::NisWho,
            "That is on record already. Give a reason to answer it again",
        ));
    }
    Ok(Judged::new(by, events))
}

/// Whoever triages, and the officer of the operator, who may hold no right to triage while standing in for a
/// vacancy (NOBODY-THERE).
fn may_answer(
    incident: &Incident,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let mut concerned = concerned(incident, said, context)?.into_iter();
    let officer = concerned.find_map(|operator| {
        let who = who_may(
            Office::Decide,
            operator,
            context.directory,
            context.now,
            &[],
        );
        who.signature(context.actor)
    });
    match officer {
        Some(by) => Ok(by),
        None => permission::require(Permission::Triage, context.actor, incident).map(|(_, by)| by),
    }
}

/// What an answer makes true, on the incident with its facts as they are then.
pub(in crate::domain::decide) fn answered(
    incident: &Incident,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let reason = match (said.significant, said.reason) {
        (true, reason) => reason.map(str::trim).filter(|reason| !reason.is_empty()),
        (false, reason) => Some(reasoned(
            RuleId::NisWho,
            reason.unwrap_or_default(),
            "/reason",
            "Say why the essential service was not significantly affected",
        )?),
    };
    let mut awareness = incident.awareness.clone();
    let mut events = Vec::new();
    for operator in concerned(incident, said, context)? {
        let is_known = |answer: &crate::domain::regulator::NisAnswer| {
            answer.significant == said.significant && reason.is_none()
        };
        if nis_answer_in_force(incident, operator).is_some_and(is_known) {
            continue;
        }
        check_entitled(incident, operator, said, context)?;
        events.push(Event::Regulator(RegulatorEvent::NisAnswered {
            operator: operator.clone(),
            significant: said.significant,
            reason: reason.map(Into::into),
            made_on: Gravity::of(incident),
        }));
        if said.significant {
            events.extend(clock_started(
                incident,
                operator,
                said,
                &mut awareness,
                context,
            ));
        }
    }
    Ok(events)
}

/// The operators that are meant; each must be one, and concerned.
fn concerned<'a>(
    incident: &'a Incident,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Vec<&'a OrganisationId>, Refusal> {
    let reporter = &incident.reporter.organisation;
    let mut operators = logging::operators(&incident.facts, reporter, context.directory);
    if !said.operators.is_empty() {
        let partners = logging::affected_operators(&incident.facts, reporter, context.directory);
        operators.extend(partners);
    }
    let other = said
        .operators
        .iter()
        .find(|named| !operators.contains(named));
    if let Some(other) = other {
        let name = context.directory.organisation_name(other);
        return Err(Refusal::invalid(
            "/operator",
            format!("{name} is not an operator of essential services that is a controller here, is affected as a partner or reported this. Choose one that is"),
        )
        .by(RuleId::NisWho));
    }
    if operators.is_empty() {
        return Err(Refusal::against(
            RuleId::NisWho,
            "No operator of essential services is a controller here, is affected as a partner or reported this, so nobody owes an answer. Triage it with the right controllers and partners first",
        ));
    }
    let is_meant =
        |operator: &&OrganisationId| said.operators.is_empty() || said.operators.contains(operator);
    Ok(operators.into_iter().filter(is_meant).collect())
}

/// A "no" ends what would be owed. On a serious incident that may hit services, an outage as well as an attack,
/// the operator's own officer says it; where nobody holds any of the roles, whoever triages does
/// (NOBODY-THERE).
fn check_entitled(
    incident: &Incident,
    operator: &OrganisationId,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let directory = context.directory;
    let ends_something = !said.significant && incident.facts.may_hit_services();
    let who = office::speaks_for_serious(incident, operator, directory, context.now);
    let who = who.filter(|who| ends_something && who.signature(context.actor).is_none());
    let Some(who) = who else {
        return Ok(());
    };
    Err(Refusal::against(
        RuleId::NisWho,
        format!(
            "This incident is serious, so you cannot say that the essential service of {} was not significantly affected. Ask {} to answer",
            directory.organisation_name(operator),
            who.in_words(directory)
        ),
    ))
}

/// The operator's clock: started where it has none, and counting again where it was stopped (CLK-REGRADE).
fn clock_started(
    incident: &Incident,
    operator: &OrganisationId,
    said: &Said<'_>,
    awareness: &mut Awareness,
    context: &Context<'_>,
) -> Vec<Event> {
    if let Some(clock) = clock_of(incident, operator, context) {
        let is_hidden = clock.stood_down.is_some();
        return is_hidden
            .then(|| super::anchor::reinstated(clock))
            .into_iter()
            .collect();
    }
    let reporter = &incident.reporter.organisation;
    let known_at = awareness.operator_aware_at(operator, reporter);
    let at = known_at.unwrap_or(said.recognised_at);
    let mut events = Vec::new();
    if awareness.nis_at.is_none() {
        let kind = AwarenessKind::Nis;
        *awareness = awareness.clone().with(kind, at);
        events.push(Event::AwarenessAdded { kind, at });
    }
    let owner = Some(operator.clone());
    let clock = Clock::start(ClockKind::Nis72h, owner, at, context.policy);
    events.push(Event::ClockStarted { clock });
    events
}

/// The clock of an operator. One of a time before each had its own is the first operator's.
pub(super) fn clock_of<'a>(
    incident: &'a Incident,
    operator: &OrganisationId,
    context: &Context<'_>,
) -> Option<&'a Clock> {
    let reporter = &incident.reporter.organisation;
    let operators = logging::operators(&incident.facts, reporter, context.directory);
    let is_first = operators.first() == Some(&operator);
    let mut clocks = incident.clocks.iter();
    clocks.find(|clock| {
        clock.kind == ClockKind::Nis72h
            && (clock.organisations().any(|named| named == operator)
                || (clock.names_nobody() && is_first))
    })
}

/// What was answered when the incident was logged: only that a service was hit.
pub(in crate::domain::decide) fn first_answers(
    logged: &Logged,
    context: &Context<'_>,
) -> Vec<Event> {
    if logged.facts.nis_significant != Some(true) {
        return Vec::new();
    }
    let made_on = Gravity {
        siri: logged.facts.siri,
        ..Gravity::default()
    };
    logging::operators(
        &logged.facts,
        &logged.reporter.organisation,
        context.directory,
    )
    .into_iter()
    .map(|operator| {
        Event::Regulator(RegulatorEvent::NisAnswered {
            operator: operator.clone(),
            significant: true,
            reason: None,
            made_on,
        })
    })
    .collect()
}
