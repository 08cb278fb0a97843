//! From what was typed to an expression, once. What looks like a word of the filter and is none is a
//! mistake, never a text that happens to fit nothing: an empty list must mean that nothing is there.

use super::expression::{
    ClockTest, Comparison, Filter, Name, Owner, Quality, Reach, Sort, Stage, Term, Test,
};
use super::vocabulary::{FORMS, Form, Word, understood_span, worded};
use crate::domain::incident::{Category, Priority};
use crate::domain::search;
use crate::domain::spelling;

/// Why a filter makes no sense, and what can be typed instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wrong}; {instead}")]
pub struct FilterError {
    wrong: String,
    instead: String,
}

impl FilterError {
    pub(super) fn new(wrong: impl Into<String>, instead: impl Into<String>) -> Self {
        Self {
            wrong: wrong.into(),
            instead: instead.into(),
        }
    }

    /// What is wrong, with the nearest word that there is: short enough for a line of the screen.
    pub fn wrong(&self) -> &str {
        &self.wrong
    }

    /// What can be typed instead.
    pub fn instead(&self) -> &str {
        &self.instead
    }
}

impl Filter {
    /// Understand what was typed.
    ///
    /// # Errors
    /// A sentence that names the part that makes no sense, and what can be typed in its place.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        let mut all = Vec::new();
        let mut wants_more = false;
        for token in tokens(text)? {
            if token.is_bare("or") {
                if all.is_empty() {
                    return Err(dangling());
                }
                filter.alternatives.push(std::mem::take(&mut all));
                wants_more = true;
            } else if let Some(sort) = sort(&token)? {
                if filter.sort.replace(sort).is_some() {
                    return Err(FilterError::new("sort: is there twice", "leave one"));
                }
            } else if !token.is_bare("and") {
                all.push(term(&token)?);
                wants_more = false;
            }
        }
        if wants_more {
            return Err(dangling());
        }
        filter
            .alternatives
            .extend(Some(all).filter(|all| !all.is_empty()));
        Ok(filter)
    }
}

fn dangling() -> FilterError {
    FilterError::new(
        "\"or\" has nothing on one side",
        "write it between two things to look for, or in quotes to search for the word",
    )
}

/// One part of what was typed, in lower case and without its quotes.
struct Token {
    text: String,
    /// How many bytes of `text` come before the first quoted one.
    bare: usize,
    is_negated: bool,
}

impl Token {
    /// Whether it is that very word, not quoted.
    fn is_bare(&self, word: &str) -> bool {
        self.text == word && self.bare == word.len() && !self.is_negated
    }
}

/// The parts between spaces; quotes hold spaces together.
fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let (mut word, mut bare, mut in_quotes) = (String::new(), None, false);
    for letter in text.chars().chain([' ']) {
        match letter {
            '"' => {
                bare = bare.or(Some(word.len()));
                in_quotes = !in_quotes;
            }
            letter if !in_quotes && is_space(letter) => {
                tokens.extend(token(std::mem::take(&mut word), bare.take()));
            }
            // Nothing that is searched holds a control character.
            letter if letter.is_control() => word.push(' '),
            letter => word.extend(letter.to_lowercase()),
        }
    }
    if in_quotes {
        return Err(FilterError::new(
            "A quotation mark is not closed",
            "put another one at the end",
        ));
    }
    Ok(tokens)
}

fn is_space(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

/// A part with its sign taken off; none where it says nothing.
fn token(word: String, quoted_from: Option<usize>) -> Option<Token> {
    let bare = quoted_from.unwrap_or(word.len());
    let is_negated = bare > 0 && word.starts_with('-') && word.len() > 1;
    let (text, bare) = match is_negated {
        true => (word[1..].to_owned(), bare - 1),
        false => (word, bare),
    };
    let says_something = !text.trim().is_empty();
    says_something.then_some(Token {
        text,
        bare,
        is_negated,
    })
}

/// A word with a sign behind it, and the value that follows.
struct Asked<'a> {
    form: &'static Form,
    sign: &'a str,
    value: &'a str,
    /// Whether the value was put in quotes, so that it is a name and no word.
    is_quoted: bool,
}

const SIGNS: &[char] = &[':', '<', '>', '=', '!', '≤', '≥'];

/// The word and the sign that a part begins with, if it has that form at all.
fn asked(token: &Token) -> Result<Option<Asked<'_>>, FilterError> {
    let bare = &token.text[..token.bare];
    let end = bare.find(|letter: char| !letter.is_alphanumeric() && !"-_/".contains(letter));
    let end = end.unwrap_or(bare.len());
    let (name, rest) = token.text.split_at(end);
    let signs: usize = rest
        .chars()
        .take_while(|c| SIGNS.contains(c))
        .map(char::len_utf8)
        .sum();
    let signs = signs.min(token.bare - end);
    let is_word = name.contains(char::is_alphabetic);
    if !is_word || !rest[..signs].contains(|sign| sign != '!') {
        return Ok(None);
    }
    let form = FORMS.iter().find(|form| form.is_called(name));
    let sign_end = if rest.starts_with(':') { 1 } else { signs };
    Ok(Some(Asked {
        form: form.ok_or_else(|| unknown(&format!("{name}{}", &rest[..sign_end])))?,
        sign: &rest[..sign_end],
        value: &rest[sign_end..],
        is_quoted: token.bare == end + sign_end && token.text.len() > token.bare,
    }))
}

fn unknown(typed: &str) -> FilterError {
    let known: Vec<&str> = FORMS
        .iter()
        .map(|form| form.word)
        .filter(|word| word.ends_with([':', '<', '=']) || *word == "p1")
        .collect();
    let name = typed.trim_end_matches(SIGNS);
    let names = FORMS.iter().filter(|form| form.is_called(form.name()));
    let spellings = names.flat_map(|form| {
        let all = form.also.iter().copied().chain([form.name()]);
        all.map(|name| (name, form.word))
    });
    let nearest = spelling::nearest(name, spellings);
    FilterError::new(
        format!("No filter \"{typed}\"{}", perhaps(nearest)),
        format!("known are {}, and text in quotes", known.join(" ")),
    )
}

/// What may have been meant, after what there is not; nothing where nothing is near.
pub(super) fn perhaps(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(": did you mean {nearest}?"))
}

fn sort(token: &Token) -> Result<Option<Sort>, FilterError> {
    let Some(asked) = asked(token)?.filter(|asked| asked.form.name() == "sort") else {
        return Ok(None);
    };
    if token.is_negated {
        return Err(FilterError::new(
            "sort: takes no sign in front",
            "choose another order",
        ));
    }
    one_of(&asked).map(Some)
}

fn term(token: &Token) -> Result<Term, FilterError> {
    if token.is_bare("not") {
        return Err(FilterError::new(
            "not is no word of a filter",
            "put a - in front of what is to be left out, such as -owner:me",
        ));
    }
    if token.is_bare("and") {
        return Err(FilterError::new(
            "and is no word of a filter",
            "leave it out: everything that you type must fit",
        ));
    }
    if token.bare > 0 && token.text.starts_with(SIGNS) {
        return Err(FilterError::new(
            format!("\"{}\" has no word in front", token.text),
            "write the word, the sign and the value without a space, such as sev>=3 or owner:me",
        ));
    }
    let test = match asked(token)? {
        Some(asked) => test(&asked)?,
        None => priority(token)?.unwrap_or_else(|| Test::Text(search::joined(&token.text))),
    };
    Ok(Term {
        is_negated: token.is_negated,
        test,
    })
}

/// `p2`; every other number behind a `p` is a mistake, and so are `sev3` and `p1p2`.
fn priority(token: &Token) -> Result<Option<Test>, FilterError> {
    let is_bare = token.bare == token.text.len();
    if let Some(several) = priorities(&token.text).filter(|_| is_bare) {
        return Err(FilterError::new(
            format!("\"{}\" names several priorities", token.text),
            format!("put or between them: {}", several.join(" or ")),
        ));
    }
    let letters = token
        .text
        .trim_end_matches(|letter: char| letter.is_ascii_digit());
    if !is_bare || letters.len() == token.text.len() {
        return Ok(None);
    }
    let number = &token.text[letters.len()..];
    match letters {
        "p" => known_priority(number).map(|priority| Some(Test::Priority(priority))),
        "sev" | "severity" => Err(FilterError::new(
            format!("\"{letters}{number}\" lacks a sign"),
            format!("write {letters}={number} or {letters}>={number}"),
        )),
        _ => Ok(None),
    }
}

/// Priorities that are written together, such as `p1p2` or `p1,p2`; none where there is only one.
fn priorities(text: &str) -> Option<Vec<String>> {
    let mut pieces = text.split('p');
    let is_first_empty = pieces.next().is_some_and(str::is_empty);
    let numbers: Vec<&str> = pieces
        .flat_map(|piece| piece.split([',', '/', '+', '&', '|', '-']))
        .filter(|piece| !piece.is_empty())
        .collect();
    let are_numbers = numbers.iter().all(|number| number.parse::<u8>().is_ok());
    let several = is_first_empty && are_numbers && numbers.len() > 1 && !text.ends_with('p');
    several.then(|| numbers.iter().map(|number| format!("p{number}")).collect())
}

fn known_priority(number: &str) -> Result<Priority, FilterError> {
    match number {
        "1" => Ok(Priority::P1),
        "2" => Ok(Priority::P2),
        "3" => Ok(Priority::P3),
        "4" => Ok(Priority::P4),
        other => {
            let nearest = if other.trim_start_matches('0').is_empty() {
                "p1"
            } else {
                "p4"
            };
            Err(FilterError::new(
                format!("No priority \"p{other}\": did you mean {nearest}?"),
                "known are p1 p2 p3 p4",
            ))
        }
    }
}

fn test(asked: &Asked<'_>) -> Result<Test, FilterError> {
    let name = asked.form.name();
    if name != "due" && name != "sev" {
        only_colon(asked)?;
    }
    if asked.value.trim().is_empty() {
        return Err(wrong(asked, "needs something behind it"));
    }
    Ok(match name {
        "owner" => Test::Owner(owner(asked)),
        "due" => due(asked)?,
        "sev" => severity(asked)?,
        "partner" => Test::Partner(one_of::<Reach>(asked)?),
        "stage" => Test::Stage(one_of::<Stage>(asked)?),
        "clock" => Test::Clock(one_of::<ClockTest>(asked)?),
        "category" => Test::Category(one_of::<Category>(asked)?),
        "is" => Test::Is(one_of::<Quality>(asked)?),
        "organisation" => Test::Organisation(Name::Typed(asked.value.to_owned())),
        "controller" => Test::Controller(Name::Typed(asked.value.to_owned())),
        _ => Test::Trend(asked.value.to_owned()),
    })
}

fn only_colon(asked: &Asked<'_>) -> Result<(), FilterError> {
    match asked.sign {
        ":" => Ok(()),
        sign => Err(wrong(asked, &format!("takes a colon and not \"{sign}\""))),
    }
}

/// What is wrong with a part whose word is known, with an example of how it is written.
fn wrong(asked: &Asked<'_>, what: &str) -> FilterError {
    let typed = format!("{}{}{}", asked.form.name(), asked.sign, asked.value);
    FilterError::new(
        format!("\"{typed}\" {what}"),
        format!("write it as in {}", asked.form.examples.join(", ")),
    )
}

fn owner(asked: &Asked<'_>) -> Owner {
    match asked.value {
        "me" if !asked.is_quoted => Owner::Me,
        "none" | "nobody" if !asked.is_quoted => Owner::Nobody,
        name => Owner::Named(Name::Typed(name.to_owned())),
    }
}

fn due(asked: &Asked<'_>) -> Result<Test, FilterError> {
    let comparison = comparison(asked)?;
    if comparison == Comparison::Equal {
        return Err(wrong(asked, "compares with <, <=, > or >="));
    }
    let span = understood_span(asked.value);
    let span = span.ok_or_else(|| wrong(asked, "needs a length in m, h or d"))?;
    Ok(Test::Due(comparison, span))
}

fn severity(asked: &Asked<'_>) -> Result<Test, FilterError> {
    if asked.value == "none" && asked.sign == ":" {
        return Ok(Test::Ungraded);
    }
    let comparison = comparison(asked)?;
    match asked.value.parse() {
        Ok(severity @ 1..=5) => Ok(Test::Severity(comparison, severity)),
        Ok(_) | Err(_) => Err(wrong(asked, "needs a number from 1 to 5")),
    }
}

fn comparison(asked: &Asked<'_>) -> Result<Comparison, FilterError> {
    let sign = match asked.sign {
        ":" => "=",
        "≤" => "<=",
        "≥" => ">=",
        sign => sign,
    };
    let mut known = Comparison::ALL.into_iter();
    known
        .find(|comparison| comparison.sign() == sign)
        .ok_or_else(|| wrong(asked, &format!("does not compare with \"{sign}\"")))
}

/// One of the words that can follow.
fn one_of<W: Word>(asked: &Asked<'_>) -> Result<W, FilterError> {
    only_colon(asked)?;
    worded(asked.value).ok_or_else(|| {
        let all: Vec<String> = W::all().into_iter().map(Word::word).collect();
        let spellings = all.iter().map(|word| (word.as_str(), word));
        let (word, typed) = (asked.form.word, asked.value);
        let nearest = spelling::nearest(typed, spellings).map(|near| format!("{word}{near}"));
        FilterError::new(
            format!("No \"{word}{typed}\"{}", perhaps(nearest.as_deref())),
            format!("known are {}", told(&all)),
        )
    })
}

/// More than these are not told one by one.
const MOST_TOLD: usize = 30;

fn told(all: &[String]) -> String {
    let first: Vec<&str> = all.iter().take(MOST_TOLD).map(String::as_str).collect();
    match all.len() {
        0..=MOST_TOLD => first.join(" "),
        _ => format!("{} and so on", first.join(" ")),
    }
}
