//! The directory on the officer's side: what the rules would say to a command, and giving one.
//!
//! As with problems, a command about the directory needs a live server and is never kept for later: it
//! is sent at once, a few times under the same id, and whoever gave it waits for the answer.

use super::given::{Given, until_known};
use super::http::Http;
use super::replay::Desk;
use crate::api::types::DirectoryAnswer;
use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::directory::decide::{self, Context};
use crate::domain::directory::event::DirectoryEntry;
use crate::domain::id::CommandId;
use crate::domain::refusal::Refusal;
use uuid::Uuid;

/// What a command about the directory came to.
pub type OnDirectory = Given<DirectoryAnswer>;

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
    until_known(|| http.carry_out_on_directory(id, seen, command)).await
}
