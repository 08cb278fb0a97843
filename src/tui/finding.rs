//! The search as the screen holds it: the question that is typed, the one that was asked, and what came.
//!
//! Deliberately finds nothing itself: the server does, among everything it has, and a late answer to an
//! earlier question is recognised by that question.

use super::widget::input::Input;
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::incident::Incident;
use chrono::{NaiveDate, SecondsFormat};

/// How many incidents are asked for; more than that are asked for more narrowly.
const AT_MOST: usize = 100;

/// A search that is open; it begins with nothing.
#[derive(Default)]
pub struct Finding {
    /// The question as it is typed.
    pub input: Input,
    /// What was asked and what came.
    pub asked: Option<Asked>,
    /// The row that keys act upon.
    pub at: usize,
}

/// A question that was sent.
pub struct Asked {
    /// The question as it was typed.
    pub text: String,
    /// What came, if it has come.
    pub found: Option<Result<Found, String>>,
}

/// What the server found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The newest first.
    pub incidents: Vec<Incident>,
    /// Whether there are more.
    pub more: bool,
}

/// What is asked of the server: names and values of its search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The question as it was typed, by which its answer is known.
    pub text: String,
    /// The question as the server takes it.
    pub query: Vec<(&'static str, String)>,
}

/// Facts that a question may name, as in `category:phishing`.
const FACTS: [&str; 4] = ["organisation", "category", "trend", "state"];

impl Finding {
    /// What came of the question as it stands there.
    pub fn found(&self) -> Option<&Found> {
        let asked = self.asked.as_ref()?;
        let is_answered = asked.text == self.input.value().trim();
        asked.found.as_ref()?.as_ref().ok().filter(|_| is_answered)
    }

    /// The incident that Enter opens.
    pub fn selected(&self) -> Option<&Incident> {
        self.found()?.incidents.get(self.at)
    }

    /// Moves the selection; it stops at both ends.
    pub fn step(&mut self, rows: isize) {
        let last = self.found().map_or(0, |found| found.incidents.len());
        let last = last.saturating_sub(1);
        self.at = self.at.saturating_add_signed(rows).min(last);
    }

    /// Asks what is typed.
    ///
    /// # Errors
    /// What is wrong with the question, where that is known here.
    pub fn ask(&mut self) -> Result<Sought, String> {
        let text = self.input.value().trim().to_owned();
        self.at = 0;
        let query = query(&text);
        let found = query.as_ref().err().map(|problem| Err(problem.clone()));
        self.asked = Some(Asked {
            text: text.clone(),
            found,
        });
        Ok(Sought {
            text,
            query: query?,
        })
    }

    /// Takes in an answer, unless another question has been asked since.
    pub fn answered(&mut self, text: &str, answer: Result<Found, String>) {
        if let Some(asked) = &mut self.asked
            && asked.text == text
        {
            asked.found = Some(answer);
        }
    }
}

/// A typed question as the server takes it: words, and facts by their names.
fn query(text: &str) -> Result<Vec<(&'static str, String)>, String> {
    let (mut words, mut query) = (Vec::new(), vec![("limit", AT_MOST.to_string())]);
    for word in text.split_whitespace() {
        let Some((name, value)) = word.split_once(':') else {
            words.push(word);
            continue;
        };
        match (name, FACTS.into_iter().find(|known| *known == name)) {
            ("from", _) => query.push(("from", utc(calendar::start_of_day(day(value)?)))),
            ("to", _) => query.push(("to", utc(calendar::end_of_day(day(value)?)))),
            ("category", _) => query.push(("category", value.replace('-', "_"))),
            (_, Some(fact)) => query.push((fact, value.to_owned())),
            (_, None) => words.push(word),
        }
    }
    if !words.is_empty() {
        query.push(("words", words.join(" ")));
    }
    Ok(query)
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| format!("\"{text}\" is not a day; write it as 2026-01-31"))
}

fn utc(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
