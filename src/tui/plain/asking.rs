//! A form as it is read: one question after the other, and every answer before anything is sent.

use super::words::spoken_text;
use crate::tui::app::App;
use crate::tui::form::{Alternative, Field, Form, Value};
use crate::tui::view::banner;
use std::collections::BTreeSet;

/// The question in hand, or everything that was answered; with its heading if it was just opened.
pub(super) fn form(app: &App, form: &Form, is_new: bool) -> Vec<String> {
    let mut said = Vec::new();
    if is_new {
        said.push(heading(app, form));
    }
    if let Some(problem) = &form.problem {
        said.push(format!("Not sent: {}", spoken_text(&problem.to_string())));
    }
    match form.focused() {
        Some(field) => said.push(asked(form, field)),
        None => said.extend(ready(app, form)),
    }
    said
}

fn heading(app: &App, form: &Form) -> String {
    let names: Vec<String> = form.targets.iter().map(|id| app.name_of(*id)).collect();
    let about = match app.subject(form) {
        Some(incident) if names.len() == 1 => format!(", {}, {}", names[0], incident.title),
        _ if names.is_empty() => String::new(),
        _ => format!(", {}", names.join(", ")),
    };
    let said = format!(
        "{}{about}. {} questions; an empty line hears one again, /next keeps its answer, /previous goes \
         back, /back leaves, /discard forgets",
        form.title(),
        form.fields.len()
    );
    spoken_text(&said)
}

fn asked(form: &Form, field: &Field) -> String {
    let place = format!("Question {} of {}", form.focus + 1, form.fields.len());
    let rest = match &field.value {
        Value::Text(_) | Value::Time(_) if field.typed().is_empty() => field.hint.to_owned(),
        Value::Text(_) | Value::Time(_) => format!("now: {}. {}", field.typed(), field.hint),
        Value::One { options, .. } => {
            format!("now: {}. Choose one: {}", answer(field), numbered(options))
        }
        Value::Many { options, .. } => format!(
            "now: {}. Any of these, separated by commas, or none: {}",
            answer(field),
            numbered(options)
        ),
        Value::Grid { .. } => format!("now: {}. Type both from 1 to 5", answer(field)),
    };
    spoken_text(&format!("{place}: {}: {rest}", field.label))
}

fn numbered(options: &[Alternative]) -> String {
    let options = options.iter().enumerate();
    options
        .map(|(place, option)| format!("{} {}", place + 1, option.words))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What a field holds, in words.
fn answer(field: &Field) -> String {
    match &field.value {
        Value::Text(_) | Value::Time(_) if field.typed().is_empty() => "nothing".to_owned(),
        Value::Text(_) | Value::Time(_) => field.typed().to_owned(),
        Value::One {
            options, chosen, ..
        } => options
            .get(*chosen)
            .map_or("nothing", |option| option.words.as_str())
            .to_owned(),
        Value::Many {
            options, ticked, ..
        } => ticked_words(options, ticked),
        Value::Grid {
            severity,
            likelihood,
        } => {
            let grade = |grade: &Option<u8>| {
                grade.map_or_else(|| "not chosen yet".to_owned(), |grade| grade.to_string())
            };
            format!(
                "severity {}, likelihood {}",
                grade(severity),
                grade(likelihood)
            )
        }
    }
}

fn ticked_words(options: &[Alternative], ticked: &BTreeSet<usize>) -> String {
    let words: Vec<&str> = ticked
        .iter()
        .filter_map(|place| options.get(*place))
        .map(|option| option.words.as_str())
        .collect();
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(", ")
    }
}

/// Every answer and what would follow, before anything is sent.
fn ready(app: &App, form: &Form) -> Vec<String> {
    let mut said: Vec<String> = form
        .fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            spoken_text(&format!(
                "{}. {}: {}",
                place + 1,
                field.label,
                answer(field)
            ))
        })
        .collect();
    let subject = app.subject(form);
    let follows = form.consequence(subject.as_deref(), &app.present());
    said.extend(follows.iter().map(|(_, sentence)| spoken_text(sentence)));
    said.extend(banner::link(app).map(|(_, sentence)| spoken_text(&sentence)));
    said.push(format!(
        "Type \"send\": {}. A number changes that answer, \"back\" leaves, \"discard\" forgets",
        form.deed().to_lowercase()
    ));
    said
}
