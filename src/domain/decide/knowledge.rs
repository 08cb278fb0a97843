//! Whoever acts on an incident in a role knows of it by that (CLK-EVIDENCE).
//!
//! Most entries keep a signature that shows it. Where an act leaves none, it is written down that the
//! role knows of the incident from then on, so that nobody is asked to tell somebody who works on it.

use super::{Context, Decision};
use crate::domain::apply;
use crate::domain::contacts::{self, Contact};
use crate::domain::event::{Entry, Event};
use crate::domain::incident::Incident;
use crate::domain::role::Role;

/// The decision, with the knowledge that follows from it where nothing else shows it.
pub(super) fn with(incident: &Incident, decision: Decision, context: &Context<'_>) -> Decision {
    let contact = Contact::signed(&decision.by);
    if !must_be_told(contact.role) || contacts::informed_at(incident, &contact).is_some() {
        return decision;
    }
    let after = afterwards(incident, &decision, context);
    if contacts::informed_at(&after, &contact).is_some() {
        return decision;
    }
    let Decision { by, mut events } = decision;
    let by_event = events.first().map_or("acted", Event::name).into();
    // In front, for what a command brings about is read off its last entry.
    events.insert(0, Event::ActedInRole { contact, by_event });
    Decision { by, events }
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
fn must_be_told(role: Role) -> bool {
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
