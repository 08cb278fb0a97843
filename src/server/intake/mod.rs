//! What tools send, read: each of their formats becomes the domain's alerts.
//!
//! One file a format, pure: nothing here waits, writes or decides what follows. Text is taken as it
//! comes, because whoever shows it makes it harmless, as all that comes from outside.

mod alertmanager;
mod cloudevents;
mod events;

pub(super) use alertmanager::{alerts_of_notification, left_out_of};
pub(super) use cloudevents::alert_of_cloud_event;
pub(super) use events::alert_of_event;

use super::audit;
use std::fmt::Write;

/// A key of what tells an alert from others. It is hashed, so that it has one length, and no table and
/// no entry of the trail holds what somebody wrote into it.
fn key(parts: &[&str]) -> String {
    let lengths_and_parts = parts.iter().fold(String::new(), |mut text, part| {
        // With its length, so that no two lists of parts read the same; writing to a string cannot fail.
        let _ = write!(text, "{}:{part}", part.len());
        text
    });
    audit::sha256(&lengths_and_parts)
}

/// A line for each thing that there is to say, under its name.
fn listed<'a>(things: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    things
        .into_iter()
        .filter(|(_, said)| !said.trim().is_empty())
        .map(|(name, said)| format!("{name}: {said}"))
        .collect::<Vec<_>>()
        .join("\n")
}
