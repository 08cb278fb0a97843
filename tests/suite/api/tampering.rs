//! A sweep over everything that is stored: each column of each table is changed once, each field of each
//! document, a row is taken out of each table and one is put in. Whoever verifies finds all of it, but for
//! the list below, in which each entry has its reason.

use super::audit::used;
use crate::deliveries::notices::{link, notify, presses, shared_incident};
use crate::retention;
use crate::support::case::OFFICER;
use crate::support::mail::MailServer;
use crate::support::server::{TestDatabase, TestServer};
use nightdesk::config;
use nightdesk::server::{self, Store};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Row};
use std::collections::BTreeSet;

/// What may be changed unnoticed, and why that does no harm.
const UNNOTICED: &[(&str, &str)] = &[
    // A mere name, by which consoles see that a database is another one; they then list again.
    ("head.epoch", "changed"),
    // By which rules the index was made. Another number has it made anew, which repairs any tampering.
    ("head.search_writing", "changed"),
    // It only keeps older servers out.
    ("head.oldest_form", "changed"),
    // A look at an incident that comes too early raises nothing; one that comes too late is found.
    ("alarm_watch.next_at", "changed"),
];

/// So many rows of a table, spread over it.
const ROWS: i64 = 2;

/// So many fields of a document, spread over it.
const FIELDS: usize = 12;

/// A desk that has been worked at, has raised alarms, has erased an incident, and has told a partner of two incidents, who has
/// acknowledged one.
async fn worked_at() -> Option<TestDatabase> {
    let database = used().await;
    if !database.is_sqlite() {
        return None;
    }
    let mut mail = MailServer::start(&json!({}));
    let mut outgoing = config::server::load(&mail.settings("")).unwrap().outgoing;
    outgoing.public_url = Some("https://desk.example.org".to_owned());
    let server = TestServer::start_on_with(database, |settings| settings.outgoing = outgoing).await;
    let officer = server.signed_in(OFFICER).await;
    for is_acknowledged in [true, false] {
        let incident = shared_incident(&officer).await;
        notify(&officer, incident, "EMAIL").await;
        let message = loop {
            let message = mail.next();
            if message.content.contains("/ack/") {
                break message;
            }
        };
        if is_acknowledged {
            let pressed = presses(&server, &link(&message.content), "Ivy Fenn", "GGR").await;
            assert!(pressed.status.is_success(), "{pressed:?}");
        }
    }
    Some(retention::one_more_is_erased(server.stop().await).await)
}

/// One change that the desk never makes.
struct Tampering {
    /// The column, or the table.
    place: String,
    kind: &'static str,
    sql: String,
}

async fn run(connection: &mut AnyConnection, sql: &str) -> Result<(), sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::raw_sql(sql).execute(connection).await.map(|_| ())
}

async fn rows(connection: &mut AnyConnection, sql: &str) -> Vec<AnyRow> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::query(sql).fetch_all(connection).await.unwrap()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The columns that no two rows share, of a table.
async fn unique(connection: &mut AnyConnection, table: &str) -> BTreeSet<String> {
    let sql = format!(
        "select i.name from pragma_index_list('{table}') l, pragma_index_info(l.name) i
         where l.\"unique\" = 1
         union select name from pragma_table_info('{table}') where pk > 0"
    );
    let found = rows(connection, &sql).await;
    found.iter().map(|row| row.get(0)).collect()
}

/// Where this row of a table is: by all that no two rows share.
async fn place(
    connection: &mut AnyConnection,
    table: &str,
    keys: &BTreeSet<String>,
    row: i64,
) -> String {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let quoted: Vec<String> = keys.iter().map(|key| format!("quote({key})")).collect();
    let sql = format!(
        "select {} from {table} order by {} limit 1 offset {row}",
        quoted.join(", "),
        keys.join(", ")
    );
    let found = rows(connection, &sql).await;
    let values = (0..keys.len()).map(|at| found[0].get::<String, _>(at));
    let conditions = keys
        .iter()
        .zip(values)
        .map(|(key, value)| format!("{key} is {value}"));
    let conditions: Vec<String> = conditions.collect();
    conditions.join(" and ")
}

/// Another value in the place of one field of a document, field by field.
fn altered(document: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    leaves(document, String::new(), &mut paths);
    let step = paths.len().div_ceil(FIELDS).max(1);
    let altered = paths.iter().step_by(step).map(|path| {
        let mut document = document.clone();
        let field = document.pointer_mut(path).unwrap();
        *field = match field.take() {
            Value::Null => json!("x"),
            Value::Bool(is) => json!(!is),
            Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
            Value::String(text) => json!(format!("{text}x")),
            Value::Array(_) | Value::Object(_) => json!("x"),
        };
        document
    });
    altered.collect()
}

fn leaves(value: &Value, path: String, into: &mut Vec<String>) {
    let name = |key: &str| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                leaves(value, name(key), into);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (key, value) in items.iter().enumerate() {
                leaves(value, name(&key.to_string()), into);
            }
        }
        _ => into.push(path),
    }
}

/// Every change of these rows that the constraints of a table may let through.
async fn tamperings(
    connection: &mut AnyConnection,
    table: &str,
    columns: &[String],
) -> Vec<Tampering> {
    let mut all = Vec::new();
    let keys = unique(connection, table).await;
    let count: i64 = rows(connection, &format!("select count(*) from {table}")).await[0].get(0);
    assert!(count > 0, "nothing is in {table}");
    let chosen: BTreeSet<i64> = (0..ROWS)
        .map(|row| row * (count - 1) / (ROWS - 1))
        .collect();
    for row in chosen {
        let place = place(connection, table, &keys, row).await;
        let mut tampering = |place: &str, kind, sql| {
            all.push(Tampering {
                place: place.to_owned(),
                kind,
                sql,
            });
        };
        tampering(
            table,
            "deleted",
            format!("delete from {table} where {place}"),
        );
        let copied = columns.iter().map(|column| {
            if keys.contains(column) {
                other(column)
            } else {
                column.clone()
            }
        });
        let copied: Vec<String> = copied.collect();
        tampering(
            table,
            "inserted",
            format!(
                "insert into {table} ({}) select {} from {table} where {place}",
                columns.join(", "),
                copied.join(", ")
            ),
        );
        for column in columns {
            let name = format!("{table}.{column}");
            let sql = format!(
                "update {table} set {column} = {} where {place}",
                other(column)
            );
            tampering(&name, "changed", sql);
            let text = format!("select cast({column} as text) from {table} where {place}");
            let text: Option<String> = rows(connection, &text).await[0].get(0);
            let document = text.and_then(|text| serde_json::from_str::<Value>(&text).ok());
            for document in document
                .iter()
                .filter(|it| it.is_object())
                .flat_map(altered)
            {
                let text = quoted(&document.to_string());
                let sql = format!("update {table} set {column} = {text} where {place}");
                tampering(&name, "changed inside", sql);
            }
        }
    }
    all
}

/// Another value than a column has.
fn other(column: &str) -> String {
    format!(
        "case typeof({column}) when 'integer' then {column} + 1
         when 'text' then {column} || 'x' else 1 end"
    )
}

/// What keeps a table from being changed is taken away before, and put back after.
fn guards(table: &str) -> (&'static str, &'static str) {
    match table {
        "audit_entry" => (
            "drop trigger audit_entry_is_final; drop trigger audit_entry_stays;",
            include_str!("../../../src/server/migrations/0002_guard.sqlite.sql"),
        ),
        _ => ("", ""),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_tampering_is_found_but_for_those_with_a_reason() {
    let Some(database) = worked_at().await else {
        return;
    };
    let store = Store::open(&database.location).await.unwrap();
    let found = server::verify(&store).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    let columns = database.columns().await;
    let tables: BTreeSet<&String> = columns.iter().map(|(table, _)| table).collect();
    let mut connection = database.connection().await;
    // Nothing of it has to last.
    run(&mut connection, "pragma synchronous = off")
        .await
        .unwrap();
    let (mut found, mut refused, mut unnoticed) = (0, 0, BTreeSet::new());
    for table in tables {
        let of_it = columns.iter().filter(|(of, _)| of == table);
        let of_it: Vec<String> = of_it.map(|(_, column)| column.clone()).collect();
        let save = format!("create temp table saved as select * from {table}");
        run(&mut connection, &save).await.unwrap();
        let (open, shut) = guards(table);
        for tampering in tamperings(&mut connection, table, &of_it).await {
            let tampered = format!("begin; {open} {}; {shut} commit", tampering.sql);
            if run(&mut connection, &tampered).await.is_err() {
                // Where it failed within its transaction, that is still open.
                let _ = run(&mut connection, "rollback").await;
                refused += 1;
                continue;
            }
            // A desk without its head cannot even be read.
            let verified = server::verify(&store).await;
            if verified.is_ok_and(|found| found.faults.is_empty()) {
                unnoticed.insert((tampering.place, tampering.kind));
            } else {
                found += 1;
            }
            let back = format!(
                "begin; {open} delete from {table}; insert into {table} select * from saved; {shut} commit",
            );
            run(&mut connection, &back).await.unwrap();
        }
        run(&mut connection, "drop table saved").await.unwrap();
    }
    // What was put back is as it was.
    let as_before = server::verify(&store).await.unwrap();
    assert_eq!(as_before.faults, Vec::<String>::new());
    println!(
        "{found} of {} single tamperings are found; {refused} more are refused by the database",
        found + unnoticed.len()
    );
    let expected: BTreeSet<(String, &str)> = UNNOTICED
        .iter()
        .map(|(place, kind)| ((*place).to_owned(), *kind))
        .collect();
    assert_eq!(unnoticed, expected);
    connection.close().await.unwrap();
    store.close().await;
}

/// The sweep makes a moment that is due already a later one; this makes one too late that is to come.
#[tokio::test]
async fn a_look_that_comes_after_the_next_alarm_is_found() {
    let database = used().await;
    let store = Store::open(&database.location).await.unwrap();
    let mut connection = database.connection().await;
    let later = "update alarm_watch set next_at = next_at + 1 where next_at > 0";
    run(&mut connection, later).await.unwrap();
    let faults = server::verify(&store).await.unwrap().faults;
    let is_of_a_look = |fault: &String| fault.contains("after the next alarm is to be raised");
    assert!(
        !faults.is_empty() && faults.iter().all(is_of_a_look),
        "{faults:?}"
    );
    store.close().await;
}
