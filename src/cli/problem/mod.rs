//! `nightdesk problem`: what incidents come from, from raising it to closing it (WSIC-PROB).
//!
//! The steps are read from the same table as the forms of the console; each is a subcommand, and a
//! question that is no incident an argument of its own.

mod give;
mod read;

use super::act::{self, How};
use super::output::Exit;
use super::word;
use crate::domain::role::Role;
use crate::steps::{Answers, PROBLEM_STEPS, ProblemAsk, ProblemStep, Sort};
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Args, FromArgMatches, Subcommand};

/// See, raise and solve the problems that incidents come from
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    List(read::List),
    Show(read::Show),
    #[command(flatten)]
    Taken(Taken),
}

/// A step of the table, with what was given for it.
struct Taken {
    step: &'static ProblemStep,
    given: ArgMatches,
}

/// The argument that names the problem or the problems.
const PROBLEM: &str = "problem";
/// The argument that names the incidents.
const INCIDENT: &str = "incident";

impl Subcommand for Taken {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        PROBLEM_STEPS.iter().fold(command, |command, step| {
            command.subcommand(subcommand(step))
        })
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        PROBLEM_STEPS.iter().any(|step| step.verb == name)
    }
}

impl FromArgMatches for Taken {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let named = matches.subcommand().and_then(|(name, given)| {
            let step = PROBLEM_STEPS.iter().find(|step| step.verb == name)?;
            let given = given.clone();
            Some(Self { step, given })
        });
        named.ok_or_else(|| clap::Error::new(ErrorKind::InvalidSubcommand))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn subcommand(step: &'static ProblemStep) -> clap::Command {
    let incidents = incidents_of(step);
    let problem = Arg::new(PROBLEM).required(true).value_name("PROBLEM");
    let problem = match incidents {
        // Each incident is linked with one problem.
        Some(_) => problem.help("The reference or id of the problem"),
        None => problem
            .num_args(1..)
            .help("References or ids; - reads them from standard input, one a line"),
    };
    let incident = Arg::new(INCIDENT)
        .required(true)
        .num_args(1..)
        .value_name("INCIDENT")
        .help("References or ids of the incidents; - reads them from standard input, one a line");
    let command = clap::Command::new(step.verb);
    // The arguments that every step shares would put their own description in place of the step's.
    let command = How::augment_args(command).about(step.help);
    let positional = (!step.is_raising()).then_some(problem).into_iter();
    let positional = positional.chain(incidents.map(|_| incident));
    let named = step.asks.iter().filter(|ask| !ask.names_incidents());
    positional
        .chain(named.map(argument))
        .fold(command, clap::Command::arg)
}

fn incidents_of(step: &ProblemStep) -> Option<Sort> {
    let asked = step.asks.iter().find(|ask| ask.names_incidents());
    asked.map(|ask| ask.sort)
}

fn argument(ask: &'static ProblemAsk) -> Arg {
    let argument = Arg::new(ask.pointer).long(ask.flag);
    match ask.sort {
        Sort::Owner => argument
            .help(format!("{}: {}", ask.label, ask.hint))
            .value_name("ROLE")
            .ignore_case(true)
            .value_parser(word::role()),
        Sort::Words | Sort::Incidents | Sort::Unlinked | Sort::Linked => argument
            .help(format!(
                "{}: {}; @FILE reads it from a file",
                ask.label, ask.hint
            ))
            .required(true)
            .value_name("TEXT"),
    }
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.step {
        Step::List(list) => read::list(&list),
        Step::Show(show) => read::show(&show),
        Step::Taken(Taken { step, given }) => take(step, &given),
    }
}

fn take(step: &ProblemStep, given: &ArgMatches) -> anyhow::Result<Exit> {
    let how = How::from_arg_matches(given)?;
    let answers = answers(step, given)?;
    let names = |argument: &str| -> Vec<String> {
        let names = given.try_get_many::<String>(argument).ok().flatten();
        names.into_iter().flatten().cloned().collect()
    };
    let (problems, incidents) = (names(PROBLEM), names(INCIDENT));
    match (incidents_of(step), problems.as_slice()) {
        (Some(Sort::Incidents), _) => give::raise(step, answers, &incidents, &how),
        (Some(_), [problem]) => give::on_links(step, &answers, problem, &incidents, &how),
        (_, problems) => give::on_each(problems, &how, &step.command(&answers)?),
    }
}

fn answers(step: &ProblemStep, given: &ArgMatches) -> anyhow::Result<Answers> {
    let mut answers = Answers::default();
    for ask in step.asks.iter().filter(|ask| !ask.names_incidents()) {
        let answer = match ask.sort {
            Sort::Owner => {
                let owner = given.get_one::<Role>(ask.pointer);
                owner.map(|owner| owner.code().to_owned())
            }
            Sort::Words | Sort::Incidents | Sort::Unlinked | Sort::Linked => {
                let words = given.get_one::<String>(ask.pointer);
                words.map(|words| act::text(words)).transpose()?
            }
        };
        answers.give(ask.pointer, answer.into_iter().collect());
    }
    Ok(answers)
}
