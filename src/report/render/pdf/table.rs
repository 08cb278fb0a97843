//! Tables on paper: columns as wide as they need, as long as there is room for all.

use super::sheet::{Ink, ROOM, Sheet, Weight};
use crate::report::document::{Row, Stress, Table};
use crate::text;

/// The size of type in a table.
const SIZE: f32 = 8.0;

/// From one line to the next.
const LINE: f32 = 10.5;

/// White around a cell.
const PADDING: f32 = 4.0;

/// Puts a table on the sheet; its headings stand again on each page that it goes on to.
pub(super) fn put(sheet: &mut Sheet<'_>, table: &Table) {
    let heading = Row {
        cells: table.columns.clone(),
        stress: Stress::Plain,
    };
    let widths = widths(sheet, table);
    put_row(sheet, &heading, &widths, Weight::Bold);
    for row in &table.rows {
        let height = height(&folded(sheet, row, &widths, Weight::Regular));
        if sheet.keep_together(height) {
            put_row(sheet, &heading, &widths, Weight::Bold);
        }
        put_row(sheet, row, &widths, Weight::Regular);
    }
}

fn put_row(sheet: &mut Sheet<'_>, row: &Row, widths: &[f32], weight: Weight) {
    let cells = folded(sheet, row, widths, weight);
    let height = height(&cells);
    match (row.stress, weight) {
        (Stress::Late, _) => sheet.fill((-4.0, 0.5), (2.5, height - 1.0), Ink::Late),
        (Stress::Soon, _) => sheet.fill((-4.0, 0.5), (2.5, height - 1.0), Ink::Soon),
        (Stress::Plain, Weight::Bold) => sheet.fill((0.0, 0.0), (ROOM, height), Ink::Pale),
        (Stress::Plain, Weight::Regular) => {}
    }
    let mut x = 0.0;
    for (lines, width) in cells.iter().zip(widths) {
        for (place, line) in (0u16..).zip(lines) {
            let below = PADDING / 2.0 + f32::from(place) * LINE;
            sheet.text_at((x + PADDING, below), SIZE, weight, Ink::Dark, line);
        }
        x += width;
    }
    sheet.fill((0.0, height - 0.25), (ROOM, 0.25), Ink::Grey);
    sheet.space(height);
}

/// The lines of each cell.
fn folded(sheet: &Sheet<'_>, row: &Row, widths: &[f32], weight: Weight) -> Vec<Vec<String>> {
    let cells = row.cells.iter().zip(widths);
    cells
        .map(|(cell, width)| {
            let cell = text::line(cell);
            sheet.folded(cell.as_str(), weight, SIZE, width - 2.0 * PADDING)
        })
        .collect()
}

fn height(cells: &[Vec<String>]) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
    f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * LINE + PADDING
}

/// As wide as the widest cell where that leaves room for all; else the widest columns give way, all to
/// the same width, and what is left over goes to the last.
fn widths(sheet: &Sheet<'_>, table: &Table) -> Vec<f32> {
    let wanted: Vec<f32> = (0..table.columns.len())
        .map(|place| wanted(sheet, table, place))
        .collect();
    let mut widths = capped(&wanted, ROOM);
    let used: f32 = widths.iter().sum();
    if let Some(last) = widths.last_mut() {
        *last += (ROOM - used).max(0.0);
    }
    widths
}

fn wanted(sheet: &Sheet<'_>, table: &Table, place: usize) -> f32 {
    let width = |cell: Option<&String>, weight| {
        let cell = cell.map(|cell| text::line(cell));
        cell.map_or(0.0, |cell| sheet.width(cell.as_str(), weight, SIZE))
    };
    let heading = width(table.columns.get(place), Weight::Bold);
    let cells = table.rows.iter();
    let cells = cells.map(|row| width(row.cells.get(place), Weight::Regular));
    cells.fold(heading, f32::max) + 2.0 * PADDING + 0.5
}

/// The widths with the widest cut down so that all have room.
fn capped(wanted: &[f32], room: f32) -> Vec<f32> {
    let mut sorted = wanted.to_vec();
    sorted.sort_by(f32::total_cmp);
    let mut left = room;
    let mut cap = f32::INFINITY;
    for (place, width) in sorted.iter().enumerate() {
        let share = left / f32::from(u16::try_from(sorted.len() - place).unwrap_or(u16::MAX));
        if *width > share {
            cap = share;
            break;
        }
        left -= width;
    }
    wanted.iter().map(|width| width.min(cap)).collect()
}
