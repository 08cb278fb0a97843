//! A required contact leaves the list only by being told or by an entitled release (REL-ENTITLED).

use crate::domain::contacts::{self, Contact, ContactAttempt};
use crate::domain::event::Event;
use crate::domain::id::OrganisationId;
use crate::domain::incident::PartnershipEffect;
use crate::domain::regulator::RegulatorEvent;
use crate::domain::role::Role;
use crate::proof::world::{Case, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    for (place, contact) in &world.shown.required {
        let case = &world.cases[*place];
        let is_required = || {
            let required = contacts::required(&case.incident);
            required.iter().any(|known| known.contact == *contact)
        };
        if !was_told(world, case, contact) && !was_released(case, contact) && !is_required() {
            return Err(format!("{contact} is required no more"));
        }
    }
    Ok(())
}

/// Somebody in the role was reached, there or on a duplicate, or acted on it.
fn was_told(world: &World, case: &Case, contact: &Contact) -> bool {
    let reached = |attempt: &ContactAttempt| {
        attempt.outcome.informs()
            && !world.is_struck(case, attempt)
            && (is_theirs(contact, attempt.contact.role, |organisation| {
                attempt.contact.organisation.as_ref() == organisation
            }) || is_instead(world, contact, &attempt.contact))
    };
    world.entries(case).any(|entry| {
        let acted = is_theirs(contact, entry.by.role, |organisation| {
            organisation.is_none_or(|organisation| entry.by.organisation == *organisation)
        });
        let by = Contact::of(entry.by.role, &entry.by.organisation);
        acted
            || is_instead(world, contact, &by)
            || match &entry.event {
                Event::ContactAttempted { attempt } => reached(attempt),
                Event::Regulator(RegulatorEvent::Decided(made)) => {
                    made.decided_by() != &entry.by.person
                        && *contact == Contact::of(Role::Dpo, &made.controller)
                }
                _ => false,
            }
    })
}

/// Nobody holds the role, and whoever was told or acted stands in for it.
fn is_instead(world: &World, contact: &Contact, told: &Contact) -> bool {
    let is_there = contact.organisation == told.organisation || contact.role == Role::Wso;
    let of = contact.organisation.as_ref();
    let of = of.map_or("", |organisation| organisation.as_str());
    is_there && world.post.tells_instead(told.role, contact.role, of)
}

/// The acting data protection officer stands in for the officer.
fn is_theirs(
    contact: &Contact,
    role: Role,
    is_of: impl Fn(Option<&OrganisationId>) -> bool,
) -> bool {
    let stands_in = role == Role::Adpo && contact.role == Role::Dpo;
    (role == contact.role || stands_in) && is_of(contact.organisation.as_ref())
}

/// The partnership's own are for its Officer to release, or for a data protection officer once no partner is
/// affected; everybody else for a data protection officer.
fn was_released(case: &Case, contact: &Contact) -> bool {
    let mut affected = false;
    case.trail().any(|entry| match &entry.event {
        Event::Logged(logged) => {
            affected = logged.facts.partnership_effect == PartnershipEffect::Affected;
            false
        }
        Event::Triaged { facts, .. } => {
            affected = facts.partnership_effect == PartnershipEffect::Affected;
            false
        }
        Event::EffectAnswered { effect, .. } => {
            affected = *effect == PartnershipEffect::Affected;
            false
        }
        Event::ContactReleased {
            contact: released, ..
        } if released == contact => {
            let by_officer = matches!(entry.by.role, Role::Dpo | Role::Adpo);
            match contact.role {
                Role::Wso | Role::Host => entry.by.role == Role::Wso || (by_officer && !affected),
                _ => by_officer,
            }
        }
        _ => false,
    })
}
