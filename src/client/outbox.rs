//! Commands on their way: which may be sent now, which wait, which were refused.
//!
//! Pure: it is told what happened and given `now` and a random number. It deliberately does not
//! send, does not write to disk and does not replay; see `http`, `journal` and `replica`.
//!
//! Invariants:
//! - A command keeps its id for ever; a retry is the same request.
//! - Nothing is sent that has not been written to disk, unless the disk takes nothing: then it is told
//!   apart as kept nowhere until the server has answered.
//! - Per incident at most one command is in flight, and the order in which they were given is kept.
//! - Only a definite answer ends a command. While the outcome is unknown, it is tried again.

use crate::domain::Instant;
use crate::domain::command::Command;
use crate::domain::id::{CommandId, IncidentId};
use crate::domain::refusal::Refusal;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};

/// How many commands may be in flight at once, so that a dead link is not asked a hundred times.
const MOST_IN_FLIGHT: usize = 4;

/// The longest wait between two tries, in seconds.
const LONGEST_WAIT: i64 = 30;

/// How many commands are remembered whole that the server has taken, in case it loses them.
const MOST_TAKEN: usize = 200;

/// How long a command that does not commute is tried before the server is only asked what became
/// of it: carried out hours later, on an incident that has moved on, it would do harm.
const PATIENCE: TimeDelta = TimeDelta::minutes(2);

/// How long a request may still be under way after it was sent. Only after that does "never heard
/// of it" mean that it will never be heard of.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(1);

/// A command that the server has not answered for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// Its identity and its idempotency key, for ever.
    pub id: CommandId,
    /// The incident it is about.
    pub incident: IncidentId,
    /// What is asked.
    pub command: Command,
    /// The version that the officer saw; none has been confirmed of an incident just logged.
    pub seen_version: u64,
    /// When it was given.
    pub given_at: Instant,
}

impl Unsent {
    /// The version to send as `If-Match`; none for commands that must never be lost to a newer one.
    pub fn expected_version(&self) -> Option<u64> {
        (!self.command.commutes()).then_some(self.seen_version)
    }

    fn is_harmful_late(&self, now: Instant) -> bool {
        !self.command.commutes() && now > self.given_at + PATIENCE
    }
}

/// What is to be done for a command now.
#[derive(Clone, Debug, PartialEq)]
pub enum Errand {
    /// Send it, as it is.
    Send(Unsent),
    /// It was sent long ago and the outcome is unknown: ask what became of it, do not send it.
    Ask(CommandId),
}

impl Errand {
    /// The command that the errand is for.
    pub fn command(&self) -> CommandId {
        match self {
            Self::Send(unsent) => unsent.id,
            Self::Ask(id) => *id,
        }
    }
}

/// What came back from an errand, as far as the outbox needs to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is true on the server, at this version.
    Applied {
        /// The version that the incident had right after it.
        version: u64,
    },
    /// It was not carried out, and will not be.
    NotApplied(WhyNot),
    /// The server was asked what became of it, and has never heard of it.
    NeverArrived,
    /// Nobody knows, or not now: to be tried again, no sooner than the server wishes.
    Unknown {
        /// How long the server asked to be left alone.
        retry_after: Option<TimeDelta>,
    },
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyNot {
    /// The rules say no.
    Refused {
        /// In the very words of the rule.
        refusal: Refusal,
    },
    /// The incident is no longer what the officer saw.
    Stale {
        /// The version that was seen.
        seen: u64,
    },
    /// It never reached the server while it was still safe to carry out.
    TooLate {},
    /// The server does not take it at all.
    Rejected {
        /// The server's sentence.
        sentence: String,
    },
    /// It could not be written to this machine's disk, so it was not sent.
    NotSaved {
        /// What the disk said.
        sentence: String,
    },
    /// The server had taken it, and then went back to a time before that.
    Undone {},
}

impl WhyNot {
    /// What became of the command, after its name.
    pub fn what_became(&self) -> &'static str {
        match self {
            Self::Undone {} => "is lost",
            Self::Refused { .. }
            | Self::Stale { .. }
            | Self::TooLate {}
            | Self::Rejected { .. }
            | Self::NotSaved { .. } => "was not carried out",
        }
    }
}

impl std::fmt::Display for WhyNot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { refusal } => refusal.fmt(f),
            Self::Stale { .. } => f.write_str(
                "The incident changed after you last saw it. Look again, and repeat this if it is still right",
            ),
            Self::TooLate {} => f.write_str(
                "The server could not be reached in time, so this was not carried out. Repeat it if you still want it",
            ),
            Self::Rejected { sentence } => f.write_str(sentence),
            Self::NotSaved { sentence } => write!(
                f,
                "This could not be written to disk and was not sent: {sentence}"
            ),
            Self::Undone {} => f.write_str(
                "The server had carried it out, and then went back to an earlier state. Look again, and repeat this if it is still right",
            ),
        }
    }
}

/// A command that was not carried out; kept until the officer dismisses it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// The command, so that it can be looked at and given again.
    pub unsent: Unsent,
    /// Why.
    pub why: WhyNot,
    /// When that became known.
    pub at: Instant,
}

/// Where a pending command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not on disk yet.
    Unwritten,
    /// On disk, to be sent when its turn comes.
    Waiting,
    /// Sent; the answer has not come.
    InFlight,
    /// The outcome is unknown; to be tried again then.
    RetryAt(Instant),
}

/// Where a pending command would survive the end of this console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// On disk, or it is about to be.
    OnDisk,
    /// Nowhere: the disk takes nothing.
    Nowhere,
}

/// A pending command with its delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The command.
    pub unsent: Unsent,
    /// Where it stands.
    pub delivery: Delivery,
    /// Where it would survive the end of this console.
    pub kept: Kept,
    /// When a request may last have left this machine.
    sent_at: Option<Instant>,
    tries: u32,
}

/// The commands of one officer that are not settled, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    pending: Vec<Pending>,
    refused: Vec<Refused>,
    /// What the server has taken from this console, the newest last.
    taken: VecDeque<Unsent>,
}

impl Outbox {
    /// The outbox as the disk remembers it. What was in flight is simply sent again; when it was last
    /// sent is not known, so it counts as sent now, or as late as it can have been: a command that
    /// must not be late leaves nobody's machine after the patience with it has ended.
    pub fn restored(unsent: Vec<Unsent>, refused: Vec<Refused>, now: Instant) -> Self {
        let pending = unsent
            .into_iter()
            .map(|unsent| Pending {
                sent_at: Some(now.min(unsent.given_at + PATIENCE)),
                ..Pending::new(unsent, Delivery::Waiting)
            })
            .collect();
        Self {
            pending,
            refused,
            taken: VecDeque::new(),
        }
    }

    /// Pending commands, oldest first.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Pending commands of one incident, oldest first.
    pub fn pending_of(&self, incident: IncidentId) -> impl Iterator<Item = &Pending> {
        self.pending
            .iter()
            .filter(move |pending| pending.unsent.incident == incident)
    }

    /// A pending command.
    pub fn find(&self, id: CommandId) -> Option<&Pending> {
        self.pending.iter().find(|pending| pending.unsent.id == id)
    }

    /// Commands that were not carried out and have not been dismissed, oldest first.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// Take in a command; it waits until it is [`Outbox::written`].
    pub fn add(&mut self, unsent: Unsent) {
        self.pending.push(Pending::new(unsent, Delivery::Unwritten));
    }

    /// The command is on disk and may be sent.
    pub fn written(&mut self, id: CommandId) {
        self.may_be_sent(id, Kept::OnDisk);
    }

    /// The disk does not take the command. It may be sent all the same, by whoever still holds its text.
    pub fn sent_unwritten(&mut self, id: CommandId) {
        self.may_be_sent(id, Kept::Nowhere);
    }

    fn may_be_sent(&mut self, id: CommandId, kept: Kept) {
        let Some(pending) = self.find_mut(id) else {
            return;
        };
        pending.kept = kept;
        if pending.delivery == Delivery::Unwritten {
            pending.delivery = Delivery::Waiting;
        }
    }

    /// Commands that are on their way and on no disk, oldest first.
    pub fn kept_nowhere(&self) -> impl Iterator<Item = &Unsent> {
        let pending = self.pending.iter();
        let nowhere = pending.filter(|pending| pending.kept == Kept::Nowhere);
        nowhere.map(|pending| &pending.unsent)
    }

    /// Takes back a command that was never sent: whoever gave it has its text again.
    pub fn take_back(&mut self, id: CommandId) -> Option<Unsent> {
        let never_sent = self.find(id)?.delivery == Delivery::Unwritten;
        never_sent.then(|| self.remove(id)).flatten()
    }

    /// Takes in what the disk remembers besides, once it can be read.
    pub fn join(&mut self, restored: Self) {
        for pending in restored.pending {
            if self.find(pending.unsent.id).is_none() {
                self.pending.push(pending);
            }
        }
        self.refused.extend(restored.refused);
        self.pending.sort_by_key(|pending| pending.unsent.given_at);
    }

    /// What to do now. Everything returned counts as in flight until [`Outbox::settle`] is told
    /// what came of it.
    pub fn take_errands(&mut self, now: Instant) -> Vec<Errand> {
        let in_flight = |pending: &&Pending| pending.delivery == Delivery::InFlight;
        let mut free = MOST_IN_FLIGHT.saturating_sub(self.pending.iter().filter(in_flight).count());
        let mut earlier = HashSet::new();
        let mut errands = Vec::new();
        for pending in &mut self.pending {
            let is_first = earlier.insert(pending.unsent.incident);
            if is_first && free > 0 && pending.is_due(now) {
                errands.push(pending.set_off(now));
                free -= 1;
            }
        }
        errands
    }

    /// When the next retry is due, if nothing happens before; see [`Outbox::take_errands`] for
    /// what is due already.
    pub fn next_retry_at(&self) -> Option<Instant> {
        let mut earlier = HashSet::new();
        self.pending
            .iter()
            .filter(|pending| earlier.insert(pending.unsent.incident))
            .filter_map(|pending| match pending.delivery {
                Delivery::RetryAt(at) => Some(at),
                Delivery::Unwritten | Delivery::Waiting | Delivery::InFlight => None,
            })
            .min()
    }

    /// The link works again: what waits for its next try need not wait.
    pub fn hurry(&mut self) {
        for pending in &mut self.pending {
            if matches!(pending.delivery, Delivery::RetryAt(_)) {
                pending.delivery = Delivery::Waiting;
            }
        }
    }

    /// An errand came to something. `random` spreads retries and lies in `0.0..1.0`. A verdict on a
    /// command that is settled already changes nothing, so late and repeated answers are harmless.
    ///
    /// Gives the command back if it ended.
    pub fn settle(
        &mut self,
        id: CommandId,
        verdict: Verdict,
        now: Instant,
        random: f64,
    ) -> Option<Unsent> {
        match verdict {
            Verdict::Unknown { retry_after } => {
                self.find_mut(id)?.postpone(now, retry_after, random);
                None
            }
            Verdict::Applied { version } => {
                // A copy of it that was on its way longer than the refusal may have been carried out.
                let unsent = match self.remove(id) {
                    Some(unsent) => unsent,
                    None => self.dismiss(id)?.unsent,
                };
                self.follow(&unsent, version);
                self.remember(unsent.clone());
                Some(unsent)
            }
            Verdict::NeverArrived if self.find(id)?.is_under_way(now) => {
                self.find_mut(id)?.postpone(now, None, random);
                None
            }
            Verdict::NeverArrived => self.refuse(id, WhyNot::TooLate {}, now),
            Verdict::NotApplied(why) => self.refuse(id, why, now),
        }
    }

    fn refuse(&mut self, id: CommandId, why: WhyNot, at: Instant) -> Option<Unsent> {
        let unsent = self.remove(id)?;
        self.refused.push(Refused {
            unsent: unsent.clone(),
            why,
            at,
        });
        Some(unsent)
    }

    fn remember(&mut self, taken: Unsent) {
        if self.taken.len() == MOST_TAKEN {
            self.taken.pop_front();
        }
        self.taken.push_back(taken);
    }

    /// What the server has taken from this console, as far as it is remembered whole, the newest first.
    pub fn taken(&self) -> impl Iterator<Item = &Unsent> {
        self.taken.iter().rev()
    }

    /// The server has lost a command that it had taken. None where it is not remembered whole.
    pub fn undone(&mut self, id: CommandId, at: Instant) -> Option<&Refused> {
        let place = self.taken.iter().position(|taken| taken.id == id)?;
        let unsent = self.taken.remove(place)?;
        let why = WhyNot::Undone {};
        self.refused.push(Refused { unsent, why, at });
        self.refused.last()
    }

    /// Commands that the server has lost and that do no harm late, the oldest first.
    pub fn to_give_again(&self) -> impl Iterator<Item = &Unsent> {
        let undone = |refused: &&Refused| matches!(refused.why, WhyNot::Undone {});
        let lost = self.refused.iter().filter(undone);
        lost.map(|refused| &refused.unsent)
            .filter(|unsent| unsent.command.commutes())
    }

    /// The officer has seen that a command was not carried out.
    pub fn dismiss(&mut self, id: CommandId) -> Option<Refused> {
        let place = self
            .refused
            .iter()
            .position(|refused| refused.unsent.id == id)?;
        Some(self.refused.remove(place))
    }

    /// Own changes do not make own later commands stale: if nothing but `applied` happened since
    /// the officer looked, what was given after it was given in sight of its result.
    fn follow(&mut self, applied: &Unsent, version: u64) {
        for later in &mut self.pending {
            let unsent = &mut later.unsent;
            if unsent.incident == applied.incident && unsent.seen_version + 1 == version {
                unsent.seen_version = version;
            }
        }
    }

    fn find_mut(&mut self, id: CommandId) -> Option<&mut Pending> {
        self.pending
            .iter_mut()
            .find(|pending| pending.unsent.id == id)
    }

    fn remove(&mut self, id: CommandId) -> Option<Unsent> {
        let place = self
            .pending
            .iter()
            .position(|pending| pending.unsent.id == id)?;
        Some(self.pending.remove(place).unsent)
    }
}

impl Pending {
    fn new(unsent: Unsent, delivery: Delivery) -> Self {
        Self {
            unsent,
            delivery,
            kept: Kept::OnDisk,
            sent_at: None,
            tries: 0,
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        match self.delivery {
            Delivery::Waiting => true,
            Delivery::RetryAt(at) => at <= now,
            Delivery::Unwritten | Delivery::InFlight => false,
        }
    }

    fn set_off(&mut self, now: Instant) -> Errand {
        self.delivery = Delivery::InFlight;
        if self.unsent.is_harmful_late(now) {
            Errand::Ask(self.unsent.id)
        } else {
            self.sent_at = Some(now);
            Errand::Send(self.unsent.clone())
        }
    }

    fn is_under_way(&self, now: Instant) -> bool {
        self.sent_at
            .is_some_and(|sent_at| now <= sent_at + UNDER_WAY)
    }

    /// Waits twice as long each time, up to a limit, and somewhere between half of that and all of
    /// it, so that a server that comes back is not met by every console at once.
    fn postpone(&mut self, now: Instant, retry_after: Option<TimeDelta>, random: f64) {
        self.tries += 1;
        let longest = 1_i64
            .checked_shl(self.tries.min(10))
            .unwrap_or(LONGEST_WAIT)
            .min(LONGEST_WAIT);
        let spread = 0.5 + random.clamp(0.0, 1.0) / 2.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "at most 30,000 milliseconds"
        )]
        let wait = TimeDelta::milliseconds((longest as f64 * 1000.0 * spread) as i64);
        self.delivery = Delivery::RetryAt(now + wait.max(retry_after.unwrap_or_default()));
    }
}
