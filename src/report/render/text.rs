//! For a terminal, a mail or paper: lines of at most so many columns.
//!
//! The screen draws these very lines in its own looks, so they come with what each of them is. The
//! columns of a table stand in the order in which they matter, but for the last, which takes the room.

use super::{grid_line, percent};
use crate::report::document::{Block, Chart, Document, Row, Series, Share, Stress, Table};
use crate::text::{self, Printable};

/// One line, with what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// What it says; printable.
    pub text: String,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The title of the document.
    Title,
    /// The heading of a part, or over the columns of a table.
    Heading,
    /// A sentence, a figure, or nothing.
    Text,
    /// A row of a table.
    Row(Stress),
}

/// Blank columns between two columns of a table.
const GAP: usize = 2;

/// Narrower than this the last column of a table would be a ladder of single words: on a screen the
/// column before it, which matters least, is left out then.
const NARROWEST: usize = 18;

/// How many columns the longest bar of a chart takes.
const BAR: usize = 30;
/// The same of a share, whose label says more.
const SHARE_BAR: usize = 20;

/// A moment is never folded, so no column is made narrower than one: `Sat 13 Jun 09:00 BST`.
const MOMENT: usize = 20;

/// How many columns paper has; a table that needs more gets more.
const PAPER: usize = 120;

/// Where lines are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On a screen, which has so many columns and no more.
    Screen,
    /// On paper, where nothing may be left out.
    Paper,
}

/// The document as text, with every column of every table.
pub fn write(document: &Document) -> String {
    read_on(Place::Paper, document, PAPER)
        .into_iter()
        .map(|line| line.text + "\n")
        .collect()
}

/// The document line by line, for a screen of so many columns.
pub fn lines(document: &Document, columns: usize) -> Vec<Line> {
    read_on(Place::Screen, document, columns)
}

fn read_on(place: Place, document: &Document, columns: usize) -> Vec<Line> {
    let mut lines = vec![line(Kind::Title, text::line(&document.title))];
    for lead in &document.lead {
        lines.extend(paragraph(lead, columns));
    }
    for section in &document.sections {
        lines.push(line(Kind::Text, ""));
        lines.push(line(Kind::Heading, text::line(&section.heading)));
        for block in &section.blocks {
            lines.extend(match block {
                Block::Paragraph { text } => paragraph(text, columns),
                Block::Table(table) => of_table(place, table, columns),
                Block::Chart(chart) => of_chart(chart),
            });
        }
    }
    lines
}

fn line(kind: Kind, text: impl ToString) -> Line {
    let mut text = text.to_string();
    text.truncate(text.trim_end().len());
    Line { kind, text }
}

fn paragraph(outside: &str, columns: usize) -> Vec<Line> {
    let shown = text::lines(outside).to_string();
    let folded = shown.split('\n').flat_map(|part| folded(part, columns));
    folded.map(|part| line(Kind::Text, part)).collect()
}

fn of_table(place: Place, table: &Table, columns: usize) -> Vec<Line> {
    let heading = Row {
        cells: table.columns.clone(),
        stress: Stress::Plain,
    };
    let cells = |row: &Row| -> Vec<Printable<'static>> {
        let cells = row.cells.iter();
        cells.map(|cell| text::line(cell).into_owned()).collect()
    };
    let kinds = std::iter::once((Kind::Heading, &heading));
    let rows = table.rows.iter().map(|row| (Kind::Row(row.stress), row));
    let all: Vec<(Kind, Vec<Printable<'_>>)> = kinds
        .chain(rows)
        .map(|(kind, row)| (kind, cells(row)))
        .collect();
    let mut widths: Vec<usize> = (0..table.columns.len())
        .map(|place| {
            let cells = all.iter().filter_map(|(_, cells)| cells.get(place));
            cells.map(Printable::width).max().unwrap_or_default()
        })
        .collect();
    let widest = (columns / 4).max(MOMENT);
    for width in widths.iter_mut().rev().skip(1) {
        *width = (*width).min(widest);
    }
    let mut all = all;
    while place == Place::Screen && widths.len() > 2 && room(&widths, columns) < NARROWEST {
        let least = widths.len() - 2;
        widths.remove(least);
        for (_, cells) in &mut all {
            cells.remove(least);
        }
    }
    all.iter()
        .flat_map(|(kind, cells)| of_row(*kind, cells, &widths, columns))
        .collect()
}

/// What is left for the last column.
fn room(widths: &[usize], columns: usize) -> usize {
    let before = widths.iter().rev().skip(1).map(|width| width + GAP);
    columns.saturating_sub(before.sum())
}

/// A cell is folded in its own column where it does not fit.
fn of_row(kind: Kind, cells: &[Printable<'_>], widths: &[usize], columns: usize) -> Vec<Line> {
    let last = room(widths, columns).max(NARROWEST);
    let rooms = widths.iter().rev().skip(1).rev().copied().chain([last]);
    let folded: Vec<(usize, Vec<String>)> = cells
        .iter()
        .zip(rooms)
        .map(|(cell, room)| (room, folded(cell.as_str(), room)))
        .collect();
    let height = folded.iter().map(|(_, parts)| parts.len()).max();
    (0..height.unwrap_or_default())
        .map(|place| {
            let parts = folded.iter().map(|(room, parts)| {
                let part = parts.get(place).map_or("", String::as_str);
                padded(part, room + GAP)
            });
            line(kind, parts.collect::<String>())
        })
        .collect()
}

/// The words of a text in lines of at most so many columns; a longer word stands alone.
fn folded(shown: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in shown.split(' ') {
        let Some(last) = lines.last_mut() else { break };
        let (taken, wanted) = (text::line(last).width(), text::line(word).width());
        if taken == 0 {
            last.push_str(word);
        } else if taken + 1 + wanted <= columns {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn of_chart(chart: &Chart) -> Vec<Line> {
    match chart {
        Chart::Bars {
            title,
            labels,
            series,
        } => titled(title, of_bars(labels, series)),
        Chart::Shares { title, shares } => titled(title, of_shares(shares)),
        Chart::Grid {
            title,
            counts,
            line,
        } => {
            let mut rows = of_grid(counts);
            rows.push(grid_line(*line));
            titled(title, rows)
        }
    }
}

fn titled(title: &str, figures: Vec<String>) -> Vec<Line> {
    std::iter::once(line(Kind::Heading, text::line(title)))
        .chain(figures.into_iter().map(|figure| line(Kind::Text, figure)))
        .collect()
}

/// One bar a label, each series in a sign of its own.
fn of_bars(labels: &[String], series: &[Series]) -> Vec<String> {
    const SIGNS: [char; 4] = ['█', '▒', '▓', '░'];
    let count = |series: &Series, place: usize| series.counts.get(place).copied().unwrap_or(0);
    let total = |place| series.iter().map(|one| count(one, place)).sum::<u32>();
    let most = (0..labels.len()).map(total).max().unwrap_or(0).max(1);
    let signs = series.iter().zip(SIGNS.iter().cycle());
    let legend = signs
        .clone()
        .filter(|_| series.len() > 1)
        .map(|(series, sign)| format!("{sign} {}", text::line(&series.name)));
    let legend = legend.collect::<Vec<_>>().join("  ");
    let width = widest(labels);
    let bars = labels.iter().enumerate().map(|(place, label)| {
        let bar: String = signs
            .clone()
            .map(|(one, sign)| {
                sign.to_string()
                    .repeat(length(count(one, place), most, BAR))
            })
            .collect();
        let label = padded(label, width);
        format!("{label}  {bar} {}", total(place))
    });
    Some(legend)
        .filter(|legend| !legend.is_empty())
        .into_iter()
        .chain(bars)
        .collect()
}

fn of_shares(shares: &[Share]) -> Vec<String> {
    let labels: Vec<String> = shares.iter().map(|share| share.label.clone()).collect();
    let width = widest(&labels);
    let bar = |share: &Share| {
        let filled = length(share.part, share.of.max(1), SHARE_BAR);
        let bar = format!("{}{}", "█".repeat(filled), "░".repeat(SHARE_BAR - filled));
        let label = padded(&share.label, width);
        let percent = percent(share.percent());
        format!("{label}  {bar} {percent} ({} of {})", share.part, share.of)
    };
    shares.iter().map(bar).collect()
}

fn of_grid(counts: &[[u32; 5]; 5]) -> Vec<String> {
    let cell = |count: u32| match count {
        0 => "    ·".to_owned(),
        count => format!("{count:>5}"),
    };
    let rows = counts.iter().enumerate().rev().map(|(place, row)| {
        let cells: String = row.iter().copied().map(cell).collect();
        format!("severity {} {cells}", place + 1)
    });
    let likelihoods: String = (1..=5)
        .map(|likelihood| format!("{likelihood:>5}"))
        .collect();
    rows.chain([format!("likelihood {likelihoods}")]).collect()
}

/// How long a bar is: something is never nothing, and only all of it is all of it.
fn length(part: u32, whole: u32, longest: usize) -> usize {
    let (part, whole) = (part as usize, whole as usize);
    match part * longest / whole.max(1) {
        0 if part > 0 => 1,
        length => length.min(longest),
    }
}

fn widest(labels: &[String]) -> usize {
    let widths = labels.iter().map(|label| text::line(label).width());
    widths.max().unwrap_or_default()
}

fn padded(label: &str, width: usize) -> String {
    let label = text::line(label);
    format!("{label}{}", " ".repeat(width.saturating_sub(label.width())))
}
