//! Drawing: the console as it is, on a frame. It reads and nothing else.
//!
//! ```text
//! header        who, where, how fresh, what time
//! body          the board with its preview, or the detail of an incident; a form over either
//! banner        what must not be missed
//! footer        the keys that mean something here
//! ```
//!
//! Every text from outside passes `text::line` on its way; rows that are not seen are not built.

pub(super) mod alarms;
pub(super) mod banner;
pub(super) mod board;
pub(super) mod clocks;
mod contacts;
pub(super) mod detail;
pub(super) mod directory;
pub(super) mod finding;
mod footer;
mod form;
pub(super) mod grade;
pub(super) mod handoff;
pub(super) mod handover;
pub(super) mod header;
pub mod layout;
pub(super) mod link;
mod overlay;
mod overview;
mod partners;
pub(super) mod preview;
pub(super) mod problems;
pub(super) mod reports;
mod timeline;
mod work;

use super::app::{App, Overlay, Screen};
use super::form::Form;
use super::theme::Look;
use super::widget::input::Input;
use super::widget::wrap::wrapped;
use layout::Regions;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Wrap};

/// Draws the console.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    frame
        .buffer_mut()
        .set_style(area, app.theme.style(Look::Text));
    if layout::is_too_small((area.width, area.height)) {
        return too_small(app, frame, area);
    }
    let regions = layout::regions(area);
    header::draw(app, frame, regions.header);
    body(app, frame, &regions);
    banner::draw(app, frame, regions.banner);
    footer::draw(app, frame, regions.footer);
}

/// The part of the screen that a page has: less what a long notice takes.
pub(super) fn page(app: &App) -> Rect {
    let (width, height) = app.size;
    let body = layout::regions(Rect::new(0, 0, width, height)).body;
    Rect {
        height: body.height.saturating_sub(banner::covered(app)),
        ..body
    }
}

fn body(app: &App, frame: &mut Frame<'_>, regions: &Regions) {
    // The rows of the board hold still, and a notice covers the preview under them.
    let is_board = app.screen == Screen::Board
        && matches!(
            app.overlays.last(),
            Some(Overlay::Question(_) | Overlay::Filter(..)) | None
        );
    let paged = Regions {
        body: page(app),
        ..*regions
    };
    let regions = if is_board { regions } else { &paged };
    match app.overlays.last() {
        Some(Overlay::Form(shown)) => return form::draw(app, shown, frame, regions.body),
        Some(
            Overlay::Palette(_)
            | Overlay::Help(_)
            | Overlay::People(..)
            | Overlay::Problems(..)
            | Overlay::Steps(..)
            | Overlay::Export(..),
        ) => {
            return overlay::list(app, frame, regions.body);
        }
        Some(Overlay::Report(sheet)) => {
            return reports::draw(app, sheet, frame, regions.body);
        }
        Some(Overlay::Handover(scroll)) => {
            return handover::draw(app, frame, regions.body, *scroll);
        }
        Some(Overlay::Connection(scroll)) => {
            return link::draw(app, frame, regions.body, *scroll);
        }
        Some(Overlay::Directory(place)) => {
            return directory::draw(app, frame, regions.body, place);
        }
        Some(Overlay::Alarms(place)) => {
            return alarms::draw(app, frame, regions.body, *place);
        }
        Some(Overlay::Search(shown)) => {
            return finding::draw(app, shown, frame, regions.body);
        }
        Some(Overlay::Handoff(shown)) => {
            return handoff::draw(app, shown, frame, regions.body);
        }
        Some(Overlay::Seal(input, problem)) => {
            return seal(app, input, problem.as_deref(), frame, regions.body);
        }
        Some(Overlay::Question(_)) if over_form(app).is_some() => {
            if let Some(shown) = over_form(app) {
                form::draw(app, shown, frame, regions.body);
            }
            return over(app, frame, regions);
        }
        Some(Overlay::Question(_) | Overlay::Refusal(_) | Overlay::Filter(..)) | None => {}
    }
    match app.screen {
        Screen::Board => board::draw(app, frame, regions.body),
        Screen::Detail {
            incident,
            tab,
            scroll,
        } => {
            detail::draw(app, frame, regions.body, incident, tab, scroll);
        }
        Screen::Problems { selected } => problems::list(app, selected, frame, regions.body),
        Screen::Problem { problem, at } => problems::one(app, problem, at, frame, regions.body),
    }
    over(app, frame, regions);
}

/// What lies over the screen without hiding it.
fn over(app: &App, frame: &mut Frame<'_>, regions: &Regions) {
    match app.overlays.last() {
        Some(Overlay::Question(question)) => overlay::question(app, question, frame, regions.body),
        Some(Overlay::Refusal(sentence)) => overlay::refusal(app, sentence, frame, regions.body),
        Some(Overlay::Filter(line)) => overlay::filter(app, line, frame, regions.body),
        Some(_) | None => {}
    }
}

/// The form that what lies on top is about.
fn over_form(app: &App) -> Option<&Form> {
    let below = app.overlays.len().checked_sub(2)?;
    match app.overlays.get(below) {
        Some(Overlay::Form(form)) => Some(form),
        Some(_) | None => None,
    }
}

/// The form that waits, and over it what is to be typed before it is sent.
fn seal(app: &App, input: &Input, problem: Option<&str>, frame: &mut Frame<'_>, area: Rect) {
    let below = app.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Form(form) => Some(form),
        _ => None,
    });
    if let Some(shown) = below {
        form::draw(app, shown, frame, area);
        overlay::seal(app, shown, input, problem, frame, area);
    }
}

fn too_small(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let sentence = format!(
        "nightdesk needs 60 columns and 16 rows. This terminal has {} and {}. Make it larger, or use nightdesk list",
        area.width, area.height
    );
    frame.render_widget(Clear, area);
    let text = Paragraph::new(sentence).wrap(Wrap { trim: true });
    frame.render_widget(text.style(app.theme.style(Look::Strong)), area);
}

/// A line that ends at the right edge of `area`, over what is there already.
fn right(frame: &mut Frame<'_>, area: Rect, line: Line<'_>) {
    let width = u16::try_from(line.width())
        .unwrap_or(u16::MAX)
        .min(area.width);
    let place = Rect {
        x: area.right() - width,
        width,
        ..area
    };
    frame.render_widget(line, place);
}

/// A heading over a part of a screen.
fn heading(app: &App, text: &str) -> Line<'static> {
    Line::from(Span::styled(text.to_owned(), app.theme.style(Look::Strong)))
}

/// A span in the look of its meaning.
fn span(app: &App, look: Look, text: impl Into<String>) -> Span<'static> {
    Span::styled(text.into(), app.theme.style(look))
}

/// Lines from the one that `scroll` names; long ones are wrapped.
fn lines(app: &App, frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'_>>, scroll: usize) {
    lines_by(app, frame, area, lines, scroll, "");
}

/// The same, with the key that shows more named where there is more.
fn lines_by(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    lines: Vec<Line<'_>>,
    scroll: usize,
    key: &str,
) {
    let lines = wrapped(lines, usize::from(area.width));
    let height = usize::from(area.height);
    let most = lines.len().saturating_sub(height);
    let first = scroll.min(most);
    let shown = lines
        .into_iter()
        .skip(first)
        .take(height)
        .collect::<Vec<_>>();
    frame.render_widget(Paragraph::new(shown), area);
    if most > 0 {
        let below = most - first;
        let hint = if below > 0 {
            format!(" {below} more ↓ {key}").trim_end().to_owned() + " "
        } else {
            " end ".to_owned()
        };
        let last = Rect {
            y: area.bottom() - 1,
            height: 1,
            ..area
        };
        right(frame, last, Line::from(span(app, Look::Quiet, hint)));
    }
}
