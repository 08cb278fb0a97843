//! `nightdesk handoff`: the prepared answers for the regulator's own tool, as text or JSON.
//!
//! Deliberately files nothing: a report is made in the tool, by hand.

use super::act;
use super::connection::{self, Server};
use super::named;
use super::output::{self, Exit, Format};
use super::word;
use crate::domain::handoff::{self, NOTHING_FILED, Sheet};
use crate::domain::regulator::Body;
use crate::text;
use clap::Args;
use std::path::PathBuf;

/// Print the prepared answers for the regulator's own tool; nothing is filed
#[derive(Args)]
pub(super) struct Arguments {
    /// A reference such as INC-26-0423-K, or an id
    incident: String,
    /// For which body
    #[arg(long, ignore_case = true, default_value = "ico", value_parser = word::one_of(&Body::ALL))]
    body: Body,
    /// In the name of which controller, if not the leading one
    #[arg(long, value_name = "ORGANISATION")]
    controller: Option<String>,
    /// Write it to a new file, readable by you alone, instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::check_name(&arguments.incident)?;
    let connection = arguments.server.connection()?;
    let (name, sheet, organisation) = connection::wait_for(async {
        let setting = connection.setting().await?;
        let incident = act::named(&connection, &arguments.incident).await?;
        let typed = arguments.controller.as_deref();
        let named = named::any_organisation(typed, &setting.desk.directory)?;
        let controller = named.as_ref().unwrap_or_else(|| incident.home());
        let directory = &setting.desk.directory;
        let now = setting.now();
        let sheet = handoff::sheet(&incident, arguments.body, controller, directory, now);
        let organisation = directory.organisation_name(controller).to_owned();
        Ok((incident.name(), sheet, organisation))
    })?;
    let written = if arguments.format.json {
        output::as_json(&sheet)?
    } else {
        in_words(&name, &organisation, &sheet)
    };
    match &arguments.out {
        Some(path) => {
            let what = format!(
                "{name}, answers for the {}; nothing is filed",
                arguments.body.name()
            );
            output::written(what, path, written.as_bytes())?;
        }
        None => output::lines(written.trim_end())?,
    }
    Ok(Exit::Done)
}

fn in_words(name: &str, organisation: &str, sheet: &Sheet) -> String {
    let heading = format!("{name}, {organisation}: for the {}", sheet.body.name());
    let answers = sheet.answers.iter().map(|answer| {
        let said = answer.text.as_deref().unwrap_or("—");
        format!("{} [{}]\n  {said}\n", answer.question, answer.known.name())
    });
    let written: Vec<String> = [heading, format!("{NOTHING_FILED}\n")]
        .into_iter()
        .chain(answers)
        .collect();
    text::lines(&written.join("\n")).to_string()
}
