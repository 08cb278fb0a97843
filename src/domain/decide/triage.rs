//! Classifying an incident and answering the wider assessment (BOB-CLASS, BOB-NEAR, BOB-PCD,
//! WSIC-WIDE, WSIC-NOTIFY, NIS-72H, CLK-REGRADE).

use super::{Context, Decision, logging, major, reported, said};
use crate::domain::Instant;
use crate::domain::clock::{self, Clock};
use crate::domain::command::Triage;
use crate::domain::deadlines::ClockKind;
use crate::domain::event::Event;
use crate::domain::incident::{
    Awareness, AwarenessKind, BreachStatus, Facts, Incident, PartnershipEffect,
};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;

pub(super) fn triage(
    incident: &Incident,
    triage: &Triage,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require(Permission::Triage, context.actor, incident)?;
    let facts = &completed(&triage.facts, incident);
    check_classification(facts)?;
    logging::check_organisations(facts, "/facts", context)?;
    logging::check_near_miss(facts, "/facts/harm_prevented_by")?;
    check_wider_assessment(facts)?;
    if facts.concern_living_people() && incident.assessment().is_none() {
        return Err(Refusal::against(
            RuleId::BobClass,
            "Personal data of living people are concerned: grade severity and likelihood first, provisionally is enough",
        ));
    }
    let recognised_at = triage.recognised_at.map_or(Ok(context.now), |at| {
        reported(at, "/recognised_at", context)
    })?;
    let mut events = awareness_added(incident, facts, recognised_at);
    events.push(Event::Triaged {
        facts: Box::new(facts.clone()),
    });
    events.extend(clock_events(incident, facts, recognised_at, context));
    if incident.facts.trend_key != facts.trend_key {
        events.extend(major::propose(facts, incident.awareness.staff_at, context));
    }
    Ok(Decision::new(by, events))
}

/// Controllers, once known, are not forgotten because a triage does not name them.
fn completed(facts: &Facts, incident: &Incident) -> Facts {
    let mut facts = facts.clone();
    if facts.controllers.is_empty() {
        facts.controllers.clone_from(&incident.facts.controllers);
    }
    facts
}

fn check_classification(facts: &Facts) -> Result<(), Refusal> {
    let missing = if facts.category.is_none() {
        Some(("/facts/category", "Choose the category that comes closest"))
    } else if facts.data_scope.is_empty() {
        Some((
            "/facts/data_scope",
            "Say whose data are concerned, or that there are none",
        ))
    } else if facts.breach_status == BreachStatus::Confirmed && facts.cia.is_empty() {
        Some((
            "/facts/cia",
            "A confirmed breach concerns confidentiality, integrity or availability: choose at least one",
        ))
    } else {
        None
    };
    match missing {
        Some((pointer, sentence)) => Err(Refusal::invalid(pointer, sentence).by(RuleId::BobClass)),
        None => Ok(()),
    }
}

/// The wider assessment has a reason once it is answered, and names the partners it is about.
fn check_wider_assessment(facts: &Facts) -> Result<(), Refusal> {
    if facts.partnership_effect == PartnershipEffect::Unknown {
        return Ok(());
    }
    let reason = facts.partnership_reason.as_deref().unwrap_or_default();
    said(
        reason,
        "/facts/partnership_reason",
        "Say why partners are affected, or why none is",
    )
    .map_err(|refusal| refusal.by(RuleId::WsicWide))?;
    if facts.partnership_effect == PartnershipEffect::Affected && facts.affected_partners.is_empty()
    {
        return Err(Refusal::invalid(
            "/facts/affected_partners",
            "Choose the partners that are affected, so that they can be told",
        )
        .by(RuleId::WsicWide));
    }
    Ok(())
}

/// What this triage recognised for the first time, and when.
fn awareness_added(incident: &Incident, facts: &Facts, at: Instant) -> Vec<Event> {
    let mut events = Vec::new();
    if is_upgrade(incident, facts) {
        let kind = AwarenessKind::Staff;
        events.push(Event::AwarenessAdded { kind, at });
    }
    if facts.nis_significant == Some(true) && incident.awareness.nis_at.is_none() {
        let kind = AwarenessKind::Nis;
        events.push(Event::AwarenessAdded { kind, at });
    }
    events
}

/// A near miss that turns out to be a breach (BOB-NEAR, C13), where no regulator's clock was ever
/// started; one that was stood down keeps its anchor instead (CLK-REGRADE).
fn is_upgrade(incident: &Incident, facts: &Facts) -> bool {
    incident.facts.breach_status == BreachStatus::NearMiss
        && facts.breach_status.may_be_breach()
        && clock::view(incident, ClockKind::Ico72h).is_none()
}

fn clock_events(
    incident: &Incident,
    facts: &Facts,
    recognised_at: Instant,
    context: &Context<'_>,
) -> Vec<Event> {
    let mut awareness = incident.awareness.clone();
    if is_upgrade(incident, facts) {
        awareness.upgraded_at = Some(recognised_at);
    }
    let mut events = regulator_clocks(incident, facts, &awareness, context);
    let started = |kind, at| Event::ClockStarted {
        clock: Clock::start(kind, None, at, None, context.policy),
    };
    let needed = [
        (
            facts.partnership_effect == PartnershipEffect::Affected,
            ClockKind::Wso24h,
            context.now,
        ),
        (
            facts.nis_significant == Some(true),
            ClockKind::Nis72h,
            recognised_at,
        ),
    ];
    let missing = needed
        .into_iter()
        .filter(|(applies, kind, _)| *applies && clock::view(incident, *kind).is_none());
    events.extend(missing.map(|(_, kind, at)| started(kind, at)));
    events
}

/// Regulator's clocks after these facts: started for controllers that have none, hidden while the
/// facts say that the regulator has no part in it, counting again when they no longer do.
fn regulator_clocks(
    incident: &Incident,
    facts: &Facts,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<Event> {
    let reporter = &incident.reporter.organisation;
    let missing = logging::ico_clocks(facts, reporter, awareness, context)
        .into_iter()
        .filter(|wanted| {
            !incident
                .clocks
                .iter()
                .any(|clock| clock.is(ClockKind::Ico72h, wanted.controller.as_ref()))
        })
        .map(|clock| Event::ClockStarted { clock });
    let changed = incident
        .clocks
        .iter()
        .filter(|clock| clock.kind == ClockKind::Ico72h)
        .filter_map(
            |clock| match (&clock.stood_down, hidden_by_facts(clock, facts)) {
                (None, Some((rule, reason))) => Some(Event::ClockStoodDown {
                    kind: clock.kind,
                    controller: clock.controller.clone(),
                    rule,
                    reason: reason.into(),
                }),
                (Some(stood_down), None) if is_by_facts(stood_down.rule) => {
                    Some(Event::ClockReinstated {
                        kind: clock.kind,
                        controller: clock.controller.clone(),
                    })
                }
                (Some(_), _) | (None, None) => None,
            },
        );
    missing.chain(changed).collect()
}

/// Why a regulator's clock has no target under these facts, if that is so.
fn hidden_by_facts(clock: &Clock, facts: &Facts) -> Option<(RuleId, &'static str)> {
    let is_named = |controller| facts.controllers.contains(controller);
    if !facts.controllers.is_empty() && !clock.controller.as_ref().is_some_and(is_named) {
        return Some((RuleId::IcoJoint, "not a controller of these data"));
    }
    match facts.breach_status {
        BreachStatus::NearMiss => Some((RuleId::BobNear, "a near miss")),
        BreachStatus::NotABreach => Some((RuleId::BobSuspect, "found not to be a breach")),
        BreachStatus::Suspected | BreachStatus::Confirmed if !facts.concern_living_people() => {
            Some((RuleId::BobPcd, "no personal data of living people"))
        }
        BreachStatus::Suspected | BreachStatus::Confirmed => None,
    }
}

/// Whether a clock was hidden by what triage says, not by the DPO's assessment.
fn is_by_facts(rule: RuleId) -> bool {
    [
        RuleId::BobNear,
        RuleId::BobSuspect,
        RuleId::BobPcd,
        RuleId::IcoJoint,
    ]
    .contains(&rule)
}
