//! Hard questions to a running desk, as an auditor asks them: people type into a shell at set times, and
//! then the desk says what it makes of it, in `show`, in the register, in a report, in the next steps
//! and in the trail.
//!
//! The rules themselves are tried elsewhere, on the bare domain. Here each case goes through the outer
//! door, and reads like its recipe.

mod awareness;
mod delays;
mod duty;
mod each_controller;
mod escalation;
mod evidence;
mod on_whose_word;
mod register;
mod regulators;
mod struck;
mod titles;
mod unnamed;
mod vacancies;
mod who_says;
mod words;

use crate::cli::Shell;
use crate::support::case::wall;
use crate::support::server::TestServer;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::role::{Holding, Role};
use nightdesk::domain::synopsis;
use nightdesk::server::verify;
use serde_json::Value;
use std::process::Output;
use uuid::Uuid;

/// Of the made-up night: the on-call officer, the DPO of the first controller, the Partnership Security
/// Officer, and somebody of the governance team.
const O: &str = "tamsin.quill";
const D: &str = "bronwen.hartleap";
const W: &str = "marguerite.holloway";
const I: &str = "idris.pennywell";
const DEPUTY: &str = "cuthbert.wray";
const SIRO: &str = "oona.merriweather";
const GUARDIAN: &str = "priya.fairweather";
const ACCOUNTABLE: &str = "leopold.swanscombe";
const AUDITOR: &str = "silas.nettlebed";
const ADMINISTRATOR: &str = "jocasta.weir";
/// The DPO of Eastmere, which is a second controller in some cases.
const THEIR_DPO: &str = "winifred.osgood";
const NIGHT: &str = "2026-06-12T18:30";

/// A desk whose clock a case sets, and at which anybody of the directory may type.
struct Desk {
    server: TestServer,
}

impl Desk {
    /// A desk at this wall time, with the people of the made-up night in post.
    async fn at(time: &str) -> Self {
        Self {
            server: TestServer::start_at(wall(time)).await,
        }
    }

    /// The same, where somebody is missing or sits on two chairs.
    async fn by(time: &str, change: impl FnOnce(&mut Directory)) -> Self {
        Self {
            server: TestServer::start_at_by(wall(time), change).await,
        }
    }

    /// Time goes on; the rota and the terms stay as they were.
    fn then(&self, time: &str) {
        self.server.clock.clone().set(wall(time));
    }

    fn passes(&self, seconds: i64) {
        let mut clock = self.server.clock.clone();
        clock.set(clock.now() + chrono::TimeDelta::seconds(seconds));
    }

    /// Somebody types a line, which takes a minute: a shell reckons the server's time from its answers,
    /// and under load it may be a second behind.
    async fn types(&self, person: &str, line: &str) -> Output {
        let shell = Shell::of(&self.server, person).await;
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = shell.run(&words);
        self.passes(60);
        output
    }

    /// The same, for what must be done; what the desk says.
    async fn does(&self, person: &str, line: &str) -> String {
        let output = self.types(person, line).await;
        assert!(output.status.success(), "{person} types {line}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, for what must be refused; why, and what to do instead.
    async fn refuses(&self, person: &str, line: &str) -> String {
        let output = self.types(person, line).await;
        assert_eq!(
            output.status.code(),
            Some(1),
            "{person} types {line}: {output:?}"
        );
        String::from_utf8(output.stderr).unwrap()
    }

    async fn json(&self, person: &str, line: &str) -> Value {
        let said = self.does(person, &format!("{line} --json")).await;
        serde_json::from_str(&said).unwrap()
    }

    /// Somebody logs something, in these words of the shell; its reference.
    async fn logs(&self, person: &str, more: &str) -> String {
        let line = format!(
            "log --title 'List astray' --summary 'A list went astray' --contact 'extension 4410' {more}"
        );
        let lines = self.json(person, &line).await;
        lines[0]["incident"].as_str().unwrap().to_owned()
    }

    /// Something that Riverbourne's staff became aware of at this time.
    async fn aware(&self, time: &str) -> String {
        let line = format!("--aware {time} --organisation riverbourne");
        self.logs(O, &line).await
    }

    /// A confirmed disclosure of Riverbourne's about living people, graded by its DPO.
    async fn breach(&self, severity: u8, likelihood: u8, more: &str) -> String {
        let incident = self.aware("now").await;
        self.grades(D, &incident, severity, likelihood, more).await;
        self.triages(&incident, DISCLOSURE).await;
        incident
    }

    /// A list that went astray and that O calls no breach, at 2×2.
    async fn called_no_breach(&self) -> String {
        let incident = self.aware("now").await;
        self.grades(O, &incident, 2, 2, "").await;
        let facts = DISCLOSURE.replace("--breach confirmed", "--breach not-a-breach");
        self.triages(&incident, &facts).await;
        incident
    }

    async fn grades(&self, person: &str, incident: &str, severity: u8, likelihood: u8, more: &str) {
        let line = format!(
            "grade {incident} --severity {severity} --likelihood {likelihood} --harm loss-of-control --rationale 'as told by the practice' {more}"
        );
        self.does(person, &line).await;
    }

    async fn triages(&self, incident: &str, facts: &str) {
        self.does(O, &format!("triage {incident} {facts}")).await;
    }

    /// D recommends to tell the people concerned, and the SIRO and the Caldicott Guardian decide so.
    async fn decides_to_tell(&self, incident: &str) {
        let tell = "--telling tell --reasons 'they may be harmed'";
        self.does(D, &format!("subjects recommend {incident} {tell}"))
            .await;
        for person in [SIRO, GUARDIAN] {
            self.does(person, &format!("subjects decide {incident} {tell}"))
                .await;
        }
    }

    /// D decides to report and submits to the ICO.
    async fn reports(&self, incident: &str, more: &str) {
        self.does(
            D,
            &format!("decide report {incident} --reasons 'on the grid'"),
        )
        .await;
        self.submits(D, incident, more).await;
    }

    async fn submits(&self, person: &str, incident: &str, more: &str) {
        self.does(person, &submission(incident, more)).await;
    }

    /// Everything that a small breach needs to be closed, done at once.
    async fn closes(&self, incident: &str) {
        let refused = self.closing(incident).await;
        assert_eq!(refused, "");
    }

    /// The same, up to what is refused; why.
    async fn closing(&self, incident: &str) -> String {
        for (person, line) in CLOSING {
            let output = self.types(person, &line.replace("{}", incident)).await;
            if !output.status.success() {
                return String::from_utf8(output.stderr).unwrap();
            }
        }
        String::new()
    }

    /// The incident as `show --json` gives it.
    async fn shown(&self, incident: &str) -> Value {
        self.json(D, &format!("show {incident}")).await
    }

    /// A clock of an incident, of this controller where each has one.
    async fn clock(&self, incident: &str, kind: &str, controller: Option<&str>) -> Value {
        self.clock_as(D, incident, kind, controller).await
    }

    /// The same, as somebody else sees it.
    async fn clock_as(
        &self,
        person: &str,
        incident: &str,
        kind: &str,
        controller: Option<&str>,
    ) -> Value {
        let shown = self.json(person, &format!("show {incident}")).await;
        let clocks = shown["clock_states"].as_array().unwrap();
        let is_it = |clock: &&Value| {
            clock["kind"] == kind
                && controller.is_none_or(|controller| clock["controller"] == controller)
        };
        let found = clocks.iter().find(is_it);
        found
            .unwrap_or_else(|| panic!("no {kind} in {clocks:#?}"))
            .clone()
    }

    /// What a clock says: its state.
    async fn state(&self, incident: &str, kind: &str) -> String {
        let clock = self.clock(incident, kind, None).await;
        clock["state"].as_str().unwrap().to_owned()
    }

    /// The state of the ICO's clock of a controller.
    async fn ico(&self, incident: &str, controller: &str) -> String {
        let clock = self.clock(incident, "ICO_72H", Some(controller)).await;
        clock["state"].as_str().unwrap().to_owned()
    }

    /// The state of the ICO's clock, as somebody else sees it.
    async fn ico_as(&self, person: &str, incident: &str) -> String {
        let clock = self.clock_as(person, incident, "ICO_72H", None).await;
        clock["state"].as_str().unwrap().to_owned()
    }

    /// The next steps under a rule.
    async fn steps(&self, incident: &str, rule: &str) -> Vec<String> {
        let shown = self.shown(incident).await;
        let steps = shown["next_steps"].as_array().unwrap().iter();
        steps
            .filter(|step| step["rule"] == rule)
            .map(|step| step["sentence"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The handle by which the last decision, notification or enquiry is named.
    async fn handle(&self, incident: &str, what: &str) -> String {
        let shown = self.shown(incident).await;
        let known = shown["casework"]["regulator"][what].as_array().unwrap();
        let id: Uuid = known.last().unwrap()["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        synopsis::handle(id)
    }

    /// A section of a report about June 2026.
    async fn section(&self, person: &str, which: &str, heading: &str) -> String {
        // The assurance is for a year.
        let from = match which {
            "assurance" => "2025-07-01",
            _ => "2026-06-01",
        };
        let report = format!("report {which} --from {from} --to 2026-06-30 --format json");
        let report: Value = serde_json::from_str(&self.does(person, &report).await).unwrap();
        let sections = report["document"]["sections"].as_array().unwrap();
        let section = sections
            .iter()
            .find(|section| section["heading"] == heading);
        section
            .unwrap_or_else(|| panic!("no {heading} in {report:#}"))
            .to_string()
    }

    /// The trail, as a person reads it.
    async fn trail(&self, incident: &str) -> String {
        self.does(D, &format!("timeline {incident}")).await
    }

    /// What is stored is what the trail tells.
    async fn holds_together(&self) {
        let found = verify(&self.server.store).await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    }
}

/// A confirmed disclosure about living people that no partner is affected by.
const DISCLOSURE: &str = "--breach confirmed --category misdirected-email --data personal-living --cia c --controller riverbourne --partnership none --partnership-reason 'one list of our own'";

/// Who does what to close a small breach that the DPO declines to report.
const CLOSING: [(&str, &str); 16] = [
    (O, "ack {}"),
    (O, "inform {} --role lm --channel phone --outcome answered"),
    (O, "inform {} --role iao --channel phone --outcome answered"),
    (O, "inform {} --role igt --channel phone --outcome answered"),
    (O, "inform {} --role dpo --channel phone --outcome answered"),
    (
        D,
        "decide decline {} --reasons 'read by one colleague only'",
    ),
    (
        O,
        "inform {} --role siro --channel phone --outcome answered",
    ),
    (O, "inform {} --role cg --channel phone --outcome answered"),
    (I, "investigate lead {} --person idris.pennywell"),
    (I, "investigate no-evidence {} --reason 'nothing was kept'"),
    (I, "investigate begin {}"),
    (
        O,
        "close contain {} --actions 'asked for it back' --contained-at now",
    ),
    (
        I,
        "investigate answer {} --human-error no --several-disciplines yes",
    ),
    (D, "close resolve {} --resolution 'it was deleted unread'"),
    (D, "learn none {} --reason 'a slip like any other'"),
    (D, "close close {} --reason 'nothing is open'"),
];

/// A report to the ICO in which nothing is missing.
fn submission(incident: &str, more: &str) -> String {
    let items = [
        "nature",
        "people",
        "records",
        "contact",
        "consequences",
        "measures",
    ];
    let given = items.map(|item| format!("--given '{item}=as known'"));
    format!(
        "regulator submit {incident} --body ico --via dspt --reference DSPT-7 {} {more}",
        given.join(" ")
    )
}

/// The words of a line, as a shell splits them: quotes keep a text together.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    pieces
        .flat_map(|(place, piece)| match place % 2 {
            0 => piece.split_whitespace().map(str::to_owned).collect(),
            _ => vec![piece.to_owned()],
        })
        .collect()
}

#[track_caller]
fn says(text: &str, words: &str) {
    assert!(text.contains(words), "no \"{words}\" in: {text}");
}

#[track_caller]
fn never_says(text: &str, words: &str) {
    assert!(!text.contains(words), "\"{words}\" in: {text}");
}

/// Nobody of an organisation holds this role.
fn vacate(directory: &mut Directory, role: Role, organisation: &str) {
    let is_it = |held: &Holding| held.role == role && held.organisation.as_str() == organisation;
    directory.holdings.retain(|held| !is_it(held));
}

/// One person alone holds this role of an organisation.
fn seat(directory: &mut Directory, role: Role, organisation: &str, person: &str) {
    let is_it = |held: &&Holding| held.role == role && held.organisation.as_str() == organisation;
    let mut held = directory.holdings.iter().find(is_it).unwrap().clone();
    held.person = person.into();
    held.deputy_order = 0;
    vacate(directory, role, organisation);
    directory.holdings.push(held);
}
