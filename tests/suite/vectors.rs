//! The hand-checked examples of the rules, row by row, through the domain's own functions.
//!
//! The state of a clock (met, overdue, stood down) needs an incident and is tested beside it; here
//! are the instants.

use chrono::{NaiveDate, NaiveDateTime};
use nightdesk::config;
use nightdesk::domain::Instant;
use nightdesk::domain::calendar::input::{
    Fold, InputError, ReportedTimeError, check_reported_time, understand,
};
use nightdesk::domain::calendar::{self, local, start_of_day, zone_letters};
use nightdesk::domain::deadlines::{ClockKind, due_at, follow_from, outer_due_at};
use nightdesk::domain::grid::{self, ClaimedMitigation, Factor, Grade, GradeInput, GradingPolicy};
use nightdesk::domain::policy::Policy;
use nightdesk::domain::role::{Holding, Role, term_end};
use nightdesk::domain::rule::RuleId;
use nightdesk::domain::trend;
use serde_json::Value;

pub(crate) fn rows(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a file of examples is a JSON array")
}

pub(crate) fn time_rows() -> Vec<Value> {
    rows(include_str!("../data/vectors/time.json"))
}

pub(crate) fn grid_rows() -> Vec<Value> {
    rows(include_str!("../data/vectors/grid.json"))
}

pub(crate) fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field]
        .as_str()
        .unwrap_or_else(|| panic!("{} has no {field}", row["id"]))
}

fn utc(row: &Value, field: &str) -> Instant {
    text(row, field).parse().unwrap()
}

fn policy() -> Policy {
    config::policy().unwrap()
}

/// A wall time of a vector; of two equal ones the first, unless the row says otherwise.
fn wall(text: &str, fold: &Value) -> Instant {
    let fold = if fold.as_u64() == Some(1) {
        Fold::Gmt
    } else {
        Fold::Bst
    };
    understand(text, Instant::UNIX_EPOCH, Some(fold)).unwrap()
}

/// BOB-DPO, BOB-24H, ICO-72H, NIS-72H, BOB-BH: T01 to T50.
#[test]
fn every_deadline_follows_from_the_awareness_time() {
    let policy = policy();
    for row in time_rows() {
        let id = text(&row, "id");
        let aware_at = wall(text(&row, "aware_local"), &row["fold"]);
        assert_eq!(aware_at, utc(&row, "aware_utc"), "{id}: local to UTC");
        let deadlines = follow_from(aware_at, &policy);
        let of = |kind| {
            let mut clocks = deadlines.clocks.iter();
            clocks.find(|deadline| deadline.kind == kind).unwrap()
        };
        assert_eq!(
            deadlines.out_of_hours, row["out_of_hours"],
            "{id}: out of hours"
        );
        for (kind, field) in [
            (ClockKind::Bob24h, "oncall_24h_utc"),
            (ClockKind::BobDpo, "dpo_24h_utc"),
            (ClockKind::Ico72h, "ico_72h_utc"),
            (ClockKind::Nis72h, "ico_72h_utc"),
        ] {
            assert_eq!(of(kind).due_at, utc(&row, field), "{id}: {field}");
        }
        let dpo = of(ClockKind::BobDpo);
        let (outer, uncapped) = (dpo.outer_due_at, dpo.outer_due_uncapped_at);
        assert_eq!(outer, Some(utc(&row, "dpo_outer_capped_utc")), "{id}");
        assert_eq!(uncapped, Some(utc(&row, "dpo_outer_utc")), "{id}");
        assert_eq!(
            deadlines.ico_reg1182_outer_at,
            utc(&row, "ico_reg1182_outer_utc"),
            "{id}: outer reading of the 72 hours"
        );
        let one_working_day = policy
            .calendar
            .one_working_day(aware_at, &policy.business_hours);
        assert_eq!(
            one_working_day,
            utc(&row, "dpo_one_working_day_utc"),
            "{id}"
        );
    }
}

/// CLK-UTC.
#[test]
fn local_times_carry_the_offset_and_letters_of_their_day() {
    for row in time_rows() {
        for (instant, rendering) in [
            ("aware_utc", "aware_local_offset"),
            ("ico_72h_utc", "ico_72h_local"),
            ("oncall_24h_utc", "oncall_24h_local"),
            ("dpo_outer_utc", "dpo_outer_local"),
        ] {
            let at = utc(&row, instant);
            let expected = text(&row, rendering);
            assert_eq!(local(at).to_rfc3339(), expected, "{}", row["id"]);
            let letters = if expected.ends_with("+01:00") {
                "BST"
            } else {
                "GMT"
            };
            assert_eq!(zone_letters(at), letters, "{}", row["id"]);
        }
    }
}

#[test]
fn a_bank_holiday_is_no_working_day_and_has_a_title() {
    let calendar = policy().calendar;
    for row in time_rows() {
        let day: NaiveDate = text(&row, "aware_local")[..10].parse().unwrap();
        let title = calendar.holidays.get(&day).map(String::as_str);
        assert_eq!(title, row["bank_holiday"].as_str(), "{}", row["id"]);
        assert!(title.is_none() || !calendar.is_working_day(day));
    }
}

#[test]
fn a_clock_is_due_its_length_of_elapsed_time_after_its_start() {
    let policy = policy();
    for row in rows(include_str!("../data/vectors/clock.json")) {
        let started_at = wall(text(&row, "start"), &row["fold"]);
        let rule: RuleId = match text(&row, "rule") {
            "PROC-24H" => RuleId::IcoProc,
            id => id.parse().unwrap(),
        };
        let kind = *ClockKind::ALL
            .iter()
            .find(|kind| kind.rule() == rule)
            .unwrap();
        assert_eq!(
            due_at(kind, started_at, &policy),
            utc(&row, "due"),
            "{}",
            row["id"]
        );
        if row["outer"].is_string() {
            let ico_due_at = due_at(ClockKind::Ico72h, started_at, &policy);
            let outer = outer_due_at(kind, started_at, Some(ico_due_at), &policy);
            assert_eq!(outer, Some(utc(&row, "outer")), "{}", row["id"]);
        }
    }
}

/// CLK-INPUT, CLK-PAST: I01 to I09.
#[test]
fn typed_times_are_taken_or_refused_as_the_rules_say() {
    let policy = policy();
    for row in rows(include_str!("../data/vectors/input.json")) {
        let at = |field: &str| {
            row[field]
                .as_str()
                .map(|text| understand(text, Instant::UNIX_EPOCH, None).unwrap())
        };
        let now = at("now").unwrap_or("2030-01-01T00:00:00Z".parse().unwrap());
        let outcome = match understand(text(&row, "aware"), now, None) {
            Err(InputError::Nonexistent { .. }) => "reject: nonexistent".to_owned(),
            Err(InputError::Ambiguous { .. }) => "reject: ambiguous".to_owned(),
            Err(other) => other.to_string(),
            Ok(aware_at) => {
                match check_reported_time(aware_at, now, at("occurred"), &policy.input) {
                    Err(ReportedTimeError::InFuture { .. }) => "reject: future".to_owned(),
                    Err(ReportedTimeError::BeforeOccurrence { .. }) => {
                        "reject: before occurrence".to_owned()
                    }
                    Ok(()) => aware_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                }
            }
        };
        assert_eq!(outcome, text(&row, "expect"), "{}", row["id"]);
    }
}

/// WSIC-MAJOR: M01 to M06.
#[test]
fn three_sightings_inside_24_elapsed_hours_propose_a_major_incident() {
    let policy = policy();
    for row in rows(include_str!("../data/vectors/trend.json")) {
        let mut sightings: Vec<Instant> = row["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| wall(event.as_str().unwrap(), &Value::Null))
            .collect();
        let expected = row["expect"].as_str().map(|at| at.parse().unwrap());
        assert_eq!(trend::proposed_at(&sightings, &policy.trend), expected);
        sightings.reverse();
        assert_eq!(
            trend::proposed_at(&sightings, &policy.trend),
            expected,
            "{}: the order of logging does not matter",
            row["id"]
        );
    }
}

/// WSIC-TERM: R01 to R08.
#[test]
fn a_term_ends_at_local_midnight_six_calendar_months_later() {
    let policy = policy();
    for row in rows(include_str!("../data/vectors/role-term.json")) {
        let starts_on: NaiveDate = text(&row, "start").parse().unwrap();
        let ends_on = term_end(starts_on, &policy.term);
        let ends_at = start_of_day(ends_on);
        assert_eq!(ends_on.to_string(), text(&row, "end_exclusive"));
        assert_eq!(ends_at, utc(&row, "end_instant_utc"), "{}", row["id"]);
        let holding = Holding {
            role: Role::Wso,
            organisation: "host".into(),
            person: "officer".into(),
            starts_on,
            ends_on: Some(ends_on),
            interim: false,
            deputy_order: 0,
            began_at: None,
            appointed_by: None,
            ended_at: None,
            ended_because: None,
        };
        let second = chrono::TimeDelta::seconds(1);
        assert!(holding.is_valid_at(ends_at - second), "{}", row["id"]);
        assert!(!holding.is_valid_at(ends_at), "{}", row["id"]);
        assert!(holding.is_valid_at(start_of_day(starts_on)));
        assert!(!holding.is_valid_at(start_of_day(starts_on) - second));
        let last_valid_day = local(ends_at - second).date_naive();
        assert_eq!(last_valid_day.to_string(), text(&row, "last_valid_day"));
    }
}

/// BOB-GRID, BOB-FLOOR, BOB-SENS, BOB-MIT, BOB-NEAR, BOB-PCD: G01 to G53.
#[test]
fn every_cell_of_the_grid_has_its_outcome_and_basis() {
    for row in grid_rows() {
        let fields = &row["input"];
        let mut lines = policy().grid;
        if fields["policy"] == "DSPT_FLOOR" {
            lines.policy = GradingPolicy::DsptFloor;
        }
        let grading = grid::assess(&grade_input(fields, &fields["accepted"]), &lines);
        assert_same_grading(&row, &row, &grading);
    }
}

#[test]
fn every_scenario_is_graded_as_expected() {
    for row in rows(include_str!("../data/vectors/scenarios.json")) {
        let input = grade_input(&row, &row["mitigation_accepted"]);
        let grading = grid::assess(&input, &policy().grid);
        assert_same_grading(&row, &row["assessment"], &grading);
        assert_eq!(u64::from(grading.score), row["score"]);
    }
}

fn grade_input(fields: &Value, accepted: &Value) -> GradeInput {
    let grade = |axis: &str| u8::try_from(fields[axis].as_u64().unwrap()).unwrap();
    let factors: Option<Vec<Factor>> = serde_json::from_value(fields["factors"].clone()).unwrap();
    let kind: Option<grid::Mitigation> =
        serde_json::from_value(fields["mitigation"].clone()).unwrap();
    GradeInput {
        grade: Grade::new(grade("severity"), grade("likelihood")).unwrap(),
        factors: factors.unwrap_or_default().into_iter().collect(),
        mitigation: kind.map(|kind| ClaimedMitigation {
            kind,
            accepted: accepted == true,
        }),
        near_miss: fields["near_miss"] == true,
        personal: fields["personal"] != false,
        living: fields["living"] != false,
    }
}

/// Compares every field of the grading that the row has, and that it has all but the score.
fn assert_same_grading(row: &Value, expected: &Value, grading: &grid::Grading) {
    let actual = serde_json::to_value(grading).unwrap();
    for (field, value) in actual.as_object().unwrap() {
        if field != "score" || expected["score"].is_number() {
            assert_eq!(value, &expected[field], "{}: {field}", row["id"]);
        }
    }
}

#[test]
fn the_calendar_says_where_its_knowledge_ends() {
    let calendar = policy().calendar;
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    assert_eq!(calendar.known_through, Some(day("2028-12-31")));
    assert!(calendar.is_known(day("2024-01-01")));
    assert!(!calendar.is_known(day("2023-12-31")));
    assert!(!calendar.is_known(day("2029-01-01")));
    assert!(
        calendar.is_working_day(day("2029-01-01")),
        "an unknown Monday"
    );
    assert!(!calendar::Calendar::default().is_known(day("2026-06-12")));
}

/// BOB-BH.
#[test]
fn a_bad_row_of_the_holidays_is_a_warning_and_takes_nothing_else_away() {
    let document = r#"{"england-and-wales": {"division": "england-and-wales", "events": [
        {"title": "Christmas Day", "date": "2026-12-25", "notes": "", "bunting": true},
        {"title": "Nonsense", "date": "2026-02-30"},
        {"date": "2026-04-03"}
    ]}}"#;
    let reading = config::holidays::from_gov_uk(document).unwrap();
    assert_eq!(reading.calendar.holidays.len(), 1);
    assert_eq!(reading.warnings.len(), 2);
    assert!(config::holidays::from_gov_uk(r#"{"england-and-wales": {"events": []}}"#).is_err());
    assert!(config::holidays::from_gov_uk("[]").is_err());
}

#[test]
fn a_policy_that_no_desk_could_work_by_is_refused() {
    let text = include_str!("../../config/policy.toml");
    assert!(config::read_policy(text).is_ok());
    for (good, bad) in [
        ("opens = \"09:00\"", "opens = \"17:00\""),
        ("line_severity = 2", "line_severity = 0"),
        (
            "{ severity = 3, likelihood = 4 }",
            "{ severity = 6, likelihood = 4 }",
        ),
        ("ico_72h_hours = 72", "ico_72h_hours = 0"),
        ("due_soon_fraction = 4", "due_soon_fraction = 0"),
        (
            "steps_minutes = [0, 15, 30, 60]",
            "steps_minutes = [0, 15, 15, 60]",
        ),
        ("incidents = 3", "incidents = 1"),
        ("incidents = 3", "incident = 3"),
    ] {
        assert!(text.contains(good), "{good} has moved");
        assert!(
            config::read_policy(&text.replacen(good, bad, 1)).is_err(),
            "{bad}"
        );
    }
}

/// What an officer may type at 14:00 on Monday 15 June 2026, and what it means in UTC.
#[test]
fn short_forms_mean_the_most_recent_time_that_is_not_in_the_future() {
    let now: Instant = "2026-06-15T13:00:30Z".parse().unwrap();
    for (typed, meant) in [
        ("now", "2026-06-15T13:00:30Z"),
        ("-40m", "2026-06-15T12:20:30Z"),
        ("-2h", "2026-06-15T11:00:30Z"),
        ("-1h30m", "2026-06-15T11:30:30Z"),
        ("-2d", "2026-06-13T13:00:30Z"),
        ("14:00", "2026-06-15T13:00:00Z"),
        ("14:01", "2026-06-14T13:01:00Z"),
        ("21:30", "2026-06-14T20:30:00Z"),
        ("9:30", "2026-06-15T08:30:00Z"),
        ("today 16:00", "2026-06-15T15:00:00Z"),
        ("yesterday 22:10", "2026-06-14T21:10:00Z"),
        ("  Yesterday 22:10 ", "2026-06-14T21:10:00Z"),
        ("fri 18:30", "2026-06-12T17:30:00Z"),
        ("Friday 18:30:05", "2026-06-12T17:30:05Z"),
        ("mon 13:59", "2026-06-15T12:59:00Z"),
        ("mon 14:01", "2026-06-08T13:01:00Z"),
        ("2026-06-12T18:30", "2026-06-12T17:30:00Z"),
        ("2026-06-12 18:30:05", "2026-06-12T17:30:05Z"),
        ("2026-06-12T18:30Z", "2026-06-12T18:30:00Z"),
        ("2026-06-12t18:30:00.900z", "2026-06-12T18:30:00Z"),
        ("2026-06-12T18:30:00+02:00", "2026-06-12T16:30:00Z"),
        ("2026-06-12 18:30:00-00:30", "2026-06-12T19:00:00Z"),
        ("2026-12-12 18:30", "2026-12-12T18:30:00Z"),
        ("2026-06-12 18:30 BST", "2026-06-12T17:30:00Z"),
        ("fri 18:30 bst", "2026-06-12T17:30:00Z"),
        ("2026-10-25 01:30 BST", "2026-10-25T00:30:00Z"),
        ("2026-10-25 01:30 gmt", "2026-10-25T01:30:00Z"),
    ] {
        let meant: Instant = meant.parse().unwrap();
        assert_eq!(understand(typed, now, None), Ok(meant), "{typed:?}");
    }
}

/// Times as people say them, on a Monday at two in the afternoon, in London.
#[test]
fn times_are_read_as_people_say_them() {
    let now: Instant = "2026-06-15T13:00:30Z".parse().unwrap();
    for (typed, means) in [
        ("10pm", "2026-06-14T21:00:00Z"),
        ("10.30 pm", "2026-06-14T21:30:00Z"),
        ("12am", "2026-06-14T23:00:00Z"),
        ("9:05am", "2026-06-15T08:05:00Z"),
        ("22.30", "2026-06-14T21:30:00Z"),
        ("2230", "2026-06-14T21:30:00Z"),
        ("0215", "2026-06-15T01:15:00Z"),
        ("40 minutes ago", "2026-06-15T12:20:30Z"),
        ("an hour ago", "2026-06-15T12:00:30Z"),
        ("2 hours ago", "2026-06-15T11:00:30Z"),
        ("12/06/2026 22:10", "2026-06-12T21:10:00Z"),
        ("12/6/2026 10pm", "2026-06-12T21:00:00Z"),
        ("13 jun 01:00", "2026-06-13T00:00:00Z"),
        ("13 June 2026 01:00", "2026-06-13T00:00:00Z"),
        ("20 dec 01:00", "2025-12-20T01:00:00Z"),
        ("midnight", "2026-06-14T23:00:00Z"),
        ("noon", "2026-06-15T11:00:00Z"),
        ("last night 22:00", "2026-06-14T21:00:00Z"),
        ("yesterday 10pm", "2026-06-14T21:00:00Z"),
        ("fri 6pm", "2026-06-12T17:00:00Z"),
    ] {
        let wanted: Instant = means.parse().unwrap();
        assert_eq!(understand(typed, now, None), Ok(wanted), "{typed}");
    }
}

#[test]
fn what_is_not_a_time_is_refused_and_the_forms_are_named() {
    let now: Instant = "2026-06-15T13:00:30Z".parse().unwrap();
    for typed in [
        "",
        "lunchtime",
        "last night 01:00",
        "12/06/26 18:30",
        "13/13/2026 18:30",
        "40 ago",
        "25pm",
        "13pm",
        "2460",
        "-",
        "-40",
        "-m",
        "-1h2h",
        "+40m",
        "24:00",
        "21:60",
        "21:3",
        "21",
        "21:30:60",
        "2026-06-12",
        "1026-06-12 18:30",
        "2206-06-12 18:30",
        "26-06-12 18:30",
        "2026-6-12 18:30",
        "2026-02-29 12:00",
        "2026-06-12T18:30+25:00",
        "2026-06-12T18:30+01",
        "fri",
        "fri 18",
        "someday 18:30",
        "yesterday",
        "yesterday -40m",
        "2026-06-12T18:30Z+01:00",
        "-99999h",
        "２１:30",
        "21:30\u{202e}",
        "１2:00",
    ] {
        let refused = understand(typed, now, None);
        let Err(InputError::NotUnderstood { .. }) = refused else {
            panic!("{typed:?} was taken for {refused:?}");
        };
    }
    let sentence = understand("lunchtime", now, None).unwrap_err().to_string();
    assert!(sentence.contains("yesterday 22:10"), "{sentence}");
}

#[test]
fn a_time_inside_the_missing_hour_names_its_nearest_neighbours() {
    let refused = understand("2026-03-29T01:30", Instant::UNIX_EPOCH, None).unwrap_err();
    let neighbours: [Instant; 2] = [
        "2026-03-29T00:59:59Z".parse().unwrap(),
        "2026-03-29T01:00:00Z".parse().unwrap(),
    ];
    assert_eq!(refused.choices(), neighbours);
    assert_eq!(
        refused.to_string(),
        "Sun 29 Mar 2026 01:30 never existed, because the clocks went forward. The nearest times \
         are Sun 29 Mar 2026 00:59:59 GMT and Sun 29 Mar 2026 02:00 BST"
    );
}

#[test]
fn a_repeated_time_offers_summer_time_first_and_takes_the_one_chosen() {
    let typed = "2026-10-25 01:30";
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    let (bst, gmt): (Instant, Instant) = (
        "2026-10-25T00:30:00Z".parse().unwrap(),
        "2026-10-25T01:30:00Z".parse().unwrap(),
    );
    let refused = understand(typed, now, None).unwrap_err();
    assert_eq!(refused.choices(), [bst, gmt]);
    assert_eq!(
        refused.to_string(),
        "Sun 25 Oct 2026 01:30 happened twice, because the clocks went back. Choose Sun 25 Oct \
         2026 01:30 BST or Sun 25 Oct 2026 01:30 GMT"
    );
    assert_eq!(understand(typed, now, Some(Fold::Bst)), Ok(bst));
    assert_eq!(understand(typed, now, Some(Fold::Gmt)), Ok(gmt));
}

/// Taking `18:30 GMT` for 18:30 in summer would move a deadline by an hour without a word.
#[test]
fn the_letters_of_the_other_half_of_the_year_are_refused_with_both_readings() {
    let now = "2026-06-15T13:00:30Z".parse().unwrap();
    for (typed, readings) in [
        (
            "fri 18:30 GMT",
            ["2026-06-12T17:30:00Z", "2026-06-12T18:30:00Z"],
        ),
        (
            "2026-01-12 18:30 BST",
            ["2026-01-12T18:30:00Z", "2026-01-12T17:30:00Z"],
        ),
    ] {
        let refused = understand(typed, now, None).unwrap_err();
        let readings = readings.map(|at| at.parse::<Instant>().unwrap());
        assert_eq!(refused.choices(), readings, "{typed}");
    }
    assert_eq!(
        understand("fri 18:30 GMT", now, None)
            .unwrap_err()
            .to_string(),
        "Fri 12 Jun 2026 18:30 is not GMT; choose Fri 12 Jun 2026 18:30 BST or Fri 12 Jun 2026 \
         19:30 BST"
    );
}

/// While the second 01:30 is still to come, a bare 01:30 can only mean the first.
#[test]
fn a_bare_repeated_time_asks_only_once_both_have_happened() {
    let at = |text: &str| text.parse::<Instant>().unwrap();
    let first = at("2026-10-25T00:30:00Z");
    assert_eq!(
        understand("01:30", at("2026-10-25T00:45:00Z"), None),
        Ok(first)
    );
    assert_eq!(
        understand("01:30", at("2026-10-25T00:15:00Z"), None),
        Ok(at("2026-10-24T00:30:00Z"))
    );
    assert!(understand("01:30", at("2026-10-25T01:30:00Z"), None).is_err());
    assert!(understand("sun 01:30", at("2026-10-28T12:00:00Z"), None).is_err());
}

#[test]
fn a_bare_time_in_the_missing_hour_is_refused_once_the_clocks_went_forward() {
    let at = |text: &str| text.parse::<Instant>().unwrap();
    assert!(understand("01:30", at("2026-03-29T10:00:00Z"), None).is_err());
    assert_eq!(
        understand("01:30", at("2026-03-29T00:30:00Z"), None),
        Ok(at("2026-03-28T01:30:00Z"))
    );
}

#[test]
fn an_estimated_occurrence_does_not_bind_the_awareness() {
    let policy = policy();
    let at = |text: &str| text.parse::<Instant>().unwrap();
    let (aware_at, now) = (at("2026-06-15T09:00:00Z"), at("2026-06-15T12:00:00Z"));
    let occurred_at = Some(at("2026-06-15T09:30:00Z"));
    let refused = check_reported_time(aware_at, now, occurred_at, &policy.input).unwrap_err();
    assert_eq!(refused.rule(), RuleId::ClkPast);
    assert!(check_reported_time(aware_at, now, None, &policy.input).is_ok());
    let long_ago = at("2019-01-01T00:00:00Z");
    assert!(check_reported_time(long_ago, now, None, &policy.input).is_ok());
}

#[test]
fn a_grade_outside_one_to_five_cannot_exist() {
    assert!(Grade::new(0, 3).is_err());
    assert!(Grade::new(3, 6).is_err());
    let read = |text: &str| serde_json::from_str::<Grade>(text);
    assert!(read(r#"{"severity": 5, "likelihood": 1}"#).is_ok());
    assert!(read(r#"{"severity": 6, "likelihood": 1}"#).is_err());
    assert!(read(r#"{"severity": 0, "likelihood": 1}"#).is_err());
}

/// CLK-UTC.
#[test]
fn naive_wall_clock_arithmetic_would_be_wrong_where_the_examples_say() {
    for row in time_rows() {
        let wall: NaiveDateTime = text(&row, "aware_local").parse().unwrap();
        let naive = (wall + chrono::TimeDelta::hours(72)).format("%Y-%m-%dT%H:%M:%S");
        let naive = understand(&naive.to_string(), Instant::UNIX_EPOCH, Some(Fold::Bst));
        let error = (naive.unwrap() - utc(&row, "ico_72h_utc")).num_seconds();
        assert_eq!(
            error,
            row["naive_wall_72h_error_seconds"].as_i64().unwrap(),
            "{}",
            row["id"]
        );
    }
}
