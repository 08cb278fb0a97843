//! The trail and the commands in it.

use super::asking;
use super::{Store, StoreError, Writing, signed, unsigned};
use crate::domain::id::{CommandId, IncidentId, PersonId, ProblemId};
use crate::server::audit::BEGINNING;
use serde_json::json;
use sqlx::AnyConnection;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::collections::BTreeSet;

/// An entry of the trail as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) seq: u64,
    pub(crate) incident: Option<String>,
    pub(crate) problem: Option<String>,
    pub(crate) body: String,
    pub(crate) hash: String,
}

/// What a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The rota, or a report: neither has a column here.
    Directory,
    /// An incident.
    Incident(IncidentId),
    /// A problem.
    Problem(ProblemId),
}

impl Subject {
    /// The columns that it fills: the incident and the problem.
    pub(crate) fn columns(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Directory => (None, None),
            Self::Incident(id) => (Some(id.to_string()), None),
            Self::Problem(id) => (None, Some(id.to_string())),
        }
    }

    fn of(incident: Option<String>, problem: Option<String>) -> Result<Self, StoreError> {
        let id = |text: String| text.parse().map_err(|_| StoreError::Garbled);
        match (incident, problem) {
            (None, None) => Ok(Self::Directory),
            (Some(incident), None) => Ok(Self::Incident(IncidentId(id(incident)?))),
            (None, Some(problem)) => Ok(Self::Problem(ProblemId(id(problem)?))),
            (Some(_), Some(_)) => Err(StoreError::Garbled),
        }
    }
}

/// What is known of a command that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredCommand {
    pub(crate) person: PersonId,
    pub(crate) fingerprint: String,
    pub(crate) subject: Subject,
    /// The last entry of the command.
    pub(crate) seq: u64,
}

/// Everything that is stored of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandColumns {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) fingerprint: String,
    pub(crate) incident: Option<String>,
    pub(crate) problem: Option<String>,
    pub(crate) seq: i64,
}

impl Store {
    /// Up to `limit` entries from `from` on.
    pub(crate) async fn entries(&self, from: u64, limit: u32) -> Result<Vec<Sealed>, StoreError> {
        let rows = asking::query(
            "select seq, incident, problem, body, hash from audit_entry where seq >= $1
             order by seq limit $2",
        )
        .bind(signed(from)?)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(sealed).collect()
    }

    /// The hash of an entry, if there is one with this number.
    pub(crate) async fn hash_of(&self, seq: u64) -> Result<Option<String>, StoreError> {
        let Ok(seq) = signed(seq) else {
            return Ok(None);
        };
        let row = asking::query("select hash from audit_entry where seq = $1")
            .bind(seq)
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        Ok(row.map(|row| row.try_get("hash")).transpose()?)
    }

    /// Up to `limit` entries of one incident after `after`.
    pub(crate) async fn entries_of(
        &self,
        incident: IncidentId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Sealed>, StoreError> {
        let rows = asking::query(
            "select seq, incident, problem, body, hash from audit_entry
             where incident = $1 and seq > $2 and body <> '' order by seq limit $3",
        )
        .bind(incident.to_string())
        .bind(signed(after)?)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(sealed).collect()
    }

    /// The entries of one incident up to and including `until`.
    pub(crate) async fn history(
        &self,
        incident: IncidentId,
        until: u64,
    ) -> Result<Vec<Sealed>, StoreError> {
        history(&mut *self.reading().await?, incident, until).await
    }

    /// The entries of one problem up to and including `until`.
    pub(crate) async fn problem_history(
        &self,
        problem: ProblemId,
        until: u64,
    ) -> Result<Vec<Sealed>, StoreError> {
        problem_history(&mut *self.reading().await?, problem, until).await
    }

    /// The entries of one incident up to and including `until`, each with the hash of the entry before
    /// it in the trail.
    pub(crate) async fn chained_history(
        &self,
        incident: IncidentId,
        until: u64,
    ) -> Result<Vec<(Sealed, String)>, StoreError> {
        let rows = asking::query(
            "select entry.seq, entry.incident, entry.problem, entry.body, entry.hash,
                before.hash as previous
             from audit_entry entry left join audit_entry before on before.seq = entry.seq - 1
             where entry.incident = $1 and entry.seq <= $2 order by entry.seq",
        )
        .bind(incident.to_string())
        .bind(signed(until)?)
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter()
            .map(|row| {
                let previous: Option<String> = row.try_get("previous")?;
                let previous = previous.unwrap_or_else(|| BEGINNING.to_owned());
                Ok((sealed(row)?, previous))
            })
            .collect()
    }

    /// What is known of a command.
    pub(crate) async fn command(&self, id: CommandId) -> Result<Option<StoredCommand>, StoreError> {
        command(&mut *self.reading().await?, id).await
    }

    /// Everything that is stored of commands, in the order of their ids, a page after `after`.
    pub(crate) async fn command_columns(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<CommandColumns>, StoreError> {
        let rows = asking::query(
            "select id, person, fingerprint, incident, problem, seq from command where id > $1
             order by id limit $2",
        )
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(command_columns).collect()
    }
}

impl Writing {
    /// What is known of a command.
    pub(crate) async fn command(
        &mut self,
        id: CommandId,
    ) -> Result<Option<StoredCommand>, StoreError> {
        if !self.known.commands.contains_key(&id) {
            self.commands_among(&BTreeSet::from([id])).await?;
        }
        Ok(self.known.commands.get(&id).cloned().flatten())
    }

    pub(super) async fn commands_among(
        &mut self,
        ids: &BTreeSet<CommandId>,
    ) -> Result<(), StoreError> {
        let keys: Vec<String> = ids.iter().map(CommandId::to_string).collect();
        for id in ids {
            self.known.commands.entry(*id).or_default();
        }
        for row in self.among(|all| &all.commands, &keys).await? {
            let id: String = row.try_get("id")?;
            let id = CommandId(id.parse().map_err(|_| StoreError::Garbled)?);
            self.known.commands.insert(id, Some(stored_command(&row)?));
        }
        Ok(())
    }

    /// The entries of one incident up to and including `until`.
    pub(crate) async fn history(
        &mut self,
        incident: IncidentId,
        until: u64,
    ) -> Result<Vec<Sealed>, StoreError> {
        history(self.settled().await?, incident, until).await
    }

    /// The entries of one problem up to and including `until`.
    pub(crate) async fn problem_history(
        &mut self,
        problem: ProblemId,
        until: u64,
    ) -> Result<Vec<Sealed>, StoreError> {
        problem_history(self.settled().await?, problem, until).await
    }

    /// The hash of an entry.
    pub(crate) async fn hash_of(&mut self, seq: u64) -> Result<String, StoreError> {
        let row = asking::query("select hash from audit_entry where seq = $1")
            .bind(signed(seq)?)
            .fetch_one(self.settled().await?)
            .await?;
        Ok(row.try_get("hash")?)
    }

    /// Remembers for ever that a command was carried out.
    pub(crate) fn remember(
        &mut self,
        id: CommandId,
        command: &StoredCommand,
    ) -> Result<(), StoreError> {
        let (incident, problem) = command.subject.columns();
        self.on_the_way.commands.push(json!([
            id.to_string(),
            command.person.as_str(),
            command.fingerprint,
            incident,
            problem,
            signed(command.seq)?
        ]));
        self.known.commands.insert(id, Some(command.clone()));
        Ok(())
    }
}

async fn command(
    connection: &mut AnyConnection,
    id: CommandId,
) -> Result<Option<StoredCommand>, StoreError> {
    let row = asking::query(
        "select person, fingerprint, incident, problem, seq from command where id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(stored_command).transpose()
}

fn stored_command(row: &AnyRow) -> Result<StoredCommand, StoreError> {
    Ok(StoredCommand {
        person: PersonId::from(row.try_get::<String, _>("person")?.as_str()),
        fingerprint: row.try_get("fingerprint")?,
        subject: Subject::of(row.try_get("incident")?, row.try_get("problem")?)?,
        seq: unsigned(row.try_get("seq")?)?,
    })
}

fn command_columns(row: &AnyRow) -> Result<CommandColumns, StoreError> {
    Ok(CommandColumns {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        fingerprint: row.try_get("fingerprint")?,
        incident: row.try_get("incident")?,
        problem: row.try_get("problem")?,
        seq: row.try_get("seq")?,
    })
}

async fn history(
    connection: &mut AnyConnection,
    incident: IncidentId,
    until: u64,
) -> Result<Vec<Sealed>, StoreError> {
    let rows = asking::query(
        "select seq, incident, problem, body, hash from audit_entry
         where incident = $1 and seq <= $2 and body <> '' order by seq",
    )
    .bind(incident.to_string())
    .bind(signed(until)?)
    .fetch_all(connection)
    .await?;
    rows.iter().map(sealed).collect()
}

async fn problem_history(
    connection: &mut AnyConnection,
    problem: ProblemId,
    until: u64,
) -> Result<Vec<Sealed>, StoreError> {
    let rows = asking::query(
        "select seq, incident, problem, body, hash from audit_entry
         where problem = $1 and seq <= $2 order by seq",
    )
    .bind(problem.to_string())
    .bind(signed(until)?)
    .fetch_all(connection)
    .await?;
    rows.iter().map(sealed).collect()
}

fn sealed(row: &AnyRow) -> Result<Sealed, StoreError> {
    Ok(Sealed {
        seq: unsigned(row.try_get("seq")?)?,
        incident: row.try_get("incident")?,
        problem: row.try_get("problem")?,
        body: row.try_get("body")?,
        hash: row.try_get("hash")?,
    })
}
