//! Recomputes what the desk stores from what it says has happened.
//!
//! Four questions: is the trail whole, from its beginning to the head, with every hash right? Is
//! every incident the fold of its entries, and the directory that of the rota's? Does every command
//! that was answered stand in the trail? Is every token good for whom and until when the trail says?
//! Deliberately repairs nothing.

use super::audit::{self, BEGINNING, Read, Record};
use super::store::{IncidentQuery, Row, Sealed, Sort, Store, StoreError, Which};
use crate::domain::directory::Directory;
use crate::domain::id::{CommandId, IncidentId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::{apply, rota};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// How many rows are read at once.
const PAGE: u32 = 500;

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Entries of the trail.
    pub entries: u64,
    /// Incidents.
    pub incidents: u64,
    /// Commands that were answered.
    pub commands: u64,
    /// The hash of the last entry; compare it with a checkpoint that was kept elsewhere.
    pub hash: String,
    /// What does not agree, a sentence each; empty if all is well.
    pub faults: Vec<String>,
}

/// Checks everything that a desk stores. The desk must not be writing meanwhile.
///
/// # Errors
/// The database did not answer; what it holds being wrong is a fault, not an error.
pub async fn verify(store: &Store) -> Result<Verification, StoreError> {
    let mut found = Folded::default();
    let mut result = Verification::default();
    trail(store, &mut found, &mut result).await?;
    incidents(store, &mut found, &mut result).await?;
    directory(store, &found, &mut result).await?;
    commands(store, &found, &mut result).await?;
    sessions(store, &found, &mut result).await?;
    Ok(result)
}

/// A place in the trail that was written down elsewhere: a checkpoint, or the receipt of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The number of the entry.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// A text that names no place in the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Give the number of an entry, a colon and its hash, as in a checkpoint")]
pub struct ExpectedError;

impl FromStr for Expected {
    type Err = ExpectedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (seq, hash) = text.split_once(':').ok_or(ExpectedError)?;
        Ok(Self {
            seq: seq.parse().map_err(|_| ExpectedError)?,
            hash: hash.to_ascii_lowercase(),
        })
    }
}

/// Whether the trail still holds what was written down elsewhere; a trail that agrees with itself may
/// have been cut short, or be another one.
///
/// # Errors
/// The database did not answer.
pub async fn still_holds(store: &Store, expected: &Expected) -> Result<bool, StoreError> {
    if i64::try_from(expected.seq).is_err() {
        return Ok(false);
    }
    let entry = store.entries(expected.seq, 1).await?.into_iter().next();
    Ok(entry.is_some_and(|entry| (entry.seq, &entry.hash) == (expected.seq, &expected.hash)))
}

/// What the trail tells of.
#[derive(Default)]
struct Folded {
    incidents: BTreeMap<IncidentId, Told>,
    rota: Vec<Record>,
    loaded: Option<String>,
    /// The last entry of each command.
    commands: BTreeMap<CommandId, u64>,
    sessions: BTreeMap<String, Token>,
}

/// What the trail tells of a token.
#[derive(PartialEq, Eq)]
struct Token {
    person: PersonId,
    ends_at: i64,
    revoked_at: Option<i64>,
}

/// One incident as the trail tells it.
struct Told {
    incident: Option<Incident>,
    commands: BTreeSet<CommandId>,
    last: u64,
}

async fn trail(
    store: &Store,
    folded: &mut Folded,
    result: &mut Verification,
) -> Result<(), StoreError> {
    let head = store.head().await?;
    let (mut expected, mut previous) = (1, BEGINNING.to_owned());
    loop {
        let page = store.entries(expected, PAGE).await?;
        let Some(last) = page.last() else { break };
        let after_page = last.seq + 1;
        for sealed in page {
            check_entry(&sealed, expected, &previous, result);
            folded.take_in(&sealed, result);
            expected = sealed.seq + 1;
            previous = sealed.hash;
        }
        expected = after_page;
    }
    result.entries = expected - 1;
    if (head.seq, &head.hash) != (expected - 1, &previous) {
        result.faults.push(format!(
            "The trail ends at {} where the head says {}",
            expected - 1,
            head.seq
        ));
    }
    result.hash = previous;
    Ok(())
}

fn check_entry(sealed: &Sealed, expected: u64, previous: &str, result: &mut Verification) {
    let seq = sealed.seq;
    if seq != expected {
        result
            .faults
            .push(format!("Entry {expected} is missing; {seq} follows"));
    }
    if audit::hash(previous, &sealed.body) != sealed.hash {
        result.faults.push(format!(
            "Entry {seq} is not what was written, or does not follow the one before"
        ));
    }
}

impl Folded {
    fn take_in(&mut self, sealed: &Sealed, result: &mut Verification) {
        let seq = sealed.seq;
        match audit::read(&sealed.body) {
            Err(_) => result.faults.push(format!("Entry {seq} cannot be read")),
            Ok(Read { seq: inside, .. }) if inside != seq => {
                result
                    .faults
                    .push(format!("Entry {seq} was written as entry {inside}"));
            }
            Ok(Read { record, .. }) => {
                if record.incident().map(|id| id.to_string()) != sealed.incident {
                    result
                        .faults
                        .push(format!("Entry {seq} is filed under another incident"));
                }
                self.tell(seq, record);
            }
        }
    }

    fn tell(&mut self, seq: u64, record: Record) {
        match record {
            Record::Event { incident, entry } => {
                self.commands.insert(entry.command, seq);
                let told = self.incidents.entry(incident).or_insert_with(|| Told {
                    incident: None,
                    commands: BTreeSet::new(),
                    last: 0,
                });
                told.commands.insert(entry.command);
                told.last = seq;
                told.incident = apply::applied(incident, told.incident.take(), &entry);
            }
            Record::Rota { command, .. } => {
                self.commands.insert(command, seq);
                self.rota.push(record);
            }
            Record::DirectoryLoaded { sha256, .. } => self.loaded = Some(sha256),
            Record::SessionOpened {
                session,
                person,
                ends_at,
                at: _,
            } => {
                let token = Token {
                    person,
                    ends_at: ends_at.timestamp_millis(),
                    revoked_at: None,
                };
                self.sessions.insert(session, token);
            }
            Record::SessionRevoked { session, at, .. } => {
                if let Some(token) = self.sessions.get_mut(&session) {
                    token.revoked_at.get_or_insert(at.timestamp_millis());
                }
            }
            Record::Denied { .. } => {}
        }
    }
}

async fn incidents(
    store: &Store,
    folded: &mut Folded,
    result: &mut Verification,
) -> Result<(), StoreError> {
    let mut query = IncidentQuery {
        status: String::new(),
        organisation: String::new(),
        sort: Sort::Changed,
        after: None,
        limit: PAGE,
    };
    loop {
        let rows = store.incidents(&query).await?;
        let Some(last) = rows.last() else { break };
        let key = i64::try_from(last.changed_seq).map_err(|_| StoreError::Garbled)?;
        query.after = Some((key, String::new()));
        for row in rows {
            result.incidents += 1;
            let told = folded.incidents.remove(&row.incident.id);
            result.faults.extend(difference(&row, told));
        }
    }
    for id in folded.incidents.keys() {
        result
            .faults
            .push(format!("Incident {id} is told of but not stored"));
    }
    Ok(())
}

fn difference(row: &Row, told: Option<Told>) -> Option<String> {
    let id = row.incident.id;
    let Some(told) = told else {
        return Some(format!("Incident {id} is stored but never told of"));
    };
    let as_told = told.incident.map(|incident| Incident {
        version: told.commands.len() as u64,
        ..incident
    });
    if as_told.as_ref() != Some(&row.incident) || told.last != row.changed_seq {
        return Some(format!("Incident {id} is not what its entries make it"));
    }
    None
}

async fn directory(
    store: &Store,
    folded: &Folded,
    result: &mut Verification,
) -> Result<(), StoreError> {
    let loaded = store.directory_text(Which::Loaded).await?;
    if loaded.as_deref().map(audit::sha256) != folded.loaded {
        result
            .faults
            .push("The directory is not the one that was loaded".to_owned());
        return Ok(());
    }
    let Some(loaded) = loaded else { return Ok(()) };
    let mut directory: Directory = serde_json::from_str(&loaded)?;
    for record in &folded.rota {
        if let Record::Rota { at, event, .. } = record {
            rota::apply(&mut directory.shifts, event, *at);
        }
    }
    let current = store.directory(Which::Current).await?;
    directory.version = current.as_ref().map_or(0, |current| current.version);
    if current != Some(directory) {
        result
            .faults
            .push("The rota is not what its entries make it".to_owned());
    }
    Ok(())
}

async fn commands(
    store: &Store,
    folded: &Folded,
    result: &mut Verification,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.commands(&after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (id, seq) in page {
            result.commands += 1;
            let told = id
                .parse()
                .ok()
                .and_then(|id| folded.commands.get(&CommandId(id)));
            if told != Some(&seq) {
                result
                    .faults
                    .push(format!("Command {id} was answered but is not in the trail"));
            }
        }
    }
    if result.commands < folded.commands.len() as u64 {
        result
            .faults
            .push("The trail tells of commands that are not remembered".to_owned());
    }
    Ok(())
}

async fn sessions(
    store: &Store,
    folded: &Folded,
    result: &mut Verification,
) -> Result<(), StoreError> {
    let stored = store.sessions().await?;
    for session in &stored {
        let as_stored = Token {
            person: session.person.clone(),
            ends_at: session.ends_at.timestamp_millis(),
            revoked_at: session.revoked_at.map(|at| at.timestamp_millis()),
        };
        if folded.sessions.get(&session.id) != Some(&as_stored) {
            result
                .faults
                .push(format!("Token {} is not what the trail says", session.id));
        }
    }
    if stored.len() < folded.sessions.len() {
        result
            .faults
            .push("The trail tells of tokens that are not stored".to_owned());
    }
    Ok(())
}
