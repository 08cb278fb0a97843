//! What carriers tell by themselves: GOV.UK Notify calls back with what became of a notification, and
//! `nightdesk bounce` with what came back to a mail server.
//!
//! Whoever calls shows the token of the settings; it is no token of the desk and opens nothing else. What
//! is told of an older attempt, or of what this desk never sent, is answered alike and changes nothing.

use super::Answer;
use super::docs::CallbackProblems;
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::MailStatus;
use crate::server::deliver::{self, Notification};
use crate::server::extract::Body;
use crate::server::failure::Failure;
use crate::server::{Desk, network};
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use std::sync::Arc;

/// GOV.UK Notify, which has shown the token that was agreed with it.
pub(super) struct FromNotify;

impl FromRequestParts<Arc<Desk>> for FromNotify {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Failure> {
        shown(parts, desk, |token| desk.carriers.is_callback_token(token)).map(|()| Self)
    }
}

/// Whoever tells what came back to a mail server, and has shown the token that was agreed for it.
pub(super) struct FromMailServer;

impl FromRequestParts<Arc<Desk>> for FromMailServer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Failure> {
        shown(parts, desk, |token| desk.carriers.is_bounce_token(token)).map(|()| Self)
    }
}

/// Lets nobody in who does not show a token that is this one; guessing is limited.
fn shown(parts: &Parts, desk: &Desk, is_agreed: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let shown = parts.headers.get(AUTHORIZATION);
    let token = shown
        .and_then(|shown| shown.to_str().ok())
        .and_then(|shown| shown.strip_prefix("Bearer "));
    if token.is_some_and(is_agreed) {
        return Ok(());
    }
    let address = network::address(parts, desk.limits.addresses);
    desk.admit(desk.limiter.sign_in(address))?;
    Err(Failure::not_signed_in())
}

/// What became of a notification, as GOV.UK Notify tells it
#[utoipa::path(
    post, path = route::GOVUK_NOTIFY, operation_id = "take_govuk_notify_callback", tag = "deliveries",
    request_body = Notification, security(("govuk_notify" = [])),
    responses((status = 204, description = "Taken in"), CallbackProblems)
)]
pub(super) async fn govuk_notify(
    State(desk): State<Arc<Desk>>,
    _: FromNotify,
    Body(told): Body<Notification>,
) -> Answer {
    if told.id.is_empty() {
        let detail = "A notification has an id";
        return Err(Failure::new(Code::BadRequest, detail));
    }
    deliver::take_in(&desk, &told).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// More than `nightdesk bounce` ever tells, in characters.
const LONGEST_WHY: usize = 500;

/// What became of an e-mail, as a mail server told later
#[utoipa::path(
    post, path = route::MAIL_STATUS, operation_id = "take_mail_status", tag = "deliveries",
    request_body = MailStatus, security(("mail_status" = [])),
    responses((status = 204, description = "Taken in"), CallbackProblems)
)]
pub(super) async fn mail_status(
    State(desk): State<Arc<Desk>>,
    _: FromMailServer,
    Body(told): Body<MailStatus>,
) -> Answer {
    let is_long = told
        .report
        .why()
        .is_some_and(|why| why.chars().count() > LONGEST_WHY);
    if told.attempt == 0 || is_long {
        let detail = "An attempt is counted from 1, and why has at most 500 characters";
        return Err(Failure::new(Code::BadRequest, detail));
    }
    if deliver::take_in_status(&desk, &told).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Failure::unavailable(
            "the message is still being handed over",
        ))
    }
}
