//! The page on which a partner acknowledges a notice: plain, without JavaScript, for any browser and any
//! reader of screens.
//!
//! To look at it changes nothing, because mail scanners follow every link; the button does. It shows the
//! incident's reference and nothing of the incident. Every answer is a page, also where something is
//! wrong, and none may be framed, stored or told where its reader came from.

use super::Answer;
use super::docs::PageProblems;
use crate::api::problem::Code;
use crate::api::route;
use crate::domain::Instant;
use crate::domain::calendar::in_words;
use crate::domain::delivery::matter::Matter;
use crate::domain::delivery::{Delivery, DeliveryState};
use crate::domain::id::Reference;
use crate::server::audit::sha256;
use crate::server::deliver::escaped;
use crate::server::failure::Failure;
use crate::server::frame::{IsPage, set};
use crate::server::ledger::{Acknowledgement, Request, Told};
use crate::server::{Desk, network};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The most that the two fields may need, in bytes.
const LARGEST_FORM: usize = 4096;

const STYLE: &str = "body{font:1.125rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c;background:#fff}h1{font-size:1.75rem;line-height:1.2}label{display:block;font-weight:bold;margin-top:1rem}input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:2px solid #0b0c0c}button{font:inherit;font-weight:bold;margin-top:1.5rem;padding:.75rem 1.5rem;color:#fff;background:#00573d;border:2px solid #00573d}:focus-visible{outline:4px solid #b35900;outline-offset:2px}.error{color:#a3140b;font-weight:bold}[role=alert]{border:4px solid #a3140b;padding:0 1rem}";

/// A notice that waits to be acknowledged.
struct Open {
    reference: Reference,
    answer_by: Instant,
    told_at: Instant,
    matter: Matter,
}

/// What there is behind a link.
enum Found {
    Open(Open),
    Acknowledged {
        reference: Reference,
        at: Option<Instant>,
    },
    Expired,
    Nothing,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Form {
    name: String,
    role: String,
    wrong: Option<(String, String)>,
}

/// The page of a notice; it acknowledges nothing
#[utoipa::path(
    get, path = route::ACK, operation_id = "show_notice", tag = "partners",
    params(("token" = String, Path, description = "The secret of the link")),
    responses(
        (status = 200, description = "The notice, to be acknowledged", body = String, content_type = "text/html"),
        (status = 404, description = "No such link", body = String, content_type = "text/html"),
        (status = 410, description = "The link was used, or its time is up", body = String, content_type = "text/html"),
        PageProblems
    )
)]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Stranger(hash): Stranger) -> Answer {
    let found = look_up(&desk, &hash).await?;
    Ok(match found {
        Found::Open(open) => page(StatusCode::OK, &form(&open, &Form::default())),
        other => closed(&other),
    })
}

/// Acknowledge a notice
#[utoipa::path(
    post, path = route::ACK, operation_id = "acknowledge_notice", tag = "partners",
    params(("token" = String, Path, description = "The secret of the link")),
    request_body(content = AcknowledgeForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Acknowledged", body = String, content_type = "text/html"),
        (status = 404, description = "No such link", body = String, content_type = "text/html"),
        (status = 410, description = "The link was used, or its time is up", body = String, content_type = "text/html"),
        (status = 413, description = "The form is too large", body = String, content_type = "text/html"),
        (status = 422, description = "A field is missing or too long", body = String, content_type = "text/html"),
        PageProblems
    )
)]
pub(super) async fn acknowledge(
    State(desk): State<Arc<Desk>>,
    Stranger(hash): Stranger,
    typed: Typed,
) -> Answer {
    let Typed(Some(mut form_sent)) = typed else {
        let words = "What was sent is too large. Go back and enter a name and a role.";
        return Ok(page(
            StatusCode::PAYLOAD_TOO_LARGE,
            &heading("Too much was sent", words),
        ));
    };
    let open = match look_up(&desk, &hash).await? {
        Found::Open(open) => open,
        other => return Ok(closed(&other)),
    };
    let given = Acknowledgement {
        hash: hash.clone(),
        name: form_sent.name.clone(),
        role: form_sent.role.clone(),
    };
    let request = Request::of_the_desk(Told::NoticeAcknowledged(given));
    match desk.ledger()?.ask(&desk, request).await {
        Ok(_) => Ok(page(
            StatusCode::OK,
            &thanks(open.reference, desk.clock.now()),
        )),
        Err(failure) if failure.code() == Code::Invalid => {
            form_sent.wrong = failure.first_error();
            Ok(page(
                StatusCode::UNPROCESSABLE_ENTITY,
                &form(&open, &form_sent),
            ))
        }
        // Somebody was faster, or the time is up by now.
        Err(failure) if failure.code() == Code::NotFound => {
            Ok(closed(&look_up(&desk, &hash).await?))
        }
        Err(failure) => Err(failure),
    }
}

/// The fields of the form.
#[derive(utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form; what is sent is taken apart by hand"
)]
pub(super) struct AcknowledgeForm {
    /// The name of whoever acknowledges.
    name: String,
    /// Their role.
    role: String,
}

/// Somebody who follows a link, of which the hash is looked up; nobody may try many.
pub(super) struct Stranger(String);

impl FromRequestParts<Arc<Desk>> for Stranger {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Failure> {
        let address = network::address(parts, desk.limits.addresses);
        desk.admit(desk.limiter.sign_in(address))?;
        let token = Path::<String>::from_request_parts(parts, desk).await;
        Ok(Self(sha256(
            &token.map_or_else(|_| String::new(), |Path(token)| token),
        )))
    }
}

/// A form as browsers send it; absent where it is larger than any that is honest.
pub(super) struct Typed(Option<Form>);

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Failure;

    async fn from_request(mut request: axum::extract::Request, state: &S) -> Result<Self, Failure> {
        DefaultBodyLimit::max(LARGEST_FORM).apply(&mut request);
        let Ok(bytes) = Bytes::from_request(request, state).await else {
            return Ok(Self(None));
        };
        let text = String::from_utf8_lossy(&bytes);
        let mut form = Form::default();
        for (name, value) in text.split('&').filter_map(|field| field.split_once('=')) {
            match name {
                "name" => form.name = decoded(value),
                "role" => form.role = decoded(value),
                _ => {}
            }
        }
        Ok(Self(Some(form)))
    }
}

fn decoded(value: &str) -> String {
    let spaced = value.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

async fn look_up(desk: &Desk, hash: &str) -> Result<Found, Failure> {
    let Some(link) = desk.store.ack_link(hash).await? else {
        return Ok(Found::Nothing);
    };
    let matter = &link.delivery.matter;
    let Some((reference, answer_by)) = matter.reference().zip(matter.answer_by()) else {
        return Ok(Found::Nothing);
    };
    Ok(match () {
        () if link.is_used || link.delivery.state == DeliveryState::Acknowledged => {
            Found::Acknowledged {
                reference,
                at: link.delivery.acknowledged_at,
            }
        }
        () if desk.clock.now() >= answer_by => Found::Expired,
        () => Found::Open(open(&link.delivery, reference, answer_by)),
    })
}

fn open(delivery: &Delivery, reference: Reference, answer_by: Instant) -> Open {
    Open {
        reference,
        answer_by,
        told_at: delivery.created_at,
        matter: delivery.matter.clone(),
    }
}

fn form(open: &Open, typed: &Form) -> String {
    let Open {
        reference,
        answer_by,
        told_at,
        matter,
    } = open;
    let wrong = |pointer: &str| {
        let found = typed.wrong.as_ref().filter(|(at, _)| at == pointer);
        found.map(|(_, sentence)| escaped(sentence))
    };
    let (name, role) = (wrong("/name"), wrong("/role"));
    let summary = typed.wrong.as_ref().map_or_else(String::new, |(pointer, sentence)| {
        let field = pointer.trim_start_matches('/');
        format!(
            "<div role=\"alert\"><h2>There is a problem</h2><p><a href=\"#{}\">{}</a></p></div>",
            escaped(field),
            escaped(sentence)
        )
    });
    let title = format!("Acknowledge incident {reference}");
    let body = format!(
        "{summary}<h1>{title}</h1>\
         <p>{}</p>\
         <p>Please confirm by {} that somebody in your organisation knows about it. Your name and role are kept with the record of the incident.</p>\
         <form method=\"post\">{}{}<button type=\"submit\">Acknowledge</button></form>",
        told(matter, *reference, *told_at),
        in_words(*answer_by),
        field("name", "Your name", "name", &typed.name, name),
        field(
            "role",
            "Your role, such as duty manager",
            "organization-title",
            &typed.role,
            role
        ),
    );
    // What a reader of screens says first.
    let error = if typed.wrong.is_some() { "Error: " } else { "" };
    document(&format!("{error}{title}"), &body)
}

/// What the message was about.
fn told(matter: &Matter, reference: Reference, told_at: Instant) -> String {
    let at = in_words(told_at);
    match matter {
        Matter::Escalation { role, .. } => format!(
            "The out-of-hours desk called you on {at}, as {}, for help with incident <strong>{reference}</strong>.",
            escaped(role.title())
        ),
        Matter::PartnerNotice { .. }
        | Matter::Alarm { .. }
        | Matter::Unanswered { .. }
        | Matter::Test { .. }
        | Matter::Checkpoint { .. } => format!(
            "The out-of-hours desk told you on {at} that incident <strong>{reference}</strong> concerns your organisation."
        ),
    }
}

fn field(id: &str, label: &str, fills: &str, value: &str, wrong: Option<String>) -> String {
    let (told, marks) = match wrong {
        Some(sentence) => (
            format!("<p class=\"error\" id=\"{id}-error\">Error: {sentence}</p>"),
            format!(" aria-invalid=\"true\" aria-describedby=\"{id}-error\""),
        ),
        None => (String::new(), String::new()),
    };
    format!(
        "<label for=\"{id}\">{label}</label>{told}<input id=\"{id}\" name=\"{id}\" type=\"text\" autocomplete=\"{fills}\" maxlength=\"100\" required value=\"{}\"{marks}>",
        escaped(value)
    )
}

fn thanks(reference: Reference, at: Instant) -> String {
    heading(
        "Thank you",
        &format!(
            "Incident {reference} was acknowledged on {}. The desk has been told. You can close this page.",
            in_words(at)
        ),
    )
}

/// The page of a link that is open no more.
fn closed(found: &Found) -> Response {
    let (status, page_of) = match found {
        Found::Acknowledged { reference, at } => {
            let when = at.map_or_else(String::new, |at| format!(" on {}", in_words(at)));
            let words = format!(
                "Incident {reference} was acknowledged{when}. This link was used and does nothing more. To tell us more, call the desk."
            );
            (
                StatusCode::GONE,
                heading("This notice has been acknowledged", &words),
            )
        }
        Found::Expired => (
            StatusCode::GONE,
            heading(
                "This link has expired",
                "Nobody acknowledged the notice in time. Call the desk and name the incident in the message.",
            ),
        ),
        Found::Open(_) | Found::Nothing => (
            StatusCode::NOT_FOUND,
            heading(
                "This link does not work",
                "Check that you copied the whole link from the message, or call the desk.",
            ),
        ),
    };
    page(status, &page_of)
}

fn heading(title: &str, words: &str) -> String {
    document(
        title,
        &format!("<h1>{}</h1><p>{}</p>", escaped(title), escaped(words)),
    )
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{} – nightdesk</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        escaped(title)
    )
}

fn page(status: StatusCode, document: &str) -> Response {
    let mut response = (status, Html(document.to_owned())).into_response();
    protect(response.headers_mut());
    // The frame makes a problem of any other answer with such a status.
    response.extensions_mut().insert(IsPage);
    response
}

/// Nothing is loaded from anywhere, and the form goes to where it came from.
fn protect(headers: &mut HeaderMap) {
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    set(headers, "content-security-policy", &policy);
    set(headers, "referrer-policy", "no-referrer");
    set(headers, "x-content-type-options", "nosniff");
    set(headers, "x-frame-options", "DENY");
}
