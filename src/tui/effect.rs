//! Doing what `update` asked for: the wire, the disk, the bell. The only place that spawns.
//!
//! Everything that is done comes back to the loop as a message. What to do is decided in `update`;
//! nothing is tried again here but the poll, which has to go on for as long as the console does.

use super::app::Timeline;
use super::finding::{AT_MOST, Found, Sought};
use super::message::{Effect, Exported, Message};
use super::terminal::Ending;
use crate::client::alarms;
use crate::client::case_file;
use crate::client::deliveries::{self, OnTest};
use crate::client::directory::{self, OnDirectory};
use crate::client::drafts::Draft;
use crate::client::exports;
use crate::client::http::{self, Failure, Health, Heard, Http};
use crate::client::journal::{JournalError, Receipt};
use crate::client::keeping::Keeping;
use crate::client::outbox::{Errand, Refused, Unsent};
use crate::client::problems;
use crate::client::replay::Desk;
use crate::client::reports;
use crate::client::skew::Skew;
use crate::domain::Instant;
use crate::domain::alarm::Receipt as AlarmReceipt;
use crate::domain::delivery::test::DeliveryCommand;
use crate::domain::directory::Actor;
use crate::domain::directory::command::DirectoryCommand;
use crate::domain::id::{AlarmId, CommandId, IncidentId, ProblemId};
use crate::domain::incident::Incident;
use crate::domain::problem::command::ProblemCommand;
use crate::domain::reporting::{Period, ReportCommand, ReportKind};
use crate::notify::ledger::Ledger;
use crate::notify::terminal::Route;
use crate::now::Clock;
use crate::text;
use chrono::TimeDelta;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// How long the server may take to say that nothing has changed.
const LONG_POLL: Duration = Duration::from_secs(20);
/// The longest pause between two tries to reach the server.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long what becomes of a test message is waited for.
const LONGEST_TEST: Duration = Duration::from_secs(30);
/// How long the end of the console waits for the disk.
const LONGEST_SYNC: Duration = Duration::from_secs(3);
/// How many incidents the loop takes in at once: about a millisecond's work.
const SLICE: usize = 50;
/// Terminals mute a bell that rings too often, and so do people.
const BETWEEN_BELLS: TimeDelta = TimeDelta::seconds(2);

/// What has to be written to disk.
enum Order {
    Given(Box<Unsent>),
    Applied(Receipt),
    Refused(Box<Refused>),
    Dismissed(CommandId),
    Drafts(Vec<Draft>),
    Claim(Vec<AlarmId>, Instant),
    /// Nothing comes after this.
    End,
}

/// What a task needs to speak to the server and to report back.
#[derive(Clone)]
struct Wire {
    http: Http,
    to_loop: UnboundedSender<Message>,
    to_disk: UnboundedSender<Order>,
    poll_now: Arc<Notify>,
    clock: Clock,
}

/// The console's hands.
pub struct Hands<W> {
    wire: Wire,
    /// Where the wire's tasks run, whatever the loop runs on.
    runtime: Handle,
    out: W,
    /// By which way notices reach the officer's desktop.
    route: Route,
    /// Where files go that are written for the officer.
    exports: PathBuf,
    rang_at: Option<Instant>,
    disk_ended: oneshot::Receiver<()>,
}

impl<W: Write> Hands<W> {
    /// Hands that speak to this server from the runtime that they are made on, write to this journal and
    /// this ledger of alarms, put files below `exports` and ring on `out`. From now on the server's changes arrive as messages.
    pub fn new(
        http: Http,
        (keeping, ledger): (Keeping, Ledger),
        exports: PathBuf,
        clock: Clock,
        (out, route): (W, Route),
    ) -> (Self, UnboundedReceiver<Message>) {
        let (to_loop, messages) = unbounded_channel();
        let (to_disk, orders) = unbounded_channel();
        let written = to_loop.clone();
        let (ended, disk_ended) = oneshot::channel();
        // A thread of its own: syncing a disk blocks, and the order of writes must be kept.
        std::thread::spawn(move || {
            keep((keeping, ledger), orders, &written);
            // Nobody waits if the console was not ended but dropped.
            let _ = ended.send(());
        });
        let wire = Wire {
            http,
            to_loop,
            to_disk,
            poll_now: Arc::new(Notify::new()),
            clock,
        };
        tokio::spawn(follow(wire.clone()));
        let hands = Self {
            wire,
            runtime: Handle::current(),
            out,
            route,
            exports,
            rang_at: None,
            disk_ended,
        };
        (hands, messages)
    }

    /// Waits until the disk has what it was given, but not for a disk that does not answer.
    pub async fn finish(self) {
        self.order(Order::End);
        let _ = tokio::time::timeout(LONGEST_SYNC, self.disk_ended).await;
    }

    /// A way to end the console from outside the loop.
    pub fn ending(&self) -> impl FnOnce(Ending) + Send + 'static + use<W> {
        let to_loop = self.wire.to_loop.clone();
        move |ending| drop(to_loop.send(Message::Ended(ending)))
    }

    /// A way to have the whole screen drawn again from outside the loop.
    pub fn resuming(&self) -> impl Fn() + Send + 'static + use<W> {
        let to_loop = self.wire.to_loop.clone();
        move || drop(to_loop.send(Message::Resumed))
    }

    /// Does one thing, or starts it.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Write(unsent) => self.order(Order::Given(Box::new(unsent))),
            Effect::Keep(refused) => self.order(Order::Refused(refused)),
            Effect::Forget(id) => self.order(Order::Dismissed(id)),
            Effect::KeepDrafts(drafts) => self.order(Order::Drafts(drafts)),
            Effect::Run(errand) => self.spawn(run(self.wire.clone(), errand)),
            Effect::PollNow => self.wire.poll_now.notify_one(),
            Effect::Search(sought) => self.spawn(search(self.wire.clone(), sought)),
            Effect::FetchTimeline(incident) => {
                self.spawn(fetch_timeline(self.wire.clone(), incident));
            }
            Effect::Change(id, seen, command) => {
                self.spawn(change(self.wire.clone(), id, seen, command));
            }
            Effect::SendDirectory(id, seen, command) => {
                self.spawn(send_directory(self.wire.clone(), id, seen, command));
            }
            Effect::GiveOnProblem {
                id,
                problem,
                command,
            } => self.spawn(give_on_problem(self.wire.clone(), id, problem, command)),
            Effect::Export(exported) => self.export(exported),
            Effect::FetchReport(kind, period) => {
                self.spawn(fetch_report(self.wire.clone(), kind, period));
            }
            Effect::FreezeReport(id, kind, period) => {
                self.spawn(freeze_report(self.wire.clone(), id, kind, period));
            }
            Effect::TakeCaseFile(incident, command) => {
                let exports = self.exports.clone();
                self.spawn(take_case_file(
                    self.wire.clone(),
                    exports,
                    incident,
                    command,
                ));
            }
            Effect::Copy(text) => {
                let copy = crossterm::clipboard::CopyToClipboard::to_clipboard_from(text);
                self.emit(&ansi(&copy));
            }
            Effect::Ring => self.ring(),
            Effect::AskWhatIsUndone(commands) => {
                self.spawn(ask_what_is_undone(self.wire.clone(), commands));
            }
            Effect::FetchAlarms => self.spawn(fetch_alarms(self.wire.clone())),
            Effect::ReceiveAlarm(id, alarm, receipt) => {
                self.spawn(receive_alarm(self.wire.clone(), id, alarm, receipt));
            }
            Effect::FetchServices => self.spawn(fetch_services(self.wire.clone())),
            Effect::TestDelivery(id, command) => {
                self.spawn(test_delivery(self.wire.clone(), id, command));
            }
            Effect::ClaimAlarms(alarms) => {
                self.order(Order::Claim(alarms, self.wire.clock.now()));
            }
            Effect::Tell(notice) => {
                self.emit(&self.route.text(&notice));
                self.ring();
            }
            Effect::Entitle(alarms) => self.emit(&self.route.title(alarms)),
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(self.runtime.spawn(task));
    }

    fn order(&self, order: Order) {
        // The disk's thread ends only with the console.
        let _ = self.wire.to_disk.send(order);
    }

    /// On a thread for what blocks: a slow disk must not hold up the screen.
    fn export(&self, exported: Exported) {
        let (directory, to_loop) = (self.exports.clone(), self.wire.to_loop.clone());
        drop(self.runtime.spawn_blocking(move || {
            let Exported {
                stem,
                extension,
                content,
            } = exported;
            let written = exports::keep(&directory, &stem, extension, &content);
            let said = written.map_err(|error| {
                format!(
                    "Nothing could be written below {}: {}",
                    directory.display(),
                    text::of_error(&error)
                )
            });
            // Nobody listens once the console has ended.
            let _ = to_loop.send(Message::Exported(said));
        }));
    }

    fn ring(&mut self) {
        let now = self.wire.clock.now();
        if self
            .rang_at
            .is_none_or(|before| now - before >= BETWEEN_BELLS)
        {
            self.rang_at = Some(now);
            self.emit(&self.route.bell());
        }
    }

    /// Between two frames; a terminal that takes no bytes is noticed by the next frame.
    fn emit(&mut self, sequence: &str) {
        let _ = self.out.write_all(sequence.as_bytes());
        let _ = self.out.flush();
    }
}

fn ansi(command: &impl crossterm::Command) -> String {
    let mut sequence = String::new();
    // Writing to a string cannot fail.
    let _ = command.write_ansi(&mut sequence);
    sequence
}

/// Asks which alarms nobody here has told of. With a disk that fails all of them are told: twice is
/// better than never.
fn claim(ledger: &Ledger, alarms: Vec<AlarmId>, at: Instant, to_loop: &UnboundedSender<Message>) {
    let claimed = ledger.claim(&alarms, at).unwrap_or_else(|error| {
        let why = text::of_error(&error);
        let sentence = format!("The list of alarms that were shown cannot be saved: {why}");
        let _ = to_loop.send(Message::DiskFailed(sentence));
        alarms
    });
    let _ = to_loop.send(Message::AlarmsClaimed(claimed));
}

/// Writes to disk, in order, until the console has ended. Where there is no journal yet, each order tries
/// to have one first.
fn keep(
    (mut keeping, ledger): (Keeping, Ledger),
    mut orders: UnboundedReceiver<Order>,
    to_loop: &UnboundedSender<Message>,
) {
    let mut disk = Disk::of(&keeping);
    while let Some(order) = orders.blocking_recv() {
        let found = keeping.try_again();
        let earlier = found.as_ref().map(|found| found.drafts.clone());
        if let Some(found) = found {
            let _ = to_loop.send(Message::Remembered(Box::new(found)));
        }
        let kept = match order {
            Order::Given(unsent) => {
                let kept = keeping.journal().and_then(|journal| journal.given(&unsent));
                let message;
                (message, disk) = match kept {
                    Ok(()) => (Message::Written(unsent.id), Disk::Takes),
                    Err(error) => (
                        Message::NotWritten(unsent.id, error.to_string()),
                        Disk::Refuses,
                    ),
                };
                let _ = to_loop.send(message);
                continue;
            }
            Order::Claim(alarms, at) => {
                claim(&ledger, alarms, at, to_loop);
                continue;
            }
            Order::Applied(receipt) => keeping
                .journal()
                .and_then(|journal| journal.applied(receipt)),
            Order::Refused(refused) => keeping
                .journal()
                .and_then(|journal| journal.refused(&refused)),
            Order::Dismissed(id) => keeping.journal().and_then(|journal| journal.dismissed(id)),
            Order::Drafts(mut drafts) => {
                // Those of an earlier console are not known to this one yet.
                drafts.extend(earlier.into_iter().flatten());
                keeping
                    .journal()
                    .and_then(|journal| journal.keep_drafts(&drafts))
            }
            Order::End => break,
        };
        disk = disk.told(kept, to_loop);
    }
}

/// Whether the disk took what was last to be kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disk {
    Takes,
    Refuses,
}

impl Disk {
    fn of(keeping: &Keeping) -> Self {
        match keeping.remembered() {
            Some(_) => Self::Takes,
            None => Self::Refuses,
        }
    }

    /// What is kept here loses nothing that was promised, but the officer should know that it failed, and
    /// when that is over.
    fn told(self, kept: Result<(), JournalError>, to_loop: &UnboundedSender<Message>) -> Self {
        match (kept, self) {
            (Err(error), _) => {
                let _ = to_loop.send(Message::CannotSave(error.to_string()));
                Self::Refuses
            }
            (Ok(()), Self::Refuses) => {
                let _ = to_loop.send(Message::CanSave);
                Self::Takes
            }
            (Ok(()), Self::Takes) => Self::Takes,
        }
    }
}

async fn run(wire: Wire, errand: Errand) {
    let id = errand.command();
    let answer = match errand {
        Errand::Send(unsent) => {
            let answered = wire.http.carry_out(&unsent).await;
            if let Ok(reply) = &answered {
                wire.keep_receipt(id, reply.body.seq, &reply.body.receipt);
            }
            http::answer_to_sending(answered.map(|reply| reply.body))
        }
        Errand::Ask(id) => {
            let answered = wire.http.recall(id).await;
            if let Ok(reply) = &answered {
                wire.keep_receipt(id, reply.body.seq, &reply.body.receipt);
            }
            http::answer_to_asking(answered.map(|reply| reply.body))
        }
    };
    wire.tell(Message::Answered(id, answer));
}

/// The server has one order for all that it takes, so what it has lost is newer than anything that it
/// still has: the first command that it knows ends the questions.
async fn ask_what_is_undone(wire: Wire, newest_first: Vec<CommandId>) {
    let (mut lost, mut tries) = (Vec::new(), 0);
    let mut commands = newest_first.into_iter();
    let mut asked = commands.next();
    while let Some(id) = asked {
        match wire.http.recall(id).await {
            Err(failure) if failure.is_not_found() => {
                lost.push(id);
                asked = commands.next();
            }
            // That of a problem or of the directory comes in other words, and is there all the same.
            Ok(_) | Err(Failure::NotUnderstood(_)) => break,
            Err(failure) => {
                wire.pause_after(&failure, tries).await;
                tries += 1;
            }
        }
    }
    if !lost.is_empty() {
        wire.tell(Message::Undone(lost));
    }
}

async fn fetch_timeline(wire: Wire, incident: IncidentId) {
    let mut entries = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = wire.http.timeline(incident, cursor.as_deref()).await;
        let Ok(page) = page else { return };
        let read = page.body.entries.into_iter();
        entries.extend(read.map(|entry| (entry.hash, entry.entry)));
        cursor = page.body.next;
        if cursor.is_none() {
            break;
        }
    }
    let entries = Some(entries);
    wire.tell(Message::TimelineCame(Timeline { incident, entries }));
}

async fn fetch_alarms(wire: Wire) {
    let standing = alarms::standing(&wire.http).await;
    let standing = standing.map_err(|failure| failure.to_string());
    wire.tell(Message::AlarmsCame(standing));
}

async fn receive_alarm(wire: Wire, id: CommandId, alarm: AlarmId, receipt: AlarmReceipt) {
    let answer = alarms::receive(&wire.http, id, alarm, receipt).await;
    wire.tell(Message::AlarmAnswered(id, answer));
}

/// A server that does not say leaves what was known before.
async fn fetch_services(wire: Wire) {
    if let Ok(told) = wire.http.services().await {
        wire.tell(Message::ServicesCame(told.body.services));
    }
}

async fn test_delivery(wire: Wire, id: CommandId, command: DeliveryCommand) {
    let became = deliveries::test(&wire.http, id, &command, LONGEST_TEST).await;
    wire.tell(Message::DeliveryTested(id, OnTest::of(became)));
}

async fn fetch_report(wire: Wire, kind: ReportKind, period: Period) {
    let made = wire.http.report(kind, period, None).await;
    let made = made.map(|reply| Box::new(reply.body));
    let made = made.map_err(|failure| failure.to_string());
    wire.tell(Message::ReportCame(kind, period, made));
}

async fn freeze_report(wire: Wire, id: CommandId, kind: ReportKind, period: Period) {
    let command = ReportCommand::Freeze {
        kind,
        from: period.from,
        to: period.to,
        organisation: None,
    };
    let frozen = reports::freeze(&wire.http, id, &command).await;
    let frozen = frozen.map(|frozen| (frozen.id, frozen.sha256));
    let frozen = frozen.map_err(|failure| failure.to_string());
    wire.tell(Message::ReportFrozen(frozen));
}

async fn take_case_file(wire: Wire, exports: PathBuf, incident: IncidentId, command: CommandId) {
    let now = wire.clock.now();
    let taken = case_file::take(&wire.http, incident, command, &exports, now).await;
    wire.tell(Message::Exported(taken.map_err(|error| error.to_string())));
}

async fn change(wire: Wire, id: CommandId, seen: u64, command: DirectoryCommand) {
    let answer = directory::give(&wire.http, id, seen, &command).await;
    if matches!(answer, OnDirectory::Applied(_)) {
        wire.refresh_desk().await;
    }
    wire.tell(Message::ChangeAnswered(id, answer));
}

/// One page is enough for a screen; whether there is more is told.
async fn search(wire: Wire, sought: Sought) {
    let Sought { text, question } = sought;
    let found = wire.http.search(question, None, Some(AT_MOST)).await;
    let found = found.map(|page| Found {
        more: page.body.next.is_some(),
        incidents: page.body.incidents,
    });
    let found = found.map_err(|failure| failure.to_string());
    wire.tell(Message::Found(text, found));
}

async fn send_directory(wire: Wire, id: CommandId, seen: u64, command: DirectoryCommand) {
    let answered = wire.http.carry_out_on_directory(id, seen, &command).await;
    let taken = answered.map(|_| ()).map_err(|failure| failure.to_string());
    if taken.is_ok() {
        wire.refresh_desk().await;
    }
    wire.tell(Message::DirectoryAnswered(Box::new(command), taken));
}

async fn give_on_problem(
    wire: Wire,
    id: CommandId,
    problem: Option<(ProblemId, u64)>,
    command: ProblemCommand,
) {
    let answer = problems::give(&wire.http, id, problem, &command).await;
    wire.tell(Message::ProblemAnswered(id, answer));
}

impl Wire {
    fn tell(&self, message: Message) {
        // Nobody listens once the console has ended.
        let _ = self.to_loop.send(message);
    }

    /// A page of incidents in slices, between which keys are served.
    fn tell_of(&self, mut incidents: Vec<Incident>) {
        while incidents.len() > SLICE {
            let rest = incidents.split_off(SLICE);
            self.tell(Message::Told(std::mem::replace(&mut incidents, rest)));
        }
        self.tell(Message::Told(incidents));
    }

    /// The server's proof that it has taken a command.
    fn keep_receipt(&self, command: CommandId, seq: u64, receipt: &str) {
        let receipt = receipt.to_owned();
        let _ = self.to_disk.send(Order::Applied(Receipt {
            command,
            seq,
            receipt,
        }));
    }

    /// All problems anew: there are few, and they change seldom.
    async fn refresh_problems(&self) -> Result<(), Failure> {
        let (mut problems, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.http.problems(&[], cursor.as_deref()).await?.body;
            problems.extend(page.problems);
            cursor = page.next;
            if cursor.is_none() {
                self.tell(Message::ProblemsCame(problems));
                return Ok(());
            }
        }
    }

    async fn refresh_desk(&self) {
        if let Ok(desk) = desk(&self.http).await {
            self.tell(Message::DeskChanged(Box::new(desk)));
        }
    }
}

/// Whose desk it is, who is who, and the numbers, which follow the bank holidays in the directory.
///
/// # Errors
/// Why the server did not say.
pub async fn desk(http: &Http) -> Result<Desk, Failure> {
    let me = http.me().await?.body;
    let policy = http.policy().await?.body;
    let directory = http.directory().await?.body;
    Ok(Desk {
        actor: Actor {
            person: me.person.id,
            organisation: me.person.organisation,
            roles: me.roles,
        },
        policy: Arc::new(policy),
        directory: Arc::new(directory),
        problems: Arc::default(),
    })
}

/// What following the server's changes has to remember.
#[derive(Default)]
struct Place {
    /// From where to ask for changes; nothing until everything has been loaded once.
    after: Option<String>,
    directory_version: Option<u64>,
    problems_version: Option<u64>,
    skew: Option<Skew>,
    /// What the loop was last told of what is wrong with the server.
    health: Health,
}

/// Loads everything, then follows the changes; for as long as the console is open.
async fn follow(wire: Wire) {
    let mut place = Place::default();
    let mut tries = 0;
    loop {
        let followed = match place.after.clone() {
            None => load(&wire, &mut place).await,
            Some(after) => watch(&wire, &after, &mut place).await,
        };
        let Err(failure) = followed else {
            tries = 0;
            continue;
        };
        if let Some(reload) = failure.reload() {
            place.after = None;
            wire.tell(Message::StartedOver(reload));
            // Whoever may see something else now may hold another role, such as the desk.
            wire.refresh_desk().await;
            // The server has answered, and what it asks for is done at once; once, if it asks again and again.
            if tries == 0 {
                tries += 1;
                continue;
            }
        }
        wire.pause_after(&failure, tries).await;
        tries += 1;
    }
}

/// Every incident, a page at a time; the first page is enough to begin with. Changes are followed
/// from where the first page was read, so that none is missed.
async fn load(wire: &Wire, place: &mut Place) -> Result<(), Failure> {
    let mut after = None;
    let mut cursor: Option<String> = None;
    loop {
        let asked_at = wire.clock.now();
        let page = wire.http.incidents(cursor.as_deref()).await?;
        wire.heard(asked_at, page.heard, place);
        wire.tell_of(page.body.incidents);
        after.get_or_insert(page.body.changes_after);
        cursor = page.body.next;
        if cursor.is_none() {
            wire.tell(Message::Loaded);
            wire.refresh_problems().await?;
            place.after = after;
            return Ok(());
        }
    }
}

/// Waits for the next changes.
async fn watch(wire: &Wire, after: &str, place: &mut Place) -> Result<(), Failure> {
    let asked_at = wire.clock.now();
    let reply = tokio::select! {
        reply = wire.http.changes(after, LONG_POLL) => reply?,
        () = wire.poll_now.notified() => wire.http.changes(after, Duration::ZERO).await?,
    };
    wire.heard(asked_at, reply.heard, place);
    let Some(page) = reply.body else {
        return Ok(());
    };
    let before = place.directory_version.replace(page.directory_version);
    if before.is_some_and(|before| before != page.directory_version) {
        wire.refresh_desk().await;
    }
    if place.problems_version != Some(page.problems_version) {
        wire.refresh_problems().await?;
        place.problems_version = Some(page.problems_version);
    }
    place.after = Some(page.next);
    let changes = page.changes.into_iter();
    wire.tell_of(changes.map(|change| change.incident).collect());
    Ok(())
}

impl Wire {
    /// The server answered: how far its clock is from ours, as well as that is known by now, whether its
    /// alarm engine looks, and whether it saves.
    fn heard(&self, asked_at: Instant, heard: Heard, place: &mut Place) {
        let mut health = heard.health;
        // That it saves nothing goes on from second to second; it began only once.
        let since = place.health.nothing_saved_since;
        health.nothing_saved_since = health.nothing_saved_since.map(|now| since.unwrap_or(now));
        if place.health != health {
            place.health = health;
            self.tell(Message::HealthHeard(health));
        }
        if let Some(server_time) = heard.server_time {
            let measured = Skew::measured(asked_at, self.clock.now(), server_time);
            let known = place.skew.map_or(measured, |known| known.joined(measured));
            place.skew = Some(known);
        }
        let offset = place.skew.map_or_else(TimeDelta::zero, Skew::offset);
        self.tell(Message::Heard(offset));
    }

    /// Says that the server did not answer, and waits longer each time before the next try, unless
    /// the officer asks for one.
    async fn pause_after(&self, failure: &Failure, tries: u32) {
        self.tell(Message::Lost(failure.to_string()));
        let pause = Duration::from_secs(1 << tries.min(5)).min(LONGEST_PAUSE);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.poll_now.notified() => {}
        }
    }
}
