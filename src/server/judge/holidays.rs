//! A command about the bank holidays: judged, kept in the directory, and written with its entry; where
//! an import comes into force, the clocks that still run follow it in the same transaction.

use super::{Bench, Done, Verdict, fingerprint};
use crate::domain::event::{Signature, Signed};
use crate::domain::holidays::{self, HolidayCommand, HolidayEvent};
use crate::domain::id::CommandId;
use crate::domain::refusal::RefusalKind;
use crate::server::audit::Record;
use crate::server::store::{StoreError, StoredCommand, Subject, Which};
use std::sync::Arc;

impl Bench<'_> {
    pub(super) async fn holidays(
        &mut self,
        id: CommandId,
        command: &HolidayCommand,
    ) -> Result<Verdict, StoreError> {
        let fingerprint = fingerprint(None::<CommandId>, command)?;
        if let Some(stored) = self.writing.command(id).await? {
            return self.replay(id, &fingerprint, stored).await;
        }
        let book = &self.tables.directory.holidays;
        match holidays::decide(book, command, &self.actor, &self.desk.policy) {
            Ok((event, by)) => {
                self.write_holidays(id, fingerprint, event, by).await?;
                let receipt = self.writing.head().hash.clone();
                let answer = self.directory_answer(id, self.writing.head().seq, receipt);
                Ok(Ok(Done::Directory(Box::new(answer))))
            }
            Err(refusal) => {
                if refusal.kind == RefusalKind::NotAllowed {
                    self.deny(id, command.name(), None).await?;
                }
                Ok(Err(refusal.into()))
            }
        }
    }

    /// The incidents come first, so that the command's last entry is the one on the holidays.
    async fn write_holidays(
        &mut self,
        id: CommandId,
        fingerprint: String,
        event: HolidayEvent,
        by: Signature,
    ) -> Result<(), StoreError> {
        let signed = Signed { at: self.now, by };
        let directory = Arc::make_mut(&mut self.tables.directory);
        holidays::apply(&mut directory.holidays, &event, id, &signed);
        self.tables.policy = self.desk.policy_with(directory);
        if matches!(event, HolidayEvent::Approved { .. }) {
            self.move_outer_limits(id, &signed).await?;
        }
        let record = Record::Holidays {
            at: self.now,
            by: signed.by,
            command: id,
            event,
            fingerprint: fingerprint.clone(),
        };
        let seq = self.writing.append(&record)?;
        let directory = Arc::make_mut(&mut self.tables.directory);
        directory.version = seq;
        self.writing
            .put_directory(Which::Current, directory)
            .await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Directory,
            seq,
        };
        self.writing.remember(id, &stored)
    }

    async fn move_outer_limits(
        &mut self,
        id: CommandId,
        signed: &Signed,
    ) -> Result<(), StoreError> {
        for incident in self.writing.open_incidents().await? {
            let followed = holidays::follow(&incident, &self.tables.policy, id, signed);
            if let Some(changed) = followed {
                self.put(Some(&incident), changed, None).await?;
            }
        }
        Ok(())
    }
}
