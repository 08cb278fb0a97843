//! `nightdesk token`: make, list and revoke tokens, on the database itself.

use super::database::{Database, block_on};
use super::named;
use super::output::{self, Exit, Format, utc};
use crate::domain::Instant;
use crate::domain::intake::Tool;
use crate::now::Clock;
use crate::server::{self, Scope, Session, Store};
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Make, list and revoke the tokens that people sign in with
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a token and write it to a file that only its owner can read
    Create(Create),
    /// List every token that was ever made, without the tokens
    List(List),
    /// End a token before its time
    Revoke(Revoke),
}

#[derive(Args)]
struct Create {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    whose: Whose,
    /// It can only follow the desk for nightdesk watch: no command, no search, no report
    #[arg(long, requires = "person")]
    alarms_only: bool,
    /// How long it is good for: a number and m, h or d; if left out 12h for a person, 30d for alarms only and
    /// 90d for a tool
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    good_for: Option<TimeDelta>,
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// Whose token: the person's name, short name, or a part that fits only one
    #[arg(long)]
    person: Option<String>,
    /// The tool that reports alerts with it; the token can do nothing else
    #[arg(long, value_name = "NAME", value_parser = Tool::named)]
    tool: Option<Tool>,
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    format: Format,
}

#[derive(Args)]
struct Revoke {
    #[command(flatten)]
    database: Database,
    /// The token's id in the list
    id: String,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    block_on(async {
        match arguments.verb {
            Verb::Create(create) => self::create(create).await,
            Verb::List(list) => self::list(list).await,
            Verb::Revoke(revoke) => self::revoke(revoke).await,
        }
    })
}

async fn create(create: Create) -> anyhow::Result<Exit> {
    let store = create.database.open_existing().await?;
    let now = Clock::system().now();
    let (token, session) = make(&create, &store, now).await?;
    if let Err(error) = write(&create.out, &token) {
        // A token that nobody holds must not stay good.
        server::revoke_token(&store, &session.id, now).await?;
        return Err(error);
    }
    store.close().await;
    let limit = match session.scope {
        Scope::Everything => "",
        Scope::Alarms => ", for alarms only",
    };
    output::lines(&format!(
        "Token {} of {} is good until {}{limit}",
        session.id,
        session.person,
        utc(session.ends_at)
    ))?;
    Ok(Exit::Done)
}

/// Officers sign in for a shift; an agent or a tool that fell silent every night would be worse than none.
async fn make(
    create: &Create,
    store: &Store,
    now: Instant,
) -> anyhow::Result<(SecretString, Session)> {
    let good_for = |otherwise| create.good_for.unwrap_or(otherwise);
    match &create.whose.tool {
        Some(tool) => {
            let good_for = good_for(TimeDelta::days(90));
            Ok(server::create_tool_token(store, tool, good_for, now).await?)
        }
        None => {
            let typed = create.whose.person.as_deref().unwrap_or_default();
            let person = named::person(typed, &server::directory(store).await?)?;
            let (scope, otherwise) = if create.alarms_only {
                (Scope::Alarms, TimeDelta::days(30))
            } else {
                (Scope::Everything, TimeDelta::hours(12))
            };
            Ok(server::create_token(store, &person, scope, good_for(otherwise), now).await?)
        }
    }
}

/// Writes the token where nobody else can read it, and over nothing that exists.
fn write(file: &Path, token: &SecretString) -> anyhow::Result<()> {
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| output::not_created(file, error))?;
    let written = writeln!(out, "{}", token.expose_secret()).and_then(|()| out.sync_all());
    written.map_err(|error| {
        // Half a token is of no use; that it cannot be removed either changes nothing.
        let _ = fs::remove_file(file);
        anyhow::Error::from(error).context(format!("{} cannot be written", file.display()))
    })
}

/// A token as it is listed.
#[derive(Serialize)]
struct Row {
    id: String,
    person: String,
    created_at: String,
    ends_at: String,
    state: &'static str,
    scope: &'static str,
}

async fn list(list: List) -> anyhow::Result<Exit> {
    let store = list.database.open_existing().await?;
    let now = Clock::system().now();
    let sessions = server::list_tokens(&store).await?;
    store.close().await;
    let rows: Vec<Row> = sessions.iter().map(|session| row(session, now)).collect();
    if list.format.json {
        output::json(&rows)?;
        return Ok(Exit::Done);
    }
    let cells: Vec<_> = rows
        .into_iter()
        .map(|row| {
            [
                row.id,
                row.person,
                row.created_at,
                row.ends_at,
                row.state.to_owned(),
                row.scope.to_owned(),
            ]
        })
        .collect();
    output::table(["TOKEN", "PERSON", "MADE", "ENDS", "STATE", "FOR"], &cells)?;
    Ok(Exit::Done)
}

fn row(session: &Session, now: Instant) -> Row {
    let state = match session.revoked_at {
        Some(_) => "revoked",
        None if session.is_valid_at(now) => "good",
        None => "ended",
    };
    let scope = match (Tool::behind(&session.person), session.scope) {
        (Some(_), _) => "reporting",
        (None, Scope::Alarms) => "alarms",
        (None, Scope::Everything) => "everything",
    };
    Row {
        scope,
        id: session.id.clone(),
        person: session.person.to_string(),
        created_at: utc(session.created_at),
        ends_at: utc(session.ends_at),
        state,
    }
}

async fn revoke(revoke: Revoke) -> anyhow::Result<Exit> {
    let store: Store = revoke.database.open_existing().await?;
    server::revoke_token(&store, &revoke.id, Clock::system().now()).await?;
    store.close().await;
    output::lines(&format!("Token {} is revoked", revoke.id))?;
    Ok(Exit::Done)
}

/// A span such as `90m`, `12h` or `7d`.
fn span(text: &str) -> Result<TimeDelta, String> {
    let wrong = || "give a number and m, h or d, such as 12h".to_owned();
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let number = &text[..text.len() - unit.len_utf8()];
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let (unit, most) = match unit {
        'm' => (TimeDelta::minutes(1), 366 * 24 * 60),
        'h' => (TimeDelta::hours(1), 366 * 24),
        'd' => (TimeDelta::days(1), 366),
        _ => return Err(wrong()),
    };
    match i32::try_from(number) {
        Ok(count) if (1..=most).contains(&count) => Ok(unit * count),
        Ok(_) | Err(_) => {
            Err("a token is good for at least a minute and at most a year".to_owned())
        }
    }
}
