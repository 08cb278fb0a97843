//! Every row of every table as it is stored, out of a database and into an empty one.
//!
//! What follows from other rows is left out: the index of words is made anew. So is the epoch, because
//! a copy is another database, and whoever has followed the old one must list again. Deliberately knows
//! nothing of what the rows say.

use super::asking;
use super::{Store, StoreError, Writing};
use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{Connection as _, Row as _};
use tokio_stream::StreamExt as _;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
}
use Kind::{Number, Text};

/// A table, in an order that is the same everywhere.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Kind)],
    select: &'static str,
    insert: &'static str,
}

/// Every table that is not made from others, the head last, because it ends what comes before.
const TABLES: [Table; 16] = [
    Table {
        name: "audit_entry",
        columns: &[
            ("seq", Number),
            ("incident", Text),
            ("problem", Text),
            ("body", Text),
            ("hash", Text),
        ],
        select: "select seq, incident, problem, body, hash from audit_entry order by seq",
        insert: "insert into audit_entry (seq, incident, problem, body, hash)
            values ($1, $2, $3, $4, $5)",
    },
    Table {
        name: "incident",
        columns: &[
            ("id", Text),
            ("reference", Text),
            ("version", Number),
            ("changed_seq", Number),
            ("status", Text),
            ("organisation", Text),
            ("aware_at", Number),
            ("due_at", Number),
            ("ended_rank", Number),
            ("trend_key", Text),
            ("document", Text),
            ("listed_due_at", Number),
            ("acknowledged", Number),
            ("severity_rank", Number),
            ("priority", Number),
            ("newest_rank", Number),
        ],
        select:
            "select id, reference, version, changed_seq, status, organisation, aware_at, due_at,
            ended_rank, trend_key, document, listed_due_at, acknowledged, severity_rank, priority,
            newest_rank from incident order by changed_seq",
        insert: "insert into incident (id, reference, version, changed_seq, status, organisation,
            aware_at, due_at, ended_rank, trend_key, document, listed_due_at, acknowledged,
            severity_rank, priority, newest_rank)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    },
    Table {
        name: "reference_counter",
        columns: &[("year", Number), ("counter", Number)],
        select: "select year, counter from reference_counter order by year",
        insert: "insert into reference_counter (year, counter) values ($1, $2)",
    },
    Table {
        name: "problem",
        columns: &[
            ("id", Text),
            ("reference", Text),
            ("version", Number),
            ("changed_seq", Number),
            ("status", Text),
            ("document", Text),
        ],
        select: "select id, reference, version, changed_seq, status, document from problem
            order by changed_seq",
        insert: "insert into problem (id, reference, version, changed_seq, status, document)
            values ($1, $2, $3, $4, $5, $6)",
    },
    Table {
        name: "problem_incident",
        columns: &[("problem", Text), ("incident", Text)],
        select: "select problem, incident from problem_incident order by problem, incident",
        insert: "insert into problem_incident (problem, incident) values ($1, $2)",
    },
    Table {
        name: "problem_counter",
        columns: &[("year", Number), ("counter", Number)],
        select: "select year, counter from problem_counter order by year",
        insert: "insert into problem_counter (year, counter) values ($1, $2)",
    },
    Table {
        name: "frozen_report",
        columns: &[
            ("id", Text),
            ("kind", Text),
            ("organisation", Text),
            ("first_day", Text),
            ("last_day", Text),
            ("frozen_at", Number),
            ("role", Text),
            ("sha256", Text),
            ("body", Text),
            ("seq", Number),
        ],
        select:
            "select id, kind, organisation, first_day, last_day, frozen_at, role, sha256, body, seq
            from frozen_report order by seq",
        insert: "insert into frozen_report (id, kind, organisation, first_day, last_day, frozen_at,
            role, sha256, body, seq)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    },
    Table {
        name: "alarm",
        columns: &[
            ("id", Text),
            ("incident", Text),
            ("state", Text),
            ("raised_at", Number),
            ("due_at", Number),
            ("is_passed", Number),
            ("again_at", Number),
            ("document", Text),
        ],
        select: "select id, incident, state, raised_at, due_at, is_passed, again_at, document
            from alarm order by raised_at, id",
        insert: "insert into alarm (id, incident, state, raised_at, due_at, is_passed, again_at,
            document) values ($1, $2, $3, $4, $5, $6, $7, $8)",
    },
    Table {
        name: "delivery",
        columns: &[
            ("id", Text),
            ("subject_kind", Text),
            ("subject", Text),
            ("incident", Text),
            ("thread", Text),
            ("recipient", Text),
            ("state", Text),
            ("created_at", Number),
            ("next_at", Number),
            ("lease_until", Number),
            ("leased_by", Text),
            ("untold", Number),
            ("document", Text),
        ],
        select: "select id, subject_kind, subject, incident, thread, recipient, state,
            created_at, next_at, lease_until, leased_by, untold, document
            from delivery order by created_at, id",
        insert: "insert into delivery (id, subject_kind, subject, incident, thread,
            recipient, state, created_at, next_at, lease_until, leased_by, untold, document)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    },
    Table {
        name: "ack_link",
        columns: &[
            ("hash", Text),
            ("delivery", Text),
            ("made_at", Number),
            ("used_at", Number),
        ],
        select: "select hash, delivery, made_at, used_at from ack_link order by hash",
        insert: "insert into ack_link (hash, delivery, made_at, used_at) values ($1, $2, $3, $4)",
    },
    Table {
        name: "command",
        columns: &[
            ("id", Text),
            ("person", Text),
            ("fingerprint", Text),
            ("incident", Text),
            ("problem", Text),
            ("seq", Number),
        ],
        select: "select id, person, fingerprint, incident, problem, seq from command order by seq, id",
        insert: "insert into command (id, person, fingerprint, incident, problem, seq)
            values ($1, $2, $3, $4, $5, $6)",
    },
    Table {
        name: "directory",
        columns: &[("name", Text), ("version", Number), ("document", Text)],
        select: "select name, version, document from directory order by version, name",
        insert: "insert into directory (name, version, document) values ($1, $2, $3)",
    },
    Table {
        name: "session",
        columns: &[
            ("id", Text),
            ("hash", Text),
            ("person", Text),
            ("created_at", Number),
            ("ends_at", Number),
            ("revoked_at", Number),
            ("scope", Text),
        ],
        select: "select id, hash, person, created_at, ends_at, revoked_at, scope from session
            order by created_at, id",
        insert: "insert into session (id, hash, person, created_at, ends_at, revoked_at, scope)
            values ($1, $2, $3, $4, $5, $6, $7)",
    },
    Table {
        name: "tool_alert",
        columns: &[
            ("tool", Text),
            ("key", Text),
            ("incident", Text),
            ("said", Text),
        ],
        select: "select tool, key, incident, said from tool_alert order by tool, key",
        insert: "insert into tool_alert (tool, key, incident, said) values ($1, $2, $3, $4)",
    },
    Table {
        name: "erased_incident",
        columns: &[
            ("id", Text),
            ("reference", Text),
            ("logged_at", Number),
            ("document", Text),
            ("seq", Number),
        ],
        select: "select id, reference, logged_at, document, seq from erased_incident order by seq",
        insert: "insert into erased_incident (id, reference, logged_at, document, seq)
            values ($1, $2, $3, $4, $5)",
    },
    Table {
        name: "head",
        columns: &[
            ("seq", Number),
            ("hash", Text),
            ("changed_seq", Number),
            ("directory_version", Number),
            ("problems_version", Number),
            ("sessions_version", Number),
            ("lost_at", Number),
            ("messages_from", Number),
        ],
        select:
            "select seq, hash, changed_seq, directory_version, problems_version, sessions_version,
                lost_at, messages_from
            from head",
        insert: "update head set seq = $1, hash = $2, changed_seq = $3, directory_version = $4,
            problems_version = $5, sessions_version = $6, lost_at = $7, messages_from = $8
            where id = 1",
    },
];

/// One stored row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredRow {
    pub(crate) table: String,
    pub(crate) row: Map<String, Value>,
}

impl Store {
    /// Every row as of one moment, table by table, each handed on as it comes.
    pub(crate) async fn each_row<E: From<StoreError>>(
        &self,
        mut take: impl FnMut(StoredRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut connection = self.reading().await?;
        let begin = self.snapshot;
        let mut transaction = connection
            .begin_with(begin)
            .await
            .map_err(StoreError::from)?;
        for table in &TABLES {
            let mut rows = asking::query(table.select).fetch(&mut *transaction);
            while let Some(row) = rows.next().await {
                let row = row.map_err(StoreError::from)?;
                take(StoredRow {
                    table: table.name.to_owned(),
                    row: stored(table, &row)?,
                })?;
            }
        }
        Ok(transaction.rollback().await.map_err(StoreError::from)?)
    }
}

impl Writing {
    /// Puts a row where it was; nothing if no table takes it.
    pub(crate) async fn restore_row(
        &mut self,
        stored: &StoredRow,
    ) -> Result<Option<()>, StoreError> {
        let table = TABLES.iter().find(|table| table.name == stored.table);
        let Some(table) = table.filter(|table| fits(table, &stored.row)) else {
            return Ok(None);
        };
        let mut insert = asking::query(table.insert);
        for (name, kind) in table.columns {
            let value = stored.row.get(*name).unwrap_or(&Value::Null);
            insert = match kind {
                Text => insert.bind(value.as_str().map(str::to_owned)),
                Number => insert.bind(value.as_i64()),
            };
        }
        insert.execute(self.connection()).await?;
        Ok(Some(()))
    }

    /// Ends a restoring: what is made from other rows is made, and the head is where the rows say.
    pub(crate) async fn commit_restored(mut self) -> Result<(), StoreError> {
        self.build_index().await?;
        self.watch_everything().await?;
        self.commit_as_it_stands().await
    }
}

fn fits(table: &Table, row: &Map<String, Value>) -> bool {
    let is_right = |(name, kind): &(&str, Kind)| match (row.get(*name), kind) {
        (Some(Value::Null | Value::String(_)), Text) => true,
        (Some(value), Number) => value.is_null() || value.is_i64(),
        (Some(_) | None, _) => false,
    };
    row.len() == table.columns.len() && table.columns.iter().all(is_right)
}

fn stored(table: &Table, row: &AnyRow) -> Result<Map<String, Value>, StoreError> {
    let mut cells = Map::new();
    for (name, kind) in table.columns {
        let value = match kind {
            Text => row.try_get::<Option<String>, _>(*name)?.into(),
            Number => row.try_get::<Option<i64>, _>(*name)?.into(),
        };
        cells.insert((*name).to_owned(), value);
    }
    Ok(cells)
}
