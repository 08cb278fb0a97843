//! Alerts that tools have reported: the incident that each became, and what was said of it last.

use super::asking;
use super::{Store, StoreError, Writing};
use crate::domain::id::IncidentId;
use crate::domain::intake::{Heard, Said, Tool};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// Everything that is stored of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlertColumns {
    pub(crate) tool: String,
    pub(crate) key: String,
    pub(crate) incident: String,
    pub(crate) said: String,
}

impl AlertColumns {
    /// The columns of an alert.
    pub(crate) fn of(tool: &Tool, key: &str, heard: &Heard) -> Self {
        Self {
            tool: tool.as_str().to_owned(),
            key: key.to_owned(),
            incident: heard.incident.to_string(),
            said: heard.said.as_str().to_owned(),
        }
    }
}

impl Store {
    /// Up to `limit` alerts after one, in order.
    pub(crate) async fn alert_columns(
        &self,
        (tool, key): (&str, &str),
        limit: u32,
    ) -> Result<Vec<AlertColumns>, StoreError> {
        let rows = asking::query(
            "select tool, key, incident, said from tool_alert
             where tool > $1 or (tool = $2 and key > $3) order by tool, key limit $4",
        )
        .bind(tool.to_owned())
        .bind(tool.to_owned())
        .bind(key.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(columns).collect()
    }
}

impl Writing {
    /// What the desk has heard of an alert.
    pub(crate) async fn heard(
        &mut self,
        tool: &Tool,
        key: &str,
    ) -> Result<Option<Heard>, StoreError> {
        let row = asking::query(
            "select tool, key, incident, said from tool_alert where tool = $1 and key = $2",
        )
        .bind(tool.as_str().to_owned())
        .bind(key.to_owned())
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(heard).transpose()
    }

    /// Keeps what was said of an alert, in the place of what was said before.
    pub(crate) async fn put_heard(&mut self, alert: &AlertColumns) -> Result<(), StoreError> {
        asking::query(
            "insert into tool_alert (tool, key, incident, said) values ($1, $2, $3, $4)
             on conflict (tool, key) do update set incident = excluded.incident, said = excluded.said",
        )
        .bind(alert.tool.clone())
        .bind(alert.key.clone())
        .bind(alert.incident.clone())
        .bind(alert.said.clone())
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn heard(row: &AnyRow) -> Result<Heard, StoreError> {
    let AlertColumns { incident, said, .. } = columns(row)?;
    Ok(Heard {
        incident: IncidentId(incident.parse().map_err(|_| StoreError::Garbled)?),
        said: Said::from_word(&said).ok_or(StoreError::Garbled)?,
    })
}

fn columns(row: &AnyRow) -> Result<AlertColumns, StoreError> {
    Ok(AlertColumns {
        tool: row.try_get("tool")?,
        key: row.try_get("key")?,
        incident: row.try_get("incident")?,
        said: row.try_get("said")?,
    })
}
