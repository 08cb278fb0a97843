//! Lessons, actions, recommendations (WSIC-LESSON, BOB-SHARE, BOB-AUDIT).

use super::{About, GOVERNANCE, SIRO, refuses, triaged};
use crate::support::case::{Case, DPO, OFFICER};
use chrono::NaiveDate;
use nightdesk::domain::command::Command;
use nightdesk::domain::learning::{Found, LearningCommand};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use uuid::Uuid;

const RULE: Option<RuleId> = Some(RuleId::WsicLesson);

fn ask(step: LearningCommand) -> Command {
    Command::Learning(Box::new(step))
}

fn lesson(statement: &str) -> Command {
    ask(LearningCommand::AddLesson {
        statement: statement.into(),
        theme: None,
    })
}

fn action(of: Uuid, text: &str) -> Command {
    ask(LearningCommand::AddAction {
        of,
        text: text.into(),
        owner: None,
        due_on: None,
    })
}

fn done(action: Uuid) -> Command {
    ask(LearningCommand::CompleteAction {
        action,
        note: "seen".into(),
    })
}

fn verify(action: Uuid, found: Found, reason: &str) -> Command {
    ask(LearningCommand::VerifyAction {
        action,
        found,
        reason: reason.into(),
    })
}

/// An incident with one lesson and one action, and the action's id.
fn with_action() -> (Case, Uuid) {
    let mut case = triaged(3, 4);
    case.by(GOVERNANCE).gives(lesson("Lists leave too easily"));
    let of = case.incident().casework().learning.lessons[0].id;
    case.gives(action(of, "Switch suggestions off"));
    let id = case.incident().casework().learning.actions[0].id;
    (case, id)
}

/// WSIC-LESSON.
#[test]
fn lessons_and_their_actions_say_something_and_hang_together() {
    let (mut case, id) = with_action();
    let assign = |action| {
        ask(LearningCommand::AssignAction {
            action,
            owner: Role::Iao,
            due_on: NaiveDate::from_ymd_opt(2026, 9, 1).unwrap(),
        })
    };
    let unknown = Uuid::max();
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                lesson(" "),
                RULE,
                About::Field("/statement"),
                "learnt",
            ),
            (
                GOVERNANCE,
                ask(LearningCommand::NoLesson { reason: "".into() }),
                RULE,
                About::Field("/reason"),
                "why",
            ),
            (
                GOVERNANCE,
                action(unknown, "x"),
                RULE,
                About::Field("/of"),
                "lesson",
            ),
            (
                GOVERNANCE,
                assign(unknown),
                RULE,
                About::Field("/action"),
                "Refresh",
            ),
            (
                OFFICER,
                lesson("x"),
                None,
                About::Right,
                "Partnership Security Officer",
            ),
            (
                SIRO,
                lesson("x"),
                None,
                About::Right,
                "Partnership Security Officer",
            ),
        ],
    );
    let is_assigned = |case: &Case| case.incident().casework().learning.actions[0].is_assigned();
    assert!(!is_assigned(&case));
    case.by(GOVERNANCE).gives(assign(id));
    assert!(is_assigned(&case));
}

/// BOB-AUDIT: whoever did it does not verify it.
#[test]
fn an_action_is_verified_by_somebody_else_than_whoever_did_it_or_is_given_up_with_a_reason() {
    let (mut case, id) = with_action();
    let rule = Some(RuleId::BobAudit);
    refuses(
        &mut case,
        vec![(
            DPO,
            verify(id, Found::Verified, "looked"),
            rule,
            About::Rule,
            "not been recorded as done",
        )],
    );
    case.by(GOVERNANCE).gives(done(id));
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                done(id),
                RULE,
                About::Rule,
                "already done or given up",
            ),
            (
                GOVERNANCE,
                verify(id, Found::Verified, "looked"),
                rule,
                About::Rule,
                "somebody else",
            ),
            (
                DPO,
                verify(id, Found::Verified, " "),
                RULE,
                About::Field("/reason"),
                "what was checked",
            ),
        ],
    );
    case.by(DPO).gives(verify(id, Found::Verified, "tried it"));
    refuses(
        &mut case,
        vec![(
            DPO,
            verify(id, Found::Rejected, "no"),
            rule,
            About::Rule,
            "already",
        )],
    );
    let (mut case, id) = with_action();
    case.by(GOVERNANCE)
        .gives(verify(id, Found::Rejected, "no longer possible"));
    assert!(!case.incident().casework().learning.actions[0].is_open());
}

/// BOB-SHARE.
#[test]
fn a_lesson_is_shared_with_somebody_and_not_in_the_future() {
    let (mut case, _) = with_action();
    let id = case.incident().casework().learning.lessons[0].id;
    let share = |lesson, with: &str, day| {
        ask(LearningCommand::Share {
            lesson,
            with: with.into(),
            on: NaiveDate::from_ymd_opt(2026, 6, day),
        })
    };
    let rule = Some(RuleId::BobShare);
    refuses(
        &mut case,
        vec![
            (
                GOVERNANCE,
                share(id, " ", 12),
                rule,
                About::Field("/with"),
                "whom",
            ),
            (
                GOVERNANCE,
                share(id, "all", 13),
                rule,
                About::Field("/on"),
                "today or an earlier day",
            ),
            (
                GOVERNANCE,
                share(Uuid::max(), "all", 12),
                RULE,
                About::Field("/lesson"),
                "Refresh",
            ),
        ],
    );
    case.by(GOVERNANCE).gives(share(id, "all directorates", 12));
    assert_eq!(
        case.incident().casework().learning.lessons[0].shared.len(),
        1
    );
}

/// BOB-REC: only who investigates recommends, and nothing is changed afterwards.
#[test]
fn recommendations_come_from_the_investigation() {
    let recommend = |text: &str| ask(LearningCommand::Recommend { text: text.into() });
    let mut case = triaged(3, 4);
    refuses(
        &mut case,
        vec![
            ("percy.lathbury", recommend("x"), None, About::Right, "DPO"),
            (
                DPO,
                recommend(""),
                RULE,
                About::Field("/text"),
                "recommended",
            ),
        ],
    );
    case.by(DPO).gives(recommend("Two pairs of eyes"));
    let of = case.incident().casework().learning.recommendations[0].id;
    case.gives(action(of, "Write it into the manual"));
}
