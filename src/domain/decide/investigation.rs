//! The investigation: lead, evidence, plan, meetings, causes, findings (BOB-INV, BOB-EVID, BOB-RCA,
//! BOB-MIN, PROC-PLAN).

use super::{Context, Decision, listed, logging, reported, said, said_of, worded, words};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::event::{Event, Signature};
use crate::domain::guard;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{Incident, Status};
use crate::domain::investigation::{
    CauseAnalysis, EvidenceItem, InvestigationAnswers, InvestigationCommand, InvestigationEvent,
};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use chrono::NaiveDate;
use uuid::Uuid;

pub(super) fn step(
    incident: &Incident,
    command: &InvestigationCommand,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    match command {
        InvestigationCommand::AppointLead { person, exception } => {
            appoint_lead(incident, person, exception.as_deref(), context)
        }
        InvestigationCommand::SecureEvidence(item) => secure(incident, item, context),
        InvestigationCommand::NoEvidence { reason } => {
            let by = by(Permission::SecureEvidence, incident, context)?;
            if !incident.casework().investigation.evidence.is_empty() {
                return Err(Refusal::against(
                    RuleId::BobEvid,
                    "Evidence has already been secured, so you cannot say that there is none",
                ));
            }
            let reason = worded(
                RuleId::BobEvid,
                reason,
                "/reason",
                "Say why there is no evidence to secure",
            )?;
            let reason = reason.into();
            Ok(one(by, InvestigationEvent::NoEvidenceExists { reason }))
        }
        InvestigationCommand::TransferCustody {
            evidence,
            to,
            reason,
            at,
            note: _,
        } => {
            let at = at.map_or(Ok(context.now), |at| reported(at, "/at", context))?;
            transfer(incident, *evidence, (to, reason), at, context)
        }
        InvestigationCommand::AgreePlan {
            parties,
            agreed_on,
            text,
        } => agree_plan(incident, parties, *agreed_on, text, context),
        InvestigationCommand::Begin {} => begin(incident, context),
        InvestigationCommand::HoldMeeting {
            held_at,
            chair,
            attendees,
            note: _,
        } => {
            let by = by(Permission::AddNote, incident, context)?;
            let held = InvestigationEvent::MeetingHeld {
                id: context.command.0,
                held_at: held_at.map_or(Ok(context.now), |at| reported(at, "/held_at", context))?,
                chair: *chair,
                attendees: attendees.clone(),
            };
            Ok(one(by, held))
        }
        InvestigationCommand::WriteMinutes { meeting, text } => {
            write_minutes(incident, *meeting, text, context)
        }
        InvestigationCommand::AnalyseCause(analysis) => analyse(incident, analysis, context),
        InvestigationCommand::Find { text } => {
            let by = by(Permission::Investigate, incident, context)?;
            let text = words(text, "/text", "Write down what was found")?.into();
            Ok(one(by, InvestigationEvent::Found { text }))
        }
        InvestigationCommand::Answer(answers) => answer(incident, *answers, context),
        InvestigationCommand::StartOwnProcess {
            organisation,
            started_at,
            reference,
            note: _,
        } => {
            let whose = organisation.as_ref().unwrap_or(incident.home());
            let started_at =
                started_at.map_or(Ok(context.now), |at| reported(at, "/started_at", context))?;
            start_own_process(incident, whose, started_at, reference.as_deref(), context)
        }
        InvestigationCommand::HandOutCaseFile { to, reason } => {
            hand_out(incident, to, reason, context)
        }
    }
}

fn one(by: Signature, event: InvestigationEvent) -> Decision {
    Decision::new(by, vec![Event::Investigation(event)])
}

fn by(
    permission: Permission,
    incident: &Incident,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    permission::require(permission, context.actor, incident).map(|(_, by)| by)
}

/// Whoever may read the trail of the incident may take its record along; at any stage (BOB-REC).
fn hand_out(
    incident: &Incident,
    to: &str,
    reason: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let least = permission::Grant::View;
    let may = permission::require_least(Permission::TakeCaseFile, least, context.actor, incident);
    let (_, by) = may?;
    let to = said_of(
        RuleId::BobRec,
        to,
        "/to",
        "Say to whom the case file is handed: a role or a function",
    )?;
    let reason = worded(
        RuleId::BobRec,
        reason,
        "/reason",
        "Say why the case file is handed out",
    )?;
    let handed_out = InvestigationEvent::CaseFileHandedOut {
        to: to.into(),
        reason: reason.into(),
    };
    Ok(one(by, handed_out))
}

/// Whoever leads has neither reported the incident nor owns the system, unless a small organisation
/// has nobody else and says so (BOB-INV).
fn appoint_lead(
    incident: &Incident,
    person: &PersonId,
    exception: Option<&str>,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::Investigate, incident, context)?;
    if context.directory.person(person).is_none() {
        return Err(Refusal::invalid(
            "/person",
            format!("The directory does not list \"{person}\". Choose somebody it lists"),
        ));
    }
    let exception = exception.map(str::trim).filter(|text| !text.is_empty());
    if let Some(conflict) = conflict(incident, person, context).filter(|_| exception.is_none()) {
        return Err(Refusal::invalid(
            "/exception",
            format!("{conflict}: choose somebody else, or say why nobody else can lead"),
        )
        .by(RuleId::BobInv));
    }
    let appointed = InvestigationEvent::LeadAppointed {
        person: person.clone(),
        exception: exception.map(Into::into),
    };
    Ok(one(by, appointed))
}

fn conflict(incident: &Incident, person: &PersonId, context: &Context<'_>) -> Option<String> {
    let name = context.directory.person_name(person);
    if incident.logged_by.person == *person {
        return Some(format!("{name} reported the incident"));
    }
    let owns = [incident.home(), &incident.reporter.organisation]
        .into_iter()
        .flat_map(|organisation| {
            context
                .directory
                .holders(Role::Iao, Some(organisation), context.now)
        })
        .any(|holding| holding.person == *person);
    owns.then(|| format!("{name} owns the information asset"))
}

fn secure(
    incident: &Incident,
    item: &EvidenceItem,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::SecureEvidence, incident, context)?;
    let asked = [
        (&item.label, "/label", "Say in a few words what it is"),
        (&item.kind, "/kind", "Say what type of thing it is"),
        (&item.location, "/location", "Say where it is kept"),
        (&item.custodian, "/custodian", "Say who keeps it"),
    ];
    for (text, pointer, sentence) in asked {
        said_of(RuleId::BobEvid, text, pointer, sentence)?;
    }
    let secured = InvestigationEvent::EvidenceSecured {
        id: context.command.0,
        item: EvidenceItem {
            secured_at: reported(item.secured_at, "/secured_at", context)?,
            // Kept beside the entry, with the time that it explains.
            note: None,
            ..item.clone()
        },
    };
    Ok(one(by, secured))
}

fn transfer(
    incident: &Incident,
    evidence: Uuid,
    (to, reason): (&str, &str),
    at: Instant,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::SecureEvidence, incident, context)?;
    let known = (incident.casework().investigation.evidence(evidence)).ok_or_else(|| {
        Refusal::invalid(
            "/evidence",
            "The evidence has no such item. Refresh and choose again",
        )
        .by(RuleId::BobEvid)
    })?;
    if at < known.item.secured_at {
        return Err(Refusal::invalid(
            "/at",
            "It was secured after that, so nobody had it then. Enter a later time",
        )
        .by(RuleId::BobEvid));
    }
    let transferred = InvestigationEvent::CustodyTransferred {
        evidence,
        from: known.custodian_at(at).into(),
        to: said(to, "/to", "Say who has it now")?.into(),
        at,
        reason: words(reason, "/reason", "Say why it changed hands")?.into(),
    };
    Ok(one(by, transferred))
}

fn agree_plan(
    incident: &Incident,
    parties: &[OrganisationId],
    agreed_on: NaiveDate,
    text: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::AddNote, incident, context)?;
    let is_one = parties.iter().all(|party| Some(party) == parties.first());
    if is_one {
        return Err(Refusal::invalid(
            "/parties",
            "A plan is agreed between two: name the controller and the other party",
        )
        .by(RuleId::ProcPlan));
    }
    for party in parties {
        logging::known_organisation(party, "/parties", context)?;
    }
    if agreed_on > calendar::local(context.now).date_naive() {
        return Err(Refusal::invalid(
            "/agreed_on",
            "Enter today or an earlier day: the plan is agreed already",
        )
        .by(RuleId::ProcPlan));
    }
    let agreed = InvestigationEvent::PlanAgreed {
        parties: parties.to_vec(),
        agreed_on,
        text: words(text, "/text", "Say what was agreed")?.into(),
    };
    Ok(one(by, agreed))
}

fn begin(incident: &Incident, context: &Context<'_>) -> Result<Decision, Refusal> {
    let by = by(Permission::Investigate, incident, context)?;
    match incident.status {
        Status::Triaged => {}
        Status::Logged => {
            return Err(Refusal::against(
                RuleId::BobClass,
                "Triage the incident before it is investigated",
            ));
        }
        Status::Investigating
        | Status::Resolved
        | Status::Closed
        | Status::Audited
        | Status::Duplicate
        | Status::Withdrawn => {
            return Err(Refusal::against(
                RuleId::BobInv,
                format!("The incident is already {}", incident.status.name()),
            ));
        }
    }
    listed("The investigation needs", &guard::to_investigate(incident))?;
    Ok(one(by, InvestigationEvent::Begun {}))
}

fn write_minutes(
    incident: &Incident,
    meeting: Uuid,
    text: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::AddNote, incident, context)?;
    let known = (incident.casework().investigation.meeting(meeting)).ok_or_else(|| {
        Refusal::invalid(
            "/meeting",
            "This incident has no such meeting. Refresh and choose again",
        )
        .by(RuleId::BobMin)
    })?;
    if known.minutes.is_some() {
        return Err(Refusal::against(
            RuleId::BobNotes,
            "The minutes are already written. Correct them with a file note",
        ));
    }
    let written = InvestigationEvent::MinutesWritten {
        meeting,
        text: words(text, "/text", "Write the minutes before saving them")?.into(),
    };
    Ok(one(by, written))
}

fn analyse(
    incident: &Incident,
    analysis: &CauseAnalysis,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::Investigate, incident, context)?;
    said_of(
        RuleId::BobRca,
        &analysis.method,
        "/method",
        "Say how the cause was looked for",
    )?;
    worded(
        RuleId::BobRca,
        &analysis.causes,
        "/causes",
        "Say what caused it",
    )?;
    let analysis = analysis.clone();
    Ok(one(by, InvestigationEvent::CauseAnalysed { analysis }))
}

/// Whether a human error was found and whether several disciplines took part: facts alone, because the
/// investigation blames nobody (BOB-NOBLAME).
fn answer(
    incident: &Incident,
    answers: InvestigationAnswers,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::Investigate, incident, context)?;
    match incident.status {
        Status::Investigating | Status::Resolved => {
            Ok(one(by, InvestigationEvent::Answered { answers }))
        }
        Status::Logged
        | Status::Triaged
        | Status::Closed
        | Status::Audited
        | Status::Duplicate
        | Status::Withdrawn => Err(Refusal::against(
            RuleId::BobInv,
            "Begin the investigation before you answer this",
        )),
    }
}

/// The organisations of the incident run their own process as the partners do theirs; a partner's is
/// its answer (WSIC-LOCAL).
fn start_own_process(
    incident: &Incident,
    whose: &OrganisationId,
    started_at: Instant,
    reference: Option<&str>,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::AddNote, incident, context)?;
    if whose != incident.home() && *whose != incident.reporter.organisation {
        let name = context.directory.organisation_name(whose);
        return Err(Refusal::invalid(
            "/organisation",
            format!("{name} did not report this and does not own it. Record it as a partner's answer instead"),
        )
        .by(RuleId::WsicLocal));
    }
    let reference = reference.map(str::trim).filter(|text| !text.is_empty());
    let started = InvestigationEvent::OwnProcessStarted {
        organisation: whose.clone(),
        started_at,
        reference: reference.map(Into::into),
    };
    Ok(one(by, started))
}
