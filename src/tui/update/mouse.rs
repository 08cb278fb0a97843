//! The mouse: the wheel moves, a click selects, a click on what is selected opens it.

use super::{act, select};
use crate::tui::app::{App, Screen};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::view::layout;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

pub(super) fn mouse(app: &mut App, event: MouseEvent) -> Vec<Effect> {
    match event.kind {
        MouseEventKind::ScrollUp => wheel(app, Action::MoveUp),
        MouseEventKind::ScrollDown => wheel(app, Action::MoveDown),
        MouseEventKind::Down(MouseButton::Left) => click(app, event.row),
        _ => Vec::new(),
    }
}

fn wheel(app: &mut App, action: Action) -> Vec<Effect> {
    app.changed = true;
    match app.overlays.last() {
        Some(_) => super::overlay::wheel(app, action),
        None => act::act(app, action, 0),
    }
}

fn click(app: &mut App, row: u16) -> Vec<Effect> {
    if !app.overlays.is_empty() || app.screen != Screen::Board {
        return Vec::new();
    }
    let layout = layout::board(app.size);
    let Some(offset) = row
        .checked_sub(layout.first_row)
        .filter(|row| *row < layout.rows)
    else {
        return Vec::new();
    };
    let Some(clicked) = app.visible().get(usize::from(offset)).copied() else {
        return Vec::new();
    };
    app.changed = true;
    if app.board.selected == Some(clicked) {
        return act::act(app, Action::Open, 0);
    }
    app.board.selected = Some(clicked);
    select::settle(app);
    Vec::new()
}
