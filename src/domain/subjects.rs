//! Telling the people whose data are concerned (BOB-SUBJECTS, UK GDPR Article 34).
//!
//! Three records make the decision: the data protection officer recommends, the SIRO and the
//! Caldicott Guardian decide, each for themselves, and where they differ the Accountable Officer
//! breaks the tie. Nothing here sends a letter.

use super::Instant;
use super::event::{Entry, Signed};
use super::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was recommended, decided and done; everything only grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Subjects {
    /// The data protection officer's recommendations; the last one counts.
    pub recommendations: Vec<Opinion>,
    /// Decisions of SIRO, Caldicott Guardian and Accountable Officer, oldest first.
    pub decisions: Vec<Opinion>,
    /// When people were told, and how.
    pub told: Vec<Told>,
}

/// Whether people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Telling {
    /// They are told.
    Tell,
    /// They are not told.
    DoNotTell,
}

impl Telling {
    /// Both, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Tell, Self::DoNotTell];

    /// The choice in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tell => "tell the people",
            Self::DoNotTell => "do not tell",
        }
    }
}

/// Why people need not be told although the risk is high: Article 34(3) of the UK GDPR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Exemption {
    /// The data are unintelligible to whoever has them.
    Unintelligible,
    /// Later measures make sure that the high risk does not come about.
    LaterMeasures,
    /// It would take disproportionate effort; then the public is told instead.
    DisproportionateEffort,
}

impl Exemption {
    /// Every exemption, in the order of the article.
    pub const ALL: [Self; 3] = [
        Self::Unintelligible,
        Self::LaterMeasures,
        Self::DisproportionateEffort,
    ];

    /// The exemption in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unintelligible => "the data are unintelligible",
            Self::LaterMeasures => "later measures removed the high risk",
            Self::DisproportionateEffort => "disproportionate effort; a public notice instead",
        }
    }
}

/// What somebody in a role recommends or decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Opinion {
    /// Whether people are told.
    pub telling: Telling,
    /// Under which exemption they are not.
    pub exemption: Option<Exemption>,
    /// Why.
    pub reasons: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
}

/// That people were told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// When.
    pub at: DateTime<Utc>,
    /// How: by letter, by phone, by a public notice.
    pub how: Box<str>,
    /// How many, if known.
    pub people: Option<u32>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// What a person asks about telling people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum SubjectsCommand {
    /// Recommend, as data protection officer.
    Recommend {
        /// Whether people are told.
        telling: Telling,
        /// Under which exemption they are not.
        #[serde(default)]
        exemption: Option<Exemption>,
        /// Why.
        reasons: Box<str>,
    },
    /// Decide, as SIRO or Caldicott Guardian, or break their tie as Accountable Officer.
    Decide {
        /// Whether people are told.
        telling: Telling,
        /// Under which exemption they are not.
        #[serde(default)]
        exemption: Option<Exemption>,
        /// Why.
        reasons: Box<str>,
    },
    /// Record that people were told.
    Told {
        /// How: by letter, by phone, by a public notice.
        how: Box<str>,
        /// How many, if known.
        #[serde(default)]
        people: Option<u32>,
        /// When; now, if absent.
        #[serde(default)]
        told_at: Option<DateTime<Utc>>,
    },
}

impl SubjectsCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recommend { .. } => "subjects_recommend",
            Self::Decide { .. } => "subjects_decide",
            Self::Told { .. } => "subjects_told",
        }
    }
}

/// What became true of telling people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum SubjectsEvent {
    /// The data protection officer recommended.
    Recommended(Opinion),
    /// SIRO, Caldicott Guardian or Accountable Officer decided.
    Decided(Opinion),
    /// People were told.
    Told(Told),
}

impl SubjectsEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recommended(_) => "subjects_recommended",
            Self::Decided(_) => "subjects_decided",
            Self::Told(_) => "subjects_told",
        }
    }
}

/// Where the decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The data protection officer has recommended nothing yet.
    NotAsked,
    /// This role, and perhaps the other, has still to decide.
    Awaits(Role),
    /// SIRO and Caldicott Guardian differ; the Accountable Officer decides.
    Tied,
    /// Decided, at this instant.
    Decided(Telling, Instant),
}

impl Subjects {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &SubjectsEvent, _entry: &Entry) {
        match event {
            SubjectsEvent::Recommended(opinion) => self.recommendations.push(opinion.clone()),
            SubjectsEvent::Decided(opinion) => self.decisions.push(opinion.clone()),
            SubjectsEvent::Told(told) => self.told.push(told.clone()),
        }
    }

    /// Where the decision stands. What was decided before the last recommendation does not count, nor
    /// what officers of another organisation than the recommending one have decided.
    pub fn standing(&self) -> Standing {
        let Some(recommended) = self.recommendations.last() else {
            return Standing::NotAsked;
        };
        let last_of = |role| {
            self.decisions.iter().rfind(|decision| {
                decision.signed.by.role == role
                    && decision.signed.by.organisation == recommended.signed.by.organisation
                    && decision.signed.at >= recommended.signed.at
            })
        };
        let (siro, guardian) = match (last_of(Role::Siro), last_of(Role::Cg)) {
            (Some(siro), Some(guardian)) => (siro, guardian),
            (None, _) => return Standing::Awaits(Role::Siro),
            (Some(_), None) => return Standing::Awaits(Role::Cg),
        };
        let both_at = siro.signed.at.max(guardian.signed.at);
        if siro.telling == guardian.telling {
            return Standing::Decided(siro.telling, both_at);
        }
        match last_of(Role::Ao).filter(|tie| tie.signed.at >= both_at) {
            Some(tie) => Standing::Decided(tie.telling, tie.signed.at),
            None => Standing::Tied,
        }
    }

    /// Since when people are to be told and have not been.
    pub fn owed_since(&self) -> Option<Instant> {
        match self.standing() {
            Standing::Decided(Telling::Tell, at) if self.told.is_empty() => Some(at),
            Standing::Decided(..) | Standing::NotAsked | Standing::Awaits(_) | Standing::Tied => {
                None
            }
        }
    }
}
