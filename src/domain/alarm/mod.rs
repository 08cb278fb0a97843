//! What must not pass in silence: the alarms that stand at an instant, derived from the facts.
//!
//! Every alarm belongs to a series, such as one clock of one incident. Of a series the latest alarm
//! whose moment has come stands; it overtakes those before it, so whoever looks after a long silence is
//! told the worst and not everything that led up to it. The identity of an alarm follows from what it
//! is about, so a server, a console and an agent that never spoke to each other mean the same one.
//! Deliberately raises nothing, tells nobody and keeps nothing: that is the server's, and an alarm that
//! stands no longer is simply not derived any more.

mod desk;
mod of_incident;
mod record;

pub use desk::{desk_series, of_loss};
pub use of_incident::{changes_at, next_at, series};
pub use record::{AlarmState, ClosedAlarm, RaisedAlarm, Receipt};

use super::Instant;
use super::countdown;
use super::deadlines::ClockKind;
use super::escalation::Ladder;
use super::id::{AlarmId, IncidentId, OrganisationId};
use super::owed::Matter;
use super::policy::{AlarmPolicy, minutes};
use super::role::Role;
use super::rota::Tier;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;
use uuid::Uuid;

/// The space in which the identities of alarms are made.
const SPACE: Uuid = Uuid::from_u128(0x7c1d_0a4e_52f3_5e0b_9a66_1f0e_64b3_a3d1);

/// One thing that somebody has to be told, at one of its thresholds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alarm {
    /// Its identity, the same wherever it is derived.
    pub id: AlarmId,
    /// The incident it is about; absent where it is about the desk itself.
    pub incident: Option<IncidentId>,
    /// What it is about.
    pub cause: Cause,
    /// How far it has come.
    pub threshold: Threshold,
    /// When it is raised.
    pub at: DateTime<Utc>,
    /// When the time is up, or since when it has been.
    pub due_at: DateTime<Utc>,
}

/// What an alarm is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Cause {
    /// A deadline of an incident.
    Deadline {
        /// Which clock.
        clock: ClockKind,
        /// Whose, where each controller has one.
        controller: Option<OrganisationId>,
    },
    /// What is owed by a day and no clock counts (ICO-ASKS, ICO-PHASE, BOB-SUBJECTS).
    Owed {
        /// What.
        matter: Matter,
        /// By which organisation.
        organisation: OrganisationId,
        /// Which role does it.
        role: Role,
    },
    /// Nobody has acknowledged an incident (section 1.3, `ACK`).
    Unacknowledged {},
    /// The next rung of a ladder is to be called (section 2.7).
    Rung {
        /// Which ladder.
        ladder: Ladder,
        /// Its place, counted from 0.
        rung: u8,
    },
    /// Somebody to whom an incident was offered has not said yes or no.
    Offer {},
    /// A term ends, or has ended, and nobody follows (WSIC-TERM).
    Term {
        /// The role.
        role: Role,
        /// Of which organisation.
        organisation: OrganisationId,
    },
    /// Nobody is planned on the rota.
    RotaGap {
        /// On which tier.
        tier: Tier,
        /// At whose desk.
        organisation: OrganisationId,
    },
    /// Nobody has taken over a desk in time (section 2.6).
    DeskNotTaken {
        /// Of which tier.
        tier: Tier,
    },
    /// The database was found to hold less than it had acknowledged.
    HistoryLost {},
}

/// How far a series has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Threshold {
    /// This share of the time is gone.
    Share {
        /// In hundredths.
        percent: u8,
    },
    /// So long before the time is up.
    Before {
        /// In whole hours.
        hours: u32,
    },
    /// A step of a ladder, counted from 1.
    Step {
        /// Which.
        step: u8,
    },
    /// The time is up.
    Passed {},
    /// The time is up, and it is told of once more: an acknowledgement has held for long enough, or what
    /// was settled is not settled after all.
    Again {
        /// When it was acknowledged, or stood again.
        since: DateTime<Utc>,
    },
}

impl Threshold {
    /// Whether the time is up.
    pub fn is_passed(self) -> bool {
        match self {
            Self::Passed {} | Self::Again { .. } | Self::Step { .. } => true,
            Self::Share { .. } | Self::Before { .. } => false,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { percent } => write!(f, "share-{percent}"),
            Self::Before { hours } => write!(f, "before-{hours}h"),
            Self::Step { step } => write!(f, "step-{step}"),
            Self::Passed {} => f.write_str("passed"),
            Self::Again { since } => write!(f, "again-{}", since.timestamp_millis()),
        }
    }
}

/// The cause as part of an identity: a name that never changes, whatever it is called on a screen.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deadline { clock, controller } => {
                let controller = controller
                    .as_ref()
                    .map_or("", |controller| controller.as_str());
                write!(f, "{}/{controller}", clock.as_str())
            }
            Self::Owed {
                matter,
                organisation,
                role,
            } => write!(f, "owed/{}/{organisation}/{}", matter.as_str(), role.code()),
            Self::Unacknowledged {} => f.write_str("unacknowledged"),
            Self::Rung { ladder, rung } => write!(f, "rung/{ladder:?}/{rung}"),
            Self::Offer {} => f.write_str("offer"),
            Self::Term { role, organisation } => write!(f, "term/{}/{organisation}", role.code()),
            Self::RotaGap { tier, organisation } => write!(f, "rota/{tier:?}/{organisation}"),
            Self::DeskNotTaken { tier } => write!(f, "desk/{tier:?}"),
            Self::HistoryLost {} => f.write_str("lost"),
        }
    }
}

impl Cause {
    /// Whether it is a deadline that can run out: a clock's, or a day by which something is owed.
    pub fn runs_out(&self) -> bool {
        match self {
            Self::Deadline { .. } | Self::Owed { .. } => true,
            Self::Unacknowledged {}
            | Self::Rung { .. }
            | Self::Offer {}
            | Self::Term { .. }
            | Self::RotaGap { .. }
            | Self::HistoryLost {}
            | Self::DeskNotTaken { .. } => false,
        }
    }

    /// What it is about in a few fixed words, without a name and without anything that was typed.
    pub fn title(&self) -> &'static str {
        match self {
            // Nobody has named the controller of these data yet (ICO-PROC).
            Self::Deadline {
                clock: ClockKind::Ico72h,
                controller: None,
            } => "Tell the ICO (72 h), controller not named",
            Self::Deadline { clock, .. } => clock.to_do(),
            Self::Owed { matter, .. } => matter.to_do(),
            Self::Unacknowledged {} => "Not acknowledged",
            Self::Rung { ladder, .. } => ladder.call(),
            Self::Offer {} => "Offer not answered",
            Self::Term { .. } => "Appoint a successor",
            Self::RotaGap { .. } => "Nobody on the rota",
            Self::DeskNotTaken { .. } => "Desk not taken over",
            Self::HistoryLost {} => "Saved entries were lost; check what was done last",
        }
    }
}

impl Alarm {
    /// An alarm with the identity that follows from what it is about.
    pub(crate) fn new(
        incident: Option<IncidentId>,
        cause: Cause,
        threshold: Threshold,
        at: Instant,
        due_at: Instant,
    ) -> Self {
        let whose = incident.map_or_else(|| "desk".to_owned(), |id| id.to_string());
        let due = due_at.timestamp_millis();
        let name = format!("{whose}|{cause}|{due}|{threshold}");
        Self {
            id: AlarmId(Uuid::new_v5(&SPACE, name.as_bytes())),
            incident,
            cause,
            threshold,
            at,
            due_at,
        }
    }

    /// The alarm that follows when this one was acknowledged and still stands: an acknowledgement holds
    /// for a while and not for ever. Only what is overdue is asked about again.
    pub fn again(&self, acknowledged_at: Instant, policy: &AlarmPolicy) -> Option<Self> {
        let at = acknowledged_at + minutes(policy.reconfirm_minutes);
        let is_passed = self.threshold.is_passed();
        is_passed.then(|| self.once_more(acknowledged_at, at))
    }

    /// The alarm that follows when this one was closed, acknowledged by nobody, and stands after all.
    pub fn after_all(&self, now: Instant) -> Option<Self> {
        let is_passed = self.threshold.is_passed();
        is_passed.then(|| self.once_more(now, now))
    }

    fn once_more(&self, since: Instant, at: Instant) -> Self {
        let threshold = Threshold::Again { since };
        Self::new(
            self.incident,
            self.cause.clone(),
            threshold,
            at,
            self.due_at,
        )
    }

    /// What it has in common with every alarm of the same thing at the same threshold, whenever that is
    /// due: who is told of one that was moved is told of the same matter.
    pub fn thread(&self) -> Uuid {
        let whose = self
            .incident
            .map_or_else(|| "desk".to_owned(), |id| id.to_string());
        let threshold = match self.threshold {
            Threshold::Again { .. } => Threshold::Passed {},
            Threshold::Share { .. }
            | Threshold::Before { .. }
            | Threshold::Step { .. }
            | Threshold::Passed {} => self.threshold,
        };
        let name = format!("{whose}|{}|{threshold}", self.cause);
        Uuid::new_v5(&SPACE, name.as_bytes())
    }

    /// Whether both are about the same thing that runs out at the same moment.
    pub fn is_in_series_with(&self, other: &Self) -> bool {
        (self.incident, self.due_at) == (other.incident, other.due_at) && self.cause == other.cause
    }

    /// What it says in fixed words and figures: what it is about and how much time is left. Never a
    /// name, a title or anything else that was typed, because it ends up on lock screens.
    pub fn headline(&self, now: Instant) -> String {
        let title = self.cause.title();
        match self.time_left(now) {
            Some(time) => format!("{title}: {time}"),
            None => self.untimed_headline(now),
        }
    }

    /// The same with the time in front, for a list whose rows are cut at their end.
    pub fn headline_by_time(&self, now: Instant) -> String {
        let title = self.cause.title();
        match self.time_left(now) {
            Some(time) => format!("{time}: {title}"),
            None => self.untimed_headline(now),
        }
    }

    /// How much time is left or has passed, where a deadline says so.
    fn time_left(&self, now: Instant) -> Option<String> {
        let time = countdown::countdown(self.due_at, now);
        match (&self.cause, self.threshold) {
            (Cause::Unacknowledged {} | Cause::Offer {} | Cause::Rung { .. }, _) => None,
            (_, threshold) if threshold.is_passed() => Some(time),
            (_, _) => Some(format!("{time} left")),
        }
    }

    fn untimed_headline(&self, now: Instant) -> String {
        let title = self.cause.title();
        if let Cause::Rung { .. } = self.cause {
            return title.to_owned();
        }
        format!("{title} for {}", countdown::length(self.due_at, now))
    }
}

/// The alarms of one thing that runs out, in the order in which they are raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series(Vec<Alarm>);

impl Series {
    /// The last alarm whose moment has come.
    pub fn standing(&self, now: Instant) -> Option<&Alarm> {
        let come = self.0.iter().filter(|alarm| alarm.at <= now);
        come.max_by_key(|alarm| alarm.at)
    }

    /// The one that is raised when the time is up.
    pub fn last(&self) -> Option<&Alarm> {
        self.0.last()
    }

    /// The alarms whose moment is still to come.
    pub fn coming(&self, now: Instant) -> impl Iterator<Item = &Alarm> {
        self.0.iter().filter(move |alarm| alarm.at > now)
    }

    fn holds(&self, alarm: &Alarm) -> bool {
        let first = self.0.first();
        first.is_some_and(|first| first.is_in_series_with(alarm))
    }
}

/// What of the alarms that were raised has to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Alarms to raise.
    pub raise: Vec<Alarm>,
    /// Alarms that stand no longer, each with why.
    pub close: Vec<(AlarmId, Closed)>,
}

/// Why an alarm stands no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Closed {
    /// A later one of its series was raised.
    Overtaken,
    /// What it told of was done, moved or called off.
    Settled,
}

/// What follows for the alarms that were raised and not closed. A present that went back raises nothing
/// again and closes nothing: of a series that goes on only a later alarm takes the place of an earlier.
pub fn change(raised: &[Alarm], series: &[Series], now: Instant) -> Change {
    let mut change = Change::default();
    for alarm in raised {
        if !series.iter().any(|series| series.holds(alarm)) {
            change.close.push((alarm.id, Closed::Settled));
        }
    }
    for standing in series.iter().filter_map(|series| series.standing(now)) {
        let mut known = raised
            .iter()
            .filter(|alarm| alarm.is_in_series_with(standing));
        if known.clone().any(|alarm| alarm.at >= standing.at) {
            continue;
        }
        change.raise.push(standing.clone());
        let overtaken = known.by_ref().map(|alarm| (alarm.id, Closed::Overtaken));
        change.close.extend(overtaken);
    }
    change
}

/// When the next alarm of any series is to be raised.
fn next_of(series: &[Series], now: Instant) -> Option<Instant> {
    let coming = series.iter().flat_map(|series| series.coming(now));
    coming.map(|alarm| alarm.at).min()
}
