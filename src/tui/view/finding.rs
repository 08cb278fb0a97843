//! The search: the line in which the question is typed, and what was found, the newest first.

use super::{right, span};
use crate::domain::calendar;
use crate::domain::incident::Incident;
use crate::domain::search;
use crate::text;
use crate::tui::app::App;
use crate::tui::finding::{Asked, Finding};
use crate::tui::theme::Look;
use crate::tui::widget::table::{Column, fit, page_start, row_of};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// What may be asked; it stands there until something else has to.
const HOW: &str = "Whole words or a reference; organisation: category: trend: state:open|ended \
     from:2026-01-31 to:2026-02-28";

const COLUMNS: [Column; 5] = [
    Column::fixed("REFERENCE", 13, 0),
    Column::fixed("LOGGED", 11, 1),
    Column::fixed("STAGE", 13, 1),
    Column::fixed("ORGANISATION", 12, 2),
    Column::flexible("TITLE", 20, 120, 0),
];

pub(super) fn draw(app: &App, finding: &Finding, frame: &mut Frame<'_>, area: Rect) {
    let bar = row_of(area, 0);
    frame
        .buffer_mut()
        .set_style(bar, app.theme.style(Look::Bar));
    frame.render_widget(Span::raw(" Search all incidents, open or closed"), bar);
    right(frame, bar, Line::from(told(finding)));
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    };
    question(app, finding, frame, row_of(inside, 0));
    let below = Rect {
        y: inside.y + 2,
        height: inside.height.saturating_sub(2),
        ..inside
    };
    match finding.found() {
        Some(found) if !found.incidents.is_empty() => {
            rows(app, &found.incidents, finding.at, frame, below);
        }
        Some(_) | None => {
            let (look, sentence) = instead(finding);
            let line = Line::from(span(app, look, text::line(&sentence).to_string()));
            super::lines(app, frame, below, vec![line], 0);
        }
    }
}

fn question(app: &App, finding: &Finding, frame: &mut Frame<'_>, area: Rect) {
    frame.render_widget(span(app, Look::Strong, "> "), area);
    let typing = Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(2),
        ..area
    };
    let look = app.theme.style(Look::Text);
    finding.input.draw(frame, typing, look);
    finding.input.place_cursor(frame, typing);
}

/// How many there are.
fn told(finding: &Finding) -> String {
    match finding.found() {
        Some(found) if found.more => format!("the newest {} ", found.incidents.len()),
        Some(found) => format!("{} found ", found.incidents.len()),
        None => String::new(),
    }
}

/// What stands where no rows are.
pub(in crate::tui) fn instead(finding: &Finding) -> (Look, String) {
    let asked = finding.asked.as_ref();
    match asked.filter(|asked| asked.text == finding.input.value().trim()) {
        None => (Look::Quiet, HOW.to_owned()),
        Some(Asked { found: None, .. }) => (Look::Quiet, "Asking the server …".to_owned()),
        Some(Asked {
            found: Some(Err(problem)),
            ..
        }) => (Look::Refused, problem.clone()),
        Some(Asked {
            found: Some(Ok(_)), ..
        }) => (Look::Text, search::NOTHING_FOUND.to_owned()),
    }
}

fn rows(app: &App, incidents: &[Incident], at: usize, frame: &mut Frame<'_>, area: Rect) {
    let places = fit(&COLUMNS, area.width.saturating_sub(2));
    let headings = COLUMNS.map(|column| column.title.to_owned());
    row(
        app,
        Look::Quiet,
        "  ",
        &headings,
        &places,
        frame,
        row_of(area, 0),
    );
    let page = area.height.saturating_sub(1);
    let first = page_start(at, page);
    for line in 0..page {
        let place = first + usize::from(line);
        let Some(incident) = incidents.get(place) else {
            break;
        };
        let (look, sign) = if place == at {
            (Look::Selection, "▌ ")
        } else {
            (Look::Text, "  ")
        };
        let cells = cells(app, incident);
        row(
            app,
            look,
            sign,
            &cells,
            &places,
            frame,
            row_of(area, line + 1),
        );
    }
}

fn cells(app: &App, incident: &Incident) -> [String; 5] {
    [
        incident.name(),
        calendar::local(incident.logged_at)
            .format("%-d %b %Y")
            .to_string(),
        incident.status.name().to_owned(),
        app.present()
            .directory
            .organisation_name(incident.home())
            .to_owned(),
        incident.title.to_string(),
    ]
}

fn row(
    app: &App,
    look: Look,
    sign: &str,
    cells: &[String; 5],
    places: &[(usize, u16, u16)],
    frame: &mut Frame<'_>,
    area: Rect,
) {
    frame.buffer_mut().set_style(area, app.theme.style(look));
    frame.render_widget(Span::raw(sign), area);
    for (column, x, width) in places {
        let place = Rect {
            x: area.x + 2 + x,
            width: *width,
            ..area
        };
        let cell = text::line(&cells[*column]).truncated(usize::from(*width));
        frame.render_widget(Span::raw(cell.to_string()), place);
    }
}
