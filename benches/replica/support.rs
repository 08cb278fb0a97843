//! Incidents by the thousand, made by the rulebook itself, so that they are as large as real ones.

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::client::outbox::Outbox;
use nightdesk::client::replay::Desk;
use nightdesk::client::replica::Replica;
use nightdesk::config;
use nightdesk::domain::command::{Acknowledge, Command, Inform, Log};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::decide::{self, Context};
use nightdesk::domain::directory::Channel;
use nightdesk::domain::id::{CommandId, OrganisationId, Reference};
use nightdesk::domain::incident::{Facts, Incident, PartnershipEffect};
use nightdesk::domain::role::Role;
use nightdesk::tui::app::App;
use nightdesk::tui::keys::Keymap;
use nightdesk::tui::theme::Theme;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The sizes at which growth is looked at.
pub(crate) const SIZES: [u32; 4] = [100, 1_000, 10_000, 100_000];

const PARTNERS: [&str; 4] = ["eastmere", "calder", "oakdene", "fernhill"];

/// The moment at which everything is measured.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_781_300_000, 0).unwrap_or_default()
}

/// The desk of the officer on call.
pub(crate) fn desk() -> Desk {
    let directory = config::directory::example().expect("the example directory is checked");
    let actor = directory
        .actor(&"tamsin.quill".into(), now())
        .expect("the example directory has an officer on call");
    Desk {
        actor,
        policy: Arc::new(config::policy().expect("the policy is checked")),
        directory: Arc::new(directory),
        problems: Arc::default(),
    }
}

/// The incident with a number: noticed within the last 90 hours and logged tonight, some of them
/// acknowledged and worked on.
pub(crate) fn incident(desk: &Desk, number: u32) -> Incident {
    let at = now() - TimeDelta::minutes(i64::from(number % 600));
    let id = CommandId(Uuid::from_u128(u128::from(number) + 1));
    let mut incident = carried_out(desk, None, id, &log(number, at), at, number);
    if number.is_multiple_of(3) {
        let acknowledge = Command::Acknowledge(Acknowledge {});
        incident = carried_out(desk, Some(&incident), id, &acknowledge, at, number);
        let call = Command::Inform(Box::new(call()));
        incident = carried_out(desk, Some(&incident), id, &call, at, number);
    }
    incident
}

/// A replica that has absorbed so many incidents, a page at a time.
pub(crate) fn replica(desk: &Desk, size: u32) -> Replica {
    let mut replica = Replica::new(desk.clone(), Outbox::default(), now());
    replica.heard(now());
    for first in (0..size).step_by(200) {
        let page = (first..size.min(first + 200)).map(|number| incident(desk, number));
        replica.absorb(page, now());
    }
    replica
}

/// The console on a replica, at 120x40.
pub(crate) fn console(replica: Replica) -> App {
    let keymap = Keymap::new(&BTreeMap::new()).expect("the built-in keys are checked");
    let theme = Theme::named("dark").expect("the built-in themes are checked");
    let mut app = App::new(replica, keymap, theme, now());
    app.resize(120, 40);
    app
}

fn carried_out(
    desk: &Desk,
    known: Option<&Incident>,
    id: CommandId,
    command: &Command,
    at: DateTime<Utc>,
    number: u32,
) -> Incident {
    let actor = desk.actor_at(at);
    let context = Context {
        now: at,
        actor: &actor,
        policy: &desk.policy,
        directory: &desk.directory,
        command: id,
        reference: Some(Reference::new(2026, number + 1)),
        sightings: &[],
        problems: None,
    };
    let (incident, _) = decide::carry_out(known, id.into(), command, &context)
        .expect("the rules allow what the officer on call does here");
    incident
}

fn log(number: u32, at: DateTime<Utc>) -> Command {
    let partners: Vec<OrganisationId> = PARTNERS
        .iter()
        .take(number as usize % 4)
        .map(|partner| (*partner).into())
        .collect();
    let effect = if partners.is_empty() {
        PartnershipEffect::Unknown
    } else {
        PartnershipEffect::Affected
    };
    Command::Log(Box::new(Log {
        title: format!("Discharge list {number} e-mailed to the wrong practice").into(),
        summary:
            "A ward clerk sent a list of discharges to another practice; the practice manager \
                  rang back and deleted it"
                .into(),
        aware_at: at - TimeDelta::minutes(i64::from(number % 4800)),
        reporter_organisation: "riverbourne".into(),
        reporter_contact: "extension 4410".into(),
        reporter_role: Some("ward manager".into()),
        officer_aware_at: None,
        processor_aware_at: None,
        controller_informed_at: None,
        occurrence: None,
        facts: Facts {
            partnership_effect: effect,
            partnership_reason: Some("Their patients are on the list".into()),
            affected_partners: partners.into_iter().collect(),
            ..Facts::default()
        },
    }))
}

/// A call to the data protection officer that nobody answers.
pub(crate) fn call() -> Inform {
    Inform {
        contact: Contact::of(Role::Dpo, &"riverbourne".into()),
        person: None,
        channel: Channel::Mobile,
        number: None,
        outcome: Outcome::NoAnswer,
        happened_at: None,
        spoke_to: None,
        note: None,
        late_reason: None,
        evidence: None,
    }
}
