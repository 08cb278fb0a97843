//! Classifying an incident and answering the wider assessment (BOB-CLASS, BOB-NEAR, BOB-PCD,
//! WSIC-WIDE, WSIC-NOTIFY, NIS-72H, CLK-REGRADE).

mod confirming;
mod services;

pub(super) use self::services::{Said, questions};

use self::services::{check_not_cyber, check_services, has_operator, nis_answers, not_cyber};
use super::{Context, Decision, contacts, logging, major, reasoned, regulator, reported, worded};
use crate::domain::Instant;
use crate::domain::clock::{self, Clock, Ground, StandDown};
use crate::domain::command::Triage;
use crate::domain::deadlines::ClockKind;
use crate::domain::event::{Event, Signature};
use crate::domain::grid::Factor;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{
    Awareness, AwarenessKind, BreachStatus, Confirmation, DataScope, Facts, Incident,
    PartnershipEffect, Status,
};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office::{Office, who_may};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;
use crate::domain::sharing;
use std::collections::BTreeSet;

pub(super) fn triage(
    incident: &Incident,
    triage: &Triage,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let facts = completed(triage, incident, context);
    let (grant, by, facts) = may_triage(incident, facts, context)?;
    let facts = &facts;
    let only_names = only_names(incident, facts);
    if !only_names {
        check_news(incident, facts)?;
        check_classification(facts)?;
    }
    let reason = why_less(incident, facts, triage.reason.as_deref(), context)?;
    check_services(incident, facts, context)?;
    logging::check_organisations(facts, "/facts", context)?;
    logging::check_controllers(&incident.facts.controllers, facts, "/facts", context)?;
    logging::check_near_miss(facts, "/facts/harm_prevented_by")?;
    check_wider_assessment(facts)?;
    if let Some(assessment) = incident.assessment() {
        check_factors(facts, &assessment.factors, "/facts/data_scope")?;
    }
    if facts.concern_living_people() && incident.assessment().is_none() && !only_names {
        return Err(Refusal::against(
            RuleId::BobClass,
            "This concerns personal data of living people. Grade severity and likelihood first; a provisional grade is enough",
        ));
    }
    let recognised_at = triage.recognised_at.map_or(Ok(context.now), |at| {
        reported(at, "/recognised_at", context)
    })?;
    let confirms = triage.confirm;
    confirming::check(incident, facts, (confirms, reason), (grant, &by), context)?;
    let answers = nis_answers(incident, triage, facts, recognised_at, context)?;
    let said = Said {
        answers: &answers,
        confirms,
        reason,
    };
    let questions = questions(incident, facts, &said, context)?;
    let mut events = awareness_added(incident, facts, recognised_at);
    events.extend(contacts::kept(incident, facts));
    events.push(Event::Triaged {
        facts: Box::new(facts.clone()),
        no_longer_breach: incident.facts.breach_status.may_be_breach()
            && !facts.breach_status.may_be_breach(),
        kind_before: Some(incident.facts.breach_status)
            .filter(|status| *status != facts.breach_status),
        before: Some(Box::new(incident.facts.clone())),
        reason: reason.map(Into::into),
        only_names,
        confirms,
    });
    events.extend(answers);
    events.extend(not_cyber(incident, facts, (confirms, reason), context));
    events.extend(officers_named(incident, facts, context));
    events.extend(officers_left_out(incident, facts));
    events.extend(questions);
    events.extend(suppliers_left_out(incident, facts));
    events.extend(sharing::found(
        incident,
        facts,
        context.directory,
        context.now,
    ));
    events.extend(clock_events(incident, facts, recognised_at, context));
    events.extend(unnamed_clock_ended(incident, facts, context));
    if grant == Grant::Owner {
        events.extend(hidden_clocks(incident, facts, confirms, &by, context));
    }
    if incident.facts.trend_key != facts.trend_key && !incident.is_major() {
        events.extend(major::propose(facts, incident.awareness.staff_at, context));
    }
    Ok(Decision::new(by, events))
}

/// Whether this says whose data they are and nothing else, before the first triage: nobody waits with that until
/// the incident is graded and classified (ICO-PROC).
fn only_names(incident: &Incident, facts: &Facts) -> bool {
    let named = Facts {
        controllers: facts.controllers.clone(),
        ..incident.facts.clone()
    };
    incident.status == Status::Logged && named == *facts && named != incident.facts
}

/// The clock for a controller that nobody had named ends where somebody names it: the controller's own runs from
/// the true start (ICO-PROC).
fn unnamed_clock_ended(incident: &Incident, facts: &Facts, context: &Context<'_>) -> Option<Event> {
    let mut clocks = regulators(incident);
    let unnamed = clocks.find(|clock| clock.names_nobody() && clock.stood_down.is_none())?;
    let first = facts.controllers.first()?;
    let name = context.directory.organisation_name(first);
    Some(Event::ClockStoodDown {
        kind: unnamed.kind,
        controller: None,
        rule: RuleId::IcoProc,
        reason: format!("{name} is named as the controller and has its own deadline").into(),
        ground: None,
    })
}

/// Whoever triages; and whoever stands in for a data protection officer that a controller has not, to say what the
/// officer would: what kind of incident it is, and no more (NOBODY-THERE).
fn may_triage(
    incident: &Incident,
    facts: Facts,
    context: &Context<'_>,
) -> Result<(Grant, Signature, Facts), Refusal> {
    let refusal = match permission::require(Permission::Triage, context.actor, incident) {
        Ok((grant, by)) => return Ok((grant, by, facts)),
        Err(refusal) => refusal,
    };
    let by = stands_in(incident, context).ok_or(refusal)?;
    let facts = read_in_full(facts, &incident.facts);
    let kind = Facts {
        breach_status: facts.breach_status,
        harm_prevented_by: facts.harm_prevented_by.clone(),
        category: facts.category,
        data_scope: facts.data_scope.clone(),
        cia: facts.cia.clone(),
        cyber: facts.cyber,
        ..incident.facts.clone()
    };
    if facts == kind {
        return Ok((Grant::Owner, by, facts));
    }
    Err(Refusal::not_allowed(
        "You stand in for the DPO, so you say what kind of incident this is: whether it is a breach, its category, whose data, and whether it is cyber. Leave the rest to the on-call officer or the IG team",
    )
    .by(RuleId::NobodyThere))
}

/// Texts that were kept from whoever stands in are not taken away by what they send back.
fn read_in_full(facts: Facts, known: &Facts) -> Facts {
    Facts {
        harm_prevented_by: facts
            .harm_prevented_by
            .or_else(|| known.harm_prevented_by.clone()),
        trend_key: facts.trend_key.or_else(|| known.trend_key.clone()),
        partnership_reason: facts
            .partnership_reason
            .or_else(|| known.partnership_reason.clone()),
        ..facts
    }
}

fn stands_in(incident: &Incident, context: &Context<'_>) -> Option<Signature> {
    let Context {
        actor,
        directory,
        now,
        ..
    } = *context;
    let mut controllers = incident.answering().chain([incident.home()]);
    controllers.find_map(|controller| {
        let who = who_may(Office::Decide, controller, directory, now, &[]);
        who.signature(actor).filter(|_| who.is_fall_back())
    })
}

/// Controllers, once known, are not forgotten because a triage does not name them. What operators answered
/// stands in their answers, of which the facts say only whether any service was hit (NIS-WHO).
fn completed(triage: &Triage, incident: &Incident, context: &Context<'_>) -> Facts {
    let mut facts = logging::tidied(&triage.facts);
    if facts.controllers.is_empty() {
        facts.controllers.clone_from(&incident.facts.controllers);
    }
    let known = incident.facts.nis_significant;
    facts.nis_significant = match has_operator(incident, &facts, context) {
        true => known,
        false => {
            let said = triage.nis.as_ref().map(|said| said.significant);
            said.or(facts.nis_significant).or(known)
        }
    };
    facts
}

/// Why a triage asks for less than was asked before: it takes a controller out, with its officers and its
/// clocks, or says that it is no cyber incident, of which NHS England is told (AUD-APPEND).
fn why_less<'a>(
    incident: &Incident,
    facts: &Facts,
    reason: Option<&'a str>,
    context: &Context<'_>,
) -> Result<Option<&'a str>, Refusal> {
    let mut before = incident.facts.controllers.iter();
    let dropped = before.find(|controller| !facts.controllers.contains(controller));
    let (rule, sentence) = if let Some(controller) = dropped {
        let name = context.directory.organisation_name(controller);
        let sentence = format!("Say why {name} is no longer a controller of these data");
        (RuleId::IcoJoint, sentence)
    } else if incident.facts.cyber && !facts.cyber {
        check_not_cyber(incident, facts, context)?;
        let sentence = "Say why this is no longer a cyber incident".to_owned();
        (RuleId::BobCyber, sentence)
    } else {
        return Ok(reason.map(str::trim).filter(|reason| !reason.is_empty()));
    };
    reasoned(rule, reason.unwrap_or_default(), "/reason", &sentence).map(Some)
}

/// Naming who is named already says nothing new, and asks for no classification (ICO-PROC).
fn check_news(incident: &Incident, facts: &Facts) -> Result<(), Refusal> {
    let says_nothing = incident.status == Status::Logged
        && *facts == incident.facts
        && facts.category.is_none()
        && !facts.controllers.is_empty();
    if !says_nothing {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/facts/controllers",
        "That controller is named already. To triage this, choose the closest category, and say whose data it is about",
    )
    .by(RuleId::IcoProc))
}

fn check_classification(facts: &Facts) -> Result<(), Refusal> {
    let scope = &facts.data_scope;
    let is_confirmed = facts.breach_status == BreachStatus::Confirmed;
    let missing: Vec<(&str, &str)> = [
        (
            facts.category.is_none(),
            ("/facts/category", "Choose the closest category"),
        ),
        (
            scope.is_empty(),
            (
                "/facts/data_scope",
                "Say whose data this is about, or that there are none",
            ),
        ),
        (
            scope.contains(&DataScope::None) && scope.len() > 1,
            (
                "/facts/data_scope",
                "No data are concerned, or some are: choose either \"no data\" or whose they are",
            ),
        ),
        (
            is_confirmed && facts.cia.is_empty(),
            (
                "/facts/cia",
                "A confirmed breach affects confidentiality, integrity or availability. Choose at least one",
            ),
        ),
    ]
    .into_iter()
    .filter_map(|(is_missing, what)| is_missing.then_some(what))
    .collect();
    let Some((pointer, _)) = missing.first() else {
        return Ok(());
    };
    // All at once: nobody should be refused as often as something is missing.
    let sentences: Vec<&str> = missing.iter().map(|(_, sentence)| *sentence).collect();
    Err(Refusal::invalid(pointer, sentences.join(". ")).by(RuleId::BobClass))
}

/// A sensitivity factor is about people, so data about people are concerned: both cannot be so (BOB-PCD,
/// BOB-SENS).
pub(super) fn check_factors(
    facts: &Facts,
    factors: &BTreeSet<Factor>,
    pointer: &str,
) -> Result<(), Refusal> {
    let Some(factor) = factors.first() else {
        return Ok(());
    };
    if facts.concern_personal_data() {
        return Ok(());
    }
    Err(Refusal::invalid(
        pointer,
        format!(
            "Data about people are concerned by the grade ({}), and none by the facts. Grade it again without that factor, or triage it with whose data they are",
            factor.name()
        ),
    )
    .by(RuleId::BobPcd))
}

/// The wider assessment has a reason once it is answered, and names the partners it is about.
pub(super) fn check_wider_assessment(facts: &Facts) -> Result<(), Refusal> {
    if facts.partnership_effect == PartnershipEffect::Unknown {
        return Ok(());
    }
    let reason = facts.partnership_reason.as_deref().unwrap_or_default();
    worded(
        RuleId::WsicWide,
        reason,
        "/facts/partnership_reason",
        "Say why partners are affected, or why none are",
    )?;
    if facts.partnership_effect == PartnershipEffect::Affected && facts.affected_partners.is_empty()
    {
        return Err(Refusal::invalid(
            "/facts/affected_partners",
            "Choose the partners that are affected. They must be told",
        )
        .by(RuleId::WsicWide));
    }
    Ok(())
}

/// What this triage recognised for the first time, and when.
fn awareness_added(incident: &Incident, facts: &Facts, at: Instant) -> Vec<Event> {
    let kind = AwarenessKind::Upgrade;
    let upgrade = is_upgrade(incident, facts).then_some(Event::AwarenessAdded { kind, at });
    upgrade.into_iter().collect()
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
    let is_affected = facts.partnership_effect == PartnershipEffect::Affected;
    let officer =
        is_affected.then(|| Clock::start(ClockKind::Wso24h, None, context.now, context.policy));
    let missing = officer.filter(|clock| clock::view(incident, clock.kind).is_none());
    events.extend(missing.map(|clock| Event::ClockStarted { clock }));
    events
}

/// Controllers named for the first time, whose data protection officers are to be told as well. A clock that
/// still runs waits for them too. One that has stopped or run out stays as it is, and they have 24 hours of
/// their own, from their naming or from their own officer's earlier awareness: nobody is late for what they
/// could not know (BOB-DPO). Those end no later than the 72 hours of the controller. Where a clock waits for
/// nobody any more, because its controllers turned out to be none, the right ones take their place on it with
/// its start; so do the first that are named (ICO-PROC).
fn officers_named(incident: &Incident, facts: &Facts, context: &Context<'_>) -> Vec<Event> {
    let Some(clock) = incident
        .clocks
        .iter()
        .find(|clock| clock.is(ClockKind::BobDpo, None))
    else {
        return Vec::new();
    };
    let is_known = |organisation: &OrganisationId| {
        let mut whose = clock.whose.iter();
        whose.any(|whose| whose.organisation == *organisation)
            || (clock.names_nobody() && incident.facts.controllers.contains(organisation))
            || clock::has_own_clock(incident, organisation)
    };
    #[cfg(test)]
    if mutant::is(Mutant::NamedLaterIsForgotten) {
        return Vec::new();
    }
    let runs = clock::stopped_at(incident, clock).is_none() && context.now <= clock.due_at;
    let takes_place =
        incident.is_unnamed() || !clock::is_anybodys(&with_facts(incident, facts), clock);
    let officers = logging::whose_officers(facts, &incident.reporter.organisation, context);
    let earlier = started_earlier(incident, clock, &officers, context);
    let named = officers
        .into_iter()
        .filter(|organisation| takes_place || !is_known(organisation))
        .map(|organisation| match takes_place || runs {
            true => Event::DutyNamed {
                kind: clock.kind,
                organisation,
            },
            false => Event::ClockStarted {
                clock: own_clock(incident, facts, organisation, context),
            },
        });
    earlier.into_iter().chain(named).collect()
}

/// The clock that waited for the first controller to be named runs from the earliest awareness that it would
/// have had if the controller had been named at once: the on-call officer may have known before the supplier
/// told (AWARE-FORWARD, ICO-PROC).
fn started_earlier(
    incident: &Incident,
    clock: &Clock,
    officers: &[OrganisationId],
    context: &Context<'_>,
) -> Option<Event> {
    let first_at = incident.awareness.first_aware_at(officers);
    let moves = incident.is_unnamed() && first_at < clock.prudent_start();
    moves.then(|| Event::ClockRevised {
        previous_due_at: clock.due_at,
        clock: clock.revised(first_at, context.policy),
    })
}

fn own_clock(
    incident: &Incident,
    facts: &Facts,
    controller: OrganisationId,
    context: &Context<'_>,
) -> Clock {
    let awareness = &incident.awareness;
    let own_officer_at = awareness.officer_aware_at(&controller);
    let started_at = own_officer_at.map_or(context.now, |at| at.min(context.now));
    let known = incident.clocks.iter().cloned();
    let regulator_due_at = known
        .filter(|clock| clock.stood_down.is_none())
        .chain(wanted_clocks(incident, facts, awareness, context))
        .find(|clock| clock.is(ClockKind::Ico72h, Some(&controller)))
        .map(|clock| clock.due_at);
    Clock::start(
        ClockKind::BobDpo,
        Some(controller),
        started_at,
        context.policy,
    )
    .due_by(regulator_due_at, context.policy)
}

fn with_facts(incident: &Incident, facts: &Facts) -> Incident {
    Incident {
        facts: facts.clone(),
        ..incident.clone()
    }
}

/// A controller that was named after the others and turns out to be none has no 24 hours; named again, it
/// has them from the same start. While it has a duty towards the ICO, it has them too: a triage forgets
/// neither (ICO-DUTY). That its officer is told stays asked for until somebody releases it.
fn officers_left_out<'a>(
    incident: &'a Incident,
    facts: &'a Facts,
) -> impl Iterator<Item = Event> + 'a {
    let own = incident
        .clocks
        .iter()
        .filter(|clock| clock.kind == ClockKind::BobDpo);
    own.filter_map(|clock| {
        let controller = clock.controller.as_ref()?;
        let is_named = facts.controllers.contains(controller);
        let mut holders = incident.clock_holders();
        let is_owed = is_named || holders.any(|holder| holder == controller);
        let is_stopped = clock::stopped_at(incident, clock).is_some();
        match &clock.stood_down {
            None if !is_owed && !is_stopped => Some(no_officer_of(clock)),
            Some(_) if is_named => Some(Event::ClockReinstated {
                kind: clock.kind,
                controller: clock.controller.clone(),
            }),
            None | Some(_) => None,
        }
    })
}

/// That nobody is told of it in these 24 hours, because the organisation is no controller of the data.
pub(super) fn no_officer_of(clock: &Clock) -> Event {
    Event::ClockStoodDown {
        kind: clock.kind,
        controller: clock.controller.clone(),
        rule: RuleId::IcoJoint,
        reason: "not a controller of these data".into(),
        ground: None,
    }
}

/// Where no supplier is concerned after all, none had to tell; named again, it had to from the same start
/// (ICO-PROC).
fn suppliers_left_out(incident: &Incident, facts: &Facts) -> Option<Event> {
    let is_named = incident.awareness.through_processor || !facts.processors.is_empty();
    let mut clocks = incident.clocks.iter();
    let clock = clocks.find(|clock| clock.kind == ClockKind::Proc24h)?;
    let (kind, controller) = (clock.kind, clock.controller.clone());
    match (is_named, &clock.stood_down) {
        (false, None) => Some(Event::ClockStoodDown {
            kind,
            controller,
            rule: RuleId::IcoProc,
            reason: "no supplier is concerned".into(),
            ground: None,
        }),
        (true, Some(_)) => Some(Event::ClockReinstated { kind, controller }),
        (true, None) | (false, Some(_)) => None,
    }
}

/// Regulator's clocks after these facts: started for controllers that want one and have none, counting again for
/// those hidden by facts that no longer hold, or hidden when a notifiable grade came that left out an
/// organisation which is a controller after all, whatever these facts say of the breach (ICO-DUTY).
fn regulator_clocks(
    incident: &Incident,
    facts: &Facts,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<Event> {
    let missing = wanted_clocks(incident, facts, awareness, context)
        .into_iter()
        .filter(|wanted| {
            !incident
                .clocks
                .iter()
                .any(|clock| clock.is(ClockKind::Ico72h, wanted.controller.as_ref()))
        })
        .map(|clock| Event::ClockStarted { clock });
    let reinstated = regulators(incident)
        .filter(|clock| {
            let whose = clock.controller.as_ref();
            let is_overtaken = whose.is_some_and(|controller| {
                incident.is_left_out(controller) && incident.is_notifiable_for(controller)
            });
            // Whoever was no controller and is named as one has its duty again, from the same start.
            let ends = |hidden: &StandDown| {
                let was_wrong = hidden.ground == Some(Ground::WrongController);
                is_by_facts(hidden.rule)
                    || is_overtaken
                    || was_wrong
                    || hidden.is_belied(&incident.facts, facts)
            };
            let is_named = whose.is_some_and(|whose| facts.controllers.contains(whose));
            let because = facts.no_regulator_because(whose);
            let is_other = |hidden: &StandDown| hidden.is_of_another_ground(because);
            let hidden = clock.stood_down.as_deref();
            hidden.is_some_and(is_other)
                || (hidden.is_some_and(ends) && (because.is_none() || (is_named && is_overtaken)))
        })
        .map(|clock| Event::ClockReinstated {
            kind: clock.kind,
            controller: clock.controller.clone(),
        });
    missing.chain(reinstated).collect()
}

/// The clock of each controller that these facts name, where they ask for one. Where they do not, a grade may
/// have called for the regulator, or another controller has or had one: each controller's own DPO decides,
/// or confirms that there is nothing to tell, and nobody does it for another (ICO-DUTY, ICO-JOINT, BOB-SUSPECT).
fn wanted_clocks(
    incident: &Incident,
    facts: &Facts,
    awareness: &Awareness,
    context: &Context<'_>,
) -> Vec<Clock> {
    let by_facts = logging::ico_clocks(facts, awareness, context);
    if !by_facts.is_empty() {
        return by_facts;
    }
    let another_has_one = regulators(incident).next().is_some();
    let named = facts.controllers.iter();
    named
        .filter(|controller| another_has_one || incident.is_notifiable_for(controller))
        .map(|controller| logging::ico_clock(controller, awareness, context))
        .collect()
}

/// Regulator's clocks whose target these facts hide. Only the DPO's own triage does that, and only for the
/// DPO's own organisation (section 5, "stand down"); anybody else's leaves them running until that DPO
/// confirms, in words of its own: facts that are typed again confirm nothing. No triage hides what a grade says must be
/// told, or what was decided to be reported: a decision or a later grade does (ICO-DUTY).
fn hidden_clocks<'a>(
    incident: &'a Incident,
    facts: &'a Facts,
    confirms: Option<Confirmation>,
    by: &'a Signature,
    context: &'a Context<'_>,
) -> impl Iterator<Item = Event> + 'a {
    let is_confirmed = confirms.is_some_and(|what| what != Confirmation::NotCyber);
    #[cfg(test)]
    let is_confirmed =
        is_confirmed || (mutant::is(Mutant::TypingAgainConfirms) && *facts == incident.facts);
    let is_said = move |clock: &Clock| {
        let whose = clock.controller.as_ref();
        let before = incident.facts.no_regulator_because(whose);
        is_confirmed || before != facts.no_regulator_because(whose)
    };
    let is_another = |clock: &Clock, hidden: &StandDown| {
        hidden.is_of_another_ground(facts.no_regulator_because(clock.controller.as_ref()))
    };
    regulators(incident)
        .filter(move |clock| is_said(clock))
        .filter(move |clock| {
            let hidden = clock.stood_down.as_deref();
            hidden.is_none_or(|hidden| is_another(clock, hidden))
        })
        .filter(|clock| clock.controller.as_ref() == Some(&by.organisation))
        .filter(|clock| clock::stopped_at(incident, clock).is_none())
        .filter(|_| !incident.is_graded_as_notifiable(&by.organisation, context.policy))
        .filter(|_| !regulator::awaits_its_report(incident, &by.organisation))
        .filter_map(|clock| {
            let (rule, reason) = facts.no_regulator_because(clock.controller.as_ref())?;
            Some(Event::ClockStoodDown {
                kind: clock.kind,
                controller: clock.controller.clone(),
                rule,
                reason: reason.into(),
                ground: None,
            })
        })
}

fn regulators(incident: &Incident) -> impl Iterator<Item = &Clock> {
    incident
        .clocks
        .iter()
        .filter(|clock| clock.kind == ClockKind::Ico72h)
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
