//! Names of things: identifiers made by machines and the reference that people say on the phone.
//!
//! Deliberately does not make identifiers: that needs a clock and randomness, which `domain` has
//! not. They are given.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! uuid_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! short_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String)]
        pub struct $name(CompactString);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_name! {
    /// An incident; equal to the id of the command that logged it, so that a client can queue
    /// further commands on an incident the server has not seen yet.
    IncidentId
}
uuid_name! {
    /// A problem; equal to the id of the command that raised it.
    ProblemId
}
uuid_name! {
    /// A command: its identity and its idempotency key in one, a UUIDv7 made by the client.
    CommandId
}
uuid_name! {
    /// A delivery: the same subject told to the same recipient is the same delivery.
    DeliveryId
}
short_name! {
    /// Somebody who is to be told: a person by short name, or a role of an organisation such as
    /// `DPO@riverbourne`.
    RecipientId
}
uuid_name! {
    /// An alarm: a UUIDv5 of what it is about, when that is due and how far it has come, so that whoever
    /// derives it means the same one.
    AlarmId
}
short_name! {
    /// An organisation's short name in the directory, such as `riverbourne`.
    OrganisationId
}
short_name! {
    /// A person's short name in the directory; never a login secret.
    PersonId
}
short_name! {
    /// A shift on the rota.
    ShiftId
}

short_name! {
    /// An agreement between organisations, such as `partnership-sharing`.
    AgreementId
}
short_name! {
    /// A policy or procedure, such as `incident-procedure`.
    PolicyDocumentId
}

impl From<CommandId> for IncidentId {
    fn from(command: CommandId) -> Self {
        Self(command.0)
    }
}

impl From<CommandId> for ProblemId {
    fn from(command: CommandId) -> Self {
        Self(command.0)
    }
}

/// What people call a thing that is counted by the year: `INC-26-0423-K`, which is the sort of thing,
/// year, counter and a check character. `SORT` is 0 for incidents and 1 for problems.
///
/// The check character catches every mistyped digit and every swap of two neighbours, so that the
/// wrong incident is never acted upon because of a slip of the finger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Numbered<const SORT: usize> {
    year: u8,
    counter: u32,
}

/// What people call an incident: `INC-26-0423-K`.
pub type Reference = Numbered<0>;

/// What people call a problem: `PRB-26-0007-C`.
pub type ProblemReference = Numbered<1>;

const PREFIXES: [&str; 2] = ["INC", "PRB"];
const NAMES: [&str; 2] = ["Reference", "ProblemReference"];
const EXAMPLES: [&str; 2] = ["INC-26-0423-K", "PRB-26-0423-K"];
const PATTERNS: [&str; 2] = [r"^INC-\d{2}-\d{4,}-[A-Z]$", r"^PRB-\d{2}-\d{4,}-[A-Z]$"];

/// Letters that cannot be taken for digits or for each other; a prime number of them makes the
/// weighted sum catch every single slip.
const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRSTVWXYZ";

impl<const SORT: usize> Numbered<SORT> {
    /// The reference of the `counter`-th of a year, of which the last two digits count.
    pub fn new(year: i32, counter: u32) -> Self {
        let year = u8::try_from(year.rem_euclid(100)).unwrap_or_default();
        Self { year, counter }
    }

    /// Which of its year it is.
    pub fn counter(self) -> u32 {
        self.counter
    }

    fn check_letter(self) -> char {
        let digits = format!("{:02}{:04}", self.year, self.counter);
        let sum: usize = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, digit)| (place + 2) * usize::from(digit - b'0'))
            .sum();
        char::from(CHECK_LETTERS[sum % CHECK_LETTERS.len()])
    }
}

impl<const SORT: usize> fmt::Display for Numbered<SORT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!(
            "{}-{:02}-{:04}-{}",
            PREFIXES[SORT],
            self.year,
            self.counter,
            self.check_letter()
        );
        f.pad(&text)
    }
}

/// Why a text is not a reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not of the form `INC-26-0423-K`.
    #[error("\"{given}\" is not a reference. References look like {example}")]
    Shape {
        /// What was given.
        given: String,
        /// What it would look like.
        example: &'static str,
    },
    /// The check letter does not fit: something was mistyped.
    #[error("\"{0}\" is mistyped: the last letter is wrong. Check the number")]
    Mistyped(String),
}

impl<const SORT: usize> FromStr for Numbered<SORT> {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = || ReferenceError::Shape {
            given: text.to_owned(),
            example: EXAMPLES[SORT],
        };
        let upper = text.trim().to_ascii_uppercase();
        let mut parts = upper.split('-');
        let (Some(prefix), Some(year), Some(counter), Some(check), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(shape());
        };
        let digits = |part: &str, at_least: usize| {
            part.len() >= at_least && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if prefix != PREFIXES[SORT] || year.len() != 2 || !digits(year, 2) || !digits(counter, 4) {
            return Err(shape());
        }
        let reference = Self {
            year: year.parse().map_err(|_| shape())?,
            counter: counter.parse().map_err(|_| shape())?,
        };
        if check == reference.check_letter().to_string() {
            Ok(reference)
        } else {
            Err(ReferenceError::Mistyped(text.to_owned()))
        }
    }
}

impl<const SORT: usize> Serialize for Numbered<SORT> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de, const SORT: usize> Deserialize<'de> for Numbered<SORT> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<const SORT: usize> utoipa::PartialSchema for Numbered<SORT> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(PATTERNS[SORT]))
            .examples([EXAMPLES[SORT]])
            .into()
    }
}

impl<const SORT: usize> ToSchema for Numbered<SORT> {
    fn name() -> std::borrow::Cow<'static, str> {
        NAMES[SORT].into()
    }
}
