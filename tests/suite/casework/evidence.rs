//! Stops and the entries that prove them (CLK-EVIDENCE): cases of issue 10, points 8 and 9.

use crate::support::case::{
    Case, DPO, OFFICER, disclosure, graded, home, inform, shared_disclosure,
};
use nightdesk::domain::clock::{self, ClockState, ClockView, Stop};
use nightdesk::domain::command::{Acknowledge, Command, Log};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::evidence::Evidence;
use nightdesk::domain::id::OrganisationId;
use nightdesk::domain::incident::Facts;
use nightdesk::domain::role::Role;

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

/// CLK-EVIDENCE: naming another controller later neither makes a met clock late nor undoes it.
#[test]
fn a_controller_named_after_the_officers_were_told_does_not_undo_it() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(2, 3));
    case.triages(disclosure());
    case.after_seconds(600)
        .gives(inform(&officer_of("riverbourne"), Outcome::Answered));
    let told = stop(&case, ClockKind::BobDpo);
    case.then_at("2026-06-14T09:00:00").triages(Facts {
        controllers: vec!["riverbourne".into(), "eastmere".into()],
        ..disclosure()
    });
    assert_eq!(stop(&case, ClockKind::BobDpo), told);
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Met);
    let outstanding = contacts::outstanding(case.incident());
    assert!(
        outstanding
            .iter()
            .any(|one| one.contact == officer_of("eastmere"))
    );
}

/// One that is named while the clock runs is waited for.
#[test]
fn a_controller_named_while_the_clock_runs_is_waited_for() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(2, 3));
    case.after_seconds(600).triages(Facts {
        controllers: vec!["riverbourne".into(), "eastmere".into()],
        ..disclosure()
    });
    case.gives(inform(&officer_of("riverbourne"), Outcome::Answered));
    assert_eq!(case.state(ClockKind::BobDpo), ClockState::Running);
    case.after_seconds(60)
        .gives(inform(&officer_of("eastmere"), Outcome::Answered));
    assert_eq!(stop(&case, ClockKind::BobDpo).at, case.now);
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
