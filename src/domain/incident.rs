//! The incident: everything that is known about one event, as the fold of its audit entries.
//!
//! There is no setter: an incident changes only through [`super::apply`]. What can be derived
//! (state of a clock, who is still to be told, priority) is derived elsewhere and never stored.

use super::Instant;
use super::clock::Clock;
use super::contacts::{Contact, ContactAttempt};
use super::deadlines::ClockKind;
use super::escalation::Escalation;
use super::event::Signature;
use super::grid::{ClaimedMitigation, Factor, Grade, GradeInput, Grading, Harm};
use super::id::{IncidentId, OrganisationId, PersonId, Reference};
use super::partners::PartnerRecord;
use super::role::Role;
use super::rule::RuleId;
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
    /// File notes.
    pub notes: Vec<Note>,
    /// Whether it is part of something bigger.
    pub major: Major,
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
}

impl Status {
    /// The status as a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logged => "logged",
            Self::Triaged => "triaged",
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

/// The times that start clocks, each by whose awareness it is (ICO-AWARE, BOB-24H, BOB-DPO).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Awareness {
    /// When a member of staff became aware.
    pub staff_at: DateTime<Utc>,
    /// When the on-call officer became aware.
    pub officer_at: DateTime<Utc>,
    /// When the processor became aware, if a processor told us.
    pub processor_at: Option<DateTime<Utc>>,
    /// When the processor's message reached the designated contact point (ICO-PROC).
    pub controller_informed_at: Option<DateTime<Utc>>,
    /// When a significant impact on an essential service was recognised (NIS-72H).
    pub nis_at: Option<DateTime<Utc>>,
    /// When a near miss turned out to be a breach (C13).
    pub upgraded_at: Option<DateTime<Utc>>,
    /// Whether the report came through a processor, so that the controller is aware on receipt and
    /// not before (ICO-PROC).
    pub through_processor: bool,
    /// Corrections, oldest first; nothing is overwritten without one.
    pub revisions: Vec<AwarenessRevision>,
}

impl Awareness {
    /// The instant that starts a controller's 72 hours: the upgrade of a near miss; else receipt of
    /// the processor's message where the report came through one; else the earliest awareness in
    /// the controller, however it was had (ICO-AWARE, ICO-PROC, C13).
    pub fn controller_at(&self) -> Instant {
        let informed_at = self.controller_informed_at.unwrap_or(self.staff_at);
        let aware_at = if self.through_processor {
            informed_at
        } else {
            informed_at.min(self.staff_at)
        };
        self.upgraded_at.unwrap_or(aware_at)
    }

    /// The time of a kind, if it is known.
    pub fn at(&self, kind: AwarenessKind) -> Option<Instant> {
        match kind {
            AwarenessKind::Staff => Some(self.staff_at),
            AwarenessKind::Officer => Some(self.officer_at),
            AwarenessKind::Processor => self.processor_at,
            AwarenessKind::ControllerInformed => self.controller_informed_at,
            AwarenessKind::Nis => self.nis_at,
            AwarenessKind::Upgrade => self.upgraded_at,
        }
    }

    /// The same awareness with one time set. An impact on the service that was recognised with the
    /// first awareness moves with it.
    #[must_use]
    pub fn with(mut self, kind: AwarenessKind, to: Instant) -> Self {
        match kind {
            AwarenessKind::Staff => {
                let moves_along = self.nis_at == Some(self.staff_at);
                self.staff_at = to;
                self.nis_at = self.nis_at.map(|at| if moves_along { to } else { at });
            }
            AwarenessKind::Officer => self.officer_at = to,
            AwarenessKind::Processor => self.processor_at = Some(to),
            AwarenessKind::ControllerInformed => self.controller_informed_at = Some(to),
            AwarenessKind::Nis => self.nis_at = Some(to),
            AwarenessKind::Upgrade => self.upgraded_at = Some(to),
        }
        self
    }

    /// The first instant at which anybody was aware.
    pub fn earliest(&self) -> Instant {
        self.processor_at
            .map_or(self.staff_at, |at| at.min(self.staff_at))
    }
}

/// Which of the awareness times a correction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwarenessKind {
    /// The member of staff.
    Staff,
    /// The on-call officer.
    Officer,
    /// The processor.
    Processor,
    /// Receipt of the processor's message.
    ControllerInformed,
    /// Recognition of a significant impact on an essential service.
    Nis,
    /// Recognition that a near miss was a breach after all.
    Upgrade,
}

impl AwarenessKind {
    /// Whose awareness it is, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff became aware",
            Self::Officer => "the on-call officer became aware",
            Self::Processor => "the processor became aware",
            Self::ControllerInformed => "the processor's message arrived",
            Self::Nis => "the impact on the service was recognised",
            Self::Upgrade => "the near miss was recognised as a breach",
        }
    }
}

/// One correction of an awareness time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AwarenessRevision {
    /// Which time.
    pub kind: AwarenessKind,
    /// What it was.
    pub from: DateTime<Utc>,
    /// What it is now.
    pub to: DateTime<Utc>,
    /// Why.
    pub reason: Box<str>,
    /// When it was corrected.
    pub at: DateTime<Utc>,
    /// Who corrected it.
    pub by: Signature,
}

/// What kind of incident it is; set when logging as far as known, completed by triage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// Whether it is a breach (BOB-SUSPECT).
    pub breach_status: BreachStatus,
    /// What prevented harm; required for a near miss (BOB-NEAR).
    pub harm_prevented_by: Option<Box<str>>,
    /// What happened, from the list of examples (BOB-CLASS).
    pub category: Option<Category>,
    /// Whose or what data (BOB-PCD); empty means not known yet.
    pub data_scope: BTreeSet<DataScope>,
    /// Confidentiality, integrity, availability (BOB-CLASS).
    pub cia: BTreeSet<Cia>,
    /// Whether it is a cyber incident (BOB-CYBER).
    pub cyber: bool,
    /// Serious incident requiring investigation (BOB-SIRI).
    pub siri: bool,
    /// Category and indicator that link incidents into a trend (WSIC-MAJOR).
    pub trend_key: Option<Box<str>>,
    /// Controllers of the data; the first leads (ICO-JOINT).
    pub controllers: Vec<OrganisationId>,
    /// Processors and sub-processors concerned.
    pub processors: Vec<OrganisationId>,
    /// How many people the data are about, if known.
    pub data_subjects: Option<u32>,
    /// Whether any partner is affected (WSIC-WIDE).
    pub partnership_effect: PartnershipEffect,
    /// Why the wider assessment says so.
    pub partnership_reason: Option<Box<str>>,
    /// The partners affected.
    pub affected_partners: BTreeSet<OrganisationId>,
    /// Significant impact on continuity of an essential service (NIS-72H); absent means not asked.
    pub nis_significant: Option<bool>,
}

impl Facts {
    /// Whether the UK GDPR clocks apply: living people's data, or data not classified yet
    /// (BOB-PCD; the prudent reading while unknown).
    pub fn concern_living_people(&self) -> bool {
        self.data_scope.is_empty() || self.data_scope.contains(&DataScope::PersonalLiving)
    }

    /// What the grid is asked, given what is known of the incident.
    pub fn grade_input(
        &self,
        grade: Grade,
        factors: &BTreeSet<Factor>,
        mitigation: Option<ClaimedMitigation>,
    ) -> GradeInput {
        GradeInput {
            grade,
            factors: factors.clone(),
            mitigation,
            near_miss: self.breach_status == BreachStatus::NearMiss,
            personal: self.concern_personal_data(),
            living: self.concern_living_people(),
        }
    }

    /// Why a controller's regulator has no part in an incident of this kind, if that is so
    /// (BOB-NEAR, BOB-SUSPECT, BOB-PCD, ICO-JOINT).
    pub fn no_regulator_because(
        &self,
        controller: Option<&OrganisationId>,
    ) -> Option<(RuleId, &'static str)> {
        let is_named = |controller| self.controllers.contains(controller);
        if self.breach_status == BreachStatus::NearMiss {
            Some((RuleId::BobNear, "a near miss"))
        } else if self.breach_status == BreachStatus::NotABreach {
            Some((RuleId::BobSuspect, "found not to be a breach"))
        } else if !self.concern_living_people() {
            Some((RuleId::BobPcd, "no personal data of living people"))
        } else if !self.controllers.is_empty() && !controller.is_some_and(is_named) {
            Some((RuleId::IcoJoint, "not a controller of these data"))
        } else {
            None
        }
    }

    /// Whether any personal data are concerned, of the living or the dead.
    pub fn concern_personal_data(&self) -> bool {
        self.concern_living_people() || self.data_scope.contains(&DataScope::Deceased)
    }
}

/// Whether it is a breach (BOB-SUSPECT).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BreachStatus {
    /// A suspicion is enough to start the clocks.
    #[default]
    Suspected,
    /// Certain.
    Confirmed,
    /// Looked into: no breach.
    NotABreach,
    /// Prevented before harm (BOB-NEAR).
    NearMiss,
}

impl BreachStatus {
    /// Every status, in the order of a form.
    pub const ALL: [Self; 4] = [
        Self::Suspected,
        Self::Confirmed,
        Self::NearMiss,
        Self::NotABreach,
    ];

    /// The status in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
            Self::NotABreach => "not a breach",
            Self::NearMiss => "near miss",
        }
    }

    /// Whether anything has, or may have, got out.
    pub fn may_be_breach(self) -> bool {
        matches!(self, Self::Suspected | Self::Confirmed)
    }
}

/// Whose or what data (BOB-PCD).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DataScope {
    /// Personal data of living people.
    PersonalLiving,
    /// Confidential data of the dead.
    Deceased,
    /// Commercially confidential.
    Commercial,
    /// No data at all.
    None,
}

impl DataScope {
    /// Every scope, in the order of a form.
    pub const ALL: [Self; 4] = [
        Self::PersonalLiving,
        Self::Deceased,
        Self::Commercial,
        Self::None,
    ];

    /// The scope in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::PersonalLiving => "living people",
            Self::Deceased => "the dead",
            Self::Commercial => "commercial",
            Self::None => "no data",
        }
    }
}

/// Confidentiality, integrity, availability (BOB-CLASS).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum Cia {
    /// Confidentiality.
    C,
    /// Integrity.
    I,
    /// Availability.
    A,
}

impl Cia {
    /// All three.
    pub const ALL: [Self; 3] = [Self::C, Self::I, Self::A];

    /// The property in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::C => "confidentiality",
            Self::I => "integrity",
            Self::A => "availability",
        }
    }
}

macro_rules! categories {
    ($($variant:ident $words:literal),+ $(,)?) => {
        /// What happened, from the examples of the procedure (BOB-CLASS).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Category {
            $(#[doc = $words] $variant),+
        }

        impl Category {
            /// Every category, in the order of the procedure.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The category in words.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        }
    };
}

categories! {
    MisdirectedEmail "Misdirected e-mail",
    DisclosureVerbal "Disclosure by word of mouth",
    DisclosureWritten "Disclosure in writing",
    DisclosureElectronic "Electronic disclosure",
    LostDevice "Lost or mislaid device",
    UseOfAnothersLogin "Use of another's login",
    FoundPrintout "Found print-out",
    ConfidentialWaste "Confidential waste",
    SecureAreaAccess "Secure area entered with another's card or PIN",
    Malware "Malware",
    PasswordFound "Password found",
    BreakIn "Break-in",
    Phishing "Phishing",
    WebSiteDefacement "Web site defacement",
    DenialOfService "Denial of service",
    SocialMediaDisclosure "Social-media disclosure",
    MaliciousInternalDamage "Malicious internal damage",
    SpoofSite "Spoof site",
    CyberBullying "Cyber bullying",
    RecordOverwritten "Record overwritten",
    SystemOutage "System outage",
    LostPaper "Lost paper",
    Theft "Theft",
    Other "Other",
}

/// Answer of the wider assessment (WSIC-WIDE).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartnershipEffect {
    /// Not answered yet.
    #[default]
    Unknown,
    /// No partner is affected.
    None,
    /// At least one partner is affected.
    Affected,
}

impl PartnershipEffect {
    /// Every answer, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::None, Self::Affected];

    /// The answer in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "not known yet",
            Self::None => "no partner affected",
            Self::Affected => "partners affected",
        }
    }
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

/// A dated file note (BOB-NOTES); corrected only by a further note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// Its identity.
    pub id: Uuid,
    /// What kind of note.
    pub kind: NoteKind,
    /// The text.
    pub text: Box<str>,
    /// When what it tells of took place.
    pub happened_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
    /// The note that this one corrects.
    pub corrects: Option<Uuid>,
}

/// Kinds of file note (BOB-NOTES).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NoteKind {
    /// A note for the file.
    #[default]
    FileNote,
    /// What was said in a call.
    Call,
    /// Minutes of a meeting.
    MeetingMinutes,
}

impl NoteKind {
    /// Every kind, in the order of a form.
    pub const ALL: [Self; 3] = [Self::FileNote, Self::Call, Self::MeetingMinutes];

    /// The kind in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::FileNote => "file note",
            Self::Call => "call",
            Self::MeetingMinutes => "minutes",
        }
    }
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
    /// Gives back the memory that growing lists held in reserve; worth it for whoever keeps very
    /// many incidents.
    pub fn shrink(&mut self) {
        self.clocks.shrink_to_fit();
        self.assessments.shrink_to_fit();
        self.escalations.shrink_to_fit();
        self.attempts.shrink_to_fit();
        self.partners.shrink_to_fit();
        self.notes.shrink_to_fit();
        self.facts.controllers.shrink_to_fit();
        self.facts.processors.shrink_to_fit();
    }

    /// Order of work, derived from what is known (WSIC-PRIO).
    pub fn priority(&self) -> Priority {
        if self.is_major() {
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

    /// The assessment in force: the DPO's last one, unless a later provisional grade is notifiable.
    /// A provisional grade may raise the alarm and never calls it off (BOB-DECIDE).
    pub fn assessment(&self) -> Option<&Assessment> {
        let last = self.assessments.last()?;
        let decided = self.assessments.iter().rfind(|made| !made.provisional);
        match decided {
            Some(decided) if !last.grading.ico_required => Some(decided),
            Some(_) | None => Some(last),
        }
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
        self.assessment()
            .is_some_and(|assessment| assessment.grading.ico_required)
    }

    /// Whether the partnership is concerned.
    pub fn affects_partnership(&self) -> bool {
        self.facts.partnership_effect == PartnershipEffect::Affected
    }

    /// Whether it has ever been a matter for the partnership, so that the Officer has a part in it
    /// whatever a later triage says (WSIC-NOTIFY, WSIC-CLOSE).
    pub fn is_partnership_matter(&self) -> bool {
        let officer_clock = |clock: &Clock| clock.kind == ClockKind::Wso24h;
        self.affects_partnership() || self.is_major() || self.clocks.iter().any(officer_clock)
    }

    /// Whether the host has a part in it: a major incident, or told by exception.
    pub fn names_host(&self) -> bool {
        let to_host =
            |escalation: &Escalation| escalation.to.contains(&Contact::partnership(Role::Host));
        self.is_major() || self.escalations.iter().any(to_host)
    }

    /// The organisation whose procedure is followed: the leading controller, else the reporter's.
    pub fn home(&self) -> &OrganisationId {
        self.facts
            .controllers
            .first()
            .unwrap_or(&self.reporter.organisation)
    }

    /// Every organisation that is party to the incident (section 5, scope).
    pub fn parties(&self) -> impl Iterator<Item = &OrganisationId> {
        std::iter::once(&self.reporter.organisation)
            .chain(&self.facts.controllers)
            .chain(&self.facts.processors)
            .chain(&self.facts.affected_partners)
    }

    /// What people call it before and after the server has given it a reference.
    pub fn name(&self) -> String {
        self.reference.map_or_else(
            || "new incident".to_owned(),
            |reference| reference.to_string(),
        )
    }
}
