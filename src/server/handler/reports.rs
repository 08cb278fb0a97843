//! Reports for a period: as of now, frozen, and those that were frozen.

use super::command::replayed;
use super::docs::{CommandProblems, ReadProblems, ReportProblems};
use super::{Answer, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{FrozenReport, FrozenReportPage};
use crate::domain::directory::Actor;
use crate::domain::id::OrganisationId;
use crate::domain::reporting::{self, Period, ReportCommand, ReportKind};
use crate::report::Report;
use crate::server::auth::Principal;
use crate::server::extract::{Asked, Body, CommandKey, NamedCommand};
use crate::server::failure::Failure;
use crate::server::frame::set;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use crate::server::store::ReportColumns;
use crate::server::{Desk, reports};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The most frozen reports on a page.
const LARGEST_PAGE: u32 = 50;

/// Which days, both ends included, in Europe/London.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PeriodQuery {
    /// The first day
    from: NaiveDate,
    /// The last day
    to: NaiveDate,
    /// Whose, where a role is held for several organisations
    #[param(value_type = Option<String>)]
    organisation: Option<OrganisationId>,
}

/// A report as of now; 409 where a rule keeps it back
#[utoipa::path(
    get, path = route::REPORT, operation_id = "show_report", tag = "reports",
    params(("kind" = ReportKind, Path, description = "Which report"), PeriodQuery),
    security(("token" = [])),
    responses((status = 200, description = "The report", body = Report), ReportProblems)
)]
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Path(kind): Path<String>,
    Asked(query): Asked<PeriodQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let kind: ReportKind = kind.parse().map_err(|error: reporting::UnknownReport| {
        Failure::new(Code::NotFound, error.to_string())
    })?;
    let commission = reporting::to_read(kind, &actor, query.organisation.as_ref())?;
    let period = Period::new(query.from, query.to)
        .and_then(|period| kind.check(period).map(|()| period))
        .map_err(|refusal| Failure::new(Code::BadRequest, refusal.sentence))?;
    let report = reports::make(&desk, &actor, &commission, kind, period).await?;
    Ok(json(&report))
}

/// Freeze a report: it is kept as it is now, and the audit trail tells its hash
#[utoipa::path(
    post, path = route::REPORTS, operation_id = "freeze_report", tag = "reports",
    params(("Idempotency-Key" = Uuid, Header, description = "The id of the command, which becomes the id of the report")),
    request_body = ReportCommand, security(("token" = [])),
    responses(
        (status = 201, description = "Frozen", body = FrozenReport,
            headers(("Location" = String, description = "The report"))),
        CommandProblems
    )
)]
pub(super) async fn freeze(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    Body(body): Body<ReportCommand>,
) -> Answer {
    let ReportCommand::Freeze {
        kind,
        from,
        to,
        organisation,
    } = &body;
    let (kind, period) = (*kind, Period::new(*from, *to)?);
    kind.check(period)?;
    let actor = principal.actor(&desk, desk.clock.now())?;
    // What was carried out before is answered again, and what nobody here may do is written down as
    // denied: for neither is a report made.
    let is_known = desk.store.command(command).await?.is_some();
    let report = match reporting::to_freeze(kind, &actor, organisation.as_ref()) {
        Ok(commission) if !is_known => {
            Some(reports::make(&desk, &actor, &commission, kind, period).await?)
        }
        Ok(_) | Err(_) => None,
    };
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::Report {
            command,
            body,
            report: report.map(Box::new),
        },
    };
    let mut response = match desk.ledger()?.ask(&desk, request).await? {
        Done::Report(frozen) => json(&frozen),
        Done::ReportReplayed(frozen) => replayed(json(&frozen)),
        other => return Err(other.out_of_place()),
    };
    *response.status_mut() = StatusCode::CREATED;
    let location = route::frozen_report(command);
    set(response.headers_mut(), "location", &location);
    Ok(response)
}

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FrozenQuery {
    /// `next` of the page before
    cursor: Option<u64>,
}

/// Reports that were frozen and that the person may read, oldest first
#[utoipa::path(
    get, path = route::FROZEN_REPORTS, operation_id = "list_frozen_reports", tag = "reports",
    params(FrozenQuery), security(("token" = [])),
    responses((status = 200, description = "A page", body = FrozenReportPage), ReadProblems)
)]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Asked(query): Asked<FrozenQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let after = query.cursor.unwrap_or(0).min(i64::MAX as u64);
    let page = desk.store.frozen_reports(after, LARGEST_PAGE).await?;
    let next = match page.last() {
        Some(last) if page.len() == LARGEST_PAGE as usize => Some(last.seq.to_string()),
        Some(_) | None => None,
    };
    let mut shown = Vec::new();
    for report in page {
        if may_read(&actor, &report) {
            shown.push(told(&desk, report).await?);
        }
    }
    Ok(json(&FrozenReportPage {
        reports: shown,
        next,
    }))
}

/// One report that was frozen, as it was
#[utoipa::path(
    get, path = route::FROZEN_REPORT, operation_id = "show_frozen_report", tag = "reports",
    params(("id" = Uuid, Path, description = "The id of the command that froze it")),
    security(("token" = [])),
    responses((status = 200, description = "The report", body = FrozenReport), ReadProblems)
)]
pub(super) async fn show_frozen(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    NamedCommand(id): NamedCommand,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let report = desk.store.frozen_report(id).await?;
    let report = report
        .filter(|report| may_read(&actor, report))
        .ok_or_else(|| {
            let detail = "No report that you may read was frozen under this id";
            Failure::new(Code::NotFound, detail)
        })?;
    Ok(json(&told(&desk, report).await?))
}

/// Whoever may read such a report of that organisation.
fn may_read(actor: &Actor, report: &ReportColumns) -> bool {
    let kind: Option<ReportKind> = report.kind.parse().ok();
    let organisation = OrganisationId::from(report.organisation.as_str());
    kind.is_some_and(|kind| reporting::to_read(kind, actor, Some(&organisation)).is_ok())
}

async fn told(desk: &Desk, report: ReportColumns) -> Result<FrozenReport, Failure> {
    let receipt = desk.store.hash_of(report.seq).await?.unwrap_or_default();
    Ok(reports::frozen(report, receipt)?)
}
