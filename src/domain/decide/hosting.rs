//! The hosted service: impact, calls with the host, changes (WSIC-IMPACT, WSIC-CALL, WSIC-RFC,
//! WSIC-EXC).

use super::{Context, Decision, informing, reported, said_of, worded, words};
use crate::domain::Instant;
use crate::domain::event::{Event, Signature};
use crate::domain::hosting::{CallStatus, HostCall, HostingCommand, HostingEvent, Impact};
use crate::domain::incident::Incident;
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;
use uuid::Uuid;

pub(super) fn step(
    incident: &Incident,
    command: &HostingCommand,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    match command {
        HostingCommand::RecordImpact { impact, reason } => {
            record_impact(incident, *impact, reason, context)
        }
        HostingCommand::RaiseCall {
            summary,
            reference,
            team,
            called_at,
            note: _,
        } => {
            let by = may_call(incident, context)?;
            let called_at = heard(*called_at, "/called_at", None, (incident, context))?;
            let summary = words(summary, "/summary", "Say what the host is called about")?;
            let raised = HostingEvent::CallRaised {
                id: context.command.0,
                summary: summary.into(),
                reference: tidy(reference),
                team: tidy(team),
                called_at,
            };
            Ok(one(by, raised))
        }
        HostingCommand::UpdateCall {
            call,
            text,
            status,
            reference,
            team,
            heard_at,
            note: _,
        } => {
            let by = may_call(incident, context)?;
            let known = incident.casework().hosting.call(*call).ok_or_else(|| {
                Refusal::invalid(
                    "/call",
                    "This incident has no such call. Refresh and choose again",
                )
            })?;
            let status = checked_status(known.status, *status)?;
            let heard_at = heard(*heard_at, "/heard_at", Some(known), (incident, context))?;
            let text = words(text, "/text", "Write down what the host said")?;
            let updated = HostingEvent::CallUpdated {
                call: *call,
                text: text.into(),
                status,
                reference: tidy(reference),
                team: tidy(team),
                heard_at,
            };
            Ok(one(by, updated))
        }
        HostingCommand::LogChange {
            reference,
            title,
            purpose,
            risk,
        } => {
            let (_, by) = permission::require(Permission::LogChange, context.actor, incident)?;
            let reference = said_of(
                RuleId::WsicRfc,
                reference,
                "/reference",
                "Give the number of the request for change",
            )?;
            let title = words(title, "/title", "Say in a few words what is to be changed")?;
            let logged = HostingEvent::ChangeLogged {
                id: context.command.0,
                reference: reference.into(),
                title: title.into(),
                purpose: *purpose,
                risk: tidy(risk),
            };
            Ok(one(by, logged))
        }
        HostingCommand::AdvanceChange {
            change,
            status,
            note,
        } => advance_change(incident, *change, *status, tidy(note), context),
    }
}

fn one(by: Signature, event: HostingEvent) -> Decision {
    Decision::new(by, vec![Event::Hosting(event)])
}

/// When the host was called or heard of, where that was before now: not before the call was made, nor
/// before anybody was aware (DECIDE-TRUE).
fn heard(
    at: Option<Instant>,
    pointer: &str,
    call: Option<&HostCall>,
    (incident, context): (&Incident, &Context<'_>),
) -> Result<Option<Instant>, Refusal> {
    let Some(at) = at else { return Ok(None) };
    let at = reported(at, pointer, context)?;
    let earliest = call.map_or(incident.awareness.earliest(), HostCall::raised_at);
    if at < earliest {
        let sentence = match call {
            Some(_) => "The host was called later than that; correct the time",
            None => "Nobody was aware of the incident then; correct the time of the call",
        };
        return Err(Refusal::invalid(pointer, sentence).by(RuleId::DecideTrue));
    }
    Ok(Some(at))
}

/// A text that was given: trimmed, and none if nothing is left.
fn tidy(text: &Option<Box<str>>) -> Option<Box<str>> {
    let text = text.as_deref()?.trim();
    (!text.is_empty()).then(|| text.into())
}

fn may_call(incident: &Incident, context: &Context<'_>) -> Result<Signature, Refusal> {
    permission::require(Permission::RaiseCall, context.actor, incident).map(|(_, by)| by)
}

/// The Officer assesses; the host itself and the officer on call only by exception, because the
/// Officer cannot be reached (WSIC-IMPACT, WSIC-EXC).
fn record_impact(
    incident: &Incident,
    impact: Impact,
    reason: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (grant, by) = permission::require(Permission::RecordImpact, context.actor, incident)?;
    if grant < Grant::Owner {
        informing::check_exception_path(incident, context)?;
    }
    let reason = worded(
        RuleId::WsicImpact,
        reason,
        "/reason",
        "Say what the assessment rests on",
    )?;
    let recorded = HostingEvent::ImpactRecorded {
        impact,
        reason: reason.into(),
    };
    Ok(one(by, recorded))
}

/// A call goes forward, or back to a team that works on it again.
fn checked_status(now: CallStatus, next: Option<CallStatus>) -> Result<CallStatus, Refusal> {
    let next = next.unwrap_or(now);
    let reopened = now == CallStatus::Resolved && next == CallStatus::WithTeam;
    if next >= now || reopened {
        return Ok(next);
    }
    Err(Refusal::invalid(
        "/status",
        format!(
            "A call that is {} does not become {}",
            now.name(),
            next.name()
        ),
    )
    .by(RuleId::WsicCall))
}

fn advance_change(
    incident: &Incident,
    change: Uuid,
    status: crate::domain::hosting::ChangeStatus,
    note: Option<Box<str>>,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    use crate::domain::hosting::ChangeStatus;
    let permission = match status {
        ChangeStatus::Approved | ChangeStatus::Rejected => Permission::ApproveChange,
        ChangeStatus::Draft
        | ChangeStatus::Submitted
        | ChangeStatus::Implemented
        | ChangeStatus::Reviewed => Permission::LogChange,
    };
    let (_, by) = permission::require(permission, context.actor, incident)?;
    let known = incident.casework().hosting.change(change).ok_or_else(|| {
        Refusal::invalid(
            "/change",
            "This incident has no such request for change. Refresh and choose again",
        )
    })?;
    if !known.status.may_become(status) {
        return Err(Refusal::invalid(
            "/status",
            format!(
                "A change that is {} cannot become {}",
                known.status.name(),
                status.name()
            ),
        )
        .by(RuleId::WsicRfc));
    }
    let advanced = HostingEvent::ChangeAdvanced {
        change,
        status,
        note,
    };
    Ok(one(by, advanced))
}
