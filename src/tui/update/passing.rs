//! What time alone changes, and when it will next change something that is shown.

use crate::domain::Instant;
use crate::domain::clock::{self, Crossing};
use crate::domain::id::IncidentId;
use crate::domain::query;
use crate::tui::app::{App, Overlay, Screen};
use crate::tui::format;
use crate::tui::message::Effect;
use crate::tui::theme::Look;
use chrono::{DurationRound, TimeDelta};

/// Moves the present to `now`: expired notices go, and deadlines that were crossed are told.
pub(super) fn time_passes(app: &mut App, now: Instant) -> Vec<Effect> {
    let before = app.now;
    // A clock that is set back must not tell of a crossing twice.
    app.now = now;
    let fell_due = wake_at_after(app, before).is_some_and(|at| at <= now);
    let expired = |until: Option<Instant>| until.is_some_and(|until| until <= now);
    let notices = app.notices.len();
    app.notices.retain(|notice| !expired(notice.until));
    app.changed |= fell_due || notices != app.notices.len();
    let moved = app.replica.pass_time(now);
    let told: Vec<String> = moved
        .iter()
        .flat_map(|id| crossings(app, *id, before, now))
        .collect();
    tell(app, &told)
}

/// The deadlines of an incident that were crossed, in words.
fn crossings(app: &App, id: IncidentId, from: Instant, to: Instant) -> Vec<String> {
    let Some(incident) = app.replica.incident(id) else {
        return Vec::new();
    };
    clock::views(&incident)
        .filter(|view| query::is_deadline(view.clock.kind))
        .filter(|view| clock::crossed(view, from, to) == Some(Crossing::Overdue))
        .map(|view| format!("{} {} overdue", incident.name(), view.clock.kind.name()))
        .collect()
}

fn tell(app: &mut App, told: &[String]) -> Vec<Effect> {
    match told {
        [] => return Vec::new(),
        [one] => app.insist(Look::Overdue, one.clone()),
        [first, rest @ ..] => {
            let text = format!(
                "{first}; {} more deadlines passed at the same time",
                rest.len()
            );
            app.insist(Look::Overdue, text);
        }
    }
    vec![Effect::Ring]
}

/// When something that is shown next changes by itself.
pub fn wake_at(app: &App) -> Option<Instant> {
    wake_at_after(app, app.now)
}

fn wake_at_after(app: &App, now: Instant) -> Option<Instant> {
    [
        app.replica.next_change_at(),
        app.replica.outbox().next_retry_at(),
        app.drafts_due_at,
        app.notices.iter().filter_map(|notice| notice.until).min(),
        app.freshness_changes_at(),
        shown_countdown_changes_at(app, now),
        Some(next_minute(now)),
    ]
    .into_iter()
    .flatten()
    .filter(|at| *at > now)
    .min()
}

/// The header shows the minute.
fn next_minute(now: Instant) -> Instant {
    let minute = TimeDelta::minutes(1);
    now.duration_trunc(minute).unwrap_or(now) + minute
}

fn shown_countdown_changes_at(app: &App, now: Instant) -> Option<Instant> {
    let shown: Vec<IncidentId> = match (app.overlays.last(), app.screen) {
        (Some(Overlay::Form(_)), _) => Vec::new(),
        (_, Screen::Board) => app.visible(),
        (_, Screen::Detail { incident, .. }) => vec![incident],
    };
    shown
        .into_iter()
        .filter_map(|id| app.replica.incident(id))
        .flat_map(|incident| {
            clock::views(&incident)
                .filter(|view| view.state(now).is_open())
                .map(|view| format::next_change(view.clock.due_at, now))
                .collect::<Vec<_>>()
        })
        .min()
}
