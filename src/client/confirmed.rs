//! What the server confirmed, in few bytes: very many incidents may be known, and few are looked at.
//!
//! An incident is kept as its JSON, compressed against a specimen: the first ones that came. Those of
//! one desk are much alike, so each costs what is particular to it, and a part that it does not have
//! costs nothing. Those on the screen are kept whole beside it, because every key draws them. It
//! deliberately knows nothing of what is unsent.

use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use std::collections::HashMap;
use std::sync::Arc;

/// How many of the first incidents make the specimen; more would save little, and each incident is
/// compared with all of it.
const SPECIMENS: usize = 4;

/// Every incident as the server confirmed it.
#[derive(Debug, Default)]
pub(super) struct Confirmed {
    /// Never changes once something was packed against it.
    specimen: Vec<u8>,
    packed: HashMap<IncidentId, Packed>,
    /// Some of them, unpacked.
    open: HashMap<IncidentId, Arc<Incident>>,
}

#[derive(Debug)]
struct Packed {
    version: u64,
    bytes: Box<[u8]>,
}

impl Confirmed {
    /// Takes in incidents, each if it is newer than what is known of it. Gives those that were.
    pub(super) fn take(&mut self, incidents: Vec<Incident>) -> HashMap<IncidentId, Arc<Incident>> {
        if self.specimen.is_empty() {
            let first = incidents.iter().take(SPECIMENS);
            self.specimen = first.flat_map(spelt).collect();
        }
        let mut news = HashMap::new();
        for incident in incidents {
            let known = self.version(incident.id);
            if known.is_none_or(|known| known < incident.version) {
                let incident = Arc::new(incident);
                self.pack(&incident);
                news.insert(incident.id, incident);
            }
        }
        news
    }

    fn pack(&mut self, incident: &Arc<Incident>) {
        let bytes =
            lz4_flex::block::compress_prepend_size_with_dict(&spelt(incident), &self.specimen);
        let packed = Packed {
            version: incident.version,
            bytes: bytes.into(),
        };
        self.packed.insert(incident.id, packed);
        if let Some(open) = self.open.get_mut(&incident.id) {
            open.clone_from(incident);
        }
    }

    /// An incident, whole.
    pub(super) fn get(&self, id: IncidentId) -> Option<Arc<Incident>> {
        let open = self.open.get(&id).cloned();
        open.or_else(|| self.unpacked(id).map(Arc::new))
    }

    /// Nothing but an incident that is not known: what was packed here came as JSON.
    fn unpacked(&self, id: IncidentId) -> Option<Incident> {
        let bytes = &self.packed.get(&id)?.bytes;
        let spelt = lz4_flex::block::decompress_size_prepended_with_dict(bytes, &self.specimen);
        serde_json::from_slice(&spelt.ok()?).ok()
    }

    /// The version that is known of an incident.
    pub(super) fn version(&self, id: IncidentId) -> Option<u64> {
        self.packed.get(&id).map(|packed| packed.version)
    }

    /// Keeps these incidents at hand, and no others.
    pub(super) fn hold_open(&mut self, ids: &[IncidentId]) {
        let mut before = std::mem::take(&mut self.open);
        let at_hand = |id: &IncidentId| {
            let incident = before
                .remove(id)
                .or_else(|| self.unpacked(*id).map(Arc::new));
            Some((*id, incident?))
        };
        self.open = ids.iter().filter_map(at_hand).collect();
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.packed.clear();
        self.open.clear();
    }
}

/// An incident as JSON, which it came as.
fn spelt(incident: &Incident) -> Vec<u8> {
    serde_json::to_vec(incident).unwrap_or_default()
}
