//! The contract as OpenAPI, so that a stranger can write a client from it.

use super::tagged::tag_variants;
use crate::api::problem::{MEDIA_TYPE, Problem};
use crate::api::route;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use std::collections::BTreeMap;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Info, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
    ResponseBuilder,
};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

const ABOUT: &str = "\
Every request but /healthz, /readyz, /metrics and this document needs `Authorization: Bearer` with a \
token of the desk; a token in an address is refused. Times are RFC 3339 in UTC. Every answer carries \
`Nightdesk-Server-Time` (milliseconds since 1970) and `X-Request-ID`. While the server's alarm engine \
is silent, answers to whoever is signed in carry `Nightdesk-Alarm-Engine-Silent-Since` (milliseconds \
since 1970): no alarm is raised by this server until the header is gone.

Every POST but those of tools needs an `Idempotency-Key`: a UUID (version 7 is best) that the client \
makes and that names \
the command for ever. Sent again with the same body, it is answered again and changes nothing \
(`Idempotent-Replayed: true`). Commands that do not commute need `If-Match` with the version that was \
seen: 428 without, 412 with the current incident or problem if it has moved on. Log, acknowledge, \
undo, inform, note, record_partner_answer, raise and link_incident commute and need none. On the \
directory, end_term, override_shift, cancel_shift, accept_swap, record_leaver and whatever changes, \
closes, retires, ends or reviews something need it, with the `version` of the directory; 412 comes \
without it, because it is long.

Tools report under /v1/intake with a token of their own, in the formats that they speak already; an \
alert is told from others by what its format has for that, and the same alert sent again changes nothing.

What was not carried out is told as problem details by RFC 9457. `outcome` tells a client what to do: `unknown` means send the same request \
with the same key again, `not_applied` is final unless they are `retryable`, as 429 is: send the \
same then, after the seconds of `Retry-After`. `rule` names the rule of the procedures that \
refuses; `detail` is a sentence for people.

To follow the desk, read the pages of /v1/incidents and then ask /v1/changes with `after` set to the \
first page's `changes_after` and `wait` to 20; go on with `next` each time. 410 means read the list \
again. The problems that incidents come from are asked for when `problems_version` rises. Fields and words may be added within version 1.";

/// Who tells what became of messages, by tokens of their own.
const CARRIERS: [(&str, &str); 2] = [
    ("govuk_notify", "GOV.UK Notify"),
    ("mail_status", "nightdesk bounce"),
];

/// What the document says before the routes.
pub(super) fn head() -> OpenApi {
    let mut info = Info::new("nightdesk", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("ndk_ and 64 hexadecimal digits")
        .build();
    let mut components = Components::new();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    for (name, whose) in CARRIERS {
        let shown = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(format!(
                "The token of the server's settings that {whose} shows"
            )))
            .build();
        components.add_security_scheme(name, SecurityScheme::Http(shown));
    }
    let mut schemas = Vec::new();
    <Problem as ToSchema>::schemas(&mut schemas);
    schemas.push((Problem::name().into_owned(), Problem::schema()));
    components.schemas.extend(schemas);
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

/// The route that serves the document; it never changes while the program runs.
pub(super) fn serve<S: Clone + Send + Sync + 'static>(mut openapi: OpenApi) -> Router<S> {
    if let Some(components) = &mut openapi.components {
        tag_variants(components);
    }
    let document = openapi.to_json().unwrap_or_default();
    Router::new().route(
        route::OPENAPI,
        get(|| async move { ([(CONTENT_TYPE, "application/json")], document) }),
    )
}

/// What may go wrong with reading.
pub(super) struct ReadProblems;

/// What may go wrong with making a report.
pub(super) struct ReportProblems;

/// What may go wrong with a command.
pub(super) struct CommandProblems;

/// What may go wrong with a question that is a body.
pub(super) struct QuestionProblems;

impl IntoResponses for QuestionProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 413, 415, 422, 429, 500, 503])
    }
}

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 404, 429, 500, 503])
    }
}

impl IntoResponses for ReportProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 404, 409, 429, 500, 503])
    }
}

impl IntoResponses for CommandProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503,
        ])
    }
}

/// What may go wrong with what a carrier tells.
pub(super) struct CallbackProblems;

impl IntoResponses for CallbackProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 413, 415, 422, 429, 500, 503])
    }
}

/// What may go wrong with taking in what a tool sends.
pub(super) struct IntakeProblems;

impl IntoResponses for IntakeProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 409, 413, 415, 422, 429, 500, 503])
    }
}

/// What may go wrong with a page for people.
pub(super) struct PageProblems;

impl IntoResponses for PageProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 429, 500, 503])
    }
}

/// The problem that goes with polling.
pub(super) struct PollProblems;

impl IntoResponses for PollProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 410, 429, 500, 503])
    }
}

fn problems(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    statuses
        .iter()
        .map(|status| (status.to_string(), RefOr::T(problem(*status))))
        .collect()
}

fn problem(status: u16) -> Response {
    let schema = Ref::from_schema_name(Problem::name());
    ResponseBuilder::new()
        .description(meaning(status))
        .content(
            MEDIA_TYPE,
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read",
        401 => "Not signed in: no token, or one that is not valid now",
        403 => "No role held now may do this",
        404 => "There is no such thing, or it is not for this person to see",
        409 => "A rule of the procedures refuses",
        410 => "The cursor is gone, or what the person may see has changed: list again",
        412 => {
            "The incident or problem is at another version, which `current` or `current_problem` holds"
        }
        413 => "The body is larger than 64 KiB",
        415 => "The body is not application/json",
        422 => "A field is wrong, or the id of the command was used for something else",
        428 => "Idempotency-Key or If-Match is missing",
        429 => {
            "More was asked in a short time than is let through; Retry-After says when to send it again"
        }
        503 => "The desk cannot answer now; the same request can be sent again",
        _ => "Something went wrong on the server",
    }
}
