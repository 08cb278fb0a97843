//! The forms of problems: what `steps` asks of one as fields, and what would follow from the answers.
//!
//! What is asked of a problem needs a live server and is answered at once, so such a form waits for
//! the answer with what was typed in it.

use super::step::answers;
use super::{Field, Form, Present, Sentence, plain};
use crate::domain::id::{IncidentId, ProblemId, Reference};
use crate::domain::problem::Problem;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::problem::decide::may_own;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::role::Role;
use crate::steps::{Answers, ProblemAsk, ProblemStep, Sort};
use crate::tui::possible;
use crate::tui::theme::Look;

pub(super) fn fields(
    step: &ProblemStep,
    problem: Option<ProblemId>,
    targets: &[IncidentId],
    present: &Present<'_>,
) -> Vec<Field> {
    let problem = problem.and_then(|id| present.replica.desk().problems.get(id));
    let asks = step.asks.iter();
    asks.map(|ask| field(ask, problem, targets, present))
        .collect()
}

fn field(
    ask: &ProblemAsk,
    problem: Option<&Problem>,
    targets: &[IncidentId],
    present: &Present<'_>,
) -> Field {
    let named = |id: &IncidentId| (*id, name(*id, present));
    match ask.sort {
        Sort::Words => {
            let known = problem.map_or("", |problem| ask.known(problem));
            Field::text(ask.pointer, ask.label, ask.hint, known)
        }
        Sort::Owner => {
            let owners = Role::ALL.into_iter().filter(|role| may_own(*role));
            let owners = owners.map(|role| (role.code().to_owned(), role.title().to_owned()));
            let open = (String::new(), "not known yet".to_owned());
            Field::one(
                ask.pointer,
                ask.label,
                std::iter::once(open).chain(owners),
                0,
            )
        }
        Sort::Incidents => {
            let all = (0..targets.len()).collect();
            let names = targets.iter().map(|id| {
                let known = present.replica.incident(*id);
                (
                    *id,
                    known.map_or_else(String::new, |incident| incident.name()),
                )
            });
            Field::many(ask.pointer, ask.label, names, all)
        }
        Sort::Unlinked => {
            let is_new = |id: &&IncidentId| problem.is_none_or(|known| !known.is_behind(**id));
            let proposed = targets
                .iter()
                .find(is_new)
                .and_then(|id| reference(*id, present));
            let proposed = proposed.map_or_else(String::new, |reference| reference.to_string());
            Field::text(ask.pointer, ask.label, ask.hint, &proposed)
        }
        Sort::Linked => {
            let linked = problem.map_or(&[][..], |problem| &problem.incidents);
            let chosen = linked.iter().position(|id| targets.contains(id));
            let chosen = chosen.unwrap_or_default();
            Field::one(ask.pointer, ask.label, linked.iter().map(named), chosen)
        }
    }
}

fn reference(id: IncidentId, present: &Present<'_>) -> Option<Reference> {
    present.replica.incident(id)?.reference
}

/// What an incident is called, with its title: it is chosen by that.
fn name(id: IncidentId, present: &Present<'_>) -> String {
    present.replica.incident(id).map_or_else(
        || "an incident that is not known here".to_owned(),
        |incident| format!("{} {}", incident.name(), incident.title),
    )
}

pub(super) fn command(
    form: &Form,
    step: &ProblemStep,
    present: &Present<'_>,
) -> Result<ProblemCommand, Refusal> {
    let mut answers = answers(form);
    for ask in step.asks.iter().filter(|ask| ask.sort == Sort::Unlinked) {
        by_identity(form, ask, present, &mut answers)?;
    }
    step.command(&answers)
}

/// An incident is named by its reference, and meant by its identity.
fn by_identity(
    form: &Form,
    ask: &ProblemAsk,
    present: &Present<'_>,
    answers: &mut Answers,
) -> Result<(), Refusal> {
    let typed = form.text(ask.pointer).trim();
    if typed.is_empty() {
        return Ok(());
    }
    let reference: Reference =
        typed
            .parse()
            .map_err(|error: <Reference as std::str::FromStr>::Err| {
                Refusal::invalid(ask.pointer, error.to_string())
            })?;
    let found = present.replica.named(reference).ok_or_else(|| {
        Refusal::invalid(
            ask.pointer,
            format!("No incident called {reference} is known here"),
        )
    })?;
    answers.give(ask.pointer, vec![found.to_string()]);
    Ok(())
}

pub(super) fn consequence(
    form: &Form,
    step: &ProblemStep,
    problem: Option<ProblemId>,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let mut said = vec![(Look::Strong, step.help.to_owned())];
    said.extend(stands_against(form, step, problem, present));
    said.extend(meant(form, step, present).into_iter().map(plain));
    said.extend(step.says.iter().map(|sentence| plain(*sentence)));
    said.push(plain("Needs the server: sent at once, and answered here"));
    said
}

/// What the rules would say of it as it stands, apart from what is not filled in yet.
fn stands_against(
    form: &Form,
    step: &ProblemStep,
    problem: Option<ProblemId>,
    present: &Present<'_>,
) -> Option<Sentence> {
    let command = command(form, step, present).ok()?;
    let refusal = possible::on_problem(present.replica, problem, &command, present.now).err()?;
    let is_about_words = matches!(refusal.kind, RefusalKind::Invalid { .. });
    (!is_about_words).then(|| (Look::Refused, format!("As things stand: {refusal}")))
}

/// The incident that is named, with its title.
fn meant(form: &Form, step: &ProblemStep, present: &Present<'_>) -> Option<String> {
    let ask = step.asks.iter().find(|ask| ask.sort == Sort::Unlinked)?;
    let reference: Reference = form.text(ask.pointer).trim().parse().ok()?;
    let found = present.replica.named(reference)?;
    Some(name(found, present))
}
