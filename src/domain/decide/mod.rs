//! Judging commands: the one place where the desk says yes or no.
//!
//! The server judges inside the writing transaction, the client when it replays what is unsent, the
//! screen to dim a hint, the shell for a dry run; all four ask here. One file a part of the
//! procedure. Nothing here writes, sends or reads a clock.
//!
//! Whether somebody may do it at all, as the incident stands, is judged before the words of the
//! command: so a command without words tells what would be refused whatever is typed, and nobody is
//! asked for a reason in vain.

mod assessment;
mod assignment;
mod closing;
mod contacts;
mod correction;
mod duplicate;
mod honest;
mod hosting;
mod informing;
mod investigation;
mod knowledge;
mod learning;
mod logging;
mod major;
mod partnership;
mod regulator;
mod stage;
mod striking;
mod subjects;
mod triage;
mod withdrawal;

pub(in crate::domain) use withdrawal::why_not_withdrawn;

pub(super) use logging::{affected_operators, operators};

use super::Instant;
use super::closing::ClosingCommand;
use super::command::Command;
use super::deed;
use super::directory::{Actor, Directory};
use super::event::{Entry, Event, Signature};
use super::guard::Missing;
use super::id::{CommandId, IncidentId, Reference};
use super::incident::Incident;
use super::permission;
use super::policy::Policy;
use super::problem::Problem;
use super::refusal::Refusal;
use super::wording::{reasoned, said, said_of, shown, title, title_on_one_line, worded, words};

/// What a judgement depends on besides the incident and the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The moment of the judgement, whole seconds.
    pub now: Instant,
    /// Who asks, with the roles held at that moment.
    pub actor: &'a Actor,
    /// The numbers.
    pub policy: &'a Policy,
    /// Who is who.
    pub directory: &'a Directory,
    /// The command's identity.
    pub command: CommandId,
    /// The reference of the incident that the command adds to this one's story: a new incident's own,
    /// or that of the incident that goes on for a duplicate. The server has one to give, a client that
    /// replays has not.
    pub reference: Option<Reference>,
    /// Where the trend key of this incident has been seen lately, on other incidents.
    pub sightings: &'a [Sighting],
    /// Problems that the incident is linked with, as far as they are known: only closing asks for
    /// them, and a console may not have heard of them yet.
    pub problems: Option<&'a [Problem]>,
}

/// Another incident with the same trend key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The incident.
    pub incident: IncidentId,
    /// When its reporter became aware.
    pub at: Instant,
}

/// What follows from a command: the entries to write, signed with the role that was used.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Who acted, in which role.
    pub by: Signature,
    /// What became true, in order; never empty.
    pub events: Vec<Event>,
}

impl Decision {
    fn new(by: Signature, events: Vec<Event>) -> Self {
        Self { by, events }
    }

    /// The audit entries of this decision.
    pub fn entries(self, context: &Context<'_>) -> Vec<Entry> {
        let Self { by, events } = self;
        events
            .into_iter()
            .map(|event| Entry {
                at: context.now,
                by: by.clone(),
                command: context.command,
                event,
            })
            .collect()
    }
}

/// Judge a command against the incident as it stands.
///
/// # Errors
/// A refusal in words that tell the officer what to do; nothing has changed then.
pub fn decide(
    incident: Option<&Incident>,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    decided(incident, command, context).map_err(|refusal| {
        let deed = deed::of(command);
        match incident.filter(|incident| is_held_elsewhere(&refusal, incident, context)) {
            Some(incident) => {
                let whose = context.directory.organisation_name(incident.home());
                refusal.elsewhere(&deed, whose)
            }
            None => refusal.to(&deed),
        }
    })
}

/// Whether the actor holds a role that may do it, but for no controller of the incident: "ask the DPO"
/// would send a DPO to themselves.
fn is_held_elsewhere(refusal: &Refusal, incident: &Incident, context: &Context<'_>) -> bool {
    let mut held = context.actor.roles.iter();
    let is_here =
        |organisation| incident.home() == organisation || incident.has_to_answer(organisation);
    permission::may_see(context.actor, incident)
        && held.any(|held| refusal.may().contains(&held.role) && !is_here(&held.organisation))
}

fn decided(
    incident: Option<&Incident>,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    if let Command::Log(log) = command {
        let decision = logging::log(log, context)?;
        return Ok(knowledge::of_logging(decision, context));
    }
    let incident = seen(incident, context)?;
    let decision = judged(incident, command, context)?;
    let decision = honest::explained(incident, command, decision, context)?;
    Ok(knowledge::with(incident, decision, context))
}

fn seen<'a>(
    incident: Option<&'a Incident>,
    context: &Context<'_>,
) -> Result<&'a Incident, Refusal> {
    incident
        .filter(|incident| permission::may_see(context.actor, incident))
        .ok_or_else(Refusal::no_such_incident)
}

fn judged(
    incident: &Incident,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    stage::check(incident, command)?;
    match command {
        Command::Log(log) => logging::log(log, context),
        Command::CorrectAwareness(correction) => correction::correct(incident, correction, context),
        Command::Triage(triage) => triage::triage(incident, triage, context),
        Command::Grade(grade) => assessment::grade(incident, grade, context),
        Command::Acknowledge(_) => assignment::acknowledge(incident, context),
        Command::UndoAcknowledge(_) => assignment::undo_acknowledge(incident, context),
        Command::Reassign(reassign) => assignment::reassign(incident, reassign, context),
        Command::AcceptAssignment(_) => assignment::accept(incident, context),
        Command::DeclineAssignment(decline) => assignment::decline(incident, decline, context),
        Command::Escalate(escalate) => informing::escalate(incident, escalate, context),
        Command::Inform(inform) => informing::inform(incident, inform, context),
        Command::StrikeAttempt(strike) => striking::strike(incident, strike, context),
        Command::Note(note) => informing::note(incident, note, context),
        Command::NotifyPartners(notify) => partnership::notify(incident, notify, context),
        Command::RecordPartnerAnswer(record) => partnership::record(incident, record, context),
        Command::DeclareMajor(declare) => major::declare(incident, declare, context),
        Command::DeclineMajor(decline) => major::decline(incident, decline, context),
        Command::EndMajor(end) => major::end(incident, end, context),
        Command::Retitle(retitle) => correction::retitle(incident, retitle, context),
        Command::CorrectOccurrence(correction) => {
            correction::correct_occurrence(incident, correction, context)
        }
        Command::AnswerEffect(answer) => partnership::answer_effect(incident, answer, context),
        Command::ExplainDelay(explain) => informing::explain_delay(incident, explain, context),
        Command::RequireContact(require) => contacts::require(incident, require, context),
        Command::ReleaseContact(release) => contacts::release(incident, release, context),
        Command::Regulator(step) => regulator::step(incident, step, context),
        Command::Subjects(step) => subjects::step(incident, step, context),
        Command::Hosting(step) => hosting::step(incident, step, context),
        Command::Investigation(step) => investigation::step(incident, step, context),
        Command::Learning(step) => learning::step(incident, step, context),
        Command::Closing(step) => closing::step(incident, step, context),
    }
}

/// Judge a command and make it true at once: the incident as it then is, with the new entries.
///
/// # Errors
/// The refusal of [`decide`].
pub fn carry_out(
    incident: Option<&Incident>,
    id: IncidentId,
    command: &Command,
    context: &Context<'_>,
) -> Result<(Incident, Vec<Entry>), Refusal> {
    made_true(incident, id, decide(incident, command, context)?, context)
}

/// The other incident that a command changes as well, and why: the one that goes on where this one is
/// its duplicate.
pub fn also_changes(command: &Command) -> Option<(IncidentId, &str)> {
    let Command::Closing(step) = command else {
        return None;
    };
    let ClosingCommand::MarkDuplicate { of, reason } = &**step else {
        return None;
    };
    Some((*of, reason))
}

/// Judge what a command on an incident brings about on the other one that it changes, and make it
/// true: that incident as it then is, with its new entries.
///
/// # Errors
/// A refusal, for the command as a whole.
pub fn carry_over(
    incident: &Incident,
    reason: &str,
    other: Option<&Incident>,
    context: &Context<'_>,
) -> Result<(Incident, Vec<Entry>), Refusal> {
    let other = other.ok_or_else(duplicate::not_there)?;
    let decision = duplicate::take_over(incident, other, reason, context)?;
    made_true(Some(other), other.id, decision, context)
}

/// What the desk notes on an incident whose proposal counts another one that has ended as a duplicate
/// or as logged by mistake: that is no sighting of the trend (WSIC-MAJOR). Nothing where it does not.
pub fn counts_no_longer(
    incident: &Incident,
    gone: IncidentId,
    context: &Context<'_>,
) -> Option<(Incident, Vec<Entry>)> {
    let decision = major::without(incident, gone, context)?;
    made_true(Some(incident), incident.id, decision, context).ok()
}

fn made_true(
    incident: Option<&Incident>,
    id: IncidentId,
    decision: Decision,
    context: &Context<'_>,
) -> Result<(Incident, Vec<Entry>), Refusal> {
    let entries = decision.entries(context);
    let mut changed = entries
        .iter()
        .fold(incident.cloned(), |incident, entry| {
            super::apply::applied(id, incident, entry)
        })
        .ok_or_else(Refusal::no_such_incident)?;
    changed.version += 1;
    Ok((changed, entries))
}

/// Refuses with everything that is missing, so that one look tells what is left to do.
fn listed(opening: &str, missing: &[Missing]) -> Result<(), Refusal> {
    let Some(first) = missing.first() else {
        return Ok(());
    };
    let things: Vec<String> = missing
        .iter()
        .map(|thing| format!("{} ({})", thing.sentence, thing.rule))
        .collect();
    Err(Refusal::against(
        first.rule,
        format!("{opening}: {}", things.join("; ")),
    ))
}

/// A time that people report: any past, the future only as far as clocks differ (CLK-PAST).
fn reported(at: Instant, pointer: &str, context: &Context<'_>) -> Result<Instant, Refusal> {
    let at = whole_seconds(at);
    super::calendar::input::check_reported_time(at, context.now, None, &context.policy.input)
        .map_err(|error| Refusal::invalid(pointer, error.to_string()).by(error.rule()))?;
    Ok(at)
}

/// Instants are kept in whole seconds (CLK-UTC).
fn whole_seconds(at: Instant) -> Instant {
    Instant::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}
