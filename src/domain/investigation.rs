//! The investigation: who leads it, what evidence is secured, what was met about, what was found
//! (BOB-INV, BOB-EVID, BOB-RCA, BOB-MIN, BOB-REC, PROC-PLAN).
//!
//! Evidence itself stays outside the desk: an item is its label, its hash, and who has had it.

use super::Instant;
use super::event::{Entry, Signed};
use super::id::{OrganisationId, PersonId};
use super::role::Role;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;

/// The investigation of one incident; everything only grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Investigation {
    /// Who has led it, oldest first; the last one leads.
    pub leads: Vec<Lead>,
    /// Items of evidence.
    pub evidence: Vec<Evidence>,
    /// That there is no evidence to secure, and why.
    pub no_evidence: Option<Reasoned>,
    /// Plans agreed with others (PROC-PLAN).
    pub plans: Vec<Plan>,
    /// Meetings about it.
    pub meetings: Vec<Meeting>,
    /// Root cause analyses, oldest first; the last one counts.
    pub causes: Vec<RootCause>,
    /// What was found, oldest first.
    pub findings: Vec<Finding>,
    /// What every investigation is asked, oldest first; the last answer counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answered>,
    /// The organisations' own processes, as they were recorded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_processes: Vec<OwnProcess>,
}

/// What every investigation is asked: yes or no, and never who (BOB-NOBLAME).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvestigationAnswers {
    /// Whether a human error was found.
    pub human_error: bool,
    /// Whether people of several disciplines took part.
    pub several_disciplines: bool,
}

impl InvestigationAnswers {
    /// The answers as sentences.
    pub fn in_words(self) -> [&'static str; 2] {
        [
            match self.human_error {
                true => "a human error was found",
                false => "no human error was found",
            },
            match self.several_disciplines {
                true => "several disciplines took part",
                false => "one discipline alone took part",
            },
        ]
    }
}

/// The answers with their signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answered {
    /// What was answered.
    pub answers: InvestigationAnswers,
    /// By whom, and when.
    pub signed: Signed,
}

/// That an organisation of the incident runs its own incident process (WSIC-LOCAL).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OwnProcess {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// Its own reference, if there is one.
    pub reference: Option<Box<str>>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// A reason with its signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reasoned {
    /// Why.
    pub reason: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
}

/// Who leads the investigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Lead {
    /// The person.
    pub person: PersonId,
    /// Why somebody who owns the system or reported the incident leads all the same.
    pub exception: Option<Box<str>>,
    /// Who appointed them, and when.
    pub signed: Signed,
}

/// The SHA-256 of an item of evidence, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Hex(Box<str>);

/// A text that is no SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A SHA-256 is 64 hexadecimal digits; sha256sum FILE prints it")]
pub struct NotSha256;

impl FromStr for Sha256Hex {
    type Err = NotSha256;

    fn from_str(text: &str) -> Result<Self, NotSha256> {
        let digits = text.trim().to_ascii_lowercase();
        let is_hash = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hash.then(|| Self(digits.into())).ok_or(NotSha256)
    }
}

impl TryFrom<String> for Sha256Hex {
    type Error = NotSha256;

    fn try_from(text: String) -> Result<Self, NotSha256> {
        text.parse()
    }
}

impl From<Sha256Hex> for String {
    fn from(hash: Sha256Hex) -> Self {
        hash.0.into()
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl utoipa::PartialSchema for Sha256Hex {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(r"^[0-9a-fA-F]{64}$"))
            .into()
    }
}

impl ToSchema for Sha256Hex {}

/// One item of evidence (BOB-EVID).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// Its identity.
    pub id: Uuid,
    /// What it is, without personal data.
    pub item: EvidenceItem,
    /// Everybody who has had it, oldest first; the last one has it.
    pub custody: Vec<Custody>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

impl Evidence {
    /// Who has it now.
    pub fn custodian(&self) -> &str {
        self.custody
            .last()
            .map_or(&*self.item.custodian, |custody| &*custody.to)
    }

    /// Who had it at an instant.
    pub fn custodian_at(&self, at: Instant) -> &str {
        let mut before = self.custody.iter();
        before
            .rfind(|custody| custody.at <= at)
            .map_or(&*self.item.custodian, |custody| &*custody.to)
    }

    /// Adds a hand-over where it happened, whenever it was recorded: whoever had it next had it from the new
    /// holder (DECIDE-TRUE).
    fn hand_over(&mut self, custody: Custody) {
        let place = self.custody.partition_point(|known| known.at <= custody.at);
        if let Some(next) = self.custody.get_mut(place) {
            next.from.clone_from(&custody.to);
        }
        self.custody.insert(place, custody);
    }
}

/// What an item of evidence is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceItem {
    /// A few words, without personal data.
    pub label: Box<str>,
    /// What sort of thing it is: a log, an image, a letter.
    pub kind: Box<str>,
    /// The hash of its content, where it is a file.
    #[serde(default)]
    pub sha256: Option<Sha256Hex>,
    /// Its size in bytes, where it is a file.
    #[serde(default)]
    pub size: Option<u64>,
    /// Where it is kept.
    pub location: Box<str>,
    /// Who keeps it: a role or a function.
    pub custodian: Box<str>,
    /// When it was secured.
    pub secured_at: DateTime<Utc>,
    /// Whether it holds confidential data about people, which stay outside the desk.
    #[serde(default)]
    pub contains_personal_data: bool,
    /// Why it is entered only now, where it was secured some hours ago (CLK-HONEST).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
}

/// A change of custody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Custody {
    /// Who had it.
    pub from: Box<str>,
    /// Who has it since.
    pub to: Box<str>,
    /// When it changed hands.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// A plan agreed with a processor or others (PROC-PLAN).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// Who agreed.
    pub parties: Vec<OrganisationId>,
    /// When.
    pub agreed_on: NaiveDate,
    /// What.
    pub text: Box<str>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// A meeting (BOB-MIN).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Meeting {
    /// Its identity.
    pub id: Uuid,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// The role that chaired it.
    pub chair: Role,
    /// The roles that took part.
    pub attendees: Vec<Role>,
    /// Its minutes, once written.
    pub minutes: Option<Minutes>,
    /// Who recorded it, and when.
    pub recorded: Signed,
}

/// Minutes of a meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Minutes {
    /// The text, without names of patients.
    pub text: Box<str>,
    /// Who wrote them, and when.
    pub signed: Signed,
}

/// A root cause analysis (BOB-RCA).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseAnalysis {
    /// How it was done: five whys, a timeline, a fishbone.
    pub method: Box<str>,
    /// What caused it.
    pub causes: Box<str>,
    /// What contributed.
    #[serde(default)]
    pub contributing: Option<Box<str>>,
    /// Whether a policy falls short.
    pub policy_deficiency: bool,
}

/// A root cause analysis with its signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RootCause {
    /// What was worked out.
    pub analysis: CauseAnalysis,
    /// By whom, and when.
    pub signed: Signed,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What.
    pub text: Box<str>,
    /// By whom, and when.
    pub signed: Signed,
}

/// What a person asks of the investigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum InvestigationCommand {
    /// Appoint who leads it.
    AppointLead {
        /// The person.
        person: PersonId,
        /// Why somebody who owns the system or reported the incident leads all the same.
        #[serde(default)]
        exception: Option<Box<str>>,
    },
    /// Record an item of evidence that has been secured.
    SecureEvidence(EvidenceItem),
    /// Record that there is no evidence to secure.
    NoEvidence {
        /// Why.
        reason: Box<str>,
    },
    /// Record that an item of evidence changed hands.
    TransferCustody {
        /// Which item.
        evidence: Uuid,
        /// Who has it now: a role or a function.
        to: Box<str>,
        /// Why.
        reason: Box<str>,
        /// When; now, if absent.
        #[serde(default)]
        at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
    },
    /// Record a plan that was agreed.
    AgreePlan {
        /// Who agreed.
        parties: Vec<OrganisationId>,
        /// When.
        agreed_on: NaiveDate,
        /// What.
        text: Box<str>,
    },
    /// Begin the investigation.
    Begin {},
    /// Record a meeting.
    HoldMeeting {
        /// When it was held; now, if absent.
        #[serde(default)]
        held_at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// The role that chaired it.
        chair: Role,
        /// The roles that took part.
        #[serde(default)]
        attendees: Vec<Role>,
    },
    /// Write the minutes of a meeting.
    WriteMinutes {
        /// Which.
        meeting: Uuid,
        /// The text, without names of patients.
        text: Box<str>,
    },
    /// Record the root cause analysis.
    AnalyseCause(CauseAnalysis),
    /// Record something that was found.
    Find {
        /// What.
        text: Box<str>,
    },
    /// Answer what every investigation is asked; a later answer takes the place of an earlier one.
    Answer(InvestigationAnswers),
    /// Record that an organisation of the incident runs its own incident process.
    StartOwnProcess {
        /// Whose: the organisation that runs it, or the reporting one; the former, if absent.
        #[serde(default)]
        organisation: Option<OrganisationId>,
        /// Since when; now, if absent.
        #[serde(default)]
        started_at: Option<DateTime<Utc>>,
        /// Why it is entered only now, where it was some hours ago (CLK-HONEST).
        #[serde(default)]
        note: Option<Box<str>>,
        /// Its own reference, if there is one.
        #[serde(default)]
        reference: Option<Box<str>>,
    },
    /// Hand the whole record out; who asks for it may then take it (BOB-REC).
    HandOutCaseFile {
        /// To whom: a role or a function.
        to: Box<str>,
        /// Why.
        reason: Box<str>,
    },
}

impl InvestigationCommand {
    /// The step as it is written in the trail of denials.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AppointLead { .. } => "investigation_appoint_lead",
            Self::SecureEvidence(_) => "investigation_secure_evidence",
            Self::NoEvidence { .. } => "investigation_no_evidence",
            Self::TransferCustody { .. } => "investigation_transfer_custody",
            Self::AgreePlan { .. } => "investigation_agree_plan",
            Self::Begin {} => "investigation_begin",
            Self::HoldMeeting { .. } => "investigation_hold_meeting",
            Self::WriteMinutes { .. } => "investigation_write_minutes",
            Self::AnalyseCause(_) => "investigation_analyse_cause",
            Self::Find { .. } => "investigation_find",
            Self::Answer(_) => "investigation_answer",
            Self::StartOwnProcess { .. } => "investigation_start_own_process",
            Self::HandOutCaseFile { .. } => "investigation_hand_out_case_file",
        }
    }
}

/// What became true of the investigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum InvestigationEvent {
    /// Somebody leads it.
    LeadAppointed {
        /// The person.
        person: PersonId,
        /// Why somebody who owns the system or reported the incident leads all the same.
        exception: Option<Box<str>>,
    },
    /// An item of evidence was secured.
    EvidenceSecured {
        /// Its identity.
        id: Uuid,
        /// What it is.
        item: EvidenceItem,
    },
    /// There is no evidence to secure.
    NoEvidenceExists {
        /// Why.
        reason: Box<str>,
    },
    /// An item of evidence changed hands.
    CustodyTransferred {
        /// Which item.
        evidence: Uuid,
        /// Who had it.
        from: Box<str>,
        /// Who has it since.
        to: Box<str>,
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: Box<str>,
    },
    /// A plan was agreed.
    PlanAgreed {
        /// Who agreed.
        parties: Vec<OrganisationId>,
        /// When.
        agreed_on: NaiveDate,
        /// What.
        text: Box<str>,
    },
    /// The investigation began.
    Begun {},
    /// A meeting was held.
    MeetingHeld {
        /// Its identity.
        id: Uuid,
        /// When.
        held_at: DateTime<Utc>,
        /// The role that chaired it.
        chair: Role,
        /// The roles that took part.
        attendees: Vec<Role>,
    },
    /// The minutes of a meeting were written.
    MinutesWritten {
        /// Of which.
        meeting: Uuid,
        /// The text.
        text: Box<str>,
    },
    /// The root cause was worked out.
    CauseAnalysed {
        /// What was worked out.
        analysis: CauseAnalysis,
    },
    /// Something was found.
    Found {
        /// What.
        text: Box<str>,
    },
    /// What every investigation is asked was answered.
    Answered {
        /// What was answered.
        answers: InvestigationAnswers,
    },
    /// An organisation's own incident process runs.
    OwnProcessStarted {
        /// Whose.
        organisation: OrganisationId,
        /// Since when.
        started_at: DateTime<Utc>,
        /// Its own reference, if there is one.
        reference: Option<Box<str>>,
    },
    /// The whole record was handed out (BOB-REC).
    CaseFileHandedOut {
        /// To whom.
        to: Box<str>,
        /// Why.
        reason: Box<str>,
    },
}

impl InvestigationEvent {
    /// The event's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::LeadAppointed { .. } => "investigation_lead_appointed",
            Self::EvidenceSecured { .. } => "evidence_secured",
            Self::NoEvidenceExists { .. } => "no_evidence_exists",
            Self::CustodyTransferred { .. } => "custody_transferred",
            Self::PlanAgreed { .. } => "investigation_plan_agreed",
            Self::Begun {} => "investigation_begun",
            Self::MeetingHeld { .. } => "meeting_held",
            Self::MinutesWritten { .. } => "minutes_written",
            Self::CauseAnalysed { .. } => "cause_analysed",
            Self::Found { .. } => "finding_recorded",
            Self::Answered { .. } => "investigation_answered",
            Self::OwnProcessStarted { .. } => "own_process_started",
            Self::CaseFileHandedOut { .. } => "case_file_handed_out",
        }
    }
}

impl Investigation {
    /// Make an event true. Cannot fail: `decide` has judged.
    pub(super) fn apply(&mut self, event: &InvestigationEvent, entry: &Entry) {
        let signed = Signed::of(entry);
        match event {
            InvestigationEvent::LeadAppointed { person, exception } => self.leads.push(Lead {
                person: person.clone(),
                exception: exception.clone(),
                signed,
            }),
            InvestigationEvent::EvidenceSecured { id, item } => self.evidence.push(Evidence {
                id: *id,
                item: item.clone(),
                custody: Vec::new(),
                recorded: signed,
            }),
            InvestigationEvent::NoEvidenceExists { reason } => {
                self.no_evidence = Some(Reasoned {
                    reason: reason.clone(),
                    signed,
                });
            }
            InvestigationEvent::CustodyTransferred {
                evidence,
                from,
                to,
                at,
                reason,
            } => {
                let custody = Custody {
                    from: from.clone(),
                    to: to.clone(),
                    at: *at,
                    reason: reason.clone(),
                    recorded: signed,
                };
                if let Some(known) = self.evidence.iter_mut().find(|known| known.id == *evidence) {
                    known.hand_over(custody);
                }
            }
            InvestigationEvent::PlanAgreed {
                parties,
                agreed_on,
                text,
            } => self.plans.push(Plan {
                parties: parties.clone(),
                agreed_on: *agreed_on,
                text: text.clone(),
                recorded: signed,
            }),
            // What begins is the status of the incident; who took its file the trail tells.
            InvestigationEvent::Begun {} | InvestigationEvent::CaseFileHandedOut { .. } => {}
            InvestigationEvent::MeetingHeld {
                id,
                held_at,
                chair,
                attendees,
            } => self.meetings.push(Meeting {
                id: *id,
                held_at: *held_at,
                chair: *chair,
                attendees: attendees.clone(),
                minutes: None,
                recorded: signed,
            }),
            InvestigationEvent::MinutesWritten { meeting, text } => {
                let minutes = Minutes {
                    text: text.clone(),
                    signed,
                };
                if let Some(known) = self.meetings.iter_mut().find(|known| known.id == *meeting) {
                    known.minutes = Some(minutes);
                }
            }
            InvestigationEvent::CauseAnalysed { analysis } => self.causes.push(RootCause {
                analysis: analysis.clone(),
                signed,
            }),
            InvestigationEvent::Found { text } => self.findings.push(Finding {
                text: text.clone(),
                signed,
            }),
            InvestigationEvent::Answered { answers } => self.answers.push(Answered {
                answers: *answers,
                signed,
            }),
            InvestigationEvent::OwnProcessStarted {
                organisation,
                started_at,
                reference,
            } => self.own_processes.push(OwnProcess {
                organisation: organisation.clone(),
                started_at: *started_at,
                reference: reference.clone(),
                recorded: signed,
            }),
        }
    }

    /// Who leads it.
    pub fn lead(&self) -> Option<&Lead> {
        self.leads.last()
    }

    /// Since when evidence is secured, or it is known that there is none (BOB-EVID).
    pub fn evidence_settled_at(&self) -> Option<Instant> {
        let secured = self.evidence.iter().map(|known| known.item.secured_at);
        let none = self.no_evidence.iter().map(|none| none.signed.at);
        secured.chain(none).min()
    }

    /// An item of evidence by its identity.
    pub fn evidence(&self, id: Uuid) -> Option<&Evidence> {
        self.evidence.iter().find(|known| known.id == id)
    }

    /// A meeting by its identity.
    pub fn meeting(&self, id: Uuid) -> Option<&Meeting> {
        self.meetings.iter().find(|meeting| meeting.id == id)
    }

    /// What every investigation is asked, as it was answered last (BOB-NOBLAME).
    pub fn answers(&self) -> Option<InvestigationAnswers> {
        self.answers.last().map(|answered| answered.answers)
    }

    /// The own process of an organisation, as it was recorded last (WSIC-LOCAL).
    pub fn own_process(&self, organisation: &OrganisationId) -> Option<&OwnProcess> {
        let mut processes = self.own_processes.iter();
        processes.rfind(|process| process.organisation == *organisation)
    }

    /// Meetings without minutes (BOB-MIN).
    pub fn meetings_without_minutes(&self) -> impl Iterator<Item = &Meeting> {
        self.meetings
            .iter()
            .filter(|meeting| meeting.minutes.is_none())
    }

    /// Whether the controller has agreed on a plan with every one of these processors (PROC-PLAN).
    pub fn plan_agreed_with(
        &self,
        controller: &OrganisationId,
        processors: &[OrganisationId],
    ) -> bool {
        processors.iter().all(|processor| {
            self.plans
                .iter()
                .any(|plan| plan.parties.contains(controller) && plan.parties.contains(processor))
        })
    }
}
