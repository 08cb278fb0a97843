//! What a mitigation rests on: three facts each, without which nobody accepts one (BOB-MIT).
//!
//! A claim may hold as many of them as are known. Whether an assessment that was accepted before the
//! desk asked for them has none is for its reader to see; nothing past is judged again.

use super::{ClaimedMitigation, Mitigation};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The facts behind a mitigation, as far as they are known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
#[schema(as = MitigationGrounds)]
pub enum Grounds {
    /// Of encryption.
    Encryption {
        /// Whether the method is a strong one.
        #[serde(default)]
        strong_method: Option<bool>,
        /// Whether the key is safe.
        #[serde(default)]
        key_safe: Option<bool>,
        /// Whether the data are still available elsewhere.
        #[serde(default)]
        available_elsewhere: Option<bool>,
    },
    /// Of a trusted partner.
    TrustedPartner {
        /// Who it is: an organisation and a role.
        #[serde(default)]
        partner: Option<Box<str>>,
        /// What assurance existed beforehand.
        #[serde(default)]
        assurance: Option<Box<str>>,
        /// The written confirmation that the data were returned or deleted.
        #[serde(default)]
        confirmation: Option<Box<str>>,
    },
}

/// A fact for which a mitigation cannot be accepted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Which.
    pub field: &'static str,
    /// What to do, in words.
    pub sentence: &'static str,
}

fn lacking(field: &'static str, sentence: &'static str) -> Lacking {
    Lacking { field, sentence }
}

impl Grounds {
    /// The mitigation that they are facts of.
    pub fn of(&self) -> Mitigation {
        match self {
            Self::Encryption { .. } => Mitigation::Encryption,
            Self::TrustedPartner { .. } => Mitigation::TrustedPartner,
        }
    }

    /// Grounds of which nothing is known; none where a mitigation rests on its evidence alone.
    pub fn unknown(mitigation: Mitigation) -> Option<Self> {
        match mitigation {
            Mitigation::Encryption => Some(Self::Encryption {
                strong_method: None,
                key_safe: None,
                available_elsewhere: None,
            }),
            Mitigation::TrustedPartner => Some(Self::TrustedPartner {
                partner: None,
                assurance: None,
                confirmation: None,
            }),
            Mitigation::Nullified => None,
        }
    }

    /// What stands in the way of accepting the mitigation, if anything: a fact that is not given, or
    /// one that speaks against it.
    pub fn lacks(&self) -> Option<Lacking> {
        match self {
            Self::Encryption {
                strong_method,
                key_safe,
                available_elsewhere,
            } => [
                is_so(*strong_method, "strong_method", STRONG_METHOD),
                is_so(*key_safe, "key_safe", KEY_SAFE),
                is_so(*available_elsewhere, "available_elsewhere", ELSEWHERE),
            ]
            .into_iter()
            .flatten()
            .next(),
            Self::TrustedPartner {
                partner,
                assurance,
                confirmation,
            } => [
                is_said(partner, "partner", "Say who the trusted partner is: organisation and role"),
                is_said(
                    assurance,
                    "assurance",
                    "Say what assurance the partner had given before this happened",
                ),
                is_said(
                    confirmation,
                    "confirmation",
                    "Say how the partner confirmed in writing that the data were returned or deleted",
                ),
            ]
            .into_iter()
            .flatten()
            .next(),
        }
    }

    /// Each fact that is known, in words.
    pub fn in_words(&self) -> Vec<String> {
        let truth = |label: &str, truth: Option<bool>| {
            let truth = truth.map(|truth| if truth { "yes" } else { "no" });
            truth.map(|truth| format!("{label}: {truth}"))
        };
        let text = |label: &str, text: &Option<Box<str>>| {
            text.as_ref().map(|text| format!("{label}: {text}"))
        };
        let facts = match self {
            Self::Encryption {
                strong_method,
                key_safe,
                available_elsewhere,
            } => [
                truth("strong method", *strong_method),
                truth("key safe", *key_safe),
                truth("data still available elsewhere", *available_elsewhere),
            ],
            Self::TrustedPartner {
                partner,
                assurance,
                confirmation,
            } => [
                text("partner", partner),
                text("assurance beforehand", assurance),
                text("written confirmation", confirmation),
            ],
        };
        facts.into_iter().flatten().collect()
    }
}

/// What a mitigation rests on, as an assessment shows it: each fact, or that they were not asked for yet
/// when it was accepted.
pub fn grounds_in_words(claimed: ClaimedMitigation, grounds: Option<&Grounds>) -> Vec<String> {
    match (grounds, Grounds::unknown(claimed.kind)) {
        (Some(grounds), _) => grounds.in_words(),
        (None, Some(_)) if claimed.accepted => {
            vec!["accepted before the desk asked for its three facts".to_owned()]
        }
        (None, Some(_) | None) => Vec::new(),
    }
}

/// What to say where a fact of encryption is not known, and where it is not so.
type Answers = (&'static str, &'static str);

const STRONG_METHOD: Answers = (
    "Say whether the encryption method is strong",
    "A weak method does not protect the data. Record the encryption as claimed",
);
const KEY_SAFE: Answers = (
    "Say whether the key is safe",
    "The key is not safe, so the data can be read. Record the encryption as claimed",
);
const ELSEWHERE: Answers = (
    "Say whether the data are still available elsewhere",
    "The data are lost, which is a breach of availability. Record the encryption as claimed",
);

fn is_so(known: Option<bool>, field: &'static str, (ask, refuse): Answers) -> Option<Lacking> {
    match known {
        Some(true) => None,
        Some(false) => Some(lacking(field, refuse)),
        None => Some(lacking(field, ask)),
    }
}

fn is_said(text: &Option<Box<str>>, field: &'static str, ask: &'static str) -> Option<Lacking> {
    let is_given = text.as_ref().is_some_and(|text| !text.trim().is_empty());
    (!is_given).then(|| lacking(field, ask))
}
