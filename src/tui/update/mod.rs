//! One function a message: what arrived changes the console, and says what to do next.
//!
//! Nothing here waits, sends or draws, so a test can hand in messages and look at what comes out.
//! Whether something is allowed is deliberately not decided here: the replica asks the rules.

mod act;
mod alarms;
pub(super) mod directory;
mod drafts;
mod filter;
mod give;
mod keyboard;
mod line;
mod mouse;
mod overlay;
mod passing;
mod problems;
pub(super) mod reports;
mod saving;
mod select;
pub(super) mod standing;
mod steps;
pub(super) mod test_message;
mod undone;

use super::app::App;
use super::format;
use super::keys::Action;
use super::message::{Effect, Message};
use super::possible;
use super::terminal::Ending;
use super::theme::Look;
use crate::client::http::Reload;
use crate::client::replica::{Answer, Link};
use crate::domain::command::Command;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::{CommandId, IncidentId, PersonId};
use crate::domain::incident::Incident;
use crate::domain::investigation::InvestigationCommand;
use crate::domain::rota::{self, Tier};
use crate::text;
use std::path::PathBuf;

pub(super) use alarms::Alarms;
pub use line::hold_for_reading;
pub use passing::{happens_at, wake_at};
pub(super) use saving::Held;
pub(super) use standing::about;
pub(super) use steps::{asked_reference, sheet};
pub(super) use test_message::TestMessages;

/// Takes in a message at `now`, the server's present.
pub fn update(app: &mut App, message: Message, now: crate::domain::Instant) -> Vec<Effect> {
    let was_open = app.open_case();
    let mut effects = passing::time_passes(app, now);
    effects.extend(alarms::time_passes(app));
    effects.extend(match message {
        Message::Key(key) => keyboard::key(app, key),
        Message::Pasted(text) => keyboard::paste(app, &text),
        Message::Line(typed) => line::line(app, &typed),
        Message::Mouse(event) => mouse::mouse(app, event),
        Message::Resized(width, height) => resized(app, (width, height)),
        Message::Resumed => resumed(app),
        Message::Woke => Vec::new(),
        Message::Told(incidents) => told(app, incidents),
        Message::Loaded => loaded(app),
        Message::Heard(skew) => heard(app, skew),
        Message::HealthHeard(health) => alarms::health_heard(app, health),
        Message::Lost(trouble) => lost(app, trouble),
        Message::StartedOver(reload) => started_over(app, reload),
        Message::DeskChanged(desk) => {
            let before = holder(app);
            app.replica.set_desk(*desk, now);
            desk_changed_hands(app, before);
            alarms::look_again_at_all(app);
            app.changed = true;
            Vec::new()
        }
        Message::Written(id) => saving::written(app, id),
        Message::NotWritten(id, why) => saving::not_written(app, id, why),
        Message::CannotSave(why) => saving::cannot_save(app, why),
        Message::CanSave => saving::can_save(app),
        Message::Remembered(remembered) => saving::remembered(app, *remembered),
        Message::DiskFailed(sentence) => disk_failed(app, sentence),
        Message::Undone(lost) => undone::undone(app, &lost),
        Message::Answered(id, answer) => answered(app, id, answer),
        Message::TimelineCame(timeline) => {
            app.timeline = Some(timeline);
            app.changed = true;
            Vec::new()
        }
        Message::ChangeAnswered(id, answer) => directory::answered(app, id, answer),
        Message::DirectoryAnswered(command, answer) => directory_answered(app, &command, answer),
        Message::ProblemsCame(problems) => problems::came(app, problems),
        Message::ProblemAnswered(id, answer) => problems::answered(app, id, answer),
        Message::ReportCame(kind, period, answer) => reports::came(app, (kind, period), answer),
        Message::ReportFrozen(answer) => reports::frozen(app, answer),
        Message::Exported(written) => exported(app, written),
        Message::Found(question, answer) => {
            overlay::found(app, &question, answer);
            Vec::new()
        }
        Message::AlarmsCame(answer) => standing::came(app, answer),
        Message::AlarmAnswered(id, answer) => standing::answered(app, id, answer),
        Message::ServicesCame(services) => test_message::services_came(app, services),
        Message::DeliveryTested(id, answer) => test_message::answered(app, id, answer),
        Message::AlarmsClaimed(claimed) => alarms::claimed(app, &claimed),
        Message::Ended(ending) => ended(app, ending),
    });
    undone::offer(app);
    select::settle(app);
    app.take_turns();
    effects.extend(read(app, was_open, &effects));
    effects.extend(drafts::keep(app));
    app.replica.hold_open(&app.shown());
    effects.extend(app.replica.take_errands(now).into_iter().map(Effect::Run));
    effects
}

/// Opening a case is reading it, by whatever way and on whatever tab: its history is fetched, which
/// leaves an entry in the audit trail (BOB-SEC).
fn read(app: &App, was_open: Option<IncidentId>, effects: &[Effect]) -> Option<Effect> {
    let incident = app.open_case().filter(|open| was_open != Some(*open))?;
    let fetch = Effect::FetchTimeline(incident);
    (!effects.contains(&fetch)).then_some(fetch)
}

/// What a frame needs besides what arrived; once a frame, because it asks the rules.
pub fn before_drawing(app: &mut App) {
    possible::judge(app);
}

/// Said once, however often it is tried; and not at all where it is said already that nothing can be saved.
fn disk_failed(app: &mut App, sentence: String) -> Vec<Effect> {
    if app.cannot_save.is_some() {
        return Vec::new();
    }
    if app.notices.iter().all(|notice| notice.text != sentence) {
        app.insist(Look::Refused, sentence);
        app.changed = true;
    }
    Vec::new()
}

fn resized(app: &mut App, size: (u16, u16)) -> Vec<Effect> {
    if app.size == size {
        return Vec::new();
    }
    app.size = size;
    app.changed = true;
    if app.board.held.is_some() {
        select::hold(app);
    }
    Vec::new()
}

fn resumed(app: &mut App) -> Vec<Effect> {
    app.is_wiped = true;
    app.changed = true;
    Vec::new()
}

fn loaded(app: &mut App) -> Vec<Effect> {
    app.changed |= !app.has_loaded;
    app.has_loaded = true;
    Vec::new()
}

fn told(app: &mut App, incidents: Vec<Incident>) -> Vec<Effect> {
    loaded(app);
    alarms::told(app, &incidents);
    let changed = app.replica.absorb(incidents, app.now);
    app.changed |= !changed.is_empty();
    // What is not open is not read.
    let open = app.open_case().filter(|open| changed.contains(open));
    open.map(Effect::FetchTimeline).into_iter().collect()
}

fn heard(app: &mut App, skew: chrono::TimeDelta) -> Vec<Effect> {
    let before = (app.freshness(), is_skewed(app.skew));
    let mut effects = follow_clock(app, skew);
    app.replica.heard(app.now);
    alarms::heard(app);
    app.trouble = None;
    app.changed |= before != (app.freshness(), is_skewed(app.skew));
    effects.extend(undone::ask_of_earlier(app));
    effects
}

/// The present is the server's: when its clock is found to be another than was thought, the present moves before
/// anything is noted by it. What was heard would else lie in the future, and no silence be counted.
fn follow_clock(app: &mut App, skew: chrono::TimeDelta) -> Vec<Effect> {
    let moved = skew - app.skew;
    let is_first = matches!(app.replica.link(), Link::Connecting) && app.skew.is_zero();
    app.skew = skew;
    let effects = passing::time_passes(app, app.now + moved);
    if is_skewed(moved) && !is_first {
        alarms::look_again_at_all(app);
        let present = format::local(app.now);
        let said = format!("The server's clock has changed to {present}. Countdowns follow it");
        app.mention(Look::Soon, said);
    }
    effects
}

/// Whether this machine's clock differs from the server's by more than people would shrug at.
pub(super) fn is_skewed(skew: chrono::TimeDelta) -> bool {
    skew.abs() > chrono::TimeDelta::seconds(2)
}

fn lost(app: &mut App, trouble: String) -> Vec<Effect> {
    app.replica.lost(app.now);
    app.alarms.is_lost = true;
    app.trouble = Some(trouble);
    app.changed = true;
    Vec::new()
}

fn started_over(app: &mut App, reload: Reload) -> Vec<Effect> {
    undone::know_names(app);
    app.replica.start_over(app.now);
    app.has_loaded = false;
    alarms::start_over(app);
    app.changed = true;
    match reload {
        Reload::HistoryGone => {
            app.insist(
                Look::Refused,
                "The server went back to an earlier state. Everything is loaded again",
            );
            return undone::ask(app);
        }
        Reload::ViewChanged => app.mention(
            Look::Text,
            "Your roles have changed, and with them what you may see. Everything is loaded again",
        ),
    }
    Vec::new()
}

fn answered(app: &mut App, id: CommandId, answer: Answer) -> Vec<Effect> {
    let chance = f64::from(u16::from_be_bytes([
        id.0.as_bytes()[14],
        id.0.as_bytes()[15],
    ])) / 65_536.0;
    let case_file = case_file_of(app, id, &answer);
    if let Answer::Applied { incident } = &answer {
        let is_said = app.told_taken(id, incident);
        let sent = app.replica.outbox().find(id);
        if let Some(unsent) = sent
            .map(|sent| sent.unsent.clone())
            .filter(|_| !is_said && case_file.is_none())
        {
            app.told_sent(&unsent, incident);
        }
        saving::done(app, id);
    }
    let incident = app
        .replica
        .outbox()
        .find(id)
        .map(|sent| sent.unsent.incident);
    let ended = app.replica.answered(id, answer, app.now, chance);
    // What came with the answer is no news when the poll brings it.
    if let Some(incident) = incident {
        alarms::look_again(app, incident);
    }
    app.changed = true;
    let refused = app.replica.outbox().refused();
    let kept = refused.iter().find(|refused| refused.unsent.id == id);
    match (ended, kept.cloned()) {
        (Some(_), Some(_)) if saving::refused(app, id) => vec![Effect::Ring],
        (Some(_), Some(refused)) => vec![Effect::Keep(Box::new(refused)), Effect::Ring],
        (Some(_) | None, _) => case_file.into_iter().collect(),
    }
}

/// Whoever handed a case file out gets it as soon as the server has taken that.
fn case_file_of(app: &App, id: CommandId, answer: &Answer) -> Option<Effect> {
    let unsent = &app.replica.outbox().find(id)?.unsent;
    let Command::Investigation(step) = &unsent.command else {
        return None;
    };
    let hands_out = matches!(**step, InvestigationCommand::HandOutCaseFile { .. });
    let is_applied = matches!(answer, Answer::Applied { .. });
    (hands_out && is_applied).then_some(Effect::TakeCaseFile(unsent.incident, id))
}

fn exported(app: &mut App, written: Result<PathBuf, String>) -> Vec<Effect> {
    match written {
        Ok(path) => app.insist(Look::Met, format!("Written to {}", path.display())),
        Err(sentence) => app.insist(Look::Refused, sentence),
    }
    app.changed = true;
    Vec::new()
}

fn directory_answered(
    app: &mut App,
    command: &DirectoryCommand,
    answer: Result<(), String>,
) -> Vec<Effect> {
    match answer {
        Ok(()) => app.say(Look::Met, handed_over(app, command)),
        Err(sentence) => app.insist(Look::Refused, sentence),
    }
    app.changed = true;
    Vec::new()
}

/// What has become of the desk: an offer is not a handover.
fn handed_over(app: &App, command: &DirectoryCommand) -> String {
    let present = app.present();
    match command {
        DirectoryCommand::OfferHandover { shift, .. } => {
            let shift = present.directory.shift(shift);
            let to = shift.map_or("the next officer", |shift| {
                present.directory.person_name(&shift.person)
            });
            format!(
                "Desk offered to {}. You hold it until they accept",
                text::line(to)
            )
        }
        DirectoryCommand::AcceptHandover { .. } => {
            let at = format::local_short(present.now, present.now);
            format!("You hold the desk since {at}")
        }
        _ => "Saved on the server".to_owned(),
    }
}

/// Who holds the desk, if anybody does.
fn holder(app: &App) -> Option<PersonId> {
    let present = app.present();
    let shift = rota::on_call(&present.directory.shifts, Tier::First, present.now)?;
    Some(shift.person.clone())
}

/// Whoever held the desk and whoever holds it now are told, for what they may see changes with it.
fn desk_changed_hands(app: &mut App, before: Option<PersonId>) {
    let after = holder(app);
    if before == after || before.is_none() {
        return;
    }
    let present = app.present();
    let shift = rota::on_call(&present.directory.shifts, Tier::First, present.now);
    let Some(shift) = shift else { return };
    let name = text::line(present.directory.person_name(&shift.person)).to_string();
    let at = format::local_short(shift.accepted_at.unwrap_or(present.now), present.now);
    let (is_mine, was_mine) = (
        shift.person == *present.me,
        before.as_ref() == Some(present.me),
    );
    if is_mine {
        let (sheet, take_on) = (
            app.keymap.key_for(Action::Handover),
            app.keymap.key_for(Action::TakeOn),
        );
        let whose = before.as_ref().map_or_else(String::new, |person| {
            text::line(present.directory.person_name(person)).to_string()
        });
        app.insist(
            Look::Text,
            format!(
                "You took over the desk at {at}. {sheet}, then {take_on} takes on what {whose} still owns"
            ),
        );
    } else if was_mine {
        app.insist(Look::Text, format!("{name} took over the desk at {at}. You now see only the incidents of your other roles; those you own stay yours until {name} takes them on"));
    }
}

fn ended(app: &mut App, ending: Ending) -> Vec<Effect> {
    app.ending.get_or_insert(ending);
    Vec::new()
}
