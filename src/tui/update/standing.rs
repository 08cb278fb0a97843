//! The alarms that stand: asking the server for them, working out what stands beyond that, and saying
//! something of one.
//!
//! Receipts are judged by the rulebook before they are sent, wait for their answer in the row, and are
//! never kept for later: only the server knows what it has raised.

use super::{act, directory, problems};
use crate::client::alarms::OnAlarm;
use crate::domain::alarm::{self, Alarm, AlarmState, RaisedAlarm, Receipt, Series};
use crate::domain::id::{AlarmId, CommandId, IncidentId, Reference};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::notify::notice::Source;
use crate::tui::app::{App, Overlay, fresh_id};
use crate::tui::format;
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::standing::{Place, Standing};
use crate::tui::theme::Look;
use crate::tui::view::alarms::page;
use crate::tui::widget::picker::{Choice, Picker};
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How long after an answer the server is asked again while the list is open: others acknowledge too.
const WHILE_OPEN: TimeDelta = TimeDelta::seconds(10);
/// The same while it is not, for the number in the title.
const OTHERWISE: TimeDelta = TimeDelta::seconds(60);

/// So many alarms may be asked for in one pause.
const TOLD_IN_ONE_PAUSE: usize = 1000;

/// Of so many incidents the alarms are worked out that the server has not told of; those of the rest are
/// counted, because each incident has to be unpacked for it.
const MOST_LISTED: usize = 100;

/// Opens the list, as far as it is known, and asks the server.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    act::open_overlay(app, Overlay::Alarms(Place::default()));
    work_out(app);
    ask(app).into_iter().collect()
}

/// Asks the server, unless it is being asked already.
pub(super) fn ask(app: &mut App) -> Option<Effect> {
    let was_asked = std::mem::replace(&mut app.alarms.is_asked, true);
    app.alarms.look_at = None;
    (!was_asked).then_some(Effect::FetchAlarms)
}

/// What time asks for.
pub(super) fn time_passes(app: &mut App) -> Option<Effect> {
    let now = app.now;
    if app.alarms.work_out_at.take_if(|at| *at <= now).is_some() {
        work_out(app);
    }
    app.alarms.look_at.take_if(|at| *at <= now)?;
    ask(app)
}

/// The server told which alarms stand, or did not.
pub(super) fn came(app: &mut App, answer: Result<Vec<RaisedAlarm>, String>) -> Vec<Effect> {
    let known = &mut app.alarms.known;
    known.trouble = answer.as_ref().err().cloned();
    if let Ok(told) = answer {
        known.told = told.into_iter().map(Arc::new).collect();
        known.told_at = Some(app.now);
    }
    app.alarms.is_asked = false;
    let pause = if place(app).is_some() {
        WHILE_OPEN
    } else {
        OTHERWISE
    };
    // Very many are many pages: they are asked for the more seldom, so that the load stays the same.
    let times = 1 + app.alarms.known.told.len() / TOLD_IN_ONE_PAUSE;
    let pause = pause * i32::try_from(times).unwrap_or(i32::MAX);
    app.alarms.look_at = Some(app.now + pause);
    work_out(app);
    Vec::new()
}

/// Works out what stands: what the server told and time has not overtaken, and beyond that what the
/// rulebook says of the incidents here. It is counted at all times, and listed while the list is open.
fn work_out(app: &mut App) {
    let beyond = beyond(app);
    let open = beyond.by_server(&app.alarms.known.told);
    let open = open.filter(|raised| raised.state() == AlarmState::Open);
    app.alarms.known.open = open.count() + beyond.here.len() + beyond.more;
    if place(app).is_some() {
        list(app, beyond);
    }
}

fn list(app: &mut App, beyond: Beyond) {
    let known = &mut app.alarms.known;
    let standing = |raised, source| Standing { raised, source };
    let by_server = beyond.by_server(&known.told);
    let by_server = by_server.map(|raised| standing(Arc::clone(raised), Source::Server));
    let mut all: Vec<Standing> = by_server.collect();
    let here = beyond.here.into_iter();
    all.extend(here.map(|raised| standing(Arc::new(raised), Source::Local)));
    let before = (std::mem::take(&mut known.all), known.more);
    known.more = beyond.more;
    known.show(all);
    app.changed |= before.0 != known.all || before.1 != known.more;
    take_hold(app);
}

/// What stands and the server has not told of.
#[derive(Default)]
struct Beyond {
    here: Vec<RaisedAlarm>,
    /// Those that it told of and that have been overtaken or settled since.
    gone: HashSet<AlarmId>,
    /// How many stand of the incidents beyond [`MOST_LISTED`].
    more: usize,
}

impl Beyond {
    /// Of what the server told, what stands.
    fn by_server<'a>(
        &'a self,
        told: &'a [Arc<RaisedAlarm>],
    ) -> impl Iterator<Item = &'a Arc<RaisedAlarm>> {
        let told = told.iter();
        told.filter(|raised| !self.gone.contains(&raised.alarm.id))
    }
}

fn beyond(app: &App) -> Beyond {
    let told = &app.alarms.known.told;
    let ids: HashSet<AlarmId> = told.iter().map(|raised| raised.alarm.id).collect();
    let mut found = app.alarms.vigil.standing_beyond(&ids);
    let rest = found.split_off(found.len().min(MOST_LISTED));
    let rest: HashMap<IncidentId, usize> = rest.into_iter().collect();
    let listed = found.into_iter().map(|(incident, _)| Some(incident));
    let mut of: HashMap<Option<IncidentId>, Vec<Alarm>> =
        listed.chain([None]).map(|of| (of, Vec::new())).collect();
    let mut beyond = Beyond {
        more: rest.values().sum(),
        ..Beyond::default()
    };
    for alarm in told.iter().map(|raised| &raised.alarm) {
        if let Some(of_it) = of.get_mut(&alarm.incident) {
            of_it.push(alarm.clone());
        } else if let Some(incident) = alarm.incident.filter(|id| rest.contains_key(id))
            && !app.alarms.vigil.stands(incident, alarm.id)
        {
            beyond.gone.insert(alarm.id);
        }
    }
    for (incident, told) in of {
        let Some((reference, series)) = series_of(app, incident) else {
            continue;
        };
        let change = alarm::change(&told, &series, app.now);
        beyond.gone.extend(change.close.iter().map(|(id, _)| *id));
        beyond.here.extend(change.raise.into_iter().map(|alarm| {
            let at = alarm.at;
            RaisedAlarm::new(alarm, reference, at)
        }));
    }
    beyond
}

/// What an incident, or the desk itself, has to tell of.
fn series_of(app: &App, incident: Option<IncidentId>) -> Option<(Option<Reference>, Vec<Series>)> {
    let desk = app.replica.desk();
    let (directory, policy) = (&desk.directory, &desk.policy);
    let Some(incident) = incident else {
        return Some((None, alarm::desk_series(directory, policy, app.now)));
    };
    let incident = app.replica.confirmed(incident)?;
    let series = alarm::series(&incident, directory, policy, app.now);
    Some((incident.reference, series))
}

/// Takes the first alarm in hand where none was chosen: from then on rows move and the choice stays.
fn take_hold(app: &mut App) {
    let first = app.alarms.known.all.first();
    let first = first.map(|standing| standing.raised.alarm.id);
    for overlay in &mut app.overlays {
        if let Overlay::Alarms(place) = overlay {
            place.selected = place.selected.or(first);
        }
    }
}

/// A key while the list is open.
pub(super) fn on(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::MoveUp => step(app, -1),
        Action::MoveDown => step(app, 1),
        Action::PageUp => step(app, -paged(app)),
        Action::PageDown => step(app, paged(app)),
        Action::MoveFirst => step(app, isize::MIN),
        Action::MoveLast => step(app, isize::MAX),
        Action::Open => opened(app),
        Action::AcknowledgeAlarm => receive(app, Receipt::Acknowledge {}),
        Action::SnoozeAlarm => choose_how_long(app),
        Action::Dismiss => act::act(app, action, 0),
        _ => Vec::new(),
    }
}

fn paged(app: &App) -> isize {
    isize::try_from(page(app)).unwrap_or(1)
}

fn place(app: &App) -> Option<Place> {
    app.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Alarms(place) => Some(*place),
        _ => None,
    })
}

/// The alarm that keys act upon; none while the list is not open.
fn in_hand(app: &App) -> Option<&Standing> {
    let all = &app.alarms.known.all;
    all.get(place(app)?.found(all)?)
}

/// So many rows further down.
pub(super) fn step(app: &mut App, rows: isize) -> Vec<Effect> {
    let all = &app.alarms.known.all;
    let Some(Overlay::Alarms(place)) = app.overlays.last_mut() else {
        return Vec::new();
    };
    let last = all.len().saturating_sub(1);
    let at = place.in_view(all).saturating_add_signed(rows).min(last);
    *place = Place {
        selected: all.get(at).map(|standing| standing.raised.alarm.id),
        at,
    };
    Vec::new()
}

/// The incident behind it; what is about the desk is mended in the directory.
fn opened(app: &mut App) -> Vec<Effect> {
    let Some(standing) = in_hand(app) else {
        return Vec::new();
    };
    let Some(incident) = standing.raised.alarm.incident else {
        return directory::open(app);
    };
    if app.replica.incident(incident).is_none() {
        app.say(Look::Refused, "That incident is not known here");
        return Vec::new();
    }
    app.overlays.clear();
    super::select::release(app);
    act::open_over(app, incident);
    Vec::new()
}

/// Why a receipt of the alarm in hand would be refused: by the link, by the roles held now, or by the
/// rules of alarms.
fn refusal(app: &App, receipt: Receipt) -> Option<Refusal> {
    let standing = in_hand(app)?;
    let judged = possible::without_server(app)
        .map_or(Ok(()), Err)
        .and_then(|()| judged(app, standing, receipt));
    judged.err()
}

fn judged(app: &App, standing: &Standing, receipt: Receipt) -> Result<(), Refusal> {
    if standing.source == Source::Local {
        return Err(Refusal::not_allowed(
            "The server has not raised this alarm yet, so you cannot acknowledge it. Do what the alarm asks for",
        ));
    }
    let desk = app.replica.desk();
    let actor = desk.actor_at(app.now);
    let incident = standing.raised.alarm.incident;
    let by = match incident.and_then(|id| app.replica.confirmed(id)) {
        Some(incident) => permission::require(Permission::Acknowledge, &actor, &incident)?.1,
        None => permission::answers_for_the_desk(&actor)?,
    };
    let mut raised = RaisedAlarm::clone(&standing.raised);
    raised.receive(receipt, &by, app.now, &desk.policy.alarm)
}

/// Why an action would be refused, for the hints at the bottom.
pub(in crate::tui) fn stands_against(app: &App, action: Action) -> Option<Refusal> {
    match action {
        Action::AcknowledgeAlarm => refusal(app, Receipt::Acknowledge {}),
        Action::SnoozeAlarm => refusal(app, Receipt::Snooze { minutes: 1 }),
        _ => None,
    }
}

/// For how long: the longest that the policy allows, and shares of it.
fn choose_how_long(app: &mut App) -> Vec<Effect> {
    if let Some(refusal) = refusal(app, Receipt::Snooze { minutes: 1 }) {
        app.say(Look::Refused, refusal.to_string());
        return Vec::new();
    }
    if in_hand(app).is_none() {
        return Vec::new();
    }
    let longest = app.replica.desk().policy.alarm.longest_snooze_minutes;
    let choices = [8, 4, 2, 1].map(|share| {
        let minutes = (longest / share).max(1);
        let until = app.now + TimeDelta::minutes(minutes.into());
        Choice {
            value: Action::PutOff(minutes),
            label: format!("{minutes} minutes"),
            detail: format!(
                "Reminder put off until {}. The deadline does not move",
                format::local_short(until, app.now)
            ),
            look: Look::Strong,
        }
    });
    let picker = Picker::new(choices.to_vec());
    act::open_overlay(app, Overlay::Steps("Put the reminder off", picker))
}

/// Puts the alarm in hand off.
pub(super) fn put_off(app: &mut App, minutes: u32) -> Vec<Effect> {
    receive(app, Receipt::Snooze { minutes })
}

fn receive(app: &mut App, receipt: Receipt) -> Vec<Effect> {
    // Whoever presses the key twice means one alarm, and not the next that has come into hand.
    let went_on_at = app.alarms.went_on_at;
    if went_on_at.is_some_and(|at| app.now < at + SEEN_AFTER) {
        return Vec::new();
    }
    if in_hand(app).is_none() && !app.alarms.known.all.is_empty() {
        app.say(Look::Refused, "That alarm has ended. Choose another");
    }
    if let Some(refusal) = refusal(app, receipt) {
        app.say(Look::Refused, refusal.to_string());
        return Vec::new();
    }
    let Some(alarm) = in_hand(app).map(|standing| standing.raised.alarm.id) else {
        return Vec::new();
    };
    if app.alarms.known.on_its_way(alarm).is_some() {
        return Vec::new();
    }
    let id = fresh_id(app.now);
    app.alarms.known.sent.insert(id, (alarm, receipt));
    if receipt == (Receipt::Acknowledge {}) {
        to_next_open(app);
    }
    vec![Effect::ReceiveAlarm(id, alarm, receipt)]
}

/// How long it takes to see that another alarm is in hand.
const SEEN_AFTER: TimeDelta = TimeDelta::seconds(1);

/// The choice goes on to the next alarm that nobody has acknowledged; it stays where there is none.
fn to_next_open(app: &mut App) {
    let known = &app.alarms.known;
    let is_open = |standing: &Standing| {
        let alarm = standing.raised.alarm.id;
        standing.raised.acknowledged.is_none() && known.on_its_way(alarm).is_none()
    };
    let Some(from) = place(app).and_then(|place| place.found(&known.all)) else {
        return;
    };
    let (before, after) = known.all.split_at(from);
    let next = after
        .iter()
        .chain(before)
        .find(|standing| is_open(standing));
    let Some(next) = next.map(|standing| standing.raised.alarm.id) else {
        return;
    };
    let at = known.all.iter().position(|it| it.raised.alarm.id == next);
    if let Some(Overlay::Alarms(place)) = app.overlays.last_mut() {
        place.selected = Some(next);
        place.at = at.unwrap_or(place.at);
        app.alarms.went_on_at = Some(app.now);
    }
}

/// The server answered a receipt, or did not.
pub(super) fn answered(app: &mut App, id: CommandId, answer: OnAlarm) -> Vec<Effect> {
    app.changed = true;
    let Some((alarm, receipt)) = app.alarms.known.sent.remove(&id) else {
        return Vec::new();
    };
    let name = name_of(app, alarm);
    match answer {
        OnAlarm::Applied(raised) => noted(app, &name, *raised),
        OnAlarm::Refused(refusal) => {
            let deed = match receipt {
                Receipt::Acknowledge {} => "acknowledged",
                Receipt::Snooze { .. } => "put off",
            };
            app.insist(Look::Refused, format!("{name} was not {deed}: {refusal}"));
        }
        OnAlarm::Unknown => app.insist(Look::Refused, format!("{name}: {}", problems::UNKNOWN)),
    }
    // Whatever came of it, the list is to say what holds now.
    ask(app).into_iter().collect()
}

/// What an alarm is called in a sentence, as long as it is in the list.
fn name_of(app: &App, alarm: AlarmId) -> String {
    let mut all = app.alarms.known.all.iter();
    let found = all.find(|standing| standing.raised.alarm.id == alarm);
    found.map_or_else(
        || "The alarm".to_owned(),
        |standing| {
            let title = standing.raised.alarm.cause.title();
            format!("{}, {title}", about(&standing.raised))
        },
    )
}

/// The reference of its incident, or that it is about the desk.
pub(in crate::tui) fn about(raised: &RaisedAlarm) -> String {
    match (raised.alarm.incident, raised.reference) {
        (_, Some(reference)) => reference.to_string(),
        (Some(_), None) => "new incident".to_owned(),
        (None, None) => "the desk".to_owned(),
    }
}

fn noted(app: &mut App, name: &str, raised: RaisedAlarm) {
    let said = match (&raised.acknowledged, raised.snoozed_until) {
        (None, Some(until)) => format!("put off until {}", format::local_short(until, app.now)),
        (Some(_), _) | (None, None) => "acknowledged".to_owned(),
    };
    app.say(
        Look::Met,
        format!("{name}: {said}. The deadline still runs"),
    );
    let mut told = app.alarms.known.told.iter_mut();
    if let Some(known) = told.find(|known| known.alarm.id == raised.alarm.id) {
        *known = Arc::new(raised);
    }
    work_out(app);
}
