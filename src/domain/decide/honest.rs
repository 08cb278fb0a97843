//! Times before now: what was late stays late, and what is entered late says so (CLK-HONEST).
//!
//! Whoever enters something of some hours ago says why it is entered only now. Where that would have
//! stopped a clock in time whose time has passed since, a reason or something that shows the time is
//! asked for as well. It is judged on what the decision would bring about, for every command alike.

use super::knowledge::afterwards;
use super::{Context, Decision, reasoned, shown, worded};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, ClockView};
use crate::domain::closing::ClosingCommand;
use crate::domain::command::Command;
use crate::domain::event::Event;
use crate::domain::hosting::HostingCommand;
use crate::domain::incident::{AwarenessKind, Incident};
use crate::domain::investigation::InvestigationCommand;
use crate::domain::owed::Matter;
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{FollowUp, Notification, RegulatorCommand};
use crate::domain::rule::RuleId;
use crate::domain::subjects::SubjectsCommand;

/// What a command says of the past.
struct Said<'a> {
    at: Instant,
    note: Option<&'a str>,
    late_reason: Option<&'a str>,
    evidence: Option<&'a str>,
    /// Whether the record keeps the note itself.
    keeps_note: bool,
    /// Whether it tells of a call, which a phone's call list shows.
    is_call: bool,
}

/// The decision, with the explanation of a time before now.
pub(super) fn explained(
    incident: &Incident,
    command: &Command,
    decision: Decision,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let Some(said) = said(command) else {
        return Ok(decision);
    };
    check_long_ago(&said, context)?;
    let after = afterwards(incident, &decision, context);
    let late = recorded_late(incident, &after);
    let owed = owed_by(incident, command)
        .filter(|(_, due_at)| said.at <= *due_at && context.now > *due_at);
    let ran_out = ran_out(&late, owed, context);
    check_explained(&said, &ran_out)?;
    let Decision { by, mut events } = decision;
    let mut explanation = Vec::new();
    for view in late.iter().filter(|view| view.clock.kind.asks_why_late()) {
        let reason = said
            .late_reason
            .filter(|_| view.clock.late_reason.is_none());
        explanation.extend(reason.map(|reason| Event::LateReasonGiven {
            kind: view.clock.kind,
            controller: view.clock.controller.clone(),
            reason: reason.into(),
        }));
    }
    let is_kept = said.keeps_note && said.evidence.is_none();
    // No clock keeps the reason of what is owed by a day.
    let why = said.late_reason.filter(|_| owed.is_some());
    let why = why.map_or_else(String::new, |why| format!("; late because: {why}"));
    explanation.extend(
        said.note
            .filter(|_| !is_kept)
            .map(|note| Event::PastExplained {
                happened_at: said.at,
                note: format!("{note}{why}").into(),
                evidence: said.evidence.map(Into::into),
            }),
    );
    // In front, for what a command brings about is read off its last entry.
    events.splice(0..0, explanation);
    Ok(Decision { by, events })
}

/// What a command says of the past, where it may tell of a time before now.
fn said(command: &Command) -> Option<Said<'_>> {
    match command {
        Command::Inform(inform) => Some(Said {
            at: inform.happened_at?,
            note: text(&inform.note),
            late_reason: text(&inform.late_reason),
            evidence: text(&inform.evidence),
            keeps_note: true,
            is_call: true,
        }),
        Command::RecordPartnerAnswer(answer) => Some(Said {
            at: answer.answered_at?,
            note: text(&answer.note),
            late_reason: None,
            evidence: None,
            keeps_note: false,
            is_call: false,
        }),
        Command::CorrectAwareness(correction)
            if correction.kind == AwarenessKind::ControllerInformed =>
        {
            Some(Said {
                at: correction.at,
                note: Some(&correction.reason),
                late_reason: None,
                evidence: None,
                keeps_note: true,
                is_call: false,
            })
        }
        Command::Regulator(step) => of_regulator(step),
        Command::Hosting(step) => of_hosting(step),
        Command::Subjects(step) => of_subjects(step),
        Command::Investigation(step) => of_investigation(step),
        Command::Closing(step) => of_closing(step),
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
        | Command::StrikeAttempt(_)
        | Command::NotifyPartners(_)
        | Command::Note(_)
        | Command::DeclareMajor(_)
        | Command::DeclineMajor(_)
        | Command::EndMajor(_)
        | Command::Retitle(_)
        | Command::CorrectOccurrence(_)
        | Command::AnswerEffect(_)
        | Command::ExplainDelay(_)
        | Command::RequireContact(_)
        | Command::ReleaseContact(_)
        | Command::Learning(_) => None,
    }
}

fn of_regulator(step: &RegulatorCommand) -> Option<Said<'_>> {
    let none = &None;
    let (at, note, late_reason, evidence) = match step {
        RegulatorCommand::Decide {
            decided_at,
            late_reason,
            note,
            evidence,
            ..
        } => (decided_at, note, late_reason, evidence),
        RegulatorCommand::Countersign {
            signed_at,
            late_reason,
            note,
            evidence,
            ..
        }
        | RegulatorCommand::Second {
            signed_at,
            late_reason,
            note,
            evidence,
            ..
        } => (signed_at, note, late_reason, evidence),
        RegulatorCommand::Confirm {
            signed_at, note, ..
        } => (signed_at, note, none, none),
        RegulatorCommand::Submit(submit) => (
            &submit.submitted_at,
            &submit.note,
            &submit.late_reason,
            &submit.evidence,
        ),
        RegulatorCommand::FollowUp {
            sent_at: at,
            note,
            late_reason,
            evidence,
            ..
        }
        | RegulatorCommand::AnswerEnquiry {
            answered_at: at,
            note,
            late_reason,
            evidence,
            ..
        } => (at, note, late_reason, evidence),
        RegulatorCommand::RecordEnquiry {
            received_at, note, ..
        } => (received_at, note, none, none),
        RegulatorCommand::Reanchor { .. }
        | RegulatorCommand::StandDown { .. }
        | RegulatorCommand::Reinstate { .. }
        | RegulatorCommand::Prepare { .. }
        | RegulatorCommand::Withdraw { .. }
        | RegulatorCommand::KeepReference { .. }
        | RegulatorCommand::EndEnquiry { .. }
        | RegulatorCommand::StrikeEnquiry { .. }
        | RegulatorCommand::AnswerNis { .. }
        | RegulatorCommand::ExcuseNhsEngland { .. } => return None,
    };
    Some(Said {
        at: (*at)?,
        note: text(note),
        late_reason: text(late_reason),
        evidence: text(evidence),
        keeps_note: false,
        is_call: false,
    })
}

/// That people were told; when a delay is looked at again lies ahead.
fn of_subjects(step: &SubjectsCommand) -> Option<Said<'_>> {
    match step {
        SubjectsCommand::Told {
            told_at,
            note,
            late_reason,
            evidence,
            ..
        } => Some(Said {
            late_reason: text(late_reason),
            evidence: text(evidence),
            ..noted((*told_at)?, note)?
        }),
        SubjectsCommand::Recommend { .. }
        | SubjectsCommand::Decide { .. }
        | SubjectsCommand::Delay { .. } => None,
    }
}

/// What was secured, handed on, held or begun some time ago.
fn of_investigation(step: &InvestigationCommand) -> Option<Said<'_>> {
    match step {
        InvestigationCommand::SecureEvidence(item) => noted(item.secured_at, &item.note),
        InvestigationCommand::TransferCustody { at, note, .. } => noted((*at)?, note),
        InvestigationCommand::HoldMeeting { held_at, note, .. } => noted((*held_at)?, note),
        InvestigationCommand::StartOwnProcess {
            started_at, note, ..
        } => noted((*started_at)?, note),
        InvestigationCommand::AppointLead { .. }
        | InvestigationCommand::NoEvidence { .. }
        | InvestigationCommand::AgreePlan { .. }
        | InvestigationCommand::Begin {}
        | InvestigationCommand::WriteMinutes { .. }
        | InvestigationCommand::AnalyseCause(_)
        | InvestigationCommand::Find { .. }
        | InvestigationCommand::Answer(_)
        | InvestigationCommand::HandOutCaseFile { .. } => None,
    }
}

/// When it was contained.
fn of_closing(step: &ClosingCommand) -> Option<Said<'_>> {
    let ClosingCommand::Contain {
        contained_at, note, ..
    } = step
    else {
        return None;
    };
    noted((*contained_at)?, note)
}

/// A time beside which there is a note and nothing else: it stops no clock that asks why it is late.
fn noted(at: Instant, note: &Option<Box<str>>) -> Option<Said<'_>> {
    Some(Said {
        at,
        note: text(note),
        late_reason: None,
        evidence: None,
        keeps_note: false,
        is_call: false,
    })
}

/// A call with the host, of some time ago.
fn of_hosting(step: &HostingCommand) -> Option<Said<'_>> {
    let (at, note) = match step {
        HostingCommand::RaiseCall {
            called_at, note, ..
        } => (called_at, note),
        HostingCommand::UpdateCall { heard_at, note, .. } => (heard_at, note),
        HostingCommand::RecordImpact { .. }
        | HostingCommand::LogChange { .. }
        | HostingCommand::AdvanceChange { .. } => return None,
    };
    noted((*at)?, note)
}

fn text(given: &Option<Box<str>>) -> Option<&str> {
    let text = given.as_deref()?.trim();
    (!text.is_empty()).then_some(text)
}

fn check_long_ago(said: &Said<'_>, context: &Context<'_>) -> Result<(), Refusal> {
    let limit = context.policy.input.unexplained_past_hours;
    if said.at >= context.now - hours(limit) || said.note.is_some() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/note",
        format!("This was more than {limit} hours ago. Say in the note why you enter it only now"),
    )
    .by(RuleId::ClkHonest))
}

/// What a command answers that was owed by a day, and until when (ICO-ASKS, ICO-PHASE, BOB-SUBJECTS).
fn owed_by(incident: &Incident, command: &Command) -> Option<(Matter, Instant)> {
    if let Command::Regulator(step) = command {
        return owed_to_regulator(incident, step);
    }
    if let Command::Subjects(step) = command
        && let SubjectsCommand::Told { controller, .. } = &**step
    {
        let whose = controller.as_ref().unwrap_or_else(|| incident.home());
        let due_at = incident.casework().subjects.tell_by(whose)?;
        return Some((Matter::Telling, due_at));
    }
    None
}

fn owed_to_regulator(incident: &Incident, step: &RegulatorCommand) -> Option<(Matter, Instant)> {
    let regulator = &incident.casework().regulator;
    if let RegulatorCommand::AnswerEnquiry { enquiry, .. } = step {
        let asked = regulator.enquiry(*enquiry)?;
        let due_at = calendar::end_of_day(asked.due_on);
        return (!asked.is_answered()).then_some((Matter::Enquiry, due_at));
    }
    if let RegulatorCommand::FollowUp {
        notification, item, ..
    } = step
    {
        let mut promised = regulator.open_follow_ups();
        let is_it =
            |told: &Notification, owed: &FollowUp| told.id == *notification && owed.item == *item;
        let (_, owed) = promised.find(|(told, owed)| is_it(told, owed))?;
        return Some((Matter::Promise, calendar::end_of_day(owed.due_on)));
    }
    None
}

/// What had run out when this was entered.
struct RanOut {
    name: String,
    asks_why_late: bool,
}

fn ran_out(
    clocks: &[ClockView<'_>],
    owed: Option<(Matter, Instant)>,
    context: &Context<'_>,
) -> Vec<RanOut> {
    let clocks = clocks.iter().map(|view| RanOut {
        name: view.clock.in_words(view.incident, context.directory),
        asks_why_late: view.clock.kind.asks_why_late(),
    });
    let owed = owed.map(|(matter, _)| RanOut {
        name: matter.to_do().to_owned(),
        asks_why_late: true,
    });
    clocks.chain(owed).collect()
}

/// Clocks that this stops in time, and whose time has passed.
fn recorded_late<'a>(before: &Incident, after: &'a Incident) -> Vec<ClockView<'a>> {
    clock::views(after)
        .filter(|view| view.recorded_late().is_some())
        .filter(|view| clock::stop(before, view.clock).is_none())
        .collect()
}

fn check_explained(said: &Said<'_>, late: &[RanOut]) -> Result<(), Refusal> {
    let Some(first) = late.first() else {
        return Ok(());
    };
    if let Some(evidence) = said.evidence {
        shown(RuleId::ClkHonest, evidence, "/evidence")?;
    }
    if let Some(note) = said.note {
        let sentence = "Say in the note why it is entered only now";
        worded(RuleId::ClkHonest, note, "/note", sentence)?;
    }
    if let Some(reason) = said.late_reason {
        let sentence = "Give the reason why it is late";
        reasoned(RuleId::ClkHonest, reason, "/late_reason", sentence)?;
    }
    let name = &first.name;
    let asked = match said.is_call {
        true => {
            "give the reason why it is late, or what shows the time, such as the call list of your phone"
        }
        false => {
            "give the reason why it is late, or what shows the time, such as the regulator's receipt"
        }
    };
    let missing = if said.note.is_none() {
        ("/note", "say in the note why you enter it only now")
    } else if late.iter().any(|late| late.asks_why_late)
        && said.late_reason.is_none()
        && said.evidence.is_none()
    {
        ("/late_reason", asked)
    } else {
        return Ok(());
    };
    let (pointer, asked) = missing;
    Err(Refusal::invalid(
        pointer,
        format!("The deadline of \"{name}\" passed before you entered this: {asked}"),
    )
    .by(RuleId::ClkHonest))
}
