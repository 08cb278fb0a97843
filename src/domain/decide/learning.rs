//! Recommendations, lessons and actions (BOB-REC, WSIC-LESSON, BOB-SHARE, BOB-AUDIT).

use super::{Context, Decision, said_of, worded};
use crate::domain::calendar;
use crate::domain::event::{Event, Signature};
use crate::domain::incident::Incident;
use crate::domain::learning::{AgreedAction, Found, LearningCommand, LearningEvent};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;
use uuid::Uuid;

pub(super) fn step(
    incident: &Incident,
    command: &LearningCommand,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let id = context.command.0;
    let permission = match command {
        LearningCommand::Recommend { .. } => Permission::Investigate,
        _ => Permission::TrackLessons,
    };
    let (_, by) = permission::require(permission, context.actor, incident)?;
    let event = match command {
        LearningCommand::Recommend { text } => LearningEvent::Recommended {
            id,
            text: lesson(text, "/text", "Say what is recommended")?,
        },
        LearningCommand::AddLesson { statement, theme } => LearningEvent::LessonAdded {
            id,
            statement: lesson(statement, "/statement", "Say what was learnt")?,
            theme: theme.clone(),
        },
        LearningCommand::NoLesson { reason } => LearningEvent::NothingToLearn {
            reason: lesson(reason, "/reason", "Say why there is nothing to learn")?,
        },
        LearningCommand::Share {
            lesson: id,
            with,
            on,
        } => share(incident, *id, with, *on, context)?,
        LearningCommand::AddAction {
            of,
            text,
            owner,
            due_on,
        } => {
            if !incident.casework().learning.has(*of) {
                return Err(unknown(
                    "/of",
                    "Choose the lesson or the recommendation that the action comes from",
                ));
            }
            LearningEvent::ActionAgreed {
                id,
                of: *of,
                text: lesson(text, "/text", "Say what is to be done")?,
                owner: *owner,
                due_on: *due_on,
            }
        }
        LearningCommand::AssignAction {
            action,
            owner,
            due_on,
        } => {
            open_action(incident, *action)?;
            LearningEvent::ActionAssigned {
                action: *action,
                owner: *owner,
                due_on: *due_on,
            }
        }
        LearningCommand::CompleteAction { action, note } => {
            open_action(incident, *action)?;
            LearningEvent::ActionDone {
                action: *action,
                note: lesson(note, "/note", "Say how people will know that it is done")?,
            }
        }
        LearningCommand::VerifyAction {
            action,
            found,
            reason,
        } => verify(incident, *action, *found, reason, &by)?,
    };
    Ok(Decision::new(by, vec![Event::Learning(event)]))
}

fn lesson(text: &str, pointer: &str, sentence: &str) -> Result<Box<str>, Refusal> {
    worded(RuleId::WsicLesson, text, pointer, sentence).map(Into::into)
}

fn unknown(pointer: &str, sentence: &str) -> Refusal {
    Refusal::invalid(pointer, sentence).by(RuleId::WsicLesson)
}

fn share(
    incident: &Incident,
    id: Uuid,
    with: &str,
    on: Option<chrono::NaiveDate>,
    context: &Context<'_>,
) -> Result<LearningEvent, Refusal> {
    let lessons = &incident.casework().learning.lessons;
    if !lessons.iter().any(|lesson| lesson.id == id) {
        return Err(unknown(
            "/lesson",
            "This incident has no such lesson. Refresh and choose again",
        ));
    }
    let with = said_of(
        RuleId::BobShare,
        with,
        "/with",
        "Say with whom it was shared",
    )?;
    let today = calendar::local(context.now).date_naive();
    let on = on.unwrap_or(today);
    if on > today {
        return Err(
            Refusal::invalid("/on", "Enter today or an earlier day: it is shared already")
                .by(RuleId::BobShare),
        );
    }
    Ok(LearningEvent::Shared {
        lesson: id,
        with: with.into(),
        on,
    })
}

fn known_action(incident: &Incident, id: Uuid) -> Result<&AgreedAction, Refusal> {
    incident.casework().learning.action(id).ok_or_else(|| {
        unknown(
            "/action",
            "This incident has no such action. Refresh and choose again",
        )
    })
}

fn open_action(incident: &Incident, id: Uuid) -> Result<&AgreedAction, Refusal> {
    let action = known_action(incident, id)?;
    if action.is_open() {
        return Ok(action);
    }
    Err(Refusal::against(
        RuleId::WsicLesson,
        "The action is already done or given up. Agree a new one",
    ))
}

/// Whoever did something does not verify it as well.
fn verify(
    incident: &Incident,
    id: Uuid,
    found: Found,
    reason: &str,
    by: &Signature,
) -> Result<LearningEvent, Refusal> {
    let action = known_action(incident, id)?;
    let done_by = action.done.as_ref().map(|done| &done.signed.by.person);
    let sentence = if action.verdict.is_some() {
        Some("Somebody has already checked it")
    } else if found == Found::Verified && done_by.is_none() {
        Some("It has not been recorded as done yet")
    } else if found == Found::Verified && done_by == Some(&by.person) {
        Some("You recorded it as done, so somebody else must check it")
    } else {
        None
    };
    if let Some(sentence) = sentence {
        return Err(Refusal::against(RuleId::BobAudit, sentence));
    }
    Ok(LearningEvent::ActionVerified {
        action: id,
        found,
        reason: lesson(
            reason,
            "/reason",
            "Say what was checked, or why it is given up",
        )?,
    })
}
