//! `nightdesk directory`: who holds which role, how to reach them, the rota, the registers; and
//! changing them.
//!
//! The changes are read from the same table as the forms of the console: a group is a subcommand, a
//! change one of its own, a question an argument called after its field. Deliberately knows no single
//! change.

mod give;
mod import;
mod read;

use super::act;
use super::act::How;
use super::output::Exit;
use super::word::kebab;
use crate::steps::directory::{Ask, CHANGES, Change, Group, Kind, Vocabulary};
use crate::steps::{Answers, Choice, Need};
use anyhow::Context as _;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches};

/// The subcommand's name.
const NAME: &str = "directory";

/// The subcommand, with everything below it.
pub(super) fn subcommand() -> clap::Command {
    let command = clap::Command::new(NAME)
        .about("See who holds which role, the rota and its gaps, and change them")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(read::Show::augment_args(clap::Command::new("show")))
        .subcommand(read::Gaps::augment_args(clap::Command::new("gaps")))
        .subcommand(import::Import::augment_args(clap::Command::new("import")))
        .subcommand(import::Export::augment_args(clap::Command::new("export")));
    Group::ALL.into_iter().fold(command, with_group)
}

/// Role terms stand beside the others, everything else below its group.
fn with_group(command: clap::Command, group: Group) -> clap::Command {
    if group.name().is_empty() {
        return group
            .changes()
            .fold(command, |command, one| command.subcommand(verb(one)));
    }
    let below = clap::Command::new(group.name())
        .about(group.about())
        .subcommand_required(true)
        .arg_required_else_help(true);
    command.subcommand(
        group
            .changes()
            .fold(below, |below, one| below.subcommand(verb(one))),
    )
}

fn verb(change: &'static Change) -> clap::Command {
    // The arguments that every change shares would put their own description in place of its own.
    let command = How::augment_args(clap::Command::new(change.verb)).about(change.help);
    change
        .asks
        .iter()
        .map(argument)
        .fold(command, clap::Command::arg)
}

fn argument(ask: &'static Ask) -> Arg {
    let argument = Arg::new(ask.pointer)
        .long(flag(ask.pointer))
        .help(help(ask))
        .required(ask.need == Need::Needed);
    match ask.kind {
        Kind::Text => argument.value_name("TEXT"),
        Kind::Time => argument.value_name("TIME").allow_hyphen_values(true),
        Kind::Day => argument.value_name("DAY"),
        Kind::Number => argument.value_name("NUMBER"),
        Kind::One(_) => argument.value_name("NAME"),
        Kind::Organisations => argument
            .value_name("ORGANISATION")
            .action(ArgAction::Append),
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
    }
}

/// `reason` for `/reason`, `decided-by` for `/decided_by`, `role` for `/point/role`.
fn flag(pointer: &str) -> String {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    name.replace('_', "-")
}

fn help(ask: &Ask) -> String {
    let more = match ask.kind {
        Kind::Text => "; @FILE reads it from a file",
        Kind::One(_) => "; as much of its name as fits only one",
        Kind::Organisations => "; may be given several times",
        Kind::Time | Kind::Day | Kind::Number | Kind::YesNo | Kind::Word(_) => "",
    };
    match ask.hint {
        "" => format!("{}{more}", ask.label),
        hint => format!("{}: {hint}{more}", ask.label),
    }
}

/// The words as everywhere in the shell: `support-unit` for what the API calls `SUPPORT_UNIT`.
fn parser(words: Vocabulary) -> PossibleValuesParser {
    PossibleValuesParser::new(words.choices().into_iter().map(|Choice { key, words }| {
        let word = kebab(&key);
        PossibleValue::new(word.clone())
            .alias(word.replace('-', "_"))
            .help(words)
    }))
}

/// Does what the arguments ask of the directory, if they ask it.
pub(super) fn run(matches: &ArgMatches) -> Option<anyhow::Result<Exit>> {
    let (name, matches) = matches.subcommand()?;
    (name == NAME).then(|| asked(matches))
}

fn asked(matches: &ArgMatches) -> anyhow::Result<Exit> {
    let (verb, below) = matches.subcommand().context("nothing is asked")?;
    match verb {
        "show" => return read::show(&read::Show::from_arg_matches(below)?),
        "gaps" => return read::gaps(&read::Gaps::from_arg_matches(below)?),
        "import" => return import::import(&import::Import::from_arg_matches(below)?),
        "export" => return import::export(&import::Export::from_arg_matches(below)?),
        _ => {}
    }
    let (group, verb, below) = match below.subcommand() {
        Some((inner, innermost)) => (verb, inner, innermost),
        None => ("", verb, below),
    };
    let change = CHANGES
        .iter()
        .find(|change| change.group.name() == group && change.verb == verb)
        .context("nothing is asked")?;
    let how = How::from_arg_matches(below)?;
    give::change(change, &answers(change, below)?, &how)
}

fn answers(change: &Change, matches: &ArgMatches) -> anyhow::Result<Answers> {
    let mut answers = Answers::default();
    for ask in change.asks {
        let values = matches.get_many::<String>(ask.pointer);
        let values = values.into_iter().flatten();
        let values: Vec<String> = values
            .map(|value| answer(ask, value))
            .collect::<anyhow::Result<_>>()?;
        if !values.is_empty() {
            answers.give(ask.pointer, values);
        }
    }
    Ok(answers)
}

/// Words from a file where the value names one, a word as the command spells it.
fn answer(ask: &Ask, value: &str) -> anyhow::Result<String> {
    match ask.kind {
        Kind::Text => act::text(value),
        Kind::Word(words) => {
            let wanted = value.to_ascii_lowercase().replace('_', "-");
            let keys = words.choices().into_iter().map(|choice| choice.key);
            keys.into_iter()
                .find(|key| kebab(key) == wanted)
                .with_context(|| format!("\"{value}\" is not one of the words"))
        }
        Kind::Time
        | Kind::Day
        | Kind::Number
        | Kind::YesNo
        | Kind::One(_)
        | Kind::Organisations => Ok(value.to_owned()),
    }
}
