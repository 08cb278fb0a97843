//! What a transaction has read ahead and what it is about to write, so that many commands cost the database
//! as many trips as one.
//!
//! Every table is read with one statement and written with one, whatever the number of rows: they travel as
//! one JSON text. Invariant: whoever reads through a [`Writing`](super::Writing) sees what was put before,
//! because what is on its way is in these maps, and any other question first has it written.

use super::audit::StoredCommand;
use super::incidents::Row;
use super::sessions::Session;
use crate::domain::id::{CommandId, IncidentId, Reference};
use crate::domain::incident::Incident;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a batch of commands will ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ahead {
    pub(crate) sessions: BTreeSet<String>,
    pub(crate) commands: BTreeSet<CommandId>,
    pub(crate) incidents: BTreeSet<IncidentId>,
    pub(crate) references: BTreeSet<Reference>,
}

/// What one transaction knows of the rows that it has read or put. What is not there is known too.
#[derive(Default)]
pub(super) struct Known {
    pub(super) sessions: HashMap<String, Option<Session>>,
    pub(super) commands: HashMap<CommandId, Option<StoredCommand>>,
    pub(super) incidents: HashMap<IncidentId, Option<Row>>,
    pub(super) references: HashMap<Reference, Option<IncidentId>>,
    /// Counters of references, by year.
    pub(super) counters: HashMap<i32, i64>,
}

impl Known {
    /// Takes in what was read for these incidents, also that some are not there.
    pub(super) fn learn(&mut self, asked: &BTreeSet<IncidentId>, rows: Vec<Row>) {
        for id in asked {
            self.incidents.entry(*id).or_default();
        }
        for row in rows {
            if let Some(reference) = row.incident.reference {
                self.references.insert(reference, Some(row.incident.id));
            }
            self.incidents.insert(row.incident.id, Some(row));
        }
    }
}

/// Rows on their way to the database, a table each.
#[derive(Default)]
pub(super) struct OnTheWay {
    pub(super) entries: Vec<Value>,
    /// Each incident once, as it was in the database.
    pub(super) incidents: BTreeMap<IncidentId, Option<Box<Incident>>>,
    /// When incidents are to be looked at.
    pub(super) watched: BTreeMap<IncidentId, i64>,
    pub(super) commands: Vec<Value>,
    /// Years of which a reference was given away.
    pub(super) counters: BTreeSet<i32>,
}

impl OnTheWay {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.incidents.is_empty()
            && self.watched.is_empty()
            && self.commands.is_empty()
            && self.counters.is_empty()
    }
}
