//! Every column that a desk stores, compared with what the trail tells.
//!
//! The epoch alone has nothing to be compared with, for it is a mere name. Of a document it is what it
//! says that counts. Deliberately reads the columns as they are, so that a text that makes no sense is
//! a fault and not an error.

use super::messages::ToldMessages;
use super::told::{Told, ToldAlarm, ToldCommand, ToldIncident, ToldProblem, ToldSession};
use super::{PAGE, Verification};
use crate::domain::alarm::RaisedAlarm;
use crate::domain::directory::Directory;
use crate::domain::id::{AlarmId, CommandId, IncidentId, ProblemId};
use crate::domain::incident::Incident;
use crate::domain::problem::Problem;
use crate::server::audit;
use crate::server::store::{
    AlarmColumns, CommandColumns, ErasedColumns, IncidentColumns, ProblemColumns, SessionColumns,
    Store, StoreError, Which,
};
use std::collections::{BTreeMap, BTreeSet};

/// The head, against the end of the trail and what it counts.
pub(super) async fn head(
    store: &Store,
    told: &Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let head = store.head().await?;
    let (end, hash) = &told.end;
    if (head.seq, &head.hash) != (*end, hash) {
        let seq = head.seq;
        found.fault(format!("The trail ends at {end} where the head says {seq}"));
    }
    let directory = told.directory.as_ref();
    for (name, stored, told) in [
        ("last change", head.changed_seq, told.changed_seq),
        (
            "last directory",
            head.directory_version,
            directory.map_or(0, |told| told.version),
        ),
        ("last problem", head.problems_version, told.problems_version),
        ("last tokens", head.sessions_version, told.sessions_version),
        ("first message", head.messages_from, told.messages.from),
    ] {
        if stored != told {
            found.fault(format!(
                "The head says {stored} of the {name} where the trail says {told}"
            ));
        }
    }
    if head.lost_at != told.lost_at {
        found.fault("The head and the trail differ on when history was lost".to_owned());
    }
    Ok(())
}

/// Incidents, and how many references were given away.
pub(super) async fn incidents(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.incident_columns(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for stored in page {
            found.incidents += 1;
            let id = stored.id.parse().ok().map(IncidentId);
            match id.and_then(|id| told.incidents.remove(&id)) {
                Some(told) if agrees(&stored, &told)? => {}
                Some(_) => found.fault(format!(
                    "Incident {} is not what its entries make it",
                    stored.id
                )),
                None => found.fault(format!(
                    "Incident {} is stored but never told of",
                    stored.id
                )),
            }
        }
    }
    for id in told.incidents.keys() {
        found.fault(format!("Incident {id} is told of but not stored"));
    }
    if !store
        .counters()
        .await?
        .into_iter()
        .eq(told.counters.clone())
    {
        found.fault("The counters of references do not count the incidents".to_owned());
    }
    Ok(())
}

/// Whether all columns agree. Of the document it is what it says that counts: an earlier version of
/// the program may have spelled it otherwise.
fn agrees(stored: &IncidentColumns, told: &ToldIncident) -> Result<bool, StoreError> {
    let Some(incident) = &told.incident else {
        return Ok(false);
    };
    let mut says: Option<Incident> = serde_json::from_str(&stored.document).ok();
    if let Some(says) = &mut says {
        says.leave_texts_to_the_trail();
    }
    let mut columns = IncidentColumns::of(incident, told.changed_seq)?;
    columns.document.clone_from(&stored.document);
    Ok(says.as_ref() == Some(incident) && columns == *stored)
}

/// What is left of incidents that were erased.
pub(super) async fn erased(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.erased_columns(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for stored in page {
            found.erased_incidents += 1;
            let id = stored.id.parse().ok().map(IncidentId);
            let told = id.and_then(|id| told.erased.remove(&id));
            let as_told = told.map(|(remains, seq)| ErasedColumns::of(&remains, seq));
            if as_told.transpose()?.as_ref() != Some(&stored) {
                found.fault(format!(
                    "What is left of incident {} is not what the trail says",
                    stored.id
                ));
            }
        }
    }
    for id in told.erased.keys() {
        found.fault(format!(
            "Incident {id} was erased, and nothing is left of it"
        ));
    }
    Ok(())
}

/// Problems, their links, and how many references were given away.
pub(super) async fn problems(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    problem_links(store, told, found).await?;
    let mut after = String::new();
    loop {
        let page = store.problem_columns(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for stored in page {
            found.problems += 1;
            let id = stored.id.parse().ok().map(ProblemId);
            match id.and_then(|id| told.problems.remove(&id)) {
                Some(told) if problem_agrees(&stored, &told)? => {}
                Some(_) => found.fault(format!(
                    "Problem {} is not what its entries make it",
                    stored.id
                )),
                None => {
                    found.fault(format!("Problem {} is stored but never told of", stored.id));
                }
            }
        }
    }
    for id in told.problems.keys() {
        found.fault(format!("Problem {id} is told of but not stored"));
    }
    let counters = store.problem_counters().await?;
    if !counters.into_iter().eq(told.problem_counters.clone()) {
        found.fault("The counters of references do not count the problems".to_owned());
    }
    Ok(())
}

fn problem_agrees(stored: &ProblemColumns, told: &ToldProblem) -> Result<bool, StoreError> {
    let Some(problem) = &told.problem else {
        return Ok(false);
    };
    let says: Option<Problem> = serde_json::from_str(&stored.document).ok();
    let mut columns = ProblemColumns::of(problem, told.changed_seq)?;
    columns.document.clone_from(&stored.document);
    Ok(says.as_ref() == Some(problem) && columns == *stored)
}

/// A link that is stored but not told would let an incident be seen by whom it is not for.
async fn problem_links(
    store: &Store,
    told: &Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let links = told.problems.iter().flat_map(|(id, told)| {
        let incidents = told.problem.iter().flat_map(|problem| &problem.incidents);
        incidents.map(|incident| (id.to_string(), incident.to_string()))
    });
    let as_told: BTreeSet<(String, String)> = links.collect();
    let as_stored = BTreeSet::from_iter(store.problem_links().await?);
    for (problem, incident) in as_told.symmetric_difference(&as_stored) {
        found.fault(format!(
            "The link of problem {problem} with incident {incident} is not what the trail says"
        ));
    }
    Ok(())
}

/// Reports that were frozen: every column, and what they say by its hash.
pub(super) async fn reports(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let page = store.frozen_reports(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for mut stored in page {
            found.reports += 1;
            let says = audit::sha256(&std::mem::take(&mut stored.body));
            let told = told.reports.remove(&stored.id);
            if says != stored.sha256 || told.as_ref() != Some(&stored) {
                found.fault(format!("Report {} is not what was frozen", stored.id));
            }
        }
    }
    for id in told.reports.keys() {
        found.fault(format!("Report {id} was frozen but is not stored"));
    }
    Ok(())
}

/// Alarms: each was raised, acknowledged and ended as the trail tells.
pub(super) async fn alarms(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.alarm_columns(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for stored in page {
            found.alarms += 1;
            if !alarm_agrees(&stored, &mut told.alarms, &told.messages) {
                let id = stored.id;
                found.fault(format!(
                    "Alarm {id} is not what was raised and acknowledged"
                ));
            }
        }
    }
    for id in told.alarms.keys() {
        found.fault(format!("Alarm {id} was raised but is not stored"));
    }
    Ok(())
}

fn alarm_agrees(
    stored: &AlarmColumns,
    told: &mut BTreeMap<AlarmId, ToldAlarm>,
    messages: &ToldMessages,
) -> bool {
    let Ok(says) = serde_json::from_str::<RaisedAlarm>(&stored.document) else {
        return false;
    };
    let is_told = told.remove(&says.alarm.id).is_some_and(|told| {
        (&told.alarm, told.raised_at) == (&says.alarm, says.raised_at)
            && told.reference == says.reference
            && told.acknowledged == says.acknowledged
            && told.snoozed_until == says.snoozed_until
            && told.unanswered_at == says.unanswered_at
            && messages.ended_as_told(&told, says.closed)
    });
    is_told && AlarmColumns::of(&says).is_ok_and(|columns| columns == *stored)
}

/// Alerts of tools: the incident that each became, and what was said of it last.
pub(super) async fn alerts(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let mut after = (String::new(), String::new());
    loop {
        let page = store.alert_columns((&after.0, &after.1), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = (last.tool.clone(), last.key.clone());
        for stored in page {
            let name = (stored.tool.clone(), stored.key.clone());
            if told.alerts.remove(&name).as_ref() != Some(&stored) {
                let (tool, key) = name;
                found.fault(format!("Alert {key} of {tool} is not what the trail says"));
            }
        }
    }
    for (tool, key) in told.alerts.keys() {
        found.fault(format!("Alert {key} of {tool} is told of but not stored"));
    }
    Ok(())
}

/// The directory as it was loaded, and as it is.
pub(super) async fn directory(
    store: &Store,
    told: &Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let loaded = store.directory_columns(Which::Loaded).await?;
    let as_stored = loaded
        .as_ref()
        .map(|(version, text)| (u64::try_from(*version).ok(), audit::sha256(text)));
    let as_told = told.directory.as_ref();
    let as_told = as_told.map(|told| (Some(told.loaded_version), told.sha256.clone()));
    if as_stored != as_told {
        found.fault("The directory is not the one that was loaded".to_owned());
        return Ok(());
    }
    let as_told = loaded
        .and_then(|(_, text)| serde_json::from_str(&text).ok())
        .map(|loaded| told.directory_from(loaded));
    let current = store.directory_columns(Which::Current).await?;
    let as_stored = current.as_ref().map(|(version, text)| {
        let says: Option<Directory> = serde_json::from_str(text).ok();
        says.filter(|says| u64::try_from(*version) == Ok(says.version))
    });
    if as_stored != as_told.map(Some) {
        found.fault("The directory is not what its entries make it".to_owned());
    }
    Ok(())
}

/// Commands that were answered.
pub(super) async fn commands(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.command_columns(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for stored in page {
            found.commands += 1;
            let id = stored.id.parse().ok().map(CommandId);
            match id.and_then(|id| Some((id, told.commands.remove(&id)?))) {
                Some((id, told)) if stored == command_as_told(id, &told, &stored) => {}
                Some(_) => found.fault(format!(
                    "Command {} is not what the trail says of it",
                    stored.id
                )),
                None => found.fault(format!(
                    "Command {} was answered but is not in the trail",
                    stored.id
                )),
            }
        }
    }
    for id in told.commands.keys() {
        found.fault(format!("Command {id} is told of but not remembered"));
    }
    Ok(())
}

fn command_as_told(id: CommandId, told: &ToldCommand, stored: &CommandColumns) -> CommandColumns {
    let (incident, problem) = told.subject.columns();
    CommandColumns {
        id: id.to_string(),
        person: told.person.clone(),
        fingerprint: told
            .fingerprint
            .clone()
            .unwrap_or_else(|| stored.fingerprint.clone()),
        incident,
        problem,
        seq: i64::try_from(told.seq).unwrap_or(i64::MAX),
    }
}

/// Tokens.
pub(super) async fn sessions(
    store: &Store,
    told: &mut Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    for stored in store.session_columns().await? {
        let told = told.sessions.remove(&stored.id);
        if !told.is_some_and(|told| is_session_as_told(&stored, told)) {
            found.fault(format!("Token {} is not what the trail says", stored.id));
        }
    }
    for id in told.sessions.keys() {
        found.fault(format!("Token {id} is told of but not stored"));
    }
    Ok(())
}

fn is_session_as_told(stored: &SessionColumns, told: ToldSession) -> bool {
    let is_sealed = match told.seal {
        Some(seal) => audit::sha256(&stored.hash) == seal,
        None => stored.hash.starts_with(&stored.id),
    };
    let as_told = SessionColumns {
        hash: stored.hash.clone(),
        ..told.columns
    };
    is_sealed && *stored == as_told
}
