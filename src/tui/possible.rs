//! What the rules would refuse of the incident in hand, whatever is typed: its hints are dimmed, and
//! pressing them anyway shows the refusal.
//!
//! Asked is `decide` itself, with the commands that a form would make before a word is typed: the
//! rules judge those words last, so a refusal of the words means that the rest is allowed. This
//! module deliberately holds no rule, and judges one incident only: again when that has changed, and
//! at most once a frame or once an action.

use super::app::{App, Screen};
use super::form;
use super::keys::Action;
use super::update::{directory, reports, standing, test_message};
use crate::client::problems::Problems;
use crate::client::replay::Desk;
use crate::client::replica::{Link, NotTaken, Replica};
use crate::domain::Instant;
use crate::domain::command::{
    AcceptAssignment, Acknowledge, AddNote, Command, CorrectAwareness, DeclareMajor, DeclineMajor,
    EndMajor, Escalate, GradeIncident, Inform, Log, NotifyPartners, Reassign, RecordPartnerAnswer,
    Triage, UndoAcknowledge,
};
use crate::domain::contacts::{self, Outcome};
use crate::domain::directory::{Channel, Directory};
use crate::domain::escalation::Ladder;
use crate::domain::id::{IncidentId, ProblemId};
use crate::domain::incident::{AwarenessKind, Facts, Incident, NoteKind};
use crate::domain::partners::PartnerAnswer;
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::rule::RuleId;
use crate::steps::{LINK, ProblemStep, Step};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A judgement is repeated after this long, because some rules end by time alone.
const GOOD_FOR: TimeDelta = TimeDelta::seconds(30);

/// The actions that the rules judge.
const JUDGED: [Action; 14] = [
    Action::Log,
    Action::Acknowledge,
    Action::Undo,
    Action::Reassign,
    Action::AnswerOffer,
    Action::Escalate,
    Action::Inform,
    Action::NotifyPartners,
    Action::PartnerAnswer,
    Action::Note,
    Action::Triage,
    Action::Grade,
    Action::CorrectAwareness,
    Action::Major,
];

/// Those of them that are for every marked incident.
const FOR_MARKED: [Action; 5] = [
    Action::Acknowledge,
    Action::Undo,
    Action::Reassign,
    Action::Escalate,
    Action::Note,
];

/// What is refused of the incident in hand.
#[derive(Debug, Default)]
pub(super) struct Refused {
    refusals: Vec<(Action, Refusal)>,
    of: Option<Judged>,
}

/// What was judged, and when.
#[derive(Debug)]
struct Judged {
    incident: Option<Arc<Incident>>,
    /// Those that are marked; none while only the one in hand is meant.
    marked: Vec<Arc<Incident>>,
    directory: Arc<Directory>,
    problems: Arc<Problems>,
    at: Instant,
    /// It counts until then, if nothing changes.
    until: Instant,
}

impl Refused {
    /// Why an action would be refused; none where that depends on what is typed.
    pub(super) fn why(&self, action: Action) -> Option<&Refusal> {
        let found = self.refusals.iter().find(|(refused, _)| *refused == action);
        found.map(|(_, refusal)| refusal)
    }
}

/// Why an action of this screen would be refused, as judged last; none where that depends on what is
/// typed.
pub(super) fn why(app: &App, action: Action) -> Option<Refusal> {
    match action {
        Action::OnProblem(step) => of_problem_step(app, step),
        Action::Change(change) => directory::stands_against_here(app, change),
        Action::AcknowledgeAlarm | Action::SnoozeAlarm => standing::stands_against(app, action),
        Action::TestDelivery => test_message::stands_against(app),
        Action::FreezeReport => reports::stands_against_freezing(app),
        _ => app.refused.why(action).cloned(),
    }
}

/// Whether the rules have a say in an action.
pub(super) fn is_judged(action: Action) -> bool {
    JUDGED.contains(&action)
}

/// Judges anew if the incident in hand is another one, or has changed, or time has passed.
pub(super) fn judge(app: &mut App) {
    let incident = app.current().and_then(|id| app.replica.incident(id));
    let marked: Vec<Arc<Incident>> = match app.screen {
        Screen::Board => app.board.marks.iter(),
        Screen::Detail { .. } | Screen::Problems { .. } | Screen::Problem { .. } => {
            NOTHING_MARKED.iter()
        }
    }
    .filter_map(|id| app.replica.incident(*id))
    .collect();
    let desk = app.replica.desk();
    let holds = app.refused.of.as_ref().is_some_and(|judged| {
        is_same(&judged.incident, &incident)
            && judged.marked.len() == marked.len()
            && judged
                .marked
                .iter()
                .zip(&marked)
                .all(|(before, now)| Arc::ptr_eq(before, now))
            && Arc::ptr_eq(&judged.directory, &desk.directory)
            && Arc::ptr_eq(&judged.problems, &desk.problems)
            && (judged.at..judged.until).contains(&app.now)
    });
    if holds {
        return;
    }
    let refusals = JUDGED.into_iter().filter_map(|action| {
        let refusal = if marked.is_empty() || !FOR_MARKED.contains(&action) {
            refusal(action, incident.as_deref(), desk, app.now)
        } else {
            of_all(action, &marked, desk, app.now)
        };
        Some((action, refusal?))
    });
    let undo_ends_at = incident.iter().chain(&marked);
    let undo_ends_at = undo_ends_at.filter_map(|incident| undo_ends_at_of(incident, desk));
    let until = undo_ends_at
        .filter(|at| *at > app.now)
        .fold(app.now + GOOD_FOR, Instant::min);
    app.refused = Refused {
        refusals: refusals.collect(),
        of: Some(Judged {
            directory: desk.directory.clone(),
            problems: desk.problems.clone(),
            incident,
            marked,
            at: app.now,
            until,
        }),
    };
}

/// When the acknowledgement of the incident in hand can no longer be taken back: its hint is dimmed
/// then.
pub(super) fn undo_ends_at(app: &App) -> Option<Instant> {
    let incident = app.replica.incident(app.current()?)?;
    undo_ends_at_of(&incident, app.replica.desk())
}

fn undo_ends_at_of(incident: &Incident, desk: &Desk) -> Option<Instant> {
    let given = incident.acknowledgement.as_ref()?;
    let seconds = TimeDelta::seconds(i64::from(desk.policy.acknowledge.undo_seconds) + 1);
    (given.by.person == *desk.person()).then(|| given.at + seconds)
}

/// No marks mean anything away from the board.
static NOTHING_MARKED: BTreeSet<IncidentId> = BTreeSet::new();

fn is_same(before: &Option<Arc<Incident>>, now: &Option<Arc<Incident>>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => Arc::ptr_eq(before, now),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Why an action would be refused of every one of these; none if it would do something.
fn of_all(
    action: Action,
    incidents: &[Arc<Incident>],
    desk: &Desk,
    now: Instant,
) -> Option<Refusal> {
    let refusals = incidents
        .iter()
        .map(|incident| refusal(action, Some(incident), desk, now));
    refusals.collect::<Option<Vec<_>>>()?.into_iter().next()
}

/// Why a step of casework would be refused for the incident in hand; none where that depends on what
/// is answered.
pub(super) fn of_step(app: &App, step: &Step) -> Option<Refusal> {
    let incident = app.replica.incident(app.current()?)?;
    let attempts = form::against(&incident, &app.present(), |setting| step.attempts(setting));
    let attempts = match attempts {
        Ok(attempts) => attempts,
        Err(refusal) => return Some(refusal),
    };
    let desk = app.replica.desk();
    first_refusal(attempts, Some(&incident), desk, app.now)
}

/// Why a step on a problem would be refused; none where that depends on what is answered.
pub(super) fn of_problem_step(app: &App, step: &ProblemStep) -> Option<Refusal> {
    if let Some(refusal) = without_server(app) {
        return Some(refusal);
    }
    let problem = app.current_problem().filter(|_| !step.is_raising());
    let known = problem.and_then(|id| app.problem(id));
    if known.is_none() && !step.is_raising() {
        return Some(Refusal::no_such_problem());
    }
    let attempts = step.attempts(known, &app.in_hand(step));
    let judged = attempts
        .iter()
        .map(|command| on_problem(&app.replica, problem, command, app.now));
    first_of(judged)
}

/// Why nothing can be asked of problems now: it is answered at once or not at all.
pub(super) fn without_server(app: &App) -> Option<Refusal> {
    match app.replica.link() {
        Link::Live { .. } => None,
        Link::Connecting | Link::Down { .. } => {
            Some(Refusal::not_allowed(NotTaken::NeedsServer.to_string()))
        }
    }
}

/// Why none of these incidents can be linked with a problem, before a word is typed.
pub(super) fn of_linking(
    app: &App,
    problem: &Problem,
    incidents: &[IncidentId],
) -> Option<Refusal> {
    let attempts = LINK.attempts(Some(problem), incidents);
    let judged = attempts
        .iter()
        .map(|command| on_problem(&app.replica, Some(problem.id), command, app.now));
    first_of(judged)
}

/// What the rules say of a command about a problem, with every incident that it touches and that is
/// known here.
///
/// # Errors
/// The refusal that giving it would meet.
pub(super) fn on_problem(
    replica: &Replica,
    problem: Option<ProblemId>,
    command: &ProblemCommand,
    now: Instant,
) -> Result<(), Refusal> {
    let desk = replica.desk();
    let known = problem.and_then(|id| desk.problems.get(id));
    let linked = known.iter().flat_map(|problem| problem.incidents.iter());
    let named = command.incidents();
    let touched: BTreeSet<IncidentId> = linked.chain(&named).copied().collect();
    let incidents = touched.into_iter().filter_map(|id| replica.incident(id));
    let incidents: Vec<Incident> = incidents.map(Arc::unwrap_or_clone).collect();
    let elsewhere = desk.problems.linked_elsewhere(&named, problem);
    desk.judge_on_problem(known, command, &incidents, &elsewhere, now)
}

/// The first refusal, if every one of the commands meets one that is not about its words.
fn first_refusal(
    commands: Vec<Command>,
    incident: Option<&Incident>,
    desk: &Desk,
    now: Instant,
) -> Option<Refusal> {
    first_of(
        commands
            .iter()
            .map(|command| desk.judge(incident, command, now)),
    )
}

fn first_of(judged: impl IntoIterator<Item = Result<(), Refusal>>) -> Option<Refusal> {
    let mut first = None;
    for judgement in judged {
        match judgement {
            Err(refusal) if !is_about_words(&refusal) => {
                first.get_or_insert(refusal);
            }
            Ok(()) | Err(_) => return None,
        }
    }
    first
}

/// Why the rules refuse everything that an action could ask for.
fn refusal(
    action: Action,
    incident: Option<&Incident>,
    desk: &Desk,
    now: Instant,
) -> Option<Refusal> {
    let commands = asked(action, incident, desk, now);
    if commands.is_empty() {
        return nobody_to_choose(action, incident);
    }
    first_refusal(commands, incident, desk, now)
}

fn is_about_words(refusal: &Refusal) -> bool {
    matches!(refusal.kind, RefusalKind::Invalid { .. })
}

/// A form that has nobody to choose cannot be sent either.
fn nobody_to_choose(action: Action, incident: Option<&Incident>) -> Option<Refusal> {
    let is_for_partners = matches!(action, Action::NotifyPartners | Action::PartnerAnswer);
    let has_none = incident.is_some_and(|incident| incident.partners.is_empty());
    (is_for_partners && has_none).then(|| {
        Refusal::against(
            RuleId::WsicWide,
            "No partner is recorded as affected. Triage the incident to say which are",
        )
    })
}

/// The commands that an action can come to, before a word is typed.
fn asked(action: Action, incident: Option<&Incident>, desk: &Desk, now: Instant) -> Vec<Command> {
    let Some(incident) = incident else {
        return match action {
            Action::Log => vec![log(desk, now)],
            _ => Vec::new(),
        };
    };
    let reason = Box::<str>::default;
    match action {
        Action::Log => vec![log(desk, now)],
        Action::Acknowledge => vec![Command::Acknowledge(Acknowledge {})],
        Action::Undo => vec![Command::UndoAcknowledge(UndoAcknowledge {})],
        Action::Reassign => vec![Command::Reassign(Reassign {
            to: desk.person().clone(),
            reason: reason(),
        })],
        Action::AnswerOffer => vec![Command::AcceptAssignment(AcceptAssignment {})],
        Action::Escalate => Ladder::ALL
            .map(|ladder| {
                Command::Escalate(Escalate {
                    ladder,
                    reason: reason(),
                })
            })
            .into(),
        Action::Inform => attempts(incident),
        Action::NotifyPartners => notices(incident),
        Action::PartnerAnswer => answers(incident),
        Action::Note => vec![Command::Note(AddNote {
            kind: NoteKind::default(),
            text: reason(),
            happened_at: None,
            corrects: None,
        })],
        Action::Triage => vec![Command::Triage(Box::new(Triage {
            facts: Facts::default(),
            recognised_at: None,
            nis: None,
            confirm: None,
            reason: None,
        }))],
        Action::Grade => vec![grade()],
        Action::CorrectAwareness => vec![Command::CorrectAwareness(CorrectAwareness {
            kind: AwarenessKind::Staff,
            at: incident.awareness.staff_at,
            reason: reason(),
            further_reason: None,
        })],
        Action::Major => vec![
            Command::DeclareMajor(DeclareMajor { reason: reason() }),
            Command::DeclineMajor(DeclineMajor { reason: reason() }),
            Command::EndMajor(EndMajor { reason: reason() }),
        ],
        _ => Vec::new(),
    }
}

fn log(desk: &Desk, now: Instant) -> Command {
    Command::Log(Box::new(Log {
        title: Box::default(),
        summary: Box::default(),
        aware_at: now,
        reporter_organisation: desk.actor.organisation.clone(),
        reporter_contact: Box::default(),
        reporter_role: None,
        officer_aware_at: None,
        processor_aware_at: None,
        controller_informed_at: None,
        occurrence: None,
        facts: Facts::default(),
    }))
}

/// An attempt for each of those who must be told: who may call whom differs.
fn attempts(incident: &Incident) -> Vec<Command> {
    let required = contacts::required(incident).into_iter();
    required
        .map(|required| {
            Command::Inform(Box::new(Inform {
                contact: required.contact,
                person: None,
                channel: Channel::Mobile,
                number: None,
                outcome: Outcome::NoAnswer,
                happened_at: None,
                spoke_to: None,
                note: None,
                late_reason: None,
                evidence: None,
            }))
        })
        .collect()
}

fn notices(incident: &Incident) -> Vec<Command> {
    let partners = incident.partners.iter();
    partners
        .map(|record| {
            Command::NotifyPartners(NotifyPartners {
                organisations: BTreeSet::from([record.organisation.clone()]),
                channel: Channel::Email,
                again: BTreeSet::from([record.organisation.clone()]),
            })
        })
        .collect()
}

/// Both kinds of answer for each partner: who may record which differs.
fn answers(incident: &Incident) -> Vec<Command> {
    let partners = incident.partners.iter();
    partners
        .flat_map(|record| {
            let spoke_to = Box::default();
            [
                PartnerAnswer::Acknowledged { spoke_to },
                PartnerAnswer::LocalComplete {},
            ]
            .map(|answer| {
                Command::RecordPartnerAnswer(RecordPartnerAnswer {
                    organisation: record.organisation.clone(),
                    answer,
                    answered_at: None,
                    note: None,
                })
            })
        })
        .collect()
}

fn grade() -> Command {
    Command::Grade(Box::new(GradeIncident {
        severity: 1,
        likelihood: 1,
        factors: BTreeSet::new(),
        mitigation: None,
        grounds: None,
        harms: BTreeSet::new(),
        rationale: Box::default(),
        evidence: None,
        evidence_notes: Vec::new(),
    }))
}
