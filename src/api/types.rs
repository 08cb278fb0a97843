//! What is said in the bodies. Requests are [`crate::domain::command::Command`],
//! [`crate::domain::problem::command::ProblemCommand`] and [`crate::domain::directory::command::DirectoryCommand`];
//! these are the answers, and the one question that is too telling for an address.
//!
//! Version 1 only grows: a client ignores fields it does not know. Deliberately holds no rule: what
//! a field means is said in the domain.

use crate::domain::alarm::{Alarm, AlarmState, RaisedAlarm};
use crate::domain::calendar::Calendar;
use crate::domain::delivery::{self, DeliveryState, Medium, Report};
use crate::domain::directory::{Directory, HeldRole, Organisation, Person};
use crate::domain::event::{Entry, Signature};
use crate::domain::holidays::WaitingImport;
use crate::domain::id::{
    CommandId, DeliveryId, IncidentId, OrganisationId, RecipientId, Reference,
};
use crate::domain::incident::{Category, Incident};
use crate::domain::problem::Problem;
use crate::domain::problem::event::ProblemEntry;
use crate::domain::recipients::Service;
use crate::domain::reporting::ReportKind;
use crate::domain::retention::{Due, KeptOn, Logs, RetentionEvent};
use crate::domain::role::Role;
use crate::domain::rota::Tier;
use crate::domain::search::Standing;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Outcome;

/// One page of incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IncidentPage {
    /// The incidents, whole.
    pub incidents: Vec<Incident>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
    /// The `after` from which to ask for changes once the pages are read; that of the first page
    /// misses nothing.
    pub changes_after: String,
    /// When the server answered.
    pub server_time: DateTime<Utc>,
}

/// What to look for among incidents; all of it must be true of one. It is a body and not an address,
/// because addresses are logged on their way, and people look for names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchRequest {
    /// Whole words of the title, of what happened, of organisations, category and trend key, in any
    /// order; or a reference. Capitals, accents and signs do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// An organisation that is party to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The trend key, exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<String>,
    /// Logged at this moment or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Logged before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// How it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Standing>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many at most; a page may hold fewer and still have a `next`.
    #[schema(minimum = 1, maximum = 200)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of the incidents that were searched for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// The incidents, whole, the newest first.
    pub incidents: Vec<Incident>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
    /// When the server answered.
    pub server_time: DateTime<Utc>,
}

/// What has changed since a cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangesPage {
    /// Incidents that have changed, each once, in the order of their last change.
    pub changes: Vec<Change>,
    /// The `after` of the next request.
    pub next: String,
    /// Whether more is waiting already.
    pub more: bool,
    /// The seq of the newest entry of the audit trail.
    pub head: u64,
    /// Rises with every change of the directory; fetch it again, and who you are, when it does.
    pub directory_version: u64,
    /// Rises with every change of a problem; ask again for those that you show when it does.
    #[serde(default)]
    pub problems_version: u64,
    /// When the server answered.
    pub server_time: DateTime<Utc>,
    /// How long a client that does not wait should pause.
    pub poll_after_ms: u64,
}

/// One incident that has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The place of its last change in the order of all changes.
    pub seq: u64,
    /// The incident as it is now, whole: absorbing it twice does no harm.
    pub incident: Incident,
}

/// A command was carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CommandAnswer {
    /// The command.
    pub command: CommandId,
    /// Always `applied`: everything else is a problem.
    pub outcome: Outcome,
    /// The incident as the command left it.
    pub incident: Incident,
    /// The seq of the last audit entry of the command.
    pub seq: u64,
    /// The hash of that entry: keep it, and nobody can deny that the command was taken.
    pub receipt: String,
    /// What it came to, for people: whom an escalation tells by what, and whom a person must call now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<String>,
}

/// One page of problems.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemPage {
    /// The problems, the newest change first.
    pub problems: Vec<Problem>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
    /// When the server answered.
    pub server_time: DateTime<Utc>,
}

/// A command about a problem was carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemAnswer {
    /// The command.
    pub command: CommandId,
    /// Always `applied`: everything else is a problem of another sort.
    pub outcome: Outcome,
    /// The problem as the command left it.
    pub problem: Problem,
    /// The seq of the last audit entry of the command.
    pub seq: u64,
    /// The hash of that entry.
    pub receipt: String,
}

/// What became true of a problem, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemTimeline {
    /// The entries.
    pub entries: Vec<ProblemTimelineEntry>,
}

/// One entry of the timeline of a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemTimelineEntry {
    /// Its place in the audit trail.
    pub seq: u64,
    /// Its hash in the audit trail.
    pub hash: String,
    /// What became true, when, by whom, by which command.
    #[serde(flatten)]
    pub entry: ProblemEntry,
}

/// A command of one's own that was carried out, whatever it was about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Recalled {
    /// An incident.
    Incident(Box<CommandAnswer>),
    /// A problem.
    Problem(Box<ProblemAnswer>),
    /// The directory, as it is now.
    Directory(Box<DirectoryAnswer>),
}

/// A command about the directory was carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryAnswer {
    /// The command.
    pub command: CommandId,
    /// Always `applied`: everything else is a problem.
    pub outcome: Outcome,
    /// The directory as it is now.
    pub directory: Directory,
    /// The seq of the audit entry of the command.
    pub seq: u64,
    /// The hash of that entry.
    pub receipt: String,
}

impl DirectoryAnswer {
    /// That a command was carried out, with its entry, and the directory as it is now.
    pub fn applied(
        command: CommandId,
        directory: &Directory,
        (seq, receipt): (u64, String),
    ) -> Self {
        Self {
            command,
            outcome: Outcome::Applied,
            directory: directory.clone(),
            seq,
            receipt,
        }
    }
}

/// The calendar of bank holidays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CalendarAnswer {
    /// As it is in force; part of the policy too.
    pub calendar: Calendar,
    /// The import that waits for a data protection officer.
    pub waiting: Option<WaitingImport>,
}

/// A report that was frozen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FrozenReport {
    /// Its identity: that of the command which froze it.
    pub id: CommandId,
    /// For whom it is.
    pub kind: ReportKind,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
    /// In which role it was frozen.
    pub role: Role,
    /// SHA-256 of `body`, in hexadecimal; the audit trail tells the same.
    pub sha256: String,
    /// The report, JSON, byte for byte as it was hashed.
    pub body: String,
    /// The audit entry that tells of it.
    pub seq: u64,
    /// The hash of that entry.
    pub receipt: String,
}

/// One page of reports that were frozen, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FrozenReportPage {
    /// The reports.
    pub reports: Vec<FrozenReport>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
}

/// An alarm that was raised, with what it says now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShownAlarm {
    /// The alarm.
    #[serde(flatten)]
    pub raised: RaisedAlarm,
    /// How far it has come.
    pub state: AlarmState,
    /// What it is about and how much time is left, in fixed words and figures.
    pub headline: String,
}

/// One page of alarms, the newest first. A page can hold fewer than there were because some are of
/// incidents that are not yours to see; `next` alone says whether there are more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlarmPage {
    /// The alarms.
    pub alarms: Vec<ShownAlarm>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
}

/// An alarm that time will raise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComingAlarm {
    /// What people call the incident.
    pub reference: Option<Reference>,
    /// The alarm.
    pub alarm: Alarm,
}

/// What time alone will raise, the nearest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComingAlarms {
    /// The alarms.
    pub alarms: Vec<ComingAlarm>,
}

/// What became of telling one recipient of one subject. Addresses stay with the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryRecord {
    /// Its identity.
    pub id: DeliveryId,
    /// What it is about.
    pub subject: delivery::Subject,
    /// The incident behind it, if there is one.
    pub incident: Option<IncidentId>,
    /// That incident's reference.
    pub reference: Option<Reference>,
    /// Who is told: a person, or a role of an organisation such as `DPO@riverbourne`.
    pub recipient: RecipientId,
    /// How far it has come.
    pub state: DeliveryState,
    /// By what it was accepted last.
    pub medium: Option<Medium>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is looked at again.
    pub next_at: Option<DateTime<Utc>>,
    /// Why it has not arrived.
    pub why: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When a carrier first accepted it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it is said to have arrived.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When somebody acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

impl DeliveryRecord {
    /// What is told of a delivery.
    pub fn of(delivery: &delivery::Delivery) -> Self {
        Self {
            id: delivery.id,
            subject: delivery.subject,
            incident: delivery.incident,
            reference: delivery.matter.reference(),
            recipient: delivery.recipient.clone(),
            state: delivery.state,
            medium: delivery.medium(),
            attempts: delivery.attempts,
            next_at: delivery.next_at,
            why: delivery.why.clone(),
            created_at: delivery.created_at,
            sent_at: delivery.sent_at,
            delivered_at: delivery.delivered_at,
            acknowledged_at: delivery.acknowledged_at,
        }
    }
}

/// What a mail server says later of a message that it had accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailStatus {
    /// The delivery that the message is of; of a group, the first.
    pub delivery: DeliveryId,
    /// Which attempt at it, counted from 1.
    #[schema(minimum = 1)]
    pub attempt: u32,
    /// What became of it.
    pub report: Report,
}

/// The services that are told over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Services {
    /// The services, in the order of the server's settings.
    pub services: Vec<Service>,
}

/// What the desk remembers beside incidents and may be erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LogsDue {
    /// Up to when.
    pub until: Logs,
    /// How many entries there are about who read what.
    pub readings: usize,
    /// How many messages.
    pub messages: usize,
    /// How many tokens.
    pub tokens: usize,
}

impl LogsDue {
    /// Whether there is nothing to erase.
    pub fn is_nothing(&self) -> bool {
        (self.readings, self.messages, self.tokens) == (0, 0, 0)
    }
}

/// What may be erased, and what is kept on although its time is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RetentionList {
    /// What may be erased, the longest ended first.
    pub due: Vec<Due>,
    /// What is kept on, and why.
    pub kept: Vec<KeptOn>,
    /// What the desk remembers beside incidents and may be erased.
    pub logs: LogsDue,
    /// Where there is more than a list holds: when the next one ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_since: Option<DateTime<Utc>>,
}

/// What was asked or decided of what is kept, by whom and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RetentionAnswer {
    /// The id of the command, by which a request is approved.
    pub command: CommandId,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Signature,
    /// What.
    pub event: RetentionEvent,
}

/// One page of deliveries, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryPage {
    /// The deliveries.
    pub deliveries: Vec<DeliveryRecord>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
}

/// One page of what became true of an incident, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelinePage {
    /// The entries.
    pub entries: Vec<TimelineEntry>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    /// Its place in the audit trail.
    pub seq: u64,
    /// Its hash in the audit trail.
    pub hash: String,
    /// What became true, when, by whom, by which command.
    #[serde(flatten)]
    pub entry: Entry,
}

/// The whole record of one incident, as it was when it was handed out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseFile {
    /// The incident, as its reader may see it.
    pub incident: Incident,
    /// Every entry of the audit trail about it, oldest first, the last of which hands it out.
    pub entries: Vec<CaseFileEntry>,
}

/// One entry of a case file. `hash` is the SHA-256, in hexadecimal, of `previous`, a line feed and
/// `body`, all as UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseFileEntry {
    /// Its place in the audit trail.
    pub seq: u64,
    /// The hash of the entry before it in the trail, of whatever incident that is.
    pub previous: String,
    /// The entry, JSON, byte for byte as it was written; absent where the reader may not know it.
    pub body: Option<String>,
    /// Its own hash.
    pub hash: String,
}

/// One page of who has read an incident, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReadingPage {
    /// The readings.
    pub readings: Vec<Reading>,
    /// The `cursor` of the next page; absent on the last.
    pub next: Option<String>,
}

/// That somebody read an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reading {
    /// Its place in the audit trail.
    pub seq: u64,
    /// Its hash in the audit trail.
    pub hash: String,
    /// When; reading on within the policy's time is the same reading.
    pub at: DateTime<Utc>,
    /// Who, in the role by which most of it could be read.
    pub by: Signature,
}

/// Whoever asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The person.
    pub person: Person,
    /// Where the person works; absent if the directory has lost it.
    pub organisation: Option<Organisation>,
    /// The roles held now.
    pub roles: Vec<HeldRole>,
    /// The tiers on which the person is responsible now.
    pub on_call: Vec<Tier>,
    /// When the token ends.
    pub session_ends_at: DateTime<Utc>,
}

/// The end of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Checkpoint {
    /// Changes when a database is restored from a copy.
    pub epoch: String,
    /// The seq of the last entry, which is also how many there are.
    pub seq: u64,
    /// The hash of the last entry.
    pub hash: String,
    /// When the server answered.
    pub server_time: DateTime<Utc>,
}

/// A run of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// The entries, in order.
    pub entries: Vec<AuditEntry>,
    /// The `from` of the next page; absent on the last.
    pub next: Option<u64>,
}

/// One entry of the audit trail as it was hashed. `hash` is the SHA-256, in hexadecimal, of
/// `previous`, a line feed and `body`, all as UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Its place, counted from 1.
    pub seq: u64,
    /// The hash of the entry before; 64 zeros before the first.
    pub previous: String,
    /// The entry, JSON, byte for byte as it was written.
    pub body: String,
    /// Its own hash.
    pub hash: String,
}
