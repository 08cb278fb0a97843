//! Answers that were typed as a line, where no keys choose: by number or by words.

use super::search::fitting;
use super::{Alternative, Field, Value};
use std::collections::BTreeSet;

impl Field {
    /// Takes the answer of a typed line: a text as it is, an option by its number or its words, several
    /// options separated by commas or "none", a cell of the grid as severity and likelihood.
    ///
    /// # Errors
    /// A sentence that says how to answer; the answer before stays.
    pub fn answer(&mut self, typed: &str) -> Result<(), String> {
        match &mut self.value {
            Value::Text(input) | Value::Time(input) => {
                input.clear();
                input.paste(typed);
            }
            Value::One {
                options, chosen, ..
            } => *chosen = place_of(options, typed)?,
            Value::Many {
                options, ticked, ..
            } => *ticked = places_of(options, typed)?,
            Value::Grid {
                severity,
                likelihood,
            } => {
                let (chosen, likely) = cell(typed)?;
                (*severity, *likelihood) = (Some(chosen), Some(likely));
            }
        }
        Ok(())
    }

    /// Takes the answer away, where there can be none.
    pub fn empty(&mut self) {
        match &mut self.value {
            Value::Text(input) | Value::Time(input) => input.clear(),
            Value::Many { ticked, .. } => ticked.clear(),
            Value::One {
                options, chosen, ..
            } => {
                let open = options.iter().position(Alternative::is_open);
                *chosen = open.unwrap_or(*chosen);
            }
            Value::Grid {
                severity,
                likelihood,
            } => (*severity, *likelihood) = (None, None),
        }
    }
}

fn places_of(options: &[Alternative], typed: &str) -> Result<BTreeSet<usize>, String> {
    if typed.eq_ignore_ascii_case("none") {
        return Ok(BTreeSet::new());
    }
    let is_numbers = typed
        .split_whitespace()
        .all(|word| word.trim_end_matches(',').parse::<usize>().is_ok());
    let parts: Vec<&str> = if is_numbers {
        typed.split([' ', ',']).collect()
    } else {
        typed.split(',').collect()
    };
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| place_of(options, part))
        .collect()
}

/// The option with this number, with these words, the only one that begins with them, or the only one
/// that they find.
fn place_of(options: &[Alternative], typed: &str) -> Result<usize, String> {
    if let Ok(number) = typed.parse::<usize>() {
        return number
            .checked_sub(1)
            .filter(|place| *place < options.len())
            .ok_or_else(|| format!("There are options 1 to {}", options.len()));
    }
    let typed_low = typed.to_lowercase();
    let words = |option: &Alternative| option.words.to_lowercase();
    let exact = options.iter().position(|option| words(option) == typed_low);
    let beginning: Vec<usize> = (0..options.len())
        .filter(|place| words(&options[*place]).starts_with(&typed_low))
        .collect();
    let found = match beginning.as_slice() {
        [] => fitting(options, typed),
        _ => beginning,
    };
    match (exact, found.as_slice()) {
        (Some(place), _) => Ok(place),
        (None, [place]) => Ok(*place),
        (None, [_, _, ..]) => Err(format!(
            "\"{typed}\" fits more than one option. Type the number"
        )),
        (None, []) => Err(format!(
            "\"{typed}\" is not one of the options. Type a number"
        )),
    }
}

fn cell(typed: &str) -> Result<(u8, u8), String> {
    let how = || "Type severity and likelihood, each from 1 to 5, such as \"3 4\"".to_owned();
    let grades: Vec<u8> = typed
        .split([' ', ','])
        .filter_map(|word| word.parse().ok())
        .filter(|grade| (1..=5).contains(grade))
        .collect();
    match grades.as_slice() {
        [severity, likelihood] => Ok((*severity, *likelihood)),
        _ => Err(how()),
    }
}
