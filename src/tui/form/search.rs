//! Finding an option by typing some of its words: in any order, without capitals and accents, and with
//! a slip of the finger.
//!
//! What is typed shows and narrows; it deliberately chooses nothing, because a stray key must not
//! answer a question of the law.

use super::Alternative;
use crate::tui::widget::input::Input;
use crossterm::event::KeyEvent;
use unicode_normalization::UnicodeNormalization;

/// What was typed to find an option, and which of those that fit is in hand.
#[derive(Clone, Debug, Default)]
pub struct Search {
    typed: Input,
    at: usize,
}

impl Search {
    /// Whether anything is typed.
    pub fn is_on(&self) -> bool {
        !self.typed.value().is_empty()
    }

    /// What is typed.
    pub fn typed(&self) -> &Input {
        &self.typed
    }

    /// A key for what is typed.
    pub fn key(&mut self, key: KeyEvent) {
        self.typed.key(key);
        self.at = 0;
    }

    /// A pasted text, for the same.
    pub fn paste(&mut self, pasted: &str) {
        self.typed.paste(pasted);
        self.at = 0;
    }

    /// Forgets what was typed; says whether anything was.
    pub fn clear(&mut self) -> bool {
        let was_on = self.is_on();
        *self = Self::default();
        was_on
    }

    /// The places of the options that fit, the nearest first.
    pub fn fitting(&self, options: &[Alternative]) -> Vec<usize> {
        fitting(options, self.typed.value())
    }

    /// The place of the option in hand, if any fits.
    pub fn in_hand(&self, options: &[Alternative]) -> Option<usize> {
        self.fitting(options).get(self.at).copied()
    }

    /// Takes another one in hand, around the end.
    pub fn step(&mut self, options: &[Alternative], by: isize) {
        self.at = super::field::around(self.at, by, self.fitting(options).len());
    }
}

/// The places of the options that fit some words, the nearest first. What leaves a question open is
/// no answer that anybody looks for.
pub(super) fn fitting(options: &[Alternative], typed: &str) -> Vec<usize> {
    let typed = folded(typed);
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut ranked: Vec<(Near, usize)> = options
        .iter()
        .enumerate()
        .filter(|(_, option)| !option.is_open())
        .filter_map(|(place, option)| Some((rank(option, &typed, &words)?, place)))
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, place)| place).collect()
}

/// How near an option is to what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    /// It begins so.
    Begins,
    /// Each typed word begins one of its own.
    Words,
    /// Each occurs somewhere in it.
    Within,
    /// Each would, but for one letter.
    Mistyped,
}

/// Its code counts as a word: people know many roles by nothing else.
fn rank(option: &Alternative, typed: &str, words: &[&str]) -> Option<Near> {
    let name = folded(&option.words);
    if name.starts_with(typed.trim()) {
        return Some(Near::Begins);
    }
    let all = format!("{name} {}", folded(&option.key));
    let own: Vec<&str> = all.split_whitespace().collect();
    let near = words.iter().map(|word| near(word, &own, &all));
    near.collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn near(word: &str, own: &[&str], all: &str) -> Option<Near> {
    if own.iter().any(|known| known.starts_with(word)) {
        Some(Near::Words)
    } else if all.contains(word) {
        Some(Near::Within)
    } else {
        let is_mistyped = own.iter().any(|known| begins_nearly(known, word));
        is_mistyped.then_some(Near::Mistyped)
    }
}

/// Small letters without accents and signs.
fn folded(text: &str) -> String {
    text.nfkd()
        .flat_map(char::to_lowercase)
        .filter(|letter| !unicode_normalization::char::is_combining_mark(*letter))
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect()
}

/// Fewer letters than this are too few to be mistyped.
const LEAST_TO_MISTYPE: usize = 4;

/// Whether a word begins as typed, but for one letter that is another one, too many, missing, or
/// changed places with the next.
fn begins_nearly(word: &str, typed: &str) -> bool {
    let (word, typed): (Vec<char>, Vec<char>) = (word.chars().collect(), typed.chars().collect());
    if typed.len() < LEAST_TO_MISTYPE {
        return false;
    }
    (typed.len() - 1..=typed.len() + 1)
        .filter_map(|length| word.get(..length))
        .any(|beginning| differ_by_one(beginning, &typed))
}

fn differ_by_one(one: &[char], other: &[char]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    match (&one[same..], &other[same..]) {
        ([], []) => true,
        ([a, b, one @ ..], [c, d, other @ ..]) if (a, b) == (d, c) => one == other,
        ([_, one @ ..], rest @ [_, other @ ..]) if one == rest || one == other => true,
        (rest, [_, other @ ..]) => rest == other,
        ([_, one @ ..], rest) => one == rest,
    }
}
