//! What the free texts must say on which somebody relies later: the checks, from the least to the most.
//!
//! | check | what is refused | which texts |
//! |---|---|---|
//! | [`said`] | nothing, or marks without a letter or a digit | names, roles, references, numbers, how somebody is reached, file notes |
//! | [`words`] | besides, fewer than three letters or digits | titles, summaries, findings, minutes, workarounds, what was sent or agreed, reasons for a step that can be taken back |
//! | [`reasoned`] | besides, a single word | grades, declines, lateness, withdrawal, stops and later starts of a clock: reasons that an auditor reads |
//! | [`title`] | besides what `words` refuses, more letters than a row of a list needs | titles that are logged |
//! | [`title_on_one_line`] | besides, a line break or another control character | titles that are changed |
//! | [`shown`] | what is neither words nor a reference with a digit | evidence |
//!
//! `said_of` and `worded` are the first two where a rule asks for the text. Deliberately judges no contents: what
//! is true only people know.

use super::refusal::Refusal;
use super::rule::RuleId;
use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation as _;

/// A text that was given: trimmed, with a letter or a digit in it.
pub(super) fn said<'a>(text: &'a str, pointer: &str, sentence: &str) -> Result<&'a str, Refusal> {
    let text = given(text, pointer, sentence)?;
    if text.chars().any(char::is_alphanumeric) {
        Ok(text)
    } else {
        Err(Refusal::invalid(pointer, tells_nothing(text, sentence)))
    }
}

fn given<'a>(text: &'a str, pointer: &str, sentence: &str) -> Result<&'a str, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        Err(Refusal::invalid(pointer, sentence))
    } else {
        Ok(text)
    }
}

fn tells_nothing(text: &str, sentence: &str) -> String {
    format!("\"{text}\" is too short. {sentence}")
}

/// The same, where a rule asks for the text.
pub(super) fn said_of<'a>(
    rule: RuleId,
    text: &'a str,
    pointer: &str,
    sentence: &str,
) -> Result<&'a str, Refusal> {
    said(text, pointer, sentence).map_err(|refusal| refusal.by(rule))
}

/// The same, for words that must tell something: a full stop tells nothing.
pub(super) fn words<'a>(text: &'a str, pointer: &str, sentence: &str) -> Result<&'a str, Refusal> {
    let text = given(text, pointer, sentence)?;
    if has_words(text) {
        return Ok(text);
    }
    Err(Refusal::invalid(pointer, tells_nothing(text, sentence)))
}

/// The same, where a rule asks for the text.
pub(super) fn worded<'a>(
    rule: RuleId,
    text: &'a str,
    pointer: &str,
    sentence: &str,
) -> Result<&'a str, Refusal> {
    words(text, pointer, sentence).map_err(|refusal| refusal.by(rule))
}

/// The same, for a title, which stands in a row of a list.
pub(super) fn title<'a>(text: &'a str, most: u32, sentence: &str) -> Result<&'a str, Refusal> {
    let text = words(text, "/title", sentence)?;
    let letters = text.graphemes(true).count();
    if u32::try_from(letters).is_ok_and(|letters| letters <= most) {
        return Ok(text);
    }
    let sentence = format!(
        "A title has at most {most} letters, and this has {letters}. Shorten it, and write the rest in the summary"
    );
    Err(Refusal::invalid("/title", sentence).by(RuleId::BobLog))
}

/// The same, for a title that somebody changes: a second line of it would read as the desk's own words. What a
/// title came with when it was logged stays, and is shown on one line.
pub(super) fn title_on_one_line<'a>(
    text: &'a str,
    most: u32,
    sentence: &str,
) -> Result<&'a str, Refusal> {
    let text = title(text, most, sentence)?;
    let is_line = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    if !text.contains(is_line) {
        return Ok(text);
    }
    let sentence = "A title is one line, without line breaks or control characters. Write the rest in the summary";
    Err(Refusal::invalid("/title", sentence).by(RuleId::BobLog))
}

/// Whether a text is more than a mark or two.
pub(super) fn has_words(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.count() > 2
}

/// The same, for a reason that others must understand later: a word such as `no` or a full stop says
/// nothing, so there are at least two words.
pub(super) fn reasoned<'a>(
    rule: RuleId,
    text: &'a str,
    pointer: &str,
    sentence: &str,
) -> Result<&'a str, Refusal> {
    let text = given(text, pointer, sentence).map_err(|refusal| refusal.by(rule))?;
    if says_something(text) {
        return Ok(text);
    }
    Err(Refusal::invalid(
        pointer,
        format!("\"{text}\" does not say why. Write a sentence that others understand later"),
    )
    .by(rule))
}

/// Whether there are two words in it, not the same one twice and none of one letter only.
fn says_something(text: &str) -> bool {
    let words: BTreeSet<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|letter| letter.is_alphabetic()))
        .map(|letters| letters.flat_map(char::to_lowercase).collect())
        .filter(|word: &String| {
            let first = word.chars().next();
            word.chars().any(|letter| Some(letter) != first)
        })
        .collect();
    words.len() > 1
}

/// Evidence that somebody can look for later: words, or the reference of a document, which has a digit in
/// it.
pub(super) fn shown(rule: RuleId, text: &str, pointer: &str) -> Result<(), Refusal> {
    let is_reference = |word: &str| {
        let kept = word.chars().filter(|letter| letter.is_alphanumeric());
        word.chars().any(|letter| letter.is_ascii_digit()) && kept.count() > 2
    };
    if says_something(text) || text.split_whitespace().any(is_reference) {
        return Ok(());
    }
    let sentence = format!(
        "\"{text}\" does not show it. Give the reference of a document, such as IR-2291, or say in a few words what shows it"
    );
    Err(Refusal::invalid(pointer, sentence).by(rule))
}
