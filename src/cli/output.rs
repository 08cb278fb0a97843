//! The one place that prints: text, tables, JSON, complaints and exit codes.
//!
//! A table has aligned columns on a terminal and tabs when piped, so that `cut` and `awk` work on
//! it. Deliberately knows nothing of what is printed.

use clap::Args;
use serde::Serialize;
use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked was done.
    Done,
    /// Something was not found, not reached or refused.
    Failed,
    /// The question itself was not understood.
    Usage,
}

/// Every exit code and what it means; the help and the README show this very table.
pub const EXIT_CODES: [(Exit, u8, &str); 3] = [
    (Exit::Done, 0, "done"),
    (
        Exit::Failed,
        1,
        "not found, not reached or refused; the reason is on standard error",
    ),
    (
        Exit::Usage,
        2,
        "the arguments were not understood, or a time is not valid; the choices are on standard error",
    ),
];

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        EXIT_CODES
            .into_iter()
            .find(|(row, _, _)| *row == exit)
            .map_or(Self::FAILURE, |(_, code, _)| Self::from(code))
    }
}

/// The exit codes as the help shows them.
pub fn exit_code_table() -> String {
    EXIT_CODES
        .iter()
        .fold("Exit codes:".to_owned(), |mut text, (_, code, meaning)| {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n  {code}  {meaning}");
            text
        })
}

/// How the answer is wanted; part of every subcommand that answers with data.
#[derive(Args, Clone, Copy)]
pub struct Format {
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints a value as JSON.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    print(&text)
}

/// Prints a line or several.
pub fn text(lines: &str) -> anyhow::Result<()> {
    print(&format!("{lines}\n"))
}

/// Prints rows under headings: aligned on a terminal, separated by tabs when piped.
pub fn table<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> anyhow::Result<()> {
    let headings = headings.map(str::to_owned);
    let lines = std::iter::once(&headings).chain(rows);
    if io::stdout().is_terminal() {
        let widths = widths(lines.clone());
        print(&lines.map(|row| aligned(row, &widths)).collect::<String>())
    } else {
        print(&lines.map(|row| row.join("\t") + "\n").collect::<String>())
    }
}

fn widths<'a, const COLUMNS: usize>(
    lines: impl Iterator<Item = &'a [String; COLUMNS]>,
) -> [usize; COLUMNS] {
    lines.fold([0; COLUMNS], |mut widths, row| {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
        widths
    })
}

fn aligned<const COLUMNS: usize>(row: &[String; COLUMNS], widths: &[usize; COLUMNS]) -> String {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    format!("{}\n", cells.join("  ").trim_end())
}

/// Says on standard error what happened and what can be done.
pub fn complain(what: impl Display) -> anyhow::Result<()> {
    Ok(writeln!(io::stderr().lock(), "{what}")?)
}

/// Shows clap's own message: help and version are answers, everything else is a complaint.
pub fn usage(error: &clap::Error) -> anyhow::Result<Exit> {
    error.print()?;
    Ok(if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Done
    })
}

/// The exit code of what a subcommand came to. A reader that has seen enough and closed the pipe is
/// no failure.
pub fn finish(outcome: anyhow::Result<Exit>) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(error) if is_broken_pipe(&error) => Exit::Done,
        Err(error) => {
            // Nobody is left to tell if standard error is gone as well.
            let _ = complain(format!("{error:#}"));
            Exit::Failed
        }
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
