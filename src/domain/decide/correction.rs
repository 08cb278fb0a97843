//! Correcting what was mistyped: an awareness time, which is the one thing that shifts a clock (CLK-NOPAUSE,
//! C12), when it happened, and the words by which people know the incident.

use super::logging::{self, touches_out_of_hours};
use super::{
    Context, Decision, reasoned, regulator, reported, title_on_one_line, whole_seconds, words,
};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, Clock, ClockView};
use crate::domain::command::{CorrectAwareness, CorrectOccurrence, Retitle};
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::HeldRole;
use crate::domain::event::{Description, Event, Signature};
use crate::domain::incident::{Awareness, AwarenessKind, Incident, Occurrence};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::Policy;
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;

pub(super) fn correct(
    incident: &Incident,
    correction: &CorrectAwareness,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (grant, by) = permission::require(Permission::CorrectTime, context.actor, incident)?;
    if grant < Grant::Owner && by.role == Role::Oco {
        within_correction_time(incident, context)?;
    }
    let reason = words(
        &correction.reason,
        "/reason",
        "Say why the time is corrected",
    )?;
    let to = checked_correction(incident, correction, context)?;
    check_upgrade(incident, correction.kind)?;
    check_supplier(incident, correction.kind)?;
    let awareness = incident.awareness.clone().with(correction.kind, to);
    logging::check_receipt(&awareness, "/at")?;
    if is_later(incident, correction.kind, to) {
        let sentence = "Say why nobody was aware before";
        let reason = reasoned(RuleId::AwareForward, reason, "/reason", sentence)?;
        let reasons = (reason, correction.further_reason.as_deref());
        return anchored_later(incident, (correction.kind, to), reasons, context);
    }
    let times = [(correction.kind, to)];
    Ok(Decision::new(by, moved(incident, &times, reason, context)))
}

/// What was never a near miss was not recognised as a breach later: its clocks run from the awareness
/// (BOB-NEAR, AWARE-FORWARD).
fn check_upgrade(incident: &Incident, kind: AwarenessKind) -> Result<(), Refusal> {
    if kind != AwarenessKind::Upgrade || incident.awareness.upgraded_at.is_some() {
        return Ok(());
    }
    let sentence =
        "This is not a near miss that became a breach. Correct when staff became aware instead";
    Err(Refusal::invalid("/kind", sentence).by(RuleId::AwareForward))
}

/// Only a supplier that is named has told of it: the reporter, or one among the processors (ICO-PROC).
fn check_supplier(incident: &Incident, kind: AwarenessKind) -> Result<(), Refusal> {
    let is_suppliers = matches!(
        kind,
        AwarenessKind::Processor | AwarenessKind::ControllerInformed
    );
    let is_named = incident.awareness.through_processor || !incident.facts.processors.is_empty();
    if !is_suppliers || is_named {
        return Ok(());
    }
    let sentence = "No supplier is named on this incident, so no supplier was aware or told you. Triage it and name the supplier first";
    Err(Refusal::invalid("/kind", sentence).by(RuleId::IcoProc))
}

/// Whether a time moves forward: it is later than what is on record, or later than the logging, before
/// which everybody was aware (AWARE-FORWARD).
fn is_later(incident: &Incident, kind: AwarenessKind, to: Instant) -> bool {
    let known = incident.awareness.at(kind);
    known.is_some_and(|from| to > from || (to != from && to > incident.logged_at))
}

/// An awareness moves forward only as a re-anchoring: by the controller's own officer, with both starts
/// on show, for the clocks that have not stopped (AWARE-FORWARD, CLK-HONEST).
fn anchored_later(
    incident: &Incident,
    (kind, to): (AwarenessKind, Instant),
    (reason, further): (&str, Option<&str>),
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let home = incident.home();
    let granted = permission::require_of(
        Permission::Reanchor,
        Grant::Owner,
        context.actor,
        incident,
        home,
    );
    let (_, by) = granted.map_err(|refusal| {
        let name = context.directory.organisation_name(home);
        let sentence = match incident.is_unnamed() {
            true => "Only the controller's DPO can enter a later awareness, and nobody has named the controller. Triage it and name the controller first".to_owned(),
            false => format!(
                "Only the DPO of {name} can enter a later awareness: it lets clocks start later. Ask the DPO, or add a note"
            ),
        };
        Refusal::of_kind(refusal.kind, sentence).by(RuleId::AwareForward)
    })?;
    let further = regulator::further_reason(incident, to, further, context)?;
    let reason = &further.map_or_else(
        || reason.to_owned(),
        |further| format!("{reason}; second reason: {further}"),
    );
    let awareness = incident.awareness.clone().with(kind, to);
    let later: Vec<(&Clock, Instant)> = incident
        .clocks
        .iter()
        .filter_map(|clock| Some((clock, start_of(incident, clock, &awareness)?)))
        .filter(|(clock, at)| *at > clock.started_at)
        .collect();
    let runs: Vec<Event> = later
        .iter()
        .filter(|(clock, _)| clock::stopped_at(incident, clock).is_none())
        .filter(|(clock, _)| clock.controller.as_ref().is_none_or(|whose| whose == home))
        .map(|(clock, at)| Event::ClockRevised {
            previous_due_at: clock.due_at,
            clock: clock.reanchored(*at, context.policy),
        })
        .collect();
    if runs.is_empty() && !later.is_empty() {
        return Err(Refusal::against(
            RuleId::ClkHonest,
            "The clocks that this would start later have stopped, so their start stays. Add a note about what was found since",
        ));
    }
    let mut events = corrected(incident, kind, to, reason, context);
    events.extend(runs);
    Ok(Decision::new(by, events))
}

/// Awareness times moved for a reason, and the clocks with them.
pub(super) fn moved(
    incident: &Incident,
    times: &[(AwarenessKind, Instant)],
    reason: &str,
    context: &Context<'_>,
) -> Vec<Event> {
    let mut awareness = incident.awareness.clone();
    let mut events = Vec::new();
    for (kind, to) in times.iter().copied() {
        events.extend(corrected(incident, kind, to, reason, context));
        awareness = awareness.with(kind, to);
        if kind == AwarenessKind::Officer && awareness.officer_of.is_none() {
            awareness.officer_of = logging::works_for(&incident.logged_by.person, context);
        }
    }
    events.extend(revised_clocks(incident, &awareness, reason, context));
    let occurrence = incident.occurrence;
    events.extend(clocks_brought_in(incident, occurrence, &awareness, context));
    events
}

fn corrected(
    incident: &Incident,
    kind: AwarenessKind,
    to: Instant,
    reason: &str,
    context: &Context<'_>,
) -> Vec<Event> {
    let is_known = incident.awareness.officer_of.is_some() || kind != AwarenessKind::Officer;
    let officer = &incident.logged_by.person;
    vec![match incident.awareness.at(kind) {
        Some(from) => Event::AwarenessCorrected {
            kind,
            from,
            to,
            reason: reason.into(),
            works_for: logging::works_for(officer, context).filter(|_| !is_known),
        },
        None => Event::AwarenessAdded { kind, at: to },
    }]
}

/// When it happened, said later or said again. It starts no clock, but a touch out of hours brings
/// the on-call rule in (BOB-24H), and an awareness before a firm occurrence makes no sense (CLK-PAST).
pub(super) fn correct_occurrence(
    incident: &Incident,
    correction: &CorrectOccurrence,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (grant, by) = permission::require(Permission::CorrectTime, context.actor, incident)?;
    if grant < Grant::Owner && by.role == Role::Oco {
        within_correction_time(incident, context)?;
    }
    let reason = words(&correction.reason, "/reason", "Say how you know")?;
    let at = reported(correction.at, "/at", context)?;
    if !correction.estimated && at > incident.awareness.staff_at {
        return Err(Refusal::invalid(
            "/at",
            "Nobody can be aware of it before it happens. Correct the awareness, or mark this time as an estimate",
        )
        .by(RuleId::ClkPast));
    }
    let occurrence = Occurrence {
        at,
        estimated: correction.estimated,
    };
    let corrected = Event::OccurrenceCorrected {
        occurrence,
        reason: reason.into(),
    };
    let mut events = vec![corrected];
    let after = Some(occurrence);
    events.extend(clocks_brought_in(
        incident,
        after,
        &incident.awareness,
        context,
    ));
    Ok(Decision::new(by, events))
}

/// The words by which people know the incident. What it was called stays on show beside them, for a title can
/// read like a state, and nobody but those whose incident it is changes it (BOB-LOG).
pub(super) fn retitle(
    incident: &Incident,
    retitle: &Retitle,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = whose_it_is(incident, context)?;
    let from = Description {
        title: incident.title.clone(),
        summary: incident.summary.clone(),
    };
    let to = described(&from, retitle, context.policy)?;
    if from == to {
        return Err(Refusal::invalid(
            "/title",
            "This is what it says already. Write another title or another summary",
        )
        .by(RuleId::BobLog));
    }
    let reason = words(&retitle.reason, "/reason", "Say why it is changed")?;
    let retitled = Event::Retitled {
        from: Box::new(from),
        to: Box::new(to),
        reason: reason.into(),
        keeps: true,
    };
    Ok(Decision::new(by, vec![retitled]))
}

/// Whoever triages it for the organisation that reported it or for the first controller, or has logged it, and
/// the on-call officer. Another controller's people know their part of it and rename nobody's incident.
fn whose_it_is(incident: &Incident, context: &Context<'_>) -> Result<Signature, Refusal> {
    let actor = context.actor;
    permission::require(Permission::Triage, actor, incident)?;
    let has_logged = incident.logged_by.person == actor.person;
    let is_theirs = |held: &HeldRole| {
        has_logged
            || held.role == Role::Oco
            || held.organisation == incident.reporter.organisation
            || held.organisation == *incident.home()
    };
    permission::require_held(Permission::Triage, actor, incident, is_theirs).map_err(|_| {
        let name = context.directory.organisation_name(incident.home());
        Refusal::not_allowed(format!(
            "Only the organisation that reported it, the first controller and the on-call officer change the title. Ask the DPO or the IG team of {name}, or add a note"
        ))
        .by(RuleId::BobLog)
    })
}

fn described(
    known: &Description,
    retitle: &Retitle,
    policy: &Policy,
) -> Result<Description, Refusal> {
    let most = policy.input.title_characters;
    let title = retitle
        .title
        .as_deref()
        .map_or(Ok(&*known.title), |title| {
            title_on_one_line(title, most, "Write a title of a few words")
        })?;
    let summary = retitle.summary.as_deref();
    let summary = summary.map_or(Ok(&*known.summary), |text| {
        words(text, "/summary", "Say in a sentence what happened")
    })?;
    Ok(Description {
        title: title.into(),
        summary: summary.into(),
    })
}

fn within_correction_time(incident: &Incident, context: &Context<'_>) -> Result<(), Refusal> {
    let limit = context.policy.input.correction_hours;
    if context.now <= incident.logged_at + hours(limit) {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::ClkNopause,
        format!(
            "The on-call officer may correct a time only within {limit} hours of logging. Ask the DPO or the IG team"
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
    let started: Vec<(ClockView<'_>, Clock)> = clock::views(incident)
        .filter_map(|view| {
            let started_at = start_of(incident, view.clock, awareness)?;
            (started_at < view.clock.prudent_start())
                .then(|| (view, view.clock.revised(started_at, context.policy)))
        })
        .collect();
    let started = due_earlier(incident, started, context);
    asking_further(incident, started, awareness, context)
        .into_iter()
        .flat_map(|(view, revised)| {
            let is_late = view.stopped_at().is_some_and(|at| at > revised.due_at);
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

/// The first suspicion moves back so far that a start which a DPO has set later asks for a second reason: in
/// whichever order the two were entered, it is asked (ICO-AWARE).
fn asking_further<'a>(
    incident: &'a Incident,
    mut revised: Vec<(ClockView<'a>, Clock)>,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<(ClockView<'a>, Clock)> {
    let limit = hours(context.policy.casework.reanchor_hours);
    let (before, after) = (incident.awareness.earliest(), awareness.earliest());
    let asks = |clock: &Clock| {
        let is_new = clock.started_at > after + limit && clock.started_at <= before + limit;
        clock.asks_further() || (clock.prudent.is_some() && is_new)
    };
    for view in clock::views_of(incident, |clock| clock.kind == ClockKind::Ico72h) {
        if !asks(view.clock) {
            continue;
        }
        let mut known = revised.iter();
        let place = known.position(|(other, _)| std::ptr::eq(other.clock, view.clock));
        match place {
            Some(place) => {
                let clock = revised[place].1.clone();
                revised[place].1 = clock.asking_further(context.now);
            }
            None if !view.clock.asks_further() => {
                let clock = view.clock.clone().asking_further(context.now);
                revised.push((view, clock));
            }
            None => {}
        }
    }
    revised
}

/// With the 72 hours of a controller, the time ends earlier in which its officer is told who was named later
/// (BOB-DPO).
fn due_earlier<'a>(
    incident: &'a Incident,
    mut revised: Vec<(ClockView<'a>, Clock)>,
    context: &Context<'_>,
) -> Vec<(ClockView<'a>, Clock)> {
    let is_own = |clock: &Clock| clock.kind == ClockKind::BobDpo && clock.controller.is_some();
    for view in clock::views_of(incident, is_own) {
        let of = |kind| {
            let whose = view.clock.controller.as_ref();
            let mut known = revised.iter();
            known.position(|(_, clock)| clock.is(kind, whose))
        };
        let Some(regulator) = of(ClockKind::Ico72h) else {
            continue;
        };
        let limit = Some(revised[regulator].1.due_at);
        match of(ClockKind::BobDpo) {
            Some(own) => {
                let clock = revised[own].1.clone();
                revised[own].1 = clock.due_by(limit, context.policy);
            }
            None => {
                let clock = view.clock.clone().due_by(limit, context.policy);
                if clock.due_at < view.clock.due_at {
                    revised.push((view, clock));
                }
            }
        }
    }
    revised
}

/// Clocks that the incident has only because of the time now recorded.
fn clocks_brought_in(
    incident: &Incident,
    occurrence: Option<Occurrence>,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<Event> {
    let on_call_rule = touches_out_of_hours(occurrence, awareness, context);
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
fn start_of(incident: &Incident, clock: &Clock, awareness: &Awareness) -> Option<Instant> {
    match clock.kind {
        ClockKind::LmIao => Some(managers_start(incident, clock, awareness)),
        ClockKind::BobDpo => match &clock.controller {
            Some(named_later) => awareness.officer_aware_at(named_later),
            None => Some(officers_start(incident, clock, awareness)),
        },
        ClockKind::Bob24h => Some(awareness.officer_at),
        ClockKind::Ico72h => Some(clock.controller.as_ref().map_or_else(
            || awareness.unnamed_controller_aware_at(),
            |controller| awareness.controller_aware_at(controller),
        )),
        ClockKind::Nis72h => nis_start(incident, clock, awareness),
        ClockKind::Proc24h => awareness.processor_at,
        ClockKind::Wso24h | ClockKind::Ack => None,
    }
}

/// A clock that named nobody ran from the awareness of staff once, whoever had it: it starts no later for a
/// correction (AWARE-FORWARD).
fn officers_start(incident: &Incident, clock: &Clock, awareness: &Awareness) -> Instant {
    let start = awareness.first_aware_at(clock.organisations());
    let began_with_staff = clock.prudent_start() == incident.awareness.staff_at;
    if clock.names_nobody() && began_with_staff {
        start.min(awareness.staff_at)
    } else {
        start
    }
}

/// A clock of a time before a supplier's awareness was told apart goes on from where it began (ICO-PROC).
fn managers_start(incident: &Incident, clock: &Clock, awareness: &Awareness) -> Instant {
    let began_with_the_suppliers = clock.prudent_start() == incident.awareness.staff_at;
    if began_with_the_suppliers {
        awareness.staff_at
    } else {
        awareness.managers_told_from()
    }
}

/// The operator's own awareness starts its clock. One that began with the recognition goes with that, and so
/// does one of a time before each operator had its own (NIS-WHO).
fn nis_start(incident: &Incident, clock: &Clock, awareness: &Awareness) -> Option<Instant> {
    let reporter = &incident.reporter.organisation;
    let began_with_it = Some(clock.prudent_start()) == incident.awareness.nis_at;
    match &clock.controller {
        Some(operator) if !began_with_it => awareness.operator_aware_at(operator, reporter),
        Some(_) | None => awareness.nis_at,
    }
}
