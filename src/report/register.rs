//! The register of breaches: every one that was ever suspected, reported or not, whatever its end, with
//! each of its clocks and the reasons for delay (ICO-REG, REG-WHOLE, CLK-LATE).

use super::answered;
use super::document::{Block, Row, Section, Stress};
use super::figures::{self, Basis};
use super::names::Names;
use crate::domain::Instant;
use crate::domain::calendar::brief;
use crate::domain::clock::{self, ClockState, ClockView, StopKind};
use crate::domain::closing::Ended;
use crate::domain::contacts::{Contact, Struck};
use crate::domain::deadlines::ClockKind;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::owed::{self, Matter};
use crate::domain::regulator::Enquiry;
use crate::domain::role::Role;
use crate::domain::subjects::Told;
use crate::domain::taking_over;
use crate::domain::verdict;
use std::collections::BTreeSet;

pub(super) fn report(basis: &Basis<'_>) -> Vec<Section> {
    let mut breaches = basis.logged();
    breaches.retain(|incident| incident.was_ever_breach());
    let (withdrawn, elsewhere) = (basis.withdrawn(), told_elsewhere(basis, &breaches));
    vec![
        Section::new(
            "In short",
            vec![Block::text(in_short(
                &breaches, &withdrawn, &elsewhere, basis,
            ))],
        ),
        Section::new(
            "In time",
            vec![figures::on_time(&breaches, &ClockKind::ALL, basis)],
        ),
        Section::new("Breaches", vec![listed(basis, &breaches)]),
        Section::new("Withdrawn", vec![taken_back(basis, &withdrawn)]),
        Section::new(
            "Reported with another",
            vec![with_another(basis, &elsewhere)],
        ),
        Section::new("People told", vec![tellings(basis, &breaches)]),
        Section::new("Enquiries of regulators", vec![enquiries(basis)]),
        Section::new("Clocks", vec![clocks(basis, &breaches)]),
    ]
}

/// Breaches that were logged in the period and are not in its list by themselves or as duplicates: they
/// are counted in the period in which they were first logged.
fn told_elsewhere<'a>(basis: &'a Basis<'_>, breaches: &[&Incident]) -> Vec<&'a Incident> {
    let listed: BTreeSet<IncidentId> = breaches
        .iter()
        .flat_map(|incident| incident.origins())
        .map(|origin| origin.incident)
        .collect();
    let duplicates = basis.duplicates().into_iter();
    let duplicates = duplicates.chain(basis.withdrawn_with_another());
    duplicates
        .filter(|duplicate| !listed.contains(&duplicate.id))
        .chain(basis.counted_before())
        .filter(|incident| incident.was_ever_breach())
        .collect()
}

/// What is counted is named: breaches alone, each once, of those that were logged in the period.
fn in_short(
    breaches: &[&Incident],
    withdrawn: &[&Incident],
    elsewhere: &[&Incident],
    basis: &Basis<'_>,
) -> String {
    let twice = breaches.iter().flat_map(|incident| incident.origins());
    let mut with_withdrawn = basis.withdrawn_with_another();
    with_withdrawn.retain(|incident| incident.was_ever_breach());
    format!(
        "Breaches, suspected ones included: {}. Duplicates reported with them: {}. Withdrawn as logged by mistake: {}. Duplicates of what was withdrawn: {}. Reported with another incident or in another period: {}.",
        breaches.len(),
        twice.count(),
        withdrawn.len(),
        with_withdrawn.len(),
        elsewhere.len() - with_withdrawn.len()
    )
}

fn listed(basis: &Basis<'_>, breaches: &[&Incident]) -> Block {
    let rows = breaches.iter().map(|incident| {
        Row::plain([
            incident.name(),
            figures::also_logged_as(incident),
            figures::first_logged(incident),
            figures::kind(incident),
            figures::category(incident).to_owned(),
            figures::suffered(incident),
            figures::grade_and_highest(incident, basis),
            answered::in_words(incident, basis),
            incident.status.name().to_owned(),
            basis.organisation_name(&incident.reporter.organisation),
        ])
    });
    let columns = [
        "Incident",
        "Also logged as",
        "Logged",
        "Kind",
        "Category",
        "Effect on data",
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

/// Nothing leaves the register without its reason, and without who asked and who agreed.
pub(super) fn taken_back(basis: &Basis<'_>, withdrawn: &[&Incident]) -> Block {
    let names = basis.names();
    let rows = withdrawn.iter().filter_map(|incident| {
        let Some(Ended::Withdrawn {
            reason,
            signed,
            asked,
        }) = &incident.casework().closing.ended
        else {
            return None;
        };
        let asked = asked.as_ref().map_or_else(
            || "recorded before this rule".to_owned(),
            |asked| asked.by.role.title().to_owned(),
        );
        Some(Row::plain([
            incident.name(),
            figures::day(incident.logged_at),
            figures::day(signed.at),
            figures::kind(incident),
            asked,
            signed.by.role.title().to_owned(),
            ran_out(incident, signed.at, basis),
            names.left_out_of(reason),
        ]))
    });
    let columns = [
        "Incident",
        "Logged",
        "Withdrawn",
        "Kind",
        "Asked by",
        "Agreed by",
        "Ran out before",
        "Reason",
    ];
    Block::table(columns, rows.collect(), "No incident was withdrawn")
}

/// The regulators' clocks whose time had passed without an answer when the incident was withdrawn.
fn ran_out(incident: &Incident, withdrawn_at: Instant, basis: &Basis<'_>) -> String {
    let clocks = clock::ran_out_by(incident, withdrawn_at);
    let words: Vec<String> = clocks
        .map(|clock| {
            let due = brief(clock.due_at);
            format!(
                "{}, due {due}",
                clock.to_do_in_words(incident, basis.directory)
            )
        })
        .collect();
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join("; ")
    }
}

/// Where a breach of the period is told of, if not in its own row.
fn with_another(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let names = basis.names();
    let rows = incidents.iter().map(|incident| {
        let (with, reason) = match &incident.casework().closing.ended {
            Some(Ended::Duplicate {
                reference, reason, ..
            }) => (
                reference.map_or("-".to_owned(), |of| of.to_string()),
                format!(
                    "{}{}",
                    names.left_out_of(reason),
                    not_taken_over(basis, incident)
                ),
            ),
            Some(Ended::Withdrawn { .. }) | None => (
                figures::also_logged_as(incident),
                format!("first logged {}", figures::first_logged(incident)),
            ),
        };
        Row::plain([
            incident.name(),
            figures::day(incident.logged_at),
            figures::grade_and_highest(incident, basis),
            answered::in_words(incident, basis),
            with,
            reason,
        ])
    });
    let columns = [
        "Incident",
        "Logged",
        "Grade",
        "Regulator",
        "Told of with",
        "Reason",
    ];
    Block::table(columns, rows.collect(), "None are reported elsewhere")
}

/// That the incident that goes on took nothing over, where marking a duplicate did not do that yet.
fn not_taken_over(basis: &Basis<'_>, duplicate: &Incident) -> String {
    let Some(Ended::Duplicate { of, .. }) = &duplicate.casework().closing.ended else {
        return String::new();
    };
    let goes_on = basis.incidents.iter().find(|incident| incident.id == *of);
    let words = goes_on.and_then(|goes_on| taking_over::not_handed_on(duplicate, goes_on));
    words.map_or_else(String::new, |words| format!("; {words}"))
}

/// Whether each controller's people are told, since when that is decided, and when they were (BOB-SUBJECTS).
fn tellings(basis: &Basis<'_>, breaches: &[&Incident]) -> Block {
    let rows = breaches.iter().flat_map(|incident| {
        let told = incident.casework().subjects.told.iter();
        let told = told.filter_map(move |told| telling(incident, told, basis));
        let owed = owed::owed(incident).into_iter();
        let state = |matter| match matter {
            Matter::Decision => Some("to be decided"),
            Matter::Telling => Some("to be told"),
            Matter::Enquiry | Matter::Promise => None,
        };
        let owed = owed.filter_map(move |owed| Some((state(owed.matter)?, owed)));
        let owed = owed.map(|(state, owed)| {
            let is_late = owed.state(basis.now) == ClockState::Overdue;
            let cells = [
                incident.name(),
                basis.organisation_name(&owed.organisation),
                state.to_owned(),
                format!("by {}", brief(owed.due_at)),
                format!("{}{}", owed.state(basis.now).name(), owed.put_off()),
            ];
            Row::stressed(cells, if is_late { Stress::Late } else { Stress::Plain })
        });
        told.chain(owed).collect::<Vec<_>>()
    });
    let columns = ["Incident", "Controller", "People", "When", "State"];
    Block::table(
        columns,
        rows.collect(),
        "No people were told, or are to be told",
    )
}

/// A telling of a controller's people; what another organisation's officers recorded is none of its own. What ends
/// nothing says so, and what was entered long after it was done does too (ART34-FULL, CLK-HONEST).
fn telling(incident: &Incident, told: &Told, basis: &Basis<'_>) -> Option<Row> {
    let subjects = &incident.casework().subjects;
    let whose = told.controller.as_ref().unwrap_or_else(|| incident.home());
    let by = &told.recorded.by;
    let is_hearsay = told.on_its_word == Some(false);
    if is_hearsay && by.organisation != *whose && by.role != Role::Oco {
        return None;
    }
    let limit = basis.policy.input.unexplained_past_hours;
    let late = subjects.told_late_in_words(told);
    let stress = match is_hearsay || late.is_some() {
        true => Stress::Late,
        false => Stress::Plain,
    };
    let entered = || {
        let later = verdict::entered_later_in_words(told.at, told.recorded.at, limit)?;
        Some(format!("in time, {later}"))
    };
    let (people, state) = match is_hearsay {
        true if subjects.is_told(whose) => (
            told.people_in_words(),
            "not on the word of its own officers".to_owned(),
        ),
        true => (
            told.people_in_words(),
            "the duty goes on: its own officers have not said so".to_owned(),
        ),
        false => {
            let state = late.or_else(entered);
            (
                "told".to_owned(),
                state.unwrap_or_else(|| "in time".to_owned()),
            )
        }
    };
    let cells = [
        incident.name(),
        basis.organisation_name(whose),
        people,
        brief(told.at),
        state,
    ];
    Some(Row::stressed(cells, stress))
}

/// What regulators asked about the breaches of the period, or in it, and what came of it (ICO-ASKS).
fn enquiries(basis: &Basis<'_>) -> Block {
    let names = basis.names();
    let rows = basis.enquiries().into_iter().map(|(incident, asked)| {
        let ran_out_on = asked.ran_out_before_it_was_struck();
        let is_late = match asked.is_struck() {
            true => ran_out_on.is_some(),
            false => !asked.is_answered() && basis.now > asked.due_at(),
        };
        let answered = asked.answered.last();
        let outcome = asked.outcome.as_ref();
        let cells = [
            incident.name(),
            asked.body.name().to_owned(),
            basis.organisation_name(&asked.controller),
            asked.reference.as_deref().unwrap_or("-").to_owned(),
            names.left_out_of(&asked.text),
            figures::day(asked.received_at),
            answer_by(incident, asked),
            match answered {
                Some(answer) => match answered_late(asked, basis) {
                    Some(late) => format!("{}, {late}", figures::day(answer.at)),
                    None => figures::day(answer.at),
                },
                None if is_late && asked.is_struck() => "not answered, ran out".to_owned(),
                None if asked.is_struck() => "-".to_owned(),
                None if is_late => "not answered yet, overdue".to_owned(),
                None => "not answered yet".to_owned(),
            },
            match (&asked.struck, outcome) {
                (Some(struck), _) => struck_out(asked, struck, (basis, &names)),
                (None, Some(outcome)) => names.left_out_of(&outcome.text),
                (None, None) => match &asked.strike_asked {
                    Some(first) => format!(
                        "open, {} asks to strike it out: {}",
                        Contact::acting(&first.signed.by).named(basis.directory),
                        names.left_out_of(&first.reason)
                    ),
                    None => "open".to_owned(),
                },
            },
        ];
        Row::stressed(cells, if is_late { Stress::Late } else { Stress::Plain })
    });
    let columns = [
        "Incident",
        "Asked by",
        "Controller",
        "Reference",
        "Asks",
        "Arrived",
        "Answer by",
        "Answered",
        "Outcome",
    ];
    Block::table(columns, rows.collect(), "No regulator has asked anything")
}

/// Until when it is to be answered; one that was recorded again with a later day says what the one before had
/// (CLK-HONEST).
fn answer_by(incident: &Incident, asked: &Enquiry) -> String {
    let due = figures::date(asked.due_on);
    let before = incident.casework().regulator.struck_before(asked);
    before.map_or_else(
        || due.clone(),
        |before| {
            let before = figures::date(before.due_on);
            format!("{due}, recorded again; the one before was due {before}")
        },
    )
}

/// What stands beside an answer that was late, or entered long after it was given.
fn answered_late(asked: &Enquiry, basis: &Basis<'_>) -> Option<String> {
    let first = asked.answered.first()?;
    let limit = basis.policy.input.unexplained_past_hours;
    asked
        .answered_late_in_words()
        .or_else(|| verdict::entered_later_in_words(first.at, first.recorded.at, limit))
}

/// That it was struck out, whether it had run out by then, why, and who asked and agreed where that took two.
fn struck_out(asked: &Enquiry, struck: &Struck, (basis, names): (&Basis<'_>, &Names)) -> String {
    let ran_out = asked.ran_out_before_it_was_struck();
    let ran_out = ran_out.map_or_else(String::new, |day| {
        format!(" after it had run out on {}", figures::date(day))
    });
    let reason = names.left_out_of(&struck.reason);
    let by = |one: &Struck| Contact::acting(&one.signed.by).named(basis.directory);
    let two = asked.strike_asked.as_ref();
    let two = two.map_or_else(String::new, |first| {
        format!(
            "; asked by the {}: {}; agreed by the {}",
            by(first),
            names.left_out_of(&first.reason),
            by(struck)
        )
    });
    format!("struck out{ran_out}, recorded by mistake: {reason}{two}")
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
                view.in_words(basis.directory, basis.now),
                verdict::reported(&view, basis.now),
                brief(view.clock.due_at),
                stopped(&view, state),
                shown_by(&view, incident, (basis, names)),
                match late.filter(|_| is_delayed(&view, basis.now)) {
                    Some(reason) => names.left_out_of(reason),
                    None => "-".to_owned(),
                },
            ];
            let stress = match verdict::ran_out(&view) {
                Some(_) => Stress::Late,
                None => stress(view.state_by_first_start(basis.now)),
            };
            Row::stressed(cells, stress)
        })
    });
    let columns = [
        "Incident",
        "Clock",
        "State",
        "Due",
        "Ended",
        "Evidence",
        "Reason for delay",
    ];
    Block::table(columns, rows.collect(), "No clock was started")
}

/// Whether a clock is late, or was recorded late; the reason of a call that was struck out explains neither.
fn is_delayed(view: &ClockView<'_>, now: Instant) -> bool {
    let recorded_late = view.recorded_late().is_some() && !view.was_late_by_a_struck_call();
    let is_late = matches!(
        view.state_by_first_start(now),
        ClockState::Overdue | ClockState::MetLate | ClockState::MetWithinWorkingDay
    );
    is_late || recorded_late || verdict::ran_out(view).is_some()
}

fn stopped(view: &ClockView<'_>, state: ClockState) -> String {
    match (state, view.stopped_at()) {
        (ClockState::StoodDown | ClockState::Ended, _) | (_, None) => "-".to_owned(),
        (_, Some(at)) => brief(at),
    }
}

/// By whose entry it ended, by role, and which calls were struck out; or what counted when it was recorded.
fn shown_by(
    view: &ClockView<'_>,
    incident: &Incident,
    (basis, names): (&Basis<'_>, &Names),
) -> String {
    let directory = basis.directory;
    let stop = view.stop.filter(|stop| stop.kind != StopKind::ByEnd);
    let shown = stop.map(|stop| stop.evidence.of_role_in_words(incident, directory));
    let dated = verdict::before_its_decision(view, incident);
    let lacks = verdict::still_lacks(view, incident);
    let before = verdict::before_the_rule(view, incident, directory);
    let words: Vec<String> = shown
        .into_iter()
        .chain(dated)
        .chain(lacks)
        .chain(verdict::released(view, incident, directory))
        .chain(before)
        .chain(verdict::struck_by_role(view, incident, |reason| {
            names.left_out_of(reason)
        }))
        .collect();
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
        | ClockState::Released
        | ClockState::Ended => Stress::Plain,
    }
}
