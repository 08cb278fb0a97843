//! The directory, and the handover of the desk.

use super::command::replayed;
use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, json};
use crate::api::route;
use crate::api::types::DirectoryAnswer;
use crate::domain::directory::Directory;
use crate::domain::rota::RotaCommand;
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::{Body, CommandKey};
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use axum::extract::State;
use std::sync::Arc;

/// Organisations, people, roles with their terms, contact points and the rota
#[utoipa::path(
    get, path = route::DIRECTORY, operation_id = "show_directory", tag = "directory",
    security(("token" = [])),
    responses((status = 200, description = "The directory", body = Directory), ReadProblems)
)]
pub(super) async fn show(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    principal.actor(&desk, desk.clock.now())?;
    Ok(json(desk.feed.directory().as_ref()))
}

/// Offer the desk to the next officer, or take it over
#[utoipa::path(
    post, path = route::DIRECTORY_COMMANDS, operation_id = "ask_directory", tag = "directory",
    params(("Idempotency-Key" = Uuid, Header, description = "The id of the command")),
    request_body = RotaCommand, security(("token" = [])),
    responses((status = 200, description = "Carried out", body = DirectoryAnswer), CommandProblems)
)]
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    Body(body): Body<RotaCommand>,
) -> Answer {
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::Rota { command, body },
    };
    match desk.ledger()?.ask(&desk, request).await? {
        Done::Directory(answer) => Ok(json(&answer)),
        Done::DirectoryReplayed(answer) => Ok(replayed(json(&answer))),
        other => Err(other.out_of_place()),
    }
}
