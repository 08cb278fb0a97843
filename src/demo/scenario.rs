//! The 26 scenarios and what had been done about each by the time the demonstration begins.
//!
//! The file says who did what how many minutes ago; this turns it into commands with their instants.
//! Deliberately knows no outcome, deadline or state: those follow from the commands, by the rules.

use crate::domain::Instant;
use crate::domain::command::{Command, GradeIncident, Log, Triage};
use crate::domain::directory::Directory;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{Facts, PartnershipEffect};
use crate::domain::role::Role;
use crate::domain::rota::{self, Tier};
use chrono::TimeDelta;
use serde::Deserialize;

const SCENARIOS: &str = include_str!("../../config/scenarios.json");

/// One scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its number in the list of examples, such as `S05`.
    pub id: String,
    /// A few words.
    pub title: Box<str>,
    /// What happened.
    pub summary: Box<str>,
    /// Where the report came from.
    pub reporter_organisation: OrganisationId,
    /// What the reporter does there.
    pub reporter_role: Box<str>,
    /// How to reach the reporter.
    pub reporter_contact: Box<str>,
    /// How long ago the reporter became aware.
    pub aware_minutes_ago: i64,
    /// How long ago the desk took it in.
    pub logged_minutes_ago: i64,
    /// How long ago the supplier became aware, where a processor told us.
    #[serde(default)]
    pub processor_aware_minutes_ago: Option<i64>,
    /// What kind of incident it is.
    pub facts: Facts,
    /// How it is graded.
    pub grade: GradeIncident,
    /// What had been done about it, oldest first.
    pub steps: Vec<Step>,
}

/// One thing that somebody did.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// How long ago.
    pub minutes_ago: i64,
    /// Who: `OCO` for whoever was on call, another role code for its holder in the organisation whose
    /// incident it is, or `ROLE:organisation`.
    pub by: String,
    /// What.
    pub deed: Deed,
}

/// What somebody did.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Graded it as the scenario says.
    Grade,
    /// Triaged it as the scenario says.
    Triage,
    /// Gave this command.
    Give(Command),
}

/// Why the scenarios cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file is not of its shape.
    #[error("The scenarios cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// A role that nobody held at that instant.
    #[error("Nobody held {role} at {at} in scenario {scenario}")]
    NobodyInPost {
        /// The role, as the file names it.
        role: String,
        /// When.
        at: Instant,
        /// Which scenario.
        scenario: String,
    },
}

/// Every scenario.
///
/// # Errors
/// The built-in file is not of its shape.
pub fn scenarios() -> Result<Vec<Scenario>, ScenarioError> {
    Ok(serde_json::from_str(SCENARIOS)?)
}

impl Scenario {
    /// The report as it reached the desk, for a demonstration that begins at `start`. Category and
    /// partners are left to triage, as they would be on the telephone.
    pub fn report(&self, start: Instant) -> Log {
        let aware_at = ago(start, self.aware_minutes_ago);
        let processor_aware_at = self
            .processor_aware_minutes_ago
            .map(|minutes| ago(start, minutes));
        Log {
            title: self.title.clone(),
            summary: self.summary.clone(),
            aware_at,
            reporter_organisation: self.reporter_organisation.clone(),
            reporter_contact: self.reporter_contact.clone(),
            reporter_role: Some(self.reporter_role.clone()),
            officer_aware_at: None,
            processor_aware_at,
            controller_informed_at: processor_aware_at.map(|_| aware_at),
            occurrence: None,
            facts: Facts {
                category: None,
                partnership_effect: PartnershipEffect::Unknown,
                partnership_reason: None,
                affected_partners: [].into(),
                // "No" has a reason, which the triage gives.
                nis_significant: self.facts.nis_significant.filter(|hit| *hit),
                ..self.facts.clone()
            },
        }
    }

    /// The command behind a deed.
    pub fn command(&self, deed: &Deed) -> Command {
        match deed {
            Deed::Grade => Command::Grade(Box::new(self.grade.clone())),
            Deed::Triage => Command::Triage(Box::new(Triage {
                facts: self.facts.clone(),
                recognised_at: None,
                nis: None,
                confirm: None,
                reason: (self.facts.nis_significant == Some(false))
                    .then(|| "the service went on as usual".into()),
            })),
            Deed::Give(command) => command.clone(),
        }
    }

    /// Who is meant by the `by` of a step at that instant.
    ///
    /// # Errors
    /// Nobody held the role then.
    pub fn person(
        &self,
        by: &str,
        directory: &Directory,
        at: Instant,
    ) -> Result<PersonId, ScenarioError> {
        let (code, organisation) = match by.split_once(':') {
            Some((code, organisation)) => (code, OrganisationId::from(organisation)),
            None => (by, self.home().clone()),
        };
        let person = match Role::from_code(code) {
            Some(Role::Oco) => {
                rota::on_call(&directory.shifts, Tier::First, at).map(|shift| shift.person.clone())
            }
            Some(role) => directory
                .holders(role, Some(&organisation), at)
                .first()
                .map(|holding| holding.person.clone()),
            None => None,
        };
        person.ok_or_else(|| ScenarioError::NobodyInPost {
            role: by.to_owned(),
            at,
            scenario: self.id.clone(),
        })
    }

    /// The organisation whose procedure is followed.
    fn home(&self) -> &OrganisationId {
        self.facts
            .controllers
            .first()
            .unwrap_or(&self.reporter_organisation)
    }
}

/// The instant that lies so many minutes before `start`.
pub fn ago(start: Instant, minutes: i64) -> Instant {
    start - TimeDelta::minutes(minutes)
}
