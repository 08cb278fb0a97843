//! A command about what is kept: judged, and written with its entry. Deliberately erases nothing.

use super::{Bench, Done, Verdict, fingerprint};
use crate::api::types::RetentionAnswer;
use crate::domain::event::Signature;
use crate::domain::id::{CommandId, IncidentId};
use crate::domain::incident::Incident;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::retention::{self, Asked, RetentionCommand, RetentionEvent, Ties};
use crate::server::audit::Record;
use crate::server::failure::Failure;
use crate::server::store::{StoreError, StoredCommand, Subject};

type Decision = Result<(Signature, RetentionEvent), Refusal>;

impl Bench<'_> {
    pub(super) async fn retention(
        &mut self,
        id: CommandId,
        command: &RetentionCommand,
    ) -> Result<Verdict, StoreError> {
        let fingerprint = fingerprint(Some("retention"), command)?;
        if let Some(stored) = self.writing.command(id).await? {
            return self.retained_before(id, &fingerprint, &stored).await;
        }
        match self.decide_retention(command).await? {
            Ok((by, event)) => self.write_retention(id, fingerprint, by, event),
            Err(refusal) => {
                if refusal.kind == RefusalKind::NotAllowed {
                    self.deny(id, command.name(), None).await?;
                }
                Ok(Err(refusal.into()))
            }
        }
    }

    async fn decide_retention(
        &mut self,
        command: &RetentionCommand,
    ) -> Result<Decision, StoreError> {
        match command {
            RetentionCommand::Ask { incidents, logs } => {
                let mut known = Vec::new();
                for id in incidents {
                    match self.tied(*id).await? {
                        Some(tied) => known.push(tied),
                        None => return Ok(Err(Refusal::no_such_incident())),
                    }
                }
                let policy = &self.tables.policy.retention;
                let by = (policy, self.now);
                let asked = retention::ask(&self.actor, &known, logs.as_ref(), by);
                let logs = *logs;
                Ok(asked.map(|(by, incidents)| (by, RetentionEvent::Asked { incidents, logs })))
            }
            RetentionCommand::Approve { request } => self.approve_erasing(*request).await,
            RetentionCommand::Hold { incident, reason } => Ok(match self.tied(*incident).await? {
                Some((incident, ties)) => {
                    retention::hold(&self.actor, &incident, ties.hold.as_deref(), reason)
                }
                None => Err(Refusal::no_such_incident()),
            }),
            RetentionCommand::Release { incident, reason } => {
                Ok(match self.tied(*incident).await? {
                    Some((incident, ties)) => {
                        retention::release(&self.actor, &incident, ties.hold.as_deref(), reason)
                    }
                    None => Err(Refusal::no_such_incident()),
                })
            }
        }
    }

    async fn approve_erasing(&mut self, request: CommandId) -> Result<Decision, StoreError> {
        let stored = self.writing.command(request).await?;
        let record = match stored {
            Some(stored) => self.writing.record(stored.seq).await?,
            None => None,
        };
        let Some(Record::Retention {
            by: asked_by,
            event: RetentionEvent::Asked { incidents: due, .. },
            ..
        }) = record
        else {
            return Ok(Err(Refusal::invalid(
                "/request",
                "Nobody has asked to erase anything under this id",
            )));
        };
        let mut known = Vec::new();
        for wanted in &due {
            known.extend(self.tied(wanted.incident).await?);
        }
        let asked = Asked {
            by: &asked_by,
            due: &due,
            incidents: &known,
        };
        let policy = &self.tables.policy.retention;
        let approved = retention::approve(&self.actor, &asked, policy, self.now);
        Ok(approved.map(|by| (by, RetentionEvent::Approved { request })))
    }

    /// An incident that the actor may see, with what is known beside it.
    async fn tied(&mut self, id: IncidentId) -> Result<Option<(Incident, Ties)>, StoreError> {
        let row = self.writing.incident(id).await?;
        let Some(row) =
            row.filter(|row| crate::domain::permission::may_see(&self.actor, &row.incident))
        else {
            return Ok(None);
        };
        let ties = self.writing.ties(&row.incident).await?;
        Ok(Some((row.incident, ties)))
    }

    fn write_retention(
        &mut self,
        id: CommandId,
        fingerprint: String,
        by: Signature,
        event: RetentionEvent,
    ) -> Result<Verdict, StoreError> {
        let record = Record::Retention {
            at: self.now,
            by: by.clone(),
            command: id,
            event: event.clone(),
            fingerprint: fingerprint.clone(),
        };
        let seq = self.writing.append(&record)?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Directory,
            seq,
        };
        self.writing.remember(id, &stored)?;
        Ok(Ok(Done::Retention(Box::new(RetentionAnswer {
            command: id,
            at: self.now,
            by,
            event,
        }))))
    }

    /// What this very command came to.
    async fn retained_before(
        &mut self,
        id: CommandId,
        fingerprint: &str,
        stored: &StoredCommand,
    ) -> Result<Verdict, StoreError> {
        let is_same = stored.person == self.actor.person && stored.fingerprint == fingerprint;
        let record = self.writing.record(stored.seq).await?.filter(|_| is_same);
        Ok(match record {
            Some(Record::Retention { at, by, event, .. }) => {
                Ok(Done::RetentionReplayed(Box::new(RetentionAnswer {
                    command: id,
                    at,
                    by,
                    event,
                })))
            }
            Some(_) | None => Err(Failure::command_id_reused()),
        })
    }
}
