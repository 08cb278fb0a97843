//! Finding incidents, however long ago they ended.
//!
//! A page looks at a bounded number of rows of the index, so that its time does not grow with the
//! history. An incident counts as found only by what the person may see of it. Deliberately no order
//! but the newest first.

use super::docs::QuestionProblems;
use super::{Answer, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{SearchPage, SearchRequest};
use crate::domain::directory::Actor;
use crate::domain::incident::Incident;
use crate::domain::search::{self, Question, QuestionError};
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::Body;
use crate::server::failure::Failure;
use crate::server::projection::{self, Sight};
use crate::server::store::{Place, StoreError};
use axum::extract::State;
use std::sync::Arc;

/// The most incidents on a page.
const LARGEST_PAGE: u32 = 200;

/// How many incidents a page holds unless it is asked for more or fewer.
const USUAL_PAGE: u32 = 50;

/// How many rows of the index are looked at in one go.
const AT_ONCE: u32 = 200;

/// How many rows of the index are looked at for one page. A term that fewer incidents have is done
/// with in one page, so it does not pay to count further either.
const LOOKED_AT: u32 = 2000;

/// The incidents that fit, the newest first
#[utoipa::path(
    post, path = route::SEARCH, operation_id = "search_incidents", tag = "incidents",
    request_body = SearchRequest, security(("token" = [])),
    responses((status = 200, description = "A page", body = SearchPage), QuestionProblems)
)]
pub(super) async fn search(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Body(mut query): Body<SearchRequest>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let limit = query.limit.unwrap_or(USUAL_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        let detail = format!("limit lies between 1 and {LARGEST_PAGE}");
        return Err(Failure::new(Code::BadRequest, detail));
    }
    let cursor = query.cursor.take();
    let question = question(query)?;
    let after = cursor.as_deref().map(place).transpose()?;
    let (incidents, next) = page(&desk, &actor, &question, after, limit as usize).await?;
    Ok(json(&SearchPage {
        incidents,
        next: next.map(|(logged_at, id)| format!("{logged_at}~{id}")),
        server_time: desk.clock.now(),
    }))
}

fn question(query: SearchRequest) -> Result<Question, Failure> {
    let asked = search::Asked {
        words: query.words.unwrap_or_default(),
        organisation: query.organisation,
        category: query.category,
        trend: query.trend,
        state: query.state,
        from: query.from,
        to: query.to,
    };
    Question::of(&asked).map_err(|error| {
        let code = match error {
            QuestionError::Reference(_) => Code::MistypedReference,
            QuestionError::TooMany | QuestionError::NoPeriod => Code::BadRequest,
        };
        Failure::new(code, error.to_string())
    })
}

/// The place in a cursor of a search.
fn place(text: &str) -> Result<Place, Failure> {
    let place = text.split_once('~').and_then(|(logged_at, id)| {
        let id: uuid::Uuid = id.parse().ok()?;
        Some((logged_at.parse().ok()?, id.to_string()))
    });
    place.ok_or_else(|| Failure::new(Code::BadRequest, "cursor is the next of an earlier page"))
}

/// Incidents up to the limit that the actor may find, and where to go on.
async fn page(
    desk: &Desk,
    actor: &Actor,
    question: &Question,
    after: Option<Place>,
    limit: usize,
) -> Result<(Vec<Incident>, Option<Place>), StoreError> {
    let store = &desk.store;
    // Where the first rows fit, nothing is read in vain but the one that tells of a next page.
    let first = u32::try_from(limit + 1).unwrap_or(AT_ONCE).min(AT_ONCE);
    let mut lookup = store.lookup(question, after, first, LOOKED_AT).await?;
    let (mut found, mut looked_at) = (Vec::new(), 0);
    loop {
        let rows = store.look_up(&lookup).await?;
        let is_last = rows.len() < lookup.look_at as usize;
        looked_at += lookup.look_at;
        for row in rows {
            if found.len() == limit {
                return Ok((found, Some(lookup.after)));
            }
            lookup.after = row.place;
            let incident = row.row.map(|row| row.incident);
            found.extend(incident.and_then(|incident| as_found(actor, question, &incident)));
        }
        if is_last {
            return Ok((found, None));
        }
        if looked_at >= LOOKED_AT {
            return Ok((found, Some(lookup.after)));
        }
        lookup.look_at = AT_ONCE;
    }
}

/// The incident as the actor may see it, if they may also find it by that: what is withheld must not be
/// guessed from having been found. Of what is shown whole the index has said already that it fits.
fn as_found(actor: &Actor, question: &Question, incident: &Incident) -> Option<Incident> {
    let sight = projection::sight(actor, incident)?;
    let seen = projection::as_seen(sight, actor, incident);
    match sight {
        Sight::Whole => Some(seen),
        Sight::Header => question.fits(&seen).then_some(seen),
    }
}
