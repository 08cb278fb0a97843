//! Why a request was not carried out: RFC 9457 problem details. They have nothing to do with the
//! problems that incidents come from, and a longer name in the description.
//!
//! `outcome` and `retryable` tell a client what to do with its command; the rest is for people. Never
//! holds a stack trace, a query or a path.

use crate::domain::incident::Incident;
use crate::domain::problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProblemDetails)]
pub struct Problem {
    /// `urn:nightdesk:problem:` and the code with hyphens.
    #[serde(rename = "type")]
    pub kind: String,
    /// The sort of problem, a few words.
    pub title: String,
    /// The status code.
    pub status: u16,
    /// What happened and what can be done, one sentence for people.
    pub detail: String,
    /// The path that was asked.
    pub instance: String,
    /// The sort of problem, for programs.
    pub code: Code,
    /// The rule of the procedures that refuses, where one does.
    #[serde(default)]
    pub rule: Option<String>,
    /// Whether anything has changed.
    pub outcome: Outcome,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Names the request in the server's log.
    pub request_id: String,
    /// Which fields are wrong.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// The incident as it is, where the version that was expected is not the current one.
    #[serde(default)]
    pub current: Option<Box<Incident>>,
    /// The problem as it is, where it is one whose version was expected to be another.
    #[serde(default)]
    pub current_problem: Option<Box<problem::Problem>>,
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer into the request's body; for a parameter of the address, `/` and its name.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// What became of a command. In the description it has a longer name, because what came of a call to
/// somebody is an outcome as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CommandOutcome)]
pub enum Outcome {
    /// Nothing has changed, and nothing will; unless it is `retryable` and sent again.
    NotApplied,
    /// It was carried out.
    Applied,
    /// Nobody knows yet: send the same command again under the same id.
    Unknown,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident, $code:literal, $status:literal, $title:literal;)+) => {
        /// The sorts of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $variant,)+
            /// A sort that this program does not know yet.
            #[serde(other)]
            Other,
        }

        impl Code {
            /// Every sort that this program gives.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The sort as it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ Self::Other => "other" }
            }

            /// The status code that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Other => 500 }
            }

            /// The sort in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ Self::Other => "Unknown problem" }
            }
        }
    };
}

codes! {
    /// The request cannot be read: not JSON, nested too deeply, a query or header that is wrong.
    BadRequest, "bad_request", 400, "The request cannot be read";
    /// A reference whose check letter does not fit.
    MistypedReference, "mistyped_reference", 400, "The reference is mistyped";
    /// A token where it must never be: in the address.
    TokenInAddress, "token_in_address", 400, "A token does not belong in an address";
    /// No token, or one that is not valid now.
    NotSignedIn, "not_signed_in", 401, "Not signed in";
    /// No role held now may do this.
    NotAllowed, "not_allowed", 403, "Not allowed";
    /// There is no such thing, or it is not for this person to see.
    NotFound, "not_found", 404, "Not found";
    /// The thing is there, but cannot be asked this way.
    MethodNotAllowed, "method_not_allowed", 405, "Not possible here";
    /// A rule of the procedures refuses.
    Refused, "refused", 409, "Refused";
    /// The cursor belongs to a history that is gone: list again.
    CursorGone, "cursor_gone", 410, "The cursor is gone";
    /// The incident was erased under the retention policy.
    Erased, "erased", 410, "Erased";
    /// What the person may see has changed, so what was read before may be incomplete: list again.
    ViewChanged, "view_changed", 410, "What you may see has changed";
    /// The incident is not at the version that was expected.
    VersionChanged, "version_changed", 412, "The incident changed";
    /// The server has several desks, and none by the name in the address.
    NoSuchDesk, "no_such_desk", 421, "No such desk";
    /// More than 64 KiB.
    TooLarge, "too_large", 413, "Too large";
    /// Not `application/json`.
    NotJson, "not_json", 415, "Not JSON";
    /// Well formed, but a field is wrong.
    Invalid, "invalid", 422, "Not valid";
    /// The id was used before for something else.
    CommandIdReused, "command_id_reused", 422, "The id of the command was used before";
    /// `Idempotency-Key` is required here.
    CommandIdMissing, "command_id_missing", 428, "The id of the command is missing";
    /// `If-Match` is required here.
    VersionMissing, "version_missing", 428, "The expected version is missing";
    /// More was asked in a short time than is let through: send the same again later.
    TooMany, "too_many", 429, "Too many requests";
    /// Something is wrong with the server.
    Internal, "internal", 500, "Something went wrong";
    /// The server cannot answer now.
    Unavailable, "unavailable", 503, "Not available now";
}

impl Code {
    /// The `type` of a problem of this sort.
    pub fn urn(self) -> String {
        format!("urn:nightdesk:problem:{}", self.as_str().replace('_', "-"))
    }
}
