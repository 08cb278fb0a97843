//! `nightdesk deliveries`: what went out to whom and whether it arrived, and test messages.
//!
//! Deliberately sends nothing itself: the server does, the same way as it sends what matters.

use super::connection::{self, Server};
use super::output::{self, Exit, Format};
use super::{act, named, word};
use crate::api::types::DeliveryRecord;
use crate::client::deliveries;
use crate::domain::calendar::in_words;
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::delivery::{DeliveryState, Medium};
use crate::domain::directory::Directory;
use crate::domain::id::CommandId;
use crate::domain::recipients;
use crate::domain::role::Role;
use crate::steps::naming;
use clap::{Args, Subcommand};
use std::time::Duration;
use uuid::Uuid;

/// See what went out to whom, and send a test message
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Print messages and the outcome of each, the newest first
    List(List),
    /// Send a test message to the contact points of a role, and wait for the outcome
    Test(Test),
}

#[derive(Args)]
struct List {
    /// Those about this incident: a reference such as INC-26-0423-K, or an id
    #[arg(long, value_name = "INCIDENT")]
    incident: Option<String>,
    /// Those that have come so far
    #[arg(long, ignore_case = true, value_parser = word::one_of(&DeliveryState::ALL))]
    state: Option<DeliveryState>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

#[derive(Args)]
struct Test {
    #[command(flatten)]
    to: Whom,
    /// By what; any contact point if it is left out
    #[arg(long, requires = "to", ignore_case = true, value_parser = word::one_of(&Medium::ALL))]
    by: Option<Medium>,
    /// Seconds to wait for the outcome
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    wait: u32,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Whom {
    /// To whom: a role and an organisation, each by its name, its short name, or a part that fits only
    /// one, such as DPO@riverbourne
    #[arg(long, value_name = "ROLE@ORGANISATION", value_parser = role_of)]
    to: Option<(Role, String)>,
    /// A service of the server's settings that is told over HTTP, by its name
    #[arg(long, value_name = "NAME")]
    webhook: Option<String>,
}

/// The role, and the organisation as it was typed: the directory of the desk knows which is meant.
fn role_of(text: &str) -> Result<(Role, String), String> {
    let shape = "write a role and an organisation, such as DPO@riverbourne";
    let (role, organisation) = text.split_once('@').ok_or(shape)?;
    let role = naming::role(role).map_err(naming::Miss::sentence)?;
    Ok((role, organisation.to_owned()))
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.step {
        Step::List(asked) => list(&asked),
        Step::Test(asked) => test(&asked),
    }
}

fn list(asked: &List) -> anyhow::Result<Exit> {
    let mut query = Vec::new();
    let connection = asked.server.connection()?;
    if let Some(incident) = &asked.incident {
        let name = connection::wait_for(act::incident_name(&connection, incident))?;
        query.push(("incident", name));
    }
    if let Some(state) = asked.state {
        let word = word::kebab(&state).to_ascii_uppercase();
        query.push(("state", word));
    }
    let found = connection::wait_for(connection::every_page(async |cursor| {
        let page = connection.http.deliveries(&query, cursor).await?.body;
        Ok((page.deliveries, page.next))
    }))?;
    if asked.format.json {
        output::json(&found)?;
    } else {
        let directory = connection::wait_for(async { Ok(connection.http.directory().await?.body) });
        print(&found, &directory?)?;
    }
    Ok(Exit::Done)
}

fn print(found: &[DeliveryRecord], directory: &Directory) -> anyhow::Result<()> {
    let rows: Vec<[String; 6]> = found.iter().map(|one| row(one, directory)).collect();
    let headings = ["QUEUED", "ABOUT", "TO", "STATE", "BY", "OUTCOME"];
    output::table(headings, &rows)
}

fn row(delivery: &DeliveryRecord, directory: &Directory) -> [String; 6] {
    let reference = delivery.reference.map(|reference| format!(" {reference}"));
    let about = delivery.subject.kind().replace('_', " ");
    [
        in_words(delivery.created_at),
        format!("{about}{}", reference.unwrap_or_default()),
        recipients::in_words(&delivery.recipient, directory),
        delivery.state.name().to_owned(),
        delivery.medium.map_or("—", Medium::name).to_owned(),
        outcome(delivery),
    ]
}

fn outcome(delivery: &DeliveryRecord) -> String {
    let at = |what: &str, at: Option<_>| at.map(|at| format!("{what} {}", in_words(at)));
    let waits = delivery.state == DeliveryState::Queued;
    let tried = match delivery.attempts {
        0 => waits.then(|| "not tried yet".to_owned()),
        1 => Some("one attempt".to_owned()),
        number => Some(format!("{number} attempts")),
    };
    let again = match waits {
        true => "next try",
        false => "another way is tried, unless acknowledged,",
    };
    let parts = [
        tried,
        at("passed on", delivery.sent_at),
        at("arrived", delivery.delivered_at),
        at("acknowledged", delivery.acknowledged_at),
        at(again, delivery.next_at),
        delivery.why.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn test(asked: &Test) -> anyhow::Result<Exit> {
    let connection = asked.server.connection()?;
    let id = CommandId(Uuid::now_v7());
    let within = Duration::from_secs(asked.wait.into());
    let (delivery, directory) = connection::wait_for(async {
        let directory = connection.http.directory().await?.body;
        let command = match (&asked.to.to, &asked.to.webhook) {
            (Some((role, organisation)), _) => DeliveryCommand::Test {
                role: *role,
                organisation: named::organisation(organisation, &directory)?,
                medium: asked.by,
            },
            (None, name) => DeliveryCommand::TestWebhook {
                name: name.clone().unwrap_or_default(),
            },
        };
        let became = deliveries::test(&connection.http, id, &command, within).await?;
        anyhow::Ok((became, directory))
    })?;
    let one = std::slice::from_ref(&delivery);
    if asked.format.json {
        output::json(&one)?;
    } else {
        print(one, &directory)?;
    }
    Ok(match delivery.state {
        DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Acknowledged => Exit::Done,
        DeliveryState::Queued
        | DeliveryState::Failed
        | DeliveryState::Expired
        | DeliveryState::Cancelled => Exit::Failed,
    })
}
