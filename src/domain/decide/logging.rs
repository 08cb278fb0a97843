//! Taking in an incident, with the clocks that follow (BOB-LOG, BOB-SUSPECT, CLK-PAST, BOB-24H).

use super::{
    Context, Decision, major, regulator, reported, said, title, triage, whole_seconds, worded,
    words,
};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::Clock;
use crate::domain::command::Log;
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Directory;
use crate::domain::event::{Event, Logged, Signature};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{
    Awareness, BreachStatus, Facts, Occurrence, PartnershipEffect, Reporter,
};
use crate::domain::permission::{self};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::sharing;
use std::collections::BTreeSet;

pub(super) fn log(log: &Log, context: &Context<'_>) -> Result<Decision, Refusal> {
    let by = permission::require_log(context.actor)?;
    let facts = checked_facts(log, &by, context)?;
    let awareness = checked_awareness(log, &facts, context)?;
    let logged = Logged {
        reference: context.reference,
        title: title(
            &log.title,
            context.policy.input.title_characters,
            "Give the incident a title of a few words",
        )?
        .into(),
        summary: words(&log.summary, "/summary", "Say in a sentence what happened")?.into(),
        reporter: checked_reporter(log, context)?,
        occurrence: checked_occurrence(log, context)?,
        awareness,
        facts,
    };
    let clocks = first_clocks(&logged, &by, context);
    let trend = major::propose(&logged.facts, logged.awareness.staff_at, context);
    let reporter = &logged.reporter.organisation;
    let agreements = sharing::between(reporter, &logged.facts, context.directory, context.now);
    let answers = regulator::first_nis_answers(&logged, context);
    let mut events = vec![Event::Logged(Box::new(logged))];
    events.extend(answers);
    if !agreements.is_empty() {
        events.push(Event::AgreementsFound { agreements });
    }
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
/// if it can be one, else the organisation whose desk takes the report. What a supplier reports leaves it open,
/// whoever writes it down: nobody guesses, and the controller is named later (ICO-PROC).
fn checked_facts(log: &Log, by: &Signature, context: &Context<'_>) -> Result<Facts, Refusal> {
    let mut facts = tidied(&log.facts);
    check_organisations(&facts, "/facts", context)?;
    check_controllers(&[], &facts, "/facts", context)?;
    check_near_miss(&facts, "/facts/harm_prevented_by")?;
    triage::check_wider_assessment(&facts)?;
    if facts.controllers.is_empty() {
        let reporter = &log.reporter_organisation;
        let desk = (!is_supplier(reporter, context)).then_some(&by.organisation);
        let controller = std::iter::once(reporter)
            .chain(desk)
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
    facts.trend_key = facts.tidy_trend_key();
    facts
}

pub(super) fn is_controller(organisation: &OrganisationId, context: &Context<'_>) -> bool {
    context
        .directory
        .organisation(organisation)
        .is_some_and(|organisation| organisation.controller)
}

fn is_supplier(organisation: &OrganisationId, context: &Context<'_>) -> bool {
    let known = context.directory.organisation(organisation);
    known.is_some_and(|known| known.kind.is_processor())
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

/// Whose data they are nobody says of a supplier alone: what the directory does not know as a controller is none.
/// What was named before stays (ICO-PROC).
pub(super) fn check_controllers(
    before: &[OrganisationId],
    facts: &Facts,
    pointer: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let mut named = facts.controllers.iter();
    let wrong = named.find(|named| !before.contains(named) && !is_controller(named, context));
    wrong.map_or(Ok(()), |wrong| {
        Err(Refusal::invalid(
            &format!("{pointer}/controllers"),
            format!(
                "{} is no controller in the directory. Name the organisation whose data they are, or have the directory say that it is one",
                context.directory.organisation_name(wrong)
            ),
        )
        .by(RuleId::IcoProc))
    })
}

/// A near miss says what prevented harm (BOB-NEAR).
pub(super) fn check_near_miss(facts: &Facts, pointer: &str) -> Result<(), Refusal> {
    if facts.breach_status != BreachStatus::NearMiss {
        return Ok(());
    }
    let prevented_by = facts.harm_prevented_by.as_deref().unwrap_or_default();
    worded(
        RuleId::BobNear,
        prevented_by,
        pointer,
        "Say what prevented harm: that is what makes it a near miss",
    )
    .map(|_| ())
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
        format!("The directory does not list \"{organisation}\". Choose an organisation it lists"),
    ))
}

fn checked_awareness(
    log: &Log,
    facts: &Facts,
    context: &Context<'_>,
) -> Result<Awareness, Refusal> {
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
    let through_processor = is_supplier(&log.reporter_organisation, context);
    let is_named = through_processor || !facts.processors.is_empty();
    check_supplier(log, is_named)?;
    let received_at = through_processor.then_some(context.now);
    let mut awareness = Awareness {
        staff_at,
        officer_at: optional(log.officer_aware_at, "/officer_aware_at")?.unwrap_or(context.now),
        processor_at: optional(log.processor_aware_at, "/processor_aware_at")?,
        controller_informed_at: optional(log.controller_informed_at, "/controller_informed_at")?
            .or(received_at),
        through_processor,
        nis_at: None,
        upgraded_at: None,
        officer_of: works_for(&context.actor.person, context),
        revisions: Vec::new(),
    };
    check_receipt(&awareness, "/controller_informed_at")?;
    let reporter = &log.reporter_organisation;
    let operators = operators(facts, reporter, context.directory);
    check_no_is_for_triage(facts, &operators)?;
    let operators = operators
        .iter()
        .filter(|_| facts.nis_significant == Some(true));
    awareness.nis_at = operators
        .map(|operator| {
            let known_at = awareness.operator_aware_at(operator, reporter);
            known_at.unwrap_or(context.now)
        })
        .min();
    Ok(awareness)
}

/// "No" has a reason, which the triage asks (NIS-WHO).
fn check_no_is_for_triage(facts: &Facts, operators: &[&OrganisationId]) -> Result<(), Refusal> {
    if facts.nis_significant != Some(false) || operators.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/facts/nis_significant",
        "Log it without saying that no essential service was hit. The triage asks that, with the reason",
    )
    .by(RuleId::NisWho))
}

/// Only a supplier that is named has told of it (ICO-PROC).
fn check_supplier(log: &Log, is_named: bool) -> Result<(), Refusal> {
    let times = [
        (log.processor_aware_at, "/processor_aware_at"),
        (log.controller_informed_at, "/controller_informed_at"),
    ];
    let said = times.into_iter().find(|(at, _)| at.is_some());
    let Some((_, pointer)) = said.filter(|_| !is_named) else {
        return Ok(());
    };
    let sentence = "This is a supplier's time, and no supplier is named. Choose the supplier as the reporting organisation, or name it among the processors";
    Err(Refusal::invalid(pointer, sentence).by(RuleId::IcoProc))
}

/// Where a person works; what they are aware of, that organisation is (AWARE-FORWARD).
pub(super) fn works_for(person: &PersonId, context: &Context<'_>) -> Option<OrganisationId> {
    let person = context.directory.person(person)?;
    Some(person.organisation.clone())
}

/// A supplier tells of what somebody knows (ICO-PROC, AWARE-FORWARD).
pub(super) fn check_receipt(awareness: &Awareness, pointer: &str) -> Result<(), Refusal> {
    let Some(informed_at) = awareness.controller_informed_at else {
        return Ok(());
    };
    let first = awareness.staff_at.min(awareness.officer_at);
    let sentence = match awareness.processor_at {
        Some(processor_at) if informed_at < processor_at => {
            "The supplier's message cannot arrive before the supplier is aware: correct one of the times"
        }
        None if informed_at < first => {
            "The supplier's message cannot arrive before anybody is aware: correct one of the times"
        }
        Some(_) | None => return Ok(()),
    };
    Err(Refusal::invalid(pointer, sentence).by(RuleId::AwareForward))
}

/// The operators of essential services that are concerned, each with a question and a clock of its own:
/// controllers, then the reporter; a supplier is none (NIS-WHO).
pub(in crate::domain) fn operators<'a>(
    facts: &'a Facts,
    reporter: &'a OrganisationId,
    directory: &Directory,
) -> Vec<&'a OrganisationId> {
    let is_operator = |organisation: &&OrganisationId| {
        directory
            .organisation(organisation)
            .is_some_and(|known| known.operator_of_essential_services)
    };
    let is_controller = |organisation: &&OrganisationId| facts.controllers.contains(organisation);
    let reporter = std::iter::once(reporter).filter(|reporter| !is_controller(reporter));
    facts
        .controllers
        .iter()
        .chain(reporter)
        .filter(is_operator)
        .collect()
}

/// Partners that are affected and are operators of essential services themselves: each is asked for itself, and
/// nobody else's case waits for its answer (NIS-WHO).
pub(in crate::domain) fn affected_operators<'a>(
    facts: &'a Facts,
    reporter: &'a OrganisationId,
    directory: &Directory,
) -> Vec<&'a OrganisationId> {
    let concerned = operators(facts, reporter, directory);
    let is_operator = |partner: &&OrganisationId| {
        let known = directory.organisation(partner);
        known.is_some_and(|known| known.operator_of_essential_services)
    };
    let affected = facts.affected_partners.iter().filter(is_operator);
    affected
        .filter(|partner| !concerned.contains(partner))
        .collect()
}

fn first_clocks(logged: &Logged, by: &Signature, context: &Context<'_>) -> Vec<Clock> {
    let awareness = &logged.awareness;
    let facts = &logged.facts;
    let out_of_hours = touches_out_of_hours(logged.occurrence, awareness, context);
    let affected = facts.partnership_effect == PartnershipEffect::Affected;
    let reporter = &logged.reporter.organisation;
    let officers = whose_officers(facts, reporter, context);
    let starts = [
        (ClockKind::Ack, Some(context.now)),
        (ClockKind::LmIao, Some(awareness.managers_told_from())),
        (ClockKind::BobDpo, Some(awareness.first_aware_at(&officers))),
        (
            ClockKind::Bob24h,
            out_of_hours.then_some(awareness.officer_at),
        ),
        (ClockKind::Proc24h, awareness.processor_at),
        (ClockKind::Wso24h, affected.then_some(context.now)),
    ];
    let mut clocks: Vec<Clock> = starts
        .into_iter()
        .filter_map(|(kind, at)| Some(Clock::start(kind, None, at?, context.policy)))
        .map(|clock| match clock.kind {
            ClockKind::BobDpo => clock.about(officers.clone(), context.now),
            ClockKind::LmIao
            | ClockKind::Bob24h
            | ClockKind::Nis72h
            | ClockKind::Ico72h
            | ClockKind::Wso24h
            | ClockKind::Proc24h
            | ClockKind::Ack => clock,
        })
        .collect();
    if facts.nis_significant == Some(true) {
        let operators = operators(facts, reporter, context.directory).into_iter();
        clocks.extend(operators.map(|operator| nis_clock(operator, reporter, awareness, context)));
    }
    clocks.extend(ico_clocks(&as_suspected(facts, by), awareness, context));
    clocks
}

/// Whoever logs it may think that it is no breach; the clock runs until the DPO says so, as after a triage
/// (BOB-SUSPECT, ICO-DUTY).
fn as_suspected(facts: &Facts, by: &Signature) -> Facts {
    let is_dpos = matches!(by.role, Role::Dpo | Role::Adpo);
    let is_settled = is_dpos && facts.controllers.contains(&by.organisation);
    let breach_status = match facts.breach_status {
        BreachStatus::NotABreach if !is_settled => BreachStatus::Suspected,
        status => status,
    };
    Facts {
        breach_status,
        ..facts.clone()
    }
}

/// The clock of an operator, from its own awareness or receipt, however late the question is answered, and
/// else from the recognition (NIS-WHO).
pub(super) fn nis_clock(
    operator: &OrganisationId,
    reporter: &OrganisationId,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Clock {
    let known_at = awareness.operator_aware_at(operator, reporter);
    let started_at = known_at.or(awareness.nis_at).unwrap_or(context.now);
    let owner = Some(operator.clone());
    Clock::start(ClockKind::Nis72h, owner, started_at, context.policy)
}

/// Whose data protection officers must be told: each controller's, and the reporting organisation's
/// where it is a controller; never a supplier's (BOB-DPO).
pub(super) fn whose_officers(
    facts: &Facts,
    reporter: &OrganisationId,
    context: &Context<'_>,
) -> Vec<OrganisationId> {
    let mut whose = facts.controllers.clone();
    if !whose.contains(reporter) && is_controller(reporter, context) {
        whose.push(reporter.clone());
    }
    whose
}

/// The regulator's clock for each controller that is named, where the UK GDPR applies (ICO-JOINT, BOB-PCD,
/// BOB-NEAR). A suspicion is enough (BOB-SUSPECT). A supplier has no duty of its own; until somebody has named
/// the controller of what it reports, one clock runs for a controller that nobody has named (ICO-PROC).
pub(super) fn ico_clocks(
    facts: &Facts,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<Clock> {
    if !facts.breach_status.may_be_breach() || !facts.concern_living_people() {
        return Vec::new();
    }
    if facts.controllers.is_empty() {
        let heard_at = awareness.unnamed_controller_aware_at();
        let clock = Clock::start(ClockKind::Ico72h, None, heard_at, context.policy);
        return vec![clock];
    }
    facts
        .controllers
        .iter()
        .map(|controller| ico_clock(controller, awareness, context))
        .collect()
}

/// The regulator's clock of one controller, from its own awareness.
pub(super) fn ico_clock(
    controller: &OrganisationId,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Clock {
    let owner = Some(controller.clone());
    let started_at = awareness.controller_aware_at(controller);
    Clock::start(ClockKind::Ico72h, owner, started_at, context.policy)
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
