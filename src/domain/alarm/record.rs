//! What is kept of an alarm that was raised: whether it is open, who acknowledged it, how it ended.
//!
//! An alarm acts on nobody's clock: acknowledging or putting it off quietens the notices and leaves every
//! deadline where it is. Deliberately tells nobody.

use super::{Alarm, Closed};
use crate::domain::Instant;
use crate::domain::event::{Signature, Signed};
use crate::domain::id::Reference;
use crate::domain::policy::{AlarmPolicy, minutes};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far an alarm has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlarmState {
    /// Somebody is told again and again.
    Open,
    /// Somebody has said that they know.
    Acknowledged,
    /// It stands no longer.
    Closed,
}

impl AlarmState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Closed];

    /// The state as a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Closed => "closed",
        }
    }
}

/// An alarm that was raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RaisedAlarm {
    /// The alarm.
    pub alarm: Alarm,
    /// What people call the incident; absent where it is about the desk.
    pub reference: Option<Reference>,
    /// When the desk raised it; later than its moment where the desk was down.
    pub raised_at: DateTime<Utc>,
    /// Who said that they know, and when.
    pub acknowledged: Option<Signed>,
    /// When it is asked about again, if it still stands then.
    pub again_at: Option<DateTime<Utc>>,
    /// Until when its notices wait.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Since when nobody is told of it any more, although nobody has said that they know: everybody was
    /// told as often as the policy says, and the duty manager once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub closed: Option<ClosedAlarm>,
}

/// How an alarm ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClosedAlarm {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: Closed,
}

/// What somebody says of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = AlarmReceipt)]
pub enum Receipt {
    /// They know; nobody need be told again.
    Acknowledge {},
    /// They want to hear of it again later. No deadline moves.
    Snooze {
        /// In how many minutes.
        minutes: u32,
    },
}

impl Receipt {
    /// The name under which it is written down.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledge {} => "acknowledge_alarm",
            Self::Snooze { .. } => "snooze_alarm",
        }
    }
}

impl RaisedAlarm {
    /// An alarm that is raised now.
    pub fn new(alarm: Alarm, reference: Option<Reference>, now: Instant) -> Self {
        Self {
            alarm,
            reference,
            raised_at: now,
            acknowledged: None,
            again_at: None,
            snoozed_until: None,
            unanswered_at: None,
            closed: None,
        }
    }

    /// How far it has come.
    pub fn state(&self) -> AlarmState {
        match (&self.closed, &self.acknowledged) {
            (Some(_), _) => AlarmState::Closed,
            (None, Some(_)) => AlarmState::Acknowledged,
            (None, None) => AlarmState::Open,
        }
    }

    /// Takes in what somebody says of it.
    ///
    /// # Errors
    /// A refusal where it stands no longer, or where what is overdue is to be put off.
    pub fn receive(
        &mut self,
        receipt: Receipt,
        by: &Signature,
        now: Instant,
        policy: &AlarmPolicy,
    ) -> Result<(), Refusal> {
        if self.closed.is_some() {
            return Err(Refusal::against(
                RuleId::ClkState,
                "That alarm has ended, so there is nothing to acknowledge",
            ));
        }
        match receipt {
            Receipt::Acknowledge {} if self.acknowledged.is_some() => {}
            Receipt::Acknowledge {} => {
                self.again_at = self.alarm.again(now, policy).map(|again| again.at);
                self.acknowledged = Some(Signed {
                    at: now,
                    by: by.clone(),
                });
            }
            Receipt::Snooze { minutes: count } => self.snooze(count, now, policy)?,
        }
        Ok(())
    }

    /// Notes that somebody was told as often as the policy says, or could not be, and that nobody has
    /// answered; whether that is news, and the duty manager is to be told.
    pub fn unanswered(&mut self, now: Instant) -> bool {
        let is_news = self.state() == AlarmState::Open && self.unanswered_at.is_none();
        if is_news {
            self.unanswered_at = Some(now);
        }
        is_news
    }

    fn snooze(&mut self, count: u32, now: Instant, policy: &AlarmPolicy) -> Result<(), Refusal> {
        if self.alarm.threshold.is_passed() {
            return Err(Refusal::against(
                RuleId::ClkNopause,
                "You cannot put off what is overdue. Acknowledge the alarm, and do what it asks",
            ));
        }
        let longest = policy.longest_snooze_minutes;
        if count == 0 || count > longest {
            return Err(Refusal::invalid(
                "/minutes",
                format!(
                    "You can put a reminder off by 1 to {longest} minutes. The deadline does not move"
                ),
            ));
        }
        self.snoozed_until = Some(now + minutes(count));
        Ok(())
    }

    /// It stands no longer.
    pub fn close(&mut self, why: Closed, at: Instant) {
        self.closed.get_or_insert(ClosedAlarm { at, why });
        self.again_at = None;
    }

    /// The alarm that tells of it once more, where it stands after all and nobody has acknowledged it.
    pub fn after_all(&self, now: Instant) -> Option<Alarm> {
        let is_acknowledged = self.acknowledged.is_some();
        self.alarm.after_all(now).filter(|_| !is_acknowledged)
    }

    /// It stands again after all; who acknowledged it before need not do so again.
    pub fn reopen(&mut self) {
        self.closed = None;
    }

    /// The alarm that follows if this one, acknowledged, still stands.
    pub fn again(&self, policy: &AlarmPolicy) -> Option<Alarm> {
        let acknowledged = self.acknowledged.as_ref()?;
        self.alarm.again(acknowledged.at, policy)
    }
}
