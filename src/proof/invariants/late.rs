//! What was overdue never reads as met without "recorded late", or what it is by its first start, beside
//! it (CLK-HONEST).

use crate::domain::clock::{self, ClockState};
use crate::proof::world::World;

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
        }
    }
    Ok(())
}
