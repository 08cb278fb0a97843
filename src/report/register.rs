//! The register of breaches: every one, reported or not, with each of its clocks and the reasons for
//! delay (ICO-REG, CLK-LATE).

use super::document::{Block, Row, Section, Stress};
use super::figures::{self, Basis};
use crate::domain::calendar::brief;
use crate::domain::clock::{self, ClockState, ClockView, StopKind};
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::Incident;
use crate::domain::regulator;
use crate::domain::verdict;

pub(super) fn report(basis: &Basis<'_>) -> Vec<Section> {
    let breaches: Vec<&Incident> = basis
        .logged()
        .into_iter()
        .filter(|incident| incident.facts.breach_status.may_be_breach())
        .collect();
    vec![
        Section::new(
            "In time",
            vec![figures::on_time(&breaches, &ClockKind::ALL, basis.now)],
        ),
        Section::new("Breaches", vec![listed(basis, &breaches)]),
        Section::new("Clocks", vec![clocks(basis, &breaches)]),
    ]
}

fn listed(basis: &Basis<'_>, breaches: &[&Incident]) -> Block {
    let rows = breaches.iter().map(|incident| {
        Row::plain([
            incident.name(),
            figures::day(incident.logged_at),
            incident.facts.breach_status.name().to_owned(),
            figures::category(incident).to_owned(),
            figures::grade(incident),
            decided(incident),
            incident.status.name().to_owned(),
            basis.organisation_name(&incident.reporter.organisation),
        ])
    });
    let columns = [
        "Incident",
        "Logged",
        "Kind",
        "Category",
        "Grade",
        "Regulator",
        "Stage",
        "Organisation",
    ];
    Block::table(
        columns,
        rows.collect(),
        "No breach was logged in this period",
    )
}

fn decided(incident: &Incident) -> String {
    if figures::was_reported(incident) {
        return "told".to_owned();
    }
    let answers = regulator::all_in_force(incident).map(|decision| decision.answer.name());
    let answers: Vec<&str> = answers.collect();
    if answers.is_empty() {
        "no decision".to_owned()
    } else {
        answers.join(", ")
    }
}

fn clocks(basis: &Basis<'_>, breaches: &[&Incident]) -> Block {
    let names = basis.names();
    let rows = breaches.iter().flat_map(|incident| {
        let names = &names;
        clock::views(incident).map(move |view| {
            let state = view.state(basis.now);
            let late = view.clock.late_reason.as_deref();
            let cells = [
                incident.name(),
                view.clock.kind.as_str().to_owned(),
                verdict::reported(&view, basis.now),
                brief(view.clock.due_at),
                stopped(&view, state),
                shown_by(&view, incident, basis),
                late.map_or("-".to_owned(), |reason| names.left_out_of(reason)),
            ];
            Row::stressed(cells, stress(view.state_by_first_start(basis.now)))
        })
    });
    let columns = [
        "Incident",
        "Clock",
        "State",
        "Due",
        "Ended",
        "Shown by",
        "Reason for delay",
    ];
    Block::table(columns, rows.collect(), "No clock was started")
}

fn stopped(view: &ClockView<'_>, state: ClockState) -> String {
    match (state, view.stopped_at()) {
        (ClockState::StoodDown | ClockState::Ended, _) | (_, None) => "-".to_owned(),
        (_, Some(at)) => brief(at),
    }
}

/// By whose entry it ended, by role; or what counted when it was recorded.
fn shown_by(view: &ClockView<'_>, incident: &Incident, basis: &Basis<'_>) -> String {
    let directory = basis.directory;
    let stop = view.stop.filter(|stop| stop.kind != StopKind::ByEnd);
    let shown = stop.map(|stop| stop.evidence.of_role_in_words(incident, directory));
    let before = verdict::before_the_rule(view, incident, directory);
    let words: Vec<String> = shown.into_iter().chain(before).collect();
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join("; ")
    }
}

fn stress(state: ClockState) -> Stress {
    match state {
        ClockState::Overdue | ClockState::MetLate => Stress::Late,
        ClockState::DueSoon | ClockState::MetWithinWorkingDay => Stress::Soon,
        ClockState::Running
        | ClockState::Met
        | ClockState::MetByException
        | ClockState::StoodDown
        | ClockState::Ended => Stress::Plain,
    }
}
