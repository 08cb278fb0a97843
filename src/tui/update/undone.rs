//! What the server had taken and has lost, because a copy of its database was put back (F26).
//!
//! The receipts of this machine prove what was taken. What this console still holds whole is named and
//! offered to be sent again, under the same id, so that nothing is done twice. What somebody decided on
//! what they saw then, such as a grade, is named and never sent again by itself. Of what an earlier
//! console gave only the number is known. It deliberately asks nothing: that is `tui::effect`.

use super::act;
use crate::client::outbox::Unsent;
use crate::domain::command::Command;
use crate::domain::id::CommandId;
use crate::tui::app::{App, Deed, Overlay, Question};
use crate::tui::format;
use crate::tui::message::Effect;
use crate::tui::theme::Look;

/// How many actions a question names; the rest are in the list of what was refused.
const NAMED: usize = 8;

/// The names of what was worked on, as long as they are known: what is loaded anew may lack it.
pub(super) fn know_names(app: &mut App) {
    let taken = app.replica.outbox().taken();
    let named = taken.map(|unsent| (unsent.incident, app.name_of(unsent.incident)));
    app.names_before = named.collect();
}

/// The server's history has become another one: ask what it lacks.
pub(super) fn ask(app: &mut App) -> Vec<Effect> {
    let here = app.replica.outbox().taken().map(|taken| taken.id);
    let all: Vec<CommandId> = here.chain(std::mem::take(&mut app.unasked)).collect();
    asked(all)
}

/// The server answers for the first time: ask of what an earlier console gave.
pub(super) fn ask_of_earlier(app: &mut App) -> Vec<Effect> {
    asked(std::mem::take(&mut app.unasked))
}

fn asked(newest_first: Vec<CommandId>) -> Vec<Effect> {
    if newest_first.is_empty() {
        return Vec::new();
    }
    vec![Effect::AskWhatIsUndone(newest_first)]
}

/// The server has lost these, the newest first.
pub(super) fn undone(app: &mut App, lost: &[CommandId]) -> Vec<Effect> {
    let mut effects = vec![Effect::Ring];
    let mut earlier = 0;
    for id in lost.iter().rev() {
        match app.replica.undone(*id, app.now) {
            Some(refused) => effects.push(Effect::Keep(Box::new(refused))),
            None => {
                earlier += 1;
                effects.push(Effect::Forget(*id));
            }
        }
    }
    if earlier > 0 {
        app.insist(Look::Refused, of_earlier(earlier));
    }
    let is_offered = to_give_again(app).next().is_some();
    app.offers_again = is_offered;
    app.changed = true;
    effects
}

/// Asks as soon as nobody is typing into anything.
pub(super) fn offer(app: &mut App) {
    if !app.offers_again || !app.overlays.is_empty() {
        return;
    }
    app.offers_again = false;
    let lost: Vec<String> = to_give_again(app).map(|lost| named(app, lost)).collect();
    if !lost.is_empty() {
        act::open_overlay(app, Overlay::Question(question(lost)));
        app.changed = true;
    }
}

fn of_earlier(count: usize) -> String {
    let actions = match count {
        1 => "1 action".to_owned(),
        count => format!("{count} actions"),
    };
    format!(
        "The server has also lost {actions} of an earlier session on this machine. Their words are not kept here: look at what you did last, and repeat it"
    )
}

fn to_give_again(app: &App) -> impl Iterator<Item = &Unsent> {
    app.replica.outbox().to_give_again()
}

fn named(app: &App, unsent: &Unsent) -> String {
    let at = format::local_short(unsent.given_at, app.now);
    let deed = unsent.command.name().replace('_', " ");
    if let Command::Log(log) = &unsent.command {
        return format!("{at} Log an incident: {}", log.title);
    }
    let before = app.names_before.get(&unsent.incident);
    let name = before.map_or_else(|| app.name_of(unsent.incident), String::clone);
    format!("{at} {name}: {deed}")
}

fn question(mut lines: Vec<String>) -> Question {
    let count = lines.len();
    let title = match count {
        1 => "The server has lost 1 action of yours".to_owned(),
        count => format!("The server has lost {count} actions of yours"),
    };
    lines.truncate(NAMED);
    if count > NAMED {
        lines.push(format!("and {} more", count - NAMED));
    }
    lines.push("It had carried them out, and then went back to an earlier state.".to_owned());
    lines.push("Send them again?".to_owned());
    Question {
        title,
        lines,
        deed: Deed::GiveAgain,
    }
}

/// Sends again what can be, each under its own id.
pub(super) fn give_again(app: &mut App) -> Vec<Effect> {
    let lost: Vec<CommandId> = to_give_again(app).map(|unsent| unsent.id).collect();
    let mut effects = Vec::with_capacity(2 * lost.len());
    for id in lost {
        effects.push(Effect::Forget(id));
        let again = app.replica.give_again(id, app.now);
        effects.extend(again.map(Effect::Write));
    }
    effects
}
