//! `nightdesk keys`: every key of the console, from the one table.

use super::output::{self, Exit, Format};
use crate::tui::keys::{SCOPES, TABLE};
use clap::Args;
use serde::Serialize;

/// Print every key of the console, with the name by which your settings can give it another
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    action: &'static str,
    keys: Vec<&'static str>,
    scope: &'static str,
    help: &'static str,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let rows: Vec<Row> = SCOPES
        .into_iter()
        .flat_map(|scope| TABLE.iter().filter(move |row| row.scope == scope))
        .map(|row| Row {
            action: row.name,
            keys: row.keys.split(' ').collect(),
            scope: row.scope.name(),
            help: row.help,
        })
        .collect();
    if arguments.format.json {
        output::json(&rows)?;
    } else {
        let cells: Vec<[String; 4]> = rows
            .iter()
            .map(|row| {
                let keys = row.keys.join(" ");
                [keys, row.action.into(), row.scope.into(), row.help.into()]
            })
            .collect();
        output::table(["Keys", "Action", "Where", "What"], &cells)?;
    }
    Ok(Exit::Done)
}
