//! The index of words, compared with the one that the trail would make.
//!
//! It holds a row for every word of every incident, so rows are added up instead of being kept.
//! Deliberately says of which incident a word is missing or too many, and not which word: it may be
//! one that was withheld.

use super::told::Told;
use super::{PAGE, Verification};
use crate::server::store::{IndexSum, Place, Store, StoreError, index_of};
use std::collections::BTreeMap;

/// What the index finds and what it should find, incident by incident.
pub(super) async fn search_words(
    store: &Store,
    told: &Told,
    found: &mut Verification,
) -> Result<(), StoreError> {
    let mut stored = sums(store).await?;
    for (id, told) in &told.incidents {
        let as_told = told.incident.as_ref().map(index_of);
        if stored.remove(&id.to_string()) != as_told {
            found.fault(format!(
                "Incident {id} is not found by the words that it holds"
            ));
        }
    }
    for id in stored.keys() {
        found.fault(format!("The index finds incident {id}, which is not there"));
    }
    Ok(())
}

async fn sums(store: &Store) -> Result<BTreeMap<String, IndexSum>, StoreError> {
    let mut sums: BTreeMap<String, IndexSum> = BTreeMap::new();
    let mut after: (String, Place) = (String::new(), (i64::MIN, String::new()));
    loop {
        let rows = store
            .search_words((&after.0, after.1.clone()), PAGE)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(sums);
        };
        after = last.clone();
        for (word, place) in &rows {
            sums.entry(place.1.clone()).or_default().add(word, place);
        }
    }
}
