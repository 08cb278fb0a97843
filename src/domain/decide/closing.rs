//! How an incident ends and is opened again (sections 2.2 and 2.3; WSIC-CLOSE, BOB-AUDIT,
//! BOB-NOBLAME).

use super::{Context, Decision, listed, reasoned, reported, withdrawal, worded, words};
use crate::domain::closing::{AuditFinding, ClosingCommand, ClosingEvent};
use crate::domain::event::{Event, Signature};
use crate::domain::guard::{self, Surroundings, Tick};
use crate::domain::id::IncidentId;
use crate::domain::incident::{Incident, Status};
use crate::domain::learning::LearningEvent;
#[cfg(test)]
use crate::domain::mutant::{self, Mutant};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;
use std::collections::BTreeSet;

pub(super) fn step(
    incident: &Incident,
    command: &ClosingCommand,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    match command {
        ClosingCommand::Contain {
            actions,
            contained_at,
            note: _,
        } => {
            let by = by(Permission::Triage, incident, context)?;
            let actions = words(actions, "/actions", "Say what was done to contain it")?.into();
            let contained_at = contained_at
                .map(|at| reported(at, "/contained_at", context))
                .transpose()?;
            let contained = ClosingEvent::Contained {
                actions,
                contained_at,
            };
            Ok(one(by, contained))
        }
        ClosingCommand::Resolve {
            resolution,
            workaround,
            change_required,
        } => resolve(
            incident,
            (resolution.as_deref(), workaround.as_deref()),
            *change_required,
            context,
        ),
        ClosingCommand::Close { reason, ticked } => close(incident, reason, ticked, context),
        ClosingCommand::Audit { reason, findings } => audit(incident, reason, findings, context),
        ClosingCommand::Reopen { reason } => reopen(incident, reason, context),
        ClosingCommand::MarkDuplicate { of, reason } => {
            mark_duplicate(incident, *of, reason, context)
        }
        ClosingCommand::Withdraw { reason } => withdrawal::ask(incident, reason, context),
        ClosingCommand::AgreeWithdrawal {} => withdrawal::agree(incident, context),
        ClosingCommand::DropWithdrawal { reason } => withdrawal::drop(incident, reason, context),
        ClosingCommand::ConsiderDisciplinary { considered } => {
            let by = permission::require_disciplinary(context.actor, incident)?;
            let considered = *considered;
            Ok(one(by, ClosingEvent::DisciplinaryConsidered { considered }))
        }
    }
}

pub(super) fn one(by: Signature, event: ClosingEvent) -> Decision {
    Decision::new(by, vec![Event::Closing(event)])
}

fn by(
    permission: Permission,
    incident: &Incident,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    permission::require(permission, context.actor, incident).map(|(_, by)| by)
}

/// For steps that only whoever decides may take.
fn by_owner(
    permission: Permission,
    incident: &Incident,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    permission::require_least(permission, Grant::Owner, context.actor, incident).map(|(_, by)| by)
}

fn surroundings<'a>(context: &Context<'a>) -> Surroundings<'a> {
    Surroundings {
        now: context.now,
        policy: context.policy,
        directory: context.directory,
        problems: context.problems,
    }
}

/// A step that belongs to another stage.
fn out_of_turn(incident: &Incident, sentence: &str) -> Refusal {
    let status = incident.status.name();
    Refusal::against(
        RuleId::WsicClose,
        format!("The incident is {status}: {sentence}"),
    )
}

fn resolve(
    incident: &Incident,
    (resolution, workaround): (Option<&str>, Option<&str>),
    change_required: bool,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::Resolve, incident, context)?;
    if incident.status != Status::Investigating {
        return Err(out_of_turn(
            incident,
            "only an incident under investigation can be resolved",
        ));
    }
    let given = |text: Option<&str>| {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        text.map(Box::<str>::from)
    };
    let (resolution, workaround) = (given(resolution), given(workaround));
    if resolution.is_none() && workaround.is_none() {
        return Err(Refusal::invalid(
            "/resolution",
            "Say what solved it, or which workaround is in place",
        ));
    }
    let missing = guard::to_resolve(incident, change_required, &surroundings(context));
    listed("You cannot resolve this yet. Still needed", &missing)?;
    let resolved = ClosingEvent::Resolved {
        resolution,
        workaround,
        change_required,
    };
    Ok(one(by, resolved))
}

/// The Officer closes what was notified to the partnership, on a valid term; the data protection
/// officer closes everything else; and nobody closes what only they have reported (WSIC-CLOSE).
fn close(
    incident: &Incident,
    reason: &str,
    ticked: &BTreeSet<Tick>,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = may_close(incident, context)?;
    if incident.status != Status::Resolved {
        return Err(out_of_turn(
            incident,
            "only a resolved incident can be closed",
        ));
    }
    let is_reporter = incident.logged_by.person == by.person;
    #[cfg(test)]
    let is_reporter = is_reporter && !mutant::is(Mutant::ReporterCloses);
    if is_reporter {
        return Err(Refusal::against(
            RuleId::WsicClose,
            "You reported this, so somebody else in the role must close it",
        ));
    }
    let reason = words(reason, "/reason", "Say why it can be closed")?;
    let around = surroundings(context);
    listed(
        "You cannot close this yet. Still needed",
        &guard::to_close(incident, &around),
    )?;
    let open = guard::to_tick(incident, &around);
    if let Some(tick) = open.iter().find(|tick| !ticked.contains(tick)) {
        return Err(Refusal::invalid(
            "/ticked",
            format!("Tick that you accept it: {}", tick.name()),
        )
        .by(tick.rule()));
    }
    let closed = ClosingEvent::Closed {
        reason: reason.into(),
        ticked: open.into_iter().collect(),
    };
    Ok(one(by, closed))
}

fn may_close(incident: &Incident, context: &Context<'_>) -> Result<Signature, Refusal> {
    let permission = if incident.is_partnership_matter() {
        Permission::ClosePartnership
    } else {
        Permission::CloseOther
    };
    by_owner(permission, incident, context).map_err(|refusal| {
        match guard::vacancy_to_close(incident, context.directory, context.now) {
            Some(vacancy) => Refusal::against(RuleId::WsicClose, vacancy),
            None => refusal.by(RuleId::WsicClose),
        }
    })
}

/// Each recommendation is verified or given up with a reason, by somebody else than the closer
/// (BOB-AUDIT).
fn audit(
    incident: &Incident,
    reason: &str,
    findings: &[AuditFinding],
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by_owner(Permission::Audit, incident, context)?;
    if incident.status != Status::Closed {
        return Err(out_of_turn(
            incident,
            "only a closed incident can be audited",
        ));
    }
    let closer = incident.casework().closing.closure();
    let is_closer = closer.is_some_and(|closure| closure.signed.by.person == by.person);
    #[cfg(test)]
    let is_closer = is_closer && !mutant::is(Mutant::CloserAudits);
    if is_closer {
        return Err(Refusal::against(
            RuleId::BobAudit,
            "You closed this, so somebody else must audit it",
        ));
    }
    let reason = worded(
        RuleId::BobAudit,
        reason,
        "/reason",
        "Say what the audit found",
    )?;
    let mut events = verdicts(incident, findings)?;
    let audited = ClosingEvent::Audited {
        reason: reason.into(),
    };
    events.push(Event::Closing(audited));
    Ok(Decision::new(by, events))
}

fn verdicts(incident: &Incident, findings: &[AuditFinding]) -> Result<Vec<Event>, Refusal> {
    let open: Vec<_> = guard::to_audit(incident).collect();
    let unseen = open.iter().find(|recommendation| {
        let is_it = |finding: &AuditFinding| finding.recommendation == recommendation.id;
        !findings.iter().any(is_it)
    });
    if let Some(recommendation) = unseen {
        return Err(Refusal::invalid(
            "/findings",
            format!("Say whether it was carried out: {}", recommendation.text),
        )
        .by(RuleId::BobAudit));
    }
    findings
        .iter()
        .enumerate()
        .map(|(place, finding)| {
            let pointer = format!("/findings/{place}");
            if !open.iter().any(|known| known.id == finding.recommendation) {
                let sentence = "That recommendation is not open on this incident";
                return Err(Refusal::invalid(&pointer, sentence).by(RuleId::BobAudit));
            }
            let reason = worded(
                RuleId::BobAudit,
                &finding.reason,
                &format!("{pointer}/reason"),
                "Say what was checked, or why it was given up",
            )?;
            Ok(Event::Learning(LearningEvent::RecommendationVerified {
                recommendation: finding.recommendation,
                found: finding.found,
                reason: reason.into(),
            }))
        })
        .collect()
}

/// What was resolved too soon, or closed or audited, is worked on again.
fn reopen(incident: &Incident, reason: &str, context: &Context<'_>) -> Result<Decision, Refusal> {
    let by = by_owner(Permission::Reopen, incident, context)?;
    if !matches!(
        incident.status,
        Status::Resolved | Status::Closed | Status::Audited
    ) {
        return Err(out_of_turn(
            incident,
            "only a resolved or closed incident can be opened again",
        ));
    }
    let reason = words(reason, "/reason", "Say why it is opened again")?.into();
    Ok(one(by, ClosingEvent::Reopened { reason }))
}

/// A beginning that goes no further.
pub(super) fn check_early(incident: &Incident) -> Result<(), Refusal> {
    match incident.status {
        Status::Logged | Status::Triaged => Ok(()),
        Status::Investigating
        | Status::Resolved
        | Status::Closed
        | Status::Audited
        | Status::Duplicate
        | Status::Withdrawn => Err(out_of_turn(
            incident,
            "this is possible only before the investigation begins",
        )),
    }
}

fn mark_duplicate(
    incident: &Incident,
    of: IncidentId,
    reason: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let by = by(Permission::MarkDuplicate, incident, context)?;
    check_early(incident)?;
    if of == incident.id {
        return Err(Refusal::invalid(
            "/of",
            "Choose another incident, not this one",
        ));
    }
    let asked = "Say how you know that it is the same";
    let reason = reasoned(RuleId::RegWhole, reason, "/reason", asked)?.into();
    let reference = context.reference;
    Ok(one(
        by,
        ClosingEvent::MarkedDuplicate {
            of,
            reference,
            reason,
        },
    ))
}
