//! The questions of a change as they stand, the command that the answers make, and whether the person
//! may ask for it at all.

use super::{Ask, Change, Ground, Kind, Things, Vocabulary};
use crate::domain::calendar::{day, input};
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::directory::register::AgreementKind;
use crate::domain::directory::{Channel, OrganisationKind};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::role::Role;
use crate::domain::rota::Tier;
use crate::steps::answer::put;
use crate::steps::words::{of, spelt};
use crate::steps::{Answering, Answers, Choice, Need, Question};
use serde_json::{Value, json};

impl Change {
    /// Its questions. The thing in hand is chosen already where one of its sort is asked for.
    pub fn questions(&self, ground: &Ground<'_>) -> Vec<Question> {
        let asks = self.asks.iter();
        asks.map(|ask| ask.question(ground)).collect()
    }

    /// The command that the answers make.
    ///
    /// # Errors
    /// A refusal that names the question whose answer cannot be read.
    pub fn command(
        &self,
        answers: &Answers,
        ground: &Ground<'_>,
    ) -> Result<DirectoryCommand, Refusal> {
        let mut body = json!({ "type": self.wire });
        for ask in self.asks {
            if let Some(value) = ask.value(answers, ground)? {
                put(&mut body, ask.pointer, value);
            }
        }
        // A test takes every change of the table.
        serde_json::from_value(body).map_err(|error| {
            Refusal::invalid("", format!("This cannot be read as a change: {error}"))
        })
    }
}

impl Change {
    /// Why the person may not ask for it, whatever they answer; none where that depends on the answers.
    pub fn stands_against(
        &self,
        ground: &Ground<'_>,
        judge: impl Fn(&DirectoryCommand) -> Result<(), Refusal>,
    ) -> Option<Refusal> {
        let mut first = None;
        for command in self.attempts(ground) {
            match judge(&command) {
                Err(refusal) if refusal.kind == RefusalKind::NotAllowed => {
                    first.get_or_insert(refusal);
                }
                Ok(()) | Err(_) => return None,
            }
        }
        first
    }

    /// Commands in which every question is answered by something, with each thing that the rights go
    /// by in turn.
    pub fn attempts(&self, ground: &Ground<'_>) -> Vec<DirectoryCommand> {
        let questions = self.questions(ground);
        let mut plain = Answers::default();
        for question in &questions {
            plain.give(question.pointer, self.anything(question));
        }
        let mut attempts: Vec<Answers> = vec![plain];
        for question in questions
            .iter()
            .filter(|question| decides_rights(question.pointer))
        {
            let (Answering::One(choices, _), None) =
                (&question.answering, ground.proposed(question.pointer))
            else {
                continue;
            };
            let keys = choices.iter().filter(|choice| !choice.key.is_empty());
            let keys: Vec<&String> = keys.map(|choice| &choice.key).collect();
            attempts = attempts
                .iter()
                .flat_map(|answers| {
                    keys.iter().map(|key| {
                        let mut answers = answers.clone();
                        answers.give(question.pointer, vec![(*key).clone()]);
                        answers
                    })
                })
                .collect();
        }
        let commands = attempts.iter().map(|answers| self.command(answers, ground));
        commands.filter_map(Result::ok).collect()
    }

    /// An answer that says something without meaning it.
    fn anything(&self, question: &Question) -> Vec<String> {
        let kind = self.asks.iter().find(|ask| ask.pointer == question.pointer);
        match (&question.answering, kind.map(|ask| ask.kind)) {
            (Answering::One(choices, chosen), _) => {
                let mut told = choices[(*chosen).min(choices.len())..].iter();
                let told = told.find(|choice| !choice.key.is_empty());
                told.map(|choice| choice.key.clone()).into_iter().collect()
            }
            (Answering::Text(proposed) | Answering::Time(proposed), _) if !proposed.is_empty() => {
                vec![proposed.clone()]
            }
            (Answering::Many(choices), _) => {
                choices.iter().map(|choice| choice.key.clone()).collect()
            }
            (Answering::Time(_), _) => vec!["now".to_owned()],
            (Answering::Text(_), Some(Kind::Day)) => vec!["today".to_owned()],
            (Answering::Text(_), Some(Kind::Number)) => vec!["0".to_owned()],
            (Answering::Text(_), _) => vec!["x".to_owned()],
        }
    }
}

/// Whether it depends on this answer who may.
fn decides_rights(pointer: &str) -> bool {
    matches!(
        pointer,
        "/role" | "/organisation" | "/point/role" | "/point/organisation"
    )
}

impl Ask {
    fn question(&self, ground: &Ground<'_>) -> Question {
        let proposed = ground.proposed(self.pointer);
        let text = || proposed.unwrap_or_default().to_owned();
        let answering = match self.kind {
            Kind::Text | Kind::Day | Kind::Number => Answering::Text(text()),
            Kind::Time => Answering::Time(text()),
            Kind::YesNo => self.one(yes_or_no(), proposed),
            Kind::Word(words) => self.one(words.choices(), proposed),
            Kind::One(things) => self.one(choices(things, ground), proposed),
            Kind::Organisations => Answering::Many(choices(Things::Organisations, ground)),
        };
        Question {
            pointer: self.pointer,
            label: self.label,
            hint: self.hint,
            answering,
        }
    }

    /// What is proposed is chosen at first, else nothing is: a slip must not decide.
    fn one(&self, mut choices: Vec<Choice>, proposed: Option<&str>) -> Answering {
        let is_proposed = |choice: &Choice| Some(choice.key.as_str()) == proposed;
        if let Some(place) = choices.iter().position(is_proposed) {
            return Answering::One(choices, place);
        }
        let open = match (self.need, self.hint) {
            (Need::Needed, _) => "not chosen yet",
            (Need::Optional, "") => "not said",
            (Need::Optional, hint) => hint,
        };
        choices.insert(
            0,
            Choice {
                key: String::new(),
                words: open.to_owned(),
            },
        );
        Answering::One(choices, 0)
    }

    /// What the answer says; none where it stays open.
    fn value(&self, answers: &Answers, ground: &Ground<'_>) -> Result<Option<Value>, Refusal> {
        if self.kind == Kind::Organisations {
            let named = answers.all(self.pointer);
            let ids = named.map(|given| Things::Organisations.named(given, self.pointer, ground));
            let ids: Result<Vec<Value>, Refusal> = ids.map(|one| Ok(one?.fills)).collect();
            return ids.map(|ids| Some(json!(ids)));
        }
        match answers.one(self.pointer) {
            Some(given) => self.read(given, ground).map(Some),
            None => self.left_open(),
        }
    }

    /// The rules ask for words themselves; everything else is asked for here.
    fn left_open(&self) -> Result<Option<Value>, Refusal> {
        let sentence = match (self.need, self.kind) {
            (Need::Optional, _) => return Ok(None),
            (Need::Needed, Kind::Text) => return Ok(Some(json!(""))),
            (Need::Needed, Kind::Time) => "Say when: now, 21:30, fri 18:30, 2026-06-16 09:00",
            (Need::Needed, Kind::Day) => "Say on which day: today, +5, 2026-06-16",
            (Need::Needed, Kind::Number) => "Write a number",
            (Need::Needed, Kind::YesNo | Kind::Word(_) | Kind::One(_) | Kind::Organisations) => {
                "Choose one; nothing is chosen yet"
            }
        };
        Err(Refusal::invalid(self.pointer, sentence))
    }

    fn read(&self, given: &str, ground: &Ground<'_>) -> Result<Value, Refusal> {
        let wrong = |error: String| Refusal::invalid(self.pointer, error);
        Ok(match self.kind {
            Kind::Time => {
                let at = input::understand(given, ground.now, None);
                json!(at.map_err(|error| wrong(error.to_string()))?)
            }
            Kind::Day => {
                let day = day::understand(given, ground.now);
                json!(day.map_err(|error| wrong(error.to_string()))?)
            }
            Kind::Number => {
                let number = given.parse::<u8>();
                json!(number.map_err(|_| wrong("Write a number from 0 to 255".to_owned()))?)
            }
            Kind::YesNo => json!(given == "yes"),
            Kind::One(things) => things.named(given, self.pointer, ground)?.fills,
            Kind::Text | Kind::Word(_) | Kind::Organisations => json!(given),
        })
    }
}

fn choices(things: Things, ground: &Ground<'_>) -> Vec<Choice> {
    let things = things.of(ground).into_iter();
    things
        .map(|thing| Choice {
            key: thing.key,
            words: thing.words,
        })
        .collect()
}

fn yes_or_no() -> Vec<Choice> {
    let choice = |word: &str| Choice {
        key: word.to_owned(),
        words: word.to_owned(),
    };
    ["no", "yes"].map(choice).into()
}

impl Vocabulary {
    /// The words, each with its spelling in a command.
    pub fn choices(self) -> Vec<Choice> {
        match self {
            Self::Roles => of(&Role::ALL, Role::title),
            Self::Tiers => of(&Tier::ALL, Tier::name),
            Self::Channels => of(&Channel::ALL, Channel::name),
            Self::Bodies => (OrganisationKind::ALL.iter())
                .map(|kind| Choice {
                    key: spelt(kind),
                    words: spelt(kind).to_ascii_lowercase().replace('_', " "),
                })
                .collect(),
            Self::Agreements => of(&AgreementKind::ALL, AgreementKind::name),
        }
    }
}
