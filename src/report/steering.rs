//! For the steering group: everything that was not reported to a regulator, near misses included, and
//! what it has in common (BOB-IGSG).

use super::document::{Block, Row, Section};
use super::figures::{self, Basis};
use super::names::Names;
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::{BreachStatus, Incident};
use std::collections::{BTreeMap, BTreeSet};

/// The clocks that the steering group looks at: all of them.
const CLOCKS: [ClockKind; 8] = ClockKind::ALL;

pub(super) fn report(basis: &Basis<'_>) -> Vec<Section> {
    let logged = basis.logged();
    let (reported, others): (Vec<&Incident>, Vec<&Incident>) = logged
        .iter()
        .copied()
        .partition(|incident| figures::was_reported(incident, basis.organisation));
    let elsewhere = format!(
        "Of the incidents logged, with a report to a regulator that stands: {}. The audit and risk committee has them with their action plans",
        reported.len()
    );
    vec![
        Section::new(
            "In short",
            vec![
                Block::text(figures::in_short(&logged, basis.organisation)),
                Block::text(figures::set_aside(basis)),
            ],
        ),
        Section::new(
            "When and what",
            vec![
                figures::over_time(&logged, basis),
                figures::by_category(&logged),
            ],
        ),
        Section::new("By organisation", vec![by_organisation(basis, &logged)]),
        Section::new("Trends", vec![trends(basis, &logged)]),
        Section::new("In time", vec![figures::on_time(&logged, &CLOCKS, basis)]),
        Section::new("Grades", vec![figures::grid(&logged, basis.policy)]),
        Section::new("Lessons", vec![figures::themes(&logged, &basis.names())]),
        Section::new("Not reported to a regulator", vec![listed(basis, &others)]),
        Section::new("Reported", vec![Block::text(elsewhere)]),
    ]
}

fn by_organisation(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let names = incidents
        .iter()
        .map(|incident| basis.organisation_name(&incident.reporter.organisation));
    let rows = figures::counted(names).into_iter().map(|(name, count)| {
        let of_name = |incident: &&&Incident| {
            basis.organisation_name(&incident.reporter.organisation) == name
        };
        let near_misses = incidents
            .iter()
            .filter(of_name)
            .filter(|incident| incident.facts.breach_status == BreachStatus::NearMiss);
        let reported = incidents
            .iter()
            .filter(of_name)
            .filter(|incident| figures::was_reported(incident, basis.organisation));
        Row::plain([
            count.to_string(),
            near_misses.count().to_string(),
            reported.count().to_string(),
            name.clone(),
        ])
    });
    let columns = ["Incidents", "Near misses", "Reported", "Organisation"];
    Block::table(columns, rows.collect(), "Nothing was logged")
}

/// Trend keys that more than one incident carries.
fn trends(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let names = Names::in_small_letters(basis.directory);
    let mut by_key: BTreeMap<String, Vec<&Incident>> = BTreeMap::new();
    for incident in incidents {
        if let Some(key) = incident.facts.tidy_trend_key() {
            let key = names.left_out_of(&key);
            by_key.entry(key).or_default().push(incident);
        }
    }
    let rows = by_key
        .into_iter()
        .filter(|(_, incidents)| incidents.len() > 1);
    let rows = rows.map(|(key, incidents)| {
        let organisations: BTreeSet<_> = incidents
            .iter()
            .map(|incident| &incident.reporter.organisation)
            .collect();
        let logged = |incident: Option<&&Incident>| {
            incident.map_or_else(String::new, |incident| figures::first_logged(incident))
        };
        Row::plain([
            incidents.len().to_string(),
            organisations.len().to_string(),
            logged(incidents.first()),
            logged(incidents.last()),
            key,
        ])
    });
    let columns = ["Incidents", "Organisations", "First", "Last", "Trend"];
    let none = "No two incidents share a trend key";
    Block::table(columns, rows.collect(), none)
}

fn listed(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let rows = incidents.iter().map(|incident| {
        Row::plain([
            incident.name(),
            figures::first_logged(incident),
            figures::kind(incident),
            figures::category(incident).to_owned(),
            figures::grade(incident, basis.directory),
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
        "Stage",
        "Organisation",
    ];
    Block::table(columns, rows.collect(), "There is none")
}
