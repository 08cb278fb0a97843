//! Frozen reports: kept as they were hashed, never changed.

use super::asking;
use super::{Store, StoreError, Writing, signed, unsigned};
use crate::domain::id::CommandId;
use sqlx::AnyConnection;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// Everything that is stored of a frozen report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportColumns {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) organisation: String,
    pub(crate) first_day: String,
    pub(crate) last_day: String,
    pub(crate) frozen_at: i64,
    pub(crate) role: String,
    pub(crate) sha256: String,
    pub(crate) body: String,
    /// The entry of the trail that tells of it.
    pub(crate) seq: u64,
}

impl Store {
    /// A frozen report.
    pub(crate) async fn frozen_report(
        &self,
        id: CommandId,
    ) -> Result<Option<ReportColumns>, StoreError> {
        by_id(&mut *self.reading().await?, id).await
    }

    /// Up to `limit` frozen reports after `after`, in the order of the trail.
    pub(crate) async fn frozen_reports(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ReportColumns>, StoreError> {
        let rows = asking::query(
            "select id, kind, organisation, first_day, last_day, frozen_at, role, sha256, body, seq
             from frozen_report where seq > $1 order by seq limit $2",
        )
        .bind(signed(after)?)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(columns).collect()
    }
}

impl Writing {
    /// A frozen report.
    pub(crate) async fn frozen_report(
        &mut self,
        id: CommandId,
    ) -> Result<Option<ReportColumns>, StoreError> {
        by_id(self.connection(), id).await
    }

    /// Keeps a report for ever.
    pub(crate) async fn put_report(&mut self, report: &ReportColumns) -> Result<(), StoreError> {
        asking::query(
            "insert into frozen_report
             (id, kind, organisation, first_day, last_day, frozen_at, role, sha256, body, seq)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(report.id.clone())
        .bind(report.kind.clone())
        .bind(report.organisation.clone())
        .bind(report.first_day.clone())
        .bind(report.last_day.clone())
        .bind(report.frozen_at)
        .bind(report.role.clone())
        .bind(report.sha256.clone())
        .bind(report.body.clone())
        .bind(signed(report.seq)?)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

async fn by_id(
    connection: &mut AnyConnection,
    id: CommandId,
) -> Result<Option<ReportColumns>, StoreError> {
    let row = asking::query(
        "select id, kind, organisation, first_day, last_day, frozen_at, role, sha256, body, seq
         from frozen_report where id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(columns).transpose()
}

fn columns(row: &AnyRow) -> Result<ReportColumns, StoreError> {
    Ok(ReportColumns {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        organisation: row.try_get("organisation")?,
        first_day: row.try_get("first_day")?,
        last_day: row.try_get("last_day")?,
        frozen_at: row.try_get("frozen_at")?,
        role: row.try_get("role")?,
        sha256: row.try_get("sha256")?,
        body: row.try_get("body")?,
        seq: unsigned(row.try_get("seq")?)?,
    })
}
