//! Incidents: the document beside the columns that queries need.

use super::asking;
use super::search::Words;
use super::{Store, StoreError, Writing, instant, signed, unsigned};
use crate::domain::decide::Sighting;
use crate::domain::id::{IncidentId, Reference};
use crate::domain::incident::Incident;
use crate::domain::search::Term;
use crate::domain::{Instant, query};
use crate::server::history::{self, AudienceSince};
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// An incident with the place of its last change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) changed_seq: u64,
    pub(crate) incident: Incident,
    /// Once somebody has asked; whoever asks at the same time waits for the one answer.
    pub(crate) audience: OnceCell<AudienceSince>,
}

impl Row {
    /// Since when who may see the incident has been decided as it is now.
    pub(crate) async fn audience_since(&self, store: &Store) -> Result<AudienceSince, StoreError> {
        let reading = async || {
            let id = self.incident.id;
            let past = store.history(id, self.changed_seq).await?;
            history::audience_since(id, &past)?.ok_or(StoreError::Garbled)
        };
        self.audience.get_or_try_init(reading).await.copied()
    }
}

/// Everything that is stored of an incident: its document, and beside it what queries need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IncidentColumns {
    pub(crate) id: String,
    reference: String,
    version: i64,
    changed_seq: i64,
    status: String,
    organisation: String,
    aware_at: i64,
    due_at: i64,
    ranks: Ranks,
    trend_key: Option<String>,
    pub(crate) document: String,
}

/// What lists sort an incident by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ranks {
    /// 0 while it is open or owes something; else the later it ended, the lower.
    pub(crate) ended: i64,
    /// When the nearest clock that lists show is due.
    pub(crate) listed_due_at: i64,
    /// 1 once somebody has taken note.
    pub(crate) acknowledged: i64,
    /// The more severe, the lower.
    pub(crate) severity: i64,
    /// The more urgent, the lower.
    pub(crate) priority: i64,
    /// The later it was logged, the lower.
    pub(crate) newest: i64,
}

impl Ranks {
    /// Those of an incident as it stands.
    pub(crate) fn of(incident: &Incident) -> Self {
        let nearest = query::nearest(incident);
        // One that has ended and still owes something stands among those that are worked on.
        let ended = incident.ended_at().filter(|_| nearest.is_none());
        Self {
            ended: ended.map_or(0, rank_of),
            listed_due_at: nearest.map_or(NEVER, |nearest| nearest.due_at().timestamp_millis()),
            acknowledged: i64::from(incident.acknowledgement.is_some()),
            severity: query::severity_rank(incident.severity()),
            priority: incident.priority() as i64,
            newest: -incident.logged_at.timestamp_millis(),
        }
    }
}

impl IncidentColumns {
    /// What is stored of this incident, whose last change is that entry of the trail.
    pub(crate) fn of(incident: &Incident, changed_seq: u64) -> Result<Self, StoreError> {
        let trend = incident.facts.trend_key.as_deref();
        Ok(Self {
            id: incident.id.to_string(),
            reference: incident.name(),
            version: signed(incident.version)?,
            changed_seq: signed(changed_seq)?,
            status: status(incident)?,
            organisation: incident.home().as_str().to_owned(),
            aware_at: incident.awareness.staff_at.timestamp_millis(),
            due_at: due_at(incident),
            ranks: Ranks::of(incident),
            trend_key: trend.map(trend_key).transpose()?,
            document: serde_json::to_string(incident)?,
        })
    }

    /// The row, in the order in which the statement takes its cells.
    fn cells(&self) -> Value {
        json!([
            self.id,
            self.reference,
            self.version,
            self.changed_seq,
            self.status,
            self.organisation,
            self.aware_at,
            self.due_at,
            self.ranks.ended,
            self.trend_key,
            self.document,
            self.ranks.listed_due_at,
            self.ranks.acknowledged,
            self.ranks.severity,
            self.ranks.priority,
            self.ranks.newest
        ])
    }
}

/// In which order a list comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// The newest change first.
    Changed,
    /// The nearest clock first; incidents without one last.
    Due,
    /// The open ones, the nearest clock first; then those that have ended, the last first.
    Recent,
    /// The open ones first, and of them those that nobody has taken note of.
    Urgent,
    /// The open ones first, the most severe before the others.
    Severity,
    /// The open ones first, the highest priority before the others.
    Priority,
    /// The open ones first, the one logged last before the others.
    Newest,
}

/// A place in the order of a list: up to three sort keys, and the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowPlace {
    pub(crate) keys: [i64; 3],
    pub(crate) id: String,
}

impl RowPlace {
    /// The place of a row.
    pub(crate) fn of(row: &Row, sort: Sort) -> Self {
        let ranks = Ranks::of(&row.incident);
        let due_at = ranks.listed_due_at;
        Self {
            keys: match sort {
                Sort::Changed => [i64::try_from(row.changed_seq).unwrap_or(i64::MAX), 0, 0],
                Sort::Due => [due_at, 0, 0],
                Sort::Recent => [ranks.ended, due_at, 0],
                Sort::Urgent => [ranks.ended, ranks.acknowledged, due_at],
                Sort::Severity => [ranks.ended, ranks.severity, due_at],
                Sort::Priority => [ranks.ended, ranks.priority, due_at],
                Sort::Newest => [ranks.ended, ranks.newest, due_at],
            },
            id: row.incident.id.to_string(),
        }
    }

    /// Before every row.
    fn first(sort: Sort) -> Self {
        let key = match sort {
            Sort::Changed => i64::MAX,
            Sort::Due
            | Sort::Recent
            | Sort::Urgent
            | Sort::Severity
            | Sort::Priority
            | Sort::Newest => i64::MIN,
        };
        Self {
            keys: [key, i64::MIN, i64::MIN],
            id: String::new(),
        }
    }
}

/// Which incidents by their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Whether they have ended or not.
    Any,
    /// Those that somebody still works on, and those that have ended and owe something.
    Open,
    /// Those that are open, and those that ended at this moment or later.
    OpenOrEndedSince(Instant),
}

impl Ending {
    /// The highest rank.
    fn last_rank(self) -> i64 {
        match self {
            Self::Any => i64::MAX,
            Self::Open => 0,
            Self::OpenOrEndedSince(at) => rank_of(at),
        }
    }
}

/// Which incidents, and from where on.
#[derive(Clone, Debug)]
pub(crate) struct IncidentQuery {
    /// As the wire spells it; empty for any.
    pub(crate) status: String,
    /// The organisation whose procedure is followed; empty for any.
    pub(crate) organisation: String,
    /// A term of the index of words that they have; absent for any.
    pub(crate) along: Option<Term>,
    pub(crate) sort: Sort,
    /// Where to go on: the place of the row before.
    pub(crate) after: Option<RowPlace>,
    pub(crate) ending: Ending,
    pub(crate) limit: u32,
}

/// What an incident without any deadline sorts by.
const NEVER: i64 = i64::MAX;

impl Sort {
    /// The columns of the order, and how a row is compared that comes after another. Each order has an index
    /// of its own, and one in each status and organisation, so a page costs what it holds. Among those that
    /// are open, the orders of four columns are sorted within a status or an organisation.
    pub(super) fn order(self) -> (&'static [&'static str], Direction) {
        let ascending: &[&str] = match self {
            Self::Changed => return (&["changed_seq"], Direction::Descending),
            Self::Due => &["listed_due_at", "id"],
            Self::Recent => &["ended_rank", "listed_due_at", "id"],
            Self::Urgent => &["ended_rank", "acknowledged", "listed_due_at", "id"],
            Self::Severity => &["ended_rank", "severity_rank", "listed_due_at", "id"],
            Self::Priority => &["ended_rank", "priority", "listed_due_at", "id"],
            Self::Newest => &["ended_rank", "newest_rank", "listed_due_at", "id"],
        };
        (ascending, Direction::Ascending)
    }
}

/// Which way an order goes.
#[derive(Clone, Copy)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

/// The column by which rows are found that have a term of the index of words.
pub(super) const ALONG: &str = "along.word";

/// One page in an order, of the rows in which these columns have a given value. A statement of its own for
/// each, so that the database reads the index that fits. Along a term, its rows are read and sorted, however
/// many others there are: a cross join is carried out in the order in which it is written.
pub(super) fn page(sort: Sort, given: &[&str]) -> String {
    let (columns, direction) = sort.order();
    let is_along = given.contains(&ALONG);
    let places: Vec<String> = (3..3 + columns.len()).map(|at| format!("${at}")).collect();
    let given = given.iter().zip(3 + columns.len()..);
    let given: String = given
        .map(|(column, at)| format!(" and {column} = ${at}"))
        .collect();
    let (after, way) = match direction {
        Direction::Ascending => (">", ""),
        Direction::Descending => ("<", " desc"),
    };
    let (from, joined) = match is_along {
        true => (
            "search_word along cross join incident",
            " and incident.id = along.incident",
        ),
        false => ("incident", ""),
    };
    // Where an order does not begin with the end, its index is read and not one of the end: hence the plus.
    let end = match columns.first() {
        Some(&"ended_rank") => "ended_rank",
        Some(_) | None => "+ended_rank",
    };
    let (columns, places) = (columns.join(", "), places.join(", "));
    format!(
        "select changed_seq, document from {from}
         where ({columns}) {after} ({places}) and {end} <= $2{given}{joined}
         order by {columns}{way} limit $1"
    )
}

impl Store {
    /// One page of incidents.
    pub(crate) async fn incidents(&self, query: &IncidentQuery) -> Result<Vec<Row>, StoreError> {
        let along = query.along.as_ref().map_or("", Term::as_str);
        let filters = [
            ("status", query.status.as_str()),
            ("organisation", query.organisation.as_str()),
            (ALONG, along),
        ];
        let given = filters.iter().filter(|(_, value)| !value.is_empty());
        let columns: Vec<&str> = given.clone().map(|(column, _)| *column).collect();
        let statement = page(query.sort, &columns);
        let mut rows = asking::query(AssertSqlSafe(statement))
            .bind(i64::from(query.limit))
            .bind(query.ending.last_rank());
        let after = query.after.clone();
        let RowPlace { keys, id } = after.unwrap_or_else(|| RowPlace::first(query.sort));
        for (column, key) in query.sort.order().0.iter().zip(keys) {
            if *column != "id" {
                rows = rows.bind(key);
            }
        }
        if query.sort.order().0.contains(&"id") {
            rows = rows.bind(id);
        }
        for (_, value) in given {
            rows = rows.bind((*value).to_owned());
        }
        let mut connection = self.reading().await?;
        let rows = rows.fetch_all(&mut *connection).await?;
        rows.iter().map(incident_row).collect()
    }

    /// The incidents that have changed after `after`, in the order of their last change.
    pub(crate) async fn changed_since(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = asking::query(
            "select changed_seq, document from incident where changed_seq > $1
             order by changed_seq limit $2",
        )
        .bind(signed(after)?)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(incident_row).collect()
    }

    /// Everything that is stored of incidents, in the order of their ids, a page after `after`.
    pub(crate) async fn incident_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<IncidentColumns>, StoreError> {
        let rows = asking::query(
            "select id, reference, version, changed_seq, status, organisation, aware_at, due_at,
                ended_rank, trend_key, document, listed_due_at, acknowledged, severity_rank,
                priority, newest_rank
             from incident where id > $1 order by id limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(incident_columns).collect()
    }

    /// How many references were given away, by year.
    pub(crate) async fn counters(&self) -> Result<Vec<(i64, i64)>, StoreError> {
        let rows = asking::query("select year, counter from reference_counter order by year")
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("year")?, row.try_get("counter")?)))
            .collect()
    }

    /// One incident.
    pub(crate) async fn incident(&self, id: IncidentId) -> Result<Option<Row>, StoreError> {
        by_id(&mut *self.reading().await?, id).await
    }

    /// The incident with this reference.
    pub(crate) async fn by_reference(
        &self,
        reference: Reference,
    ) -> Result<Option<Row>, StoreError> {
        by_reference(&mut *self.reading().await?, reference).await
    }
}

impl Writing {
    /// One incident.
    pub(crate) async fn incident(&mut self, id: IncidentId) -> Result<Option<Row>, StoreError> {
        if !self.known.incidents.contains_key(&id) {
            self.incidents_among(&BTreeSet::from([id])).await?;
        }
        Ok(self.known.incidents.get(&id).cloned().flatten())
    }

    /// The incident with this reference.
    pub(crate) async fn by_reference(
        &mut self,
        reference: Reference,
    ) -> Result<Option<Row>, StoreError> {
        if !self.known.references.contains_key(&reference) {
            self.referenced(&BTreeSet::from([reference])).await?;
        }
        match self.known.references.get(&reference).copied().flatten() {
            Some(id) => self.incident(id).await,
            None => Ok(None),
        }
    }

    /// Reads incidents of which nothing is known yet.
    pub(crate) async fn incidents_among(
        &mut self,
        ids: &BTreeSet<IncidentId>,
    ) -> Result<(), StoreError> {
        let unknown = |id: &&IncidentId| !self.known.incidents.contains_key(*id);
        let ids: BTreeSet<IncidentId> = ids.iter().filter(unknown).copied().collect();
        let keys: Vec<String> = ids.iter().map(IncidentId::to_string).collect();
        let rows = self.among(|all| &all.incidents, &keys).await?;
        let rows: Result<Vec<Row>, StoreError> = rows.iter().map(incident_row).collect();
        self.known.learn(&ids, rows?);
        Ok(())
    }

    pub(super) async fn referenced(
        &mut self,
        references: &BTreeSet<Reference>,
    ) -> Result<(), StoreError> {
        let keys: Vec<String> = references.iter().map(Reference::to_string).collect();
        for reference in references {
            self.known.references.entry(*reference).or_default();
        }
        let rows = self.among(|all| &all.referenced, &keys).await?;
        let rows: Result<Vec<Row>, StoreError> = rows.iter().map(incident_row).collect();
        // What was put meanwhile is newer than what the database holds.
        let unknown = |row: &Row| !self.known.incidents.contains_key(&row.incident.id);
        let rows = rows?.into_iter().filter(unknown).collect();
        self.known.learn(&BTreeSet::new(), rows);
        Ok(())
    }

    /// Puts an incident in the place of what it was; its last change is the last entry of the trail.
    pub(crate) fn put(&mut self, before: Option<&Incident>, incident: &Incident) -> Row {
        self.note_change();
        self.watch_changed(before, incident);
        let row = Row {
            changed_seq: self.head().seq,
            incident: incident.clone(),
            audience: OnceCell::new(),
        };
        let was = || before.cloned().map(Box::new);
        self.on_the_way
            .incidents
            .entry(incident.id)
            .or_insert_with(was);
        self.known.learn(&BTreeSet::new(), vec![row.clone()]);
        row
    }

    /// Writes incidents as they are now, with the words that they are found by.
    pub(super) async fn write_incidents(
        &mut self,
        put: &BTreeMap<IncidentId, Option<Box<Incident>>>,
    ) -> Result<(), StoreError> {
        let (mut rows, mut words) = (Vec::new(), Words::default());
        for (id, before) in put {
            let Some(Some(row)) = self.known.incidents.get(id) else {
                continue;
            };
            rows.push(IncidentColumns::of(&row.incident, row.changed_seq)?.cells());
            words.change(before.as_deref(), &row.incident);
        }
        self.carry(|all| &all.insert_incidents, &rows).await?;
        self.write_words(&words).await
    }

    /// Where a trend key was seen between two instants, on other incidents that are neither duplicates
    /// nor logged by mistake.
    pub(crate) async fn sightings(
        &mut self,
        key: &str,
        besides: IncidentId,
        (from, to): (Instant, Instant),
    ) -> Result<Vec<Sighting>, StoreError> {
        let rows = asking::query(
            "select id, aware_at from incident
             where trend_key = $1 and aware_at between $2 and $3 and id <> $4
             and status not in ('DUPLICATE', 'WITHDRAWN')
             order by aware_at, id",
        )
        .bind(trend_key(key)?)
        .bind(from.timestamp_millis())
        .bind(to.timestamp_millis())
        .bind(besides.to_string())
        .fetch_all(self.settled().await?)
        .await?;
        rows.iter().map(sighting).collect()
    }

    /// The counter that the next incident of a year would get.
    pub(crate) async fn next_counter(&mut self, year: i32) -> Result<u32, StoreError> {
        let last = match self.known.counters.get(&year) {
            Some(last) => *last,
            None => self.last_counter(year).await?,
        };
        u32::try_from(last + 1).map_err(|_| StoreError::Garbled)
    }

    async fn last_counter(&mut self, year: i32) -> Result<i64, StoreError> {
        let row = asking::query("select counter from reference_counter where year = $1")
            .bind(i64::from(year))
            .fetch_optional(self.connection())
            .await?;
        let last = row.map_or(Ok(0), |row| row.try_get("counter"))?;
        self.known.counters.insert(year, last);
        Ok(last)
    }

    /// Gives the counter away that was asked for last.
    pub(crate) fn take_counter(&mut self, year: i32) {
        *self.known.counters.entry(year).or_default() += 1;
        self.on_the_way.counters.insert(year);
    }
}

pub(super) async fn by_id(
    connection: &mut AnyConnection,
    id: IncidentId,
) -> Result<Option<Row>, StoreError> {
    let row = asking::query("select changed_seq, document from incident where id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(incident_row).transpose()
}

async fn by_reference(
    connection: &mut AnyConnection,
    reference: Reference,
) -> Result<Option<Row>, StoreError> {
    let row = asking::query("select changed_seq, document from incident where reference = $1")
        .bind(reference.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(incident_row).transpose()
}

pub(super) fn incident_row(row: &AnyRow) -> Result<Row, StoreError> {
    let document: String = row.try_get("document")?;
    Ok(Row {
        changed_seq: unsigned(row.try_get("changed_seq")?)?,
        incident: serde_json::from_str(&document)?,
        audience: OnceCell::new(),
    })
}

fn incident_columns(row: &AnyRow) -> Result<IncidentColumns, StoreError> {
    Ok(IncidentColumns {
        id: row.try_get("id")?,
        reference: row.try_get("reference")?,
        version: row.try_get("version")?,
        changed_seq: row.try_get("changed_seq")?,
        status: row.try_get("status")?,
        organisation: row.try_get("organisation")?,
        aware_at: row.try_get("aware_at")?,
        due_at: row.try_get("due_at")?,
        ranks: Ranks {
            ended: row.try_get("ended_rank")?,
            listed_due_at: row.try_get("listed_due_at")?,
            acknowledged: row.try_get("acknowledged")?,
            severity: row.try_get("severity_rank")?,
            priority: row.try_get("priority")?,
            newest: row.try_get("newest_rank")?,
        },
        trend_key: row.try_get("trend_key")?,
        document: row.try_get("document")?,
    })
}

fn sighting(row: &AnyRow) -> Result<Sighting, StoreError> {
    let id: String = row.try_get("id")?;
    let id: Uuid = id.parse().map_err(|_| StoreError::Garbled)?;
    Ok(Sighting {
        incident: IncidentId(id),
        at: instant(row.try_get("aware_at")?)?,
    })
}

/// The status as the wire spells it.
fn status(incident: &Incident) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&incident.status)?
        .trim_matches('"')
        .to_owned())
}

/// A trend key as JSON spells it: PostgreSQL keeps no zero byte in a text, JSON has none.
fn trend_key(key: &str) -> Result<String, StoreError> {
    Ok(serde_json::to_string(key)?)
}

/// The nearest deadline, by which the auditor of alarms counts.
pub(super) fn due_at(incident: &Incident) -> i64 {
    query::nearest_deadline(incident).map_or(NEVER, |view| view.clock.due_at.timestamp_millis())
}

/// The later, the lower, and above 0 for every moment since 1970.
pub(super) fn rank_of(at: Instant) -> i64 {
    i64::MAX - at.timestamp_millis().max(0)
}
