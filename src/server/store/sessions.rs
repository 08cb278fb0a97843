//! Sessions: a token's hash, whose it is, and until when.

use super::asking;
use super::{Store, StoreError, Writing, instant};
use crate::domain::Instant;
use crate::domain::id::PersonId;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::collections::BTreeSet;

/// One token, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names the token in lists; reveals nothing of it.
    pub id: String,
    /// SHA-256 of the token, in hexadecimal.
    pub(crate) hash: String,
    /// Whose it is.
    pub person: PersonId,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Instant>,
    /// What it may be used for.
    pub scope: Scope,
}

/// What a person's token may be used for; the person's own rights are the limit in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Whatever the person may do.
    #[default]
    Everything,
    /// Following the desk so that a machine can raise alarms, and nothing else.
    Alarms,
}

impl Scope {
    /// Whether it is no limit; an entry in the trail says nothing of it then.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands a field on by reference"
    )]
    pub(crate) fn is_everything(&self) -> bool {
        *self == Self::Everything
    }

    /// As it is stored, if it is a limit.
    pub(crate) fn stored(self) -> Option<String> {
        match self {
            Self::Everything => None,
            Self::Alarms => Some(ALARMS.to_owned()),
        }
    }
}

/// How the one limit that there is is stored.
const ALARMS: &str = "alarms";

impl Session {
    /// Whether it is good at `now`.
    pub fn is_valid_at(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && now < self.ends_at
    }
}

/// Everything that is stored of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionColumns {
    pub(crate) id: String,
    pub(crate) hash: String,
    pub(crate) person: String,
    pub(crate) created_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) revoked_at: Option<i64>,
    pub(crate) scope: Option<String>,
}

impl Store {
    /// The session of a token with this hash.
    pub(crate) async fn session_by_hash(&self, hash: &str) -> Result<Option<Session>, StoreError> {
        let row = asking::query(
            "select id, hash, person, created_at, ends_at, revoked_at, scope from session where hash = $1",
        )
        .bind(hash.to_owned())
        .fetch_optional(&mut *self.reading().await?)
        .await?;
        row.as_ref().map(session).transpose()
    }

    /// Every session, the newest first.
    pub(crate) async fn sessions(&self) -> Result<Vec<Session>, StoreError> {
        let rows = asking::query(
            "select id, hash, person, created_at, ends_at, revoked_at, scope from session
             order by created_at desc, id",
        )
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(session).collect()
    }

    /// Everything that is stored of sessions.
    pub(crate) async fn session_columns(&self) -> Result<Vec<SessionColumns>, StoreError> {
        let rows = asking::query(
            "select id, hash, person, created_at, ends_at, revoked_at, scope from session order by id",
        )
        .fetch_all(&mut *self.reading().await?)
        .await?;
        rows.iter().map(session_columns).collect()
    }
}

impl Writing {
    /// The session with this id.
    pub(crate) async fn session(&mut self, id: &str) -> Result<Option<Session>, StoreError> {
        if !self.known.sessions.contains_key(id) {
            self.sessions_among(&BTreeSet::from([id.to_owned()]))
                .await?;
        }
        Ok(self.known.sessions.get(id).cloned().flatten())
    }

    pub(super) async fn sessions_among(
        &mut self,
        ids: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let keys: Vec<String> = ids.iter().cloned().collect();
        for row in self.among(|all| &all.sessions, &keys).await? {
            let session = session(&row)?;
            self.known
                .sessions
                .insert(session.id.clone(), Some(session));
        }
        for id in keys {
            self.known.sessions.entry(id).or_default();
        }
        Ok(())
    }

    /// Keeps a new session.
    pub(crate) async fn open_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.note_sessions();
        self.known.sessions.remove(&session.id);
        asking::query(
            "insert into session (id, hash, person, created_at, ends_at, scope)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(session.id.clone())
        .bind(session.hash.clone())
        .bind(session.person.as_str().to_owned())
        .bind(session.created_at.timestamp_millis())
        .bind(session.ends_at.timestamp_millis())
        .bind(session.scope.stored())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Ends a session for good.
    pub(crate) async fn revoke_session(&mut self, id: &str, at: Instant) -> Result<(), StoreError> {
        self.note_sessions();
        self.known.sessions.remove(id);
        asking::query("update session set revoked_at = $1 where id = $2 and revoked_at is null")
            .bind(at.timestamp_millis())
            .bind(id.to_owned())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

fn session(row: &AnyRow) -> Result<Session, StoreError> {
    let person: String = row.try_get("person")?;
    let revoked_at: Option<i64> = row.try_get("revoked_at")?;
    Ok(Session {
        id: row.try_get("id")?,
        hash: row.try_get("hash")?,
        person: PersonId::from(person.as_str()),
        created_at: instant(row.try_get("created_at")?)?,
        ends_at: instant(row.try_get("ends_at")?)?,
        revoked_at: revoked_at.map(instant).transpose()?,
        scope: scope(row.try_get("scope")?),
    })
}

/// A word that a newer program wrote is a limit that this one does not know: it then allows the least.
fn scope(stored: Option<String>) -> Scope {
    stored.map_or(Scope::Everything, |_| Scope::Alarms)
}

fn session_columns(row: &AnyRow) -> Result<SessionColumns, StoreError> {
    Ok(SessionColumns {
        id: row.try_get("id")?,
        hash: row.try_get("hash")?,
        person: row.try_get("person")?,
        created_at: row.try_get("created_at")?,
        ends_at: row.try_get("ends_at")?,
        revoked_at: row.try_get("revoked_at")?,
        scope: row.try_get("scope")?,
    })
}
