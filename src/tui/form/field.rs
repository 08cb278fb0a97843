//! A field of a form: what is asked, and what has been answered so far.

use super::search::Search;
use crate::tui::widget::input::Input;
use crossterm::event::KeyEvent;
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
    /// What it stands for: the same however it is called and wherever it is listed at the moment. Empty
    /// where it leaves the question open.
    pub key: String,
    /// What it is called.
    pub words: String,
}

impl Alternative {
    /// What stands where nothing is chosen.
    pub(super) fn open(words: &str) -> Self {
        Self {
            key: String::new(),
            words: words.to_owned(),
        }
    }

    /// Whether it is no answer, but stands where there is none.
    pub fn is_open(&self) -> bool {
        self.key.is_empty()
    }
}

/// What stands where an answer is needed and nobody has given one.
const NOT_CHOSEN: &str = "not chosen yet";

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
        /// What is typed to find one.
        search: Search,
    },
    /// Any number of several.
    Many {
        /// The options.
        options: Vec<Alternative>,
        /// Those ticked.
        ticked: BTreeSet<usize>,
        /// The one under the cursor.
        at: usize,
        /// What is typed to find one.
        search: Search,
    },
    /// A cell of the grid, each axis from 1 to 5 once somebody has chosen it.
    Grid {
        /// How grave.
        severity: Option<u8>,
        /// How likely.
        likelihood: Option<u8>,
    },
}

impl Field {
    /// What can be chosen, by what it stands for.
    pub(super) fn keys(&self) -> Vec<&str> {
        match &self.value {
            Value::One { options, .. } | Value::Many { options, .. } => {
                options.iter().map(|option| option.key.as_str()).collect()
            }
            Value::Text(_) | Value::Time(_) | Value::Grid { .. } => Vec::new(),
        }
    }

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
            hint: "← → choose, or type some of its words",
            value: Value::One {
                options: options.into_iter().map(Into::into).collect(),
                chosen,
                search: Search::default(),
            },
        }
    }

    /// One of several, of which none is chosen unless it is known: for an answer on which the law or a
    /// clock depends, and that nobody may give by a slip.
    pub fn choose<A: Into<Alternative>>(
        pointer: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = A>,
        known: Option<usize>,
    ) -> Self {
        let open = Alternative::open(NOT_CHOSEN);
        let options = std::iter::once(open).chain(options.into_iter().map(Into::into));
        Self::one(pointer, label, options, known.map_or(0, |place| place + 1))
    }

    /// The same, where the question may stay open, in these words.
    #[must_use]
    pub fn or_open(mut self, words: &str) -> Self {
        if let Value::One { options, .. } = &mut self.value
            && let Some(open) = options.first_mut().filter(|option| option.is_open())
        {
            words.clone_into(&mut open.words);
        }
        self
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
            hint: "← → move, Space ticks, or type some of the words",
            value: Value::Many {
                options: options.into_iter().map(Into::into).collect(),
                ticked,
                at: 0,
                search: Search::default(),
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

    /// What is typed to find an option, if it has any.
    pub fn search(&self) -> Option<&Search> {
        match &self.value {
            Value::One { search, .. } | Value::Many { search, .. } => Some(search),
            Value::Text(_) | Value::Time(_) | Value::Grid { .. } => None,
        }
    }

    fn search_mut(&mut self) -> Option<&mut Search> {
        match &mut self.value {
            Value::One { search, .. } | Value::Many { search, .. } => Some(search),
            Value::Text(_) | Value::Time(_) | Value::Grid { .. } => None,
        }
    }

    /// Whether somebody types to find an option.
    pub fn is_searching(&self) -> bool {
        self.search().is_some_and(Search::is_on)
    }

    /// Forgets what was typed to find an option; says whether anything was.
    pub fn clear_search(&mut self) -> bool {
        self.search_mut().is_some_and(Search::clear)
    }

    /// Types to find an option, which changes no answer.
    pub fn find(&mut self, how: impl FnOnce(&mut Search)) {
        if let Some(search) = self.search_mut() {
            how(search);
        }
    }

    /// Takes the option that was found: it is chosen, or ticked or unticked. Where none fits nothing
    /// changes, and what was typed stays to be mended.
    pub fn take_found(&mut self) {
        match &mut self.value {
            Value::One {
                options,
                chosen,
                search,
            } => {
                if let Some(found) = search.in_hand(options) {
                    *chosen = found;
                    search.clear();
                }
            }
            Value::Many {
                options,
                ticked,
                at,
                search,
            } => {
                if let Some(found) = search.in_hand(options) {
                    *at = found;
                    turn(ticked, found);
                    search.clear();
                }
            }
            Value::Text(_) | Value::Time(_) | Value::Grid { .. } => {}
        }
    }

    /// Whether somebody looks for another answer than the one that is chosen, and has taken none.
    pub fn is_undecided(&self) -> bool {
        match &self.value {
            Value::One {
                options,
                chosen,
                search,
            } => search.is_on() && search.in_hand(options) != Some(*chosen),
            Value::Many { .. } | Value::Text(_) | Value::Time(_) | Value::Grid { .. } => false,
        }
    }

    /// A key for a text.
    pub fn key(&mut self, key: KeyEvent) {
        if let Value::Text(input) | Value::Time(input) = &mut self.value {
            input.key(key);
        }
    }

    /// A pasted text.
    pub fn paste(&mut self, pasted: &str) {
        if let Value::Text(input) | Value::Time(input) = &mut self.value {
            input.paste(pasted);
        }
    }

    /// The choice to the left or right: the option, the cursor, the likelihood. Of options that are
    /// looked for only those that fit.
    pub fn sideways(&mut self, by: isize) {
        match &mut self.value {
            Value::Text(_) | Value::Time(_) => {}
            Value::One {
                options,
                chosen,
                search,
            } => {
                if !search.is_on() {
                    *chosen = around(*chosen, by, options.len());
                } else {
                    if search.in_hand(options) == Some(*chosen) {
                        search.step(options, by);
                    }
                    *chosen = search.in_hand(options).unwrap_or(*chosen);
                }
            }
            Value::Many {
                options,
                at,
                search,
                ..
            } => {
                if search.is_on() {
                    search.step(options, by);
                    *at = search.in_hand(options).unwrap_or(*at);
                } else {
                    *at = around(*at, by, options.len());
                }
            }
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
            Value::One { search, .. } | Value::Many { search, .. } => {
                let is_searching = search.is_on();
                if is_searching {
                    self.sideways(by);
                }
                is_searching
            }
            Value::Text(_) | Value::Time(_) => false,
        }
    }

    /// Ticks or unticks, or takes the next option.
    pub fn tick(&mut self) {
        match &mut self.value {
            Value::Many { ticked, at, .. } => turn(ticked, *at),
            Value::One { .. } => self.sideways(1),
            Value::Text(_) | Value::Time(_) | Value::Grid { .. } => {}
        }
    }
}

fn turn(ticked: &mut BTreeSet<usize>, place: usize) {
    if !ticked.remove(&place) {
        ticked.insert(place);
    }
}

pub(super) fn around(place: usize, by: isize, count: usize) -> usize {
    let count = isize::try_from(count.max(1)).unwrap_or(isize::MAX);
    let place = isize::try_from(place).unwrap_or_default();
    (place + by).rem_euclid(count).unsigned_abs()
}

/// From nothing an axis begins at its least grade, and only upwards.
fn on_the_grid(grade: Option<u8>, by: isize) -> Option<u8> {
    let by = i8::try_from(by).unwrap_or_default();
    match grade {
        None => (by > 0).then_some(1),
        Some(grade) => Some(grade.saturating_add_signed(by).clamp(1, 5)),
    }
}
