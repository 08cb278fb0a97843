//! Keys in the directory: moving about, and opening the form of a change with what the selected row
//! proposes.

use super::{act, drafts, problems, test_message};
use crate::client::directory::OnDirectory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::{CommandId, OrganisationId};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::steps::directory::Change;
use crate::tui::app::{App, Overlay, fresh_id};
use crate::tui::directory::{Place, Row, Section, rows};
use crate::tui::form::{self, Form, Proposed, Purpose};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::theme::Look;
use crate::tui::view::directory::page;
use crate::tui::widget::picker::{Choice, Picker};

/// Opens it at the gaps.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let opened = act::open_overlay(app, Overlay::Directory(Place::first()));
    opened.into_iter().chain([Effect::FetchServices]).collect()
}

/// A key while it is open.
pub(super) fn on(app: &mut App, action: Action, ordinal: usize) -> Vec<Effect> {
    match action {
        Action::MoveUp => step(app, -1),
        Action::MoveDown => step(app, 1),
        Action::PageUp => step(app, -paged(app)),
        Action::PageDown => step(app, paged(app)),
        Action::MoveFirst => step(app, isize::MIN),
        Action::MoveLast => step(app, isize::MAX),
        Action::NextTab => turn(app, 1),
        Action::PreviousTab => turn(app, -1),
        Action::Numbered => match Section::ALL.get(ordinal) {
            Some(section) => show(app, *section),
            None => Vec::new(),
        },
        Action::Open => choose(app),
        Action::TestDelivery => test_message::choose(app),
        Action::Dismiss | Action::Change(_) => act::act(app, action, ordinal),
        _ => Vec::new(),
    }
}

fn place(app: &App) -> Option<&Place> {
    app.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Directory(place) => Some(place),
        _ => None,
    })
}

/// The row that keys act upon.
fn in_hand(app: &App) -> Option<Row> {
    let place = place(app)?;
    let mut rows = rows(place.section, &app.present());
    let at = place.found(&rows);
    (at < rows.len()).then(|| rows.swap_remove(at))
}

/// The role whose contact point the selected row is.
pub(super) fn role_in_hand(app: &App) -> Option<(Role, OrganisationId)> {
    let proposed = in_hand(app)?.proposes;
    let present = app.present();
    let ground = form::ground(&proposed, &present);
    let role = Role::from_code(ground.proposed("/point/role")?)?;
    Some((role, ground.proposed("/point/organisation")?.into()))
}

fn paged(app: &App) -> isize {
    isize::try_from(page(app)).unwrap_or(1)
}

/// So many rows further down.
pub(super) fn step(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(place) = place(app) else {
        return Vec::new();
    };
    let rows = rows(place.section, &app.present());
    let last = rows.len().saturating_sub(1);
    let at = place.found(&rows).saturating_add_signed(by).min(last);
    let there = Place {
        section: place.section,
        selected: rows.get(at).map(|row| row.key.clone()),
        at,
    };
    go(app, there);
    Vec::new()
}

fn go(app: &mut App, there: Place) {
    if let Some(Overlay::Directory(place)) = app.overlays.last_mut() {
        *place = there;
    }
}

fn turn(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(shown) = place(app).map(|place| place.section) else {
        return Vec::new();
    };
    let found = Section::ALL.iter().position(|section| *section == shown);
    let count = Section::ALL.len();
    let at = found
        .unwrap_or_default()
        .saturating_add_signed(by.rem_euclid(isize::try_from(count).unwrap_or(1)));
    show(app, Section::ALL[at % count])
}

/// Shows another part, from its first row.
pub(super) fn show(app: &mut App, section: Section) -> Vec<Effect> {
    go(app, Place::of(section));
    Vec::new()
}

/// The changes that can be asked for here, those of the row first, and what is refused last.
fn choose(app: &mut App) -> Vec<Effect> {
    let Some(section) = place(app).map(|place| place.section) else {
        return Vec::new();
    };
    let row = in_hand(app);
    let first = row.as_ref().map_or(&[][..], |row| row.groups.as_slice());
    let proposed = row.as_ref().map_or(&[][..], |row| row.proposes.as_slice());
    let mut choices: Vec<(bool, Choice<Action>)> = section
        .changes(first)
        .into_iter()
        .map(|change| offered(app, change, proposed))
        .collect();
    choices.sort_by_key(|(is_refused, _)| *is_refused);
    let choices = choices.into_iter().map(|(_, choice)| choice).collect();
    let picker = Overlay::Steps("Change the directory", Picker::new(choices));
    act::open_overlay(app, picker)
}

fn offered(
    app: &App,
    change: &'static Change,
    proposed: &[(&'static str, String)],
) -> (bool, Choice<Action>) {
    let refusal = stands_against(app, change, proposed);
    let (look, detail) = match &refusal {
        Some(refusal) => (Look::Quiet, format!("Not now: {refusal}. {}", change.help)),
        None => (Look::Strong, change.help.to_owned()),
    };
    let choice = Choice {
        value: Action::Change(change),
        label: change.name.to_owned(),
        detail,
        look,
    };
    (refusal.is_some(), choice)
}

/// Why the person may not ask for it, whatever they answer.
fn stands_against(
    app: &App,
    change: &Change,
    proposed: &[(&'static str, String)],
) -> Option<Refusal> {
    let present = app.present();
    let desk = app.replica.desk();
    let ground = form::ground(proposed, &present);
    if change.attempts(&ground).is_empty() {
        return Some(Refusal::not_allowed(
            "The directory has nothing that this could change",
        ));
    }
    change.stands_against(&ground, |command| {
        desk.judge_on_directory(present.directory, command, present.now)
            .map(|_| ())
    })
}

/// Why the person may not ask for a change of the selected row; none while no directory is open.
pub(in crate::tui) fn stands_against_here(app: &App, change: &Change) -> Option<Refusal> {
    place(app)?;
    let proposed = in_hand(app).map(|row| row.proposes).unwrap_or_default();
    stands_against(app, change, &proposed)
}

/// Opens the form of a change, with what the selected row proposes.
pub(super) fn change(app: &mut App, change: &'static Change) -> Vec<Effect> {
    let proposed: Proposed = in_hand(app).map(|row| row.proposes).unwrap_or_default();
    if let Some(refusal) = stands_against(app, change, &proposed) {
        app.say(Look::Refused, refusal.to_string());
        return Vec::new();
    }
    act::open_form(app, Purpose::Change(change, proposed), Vec::new());
    Vec::new()
}

/// Sends what a form asks, which waits for the answer.
pub(super) fn send(app: &mut App, mut form: Form, command: DirectoryCommand) -> Vec<Effect> {
    let effects = match judged(app, &command) {
        Ok(()) => {
            let seen = app.present().directory.version;
            let id = form.sent_as(fresh_id(app.now));
            vec![Effect::Change(id, seen, command)]
        }
        Err(refusal) => {
            form.refuse(refusal);
            Vec::new()
        }
    };
    app.overlays.push(Overlay::Form(form));
    effects
}

fn judged(app: &App, command: &DirectoryCommand) -> Result<(), Refusal> {
    if let Some(refusal) = possible::without_server(app) {
        return Err(refusal);
    }
    let present = app.present();
    let desk = app.replica.desk();
    desk.judge_on_directory(present.directory, command, present.now)
        .map(|_| ())
}

/// The server answered, or did not.
pub(super) fn answered(app: &mut App, id: CommandId, answer: OnDirectory) -> Vec<Effect> {
    app.changed = true;
    let open = problems::open_form_of(app, id);
    let left = problems::left_form_of(app, id);
    match answer {
        OnDirectory::Applied(_) => {
            if let Some(form) = open.or(left) {
                drafts::form_gone(app, &form);
                app.say(Look::Met, format!("{}: done", form.title()));
            }
        }
        OnDirectory::Refused(refusal) => problems::not_done(app, open, left, refusal),
        OnDirectory::Unknown => {
            let again = |mut form: Form| {
                form.unanswered(id);
                form
            };
            let why = Refusal::not_allowed(problems::UNKNOWN);
            problems::not_done(app, open.map(again), left.map(again), why);
        }
    }
    Vec::new()
}
