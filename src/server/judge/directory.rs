//! A command about the directory: judged, applied, and written with its entry.
//!
//! The directory is judged as it is inside the transaction, so what one command of a batch changes is
//! what the next one meets.

use super::{Bench, Done, Verdict, fingerprint};
use crate::api::problem::Code;
use crate::api::types::DirectoryAnswer;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::directory::decide::{self, Context};
use crate::domain::directory::event::DirectoryEntry;
use crate::domain::id::CommandId;
use crate::domain::refusal::RefusalKind;
use crate::server::audit::Record;
use crate::server::failure::Failure;
use crate::server::store::{StoreError, StoredCommand, Subject, Which};
use std::panic;
use std::sync::Arc;

impl Bench<'_> {
    pub(super) async fn directory(
        &mut self,
        id: CommandId,
        command: &DirectoryCommand,
        seen: Option<u64>,
    ) -> Result<Verdict, StoreError> {
        let fingerprint = fingerprint(None::<CommandId>, command)?;
        if let Some(stored) = self.writing.command(id).await? {
            return self.replay(id, &fingerprint, stored).await;
        }
        if let Err(failure) = check_version(command, seen, self.tables.directory.version) {
            return Ok(Err(failure));
        }
        let context = Context {
            now: self.now,
            actor: &self.actor,
            command: id,
            policy: &self.tables.policy,
            directory: &self.tables.directory,
        };
        // A mistake in a rule must cost one answer, not the ledger.
        match panic::catch_unwind(|| decide::carry_out(command, &context)) {
            Err(_) => Ok(Err(Failure::internal("a rule panicked"))),
            Ok(Err(refusal)) => {
                if refusal.kind == RefusalKind::NotAllowed {
                    self.deny(id, command.name(), None).await?;
                }
                Ok(Err(refusal.into()))
            }
            Ok(Ok((directory, entry))) => {
                let answer = self.write_directory(directory, entry, fingerprint).await?;
                Ok(Ok(Done::Directory(Box::new(answer))))
            }
        }
    }

    async fn write_directory(
        &mut self,
        directory: Directory,
        entry: DirectoryEntry,
        fingerprint: String,
    ) -> Result<DirectoryAnswer, StoreError> {
        let command = entry.command;
        let record = Record::Directory {
            entry,
            fingerprint: Some(fingerprint.clone()),
        };
        let seq = self.writing.append(&record)?;
        self.tables.directory = Arc::new(Directory {
            version: seq,
            ..directory
        });
        self.writing
            .put_directory(Which::Current, &self.tables.directory)
            .await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Directory,
            seq,
        };
        self.writing.remember(command, &stored)?;
        let receipt = self.writing.head().hash.clone();
        Ok(self.directory_answer(command, seq, receipt))
    }

    pub(super) fn directory_answer(
        &self,
        command: CommandId,
        seq: u64,
        receipt: String,
    ) -> DirectoryAnswer {
        DirectoryAnswer::applied(command, &self.tables.directory, (seq, receipt))
    }
}

fn check_version(
    command: &DirectoryCommand,
    seen: Option<u64>,
    current: u64,
) -> Result<(), Failure> {
    match seen {
        _ if command.commutes() => Ok(()),
        Some(seen) if seen == current => Ok(()),
        Some(seen) => Err(Failure::directory_changed(seen, current)),
        None => Err(Failure::new(
            Code::VersionMissing,
            "Say in If-Match which version of the directory you have seen",
        )),
    }
}
