//! Everything that was done before the demonstration begins, in the order in which it was done.
//!
//! Pure. The identity of a command is made from its instant, as a client would have made it then.

use super::scenario::{Scenario, ScenarioError, ago};
use crate::domain::Instant;
use crate::domain::command::Command;
use crate::domain::directory::Directory;
use crate::domain::id::{CommandId, IncidentId};
use crate::server::Past;
use uuid::{NoContext, Timestamp, Uuid};

/// What had been done about the scenarios by `start`, oldest first.
///
/// # Errors
/// Nobody held a role that a scenario names.
pub(super) fn of_scenarios(
    scenarios: &[Scenario],
    directory: &Directory,
    start: Instant,
) -> Result<Vec<Past>, ScenarioError> {
    let mut past = Vec::new();
    for scenario in scenarios {
        past.extend(of_scenario(scenario, directory, start)?);
    }
    past.sort_by_key(|given| given.at);
    Ok(past)
}

fn of_scenario(
    scenario: &Scenario,
    directory: &Directory,
    start: Instant,
) -> Result<Vec<Past>, ScenarioError> {
    let logged_at = ago(start, scenario.logged_minutes_ago);
    let id = command_id(logged_at);
    let incident = IncidentId::from(id);
    let mut past = vec![Past {
        at: logged_at,
        person: scenario.person("OCO", directory, logged_at)?,
        id,
        incident,
        command: Command::Log(Box::new(scenario.report(start))),
    }];
    for step in &scenario.steps {
        let at = ago(start, step.minutes_ago);
        past.push(Past {
            at,
            person: scenario.person(&step.by, directory, at)?,
            id: command_id(at),
            incident,
            command: scenario.command(&step.deed),
        });
    }
    Ok(past)
}

/// The identity that a client makes for a command at this instant.
pub(super) fn command_id(at: Instant) -> CommandId {
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    let instant = Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos());
    CommandId(Uuid::new_v7(instant))
}
