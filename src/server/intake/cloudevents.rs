//! CloudEvents 1.0, each an alert of its own: the format has no word for "over".

use super::{key, listed};
use crate::api::intake::CloudEvent;
use crate::domain::intake::{Alert, Said};
use crate::server::failure::Failure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the format that is read here.
const VERSION: &str = "1.0";

/// The alert of a CloudEvent.
///
/// # Errors
/// It is of another version, or lacks what the format requires.
pub(in crate::server) fn alert_of_cloud_event(event: CloudEvent) -> Result<Alert, Failure> {
    if event.specversion != VERSION {
        return Err(Failure::invalid(
            "/specversion",
            "Only CloudEvents of version 1.0 are understood here",
        ));
    }
    let required = [
        ("/id", &event.id),
        ("/source", &event.source),
        ("/type", &event.kind),
    ];
    if let Some((pointer, _)) = required.into_iter().find(|(_, said)| said.is_empty()) {
        return Err(Failure::invalid(
            pointer,
            "A CloudEvent needs an id, a source and a type",
        ));
    }
    let title = match &event.subject {
        Some(subject) => format!("{}: {subject}", event.kind),
        None => event.kind.clone(),
    };
    Ok(Alert {
        key: key(&["cloudevents", &event.source, &event.id]),
        said: Said::Began,
        recurs: false,
        title,
        text: text(&event),
        at: event.time,
        labels: labels(event),
        left_out: None,
    })
}

fn text(event: &CloudEvent) -> String {
    let data = event.data.as_ref().map_or_else(String::new, said);
    let packed = event
        .data_base64
        .as_deref()
        .map_or_else(String::new, unpacked);
    let further = event.extensions.iter();
    let further: Vec<(&str, String)> = further
        .map(|(name, value)| (name.as_str(), said(value)))
        .collect();
    let known = [
        ("source", event.source.as_str()),
        ("id", event.id.as_str()),
        ("data", data.as_str()),
        ("data", packed.as_str()),
    ];
    let further = further.iter().map(|(name, value)| (*name, value.as_str()));
    listed(known.into_iter().chain(further))
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Data that came packed: as text where they are text, else at least that there are some.
fn unpacked(packed: &str) -> String {
    let Ok(bytes) = STANDARD.decode(packed) else {
        return "cannot be unpacked; look at the source".to_owned();
    };
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text,
        Ok(text) => format!("{} bytes that are no text; look at the source", text.len()),
        Err(error) => format!(
            "{} bytes that are no text; look at the source",
            error.as_bytes().len()
        ),
    }
}

fn labels(event: CloudEvent) -> BTreeMap<String, String> {
    let subject = event.subject.map(|subject| ("subject".to_owned(), subject));
    [
        ("source".to_owned(), event.source),
        ("type".to_owned(), event.kind),
    ]
    .into_iter()
    .chain(subject)
    .collect()
}
