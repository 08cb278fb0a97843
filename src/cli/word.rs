//! The domain's words as arguments: `mental-health` for what the API calls `MENTAL_HEALTH`.
//!
//! The words are taken from the domain's own spelling, so that a new one needs no second list; so are
//! days.
//! Deliberately the only bridge between clap and the domain: the domain does not know clap.

use crate::domain::calendar::day::{self, NotADay};
use crate::now::Clock;
use chrono::NaiveDate;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::Serialize;

/// A parser for one of these values, written in kebab-case or as in the API.
pub(super) fn one_of<T>(all: &'static [T]) -> impl TypedValueParser<Value = T>
where
    T: Serialize + Copy + Send + Sync + 'static,
{
    let words = all.iter().map(|value| {
        let kebab = kebab(value);
        PossibleValue::new(kebab.clone()).alias(kebab.replace('-', "_"))
    });
    PossibleValuesParser::new(words).try_map(|word| {
        let word = word.to_ascii_lowercase().replace('_', "-");
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
