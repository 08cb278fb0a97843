//! From severity and likelihood to what must be done about them (BOB-GRID and its neighbours).
//!
//! Two grades, never their product: 5×2 is below the line and 2×3 above it. Deliberately decides
//! nothing: the outcome is a presumption that the data protection officer answers.

use super::policy::{GridLine, GridPolicy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
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

    fn is_vulnerable_group(self) -> bool {
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

/// The two grades of one assessment, each from 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "UncheckedGrade")]
pub struct Grade {
    #[schema(minimum = 1, maximum = 5)]
    severity: u8,
    #[schema(minimum = 1, maximum = 5)]
    likelihood: u8,
}

/// A grade that is not on the grid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{axis} {given} is not on the grid; grades run from 1 to 5")]
pub struct GradeError {
    axis: &'static str,
    given: u8,
}

impl Grade {
    /// A cell of the grid.
    pub fn new(severity: u8, likelihood: u8) -> Result<Self, GradeError> {
        let on_the_grid = |axis, given| {
            let fits = (1..=5).contains(&given);
            fits.then_some(given).ok_or(GradeError { axis, given })
        };
        Ok(Self {
            severity: on_the_grid("severity", severity)?,
            likelihood: on_the_grid("likelihood", likelihood)?,
        })
    }

    /// How grave the worst credible effect on people is.
    pub fn severity(self) -> u8 {
        self.severity
    }

    /// How likely it is that an adverse effect has occurred.
    pub fn likelihood(self) -> u8 {
        self.likelihood
    }

    /// Severity times likelihood: a label that people know, never a threshold (BOB-GRID).
    pub fn score(self) -> u8 {
        self.severity * self.likelihood
    }

    fn lifted_to(self, floor: u8) -> Self {
        Self {
            severity: self.severity.max(floor),
            likelihood: self.likelihood.max(floor),
        }
    }

    fn reaches(self, line: GridLine) -> bool {
        self.severity >= line.severity && self.likelihood >= line.likelihood
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedGrade {
    severity: u8,
    likelihood: u8,
}

impl TryFrom<UncheckedGrade> for Grade {
    type Error = GradeError;

    fn try_from(unchecked: UncheckedGrade) -> Result<Self, GradeError> {
        Self::new(unchecked.severity, unchecked.likelihood)
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

/// Everything that the grading of one incident depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeInput {
    /// The grades as they were given.
    pub grade: Grade,
    /// The sensitivity factors that apply.
    #[serde(default)]
    pub factors: BTreeSet<Factor>,
    /// A mitigation, if somebody claims one.
    #[serde(default)]
    pub mitigation: Option<ClaimedMitigation>,
    /// Whether the breach was prevented before it happened (BOB-NEAR).
    #[serde(default)]
    pub near_miss: bool,
    /// Whether personal data are concerned at all (BOB-PCD).
    pub personal: bool,
    /// Whether any of the people concerned is living (BOB-PCD).
    pub living: bool,
}

/// What a grading comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
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
                "Report to the ICO within 72 hours of awareness, unless the DPO declines in writing \
                 with reasons; SIRO and Caldicott Guardian are informed"
            }
            Self::NotifiableDpoMayDecline => {
                "The 72 hours run; the DPO may decline in writing on the strength of the \
                 mitigation, and the Caldicott Guardian countersigns where a factor applies"
            }
            Self::NotNotifiable => {
                "No report to the ICO; the breach, its effects and this grading stay on record"
            }
            Self::NoBreach => {
                "No report to the ICO; keep the evidence of encryption, and consider the clinical \
                 safety route"
            }
            Self::NearMiss => {
                "No report to the ICO; record what prevented the harm, and the local clocks still \
                 run"
            }
            Self::NotPersonalData => {
                "No report to the ICO; the duty of confidence may still apply, and the local \
                 clocks still run"
            }
            Self::DeceasedOnly => {
                "No report to the ICO; the duty of confidence to the dead applies, and the \
                 Caldicott Guardian is informed"
            }
        }
    }
}

/// The result of a grading, with its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Grading {
    /// Severity after the floor.
    pub effective_severity: u8,
    /// Likelihood after the floor.
    pub effective_likelihood: u8,
    /// The product of the grades as given; a label.
    pub score: u8,
    /// Whether the effective grades reach the reporting line.
    pub grid: bool,
    /// Whether a sensitivity factor alone would make it notifiable.
    pub sensitivity: bool,
    /// Whether it lies in the upper zone; advice.
    pub dhsc: bool,
    /// Whether the question of telling the people concerned must be asked (BOB-SUBJECTS).
    pub art34_prompt: bool,
    /// What it comes to.
    pub outcome: Outcome,
    /// Whether the controller must report unless the data protection officer declines.
    pub ico_required: bool,
    /// Why, in a few fixed words.
    pub basis: String,
}

impl Grading {
    /// What happens now, for the officer.
    pub fn consequence(&self) -> &'static str {
        self.outcome.consequence()
    }
}

/// Grades an incident. The order matters (BOB-MIT): what is no matter for the ICO at all, then
/// encryption, then the grid and the factors, then what may excuse from reporting.
pub fn assess(input: &GradeInput, policy: &GridPolicy) -> Grading {
    let effective = lift(input, policy);
    match outside_the_duty(input) {
        Some((outcome, basis)) => Grading {
            effective_severity: effective.severity,
            effective_likelihood: effective.likelihood,
            score: input.grade.score(),
            grid: false,
            sensitivity: false,
            dhsc: false,
            art34_prompt: false,
            outcome,
            ico_required: false,
            basis: basis.to_owned(),
        },
        None => on_the_grid(input, effective, policy),
    }
}

/// Vulnerable groups lift both grades to the floor (BOB-FLOOR); under the other policy every factor
/// does.
fn lift(input: &GradeInput, policy: &GridPolicy) -> Grade {
    let lifts = |factor: &Factor| match policy.policy {
        GradingPolicy::BobStrict => factor.is_vulnerable_group(),
        GradingPolicy::DsptFloor => true,
    };
    if input.factors.iter().any(lifts) {
        input.grade.lifted_to(policy.floor)
    } else {
        input.grade
    }
}

fn outside_the_duty(input: &GradeInput) -> Option<(Outcome, &'static str)> {
    if input.near_miss {
        Some((Outcome::NearMiss, "no breach occurred"))
    } else if !input.personal {
        Some((Outcome::NotPersonalData, "no personal data involved"))
    } else if !input.living {
        Some((
            Outcome::DeceasedOnly,
            "no living data subject; duty of confidence only",
        ))
    } else if accepted(input) == Some(Mitigation::Encryption) {
        Some((
            Outcome::NoBreach,
            "encrypted, key safe, data still available",
        ))
    } else {
        None
    }
}

/// A mitigation that is claimed but not accepted changes nothing.
fn accepted(input: &GradeInput) -> Option<Mitigation> {
    input
        .mitigation
        .filter(|claimed| claimed.accepted)
        .map(|claimed| claimed.kind)
}

fn on_the_grid(input: &GradeInput, effective: Grade, policy: &GridPolicy) -> Grading {
    let grid = effective.reaches(policy.line());
    let sensitivity = policy.policy == GradingPolicy::BobStrict && !input.factors.is_empty();
    let ico_required = grid || sensitivity;
    let outcome = match (ico_required, accepted(input)) {
        (false, _) => Outcome::NotNotifiable,
        (true, None) => Outcome::Notifiable,
        (true, Some(_)) => Outcome::NotifiableDpoMayDecline,
    };
    let basis = match (grid, sensitivity) {
        (true, true) => "grid+sensitivity",
        (true, false) => "grid",
        (false, true) => "sensitivity",
        (false, false) => "below the grid line, no sensitivity factor",
    };
    Grading {
        effective_severity: effective.severity,
        effective_likelihood: effective.likelihood,
        score: input.grade.score(),
        grid,
        sensitivity,
        dhsc: policy.upper_zone && effective.reaches(policy.upper_zone_line()),
        art34_prompt: policy
            .art34_lines
            .iter()
            .any(|line| effective.reaches(*line)),
        outcome,
        ico_required,
        basis: basis.to_owned(),
    }
}
