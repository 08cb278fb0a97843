//! What the agent knows and when it has something to tell; pure.
//!
//! Its present is the server's time as it was last heard, carried on by the clock that runs since the
//! machine was started and that nobody can set: a wall clock that jumps raises nothing early, late or
//! twice. Only an agent that has not heard from the server yet has to believe the wall clock. It
//! deliberately keeps no incident, only what each has to tell of.

use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::notify::notice::{Raised, Source};
use crate::notify::vigil::{Vigil, Watched};
use crate::now::Reading;
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// The longest pause between two looks at the clocks: after a sleep it is noticed this soon.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// So long may the server be silent before that is told by itself.
const AWAY_AFTER: Duration = Duration::from_secs(60);

/// An agent's knowledge.
#[derive(Debug)]
pub struct Agent {
    kept: HashMap<IncidentId, Watched>,
    goes_by_kept: bool,
    vigil: Vigil,
    /// The server's time at a time since the machine was started.
    heard: Option<(Instant, Duration)>,
    link: Link,
    engine: Engine,
    /// The incidents of the load that goes on; what is not among them has gone when it ends.
    load: Option<HashSet<IncidentId>>,
    untold: Vec<Raised>,
    has_news: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Live,
    Down { since: Duration, is_told: bool },
}

/// What the server says of its alarm engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Looks,
    Silent { since: Instant, is_told: bool },
}

impl Agent {
    /// An agent that knows what an earlier one kept. It goes by that only once the server has not
    /// answered: much may have been settled since, and the wall clock may be wrong.
    pub fn over(kept: Vec<Watched>) -> Self {
        let kept = kept.into_iter();
        Self {
            kept: kept.map(|watched| (watched.incident, watched)).collect(),
            goes_by_kept: false,
            vigil: Vigil::default(),
            heard: None,
            link: Link::Live,
            engine: Engine::Looks,
            load: None,
            untold: Vec::new(),
            has_news: false,
        }
    }

    /// Everything that it knows, for the disk, if that has changed since it was last asked.
    pub fn take_news(&mut self) -> Option<Vec<Watched>> {
        std::mem::take(&mut self.has_news).then(|| self.kept.values().cloned().collect())
    }

    /// The server's present.
    pub fn present(&self, reading: Reading) -> Instant {
        match self.heard {
            Some((server_time, at)) => {
                let passed = reading.since_boot.saturating_sub(at);
                server_time + TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX)
            }
            None => reading.wall,
        }
    }

    /// Who says so, of an alarm that is told now.
    pub fn source(&self) -> Source {
        match (self.link, self.engine) {
            (Link::Live, Engine::Looks) => Source::Server,
            (Link::Down { .. }, _) | (_, Engine::Silent { .. }) => Source::Local,
        }
    }

    /// The server answered.
    pub fn heard(&mut self, server_time: Instant, reading: Reading) {
        self.heard = Some((server_time, reading.since_boot));
        self.link = Link::Live;
    }

    /// The server answered that its alarm engine is silent, or did not say so.
    pub fn engine_heard(&mut self, silent_since: Option<Instant>) {
        let is_told = matches!(self.engine, Engine::Silent { is_told: true, .. });
        self.engine = match silent_since {
            None => Engine::Looks,
            Some(since) => Engine::Silent { since, is_told },
        };
    }

    /// Since when the server raises no alarms, if it says so.
    pub fn engine_silent_since(&self) -> Option<Instant> {
        match self.engine {
            Engine::Looks => None,
            Engine::Silent { since, .. } => Some(since),
        }
    }

    /// Whether it has to be told now that the server raises no alarms; once for each silence.
    pub fn misses_the_engine(&mut self) -> bool {
        match &mut self.engine {
            Engine::Silent { is_told, .. } => !std::mem::replace(is_told, true),
            Engine::Looks => false,
        }
    }

    /// The server did not answer.
    pub fn lost(&mut self, reading: Reading) {
        // What has come of a load is all there will be for now, and what was not told again stays.
        self.load = None;
        if !std::mem::replace(&mut self.goes_by_kept, true) {
            let now = self.present(reading);
            for (incident, watched) in &self.kept {
                let raised = self.vigil.look(*incident, Some(watched), now);
                self.untold.extend(raised);
            }
        }
        if self.link == Link::Live {
            self.link = Link::Down {
                since: reading.since_boot,
                is_told: false,
            };
        }
    }

    /// Everything is about to be told anew.
    pub fn load_began(&mut self) {
        self.load = Some(HashSet::new());
    }

    /// Everything was told: what was not has gone.
    pub fn load_ended(&mut self, reading: Reading) {
        let Some(told) = self.load.take() else {
            return;
        };
        self.goes_by_kept = true;
        let known = self.kept.keys().copied();
        let gone: Vec<IncidentId> = known.filter(|id| !told.contains(id)).collect();
        for incident in gone {
            self.keep(incident, None, reading);
        }
    }

    /// The server told of incidents.
    pub fn told(
        &mut self,
        incidents: &[Incident],
        (directory, policy): (&Directory, &Policy),
        reading: Reading,
    ) {
        let now = self.present(reading);
        for incident in incidents {
            if let Some(load) = &mut self.load {
                load.insert(incident.id);
            }
            let watched = Watched::of(incident, directory, policy, now);
            self.keep(incident.id, watched, reading);
        }
    }

    fn keep(&mut self, incident: IncidentId, watched: Option<Watched>, reading: Reading) {
        let now = self.present(reading);
        self.untold
            .extend(self.vigil.look(incident, watched.as_ref(), now));
        self.has_news |= self.kept.get(&incident) != watched.as_ref();
        match watched {
            Some(watched) => drop(self.kept.insert(incident, watched)),
            None => drop(self.kept.remove(&incident)),
        }
    }

    /// What has to be told now. While everything is being loaded it waits, so that what stands is told
    /// together.
    pub fn raise(&mut self, reading: Reading) -> Vec<Raised> {
        let now = self.present(reading);
        for incident in self.vigil.due(now) {
            let raised = self.vigil.look(incident, self.kept.get(&incident), now);
            self.untold.extend(raised);
        }
        if self.load.is_some() {
            return Vec::new();
        }
        std::mem::take(&mut self.untold)
    }

    /// What could not be told is told again with what comes next.
    pub fn give_back(&mut self, raised: Vec<Raised>) {
        self.untold.extend(raised);
    }

    /// Whether it has to be told now that the server is silent; once for each silence.
    pub fn misses_the_server(&mut self, reading: Reading) -> bool {
        match &mut self.link {
            Link::Down { since, is_told }
                if !*is_told && reading.since_boot.saturating_sub(*since) >= AWAY_AFTER =>
            {
                *is_told = true;
                true
            }
            Link::Down { .. } | Link::Live => false,
        }
    }

    /// How long nothing happens by itself.
    pub fn pause(&self, reading: Reading) -> Duration {
        let next_at = self.vigil.next_at();
        let left = next_at.map(|at| at - self.present(reading));
        let left = left.map_or(LONGEST_PAUSE, |left| left.to_std().unwrap_or_default());
        left.clamp(Duration::from_millis(1), LONGEST_PAUSE)
    }
}
