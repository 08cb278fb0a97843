//! The desk as the search engine sees it: where it begins, what may be done next, what must hold.

use super::chapters::Chapter;
use super::deeds::{Deed, Scene};
use super::invariants::Invariant;
use super::people::EVERYBODY;
use super::world::World;
use crate::domain::clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::mutant::{self, Mutant};
use chrono::TimeDelta;
use stateright::{Model, Property};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Time that passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wait {
    /// A minute.
    AMinute,
    /// Half an hour.
    HalfAnHour,
    /// Until the last instant at which a clock of this kind is met.
    Until(ClockKind),
    /// Until a second after that.
    Past(ClockKind),
    /// Three hours after that: what happened when it was due is long ago.
    LongPast(ClockKind),
}

impl Wait {
    fn after(self, world: &World) -> Option<World> {
        let due = |kind| {
            let mut dues: Vec<_> = world
                .cases
                .iter()
                .filter_map(|case| clock::view(&case.incident, kind))
                .map(|view| view.clock.due_at)
                .collect();
            dues.sort();
            dues.into_iter().next()
        };
        let at = match self {
            Self::AMinute => world.now + TimeDelta::minutes(1),
            Self::HalfAnHour => world.now + TimeDelta::minutes(30),
            Self::Until(kind) => due(kind)?,
            Self::Past(kind) => due(kind)? + TimeDelta::seconds(1),
            Self::LongPast(kind) => due(kind)? + TimeDelta::hours(3),
        };
        world.at(at)
    }
}

/// One step: time passes, or somebody tries something on a case.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// Time passes.
    Wait(Wait),
    /// Somebody tries something.
    Try {
        who: &'static str,
        deed: &'static Deed,
        on: usize,
    },
}

impl PartialEq for &'static Deed {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait(wait) => write!(f, "wait: {wait:?}"),
            Self::Try { who, deed, on } => write!(f, "{who} on {}: {}", on + 1, deed.name),
        }
    }
}

/// How a chapter is gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Those whom a deed names try it, and every sequence of so many steps is followed.
    Throughout(usize),
    /// Everybody tries everything, so many steps one after the other; what is refused is a step that
    /// changes nothing.
    Walk(usize),
}

impl Manner {
    fn steps(self) -> usize {
        match self {
            Self::Throughout(steps) | Self::Walk(steps) => steps,
        }
    }
}

/// How much was looked at.
#[derive(Default)]
pub(super) struct Tally {
    /// Commands that were judged.
    pub(super) judged: AtomicU64,
    /// Those that were taken, and waits.
    pub(super) taken: AtomicU64,
    /// Ways of doing things one after the other that were followed to their end.
    pub(super) sequences: AtomicU64,
}

impl Tally {
    /// Adds what another search looked at.
    pub(super) fn add(&self, other: &Self) {
        let counts = [
            (&self.judged, &other.judged),
            (&self.taken, &other.taken),
            (&self.sequences, &other.sequences),
        ];
        for (count, more) in counts {
            count.fetch_add(more.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [judged, taken, sequences] =
            [&self.judged, &self.taken, &self.sequences].map(|count| count.load(Ordering::Relaxed));
        write!(
            f,
            "{taken} transitions, {sequences} sequences, {judged} commands judged"
        )
    }
}

/// A chapter of the proof, with a rule broken or none, looked at for all invariants or one.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) chapter: &'static Chapter,
    pub(super) mutant: Option<Mutant>,
    pub(super) only: Option<Invariant>,
    pub(super) manner: Manner,
    pub(super) tally: Arc<Tally>,
}

impl Desk {
    /// Whether an invariant holds, as the desk judges it.
    pub(super) fn keeps(&self, invariant: Invariant, world: &World) -> bool {
        world.is_same || self.judged(invariant, world).is_ok()
    }

    /// The same, with what is wrong.
    pub(super) fn judged(&self, invariant: Invariant, world: &World) -> Result<(), String> {
        mutant::under(self.mutant, || invariant.holds(world))
    }

    /// The world after these steps from an opening, those left out that are refused.
    pub(super) fn replayed(&self, opening: &World, steps: &[Step]) -> World {
        steps.iter().fold(opening.clone(), |world, step| {
            let next = self.next_state(&world, *step);
            next.unwrap_or(world)
        })
    }

    fn tried(&self, world: &World, step: Step) -> Option<World> {
        let Step::Try { who, deed, on } = step else {
            return None;
        };
        let scene = Scene::of(world, on);
        let command = (deed.command)(&scene)?;
        self.tally.judged.fetch_add(1, Ordering::Relaxed);
        world.after(who, on, (deed.name, &command)).ok()
    }
}

impl Model for Desk {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        mutant::under(self.mutant, self.chapter.openings)
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        if world.steps >= self.manner.steps() {
            self.tally.sequences.fetch_add(1, Ordering::Relaxed);
            return;
        }
        steps.extend(self.chapter.waits.iter().copied().map(Step::Wait));
        for deed in self.chapter.deeds.iter().copied().flatten() {
            let by = match self.manner {
                Manner::Throughout(_) => deed.by,
                Manner::Walk(_) => &EVERYBODY,
            };
            for on in 0..world.cases.len() {
                steps.extend(by.iter().map(|who| Step::Try { who, deed, on }));
            }
        }
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let taken = mutant::under(self.mutant, || match step {
            Step::Wait(wait) => wait.after(world),
            Step::Try { .. } => self.tried(world, step),
        });
        if taken.is_some() {
            self.tally.taken.fetch_add(1, Ordering::Relaxed);
        }
        let refused = || {
            let mut same = world.clone();
            same.refused += 1;
            same.is_same = true;
            same
        };
        let mut next = match self.manner {
            Manner::Throughout(_) => taken?,
            Manner::Walk(_) => taken.unwrap_or_else(refused),
        };
        next.steps = world.steps + 1;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = super::invariants::properties();
        properties.retain(|property| self.only.is_none_or(|only| only.name() == property.name));
        properties
    }
}
