//! Whoever acts on an incident in a role knows of it by that (CLK-EVIDENCE).
//!
//! Most entries keep a signature that shows it. Where an act leaves none, it is written down that the
//! role knows of the incident from then on, so that nobody is asked to tell somebody who works on it.

use super::{Context, Decision};
use crate::domain::apply;
use crate::domain::contacts::{Contact, owed_to};
use crate::domain::event::{Entry, Event};
use crate::domain::evidence::{self, Evidence};
use crate::domain::incident::Incident;
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::office;
use crate::domain::regulator::RegulatorEvent;
use crate::domain::role::Role;

/// The decision, with the knowledge that follows from it where nothing else shows it.
pub(super) fn with(incident: &Incident, decision: Decision, context: &Context<'_>) -> Decision {
    let mut knowing = known_as(&decision, context);
    // A decision is told of again, so whoever makes it in place of another role knows of it by that.
    let decides = decision.events.iter().any(is_of_a_decision);
    let own = Contact::signed(&decision.by);
    knowing.retain(|contact| (decides && *contact != own) || !is_shown(incident, contact));
    if knowing.is_empty() {
        return decision;
    }
    let after = afterwards(incident, &decision, context);
    knowing.retain(|contact| (decides && *contact != own) || !is_shown(&after, contact));
    // In front, for what a command brings about is read off its last entry.
    with_entries(decision, knowing, 0)
}

/// Whether something shows that a contact knows of it that nobody can strike out: a call may turn out to have
/// been recorded by mistake, and then what they did since is what shows it (CALL-STRUCK).
fn is_shown(incident: &Incident, contact: &Contact) -> bool {
    let mut proofs = evidence::proofs(incident, contact);
    proofs.any(|proof| !matches!(proof.evidence, Evidence::Attempt { .. }))
}

/// The same for whoever logs: their signature shows what they know in their own role alone.
pub(super) fn of_logging(decision: Decision, context: &Context<'_>) -> Decision {
    let own = Contact::signed(&decision.by);
    let mut knowing = known_as(&decision, context);
    knowing.retain(|contact| *contact != own);
    with_entries(decision, knowing, 1)
}

/// As whom the person knows of it who acts: in the role in which they act, in the vacant roles for which
/// they stand in, and in the same role of another organisation (NOBODY-THERE).
fn known_as(decision: &Decision, context: &Context<'_>) -> Vec<Contact> {
    let own = Contact::signed(&decision.by);
    if !must_be_told(own.role) {
        return Vec::new();
    }
    let mut knowing = vec![own.clone()];
    #[cfg(test)]
    if mutant::is(Mutant::StandInIsNotTold) {
        return knowing;
    }
    knowing.extend(office::stands_in_for(&own, context.directory, context.now));
    let held = context.actor.roles.iter();
    let elsewhere = held
        .filter(|held| owed_to(held.role) == own.role && office::is_of_one_person(own.role))
        .map(|held| Contact::of(own.role, &held.organisation));
    for contact in elsewhere {
        if !knowing.contains(&contact) {
            knowing.push(contact);
        }
    }
    knowing
}

fn with_entries(decision: Decision, knowing: Vec<Contact>, place: usize) -> Decision {
    let Decision { by, mut events } = decision;
    let by_event = events.first().map_or("acted", Event::name);
    let entries: Vec<Event> = knowing
        .into_iter()
        .map(|contact| Event::ActedInRole {
            contact,
            by_event: by_event.into(),
        })
        .collect();
    events.splice(place..place, entries);
    Decision { by, events }
}

/// Whether somebody decides, confirms or signs by it (BOB-TELL).
fn is_of_a_decision(event: &Event) -> bool {
    matches!(
        event,
        Event::Regulator(
            RegulatorEvent::Decided(_)
                | RegulatorEvent::Confirmed { .. }
                | RegulatorEvent::Countersigned { .. }
                | RegulatorEvent::Seconded { .. }
        )
    )
}

/// The incident as it is once a decision has become true.
pub(super) fn afterwards(
    incident: &Incident,
    decision: &Decision,
    context: &Context<'_>,
) -> Incident {
    let mut after = incident.clone();
    for event in &decision.events {
        let entry = Entry {
            at: context.now,
            by: decision.by.clone(),
            command: context.command,
            event: event.clone(),
        };
        apply::apply(&mut after, &entry);
    }
    after
}

/// Roles that an incident may have to be told to.
pub(super) fn must_be_told(role: Role) -> bool {
    match role {
        Role::Lm
        | Role::Iao
        | Role::Dpo
        | Role::Igt
        | Role::Csm
        | Role::Siro
        | Role::Cg
        | Role::Ao
        | Role::Wso
        | Role::Host => true,
        Role::Staff
        | Role::Iaa
        | Role::Oco
        | Role::Adpo
        | Role::Ggr
        | Role::Proc
        | Role::Igsg
        | Role::Arc
        | Role::Aud
        | Role::Adm => false,
    }
}
