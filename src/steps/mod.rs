//! What each step of casework asks, as one table: the forms of the screen and the subcommands of the
//! shell are both read from it. `problem` is the same for the problems behind incidents.
//!
//! A question is named by its JSON pointer in the command, the same by which a refusal names a field,
//! so answers become a command by being put in their places. Whether the step is allowed is judged by
//! the rules alone; `attempts` only makes the commands by which they can be asked beforehand.

mod answer;
pub mod directory;
pub mod naming;
mod problem;
mod question;
mod table;
mod things;
mod words;

pub use answer::Answers;
pub use problem::{
    CLOSE, DIAGNOSE, LINK, PROBLEM_STEPS, ProblemAsk, ProblemStep, RAISE, REOPEN, RESOLVE, Sort,
    UNLINK, WORKAROUND,
};
pub use question::{Answering, Choice, Question, places};
pub use table::STEPS;
pub use things::{Thing, Things};
pub use words::Words;

use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::guard::Surroundings;
use crate::domain::id::{IncidentId, OrganisationId, PersonId, Reference};
use crate::domain::incident::{Incident, Status};
use crate::domain::policy::Policy;
use crate::domain::problem::Problem;
use crate::domain::regulator::Body;

/// A step of casework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// The subcommand that it belongs to.
    pub group: Group,
    /// The subcommand's own subcommand; empty where the group is a single step.
    pub verb: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// The command's `type` and `step`; a single step has no second.
    wire: (&'static str, &'static str),
    /// What is answered by choosing this step.
    pub fixed: &'static [(&'static str, &'static str)],
    /// What is asked.
    pub asks: &'static [Ask],
    /// The stages in which the procedure asks for it; it may be allowed in others.
    pub stages: &'static [Status],
    /// Whether a shell takes it on one incident only: the same words fit no second one.
    pub is_for_one: bool,
    /// Whether it can be undone.
    pub weight: Weight,
    /// What follows from it, for whoever is about to take it.
    pub says: &'static [&'static str],
}

/// Steps that belong together: a subcommand of the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Report or decline, and what belongs to that.
    Decide,
    /// Telling the people concerned.
    Subjects,
    /// Notifications and references.
    Regulator,
    /// The hosted service.
    Host,
    /// The investigation.
    Investigate,
    /// Recommendations, lessons, actions.
    Learn,
    /// Containment and the end.
    Close,
    /// Whom to tell beyond the computed set.
    Contact,
    /// Whether partners are affected.
    Effect,
    /// By which words people know it.
    Title,
    /// When it happened.
    Occurrence,
    /// Why a clock is late.
    Late,
}

impl Group {
    /// Every group, in the order of the procedure.
    pub const ALL: [Self; 12] = [
        Self::Decide,
        Self::Subjects,
        Self::Regulator,
        Self::Host,
        Self::Investigate,
        Self::Learn,
        Self::Close,
        Self::Contact,
        Self::Effect,
        Self::Title,
        Self::Occurrence,
        Self::Late,
    ];

    /// The name of the subcommand.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What the subcommand does.
    pub fn about(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Decide => (
                "decide",
                "Report to the ICO or decline, confirm, countersign, start the 72 hours later or stop a clock",
            ),
            Self::Subjects => (
                "subjects",
                "Recommend, decide and record whether to tell the people concerned",
            ),
            Self::Regulator => (
                "regulator",
                "Prepare a notification, record that it was made, followed up or withdrawn, and what a regulator asks",
            ),
            Self::Host => (
                "host",
                "Record the impact on the hosted service, calls with its host, and changes",
            ),
            Self::Investigate => (
                "investigate",
                "Appoint a lead, secure evidence, hold meetings, find causes",
            ),
            Self::Learn => ("learn", "Recommend, learn, share, and follow actions up"),
            Self::Close => (
                "close",
                "Contain, resolve, close, audit or open an incident again, or end it early",
            ),
            Self::Contact => (
                "contact",
                "Require another contact, release one, or strike out a call that was recorded by mistake",
            ),
            Self::Effect => ("effect", "Answer whether partners are affected"),
            Self::Title => (
                "title",
                "Change the title or the summary of an incident; the old words stay in the timeline",
            ),
            Self::Occurrence => (
                "occurrence",
                "Say when an incident happened, or correct that",
            ),
            Self::Late => ("late", "Say why a clock is late"),
        }
    }

    /// Its steps.
    pub fn steps(self) -> impl Iterator<Item = &'static Step> {
        STEPS.iter().filter(move |step| step.group == self)
    }
}

/// Whether a step can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It can be corrected by a further step.
    Ordinary,
    /// It cannot: whoever takes it on the screen types the reference first.
    Final,
}

/// What a step asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    /// The place in the command that it fills.
    pub pointer: &'static str,
    /// What is asked, in a word or two.
    pub label: &'static str,
    /// How to answer.
    pub hint: &'static str,
    /// Whether it may stay open.
    pub need: Need,
    /// What sort of answer.
    pub kind: Kind,
    /// What is proposed; for a choice its key.
    pub preset: &'static str,
}

/// Whether an answer may stay open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// It must be given.
    Needed,
    /// It may be left out.
    Optional,
}

/// The sorts of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Words.
    Text,
    /// A time; none, or "now", is the server's present.
    Time,
    /// A time; none is not known.
    Moment,
    /// A day.
    Day,
    /// A number.
    Number,
    /// A SHA-256.
    Hash,
    /// Yes or no.
    YesNo,
    /// One of some fixed words.
    Word(Words),
    /// Any of some fixed words.
    ManyWords(Words),
    /// Something inside the incident.
    Thing(Things),
    /// A controller of the data.
    Controller,
    /// Any of the other controllers.
    OtherControllers,
    /// An organisation of the directory.
    Organisation,
    /// Any organisations of the directory.
    Organisations,
    /// Any partners of the agreement.
    Partners,
    /// A person who could lead an investigation.
    Person,
    /// A data protection officer of a controller.
    Officer,
    /// Another incident, by its reference.
    Incident,
    /// What is open and may be accepted on closing.
    Ticks,
    /// Each item of a notification to a body: how far it is known, and its words.
    Contents(Body),
    /// Recommendations that an audit found carried out; the others were given up.
    CarriedOut,
    /// Words that belong to the answer of another question.
    Beside,
}

/// What a step is asked against.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The server's present.
    pub now: Instant,
    /// The incident.
    pub incident: &'a Incident,
    /// Who is who.
    pub directory: &'a Directory,
    /// The numbers.
    pub policy: &'a Policy,
    /// Who takes the step.
    pub me: &'a PersonId,
    /// The problems that the incident comes from, where they are known.
    pub problems: Option<&'a [Problem]>,
    /// Which incident a reference belongs to.
    pub named: &'a dyn Fn(Reference) -> Option<IncidentId>,
}

impl<'a> Setting<'a> {
    /// The controller for whom the person acts: their own, where it is one, else the leading one.
    pub fn controller(&self) -> &'a OrganisationId {
        let mine = self.directory.person(self.me).map(|me| &me.organisation);
        self.incident
            .facts
            .controllers
            .iter()
            .find(|controller| Some(*controller) == mine)
            .unwrap_or_else(|| self.incident.home())
    }

    fn surroundings(&self) -> Surroundings<'a> {
        Surroundings {
            now: self.now,
            policy: self.policy,
            directory: self.directory,
            problems: self.problems,
        }
    }
}

impl Step {
    /// Whether the step decides something, and is not work on the case.
    pub fn is_decision(&self) -> bool {
        match self.group {
            Group::Decide => true,
            Group::Subjects => !matches!(self.verb, "told" | "delay"),
            Group::Regulator
            | Group::Host
            | Group::Investigate
            | Group::Learn
            | Group::Close
            | Group::Contact
            | Group::Effect
            | Group::Title
            | Group::Occurrence
            | Group::Late => false,
        }
    }

    /// The step's name in a draft and in the settings, such as `decide-report`; different for each.
    pub fn slug(&self) -> String {
        let which = self.fixed.iter().filter(|(pointer, _)| *pointer == "/body");
        std::iter::once(self.group.name())
            .chain((!self.verb.is_empty()).then_some(self.verb))
            .chain(which.map(|(_, body)| *body))
            .collect::<Vec<_>>()
            .join("-")
            .to_ascii_lowercase()
            .replace('_', "-")
    }
}
