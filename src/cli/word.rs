//! The domain's words as arguments: `mental-health` for what the API calls `MENTAL_HEALTH`.
//!
//! The words are taken from the domain's own spelling, so that a new one needs no second list; so are
//! days.
//! Deliberately the only bridge between clap and the domain: the domain does not know clap.

use crate::domain::calendar::day::{self, NotADay};
use crate::domain::role::Role;
use crate::now::Clock;
use crate::steps::naming::{self, Miss, Named};
use chrono::NaiveDate;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use serde::Serialize;
use std::ffi::OsStr;

/// A parser for one word of a list: by the word itself, by its name, or by any part of either that fits
/// only one. It gives the word.
#[derive(Clone)]
pub(super) struct OneWord {
    words: Vec<(String, String)>,
}

impl OneWord {
    /// One of these words, each with its name.
    pub(super) fn of(words: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            words: words.into_iter().collect(),
        }
    }

    fn possible(&self) -> impl Iterator<Item = PossibleValue> {
        self.words.iter().map(|(word, name)| {
            let value = PossibleValue::new(word.clone()).alias(word.replace('-', "_"));
            if *name == spaced(word) {
                value
            } else {
                value.help(name.clone())
            }
        })
    }
}

impl TypedValueParser for OneWord {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let words = self.words.iter();
        let all: Vec<Named<'_>> = words.map(|(key, words)| Named { key, words }).collect();
        match naming::find("word", &value.to_string_lossy(), &all) {
            Ok(at) => Ok(self.words[at].0.clone()),
            Err(Miss::Several(sentence)) => {
                let error = clap::Error::raw(ErrorKind::ValueValidation, sentence + "\n");
                Err(error.with_cmd(command))
            }
            // The list of all words, as everywhere else.
            Err(Miss::Nothing(_)) => {
                PossibleValuesParser::new(self.possible()).parse_ref(command, argument, value)
            }
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.possible()))
    }
}

fn spaced(word: &str) -> String {
    word.replace('-', " ")
}

/// A parser for a role, by its code, its title, or any part of the title that fits only one.
pub(super) fn role() -> impl TypedValueParser<Value = Role> {
    let words = Role::ALL.map(|role| (kebab(&role), role.title().to_owned()));
    OneWord::of(words).try_map(|code| Role::from_code(&code).ok_or("no such role"))
}

/// A parser for one of these values, written in kebab-case or as in the API.
pub(super) fn one_of<T>(all: &'static [T]) -> impl TypedValueParser<Value = T>
where
    T: Serialize + Copy + Send + Sync + 'static,
{
    let words = all.iter().map(kebab);
    OneWord::of(words.map(|word| (word.clone(), spaced(&word)))).try_map(|word| {
        all.iter()
            .copied()
            .find(|value| kebab(value) == word)
            .ok_or("not one of the words")
    })
}

/// A parser for a day as everywhere else: today, +5, 2026-06-16.
pub(super) fn day(text: &str) -> Result<NaiveDate, NotADay> {
    day::understand(text, Clock::system().now())
}

/// A value's word on the wire in kebab-case.
pub(super) fn kebab(value: &impl Serialize) -> String {
    let word = serde_json::to_value(value).unwrap_or_default();
    let word = word.as_str().unwrap_or_default();
    word.to_ascii_lowercase().replace('_', "-")
}
