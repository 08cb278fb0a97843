//! Alarms while the console is open: which stand, and telling the officer's own desktop of each once.
//!
//! What this machine has told of is known to the disk alone, because an agent and other consoles tell
//! too; so it is asked first, and what it gives back is told. Deliberately separate from the crossings
//! that the banner tells: those are what this screen saw happen.

use super::standing;
use crate::client::http::Health;
use crate::client::replica::Link;
use crate::domain::Instant;
use crate::domain::id::{AlarmId, IncidentId};
use crate::domain::incident::Incident;
use crate::notify::notice::{self, Notice, Raised, Source};
use crate::notify::vigil::{Vigil, Watched};
use crate::tui::app::App;
use crate::tui::message::Effect;
use crate::tui::standing::Known;
use crate::tui::theme::Look;
use chrono::TimeDelta;
use std::collections::HashSet;

/// What comes within this time is told together: a first load brings everything that stands.
const GATHERED_FOR: TimeDelta = TimeDelta::seconds(1);

/// The alarms of the incidents that the console holds.
#[derive(Debug, Default)]
pub(in crate::tui) struct Alarms {
    pub(super) vigil: Vigil,
    /// Those that the disk has not been asked about.
    untold: Vec<Raised>,
    ask_at: Option<Instant>,
    /// Those that it is being asked about: it answers before it is asked again.
    asked: Vec<Raised>,
    /// What is known of those that stand, on the server and here.
    pub(in crate::tui) known: Known,
    /// When the server is to be asked which stand.
    pub(super) look_at: Option<Instant>,
    /// Whether it is being asked.
    pub(super) is_asked: bool,
    /// Whether it did not answer when it was last spoken to.
    pub(super) is_lost: bool,
    /// When to work out again what stands beyond what the server told: not for each page of a load.
    pub(super) work_out_at: Option<Instant>,
    /// When the choice went on by itself to the next one, which nobody has chosen yet.
    pub(super) went_on_at: Option<Instant>,
    /// How many the window's title says.
    entitled: Option<usize>,
}

impl Alarms {
    /// When the disk is to be asked, or time alone raises one.
    pub(in crate::tui) fn happen_at(&self) -> Option<Instant> {
        let own = [self.ask_at, self.vigil.next_at()];
        let known = [self.look_at, self.work_out_at];
        own.into_iter().chain(known).flatten().min()
    }

    /// The present was set back by so much: what was to be done in some seconds is still done in some seconds.
    pub(super) fn set_back(&mut self, by: TimeDelta) {
        for at in [&mut self.ask_at, &mut self.look_at, &mut self.work_out_at] {
            *at = at.map(|at| at - by);
        }
    }

    fn look(&mut self, incident: IncidentId, watched: Option<&Watched>, now: Instant) {
        let before = self.vigil.standing();
        let fresh = self.vigil.look(incident, watched, now);
        if !fresh.is_empty() || before != self.vigil.standing() {
            self.work_out_at.get_or_insert(now + GATHERED_FOR);
        }
        if !fresh.is_empty() {
            self.untold.extend(fresh);
            self.ask_at.get_or_insert(now + GATHERED_FOR);
        }
    }
}

/// Looks at incidents as the server has just told them; those that are no news are passed over.
pub(super) fn told(app: &mut App, incidents: &[Incident]) {
    for incident in incidents {
        if !app.replica.is_newer(incident) {
            continue;
        }
        // One that has ended has nothing to tell of; most of a first load has.
        if incident.status.is_open() || app.alarms.vigil.is_watching(incident.id) {
            look_at(app, incident);
        }
    }
}

/// Looks again at an incident that is known.
pub(super) fn look_again(app: &mut App, id: IncidentId) {
    match app.replica.confirmed(id) {
        Some(incident) => look_at(app, &incident),
        None => app.alarms.look(id, None, app.now),
    }
}

/// The server answered: it is asked which alarms stand, the first time and after every silence.
pub(super) fn heard(app: &mut App) {
    let is_first = app.alarms.look_at.is_none() && app.alarms.known.told_at.is_none();
    if std::mem::take(&mut app.alarms.is_lost) || is_first {
        app.alarms.look_at = Some(app.now);
    }
}

/// What is wrong with the server, or is well again. Whoever looks elsewhere is told once that its alarm
/// engine is silent: from then on nobody but this machine tells of alarms.
pub(super) fn health_heard(app: &mut App, health: Health) -> Vec<Effect> {
    let before = std::mem::replace(&mut app.health, health);
    app.changed |= before != health;
    if before.nothing_saved_since.is_some() && health.nothing_saved_since.is_none() {
        app.mention(Look::Met, "The server saves again");
    }
    match (before.engine_silent_since, health.engine_silent_since) {
        (None, Some(_)) => vec![Effect::Tell(Notice::EngineSilent)],
        (Some(_), None) => {
            app.alarms.look_at = Some(app.now);
            app.mention(Look::Met, "The server's alarm engine works again");
            Vec::new()
        }
        (None, None) | (Some(_), Some(_)) => Vec::new(),
    }
}

/// Who is told and when follows from the numbers and the directory.
pub(super) fn look_again_at_all(app: &mut App) {
    for id in app.alarms.vigil.watched() {
        look_again(app, id);
    }
}

/// Everything is loaded anew.
pub(super) fn start_over(app: &mut App) {
    app.alarms.vigil = Vigil::default();
    app.alarms.known = Known::default();
    app.alarms.look_at = Some(app.now);
}

fn look_at(app: &mut App, incident: &Incident) {
    let desk = app.replica.desk();
    let watched = Watched::of(incident, &desk.directory, &desk.policy, app.now);
    app.alarms.look(incident.id, watched.as_ref(), app.now);
}

/// What time has raised, and what is to be said of it now.
pub(super) fn time_passes(app: &mut App) -> Vec<Effect> {
    for id in app.alarms.vigil.due(app.now) {
        look_again(app, id);
    }
    let looked = standing::time_passes(app);
    let asked = ask(app);
    let said = asked.into_iter().chain(looked);
    said.chain(entitle(app)).collect()
}

fn ask(app: &mut App) -> Option<Effect> {
    let (now, alarms) = (app.now, &mut app.alarms);
    if !alarms.asked.is_empty() {
        return None;
    }
    alarms.ask_at.take_if(|at| *at <= now)?;
    alarms.asked = std::mem::take(&mut alarms.untold);
    let asked = alarms.asked.iter();
    Some(Effect::ClaimAlarms(
        asked.map(|raised| raised.alarm.id).collect(),
    ))
}

fn entitle(app: &mut App) -> Option<Effect> {
    let here = app.alarms.vigil.standing();
    let standing = app.alarms.known.unacknowledged().unwrap_or(here);
    let before = app.alarms.entitled.replace(standing);
    (before != Some(standing)).then_some(Effect::Entitle(standing))
}

/// The disk says which alarms nobody here has told of.
pub(super) fn claimed(app: &mut App, claimed: &[AlarmId]) -> Vec<Effect> {
    let claimed: HashSet<_> = claimed.iter().collect();
    let mut raised = std::mem::take(&mut app.alarms.asked);
    raised.retain(|raised| claimed.contains(&raised.alarm.id));
    let told = tell(app, raised);
    told.into_iter().chain(ask(app)).collect()
}

fn tell(app: &mut App, raised: Vec<Raised>) -> Vec<Effect> {
    if raised.is_empty() {
        return Vec::new();
    }
    let group_from = app.replica.desk().policy.delivery.group_from;
    let source = match (app.replica.link(), app.health.engine_silent_since) {
        (Link::Connecting | Link::Live { .. }, None) => Source::Server,
        (Link::Down { .. }, _) | (_, Some(_)) => Source::Local,
    };
    // One alone may be in the banner already; several are told by their number, and the number is whole.
    if raised.len() > 1 || !raised.iter().all(is_in_banner) {
        say(app, raised.clone(), source);
    }
    let notices = notice::notices(raised, group_from, app.now, source);
    notices.into_iter().map(Effect::Tell).collect()
}

/// A deadline that passes is told in the banner when it does.
fn is_in_banner(raised: &Raised) -> bool {
    raised.alarm.cause.runs_out() && raised.alarm.threshold.is_passed()
}

fn say(app: &mut App, raised: Vec<Raised>, source: Source) {
    // The banner has room for one sentence, so two are told by their number already.
    for notice in notice::notices(raised, 2, app.now, source) {
        app.mention(Look::Soon, notice.sentence());
        app.changed = true;
    }
}
