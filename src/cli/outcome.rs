//! What came of commands that were given from the shell: a line each, and the exit code of them all.
//!
//! Deliberately gives nothing itself; that is `act`.

use super::output::{self, Exit, Format};
use crate::api::types::{CommandAnswer, DirectoryAnswer, ProblemAnswer};
use crate::client::journal::Receipt;
use crate::client::outbox::WhyNot;
use serde::Serialize;

/// What is said of a command that the outbox keeps.
const UNCONFIRMED: &str = "Saved on this machine, and not confirmed by the server yet. The console or the next command sends it again. It will not be carried out twice";

/// What is said of a command that is not kept.
const UNKNOWN: &str =
    "No answer came, so it may or may not have been carried out. Check before you try again";

/// What came of one command; a line of the answer.
#[derive(Serialize)]
pub(super) struct Line {
    #[serde(flatten)]
    of: Of,
    outcome: Outcome,
    /// The reason, where it was not carried out.
    detail: Option<String>,
    /// The rule that refuses, where one does.
    rule: Option<String>,
    /// The version right after it.
    version: Option<u64>,
    /// The server's proof that it has taken the command.
    receipt: Option<Receipt>,
    /// What it comes to: whom it tells by what, and whom a person must call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    said: Vec<String>,
    /// Why this machine could not note what came of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_noted: Vec<String>,
}

/// What a command was about, by name.
#[derive(Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Of {
    Incident(String),
    Problem(String),
    Directory(String),
}

impl Of {
    fn name(&self) -> &str {
        match self {
            Self::Incident(name) | Self::Problem(name) | Self::Directory(name) => name,
        }
    }

    fn heading(&self) -> &'static str {
        match self {
            Self::Incident(_) => "INCIDENT",
            Self::Problem(_) => "PROBLEM",
            Self::Directory(_) => "DIRECTORY",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It is true on the server.
    Done,
    /// It would be, had this not been a dry run.
    Possible,
    /// It was not carried out.
    Refused,
    /// Nobody knows yet; the outbox keeps it.
    Unconfirmed,
    /// Nobody knows, and nothing keeps it.
    Unknown,
    /// It is of the past, and was left out on purpose.
    LeftOut,
    /// What it was about was not found or the server not reached; nothing was given.
    NotGiven,
    /// A time in the arguments was not understood; nothing was given.
    #[serde(rename = "not_given")]
    NoTime,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Possible => "possible",
            Self::Refused => "refused",
            Self::Unconfirmed => "unconfirmed",
            Self::Unknown => "unknown",
            Self::LeftOut => "left out",
            Self::NotGiven | Self::NoTime => "not given",
        }
    }
}

impl Line {
    /// It is true on the server.
    pub(super) fn done(done: &CommandAnswer) -> Self {
        Self {
            version: Some(done.incident.version),
            receipt: Some(done.into()),
            said: done.said.clone(),
            ..Self::new(Of::Incident(done.incident.name()), Outcome::Done)
        }
    }

    /// The server's proof that the command was carried out, if it was.
    pub(super) fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_ref()
    }

    /// The same of a problem.
    pub(super) fn done_on_problem(done: &ProblemAnswer) -> Self {
        let of = Of::Problem(done.problem.reference.to_string());
        Self {
            version: Some(done.problem.version),
            receipt: Some(done.into()),
            ..Self::new(of, Outcome::Done)
        }
    }

    /// The same of the directory, told in a sentence.
    pub(super) fn done_on_directory(what: String, done: &DirectoryAnswer) -> Self {
        Self {
            version: Some(done.directory.version),
            receipt: Some(done.into()),
            ..Self::new(Of::Directory(what), Outcome::Done)
        }
    }

    /// It is of the past, and was left out on purpose.
    pub(super) fn left_out(of: Of, why: &str) -> Self {
        Self {
            detail: Some(why.to_owned()),
            ..Self::new(of, Outcome::LeftOut)
        }
    }

    /// Whether it was not carried out and would not be.
    pub(super) fn is_refused(&self) -> bool {
        let outcomes = [Outcome::Refused, Outcome::NotGiven, Outcome::NoTime];
        outcomes.contains(&self.outcome)
    }

    /// Whether nobody knows what came of it.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.outcome, Outcome::Unknown | Outcome::Unconfirmed)
    }

    /// It would be, had this not been a dry run.
    pub(super) fn possible(of: Of) -> Self {
        Self::new(of, Outcome::Possible)
    }

    /// The same with what it comes to.
    pub(super) fn saying(mut self, said: Vec<String>) -> Self {
        self.said = said;
        self
    }

    /// The same where this machine could not note what the server answered.
    pub(super) fn not_noted(self, why: Vec<String>) -> Self {
        Self {
            not_noted: why,
            ..self
        }
    }

    /// What came of it, for standard error where standard output takes nothing.
    fn in_words(&self) -> String {
        let [name, outcome, version] = self.row();
        match self.version {
            Some(_) => format!("{name}: {outcome}, version {version}"),
            None => format!("{name}: {outcome}"),
        }
    }

    /// Nobody knows yet; the outbox keeps it.
    pub(super) fn unconfirmed(of: Of) -> Self {
        Self {
            detail: Some(UNCONFIRMED.to_owned()),
            ..Self::new(of, Outcome::Unconfirmed)
        }
    }

    /// Nobody knows, and nothing keeps it.
    pub(super) fn unknown(of: Of) -> Self {
        Self {
            detail: Some(UNKNOWN.to_owned()),
            ..Self::new(of, Outcome::Unknown)
        }
    }

    /// It was not carried out.
    pub(super) fn refused(of: Of, why: WhyNot) -> Self {
        let rule = match &why {
            WhyNot::Refused { refusal } => refusal.rule.map(|rule| rule.to_string()),
            WhyNot::Stale { .. }
            | WhyNot::TooLate {}
            | WhyNot::Rejected { .. }
            | WhyNot::NotSaved { .. }
            | WhyNot::Undone {} => None,
        };
        Self {
            detail: Some(why.to_string()),
            rule,
            ..Self::new(of, Outcome::Refused)
        }
    }

    /// What it was about was not found, or the server was not reached.
    pub(super) fn not_given(of: Of, error: &anyhow::Error) -> Self {
        let outcome = if output::is_no_time(error) {
            Outcome::NoTime
        } else {
            Outcome::NotGiven
        };
        Self {
            detail: Some(output::in_full(error)),
            ..Self::new(of, outcome)
        }
    }

    fn new(of: Of, outcome: Outcome) -> Self {
        Self {
            of,
            outcome,
            detail: None,
            rule: None,
            version: None,
            receipt: None,
            said: Vec::new(),
            not_noted: Vec::new(),
        }
    }

    fn row(&self) -> [String; 3] {
        let version = self
            .version
            .map_or_else(|| "-".to_owned(), |version| version.to_string());
        [
            self.of.name().to_owned(),
            self.outcome.name().to_owned(),
            version,
        ]
    }
}

/// Done on standard output, everything else on standard error as well. The worst decides the code; where
/// some were carried out and others were not, that has a code of its own. What came of each is said on
/// standard error where standard output takes nothing.
pub(super) fn answer(lines: &[Line], format: Format) -> anyhow::Result<Exit> {
    let printed = print(lines, format);
    // A reader that has seen enough misses nothing.
    let unprinted = printed.err().filter(|error| !output::is_broken_pipe(error));
    if let Some(error) = &unprinted {
        for line in lines {
            output::complain(line.in_words())?;
        }
        output::complain(format!(
            "The answer could not be printed: {}",
            output::in_full(error)
        ))?;
    }
    for line in lines {
        complain_of(line)?;
    }
    let is_noted = unprinted.is_none() && lines.iter().all(|line| line.not_noted.is_empty());
    Ok(match exit(lines) {
        Exit::Done if !is_noted => Exit::NotNoted,
        exit => exit,
    })
}

fn print(lines: &[Line], format: Format) -> anyhow::Result<()> {
    if format.json {
        return output::json(&lines);
    }
    let rows: Vec<[String; 3]> = lines.iter().map(Line::row).collect();
    let heading = lines.first().map_or("INCIDENT", |line| line.of.heading());
    output::table([heading, "OUTCOME", "VERSION"], &rows)?;
    for line in lines {
        for sentence in &line.said {
            output::lines(&format!("{}: {sentence}", line.of.name()))?;
        }
    }
    Ok(())
}

fn complain_of(line: &Line) -> anyhow::Result<()> {
    let name = line.of.name();
    if let Some(detail) = &line.detail {
        output::complain(format!("{name}: {detail}"))?;
    }
    for why in &line.not_noted {
        output::complain(format!(
            "{name}: the server has answered, and this machine could not note it: {why}. The next command \
             asks the server again; nothing is done twice"
        ))?;
    }
    Ok(())
}

fn exit(lines: &[Line]) -> Exit {
    let any = |outcome| lines.iter().any(|line| line.outcome == outcome);
    let failed = [Outcome::Refused, Outcome::NotGiven, Outcome::Unknown];
    let is_some_done = any(Outcome::Done);
    if failed.into_iter().any(any) && is_some_done {
        Exit::Partly
    } else if failed.into_iter().any(any) {
        Exit::Failed
    } else if any(Outcome::NoTime) {
        Exit::Usage
    } else if any(Outcome::Unconfirmed) {
        Exit::Unconfirmed
    } else {
        Exit::Done
    }
}
