//! The index of words: what incidents are found by, and looking it up.
//!
//! One table for both databases, because their own text searches agree on nothing: a row for each word
//! of an incident, in the order of word, time and incident. So a page is read from where the last one
//! ended, and never costs more than what it looks at. It is written with the incident, in the same
//! transaction. Deliberately decides nothing about who may find what.

use super::asking;
use super::incidents::{Ranks, Row, due_at};
use super::{Store, StoreError, Writing, unsigned};
use crate::domain::Instant;
use crate::domain::incident::Incident;
use crate::domain::search::{self, MOST_TERMS, Question, Standing, Term};
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::collections::BTreeSet;
use tokio::sync::OnceCell;

/// A place in the order of a search, which is the newest first: when an incident was logged, and its
/// id.
pub(crate) type Place = (i64, String);

/// A page to look up.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    /// The term whose incidents are gone through; the rarest costs least.
    pub(crate) along: Term,
    /// What they must have besides.
    pub(crate) besides: Vec<Term>,
    /// Logged at this moment or later, in milliseconds.
    pub(crate) from: i64,
    /// Where to go on: all that comes later in the order.
    pub(crate) after: Place,
    /// How many to look at.
    pub(crate) look_at: u32,
}

impl Lookup {
    /// Everything with a term that was logged from one moment on and before another, a page of one row.
    pub(crate) fn along(along: Term, from: Instant, to: Instant) -> Self {
        Self {
            along,
            besides: Vec::new(),
            from: from.timestamp_millis(),
            after: (to.timestamp_millis(), String::new()),
            look_at: 1,
        }
    }
}

/// What was looked at: whether it fits or not, so that the next page can go on behind it.
#[derive(Clone, Debug)]
pub(crate) struct LookedAt {
    pub(crate) place: Place,
    /// The incident, if it has every term.
    pub(crate) row: Option<Row>,
}

/// One condition for each term besides the one that is gone along. The incidents themselves are read
/// only where all hold.
const LOOK_UP: &str = "
select found.logged_at as logged_at, found.incident as id, incident.changed_seq as changed_seq,
    incident.document as document
from (
    select at.logged_at as logged_at, at.incident as incident, case when
        ($5 = '' or exists (select 1 from search_word other where other.word = $5
            and other.logged_at = at.logged_at and other.incident = at.incident))
        and ($6 = '' or exists (select 1 from search_word other where other.word = $6
            and other.logged_at = at.logged_at and other.incident = at.incident))
        and ($7 = '' or exists (select 1 from search_word other where other.word = $7
            and other.logged_at = at.logged_at and other.incident = at.incident))
        and ($8 = '' or exists (select 1 from search_word other where other.word = $8
            and other.logged_at = at.logged_at and other.incident = at.incident))
        and ($9 = '' or exists (select 1 from search_word other where other.word = $9
            and other.logged_at = at.logged_at and other.incident = at.incident))
        and ($10 = '' or exists (select 1 from search_word other where other.word = $10
            and other.logged_at = at.logged_at and other.incident = at.incident))
        and ($11 = '' or exists (select 1 from search_word other where other.word = $11
            and other.logged_at = at.logged_at and other.incident = at.incident))
        then at.incident end as fits
    from search_word at
    where at.word = $1 and at.logged_at >= $2 and (at.logged_at, at.incident) < ($3, $4)
    order by at.logged_at desc, at.incident desc limit $12
) found
left join incident on incident.id = found.fits
order by found.logged_at desc, found.incident desc";

const COUNT: &str = "
select count(*) as found from (
    select 1 from search_word
    where word = $1 and logged_at >= $2 and (logged_at, incident) < ($3, $4)
    order by logged_at desc, incident desc limit $5
) rows_of_word";

impl Store {
    /// Where a question begins: its rarest term, as far as it pays to count, and the terms besides.
    pub(crate) async fn lookup(
        &self,
        question: &Question,
        after: Option<Place>,
        look_at: u32,
        count_to: u32,
    ) -> Result<Lookup, StoreError> {
        let from = question.from.timestamp_millis();
        let after = after.unwrap_or_else(|| (question.to.timestamp_millis(), String::new()));
        let mut counted = Vec::with_capacity(question.terms.len());
        for term in &question.terms {
            let row = asking::query(COUNT)
                .bind(term.as_str().to_owned())
                .bind(from)
                .bind(after.0)
                .bind(after.1.clone())
                .bind(i64::from(count_to))
                .fetch_one(&mut *self.reading().await?)
                .await?;
            counted.push((row.try_get::<i64, _>("found")?, term.clone()));
        }
        counted.sort();
        let mut terms = counted.into_iter().map(|(_, term)| term);
        Ok(Lookup {
            along: terms.next().unwrap_or_else(Term::every),
            besides: terms.collect(),
            from,
            after,
            look_at,
        })
    }

    /// The next incidents along a term, each with whether it fits.
    pub(crate) async fn look_up(&self, lookup: &Lookup) -> Result<Vec<LookedAt>, StoreError> {
        let besides = (0..MOST_TERMS - 1).map(|place| {
            let term = lookup.besides.get(place);
            term.map_or("", Term::as_str).to_owned()
        });
        let query = asking::query(LOOK_UP)
            .bind(lookup.along.as_str().to_owned())
            .bind(lookup.from)
            .bind(lookup.after.0)
            .bind(lookup.after.1.clone());
        let rows = besides
            .fold(query, |query, term| query.bind(term))
            .bind(i64::from(lookup.look_at))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter().map(looked_at).collect()
    }

    /// What is stored of the index, in its own order, a page after a row: its word, and its place.
    pub(crate) async fn search_words(
        &self,
        (word, (logged_at, incident)): (&str, Place),
        limit: u32,
    ) -> Result<Vec<(String, Place)>, StoreError> {
        let rows = asking::query(
            "select word, logged_at, incident from search_word
             where (word, logged_at, incident) > ($1, $2, $3)
             order by word, logged_at, incident limit $4",
        )
        .bind(word.to_owned())
        .bind(logged_at)
        .bind(incident)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter()
            .map(|row| {
                let place = (row.try_get("logged_at")?, row.try_get("incident")?);
                Ok((row.try_get("word")?, place))
            })
            .collect()
    }

    /// Builds the index of a database that has none yet, or one that was made by other rules.
    pub(super) async fn keep_index(self) -> Result<Self, StoreError> {
        let mut writing = self.begin().await?;
        if writing.index_is_current().await? {
            writing.leave().await?;
            return Ok(self);
        }
        writing.build_index().await?;
        writing.commit().await?;
        Ok(self)
    }
}

/// Rows of the index on their way to the database.
#[derive(Default)]
pub(super) struct Words {
    gone: Vec<Value>,
    new: Vec<Value>,
}

impl Words {
    /// What changes in the index where an incident is no longer what it was.
    pub(super) fn change(&mut self, before: Option<&Incident>, incident: &Incident) {
        if before.is_some_and(|before| search::are_found_alike(before, incident)) {
            return;
        }
        let was = before.map(search::terms).unwrap_or_default();
        let is = search::terms(incident);
        let row = |term: &Term| {
            let logged_at = incident.logged_at.timestamp_millis();
            json!([term.as_str(), logged_at, incident.id.to_string()])
        };
        self.gone.extend(was.difference(&is).map(row));
        self.new.extend(is.difference(&was).map(row));
    }
}

/// How many incidents are indexed at once where the index is built.
const BUILD: u32 = 500;

impl Writing {
    /// Writes what has changed in the index.
    pub(super) async fn write_words(&mut self, words: &Words) -> Result<(), StoreError> {
        self.carry(|all| &all.delete_words, &words.gone).await?;
        self.carry(|all| &all.insert_words, &words.new).await
    }

    /// Every incident that somebody still works on.
    pub(crate) async fn open_incidents(&mut self) -> Result<Vec<Incident>, StoreError> {
        let rows = asking::query(
            "select incident.document as document
             from search_word found join incident on incident.id = found.incident
             where found.word = $1 order by found.logged_at, found.incident",
        )
        .bind(Term::state(Standing::Open).as_str().to_owned())
        .fetch_all(self.settled().await?)
        .await?;
        rows.iter().map(document).collect()
    }

    async fn index_is_current(&mut self) -> Result<bool, StoreError> {
        let row = asking::query("select search_writing from head where id = 1")
            .fetch_one(self.connection())
            .await?;
        let writing: i64 = row.try_get("search_writing")?;
        Ok(writing == i64::from(search::WRITING))
    }

    /// Makes the index from the incidents that are stored.
    pub(super) async fn build_index(&mut self) -> Result<(), StoreError> {
        asking::query("delete from search_word")
            .execute(self.settled().await?)
            .await?;
        let mut after = String::new();
        loop {
            let incidents = self.incidents_after(&after, BUILD).await?;
            let Some(last) = incidents.last() else { break };
            after = last.id.to_string();
            let mut words = Words::default();
            for incident in &incidents {
                words.change(None, incident);
                self.rank(incident).await?;
            }
            self.write_words(&words).await?;
        }
        // An older rule said when to look at them again.
        self.watch_everything().await?;
        asking::query("update head set search_writing = $1 where id = 1")
            .bind(i64::from(search::WRITING))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Stores anew what lists sort an incident by: a rule may have changed since it was stored.
    async fn rank(&mut self, incident: &Incident) -> Result<(), StoreError> {
        let ranks = Ranks::of(incident);
        asking::query(
            "update incident set ended_rank = $1, listed_due_at = $2, acknowledged = $3,
                severity_rank = $4, priority = $5, newest_rank = $6, due_at = $7 where id = $8",
        )
        .bind(ranks.ended)
        .bind(ranks.listed_due_at)
        .bind(ranks.acknowledged)
        .bind(ranks.severity)
        .bind(ranks.priority)
        .bind(ranks.newest)
        .bind(due_at(incident))
        .bind(incident.id.to_string())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    async fn incidents_after(
        &mut self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError> {
        let rows =
            asking::query("select document from incident where id > $1 order by id limit $2")
                .bind(after.to_owned())
                .bind(i64::from(limit))
                .fetch_all(self.connection())
                .await?;
        rows.iter().map(document).collect()
    }
}

/// What the index should hold of an incident: how many rows, and a sum that no order changes.
pub(crate) fn index_of(incident: &Incident) -> IndexSum {
    let place = (
        incident.logged_at.timestamp_millis(),
        incident.id.to_string(),
    );
    let terms: BTreeSet<Term> = search::terms(incident);
    let mut sum = IndexSum::default();
    for term in terms {
        sum.add(term.as_str(), &place);
    }
    sum
}

/// Rows of the index, counted and added up, so that comparing millions of them takes no memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexSum {
    rows: u64,
    sum: u64,
}

impl IndexSum {
    /// Adds a row.
    pub(crate) fn add(&mut self, word: &str, place: &Place) {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        (word, place).hash(&mut hasher);
        self.rows += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
    }
}

fn document(row: &AnyRow) -> Result<Incident, StoreError> {
    let document: String = row.try_get("document")?;
    Ok(serde_json::from_str(&document)?)
}

fn looked_at(row: &AnyRow) -> Result<LookedAt, StoreError> {
    let document: Option<String> = row.try_get("document")?;
    let incident = match document {
        Some(document) => Some(Row {
            changed_seq: unsigned(row.try_get("changed_seq")?)?,
            incident: serde_json::from_str(&document)?,
            audience: OnceCell::new(),
        }),
        None => None,
    };
    Ok(LookedAt {
        place: (row.try_get("logged_at")?, row.try_get("id")?),
        row: incident,
    })
}
