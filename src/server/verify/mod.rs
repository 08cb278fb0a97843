//! Recomputes what the desk stores from what it says has happened.
//!
//! First the database: is its file whole, each index with its table, and is its schema the desk's own?
//! Then the trail itself: is it whole, from its beginning to the head, with every hash right? Then every
//! column of every table: is it what the entries make of it? Deliberately repairs nothing.

mod case_file;
mod index;
mod messages;
mod stored;
mod told;
mod watch;

use super::store::{Depth, Store, StoreError};
pub use case_file::case_file;
use serde::Serialize;
use std::str::FromStr;
use told::Told;

/// How many rows are read at once.
const PAGE: u32 = 500;

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Entries of the trail.
    pub entries: u64,
    /// Incidents.
    pub incidents: u64,
    /// Problems.
    pub problems: u64,
    /// Reports that were frozen.
    pub reports: u64,
    /// Alarms that were raised.
    pub alarms: u64,
    /// Commands that were answered.
    pub commands: u64,
    /// Entries that were erased under the retention policy; their hashes stay.
    pub erased_entries: u64,
    /// Incidents that were erased.
    pub erased_incidents: u64,
    /// The hash of the last entry; compare it with a checkpoint that was kept elsewhere.
    pub hash: String,
    /// What does not agree, a sentence each; empty if all is well.
    pub faults: Vec<String>,
}

/// Checks everything that a desk stores, as it is at one moment; the desk may go on writing.
///
/// # Errors
/// The database did not answer; what it holds being wrong is a fault, not an error.
pub async fn verify(store: &Store) -> Result<Verification, StoreError> {
    let moment = store.as_of_now().await?;
    let found = verified(&moment).await;
    moment.let_go().await;
    found
}

async fn verified(store: &Store) -> Result<Verification, StoreError> {
    let mut found = Verification::default();
    for damage in store.damage(Depth::Indexes).await? {
        found.fault(format!("The database file is damaged: {damage}"));
    }
    if !found.faults.is_empty() {
        // Whatever is read from it may be wrong, so nothing is compared with it.
        return Ok(found);
    }
    for strange in store.strange_schema().await? {
        found.fault(strange);
    }
    let mut told = Told::read(store, &mut found).await?;
    (found.entries, found.hash) = told.end.clone();
    stored::head(store, &told, &mut found).await?;
    index::search_words(store, &told, &mut found).await?;
    watch::looks(store, &told, &mut found).await?;
    stored::incidents(store, &mut told, &mut found).await?;
    stored::erased(store, &mut told, &mut found).await?;
    stored::problems(store, &mut told, &mut found).await?;
    stored::reports(store, &mut told, &mut found).await?;
    stored::alarms(store, &mut told, &mut found).await?;
    stored::alerts(store, &mut told, &mut found).await?;
    messages::deliveries(store, &mut told, &mut found).await?;
    messages::links(store, &mut told, &mut found).await?;
    stored::directory(store, &told, &mut found).await?;
    stored::commands(store, &mut told, &mut found).await?;
    stored::sessions(store, &mut told, &mut found).await?;
    Ok(found)
}

impl Verification {
    fn fault(&mut self, sentence: String) {
        self.faults.push(sentence);
    }
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
