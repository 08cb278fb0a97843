//! One delivery: one subject that one recipient is told of, from the queue to its end.
//!
//! It is tried at an address after the other until one takes it, repeated or given up by the numbers of
//! the policy, and what its carrier reports late never undoes what is known already. Accepted is not
//! delivered, and delivered is not acknowledged. Deliberately knows no carrier, keeps nothing and reads
//! no clock: it is told what came of an attempt, and when.

pub mod checkpoint;
pub mod matter;
pub mod test;

use super::Instant;
use super::directory::{Channel, ContactPoint};
use super::id::{DeliveryId, IncidentId, RecipientId};
use super::partners::NoticeProgress;
use super::policy::{DeliveryPolicy, hours, minutes};
use chrono::{DateTime, TimeDelta, Utc};
use matter::Matter;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The space in which the identities of deliveries are made.
const SPACE: Uuid = Uuid::from_u128(0x3f6b_91d2_08c4_5a7e_b1d0_52aa_97e3_6c18);

/// What a delivery is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[schema(as = DeliverySubject)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// An alarm, by its identity.
    Alarm(Uuid),
    /// A notice to a partner, by the identity of that notice.
    PartnerNotice(Uuid),
    /// A call for help up a ladder, by the identity of that notice.
    Escalation(Uuid),
    /// A test, by the command that asked for it.
    Test(Uuid),
    /// The end of the audit trail, by the stretch of time in which it is told.
    Checkpoint(Uuid),
}

impl Subject {
    /// The sort of subject as storage and lists spell it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Alarm(_) => "alarm",
            Self::PartnerNotice(_) => "partner_notice",
            Self::Escalation(_) => "escalation",
            Self::Test(_) => "test",
            Self::Checkpoint(_) => "checkpoint",
        }
    }

    /// The identity of what it is about.
    pub fn id(self) -> Uuid {
        match self {
            Self::Alarm(id)
            | Self::PartnerNotice(id)
            | Self::Escalation(id)
            | Self::Test(id)
            | Self::Checkpoint(id) => id,
        }
    }

    /// Whether several of these for one recipient may go out as one message with a count.
    pub fn is_grouped(self) -> bool {
        matches!(self, Self::Alarm(_))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Afterwards {
    /// It is said again until the policy's last time.
    Repeat,
    /// It is waited for, and expires.
    Wait,
    /// That it was accepted is all that was wanted.
    Nothing,
}

/// A sort of carrier.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Medium {
    /// Electronic mail.
    Email,
    /// A text message to a mobile telephone.
    Sms,
    /// A service that is told over HTTP, by its name in the server's settings.
    Webhook,
}

impl Medium {
    /// Every medium.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Webhook];

    /// The medium as a word in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            Self::Sms => "text message",
            Self::Webhook => "webhook",
        }
    }

    /// Several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            Self::Sms => "text messages",
            Self::Webhook => "webhooks",
        }
    }
}

/// Where somebody is told something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// By what.
    pub medium: Medium,
    /// The address, the number or the name; never shown outside the desk.
    pub to: String,
    /// Why it is of no use for this delivery, once its carrier has said so for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl Address {
    /// An address that has not been tried.
    pub fn new(medium: Medium, to: impl Into<String>) -> Self {
        Self {
            medium,
            to: to.into(),
            refused: None,
        }
    }

    /// The address of a contact point; none where a person has to ring.
    pub fn of(point: &ContactPoint) -> Option<Self> {
        let medium = match point.channel {
            Channel::Email => Medium::Email,
            Channel::Mobile => Medium::Sms,
            Channel::Phone | Channel::Pager | Channel::Desk => return None,
        };
        Some(Self::new(medium, point.value.clone()))
    }
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryState {
    /// It is to be sent, now or again.
    Queued,
    /// A carrier has accepted it.
    Sent,
    /// The carrier says that it has arrived.
    Delivered,
    /// Somebody there has said that they have it.
    Acknowledged,
    /// It did not arrive, and is not tried again.
    Failed,
    /// It was sent, and nobody has acknowledged it in time.
    Expired,
    /// It is about nothing any more.
    Cancelled,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sent,
        Self::Delivered,
        Self::Acknowledged,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The state as words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Acknowledged => "acknowledged",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// Late news of a lower rank changes nothing.
    fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sent => 1,
            Self::Failed => 2,
            Self::Delivered => 3,
            Self::Expired => 4,
            Self::Cancelled => 5,
            Self::Acknowledged => 6,
        }
    }

    /// Whether nothing more is done about it.
    pub fn is_over(self) -> bool {
        match self {
            Self::Queued | Self::Sent | Self::Delivered => false,
            Self::Acknowledged | Self::Failed | Self::Expired | Self::Cancelled => true,
        }
    }
}

/// One subject for one recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its identity, which follows from subject and recipient.
    pub id: DeliveryId,
    /// What it is about.
    pub subject: Subject,
    /// The incident behind it, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// What it has in common with other deliveries about the same matter, whose deadline was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<Uuid>,
    /// Who is told.
    pub recipient: RecipientId,
    /// Where, in the order in which they are tried.
    pub addresses: Vec<Address>,
    /// What is said, as a fixed template: no free text and nothing about a person.
    pub matter: Matter,
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// How often its recipient was told of the same matter before it, and nobody acknowledged that.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub earlier: u32,
    /// When the recipient was last told of the matter, by this or by an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<DateTime<Utc>>,
    /// When it is looked at again; absent once it is over or nothing more is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
    /// Which of the addresses took it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<usize>,
    /// What its carrier calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_reference: Option<String>,
    /// Why it has not arrived, in the words of the carrier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When a carrier first accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
    /// When it is said to have arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// When somebody acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// How far the desk's record of it has come: the incident's of a partner's notice, the alarm's of one
    /// that nobody answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<DeliveryState>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "this is how serde asks what to leave out"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What somebody is to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    /// What it is about.
    pub subject: Subject,
    /// The incident behind it, if there is one.
    pub incident: Option<IncidentId>,
    /// What it has in common with other deliveries about the same matter; absent where there are none.
    pub thread: Option<Uuid>,
    /// Who is told.
    pub recipient: RecipientId,
    /// Where, in the order in which they are to be tried.
    pub addresses: Vec<Address>,
    /// What is said.
    pub matter: Matter,
}

/// What a carrier answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was taken, under this name of the carrier's.
    Accepted {
        /// The name, where the carrier gives one.
        reference: Option<String>,
    },
    /// Not now; the same may be accepted later.
    NotNow(String),
    /// Not at this address, however often it is tried.
    Never(String),
}

/// An address that was tried, by its place, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its place among the addresses.
    pub address: usize,
    /// What its carrier answered.
    pub answer: Answer,
}

/// What a carrier reports later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CarrierReport)]
#[serde(tag = "outcome", content = "why", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Report {
    /// It has arrived.
    Delivered,
    /// It has not yet, and is still tried.
    Delayed(String),
    /// It has not, and nothing will at this address.
    Refused(String),
    /// It has not, and the same address may still take the next one.
    GivenUp(String),
}

impl Report {
    /// The carrier's words, where it has not arrived.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Delivered => None,
            Self::Delayed(why) | Self::Refused(why) | Self::GivenUp(why) => Some(why),
        }
    }
}

/// What is to be done about a delivery whose moment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It is sent.
    Send,
    /// It ends.
    End,
}

impl Delivery {
    /// The identity of what this recipient is told of this subject.
    pub fn identity(subject: Subject, recipient: &RecipientId) -> DeliveryId {
        let name = format!("{}|{}|{recipient}", subject.kind(), subject.id());
        DeliveryId(Uuid::new_v5(&SPACE, name.as_bytes()))
    }

    /// Leaves it in the queue, because its carrier may not be asked before then.
    pub fn put_off(&mut self, until: Instant) {
        if !self.state.is_over() {
            self.next_at = Some(until);
        }
    }

    /// Puts it into the queue. Where no address is known it has failed already, and says so.
    pub fn new(new: NewDelivery, now: Instant) -> Self {
        let is_reachable = !new.addresses.is_empty();
        let unreachable = "no address is known at which a message could be sent";
        Self {
            id: Self::identity(new.subject, &new.recipient),
            subject: new.subject,
            incident: new.incident,
            thread: new.thread,
            recipient: new.recipient,
            addresses: new.addresses,
            matter: new.matter,
            state: if is_reachable {
                DeliveryState::Queued
            } else {
                DeliveryState::Failed
            },
            attempts: 0,
            earlier: 0,
            tried_at: None,
            next_at: is_reachable.then_some(now),
            via: None,
            provider_reference: None,
            why: (!is_reachable).then(|| unreachable.to_owned()),
            created_at: now,
            sent_at: None,
            delivered_at: None,
            acknowledged_at: None,
            // That a notice was queued is what the incident tells of it at first.
            told: Some(DeliveryState::Queued),
        }
    }

    /// Goes on where an earlier one about the same matter stopped that nobody acknowledged: a deadline
    /// that is moved again and again is told of at the same pauses as one that stays.
    #[must_use]
    pub fn following(mut self, earlier: &Self, policy: &DeliveryPolicy) -> Self {
        if earlier.state == DeliveryState::Acknowledged {
            return self;
        }
        self.earlier = earlier.said();
        self.tried_at = earlier.tried_at;
        if let Some(tried_at) = earlier.tried_at {
            let not_before = tried_at + policy.pause_after(self.earlier);
            self.next_at = self.next_at.map(|at| at.max(not_before));
        }
        self
    }

    /// How often its recipient was told of the matter.
    fn said(&self) -> u32 {
        self.earlier + self.attempts
    }

    /// Whether the desk's record does not say yet how far it has come.
    pub fn is_untold(&self) -> bool {
        let is_worth_telling = match (self.subject, &self.matter) {
            (Subject::PartnerNotice(_) | Subject::Escalation(_), _) => true,
            (Subject::Alarm(_), Matter::Unanswered { .. })
            | (Subject::Test(_) | Subject::Checkpoint(_), _) => false,
            (Subject::Alarm(_), _) => self.is_unanswered(),
        };
        is_worth_telling && self.told != Some(self.state)
    }

    /// Whether its recipient has been told as often as the policy says, or cannot be, and nobody has
    /// acknowledged it.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.state, DeliveryState::Expired | DeliveryState::Failed)
    }

    /// What happens after it was accepted, until somebody acknowledges it.
    fn afterwards(&self) -> Afterwards {
        match (self.subject, &self.matter) {
            (Subject::Alarm(_), Matter::Unanswered { .. })
            | (Subject::Test(_) | Subject::Checkpoint(_), _) => Afterwards::Nothing,
            (Subject::Alarm(_) | Subject::Escalation(_), _) => Afterwards::Repeat,
            (Subject::PartnerNotice(_), _) => Afterwards::Wait,
        }
    }

    /// What the incident's record says of how far it has come; nothing where it knows by itself.
    pub fn progress(&self) -> Option<NoticeProgress> {
        let why = || self.why.as_deref().unwrap_or("no reason was given").into();
        match self.state {
            DeliveryState::Queued => Some(NoticeProgress::Again { why: why() }),
            DeliveryState::Sent => Some(NoticeProgress::Sent {}),
            DeliveryState::Delivered => Some(NoticeProgress::Delivered {}),
            DeliveryState::Failed => Some(NoticeProgress::Failed { why: why() }),
            DeliveryState::Expired => Some(NoticeProgress::Expired {}),
            DeliveryState::Acknowledged | DeliveryState::Cancelled => None,
        }
    }

    /// The medium by which it was accepted last.
    pub fn medium(&self) -> Option<Medium> {
        let via = self.via.and_then(|place| self.addresses.get(place));
        via.map(|address| address.medium)
    }

    /// The addresses that may still be of use, each with its place.
    pub fn usable(&self) -> impl Iterator<Item = (usize, &Address)> {
        let places = self.addresses.iter().enumerate();
        places.filter(|(_, address)| address.refused.is_none())
    }

    /// What is to be done now that its moment has come.
    pub fn due(&self, policy: &DeliveryPolicy) -> Due {
        let is_sent = match (self.state, self.afterwards()) {
            (DeliveryState::Queued, _) => policy.has_another(self.attempts),
            (_, Afterwards::Repeat) => policy.has_another(self.said()),
            (_, Afterwards::Wait | Afterwards::Nothing) => false,
        };
        if is_sent { Due::Send } else { Due::End }
    }

    /// Ends it because its time is up: whether it had been accepted is what tells expired from failed.
    pub fn end(&mut self) {
        self.finish(if self.state == DeliveryState::Queued {
            DeliveryState::Failed
        } else {
            DeliveryState::Expired
        });
    }

    /// It goes out at `now`: a partner has its whole time from then, however long the notice waited.
    pub fn goes_out(&mut self, now: Instant, policy: &DeliveryPolicy) {
        if let Matter::PartnerNotice { answer_by, .. } | Matter::Escalation { answer_by, .. } =
            &mut self.matter
        {
            *answer_by = now + hours(policy.partner_answer_hours);
        }
    }

    /// Takes in what came of an attempt. One that ended meanwhile stays ended.
    pub fn attempted(&mut self, tried: &[Tried], now: Instant, policy: &DeliveryPolicy) {
        self.attempts += 1;
        self.tried_at = Some(now);
        for Tried { address, answer } in tried {
            if let (Answer::Never(why), Some(address)) = (answer, self.addresses.get_mut(*address))
            {
                address.refused = Some(why.clone());
            }
        }
        let accepted = tried.iter().find_map(|tried| match &tried.answer {
            Answer::Accepted { reference } => Some((tried.address, reference.clone())),
            Answer::NotNow(_) | Answer::Never(_) => None,
        });
        match accepted {
            Some((address, reference)) => self.accepted(address, reference, now, policy),
            None => self.not_accepted(tried, now, policy),
        }
    }

    fn accepted(
        &mut self,
        address: usize,
        reference: Option<String>,
        now: Instant,
        policy: &DeliveryPolicy,
    ) {
        self.via = Some(address);
        self.provider_reference = reference;
        self.sent_at.get_or_insert(now);
        if self.state.is_over() {
            return;
        }
        self.why = None;
        self.goes_out(now, policy);
        self.advance(DeliveryState::Sent);
        self.next_at = match self.afterwards() {
            Afterwards::Repeat => Some(now + policy.pause_after(self.said())),
            Afterwards::Wait => Some(now + hours(policy.partner_answer_hours)),
            Afterwards::Nothing => None,
        };
    }

    fn not_accepted(&mut self, tried: &[Tried], now: Instant, policy: &DeliveryPolicy) {
        if self.state.is_over() {
            return;
        }
        self.why = tried.iter().rev().find_map(|tried| match &tried.answer {
            Answer::NotNow(why) | Answer::Never(why) => Some(why.clone()),
            Answer::Accepted { .. } => None,
        });
        if policy.has_another(self.attempts) && self.usable().next().is_some() {
            self.next_at = Some(now + self.with_jitter(policy.pause_after(self.attempts), policy));
        } else {
            self.end();
        }
    }

    /// Spreads what failed together over time. The identity is as good as random, and the same on every
    /// machine.
    fn with_jitter(&self, pause: TimeDelta, policy: &DeliveryPolicy) -> TimeDelta {
        let bytes = self.id.0.as_bytes();
        let byte = bytes[self.attempts as usize % bytes.len()];
        let share = i64::from(policy.jitter_percent) * i64::from(byte) / i64::from(u8::MAX);
        pause + TimeDelta::milliseconds(pause.num_milliseconds() * share / 100)
    }

    /// Takes in what the carrier reports of a message, under its own name for it. That the message it
    /// took last has not arrived puts the delivery back into the queue where there is another way; of
    /// an earlier one only that it has arrived is news.
    pub fn reported(
        &mut self,
        message: Option<&str>,
        report: Report,
        now: Instant,
        policy: &DeliveryPolicy,
    ) {
        let is_the_last =
            message.is_none_or(|message| self.provider_reference.as_deref() == Some(message));
        match report {
            Report::Delivered => {
                self.delivered_at.get_or_insert(now);
                self.advance(DeliveryState::Delivered);
                if self.state == DeliveryState::Delivered {
                    self.why = None;
                }
            }
            Report::Delayed(why) if is_the_last && self.state == DeliveryState::Sent => {
                self.why = Some(why);
            }
            Report::Refused(why) if is_the_last => {
                let via = self.via.and_then(|place| self.addresses.get_mut(place));
                if let Some(address) = via {
                    address.refused = Some(why.clone());
                }
                self.came_back(why, now, policy);
            }
            Report::GivenUp(why) if is_the_last => {
                let pause = self.with_jitter(policy.pause_after(self.attempts), policy);
                self.came_back(why, now + pause, policy);
            }
            Report::Delayed(_) | Report::Refused(_) | Report::GivenUp(_) => {}
        }
    }

    fn came_back(&mut self, why: String, again_at: Instant, policy: &DeliveryPolicy) {
        if self.state.rank() >= DeliveryState::Failed.rank() {
            return;
        }
        self.why = Some(why);
        if policy.has_another(self.attempts) && self.usable().next().is_some() {
            self.state = DeliveryState::Queued;
            self.next_at = Some(again_at);
        } else {
            self.finish(DeliveryState::Failed);
        }
    }

    /// Somebody there has said that they have it.
    pub fn acknowledge(&mut self, at: Instant) {
        self.acknowledged_at.get_or_insert(at);
        self.finish(DeliveryState::Acknowledged);
    }

    /// It is about nothing any more. What has ended stays as it ended.
    pub fn cancel(&mut self) {
        if !self.state.is_over() {
            self.finish(DeliveryState::Cancelled);
        }
    }

    fn finish(&mut self, state: DeliveryState) {
        self.advance(state);
        self.next_at = None;
    }

    fn advance(&mut self, state: DeliveryState) {
        if state.rank() > self.state.rank() {
            self.state = state;
        }
    }
}

impl DeliveryPolicy {
    /// Whether it may be tried once more after so many attempts: the first and each repeat.
    fn has_another(&self, attempts: u32) -> bool {
        (attempts as usize) <= self.repeat_minutes.len()
    }

    /// How long after this attempt the next one is due. The repeats are counted from the first attempt;
    /// one that was late makes those after it late, and never two at once.
    fn pause_after(&self, attempts: u32) -> TimeDelta {
        let place = (attempts.max(1) as usize).min(self.repeat_minutes.len()) - 1;
        let before = place.checked_sub(1).map_or(0, |it| self.repeat_minutes[it]);
        minutes(self.repeat_minutes[place].saturating_sub(before))
    }
}
