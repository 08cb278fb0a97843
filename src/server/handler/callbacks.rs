//! What carriers tell by themselves: GOV.UK Notify calls back with what became of a notification.
//!
//! Whoever calls shows the token of the settings; it is no token of the desk and opens nothing else. What
//! is told of an older attempt, or of what this desk never sent, is answered alike and changes nothing.

use super::Answer;
use super::docs::CallbackProblems;
use crate::api::problem::Code;
use crate::api::route;
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
        let shown = parts.headers.get(AUTHORIZATION);
        let token = shown
            .and_then(|shown| shown.to_str().ok())
            .and_then(|shown| shown.strip_prefix("Bearer "));
        if token.is_some_and(|token| desk.carriers.is_callback_token(token)) {
            return Ok(Self);
        }
        let address = network::address(parts, desk.limits.addresses);
        desk.admit(desk.limiter.sign_in(address))?;
        Err(Failure::not_signed_in())
    }
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
