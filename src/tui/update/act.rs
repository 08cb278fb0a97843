//! Actions on the board and in the detail of an incident.

use super::give::Done;
use super::{
    directory, drafts, filter, give, overlay, problems, reports, select, standing, steps,
    test_message, undone,
};
use crate::domain::command::{Acknowledge, Command, UndoAcknowledge};
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::enumeration;
use crate::domain::id::IncidentId;
use crate::domain::query::Queue;
use crate::domain::summons;
use crate::steps::{Group, STEPS};
use crate::tui::app::{App, Deed, Freshness, Overlay, Question, Screen, Tab, Told, fresh_id};
use crate::tui::finding::Finding;
use crate::tui::form::{Form, Purpose};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::terminal::Ending;
use crate::tui::theme::Look;
use crate::tui::view::detail;
use chrono::TimeDelta;

pub(super) fn act(app: &mut App, action: Action, ordinal: usize) -> Vec<Effect> {
    if let Some(refusal) = refusal(app, action) {
        app.say(Look::Refused, refusal);
        return Vec::new();
    }
    match action {
        Action::MoveUp => moved(app, -1),
        Action::MoveDown => moved(app, 1),
        Action::PageUp => moved(app, -select::page(app)),
        Action::PageDown => moved(app, select::page(app)),
        Action::MoveFirst => moved(app, isize::MIN),
        Action::MoveLast => moved(app, isize::MAX),
        Action::Open => opened(app),
        Action::Back => back(app),
        Action::Numbered => numbered(app, ordinal),
        Action::NextTab => turned(app, 1),
        Action::PreviousTab => turned(app, -1),
        Action::Filter => filter::open(app),
        Action::Saved(place) => filter::narrow_by(app, place),
        Action::Theme(place) => overlay::wear(app, place),
        Action::Mark => mark(app),
        Action::Freeze => frozen(app),
        Action::PollNow => poll_now(app),
        Action::Acknowledge => acknowledge(app),
        Action::Undo => undo(app),
        Action::Reassign => overlay::choose_person(app),
        Action::TakeOn => overlay::ask_to_take_on(app),
        Action::AnswerOffer => form(app, Purpose::AnswerOffer, Reach::One),
        Action::Escalate => form(app, Purpose::Escalate, Reach::Marked),
        Action::Inform => form(app, Purpose::Inform, Reach::One),
        Action::StrikeCall => strike_call(app),
        Action::NotifyPartners => form(app, Purpose::NotifyPartners, Reach::One),
        Action::PartnerAnswer => form(app, Purpose::PartnerAnswer, Reach::One),
        Action::Note => form(app, Purpose::Note, Reach::Marked),
        Action::Triage => form(app, Purpose::Triage, Reach::One),
        Action::Grade => form(app, Purpose::Grade, Reach::One),
        Action::CorrectAwareness => form(app, Purpose::CorrectAwareness, Reach::One),
        Action::Major => form(app, Purpose::Major, Reach::One),
        Action::Decide => steps::choose_decision(app),
        Action::Work => steps::choose_work(app),
        Action::Step(step) => form(app, Purpose::Step(step), Reach::One),
        Action::Handoff => steps::open_handoff(app),
        Action::Problems => problems::open(app),
        Action::OnProblem(step) => problems::open_form(app, step),
        Action::LinkProblem => problems::choose(app),
        Action::Search => open_overlay(app, Overlay::Search(Finding::default())),
        Action::Timeline => timeline(app),
        Action::CopyReference => copy(app),
        Action::Log => form(app, Purpose::Log, Reach::Nothing),
        Action::Handover => open_overlay(app, Overlay::Handover(0)),
        Action::Reports => reports::open(app),
        Action::CaseFile => case_file(app),
        Action::Directory => directory::open(app),
        Action::Change(change) => directory::change(app, change),
        Action::Alarms => standing::open(app),
        Action::SendTest(place) => test_message::send(app, place),
        Action::PutOff(minutes) => standing::put_off(app, minutes),
        Action::Connection => open_overlay(app, Overlay::Connection(0)),
        Action::Dismiss => dismiss(app),
        Action::Palette => overlay::open_palette(app),
        Action::Help => overlay::open_help(app),
        Action::Quit => quit(app),
        // Only what lies over the screen gives these meanings.
        Action::AcknowledgeAlarm
        | Action::SnoozeAlarm
        | Action::TestDelivery
        | Action::NextField
        | Action::PreviousField
        | Action::ChoiceLeft
        | Action::ChoiceRight
        | Action::Tick
        | Action::Submit
        | Action::Discard
        | Action::CopyAnswer
        | Action::NextSaved
        | Action::PreviousSaved
        | Action::Export
        | Action::FreezeReport
        | Action::EarlierMonth
        | Action::LaterMonth
        | Action::Yes
        | Action::No => Vec::new(),
    }
}

/// Why there is no point in opening a form. What needs no form says so itself for each incident, and
/// of several incidents each is judged when the form is sent.
pub(super) fn refusal(app: &mut App, action: Action) -> Option<String> {
    match action {
        Action::Step(step) => {
            return possible::of_step(app, step).map(|refusal| refusal.to_string());
        }
        Action::OnProblem(step) => {
            return possible::of_problem_step(app, step).map(|refusal| refusal.to_string());
        }
        Action::LinkProblem => {
            return possible::without_server(app).map(|refusal| refusal.to_string());
        }
        _ => {}
    }
    let needs_no_form = matches!(action, Action::Acknowledge | Action::Undo);
    let is_for_several = app.targets().len() > 1;
    if needs_no_form || is_for_several || !possible::is_judged(action) {
        return None;
    }
    possible::judge(app);
    app.refused.why(action).map(ToString::to_string)
}

/// The form that strikes a call out, or why it cannot be opened.
fn strike_call(app: &mut App) -> Vec<Effect> {
    let step = STEPS
        .iter()
        .find(|step| step.group == Group::Contact && step.verb == "strike");
    step.map_or_else(Vec::new, |step| act(app, Action::Step(step), 0))
}

/// The form of the step that hands it out; the file comes once the server has taken that.
fn case_file(app: &mut App) -> Vec<Effect> {
    let step = STEPS
        .iter()
        .find(|step| step.group == Group::Investigate && step.verb == "hand-out");
    step.map_or_else(Vec::new, |step| act(app, Action::Step(step), 0))
}

/// How many incidents a form is about.
#[derive(Clone, Copy)]
enum Reach {
    /// None yet.
    Nothing,
    /// The selected one.
    One,
    /// All that are marked, else the selected one.
    Marked,
}

fn moved(app: &mut App, rows: isize) -> Vec<Effect> {
    match app.screen {
        Screen::Board => select::move_on(app, rows),
        Screen::Detail {
            incident,
            tab,
            scroll,
        } => {
            let most = detail::most_scroll(app, incident, tab);
            let scroll = scroll.min(most).saturating_add_signed(rows).min(most);
            app.screen = Screen::Detail {
                incident,
                tab,
                scroll,
            };
        }
        Screen::Problems { .. } | Screen::Problem { .. } => problems::moved(app, rows),
    }
    Vec::new()
}

/// Opens an incident over what is shown now, to which leaving it goes back.
pub(super) fn open_over(app: &mut App, incident: IncidentId) {
    if app.screen != Screen::Board {
        app.below.push(app.screen);
    }
    show(app, incident, Tab::Overview);
}

fn opened(app: &mut App) -> Vec<Effect> {
    if let Some(logged) = app.announced_out_of_sight() {
        open_over(app, logged);
        return Vec::new();
    }
    match (app.screen, app.board.selected) {
        (Screen::Board, Some(incident)) => show(app, incident, Tab::Overview),
        (Screen::Problems { .. } | Screen::Problem { .. }, _) => problems::opened(app),
        (Screen::Board | Screen::Detail { .. }, _) => {}
    }
    Vec::new()
}

fn show(app: &mut App, incident: IncidentId, tab: Tab) {
    app.screen = Screen::Detail {
        incident,
        tab,
        scroll: 0,
    };
}

fn back(app: &mut App) -> Vec<Effect> {
    match app.screen {
        Screen::Detail { .. } | Screen::Problems { .. } | Screen::Problem { .. } => {
            app.screen = app.below.pop().unwrap_or(Screen::Board);
        }
        Screen::Board if !app.board.marks.is_empty() => app.board.marks.clear(),
        Screen::Board => app.replica.widen(),
    }
    Vec::new()
}

fn numbered(app: &mut App, ordinal: usize) -> Vec<Effect> {
    match app.screen {
        Screen::Board => {
            if let Some(queue) = Queue::ALL.get(ordinal) {
                select::show_queue(app, *queue);
            }
            Vec::new()
        }
        Screen::Detail { incident, .. } => match Tab::ALL.get(ordinal) {
            Some(tab) => show_tab(app, incident, *tab),
            None => Vec::new(),
        },
        Screen::Problems { .. } | Screen::Problem { .. } => Vec::new(),
    }
}

fn turned(app: &mut App, by: isize) -> Vec<Effect> {
    select::turn(app, by);
    match app.screen {
        Screen::Detail { incident, tab, .. } => show_tab(app, incident, tab),
        Screen::Board | Screen::Problems { .. } | Screen::Problem { .. } => Vec::new(),
    }
}

fn timeline(app: &mut App) -> Vec<Effect> {
    match app.current() {
        Some(incident) => show_tab(app, incident, Tab::Timeline),
        None => Vec::new(),
    }
}

fn show_tab(app: &mut App, incident: IncidentId, tab: Tab) -> Vec<Effect> {
    show(app, incident, tab);
    match tab {
        Tab::Timeline => vec![Effect::FetchTimeline(incident)],
        Tab::Overview | Tab::Contacts | Tab::Partners | Tab::Grade | Tab::Work => Vec::new(),
    }
}

fn mark(app: &mut App) -> Vec<Effect> {
    if let Some(selected) = app.board.selected {
        if !app.board.marks.remove(&selected) {
            app.board.marks.insert(selected);
        }
        select::step(app, 1);
    }
    Vec::new()
}

fn frozen(app: &mut App) -> Vec<Effect> {
    select::freeze(app);
    Vec::new()
}

fn acknowledge(app: &mut App) -> Vec<Effect> {
    let (targets, rows) = (app.targets(), app.visible());
    let marks = app.board.marks.clone();
    let key = app.keymap.key_for(Action::Undo);
    let seconds = app.replica.desk().policy.acknowledge.undo_seconds;
    let command = Command::Acknowledge(Acknowledge {});
    let done = Done {
        one: format!("acknowledged; {key} takes it back within {seconds} s"),
        several: format!("acknowledged and still marked; {key} takes them back within {seconds} s"),
    };
    let effects = give::give_all(app, &targets, &command, &done);
    // Together they were acknowledged, and together they can be taken back.
    app.board.marks = marks;
    let until = app.now + TimeDelta::seconds(i64::from(seconds));
    select::linger(app, rows, until);
    effects
}

/// Takes back the acknowledgement of what is in hand: never of anything else, however lately that was
/// acknowledged.
fn undo(app: &mut App) -> Vec<Effect> {
    let targets = app.targets();
    let command = Command::UndoAcknowledge(UndoAcknowledge {});
    let done = Done {
        one: "is unacknowledged again".to_owned(),
        several: "are unacknowledged again".to_owned(),
    };
    give::give_all(app, &targets, &command, &done)
}

fn form(app: &mut App, purpose: Purpose, reach: Reach) -> Vec<Effect> {
    let targets = match reach {
        Reach::Nothing => Vec::new(),
        Reach::One => app.current().into_iter().collect(),
        Reach::Marked => app.targets(),
    };
    if targets.is_empty() && !matches!(reach, Reach::Nothing) {
        return Vec::new();
    }
    open_form(app, purpose, targets);
    Vec::new()
}

/// Opens a form, as it was left if it was left before.
pub(super) fn open_form(app: &mut App, purpose: Purpose, targets: Vec<IncidentId>) {
    let incident = targets.first().and_then(|id| app.replica.incident(*id));
    let draft = drafts::take(app, &purpose, &targets);
    let mut form = Form::open(purpose, targets, incident.as_deref(), &app.present());
    if let Some(draft) = draft {
        form.fill(&draft);
        // What was chosen may ask for more, which the draft answers too.
        form.follow(incident.as_deref(), &app.present());
        form.fill(&draft);
    }
    open_overlay(app, Overlay::Form(form));
}

/// After an escalation: who is told by what stands on the contacts, and where nothing is sent the call
/// sheet opens on whom to call (ESC-SENT).
pub(super) fn escalated(app: &mut App, id: IncidentId) {
    let Some(incident) = app.replica.incident(id) else {
        return;
    };
    show(app, id, Tab::Contacts);
    let directory = app.present().directory;
    let to_call = summons::to_call_now(&incident, directory);
    if to_call.is_empty() {
        return;
    }
    let names: Vec<String> = to_call.iter().map(|call| call.who(directory)).collect();
    let said = format!("Nothing is sent to {}. Now call", enumeration::all(&names));
    app.say(Look::Soon, said);
    open_form(app, Purpose::Inform, vec![id]);
}

/// Puts something over the screen; the rows under it hold still.
pub(super) fn open_overlay(app: &mut App, overlay: Overlay) -> Vec<Effect> {
    if app.board.held.is_none() {
        select::hold(app);
    }
    app.overlays.push(overlay);
    Vec::new()
}

/// Asks the server at once; while it does not answer, the key is answered here.
fn poll_now(app: &mut App) -> Vec<Effect> {
    if !matches!(app.freshness(), Freshness::Live) {
        app.say(Look::Text, "Asking the server again now");
    }
    vec![Effect::PollNow]
}

fn copy(app: &mut App) -> Vec<Effect> {
    let reference = app
        .current()
        .and_then(|id| app.replica.incident(id))
        .and_then(|incident| incident.reference);
    match reference {
        Some(reference) => {
            app.say(
                Look::Met,
                format!("{reference} sent to the clipboard of your terminal"),
            );
            vec![Effect::Copy(reference.to_string())]
        }
        None => Vec::new(),
    }
}

/// What is shown first goes first.
fn dismiss(app: &mut App) -> Vec<Effect> {
    let id = match app.all_told().first() {
        Some(Told::Notice(place, _)) => {
            let place = *place;
            app.notices.remove(place);
            return Vec::new();
        }
        Some(Told::Refused(refused)) => refused.unsent.id,
        None => return Vec::new(),
    };
    let dismissed = app.replica.dismiss(id);
    let forgotten = dismissed.map(|refused| Effect::Forget(refused.unsent.id));
    forgotten.into_iter().collect()
}

fn quit(app: &mut App) -> Vec<Effect> {
    let unsent = app.replica.outbox().pending().len();
    let actions = match unsent {
        0 => None,
        1 => Some("1 action is not sent yet".to_owned()),
        more => Some(format!("{more} actions are not sent yet")),
    };
    let unfinished = app.unfinished();
    let Some(title) = actions.clone().or_else(|| {
        let has_drafts = unfinished.is_some();
        has_drafts.then(|| "Something is not finished".to_owned())
    }) else {
        app.ending = Some(Ending::Quit);
        return Vec::new();
    };
    let nowhere = app.replica.outbox().kept_nowhere().count();
    let kept = actions.map(|_| match nowhere {
        0 => "They are saved on this machine, and sent when you open the console again".to_owned(),
        lost => format!(
            "Lost if you leave, because this machine cannot save: {lost}. Wait for the server"
        ),
    });
    let lines = kept.into_iter().chain(unfinished);
    let question = Question {
        title,
        lines: lines.chain(["Leave anyway?".to_owned()]).collect(),
        deed: Deed::Quit,
    };
    open_overlay(app, Overlay::Question(question))
}

/// Sends a command about the directory as it is shown.
pub(super) fn to_directory(app: &App, command: DirectoryCommand) -> Effect {
    let seen = app.present().directory.version;
    Effect::SendDirectory(fresh_id(app.now), seen, command)
}

/// Carries out what a question was about.
pub(super) fn carry_out(app: &mut App, deed: Deed) -> Vec<Effect> {
    match deed {
        Deed::Quit => {
            app.ending = Some(Ending::Quit);
            Vec::new()
        }
        Deed::AcceptHandover(shift) => {
            let command = DirectoryCommand::AcceptHandover { shift };
            vec![to_directory(app, command)]
        }
        Deed::Discard => overlay::discarded(app),
        Deed::TakeOn(incidents) => give::take_on(app, &incidents),
        Deed::FreezeReport(kind, period) => {
            vec![Effect::FreezeReport(fresh_id(app.now), kind, period)]
        }
        Deed::GiveAgain => undone::give_again(app),
    }
}
