//! A field of a form: what is asked, and what has been answered so far.

use crate::tui::widget::input::Input;
use crossterm::event::{KeyCode, KeyEvent};
use std::collections::BTreeSet;
use std::fmt::Display;

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The place in the command that it fills, as a refusal would name it.
    pub pointer: &'static str,
    /// What is asked.
    pub label: &'static str,
    /// How to answer, in a few words.
    pub hint: &'static str,
    /// The answer.
    pub value: Value,
}

/// One of the things that can be chosen.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// What it stands for: the same however it is called and wherever it is listed at the moment.
    pub key: String,
    /// What it is called.
    pub words: String,
}

impl From<&str> for Alternative {
    fn from(words: &str) -> Self {
        (words, words).into()
    }
}

impl<K: Display, W: Into<String>> From<(K, W)> for Alternative {
    fn from((key, words): (K, W)) -> Self {
        Self {
            key: key.to_string(),
            words: words.into(),
        }
    }
}

/// An answer, by the way it is given.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text on one or more rows.
    Text(Input),
    /// A moment, as people type it.
    Time(Input),
    /// One of several.
    One {
        /// The options.
        options: Vec<Alternative>,
        /// The one chosen.
        chosen: usize,
    },
    /// Any number of several.
    Many {
        /// The options.
        options: Vec<Alternative>,
        /// Those ticked.
        ticked: BTreeSet<usize>,
        /// The one under the cursor.
        at: usize,
    },
    /// A cell of the grid, each axis from 1 to 5.
    Grid {
        /// How grave.
        severity: u8,
        /// How likely.
        likelihood: u8,
    },
}

impl Field {
    /// A text, with what is known already; typing replaces that.
    pub fn text(
        pointer: &'static str,
        label: &'static str,
        hint: &'static str,
        known: &str,
    ) -> Self {
        Self {
            pointer,
            label,
            hint,
            value: Value::Text(Input::proposing(known)),
        }
    }

    /// A moment, with one that is proposed; typing replaces that.
    pub fn time(
        pointer: &'static str,
        label: &'static str,
        hint: &'static str,
        proposed: &str,
    ) -> Self {
        Self {
            pointer,
            label,
            hint,
            value: Value::Time(Input::proposing(proposed)),
        }
    }

    /// One of several.
    pub fn one<A: Into<Alternative>>(
        pointer: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = A>,
        chosen: usize,
    ) -> Self {
        Self {
            pointer,
            label,
            hint: "← → choose",
            value: Value::One {
                options: options.into_iter().map(Into::into).collect(),
                chosen,
            },
        }
    }

    /// Any number of several.
    pub fn many<A: Into<Alternative>>(
        pointer: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = A>,
        ticked: BTreeSet<usize>,
    ) -> Self {
        Self {
            pointer,
            label,
            hint: "← → move, Space ticks",
            value: Value::Many {
                options: options.into_iter().map(Into::into).collect(),
                ticked,
                at: 0,
            },
        }
    }

    /// What was typed, if it is a text.
    pub fn typed(&self) -> &str {
        match &self.value {
            Value::Text(input) | Value::Time(input) => input.value(),
            Value::One { .. } | Value::Many { .. } | Value::Grid { .. } => "",
        }
    }

    /// Whether characters are typed into it.
    pub fn is_text(&self) -> bool {
        matches!(self.value, Value::Text(_) | Value::Time(_))
    }

    /// A key that is none of the form's own.
    pub fn key(&mut self, key: KeyEvent) {
        match (&mut self.value, key.code) {
            (Value::Text(input) | Value::Time(input), _) => input.key(key),
            (Value::One { options, chosen }, KeyCode::Char(letter)) => {
                *chosen = next_with(options, *chosen, letter);
            }
            (Value::One { .. } | Value::Many { .. } | Value::Grid { .. }, _) => {}
        }
    }

    /// A pasted text.
    pub fn paste(&mut self, pasted: &str) {
        if let Value::Text(input) | Value::Time(input) = &mut self.value {
            input.paste(pasted);
        }
    }

    /// The choice to the left or right: the option, the cursor, the likelihood.
    pub fn sideways(&mut self, by: isize) {
        match &mut self.value {
            Value::Text(_) | Value::Time(_) => {}
            Value::One { options, chosen } => *chosen = around(*chosen, by, options.len()),
            Value::Many { options, at, .. } => *at = around(*at, by, options.len()),
            Value::Grid { likelihood, .. } => *likelihood = on_the_grid(*likelihood, by),
        }
    }

    /// Up or down inside the field; false if that leaves it.
    pub fn lengthways(&mut self, by: isize) -> bool {
        match &mut self.value {
            Value::Grid { severity, .. } => {
                let before = *severity;
                *severity = on_the_grid(before, -by);
                *severity != before
            }
            Value::Text(_) | Value::Time(_) | Value::One { .. } | Value::Many { .. } => false,
        }
    }

    /// Ticks or unticks, or takes the next option.
    pub fn tick(&mut self) {
        match &mut self.value {
            Value::Many { ticked, at, .. } => {
                if !ticked.remove(at) {
                    ticked.insert(*at);
                }
            }
            Value::One { .. } => self.sideways(1),
            Value::Text(_) | Value::Time(_) | Value::Grid { .. } => {}
        }
    }
}

/// The next option that begins with a letter, around the end; the chosen one where none does.
fn next_with(options: &[Alternative], chosen: usize, letter: char) -> usize {
    let begins = |option: &Alternative| {
        let first = option.words.chars().next();
        first.is_some_and(|first| first.to_lowercase().eq(letter.to_lowercase()))
    };
    let after = (chosen + 1)..options.len();
    let mut places = after.chain(0..options.len().min(chosen + 1));
    places
        .find(|place| begins(&options[*place]))
        .unwrap_or(chosen)
}

fn around(place: usize, by: isize, count: usize) -> usize {
    let count = isize::try_from(count.max(1)).unwrap_or(isize::MAX);
    let place = isize::try_from(place).unwrap_or_default();
    (place + by).rem_euclid(count).unsigned_abs()
}

fn on_the_grid(grade: u8, by: isize) -> u8 {
    let by = i8::try_from(by).unwrap_or_default();
    grade.saturating_add_signed(by).clamp(1, 5)
}
