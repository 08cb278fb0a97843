//! Keys and pasted text: to whatever has the focus, by way of the table.

use super::{act, overlay};
use crate::tui::app::{App, Overlay};
use crate::tui::keys::{Focus, Key};
use crate::tui::message::Effect;
use crossterm::event::{KeyEvent, KeyEventKind};

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    app.changed = true;
    let resolved = app
        .keymap
        .resolve(Key::of(&event), app.scopes(), focus(app));
    match (resolved, app.overlays.last()) {
        (Some((action, ordinal)), Some(_)) => overlay::act(app, action, ordinal, event),
        (Some((action, ordinal)), None) => act::act(app, action, ordinal),
        (None, Some(_)) => overlay::typed(app, event),
        (None, None) => Vec::new(),
    }
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    app.changed = true;
    overlay::pasted(app, text)
}

/// Whether characters are being typed into something.
fn focus(app: &App) -> Focus {
    match app.overlays.last() {
        Some(Overlay::Form(form)) if form.focused().is_some_and(|field| field.is_text()) => {
            Focus::Text
        }
        Some(
            Overlay::Palette(_) | Overlay::Help(_) | Overlay::People(..) | Overlay::Filter(..),
        ) => Focus::Text,
        Some(
            Overlay::Form(_) | Overlay::Question(_) | Overlay::Handover(_) | Overlay::Connection(_),
        )
        | None => Focus::Actions,
    }
}
