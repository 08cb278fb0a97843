//! The problems behind incidents: their list, one of them, and what is asked of one.
//!
//! A command about a problem is never kept for later. It is sent while its form waits, and what the
//! server says of it is shown there; without an answer it is sent again under the same id.

use super::{act, drafts, select};
use crate::client::problems::OnProblem;
use crate::domain::id::{CommandId, IncidentId, ProblemId};
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::refusal::Refusal;
use crate::steps::{LINK, ProblemStep, RAISE};
use crate::text;
use crate::tui::app::{App, Overlay, Screen, Tab, fresh_id};
use crate::tui::form::{Form, Purpose};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::possible;
use crate::tui::theme::Look;
use crate::tui::widget::picker::{Choice, Picker};

/// What is said where nobody knows what became of a command.
pub(super) const UNKNOWN: &str = "No answer from the server: it may or may not have been done. Send it again; it cannot be done twice";

/// The server told of every problem.
pub(super) fn came(app: &mut App, problems: Vec<Problem>) -> Vec<Effect> {
    app.replica.absorb_problems(problems, app.now);
    app.changed = true;
    if let Screen::Problems { selected: None } = app.screen {
        moved(app, 0);
    }
    Vec::new()
}

/// The list, over what is shown now.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let from = app.below.first().copied().unwrap_or(app.screen);
    app.below = vec![from];
    let selected = app.problems().first().map(|problem| problem.id);
    app.screen = Screen::Problems { selected };
    Vec::new()
}

/// Moves in the list, or among the incidents of a problem.
pub(super) fn moved(app: &mut App, rows: isize) {
    match &mut app.screen {
        Screen::Problems { selected } => {
            let chosen = *selected;
            let all: Vec<ProblemId> = app.problems().iter().map(|problem| problem.id).collect();
            let place = all.iter().position(|id| Some(*id) == chosen);
            let place = stepped(place.unwrap_or_default(), rows, all.len());
            app.screen = Screen::Problems {
                selected: all.get(place).copied(),
            };
        }
        Screen::Problem { problem, at } => {
            let (problem, place) = (*problem, *at);
            let incidents = app
                .problem(problem)
                .map_or(0, |known| known.incidents.len());
            app.screen = Screen::Problem {
                problem,
                at: stepped(place, rows, incidents),
            };
        }
        Screen::Board | Screen::Detail { .. } => {}
    }
}

fn stepped(place: usize, rows: isize, count: usize) -> usize {
    place
        .saturating_add_signed(rows)
        .min(count.saturating_sub(1))
}

/// Opens the selected problem, or the selected incident of the problem that is shown.
pub(super) fn opened(app: &mut App) {
    let next = match app.screen {
        Screen::Problems { selected } => selected.map(|problem| Screen::Problem { problem, at: 0 }),
        Screen::Problem { .. } => app.incident_of_problem().map(|incident| Screen::Detail {
            incident,
            tab: Tab::Overview,
            scroll: 0,
        }),
        Screen::Board | Screen::Detail { .. } => None,
    };
    if let Some(next) = next {
        app.below.push(app.screen);
        app.screen = next;
    }
}

/// Opens the form of a step, for the problem on the screen or for a new one.
pub(super) fn open_form(app: &mut App, step: &'static ProblemStep) -> Vec<Effect> {
    let problem = app.current_problem().filter(|_| !step.is_raising());
    let targets = app.in_hand(step);
    if step.is_raising() && targets.is_empty() {
        app.say(
            Look::Refused,
            "Choose an incident on the board first, or mark several",
        );
        return Vec::new();
    }
    if !step.is_raising() && problem.is_none() {
        return Vec::new();
    }
    act::open_form(app, Purpose::OnProblem(step, problem), targets);
    Vec::new()
}

/// Which problem the incidents in hand come from: chosen among those that are not closed.
pub(super) fn choose(app: &mut App) -> Vec<Effect> {
    let targets = app.targets();
    if targets.is_empty() {
        return Vec::new();
    }
    let choices = app.problems().into_iter().filter(|problem| {
        let refusal = possible::of_linking(app, problem, &targets);
        refusal.is_none()
    });
    let choices: Vec<Choice<ProblemId>> = choices.map(choice).collect();
    if choices.is_empty() {
        let key = app.keymap.key_for(Action::OnProblem(RAISE));
        app.say(
            Look::Refused,
            format!("There is no problem to link it with; {key} raises one"),
        );
        return Vec::new();
    }
    act::open_overlay(app, Overlay::Problems(Picker::new(choices), targets))
}

fn choice(problem: &Problem) -> Choice<ProblemId> {
    Choice {
        value: problem.id,
        label: problem.reference.to_string(),
        detail: format!("{}: {}", problem.status.name(), text::line(&problem.title)),
        look: Look::Strong,
    }
}

/// The problem was chosen: why is asked next.
pub(super) fn chosen(app: &mut App, problem: ProblemId, targets: Vec<IncidentId>) {
    act::open_form(app, Purpose::OnProblem(LINK, Some(problem)), targets);
}

/// Sends what a form asks, which waits for the answer.
pub(super) fn send(app: &mut App, mut form: Form, command: ProblemCommand) -> Vec<Effect> {
    let Purpose::OnProblem(_, problem) = form.purpose else {
        return Vec::new();
    };
    let judged = possible::without_server(app)
        .map_or(Ok(()), Err)
        .and_then(|()| possible::on_problem(&app.replica, problem, &command, app.now));
    let effects = match judged {
        Ok(()) => {
            let seen = problem.and_then(|id| app.problem(id));
            let problem = seen.map(|problem| (problem.id, problem.version));
            let id = form.sent_as(fresh_id(app.now));
            vec![Effect::GiveOnProblem {
                id,
                problem,
                command,
            }]
        }
        Err(refusal) => {
            form.refuse(refusal);
            Vec::new()
        }
    };
    app.overlays.push(Overlay::Form(form));
    effects
}

/// The server answered, or did not.
pub(super) fn answered(app: &mut App, id: CommandId, answer: OnProblem) -> Vec<Effect> {
    app.changed = true;
    let (open, left) = (open_form_of(app, id), left_form_of(app, id));
    match answer {
        OnProblem::Applied(answer) => done(app, open.or(left), answer.problem),
        OnProblem::Refused(refusal) => not_done(app, open, left, refusal),
        OnProblem::Unknown => {
            let again = |mut form: Form| {
                form.unanswered(id);
                form
            };
            let why = Refusal::not_allowed(UNKNOWN);
            not_done(app, open.map(again), left.map(again), why);
        }
    }
    Vec::new()
}

/// The form that waits for this answer, taken off the screen.
pub(super) fn open_form_of(app: &mut App, id: CommandId) -> Option<Form> {
    let is_it = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if form.waits_for(id));
    let place = app.overlays.iter().position(is_it)?;
    match app.overlays.remove(place) {
        Overlay::Form(form) => Some(form),
        _ => None,
    }
}

/// The form that waits for this answer, if it was left meanwhile.
pub(super) fn left_form_of(app: &mut App, id: CommandId) -> Option<Form> {
    let place = app
        .left_waiting
        .iter()
        .position(|form| form.waits_for(id))?;
    Some(app.left_waiting.remove(place))
}

fn done(app: &mut App, form: Option<Form>, problem: Problem) {
    let (id, reference) = (problem.id, problem.reference);
    app.replica.absorb_problem(problem, app.now);
    if let Some(form) = form {
        drafts::form_gone(app, &form);
        app.say(Look::Met, format!("{reference}: {}, done", form.title()));
        let is_new = matches!(form.purpose, Purpose::OnProblem(step, _) if step.is_raising());
        if is_new && matches!(app.screen, Screen::Problems { .. }) {
            app.below.push(app.screen);
            app.screen = Screen::Problem { problem: id, at: 0 };
        }
    }
    if app.overlays.is_empty() {
        select::release(app);
    }
}

/// What was not done is said where it was asked, with what was typed; a form that was left meanwhile is
/// kept as a draft.
pub(super) fn not_done(app: &mut App, open: Option<Form>, left: Option<Form>, why: Refusal) {
    if let Some(mut form) = open {
        form.refuse(why);
        app.overlays.push(Overlay::Form(form));
        return;
    }
    let title = left.as_ref().map_or("Not done", Form::title);
    app.insist(Look::Refused, format!("{title}: {why}"));
    if let Some(mut form) = left {
        form.refuse(why);
        drafts::form_left(app, &form);
    }
}
