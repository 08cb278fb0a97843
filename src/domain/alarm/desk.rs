//! The alarms of the desk itself: terms that end, a rota with holes, a desk that nobody takes over, a
//! database that lost what it had acknowledged.

use super::{Alarm, Cause, Series, Threshold};
use crate::domain::Instant;
use crate::domain::directory::{Directory, Organisation};
use crate::domain::id::OrganisationId;
use crate::domain::policy::{Policy, hours};
use crate::domain::role::Role;
use crate::domain::rota::{self, Shift, Tier};
use std::collections::BTreeSet;

/// Everything that runs out of the desk, as it looks at `now`.
pub fn desk_series(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Series> {
    let mut all = of_terms(directory, policy);
    all.extend(of_rota(directory, policy, now));
    all.extend(Tier::ALL.map(|tier| of_desk(directory, policy, tier, now)));
    let all = all.into_iter().filter(|alarms| !alarms.is_empty());
    all.map(Series).collect()
}

/// The last term of each role that has one, with the policy's warnings; a term that somebody follows
/// ends in peace (WSIC-TERM).
fn of_terms(directory: &Directory, policy: &Policy) -> Vec<Vec<Alarm>> {
    let held: BTreeSet<(Role, &OrganisationId)> = directory
        .holdings
        .iter()
        .map(|holding| (holding.role, &holding.organisation))
        .collect();
    held.into_iter()
        .filter_map(|(role, organisation)| {
            let ends_at = last_end(directory, role, organisation)?;
            Some(of_term(role, organisation, ends_at, policy))
        })
        .collect()
}

/// When the last holder's term ends; never where one has no end or the organisation is no longer there.
fn last_end(directory: &Directory, role: Role, organisation: &OrganisationId) -> Option<Instant> {
    let is_closed = |organisation: &Organisation| organisation.closed_on.is_some();
    if directory.organisation(organisation).is_none_or(is_closed) {
        return None;
    }
    directory
        .holdings
        .iter()
        .filter(|holding| holding.role == role && holding.organisation == *organisation)
        .try_fold(Instant::MIN_UTC, |last, term| {
            Some(last.max(term.ends_at()?))
        })
}

fn of_term(
    role: Role,
    organisation: &OrganisationId,
    ends_at: Instant,
    policy: &Policy,
) -> Vec<Alarm> {
    let organisation = organisation.clone();
    let warned = policy.term.warning_days.iter().map(|days| days * 24);
    running_out(&Cause::Term { role, organisation }, warned, ends_at)
}

/// So many hours before a time is up, each, and when it is.
fn running_out(cause: &Cause, warned: impl Iterator<Item = u32>, up_at: Instant) -> Vec<Alarm> {
    let alarm = |threshold, at| Alarm::new(None, cause.clone(), threshold, at, up_at);
    let warnings = warned.map(|before| {
        let threshold = Threshold::Before { hours: before };
        alarm(threshold, up_at - hours(before))
    });
    warnings
        .chain([alarm(Threshold::Passed {}, up_at)])
        .collect()
}

/// Each hole in the plan of a desk that has one, from the end of a shift that no other joins until the
/// next begins.
fn of_rota(directory: &Directory, policy: &Policy, now: Instant) -> Vec<Vec<Alarm>> {
    let desks: BTreeSet<(Tier, &OrganisationId)> = directory
        .shifts
        .iter()
        .map(|shift| (shift.tier, &shift.organisation))
        .collect();
    let holes = |(tier, organisation): (Tier, &OrganisationId)| {
        let of_desk = |shift: &&Shift| shift.tier == tier && shift.organisation == *organisation;
        let shifts: Vec<&Shift> = directory.shifts.iter().filter(of_desk).collect();
        holes_in(&shifts, now)
            .into_iter()
            .map(|from| of_hole(tier, organisation, from, policy))
            .collect::<Vec<_>>()
    };
    desks.into_iter().flat_map(holes).collect()
}

/// Where the holes in a plan begin that are not over at `now`.
fn holes_in(shifts: &[&Shift], now: Instant) -> BTreeSet<Instant> {
    let is_hole = |end: &Instant| {
        let joins = |shift: &&Shift| shift.starts_at <= *end && *end < shift.ends_at;
        let is_over = |shift: &&Shift| *end < shift.starts_at && shift.starts_at <= now;
        !shifts.iter().any(joins) && !shifts.iter().any(is_over)
    };
    shifts
        .iter()
        .map(|shift| shift.ends_at)
        .filter(is_hole)
        .collect()
}

fn of_hole(
    tier: Tier,
    organisation: &OrganisationId,
    from: Instant,
    policy: &Policy,
) -> Vec<Alarm> {
    let organisation = organisation.clone();
    let warned = policy.alarm.rota_gap_hours.iter().copied();
    running_out(&Cause::RotaGap { tier, organisation }, warned, from)
}

/// Entries that the database acknowledged and no longer holds: told of for some hours after it was noticed.
pub fn of_loss(lost_at: Instant, policy: &Policy, now: Instant) -> Option<Series> {
    let alarm = Alarm::new(
        None,
        Cause::HistoryLost {},
        Threshold::Passed {},
        lost_at,
        lost_at,
    );
    let is_recent = now < lost_at + hours(policy.alarm.history_lost_hours);
    is_recent.then(|| Series(vec![alarm]))
}

/// A desk that should have been taken over; each tier that is called in its turn is a step (section
/// 2.6).
fn of_desk(directory: &Directory, policy: &Policy, tier: Tier, now: Instant) -> Vec<Alarm> {
    let Some(not_taken) = rota::not_taken(&directory.shifts, tier, now, &policy.rota) else {
        return Vec::new();
    };
    let called = [Tier::Second, Tier::Director].into_iter().zip(2..);
    let step = called
        .filter(|(called, _)| not_taken.call == Some(*called))
        .map(|(_, step)| step)
        .next()
        .unwrap_or(1);
    vec![Alarm::new(
        None,
        Cause::DeskNotTaken { tier },
        Threshold::Step { step },
        not_taken.since,
        not_taken.since,
    )]
}
