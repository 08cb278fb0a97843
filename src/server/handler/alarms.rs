//! Alarms: those that were raised, those that time will raise, and who knows of them.

use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{AlarmPage, ComingAlarm, ComingAlarms, ShownAlarm};
use crate::domain::alarm::{self, AlarmState, RaisedAlarm, Receipt};
use crate::domain::directory::Actor;
use crate::domain::id::AlarmId;
use crate::domain::{Instant, permission};
use crate::server::Desk;
use crate::server::auth::Principal;
use crate::server::extract::{Asked, Body, CommandKey};
use crate::server::failure::Failure;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use crate::server::store::{PlaceInTime, StoreError};
use axum::extract::{Path, State};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// The most alarms on a page.
const LARGEST_PAGE: u32 = 200;

/// How many incidents are looked at for the alarms to come.
const WATCHED: u32 = 500;

/// Which alarms, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AlarmQuery {
    /// In which state; open if nothing is said
    #[serde(default = "open")]
    #[param(inline, required = false)]
    state: AlarmState,
    /// `next` of the page before
    #[param(value_type = Option<String>)]
    cursor: Option<String>,
}

fn open() -> AlarmState {
    AlarmState::Open
}

/// Alarms that were raised, the newest first; of incidents that are not yours to see, none
#[utoipa::path(
    get, path = route::ALARMS, operation_id = "list_alarms", tag = "alarms",
    params(AlarmQuery), security(("token" = [])),
    responses((status = 200, description = "One page", body = AlarmPage), ReadProblems)
)]
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Asked(query): Asked<AlarmQuery>,
) -> Answer {
    let now = desk.clock.now();
    let actor = principal.actor(&desk, now)?;
    let after = query.cursor.as_deref().map(place).transpose()?;
    let page = desk.store.alarms(query.state, after, LARGEST_PAGE).await?;
    let next = match page.last() {
        Some(last) if page.len() == LARGEST_PAGE as usize => {
            Some(PlaceInTime::of(last.raised_at, last.alarm.id).cursor())
        }
        Some(_) | None => None,
    };
    let mut alarms = Vec::with_capacity(page.len());
    for raised in page {
        if is_seen(&desk, &actor, &raised).await? {
            alarms.push(shown(raised, now));
        }
    }
    Ok(json(&AlarmPage { alarms, next }))
}

fn place(cursor: &str) -> Result<PlaceInTime, Failure> {
    PlaceInTime::from_cursor(cursor).ok_or_else(|| {
        let detail = "That cursor is not one of this list; begin again without it";
        Failure::new(Code::BadRequest, detail)
    })
}

async fn is_seen(desk: &Desk, actor: &Actor, raised: &RaisedAlarm) -> Result<bool, StoreError> {
    let Some(id) = raised.alarm.incident else {
        return Ok(true);
    };
    if permission::sees_everything(actor) {
        return Ok(true);
    }
    let row = desk.store.incident(id).await?;
    Ok(row.is_some_and(|row| permission::may_see(actor, &row.incident)))
}

fn shown(raised: RaisedAlarm, now: Instant) -> ShownAlarm {
    ShownAlarm {
        state: raised.state(),
        headline: raised.alarm.headline(now),
        raised,
    }
}

/// What time alone will raise, the nearest first, for whoever must alarm by themselves when the desk
/// cannot be reached
#[utoipa::path(
    get, path = route::COMING_ALARMS, operation_id = "list_coming_alarms", tag = "alarms",
    security(("token" = [])),
    responses((status = 200, description = "The alarms to come", body = ComingAlarms), ReadProblems)
)]
pub(super) async fn coming(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    let now = desk.clock.now();
    let actor = principal.actor(&desk, now)?;
    let directory = desk.feed.directory();
    let policy = desk.policy_with(&directory);
    let mut alarms = Vec::new();
    for incident in desk.store.watched(WATCHED).await? {
        if !permission::may_see(&actor, &incident) {
            continue;
        }
        let series = alarm::series(&incident, &directory, &policy, now);
        let coming = series.iter().flat_map(|series| series.coming(now));
        alarms.extend(coming.map(|alarm| ComingAlarm {
            reference: incident.reference,
            alarm: alarm.clone(),
        }));
    }
    alarms.sort_by_key(|coming| coming.alarm.at);
    Ok(json(&ComingAlarms { alarms }))
}

/// Say that you know of an alarm, or put a reminder off; no clock is touched by either
#[utoipa::path(
    post, path = route::ALARM_RECEIPTS, operation_id = "receive_alarm", tag = "alarms",
    params(
        ("id" = Uuid, Path, description = "The alarm"),
        ("Idempotency-Key" = Uuid, Header, description = "The id of the command")
    ),
    request_body = Receipt, security(("token" = [])),
    responses((status = 200, description = "Noted", body = ShownAlarm), CommandProblems)
)]
pub(super) async fn receive(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Path(id): Path<String>,
    CommandKey(command): CommandKey,
    Body(receipt): Body<Receipt>,
) -> Answer {
    let id: Uuid = id.parse().map_err(|_| Failure::not_found())?;
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::Alarm {
            command,
            alarm: AlarmId(id),
            receipt,
        },
    };
    match desk.ledger()?.ask(&desk, request).await? {
        Done::Alarm(raised) => Ok(json(&shown(*raised, desk.clock.now()))),
        other => Err(other.out_of_place()),
    }
}
