//! The desk itself: its numbers, whoever asks, and whether it runs.

use super::docs::ReadProblems;
use super::{Answer, json};
use crate::api::route;
use crate::api::types::Me;
use crate::domain::policy::Policy;
use crate::domain::rota::{self, Tier};
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::failure::Failure;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The numbers of the procedures, with the bank holidays
#[utoipa::path(
    get, path = route::POLICY, operation_id = "show_policy", tag = "desk",
    security(("token" = [])),
    responses((status = 200, description = "The policy", body = Policy), ReadProblems)
)]
pub(super) async fn policy(State(desk): State<Arc<Desk>>, _: Principal) -> Answer {
    Ok(json(desk.policy_with(&desk.feed.directory()).as_ref()))
}

/// Whoever asks, with the roles held now
#[utoipa::path(
    get, path = route::ME, operation_id = "show_me", tag = "desk",
    security(("token" = [])),
    responses((status = 200, description = "The person", body = Me), ReadProblems)
)]
pub(super) async fn me(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    let now = desk.clock.now();
    let actor = principal.actor(&desk, now)?;
    let directory = desk.feed.directory();
    let person = directory
        .person(&actor.person)
        .ok_or_else(Failure::not_signed_in)?;
    let is_on_call = |tier: &Tier| {
        rota::on_call(&directory.shifts, *tier, now)
            .is_some_and(|shift| shift.person == actor.person)
    };
    Ok(json(&Me {
        person: person.clone(),
        organisation: directory.organisation(&person.organisation).cloned(),
        on_call: Tier::ALL.into_iter().filter(is_on_call).collect(),
        roles: actor.roles,
        session_ends_at: principal.ends_at,
    }))
}

/// Sign out: the token is worth nothing from now on
#[utoipa::path(
    delete, path = route::SESSION, operation_id = "sign_out", tag = "desk",
    security(("token" = [])),
    responses((status = 204, description = "Signed out"), ReadProblems)
)]
pub(super) async fn sign_out(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::SignOut,
    };
    match desk.ledger()?.ask(&desk, request).await? {
        Done::SignedOut => Ok(StatusCode::NO_CONTENT.into_response()),
        other => Err(other.out_of_place()),
    }
}

/// Whether the process lives
#[utoipa::path(
    get, path = route::HEALTHZ, operation_id = "healthz", tag = "operation",
    responses((status = 200, description = "It lives", body = String, content_type = "text/plain"))
)]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether the desk can serve: the last commit succeeded, the database answers, alarms are looked after,
/// nothing is shutting down
#[utoipa::path(
    get, path = route::READYZ, operation_id = "readyz", tag = "operation",
    responses(
        (status = 200, description = "It can", body = String, content_type = "text/plain"),
        (status = 503, description = "Not now", body = crate::api::problem::Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn readyz(State(desk): State<Arc<Desk>>) -> Answer {
    if desk.closing.is_cancelled() {
        return Err(Failure::unavailable("shutting down"));
    }
    if desk.ledger()?.is_closed() {
        return Err(Failure::unavailable("the ledger has ended"));
    }
    if let Some(failing_for) = desk.store.commits().failing_for() {
        return Err(Failure::unavailable(format!(
            "nothing could be committed for {} s",
            failing_for.as_secs()
        )));
    }
    if desk.is_damaged.load(Ordering::Relaxed) {
        return Err(Failure::unavailable("the database file is damaged"));
    }
    desk.hears()?;
    if let Some(ahead) = desk.clock_is_apart() {
        return Err(Failure::unavailable(format!(
            "this machine's clock is {} s ahead of the database's",
            ahead.num_seconds()
        )));
    }
    desk.store.head().await?;
    if desk.heartbeat.silent_since().is_some() {
        return Err(Failure::unavailable("the engine of the alarms is silent"));
    }
    Ok("ok\n".into_response())
}

/// Figures for Prometheus
#[utoipa::path(
    get, path = route::METRICS, operation_id = "metrics", tag = "operation",
    responses((status = 200, description = "The figures", body = String, content_type = "application/openmetrics-text"))
)]
pub(super) async fn metrics(State(desk): State<Arc<Desk>>) -> Answer {
    let page = desk
        .metrics
        .text(&desk.store, desk.feed.head().seq)
        .map_err(|error| Failure::internal(error.to_string()))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, kind)], page).into_response())
}
