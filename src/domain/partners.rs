//! What each affected partner has been told and has answered (section 2.6, WSIC-SIRO).
//!
//! Sent is not delivered and delivered is not acknowledged: a partner counts as told only when
//! somebody there has said so. How a notice travels is deliberately not here.

use super::Instant;
use super::calendar;
use super::directory::Channel;
use super::event::Signature;
use super::id::OrganisationId;
use super::incident::Incident;
use super::policy::Policy;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One partner's part of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartnerRecord {
    /// The partner.
    pub organisation: OrganisationId,
    /// Notices sent, oldest first.
    pub notices: Vec<Notice>,
    /// Answers, oldest first.
    pub answers: Vec<Answer>,
}

/// A notice that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub channel: Channel,
    /// By whom.
    pub by: Signature,
}

/// An answer, as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// What was answered.
    pub answer: PartnerAnswer,
    /// When the partner said so.
    pub at: DateTime<Utc>,
    /// Who recorded it: the partner's own representative, or an officer who was told by phone.
    pub by: Signature,
}

/// What a partner can answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PartnerAnswer {
    /// Somebody there has taken note.
    Acknowledged {
        /// The role of that person, not the name.
        spoke_to: Box<str>,
    },
    /// The partner runs its own process under this reference (WSIC-LOCAL).
    LocalProcess {
        /// The partner's own reference.
        reference: Box<str>,
    },
    /// The partner has finished its part.
    LocalComplete {},
    /// The partner is not affected after all.
    NotAffected {
        /// Why.
        reason: Box<str>,
    },
    /// The partner's own SIRO has been told (WSIC-SIRO).
    OwnSiroInformed {},
    /// The partner's own SIRO need not be told (WSIC-SIRO, "as appropriate").
    OwnSiroNotNeeded {
        /// Why.
        reason: Box<str>,
    },
    /// The notice did not arrive.
    NotDelivered {
        /// Why, in the words of whoever noticed.
        reason: Box<str>,
    },
}

/// Where a partner stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartnerState {
    /// The last notice did not arrive.
    Failed,
    /// Affected, and nobody there has been told.
    Unaware,
    /// A notice was sent; nobody there has said that they have it.
    Notified,
    /// Somebody there has taken note.
    Acknowledged,
    /// Its own process runs.
    LocalProcess,
    /// It has finished its part.
    LocalComplete,
    /// It is not affected after all.
    NotAffected,
}

impl PartnerState {
    /// The state as words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "not delivered",
            Self::Unaware => "not told",
            Self::Notified => "sent",
            Self::Acknowledged => "acknowledged",
            Self::LocalProcess => "own process runs",
            Self::LocalComplete => "complete",
            Self::NotAffected => "not affected",
        }
    }

    /// Whether somebody there has said that they know.
    pub fn is_reached(self) -> bool {
        matches!(
            self,
            Self::Acknowledged | Self::LocalProcess | Self::LocalComplete | Self::NotAffected
        )
    }
}

impl PartnerRecord {
    /// A partner that has been told nothing yet.
    pub fn unaware(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            notices: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Where the partner stands: its answers in order, where a step once reached is lost only to a
    /// newer notice that did not arrive before anybody had acknowledged.
    pub fn state(&self) -> PartnerState {
        let sent = if self.notices.is_empty() {
            PartnerState::Unaware
        } else {
            PartnerState::Notified
        };
        self.answers
            .iter()
            .fold(sent, |state, given| match &given.answer {
                PartnerAnswer::Acknowledged { .. } => {
                    reopened(state).max(PartnerState::Acknowledged)
                }
                PartnerAnswer::LocalProcess { .. } => {
                    reopened(state).max(PartnerState::LocalProcess)
                }
                PartnerAnswer::LocalComplete {} => PartnerState::LocalComplete,
                PartnerAnswer::NotAffected { .. } => PartnerState::NotAffected,
                PartnerAnswer::OwnSiroInformed {} | PartnerAnswer::OwnSiroNotNeeded { .. } => state,
                PartnerAnswer::NotDelivered { .. } => self.after_failure(state, given.at),
            })
    }

    fn after_failure(&self, state: PartnerState, failed_at: Instant) -> PartnerState {
        let sent_again = self.notices.iter().any(|notice| notice.at > failed_at);
        if state.is_reached() || sent_again {
            state
        } else {
            PartnerState::Failed
        }
    }

    /// When somebody there first said that they know.
    pub fn acknowledged_at(&self) -> Option<Instant> {
        self.answers
            .iter()
            .find(|given| matches!(given.answer, PartnerAnswer::Acknowledged { .. }))
            .map(|given| given.at)
    }

    /// Whether the partner's own SIRO has been told, or need not be (WSIC-SIRO).
    pub fn own_siro_settled(&self) -> bool {
        self.answers.iter().any(|given| {
            matches!(
                given.answer,
                PartnerAnswer::OwnSiroInformed {} | PartnerAnswer::OwnSiroNotNeeded { .. }
            )
        })
    }
}

/// A partner that said it was not affected and now works on it after all is asked again.
fn reopened(state: PartnerState) -> PartnerState {
    if state == PartnerState::NotAffected {
        PartnerState::Notified
    } else {
        state
    }
}

/// The record of a partner.
pub fn record<'a>(incident: &'a Incident, partner: &OrganisationId) -> Option<&'a PartnerRecord> {
    incident
        .partners
        .iter()
        .find(|record| record.organisation == *partner)
}

/// The records of the partners that are affected now; those of partners struck off by a later
/// triage stay on file and are waited for no longer.
pub fn concerned(incident: &Incident) -> impl Iterator<Item = &PartnerRecord> {
    let affected = &incident.facts.affected_partners;
    incident
        .partners
        .iter()
        .filter(|record| affected.contains(&record.organisation))
}

/// How many affected partners have been reached, out of how many.
pub fn reached(incident: &Incident) -> (usize, usize) {
    let reached = concerned(incident).filter(|record| record.state().is_reached());
    (reached.count(), concerned(incident).count())
}

/// Whether a partner has not answered its last notice for so many full working days that closing
/// waits for it no longer (section 2.3).
pub fn is_silent(record: &PartnerRecord, policy: &Policy, now: Instant) -> bool {
    let Some(asked) = record.notices.last() else {
        return false;
    };
    let has_answered = record.answers.iter().any(|given| given.at >= asked.at);
    let told_on = calendar::local(asked.at).date_naive();
    let days = policy.casework.silent_partner_working_days;
    let last_day = policy.calendar.working_days_after(told_on, days);
    !has_answered && now >= calendar::end_of_day(last_day)
}

/// Partners who have had no notice since it is known that the hosted service is hit, or none at all
/// where it is not (WSIC-IMPACT).
pub fn untold_of_impact(incident: &Incident) -> impl Iterator<Item = &PartnerRecord> {
    let felt_at = incident.casework().hosting.felt_since();
    concerned(incident).filter(move |record| {
        let heard = |notice: &Notice| felt_at.is_none_or(|at| notice.at >= at);
        record.state() != PartnerState::NotAffected && !record.notices.iter().any(heard)
    })
}
