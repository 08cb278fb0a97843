//! Who asks: tokens, sessions, and the person behind a request.
//!
//! A token is 256 random bits; only its SHA-256 is kept and looked up, so how long that takes tells
//! nothing of the token. Every way of not being signed in gets the same answer. Deliberately knows
//! nothing of rights: roles are looked up when something is judged.

use super::audit::{self, Record};
use super::failure::Failure;
use super::store::{Session, Store, StoreError};
use super::{Desk, audit::hexadecimal};
use crate::domain::Instant;
use crate::domain::directory::Actor;
use crate::domain::id::PersonId;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::TimeDelta;
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What every token begins with, so that scanners find one that leaked.
pub(crate) const PREFIX: &str = "ndk_";

/// Bytes of randomness in a token.
const RANDOM_BYTES: usize = 32;

/// How many sessions are remembered before all are looked up anew.
const REMEMBERED: usize = 10_000;

/// A person who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) person: PersonId,
    /// The session's id, never its token.
    pub(crate) session: String,
    pub(crate) ends_at: Instant,
}

impl Principal {
    /// The person with the roles held at `now`.
    pub(crate) fn actor(&self, desk: &Desk, now: Instant) -> Result<Actor, Failure> {
        desk.feed
            .directory()
            .actor(&self.person, now)
            .ok_or_else(Failure::not_signed_in)
    }
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The directory does not know the person.
    #[error("There is no person \"{0}\" in the directory")]
    NoSuchPerson(PersonId),
    /// No session has this id.
    #[error("There is no token \"{0}\"; \"nightdesk token list\" shows them all")]
    NoSuchToken(String),
    /// The machine has no randomness to give.
    #[error("The machine has no random numbers to give")]
    NoRandomness,
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a token for a person. The token itself is not kept anywhere.
///
/// # Errors
/// The directory does not know the person, or the database did not take it.
pub async fn create_token(
    store: &Store,
    person: &PersonId,
    good_for: TimeDelta,
    now: Instant,
) -> Result<(SecretString, Session), TokenError> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|_| TokenError::NoRandomness)?;
    let token = format!("{PREFIX}{}", hexadecimal(&random));
    let hash = audit::sha256(&token);
    let session = Session {
        id: hash[..12].to_owned(),
        hash,
        person: person.clone(),
        created_at: now,
        ends_at: now + good_for,
        revoked_at: None,
    };
    let mut writing = store.begin().await?;
    let directory = writing.directory().await?.unwrap_or_default();
    if directory.person(person).is_none() {
        return Err(TokenError::NoSuchPerson(person.clone()));
    }
    writing.open_session(&session).await?;
    writing
        .append(&Record::SessionOpened {
            at: now,
            session: session.id.clone(),
            person: person.clone(),
            ends_at: session.ends_at,
        })
        .await?;
    writing.commit().await?;
    Ok((token.into(), session))
}

/// Ends a token before its time.
///
/// # Errors
/// There is no such token, or the database did not take it.
pub async fn revoke_token(store: &Store, id: &str, now: Instant) -> Result<(), TokenError> {
    let mut writing = store.begin().await?;
    let session = writing
        .session(id)
        .await?
        .ok_or_else(|| TokenError::NoSuchToken(id.to_owned()))?;
    writing.revoke_session(id, now).await?;
    writing
        .append(&Record::SessionRevoked {
            at: now,
            session: session.id,
            person: session.person,
        })
        .await?;
    writing.commit().await?;
    Ok(())
}

/// Every token that was ever made, without the tokens; the newest first.
///
/// # Errors
/// The database did not answer.
pub async fn list_tokens(store: &Store) -> Result<Vec<Session>, StoreError> {
    store.sessions().await
}

/// Sessions seen lately, so that a poll needs no database. Forgotten whenever any session changes.
#[derive(Debug, Default)]
pub(crate) struct Sessions(RwLock<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    sessions_version: u64,
    by_hash: HashMap<String, Session>,
}

impl Sessions {
    fn find(&self, hash: &str, sessions_version: u64) -> Option<Session> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if remembered.sessions_version != sessions_version {
            return None;
        }
        remembered.by_hash.get(hash).cloned()
    }

    fn keep(&self, session: Session, sessions_version: u64) {
        let mut remembered = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.sessions_version != sessions_version || remembered.by_hash.len() >= REMEMBERED
        {
            remembered.by_hash.clear();
            remembered.sessions_version = sessions_version;
        }
        remembered.by_hash.insert(session.hash.clone(), session);
    }
}

impl FromRequestParts<Arc<Desk>> for Principal {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Failure> {
        let token = bearer(parts).ok_or_else(Failure::not_signed_in)?;
        let hash = audit::sha256(token);
        let session = session(desk, &hash)
            .await?
            .filter(|session| session.is_valid_at(desk.clock.now()))
            .ok_or_else(Failure::not_signed_in)?;
        Ok(Self {
            person: session.person,
            session: session.id,
            ends_at: session.ends_at,
        })
    }
}

async fn session(desk: &Desk, hash: &str) -> Result<Option<Session>, Failure> {
    // Read before looking: a session that is revoked in between is then kept under a version that
    // is gone already.
    let version = desk.feed.head().sessions_version;
    if let Some(session) = desk.sessions.find(hash, version) {
        return Ok(Some(session));
    }
    let session = desk.store.session_by_hash(hash).await?;
    if let Some(session) = &session {
        desk.sessions.keep(session.clone(), version);
    }
    Ok(session)
}

/// The token, if exactly one header brings one of the right shape.
fn bearer(parts: &Parts) -> Option<&str> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return None;
    };
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    let random = token.strip_prefix(PREFIX)?;
    let is_token = scheme.eq_ignore_ascii_case("bearer")
        && random.len() == 2 * RANDOM_BYTES
        && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_token.then_some(token)
}
