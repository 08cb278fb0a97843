//! Writes down what happened before the desk opened: commands with the instants at which they were
//! given, oldest first.
//!
//! The same judge, the same transactions and the same trail as for a request; only the clock is set
//! to each command's own instant. Deliberately no way round a rule: a command that is refused ends
//! it.

use super::failure::Failure;
use super::ledger::{Ask, Request, Tables, Target};
use super::limits::Limits;
use super::network::Door;
use super::{
    Desk, Scope, ServeError, Settings, Store, StoreError, TokenError, create_token, judge, open,
};
use crate::config::server::Outgoing;
use crate::domain::Instant;
use crate::domain::command::Command;
use crate::domain::id::{CommandId, IncidentId, PersonId};
use crate::domain::intake::rules::Rules;
use crate::domain::policy::Policy;
use crate::now::Clock;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many commands share one transaction.
const BATCH: usize = 1000;

/// A command as it was given.
#[derive(Clone, Debug)]
pub struct Past {
    /// When.
    pub at: Instant,
    /// By whom.
    pub person: PersonId,
    /// Its identity.
    pub id: CommandId,
    /// Of which incident; equal to its identity where it logs one.
    pub incident: IncidentId,
    /// What was asked.
    pub command: Command,
}

/// Why the past could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// The database did not do as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody who gave a command could not be signed in.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The desk could not be opened.
    #[error(transparent)]
    Open(#[from] ServeError),
    /// The rules say that it cannot have happened.
    #[error("{command} at {at} was refused: {reason}")]
    Refused {
        /// The command's name.
        command: &'static str,
        /// When it was given.
        at: Instant,
        /// Why.
        reason: String,
    },
}

/// Writes these commands, which must be in order of time; the sessions that they needed end with
/// the last of them.
///
/// # Errors
/// A command was refused, or the database did not take it; the batches before it stay written.
pub async fn write_past(store: &Store, policy: &Policy, past: &[Past]) -> Result<(), PastError> {
    let (Some(first), Some(last)) = (past.first(), past.last()) else {
        return Ok(());
    };
    let sessions = sign_in(store, past, first.at, last.at).await?;
    let clock = Clock::standing_at(first.at);
    let settings = Settings {
        store: store.clone(),
        policy: policy.clone(),
        clock: clock.clone(),
        follow_every: Duration::MAX,
        look_every: Duration::MAX,
        give_up_after: Duration::MAX,
        limits: Limits::DEFAULT,
        intake: Rules::default(),
        outgoing: Outgoing::default(),
    };
    let door = Door::new(&settings.limits, CancellationToken::new());
    let (desk, _queue) = open(settings, &door).await?;
    let mut scribe = Scribe {
        desk: &desk,
        clock,
        sessions,
        versions: HashMap::new(),
    };
    for batch in past.chunks(BATCH) {
        scribe.write(batch).await?;
    }
    Ok(())
}

/// A session for each person, from the first command to just after the last.
async fn sign_in(
    store: &Store,
    past: &[Past],
    from: Instant,
    to: Instant,
) -> Result<HashMap<PersonId, String>, TokenError> {
    let mut sessions = HashMap::new();
    let good_for = to - from + TimeDelta::seconds(1);
    for given in past {
        if !sessions.contains_key(&given.person) {
            let (_, session) =
                create_token(store, &given.person, Scope::Everything, good_for, from).await?;
            sessions.insert(given.person.clone(), session.id);
        }
    }
    Ok(sessions)
}

/// What writing needs from one batch to the next.
struct Scribe<'a> {
    desk: &'a Desk,
    /// Moves the desk's clock, of which it is a clone.
    clock: Clock,
    sessions: HashMap<PersonId, String>,
    versions: HashMap<IncidentId, u64>,
}

impl Scribe<'_> {
    async fn write(&mut self, batch: &[Past]) -> Result<(), PastError> {
        let mut writing = self.desk.store.begin().await?;
        let directory = self.desk.feed.directory();
        let mut tables = Tables {
            policy: self.desk.policy_with(&directory),
            directory,
            rows: Vec::new(),
        };
        for given in batch {
            self.clock.set(given.at);
            let request = self.request(given);
            judge::judge(self.desk, &mut writing, &mut tables, &request)
                .await?
                .map_err(|failure| refused(given, &failure))?;
            // Nobody polls yet, so nobody needs to be told.
            tables.rows.clear();
        }
        writing.commit().await?;
        Ok(())
    }

    fn request(&mut self, given: &Past) -> Request {
        let version = self.versions.entry(given.incident).or_insert(0);
        let seen = Some(*version);
        *version += 1;
        let logs = matches!(given.command, Command::Log(_));
        Request {
            person: given.person.clone(),
            session: self
                .sessions
                .get(&given.person)
                .cloned()
                .unwrap_or_default(),
            ask: Ask::Incident {
                command: given.id,
                target: (!logs).then_some(Target::Id(given.incident)),
                body: given.command.clone(),
                seen,
            },
        }
    }
}

fn refused(given: &Past, failure: &Failure) -> PastError {
    PastError::Refused {
        command: given.command.name(),
        at: given.at,
        reason: failure.detail().to_owned(),
    }
}
