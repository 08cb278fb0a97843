//! The case file of an incident, for whoever has just had it handed out (BOB-REC).
//!
//! No case file leaves without its entry: it is given up to the entry that tells of the handing-out,
//! and to nobody but the one who asked for that.

use super::docs::ReadProblems;
use super::{Answer, incidents, json};
use crate::api::problem::Code;
use crate::api::route;
use crate::api::types::{CaseFile, CaseFileEntry};
use crate::domain::directory::Actor;
use crate::domain::event::Event;
use crate::domain::id::CommandId;
use crate::domain::incident::Incident;
use crate::domain::investigation::InvestigationEvent;
use crate::domain::permission::{self, Grant, Permission};
use crate::server::Desk;
use crate::server::audit::{self, Record};
use crate::server::auth::Principal;
use crate::server::extract::{Asked, Named};
use crate::server::failure::Failure;
use crate::server::history;
use crate::server::projection;
use crate::server::store::{Sealed, StoreError, Subject};
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which handing-out.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CaseFileQuery {
    /// The id of one's own command that handed the case file out
    handed_out: Uuid,
}

/// The case file, as it was when it was handed out
#[utoipa::path(
    get, path = route::CASE_FILE, operation_id = "show_case_file", tag = "incidents",
    params(
        ("id" = String, Path, description = "The id, or a reference such as INC-26-0423-K"),
        CaseFileQuery
    ),
    security(("token" = [])),
    responses((status = 200, description = "The case file", body = CaseFile), ReadProblems)
)]
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    principal: Principal,
    Named(target): Named,
    Asked(query): Asked<CaseFileQuery>,
) -> Answer {
    let actor = principal.actor(&desk, desk.clock.now())?;
    let (.., incident) = incidents::find(&desk, &actor, target).await?;
    permission::require_least(Permission::TakeCaseFile, Grant::View, &actor, &incident)?;
    let handed_out = CommandId(query.handed_out);
    let until = handed_out_at(&desk, &actor, &incident, handed_out).await?;
    let chained = desk.store.chained_history(incident.id, until).await?;
    if !tells_of_handing_out(&chained)? {
        return Err(not_handed_out());
    }
    let history: Vec<Sealed> = chained.iter().map(|(sealed, _)| sealed.clone()).collect();
    let then = history::fold(incident.id, &history)?.ok_or_else(not_handed_out)?;
    let mut entries = Vec::with_capacity(chained.len());
    for (sealed, previous) in chained {
        entries.push(entry(&actor, &then, sealed, previous)?);
    }
    let incident = projection::seen(&actor, &then).ok_or_else(Failure::not_found)?;
    Ok(json(&CaseFile { incident, entries }))
}

/// The entry that tells of one's own handing-out of this incident's file.
async fn handed_out_at(
    desk: &Desk,
    actor: &Actor,
    incident: &Incident,
    command: CommandId,
) -> Result<u64, Failure> {
    let stored = desk.store.command(command).await?;
    let stored = stored.filter(|stored| {
        stored.person == actor.person && stored.subject == Subject::Incident(incident.id)
    });
    stored.map(|stored| stored.seq).ok_or_else(not_handed_out)
}

fn not_handed_out() -> Failure {
    let detail =
        "You have not handed out this incident's case file under this id; hand it out first";
    Failure::new(Code::NotFound, detail)
}

fn tells_of_handing_out(chained: &[(Sealed, String)]) -> Result<bool, StoreError> {
    let Some((last, _)) = chained.last() else {
        return Ok(false);
    };
    let Record::Event { entry, .. } = audit::read(&last.body)?.record else {
        return Ok(false);
    };
    Ok(matches!(
        entry.event,
        Event::Investigation(InvestigationEvent::CaseFileHandedOut { .. })
    ))
}

/// Byte for byte; without its body where the reader may not know what it says.
fn entry(
    actor: &Actor,
    incident: &Incident,
    sealed: Sealed,
    previous: String,
) -> Result<CaseFileEntry, StoreError> {
    if sealed.is_empty() {
        return Ok(CaseFileEntry {
            seq: sealed.seq,
            previous,
            body: None,
            hash: sealed.hash,
        });
    }
    let may_know = match audit::read(&sealed.body)?.record {
        Record::Event { entry, .. } => projection::may_know(actor, incident, &entry),
        // Who has read the case is told to whoever reads its trail (BOB-SEC).
        Record::Reading { .. } => true,
        _ => false,
    };
    Ok(CaseFileEntry {
        seq: sealed.seq,
        previous,
        body: Some(sealed.body).filter(|_| may_know),
        hash: sealed.hash,
    })
}
