//! The keys that mean something here, straight from the table.

use crate::tui::app::App;
use crate::tui::keys::{Action, Scope};
use crate::tui::possible;
use crate::tui::theme::Look;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let mut spans = Vec::new();
    let mut used = 0;
    // What can be done to the incident comes before moving about.
    let mut scopes = app.scopes().to_vec();
    scopes.sort_by_key(|scope| *scope != Scope::Incident);
    let rows = scopes.iter().flat_map(|scope| app.keymap.rows(*scope));
    let help = hint_of(app, Action::Help);
    let room = usize::from(area.width).saturating_sub(help.chars().count() + 2);
    for (row, keys) in rows.filter(|(row, _)| !row.word.is_empty() && row.action != Action::Help) {
        let Some(key) = keys.first() else { continue };
        let key = format!(" {key}");
        let word = format!(" {} ", row.word);
        used += key.chars().count() + word.chars().count();
        if used > room {
            break;
        }
        let look = if possible::why(app, row.action).is_some() {
            Look::Quiet
        } else {
            Look::Text
        };
        let strong = if look == Look::Quiet {
            look
        } else {
            Look::Strong
        };
        spans.push(super::span(app, strong, key));
        spans.push(super::span(app, look, word));
    }
    frame.render_widget(Line::from(spans), area);
    super::right(frame, area, Line::from(super::span(app, Look::Text, help)));
}

/// Help is always the last word, because it leads to all the others.
fn hint_of(app: &App, action: Action) -> String {
    let found = app
        .scopes()
        .iter()
        .flat_map(|scope| app.keymap.rows(*scope))
        .find(|(row, _)| row.action == action);
    match found {
        Some((row, [key, ..])) => format!(" {key} {} ", row.word),
        Some(_) | None => String::new(),
    }
}
