//! What the sanitiser promises, on a corpus and on anything.

use nightdesk::text;
use proptest::prelude::*;
use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One hostile text and how it must look on one line.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hostile {
    pub(crate) name: String,
    pub(crate) text: String,
    line: String,
}

pub(crate) fn corpus() -> Vec<Hostile> {
    serde_json::from_str(include_str!("../data/hostile.json")).unwrap()
}

#[test]
fn every_hostile_text_is_shown_and_none_is_dropped() {
    for case in corpus() {
        assert_eq!(text::line(&case.text).as_str(), case.line, "{}", case.name);
    }
}

#[test]
fn only_line_breaks_survive_in_text_of_several_lines() {
    assert_eq!(
        text::lines("one\ntwo\r\nthree\t\u{1b}").as_str(),
        "one\ntwo␍\nthree␉␛"
    );
    assert_eq!(text::lines("\n\u{301}").as_str(), "\n◌\u{301}");
}

#[test]
fn truncation_counts_columns_and_never_splits_a_character() {
    for (given, columns, kept) in [
        ("stick", 5, "stick"),
        ("sticks", 5, "stic…"),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢…"),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ("stick", 1, "…"),
        ("stick", 0, ""),
    ] {
        assert_eq!(text::line(given).truncated(columns).as_str(), kept);
    }
}

/// Format, separator and ignorable characters as the Unicode Character Database lists them; kept
/// apart from the sanitiser's own table, which it checks.
fn is_forbidden(character: char) -> bool {
    const FORBIDDEN: &[std::ops::RangeInclusive<u32>] = &[
        0x00..=0x1F,
        0x7F..=0x9F,
        0xAD..=0xAD,
        0x34F..=0x34F,
        0x61C..=0x61C,
        0x115F..=0x1160,
        0x180B..=0x180F,
        0x200B..=0x200F,
        0x2028..=0x202E,
        0x2060..=0x206F,
        0x2800..=0x2800,
        0x3164..=0x3164,
        0xFE00..=0xFE0F,
        0xFEFF..=0xFEFF,
        0xFFF0..=0xFFFB,
        0x1D173..=0x1D17A,
        0xE0000..=0xE0FFF,
    ];
    FORBIDDEN
        .iter()
        .any(|range| range.contains(&u32::from(character)))
}

/// Ordinary text, hostile text, and the two mixed.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
        proptest::sample::select(corpus()).prop_map(|case| case.text),
        "[ -~]{0,12}",
        proptest::collection::vec(
            proptest::char::ranges(
                vec![
                    '\u{300}'..='\u{36f}',
                    '\u{1f1e6}'..='\u{1f6ff}',
                    '\u{1100}'..='\u{11ff}'
                ]
                .into()
            ),
            0..20
        )
        .prop_map(String::from_iter),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_control_and_no_invisible_character_comes_out(given in any_text()) {
        prop_assert!(!text::line(&given).as_str().chars().any(is_forbidden));
        let lines = text::lines(&given);
        prop_assert!(!lines.as_str().chars().any(|c| c != '\n' && is_forbidden(c)));
    }

    #[test]
    fn what_was_shown_once_stays_the_same(given in any_text()) {
        let once = text::line(&given);
        let again = text::line(once.as_str());
        prop_assert_eq!(again.as_str(), once.as_str());
        let lines = text::lines(&given);
        let again = text::lines(lines.as_str());
        prop_assert_eq!(again.as_str(), lines.as_str());
    }

    #[test]
    fn columns_are_the_same_whether_a_terminal_joins_characters_or_not(given in any_text()) {
        for grapheme in text::line(&given).as_str().graphemes(true) {
            let apart: usize = grapheme.chars().filter_map(UnicodeWidthChar::width).sum();
            prop_assert_eq!(grapheme.width(), apart, "{:?}", grapheme);
        }
    }

    #[test]
    fn truncated_text_fits(given in any_text(), columns in 0_usize..30) {
        prop_assert!(text::line(&given).truncated(columns).width() <= columns);
    }
}
