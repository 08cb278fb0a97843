//! Stops and the entries that prove them (CLK-EVIDENCE): cases of issue 10, points 8 and 9.

use crate::support::case::{
    Case, DPO, OFFICER, attempt, disclosure, graded, home, inform, shared_disclosure, wall,
};
use nightdesk::domain::clock::{self, ClockState, ClockView, Stop};
use nightdesk::domain::command::{Acknowledge, Command, CorrectAwareness, Log};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::evidence::Evidence;
use nightdesk::domain::id::OrganisationId;
use nightdesk::domain::incident::{AwarenessKind, Facts};
use nightdesk::domain::reading;
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;

/// The Partnership Security Officer of the example directory.
const WSO: &str = "marguerite.holloway";

fn view(case: &Case, kind: ClockKind) -> ClockView<'_> {
    clock::view(case.incident(), kind).unwrap()
}

#[track_caller]
fn stop(case: &Case, kind: ClockKind) -> Stop {
    let view = view(case, kind);
    let stop = view.stop.unwrap();
    assert!(
        stop.evidence.is_for(case.incident(), view.clock),
        "{stop:?}"
    );
    stop
}

fn officer_of(organisation: &str) -> Contact {
    Contact::of(Role::Dpo, &organisation.into())
}

/// A report that names these controllers.
fn reported(by: &str, controllers: &[&str]) -> Case {
    let mut case = Case::at("2026-06-12T18:30:00");
    let controllers: Vec<OrganisationId> = controllers.iter().map(|one| (*one).into()).collect();
    let log = Log {
        reporter_organisation: by.into(),
        facts: Facts {
            controllers,
            ..Facts::default()
        },
        ..case.report()
    };
    case.gives(Command::Log(Box::new(log)));
    case
}

/// CLK-EVIDENCE: the officer of a processor is not the one that the clock asks for, and where several
/// are, it names who is missing.
#[test]
fn the_clock_of_the_dpo_waits_for_each_controllers_own_and_for_no_suppliers() {
    for (by, controllers, told, missing) in [
        (
            "portalpath",
            &["riverbourne"][..],
            &["portalpath"][..],
            &["riverbourne"][..],
        ),
        (
            "riverbourne",
            &["riverbourne", "eastmere"],
            &["riverbourne"],
            &["eastmere"],
        ),
        (
            "riverbourne",
            &["riverbourne", "eastmere"],
            &["eastmere"],
            &["riverbourne"],
        ),
        ("harbour", &["riverbourne"], &["riverbourne"], &["harbour"]),
        ("harbour", &["riverbourne"], &["harbour"], &["riverbourne"]),
    ] {
        let mut case = reported(by, controllers);
        case.after_seconds(600);
        for organisation in told {
            case.gives(inform(&officer_of(organisation), Outcome::Answered));
        }
        let waiting = clock::missing(case.incident(), view(&case, ClockKind::BobDpo).clock);
        let expected: Vec<Contact> = missing.iter().map(|one| officer_of(one)).collect();
        assert_eq!(waiting, expected, "{by} {controllers:?}");
        assert_eq!(case.state(ClockKind::BobDpo), ClockState::Running);
        for organisation in missing {
            case.gives(inform(&officer_of(organisation), Outcome::Answered));
        }
        assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
        let place = told.len() + missing.len() - 1;
        let evidence = stop(&case, ClockKind::BobDpo).evidence;
        assert!(matches!(evidence, Evidence::Attempt { place: at } if at <= place));
    }
}

/// The clock of a controller that was named after the others.
#[track_caller]
fn own_view<'a>(case: &'a Case, organisation: &str) -> ClockView<'a> {
    let whose = OrganisationId::from(organisation);
    let mut views = clock::views(case.incident());
    views
        .find(|view| view.clock.is(ClockKind::BobDpo, Some(&whose)))
        .unwrap_or_else(|| panic!("{organisation} has no clock"))
}

fn own_state(case: &Case, organisation: &str) -> ClockState {
    own_view(case, organisation).state(case.now)
}

fn with(controllers: &[&str]) -> Facts {
    Facts {
        controllers: controllers.iter().map(|one| (*one).into()).collect(),
        ..disclosure()
    }
}

fn begun() -> Case {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(2, 3));
    case.triages(disclosure());
    case
}

/// CLK-EVIDENCE: naming another controller later neither makes a met clock late nor undoes it, and the
/// new one's officer is owed within 24 hours of the naming.
#[test]
fn a_controller_named_later_has_its_own_24_hours_from_its_naming() {
    let mut case = begun();
    case.after_seconds(600)
        .gives(inform(&officer_of("riverbourne"), Outcome::Answered));
    let told = stop(&case, ClockKind::BobDpo);
    case.then_at("2026-06-14T09:00:00")
        .triages(with(&["riverbourne", "eastmere"]));
    assert_eq!(stop(&case, ClockKind::BobDpo), told);
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
    let theirs = own_view(&case, "eastmere");
    assert_eq!(theirs.clock.due_at, case.now + chrono::TimeDelta::hours(24));
    assert_eq!(theirs.state(case.now), ClockState::Running);
    assert_eq!(
        clock::missing(case.incident(), theirs.clock),
        [officer_of("eastmere")]
    );
    case.then_at("2026-06-15T09:00:01");
    assert_eq!(own_state(&case, "eastmere"), ClockState::Overdue);
    let mut late = attempt(&officer_of("eastmere"), Outcome::Answered);
    let refused = case.refused(Command::Inform(Box::new(late.clone())));
    assert_eq!(refused.rule, Some(RuleId::ClkLate), "{refused}");
    late.late_reason = Some("nobody had the number".into());
    case.gives(Command::Inform(Box::new(late)));
    let view = own_view(&case, "eastmere");
    assert!(view.clock.late_reason.is_some() && view.stop.is_some());
    let ours = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    assert_eq!(ours.clock.late_reason, None);
}

/// CLK-EVIDENCE: a clock that still runs waits for the officers of both, and says which is missing. A call
/// that was entered only after the second one was named changes nothing in that.
#[test]
fn a_clock_that_runs_waits_for_the_controller_that_is_named_meanwhile() {
    let mut case = begun();
    let called_at = case.now;
    case.after_seconds(3600)
        .triages(with(&["riverbourne", "eastmere"]));
    let mut earlier = attempt(&officer_of("riverbourne"), Outcome::Answered);
    earlier.happened_at = Some(called_at);
    case.gives(Command::Inform(Box::new(earlier)));
    let clock = view(&case, ClockKind::BobDpo).clock;
    assert_eq!(
        clock::missing(case.incident(), clock),
        [officer_of("eastmere")]
    );
    case.gives(inform(&officer_of("eastmere"), Outcome::Answered));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
}

/// Nobody is late for what they could not know: where the clock has run out, the second controller has
/// 24 hours of its own.
#[test]
fn a_controller_named_after_the_clock_ran_out_has_its_own() {
    let mut case = begun();
    case.after_seconds(25 * 3600)
        .triages(with(&["riverbourne", "eastmere"]));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Overdue);
    assert_eq!(own_state(&case, "eastmere"), ClockState::Running);
}

/// Naming one controller in place of another starts nothing anew and lets nobody off: a dropped one has its
/// 24 hours until it has said itself that the data are not its own, and from the same start.
#[test]
fn exchanging_controllers_gives_nobody_another_day() {
    let mut case = reported("portalpath", &["riverbourne"]);
    case.gives(graded(2, 3));
    case.after_seconds(3600).triages(with(&["eastmere"]));
    let clock = view(&case, ClockKind::BobDpo).clock;
    assert_eq!(clock.started_at, case.incident().awareness.staff_at);
    assert_eq!(
        clock::missing(case.incident(), clock),
        [officer_of("riverbourne"), officer_of("eastmere")]
    );
    case.gives(inform(&officer_of("riverbourne"), Outcome::Answered));
    case.gives(inform(&officer_of("eastmere"), Outcome::Answered));
    case.triages(with(&["eastmere", "calder"]));
    let started_at = own_view(&case, "calder").clock.started_at;
    case.after_seconds(3600).triages(with(&["eastmere"]));
    assert_eq!(own_state(&case, "calder"), ClockState::Running);
    case.after_seconds(25 * 3600)
        .triages(with(&["eastmere", "calder"]));
    assert_eq!(own_view(&case, "calder").clock.started_at, started_at);
    assert_eq!(own_state(&case, "calder"), ClockState::Overdue);
}

/// AWARE-FORWARD: what the on-call officer knew, the officer's own organisation knew.
#[test]
fn the_on_call_officers_earlier_awareness_starts_the_dpos_24_hours() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    let earlier = wall("2026-06-12T15:30:00");
    case.gives(Command::CorrectAwareness(CorrectAwareness {
        kind: AwarenessKind::Officer,
        at: earlier,
        reason: "the call came at half past three".into(),
        further_reason: None,
    }));
    for kind in [ClockKind::BobDpo, ClockKind::Ico72h, ClockKind::Bob24h] {
        assert_eq!(view(&case, kind).clock.started_at, earlier, "{kind:?}");
    }
    let mut logged = Case::at("2026-06-12T18:30:00");
    let log = Log {
        officer_aware_at: Some(earlier),
        ..logged.report()
    };
    logged.gives(Command::Log(Box::new(log)));
    assert_eq!(view(&logged, ClockKind::BobDpo).clock.started_at, earlier);
}

/// CLK-EVIDENCE: whoever acts in the role knows of it.
#[test]
fn an_officer_who_logs_grades_or_triages_has_been_told() {
    let mut logs = Case::at("2026-06-12T18:30:00");
    let log = logs.report();
    logs.by(DPO).gives(Command::Log(Box::new(log)));
    let told = stop(&logs, ClockKind::BobDpo);
    assert_eq!((told.at, told.evidence), (logs.now, Evidence::Logging {}));
    let words = told.evidence.in_words(logs.incident(), &logs.directory);
    assert_eq!(words, "Bronwen Hartleap, DPO of Riverbourne ICB, logged it");
    logs.then_at("2026-06-14T18:30:00");
    assert_eq!(logs.state(ClockKind::BobDpo), ClockState::Met);
    let outstanding = contacts::outstanding(logs.incident());
    assert!(outstanding.iter().all(|one| one.contact != home(Role::Dpo)));

    let mut grades = Case::logged_at("2026-06-12T18:30:00");
    grades.after_seconds(60).by(DPO).gives(graded(3, 3));
    let told = stop(&grades, ClockKind::BobDpo);
    assert_eq!(
        (told.at, told.evidence),
        (grades.now, Evidence::Assessment { place: 0 })
    );

    let mut triages = Case::logged_at("2026-06-12T18:30:00");
    triages.gives(graded(2, 3));
    triages.after_seconds(60).by(DPO).triages(disclosure());
    let told = stop(&triages, ClockKind::BobDpo);
    assert_eq!(
        (told.at, told.evidence),
        (triages.now, Evidence::Act { place: 0 })
    );
    let words = told
        .evidence
        .in_words(triages.incident(), &triages.directory);
    assert_eq!(
        words,
        "Bronwen Hartleap, DPO of Riverbourne ICB, triaged it"
    );
}

/// CLK-EVIDENCE: the Officer who acknowledges has been told, and nobody is asked to call them.
#[test]
fn the_partnership_officer_who_acknowledges_has_been_told() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(2, 3));
    case.triages(shared_disclosure());
    case.after_seconds(600)
        .by(WSO)
        .gives(Command::Acknowledge(Acknowledge {}));
    let told = stop(&case, ClockKind::Wso24h);
    assert_eq!(
        (told.at, told.evidence),
        (case.now, Evidence::Acknowledgement {})
    );
    case.by(OFFICER).then_at("2026-06-13T20:00:00");
    assert_eq!(case.state(ClockKind::Wso24h), ClockState::Met);
}

/// CLK-EVIDENCE: the title of a clock names those for whom it waits, or who were told, and nobody else.
#[test]
fn a_controller_that_was_dropped_is_not_named_by_a_clock_that_waits_for_another() {
    let of = |controllers: &[&str]| Facts {
        controllers: controllers.iter().map(|id| (*id).into()).collect(),
        ..disclosure()
    };
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.by(OFFICER).gives(graded(2, 2));
    case.triages(of(&["riverbourne", "eastmere"]));
    case.triages(of(&["riverbourne"]));
    // Its own clock runs until its own officer says that the data are not its own (ICO-DUTY).
    let view = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    let title = view.in_words(&case.directory, case.now);
    let read = reading::read(case.incident(), &case.directory, &case.policy, case.now);
    let clock = read
        .clock_states
        .iter()
        .find(|clock| clock.kind == ClockKind::BobDpo);
    let is_waited_for = clock.unwrap().whose.contains(&"eastmere".into());
    assert_eq!(title.contains("Eastmere"), is_waited_for, "{title}");
    // Named again, it is waited for again.
    case.triages(of(&["riverbourne", "eastmere"]));
    let view = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
    let title = view.in_words(&case.directory, case.now);
    assert!(title.contains("Eastmere"), "{title}");
}

/// ICO-PROC: where no supplier is concerned after all, none had to tell.
#[test]
fn a_triage_that_removes_the_suppliers_leaves_none_that_told() {
    let supplied = |processors: &[&str]| Facts {
        processors: processors.iter().map(|id| (*id).into()).collect(),
        ..disclosure()
    };
    let mut case = Case::at("2026-06-12T18:30:00");
    let log = Log {
        processor_aware_at: Some(case.now - chrono::TimeDelta::hours(1)),
        controller_informed_at: Some(case.now),
        facts: supplied(&["portalpath"]),
        ..case.report()
    };
    case.gives(Command::Log(Box::new(log)));
    case.gives(graded(3, 3));
    assert_eq!(case.state(ClockKind::Proc24h), ClockState::Met);
    case.triages(supplied(&[]));
    assert_eq!(case.state(ClockKind::Proc24h), ClockState::StoodDown);
    case.triages(supplied(&["portalpath"]));
    assert_eq!(case.state(ClockKind::Proc24h), ClockState::Met);
}
