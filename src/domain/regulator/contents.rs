//! What a notification says: to which body, and how far each item that the law asks for is known
//! (ICO-CONTENT).

use crate::domain::event::Signed;
use crate::domain::id::OrganisationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A body that is told.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum Body {
    /// The Information Commissioner.
    #[serde(rename = "ICO")]
    Ico,
    /// NHS England, for cyber incidents (BOB-CYBER).
    #[serde(rename = "NHSE")]
    Nhse,
    /// The competent authority of the NIS Regulations for health (NIS-72H).
    #[serde(rename = "DHSC_NIS")]
    DhscNis,
}

impl Body {
    /// Every body, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Ico, Self::Nhse, Self::DhscNis];

    /// The body in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ico => "ICO",
            Self::Nhse => "NHS England",
            Self::DhscNis => "NIS authority (DHSC)",
        }
    }

    /// What a notification to it contains: Article 33(3) of the UK GDPR, or regulation 11(3) of the
    /// NIS Regulations (ICO-CONTENT).
    pub fn contents(self) -> &'static [Item] {
        match self {
            Self::Ico | Self::Nhse => &[
                Item::Nature,
                Item::DataSubjects,
                Item::Records,
                Item::ContactPoint,
                Item::Consequences,
                Item::Measures,
            ],
            Self::DhscNis => &[
                Item::Operator,
                Item::Time,
                Item::Duration,
                Item::Impact,
                Item::CrossBorder,
                Item::Further,
            ],
        }
    }
}

/// Something that a notification must contain.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// The nature of the breach.
    Nature,
    /// Categories and approximate number of the people concerned.
    DataSubjects,
    /// Categories and approximate number of the records concerned.
    Records,
    /// The data protection officer or another contact point.
    ContactPoint,
    /// Likely consequences.
    Consequences,
    /// Measures taken or proposed.
    Measures,
    /// The operator and the essential services it provides.
    Operator,
    /// When the incident occurred.
    Time,
    /// How long it lasted.
    Duration,
    /// Its nature and impact.
    Impact,
    /// Any impact across borders.
    CrossBorder,
    /// Anything else that helps the authority.
    Further,
}

impl Item {
    /// The item in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nature => "nature of the breach",
            Self::DataSubjects => "people concerned: categories and number",
            Self::Records => "records concerned: categories and number",
            Self::ContactPoint => "contact point",
            Self::Consequences => "likely consequences",
            Self::Measures => "measures taken or proposed",
            Self::Operator => "operator and its services",
            Self::Time => "time of the incident",
            Self::Duration => "duration",
            Self::Impact => "nature and impact",
            Self::CrossBorder => "impact across borders",
            Self::Further => "anything else",
        }
    }

    /// Whether whoever notifies knows it of themselves, so that it may follow and is never "not known": what
    /// kind of breach it is, and whom to ask (ICO-CONTENT).
    pub fn is_ones_own(self) -> bool {
        match self {
            Self::Nature | Self::ContactPoint | Self::Operator => true,
            Self::DataSubjects
            | Self::Records
            | Self::Consequences
            | Self::Measures
            | Self::Time
            | Self::Duration
            | Self::Impact
            | Self::CrossBorder
            | Self::Further => false,
        }
    }

    /// The item as the label of a form.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nature => "Nature",
            Self::DataSubjects => "People",
            Self::Records => "Records",
            Self::ContactPoint => "Contact point",
            Self::Consequences => "Consequences",
            Self::Measures => "Measures",
            Self::Operator => "Operator",
            Self::Time => "Time",
            Self::Duration => "Duration",
            Self::Impact => "Impact",
            Self::CrossBorder => "Across borders",
            Self::Further => "Anything else",
        }
    }

    /// The item in one word, for the shell.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nature => "nature",
            Self::DataSubjects => "people",
            Self::Records => "records",
            Self::ContactPoint => "contact",
            Self::Consequences => "consequences",
            Self::Measures => "measures",
            Self::Operator => "operator",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Impact => "impact",
            Self::CrossBorder => "borders",
            Self::Further => "further",
        }
    }
}

/// How far an item of the contents is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Known {
    /// It is in the notification.
    Given,
    /// It is to follow, by a date.
    #[default]
    ToFollow,
    /// It is not known and cannot be promised.
    NotKnown,
}

impl Known {
    /// Every state, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Given, Self::ToFollow, Self::NotKnown];

    /// The state in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::ToFollow => "to follow",
            Self::NotKnown => "not known",
        }
    }
}

/// One item of a notification, as far as known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Which item.
    pub item: Item,
    /// How far it is known.
    pub known: Known,
    /// What is said; needed where it is given.
    #[serde(default)]
    pub text: Option<Box<str>>,
}

/// Contents prepared for a notification; a later draft replaces an earlier one, and the trail keeps
/// both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// To whom.
    pub body: Body,
    /// For which controller.
    pub controller: OrganisationId,
    /// What is prepared.
    pub contents: Vec<Content>,
    /// By whom, and when.
    pub prepared: Signed,
}
