//! The hand-off sheet: the prepared answers, one of which can be copied.

use crate::domain::handoff::{NOTHING_FILED, Prepared};
use crate::domain::regulator::{Body, Known};
use crate::text;
use crate::tui::app::{App, Handoff};
use crate::tui::theme::Look;
use crate::tui::update::sheet;
use crate::tui::widget::table::row_of;
use crate::tui::widget::wrap::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(app: &App, handoff: &Handoff, frame: &mut Frame<'_>, area: Rect) {
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    let name = app.name_of(handoff.incident);
    frame.render_widget(Span::raw(format!(" Hand-off sheet  {name}")), bar);
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    bodies(app, handoff.body, frame, row_of(inside, 1));
    let warning = Line::from(super::span(app, Look::Soon, NOTHING_FILED));
    let mut list = Rect {
        y: inside.y + 2,
        height: inside.height.saturating_sub(2),
        ..inside
    };
    for line in wrapped(vec![warning, Line::default()], usize::from(inside.width)) {
        frame.render_widget(line, row_of(list, 0));
        list.y += 1;
        list.height = list.height.saturating_sub(1);
    }
    let Some(sheet) = sheet(app, handoff) else {
        let gone = "This incident is no longer known here. Esc goes back";
        return frame.render_widget(super::span(app, Look::Stale, gone), list);
    };
    answers(app, &sheet.answers, handoff.at, frame, list);
}

fn bodies(app: &App, shown: Body, frame: &mut Frame<'_>, area: Rect) {
    let spans: Vec<Span<'_>> = Body::ALL
        .into_iter()
        .map(|body| {
            let look = if body == shown {
                Look::Selection
            } else {
                Look::Text
            };
            super::span(app, look, format!(" {} ", body.name()))
        })
        .collect();
    frame.render_widget(Line::from(spans), area);
}

/// The answers around the one that keys act upon, which is whole on the screen.
fn answers(app: &App, answers: &[Prepared], at: usize, frame: &mut Frame<'_>, area: Rect) {
    let mut lines = Vec::new();
    let mut focus = 0..0;
    for (place, prepared) in answers.iter().enumerate() {
        let width = usize::from(area.width);
        let told = wrapped(answer(app, prepared, place == at), width);
        if place == at {
            focus = lines.len()..lines.len() + told.len();
        }
        lines.extend(told);
    }
    let height = usize::from(area.height);
    let first = focus.end.saturating_sub(height).min(focus.start);
    super::lines(app, frame, area, lines, first);
}

/// The whole sheet, an answer a line.
pub(in crate::tui) fn lines(app: &App, handoff: &Handoff) -> Vec<Line<'static>> {
    let mut lines = vec![Line::from(format!(
        "{} for {}. {NOTHING_FILED}",
        app.name_of(handoff.incident),
        handoff.body.name()
    ))];
    let answers = sheet(app, handoff).map_or_else(Vec::new, |sheet| sheet.answers);
    lines.extend(
        answers
            .iter()
            .map(|prepared| joined(answer(app, prepared, false))),
    );
    lines
}

/// Lines as one.
fn joined(lines: Vec<Line<'static>>) -> Line<'static> {
    let spans = lines.into_iter().flat_map(|line| line.spans);
    spans.collect::<Vec<_>>().into()
}

/// The question with how far it is known, and below it the answer.
fn answer(app: &App, prepared: &Prepared, is_selected: bool) -> Vec<Line<'static>> {
    let look = match prepared.known {
        Known::Given => Look::Met,
        Known::ToFollow => Look::Soon,
        Known::NotKnown => Look::Quiet,
    };
    let (sign, question) = if is_selected {
        ("▌ ", Look::Selection)
    } else {
        ("  ", Look::Strong)
    };
    let heading = Line::from(vec![
        super::span(app, question, format!("{sign}{}", prepared.question)),
        super::span(app, look, format!("  {}", prepared.known.name())),
    ]);
    let said = prepared.text.as_deref().map(text::line);
    let said = said.map(|said| Line::from(format!("  {said}")));
    std::iter::once(heading).chain(said).collect()
}
