//! The 26 scenarios, each through log, grade and triage: outcome, clocks and who must be told.

use crate::support::case::{Case, OFFICER};
use crate::vectors::{rows, text};
use nightdesk::demo::scenario::{Deed, Scenario, scenarios};
use nightdesk::domain::Instant;
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::command::Command;
use nightdesk::domain::contacts;
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::incident::Incident;
use serde_json::Value;
use std::collections::BTreeSet;

/// The roles that the desk itself tells. The other codes of the list are partners (`GGR`), the host's
/// and processors' own chains, regulators and the police, which later casework covers; `CTRL` is the
/// DPO of another controller.
const TOLD_BY_THE_DESK: [&str; 9] = ["LM", "IAO", "DPO", "IGT", "CSM", "SIRO", "CG", "AO", "WSO"];

/// Where the list of a scenario and the rule BOB-CONTACTS differ: the code, and why the rule wins.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    (
        "S21",
        "SIRO",
        "no personal data, so nothing is notifiable; told by hand, which widens the set",
    ),
    (
        "S24",
        "CSM",
        "a lost tape is no cyber incident; told by hand, which widens the set",
    ),
];

fn told(scenario: &Value) -> BTreeSet<String> {
    let codes = scenario["notify"].as_array().unwrap().iter();
    codes
        .map(|code| code.as_str().unwrap().to_owned())
        .filter(|code| TOLD_BY_THE_DESK.contains(&code.as_str()))
        .collect()
}

fn instant(row: &Value, field: &str) -> Option<Instant> {
    row[field].as_str().map(|at| at.parse().unwrap())
}

/// The scenario logged at its own awareness, graded by the DPO of the organisation whose incident it
/// is, and triaged by the officer.
fn worked(row: &Value, scenario: &Scenario) -> Case {
    let aware_at = instant(row, "aware_utc").unwrap();
    let start = aware_at + chrono::TimeDelta::minutes(scenario.aware_minutes_ago);
    let mut case = Case::at("2026-06-12T18:30:00");
    case.then(aware_at);
    case.gives(Command::Log(Box::new(scenario.report(start))));
    let dpo = scenario.person("DPO", &case.directory, aware_at).unwrap();
    case.by(dpo.as_str()).gives(scenario.command(&Deed::Grade));
    case.by(OFFICER).gives(scenario.command(&Deed::Triage));
    if told(row).contains("AO") {
        case.gives(Command::DeclareMajor(
            nightdesk::domain::command::DeclareMajor {
                reason: "highest priority".into(),
            },
        ));
    }
    case
}

fn pairs() -> Vec<(Value, Scenario)> {
    let rows = rows(include_str!("../data/vectors/scenarios.json"));
    let scenarios = scenarios().unwrap();
    assert_eq!((rows.len(), scenarios.len()), (26, 26));
    rows.into_iter().zip(scenarios).collect()
}

#[test]
fn the_demonstration_tells_the_scenarios_as_the_list_does() {
    let directory = crate::directory::example();
    for (row, scenario) in pairs() {
        let reporter = directory.organisation_name(&scenario.reporter_organisation);
        for (field, ours) in [
            ("id", scenario.id.as_str()),
            ("title", &scenario.title),
            ("summary", &scenario.summary),
            ("reporter_org", reporter),
            ("reporter_role", &scenario.reporter_role),
        ] {
            assert_eq!(text(&row, field), ours, "{}", scenario.id);
        }
        let facts = serde_json::to_value(&scenario.facts).unwrap();
        assert_eq!(
            (&facts["cia"], &facts["cyber"]),
            (&row["cia"], &row["cyber"]),
            "{}",
            scenario.id
        );
    }
}

#[test]
fn every_scenario_has_its_outcome_and_basis() {
    for (row, scenario) in pairs() {
        has_its_outcome(&row, worked(&row, &scenario).incident());
    }
}

/// The last assessment is the one of the list.
pub(crate) fn has_its_outcome(row: &Value, incident: &Incident) {
    let grading = serde_json::to_value(&incident.assessment().unwrap().grading).unwrap();
    for field in [
        "outcome",
        "basis",
        "ico_required",
        "dhsc",
        "art34_prompt",
        "effective_severity",
    ] {
        let id = text(row, "id");
        assert_eq!(grading[field], row["assessment"][field], "{id} {field}");
    }
}

/// Every controller's 72 hours end as in the list, and where it has none, none count.
fn has_its_regulator_clocks(row: &Value, incident: &Incident, now: Instant) {
    let regulator = clock::views(incident)
        .filter(|view| view.clock.kind == ClockKind::Ico72h)
        .filter(|view| view.state(now) != ClockState::StoodDown)
        .map(|view| view.clock.due_at);
    let due: BTreeSet<Instant> = regulator.collect();
    let expected: BTreeSet<Instant> = instant(row, "ico_72h_utc").into_iter().collect();
    assert_eq!(due, expected, "{}", text(row, "id"));
}

/// Whoever the list names is required, but for the exceptions.
pub(crate) fn tells_whom_its_list_names(row: &Value, incident: &Incident) {
    let computed = required(incident);
    for missing in told(row).difference(&computed) {
        let id = text(row, "id");
        let is_excepted = |(of, code, _): &&(&str, &str, &str)| *of == id && code == missing;
        let excepted = EXCEPTIONS.iter().any(|exception| is_excepted(&exception));
        assert!(excepted, "{id} does not tell {missing}: {computed:?}");
    }
}

/// The codes of those who must be told.
fn required(incident: &Incident) -> BTreeSet<String> {
    let required = contacts::required(incident).into_iter();
    required
        .map(|needed| needed.contact.role.code().to_owned())
        .collect()
}

#[test]
fn every_scenario_has_its_clocks() {
    for (row, scenario) in pairs() {
        let case = worked(&row, &scenario);
        let on_call = case.due_at(ClockKind::Bob24h);
        let expected = instant(&row, "oncall_24h_utc").filter(|_| row["out_of_hours"] == true);
        assert_eq!(
            on_call, expected,
            "{}: BOB-24H only out of hours",
            scenario.id
        );
        has_its_regulator_clocks(&row, case.incident(), case.now);
        if row["out_of_hours"] == true && row["ico_72h_utc"].is_string() {
            let dpo = clock::view(case.incident(), ClockKind::BobDpo).unwrap();
            assert_eq!(
                dpo.outer_due_at,
                instant(&row, "dpo_outer_utc"),
                "{}",
                scenario.id
            );
        }
    }
}

#[test]
fn every_scenario_tells_whom_its_list_names() {
    let mut unneeded: Vec<(&str, &str)> = Vec::new();
    for (row, scenario) in pairs() {
        let case = worked(&row, &scenario);
        tells_whom_its_list_names(&row, case.incident());
        let computed = required(case.incident());
        for (id, code, _) in EXCEPTIONS.iter().filter(|(id, ..)| *id == scenario.id) {
            if computed.contains(*code) {
                unneeded.push((id, code));
            }
        }
    }
    assert_eq!(unneeded, [], "an exception that is none any more");
}

#[test]
fn the_letters_of_s26_are_graded_again_under_the_first_awareness() {
    let (row, scenario) = pairs().into_iter().next_back().unwrap();
    let mut case = worked(&row, &scenario);
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::StoodDown);
    let regrade = &row["regrade"];
    let dpo = scenario.person("DPO", &case.directory, case.now).unwrap();
    case.then_at(text(regrade, "at_local")).by(dpo.as_str());
    case.gives(crate::support::case::graded(4, 4));
    assert_eq!(
        case.due_at(ClockKind::Ico72h),
        instant(regrade, "ico_due_utc")
    );
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Overdue);
}

#[test]
fn every_step_of_the_demonstration_is_something_the_rules_allow() {
    let start = crate::directory::reference_night();
    for scenario in scenarios().unwrap() {
        let mut case = Case::at("2026-06-12T19:30:00");
        let directory = std::mem::take(&mut case.directory);
        let at = |minutes| nightdesk::demo::scenario::ago(start, minutes);
        let mut told = |minutes, by: &str, command: Command| {
            case.now = at(minutes);
            case.directory = directory.clone();
            let person = scenario.person(by, &directory, case.now).unwrap();
            case.by(person.as_str());
            let refused = case.give(command).err();
            assert_eq!(refused, None, "{} {minutes} minutes ago", scenario.id);
        };
        told(
            scenario.logged_minutes_ago,
            "OCO",
            Command::Log(Box::new(scenario.report(start))),
        );
        let mut last = scenario.logged_minutes_ago;
        for step in &scenario.steps {
            assert!(
                step.minutes_ago <= last,
                "{}: steps are in order",
                scenario.id
            );
            last = step.minutes_ago;
            told(step.minutes_ago, &step.by, scenario.command(&step.deed));
        }
    }
}
