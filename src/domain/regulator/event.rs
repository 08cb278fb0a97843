//! What became true of the regulator's part.

use super::{Concerned, Decision, Draft, Enquiry, Gravity, Item, Notification, Saying, Tool};
use crate::domain::id::OrganisationId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What became true of the regulator's part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum RegulatorEvent {
    /// It was decided to report or to decline.
    Decided(Box<Decision>),
    /// The data protection officer confirmed a decision recorded by somebody else.
    Confirmed {
        /// Which.
        decision: Uuid,
        /// When, where that was before it was recorded (DECIDE-TRUE).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<DateTime<Utc>>,
    },
    /// The Caldicott Guardian countersigned a decline.
    Countersigned {
        /// Which.
        decision: Uuid,
        /// When, where that was before it was recorded (DECIDE-TRUE).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<DateTime<Utc>>,
    },
    /// A second officer confirmed a decline by one who is in conflict (ICO-DUTY).
    Seconded {
        /// Which.
        decision: Uuid,
        /// When, where that was before it was recorded (DECIDE-TRUE).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<DateTime<Utc>>,
    },
    /// A controller's 72 hours run from a later awareness; the earlier deadline stays on show.
    Reanchored {
        /// Which controller's.
        controller: OrganisationId,
        /// The prudent anchor.
        from: DateTime<Utc>,
        /// The anchor now.
        to: DateTime<Utc>,
        /// Why.
        reason: Box<str>,
        /// A second reason.
        further_reason: Option<Box<str>>,
    },
    /// Contents were prepared.
    Prepared(Box<Draft>),
    /// A notification was submitted.
    Submitted(Box<Notification>),
    /// Something promised was sent.
    FollowedUp {
        /// To which notification.
        notification: Uuid,
        /// Which item.
        item: Item,
        /// When it was sent.
        sent_at: DateTime<Utc>,
        /// What it said.
        text: Box<str>,
    },
    /// The body was told that it was no breach after all.
    Withdrawn {
        /// Which notification.
        notification: Uuid,
        /// Why.
        reason: Box<str>,
    },
    /// The incident has a name in another tool.
    ReferenceKept {
        /// Which tool.
        tool: Tool,
        /// The reference there.
        reference: Box<str>,
    },
    /// A regulator asked something (ICO-ASKS).
    Asked(Box<Enquiry>),
    /// An enquiry was answered.
    Answered {
        /// Which.
        enquiry: Uuid,
        /// What was answered.
        text: Box<str>,
        /// When the answer was sent.
        answered_at: DateTime<Utc>,
    },
    /// It is known what came of an enquiry.
    EnquiryEnded {
        /// Which.
        enquiry: Uuid,
        /// Results.
        outcome: Box<str>,
    },
    /// An enquiry was recorded by mistake, such as on another incident than was meant (ICO-ASKS).
    EnquiryStruck {
        /// Which.
        enquiry: Uuid,
        /// Why it was a mistake.
        reason: Box<str>,
    },
    /// Somebody asked to strike out an enquiry that had run out or was answered (ICO-ASKS).
    EnquiryStrikeAsked {
        /// Which.
        enquiry: Uuid,
        /// Why it was a mistake.
        reason: Box<str>,
    },
    /// NHS England is not told of a cyber incident (BOB-CYBER).
    NhsEnglandNotTold {
        /// Why.
        reason: Box<str>,
        /// How grave the incident was then; absent on what was recorded before that was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_on: Option<Gravity>,
    },
    /// It is no cyber incident after all (BOB-CYBER).
    NotCyber {
        /// Why.
        reason: Box<str>,
        /// How grave the incident was then.
        made_on: Gravity,
        /// Whether the officer said so whose word stands for a serious incident.
        by_officer: bool,
        /// How it was said; absent on what was recorded before a confirmation had words of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how: Option<Saying>,
    },
    /// An operator of essential services was asked whether its service was significantly hit (NIS-WHO).
    NisAnswered {
        /// Which operator.
        operator: OrganisationId,
        /// The answer.
        significant: bool,
        /// Why it was not, or how one knows that it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Box<str>>,
        /// How grave the incident was then.
        made_on: Gravity,
    },
    /// A triage names an operator no more, whose service nobody has called hit: it answers all the same (NIS-WHO).
    NisStillAsked {
        /// Which operator.
        operator: OrganisationId,
    },
    /// Somebody else's triage would end an operator's question: it answers all the same, whatever the facts say
    /// (NIS-WHO).
    NisKept {
        /// Which operator.
        operator: OrganisationId,
        /// What part it had in the incident.
        concerned: Concerned,
    },
    /// An operator's own people said by their triage that there is nothing to answer (NIS-WHO).
    NisNothingToAnswer {
        /// Which operator.
        operator: OrganisationId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Box<str>>,
        /// How grave the incident was then.
        made_on: Gravity,
    },
}

impl RegulatorEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Decided(_) => "regulator_decided",
            Self::Confirmed { .. } => "regulator_decision_confirmed",
            Self::Countersigned { .. } => "regulator_decision_countersigned",
            Self::Seconded { .. } => "regulator_decision_seconded",
            Self::Reanchored { .. } => "regulator_reanchored",
            Self::Prepared(_) => "regulator_contents_prepared",
            Self::Submitted(_) => "regulator_notified",
            Self::FollowedUp { .. } => "regulator_followed_up",
            Self::Withdrawn { .. } => "regulator_notification_withdrawn",
            Self::ReferenceKept { .. } => "reference_kept",
            Self::Asked(_) => "regulator_asked",
            Self::Answered { .. } => "regulator_answered",
            Self::EnquiryEnded { .. } => "regulator_enquiry_ended",
            Self::EnquiryStruck { .. } => "regulator_enquiry_struck",
            Self::EnquiryStrikeAsked { .. } => "regulator_enquiry_strike_asked",
            Self::NhsEnglandNotTold { .. } => "nhs_england_not_told",
            Self::NotCyber { .. } => "not_cyber",
            Self::NisAnswered { .. } => "nis_answered",
            Self::NisStillAsked { .. } => "nis_still_asked",
            Self::NisKept { .. } => "nis_kept",
            Self::NisNothingToAnswer { .. } => "nis_nothing_to_answer",
        }
    }
}
