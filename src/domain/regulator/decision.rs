//! Whether a controller reports or declines, on whose word, and who is to know of it (BOB-DECIDE,
//! BOB-TELL).

use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::contacts::{self, Contact};
use crate::domain::directory::Directory;
use crate::domain::event::{Signature, Signed};
use crate::domain::evidence::{Evidence, Proof};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::role::{Holding, Role};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Whether the regulator is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportAnswer {
    /// It is.
    Report,
    /// It is not.
    Decline,
}

impl ReportAnswer {
    /// Both answers, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Report, Self::Decline];

    /// The answer in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Decline => "decline",
        }
    }
}

/// On whose word a decision stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Authority {
    /// The data protection officer saved it.
    Own {},
    /// The data protection officer gave it by phone and somebody wrote it down; it holds, and shows
    /// as unconfirmed until the officer has confirmed it.
    ByPhone {
        /// Who gave it.
        given_by: PersonId,
    },
    /// The SIRO authorised it because time ran out; the data protection officer ratifies it.
    Provisional {},
}

/// A decision to report or to decline, for one controller (BOB-DECIDE).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Its identity.
    pub id: Uuid,
    /// The controller it is for (ICO-JOINT).
    pub controller: OrganisationId,
    /// What was decided.
    pub answer: ReportAnswer,
    /// Why.
    pub reasons: Box<str>,
    /// On whose word.
    pub authority: Authority,
    /// When it was given; a phone call may have been earlier than its recording.
    pub decided_at: DateTime<Utc>,
    /// Who recorded it, and when.
    pub recorded: Signed,
    /// The data protection officer's confirmation, where it was not their own.
    pub confirmed: Option<Signed>,
    /// Whether the Caldicott Guardian must countersign: a decline against a sensitivity factor.
    pub needs_countersignature: bool,
    /// The Caldicott Guardian's countersignature.
    pub countersigned: Option<Signed>,
}

impl Decision {
    /// Whether the data protection officer has still to say that this is their decision.
    pub fn is_unconfirmed(&self) -> bool {
        self.authority != Authority::Own {} && self.confirmed.is_none()
    }

    /// Whether a countersignature is missing, without which a decline excuses nobody.
    pub fn awaits_countersignature(&self) -> bool {
        self.needs_countersignature && self.countersigned.is_none()
    }

    /// Since when it excuses from telling the regulator; never before every signature is there.
    pub fn declined_at(&self) -> Option<Instant> {
        if self.answer != ReportAnswer::Decline || self.awaits_countersignature() {
            return None;
        }
        let countersigned_at = self.countersigned.as_ref().map(|signed| signed.at);
        countersigned_at.max(Some(self.decided_at))
    }

    /// That it excuses, by the signature that came last.
    pub(super) fn proof_of_decline(&self) -> Option<Proof> {
        let at = self.declined_at()?;
        let countersigned = self.countersigned.as_ref().filter(|signed| signed.at == at);
        Some(Proof {
            at,
            recorded_at: countersigned.map_or(self.recorded.at, |signed| signed.at),
            evidence: match countersigned {
                Some(_) => Evidence::Countersignature { decision: self.id },
                None => Evidence::Decision { id: self.id },
            },
        })
    }
}

/// The decision in force for a controller: the last one, unless it declined and a later assessment
/// calls for the regulator again (CLK-REGRADE).
pub fn in_force<'a>(incident: &'a Incident, controller: &OrganisationId) -> Option<&'a Decision> {
    let decision = incident
        .casework()
        .regulator
        .decisions
        .iter()
        .rfind(|decision| decision.controller == *controller)?;
    let regraded = decision.answer == ReportAnswer::Decline
        && incident.assessments.iter().any(|assessment| {
            assessment.grading.ico_required && assessment.at > decision.recorded.at
        });
    (!regraded).then_some(decision)
}

/// Decisions in force, one for each controller that has one.
pub fn all_in_force(incident: &Incident) -> impl Iterator<Item = &Decision> {
    let decisions = &incident.casework().regulator.decisions;
    decisions.iter().filter(move |decision| {
        in_force(incident, &decision.controller).is_some_and(|last| last.id == decision.id)
    })
}

/// Who decides for a controller at that instant: its data protection officers, then the acting ones
/// (BOB-DECIDE).
pub fn deciders<'a>(
    directory: &'a Directory,
    controller: &'a OrganisationId,
    at: Instant,
) -> impl Iterator<Item = &'a Holding> {
    [Role::Dpo, Role::Adpo]
        .into_iter()
        .flat_map(move |role| directory.holders(role, Some(controller), at))
}

/// By when the data protection officer confirms what somebody else recorded: the end of the next
/// working day (BOB-DECIDE). After that it shows as unconfirmed.
pub fn confirm_by(decision: &Decision, policy: &Policy) -> Instant {
    let recorded_on = calendar::local(decision.recorded.at).date_naive();
    let days = policy.casework.confirm_working_days;
    let day = policy.calendar.working_days_after(recorded_on, days);
    calendar::daytime(day, policy.business_hours.closes)
}

/// SIRO and Caldicott Guardian of a controller who have not been told of its last decision: an
/// answer or an acknowledgement since then is what counts (BOB-TELL).
pub fn untold_of_decision(incident: &Incident) -> Vec<Contact> {
    let decisions = &incident.casework().regulator.decisions;
    decisions
        .iter()
        .enumerate()
        .filter(|(place, decision)| {
            let same = |later: &Decision| later.controller == decision.controller;
            !decisions[place + 1..].iter().any(same)
        })
        .flat_map(|(_, decision)| {
            [Role::Siro, Role::Cg].map(|role| (Contact::of(role, &decision.controller), decision))
        })
        .filter(|(contact, decision)| {
            !contacts::is_released(incident, contact) && !knows(incident, contact, decision)
        })
        .map(|(contact, _)| contact)
        .collect()
}

/// Whoever signed the decision knows of it.
fn knows(incident: &Incident, contact: &Contact, decision: &Decision) -> bool {
    let is_theirs = |by: &Signature| {
        by.role == contact.role && Some(&by.organisation) == contact.organisation.as_ref()
    };
    let signed = [
        Some(&decision.recorded),
        decision.confirmed.as_ref(),
        decision.countersigned.as_ref(),
    ];
    signed
        .into_iter()
        .flatten()
        .any(|signed| is_theirs(&signed.by))
        || incident.attempts.iter().any(|attempt| {
            attempt.contact == *contact
                && attempt.outcome.informs()
                && attempt.at >= decision.decided_at
        })
}
