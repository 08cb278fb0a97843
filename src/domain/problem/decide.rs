//! Judging what is asked of a problem (WSIC-PROB), and the problem that a major incident raises by
//! itself (WSIC-CALL).
//!
//! Rights come from the incidents: whoever may raise a call or a problem on one of those that come
//! from it may act on the problem. Nothing here writes, sends or reads a clock.

use super::command::ProblemCommand;
use super::event::{ProblemEntry, ProblemEvent, applied};
use super::{Problem, ProblemStatus, holds_open, title_behind_major, visible};
use crate::domain::Instant;
use crate::domain::deed;
use crate::domain::directory::Actor;
use crate::domain::event::{Entry, Event, Signature};
use crate::domain::id::{CommandId, IncidentId, ProblemId, ProblemReference};
use crate::domain::incident::Incident;
use crate::domain::permission::{self, Grant, Permission, cell_of};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::wording::worded;
use std::collections::BTreeSet;

/// What a judgement depends on besides the problem and the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The moment of the judgement, whole seconds.
    pub now: Instant,
    /// Who asks, with the roles held at that moment.
    pub actor: &'a Actor,
    /// The command's identity.
    pub command: CommandId,
    /// The reference that a new problem gets.
    pub reference: ProblemReference,
    /// The incidents that come from the problem and those that the command names, as they are. A
    /// console has only those that it may see, and the server judges again.
    pub incidents: &'a [Incident],
    /// Those of them that come from another problem as well.
    pub linked_elsewhere: &'a BTreeSet<IncidentId>,
}

/// Judge a command against the problem as it stands.
///
/// # Errors
/// A refusal in words that tell the officer what to do; nothing has changed then.
pub fn decide(
    problem: Option<&Problem>,
    command: &ProblemCommand,
    context: &Context<'_>,
) -> Result<ProblemEntry, Refusal> {
    let judged = judged(problem, command, context);
    judged.map_err(|refusal| refusal.to(&deed::of_problem(command)))
}

fn judged(
    problem: Option<&Problem>,
    command: &ProblemCommand,
    context: &Context<'_>,
) -> Result<ProblemEntry, Refusal> {
    let (by, event) = match (command, problem) {
        (
            ProblemCommand::Raise {
                title,
                owner,
                incidents,
            },
            _,
        ) => raise(title, *owner, incidents, context)?,
        (_, None) => return Err(Refusal::no_such_problem()),
        (ProblemCommand::LinkIncident { incident, reason }, Some(problem)) => (
            may_act(problem, context)?,
            link(problem, *incident, reason, context)?,
        ),
        (ProblemCommand::UnlinkIncident { incident, reason }, Some(problem)) => {
            unlink(problem, *incident, reason, context)?
        }
        (ProblemCommand::RecordWorkaround { workaround }, Some(problem)) => (
            may_act(problem, context)?,
            record_workaround(problem, workaround)?,
        ),
        (ProblemCommand::Diagnose { root_cause }, Some(problem)) => {
            (may_act(problem, context)?, diagnose(problem, root_cause)?)
        }
        (ProblemCommand::Resolve { solution }, Some(problem)) => {
            (may_act(problem, context)?, resolve(problem, solution)?)
        }
        (ProblemCommand::Close {}, Some(problem)) => {
            (may_act(problem, context)?, close(problem, context)?)
        }
        (ProblemCommand::Reopen { reason }, Some(problem)) => {
            (may_act(problem, context)?, reopen(problem, reason)?)
        }
    };
    Ok(ProblemEntry {
        at: context.now,
        by,
        command: context.command,
        event,
    })
}

/// Judge a command and make it true at once: the problem as it then is, with the new entry.
///
/// # Errors
/// The refusal of [`decide`].
pub fn carry_out(
    problem: Option<&Problem>,
    id: ProblemId,
    command: &ProblemCommand,
    context: &Context<'_>,
) -> Result<(Problem, ProblemEntry), Refusal> {
    let entry = decide(problem, command, context)?;
    let mut changed = applied(id, problem.cloned(), &entry).ok_or_else(Refusal::no_such_problem)?;
    changed.version += 1;
    Ok((changed, entry))
}

/// The problem that declaring a major incident raises by itself: of that incident and of those that
/// share its trend, unless it comes from a problem already. Signed as the declaration is.
pub fn raised_by(
    declaration: &Entry,
    incident: IncidentId,
    known: &[Problem],
    reference: ProblemReference,
) -> Option<ProblemEntry> {
    let Event::MajorDeclared { incidents, .. } = &declaration.event else {
        return None;
    };
    if known.iter().any(|problem| problem.is_behind(incident)) {
        return None;
    }
    let mut linked = vec![incident];
    linked.extend(incidents.iter().filter(|other| **other != incident));
    Some(ProblemEntry {
        at: declaration.at,
        by: declaration.by.clone(),
        command: declaration.command,
        event: ProblemEvent::Raised {
            reference,
            title: title_behind_major(declaration.at).into(),
            owner: Some(Role::Host),
            incidents: linked,
        },
    })
}

/// Whether a role may own a problem: one that may act on it.
pub fn may_own(role: Role) -> bool {
    cell_of(Permission::RaiseCall, role).grant >= Grant::May
}

fn raise(
    title: &str,
    owner: Option<Role>,
    incidents: &BTreeSet<IncidentId>,
    context: &Context<'_>,
) -> Result<(Signature, ProblemEvent), Refusal> {
    let mut by = None;
    for id in incidents {
        let signature = may_link(*id, "/incidents", context)?;
        by.get_or_insert(signature);
    }
    let by = by.ok_or_else(|| {
        against_field(
            "/incidents",
            "Name at least one incident that the problem causes",
        )
    })?;
    if owner.is_some_and(|owner| !may_own(owner)) {
        return Err(against_field(
            "/owner",
            "That role may not act on problems. Choose one that may, such as the host service desk",
        ));
    }
    let title = worded(
        RuleId::WsicProb,
        title,
        "/title",
        "Say in a few words what the problem is",
    )?;
    let raised = ProblemEvent::Raised {
        reference: context.reference,
        title: title.into(),
        owner,
        incidents: incidents.iter().copied().collect(),
    };
    Ok((by, raised))
}

/// A right on any of the incidents that come from the problem. Whoever sees none of them is told that
/// there is no such problem.
fn may_act(problem: &Problem, context: &Context<'_>) -> Result<Signature, Refusal> {
    let mut seen = visible(context.actor, context.incidents)
        .filter(|incident| problem.is_behind(incident.id))
        .map(|incident| on(incident, context));
    let first = seen.next().ok_or_else(Refusal::no_such_problem)?;
    first.or_else(|refusal| seen.find_map(Result::ok).ok_or(refusal))
}

fn on(incident: &Incident, context: &Context<'_>) -> Result<Signature, Refusal> {
    permission::require(Permission::RaiseCall, context.actor, incident).map(|(_, by)| by)
}

/// A link changes what closing the incident takes, so it needs a right on that very incident.
fn may_link(id: IncidentId, pointer: &str, context: &Context<'_>) -> Result<Signature, Refusal> {
    let incident = visible(context.actor, context.incidents)
        .find(|incident| incident.id == id)
        .ok_or_else(|| {
            against_field(pointer, "There is no such incident, or you may not see it")
        })?;
    on(incident, context)
}

fn link(
    problem: &Problem,
    incident: IncidentId,
    reason: &str,
    context: &Context<'_>,
) -> Result<ProblemEvent, Refusal> {
    if problem.status == ProblemStatus::Closed {
        return Err(out_of_turn(problem, "open it again to link an incident"));
    }
    may_link(incident, "/incident", context)?;
    if problem.is_behind(incident) {
        return Err(against_field(
            "/incident",
            "That incident is already linked with the problem",
        ));
    }
    let reason = worded(
        RuleId::WsicProb,
        reason,
        "/reason",
        "Say why you think this problem causes the incident",
    )?;
    Ok(ProblemEvent::IncidentLinked {
        incident,
        reason: reason.into(),
    })
}

/// Needs a right on the incident that is let go, and is signed with it: letting it go changes what
/// closing it takes.
fn unlink(
    problem: &Problem,
    incident: IncidentId,
    reason: &str,
    context: &Context<'_>,
) -> Result<(Signature, ProblemEvent), Refusal> {
    may_act(problem, context)?;
    let found = visible(context.actor, context.incidents)
        .filter(|linked| problem.is_behind(linked.id))
        .find(|linked| linked.id == incident)
        .ok_or_else(|| {
            against_field(
                "/incident",
                "No incident of that name that you may see is linked with the problem",
            )
        })?;
    let by = on(found, context)?;
    if problem.status == ProblemStatus::Closed {
        return Err(out_of_turn(problem, "open it again to take back a link"));
    }
    if problem.incidents.len() == 1 {
        return Err(against_field(
            "/incident",
            "This is the only incident linked with the problem. Link the right one first",
        ));
    }
    if found.is_major() && !context.linked_elsewhere.contains(&incident) {
        return Err(against_field(
            "/incident",
            "A major incident needs at least one problem behind it. Link it with the right one first",
        ));
    }
    let reason = worded(
        RuleId::WsicProb,
        reason,
        "/reason",
        "Say why this problem does not cause the incident after all",
    )?;
    let unlinked = ProblemEvent::IncidentUnlinked {
        incident,
        reason: reason.into(),
    };
    Ok((by, unlinked))
}

fn record_workaround(problem: &Problem, workaround: &str) -> Result<ProblemEvent, Refusal> {
    still_open(problem, "only an unsolved problem has a workaround")?;
    let workaround = worded(
        RuleId::WsicProb,
        workaround,
        "/workaround",
        "Say which workaround people use until the problem is solved",
    )?;
    Ok(ProblemEvent::WorkaroundRecorded {
        workaround: workaround.into(),
    })
}

/// Again, if the first cause was not the right one.
fn diagnose(problem: &Problem, root_cause: &str) -> Result<ProblemEvent, Refusal> {
    still_open(problem, "open it again if it has another cause")?;
    let root_cause = worded(
        RuleId::WsicProb,
        root_cause,
        "/root_cause",
        "Say what causes the problem",
    )?;
    Ok(ProblemEvent::Diagnosed {
        root_cause: root_cause.into(),
    })
}

fn resolve(problem: &Problem, solution: &str) -> Result<ProblemEvent, Refusal> {
    still_open(problem, "it is already solved")?;
    if problem.status != ProblemStatus::KnownError {
        return Err(out_of_turn(
            problem,
            "say what causes it before you say what solved it",
        ));
    }
    let solution = worded(
        RuleId::WsicProb,
        solution,
        "/solution",
        "Say what solved the problem",
    )?;
    Ok(ProblemEvent::Resolved {
        solution: solution.into(),
    })
}

fn close(problem: &Problem, context: &Context<'_>) -> Result<ProblemEvent, Refusal> {
    if problem.status != ProblemStatus::Resolved {
        return Err(out_of_turn(problem, "only a solved problem can be closed"));
    }
    let open: Vec<&Incident> = context
        .incidents
        .iter()
        .filter(|incident| problem.is_behind(incident.id) && holds_open(incident))
        .collect();
    if open.is_empty() {
        return Ok(ProblemEvent::Closed {});
    }
    // That there is one may be known, which one only to those who may see it.
    let names: Vec<String> = open
        .into_iter()
        .filter(|incident| permission::may_see(context.actor, incident))
        .map(Incident::name)
        .collect();
    let which = if names.is_empty() {
        String::new()
    } else {
        format!(": {}", names.join(", "))
    };
    Err(Refusal::against(
        RuleId::WsicProb,
        format!(
            "A P1 incident that {} causes is still open{which}. Close that incident first",
            problem.reference
        ),
    ))
}

fn reopen(problem: &Problem, reason: &str) -> Result<ProblemEvent, Refusal> {
    if problem.is_open() {
        return Err(out_of_turn(problem, "somebody already works on it"));
    }
    let reason = worded(
        RuleId::WsicProb,
        reason,
        "/reason",
        "Say why it is not solved after all",
    )?;
    Ok(ProblemEvent::Reopened {
        reason: reason.into(),
    })
}

fn still_open(problem: &Problem, sentence: &str) -> Result<(), Refusal> {
    if problem.is_open() {
        Ok(())
    } else {
        Err(out_of_turn(problem, sentence))
    }
}

/// A step that belongs to another stage.
fn out_of_turn(problem: &Problem, sentence: &str) -> Refusal {
    let (reference, status) = (problem.reference, problem.status.name());
    Refusal::against(
        RuleId::WsicProb,
        format!("{reference} is {status}: {sentence}"),
    )
}

fn against_field(pointer: &str, sentence: &str) -> Refusal {
    Refusal::invalid(pointer, sentence).by(RuleId::WsicProb)
}
