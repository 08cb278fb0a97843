//! The state of every clock of the examples, and the procedures that bring it about.

use crate::support::case::{Case, DPO, attempt, disclosure, graded, home, triage, wall};
use crate::vectors::{rows, text};
use nightdesk::config;
use nightdesk::domain::clock::{self, Clock, ClockState, ClockView, Stop, StopKind};
use nightdesk::domain::command::{Command, CorrectAwareness, Log, Triage};
use nightdesk::domain::contacts::{self, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::event::Event;
use nightdesk::domain::evidence::Evidence;
use nightdesk::domain::incident::{AwarenessKind, BreachStatus, Confirmation, Facts};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use serde_json::{Value, from_value};

fn kind(row: &Value) -> ClockKind {
    from_value(text(row, "rule").replace('-', "_").into()).unwrap()
}

fn expected(row: &Value) -> ClockState {
    from_value(row["state"].clone()).unwrap()
}

/// The row of the examples with this id.
fn row(id: &str) -> Value {
    let rows = rows(include_str!("../data/vectors/clock.json"));
    rows.into_iter().find(|row| row["id"] == id).unwrap()
}

fn due(row: &Value) -> nightdesk::domain::Instant {
    text(row, "due").parse().unwrap()
}

/// The incident's clock agrees with the row in when it is due and in its state now.
#[track_caller]
fn agrees(case: &Case, id: &str) {
    let row = row(id);
    assert_eq!(case.due_at(kind(&row)), Some(due(&row)), "{id}");
    assert_eq!(case.state(kind(&row)), expected(&row), "{id}");
}

/// An ordinary stop that was recorded at once.
pub(crate) fn stopped(at: nightdesk::domain::Instant) -> Stop {
    Stop {
        at,
        recorded_at: at,
        kind: StopKind::Ordinary,
        evidence: Evidence::Logging {},
    }
}

/// CLK-STATE: C01 to C22.
#[test]
fn the_state_of_a_clock_follows_from_its_facts_and_the_present() {
    let policy = config::policy().unwrap();
    let case = Case::logged_at("2026-06-12T18:30:00");
    for row in rows(include_str!("../data/vectors/clock.json")) {
        let started_at = wall(text(&row, "start"));
        let ico_due_at = started_at + chrono::TimeDelta::hours(72);
        let clock = Clock::start(kind(&row), None, started_at, &policy);
        let instant = |field: &str| row[field].as_str().map(wall);
        let stopped_at = instant("stop");
        let view = ClockView {
            incident: case.incident(),
            clock: &clock,
            stop: stopped_at.map(stopped),
            outer_due_at: clock.outer_due_at.map(|outer| outer.min(ico_due_at)),
        };
        let now = instant("now").or(stopped_at).unwrap();
        assert_eq!(view.state(now), expected(&row), "{}", row["id"]);
        let outer = row["outer"].as_str().map(|outer| outer.parse().unwrap());
        assert!(
            outer.is_none() || view.outer_due_at == outer,
            "{}",
            row["id"]
        );
    }
}

/// Every required contact of a plain incident answers at this wall time; late ones say why.
fn informs_everybody(case: &mut Case, at: &str) {
    case.then_at(at);
    for required in contacts::outstanding(case.incident()) {
        let command = |late_reason: Option<&str>| {
            let mut attempt = crate::support::case::attempt(&required.contact, Outcome::Answered);
            attempt.late_reason = late_reason.map(Into::into);
            Command::Inform(Box::new(attempt))
        };
        if case.give(command(None)).is_err() {
            case.gives(command(Some("the switchboard was down")));
        }
    }
}

#[test]
fn informed_at_the_deadline_itself_is_met_and_a_second_later_is_met_late() {
    for (id, at) in [
        ("C01", "2026-06-13T18:30:00"),
        ("C02", "2026-06-13T18:30:01"),
    ] {
        let mut case = Case::logged_at("2026-06-12T18:30:00");
        informs_everybody(&mut case, at);
        agrees(&case, id);
    }
}

#[test]
fn awareness_in_the_past_makes_a_clock_overdue_or_due_soon_on_entry() {
    for (id, aware, now) in [
        ("C03", "2026-06-12T09:00:00", "2026-06-15T10:00:00"),
        ("C04", "2026-06-12T20:00:00", "2026-06-15T10:00:00"),
    ] {
        let mut case = Case::at(now);
        let log = Log {
            aware_at: wall(aware),
            ..case.report()
        };
        case.gives(Command::Log(Box::new(log)));
        agrees(&case, id);
    }
}

/// CLK-REGRADE: C05, C06.
#[test]
fn a_grade_that_stands_a_clock_down_keeps_the_anchor_for_the_grade_that_brings_it_back() {
    for (id, regraded_at) in [
        ("C05", "2026-06-05T09:00:00"),
        ("C06", "2026-06-03T09:00:00"),
    ] {
        let mut case = Case::logged_at("2026-06-01T10:00:00");
        case.by(DPO).gives(graded(2, 2));
        assert_eq!(case.state(ClockKind::Ico72h), ClockState::StoodDown, "{id}");
        case.then_at(regraded_at).gives(graded(4, 4));
        agrees(&case, id);
    }
}

#[test]
fn a_provisional_grade_by_the_officer_never_hides_the_regulators_clock() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    case.gives(graded(2, 2));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    assert!(case.incident().assessment().unwrap().provisional);
}

/// What a processor tells: when it knew, and when its message arrived.
fn told_by_processor(now: &str, processor: &str, informed: &str) -> Case {
    let mut case = Case::at(now);
    let log = Log {
        aware_at: wall(informed),
        reporter_organisation: "portalpath".into(),
        processor_aware_at: Some(wall(processor)),
        controller_informed_at: Some(wall(informed)),
        facts: Facts {
            controllers: vec!["riverbourne".into()],
            processors: vec!["portalpath".into()],
            ..Facts::default()
        },
        ..case.report()
    };
    case.gives(Command::Log(Box::new(log)));
    case
}

#[test]
fn the_controllers_clock_starts_when_the_processors_message_arrives_not_when_it_is_read() {
    let case = told_by_processor(
        "2026-06-08T09:20:00",
        "2026-06-05T18:00:00",
        "2026-06-08T09:20:00",
    );
    agrees(&case, "C07");
    agrees(&case, "C08");
    let read_late = told_by_processor(
        "2026-06-15T09:05:00",
        "2026-06-13T01:00:00",
        "2026-06-13T03:10:00",
    );
    agrees(&read_late, "C09");
}

/// ICO-JOINT, ICO-AWARE: C10.
#[test]
fn joint_controllers_each_have_a_clock_from_the_earliest_awareness() {
    let mut case = Case::at("2026-06-10T08:00:00");
    let log = Log {
        aware_at: wall("2026-06-09T22:00:00"),
        facts: Facts {
            controllers: vec!["riverbourne".into(), "eastmere".into()],
            ..Facts::default()
        },
        ..case.report()
    };
    case.gives(Command::Log(Box::new(log)));
    let regulators: Vec<_> = clock::views(case.incident())
        .filter(|view| view.clock.kind == ClockKind::Ico72h)
        .collect();
    assert_eq!(regulators.len(), 2);
    for view in regulators {
        assert_eq!(view.clock.due_at, due(&row("C10")));
        assert_eq!(view.state(case.now), expected(&row("C10")));
    }
}

#[test]
fn a_corrected_awareness_turns_met_into_met_late_and_stays_in_the_trail() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    informs_everybody(&mut case, "2026-06-13T18:00:00");
    assert_eq!(case.state(ClockKind::Bob24h), ClockState::Met);
    let events = case.gives(Command::CorrectAwareness(CorrectAwareness {
        kind: AwarenessKind::Officer,
        at: wall("2026-06-12T16:30:00"),
        reason: "the note of the call says half past four".into(),
        further_reason: None,
    }));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::ClockRevised { .. }))
    );
    agrees(&case, "C12");
    let revision = &case.incident().awareness.revisions[0];
    assert_eq!(revision.from, wall("2026-06-12T18:30:00"));
}

#[test]
fn a_near_miss_has_no_regulators_clock_until_the_evidence_that_it_was_none() {
    let mut case = Case::at("2026-06-15T11:00:00");
    let near_miss = Facts {
        breach_status: BreachStatus::NearMiss,
        harm_prevented_by: Some("the recipient deleted it unread".into()),
        ..disclosure()
    };
    let log = Log {
        facts: near_miss.clone(),
        ..case.report()
    };
    case.gives(Command::Log(Box::new(log)));
    assert_eq!(case.due_at(ClockKind::Ico72h), None);
    case.then_at("2026-06-17T11:05:00").gives(graded(3, 3));
    let mut upgrade = nightdesk::domain::command::Triage {
        facts: disclosure(),
        recognised_at: None,
        nis: None,
        confirm: None,
        reason: None,
    };
    upgrade.recognised_at = Some(wall("2026-06-17T11:00:00"));
    case.gives(Command::Triage(Box::new(upgrade)));
    agrees(&case, "C13");
}

#[test]
fn a_significant_impact_on_an_essential_service_starts_72_elapsed_hours() {
    let mut case = Case::at("2026-10-25T09:00:00");
    let log = Log {
        aware_at: wall("2026-10-25T01:10:00"),
        facts: Facts {
            nis_significant: Some(true),
            ..Facts::default()
        },
        ..case.report()
    };
    case.gives(Command::Log(Box::new(log)));
    agrees(&case, "C14");
}

#[test]
fn the_dpo_told_late_is_amber_inside_one_working_day_and_red_after_it_or_after_the_72_hours() {
    for (id, aware, told) in [
        ("C17", "2026-06-12T16:00:00", "2026-06-13T18:00:00"),
        ("C18", "2026-06-12T16:00:00", "2026-06-15T16:00:01"),
        ("C21", "2026-04-02T16:30:00", "2026-04-04T12:00:00"),
        ("C22", "2026-04-02T16:30:00", "2026-04-07T10:00:00"),
    ] {
        let mut case = Case::logged_at(aware);
        case.then_at(told);
        let mut late = crate::support::case::attempt(&home(Role::Dpo), Outcome::Answered);
        let refusal = case.refused(Command::Inform(Box::new(late.clone())));
        assert_eq!(
            refusal.rule,
            Some(RuleId::ClkLate),
            "{id}: amber asks for a reason, too"
        );
        late.late_reason = Some("nobody answered at the weekend".into());
        case.gives(Command::Inform(Box::new(late)));
        agrees(&case, id);
    }
}

#[test]
fn unanswered_calls_do_not_stop_a_clock() {
    let mut case = Case::logged_at("2026-06-13T02:00:00");
    for (channel, outcome) in [
        (Channel::Phone, Outcome::NoAnswer),
        (Channel::Phone, Outcome::Voicemail),
        (Channel::Email, Outcome::Sent),
    ] {
        let mut tried = attempt(&home(Role::Dpo), outcome);
        tried.channel = channel;
        case.after_seconds(600)
            .gives(Command::Inform(Box::new(tried)));
    }
    case.then_at("2026-06-14T02:00:00");
    agrees(&case, "C20");
    case.then_at("2026-06-14T02:00:01");
    agrees(&case, "C19");
    assert_eq!(
        contacts::attempts(case.incident(), &home(Role::Dpo)).count(),
        3
    );
}

#[test]
fn facts_that_take_the_regulator_out_and_in_again_leave_the_anchor_alone() {
    let mut case = Case::logged_at("2026-06-12T18:30:00");
    let due_at = case.due_at(ClockKind::Ico72h);
    case.gives(graded(2, 2));
    let commercial = || Facts {
        data_scope: [nightdesk::domain::incident::DataScope::Commercial].into(),
        ..disclosure()
    };
    case.triages(commercial());
    assert_eq!(
        case.state(ClockKind::Ico72h),
        ClockState::Running,
        "only the DPO stands a regulator's clock down"
    );
    case.by(DPO).gives(triage(commercial()));
    assert_eq!(
        case.state(ClockKind::Ico72h),
        ClockState::Running,
        "facts that are typed again confirm nothing"
    );
    case.gives(confirmed(Confirmation::NoPersonalData, commercial()));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::StoodDown);
    case.then_at("2026-06-14T10:00:00")
        .gives(triage(disclosure()));
    assert_eq!(case.state(ClockKind::Ico72h), ClockState::Running);
    assert_eq!(case.due_at(ClockKind::Ico72h), due_at);
}

/// The same facts, confirmed in words.
fn confirmed(what: Confirmation, facts: Facts) -> Command {
    Command::Triage(Box::new(Triage {
        facts,
        recognised_at: None,
        nis: None,
        confirm: Some(what),
        reason: Some("read by two people".into()),
    }))
}
