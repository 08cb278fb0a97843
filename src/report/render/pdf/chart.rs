//! Charts on paper: bars, shares and the grid, each figure written beside or in what shows it.

use super::sheet::{Ink, ROOM, Sheet, Weight};
use crate::report::document::{Chart, Series, Share};
use crate::report::render::percent;
use crate::text;

/// The size of type in a chart.
const SIZE: f32 = 8.0;

/// How high a bar is, and from one to the next.
const BAR: f32 = 9.0;
const STEP: f32 = 13.0;

/// How wide the labels may be, and what stands after a bar.
const MOST_LABEL: f32 = 170.0;
const AFTER: f32 = 90.0;

/// How wide and high a cell of the grid is.
const CELL: (f32, f32) = (48.0, 22.0);

/// Puts a chart on the sheet.
pub(super) fn put(sheet: &mut Sheet<'_>, chart: &Chart) {
    match chart {
        Chart::Bars {
            title,
            labels,
            series,
        } => {
            titled(sheet, title);
            legend(sheet, series);
            bars(sheet, labels, series);
        }
        Chart::Shares { title, shares: all } => {
            titled(sheet, title);
            shares(sheet, all);
        }
        Chart::Grid {
            title,
            counts,
            line,
        } => {
            sheet.keep_together(SIZE * 3.0 + CELL.1 * 6.5);
            titled(sheet, title);
            grid(sheet, counts, *line);
        }
    }
}

fn titled(sheet: &mut Sheet<'_>, title: &str) {
    sheet.keep_together(SIZE * 2.0 + STEP * 3.0);
    sheet.space(3.0);
    let title = text::line(title);
    sheet.text(0.0, SIZE + 1.0, Weight::Bold, Ink::Dark, title.as_str());
    sheet.space(SIZE * 1.8);
}

fn legend(sheet: &mut Sheet<'_>, series: &[Series]) {
    if series.len() < 2 {
        return;
    }
    let mut x = 0.0;
    for (place, one) in series.iter().enumerate() {
        sheet.fill((x, 1.0), (BAR, BAR), Ink::Series(place));
        let name = text::line(&one.name);
        sheet.text(
            x + BAR + 3.0,
            SIZE,
            Weight::Regular,
            Ink::Dark,
            name.as_str(),
        );
        x += BAR + 15.0 + sheet.width(name.as_str(), Weight::Regular, SIZE);
    }
    sheet.space(STEP + 2.0);
}

fn bars(sheet: &mut Sheet<'_>, labels: &[String], series: &[Series]) {
    let label_width = label_width(sheet, labels);
    let count = |one: &Series, place: usize| one.counts.get(place).copied().unwrap_or(0);
    let total = |place| series.iter().map(|one| count(one, place)).sum::<u32>();
    let most = (0..labels.len()).map(total).max().unwrap_or(0).max(1);
    let unit = (ROOM - label_width - AFTER) / small(most);
    for (place, label) in labels.iter().enumerate() {
        sheet.keep_together(STEP);
        put_label(sheet, label, label_width);
        let mut x = label_width;
        for (shade, one) in series.iter().enumerate() {
            let width = small(count(one, place)) * unit;
            if width > 0.0 {
                sheet.fill((x, 0.5), (width, BAR), Ink::Series(shade));
            }
            x += width;
        }
        let parts: Vec<String> = series
            .iter()
            .map(|one| count(one, place).to_string())
            .collect();
        let figure = match parts.as_slice() {
            [one] => one.clone(),
            parts => format!("{} ({})", total(place), parts.join(" + ")),
        };
        sheet.text(x + 4.0, SIZE, Weight::Regular, Ink::Dark, &figure);
        sheet.space(STEP);
    }
}

fn shares(sheet: &mut Sheet<'_>, shares: &[Share]) {
    let labels: Vec<String> = shares.iter().map(|share| share.label.clone()).collect();
    let label_width = label_width(sheet, &labels);
    let room = ROOM - label_width - AFTER;
    for share in shares {
        sheet.keep_together(STEP);
        put_label(sheet, &share.label, label_width);
        let filled = room * small(share.part) / small(share.of.max(1));
        sheet.fill((label_width, 0.5), (room, BAR), Ink::Pale);
        if filled > 0.0 {
            sheet.fill((label_width, 0.5), (filled, BAR), Ink::Series(0));
        }
        let figure = format!(
            "{} ({} of {})",
            percent(share.percent()),
            share.part,
            share.of
        );
        let x = label_width + room + 4.0;
        sheet.text(x, SIZE, Weight::Regular, Ink::Dark, &figure);
        sheet.space(STEP);
    }
}

fn put_label(sheet: &mut Sheet<'_>, label: &str, width: f32) {
    let label = text::line(label);
    let lines = sheet.folded(label.as_str(), Weight::Regular, SIZE, width - 6.0);
    let shown = match lines.as_slice() {
        [] => String::new(),
        [whole] => whole.clone(),
        [first, ..] => format!("{first} …"),
    };
    sheet.text(0.0, SIZE, Weight::Regular, Ink::Dark, &shown);
}

fn label_width(sheet: &Sheet<'_>, labels: &[String]) -> f32 {
    let widths = labels.iter().map(|label| {
        let label = text::line(label);
        sheet.width(label.as_str(), Weight::Regular, SIZE)
    });
    (widths.fold(0.0, f32::max) + 8.0).min(MOST_LABEL)
}

/// The worst stands at the top right, as on the screen. A bar along their edges shows from which cells
/// on the regulator is told.
fn grid(sheet: &mut Sheet<'_>, counts: &[[u32; 5]; 5], line: (u8, u8)) {
    let most = counts.iter().flatten().copied().max().unwrap_or(0).max(1);
    let left = 62.0;
    for (row, severity) in (1u8..=5).rev().enumerate() {
        let below = place(row) * CELL.1;
        let heading = format!("Severity {severity}");
        sheet.text_at(
            (0.0, below + 7.0),
            SIZE,
            Weight::Regular,
            Ink::Dark,
            &heading,
        );
        for (column, likelihood) in (1u8..=5).enumerate() {
            let x = left + place(column) * CELL.0;
            let count = counts[usize::from(severity - 1)][usize::from(likelihood - 1)];
            let is_told = severity >= line.0 && likelihood >= line.1;
            cell(sheet, (x, below), (count, most), is_told);
        }
    }
    let below = CELL.1 * 5.0 + 2.0;
    for (column, likelihood) in (1u8..=5).enumerate() {
        let x = left + place(column) * CELL.0 + 2.0;
        let heading = format!("Likelihood {likelihood}");
        sheet.text_at((x, below), SIZE - 0.5, Weight::Regular, Ink::Dark, &heading);
    }
    sheet.space(below + SIZE * 2.0);
}

fn cell(sheet: &mut Sheet<'_>, at: (f32, f32), (count, most): (u32, u32), is_told: bool) {
    let (x, below) = at;
    let edge = if is_told { Ink::Dark } else { Ink::Grey };
    let thick = if is_told { 1.2 } else { 0.4 };
    sheet.fill(at, (CELL.0 - 2.0, CELL.1 - 2.0), edge);
    let inside = (CELL.0 - 2.0 - 2.0 * thick, CELL.1 - 2.0 - 2.0 * thick);
    let share = small(count) / small(most);
    sheet.fill((x + thick, below + thick), inside, Ink::White);
    sheet.fill((x + thick, below + thick), inside, Ink::Shade(share));
    let ink = if share > 0.6 { Ink::White } else { Ink::Dark };
    let figure = count.to_string();
    let width = sheet.width(&figure, Weight::Bold, SIZE + 1.0);
    let middle = x + (CELL.0 - 2.0 - width) / 2.0;
    sheet.text_at(
        (middle, below + 5.0),
        SIZE + 1.0,
        Weight::Bold,
        ink,
        &figure,
    );
}

fn place(number: usize) -> f32 {
    f32::from(u8::try_from(number).unwrap_or(u8::MAX))
}

/// Counts of a report are far below what a float holds exactly.
fn small(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
