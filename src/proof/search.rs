//! Searching: every sequence of a chapter, breadth first, and long walks at random from fixed seeds.
//!
//! How far a search goes is a number of steps or of states and never a time, so that a busy machine
//! makes it slower and changes nothing that it finds.

use super::chapters::{self, Chapter};
use super::desk::{Desk, Manner, Step, Tally};
use super::invariants::Invariant;
use super::world::World;
use crate::domain::mutant::Mutant;
use stateright::{Checker, HasDiscoveries, Model, Path, UniformChooser};
use std::collections::BTreeMap;
use std::env;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

/// How many steps a walk has; most are refused.
const WALK: usize = 250;
/// How many steps are walked from each seed.
const STEPS: usize = 60_000;
/// The seeds of the walks that are always taken.
const SEEDS: u64 = 2;

/// What a search came to.
pub(super) struct Found {
    pub(super) chapter: &'static str,
    pub(super) states: usize,
    pub(super) tally: Arc<Tally>,
    /// The invariants that did not hold, each with the steps that led there and what is wrong.
    pub(super) broken: BTreeMap<&'static str, (Vec<Step>, String)>,
}

/// All chapters and the walks, looked at once for every invariant.
pub(super) static ALL: LazyLock<Vec<Found>> = LazyLock::new(|| {
    let [chapters, walks] = thread::scope(|scope| {
        let chapters = scope.spawn(|| {
            let desks = chapters::THROUGHOUT.map(|chapter| throughout(chapter, None, None));
            Vec::from(desks)
        });
        let walks = scope.spawn(walks);
        [chapters, walks].map(|search| search.join().unwrap())
    });
    let found: Vec<Found> = chapters.into_iter().chain(walks).collect();
    found.iter().for_each(report);
    found
});

/// Follows every sequence of a chapter, with a rule broken or none, for one invariant or all.
pub(super) fn throughout(
    chapter: &'static Chapter,
    mutant: Option<Mutant>,
    only: Option<Invariant>,
) -> Found {
    let desk = Desk {
        chapter,
        mutant,
        only,
        manner: Manner::Throughout(chapter.steps),
        tally: Arc::default(),
    };
    let checker = desk.clone().checker().finish_when(HasDiscoveries::All);
    found(&desk, checker.spawn_bfs().join())
}

/// The walks: those that are always taken, and as many more as somebody asks for by a number of
/// transitions in the environment.
fn walks() -> Vec<Found> {
    let asked = env::var("NIGHTDESK_PROOF_TRANSITIONS");
    let asked: u64 = asked.map_or(0, |asked| asked.parse().unwrap());
    let taken = AtomicU64::new(0);
    let from = |seed: u64| {
        let mut seed = seed;
        let mut found = vec![walk(seed)];
        loop {
            let last = &found[found.len() - 1];
            taken.fetch_add(last.tally.taken.load(Ordering::Relaxed), Ordering::Relaxed);
            if taken.load(Ordering::Relaxed) >= asked {
                return found;
            }
            seed += SEEDS;
            found.push(walk(seed));
        }
    };
    let found = thread::scope(|scope| {
        let threads: Vec<_> = (0..SEEDS)
            .map(|seed| scope.spawn(move || from(seed)))
            .collect();
        let found = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        found.collect::<Vec<_>>()
    });
    vec![found.into_iter().reduce(joined).unwrap()]
}

fn joined(mut one: Found, other: Found) -> Found {
    one.states += other.states;
    one.tally.add(&other.tally);
    one.broken.extend(other.broken);
    one
}

fn walk(seed: u64) -> Found {
    let desk = Desk {
        chapter: &chapters::ALL_NIGHT,
        mutant: None,
        only: None,
        manner: Manner::Walk(WALK),
        tally: Arc::default(),
    };
    let checker = desk.clone().checker().target_state_count(STEPS);
    found(&desk, checker.spawn_simulation(seed, UniformChooser).join())
}

fn found(desk: &Desk, checker: impl Checker<Desk>) -> Found {
    let shortened = |(name, path): (&'static str, Path<World, Step>)| {
        let invariant = Invariant::ALL
            .into_iter()
            .find(|known| known.name() == name);
        (name, shortened(desk, invariant.unwrap(), path))
    };
    Found {
        chapter: desk.chapter.name,
        states: checker.unique_state_count(),
        tally: Arc::clone(&desk.tally),
        broken: checker.discoveries().into_iter().map(shortened).collect(),
    }
}

/// The steps of a counterexample without those that it does not need.
fn shortened(desk: &Desk, invariant: Invariant, path: Path<World, Step>) -> (Vec<Step>, String) {
    let path = path.into_vec();
    let opening = &path[0].0;
    let taken = path
        .windows(2)
        .filter(|pair| !pair[0].0.is_like(&pair[1].0));
    let mut steps: Vec<Step> = taken.filter_map(|pair| pair[0].1).collect();
    let mut place = 0;
    while place < steps.len() {
        let mut fewer = steps.clone();
        fewer.remove(place);
        if desk.keeps(invariant, &desk.replayed(opening, &fewer)) {
            place += 1;
        } else {
            steps = fewer;
        }
    }
    let wrong = desk.judged(invariant, &desk.replayed(opening, &steps));
    (steps, wrong.err().unwrap_or_default())
}

fn report(found: &Found) {
    let Found {
        chapter,
        states,
        tally,
        broken,
    } = found;
    println!("{chapter}: {states} states, {tally}");
    for (name, (steps, wrong)) in broken {
        println!("  broken: {name}: {wrong}, after {steps:#?}");
    }
}
