//! The table of steps: each can be asked for, and nothing of casework is left out of it.

use crate::support::case::DPO;
use crate::support::work::with_an_action;
use nightdesk::domain::command::Command;
use nightdesk::domain::contacts::{Contact, ContactAttempt, Outcome};
use nightdesk::domain::directory::Channel;
use nightdesk::domain::id::{IncidentId, PersonId};
use nightdesk::domain::learning::LearningCommand;
use nightdesk::domain::problem::command::ProblemCommand;
use nightdesk::domain::refusal::{Refusal, RefusalKind};
use nightdesk::domain::regulator::{Body, Conflict, Enquiry, RegulatorCommand};
use nightdesk::domain::role::Role;
use nightdesk::domain::synopsis::handle;
use nightdesk::steps::{self, Answering, Answers, Group, STEPS, Setting, Step};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Every command of casework by its name.
const NAMES: [&str; 65] = [
    "regulator_decide",
    "regulator_confirm",
    "regulator_countersign",
    "regulator_second",
    "regulator_reanchor",
    "regulator_stand_down",
    "regulator_reinstate",
    "regulator_prepare",
    "regulator_submit",
    "regulator_follow_up",
    "regulator_withdraw",
    "regulator_keep_reference",
    "subjects_recommend",
    "subjects_decide",
    "regulator_record_enquiry",
    "regulator_answer_nis",
    "regulator_answer_enquiry",
    "regulator_end_enquiry",
    "regulator_strike_enquiry",
    "regulator_excuse_nhs_england",
    "subjects_told",
    "subjects_delay",
    "hosting_record_impact",
    "hosting_raise_call",
    "hosting_update_call",
    "hosting_log_change",
    "hosting_advance_change",
    "investigation_appoint_lead",
    "investigation_secure_evidence",
    "investigation_no_evidence",
    "investigation_transfer_custody",
    "investigation_agree_plan",
    "investigation_begin",
    "investigation_hold_meeting",
    "investigation_write_minutes",
    "investigation_analyse_cause",
    "investigation_find",
    "investigation_answer",
    "investigation_start_own_process",
    "investigation_hand_out_case_file",
    "learning_recommend",
    "learning_add_lesson",
    "learning_no_lesson",
    "learning_share",
    "learning_add_action",
    "learning_assign_action",
    "learning_complete_action",
    "learning_verify_action",
    "closing_contain",
    "closing_resolve",
    "closing_close",
    "closing_audit",
    "closing_reopen",
    "closing_mark_duplicate",
    "closing_withdraw",
    "closing_agree_withdrawal",
    "closing_drop_withdrawal",
    "closing_consider_disciplinary",
    "require_contact",
    "release_contact",
    "strike_attempt",
    "answer_effect",
    "retitle",
    "correct_occurrence",
    "explain_delay",
];

/// Asks something of a step on an incident that has something of every sort.
fn asked<T>(ask: impl Fn(&Setting<'_>) -> T) -> T {
    let (server, incident) = with_an_action();
    let me: PersonId = DPO.into();
    let mut incident = server.incidents[&incident].clone();
    let regulator = &mut incident.casework.as_mut().unwrap().regulator;
    regulator.decisions[0].conflict = Some(Conflict::LoggedIt);
    regulator.enquiries.push(Enquiry {
        id: Uuid::from_u128(9),
        body: Body::Ico,
        controller: "riverbourne".into(),
        text: "how many people".into(),
        reference: None,
        received_at: server.now,
        due_on: "2026-06-20".parse().unwrap(),
        answers: Role::Dpo,
        recorded: regulator.decisions[0].recorded.clone(),
        answered: Vec::new(),
        outcome: None,
        struck: None,
        strike_asked: None,
    });
    let recorded = regulator.decisions[0].recorded.clone();
    incident.attempts.push(ContactAttempt {
        contact: Contact::of(Role::Siro, &"riverbourne".into()),
        person: None,
        channel: Channel::Phone,
        number: None,
        outcome: Outcome::NoAnswer,
        at: recorded.at,
        recorded_at: recorded.at,
        by: recorded.by,
        spoke_to: None,
        note: None,
        by_exception_since: None,
        also: Vec::new(),
        nobody_held_it: false,
        struck: None,
    });
    ask(&Setting {
        problems: None,
        now: server.now,
        incident: &incident,
        directory: &server.directory,
        policy: &server.policy,
        me: &me,
        named: &|_| Some(IncidentId(Uuid::from_u128(7))),
    })
}

fn step(group: Group, verb: &str) -> &'static Step {
    let found = group.steps().find(|step| step.verb == verb);
    found.unwrap_or_else(|| panic!("no {verb}"))
}

fn answers(given: &[(&'static str, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (pointer, answer) in given {
        answers.give(pointer, vec![(*answer).to_owned()]);
    }
    answers
}

#[test]
fn every_step_makes_a_command_and_every_command_of_casework_has_its_step() {
    let made: BTreeSet<&str> = asked(|setting| {
        let attempts = STEPS.iter().flat_map(|step| {
            let attempts = step.attempts(setting);
            attempts.unwrap_or_else(|refusal| panic!("{}: {refusal}", step.slug()))
        });
        attempts.map(|command| command.name()).collect()
    });
    let known = BTreeSet::from(NAMES);
    assert_eq!(made, known);
}

/// A row of the table for each command about a problem, and each makes that command.
#[test]
fn every_step_on_a_problem_makes_its_command() {
    let incident = uuid::Uuid::from_u128(7).to_string();
    let made = steps::PROBLEM_STEPS.iter().map(|step| {
        let mut answers = Answers::default();
        step.name_incidents(&mut answers, vec![incident.clone()]);
        step.command(&answers).unwrap().name()
    });
    let made: Vec<&str> = made.collect();
    let wanted = [
        "raise",
        "link_incident",
        "unlink_incident",
        "record_workaround",
        "diagnose",
        "resolve",
        "close",
        "reopen",
    ];
    assert_eq!(made, wanted);
    for role in Role::ALL {
        let mut answers = Answers::default();
        answers.give("/owner", vec![role.code().to_owned()]);
        let made = steps::RAISE.command(&answers).unwrap();
        assert!(matches!(made, ProblemCommand::Raise { owner, .. } if owner == Some(role)));
    }
}

#[test]
fn every_step_has_a_name_of_its_own_and_a_sentence() {
    for (place, step) in STEPS.iter().enumerate() {
        let others = &STEPS[..place];
        assert!(
            others
                .iter()
                .all(|other| other.slug() != step.slug() && other.name != step.name),
            "{}",
            step.slug()
        );
        assert!(
            !step.help.is_empty() && !step.help.ends_with('.'),
            "{}",
            step.slug()
        );
        assert!(
            step.says.iter().all(|sentence| !sentence.ends_with('.')),
            "{}",
            step.slug()
        );
    }
}

#[test]
fn a_thing_is_named_by_its_handle_or_as_the_last_one() {
    asked(|setting| {
        let learning = &setting.incident.casework().learning;
        let action = learning.actions[0].id;
        for name in ["last", &handle(action), &handle(action).to_uppercase()] {
            let answers = answers(&[("/action", name), ("/note", "seen")]);
            let command = step(Group::Learn, "done")
                .command(&answers, setting)
                .unwrap();
            let Command::Learning(made) = command else {
                panic!()
            };
            assert_eq!(
                *made,
                LearningCommand::CompleteAction {
                    action,
                    note: "seen".into()
                }
            );
        }
        let answers = answers(&[("/action", "00ff00ff"), ("/note", "seen")]);
        let refusal = step(Group::Learn, "done")
            .command(&answers, setting)
            .unwrap_err();
        assert_eq!(pointer(&refusal), "/action");
    });
}

fn pointer(refusal: &Refusal) -> &str {
    match &refusal.kind {
        RefusalKind::Invalid { pointer } => pointer,
        _ => panic!("not about a field: {refusal:?}"),
    }
}

#[test]
fn a_promise_is_named_by_its_notification_and_its_item() {
    asked(|setting| {
        let told = &setting.incident.casework().regulator.notifications[0];
        let promise = format!("{}:measures", handle(told.id));
        let answers = answers(&[("/promise", promise.as_str()), ("/text", "Gateway checked")]);
        let command = step(Group::Regulator, "follow-up")
            .command(&answers, setting)
            .unwrap();
        let Command::Regulator(made) = command else {
            panic!()
        };
        let RegulatorCommand::FollowUp {
            notification, item, ..
        } = *made
        else {
            panic!()
        };
        assert_eq!((notification, item.code()), (told.id, "measures"));
    });
}

#[test]
fn what_must_be_chosen_is_asked_for_at_its_field() {
    asked(|setting| {
        for (group, verb, given, field) in [
            (
                Group::Subjects,
                "recommend",
                vec![("/reasons", "so")],
                "/telling",
            ),
            (Group::Decide, "reanchor", vec![("/reason", "so")], "/at"),
            (
                Group::Decide,
                "reanchor",
                vec![("/at", "half past"), ("/reason", "so")],
                "/at",
            ),
            (
                Group::Investigate,
                "evidence",
                vec![("/secured_at", "now"), ("/sha256", "abc")],
                "/sha256",
            ),
            (
                Group::Learn,
                "assign",
                vec![("/action", "last"), ("/owner", "IGT"), ("/due_on", "soon")],
                "/due_on",
            ),
            (
                Group::Close,
                "duplicate",
                vec![("/of", "INC-26-0001-B")],
                "/of",
            ),
        ] {
            let refusal = step(group, verb)
                .command(&answers(&given), setting)
                .unwrap_err();
            assert_eq!(pointer(&refusal), field, "{verb}: {refusal}");
        }
    });
}

#[test]
fn the_items_of_a_notification_are_proposed_from_the_incident() {
    asked(|setting| {
        let submit = step(Group::Regulator, "submit");
        let questions = submit.questions(setting);
        let proposed = |pointer: &str| {
            let question = questions
                .iter()
                .find(|question| question.pointer == pointer);
            match &question.unwrap().answering {
                Answering::Text(proposed) => proposed.clone(),
                Answering::One(choices, at) => choices[*at].key.clone(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(proposed("/contents/1"), "GIVEN");
        assert_eq!(
            proposed("/contents/1/text"),
            "about 40 people; data of living people"
        );
        assert_eq!(proposed("/contents/2"), "TO_FOLLOW");
        assert_eq!(proposed("/contents/2/text"), "");
        assert!(proposed("/contents/3/text").contains("Bronwen Hartleap"));
    });
}
