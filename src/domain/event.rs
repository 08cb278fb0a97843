//! What became true. Every event is an audit entry; the history of an incident is its events.
//!
//! Events carry everything that [`super::apply`] needs, so that folding them never asks a rule, a
//! policy or a clock again.

use super::clock::{Clock, Ground};
use super::closing::ClosingEvent;
use super::contacts::Contact;
use super::contacts::ContactAttempt;
use super::deadlines::ClockKind;
use super::delivery::Medium;
use super::directory::{Actor, Channel, HeldRole};
use super::escalation::Ladder;
use super::hosting::HostingEvent;
use super::id::{CommandId, IncidentId, OrganisationId, PersonId, Reference};
use super::incident::{
    Assessment, Awareness, AwarenessKind, BreachStatus, Confirmation, Facts, NoteKind, Occurrence,
    PartnershipEffect, Reporter,
};
use super::investigation::InvestigationEvent;
use super::learning::LearningEvent;
use super::partners::{NoticeProgress, PartnerAnswer};
use super::regulator::RegulatorEvent;
use super::role::Role;
use super::rule::RuleId;
use super::sharing::Sharing;
use super::subjects::SubjectsEvent;
use super::summons::Call;
use super::taking_over::TakenOver;
use chrono::{DateTime, Utc};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// The name under which the desk itself writes things down.
pub const THE_DESK: &str = "nightdesk";

/// Who did something and in which role (AUD-APPEND).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signature {
    /// The person.
    pub person: PersonId,
    /// The role used.
    pub role: Role,
    /// The organisation the role is held for.
    pub organisation: OrganisationId,
    /// Interim holders are marked in every record (WSIC-TERM).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interim: bool,
}

impl Signature {
    /// The signature of the desk itself, which writes down what carriers and links tell it.
    pub fn of_the_desk(organisation: &OrganisationId) -> Self {
        Self {
            person: PersonId::from(THE_DESK),
            role: Role::Adm,
            organisation: organisation.clone(),
            interim: false,
        }
    }

    /// The signature of an actor in one of the roles they hold.
    pub fn of(actor: &Actor, held: &HeldRole) -> Self {
        Self {
            person: actor.person.clone(),
            role: held.role,
            organisation: held.organisation.clone(),
            interim: held.interim,
        }
    }
}

/// A signature with its time: who did something, in which role, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signed {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
}

impl Signed {
    /// The signature under an entry.
    pub fn of(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            by: entry.by.clone(),
        }
    }
}

/// An event with the when, who and why of its audit entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// When it became true.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Signature,
    /// The command that brought it about.
    pub command: CommandId,
    /// What became true.
    pub event: Event,
}

/// What became true of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The incident was taken in.
    Logged(Box<Logged>),
    /// A statutory clock was started.
    ClockStarted {
        /// The clock.
        clock: Clock,
    },
    /// A clock's start was corrected; nothing else shifts a clock (CLK-NOPAUSE).
    ClockRevised {
        /// The clock as it is now.
        clock: Clock,
        /// When it was due before.
        previous_due_at: DateTime<Utc>,
    },
    /// Bank holidays that became known moved the limit until which a clock that still runs may be met
    /// with a reason; when it is due stays as it was (BOB-BH).
    OuterLimitMoved {
        /// Which clock.
        kind: ClockKind,
        /// Whose, where a controller has one of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        controller: Option<OrganisationId>,
        /// What the limit was.
        from: Option<DateTime<Utc>>,
        /// What it is now.
        to: DateTime<Utc>,
        /// The numbers and the calendar that it follows from.
        #[schema(value_type = String)]
        made_under: CompactString,
    },
    /// A clock's target was hidden; its anchor stays (CLK-REGRADE).
    ClockStoodDown {
        /// Which clock.
        kind: ClockKind,
        /// Whose, where each controller has one.
        controller: Option<OrganisationId>,
        /// The rule that allows it.
        rule: RuleId,
        /// Why, in words.
        reason: Box<str>,
        /// Why it should never have run, where an officer said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<Ground>,
    },
    /// Another organisation was named whose duty a clock is about: a controller that was not known before
    /// (BOB-DPO).
    DutyNamed {
        /// Which clock.
        kind: ClockKind,
        /// Whose duty it is as well.
        organisation: OrganisationId,
    },
    /// Why something that happened long before was entered only then, or after its deadline
    /// (CLK-HONEST).
    PastExplained {
        /// When it happened.
        happened_at: DateTime<Utc>,
        /// Why it was entered only then.
        note: Box<str>,
        /// What shows that time: a regulator's receipt, the reference of a document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Box<str>>,
    },
    /// Somebody in a role that must be told acted on the incident, and knows of it from then on
    /// (CLK-EVIDENCE).
    ActedInRole {
        /// The role.
        contact: Contact,
        /// The event by which they acted, by its name in the audit trail.
        #[schema(value_type = String)]
        by_event: CompactString,
    },
    /// A clock that had been stood down counts again, with the anchor it always had.
    ClockReinstated {
        /// Which clock.
        kind: ClockKind,
        /// Whose, where each controller has one.
        controller: Option<OrganisationId>,
    },
    /// A reason was given for being late (CLK-LATE).
    LateReasonGiven {
        /// Which clock.
        kind: ClockKind,
        /// Whose, where each controller has one.
        controller: Option<OrganisationId>,
        /// Why it is late.
        reason: Box<str>,
    },
    /// An awareness time was corrected.
    AwarenessCorrected {
        /// Which time.
        kind: AwarenessKind,
        /// What it was.
        from: DateTime<Utc>,
        /// What it is now.
        to: DateTime<Utc>,
        /// Why.
        reason: Box<str>,
        /// Where the on-call officer works, whose awareness it is; absent where that was known before
        /// (AWARE-FORWARD).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        works_for: Option<OrganisationId>,
    },
    /// A near miss turned out to be a breach, or a service impact was recognised, at this instant.
    AwarenessAdded {
        /// Which clocks it starts.
        kind: AwarenessKind,
        /// The instant.
        at: DateTime<Utc>,
    },
    /// The incident was classified.
    Triaged {
        /// The facts as they are now.
        facts: Box<Facts>,
        /// Whether it was held to be a breach before and is not any more, so that the register keeps
        /// it (REG-WHOLE).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        no_longer_breach: bool,
        /// What kind it was held to be, where this says another; nothing of a time before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind_before: Option<BreachStatus>,
        /// The facts as they were before, so that the trail says what changed; absent on what was recorded
        /// before that was kept (AUD-APPEND).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Box<Facts>>,
        /// Why something was taken back that asks for more than it does now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Box<str>>,
        /// Whether it says whose data they are and nothing else, so that the classification is still asked for
        /// (ICO-PROC).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        only_names: bool,
        /// What whoever is asked confirmed in words; absent also where a reason alone confirmed it, before a
        /// confirmation had words of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirms: Option<Confirmation>,
    },
    /// The incident was graded.
    Graded {
        /// The assessment now in force.
        assessment: Box<Assessment>,
    },
    /// Somebody took note of it.
    Acknowledged {
        /// Whether they became its owner by that.
        took_ownership: bool,
    },
    /// An acknowledgement was taken back.
    AcknowledgementUndone {},
    /// It was offered to somebody.
    AssignmentOffered {
        /// To whom.
        to: PersonId,
        /// Why.
        reason: Box<str>,
    },
    /// The person to whom it was offered took it on.
    AssignmentAccepted {},
    /// The person to whom it was offered did not take it on.
    AssignmentDeclined {
        /// Why.
        reason: Box<str>,
    },
    /// Help was called up a ladder.
    Escalated {
        /// Which ladder.
        ladder: Ladder,
        /// The rung reached, counted from 0.
        rung: u8,
        /// Who is to be called now.
        to: Vec<Contact>,
        /// Why.
        reason: Box<str>,
        /// Whom the desk tells by what, and whom a person must call; none where it was recorded before
        /// escalating told anybody (ESC-SENT).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        calls: Vec<Call>,
        /// When the ladder would have reached the rung, where it was called before that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens_at: Option<DateTime<Utc>>,
    },
    /// A notice by which somebody is called for help has come further (ESC-SENT).
    EscalationProgressed {
        /// Which notice.
        notice: Uuid,
        /// How far.
        progress: NoticeProgress,
        /// By what it went last; absent where it was recorded before the desk kept that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Medium>,
        /// In which role whoever it went to was called; absent likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<Contact>,
        /// Who that was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
    },
    /// Somebody was called or written to, with what came of it.
    ContactAttempted {
        /// The attempt.
        attempt: Box<ContactAttempt>,
    },
    /// An attempt had been recorded by mistake, and is evidence of nothing from then on (CALL-STRUCK).
    ContactAttemptStruck {
        /// The attempt, by its place among those of the incident.
        place: usize,
        /// The attempt as it stood, for whoever reads the trail alone.
        attempt: Box<ContactAttempt>,
        /// Why it was a mistake.
        reason: Box<str>,
        /// Calls to the host, by their places, that stand in for the Officer no more: without this attempt
        /// the exception path was not open (WSIC-EXC).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        calls_to_host: Vec<usize>,
        /// Rungs to the host, by their places among the escalations, for which the same holds.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rungs_to_host: Vec<usize>,
    },
    /// A call to the host stands in for the Officer, who counted as not contactable when it was made
    /// (WSIC-EXC).
    ToldByException {
        /// The attempt, by its place among those of the incident.
        place: usize,
    },
    /// A partner was sent a notice.
    PartnerNotified {
        /// The partner.
        organisation: OrganisationId,
        /// How.
        channel: Channel,
        /// Its identity, where the desk itself sends it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice: Option<Uuid>,
    },
    /// A notice that the desk sends has come further.
    NoticeProgressed {
        /// The partner.
        organisation: OrganisationId,
        /// Which notice.
        notice: Uuid,
        /// How far.
        progress: NoticeProgress,
        /// By what it went last; absent where it was recorded before the desk kept that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Medium>,
    },
    /// A partner answered, or the notice turned out not to have arrived.
    PartnerAnswered {
        /// The partner.
        organisation: OrganisationId,
        /// What was answered.
        answer: PartnerAnswer,
        /// When the partner said so.
        answered_at: DateTime<Utc>,
    },
    /// A file note was added.
    NoteAdded {
        /// Its identity.
        id: Uuid,
        /// What kind of note.
        kind: NoteKind,
        /// The text.
        text: Box<str>,
        /// When what it tells of took place.
        happened_at: DateTime<Utc>,
        /// The note that this one corrects.
        corrects: Option<Uuid>,
    },
    /// A trend was noticed (WSIC-MAJOR).
    MajorProposed {
        /// When the trend was complete.
        complete_at: DateTime<Utc>,
        /// The incidents that share the trend key.
        incidents: Vec<IncidentId>,
    },
    /// A person declared a major incident.
    MajorDeclared {
        /// Why.
        reason: Box<str>,
        /// The incidents linked under this one.
        incidents: Vec<IncidentId>,
    },
    /// A person declined to declare one.
    MajorDeclined {
        /// Why.
        reason: Box<str>,
    },
    /// A major incident was ended as a false alarm (MAJOR-UNDO).
    MajorEnded {
        /// Why it was none.
        reason: Box<str>,
    },
    /// Incidents that share the trend were found to be duplicates or no incidents, so that the proposal
    /// counts them no longer (WSIC-MAJOR).
    MajorProposalReduced {
        /// When the trend is complete without them; absent where it is none any more.
        complete_at: Option<DateTime<Utc>>,
        /// The incidents that still share the trend key.
        incidents: Vec<IncidentId>,
    },
    /// Another incident turned out to be the same, and this one goes on for both (REG-WHOLE).
    TakenOver(Box<TakenOver>),
    /// Its title or its summary was changed.
    Retitled {
        /// What it was called, and what was said of it.
        from: Box<Description>,
        /// The same as it is now.
        to: Box<Description>,
        /// Why.
        reason: Box<str>,
        /// Whether the incident keeps what it was called; false on what was recorded before it did.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        keeps: bool,
    },
    /// When the incident happened was corrected or added.
    OccurrenceCorrected {
        /// When it happened, as far as known now.
        occurrence: Occurrence,
        /// Why.
        reason: Box<str>,
    },
    /// Whether partners are affected was answered outside a triage (WSIC-WIDE).
    EffectAnswered {
        /// The answer.
        effect: PartnershipEffect,
        /// Why.
        reason: Box<str>,
        /// The partners affected.
        partners: BTreeSet<OrganisationId>,
    },
    /// Somebody must be told whom the facts alone do not require, or require no longer
    /// (BOB-CONTACTS).
    ContactRequired {
        /// Who.
        contact: Contact,
        /// Why.
        reason: Box<str>,
    },
    /// Somebody need not be told after all.
    ContactReleased {
        /// Who.
        contact: Contact,
        /// Why.
        reason: Box<str>,
        /// The rule by which it was judged; absent on what was recorded before there was one
        /// (REL-ENTITLED).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        judged_by: Option<RuleId>,
    },
    /// The agreements to share data under which its organisations fall are these (SHARE-TOLD).
    AgreementsFound {
        /// All of them, which may be none.
        agreements: Vec<Sharing>,
    },
    /// Something about the regulator's part.
    Regulator(RegulatorEvent),
    /// Something about telling the people concerned.
    Subjects(SubjectsEvent),
    /// Something about the hosted service.
    Hosting(HostingEvent),
    /// Something about the investigation.
    Investigation(InvestigationEvent),
    /// Something about learning.
    Learning(LearningEvent),
    /// Something about the end of the incident.
    Closing(ClosingEvent),
}

/// What an incident is called, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Description {
    /// A few words, without personal data.
    pub title: Box<str>,
    /// What happened.
    pub summary: Box<str>,
}

/// Everything known when an incident was taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Logged {
    /// Its reference; absent only where a client replays a command the server has not judged.
    pub reference: Option<Reference>,
    /// A few words, without personal data.
    pub title: Box<str>,
    /// What happened.
    pub summary: Box<str>,
    /// Where the report came from.
    pub reporter: Reporter,
    /// When it happened, as far as known.
    pub occurrence: Option<Occurrence>,
    /// Who became aware when.
    pub awareness: Awareness,
    /// What is known of its kind.
    pub facts: Facts,
}

impl Event {
    /// The event's name on the wire and in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Logged(_) => "logged",
            Self::ClockStarted { .. } => "clock_started",
            Self::OuterLimitMoved { .. } => "outer_limit_moved",
            Self::ClockRevised { .. } => "clock_revised",
            Self::ClockStoodDown { .. } => "clock_stood_down",
            Self::DutyNamed { .. } => "duty_named",
            Self::PastExplained { .. } => "past_explained",
            Self::ActedInRole { .. } => "acted_in_role",
            Self::ClockReinstated { .. } => "clock_reinstated",
            Self::LateReasonGiven { .. } => "late_reason_given",
            Self::AwarenessCorrected { .. } => "awareness_corrected",
            Self::AwarenessAdded { .. } => "awareness_added",
            Self::Triaged { .. } => "triaged",
            Self::Graded { .. } => "graded",
            Self::Acknowledged { .. } => "acknowledged",
            Self::AcknowledgementUndone {} => "acknowledgement_undone",
            Self::AssignmentOffered { .. } => "assignment_offered",
            Self::AssignmentAccepted {} => "assignment_accepted",
            Self::AssignmentDeclined { .. } => "assignment_declined",
            Self::Escalated { .. } => "escalated",
            Self::EscalationProgressed { .. } => "escalation_progressed",
            Self::ContactAttempted { .. } => "contact_attempted",
            Self::ContactAttemptStruck { .. } => "contact_attempt_struck",
            Self::ToldByException { .. } => "told_by_exception",
            Self::PartnerNotified { .. } => "partner_notified",
            Self::NoticeProgressed { .. } => "notice_progressed",
            Self::PartnerAnswered { .. } => "partner_answered",
            Self::NoteAdded { .. } => "note_added",
            Self::MajorProposed { .. } => "major_proposed",
            Self::MajorDeclared { .. } => "major_declared",
            Self::MajorDeclined { .. } => "major_declined",
            Self::MajorEnded { .. } => "major_ended",
            Self::MajorProposalReduced { .. } => "major_proposal_reduced",
            Self::TakenOver(_) => "taken_over",
            Self::Retitled { .. } => "retitled",
            Self::OccurrenceCorrected { .. } => "occurrence_corrected",
            Self::EffectAnswered { .. } => "effect_answered",
            Self::ContactRequired { .. } => "contact_required",
            Self::ContactReleased { .. } => "contact_released",
            Self::AgreementsFound { .. } => "agreements_found",
            Self::Regulator(event) => event.name(),
            Self::Subjects(event) => event.name(),
            Self::Hosting(event) => event.name(),
            Self::Investigation(event) => event.name(),
            Self::Learning(event) => event.name(),
            Self::Closing(event) => event.name(),
        }
    }
}
