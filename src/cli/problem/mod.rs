//! `nightdesk problem`: what incidents come from, from raising it to closing it (WSIC-PROB).

mod give;
mod read;

use super::act::{self, How};
use super::output::Exit;
use super::word;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::role::Role;
use clap::{Args, Subcommand};

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
    /// Raise a problem behind incidents
    Raise {
        /// References or ids of the incidents that come from it; - reads them from standard input
        #[arg(required = true, value_name = "INCIDENT")]
        incidents: Vec<String>,
        /// A few words, without personal data
        #[arg(long)]
        title: String,
        /// The role that is to work on it
        #[arg(long, ignore_case = true, value_parser = word::one_of(&Role::ALL))]
        owner: Option<Role>,
        #[command(flatten)]
        how: How,
    },
    /// Link incidents that come from a problem
    Link(Linking),
    /// Take back links of incidents that do not come from a problem after all
    Unlink(Linking),
    /// Record what people get by with until a problem is solved
    Workaround {
        #[command(flatten)]
        on: OnProblems,
        /// What to do; @FILE reads it from a file
        #[arg(long)]
        text: String,
    },
    /// Say what causes a problem: it is a known error from then on
    Diagnose {
        #[command(flatten)]
        on: OnProblems,
        /// The cause; @FILE reads it from a file
        #[arg(long)]
        cause: String,
    },
    /// Say what solved a problem
    Resolve {
        #[command(flatten)]
        on: OnProblems,
        /// What was done; @FILE reads it from a file
        #[arg(long)]
        solution: String,
    },
    /// Be done with a problem that is resolved
    Close(OnProblems),
    /// Work on a problem again that is not solved after all
    Reopen {
        #[command(flatten)]
        on: OnProblems,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args)]
struct OnProblems {
    /// References or ids; - reads them from standard input, one a line
    #[arg(required = true, value_name = "PROBLEM")]
    problems: Vec<String>,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
struct Linking {
    /// The reference or id of the problem
    problem: String,
    /// References or ids of the incidents; - reads them from standard input, one a line
    #[arg(required = true, value_name = "INCIDENT")]
    incidents: Vec<String>,
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.step {
        Step::List(list) => read::list(&list),
        Step::Show(show) => read::show(&show),
        Step::Raise {
            incidents,
            title,
            owner,
            how,
        } => give::raise(&incidents, &title, owner, &how),
        Step::Link(linking) => linked(&linking, |incident, reason| ProblemCommand::LinkIncident {
            incident,
            reason,
        }),
        Step::Unlink(linking) => linked(&linking, |incident, reason| {
            ProblemCommand::UnlinkIncident { incident, reason }
        }),
        Step::Workaround { on, text } => on_each(&on, &text, |workaround| {
            ProblemCommand::RecordWorkaround { workaround }
        }),
        Step::Diagnose { on, cause } => on_each(&on, &cause, |root_cause| {
            ProblemCommand::Diagnose { root_cause }
        }),
        Step::Resolve { on, solution } => on_each(&on, &solution, |solution| {
            ProblemCommand::Resolve { solution }
        }),
        Step::Close(on) => on_each(&on, "", |_| ProblemCommand::Close {}),
        Step::Reopen { on, reason } => {
            on_each(&on, &reason, |reason| ProblemCommand::Reopen { reason })
        }
    }
}

fn linked(
    linking: &Linking,
    command: impl Fn(crate::domain::id::IncidentId, Box<str>) -> ProblemCommand,
) -> anyhow::Result<Exit> {
    let reason = act::text(&linking.reason)?;
    give::on_links(&linking.problem, &linking.incidents, &linking.how, |id| {
        command(id, reason.as_str().into())
    })
}

fn on_each(
    on: &OnProblems,
    text: &str,
    command: impl Fn(Box<str>) -> ProblemCommand,
) -> anyhow::Result<Exit> {
    let text = act::text(text)?;
    give::on_each(&on.problems, &on.how, &command(text.into()))
}
