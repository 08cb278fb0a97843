//! What came of commands that were given from the shell: a line each, and the exit code of them all.
//!
//! Deliberately gives nothing itself; that is `act`.

use super::output::{self, Exit, Format};
use crate::api::types::CommandAnswer;
use crate::client::journal::Receipt;
use crate::client::outbox::WhyNot;
use serde::Serialize;

/// What is said of a command that the outbox keeps.
const UNCONFIRMED: &str = "Kept on this machine, and not confirmed by the server yet; the console or \
     the next command sends it again, and it will not be carried out twice";

/// What came of one command; a line of the answer.
#[derive(Serialize)]
pub(super) struct Line {
    incident: String,
    outcome: Outcome,
    /// The reason, where it was not carried out.
    detail: Option<String>,
    /// The rule that refuses, where one does.
    rule: Option<String>,
    /// The version right after it.
    version: Option<u64>,
    /// The server's proof that it has taken the command.
    receipt: Option<Receipt>,
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
    /// The incident was not found or the server not reached; nothing was given.
    NotGiven,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Possible => "possible",
            Self::Refused => "refused",
            Self::Unconfirmed => "unconfirmed",
            Self::NotGiven => "not given",
        }
    }
}

impl Line {
    /// It is true on the server.
    pub(super) fn done(done: &CommandAnswer) -> Self {
        Self {
            version: Some(done.incident.version),
            receipt: Some(done.into()),
            ..Self::new(done.incident.name(), Outcome::Done)
        }
    }

    /// It would be, had this not been a dry run.
    pub(super) fn possible(incident: String) -> Self {
        Self::new(incident, Outcome::Possible)
    }

    /// Nobody knows yet; the outbox keeps it.
    pub(super) fn unconfirmed(incident: String) -> Self {
        Self {
            detail: Some(UNCONFIRMED.to_owned()),
            ..Self::new(incident, Outcome::Unconfirmed)
        }
    }

    /// It was not carried out.
    pub(super) fn refused(incident: String, why: WhyNot) -> Self {
        let rule = match &why {
            WhyNot::Refused { refusal } => refusal.rule.map(|rule| rule.to_string()),
            WhyNot::Stale { .. }
            | WhyNot::TooLate {}
            | WhyNot::Rejected { .. }
            | WhyNot::NotSaved { .. } => None,
        };
        Self {
            detail: Some(why.to_string()),
            rule,
            ..Self::new(incident, Outcome::Refused)
        }
    }

    /// The incident was not found or the server not reached.
    pub(super) fn not_given(name: &str, error: &anyhow::Error) -> Self {
        Self {
            detail: Some(format!("{error:#}")),
            ..Self::new(name.to_owned(), Outcome::NotGiven)
        }
    }

    fn new(incident: String, outcome: Outcome) -> Self {
        Self {
            incident,
            outcome,
            detail: None,
            rule: None,
            version: None,
            receipt: None,
        }
    }

    fn row(&self) -> [String; 3] {
        let version = self
            .version
            .map_or_else(|| "-".to_owned(), |version| version.to_string());
        [
            self.incident.clone(),
            self.outcome.name().to_owned(),
            version,
        ]
    }
}

/// Done on standard output, everything else on standard error as well; the worst decides the code.
pub(super) fn answer(lines: &[Line], format: Format) -> anyhow::Result<Exit> {
    if format.json {
        output::json(&lines)?;
    } else {
        let rows: Vec<[String; 3]> = lines.iter().map(Line::row).collect();
        output::table(["INCIDENT", "OUTCOME", "VERSION"], &rows)?;
    }
    for line in lines {
        if let Some(detail) = &line.detail {
            output::complain(format!("{}: {detail}", line.incident))?;
        }
    }
    let any = |outcome| lines.iter().any(|line| line.outcome == outcome);
    Ok(if any(Outcome::Refused) || any(Outcome::NotGiven) {
        Exit::Failed
    } else if any(Outcome::Unconfirmed) {
        Exit::Unconfirmed
    } else {
        Exit::Done
    })
}
