//! Days as people type them.

use super::local;
use crate::domain::Instant;
use chrono::{Days, NaiveDate};

/// A text that is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a day. Write today, tomorrow, +5 for in five days, or 2026-06-16")]
pub struct NotADay(String);

/// The day that a text means in London at `now`.
///
/// # Errors
/// If it means none.
pub fn understand(text: &str, now: Instant) -> Result<NaiveDate, NotADay> {
    let today = local(now).date_naive();
    let typed = text.trim().to_lowercase();
    let found = match typed.as_str() {
        "today" => Some(today),
        "yesterday" => today.pred_opt(),
        "tomorrow" => today.succ_opt(),
        _ => match typed.strip_prefix('+') {
            Some(days) => days
                .trim()
                .parse()
                .ok()
                .and_then(|days| today.checked_add_days(Days::new(days))),
            None => typed.parse().ok(),
        },
    };
    found.ok_or_else(|| NotADay(text.to_owned()))
}
