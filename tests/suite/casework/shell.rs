//! Every scenario from the call to closed and audited, typed into a shell against a real server: each
//! step by somebody who may take it, at the moment when they took it.
//!
//! What the desk must have come to is asked in the same words as of the walk over the bare rules.

use super::walks::{clocks_have_ended, ended_as_listed, told_as_listed};
use crate::cli::Shell;
use crate::scenarios::{has_its_outcome, tells_whom_its_list_names};
use crate::support::case::directory_at;
use crate::support::server::TestServer;
use crate::support::typed::typed;
use crate::support::walk::{Deed, Walk, walks};
use nightdesk::api::route;
use nightdesk::config;
use nightdesk::domain::Instant;
use nightdesk::domain::command::Command;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::id::{OrganisationId, PersonId};
use nightdesk::domain::incident::Incident;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many scenarios are walked at once.
const AT_ONCE: usize = 4;

/// A scenario on a server of its own, and the terminals of those who work on it.
struct Desk {
    walk: Walk,
    server: TestServer,
    directory: Directory,
    shells: BTreeMap<PersonId, Shell>,
    now: Instant,
    incident: String,
}

impl Desk {
    /// A desk on which the scenario has just been logged.
    async fn logged(walk: Walk) -> Self {
        let (now, report) = walk.report();
        let mut desk = Self {
            server: TestServer::start_at(now).await,
            directory: directory_at(now),
            shells: BTreeMap::new(),
            now,
            incident: String::new(),
            walk,
        };
        let lines = desk.types("OCO", &Command::Log(Box::new(report))).await;
        desk.incident = lines[0]["incident"].as_str().unwrap().to_owned();
        desk
    }

    fn passes(&mut self, seconds: i64) {
        self.now += chrono::TimeDelta::seconds(seconds);
        self.server.clock.clone().set(self.now);
    }

    /// The terminal of whoever is meant at this moment.
    async fn shell(&mut self, by: &str) -> &Shell {
        let person = self.walk.scenario.person(by, &self.directory, self.now);
        let person = person.unwrap();
        if !self.shells.contains_key(&person) {
            let shell = Shell::of(&self.server, person.as_str()).await;
            self.shells.insert(person.clone(), shell);
        }
        &self.shells[&person]
    }

    async fn types(&mut self, by: &str, command: &Command) -> serde_json::Value {
        let words = typed(command, &self.incident);
        self.types_words(by, &words).await
    }

    /// Types words that are to succeed without complaint.
    async fn types_words(&mut self, by: &str, words: &[String]) -> serde_json::Value {
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.push("--json");
        self.shell(by).await.json(&words)
    }

    /// The incident as the shell shows it.
    async fn shown(&mut self) -> Incident {
        let words = ["show".to_owned(), self.incident.clone()];
        serde_json::from_value(self.types_words("OCO", &words).await).unwrap()
    }

    /// The incident as it stands, to know what to type: a person would look at the screen.
    async fn seen(&mut self) -> Incident {
        let officer = self.walk.scenario.person("OCO", &self.directory, self.now);
        let officer = self.server.signed_in(officer.unwrap().as_str()).await;
        officer.get(&route::incident(&self.incident)).await.ok()
    }

    /// Does a deed a minute later.
    async fn does(&mut self, deed: Deed) {
        self.passes(60);
        if deed == Deed::RaiseProblem {
            return self.works_around_the_problem().await;
        }
        let incident = self.seen().await;
        for (by, command) in self.walk.commands(deed, &incident, self.now) {
            self.types(&by, &command).await;
            if deed == Deed::TakeExceptionPath {
                self.passes(16 * 60);
            }
        }
    }

    /// Declaring the incident major has raised the problem (WSIC-CALL); people get by with this.
    async fn works_around_the_problem(&mut self) {
        let words = ["problem", "list", "--incident", &self.incident].map(ToOwned::to_owned);
        let problems = self.types_words("OCO", &words).await;
        let problems = problems.as_array().unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        let problem = problems[0]["reference"].as_str().unwrap();
        let text = "work from the last export";
        let words = ["problem", "workaround", problem, "--text", text].map(ToOwned::to_owned);
        self.types_words("OCO", &words).await;
    }

    /// What only comes later in the procedure is refused, whoever asks, with the rule.
    async fn is_refused(&mut self, deed: Deed, rule: &str) {
        let incident = self.seen().await;
        for (by, command) in self.walk.commands(deed, &incident, self.now) {
            let words = typed(&command, &self.incident);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let output = self.shell(&by).await.run(&words);
            let said = String::from_utf8(output.stderr).unwrap();
            let id = &self.walk.scenario.id;
            assert_eq!(
                output.status.code(),
                Some(1),
                "{id} {deed:?} by {by}: {said}"
            );
            assert!(said.contains(rule), "{id} {deed:?} by {by}: {said}");
        }
    }

    /// The shell says that nothing is missing before the next stage.
    async fn misses_nothing(&mut self, stage: &str) {
        let words = ["show", &self.incident.clone()].map(ToOwned::to_owned);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let said = self.shell("OCO").await.says(&words);
        let wanted = format!("It can be {stage} now");
        assert!(said.contains(&wanted), "{}: {said}", self.walk.scenario.id);
    }

    /// Before anybody is called: grade and contacts of the list, and the clocks of the same walk over
    /// the bare rules.
    async fn stands_as_listed(&mut self) {
        let (row, incident) = (self.walk.expected.clone(), self.shown().await);
        has_its_outcome(&row, &incident);
        tells_whom_its_list_names(&row, &incident);
        let bare = self.walk.up_to(Deed::Inform, &[]);
        assert_eq!(
            due(&incident),
            due(bare.incident()),
            "{}",
            self.walk.scenario.id
        );
    }
}

/// Every clock with whose it is and when it is due.
fn due(incident: &Incident) -> Vec<(ClockKind, Option<&OrganisationId>, Instant)> {
    let clocks = incident.clocks.iter();
    clocks
        .map(|clock| (clock.kind, clock.controller.as_ref(), clock.due_at))
        .collect()
}

async fn walked(walk: Walk) {
    let plan = walk.plan();
    let mut desk = Desk::logged(walk).await;
    for (deed, rule) in [
        (Deed::Begin, "BOB-"),
        (Deed::Resolve, "WSIC-CLOSE"),
        (Deed::Close, "WSIC-CLOSE"),
    ] {
        desk.is_refused(deed, rule).await;
    }
    for deed in plan {
        match deed {
            Deed::Inform => desk.stands_as_listed().await,
            Deed::Begin => desk.misses_nothing("investigated").await,
            Deed::Resolve => desk.misses_nothing("resolved").await,
            _ => {}
        }
        desk.does(deed).await;
    }
    let (incident, now) = (desk.shown().await, desk.now);
    clocks_have_ended(&desk.walk, &incident, now);
    told_as_listed(&desk.walk, &incident);
    let policy = config::policy().unwrap();
    ended_as_listed(&desk.walk, &incident, &desk.directory, &policy, now);
    desk.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_scenario_is_walked_in_the_shell_from_the_call_to_the_audit() {
    let free = Arc::new(Semaphore::new(AT_ONCE));
    let mut walking = JoinSet::new();
    for walk in walks() {
        let free = free.clone();
        walking.spawn(async move {
            let _place = free.acquire().await.unwrap();
            let id = walk.scenario.id.clone();
            walked(walk).await;
            id
        });
    }
    let done = walking.join_all().await;
    assert_eq!(done.len(), 26, "{done:?}");
}
