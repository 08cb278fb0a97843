//! Why a request was not carried out, until it becomes a problem on the wire.
//!
//! Handlers use `?`; the frame around them fills in the request's id and path. What is wrong with the
//! server is logged there and never told.

use super::limits::{Limit, TooMany};
use super::store::StoreError;
use crate::api::problem::{Code, FieldError, Outcome, Problem};
use crate::domain::incident::Incident;
use crate::domain::problem;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::rule::RuleId;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Why a request was not carried out.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    code: Code,
    detail: String,
    rule: Option<RuleId>,
    errors: Vec<FieldError>,
    current: Option<Current>,
    /// What went wrong inside, for the log only.
    cause: Option<String>,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

/// What is at another version than was expected, as it is.
#[derive(Clone, Debug)]
pub(crate) enum Current {
    Incident(Box<Incident>),
    Problem(Box<problem::Problem>),
}

impl Current {
    fn version(&self) -> u64 {
        match self {
            Self::Incident(incident) => incident.version,
            Self::Problem(problem) => problem.version,
        }
    }
}

/// Seconds to wait where the server cannot answer now.
const UNAVAILABLE_FOR: u64 = 1;

impl Failure {
    /// A failure of a sort, with a sentence for people.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            rule: None,
            errors: Vec::new(),
            current: None,
            cause: None,
            retry_after: None,
        }
    }

    /// What people are told.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The one answer to every way of not being signed in: it tells nothing about the token.
    pub(crate) fn not_signed_in() -> Self {
        Self::new(
            Code::NotSignedIn,
            "Sign in again: no valid token came with the request",
        )
    }

    /// Only the same command of the same person is answered again.
    pub(crate) fn command_id_reused() -> Self {
        Self::new(
            Code::CommandIdReused,
            "This id was used for another command. Give the command a new id",
        )
    }

    /// A tool's token was used for what people do.
    pub(crate) fn only_reports() -> Self {
        Self::new(
            Code::NotAllowed,
            "This token names a tool, which can report alerts under /v1/intake and do nothing else",
        )
    }

    /// A token for alarms only was used for something else.
    pub(crate) fn only_alarms() -> Self {
        Self::new(
            Code::NotAllowed,
            "This token is for alarms only: nightdesk watch follows the desk with it, and it can do nothing \
             else; sign in with a token made without --alarms-only",
        )
    }

    /// A person's token was used for what tools do.
    pub(crate) fn only_tools() -> Self {
        Self::new(
            Code::NotAllowed,
            "Alerts are taken in from tools only; make a token with nightdesk token create --tool, \
             and log an incident of your own at /v1/incidents",
        )
    }

    /// There is no such thing, or it is not this person's to see.
    pub(crate) fn not_found() -> Self {
        Refusal::no_such_incident().into()
    }

    /// There is no such problem, or it is not this person's to see.
    pub(crate) fn no_such_problem() -> Self {
        Refusal::no_such_problem().into()
    }

    /// What was asked something is at another version.
    pub(crate) fn version_changed(expected: u64, current: Current) -> Self {
        let found = current.version();
        Self {
            current: Some(current),
            ..Self::at_another_version(expected, found)
        }
    }

    /// The directory is at another version; it is too long to come along, so it is to be asked for.
    pub(crate) fn directory_changed(expected: u64, found: u64) -> Self {
        Self::at_another_version(expected, found)
    }

    fn at_another_version(expected: u64, found: u64) -> Self {
        Self::new(
            Code::VersionChanged,
            format!(
                "Version {expected} was expected, {found} is current; look at what changed and decide again"
            ),
        )
    }

    /// A field is wrong.
    pub(crate) fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            errors: vec![FieldError {
                pointer: pointer.into(),
                detail: detail.clone(),
            }],
            ..Self::new(Code::Invalid, detail)
        }
    }

    /// A parameter of an address is wrong: the pointer is `/` and its name.
    pub(crate) fn wrong_parameter(name: &str, detail: impl Into<String>) -> Self {
        let invalid = Self::invalid(format!("/{name}"), detail);
        Self {
            code: Code::BadRequest,
            ..invalid
        }
    }

    /// The server cannot say now whether the command was carried out.
    pub(crate) fn unavailable(cause: impl std::fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            retry_after: Some(UNAVAILABLE_FOR),
            ..Self::new(
                Code::Unavailable,
                "The desk cannot answer now; the same request can be sent again",
            )
        }
    }

    /// More was asked than a limit lets through.
    pub(crate) fn too_many(too_many: TooMany) -> Self {
        let TooMany { limit, again_after } = too_many;
        let seconds = u64::try_from(again_after.as_millis().div_ceil(1000).max(1));
        let seconds = seconds.unwrap_or(u64::MAX);
        let what = match limit {
            Limit::Reads | Limit::Commands | Limit::Intake | Limit::Alerts => {
                "You have asked for much in a short time"
            }
            Limit::SignIns => "Many requests without a valid token have come from your address",
            Limit::WaitingPolls => "Many of your consoles are open; close some of them",
        };
        Self {
            retry_after: Some(seconds),
            ..Self::new(
                Code::TooMany,
                format!("{what}; the same can be asked again in {seconds} s"),
            )
        }
    }

    /// Something is wrong with the server itself.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                Code::Internal,
                "Something went wrong on the server; it has been noted there",
            )
        }
    }

    /// The sort of failure.
    pub(crate) fn code(&self) -> Code {
        self.code
    }

    /// The first field that is wrong, by its pointer, with its sentence.
    pub(crate) fn first_error(&self) -> Option<(String, String)> {
        let first = self.errors.first()?;
        Some((first.pointer.clone(), first.detail.clone()))
    }

    /// What went wrong inside, if that is what happened.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The failure as the wire has it.
    pub(crate) fn problem(self, request_id: String, instance: String) -> Problem {
        let (current, current_problem) = match self.current {
            Some(Current::Incident(incident)) => (Some(incident), None),
            Some(Current::Problem(problem)) => (None, Some(problem)),
            None => (None, None),
        };
        Problem {
            kind: self.code.urn(),
            title: self.code.title().to_owned(),
            status: self.code.status(),
            detail: self.detail,
            instance,
            code: self.code,
            rule: self.rule.map(|rule| rule.as_str().to_owned()),
            outcome: outcome(self.code),
            retryable: is_retryable(self.code),
            request_id,
            errors: self.errors,
            current,
            current_problem,
        }
    }
}

/// What is known of a command that failed so. Without a valid token nobody has looked whether an
/// earlier sending was carried out.
fn outcome(code: Code) -> Outcome {
    match code {
        Code::NotSignedIn | Code::Internal | Code::Unavailable | Code::Other => Outcome::Unknown,
        Code::BadRequest
        | Code::MistypedReference
        | Code::TokenInAddress
        | Code::NotAllowed
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::Refused
        | Code::CursorGone
        | Code::ViewChanged
        | Code::VersionChanged
        | Code::TooLarge
        | Code::TooMany
        | Code::NotJson
        | Code::Invalid
        | Code::CommandIdReused
        | Code::CommandIdMissing
        | Code::Erased
        | Code::NoSuchDesk
        | Code::VersionMissing => Outcome::NotApplied,
    }
}

fn is_retryable(code: Code) -> bool {
    outcome(code) == Outcome::Unknown || code == Code::TooMany
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let failure = match refusal.kind {
            RefusalKind::NotAllowed => Self::new(Code::NotAllowed, refusal.sentence),
            RefusalKind::AgainstRule => Self::new(Code::Refused, refusal.sentence),
            RefusalKind::Invalid { pointer } => Self::invalid(pointer, refusal.sentence),
            RefusalKind::NoSuchIncident => Self::new(Code::NotFound, refusal.sentence),
        };
        Self {
            rule: refusal.rule,
            ..failure
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error)
    }
}

impl IntoResponse for Failure {
    /// An empty answer that carries the failure to the frame, which knows the request.
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if self.code == Code::NotSignedIn {
            let bearer = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
