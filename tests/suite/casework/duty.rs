//! What ends a duty and what does not, who may act where nobody is there, and true times (ICO-DUTY,
//! NOBODY-THERE, DECIDE-TRUE).

use super::{
    ACCOUNTABLE, ACTING_DPO, About, GUARDIAN, NIGHT, SIRO, THEIR_DPO, asks, refuses, steps_of,
    triaged,
};
use crate::support::case::{Case, DPO, OFFICER, disclosure, grade, graded, lowered, triage, wall};
use crate::support::walk::report;
use nightdesk::domain::apply;
use nightdesk::domain::clock::{self, ClockState, Ground};
use nightdesk::domain::command::Command;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::event::{Entry, Event};
use nightdesk::domain::grid::Factor;
use nightdesk::domain::guard::{self, Surroundings};
use nightdesk::domain::id::OrganisationId;
use nightdesk::domain::incident::{BreachStatus, DataScope, Facts};
use nightdesk::domain::regulator::{Body, Conflict, Duty, RegulatorCommand, ReportAnswer, duty};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;

fn ask(step: RegulatorCommand) -> Command {
    Command::Regulator(Box::new(step))
}

fn decide(answer: ReportAnswer, at: Option<&str>, knew_grade: bool) -> Command {
    ask(RegulatorCommand::Decide {
        controller: None,
        answer,
        reasons: "weighed against the grid".into(),
        given_by: None,
        decided_at: at.map(wall),
        late_reason: Some("nobody was there".into()),
        note: Some("written down afterwards".into()),
        evidence: None,
        knew_grade: knew_grade.then_some(true),
    })
}

fn by_phone(answer: ReportAnswer, officer: &str, at: &str) -> Command {
    let command = decide(answer, Some(at), false);
    let Command::Regulator(step) = command else {
        panic!("a decision");
    };
    let mut step = *step;
    if let RegulatorCommand::Decide { given_by, .. } = &mut step {
        *given_by = Some(officer.into());
    }
    ask(step)
}

fn stand_down(controller: &str, ground: Option<Ground>, reason: &str) -> Command {
    ask(RegulatorCommand::StandDown {
        body: Body::Ico,
        controller: Some(controller.into()),
        ground,
        reason: reason.into(),
    })
}

fn submitted(case: &mut Case) -> uuid::Uuid {
    case.by(DPO)
        .gives(decide(ReportAnswer::Report, None, false));
    case.gives(ask(RegulatorCommand::Submit(Box::new(report(Body::Ico)))));
    case.incident().casework().regulator.notifications[0].id
}

fn taken_back(notification: uuid::Uuid) -> Command {
    ask(RegulatorCommand::Withdraw {
        notification,
        reason: "told them by phone that it was a test".into(),
    })
}

fn home_duty(case: &Case) -> Duty<'_> {
    duty(case.incident(), case.incident().home())
}

/// What keeps it from being resolved, by rule.
fn missing(case: &Case) -> Vec<RuleId> {
    let around = Surroundings {
        now: case.now,
        policy: &case.policy,
        directory: &case.directory,
        problems: Some(&[]),
    };
    let missing = guard::to_resolve(case.incident(), false, &around);
    missing.into_iter().map(|thing| thing.rule).collect()
}

/// Graded 5/5 with a sensitivity factor.
fn grave() -> Case {
    let mut case = Case::logged_at(NIGHT);
    let mut worst = grade(5, 5);
    worst.factors = [Factor::MentalHealth].into();
    case.by(DPO).gives(Command::Grade(Box::new(worst)));
    case.by(OFFICER).triages(disclosure());
    case
}

/// Issue 10, point 3: ICO-DUTY.
#[test]
fn standing_down_is_for_clocks_that_should_never_have_run_and_never_for_a_notifiable_breach() {
    let ground = Some(Ground::NotABreach);
    let rule = Some(RuleId::IcoDuty);
    let mut case = grave();
    let down = |ground, reason| stand_down("riverbourne", ground, reason);
    refuses(
        &mut case,
        vec![
            (DPO, down(None, "no"), rule, About::Rule, "must be told"),
            (
                DPO,
                down(ground, "the letters came back"),
                rule,
                About::Rule,
                "must be told",
            ),
        ],
    );
    let mut mild = Case::logged_at(NIGHT);
    mild.by(OFFICER).gives(graded(2, 2));
    mild.by(OFFICER).triages(disclosure());
    refuses(
        &mut mild,
        vec![
            (
                DPO,
                down(ground, "the letters came back"),
                rule,
                About::Field("/ground"),
                "confirmed breach",
            ),
            (
                DPO,
                down(Some(Ground::NoPersonalData), "the letters came back"),
                rule,
                About::Field("/ground"),
                "living people",
            ),
        ],
    );
    mild.by(OFFICER).triages(Facts {
        breach_status: BreachStatus::Suspected,
        ..disclosure()
    });
    refuses(
        &mut mild,
        vec![
            (
                DPO,
                down(None, "the letters came back"),
                rule,
                About::Field("/ground"),
                "Choose why",
            ),
            (
                DPO,
                down(ground, "no"),
                rule,
                About::Field("/reason"),
                "does not say why",
            ),
            (
                DPO,
                down(ground, "."),
                rule,
                About::Field("/reason"),
                "does not say why",
            ),
            (
                DPO,
                down(Some(Ground::WrongController), "the letters are ours"),
                rule,
                About::Field("/ground"),
                "still named",
            ),
        ],
    );
    mild.by(DPO)
        .gives(down(ground, "the letters came back unopened"));
    assert_eq!(mild.state(ClockKind::Ico72h), ClockState::StoodDown);
    // A later notifiable grade, by anybody, brings the duty back.
    mild.by(OFFICER).gives(graded(4, 4));
    assert_eq!(mild.state(ClockKind::Ico72h), ClockState::Running);
    assert_eq!(home_duty(&mild), Duty::Undecided);
}

/// Every way in which one person took the duty away without deciding.
#[test]
fn no_triage_and_no_provisional_grade_ends_the_duty_of_a_notifiable_breach() {
    let facts = [
        Facts {
            breach_status: BreachStatus::NotABreach,
            ..disclosure()
        },
        Facts {
            breach_status: BreachStatus::NearMiss,
            harm_prevented_by: Some("the envelope stayed shut".into()),
            ..disclosure()
        },
        Facts {
            data_scope: [DataScope::Commercial].into(),
            ..disclosure()
        },
        Facts {
            controllers: vec!["eastmere".into()],
            ..disclosure()
        },
    ];
    for changed in facts {
        for person in [DPO, OFFICER] {
            let mut case = grave();
            let is_contradiction = changed.data_scope.contains(&DataScope::Commercial);
            let triaged = case.by(person).give(triage(changed.clone()));
            assert_eq!(triaged.is_err(), is_contradiction, "{changed:?}");
            let ours = "riverbourne".into();
            assert!(
                duty(case.incident(), &ours).is_open(),
                "{person} {changed:?}"
            );
            assert!(
                missing(&case).contains(&RuleId::BobDecide),
                "{person} {changed:?}"
            );
        }
    }
    let mut case = grave();
    case.by(OFFICER).gives(graded(1, 1));
    assert_eq!(home_duty(&case), Duty::Undecided);
    assert!(asks(&case, RuleId::IcoDuty).contains("Until then the ICO deadline stays"));
    let rule = Some(RuleId::IcoDuty);
    let bare = graded(2, 2);
    refuses(
        &mut case,
        vec![(DPO, bare, rule, About::Field("/evidence"), "evidence")],
    );
    case.by(DPO).gives(lowered(2, 2));
    assert_eq!(home_duty(&case), Duty::NotOwed);
    assert!(!missing(&case).contains(&RuleId::BobDecide));
}

/// Two provisional grades: the second, lower one called off the first.
#[test]
fn a_lower_provisional_grade_does_not_call_off_an_earlier_one() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(5, 5));
    case.gives(graded(1, 1));
    assert!(case.incident().is_notifiable());
    case.triages(disclosure());
    assert!(missing(&case).contains(&RuleId::BobDecide));
}

fn of(controllers: &[&str]) -> Facts {
    Facts {
        controllers: controllers.iter().map(|id| (*id).into()).collect(),
        ..disclosure()
    }
}

fn not_theirs(controller: &str) -> Command {
    let ground = Some(Ground::WrongController);
    stand_down(controller, ground, "these are the letters of others")
}

/// ICO-DUTY: that the data are not a controller's own is for its own DPO to say, and for nobody else.
#[test]
fn the_clock_of_a_controller_that_was_dropped_is_stood_down_by_its_own_dpo_alone() {
    let mut case = grave();
    case.by(OFFICER).triages(of(&["eastmere"]));
    let step = asks(&case, RuleId::IcoDuty);
    assert!(
        step.contains("Ask Bronwen Hartleap (DPO of Riverbourne ICB)"),
        "{step}"
    );
    let rule = Some(RuleId::IcoDuty);
    refuses(
        &mut case,
        vec![(
            super::THEIR_DPO,
            not_theirs("riverbourne"),
            rule,
            About::Right,
            "ask Bronwen Hartleap",
        )],
    );
    case.by(DPO).gives(not_theirs("riverbourne"));
    let (ours, theirs) = ("riverbourne".into(), "eastmere".into());
    assert_eq!(duty(case.incident(), &ours), Duty::NotOwed);
    assert_eq!(duty(case.incident(), &theirs), Duty::Undecided);
}

/// ICO-DUTY: a lower grade of a dropped controller's own DPO ends its duty, and no other one.
#[test]
fn the_dpo_of_a_dropped_controller_grades_for_it() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(4, 4));
    case.triages(of(&["eastmere"]));
    case.by(DPO).gives(lowered(2, 2));
    let (ours, theirs) = ("riverbourne".into(), "eastmere".into());
    assert_eq!(duty(case.incident(), &ours), Duty::NotOwed);
    assert_eq!(duty(case.incident(), &theirs), Duty::Undecided);
}

/// ICO-DUTY: what was decided to be reported runs until it is, whatever is graded or triaged since.
#[test]
fn a_decision_to_report_is_hidden_by_no_grade_and_no_triage() {
    let mut case = triaged(4, 4);
    case.by(DPO)
        .gives(decide(ReportAnswer::Report, None, false));
    case.gives(lowered(2, 2));
    case.triages(Facts {
        breach_status: BreachStatus::NotABreach,
        ..disclosure()
    });
    let down = stand_down(
        "riverbourne",
        Some(Ground::NotABreach),
        "it never left the house",
    );
    let rule = Some(RuleId::IcoDuty);
    refuses(
        &mut case,
        vec![(DPO, down, rule, About::Rule, "has decided to report")],
    );
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    let step = asks(&case, RuleId::Ico72h);
    assert!(step.contains("or ask Bronwen Hartleap"), "{step}");
    case.by(DPO)
        .gives(decide(ReportAnswer::Decline, None, false));
    assert!(matches!(home_duty(&case), Duty::Declined(_)));
}

/// ICO-DUTY: a grade that says that the ICO must be told asks it of whoever is named, whatever else the
/// triage says that names them.
#[test]
fn whoever_is_named_for_a_notifiable_breach_has_a_clock_whatever_the_triage_calls_it() {
    let mut case = triaged(4, 4);
    case.by(OFFICER).triages(Facts {
        breach_status: BreachStatus::NotABreach,
        ..of(&["eastmere"])
    });
    case.by(DPO).gives(not_theirs("riverbourne"));
    assert_eq!(
        duty(case.incident(), &"eastmere".into()),
        Duty::Undecided,
        "the breach is somebody's duty"
    );
}

/// BOB-DPO: a controller that a triage drops has its DPO told in time all the same.
#[test]
fn the_dpo_of_a_dropped_controller_is_still_to_be_told_in_time() {
    let whose = "eastmere".into();
    let own = |case: &Case| {
        let mut views = clock::views(case.incident());
        let view = views.find(|view| view.clock.is(ClockKind::BobDpo, Some(&whose)));
        view.unwrap().state(case.now)
    };
    let mut case = triaged(4, 4);
    case.then_at("2026-06-13T10:00:00")
        .by(OFFICER)
        .triages(of(&["riverbourne", "eastmere"]));
    case.triages(of(&["riverbourne"]));
    assert_eq!(own(&case), ClockState::Running);
    case.then_at("2026-06-14T12:00:00");
    assert_eq!(own(&case), ClockState::Overdue);
    // Nobody is there who could say that the data are not theirs, and the clock ends with that word.
    case.directory
        .holdings
        .retain(|held| held.organisation.as_str() != "eastmere");
    case.by(DPO).gives(not_theirs("eastmere"));
    assert_eq!(own(&case), ClockState::StoodDown);
}

/// ICO-JOINT, BOB-MIT: neither a grade nor a triage of others takes away what the own grade asks for.
#[test]
fn a_decline_is_held_against_the_controllers_own_grade() {
    let mut case = grave();
    case.by(OFFICER).triages(of(&["riverbourne", "eastmere"]));
    case.by(super::THEIR_DPO).gives(lowered(2, 2));
    case.by(DPO)
        .gives(decide(ReportAnswer::Decline, None, false));
    let decision = &case.incident().casework().regulator.decisions[0];
    assert!(decision.needs_countersignature);
}

/// ICO-DUTY: whose clock runs decides on it, whoever is named as a controller since.
#[test]
fn a_controller_that_is_named_no_more_decides_on_its_own_running_clock() {
    let other = || of(&["eastmere"]);
    let declines = |case: &mut Case| {
        let command = decide(ReportAnswer::Decline, None, false);
        let Command::Regulator(mut step) = command else {
            panic!("a decision");
        };
        if let RegulatorCommand::Decide { controller, .. } = &mut *step {
            *controller = Some("riverbourne".into());
        }
        case.by(DPO).gives(Command::Regulator(step));
    };
    let whose = "riverbourne".into();
    let mut decided = Case::logged_at(NIGHT);
    decided.by(OFFICER).gives(graded(4, 4));
    decided.triages(other());
    declines(&mut decided);
    assert!(matches!(
        duty(decided.incident(), &whose),
        Duty::Declined(_)
    ));

    let mut stood_down = Case::logged_at(NIGHT);
    stood_down.by(OFFICER).gives(graded(2, 2));
    stood_down.triages(other());
    stood_down.by(DPO).gives(not_theirs("riverbourne"));
    assert_eq!(duty(stood_down.incident(), &whose), Duty::NotOwed);
    // For the others its grade settles nothing.
    stood_down.by(DPO).gives(graded(2, 2));
    let graded = stood_down.incident().assessments.last();
    assert!(graded.unwrap().provisional);
}

/// Issue 10, point 4.
#[test]
fn a_withdrawn_notification_opens_the_duty_again_from_the_same_start() {
    let mut case = triaged(3, 4);
    let told = submitted(&mut case);
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
    let due_at = case.due_at(ClockKind::Ico72h);
    case.then_at("2026-06-13T12:00:00")
        .by(DPO)
        .gives(taken_back(told));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    assert_eq!(case.due_at(ClockKind::Ico72h), due_at);
    assert!(asks(&case, RuleId::BobDecide).contains("was withdrawn"));
    assert!(missing(&case).contains(&RuleId::BobDecide));
    case.then_at("2026-06-20T12:00:00")
        .by(DPO)
        .gives(graded(4, 5));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Overdue);
    assert!(asks(&case, RuleId::BobDecide).contains("decide"));
    case.by(DPO)
        .gives(decide(ReportAnswer::Decline, None, false));
    assert!(matches!(home_duty(&case), Duty::Declined(_)));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::MetLate);
}

#[test]
fn a_notification_withdrawn_after_a_lower_grade_with_evidence_leaves_nothing_to_decide() {
    let mut case = triaged(3, 4);
    let told = submitted(&mut case);
    case.by(DPO).gives(lowered(2, 2));
    case.gives(taken_back(told));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::StoodDown);
    assert_eq!(home_duty(&case), Duty::NotOwed);
}

/// Old trails stood down and withdrew otherwise: they fold, and the duty is asked for again.
#[test]
fn what_was_stood_down_before_the_rule_keeps_its_record_and_is_still_asked_for() {
    let case = grave();
    let entry = case.entries.last().unwrap().clone();
    let old: Event = serde_json::from_value(old_stand_down()).unwrap();
    let mut incident = case.incident().clone();
    apply::apply(
        &mut incident,
        &Entry {
            event: old,
            ..entry
        },
    );
    let clock = incident
        .clocks
        .iter()
        .find(|clock| clock.kind == ClockKind::Ico72h);
    let stood_down = clock.unwrap().stood_down.clone().unwrap();
    assert_eq!((&*stood_down.reason, stood_down.ground), ("no", None));
    assert_eq!(duty(&incident, incident.home()), Duty::Undecided);
}

fn old_stand_down() -> serde_json::Value {
    let event = Event::ClockStoodDown {
        kind: ClockKind::Ico72h,
        controller: Some("riverbourne".into()),
        rule: RuleId::BobDecide,
        reason: "no".into(),
        ground: None,
    };
    serde_json::to_value(event).unwrap()
}

/// Article 38(6): a second officer confirms.
#[test]
fn whoever_logged_it_owns_the_asset_or_is_named_does_not_decline_alone() {
    let mut case = Case::at(NIGHT);
    let log = case.report();
    case.by(DPO).gives(Command::Log(Box::new(log)));
    case.gives(graded(3, 4));
    case.triages(disclosure());
    case.gives(decide(ReportAnswer::Decline, None, false));
    let decision = case.incident().casework().regulator.decisions[0].clone();
    assert_eq!(decision.conflict, Some(Conflict::LoggedIt));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    assert!(asks(&case, RuleId::IcoDuty).contains("logged this incident"));
    let second = || {
        ask(RegulatorCommand::Second {
            decision: decision.id,
            late_reason: None,
            signed_at: None,
            note: None,
            evidence: None,
        })
    };
    let rule = Some(RuleId::IcoDuty);
    refuses(
        &mut case,
        vec![
            (DPO, second(), rule, About::Right, "second officer"),
            (OFFICER, second(), rule, About::Right, "Cuthbert Wray"),
            (GUARDIAN, second(), rule, About::Right, "Cuthbert Wray"),
        ],
    );
    case.by(SIRO).gives(second());
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
    assert!(matches!(home_duty(&case), Duty::Declined(_)));
    // Named in what was reported.
    let mut named = Case::at(NIGHT);
    let mut log = named.report();
    log.summary = "Sent by Bronwen Hartleap to a neighbour".into();
    named.gives(Command::Log(Box::new(log)));
    named.by(DPO).gives(graded(3, 4));
    named.gives(triage(disclosure()));
    named.gives(decide(ReportAnswer::Decline, None, false));
    assert_eq!(
        named.incident().casework().regulator.decisions[0].conflict,
        Some(Conflict::Named)
    );
    named
        .by(ACTING_DPO)
        .gives(decide(ReportAnswer::Decline, None, false));
    assert!(
        matches!(home_duty(&named), Duty::Declined(_)),
        "another officer decides alone"
    );
}

/// DECIDE-TRUE: an officer who did not know the grade has not answered it, be it the first one.
#[test]
fn a_decline_by_an_officer_who_did_not_know_the_first_grade_answers_nothing() {
    let declined = |knew_grade| {
        let command = by_phone(ReportAnswer::Decline, DPO, "2026-06-13T02:00:00");
        let Command::Regulator(mut step) = command else {
            panic!("a decision");
        };
        if let RegulatorCommand::Decide {
            knew_grade: known, ..
        } = &mut *step
        {
            *known = knew_grade;
        }
        Command::Regulator(step)
    };
    for (knew_grade, is_taken) in [(Some(false), false), (None, true), (Some(true), true)] {
        let mut case = Case::logged_at("2026-06-13T01:30:00");
        case.then_at("2026-06-13T02:10:00")
            .by(OFFICER)
            .gives(graded(3, 4));
        let given = case.give(declined(knew_grade));
        assert_eq!(given.is_ok(), is_taken, "{knew_grade:?}: {given:?}");
        if let Err(refusal) = given {
            assert!(refusal.sentence.contains("ask the DPO again"), "{refusal}");
        }
    }
}

/// DECIDE-TRUE: a signature is entered with the time at which it was given, and what is entered after the
/// deadline says so.
#[test]
fn a_signature_is_entered_with_its_true_time() {
    let mut case = grave();
    case.by(DPO)
        .gives(decide(ReportAnswer::Decline, None, false));
    let decision = case.incident().casework().regulator.decisions[0].id;
    let signed = |at: &str, explained: bool| {
        ask(RegulatorCommand::Countersign {
            decision,
            signed_at: Some(wall(at)),
            late_reason: explained.then(|| "the desk was offline".into()),
            note: explained.then(|| "entered on Tuesday".into()),
            evidence: None,
        })
    };
    case.then_at("2026-06-16T10:00:00").by(GUARDIAN);
    let refusal = case.refused(signed("2026-06-12T18:00:00", true));
    assert!(
        refusal.sentence.contains("nobody signed it before"),
        "{refusal}"
    );
    let refusal = case.refused(signed("2026-06-15T12:00:00", false));
    assert_eq!(refusal.rule, Some(RuleId::ClkHonest), "{refusal}");
    case.gives(signed("2026-06-15T12:00:00", true));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
    let view = clock::view(case.incident(), ClockKind::Ico72h).unwrap();
    assert_eq!(view.stopped_at(), Some(wall("2026-06-15T12:00:00")));
    assert!(view.recorded_late().is_some());
}

/// Issue 10, point 12: DECIDE-TRUE.
#[test]
fn a_decision_by_phone_may_be_older_than_the_entry_of_its_grade() {
    let mut case = Case::logged_at("2026-06-13T01:30:00");
    case.then_at("2026-06-13T02:10:00")
        .by(OFFICER)
        .gives(graded(3, 4));
    case.triages(disclosure());
    case.gives(by_phone(ReportAnswer::Decline, DPO, "2026-06-13T02:00:00"));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
    // A re-grade upward is not answered by it, nor by a decline that is older and did not know it.
    case.then_at("2026-06-13T03:00:00").gives(graded(5, 5));
    assert_eq!(home_duty(&case), Duty::Undecided);
    case.then_at("2026-06-13T03:30:00");
    let before = "2026-06-13T01:00:00";
    refuses(
        &mut case,
        vec![
            (
                DPO,
                decide(ReportAnswer::Decline, Some("2026-06-13T02:30:00"), false),
                Some(RuleId::ClkRegrade),
                About::Field("/decided_at"),
                "knew that grade",
            ),
            (
                DPO,
                decide(ReportAnswer::Decline, Some(before), true),
                Some(RuleId::DecideTrue),
                About::Field("/decided_at"),
                "Nobody was aware",
            ),
        ],
    );
    case.by(DPO).gives(decide(
        ReportAnswer::Decline,
        Some("2026-06-13T02:55:00"),
        true,
    ));
    assert!(matches!(home_duty(&case), Duty::Declined(_)));
}

fn without(case: &mut Case, roles: &[Role]) {
    case.directory
        .holdings
        .retain(|held| held.organisation.as_str() != "riverbourne" || !roles.contains(&held.role));
}

/// Issue 10, point 15: NOBODY-THERE.
#[test]
fn where_nobody_is_dpo_whoever_stands_in_reports_at_once_and_is_named() {
    let vacancies: [(&[Role], &str, &str); 2] = [
        (
            &[Role::Dpo, Role::Adpo],
            SIRO,
            "Oona Merriweather (SIRO, because Riverbourne ICB has no DPO)",
        ),
        (
            &[Role::Dpo, Role::Adpo, Role::Siro],
            ACCOUNTABLE,
            "Leopold Swanscombe (Accountable Officer, because Riverbourne ICB has no DPO)",
        ),
    ];
    for (vacant, person, named) in vacancies {
        let mut case = triaged(3, 4);
        without(&mut case, vacant);
        let step = asks(&case, RuleId::BobDecide);
        assert!(step.contains(named), "{step}");
        let decline = decide(ReportAnswer::Decline, None, false);
        let rule = Some(RuleId::NobodyThere);
        refuses(
            &mut case,
            vec![(person, decline, rule, About::Rule, "Only a DPO can decline")],
        );
        case.by(person)
            .gives(decide(ReportAnswer::Report, None, false));
        assert!(matches!(home_duty(&case), Duty::ToReport(_)));
    }
    let mut nobody = triaged(3, 4);
    without(&mut nobody, &[Role::Dpo, Role::Adpo, Role::Siro, Role::Ao]);
    assert!(
        asks(&nobody, RuleId::BobDecide)
            .contains("has no DPO, SIRO or Accountable Officer to decide")
    );
    nobody
        .by(OFFICER)
        .gives(decide(ReportAnswer::Report, None, false));
}

/// The countersignature of a vacant or doubly held Caldicott Guardian.
#[test]
fn where_nobody_is_guardian_the_siro_countersigns_and_nobody_signs_twice() {
    let decline = || decide(ReportAnswer::Decline, None, false);
    let countersign = |case: &Case| {
        let decision = case.incident().casework().regulator.decisions[0].id;
        ask(RegulatorCommand::Countersign {
            decision,
            late_reason: None,
            signed_at: None,
            note: None,
            evidence: None,
        })
    };
    let mut vacant = grave();
    vacant.by(DPO).gives(decline());
    without(&mut vacant, &[Role::Cg]);
    let step = asks(&vacant, RuleId::BobMit);
    assert!(
        step.contains(
            "Oona Merriweather (SIRO, because Riverbourne ICB has no Caldicott Guardian)"
        ),
        "{step}"
    );
    let signed = countersign(&vacant);
    vacant.by(SIRO).gives(signed);
    assert!(matches!(home_duty(&vacant), Duty::Declined(_)));
    // The DPO is also the Caldicott Guardian.
    let mut twice = grave();
    for held in &mut twice.directory.holdings {
        if held.role == Role::Cg && held.organisation.as_str() == "riverbourne" {
            held.person = DPO.into();
        }
    }
    twice.by(DPO).gives(decline());
    let signed = countersign(&twice);
    let rule = Some(RuleId::BobMit);
    refuses(
        &mut twice,
        vec![(DPO, signed.clone(), rule, About::Right, "Oona Merriweather")],
    );
    twice.by(SIRO).gives(signed);
    assert!(matches!(home_duty(&twice), Duty::Declined(_)));
}

fn cyber() -> Case {
    let mut case = triaged(2, 2);
    case.by(OFFICER).triages(Facts {
        cyber: true,
        ..disclosure()
    });
    case
}

/// BOB-CYBER: reported, or why not, before it is resolved.
#[test]
fn a_cyber_incident_answers_nhs_england_before_it_is_resolved() {
    let mut case = cyber();
    assert!(missing(&case).contains(&RuleId::BobCyber));
    let asked = |case: &Case| {
        let mut steps = steps_of(case, RuleId::BobCyber).into_iter();
        steps.any(|step| step.sentence.contains("or record why not"))
    };
    assert!(asked(&case));
    let excuse = |reason: &str| {
        ask(RegulatorCommand::ExcuseNhsEngland {
            reason: reason.into(),
        })
    };
    let rule = Some(RuleId::BobCyber);
    refuses(
        &mut case,
        vec![(
            OFFICER,
            excuse("no"),
            rule,
            About::Field("/reason"),
            "does not say why",
        )],
    );
    case.by(OFFICER)
        .gives(excuse("it reached no system of the NHS"));
    assert!(!missing(&case).contains(&RuleId::BobCyber));
    assert!(!asked(&case));
}

/// ICO-ASKS: recorded, asked for, answered, ended.
#[test]
fn what_a_regulator_asks_is_a_step_until_it_is_answered_and_its_outcome_is_known() {
    let mut case = triaged(2, 2);
    let asked = |due_on: &str| {
        ask(RegulatorCommand::RecordEnquiry {
            body: Body::Ico,
            controller: None,
            text: "how many people were concerned".into(),
            reference: Some("IC-4711".into()),
            received_at: None,
            note: None,
            due_on: due_on.parse().unwrap(),
            answers: None,
        })
    };
    let rule = Some(RuleId::IcoAsks);
    refuses(
        &mut case,
        vec![(
            OFFICER,
            asked("2026-06-11"),
            rule,
            About::Field("/due_on"),
            "before the enquiry arrived",
        )],
    );
    case.by(OFFICER).gives(asked("2026-06-19"));
    let enquiry = case.incident().casework().regulator.enquiries[0].id;
    let step = asks(&case, RuleId::IcoAsks);
    assert!(
        step.contains("Ask Bronwen Hartleap (DPO of Riverbourne ICB) to answer the ICO by 19 Jun"),
        "{step}"
    );
    let end = |outcome: &str| {
        ask(RegulatorCommand::EndEnquiry {
            enquiry,
            outcome: outcome.into(),
        })
    };
    refuses(
        &mut case,
        vec![(
            DPO,
            end("no further action"),
            rule,
            About::Rule,
            "answer first",
        )],
    );
    case.by(DPO).gives(ask(RegulatorCommand::AnswerEnquiry {
        enquiry,
        text: "thirty-four".into(),
        answered_at: None,
        note: None,
        late_reason: None,
        evidence: None,
    }));
    assert!(asks(&case, RuleId::IcoAsks).contains("outcome of the"));
    let around = Surroundings {
        now: case.now,
        policy: &case.policy,
        directory: &case.directory,
        problems: Some(&[]),
    };
    let blocks = guard::to_close(case.incident(), &around);
    assert!(blocks.iter().any(|thing| thing.rule == RuleId::IcoAsks));
    case.gives(end("no further action"));
    assert!(steps_of(&case, RuleId::IcoAsks).is_empty());
}

/// ICO-DUTY, Article 38(6) of the UK GDPR: an officer in conflict ends no duty alone, by a grade no more than
/// by a decline.
#[test]
fn an_officer_in_conflict_does_not_grade_a_notifiable_breach_lower_alone() {
    let mut case = Case::at(NIGHT);
    let log = case.report();
    case.by(DPO).gives(Command::Log(Box::new(log)));
    case.by(OFFICER).gives(graded(4, 4));
    case.triages(disclosure());
    let refusal = case.by(DPO).refused(lowered(2, 2));
    assert_eq!(refusal.rule, Some(RuleId::IcoDuty));
    for words in [
        "logged this incident",
        "Cuthbert Wray",
        "decline with reasons",
    ] {
        assert!(refusal.sentence.contains(words), "{refusal}");
    }
    assert!(case.incident().is_notifiable());
    case.by("cuthbert.wray").gives(lowered(2, 2));
    assert!(!case.incident().is_notifiable());
}

/// BOB-MIT: nor does such an officer take away the sensitivity factor that brings the Caldicott Guardian into a
/// decline, by a grade that stays notifiable.
#[test]
fn an_officer_in_conflict_does_not_grade_the_countersignature_away() {
    let mut case = Case::at(NIGHT);
    let log = case.report();
    case.by(DPO).gives(Command::Log(Box::new(log)));
    let mut sensitive = grade(5, 5);
    sensitive.factors = [Factor::ALL[0]].into();
    case.by(OFFICER)
        .gives(Command::Grade(Box::new(sensitive.clone())));
    case.triages(disclosure());
    let riverbourne = OrganisationId::from("riverbourne");
    let refusal = case.by(DPO).refused(graded(4, 4));
    assert_eq!(refusal.rule, Some(RuleId::IcoDuty));
    for words in [
        "sensitivity factor",
        "Cuthbert Wray",
        "decline with reasons",
    ] {
        assert!(refusal.sentence.contains(words), "{refusal}");
    }
    assert!(case.incident().declines_against_a_factor(&riverbourne));
    sensitive.severity = 4;
    case.gives(Command::Grade(Box::new(sensitive)));
    assert!(case.incident().declines_against_a_factor(&riverbourne));
    case.by("cuthbert.wray").gives(graded(4, 4));
    assert!(!case.incident().declines_against_a_factor(&riverbourne));
}

/// ICO-DUTY: whoever was named no more, was graded as notifiable in the meantime and is named again has its
/// duty again, whatever the triage calls the breach.
#[test]
fn whoever_is_named_again_has_the_duty_that_a_grade_asked_for_in_between() {
    let mut case = triaged(4, 4);
    case.by(OFFICER).triages(of(&["riverbourne", "eastmere"]));
    case.triages(of(&["riverbourne"]));
    case.by(THEIR_DPO).gives(lowered(2, 2));
    case.by(OFFICER).gives(graded(4, 4));
    case.triages(Facts {
        breach_status: BreachStatus::NotABreach,
        ..of(&["riverbourne", "eastmere"])
    });
    assert_eq!(
        duty(case.incident(), &"eastmere".into()),
        Duty::Undecided,
        "the breach is somebody's duty"
    );
    assert!(
        case.incident()
            .clock_holders()
            .any(|it| *it == OrganisationId::from("eastmere"))
    );
}

/// The same where nobody else is there who grades: a decline with a second voice goes round the vacancy.
#[test]
fn without_a_deputy_the_officer_in_conflict_declines_with_a_second_voice() {
    let mut case = Case::at(NIGHT);
    let log = case.report();
    case.directory.holdings.retain(|held| {
        let is_ours = held.organisation.as_str() == "riverbourne";
        let is_dpo = matches!(held.role, Role::Dpo | Role::Adpo);
        !(is_ours && is_dpo && held.person.as_str() != DPO)
    });
    case.by(DPO).gives(Command::Log(Box::new(log)));
    case.by(OFFICER).gives(graded(4, 4));
    case.triages(disclosure());
    case.gives(graded(2, 2));
    let step = asks(&case, RuleId::IcoDuty);
    assert!(step.contains("to decide"), "{step}");
    let refusal = case.by(DPO).refused(lowered(2, 2));
    assert!(refusal.sentence.contains("Oona Merriweather"), "{refusal}");
    assert!(!refusal.sentence.contains("to grade it"), "{refusal}");
    let decline = serde_json::json!({"type": "regulator", "step": "decide", "controller": null,
        "answer": "DECLINE", "reasons": "it came back unopened"});
    case.gives(serde_json::from_value(decline).unwrap());
    let decision = case
        .incident()
        .casework()
        .regulator
        .decisions
        .last()
        .unwrap()
        .id;
    let second = serde_json::json!({"type": "regulator", "step": "second", "decision": decision});
    case.by(SIRO).gives(serde_json::from_value(second).unwrap());
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Met);
}
