//! Whether an essential service was significantly hit: each operator answers for itself (NIS-WHO, NIS-72H,
//! BOB-CYBER).
//!
//! Anybody who triages says yes, because that starts a clock and ends nothing. A "no" has its reason, and
//! somebody of the operator says it: whoever triages there, and on a serious incident its DPO or whoever stands
//! in.

use crate::domain::Instant;
use crate::domain::clock::Clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::decide::{Context, Decision as Judged, logging, reasoned};
use crate::domain::directory::HeldRole;
use crate::domain::event::{Event, Logged, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Awareness, AwarenessKind, Incident};
use crate::domain::office::{self, Office, WhoMay, who_may};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{
    Concerned, Gravity, RegulatorEvent, nis_answer_in_force, nis_still_asked,
    nis_whatever_the_facts,
};
use crate::domain::rule::RuleId;
use std::collections::BTreeSet;

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

/// Whoever acts for the operator, who may hold no right to triage while standing in for a vacancy
/// (NOBODY-THERE), else whoever triages.
fn may_answer(
    incident: &Incident,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let mut concerned = concerned(incident, said, context)?.into_iter();
    let own = concerned.find_map(|operator| {
        let who = whose(operator, context);
        let officer = who.signature(context.actor);
        officer.or_else(|| triages_for(incident, operator, context))
    });
    match own {
        Some(by) => Ok(by),
        None => permission::require(Permission::Triage, context.actor, incident).map(|(_, by)| by),
    }
}

fn whose<'a>(operator: &'a OrganisationId, context: &Context<'a>) -> WhoMay<'a> {
    let Context { directory, now, .. } = *context;
    who_may(Office::Decide, operator, directory, now, &[])
}

/// In which role of the operator's own somebody triages.
pub(in crate::domain::decide) fn triages_for(
    incident: &Incident,
    operator: &OrganisationId,
    context: &Context<'_>,
) -> Option<Signature> {
    let actor = context.actor;
    let is_own = |held: &&HeldRole| {
        held.organisation == *operator
            && permission::cell_of(Permission::Triage, held.role).grant >= Grant::May
            && permission::reaches(Permission::Triage, held, actor, incident)
    };
    let held = actor.roles.iter().find(is_own)?;
    Some(Signature::of(actor, held))
}

/// What an answer makes true, on the incident with its facts as they are then.
pub(in crate::domain::decide) fn answered(
    incident: &Incident,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    // Whoever may not give the answer is told so before being asked for a reason.
    let operators = answered_for(incident, said, context)?;
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
    for operator in operators {
        let is_known = |answer: &crate::domain::regulator::NisAnswer| {
            answer.significant == said.significant && reason.is_none()
        };
        if nis_answer_in_force(incident, operator).is_some_and(is_known) {
            continue;
        }
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
    operators.extend(nis_still_asked(incident, &operators));
    let kept = incident.casework().regulator.nis_kept.iter();
    let itself = kept.filter(|kept| kept.concerned == Concerned::Itself);
    operators.extend(itself.map(|kept| &kept.operator));
    if !said.operators.is_empty() {
        let partners = logging::affected_operators(&incident.facts, reporter, context.directory);
        operators.extend(partners);
        operators.extend(incident.casework().regulator.operators_kept());
    }
    let mut once = BTreeSet::new();
    operators.retain(|operator| once.insert(*operator));
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

/// The operators for which this is an answer. A "no" that names none is that of those for which the person
/// acts; it is refused where there are none, and where it names one for which the person does not.
fn answered_for<'a>(
    incident: &'a Incident,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Vec<&'a OrganisationId>, Refusal> {
    let mut concerned = concerned(incident, said, context)?;
    let refusal = |operator: &&OrganisationId| check_entitled(incident, operator, said, context);
    let refused = concerned
        .iter()
        .find_map(|operator| refusal(operator).err());
    if said.operators.is_empty() {
        concerned.retain(|operator| refusal(operator).is_ok());
    }
    match refused {
        Some(refused) if concerned.is_empty() || !said.operators.is_empty() => Err(refused),
        Some(_) | None => Ok(concerned),
    }
}

/// A "no" ends what would be owed, so the operator's own people say it, and on a serious incident that may hit
/// services, an outage as well as an attack, its own officer. Where nobody holds any of the roles, whoever
/// triages does (NOBODY-THERE).
fn check_entitled(
    incident: &Incident,
    operator: &OrganisationId,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let directory = context.directory;
    let who = whose(operator, context);
    let is_open_to_all =
        said.significant || who.seats.is_empty() || who.signature(context.actor).is_some();
    let serious = office::speaks_for_serious(incident, operator, directory, context.now);
    let asks = incident.facts.may_hit_services()
        || [Concerned::Itself, Concerned::AsPartner]
            .into_iter()
            .any(|part| nis_whatever_the_facts(incident, part).contains(&operator));
    let is_serious = asks && serious.is_some();
    let is_own = || triages_for(incident, operator, context).is_some();
    if is_open_to_all || (!is_serious && is_own()) {
        return Ok(());
    }
    let name = directory.organisation_name(operator);
    let why = match is_serious {
        true => "This incident is serious, so you cannot say".to_owned(),
        false => format!("You do not act for {name}, so you cannot say"),
    };
    Err(Refusal::against(
        RuleId::NisWho,
        format!(
            "{why} that the essential service of {name} was not significantly affected. Ask {} to answer",
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
