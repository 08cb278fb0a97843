//! Asking something of an incident, and asking later what came of it.

use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, json, json_with};
use crate::api::problem::Code;
use crate::api::route::{self, header};
use crate::api::types::{CommandAnswer, DirectoryAnswer, Recalled};
use crate::domain::command::Command;
use crate::domain::incident::Incident;
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::{Body, CommandKey, Named, NamedCommand, SeenVersion};
use crate::server::failure::Failure;
use crate::server::frame::set;
use crate::server::history;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use crate::server::store::Subject;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// Log an incident; the body is the command `log`
#[utoipa::path(
    post, path = route::INCIDENTS, operation_id = "log_incident", tag = "incidents",
    params(("Idempotency-Key" = Uuid, Header, description = "The id of the command, which becomes the id of the incident")),
    request_body = Command, security(("token" = [])),
    responses(
        (status = 201, description = "Logged", body = CommandAnswer,
            headers(("Location" = String, description = "The incident"), ("ETag" = String, description = "Its version, quoted"))),
        CommandProblems
    )
)]
pub(super) async fn log(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    Body(body): Body<Command>,
) -> Answer {
    if !matches!(body, Command::Log(_)) {
        let detail = "Only log makes a new incident; send the others to an incident's commands";
        return Err(Failure::invalid("/type", detail));
    }
    let ask = Ask::Incident {
        command,
        target: None,
        body,
        seen: None,
    };
    let mut response = carry_out(&desk, principal, ask).await?;
    *response.status_mut() = StatusCode::CREATED;
    set(
        response.headers_mut(),
        "location",
        &route::incident(command),
    );
    Ok(response)
}

/// Ask something of an incident
#[utoipa::path(
    post, path = route::INCIDENT_COMMANDS, operation_id = "ask_incident", tag = "incidents",
    params(
        ("id" = String, Path, description = "The id, or a reference such as INC-26-0423-K"),
        ("Idempotency-Key" = Uuid, Header, description = "The id of the command"),
        ("If-Match" = Option<String>, Header, description = "The version that was seen, quoted, such as \"17\"; required unless the command commutes")
    ),
    request_body = Command, security(("token" = [])),
    responses(
        (status = 200, description = "Carried out", body = CommandAnswer,
            headers(("ETag" = String, description = "The new version, quoted"), ("Idempotent-Replayed" = String, description = "true if it had been carried out before"))),
        CommandProblems
    )
)]
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Named(target): Named,
    CommandKey(command): CommandKey,
    SeenVersion(seen): SeenVersion,
    Body(body): Body<Command>,
) -> Answer {
    if matches!(body, Command::Log(_)) {
        let detail = "A new incident is logged at /v1/incidents, not under another one";
        return Err(Failure::invalid("/type", detail));
    }
    let ask = Ask::Incident {
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
        Done::Incident(answer) => Ok(answered(&answer)),
        Done::IncidentReplayed(answer) => Ok(replayed(answered(&answer))),
        other => Err(other.out_of_place()),
    }
}

fn answered(answer: &CommandAnswer) -> Response {
    json_with(answer, |headers| {
        set(headers, header::ETAG, &route::etag(answer.incident.version));
    })
}

/// Marks an answer as that of an earlier request.
pub(super) fn replayed(mut response: Response) -> Response {
    set(response.headers_mut(), header::IDEMPOTENT_REPLAYED, "true");
    response
}

/// What came of a command of one's own, any time later
#[utoipa::path(
    get, path = route::COMMAND, operation_id = "recall_command", tag = "incidents",
    params(("id" = Uuid, Path, description = "The id of the command")),
    security(("token" = [])),
    responses(
        (status = 200, description = "It was carried out", body = Recalled),
        ReadProblems
    )
)]
pub(super) async fn recall(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    NamedCommand(id): NamedCommand,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let stored = desk.store.command(id).await?;
    let stored = stored
        .filter(|stored| stored.person == actor.person)
        .ok_or_else(never_carried_out)?;
    let recalled = match stored.subject {
        Subject::Directory => {
            let receipt = desk.store.hash_of(stored.seq).await?;
            receipt.map(|receipt| {
                let entry = (stored.seq, receipt);
                let answer = DirectoryAnswer::applied(id, &desk.feed.directory(), entry);
                Recalled::Directory(Box::new(answer))
            })
        }
        Subject::Incident(incident) => {
            let past = desk.store.history(incident, stored.seq).await?;
            let directory = desk.feed.directory();
            let policy = desk.policy_with(&directory);
            let answer = history::recall(id, incident, &past, &actor, (&directory, &policy))?;
            answer.map(|answer| Recalled::Incident(Box::new(answer)))
        }
        Subject::Problem(problem) => {
            let past = desk.store.problem_history(problem, stored.seq).await?;
            let rows = desk.store.incidents_of(problem).await?;
            let incidents: Vec<Incident> = rows.into_iter().map(|row| row.incident).collect();
            let answer = history::recall_of_problem(id, problem, &past, &actor, &incidents)?;
            answer.map(|answer| Recalled::Problem(Box::new(answer)))
        }
    };
    Ok(json(&recalled.ok_or_else(never_carried_out)?))
}

fn never_carried_out() -> Failure {
    let detail = "No command of yours with this id has been carried out";
    Failure::new(Code::NotFound, detail)
}
