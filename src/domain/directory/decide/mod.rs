//! Judging what is asked of the directory.
//!
//! Each part asks first who may, then whether it can be. Nothing here writes, sends or reads a clock.

mod handover;
mod organisations;
mod people;
mod points;
mod registers;
mod shifts;
mod swaps;
mod terms;

use super::apply;
use super::command::DirectoryCommand;
use super::event::{DirectoryEntry, DirectoryEvent};
use super::rights::{self, Matter};
use super::{Actor, Directory, Organisation, Person};
use crate::domain::event::Signature;
use crate::domain::id::{CommandId, OrganisationId, PersonId};
use crate::domain::permission::Grant;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::wording::{said, words};
use crate::domain::{Instant, calendar};
use chrono::NaiveDate;

/// What a judgement depends on besides the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The moment of the judgement, whole seconds.
    pub now: Instant,
    /// Who asks, with the roles held at that moment.
    pub actor: &'a Actor,
    /// The command's identity.
    pub command: CommandId,
    /// The numbers.
    pub policy: &'a Policy,
    /// The directory as it stands.
    pub directory: &'a Directory,
}

type Judged = Result<(Signature, DirectoryEvent), Refusal>;

/// Judge a command against the directory as it stands.
///
/// # Errors
/// A refusal in words that tell the person what to do; nothing has changed then.
pub fn decide(
    command: &DirectoryCommand,
    context: &Context<'_>,
) -> Result<DirectoryEntry, Refusal> {
    let (by, event) = judge(command, context)?;
    Ok(DirectoryEntry {
        at: context.now,
        by,
        command: context.command,
        event,
    })
}

/// Judge a command and make it true at once; the version stays the ledger's to set.
///
/// # Errors
/// The refusal of [`decide`].
pub fn carry_out(
    command: &DirectoryCommand,
    context: &Context<'_>,
) -> Result<(Directory, DirectoryEntry), Refusal> {
    let entry = decide(command, context)?;
    let mut changed = context.directory.clone();
    apply::apply(&mut changed, &entry);
    Ok((changed, entry))
}

fn judge(command: &DirectoryCommand, context: &Context<'_>) -> Judged {
    use DirectoryCommand as Asked;
    match command {
        Asked::Appoint(asked) => terms::appoint(asked, context),
        Asked::EndTerm(asked) => terms::end(asked, context),
        Asked::ConfirmProposal { proposal } => terms::confirm(*proposal, context),
        Asked::RejectProposal { proposal, reason } => terms::reject(*proposal, reason, context),
        Asked::PlanShift(asked) => shifts::plan(asked, context),
        Asked::OverrideShift(asked) => shifts::put_on(asked, context),
        Asked::CancelShift { shift, reason } => shifts::cancel(shift, reason, context),
        Asked::OfferSwap { shift, with, note } => swaps::offer(shift, with, note, context),
        Asked::AcceptSwap { shift } => swaps::accept(shift, context),
        Asked::DeclineSwap { shift } => swaps::decline(shift, context),
        Asked::OfferHandover { shift, note } => handover::offer(shift, note, context),
        Asked::AcceptHandover { shift } => handover::accept(shift, context),
        Asked::CoverGap { tier } => handover::cover(*tier, context),
        Asked::AddContactPoint {
            point,
            order,
            verified_on,
            person,
        } => points::add(point, *order, *verified_on, person.as_ref(), context),
        Asked::ChangeContactPoint {
            point,
            value,
            order,
        } => points::change(point, value.as_deref(), *order, context),
        Asked::VerifyContactPoint { point, verified_on } => {
            points::verify(point, *verified_on, context)
        }
        Asked::RetireContactPoint { point, reason } => points::retire(point, reason, context),
        Asked::AddOrganisation(asked) => organisations::add(asked, context),
        Asked::ChangeOrganisation(asked) => organisations::change(asked, context),
        Asked::CloseOrganisation {
            organisation,
            closed_on,
            reason,
        } => organisations::close(organisation, *closed_on, reason, context),
        Asked::AddPerson {
            person,
            name,
            organisation,
        } => people::add(person, name, organisation, context),
        Asked::ChangePerson {
            person,
            name,
            organisation,
        } => people::change(person, name.as_deref(), organisation.as_ref(), context),
        Asked::RecordLeaver { person, reason } => people::leave(person, reason, context),
        Asked::RecordAgreement(asked) => registers::agree(asked, context),
        Asked::EndAgreement {
            agreement,
            ends_on,
            reason,
        } => registers::end_agreement(agreement, *ends_on, reason, context),
        Asked::RecordPolicyDocument(asked) => registers::record(asked, context),
        Asked::ReviewPolicyDocument(asked) => registers::review(asked, context),
        Asked::RetirePolicyDocument { document, reason } => {
            registers::retire(document, reason, context)
        }
    }
}

impl<'a> Context<'a> {
    /// The day in London.
    fn today(&self) -> NaiveDate {
        calendar::local(self.now).date_naive()
    }

    fn may(&self, matter: Matter<'_>) -> Result<Signature, Refusal> {
        rights::require(matter, Grant::May, self.actor, self.directory).map(|(_, by)| by)
    }

    fn organisation(
        &self,
        id: &OrganisationId,
        pointer: &str,
    ) -> Result<&'a Organisation, Refusal> {
        self.directory.organisation(id).ok_or_else(|| {
            Refusal::invalid(
                pointer,
                format!("The directory does not list the organisation \"{id}\". Add it first"),
            )
        })
    }

    /// An organisation that is there at `at`.
    fn open_organisation(
        &self,
        id: &OrganisationId,
        pointer: &str,
        at: Instant,
    ) -> Result<&'a Organisation, Refusal> {
        let organisation = self.organisation(id, pointer)?;
        if organisation.is_open_at(at) {
            return Ok(organisation);
        }
        Err(Refusal::invalid(
            pointer,
            format!("{} is closed then. Choose another one", organisation.name),
        ))
    }

    /// A person who works here now.
    fn person(&self, id: &PersonId, pointer: &str) -> Result<&'a Person, Refusal> {
        let person = self.directory.person(id).ok_or_else(|| {
            Refusal::invalid(
                pointer,
                format!("The directory does not list the person \"{id}\". Add them first"),
            )
        })?;
        if person.is_here_at(self.now) {
            return Ok(person);
        }
        Err(Refusal::invalid(
            pointer,
            format!("{} has left. Choose somebody else", person.name),
        ))
    }
}

fn named(name: &str) -> Result<String, Refusal> {
    said(name, "/name", "Give the full name").map(str::to_owned)
}

fn reason<'a>(text: &'a str, what: &str) -> Result<&'a str, Refusal> {
    words(text, "/reason", &format!("Say why {what}"))
}

/// A new short name: lower-case letters, digits, hyphens and dots, so that it can be said, typed and
/// put into a file.
fn short_name(text: &str, pointer: &str) -> Result<(), Refusal> {
    let is_plain = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter)
    };
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(());
    }
    Err(Refusal::invalid(
        pointer,
        "A short name has lower-case letters, digits, hyphens and dots only",
    ))
}
