//! Trying whether somebody would be reached: a message that says it is a test, the same way as the real
//! ones.
//!
//! It goes to the contact points of a role and nowhere else, so that the desk is no way to write to
//! strangers. Deliberately says nothing of what came of it: the delivery does.

use super::matter::Matter;
use super::{Address, Medium, NewDelivery, Subject};
use crate::domain::Instant;
use crate::domain::directory::{Actor, Directory};
use crate::domain::event::Signature;
use crate::domain::id::{CommandId, OrganisationId, RecipientId};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person asks of what goes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum DeliveryCommand {
    /// Send a test message to a role's contact points.
    Test {
        /// The role.
        role: Role,
        /// Of which organisation.
        organisation: OrganisationId,
        /// By what; any if it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        medium: Option<Medium>,
    },
    /// Send a test message to a service that is told over HTTP.
    TestWebhook {
        /// Its name in the server's settings.
        #[schema(max_length = 64)]
        name: String,
    },
}

impl DeliveryCommand {
    /// Who is to be told.
    pub fn recipient(&self) -> RecipientId {
        match self {
            Self::Test {
                role, organisation, ..
            } => RecipientId::of_role(*role, organisation),
            Self::TestWebhook { name } => RecipientId::of_webhook(name),
        }
    }
}

/// That a test was sent, as the trail tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryTested {
    /// To whom.
    pub recipient: RecipientId,
}

impl RecipientId {
    /// Whoever holds a role of an organisation.
    pub fn of_role(role: Role, organisation: &OrganisationId) -> Self {
        format!("{}@{organisation}", role.code()).as_str().into()
    }

    /// A service that is told over HTTP.
    pub fn of_webhook(name: &str) -> Self {
        format!("webhook {name}").as_str().into()
    }
}

/// In which role somebody may send a test.
///
/// # Errors
/// None of their roles may.
pub fn may(actor: &Actor) -> Result<Signature, Refusal> {
    permission::require_of_desk(
        Permission::TestDelivery,
        Grant::May,
        "send a test message",
        actor,
    )
}

/// The test that is sent, and who sends it in which role.
///
/// # Errors
/// Nobody here may, or there is no such address.
pub fn decide(
    id: CommandId,
    command: &DeliveryCommand,
    actor: &Actor,
    directory: &Directory,
    now: Instant,
) -> Result<(Signature, NewDelivery), Refusal> {
    let by = may(actor)?;
    let addresses = match command {
        DeliveryCommand::Test {
            role,
            organisation,
            medium,
        } => addresses(directory, *role, organisation, *medium)?,
        DeliveryCommand::TestWebhook { name } => vec![Address::new(Medium::Webhook, name)],
    };
    let new = NewDelivery {
        subject: Subject::Test(id.0),
        incident: None,
        recipient: command.recipient(),
        addresses,
        matter: Matter::Test { asked_at: now },
        thread: None,
    };
    Ok((by, new))
}

fn addresses(
    directory: &Directory,
    role: Role,
    organisation: &OrganisationId,
    medium: Option<Medium>,
) -> Result<Vec<Address>, Refusal> {
    if directory.organisation(organisation).is_none() {
        return Err(Refusal::invalid(
            "/organisation",
            format!("There is no organisation \"{organisation}\" in the directory"),
        ));
    }
    let points = directory.ways_to_reach(role, Some(organisation));
    let addresses: Vec<Address> = points
        .into_iter()
        .filter_map(Address::of)
        .filter(|address| medium.is_none_or(|wanted| address.medium == wanted))
        .collect();
    if addresses.is_empty() {
        return Err(unreachable(role, organisation, medium));
    }
    Ok(addresses)
}

fn unreachable(role: Role, organisation: &OrganisationId, medium: Option<Medium>) -> Refusal {
    let address = match medium {
        Some(Medium::Email) => "e-mail address",
        Some(Medium::Sms) => "mobile number",
        Some(Medium::Webhook) => "webhook",
        None => "e-mail address or mobile number",
    };
    Refusal::invalid(
        "/role",
        format!(
            "The directory has no {address} for the {} of {organisation}; add a contact point first",
            role.short()
        ),
    )
}
