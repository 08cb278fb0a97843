//! Problems: pages, one, what became true of one, and asking something of one.
//!
//! A problem is seen by whoever may see one of the incidents that come from it, with the links to
//! those.

use super::command::replayed;
use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, incidents, json, json_with};
use crate::api::problem::Code;
use crate::api::route::{self, header};
use crate::api::types::{ProblemAnswer, ProblemPage, ProblemTimeline, ProblemTimelineEntry};
use crate::domain::directory::Actor;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::permission;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::problem::event::ProblemEntry;
use crate::domain::problem::{Problem, ProblemStatus};
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::{self, Asked, Body, CommandKey, NamedProblem, SeenVersion};
use crate::server::failure::Failure;
use crate::server::frame::set;
use crate::server::history;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, ProblemTarget, Request};
use crate::server::store::{ProblemQuery, ProblemRow, Row, StoreError};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::IntoParams;

/// The most problems on a page.
const LARGEST_PAGE: u32 = 200;

/// How many problems a page has if nobody says otherwise.
const USUAL_PAGE: u32 = 50;

/// Which problems.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How far the problem has come
    status: Option<ProblemStatus>,
    /// The id or the reference of an incident that comes from it
    incident: Option<String>,
    /// How many at most; a page may hold fewer and still have a `next`
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before
    cursor: Option<u64>,
}

/// One page of the problems that the person may see, the newest change first
#[utoipa::path(
    get, path = route::PROBLEMS, operation_id = "list_problems", tag = "problems",
    params(ListQuery), security(("token" = [])),
    responses((status = 200, description = "A page", body = ProblemPage), ReadProblems)
)]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Asked(query): Asked<ListQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let query = store_query(&desk, &actor, query).await?;
    let rows = desk.store.problems(&query).await?;
    let next = match rows.last() {
        Some(last) if rows.len() == query.limit as usize => Some(last.changed_seq.to_string()),
        Some(_) | None => None,
    };
    Ok(json(&ProblemPage {
        problems: seen(&desk, &actor, rows).await?,
        next,
        server_time: desk.clock.now(),
    }))
}

async fn store_query(
    desk: &Desk,
    actor: &Actor,
    query: ListQuery,
) -> Result<ProblemQuery, Failure> {
    let limit = query.limit.unwrap_or(USUAL_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        let detail = format!("limit lies between 1 and {LARGEST_PAGE}");
        return Err(Failure::new(Code::BadRequest, detail));
    }
    let incident = match query.incident {
        None => None,
        Some(text) => {
            let target = extract::incident(&text)?;
            Some(incidents::find(desk, actor, target).await?.2.id)
        }
    };
    Ok(ProblemQuery {
        status: query.status,
        incident,
        after: query.cursor.map(|seq| seq.min(i64::MAX as u64)),
        limit,
    })
}

/// Of these problems those that the actor may see, as they may see them.
async fn seen(
    desk: &Desk,
    actor: &Actor,
    rows: Vec<ProblemRow>,
) -> Result<Vec<Problem>, StoreError> {
    if permission::sees_everything(actor) {
        return Ok(rows.into_iter().map(|row| row.problem).collect());
    }
    let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else {
        return Ok(Vec::new());
    };
    let between = (oldest.changed_seq, newest.changed_seq);
    let mut behind = desk.store.incidents_of_problems(between).await?;
    let seen = rows.into_iter().filter_map(|row| {
        let incidents = bare(behind.remove(&row.problem.id)?);
        row.problem.seen_by(actor, &incidents)
    });
    Ok(seen.collect())
}

fn bare(rows: Vec<Row>) -> Vec<Incident> {
    rows.into_iter().map(|row| row.incident).collect()
}

/// One problem, by id or by reference
#[utoipa::path(
    get, path = route::PROBLEM, operation_id = "show_problem", tag = "problems",
    params(("id" = String, Path, description = "The id, or a reference such as PRB-26-0423-K")),
    security(("token" = [])),
    responses(
        (status = 200, description = "The problem", body = Problem,
            headers(("ETag" = String, description = "The version, quoted: If-Match of a command"))),
        ReadProblems
    )
)]
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    NamedProblem(target): NamedProblem,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let problem = find(&desk, &actor, target).await?;
    Ok(json_with(&problem, |headers| {
        set(headers, header::ETAG, &route::etag(problem.version));
    }))
}

async fn find(desk: &Desk, actor: &Actor, target: ProblemTarget) -> Result<Problem, Failure> {
    let row = match target {
        ProblemTarget::Id(id) => desk.store.problem(id).await?,
        ProblemTarget::Reference(reference) => desk.store.problem_by_reference(reference).await?,
    };
    let problem = row.ok_or_else(Failure::no_such_problem)?.problem;
    let incidents = bare(desk.store.incidents_of(problem.id).await?);
    problem
        .seen_by(actor, &incidents)
        .ok_or_else(Failure::no_such_problem)
}

/// What became true of a problem, oldest first
#[utoipa::path(
    get, path = route::PROBLEM_TIMELINE, operation_id = "show_problem_timeline", tag = "problems",
    params(("id" = String, Path, description = "The id, or a reference such as PRB-26-0423-K")),
    security(("token" = [])),
    responses((status = 200, description = "All of it", body = ProblemTimeline), ReadProblems)
)]
pub(super) async fn timeline(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    NamedProblem(target): NamedProblem,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let problem = find(&desk, &actor, target).await?;
    let until = i64::MAX as u64;
    let sealed = desk.store.problem_history(problem.id, until).await?;
    let told = history::problem_entries(&sealed)?;
    let visible = visible(&desk, &actor, &told).await?;
    let entries = sealed.into_iter().zip(told).filter_map(|(sealed, entry)| {
        let event = entry.event.told_of(&visible)?;
        Some(ProblemTimelineEntry {
            seq: sealed.seq,
            hash: sealed.hash,
            entry: ProblemEntry { event, ..entry },
        })
    });
    Ok(json(&ProblemTimeline {
        entries: entries.collect(),
    }))
}

/// Of the incidents that entries name, also of those that are linked no longer, the ones that the
/// actor may see.
async fn visible(
    desk: &Desk,
    actor: &Actor,
    entries: &[ProblemEntry],
) -> Result<BTreeSet<IncidentId>, StoreError> {
    let named: BTreeSet<IncidentId> = entries
        .iter()
        .flat_map(|entry| entry.event.incidents().iter().copied())
        .collect();
    let mut visible = BTreeSet::new();
    for id in named {
        let row = desk.store.incident(id).await?;
        if row.is_some_and(|row| permission::may_see(actor, &row.incident)) {
            visible.insert(id);
        }
    }
    Ok(visible)
}

/// Raise a problem; the body is the command `raise`
#[utoipa::path(
    post, path = route::PROBLEMS, operation_id = "raise_problem", tag = "problems",
    params(("Idempotency-Key" = Uuid, Header, description = "The id of the command, which becomes the id of the problem")),
    request_body = ProblemCommand, security(("token" = [])),
    responses(
        (status = 201, description = "Raised", body = ProblemAnswer,
            headers(("Location" = String, description = "The problem"), ("ETag" = String, description = "Its version, quoted"))),
        CommandProblems
    )
)]
pub(super) async fn raise(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    Body(body): Body<ProblemCommand>,
) -> Answer {
    if !matches!(body, ProblemCommand::Raise { .. }) {
        let detail = "Only raise makes a new problem; send the others to a problem's commands";
        return Err(Failure::invalid("/type", detail));
    }
    let ask = Ask::Problem {
        command,
        target: None,
        body,
        seen: None,
    };
    let mut response = carry_out(&desk, principal, ask).await?;
    *response.status_mut() = StatusCode::CREATED;
    set(response.headers_mut(), "location", &route::problem(command));
    Ok(response)
}

/// Ask something of a problem
#[utoipa::path(
    post, path = route::PROBLEM_COMMANDS, operation_id = "ask_problem", tag = "problems",
    params(
        ("id" = String, Path, description = "The id, or a reference such as PRB-26-0423-K"),
        ("Idempotency-Key" = Uuid, Header, description = "The id of the command"),
        ("If-Match" = Option<String>, Header, description = "The version that was seen, quoted, such as \"17\"; required unless the command is link_incident")
    ),
    request_body = ProblemCommand, security(("token" = [])),
    responses(
        (status = 200, description = "Carried out", body = ProblemAnswer,
            headers(("ETag" = String, description = "The new version, quoted"), ("Idempotent-Replayed" = String, description = "true if it had been carried out before"))),
        CommandProblems
    )
)]
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    NamedProblem(target): NamedProblem,
    CommandKey(command): CommandKey,
    SeenVersion(seen): SeenVersion,
    Body(body): Body<ProblemCommand>,
) -> Answer {
    if matches!(body, ProblemCommand::Raise { .. }) {
        let detail = "A new problem is raised at /v1/problems, not under another one";
        return Err(Failure::invalid("/type", detail));
    }
    let ask = Ask::Problem {
        command,
        target: Some(target),
        body,
        seen,
    };
    carry_out(&desk, principal, ask).await
}

async fn carry_out(desk: &Desk, principal: Principal, ask: Ask) -> Answer {
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask,
    };
    match desk.ledger()?.ask(desk, request).await? {
        Done::Problem(answer) => Ok(answered(&answer)),
        Done::ProblemReplayed(answer) => Ok(replayed(answered(&answer))),
        other => Err(other.out_of_place()),
    }
}

fn answered(answer: &ProblemAnswer) -> Response {
    json_with(answer, |headers| {
        set(headers, header::ETAG, &route::etag(answer.problem.version));
    })
}
