//! The form of the tables: the steps that lead to it, and whether a program and a database fit together.
//!
//! Only a database that lacks a step is changed, so a server needs no right to change tables where somebody
//! else has brought them up to date. Steps only add; what takes something away raises `oldest_form` and is run
//! once no older server is left, so servers are upgraded one after the other. Deliberately never goes back.

use super::StoreError;
use super::asking;
use super::lost::fresh_epoch;
use crate::server::audit::BEGINNING;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Row as _, SqlSafeStr as _};
use std::borrow::Cow;

const DESK: &str = include_str!("../migrations/0001_desk.sql");
const PROBLEM: &str = include_str!("../migrations/0003_problem.sql");
const ENDED: &str = include_str!("../migrations/0005_ended.sql");
const REPORT: &str = include_str!("../migrations/0006_report.sql");
const ALARM: &str = include_str!("../migrations/0007_alarm.sql");
const INTAKE: &str = include_str!("../migrations/0009_intake.sql");
const DELIVERY: &str = include_str!("../migrations/0008_delivery.sql");
const NOTICE: &str = include_str!("../migrations/0010_notice.sql");
const SCOPE: &str = include_str!("../migrations/0011_scope.sql");
const THREAD: &str = include_str!("../migrations/0012_thread.sql");
const ORDER: &str = include_str!("../migrations/0013_order.sql");
const OLDEST: &str = include_str!("../migrations/0014_oldest.sql");
const MESSAGES: &str = include_str!("../migrations/0015_messages.sql");
const PAGES: &str = include_str!("../migrations/0016_pages.sql");
const ERASED: &str = include_str!("../migrations/0017_erased.sql");

/// The steps that the two databases take in their own ways: the guard of the trail, and the index.
#[derive(Clone, Copy, Debug)]
pub(super) enum Own {
    Sqlite,
    Postgres,
}

impl Own {
    fn steps(self) -> [&'static str; 2] {
        match self {
            Self::Sqlite => [
                include_str!("../migrations/0002_guard.sqlite.sql"),
                include_str!("../migrations/0004_search.sqlite.sql"),
            ],
            Self::Postgres => [
                include_str!("../migrations/0002_guard.postgres.sql"),
                include_str!("../migrations/0004_search.postgres.sql"),
            ],
        }
    }
}

/// What PostgreSQL answers to somebody who may not change tables.
const NOT_ALLOWED: &str = "42501";

/// An empty desk in memory, to compare one in a file with.
pub(super) async fn model() -> Result<AnyPool, StoreError> {
    let model = AnyPoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await?;
    steps(Own::Sqlite).run(&model).await?;
    Ok(model)
}

/// Takes the steps that a database has not taken yet, and gives a new one its head.
pub(super) async fn bring_up_to_date(writer: &AnyPool, own: Own) -> Result<(), StoreError> {
    let steps = steps(own);
    match fit(writer, &steps).await? {
        Fit::Same => {}
        Fit::Older => steps.run(writer).await.map_err(explained)?,
        Fit::TooNew => {
            return Err(StoreError::Unsafe(
                "a newer nightdesk has changed its tables; start that version".to_owned(),
            ));
        }
    }
    begin_trail(writer).await
}

/// How a database and this program fit together.
enum Fit {
    /// Every step was taken, and what was taken besides lets this program go on.
    Same,
    /// Steps are missing.
    Older,
    /// It was changed so that this program may write to it no longer.
    TooNew,
}

async fn fit(writer: &AnyPool, steps: &Migrator) -> Result<Fit, StoreError> {
    let mut reading = writer.begin().await?;
    // A new database has no such table, and says so.
    let taken = asking::query("select version, checksum from _sqlx_migrations where success")
        .fetch_all(&mut *reading)
        .await
        .unwrap_or_default();
    let taken: Result<Vec<(i64, Vec<u8>)>, sqlx::Error> = taken
        .iter()
        .map(|row| Ok((row.try_get("version")?, row.try_get("checksum")?)))
        .collect();
    let taken = taken?;
    let was_taken = |step: &Migration| {
        let step = (step.version, step.checksum.as_ref());
        taken
            .iter()
            .any(|(version, sum)| (*version, sum.as_slice()) == step)
    };
    if !steps.iter().all(was_taken) {
        return Ok(Fit::Older);
    }
    let newest = steps.iter().map(|step| step.version).max().unwrap_or(0);
    let row = asking::query("select oldest_form from head where id = 1")
        .fetch_optional(&mut *reading)
        .await?;
    let oldest: i64 = row.map_or(Ok(0), |row| row.try_get("oldest_form"))?;
    Ok(if oldest > newest {
        Fit::TooNew
    } else {
        Fit::Same
    })
}

/// A server by a role that may not change tables says who can.
fn explained(error: sqlx::migrate::MigrateError) -> StoreError {
    let code = match &error {
        sqlx::migrate::MigrateError::Execute(error)
        | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => {
            error.as_database_error().and_then(|error| error.code())
        }
        _ => None,
    };
    if code.is_some_and(|code| code == NOT_ALLOWED) {
        return StoreError::Unsafe(
            "its tables are not up to date, and this user of the database may not change them; run \
             nightdesk migrate as one who may"
                .to_owned(),
        );
    }
    error.into()
}

/// Every step from an empty database.
fn steps(own: Own) -> Migrator {
    let [guard, search] = own.steps();
    let step = |version, name: &'static str, sql: &'static str| {
        Migration::new(
            version,
            Cow::Borrowed(name),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    let steps = vec![
        step(1, "desk", DESK),
        step(2, "guard", guard),
        step(3, "problem", PROBLEM),
        step(4, "search", search),
        step(5, "ended", ENDED),
        step(6, "report", REPORT),
        step(7, "alarm", ALARM),
        step(8, "delivery", DELIVERY),
        step(9, "intake", INTAKE),
        step(10, "notice", NOTICE),
        step(11, "scope", SCOPE),
        step(12, "thread", THREAD),
        step(13, "order", ORDER),
        step(14, "oldest", OLDEST),
        step(15, "messages", MESSAGES),
        step(16, "pages", PAGES),
        step(17, "erased", ERASED),
    ];
    Migrator::with_migrations(steps)
}

/// Gives a new database its head: the end of a trail that has no entry yet, under a name that no
/// other database has.
async fn begin_trail(writer: &AnyPool) -> Result<(), StoreError> {
    let mut transaction = writer.begin().await?;
    asking::query(
        "insert into head
         (id, epoch, seq, hash, changed_seq, directory_version, sessions_version)
         values (1, $1, 0, $2, 0, 0, 0) on conflict (id) do nothing",
    )
    .bind(fresh_epoch())
    .bind(BEGINNING)
    .execute(&mut *transaction)
    .await?;
    Ok(transaction.commit().await?)
}
