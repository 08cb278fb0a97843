//! Unsent commands on top of what is confirmed.
//!
//! The same rulebook that the server asks is asked here, at the moment each command was given, so
//! that the officer sees at once what will be true. It deliberately decides nothing for good: the
//! server judges again, and its answer replaces this.

use super::outbox::Unsent;
use super::problems::Problems;
use crate::domain::Instant;
use crate::domain::command::Command;
use crate::domain::decide::{self, Context};
use crate::domain::directory::{Actor, Directory};
use crate::domain::event::Event;
use crate::domain::id::{CommandId, IncidentId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::problem::Problem;
use crate::domain::refusal::Refusal;
use std::sync::Arc;
use uuid::Uuid;

/// Whose desk it is, and what judging a command takes besides the incident.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Who sits here, as the server said at sign-in.
    pub actor: Actor,
    /// The numbers.
    pub policy: Arc<Policy>,
    /// Who is who.
    pub directory: Arc<Directory>,
    /// What incidents come from, as far as the server has told.
    pub problems: Arc<Problems>,
}

impl Desk {
    /// The person at the desk.
    pub fn person(&self) -> &PersonId {
        &self.actor.person
    }

    /// Judge a command against an incident as it is seen, without giving it.
    ///
    /// # Errors
    /// The refusal that giving it would meet.
    pub fn judge(
        &self,
        seen: Option<&Incident>,
        command: &Command,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.events_of(seen, command, now).map(|_| ())
    }

    /// What would become true of an incident as it is seen, without giving the command.
    ///
    /// # Errors
    /// The refusal that giving it would meet.
    pub fn events_of(
        &self,
        seen: Option<&Incident>,
        command: &Command,
        now: Instant,
    ) -> Result<Vec<Event>, Refusal> {
        self.tried(seen, now, |context| {
            decide::decide(seen, command, context).map(|decision| decision.events)
        })
    }

    /// The incident as a command would leave it, given now: what is shown of it beforehand is what will
    /// be recorded.
    ///
    /// # Errors
    /// The refusal that giving it would meet.
    pub fn foresee(
        &self,
        seen: Option<&Incident>,
        command: &Command,
        now: Instant,
    ) -> Result<Incident, Refusal> {
        let id = seen.map_or(IncidentId(Uuid::nil()), |incident| incident.id);
        let given = dated(command.clone(), now);
        self.tried(seen, now, |context| {
            decide::carry_out(seen, id, &given, context).map(|(incident, _)| incident)
        })
    }

    /// Judges as the server would now, under the identity of no command.
    fn tried<T>(
        &self,
        seen: Option<&Incident>,
        now: Instant,
        judge: impl FnOnce(&Context<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let actor = self.actor_at(now);
        let problems = seen.and_then(|incident| self.problems.of(incident.id));
        let nobody = CommandId(Uuid::nil());
        judge(&self.context(nobody, &actor, problems.as_deref(), now))
    }

    /// The person with the roles held at that moment: a shift may have begun or a term ended since
    /// sign-in.
    pub fn actor_at(&self, at: Instant) -> Actor {
        self.directory
            .actor(self.person(), at)
            .unwrap_or_else(|| self.actor.clone())
    }

    /// A console has no reference to give and does not look for trends; the server does both.
    fn context<'a>(
        &'a self,
        command: CommandId,
        actor: &'a Actor,
        problems: Option<&'a [Problem]>,
        now: Instant,
    ) -> Context<'a> {
        Context {
            now,
            actor,
            policy: &self.policy,
            directory: &self.directory,
            command,
            reference: None,
            sightings: &[],
            problems,
        }
    }
}

/// What came of a replay.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    /// The incident with every unsent command that fits on top; none if nothing was replayed.
    pub(super) view: Option<Incident>,
    /// The commands that do not fit any more, each with what the server would say.
    pub(super) doubts: Vec<(CommandId, Refusal)>,
}

/// Replay the unsent commands of one incident, oldest first.
pub(super) fn replay<'a>(
    id: IncidentId,
    confirmed: Option<&Incident>,
    unsent: impl Iterator<Item = &'a Unsent>,
    desk: &Desk,
) -> Replayed {
    let mut replayed = Replayed::default();
    for unsent in unsent {
        if confirmed.is_some_and(|confirmed| is_shown_by(confirmed, unsent, desk.person())) {
            continue;
        }
        let actor = desk.actor_at(unsent.given_at);
        let problems = desk.problems.of(id);
        let context = desk.context(unsent.id, &actor, problems.as_deref(), unsent.given_at);
        let so_far = replayed.view.as_ref().or(confirmed);
        match decide::carry_out(so_far, id, &unsent.command, &context) {
            Ok((incident, _)) => replayed.view = Some(incident),
            Err(refusal) => replayed.doubts.push((unsent.id, refusal)),
        }
    }
    replayed
}

/// Whether what is confirmed shows the effect of an unsent command already: a page can overtake the
/// answer. A command that does not commute is shown only on the version that it was given for.
fn is_shown_by(confirmed: &Incident, unsent: &Unsent, person: &PersonId) -> bool {
    if !unsent.command.commutes() {
        return confirmed.version > unsent.seen_version;
    }
    let is_at = |at: Instant, given: Option<Instant>| {
        given.is_some_and(|given| at.timestamp() == given.timestamp())
    };
    match &unsent.command {
        Command::Log(_) => true,
        Command::Note(_) => confirmed.has_note(unsent.id.0),
        Command::Acknowledge(_) => {
            (confirmed.acknowledgement.as_ref()).is_some_and(|given| given.by.person == *person)
        }
        Command::Inform(inform) => confirmed.attempts.iter().any(|attempt| {
            attempt.by.person == *person
                && (attempt.contact == inform.contact || attempt.reaches(&inform.contact))
                && (attempt.channel, attempt.outcome) == (inform.channel, inform.outcome)
                && (inform.number.is_none() || attempt.number == inform.number)
                && attempt.note == inform.note
                && is_at(attempt.at, inform.happened_at)
        }),
        Command::RecordPartnerAnswer(record) => confirmed
            .partners
            .iter()
            .filter(|partner| partner.organisation == record.organisation)
            .flat_map(|partner| &partner.answers)
            .any(|given| {
                given.by.person == *person
                    && given.answer == record.answer
                    && is_at(given.at, record.answered_at)
            }),
        Command::UndoAcknowledge(_)
        | Command::CorrectAwareness(_)
        | Command::Triage(_)
        | Command::Grade(_)
        | Command::Reassign(_)
        | Command::AcceptAssignment(_)
        | Command::DeclineAssignment(_)
        | Command::Escalate(_)
        | Command::StrikeAttempt(_)
        | Command::NotifyPartners(_)
        | Command::DeclareMajor(_)
        | Command::DeclineMajor(_)
        | Command::EndMajor(_)
        | Command::Retitle(_)
        | Command::CorrectOccurrence(_)
        | Command::AnswerEffect(_)
        | Command::ExplainDelay(_)
        | Command::RequireContact(_)
        | Command::ReleaseContact(_)
        | Command::Regulator(_)
        | Command::Subjects(_)
        | Command::Hosting(_)
        | Command::Investigation(_)
        | Command::Learning(_)
        | Command::Closing(_) => false,
    }
}

/// The command with the times that would mean "now", because it may arrive hours after it was
/// given.
pub fn dated(mut command: Command, now: Instant) -> Command {
    match &mut command {
        Command::Log(log) => log.officer_aware_at = log.officer_aware_at.or(Some(now)),
        Command::Inform(inform) => inform.happened_at = inform.happened_at.or(Some(now)),
        Command::Note(note) => note.happened_at = note.happened_at.or(Some(now)),
        Command::RecordPartnerAnswer(record) => {
            record.answered_at = record.answered_at.or(Some(now));
        }
        Command::Triage(triage) => triage.recognised_at = triage.recognised_at.or(Some(now)),
        Command::CorrectAwareness(_)
        | Command::Grade(_)
        | Command::Acknowledge(_)
        | Command::UndoAcknowledge(_)
        | Command::Reassign(_)
        | Command::AcceptAssignment(_)
        | Command::DeclineAssignment(_)
        | Command::Escalate(_)
        | Command::StrikeAttempt(_)
        | Command::NotifyPartners(_)
        | Command::DeclareMajor(_)
        | Command::DeclineMajor(_)
        | Command::EndMajor(_)
        | Command::Retitle(_)
        | Command::CorrectOccurrence(_)
        | Command::AnswerEffect(_)
        | Command::ExplainDelay(_)
        | Command::RequireContact(_)
        | Command::ReleaseContact(_)
        | Command::Regulator(_)
        | Command::Subjects(_)
        | Command::Hosting(_)
        | Command::Investigation(_)
        | Command::Learning(_)
        | Command::Closing(_) => {}
    }
    command
}
