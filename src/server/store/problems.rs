//! Problems: the document beside the columns that queries need, and the links to incidents.

use super::asking;
use super::incidents::{Row, incident_row};
use super::{Store, StoreError, Writing, signed, unsigned};
use crate::domain::id::{IncidentId, ProblemId, ProblemReference};
use crate::domain::problem::{Problem, ProblemStatus};
use sqlx::AnyConnection;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// A problem with the place of its last change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProblemRow {
    pub(crate) changed_seq: u64,
    pub(crate) problem: Problem,
}

/// Everything that is stored of a problem, but for its links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProblemColumns {
    pub(crate) id: String,
    reference: String,
    version: i64,
    changed_seq: i64,
    status: String,
    pub(crate) document: String,
}

impl ProblemColumns {
    /// What is stored of this problem, whose last change is that entry of the trail.
    pub(crate) fn of(problem: &Problem, changed_seq: u64) -> Result<Self, StoreError> {
        Ok(Self {
            id: problem.id.to_string(),
            reference: problem.reference.to_string(),
            version: signed(problem.version)?,
            changed_seq: signed(changed_seq)?,
            status: status(problem.status)?,
            document: serde_json::to_string(problem)?,
        })
    }
}

/// Which problems, and from where on; the newest change first.
#[derive(Clone, Debug)]
pub(crate) struct ProblemQuery {
    pub(crate) status: Option<ProblemStatus>,
    /// An incident that comes from them.
    pub(crate) incident: Option<IncidentId>,
    /// The place of the last change of the row to go on after.
    pub(crate) after: Option<u64>,
    pub(crate) limit: u32,
}

impl Store {
    /// One page of problems.
    pub(crate) async fn problems(
        &self,
        query: &ProblemQuery,
    ) -> Result<Vec<ProblemRow>, StoreError> {
        let any = String::new;
        let rows = asking::query(
            "select changed_seq, document from problem
             where ($1 = '' or status = $1)
             and ($2 = '' or exists (select 1 from problem_incident link
                where link.problem = problem.id and link.incident = $2))
             and changed_seq < $3 order by changed_seq desc limit $4",
        )
        .bind(query.status.map_or_else(|| Ok(any()), status)?)
        .bind(query.incident.map_or_else(any, |id| id.to_string()))
        .bind(query.after.map_or(Ok(i64::MAX), signed)?)
        .bind(i64::from(query.limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(problem_row).collect()
    }

    /// The incidents that come from the problems whose last change lies between two places, both
    /// included.
    pub(crate) async fn incidents_of_problems(
        &self,
        (from, to): (u64, u64),
    ) -> Result<BTreeMap<ProblemId, Vec<Row>>, StoreError> {
        let rows = asking::query(
            "select problem.id as problem, incident.changed_seq as changed_seq,
                incident.document as document
             from problem join problem_incident link on link.problem = problem.id
             join incident on incident.id = link.incident
             where problem.changed_seq between $1 and $2",
        )
        .bind(signed(from)?)
        .bind(signed(to)?)
        .fetch_all(&mut *self.reading().await?)
        .await?;
        let mut found: BTreeMap<ProblemId, Vec<Row>> = BTreeMap::new();
        for row in &rows {
            found
                .entry(problem_id(row.try_get("problem")?)?)
                .or_default()
                .push(incident_row(row)?);
        }
        Ok(found)
    }

    /// One problem.
    pub(crate) async fn problem(&self, id: ProblemId) -> Result<Option<ProblemRow>, StoreError> {
        by_id(&mut *self.reading().await?, id).await
    }

    /// The problem with this reference.
    pub(crate) async fn problem_by_reference(
        &self,
        reference: ProblemReference,
    ) -> Result<Option<ProblemRow>, StoreError> {
        by_reference(&mut *self.reading().await?, reference).await
    }

    /// The incidents that come from a problem.
    pub(crate) async fn incidents_of(&self, problem: ProblemId) -> Result<Vec<Row>, StoreError> {
        incidents_of(&mut *self.reading().await?, problem).await
    }

    /// Everything that is stored of problems, in the order of their ids, a page after `after`.
    pub(crate) async fn problem_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ProblemColumns>, StoreError> {
        let rows = asking::query(
            "select id, reference, version, changed_seq, status, document
             from problem where id > $1 order by id limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(problem_columns).collect()
    }

    /// Every link, as it is stored.
    pub(crate) async fn problem_links(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = asking::query("select problem, incident from problem_incident")
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("problem")?, row.try_get("incident")?)))
            .collect()
    }

    /// How many references of problems were given away, by year.
    pub(crate) async fn problem_counters(&self) -> Result<Vec<(i64, i64)>, StoreError> {
        let rows = asking::query("select year, counter from problem_counter order by year")
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("year")?, row.try_get("counter")?)))
            .collect()
    }
}

impl Writing {
    /// One problem.
    pub(crate) async fn problem(
        &mut self,
        id: ProblemId,
    ) -> Result<Option<ProblemRow>, StoreError> {
        by_id(self.connection(), id).await
    }

    /// The problem with this reference.
    pub(crate) async fn problem_by_reference(
        &mut self,
        reference: ProblemReference,
    ) -> Result<Option<ProblemRow>, StoreError> {
        by_reference(self.connection(), reference).await
    }

    /// The incidents that come from a problem.
    pub(crate) async fn incidents_of(
        &mut self,
        problem: ProblemId,
    ) -> Result<Vec<Row>, StoreError> {
        incidents_of(self.settled().await?, problem).await
    }

    /// The problems that an incident comes from.
    pub(crate) async fn problems_of(
        &mut self,
        incident: IncidentId,
    ) -> Result<Vec<Problem>, StoreError> {
        let rows = asking::query(
            "select problem.changed_seq as changed_seq, problem.document as document
             from problem join problem_incident link on link.problem = problem.id
             where link.incident = $1 order by problem.reference",
        )
        .bind(incident.to_string())
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| Ok(problem_row(row)?.problem))
            .collect()
    }

    /// Puts a problem and its links in their place; its last change is the last entry of the trail.
    pub(crate) async fn put_problem(&mut self, problem: &Problem) -> Result<u64, StoreError> {
        self.note_problem();
        let changed_seq = self.head().seq;
        let columns = ProblemColumns::of(problem, changed_seq)?;
        asking::query(
            "insert into problem (id, reference, version, changed_seq, status, document)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (id) do update set version = excluded.version,
                changed_seq = excluded.changed_seq, status = excluded.status,
                document = excluded.document",
        )
        .bind(columns.id)
        .bind(columns.reference)
        .bind(columns.version)
        .bind(columns.changed_seq)
        .bind(columns.status)
        .bind(columns.document)
        .execute(self.connection())
        .await?;
        self.put_links(problem).await?;
        Ok(changed_seq)
    }

    async fn put_links(&mut self, problem: &Problem) -> Result<(), StoreError> {
        asking::query("delete from problem_incident where problem = $1")
            .bind(problem.id.to_string())
            .execute(self.settled().await?)
            .await?;
        for incident in &problem.incidents {
            asking::query("insert into problem_incident (problem, incident) values ($1, $2)")
                .bind(problem.id.to_string())
                .bind(incident.to_string())
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// The counter that the next problem of a year would get.
    pub(crate) async fn next_problem_counter(&mut self, year: i32) -> Result<u32, StoreError> {
        let row = asking::query("select counter from problem_counter where year = $1")
            .bind(i64::from(year))
            .fetch_optional(self.connection())
            .await?;
        let last: i64 = row.map_or(Ok(0), |row| row.try_get("counter"))?;
        u32::try_from(last + 1).map_err(|_| StoreError::Garbled)
    }

    /// Gives that counter away.
    pub(crate) async fn take_problem_counter(&mut self, year: i32) -> Result<(), StoreError> {
        asking::query(
            "insert into problem_counter (year, counter) values ($1, 1)
             on conflict (year) do update set counter = problem_counter.counter + 1",
        )
        .bind(i64::from(year))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

async fn by_id(
    connection: &mut AnyConnection,
    id: ProblemId,
) -> Result<Option<ProblemRow>, StoreError> {
    let row = asking::query("select changed_seq, document from problem where id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(problem_row).transpose()
}

async fn by_reference(
    connection: &mut AnyConnection,
    reference: ProblemReference,
) -> Result<Option<ProblemRow>, StoreError> {
    let row = asking::query("select changed_seq, document from problem where reference = $1")
        .bind(reference.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(problem_row).transpose()
}

async fn incidents_of(
    connection: &mut AnyConnection,
    problem: ProblemId,
) -> Result<Vec<Row>, StoreError> {
    let rows = asking::query(
        "select incident.changed_seq as changed_seq, incident.document as document
         from incident join problem_incident link on link.incident = incident.id
         where link.problem = $1 order by incident.reference",
    )
    .bind(problem.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter().map(incident_row).collect()
}

pub(super) fn problem_row(row: &AnyRow) -> Result<ProblemRow, StoreError> {
    let document: String = row.try_get("document")?;
    Ok(ProblemRow {
        changed_seq: unsigned(row.try_get("changed_seq")?)?,
        problem: serde_json::from_str(&document)?,
    })
}

fn problem_columns(row: &AnyRow) -> Result<ProblemColumns, StoreError> {
    Ok(ProblemColumns {
        id: row.try_get("id")?,
        reference: row.try_get("reference")?,
        version: row.try_get("version")?,
        changed_seq: row.try_get("changed_seq")?,
        status: row.try_get("status")?,
        document: row.try_get("document")?,
    })
}

fn problem_id(text: String) -> Result<ProblemId, StoreError> {
    Ok(ProblemId(text.parse().map_err(|_| StoreError::Garbled)?))
}

/// The status as the wire spells it.
fn status(status: ProblemStatus) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&status)?.trim_matches('"').to_owned())
}
