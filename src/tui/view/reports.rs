//! A report of a month, with the others one key away.

use super::handover::document_lines;
use crate::domain::reporting::ReportKind;
use crate::report::render::text;
use crate::tui::app::{App, ReportSheet, ShownReport};
use crate::tui::keys::{Action, Scope};
use crate::tui::theme::Look;
use crate::tui::widget::table::row_of;
use crate::tui::widget::wrap::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(app: &App, sheet: &ReportSheet, frame: &mut Frame<'_>, area: Rect) {
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    let title = format!(" {}  {}", sheet.kind.title(), sheet.period);
    frame.render_widget(Span::raw(title), bar);
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    kinds(app, sheet.kind, frame, row_of(inside, 1));
    let below = Rect {
        y: inside.y + 2,
        height: inside.height.saturating_sub(2),
        ..inside
    };
    super::lines(
        app,
        frame,
        below,
        lines(app, sheet, below.width),
        sheet.scroll,
    );
}

/// What stands under the headings, in so many columns.
pub(in crate::tui) fn lines(app: &App, sheet: &ReportSheet, width: u16) -> Vec<Line<'static>> {
    let columns = usize::from(width);
    match &sheet.shown {
        ShownReport::Awaited => vec![Line::from("The server is making it …")],
        ShownReport::NotMade(sentence) => {
            let sentence = crate::text::lines(sentence).to_string();
            let line = Line::from(super::span(app, Look::Refused, sentence));
            wrapped(vec![line], columns)
        }
        ShownReport::Came(report) => document_lines(app, &text::lines(&report.document, columns)),
    }
}

fn kinds(app: &App, shown: ReportKind, frame: &mut Frame<'_>, area: Rect) {
    let mut spans = Vec::new();
    for kind in ReportKind::ALL {
        let look = if kind == shown {
            Look::Selection
        } else {
            Look::Quiet
        };
        spans.push(super::span(app, look, format!(" {kind} ")));
        spans.push(Span::raw(" "));
    }
    let key = |action| app.keymap.key_in(Scope::Report, action);
    let hint = format!(
        " {} and {} turn the {}",
        key(Action::EarlierMonth),
        key(Action::LaterMonth),
        if shown.is_yearly() { "year" } else { "month" }
    );
    spans.push(super::span(app, Look::Quiet, hint));
    frame.render_widget(Line::from(spans), area);
}
