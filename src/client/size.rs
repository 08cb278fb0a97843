//! What is too large for the server to read: told before it is given, for the text would be kept nowhere.
//!
//! Deliberately knows no form: it names the place in the command that is longest, as a refusal does.

use crate::api::route::LARGEST_BODY;
use crate::domain::command::Command;
use crate::domain::refusal::Refusal;
use serde_json::Value;

/// Refuses a command that is too large to be sent, at the text that makes it so.
///
/// # Errors
/// A sentence that says by how much, and what to do.
pub(super) fn require_sendable(command: &Command) -> Result<(), Refusal> {
    // A command that cannot be spelled cannot be sent either, and the server says why.
    let spelled = serde_json::to_value(command).unwrap_or_default();
    let over = spelled.to_string().len().saturating_sub(LARGEST_BODY);
    if over == 0 {
        return Ok(());
    }
    let (pointer, _) = longest(&spelled, String::new());
    Err(Refusal::invalid(
        &pointer,
        format!(
            "This is too long to send, by about {over} characters. Shorten it, or split it into several notes"
        ),
    ))
}

/// Where the longest text of a value is, and how long it is.
fn longest(value: &Value, at: String) -> (String, usize) {
    let inside: Vec<(String, &Value)> = match value {
        Value::String(text) => return (at, text.len()),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), field))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(place, item)| (place.to_string(), item))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    };
    let texts = inside
        .into_iter()
        .map(|(name, field)| longest(field, format!("{at}/{name}")));
    let longest = texts.max_by_key(|(_, length)| *length);
    longest.unwrap_or((at, 0))
}
