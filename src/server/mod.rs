//! The server: questions come in over HTTP, the rules judge them, one task commits, and what has
//! changed is told to everyone who may know.
//!
//! A command's way: [`auth`] says who asks, [`handler`] takes the question apart, [`ledger`] opens one
//! transaction for all that is queued, [`judge`] asks the rules with the roles of that instant,
//! [`store`] writes incident, entries and command in the same commit, the answer goes out, and
//! [`feed`] wakes those who poll. Deliberately has no rule of its own and no screen.

mod alarm;
mod audit;
mod auth;
mod cursor;
mod damage;
mod deliver;
mod desks;
mod erase;
mod erasure;
mod export;
mod extract;
mod failure;
mod feed;
mod frame;
mod guests;
mod handler;
mod history;
mod intake;
mod judge;
mod ledger;
mod limits;
mod messages;
mod metrics;
mod network;
mod past;
mod projection;
mod pulse;
mod readings;
mod reports;
mod restored;
mod running;
mod store;
mod verify;

pub use alarm::{Finding as AlarmFinding, audit as audit_alarms};
pub use auth::{TokenError, create_token, create_tool_token, list_tokens, revoke_token};
pub use desks::{Hosted, Opened, Opening, serve_desks};
pub use erase::{EraseError, Erased, erase};
pub use export::{ExportError, export, restore};
pub use limits::{Addresses, Limits};
pub use past::{Past, PastError, write_past};
pub use restored::{Begun, begin_after_restore};
pub use store::{Alone, Depth, Location, LocationError, Scope, Session, Store, StoreError};
pub use verify::{Expected, ExpectedError, Verification, case_file, still_holds, verify};

use crate::config::server::Outgoing;
use crate::domain::Instant;
use crate::domain::directory::Directory;
use crate::domain::intake::rules::Rules;
use crate::domain::policy::Policy;
use crate::now::{Clock, Stopwatch};
use alarm::Heartbeat;
use audit::Record;
use chrono::TimeDelta;
use deliver::Carriers;
use desks::Site;
use failure::Failure;
use feed::Feed;
use ledger::Ledger;
use limits::{Limiter, TooMany};
use metrics::Metrics;
use network::Door;
use readings::Readings;
use running::Running;
use std::future::Future;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Which;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What a server runs by.
pub struct Settings {
    /// The open database.
    pub store: Store,
    /// The numbers of the procedures.
    pub policy: Policy,
    /// Tells the present.
    pub clock: Clock,
    /// How often to look for what other processes have committed.
    pub follow_every: Duration,
    /// How often the engine looks whether an alarm is to be raised.
    pub look_every: Duration,
    /// How long a file that cannot be opened any more is waited for before the server ends.
    pub give_up_after: Duration,
    /// How much is let through.
    pub limits: Limits,
    /// Where alerts of tools belong.
    pub intake: Rules,
    /// By what messages go out.
    pub outgoing: Outgoing,
}

/// How often the engine of a desk looks whether an alarm is to be raised.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// After how long without a word from a database that is shared nothing is answered from memory, unless it is
/// looked at less often.
const DEAF_AFTER: Duration = Duration::from_secs(2);

/// How long a look at what other processes have committed may take.
const FOLLOW_WITHIN: Duration = Duration::from_secs(5);

/// A file that cannot be opened for so long will not be opened by waiting.
pub const GIVE_UP_AFTER: Duration = Duration::from_secs(30);

/// How long requests may take to end once the server is told to stop.
const DRAIN_WITHIN: Duration = Duration::from_secs(10);

/// Everything that answering a request may need.
struct Desk {
    store: Store,
    feed: Feed,
    sessions: auth::Sessions,
    /// As built in; what is worked by is [`Desk::policy_with`].
    policy: Arc<Policy>,
    clock: Clock,
    metrics: Metrics,
    limits: Limits,
    limiter: Limiter,
    intake: Rules,
    carriers: Carriers,
    closing: CancellationToken,
    /// After how long without a word from the database nothing is answered from memory.
    deaf_after: Duration,
    heartbeat: Heartbeat,
    /// Whether the file of the database was found to be damaged.
    is_damaged: AtomicBool,
    /// Readings of cases that have their entry.
    readings: Readings,
    /// Taken away when the server stops, so that the ledger ends after its last command.
    ledger: Mutex<Option<Ledger>>,
}

impl Desk {
    fn ledger(&self) -> Result<Ledger, Failure> {
        self.ledger
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(|| Failure::unavailable("shutting down"))
    }

    /// The numbers in force: the built-in ones, with the bank holidays that were imported.
    fn policy_with(&self, directory: &Directory) -> Arc<Policy> {
        let book = &directory.holidays;
        if book.imports == 0 {
            Arc::clone(&self.policy)
        } else {
            Arc::new(book.over(&self.policy))
        }
    }

    /// Since when no commit has succeeded, if the last one failed.
    fn nothing_saved_since(&self) -> Option<Instant> {
        let failing_for = self.store.commits().failing_for()?;
        Some(self.clock.now() - TimeDelta::from_std(failing_for).unwrap_or_default())
    }

    /// Whether what this process remembers may still be so: other processes may have written since.
    ///
    /// # Errors
    /// It has heard nothing of the database for too long.
    fn hears(&self) -> Result<(), Failure> {
        let silent_for = self.feed.silent_for();
        if self.store.is_shared() && silent_for > self.deaf_after {
            let seconds = silent_for.as_secs();
            return Err(Failure::unavailable(format!(
                "nothing was heard of the database for {seconds} s"
            )));
        }
        Ok(())
    }

    /// How far this machine's clock is ahead of the database's, where that is too far to serve.
    fn clock_is_apart(&self) -> Option<TimeDelta> {
        let ahead = self.clock.machine_ahead();
        (self.store.is_shared() && ahead.abs() > CLOCKS_ARE_APART).then_some(ahead)
    }

    /// Counts what a limit has kept out.
    fn admit<T>(&self, admitted: Result<T, TooMany>) -> Result<T, Failure> {
        admitted.map_err(|too_many| {
            self.metrics.kept_out(too_many.limit);
            Failure::too_many(too_many)
        })
    }

    fn close_ledger(&self) {
        self.ledger
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}

/// Why a server could not begin, or ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database did not do as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network did not.
    #[error("The network failed: {0}")]
    Network(#[from] std::io::Error),
    /// The settings name a carrier that cannot be used.
    #[error("Nothing can be sent by these settings: {0}")]
    Outgoing(String),
    /// A part of the server ended by itself, without which it cannot serve.
    #[error("{0} has ended; start the server again, and look in its log for why")]
    Ended(&'static str),
}

/// Serves one desk until `shutdown`, then lets requests end, commits what is queued, and returns.
///
/// # Errors
/// The database cannot be read, or a part of the server ended before it was told to.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let door = Door::new(&settings.limits, CancellationToken::new());
    let mut running = Running::begin(settings, &door).await?;
    let site = Arc::new(Site::One(running.router()));
    let mut serving = tokio::spawn(network::accept(listener, site, door.clone()));
    let ended = tokio::select! {
        () = shutdown => None,
        why = running.ends() => Some(why),
        _ = &mut serving => Some(ServeError::Ended("The network")),
    };
    door.closing.cancel();
    if let Some(why) = ended {
        // Half a server that looks alive is worse than none.
        return Err(why);
    }
    tracing::info!("stopping");
    drain(serving).await;
    running.end().await;
    tracing::info!("stopped");
    Ok(())
}

/// Lets requests end.
async fn drain(serving: JoinHandle<()>) {
    if tokio::time::timeout(DRAIN_WITHIN, serving).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

async fn open(settings: Settings, door: &Door) -> Result<(Arc<Desk>, ledger::Queue), ServeError> {
    let (ledger, queue) = ledger::open();
    let attempt = Duration::from_secs(settings.policy.delivery.attempt_seconds.into());
    let carriers = Carriers::open(settings.outgoing, attempt, &settings.clock)
        .map_err(ServeError::Outgoing)?;
    let policy = Policy {
        sends: carriers.media(),
        ..settings.policy
    };
    let desk = Desk {
        feed: Feed::open(&settings.store, &settings.clock).await?,
        heartbeat: Heartbeat::new(&settings.clock, settings.look_every),
        store: settings.store,
        sessions: auth::Sessions::default(),
        policy: Arc::new(policy),
        limiter: Limiter::new(&settings.limits, &settings.clock),
        carriers,
        limits: settings.limits,
        intake: settings.intake,
        clock: settings.clock,
        metrics: Metrics::new(&door.figures),
        closing: door.closing.child_token(),
        deaf_after: DEAF_AFTER.max(settings.follow_every.saturating_mul(4)),
        is_damaged: AtomicBool::new(false),
        readings: Readings::default(),
        ledger: Mutex::new(Some(ledger)),
    };
    if desk.store.is_shared() {
        follow_time(&desk).await?;
    }
    Ok((Arc::new(desk), queue))
}

/// How often is looked for another machine while the database does not answer.
const FIND_EVERY: Duration = Duration::from_millis(250);

/// After how long without an answer.
const FIND_AFTER: Duration = Duration::from_secs(1);

/// Looks for the machine that leads a database on several, whenever the one that did does not answer.
async fn find_leaders(desk: Arc<Desk>) {
    if !desk.store.may_move() {
        return;
    }
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => return,
            () = tokio::time::sleep(FIND_EVERY) => {}
        }
        let is_silent = desk.feed.silent_for() > FIND_AFTER;
        if is_silent || desk.store.commits().failing_for().is_some() {
            desk.store.find_leader().await;
        }
    }
}

/// How often a server asks a shared database for the time.
const ASK_TIME_EVERY: Duration = Duration::from_secs(1);

/// A machine's clock that is further from the database's than this is worth a line in the log.
const CLOCKS_PART: TimeDelta = TimeDelta::seconds(2);

/// One that is further than this is no machine to serve from: certificates, logs and backups go by it.
const CLOCKS_ARE_APART: TimeDelta = TimeDelta::seconds(30);

/// Goes by the time of a shared database, with half of the time added that the answer took.
async fn follow_time(desk: &Desk) -> Result<(), StoreError> {
    let asked = Stopwatch::start();
    let present = store::within(FOLLOW_WITHIN, desk.store.present()).await?;
    let half_way = TimeDelta::from_std(asked.elapsed() / 2).unwrap_or_default();
    desk.clock.follow(present + half_way);
    let ahead = desk.clock.machine_ahead();
    desk.metrics.clock_ahead(ahead);
    if ahead.abs() > CLOCKS_PART {
        let ahead_ms = ahead.num_milliseconds();
        tracing::error!(ahead_ms, "this machine's clock is not the database's");
    }
    Ok(())
}

/// Reads what other processes have committed, a few times a second.
async fn follow(desk: Arc<Desk>, every: Duration) {
    let mut timed = Stopwatch::start();
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        desk.limiter.forget_the_quiet();
        let looked = tokio::select! {
            looked = store::within(FOLLOW_WITHIN, desk.feed.catch_up(&desk.store)) => looked,
            () = desk.store.moves() => Ok(()),
        };
        if let Err(error) = looked {
            tracing::warn!(%error, "the database could not be read");
        }
        if desk.store.is_shared() && timed.elapsed() >= ASK_TIME_EVERY {
            timed = Stopwatch::start();
            if let Err(error) = follow_time(&desk).await {
                tracing::warn!(%error, "the database could not be asked for the time");
            }
        }
    }
}

/// Whether a desk has been given its directory.
///
/// # Errors
/// The database did not answer.
pub async fn has_directory(store: &Store) -> Result<bool, StoreError> {
    Ok(store.head().await?.directory_version > 0)
}

/// The directory of the desk; an empty one if it was given none yet.
///
/// # Errors
/// If the database does not answer.
pub async fn directory(store: &Store) -> Result<Directory, StoreError> {
    Ok(store.directory(Which::Current).await?.unwrap_or_default())
}

/// What became of a directory that was to be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The desk begins with it.
    Now,
    /// The desk had one already, which stays.
    Before,
}

/// Gives a desk its first directory.
///
/// # Errors
/// The database did not take it.
pub async fn load_directory(
    store: &Store,
    directory: &Directory,
    now: Instant,
) -> Result<Loaded, StoreError> {
    let mut writing = store.begin().await?;
    if writing.directory().await?.is_some() {
        writing.leave().await?;
        return Ok(Loaded::Before);
    }
    let version = writing.head().seq + 1;
    let directory = Directory {
        version,
        ..directory.clone()
    };
    let record = Record::DirectoryLoaded {
        at: now,
        version,
        sha256: audit::sha256(&serde_json::to_string(&directory)?),
    };
    writing.append(&record)?;
    writing.put_directory(Which::Loaded, &directory).await?;
    writing.put_directory(Which::Current, &directory).await?;
    writing.commit().await?;
    Ok(Loaded::Now)
}
