//! One request inside the writing transaction: seen before? allowed? at the version that was seen?
//! within the rules? Then it is written.
//!
//! The rules themselves are `domain::decide`'s; this is the order in which they are asked, and what
//! is written down of the answer. Roles and session are those of this very moment.

mod alarm;
mod delivery;
mod directory;
mod holidays;
mod incident;
mod intake;
mod notice;
mod problem;
mod reading;
mod report;
mod retention;

use super::audit::{self, Record};
use super::failure::Failure;
use super::ledger::{Ask, Request, Tables, Told};
use super::store::{StoreError, StoredCommand, Subject, Writing};
use super::{Desk, history};
use crate::api::types::{
    CommandAnswer, DeliveryRecord, DirectoryAnswer, FrozenReport, ProblemAnswer, RetentionAnswer,
};
use crate::domain::Instant;
use crate::domain::alarm::RaisedAlarm;
use crate::domain::directory::{Actor, Directory};
use crate::domain::event::THE_DESK;
use crate::domain::id::{CommandId, IncidentId, Reference};
use crate::domain::intake::CameOf;
use crate::domain::policy::Policy;
use chrono::SubsecRound;
use incident::Asked;
pub(crate) use intake::take_in;
use problem::AskedOfProblem;
use serde_json::Value;

/// What came of a request that was not refused.
#[derive(Clone, Debug)]
pub(crate) enum Done {
    /// An incident has changed.
    Incident(Box<CommandAnswer>),
    /// A problem has changed.
    Problem(Box<ProblemAnswer>),
    /// The directory has changed.
    Directory(Box<DirectoryAnswer>),
    /// An incident had been changed by this very command before.
    IncidentReplayed(Box<CommandAnswer>),
    /// A problem had been changed by this very command before.
    ProblemReplayed(Box<ProblemAnswer>),
    /// The directory had been changed by this very command before.
    DirectoryReplayed(Box<DirectoryAnswer>),
    /// The trail tells that a case was read.
    ReadingNoted,
    /// A report was frozen.
    Report(Box<FrozenReport>),
    /// A report had been frozen by this very command before.
    ReportReplayed(Box<FrozenReport>),
    /// Somebody knows of an alarm.
    Alarm(Box<RaisedAlarm>),
    /// What came of a tool's alert, and the incident that it is.
    TakenIn(CameOf, Option<Reference>),
    /// Something was said of what is kept.
    Retention(Box<RetentionAnswer>),
    /// It had been said by this very command before.
    RetentionReplayed(Box<RetentionAnswer>),
    /// A message was queued.
    DeliveryQueued(Box<DeliveryRecord>),
    /// A message had been queued by this very command before.
    DeliveryReplayed(Box<DeliveryRecord>),
    /// An incident's record tells how far a notice has come.
    NoticeTold,
    /// The session has ended.
    SignedOut,
}

impl Done {
    /// What a request is answered with is settled by what was asked. Any other answer is a fault of
    /// ours, whichever it is.
    pub(crate) fn out_of_place(&self) -> Failure {
        Failure::internal("the ledger answered another question")
    }
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
    if let Ask::OfTheDesk(told) = &request.ask {
        let mut bench = Bench {
            desk,
            writing,
            tables,
            actor: the_desk(),
            now,
        };
        return match told {
            Told::Progressed(delivery) => bench.progressed(*delivery).await,
            Told::NoticeAcknowledged(given) => bench.acknowledge_by_link(given).await,
        };
    }
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
            };
            bench.incident(&asked).await
        }
        Ask::Problem {
            command,
            target,
            body,
            seen,
        } => {
            let asked = AskedOfProblem {
                id: *command,
                target: *target,
                command: body,
                seen: *seen,
            };
            bench.problem(&asked).await
        }
        Ask::Directory {
            command,
            body,
            seen,
        } => bench.directory(*command, body, *seen).await,
        Ask::Holidays { command, body } => bench.holidays(*command, body).await,
        Ask::Read { incident } => bench.reading(&request.session, *incident).await,
        Ask::Report {
            command,
            body,
            report,
        } => bench.report(*command, body, report.as_deref()).await,
        Ask::Alarm {
            command,
            alarm,
            receipt,
        } => bench.alarm(*command, *alarm, *receipt).await,
        Ask::TestDelivery { command, body } => bench.test_delivery(*command, body).await,
        Ask::Retention { command, body } => bench.retention(*command, body).await,
        // Answered above, where nobody is signed in.
        Ask::OfTheDesk(_) => Ok(Err(Failure::not_signed_in())),
        Ask::SignOut => bench.sign_out(&request.session).await,
    }
}

/// The desk itself, which has no role and may do nothing that is judged.
fn the_desk() -> Actor {
    Actor {
        person: THE_DESK.into(),
        organisation: THE_DESK.into(),
        roles: Vec::new(),
    }
}

/// What makes two requests the same: what is asked, of which incident or problem. How that was named,
/// spaces, the order of fields and fields that say nothing are not.
fn fingerprint(
    target: Option<impl std::fmt::Display>,
    body: &impl serde::Serialize,
) -> Result<String, StoreError> {
    let target = target.map_or_else(String::new, |id| id.to_string());
    let mut body = serde_json::to_value(body)?;
    drop_nulls(&mut body);
    Ok(audit::sha256(&format!("{target}\n{body}")))
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl Bench<'_> {
    /// Only what has been committed is answered again; the same id for anything else is a mistake.
    async fn replay(
        &mut self,
        id: CommandId,
        fingerprint: &str,
        stored: StoredCommand,
    ) -> Result<Verdict, StoreError> {
        if stored.person != self.actor.person || stored.fingerprint != fingerprint {
            return Ok(Err(Failure::command_id_reused()));
        }
        match stored.subject {
            Subject::Directory => {
                let receipt = self.writing.hash_of(stored.seq).await?;
                let answer = self.directory_answer(id, stored.seq, receipt);
                Ok(Ok(Done::DirectoryReplayed(Box::new(answer))))
            }
            Subject::Incident(incident) => {
                let past = self.writing.history(incident, stored.seq).await?;
                let desk: (&Directory, &Policy) = (&self.tables.directory, &self.tables.policy);
                let answer = history::recall(id, incident, &past, &self.actor, desk)?;
                Ok(answer.map_or_else(
                    || Err(Failure::not_found()),
                    |answer| Ok(Done::IncidentReplayed(Box::new(answer))),
                ))
            }
            Subject::Problem(problem) => self.replay_of_problem(id, problem, stored.seq).await,
        }
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
            problem: None,
        };
        self.writing.append(&denied)?;
        Ok(())
    }

    async fn sign_out(&mut self, session: &str) -> Result<Verdict, StoreError> {
        self.writing.revoke_session(session, self.now).await?;
        let record = Record::SessionRevoked {
            at: self.now,
            session: session.to_owned(),
            person: self.actor.person.clone(),
        };
        self.writing.append(&record)?;
        Ok(Ok(Done::SignedOut))
    }
}
