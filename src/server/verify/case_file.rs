//! A case file against itself: its entries are what was hashed, follow one another as far as they are
//! neighbours in the trail, and make the incident that stands beside them.
//!
//! Deliberately needs no database, so that whoever was handed a case file can check it.

use crate::api::types::{CaseFile, CaseFileEntry};
use crate::domain::apply;
use crate::domain::event::{Entry, Event};
use crate::domain::incident::Incident;
use crate::domain::investigation::InvestigationEvent;
use crate::server::audit::{self, Record};

/// What is wrong with a case file, a sentence each; empty if all is well.
pub fn case_file(file: &CaseFile) -> Vec<String> {
    let mut faults = Vec::new();
    let mut entries = Vec::new();
    let mut before: Option<&CaseFileEntry> = None;
    for entry in &file.entries {
        let seq = entry.seq;
        if before.is_some_and(|before| before.seq >= seq) {
            faults.push(format!("Entry {seq} is out of order"));
        }
        if before.is_some_and(|before| before.seq + 1 == seq && before.hash != entry.previous) {
            faults.push(format!("Entry {seq} does not follow the one before"));
        }
        match entry.body.as_deref().map(|body| read(file, entry, body)) {
            Some(Ok(told)) => entries.extend(told),
            Some(Err(fault)) => faults.push(fault),
            None => {}
        }
        before = Some(entry);
    }
    let is_whole = file.entries.iter().all(|entry| entry.body.is_some());
    faults.extend(against_the_incident(file, &entries, is_whole));
    let ends_with_it = matches!(
        entries.last().map(|entry| &entry.event),
        Some(Event::Investigation(
            InvestigationEvent::CaseFileHandedOut { .. }
        ))
    );
    if !ends_with_it {
        faults.push("The last entry does not say to whom the file was handed".to_owned());
    }
    faults
}

/// What became true by an entry, if it is what was hashed; that somebody read the case changes nothing.
fn read(file: &CaseFile, entry: &CaseFileEntry, body: &str) -> Result<Option<Entry>, String> {
    let seq = entry.seq;
    if audit::hash(&entry.previous, body) != entry.hash {
        return Err(format!("Entry {seq} is not what was written"));
    }
    let read = audit::read(body).map_err(|_| format!("Entry {seq} cannot be read"))?;
    match read.record {
        Record::Event {
            incident, entry, ..
        } if read.seq == seq && incident == file.incident.id => Ok(Some(entry)),
        Record::Reading { case, .. } if read.seq == seq && case == Some(file.incident.id) => {
            Ok(None)
        }
        _ => Err(format!(
            "Entry {seq} is another one, or of another incident"
        )),
    }
}

/// Of a file from which something was withheld, the version counts what its reader cannot.
fn against_the_incident(file: &CaseFile, entries: &[Entry], is_whole: bool) -> Option<String> {
    let made = apply::fold(file.incident.id, entries).map(|made| Incident {
        version: if is_whole {
            made.version
        } else {
            file.incident.version
        },
        ..made
    });
    let mut says = file.incident.clone();
    says.leave_texts_to_the_trail();
    let agrees = made == Some(says);
    (!agrees).then(|| "The incident is not what its entries make it".to_owned())
}
