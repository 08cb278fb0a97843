//! A typed line, in the linear mode: what it means depends on where the officer is.
//!
//! On the board a number is a row of the last reading, which holds still until the next; everywhere
//! else a number is what was read out with it. Words are the names of the key table, its keys, and
//! the names of queues and tabs. An empty line asks to hear the place again, and never means yes.

use super::{act, directory, drafts, filter, overlay, select, standing, steps};
use crate::domain::query::Queue;
use crate::tui::app::{App, Overlay, Screen, Tab};
use crate::tui::directory::Section;
use crate::tui::form::Form;
use crate::tui::keys::{Action, Scope};
use crate::tui::message::Effect;
use crate::tui::theme::Look;
use crossterm::event::{KeyCode, KeyEvent};

/// What a line in a form starts with to be a command and not an answer.
const COMMAND: char = '/';

/// How many rows further "more" reads on.
const READ_ON: isize = 20;

/// The commands inside a form; on its last line they need no sign in front.
const IN_FORM: [(&str, Action); 5] = [
    ("send", Action::Submit),
    ("back", Action::Back),
    ("discard", Action::Discard),
    ("previous", Action::PreviousField),
    ("next", Action::NextField),
];

/// Takes in a line. What was said until now has been read, so that what is said next is news.
pub(super) fn line(app: &mut App, typed: &str) -> Vec<Effect> {
    app.changed = true;
    let typed = typed.trim();
    if matches!(typed, "" | "again") {
        return Vec::new();
    }
    // What is typed as an answer may be any word.
    let takes_words = matches!(
        app.overlays.last(),
        Some(
            Overlay::Form(_)
                | Overlay::Seal(..)
                | Overlay::Filter(..)
                | Overlay::Search(_)
                | Overlay::Question(_)
        )
    );
    if typed == "quit" && !takes_words {
        return act::act(app, Action::Quit, 0);
    }
    match app.overlays.last() {
        Some(Overlay::Form(_)) => in_form(app, typed),
        Some(Overlay::Question(_)) => in_question(app, typed),
        Some(Overlay::Seal(..)) => in_seal(app, typed),
        Some(Overlay::Filter(..)) => in_filter(app, typed),
        Some(Overlay::Search(_)) => in_search(app, typed),
        Some(
            Overlay::Palette(_)
            | Overlay::Help(_)
            | Overlay::People(..)
            | Overlay::Problems(..)
            | Overlay::Steps(..)
            | Overlay::Export(..),
        ) => in_list(app, typed),
        Some(
            Overlay::Handover(_)
            | Overlay::Report(_)
            | Overlay::Connection(_)
            | Overlay::Handoff(_)
            | Overlay::Refusal(_),
        ) => on_sheet(app, typed),
        Some(Overlay::Directory(_)) => in_directory(app, typed),
        Some(Overlay::Alarms(_)) => among_alarms(app, typed),
        None => on_screen(app, typed),
    }
}

/// Holds the rows of the board as they are read out, so that a number means what was heard.
pub fn hold_for_reading(app: &mut App) {
    if app.overlays.is_empty() && matches!(app.screen, Screen::Board) {
        app.board.held = None;
        select::settle(app);
        select::hold(app);
    }
}

fn on_screen(app: &mut App, typed: &str) -> Vec<Effect> {
    match app.screen {
        Screen::Board => on_board(app, typed),
        Screen::Detail { .. } => in_detail(app, typed),
        Screen::Problems { .. } | Screen::Problem { .. } => among_problems(app, typed),
    }
}

fn on_board(app: &mut App, typed: &str) -> Vec<Effect> {
    if let Some(words) = typed.strip_prefix('/') {
        return filtered(app, words.trim());
    }
    let (words, number) = with_number(typed);
    match number {
        Some(number) if !selected(app, number) => {
            not_understood(app, &format!("Row {number} was not read out"))
        }
        Some(_) if words.is_empty() => act::act(app, Action::Open, 0),
        None if needs_a_row(app, words) => {
            not_understood(app, &format!("Say which row, such as \"{words} 1\""))
        }
        Some(_) | None => named(app, words),
    }
}

/// Whether it would act on an incident that nobody has named.
fn needs_a_row(app: &App, words: &str) -> bool {
    let is_named = || {
        [Scope::Incident, Scope::Board]
            .into_iter()
            .filter_map(|scope| action_in(app, scope, words).map(|(action, _)| (scope, action)))
            .any(|(scope, action)| scope == Scope::Incident || action == Action::Mark)
    };
    app.board.marks.is_empty() && is_named()
}

fn in_detail(app: &mut App, typed: &str) -> Vec<Effect> {
    match typed.parse::<usize>() {
        Ok(number) => act::act(app, Action::Numbered, number.saturating_sub(1)),
        Err(_) => named(app, typed),
    }
}

/// A number opens the problem, or the incident of a problem, that was read with it.
fn among_problems(app: &mut App, typed: &str) -> Vec<Effect> {
    let Ok(number) = typed.parse::<usize>() else {
        return named(app, typed);
    };
    let at = number.saturating_sub(1);
    app.screen = match app.screen {
        Screen::Problems { .. } => Screen::Problems {
            selected: app.problems().get(at).map(|problem| problem.id),
        },
        Screen::Problem { problem, .. } => Screen::Problem { problem, at },
        Screen::Board | Screen::Detail { .. } => app.screen,
    };
    act::act(app, Action::Open, 0)
}

/// The row with a number of the last reading is the one in hand.
fn selected(app: &mut App, number: usize) -> bool {
    let held = app.board.held.as_ref();
    let row = held.and_then(|held| held.get(number.checked_sub(1)?).copied());
    app.board.selected = row.or(app.board.selected);
    row.is_some()
}

/// An action, a queue or a tab by its name.
fn named(app: &mut App, words: &str) -> Vec<Effect> {
    if let Some((action, ordinal)) = action(app, words) {
        if turns_the_page(action) {
            app.board.held = None;
            select::settle(app);
        }
        return act::act(app, action, ordinal);
    }
    let place = match app.screen {
        Screen::Board => place_of(&Queue::ALL.map(Queue::name), words),
        Screen::Detail { .. } => place_of(&Tab::ALL.map(Tab::name), words),
        Screen::Problems { .. } | Screen::Problem { .. } => None,
    };
    match place {
        Some(place) => act::act(app, Action::Numbered, place),
        None => not_understood(app, &format!("\"{words}\" means nothing here")),
    }
}

/// Whether it is for other rows than those that were read out.
fn turns_the_page(action: Action) -> bool {
    matches!(
        action,
        Action::PageUp | Action::PageDown | Action::MoveFirst | Action::MoveLast
    )
}

/// The action of a name or a key in the scopes that are open, and which of its keys it was.
fn action(app: &App, words: &str) -> Option<(Action, usize)> {
    let mut scopes = app.scopes().iter();
    scopes.find_map(|scope| action_in(app, *scope, words))
}

fn action_in(app: &App, scope: Scope, words: &str) -> Option<(Action, usize)> {
    app.keymap.rows(scope).find_map(|(row, keys)| {
        let key = keys.iter().position(|key| key.to_string() == words);
        let is_named = row.name.eq_ignore_ascii_case(words);
        (is_named || key.is_some()).then(|| (row.action, key.unwrap_or_default()))
    })
}

/// The only name that begins so.
fn place_of(names: &[&str], words: &str) -> Option<usize> {
    let words = words.to_lowercase();
    let mut fitting = names
        .iter()
        .enumerate()
        .filter(|(_, name)| name.to_lowercase().starts_with(&words));
    match (fitting.next(), fitting.next()) {
        (Some((place, _)), None) => Some(place),
        (_, _) => None,
    }
}

/// `acknowledge 3` in two parts.
fn with_number(typed: &str) -> (&str, Option<usize>) {
    let (words, last) = typed.rsplit_once(' ').unwrap_or(("", typed));
    match last.parse() {
        Ok(number) => (words.trim_end(), Some(number)),
        Err(_) => (typed, None),
    }
}

fn filtered(app: &mut App, words: &str) -> Vec<Effect> {
    if let Err(error) = filter::narrow_to(app, words) {
        app.say(Look::Refused, error.to_string());
    }
    Vec::new()
}

fn in_form(app: &mut App, typed: &str) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = app.overlays.last_mut() else {
        return Vec::new();
    };
    let command = match (typed.strip_prefix(COMMAND), form.is_at_end()) {
        (Some(command), _) => Some(command.trim()),
        (None, true) => Some(typed),
        (None, false) => None,
    };
    match command {
        Some(command) => form_command(app, command),
        None => answered(app, typed),
    }
}

fn form_command(app: &mut App, command: &str) -> Vec<Effect> {
    if let (Ok(number), Some(Overlay::Form(form))) =
        (command.parse::<usize>(), app.overlays.last_mut())
    {
        form.go_to(number.saturating_sub(1));
        return Vec::new();
    }
    if command == "empty" {
        return emptied(app);
    }
    match IN_FORM.iter().find(|(name, _)| *name == command) {
        Some((_, action)) => do_it(app, *action),
        None => {
            let names = IN_FORM.map(|(name, _)| format!("{COMMAND}{name}"));
            let known = format!(
                "{}, {COMMAND}empty or a question's number",
                names.join(", ")
            );
            not_understood(app, &format!("A form has no \"{command}\". Type {known}"))
        }
    }
}

fn emptied(app: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Form(form)) = app.overlays.last_mut() {
        form.change(|field| field.empty());
        drafts::typed(app);
    }
    Vec::new()
}

/// The answer to the question in hand; the next one is read out, unless this one made no sense.
fn answered(app: &mut App, typed: &str) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = app.overlays.last_mut() else {
        return Vec::new();
    };
    match given(form, typed) {
        Ok(()) => {
            form.step(1);
            overlay::followed(app);
            drafts::typed(app);
            drafts::field_left(app);
        }
        Err(sentence) => app.say(Look::Refused, sentence),
    }
    Vec::new()
}

fn given(form: &mut Form, typed: &str) -> Result<(), String> {
    let mut taken = Ok(());
    form.change(|field| taken = field.answer(typed));
    taken
}

fn in_question(app: &mut App, typed: &str) -> Vec<Effect> {
    let is_yes = matches!(typed.to_lowercase().as_str(), "yes" | "y");
    do_it(app, if is_yes { Action::Yes } else { Action::No })
}

/// The reference that is typed before what cannot be undone; anything else changes nothing.
fn in_seal(app: &mut App, typed: &str) -> Vec<Effect> {
    if typed == "back" {
        return do_it(app, Action::No);
    }
    if let Some(Overlay::Seal(input, _)) = app.overlays.last_mut() {
        input.clear();
        input.paste(typed);
    }
    steps::sealed(app)
}

fn in_filter(app: &mut App, typed: &str) -> Vec<Effect> {
    if typed == "back" {
        return do_it(app, Action::Back);
    }
    match filter::narrow_to(app, typed) {
        Ok(()) => do_it(app, Action::Open),
        Err(error) => {
            app.say(Look::Refused, error.to_string());
            Vec::new()
        }
    }
}

/// A number opens what was found; anything else is asked of the server.
fn in_search(app: &mut App, typed: &str) -> Vec<Effect> {
    if typed == "back" {
        return do_it(app, Action::Back);
    }
    if let Some(Overlay::Search(finding)) = app.overlays.last_mut() {
        match typed.parse::<usize>() {
            Ok(number) => finding.at = number.saturating_sub(1),
            Err(_) => {
                finding.input.clear();
                finding.input.paste(typed);
            }
        }
    }
    do_it(app, Action::Open)
}

/// A number chooses; words narrow the list.
fn in_list(app: &mut App, typed: &str) -> Vec<Effect> {
    if typed == "back" {
        return do_it(app, Action::Back);
    }
    let number = typed.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
    let was_there = match (app.overlays.last_mut(), number) {
        (Some(Overlay::People(picker, _)), Some(place)) => picker.go_to(place),
        (Some(Overlay::Problems(picker, _)), Some(place)) => picker.go_to(place),
        (Some(Overlay::Export(picker, _)), Some(place)) => picker.go_to(place),
        (
            Some(Overlay::Palette(picker) | Overlay::Help(picker) | Overlay::Steps(_, picker)),
            Some(place),
        ) => picker.go_to(place),
        (Some(Overlay::People(picker, _)), None) => return narrowed(|| picker.search(typed)),
        (Some(Overlay::Problems(picker, _)), None) => return narrowed(|| picker.search(typed)),
        (Some(Overlay::Export(picker, _)), None) => return narrowed(|| picker.search(typed)),
        (
            Some(Overlay::Palette(picker) | Overlay::Help(picker) | Overlay::Steps(_, picker)),
            None,
        ) => return narrowed(|| picker.search(typed)),
        (_, _) => false,
    };
    if was_there {
        do_it(app, Action::Open)
    } else {
        not_understood(app, &format!("There is no number {typed} in this list"))
    }
}

fn narrowed(search: impl FnOnce()) -> Vec<Effect> {
    search();
    Vec::new()
}

/// A part by its name, a row by its number, or what can be done by the name of its key, with the number
/// of the row where it is about one.
fn in_directory(app: &mut App, typed: &str) -> Vec<Effect> {
    let is_named = |section: &Section| section.name().eq_ignore_ascii_case(typed);
    if let Some(section) = Section::ALL.into_iter().find(is_named) {
        return directory::show(app, section);
    }
    let (words, number) = with_number(typed);
    go_to_row(app, directory::step, number);
    match (words, number) {
        ("", Some(_)) => do_it(app, Action::Open),
        ("more", None) => directory::step(app, READ_ON),
        ("back", None) => do_it(app, Action::Back),
        (words, _) => on_sheet(app, words),
    }
}

/// A row by its number, alone or after what is to be done with it.
fn among_alarms(app: &mut App, typed: &str) -> Vec<Effect> {
    let (words, number) = with_number(typed);
    go_to_row(app, standing::step, number);
    match (words, number) {
        ("", Some(_)) => do_it(app, Action::Open),
        ("more", None) => standing::step(app, READ_ON),
        ("back", None) => do_it(app, Action::Back),
        (words, None) if is_for_an_alarm(app, words) => {
            not_understood(app, &format!("Say which alarm, such as \"{words} 1\""))
        }
        (words, _) => on_sheet(app, words),
    }
}

/// Selects the row with this number, counted from 1, by steps in its list.
fn go_to_row(app: &mut App, step: impl Fn(&mut App, isize) -> Vec<Effect>, number: Option<usize>) {
    if let Some(number) = number {
        step(app, isize::MIN);
        step(app, isize::try_from(number).unwrap_or(isize::MAX) - 1);
    }
}

fn is_for_an_alarm(app: &App, words: &str) -> bool {
    let named = action(app, words).map(|(action, _)| action);
    matches!(
        named,
        Some(Action::AcknowledgeAlarm | Action::SnoozeAlarm | Action::Open)
    )
}

fn on_sheet(app: &mut App, typed: &str) -> Vec<Effect> {
    if let (Ok(number), Some(Overlay::Handoff(handoff))) =
        (typed.parse::<usize>(), app.overlays.last_mut())
    {
        handoff.at = number.saturating_sub(1);
        return do_it(app, Action::CopyAnswer);
    }
    if typed == "back" {
        return do_it(app, Action::Back);
    }
    match action(app, typed) {
        Some((action, _)) => do_it(app, action),
        None => not_understood(app, &format!("\"{typed}\" means nothing here")),
    }
}

/// What the key of an action would do to what lies on top.
fn do_it(app: &mut App, action: Action) -> Vec<Effect> {
    overlay::act(app, action, 0, KeyEvent::from(KeyCode::Null))
}

fn not_understood(app: &mut App, why: &str) -> Vec<Effect> {
    app.say(
        Look::Refused,
        format!("{why}. \"help\" lists what can be typed on the board and in an incident, \"back\" goes back"),
    );
    Vec::new()
}
