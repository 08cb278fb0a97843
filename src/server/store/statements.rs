//! The statements that carry many rows at once, for each of the two databases.
//!
//! Rows travel as one JSON text of lists. SQLite and PostgreSQL take such a text apart in their own words, so
//! these few statements are made here from the names of tables and columns; all others are one text for both.

use sqlx::{AssertSqlSafe, SqlStr};
use std::sync::LazyLock;

/// How the two databases spell what they do not spell alike.
#[derive(Debug)]
pub(super) struct Statements {
    /// How a transaction begins that writes, with the head locked and told.
    pub(super) begin: String,
    pub(super) insert_entries: String,
    pub(super) insert_incidents: String,
    pub(super) insert_watches: String,
    pub(super) insert_commands: String,
    pub(super) insert_words: String,
    pub(super) insert_counters: String,
    pub(super) delete_words: String,
    pub(super) sessions: String,
    pub(super) commands: String,
    pub(super) incidents: String,
    pub(super) referenced: String,
}

/// A statement, made of nothing but the texts of this file.
pub(super) fn safe(statement: &'static str) -> SqlStr {
    sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(statement))
}

pub(super) static SQLITE: LazyLock<Statements> = LazyLock::new(|| Database::Sqlite.statements());
pub(super) static POSTGRES: LazyLock<Statements> =
    LazyLock::new(|| Database::Postgres.statements());

#[derive(Clone, Copy)]
enum Database {
    Sqlite,
    Postgres,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
}
use Kind::{Number, Text};

/// A column, with what it holds.
type Column = (&'static str, Kind);

const ENTRIES: &[Column] = &[
    ("seq", Number),
    ("incident", Text),
    ("problem", Text),
    ("body", Text),
    ("hash", Text),
];

/// In the order of `IncidentColumns::cells`.
const INCIDENTS: &[Column] = &[
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
];

const WATCHES: &[Column] = &[("incident", Text), ("next_at", Number)];

const COMMANDS: &[Column] = &[
    ("id", Text),
    ("person", Text),
    ("fingerprint", Text),
    ("incident", Text),
    ("problem", Text),
    ("seq", Number),
];

const WORDS: &[Column] = &[("word", Text), ("logged_at", Number), ("incident", Text)];

const COUNTERS: &[Column] = &[("year", Number), ("counter", Number)];

/// Locks the head without changing it, and tells of it.
const LOCK_HEAD: &str = "update head set seq = seq where id = 1
    returning epoch, seq, hash, changed_seq, directory_version, problems_version, sessions_version,
        lost_at, messages_from";

/// How a transaction begins that writes. A server that stands still or is cut off while it holds the lock of
/// the head keeps all others out, so PostgreSQL ends its session after three seconds. The limits are the
/// transaction's and not the session's, because a pooler may give the session to somebody else.
pub(super) const POSTGRES_BEGIN: &str = "begin; set local synchronous_commit = on;
    set local idle_in_transaction_session_timeout = '3s'; set local lock_timeout = '5s';
    set local statement_timeout = '8s'";

/// How a transaction begins that writes: alone from its first moment.
pub(super) const SQLITE_BEGIN: &str = "begin immediate";

impl Database {
    fn statements(self) -> Statements {
        let begin = match self {
            Self::Sqlite => SQLITE_BEGIN,
            Self::Postgres => POSTGRES_BEGIN,
        };
        let words = self.cells(WORDS);
        let rows = self.rows();
        Statements {
            begin: format!("{begin}; {LOCK_HEAD}"),
            insert_entries: self.insert("audit_entry", ENTRIES, ""),
            insert_incidents: self.insert("incident", INCIDENTS, &or_update(INCIDENTS)),
            insert_watches: self.insert("alarm_watch", WATCHES, &or_update(WATCHES)),
            insert_commands: self.insert("command", COMMANDS, ""),
            insert_words: self.insert("search_word", WORDS, "on conflict do nothing"),
            insert_counters: self.insert("reference_counter", COUNTERS, &or_update(COUNTERS)),
            delete_words: format!(
                "delete from search_word where (word, logged_at, incident) in
                    (select {words} from {rows})"
            ),
            sessions: self.among(
                "id, hash, person, created_at, ends_at, revoked_at, scope from session",
                "id",
            ),
            commands: self.among(
                "id, person, fingerprint, incident, problem, seq from command",
                "id",
            ),
            incidents: self.among("changed_seq, document from incident", "id"),
            referenced: self.among("changed_seq, document from incident", "reference"),
        }
    }

    /// The rows of the one parameter.
    fn rows(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each($1)",
            Self::Postgres => "json_array_elements(cast(cast($1 as text) as json))",
        }
    }

    /// Each cell of such a row, as its column takes it.
    fn cells(self, columns: &[Column]) -> String {
        let cells = columns
            .iter()
            .enumerate()
            .map(|(place, (_, kind))| match (self, kind) {
                (Self::Sqlite, Text | Number) => format!("json_extract(value, '$[{place}]')"),
                (Self::Postgres, Text) => format!("value ->> {place}"),
                (Self::Postgres, Number) => format!("cast(value ->> {place} as bigint)"),
            });
        cells.collect::<Vec<_>>().join(", ")
    }

    fn insert(self, table: &str, columns: &[Column], on_conflict: &str) -> String {
        let (names, cells, rows) = (names(columns), self.cells(columns), self.rows());
        format!("insert into {table} ({names}) select {cells} from {rows} where true {on_conflict}")
    }

    /// Everything whose key is among the texts of the one parameter.
    fn among(self, what: &str, key: &str) -> String {
        match self {
            Self::Sqlite => {
                format!("select {what} where {key} in (select value from json_each($1))")
            }
            Self::Postgres => format!(
                "select {what} where {key} = any(array(
                    select json_array_elements_text(cast(cast($1 as text) as json))))"
            ),
        }
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// What is there already by its first column becomes what the row says.
fn or_update(columns: &[Column]) -> String {
    let Some(((key, _), others)) = columns.split_first() else {
        return String::new();
    };
    let sets = others
        .iter()
        .map(|(name, _)| format!("{name} = excluded.{name}"));
    let sets: Vec<String> = sets.collect();
    format!("on conflict ({key}) do update set {}", sets.join(", "))
}
