//! For the partnership's governance group: what concerned partners and the hosted service, who was
//! reached, and what was agreed (WSIC-LESSON, WSIC-NOTIFY, WSIC-IMPACT).

use super::document::{Block, Row, Section, Stress};
use super::figures::{self, Basis};
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::Incident;
use crate::domain::partners::{self, PartnerRecord, PartnerState};
use std::collections::BTreeMap;

/// The clocks that concern the partnership.
const CLOCKS: [ClockKind; 3] = [ClockKind::Wso24h, ClockKind::Bob24h, ClockKind::Ico72h];

pub(super) fn report(basis: &Basis<'_>) -> Vec<Section> {
    let logged = basis.logged();
    vec![
        Section::new(
            "In short",
            vec![
                Block::text(in_short(&logged)),
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
        Section::new("By partner", vec![by_partner(basis, &logged)]),
        Section::new("Incidents", vec![listed(basis, &logged)]),
        Section::new("In time", vec![figures::on_time(&logged, &CLOCKS, basis)]),
        Section::new("Lessons", vec![figures::themes(&logged, &basis.names())]),
        Section::new("Action plan", vec![figures::actions(basis, &logged)]),
    ]
}

fn in_short(incidents: &[&Incident]) -> String {
    let major = incidents
        .iter()
        .filter(|incident| incident.was_ever_major());
    let false_alarms = incidents.iter().map(|one| figures::false_alarms(one));
    let hit = incidents
        .iter()
        .filter(|incident| incident.casework().hosting.impact().is_felt());
    format!(
        "Incidents that concerned the partnership: {}. Major: {}. Times that one was declared and ended as a false alarm: {}. With the hosted service affected: {}.",
        incidents.len(),
        major.count(),
        false_alarms.sum::<usize>(),
        hit.count()
    )
}

fn by_partner(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let mut records: BTreeMap<String, Vec<(&Incident, &PartnerRecord)>> = BTreeMap::new();
    for incident in incidents {
        for record in partners::concerned(incident) {
            let name = basis.organisation_name(&record.organisation);
            records.entry(name).or_default().push((incident, record));
        }
    }
    let rows = records.into_iter().map(|(name, records)| {
        let count = |counts: fn(&PartnerRecord) -> bool| {
            records.iter().filter(|(_, record)| counts(record)).count()
        };
        let settled = records
            .iter()
            .filter(|(incident, record)| record.own_siro_settled(incident));
        let reached = count(|record| record.state().is_reached());
        let cells = [
            records.len().to_string(),
            reached.to_string(),
            count(|record| record.state() == PartnerState::LocalComplete).to_string(),
            settled.count().to_string(),
            name,
        ];
        let stress = if reached < records.len() {
            Stress::Soon
        } else {
            Stress::Plain
        };
        Row::stressed(cells, stress)
    });
    let columns = [
        "Affected by",
        "Reached",
        "Complete",
        "Own SIRO settled",
        "Partner",
    ];
    Block::table(columns, rows.collect(), "No partner was affected")
}

fn listed(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let rows = incidents.iter().map(|incident| {
        let (reached, affected) = partners::reached(incident);
        Row::plain([
            incident.name(),
            figures::first_logged(incident),
            format!("{:?}", incident.priority()),
            figures::category(incident).to_owned(),
            incident.casework().hosting.impact().name().to_owned(),
            format!("{reached} of {affected}"),
            incident.status.name().to_owned(),
            basis.organisation_name(&incident.reporter.organisation),
        ])
    });
    let columns = [
        "Incident",
        "Logged",
        "P",
        "Category",
        "Hosted service",
        "Partners reached",
        "Stage",
        "Organisation",
    ];
    Block::table(columns, rows.collect(), "There is none")
}
