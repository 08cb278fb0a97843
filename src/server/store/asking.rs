//! How a statement is asked: prepared once for a session and used again, or anew each time.
//!
//! A pooler such as PgBouncer gives each transaction to another session, in which nothing was prepared.
//! A process has one database, so what its URL says of this holds for the whole process.

use sqlx::any::AnyArguments;
use sqlx::query::{Query, QueryScalar};
use sqlx::{Any, SqlSafeStr};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether sessions are shared by a pooler.
static IS_POOLED: AtomicBool = AtomicBool::new(false);

/// From now on nothing is prepared for later.
pub(super) fn prepare_nothing_for_later() {
    IS_POOLED.store(true, Ordering::Relaxed);
}

fn keeps_statements() -> bool {
    !IS_POOLED.load(Ordering::Relaxed)
}

/// A statement.
pub(super) fn query<'a>(sql: impl SqlSafeStr) -> Query<'a, Any, AnyArguments> {
    sqlx::query(sql).persistent(keeps_statements())
}

/// A statement that answers with one value a row.
pub(super) fn query_scalar<'a, T>(sql: impl SqlSafeStr) -> QueryScalar<'a, Any, T, AnyArguments>
where
    (T,): for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow>,
{
    sqlx::query_scalar(sql).persistent(keeps_statements())
}
