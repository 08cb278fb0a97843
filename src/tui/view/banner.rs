//! What must not be missed: one line, the most pressing first, with how many more there are.

use crate::text;
use crate::tui::app::{App, Freshness};
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::theme::Look;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let said = sentences(app);
    let Some((look, first)) = said.first() else {
        return;
    };
    let more = match said.len() - 1 {
        0 => String::new(),
        more => format!("  (+{more})"),
    };
    let room = usize::from(area.width).saturating_sub(more.chars().count() + 2);
    let text = format!(" {}{more} ", text::line(first).truncated(room));
    frame.buffer_mut().set_style(area, app.theme.style(*look));
    frame.render_widget(Span::styled(text, app.theme.style(*look)), area);
}

/// Everything that is to be said, the most pressing first.
fn sentences(app: &App) -> Vec<(Look, String)> {
    let passing = app.notices.iter().filter(|notice| notice.until.is_some());
    let mut said: Vec<_> = passing
        .map(|notice| (notice.look, notice.text.clone()))
        .collect();
    said.extend(standing(app));
    said.extend(link(app));
    said.extend(unsent(app));
    said
}

/// What stays until it is dismissed.
pub(in crate::tui) fn standing(app: &App) -> Vec<(Look, String)> {
    let key = app.keymap.key_for(Action::Dismiss);
    let mut said = Vec::new();
    for refused in app.replica.outbox().refused() {
        let name = app.name_of(refused.unsent.incident);
        let deed = refused.unsent.command.name().replace('_', " ");
        said.push((
            Look::Banner,
            format!(
                "✗ {name}: {deed} was not carried out. {} [{key} dismisses]",
                refused.why
            ),
        ));
    }
    let staying = app.notices.iter().filter(|notice| notice.until.is_none());
    said.extend(staying.map(|notice| (Look::Banner, format!("{} [{key} dismisses]", notice.text))));
    said
}

/// What there is to say of the link, if it is not as it should be.
pub(in crate::tui) fn link(app: &App) -> Option<(Look, String)> {
    let trouble = app
        .trouble
        .as_ref()
        .map_or_else(String::new, |trouble| format!(". {trouble}"));
    match app.freshness() {
        Freshness::Connecting => (!trouble.is_empty()).then(|| {
            (
                Look::Stale,
                format!("▲ Trying to reach the server{trouble}"),
            )
        }),
        Freshness::Live => None,
        Freshness::Stale(silence) => Some((
            Look::Stale,
            format!(
                "▲ No answer for {}; what you see may be old{trouble}",
                format::age(silence)
            ),
        )),
        Freshness::Disconnected(silence) => Some((
            Look::Refused,
            format!(
                "✗ Disconnected for {}: deadlines still alarm here; logging, acknowledging, notes and calls are kept{trouble}",
                format::age(silence)
            ),
        )),
    }
}

fn unsent(app: &App) -> Option<(Look, String)> {
    let count = app.replica.outbox().pending().len();
    (count > 0).then(|| {
        (
            Look::Unsent,
            format!("↑ {count} kept here, not confirmed by the server yet"),
        )
    })
}
