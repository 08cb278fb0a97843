//! Reading incidents: pages, one, and what became true of one.

use super::docs::ReadProblems;
use super::{Answer, json, json_with};
use crate::api::problem::Code;
use crate::api::route::{self, header};
use crate::api::types::{IncidentPage, Reading, ReadingPage, TimelineEntry, TimelinePage};
use crate::domain::Instant;
use crate::domain::directory::Actor;
use crate::domain::id::IncidentId;
use crate::domain::incident::{Incident, Status};
use crate::domain::permission;
use crate::server::Desk;
use crate::server::audit::{self, Record};
use crate::server::auth::Principal;
use crate::server::cursor::{self, Cursor};
use crate::server::extract::{Asked, Named};
use crate::server::failure::Failure;
use crate::server::frame::set;
use crate::server::ledger::Target;
use crate::server::projection::{self, Sight};
use crate::server::readings;
use crate::server::store::{
    IncidentQuery, Row, RowPlace, Sealed, Sort, StoreError, due_at, ended_rank,
};
use axum::extract::State;
use chrono::TimeDelta;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// The most incidents on a page.
const LARGEST_PAGE: u32 = 200;

/// How many incidents are looked at for one page, for somebody who may see few of them.
const LOOKED_AT: u32 = 2000;

/// Which incidents, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How far the procedure has come
    status: Option<Status>,
    /// The organisation whose procedure is followed
    #[param(value_type = Option<String>)]
    organisation: Option<String>,
    /// `changed`: the newest change first (the default); `due`: the nearest deadline first; `recent`:
    /// only what is open, the nearest deadline first, and what ended in the policy's `ended_days`
    #[serde(default)]
    #[param(inline)]
    sort: SortBy,
    /// How many at most; a page may hold fewer and still have a `next`
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before
    cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SortBy {
    #[default]
    Changed,
    Due,
    Recent,
}

/// One page of the incidents that the person may see
#[utoipa::path(
    get, path = route::INCIDENTS, operation_id = "list_incidents", tag = "incidents",
    params(ListQuery), security(("token" = [])),
    responses((status = 200, description = "A page", body = IncidentPage), ReadProblems)
)]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Asked(query): Asked<ListQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    // Read before the incidents: what changes meanwhile is told again, never left out.
    let head = desk.feed.head();
    let (mut incidents, next) = page(&desk, &actor, store_query(query, ended_from(&desk))?).await?;
    for incident in &mut incidents {
        principal.limit(&actor, incident);
    }
    let changes_after = Cursor {
        mark: head.mark(),
        epoch: head.epoch,
        view: cursor::view(&actor),
        seq: head.changed_seq,
    };
    Ok(json(&IncidentPage {
        incidents,
        next,
        changes_after: changes_after.to_string(),
        server_time: desk.clock.now(),
    }))
}

/// Since when an incident must have ended to be recent.
fn ended_from(desk: &Desk) -> Instant {
    let days = TimeDelta::days(desk.policy.board.ended_days.into());
    desk.clock.now() - days
}

fn store_query(query: ListQuery, ended_from: Instant) -> Result<IncidentQuery, Failure> {
    let limit = query.limit.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        let detail = format!("limit lies between 1 and {LARGEST_PAGE}");
        return Err(Failure::new(Code::BadRequest, detail));
    }
    let organisation = query.organisation.unwrap_or_default();
    if organisation.contains('\0') {
        return Err(Failure::new(
            Code::BadRequest,
            "organisation is a short name",
        ));
    }
    let no_cursor = || Failure::new(Code::BadRequest, "cursor is the next of an earlier page");
    let after = query
        .cursor
        .map(|text| place(&text).ok_or_else(no_cursor))
        .transpose()?;
    Ok(IncidentQuery {
        status: query.status.map_or("", as_stored).to_owned(),
        organisation,
        sort: match query.sort {
            SortBy::Changed => Sort::Changed,
            SortBy::Due => Sort::Due,
            SortBy::Recent => Sort::Recent,
        },
        after,
        ended_from,
        limit,
    })
}

fn as_stored(status: Status) -> &'static str {
    match status {
        Status::Logged => "LOGGED",
        Status::Triaged => "TRIAGED",
        Status::Investigating => "INVESTIGATING",
        Status::Resolved => "RESOLVED",
        Status::Closed => "CLOSED",
        Status::Audited => "AUDITED",
        Status::Duplicate => "DUPLICATE",
        Status::Withdrawn => "WITHDRAWN",
    }
}

/// The sort keys and the id in a cursor of this list.
fn place(text: &str) -> Option<RowPlace> {
    let mut parts = text.split('~');
    let (key, second, id) = (parts.next()?, parts.next()?, parts.next()?);
    let id: uuid::Uuid = id.parse().ok()?;
    let is_all = parts.next().is_none();
    is_all.then_some((key.parse().ok()?, second.parse().ok()?, id.to_string()))
}

fn place_of(row: &Row, sort: Sort) -> RowPlace {
    let (key, second) = match sort {
        Sort::Changed => (i64::try_from(row.changed_seq).unwrap_or(i64::MAX), 0),
        Sort::Due => (due_at(&row.incident), 0),
        Sort::Recent => (ended_rank(&row.incident), due_at(&row.incident)),
    };
    (key, second, row.incident.id.to_string())
}

/// Incidents up to the limit that the actor may see, and where to go on.
async fn page(
    desk: &Desk,
    actor: &Actor,
    mut query: IncidentQuery,
) -> Result<(Vec<Incident>, Option<String>), StoreError> {
    let limit = query.limit as usize;
    if !permission::sees_everything(actor) {
        // Of many rows few may be theirs.
        query.limit = LARGEST_PAGE;
    }
    let (mut shown, mut looked_at) = (Vec::new(), 0);
    loop {
        let rows = desk.store.incidents(&query).await?;
        let is_last = rows.len() < query.limit as usize;
        looked_at += query.limit;
        for (place_in_rows, row) in rows.iter().enumerate() {
            query.after = Some(place_of(row, query.sort));
            shown.extend(projection::seen(actor, &row.incident));
            let is_full = shown.len() == limit;
            if is_full && !(is_last && place_in_rows + 1 == rows.len()) {
                return Ok((shown, cursor_at(&query)));
            }
        }
        if is_last {
            return Ok((shown, None));
        }
        if looked_at >= LOOKED_AT {
            return Ok((shown, cursor_at(&query)));
        }
    }
}

fn cursor_at(query: &IncidentQuery) -> Option<String> {
    let (key, second, id) = query.after.as_ref()?;
    Some(format!("{key}~{second}~{id}"))
}

/// One incident, by id or by reference
#[utoipa::path(
    get, path = route::INCIDENT, operation_id = "show_incident", tag = "incidents",
    params(("id" = String, Path, description = "The id, or a reference such as INC-26-0423-K")),
    security(("token" = [])),
    responses(
        (status = 200, description = "The incident", body = Incident,
            headers(("ETag" = String, description = "The version, quoted: If-Match of a command"))),
        ReadProblems
    )
)]
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Named(target): Named,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let (_, sight, incident) = find(&desk, &actor, target).await?;
    readings::note(&desk, &principal, Some(incident.id)).await?;
    let incident = projection::as_seen(sight, &actor, &incident);
    Ok(json_with(&incident, |headers| {
        set(headers, header::ETAG, &route::etag(incident.version));
    }))
}

/// An incident that the actor may see, with the place of its last change.
pub(super) async fn find(
    desk: &Desk,
    actor: &Actor,
    target: Target,
) -> Result<(u64, Sight, Incident), Failure> {
    let row = stored(desk, target).await?;
    let sight = projection::sight(actor, &row.incident).ok_or_else(Failure::not_found)?;
    Ok((row.changed_seq, sight, row.incident))
}

/// The id of an incident about whose messages the actor may know.
pub(super) async fn find_of_deliveries(
    desk: &Desk,
    actor: &Actor,
    target: Target,
) -> Result<IncidentId, Failure> {
    let incident = stored(desk, target).await?.incident;
    if permission::may_see_deliveries(actor, Some(&incident)) {
        Ok(incident.id)
    } else {
        Err(Failure::not_found())
    }
}

/// An incident as it is stored, whoever asks.
async fn stored(desk: &Desk, target: Target) -> Result<Row, Failure> {
    let row = match target {
        Target::Id(id) => desk.store.incident(id).await?,
        Target::Reference(reference) => desk.store.by_reference(reference).await?,
    };
    row.ok_or_else(Failure::not_found)
}

/// From where on, and how many.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TimelineQuery {
    /// `next` of the page before
    cursor: Option<u64>,
    /// How many at most
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// What became true of an incident, oldest first
#[utoipa::path(
    get, path = route::TIMELINE, operation_id = "show_timeline", tag = "incidents",
    params(
        ("id" = String, Path, description = "The id, or a reference such as INC-26-0423-K"),
        TimelineQuery
    ),
    security(("token" = [])),
    responses((status = 200, description = "A page", body = TimelinePage), ReadProblems)
)]
pub(super) async fn timeline(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Named(target): Named,
    Asked(query): Asked<TimelineQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let (_, sight, incident) = find(&desk, &actor, target).await?;
    readings::note(&desk, &principal, Some(incident.id)).await?;
    let (sealed, next) = entries_of(&desk, incident.id, &query).await?;
    let mut entries = Vec::with_capacity(sealed.len());
    for sealed in sealed {
        entries.extend(timeline_entry(sight, &actor, &incident, sealed)?);
    }
    Ok(json(&TimelinePage { entries, next }))
}

fn timeline_entry(
    sight: Sight,
    actor: &Actor,
    incident: &Incident,
    sealed: Sealed,
) -> Result<Option<TimelineEntry>, StoreError> {
    let Record::Event { entry, .. } = audit::read(&sealed.body)?.record else {
        return Ok(None);
    };
    let Sealed { seq, hash, .. } = sealed;
    Ok(
        projection::entry_as_seen(sight, actor, incident, entry).map(|entry| TimelineEntry {
            seq,
            hash,
            entry,
        }),
    )
}

/// Who has read an incident, oldest first: nothing of the incident itself
#[utoipa::path(
    get, path = route::READINGS, operation_id = "show_readings", tag = "incidents",
    params(
        ("id" = String, Path, description = "The id, or a reference such as INC-26-0423-K"),
        TimelineQuery
    ),
    security(("token" = [])),
    responses((status = 200, description = "A page; it may be empty and still have a `next`", body = ReadingPage), ReadProblems)
)]
pub(super) async fn readings_of(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Named(target): Named,
    Asked(query): Asked<TimelineQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let incident = stored(&desk, target).await?.incident;
    if !permission::may_read_readings(&actor, &incident) {
        return Err(if permission::may_see(&actor, &incident) {
            let detail = "No role that you hold now may read who has read this case; ask DPO, AUD";
            Failure::new(Code::NotAllowed, detail)
        } else {
            Failure::not_found()
        });
    }
    let (sealed, next) = entries_of(&desk, incident.id, &query).await?;
    let mut readings = Vec::new();
    for sealed in sealed {
        readings.extend(reading(sealed)?);
    }
    Ok(json(&ReadingPage { readings, next }))
}

fn reading(sealed: Sealed) -> Result<Option<Reading>, StoreError> {
    let Record::Reading { at, by, .. } = audit::read(&sealed.body)?.record else {
        return Ok(None);
    };
    let Sealed { seq, hash, .. } = sealed;
    Ok(Some(Reading { seq, hash, at, by }))
}

/// A page of what the trail has filed under an incident, and where to go on.
async fn entries_of(
    desk: &Desk,
    id: IncidentId,
    query: &TimelineQuery,
) -> Result<(Vec<Sealed>, Option<String>), StoreError> {
    let limit = query.limit.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    let after = query.cursor.unwrap_or(0).min(i64::MAX as u64);
    let sealed = desk.store.entries_of(id, after, limit).await?;
    let next = match sealed.last() {
        Some(last) if sealed.len() == limit as usize => Some(last.seq.to_string()),
        Some(_) | None => None,
    };
    Ok((sealed, next))
}
