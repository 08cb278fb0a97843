//! What is typed until the disk or the server has it.
//!
//! A form that was sent is held until each of its commands is written, or answered where the disk takes
//! nothing. What is neither comes back as the form that it was, with the reason. While the disk fails,
//! commands go straight to the server as long as it answers. It deliberately does not write: that is
//! `tui::effect`.

use super::{act, drafts};
use crate::client::journal::Remembered;
use crate::client::outbox::{Delivery, Outbox, Unsent};
use crate::domain::id::{CommandId, IncidentId};
use crate::domain::refusal::Refusal;
use crate::tui::app::{App, Freshness, Overlay};
use crate::tui::form::Form;
use crate::tui::message::Effect;
use crate::tui::theme::Look;

/// A form that was sent, and of which nobody knows yet that it is kept anywhere.
pub(in crate::tui) struct Held {
    pub(in crate::tui) form: Form,
    /// Its commands that are neither written nor answered.
    open: Vec<CommandId>,
    /// The incidents on which it did not become true.
    lost: Vec<IncidentId>,
    /// Why it did not.
    why: String,
}

/// Holds a form that was sent as these commands.
pub(super) fn hold(app: &mut App, form: Form, effects: &[Effect]) {
    let open: Vec<CommandId> = effects.iter().filter_map(given).collect();
    if open.is_empty() {
        drafts::form_gone(app, &form);
        return;
    }
    app.held.push(Held {
        form,
        open,
        lost: Vec::new(),
        why: String::new(),
    });
}

fn given(effect: &Effect) -> Option<CommandId> {
    match effect {
        Effect::Write(unsent) => Some(unsent.id),
        _ => None,
    }
}

/// The disk has a command.
pub(super) fn written(app: &mut App, id: CommandId) -> Vec<Effect> {
    app.replica.written(id);
    app.changed = true;
    settle(app, id, None);
    works_again(app);
    // What was given while it did not work is written after all.
    let nowhere = app.replica.outbox().kept_nowhere().cloned();
    nowhere.map(Effect::Write).collect()
}

/// The disk does not take a command. With a link it goes to the server all the same; else what was typed
/// comes back.
pub(super) fn not_written(app: &mut App, id: CommandId, why: String) -> Vec<Effect> {
    app.cannot_save = Some(why.clone());
    app.changed = true;
    let is_new = app
        .replica
        .outbox()
        .find(id)
        .is_some_and(|pending| pending.delivery == Delivery::Unwritten);
    if !is_new {
        return Vec::new();
    }
    app.unsay_all();
    if matches!(app.freshness(), Freshness::Live) {
        app.replica.sent_unwritten(id);
        app.retell(id, "sending… This machine cannot save it");
    } else if is_held(app, id) {
        let unsent = app.replica.take_back(id, app.now);
        let why = format!("Not saved and not sent: the server cannot be reached, and {why}");
        settle(app, id, unsent.map(|unsent| (unsent, why)));
    } else {
        app.replica.not_written(id, why, app.now);
    }
    Vec::new()
}

/// The server has carried a command out.
pub(super) fn done(app: &mut App, id: CommandId) {
    settle(app, id, None);
}

/// The server has refused a command. Says whether its form comes back, so that the refusal is told there.
pub(super) fn refused(app: &mut App, id: CommandId) -> bool {
    if !is_held(app, id) {
        return false;
    }
    let Some(refused) = app.replica.dismiss(id) else {
        return false;
    };
    let why = refused.why.to_string();
    settle(app, id, Some((refused.unsent, why)));
    true
}

/// The disk takes nothing.
pub(super) fn cannot_save(app: &mut App, why: String) -> Vec<Effect> {
    app.cannot_save = Some(why);
    app.changed = true;
    Vec::new()
}

/// The disk has taken something again. What is on its way and kept nowhere is tried once more, and only
/// if that is taken too does the disk count as well: a small file may fit where a note does not.
pub(super) fn can_save(app: &mut App) -> Vec<Effect> {
    let nowhere = app.replica.outbox().kept_nowhere().cloned();
    let again: Vec<Effect> = nowhere.map(Effect::Write).collect();
    if again.is_empty() {
        works_again(app);
    }
    again
}

fn works_again(app: &mut App) {
    if app.cannot_save.take().is_some() {
        app.changed = true;
        app.drafts_due_at = Some(app.now);
        if app.notices.iter().all(|notice| !notice.passes()) {
            app.mention(Look::Met, "This machine can save again");
        }
    }
}

/// The disk can be read at last: what an earlier console left there.
pub(super) fn remembered(app: &mut App, remembered: Remembered) -> Vec<Effect> {
    let drafts = std::mem::take(&mut app.drafts);
    app.remember(&remembered);
    app.drafts.extend(drafts);
    let outbox = Outbox::restored(remembered.unsent, remembered.refused, app.now);
    app.replica.join(outbox, app.now);
    can_save(app)
}

fn is_held(app: &App, id: CommandId) -> bool {
    app.held.iter().any(|held| held.open.contains(&id))
}

/// One command of a form is settled: it is kept, or it is lost for a reason. Once all are, the form is let
/// go of, or comes back for those that are lost.
fn settle(app: &mut App, id: CommandId, lost: Option<(Unsent, String)>) {
    let Some(place) = app.held.iter().position(|held| held.open.contains(&id)) else {
        return;
    };
    let held = &mut app.held[place];
    held.open.retain(|open| *open != id);
    if let Some((unsent, why)) = lost {
        held.lost.push(unsent.incident);
        held.why = why;
        app.unsay(id);
    }
    let held = &app.held[place];
    if !held.open.is_empty() {
        return;
    }
    let held = app.held.remove(place);
    if held.lost.is_empty() {
        drafts::form_gone(app, &held.form);
    } else {
        come_back(app, held);
    }
}

/// Opens a form again with everything in it; below what is open, so that no key goes astray.
fn come_back(app: &mut App, held: Held) {
    let Held {
        mut form,
        lost,
        why,
        ..
    } = held;
    if !form.targets.is_empty() {
        form.targets = lost;
    }
    form.refuse(Refusal::not_allowed(why));
    drafts::typed(app);
    if app.overlays.is_empty() {
        act::open_overlay(app, Overlay::Form(form));
        return;
    }
    let title = form.title();
    app.insist(
        Look::Refused,
        format!(
            "{title}: not sent. The form is open again below this one, with all that you typed"
        ),
    );
    app.overlays.insert(0, Overlay::Form(form));
}
