//! The ten invariants of the procedure, each read off the trail and held against what the desk shows.
//!
//! None of them asks the rule that it is about: what the trail says is worked out anew here, in other
//! words, so that a mistake in the rule is not made a second time in its proof.

mod duty;
mod evidence;
mod forward;
mod late;
mod next;
mod persons;
mod register;
mod released;
mod reports;
mod vacant;

use super::desk::Desk;
use super::world::World;
use stateright::Property;

/// What must hold whatever people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invariant {
    /// Each suspected or confirmed breach is in the register exactly once.
    Register,
    /// A notifiable assessment leaves the duty only as ICO-DUTY says.
    Duty,
    /// Every stop of a clock points at an entry that is evidence for that very clock.
    Evidence,
    /// What was overdue never reads as met without "recorded late".
    Late,
    /// No start of a clock moves later without the DPO, and both starts stay visible.
    Forward,
    /// Nobody is both sides of a control that asks for two people.
    Persons,
    /// Every running or overdue duty has a next step that names a person, or the vacancy and the
    /// fall-back.
    Next,
    /// No vacancy blocks a duty.
    Vacant,
    /// A required contact leaves the list only by being told or by an entitled release.
    Released,
    /// What reports count equals what a fold over the trail counts.
    Reports,
}

impl Invariant {
    /// Every invariant, in the order in which the procedure's page has them.
    pub(super) const ALL: [Self; 10] = [
        Self::Register,
        Self::Duty,
        Self::Evidence,
        Self::Late,
        Self::Forward,
        Self::Persons,
        Self::Next,
        Self::Vacant,
        Self::Released,
        Self::Reports,
    ];

    /// The invariant in a few words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Register => "each breach is in the register once",
            Self::Duty => "the duty ends by its decision",
            Self::Evidence => "every stop has its evidence",
            Self::Late => "late stays late",
            Self::Forward => "no start moves later unseen",
            Self::Persons => "two people are two",
            Self::Next => "every duty has a next step that names somebody",
            Self::Vacant => "no vacancy blocks a duty",
            Self::Released => "a required contact is told or released",
            Self::Reports => "reports count what the trail tells",
        }
    }

    /// Whether it holds of a world, or what is wrong there.
    pub(super) fn holds(self, world: &World) -> Result<(), String> {
        match self {
            Self::Register => register::holds(world),
            Self::Duty => duty::holds(world),
            Self::Evidence => evidence::holds(world),
            Self::Late => late::holds(world),
            Self::Forward => forward::holds(world),
            Self::Persons => persons::holds(world),
            Self::Next => next::holds(world),
            Self::Vacant => vacant::holds(world),
            Self::Released => released::holds(world),
            Self::Reports => reports::holds(world),
        }
    }
}

macro_rules! always {
    ($($invariant:ident),+ $(,)?) => {
        vec![$(Property::always(Invariant::$invariant.name(), |desk: &Desk, world: &World| {
            desk.keeps(Invariant::$invariant, world)
        })),+]
    };
}

/// The invariants as the search engine asks for them.
pub(super) fn properties() -> Vec<Property<Desk>> {
    always![
        Register, Duty, Evidence, Late, Forward, Persons, Next, Vacant, Released, Reports
    ]
}
