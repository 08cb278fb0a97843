//! The handover sheet: who holds the desk, who is next, and what the next officer must know.

use crate::domain::rota::{self, Tier};
use crate::report::document::Stress;
use crate::report::render::text::{self, Kind};
use crate::tui::app::App;
use crate::tui::sheet;
use crate::tui::theme::Look;
use crate::tui::widget::table::row_of;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, scroll: usize) {
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    frame.render_widget(Span::raw(" Handover"), bar);
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    let lines = lines(app, inside.width);
    super::lines(app, frame, inside, lines, scroll);
}

/// The whole sheet, with what can be done about the desk.
pub(in crate::tui) fn lines(app: &App, width: u16) -> Vec<Line<'static>> {
    if let Some(loading) = app.not_loaded() {
        return vec![Line::from(super::span(app, Look::Quiet, loading))];
    }
    let document = sheet::handover(app);
    let hint = hint(app).map(|hint| Line::from(super::span(app, Look::Next, hint)));
    hint.into_iter()
        .chain(document_lines(
            app,
            &text::lines(&document, usize::from(width)),
        ))
        .collect()
}

/// The lines of a document in the looks of their meanings; the title stands in the bar.
pub(super) fn document_lines(app: &App, lines: &[text::Line]) -> Vec<Line<'static>> {
    let lines = lines.iter().filter(|line| line.kind != Kind::Title);
    lines
        .map(|line| {
            let look = match line.kind {
                Kind::Title | Kind::Heading => Look::Strong,
                Kind::Text | Kind::Row(Stress::Plain) => Look::Text,
                Kind::Row(Stress::Soon) => Look::Soon,
                Kind::Row(Stress::Late) => Look::Overdue,
            };
            Line::from(super::span(app, look, line.text.clone()))
        })
        .collect()
}

/// What Enter does here.
fn hint(app: &App) -> Option<&'static str> {
    let present = app.present();
    let shifts = &present.directory.shifts;
    let next = rota::next_shift(shifts, Tier::First, present.now)?;
    let mine = next.person == *present.me;
    let holds = rota::on_call(shifts, Tier::First, present.now)
        .is_some_and(|shift| shift.person == *present.me);
    Some(match (mine, holds) {
        (true, _) => "Enter takes over the desk",
        (false, true) => "Enter offers the desk to the next officer, with a note",
        (false, false) => "Only the officer who holds the desk can hand it over",
    })
}
