//! The command line: one file a subcommand, all printing through [`output`].
//!
//! A new subcommand is a file with its `Arguments` and `run`, and a row of `subcommands!`; a new step
//! of casework is a row of `steps::STEPS` and nothing here.
//! Deliberately decides nothing: what a command answers comes from the domain.

mod ack;
mod act;
mod after_restore;
mod alarms;
mod assignment;
mod audit_alarms;
mod backup;
mod bounce;
mod calendar;
mod case_file;
mod casework;
mod connection;
mod console;
mod correct_awareness;
mod database;
mod deliveries;
mod demo;
mod directory;
mod escalate;
mod export;
mod facts;
mod grade;
mod handed_in;
mod handoff;
mod handover;
mod import;
mod inform;
mod keys;
mod list;
mod log;
mod major;
mod me;
mod migrate;
mod named;
mod note;
mod notify;
mod outcome;
pub mod output;
mod paper;
mod partner_answer;
mod problem;
mod readings;
mod reassign;
mod report;
mod restore;
mod retention;
mod rules;
mod search;
mod serve;
mod show;
mod timeline;
mod token;
mod triage;
mod verify;
mod watch;
mod when;
mod who_would_be_told;
mod word;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use output::Exit;
use std::ffi::OsString;
use std::process::ExitCode;

/// The out-of-hours desk for information-governance and security incidents.
#[derive(Parser)]
#[command(
    name = "nightdesk",
    version,
    about,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(flatten)]
    server: connection::Server,
    #[command(flatten)]
    speech: console::Speech,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// Declares the subcommands: the variant that clap reads, and the file that runs it.
macro_rules! subcommands {
    ($($name:ident => $file:ident,)+) => {
        #[derive(Subcommand)]
        enum Verb {
            $($name($file::Arguments),)+
        }

        fn dispatch(verb: Verb) -> anyhow::Result<Exit> {
            match verb {
                $(Verb::$name(arguments) => $file::run(arguments),)+
            }
        }
    };
}

subcommands! {
    List => list,
    Show => show,
    Search => search,
    Timeline => timeline,
    Readings => readings,
    Handoff => handoff,
    Handover => handover,
    Report => report,
    CaseFile => case_file,
    Log => log,
    Import => import,
    Ack => ack,
    Triage => triage,
    Inform => inform,
    Escalate => escalate,
    Notify => notify,
    PartnerAnswer => partner_answer,
    Note => note,
    Reassign => reassign,
    Assignment => assignment,
    CorrectAwareness => correct_awareness,
    Major => major,
    Problem => problem,
    Alarms => alarms,
    WhoWouldBeTold => who_would_be_told,
    Me => me,
    Watch => watch,
    Demo => demo,
    When => when,
    Grade => grade,
    Rules => rules,
    Keys => keys,
    Calendar => calendar,
    Deliveries => deliveries,
    Bounce => bounce,
    Serve => serve,
    Token => token,
    Migrate => migrate,
    Verify => verify,
    AuditAlarms => audit_alarms,
    Backup => backup,
    Export => export,
    Restore => restore,
    AfterRestore => after_restore,
    Retention => retention,
}

/// What `nightdesk` alone says while nothing is set up.
const GETTING_STARTED: &str = "\
No desk is set up on this machine yet. Run \"nightdesk demo\" to try one with made-up incidents, or \
\"nightdesk --help\" for everything else.";

/// Runs the program with these arguments, the first of which is its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match command_line().try_get_matches_from(arguments) {
        Ok(matches) => casework::run(&matches)
            .or_else(|| directory::run(&matches))
            .unwrap_or_else(|| run_verb(&matches)),
        Err(error) => output::usage(&error),
    };
    output::finish(outcome).into()
}

fn run_verb(matches: &clap::ArgMatches) -> anyhow::Result<Exit> {
    match Arguments::from_arg_matches(matches) {
        Ok(Arguments {
            verb: Some(verb), ..
        }) => dispatch(verb),
        Ok(Arguments {
            verb: None,
            server,
            speech,
        }) => console_or_help(&server, speech),
        Err(error) => output::usage(&error),
    }
}

/// The console where a server is set, else how to get started.
fn console_or_help(server: &connection::Server, speech: console::Speech) -> anyhow::Result<Exit> {
    if console::is_set_up(server)? {
        console::run(server, speech)
    } else {
        output::complain(GETTING_STARTED).map(|()| Exit::Usage)
    }
}

/// The whole command line as clap knows it; the reference in the README is made from it.
pub fn command_line() -> clap::Command {
    Arguments::command()
        .subcommands(casework::subcommands())
        .subcommand(directory::subcommand())
        .after_help(output::exit_code_table())
}
