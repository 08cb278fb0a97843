//! Files and settings as typed, checked values: the numbers of the procedures, the bank holidays,
//! the directory.
//!
//! What is embedded in the program and what an owner of the procedure writes goes through the same
//! code. Deliberately holds no rule and no default of its own: every number is in a file of
//! `config/`.

pub mod desks;
pub mod directory;
pub mod holidays;
pub mod intake;
pub mod secret;
pub mod server;
pub mod settings;

use crate::domain::policy::{DeliveryPolicy, Policy};

const POLICY: &str = include_str!("../config/policy.toml");
const BANK_HOLIDAYS: &str = include_str!("../config/bank-holidays.json");

/// Why a policy was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, or not of the policy's shape.
    #[error("The policy cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// Not gov.uk's format.
    #[error("The bank holidays cannot be read: {0}")]
    Holidays(#[from] holidays::HolidaysError),
    /// Well formed, but no desk could work by it.
    #[error("The policy cannot be used: {0}")]
    Nonsense(&'static str),
}

/// The policy that is built into the program, with its calendar.
pub fn policy() -> Result<Policy, PolicyError> {
    let mut policy = read_policy(POLICY)?;
    policy.calendar = holidays::from_gov_uk(BANK_HOLIDAYS)?.calendar;
    Ok(policy)
}

/// A policy from the text of a `policy.toml`, checked; its calendar is still empty.
pub fn read_policy(text: &str) -> Result<Policy, PolicyError> {
    let policy: Policy = toml::from_str(text)?;
    match nonsense(&policy) {
        None => Ok(policy),
        Some(reason) => Err(PolicyError::Nonsense(reason)),
    }
}

/// What makes a policy unusable, if anything.
fn nonsense(policy: &Policy) -> Option<&'static str> {
    let hours = &policy.business_hours;
    [
        (
            hours.opens < hours.closes,
            "business hours must open before they close",
        ),
        (
            lengths(policy).iter().all(|length| *length > 0),
            "every clock needs a length above zero",
        ),
        (
            policy.clock.due_soon_fraction > 0,
            "due_soon_fraction must be above zero",
        ),
        (
            grades(policy).all(|grade| (1..=5).contains(&grade)),
            "every line on the grid lies between 1 and 5",
        ),
        (
            ladders(policy).iter().all(|ladder| rises(ladder)),
            "each step of a ladder comes later than the one before",
        ),
        (
            policy.acknowledge.minutes > 0,
            "an acknowledgement needs some time",
        ),
        (
            policy.trend.incidents >= 2,
            "a trend needs at least two incidents",
        ),
        (policy.term.months > 0, "a term lasts at least a month"),
        (
            policy.rota.look_ahead_days > 0
                && policy.rota.second_after_minutes < policy.rota.director_after_minutes,
            "the director is called after the second on call, and a rota is looked ahead on",
        ),
        (
            policy.directory.review_months > 0 && policy.directory.verify_contact_days > 0,
            "reviews and checks of contact points come round after some time",
        ),
        (
            policy.intake.title_characters > 0,
            "title_characters must be above zero",
        ),
        (
            repeats(&policy.delivery),
            "repeat_minutes begin above zero and each comes later than the one before",
        ),
        (
            policy.delivery.group_from >= 2 && policy.delivery.partner_answer_hours > 0,
            "a group has at least two alarms, and partners have some time to answer",
        ),
        (
            policy.delivery.attempt_seconds > 0
                && policy.delivery.attempt_seconds < policy.delivery.lease_seconds,
            "an attempt takes some time, and less than the lease on it",
        ),
        (
            shares_rise(policy) && policy.alarm.reconfirm_minutes > 0,
            "alarms come after rising shares of a length below 100, and an acknowledgement of one holds for some time",
        ),
        (
            policy.reading.again_after_minutes > 0,
            "again_after_minutes must be above zero",
        ),
    ]
    .into_iter()
    .find(|(holds, _)| !holds)
    .map(|(_, reason)| reason)
}

fn lengths(policy: &Policy) -> [u32; 7] {
    let clock = &policy.clock;
    [
        clock.lm_iao_minutes,
        clock.bob_dpo_hours,
        clock.bob_24h_hours,
        clock.ico_72h_hours,
        clock.nis_72h_hours,
        clock.wso_24h_hours,
        clock.proc_24h_hours,
    ]
}

fn grades(policy: &Policy) -> impl Iterator<Item = u8> {
    let grid = &policy.grid;
    let lines = [grid.line(), grid.upper_zone_line()];
    lines
        .into_iter()
        .chain(grid.art34_lines.iter().copied())
        .flat_map(|line| [line.severity, line.likelihood])
        .chain([grid.floor])
}

fn ladders(policy: &Policy) -> [&[u32]; 4] {
    [
        &policy.ladder.steps_minutes,
        &policy.ladder.p1_steps_minutes,
        &policy.alarm.unacknowledged_minutes,
        &policy.alarm.p1_unacknowledged_minutes,
    ]
}

/// The pause after an attempt is what lies between two of them.
fn repeats(delivery: &DeliveryPolicy) -> bool {
    let minutes = &delivery.repeat_minutes;
    minutes.first().is_some_and(|first| *first > 0) && rises(minutes)
}

fn shares_rise(policy: &Policy) -> bool {
    let shares = &policy.alarm.shares_percent;
    shares.is_sorted_by(|earlier, later| earlier < later) && shares.iter().all(|share| *share < 100)
}

fn rises(ladder: &[u32]) -> bool {
    ladder.is_sorted_by(|earlier, later| earlier < later)
}
