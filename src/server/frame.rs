//! What goes round every request: its id, the server's time, one line in the log, and the shape of
//! every problem.
//!
//! The log holds no address, no text and no token: which route, which status, how long.

use super::Desk;
use super::auth::{self, PREFIX};
use super::failure::Failure;
use crate::api::problem::{Code, MEDIA_TYPE};
use crate::api::route::header::{
    ALARM_ENGINE_SILENT_SINCE, CORRELATION_ID, DATABASE_DAMAGED, NOTHING_SAVED_SINCE, REQUEST_ID,
    SERVER_TIME,
};
use crate::domain::Instant;
use crate::now::Stopwatch;
use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// How often an address may be percent-encoded over; nothing honest comes near it.
const ENCODED_OVER: u32 = 5;

/// Wraps a request and its answer.
pub(crate) async fn frame(
    State(desk): State<Arc<Desk>>,
    mut request: Request,
    next: Next,
) -> Response {
    // No layer further in shows the token in a log then.
    if let Some(token) = request.headers_mut().get_mut(AUTHORIZATION) {
        token.set_sensitive(true);
    }
    let request_id =
        given(request.headers(), REQUEST_ID).unwrap_or_else(|| Uuid::now_v7().simple().to_string());
    let correlation_id = given(request.headers(), CORRELATION_ID);
    let shown = auth::shown(request.headers()).cloned();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unknown".to_owned(), |path| path.as_str().to_owned());
    let began = Stopwatch::start();
    let (instance, mut response) = if holds_token(request.uri()) {
        let failure = Failure::new(
            Code::TokenInAddress,
            "Send the token in the Authorization header, never in an address",
        );
        // The path itself may be what holds the token, and an answer is kept in many places.
        (route.clone(), failure.into_response())
    } else if request.headers().get_all(HOST).iter().nth(1).is_some() {
        (route.clone(), host_came_twice().into_response())
    } else {
        let path = request.uri().path().to_owned();
        (path, next.run(request).await)
    };
    let failure = failure_of(&mut response);
    let cause = failure.as_ref().and_then(Failure::cause).map(str::to_owned);
    if let Some(failure) = failure {
        response = as_problem(failure, response, &request_id, instance);
    }
    mark(
        response.headers_mut(),
        &desk,
        &request_id,
        correlation_id.as_deref(),
    );
    mark_trouble(response.headers_mut(), &desk, shown.as_ref());
    let line = Line {
        method,
        route,
        status: response.status(),
        took: began.elapsed(),
    };
    desk.metrics.served(&line);
    log(&line, &request_id, cause.as_deref());
    response
}

/// One served request, as logs and figures have it.
pub(crate) struct Line {
    pub(crate) method: Method,
    /// The pattern of the route, never the address.
    pub(crate) route: String,
    pub(crate) status: StatusCode,
    pub(crate) took: std::time::Duration,
}

fn log(line: &Line, request_id: &str, cause: Option<&str>) {
    let Line {
        method,
        route,
        status,
        took,
    } = line;
    let (status, millis) = (status.as_u16(), took.as_millis());
    match cause {
        None => tracing::info!(%method, route, status, millis, request_id, "served"),
        Some(cause) => tracing::error!(%method, route, status, millis, request_id, cause, "failed"),
    }
}

/// Whether a token stands anywhere in an address, percent-encoded or not. What is encoded over and
/// over hides something, and is taken for one.
fn holds_token(address: &Uri) -> bool {
    let mut text = address.to_string().into_bytes();
    for _ in 0..=ENCODED_OVER {
        if contains(&text, PREFIX.as_bytes()) {
            return true;
        }
        let decoded: Vec<u8> = percent_decode(&text).collect();
        if decoded == text {
            return false;
        }
        text = decoded;
    }
    true
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

/// A name that the client gave, if it is harmless.
fn given(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    let harmless = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    harmless.then(|| text.to_owned())
}

/// Marks an answer that is a page for people as it is, whatever its status.
#[derive(Clone, Copy)]
pub(crate) struct IsPage;

/// A proxy in front may have gone by the other one.
pub(crate) fn host_came_twice() -> Failure {
    Failure::new(Code::BadRequest, "The header host came twice")
}

/// The answer to a request that reached no desk.
pub(crate) fn without_desk(failure: Failure, instance: String) -> Response {
    let request_id = Uuid::now_v7().simple().to_string();
    let answer = failure.clone().into_response();
    let mut answer = as_problem(failure, answer, &request_id, instance);
    set(answer.headers_mut(), REQUEST_ID, &request_id);
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Why this answer is a failure, if it is one; a layer that knows no problems says so by its status.
fn failure_of(response: &mut Response) -> Option<Failure> {
    let status = response.status();
    let carried = response.extensions_mut().remove::<Failure>();
    let is_page = response.extensions_mut().remove::<IsPage>().is_some();
    if is_page || carried.is_some() || !(status.is_client_error() || status.is_server_error()) {
        return carried;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Failure::new(Code::NotFound, "There is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => Failure::new(
            Code::MethodNotAllowed,
            "This address does not take this method; Allow says which it takes",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(
            Code::TooLarge,
            "The body is larger than 64 KiB; shorten the text",
        ),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            Failure::unavailable("a layer gave up")
        }
        status if status.is_client_error() => {
            Failure::new(Code::BadRequest, "The request cannot be read")
        }
        status => Failure::internal(format!("a layer answered {status}")),
    })
}

fn as_problem(failure: Failure, old: Response, request_id: &str, instance: String) -> Response {
    let problem = failure.problem(request_id.to_owned(), instance);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(problem)).into_response();
    for (name, value) in old.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
    let kind = HeaderValue::from_static(MEDIA_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn mark(headers: &mut HeaderMap, desk: &Desk, request_id: &str, correlation_id: Option<&str>) {
    let now = desk.clock.now().timestamp_millis().to_string();
    set(headers, SERVER_TIME, &now);
    set(headers, REQUEST_ID, request_id);
    if let Some(id) = correlation_id {
        set(headers, CORRELATION_ID, id);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Tells whoever is signed in that no alarm is raised here, that nothing can be saved, or that what
/// is stored is damaged: the answer that
/// they wait for anyway is what reaches them. Whether they are is known from memory once the request has
/// been served.
fn mark_trouble(headers: &mut HeaderMap, desk: &Desk, shown: Option<&HeaderValue>) {
    let millis = |at: Instant| at.timestamp_millis().to_string();
    let is_damaged = desk.is_damaged.load(Ordering::Relaxed);
    let troubles = [
        (
            ALARM_ENGINE_SILENT_SINCE,
            desk.heartbeat.silent_since().map(millis),
        ),
        (NOTHING_SAVED_SINCE, desk.nothing_saved_since().map(millis)),
        (DATABASE_DAMAGED, is_damaged.then(|| "1".to_owned())),
    ];
    for (name, told) in troubles {
        let told = told.filter(|_| shown.is_some_and(|shown| auth::is_remembered(desk, shown)));
        if let Some(told) = told {
            set(headers, name, &told);
        }
    }
}

/// Sets a header of ours.
pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// A handler that panicked is an internal failure; what it said goes to the log through the hook.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Failure::internal("a handler panicked").into_response()
}
