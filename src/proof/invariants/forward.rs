//! No start of a clock moves later without the DPO, and both starts stay visible (AWARE-FORWARD).

use crate::domain::Instant;
use crate::domain::clock::Clock;
use crate::domain::event::Event;
use crate::domain::role::Role;
use crate::proof::world::{Case, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    world.cases.iter().try_for_each(|case| moved(case))
}

fn moved(case: &Case) -> Result<(), String> {
    let mut starts: Vec<(Clock, Instant)> = Vec::new();
    for entry in case.trail() {
        let (Event::ClockStarted { clock } | Event::ClockRevised { clock, .. }) = &entry.event
        else {
            continue;
        };
        let known = starts
            .iter_mut()
            .find(|(known, _)| known.is(clock.kind, clock.controller.as_ref()));
        let Some((last, first_at)) = known else {
            starts.push((clock.clone(), clock.started_at));
            continue;
        };
        let by_dpo = matches!(entry.by.role, Role::Dpo | Role::Adpo | Role::Siro);
        if clock.started_at > last.started_at && !by_dpo {
            let (kind, role) = (clock.kind.as_str(), entry.by.role.code());
            return Err(format!("{role} moved the start of {kind} later"));
        }
        *first_at = clock.started_at.min(*first_at);
        *last = clock.clone();
    }
    for (clock, first_at) in starts {
        let shown = case
            .incident
            .clocks
            .iter()
            .find(|shown| shown.is(clock.kind, clock.controller.as_ref()));
        if shown.is_none_or(|shown| shown.prudent_start() > first_at) {
            return Err(format!(
                "the first start of {} is not on show",
                clock.kind.as_str()
            ));
        }
    }
    Ok(())
}
