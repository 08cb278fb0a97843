//! Keys and pasted text: to whatever has the focus, by way of the table.

use super::{act, overlay};
use crate::tui::app::{App, Overlay};
use crate::tui::keys::{Focus, Key};
use crate::tui::message::Effect;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    if event.modifiers.contains(KeyModifiers::ALT) {
        return after_esc(app, event);
    }
    app.changed = true;
    let resolved = app
        .keymap
        .resolve(Key::of(&event), app.scopes(), focus(app));
    match (resolved, app.overlays.last()) {
        (Some((action, ordinal)), Some(_)) => overlay::act(app, action, ordinal, event),
        (Some((action, ordinal)), None) => match act::refusal(app, action) {
            // Whoever types on does not see that no form has opened: the letters are no commands.
            Some(refusal) => act::open_overlay(app, Overlay::Refusal(refusal)),
            None => act::act(app, action, ordinal),
        },
        (None, Some(_)) => overlay::typed(app, event),
        (None, None) => Vec::new(),
    }
}

/// On a slow line an Esc and the key after it arrive together and look like an Alt chord, which no
/// binding uses: they are taken for what was pressed.
fn after_esc(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let mut effects = key(app, KeyEvent::from(KeyCode::Esc));
    let without_alt = event.modifiers - KeyModifiers::ALT;
    effects.extend(key(app, KeyEvent::new(event.code, without_alt)));
    effects
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    app.changed = true;
    overlay::pasted(app, text)
}

/// Whether characters are being typed into something.
fn focus(app: &App) -> Focus {
    match app.overlays.last() {
        Some(Overlay::Form(form))
            if form
                .focused()
                .is_some_and(|field| field.is_text() || field.is_searching()) =>
        {
            Focus::Text
        }
        Some(
            Overlay::Palette(_)
            | Overlay::Help(_)
            | Overlay::People(..)
            | Overlay::Problems(..)
            | Overlay::Steps(..)
            | Overlay::Seal(..)
            | Overlay::Export(..)
            | Overlay::Search(_)
            | Overlay::Filter(..),
        ) => Focus::Text,
        Some(
            Overlay::Form(_)
            | Overlay::Question(_)
            | Overlay::Refusal(_)
            | Overlay::Handover(_)
            | Overlay::Report(_)
            | Overlay::Connection(_)
            | Overlay::Handoff(_)
            | Overlay::Alarms(_)
            | Overlay::Directory(_),
        )
        | None => Focus::Actions,
    }
}
