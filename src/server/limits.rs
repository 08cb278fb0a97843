//! How much may be asked at once, so that nobody's polling keeps anybody's acknowledgement waiting.
//!
//! Each person has a bucket for each sort of request, each tool one for its alerts, and each address
//! one for requests without a good token. However much all tools together report, only a few alerts
//! wait for the ledger at a time, so that commands always find room. The numbers are far beyond what people at their consoles need: what runs into them is
//! a program that has gone wrong, or somebody with no good in mind. Deliberately knows no status and
//! no header; in several processes on one database each counts for itself.

use crate::api::route;
use crate::domain::id::PersonId;
use crate::domain::intake::Tool;
use crate::now::{Clock, Stopwatch};
use axum::http::Method;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter, clock, clock::Clock as _};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How much a server lets through. Of each rate ten seconds' worth may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Questions that one person may ask in a second.
    pub reads: u32,
    /// Commands that one person may give in a second.
    pub commands: u32,
    /// Incidents that one person may log in a second.
    pub intake: u32,
    /// Requests with alerts that one tool may send in a second.
    pub alerts: u32,
    /// Requests without a good token that may come from one address in a second.
    pub sign_ins: u32,
    /// Polls of one person that may wait for a change at a time.
    pub waiting_polls: u32,
    /// Connections that may be open at a time. Half of them are for whoever has shown a good token.
    pub connections: u32,
    /// Whose address counts.
    pub addresses: Addresses,
}

/// Where the address comes from to which a request without a good token is put down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// From the connection.
    Connected,
    /// From the proxy in front, which puts it last into `X-Forwarded-For`.
    Forwarded,
}

impl Limits {
    /// What does for a desk of some hundred consoles.
    pub const DEFAULT: Self = Self {
        reads: 300,
        commands: 200,
        intake: 50,
        alerts: 20,
        sign_ins: 20,
        waiting_polls: 100,
        // With what else a process keeps open, just below the usual 1,024 descriptors.
        connections: 900,
        addresses: Addresses::Connected,
    };
}

/// How many seconds' worth may come at once: somebody who acknowledges 200 incidents does not notice.
const SECONDS_AT_ONCE: u32 = 10;

/// How many alerts of tools may wait for the ledger at a time, a small part of its queue.
const ALERTS_AT_ONCE: usize = 16;

/// How many addresses are remembered before those are forgotten that have been quiet.
const REMEMBERED: usize = 1000;

/// When to try again where too many polls wait: one of them may have ended by then.
const ONE_POLL_ENDS_WITHIN: Duration = Duration::from_secs(5);

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Reads,
    Commands,
    Intake,
    Alerts,
    SignIns,
    WaitingPolls,
}

impl Limit {
    /// What figures call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Commands => "commands",
            Self::Intake => "intake",
            Self::Alerts => "alerts",
            Self::SignIns => "sign_ins",
            Self::WaitingPolls => "waiting_polls",
        }
    }
}

/// More than a limit lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub(crate) limit: Limit,
    /// When the same would be let through.
    pub(crate) again_after: Duration,
}

type Bucket<K> = RateLimiter<K, HashMapStateStore<K>, Timer, NoOpMiddleware<Duration>>;

/// The buckets of one server.
pub(crate) struct Limiter {
    reads: Bucket<PersonId>,
    commands: Bucket<PersonId>,
    intake: Bucket<PersonId>,
    alerts: Bucket<Tool>,
    sign_ins: Bucket<IpAddr>,
    room_for_alerts: Semaphore,
    waiting: Mutex<HashMap<PersonId, u32>>,
    most_waiting: u32,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits, clock: &Clock) -> Self {
        let timer = Timer::start(clock);
        Self {
            reads: bucket(limits.reads, &timer),
            commands: bucket(limits.commands, &timer),
            intake: bucket(limits.intake, &timer),
            alerts: bucket(limits.alerts, &timer),
            sign_ins: bucket(limits.sign_ins, &timer),
            room_for_alerts: Semaphore::new(ALERTS_AT_ONCE),
            waiting: Mutex::default(),
            most_waiting: limits.waiting_polls,
        }
    }

    /// Whether somebody who is signed in may ask this now.
    pub(crate) fn ask(
        &self,
        person: &PersonId,
        method: &Method,
        path: &str,
    ) -> Result<(), TooMany> {
        let (limit, bucket) = match *method {
            Method::GET | Method::HEAD => (Limit::Reads, &self.reads),
            // It changes nothing; its question is in the body because addresses are logged.
            Method::POST if path == route::SEARCH => (Limit::Reads, &self.reads),
            Method::POST if path == route::INCIDENTS => (Limit::Intake, &self.intake),
            _ => (Limit::Commands, &self.commands),
        };
        take(bucket, person, limit)
    }

    /// Whether a tool may send alerts now.
    pub(crate) fn report(&self, tool: &Tool) -> Result<(), TooMany> {
        take(&self.alerts, tool, Limit::Alerts)
    }

    /// Waits until an alert may go to the ledger; the next may once what is returned is dropped.
    pub(crate) async fn room_for_alert(&self) -> Option<SemaphorePermit<'_>> {
        self.room_for_alerts.acquire().await.ok()
    }

    /// Whether a request without a token that is known to be good may be looked at.
    pub(crate) fn sign_in(&self, address: IpAddr) -> Result<(), TooMany> {
        take(&self.sign_ins, &network(address), Limit::SignIns)
    }

    /// Lets a poll of this person wait, until what is returned is dropped.
    pub(crate) fn wait(&self, person: &PersonId) -> Result<Waiting<'_>, TooMany> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let polls = waiting.entry(person.clone()).or_default();
        if *polls >= self.most_waiting {
            return Err(TooMany {
                limit: Limit::WaitingPolls,
                again_after: ONE_POLL_ENDS_WITHIN,
            });
        }
        *polls += 1;
        Ok(Waiting {
            limiter: self,
            person: person.clone(),
        })
    }

    /// Forgets addresses that have been quiet, where there are many: anybody can come from many.
    pub(crate) fn forget_the_quiet(&self) {
        if self.sign_ins.len() > REMEMBERED {
            self.sign_ins.retain_recent();
        }
    }
}

fn bucket<K: Clone + Eq + Hash>(per_second: u32, timer: &Timer) -> Bucket<K> {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    let at_once = at_least_one(per_second.saturating_mul(SECONDS_AT_ONCE));
    let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_once);
    RateLimiter::hashmap_with_clock(quota, timer.clone())
}

fn take<K: Clone + Eq + Hash>(bucket: &Bucket<K>, key: &K, limit: Limit) -> Result<(), TooMany> {
    bucket.check_key(key).map_err(|not_until| TooMany {
        limit,
        again_after: not_until.wait_time_from(bucket.clock().now()),
    })
}

/// Whoever has one address of IPv6 has the 2^64 beside it.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// Measures from when the server began.
#[derive(Clone, Debug)]
pub(crate) struct Timer(Stopwatch);

impl Timer {
    /// Begins now.
    pub(crate) fn start(clock: &Clock) -> Self {
        Self(clock.stopwatch())
    }
}

/// A bucket that lets so many through in a minute, a sixth of them at once.
pub(crate) fn per_minute(
    number: u32,
    timer: &Timer,
) -> RateLimiter<NotKeyed, InMemoryState, Timer, NoOpMiddleware<Duration>> {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::per_minute(at_least_one(number)).allow_burst(at_least_one(number / 6));
    RateLimiter::direct_with_clock(quota, timer.clone())
}

impl clock::Clock for Timer {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A poll that waits.
pub(crate) struct Waiting<'a> {
    limiter: &'a Limiter,
    person: PersonId,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let waiting = self.limiter.waiting.lock();
        let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        if let Some(polls) = waiting.get_mut(&self.person) {
            *polls -= 1;
            if *polls == 0 {
                waiting.remove(&self.person);
            }
        }
    }
}
