//! What has changed since a cursor, now or as soon as something does.
//!
//! An unchanged poll is answered from memory. A page never tells of an incident that the person may
//! not see, and its cursor passes over them. Only whether an incident has just gone out of a person's
//! sight is asked of the trail.

use super::docs::PollProblems;
use super::{Answer, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{Change, ChangesPage};
use crate::domain::directory::Actor;
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::cursor::{self, Cursor};
use crate::server::extract::Asked;
use crate::server::failure::Failure;
use crate::server::store::{HeadRow, Row, StoreError};
use crate::server::{history, projection};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::IntoParams;

/// The longest wait, in seconds.
const LONGEST_WAIT: u64 = 30;

/// The most changes on a page.
const LARGEST_PAGE: u32 = 200;

/// How many rows are looked at for one page, for somebody who may see few of them.
const LOOKED_AT: usize = 2000;

/// How many incidents beyond the person's sight are looked back at, to see whether they were in it; for
/// more it is cheaper to have the person list again.
const LOOKED_BACK_AT: usize = 50;

/// How long a client that does not wait should pause, in milliseconds.
const POLL_AFTER_MS: u64 = 5000;

/// From where on, and how long to wait for something.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PollQuery {
    /// `next` of the page before, or `changes_after` of a list; everything, if absent
    after: Option<String>,
    /// Seconds to wait if nothing has changed
    #[param(maximum = 30)]
    #[serde(default)]
    wait: u64,
    /// How many at most; a page may hold fewer and still say `more`
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// What has changed since a cursor
#[utoipa::path(
    get, path = route::CHANGES, operation_id = "poll_changes", tag = "changes",
    params(PollQuery), security(("token" = [])),
    responses(
        (status = 200, description = "Something changed, or the cursor moved on", body = ChangesPage),
        (status = 204, description = "Nothing new within the wait; ask again with the same cursor"),
        PollProblems
    )
)]
pub(super) async fn poll(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Asked(query): Asked<PollQuery>,
) -> Answer {
    let limit = query.limit.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    let wait = Duration::from_secs(query.wait.min(LONGEST_WAIT));
    let mut bell = desk.feed.bell();
    let mut waiting = None;
    let until = tokio::time::sleep(wait);
    tokio::pin!(until);
    // How far was looked while it waited, and nothing found: that need not be looked at again.
    let mut looked = 0;
    loop {
        bell.mark_unchanged();
        desk.hears()?;
        let is_over = until.is_elapsed() || wait.is_zero() || desk.closing.is_cancelled();
        let actor = principal.actor(&desk, desk.clock.now())?;
        let after = place(&desk, &actor, query.after.as_deref()).await?;
        let found = look(&desk, &actor, after.max(looked), limit as usize).await?;
        looked = found.next;
        if query.after.is_none() || found.is_news(after) || (is_over && found.next > after) {
            let mut page = found.page(&desk, &actor);
            for change in &mut page.changes {
                principal.limit(&actor, &mut change.incident);
            }
            return Ok(json(&page));
        }
        if is_over {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        if waiting.is_none() {
            let admitted = desk.limiter.wait(&principal.person);
            waiting = Some((desk.admit(admitted)?, desk.metrics.wait()));
        }
        tokio::select! {
            _ = bell.changed() => {}
            () = &mut until => {}
            () = desk.closing.cancelled() => {}
        }
    }
}

/// The place that a cursor means to this person now.
async fn place(desk: &Desk, actor: &Actor, after: Option<&str>) -> Result<u64, Failure> {
    let Some(text) = after else {
        return Ok(0);
    };
    let cursor: Cursor = text
        .parse()
        .map_err(|_| Failure::new(Code::BadRequest, "after is the next of an earlier page"))?;
    let holds = desk.feed.holds(&cursor.mark, &desk.store).await?;
    if !holds || cursor.epoch != desk.feed.head().epoch {
        return Err(Failure::new(
            Code::CursorGone,
            "The desk has gone back in time: forget what you have read and list again",
        ));
    }
    if cursor.view != cursor::view(actor) {
        return Err(view_changed());
    }
    Ok(cursor.seq)
}

fn view_changed() -> Failure {
    Failure::new(
        Code::ViewChanged,
        "What you may see has changed; forget what you have read and list again",
    )
}

/// What was found after a place.
struct Found {
    head: HeadRow,
    changes: Vec<Change>,
    next: u64,
    more: bool,
    /// What has changed out of the person's sight, or beyond it.
    hidden: Vec<Arc<Row>>,
}

impl Found {
    /// Whether it is worth telling before the wait is over.
    fn is_news(&self, after: u64) -> bool {
        let newest = self.head.directory_version.max(self.head.problems_version);
        !self.changes.is_empty() || self.more || newest > after
    }

    fn page(self, desk: &Desk, actor: &Actor) -> ChangesPage {
        let next = Cursor {
            mark: self.head.mark(),
            epoch: self.head.epoch,
            view: cursor::view(actor),
            seq: self.next,
        };
        ChangesPage {
            changes: self.changes,
            next: next.to_string(),
            more: self.more,
            head: self.head.seq,
            directory_version: self.head.directory_version,
            problems_version: self.head.problems_version,
            server_time: desk.clock.now(),
            poll_after_ms: POLL_AFTER_MS,
        }
    }
}

/// What was found; or, where an incident has gone out of the person's sight, that they must list again.
/// Their console would otherwise show it for ever as it was.
async fn look(desk: &Desk, actor: &Actor, after: u64, limit: usize) -> Result<Found, Failure> {
    let found = search(desk, actor, after, limit).await?;
    // Whoever has read nothing yet shows nothing that is out of date.
    if after == 0 {
        return Ok(found);
    }
    let is_known_beyond = |row: &&Arc<Row>| {
        let since = row.audience.get();
        since.is_some_and(|since| since.is_as_at(after))
    };
    let doubtful = found.hidden.iter().filter(|row| !is_known_beyond(row));
    if doubtful.clone().count() > LOOKED_BACK_AT {
        return Err(view_changed());
    }
    for row in doubtful {
        if row.audience_since(&desk.store).await?.is_as_at(after) {
            continue;
        }
        let id = row.incident.id;
        let past = desk.store.history(id, after).await?;
        let then = history::fold(id, &past)?;
        if then.is_some_and(|incident| projection::sight(actor, &incident).is_some()) {
            return Err(view_changed());
        }
    }
    Ok(found)
}

/// Looks in memory, or in the database where the place is too long ago.
async fn search(desk: &Desk, actor: &Actor, after: u64, limit: usize) -> Result<Found, StoreError> {
    let recent = desk.feed.since(after);
    if let Some(rows) = recent.rows {
        let rows = rows.into_iter();
        return Ok(choose(recent.head, actor, rows, limit, true));
    }
    let mut rows = desk.store.changed_since(after, LOOKED_AT as u32).await?;
    let is_everything = rows.len() < LOOKED_AT;
    // What this process has not taken in yet is for the next page.
    rows.retain(|row| row.changed_seq <= recent.head.seq);
    Ok(choose(
        recent.head,
        actor,
        rows.into_iter().map(Arc::new),
        limit,
        is_everything,
    ))
}

/// Takes what the actor may see until the page is full.
fn choose(
    head: HeadRow,
    actor: &Actor,
    rows: impl Iterator<Item = Arc<Row>>,
    limit: usize,
    is_everything: bool,
) -> Found {
    let mut found = Found {
        changes: Vec::new(),
        next: 0,
        more: !is_everything,
        hidden: Vec::new(),
        head,
    };
    for row in rows {
        if found.changes.len() == limit {
            found.more = true;
            break;
        }
        found.next = row.changed_seq;
        match projection::seen(actor, &row.incident) {
            Some(incident) => found.changes.push(Change {
                seq: row.changed_seq,
                incident,
            }),
            // Who is party to an incident changes only after it has been logged.
            None if row.incident.version > 1 => found.hidden.push(row),
            None => {}
        }
    }
    if !found.more {
        found.next = found.next.max(found.head.changed_seq);
    }
    found
}
