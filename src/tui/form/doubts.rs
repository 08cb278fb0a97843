//! What to look at again before a form is sent: words that look like a person's, and times that may have
//! been meant otherwise. It warns and never blocks.

use super::{Field, Form, Present, Purpose, Sentence, Value};
use crate::domain::calendar::input;
use crate::domain::personal;
use crate::text;
use crate::tui::format;
use crate::tui::theme::Look;

/// Where a number or an address is asked for.
const ASKS_FOR_CONTACT: [&str; 2] = ["/reporter_contact", "/contact"];

pub(super) fn of(form: &Form, present: &Present<'_>) -> Vec<Sentence> {
    // The directory is there for names and numbers.
    if matches!(form.purpose, Purpose::Change(..)) {
        return Vec::new();
    }
    let fields = form.fields.iter();
    fields.flat_map(|field| doubts(field, present)).collect()
}

fn doubts(field: &Field, present: &Present<'_>) -> Vec<Sentence> {
    match &field.value {
        Value::Text(_) if !ASKS_FOR_CONTACT.contains(&field.pointer) => personal(field),
        Value::Time(_) => far_back(field, present).into_iter().collect(),
        Value::Text(_) | Value::One { .. } | Value::Many { .. } | Value::Grid { .. } => Vec::new(),
    }
}

fn personal(field: &Field) -> Vec<Sentence> {
    let sightings = personal::seen(field.typed()).into_iter();
    let warning = |seen: personal::Sighting| {
        let (looks, words) = (seen.kind.name(), text::line(&seen.words).to_string());
        let said = format!(
            "{}: \"{words}\" looks like {looks}; leave it out",
            field.label
        );
        (Look::Soon, said)
    };
    sightings.map(warning).collect()
}

fn far_back(field: &Field, present: &Present<'_>) -> Option<Sentence> {
    let span = input::far_back(field.typed(), present.now)?;
    let at = input::understand(field.typed(), present.now, None).ok()?;
    let said = format!(
        "{}: {} is {} ago. Meant today? That is still to come",
        field.label,
        format::local_short(at, present.now),
        format::age(span)
    );
    Some((Look::Soon, said))
}
