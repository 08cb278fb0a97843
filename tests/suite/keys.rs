//! The key table: one meaning a key and place, and the officer's own keys.

use nightdesk::tui::keys::{Action, Focus, Key, Keymap, KeysError, Scope, TABLE};
use std::collections::BTreeMap;

fn keymap(overrides: &[(&str, &[&str])]) -> Result<Keymap, KeysError> {
    let overrides: BTreeMap<String, Vec<String>> = overrides
        .iter()
        .map(|(name, keys)| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            ((*name).to_owned(), keys)
        })
        .collect();
    Keymap::new(&overrides)
}

fn means(keymap: &Keymap, key: &str, scopes: &[Scope]) -> Option<Action> {
    let key: Key = key.parse().unwrap();
    let resolved = keymap.resolve(key, scopes, Focus::Actions);
    resolved.map(|(action, _)| action)
}

const BOARD: &[Scope] = &[Scope::Board, Scope::Incident, Scope::Everywhere];

#[test]
fn every_key_of_the_table_has_one_meaning_where_it_is_pressed() {
    keymap(&[]).unwrap();
}

#[test]
fn every_row_has_a_name_of_its_own_and_a_sentence() {
    for (place, row) in TABLE.iter().enumerate() {
        assert!(
            !row.help.is_empty() && !row.help.ends_with('.'),
            "{}",
            row.name
        );
        assert!(
            TABLE[..place].iter().all(|other| other.name != row.name),
            "{}",
            row.name
        );
    }
}

#[test]
fn keys_are_written_as_they_are_read() {
    for row in TABLE {
        for key in row.keys.split(' ') {
            assert_eq!(key.parse::<Key>().unwrap().to_string(), key);
        }
    }
    assert!("Alt-x".parse::<Key>().is_err());
}

#[test]
fn keys_that_multiplexers_and_flow_control_take_are_not_used() {
    for row in TABLE {
        for taken in ["Ctrl-a", "Ctrl-b", "Ctrl-s", "Ctrl-q", "Ctrl-z"] {
            assert!(row.keys.split(' ').all(|key| key != taken), "{}", row.name);
        }
    }
}

#[test]
fn the_innermost_open_scope_decides() {
    let keymap = keymap(&[]).unwrap();
    assert_eq!(means(&keymap, "a", BOARD), Some(Action::Acknowledge));
    assert_eq!(means(&keymap, "y", BOARD), Some(Action::CopyReference));
    assert_eq!(means(&keymap, "y", &[Scope::Question]), Some(Action::Yes));
    assert_eq!(
        means(&keymap, "Enter", &[Scope::Question]),
        Some(Action::No)
    );
    assert_eq!(means(&keymap, "Ctrl-z", BOARD), None);
}

#[test]
fn typed_characters_go_into_the_text_and_only_other_keys_act() {
    let keymap = keymap(&[]).unwrap();
    let resolve = |key: &str| {
        keymap.resolve(
            key.parse().unwrap(),
            &[Scope::Form, Scope::Everywhere],
            Focus::Text,
        )
    };
    assert_eq!(resolve("q"), None);
    assert_eq!(resolve("Space"), None);
    assert_eq!(resolve("F2"), Some((Action::Submit, 0)));
    assert_eq!(resolve("F1"), Some((Action::Help, 0)));
}

#[test]
fn an_action_can_be_given_other_keys() {
    let keymap = keymap(&[("acknowledge", &["F5", "Ctrl-k"])]).unwrap();
    assert_eq!(means(&keymap, "F5", BOARD), Some(Action::Acknowledge));
    assert_eq!(means(&keymap, "Ctrl-k", BOARD), Some(Action::Acknowledge));
    assert_eq!(means(&keymap, "a", BOARD), None);
}

#[test]
fn a_key_with_two_meanings_is_refused_and_both_are_named() {
    let error = keymap(&[("freeze", &["a"])]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a would mean both acknowledge and freeze; give one of them another key"
    );
    let same_key_elsewhere = keymap(&[("submit", &["F9"]), ("filter", &["F9"])]);
    assert!(same_key_elsewhere.is_ok());
}

#[test]
fn unknown_actions_and_keys_are_refused() {
    assert_eq!(
        keymap(&[("acknowlege", &["a"])]).unwrap_err(),
        KeysError::NoAction("acknowlege".to_owned())
    );
    assert_eq!(
        keymap(&[("freeze", &["Hyper-x"])]).unwrap_err(),
        KeysError::Unknown("Hyper-x".to_owned())
    );
}
