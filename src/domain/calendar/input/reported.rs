//! Whether a time that exists can be true: what may be reported (CLK-PAST).
//!
//! Deliberately apart from reading: a time that comes from a form, the API or a queue of unsent
//! commands is checked alike.

use crate::domain::Instant;
use crate::domain::calendar::in_words;
use crate::domain::policy::{InputPolicy, minutes};
use crate::domain::rule::RuleId;

/// Why a reported time was refused although it exists (CLK-PAST).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportedTimeError {
    /// Further ahead of the server than clocks may differ.
    #[error(
        "{} is in the future: it is {} now. A reported time may be at most {skew_minutes} minutes ahead", in_words(*.at), in_words(*.now)
    )]
    InFuture {
        /// The time that was reported.
        at: Instant,
        /// The time on the server.
        now: Instant,
        /// How far ahead is allowed.
        skew_minutes: u32,
    },
    /// Nobody is aware of what has not happened.
    #[error(
        "{} is before the incident occurred at {}. Correct one of the two, or mark the occurrence as estimated", in_words(*.at), in_words(*.occurred_at)
    )]
    BeforeOccurrence {
        /// The time that was reported.
        at: Instant,
        /// When the incident is said to have occurred.
        occurred_at: Instant,
    },
}

impl ReportedTimeError {
    /// The rule behind the refusal.
    pub fn rule(&self) -> RuleId {
        RuleId::ClkPast
    }
}

/// Refuses an awareness time that cannot be true (CLK-PAST): any past is accepted, the future only
/// as far as clocks differ. `occurred_at` is absent where it is not known or only estimated.
pub fn check_reported_time(
    at: Instant,
    now: Instant,
    occurred_at: Option<Instant>,
    policy: &InputPolicy,
) -> Result<(), ReportedTimeError> {
    let skew_minutes = policy.future_skew_minutes;
    if at > now + minutes(skew_minutes) {
        return Err(ReportedTimeError::InFuture {
            at,
            now,
            skew_minutes,
        });
    }
    match occurred_at {
        Some(occurred_at) if at < occurred_at => {
            Err(ReportedTimeError::BeforeOccurrence { at, occurred_at })
        }
        _ => Ok(()),
    }
}
