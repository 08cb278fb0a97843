//! What a triage says of cyber and of essential services: what it may not take away, and what follows from it
//! (BOB-CYBER, NIS-WHO).
//!
//! Either ends a question to somebody else, so on a serious incident the officer says it who would have been
//! asked. Deliberately answers for no operator by itself: that is `decide::regulator`.

use super::{regulators, with_facts};
use crate::domain::Instant;
use crate::domain::clock::{Clock, Ground};
use crate::domain::command::Triage;
use crate::domain::decide::regulator::{self, NisSaid};
use crate::domain::decide::{Context, logging};
use crate::domain::event::Event;
use crate::domain::guard;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Facts, Incident};
use crate::domain::office::{self, Office, WhoMay, who_may};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Gravity, RegulatorEvent, last_nis_answer, not_cyber_overtaken_by};
use crate::domain::rule::RuleId;

/// What is no cyber incident any more asks for no answer about NHS England and perhaps for none about an
/// essential service. Of a serious one the DPO says so, as each of those answers, or whoever stands in; where nobody
/// does, whoever triages (BOB-CYBER, NIS-WHO, NOBODY-THERE).
pub(super) fn check_not_cyber(
    incident: &Incident,
    facts: &Facts,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if let Some(category) = facts.category.filter(|category| category.is_cyber()) {
        return Err(Refusal::against(
            RuleId::BobCyber,
            format!(
                "{} is a cyber incident. Choose the category that it is, or leave it a cyber incident",
                category.name()
            ),
        ));
    }
    let Some(who) = speaks_on_cyber(incident, context) else {
        return Ok(());
    };
    Err(Refusal::against(
        RuleId::BobCyber,
        format!(
            "This cyber incident is serious, so you cannot say that it is none. Ask {} to triage it",
            who.in_words(context.directory)
        ),
    ))
}

/// Facts by which an operator of essential services would be asked no more, though it is still named: of a serious
/// incident its own officer says that nothing was hit, or whoever stands in (NIS-WHO).
pub(super) fn check_services(
    incident: &Incident,
    facts: &Facts,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let Context { directory, now, .. } = *context;
    let after = with_facts(incident, facts);
    let still_asked = guard::asks_nis(&after, directory);
    let named = logging::operators(facts, &incident.reporter.organisation, directory);
    let mut lost = guard::asks_nis(incident, directory).into_iter();
    let refusal = lost.find_map(|operator| {
        let is_lost = named.contains(&operator) && !still_asked.contains(&operator);
        let who = office::speaks_for_serious(incident, operator, directory, now)
            .filter(|who| is_lost && who.signature(context.actor).is_none())?;
        Some(Refusal::against(
            RuleId::NisWho,
            format!(
                "{} has not answered whether its essential service was significantly affected, and with these facts it would be asked no more. This incident is serious: ask {} to answer first, or leave the facts as they are",
                directory.organisation_name(operator),
                who.in_words(directory)
            ),
        ))
    });
    refusal.map_or(Ok(()), Err)
}

/// Who would have to say that a serious incident is no cyber incident, where whoever triages is not the one: the
/// DPO, or whoever stands in (NOBODY-THERE).
fn speaks_on_cyber<'a>(incident: &'a Incident, context: &Context<'a>) -> Option<WhoMay<'a>> {
    let Context { directory, now, .. } = *context;
    office::speaks_for_serious(incident, incident.home(), directory, now)
        .filter(|who| who.signature(context.actor).is_none())
}

/// Whether these facts, which change nothing, confirm with a reason what is to be looked at again: that it is no
/// cyber incident (BOB-CYBER).
pub(super) fn confirms_not_cyber(
    incident: &Incident,
    facts: &Facts,
    context: &Context<'_>,
) -> bool {
    *facts == incident.facts
        && not_cyber_overtaken_by(incident).is_some()
        && speaks_on_cyber(incident, context).is_none()
}

/// That it is no cyber incident, as it is said for the first time or confirmed once the incident is serious.
pub(super) fn not_cyber(
    incident: &Incident,
    facts: &Facts,
    reason: Option<&str>,
    context: &Context<'_>,
) -> Option<Event> {
    let is_new = incident.facts.cyber && !facts.cyber;
    let reason = reason.filter(|_| is_new || confirms_not_cyber(incident, facts, context))?;
    let Context { directory, now, .. } = *context;
    let who = who_may(Office::Decide, incident.home(), directory, now, &[]);
    Some(Event::Regulator(RegulatorEvent::NotCyber {
        reason: reason.into(),
        made_on: Gravity::of(incident),
        by_officer: who.signature(context.actor).is_some(),
    }))
}

/// What this triage answers for operators of essential services: what it says of them by itself, or a
/// changed answer among the facts, which is then that of each.
pub(super) fn nis_answers(
    incident: &Incident,
    triage: &Triage,
    facts: &Facts,
    recognised_at: Instant,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let given = triage.facts.nis_significant;
    let nobody_answered = incident.casework().regulator.nis_answers.is_empty();
    let is_new =
        given != incident.facts.nis_significant || (given == Some(true) && nobody_answered);
    let is_anybodys = has_operator(incident, facts, context);
    let (operators, significant) = match (&triage.nis, given) {
        (Some(said), _) if is_anybodys || !said.operators.is_empty() => {
            (said.operators.iter().cloned().collect(), said.significant)
        }
        (None, Some(significant)) if is_new && is_anybodys => (Vec::new(), significant),
        (Some(_) | None, _) => return Ok(Vec::new()),
    };
    let said = NisSaid {
        operators,
        significant,
        reason: triage.reason.as_deref(),
        recognised_at,
    };
    regulator::nis_answered(&with_facts(incident, facts), &said, context)
}

pub(super) fn has_operator(incident: &Incident, facts: &Facts, context: &Context<'_>) -> bool {
    let reporter = &incident.reporter.organisation;
    !logging::operators(facts, reporter, context.directory).is_empty()
}

/// An operator that is named no more still answers, and again if it becomes serious: only its own people say that the
/// incident is not theirs, by their own triage or by the ground for which their clock was stopped (NIS-WHO).
pub(super) fn operators_left_out<'a>(
    incident: &'a Incident,
    facts: &'a Facts,
    context: &'a Context<'_>,
) -> impl Iterator<Item = Event> + 'a {
    let Context {
        actor,
        directory,
        now,
        ..
    } = *context;
    let reporter = &incident.reporter.organisation;
    let stay = logging::operators(facts, reporter, directory);
    let said_so = move |operator: &OrganisationId| {
        let who = who_may(Office::Decide, operator, directory, now, &[]);
        let ended = |clock: &Clock| clock.stood_down.as_ref().and_then(|ended| ended.ground);
        let mut own =
            regulators(incident).filter(|clock| clock.controller.as_ref() == Some(operator));
        who.signature(actor).is_some()
            || own.any(|clock| ended(clock) == Some(Ground::WrongController))
    };
    let known = &incident.casework().regulator.nis_still_asked;
    logging::operators(&incident.facts, reporter, directory)
        .into_iter()
        .filter(move |operator| !stay.contains(operator) && !known.contains(operator))
        .filter(|operator| last_nis_answer(incident, operator).is_none_or(|said| !said.significant))
        .filter(move |operator| !said_so(operator))
        .map(|operator| {
            Event::Regulator(RegulatorEvent::NisStillAsked {
                operator: operator.clone(),
            })
        })
}
