//! No start of a clock moves later without the DPO, and both starts stay visible (AWARE-FORWARD). To name a
//! controller moves no due time back (ICO-PROC).

use crate::domain::Instant;
use crate::domain::clock::Clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::event::Event;
use crate::domain::id::CommandId;
use crate::domain::role::Role;
use crate::proof::world::{Case, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    world.cases.iter().try_for_each(|case| {
        moved(case)?;
        moved_by_a_name(case)
    })
}

/// A due time that the command moved back which named the first controller: nobody can be late for what was
/// not shown.
fn moved_by_a_name(case: &Case) -> Result<(), String> {
    let naming = case.trail().filter(|entry| {
        let is_first = matches!(entry.event, Event::DutyNamed { .. });
        is_first && is_unnamed_before(case, entry.command)
    });
    let naming: Vec<CommandId> = naming.map(|entry| entry.command).collect();
    for entry in case.trail().filter(|entry| naming.contains(&entry.command)) {
        let (clock, shown) = match &entry.event {
            Event::ClockRevised {
                previous_due_at,
                clock,
            } => (clock, Some(*previous_due_at)),
            Event::ClockStarted { clock } if clock.kind == ClockKind::Ico72h => {
                (clock, nobodys_due_before(case, entry.command))
            }
            _ => continue,
        };
        if shown.is_some_and(|shown| clock.due_at < shown) {
            let kind = clock.kind.as_str();
            return Err(format!(
                "naming a controller moved the due time of {kind} back"
            ));
        }
    }
    Ok(())
}

/// When the clock of the ICO was due that was nobody's, before a command.
fn nobodys_due_before(case: &Case, command: CommandId) -> Option<Instant> {
    let before = case.trail().take_while(|entry| entry.command != command);
    let clocks = before.filter_map(|entry| match &entry.event {
        Event::ClockStarted { clock } | Event::ClockRevised { clock, .. } => Some(clock),
        _ => None,
    });
    let nobodys = clocks.filter(|clock| clock.is(ClockKind::Ico72h, None));
    nobodys.last().map(|clock| clock.due_at)
}

/// Whether the clock of the officers named nobody before a command.
fn is_unnamed_before(case: &Case, command: CommandId) -> bool {
    let before = case.trail().take_while(|entry| entry.command != command);
    let mut named = before.filter(|entry| match &entry.event {
        Event::ClockStarted { clock } => clock.kind == ClockKind::BobDpo && !clock.names_nobody(),
        Event::DutyNamed { .. } => true,
        _ => false,
    });
    named.next().is_none()
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
