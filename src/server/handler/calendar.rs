//! The calendar of bank holidays, and importing more of it.

use super::command::replayed;
use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, json};
use crate::api::route;
use crate::api::types::{CalendarAnswer, DirectoryAnswer};
use crate::domain::holidays::HolidayCommand;
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::{Body, CommandKey};
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use axum::extract::State;
use std::sync::Arc;

/// The calendar in force, and the import that waits for approval
#[utoipa::path(
    get, path = route::CALENDAR, operation_id = "show_calendar", tag = "desk",
    security(("token" = [])),
    responses((status = 200, description = "The calendar", body = CalendarAnswer), ReadProblems)
)]
pub(super) async fn show(State(desk): State<Arc<Desk>>, _: Principal) -> Answer {
    let directory = desk.feed.directory();
    Ok(json(&CalendarAnswer {
        calendar: desk.policy_with(&directory).calendar.clone(),
        waiting: directory.holidays.waiting.clone(),
    }))
}

/// Import bank holidays, or approve or reject an import
#[utoipa::path(
    post, path = route::CALENDAR_COMMANDS, operation_id = "ask_calendar", tag = "desk",
    params(("Idempotency-Key" = Uuid, Header, description = "The id of the command")),
    request_body = HolidayCommand, security(("token" = [])),
    responses((status = 200, description = "Carried out", body = DirectoryAnswer), CommandProblems)
)]
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    Body(body): Body<HolidayCommand>,
) -> Answer {
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::Holidays { command, body },
    };
    match desk.ledger()?.ask(&desk, request).await? {
        Done::Directory(answer) => Ok(json(&answer)),
        Done::DirectoryReplayed(answer) => Ok(replayed(json(&answer))),
        other => Err(other.out_of_place()),
    }
}
