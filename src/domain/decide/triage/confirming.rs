//! Confirming in words what the facts say: that it is not a breach, or not cyber (ICO-DUTY, BOB-CYBER).
//!
//! Only whoever is asked confirms, and only what waits for it. Facts that are typed again confirm nothing, whatever
//! reason stands beside them. Deliberately ends no clock by itself: the triage does.

use super::regulators;
use super::services::speaks_on_cyber;
use crate::domain::clock;
use crate::domain::decide::{Context, reasoned, regulator};
use crate::domain::event::Signature;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Confirmation, Facts, Incident};
use crate::domain::office::{Office, who_may};
use crate::domain::permission::Grant;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::not_cyber_to_look_at;
use crate::domain::rule::RuleId;

/// Refuses a confirmation that nothing waits for, that the facts do not bear out, that somebody else is asked for, or
/// that says no reason.
pub(super) fn check(
    incident: &Incident,
    facts: &Facts,
    (confirms, reason): (Option<Confirmation>, Option<&str>),
    (grant, by): (Grant, &Signature),
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let Some(what) = confirms else {
        return Ok(());
    };
    let rule = match what {
        Confirmation::NotCyber => {
            check_cyber(incident, facts, context)?;
            RuleId::BobCyber
        }
        Confirmation::NotABreach | Confirmation::NearMiss | Confirmation::NoPersonalData => {
            check_own(incident, grant, context)?;
            check_regulator(incident, facts, what, &by.organisation, context)?
        }
    };
    let words = match what {
        Confirmation::NotABreach => "this is not a breach",
        Confirmation::NearMiss => "this is a near miss",
        Confirmation::NoPersonalData => "no personal data of living people are concerned",
        Confirmation::NotCyber => "this is not cyber",
    };
    let sentence = format!("Say why {words}");
    reasoned(rule, reason.unwrap_or_default(), "/reason", &sentence).map(|_| ())
}

fn check_cyber(incident: &Incident, facts: &Facts, context: &Context<'_>) -> Result<(), Refusal> {
    let against = |sentence: String| Err(Refusal::against(RuleId::BobCyber, sentence));
    if facts.cyber {
        return Err(Refusal::invalid(
            "/confirm",
            "The facts say that it is a cyber incident. Say that it is none, with a reason, instead of confirming it",
        )
        .by(RuleId::BobCyber));
    }
    if incident.facts.cyber {
        return Ok(());
    }
    if not_cyber_to_look_at(incident).is_none() {
        return against(
            "There is nothing to confirm: nobody is asked now whether this is a cyber incident"
                .to_owned(),
        );
    }
    if let Some(who) = speaks_on_cyber(incident, context) {
        return against(format!(
            "You cannot confirm that this is not cyber, because it is serious. Ask {} to confirm it",
            who.in_words(context.directory)
        ));
    }
    let last = incident.casework().regulator.not_cyber.last();
    let is_own_word = last.is_some_and(|said| said.recorded.by.person == context.actor.person);
    let home = who_may(
        Office::Decide,
        incident.home(),
        context.directory,
        context.now,
        &[],
    );
    if home.seats.is_empty() && is_own_word {
        return against(
            "You said yourself that this is not cyber, and nobody is DPO, SIRO or Accountable Officer there. Ask somebody else who may triage it to confirm it".to_owned(),
        );
    }
    Ok(())
}

/// The 72 hours of a controller end by the word of its own officer.
fn check_own(incident: &Incident, grant: Grant, context: &Context<'_>) -> Result<(), Refusal> {
    if grant == Grant::Owner {
        return Ok(());
    }
    let who = who_may(
        Office::Decide,
        incident.home(),
        context.directory,
        context.now,
        &[],
    );
    Err(Refusal::against(
        RuleId::IcoDuty,
        format!(
            "You cannot confirm that the ICO need not be told. Ask {} to confirm it",
            who.in_words(context.directory)
        ),
    ))
}

fn check_regulator(
    incident: &Incident,
    facts: &Facts,
    what: Confirmation,
    controller: &OrganisationId,
    context: &Context<'_>,
) -> Result<RuleId, Refusal> {
    let name = context.directory.organisation_name(controller);
    let invalid =
        |sentence: String| Err(Refusal::invalid("/confirm", sentence).by(RuleId::IcoDuty));
    let against = |sentence: String| Err(Refusal::against(RuleId::IcoDuty, sentence));
    let rule = match Confirmation::that_the_ico_has_no_part(facts, controller) {
        Some((rule, said)) if said == what => rule,
        Some((_, said)) => {
            return invalid(format!(
                "The facts say \"{}\". Confirm that, or change the facts first",
                said.name()
            ));
        }
        None => {
            return invalid(format!(
                "The facts do not say \"{}\" for {name}. Triage it so first, or leave the confirmation out",
                what.name()
            ));
        }
    };
    let runs = regulators(incident)
        .any(|clock| clock.controller.as_ref() == Some(controller) && clock::runs(incident, clock));
    if !runs {
        return against(format!(
            "There is nothing to confirm: no 72 hours of {name} run"
        ));
    }
    if incident.is_graded_as_notifiable(controller, context.policy) {
        return against(format!(
            "The grade of {name} says that the ICO must be told. Grade it again with evidence, or decide, before you confirm this"
        ));
    }
    if regulator::awaits_its_report(incident, controller) {
        return against(format!(
            "{name} has decided to report to the ICO. Report, or decline now, instead of confirming this"
        ));
    }
    Ok(rule)
}
