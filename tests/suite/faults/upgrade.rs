//! A desk of each earlier form of the tables is opened by today's program, with what it holds.
//!
//! Each form is made by the steps that led to it, and filled with what a desk of today holds as far as it
//! had a place for it. What a step adds later follows from the rest, so the desk verifies.

use crate::support::case::OFFICER;
use crate::support::server::{TestDatabase, TestServer};
use nightdesk::api::route;
use nightdesk::domain::incident::Incident;
use nightdesk::server::verify;
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};
use std::fs;
use std::path::{Path, PathBuf};

/// The steps of the tables on SQLite, in order.
fn steps() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/migrations");
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let is_ours = |path: &PathBuf| !path.to_string_lossy().contains(".postgres.");
    let mut steps: Vec<PathBuf> = files.filter(is_ours).collect();
    steps.sort();
    steps
}

async fn run(connection: &mut AnyConnection, sql: String) {
    let said = sql.clone();
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{error}: {said}"));
}

async fn names(connection: &mut AnyConnection, sql: String) -> Vec<String> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql))
        .fetch_all(connection)
        .await;
    let rows = rows.unwrap();
    rows.iter()
        .map(|row| row.get::<String, _>("name"))
        .collect()
}

/// A desk as it was after so many steps, with what today's holds.
async fn as_of(form: usize, today: &TestDatabase) -> TestDatabase {
    let database = TestDatabase::on_sqlite();
    fs::File::create(database.files.path().join("desk.db")).unwrap();
    let mut connection = database.connection().await;
    for step in steps().iter().take(form) {
        run(&mut connection, fs::read_to_string(step).unwrap()).await;
    }
    let file = today.files.path().join("desk.db");
    run(
        &mut connection,
        format!("attach database '{}' as today", file.display()),
    )
    .await;
    let list = "select sql as name from today.sqlite_schema where name = '_sqlx_migrations'";
    let list = names(&mut connection, list.to_owned()).await.concat();
    let taken = format!(
        "{list}; insert into main._sqlx_migrations
            select * from today._sqlx_migrations where version <= {form}"
    );
    run(&mut connection, taken).await;
    let tables =
        "select name from main.sqlite_schema where type = 'table' and name not like '%sqlx%'
        and name not like 'sqlite%'";
    for table in names(&mut connection, tables.to_owned()).await {
        let columns = format!(
            "select name from pragma_table_info('{table}', 'main') where name in
                (select name from pragma_table_info('{table}', 'today'))"
        );
        let columns = names(&mut connection, columns).await.join(", ");
        let filled =
            format!("insert into main.{table} ({columns}) select {columns} from today.{table}");
        run(&mut connection, filled).await;
    }
    // The program of then followed earlier rules in what it stored beside an incident.
    let has_index =
        "select name from pragma_table_info('head', 'main') where name = 'search_writing'";
    if !names(&mut connection, has_index.to_owned())
        .await
        .is_empty()
    {
        let earlier = "update main.head set search_writing = search_writing - 1";
        run(&mut connection, earlier.to_owned()).await;
    }
    database
}

#[tokio::test]
async fn a_desk_of_each_earlier_form_opens_with_all_that_it_holds() {
    let server = TestServer::start_on(TestDatabase::on_sqlite()).await;
    let officer = server.signed_in(OFFICER).await;
    let id = officer.log().await.incident.id;
    officer.log().await;
    let note = json!({"type": "note", "text": "Rang the ward"});
    officer.ask(id, None, &note).await.ok::<Value>();
    let token = officer.token.clone();
    let today = server.stop().await;
    for form in 1..steps().len() {
        let server = TestServer::start_on(as_of(form, &today).await).await;
        let found = verify(&server.store).await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new(), "after {form} steps");
        let officer = server.holding(&token);
        let kept: Incident = officer.get(&route::incident(id)).await.ok();
        assert_eq!(&*kept.notes[0].text, "Rang the ward", "after {form} steps");
        officer.log().await;
        let found = verify(&server.store).await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new(), "after {form} steps");
    }
}
