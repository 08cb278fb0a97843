//! What tools send, in the formats that they have already, and what they are answered.
//!
//! These formats belong to others and grow without asking us, so fields that are not read here are let
//! through, unlike in our own requests. Deliberately reads no meaning into them.

use crate::domain::id::Reference;
use crate::domain::intake::CameOf;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A notification of Prometheus Alertmanager, version 4 of its webhook.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertmanagerNotification {
    /// "4".
    pub version: String,
    /// The alerts of the group.
    pub alerts: Vec<AlertmanagerAlert>,
    /// How many more there were that `max_alerts` left out.
    #[serde(default)]
    pub truncated_alerts: u64,
    /// Where the Alertmanager itself is to be seen.
    #[serde(default, rename = "externalURL")]
    pub external_url: String,
}

/// One alert of such a notification.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertmanagerAlert {
    /// Whether it is there or over.
    pub status: AlertmanagerStatus,
    /// What tells it from other alerts.
    pub labels: BTreeMap<String, String>,
    /// What it says to people.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// Since when it is there.
    pub starts_at: DateTime<Utc>,
    /// When it was over, or will count as over.
    #[serde(default)]
    pub ends_at: Option<DateTime<Utc>>,
    /// Where it comes from.
    #[serde(default, rename = "generatorURL")]
    pub generator_url: String,
    /// A hash of the labels.
    #[schema(min_length = 1)]
    pub fingerprint: String,
}

/// Whether an alert of Alertmanager is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertmanagerStatus {
    /// It is there.
    Firing,
    /// It is over.
    Resolved,
}

/// An event in the shape of PagerDuty's Events API, version 2.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[schema(as = TriggeredEvent)]
pub struct Event {
    /// What is said of the alert.
    pub event_action: EventAction,
    /// What tells this alert from others; made from the payload where a trigger brings none.
    #[serde(default)]
    pub dedup_key: Option<String>,
    /// What the alert says; a trigger needs it.
    #[serde(default)]
    pub payload: Option<EventPayload>,
    /// Which program watches it.
    #[serde(default)]
    pub client: Option<String>,
    /// Where that program is to be seen.
    #[serde(default)]
    pub client_url: Option<String>,
    /// Further places to look at, each with `href` and `text`; an odd one costs no alert.
    #[serde(default)]
    pub links: Value,
    /// Pictures, each with `src` and `alt`; an odd one costs no alert.
    #[serde(default)]
    pub images: Value,
}

/// What is said of an alert by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventAction {
    /// It is there.
    Trigger,
    /// Somebody took note of it in the tool.
    Acknowledge,
    /// It is over.
    Resolve,
}

/// What an alert says by an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventPayload {
    /// A few words.
    pub summary: String,
    /// What it is about: a machine, a service.
    pub source: String,
    /// How bad the tool finds it.
    pub severity: EventSeverity,
    /// When the tool noticed it, as it writes times.
    #[serde(default)]
    pub timestamp: Option<String>,
    /// The part of the source.
    #[serde(default)]
    pub component: Option<String>,
    /// What the part belongs to.
    #[serde(default)]
    pub group: Option<String>,
    /// The sort of event.
    #[serde(default)]
    pub class: Option<String>,
    /// Whatever else the tool says.
    #[serde(default)]
    pub custom_details: Value,
}

/// How bad a tool finds it; only rules look at it, because a person grades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventSeverity {
    /// The worst.
    Critical,
    /// Something fails.
    Error,
    /// Something may fail.
    Warning,
    /// Something to know.
    Info,
}

/// A CloudEvent, version 1.0, as one JSON document.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct CloudEvent {
    /// "1.0".
    pub specversion: String,
    /// With the source it tells this event from others.
    #[schema(min_length = 1)]
    pub id: String,
    /// Where it happened.
    #[schema(min_length = 1)]
    pub source: String,
    /// What sort of event it is.
    #[serde(rename = "type")]
    #[schema(min_length = 1)]
    pub kind: String,
    /// What of the source it is about.
    #[serde(default)]
    pub subject: Option<String>,
    /// When it happened.
    #[serde(default)]
    pub time: Option<DateTime<Utc>>,
    /// What happened.
    #[serde(default)]
    pub data: Option<Value>,
    /// The same in base64, where it is no JSON.
    #[serde(default)]
    pub data_base64: Option<String>,
    /// Whatever else the sender says of it.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, Value>,
}

/// What came of a request, alert by alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IntakeAnswer {
    /// In the order in which they came.
    pub alerts: Vec<TakenIn>,
    /// How many more the tool says that it left out; a note on the first incident of the alerts says so.
    #[serde(default)]
    pub left_out: u64,
}

/// What came of one alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TakenIn {
    /// Results.
    pub came_of: CameOf,
    /// The incident that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Reference>,
    /// Why it was refused, and what can be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What a sender of events is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventAccepted {
    /// "success".
    pub status: String,
    /// Results, for people.
    pub message: String,
    /// The key to send when it is acknowledged or over.
    pub dedup_key: String,
}
