//! From answers to a command, and the commands by which the rules are asked beforehand.

use super::naming::{self, Miss, Named};
use super::question::places;
use super::{Answering, Ask, Kind, Need, Question, Setting, Step, Things};
use crate::domain::calendar::{day, input};
use crate::domain::command::Command;
use crate::domain::id::Reference;
use crate::domain::investigation::Sha256Hex;
use crate::domain::learning::Found;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::Body;
use crate::steps::things;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What was answered, by the pointer of the question: words, a key, or several keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<&'static str, Vec<String>>);

impl Answers {
    /// Takes in the answer to a question.
    pub fn give(&mut self, pointer: &'static str, answer: Vec<String>) {
        self.0.insert(pointer, answer);
    }

    /// The single answer to a question; none if it is blank.
    pub(super) fn one(&self, pointer: &str) -> Option<&str> {
        let answer = self.0.get(pointer)?.first()?.trim();
        (!answer.is_empty()).then_some(answer)
    }

    pub(super) fn all(&self, pointer: &str) -> impl Iterator<Item = &str> {
        let answers = self.0.get(pointer).into_iter().flatten();
        answers.map(String::as_str)
    }
}

/// A value with its place in the command.
type Placed = (&'static str, Value);

impl Step {
    /// The command that the answers make.
    ///
    /// # Errors
    /// A refusal that names the question whose answer cannot be read.
    pub fn command(&self, answers: &Answers, setting: &Setting<'_>) -> Result<Command, Refusal> {
        let (sort, step) = self.wire;
        let mut body = json!({ "type": sort });
        if !step.is_empty() {
            put(&mut body, "/step", json!(step));
        }
        for (pointer, word) in self.fixed {
            put(&mut body, pointer, json!(word));
        }
        for ask in self.asks {
            for (pointer, value) in ask.placed(answers, setting)? {
                put(&mut body, pointer, value);
            }
        }
        // A test takes every step of the table.
        serde_json::from_value(body).map_err(|error| {
            Refusal::invalid("", format!("This cannot be read as a step: {error}"))
        })
    }

    /// Commands by which the rules can be asked whether the step is allowed at all: every question is
    /// answered by something, and each choice is tried.
    ///
    /// # Errors
    /// A refusal if the step has nothing to be about.
    pub fn attempts(&self, setting: &Setting<'_>) -> Result<Vec<Command>, Refusal> {
        for ask in self.asks {
            if let Kind::Thing(things) = ask.kind
                && things.of(setting).is_empty()
            {
                return Err(things.refusal(ask.pointer));
            }
        }
        let questions = self.questions(setting);
        let mut plain = Answers::default();
        for question in &questions {
            plain.give(question.pointer, self.anything(question));
        }
        let mut attempts = vec![self.command(&plain, setting)?];
        for question in &questions {
            let Answering::One(choices, _) = &question.answering else {
                continue;
            };
            for choice in choices {
                let mut answers = plain.clone();
                answers.give(question.pointer, vec![choice.key.clone()]);
                attempts.extend(self.command(&answers, setting));
            }
        }
        Ok(attempts)
    }

    /// An answer that says something without meaning it.
    fn anything(&self, question: &Question) -> Vec<String> {
        let kind = self
            .asks
            .iter()
            .find(|ask| ask.pointer == question.pointer)
            .map(|ask| ask.kind);
        match &question.answering {
            Answering::One(choices, chosen) => {
                let told = choices.get(*chosen).filter(|choice| !choice.key.is_empty());
                let first = choices.iter().find(|choice| !choice.key.is_empty());
                told.or(first)
                    .map(|choice| choice.key.clone())
                    .into_iter()
                    .collect()
            }
            Answering::Many(choices) => choices.iter().map(|choice| choice.key.clone()).collect(),
            Answering::Time(_) => vec!["now".to_owned()],
            Answering::Text(_) => match kind {
                Some(Kind::Day) => vec!["today".to_owned()],
                Some(Kind::Number | Kind::Hash) => Vec::new(),
                Some(Kind::Incident) => vec![SOME_INCIDENT.to_owned()],
                // Two words, because a reason has at least two.
                _ => vec!["any words".to_owned()],
            },
        }
    }
}

/// An id that no incident has.
const SOME_INCIDENT: &str = "00000000-0000-0000-0000-000000000000";

impl Ask {
    /// What the answer puts where.
    fn placed(&self, answers: &Answers, setting: &Setting<'_>) -> Result<Vec<Placed>, Refusal> {
        let given = answers.one(self.pointer);
        let many = || {
            let all = answers.all(self.pointer);
            let all: Result<Vec<String>, Refusal> =
                all.map(|given| self.key_of(given, setting)).collect();
            Ok(vec![(self.pointer, json!(all?))])
        };
        match self.kind {
            Kind::Beside => Ok(Vec::new()),
            Kind::Contents(body) => Ok(vec![(self.pointer, contents(body, answers))]),
            Kind::CarriedOut => carried_out(answers, setting),
            Kind::ManyWords(_)
            | Kind::OtherControllers
            | Kind::Organisations
            | Kind::Partners
            | Kind::Ticks => many(),
            _ => match given {
                Some(given) => self.read(given, setting),
                None => self.left_open(setting),
            },
        }
    }

    /// An answer that is not there: the rules ask for words themselves, everything else is asked for
    /// here.
    fn left_open(&self, setting: &Setting<'_>) -> Result<Vec<Placed>, Refusal> {
        let sentence = match (self.need, self.kind) {
            (_, Kind::Time) => return Ok(Vec::new()),
            (Need::Optional, _) if self.preset.is_empty() => return Ok(Vec::new()),
            (Need::Optional, Kind::Text | Kind::Day | Kind::Moment) => return Ok(Vec::new()),
            (_, Kind::Text) => return Ok(vec![(self.pointer, json!(""))]),
            (_, Kind::Moment) => "Say when: now, 21:30, yesterday 22:10, fri 18:30".to_owned(),
            (_, Kind::Day) => "Say on which day: today, +5, 2026-06-16".to_owned(),
            (_, Kind::Thing(things)) if things.of(setting).is_empty() => {
                return Err(things.refusal(self.pointer));
            }
            (_, _) => format!(
                "Choose an answer to \"{}\": nothing is chosen yet",
                self.label
            ),
        };
        Err(Refusal::invalid(self.pointer, sentence))
    }

    fn read(&self, given: &str, setting: &Setting<'_>) -> Result<Vec<Placed>, Refusal> {
        let wrong =
            |error: &dyn std::fmt::Display| Refusal::invalid(self.pointer, error.to_string());
        let value = match self.kind {
            Kind::Time if given == "now" => return Ok(Vec::new()),
            Kind::Time | Kind::Moment => {
                let at = input::understand(given, setting.now, None).map_err(|e| wrong(&e))?;
                json!(at)
            }
            Kind::Day => json!(day::understand(given, setting.now).map_err(|e| wrong(&e))?),
            Kind::Number => {
                let number: u64 = given
                    .parse()
                    .map_err(|_| wrong(&"Write a number, or leave it empty if it is not known"))?;
                json!(number)
            }
            Kind::Hash => json!(given.parse::<Sha256Hex>().map_err(|e| wrong(&e))?),
            Kind::YesNo => json!(given == "yes"),
            Kind::Incident => json!(incident(given, setting).map_err(|e| wrong(&e))?),
            Kind::Thing(sort) => {
                let thing = things::named(sort, given, self.pointer, setting)?;
                let own = |pointer: &'static str| match pointer {
                    "" => self.pointer,
                    other => other,
                };
                let fills = thing.fills.into_iter();
                return Ok(fills.map(|(at, value)| (own(at), value)).collect());
            }
            _ => json!(self.key_of(given, setting)?),
        };
        Ok(vec![(self.pointer, value)])
    }

    /// The key of the organisation or person that was named, first among those that the question
    /// offers; whether another one may be meant is for the rules. Any other answer is its own key.
    fn key_of(&self, given: &str, setting: &Setting<'_>) -> Result<String, Refusal> {
        let directory = setting.directory;
        let anywhere = || match self.kind {
            Kind::Person | Kind::Officer => {
                naming::person(given, directory).map(|id| id.as_str().to_owned())
            }
            _ => naming::organisation(given, directory).map(|id| id.as_str().to_owned()),
        };
        let what = match self.kind {
            Kind::Person | Kind::Officer => "person",
            Kind::Controller
            | Kind::OtherControllers
            | Kind::Organisation
            | Kind::Organisations
            | Kind::Partners => "organisation",
            _ => return Ok(given.to_owned()),
        };
        let (Answering::One(choices, _) | Answering::Many(choices)) =
            self.question(setting).answering
        else {
            return Ok(given.to_owned());
        };
        let offered = choices.iter().filter(|choice| !choice.key.is_empty());
        let offered: Vec<Named<'_>> = offered
            .map(|choice| Named {
                key: &choice.key,
                words: &choice.words,
            })
            .collect();
        let found = match naming::find(what, given, &offered) {
            Ok(at) => Ok(offered[at].key.to_owned()),
            Err(Miss::Nothing(_)) => anywhere(),
            Err(several) => Err(several),
        };
        found.map_err(|miss| Refusal::invalid(self.pointer, miss.sentence()))
    }
}

/// The incident of a reference; an id is one already.
fn incident(given: &str, setting: &Setting<'_>) -> Result<String, String> {
    if let Ok(id) = uuid::Uuid::try_parse(given) {
        return Ok(id.to_string());
    }
    let reference: Reference = given
        .parse()
        .map_err(|error: <Reference as std::str::FromStr>::Err| error.to_string())?;
    (setting.named)(reference)
        .map(|id| id.to_string())
        .ok_or_else(|| format!("No incident called {reference} is known here"))
}

/// Every item of which something was said.
fn contents(body: Body, answers: &Answers) -> Value {
    places(body)
        .filter_map(|(item, state, text)| {
            let known = answers.one(state)?;
            let text = answers.one(text);
            Some(json!({ "item": item, "known": known, "text": text }))
        })
        .collect()
}

/// The recommendations that were named were carried out; every other one was given up.
fn carried_out(answers: &Answers, setting: &Setting<'_>) -> Result<Vec<Placed>, Refusal> {
    let named: Vec<String> = answers
        .all("/findings/carried_out")
        .map(|handle| {
            let pointer = "/findings/carried_out";
            things::named(Things::Recommendations, handle, pointer, setting)
                .map(|thing| thing.handle)
        })
        .collect::<Result<_, _>>()?;
    let findings = Things::Recommendations
        .of(setting)
        .into_iter()
        .map(|thing| {
            let (found, why) = match named.contains(&thing.handle) {
                true => (Found::Verified, "/findings/looked_at"),
                false => (Found::Rejected, "/findings/given_up"),
            };
            let recommendation = thing.fills.into_iter().next().map(|(_, id)| id);
            json!({
                "recommendation": recommendation,
                "found": found,
                "reason": answers.one(why).unwrap_or_default(),
            })
        });
    Ok(vec![("/findings", findings.collect())])
}

/// Puts a value where a pointer leads, with the objects on the way to it.
pub(super) fn put(body: &mut Value, pointer: &str, value: Value) {
    let names = pointer.split('/').skip(1);
    *names.fold(body, |place, name| &mut place[name]) = value;
}
