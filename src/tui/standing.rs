//! The alarms that stand, as far as the console knows: what the server told, and what this machine works
//! out beyond that.
//!
//! Both sides derive the same identity, so an alarm of the server's takes the place of the one that was
//! worked out here. Deliberately asks nobody and judges nothing: that is `update`.

use crate::domain::Instant;
use crate::domain::alarm::{AlarmState, RaisedAlarm, Receipt};
use crate::domain::id::{AlarmId, CommandId};
use crate::notify::notice::Source;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An alarm that stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    /// What is known of it; of one that was worked out here nobody has said anything.
    pub(super) raised: Arc<RaisedAlarm>,
    /// Who says that it stands.
    pub(super) source: Source,
}

impl Standing {
    /// Whether everybody was told as often as the policy says, the duty manager too, and nobody has
    /// said that they know.
    pub(super) fn is_unanswered(&self) -> bool {
        self.raised.state() == AlarmState::Open && self.raised.unanswered_at.is_some()
    }
}

/// Everything that is known of alarms that stand.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// As the server last told them.
    pub(super) told: Vec<Arc<RaisedAlarm>>,
    /// When it did; never so far.
    pub(super) told_at: Option<Instant>,
    /// Those of the server and those beyond them, in the order in which they are shown; worked out
    /// while they are shown.
    pub(super) all: Vec<Standing>,
    /// How many stand beyond all of them: of so many incidents at once no list is worked out. It goes
    /// with the list.
    pub(super) more: usize,
    /// How many nobody has acknowledged, of all that stand.
    pub(super) open: usize,
    /// What was said of an alarm and has no answer yet.
    pub(super) sent: BTreeMap<CommandId, (AlarmId, Receipt)>,
    /// Why the server did not tell when it was last asked.
    pub(super) trouble: Option<String>,
}

impl Known {
    /// How many nobody has acknowledged; nothing while only this machine has a say.
    pub(super) fn unacknowledged(&self) -> Option<usize> {
        self.told_at.map(|_| self.open)
    }

    /// What was said of this alarm and has no answer yet.
    pub(super) fn on_its_way(&self, alarm: AlarmId) -> Option<Receipt> {
        let mut sent = self.sent.values();
        sent.find(|(about, _)| *about == alarm)
            .map(|(_, receipt)| *receipt)
    }

    /// How many of those that are shown nobody answers.
    pub(super) fn unanswered(&self) -> usize {
        self.all.iter().filter(|one| one.is_unanswered()).count()
    }

    /// Shows these: what nobody has acknowledged first, of those what nobody answers, then what is
    /// overdue, incidents before the desk, and then by the time that is left.
    pub(super) fn show(&mut self, mut all: Vec<Standing>) {
        all.sort_by_key(|standing| {
            let alarm = &standing.raised.alarm;
            (
                standing.raised.state() != AlarmState::Open,
                !standing.is_unanswered(),
                !alarm.threshold.is_passed(),
                alarm.incident.is_none(),
                alarm.due_at,
                alarm.id,
            )
        });
        self.all = all;
    }
}

/// The alarm that keys act upon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which; none before there was any.
    pub selected: Option<AlarmId>,
    /// Where it was when it was last seen.
    pub at: usize,
}

impl Place {
    /// The row of the alarm; none if it stands no longer, so that no key acts on the one that has come
    /// into its place.
    pub(super) fn found(self, all: &[Standing]) -> Option<usize> {
        let is_it = |standing: &Standing| Some(standing.raised.alarm.id) == self.selected;
        all.iter().position(is_it)
    }

    /// The row that is in view: the alarm's, or where it was.
    pub(super) fn in_view(self, all: &[Standing]) -> usize {
        let was = self.at.min(all.len().saturating_sub(1));
        self.found(all).unwrap_or(was)
    }
}
