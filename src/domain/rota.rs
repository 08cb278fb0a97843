//! The rota: who is on call, and the handover from one officer to the next.
//!
//! The outgoing officer stays responsible until the incoming one accepts, so a gap in the plan is
//! never a gap in responsibility. Planning shifts is deliberately not here.

use super::Instant;
use super::directory::Actor;
use super::event::Signature;
use super::id::{OrganisationId, PersonId, ShiftId};
use super::refusal::Refusal;
use super::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The tiers of on-call: operational, tactical, strategic.
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

/// Who is responsible on a tier: whoever accepted last.
pub fn on_call(shifts: &[Shift], tier: Tier, now: Instant) -> Option<&Shift> {
    shifts
        .iter()
        .filter(|shift| shift.tier == tier)
        .filter_map(|shift| Some((shift.accepted_at.filter(|at| *at <= now)?, shift)))
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

/// What a person asks of the rota.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum RotaCommand {
    /// Offer the desk to the officer of the next shift.
    OfferHandover {
        /// The shift that is to take over.
        shift: ShiftId,
        /// What the incoming officer should know.
        note: String,
    },
    /// Take over the desk.
    AcceptHandover {
        /// The shift that takes over.
        shift: ShiftId,
    },
}

/// What became true of the rota.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RotaEvent {
    /// The desk was offered to the officer of a shift.
    HandoverOffered {
        /// The shift that is to take over.
        shift: ShiftId,
        /// What the incoming officer should know.
        note: String,
    },
    /// The officer of a shift took over the desk.
    HandoverAccepted {
        /// The shift that took over.
        shift: ShiftId,
    },
}

/// Judge a command about the rota.
///
/// # Errors
/// A refusal in words that tell the officer what to do.
pub fn decide(
    shifts: &[Shift],
    command: &RotaCommand,
    actor: &Actor,
    now: Instant,
) -> Result<RotaEvent, Refusal> {
    match command {
        RotaCommand::OfferHandover { shift, note } => {
            let next = find(shifts, shift)?;
            let active = on_call(shifts, next.tier, now);
            if active.is_none_or(|active| active.person != actor.person) {
                return Err(Refusal::not_allowed(
                    "Only the officer who holds the desk can hand it over",
                ));
            }
            still_open(next, now)?;
            Ok(RotaEvent::HandoverOffered {
                shift: shift.clone(),
                note: note.clone(),
            })
        }
        RotaCommand::AcceptHandover { shift } => {
            let next = find(shifts, shift)?;
            if next.person != actor.person {
                return Err(Refusal::not_allowed(
                    "This shift is somebody else's; only its officer can accept it",
                ));
            }
            still_open(next, now)?;
            if next.offered_at.is_none() && now < next.starts_at {
                return Err(Refusal::invalid(
                    "/shift",
                    "The shift has not begun and the desk has not been offered yet; ask the officer on call to hand over",
                ));
            }
            Ok(RotaEvent::HandoverAccepted {
                shift: shift.clone(),
            })
        }
    }
}

/// Make an event true. Cannot fail: [`decide`] has judged.
pub fn apply(shifts: &mut [Shift], event: &RotaEvent, at: Instant) {
    match event {
        RotaEvent::HandoverOffered { shift, note } => {
            for next in shifts.iter_mut().filter(|known| known.id == *shift) {
                next.offered_at = Some(at);
                next.handover_note = Some(note.clone());
            }
        }
        RotaEvent::HandoverAccepted { shift } => {
            for next in shifts.iter_mut().filter(|known| known.id == *shift) {
                next.accepted_at = Some(at);
            }
        }
    }
}

/// How an event about the rota is signed: with the on-call role of the desk it concerns.
pub fn signature(shifts: &[Shift], event: &RotaEvent, actor: &Actor) -> Signature {
    let (RotaEvent::HandoverOffered { shift, .. } | RotaEvent::HandoverAccepted { shift }) = event;
    let organisation = find(shifts, shift).map_or_else(
        |_| actor.organisation.clone(),
        |shift| shift.organisation.clone(),
    );
    Signature {
        person: actor.person.clone(),
        role: Role::Oco,
        organisation,
        interim: false,
    }
}

fn find<'a>(shifts: &'a [Shift], id: &ShiftId) -> Result<&'a Shift, Refusal> {
    shifts.iter().find(|shift| shift.id == *id).ok_or_else(|| {
        Refusal::invalid(
            "/shift",
            "There is no such shift on the rota; poll and choose again",
        )
    })
}

fn still_open(shift: &Shift, now: Instant) -> Result<(), Refusal> {
    if now >= shift.ends_at {
        return Err(Refusal::invalid(
            "/shift",
            "This shift is over; plan a new one before handing over",
        ));
    }
    match shift.accepted_at {
        None => Ok(()),
        Some(_) => Err(Refusal::invalid(
            "/shift",
            "This shift has been taken over already; nothing is left to do",
        )),
    }
}
