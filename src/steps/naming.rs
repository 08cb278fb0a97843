//! The one way in which a typed name is taken for a thing: by its short name, by its full name, or by a
//! part of either that fits only one.
//!
//! Capital letters and small ones are the same, and so are `_` and `-`. Deliberately never guesses: a
//! part that fits several things is answered with those things, and one that fits nothing with the
//! nearest.

use crate::domain::directory::Directory;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::role::Role;
use crate::domain::spelling;

/// Something that can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// Its short name.
    pub key: &'a str,
    /// Its full name, or what it is in words.
    pub words: &'a str,
}

/// Why a text names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// It fits nothing; this is what it would say.
    Nothing(String),
    /// It fits several things, which are told.
    Several(String),
}

impl Miss {
    /// What happened and what can be written instead.
    pub fn sentence(self) -> String {
        match self {
            Self::Nothing(sentence) | Self::Several(sentence) => sentence,
        }
    }
}

/// How many things are told of several that fit.
const MOST_TOLD: usize = 8;

/// Letters that a part of a name has at least: fewer fit something by accident.
const SHORTEST_PART: usize = 3;

/// The place of the one thing that a text names; `what` says what it should be, such as `person`.
///
/// # Errors
/// Which things it fits, or which is the nearest.
pub fn find(what: &str, typed: &str, all: &[Named<'_>]) -> Result<usize, Miss> {
    let wanted = plain(typed);
    for way in WAYS {
        let fits =
            |(_, one): &(usize, &Named<'_>)| way(&plain(one.key), &plain(one.words), &wanted);
        let fitting: Vec<usize> = all
            .iter()
            .enumerate()
            .filter(fits)
            .map(|(at, _)| at)
            .collect();
        match fitting.as_slice() {
            [] => {}
            [one] => return Ok(*one),
            several => return Err(Miss::Several(told(typed, several, all))),
        }
    }
    Err(Miss::Nothing(nothing(what, typed, all)))
}

/// Whether a thing with that key and those words is meant, the surest way first.
type Way = fn(&str, &str, &str) -> bool;

const WAYS: [Way; 4] = [
    // The whole key or the whole name; what stands in brackets behind a name is no part of it.
    |key, words, wanted| {
        let name = words.split(" (").next().unwrap_or(words);
        [key, words, name].contains(&wanted)
    },
    // The beginning or the end of a key of several parts.
    |key, _, wanted| {
        let signs = [":", "/", "@"];
        let is_beginning = |sign: &str| key.starts_with(&format!("{wanted}{sign}"));
        let is_end = |sign: &str| key.ends_with(&format!("{sign}{wanted}"));
        !wanted.is_empty() && signs.iter().any(|sign| is_beginning(sign) || is_end(sign))
    },
    // A whole word of the name, such as a surname.
    |key, words, wanted| {
        let mut all = key.split(is_between).chain(words.split(is_between));
        wanted.len() >= SHORTEST_PART && all.any(|word| word == wanted)
    },
    |key, words, wanted| {
        wanted.len() >= SHORTEST_PART && (key.contains(wanted) || words.contains(wanted))
    },
];

fn is_between(letter: char) -> bool {
    !letter.is_alphanumeric() && letter != '\'' && letter != '-'
}

fn plain(text: &str) -> String {
    text.trim().to_lowercase().replace('_', "-")
}

fn told(typed: &str, several: &[usize], all: &[Named<'_>]) -> String {
    let first = several.iter().take(MOST_TOLD);
    let first: Vec<String> = first
        .filter_map(|at| all.get(*at))
        .map(|one| format!("{} ({})", one.key, one.words))
        .collect();
    let more = several.len() - first.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!(
        "\"{typed}\" fits several: {}{more}. Write more of the one you mean",
        first.join(", ")
    )
}

fn nothing(what: &str, typed: &str, all: &[Named<'_>]) -> String {
    let wanted = plain(typed);
    if (1..SHORTEST_PART).contains(&wanted.chars().count()) {
        return format!(
            "\"{typed}\" is too short for part of a name. Write at least {SHORTEST_PART} letters"
        );
    }
    let spellings = all
        .iter()
        .flat_map(|one| [(one.key, one), (one.words, one)]);
    let none = format!("No {what} is called \"{typed}\"");
    match spelling::nearest(&wanted, spellings) {
        Some(one) => format!("{none}. Did you mean {} ({})?", one.key, one.words),
        None if all.is_empty() => format!("{none}, and there is none to choose from"),
        None => format!("{none}. Write part of the name as the directory has it"),
    }
}

/// The organisation of the directory that a text names.
///
/// # Errors
/// A sentence that tells which it fits, or the nearest.
pub fn organisation(typed: &str, directory: &Directory) -> Result<OrganisationId, Miss> {
    let found = find_among("organisation", typed, &directory.organisations, |one| {
        Named {
            key: one.id.as_str(),
            words: &one.name,
        }
    })?;
    Ok(found.id.clone())
}

/// The person of the directory that a text names.
///
/// # Errors
/// A sentence that tells whom it fits, or the nearest.
pub fn person(typed: &str, directory: &Directory) -> Result<PersonId, Miss> {
    let found = find_among("person", typed, &directory.people, |one| Named {
        key: one.id.as_str(),
        words: &one.name,
    })?;
    Ok(found.id.clone())
}

/// The role that a text names, by its code or its title.
///
/// # Errors
/// A sentence that tells which it fits, or the nearest.
pub fn role(typed: &str) -> Result<Role, Miss> {
    let found = find_among("role", typed, &Role::ALL, |role| Named {
        key: role.code(),
        words: role.title(),
    })?;
    Ok(*found)
}

/// The one of these things that a text names.
fn find_among<'a, T>(
    what: &str,
    typed: &str,
    all: &'a [T],
    named: impl Fn(&'a T) -> Named<'a>,
) -> Result<&'a T, Miss> {
    let names: Vec<Named<'a>> = all.iter().map(named).collect();
    find(what, typed, &names).map(|at| &all[at])
}
