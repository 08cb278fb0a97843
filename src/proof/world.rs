//! The world of the proof: incidents with their trails, who is in post, and what the clock shows.
//!
//! A world is what the people on it have done, so two worlds in which the same was done at the same
//! times are one. It holds what the desk once showed, because the invariants are about what may not be
//! unshown.

use super::people::Post;
use crate::config;
use crate::domain::Instant;
use crate::domain::clock::{self, ClockState};
use crate::domain::command::Command;
use crate::domain::contacts::{self, Contact, ContactAttempt};
use crate::domain::decide::{self, Context};
use crate::domain::event::{Entry, Event};
use crate::domain::id::{CommandId, IncidentId, OrganisationId, Reference};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// The numbers of the desk, as they are shipped.
pub(super) static POLICY: LazyLock<Policy> = LazyLock::new(|| config::policy().unwrap());

/// An incident with everything that was written down about it, a block for each command.
pub(super) struct Case {
    pub(super) incident: Incident,
    trail: Vec<Arc<[Entry]>>,
}

impl Case {
    /// The entries of the trail, oldest first.
    pub(super) fn trail(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.trail.iter().flat_map(|block| block.iter())
    }
}

/// What the desk has shown at some instant on the way.
#[derive(Clone, Default)]
pub(super) struct Shown {
    /// Clocks that it called overdue.
    pub(super) overdue: BTreeSet<(usize, &'static str, Option<OrganisationId>)>,
    /// People whom it said must be told.
    pub(super) required: BTreeSet<(usize, Contact)>,
}

/// Everything that can be known at one instant.
#[derive(Clone)]
pub(super) struct World {
    pub(super) post: &'static Post,
    pub(super) now: Instant,
    pub(super) cases: Vec<Arc<Case>>,
    pub(super) shown: Arc<Shown>,
    /// How many steps people have taken since the opening.
    pub(super) steps: usize,
    /// How many of them were refused, where that is counted.
    pub(super) refused: usize,
    /// Whether the last of them was, so that nothing is new.
    pub(super) is_same: bool,
    given: u128,
    print: u64,
}

impl World {
    /// A desk on which nothing is logged.
    pub(super) fn empty(post: &'static Post, now: Instant) -> Self {
        Self {
            post,
            now,
            cases: Vec::new(),
            shown: Arc::default(),
            steps: 0,
            refused: 0,
            is_same: false,
            given: 0,
            print: 0,
        }
    }

    /// The world at a later instant, if it is later.
    pub(super) fn at(&self, now: Instant) -> Option<Self> {
        (now > self.now).then(|| {
            let mut later = Self {
                now,
                is_same: false,
                ..self.clone()
            };
            later.look();
            later
        })
    }

    /// The world after somebody gave a command on a case; one that is not there yet is logged.
    pub(super) fn after(
        &self,
        who: &'static str,
        on: usize,
        (deed, command): (&'static str, &Command),
    ) -> Result<Self, Refusal> {
        let (id, _) = name(on);
        let goes_on = self.goes_on(command);
        let context = self.context(who, on, command);
        let known = self.cases.get(on).map(|case| &case.incident);
        let changed = decide::carry_out(known, id, command, &context)?;
        let other = match (known, decide::also_changes(command)) {
            (Some(incident), Some((_, reason))) => {
                let other = goes_on.and_then(|place| self.cases.get(place));
                let other = other.map(|case| &case.incident);
                Some(decide::carry_over(incident, reason, other, &context)?)
            }
            (Some(_) | None, _) => None,
        };
        let mut after = self.clone();
        after.given += 1;
        after.is_same = false;
        after.print = self.printed((who, on, deed));
        after.put(on, changed);
        if let (Some(place), Some(other)) = (goes_on, other) {
            after.put(place, other);
        }
        after.look();
        Ok(after)
    }

    /// Whether somebody may give a command on a case now.
    pub(super) fn may(&self, who: &str, on: usize, command: &Command) -> bool {
        let known = self.cases.get(on).map(|case| &case.incident);
        decide::decide(known, command, &self.context(who, on, command)).is_ok()
    }

    fn context(&self, who: &str, on: usize, command: &Command) -> Context<'_> {
        let goes_on = self.goes_on(command);
        let (_, reference) = name(goes_on.unwrap_or(on));
        Context {
            now: self.now,
            actor: self.post.actor(who),
            policy: &POLICY,
            directory: &self.post.directory,
            command: CommandId(Uuid::from_u128(self.given + 1)),
            reference: Some(reference),
            sightings: &[],
            problems: Some(&[]),
        }
    }

    /// Where the incident stands that takes over another one by this command.
    fn goes_on(&self, command: &Command) -> Option<usize> {
        decide::also_changes(command).and_then(|(of, _)| self.place(of))
    }

    /// Where a case stands.
    pub(super) fn place(&self, id: IncidentId) -> Option<usize> {
        self.cases.iter().position(|case| case.incident.id == id)
    }

    /// Everything that was written down of what a case is about: its own trail, and those of the cases
    /// that it has taken over.
    pub(super) fn entries<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = &'a Entry> {
        let taken = case.trail().filter_map(|entry| match &entry.event {
            Event::TakenOver(taken) => self.place(taken.from.incident),
            _ => None,
        });
        let theirs = taken.flat_map(|place| self.cases[place].trail());
        case.trail().chain(theirs)
    }

    /// Whether every record of this attempt was struck out, as the trail says.
    pub(super) fn is_struck(&self, case: &Case, attempt: &ContactAttempt) -> bool {
        let (mut recorded, mut struck) = (0, 0);
        for entry in self.entries(case) {
            match &entry.event {
                Event::ContactAttempted { attempt: known } if known.is_same(attempt) => {
                    recorded += 1;
                }
                Event::ContactAttemptStruck { attempt: known, .. } if known.is_same(attempt) => {
                    struck += 1;
                }
                _ => {}
            }
        }
        struck > 0 && struck >= recorded
    }

    /// Whether the same was done on both.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.post.name, self.now, self.print) == (other.post.name, other.now, other.print)
    }

    fn printed(&self, act: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.print, self.now, act).hash(&mut hasher);
        hasher.finish()
    }

    fn put(&mut self, place: usize, (incident, entries): (Incident, Vec<Entry>)) {
        let mut trail = self
            .cases
            .get(place)
            .map_or_else(Vec::new, |case| case.trail.clone());
        trail.push(entries.into());
        let case = Arc::new(Case { incident, trail });
        if place < self.cases.len() {
            self.cases[place] = case;
        } else {
            self.cases.push(case);
        }
    }

    /// Keeps in mind what the desk shows now.
    fn look(&mut self) {
        let mut seen = Shown::default();
        for (place, case) in self.cases.iter().enumerate() {
            let views = clock::views(&case.incident);
            let overdue = views.filter(|view| view.state(self.now) == ClockState::Overdue);
            seen.overdue.extend(overdue.map(|view| {
                let clock = view.clock;
                (place, clock.kind.as_str(), clock.controller.clone())
            }));
            let required = contacts::required(&case.incident).into_iter();
            seen.required
                .extend(required.map(|required| (place, required.contact)));
        }
        let known = &*self.shown;
        if !seen.overdue.is_subset(&known.overdue) || !seen.required.is_subset(&known.required) {
            let shown = Arc::make_mut(&mut self.shown);
            shown.overdue.append(&mut seen.overdue);
            shown.required.append(&mut seen.required);
        }
    }
}

/// The identity and the reference of the incident at a place.
fn name(place: usize) -> (IncidentId, Reference) {
    let number = u32::try_from(place + 1).unwrap();
    let id = IncidentId(Uuid::from_u128(u128::from(number) << 64));
    (id, Reference::new(2026, number))
}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.post.name, self.now, self.print, self.refused).hash(state);
    }
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.is_like(other) && self.refused == other.refused
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.post.name, self.now)
    }
}
