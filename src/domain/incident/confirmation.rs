//! What somebody confirms in words when they triage (ICO-DUTY, BOB-CYBER).
//!
//! Facts that ask for less than before wait until whoever is asked says that they are so. Typing the same facts
//! again says nothing. Who may confirm, and when something waits for it, is judged in `decide`.

use super::Facts;
use crate::domain::id::OrganisationId;
use crate::domain::rule::RuleId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Confirmation {
    /// It is not a breach, so the ICO need not be told.
    NotABreach,
    /// It is a near miss, so the ICO need not be told.
    NearMiss,
    /// No personal data of living people are concerned, so the ICO need not be told.
    NoPersonalData,
    /// It is not a cyber incident.
    NotCyber,
}

impl Confirmation {
    /// Every confirmation, in the order of a form.
    pub const ALL: [Self; 4] = [
        Self::NotABreach,
        Self::NearMiss,
        Self::NoPersonalData,
        Self::NotCyber,
    ];

    /// The confirmation in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotABreach => "not a breach",
            Self::NearMiss => "near miss",
            Self::NoPersonalData => "no personal data of living people",
            Self::NotCyber => "not cyber",
        }
    }

    /// What a controller's officer would confirm, where these facts say that the ICO need not be told.
    pub fn that_the_ico_has_no_part(
        facts: &Facts,
        controller: &OrganisationId,
    ) -> Option<(RuleId, Self)> {
        let (rule, _) = facts.no_regulator_because(Some(controller))?;
        let by_rule = [
            (RuleId::BobNear, Self::NearMiss),
            (RuleId::BobSuspect, Self::NotABreach),
            (RuleId::BobPcd, Self::NoPersonalData),
        ];
        by_rule.into_iter().find(|(known, _)| *known == rule)
    }
}
