//! `nightdesk notify`: send affected partners a notice; with `--test`, see how alarms reach your own
//! desktop.

mod sample;

use super::act::{self, How};
use super::named;
use super::output::Exit;
use super::word;
use crate::domain::command::{Command, NotifyPartners};
use crate::domain::directory::Channel;
use clap::Args;
use std::collections::BTreeSet;

/// Send partners a notice
#[derive(Args)]
pub(super) struct Arguments {
    /// References or ids; - reads them from standard input, one a line
    #[arg(required = true, value_name = "INCIDENT")]
    incidents: Vec<String>,
    #[command(flatten)]
    how: How,
    /// A partner, by name; may be given several times, else everyone affected
    #[arg(long = "partner", value_name = "ORGANISATION")]
    partners: Vec<String>,
    /// How
    #[arg(long, ignore_case = true, default_value = "email", value_parser = word::one_of(&Channel::ALL))]
    channel: Channel,
    /// Send another notice to those who were sent one by the same way only minutes ago
    #[arg(long)]
    again: bool,
    /// Tell no partner anything, but your own desktop: show what was detected, send a sample each way and
    /// ask whether it was seen
    #[arg(long, exclusive = true)]
    test: bool,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    if arguments.test {
        return sample::run();
    }
    act::on_named(&arguments.incidents, &arguments.how, |incident, setting| {
        let organisations = if arguments.partners.is_empty() {
            incident.facts.affected_partners.clone()
        } else {
            named::organisations(&arguments.partners, &setting.desk.directory)?
        };
        let again = match arguments.again {
            true => organisations.clone(),
            false => BTreeSet::new(),
        };
        Ok(Command::NotifyPartners(NotifyPartners {
            organisations,
            again,
            channel: arguments.channel,
        }))
    })
}
