//! How long incidents are kept: what is due, asking for its erasing, approving that, holding one back.

use super::command::replayed;
use super::docs::{CommandProblems, ReadProblems};
use super::{Answer, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{LogsDue, RetentionAnswer, RetentionList};
use crate::domain::directory::Actor;
use crate::domain::retention::{
    self, KeptOn, Logs, MOST_AT_ONCE, RetentionCommand, RetentionEvent,
};
use crate::server::Desk;
use crate::server::audit::Record;
use crate::server::auth::Principal;
use crate::server::extract::{Body, CommandKey, NamedCommand};
use crate::server::failure::Failure;
use crate::server::judge::Done;
use crate::server::ledger::{Ask, Request};
use crate::server::store::OldLogs;
use axum::extract::State;
use std::sync::Arc;

/// How many incidents are looked at at once.
const PAGE: u32 = 100;

/// What may be erased now, the longest ended first, and what is kept on and why: a dry run, which changes nothing
#[utoipa::path(
    get, path = route::RETENTION, operation_id = "list_retention", tag = "retention",
    security(("token" = [])),
    responses((status = 200, description = "At most 100 incidents that may be erased", body = RetentionList), ReadProblems)
)]
pub(super) async fn list(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    retention::may_at_large(&actor)?;
    Ok(json(&due(&desk, &actor).await?))
}

async fn due(desk: &Desk, actor: &Actor) -> Result<RetentionList, Failure> {
    let (policy, now) = (&desk.policy.retention, desk.clock.now());
    let before = retention::ended_before(policy, now);
    let until = Logs::due(policy, now);
    let found = OldLogs::of(&desk.store, &until).await?;
    let mut list = RetentionList {
        due: Vec::new(),
        kept: Vec::new(),
        logs: LogsDue {
            until,
            readings: found.readings.len(),
            messages: found.messages.len(),
            tokens: found.tokens.len(),
        },
        more_since: None,
    };
    let mut after = (i64::MAX, String::new());
    loop {
        let page = desk.store.ended_before(before, after, PAGE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(list);
        };
        after = last.clone();
        for (_, incident) in page {
            if retention::may(actor, &incident).is_err() {
                continue;
            }
            let ties = desk.store.ties(&incident).await?;
            match retention::judge(&incident, &ties, policy, now) {
                Ok(due) if list.due.len() == MOST_AT_ONCE => {
                    list.more_since = Some(due.ended_at);
                    return Ok(list);
                }
                Ok(due) => list.due.push(due),
                Err(kept) if kept.is_beyond_its_time() => {
                    list.kept.extend(incident.reference.map(|reference| KeptOn {
                        incident: incident.id,
                        reference,
                        why: kept.why(),
                    }))
                }
                Err(_) => {}
            }
        }
    }
}

/// What somebody asked to erase, as it was asked
#[utoipa::path(
    get, path = route::RETENTION_REQUEST, operation_id = "show_retention_request", tag = "retention",
    params(("id" = Uuid, Path, description = "The id of the command that asked")),
    security(("token" = [])),
    responses((status = 200, description = "The request", body = RetentionAnswer), ReadProblems)
)]
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    NamedCommand(id): NamedCommand,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    retention::may_at_large(&actor)?;
    let not_found = || {
        let detail = "Nobody has asked to erase anything under this id";
        Failure::new(Code::NotFound, detail)
    };
    let stored = desk.store.command(id).await?.ok_or_else(not_found)?;
    match desk.store.record(stored.seq).await?.ok_or_else(not_found)? {
        Record::Retention {
            at,
            by,
            command,
            event: event @ RetentionEvent::Asked { .. },
            ..
        } => Ok(json(&RetentionAnswer {
            command,
            at,
            by,
            event,
        })),
        _ => Err(not_found()),
    }
}

/// Ask for incidents to be erased, approve what somebody else asked for, hold an incident back, or release it
#[utoipa::path(
    post, path = route::RETENTION, operation_id = "ask_retention", tag = "retention",
    params(("Idempotency-Key" = Uuid, Header, description = "The id of the command")),
    request_body = RetentionCommand, security(("token" = [])),
    responses((status = 200, description = "Carried out", body = RetentionAnswer), CommandProblems)
)]
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    CommandKey(command): CommandKey,
    Body(body): Body<RetentionCommand>,
) -> Answer {
    let request = Request {
        person: principal.person,
        session: principal.session,
        ask: Ask::Retention { command, body },
    };
    match desk.ledger()?.ask(&desk, request).await? {
        Done::Retention(answer) => Ok(json(&answer)),
        Done::RetentionReplayed(answer) => Ok(replayed(json(&answer))),
        other => Err(other.out_of_place()),
    }
}
