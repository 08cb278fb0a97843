//! A command about the rota: judged, applied to the directory, and written with its entry.

use super::{Bench, Done, Verdict, fingerprint};
use crate::api::problem::Outcome;
use crate::api::types::DirectoryAnswer;
use crate::domain::id::CommandId;
use crate::domain::refusal::RefusalKind;
use crate::domain::rota::{self, RotaCommand};
use crate::server::audit::Record;
use crate::server::store::{StoreError, StoredCommand, Subject, Which};
use std::sync::Arc;

impl Bench<'_> {
    pub(super) async fn rota(
        &mut self,
        id: CommandId,
        command: &RotaCommand,
    ) -> Result<Verdict, StoreError> {
        let fingerprint = fingerprint(None::<CommandId>, command)?;
        if let Some(stored) = self.writing.command(id).await? {
            return self.replay(id, &fingerprint, stored).await;
        }
        let shifts = &self.tables.directory.shifts;
        let event = match rota::decide(shifts, command, &self.actor, self.now) {
            Ok(event) => event,
            Err(refusal) => {
                if refusal.kind == RefusalKind::NotAllowed {
                    self.deny(id, "handover", None).await?;
                }
                return Ok(Err(refusal.into()));
            }
        };
        let record = Record::Rota {
            at: self.now,
            by: rota::signature(shifts, &event, &self.actor),
            command: id,
            event: event.clone(),
            fingerprint: Some(fingerprint.clone()),
        };
        let seq = self.writing.append(&record).await?;
        let directory = Arc::make_mut(&mut self.tables.directory);
        rota::apply(&mut directory.shifts, &event, self.now);
        directory.version = seq;
        self.writing
            .put_directory(Which::Current, &self.tables.directory)
            .await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Directory,
            seq,
        };
        self.writing.remember(id, &stored).await?;
        let receipt = self.writing.head().hash.clone();
        let answer = self.directory_answer(id, seq, receipt);
        Ok(Ok(Done::Directory(Box::new(answer))))
    }

    pub(super) fn directory_answer(
        &self,
        command: CommandId,
        seq: u64,
        receipt: String,
    ) -> DirectoryAnswer {
        DirectoryAnswer {
            command,
            outcome: Outcome::Applied,
            directory: self.tables.directory.as_ref().clone(),
            seq,
            receipt,
        }
    }
}
