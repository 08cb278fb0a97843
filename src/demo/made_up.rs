//! Made-up incidents by the thousand, to see how the desk bears numbers.
//!
//! They are logged and in part acknowledged by real commands. Deliberately the same set every time for
//! a count and a start, so that two measurements measure the same thing.

use super::history::command_id;
use super::scenario::ago;
use crate::domain::Instant;
use crate::domain::command::{Acknowledge, Command, Log};
use crate::domain::directory::{Directory, Organisation};
use crate::domain::id::{IncidentId, PersonId};
use crate::domain::incident::{BreachStatus, Facts};
use crate::domain::rota::{self, Tier};
use crate::server::Past;
use chrono::TimeDelta;

const THINGS: [&str; 12] = [
    "Appointment letter",
    "Clinic list",
    "Referral",
    "Discharge summary",
    "Staff rota",
    "Laptop",
    "Paper diary",
    "Test result",
    "Text message",
    "Shared folder",
    "Fax",
    "Portal account",
];

const FATES: [&str; 10] = [
    "sent to the wrong address",
    "left in a meeting room",
    "seen by a visitor",
    "missing after a move",
    "shared with all staff",
    "opened by mistake",
    "found in a corridor",
    "copied to a supplier",
    "not locked away",
    "printed twice",
];

/// The oldest of them were noticed so long ago.
const OLDEST: TimeDelta = TimeDelta::hours(110);

/// How long after noticing they were logged, and after logging acknowledged.
const NOTICED_TO_LOGGED: TimeDelta = TimeDelta::minutes(9);
const LOGGED_TO_ACKNOWLEDGED: TimeDelta = TimeDelta::minutes(6);

/// So many made-up incidents, spread evenly over the days before `start`, oldest first.
pub(super) fn incidents(count: usize, directory: &Directory, start: Instant) -> Vec<Past> {
    let reporters: Vec<&Organisation> = directory
        .organisations
        .iter()
        .filter(|organisation| organisation.controller)
        .collect();
    let mut past: Vec<Past> = (0..count)
        .flat_map(|place| incident(place, count, &reporters, directory, start))
        .collect();
    past.sort_by_key(|given| given.at);
    past
}

/// Every fifth has been acknowledged.
fn incident(
    place: usize,
    count: usize,
    reporters: &[&Organisation],
    directory: &Directory,
    start: Instant,
) -> Vec<Past> {
    let aware_at = noticed_at(place, count, start);
    let logged_at = aware_at + NOTICED_TO_LOGGED;
    let acknowledged_at = logged_at + LOGGED_TO_ACKNOWLEDGED;
    let id = command_id(logged_at);
    let incident = IncidentId::from(id);
    let log = Command::Log(Box::new(report(place, reporters, aware_at)));
    let logged = on_call(directory, logged_at).map(|person| Past {
        at: logged_at,
        person,
        id,
        incident,
        command: log,
    });
    let acknowledged = on_call(directory, acknowledged_at)
        .filter(|_| place % 5 == 4)
        .map(|person| Past {
            at: acknowledged_at,
            person,
            id: command_id(acknowledged_at),
            incident,
            command: Command::Acknowledge(Acknowledge {}),
        });
    logged.into_iter().chain(acknowledged).collect()
}

fn noticed_at(place: usize, count: usize, start: Instant) -> Instant {
    let latest = ago(start, 0) - NOTICED_TO_LOGGED - LOGGED_TO_ACKNOWLEDGED;
    let step = i64::try_from(place).unwrap_or(i64::MAX);
    let steps = i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    let before = OLDEST.num_seconds() - OLDEST.num_seconds() * step / steps;
    latest - TimeDelta::seconds(before)
}

fn report(place: usize, reporters: &[&Organisation], aware_at: Instant) -> Log {
    let thing = THINGS[place % THINGS.len()];
    let fate = FATES[place / THINGS.len() % FATES.len()];
    let reporter = reporters[place % reporters.len().max(1)];
    Log {
        title: format!("{thing} {fate}").into(),
        summary: format!("Made-up incident {}: {thing} {fate}", place + 1).into(),
        aware_at,
        reporter_organisation: reporter.id.clone(),
        reporter_contact: "the desk that reported it".into(),
        reporter_role: None,
        officer_aware_at: None,
        processor_aware_at: None,
        controller_informed_at: None,
        occurrence: None,
        facts: Facts {
            breach_status: BreachStatus::Suspected,
            ..Facts::default()
        },
    }
}

fn on_call(directory: &Directory, at: Instant) -> Option<PersonId> {
    rota::on_call(&directory.shifts, Tier::First, at).map(|shift| shift.person.clone())
}
