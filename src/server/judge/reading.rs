//! That a case was read: an entry in the trail, and nothing else (BOB-SEC).

use super::{Bench, Done, Verdict};
use crate::domain::id::IncidentId;
use crate::domain::permission;
use crate::server::audit::Record;
use crate::server::failure::Failure;
use crate::server::store::StoreError;

impl Bench<'_> {
    /// Who may not see it any more at this moment gets no entry, and nothing to read.
    pub(super) async fn reading(
        &mut self,
        session: &str,
        incident: Option<IncidentId>,
    ) -> Result<Verdict, StoreError> {
        let by = match incident {
            None => permission::reads_audit_as(&self.actor),
            Some(id) => {
                let row = self.writing.incident(id).await?;
                row.and_then(|row| permission::sees_as(&self.actor, &row.incident))
            }
        };
        let Some(by) = by else {
            return Ok(Err(Failure::not_found()));
        };
        let record = Record::Reading {
            at: self.now,
            by,
            session: session.to_owned(),
            case: incident,
        };
        self.writing.append(&record)?;
        Ok(Ok(Done::ReadingNoted))
    }
}
