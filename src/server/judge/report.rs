//! A report that is to be frozen: who may, and what is kept of it.
//!
//! The figures were worked out before the transaction, from what was committed then; what is judged
//! here is the right to freeze them, with the roles of this very moment.

use super::{Bench, Done, Verdict, fingerprint};
use crate::domain::id::CommandId;
use crate::domain::refusal::Refusal;
use crate::domain::reporting::{self, Commission, ReportCommand, ReportFrozen};
use crate::report::Report;
use crate::server::audit::{self, Record};
use crate::server::failure::Failure;
use crate::server::reports;
use crate::server::store::{ReportColumns, StoreError, StoredCommand, Subject};

impl Bench<'_> {
    pub(super) async fn report(
        &mut self,
        id: CommandId,
        command: &ReportCommand,
        report: Option<&Report>,
    ) -> Result<Verdict, StoreError> {
        let fingerprint = fingerprint(Some("report"), command)?;
        if let Some(stored) = self.writing.command(id).await? {
            return self.frozen_before(id, &fingerprint, &stored).await;
        }
        let ReportCommand::Freeze {
            kind, organisation, ..
        } = command;
        let commission = reporting::to_freeze(*kind, &self.actor, organisation.as_ref());
        let commission = match commission {
            Ok(commission) => commission,
            Err(refusal) => return self.not_frozen(id, refusal).await,
        };
        let of_that_role = |report: &&Report| report.organisation == *commission.organisation();
        match report.filter(of_that_role) {
            Some(report) => self.freeze(id, fingerprint, report, &commission).await,
            None => Ok(Err(Failure::unavailable("roles changed meanwhile"))),
        }
    }

    async fn freeze(
        &mut self,
        id: CommandId,
        fingerprint: String,
        report: &Report,
        commission: &Commission,
    ) -> Result<Verdict, StoreError> {
        let body = serde_json::to_string(report)?;
        let event = ReportFrozen {
            kind: report.kind,
            period: report.period,
            organisation: report.organisation.clone(),
            sha256: audit::sha256(&body),
        };
        let record = Record::Report {
            at: self.now,
            by: commission.by.clone(),
            command: id,
            event: event.clone(),
            fingerprint: Some(fingerprint.clone()),
        };
        let seq = self.writing.append(&record)?;
        let columns = ReportColumns::of(id, &event, &commission.by, self.now, body, seq);
        self.writing.put_report(&columns).await?;
        let stored = StoredCommand {
            person: self.actor.person.clone(),
            fingerprint,
            subject: Subject::Directory,
            seq,
        };
        self.writing.remember(id, &stored)?;
        let receipt = self.writing.head().hash.clone();
        let frozen = reports::frozen(columns, receipt)?;
        Ok(Ok(Done::Report(Box::new(frozen))))
    }

    /// The report as it was frozen by this very command.
    async fn frozen_before(
        &mut self,
        id: CommandId,
        fingerprint: &str,
        stored: &StoredCommand,
    ) -> Result<Verdict, StoreError> {
        let is_same = stored.person == self.actor.person && stored.fingerprint == fingerprint;
        let report = self.writing.frozen_report(id).await?.filter(|_| is_same);
        let Some(report) = report else {
            return Ok(Err(Failure::command_id_reused()));
        };
        let receipt = self.writing.hash_of(report.seq).await?;
        let frozen = reports::frozen(report, receipt)?;
        Ok(Ok(Done::ReportReplayed(Box::new(frozen))))
    }

    async fn not_frozen(&mut self, id: CommandId, refusal: Refusal) -> Result<Verdict, StoreError> {
        self.deny(id, "freeze_report", None).await?;
        Ok(Err(refusal.into()))
    }
}
