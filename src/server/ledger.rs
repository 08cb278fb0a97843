//! The one task of this process that commits.
//!
//! It takes everything that is queued, judges it in one transaction, commits once, and only then
//! answers: one disk sync serves many commands, commits happen in the order of the head, and a client
//! that hangs up cannot cancel a write. Deliberately knows no HTTP.

use super::Desk;
use super::failure::Failure;
use super::feed::Committed;
use super::judge::{self, Done};
use super::metrics::Counted;
use super::store::{Ahead, Row, StoreError};
use crate::domain::alarm::Receipt;
use crate::domain::command::Command;
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::directory::Directory;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::event::THE_DESK;
use crate::domain::holidays::HolidayCommand;
use crate::domain::id::{
    AlarmId, CommandId, DeliveryId, IncidentId, PersonId, ProblemId, ProblemReference, Reference,
};
use crate::domain::intake::{Alert, Tool};
use crate::domain::policy::Policy;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::reporting::ReportCommand;
use crate::domain::retention::RetentionCommand;
use crate::now::Stopwatch;
use crate::report;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How many requests may wait; more are told to come back.
const QUEUE: usize = 1024;

/// How many commands share one transaction at most.
const BATCH: usize = 256;

/// How long a request waits for its answer before it is told that nobody knows yet.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How long a transaction may take before it is given up, and with it the connection that does not answer.
const COMMIT_WITHIN: Duration = Duration::from_secs(8);

/// How long after a request it may still be carried out. Whoever was told that nobody knows may have
/// done something else about it by then, and can always send it again.
const JUDGE_WITHIN: Duration = Duration::from_secs(30);

/// Something that a signed-in person asks to be written.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) person: PersonId,
    pub(crate) session: String,
    pub(crate) ask: Ask,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// A command about an incident, or one that logs a new one.
    Incident {
        command: CommandId,
        /// Absent where a new incident is logged.
        target: Option<Target>,
        body: Command,
        /// The version that the person saw.
        seen: Option<u64>,
    },
    /// A command about a problem, or one that raises a new one.
    Problem {
        command: CommandId,
        /// Absent where a new problem is raised.
        target: Option<ProblemTarget>,
        body: ProblemCommand,
        /// The version that the person saw.
        seen: Option<u64>,
    },
    /// A command about the directory.
    Directory {
        command: CommandId,
        body: DirectoryCommand,
        /// The version that the person saw.
        seen: Option<u64>,
    },
    /// A command about the bank holidays.
    Holidays {
        command: CommandId,
        body: HolidayCommand,
    },
    /// That a case is being read, or the audit trail of all of them.
    Read { incident: Option<IncidentId> },
    /// A report to be frozen, with what it says; absent where it was frozen before or nobody here may
    /// freeze it.
    Report {
        command: CommandId,
        body: ReportCommand,
        report: Option<Box<report::Report>>,
    },
    /// What somebody says of an alarm.
    Alarm {
        command: CommandId,
        alarm: AlarmId,
        receipt: Receipt,
    },
    /// A test message to be sent.
    TestDelivery {
        command: CommandId,
        body: DeliveryCommand,
    },
    /// A command about what is kept.
    Retention {
        command: CommandId,
        body: RetentionCommand,
    },
    /// What the desk itself has been told, by nobody who is signed in.
    OfTheDesk(Told),
    /// The end of the session that asks.
    SignOut,
}

/// Something that a tool reports.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) session: String,
    /// The id of the command that it may become.
    pub(crate) command: CommandId,
    pub(crate) tool: Tool,
    pub(crate) alert: Alert,
}

/// What carriers and links tell the desk.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// A notice to a partner has come further, or nobody has answered an alarm.
    Progressed(DeliveryId),
    /// Somebody at a partner acknowledged a notice.
    NoticeAcknowledged(Acknowledgement),
}

/// Who acknowledged a notice by which link.
#[derive(Clone, Debug)]
pub(crate) struct Acknowledgement {
    /// The hash of the link.
    pub(crate) hash: String,
    /// The name that was typed.
    pub(crate) name: String,
    /// The role that was typed.
    pub(crate) role: String,
}

impl Request {
    /// Something that the desk itself has been told.
    pub(crate) fn of_the_desk(told: Told) -> Self {
        Self {
            person: PersonId::from(THE_DESK),
            session: String::new(),
            ask: Ask::OfTheDesk(told),
        }
    }
}

/// How a request names an incident, or a thing of another sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target<I = IncidentId, R = Reference> {
    /// By its identity.
    Id(I),
    /// By what people call it.
    Reference(R),
}

/// How a request names a problem.
pub(crate) type ProblemTarget = Target<ProblemId, ProblemReference>;

type Verdict = Result<Done, Failure>;

/// Who wants something written. A tool has no roles, and can ask for nothing that a person can.
enum Wanted {
    ByPerson(Box<Request>),
    ByTool(Box<Report>),
}

struct Queued {
    wanted: Wanted,
    answer: oneshot::Sender<Verdict>,
    waiting: Stopwatch,
    _counted: Counted,
}

impl Queued {
    fn is_stale(&self) -> bool {
        self.waiting.elapsed() > JUDGE_WITHIN
    }
}

/// The way into the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(mpsc::Sender<Queued>);

/// The queue that [`run`] works off.
pub(crate) struct Queue(mpsc::Receiver<Queued>);

/// A ledger and its queue.
pub(crate) fn open() -> (Ledger, Queue) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (Ledger(sender), Queue(receiver))
}

impl Ledger {
    /// Has a request judged and written, and waits until that is durable.
    pub(crate) async fn ask(&self, desk: &Desk, request: Request) -> Verdict {
        self.want(desk, Wanted::ByPerson(Box::new(request))).await
    }

    /// Has what a tool reports judged and written, and waits until that is durable.
    pub(crate) async fn report(&self, desk: &Desk, report: Report) -> Verdict {
        self.want(desk, Wanted::ByTool(Box::new(report))).await
    }

    async fn want(&self, desk: &Desk, wanted: Wanted) -> Verdict {
        let (answer, verdict) = oneshot::channel();
        let queued = Queued {
            wanted,
            answer,
            waiting: desk.clock.stopwatch(),
            _counted: desk.metrics.queue(),
        };
        self.0
            .try_send(queued)
            .map_err(|_| Failure::unavailable("the ledger's queue is full or closed"))?;
        match tokio::time::timeout(ANSWER_WITHIN, verdict).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(_)) => Err(Failure::unavailable("the ledger has ended")),
            Err(_) => Err(Failure::unavailable("the ledger is slow")),
        }
    }

    /// Whether nobody works off the queue any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

/// Works off the queue until every way into it is gone.
pub(crate) async fn run(mut queue: Queue, desk: Arc<Desk>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.0.recv_many(&mut batch, BATCH).await > 0 {
        work_off(&desk, std::mem::take(&mut batch)).await;
    }
}

async fn work_off(desk: &Desk, batch: Vec<Queued>) {
    if batch.iter().all(Queued::is_stale) {
        return tell_all(batch, &stale());
    }
    let judging = tokio::time::timeout(COMMIT_WITHIN, judge_and_commit(desk, &batch));
    let judged = tokio::select! {
        judged = judging => judged.ok(),
        // The machine that it was asked of takes no writes any more.
        () = desk.store.moves() => None,
    };
    let judged = judged.unwrap_or_else(|| {
        desk.store.commits().fail();
        Err(Trouble::WithAll(StoreError::Silent(COMMIT_WITHIN)))
    });
    match judged {
        Ok(settled) => settle(desk, batch, settled).await,
        // One command that the database chokes on must not take the others with it.
        Err(Trouble::WithOne(_)) if batch.len() > 1 => {
            for queued in batch {
                Box::pin(work_off(desk, vec![queued])).await;
            }
        }
        Err(Trouble::WithOne(error) | Trouble::WithAll(error)) => {
            tell_all(batch, &Failure::unavailable(error));
        }
    }
}

fn stale() -> Failure {
    Failure::unavailable("the command waited too long to be carried out")
}

struct Settled {
    verdicts: Vec<Verdict>,
    committed: Committed,
}

enum Trouble {
    /// Nothing was written, and perhaps a single command is to blame.
    WithOne(StoreError),
    /// The database does not serve now; where that was at the commit, nobody knows.
    WithAll(StoreError),
}

/// Publishes first, so that whoever has an answer finds what it tells of in the next poll.
async fn settle(desk: &Desk, batch: Vec<Queued>, settled: Settled) {
    desk.metrics.committed(batch.len());
    if let Err(error) = desk.feed.publish(settled.committed, &desk.store).await {
        // The follower reads it a moment later.
        tracing::warn!(%error, "changes could not be published");
    }
    for (queued, verdict) in batch.into_iter().zip(settled.verdicts) {
        let outcome = verdict
            .as_ref()
            .map_or_else(|failure| failure.code().as_str(), |_| "applied");
        desk.metrics.judged(outcome);
        tell(queued, verdict);
    }
}

fn tell(queued: Queued, verdict: Verdict) {
    // The client may have hung up; what it asked is done or not done all the same.
    let _ = queued.answer.send(verdict);
}

fn tell_all(batch: Vec<Queued>, failure: &Failure) {
    for queued in batch {
        tell(queued, Err(failure.clone()));
    }
}

async fn judge_and_commit(desk: &Desk, batch: &[Queued]) -> Result<Settled, Trouble> {
    let mut writing = desk.store.begin().await.map_err(Trouble::WithAll)?;
    let from = writing.head().clone();
    let ahead = asked_of(batch);
    writing.read_ahead(&ahead).await.map_err(Trouble::WithAll)?;
    let directory = current_directory(desk, &mut writing)
        .await
        .map_err(Trouble::WithAll)?;
    let mut tables = Tables {
        policy: desk.policy_with(&directory),
        directory,
        rows: Vec::new(),
    };
    let mut verdicts = Vec::with_capacity(batch.len());
    for queued in batch {
        let verdict = match &queued.wanted {
            _ if queued.is_stale() => Ok(Err(stale())),
            Wanted::ByPerson(request) => {
                judge::judge(desk, &mut writing, &mut tables, request).await
            }
            Wanted::ByTool(report) => judge::take_in(desk, &mut writing, &mut tables, report).await,
        };
        verdicts.push(verdict.map_err(Trouble::WithOne)?);
    }
    let head = writing.commit().await.map_err(Trouble::WithAll)?;
    let committed = Committed {
        from,
        head,
        rows: tables.rows,
        directory: tables.directory,
    };
    Ok(Settled {
        verdicts,
        committed,
    })
}

/// What everybody in a batch will ask of the database.
fn asked_of(batch: &[Queued]) -> Ahead {
    let mut ahead = Ahead::default();
    for queued in batch.iter().filter(|queued| !queued.is_stale()) {
        let Wanted::ByPerson(request) = &queued.wanted else {
            continue;
        };
        if !matches!(request.ask, Ask::OfTheDesk(_)) {
            ahead.sessions.insert(request.session.clone());
        }
        if let Ask::Incident {
            command, target, ..
        } = &request.ask
        {
            ahead.commands.insert(*command);
            match target {
                Some(Target::Id(id)) => ahead.incidents.insert(*id),
                Some(Target::Reference(reference)) => ahead.references.insert(*reference),
                None => false,
            };
        }
    }
    ahead
}

/// What a transaction has read and changed so far.
pub(crate) struct Tables {
    pub(crate) directory: Arc<Directory>,
    /// The numbers in force with that directory.
    pub(crate) policy: Arc<Policy>,
    /// Incidents that changed, in the order of the head.
    pub(crate) rows: Vec<Row>,
}

/// The directory as it is inside the transaction; from memory where that is the same.
pub(super) async fn current_directory(
    desk: &Desk,
    writing: &mut super::store::Writing,
) -> Result<Arc<Directory>, StoreError> {
    let known = desk.feed.directory();
    if known.version == writing.head().directory_version {
        return Ok(known);
    }
    Ok(Arc::new(writing.directory().await?.unwrap_or_default()))
}
