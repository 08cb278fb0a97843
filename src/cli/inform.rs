//! `nightdesk inform`: record an attempt to reach somebody, and the outcome.

use super::act::{self, Acting};
use super::named;
use super::output::Exit;
use super::word;
use crate::domain::command::{Command, Inform};
use crate::domain::contacts::{self, Contact, Outcome};
use crate::domain::directory::{Channel, Directory};
use crate::domain::enumeration;
use crate::domain::id::PersonId;
use crate::domain::incident::Incident;
use crate::domain::role::Role;
use clap::Args;

/// Record an attempt to reach somebody, and the outcome
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// Who was to be reached: a role by its name, its code, or a part that fits only one
    #[arg(long, value_parser = word::role())]
    role: Role,
    /// The role's organisation, if it is not the one that the procedure names
    #[arg(long)]
    organisation: Option<String>,
    /// Who was meant, if several people hold the role: a name, or a part that fits only one
    #[arg(long)]
    person: Option<String>,
    /// How
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Channel::ALL))]
    channel: Channel,
    /// Which number or address of the directory; the others still count as not tried
    #[arg(long)]
    number: Option<String>,
    /// The outcome
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Outcome::ALL))]
    outcome: Outcome,
    /// When, if not now: -20m, 21:30, yesterday 22:10
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// Role of the person who answered, if not the contact's; their name where nobody holds the role
    #[arg(long, value_name = "ROLE")]
    spoke_to: Option<String>,
    /// Anything worth keeping
    #[arg(long)]
    note: Option<String>,
    /// Why it is late, if it stops a clock after its time
    #[arg(long, value_name = "REASON")]
    late_reason: Option<String>,
    /// What shows the time, if a deadline has passed since
    #[arg(long, value_name = "REFERENCE")]
    evidence: Option<String>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let given = |text: &Option<String>| text.as_deref().map(Into::into);
    act::on_each(&arguments.acting, |incident, setting| {
        Ok(Command::Inform(Box::new(Inform {
            contact: contact(&arguments, incident, &setting.desk.directory)?,
            person: person(&arguments, &setting.desk.directory)?,
            channel: arguments.channel,
            number: given(&arguments.number),
            outcome: arguments.outcome,
            happened_at: act::time(arguments.at.as_deref(), setting)?,
            spoke_to: given(&arguments.spoke_to),
            note: given(&arguments.note),
            late_reason: given(&arguments.late_reason),
            evidence: given(&arguments.evidence),
        })))
    })
}

fn person(arguments: &Arguments, directory: &Directory) -> anyhow::Result<Option<PersonId>> {
    let named = arguments.person.as_deref();
    named
        .map(|typed| named::person(typed, directory))
        .transpose()
}

/// The role as the procedure asks for it on this incident, unless an organisation is named.
fn contact(
    arguments: &Arguments,
    incident: &Incident,
    directory: &Directory,
) -> anyhow::Result<Contact> {
    let role = arguments.role;
    if let Some(organisation) = &arguments.organisation {
        let organisation = named::organisation(organisation, directory)?;
        return Ok(Contact::of(role, &organisation));
    }
    let required = contacts::required(incident).into_iter();
    let required: Vec<Contact> = required
        .map(|required| required.contact)
        .filter(|contact| contact.role == role)
        .collect();
    match required.as_slice() {
        [] if matches!(role, Role::Wso | Role::Host) => Ok(Contact::partnership(role)),
        [] => Ok(Contact::of(role, incident.home())),
        [one] => Ok(one.clone()),
        several => Err(whose(several, incident, directory)),
    }
}

/// Several organisations have somebody in this role to be told: which was called, only the caller knows.
fn whose(several: &[Contact], incident: &Incident, directory: &Directory) -> anyhow::Error {
    let named = several.iter().map(|contact| {
        let told = match contacts::informed_at(incident, contact) {
            Some(_) => " (told)",
            None => "",
        };
        format!("{}{told}", contact.in_words(directory))
    });
    let named: Vec<String> = named.collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    anyhow::anyhow!(
        "On {} several people have this role: {}. Say whose with --organisation",
        incident.name(),
        enumeration::all(&named)
    )
}
