//! The officer of the next shift, who takes the desk over a little after it is offered.
//!
//! A client of the public API and nothing else, like the partners.

use crate::client::http::{Failure, Http};
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::{CommandId, PersonId, ShiftId};
use std::time::Duration;
use uuid::Uuid;

/// How long the officer reads the handover note before accepting.
const READS_FOR: Duration = Duration::from_secs(40);

/// How often the rota is looked at.
const EVERY: Duration = Duration::from_secs(10);

/// Accepts what is offered to whoever `http` speaks for, until it is dropped.
pub(super) async fn run(http: Http) {
    loop {
        if let Err(error) = look(&http).await {
            tracing::info!(%error, "the relief officer could not look at the rota");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn look(http: &Http) -> Result<(), Failure> {
    let me = http.me().await?.body.person.id;
    let directory = http.directory().await?.body;
    if let Some(shift) = offered(&directory, &me) {
        tokio::time::sleep(READS_FOR).await;
        let accept = DirectoryCommand::AcceptHandover { shift };
        http.carry_out_on_directory(CommandId(Uuid::now_v7()), directory.version, &accept)
            .await?;
    }
    Ok(())
}

fn offered(directory: &Directory, me: &PersonId) -> Option<ShiftId> {
    directory
        .shifts
        .iter()
        .find(|shift| {
            shift.person == *me && shift.offered_at.is_some() && shift.accepted_at.is_none()
        })
        .map(|shift| shift.id.clone())
}
