//! Events in the shape of PagerDuty's Events API, version 2.
//!
//! A `routing_key` is let through and means nothing: the token says which tool sends.

use super::{key, listed};
use crate::api::intake::{Event, EventAction, EventPayload, EventSeverity};
use crate::domain::Instant;
use crate::domain::intake::{Alert, Said};
use crate::server::audit;
use crate::server::failure::Failure;
use chrono::DateTime;
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest key that the format allows, in characters.
const LONGEST_KEY: usize = 255;

/// The alert of an event, and the key to be answered with.
///
/// # Errors
/// A trigger without a payload, another action without a key, or a key that is too long.
pub(in crate::server) fn alert_of_event(event: &Event) -> Result<(Alert, String), Failure> {
    let dedup_key = dedup_key(event)?;
    let (said, payload) = match event.event_action {
        EventAction::Trigger => (Said::Began, Some(payload(event)?)),
        EventAction::Acknowledge => (Said::Acknowledged, None),
        EventAction::Resolve => (Said::Over, None),
    };
    let alert = Alert {
        key: key(&["events", &dedup_key]),
        said,
        recurs: true,
        title: payload.map_or_else(String::new, |payload| payload.summary.clone()),
        text: payload.map_or_else(String::new, |payload| text(payload, event)),
        at: payload
            .and_then(|payload| payload.timestamp.as_deref())
            .and_then(instant),
        labels: payload.map_or_else(BTreeMap::new, labels),
        left_out: None,
    };
    Ok((alert, dedup_key))
}

fn payload(event: &Event) -> Result<&EventPayload, Failure> {
    event
        .payload
        .as_ref()
        .ok_or_else(|| Failure::invalid("/payload", "A trigger says what the alert is"))
}

/// The key that the tool gave; without one a trigger has that of what it says, so that it is the same
/// alert when it is sent again.
fn dedup_key(event: &Event) -> Result<String, Failure> {
    let given = event.dedup_key.as_deref().map(str::trim);
    let given = given.filter(|key| !key.is_empty());
    match (given, event.event_action) {
        (Some(key), _) if key.chars().count() > LONGEST_KEY => Err(Failure::invalid(
            "/dedup_key",
            "A dedup_key has 255 characters at most",
        )),
        (Some(key), _) => Ok(key.to_owned()),
        (None, EventAction::Trigger) => {
            let said = serde_json::to_string(payload(event)?)
                .map_err(|error| Failure::internal(error.to_string()))?;
            Ok(audit::sha256(&said))
        }
        (None, EventAction::Acknowledge | EventAction::Resolve) => Err(Failure::invalid(
            "/dedup_key",
            "Say with dedup_key which alert was acknowledged or is over",
        )),
    }
}

/// A time as tools write it. What cannot be read is no time: an alert is not lost for that.
fn instant(text: &str) -> Option<Instant> {
    let at = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    at.ok().map(|at| at.to_utc())
}

fn named(payload: &EventPayload) -> [(&'static str, &str); 5] {
    [
        ("source", payload.source.as_str()),
        ("severity", severity(payload.severity)),
        ("component", payload.component.as_deref().unwrap_or("")),
        ("group", payload.group.as_deref().unwrap_or("")),
        ("class", payload.class.as_deref().unwrap_or("")),
    ]
}

fn severity(severity: EventSeverity) -> &'static str {
    match severity {
        EventSeverity::Critical => "critical",
        EventSeverity::Error => "error",
        EventSeverity::Warning => "warning",
        EventSeverity::Info => "info",
    }
}

fn text(payload: &EventPayload, event: &Event) -> String {
    let details = match &payload.custom_details {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        details => details.to_string(),
    };
    let timestamp = payload.timestamp.as_deref().unwrap_or("");
    let further = [
        ("timestamp", timestamp),
        ("details", details.as_str()),
        ("client", event.client.as_deref().unwrap_or("")),
        ("client_url", event.client_url.as_deref().unwrap_or("")),
    ];
    let links = places(&event.links, ["text", "href"]);
    let images = places(&event.images, ["alt", "src"]);
    let places = links.iter().chain(&images);
    let places = places.map(|place| ("link", place.as_str()));
    listed(named(payload).into_iter().chain(further).chain(places))
}

/// Places to look at, each with what is there where that is said.
fn places(places: &Value, names: [&str; 2]) -> Vec<String> {
    let each = places.as_array().into_iter().flatten();
    each.map(|place| {
        let said = names.iter().filter_map(|name| place[*name].as_str());
        said.collect::<Vec<_>>().join(" ")
    })
    .collect()
}

fn labels(payload: &EventPayload) -> BTreeMap<String, String> {
    named(payload)
        .into_iter()
        .filter(|(_, said)| !said.is_empty())
        .map(|(name, said)| (name.to_owned(), said.to_owned()))
        .collect()
}
