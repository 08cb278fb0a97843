//! The forms of casework: what `steps` asks as fields, and what would follow from the answers.

use super::{Field, Form, Present, Sentence, Value, foresight, plain};
use crate::domain::calendar::{day, input};
use crate::domain::clock::{self, ClockView};
use crate::domain::command::Command;
use crate::domain::deadlines::ClockKind;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::steps::{Answering, Answers, Group, Kind, Question, Setting, Step};
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;
use std::collections::BTreeSet;

pub(super) fn fields(step: &Step, incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    against(incident, present, |setting| {
        let questions = step.questions(setting).into_iter();
        questions.map(field).collect()
    })
}

/// Hands what a step is asked against to whoever asks.
pub(in crate::tui) fn against<T>(
    incident: &Incident,
    present: &Present<'_>,
    ask: impl FnOnce(&Setting<'_>) -> T,
) -> T {
    let problems = present.replica.desk().problems.of(incident.id);
    ask(&Setting {
        now: present.now,
        incident,
        problems: problems.as_deref(),
        directory: present.directory,
        policy: present.policy,
        me: present.me,
        named: &|reference| present.replica.named(reference),
    })
}

/// A question as a field.
pub(super) fn field(question: Question) -> Field {
    let Question {
        pointer,
        label,
        hint,
        answering,
    } = question;
    match answering {
        Answering::Text(proposed) => Field::text(pointer, label, hint, &proposed),
        Answering::Time(proposed) => Field::time(pointer, label, hint, &proposed),
        Answering::One(choices, chosen) => {
            let options = choices.into_iter().map(|choice| (choice.key, choice.words));
            Field::one(pointer, label, options, chosen)
        }
        Answering::Many(choices) => {
            let options = choices.into_iter().map(|choice| (choice.key, choice.words));
            Field::many(pointer, label, options, BTreeSet::new())
        }
    }
}

pub(super) fn command(
    form: &Form,
    step: &Step,
    incident: &Incident,
    present: &Present<'_>,
) -> Result<Command, Refusal> {
    against(incident, present, |setting| {
        step.command(&answers(form), setting)
    })
}

pub(super) fn answers(form: &Form) -> Answers {
    let mut answers = Answers::default();
    for field in &form.fields {
        let answer = match &field.value {
            Value::Text(input) | Value::Time(input) => vec![input.value().to_owned()],
            Value::One { .. } => form
                .chosen_key(field.pointer)
                .map(ToOwned::to_owned)
                .into_iter()
                .collect(),
            Value::Many { .. } => form
                .ticked_keys(field.pointer)
                .map(ToOwned::to_owned)
                .collect(),
            Value::Grid { .. } => Vec::new(),
        };
        answers.give(field.pointer, answer);
    }
    answers
}

pub(super) fn consequence(
    form: &Form,
    step: &Step,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let mut said = vec![(Look::Strong, step.help.to_owned())];
    said.extend(stands_against(form, step, incident, present));
    said.extend(understood(form, step, present));
    said.extend(foreseen(form, step, incident, present));
    said.extend(step.says.iter().map(|sentence| plain(*sentence)));
    said
}

/// What the rules would say of it as it stands, apart from what is not filled in yet.
fn stands_against(
    form: &Form,
    step: &Step,
    incident: &Incident,
    present: &Present<'_>,
) -> Option<Sentence> {
    let command = command(form, step, incident, present).ok()?;
    let refusal = present
        .replica
        .would(Some(incident.id), &command, present.now)
        .err()?;
    let is_about_words = matches!(refusal.kind, RefusalKind::Invalid { .. });
    (!is_about_words).then(|| (Look::Refused, format!("As things stand: {refusal}")))
}

/// The thing that is chosen in full, and the times and days that were understood.
fn understood(form: &Form, step: &Step, present: &Present<'_>) -> Vec<Sentence> {
    step.asks
        .iter()
        .filter_map(|ask| {
            let typed = form.text(ask.pointer).trim();
            let said = match ask.kind {
                Kind::Thing(_) => chosen_words(form, ask.pointer)?.to_owned(),
                Kind::Time | Kind::Moment if !typed.is_empty() => {
                    match input::understand(typed, present.now, None) {
                        Ok(at) => format!("{}: {}", ask.label, format::local(at)),
                        Err(error) => return Some((Look::Refused, error.to_string())),
                    }
                }
                Kind::Day if !typed.is_empty() => match day::understand(typed, present.now) {
                    Ok(day) => format!("{}: {}", ask.label, day.format("%a %-d %b %Y")),
                    Err(error) => return Some((Look::Refused, error.to_string())),
                },
                _ => return None,
            };
            Some(plain(text::line(&said)))
        })
        .collect()
}

fn chosen_words<'a>(form: &'a Form, pointer: &str) -> Option<&'a str> {
    match &form.field(pointer)?.value {
        Value::One {
            options, chosen, ..
        } => {
            let option = options.get(*chosen)?;
            (!option.is_open()).then_some(option.words.as_str())
        }
        Value::Text(_) | Value::Time(_) | Value::Many { .. } | Value::Grid { .. } => None,
    }
}

/// What the answers would do to the clocks, whatever words are still missing; before anything follows
/// from them, the clock that the step is about.
fn foreseen(form: &Form, step: &Step, incident: &Incident, present: &Present<'_>) -> Vec<Sentence> {
    let mut answers = answers(form);
    for ask in step.asks.iter().filter(|ask| ask.kind == Kind::Text) {
        let words = foresight::or_some_words(form.text(ask.pointer));
        answers.give(ask.pointer, vec![words.into()]);
    }
    let command = against(incident, present, |setting| step.command(&answers, setting));
    let after = command.and_then(|command| foresight::after(Some(incident), &command, present));
    let changes = after.map_or_else(
        |_| Vec::new(),
        |after| foresight::changes(Some(incident), &after, present),
    );
    if !changes.is_empty() {
        return changes;
    }
    running(form, step, incident, present).into_iter().collect()
}

/// The clock that the step is about, while it runs.
fn running(
    form: &Form,
    step: &Step,
    incident: &Incident,
    present: &Present<'_>,
) -> Option<Sentence> {
    let is_about_it = matches!(
        (step.group, step.verb),
        (Group::Decide, "report" | "decline" | "reanchor") | (Group::Regulator, "submit")
    );
    let view = regulator_clock(form, step, incident).filter(|_| is_about_it)?;
    let due = format::local(view.clock.due_at);
    Some(if view.stop.is_some() {
        plain("The clock has already stopped")
    } else {
        let left = format::countdown(view.clock.due_at, present.now);
        let end = if present.now > view.clock.due_at {
            "ended"
        } else {
            "end"
        };
        plain(format!("The 72 hours {end} {due}: {left}"))
    })
}

/// The clock that the step is about: the controller's own, or the one of the NIS Regulations.
fn regulator_clock<'a>(form: &Form, step: &Step, incident: &'a Incident) -> Option<ClockView<'a>> {
    if step.fixed.contains(&("/body", "DHSC_NIS")) {
        return clock::view(incident, ClockKind::Nis72h);
    }
    if step.fixed.contains(&("/body", "NHSE")) {
        return None;
    }
    let controller = OrganisationId::from(form.chosen_key("/controller")?);
    clock::views(incident).find(|view| view.clock.is(ClockKind::Ico72h, Some(&controller)))
}
