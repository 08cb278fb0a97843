//! A test message that is to be sent: who may, to whom, and that it is queued once.

use super::{Bench, Done, Verdict, fingerprint};
use crate::api::types::DeliveryRecord;
use crate::domain::delivery::test::{self, DeliveryCommand, DeliveryTested};
use crate::domain::delivery::{Delivery, NewDelivery, Subject as Told};
use crate::domain::event::Signature;
use crate::domain::id::CommandId;
use crate::domain::refusal::RefusalKind;
use crate::server::audit::Record;
use crate::server::failure::Failure;
use crate::server::store::{StoreError, StoredCommand, Subject};

impl Bench<'_> {
    pub(super) async fn test_delivery(
        &mut self,
        id: CommandId,
        command: &DeliveryCommand,
    ) -> Result<Verdict, StoreError> {
        let fingerprint = fingerprint(Some("delivery"), command)?;
        if let Some(stored) = self.writing.command(id).await? {
            return self.tested_before(id, command, &fingerprint, &stored).await;
        }
        let directory = &self.tables.directory;
        match test::decide(id, command, &self.actor, directory, self.now) {
            Ok((by, new)) => self.queue_test(id, fingerprint, by, new).await,
            Err(refusal) => {
                if refusal.kind == RefusalKind::NotAllowed {
                    self.deny(id, "test_delivery", None).await?;
                }
                Ok(Err(refusal.into()))
            }
        }
    }

    async fn queue_test(
        &mut self,
        id: CommandId,
        fingerprint: String,
        by: Signature,
        new: NewDelivery,
    ) -> Result<Verdict, StoreError> {
        let record = Record::DeliveryTested {
            at: self.now,
            by,
            command: id,
            event: DeliveryTested {
                recipient: new.recipient.clone(),
            },
            fingerprint: fingerprint.clone(),
        };
        let seq = self.writing.append(&record)?;
        let delivery = Delivery::new(new, self.now);
        self.writing.enqueue(&delivery).await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Directory,
            seq,
        };
        self.writing.remember(id, &stored)?;
        let queued = self.writing.delivery(delivery.id).await?;
        let queued = queued.ok_or(StoreError::Garbled)?;
        let record = Box::new(DeliveryRecord::of(&queued));
        Ok(Ok(Done::DeliveryQueued(record)))
    }

    /// The delivery that this very command queued, as it is by now.
    async fn tested_before(
        &mut self,
        id: CommandId,
        command: &DeliveryCommand,
        fingerprint: &str,
        stored: &StoredCommand,
    ) -> Result<Verdict, StoreError> {
        let delivery = Delivery::identity(Told::Test(id.0), &command.recipient());
        let is_same = stored.person == self.actor.person && stored.fingerprint == fingerprint;
        let found = self.writing.delivery(delivery).await?;
        Ok(match found.filter(|_| is_same) {
            Some(delivery) => Ok(Done::DeliveryReplayed(Box::new(DeliveryRecord::of(
                &delivery,
            )))),
            None => Err(Failure::command_id_reused()),
        })
    }
}
