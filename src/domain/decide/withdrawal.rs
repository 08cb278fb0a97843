//! Withdrawing an incident: it was logged by mistake and nothing happened. One person asks, a second
//! agrees, and until then nothing changes (REG-WHOLE).

use super::closing::{check_early, one};
use super::{Context, Decision, reasoned};
use crate::domain::clock::{self, Clock};
use crate::domain::closing::ClosingEvent;
use crate::domain::deadlines::ClockKind;
use crate::domain::directory::Directory;
use crate::domain::enumeration;
use crate::domain::event::Signature;
use crate::domain::grid::Factor;
use crate::domain::guard::{asks_nis, asks_nis_of_partners};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{BreachStatus, Incident};
use crate::domain::investigation::Reasoned;
use crate::domain::office;
use crate::domain::partners::{PartnerRecord, PartnerState};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::Enquiry;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::withdrawal;
use std::collections::BTreeSet;

pub(super) fn ask(
    incident: &Incident,
    reason: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let permission = Permission::Withdraw;
    let (_, by) = permission::require_least(permission, Grant::May, context.actor, incident)?;
    check_early(incident)?;
    if let Some(asked) = &incident.casework().closing.withdrawal {
        return Err(against(format!(
            "{} has already asked to withdraw this. A second person must now agree or refuse",
            context.directory.person_name(&asked.signed.by.person)
        )));
    }
    check_nothing_happened(incident, context.directory)?;
    if incident.is_unnamed() {
        return Err(against(
            "Nobody has named the controller, whose officers must agree. Triage it and name the controller first",
        ));
    }
    if withdrawal::may_agree(incident, &by, context.directory, context.now).is_empty() {
        return Err(against(
            "Withdrawing takes a second person, and nobody else holds a role that may agree. Resolve and close it instead",
        ));
    }
    let asked = "Say why it should not have been logged";
    let reason = reasoned(RuleId::RegWhole, reason, "/reason", asked)?.into();
    Ok(one(by, ClosingEvent::WithdrawalAsked { reason }))
}

pub(super) fn agree(incident: &Incident, context: &Context<'_>) -> Result<Decision, Refusal> {
    let asked = asked(incident)?;
    let by = second(incident, asked, context)?;
    check_early(incident)?;
    check_nothing_happened(incident, context.directory)?;
    let reason = asked.reason.clone();
    Ok(one(by, ClosingEvent::Withdrawn { reason }))
}

/// Whoever asked takes it back; whoever may agree may refuse.
pub(super) fn drop(
    incident: &Incident,
    reason: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let asked = asked(incident)?;
    let by = if asked.signed.by.person == context.actor.person {
        asked.signed.by.clone()
    } else {
        second(incident, asked, context)?
    };
    let why = "Say why it is not withdrawn";
    let reason = reasoned(RuleId::RegWhole, reason, "/reason", why)?.into();
    Ok(one(by, ClosingEvent::WithdrawalDropped { reason }))
}

fn against(sentence: impl Into<String>) -> Refusal {
    Refusal::against(RuleId::RegWhole, sentence)
}

fn asked(incident: &Incident) -> Result<&Reasoned, Refusal> {
    let asked = incident.casework().closing.withdrawal.as_ref();
    asked.ok_or_else(|| against("Nobody has asked to withdraw this. Ask first, with a reason"))
}

/// Nobody is both: the second person is another one, in a role that may agree.
fn second(
    incident: &Incident,
    asked: &Reasoned,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let (directory, now) = (context.directory, context.now);
    let first = &asked.signed.by;
    withdrawal::agrees_as(incident, first, context.actor, directory, now).ok_or_else(|| {
        let may = withdrawal::may_agree(incident, first, directory, now);
        let whom = if may.is_empty() {
            "resolve and close it instead".to_owned()
        } else {
            format!("ask {}", office::named(&may, directory))
        };
        let sentence = if first.person == context.actor.person {
            format!("You asked to withdraw this, so somebody else must agree: {whom}")
        } else {
            format!("You cannot agree or refuse to withdraw this: {whom}")
        };
        Refusal::not_allowed(sentence).by(RuleId::RegWhole)
    })
}

/// What is withdrawn was logged by mistake: whatever happened, or was told to anybody, stays on record.
fn check_nothing_happened(incident: &Incident, directory: &Directory) -> Result<(), Refusal> {
    let Some(why) = why_not_withdrawn(incident, directory) else {
        return Ok(());
    };
    Err(against(format!("You cannot withdraw this: {why}")))
}

/// What has happened, so that it cannot be withdrawn, and what to do instead; nothing where it can.
pub(in crate::domain) fn why_not_withdrawn(
    incident: &Incident,
    directory: &Directory,
) -> Option<String> {
    let casework = incident.casework();
    let told = told_partners(incident, directory);
    if incident.is_notifiable() {
        Some(
            "it is graded as notifiable. Grade it again with evidence if that was wrong".to_owned(),
        )
    } else if casework.regulator.is_anybody_told() {
        Some("a regulator has been told. Tell the regulator that it was no breach, and record that first".to_owned())
    } else if !casework.regulator.enquiries.iter().all(Enquiry::is_struck) {
        Some("a regulator has asked about it. Resolve and close it instead, or strike out the enquiry if it was recorded here by mistake".to_owned())
    } else if !told.is_empty() {
        let names: Vec<&str> = told.iter().copied().collect();
        let have = if names.len() == 1 { "has" } else { "have" };
        Some(format!(
            "{} {have} been told of it, or put down to be called. Resolve and close it instead",
            enumeration::all(&names)
        ))
    } else if !casework.subjects.told.is_empty() {
        Some("the people concerned have been told of it. Resolve and close it instead".to_owned())
    } else if let Some(factor) = contradicted(incident) {
        Some(format!(
            "its grade says that data about people are concerned ({}), and its facts say that none are. Correct one of the two",
            factor.name()
        ))
    } else if was_confirmed(incident) {
        Some("it is a confirmed breach. Triage it again if that was a mistake, or resolve and close it".to_owned())
    } else if incident.facts.breach_status == BreachStatus::NotABreach {
        Some(
            "what was found not to be a breach is documented, not withdrawn. Resolve and close it"
                .to_owned(),
        )
    } else if let Some(why) = owed_elsewhere(incident, directory) {
        Some(why)
    } else if incident.is_major() {
        Some("it is a major incident. End that first if it was a false alarm".to_owned())
    } else {
        None
    }
}

/// What an operator of essential services has to answer or to report, or another controller to decide: nobody of
/// one organisation ends it for another by withdrawing (NIS-WHO, ICO-JOINT).
fn owed_elsewhere(incident: &Incident, directory: &Directory) -> Option<String> {
    let runs = |clock: &&Clock| clock::runs(incident, clock);
    let mut running = incident.clocks.iter().filter(runs);
    if running.any(|clock| clock.kind == ClockKind::Nis72h) {
        return Some("an essential service was significantly affected, and the NIS authority is to be told. Resolve and close it instead".to_owned());
    }
    let mut asked = asks_nis(incident, directory);
    asked.extend(asks_nis_of_partners(incident, directory));
    let names = |organisations: &[&OrganisationId]| {
        let names = organisations.iter();
        let names: Vec<&str> = names.map(|id| directory.organisation_name(id)).collect();
        enumeration::all(&names)
    };
    if !asked.is_empty() {
        return Some(format!(
            "{} has not answered whether its essential service was significantly affected. Ask for that answer first",
            names(&asked)
        ));
    }
    let running = incident.clocks.iter().filter(runs);
    let icos = running.filter(|clock| clock.kind == ClockKind::Ico72h);
    let controllers: Vec<&OrganisationId> =
        icos.filter_map(|clock| clock.controller.as_ref()).collect();
    (controllers.len() > 1).then(|| {
        format!(
            "the 72 hours of {} run, and one of them does not withdraw for the others. Ask each DPO to confirm first that the ICO need not be told, or triage it with the right controllers",
            names(&controllers)
        )
    })
}

/// A sensitivity factor of the grade in force, where the facts say that no data about people are concerned.
fn contradicted(incident: &Incident) -> Option<&Factor> {
    let assessment = incident.assessment()?;
    let mut factors = assessment.factors.iter();
    factors.find(|_| !incident.facts.concern_personal_data())
}

fn was_confirmed(incident: &Incident) -> bool {
    let is = |status: BreachStatus| status == BreachStatus::Confirmed;
    is(incident.facts.breach_status) || incident.origins().any(|origin| is(origin.breach_status))
}

/// Partners to whom a notice went, who have answered, or whose representative was reached.
fn told_partners<'a>(incident: &'a Incident, directory: &'a Directory) -> BTreeSet<&'a str> {
    let knows = |record: &&PartnerRecord| {
        let state = record.state();
        // Somebody who was to be called may have been: nobody has said that they were not.
        !matches!(state, PartnerState::Unaware | PartnerState::Failed)
    };
    let records = incident.partners.iter().filter(knows);
    let reached = incident
        .attempts
        .iter()
        .filter(|attempt| attempt.contact.role == Role::Ggr && attempt.informs());
    let organisations = records
        .map(|record| &record.organisation)
        .chain(reached.filter_map(|attempt| attempt.contact.organisation.as_ref()));
    organisations
        .map(|organisation| directory.organisation_name(organisation))
        .collect()
}
