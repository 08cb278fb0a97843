//! A test message from the directory: to whom, and what became of it.
//!
//! It goes to the contact points of the role in hand, or to a service that the server tells over HTTP,
//! the same way as what matters. It needs a live server and is never kept for later. Deliberately knows
//! no address: the server does.

use super::{act, directory};
use crate::client::deliveries::OnTest;
use crate::domain::delivery::test::{self, DeliveryCommand};
use crate::domain::delivery::{DeliveryState, Medium};
use crate::domain::id::CommandId;
use crate::domain::recipients::Service;
use crate::domain::refusal::Refusal;
use crate::text;
use crate::tui::app::{App, Overlay, fresh_id};
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::theme::Look;
use crate::tui::widget::picker::{Choice, Picker};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is known of test messages.
#[derive(Debug, Default)]
pub(in crate::tui) struct TestMessages {
    /// The services that the server tells over HTTP, as it said when the directory was opened.
    services: Vec<Service>,
    /// What was offered last, in the order of the list.
    offered: Vec<DeliveryCommand>,
    /// Those whose end nobody knows yet, and to whom each went.
    sent: BTreeMap<CommandId, String>,
}

/// The server told which services it tells.
pub(super) fn services_came(app: &mut App, services: Vec<Service>) -> Vec<Effect> {
    app.test_messages.services = services;
    Vec::new()
}

/// Why the person may not send one.
pub(in crate::tui) fn stands_against(app: &App) -> Option<Refusal> {
    let actor = app.replica.desk().actor_at(app.now);
    let may = test::may(&actor);
    may.err().or_else(|| possible::without_server(app))
}

/// Offers whoever can be told: the role in hand by each medium that it has an address for, and every
/// service.
pub(super) fn choose(app: &mut App) -> Vec<Effect> {
    if let Some(refusal) = stands_against(app) {
        app.say(Look::Refused, refusal.to_string());
        return Vec::new();
    }
    let services = app.test_messages.services.iter();
    let services = services.map(|service| DeliveryCommand::TestWebhook {
        name: service.name.clone(),
    });
    let offered: Vec<DeliveryCommand> = to_the_role(app).into_iter().chain(services).collect();
    if offered.is_empty() {
        app.say(
            Look::Refused,
            "You cannot send a message from this row. Choose a contact point with an e-mail address or a mobile number",
        );
        return Vec::new();
    }
    let choices = offered.iter().enumerate();
    let choices = choices.map(|(place, command)| choice(app, place, command));
    let picker = Picker::new(choices.collect());
    app.test_messages.offered = offered;
    act::open_overlay(app, Overlay::Steps("Send a test message", picker))
}

fn to_the_role(app: &App) -> Vec<DeliveryCommand> {
    let Some((role, organisation)) = directory::role_in_hand(app) else {
        return Vec::new();
    };
    let by = |medium| DeliveryCommand::Test {
        role,
        organisation: organisation.clone(),
        medium: Some(medium),
    };
    let desk = app.replica.desk();
    let actor = desk.actor_at(app.now);
    let id = CommandId(Uuid::nil());
    let is_possible = |command: &DeliveryCommand| {
        test::decide(id, command, &actor, &desk.directory, app.now).is_ok()
    };
    let all = [Medium::Email, Medium::Sms].map(by).into_iter();
    all.filter(is_possible).collect()
}

fn choice(app: &App, place: usize, command: &DeliveryCommand) -> Choice<Action> {
    let detail = match command {
        DeliveryCommand::Test { .. } => {
            "It says that it is a test, and goes to the first of these contact points that takes it"
        }
        DeliveryCommand::TestWebhook { .. } => "It says that it is a test",
    };
    Choice {
        value: Action::SendTest(place),
        label: whom(app, command),
        detail: detail.to_owned(),
        look: Look::Strong,
    }
}

fn whom(app: &App, command: &DeliveryCommand) -> String {
    match command {
        DeliveryCommand::Test {
            role,
            organisation,
            medium,
        } => {
            let name = app.replica.desk().directory.organisation_name(organisation);
            let by = medium.map_or_else(String::new, |medium| format!(", {}", medium.name()));
            format!("{} of {}{by}", role.short(), text::line(name))
        }
        DeliveryCommand::TestWebhook { name } => format!("the service {}", text::line(name)),
    }
}

/// Sends the one that was chosen.
pub(super) fn send(app: &mut App, place: usize) -> Vec<Effect> {
    let Some(command) = app.test_messages.offered.get(place).cloned() else {
        return Vec::new();
    };
    if let Some(refusal) = stands_against(app) {
        app.say(Look::Refused, refusal.to_string());
        return Vec::new();
    }
    let (id, whom) = (fresh_id(app.now), whom(app, &command));
    let said = format!("Test message to {whom}: asked for. The outcome appears here");
    app.say(Look::Text, said);
    app.test_messages.sent.insert(id, whom);
    vec![Effect::TestDelivery(id, command)]
}

/// The server said what became of one, or why it sends none.
pub(super) fn answered(app: &mut App, id: CommandId, answer: OnTest) -> Vec<Effect> {
    let Some(whom) = app.test_messages.sent.remove(&id) else {
        return Vec::new();
    };
    let (look, became) = match answer {
        OnTest::Refused(refusal) => (Look::Refused, format!("not sent. {refusal}")),
        OnTest::Unknown => (
            Look::Refused,
            "it may or may not have been sent: the server does not answer".to_owned(),
        ),
        OnTest::Applied(delivery) => {
            let why = delivery.why.as_deref().unwrap_or("no reason was given");
            let why = text::line(why);
            let at = |at: Option<_>| format::local_short(at.unwrap_or(app.now), app.now);
            match delivery.state {
                DeliveryState::Sent => {
                    let sent = at(delivery.sent_at);
                    let said = format!("accepted {sent}. Accepted is not read: ask them");
                    (Look::Met, said)
                }
                DeliveryState::Delivered => (
                    Look::Met,
                    format!("delivered {}", at(delivery.delivered_at)),
                ),
                DeliveryState::Acknowledged => {
                    let known = at(delivery.acknowledged_at);
                    (Look::Met, format!("acknowledged {known}"))
                }
                DeliveryState::Queued => (
                    Look::Soon,
                    format!("still waiting; tried: {}, {why}", delivery.attempts),
                ),
                DeliveryState::Failed | DeliveryState::Expired | DeliveryState::Cancelled => {
                    (Look::Refused, format!("FAILED: {why}"))
                }
            }
        }
    };
    app.insist(look, format!("Test message to {whom}: {became}"));
    app.changed = true;
    Vec::new()
}
