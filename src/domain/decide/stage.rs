//! Which commands an incident still takes at the stage it has come to (section 2.2).
//!
//! What a stage needs before it is reached is the business of `guard`.

use crate::domain::closing::{ClosingCommand, Ended};
use crate::domain::command::Command;
use crate::domain::hosting::HostingCommand;
use crate::domain::incident::{Incident, Status};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::RegulatorCommand;
use crate::domain::rule::RuleId;

/// Refuses what comes too late: an ended incident takes notes and what outlives it, nothing else.
pub(super) fn check(incident: &Incident, command: &Command) -> Result<(), Refusal> {
    let takes = match incident.status {
        Status::Logged | Status::Triaged | Status::Investigating | Status::Resolved => true,
        Status::Closed | Status::Audited => outlives_closing(command),
        Status::Withdrawn => matches!(command, Command::Note(_)) || is_about_an_enquiry(command),
        Status::Duplicate => matches!(command, Command::Note(_)),
    };
    if takes {
        return Ok(());
    }
    let status = incident.status.name();
    let sentence = match incident.status {
        Status::Closed | Status::Audited => {
            format!("The incident is {status}. Open it again with a reason to change it")
        }
        Status::Duplicate => format!(
            "This was closed as a duplicate. Record it on {}",
            goes_on(incident)
        ),
        Status::Logged
        | Status::Triaged
        | Status::Investigating
        | Status::Resolved
        | Status::Withdrawn => format!(
            "The incident is {status}. You can only add notes, and record what a regulator asks"
        ),
    };
    Err(Refusal::against(RuleId::WsicClose, sentence))
}

/// The incident that goes on for a duplicate.
fn goes_on(incident: &Incident) -> String {
    match &incident.casework().closing.ended {
        Some(Ended::Duplicate {
            reference: Some(reference),
            ..
        }) => reference.to_string(),
        Some(Ended::Duplicate { .. } | Ended::Withdrawn { .. }) | None => {
            "the incident that goes on".to_owned()
        }
    }
}

/// A regulator may ask whatever the desk makes of an incident, and waits for an answer (ICO-ASKS).
fn is_about_an_enquiry(command: &Command) -> bool {
    let Command::Regulator(step) = command else {
        return false;
    };
    matches!(
        **step,
        RegulatorCommand::RecordEnquiry { .. }
            | RegulatorCommand::AnswerEnquiry { .. }
            | RegulatorCommand::EndEnquiry { .. }
            | RegulatorCommand::StrikeEnquiry { .. }
    )
}

/// Actions outlive the incident, late answers are still recorded, what was left open with a tick is
/// brought to its end, and what was closed can be audited and opened again. A report is withdrawn only on an
/// open incident, because that opens the duty again (ICO-DUTY).
fn outlives_closing(command: &Command) -> bool {
    match command {
        Command::Note(_)
        | Command::RecordPartnerAnswer(_)
        | Command::Learning(_)
        | Command::Subjects(_) => true,
        Command::Hosting(step) => matches!(
            **step,
            HostingCommand::AdvanceChange { .. } | HostingCommand::UpdateCall { .. }
        ),
        Command::Closing(step) => matches!(
            **step,
            ClosingCommand::Audit { .. }
                | ClosingCommand::Reopen { .. }
                | ClosingCommand::ConsiderDisciplinary { .. }
        ),
        Command::Regulator(step) => {
            matches!(**step, RegulatorCommand::KeepReference { .. }) || is_about_an_enquiry(command)
        }
        Command::Log(_)
        | Command::CorrectAwareness(_)
        | Command::Triage(_)
        | Command::Grade(_)
        | Command::Acknowledge(_)
        | Command::UndoAcknowledge(_)
        | Command::Reassign(_)
        | Command::AcceptAssignment(_)
        | Command::DeclineAssignment(_)
        | Command::Escalate(_)
        | Command::Inform(_)
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
        | Command::Investigation(_) => false,
    }
}
