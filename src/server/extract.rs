//! What a request says, checked: body, headers, path and query; each mistake with its sentence.
//!
//! Deliberately checks form only. What a command may do is for the rules.

use super::failure::Failure;
use super::ledger::{ProblemTarget, Target};
use crate::api::intake::CloudEvent;
use crate::api::problem::Code;
use crate::api::route::LARGEST_BODY;
use crate::api::route::header::{IDEMPOTENCY_KEY, IF_MATCH};
use crate::domain::id::{CommandId, IncidentId, Numbered, ProblemId, ReferenceError};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::time::Duration;
use uuid::Uuid;

/// How deep JSON may be nested.
const DEEPEST: u32 = 32;

/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// A JSON body of a type.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_of_kind(&request, JSON) {
            let detail = "Send the body as application/json";
            return Err(Failure::new(Code::NotJson, detail));
        }
        read(request, state).await.map(Self)
    }
}

/// A CloudEvent: one JSON document (structured mode), or headers with JSON data (binary mode).
pub(crate) struct CloudEventBody(pub(crate) CloudEvent);

impl<S: Send + Sync> FromRequest<S> for CloudEventBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if ![JSON, CLOUD_EVENT]
            .iter()
            .any(|kind| is_of_kind(&request, kind))
        {
            let detail =
                "Send the event as application/cloudevents+json, or its data as application/json";
            return Err(Failure::new(Code::NotJson, detail));
        }
        let headers = request.headers().clone();
        if headers.contains_key(CLOUD_EVENT_VERSION) {
            let data = read(request, state).await?;
            return in_binary_mode(&headers, data).map(Self);
        }
        read(request, state).await.map(Self)
    }
}

/// The event whose attributes are headers, percent-encoded where they are not ASCII.
fn in_binary_mode(headers: &HeaderMap, data: Value) -> Result<CloudEvent, Failure> {
    let attributes = headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix(CLOUD_EVENT_ATTRIBUTE)?;
        let said = percent_decode(value.as_bytes()).decode_utf8_lossy();
        Some((name.to_owned(), Value::String(said.into_owned())))
    });
    let event = attributes.chain([("data".to_owned(), data)]).collect();
    serde_json::from_value(Value::Object(event)).map_err(|error| {
        Failure::invalid("", format!("The ce- headers make no CloudEvent: {error}"))
    })
}

/// What the headers of an event in binary mode begin with, and the one that says that it is in it.
const CLOUD_EVENT_ATTRIBUTE: &str = "ce-";
const CLOUD_EVENT_VERSION: &str = "ce-specversion";

/// The media types that are read.
const JSON: &str = "application/json";
const CLOUD_EVENT: &str = "application/cloudevents+json";

fn is_of_kind(request: &Request, wanted: &str) -> bool {
    let kind = request.headers().get(CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

async fn read<S: Send + Sync, T: DeserializeOwned>(
    mut request: Request,
    state: &S,
) -> Result<T, Failure> {
    DefaultBodyLimit::max(LARGEST_BODY).apply(&mut request);
    let reading = Bytes::from_request(request, state);
    let bytes = tokio::time::timeout(BODY_WITHIN, reading)
        .await
        .map_err(|_| Failure::unavailable("a body took too long to arrive"))?
        .map_err(not_read)?;
    parse(&bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if depth(bytes) > DEEPEST {
        return Err(bad_request("The body is nested too deeply"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            Failure::invalid("", format!("The body does not fit: {error}"))
        } else {
            bad_request(format!("The body is not JSON: {error}"))
        }
    })
}

/// How deep brackets are nested outside of strings.
fn depth(json: &[u8]) -> u32 {
    let (mut deepest, mut now, mut in_string, mut escaped) = (0_u32, 0_u32, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                now += 1;
                deepest = deepest.max(now);
            }
            b'}' | b']' if !in_string => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn bad_request(detail: impl Into<String>) -> Failure {
    Failure::new(Code::BadRequest, detail)
}

/// A body that is too large or is not HTTP is a mistake; one that broke off on its way may be sent again.
fn not_read(rejection: BytesRejection) -> Failure {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            let detail = "The body is larger than 64 KiB; shorten the text";
            Failure::new(Code::TooLarge, detail)
        }
        malformed if is_malformed(&malformed) => bad_request("The body is not framed as HTTP asks"),
        broken => Failure::unavailable(format!("a body broke off: {broken}")),
    }
}

/// Whether what came cannot be a body, whatever would have come after it.
fn is_malformed(rejection: &BytesRejection) -> bool {
    let mut causes = std::iter::successors(rejection.source(), |error| (*error).source());
    causes.any(|cause| {
        let error = cause.downcast_ref::<io::Error>();
        error.is_some_and(|error| {
            matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::InvalidData
            )
        })
    })
}

/// The id of the command, from `Idempotency-Key`.
pub(crate) struct CommandKey(pub(crate) CommandId);

impl<S: Sync> FromRequestParts<S> for CommandKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let text = only_header(parts, IDEMPOTENCY_KEY)?.ok_or_else(|| {
            Failure::new(
                Code::CommandIdMissing,
                "Send the id of the command, a UUID, as Idempotency-Key",
            )
        })?;
        let id: Uuid = text
            .parse()
            .map_err(|_| bad_request("The Idempotency-Key is not a UUID"))?;
        Ok(Self(CommandId(id)))
    }
}

/// The version that was seen, from `If-Match`, if one came.
pub(crate) struct SeenVersion(pub(crate) Option<u64>);

impl<S: Sync> FromRequestParts<S> for SeenVersion {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Some(text) = only_header(parts, IF_MATCH)? else {
            return Ok(Self(None));
        };
        let version = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| bad_request("If-Match is not a version such as \"17\" in quotes"))?;
        Ok(Self(Some(version)))
    }
}

fn only_header<'a>(parts: &'a Parts, name: &str) -> Result<Option<&'a str>, Failure> {
    let mut values = parts.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(Some)
            .map_err(|_| bad_request(format!("The header {name} cannot be read"))),
        (Some(_), Some(_)) => Err(bad_request(format!("The header {name} came twice"))),
    }
}

/// The incident that a path names, by id or by reference.
pub(crate) struct Named(pub(crate) Target);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::not_found())?;
        incident(&text).map(Self)
    }
}

/// The problem that a path names, by id or by reference.
pub(crate) struct NamedProblem(pub(crate) ProblemTarget);

impl<S: Send + Sync> FromRequestParts<S> for NamedProblem {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::no_such_problem())?;
        target(&text, ProblemId).map(Self)
    }
}

/// The incident that a text names, by id or by reference.
pub(crate) fn incident(text: &str) -> Result<Target, Failure> {
    target(text, IncidentId)
}

fn target<I, const SORT: usize>(
    text: &str,
    id: impl FnOnce(Uuid) -> I,
) -> Result<Target<I, Numbered<SORT>>, Failure> {
    if let Ok(uuid) = text.parse::<Uuid>() {
        return Ok(Target::Id(id(uuid)));
    }
    text.parse()
        .map(Target::Reference)
        .map_err(|error: ReferenceError| {
            let code = match error {
                ReferenceError::Shape { .. } => Code::BadRequest,
                ReferenceError::Mistyped(_) => Code::MistypedReference,
            };
            Failure::new(code, error.to_string())
        })
}

/// The id that a path names.
pub(crate) struct NamedCommand(pub(crate) CommandId);

impl<S: Send + Sync> FromRequestParts<S> for NamedCommand {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, state)
            .await
            .map_err(|_| bad_request("The id of a command is a UUID"))?;
        Ok(Self(CommandId(id)))
    }
}

/// The query of an address, of a type.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Query(query) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|error| {
                bad_request(format!("The query cannot be read: {}", error.body_text()))
            })?;
        Ok(Self(query))
    }
}
