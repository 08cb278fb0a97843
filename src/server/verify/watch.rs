//! When the engine will look at each incident again: not after the moment at which it has to raise something.
//!
//! A look that comes too early raises nothing and sets the right moment, so only one that is missing or
//! comes too late is a fault. Deliberately not known is when the engine looked last: what a duty ladder
//! says may change with the hour, so an alarm counts only if it was to be foreseen when the incident
//! changed last.

use super::told::Told;
use super::{PAGE, Verification};
use crate::config;
use crate::domain::Instant;
use crate::domain::alarm::{self, Alarm};
use crate::domain::directory::Directory;
use crate::domain::id::{AlarmId, IncidentId};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::server::store::{Store, StoreError, Which};
use chrono::{DateTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// What is judged by.
struct Rules {
    directory: Directory,
    /// When the directory changed last.
    changed_at: Instant,
    policy: Policy,
    /// The alarms of each incident that were ever raised.
    raised: BTreeMap<IncidentId, Vec<Alarm>>,
}

/// Each open incident is looked at again, and in time.
pub(super) async fn looks(
    store: &Store,
    told: &Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let Some(rules) = rules(store, told).await? else {
        // That the directory is not as it should be is found elsewhere.
        return Ok(());
    };
    let mut unwatched: BTreeSet<IncidentId> = told.open().collect();
    let mut after = String::new();
    loop {
        let page = store.watch_columns(&after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (id, next_at) in page {
            let known = id.parse().ok().map(IncidentId);
            let known = known.and_then(|id| told.incidents.get(&id));
            let Some((told, incident)) =
                known.and_then(|told| Some((told, told.incident.as_ref()?)))
            else {
                found.fault(format!("Incident {id} is looked at but never told of"));
                continue;
            };
            unwatched.remove(&incident.id);
            if rules.is_too_late(incident, told.changed_at, next_at) {
                found.fault(format!(
                    "Incident {id} will be looked at after the next alarm is to be raised"
                ));
            }
        }
    }
    for id in unwatched {
        found.fault(format!("Incident {id} will not be looked at again"));
    }
    Ok(())
}

async fn rules(store: &Store, told: &Told) -> Result<Option<Rules>, StoreError> {
    let current = store.directory_columns(Which::Current).await?;
    let directory: Option<Directory> =
        current.and_then(|(_, document)| serde_json::from_str(&document).ok());
    let (Some(directory), Ok(policy)) = (directory, config::policy()) else {
        return Ok(None);
    };
    let policy = directory.holidays.over(&policy);
    let mut raised: BTreeMap<IncidentId, Vec<Alarm>> = BTreeMap::new();
    for told in told.alarms.values() {
        if let Some(incident) = told.alarm.incident {
            raised.entry(incident).or_default().push(told.alarm.clone());
        }
    }
    Ok(Some(Rules {
        changed_at: told
            .directory
            .as_ref()
            .map_or_else(Instant::default, |told| told.changed_at),
        directory,
        policy,
        raised,
    }))
}

impl Rules {
    /// Whether something is to be raised before the incident is looked at.
    fn is_too_late(&self, incident: &Incident, changed_at: Instant, next_at: i64) -> bool {
        let just_before = last_moment_before(next_at);
        // It was looked at after either had changed.
        let seen_at = changed_at.max(self.changed_at);
        let foreseen: BTreeSet<AlarmId> = self
            .standing(incident, seen_at, just_before)
            .map(|alarm| alarm.id)
            .collect();
        let raised = self.raised.get(&incident.id);
        self.standing(incident, just_before, just_before)
            .filter(|standing| foreseen.contains(&standing.id))
            .any(|standing| {
                let known = raised.into_iter().flatten();
                !known
                    .into_iter()
                    .any(|alarm| alarm.is_in_series_with(&standing) && alarm.at >= standing.at)
            })
    }

    /// What stands at a moment, by what runs out as it looks at another.
    fn standing(
        &self,
        incident: &Incident,
        seen_at: Instant,
        at: Instant,
    ) -> impl Iterator<Item = Alarm> + use<> {
        let series = alarm::series(incident, &self.directory, &self.policy, seen_at);
        let standing = series
            .into_iter()
            .filter_map(move |series| series.standing(at).cloned());
        standing.collect::<Vec<_>>().into_iter()
    }
}

/// A look that never comes is one at the end of time.
fn last_moment_before(next_at: i64) -> Instant {
    const END_OF_TIME: i64 = 4_000_000_000_000;
    let next_at = next_at.clamp(0, END_OF_TIME);
    DateTime::from_timestamp_millis(next_at).unwrap_or_default() - TimeDelta::milliseconds(1)
}
