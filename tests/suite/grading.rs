//! Properties of the grid: what holds for every grade, factor, mitigation and policy.

use nightdesk::config;
use nightdesk::domain::grid::{
    ClaimedMitigation, Factor, Grade, GradeInput, Grading, GradingPolicy, Mitigation, Outcome,
    assess,
};
use nightdesk::domain::policy::GridPolicy;
use proptest::prelude::*;
use std::sync::LazyLock;

static STRICT: LazyLock<GridPolicy> = LazyLock::new(|| config::policy().unwrap().grid);
static FLOOR: LazyLock<GridPolicy> = LazyLock::new(|| GridPolicy {
    policy: GradingPolicy::DsptFloor,
    ..STRICT.clone()
});

fn inputs() -> impl Strategy<Value = GradeInput> {
    let mitigations = prop::option::of(
        (prop::sample::select(&Mitigation::ALL[..]), any::<bool>())
            .prop_map(|(kind, accepted)| ClaimedMitigation { kind, accepted }),
    );
    (
        (1..=5_u8, 1..=5_u8),
        prop::collection::btree_set(prop::sample::select(&Factor::ALL[..]), 0..4),
        mitigations,
        (any::<bool>(), any::<bool>(), any::<bool>()),
    )
        .prop_map(
            |((severity, likelihood), factors, mitigation, (near_miss, personal, living))| {
                GradeInput {
                    grade: Grade::new(severity, likelihood).unwrap(),
                    factors,
                    mitigation,
                    near_miss,
                    personal,
                    living,
                }
            },
        )
}

fn both(input: &GradeInput) -> [Grading; 2] {
    [assess(input, &STRICT), assess(input, &FLOOR)]
}

proptest! {
    /// BOB-GRID.
    #[test]
    fn a_graver_or_likelier_breach_is_never_less_notifiable(input in inputs()) {
        let raised = |severity: u8, likelihood: u8| GradeInput {
            grade: Grade::new(severity.min(5), likelihood.min(5)).unwrap(),
            ..input.clone()
        };
        let (severity, likelihood) = (input.grade.severity(), input.grade.likelihood());
        for graver in [raised(severity + 1, likelihood), raised(severity, likelihood + 1)] {
            for (before, after) in both(&input).into_iter().zip(both(&graver)) {
                prop_assert!(after.ico_required >= before.ico_required);
                prop_assert!(after.dhsc >= before.dhsc);
                prop_assert!(after.art34_prompt >= before.art34_prompt);
            }
        }
    }

    /// BOB-SENS: the floor of the second policy reports no breach that the first would not.
    #[test]
    fn the_strict_policy_reports_at_least_what_the_floor_does(input in inputs()) {
        let [strict, floor] = both(&input);
        prop_assert!(strict.ico_required >= floor.ico_required);
    }

    /// BOB-MIT: a claim that nobody has accepted changes nothing.
    #[test]
    fn a_mitigation_that_is_only_claimed_changes_nothing(input in inputs()) {
        let without = GradeInput { mitigation: None, ..input.clone() };
        let claimed = GradeInput {
            mitigation: input.mitigation.map(|claim| ClaimedMitigation { accepted: false, ..claim }),
            ..input
        };
        prop_assert_eq!(both(&claimed), both(&without));
    }

    /// BOB-FLOOR.
    #[test]
    fn the_floor_lifts_and_never_lowers(input in inputs()) {
        for grading in both(&input) {
            prop_assert!(grading.effective_severity >= input.grade.severity());
            prop_assert!(grading.effective_likelihood >= input.grade.likelihood());
            prop_assert_eq!(grading.score, input.grade.score());
        }
    }

    /// BOB-GRID: the outcome, the duty and the basis never contradict each other.
    #[test]
    fn the_outcome_says_whether_the_ico_must_be_told(input in inputs()) {
        for grading in both(&input) {
            let notifiable = matches!(
                grading.outcome,
                Outcome::Notifiable | Outcome::NotifiableDpoMayDecline
            );
            prop_assert_eq!(notifiable, grading.ico_required);
            prop_assert_eq!(grading.ico_required, grading.grid || grading.sensitivity);
            prop_assert!(grading.grid || !grading.dhsc);
        }
    }
}
