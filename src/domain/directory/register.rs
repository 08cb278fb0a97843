//! What the directory keeps a register of besides people: agreements between organisations, policy
//! documents with their reviews, and proposals that wait for whoever decides.
//!
//! Deliberately only the things and what follows from their dates; what may be done with them is
//! judged in [`super::decide`].

use super::Channel;
use crate::domain::event::Signature;
use crate::domain::id::{AgreementId, CommandId, OrganisationId, PersonId, PolicyDocumentId};
use crate::domain::policy::DirectoryPolicy;
use crate::domain::role::{Holding, HoldingName, Role};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What tells one contact point from every other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactName {
    /// The organisation whose role is reached.
    pub organisation: OrganisationId,
    /// The role reached.
    pub role: Role,
    /// How.
    pub channel: Channel,
    /// Number or address.
    pub value: String,
}

/// An agreement between organisations about data that they share or process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its short name.
    pub id: AgreementId,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub kind: AgreementKind,
    /// Who has signed it.
    pub parties: Vec<OrganisationId>,
    /// The controller that leads; absent where whichever party an incident begins with leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<OrganisationId>,
    /// Whether the lead's report to the regulator serves for the other parties (ICO-JOINT).
    #[serde(default)]
    pub lead_reports: bool,
    /// First day on which it is in force.
    pub starts_on: NaiveDate,
    /// First day on which it is not any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// Where the signed text is filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed_as: Option<String>,
}

impl Agreement {
    /// Whether it is in force on a day.
    pub fn is_in_force_on(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|ends_on| day < ends_on)
    }

    /// Whether a report of `lead` serves for `other` under it.
    pub fn lets_report(&self, lead: &OrganisationId, other: &OrganisationId) -> bool {
        self.lead_reports
            && self.parties.contains(lead)
            && self.parties.contains(other)
            && self.lead.as_ref().is_none_or(|named| named == lead)
    }
}

/// What an agreement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AgreementKind {
    /// Controllers share data.
    Sharing,
    /// One processes data for others.
    Processing,
    /// Controllers decide together.
    Joint,
}

impl AgreementKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Sharing, Self::Processing, Self::Joint];

    /// The kind as a word in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sharing => "sharing",
            Self::Processing => "processing",
            Self::Joint => "joint control",
        }
    }
}

/// A policy or a procedure of an organisation (BOB-POLICY).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    /// Its short name.
    pub id: PolicyDocumentId,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The role that sees to its review.
    pub owner: Role,
    /// When it was approved in its present form.
    pub approved_on: NaiveDate,
    /// When it was reviewed last, if it has been since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_on: Option<NaiveDate>,
    /// The last day on which its next review is in time.
    pub review_due_on: NaiveDate,
}

/// The latest day on which a document that was approved or reviewed on `day` is due again
/// (BOB-POLICY).
pub fn review_due_at_latest(day: NaiveDate, policy: &DirectoryPolicy) -> NaiveDate {
    day.checked_add_months(Months::new(policy.review_months))
        .unwrap_or(NaiveDate::MAX)
}

/// How the review of a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// Not due for a while.
    InTime,
    /// Due within the days of the policy.
    DueSoon,
    /// Due before today.
    Overdue,
}

impl PolicyDocument {
    /// How its review stands on a day.
    pub fn review_state_on(&self, today: NaiveDate, policy: &DirectoryPolicy) -> ReviewState {
        let warns_from = self
            .review_due_on
            .checked_sub_days(Days::new(policy.review_warning_days.into()))
            .unwrap_or(NaiveDate::MIN);
        if self.review_due_on < today {
            ReviewState::Overdue
        } else if warns_from <= today {
            ReviewState::DueSoon
        } else {
            ReviewState::InTime
        }
    }
}

/// A change of who holds a role, proposed by somebody who may not decide it (section 5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TermProposal)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The command that made it.
    pub id: CommandId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who proposed it.
    pub by: Signature,
    /// What is proposed.
    pub change: TermChange,
}

/// A change of who holds a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TermChange {
    /// A term begins.
    Begin {
        /// The term.
        holding: Holding,
    },
    /// A term ends before it has run out.
    End {
        /// Which.
        holding: HoldingName,
        /// First day after it; absent: at once.
        ends_on: Option<NaiveDate>,
        /// Why.
        reason: Box<str>,
    },
}

impl TermChange {
    /// The term that it is about.
    pub fn holding(&self) -> HoldingName {
        match self {
            Self::Begin { holding } => holding.name(),
            Self::End { holding, .. } => holding.clone(),
        }
    }

    /// The person whose term it is.
    pub fn person(&self) -> &PersonId {
        match self {
            Self::Begin { holding } => &holding.person,
            Self::End { holding, .. } => &holding.person,
        }
    }
}
