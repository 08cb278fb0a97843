//! `nightdesk decide`, `regulator`, `investigate` and so on: the steps of casework, read from the same
//! table as the forms of the console.
//!
//! A group is a subcommand, a step one of its own; a question is an argument called after its field.
//! Rows that share a verb are told apart by `--body`. Deliberately knows no single step.

use super::act::{self, Acting};
use super::connection::{self, Setting as Desk};
use super::output::Exit;
use super::word::{OneWord, kebab};
use crate::domain::calendar::input;
use crate::domain::command::Command;
use crate::domain::id::{IncidentId, Reference};
use crate::domain::incident::Incident;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::regulator::{Body, Known};
use crate::now::Clock;
use crate::steps::{self, Answers, Ask, Choice, Group, Kind, Need, Setting, Step, Words};
use anyhow::Context as _;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches};
use std::collections::BTreeMap;

/// The argument that tells rows of one verb apart.
const BODY: &str = "body";

/// The subcommands, one a group.
pub(super) fn subcommands() -> impl Iterator<Item = clap::Command> {
    Group::ALL.into_iter().map(group)
}

fn group(group: Group) -> clap::Command {
    let command = clap::Command::new(group.name()).about(group.about());
    let verbs = verbs(group);
    if let [("", rows)] = verbs.as_slice() {
        return with_arguments(command, rows);
    }
    verbs.iter().fold(
        command
            .subcommand_required(true)
            .arg_required_else_help(true),
        |command, (verb, rows)| {
            let about = rows.first().map_or("", |step| step.help);
            let verb = clap::Command::new(*verb).about(about);
            command.subcommand(with_arguments(verb, rows))
        },
    )
}

/// The verbs of a group in order, each with its rows.
fn verbs(group: Group) -> Vec<(&'static str, Vec<&'static Step>)> {
    let mut verbs: Vec<(&'static str, Vec<&'static Step>)> = Vec::new();
    for step in group.steps() {
        match verbs.iter_mut().find(|(verb, _)| *verb == step.verb) {
            Some((_, rows)) => rows.push(step),
            None => verbs.push((step.verb, vec![step])),
        }
    }
    verbs
}

fn with_arguments(command: clap::Command, rows: &[&'static Step]) -> clap::Command {
    // The arguments that every step shares would put their own description in place of the step's.
    let about = command.get_about().cloned().unwrap_or_default();
    let command = Acting::augment_args(command).about(about);
    let command = if rows.len() > 1 {
        command.arg(body_argument(rows))
    } else {
        command
    };
    let asks = rows.first().map_or(&[][..], |step| step.asks);
    asks.iter()
        .flat_map(arguments)
        .fold(command, clap::Command::arg)
}

fn body_argument(rows: &[&'static Step]) -> Arg {
    let bodies = rows.iter().filter_map(|step| body_of(step));
    Arg::new(BODY)
        .long(BODY)
        .help("To which body")
        .value_name("BODY")
        .required(true)
        .ignore_case(true)
        .value_parser(PossibleValuesParser::new(bodies))
}

/// The word by which a row is chosen among those of its verb.
fn body_of(step: &Step) -> Option<String> {
    let (_, body) = step.fixed.iter().find(|(pointer, _)| *pointer == "/body")?;
    Some(kebab(body))
}

/// The arguments of a question; the items of a notification are given by what is known of each.
fn arguments(ask: &'static Ask) -> Vec<Arg> {
    if let Kind::Contents(_) = ask.kind {
        return CONTENTS.iter().map(contents_argument).collect();
    }
    let argument = Arg::new(ask.pointer)
        .long(flag(ask.pointer))
        .help(help(ask))
        .required(
            ask.need == Need::Needed && ask.preset.is_empty() && !matches!(ask.kind, Kind::Time),
        );
    vec![match ask.kind {
        Kind::Text | Kind::Beside => argument.value_name("TEXT"),
        Kind::Time | Kind::Moment => argument.value_name("TIME").allow_hyphen_values(true),
        Kind::Day => argument.value_name("DAY"),
        Kind::Number => argument.value_name("NUMBER"),
        Kind::Hash => argument.value_name("SHA-256"),
        Kind::Thing(_) => argument.value_name("HANDLE"),
        Kind::Controller | Kind::Organisation => argument.value_name("ORGANISATION"),
        Kind::Person | Kind::Officer => argument.value_name("PERSON"),
        Kind::Incident => argument.value_name("INCIDENT"),
        Kind::YesNo => argument
            .value_name("yes|no")
            .hide_possible_values(true)
            .value_parser(["yes", "no"])
            .num_args(0..=1)
            .default_missing_value("yes"),
        Kind::Word(words) => argument
            .value_name("WORD")
            .ignore_case(true)
            .value_parser(parser(words)),
        Kind::ManyWords(words) => several(argument)
            .value_name("WORD")
            .ignore_case(true)
            .value_parser(parser(words)),
        Kind::Ticks => several(argument)
            .value_name("WORD")
            .ignore_case(true)
            .value_parser(parser(Words::Ticks)),
        Kind::OtherControllers | Kind::Organisations | Kind::Partners => {
            several(argument).value_name("ORGANISATION")
        }
        Kind::CarriedOut => several(argument).value_name("HANDLE"),
        Kind::Contents(_) => argument,
    }]
}

/// `reason` for `/reason`, `given-by` for `/given_by`, `role` for `/contact/role`.
fn flag(pointer: &'static str) -> String {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    name.replace('_', "-")
}

fn help(ask: &Ask) -> String {
    let repeated = match ask.kind {
        Kind::ManyWords(_)
        | Kind::OtherControllers
        | Kind::Organisations
        | Kind::Partners
        | Kind::CarriedOut
        | Kind::Ticks => "; may be given several times",
        Kind::Text | Kind::Beside => "; @FILE reads it from a file",
        Kind::Thing(_) => ": its handle as nightdesk show prints it, or last",
        _ => "",
    };
    // On the screen such a hint stands in the field as long as nothing is chosen.
    let is_default = ask.need == Need::Optional
        && matches!(ask.kind, Kind::Officer | Kind::Organisation | Kind::Word(_));
    match ask.hint {
        "" => format!("{}{repeated}", ask.label),
        hint if is_default => format!("{}; if left out, {hint}{repeated}", ask.label),
        hint => format!("{}: {hint}{repeated}", ask.label),
    }
}

fn several(argument: Arg) -> Arg {
    argument.action(ArgAction::Append)
}

/// The words as everywhere in the shell: `do-not-tell` for what the API calls `DO_NOT_TELL`.
fn parser(words: Words) -> OneWord {
    let choices = words.choices().into_iter();
    OneWord::of(choices.map(|Choice { key, words }| (kebab(&key), words)))
}

/// What can be said of an item of a notification.
const CONTENTS: [(&str, Known, &str); 3] = [
    (
        "given",
        Known::Given,
        "What the notification says of an item, as nature=TEXT; may be given several times, @FILE reads the text from a file",
    ),
    (
        "to-follow",
        Known::ToFollow,
        "An item that is to follow; may be given several times",
    ),
    (
        "not-known",
        Known::NotKnown,
        "An item that is not known and cannot be promised; may be given several times",
    ),
];

fn contents_argument((name, known, help): &'static (&str, Known, &str)) -> Arg {
    let value = match known {
        Known::Given => "ITEM=TEXT",
        Known::ToFollow | Known::NotKnown => "ITEM",
    };
    several(Arg::new(*name).long(*name))
        .value_name(value)
        .help(*help)
}

/// Takes the step that the arguments name, if they name one of casework.
pub(super) fn run(matches: &ArgMatches) -> Option<anyhow::Result<Exit>> {
    let (name, matches) = matches.subcommand()?;
    let group = Group::ALL.into_iter().find(|group| group.name() == name)?;
    let (verb, matches) = matches.subcommand().unwrap_or(("", matches));
    let rows: Vec<&Step> = group.steps().filter(|step| step.verb == verb).collect();
    let body = matches.try_get_one::<String>(BODY).ok().flatten();
    let step = match body.filter(|_| rows.len() > 1) {
        Some(body) => {
            let wanted = body.to_ascii_lowercase();
            rows.into_iter()
                .find(|step| body_of(step).as_ref() == Some(&wanted))?
        }
        None => rows.into_iter().next()?,
    };
    Some(take(step, matches))
}

fn take(step: &Step, matches: &ArgMatches) -> anyhow::Result<Exit> {
    let acting = Acting::from_arg_matches(matches)?;
    let given = Given::read(step, matches)?;
    let named = given.incidents(&acting)?;
    if step.is_for_one {
        acting.check_is_one(step.name)?;
    }
    act::on_each(&acting, |incident, desk| {
        command(step, &given, incident, desk, &named)
    })
}

fn command(
    step: &Step,
    given: &Given,
    incident: &Incident,
    desk: &Desk,
    named: &BTreeMap<Reference, IncidentId>,
) -> anyhow::Result<Command> {
    let setting = Setting {
        now: desk.now(),
        incident,
        directory: &desk.desk.directory,
        policy: &desk.desk.policy,
        me: desk.desk.person(),
        // The rules are asked by the server; nothing here proposes anything.
        problems: None,
        named: &|reference| named.get(&reference).copied(),
    };
    let mut answers = given.answers.clone();
    for ask in step.asks {
        if let Kind::Contents(body) = ask.kind {
            given.contents(body, &setting, &mut answers)?;
        }
    }
    step.command(&answers, &setting).map_err(as_argument)
}

/// A refusal names a field by its pointer; in the shell that is an argument.
fn as_argument(refusal: Refusal) -> anyhow::Error {
    match &refusal.kind {
        RefusalKind::Invalid { pointer } if !pointer.is_empty() => {
            anyhow::anyhow!("{refusal} (--{})", flag_of(pointer))
        }
        _ => refusal.into(),
    }
}

fn flag_of(pointer: &str) -> String {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    name.replace('_', "-")
}

/// What the arguments say, before any incident is looked at.
struct Given {
    answers: Answers,
    /// What is said of items of a notification, by the item's word.
    contents: BTreeMap<String, (Known, Option<String>)>,
    /// Another incident that is named.
    other: Option<String>,
}

impl Given {
    fn read(step: &Step, matches: &ArgMatches) -> anyhow::Result<Self> {
        let mut given = Self {
            answers: Answers::default(),
            contents: BTreeMap::new(),
            other: None,
        };
        for ask in step.asks {
            if let Kind::Contents(_) = ask.kind {
                given.read_contents(matches)?;
                continue;
            }
            let values = matches
                .get_many::<String>(ask.pointer)
                .into_iter()
                .flatten();
            let values = values.map(|value| ask_value(ask, value));
            let values: Vec<String> = values.collect::<anyhow::Result<_>>()?;
            if let (Kind::Time | Kind::Moment, Some(typed)) = (ask.kind, values.first()) {
                // By this machine's clock, only to find what is no time at all.
                input::understand(typed, Clock::system().now(), None)?;
            }
            if let (Kind::Incident, Some(other)) = (ask.kind, values.first()) {
                given.other = Some(other.clone());
            }
            if values.is_empty() && !ask.preset.is_empty() {
                given.answers.give(ask.pointer, vec![ask.preset.to_owned()]);
            } else if !values.is_empty() {
                given.answers.give(ask.pointer, values);
            }
        }
        Ok(given)
    }

    fn read_contents(&mut self, matches: &ArgMatches) -> anyhow::Result<()> {
        for (name, known, _) in CONTENTS {
            for value in matches.get_many::<String>(name).into_iter().flatten() {
                let (item, text) = match (known, value.split_once('=')) {
                    (Known::Given, Some((item, text))) => (item, Some(act::text(text)?)),
                    (Known::Given, None) => anyhow::bail!(
                        "Write --given as nature=TEXT: the item, then what the notification says of it"
                    ),
                    (Known::ToFollow | Known::NotKnown, _) => (value.as_str(), None),
                };
                self.contents
                    .insert(item.to_ascii_lowercase(), (known, text));
            }
        }
        Ok(())
    }

    /// What was said of each item; of those that were not named, what has been prepared. Nothing that
    /// nobody has written is ever recorded as given.
    fn contents(
        &self,
        body: Body,
        setting: &Setting<'_>,
        answers: &mut Answers,
    ) -> anyhow::Result<()> {
        let codes: Vec<&str> = body.contents().iter().map(|item| item.code()).collect();
        if let Some(unknown) = self
            .contents
            .keys()
            .find(|item| !codes.contains(&item.as_str()))
        {
            anyhow::bail!(
                "\"{unknown}\" is not an item of a notification to the {}; its items are {}",
                body.name(),
                codes.join(", ")
            );
        }
        for (item, state, text) in steps::places(body) {
            let said = self.contents.get(item.code()).cloned();
            let prepared = || {
                let drafts = setting.incident.casework().regulator.drafts.iter();
                let draft = drafts.into_iter().find(|draft| draft.body == body)?;
                let content = draft.contents.iter().find(|content| content.item == item)?;
                Some((
                    content.known,
                    content.text.as_deref().map(ToOwned::to_owned),
                ))
            };
            if let Some((known, words)) = said.or_else(prepared) {
                answers.give(state, vec![spelt(known)]);
                answers.give(text, words.into_iter().collect());
            }
        }
        Ok(())
    }

    /// The other incident that is named, asked of the server.
    fn incidents(&self, acting: &Acting) -> anyhow::Result<BTreeMap<Reference, IncidentId>> {
        let Some(Ok(reference)) = self.other.as_ref().map(|other| other.parse::<Reference>())
        else {
            return Ok(BTreeMap::new());
        };
        let connection = acting.connection()?;
        let found = connection::wait_for(async {
            let name = reference.to_string();
            let reply = connection.http.incident(&name).await;
            reply.with_context(|| format!("{name} was not found"))
        })?;
        Ok(BTreeMap::from([(reference, found.body.id)]))
    }
}

/// A word as it is written in a command.
fn spelt(known: Known) -> String {
    kebab(&known).to_ascii_uppercase().replace('-', "_")
}

/// The value of an argument as an answer: words from a file where it names one, a word as the command
/// spells it.
fn ask_value(ask: &Ask, value: &str) -> anyhow::Result<String> {
    let choices = match ask.kind {
        Kind::Text | Kind::Beside => return act::text(value),
        Kind::Word(words) | Kind::ManyWords(words) => words.choices(),
        Kind::Ticks => Words::Ticks.choices(),
        _ => return Ok(value.to_owned()),
    };
    let wanted = value.to_ascii_lowercase().replace('_', "-");
    let key = choices.into_iter().map(|choice| choice.key);
    key.into_iter()
        .find(|key| kebab(key) == wanted)
        .with_context(|| format!("\"{value}\" is not one of the words"))
}
