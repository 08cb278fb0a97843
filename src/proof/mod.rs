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

#[test]
fn each_breach_is_in_the_register_exactly_once() {
    holds(Invariant::Register);
}

#[test]
fn a_notifiable_assessment_leaves_the_duty_only_by_a_report_a_decline_or_a_later_assessment() {
    holds(Invariant::Duty);
}

#[test]
fn what_was_overdue_never_reads_as_met_without_saying_so() {
    holds(Invariant::Late);
}

#[test]
fn no_start_of_a_clock_moves_later_without_the_dpo_and_the_first_start_stays_on_show() {
    holds(Invariant::Forward);
}

#[test]
fn every_duty_that_runs_has_a_next_step_that_names_somebody_or_the_vacancy() {
    holds(Invariant::Next);
}

#[test]
fn a_contact_leaves_the_list_only_by_being_told_or_by_an_entitled_release() {
    holds(Invariant::Released);
}
