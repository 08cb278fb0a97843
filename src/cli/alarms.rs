//! `nightdesk alarms`: what stands, and saying that one knows.

use super::connection::{self, Connection, Server};
use super::output::{self, Exit, Format};
use super::word;
use crate::api::types::ShownAlarm;
use crate::domain::alarm::{AlarmState, Receipt};
use crate::domain::calendar::in_words;
use crate::domain::id::{AlarmId, CommandId};
use clap::Args;
use uuid::Uuid;

/// Print the alarms that stand, or say that you know of one; no deadline moves by that
#[derive(Args)]
pub(super) struct Arguments {
    /// In which state
    #[arg(long, ignore_case = true, default_value = "open", value_parser = word::one_of(&AlarmState::ALL))]
    state: AlarmState,
    /// Say that you know of the alarm with this id; nobody is told of it again
    #[arg(long, value_name = "ID", group = "receipt")]
    acknowledge: Option<Uuid>,
    /// Put the reminder with this id off; what is overdue cannot be put off
    #[arg(long, value_name = "ID", group = "receipt")]
    snooze: Option<Uuid>,
    /// For how many minutes
    #[arg(long, requires = "snooze", default_value_t = 30)]
    minutes: u32,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    let minutes = arguments.minutes;
    let receipt = arguments
        .acknowledge
        .map(|id| (id, Receipt::Acknowledge {}))
        .or_else(|| arguments.snooze.map(|id| (id, Receipt::Snooze { minutes })));
    let alarms = connection::wait_for(async {
        match receipt {
            Some((id, receipt)) => Ok(vec![receive(&connection, id, receipt).await?]),
            None => every_page(arguments.state, &connection).await,
        }
    })?;
    if arguments.format.json {
        output::json(&alarms)?;
    } else {
        let rows: Vec<[String; 5]> = alarms.iter().map(row).collect();
        output::table(["ID", "STATE", "RAISED", "INCIDENT", "WHAT"], &rows)?;
    }
    Ok(Exit::Done)
}

async fn receive(
    connection: &Connection,
    id: Uuid,
    receipt: Receipt,
) -> anyhow::Result<ShownAlarm> {
    let command = CommandId(Uuid::now_v7());
    let answer = connection
        .http
        .receive_alarm(command, AlarmId(id), receipt)
        .await?;
    Ok(answer.body)
}

async fn every_page(state: AlarmState, connection: &Connection) -> anyhow::Result<Vec<ShownAlarm>> {
    connection::every_page(async |cursor| {
        let page = connection.http.alarms(state, cursor).await?.body;
        Ok((page.alarms, page.next))
    })
    .await
}

fn row(shown: &ShownAlarm) -> [String; 5] {
    let raised = &shown.raised;
    let state = shown.state.name();
    let state = match (
        &raised.acknowledged,
        raised.unanswered_at,
        raised.snoozed_until,
    ) {
        (Some(known), _, _) => format!("{state} by {}", known.by.person),
        (None, Some(since), _) => format!("{state}, NOBODY ANSWERS since {}", in_words(since)),
        (None, None, Some(until)) => format!("{state} until {}", in_words(until)),
        (None, None, None) => state.to_owned(),
    };
    let reference = raised.reference.map(|reference| reference.to_string());
    [
        raised.alarm.id.to_string(),
        state,
        in_words(raised.raised_at),
        reference.unwrap_or_else(|| "the desk".to_owned()),
        shown.headline.clone(),
    ]
}
