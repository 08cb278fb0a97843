//! `nightdesk notify`: send affected partners a notice.

use super::act::{self, Acting};
use super::output::Exit;
use super::word;
use crate::domain::command::{Command, NotifyPartners};
use crate::domain::directory::Channel;
use clap::Args;

/// Send partners a notice
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// A partner, by the short name in the directory; may be given several times, else everyone affected
    #[arg(long = "partner", value_name = "ORGANISATION")]
    partners: Vec<String>,
    /// How
    #[arg(long, ignore_case = true, default_value = "email", value_parser = word::one_of(&Channel::ALL))]
    channel: Channel,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |incident, _| {
        let named = arguments.partners.iter();
        let organisations = if arguments.partners.is_empty() {
            incident.facts.affected_partners.clone()
        } else {
            named.map(|partner| partner.as_str().into()).collect()
        };
        Ok(Command::NotifyPartners(NotifyPartners {
            organisations,
            channel: arguments.channel,
        }))
    })
}
