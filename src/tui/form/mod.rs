//! Forms: what is asked for a command, what was answered so far, and what would follow from it.
//!
//! A form is a list of fields named by JSON pointers, the same by which a refusal names what is
//! wrong, so that the focus goes where the problem is. Each purpose has a file that says which
//! fields it asks, which command comes of them, and what would follow; those of casework have one
//! file together, and `steps` says what they ask. Whether the command is allowed is deliberately not
//! judged here: that is for the rules.

mod answer;
mod awareness;
mod change;
mod doubts;
mod draft;
mod escalate;
mod field;
mod foresight;
mod grade;
mod grounds;
mod handover;
mod inform;
mod log;
mod major;
mod note;
mod notify;
mod offer;
mod problem;
mod reassign;
mod search;
mod spoken;
mod step;
mod triage;

pub use change::Proposed;
pub(super) use change::ground;
pub use field::{Alternative, Field, Value};
pub(super) use inform::contact_name;
pub use search::Search;
pub(super) use step::against;

use super::theme::Look;
use crate::client::replica::Replica;
use crate::domain::Instant;
use crate::domain::calendar::input;
use crate::domain::command::Command;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::{CommandId, IncidentId, PersonId, ProblemId, ShiftId};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::steps::directory::Change;
use crate::steps::{Group, ProblemStep, Step, Weight};

/// What a form is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Log a new incident.
    Log,
    /// Correct an awareness time.
    CorrectAwareness,
    /// Triage.
    Triage,
    /// Grade severity and likelihood.
    Grade,
    /// Hand the incident to this person.
    Reassign(PersonId),
    /// Accept or decline what is offered.
    AnswerOffer,
    /// Call the next rung of a ladder.
    Escalate,
    /// Record an attempt to inform somebody.
    Inform,
    /// Send a notice to partners.
    NotifyPartners,
    /// Record a partner's answer.
    PartnerAnswer,
    /// Add a note.
    Note,
    /// Declare or decline a major incident.
    Major,
    /// Offer the desk to the officer of this shift.
    OfferHandover(ShiftId),
    /// Take a step of casework.
    Step(&'static Step),
    /// Change the directory, with these answers proposed.
    Change(&'static Change, Proposed),
    /// Take a step on this problem, or raise a new one.
    OnProblem(&'static ProblemStep, Option<ProblemId>),
}

/// What a form is filled in against.
#[derive(Clone, Copy)]
pub struct Present<'a> {
    /// The server's present.
    pub now: Instant,
    /// Who is who.
    pub directory: &'a Directory,
    /// The numbers.
    pub policy: &'a Policy,
    /// Who sits at the desk.
    pub me: &'a PersonId,
    /// What is known of every incident, and what the rules say of a command.
    pub replica: &'a Replica,
}

/// What a form asks of the desk when it is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// A command on each of the form's incidents.
    Incident(Command),
    /// A command about the directory.
    Directory(DirectoryCommand),
    /// A command about a problem.
    Problem(ProblemCommand),
}

/// A sentence with its look.
pub type Sentence = (Look, String);

/// A form in use.
#[derive(Clone, Debug)]
pub struct Form {
    /// What it is for.
    pub purpose: Purpose,
    /// The incidents it is about; none for a new one.
    pub targets: Vec<IncidentId>,
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// The field that keys go to; one past the last is the line that sends.
    pub focus: usize,
    /// Why it was not sent, until something is changed.
    pub problem: Option<Refusal>,
    /// How many of the sentences about what follows have been scrolled past.
    pub scroll: usize,
    /// Whether somebody has answered anything.
    is_touched: bool,
    sending: Sending,
}

/// How far a form has got that waits for the server's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    /// It was not sent as it is.
    NotSent,
    /// It was sent as this command.
    Waits(CommandId),
    /// It was sent as this command, and nobody knows what came of it.
    Unanswered(CommandId),
}

impl Form {
    /// A form for a purpose, filled in as far as is known of the incident.
    pub fn open(
        purpose: Purpose,
        targets: Vec<IncidentId>,
        incident: Option<&Incident>,
        present: &Present<'_>,
    ) -> Self {
        let fields = match (&purpose, incident) {
            (Purpose::Log, _) => log::fields(present),
            (Purpose::OfferHandover(_), _) => handover::fields(),
            (Purpose::Change(change, proposed), _) => change::fields(change, proposed, present),
            (Purpose::Note, _) => note::fields(),
            (Purpose::Reassign(_), _) => reassign::fields(),
            (Purpose::CorrectAwareness, Some(incident)) => awareness::fields(incident),
            (Purpose::Triage, Some(incident)) => triage::fields(incident, present),
            (Purpose::Grade, Some(incident)) => grade::fields(incident),
            (Purpose::AnswerOffer, Some(_)) => offer::fields(),
            (Purpose::Escalate, Some(incident)) => escalate::fields(incident, present),
            (Purpose::Inform, Some(incident)) => inform::fields(incident, present),
            (Purpose::NotifyPartners, Some(incident)) => notify::fields(incident, present),
            (Purpose::PartnerAnswer, Some(incident)) => answer::fields(incident, present),
            (Purpose::Major, Some(incident)) => major::fields(incident),
            (Purpose::Step(step), Some(incident)) => step::fields(step, incident, present),
            (Purpose::OnProblem(step, problem), _) => {
                problem::fields(step, *problem, &targets, present)
            }
            (_, None) => Vec::new(),
        };
        // Who comes next is proposed, and only the reason is still to be given.
        let focus = if matches!(purpose, Purpose::Escalate) {
            escalate::first_open(&fields)
        } else {
            0
        };
        Self {
            purpose,
            targets,
            fields,
            focus,
            problem: None,
            scroll: 0,
            is_touched: false,
            sending: Sending::NotSent,
        }
    }

    /// What the form is called.
    pub fn title(&self) -> &'static str {
        match self.purpose {
            Purpose::Log => "Log an incident",
            Purpose::CorrectAwareness => "Correct an awareness time",
            Purpose::Triage => "Triage the incident",
            Purpose::Grade => "Grade severity and likelihood",
            Purpose::Reassign(_) => "Offer the incident",
            Purpose::AnswerOffer => "Answer the offer",
            Purpose::Escalate => "Escalate",
            Purpose::Inform => "Record a call",
            Purpose::NotifyPartners => "Notify partners",
            Purpose::PartnerAnswer => "Record a partner's answer",
            Purpose::Note => "Add a note",
            Purpose::Major => "Major incident",
            Purpose::OfferHandover(_) => "Offer the desk",
            Purpose::Step(step) => step.name,
            Purpose::Change(change, _) => change.name,
            Purpose::OnProblem(step, _) => step.name,
        }
    }

    /// What is recorded by it, for the sentence that says so. A decision is one and no report.
    pub fn recorded(&self) -> &'static str {
        let is_decline = |step: &Step| (step.group, step.verb) == (Group::Decide, "decline");
        if let Purpose::Step(step) = self.purpose
            && is_decline(step)
        {
            return "Decision not to report to the ICO";
        }
        self.title()
    }

    /// What sending it does, for the line that sends.
    pub fn deed(&self) -> &'static str {
        match self.purpose {
            Purpose::Log => "Log the incident",
            Purpose::CorrectAwareness => "Correct the time",
            Purpose::Triage => "Triage the incident",
            Purpose::Grade => "Grade the incident",
            Purpose::Reassign(_) => "Offer the incident",
            Purpose::AnswerOffer => "Answer the offer",
            Purpose::Escalate => "Escalate now",
            Purpose::Inform => "Record the call",
            Purpose::NotifyPartners => notify::deed(self),
            Purpose::PartnerAnswer => "Record the answer",
            Purpose::Note => "Add the note",
            Purpose::Major => "Record the decision",
            Purpose::OfferHandover(_) => "Offer the desk",
            Purpose::Change(change, _) => change.name,
            Purpose::Step(step) => step.name,
            Purpose::OnProblem(step, _) => step.name,
        }
    }

    /// What has become of it once the server has taken it, in a word: nobody is told by a record.
    pub(super) fn done(&self) -> &'static str {
        match self.purpose {
            Purpose::Reassign(_) | Purpose::OfferHandover(_) => "Offered",
            Purpose::AnswerOffer
            | Purpose::Escalate
            | Purpose::Inform
            | Purpose::NotifyPartners
            | Purpose::PartnerAnswer
            | Purpose::Major
            | Purpose::Step(_) => "Recorded",
            Purpose::Log
            | Purpose::CorrectAwareness
            | Purpose::Triage
            | Purpose::Grade
            | Purpose::Note
            | Purpose::Change(..)
            | Purpose::OnProblem(..) => "Saved",
        }
    }

    /// What the form asks for if it is sent as it is.
    ///
    /// # Errors
    /// A refusal that names the field which cannot be read.
    pub fn request(
        &self,
        incident: Option<&Incident>,
        present: &Present<'_>,
    ) -> Result<Request, Refusal> {
        let command = match (&self.purpose, incident) {
            (Purpose::Log, _) => log::command(self, present)?,
            (Purpose::OfferHandover(shift), _) => {
                return handover::command(self, shift).map(Request::Directory);
            }
            (Purpose::OnProblem(step, _), _) => {
                return problem::command(self, step, present).map(Request::Problem);
            }
            (Purpose::Change(change, _), _) => {
                return change::command(self, change, present).map(Request::Directory);
            }
            (Purpose::Note, _) => note::command(self, present)?,
            (Purpose::Reassign(to), _) => reassign::command(self, to),
            (Purpose::CorrectAwareness, Some(_)) => awareness::command(self, present)?,
            (Purpose::Triage, Some(incident)) => triage::command(self, incident)?,
            (Purpose::Grade, Some(_)) => grade::command(self)?,
            (Purpose::AnswerOffer, Some(_)) => offer::command(self)?,
            (Purpose::Escalate, Some(_)) => escalate::command(self),
            (Purpose::Inform, Some(incident)) => inform::command(self, incident, present)?,
            (Purpose::NotifyPartners, Some(incident)) => notify::command(self, incident, present)?,
            (Purpose::PartnerAnswer, Some(incident)) => answer::command(self, incident, present)?,
            (Purpose::Major, Some(_)) => major::command(self)?,
            (Purpose::Step(step), Some(incident)) => step::command(self, step, incident, present)?,
            (_, None) => return Err(Refusal::no_such_incident()),
        };
        Ok(Request::Incident(command))
    }

    /// What is understood so far, and what would follow from it; first of all what to look at again.
    pub fn consequence(&self, incident: Option<&Incident>, present: &Present<'_>) -> Vec<Sentence> {
        let doubts = doubts::of(self, present);
        let mut said = self.follows(incident, present);
        // What a time was understood as stays in sight, whatever there is to look at again.
        let at = if matches!(self.purpose, Purpose::Log) {
            said.len().min(1)
        } else {
            0
        };
        said.splice(at..at, doubts);
        said
    }

    fn follows(&self, incident: Option<&Incident>, present: &Present<'_>) -> Vec<Sentence> {
        match (&self.purpose, incident) {
            (Purpose::Log, _) => log::consequence(self, present),
            (Purpose::Reassign(to), Some(incident)) => reassign::consequence(to, incident, present),
            (Purpose::CorrectAwareness, Some(incident)) => {
                awareness::consequence(self, incident, present)
            }
            (Purpose::Triage, Some(incident)) => triage::consequence(self, incident, present),
            (Purpose::Grade, Some(incident)) => grade::consequence(self, incident, present),
            (Purpose::AnswerOffer, Some(incident)) => offer::consequence(incident, present),
            (Purpose::Escalate, Some(incident)) => escalate::consequence(self, incident, present),
            (Purpose::Inform, Some(incident)) => inform::consequence(self, incident, present),
            (Purpose::NotifyPartners, Some(incident)) => {
                notify::consequence(self, incident, present)
            }
            (Purpose::Major, Some(incident)) => major::consequence(incident, present),
            (Purpose::PartnerAnswer, Some(incident)) => {
                answer::consequence(self, incident, present)
            }
            (Purpose::OfferHandover(shift), _) => handover::consequence(shift, present),
            (Purpose::Change(change, _), _) => change::consequence(self, change, present),
            (Purpose::Note, _) => note::consequence(),
            (Purpose::OnProblem(step, problem), _) => {
                problem::consequence(self, step, *problem, present)
            }
            (Purpose::Step(step), Some(incident)) => {
                step::consequence(self, step, incident, present)
            }
            (_, None) => Vec::new(),
        }
    }

    /// Whether what it asks for cannot be undone, so that the reference is to be typed first.
    pub fn is_final(&self) -> bool {
        matches!(self.purpose, Purpose::Step(step) if step.weight == Weight::Final)
    }

    /// The field with the focus; none on the line that sends.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// Sends it as this command, or as the one by which it was sent without an answer.
    pub fn sent_as(&mut self, id: CommandId) -> CommandId {
        let id = match self.sending {
            Sending::Unanswered(before) => before,
            Sending::NotSent | Sending::Waits(_) => id,
        };
        self.sending = Sending::Waits(id);
        self.problem = None;
        id
    }

    /// Nobody knows what came of the command: sending it again means the same one.
    pub fn unanswered(&mut self, id: CommandId) {
        self.sending = Sending::Unanswered(id);
    }

    /// Whether it waits for the answer to a command.
    pub fn waits_for(&self, id: CommandId) -> bool {
        self.sending == Sending::Waits(id)
    }

    /// Offers what fits the answers so far: the numbers of the contact that was chosen, the facts of the
    /// mitigation that was chosen.
    pub fn follow(&mut self, incident: Option<&Incident>, present: &Present<'_>) {
        match (&self.purpose, incident) {
            (Purpose::Inform, Some(incident)) => inform::follow(self, incident, present),
            (Purpose::Grade, Some(incident)) => grade::ask_grounds(self, incident),
            (Purpose::NotifyPartners, Some(incident)) => notify::follow(self, incident, present),
            (_, _) => {}
        }
    }

    /// Scrolls what follows from the form; it stops at both ends.
    pub fn scroll_by(&mut self, lines: isize, most: usize) {
        self.scroll = self.scroll.saturating_add_signed(lines).min(most);
    }

    /// Whether it was sent and waits for the answer.
    pub fn is_waiting(&self) -> bool {
        matches!(self.sending, Sending::Waits(_))
    }

    /// Changes the focused field; whatever was wrong counts as being attended to. What was sent is not
    /// changed any more, and what is changed is another command.
    pub fn change(&mut self, how: impl FnOnce(&mut Field)) {
        if self.is_waiting() {
            return;
        }
        self.sending = Sending::NotSent;
        if let Some(field) = self.fields.get_mut(self.focus) {
            how(field);
            self.problem = None;
            self.scroll = 0;
            self.is_touched = true;
        }
    }

    /// Up or down inside the focused field; false if that leaves it.
    pub fn lengthways(&mut self, by: isize) -> bool {
        let field = self.fields.get_mut(self.focus);
        let stayed = field.is_some_and(|field| field.lengthways(by));
        self.is_touched |= stayed;
        stayed
    }

    /// Whether somebody has answered anything, so that it is worth keeping.
    pub fn is_touched(&self) -> bool {
        self.is_touched
    }

    /// Whether the line that sends has the focus.
    pub fn is_at_end(&self) -> bool {
        self.focus >= self.fields.len()
    }

    /// Types to find an option of the focused field. That answers nothing yet.
    pub fn find(&mut self, how: impl FnOnce(&mut Search)) {
        if !self.is_waiting()
            && let Some(field) = self.fields.get_mut(self.focus)
        {
            field.find(how);
        }
    }

    /// Whether somebody types to find an option.
    pub fn is_searching(&self) -> bool {
        self.focused().is_some_and(Field::is_searching)
    }

    /// Forgets what was typed to find an option; says whether anything was.
    pub fn clear_search(&mut self) -> bool {
        let field = self.fields.get_mut(self.focus);
        field.is_some_and(Field::clear_search)
    }

    /// Moves the focus; it stops at both ends. What was typed to find an option is forgotten: whoever
    /// leaves it there has taken none.
    pub fn step(&mut self, fields: isize) {
        self.clear_search();
        self.focus = self
            .focus
            .saturating_add_signed(fields)
            .min(self.fields.len());
    }

    /// Puts the focus on a field, or on the line that sends.
    pub fn go_to(&mut self, field: usize) {
        self.clear_search();
        self.focus = field.min(self.fields.len());
    }

    /// Says why the form was not sent, and puts the focus on the field that it is about.
    pub fn refuse(&mut self, refusal: Refusal) {
        if self.is_waiting() {
            self.sending = Sending::NotSent;
        }
        if let RefusalKind::Invalid { pointer } = &refusal.kind
            && let Some(place) = self.place_of(asked_at(&self.purpose, pointer))
        {
            self.go_to(place);
        }
        self.problem = Some(refusal);
    }

    /// The field of a pointer: the nearest to it of those that it lies in, else the first that lies in
    /// it.
    fn place_of(&self, pointer: &str) -> Option<usize> {
        let places = || self.fields.iter().enumerate();
        let around = places().filter(|(_, field)| is_below(pointer, field.pointer));
        let nearest = around.max_by_key(|(_, field)| field.pointer.len());
        nearest
            .or_else(|| places().find(|(_, field)| is_below(field.pointer, pointer)))
            .map(|(place, _)| place)
    }

    fn field(&self, pointer: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.pointer == pointer)
    }

    /// What was typed in a text field.
    fn text(&self, pointer: &str) -> &str {
        self.field(pointer).map_or("", Field::typed)
    }

    /// The same, absent if blank.
    fn some_text(&self, pointer: &str) -> Option<Box<str>> {
        let text = self.text(pointer).trim();
        (!text.is_empty()).then(|| text.into())
    }

    /// Which option was chosen.
    fn chosen(&self, pointer: &str) -> usize {
        match self.field(pointer).map(|field| &field.value) {
            Some(Value::One { chosen, .. }) => *chosen,
            _ => 0,
        }
    }

    /// What the chosen option stands for; none if there is nothing to choose.
    fn chosen_key(&self, pointer: &str) -> Option<&str> {
        match self.field(pointer).map(|field| &field.value) {
            Some(Value::One {
                options, chosen, ..
            }) => options.get(*chosen),
            _ => None,
        }
        .filter(|option| !option.is_open())
        .map(|option| option.key.as_str())
    }

    /// The thing that was chosen, of those that the options stand for; none while the question is open.
    fn choice<T: Copy>(&self, pointer: &str, all: &[T]) -> Option<T> {
        let Value::One {
            options, chosen, ..
        } = &self.field(pointer)?.value
        else {
            return None;
        };
        let is_first_open = options.first().is_some_and(Alternative::is_open);
        all.get(chosen.checked_sub(usize::from(is_first_open))?)
            .copied()
    }

    /// The same, where the question may not stay open.
    fn needed<T: Copy>(&self, pointer: &str, all: &[T], ask: &str) -> Result<T, Refusal> {
        self.choice(pointer, all)
            .ok_or_else(|| Refusal::invalid(pointer, ask))
    }

    /// What the ticked options stand for.
    fn ticked_keys(&self, pointer: &str) -> impl Iterator<Item = &str> {
        let field = self.field(pointer).map(|field| &field.value);
        let (options, ticked) = match field {
            Some(Value::Many {
                options, ticked, ..
            }) => (options.as_slice(), ticked.iter().copied().collect()),
            _ => (&[][..], Vec::new()),
        };
        ticked
            .into_iter()
            .filter_map(|place| options.get(place))
            .map(|option| option.key.as_str())
    }

    /// The things that were ticked, of those that the options stand for.
    fn ticked<T: Clone>(&self, pointer: &str, all: &[T]) -> Vec<T> {
        match self.field(pointer).map(|field| &field.value) {
            Some(Value::Many { ticked, .. }) => ticked
                .iter()
                .filter_map(|index| all.get(*index))
                .cloned()
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The instant that was typed.
    fn time(&self, pointer: &str, now: Instant) -> Result<Instant, Refusal> {
        input::understand(self.text(pointer), now, None)
            .map_err(|error| Refusal::invalid(pointer, error.to_string()))
    }

    /// The same, absent if blank.
    fn some_time(&self, pointer: &str, now: Instant) -> Result<Option<Instant>, Refusal> {
        match self.text(pointer).trim() {
            "" => Ok(None),
            _ => self.time(pointer, now).map(Some),
        }
    }
}

/// Where a form asks for what a command has at a pointer, if it asks for it under another name.
fn asked_at<'a>(purpose: &Purpose, pointer: &'a str) -> &'a str {
    match (purpose, pointer) {
        (Purpose::Grade, "/likelihood") => "/severity",
        (Purpose::Grade, "/evidence_notes") => "/evidence",
        (Purpose::PartnerAnswer, "/answer/spoke_to" | "/answer/reference" | "/answer/reason") => {
            answer::DETAIL
        }
        (_, pointer) => pointer,
    }
}

/// Whether a pointer is another one or leads further into it.
fn is_below(inner: &str, outer: &str) -> bool {
    let rest = inner.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A sentence in plain text.
fn plain(text: impl Into<String>) -> Sentence {
    (Look::Text, text.into())
}
