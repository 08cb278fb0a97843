//! The incident: everything that is known about one event, as the fold of its audit entries.
//!
//! There is no setter: an incident changes only through [`super::apply`]. What can be derived
//! (state of a clock, who is still to be told, priority) is derived elsewhere and never stored.

mod awareness;
mod changes;
mod confirmation;
mod facts;
mod notes;

pub use awareness::{Awareness, AwarenessKind, AwarenessRevision};
pub use changes::changes;
pub use confirmation::Confirmation;
pub use facts::{
    BreachStatus, Category, Cia, DataEffect, DataScope, Facts, PartnershipEffect, ServiceState,
};
pub use notes::{Note, NoteKind};

use crate::domain::casework::Casework;
use crate::domain::clock::Clock;
use crate::domain::contacts::{Contact, ContactAttempt};
use crate::domain::deadlines::ClockKind;
use crate::domain::escalation::{self, Escalation};
use crate::domain::event::{Signature, Signed};
use crate::domain::evidence::{Act, Explained};
use crate::domain::grid::{
    self, ClaimedMitigation, Factor, Grade, GradeInput, Grading, Grounds, Harm,
};
use crate::domain::hosting::Impact;
use crate::domain::id::{IncidentId, OrganisationId, PersonId, Reference};
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::partners::PartnerRecord;
use crate::domain::policy::Policy;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::sharing::Sharing;
use crate::domain::taking_over::TakenOver;
use chrono::{DateTime, Utc};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// One incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Incident {
    /// Its identity.
    pub id: IncidentId,
    /// What people call it; absent only on a client whose log command the server has not judged.
    pub reference: Option<Reference>,
    /// How many commands have changed it; the `ETag`.
    pub version: u64,
    /// How far the procedure has come.
    pub status: Status,
    /// A few words, without personal data.
    pub title: Box<str>,
    /// What happened.
    pub summary: Box<str>,
    /// When the server took it in.
    pub logged_at: DateTime<Utc>,
    /// Who logged it.
    pub logged_by: Signature,
    /// Where the report came from.
    pub reporter: Reporter,
    /// When it happened, as far as known.
    pub occurrence: Option<Occurrence>,
    /// Who became aware when.
    pub awareness: Awareness,
    /// What kind of incident it is.
    pub facts: Facts,
    /// The statutory clocks that have been started.
    pub clocks: Vec<Clock>,
    /// Every assessment that was made, oldest first; none is ever overwritten (BOB-SIRI).
    pub assessments: Vec<Assessment>,
    /// Who took note of it, and when.
    pub acknowledgement: Option<Acknowledgement>,
    /// Who works on it.
    pub owner: Option<PersonId>,
    /// An offer to hand it to somebody, not answered yet.
    pub offer: Option<Offer>,
    /// Calls for help up a ladder.
    pub escalations: Vec<Escalation>,
    /// Every attempt to reach somebody.
    pub attempts: Vec<ContactAttempt>,
    /// What each affected partner has been told and has answered.
    pub partners: Vec<PartnerRecord>,
    /// The newest file notes, oldest first; of a long one its beginning. The trail has each in full.
    pub notes: Vec<Note>,
    /// The file notes before those, oldest first, of which the trail alone has the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_notes: Vec<Uuid>,
    /// Whether it is part of something bigger.
    pub major: Major,
    /// What it was called before, oldest first: people find it by that, and see it beside the new title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_titles: Vec<FormerTitle>,
    /// Major incidents that turned out to be false alarms, oldest first (MAJOR-UNDO).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub false_alarms: Vec<FalseAlarm>,
    /// Whether it was held to be a breach before its facts said otherwise (REG-WHOLE).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once_breach: bool,
    /// What kind of incident it was held to be before, oldest first; nothing of a time before this was kept
    /// (ICO-REG).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_kinds: Vec<BreachStatus>,
    /// What it took over from incidents that turned out to be the same, oldest first (REG-WHOLE).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_over: Vec<TakenOver>,
    /// Contacts required or released by hand, oldest first; the last word on a contact counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contact_changes: Vec<ContactChange>,
    /// What people did who knew of it by that, where nothing else keeps their signature
    /// (CLK-EVIDENCE).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
    /// Why things were entered long after they happened (CLK-HONEST).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<Explained>,
    /// Agreements to share data between its organisations (SHARE-TOLD).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<Sharing>,
    /// What has happened since the night; none where nothing of it has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub casework: Option<Box<Casework>>,
}

/// How far the procedure has come (section 2.2).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Taken in.
    Logged,
    /// Classified, graded provisionally, the wider assessment begun.
    Triaged,
    /// Being investigated.
    Investigating,
    /// Contained and solved, or got by with.
    Resolved,
    /// Done with.
    Closed,
    /// Looked at again after closing.
    Audited,
    /// The same thing was logged before; an end.
    Duplicate,
    /// Logged by mistake; an end.
    Withdrawn,
}

impl Status {
    /// Every status, in the order of the procedure.
    pub const ALL: [Self; 8] = [
        Self::Logged,
        Self::Triaged,
        Self::Investigating,
        Self::Resolved,
        Self::Closed,
        Self::Audited,
        Self::Duplicate,
        Self::Withdrawn,
    ];

    /// The status as a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logged => "logged",
            Self::Triaged => "triaged",
            Self::Investigating => "investigating",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Audited => "audited",
            Self::Duplicate => "duplicate",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether anybody still works on the incident.
    pub fn is_open(self) -> bool {
        match self {
            Self::Logged | Self::Triaged | Self::Investigating | Self::Resolved => true,
            Self::Closed | Self::Audited | Self::Duplicate | Self::Withdrawn => false,
        }
    }
}

/// Where a report came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reporter {
    /// The reporting organisation.
    pub organisation: OrganisationId,
    /// What the reporter does there; a function, not a name.
    pub role: Option<Box<str>>,
    /// How to reach the reporter.
    pub contact: Box<str>,
}

/// When the incident happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Occurrence {
    /// The moment.
    pub at: DateTime<Utc>,
    /// Whether that is an estimate; an estimate may lie after the awareness (I09).
    pub estimated: bool,
}

/// One assessment on the grid (BOB-GRID); never overwritten.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Assessment {
    /// Provisional until the DPO has assessed (BOB-DECIDE).
    pub provisional: bool,
    /// The grades as given; the effective ones are in `grading`.
    pub grade: Grade,
    /// Sensitivity factors (BOB-SENS).
    pub factors: BTreeSet<Factor>,
    /// A mitigation claimed or accepted (BOB-MIT).
    pub mitigation: Option<ClaimedMitigation>,
    /// What that mitigation rests on, as far as it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grounds: Option<Grounds>,
    /// Kinds of harm (BOB-HARM).
    pub harms: BTreeSet<Harm>,
    /// Why these grades.
    pub rationale: Box<str>,
    /// File notes that prove a grade of 1 (BOB-CERTAIN).
    pub evidence_notes: Vec<Uuid>,
    /// What follows.
    pub grading: Grading,
    /// Which numbers it was made under.
    #[schema(value_type = String)]
    pub made_under: CompactString,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, in which role.
    pub by: Signature,
}

impl Assessment {
    /// What the grades ask for, were it a breach of living people's data: facts that somebody else entered
    /// answer for no grade (ICO-DUTY).
    pub fn would_be_notifiable(&self, policy: &Policy) -> bool {
        let input = GradeInput {
            grade: self.grade,
            factors: self.factors.clone(),
            mitigation: self.mitigation,
            near_miss: false,
            personal: true,
            living: true,
        };
        grid::assess(&input, &policy.grid).ico_required
    }
}

/// Somebody took note of the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Acknowledgement {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Signature,
    /// Whether this also made them the owner, so that an undo can take that back.
    pub took_ownership: bool,
}

/// An offer to hand the incident to somebody; the owner stays responsible until it is accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    /// To whom.
    pub to: PersonId,
    /// Why.
    pub reason: Box<str>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
}

/// A contact required or released by hand (BOB-CONTACTS).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContactChange {
    /// Who.
    pub contact: Contact,
    /// Which of the two.
    pub necessity: Necessity,
    /// Why.
    pub reason: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
    /// The rule by which a release was judged; absent on one recorded before there was a rule for who
    /// may release whom (REL-ENTITLED).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<RuleId>,
}

/// Whether a contact must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Necessity {
    /// Must be told.
    Required,
    /// Need not be told after all.
    Released,
}

/// Whether the incident is part of something bigger (WSIC-MAJOR).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Major {
    /// Nothing says so.
    #[default]
    No,
    /// A trend was noticed; a person must confirm or decline.
    Proposed {
        /// When the trend was complete.
        at: DateTime<Utc>,
        /// The incidents that share the trend key, this one included.
        incidents: Vec<IncidentId>,
    },
    /// Declared by a person.
    Declared {
        /// When.
        at: DateTime<Utc>,
        /// By whom.
        by: Signature,
        /// Why.
        reason: Box<str>,
        /// The incidents linked under this one; they stay separate.
        incidents: Vec<IncidentId>,
    },
    /// A proposal was declined by a person.
    Declined {
        /// When.
        at: DateTime<Utc>,
        /// By whom.
        by: Signature,
        /// Why.
        reason: Box<str>,
    },
}

/// What an incident was called once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FormerTitle {
    /// The words.
    pub title: Box<str>,
    /// Who changed it, and when.
    pub changed: Signed,
}

/// A major incident that turned out to be none; problem, calls and priority of that time stay on record
/// (MAJOR-UNDO).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FalseAlarm {
    /// Who had declared it, and when.
    pub declared: Signed,
    /// Why it was declared.
    pub because: Box<str>,
    /// The incidents that were linked under it.
    pub incidents: Vec<IncidentId>,
    /// Why it was none.
    pub reason: Box<str>,
    /// Who ended it, and when.
    pub ended: Signed,
}

/// Order of work (WSIC-PRIO); never the same as severity.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum Priority {
    /// Major, or the hosted service compromised.
    P1,
    /// Notifiable, or a serious incident requiring investigation.
    P2,
    /// Any other breach.
    P3,
    /// Near miss.
    P4,
}

impl Incident {
    /// Order of work, derived from what is known (WSIC-PRIO).
    pub fn priority(&self) -> Priority {
        if self.is_major() || self.casework().hosting.impact() == Impact::Compromised {
            Priority::P1
        } else if self.is_notifiable() || self.facts.siri {
            Priority::P2
        } else if self.facts.breach_status == BreachStatus::NearMiss {
            Priority::P4
        } else {
            Priority::P3
        }
    }

    /// Whether a person has declared it major.
    pub fn is_major(&self) -> bool {
        matches!(self.major, Major::Declared { .. })
    }

    /// Whether it counts as a sighting of a trend: a duplicate and what was logged by mistake do not
    /// (WSIC-MAJOR).
    pub fn is_sighting(&self) -> bool {
        !matches!(self.status, Status::Duplicate | Status::Withdrawn)
    }

    /// Whether it is or was a major incident, false alarms included.
    pub fn was_ever_major(&self) -> bool {
        self.is_major() || !self.false_alarms.is_empty()
    }

    /// Since when it is a major incident, while it is.
    pub fn major_since(&self) -> Option<DateTime<Utc>> {
        match &self.major {
            Major::Declared { at, .. } => Some(*at),
            Major::No | Major::Proposed { .. } | Major::Declined { .. } => None,
        }
    }

    /// The assessment in force: the DPO's last one, unless a later grade is notifiable. A provisional
    /// grade may raise the alarm and never calls it off (BOB-DECIDE, ICO-DUTY).
    pub fn assessment(&self) -> Option<&Assessment> {
        self.in_force(|made| !made.provisional)
    }

    /// The assessment in force for one controller: what its own DPO has settled, unless a later grade
    /// is notifiable. Another controller's DPO calls nothing off for it (ICO-JOINT, ICO-DUTY).
    pub fn assessment_for(&self, controller: &OrganisationId) -> Option<&Assessment> {
        self.in_force(|made| !made.provisional && made.by.organisation == *controller)
    }

    /// What a controller's own DPO has settled last, and every assessment since: none of the others takes
    /// away what one of these asks of that controller (ICO-DUTY).
    fn since_settled(&self, controller: &OrganisationId) -> &[Assessment] {
        let settles = |made: &Assessment| !made.provisional && made.by.organisation == *controller;
        let settled = self.assessments.iter().rposition(settles);
        &self.assessments[settled.unwrap_or_default()..]
    }

    /// Whether a controller declines against a sensitivity factor, so that its Caldicott Guardian
    /// countersigns (BOB-MIT).
    pub fn declines_against_a_factor(&self, controller: &OrganisationId) -> bool {
        let mut made = self.since_settled(controller).iter();
        #[cfg(test)]
        if mutant::is(Mutant::AnotherGradesForIt) {
            let last = self.assessment();
            return last.is_some_and(|made| made.grading.ico_required && !made.factors.is_empty());
        }
        made.any(|made| made.grading.ico_required && !made.factors.is_empty())
    }

    /// The last notifiable assessment since one that settles what came before, else that one.
    fn in_force(&self, settles: impl Fn(&Assessment) -> bool) -> Option<&Assessment> {
        let settled = self.assessments.iter().rposition(settles);
        let since = settled.map_or(0, |place| place + 1);
        let is_notifiable = |made: &&Assessment| made.grading.ico_required;
        let raised = self.assessments[since..].iter().rfind(is_notifiable);
        raised
            .or_else(|| self.assessments.get(settled?))
            .or_else(|| self.assessments.last())
    }

    /// The grades in force: one where all controllers have the same, else each controller's own (ICO-JOINT).
    pub fn grades(&self) -> Vec<(Option<&OrganisationId>, &Assessment)> {
        let controllers = self.controllers().iter();
        let each: Vec<(Option<&OrganisationId>, &Assessment)> = controllers
            .filter_map(|controller| Some((Some(controller), self.assessment_for(controller)?)))
            .collect();
        let Some(((_, first), others)) = each.split_first() else {
            return self
                .assessment()
                .map(|made| (None, made))
                .into_iter()
                .collect();
        };
        let is_same =
            |made: &Assessment| made.grading == first.grading && made.grade == first.grade;
        if others.iter().all(|(_, made)| is_same(made)) {
            return vec![(None, first)];
        }
        each
    }

    /// The severity in force, the gravest of its controllers.
    pub fn severity(&self) -> Option<u8> {
        let grades = self.grades().into_iter();
        grades
            .map(|(_, made)| made.grading.effective_severity)
            .max()
    }

    /// Whether any assessment ever called for the regulator: whoever had to be told by that stays
    /// to be told (BOB-CONTACTS is not narrowed without a reason).
    pub fn was_ever_notifiable(&self) -> bool {
        self.assessments
            .iter()
            .any(|assessment| assessment.grading.ico_required)
    }

    /// Whether the assessment in force says that the regulator must be told unless the DPO decides
    /// otherwise.
    pub fn is_notifiable(&self) -> bool {
        let is_required = |assessment: &Assessment| assessment.grading.ico_required;
        self.assessment().is_some_and(is_required)
            || self
                .answering()
                .any(|controller| self.is_notifiable_for(controller))
    }

    /// As [`Incident::is_notifiable`], for one controller (ICO-DUTY).
    pub fn is_notifiable_for(&self, controller: &OrganisationId) -> bool {
        self.assessment_for(controller)
            .is_some_and(|assessment| assessment.grading.ico_required)
    }

    /// Whether a controller's own DPO has last graded it so that the ICO would have to be told, whatever the
    /// facts say of it.
    pub fn is_graded_as_notifiable(&self, controller: &OrganisationId, policy: &Policy) -> bool {
        self.since_settled(controller)
            .iter()
            .any(|made| made.would_be_notifiable(policy))
    }

    /// Whether the controllers of the data are known, and this organisation is none of them.
    pub fn is_left_out(&self, organisation: &OrganisationId) -> bool {
        let controllers = &self.facts.controllers;
        !controllers.is_empty() && !controllers.contains(organisation)
    }

    /// Whether the partnership is concerned.
    pub fn affects_partnership(&self) -> bool {
        self.facts.partnership_effect == PartnershipEffect::Affected
    }

    /// Whether it is a matter for the partnership, so that the Officer has a part in it: it affects a
    /// partner or is major, or it has been notified, whatever a later triage says (WSIC-NOTIFY,
    /// WSIC-CLOSE).
    pub fn is_partnership_matter(&self) -> bool {
        self.affects_partnership() || self.was_ever_major() || self.was_notified()
    }

    /// Whether anybody in the partnership has been told of it: the Officer, the host by exception, or a
    /// partner.
    fn was_notified(&self) -> bool {
        let told_officer =
            |attempt: &ContactAttempt| attempt.contact.role == Role::Wso && attempt.informs();
        let told_partner =
            |record: &PartnerRecord| record.sent().next().is_some() || !record.answers.is_empty();
        self.attempts.iter().any(told_officer)
            || escalation::is_exception_used(self)
            || self.partners.iter().any(told_partner)
    }

    /// Whether the host has a part in it: a major incident, told by exception or called, or its
    /// service is hit.
    pub fn names_host(&self) -> bool {
        let hosting = &self.casework().hosting;
        self.was_ever_major()
            || escalation::is_exception_used(self)
            || !hosting.calls.is_empty()
            || hosting.impact().is_felt()
    }

    /// The organisation whose procedure is followed: the leading controller, else the reporter's.
    pub fn home(&self) -> &OrganisationId {
        self.facts
            .controllers
            .first()
            .unwrap_or(&self.reporter.organisation)
    }

    /// The controllers of the data: none until somebody has named one. A supplier that reports is none
    /// (ICO-PROC).
    pub fn controllers(&self) -> &[OrganisationId] {
        let was_taken = self.reporter_was_taken_for_controller();
        #[cfg(test)]
        let was_taken = was_taken || mutant::is(Mutant::SupplierHasADuty);
        match self.facts.controllers.as_slice() {
            [] if was_taken => std::slice::from_ref(&self.reporter.organisation),
            named => named,
        }
    }

    /// Whether nobody has named the controller of the data yet.
    pub fn is_unnamed(&self) -> bool {
        self.controllers().is_empty()
    }

    /// Where no controller was named, the reporting organisation had the clock of the ICO once, also a
    /// supplier: an incident of that time keeps its facts.
    pub fn reporter_was_taken_for_controller(&self) -> bool {
        let reporter = Some(&self.reporter.organisation);
        let mut clocks = self.clocks.iter();
        self.facts.controllers.is_empty()
            && clocks.any(|clock| clock.is(ClockKind::Ico72h, reporter))
    }

    /// Whether an assessment that counts for a controller asks whether people are told (ART34-FULL).
    pub fn asks_to_tell(&self, controller: &OrganisationId) -> bool {
        let mut made = self.since_settled(controller).iter();
        made.any(|assessment| assessment.grading.art34_prompt)
    }

    /// Whoever answers as a controller: those that are named, and those that a triage names no more and
    /// that have not said themselves that the data are not theirs (ICO-DUTY).
    pub fn answering(&self) -> impl Iterator<Item = &OrganisationId> {
        let dropped = self.clock_holders();
        let dropped = dropped.filter(|controller| self.is_left_out(controller));
        self.controllers().iter().chain(dropped)
    }

    /// Whether this organisation answers as a controller.
    pub fn has_to_answer(&self, organisation: &OrganisationId) -> bool {
        self.answering()
            .any(|controller| controller == organisation)
    }

    /// Controllers whose clock of the ICO counts, also where a triage has named others since: until it is
    /// stood down their officers decide on it (ICO-DUTY).
    pub fn clock_holders(&self) -> impl Iterator<Item = &OrganisationId> {
        let clocks = self.clocks.iter();
        clocks
            .filter(|clock| clock.kind == ClockKind::Ico72h && clock.stood_down.is_none())
            .filter_map(|clock| clock.controller.as_ref())
    }

    /// Every organisation that is party to the incident (section 5, scope), or to one that it took over.
    pub fn parties(&self) -> impl Iterator<Item = &OrganisationId> {
        std::iter::once(&self.reporter.organisation)
            .chain(&self.facts.controllers)
            .chain(&self.facts.processors)
            .chain(&self.facts.affected_partners)
            .chain(self.clock_holders())
            .chain(self.casework().regulator.operators_kept())
            .chain(self.origins().flat_map(|origin| &origin.parties))
    }

    /// When it ended; nothing while anybody still works on it.
    pub fn ended_at(&self) -> Option<DateTime<Utc>> {
        let closing = &self.casework().closing;
        closing.ended_at().filter(|_| !self.status.is_open())
    }

    /// What people call it before and after the server has given it a reference.
    pub fn name(&self) -> String {
        self.reference.map_or_else(
            || "new incident".to_owned(),
            |reference| reference.to_string(),
        )
    }
}
