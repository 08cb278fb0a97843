//! The proof: a model checker tries, on the rulebook itself, to make a duty or a record disappear.
//!
//! [`people`] are in post, with and without vacancies; [`deeds`] are what they try; a [`world`] is what
//! has come of it, trail and all; [`chapters`] say where the search begins; [`invariants`] say what must
//! hold in every world; [`desk`] puts it to the search engine. Each invariant is a test, and each is held
//! against a rule that is broken on purpose ([`crate::domain::mutant`]), which the search must find.
//!
//! Deliberately knows no server, screen or shell: it proves what may happen, not how it is shown.

mod chapters;
mod deeds;
mod desk;
mod invariants;
mod mutants;
mod people;
mod search;
mod world;

use invariants::Invariant;

/// Holds of every world that the search came to, and fails under every broken rule.
fn holds(invariant: Invariant) {
    let name = invariant.name();
    for found in search::ALL.iter() {
        let broken = found.broken.get(name);
        assert!(
            broken.is_none(),
            "{name}, in {}: {broken:#?}",
            found.chapter
        );
    }
    let controls = mutants::ALL
        .iter()
        .filter(|control| control.invariant == invariant);
    let mut caught = 0;
    for control in controls {
        let found = search::throughout(control.chapter, Some(control.mutant), Some(invariant));
        let steps = found.broken.get(name);
        let (steps, wrong) =
            steps.unwrap_or_else(|| panic!("{:?} was not noticed", control.mutant));
        println!(
            "{name}: {:?} is noticed after {} steps, {} states: {wrong}: {steps:?}",
            control.mutant,
            steps.len(),
            found.states
        );
        caught += 1;
    }
    assert!(caught > 0, "{name} has no broken rule to be noticed");
}

#[test]
fn nobody_is_both_sides_of_a_control_that_asks_for_two_people() {
    holds(Invariant::Persons);
}

#[test]
fn what_reports_count_equals_what_a_fold_over_the_trail_counts() {
    holds(Invariant::Reports);
}

#[test]
fn every_stop_of_a_clock_points_at_evidence_for_that_very_clock() {
    holds(Invariant::Evidence);
}

#[test]
fn no_vacancy_blocks_a_duty() {
    holds(Invariant::Vacant);
}
