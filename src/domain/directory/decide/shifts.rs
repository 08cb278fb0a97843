//! Planning the rota: shifts and overrides.
//!
//! A plan promises nobody anything at night: whoever accepted last is responsible, whatever is planned
//! (`rota::on_call`). So the plan of the past, and a shift that somebody has taken over, are not
//! changed here.

use super::{Context, Judged, reason};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::directory::Directory;
use crate::domain::directory::command::{OverrideShift, PlanShift};
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::rights::Matter;
use crate::domain::id::ShiftId;
use crate::domain::refusal::Refusal;
use crate::domain::role::Holding;
use crate::domain::rota::{self, Shift, Tier};
use crate::domain::rule::RuleId;

/// Planning a shift.
pub(super) fn plan(asked: &PlanShift, context: &Context<'_>) -> Judged {
    let by = context.may(Matter::Rota(&asked.organisation))?;
    let shift = Shift {
        id: free_name(context.directory, asked.tier, asked.starts_at),
        tier: asked.tier,
        organisation: asked.organisation.clone(),
        person: asked.person.clone(),
        starts_at: asked.starts_at,
        ends_at: asked.ends_at,
        accepted_at: None,
        offered_at: None,
        handover_note: None,
        swap_with: None,
        swap_note: None,
    };
    can_stand(&shift, &[], context)?;
    Ok((by, DirectoryEvent::ShiftPlanned { shift }))
}

/// Putting somebody else on a shift, or on a part of it.
pub(super) fn put_on(asked: &OverrideShift, context: &Context<'_>) -> Judged {
    let known = find(&asked.shift, "/shift", context)?;
    let by = context.may(Matter::Rota(&known.organisation))?;
    let event = DirectoryEvent::ShiftOverridden {
        shift: asked.shift.clone(),
        now: overridden(known, asked, context)?,
        reason: reason(&asked.reason, "somebody else is on")?.into(),
    };
    Ok((by, event))
}

/// Taking a shift off the rota; the gap that it leaves is shown.
pub(super) fn cancel(id: &ShiftId, why: &str, context: &Context<'_>) -> Judged {
    let known = find(id, "/shift", context)?;
    let by = context.may(Matter::Rota(&known.organisation))?;
    not_begun(known, "/shift", context)?;
    let event = DirectoryEvent::ShiftCancelled {
        shift: id.clone(),
        reason: reason(why, "the shift is not needed")?.into(),
    };
    Ok((by, event))
}

/// The shift with this name.
pub(super) fn find<'a>(
    id: &ShiftId,
    pointer: &str,
    context: &Context<'a>,
) -> Result<&'a Shift, Refusal> {
    context.directory.shift(id).ok_or_else(|| {
        Refusal::invalid(
            pointer,
            "The rota has no such shift. Look at the rota and choose again",
        )
    })
}

/// `first-2026-06-13`, with a number where that is taken.
pub(super) fn free_name(directory: &Directory, tier: Tier, starts_at: Instant) -> ShiftId {
    let tier = match tier {
        Tier::First => "first",
        Tier::Second => "second",
        Tier::Director => "director",
    };
    let day = calendar::local(starts_at).format("%Y-%m-%d");
    let name = format!("{tier}-{day}");
    let numbered = (2..).map(|number: u32| format!("{name}-{number}"));
    let is_free = |name: &String| directory.shift(&name.as_str().into()).is_none();
    std::iter::once(name.clone())
        .chain(numbered)
        .find(is_free)
        .unwrap_or(name)
        .as_str()
        .into()
}

/// Whether a shift can stand on the rota, once those that it takes the place of are gone.
pub(super) fn can_stand(
    shift: &Shift,
    without: &[&ShiftId],
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if shift.ends_at <= shift.starts_at {
        return Err(Refusal::invalid(
            "/ends_at",
            "A shift ends after it begins. Give a later end",
        ));
    }
    if shift.ends_at <= context.now {
        return Err(Refusal::invalid(
            "/ends_at",
            "This shift is over. Plan one that ends in the future",
        ));
    }
    context.open_organisation(&shift.organisation, "/organisation", shift.ends_at)?;
    may_be_on(shift, context)?;
    is_free_for(shift, without, context.directory)
}

/// Whoever is on works for the organisation of the desk or holds a role of it until the shift ends:
/// nobody is planned beyond their term (WSIC-TERM).
fn may_be_on(shift: &Shift, context: &Context<'_>) -> Result<(), Refusal> {
    let person = context.person(&shift.person, "/person")?;
    let holds = |holding: &Holding| {
        holding.person == shift.person
            && holding.organisation == shift.organisation
            && holding.begins_at() <= shift.starts_at
            && holding.ends_at().is_none_or(|ends| shift.ends_at <= ends)
    };
    if person.organisation == shift.organisation || context.directory.holdings.iter().any(holds) {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/person",
        format!(
            "{} does not work for {} and has no role there until the shift ends. Choose somebody who does, or renew their term first",
            person.name,
            context.directory.organisation_name(&shift.organisation)
        ),
    )
    .by(RuleId::WsicTerm))
}

/// One officer a tier, and one tier an officer: nobody escalates to themselves.
fn is_free_for(shift: &Shift, without: &[&ShiftId], directory: &Directory) -> Result<(), Refusal> {
    let others = || {
        directory
            .shifts
            .iter()
            .filter(|known| !without.contains(&&known.id) && known.overlaps(shift))
    };
    let same_desk =
        |known: &&Shift| known.tier == shift.tier && known.organisation == shift.organisation;
    if let Some(known) = others().find(same_desk) {
        return Err(Refusal::invalid(
            "/starts_at",
            format!(
                "{} is {} until {} ({}). Override or cancel that shift, or plan around it",
                directory.person_name(&known.person),
                known.tier.name(),
                calendar::in_words(known.ends_at),
                known.id
            ),
        ));
    }
    match others().find(|known| known.person == shift.person) {
        None => Ok(()),
        Some(known) => Err(Refusal::invalid(
            "/person",
            format!(
                "{} is {} at that time ({}). Nobody can be on call on two tiers",
                directory.person_name(&shift.person),
                known.tier.name(),
                known.id
            ),
        )),
    }
}

/// Whether it can still be changed: nobody has taken it over, and it is not over.
pub(super) fn not_begun(
    shift: &Shift,
    pointer: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if shift.accepted_at.is_some() {
        return Err(Refusal::invalid(
            pointer,
            "This shift has already been taken over. Hand the desk over instead",
        ));
    }
    if shift.ends_at <= context.now {
        return Err(Refusal::invalid(
            pointer,
            "This shift is over. You can change only future shifts",
        ));
    }
    Ok(())
}

/// The shift in pieces: what stays with its officer, and what somebody else does. Of a shift that is
/// under way only the rest can go to somebody else, who takes over by accepting it.
fn overridden(
    shift: &Shift,
    asked: &OverrideShift,
    context: &Context<'_>,
) -> Result<Vec<Shift>, Refusal> {
    let is_theirs = |known: &Shift| {
        let desk = rota::on_call(&context.directory.shifts, known.tier, context.now);
        desk.is_some_and(|desk| desk.id == known.id)
    };
    if shift.accepted_at.is_some() && !is_theirs(shift) {
        not_begun(shift, "/shift", context)?;
    }
    let earliest = if shift.accepted_at.is_some() {
        context.now.max(shift.starts_at)
    } else {
        shift.starts_at
    };
    let (from, until) = (
        asked.starts_at.unwrap_or(earliest),
        asked.ends_at.unwrap_or(shift.ends_at),
    );
    if from < earliest || until > shift.ends_at || until <= from {
        return Err(Refusal::invalid(
            "/starts_at",
            format!(
                "That is not in the rest of the shift, which is between {} and {}",
                calendar::in_words(earliest),
                calendar::in_words(shift.ends_at)
            ),
        ));
    }
    if asked.person == shift.person {
        return Err(Refusal::invalid(
            "/person",
            "That officer is already on. Choose somebody else",
        ));
    }
    let mut pieces = pieces(shift, from, until);
    let mut named = context.directory.clone();
    for piece in &mut pieces {
        if piece.starts_at == from {
            piece.person.clone_from(&asked.person);
        }
        if piece.starts_at != shift.starts_at {
            piece.id = free_name(&named, piece.tier, piece.starts_at);
            named.shifts.push(piece.clone());
        }
    }
    let theirs = pieces.iter().filter(|piece| piece.person == asked.person);
    for piece in theirs {
        can_stand(piece, &[&shift.id], context)?;
    }
    Ok(pieces)
}

/// The shift cut at two moments. Only the first piece keeps who accepted it.
fn pieces(shift: &Shift, from: Instant, until: Instant) -> Vec<Shift> {
    let cuts = [
        (shift.starts_at, from),
        (from, until),
        (until, shift.ends_at),
    ];
    let to_come = Shift {
        accepted_at: None,
        offered_at: None,
        handover_note: None,
        swap_with: None,
        swap_note: None,
        ..shift.clone()
    };
    cuts.into_iter()
        .filter(|(starts_at, ends_at)| starts_at < ends_at)
        .map(|(starts_at, ends_at)| Shift {
            starts_at,
            ends_at,
            accepted_at: shift.accepted_at.filter(|_| starts_at == shift.starts_at),
            ..to_come.clone()
        })
        .collect()
}
