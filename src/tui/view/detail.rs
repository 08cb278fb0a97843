//! One incident: what it is, what comes next, and the tab that is open.

use super::{contacts, grade, overview, partners, preview, timeline, work};
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::text;
use crate::tui::app::{App, Tab};
use crate::tui::theme::Look;
use crate::tui::widget::table::row_of;
use crate::tui::widget::wrap::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    id: IncidentId,
    tab: Tab,
    scroll: usize,
) {
    let Some(incident) = app.replica.incident(id) else {
        let gone = "This incident is no longer known here. Esc goes back to the board";
        return frame.render_widget(super::span(app, Look::Stale, gone), area);
    };
    title(app, frame, row_of(area, 0), &incident);
    // A second row of it takes the blank one above the body.
    let next = preview::next_lines(app, &incident, area.width);
    let rows = u16::try_from(next.len()).unwrap_or(1);
    for (row, line) in (1..).zip(next) {
        frame.render_widget(line, row_of(area, row));
    }
    tabs(app, frame, row_of(area, 1 + rows), tab);
    let body = inside(area);
    let lines = lines(app, &incident, tab, body.width);
    super::lines(app, frame, body, lines, scroll);
}

/// Below title, next step and tabs.
fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 1,
        y: area.y + 4,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(4),
    }
}

pub(in crate::tui) fn lines(
    app: &App,
    incident: &Incident,
    tab: Tab,
    width: u16,
) -> Vec<Line<'static>> {
    match tab {
        Tab::Overview => overview::lines(app, incident, width),
        Tab::Contacts => contacts::lines(app, incident),
        Tab::Partners => partners::lines(app, incident, width),
        Tab::Grade => grade::lines(app, incident),
        Tab::Timeline => timeline::lines(app, incident.id),
        Tab::Work => work::lines(app, incident),
    }
}

/// How far a tab can be scrolled before its last line is on the screen.
pub(in crate::tui) fn most_scroll(app: &App, id: IncidentId, tab: Tab) -> usize {
    let Some(incident) = app.replica.incident(id) else {
        return 0;
    };
    let body = inside(super::page(app));
    let lines = wrapped(lines(app, &incident, tab, body.width), body.width.into());
    lines.len().saturating_sub(body.height.into())
}

fn title(app: &App, frame: &mut Frame<'_>, area: Rect, incident: &Incident) {
    let marks = app.replica.marks(incident.id);
    let (look, delivery) = if marks.refused > 0 {
        (Look::Refused, "✗ refused ".to_owned())
    } else if marks.unsent > 0 {
        (Look::Unsent, format!("↑ unsent {} ", marks.unsent))
    } else {
        (Look::Text, String::new())
    };
    let state = format!(
        "P{} {} ",
        incident.priority() as u8 + 1,
        if incident.is_major() {
            "major"
        } else {
            incident.status.name()
        }
    );
    let taken = delivery.chars().count() + state.chars().count() + incident.name().len() + 4;
    let room = usize::from(area.width).saturating_sub(taken);
    let line = Line::from(vec![
        super::span(app, Look::Strong, format!(" {}  ", incident.name())),
        Span::raw(text::line(&incident.title).truncated(room).to_string()),
    ]);
    frame.render_widget(line, area);
    let right = Line::from(vec![
        super::span(app, look, delivery),
        super::span(app, Look::Strong, state),
    ]);
    super::right(frame, area, right);
}

fn tabs(app: &App, frame: &mut Frame<'_>, area: Rect, shown: Tab) {
    let mut spans = vec![Span::raw(" ")];
    for (place, tab) in Tab::ALL.into_iter().enumerate() {
        let look = if tab == shown {
            Look::Selection
        } else {
            Look::Text
        };
        spans.push(super::span(
            app,
            look,
            format!(" {} {} ", place + 1, tab.name()),
        ));
        spans.push(super::span(app, Look::Frame, "│"));
    }
    spans.pop();
    frame.render_widget(Line::from(spans), area);
}
