//! The catalogue of rules against the tests: a rule that the desk claims to carry out is shown by
//! at least one.

use nightdesk::domain::rule::{Enforcement, RuleId};
use std::fs;
use std::path::Path;

#[test]
fn every_rule_has_a_sentence_and_a_source() {
    for rule in RuleId::ALL {
        let (sentence, source) = (rule.sentence(), rule.source());
        assert!(sentence.split(' ').count() > 5, "{rule}: {sentence}");
        assert!(!sentence.ends_with('.'), "{rule}: {sentence}");
        assert!(source.len() > 5, "{rule}: {source}");
        assert_eq!(rule.to_string().parse(), Ok(*rule));
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
    }
}

#[test]
fn no_two_rules_share_an_id() {
    let mut ids: Vec<&str> = RuleId::ALL.iter().map(|rule| rule.as_str()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn every_enforced_rule_is_named_by_a_test() {
    let tests = all_tests();
    let unproven: Vec<&str> = RuleId::ALL
        .iter()
        .filter(|rule| rule.enforcement() == Enforcement::Enforced)
        .filter(|rule| !is_named(**rule, &tests))
        .map(|rule| rule.as_str())
        .collect();
    assert!(
        unproven.is_empty(),
        "enforced, but no test names them: {unproven:?}"
    );
}

/// The positive control of the search.
#[test]
fn a_rule_that_no_test_names_would_be_noticed() {
    assert!(is_named(RuleId::BobGrid, "assert RuleId::BobGrid;"));
    assert!(is_named(RuleId::BobGrid, "the line (BOB-GRID)"));
    assert!(!is_named(
        RuleId::BobGrid,
        "RuleId::BobGridiron, BOB-GRIDIRON"
    ));
}

/// By its id as people write it, or as its variant.
fn is_named(rule: RuleId, tests: &str) -> bool {
    let variant = format!("RuleId::{rule:?}");
    [variant.as_str(), rule.as_str()].into_iter().any(|name| {
        tests.match_indices(name).any(|(place, _)| {
            let after = tests[place + name.len()..].chars().next();
            !after.is_some_and(|letter| letter.is_alphanumeric() || "-_".contains(letter))
        })
    })
}

fn all_tests() -> String {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite")];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("rules.rs") {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}
