//! Which row is selected, and which rows are held still.

use crate::domain::Instant;
use crate::domain::id::IncidentId;
use crate::domain::query::Queue;
use crate::tui::app::{App, Screen, Tab};
use crate::tui::theme::Look;
use crate::tui::view::layout;

/// Keeps the selection on its incident; where that has left the queue, on the row that took its
/// place. Held rows do not move at all.
pub(super) fn settle(app: &mut App) {
    if app.board.held.is_some() {
        return;
    }
    let queue = app.board.queue;
    let found = app
        .board
        .selected
        .and_then(|id| app.replica.position(queue, id));
    match found {
        Some(place) => app.board.place = place,
        None => {
            let last = app.replica.len(queue).saturating_sub(1);
            app.board.place = app.board.place.min(last);
            app.board.selected = app.replica.at(queue, app.board.place);
        }
    }
}

/// Selects the row so many rows further down; on held rows only among those that are held.
pub(super) fn step(app: &mut App, rows: isize) {
    if let Some(held) = &app.board.held {
        let at = held.iter().position(|id| Some(*id) == app.board.selected);
        let last = held.len().saturating_sub(1);
        let place = at.unwrap_or_default().saturating_add_signed(rows).min(last);
        app.board.selected = held.get(place).copied();
        return;
    }
    let last = app.replica.len(app.board.queue).saturating_sub(1);
    go_to(app, app.board.place.saturating_add_signed(rows).min(last));
}

/// Moves the selection for a key. What lingers is let go, and the row behind it is the next one.
pub(super) fn move_on(app: &mut App, rows: isize) {
    let (queue, selected) = (app.board.queue, app.board.selected);
    let has_left = selected.is_some_and(|id| app.replica.position(queue, id).is_none());
    let was_lingering = stop_lingering(app);
    if was_lingering && has_left && rows > 0 {
        // Its place is the next one's already.
        step(app, rows - 1);
    } else {
        step(app, rows);
    }
}

/// Keeps the selected incident in hand among the rows as they were, if it has left the queue.
pub(super) fn linger(app: &mut App, rows: Vec<IncidentId>, until: Instant) {
    let selected = app.board.selected;
    let has_left = selected.is_some_and(|id| app.replica.position(app.board.queue, id).is_none());
    if app.screen == Screen::Board && app.board.held.is_none() && has_left {
        app.board.held = Some(rows);
        app.board.lingers_until = Some(until);
    }
}

/// Lets go of what lingers, if anything does; says whether. Rows that are held for another reason stay.
pub(super) fn stop_lingering(app: &mut App) -> bool {
    let was_lingering = app.board.lingers_until.take().is_some() && app.board.held.is_some();
    if was_lingering && app.overlays.is_empty() {
        release(app);
    }
    was_lingering
}

/// Selects the row at a place of the queue.
pub(super) fn go_to(app: &mut App, place: usize) {
    app.board.place = place;
    app.board.selected = app.replica.at(app.board.queue, place);
}

/// Shows another queue, with its first row selected, under the same filter.
pub(super) fn show_queue(app: &mut App, queue: Queue) {
    let filter = app.replica.narrowed().map(|(_, text)| text.to_owned());
    app.board.queue = queue;
    app.board.held = None;
    app.board.frozen = false;
    if let Some(text) = filter
        && let Err(error) = app.replica.narrow(queue, &text, app.now)
    {
        // The directory has changed since it was typed.
        app.say(Look::Refused, error.to_string());
    }
    go_to(app, 0);
}

/// How many rows a page has.
pub(super) fn page(app: &App) -> isize {
    isize::try_from(layout::board(app.size).rows)
        .unwrap_or(1)
        .max(1)
}

/// Holds the visible rows where they are.
pub(super) fn hold(app: &mut App) {
    app.board.held = None;
    app.board.held = Some(app.visible());
}

/// Lets the rows move again, unless the officer froze them.
pub(super) fn release(app: &mut App) {
    if !app.board.frozen {
        app.board.held = None;
    }
}

/// Freezes the rows, or lets them move again.
pub(super) fn freeze(app: &mut App) {
    app.board.frozen = !app.board.frozen;
    if app.board.frozen {
        hold(app);
        app.say(
            Look::Stale,
            "The rows are frozen. Counts and countdowns go on",
        );
    } else {
        app.board.held = None;
        app.say(Look::Text, "The rows move again");
    }
}

/// The queue or tab so many places further on, around the end.
pub(super) fn turn(app: &mut App, by: isize) {
    match &mut app.screen {
        Screen::Board => {
            let queue = around(&Queue::ALL, app.board.queue, by);
            show_queue(app, queue);
        }
        Screen::Detail { tab, scroll, .. } => {
            *tab = around(&Tab::ALL, *tab, by);
            *scroll = 0;
        }
        Screen::Problems { .. } | Screen::Problem { .. } => {}
    }
}

fn around<T: Copy + PartialEq>(all: &[T], current: T, by: isize) -> T {
    let place = all
        .iter()
        .position(|item| *item == current)
        .unwrap_or_default();
    let count = isize::try_from(all.len()).unwrap_or(1);
    let place = isize::try_from(place).unwrap_or_default();
    all[(place + by).rem_euclid(count).unsigned_abs()]
}
