//! Whom to tell beyond what the facts say, and whom not after all (BOB-CONTACTS).
//!
//! The set is computed; people widen it by hand, and nothing narrows it without a reason.

use super::{Context, Decision, worded};
use crate::domain::command::{ReleaseContact, RequireContact};
use crate::domain::contacts::{self, Contact, Reason, RequiredContact};
use crate::domain::event::{Event, Signature};
use crate::domain::incident::{Facts, Incident};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::release::{self, Entitled};
use crate::domain::role::Role;
use crate::domain::rule::RuleId;

pub(super) fn require(
    incident: &Incident,
    require: &RequireContact,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require(Permission::Triage, context.actor, incident)?;
    let contact = meant(incident, &require.contact, context)?;
    if is_required(incident, &contact) {
        return Err(Refusal::against(
            RuleId::BobContacts,
            "They are already among those who must be told",
        ));
    }
    let reason = why(&require.reason, "Say why they must be told")?;
    let required = Event::ContactRequired { contact, reason };
    Ok(Decision::new(by, vec![required]))
}

pub(super) fn release(
    incident: &Incident,
    release: &ReleaseContact,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    permission::require(Permission::Triage, context.actor, incident)?;
    let contact = meant(incident, &release.contact, context)?;
    let required = contacts::required(incident)
        .into_iter()
        .find(|required| required.contact == contact)
        .ok_or_else(|| {
            Refusal::against(
                RuleId::BobContacts,
                "They are not among those who must be told",
            )
        })?;
    let by = entitled(incident, &required, context)?;
    let reason = readable(&release.reason)?;
    let released = Event::ContactReleased {
        contact,
        reason,
        judged_by: Some(RuleId::RelEntitled),
    };
    Ok(Decision::new(by, vec![released]))
}

/// In which role somebody releases this contact: one that may for every reason to tell it
/// (REL-ENTITLED).
fn entitled(
    incident: &Incident,
    required: &RequiredContact,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let who = required.contact.in_words(context.directory);
    let of = |reason: &Reason| release::entitled(reason.rule, required.contact.role, reason.origin);
    let bound = required
        .reasons
        .iter()
        .find(|it| of(it) == Entitled::Nobody);
    if let Some(reason) = bound {
        return Err(Refusal::against(
            RuleId::RelEntitled,
            format!(
                "You cannot release {who}: {} ({}). Tell them, and record the call",
                reason.because, reason.rule
            ),
        ));
    }
    let may = |role| {
        required
            .reasons
            .iter()
            .all(|reason| of(reason).includes(role))
    };
    let whose = required.contact.organisation.as_ref();
    let by = permission::require_in(Permission::Triage, context.actor, incident, whose, may);
    by.map_err(|_| {
        let named: Vec<&str> = RELEASERS
            .into_iter()
            .filter(|role| may(*role) && is_there_to_ask(incident, *role))
            .map(Role::title)
            .collect();
        let whose = whose.filter(|whose| incident.has_to_answer(whose));
        let whose = whose.map_or_else(String::new, |whose| {
            format!(" of {}", context.directory.organisation_name(whose))
        });
        Refusal::not_allowed(format!(
            "You cannot release {who}. Ask the {}{whose}",
            named.join(" or the ")
        ))
        .by(RuleId::RelEntitled)
    })
}

/// Whether a role sees the incident, so that somebody can be sent to it.
fn is_there_to_ask(incident: &Incident, role: Role) -> bool {
    role != Role::Wso || incident.is_partnership_matter()
}

/// The roles that the table of releases names.
const RELEASERS: [Role; 3] = [Role::Dpo, Role::Adpo, Role::Wso];

/// A reason that somebody else can read later: a few words, not a dot.
fn readable(reason: &str) -> Result<Box<str>, Refusal> {
    let reason = why(reason, "Say why they need not be told after all")?;
    let letters = reason
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .count();
    if letters < SHORTEST_REASON || reason.split_whitespace().count() < 2 {
        return Err(Refusal::invalid(
            "/reason",
            "Say in a few words why they need not be told. Others must be able to follow it later",
        )
        .by(RuleId::RelEntitled));
    }
    Ok(reason)
}

/// The fewest letters of a reason that says something.
const SHORTEST_REASON: usize = 6;

fn meant(incident: &Incident, named: &Contact, context: &Context<'_>) -> Result<Contact, Refusal> {
    let contact = Contact::meant(named.role, named.organisation.as_ref(), incident);
    if let Some(organisation) = &contact.organisation {
        super::logging::known_organisation(organisation, "/contact/organisation", context)?;
    }
    Ok(contact)
}

fn is_required(incident: &Incident, contact: &Contact) -> bool {
    contacts::required(incident)
        .iter()
        .any(|required| required.contact == *contact)
}

fn why(reason: &str, sentence: &str) -> Result<Box<str>, Refusal> {
    worded(RuleId::BobContacts, reason, "/reason", sentence).map(Into::into)
}

/// Whoever had to be told before new facts and has not been, or was told late, stays in the set until
/// somebody releases them with a reason, also where somebody else is to be told in the same role
/// (REL-ENTITLED). New facts make nothing timely that was late (CLK-HONEST).
pub(super) fn kept(incident: &Incident, facts: &Facts) -> Vec<Event> {
    let after = Incident {
        facts: facts.clone(),
        ..incident.clone()
    };
    kept_after(incident, &after)
}

/// The same, before whatever else the incident is after.
pub(super) fn kept_after(incident: &Incident, after: &Incident) -> Vec<Event> {
    let after = contacts::required(after);
    let stays = |contact: &Contact| after.iter().any(|required| required.contact == *contact);
    #[cfg(test)]
    let stays = |contact: &Contact| {
        let mut roles = after.iter().map(|required| required.contact.role);
        let is_kept =
            mutant::is(Mutant::OnlyTheRoleIsKept) && roles.any(|role| role == contact.role);
        stays(contact) || is_kept
    };
    contacts::required(incident)
        .into_iter()
        .filter(|required| !stays(&required.contact))
        .filter(|required| !contacts::is_told_in_time(incident, &required.contact))
        .map(|required| Event::ContactRequired {
            contact: required.contact,
            reason: "what was known before asks for this contact. Release the contact, with a reason, if it is not needed".into(),
        })
        .collect()
}
