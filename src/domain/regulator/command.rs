//! What a person asks about the regulator's part.

use super::{Body, Content, Item, ReportAnswer, Tool, Via};
use crate::domain::clock::Ground;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::role::Role;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a person asks about the regulator's part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum RegulatorCommand {
    /// Decide to report or to decline.
    Decide {
        /// For which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// Which of the two.
        answer: ReportAnswer,
        /// Why.
        reasons: Box<str>,
        /// The data protection officer who gave it by phone, where somebody else records it.
        #[serde(default)]
        given_by: Option<PersonId>,
        /// When it was given; now, if absent.
        #[serde(default)]
        decided_at: Option<DateTime<Utc>>,
        /// Why it is late; required where a decline stops an overdue clock (CLK-LATE).
        #[serde(default)]
        late_reason: Option<Box<str>>,
        /// That the officer knew the grade in force, where the decision was given before that grade was
        /// entered, or that they did not (DECIDE-TRUE).
        #[serde(default)]
        knew_grade: Option<bool>,
        /// Why it is recorded only now; required for a decision of some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// What shows the time, where a deadline passed before it was recorded (CLK-HONEST).
        #[serde(default)]
        evidence: Option<Box<str>>,
    },
    /// Confirm a decision that was given by phone, or ratify a provisional one.
    Confirm {
        /// Which.
        decision: Uuid,
        /// When the officer confirmed it; now, if absent (DECIDE-TRUE).
        #[serde(default)]
        signed_at: Option<DateTime<Utc>>,
        /// Why it is recorded only now; required for one of some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
    },
    /// Countersign a decline against a sensitivity factor.
    Countersign {
        /// Which.
        decision: Uuid,
        /// When it was signed; now, if absent (DECIDE-TRUE).
        #[serde(default)]
        signed_at: Option<DateTime<Utc>>,
        /// Why it is late, where this stops an overdue clock.
        #[serde(default)]
        late_reason: Option<Box<str>>,
        /// Why it is recorded only now; required for one of some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// What shows the time, where a deadline passed before it was recorded (CLK-HONEST).
        #[serde(default)]
        evidence: Option<Box<str>>,
    },
    /// Confirm, as a second officer, a decline by one who is in conflict (ICO-DUTY).
    Second {
        /// Which.
        decision: Uuid,
        /// When it was signed; now, if absent (DECIDE-TRUE).
        #[serde(default)]
        signed_at: Option<DateTime<Utc>>,
        /// Why it is late, where this stops an overdue clock.
        #[serde(default)]
        late_reason: Option<Box<str>>,
        /// Why it is recorded only now; required for one of some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// What shows the time, where a deadline passed before it was recorded (CLK-HONEST).
        #[serde(default)]
        evidence: Option<Box<str>>,
    },
    /// Let a controller's 72 hours run from a later, confirmed awareness (ICO-AWARE).
    Reanchor {
        /// Which controller's; the leading one's, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// When the controller was reasonably certain.
        at: DateTime<Utc>,
        /// Why it was not before.
        reason: Box<str>,
        /// A second reason, where it is long after the first suspicion.
        #[serde(default)]
        further_reason: Option<Box<str>>,
    },
    /// Hide the target of a regulator's clock that should never have run; its anchor stays
    /// (CLK-REGRADE, ICO-DUTY).
    StandDown {
        /// Which body's clock: the ICO's or the NIS authority's.
        body: Body,
        /// Which controller's; the leading one's, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// Why it should never have run; needed for the ICO's clock.
        #[serde(default)]
        ground: Option<Ground>,
        /// Why, in words.
        reason: Box<str>,
    },
    /// Let a clock that was stood down count again, with the anchor it always had.
    Reinstate {
        /// Which body's clock.
        body: Body,
        /// Which controller's; the leading one's, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
    },
    /// Prepare the contents of a notification.
    Prepare {
        /// To whom.
        body: Body,
        /// For which controller; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// The contents as far as known.
        contents: Vec<Content>,
    },
    /// Record that a notification was submitted.
    Submit(Box<Submit>),
    /// Record that something promised has been sent.
    FollowUp {
        /// To which notification.
        notification: Uuid,
        /// Which item.
        item: Item,
        /// What was sent.
        text: Box<str>,
        /// When; now, if absent.
        #[serde(default)]
        sent_at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// Why it is late, where its day had passed (CLK-HONEST).
        #[serde(default)]
        late_reason: Option<Box<str>>,
        /// What shows the time, such as the regulator's receipt (CLK-HONEST).
        #[serde(default)]
        evidence: Option<Box<str>>,
    },
    /// Record that the body was told it was no breach after all.
    Withdraw {
        /// Which notification.
        notification: Uuid,
        /// Why.
        reason: Box<str>,
    },
    /// Record the incident's reference in another tool.
    KeepReference {
        /// Which tool.
        tool: Tool,
        /// The reference there.
        reference: Box<str>,
    },
    /// Record what a regulator asks (ICO-ASKS).
    RecordEnquiry {
        /// Who asks.
        body: Body,
        /// Which controller is asked; the leading one, if absent.
        #[serde(default)]
        controller: Option<OrganisationId>,
        /// What is asked.
        text: Box<str>,
        /// The regulator's own reference, if it gave one.
        #[serde(default)]
        reference: Option<Box<str>>,
        /// When it arrived; now, if absent.
        #[serde(default)]
        received_at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// Until when it is to be answered.
        due_on: NaiveDate,
        /// Which role answers; the data protection officer, if absent.
        #[serde(default)]
        answers: Option<Role>,
    },
    /// Record what was answered to an enquiry.
    AnswerEnquiry {
        /// Which.
        enquiry: Uuid,
        /// What was answered.
        text: Box<str>,
        /// When the answer was sent; now, if absent.
        #[serde(default)]
        answered_at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// Why it is late, where its day had passed (CLK-HONEST).
        #[serde(default)]
        late_reason: Option<Box<str>>,
        /// What shows the time, such as the regulator's receipt (CLK-HONEST).
        #[serde(default)]
        evidence: Option<Box<str>>,
    },
    /// Record the outcome of an enquiry.
    EndEnquiry {
        /// Which.
        enquiry: Uuid,
        /// Results.
        outcome: Box<str>,
    },
    /// Strike out an enquiry that was recorded by mistake (ICO-ASKS).
    StrikeEnquiry {
        /// Which.
        enquiry: Uuid,
        /// Why it was a mistake.
        reason: Box<str>,
    },
    /// Answer whether an essential service was significantly hit (NIS-WHO).
    AnswerNis {
        /// Which operator's; each one's that is concerned, if absent.
        #[serde(default)]
        operator: Option<OrganisationId>,
        /// Whether it was.
        significant: bool,
        /// Why it was not; needed for that answer.
        #[serde(default)]
        reason: Option<Box<str>>,
    },
    /// Record why NHS England is not told of a cyber incident (BOB-CYBER).
    ExcuseNhsEngland {
        /// Why.
        reason: Box<str>,
    },
}

/// Record that a notification was submitted; nightdesk submits nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// To whom.
    pub body: Body,
    /// For which controller; the leading one, if absent.
    #[serde(default)]
    pub controller: Option<OrganisationId>,
    /// Other controllers for whom it serves as well.
    #[serde(default)]
    pub also_for: Vec<OrganisationId>,
    /// How it travelled.
    pub via: Via,
    /// When; now, if absent.
    #[serde(default)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// The reference that came back.
    pub reference: Box<str>,
    /// Every item that the body asks for.
    pub contents: Vec<Content>,
    /// When what is to follow is due; some working days from now, if absent.
    #[serde(default)]
    pub follow_up_on: Option<NaiveDate>,
    /// Which role brings what is to follow; the data protection officer, if absent.
    #[serde(default)]
    pub follow_up_by: Option<Role>,
    /// Why it is late; required where it stops an overdue clock (CLK-LATE).
    #[serde(default)]
    pub late_reason: Option<Box<str>>,
    /// Why it is recorded only now; required for a report of some hours ago (CLK-HONEST).
    #[serde(default)]
    pub note: Option<Box<str>>,
    /// What shows the time, where a deadline passed before it was recorded (CLK-HONEST).
    #[serde(default)]
    pub evidence: Option<Box<str>>,
}

impl RegulatorCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Decide { .. } => "regulator_decide",
            Self::Confirm { .. } => "regulator_confirm",
            Self::Countersign { .. } => "regulator_countersign",
            Self::Second { .. } => "regulator_second",
            Self::Reanchor { .. } => "regulator_reanchor",
            Self::StandDown { .. } => "regulator_stand_down",
            Self::Reinstate { .. } => "regulator_reinstate",
            Self::Prepare { .. } => "regulator_prepare",
            Self::Submit(_) => "regulator_submit",
            Self::FollowUp { .. } => "regulator_follow_up",
            Self::Withdraw { .. } => "regulator_withdraw",
            Self::RecordEnquiry { .. } => "regulator_record_enquiry",
            Self::AnswerEnquiry { .. } => "regulator_answer_enquiry",
            Self::EndEnquiry { .. } => "regulator_end_enquiry",
            Self::StrikeEnquiry { .. } => "regulator_strike_enquiry",
            Self::AnswerNis { .. } => "regulator_answer_nis",
            Self::ExcuseNhsEngland { .. } => "regulator_excuse_nhs_england",
            Self::KeepReference { .. } => "regulator_keep_reference",
        }
    }
}
