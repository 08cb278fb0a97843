//! Narrowing the board: by what is typed, or by a filter saved in the settings.

use super::{act, select};
use crate::domain::query::FilterError;
use crate::text;
use crate::tui::app::{App, FilterLine, Overlay, Screen};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::theme::Look;
use crate::tui::widget::input::Input;
use crate::tui::widget::picker::Choice;

/// The line on which a filter is typed: the one that holds is proposed, and what is typed takes its place.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let before = app.replica.narrowed().map(|(_, text)| text.to_owned());
    let line = FilterLine {
        input: Input::proposing(before.as_deref().unwrap_or_default()),
        problem: None,
        before,
    };
    act::open_overlay(app, Overlay::Filter(line))
}

/// Narrows the queue by what is typed, or says why it makes no sense yet: the rows are then those from
/// before the line was opened, and not what half a word happened to keep.
pub(super) fn narrow(app: &mut App) {
    let Some(Overlay::Filter(line)) = app.overlays.last() else {
        return;
    };
    let (text, before) = (line.input.value().to_owned(), line.before.clone());
    let problem = narrow_to(app, &text).err();
    if problem.is_some() {
        // It held when the line was opened.
        let _ = narrow_to(app, before.as_deref().unwrap_or_default());
    }
    if let Some(Overlay::Filter(line)) = app.overlays.last_mut() {
        line.problem = problem;
    }
}

/// Narrows the queue by a filter. One that makes no sense changes nothing: neither the rows nor which of
/// them is selected.
pub(super) fn narrow_to(app: &mut App, text: &str) -> Result<(), FilterError> {
    if text.trim().is_empty() {
        app.replica.widen();
    } else {
        app.replica.narrow(app.board.queue, text, app.now)?;
    }
    // Narrowing is what the officer asked for: the rows follow.
    app.board.frozen = false;
    app.board.held = None;
    select::go_to(app, 0);
    Ok(())
}

/// Puts the saved filter so many places further on in the place of what is typed.
pub(super) fn next_saved(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(Overlay::Filter(FilterLine { input, .. })) = app.overlays.last_mut() else {
        return Vec::new();
    };
    let saved: Vec<&String> = app.filters.values().collect();
    let place = saved.iter().position(|text| *text == input.value());
    let count = isize::try_from(saved.len()).unwrap_or_default();
    let next = match place.map(isize::try_from) {
        Some(Ok(place)) => place + by,
        Some(Err(_)) | None if by > 0 => 0,
        Some(Err(_)) | None => count - 1,
    };
    let next = next.checked_rem_euclid(count).map(isize::unsigned_abs);
    match next.and_then(|next| saved.get(next)) {
        Some(text) => {
            *input = Input::holding(text);
            narrow(app);
        }
        None => app.say(Look::Text, NOTHING_SAVED),
    }
    Vec::new()
}

/// What is said where no filter is saved.
const NOTHING_SAVED: &str =
    "No filter is saved. Write it below [filters] in your settings: night = \"owner:me due<4h\"";

/// Narrows the board by a saved filter.
pub(super) fn narrow_by(app: &mut App, place: usize) -> Vec<Effect> {
    let Some((name, text)) = app.filters.iter().nth(place) else {
        return Vec::new();
    };
    let said = format!("Only what fits \"{name}\": {text}");
    let text = text.clone();
    app.screen = Screen::Board;
    match narrow_to(app, &text) {
        Ok(()) => app.say(Look::Text, said),
        Err(error) => app.say(Look::Refused, error.to_string()),
    }
    Vec::new()
}

/// The saved filters as rows of the palette.
pub(super) fn palette(app: &App) -> Vec<Choice<Action>> {
    let saved = app.filters.iter().enumerate();
    saved
        .map(|(place, (name, text))| Choice {
            value: Action::Saved(place),
            label: format!("{:10} filter {}", "", text::line(name)),
            detail: format!("Only what fits {}", text::line(text)),
            look: Look::Strong,
        })
        .collect()
}
