//! The rota: who is on call, and the handover from one officer to the next.
//!
//! The outgoing officer stays responsible until the incoming one accepts, so a gap in the plan is
//! never a gap in responsibility; a desk that nobody takes over goes up a tier. Planning shifts and
//! handing over are deliberately not here: they are judged in `directory::decide`.

use super::Instant;
use super::id::{OrganisationId, PersonId, ShiftId};
use super::policy::{RotaPolicy, minutes};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The tiers of on-call: operational, tactical, strategic; a call climbs from the least to the greatest.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    /// First on call: the officer at the desk.
    First,
    /// Second on call.
    Second,
    /// Director on call.
    Director,
}

impl Tier {
    /// The tiers in the order in which a call climbs them.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Director];

    /// The tier as words for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first on call",
            Self::Second => "second on call",
            Self::Director => "director on call",
        }
    }
}

/// One on-call shift of one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Its name.
    pub id: ShiftId,
    /// Which tier.
    pub tier: Tier,
    /// The organisation whose desk it is.
    pub organisation: OrganisationId,
    /// Who is on.
    pub person: PersonId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends on paper; responsibility ends when the next officer accepts.
    pub ends_at: DateTime<Utc>,
    /// When this person took over.
    #[serde(default)]
    pub accepted_at: Option<DateTime<Utc>>,
    /// When the previous officer offered the desk to this one.
    #[serde(default)]
    pub offered_at: Option<DateTime<Utc>>,
    /// What the previous officer wants this one to know.
    #[serde(default)]
    pub handover_note: Option<String>,
    /// The shift for which its officer offers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap_with: Option<ShiftId>,
    /// What the officer of that one should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap_note: Option<String>,
}

impl Shift {
    /// Whether the two have a moment in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// The offer to swap it is off.
    pub fn forget_swap(&mut self) {
        self.swap_with = None;
        self.swap_note = None;
    }

    /// The desk is not offered to it any more.
    pub fn forget_offer(&mut self) {
        self.offered_at = None;
        self.handover_note = None;
    }
}

/// Where a shift stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftState {
    /// Not taken over yet.
    Planned,
    /// Responsible for the desk.
    Active,
    /// Responsible still, with the desk offered to the next officer.
    HandingOver,
    /// Somebody else has taken over.
    Ended,
}

impl ShiftState {
    /// The state in a word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Active => "on now",
            Self::HandingOver => "handing over",
            Self::Ended => "ended",
        }
    }
}

/// Who is responsible on a tier: whoever accepted last.
pub fn on_call(shifts: &[Shift], tier: Tier, now: Instant) -> Option<&Shift> {
    shifts
        .iter()
        .filter(|shift| shift.tier == tier)
        .filter_map(|shift| Some((shift.accepted_at.filter(|at| *at <= now)?, shift)))
        .max_by_key(|(accepted_at, shift)| (*accepted_at, shift.starts_at))
        .map(|(_, shift)| shift)
}

/// An offer of the desk says what the next officer should know.
pub const ASKS_FOR_A_NOTE: &str =
    "Say what the next officer should know, or write that there is nothing";

/// Who was responsible on a tier before whoever is now.
pub fn previous(shifts: &[Shift], tier: Tier, now: Instant) -> Option<&Shift> {
    let current = on_call(shifts, tier, now)?;
    shifts
        .iter()
        .filter(|shift| shift.tier == tier && shift.person != current.person)
        .filter_map(|shift| Some((shift.accepted_at?, shift)))
        .filter(|(accepted_at, _)| Some(*accepted_at) <= current.accepted_at)
        .max_by_key(|(accepted_at, shift)| (*accepted_at, shift.starts_at))
        .map(|(_, shift)| shift)
}

/// The next shift on a tier that nobody has taken over yet.
pub fn next_shift(shifts: &[Shift], tier: Tier, now: Instant) -> Option<&Shift> {
    shifts
        .iter()
        .filter(|shift| shift.tier == tier && shift.accepted_at.is_none() && shift.ends_at > now)
        .min_by_key(|shift| shift.starts_at)
}

/// Where a shift stands at `now`.
pub fn state(shift: &Shift, shifts: &[Shift], now: Instant) -> ShiftState {
    let responsible = on_call(shifts, shift.tier, now);
    if responsible.is_some_and(|active| active.id == shift.id) {
        let offered =
            next_shift(shifts, shift.tier, now).is_some_and(|next| next.offered_at.is_some());
        return if offered {
            ShiftState::HandingOver
        } else {
            ShiftState::Active
        };
    }
    match shift.accepted_at {
        Some(_) => ShiftState::Ended,
        None => ShiftState::Planned,
    }
}

/// From when until when somebody has or had the desk by a shift: from taking it over, as far as they have, until
/// the next one on the tier took it over, else as planned.
pub fn held(shift: &Shift, shifts: &[Shift], now: Instant) -> (Instant, Instant) {
    let from = shift.accepted_at.unwrap_or(shift.starts_at);
    let taken = shifts.iter().filter(|other| other.tier == shift.tier);
    let taken = taken.filter_map(|other| other.accepted_at);
    let next = taken.filter(|at| *at <= now && *at > from).min();
    let until = match (state(shift, shifts, now), next) {
        (ShiftState::Ended, Some(next)) => next,
        _ => shift.ends_at,
    };
    (from, until)
}

/// A desk that should have been taken over and was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// Since when.
    pub since: Instant,
    /// The tier that is called now, if the time for that has come.
    pub call: Option<Tier>,
}

/// Whether the desk of a tier should have been taken over and was not: the shift of whoever is
/// responsible has ended on paper, or a shift has begun and nobody holds the desk. Whoever was
/// responsible still is; after the policy's minutes the second on call is called, then the director
/// (section 2.6).
pub fn not_taken(
    shifts: &[Shift],
    tier: Tier,
    now: Instant,
    policy: &RotaPolicy,
) -> Option<NotTaken> {
    let begun = |shift: &&Shift| shift.tier == tier && shift.starts_at <= now;
    let since = match on_call(shifts, tier, now) {
        Some(responsible) => responsible.ends_at,
        None => shifts
            .iter()
            .filter(begun)
            .map(|shift| shift.starts_at)
            .min()?,
    };
    let after = |count| since + minutes(count);
    let calls = [
        (Tier::Director, after(policy.director_after_minutes)),
        (Tier::Second, after(policy.second_after_minutes)),
    ];
    let call = calls
        .into_iter()
        .find(|(called, from)| *called > tier && *from <= now)
        .map(|(called, _)| called);
    (since < now).then_some(NotTaken { since, call })
}
