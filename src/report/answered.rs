//! What became of each controller's duty towards the regulators, for the register (ICO-REG): who was told, what
//! was decided, and where nothing was decided, on what ground.
//!
//! People are named by their roles, as everywhere in a report. Nothing here judges a duty.

use super::figures::{self, Basis};
use crate::domain::clock::{Clock, StandDown};
use crate::domain::contacts::Contact;
use crate::domain::deadlines::ClockKind;
use crate::domain::grid::Outcome;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Assessment, Incident};
use crate::domain::regulator::{self, Body, Decision, Duty};

/// What became of the duty of each controller; one has no name beside it.
pub(super) fn in_words(incident: &Incident, basis: &Basis<'_>) -> String {
    let controllers: Vec<&OrganisationId> = incident.answering().collect();
    match controllers.as_slice() {
        [] => "no controller named".to_owned(),
        [controller] => answer(incident, controller, basis),
        several => {
            let each = several.iter().map(|controller| {
                let name = basis.organisation_name(controller);
                format!("{name}: {}", answer(incident, controller, basis))
            });
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

/// Which bodies were told for a controller, and what became of the ICO where it was not.
fn answer(incident: &Incident, controller: &OrganisationId, basis: &Basis<'_>) -> String {
    let told = figures::told_for(incident, controller);
    let ico = || {
        let decision = regulator::in_force(incident, controller);
        let words = decision.map(Decision::answer_in_words);
        words.unwrap_or_else(|| ground(incident, controller, basis))
    };
    let ico = match (told.contains(&Body::Ico), told.is_empty()) {
        (true, _) => None,
        (false, true) => Some(ico()),
        (false, false) => Some(format!("ICO: {}", ico())),
    };
    let told = told.iter().map(|body| format!("{} told", body.name()));
    told.chain(ico).collect::<Vec<_>>().join(", ")
}

/// Why nobody has decided for a controller: nothing had to be, on whose word, or nobody has yet.
fn ground(incident: &Incident, controller: &OrganisationId, basis: &Basis<'_>) -> String {
    if regulator::duty(incident, controller) == Duty::Undecided {
        return not_decided_yet(incident, controller);
    }
    if let Some(hidden) = stopped(incident, controller)
        && let Some(ground) = hidden.ground
    {
        return not_needed(ground.name(), hidden, incident, basis);
    }
    match incident.facts.no_regulator_because(Some(controller)) {
        Some((_, because)) => match stopped(incident, controller) {
            Some(hidden) => not_needed(because, hidden, incident, basis),
            None => format!("not needed: {because}"),
        },
        None => by_grade(incident, controller, basis),
    }
}

/// What stands in the place of a decision while its clock runs.
fn not_decided_yet(incident: &Incident, controller: &OrganisationId) -> String {
    let because = incident.facts.no_regulator_because(Some(controller));
    match (because, incident.assessment_for(controller)) {
        (Some((_, because)), _) => format!("not decided yet: {because}, not confirmed"),
        (None, Some(made)) if made.grading.ico_required => "not decided yet".to_owned(),
        (None, Some(made)) => {
            format!(
                "not decided yet: graded {}, not confirmed",
                figures::cell(made)
            )
        }
        (None, None) => "not decided yet: not graded".to_owned(),
    }
}

fn stopped<'a>(incident: &'a Incident, controller: &OrganisationId) -> Option<&'a StandDown> {
    let is_its = |clock: &&Clock| clock.is(ClockKind::Ico72h, Some(controller));
    incident.clocks.iter().find(is_its)?.stood_down.as_deref()
}

/// On what ground, when that counted, and by whose act, where the incident keeps it.
fn not_needed(because: &str, hidden: &StandDown, incident: &Incident, basis: &Basis<'_>) -> String {
    let day = figures::day(hidden.at);
    let act = incident.acts.iter().find(|act| act.at == hidden.at);
    match act {
        Some(act) => format!(
            "not needed: {because}, confirmed by the {} on {day}",
            Contact::acting(&act.by).named(basis.directory)
        ),
        None => format!("not needed: {because}, clock stopped on {day}"),
    }
}

fn by_grade(incident: &Incident, controller: &OrganisationId, basis: &Basis<'_>) -> String {
    incident.assessment_for(controller).map_or_else(
        || "not needed: never graded".to_owned(),
        |made| {
            format!(
                "not needed: graded {}{} by the {} on {}",
                figures::cell(made),
                excused(made),
                Contact::acting(&made.by).named(basis.directory),
                figures::day(made.at)
            )
        },
    )
}

/// The mitigation by which there was no breach, where the grade rests on one (BOB-MIT).
fn excused(made: &Assessment) -> String {
    let claimed = made
        .mitigation
        .filter(|_| made.grading.outcome == Outcome::NoBreach);
    claimed.map_or_else(String::new, |claimed| {
        format!(" with accepted mitigation ({})", claimed.kind.name())
    })
}
