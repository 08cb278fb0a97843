//! What a regulator asks later, who answers it, and what came of it (ICO-ASKS); and why NHS England was
//! not told of a cyber incident (BOB-CYBER).

use super::{Body, Gravity};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::contacts::{Contact, Struck};
use crate::domain::directory::Directory;
use crate::domain::event::Signed;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::role::{Holding, Role};
use crate::domain::verdict;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An enquiry of a regulator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Enquiry {
    /// Its identity.
    pub id: Uuid,
    /// Who asks.
    pub body: Body,
    /// Which controller is asked.
    pub controller: OrganisationId,
    /// What is asked.
    pub text: Box<str>,
    /// The regulator's own reference, if it gave one.
    pub reference: Option<Box<str>>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Until when it is to be answered.
    pub due_on: NaiveDate,
    /// The role that answers.
    pub answers: Role,
    /// Who recorded it, and when.
    pub recorded: Signed,
    /// What was answered, oldest first.
    pub answered: Vec<EnquiryAnswer>,
    /// Results in the end.
    pub outcome: Option<EnquiryOutcome>,
    /// That it was recorded by mistake, as somebody has said since: nobody owes it an answer (ICO-ASKS).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<Struck>,
    /// That somebody asked to strike it out after it had run out or was answered, which takes a second person:
    /// until somebody agrees it counts (ICO-ASKS, CLK-HONEST).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strike_asked: Option<Struck>,
}

/// An answer to an enquiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EnquiryAnswer {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// What it said.
    pub text: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// What came of an enquiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EnquiryOutcome {
    /// In words: no further action, a reprimand, a fine.
    pub text: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// Why a body was not told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NotTold {
    /// Why.
    pub reason: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
    /// How grave the incident was then; absent on what was recorded before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_on: Option<Gravity>,
}

/// Who agrees to strike out what ran out, each row where nobody of the one before is in post.
const SECONDS: [&[Role]; 3] = [
    &[Role::Igt, Role::Siro],
    &[Role::Dpo, Role::Adpo],
    &[Role::Ao, Role::Cg],
];

impl NotTold {
    /// What has happened since that asks again: the reason is about the incident as it was then
    /// (BOB-CYBER). Nothing overtakes what was recorded before that was kept.
    pub fn overtaken_by(&self, incident: &Incident) -> Option<&'static str> {
        Gravity::of(incident).since(self.made_on?)
    }
}

impl Enquiry {
    /// Whether something is still to be done about it.
    pub fn is_open(&self) -> bool {
        self.outcome.is_none() && !self.is_struck()
    }

    /// Whether it was recorded by mistake, so that a regulator asked nothing here.
    pub fn is_struck(&self) -> bool {
        self.struck.is_some()
    }

    /// The end of the day by which it is to be answered.
    pub fn due_at(&self) -> Instant {
        calendar::end_of_day(self.due_on)
    }

    /// Whether it takes two people to strike it out: its day has passed, or somebody has answered it.
    pub fn takes_two_to_strike(&self, now: Instant) -> bool {
        now > self.due_at() || self.is_answered() || self.outcome.is_some()
    }

    /// The day on which it ran out, where nobody had answered it by then and it was struck out afterwards
    /// (CLK-HONEST).
    pub fn ran_out_before_it_was_struck(&self) -> Option<NaiveDate> {
        let struck = self.struck.as_ref()?;
        let asked = self.strike_asked.as_ref().unwrap_or(struck);
        let mut answered = self.answered.iter();
        let in_time = answered.any(|answer| answer.at <= self.due_at());
        (asked.signed.at > self.due_at() && !in_time).then_some(self.due_on)
    }

    /// Who may agree to strike it out: the IG team or the SIRO of the controller that was asked; in a vacancy
    /// whoever comes next there. Never who recorded it, who asks, or whoever owes the answer (ICO-ASKS,
    /// NOBODY-THERE).
    pub fn may_agree_to_strike<'a>(
        &self,
        asks: &PersonId,
        directory: &'a Directory,
        now: Instant,
    ) -> Vec<&'a Holding> {
        let owes = |role: Role| Contact::held_by(role, &self.controller);
        let answers = owes(self.answers);
        let holders = |roles: &[Role]| -> Vec<&'a Holding> {
            let roles = roles
                .iter()
                .filter(|role| !answers.stands_for(&owes(**role)));
            let held = roles.flat_map(|role| directory.holders(*role, Some(&self.controller), now));
            held.filter(|held| held.person != *asks && held.person != self.recorded.by.person)
                .collect()
        };
        let mut found = SECONDS.into_iter().map(holders);
        found.find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// What stands beside the first answer where it, or the record of it, came after its day (CLK-HONEST).
    pub fn answered_late_in_words(&self) -> Option<String> {
        let first = self.answered.first()?;
        let due_at = calendar::end_of_day(self.due_on);
        verdict::done_late_in_words(due_at, first.at, first.recorded.at)
    }

    /// Whether an answer was sent.
    pub fn is_answered(&self) -> bool {
        !self.answered.is_empty()
    }
}
