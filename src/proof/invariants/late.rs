//! What was overdue never reads as met without "recorded late", or what it is by its first start, beside
//! it (CLK-HONEST).

use crate::domain::clock::{self, Clock, ClockState};
use crate::domain::deadlines::ClockKind;
use crate::domain::event::Event;
use crate::domain::role::Role;
use crate::domain::verdict;
use crate::proof::world::{Case, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    for (place, case) in world.cases.iter().enumerate() {
        for view in clock::views(&case.incident) {
            let clock = view.clock;
            let name = (place, clock.kind.as_str(), clock.controller.clone());
            let was_overdue = world.shown.overdue.contains(&name);
            let reads_met = [view.state(world.now), view.state_by_first_start(world.now)]
                .into_iter()
                .all(|state| matches!(state, ClockState::Met | ClockState::MetByException));
            if was_overdue && reads_met && view.recorded_late().is_none() {
                let state = view.state(world.now).name();
                return Err(format!("{name:?} was overdue and reads as {state}"));
            }
            let says = verdict::recorded_in_words(&view);
            let says_struck = says.as_ref().is_none_or(|says| says.contains("struck out"));
            if reads_met && !says_struck && was_told_late(case, clock) {
                return Err(format!(
                    "{name:?} was late by a call that was struck, and says {says:?}"
                ));
            }
        }
    }
    Ok(())
}

/// Whether the trail has a call to the DPO of this clock that came too late and was struck out.
fn was_told_late(case: &Case, clock: &Clock) -> bool {
    let is_officers = clock.kind == ClockKind::BobDpo && clock.prudent.is_none();
    case.trail().any(|entry| {
        let Event::ContactAttemptStruck { attempt, .. } = &entry.event else {
            return false;
        };
        let whose = attempt.contact.organisation.as_ref();
        is_officers
            && attempt.contact.role == Role::Dpo
            && whose.is_some_and(|whose| clock.organisations().any(|named| named == whose))
            && attempt.outcome.informs()
            && attempt.at > clock.due_at
    })
}
