//! `nightdesk retention`: how long incidents are kept, and erasing them once two people have decided it.
//!
//! Listing, asking, approving and holding go through the server, in a person's name. Erasing is done by whoever looks
//! after the database, while no server runs. Deliberately judges nothing.

use super::act;
use super::connection::{self, Connection, Server};
use super::database::{Database, block_on};
use super::output::{self, Exit, Format};
use crate::api::types::{LogsDue, RetentionAnswer, RetentionList};
use crate::config;
use crate::domain::calendar::in_words;
use crate::domain::id::CommandId;
use crate::domain::retention::{Due, RetentionCommand, RetentionEvent};
use crate::now::Clock;
use crate::server;
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use uuid::Uuid;

/// See which incidents need not be kept any longer, and have them erased by two people
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Print what may be erased and what is kept on, and why; nothing changes
    List {
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        format: Format,
    },
    /// Ask for incidents to be erased; somebody else approves it
    Ask {
        /// Which, each by its reference or id; if none is given, everything that the list names
        incidents: Vec<String>,
        #[command(flatten)]
        server: Server,
    },
    /// Print what somebody asked to erase
    Show {
        /// The id of the request
        request: Uuid,
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        format: Format,
    },
    /// Approve what somebody else asked to erase; nothing is erased yet
    Approve {
        /// The id of the request
        request: Uuid,
        #[command(flatten)]
        server: Server,
    },
    /// Keep an incident however long ago it ended, such as for a complaint, a claim or an inquiry
    Hold(Held),
    /// Let go of an incident that is held
    Release(Held),
    /// Erase what was approved; stop the server first, and run it as a user who may change the tables
    Erase {
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Args)]
struct Held {
    /// A reference such as INC-26-0423-K, or an id
    incident: String,
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.step {
        Step::List { server, format } => on(&server, async |desk| {
            let list = desk.http.retention().await?.body;
            if format.json {
                return output::json(&list);
            }
            print(&list)
        }),
        Step::Ask { incidents, server } => on(&server, async |desk| ask(&desk, incidents).await),
        Step::Show {
            request,
            server,
            format,
        } => on(&server, async |desk| {
            let asked = desk.http.retention_request(CommandId(request)).await?.body;
            if format.json {
                return output::json(&asked);
            }
            print_request(&asked)
        }),
        Step::Approve { request, server } => on(&server, async |desk| {
            let request = CommandId(request);
            print_request(&desk.http.retention_request(request).await?.body)?;
            give(&desk, &RetentionCommand::Approve { request }).await?;
            output::lines(
                "\nApproved. Nothing is erased yet: whoever looks after the database now runs \"nightdesk retention \
                 erase\"",
            )
        }),
        Step::Hold(held) => on(&held.server, async |desk| {
            let incident = act::named(&desk, &held.incident).await?;
            let command = RetentionCommand::Hold {
                incident: incident.id,
                reason: held.reason.clone(),
            };
            give(&desk, &command).await?;
            output::lines(&format!(
                "{} is held. It is not erased until somebody releases it",
                incident.name()
            ))
        }),
        Step::Release(held) => on(&held.server, async |desk| {
            let incident = act::named(&desk, &held.incident).await?;
            let command = RetentionCommand::Release {
                incident: incident.id,
                reason: held.reason.clone(),
            };
            give(&desk, &command).await?;
            output::lines(&format!("{} is held no longer", incident.name()))
        }),
        Step::Erase { database } => erase(&database),
    }
}

fn on(
    server: &Server,
    work: impl AsyncFnOnce(Connection) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let connection = server.connection()?;
    connection::wait_for(async {
        work(connection).await?;
        Ok(Exit::Done)
    })
}

async fn give(desk: &Connection, command: &RetentionCommand) -> anyhow::Result<RetentionAnswer> {
    let id = CommandId(Uuid::now_v7());
    Ok(desk.http.carry_out_on_retention(id, command).await?.body)
}

fn print(list: &RetentionList) -> anyhow::Result<()> {
    if list.due.is_empty() {
        output::lines("No incident that you look after may be erased now")?;
    } else {
        print_due(&list.due)?;
    }
    if !list.logs.is_nothing() {
        let LogsDue {
            readings,
            messages,
            tokens,
            ..
        } = list.logs;
        output::lines(&format!(
            "Besides, {readings} entries on readings, {messages} messages and {tokens} tokens may be erased"
        ))?;
    }
    if let Some(at) = list.more_since {
        let at = in_words(at);
        output::lines(&format!(
            "\nThere is more: the next one ended on {at}. List again once these are erased"
        ))?;
    }
    for kept in &list.kept {
        output::lines(&format!("{} stays: it {}", kept.reference, kept.why))?;
    }
    Ok(())
}

fn print_due(due: &[Due]) -> anyhow::Result<()> {
    let rows: Vec<[String; 4]> = due
        .iter()
        .map(|due| {
            [
                due.reference.to_string(),
                due.class.name().to_owned(),
                in_words(due.ended_at),
                in_words(due.since),
            ]
        })
        .collect();
    output::table(
        ["INCIDENT", "KEPT AS", "ENDED", "MAY BE ERASED SINCE"],
        &rows,
    )
}

fn print_request(asked: &RetentionAnswer) -> anyhow::Result<()> {
    let by = &asked.by;
    output::lines(&format!(
        "{} as {} of {} asked on {} to erase:",
        by.person,
        by.role.short(),
        by.organisation,
        in_words(asked.at)
    ))?;
    match &asked.event {
        RetentionEvent::Asked { incidents, logs } => {
            if !incidents.is_empty() {
                print_due(incidents)?;
            }
            match logs {
                Some(logs) => output::lines(&format!(
                    "Entries on readings before {}, messages before {}, tokens that ended before {}",
                    in_words(logs.readings_before),
                    in_words(logs.messages_before),
                    in_words(logs.tokens_before)
                )),
                None => Ok(()),
            }
        }
        RetentionEvent::Approved { .. }
        | RetentionEvent::Held { .. }
        | RetentionEvent::Released { .. } => Ok(()),
    }
}

async fn ask(desk: &Connection, named: Vec<String>) -> anyhow::Result<()> {
    let (mut incidents, mut logs) = (BTreeSet::new(), None);
    for name in &named {
        incidents.insert(act::named(desk, name).await?.id);
    }
    if named.is_empty() {
        let list = desk.http.retention().await?.body;
        incidents.extend(list.due.iter().map(|due| due.incident));
        logs = Some(list.logs.until).filter(|_| !list.logs.is_nothing());
    }
    if incidents.is_empty() && logs.is_none() {
        return output::lines("Nothing that you look after may be erased now");
    }
    let asked = give(desk, &RetentionCommand::Ask { incidents, logs }).await?;
    print_request(&asked)?;
    output::lines(&format!(
        "\nNothing is erased yet. Somebody else now runs \"nightdesk retention approve {}\"",
        asked.command
    ))
}

fn erase(database: &Database) -> anyhow::Result<Exit> {
    // A server beside it would go on showing what it remembers.
    let _alone = database.location()?.serve_alone()?;
    let policy = config::policy()?;
    let (erased, found) = block_on(async {
        let store = database.open_existing().await?;
        let erased = server::erase(&store, &policy, Clock::system().now()).await?;
        let found = server::verify(&store).await?;
        store.close().await;
        Ok((erased, found))
    })?;
    for reference in &erased.incidents {
        output::lines(&format!("{reference} is erased"))?;
    }
    if erased.logs > 0 {
        let count = erased.logs;
        output::lines(&format!(
            "{count} entries on readings, messages and tokens are erased"
        ))?;
    }
    for sentence in &erased.left {
        output::lines(sentence)?;
    }
    if erased == server::Erased::default() {
        output::lines("Nothing is approved that is not erased yet")?;
    }
    for fault in &found.faults {
        output::complain(fault)?;
    }
    if !found.faults.is_empty() {
        return Ok(Exit::Failed);
    }
    output::lines(&format!(
        "The audit trail was checked: {} entries, of which {} are erased",
        found.entries, found.erased_entries
    ))?;
    Ok(Exit::Done)
}
