//! What became true of the directory. Every event is an audit entry, and carries all that
//! [`super::apply`] needs, so that folding them never asks a rule, a policy or a clock again.

use super::register::{Agreement, ContactName, PolicyDocument, Proposal};
use super::{ContactPoint, Organisation, Person};
use crate::domain::event::Signature;
use crate::domain::id::{
    AgreementId, CommandId, OrganisationId, PersonId, PolicyDocumentId, ShiftId,
};
use crate::domain::role::{Holding, HoldingName};
use crate::domain::rota::Shift;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// An event with the when, who and why of its audit entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    /// When it became true.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Signature,
    /// The command that brought it about.
    pub command: CommandId,
    /// What became true.
    pub event: DirectoryEvent,
}

/// What became true of the directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DirectoryEvent {
    /// Somebody was appointed to a role.
    Appointed {
        /// The term.
        holding: Holding,
        /// The proposal that it confirms, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposal: Option<CommandId>,
        /// Who decided it, where an administrator wrote it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_by: Option<PersonId>,
    },
    /// A term was ended before it had run out.
    TermEnded {
        /// Which.
        holding: HoldingName,
        /// When rights end.
        ends_at: DateTime<Utc>,
        /// Why.
        reason: Box<str>,
        /// The proposal that it confirms, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposal: Option<CommandId>,
        /// Who decided it, where an administrator wrote it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_by: Option<PersonId>,
    },
    /// Somebody who may not decide it proposed an appointment or an ending.
    Proposed {
        /// What waits for a decision now.
        proposal: Proposal,
    },
    /// A proposal was turned down.
    ProposalRejected {
        /// The command that proposed it.
        proposal: CommandId,
        /// Why.
        reason: Box<str>,
    },
    /// A shift was planned.
    ShiftPlanned {
        /// The shift.
        shift: Shift,
    },
    /// A shift, or a part of it, went to somebody else.
    ShiftOverridden {
        /// Which.
        shift: ShiftId,
        /// What stands in its place.
        now: Vec<Shift>,
        /// Why.
        reason: Box<str>,
    },
    /// A shift was taken off the rota.
    ShiftCancelled {
        /// Which.
        shift: ShiftId,
        /// Why.
        reason: Box<str>,
    },
    /// An officer offered their shift for another one.
    SwapOffered {
        /// Their own.
        shift: ShiftId,
        /// The other one.
        with: ShiftId,
        /// What the other officer should know.
        note: Box<str>,
    },
    /// The other officer agreed: the two shifts have changed hands.
    SwapAccepted {
        /// The shift that was offered.
        shift: ShiftId,
        /// The other one.
        with: ShiftId,
    },
    /// The offer is off.
    SwapDeclined {
        /// The shift that was offered.
        shift: ShiftId,
    },
    /// The desk was offered to the officer of a shift.
    HandoverOffered {
        /// The shift that is to take over.
        shift: ShiftId,
        /// What the incoming officer should know.
        note: String,
    },
    /// The officer of a shift took over the desk.
    HandoverAccepted {
        /// The shift that took over.
        shift: ShiftId,
    },
    /// The second on call or the director took a desk that nobody had taken over in time.
    GapCovered {
        /// The shift that they are on, taken over already.
        shift: Shift,
    },
    /// A way to reach a role was added.
    ContactPointAdded {
        /// It.
        point: ContactPoint,
    },
    /// A way to reach a role was changed.
    ContactPointChanged {
        /// Which, as it was called.
        point: ContactName,
        /// As it is.
        now: ContactPoint,
    },
    /// Somebody checked that it works.
    ContactPointVerified {
        /// Which.
        point: ContactName,
        /// When.
        verified_on: NaiveDate,
    },
    /// A way to reach a role was taken away.
    ContactPointRetired {
        /// Which.
        point: ContactName,
        /// Why.
        reason: Box<str>,
    },
    /// An organisation was added.
    OrganisationAdded {
        /// It.
        organisation: Organisation,
    },
    /// An organisation was renamed, or is something else now.
    OrganisationChanged {
        /// As it is.
        now: Organisation,
    },
    /// An organisation closes.
    OrganisationClosed {
        /// Which.
        organisation: OrganisationId,
        /// First day on which it is no longer there.
        closed_on: NaiveDate,
        /// Why.
        reason: Box<str>,
    },
    /// A person was added.
    PersonAdded {
        /// Them.
        person: Person,
    },
    /// A person's name or place of work was corrected.
    PersonChanged {
        /// As they are.
        now: Person,
    },
    /// A person has left.
    PersonLeft {
        /// Who.
        person: PersonId,
        /// Why.
        reason: Box<str>,
    },
    /// An agreement was recorded.
    AgreementRecorded {
        /// It.
        agreement: Agreement,
    },
    /// An agreement ends.
    AgreementEnded {
        /// Which.
        agreement: AgreementId,
        /// First day on which it is not in force any more.
        ends_on: NaiveDate,
        /// Why.
        reason: Box<str>,
    },
    /// A policy document was recorded.
    PolicyDocumentRecorded {
        /// It.
        document: PolicyDocument,
    },
    /// A policy document was reviewed.
    PolicyDocumentReviewed {
        /// Which.
        document: PolicyDocumentId,
        /// When.
        reviewed_on: NaiveDate,
        /// Results.
        outcome: Box<str>,
        /// When it is due again.
        review_due_on: NaiveDate,
    },
    /// A policy document was withdrawn.
    PolicyDocumentRetired {
        /// Which.
        document: PolicyDocumentId,
        /// Why.
        reason: Box<str>,
    },
}
