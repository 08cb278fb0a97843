//! The words of the grid: factors, mitigations, harms and outcomes, each with its name for people.
//!
//! Deliberately decides nothing: how they work together is the grid's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What makes a breach sensitive whatever its grade (BOB-SENS).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Factor {
    /// Children in a vulnerable situation.
    VulnerableChildren,
    /// Adults in a vulnerable situation.
    VulnerableAdults,
    /// Convictions, allegations, sentencing.
    Criminal,
    /// A protected characteristic with potential discrimination.
    EqualityAct,
    /// A communicable disease.
    CommunicableDisease,
    /// Sexual health.
    SexualHealth,
    /// Mental health.
    MentalHealth,
    /// Any other special category of personal data.
    SpecialCategory,
}

impl Factor {
    /// Every factor, in the order of the procedure.
    pub const ALL: [Self; 8] = [
        Self::VulnerableChildren,
        Self::VulnerableAdults,
        Self::Criminal,
        Self::EqualityAct,
        Self::CommunicableDisease,
        Self::SexualHealth,
        Self::MentalHealth,
        Self::SpecialCategory,
    ];

    /// The factor as people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::VulnerableChildren => "vulnerable children",
            Self::VulnerableAdults => "vulnerable adults",
            Self::Criminal => "criminal convictions or allegations",
            Self::EqualityAct => "protected characteristics, potential discrimination",
            Self::CommunicableDisease => "communicable disease",
            Self::SexualHealth => "sexual health",
            Self::MentalHealth => "mental health",
            Self::SpecialCategory => "special category data",
        }
    }

    pub(super) fn is_vulnerable_group(self) -> bool {
        matches!(self, Self::VulnerableChildren | Self::VulnerableAdults)
    }
}

/// What may take a breach out of the duty to notify (BOB-MIT).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mitigation {
    /// Strong method, key safe, and the data still available elsewhere.
    Encryption,
    /// The wrong recipient is one whose assurance existed beforehand.
    TrustedPartner,
    /// The effect was cancelled before harm.
    Nullified,
}

impl Mitigation {
    /// Every mitigation.
    pub const ALL: [Self; 3] = [Self::Encryption, Self::TrustedPartner, Self::Nullified];

    /// The mitigation as people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Encryption => "encrypted, key safe, data still available",
            Self::TrustedPartner => "trusted partner",
            Self::Nullified => "effect cancelled",
        }
    }
}

/// A mitigation that somebody claims; it counts only once the data protection officer accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimedMitigation {
    /// What is claimed.
    pub kind: Mitigation,
    /// Whether the data protection officer has accepted it, with evidence.
    pub accepted: bool,
}

/// What a sensitivity factor does (BOB-SENS): the owner of the procedure chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GradingPolicy {
    /// Any factor makes the breach notifiable, to the letter of the procedure.
    BobStrict,
    /// A factor only lifts both grades to the floor.
    DsptFloor,
}

impl GradingPolicy {
    /// Both policies, the default first.
    pub const ALL: [Self; 2] = [Self::BobStrict, Self::DsptFloor];
}

/// A kind of harm to people (BOB-HARM).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// Loss of control over their data.
    LossOfControl,
    /// Limitation of their rights.
    LimitationOfRights,
    /// Discrimination.
    Discrimination,
    /// Identity theft.
    IdentityTheft,
    /// Fraud.
    Fraud,
    /// Financial loss.
    FinancialLoss,
    /// Reversal of pseudonymisation.
    ReversalOfPseudonymisation,
    /// Damage to reputation.
    Reputation,
    /// Loss of professional secrecy.
    ProfessionalSecrecy,
    /// Another economic or social disadvantage.
    OtherDisadvantage,
}

impl Harm {
    /// Every kind, in the order of the procedure.
    pub const ALL: [Self; 10] = [
        Self::LossOfControl,
        Self::LimitationOfRights,
        Self::Discrimination,
        Self::IdentityTheft,
        Self::Fraud,
        Self::FinancialLoss,
        Self::ReversalOfPseudonymisation,
        Self::Reputation,
        Self::ProfessionalSecrecy,
        Self::OtherDisadvantage,
    ];

    /// The harm as people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LossOfControl => "loss of control over personal data",
            Self::LimitationOfRights => "limitation of rights",
            Self::Discrimination => "discrimination",
            Self::IdentityTheft => "identity theft",
            Self::Fraud => "fraud",
            Self::FinancialLoss => "financial loss",
            Self::ReversalOfPseudonymisation => "reversal of pseudonymisation",
            Self::Reputation => "damage to reputation",
            Self::ProfessionalSecrecy => "loss of professional secrecy",
            Self::OtherDisadvantage => "other economic or social disadvantage",
        }
    }
}

/// What a grading comes to. In the description it has a longer name, because what came of a call is
/// an outcome as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = GradingOutcome)]
pub enum Outcome {
    /// The controller must report unless the data protection officer decides otherwise.
    Notifiable,
    /// As above, with a mitigation on which a decline may rest.
    NotifiableDpoMayDecline,
    /// Recorded, not reported.
    NotNotifiable,
    /// The data cannot be read by anybody and are not lost.
    NoBreach,
    /// Prevented in time.
    NearMiss,
    /// Nothing about people.
    NotPersonalData,
    /// Only about people who have died.
    DeceasedOnly,
}

impl Outcome {
    /// The outcome as people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Notifiable => "notifiable",
            Self::NotifiableDpoMayDecline => "notifiable, the DPO may decline",
            Self::NotNotifiable => "not notifiable",
            Self::NoBreach => "no breach",
            Self::NearMiss => "near miss",
            Self::NotPersonalData => "no personal data",
            Self::DeceasedOnly => "deceased only",
        }
    }

    /// What happens now, for the officer.
    pub fn consequence(self) -> &'static str {
        match self {
            Self::Notifiable => {
                "Report to the ICO within 72 hours of awareness, unless the DPO declines in writing with reasons. Tell the SIRO and the Caldicott Guardian"
            }
            Self::NotifiableDpoMayDecline => {
                "The 72 hours run. The DPO may decline in writing because of the mitigation; where a factor applies, the Caldicott Guardian countersigns"
            }
            Self::NotNotifiable => {
                "No report to the ICO. The breach, its effects and this grading stay on record"
            }
            Self::NoBreach => {
                "No report to the ICO. Keep the evidence of encryption, and consider the clinical safety route"
            }
            Self::NearMiss => {
                "No report to the ICO. Record what prevented the harm. The local clocks still run"
            }
            Self::NotPersonalData => {
                "No report to the ICO. The duty of confidence may still apply. The local clocks still run"
            }
            Self::DeceasedOnly => {
                "No report to the ICO. The duty of confidence to deceased people applies. Tell the Caldicott Guardian"
            }
        }
    }
}

/// What the severity numbers mean, 1 to 5 (BOB-GRID).
pub const SEVERITY_WORDS: [&str; 5] = [
    "no adverse effect",
    "potentially some minor adverse effect",
    "potentially some adverse effect",
    "potentially pain and suffering or financial loss",
    "death or catastrophic event",
];

/// What the likelihood numbers mean, 1 to 5 (BOB-GRID).
pub const LIKELIHOOD_WORDS: [&str; 5] = [
    "not occurred",
    "not likely",
    "likely",
    "highly likely",
    "occurred",
];
