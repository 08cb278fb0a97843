//! The directory: as it was loaded, and as it is.

use super::asking;
use super::{Store, StoreError, Writing, signed};
use crate::domain::directory::Directory;
use sqlx::AnyConnection;
use sqlx::Row as _;

/// Which of the two directories is kept under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// As it was loaded first; its events lead from it to the current one.
    Loaded,
    /// As it is.
    Current,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Current => "current",
        }
    }
}

impl Store {
    /// The directory, if one was ever loaded.
    pub(crate) async fn directory(&self, which: Which) -> Result<Option<Directory>, StoreError> {
        let document = document(&mut *self.reading().await?, which).await?;
        Ok(document.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Everything that is stored of a directory: its version and its text.
    pub(crate) async fn directory_columns(
        &self,
        which: Which,
    ) -> Result<Option<(i64, String)>, StoreError> {
        let row = asking::query("select version, document from directory where name = $1")
            .bind(which.name())
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.map(|row| Ok((row.try_get("version")?, row.try_get("document")?)))
            .transpose()
    }
}

impl Writing {
    /// The directory as it is.
    pub(crate) async fn directory(&mut self) -> Result<Option<Directory>, StoreError> {
        let document = document(self.connection(), Which::Current).await?;
        Ok(document.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Keeps a directory under a name.
    pub(crate) async fn put_directory(
        &mut self,
        which: Which,
        directory: &Directory,
    ) -> Result<(), StoreError> {
        self.note_directory(directory.version);
        // Another directory can mean other rungs and other officers on every incident.
        self.watch_everything().await?;
        asking::query(
            "insert into directory (name, version, document) values ($1, $2, $3)
             on conflict (name) do update set version = excluded.version,
                document = excluded.document",
        )
        .bind(which.name())
        .bind(signed(directory.version)?)
        .bind(serde_json::to_string(directory)?)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

async fn document(
    connection: &mut AnyConnection,
    which: Which,
) -> Result<Option<String>, StoreError> {
    let row = asking::query("select document from directory where name = $1")
        .bind(which.name())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get("document")).transpose()?)
}
