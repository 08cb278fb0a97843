//! `nightdesk keys`: every key of the console, from the one table and the settings of whoever asks.

use super::output::{self, Exit, Format};
use crate::config::settings::{self, Places};
use crate::tui::keys::{Keymap, SCOPES};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;

/// Print every key of the console, your own included, with the name by which your settings can give it
/// another
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    action: &'static str,
    keys: Vec<String>,
    /// Whether your settings give it these keys.
    is_own: bool,
    scope: &'static str,
    help: &'static str,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let own = own_keys()?;
    let keymap = Keymap::new(&own)?;
    let rows: Vec<Row> = SCOPES
        .into_iter()
        .flat_map(|scope| keymap.rows(scope))
        .map(|(row, keys)| Row {
            action: row.name,
            keys: keys.iter().map(ToString::to_string).collect(),
            is_own: own.contains_key(row.name),
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

/// The keys of the settings; none for a user without a home.
fn own_keys() -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let Ok(places) = Places::of_user() else {
        return Ok(BTreeMap::new());
    };
    Ok(settings::load(&places, |name| std::env::var_os(name))?.keys)
}
