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

/// What part an operator had in an incident when its question was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Concerned {
    /// It was a controller, or reported it: this case waits for its answer.
    Itself,
    /// It was affected as a partner: its answer is its own duty, and no stage of this case waits for it.
    AsPartner,
}

/// An operator whose question somebody else's triage would have ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NisKept {
    /// Which operator.
    pub operator: OrganisationId,
    /// What part it had.
    pub concerned: Concerned,
}

/// That an operator's own people corrected the facts so that there is nothing to answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NothingToAnswer {
    /// Which operator.
    pub operator: OrganisationId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    /// How grave the incident was then.
    pub made_on: Gravity,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

impl NothingToAnswer {
    /// What has happened since that asks the question again, as of an answer "no"; nothing where the operator
    /// has no part in the incident any more.
    fn overtaken_by(&self, incident: &Incident) -> Option<&'static str> {
        #[cfg(test)]
        if mutant::is(Mutant::AnAnswerIsForEver) {
            return None;
        }
        let since = Gravity::of(incident).since(self.made_on);
        since.filter(|_| concerned(incident, &self.operator).is_some())
    }
}

fn concerned(incident: &Incident, operator: &OrganisationId) -> Option<Concerned> {
    let facts = &incident.facts;
    if facts.controllers.contains(operator) || incident.reporter.organisation == *operator {
        Some(Concerned::Itself)
    } else if facts.affected_partners.contains(operator) {
        Some(Concerned::AsPartner)
    } else {
        None
    }
}

/// How it was said that an incident is no cyber incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Saying {
    /// The facts were changed to say so.
    Triaged,
    /// Whoever was asked confirmed it in words.
    Confirmed,
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
    /// How it was said; absent on what was recorded when a reason alone confirmed it. That counts as it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Saying>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// Why somebody is to look again at whether this is a cyber incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookAgain {
    /// It has become graver since, in words.
    Since(&'static str),
    /// It was serious already, nobody was there whose word stands, and one person alone said so.
    OnePersonSaidSo,
}

impl LookAgain {
    /// When it was called no cyber incident, in words: "before it was declared major".
    pub fn in_words(self) -> String {
        match self {
            Self::Since(since) => format!("before it {since}"),
            Self::OnePersonSaidSo => "by one person alone".to_owned(),
        }
    }
}

/// Why whoever speaks on it is to look again at what was called no cyber incident: a "no" is about the incident as
/// it was then, whoever said so (BOB-CYBER). Nothing of what was said before that was kept.
pub fn not_cyber_to_look_at(incident: &Incident) -> Option<LookAgain> {
    let said = incident.casework().regulator.not_cyber.last()?;
    #[cfg(test)]
    if mutant::is(Mutant::NotCyberIsForEver) {
        return None;
    }
    let since = Gravity::of(incident).since(said.made_on);
    let is_alone =
        said.how == Some(Saying::Triaged) && !said.by_officer && said.made_on.is_serious();
    let alone = is_alone.then_some(LookAgain::OnePersonSaidSo);
    let again = since.map(LookAgain::Since).or(alone);
    again.filter(|_| !incident.facts.cyber)
}

/// The last answer of an operator, whether it still holds or not.
pub fn last_nis_answer<'a>(
    incident: &'a Incident,
    operator: &OrganisationId,
) -> Option<&'a NisAnswer> {
    let mut answers = incident.casework().regulator.nis_answers.iter();
    answers.rfind(|answer| answer.operator == *operator)
}

/// The operators that a triage names no more and that answer all the same, besides those that are asked anyway.
/// Their own people say that no service of theirs was hit; nobody else's triage does.
pub fn nis_still_asked<'a>(
    incident: &'a Incident,
    anyway: &[&OrganisationId],
) -> Vec<&'a OrganisationId> {
    let still = incident.casework().regulator.nis_still_asked.iter();
    without_repeats(still.filter(|operator| !anyway.contains(operator)))
}

/// The operators in that part that answer whatever the facts say: somebody else's triage would have ended their
/// question, or their own people said that there is nothing to answer before the incident became graver.
pub fn nis_whatever_the_facts(incident: &Incident, part: Concerned) -> Vec<&OrganisationId> {
    let regulator = &incident.casework().regulator;
    let kept = regulator.nis_kept.iter();
    let kept = kept.filter(|kept| kept.concerned == part);
    let said = regulator.nis_nothing.iter();
    let overtaken = said.filter(|said| {
        last_nothing(incident, &said.operator) == Some(said)
            && concerned(incident, &said.operator) == Some(part)
            && said.overtaken_by(incident).is_some()
    });
    without_repeats(
        kept.map(|kept| &kept.operator)
            .chain(overtaken.map(|said| &said.operator)),
    )
}

fn without_repeats<'a>(
    operators: impl Iterator<Item = &'a OrganisationId>,
) -> Vec<&'a OrganisationId> {
    let mut once = Vec::new();
    for operator in operators {
        if !once.contains(&operator) {
            once.push(operator);
        }
    }
    once
}

fn last_nothing<'a>(
    incident: &'a Incident,
    operator: &OrganisationId,
) -> Option<&'a NothingToAnswer> {
    let mut said = incident.casework().regulator.nis_nothing.iter();
    said.rfind(|said| said.operator == *operator)
}

/// What has happened since an operator answered "no", or its own people said that there is nothing to answer: the
/// later of the two.
pub fn nis_overtaken_by(incident: &Incident, operator: &OrganisationId) -> Option<&'static str> {
    let answer = last_nis_answer(incident, operator);
    let nothing = last_nothing(incident, operator);
    match (answer, nothing) {
        (answer, Some(nothing))
            if answer.is_none_or(|answer| answer.recorded.at <= nothing.recorded.at) =>
        {
            nothing.overtaken_by(incident)
        }
        (answer, _) => answer?.overtaken_by(incident),
    }
}

/// The answer of an operator that holds.
pub fn nis_answer_in_force<'a>(
    incident: &'a Incident,
    operator: &OrganisationId,
) -> Option<&'a NisAnswer> {
    last_nis_answer(incident, operator).filter(|answer| answer.overtaken_by(incident).is_none())
}
