//! The alarms of one incident.
//!
//! The deadlines are those that the desk is measured by: the hour of `LM_IAO` is a target that colours
//! and never alarms (BOB-IMM), and `PROC_24H` is a fact about a processor.

use super::{Alarm, Cause, Series, Threshold, next_of};
use crate::domain::Instant;
use crate::domain::clock::Clock;
use crate::domain::directory::Directory;
use crate::domain::escalation::{self, ExceptionPath, Ladder};
use crate::domain::incident::{Incident, Priority};
use crate::domain::owed::{self, Owed};
use crate::domain::policy::{Policy, minutes};
use crate::domain::query;
use chrono::TimeDelta;

/// When time alone will next raise an alarm of the incident.
pub fn next_at(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Option<Instant> {
    let raised_at = next_of(&series(incident, directory, policy, now), now);
    let changed_at = changes_at(incident, directory, policy, now);
    [raised_at, changed_at].into_iter().flatten().min()
}

/// When time alone will next change what runs out of the incident: until then [`series`] says the same.
/// Once the exception path is open, another rung is the next one (WSIC-EXC).
pub fn changes_at(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Option<Instant> {
    let post = escalation::officer_post(directory, now);
    match escalation::exception_path(incident, &post, policy, now) {
        ExceptionPath::OpensAt(at) if at > now => Some(at),
        ExceptionPath::OpensAt(_)
        | ExceptionPath::NotNeeded
        | ExceptionPath::Open
        | ExceptionPath::NotTried => None,
    }
}

/// Everything that runs out of an incident, as it looks at `now`: a ladder's next rung depends on when
/// it is asked for.
pub fn series(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Vec<Series> {
    let owed = owed::owed(incident);
    let owed = owed.iter().map(|owed| Series(of_owed(incident, owed)));
    if !incident.status.is_open() {
        return owed.collect();
    }
    let clocks = query::open_deadlines(incident);
    clocks
        .map(|view| of_clock(incident, view.clock, policy))
        .chain([
            of_silence(incident, policy),
            of_offer(incident, policy),
            of_ladder(incident, directory, policy, now),
        ])
        .filter(|alarms| !alarms.is_empty())
        .map(Series)
        .chain(owed)
        .collect()
}

/// Once while it is still in time, and the first moment after its end.
fn of_owed(incident: &Incident, owed: &Owed) -> Vec<Alarm> {
    let alarm = |threshold, at| {
        let cause = Cause::Owed {
            matter: owed.matter,
            organisation: owed.organisation.clone(),
            role: owed.role,
        };
        Alarm::new(Some(incident.id), cause, threshold, at, owed.due_at)
    };
    let hours = (owed.due_at - owed.due_soon_at).num_hours();
    let hours = u32::try_from(hours).unwrap_or_default();
    vec![
        alarm(Threshold::Before { hours }, owed.due_soon_at),
        alarm(Threshold::Passed {}, owed.due_at + TimeDelta::seconds(1)),
    ]
}

/// A share of a clock's length each, and the first moment after its end (CLK-STATE: at the due instant
/// itself it is not overdue yet).
fn of_clock(incident: &Incident, clock: &Clock, policy: &Policy) -> Vec<Alarm> {
    let alarm = |threshold, at| {
        let cause = Cause::Deadline {
            clock: clock.kind,
            controller: clock.controller.clone(),
        };
        Alarm::new(Some(incident.id), cause, threshold, at, clock.due_at)
    };
    let length = clock.due_at - clock.started_at;
    let shares = policy.alarm.shares_percent.iter().map(|percent| {
        let gone = length * i32::from(*percent) / 100;
        alarm(
            Threshold::Share { percent: *percent },
            clock.started_at + gone,
        )
    });
    let passed_at = clock.due_at + TimeDelta::seconds(1);
    shares
        .chain([alarm(Threshold::Passed {}, passed_at)])
        .collect()
}

/// The steps of the `ACK` ladder, while nobody has taken note.
fn of_silence(incident: &Incident, policy: &Policy) -> Vec<Alarm> {
    if incident.acknowledgement.is_some() {
        return Vec::new();
    }
    let steps = match incident.priority() {
        Priority::P1 => &policy.alarm.p1_unacknowledged_minutes,
        Priority::P2 | Priority::P3 | Priority::P4 => &policy.alarm.unacknowledged_minutes,
    };
    let since = incident.logged_at;
    (1..)
        .zip(steps)
        .map(|(step, after)| {
            Alarm::new(
                Some(incident.id),
                Cause::Unacknowledged {},
                Threshold::Step { step },
                since + minutes(*after),
                since,
            )
        })
        .collect()
}

fn of_offer(incident: &Incident, policy: &Policy) -> Vec<Alarm> {
    let Some(offer) = &incident.offer else {
        return Vec::new();
    };
    let at = offer.at + minutes(policy.alarm.offer_minutes);
    vec![Alarm::new(
        Some(incident.id),
        Cause::Offer {},
        Threshold::Passed {},
        at,
        offer.at,
    )]
}

/// The next rung of the ladder that the incident waits on, once somebody has been tried (section 2.7).
fn of_ladder(
    incident: &Incident,
    directory: &Directory,
    policy: &Policy,
    now: Instant,
) -> Vec<Alarm> {
    let ladder = escalation::waiting_on(incident);
    if ladder == Ladder::OnCall {
        return Vec::new();
    }
    let next = escalation::next_rung(incident, ladder, directory, policy, now);
    let due = next.and_then(|next| Some((next.rung, next.due_at?)));
    due.map(|(rung, due_at)| {
        Alarm::new(
            Some(incident.id),
            Cause::Rung { ladder, rung },
            Threshold::Passed {},
            due_at,
            due_at,
        )
    })
    .into_iter()
    .collect()
}
