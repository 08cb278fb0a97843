//! Where the casework of an incident stands, in sentences: for the screen, the shell, whoever reads.
//!
//! `chronicle` tells what happened when; here is what came of it, thing by thing, each under a handle
//! by which people name it. A sentence may contain text from outside; whoever prints it sanitises it.

mod deciding;
mod working;

pub use deciding::{decision, enquiry, follow_up, notification};
pub use working::{action, call, change, evidence, lesson, meeting, recommendation};

use super::calendar;
use super::casework::Casework;
use super::directory::Directory;
use super::event::Signed;
use super::guard::{self, Missing, Surroundings};
use super::incident::{Incident, Status};
use super::regulator::Item;
use serde::Serialize;
use uuid::Uuid;

/// An offer that nobody has answered, and who stays responsible meanwhile.
pub fn offered(incident: &Incident, directory: &Directory) -> Option<String> {
    let offer = incident.offer.as_ref()?;
    let to = directory.person_name(&offer.to);
    let at = calendar::brief(offer.at);
    let until_then = incident.owner.as_ref().map_or_else(
        || "Nobody owns it until then".to_owned(),
        |owner| format!("{} owns it until then", directory.person_name(owner)),
    );
    Some(format!("Offered to {to} {at}, not answered. {until_then}"))
}

/// A part of the casework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Decisions, notifications, references.
    Regulator,
    /// Telling the people concerned.
    Subjects,
    /// The hosted service.
    Hosting,
    /// The problems that it comes from.
    Problems,
    /// Lead, evidence, meetings, causes, findings.
    Investigation,
    /// Recommendations, lessons, actions.
    Learning,
    /// Containment, resolution, the end.
    Closing,
}

impl Part {
    /// Every part, in the order of the procedure.
    pub const ALL: [Self; 7] = [
        Self::Regulator,
        Self::Subjects,
        Self::Hosting,
        Self::Problems,
        Self::Investigation,
        Self::Learning,
        Self::Closing,
    ];

    /// The part as a heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regulator => "Decisions and regulators",
            Self::Subjects => "Telling the people concerned",
            Self::Hosting => "Hosted service",
            Self::Problems => "Problems behind it",
            Self::Investigation => "Investigation",
            Self::Learning => "Learning",
            Self::Closing => "Containment and closing",
        }
    }
}

/// Whether a thing still asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody has still to do something about it.
    Open,
    /// Nothing is left to do.
    Done,
    /// It only says something.
    Said,
}

/// One thing of the casework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The part that it belongs to.
    pub part: Part,
    /// The name by which a step refers to it, where one can.
    pub handle: Option<String>,
    /// Whether it still asks for something.
    pub standing: Standing,
    /// What it is and where it stands, in a word or two.
    pub state: String,
    /// The thing itself.
    pub sentence: String,
}

/// The name by which people refer to a thing inside an incident: the last eight digits of its
/// identity, which are random, where the first are the time.
pub fn handle(id: Uuid) -> String {
    let digits = id.simple().to_string();
    digits[digits.len() - 8..].to_owned()
}

/// The name of something promised in a notification.
pub fn promise_handle(notification: Uuid, item: Item) -> String {
    format!("{}:{}", handle(notification), item.code())
}

/// The name of an attempt to reach somebody: its number among those of the incident, as people count.
pub fn attempt_handle(place: usize) -> String {
    (place + 1).to_string()
}

/// Everything that stands in the casework, part by part, with the problems that the incident comes from
/// as far as they are known.
pub fn points(incident: &Incident, around: &Surroundings<'_>) -> Vec<Point> {
    let directory = around.directory;
    let Casework {
        regulator,
        subjects,
        hosting,
        investigation,
        learning,
        closing,
    } = incident.casework();
    let mut points = deciding::anchors(incident, directory);
    points.extend(deciding::regulator(incident, regulator, directory));
    points.extend(deciding::subjects(incident, subjects, directory));
    points.extend(working::hosting(incident, hosting, around));
    let problems = around.problems.unwrap_or_default();
    points.extend(problems.iter().map(working::problem));
    points.extend(working::investigation(investigation, directory));
    points.extend(working::learning(learning, directory));
    points.extend(working::closing(closing, directory));
    points
}

/// What else the incident is and was: what it was called, the incidents that were logged of the same thing, and major
/// incidents that were false alarms. Each under its heading.
pub fn also(incident: &Incident, directory: &Directory) -> Vec<(&'static str, String)> {
    let logged = incident.taken_over.iter().map(|taken| {
        let origin = &taken.from;
        let by = signature(&origin.logged, directory);
        let sentence = format!("{}, {by}; {}", origin.name(), taken.reason);
        ("Also logged as", sentence)
    });
    let alarms = incident.false_alarms.iter().map(|alarm| {
        let (declared, ended) = (&alarm.declared, &alarm.ended);
        let sentence = format!(
            "major (P1) from {} to {}: {}; ended because {}; {}",
            calendar::brief(declared.at),
            calendar::brief(ended.at),
            alarm.because,
            alarm.reason,
            signature(ended, directory)
        );
        ("False alarm", sentence)
    });
    let called = incident.former_titles.iter().map(|former| {
        let by = signature(&former.changed, directory);
        ("Was called", format!("{:?}; changed {by}", former.title))
    });
    called.chain(logged).chain(alarms).collect()
}

/// What is missing before the next stage, with the stage; none for an incident that goes no further.
pub fn missing(
    incident: &Incident,
    around: &Surroundings<'_>,
) -> Option<(&'static str, Vec<Missing>)> {
    let resolution = incident.casework().closing.resolution();
    let needs_change = resolution.is_some_and(|resolution| resolution.change_required);
    match incident.status {
        Status::Triaged => Some(("investigated", guard::to_investigate(incident))),
        Status::Investigating => Some((
            "resolved",
            guard::to_resolve(incident, needs_change, around),
        )),
        Status::Resolved => {
            let hard = guard::to_close(incident, around).into_iter();
            let ticks = guard::to_tick(incident, around).into_iter();
            let ticks = ticks.map(|tick| Missing {
                rule: tick.rule(),
                sentence: format!("a tick that you accept: {}", tick.name()),
            });
            Some(("closed", hard.chain(ticks).collect()))
        }
        Status::Closed => {
            let open = guard::to_audit(incident).map(|recommendation| Missing {
                rule: super::rule::RuleId::BobAudit,
                sentence: format!("whether it was carried out: {}", recommendation.text),
            });
            Some(("audited", open.collect()))
        }
        Status::Logged | Status::Audited | Status::Duplicate | Status::Withdrawn => None,
    }
}

fn point(
    part: Part,
    standing: Standing,
    state: impl Into<String>,
    sentence: impl Into<String>,
) -> Point {
    Point {
        part,
        handle: None,
        standing,
        state: state.into(),
        sentence: sentence.into(),
    }
}

impl Point {
    fn named(self, handle: String) -> Self {
        Self {
            handle: Some(handle),
            ..self
        }
    }
}

/// `Sat 13 Jun 02:14 BST, Bronwen Hartleap (DPO)`.
fn signature(signed: &Signed, directory: &Directory) -> String {
    let interim = if signed.by.interim { ", interim" } else { "" };
    format!(
        "{}, {} ({}{interim})",
        calendar::brief(signed.at),
        directory.person_name(&signed.by.person),
        signed.by.role.short()
    )
}

/// `": …"` where something is said.
fn and<'a>(text: impl Into<Option<&'a str>>) -> String {
    text.into()
        .map_or_else(String::new, |text| format!(": {text}"))
}
