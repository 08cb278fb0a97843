//! Ways round a duty that the search of the rulebook found: what stays to be told, what was late and
//! stays late, what counts again, and whom a step names (REL-ENTITLED, CLK-HONEST, ICO-DUTY,
//! NOBODY-THERE).

use crate::support::case::{
    Case, DPO, OFFICER, attempt, disclosure, grade, graded, home, lowered, shared_disclosure,
    triage,
};
use crate::support::work::command;
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::command::{Command, Inform, ReleaseContact};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::grid::Factor;
use nightdesk::domain::incident::{BreachStatus, DataScope, Facts};
use nightdesk::domain::next_step;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::verdict;
use serde_json::json;

const NIGHT: &str = "2026-06-12T18:30:00";
const OTHER_DPO: &str = "winifred.osgood";
const SECURITY: &str = "marguerite.holloway";

fn releases(contact: &Contact) -> Command {
    Command::ReleaseContact(ReleaseContact {
        contact: contact.clone(),
        reason: "the letter came back unopened".into(),
    })
}

fn is_required(case: &Case, contact: &Contact) -> bool {
    let mut required = contacts::required(case.incident()).into_iter();
    required.any(|one| one.contact == *contact)
}

fn of(controllers: &[&str]) -> Facts {
    Facts {
        controllers: controllers.iter().map(|id| (*id).into()).collect(),
        ..disclosure()
    }
}

/// REL-ENTITLED: a triage that names another controller lets off nobody who was to be told before, and is
/// no way to release them in another role.
#[test]
fn another_controller_lets_off_nobody_who_was_to_be_told() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(3, 3));
    case.triages(of(&["riverbourne"]));
    case.triages(of(&["eastmere"]));
    for role in [Role::Lm, Role::Iao, Role::Siro, Role::Cg] {
        let contact = home(role);
        assert!(is_required(&case, &contact), "{contact}");
        let refusal = case.refused(releases(&contact));
        assert_eq!(refusal.rule, Some(RuleId::RelEntitled), "{contact}");
    }
}

/// CLK-HONEST: a release counts from its own time and meets nothing, so that what was overdue ran out.
#[test]
fn a_release_makes_nothing_timely_that_was_late() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(2, 2));
    case.triages(disclosure());
    case.informs(&home(Role::Iao));
    case.after_seconds(3 * 60 * 60);
    assert_eq!(case.state(ClockKind::LmIao), ClockState::Overdue);
    case.by(DPO).gives(releases(&home(Role::Lm)));
    assert_eq!(case.state(ClockKind::LmIao), ClockState::Released);
    let view = clock::view(case.incident(), ClockKind::LmIao).unwrap();
    let words = verdict::state_in_words(&view, case.now);
    assert!(words.starts_with("ran out"), "{words}");
    assert!(words.ends_with("then released"), "{words}");
    assert_eq!(verdict::was_in_time(&view, case.now), Some(false));
    let stop = view.stop.unwrap();
    assert_eq!(stop.at, case.now);
    assert!(stop.evidence.is_for(case.incident(), view.clock));
    let proof = verdict::proof(&view, case.incident(), &case.directory).unwrap();
    assert!(proof.contains("released the line manager"), "{proof}");
}

/// ICO-DUTY: a notifiable grade that came while an organisation was held to be no controller counts for it
/// once it is one again.
#[test]
fn a_controller_that_is_named_again_owes_what_was_graded_meanwhile() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(3, 3));
    case.triages(of(&["riverbourne", "eastmere"]));
    case.by(DPO).gives(lowered(2, 2));
    case.by(OTHER_DPO).triages(of(&["eastmere"]));
    case.gives(graded(3, 3));
    case.by(OFFICER).triages(of(&["riverbourne", "eastmere"]));
    let mut clocks = clock::views(case.incident());
    let ours = clocks.find(|view| {
        let riverbourne = "riverbourne".into();
        view.clock.is(ClockKind::Ico72h, Some(&riverbourne))
    });
    assert!(ours.unwrap().state(case.now).is_open());
}

/// NOBODY-THERE: what only a DPO can do says who stands in where there is none.
#[test]
fn a_step_for_a_vacant_role_says_that_and_names_who_stands_in() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(3, 3));
    case.triages(disclosure());
    case.gives(lowered(2, 2));
    case.directory.holdings.retain(|held| {
        let is_dpo = matches!(held.role, Role::Dpo | Role::Adpo);
        !(is_dpo && held.organisation.as_str() == "riverbourne")
    });
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let step = steps
        .iter()
        .find(|step| step.sentence.contains("Until then the ICO deadline stays"))
        .unwrap();
    assert!(
        step.sentence
            .contains("Ask Oona Merriweather (SIRO, because"),
        "{}",
        step.sentence
    );
}

fn asked(command: serde_json::Value) -> Command {
    serde_json::from_value(command).unwrap()
}

/// ICO-DUTY: to be left out as no controller and named again hides no clock.
#[test]
fn whoever_is_named_as_a_controller_again_has_its_clock_again() {
    let mut case = Case::logged_at(NIGHT);
    case.by(DPO).gives(graded(5, 5));
    case.by(OFFICER).triages(of(&["eastmere"]));
    let wrong = json!({"type": "regulator", "step": "stand_down", "body": "ICO",
        "controller": "riverbourne", "ground": "WRONG_CONTROLLER",
        "reason": "these are Eastmere's data alone"});
    case.by(DPO).gives(asked(wrong));
    case.by(OFFICER).triages(of(&["riverbourne"]));
    let ours = "riverbourne".into();
    let mut clocks = case.incident().clocks.iter();
    let clock = clocks.find(|clock| clock.is(ClockKind::Ico72h, Some(&ours)));
    assert!(clock.unwrap().stood_down.is_none());
}

/// INF-COUNTS, CLK-EVIDENCE: an answer of somebody in another role tells nobody in this one.
#[test]
fn speaking_to_another_role_stops_no_clock() {
    let mut case = Case::logged_at(NIGHT);
    let spoke_to = |who: &str| {
        asked(json!({"type": "inform",
            "contact": {"role": "DPO", "organisation": "riverbourne"}, "channel": "PHONE",
            "outcome": "ANSWERED", "spoke_to": who}))
    };
    for other in ["staff", "Line manager", "HOST"] {
        let refusal = case.refused(spoke_to(other));
        assert_eq!(refusal.rule, Some(RuleId::InfCounts), "{refusal}");
        assert!(refusal.sentence.contains("has not been told"), "{refusal}");
    }
    case.gives(spoke_to("ADPO"));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
}

/// CLK-HONEST, ICO-DUTY: a full stop is no evidence, neither for a grade nor for a time.
#[test]
fn evidence_is_words_or_the_reference_of_a_document() {
    let with = |shown: &str| {
        let Command::Grade(mut grade) = lowered(1, 1) else {
            panic!("a grade is a grade");
        };
        grade.evidence = Some(shown.into());
        Command::Grade(grade)
    };
    for nothing in [" . ", "xxx", "xxx yyy", "seen seen", "ok", "a b", "12"] {
        let mut case = Case::logged_at(NIGHT);
        case.by(DPO).gives(graded(5, 5));
        let refusal = case.refused(with(nothing));
        assert!(refusal.sentence.contains("does not show it"), "{refusal}");
        assert!(refusal.sentence.contains("IR-2291"), "{refusal}");
    }
    for something in ["IR-2291", "DSPT 9912", "camera recording", "2026/114"] {
        let mut case = Case::logged_at(NIGHT);
        case.by(DPO).gives(graded(5, 5));
        case.gives(with(something));
    }
}

/// BOB-PCD, BOB-SENS, REG-WHOLE: what concerns the mental health of people concerns people.
#[test]
fn a_grade_about_people_and_facts_without_any_contradict_each_other() {
    let scoped = |scope: &[DataScope]| Facts {
        breach_status: BreachStatus::Suspected,
        data_scope: scope.iter().copied().collect(),
        ..disclosure()
    };
    let sensitive = || {
        let mut worst = grade(2, 2);
        worst.factors = [Factor::MentalHealth].into();
        Command::Grade(Box::new(worst))
    };
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(sensitive());
    for scope in [&[DataScope::None][..], &[DataScope::Commercial]] {
        let refusal = case.refused(triage(scoped(scope)));
        assert_eq!(refusal.rule, Some(RuleId::BobPcd), "{refusal}");
        assert!(refusal.sentence.contains("ental health"), "{refusal}");
    }
    let refusal = case.refused(triage(scoped(&[DataScope::None, DataScope::Deceased])));
    assert!(
        refusal
            .sentence
            .contains("No data are concerned, or some are")
    );
    case.gives(triage(scoped(&[DataScope::Deceased])));
    // The other way round.
    let mut empty = Case::logged_at(NIGHT);
    empty.by(OFFICER).gives(graded(2, 2));
    empty.gives(triage(scoped(&[DataScope::None])));
    let refusal = empty.refused(sensitive());
    assert_eq!(refusal.rule, Some(RuleId::BobPcd), "{refusal}");
}

/// AWARE-FORWARD: what was never a near miss cannot have become a breach later.
#[test]
fn an_upgrade_of_what_was_no_near_miss_is_refused() {
    let mut case = Case::logged_at(NIGHT);
    let upgrade = json!({"type": "correct_awareness", "kind": "UPGRADE",
        "at": "2026-06-12T17:00:00Z", "reason": "mistyped"});
    let refusal = case.refused(asked(upgrade));
    assert_eq!(refusal.rule, Some(RuleId::AwareForward), "{refusal}");
}

/// A breach that affects Eastmere, of which everybody was told in time but the Partnership Security Officer;
/// 25 hours later.
fn late_for_the_security_officer() -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(2, 2));
    case.triages(shared_disclosure());
    for required in contacts::outstanding(case.incident()) {
        if required.contact.role != Role::Wso {
            case.informs(&required.contact);
        }
    }
    case.after_seconds(25 * 60 * 60);
    assert_eq!(case.state(ClockKind::Bob24h), ClockState::Overdue);
    case
}

fn nobody_else_is_affected() -> Command {
    command(json!({
        "type": "answer_effect", "effect": "NONE", "reason": "only our own patients are on the list",
    }))
}

/// CLK-HONEST: that a partner turns out not to be affected makes nothing timely that was late, whether the
/// Officer was told or released in the meantime.
#[test]
fn facts_that_ask_for_fewer_people_make_nothing_timely_that_was_late() {
    let officer = Contact::partnership(Role::Wso);
    let mut told = late_for_the_security_officer();
    told.gives(Command::Inform(Box::new(Inform {
        late_reason: Some("nobody answered all night".into()),
        ..attempt(&officer, Outcome::Answered)
    })));
    let mut released = late_for_the_security_officer();
    released.by(SECURITY).gives(releases(&officer));
    for case in [&mut told, &mut released] {
        assert_eq!(case.state(ClockKind::Bob24h), ClockState::MetLate);
        case.by(OFFICER).gives(nobody_else_is_affected());
        assert_eq!(case.state(ClockKind::Bob24h), ClockState::MetLate);
    }
}

/// WSIC-NOTIFY: where no partner is affected after all, the release of the Officer ends the clock. It says
/// that it ended, and never that the Officer was told.
#[test]
fn a_release_ends_the_clock_of_the_security_officer_and_nobody_was_told() {
    let officer = Contact::partnership(Role::Wso);
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(2, 2));
    case.triages(shared_disclosure());
    case.gives(nobody_else_is_affected());
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::Running);
    // Whoever triages does not let the Officer off alone (REL-ENTITLED).
    let refusal = case.refused(releases(&officer));
    assert_eq!(refusal.rule, Some(RuleId::RelEntitled));
    assert!(
        refusal.sentence.contains("Ask the Data protection officer"),
        "{refusal}"
    );
    // The Officer does not see it any more, so nobody is sent there.
    assert!(
        !refusal
            .sentence
            .contains("or the Partnership Security Officer"),
        "{refusal}"
    );
    case.by(DPO).gives(releases(&officer));
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::Released);
    let view = clock::view(case.incident(), ClockKind::Wso24h).unwrap();
    assert_eq!(verdict::was_in_time(&view, case.now), None);
}

/// REG-WHOLE: what one controller's own DPO has graded as notifiable is not withdrawn because another's has
/// not.
#[test]
fn what_is_notifiable_for_one_controller_is_not_withdrawn() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(4, 4));
    case.triages(of(&["riverbourne", "eastmere"]));
    case.by(DPO).gives(graded(4, 4));
    let near_miss = Facts {
        breach_status: BreachStatus::NearMiss,
        harm_prevented_by: Some("the letter was stopped at the door".into()),
        ..of(&["riverbourne", "eastmere"])
    };
    case.by(OFFICER).triages(near_miss);
    case.by(OTHER_DPO).gives(lowered(2, 2));
    let withdraw = command(json!({
        "type": "closing", "step": "withdraw", "reason": "it was logged by mistake",
    }));
    let refusal = case.by(DPO).refused(withdraw);
    assert!(
        refusal.sentence.contains("graded as notifiable"),
        "{refusal}"
    );
}

/// NOBODY-THERE: a step for the DPO of the second controller leads to that DPO, not to the first one's.
#[test]
fn a_step_for_the_second_controller_s_dpo_leads_there() {
    let mut case = Case::logged_at(NIGHT);
    case.by(OFFICER).gives(graded(4, 4));
    case.triages(of(&["riverbourne", "eastmere"]));
    let told = json!({"type": "regulator", "step": "decide", "answer": "DECLINE",
        "reasons": "the list was encrypted and the key was never lost"});
    case.by(DPO).gives(command(told));
    let no_breach = Facts {
        breach_status: BreachStatus::NotABreach,
        ..of(&["riverbourne", "eastmere"])
    };
    case.by(OFFICER).triages(no_breach);
    let steps = next_step::next_steps(case.incident(), &case.directory, &case.policy, case.now);
    let step = steps
        .iter()
        .find(|step| step.sentence.contains("grade it again with evidence"))
        .unwrap_or_else(|| panic!("{steps:#?}"));
    let theirs = Contact::of(Role::Dpo, &"eastmere".into());
    assert!(step.sentence.contains("Eastmere"), "{step:?}");
    assert_eq!(step.kind, next_step::StepKind::Inform(theirs));
}
