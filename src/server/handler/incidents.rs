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
use crate::domain::query::{self, Filter, Queue};
use crate::domain::search::Term;
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
use crate::server::store::{Ending, IncidentQuery, Row, RowPlace, Sealed, Sort, StoreError};
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
    /// A queue of the board, as the person who asks sees it; `closed` is what ended in the policy's
    /// `ended_days`
    #[param(inline)]
    queue: Option<Queue>,
    /// What an incident must fit, as on the board and in the shell: `owner:me due<4h`, `-is:major`,
    /// `p1 or sev>=4`, `sort:severity`; docs/filters.md has the grammar
    #[param(max_length = 500)]
    filter: Option<String>,
    /// `changed`: the newest change first (the default); `due`: the nearest clock first; `recent`:
    /// only what is open, the nearest clock first, and what ended in the policy's `ended_days`;
    /// `urgent`: unacknowledged first, then the nearest clock (the default with a queue); `severity`,
    /// `priority`, `newest`: open incidents first. A filter's own `sort:` says the same
    #[param(inline)]
    sort: Option<SortBy>,
    /// How many at most; a page may hold fewer and still have a `next`
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before
    cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SortBy {
    Changed,
    Due,
    Recent,
    Urgent,
    Severity,
    Priority,
    Newest,
}

impl From<SortBy> for Sort {
    fn from(asked: SortBy) -> Self {
        match asked {
            SortBy::Changed => Self::Changed,
            SortBy::Due => Self::Due,
            SortBy::Recent => Self::Recent,
            SortBy::Urgent => Self::Urgent,
            SortBy::Severity => Self::Severity,
            SortBy::Priority => Self::Priority,
            SortBy::Newest => Self::Newest,
        }
    }
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
    let wanted = Wanted::of(&query, &desk)?;
    let query = store_query(query, &wanted, ended_from(&desk))?;
    let asks = (&principal, &actor);
    let (incidents, next) = page(&desk, asks, query, &wanted).await?;
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

/// What an incident must fit, asked of it as the person sees it: what is withheld must not be guessed
/// from having been listed.
struct Wanted {
    queue: Option<Queue>,
    filter: Filter,
    now: Instant,
}

/// The longest filter; whatever people type is shorter.
const LONGEST_FILTER: usize = 500;

impl Wanted {
    fn of(query: &ListQuery, desk: &Desk) -> Result<Self, Failure> {
        let text = query.filter.as_deref().unwrap_or_default();
        if text.chars().count() > LONGEST_FILTER {
            let detail = format!("filter holds up to {LONGEST_FILTER} characters");
            return Err(Failure::wrong_parameter("filter", detail));
        }
        let directory = desk.feed.directory();
        let filter = Filter::parse(text).and_then(|filter| filter.resolved(&directory));
        let filter =
            filter.map_err(|error| Failure::wrong_parameter("filter", error.to_string()))?;
        if query.sort.is_some() && filter.asked_sort().is_some() {
            let detail = "The filter has a sort: of its own; leave one of the two";
            return Err(Failure::wrong_parameter("sort", detail));
        }
        Ok(Self {
            queue: query.queue,
            filter,
            now: desk.clock.now(),
        })
    }

    fn is_everything(&self) -> bool {
        self.queue.is_none() && self.filter.is_empty()
    }

    fn fits(&self, incident: &Incident, actor: &Actor) -> bool {
        if self.is_everything() {
            return true;
        }
        let person = &actor.person;
        let standing = query::standing(incident, person, self.now);
        self.queue.is_none_or(|queue| standing.is_in(queue))
            && self
                .filter
                .keeps(&query::haystack(incident), &standing, person, self.now)
    }

    /// The order: the one that was asked for, else the board's for a queue of the board.
    fn sort(&self, asked: Option<SortBy>) -> Sort {
        let of_filter = self.filter.asked_sort().map(|sort| match sort {
            query::Sort::Urgent => Sort::Urgent,
            query::Sort::Due => Sort::Due,
            query::Sort::Severity => Sort::Severity,
            query::Sort::Priority => Sort::Priority,
            query::Sort::Newest => Sort::Newest,
        });
        let usual = match self.queue {
            Some(_) => Sort::Urgent,
            None => Sort::Changed,
        };
        asked.map(Sort::from).or(of_filter).unwrap_or(usual)
    }

    /// Whether neither this row nor any that comes after it in that order can be in the queue.
    fn ends_before(&self, incident: &Incident, sort: Sort) -> bool {
        let queue = self.queue.map(|queue| (queue, sort));
        if queue == Some((Queue::Unacknowledged, Sort::Urgent)) {
            return incident.acknowledgement.is_some();
        }
        let nearest = || query::nearest(incident).map(|nearest| nearest.due_at());
        queue == Some((Queue::Overdue, Sort::Due)) && nearest().is_none_or(|at| at > self.now)
    }

    /// Which rows can fit at all, so that no others are read.
    fn ending(&self, sort: Sort, ended_from: Instant) -> Ending {
        match (self.queue, sort) {
            (Some(Queue::Closed), _) => Ending::OpenOrEndedSince(ended_from),
            (Some(_), _) => Ending::Open,
            (None, Sort::Recent) => Ending::OpenOrEndedSince(ended_from),
            (None, _) => Ending::Any,
        }
    }
}

fn store_query(
    query: ListQuery,
    wanted: &Wanted,
    ended_from: Instant,
) -> Result<IncidentQuery, Failure> {
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
    let sort = wanted.sort(query.sort);
    Ok(IncidentQuery {
        status: query.status.map_or("", as_stored).to_owned(),
        organisation,
        along: wanted.queue.and_then(Term::queue),
        sort,
        after,
        ending: wanted.ending(sort, ended_from),
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

/// The sort keys and the id in a cursor of this list; one of an earlier version has fewer keys.
fn place(text: &str) -> Option<RowPlace> {
    let (keys, id) = text.rsplit_once('~')?;
    let id: uuid::Uuid = id.parse().ok()?;
    let given: Vec<i64> = keys
        .split('~')
        .map(|key| key.parse().ok())
        .collect::<Option<_>>()?;
    let mut keys = [0; 3];
    keys.get_mut(..given.len())?.copy_from_slice(&given);
    Some(RowPlace {
        keys,
        id: id.to_string(),
    })
}

/// Incidents up to the limit that the actor may see and that fit, and where to go on. However few fit,
/// no more than so many are looked at for one page.
async fn page(
    desk: &Desk,
    (principal, actor): (&Principal, &Actor),
    mut query: IncidentQuery,
    wanted: &Wanted,
) -> Result<(Vec<Incident>, Option<String>), StoreError> {
    let limit = query.limit as usize;
    if !permission::sees_everything(actor) || !wanted.is_everything() {
        // Of many rows few may be theirs, or fit.
        query.limit = LARGEST_PAGE;
    }
    let seen = |incident: &Incident| {
        let mut seen = projection::seen(actor, incident)?;
        principal.limit(actor, &mut seen);
        wanted.fits(&seen, actor).then_some(seen)
    };
    let (mut shown, mut looked_at) = (Vec::new(), 0);
    loop {
        let rows = desk.store.incidents(&query).await?;
        let is_last = rows.len() < query.limit as usize;
        looked_at += query.limit;
        for (place_in_rows, row) in rows.iter().enumerate() {
            query.after = Some(RowPlace::of(row, query.sort));
            shown.extend(seen(&row.incident));
            if wanted.ends_before(&row.incident, query.sort) {
                return Ok((shown, None));
            }
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
    let RowPlace { keys, id } = query.after.as_ref()?;
    let [first, second, third] = keys;
    Some(format!("{first}~{second}~{third}~{id}"))
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
    let row = match stored(desk, target).await {
        Err(failure) => return Err(erased(desk, actor, target).await?.unwrap_or(failure)),
        Ok(row) => row,
    };
    let sight = projection::sight(actor, &row.incident).ok_or_else(Failure::not_found)?;
    Ok((row.changed_seq, sight, row.incident))
}

/// That an incident was erased, for whoever could have seen it.
async fn erased(desk: &Desk, actor: &Actor, target: Target) -> Result<Option<Failure>, StoreError> {
    let remains = match target {
        Target::Id(id) => desk.store.erased(id).await?,
        Target::Reference(reference) => desk.store.erased_by_reference(reference).await?,
    };
    let remains = remains.filter(|remains| remains.may_be_known_to(actor));
    Ok(remains.map(|remains| Failure::new(Code::Erased, remains.sentence())))
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
            let detail = "You cannot read who has read this case: no role of yours allows it. Ask DPO or AUD";
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
