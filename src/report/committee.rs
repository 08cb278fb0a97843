//! For the audit and risk committee: what regulators were told, what came of it, and the action plan
//! with responsibility and dates (BOB-ARC); and for the governing body a summary of it (BOB-BODY).

use super::document::{Block, Row, Section, Stress};
use super::figures::{self, Basis};
use crate::domain::clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::incident::Incident;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Body, Notification};
use crate::domain::rule::RuleId;
use crate::domain::verdict;
use std::collections::BTreeSet;

/// The clocks of the law.
const CLOCKS: [ClockKind; 2] = [ClockKind::Ico72h, ClockKind::Nis72h];

/// The clocks that the governing body hears of.
const CLOCKS_IN_SHORT: [ClockKind; 4] = [
    ClockKind::BobDpo,
    ClockKind::Bob24h,
    ClockKind::Ico72h,
    ClockKind::Nis72h,
];

/// The committee's report.
///
/// # Errors
/// An open action has no owner or no date.
pub(super) fn report(basis: &Basis<'_>) -> Result<Vec<Section>, Refusal> {
    let told = basis.told();
    let incidents = once_each(&told);
    whole_plan(basis, &incidents)?;
    Ok(vec![
        Section::new("In short", vec![Block::text(in_short(&told, &incidents))]),
        Section::new("Told to regulators", vec![listed(basis, &told)]),
        Section::new("Results", vec![results(basis, &incidents)]),
        Section::new("Action plan", vec![figures::actions(basis, &incidents)]),
        Section::new(
            "In time",
            vec![figures::on_time(&incidents, &CLOCKS, basis)],
        ),
        Section::new(
            "When and what",
            vec![
                figures::over_time(&basis.logged(), basis),
                figures::by_category(&incidents),
            ],
        ),
        Section::new("Grades", vec![figures::grid(&incidents, basis.policy)]),
    ])
}

/// The governing body's summary: figures, and no incident but those that were reported.
pub(super) fn summary(basis: &Basis<'_>) -> Vec<Section> {
    let (logged, told) = (basis.logged(), basis.told());
    let incidents = once_each(&told);
    vec![
        Section::new(
            "In short",
            vec![
                Block::text(figures::in_short(&logged, basis.organisation)),
                Block::text(figures::set_aside(basis)),
                Block::text(in_short(&told, &incidents)),
                Block::text(plan_in_short(basis, &incidents)),
            ],
        ),
        Section::new(
            "When and what",
            vec![
                figures::over_time(&logged, basis),
                figures::by_category(&logged),
            ],
        ),
        Section::new(
            "In time",
            vec![figures::on_time(&logged, &CLOCKS_IN_SHORT, basis)],
        ),
        Section::new("Told to regulators", vec![listed(basis, &told)]),
    ]
}

/// No action stands before a committee without somebody who carries it out and a day (BOB-ARC).
fn whole_plan(basis: &Basis<'_>, incidents: &[&Incident]) -> Result<(), Refusal> {
    let names = basis.names();
    let missing: Vec<String> = incidents
        .iter()
        .flat_map(|incident| {
            let actions = incident.casework().learning.actions.iter();
            let open = actions.filter(|action| action.is_open() && !action.is_assigned());
            open.map(|action| {
                format!(
                    "{} \"{}\"",
                    incident.name(),
                    names.left_out_of(&action.text)
                )
            })
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::BobArc,
        format!(
            "Each action needs an owner and a date before the committee's report: {}. Give them with learn assign",
            missing.join(", ")
        ),
    ))
}

/// Each incident once, in the order in which regulators heard of them.
pub(super) fn once_each<'a>(told: &[(&'a Incident, &Notification)]) -> Vec<&'a Incident> {
    let mut seen = BTreeSet::new();
    let incidents = told.iter().map(|(incident, _)| *incident);
    incidents
        .filter(|incident| seen.insert(incident.id))
        .collect()
}

pub(super) fn in_short(told: &[(&Incident, &Notification)], incidents: &[&Incident]) -> String {
    let bodies = Body::ALL.map(|body| {
        let count = told.iter().filter(|(_, told)| told.body == body).count();
        format!("{} {count}", body.name())
    });
    let withdrawn = told.iter().filter(|(_, told)| told.withdrawn.is_some());
    format!(
        "Incidents of which regulators were told in this period, whenever they were logged: {}. Notifications: {}; taken back since: {}.",
        incidents.len(),
        bodies.join(", "),
        withdrawn.count()
    )
}

pub(super) fn listed(basis: &Basis<'_>, told: &[(&Incident, &Notification)]) -> Block {
    let rows = told.iter().map(|(incident, told)| {
        let (in_time, stress) = in_time(incident, told, basis);
        let cells = [
            incident.name(),
            told.body.name().to_owned(),
            figures::day(told.submitted_at),
            in_time,
            basis.names().left_out_of(&told.reference),
            figures::category(incident).to_owned(),
            basis.organisation_name(&told.controller),
        ];
        Row::stressed(cells, stress)
    });
    let columns = [
        "Incident",
        "Told",
        "On",
        "In time",
        "Reference",
        "Category",
        "Controller",
    ];
    let none = "Nothing was reported to a regulator in this period";
    Block::table(columns, rows.collect(), none)
}

fn in_time(incident: &Incident, told: &Notification, basis: &Basis<'_>) -> (String, Stress) {
    if told.withdrawn.is_some() {
        return ("taken back".to_owned(), Stress::Plain);
    }
    let kind = match told.body {
        Body::Ico => ClockKind::Ico72h,
        Body::DhscNis => ClockKind::Nis72h,
        Body::Nhse => return ("-".to_owned(), Stress::Plain),
    };
    let of_it = |view: &clock::ClockView<'_>| {
        let controller = view.clock.controller.as_ref();
        view.clock.kind == kind && controller.is_none_or(|controller| told.serves(controller))
    };
    let view = clock::views(incident).find(of_it);
    let Some(view) = view else {
        return ("-".to_owned(), Stress::Plain);
    };
    let differs = view.state(basis.now) != view.state_by_first_start(basis.now);
    match verdict::was_in_time(&view, basis.now) {
        Some(false) if differs => (verdict::reported(&view, basis.now), Stress::Late),
        Some(false) => ("late".to_owned(), Stress::Late),
        Some(true) => {
            let recorded = verdict::recorded_in_words(&view);
            (
                recorded.unwrap_or_else(|| "in time".to_owned()),
                Stress::Plain,
            )
        }
        None => ("-".to_owned(), Stress::Plain),
    }
}

/// Stage, cause and resolution of each incident.
fn results(basis: &Basis<'_>, incidents: &[&Incident]) -> Block {
    let names = basis.names();
    let rows = incidents.iter().map(|incident| {
        let casework = incident.casework();
        let cause = casework.investigation.causes.last();
        let resolution = casework.closing.resolution();
        let resolved = resolution.and_then(|resolution| {
            let how = resolution.resolution.as_deref();
            how.or(resolution.workaround.as_deref())
        });
        let said = |text: Option<&str>, otherwise: &str| {
            text.map_or_else(|| otherwise.to_owned(), |text| names.left_out_of(text))
        };
        Row::plain([
            incident.name(),
            incident.status.name().to_owned(),
            said(cause.map(|cause| &*cause.analysis.causes), "not known yet"),
            said(resolved, "not resolved yet"),
        ])
    });
    let columns = ["Incident", "Stage", "Cause", "Resolution"];
    Block::table(columns, rows.collect(), "There is nothing to report")
}

pub(super) fn plan_in_short(basis: &Basis<'_>, incidents: &[&Incident]) -> String {
    let today = crate::domain::calendar::local(basis.now).date_naive();
    let actions = || {
        let learning = incidents
            .iter()
            .map(|incident| &incident.casework().learning);
        learning.flat_map(|learning| &learning.actions)
    };
    let open = actions().filter(|action| action.is_open());
    let late = actions()
        .filter(|action| action.is_open() && action.due_on.is_some_and(|due_on| due_on < today));
    format!(
        "Actions in their plan: {}, of these open {} and overdue {}.",
        actions().count(),
        open.count(),
        late.count()
    )
}
