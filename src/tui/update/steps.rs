//! The steps of casework: choosing one, typing the reference before what cannot be undone, and the
//! hand-off sheet.

use super::{act, overlay};
use crate::domain::handoff::{self, Sheet};
use crate::domain::regulator::Body;
use crate::steps::{RAISE, STEPS, Step};
use crate::tui::app::{App, Handoff, Overlay};
use crate::tui::form::{Form, Request};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::theme::Look;
use crate::tui::widget::input::Input;
use crate::tui::widget::picker::{Choice, Picker};

/// The decisions, those that can be taken now first.
pub(super) fn choose_decision(app: &mut App) -> Vec<Effect> {
    let mut rows = rows(app, Step::is_decision);
    let others = [
        (Action::Escalate, "Escalate"),
        (Action::Major, "Declare a major incident, or end it"),
    ];
    possible::judge(app);
    rows.extend(others.map(|(action, name)| {
        let help = help_of(app, action);
        let refusal = app.refused.why(action).map(ToString::to_string);
        (refusal.is_some(), false, row(action, name, help, refusal))
    }));
    open(app, "Decide", rows)
}

/// All other steps, those of the incident's stage first.
pub(super) fn choose_work(app: &mut App) -> Vec<Effect> {
    let mut rows = rows(app, |step| !step.is_decision());
    let help = help_of(app, Action::Handoff);
    let sheet = row(Action::Handoff, "Hand-off sheet", help, None);
    rows.push((false, false, sheet));
    let problems = [
        (Action::OnProblem(RAISE), RAISE.name),
        (Action::LinkProblem, "Link with a problem"),
    ];
    rows.extend(problems.map(|(action, name)| {
        let refusal = possible::why(app, action).map(|refusal| refusal.to_string());
        let is_refused = refusal.is_some();
        (
            is_refused,
            false,
            row(action, name, help_of(app, action), refusal),
        )
    }));
    open(app, "Work on the case", rows)
}

/// Whether it is refused, whether it is of another stage, and the row.
type Ranked = (bool, bool, Choice<Action>);

fn rows(app: &App, wanted: impl Fn(&Step) -> bool) -> Vec<Ranked> {
    let incident = app.current().and_then(|id| app.replica.incident(id));
    let status = incident.map(|incident| incident.status);
    STEPS
        .iter()
        .filter(|step| wanted(step))
        .map(|step| {
            let refusal = possible::of_step(app, step).map(|refusal| refusal.to_string());
            let is_due = status.is_some_and(|status| step.stages.contains(&status));
            let choice = row(Action::Step(step), step.name, step.help, refusal.clone());
            (refusal.is_some(), !is_due, choice)
        })
        .collect()
}

/// A refused step says so in words, not by its colour alone.
fn row(action: Action, name: &str, help: &str, refusal: Option<String>) -> Choice<Action> {
    let (look, detail) = match refusal {
        // The words of the help stay, so that they are found.
        Some(refusal) => (Look::Quiet, format!("Not now: {refusal}. {help}")),
        None => (Look::Strong, help.to_owned()),
    };
    Choice {
        value: action,
        label: name.to_owned(),
        detail,
        look,
    }
}

fn help_of(app: &App, action: Action) -> &'static str {
    app.keymap.help_of(action)
}

fn open(app: &mut App, heading: &'static str, mut rows: Vec<Ranked>) -> Vec<Effect> {
    if app.current().is_none() {
        return Vec::new();
    }
    rows.sort_by_key(|(is_refused, is_other, _)| (*is_refused, *is_other));
    let choices = rows.into_iter().map(|(.., choice)| choice).collect();
    act::open_overlay(app, Overlay::Steps(heading, Picker::new(choices)))
}

/// The steps as rows of the palette.
pub(super) fn palette(app: &App) -> Vec<Choice<Action>> {
    if app.current().is_none() {
        return Vec::new();
    }
    let ranked = rows(app, |_| true).into_iter();
    ranked
        .map(|(.., choice)| Choice {
            label: format!("{:10} {}", "", choice.label),
            ..choice
        })
        .collect()
}

/// Sends the form, or asks for the reference first if what it asks for cannot be undone. What would
/// be refused is told before anybody types.
pub(super) fn send(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = app.overlays.last() else {
        return Vec::new();
    };
    if !form.is_final() {
        return overlay::send(app);
    }
    match judged(app, form) {
        Ok(()) => app.overlays.push(Overlay::Seal(Input::default(), None)),
        Err(refusal) => {
            if let Some(Overlay::Form(form)) = app.overlays.last_mut() {
                form.refuse(refusal);
            }
        }
    }
    Vec::new()
}

fn judged(app: &App, form: &Form) -> Result<(), crate::domain::refusal::Refusal> {
    let subject = app.subject(form);
    match form.request(subject.as_deref(), &app.present())? {
        Request::Incident(command) => {
            let target = form.targets.first().copied();
            app.replica.would(target, &command, app.now)
        }
        Request::Directory(_) | Request::Problem(_) => Ok(()),
    }
}

/// The reference was typed: the form below is sent if it is the right one.
pub(super) fn sealed(app: &mut App) -> Vec<Effect> {
    let wanted = asked_reference(app);
    let Some(Overlay::Seal(input, problem)) = app.overlays.last_mut() else {
        return Vec::new();
    };
    if input.value().trim().eq_ignore_ascii_case(&wanted) {
        app.overlays.pop();
        return overlay::send(app);
    }
    *problem = Some(format!("That is not {wanted}; nothing was sent"));
    Vec::new()
}

/// The reference that is to be typed.
pub(in crate::tui) fn asked_reference(app: &App) -> String {
    let forms = app.overlays.iter().rev();
    let target = forms
        .filter_map(|overlay| match overlay {
            Overlay::Form(form) => form.targets.first(),
            _ => None,
        })
        .next();
    target.map_or_else(String::new, |id| app.name_of(*id))
}

/// The hand-off sheet of the incident in hand.
pub(super) fn open_handoff(app: &mut App) -> Vec<Effect> {
    let Some(incident) = app.current() else {
        return Vec::new();
    };
    let sheet = Handoff {
        incident,
        body: Body::Ico,
        at: 0,
    };
    act::open_overlay(app, Overlay::Handoff(sheet))
}

/// What a sheet says, if its incident is still known.
pub(in crate::tui) fn sheet(app: &App, handoff: &Handoff) -> Option<Sheet> {
    let incident = app.replica.incident(handoff.incident)?;
    let present = app.present();
    let controller = incident.home();
    Some(handoff::sheet(
        &incident,
        handoff.body,
        controller,
        present.directory,
        present.now,
    ))
}

/// Keys on the sheet.
pub(super) fn on_handoff(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Overlay::Handoff(handoff)) = app.overlays.last() else {
        return Vec::new();
    };
    let mut handoff = *handoff;
    let Some(sheet) = sheet(app, &handoff) else {
        return Vec::new();
    };
    match action {
        Action::NextTab => handoff.turn(1),
        Action::PreviousTab => handoff.turn(-1),
        Action::MoveUp => handoff.step(-1, sheet.answers.len()),
        Action::MoveDown => handoff.step(1, sheet.answers.len()),
        Action::PageUp => handoff.step(isize::MIN, sheet.answers.len()),
        Action::PageDown => handoff.step(isize::MAX, sheet.answers.len()),
        Action::CopyAnswer => return copy(app, &sheet, handoff.at),
        _ => {}
    }
    app.overlays.pop();
    app.overlays.push(Overlay::Handoff(handoff));
    Vec::new()
}

fn copy(app: &mut App, sheet: &Sheet, at: usize) -> Vec<Effect> {
    let answer = sheet.answers.get(at);
    let Some((question, text)) =
        answer.and_then(|answer| Some((answer.question, answer.text.clone()?)))
    else {
        app.say(
            Look::Soon,
            "There is nothing to copy yet: the answer is not known",
        );
        return Vec::new();
    };
    app.say(
        Look::Met,
        format!("\"{question}\" sent to the clipboard of your terminal"),
    );
    vec![Effect::Copy(text)]
}

impl Handoff {
    fn turn(&mut self, by: isize) {
        let bodies = Body::ALL;
        let place = bodies.iter().position(|body| *body == self.body);
        let count = isize::try_from(bodies.len()).unwrap_or(1);
        let place = isize::try_from(place.unwrap_or_default()).unwrap_or_default();
        self.body = bodies[(place + by).rem_euclid(count).unsigned_abs()];
        self.at = 0;
    }

    fn step(&mut self, by: isize, answers: usize) {
        let last = answers.saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }
}
