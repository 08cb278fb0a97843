//! Whom to tell beyond what the facts say, and whom not after all (BOB-CONTACTS).
//!
//! The set is computed; people widen it by hand, and nothing narrows it without a reason.

use super::{Context, Decision, said_of};
use crate::domain::command::{ReleaseContact, RequireContact};
use crate::domain::contacts::{self, Contact};
use crate::domain::event::Event;
use crate::domain::incident::{Facts, Incident};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
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
            "They must be told already; nothing is left to do",
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
    let (_, by) = permission::require(Permission::Triage, context.actor, incident)?;
    let contact = meant(incident, &release.contact, context)?;
    if !is_required(incident, &contact) {
        return Err(Refusal::against(
            RuleId::BobContacts,
            "They are not among those who must be told",
        ));
    }
    let reason = why(&release.reason, "Say why they need not be told after all")?;
    let released = Event::ContactReleased { contact, reason };
    Ok(Decision::new(by, vec![released]))
}

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
    said_of(RuleId::BobContacts, reason, "/reason", sentence).map(Into::into)
}

/// Whoever had to be told before new facts, has not been, and would be forgotten by them: a role of
/// which nobody is left in the set stays in it until somebody releases it with a reason.
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
    let stays = |contact: &Contact| {
        after
            .iter()
            .any(|required| required.contact.role == contact.role)
    };
    contacts::outstanding(incident)
        .into_iter()
        .filter(|required| !stays(&required.contact))
        .map(|required| Event::ContactRequired {
            contact: required.contact,
            reason: "required by what was known before; release it with a reason".into(),
        })
        .collect()
}
