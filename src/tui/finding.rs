//! The search as the screen holds it: the question that is typed, the one that was asked, and what came.
//!
//! Deliberately finds nothing itself: the server does, among everything it has, and a late answer to an
//! earlier question is recognised by that question.

use super::widget::input::Input;
use crate::domain::calendar;
use crate::domain::incident::Incident;
use crate::domain::search;
use chrono::NaiveDate;
use serde::de::DeserializeOwned;

/// How many incidents are asked for; more than that are asked for more narrowly.
pub(super) const AT_MOST: u32 = 100;

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

/// What is asked of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The question as it was typed, by which its answer is known.
    pub text: String,
    /// The question as the server takes it.
    pub question: search::Asked,
}

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
        let question = question(&text);
        let found = question.as_ref().err().map(|problem| Err(problem.clone()));
        self.asked = Some(Asked {
            text: text.clone(),
            found,
        });
        Ok(Sought {
            text,
            question: question?,
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
fn question(text: &str) -> Result<search::Asked, String> {
    let mut question = search::Asked::default();
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let fact = word.split_once(':');
        let is_fact = fact.map(|(name, value)| ask_for(&mut question, name, value));
        if !is_fact.transpose()?.unwrap_or_default() {
            words.push(word);
        }
    }
    question.words = words.join(" ");
    Ok(question)
}

/// Asks for a fact such as `category:phishing`; not if there is no such fact.
fn ask_for(question: &mut search::Asked, name: &str, value: &str) -> Result<bool, String> {
    match name {
        "organisation" => question.organisation = Some(value.into()),
        "trend" => question.trend = Some(value.to_owned()),
        "category" => question.category = Some(word(&value.replace('-', "_"), name, "phishing")?),
        "state" => question.state = Some(word(value, name, "ended")?),
        "from" => question.from = Some(calendar::start_of_day(day(value)?)),
        "to" => question.to = Some(calendar::end_of_day(day(value)?)),
        _ => return Ok(false),
    }
    Ok(true)
}

/// A word of the wire.
fn word<T: DeserializeOwned>(value: &str, name: &str, example: &str) -> Result<T, String> {
    serde_json::from_value(value.into())
        .map_err(|_| format!("There is no {name} \"{value}\". Write it as in {name}:{example}"))
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| format!("\"{text}\" is not a day. Write it as 2026-01-31"))
}
