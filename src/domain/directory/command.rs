//! What a person asks of the directory; the body of a request.

use super::OrganisationKind;
use super::register::{AgreementKind, ContactName};
use crate::domain::id::{
    AgreementId, CommandId, OrganisationId, PersonId, PolicyDocumentId, ShiftId,
};
use crate::domain::role::{HoldingName, Role};
use crate::domain::rota::Tier;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person asks of the directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum DirectoryCommand {
    /// Appoint somebody to a role (WSIC-TERM).
    Appoint(Appoint),
    /// End a term before it has run out (WSIC-TERM).
    EndTerm(EndTerm),
    /// Carry out what somebody else proposed.
    ConfirmProposal {
        /// The command that proposed it.
        proposal: CommandId,
    },
    /// Turn down what somebody else proposed.
    RejectProposal {
        /// The command that proposed it.
        proposal: CommandId,
        /// Why.
        reason: Box<str>,
    },
    /// Plan a shift.
    PlanShift(PlanShift),
    /// Put somebody else on a shift, or on part of it.
    OverrideShift(OverrideShift),
    /// Take a shift off the rota.
    CancelShift {
        /// Which.
        shift: ShiftId,
        /// Why.
        reason: Box<str>,
    },
    /// Offer one's own shift for somebody else's.
    OfferSwap {
        /// One's own.
        shift: ShiftId,
        /// The other one.
        with: ShiftId,
        /// What the other officer should know.
        #[serde(default)]
        note: Box<str>,
    },
    /// Take a swap that was offered for one's own shift.
    AcceptSwap {
        /// The shift that was offered.
        shift: ShiftId,
    },
    /// Turn down a swap, or take back the offer.
    DeclineSwap {
        /// The shift that was offered.
        shift: ShiftId,
    },
    /// Offer the desk to the officer of the next shift.
    OfferHandover {
        /// The shift that is to take over.
        shift: ShiftId,
        /// What the incoming officer should know.
        note: String,
    },
    /// Take over the desk.
    AcceptHandover {
        /// The shift that takes over.
        shift: ShiftId,
    },
    /// Take a desk that nobody took over in time, as second on call or as director.
    CoverGap {
        /// The tier that has the gap.
        tier: Tier,
    },
    /// Add a way to reach a role.
    AddContactPoint {
        /// What it is.
        point: ContactName,
        /// 0 is tried first.
        order: u8,
        /// When somebody checked that it works, if anybody has.
        #[serde(default)]
        verified_on: Option<NaiveDate>,
        /// Whose it is, where it reaches one holder of the role alone.
        #[serde(default)]
        person: Option<PersonId>,
    },
    /// Change a number or address, or when it is tried. A changed one is to be verified again.
    ChangeContactPoint {
        /// Which.
        point: ContactName,
        /// The new number or address.
        #[serde(default)]
        value: Option<Box<str>>,
        /// The new place in the order.
        #[serde(default)]
        order: Option<u8>,
    },
    /// Record that somebody checked it.
    VerifyContactPoint {
        /// Which.
        point: ContactName,
        /// When; absent: today.
        #[serde(default)]
        verified_on: Option<NaiveDate>,
    },
    /// Remove a way to reach a role.
    RetireContactPoint {
        /// Which.
        point: ContactName,
        /// Why.
        reason: Box<str>,
    },
    /// Add an organisation.
    AddOrganisation(Box<AddOrganisation>),
    /// Rename an organisation or change what it is; what is left out stays.
    ChangeOrganisation(Box<ChangeOrganisation>),
    /// Close an organisation; its terms end with it.
    CloseOrganisation {
        /// Which.
        organisation: OrganisationId,
        /// First day on which it is no longer there.
        closed_on: NaiveDate,
        /// Why.
        reason: Box<str>,
    },
    /// Add a person.
    AddPerson {
        /// Short name, by which tokens are made.
        person: PersonId,
        /// Name as shown to colleagues.
        name: Box<str>,
        /// Where the person works.
        organisation: OrganisationId,
    },
    /// Correct a person's name or where they work; what is left out stays.
    ChangePerson {
        /// Which.
        person: PersonId,
        /// The name.
        #[serde(default)]
        name: Option<Box<str>>,
        /// Where the person works.
        #[serde(default)]
        organisation: Option<OrganisationId>,
    },
    /// Record that a person has left: every role, and signing in, ends at once.
    RecordLeaver {
        /// Who.
        person: PersonId,
        /// Why, without anything about their health or conduct.
        reason: Box<str>,
    },
    /// Record an agreement.
    RecordAgreement(Box<RecordAgreement>),
    /// End an agreement.
    EndAgreement {
        /// Which.
        agreement: AgreementId,
        /// First day on which it is not in force any more.
        ends_on: NaiveDate,
        /// Why.
        reason: Box<str>,
    },
    /// Record a policy document (BOB-POLICY).
    RecordPolicyDocument(RecordPolicyDocument),
    /// Record that a policy document was reviewed (BOB-POLICY).
    ReviewPolicyDocument(ReviewPolicyDocument),
    /// Withdraw a policy document.
    RetirePolicyDocument {
        /// Which.
        document: PolicyDocumentId,
        /// Why, and what has taken its place.
        reason: Box<str>,
    },
}

/// Appoint somebody to a role (WSIC-TERM).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Appoint {
    /// The role.
    pub role: Role,
    /// The organisation it is held for.
    pub organisation: OrganisationId,
    /// Who is to hold it.
    pub person: PersonId,
    /// First day of the term.
    pub starts_on: NaiveDate,
    /// First day after it; absent: as long as a term lasts, or without an end where the role has
    /// none.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// Same rights, marked in every record.
    #[serde(default)]
    pub interim: bool,
    /// 0 is the primary, 1 the first deputy, and so on.
    #[serde(default)]
    pub deputy_order: u8,
    /// Who decided it, where an administrator writes it down.
    #[serde(default)]
    pub decided_by: Option<PersonId>,
}

/// End a term before it has run out (WSIC-TERM).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndTerm {
    /// Which.
    pub holding: HoldingName,
    /// First day after it; absent: at once.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// Why.
    pub reason: Box<str>,
    /// Who decided it, where an administrator writes it down.
    #[serde(default)]
    pub decided_by: Option<PersonId>,
}

/// Plan a shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanShift {
    /// Which tier.
    pub tier: Tier,
    /// The organisation whose desk it is.
    pub organisation: OrganisationId,
    /// Who is to be on.
    pub person: PersonId,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends on paper.
    pub ends_at: DateTime<Utc>,
}

/// Put somebody else on a shift, or on part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideShift {
    /// Which.
    pub shift: ShiftId,
    /// Who is on instead.
    pub person: PersonId,
    /// From when on; absent: from its beginning.
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; absent: until its end.
    #[serde(default)]
    pub ends_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Box<str>,
}

/// Add an organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddOrganisation {
    /// Its short name: lower-case letters, digits and hyphens.
    pub organisation: OrganisationId,
    /// Its full name.
    pub name: Box<str>,
    /// What kind of body it is.
    pub kind: OrganisationKind,
    /// Whether it is in the information-sharing agreement.
    #[serde(default)]
    pub partner: bool,
    /// Whether it is a controller.
    #[serde(default)]
    pub controller: bool,
    /// Whether it is an operator of essential services.
    #[serde(default)]
    pub operator_of_essential_services: bool,
    /// The organisation whose work it takes over.
    #[serde(default)]
    pub predecessor: Option<OrganisationId>,
}

/// Rename an organisation or change what it is; what is left out stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrganisation {
    /// Which.
    pub organisation: OrganisationId,
    /// Its new full name.
    #[serde(default)]
    pub name: Option<Box<str>>,
    /// Whether it is in the information-sharing agreement.
    #[serde(default)]
    pub partner: Option<bool>,
    /// Whether it is a controller.
    #[serde(default)]
    pub controller: Option<bool>,
    /// Whether it is an operator of essential services.
    #[serde(default)]
    pub operator_of_essential_services: Option<bool>,
    /// Only `true` can be asked: the shared service moves to it from whoever ran it.
    #[serde(default)]
    pub host: Option<bool>,
    /// The organisation whose work it took over.
    #[serde(default)]
    pub predecessor: Option<OrganisationId>,
}

/// Record an agreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAgreement {
    /// Its short name.
    pub agreement: AgreementId,
    /// Its title.
    pub title: Box<str>,
    /// What it is about.
    pub kind: AgreementKind,
    /// Who has signed it.
    pub parties: Vec<OrganisationId>,
    /// The controller that leads; absent where whichever party an incident begins with leads.
    #[serde(default)]
    pub lead: Option<OrganisationId>,
    /// Whether the lead's report serves for the others (ICO-JOINT).
    #[serde(default)]
    pub lead_reports: bool,
    /// First day on which it is in force.
    pub starts_on: NaiveDate,
    /// First day on which it is not any more.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// Where the signed text is filed.
    #[serde(default)]
    pub filed_as: Option<Box<str>>,
}

/// Record a policy document (BOB-POLICY).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordPolicyDocument {
    /// Its short name.
    pub document: PolicyDocumentId,
    /// Its title.
    pub title: Box<str>,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The role that sees to its review.
    pub owner: Role,
    /// When it was approved.
    pub approved_on: NaiveDate,
    /// When its review is due, where that is sooner than the procedure asks.
    #[serde(default)]
    pub review_due_on: Option<NaiveDate>,
}

/// Record that a policy document was reviewed (BOB-POLICY).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewPolicyDocument {
    /// Which.
    pub document: PolicyDocumentId,
    /// When.
    pub reviewed_on: NaiveDate,
    /// Results.
    pub outcome: Box<str>,
    /// When the next review is due, where that is sooner than the procedure asks.
    #[serde(default)]
    pub review_due_on: Option<NaiveDate>,
}

impl DirectoryCommand {
    /// The command's name on the wire and in the audit trail, and whether it means the same whatever
    /// has become of the directory since it was seen: what only adds, or names all that it is about,
    /// does; what writes over something that may have changed does not.
    fn words(&self) -> (&'static str, bool) {
        match self {
            Self::Appoint(_) => ("appoint", true),
            Self::EndTerm(_) => ("end_term", false),
            Self::ConfirmProposal { .. } => ("confirm_proposal", true),
            Self::RejectProposal { .. } => ("reject_proposal", true),
            Self::PlanShift(_) => ("plan_shift", true),
            Self::OverrideShift(_) => ("override_shift", false),
            Self::CancelShift { .. } => ("cancel_shift", false),
            Self::OfferSwap { .. } => ("offer_swap", true),
            Self::AcceptSwap { .. } => ("accept_swap", false),
            Self::DeclineSwap { .. } => ("decline_swap", true),
            Self::OfferHandover { .. } => ("offer_handover", true),
            Self::AcceptHandover { .. } => ("accept_handover", true),
            Self::CoverGap { .. } => ("cover_gap", true),
            Self::AddContactPoint { .. } => ("add_contact_point", true),
            Self::ChangeContactPoint { .. } => ("change_contact_point", false),
            Self::VerifyContactPoint { .. } => ("verify_contact_point", true),
            Self::RetireContactPoint { .. } => ("retire_contact_point", false),
            Self::AddOrganisation(_) => ("add_organisation", true),
            Self::ChangeOrganisation(_) => ("change_organisation", false),
            Self::CloseOrganisation { .. } => ("close_organisation", false),
            Self::AddPerson { .. } => ("add_person", true),
            Self::ChangePerson { .. } => ("change_person", false),
            Self::RecordLeaver { .. } => ("record_leaver", false),
            Self::RecordAgreement(_) => ("record_agreement", true),
            Self::EndAgreement { .. } => ("end_agreement", false),
            Self::RecordPolicyDocument(_) => ("record_policy_document", true),
            Self::ReviewPolicyDocument(_) => ("review_policy_document", false),
            Self::RetirePolicyDocument { .. } => ("retire_policy_document", false),
        }
    }

    /// The command's name on the wire and in the audit trail.
    pub fn name(&self) -> &'static str {
        self.words().0
    }

    /// Whether it means the same whatever has become of the directory since it was seen.
    pub fn commutes(&self) -> bool {
        self.words().1
    }
}
