//! `nightdesk rules`: the catalogue of rules, so that an officer can say why.

use super::output::{self, Exit, Format};
use crate::domain::rule::{Enforcement, RuleId};
use clap::Args;
use serde::Serialize;

/// Print the rules that the desk carries out, each with its source
#[derive(Args)]
pub(super) struct Arguments {
    /// One rule, such as BOB-24H
    #[arg(conflicts_with = "missing")]
    id: Option<String>,
    /// Only the rules that the desk does not carry out yet
    #[arg(long)]
    missing: bool,
    #[command(flatten)]
    format: Format,
}

/// A rule as it is printed.
#[derive(Serialize)]
struct Row {
    id: RuleId,
    sentence: &'static str,
    source: &'static str,
    enforced: bool,
}

impl From<RuleId> for Row {
    fn from(id: RuleId) -> Self {
        Self {
            id,
            sentence: id.sentence(),
            source: id.source(),
            enforced: id.enforcement() == Enforcement::Enforced,
        }
    }
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    if let Some(id) = &arguments.id {
        return one(&Row::from(id.parse::<RuleId>()?), arguments.format);
    }
    let rows: Vec<Row> = RuleId::ALL
        .iter()
        .copied()
        .map(Row::from)
        .filter(|row| !(arguments.missing && row.enforced))
        .collect();
    many(&rows, arguments.format)
}

fn one(row: &Row, format: Format) -> anyhow::Result<Exit> {
    if format.json {
        output::json(row)?;
    } else {
        output::lines(&format!(
            "{}  {}\n{}\nSource: {}",
            row.id,
            state(row),
            row.sentence,
            row.source
        ))?;
    }
    Ok(Exit::Done)
}

fn many(rows: &[Row], format: Format) -> anyhow::Result<Exit> {
    if format.json {
        output::json(&rows)?;
        return Ok(Exit::Done);
    }
    let cells: Vec<[String; 3]> = rows
        .iter()
        .map(|row| {
            [
                row.id.to_string(),
                state(row).to_owned(),
                row.sentence.to_owned(),
            ]
        })
        .collect();
    output::table(["RULE", "STATE", "WHAT THE DESK DOES"], &cells)?;
    Ok(Exit::Done)
}

fn state(row: &Row) -> &'static str {
    if row.enforced { "enforced" } else { "not yet" }
}
