//! CloudEvents 1.0, each an alert of its own: the format has no word for "over".

use super::{key, listed};
use crate::api::intake::CloudEvent;
use crate::domain::intake::{Alert, Said};
use crate::server::failure::Failure;
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
    })
}

fn text(event: &CloudEvent) -> String {
    let data = match &event.data {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(data) => data.to_string(),
    };
    listed([
        ("source", event.source.as_str()),
        ("id", event.id.as_str()),
        ("data", data.as_str()),
    ])
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
