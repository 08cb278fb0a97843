//! `nightdesk handover`: the sheet for the next officer, and the handover itself.
//!
//! Deliberately lets nobody hand over a desk that is not theirs: the server judges.

use super::connection::{self, Connection, Server, Setting};
use super::list;
use super::output::{self, Exit};
use super::paper::Paper;
use super::word;
use crate::api::types::DirectoryAnswer;
use crate::client::http::Failure;
use crate::client::journal::{self, Owner};
use crate::domain::calendar::in_words;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::CommandId;
use crate::domain::incident::Incident;
use crate::domain::query::Queue;
use crate::domain::rota::{self, Shift, Tier};
use crate::report::document::Document;
use crate::report::handover::{self, Desk, Unsent};
use clap::{Args, Subcommand};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often a command without an answer is sent.
const TRIES: u32 = 3;

/// How long to wait before it is sent again.
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// Print the handover sheet, offer the desk to the next officer, or take it over
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Option<Step>,
    #[command(flatten)]
    paper: Paper,
    #[command(flatten)]
    server: Server,
}

#[derive(Subcommand)]
enum Step {
    /// Offer the desk to the officer of the next shift; you stay responsible until it is accepted
    Offer {
        /// What the next officer should know
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        of: Desks,
    },
    /// Take over the desk with your own shift
    Accept {
        #[command(flatten)]
        of: Desks,
    },
}

#[derive(Args)]
struct Desks {
    /// Which tier's
    #[arg(long, ignore_case = true, default_value = "first", value_parser = word::one_of(&Tier::ALL))]
    tier: Tier,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.step {
        None => print(&arguments.server.connection()?, &arguments.paper),
        Some(Step::Offer { note, of }) => hand_over(&of, |next| DirectoryCommand::OfferHandover {
            shift: next.id.clone(),
            note: note.clone(),
        }),
        Some(Step::Accept { of }) => hand_over(&of, |next| DirectoryCommand::AcceptHandover {
            shift: next.id.clone(),
        }),
    }
}

fn print(connection: &Connection, paper: &Paper) -> anyhow::Result<Exit> {
    let sheet = connection::wait_for(sheet(connection))?;
    paper.hand_out(&sheet)?;
    Ok(Exit::Done)
}

async fn sheet(connection: &Connection) -> anyhow::Result<Document> {
    let setting = connection.setting().await?;
    let replica = list::replica(connection, &setting).await?;
    let rows = replica.rows(Queue::AllOpen, 0..usize::MAX);
    let open: Vec<Arc<Incident>> = rows.into_iter().map(|row| row.incident).collect();
    let rows = replica.rows(Queue::Closed, 0..usize::MAX);
    let ended: Vec<Arc<Incident>> = rows.into_iter().map(|row| row.incident).collect();
    let owner = Owner {
        server: connection.http.server().to_owned(),
        person: setting.desk.person().clone(),
    };
    let unsent = journal::unsent(&connection.places.state, &owner)?;
    let name = |id| {
        let incident = replica.incident(id);
        incident.map_or_else(|| "new incident".to_owned(), |incident| incident.name())
    };
    let unsent = unsent.into_iter().map(|unsent| Unsent {
        command: unsent.command.name().to_owned(),
        incident: name(unsent.incident),
        given_at: unsent.given_at,
    });
    Ok(handover::sheet(&Desk {
        incidents: open.iter().map(Arc::as_ref).collect(),
        ended: ended.iter().map(Arc::as_ref).collect(),
        open: open.len(),
        directory: &setting.desk.directory,
        policy: &setting.desk.policy,
        person: setting.desk.person(),
        unsent: unsent.collect(),
        now: setting.now(),
    }))
}

/// Gives the command about the next shift, and tells whose the desk is then.
fn hand_over(of: &Desks, command: impl Fn(&Shift) -> DirectoryCommand) -> anyhow::Result<Exit> {
    let connection = of.server.connection()?;
    connection::wait_for(async {
        let setting = connection.setting().await?;
        let Some(next) = rota::next_shift(&setting.desk.directory.shifts, of.tier, setting.now())
        else {
            output::complain("The rota has no next shift; ask who keeps it to plan one")?;
            return Ok(Exit::Failed);
        };
        let seen = setting.desk.directory.version;
        let answer = give(&connection, seen, &command(next)).await?;
        tell(&answer, of.tier, &setting)?;
        Ok(Exit::Done)
    })
}

/// Sent at once, a few times under one id: a handover that waits in an outbox would be none.
async fn give(
    connection: &Connection,
    seen: u64,
    command: &DirectoryCommand,
) -> Result<DirectoryAnswer, Failure> {
    let id = CommandId(Uuid::now_v7());
    let mut tries_left = TRIES;
    loop {
        tries_left -= 1;
        match connection
            .http
            .carry_out_on_directory(id, seen, command)
            .await
        {
            Err(Failure::Unreachable(_)) if tries_left > 0 => {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            answered => return answered.map(|reply| reply.body),
        }
    }
}

fn tell(answer: &DirectoryAnswer, tier: Tier, setting: &Setting) -> anyhow::Result<()> {
    let (directory, now) = (&answer.directory, setting.now());
    if let Some(holds) = rota::on_call(&directory.shifts, tier, now) {
        output::lines(&format!(
            "{}: {}, until {}",
            tier.name(),
            directory.person_name(&holds.person),
            in_words(holds.ends_at)
        ))?;
    }
    if let Some(next) = rota::next_shift(&directory.shifts, tier, now)
        && let Some(offered_at) = next.offered_at
    {
        output::lines(&format!(
            "offered to {} {}",
            directory.person_name(&next.person),
            in_words(offered_at)
        ))?;
    }
    Ok(())
}
