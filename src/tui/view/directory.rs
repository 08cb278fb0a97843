//! The directory: its sections, the rows of one of them, and below them all that the selected row
//! says.

use crate::text;
use crate::tui::app::{App, Overlay};
use crate::tui::directory::{Place, Row, Section, rows};
use crate::tui::theme::Look;
use crate::tui::widget::table::{self, page_start, row_of};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Rows that the selected row's sentence may take, with the rule above it.
const BELOW: u16 = 4;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, place: &Place) {
    let rows = rows(place.section, &app.present());
    let selected = place.found(&rows);
    sections(app, frame, row_of(area, 0), place.section);
    let columns = table::fit(place.section.columns(), area.width.saturating_sub(1));
    headings(app, frame, row_of(area, 1), place.section, &columns);
    let list = Rect {
        y: area.y + 2,
        height: area.height.saturating_sub(2 + BELOW),
        ..area
    };
    let first = page_start(selected, list.height);
    let shown = rows.iter().enumerate().skip(first);
    for (offset, (at, row)) in (0..list.height).zip(shown) {
        draw_row(
            app,
            frame,
            row_of(list, offset),
            row,
            at == selected,
            &columns,
        );
    }
    if rows.is_empty() {
        let nothing = super::span(
            app,
            Look::Met,
            "  Nothing is missing, and nothing soon will be",
        );
        frame.render_widget(nothing, row_of(list, 1));
    }
    let below = Rect {
        y: list.bottom(),
        height: BELOW.min(area.height),
        ..area
    };
    in_full(
        app,
        frame,
        below,
        rows.get(selected),
        (selected, rows.len()),
    );
}

fn sections(app: &App, frame: &mut Frame<'_>, area: Rect, shown: Section) {
    frame
        .buffer_mut()
        .set_style(area, app.theme.style(Look::Bar));
    let mut spans = vec![Span::raw(" Directory  ")];
    for (place, section) in Section::ALL.into_iter().enumerate() {
        let name = format!(" {} {} ", place + 1, section.name());
        spans.push(if section == shown {
            super::span(app, Look::Selection, name)
        } else {
            Span::raw(name)
        });
    }
    frame.render_widget(Line::from(spans), area);
}

fn headings(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    section: Section,
    columns: &[(usize, u16, u16)],
) {
    for (index, x, width) in columns {
        let title = section.columns()[*index].title;
        frame.render_widget(super::span(app, Look::Quiet, title), cell(area, *x, *width));
    }
}

/// One column to the right, where the sign of the selection leaves room.
fn cell(area: Rect, x: u16, width: u16) -> Rect {
    Rect {
        x: area.x + 1 + x,
        width: width.min(area.width.saturating_sub(1 + x)),
        ..area
    }
}

fn draw_row(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    row: &Row,
    is_selected: bool,
    columns: &[(usize, u16, u16)],
) {
    for (index, x, width) in columns {
        let Some((look, words)) = row.cells.get(*index) else {
            continue;
        };
        let words = text::line(words).truncated(usize::from(*width)).to_string();
        frame.render_widget(super::span(app, *look, words), cell(area, *x, *width));
    }
    if is_selected {
        frame.render_widget(super::span(app, Look::Selection, "▌"), area);
        frame
            .buffer_mut()
            .set_style(area, app.theme.style(Look::Selection));
    }
}

fn in_full(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    row: Option<&Row>,
    (at, count): (usize, usize),
) {
    let rule = "─".repeat(usize::from(area.width));
    frame.render_widget(super::span(app, Look::Frame, rule), row_of(area, 0));
    let Some(row) = row else { return };
    let place = format!(" {} of {count} ", at + 1);
    super::right(
        frame,
        row_of(area, 0),
        Line::from(super::span(app, Look::Quiet, place)),
    );
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    super::lines(
        app,
        frame,
        inside,
        vec![Line::from(row.sentence.clone())],
        0,
    );
}

/// Whether it lies somewhere under what is shown.
pub(super) fn is_open(app: &App) -> bool {
    let mut overlays = app.overlays.iter();
    overlays.any(|overlay| matches!(overlay, Overlay::Directory(_)))
}

/// How many rows of the list are seen at once.
pub(in crate::tui) fn page(app: &App) -> usize {
    let body = super::page(app);
    usize::from(body.height.saturating_sub(2 + BELOW)).max(1)
}
