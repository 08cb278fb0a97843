//! The catalogue of rules: every rule can be quoted.

use nightdesk::domain::rule::RuleId;

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
