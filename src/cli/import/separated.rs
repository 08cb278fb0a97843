//! Columns of text: by what they are separated is found out from the heading.
//!
//! Lines are those of the file, as an editor shows them: also with CR LF, with line breaks inside a
//! quoted cell, and with empty lines between.

use super::rows::{Row, Table, Unreadable};
use crate::encoding::{self, Decoded};
use csv::{ErrorKind, Reader, ReaderBuilder};
use std::cmp::Reverse;

/// What may stand between columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Comma => "commas",
            Self::Semicolon => "semicolons",
            Self::Tab => "tabs",
        }
    }

    fn reader(self, text: &str) -> Reader<&[u8]> {
        ReaderBuilder::new()
            .delimiter(self.byte())
            .from_reader(text.as_bytes())
    }

    /// The headings that the first line has if this stands between them.
    fn headings(self, text: &str) -> Vec<String> {
        let mut reader = self.reader(text);
        let headings = reader.headers().map(|headings| headings.iter());
        headings.map_or_else(
            |_| Vec::new(),
            |headings| headings.map(|name| name.trim().to_owned()).collect(),
        )
    }

    /// The one that gives the columns that a mapping names; else the most columns.
    fn of(text: &str, wanted: &[&str]) -> Self {
        let fits = |separator: &Self| {
            let headings = separator.headings(text);
            let named = wanted
                .iter()
                .filter(|column| headings.iter().any(|name| name == *column));
            Reverse((named.count(), headings.len()))
        };
        let mut all = Self::ALL;
        all.sort_by_key(fits);
        all[0]
    }
}

/// Every row below the heading.
pub(super) fn read(written: &Decoded, wanted: &[&str]) -> Table {
    let (separator, begins) = match told(&written.text) {
        Some(told) => told,
        None => (Separator::of(&written.text, wanted), 0),
    };
    let text = &written.text[begins..];
    let columns = separator.headings(text);
    let read_as = match columns.len() {
        0 | 1 => format!("{}, one column", written.encoding.name()),
        _ => format!(
            "{}, columns separated by {}",
            written.encoding.name(),
            separator.name()
        ),
    };
    let mut lines = Lines::of(&written.text);
    let mut reader = separator.reader(text);
    let records = reader.records().map(|record| match record {
        Ok(record) => {
            let at = record.position().map_or(0, csv::Position::byte);
            let cells = record.iter().map(str::to_owned).collect();
            Row::under(&columns, lines.at(begins, at), cells)
        }
        Err(error) => {
            let at = error.position().map_or(0, csv::Position::byte);
            let line = lines.at(begins, at);
            let problem = in_words(&error);
            Err(Unreadable { line, problem })
        }
    });
    let rows = records.collect();
    Table {
        columns,
        rows,
        read_as,
    }
}

/// A first line as Excel understands it, `sep=;`, and where the heading begins after it.
fn told(text: &str) -> Option<(Separator, usize)> {
    let line = text.lines().next()?;
    let told = line.trim_matches('"').strip_prefix("sep=")?;
    let is_it = |separator: &Separator| told.as_bytes() == [separator.byte()];
    let separator = Separator::ALL.into_iter().find(is_it)?;
    let rest = &text[line.len()..];
    let rest = rest.strip_prefix('\r').unwrap_or(rest);
    let rest = rest.strip_prefix('\n').unwrap_or(rest);
    Some((separator, text.len() - rest.len()))
}

fn in_words(error: &csv::Error) -> String {
    match error.kind() {
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("It has {len} cells where the heading has {expected_len}"),
        _ => error.to_string(),
    }
}

/// The lines of a text, asked for in their order: each stretch is counted once.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The line of what is read from this byte on: line breaks before it belong to what was before.
    fn at(&mut self, begins: usize, byte: u64) -> u64 {
        let byte = begins + usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.text.get(byte..).unwrap_or_default();
        let breaks = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let to = (byte + breaks).clamp(self.at, self.text.len());
        self.line += encoding::line_at(&self.text[self.at..], to - self.at) - 1;
        self.at = to;
        self.line
    }
}
