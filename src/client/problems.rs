//! Problems on the officer's side: what the server last told of them, what it would say to a command,
//! and giving one.
//!
//! A command about a problem needs a live server, so it is never kept for later: it is sent at once, a
//! few times under the same id, and whoever gave it waits for the answer. Deliberately decides nothing:
//! the rules are asked here so that a mistake is told before anything is sent, and the server judges
//! again with the incidents that are not to be seen here.

use super::given::{Given, until_known};
use super::http::Http;
use super::replay::Desk;
use crate::api::types::ProblemAnswer;
use crate::domain::Instant;
use crate::domain::id::{CommandId, IncidentId, ProblemId, ProblemReference};
use crate::domain::incident::Incident;
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::problem::decide::{self, Context};
use crate::domain::refusal::Refusal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a command about a problem came to.
pub type OnProblem = Given<ProblemAnswer>;

/// Problems as the server last told of them.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    known: BTreeMap<ProblemId, Problem>,
    /// Whether everything that may be seen has been told.
    is_loaded: bool,
    /// Incidents of which every problem is known.
    heard_of: BTreeSet<IncidentId>,
}

impl Problems {
    /// Takes in all problems that an incident comes from.
    pub fn absorb_of(&mut self, incident: IncidentId, problems: Vec<Problem>) {
        let told: BTreeSet<ProblemId> = problems.iter().map(|problem| problem.id).collect();
        for (id, known) in &mut self.known {
            if !told.contains(id) {
                known.incidents.retain(|link| *link != incident);
            }
        }
        self.heard_of.insert(incident);
        self.absorb(problems);
    }

    /// Takes in every problem that may be seen; whatever is not among them is gone.
    pub fn absorb_all(&mut self, problems: Vec<Problem>) {
        let told: BTreeSet<ProblemId> = problems.iter().map(|problem| problem.id).collect();
        self.known.retain(|id, _| told.contains(id));
        self.is_loaded = true;
        self.absorb(problems);
    }

    /// Whether everything that may be seen has been told.
    pub fn is_loaded(&self) -> bool {
        self.is_loaded
    }

    /// Takes in problems, each unless a newer state of it is known.
    pub fn absorb(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            let known = self.known.get(&problem.id);
            if known.is_none_or(|known| known.version <= problem.version) {
                self.known.insert(problem.id, problem);
            }
        }
    }

    /// One problem.
    pub fn get(&self, id: ProblemId) -> Option<&Problem> {
        self.known.get(&id)
    }

    /// Every problem, the oldest reference first.
    pub fn all(&self) -> Vec<&Problem> {
        let mut all: Vec<&Problem> = self.known.values().collect();
        all.sort_by_key(|problem| problem.reference);
        all
    }

    /// Every problem, those that have still to be solved first, and of equals the newest.
    pub fn open_first(&self) -> Vec<&Problem> {
        let mut all = self.all();
        all.sort_by_key(|problem| (problem.status, Reverse(problem.reference)));
        all
    }

    /// The problems that an incident comes from; nothing where the server has not been asked.
    pub fn of(&self, incident: IncidentId) -> Option<Vec<Problem>> {
        let behind = |problem: &&Problem| problem.is_behind(incident);
        (self.is_loaded || self.heard_of.contains(&incident))
            .then(|| self.all().into_iter().filter(behind).cloned().collect())
    }

    /// Those of these incidents that come from another problem as well, as far as known.
    pub fn linked_elsewhere(
        &self,
        incidents: &BTreeSet<IncidentId>,
        problem: Option<ProblemId>,
    ) -> BTreeSet<IncidentId> {
        let others = self
            .known
            .values()
            .filter(|other| Some(other.id) != problem);
        others
            .flat_map(|other| other.incidents.iter().copied())
            .filter(|incident| incidents.contains(incident))
            .collect()
    }

    /// Forgets everything: the server went back in time, or what may be seen has changed.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Desk {
    /// Judge a command against a problem as it is seen, without giving it; `incidents` are those that
    /// come from it and those that the command names, as far as they may be seen.
    ///
    /// # Errors
    /// The refusal that giving it would meet.
    pub fn judge_on_problem(
        &self,
        problem: Option<&Problem>,
        command: &ProblemCommand,
        incidents: &[Incident],
        linked_elsewhere: &BTreeSet<IncidentId>,
        now: Instant,
    ) -> Result<(), Refusal> {
        let actor = self.actor_at(now);
        let context = Context {
            now,
            actor: &actor,
            command: CommandId(Uuid::nil()),
            // Only the server has one to give.
            reference: ProblemReference::new(0, 0),
            incidents,
            linked_elsewhere,
        };
        decide::decide(problem, command, &context).map(|_| ())
    }
}

/// Give a command about a problem, or one that raises a new one.
pub async fn give(
    http: &Http,
    id: CommandId,
    problem: Option<(ProblemId, u64)>,
    command: &ProblemCommand,
) -> OnProblem {
    until_known(|| http.carry_out_on_problem(id, problem, command)).await
}
