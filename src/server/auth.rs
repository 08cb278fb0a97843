//! Who asks: tokens, sessions, and the person behind a request.
//!
//! A token is 256 random bits; only its SHA-256 is kept and looked up, so how long that takes tells
//! nothing of the token. Every way of not being signed in gets the same answer. Deliberately knows
//! nothing of rights: roles are looked up when something is judged.

use super::audit::{self, Record};
use super::failure::Failure;
use super::store::{Scope, Session, Store, StoreError, Writing};
use super::{Desk, audit::hexadecimal, network, projection};
use crate::api::route;
use crate::domain::Instant;
use crate::domain::directory::Actor;
use crate::domain::id::PersonId;
use crate::domain::incident::Incident;
use crate::domain::intake::Tool;
use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
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

/// A tool whose token came with the request.
#[derive(Clone, Debug)]
pub(crate) struct Reporting {
    pub(crate) tool: Tool,
    /// The session's id, never its token.
    pub(crate) session: String,
}

/// A person who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) person: PersonId,
    /// The session's id, never its token.
    pub(crate) session: String,
    pub(crate) ends_at: Instant,
    scope: Scope,
}

impl Principal {
    /// Leaves of an incident that the person may see what this token is for.
    pub(crate) fn limit(&self, actor: &Actor, incident: &mut Incident) {
        if self.scope == Scope::Alarms {
            projection::withhold_words(actor, incident);
        }
    }

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
    #[error("There is no token \"{0}\". \"nightdesk token list\" shows them all")]
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
    scope: Scope,
    good_for: TimeDelta,
    now: Instant,
) -> Result<(SecretString, Session), TokenError> {
    let mut writing = store.begin().await?;
    let directory = writing.directory().await?.unwrap_or_default();
    if directory.person(person).is_none() {
        return Err(TokenError::NoSuchPerson(person.clone()));
    }
    open_session(writing, (person, scope), good_for, now).await
}

/// Makes a token for a tool, which can report alerts with it and do nothing else.
///
/// # Errors
/// The database did not take it.
pub async fn create_tool_token(
    store: &Store,
    tool: &Tool,
    good_for: TimeDelta,
    now: Instant,
) -> Result<(SecretString, Session), TokenError> {
    // Which routes are a tool's follows from whose the token is.
    let whose = (&tool.signs_as(), Scope::Everything);
    open_session(store.begin().await?, whose, good_for, now).await
}

async fn open_session(
    mut writing: Writing,
    (person, scope): (&PersonId, Scope),
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
        scope,
    };
    writing.open_session(&session).await?;
    writing.append(&Record::SessionOpened {
        at: now,
        session: session.id.clone(),
        person: person.clone(),
        ends_at: session.ends_at,
        scope,
        seal: Some(audit::sha256(&session.hash)),
    })?;
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
    writing.append(&Record::SessionRevoked {
        at: now,
        session: session.id,
        person: session.person,
    })?;
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

/// Sessions seen lately, so that a poll needs no database; each is looked up anew whenever any session
/// has changed.
#[derive(Debug, Default)]
pub(crate) struct Sessions(RwLock<HashMap<String, Remembered>>);

#[derive(Clone, Debug)]
struct Remembered {
    /// The version of all sessions when this one was looked up.
    sessions_version: u64,
    session: Session,
}

impl Remembered {
    /// Whether no session has changed since.
    fn is_up_to_date(&self, desk: &Desk) -> bool {
        self.sessions_version == desk.feed.head().sessions_version
    }
}

impl Sessions {
    fn find(&self, hash: &str) -> Option<Remembered> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        remembered.get(hash).cloned()
    }

    fn keep(&self, session: Session, sessions_version: u64) {
        let mut remembered = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        let hash = session.hash.clone();
        let session = Remembered {
            sessions_version,
            session,
        };
        remembered.insert(hash, session);
    }
}

impl FromRequestParts<Arc<Desk>> for Principal {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Failure> {
        let session = sign_in(parts, desk).await?;
        if Tool::behind(&session.person).is_some() {
            return Err(Failure::only_reports());
        }
        if session.scope == Scope::Alarms && !raises_alarms(parts) {
            return Err(Failure::only_alarms());
        }
        let (method, path) = (&parts.method, parts.uri.path());
        desk.admit(desk.limiter.ask(&session.person, method, path))?;
        Ok(Self {
            person: session.person,
            session: session.id,
            ends_at: session.ends_at,
            scope: session.scope,
        })
    }
}

impl FromRequestParts<Arc<Desk>> for Reporting {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Failure> {
        let session = sign_in(parts, desk).await?;
        match Tool::behind(&session.person) {
            Some(tool) => {
                desk.admit(desk.limiter.report(&tool))?;
                Ok(Self {
                    tool,
                    session: session.id,
                })
            }
            None => Err(Failure::only_tools()),
        }
    }
}

/// What a token for alarms only may be used for: what an agent follows the desk by, and to see whose the
/// token is and until when it is good. Every other route is closed to it, also one that is added later.
const FOR_ALARMS: [&str; 5] = [
    route::POLICY,
    route::DIRECTORY,
    route::INCIDENTS,
    route::CHANGES,
    route::ME,
];

fn raises_alarms(parts: &Parts) -> bool {
    let route = parts.extensions.get::<MatchedPath>();
    let is_listed = route.is_some_and(|route| FOR_ALARMS.contains(&route.as_str()));
    is_listed && parts.method == Method::GET
}

async fn sign_in(parts: &Parts, desk: &Desk) -> Result<Session, Failure> {
    let signed_in = session(parts, desk).await;
    signed_in.inspect(|_| network::welcome(parts))
}

/// The session of a good token. Whoever has shown one before is not kept out by what else comes from
/// the same address.
async fn session(parts: &Parts, desk: &Desk) -> Result<Session, Failure> {
    desk.hears()?;
    let hash = shown(&parts.headers).and_then(token_in).map(audit::sha256);
    if let Some(hash) = &hash
        && let Some(session) = recognised(desk, hash).await?
    {
        return Ok(session);
    }
    let address = network::address(parts, desk.limits.addresses);
    desk.admit(desk.limiter.sign_in(address))?;
    let session = match &hash {
        Some(hash) => look_up(desk, hash).await?,
        None => None,
    };
    session.ok_or_else(Failure::not_signed_in)
}

/// The session of a token that was good before, if it still is.
async fn recognised(desk: &Desk, hash: &str) -> Result<Option<Session>, Failure> {
    let Some(remembered) = desk.sessions.find(hash) else {
        return Ok(None);
    };
    if !remembered.is_up_to_date(desk) {
        return look_up(desk, hash).await;
    }
    let is_valid = remembered.session.is_valid_at(desk.clock.now());
    Ok(is_valid.then_some(remembered.session))
}

/// Whether this is the header of somebody who is signed in, as far as that is known without asking the
/// database.
pub(crate) fn is_remembered(desk: &Desk, header: &HeaderValue) -> bool {
    let hash = token_in(header).map(audit::sha256);
    let remembered = hash.and_then(|hash| desk.sessions.find(&hash));
    remembered.is_some_and(|remembered| {
        remembered.is_up_to_date(desk) && remembered.session.is_valid_at(desk.clock.now())
    })
}

/// The session of a good token, from the database.
async fn look_up(desk: &Desk, hash: &str) -> Result<Option<Session>, Failure> {
    // Read before looking: a session that is revoked in between is then kept under a version that
    // is gone already.
    let version = desk.feed.head().sessions_version;
    let session = desk.store.session_by_hash(hash).await?;
    if let Some(session) = &session {
        desk.sessions.keep(session.clone(), version);
    }
    Ok(session.filter(|session| session.is_valid_at(desk.clock.now())))
}

/// The header by which somebody says who they are, if it came exactly once.
pub(crate) fn shown(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    values.next().filter(|_| values.next().is_none())
}

/// The token in it, if it is of the right shape.
fn token_in(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    let random = token.strip_prefix(PREFIX)?;
    let is_token = scheme.eq_ignore_ascii_case("bearer")
        && random.len() == 2 * RANDOM_BYTES
        && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_token.then_some(token)
}
