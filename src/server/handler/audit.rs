//! The audit trail, for those whose work is to read it.

use super::docs::ReadProblems;
use super::{Answer, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{AuditEntry, AuditPage, Checkpoint};
use crate::domain::permission;
use crate::server::Desk;
use crate::server::audit::BEGINNING;
use crate::server::auth::Principal;
use crate::server::extract::Asked;
use crate::server::failure::Failure;
use crate::server::readings;
use crate::server::store::Sealed;
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The most entries on a page.
const LARGEST_PAGE: u32 = 200;

/// The end of the trail: keep it, and nobody can change what came before unnoticed
#[utoipa::path(
    get, path = route::AUDIT_CHECKPOINT, operation_id = "audit_checkpoint", tag = "audit",
    security(("token" = [])),
    responses((status = 200, description = "The last entry", body = Checkpoint), ReadProblems)
)]
pub(super) async fn checkpoint(State(desk): State<Arc<Desk>>, principal: Principal) -> Answer {
    may_read(&desk, &principal)?;
    let head = desk.store.head().await?;
    Ok(json(&Checkpoint {
        epoch: head.epoch,
        seq: head.seq,
        hash: head.hash,
        server_time: desk.clock.now(),
    }))
}

/// Which part of the trail.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EntriesQuery {
    /// The seq to begin with
    from: Option<u64>,
    /// The seq to end with
    to: Option<u64>,
}

/// The trail as it was hashed
#[utoipa::path(
    get, path = route::AUDIT_ENTRIES, operation_id = "audit_entries", tag = "audit",
    params(EntriesQuery), security(("token" = [])),
    responses((status = 200, description = "A run of entries", body = AuditPage), ReadProblems)
)]
pub(super) async fn entries(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Asked(query): Asked<EntriesQuery>,
) -> Answer {
    may_read(&desk, &principal)?;
    readings::note(&desk, &principal, None).await?;
    let from = query.from.unwrap_or(1).clamp(1, i64::MAX as u64);
    let to = query.to.unwrap_or(u64::MAX);
    // The entry before the first one tells what that was chained to.
    let sealed = desk.store.entries(from - 1, LARGEST_PAGE + 1).await?;
    let next = sealed
        .last()
        .filter(|last| sealed.len() > LARGEST_PAGE as usize && last.seq < to);
    let next = next.map(|last| last.seq + 1);
    Ok(json(&AuditPage {
        entries: chained(from, to, sealed),
        next,
    }))
}

fn chained(from: u64, to: u64, sealed: Vec<Sealed>) -> Vec<AuditEntry> {
    let mut previous = BEGINNING.to_owned();
    let mut entries = Vec::with_capacity(sealed.len());
    for Sealed {
        seq, body, hash, ..
    } in sealed
    {
        if (from..=to).contains(&seq) {
            entries.push(AuditEntry {
                seq,
                previous,
                body,
                hash: hash.clone(),
            });
        }
        previous = hash;
    }
    entries
}

fn may_read(desk: &Desk, principal: &Principal) -> Result<(), Failure> {
    let actor = principal.actor(desk, desk.clock.now())?;
    if permission::may_read_audit(&actor) {
        Ok(())
    } else {
        Err(Failure::new(
            Code::NotAllowed,
            "You cannot read the audit trail: no role of yours allows it. Ask AUD",
        ))
    }
}
