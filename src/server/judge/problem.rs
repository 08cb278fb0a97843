//! A command about a problem: judged with the incidents that come from it, and written with its entry.
//! And the problem that a major incident raises by itself (WSIC-CALL).

use super::{Bench, Done, Verdict, fingerprint};
use crate::api::problem::{Code, Outcome};
use crate::api::types::ProblemAnswer;
use crate::domain::calendar;
use crate::domain::event::{Entry, Event};
use crate::domain::id::{CommandId, IncidentId, ProblemId, ProblemReference};
use crate::domain::incident::Incident;
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::problem::decide::{self, Context};
use crate::domain::problem::event::{self, ProblemEntry};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::server::audit::Record;
use crate::server::failure::{Current, Failure};
use crate::server::history;
use crate::server::ledger::ProblemTarget;
use crate::server::projection;
use crate::server::store::{StoreError, StoredCommand, Subject};
use chrono::Datelike;
use std::collections::BTreeSet;
use std::panic;

/// A command about a problem, as it arrived.
pub(super) struct AskedOfProblem<'a> {
    pub(super) id: CommandId,
    pub(super) target: Option<ProblemTarget>,
    pub(super) command: &'a ProblemCommand,
    pub(super) seen: Option<u64>,
}

impl AskedOfProblem<'_> {
    /// Of the command and the problem that it is about, which a raising has not got yet.
    fn fingerprint(&self, problem: Option<ProblemId>) -> Result<String, StoreError> {
        fingerprint(problem.filter(|_| self.target.is_some()), self.command)
    }
}

impl Bench<'_> {
    pub(super) async fn problem(
        &mut self,
        asked: &AskedOfProblem<'_>,
    ) -> Result<Verdict, StoreError> {
        let found = self.find_problem(asked.target).await?;
        let id = found.as_ref().map(|problem| problem.id);
        let incidents = self.incidents_around(found.as_ref(), asked.command).await?;
        let seen = found
            .as_ref()
            .and_then(|problem| problem.seen_by(&self.actor, &incidents));
        let stored = self.writing.command(asked.id).await?;
        let is_own = stored
            .as_ref()
            .is_some_and(|stored| stored.person == self.actor.person);
        // As with incidents: nobody learns here what is out of their sight, and no author loses an
        // answer.
        if asked.target.is_some() && !is_own && seen.is_none() {
            self.deny_of_problem(asked, id).await?;
            return Ok(Err(Failure::no_such_problem()));
        }
        if let Some(stored) = stored {
            let fingerprint = asked.fingerprint(id)?;
            return self.replay(asked.id, &fingerprint, stored).await;
        }
        if let Err(failure) = check_version(asked, seen) {
            return Ok(Err(failure));
        }
        self.decide_on_problem(asked, found, &incidents).await
    }

    async fn find_problem(
        &mut self,
        target: Option<ProblemTarget>,
    ) -> Result<Option<Problem>, StoreError> {
        let row = match target {
            None => None,
            Some(ProblemTarget::Id(id)) => self.writing.problem(id).await?,
            Some(ProblemTarget::Reference(reference)) => {
                self.writing.problem_by_reference(reference).await?
            }
        };
        Ok(row.map(|row| row.problem))
    }

    /// The incidents that come from the problem, and those that the command names.
    async fn incidents_around(
        &mut self,
        problem: Option<&Problem>,
        command: &ProblemCommand,
    ) -> Result<Vec<Incident>, StoreError> {
        let mut incidents = Vec::new();
        if let Some(problem) = problem {
            let rows = self.writing.incidents_of(problem.id).await?;
            incidents.extend(rows.into_iter().map(|row| row.incident));
        }
        let linked: BTreeSet<IncidentId> = incidents.iter().map(|incident| incident.id).collect();
        for id in command.incidents().difference(&linked) {
            let row = self.writing.incident(*id).await?;
            incidents.extend(row.map(|row| row.incident));
        }
        Ok(incidents)
    }

    async fn decide_on_problem(
        &mut self,
        asked: &AskedOfProblem<'_>,
        found: Option<Problem>,
        incidents: &[Incident],
    ) -> Result<Verdict, StoreError> {
        let id = found
            .as_ref()
            .map_or(ProblemId::from(asked.id), |problem| problem.id);
        let linked_elsewhere = self.linked_elsewhere(id, asked.command).await?;
        let reference = self.next_problem_reference().await?;
        let context = Context {
            now: self.now,
            actor: &self.actor,
            command: asked.id,
            reference,
            incidents,
            linked_elsewhere: &linked_elsewhere,
        };
        // A mistake in a rule must cost one answer, not the ledger.
        let judged =
            panic::catch_unwind(|| decide::carry_out(found.as_ref(), id, asked.command, &context));
        match judged {
            Err(_) => Ok(Err(Failure::internal("a rule panicked"))),
            Ok(Err(refusal)) => {
                self.problem_refused(asked, found.map(|problem| problem.id), refusal)
                    .await
            }
            Ok(Ok((problem, entry))) => {
                if found.is_none() {
                    self.take_problem_reference().await?;
                }
                let answer = self
                    .write_problem(asked, &problem, entry, incidents)
                    .await?;
                Ok(Ok(Done::Problem(Box::new(answer))))
            }
        }
    }

    /// The incidents named by the command that come from another problem as well.
    async fn linked_elsewhere(
        &mut self,
        problem: ProblemId,
        command: &ProblemCommand,
    ) -> Result<BTreeSet<IncidentId>, StoreError> {
        let mut elsewhere = BTreeSet::new();
        for incident in command.incidents() {
            let behind = self.writing.problems_of(incident).await?;
            if behind.iter().any(|other| other.id != problem) {
                elsewhere.insert(incident);
            }
        }
        Ok(elsewhere)
    }

    fn this_year(&self) -> i32 {
        calendar::local(self.now).year()
    }

    async fn next_problem_reference(&mut self) -> Result<ProblemReference, StoreError> {
        let year = self.this_year();
        let counter = self.writing.next_problem_counter(year).await?;
        Ok(ProblemReference::new(year, counter))
    }

    async fn take_problem_reference(&mut self) -> Result<(), StoreError> {
        self.writing.take_problem_counter(self.this_year()).await
    }

    async fn problem_refused(
        &mut self,
        asked: &AskedOfProblem<'_>,
        problem: Option<ProblemId>,
        refusal: Refusal,
    ) -> Result<Verdict, StoreError> {
        if refusal.kind == RefusalKind::NotAllowed {
            self.deny_of_problem(asked, problem).await?;
        }
        Ok(Err(refusal.into()))
    }

    async fn deny_of_problem(
        &mut self,
        asked: &AskedOfProblem<'_>,
        problem: Option<ProblemId>,
    ) -> Result<(), StoreError> {
        let denied = Record::Denied {
            at: self.now,
            person: self.actor.person.clone(),
            command: asked.id,
            asked: asked.command.name().to_owned(),
            incident: None,
            problem,
        };
        self.writing.append(&denied)?;
        Ok(())
    }

    async fn write_problem(
        &mut self,
        asked: &AskedOfProblem<'_>,
        problem: &Problem,
        entry: ProblemEntry,
        incidents: &[Incident],
    ) -> Result<ProblemAnswer, StoreError> {
        let fingerprint = asked.fingerprint(Some(problem.id))?;
        let record = Record::Problem {
            problem: problem.id,
            entry,
            fingerprint: Some(fingerprint.clone()),
        };
        self.writing.append(&record)?;
        let seq = self.writing.put_problem(problem).await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Problem(problem.id),
            seq,
        };
        self.writing.remember(asked.id, &stored)?;
        Ok(ProblemAnswer {
            command: asked.id,
            outcome: Outcome::Applied,
            problem: projection::problem_seen_by_author(&self.actor, problem, incidents),
            seq,
            receipt: self.writing.head().hash.clone(),
        })
    }

    /// What a command about a problem answered before: the problem as it left it.
    pub(super) async fn replay_of_problem(
        &mut self,
        command: CommandId,
        id: ProblemId,
        seq: u64,
    ) -> Result<Verdict, StoreError> {
        let past = self.writing.problem_history(id, seq).await?;
        let rows = self.writing.incidents_of(id).await?;
        let incidents: Vec<Incident> = rows.into_iter().map(|row| row.incident).collect();
        let answer = history::recall_of_problem(command, id, &past, &self.actor, &incidents)?;
        Ok(answer.map_or_else(
            || Err(Failure::no_such_problem()),
            |answer| Ok(Done::ProblemReplayed(Box::new(answer))),
        ))
    }

    /// The problem that declaring a major incident raises by itself, under the same command. Its entry
    /// comes before those of the incident, so that the command ends with what it is about.
    pub(super) async fn raise_problem(
        &mut self,
        incident: &Incident,
        entries: &[Entry],
        known: Option<&[Problem]>,
    ) -> Result<(), StoreError> {
        let is_declaration = |entry: &&Entry| matches!(entry.event, Event::MajorDeclared { .. });
        let (Some(declaration), Some(known)) = (entries.iter().find(is_declaration), known) else {
            return Ok(());
        };
        let reference = self.next_problem_reference().await?;
        let raised = decide::raised_by(declaration, incident.id, known, reference);
        let Some(entry) = raised else { return Ok(()) };
        let id = ProblemId::from(entry.command);
        let Some(problem) = event::fold(id, [&entry]) else {
            return Ok(());
        };
        self.take_problem_reference().await?;
        let record = Record::Problem {
            problem: id,
            entry,
            fingerprint: None,
        };
        self.writing.append(&record)?;
        self.writing.put_problem(&problem).await?;
        Ok(())
    }
}

fn check_version(asked: &AskedOfProblem<'_>, found: Option<Problem>) -> Result<(), Failure> {
    let Some(problem) = found else {
        return Ok(());
    };
    match asked.seen {
        Some(seen) if asked.command.commutes() || seen == problem.version => Ok(()),
        Some(seen) => Err(Failure::version_changed(
            seen,
            Current::Problem(Box::new(problem)),
        )),
        None if asked.command.commutes() => Ok(()),
        None => Err(Failure::new(
            Code::VersionMissing,
            "Say in If-Match which version of the problem you have seen",
        )),
    }
}
