//! Keys while something lies over the screen: forms, questions, lists, the filter.

use super::give::Done;
use super::{
    act, directory, drafts, filter, give, problems, reports, saving, select, standing, steps,
};
use crate::domain::Instant;
use crate::domain::id::PersonId;
use crate::domain::incident::Incident;
use crate::domain::permission::{self, Permission};
use crate::domain::role::Role;
use crate::domain::rota::{self, Shift, Tier};
use crate::report::Format;
use crate::text;
use crate::tui::app::{App, Deed, Overlay, Question, ShownReport};
use crate::tui::finding::{Finding, Found};
use crate::tui::form::{Field, Form, Present, Purpose, Request, Value};
use crate::tui::format;
use crate::tui::keys::{Action, Key, Keymap, SCOPES, Scope};
use crate::tui::message::{Effect, Exported};
use crate::tui::possible;
use crate::tui::sheet::Export;
use crate::tui::theme::{self, Look, Theme};
use crate::tui::widget::picker::{Choice, Picker};
use crossterm::event::KeyEvent;
use std::sync::Arc;

/// An action for whatever lies on top.
pub(super) fn act(app: &mut App, action: Action, ordinal: usize, event: KeyEvent) -> Vec<Effect> {
    match (action, app.overlays.last()) {
        (Action::Back | Action::No, _) => leave(app),
        (Action::Help, Some(Overlay::Help(_))) => leave(app),
        (Action::Help, _) => open_help(app),
        (_, Some(Overlay::Form(_))) => in_form(app, action, event),
        (Action::Yes, Some(Overlay::Question(_))) => agreed(app),
        (Action::Yes, Some(Overlay::Seal(..))) => steps::sealed(app),
        (_, Some(Overlay::Directory(_))) => directory::on(app, action, ordinal),
        (_, Some(Overlay::Alarms(_))) => standing::on(app, action),
        (_, Some(Overlay::Handoff(_))) => steps::on_handoff(app, action),
        (Action::NextSaved, _) => filter::next_saved(app, 1),
        (Action::PreviousSaved, _) => filter::next_saved(app, -1),
        (Action::Open, _) => chosen(app),
        (Action::MoveUp, _) => stepped(app, -1),
        (Action::MoveDown, _) => stepped(app, 1),
        (Action::PageUp, _) => stepped(app, -select::page(app)),
        (Action::PageDown, _) => stepped(app, select::page(app)),
        (Action::Export, Some(Overlay::Handover(_))) => choose_format(app, Export::Handover),
        (Action::Export, Some(Overlay::Report(sheet))) => match &sheet.shown {
            ShownReport::Came(report) => {
                let report = report.clone();
                choose_format(app, Export::Report(report))
            }
            ShownReport::Awaited | ShownReport::NotMade(_) => Vec::new(),
        },
        (Action::TakeOn, Some(Overlay::Handover(_))) => ask_to_take_on(app),
        (Action::FreezeReport, Some(Overlay::Report(_))) => reports::ask_to_freeze(app),
        (_, Some(Overlay::Report(_))) if is_turn(action) => reports::turn(app, action),
        (Action::Dismiss, _) => act::act(app, action, ordinal),
        (_, _) => Vec::new(),
    }
}

fn is_turn(action: Action) -> bool {
    use Action::{EarlierMonth, LaterMonth, NextTab, PreviousTab};
    matches!(action, EarlierMonth | LaterMonth | NextTab | PreviousTab)
}

/// The wheel over a list.
pub(super) fn wheel(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::MoveUp => stepped(app, -1),
        _ => stepped(app, 1),
    }
}

/// A key that is no action goes into the text that has the focus.
pub(super) fn typed(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    match app.overlays.last_mut() {
        Some(Overlay::Form(form)) => {
            if form.focused().is_some_and(Field::is_text) {
                form.change(|field| field.key(event));
                followed(app);
                drafts::typed(app);
            } else {
                form.find(|search| search.key(event));
            }
        }
        Some(Overlay::Palette(picker) | Overlay::Help(picker)) => picker.key(event),
        Some(Overlay::People(picker, _)) => picker.key(event),
        Some(Overlay::Problems(picker, _)) => picker.key(event),
        Some(Overlay::Steps(_, picker)) => picker.key(event),
        Some(Overlay::Export(picker, _)) => picker.key(event),
        Some(Overlay::Seal(input, _)) => input.key(event),
        Some(Overlay::Search(finding)) => finding.input.key(event),
        Some(Overlay::Filter(line)) => {
            line.input.key(event);
            filter::narrow(app);
        }
        Some(
            Overlay::Question(_)
            | Overlay::Refusal(_)
            | Overlay::Handover(_)
            | Overlay::Report(_)
            | Overlay::Connection(_)
            | Overlay::Handoff(_)
            | Overlay::Alarms(_)
            | Overlay::Directory(_),
        )
        | None => {}
    }
    Vec::new()
}

/// Pasted text goes where typed text goes.
pub(super) fn pasted(app: &mut App, pasted: &str) -> Vec<Effect> {
    match app.overlays.last_mut() {
        Some(Overlay::Form(form)) => {
            if form.focused().is_some_and(Field::is_text) {
                form.change(|field| field.paste(pasted));
                drafts::typed(app);
            } else {
                form.find(|search| search.paste(pasted));
            }
        }
        Some(Overlay::Palette(picker) | Overlay::Help(picker)) => picker.paste(pasted),
        Some(Overlay::People(picker, _)) => picker.paste(pasted),
        Some(Overlay::Problems(picker, _)) => picker.paste(pasted),
        Some(Overlay::Steps(_, picker)) => picker.paste(pasted),
        Some(Overlay::Export(picker, _)) => picker.paste(pasted),
        Some(Overlay::Seal(input, _)) => input.paste(pasted),
        Some(Overlay::Search(finding)) => finding.input.paste(pasted),
        Some(Overlay::Filter(line)) => {
            line.input.paste(pasted);
            filter::narrow(app);
        }
        Some(
            Overlay::Question(_)
            | Overlay::Refusal(_)
            | Overlay::Handover(_)
            | Overlay::Report(_)
            | Overlay::Connection(_)
            | Overlay::Handoff(_)
            | Overlay::Alarms(_)
            | Overlay::Directory(_),
        )
        | None => {}
    }
    Vec::new()
}

fn leave(app: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Form(form)) = app.overlays.last_mut()
        && form.clear_search()
    {
        return Vec::new();
    }
    match app.overlays.pop() {
        Some(Overlay::Form(form)) if form.is_waiting() => app.left_waiting.push(form),
        Some(Overlay::Form(form)) => {
            if drafts::form_left(app, &form) {
                app.say(Look::Text, app.draft_saved());
            }
        }
        Some(Overlay::Filter(..)) => app.replica.widen(),
        Some(_) | None => {}
    }
    closed(app);
    Vec::new()
}

fn closed(app: &mut App) {
    if app.overlays.is_empty() {
        select::release(app);
    }
}

fn in_form(app: &mut App, action: Action, event: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = app.overlays.last_mut() else {
        return Vec::new();
    };
    if form.is_waiting() {
        return Vec::new();
    }
    // A stray letter answers nothing, and what was typed to find an answer is not lost without a word.
    let is_undecided = form.focused().is_some_and(Field::is_undecided);
    if leaves_field(action, &event) && is_undecided {
        let sentence =
            "Nothing is chosen yet. ↑ ↓ and Enter choose; Esc leaves the answer as it was";
        app.say(Look::Soon, sentence);
        return Vec::new();
    }
    let changed = match action {
        Action::Submit => return steps::send(app),
        Action::Discard => return discard(app),
        Action::Open if form.is_at_end() => return steps::send(app),
        Action::Open if form.is_searching() => take_found(form),
        Action::Open => step(form, 1),
        Action::NextField => down(form, event, 1),
        Action::PreviousField => down(form, event, -1),
        Action::ChoiceLeft => sideways(form, event, -1),
        Action::ChoiceRight => sideways(form, event, 1),
        Action::Tick => change(form, Field::tick),
        Action::PageUp => return scrolled(app, -PANEL_PAGE),
        Action::PageDown => return scrolled(app, PANEL_PAGE),
        _ => return Vec::new(),
    };
    followed(app);
    match changed {
        Changed::Answer => drafts::typed(app),
        Changed::Focus => drafts::field_left(app),
    }
    Vec::new()
}

fn leaves_field(action: Action, event: &KeyEvent) -> bool {
    match action {
        Action::Submit => true,
        Action::NextField | Action::PreviousField => is_tab(event),
        _ => false,
    }
}

/// How many lines of what follows from a form a key moves.
const PANEL_PAGE: isize = 5;

/// What follows from a form is longer than the room for it, such as the numbers of a call sheet.
fn scrolled(app: &mut App, lines: isize) -> Vec<Effect> {
    let Some(Overlay::Form(mut form)) = app.overlays.pop() else {
        return Vec::new();
    };
    let subject = app.subject(&form);
    let said = form.consequence(subject.as_deref(), &app.present());
    form.scroll_by(lines, said.len());
    app.overlays.push(Overlay::Form(form));
    Vec::new()
}

/// An answer changes what another field offers.
pub(super) fn followed(app: &mut App) {
    let Some(Overlay::Form(mut form)) = app.overlays.pop() else {
        return;
    };
    let subject = app.subject(&form);
    form.follow(subject.as_deref(), &app.present());
    app.overlays.push(Overlay::Form(form));
}

/// What a key did to a form.
enum Changed {
    /// A field has another answer.
    Answer,
    /// Another field has the focus.
    Focus,
}

fn step(form: &mut Form, by: isize) -> Changed {
    form.step(by);
    Changed::Focus
}

fn change(form: &mut Form, how: impl FnOnce(&mut Field)) -> Changed {
    form.change(how);
    Changed::Answer
}

/// Takes the option that was found. Of one answer the next field is in hand then; of several more may
/// follow.
fn take_found(form: &mut Form) -> Changed {
    form.change(Field::take_found);
    let is_one = form
        .focused()
        .is_some_and(|field| matches!(field.value, Value::One { .. }));
    if is_one && !form.is_searching() {
        form.step(1);
    }
    Changed::Answer
}

fn is_tab(event: &KeyEvent) -> bool {
    matches!(Key::of(event).to_string().as_str(), "Tab" | "Shift-Tab")
}

/// The arrows move inside a field that has rows of its own before they leave it; Tab always does.
fn down(form: &mut Form, event: KeyEvent, by: isize) -> Changed {
    if !is_tab(&event) && form.lengthways(by) {
        Changed::Answer
    } else {
        step(form, by)
    }
}

fn sideways(form: &mut Form, event: KeyEvent, by: isize) -> Changed {
    change(form, |field| {
        if field.is_text() {
            field.key(event);
        } else {
            field.sideways(by);
        }
    })
}

/// What was typed is gone for good, so that is asked first.
fn discard(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = app.overlays.last() else {
        return Vec::new();
    };
    if !form.is_touched() {
        return discarded(app);
    }
    let save = app.keymap.key_in(Scope::Form, Action::Back);
    let question = Question {
        title: "Discard what you typed?".to_owned(),
        lines: vec![format!(
            "{}: what you typed cannot be brought back. {save} in the form saves a draft instead",
            form.title()
        )],
        deed: Deed::Discard,
    };
    act::open_overlay(app, Overlay::Question(question))
}

/// The form is left, and nothing of it kept.
pub(super) fn discarded(app: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Form(form)) = app.overlays.pop() {
        drafts::form_gone(app, &form);
        app.say(Look::Text, "Form discarded");
    }
    closed(app);
    Vec::new()
}

/// Sends the form on top.
pub(super) fn send(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Form(mut form)) = app.overlays.pop() else {
        return Vec::new();
    };
    let subject = app.subject(&form);
    let mut said = Vec::new();
    let sent = match form.request(subject.as_deref(), &app.present()) {
        Ok(Request::Incident(command)) if form.targets.len() > 1 => {
            let title = form.title().to_lowercase();
            let done = Done::alike(match app.cannot_save {
                None => format!("saved here, not confirmed yet: {title}"),
                Some(_) => format!("not confirmed yet: {title}"),
            });
            let targets = form.targets.clone();
            Ok(give::give_all(app, &targets, &command, &done))
        }
        Ok(Request::Incident(command)) => {
            let incident = form.targets.first().copied();
            said = give::said(app, subject.as_deref(), &command);
            let by_hand = give::by_hand(app, subject.as_deref(), &command);
            give::give(app, incident, command)
                .map(|effect| vec![effect])
                .map_err(|why| give::as_refusal(why, by_hand))
        }
        Ok(Request::Directory(command)) if matches!(form.purpose, Purpose::Change(..)) => {
            return directory::send(app, form, command);
        }
        Ok(Request::Directory(command)) => Ok(vec![act::to_directory(app, command)]),
        Ok(Request::Problem(command)) => return problems::send(app, form, command),
        Err(refusal) => Err(refusal),
    };
    match sent {
        Ok(effects) => {
            if form.targets.len() < 2 {
                app.say_saved(&form, said, &effects);
            }
            closed(app);
            if let (Purpose::Log, [Effect::Write(unsent)]) = (&form.purpose, effects.as_slice()) {
                app.board.selected = Some(unsent.incident);
            }
            if let (Purpose::Escalate, [incident]) = (&form.purpose, form.targets.as_slice()) {
                act::escalated(app, *incident);
            }
            saving::hold(app, form, &effects);
            effects
        }
        Err(refusal) => {
            // What others have done meanwhile may ask for more.
            form.follow(subject.as_deref(), &app.present());
            form.refuse(refusal);
            app.overlays.push(Overlay::Form(form));
            Vec::new()
        }
    }
}

fn agreed(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Question(question)) = app.overlays.pop() else {
        return Vec::new();
    };
    closed(app);
    act::carry_out(app, question.deed)
}

fn stepped(app: &mut App, rows: isize) -> Vec<Effect> {
    if let Some(Overlay::Directory(_)) = app.overlays.last() {
        return directory::step(app, rows);
    }
    if let Some(Overlay::Alarms(_)) = app.overlays.last() {
        return standing::step(app, rows);
    }
    match app.overlays.last_mut() {
        Some(Overlay::Palette(picker) | Overlay::Help(picker)) => picker.step(rows),
        Some(Overlay::People(picker, _)) => picker.step(rows),
        Some(Overlay::Problems(picker, _)) => picker.step(rows),
        Some(Overlay::Steps(_, picker)) => picker.step(rows),
        Some(Overlay::Export(picker, _)) => picker.step(rows),
        Some(Overlay::Search(finding)) => finding.step(rows),
        Some(Overlay::Filter(..)) => select::step(app, rows),
        Some(Overlay::Form(form)) => form.step(rows),
        Some(Overlay::Report(sheet)) => sheet.scroll = sheet.scroll.saturating_add_signed(rows),
        Some(Overlay::Handover(scroll) | Overlay::Connection(scroll)) => {
            *scroll = scroll.saturating_add_signed(rows);
        }
        Some(
            Overlay::Question(_)
            | Overlay::Refusal(_)
            | Overlay::Seal(..)
            | Overlay::Handoff(_)
            | Overlay::Directory(_)
            | Overlay::Alarms(_),
        )
        | None => {}
    }
    Vec::new()
}

fn chosen(app: &mut App) -> Vec<Effect> {
    match app.overlays.pop() {
        Some(Overlay::Palette(picker) | Overlay::Help(picker) | Overlay::Steps(_, picker)) => {
            closed(app);
            match picker.selected().map(|choice| choice.value) {
                Some(action) => act::act(app, action, 0),
                None => Vec::new(),
            }
        }
        Some(Overlay::People(picker, targets)) => {
            if let Some(choice) = picker.selected() {
                act::open_form(app, Purpose::Reassign(choice.value.clone()), targets);
            }
            closed(app);
            Vec::new()
        }
        Some(Overlay::Problems(picker, targets)) => {
            if let Some(choice) = picker.selected() {
                problems::chosen(app, choice.value, targets);
            }
            closed(app);
            Vec::new()
        }
        Some(Overlay::Export(picker, export)) => written(app, picker.selected(), export),
        Some(Overlay::Search(finding)) => sought(app, finding),
        Some(sheet @ Overlay::Handover(_)) => {
            app.overlays.push(sheet);
            hand_over(app)
        }
        // A filter that makes no sense does not hold: the line stays until it does, or is left.
        Some(Overlay::Filter(line)) if line.problem.is_some() => {
            app.overlays.push(Overlay::Filter(line));
            Vec::new()
        }
        Some(sheet @ (Overlay::Connection(_) | Overlay::Report(_))) => {
            app.overlays.push(sheet);
            Vec::new()
        }
        Some(_) | None => {
            closed(app);
            Vec::new()
        }
    }
}

/// Asks what is typed, or opens the row if that was asked already. An incident that ended long ago is
/// not on this machine until it is opened.
fn sought(app: &mut App, mut finding: Finding) -> Vec<Effect> {
    if let Some(incident) = finding.selected().cloned() {
        let id = incident.id;
        app.replica.absorb(vec![incident], app.now);
        app.overlays.clear();
        closed(app);
        act::open_over(app, id);
        return Vec::new();
    }
    let asked = finding.ask();
    app.overlays.push(Overlay::Search(finding));
    // What is wrong with it stands where the rows would be.
    asked.map_or_else(|_| Vec::new(), |sought| vec![Effect::Search(sought)])
}

/// An answer to a search, which may have been left or asked otherwise since.
pub(super) fn found(app: &mut App, question: &str, answer: Result<Found, String>) {
    for overlay in &mut app.overlays {
        if let Overlay::Search(finding) = overlay {
            finding.answered(question, answer.clone());
            app.changed = true;
        }
    }
}

/// The format to write a sheet to a file.
fn choose_format(app: &mut App, export: Export) -> Vec<Effect> {
    let choice = |format: Format| Choice {
        value: format,
        label: format.extension().to_owned(),
        detail: format.name().to_owned(),
        look: Look::Strong,
    };
    let choices = Format::ALL.map(choice).to_vec();
    act::open_overlay(app, Overlay::Export(Picker::new(choices), export))
}

fn written(app: &mut App, chosen: Option<&Choice<Format>>, export: Export) -> Vec<Effect> {
    let Some(format) = chosen.map(|choice| choice.value) else {
        return Vec::new();
    };
    match format.write(&export.document(app)) {
        Ok(content) => vec![Effect::Export(Exported {
            stem: export.stem(app),
            extension: format.extension(),
            content,
        })],
        Err(error) => {
            app.insist(Look::Refused, error.to_string());
            Vec::new()
        }
    }
}

/// Every action that means something on this screen, by name.
pub(super) fn open_palette(app: &mut App) -> Vec<Effect> {
    possible::judge(app);
    let scopes: &[Scope] = match app.current_problem() {
        Some(_) => &[Scope::Problem, Scope::Everywhere],
        None => &[Scope::Incident, Scope::Board, Scope::Everywhere],
    };
    let scopes = scopes.iter();
    let choices = scopes
        .flat_map(|scope| rows(&app.keymap, *scope))
        .filter(|choice| choice.value != Action::Numbered)
        .map(|choice| dimmed_if_refused(app, choice))
        .chain(steps::palette(app))
        .chain(filter::palette(app))
        .chain(themes())
        .collect();
    act::open_overlay(app, Overlay::Palette(Picker::new(choices)))
}

/// The themes as rows of the palette.
fn themes() -> impl Iterator<Item = Choice<Action>> {
    theme::NAMES.iter().enumerate().map(|(place, name)| Choice {
        value: Action::Theme(place),
        label: format!("{:10} theme {name}", ""),
        detail: format!(
            "Draw in this theme until you leave; theme = \"{name}\" in your settings keeps it"
        ),
        look: Look::Strong,
    })
}

/// Draws in another theme, without colour where there was none.
pub(super) fn wear(app: &mut App, place: usize) -> Vec<Effect> {
    let named = theme::NAMES.get(place).map(|name| Theme::named(name));
    if let Some(Ok(theme)) = named {
        let is_colourless = app.theme.is_colourless();
        app.theme = if is_colourless {
            theme.without_colour()
        } else {
            theme
        };
    }
    Vec::new()
}

fn dimmed_if_refused(app: &App, choice: Choice<Action>) -> Choice<Action> {
    match possible::why(app, choice.value) {
        None => choice,
        Some(refusal) => Choice {
            look: Look::Quiet,
            // The words of the help stay, so that they are found.
            detail: format!("Not now: {refusal}. {}", choice.detail),
            ..choice
        },
    }
}

/// Every key with its sentence, those that mean something here before the others.
pub(super) fn open_help(app: &mut App) -> Vec<Effect> {
    let here = app.scopes();
    let elsewhere = SCOPES.into_iter().filter(|scope| !here.contains(scope));
    let choices = here
        .iter()
        .copied()
        .chain(elsewhere)
        .flat_map(|scope| rows(&app.keymap, scope))
        .collect();
    act::open_overlay(app, Overlay::Help(Picker::new(choices)))
}

fn rows(keymap: &Keymap, scope: Scope) -> Vec<Choice<Action>> {
    keymap
        .rows(scope)
        .map(|(row, keys)| {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            Choice {
                value: row.action,
                label: format!("{:10} {}", keys.join(" "), row.name),
                detail: format!("{} ({})", row.help, scope.name()),
                look: Look::Strong,
            }
        })
        .collect()
}

/// Whom to hand the incidents to: people on shift first, then those who hold a role.
pub(super) fn choose_person(app: &mut App) -> Vec<Effect> {
    let targets = app.targets();
    if targets.is_empty() {
        return Vec::new();
    }
    let present = app.present();
    let incidents = targets.iter().filter_map(|id| app.replica.incident(*id));
    let incidents: Vec<Arc<Incident>> = incidents.collect();
    let choices = people(&present, &incidents);
    act::open_overlay(app, Overlay::People(Picker::new(choices), targets))
}

/// Those who may take all of these on, whoever is on call before the others.
fn people(present: &Present<'_>, incidents: &[Arc<Incident>]) -> Vec<Choice<PersonId>> {
    let (directory, now) = (present.directory, present.now);
    let mut choices: Vec<(bool, bool, Choice<PersonId>)> = directory
        .people
        .iter()
        .filter(|person| person.id != *present.me)
        .filter_map(|person| {
            let actor = directory.actor(&person.id, now)?;
            let may_take_on = |incident: &Arc<Incident>| {
                permission::require(Permission::Triage, &actor, incident).is_ok()
            };
            if !incidents.iter().all(may_take_on) {
                return None;
            }
            // Somebody may hold one role for several organisations.
            let mut roles: Vec<&str> = Vec::new();
            for held in actor.roles.iter().filter(|held| held.role != Role::Staff) {
                if !roles.contains(&held.role.title()) {
                    roles.push(held.role.title());
                }
            }
            let organisation = directory.organisation_name(&person.organisation);
            let choice = Choice {
                value: person.id.clone(),
                label: text::line(&person.name).into(),
                detail: format!(
                    "{}{}, {}",
                    on_call_now(&person.id, present),
                    roles.join(", "),
                    text::line(organisation)
                ),
                look: Look::Strong,
            };
            Some((!actor.holds(Role::Oco), roles.is_empty(), choice))
        })
        .collect();
    choices.sort_by(|one, other| {
        (one.0, one.1, &one.2.label).cmp(&(other.0, other.1, &other.2.label))
    });
    choices
        .into_iter()
        .filter(|(_, has_no_role, _)| !has_no_role)
        .map(|(.., choice)| choice)
        .collect()
}

/// On which tier somebody is on call now, in front of their roles.
fn on_call_now(person: &PersonId, present: &Present<'_>) -> String {
    let on = |tier: &Tier| {
        let shift = rota::on_call(&present.directory.shifts, *tier, present.now);
        shift.is_some_and(|shift| shift.person == *person)
    };
    let tier = Tier::ALL.into_iter().find(on);
    tier.map_or_else(String::new, |tier| format!("{} now · ", tier.name()))
}

/// On the handover sheet Enter accepts what is offered to me, or offers the desk that I hold.
fn hand_over(app: &mut App) -> Vec<Effect> {
    let present = app.present();
    let shifts = &present.directory.shifts;
    let next = rota::next_shift(shifts, Tier::First, present.now);
    let Some(next) = next.cloned() else {
        return Vec::new();
    };
    if next.person == *present.me {
        let question = Question {
            title: "Take over the desk?".to_owned(),
            lines: vec![
                takes_effect(&next, present.now),
                format!("Your shift ends {}", format::local(next.ends_at)),
                "You are then responsible for every open incident".to_owned(),
                stay_theirs(&present),
            ],
            deed: Deed::AcceptHandover(next.id),
        };
        return act::open_overlay(app, Overlay::Question(question));
    }
    let holds_the_desk = rota::on_call(shifts, Tier::First, present.now)
        .is_some_and(|shift| shift.person == *present.me);
    if holds_the_desk {
        act::open_form(app, Purpose::OfferHandover(next.id), Vec::new());
    }
    Vec::new()
}

/// A desk that is offered is taken over at once, whenever the shift begins on paper.
fn takes_effect(next: &Shift, now: Instant) -> String {
    let at = format::local_short(now, now);
    if next.starts_at > now {
        let starts = format::local_short(next.starts_at, now);
        format!("You take over NOW, at {at}, and not at {starts}")
    } else {
        format!("You take over now, at {at}")
    }
}

/// What the officer now on call owns does not change hands with the desk.
fn stay_theirs(present: &Present<'_>) -> String {
    let held = rota::on_call(&present.directory.shifts, Tier::First, present.now);
    let name = held.map_or("the officer before you", |shift| {
        present.directory.person_name(&shift.person)
    });
    format!(
        "Incidents that are {}'s stay theirs until you take them on, on this sheet",
        text::line(name)
    )
}

/// Asks whether to take on what the officer before still owns.
pub(super) fn ask_to_take_on(app: &mut App) -> Vec<Effect> {
    let owned = app.left_by_the_officer_before();
    let present = app.present();
    let before = rota::previous(&present.directory.shifts, Tier::First, present.now);
    let Some((before, false)) = before.map(|shift| (shift, owned.is_empty())) else {
        app.say(
            Look::Text,
            "The officer before you owns no open incident that you can see",
        );
        return Vec::new();
    };
    let name = text::line(present.directory.person_name(&before.person)).to_string();
    let shown: Vec<String> = owned
        .iter()
        .take(MOST_NAMED)
        .map(|id| app.name_of(*id))
        .collect();
    let more = match owned.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let question = Question {
        title: format!("{} incidents are still {name}'s", owned.len()),
        lines: vec![
            format!("{}{more}", shown.join(", ")),
            "Take them on? You then own each of them".to_owned(),
        ],
        deed: Deed::TakeOn(owned),
    };
    act::open_overlay(app, Overlay::Question(question))
}

/// How many incidents a question names.
const MOST_NAMED: usize = 4;
