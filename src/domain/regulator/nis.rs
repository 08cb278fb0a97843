//! Whether an essential service was significantly hit: each operator's own answer, who gave it, why, and
//! how grave the incident was then (NIS-WHO). Who said that it is no cyber incident is kept the same way
//! (BOB-CYBER).
//!
//! Deliberately knows no directory: which organisations are operators is asked where they are named.

use crate::domain::event::Signed;
use crate::domain::hosting::Impact;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How grave an incident is, as far as it decides who answers for it and how long a "no" holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Gravity {
    /// The grade says that the ICO must be told.
    pub notifiable: bool,
    /// It is a serious incident requiring investigation.
    pub siri: bool,
    /// It is a major incident.
    pub major: bool,
    /// The hosted service is compromised.
    pub compromised: bool,
}

impl Gravity {
    /// How grave an incident is now.
    pub fn of(incident: &Incident) -> Self {
        Self {
            notifiable: incident.is_notifiable(),
            siri: incident.facts.siri,
            major: incident.is_major(),
            compromised: incident.casework().hosting.impact() == Impact::Compromised,
        }
    }

    /// Whether it is serious in any way.
    pub fn is_serious(self) -> bool {
        self.notifiable || self.siri || self.major || self.compromised
    }

    /// What it has become that it was not when somebody answered, in words.
    pub fn since(self, answered: Self) -> Option<&'static str> {
        let became = [
            (self.major, answered.major, "was declared major"),
            (
                self.notifiable,
                answered.notifiable,
                "was graded as notifiable",
            ),
            (self.siri, answered.siri, "became a serious incident"),
            (
                self.compromised,
                answered.compromised,
                "was found to compromise the hosted service",
            ),
        ];
        let mut became = became.into_iter();
        became.find_map(|(is, was, words)| (is && !was).then_some(words))
    }
}

/// What an operator of essential services answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NisAnswer {
    /// Which operator.
    pub operator: OrganisationId,
    /// Whether its essential service was significantly hit.
    pub significant: bool,
    /// Why it was not, or how one knows that it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    /// How grave the incident was then.
    pub made_on: Gravity,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

impl NisAnswer {
    /// What has happened since that asks the question again: a "no" is about the incident as it was then.
    pub fn overtaken_by(&self, incident: &Incident) -> Option<&'static str> {
        #[cfg(test)]
        if mutant::is(Mutant::AnAnswerIsForEver) {
            return None;
        }
        Gravity::of(incident)
            .since(self.made_on)
            .filter(|_| !self.significant)
    }
}

/// That an incident is no cyber incident after all, of which NHS England would be told (BOB-CYBER).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NotCyber {
    /// Why.
    pub reason: Box<str>,
    /// How grave the incident was then.
    pub made_on: Gravity,
    /// Whether the officer said so whose word stands for a serious incident.
    pub by_officer: bool,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// What has happened since somebody else than the officer said that this is no cyber incident, so that the
/// officer is to look again (BOB-CYBER). Nothing of what was said before that was kept.
pub fn not_cyber_overtaken_by(incident: &Incident) -> Option<&'static str> {
    let said = incident.casework().regulator.not_cyber.last()?;
    #[cfg(test)]
    if mutant::is(Mutant::NotCyberIsForEver) {
        return None;
    }
    let since = Gravity::of(incident).since(said.made_on);
    since.filter(|_| !incident.facts.cyber && !said.by_officer)
}

/// The last answer of an operator, whether it still holds or not.
pub fn last_nis_answer<'a>(
    incident: &'a Incident,
    operator: &OrganisationId,
) -> Option<&'a NisAnswer> {
    let mut answers = incident.casework().regulator.nis_answers.iter();
    answers.rfind(|answer| answer.operator == *operator)
}

/// The operators that a triage names no more and that answer all the same, besides those that are asked anyway. Their own people say that no service of theirs was hit; nobody else's triage does.
pub fn nis_still_asked<'a>(
    incident: &'a Incident,
    anyway: &[&OrganisationId],
) -> Vec<&'a OrganisationId> {
    let still = incident.casework().regulator.nis_still_asked.iter();
    let mut others: Vec<_> = still
        .filter(|operator| !anyway.contains(operator))
        .collect();
    others.dedup();
    others
}

/// The answer of an operator that holds.
pub fn nis_answer_in_force<'a>(
    incident: &'a Incident,
    operator: &OrganisationId,
) -> Option<&'a NisAnswer> {
    last_nis_answer(incident, operator).filter(|answer| answer.overtaken_by(incident).is_none())
}
