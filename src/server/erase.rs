//! Erasing what two people have decided is to be erased.
//!
//! It runs beside no server, by whoever may change the tables of the database: it takes the texts out of the
//! trail, and the guard of the trail keeps a server from that. Each incident is judged again before it goes, in the
//! transaction that erases it. Deliberately asks nobody: who asked and who approved is in the trail.

use super::audit::{self, Record};
use super::store::{OldLogs, Store, StoreError};
use super::verify;
use crate::domain::Instant;
use crate::domain::event::Signature;
use crate::domain::id::{CommandId, IncidentId, Reference};
use crate::domain::policy::Policy;
use crate::domain::retention::{self, Due, Logs, RetentionEvent};
use std::collections::BTreeMap;

/// How many entries are read at once.
const PAGE: u32 = 500;

/// How much is erased with one entry.
const AT_ONCE: usize = 1_000;

/// What came of erasing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// The incidents that are gone.
    pub incidents: Vec<Reference>,
    /// How many entries, messages and tokens beside them are gone.
    pub logs: usize,
    /// Why others that were approved are still there, a sentence each.
    pub left: Vec<String>,
}

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The database did not do as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Evidence would be destroyed.
    #[error(
        "Nothing was erased, because the desk does not agree with its audit trail. Run nightdesk verify and find \
         out why first"
    )]
    Faulty,
}

/// Erases every incident that was asked for by one person and approved by another, and has the database give up
/// the room that it took.
///
/// # Errors
/// The desk has faults already, or the database failed; what was erased by then is erased.
pub async fn erase(store: &Store, policy: &Policy, now: Instant) -> Result<Erased, EraseError> {
    if !verify::verify(store).await?.faults.is_empty() {
        return Err(EraseError::Faulty);
    }
    let decided = Decided::read(store).await?;
    let mut done = Erased::default();
    for approval in &decided.approvals {
        let Some((by, incidents, logs)) = decided.requests.get(&approval.request) else {
            continue;
        };
        if by.person == approval.by.person {
            continue;
        }
        for due in incidents {
            erase_one(store, &decided, approval, due, (policy, now), &mut done).await?;
        }
        if let Some(logs) = logs {
            done.logs += erase_logs(store, logs, approval.command, now).await?;
        }
    }
    if !done.incidents.is_empty() || done.logs > 0 {
        store.give_up_room().await?;
    }
    Ok(done)
}

/// Erases what is old enough, some at a time, so that no entry of the trail grows without bound.
async fn erase_logs(
    store: &Store,
    logs: &Logs,
    approved: CommandId,
    now: Instant,
) -> Result<usize, StoreError> {
    let mut found = OldLogs::of(store, logs).await?;
    let mut gone = 0;
    while !found.is_nothing() {
        let part = OldLogs {
            readings: taken(&mut found.readings),
            messages: taken(&mut found.messages),
            // A token goes with its entries.
            tokens: std::mem::take(&mut found.tokens),
            token_entries: std::mem::take(&mut found.token_entries),
        };
        gone += part.readings.len() + part.messages.len() + part.tokens.len();
        let mut writing = store.begin().await?;
        writing.erase_logs(&part, approved, now).await?;
        writing.commit().await?;
    }
    Ok(gone)
}

/// The first of them, which are then taken out.
fn taken<T>(all: &mut Vec<T>) -> Vec<T> {
    all.drain(..all.len().min(AT_ONCE)).collect()
}

async fn erase_one(
    store: &Store,
    decided: &Decided,
    approval: &Approval,
    due: &Due,
    (policy, now): (&Policy, Instant),
    done: &mut Erased,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    let Some(row) = writing.incident(due.incident).await? else {
        return writing.leave().await;
    };
    let ties = writing.ties(&row.incident).await?;
    let left = match retention::judge(&row.incident, &ties, &policy.retention, now) {
        Ok(still) if still == *due => None,
        Ok(_) => Some("has changed since somebody asked to erase it; ask again".to_owned()),
        Err(kept) => Some(kept.why()),
    };
    if let Some(why) = left {
        done.left.push(format!("{} stays: it {why}", due.reference));
        return writing.leave().await;
    }
    let alerts = decided
        .alerts
        .get(&due.incident)
        .map_or(&[][..], |seqs| seqs);
    writing
        .erase(&row.incident, alerts, approval.command, now)
        .await?;
    writing.commit().await?;
    done.incidents.push(due.reference);
    Ok(())
}

/// What the trail says of what is to be erased.
#[derive(Default)]
struct Decided {
    requests: BTreeMap<CommandId, (Signature, Vec<Due>, Option<Logs>)>,
    approvals: Vec<Approval>,
    /// The entries of tools' alerts, by the incident that each became.
    alerts: BTreeMap<IncidentId, Vec<u64>>,
}

struct Approval {
    command: CommandId,
    request: CommandId,
    by: Signature,
}

impl Decided {
    async fn read(store: &Store) -> Result<Self, StoreError> {
        let (mut decided, mut from) = (Self::default(), 1);
        loop {
            let page = store.entries(from, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(decided);
            };
            from = last.seq + 1;
            // What is filed under an incident or a problem is neither.
            let others = page.iter().filter(|sealed| {
                sealed.incident.is_none() && sealed.problem.is_none() && !sealed.is_empty()
            });
            for sealed in others {
                decided.take_in(sealed.seq, audit::read(&sealed.body)?.record);
            }
        }
    }

    fn take_in(&mut self, seq: u64, record: Record) {
        if let Record::Alert { incident, .. } = record {
            self.alerts.entry(incident).or_default().push(seq);
        } else if let Record::Retention {
            by, command, event, ..
        } = record
        {
            match event {
                RetentionEvent::Asked { incidents, logs } => {
                    self.requests.insert(command, (by, incidents, logs));
                }
                RetentionEvent::Approved { request } => self.approvals.push(Approval {
                    command,
                    request,
                    by,
                }),
                RetentionEvent::Held { .. } | RetentionEvent::Released { .. } => {}
            }
        }
    }
}
