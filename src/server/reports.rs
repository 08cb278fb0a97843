//! Making reports from what is stored, and what is kept of those that were frozen.
//!
//! Deliberately knows no figure and no right: `report` and `domain::reporting` do.

use super::Desk;
use super::failure::Failure;
use super::store::{Lookup, ReportColumns, StoreError};
use crate::api::types::FrozenReport;
use crate::domain::Instant;
use crate::domain::closing::Ended;
use crate::domain::directory::Actor;
use crate::domain::event::Signature;
use crate::domain::id::{CommandId, IncidentId, OrganisationId};
use crate::domain::incident::Incident;
use crate::domain::reporting::{Commission, Period, ReportFrozen, ReportKind};
use crate::domain::retention::Remains;
use crate::domain::role::Role;
use crate::domain::search::Term;
use crate::report::figures::Basis;
use crate::report::{self, Report};
use chrono::DateTime;
use std::collections::BTreeMap;

/// How many incidents are read at once.
const PAGE: u32 = 200;

/// A report as of now.
pub(super) async fn make(
    desk: &Desk,
    actor: &Actor,
    commission: &Commission,
    kind: ReportKind,
    period: Period,
) -> Result<Report, Failure> {
    let now = desk.clock.now();
    let incidents = covered(desk, actor, commission, period).await?;
    let directory = desk.feed.directory();
    let basis = Basis {
        incidents: incidents.iter().collect(),
        period,
        organisation: commission.organisation(),
        directory: &directory,
        policy: &desk.policy,
        now,
    };
    let mut report = report::make(kind, &basis)?;
    let erased = erased(desk, commission, period).await?;
    report
        .document
        .sections
        .extend(report::erased::section(&erased));
    Ok(report)
}

/// The incidents that a report of the period may tell of, in the order of their ids: those that were
/// logged in it, and those of which a regulator was told in one of its months. The index of the search
/// knows both, so what lies outside the period costs nothing. An incident that goes on for one of them
/// comes along, whenever it was logged (REG-WHOLE).
async fn covered(
    desk: &Desk,
    actor: &Actor,
    commission: &Commission,
    period: Period,
) -> Result<Vec<Incident>, StoreError> {
    let (from, to) = period.bounds();
    let logged = Lookup::along(Term::every(), from, to);
    let told = period.months().map(Term::told_in);
    let told = told.map(|month| Lookup::along(month, Instant::UNIX_EPOCH, Instant::MAX_UTC));
    let mut covered = BTreeMap::new();
    for mut lookup in std::iter::once(logged).chain(told) {
        lookup.look_at = PAGE;
        loop {
            let page = desk.store.look_up(&lookup).await?;
            let Some(last) = page.last() else { break };
            lookup.after = last.place.clone();
            let incidents = page.into_iter().filter_map(|found| found.row);
            let concerned = incidents
                .map(|row| row.incident)
                .filter(|found| period.concerns(found) && commission.covers(actor, found));
            covered.extend(concerned.map(|incident| (incident.id, incident)));
        }
    }
    let mut after: Vec<IncidentId> = covered.values().filter_map(goes_on_as).collect();
    while let Some(id) = after.pop() {
        let unknown = !covered.contains_key(&id);
        let found = if unknown {
            desk.store.incident(id).await?
        } else {
            None
        };
        if let Some(row) = found.filter(|row| commission.covers(actor, &row.incident)) {
            after.extend(goes_on_as(&row.incident));
            covered.insert(id, row.incident);
        }
    }
    Ok(covered.into_values().collect())
}

/// What is left of the incidents of a period to which the organisation was party.
async fn erased(
    desk: &Desk,
    commission: &Commission,
    period: Period,
) -> Result<Vec<Remains>, StoreError> {
    let mut erased = desk.store.erased_between(period.bounds()).await?;
    erased.retain(|remains| remains.parties.contains(commission.organisation()));
    Ok(erased)
}

/// The incident that goes on for a duplicate.
fn goes_on_as(incident: &Incident) -> Option<IncidentId> {
    match incident.casework().closing.ended.as_ref()? {
        Ended::Duplicate { of, .. } => Some(*of),
        Ended::Withdrawn { .. } => None,
    }
}

impl ReportColumns {
    /// What is stored of a report that this entry of the trail tells of.
    pub(crate) fn of(
        id: CommandId,
        event: &ReportFrozen,
        by: &Signature,
        at: Instant,
        body: String,
        seq: u64,
    ) -> Self {
        Self {
            id: id.to_string(),
            kind: event.kind.code().to_owned(),
            organisation: event.organisation.as_str().to_owned(),
            first_day: event.period.from.to_string(),
            last_day: event.period.to.to_string(),
            frozen_at: at.timestamp_millis(),
            role: by.role.code().to_owned(),
            sha256: event.sha256.clone(),
            body,
            seq,
        }
    }
}

/// A frozen report as it is told.
pub(super) fn frozen(columns: ReportColumns, receipt: String) -> Result<FrozenReport, StoreError> {
    let garbled = || StoreError::Garbled;
    let day = |text: &str| text.parse().map_err(|_| garbled());
    Ok(FrozenReport {
        id: CommandId(columns.id.parse().map_err(|_| garbled())?),
        kind: columns.kind.parse().map_err(|_| garbled())?,
        organisation: OrganisationId::from(columns.organisation.as_str()),
        from: day(&columns.first_day)?,
        to: day(&columns.last_day)?,
        frozen_at: DateTime::from_timestamp_millis(columns.frozen_at).ok_or_else(garbled)?,
        role: Role::from_code(&columns.role).ok_or_else(garbled)?,
        sha256: columns.sha256,
        body: columns.body,
        seq: columns.seq,
        receipt,
    })
}
