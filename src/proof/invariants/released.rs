//! A required contact leaves the list only by being told or by an entitled release (REL-ENTITLED).

use crate::domain::contacts::{self, Contact};
use crate::domain::event::Event;
use crate::domain::role::Role;
use crate::proof::world::{Case, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    for (place, contact) in &world.shown.required {
        let case = &world.cases[*place];
        let is_required = || {
            let required = contacts::required(&case.incident);
            required.iter().any(|known| known.contact == *contact)
        };
        if !was_told(case, contact) && !was_released(case, contact) && !is_required() {
            return Err(format!("{contact} is required no more"));
        }
    }
    Ok(())
}

fn was_told(case: &Case, contact: &Contact) -> bool {
    case.trail().any(|entry| {
        let Event::ContactAttempted { attempt } = &entry.event else {
            return false;
        };
        let reached = &attempt.contact;
        let stands_in = reached.role == Role::Adpo && contact.role == Role::Dpo;
        attempt.outcome.informs()
            && reached.organisation == contact.organisation
            && (reached.role == contact.role || stands_in)
    })
}

fn was_released(case: &Case, contact: &Contact) -> bool {
    case.trail().any(|entry| match &entry.event {
        Event::ContactReleased {
            contact: released, ..
        } => released == contact && matches!(entry.by.role, Role::Dpo | Role::Adpo),
        _ => false,
    })
}
