//! What somebody says of an alarm: an entry in the trail, and fewer notices. No clock moves.

use super::{Bench, Done, Verdict};
use crate::domain::alarm::{RaisedAlarm, Receipt};
use crate::domain::delivery::matter::{Matter, Title};
use crate::domain::delivery::{Delivery, DeliveryState, NewDelivery, Subject};
use crate::domain::event::Signature;
use crate::domain::id::{AlarmId, CommandId, RecipientId};
use crate::domain::permission::{self, Permission};
use crate::domain::recipients;
use crate::domain::refusal::Refusal;
use crate::server::audit::Record;
use crate::server::failure::Failure;
use crate::server::store::StoreError;

impl Bench<'_> {
    pub(super) async fn alarm(
        &mut self,
        command: CommandId,
        id: AlarmId,
        receipt: Receipt,
    ) -> Result<Verdict, StoreError> {
        let Some(mut raised) = self.writing.alarm(id).await? else {
            return Ok(Err(Failure::not_found()));
        };
        let by = match self.receives_as(&raised).await? {
            Ok(by) => by,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let before = raised.clone();
        let policy = &self.tables.policy.alarm;
        if let Err(refusal) = raised.receive(receipt, &by, self.now, policy) {
            return Ok(Err(refusal.into()));
        }
        if raised != before {
            let record = Record::AlarmReceived {
                at: self.now,
                by,
                command,
                alarm: id,
                about: raised.alarm.incident,
                receipt,
            };
            self.writing.append(&record)?;
            self.writing.put_alarm(&raised).await?;
            self.quieten(&raised).await?;
        }
        Ok(Ok(Done::Alarm(Box::new(raised))))
    }

    /// Somebody was told as often as they are told, or could not be. Where that leaves an alarm without
    /// anybody who answers, it is noted for good, and the duty manager is told once.
    pub(super) async fn unanswered(
        &mut self,
        id: AlarmId,
        last: &Delivery,
    ) -> Result<(), StoreError> {
        let everybody = self.writing.deliveries_of(last.subject).await?;
        let is_in_vain = last.state == DeliveryState::Expired
            || everybody
                .iter()
                .all(|one| one.state == DeliveryState::Failed);
        let Some(mut raised) = self.writing.alarm(id).await?.filter(|_| is_in_vain) else {
            return Ok(());
        };
        if !raised.unanswered(self.now) {
            return Ok(());
        }
        let (directory, policy) = (&self.tables.directory, &self.tables.policy);
        let manager = recipients::duty_manager(directory, &policy.alarm, self.now);
        let told = manager.map(|manager| (manager.name().as_str().into(), manager.addresses()));
        let record = Record::AlarmUnanswered {
            at: self.now,
            alarm: id,
            about: raised.alarm.incident,
            told: told.as_ref().map(|(name, _)| RecipientId::clone(name)),
        };
        self.writing.append(&record)?;
        self.writing.put_alarm(&raised).await?;
        let Some((recipient, addresses)) = told else {
            return Ok(());
        };
        let alarm = &raised.alarm;
        let new = NewDelivery {
            subject: last.subject,
            incident: alarm.incident,
            thread: None,
            recipient,
            addresses,
            matter: Matter::Unanswered {
                title: Title::new(alarm.cause.title()),
                reference: raised.reference,
                due_at: alarm.due_at,
            },
        };
        // Where the duty manager was told of the alarm itself, this changes nothing.
        self.writing.enqueue(&Delivery::new(new, self.now)).await
    }

    /// Whoever was told of it need not be told again, or not now.
    async fn quieten(&mut self, raised: &RaisedAlarm) -> Result<(), StoreError> {
        let subject = Subject::Alarm(raised.alarm.id.0);
        match (&raised.acknowledged, raised.snoozed_until) {
            (Some(known), _) => self.writing.acknowledge_deliveries(subject, known.at).await,
            (None, Some(until)) => {
                self.writing
                    .put_off_deliveries(subject, until, self.now)
                    .await
            }
            (None, None) => Ok(()),
        }
    }

    /// In which role: as one acknowledges the incident, or as one answers for the desk.
    async fn receives_as(
        &mut self,
        raised: &RaisedAlarm,
    ) -> Result<Result<Signature, Refusal>, StoreError> {
        let Some(id) = raised.alarm.incident else {
            return Ok(permission::answers_for_the_desk(&self.actor));
        };
        let row = self.writing.incident(id).await?;
        Ok(row.map_or_else(
            || Err(Refusal::no_such_incident()),
            |row| {
                permission::require(Permission::Acknowledge, &self.actor, &row.incident)
                    .map(|(_, by)| by)
            },
        ))
    }
}
