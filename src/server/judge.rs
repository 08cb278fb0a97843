//! One request inside the writing transaction: seen before? allowed? at the version that was seen?
//! within the rules? Then it is written.
//!
//! The rules themselves are `domain::decide`'s; this is the order in which they are asked, and what
//! is written down of the answer. Roles and session are those of this very moment.

use super::Desk;
use super::audit::{self, Record};
use super::failure::Failure;
use super::ledger::{Ask, Request, Tables, Target};
use super::projection::{self, Sight};
use super::store::{Row, StoreError, StoredCommand, Which, Writing};
use crate::api::problem::{Code, Outcome};
use crate::api::types::{CommandAnswer, DirectoryAnswer};
use crate::domain::calendar;
use crate::domain::command::Command;
use crate::domain::decide::{self, Context, Sighting};
use crate::domain::directory::Actor;
use crate::domain::event::Entry;
use crate::domain::id::{CommandId, IncidentId, Reference};
use crate::domain::incident::Incident;
use crate::domain::policy::hours;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::rota::{self, RotaCommand};
use crate::domain::{Instant, apply};
use chrono::{Datelike, SubsecRound};
use std::collections::BTreeSet;
use std::panic;
use std::sync::Arc;

/// What came of a request that was not refused.
#[derive(Clone, Debug)]
pub(crate) enum Done {
    /// An incident has changed.
    Incident(Box<CommandAnswer>),
    /// The directory has changed.
    Directory(Box<DirectoryAnswer>),
    /// An incident had been changed by this very command before.
    IncidentReplayed(Box<CommandAnswer>),
    /// The directory had been changed by this very command before.
    DirectoryReplayed(Box<DirectoryAnswer>),
    /// The session has ended.
    SignedOut,
}

type Verdict = Result<Done, Failure>;

/// Everything that one judgement needs at hand.
struct Bench<'a> {
    desk: &'a Desk,
    writing: &'a mut Writing,
    tables: &'a mut Tables,
    actor: Actor,
    now: Instant,
}

/// A command about an incident, as it arrived.
struct Asked<'a> {
    id: CommandId,
    target: Option<Target>,
    command: &'a Command,
    seen: Option<u64>,
    fingerprint: String,
}

/// Judges one request and writes what follows.
///
/// # Errors
/// Only where the database fails; a refusal is a verdict.
pub(crate) async fn judge(
    desk: &Desk,
    writing: &mut Writing,
    tables: &mut Tables,
    request: &Request,
) -> Result<Verdict, StoreError> {
    let now = desk.clock.now().trunc_subsecs(0);
    let session = writing.session(&request.session).await?;
    let actor = tables.directory.actor(&request.person, now);
    let (Some(actor), true) = (
        actor,
        session.is_some_and(|session| session.is_valid_at(now)),
    ) else {
        return Ok(Err(Failure::not_signed_in()));
    };
    let mut bench = Bench {
        desk,
        writing,
        tables,
        actor,
        now,
    };
    match &request.ask {
        Ask::Incident {
            command,
            target,
            body,
            seen,
        } => {
            let asked = Asked {
                id: *command,
                target: *target,
                command: body,
                seen: *seen,
                fingerprint: fingerprint(*target, body)?,
            };
            bench.incident(&asked).await
        }
        Ask::Rota { command, body } => bench.rota(*command, body).await,
        Ask::SignOut => bench.sign_out(&request.session).await,
    }
}

/// What makes two requests the same: what is asked, of what. Spaces and the order of fields are not.
fn fingerprint(target: Option<Target>, body: &impl serde::Serialize) -> Result<String, StoreError> {
    let target = match target {
        Some(Target::Id(id)) => id.to_string(),
        Some(Target::Reference(reference)) => reference.to_string(),
        None => String::new(),
    };
    Ok(audit::sha256(&format!(
        "{target}\n{}",
        serde_json::to_string(body)?
    )))
}

impl Bench<'_> {
    async fn incident(&mut self, asked: &Asked<'_>) -> Result<Verdict, StoreError> {
        let found = self.find(asked.target).await?;
        let sight = found
            .as_ref()
            .map(|row| projection::sight(&self.actor, &row.incident));
        if sight == Some(None) {
            let incident = found.map(|row| row.incident.id);
            self.deny(asked.id, asked.command.name(), incident).await?;
            return Ok(Err(Failure::not_found()));
        }
        if let Some(stored) = self.writing.command(asked.id).await? {
            return self.replay(asked.id, &asked.fingerprint, stored).await;
        }
        if asked.target.is_some() && found.is_none() {
            return Ok(Err(Failure::not_found()));
        }
        let found = found.map(|row| row.incident);
        if let Err(failure) = self.check_version(asked, found.as_ref()) {
            return Ok(Err(failure));
        }
        self.decide(asked, found).await
    }

    async fn find(&mut self, target: Option<Target>) -> Result<Option<Row>, StoreError> {
        match target {
            None => Ok(None),
            Some(Target::Id(id)) => self.writing.incident(id).await,
            Some(Target::Reference(reference)) => self.writing.by_reference(reference).await,
        }
    }

    /// Only what has been committed is answered again; the same id for anything else is a mistake.
    async fn replay(
        &mut self,
        id: CommandId,
        fingerprint: &str,
        stored: StoredCommand,
    ) -> Result<Verdict, StoreError> {
        if stored.person != self.actor.person || stored.fingerprint != fingerprint {
            return Ok(Err(Failure::new(
                Code::CommandIdReused,
                "This id was used for another command before; give the command a new id",
            )));
        }
        match stored.incident {
            None => {
                let receipt = self.writing.hash_of(stored.seq).await?;
                let answer = self.directory_answer(id, stored.seq, receipt);
                Ok(Ok(Done::DirectoryReplayed(Box::new(answer))))
            }
            Some(incident) => {
                let history = self.writing.history(incident, stored.seq).await?;
                let answer = recall(id, incident, &history, &self.actor)?;
                Ok(answer.map_or_else(
                    || Err(Failure::not_found()),
                    |answer| Ok(Done::IncidentReplayed(Box::new(answer))),
                ))
            }
        }
    }

    fn check_version(&self, asked: &Asked<'_>, found: Option<&Incident>) -> Result<(), Failure> {
        let Some(incident) = found else {
            return Ok(());
        };
        match asked.seen {
            Some(seen) if asked.command.commutes() || seen == incident.version => Ok(()),
            Some(seen) => {
                let current = projection::seen(&self.actor, incident);
                Err(current.map_or_else(Failure::not_found, |current| {
                    Failure::version_changed(seen, current)
                }))
            }
            None if asked.command.commutes() => Ok(()),
            None => Err(Failure::new(
                Code::VersionMissing,
                "Say in If-Match which version of the incident you have seen",
            )),
        }
    }

    async fn decide(
        &mut self,
        asked: &Asked<'_>,
        found: Option<Incident>,
    ) -> Result<Verdict, StoreError> {
        let id = found
            .as_ref()
            .map_or(IncidentId::from(asked.id), |incident| incident.id);
        let year = calendar::local(self.now).year();
        let reference = match found {
            Some(_) => None,
            None => Some(Reference::new(year, self.writing.next_counter(year).await?)),
        };
        let sightings = self.sightings(asked.command, found.as_ref(), id).await?;
        let context = Context {
            now: self.now,
            actor: &self.actor,
            policy: &self.desk.policy,
            directory: &self.tables.directory,
            command: asked.id,
            reference,
            sightings: &sightings,
        };
        // A mistake in a rule must cost one answer, not the ledger.
        let judged =
            panic::catch_unwind(|| decide::carry_out(found.as_ref(), id, asked.command, &context));
        match judged {
            Err(_) => Ok(Err(Failure::internal("a rule panicked"))),
            Ok(Err(refusal)) => {
                let incident = found.map(|incident| incident.id);
                self.refused(asked, incident, refusal).await
            }
            Ok(Ok((incident, entries))) => {
                if found.is_none() {
                    self.writing.take_counter(year).await?;
                }
                let answer = self.write(asked, incident, entries).await?;
                Ok(Ok(Done::Incident(Box::new(answer))))
            }
        }
    }

    async fn sightings(
        &mut self,
        command: &Command,
        incident: Option<&Incident>,
        id: IncidentId,
    ) -> Result<Vec<Sighting>, StoreError> {
        let Some((key, aware_at)) = trend_of(command, incident) else {
            return Ok(Vec::new());
        };
        let window = hours(self.desk.policy.trend.within_hours);
        let around = (
            aware_at.checked_sub_signed(window).unwrap_or(aware_at),
            aware_at.checked_add_signed(window).unwrap_or(aware_at),
        );
        self.writing.sightings(key, id, around).await
    }

    async fn refused(
        &mut self,
        asked: &Asked<'_>,
        incident: Option<IncidentId>,
        refusal: Refusal,
    ) -> Result<Verdict, StoreError> {
        if refusal.kind == RefusalKind::NotAllowed {
            self.deny(asked.id, asked.command.name(), incident).await?;
        }
        Ok(Err(refusal.into()))
    }

    async fn deny(
        &mut self,
        command: CommandId,
        asked: &str,
        incident: Option<IncidentId>,
    ) -> Result<(), StoreError> {
        let denied = Record::Denied {
            at: self.now,
            person: self.actor.person.clone(),
            command,
            asked: asked.to_owned(),
            incident,
        };
        self.writing.append(&denied).await?;
        Ok(())
    }

    async fn write(
        &mut self,
        asked: &Asked<'_>,
        incident: Incident,
        entries: Vec<Entry>,
    ) -> Result<CommandAnswer, StoreError> {
        for entry in entries {
            let incident = incident.id;
            self.writing
                .append(&Record::Event { incident, entry })
                .await?;
        }
        let row = self.writing.put(&incident).await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint: asked.fingerprint.clone(),
            incident: Some(incident.id),
            seq: row.changed_seq,
        };
        self.writing.remember(asked.id, &stored).await?;
        self.tables
            .rows
            .retain(|known| known.incident.id != incident.id);
        self.tables.rows.push(row);
        Ok(CommandAnswer {
            command: asked.id,
            outcome: Outcome::Applied,
            incident: seen_by_author(&self.actor, &incident),
            seq: stored.seq,
            receipt: self.writing.head().hash.clone(),
        })
    }

    async fn rota(&mut self, id: CommandId, command: &RotaCommand) -> Result<Verdict, StoreError> {
        let fingerprint = fingerprint(None, command)?;
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
        };
        let seq = self.writing.append(&record).await?;
        let directory = Arc::make_mut(&mut self.tables.directory);
        rota::apply(&mut directory.shifts, &event, self.now);
        directory.version = seq;
        self.writing
            .put_directory(Which::Current, &self.tables.directory)
            .await?;
        self.tables.directory_changed = true;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            incident: None,
            seq,
        };
        self.writing.remember(id, &stored).await?;
        let receipt = self.writing.head().hash.clone();
        let answer = self.directory_answer(id, seq, receipt);
        Ok(Ok(Done::Directory(Box::new(answer))))
    }

    fn directory_answer(&self, command: CommandId, seq: u64, receipt: String) -> DirectoryAnswer {
        DirectoryAnswer {
            command,
            outcome: Outcome::Applied,
            directory: self.tables.directory.as_ref().clone(),
            seq,
            receipt,
        }
    }

    async fn sign_out(&mut self, session: &str) -> Result<Verdict, StoreError> {
        self.writing.revoke_session(session, self.now).await?;
        let record = Record::SessionRevoked {
            at: self.now,
            session: session.to_owned(),
            person: self.actor.person.clone(),
        };
        self.writing.append(&record).await?;
        Ok(Ok(Done::SignedOut))
    }
}

/// The trend key that a command brings into play, and the awareness time around which to look.
fn trend_of<'a>(
    command: &'a Command,
    incident: Option<&'a Incident>,
) -> Option<(&'a str, Instant)> {
    let known = incident.map(|incident| incident.awareness.staff_at);
    match command {
        Command::Log(log) => Some((log.facts.trend_key.as_deref()?, log.aware_at)),
        Command::Triage(triage) => Some((triage.facts.trend_key.as_deref()?, known?)),
        Command::DeclareMajor(_) => Some((incident?.facts.trend_key.as_deref()?, known?)),
        Command::CorrectAwareness(_)
        | Command::Grade(_)
        | Command::Acknowledge(_)
        | Command::UndoAcknowledge(_)
        | Command::Reassign(_)
        | Command::AcceptAssignment(_)
        | Command::DeclineAssignment(_)
        | Command::Escalate(_)
        | Command::Inform(_)
        | Command::NotifyPartners(_)
        | Command::RecordPartnerAnswer(_)
        | Command::Note(_)
        | Command::DeclineMajor(_) => None,
    }
}

/// Whoever changed an incident sees what came of it, even if the change took it out of their sight.
fn seen_by_author(actor: &Actor, incident: &Incident) -> Incident {
    let sight = projection::sight(actor, incident).unwrap_or(Sight::Header);
    projection::as_seen(sight, incident)
}

/// The answer to a command that was carried out before: its incident as the command left it, which
/// is the fold of the history up to there. Nothing, if the person may not see it any more.
pub(crate) fn recall(
    command: CommandId,
    id: IncidentId,
    history: &[super::store::Sealed],
    actor: &Actor,
) -> Result<Option<CommandAnswer>, StoreError> {
    let Some((last, incident)) = history.last().zip(fold(id, history)?) else {
        return Ok(None);
    };
    Ok(
        projection::seen(actor, &incident).map(|incident| CommandAnswer {
            command,
            outcome: Outcome::Applied,
            incident,
            seq: last.seq,
            receipt: last.hash.clone(),
        }),
    )
}

/// The incident that these entries of the trail tell of.
pub(crate) fn fold(
    id: IncidentId,
    history: &[super::store::Sealed],
) -> Result<Option<Incident>, StoreError> {
    let mut entries = Vec::with_capacity(history.len());
    for sealed in history {
        if let Record::Event { entry, .. } = audit::read(&sealed.body)?.record {
            entries.push(entry);
        }
    }
    let commands: BTreeSet<CommandId> = entries.iter().map(|entry| entry.command).collect();
    Ok(apply::fold(id, &entries).map(|incident| Incident {
        version: commands.len() as u64,
        ..incident
    }))
}
