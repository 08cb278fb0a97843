//! `nightdesk me`: who the server takes you for, and until when.

use super::connection::{self, Server};
use super::output::{self, Exit, Format};
use crate::api::types::Me;
use crate::domain::calendar::in_words;
use clap::Args;

/// Print who the server takes you for, the roles you hold now, and when your token ends
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let connection = arguments.server.connection()?;
    let me = connection::wait_for(async { Ok(connection.http.me().await?.body) })?;
    if arguments.format.json {
        output::json(&me)?;
    } else {
        output::lines(&in_sentences(&me))?;
    }
    Ok(Exit::Done)
}

fn in_sentences(me: &Me) -> String {
    let organisation = me
        .organisation
        .as_ref()
        .map_or(me.person.organisation.as_str(), |known| &known.name);
    let roles: Vec<String> = me
        .roles
        .iter()
        .map(|held| {
            let whose = match held.organisation == me.person.organisation {
                true => organisation,
                false => held.organisation.as_str(),
            };
            format!("{}, {whose}", held.role.title())
        })
        .collect();
    let mut lines = vec![
        format!("{} ({}), {organisation}", me.person.name, me.person.id),
        format!("Roles now: {}", roles.join("; ")),
    ];
    lines.extend(
        me.on_call
            .iter()
            .map(|tier| format!("You are {}", tier.name())),
    );
    lines.push(format!("Signed in until {}", in_words(me.session_ends_at)));
    lines.join("\n")
}
