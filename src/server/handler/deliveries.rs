//! What went out: pages, one, and asking for a test.
//!
//! Addresses stay inside: a list says by what sort of carrier somebody was told, and what came of it.

use super::command::replayed;
use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, incidents, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{DeliveryPage, DeliveryRecord, Services};
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::delivery::{Delivery, DeliveryState};
use crate::domain::directory::Actor;
use crate::domain::id::{DeliveryId, IncidentId};
use crate::domain::permission;
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::{self, Asked, Body, CommandKey};
use crate::server::failure::Failure;
use crate::server::frame::set;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use crate::server::store::{DeliveryQuery, PlaceInTime, StoreError};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// The most deliveries on a page.
const LARGEST_PAGE: u32 = 200;

/// How many deliveries a page has if nobody says otherwise.
const USUAL_PAGE: u32 = 50;

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveryListQuery {
    /// The id or the reference of the incident behind them
    incident: Option<String>,
    /// How far they have come
    state: Option<DeliveryState>,
    /// How many at most; a page may hold fewer and still have a `next`
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before
    cursor: Option<String>,
}

/// One page of what went out or is to, the newest first
#[utoipa::path(
    get, path = route::DELIVERIES, operation_id = "list_deliveries", tag = "deliveries",
    params(DeliveryListQuery), security(("token" = [])),
    responses((status = 200, description = "A page", body = DeliveryPage), ReadProblems)
)]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Asked(query): Asked<DeliveryListQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let query = store_query(&desk, &actor, query).await?;
    let page = desk.store.deliveries(&query).await?;
    let next = match page.last() {
        Some(last) if page.len() == query.limit as usize => {
            Some(PlaceInTime::of(last.created_at, last.id).cursor())
        }
        Some(_) | None => None,
    };
    let deliveries = seen(&desk, &actor, page).await?;
    Ok(json(&DeliveryPage { deliveries, next }))
}

async fn store_query(
    desk: &Desk,
    actor: &Actor,
    query: DeliveryListQuery,
) -> Result<DeliveryQuery, Failure> {
    let limit = query.limit.unwrap_or(USUAL_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        let detail = format!("limit lies between 1 and {LARGEST_PAGE}");
        return Err(Failure::new(Code::BadRequest, detail));
    }
    let after =
        match query.cursor {
            None => None,
            Some(cursor) => Some(PlaceInTime::from_cursor(&cursor).ok_or_else(|| {
                Failure::new(Code::BadRequest, "cursor is not the next of a page")
            })?),
        };
    let incident = match query.incident {
        None => None,
        Some(text) => {
            let target = extract::incident(&text)?;
            Some(incidents::find_of_deliveries(desk, actor, target).await?)
        }
    };
    Ok(DeliveryQuery {
        incident,
        state: query.state,
        after,
        limit,
    })
}

/// Of these deliveries those that the actor may see.
async fn seen(
    desk: &Desk,
    actor: &Actor,
    page: Vec<Delivery>,
) -> Result<Vec<DeliveryRecord>, StoreError> {
    let sees_the_desk_s = permission::may_see_deliveries(actor, None);
    let mut known: BTreeMap<IncidentId, bool> = BTreeMap::new();
    let mut shown = Vec::with_capacity(page.len());
    for delivery in page {
        let may_see = match delivery.incident {
            None => sees_the_desk_s,
            Some(_) if sees_the_desk_s => true,
            Some(id) => match known.get(&id) {
                Some(may_see) => *may_see,
                None => {
                    let row = desk.store.incident(id).await?;
                    let may_see = row.is_some_and(|row| {
                        permission::may_see_deliveries(actor, Some(&row.incident))
                    });
                    *known.entry(id).or_insert(may_see)
                }
            },
        };
        if may_see {
            shown.push(DeliveryRecord::of(&delivery));
        }
    }
    Ok(shown)
}

/// One delivery
#[utoipa::path(
    get, path = route::DELIVERY, operation_id = "show_delivery", tag = "deliveries",
    params(("id" = Uuid, Path, description = "Its id")),
    security(("token" = [])),
    responses((status = 200, description = "The delivery", body = DeliveryRecord), ReadProblems)
)]
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    id: Result<Path<Uuid>, axum::extract::rejection::PathRejection>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let Path(id) =
        id.map_err(|_| Failure::new(Code::BadRequest, "The id of a delivery is a UUID"))?;
    let found = desk.store.delivery(DeliveryId(id)).await?;
    let shown = seen(&desk, &actor, found.into_iter().collect()).await?;
    let delivery = shown.into_iter().next().ok_or_else(|| {
        Failure::new(
            Code::NotFound,
            "There is no delivery with this id that you may see",
        )
    })?;
    Ok(json(&delivery))
}

/// The services that are told over HTTP beside people, by their names and without their addresses
#[utoipa::path(
    get, path = route::SERVICES, operation_id = "list_services", tag = "deliveries",
    security(("token" = [])),
    responses((status = 200, description = "The services", body = Services), ReadProblems)
)]
pub(super) async fn services(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    principal.actor(&desk, desk.clock.now())?;
    let services = desk.carriers.services().to_vec();
    Ok(json(&Services { services }))
}

/// Send a test message to a role's contact points; the body is the command `test`
#[utoipa::path(
    post, path = route::DELIVERIES, operation_id = "test_delivery", tag = "deliveries",
    params(("Idempotency-Key" = Uuid, Header, description = "The id of the command")),
    request_body = DeliveryCommand, security(("token" = [])),
    responses(
        (status = 201, description = "Queued", body = DeliveryRecord,
            headers(("Location" = String, description = "The delivery, which tells what became of it"))),
        CommandProblems
    )
)]
pub(super) async fn test(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    Body(body): Body<DeliveryCommand>,
) -> Answer {
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::TestDelivery { command, body },
    };
    let (delivery, mut response) = match desk.ledger()?.ask(&desk, request).await? {
        Done::DeliveryQueued(delivery) => (delivery.id, json(&delivery)),
        Done::DeliveryReplayed(delivery) => (delivery.id, replayed(json(&delivery))),
        other => return Err(other.out_of_place()),
    };
    *response.status_mut() = StatusCode::CREATED;
    let location = route::delivery(delivery);
    set(response.headers_mut(), "location", &location);
    Ok(response)
}
