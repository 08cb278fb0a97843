//! What a triage says of cyber and of essential services: what it may not take away, and what follows from it
//! (BOB-CYBER, NIS-WHO).
//!
//! Facts take no question away from an operator: its own people answer, or say with the facts that there is nothing
//! to answer. Deliberately answers for no operator by itself: that is `decide::regulator`.

use super::{regulators, with_facts};
use crate::domain::Instant;
use crate::domain::clock::{Clock, Ground};
use crate::domain::command::Triage;
use crate::domain::decide::regulator::{self, NisSaid};
use crate::domain::decide::{Context, logging, reasoned};
use crate::domain::event::Event;
use crate::domain::guard;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Confirmation, Facts, Incident, PartnershipEffect};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office::{self, Office, WhoMay, who_may};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{
    Concerned, Gravity, RegulatorEvent, Saying, last_nis_answer, nis_answer_in_force,
};
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

/// Facts by which operators of essential services would be asked no more, though they are still named: of a
/// serious incident an officer of one of them says so, or whoever stands in. The others are asked all the same
/// (NIS-WHO).
pub(super) fn check_services(
    incident: &Incident,
    facts: &Facts,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let Context { directory, now, .. } = *context;
    let after = with_facts(incident, facts);
    let still_asked = guard::asks_nis(&after, directory);
    let reporter = &incident.reporter.organisation;
    let named = logging::operators(facts, reporter, directory);
    let is_theirs = |operator: &OrganisationId| is_own_officer(operator, context);
    if named.iter().copied().any(is_theirs) {
        return Ok(());
    }
    let mut lost = guard::asks_nis(incident, directory).into_iter();
    let refusal = lost.find_map(|operator| {
        let is_lost = named.contains(&operator) && !still_asked.contains(&operator);
        let who = office::speaks_for_serious(incident, operator, directory, now)
            .filter(|_| is_lost)?;
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

/// Whether somebody is the officer of an operator whose word stands for it, or stands in.
fn is_own_officer(operator: &OrganisationId, context: &Context<'_>) -> bool {
    let Context {
        actor,
        directory,
        now,
        ..
    } = *context;
    let who = who_may(Office::Decide, operator, directory, now, &[]);
    who.signature(actor).is_some()
}

/// Who would have to say that a serious incident is no cyber incident, where whoever triages is not the one: the
/// DPO, or whoever stands in (NOBODY-THERE).
pub(super) fn speaks_on_cyber<'a>(
    incident: &'a Incident,
    context: &Context<'a>,
) -> Option<WhoMay<'a>> {
    let Context { directory, now, .. } = *context;
    office::speaks_for_serious(incident, incident.home(), directory, now)
        .filter(|who| who.signature(context.actor).is_none())
}

/// That it is no cyber incident, as it is said for the first time, or confirmed once somebody is to look again.
pub(super) fn not_cyber(
    incident: &Incident,
    facts: &Facts,
    (confirms, reason): (Option<Confirmation>, Option<&str>),
    context: &Context<'_>,
) -> Option<Event> {
    let how = if confirms == Some(Confirmation::NotCyber) {
        Saying::Confirmed
    } else if incident.facts.cyber && !facts.cyber {
        Saying::Triaged
    } else {
        return None;
    };
    Some(Event::Regulator(RegulatorEvent::NotCyber {
        reason: reason?.into(),
        made_on: Gravity::of(incident),
        by_officer: is_own_officer(incident.home(), context),
        how: Some(how),
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

/// Every operator that these facts ask about its service, with the part that it has.
fn asked_by<'a>(
    facts: &'a Facts,
    reporter: &'a OrganisationId,
    context: &Context<'_>,
) -> Vec<(&'a OrganisationId, Concerned)> {
    if !facts.asks_about_services() {
        return Vec::new();
    }
    named_by(facts, reporter, context)
}

/// Every operator that these facts name, with the part that it has.
fn named_by<'a>(
    facts: &'a Facts,
    reporter: &'a OrganisationId,
    context: &Context<'_>,
) -> Vec<(&'a OrganisationId, Concerned)> {
    let directory = context.directory;
    let itself = logging::operators(facts, reporter, directory).into_iter();
    let mut named: Vec<_> = itself.map(|one| (one, Concerned::Itself)).collect();
    if facts.partnership_effect == PartnershipEffect::Affected {
        let partners = logging::affected_operators(facts, reporter, directory).into_iter();
        named.extend(partners.map(|one| (one, Concerned::AsPartner)));
    }
    named
}

/// What is said beside the facts.
#[derive(Default)]
pub(in crate::domain::decide) struct Said<'a> {
    /// The answers of operators.
    pub(in crate::domain::decide) answers: &'a [Event],
    pub(in crate::domain::decide) confirms: Option<Confirmation>,
    pub(in crate::domain::decide) reason: Option<&'a str>,
}

/// What becomes of the question of each operator that these facts ask no more, whoever types them and at whatever
/// grade. Its own people end it: they take their organisation out, or say why there is nothing to answer. Anybody
/// else leaves it asked (NIS-WHO).
pub(in crate::domain::decide) fn questions(
    incident: &Incident,
    facts: &Facts,
    said: &Said<'_>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let reporter = &incident.reporter.organisation;
    let before = named_by(&incident.facts, reporter, context);
    let asked = asked_by(&incident.facts, reporter, context);
    let still_asked = asked_by(facts, reporter, context);
    let stay = named_by(facts, reporter, context);
    let is_among = |them: &[(&OrganisationId, Concerned)], operator: &OrganisationId| {
        them.iter().any(|(one, _)| *one == operator)
    };
    let mut events = Vec::new();
    for (operator, concerned) in with_kept(before.clone(), incident) {
        let lost = Lost {
            operator,
            concerned,
            was_asked: is_among(&asked, operator),
            was_named: is_among(&before, operator),
            is_named: is_among(&stay, operator),
        };
        let is_hit = last_nis_answer(incident, operator).is_some_and(|said| said.significant);
        if !is_hit && !is_among(&still_asked, operator) {
            events.extend(lost.becomes(incident, said, context)?);
        }
    }
    Ok(events)
}

/// The operators that the facts name, and those whose question was kept.
fn with_kept<'a>(
    mut operators: Vec<(&'a OrganisationId, Concerned)>,
    incident: &'a Incident,
) -> Vec<(&'a OrganisationId, Concerned)> {
    let regulator = &incident.casework().regulator;
    let left_out = regulator.nis_still_asked.iter();
    let left_out = left_out.map(|operator| (operator, Concerned::Itself));
    let kept = regulator.nis_kept.iter();
    for (operator, concerned) in left_out.chain(kept.map(|kept| (&kept.operator, kept.concerned))) {
        if !operators.iter().any(|(known, _)| *known == operator) {
            operators.push((operator, concerned));
        }
    }
    operators
}

/// An operator that the facts ask no more.
struct Lost<'a> {
    operator: &'a OrganisationId,
    concerned: Concerned,
    /// Whether the facts before asked it.
    was_asked: bool,
    /// Whether they named it.
    was_named: bool,
    /// Whether the facts now name it.
    is_named: bool,
}

impl Lost<'_> {
    fn becomes(
        &self,
        incident: &Incident,
        said: &Said<'_>,
        context: &Context<'_>,
    ) -> Result<Option<Event>, Refusal> {
        if self.was_named && !self.is_named && self.is_own_word(incident, context) {
            let is_asked = self.was_asked || self.is_kept(incident);
            return Ok(is_asked.then(|| self.nothing_to_answer(incident, said.reason)));
        }
        let is_confirmed = said.confirms == Some(Confirmation::NotCyber);
        if is_confirmed && self.is_named && is_own_officer(self.operator, context) {
            return Ok(Some(self.nothing_to_answer(incident, said.reason)));
        }
        if self.was_asked && self.is_named && self.is_entitled(incident, context) {
            return match self.is_answered(incident, said) {
                true => Ok(self.kept(incident)),
                false => self.with_a_reason(incident, said.reason, context).map(Some),
            };
        }
        Ok(match self.was_asked || self.was_corrected(incident) {
            true => self.kept(incident),
            false => self.still_asked(incident),
        })
    }

    fn is_kept(&self, incident: &Incident) -> bool {
        let mut kept = incident.casework().regulator.operators_kept();
        kept.any(|operator| operator == self.operator)
    }

    /// Its own people said that there is nothing to answer, and it is named no more by somebody else: what they said
    /// about the incident as it was then ends nothing for good.
    fn was_corrected(&self, incident: &Incident) -> bool {
        let mut said = incident.casework().regulator.nis_nothing.iter();
        self.was_named && !self.is_named && said.any(|said| said.operator == *self.operator)
    }

    fn is_answered(&self, incident: &Incident, said: &Said<'_>) -> bool {
        let is_own = |event: &Event| matches!(event, Event::Regulator(RegulatorEvent::NisAnswered { operator, .. }) if operator == self.operator);
        nis_answer_in_force(incident, self.operator).is_some() || said.answers.iter().any(is_own)
    }

    /// Its own officer says so by this triage, or said so when their clock of the ICO was stopped.
    fn is_own_word(&self, incident: &Incident, context: &Context<'_>) -> bool {
        let ended = |clock: &Clock| clock.stood_down.as_ref().and_then(|ended| ended.ground);
        let mut own =
            regulators(incident).filter(|clock| clock.controller.as_ref() == Some(self.operator));
        is_own_officer(self.operator, context)
            || own.any(|clock| ended(clock) == Some(Ground::WrongController))
    }

    /// Its own officer, or while the incident is not serious whoever triages there.
    fn is_entitled(&self, incident: &Incident, context: &Context<'_>) -> bool {
        let is_small = !Gravity::of(incident).is_serious();
        is_own_officer(self.operator, context)
            || (is_small && regulator::triages_for(incident, self.operator, context).is_some())
    }

    fn with_a_reason(
        &self,
        incident: &Incident,
        reason: Option<&str>,
        context: &Context<'_>,
    ) -> Result<Event, Refusal> {
        let name = context.directory.organisation_name(self.operator);
        let reason = reasoned(
            RuleId::NisWho,
            reason.unwrap_or_default(),
            "/reason",
            &format!(
                "Say why {name} need not answer whether its essential service was significantly affected"
            ),
        )?;
        Ok(self.nothing_to_answer(incident, Some(reason)))
    }

    fn nothing_to_answer(&self, incident: &Incident, reason: Option<&str>) -> Event {
        Event::Regulator(RegulatorEvent::NisNothingToAnswer {
            operator: self.operator.clone(),
            reason: reason.map(Into::into),
            made_on: Gravity::of(incident),
        })
    }

    fn kept(&self, incident: &Incident) -> Option<Event> {
        #[cfg(test)]
        if mutant::is(Mutant::FactsEndTheQuestion) {
            return None;
        }
        let mut known = incident.casework().regulator.nis_kept.iter();
        let is_known = known.any(|kept| kept.operator == *self.operator);
        (!is_known).then(|| {
            Event::Regulator(RegulatorEvent::NisKept {
                operator: self.operator.clone(),
                concerned: self.concerned,
            })
        })
    }

    /// Named no more before anybody was asked: it answers once the facts ask.
    fn still_asked(&self, incident: &Incident) -> Option<Event> {
        let is_left_out = self.concerned == Concerned::Itself && self.was_named && !self.is_named;
        (is_left_out && !self.is_kept(incident)).then(|| {
            Event::Regulator(RegulatorEvent::NisStillAsked {
                operator: self.operator.clone(),
            })
        })
    }
}
