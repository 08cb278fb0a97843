//! Reports without the names of staff (BOB-NOBLAME): wherever a text came from a person, whoever of the
//! directory is named in it is left out.
//!
//! Deliberately knows only the people of the directory: whom it does not know it cannot find, so forms
//! ask for roles.

use crate::domain::directory::Directory;

/// What stands where a name stood.
const SOMEBODY: &str = "[name]";

/// A surname shorter than this is too often a word of another meaning.
const SHORTEST_SURNAME: usize = 4;

/// The names that are left out.
pub(super) struct Names {
    /// Whole names and short names, in lower case, the longest first.
    whole: Vec<String>,
    /// Surnames, as they are written with a capital.
    surnames: Vec<String>,
}

impl Names {
    /// The names of everybody in the directory.
    pub(super) fn of(directory: &Directory) -> Self {
        let people = directory.people.iter();
        let mut whole: Vec<String> = people
            .clone()
            .flat_map(|person| {
                [
                    person.name.to_lowercase(),
                    person.id.as_str().to_lowercase(),
                ]
            })
            .filter(|name| !name.is_empty())
            .collect();
        whole.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let surnames = people
            .filter_map(|person| person.name.split_whitespace().next_back())
            .filter(|surname| surname.chars().count() >= SHORTEST_SURNAME)
            .map(str::to_owned);
        Self {
            whole,
            surnames: surnames.collect(),
        }
    }

    /// The same for words that are kept in small letters, where a surname cannot be told from a word by
    /// its capital.
    pub(super) fn in_small_letters(directory: &Directory) -> Self {
        let Self { whole, surnames } = Self::of(directory);
        let surnames = surnames.iter().map(|surname| surname.to_lowercase());
        Self {
            whole,
            surnames: surnames.collect(),
        }
    }

    /// A text without these names.
    pub(super) fn left_out_of(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let begins_a_word = !kept.chars().next_back().is_some_and(char::is_alphanumeric);
            match self.at_the_start_of(rest).filter(|_| begins_a_word) {
                Some(length) => {
                    kept.push_str(SOMEBODY);
                    rest = &rest[length..];
                }
                None => {
                    kept.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        kept
    }

    /// How many bytes of the text are a name, if it begins with one.
    fn at_the_start_of(&self, text: &str) -> Option<usize> {
        let whole = self
            .whole
            .iter()
            .find_map(|name| length_of_prefix(text, name));
        let surname = || {
            let mut surnames = self.surnames.iter();
            surnames
                .find(|name| text.starts_with(name.as_str()))
                .map(String::len)
        };
        whole.or_else(surname).filter(|length| {
            let after = text[*length..].chars().next();
            !after.is_some_and(char::is_alphanumeric)
        })
    }
}

/// How many bytes at the start of the text are this lower-case name, however it is written there.
fn length_of_prefix(text: &str, name: &str) -> Option<usize> {
    let mut wanted = name.chars().peekable();
    for (place, letter) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(place);
        }
        for lower in letter.to_lowercase() {
            if wanted.next() != Some(lower) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some(text.len())
}
