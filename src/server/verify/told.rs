//! What the trail tells of: its entries checked one by one, and folded to what a desk should store.
//!
//! Deliberately looks at nothing but the trail; `stored` compares.

use super::messages::ToldMessages;
use super::{PAGE, Verification};
use crate::domain::alarm::{Alarm, Receipt};
use crate::domain::delivery::{self, Delivery};
use crate::domain::directory::{self, Directory};
use crate::domain::event::{Event, Signature, Signed};
use crate::domain::id::{
    AlarmId, CommandId, DeliveryId, IncidentId, PersonId, ProblemId, Reference,
};
use crate::domain::incident::Incident;
use crate::domain::intake::Heard;
use crate::domain::policy::minutes;
use crate::domain::problem::Problem;
use crate::domain::problem::event::{self, ProblemEntry, ProblemEvent};
use crate::domain::retention::{Remains, RetentionEvent};
use crate::domain::{Instant, apply, calendar, holidays};
use crate::server::audit::{self, BEGINNING, Read, Record};
use crate::server::erasure::{ErasedEntry, ErasedLogs, Erasure, Was};
use crate::server::store::{
    AlertColumns, ReportColumns, Sealed, SessionColumns, Store, StoreError, Subject,
};
use chrono::Datelike;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that the trail tells of.
#[derive(Default)]
pub(super) struct Told {
    /// The number and the hash of the last entry.
    pub(super) end: (u64, String),
    /// The latest time of any entry.
    pub(super) latest: Instant,
    pub(super) incidents: BTreeMap<IncidentId, ToldIncident>,
    /// How many incidents were logged, by year.
    pub(super) counters: BTreeMap<i64, i64>,
    pub(super) problems: BTreeMap<ProblemId, ToldProblem>,
    /// How many problems were raised, by year.
    pub(super) problem_counters: BTreeMap<i64, i64>,
    /// The last entry of any problem.
    pub(super) problems_version: u64,
    /// Reports that were frozen, without what they say.
    pub(super) reports: BTreeMap<String, ReportColumns>,
    /// Alarms that were raised, each with when and with who acknowledged it.
    pub(super) alarms: BTreeMap<AlarmId, ToldAlarm>,
    /// What became of messages, and how alarms ended.
    pub(super) messages: ToldMessages,
    /// Alerts of tools, by tool and key, with what was said last.
    pub(super) alerts: BTreeMap<(String, String), AlertColumns>,
    /// Test messages that were asked for, and when.
    pub(super) tests: BTreeMap<DeliveryId, Instant>,
    pub(super) commands: BTreeMap<CommandId, ToldCommand>,
    pub(super) directory: Option<ToldDirectory>,
    pub(super) sessions: BTreeMap<String, ToldSession>,
    /// The last entry that pollers must see.
    pub(super) changed_seq: u64,
    /// How often a session began or was ended.
    pub(super) sessions_version: u64,
    /// When history was last found to be lost.
    pub(super) lost_at: Option<Instant>,
    /// What is left of incidents that were erased, each with the entry that tells of it.
    pub(super) erased: BTreeMap<IncidentId, (Remains, u64)>,
    /// What became true of the directory after it was loaded.
    of_directory: Vec<Record>,
    /// Who asked for which incidents to be erased.
    asked_to_erase: BTreeMap<CommandId, AskedToErase>,
    /// Which incidents may be erased by which approval.
    may_be_erased: BTreeMap<CommandId, BTreeSet<IncidentId>>,
    /// Approvals of erasing what is remembered beside incidents.
    logs_may_be_erased: BTreeSet<CommandId>,
    /// Entries without a text of which no entry has told yet that they were erased.
    emptied: BTreeMap<u64, Emptied>,
    /// What counts references, in the order of the trail.
    counted: BTreeMap<u64, Counted>,
}

/// What somebody asked to erase.
struct AskedToErase {
    by: PersonId,
    incidents: BTreeSet<IncidentId>,
    with_logs: bool,
}

/// An entry without a text, as it is stored.
#[derive(PartialEq)]
struct Emptied {
    previous: String,
    hash: String,
    incident: Option<String>,
    problem: Option<String>,
}

/// What changes the counters of references. An erased entry is known only once the trail tells of it, so they are
/// added up at the end.
enum Counted {
    Logged(Instant),
    Raised(Vec<(i64, i64)>),
}

/// An incident as its entries make it.
#[derive(Default)]
pub(super) struct ToldIncident {
    pub(super) incident: Option<Incident>,
    /// When it changed last.
    pub(super) changed_at: Instant,
    pub(super) changed_seq: u64,
    commands: BTreeSet<CommandId>,
}

/// A problem as its entries make it.
#[derive(Default)]
pub(super) struct ToldProblem {
    pub(super) problem: Option<Problem>,
    pub(super) changed_seq: u64,
    commands: BTreeSet<CommandId>,
}

/// A command as its last entry tells of it.
pub(super) struct ToldCommand {
    pub(super) person: String,
    pub(super) subject: Subject,
    pub(super) seq: u64,
    /// Absent from entries of a time before it was told.
    pub(super) fingerprint: Option<String>,
}

/// The directory that was loaded, and when it changed last.
pub(super) struct ToldDirectory {
    pub(super) loaded_version: u64,
    pub(super) sha256: String,
    pub(super) version: u64,
    /// When it changed last.
    pub(super) changed_at: Instant,
}

/// An alarm.
pub(super) struct ToldAlarm {
    /// The entry with which it was raised.
    pub(super) seq: u64,
    pub(super) alarm: Alarm,
    pub(super) reference: Option<Reference>,
    pub(super) raised_at: Instant,
    pub(super) acknowledged: Option<Signed>,
    pub(super) snoozed_until: Option<Instant>,
    pub(super) unanswered_at: Option<Instant>,
}

impl ToldAlarm {
    fn receive(&mut self, receipt: Receipt, at: Instant, by: &Signature) {
        match receipt {
            Receipt::Acknowledge {} => {
                let by = by.clone();
                self.acknowledged.get_or_insert(Signed { at, by });
            }
            Receipt::Snooze { minutes: count } => self.snoozed_until = Some(at + minutes(count)),
        }
    }
}

/// A token.
pub(super) struct ToldSession {
    /// As it is stored, without the hash, which no entry tells.
    pub(super) columns: SessionColumns,
    /// Absent from entries of a time before it was told.
    pub(super) seal: Option<String>,
}

impl Told {
    /// Reads the whole trail, and notes what is wrong with it.
    pub(super) async fn read(store: &Store, found: &mut Verification) -> Result<Self, StoreError> {
        let mut told = Self {
            end: (0, BEGINNING.to_owned()),
            ..Self::default()
        };
        loop {
            let page = store.entries(told.end.0 + 1, PAGE).await?;
            if page.is_empty() {
                told.finish(found);
                return Ok(told);
            }
            for sealed in page {
                let (last, previous) = &told.end;
                check(&sealed, last + 1, previous, found);
                if sealed.is_empty() {
                    let emptied = Emptied {
                        previous: previous.clone(),
                        hash: sealed.hash.clone(),
                        incident: sealed.incident,
                        problem: sealed.problem,
                    };
                    told.emptied.insert(sealed.seq, emptied);
                } else {
                    told.take_in(&sealed, found);
                }
                told.end = (sealed.seq, sealed.hash);
            }
        }
    }

    /// What can be said only once every entry is known.
    fn finish(&mut self, found: &mut Verification) {
        for seq in self.emptied.keys() {
            found.fault(format!(
                "Entry {seq} has no text, and no entry says that it was erased"
            ));
        }
        for counted in std::mem::take(&mut self.counted).into_values() {
            match counted {
                Counted::Logged(at) => count(&mut self.counters, at),
                Counted::Raised(given) => raise(&mut self.counters, &given),
            }
        }
    }

    /// An incident was erased: each of its entries has to be the very one that lost its text.
    fn take_away(
        &mut self,
        (seq, approved): (u64, CommandId),
        erasure: &Erasure,
        found: &mut Verification,
    ) {
        let Erasure {
            remains, entries, ..
        } = erasure;
        let allowed = self.may_be_erased.get(&approved);
        if !allowed.is_some_and(|incidents| incidents.contains(&remains.id)) {
            found.fault(format!(
                "{} was erased, and no two people had decided that",
                remains.reference
            ));
        }
        for entry in entries {
            let filed = match entry.was {
                Was::Logging | Was::Change | Was::Other => Some(remains.id),
                Was::Alert | Was::Token => None,
            };
            self.take_text_away(entry, filed, found);
            match entry.was {
                Was::Logging => {
                    let counted = Counted::Logged(remains.logged_at);
                    self.counted.insert(entry.seq, counted);
                    self.changed_seq = self.changed_seq.max(entry.seq);
                }
                Was::Change => self.changed_seq = self.changed_seq.max(entry.seq),
                Was::Alert | Was::Token | Was::Other => {}
            }
        }
        self.messages.take_away(&erasure.messages, erasure.links);
        self.erased.insert(remains.id, (remains.clone(), seq));
    }

    /// What was remembered beside incidents was erased.
    fn take_logs_away(
        &mut self,
        (seq, approved): (u64, CommandId),
        logs: &ErasedLogs,
        found: &mut Verification,
    ) {
        if !self.logs_may_be_erased.contains(&approved) {
            found.fault(format!(
                "What entry {seq} tells of was erased, and no two people had decided that"
            ));
        }
        for entry in &logs.entries {
            self.take_text_away(entry, entry.filed, found);
            match entry.was {
                Was::Token => self.sessions_version += 1,
                Was::Other => {}
                Was::Logging | Was::Change | Was::Alert => found.fault(format!(
                    "Entry {} told of an incident and was erased without it",
                    entry.seq
                )),
            }
        }
        for message in &logs.messages {
            self.tests.remove(message);
        }
        self.messages.take_away(&logs.messages, logs.links);
    }

    /// An entry has to be the very one that lost its text.
    fn take_text_away(
        &mut self,
        entry: &ErasedEntry,
        filed: Option<IncidentId>,
        found: &mut Verification,
    ) {
        let as_told = Emptied {
            previous: entry.previous.clone(),
            hash: entry.hash.clone(),
            incident: filed.map(|id| id.to_string()),
            problem: None,
        };
        if self.emptied.remove(&entry.seq) == Some(as_told) {
            found.erased_entries += 1;
        } else {
            found.fault(format!(
                "Entry {} is not the one that was erased",
                entry.seq
            ));
        }
    }

    /// The directory that follows from the one that was loaded.
    pub(super) fn directory_from(&self, mut loaded: Directory) -> Directory {
        for record in &self.of_directory {
            match record {
                Record::Directory { entry, .. } => directory::apply::apply(&mut loaded, entry),
                Record::Holidays {
                    at,
                    by,
                    command,
                    event,
                    ..
                } => {
                    let signed = Signed {
                        at: *at,
                        by: by.clone(),
                    };
                    holidays::apply(&mut loaded.holidays, event, *command, &signed);
                }
                Record::Event { .. }
                | Record::Problem { .. }
                | Record::Report { .. }
                | Record::AlarmRaised { .. }
                | Record::AlarmReceived { .. }
                | Record::AlarmUnanswered { .. }
                | Record::DeliveryTested { .. }
                | Record::Retention { .. }
                | Record::Erased { .. }
                | Record::LogsErased { .. }
                | Record::Messages { .. }
                | Record::Reading { .. }
                | Record::Exported { .. }
                | Record::HistoryLost { .. }
                | Record::Alert { .. }
                | Record::Denied { .. }
                | Record::DirectoryLoaded { .. }
                | Record::SessionOpened { .. }
                | Record::SessionRevoked { .. } => {}
            }
        }
        let told = self.directory.as_ref();
        loaded.version = told.map_or(loaded.version, |told| told.version);
        loaded
    }

    fn take_in(&mut self, sealed: &Sealed, found: &mut Verification) {
        let seq = sealed.seq;
        match audit::read(&sealed.body) {
            Err(_) => found.fault(format!("Entry {seq} cannot be read")),
            Ok(Read { seq: inside, .. }) if inside != seq => {
                found.fault(format!("Entry {seq} was written as entry {inside}"));
            }
            Ok(Read { record, .. }) => {
                if record.incident().map(|id| id.to_string()) != sealed.incident {
                    found.fault(format!("Entry {seq} is filed under another incident"));
                }
                if record.problem().map(|id| id.to_string()) != sealed.problem {
                    found.fault(format!("Entry {seq} is filed under another problem"));
                }
                self.latest = self.latest.max(record.at());
                if let Record::Erased {
                    approved, erasure, ..
                } = &record
                {
                    self.take_away((seq, *approved), erasure, found);
                }
                if let Record::LogsErased { approved, logs, .. } = &record {
                    self.take_logs_away((seq, *approved), logs, found);
                }
                self.tell(seq, record);
            }
        }
    }

    fn tell(&mut self, seq: u64, record: Record) {
        match &record {
            Record::Event {
                incident,
                entry,
                fingerprint,
            } => {
                self.changed_seq = seq;
                let command = ToldCommand {
                    person: entry.by.person.as_str().to_owned(),
                    subject: Subject::Incident(*incident),
                    seq,
                    fingerprint: fingerprint.clone(),
                };
                self.commands.insert(entry.command, command);
                if matches!(entry.event, Event::Logged(_)) {
                    self.counted.insert(seq, Counted::Logged(entry.at));
                }
                let told = self.incidents.entry(*incident).or_default();
                told.commands.insert(entry.command);
                told.changed_seq = seq;
                told.changed_at = entry.at;
                told.incident = apply::applied(*incident, told.incident.take(), entry);
                if let Some(incident) = &mut told.incident {
                    incident.version = told.commands.len() as u64;
                }
            }
            Record::Problem {
                problem,
                entry,
                fingerprint,
            } => self.tell_of_problem(seq, *problem, entry, fingerprint.clone()),
            Record::Directory { entry, fingerprint } => {
                let (by, command, fingerprint) =
                    (entry.by.clone(), entry.command, fingerprint.clone());
                self.tell_of_directory((seq, entry.at), &by, command, fingerprint);
                self.of_directory.push(record);
            }
            Record::Holidays {
                at,
                by,
                command,
                fingerprint,
                ..
            } => {
                let (by, command, fingerprint) = (by.clone(), *command, fingerprint.clone());
                self.tell_of_directory((seq, *at), &by, command, Some(fingerprint));
                self.of_directory.push(record);
            }
            Record::Report {
                at,
                by,
                command,
                event,
                fingerprint,
            } => {
                let told = ToldCommand {
                    person: by.person.as_str().to_owned(),
                    subject: Subject::Directory,
                    seq,
                    fingerprint: fingerprint.clone(),
                };
                self.commands.insert(*command, told);
                let columns = ReportColumns::of(*command, event, by, *at, String::new(), seq);
                self.reports.insert(columns.id.clone(), columns);
            }
            Record::DeliveryTested {
                at,
                by,
                command,
                event,
                fingerprint,
            } => {
                let told = ToldCommand {
                    person: by.person.as_str().to_owned(),
                    subject: Subject::Directory,
                    seq,
                    fingerprint: Some(fingerprint.clone()),
                };
                self.commands.insert(*command, told);
                let subject = delivery::Subject::Test(command.0);
                let id = Delivery::identity(subject, &event.recipient);
                self.tests.insert(id, *at);
            }
            Record::Retention {
                by,
                command,
                event,
                fingerprint,
                ..
            } => {
                self.tell_of_retention(*command, by, event);
                let told = ToldCommand {
                    person: by.person.as_str().to_owned(),
                    subject: Subject::Directory,
                    seq,
                    fingerprint: Some(fingerprint.clone()),
                };
                self.commands.insert(*command, told);
            }
            Record::DirectoryLoaded {
                at,
                version,
                sha256,
            } => {
                self.changed_seq = seq;
                self.directory = Some(ToldDirectory {
                    loaded_version: *version,
                    sha256: sha256.clone(),
                    version: *version,
                    changed_at: *at,
                });
            }
            Record::SessionOpened { .. } | Record::SessionRevoked { .. } => {
                self.sessions_version += 1;
                self.tell_of_session(record);
            }
            Record::Messages { messages, .. } => self.messages.take_in(seq, messages),
            Record::AlarmRaised { at, alarm } => {
                let told = ToldAlarm {
                    seq,
                    reference: self.reference_of(alarm),
                    alarm: alarm.clone(),
                    raised_at: *at,
                    acknowledged: None,
                    snoozed_until: None,
                    unanswered_at: None,
                };
                self.alarms.insert(alarm.id, told);
            }
            Record::AlarmUnanswered { at, alarm, .. } => {
                if let Some(told) = self.alarms.get_mut(alarm) {
                    told.unanswered_at.get_or_insert(*at);
                }
            }
            Record::AlarmReceived {
                at,
                by,
                alarm,
                receipt,
                ..
            } => {
                if let Some(told) = self.alarms.get_mut(alarm) {
                    told.receive(*receipt, *at, by);
                }
            }
            Record::Alert {
                tool,
                key,
                said,
                incident,
                ..
            } => {
                let heard = Heard {
                    incident: *incident,
                    said: *said,
                };
                let told = AlertColumns::of(tool, key, &heard);
                let name = (told.tool.clone(), told.key.clone());
                self.alerts.insert(name, told);
            }
            Record::Denied { .. }
            | Record::Reading { .. }
            | Record::Exported { .. }
            | Record::Erased { .. }
            | Record::LogsErased { .. } => {}
            Record::HistoryLost {
                at,
                incidents,
                problems,
                ..
            } => {
                self.changed_seq = seq;
                self.lost_at = Some(*at);
                self.counted.insert(seq, Counted::Raised(incidents.clone()));
                raise(&mut self.problem_counters, problems);
            }
        }
    }

    /// What two people have decided; one alone decides nothing.
    fn tell_of_retention(&mut self, command: CommandId, by: &Signature, event: &RetentionEvent) {
        match event {
            RetentionEvent::Asked { incidents, logs } => {
                let asked = AskedToErase {
                    by: by.person.clone(),
                    incidents: incidents.iter().map(|due| due.incident).collect(),
                    with_logs: logs.is_some(),
                };
                self.asked_to_erase.insert(command, asked);
            }
            RetentionEvent::Approved { request } => {
                let asked = self.asked_to_erase.get(request);
                if let Some(asked) = asked.filter(|asked| asked.by != by.person) {
                    self.may_be_erased.insert(command, asked.incidents.clone());
                    if asked.with_logs {
                        self.logs_may_be_erased.insert(command);
                    }
                }
            }
            RetentionEvent::Held { .. } | RetentionEvent::Released { .. } => {}
        }
    }

    /// The incidents that somebody still works on.
    pub(super) fn open(&self) -> impl Iterator<Item = IncidentId> {
        let incidents = self
            .incidents
            .values()
            .filter_map(|told| told.incident.as_ref());
        incidents
            .filter(|incident| incident.status.is_open())
            .map(|incident| incident.id)
    }

    fn reference_of(&self, alarm: &Alarm) -> Option<Reference> {
        let told = self.incidents.get(&alarm.incident?)?;
        told.incident.as_ref()?.reference
    }

    fn tell_of_directory(
        &mut self,
        (seq, at): (u64, Instant),
        by: &Signature,
        command: CommandId,
        fingerprint: Option<String>,
    ) {
        self.changed_seq = seq;
        let told = ToldCommand {
            person: by.person.as_str().to_owned(),
            subject: Subject::Directory,
            seq,
            fingerprint,
        };
        self.commands.insert(command, told);
        if let Some(directory) = &mut self.directory {
            directory.version = seq;
            directory.changed_at = at;
        }
    }

    fn tell_of_problem(
        &mut self,
        seq: u64,
        id: ProblemId,
        entry: &ProblemEntry,
        fingerprint: Option<String>,
    ) {
        self.changed_seq = seq;
        self.problems_version = seq;
        let command = ToldCommand {
            person: entry.by.person.as_str().to_owned(),
            subject: Subject::Problem(id),
            seq,
            fingerprint,
        };
        // A problem that a major incident raised by itself is followed by the entries of the command.
        self.commands.insert(entry.command, command);
        if matches!(entry.event, ProblemEvent::Raised { .. }) {
            count(&mut self.problem_counters, entry.at);
        }
        let told = self.problems.entry(id).or_default();
        told.commands.insert(entry.command);
        told.changed_seq = seq;
        told.problem = event::applied(id, told.problem.take(), entry);
        if let Some(problem) = &mut told.problem {
            problem.version = told.commands.len() as u64;
        }
    }

    fn tell_of_session(&mut self, record: Record) {
        match record {
            Record::SessionOpened {
                at,
                session,
                person,
                ends_at,
                scope,
                seal,
            } => {
                let columns = SessionColumns {
                    id: session.clone(),
                    hash: String::new(),
                    person: person.as_str().to_owned(),
                    created_at: at.timestamp_millis(),
                    ends_at: ends_at.timestamp_millis(),
                    revoked_at: None,
                    scope: scope.stored(),
                };
                self.sessions.insert(session, ToldSession { columns, seal });
            }
            Record::SessionRevoked { session, at, .. } => {
                if let Some(told) = self.sessions.get_mut(&session) {
                    let revoked_at = &mut told.columns.revoked_at;
                    revoked_at.get_or_insert(at.timestamp_millis());
                }
            }
            Record::Event { .. }
            | Record::Problem { .. }
            | Record::Directory { .. }
            | Record::Holidays { .. }
            | Record::AlarmRaised { .. }
            | Record::AlarmReceived { .. }
            | Record::AlarmUnanswered { .. }
            | Record::Reading { .. }
            | Record::Exported { .. }
            | Record::HistoryLost { .. }
            | Record::Report { .. }
            | Record::Alert { .. }
            | Record::DeliveryTested { .. }
            | Record::Retention { .. }
            | Record::Erased { .. }
            | Record::LogsErased { .. }
            | Record::Messages { .. }
            | Record::Denied { .. }
            | Record::DirectoryLoaded { .. } => {}
        }
    }
}

/// Counts one more of the year of this moment.
fn count(counters: &mut BTreeMap<i64, i64>, at: Instant) {
    let year = calendar::local(at).year();
    *counters.entry(year.into()).or_default() += 1;
}

fn check(sealed: &Sealed, expected: u64, previous: &str, found: &mut Verification) {
    let seq = sealed.seq;
    if seq != expected {
        found.fault(format!("Entry {expected} is missing; {seq} follows"));
    }
    // That one without a text has this hash is in the entry that tells of its erasing.
    if !sealed.is_empty() && audit::hash(previous, &sealed.body) != sealed.hash {
        found.fault(format!(
            "Entry {seq} is not what was written, or does not follow the one before"
        ));
    }
}

/// References after a loss begin beyond what was given out.
fn raise(counters: &mut BTreeMap<i64, i64>, given: &[(i64, i64)]) {
    for (year, counter) in given {
        let known = counters.entry(*year).or_default();
        *known = (*known).max(*counter);
    }
}
