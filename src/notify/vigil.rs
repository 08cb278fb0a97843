//! The alarms of many incidents, followed as incidents change and time passes.
//!
//! What an incident has to tell of ([`Watched`]) is kinds, times and its reference, and nothing that
//! anybody typed, so that it may be kept on disk and a watch go on when the server is away. The watch
//! itself ([`Vigil`]) remembers little, because a console has very many incidents. Deliberately does
//! not know whether somebody else on this machine has told of an alarm ([`ledger`](super::ledger)).

use super::notice::Raised;
use crate::domain::Instant;
use crate::domain::alarm::{self, Alarm};
use crate::domain::directory::Directory;
use crate::domain::id::{AlarmId, IncidentId, Reference};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::iter;

/// What one incident has to tell of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// Which incident.
    pub incident: IncidentId,
    reference: Option<Reference>,
    /// In the order of time, and never none; another follows where time alone changes what there is to
    /// tell of.
    stretches: Vec<Stretch>,
}

/// A stretch of time, and what there is to tell of in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    from: DateTime<Utc>,
    /// Those that stand when it begins and those to come.
    alarms: Vec<Alarm>,
}

impl Stretch {
    fn of(incident: &Incident, directory: &Directory, policy: &Policy, from: Instant) -> Self {
        let series = alarm::series(incident, directory, policy, from);
        let known = |series: &alarm::Series| {
            let standing = series.standing(from).into_iter();
            let known = standing.chain(series.coming(from));
            known.cloned().collect::<Vec<_>>()
        };
        Self {
            from,
            alarms: series.iter().flat_map(known).collect(),
        }
    }
}

impl Watched {
    /// What an incident has to tell of from `now` on; nothing if there is nothing.
    pub fn of(
        incident: &Incident,
        directory: &Directory,
        policy: &Policy,
        now: Instant,
    ) -> Option<Self> {
        let next = |at: &Instant| alarm::changes_at(incident, directory, policy, *at);
        let stretches: Vec<Stretch> = iter::successors(Some(now), next)
            .map(|from| Stretch::of(incident, directory, policy, from))
            .collect();
        let is_anything = stretches.iter().any(|stretch| !stretch.alarms.is_empty());
        is_anything.then(|| Self {
            incident: incident.id,
            reference: incident.reference,
            stretches,
        })
    }

    /// What there is to tell of at `now`; before the first stretch, what is told of in that.
    fn alarms(&self, now: Instant) -> &[Alarm] {
        let mut latest_first = self.stretches.iter().rev();
        let stretch = latest_first.find(|stretch| stretch.from <= now);
        let stretch = stretch.or(self.stretches.first());
        stretch.map_or(&[], |stretch| &stretch.alarms)
    }

    /// Of each series the last alarm whose moment has come: after a long sleep the worst is told, and
    /// not everything that led up to it.
    fn standing(&self, now: Instant) -> impl Iterator<Item = &Alarm> {
        let alarms = self.alarms(now);
        let has_come = move |alarm: &&Alarm| alarm.at <= now;
        let is_overtaken = move |alarm: &Alarm| {
            let mut others = alarms.iter().filter(has_come);
            others.any(|other| other.at > alarm.at && other.is_in_series_with(alarm))
        };
        let come = alarms.iter().filter(has_come);
        come.filter(move |alarm| !is_overtaken(alarm))
    }

    fn wakes_at(&self, now: Instant) -> Option<Instant> {
        let alarms = self.alarms(now).iter().map(|alarm| alarm.at);
        let stretches = self.stretches.iter().map(|stretch| stretch.from);
        alarms.chain(stretches).filter(|at| *at > now).min()
    }
}

/// The watch over many incidents.
#[derive(Debug, Default)]
pub struct Vigil {
    posts: HashMap<IncidentId, Post>,
    /// When each has next to be looked at.
    wakes: BTreeSet<(Instant, IncidentId)>,
    standing: usize,
}

/// What is remembered of one incident.
#[derive(Debug, Default)]
struct Post {
    wakes_at: Option<Instant>,
    standing: Box<[AlarmId]>,
}

impl Vigil {
    /// Looks at what an incident has to tell of, if anything. Gives the alarms that stand and did not
    /// when it was last looked at.
    pub fn look(
        &mut self,
        incident: IncidentId,
        watched: Option<&Watched>,
        now: Instant,
    ) -> Vec<Raised> {
        let before = self.forget(incident);
        let Some(watched) = watched else {
            return Vec::new();
        };
        let standing: Vec<&Alarm> = watched.standing(now).collect();
        let post = Post {
            wakes_at: watched.wakes_at(now),
            standing: standing.iter().map(|alarm| alarm.id).collect(),
        };
        self.standing += post.standing.len();
        self.wakes.extend(post.wakes_at.map(|at| (at, incident)));
        self.posts.insert(incident, post);
        let standing = standing.into_iter();
        let fresh = standing.filter(|alarm| !before.standing.contains(&alarm.id));
        fresh
            .map(|alarm| Raised {
                alarm: alarm.clone(),
                reference: watched.reference,
            })
            .collect()
    }

    fn forget(&mut self, incident: IncidentId) -> Post {
        let post = self.posts.remove(&incident).unwrap_or_default();
        if let Some(at) = post.wakes_at {
            self.wakes.remove(&(at, incident));
        }
        self.standing -= post.standing.len();
        post
    }

    /// Whether an incident has anything to tell of.
    pub fn is_watching(&self, incident: IncidentId) -> bool {
        self.posts.contains_key(&incident)
    }

    /// Every incident that has something to tell of.
    pub fn watched(&self) -> Vec<IncidentId> {
        self.posts.keys().copied().collect()
    }

    /// The incidents that have to be looked at by `now`.
    pub fn due(&self, now: Instant) -> Vec<IncidentId> {
        let due = self.wakes.iter().take_while(|(at, _)| *at <= now);
        due.map(|(_, incident)| *incident).collect()
    }

    /// When something next has to be looked at.
    pub fn next_at(&self) -> Option<Instant> {
        self.wakes.first().map(|(at, _)| *at)
    }

    /// The incidents of which alarms stand that are not among these, the oldest first, with how many.
    pub fn standing_beyond(&self, told: &HashSet<AlarmId>) -> Vec<(IncidentId, usize)> {
        let beyond = |post: &Post| post.standing.iter().filter(|id| !told.contains(id)).count();
        let posts = self.posts.iter();
        let counted = posts.map(|(incident, post)| (*incident, beyond(post)));
        let mut found: Vec<_> = counted.filter(|(_, count)| *count > 0).collect();
        found.sort_unstable();
        found
    }

    /// Whether this alarm of an incident stands.
    pub fn stands(&self, incident: IncidentId, alarm: AlarmId) -> bool {
        let post = self.posts.get(&incident);
        post.is_some_and(|post| post.standing.contains(&alarm))
    }

    /// How many alarms stand.
    pub fn standing(&self) -> usize {
        self.standing
    }
}
