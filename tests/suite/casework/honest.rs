//! What was late stays late (CLK-HONEST), awareness moves forward only by the DPO (AWARE-FORWARD), and
//! the NIS clock is an operator's (NIS-WHO): cases of issue 10, points 5, 6, 7, 9, 11 and 13.

use crate::support::case::{Case, DPO, OFFICER, attempt, disclosure, graded, home, wall};
use crate::support::walk::report;
use nightdesk::domain::clock::{self, ClockState, ClockView};
use nightdesk::domain::command::{Command, CorrectAwareness, ExplainDelay, Log};
use nightdesk::domain::contacts::Outcome;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::guard::{self, Surroundings};
use nightdesk::domain::incident::{AwarenessKind, BreachStatus, Facts};
use nightdesk::domain::refusal::Refusal;
use nightdesk::domain::regulator::{Body, RegulatorCommand, ReportAnswer, Submit};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::verdict;

const NOBODY: Option<&str> = None;

fn view(case: &Case, kind: ClockKind) -> ClockView<'_> {
    clock::view(case.incident(), kind).unwrap()
}

fn decide(
    at: Option<&str>,
    given_by: Option<&str>,
    note: Option<&str>,
    shown: Option<&str>,
) -> Command {
    Command::Regulator(Box::new(RegulatorCommand::Decide {
        controller: None,
        answer: ReportAnswer::Report,
        reasons: "above the line of the grid".into(),
        given_by: given_by.map(Into::into),
        decided_at: at.map(wall),
        late_reason: None,
        note: note.map(Into::into),
        evidence: shown.map(Into::into),
        knew_grade: Some(true),
    }))
}

fn submit(change: impl FnOnce(&mut Submit)) -> Command {
    let mut submit = report(Body::Ico);
    submit.late_reason = None;
    change(&mut submit);
    Command::Regulator(Box::new(RegulatorCommand::Submit(Box::new(submit))))
}

/// Logged Friday evening, graded by the officer and decided by the DPO: only the report is missing.
fn to_be_reported() -> Case {
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.gives(graded(4, 4));
    case.triages(disclosure());
    case.by(DPO).gives(decide(None, NOBODY, None, None));
    case
}

fn correct(kind: AwarenessKind, at: &str) -> Command {
    Command::CorrectAwareness(CorrectAwareness {
        kind,
        at: wall(at),
        reason: "the ward's log says so".into(),
        further_reason: None,
    })
}

#[track_caller]
fn is_by(refusal: &Refusal, rule: RuleId, pointer: &str) {
    assert_eq!(refusal.rule, Some(rule), "{refusal}");
    assert!(format!("{refusal:?}").contains(pointer), "{refusal:?}");
}

/// CLK-HONEST, point 7: five days overdue, a minute before the due time needs a note, and a reason or
/// the regulator's receipt; then it reads as recorded late.
#[test]
fn a_report_that_is_back_dated_before_its_deadline_says_so() {
    let mut case = to_be_reported();
    case.then_at("2026-06-20T18:00:00");
    let earlier = Some(wall("2026-06-15T17:59:00"));
    let bare = submit(|submit| submit.submitted_at = earlier);
    is_by(&case.refused(bare), RuleId::ClkHonest, "/note");
    let noted = submit(|submit| {
        submit.submitted_at = earlier;
        submit.note = Some("the portal was down".into());
    });
    is_by(&case.refused(noted), RuleId::ClkHonest, "/late_reason");
    case.gives(submit(|submit| {
        submit.submitted_at = earlier;
        submit.note = Some("found in the sent items".into());
        submit.evidence = Some("ICO receipt IC-1234".into());
    }));
    let view = view(&case, ClockKind::Ico72h);
    assert_eq!(view.state(case.now), ClockState::Met);
    assert_eq!(
        view.recorded_late(),
        Some(chrono::TimeDelta::hours(120) + chrono::TimeDelta::minutes(1))
    );
    assert_eq!(
        verdict::reported(&view, case.now),
        "in time, recorded 5 days later"
    );
    assert_eq!(
        verdict::state_in_words(&view, case.now),
        "met, recorded late"
    );
    let remarks = verdict::remarks(&view, case.incident(), &case.directory, case.now);
    assert!(
        remarks
            .iter()
            .any(|remark| remark.contains("ICO receipt IC-1234")),
        "{remarks:?}"
    );
}

/// CLK-HONEST: the same for a contact and for a decision by phone.
#[test]
fn every_door_that_takes_a_past_time_asks_why_only_now() {
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.then_at("2026-06-14T18:00:00");
    let mut told = attempt(&home(Role::Dpo), Outcome::Answered);
    told.happened_at = Some(wall("2026-06-13T17:00:00"));
    told.note = Some("I called from the car".into());
    let refusal = case.refused(Command::Inform(Box::new(told.clone())));
    is_by(&refusal, RuleId::ClkHonest, "/late_reason");
    told.evidence = Some("call log 77".into());
    case.gives(Command::Inform(Box::new(told)));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
    assert!(view(&case, ClockKind::BobDpo).recorded_late().is_some());

    let mut phoned = Case::logged_at("2026-06-12T18:00:00");
    phoned.gives(graded(4, 4));
    phoned.triages(disclosure());
    phoned.then_at("2026-06-14T18:00:00");
    let at = Some("2026-06-13T02:00:00");
    let bare = decide(at, Some(DPO), None, None);
    is_by(&phoned.refused(bare), RuleId::ClkHonest, "/note");
    phoned.gives(decide(
        at,
        Some(DPO),
        Some("the link was down"),
        Some("call log 78"),
    ));
    let stop = view(&phoned, ClockKind::BobDpo).stop.unwrap();
    assert_eq!(stop.at, wall("2026-06-13T02:00:00"), "the time of the call");
    assert!(
        stop.evidence
            .is_for(phoned.incident(), view(&phoned, ClockKind::BobDpo).clock)
    );
    let words = stop.evidence.in_words(phoned.incident(), &phoned.directory);
    assert_eq!(words, "Bronwen Hartleap, DPO of Riverbourne ICB, decided");
}

/// CLK-HONEST, point 6: once it has stopped, a clock's start stays.
#[test]
fn a_clock_that_was_met_late_is_not_anchored_later() {
    let mut case = to_be_reported();
    case.then_at("2026-06-15T19:00:00");
    case.gives(submit(|submit| {
        submit.late_reason = Some("the portal was down".into())
    }));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::MetLate);
    let reanchor = RegulatorCommand::Reanchor {
        controller: None,
        at: wall("2026-06-12T21:00:00"),
        reason: "not certain before".into(),
        further_reason: None,
    };
    let refusal = case.refused(Command::Regulator(Box::new(reanchor)));
    assert_eq!(refusal.rule, Some(RuleId::ClkHonest));
}

/// CLK-HONEST: reports judge by the first start.
#[test]
fn a_report_judges_by_the_first_start_and_shows_the_second() {
    let mut case = to_be_reported();
    case.then_at("2026-06-14T18:00:00");
    let reanchor = RegulatorCommand::Reanchor {
        controller: None,
        at: wall("2026-06-12T21:00:00"),
        reason: "not certain before".into(),
        further_reason: None,
    };
    case.gives(Command::Regulator(Box::new(reanchor)));
    case.then_at("2026-06-15T20:00:00");
    // Late by the first start is late, and asks why.
    let refusal = case.refused(submit(|submit| submit.late_reason = None));
    assert_eq!(refusal.rule, Some(RuleId::ClkLate), "{refusal}");
    case.gives(submit(|submit| {
        submit.late_reason = Some("nobody was certain before".into());
    }));
    let view = view(&case, ClockKind::Ico72h);
    assert_eq!(view.state(case.now), ClockState::Met);
    assert_eq!(view.state_by_first_start(case.now), ClockState::MetLate);
    assert_eq!(verdict::was_in_time(&view, case.now), Some(false));
    assert_eq!(
        verdict::reported(&view, case.now),
        "met late by the first start, met by the later"
    );
}

/// AWARE-FORWARD, point 5: the officer moves no clock later; the DPO does, and both starts stay.
#[test]
fn a_later_awareness_is_the_dpos_and_both_starts_stay() {
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.then_at("2026-06-12T19:00:00");
    for at in ["2026-06-12T18:02:00", "2026-06-12T18:30:00"] {
        let refusal = case.refused(correct(AwarenessKind::Staff, at));
        assert_eq!(refusal.rule, Some(RuleId::AwareForward), "{refusal}");
    }
    case.then_at("2026-06-21T18:00:00");
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Overdue);
    case.by("idris.pennywell");
    let refusal = case.refused(correct(AwarenessKind::Staff, "2026-06-12T18:02:00"));
    assert_eq!(refusal.rule, Some(RuleId::AwareForward), "{refusal}");
    case.by(DPO)
        .gives(correct(AwarenessKind::Staff, "2026-06-12T18:02:00"));
    // The officer works for the controller and was aware at 18:00, so its 72 and 24 hours stay.
    let regulator = view(&case, ClockKind::Ico72h);
    assert_eq!(regulator.clock.started_at, wall("2026-06-12T18:00:00"));
    let dpo = view(&case, ClockKind::BobDpo);
    assert_eq!(dpo.clock.started_at, wall("2026-06-12T18:00:00"));
    let view = view(&case, ClockKind::LmIao);
    let prudent = view.clock.prudent.as_ref().unwrap();
    assert_eq!(prudent.started_at, wall("2026-06-12T18:00:00"));
    assert_eq!(view.clock.started_at, wall("2026-06-12T18:02:00"));
    let remarks = verdict::remarks(&view, case.incident(), &case.directory, case.now);
    assert!(
        remarks
            .iter()
            .any(|remark| remark.starts_with("first start ")),
        "{remarks:?}"
    );
    case.by(OFFICER);
}

/// AWARE-FORWARD, point 13: the officer's own awareness counts where the officer works for the
/// controller.
#[test]
fn the_officers_earlier_awareness_starts_the_clock_of_the_officers_own_organisation() {
    for (controller, starts_at) in [
        ("riverbourne", "2026-06-12T17:00:00"),
        ("eastmere", "2026-06-12T18:00:00"),
    ] {
        let mut case = Case::at("2026-06-12T18:00:00");
        let log = Log {
            officer_aware_at: Some(wall("2026-06-12T17:00:00")),
            facts: Facts {
                controllers: vec![controller.into()],
                ..Facts::default()
            },
            ..case.report()
        };
        case.gives(Command::Log(Box::new(log)));
        let started_at = view(&case, ClockKind::Ico72h).clock.started_at;
        assert_eq!(started_at, wall(starts_at), "{controller}");
    }
    let mut corrected = Case::logged_at("2026-06-12T18:00:00");
    corrected.gives(correct(AwarenessKind::Officer, "2026-06-12T16:30:00"));
    let started_at = view(&corrected, ClockKind::Ico72h).clock.started_at;
    assert_eq!(started_at, wall("2026-06-12T16:30:00"));
}

/// AWARE-FORWARD: a message arrives after it was sent.
#[test]
fn a_suppliers_message_does_not_arrive_before_anybody_is_aware() {
    for (processor, informed) in [
        (Some("2026-06-12T16:00:00"), "2026-06-12T15:00:00"),
        (None, "2026-06-12T15:00:00"),
    ] {
        let mut case = Case::at("2026-06-12T18:00:00");
        let log = Log {
            aware_at: wall("2026-06-12T16:00:00"),
            reporter_organisation: "portalpath".into(),
            processor_aware_at: processor.map(wall),
            controller_informed_at: Some(wall(informed)),
            ..case.report()
        };
        let actor = case.give(Command::Log(Box::new(log))).unwrap_err();
        assert_eq!(actor.rule, Some(RuleId::AwareForward));
    }
}

/// ICO-PROC: only a supplier that is named has told of anything.
#[test]
fn nobody_invents_when_a_supplier_told_us() {
    let kinds = [AwarenessKind::Processor, AwarenessKind::ControllerInformed];
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    for kind in kinds {
        let refusal = case.refused(correct(kind, "2026-06-12T18:00:00"));
        is_by(&refusal, RuleId::IcoProc, "/kind");
        assert!(refusal.sentence.contains("name the supplier first"));
    }
    let mut logged = Case::at("2026-06-12T18:00:00");
    let at = Some(logged.now);
    for (processor, informed, pointer) in [
        (at, None, "/processor_aware_at"),
        (None, at, "/controller_informed_at"),
    ] {
        let log = Log {
            processor_aware_at: processor,
            controller_informed_at: informed,
            ..logged.report()
        };
        let refusal = logged.give(Command::Log(Box::new(log))).unwrap_err();
        is_by(&refusal, RuleId::IcoProc, pointer);
    }
    case.gives(graded(2, 3));
    case.triages(Facts {
        processors: vec!["portalpath".into()],
        ..disclosure()
    });
    for kind in kinds {
        case.gives(correct(kind, "2026-06-12T18:00:00"));
    }
    assert_eq!(case.state(ClockKind::Proc24h), ClockState::Met);
}

/// AWARE-FORWARD, CLK-HONEST: a start long after the first suspicion has two reasons, by whichever
/// command it is moved.
#[test]
fn a_start_that_moves_by_more_than_a_day_has_two_reasons_by_either_command() {
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.then_at("2026-06-14T09:00:00").by(DPO);
    let late = "2026-06-13T18:00:01";
    let refusal = case.refused(correct(AwarenessKind::Staff, late));
    is_by(&refusal, RuleId::IcoAware, "/further_reason");
    case.gives(correct(AwarenessKind::Staff, "2026-06-13T18:00:00"));
    case.gives(Command::CorrectAwareness(CorrectAwareness {
        kind: AwarenessKind::Staff,
        at: wall("2026-06-14T08:00:00"),
        reason: "the ward's log says so".into(),
        further_reason: Some("the log came two days later".into()),
    }));
    let revision = case.incident().awareness.revisions.last().unwrap();
    assert!(revision.reason.contains("the log came two days later"));
}

/// CLK-HONEST: what is entered later moves no stop to an earlier time.
#[test]
fn a_later_entry_moves_no_stop_backwards() {
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.gives(graded(4, 4));
    case.triages(disclosure());
    case.then_at("2026-06-14T10:00:00");
    let mut call = attempt(&home(Role::Dpo), Outcome::Answered);
    call.late_reason = Some("nobody had the number".into());
    case.gives(Command::Inform(Box::new(call)));
    let told = view(&case, ClockKind::BobDpo).stop;
    case.after_seconds(60).by(DPO).gives(decide(
        Some("2026-06-13T20:00:00"),
        NOBODY,
        Some("decided at home on Saturday"),
        None,
    ));
    assert_eq!(view(&case, ClockKind::BobDpo).stop, told);
    let submitted = |at: &str| {
        submit(|submit| {
            submit.reference = format!("sent {at}").into();
            submit.submitted_at = Some(wall(at));
            submit.note = Some("entered afterwards".into());
            submit.late_reason = Some("the form was down".into());
        })
    };
    case.then_at("2026-06-16T10:00:00");
    case.gives(submitted("2026-06-16T09:00:00"));
    let told = view(&case, ClockKind::Ico72h).stop;
    case.after_seconds(60)
        .gives(submitted("2026-06-15T19:00:00"));
    assert_eq!(view(&case, ClockKind::Ico72h).stop, told);
}

/// CLK-HONEST, CLK-LATE: whoever stops a clock late by an act of their own is asked why at once.
#[test]
fn a_clock_that_an_act_stops_late_asks_why_at_once() {
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.then_at("2026-06-14T10:00:00");
    assert!(super::steps_of(&case, RuleId::ClkLate).is_empty());
    case.by(DPO).gives(graded(4, 4));
    assert!(view(&case, ClockKind::BobDpo).stop.is_some());
    assert_eq!(
        super::asks(&case, RuleId::ClkLate),
        "Say why this was late: DPO told (24 h), Riverbourne ICB"
    );
    case.gives(Command::ExplainDelay(ExplainDelay {
        kind: ClockKind::BobDpo,
        controller: None,
        reason: "nobody had the number".into(),
    }));
    assert!(super::steps_of(&case, RuleId::ClkLate).is_empty());
}

/// NIS-WHO, point 11: no operator, no clock; and a supplier's awareness starts none.
#[test]
fn the_nis_clock_is_an_operators_own() {
    for (reporter, controller, starts_at) in [
        ("harbour", "harbour", None),
        ("riverbourne", "riverbourne", Some("2026-06-12T17:00:00")),
        ("pinewell", "eastmere", Some("2026-06-12T17:40:00")),
    ] {
        let mut case = Case::at("2026-06-12T18:00:00");
        let log = Log {
            aware_at: wall("2026-06-12T17:00:00"),
            reporter_organisation: reporter.into(),
            controller_informed_at: (reporter == "pinewell").then(|| wall("2026-06-12T17:40:00")),
            facts: Facts {
                controllers: vec![controller.into()],
                nis_significant: Some(true),
                ..Facts::default()
            },
            ..case.report()
        };
        case.gives(Command::Log(Box::new(log)));
        let clock = clock::view(case.incident(), ClockKind::Nis72h);
        let started_at = clock.map(|view| view.clock.started_at);
        assert_eq!(started_at, starts_at.map(wall), "{reporter}");
        let named = clock.map(|view| view.clock.in_words(case.incident(), &case.directory));
        assert!(named.is_none_or(|words| words.starts_with("NIS authority told (72 h), ")));
    }
}

/// NIS-WHO: each confirmed cyber or availability incident of an operator answers the question.
#[test]
fn an_operators_confirmed_cyber_incident_answers_the_nis_question_before_it_resolves() {
    for (controller, cyber, status, is_asked) in [
        ("riverbourne", true, BreachStatus::Confirmed, true),
        ("riverbourne", true, BreachStatus::Suspected, false),
        ("riverbourne", false, BreachStatus::Confirmed, false),
        ("harbour", true, BreachStatus::Confirmed, false),
    ] {
        let mut case = Case::at("2026-06-12T18:00:00");
        let log = Log {
            reporter_organisation: controller.into(),
            ..case.report()
        };
        case.gives(Command::Log(Box::new(log)));
        case.gives(graded(2, 3));
        case.triages(Facts {
            cyber,
            breach_status: status,
            controllers: vec![controller.into()],
            ..disclosure()
        });
        let around = Surroundings {
            now: case.now,
            policy: &case.policy,
            directory: &case.directory,
            problems: None,
        };
        let missing = guard::to_resolve(case.incident(), false, &around);
        let asked = missing.iter().any(|missing| missing.rule == RuleId::NisWho);
        assert_eq!(asked, is_asked, "{controller} {cyber} {status:?}");
    }
}

/// CLK-HONEST: what had run out before it was stopped otherwise says so, in the register and beside the clock.
#[test]
fn what_ran_out_and_was_then_graded_lower_says_that_it_had_run_out() {
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.gives(graded(4, 4));
    case.triages(disclosure());
    case.then_at("2026-06-15T20:00:00");
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Overdue);
    case.by(DPO).gives(crate::support::case::lowered(2, 2));
    let ico = view(&case, ClockKind::Ico72h);
    assert_eq!(ico.state(case.now), ClockState::StoodDown);
    let said = verdict::reported(&ico, case.now);
    assert!(
        said.starts_with("ran out Mon 15 Jun 18:00 BST, then stopped: "),
        "{said}"
    );
    let remarks = verdict::remarks(&ico, case.incident(), &case.directory, case.now);
    assert!(remarks.contains(&said), "{remarks:?}");
    // One that was stopped in time had not.
    let mut case = Case::logged_at("2026-06-12T18:00:00");
    case.gives(graded(4, 4));
    case.triages(disclosure());
    case.by(DPO).gives(crate::support::case::lowered(2, 2));
    case.then_at("2026-06-15T20:00:00");
    assert_eq!(verdict::ran_out(&view(&case, ClockKind::Ico72h)), None);
}

/// CLK-HONEST: whatever records a time of some hours ago says why it is entered only now.
#[test]
fn every_act_of_some_hours_ago_asks_for_a_note() {
    let at = wall("2026-06-12T19:00:00");
    let acts = [
        serde_json::json!({"type": "subjects", "step": "told", "how": "by letter", "told_at": at,
            "nature": "a list went astray", "contact": "our DPO",
            "consequences": "others may know", "measures": "call us"}),
        serde_json::json!({"type": "closing", "step": "contain",
            "actions": "asked for it back", "contained_at": at}),
        serde_json::json!({"type": "investigation", "step": "secure_evidence",
            "label": "a log", "kind": "log", "location": "share", "custodian": "IG team",
            "secured_at": at}),
        serde_json::json!({"type": "investigation", "step": "hold_meeting",
            "chair": "DPO", "held_at": at}),
        serde_json::json!({"type": "investigation", "step": "start_own_process",
            "started_at": at}),
        serde_json::json!({"type": "regulator", "step": "record_enquiry", "body": "ICO",
            "text": "how many people", "received_at": at, "due_on": "2026-06-19"}),
    ];
    for act in acts {
        let mut case = Case::logged_at("2026-06-12T18:00:00");
        case.gives(graded(4, 4));
        case.triages(disclosure());
        case.then_at("2026-06-13T09:00:00").by(DPO);
        let refusal = case.refused(serde_json::from_value(act.clone()).unwrap());
        assert_eq!(refusal.rule, Some(RuleId::ClkHonest), "{act}: {refusal}");
        let mut noted = act.clone();
        noted["note"] = "nobody was at a desk that night".into();
        case.gives(serde_json::from_value(noted).unwrap());
        let explained = case.incident().explained.last().unwrap();
        assert_eq!(explained.happened_at, at, "{act}");
    }
}
