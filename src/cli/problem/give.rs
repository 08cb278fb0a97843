//! Giving commands about problems from the shell.
//!
//! They need a live server and are not kept on this machine: each is sent a few times under the same
//! id, and what came of it is told at once. A dry run asks the same rules, with the incidents that may
//! be seen.

use crate::cli::act::{self, How};
use crate::cli::connection::{self, Connection, Setting};
use crate::cli::outcome::{self, Line, Of};
use crate::cli::output::Exit;
use crate::client::outbox::WhyNot;
use crate::client::problems::OnProblem;
use crate::client::problems::{self, Problems};
use crate::domain::id::{CommandId, IncidentId, ProblemReference};
use crate::domain::incident::Incident;
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::refusal::Refusal;
use crate::steps::{Answers, ProblemStep};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is said of a problem that has no reference yet.
const NEW: &str = "new problem";

/// Raise a problem behind these incidents.
pub(super) fn raise(
    step: &ProblemStep,
    mut answers: Answers,
    incidents: &[String],
    how: &How,
) -> anyhow::Result<Exit> {
    let named = act::names(incidents)?;
    on_desk(how, async |desk| {
        let mut ids = Vec::new();
        for name in &named {
            match desk.incident(name).await {
                Ok(incident) => ids.push(incident.id.to_string()),
                Err(error) => {
                    return Ok(vec![Line::not_given(Of::Incident(name.clone()), &error)]);
                }
            };
        }
        step.name_incidents(&mut answers, ids);
        Ok(vec![desk.give(None, &step.command(&answers)?).await?])
    })
}

/// The same command on each problem.
pub(super) fn on_each(
    problems: &[String],
    how: &How,
    command: &ProblemCommand,
) -> anyhow::Result<Exit> {
    let named = act::names(problems)?;
    on_desk(how, async |desk| {
        let mut lines = Vec::new();
        for name in &named {
            lines.push(match desk.problem(name).await {
                Ok(problem) => desk.give(Some(&problem), command).await?,
                Err(error) => Line::not_given(Of::Problem(name.clone()), &error),
            });
        }
        Ok(lines)
    })
}

/// A command on one problem for each incident; the version moves on with each.
pub(super) fn on_links(
    step: &ProblemStep,
    answers: &Answers,
    problem: &str,
    incidents: &[String],
    how: &How,
) -> anyhow::Result<Exit> {
    let named = act::names(incidents)?;
    on_desk(how, async |desk| {
        let mut lines = Vec::new();
        for name in &named {
            let incident = match desk.incident(name).await {
                Ok(incident) => incident,
                Err(error) => {
                    lines.push(Line::not_given(Of::Incident(name.clone()), &error));
                    continue;
                }
            };
            let mut answers = answers.clone();
            step.name_incidents(&mut answers, vec![incident.id.to_string()]);
            let command = step.command(&answers)?;
            lines.push(match desk.problem(problem).await {
                Ok(problem) => desk.give(Some(&problem), &command).await?,
                Err(error) => Line::not_given(Of::Problem(problem.to_owned()), &error),
            });
        }
        Ok(lines)
    })
}

struct ProblemDesk<'a> {
    connection: &'a Connection,
    setting: Setting,
    is_dry_run: bool,
}

fn on_desk(
    how: &How,
    work: impl AsyncFnOnce(&ProblemDesk<'_>) -> anyhow::Result<Vec<Line>>,
) -> anyhow::Result<Exit> {
    let connection = how.server.connection()?;
    let lines = connection::wait_for(async {
        let desk = ProblemDesk {
            setting: connection.setting().await?,
            connection: &connection,
            is_dry_run: how.dry_run,
        };
        work(&desk).await
    })?;
    outcome::answer(&lines, how.format)
}

/// A mistyped reference is told before anybody is asked.
pub(super) fn check_name(name: &str) -> anyhow::Result<()> {
    if Uuid::try_parse(name).is_err() {
        name.parse::<ProblemReference>()?;
    }
    Ok(())
}

impl ProblemDesk<'_> {
    async fn incident(&self, name: &str) -> anyhow::Result<Incident> {
        act::named(self.connection, name).await
    }

    async fn problem(&self, name: &str) -> anyhow::Result<Problem> {
        check_name(name)?;
        Ok(self.connection.http.problem(name).await?.body)
    }

    async fn give(
        &self,
        problem: Option<&Problem>,
        command: &ProblemCommand,
    ) -> anyhow::Result<Line> {
        let name = problem.map_or_else(|| NEW.to_owned(), |known| known.reference.to_string());
        let of = Of::Problem(name);
        if self.is_dry_run {
            return Ok(match self.judge(problem, command).await? {
                Ok(()) => Line::possible(of),
                Err(refusal) => Line::refused(of, WhyNot::Refused { refusal }),
            });
        }
        let id = CommandId(Uuid::now_v7());
        let seen = problem.map(|problem| (problem.id, problem.version));
        let answer = problems::give(&self.connection.http, id, seen, command).await;
        Ok(match answer {
            OnProblem::Applied(answer) => Line::done_on_problem(&answer),
            OnProblem::Refused(refusal) => Line::refused(of, WhyNot::Refused { refusal }),
            OnProblem::Unknown => Line::unknown(of),
        })
    }

    async fn judge(
        &self,
        problem: Option<&Problem>,
        command: &ProblemCommand,
    ) -> anyhow::Result<Result<(), Refusal>> {
        let http = &self.connection.http;
        let named = command.incidents();
        let linked = problem.iter().flat_map(|problem| &problem.incidents);
        let around: BTreeSet<IncidentId> = linked.copied().chain(named.clone()).collect();
        let mut incidents = Vec::with_capacity(around.len());
        for id in around {
            incidents.push(http.incident(id).await?.body);
        }
        let mut known = Problems::default();
        for id in &named {
            let query = [("incident", id.to_string())];
            known.absorb(http.problems(&query, None).await?.body.problems);
        }
        let elsewhere = known.linked_elsewhere(&named, problem.map(|problem| problem.id));
        let desk = &self.setting.desk;
        let now = self.setting.now();
        Ok(desk.judge_on_problem(problem, command, &incidents, &elsewhere, now))
    }
}
