//! What time alone changes, and when it will next change something that is shown.

use super::{is_skewed, select};
use crate::domain::Instant;
use crate::domain::clock::{self, Clock, Crossing};
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::query;
use crate::tui::app::{App, Notice, Overlay, Screen};
use crate::tui::format;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::theme::Look;
use chrono::{DurationRound, TimeDelta};

/// Moves the present to `now`: expired notices go, and deadlines that were crossed are told.
pub(super) fn time_passes(app: &mut App, now: Instant) -> Vec<Effect> {
    let before = app.now;
    if now < before {
        set_back(app, before - now);
    }
    // A clock that is set back must not tell of a crossing twice.
    app.now = now;
    let fell_due = wake_at_after(app, before).is_some_and(|at| at <= now);
    let is_over = |notice: &Notice| notice.goes_at().is_some_and(|at| at <= now);
    let notices = app.notices.len();
    app.notices.retain(|notice| !is_over(notice));
    app.changed |= fell_due || notices != app.notices.len();
    if app.board.lingers_until.is_some_and(|until| until <= now) {
        select::stop_lingering(app);
    }
    let moved = app.replica.pass_time(now);
    let told: Vec<String> = moved
        .iter()
        .flat_map(|id| crossings(app, *id, before, now))
        .collect();
    tell(app, &told)
}

/// This machine's clock was set back, or the server's: what waits some seconds does not wait for hours.
fn set_back(app: &mut App, by: TimeDelta) {
    app.replica.set_back(by);
    app.alarms.set_back(by);
    app.set_notices_back(by);
    app.drafts_due_at = app.drafts_due_at.map(|at| at - by);
    app.board.lingers_until = app.board.lingers_until.map(|at| at - by);
    app.changed |= is_skewed(by);
}

/// The deadlines of an incident that were crossed, in words.
fn crossings(app: &App, id: IncidentId, from: Instant, to: Instant) -> Vec<String> {
    let Some(incident) = app.replica.incident(id) else {
        return Vec::new();
    };
    clock::views(&incident)
        .filter(|view| query::is_deadline(view.clock.kind))
        .filter(|view| clock::crossed(view, from, to) == Some(Crossing::Overdue))
        .map(|view| format!("{} {} overdue", incident.name(), view.clock.kind.to_do()))
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

/// When something next happens by itself, whether or not a countdown changes with it.
pub fn happens_at(app: &App) -> Option<Instant> {
    earliest(happenings(app), app.now)
}

fn wake_at_after(app: &App, now: Instant) -> Option<Instant> {
    let shown = shown_time_changes_at(app, now);
    earliest(happenings(app).chain([shown]), now)
}

fn happenings(app: &App) -> impl Iterator<Item = Instant> {
    [
        app.replica.next_change_at(),
        app.replica.outbox().next_retry_at(),
        app.drafts_due_at,
        app.board.lingers_until,
        possible::undo_ends_at(app),
        app.told_changes_at(),
        app.freshness_changes_at(),
        app.alarms.happen_at(),
    ]
    .into_iter()
    .flatten()
}

fn earliest(moments: impl Iterator<Item = Instant>, now: Instant) -> Option<Instant> {
    moments
        .filter(|at| *at > now)
        .min()
        .map(just_after_the_second)
}

/// Countdowns change in the first millisecond of a second; what changes on the second itself waits
/// for it, so that both take one waking.
fn just_after_the_second(at: Instant) -> Instant {
    if at.timestamp_subsec_millis() == 0 {
        at + TimeDelta::milliseconds(1)
    } else {
        at
    }
}

/// When a countdown that is shown next reads differently, and with the minute at the latest, which
/// the header shows.
fn shown_time_changes_at(app: &App, now: Instant) -> Instant {
    let minute = TimeDelta::minutes(1);
    let next_minute = now.duration_trunc(minute).unwrap_or(now) + minute;
    let shown = match app.overlays.last() {
        Some(Overlay::Form(_)) => Vec::new(),
        Some(_) | None => app.shown(),
    };
    let incidents = shown.into_iter().filter_map(|id| app.replica.incident(id));
    incidents.fold(next_minute, |earliest, incident| {
        countdown_changes_at(app.screen, &incident, earliest, now)
    })
}

/// The earlier of `earliest` and the next change of a countdown of this incident. Whether a clock
/// still runs is asked only where it matters: it takes a look at every contact.
fn countdown_changes_at(
    screen: Screen,
    incident: &Incident,
    earliest: Instant,
    now: Instant,
) -> Instant {
    let is_shown = |clock: &Clock| match screen {
        Screen::Board => query::is_listed(clock.kind),
        Screen::Detail { .. } => true,
        Screen::Problems { .. } | Screen::Problem { .. } => false,
    };
    let next = |clock: &Clock| format::next_change(clock.due_at, now);
    let sooner = |clock: &Clock| is_shown(clock) && next(clock) < earliest;
    clock::views_of(incident, sooner)
        .filter(|view| view.state(now).is_open())
        .map(|view| next(view.clock))
        .fold(earliest, Instant::min)
}
