//! What the database itself finds wrong with its file, and whether its tables, indexes and triggers are
//! those that the migrations make.
//!
//! A page that was zeroed or is an old one can hold rows that look right, and an index can miss a row that
//! its table has: an incident is then shown to whoever asks for it and is missing from every list.
//! Deliberately knows nothing of what the rows say. PostgreSQL looks after its own pages.

use super::asking;
use super::forms;
use super::{Store, StoreError};
use sqlx::{AnyConnection, Row as _};
use std::collections::BTreeMap;

/// How thoroughly a file is looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Every page, in a time that a start can wait for.
    Pages,
    /// Every index with its table too.
    Indexes,
}

impl Depth {
    fn pragma(self) -> &'static str {
        match self {
            Self::Pages => "pragma quick_check",
            Self::Indexes => "pragma integrity_check",
        }
    }
}

/// What SQLite says of a file that is as it should be.
const WELL: &str = "ok";

impl Store {
    /// What is wrong with the file of the database, a sentence each; nothing on PostgreSQL.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn damage(&self, depth: Depth) -> Result<Vec<String>, StoreError> {
        if !self.is_a_file() {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().acquire().await?;
        let rows = asking::query(depth.pragma())
            .fetch_all(&mut *connection)
            .await;
        let rows = match rows {
            Ok(rows) => rows,
            // A file that is damaged enough cannot even be looked through.
            Err(sqlx::Error::Database(why)) => return Ok(vec![why.message().to_owned()]),
            Err(error) => return Err(error.into()),
        };
        let said = rows.iter().map(|row| row.try_get::<String, _>(0));
        let said: Result<Vec<String>, _> = said.collect();
        let mut said = said?;
        said.retain(|line| line != WELL);
        Ok(said)
    }

    /// What is other in the tables, indexes and triggers than the migrations make it, a sentence each;
    /// nothing on PostgreSQL.
    ///
    /// # Errors
    /// The database did not answer.
    pub(crate) async fn strange_schema(&self) -> Result<Vec<String>, StoreError> {
        if !self.is_a_file() {
            return Ok(Vec::new());
        }
        let model = forms::model().await?;
        let made = schema(&mut *model.acquire().await?).await?;
        let mut found = schema(&mut *self.reader().acquire().await?).await?;
        let mut strange = Vec::new();
        for (name, sql) in made {
            match found.remove(&name) {
                Some(is) if is == sql => {}
                Some(_) => strange.push(format!("{name} is not as the desk makes it")),
                None => strange.push(format!("{name} is missing")),
            }
        }
        strange.extend(
            found
                .keys()
                .map(|name| format!("{name} is not the desk's own")),
        );
        Ok(strange)
    }
}

/// Everything that a database is made of, by kind and name, with the statement that made it.
async fn schema(
    connection: &mut AnyConnection,
) -> Result<BTreeMap<String, Option<String>>, StoreError> {
    let rows = asking::query("select type, name, sql from sqlite_master")
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let (kind, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            Ok((format!("The {kind} {name}"), row.try_get(2)?))
        })
        .collect()
}
