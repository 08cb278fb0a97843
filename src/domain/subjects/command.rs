//! What a person asks about telling people, and what became true of it.

use super::{Authority, Delay, Exemption, Opinion, Telling, Told};
use crate::domain::id::OrganisationId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person asks about telling people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum SubjectsCommand {
    /// Recommend, as data protection officer.
    Recommend {
        /// For which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// Whether people are told.
        telling: Telling,
        /// Under which exemption they are not; needed where the risk is high (ART34-FULL).
        #[serde(default)]
        exemption: Option<Exemption>,
        /// Why.
        reasons: Box<str>,
    },
    /// Decide, as SIRO or Caldicott Guardian, or break their tie as Accountable Officer.
    Decide {
        /// For which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// Whether people are told.
        telling: Telling,
        /// Under which exemption they are not; needed where the risk is high (ART34-FULL).
        #[serde(default)]
        exemption: Option<Exemption>,
        /// Why.
        reasons: Box<str>,
        /// That it replaces what somebody else has decided in the same role.
        #[serde(default)]
        replaces: bool,
    },
    /// Record that people were told: a fact, whatever was decided.
    Told {
        /// By which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// How: by letter, by phone, by a public notice.
        how: Box<str>,
        /// How many, if known.
        #[serde(default)]
        people: Option<u32>,
        /// When; now, if absent.
        #[serde(default)]
        told_at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// Why it is late, where its day had passed (CLK-HONEST).
        #[serde(default)]
        late_reason: Option<Box<str>>,
        /// What shows the time, such as the regulator's receipt (CLK-HONEST).
        #[serde(default)]
        evidence: Option<Box<str>>,
        /// What they were told happened (ART34-FULL).
        #[serde(default)]
        nature: Box<str>,
        /// Whom they were told to ask.
        #[serde(default)]
        contact: Box<str>,
        /// What they were told may come of it.
        #[serde(default)]
        consequences: Box<str>,
        /// What they were told was done, and what they can do.
        #[serde(default)]
        measures: Box<str>,
    },
    /// Record that an authority asked to tell people later.
    Delay {
        /// For which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// Which authority asked; a command of a time before this was asked lacks it, and is refused.
        #[serde(default)]
        authority: Option<Authority>,
        /// Who asked there, by name or unit.
        asked_by: Box<str>,
        /// Why.
        reason: Box<str>,
        /// When it is looked at again.
        review_on: NaiveDate,
    },
}

impl SubjectsCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recommend { .. } => "subjects_recommend",
            Self::Decide { .. } => "subjects_decide",
            Self::Told { .. } => "subjects_told",
            Self::Delay { .. } => "subjects_delay",
        }
    }

    /// The controller that it names.
    pub fn controller(&self) -> Option<&OrganisationId> {
        match self {
            Self::Recommend { controller, .. }
            | Self::Decide { controller, .. }
            | Self::Told { controller, .. }
            | Self::Delay { controller, .. } => controller.as_ref(),
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
    /// An authority asked to tell them later.
    Delayed(Delay),
}

impl SubjectsEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recommended(_) => "subjects_recommended",
            Self::Decided(_) => "subjects_decided",
            Self::Told(_) => "subjects_told",
            Self::Delayed(_) => "subjects_delayed",
        }
    }
}
