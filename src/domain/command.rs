//! What a person asks of an incident; the body of a request and the content of an outbox.
//!
//! A command says what is wanted, never what follows from it: that is for [`super::decide`].

use super::closing::ClosingCommand;
use super::contacts::{Contact, Outcome};
use super::deadlines::ClockKind;
use super::directory::Channel;
use super::escalation::Ladder;
use super::grid::{ClaimedMitigation, Factor, Grounds, Harm};
use super::hosting::HostingCommand;
use super::id::{OrganisationId, PersonId};
use super::incident::{
    AwarenessKind, Confirmation, Facts, NoteKind, Occurrence, PartnershipEffect,
};
use super::investigation::InvestigationCommand;
use super::learning::LearningCommand;
use super::partners::PartnerAnswer;
use super::regulator::RegulatorCommand;
use super::subjects::SubjectsCommand;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a person asks of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// Take in a new incident.
    Log(Box<Log>),
    /// Correct a mistyped awareness time; the old one stays in the trail.
    CorrectAwareness(CorrectAwareness),
    /// Classify it and answer the wider assessment.
    Triage(Box<Triage>),
    /// Grade severity and likelihood.
    Grade(Box<GradeIncident>),
    /// Take note of it.
    Acknowledge(Acknowledge),
    /// Take an acknowledgement back, shortly after.
    UndoAcknowledge(UndoAcknowledge),
    /// Offer it to somebody.
    Reassign(Reassign),
    /// Take on what was offered.
    AcceptAssignment(AcceptAssignment),
    /// Do not take on what was offered.
    DeclineAssignment(DeclineAssignment),
    /// Call for help one rung higher.
    Escalate(Escalate),
    /// Record an attempt to reach somebody, with what came of it.
    Inform(Box<Inform>),
    /// Strike out an attempt that was recorded by mistake.
    StrikeAttempt(StrikeAttempt),
    /// Send a notice to partners.
    NotifyPartners(NotifyPartners),
    /// Record what a partner answered.
    RecordPartnerAnswer(RecordPartnerAnswer),
    /// Add a file note.
    Note(AddNote),
    /// Declare a major incident.
    DeclareMajor(DeclareMajor),
    /// Decline a proposal to declare one.
    DeclineMajor(DeclineMajor),
    /// End a major incident that was a false alarm.
    EndMajor(EndMajor),
    /// Change its title or its summary.
    Retitle(Box<Retitle>),
    /// Say when it happened, or correct that.
    CorrectOccurrence(CorrectOccurrence),
    /// Answer whether partners are affected, without a triage.
    AnswerEffect(AnswerEffect),
    /// Say why a clock is late.
    ExplainDelay(ExplainDelay),
    /// Require a contact beyond those that the facts require.
    RequireContact(RequireContact),
    /// Release a contact that need not be told after all.
    ReleaseContact(ReleaseContact),
    /// A step in the regulator's part.
    Regulator(Box<RegulatorCommand>),
    /// A step in telling the people concerned.
    Subjects(Box<SubjectsCommand>),
    /// A step in the hosted service.
    Hosting(Box<HostingCommand>),
    /// A step of the investigation.
    Investigation(Box<InvestigationCommand>),
    /// A step of learning.
    Learning(Box<LearningCommand>),
    /// A step towards the end of the incident.
    Closing(Box<ClosingCommand>),
}

/// Take in a new incident: five things are asked, everything else can follow (BOB-LOG).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A few words, without personal data.
    pub title: Box<str>,
    /// What happened, without names of patients or staff.
    pub summary: Box<str>,
    /// When the reporter became aware.
    pub aware_at: DateTime<Utc>,
    /// The reporting organisation.
    pub reporter_organisation: OrganisationId,
    /// How to reach the reporter.
    pub reporter_contact: Box<str>,
    /// What the reporter does there; a function, not a name.
    #[serde(default)]
    pub reporter_role: Option<Box<str>>,
    /// When the on-call officer became aware, if earlier than now.
    #[serde(default)]
    pub officer_aware_at: Option<DateTime<Utc>>,
    /// When the supplier became aware, if a processor told us.
    #[serde(default)]
    pub processor_aware_at: Option<DateTime<Utc>>,
    /// When the processor's message reached the designated contact point.
    #[serde(default)]
    pub controller_informed_at: Option<DateTime<Utc>>,
    /// When it happened, as far as known.
    #[serde(default)]
    pub occurrence: Option<Occurrence>,
    /// What is known of its kind.
    #[serde(default)]
    pub facts: Facts,
}

/// Correct a mistyped awareness time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectAwareness {
    /// Which time.
    pub kind: AwarenessKind,
    /// What it should have been.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Box<str>,
    /// A second reason, where it lets clocks start long after the first suspicion (ICO-AWARE).
    #[serde(default)]
    pub further_reason: Option<Box<str>>,
}

/// Classify an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Triage {
    /// The facts, whole: they replace those known before.
    pub facts: Facts,
    /// When it was recognised that a near miss was a breach after all, or that an essential service
    /// was significantly hit; now, if absent.
    #[serde(default)]
    pub recognised_at: Option<DateTime<Utc>>,
    /// Whether essential services were significantly hit; what was answered before stays where this is
    /// absent (NIS-WHO).
    #[serde(default)]
    pub nis: Option<NisSaid>,
    /// What is confirmed in words, where somebody is asked to; facts that are typed again confirm nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<Confirmation>,
    /// Why; needed to take a controller out, to call it no cyber incident any more, to confirm something, and to
    /// say or imply that an essential service was not significantly hit.
    #[serde(default)]
    pub reason: Option<Box<str>>,
}

/// Whether essential services were significantly hit (NIS-WHO).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NisSaid {
    /// Of which operators; of each that is concerned, if empty.
    #[serde(default)]
    pub operators: BTreeSet<OrganisationId>,
    /// Whether they were.
    pub significant: bool,
}

/// Grade an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeIncident {
    /// Significance of the adverse effect on people, 1 to 5.
    pub severity: u8,
    /// Likelihood that an adverse effect has occurred, 1 to 5.
    pub likelihood: u8,
    /// Sensitivity factors.
    #[serde(default)]
    pub factors: BTreeSet<Factor>,
    /// A mitigation that is claimed, or accepted by the DPO.
    #[serde(default)]
    pub mitigation: Option<ClaimedMitigation>,
    /// What that mitigation rests on; all of it is needed to accept encryption or a trusted partner.
    #[serde(default)]
    pub grounds: Option<Grounds>,
    /// Kinds of harm; at least one from severity 2 (BOB-HARM).
    #[serde(default)]
    pub harms: BTreeSet<Harm>,
    /// Why these grades.
    pub rationale: Box<str>,
    /// Evidence in words; becomes a file note linked to the assessment.
    #[serde(default)]
    pub evidence: Option<Box<str>>,
    /// File notes that already prove it.
    #[serde(default)]
    pub evidence_notes: Vec<Uuid>,
}

/// Take note of an incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {}

/// Take an acknowledgement back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoAcknowledge {}

/// Offer an incident to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// To whom.
    pub to: PersonId,
    /// Why.
    pub reason: Box<str>,
}

/// Take on what was offered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptAssignment {}

/// Do not take on what was offered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineAssignment {
    /// Why.
    pub reason: Box<str>,
}

/// Call for help one rung higher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalate {
    /// Up which ladder.
    pub ladder: Ladder,
    /// Why.
    pub reason: Box<str>,
}

/// Record an attempt to reach somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Inform {
    /// Who was to be reached.
    pub contact: Contact,
    /// Who was meant, where several people are behind the contact, such as the tiers on call.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// How.
    pub channel: Channel,
    /// Which number or address of the directory was tried (EXC-EACH).
    #[serde(default)]
    pub number: Option<Box<str>>,
    /// Results.
    pub outcome: Outcome,
    /// When; now, if absent.
    #[serde(default)]
    pub happened_at: Option<DateTime<Utc>>,
    /// The role of the person who answered, if another one than was called; their name where nobody holds the
    /// role and nobody stands in for it (NOBODY-THERE).
    #[serde(default)]
    pub spoke_to: Option<Box<str>>,
    /// Anything worth keeping; required for a contact of some hours ago (INF-COUNTS).
    #[serde(default)]
    pub note: Option<Box<str>>,
    /// Why it is late; required when it stops a clock after its time (CLK-LATE).
    #[serde(default)]
    pub late_reason: Option<Box<str>>,
    /// What shows the time, where a deadline passed before it was recorded (CLK-HONEST).
    #[serde(default)]
    pub evidence: Option<Box<str>>,
}

/// Strike out an attempt to reach somebody that was recorded by mistake (CALL-STRUCK).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StrikeAttempt {
    /// Which, by its place among the attempts of the incident, counted from 0.
    pub attempt: usize,
    /// Why it was a mistake.
    pub reason: Box<str>,
}

/// Send a notice to partners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyPartners {
    /// Which.
    pub organisations: BTreeSet<OrganisationId>,
    /// How.
    pub channel: Channel,
    /// Those who were sent a notice by the same way only minutes ago, and are to get another one (WSIC-AGAIN).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub again: BTreeSet<OrganisationId>,
}

/// Record what a partner answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordPartnerAnswer {
    /// The partner.
    pub organisation: OrganisationId,
    /// What was answered.
    pub answer: PartnerAnswer,
    /// When the partner said so; now, if absent.
    #[serde(default)]
    pub answered_at: Option<DateTime<Utc>>,
    /// Why it is recorded only now; required for an answer of some hours ago (CLK-HONEST).
    #[serde(default)]
    pub note: Option<Box<str>>,
}

/// Add a file note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// What kind of note.
    #[serde(default)]
    pub kind: NoteKind,
    /// The text, without names of patients.
    pub text: Box<str>,
    /// When what it tells of took place; now, if absent.
    #[serde(default)]
    pub happened_at: Option<DateTime<Utc>>,
    /// The note that this one corrects.
    #[serde(default)]
    pub corrects: Option<Uuid>,
}

/// Declare a major incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareMajor {
    /// Why.
    pub reason: Box<str>,
}

/// Decline a proposal to declare a major incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineMajor {
    /// Why.
    pub reason: Box<str>,
}

/// End a major incident that was a false alarm (MAJOR-UNDO).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndMajor {
    /// Why it was none.
    pub reason: Box<str>,
}

/// Change the title of an incident, its summary, or both; the old words stay in the trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retitle {
    /// A few words, without personal data; as it was, if absent.
    #[serde(default)]
    pub title: Option<Box<str>>,
    /// What happened, without names of patients or staff; as it was, if absent.
    #[serde(default)]
    pub summary: Option<Box<str>>,
    /// Why.
    pub reason: Box<str>,
}

/// Say when the incident happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectOccurrence {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Whether that is an estimate.
    #[serde(default)]
    pub estimated: bool,
    /// How one knows.
    pub reason: Box<str>,
}

/// Answer the wider assessment without a whole triage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerEffect {
    /// The answer.
    pub effect: PartnershipEffect,
    /// Why.
    pub reason: Box<str>,
    /// The partners affected.
    #[serde(default)]
    pub partners: BTreeSet<OrganisationId>,
}

/// Say why a clock is late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainDelay {
    /// Which clock.
    pub kind: ClockKind,
    /// Whose, where each controller has one; the leading one's, if absent.
    #[serde(default)]
    pub controller: Option<OrganisationId>,
    /// Why.
    pub reason: Box<str>,
}

/// Require a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequireContact {
    /// Who must be told.
    pub contact: Contact,
    /// Why.
    pub reason: Box<str>,
}

/// Release a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseContact {
    /// Who need not be told after all.
    pub contact: Contact,
    /// Why.
    pub reason: Box<str>,
}

impl Command {
    /// The command's name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Log(_) => "log",
            Self::CorrectAwareness(_) => "correct_awareness",
            Self::Triage(_) => "triage",
            Self::Grade(_) => "grade",
            Self::Acknowledge(_) => "acknowledge",
            Self::UndoAcknowledge(_) => "undo_acknowledge",
            Self::Reassign(_) => "reassign",
            Self::AcceptAssignment(_) => "accept_assignment",
            Self::DeclineAssignment(_) => "decline_assignment",
            Self::Escalate(_) => "escalate",
            Self::Inform(_) => "inform",
            Self::StrikeAttempt(_) => "strike_attempt",
            Self::NotifyPartners(_) => "notify_partners",
            Self::RecordPartnerAnswer(_) => "record_partner_answer",
            Self::Note(_) => "note",
            Self::DeclareMajor(_) => "declare_major",
            Self::DeclineMajor(_) => "decline_major",
            Self::EndMajor(_) => "end_major",
            Self::Retitle(_) => "retitle",
            Self::CorrectOccurrence(_) => "correct_occurrence",
            Self::AnswerEffect(_) => "answer_effect",
            Self::ExplainDelay(_) => "explain_delay",
            Self::RequireContact(_) => "require_contact",
            Self::ReleaseContact(_) => "release_contact",
            Self::Regulator(step) => step.name(),
            Self::Subjects(step) => step.name(),
            Self::Hosting(step) => step.name(),
            Self::Investigation(step) => step.name(),
            Self::Learning(step) => step.name(),
            Self::Closing(step) => step.name(),
        }
    }

    /// Whether a retry must not be lost to a changed version, and the command may wait while there
    /// is no server: logging, acknowledging, notes and contacts commute; the rest would do harm
    /// if carried out hours later on an incident that has moved on.
    pub fn commutes(&self) -> bool {
        match self {
            Self::Log(_)
            | Self::Acknowledge(_)
            | Self::UndoAcknowledge(_)
            | Self::Inform(_)
            | Self::Note(_)
            | Self::RecordPartnerAnswer(_) => true,
            Self::CorrectAwareness(_)
            | Self::Triage(_)
            | Self::Grade(_)
            | Self::Reassign(_)
            | Self::AcceptAssignment(_)
            | Self::DeclineAssignment(_)
            | Self::Escalate(_)
            | Self::StrikeAttempt(_)
            | Self::NotifyPartners(_)
            | Self::DeclareMajor(_)
            | Self::DeclineMajor(_)
            | Self::EndMajor(_)
            | Self::Retitle(_)
            | Self::CorrectOccurrence(_)
            | Self::AnswerEffect(_)
            | Self::ExplainDelay(_)
            | Self::RequireContact(_)
            | Self::ReleaseContact(_)
            | Self::Regulator(_)
            | Self::Subjects(_)
            | Self::Hosting(_)
            | Self::Investigation(_)
            | Self::Learning(_)
            | Self::Closing(_) => false,
        }
    }
}
