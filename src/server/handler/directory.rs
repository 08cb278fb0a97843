//! The directory, and asking something of it.

use super::command::replayed;
use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, json_with};
use crate::api::route::{self, header};
use crate::api::types::DirectoryAnswer;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::{Body, CommandKey, SeenVersion};
use crate::server::frame::set;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// Organisations, people, roles with their terms, contact points, the rota, agreements and policies
#[utoipa::path(
    get, path = route::DIRECTORY, operation_id = "show_directory", tag = "directory",
    security(("token" = [])),
    responses(
        (status = 200, description = "The directory", body = Directory,
            headers(("ETag" = String, description = "The version, quoted: If-Match of a command"))),
        ReadProblems
    )
)]
pub(super) async fn show(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    principal.actor(&desk, desk.clock.now())?;
    let directory = desk.feed.directory();
    Ok(json_with(directory.as_ref(), |headers| {
        set(headers, header::ETAG, &route::etag(directory.version));
    }))
}

/// Appoint, plan, swap, hand over, and keep contact points and registers
#[utoipa::path(
    post, path = route::DIRECTORY_COMMANDS, operation_id = "ask_directory", tag = "directory",
    params(
        ("Idempotency-Key" = Uuid, Header, description = "The id of the command"),
        ("If-Match" = Option<String>, Header, description = "The version of the directory that was seen, quoted, such as \"17\"; required where a command writes over what may have changed")
    ),
    request_body = DirectoryCommand, security(("token" = [])),
    responses(
        (status = 200, description = "Carried out", body = DirectoryAnswer,
            headers(("ETag" = String, description = "The new version, quoted"), ("Idempotent-Replayed" = String, description = "true if it had been carried out before"))),
        CommandProblems
    )
)]
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    SeenVersion(seen): SeenVersion,
    Body(body): Body<DirectoryCommand>,
) -> Answer {
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::Directory {
            command,
            body,
            seen,
        },
    };
    match desk.ledger()?.ask(&desk, request).await? {
        Done::Directory(answer) => Ok(answered(&answer)),
        Done::DirectoryReplayed(answer) => Ok(replayed(answered(&answer))),
        other => Err(other.out_of_place()),
    }
}

fn answered(answer: &DirectoryAnswer) -> Response {
    json_with(answer, |headers| {
        set(
            headers,
            header::ETAG,
            &route::etag(answer.directory.version),
        );
    })
}
