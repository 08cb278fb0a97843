//! An alert of a tool: heard of before? where does it belong? Then it is a command like any other, given
//! by the tool.
//!
//! What was heard of it is looked up and kept in the same transaction, so that the same alert, sent
//! twice at once or to two servers, is one incident.

use super::incident::Asked;
use super::{Bench, Done, Verdict};
use crate::domain::command::Command;
use crate::domain::id::{IncidentId, OrganisationId};
use crate::domain::intake::{self, CameOf, Heard, Said, Step};
use crate::server::Desk;
use crate::server::audit::Record;
use crate::server::failure::Failure;
use crate::server::ledger::{Report, Tables, Target};
use crate::server::store::{AlertColumns, StoreError, Writing};
use chrono::SubsecRound;

/// Judges what a tool reports and writes what follows.
///
/// # Errors
/// Only where the database fails; a refusal is a verdict.
pub(crate) async fn take_in(
    desk: &Desk,
    writing: &mut Writing,
    tables: &mut Tables,
    report: &Report,
) -> Result<Verdict, StoreError> {
    let now = desk.clock.now().trunc_subsecs(0);
    let session = writing.session(&report.session).await?;
    if !session.is_some_and(|session| session.is_valid_at(now)) {
        return Ok(Err(Failure::not_signed_in()));
    }
    let Report { tool, alert, .. } = report;
    let heard = writing.heard(tool, &alert.key).await?;
    let step = intake::what_follows(alert, heard.as_ref());
    let (organisation, target, command) = match step {
        Step::Open => match desk.intake.place(tool, alert) {
            Err(refusal) => return Ok(Err(refusal.into())),
            Ok(placement) => {
                let log = intake::log(tool, alert, &placement, now, &tables.policy.intake);
                (placement.organisation, None, Command::Log(Box::new(log)))
            }
        },
        Step::Note(incident) => {
            let organisation = home(writing, incident).await?;
            let note = Command::Note(intake::note(tool, alert, now));
            (organisation, Some(incident), note)
        }
        Step::Repeated(incident) => {
            let row = writing.incident(incident).await?;
            let known = row.ok_or(StoreError::Garbled)?.incident;
            match intake::note_of_left_out(tool, alert, &known) {
                Some(note) => (
                    known.logged_by.organisation,
                    Some(incident),
                    Command::Note(note),
                ),
                None => return Ok(Ok(Done::TakenIn(CameOf::Repeated, known.reference))),
            }
        }
        Step::Unknown => return Ok(Ok(Done::TakenIn(CameOf::Unknown, None))),
    };
    let mut bench = Bench {
        desk,
        writing,
        tables,
        actor: tool.reporting_for(&organisation),
        now,
    };
    // A repetition says nothing new of the alert, whatever it says of others.
    let said = match (step, heard) {
        (Step::Repeated(_), Some(heard)) => heard.said,
        (Step::Open | Step::Note(_) | Step::Repeated(_) | Step::Unknown, _) => alert.said,
    };
    bench.give(report, target, &command, said).await
}

/// For whom the tool reported an incident.
async fn home(writing: &mut Writing, incident: IncidentId) -> Result<OrganisationId, StoreError> {
    let row = writing.incident(incident).await?;
    let row = row.ok_or(StoreError::Garbled)?;
    Ok(row.incident.logged_by.organisation)
}

impl Bench<'_> {
    async fn give(
        &mut self,
        report: &Report,
        target: Option<IncidentId>,
        command: &Command,
        said: Said,
    ) -> Result<Verdict, StoreError> {
        let asked = Asked {
            id: report.command,
            target: target.map(Target::Id),
            command,
            seen: None,
        };
        match self.incident(&asked).await? {
            Err(failure) => Ok(Err(failure)),
            Ok(Done::Incident(answer)) => {
                self.remember_alert(report, answer.incident.id, said)
                    .await?;
                let came_of = target.map_or(CameOf::Opened, |_| CameOf::Noted);
                Ok(Ok(Done::TakenIn(came_of, answer.incident.reference)))
            }
            Ok(other) => Ok(Err(other.out_of_place())),
        }
    }

    async fn remember_alert(
        &mut self,
        report: &Report,
        incident: IncidentId,
        said: Said,
    ) -> Result<(), StoreError> {
        let Report { tool, alert, .. } = report;
        let heard = Heard { incident, said };
        let record = Record::Alert {
            at: self.now,
            tool: tool.clone(),
            key: alert.key.clone(),
            said,
            incident,
            command: report.command,
        };
        self.writing.append(&record)?;
        let columns = AlertColumns::of(tool, &alert.key, &heard);
        self.writing.put_heard(&columns).await
    }
}
