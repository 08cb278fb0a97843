//! What is typed in forms and not sent: when the disk is to have it, and when it may forget it.
//!
//! A key does not write. What was typed is on disk two seconds after the first key that is not, and
//! at once when a field or a form is left, or the console ends.

use crate::client::drafts::Draft;
use crate::domain::id::IncidentId;
use crate::tui::app::{App, Overlay};
use crate::tui::form::{Form, Purpose};
use crate::tui::message::Effect;
use chrono::TimeDelta;

/// How long typing may stay off the disk.
const AT_MOST_AFTER: TimeDelta = TimeDelta::seconds(2);

/// Something was typed.
pub(super) fn typed(app: &mut App) {
    let due_at = app.now + AT_MOST_AFTER;
    app.drafts_due_at.get_or_insert(due_at);
}

/// A field was left: what was typed in it need not wait.
pub(super) fn field_left(app: &mut App) {
    if let Some(due_at) = &mut app.drafts_due_at {
        *due_at = app.now;
    }
}

/// A form was left as it is: it is kept if anything was typed. Says whether.
pub(super) fn form_left(app: &mut App, form: &Form) -> bool {
    if form.is_touched() {
        app.drafts.push(app.draft_of(form));
        field_left(app);
    }
    form.is_touched()
}

/// A form was sent or discarded: the disk forgets it at once.
pub(super) fn form_gone(app: &mut App, form: &Form) {
    app.unsay_drafts();
    if form.is_touched() {
        app.drafts_due_at = Some(app.now);
    }
}

/// The latest draft of a form on these incidents; from now on the open form is what is kept.
pub(super) fn take(app: &mut App, purpose: &Purpose, incidents: &[IncidentId]) -> Option<Draft> {
    let is_wanted = |draft: &Draft| purpose.is_of(draft, incidents);
    let place = app.drafts.iter().rposition(is_wanted)?;
    Some(app.drafts.remove(place))
}

/// What the disk is to keep, if that is due.
pub(super) fn keep(app: &mut App) -> Option<Effect> {
    let has_ended = app.ending().is_some();
    app.drafts_due_at
        .take_if(|due_at| has_ended || *due_at <= app.now)?;
    let open = app.overlays.iter().filter_map(|overlay| match overlay {
        Overlay::Form(form) if form.is_touched() => Some(app.draft_of(form)),
        _ => None,
    });
    // What was sent is on no disk as a command yet.
    let held = app.held.iter().map(|held| app.draft_of(&held.form));
    let open = open.chain(held);
    Some(Effect::KeepDrafts(
        app.drafts.iter().cloned().chain(open).collect(),
    ))
}
