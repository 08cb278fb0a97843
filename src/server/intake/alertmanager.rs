//! Prometheus Alertmanager's webhook, version 4.

use super::{key, listed};
use crate::api::intake::{AlertmanagerAlert, AlertmanagerNotification, AlertmanagerStatus};
use crate::domain::intake::{Alert, LeftOut, Said};
use crate::server::failure::Failure;

/// The version of the format that is read here.
const VERSION: &str = "4";

/// The alerts of a notification.
///
/// # Errors
/// It is of another version, or has an alert that nothing tells from others.
pub(in crate::server) fn alerts_of_notification(
    notification: AlertmanagerNotification,
) -> Result<Vec<Alert>, Failure> {
    if notification.version != VERSION {
        return Err(Failure::invalid(
            "/version",
            "Only version 4 of Alertmanager's webhook is understood here",
        ));
    }
    let nameless = |alert: &AlertmanagerAlert| alert.fingerprint.trim().is_empty();
    if let Some(place) = notification.alerts.iter().position(nameless) {
        return Err(Failure::invalid(
            format!("/alerts/{place}/fingerprint"),
            "An alert needs its fingerprint, which tells it from others",
        ));
    }
    Ok(notification.alerts.into_iter().map(alert).collect())
}

/// What a notification says that it does not hold.
pub(in crate::server) fn left_out_of(notification: &AlertmanagerNotification) -> Option<LeftOut> {
    (notification.truncated_alerts > 0).then(|| LeftOut {
        count: notification.truncated_alerts,
        look_at: notification.external_url.clone(),
    })
}

fn alert(alert: AlertmanagerAlert) -> Alert {
    let begun = alert.starts_at.timestamp_millis().to_string();
    let (said, at) = match alert.status {
        AlertmanagerStatus::Firing => (Said::Began, Some(alert.starts_at)),
        AlertmanagerStatus::Resolved => (Said::Over, alert.ends_at),
    };
    Alert {
        key: key(&["alertmanager", &alert.fingerprint, &begun]),
        said,
        // What begins anew has another beginning.
        recurs: false,
        title: title(&alert),
        text: text(&alert),
        at,
        labels: alert.labels,
        left_out: None,
    }
}

fn title(alert: &AlertmanagerAlert) -> String {
    let name = alert.labels.get("alertname").map(String::as_str);
    let summary = alert.annotations.get("summary").map(String::as_str);
    let said: Vec<&str> = [name, summary].into_iter().flatten().collect();
    said.join(": ")
}

fn text(alert: &AlertmanagerAlert) -> String {
    let annotations = alert.annotations.iter();
    let annotations = annotations.filter(|(name, _)| *name != "summary");
    let labels = alert.labels.iter();
    let labels = labels.filter(|(name, _)| *name != "alertname");
    let each = annotations
        .chain(labels)
        .map(|(name, said)| (name.as_str(), said.as_str()));
    listed(each.chain([("from", alert.generator_url.as_str())]))
}
