//! `nightdesk when`: every deadline that follows from an awareness time.
//!
//! The numbers are those built into this program. The present is the desk's where a server is set and
//! answers, else this machine's; the answer says whose it is.

use super::connection::{self, Server};
use super::output::{self, Exit, Format, utc};
use crate::config;
use crate::domain::Instant;
use crate::domain::calendar::input::{self, Fold, InputError};
use crate::domain::calendar::{Calendar, in_words, local, zone_letters};
use crate::domain::deadlines::{self, Deadline, Deadlines};
use crate::now::Clock;
use crate::tui::format::countdown;
use clap::{Args, ValueEnum};

/// Print every deadline that follows from an awareness time
#[derive(Args)]
pub(super) struct Arguments {
    /// When somebody became aware: now, -40m, 21:30, yesterday 22:10, fri 18:30,
    /// 2026-06-12T18:30, or a time with Z or an offset
    #[arg(allow_hyphen_values = true)]
    time: String,
    /// The time of day, where TIME is only a day
    time_of_day: Option<String>,
    /// Which of the two is meant when the clocks go back and a time occurs twice
    #[arg(long, value_enum)]
    fold: Option<FoldWord>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum FoldWord {
    /// The first of the two, British Summer Time
    Bst,
    /// The second, Greenwich Mean Time
    Gmt,
}

impl From<FoldWord> for Fold {
    fn from(word: FoldWord) -> Self {
        match word {
            FoldWord::Bst => Self::Bst,
            FoldWord::Gmt => Self::Gmt,
        }
    }
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let policy = config::policy()?;
    let fold = arguments.fold.map(Fold::from);
    let typed = match &arguments.time_of_day {
        None => arguments.time,
        Some(time_of_day) => format!("{} {time_of_day}", arguments.time),
    };
    let (now, whose) = present(&arguments.server)?;
    let aware_at = match input::understand(&typed, now, fold) {
        Ok(aware_at) => aware_at,
        Err(error) => return refuse(&error),
    };
    let deadlines = deadlines::follow_from(aware_at, &policy);
    warn_if_holidays_unknown(&deadlines, &policy.calendar)?;
    if arguments.format.json {
        output::json(&deadlines)?;
    } else {
        show(&deadlines, now)?;
        output::lines(&format!("Time left is by {whose}: {}", in_words(now)))?;
    }
    Ok(Exit::Done)
}

/// The present, and by whose clock: the desk's where a server is set and answers.
fn present(server: &Server) -> anyhow::Result<(Instant, &'static str)> {
    let machine = (Clock::system().now(), "this machine's clock");
    if !server.is_set() {
        return Ok(machine);
    }
    let asked = server
        .connection()
        .and_then(|connection| connection::wait_for(async { Ok(connection.setting().await?) }));
    match asked {
        Ok(setting) => Ok((setting.now(), "the desk's clock")),
        Err(error) => {
            let why = output::in_full(&error);
            output::complain(format!("{why}. Times are by this machine's clock"))?;
            Ok(machine)
        }
    }
}

/// Names the times that would be taken, ready to be copied.
fn refuse(error: &InputError) -> anyhow::Result<Exit> {
    output::complain(error)?;
    for choice in error.choices() {
        let wall = local(choice).format("%Y-%m-%dT%H:%M:%S");
        let fold = match error {
            InputError::Ambiguous { .. } => {
                format!(" --fold {}", zone_letters(choice).to_ascii_lowercase())
            }
            InputError::NotUnderstood { .. }
            | InputError::Nonexistent { .. }
            | InputError::WrongLetters { .. } => String::new(),
        };
        output::complain(format!("  nightdesk when {wall}{fold}   ({})", utc(choice)))?;
    }
    Ok(Exit::Usage)
}

fn warn_if_holidays_unknown(deadlines: &Deadlines, calendar: &Calendar) -> anyhow::Result<()> {
    let limits = deadlines.clocks.iter();
    let unknown = limits
        .filter_map(|deadline| deadline.outer_due_uncapped_at)
        .chain([deadlines.aware_at])
        .find_map(|at| calendar.not_known_at(at));
    unknown.map_or(Ok(()), output::complain)
}

fn show(deadlines: &Deadlines, now: Instant) -> anyhow::Result<()> {
    let hours = if deadlines.out_of_hours {
        "out of hours, so BOB-24H applies"
    } else {
        "in hours, so BOB-24H does not apply"
    };
    let aware_at = deadlines.aware_at;
    output::lines(&format!(
        "Aware {} = {}, {hours}\n",
        in_words(aware_at),
        utc(aware_at)
    ))?;
    let clocks = deadlines.clocks.iter();
    let rows: Vec<[String; 4]> = clocks.flat_map(|clock| rows_of(clock, now)).collect();
    output::table(["WHAT", "DUE", "LEFT", "RULE"], &rows)?;
    output::lines(&format!(
        "\nEach clock as if it started then. Once logged, the on-call officer's 24 hours run from when\n\
         the officer became aware. For information: the latest legal reading of the 72 hours ends\n\
         {} (Regulation 1182/71)",
        in_words(deadlines.ico_reg1182_outer_at)
    ))
}

/// A row for the deadline and, where there is one, for its outer limit with and without the cap.
fn rows_of(deadline: &Deadline, now: Instant) -> Vec<[String; 4]> {
    let uncapped = deadline
        .outer_due_uncapped_at
        .filter(|uncapped| deadline.outer_due_at != Some(*uncapped));
    [
        (deadline.kind.name(), Some(deadline.due_at)),
        ("- with a reason, until", deadline.outer_due_at),
        ("- without an ICO clock", uncapped),
    ]
    .into_iter()
    .filter_map(|(what, at)| {
        let at = at?;
        let rule = deadline.kind.rule().to_string();
        Some([what.to_owned(), in_words(at), countdown(at, now), rule])
    })
    .collect()
}
