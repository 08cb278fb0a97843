//! A command about an incident: the order in which version and rules are asked, and what is written.

use super::{Bench, Done, Verdict, fingerprint};
use crate::api::problem::{Code, Outcome};
use crate::api::types::CommandAnswer;
use crate::domain::command::Command;
use crate::domain::decide::{self, Context, Sighting};
use crate::domain::event::Entry;
use crate::domain::id::{CommandId, IncidentId, Reference};
use crate::domain::incident::Incident;
use crate::domain::policy::hours;
use crate::domain::problem::Problem;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::summons::When;
use crate::domain::taken;
use crate::domain::{Instant, calendar};
use crate::server::audit::Record;
use crate::server::failure::{Current, Failure};
use crate::server::ledger::Target;
use crate::server::store::{Row, StoreError, StoredCommand, Subject};
use crate::server::{history, projection};
use chrono::Datelike;
use std::panic;

/// A command about an incident, as it arrived.
pub(super) struct Asked<'a> {
    pub(super) id: CommandId,
    pub(super) target: Option<Target>,
    pub(super) command: &'a Command,
    pub(super) seen: Option<u64>,
}

impl Asked<'_> {
    /// Of the command and the incident that it is about, which a log has not got yet.
    fn fingerprint(&self, incident: Option<IncidentId>) -> Result<String, StoreError> {
        fingerprint(incident.filter(|_| self.target.is_some()), self.command)
    }
}

impl Bench<'_> {
    pub(super) async fn incident(&mut self, asked: &Asked<'_>) -> Result<Verdict, StoreError> {
        let found = self.find(asked.target).await?.map(|row| row.incident);
        let stored = self.writing.command(asked.id).await?;
        let is_own = stored
            .as_ref()
            .is_some_and(|stored| stored.person == self.actor.person);
        // Nobody learns here whether an incident out of their sight exists. Who gave a command hears
        // what came of it all the same: a handover between two sendings must lose no answer.
        if asked.target.is_some() && !is_own && !self.sees(found.as_ref()) {
            let incident = found.map(|incident| incident.id);
            self.deny(asked.id, asked.command.name(), incident).await?;
            return Ok(Err(Failure::not_found()));
        }
        if let Some(stored) = stored {
            let fingerprint = asked.fingerprint(found.map(|incident| incident.id))?;
            return self.replay(asked.id, &fingerprint, stored).await;
        }
        if let Err(failure) = self.check_version(asked, found.as_ref()).await? {
            return Ok(Err(failure));
        }
        self.decide(asked, found).await
    }

    fn sees(&self, found: Option<&Incident>) -> bool {
        found.is_some_and(|incident| projection::sight(&self.actor, incident).is_some())
    }

    async fn find(&mut self, target: Option<Target>) -> Result<Option<Row>, StoreError> {
        match target {
            None => Ok(None),
            Some(Target::Id(id)) => self.writing.incident(id).await,
            Some(Target::Reference(reference)) => self.writing.by_reference(reference).await,
        }
    }

    /// What the desk itself noted of a notice meanwhile changes no decision, so it makes nothing stale.
    async fn check_version(
        &mut self,
        asked: &Asked<'_>,
        found: Option<&Incident>,
    ) -> Result<Result<(), Failure>, StoreError> {
        let Some(incident) = found else {
            return Ok(Ok(()));
        };
        if let Some(seen) = asked.seen
            && seen < incident.version
            && !asked.command.commutes()
        {
            let past = self.writing.history(incident.id, i64::MAX as u64).await?;
            if history::is_noted_since(&past, seen)? {
                return Ok(Ok(()));
            }
        }
        Ok(self.same_version(asked, incident))
    }

    fn same_version(&self, asked: &Asked<'_>, incident: &Incident) -> Result<(), Failure> {
        match asked.seen {
            Some(seen) if asked.command.commutes() || seen == incident.version => Ok(()),
            Some(seen) => {
                let current = projection::seen(&self.actor, incident);
                Err(current.map_or_else(Failure::not_found, |current| {
                    Failure::version_changed(seen, Current::Incident(Box::new(current)))
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
        let sightings = self.sightings(asked.command, found.as_ref(), id).await?;
        let problems = self.problems_behind(asked.command, id).await?;
        let other = self.other(asked.command).await?;
        let reference = match found {
            Some(_) => other.as_ref().and_then(|other| other.reference),
            None => Some(Reference::new(year, self.writing.next_counter(year).await?)),
        };
        let context = Context {
            now: self.now,
            actor: &self.actor,
            policy: &self.tables.policy,
            directory: &self.tables.directory,
            command: asked.id,
            reference,
            sightings: &sightings,
            problems: problems.as_deref(),
        };
        // A mistake in a rule must cost one answer, not the ledger.
        let judged = panic::catch_unwind(|| {
            carry_out(found.as_ref(), id, asked.command, other.as_ref(), &context)
        });
        match judged {
            Err(_) => Ok(Err(Failure::internal("a rule panicked"))),
            Ok(Err(refusal)) => {
                let incident = found.map(|incident| incident.id);
                self.refused(asked, incident, refusal).await
            }
            Ok(Ok((own, others))) => {
                if found.is_none() {
                    self.writing.take_counter(year);
                }
                self.raise_problem(&own.0, &own.1, problems.as_deref())
                    .await?;
                // The command's last entry is the one on the incident that it was given for.
                if let Some(changed) = others {
                    self.put(other.as_ref(), changed, None).await?;
                }
                self.count_no_longer(asked, &own.0).await?;
                let answer = self.write(asked, found.as_ref(), own).await?;
                Ok(Ok(Done::Incident(Box::new(answer))))
            }
        }
    }

    async fn other(&mut self, command: &Command) -> Result<Option<Incident>, StoreError> {
        match decide::also_changes(command) {
            None => Ok(None),
            Some((other, _)) => Ok(self.writing.incident(other).await?.map(|row| row.incident)),
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
        let around = self.trend_window(aware_at);
        self.writing.sightings(&key, id, around).await
    }

    /// What has ended as a duplicate or as logged by mistake is no sighting of a trend: proposals that
    /// counted it count it no longer (WSIC-MAJOR).
    async fn count_no_longer(
        &mut self,
        asked: &Asked<'_>,
        ended: &Incident,
    ) -> Result<(), StoreError> {
        let key = ended
            .facts
            .tidy_trend_key()
            .filter(|_| !ended.is_sighting());
        let Some(key) = key else { return Ok(()) };
        let around = self.trend_window(ended.awareness.staff_at);
        let sharing = self.writing.sightings(&key, ended.id, around).await?;
        for sighting in sharing {
            let Some(row) = self.writing.incident(sighting.incident).await? else {
                continue;
            };
            let around = self.trend_window(row.incident.awareness.staff_at);
            let sightings = self
                .writing
                .sightings(&key, row.incident.id, around)
                .await?;
            let context = Context {
                now: self.now,
                actor: &self.actor,
                policy: &self.tables.policy,
                directory: &self.tables.directory,
                command: asked.id,
                reference: None,
                sightings: &sightings,
                problems: None,
            };
            if let Some(changed) = decide::counts_no_longer(&row.incident, ended.id, &context) {
                self.put(Some(&row.incident), changed, None).await?;
            }
        }
        Ok(())
    }

    fn trend_window(&self, aware_at: Instant) -> (Instant, Instant) {
        let window = hours(self.tables.policy.trend.within_hours);
        (
            aware_at.checked_sub_signed(window).unwrap_or(aware_at),
            aware_at.checked_add_signed(window).unwrap_or(aware_at),
        )
    }

    /// The problems that the incident comes from, where the command asks for them.
    async fn problems_behind(
        &mut self,
        command: &Command,
        incident: IncidentId,
    ) -> Result<Option<Vec<Problem>>, StoreError> {
        let asks = matches!(command, Command::Closing(_) | Command::DeclareMajor(_));
        Ok(if asks {
            Some(self.writing.problems_of(incident).await?)
        } else {
            None
        })
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

    /// Writes an incident with its new entries, the last of them with the command's fingerprint where
    /// it was given for this incident, and returns the place of the last.
    pub(super) async fn put(
        &mut self,
        before: Option<&Incident>,
        (incident, entries): Changed,
        fingerprint: Option<&str>,
    ) -> Result<u64, StoreError> {
        self.follow_with_notices(&incident, &entries).await?;
        let mut entries = entries.into_iter().peekable();
        while let Some(entry) = entries.next() {
            let is_last = entries.peek().is_none();
            let record = Record::Event {
                incident: incident.id,
                entry,
                fingerprint: fingerprint.filter(|_| is_last).map(str::to_owned),
            };
            self.writing.append(&record)?;
        }
        let row = self.writing.put(before, &incident);
        let seq = row.changed_seq;
        self.tables
            .rows
            .retain(|known| known.incident.id != incident.id);
        self.tables.rows.push(row);
        Ok(seq)
    }

    async fn write(
        &mut self,
        asked: &Asked<'_>,
        before: Option<&Incident>,
        changed: Changed,
    ) -> Result<CommandAnswer, StoreError> {
        let incident = changed.0.clone();
        let events = changed.1.iter().map(|entry| &entry.event);
        let said = taken::said(
            events,
            &self.tables.directory,
            &self.tables.policy,
            When::After,
        );
        let fingerprint = asked.fingerprint(Some(incident.id))?;
        let seq = self.put(before, changed, Some(&fingerprint)).await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Incident(incident.id),
            seq,
        };
        self.writing.remember(asked.id, &stored)?;
        Ok(CommandAnswer {
            command: asked.id,
            outcome: Outcome::Applied,
            incident: projection::seen_by_author(&self.actor, &incident),
            seq: stored.seq,
            receipt: self.writing.head().hash.clone(),
            said,
        })
    }
}

/// An incident as it is now, with the entries that made it so.
pub(super) type Changed = (Incident, Vec<Entry>);

/// The incident that a command was given for, and the other one that it changes.
fn carry_out(
    incident: Option<&Incident>,
    id: IncidentId,
    command: &Command,
    other: Option<&Incident>,
    context: &Context<'_>,
) -> Result<(Changed, Option<Changed>), Refusal> {
    let own = decide::carry_out(incident, id, command, context)?;
    let others = match (incident, decide::also_changes(command)) {
        (Some(incident), Some((_, reason))) => {
            Some(decide::carry_over(incident, reason, other, context)?)
        }
        (Some(_) | None, _) => None,
    };
    Ok((own, others))
}

/// The trend key that a command brings into play, and the awareness time around which to look.
fn trend_of(command: &Command, incident: Option<&Incident>) -> Option<(Box<str>, Instant)> {
    let known = incident.map(|incident| incident.awareness.staff_at);
    match command {
        Command::Log(log) => Some((log.facts.tidy_trend_key()?, log.aware_at)),
        Command::Triage(triage) => Some((triage.facts.tidy_trend_key()?, known?)),
        Command::DeclareMajor(_) => Some((incident?.facts.tidy_trend_key()?, known?)),
        Command::CorrectAwareness(_)
        | Command::Grade(_)
        | Command::Acknowledge(_)
        | Command::UndoAcknowledge(_)
        | Command::Reassign(_)
        | Command::AcceptAssignment(_)
        | Command::DeclineAssignment(_)
        | Command::Escalate(_)
        | Command::Inform(_)
        | Command::StrikeAttempt(_)
        | Command::NotifyPartners(_)
        | Command::RecordPartnerAnswer(_)
        | Command::Note(_)
        | Command::DeclineMajor(_)
        | Command::EndMajor(_)
        | Command::Retitle(_)
        | Command::CorrectOccurrence(_)
        | Command::AnswerEffect(_)
        | Command::ExplainDelay(_)
        | Command::RequireContact(_)
        | Command::ReleaseContact(_)
        | Command::Regulator(_)
        | Command::Subjects(_)
        | Command::Hosting(_)
        | Command::Investigation(_)
        | Command::Learning(_)
        | Command::Closing(_) => None,
    }
}
