//! Swapping shifts: one officer offers, the other accepts, and nobody else is asked.
//!
//! Nothing changes by an offer; both stay on their own shifts until it is accepted.

use super::shifts::{can_stand, find, not_begun};
use super::{Context, Judged};
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::rights;
use crate::domain::id::ShiftId;
use crate::domain::refusal::Refusal;
use crate::domain::rota::Shift;

/// Offering one's own shift for somebody else's.
pub(super) fn offer(id: &ShiftId, with: &ShiftId, note: &str, context: &Context<'_>) -> Judged {
    let shift = find(id, "/shift", context)?;
    let by = rights::require_own_shift(
        shift,
        context.actor,
        "This shift belongs to somebody else. Only they can offer to swap it",
    )?;
    let other = find(with, "/with", context)?;
    not_begun(shift, "/shift", context)?;
    not_begun(other, "/with", context)?;
    if other.person == shift.person {
        return Err(Refusal::invalid(
            "/with",
            "Both shifts are yours. Choose somebody else's shift",
        ));
    }
    can_swap(shift, other, context)?;
    let event = DirectoryEvent::SwapOffered {
        shift: id.clone(),
        with: with.clone(),
        note: note.trim().into(),
    };
    Ok((by, event))
}

/// Each officer can stand in the other's shift once their own is gone.
fn can_swap(one: &Shift, other: &Shift, context: &Context<'_>) -> Result<(), Refusal> {
    for (shift, person) in [(one, &other.person), (other, &one.person)] {
        let swapped = Shift {
            person: person.clone(),
            ..shift.clone()
        };
        can_stand(&swapped, &[&one.id, &other.id], context)
            .map_err(|refusal| refusal.at(&[("/person", "/with"), ("/starts_at", "/with")]))?;
    }
    let both = [one, other].map(|shift| (shift.tier, &shift.organisation));
    if one.overlaps(other) && both[0] == both[1] {
        return Err(Refusal::invalid(
            "/with",
            "The two shifts are at the same time, so there is nothing to swap",
        ));
    }
    Ok(())
}

fn offered<'a>(id: &ShiftId, context: &Context<'a>) -> Result<(&'a Shift, &'a Shift), Refusal> {
    let shift = find(id, "/shift", context)?;
    let with = shift
        .swap_with
        .as_ref()
        .ok_or_else(|| Refusal::invalid("/shift", "The offer to swap this shift has ended"))?;
    Ok((shift, find(with, "/shift", context)?))
}

/// Taking a swap: the two shifts change hands at once.
pub(super) fn accept(id: &ShiftId, context: &Context<'_>) -> Judged {
    let (shift, other) = offered(id, context)?;
    let by = rights::require_own_shift(
        other,
        context.actor,
        "The swap was offered to somebody else. Only they can accept it",
    )?;
    not_begun(shift, "/shift", context)?;
    not_begun(other, "/shift", context)?;
    can_swap(shift, other, context).map_err(|refusal| refusal.at(&[("/with", "/shift")]))?;
    let event = DirectoryEvent::SwapAccepted {
        shift: id.clone(),
        with: other.id.clone(),
    };
    Ok((by, event))
}

/// Turning a swap down, or taking the offer back.
pub(super) fn decline(id: &ShiftId, context: &Context<'_>) -> Judged {
    let (shift, other) = offered(id, context)?;
    let sentence = "This swap is between two other officers";
    let by = rights::require_own_shift(shift, context.actor, sentence)
        .or_else(|_| rights::require_own_shift(other, context.actor, sentence))?;
    Ok((by, DirectoryEvent::SwapDeclined { shift: id.clone() }))
}
