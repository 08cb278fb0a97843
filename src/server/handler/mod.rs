//! One function a route: take what was asked, ask the one who knows, answer.
//!
//! No rule and no right is decided here; both are asked for.

mod ack;
mod alarms;
mod audit;
mod calendar;
mod callbacks;
mod case_file;
mod changes;
mod command;
mod deliveries;
mod desk;
mod directory;
mod docs;
mod incidents;
mod intake;
mod problems;
mod reports;
mod retention;
mod search;
mod tagged;

use super::failure::Failure;
use super::{Desk, frame};
use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longer than any poll may wait and any commit may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// Every route of the desk, described and served by the same functions.
pub(super) fn router(desk: Arc<Desk>) -> axum::Router {
    let (router, openapi) = described().split_for_parts();
    router
        .merge(docs::serve(openapi))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(frame::panicked))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            ANSWER_WITHIN,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&desk),
            frame::frame,
        ))
        .layer(CompressionLayer::new())
        .with_state(desk)
}

fn described() -> OpenApiRouter<Arc<Desk>> {
    OpenApiRouter::with_openapi(docs::head())
        .routes(routes!(incidents::list, command::log))
        .routes(routes!(incidents::show))
        .routes(routes!(command::ask))
        .routes(routes!(incidents::timeline))
        .routes(routes!(case_file::show))
        .routes(routes!(incidents::readings_of))
        .routes(routes!(command::recall))
        .routes(routes!(search::search))
        .routes(routes!(changes::poll))
        .routes(routes!(intake::alertmanager))
        .routes(routes!(intake::events))
        .routes(routes!(intake::cloudevents))
        .routes(routes!(problems::list, problems::raise))
        .routes(routes!(problems::show))
        .routes(routes!(problems::ask))
        .routes(routes!(problems::timeline))
        .routes(routes!(directory::show))
        .routes(routes!(directory::ask))
        .routes(routes!(reports::show))
        .routes(routes!(reports::freeze))
        .routes(routes!(reports::list))
        .routes(routes!(reports::show_frozen))
        .routes(routes!(retention::list, retention::ask))
        .routes(routes!(retention::show))
        .routes(routes!(alarms::list))
        .routes(routes!(alarms::coming))
        .routes(routes!(alarms::receive))
        .routes(routes!(deliveries::list, deliveries::test))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::services))
        .routes(routes!(callbacks::govuk_notify))
        .routes(routes!(callbacks::mail_status))
        .routes(routes!(ack::show, ack::acknowledge))
        .routes(routes!(desk::policy))
        .routes(routes!(calendar::show))
        .routes(routes!(calendar::ask))
        .routes(routes!(desk::me))
        .routes(routes!(desk::sign_out))
        .routes(routes!(audit::checkpoint))
        .routes(routes!(audit::entries))
        .routes(routes!(desk::healthz))
        .routes(routes!(desk::readyz))
        .routes(routes!(desk::metrics))
}

/// What a handler comes to.
type Answer = Result<Response, Failure>;

/// A body as JSON.
fn json(body: &impl Serialize) -> Response {
    Json(body).into_response()
}

/// A body as JSON, with headers set on it.
fn json_with(body: &impl Serialize, set: impl FnOnce(&mut HeaderMap)) -> Response {
    let mut response = json(body);
    set(response.headers_mut());
    response
}
