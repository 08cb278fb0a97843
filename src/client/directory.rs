//! The directory on the officer's side: what the rules would say to a command, and giving one.
//!
//! As with problems, a command about the directory needs a live server and is never kept for later: it
//! is sent at once, a few times under the same id, and whoever gave it waits for the answer.

use super::http::{Failure, Http, refusal};
use super::replay::Desk;
use crate::api::problem::Outcome;
use crate::api::types::DirectoryAnswer;
use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::directory::decide::{self, Context};
use crate::domain::directory::event::DirectoryEntry;
use crate::domain::id::CommandId;
use crate::domain::refusal::Refusal;
use std::time::Duration;
use uuid::Uuid;

/// How often a command without an answer is sent.
const TRIES: u32 = 3;

/// How long to wait before it is sent again.
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// What a command about the directory came to.
#[derive(Clone, Debug)]
pub enum OnDirectory {
    /// It was carried out.
    Applied(Box<DirectoryAnswer>),
    /// It was not, and why not.
    Refused(Refusal),
    /// Nobody knows.
    Unknown,
}

impl Desk {
    /// What would become of the directory by a command, without giving it.
    ///
    /// # Errors
    /// The refusal that giving it would meet.
    pub fn judge_on_directory(
        &self,
        directory: &Directory,
        command: &DirectoryCommand,
        now: Instant,
    ) -> Result<(Directory, DirectoryEntry), Refusal> {
        let actor = directory
            .actor(self.person(), now)
            .unwrap_or_else(|| self.actor_at(now));
        let context = Context {
            now,
            actor: &actor,
            command: CommandId(Uuid::nil()),
            policy: &self.policy,
            directory,
        };
        decide::carry_out(command, &context)
    }
}

/// Give a command about the directory as it was seen at a version.
pub async fn give(
    http: &Http,
    id: CommandId,
    seen: u64,
    command: &DirectoryCommand,
) -> OnDirectory {
    for tries_left in (0..TRIES).rev() {
        let answered = http.carry_out_on_directory(id, seen, command).await;
        match came_to(answered.map(|reply| reply.body)) {
            OnDirectory::Unknown if tries_left > 0 => tokio::time::sleep(BETWEEN_TRIES).await,
            answer => return answer,
        }
    }
    OnDirectory::Unknown
}

fn came_to(answered: Result<DirectoryAnswer, Failure>) -> OnDirectory {
    match answered {
        Ok(answer) => OnDirectory::Applied(Box::new(answer)),
        Err(Failure::Problem { problem, .. })
            if problem.outcome == Outcome::NotApplied && !problem.retryable =>
        {
            OnDirectory::Refused(refusal(*problem))
        }
        Err(Failure::Problem { .. } | Failure::Unreachable(_) | Failure::NotUnderstood(_)) => {
            OnDirectory::Unknown
        }
    }
}
