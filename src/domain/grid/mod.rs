//! From severity and likelihood to what must be done about them (BOB-GRID and its neighbours).
//!
//! Two grades, never their product: 5×2 is below the line and 2×3 above it. Deliberately decides
//! nothing: the outcome is a presumption that the data protection officer answers.

mod grounds;
mod vocabulary;

pub use grounds::{Grounds, Lacking, grounds_in_words};
pub use vocabulary::{
    ClaimedMitigation, Factor, GradingPolicy, Harm, LIKELIHOOD_WORDS, Mitigation, Outcome,
    SEVERITY_WORDS,
};

use super::policy::{GridLine, GridPolicy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

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

impl GradeError {
    /// Which of the two grades it is.
    pub fn axis(&self) -> &'static str {
        self.axis
    }
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
    /// Why, for people: what is stored keeps its fixed words.
    pub fn why(&self) -> &str {
        match self.basis.as_str() {
            "grid" => "high enough on the grid",
            "sensitivity" => "a sensitive factor",
            "grid+sensitivity" => "high enough on the grid, and a sensitive factor",
            "below the grid line, no sensitivity factor" => "low on the grid, no sensitive factor",
            other => other,
        }
    }

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
