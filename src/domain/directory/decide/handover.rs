//! Handing over the desk, and covering one that nobody has taken over in time.

use super::shifts::{find, free_name};
use super::{Context, Judged, said};
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::rights;
use crate::domain::id::ShiftId;
use crate::domain::refusal::Refusal;
use crate::domain::rota::{self, Shift, Tier};

/// Offering the desk to the officer of the next shift; it is not handed over by that.
pub(super) fn offer(id: &ShiftId, note: &str, context: &Context<'_>) -> Judged {
    let next = find(id, "/shift", context)?;
    let active = rota::on_call(&context.directory.shifts, next.tier, context.now);
    if active.is_none_or(|active| active.person != context.actor.person) {
        return Err(Refusal::not_allowed(
            "Only the officer who holds the desk can hand it over",
        ));
    }
    still_open(next, context)?;
    said(note, "/note", rota::ASKS_FOR_A_NOTE)?;
    let event = DirectoryEvent::HandoverOffered {
        shift: id.clone(),
        note: note.to_owned(),
    };
    Ok((rights::as_on_call(&next.organisation, context.actor), event))
}

/// Taking over the desk: responsibility goes over with it.
pub(super) fn accept(id: &ShiftId, context: &Context<'_>) -> Judged {
    let next = find(id, "/shift", context)?;
    let by = rights::require_own_shift(
        next,
        context.actor,
        "This shift belongs to somebody else. Only they can accept it",
    )?;
    still_open(next, context)?;
    if next.offered_at.is_none() && context.now < next.starts_at {
        return Err(Refusal::invalid(
            "/shift",
            "The shift has not begun and nobody has offered you the desk. Ask the officer on call to hand over",
        ));
    }
    Ok((by, DirectoryEvent::HandoverAccepted { shift: id.clone() }))
}

/// Taking a desk in a gap: the second on call, or the director, has it until the next shift begins
/// (section 2.6).
pub(super) fn cover(tier: Tier, context: &Context<'_>) -> Judged {
    let (shifts, now) = (&context.directory.shifts, context.now);
    let is_on = |above: &Tier| {
        let desk = rota::on_call(shifts, *above, now);
        *above > tier && desk.is_some_and(|desk| desk.person == context.actor.person)
    };
    if !Tier::ALL.iter().any(is_on) {
        return Err(Refusal::not_allowed(
            "Only an officer on call above that tier can cover its gap",
        ));
    }
    let gap = rota::not_taken(shifts, tier, now, &context.policy.rota);
    if gap.is_none_or(|gap| gap.call.is_none()) {
        return Err(Refusal::invalid(
            "/tier",
            "That desk needs nobody now: its officer has it, or is still expected",
        ));
    }
    let planned = || shifts.iter().filter(|shift| shift.tier == tier);
    let last = planned().max_by_key(|shift| shift.starts_at);
    let Some(last) = last else {
        return Err(Refusal::invalid(
            "/tier",
            "That tier has no rota. Plan a shift",
        ));
    };
    let until = planned()
        .map(|shift| shift.starts_at)
        .filter(|starts_at| *starts_at > now)
        .min()
        .unwrap_or_else(|| now + (last.ends_at - last.starts_at));
    let shift = Shift {
        id: free_name(context.directory, tier, now),
        tier,
        organisation: last.organisation.clone(),
        person: context.actor.person.clone(),
        starts_at: now,
        ends_at: until,
        accepted_at: Some(now),
        offered_at: None,
        handover_note: None,
        swap_with: None,
        swap_note: None,
    };
    let by = rights::as_on_call(&shift.organisation, context.actor);
    Ok((by, DirectoryEvent::GapCovered { shift }))
}

fn still_open(shift: &Shift, context: &Context<'_>) -> Result<(), Refusal> {
    if context.now >= shift.ends_at {
        return Err(Refusal::invalid(
            "/shift",
            "This shift is over. Plan a new one before you hand over",
        ));
    }
    match shift.accepted_at {
        None => Ok(()),
        Some(_) => Err(Refusal::invalid(
            "/shift",
            "This shift has already been taken over",
        )),
    }
}
