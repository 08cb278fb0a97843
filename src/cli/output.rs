//! The one place that prints: text, tables, JSON, complaints and exit codes.
//!
//! A table has aligned columns on a terminal and tabs when piped, so that `cut` and `awk` work on
//! it. Everything goes through the sanitiser, because a title or an argument may come from anywhere.
//! Deliberately knows nothing of what is printed.

use crate::client::exports;
use crate::domain::Instant;
use crate::domain::calendar::input::InputError;
use crate::text::{self, Printable};
use chrono::SecondsFormat;
use clap::Args;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde::Serialize;
use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
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
    /// The console was told to stop.
    Terminated,
    /// The console's terminal has gone.
    HungUp,
    /// The console was interrupted from outside.
    Interrupted,
    /// The console was told to quit from outside.
    Aborted,
    /// The console stopped because of a fault in itself.
    Fault,
    /// Some of what was asked was done, and some was not.
    Partly,
    /// What was asked is kept on this machine, and nobody knows yet whether it was carried out.
    Unconfirmed,
    /// Everything that was asked was done, and that could not be noted on this machine or not be printed.
    NotNoted,
    /// What was piped in is no report of a mail server.
    NoReport,
    /// What was piped in should be piped in again later.
    Later,
}

/// Every exit code and what it means; the help and the README show this very table.
pub const EXIT_CODES: [(Exit, u8, &str); 13] = [
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
    (
        Exit::Partly,
        4,
        "some of what was asked was done and some was not; each that was not is on standard error with its reason",
    ),
    (
        Exit::Fault,
        70,
        "the console stopped because of a fault in itself",
    ),
    (
        Exit::NoReport,
        65,
        "what was piped in is no report of a mail server; it goes back to its sender",
    ),
    (
        Exit::Later,
        75,
        "what was piped in could not be told to the desk; the mail server tries again later",
    ),
    (Exit::HungUp, 129, "the console's terminal has gone"),
    (
        Exit::Interrupted,
        130,
        "the console was interrupted by a signal; the keys for that are its own",
    ),
    (
        Exit::Aborted,
        131,
        "the console was told to quit by a signal; the keys for that are its own",
    ),
    (Exit::Terminated, 143, "the console was told to stop"),
    (
        Exit::Unconfirmed,
        3,
        "saved on this machine and not confirmed by the server yet; it is sent again, and never done twice",
    ),
    (
        Exit::NotNoted,
        5,
        "done, but this machine could not note it or not print it; do not give the command again",
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
    print(&as_json(value)?)
}

/// A value as JSON. What a terminal could act upon is written as a JSON escape, so that the value
/// itself stays as it is.
pub fn as_json(value: &impl Serialize) -> anyhow::Result<String> {
    let json = serde_json::to_string_pretty(value)?;
    let escaped: String = json.chars().map(escaped_in_json).collect();
    Ok(escaped + "\n")
}

/// Line breaks stand outside of strings only, where serde put them.
fn escaped_in_json(character: char) -> String {
    let plain = character.to_string();
    let is_plain = |text: &str| text == "\n" || text::line(text).as_str() == text;
    if is_plain(&plain) {
        return plain;
    }
    character
        .encode_utf16(&mut [0; 2])
        .iter()
        .fold(String::new(), |escape, unit| {
            escape + &format!("\\u{unit:04x}")
        })
}

/// Prints a line or several.
pub fn lines(lines: &str) -> anyhow::Result<()> {
    print(&format!("{}\n", text::lines(lines)))
}

/// A moment as scripts read it.
pub fn utc(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Prints rows under headings: aligned on a terminal and folded between words to its width; separated by tabs
/// when piped.
pub fn table<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> anyhow::Result<()> {
    let headings = headings.map(text::line);
    let cells = rows.iter();
    let rows = cells.map(|row| row.each_ref().map(|cell| text::line(cell)));
    let lines: Vec<[Printable<'_>; COLUMNS]> = std::iter::once(headings).chain(rows).collect();
    let text: String = if io::stdout().is_terminal() {
        on_a_terminal(&lines, terminal_columns())
    } else {
        lines.iter().map(separated).collect()
    };
    print(&text)
}

fn terminal_columns() -> usize {
    rustix::termios::tcgetwinsize(io::stdout()).map_or(80, |size| usize::from(size.ws_col))
}

/// The first line has the headings. Where the longest words leave no room for columns, each row is a list.
fn on_a_terminal<const COLUMNS: usize>(
    lines: &[[Printable<'_>; COLUMNS]],
    columns: usize,
) -> String {
    match (widths(lines, columns), lines) {
        (Some(widths), _) => lines.iter().map(|row| aligned(row, &widths)).collect(),
        (None, [headings, rows @ ..]) => rows
            .iter()
            .map(|row| listed(headings, row, columns))
            .collect(),
        (None, []) => String::new(),
    }
}

/// The columns that each cell may take: as many as it needs, and of what is missing the widest gives up first.
/// None where a word would have to be broken.
fn widths<const COLUMNS: usize>(
    lines: &[[Printable<'_>; COLUMNS]],
    columns: usize,
) -> Option<[usize; COLUMNS]> {
    let of_all = |width: &dyn Fn(&Printable<'_>) -> usize| -> [usize; COLUMNS] {
        std::array::from_fn(|column| {
            let cells = lines.iter().map(|row| width(&row[column]));
            cells.max().unwrap_or_default()
        })
    };
    let least = of_all(&|cell| {
        let words = cell
            .as_str()
            .split(' ')
            .map(|word| text::line(word).width());
        words.max().unwrap_or_default()
    });
    let mut widths = of_all(&|cell| cell.width());
    let room = columns.saturating_sub(GAP * COLUMNS.saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        let can_give = (0..COLUMNS).filter(|place| widths[*place] > least[*place]);
        let widest = can_give.max_by_key(|place| widths[*place])?;
        widths[widest] -= 1;
    }
    Some(widths)
}

/// A row under its headings, each cell folded to its columns.
fn aligned<const COLUMNS: usize>(
    row: &[Printable<'_>; COLUMNS],
    widths: &[usize; COLUMNS],
) -> String {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| folded(cell.as_str(), *width).collect())
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |at: usize| {
        let parts = cells.iter().zip(widths).map(|(cell, width)| {
            let part = cell.get(at).map_or("", String::as_str);
            let blank = width.saturating_sub(text::line(part).width());
            format!("{part}{}", " ".repeat(blank))
        });
        let gap = " ".repeat(GAP);
        let line = parts.collect::<Vec<_>>().join(&gap);
        format!("{}\n", line.trim_end())
    };
    (0..height).map(line).collect()
}

/// A row as a list: each cell beside its heading, a blank line behind the last.
fn listed<const COLUMNS: usize>(
    headings: &[Printable<'_>; COLUMNS],
    row: &[Printable<'_>; COLUMNS],
    columns: usize,
) -> String {
    let names = headings.iter().map(Printable::width);
    let indent = names.max().unwrap_or_default() + GAP;
    let mut list = String::new();
    for (heading, cell) in headings.iter().zip(row) {
        let parts = folded(cell.as_str(), columns.saturating_sub(indent));
        for (place, part) in parts.enumerate() {
            let name = if place == 0 { heading.as_str() } else { "" };
            let blank = indent.saturating_sub(text::line(name).width());
            let line = format!("{name}{}{part}", " ".repeat(blank));
            list.push_str(line.trim_end());
            list.push('\n');
        }
    }
    list + "\n"
}

/// Blank columns between two columns of a table.
const GAP: usize = 2;

/// The words of a cell in lines of at most so many columns; a longer word stands alone.
fn folded(cell: &str, columns: usize) -> impl Iterator<Item = String> {
    let mut lines = vec![String::new()];
    for word in cell.split(' ') {
        let taken = lines.last().map_or(0, |line| text::line(line).width());
        match lines.last_mut() {
            Some(line) if taken == 0 => line.push_str(word),
            Some(line) if taken + 1 + text::line(word).width() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.into_iter()
}

fn separated<const COLUMNS: usize>(row: &[Printable<'_>; COLUMNS]) -> String {
    row.each_ref().map(Printable::as_str).join("\t") + "\n"
}

/// Says on standard error what happened and what can be done.
pub fn complain(what: impl Display) -> anyhow::Result<()> {
    let what = text::without_error_numbers(&what.to_string());
    Ok(writeln!(io::stderr().lock(), "{}", text::lines(&what))?)
}

/// Shows clap's own message: help and version are answers, everything else is a complaint, which may
/// quote what was typed.
pub fn usage(error: &clap::Error) -> anyhow::Result<Exit> {
    if error.use_stderr() {
        complain(error.render().to_string().trim_end())?;
        if let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand)
            && error.kind() == ErrorKind::ArgumentConflict
        {
            complain(format!(
                "Options follow the subcommand: nightdesk {verb} --server ..."
            ))?;
        }
        Ok(Exit::Usage)
    } else {
        error.print()?;
        Ok(Exit::Done)
    }
}

/// The exit code of what a subcommand came to. A reader that has seen enough and closed the pipe is
/// no failure.
pub fn finish(outcome: anyhow::Result<Exit>) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(error) if is_broken_pipe(&error) => Exit::Done,
        Err(error) => {
            // Nobody is left to tell if standard error is gone as well.
            let _ = complain(in_full(&error));
            if is_no_time(&error) {
                Exit::Usage
            } else {
                Exit::Failed
            }
        }
    }
}

/// An error with its causes, each told once: some errors tell their cause themselves.
pub fn in_full(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .reduce(|told, cause| {
            if told.contains(&cause) {
                told
            } else {
                format!("{told}: {cause}")
            }
        })
        .unwrap_or_default()
}

/// Whether what went wrong is a time in the arguments that cannot be understood.
pub fn is_no_time(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<InputError>())
}

/// Writes a new file that its owner alone may read. One that was there already is left alone: it may be
/// somebody's evidence.
pub fn new_file(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    exports::create(path, content).map_err(|error| not_created(path, error))
}

/// Why a new file could not be made.
pub fn not_created(path: &Path, error: io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return anyhow::anyhow!(exports::is_there_already(path));
    }
    anyhow::Error::from(error).context(format!("{} cannot be written", path.display()))
}

/// Writes a new file, as [`new_file`], and says what was written where.
pub fn written(what: impl Display, path: &Path, content: &[u8]) -> anyhow::Result<()> {
    new_file(path, content)?;
    let size = content.len();
    lines(&format!(
        "{what}: written to {} ({size} bytes)",
        path.display()
    ))
}

/// Prints what is not for people to read as it is, where nobody would: not on a terminal.
pub fn bytes(content: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        anyhow::bail!("This is not for a terminal. Give --out FILE, or send it on to a program");
    }
    out.write_all(content)?;
    Ok(out.flush()?)
}

/// Sends the terminal a sequence of our own making, such as a notice.
pub fn sequence(sequence: &str) -> anyhow::Result<()> {
    print(sequence)
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Whether whoever reads has seen enough.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
