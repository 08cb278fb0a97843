//! In which order steps are asked for: by when each is due, and not by the page of the procedure on which it
//! stands.
//!
//! What is about to run out comes before what is late already, for it can still be met; it counts as about to
//! run out from the last reminder before the breach. Deliberately leaves what has no time where the
//! procedure has it, and moves nothing that still has time.

use super::NextStep;
use crate::domain::Instant;
use crate::domain::clock::{self, ClockView};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// The steps of an incident in the order in which they are done.
pub(super) struct Ordered {
    /// Done at once, whatever runs: taking note, and calls that an escalation has left to people.
    pub(super) at_once: Vec<NextStep>,
    /// What the others rest on: the grade, the triage, whose the data are.
    pub(super) basics: Vec<NextStep>,
    /// Everything else, in the order of the procedure.
    pub(super) others: Vec<NextStep>,
}

impl Ordered {
    /// At once; then what is about to run out, the basics, what is late, and the rest.
    pub(super) fn by_time(
        self,
        incident: &Incident,
        policy: &Policy,
        now: Instant,
    ) -> Vec<NextStep> {
        let ends: BTreeSet<Instant> = clock::views(incident)
            .filter(|view| is_about_to_run_out(view, policy, now))
            .map(|view| view.clock.due_at)
            .collect();
        let is_pressing = |step: &NextStep| step.due_at.is_some_and(|at| ends.contains(&at));
        let is_late = |step: &NextStep| step.due_at.is_some_and(|at| at < now);
        let mut steps = self.at_once;
        let (mut pressing, basics): (Vec<_>, Vec<_>) =
            self.basics.into_iter().partition(is_pressing);
        let (more, others): (Vec<_>, Vec<_>) = self.others.into_iter().partition(is_pressing);
        pressing.extend(more);
        let (mut late, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_late);
        for due in [&mut pressing, &mut late] {
            due.sort_by_key(|step| step.due_at);
        }
        steps.extend(pressing.into_iter().chain(basics).chain(late).chain(others));
        steps
    }
}

/// Whether the last share of its length has begun at which it is told of, and it has not passed.
fn is_about_to_run_out(view: &ClockView<'_>, policy: &Policy, now: Instant) -> bool {
    let clock = view.clock;
    let last = policy.alarm.shares_percent.last().copied().unwrap_or(100);
    let length = clock.due_at - clock.started_at;
    let from = clock.started_at + TimeDelta::seconds(length.num_seconds() * i64::from(last) / 100);
    view.state(now).is_open() && from <= now && now <= clock.due_at
}
