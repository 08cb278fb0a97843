//! What the officer sees: what the server confirmed, with the unsent commands replayed on top.
//!
//! Pure: pages and answers are handed to it, with `now` in the server's time. Nothing is patched
//! and rolled back; when either side changes, the view of that incident is replayed. It
//! deliberately does not poll, send or write to disk.
//!
//! Nothing that a key press asks grows with the number of incidents: the queues are kept sorted
//! (`index`), and only the incidents of a window are looked at.

use super::confirmed::Confirmed;
use super::index::Index;
use super::narrowed::Narrowed;
use super::outbox::{Errand, Outbox, Refused, Unsent, Verdict, WhyNot};
use super::replay::{Desk, dated, replay};
use super::size;
use crate::domain::Instant;
use crate::domain::command::Command;
use crate::domain::id::{CommandId, IncidentId, Reference};
use crate::domain::incident::Incident;
use crate::domain::problem::Problem;
use crate::domain::query::{Filter, FilterError, Queue};
use crate::domain::refusal::Refusal;
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// Whether the server can be reached, as far as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing has been heard from it yet.
    Connecting,
    /// The last try was answered.
    Live {
        /// When.
        heard_at: Instant,
    },
    /// The last try failed.
    Down {
        /// The first failure since it was last heard.
        since: Instant,
        /// When it was last heard, if ever.
        heard_at: Option<Instant>,
    },
}

/// What a row must say beside the incident: the screen never claims more than was confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// How many commands are shown as done that the server has not confirmed.
    pub unsent: usize,
    /// How many commands were not carried out and not dismissed yet.
    pub refused: usize,
}

/// One row of a queue.
#[derive(Clone, Debug)]
pub struct Row {
    /// The incident as it is seen.
    pub incident: Arc<Incident>,
    /// What is not confirmed about it.
    pub marks: Marks,
}

/// What the server said to a command, or that it said nothing.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It was carried out, now or at an earlier try.
    Applied {
        /// The incident as the command left it.
        incident: Box<Incident>,
    },
    /// The rules say no.
    Refused(Refusal),
    /// The incident is no longer what was seen.
    Stale {
        /// The incident as it is.
        current: Option<Box<Incident>>,
    },
    /// The server was asked what became of it, and has never heard of it.
    NeverArrived,
    /// The server does not take it at all.
    Rejected {
        /// The server's sentence.
        sentence: String,
    },
    /// Nobody knows, or not now.
    Unknown {
        /// How long the server asked to be left alone.
        retry_after: Option<TimeDelta>,
    },
}

impl Answer {
    /// What the outbox needs to know of it, and the incident that came with it. `seen` is the version
    /// that the command was given for.
    pub fn verdict(self, seen: u64) -> (Verdict, Option<Box<Incident>>) {
        let not_applied = |why| (Verdict::NotApplied(why), None);
        match self {
            Self::Applied { incident } => {
                let version = incident.version;
                (Verdict::Applied { version }, Some(incident))
            }
            Self::Stale { current } => (Verdict::NotApplied(WhyNot::Stale { seen }), current),
            Self::Refused(refusal) => not_applied(WhyNot::Refused { refusal }),
            Self::Rejected { sentence } => not_applied(WhyNot::Rejected { sentence }),
            Self::NeverArrived => (Verdict::NeverArrived, None),
            Self::Unknown { retry_after } => (Verdict::Unknown { retry_after }, None),
        }
    }
}

/// Why a command was not even taken into the outbox.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotTaken {
    /// The rules say no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// It must not wait for the server, and the server cannot be reached.
    #[error(
        "The server cannot be reached, and this must not be done later. Try again when the link is back"
    )]
    NeedsServer,
}

/// Everything the console knows.
#[derive(Debug)]
pub struct Replica {
    desk: Desk,
    link: Link,
    confirmed: Confirmed,
    /// Views that differ from what is confirmed.
    views: HashMap<IncidentId, Arc<Incident>>,
    /// Unsent commands that would be refused as things stand; the server decides.
    doubts: HashMap<CommandId, Refusal>,
    outbox: Outbox,
    index: Index,
    narrowed: Option<Narrowed>,
}

impl Replica {
    /// A console that knows nothing yet but what the disk remembers of its outbox.
    pub fn new(desk: Desk, outbox: Outbox, now: Instant) -> Self {
        let mut replica = Self {
            desk,
            link: Link::Connecting,
            confirmed: Confirmed::default(),
            views: HashMap::new(),
            doubts: HashMap::new(),
            outbox,
            index: Index::default(),
            narrowed: None,
        };
        replica.judge_anew(&replica.unsent_incidents(), now);
        replica
    }

    // --- what is seen

    /// Whose desk it is.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Whether the server can be reached.
    pub fn link(&self) -> Link {
        self.link
    }

    /// The commands on their way and those that were refused.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// An incident as it is seen: confirmed, with the unsent commands on top.
    pub fn incident(&self, id: IncidentId) -> Option<Arc<Incident>> {
        let view = self.views.get(&id).cloned();
        view.or_else(|| self.confirmed.get(id))
    }

    /// An incident as the server confirmed it.
    pub fn confirmed(&self, id: IncidentId) -> Option<Arc<Incident>> {
        self.confirmed.get(id)
    }

    /// The incident of a reference, if it is known here. Looks through all of them, so it is asked once
    /// for a form and never for a key.
    pub fn named(&self, reference: Reference) -> Option<IncidentId> {
        let queues = [Queue::AllOpen, Queue::Closed];
        queues.into_iter().find_map(|queue| {
            let places = self.index.list(queue).as_slice().iter();
            let mut incidents = places.filter_map(|place| self.incident(place.incident()));
            let found = incidents.find(|incident| incident.reference == Some(reference))?;
            Some(found.id)
        })
    }

    /// Whether an incident is newer than what the server confirmed of it so far.
    pub fn is_newer(&self, incident: &Incident) -> bool {
        let known = self.confirmed.version(incident.id);
        known.is_none_or(|known| known < incident.version)
    }

    /// Keep these incidents at hand, and no others: what is on the screen is asked for at every key.
    pub fn hold_open(&mut self, incidents: &[IncidentId]) {
        self.confirmed.hold_open(incidents);
    }

    /// What is not confirmed about an incident.
    pub fn marks(&self, id: IncidentId) -> Marks {
        Marks {
            unsent: self.outbox.pending_of(id).count(),
            refused: self
                .outbox
                .refused()
                .iter()
                .filter(|refused| refused.unsent.incident == id)
                .count(),
        }
    }

    /// Why an unsent command would be refused as things stand; the server has the last word.
    pub fn doubt(&self, command: CommandId) -> Option<&Refusal> {
        self.doubts.get(&command)
    }

    /// How many incidents a queue holds, whatever the filter hides.
    pub fn count(&self, queue: Queue) -> usize {
        self.index.list(queue).len()
    }

    /// How many rows a queue shows.
    pub fn len(&self, queue: Queue) -> usize {
        self.narrowed_to(queue)
            .map_or_else(|| self.count(queue), |narrowed| narrowed.kept().len())
    }

    /// Whether a queue shows no row.
    pub fn is_empty(&self, queue: Queue) -> bool {
        self.len(queue) == 0
    }

    /// The rows at some places of a queue, most urgent first.
    pub fn rows(&self, queue: Queue, places: Range<usize>) -> Vec<Row> {
        let row = |id| {
            Some(Row {
                incident: self.incident(id)?,
                marks: self.marks(id),
            })
        };
        let ids = self.window(queue, places).into_iter();
        ids.filter_map(row).collect()
    }

    /// The most urgent incidents of a queue, whatever the filter hides.
    pub fn most_urgent(&self, queue: Queue, at_most: usize) -> Vec<Arc<Incident>> {
        let urgencies = self.index.list(queue).window(0..at_most);
        urgencies
            .iter()
            .filter_map(|urgency| self.incident(urgency.incident()))
            .collect()
    }

    /// Every incident of which whoever takes the desk over must know, open or ended.
    pub fn handed_on(&self) -> Vec<Arc<Incident>> {
        let entries = self.index.entries();
        let handed_on = entries.filter(|(_, standing)| standing.is_handed_on);
        handed_on
            .filter_map(|(_, standing)| self.incident(standing.urgency.incident()))
            .collect()
    }

    /// The incidents at some places of a queue, most urgent first.
    pub fn window(&self, queue: Queue, places: Range<usize>) -> Vec<IncidentId> {
        match self.narrowed_to(queue) {
            Some(narrowed) => {
                let kept = narrowed.kept().window(places).iter();
                kept.map(|place| place.incident()).collect()
            }
            None => {
                let all = self.index.list(queue).window(places).iter();
                all.map(|urgency| urgency.incident()).collect()
            }
        }
    }

    /// The incident at a place of a queue.
    pub fn at(&self, queue: Queue, place: usize) -> Option<IncidentId> {
        self.window(queue, place..place + 1).first().copied()
    }

    /// The place of an incident among the rows of a queue.
    pub fn position(&self, queue: Queue, id: IncidentId) -> Option<usize> {
        let (_, standing) = self.index.entry(id)?;
        match self.narrowed_to(queue) {
            Some(narrowed) => narrowed.kept().index_of(narrowed.place_of(standing)),
            None => self.index.list(queue).index_of(standing.urgency),
        }
    }

    /// How many incidents of a queue the filter hides.
    pub fn hidden(&self, queue: Queue) -> usize {
        self.count(queue).saturating_sub(self.len(queue))
    }

    /// How many incidents of a queue fit what is typed, whatever is shown; none where it makes no sense.
    pub fn fitting(&self, queue: Queue, text: &str, now: Instant) -> usize {
        let parsed = Filter::parse(text).and_then(|filter| filter.resolved(&self.desk.directory));
        let Ok(filter) = parsed else {
            return 0;
        };
        let person = self.desk.person();
        let entries = self.index.entries();
        entries
            .filter(|(_, standing)| standing.is_in(queue))
            .filter(|(haystack, standing)| filter.keeps(haystack, standing, person, now))
            .count()
    }

    fn narrowed_to(&self, queue: Queue) -> Option<&Narrowed> {
        let narrowed = self.narrowed.as_ref();
        narrowed.filter(|narrowed| narrowed.queue() == queue)
    }

    // --- filtering

    /// Show only those rows of a queue that a filter keeps. Typing one more letter looks only at
    /// what was left.
    ///
    /// # Errors
    /// A sentence that says what can be typed; the rows stay as they were.
    pub fn narrow(&mut self, queue: Queue, text: &str, now: Instant) -> Result<(), FilterError> {
        let filter = Filter::parse(text)?.resolved(&self.desk.directory)?;
        self.narrowed = Some(Narrowed::of(
            (queue, text, filter),
            self.narrowed.as_ref(),
            &self.index,
            self.desk.person(),
            now,
        ));
        Ok(())
    }

    /// Show every row again.
    pub fn widen(&mut self) {
        self.narrowed = None;
    }

    /// The queue that is narrowed, and the filter as it was typed.
    pub fn narrowed(&self) -> Option<(Queue, &str)> {
        self.narrowed
            .as_ref()
            .map(|narrowed| (narrowed.queue(), narrowed.text()))
    }

    // --- what the server says

    /// Take in whole incidents from a page, each only if it is newer than what is known, so that a
    /// page that comes twice or late is harmless. Gives those whose view changed.
    pub fn absorb(
        &mut self,
        incidents: impl IntoIterator<Item = Incident>,
        now: Instant,
    ) -> Vec<IncidentId> {
        let news = self.confirmed.take(incidents.into_iter().collect());
        let changed = news.keys().copied().collect();
        let news = news.into_iter().map(|(id, incident)| (id, Some(incident)));
        self.refresh(news.collect(), now);
        changed
    }

    /// The server's history was replaced by an older one: forget what was confirmed and load it
    /// again. The outbox stays, because what it holds was never confirmed.
    pub fn start_over(&mut self, now: Instant) {
        self.link = Link::Connecting;
        self.confirmed.clear();
        self.views.clear();
        Arc::make_mut(&mut self.desk.problems).clear();
        self.index = Index::default();
        self.judge_anew(&self.unsent_incidents(), now);
        self.narrow_again(now);
    }

    /// The server answered something. After a silence, what waits for its next try is hurried.
    pub fn heard(&mut self, now: Instant) {
        if matches!(self.link, Link::Down { .. }) {
            self.outbox.hurry();
        }
        self.link = Link::Live { heard_at: now };
    }

    /// The present was set back by so much, because a clock was: silence goes on counting from where it began, and
    /// what waits for its next try does not wait for the time by which the clock was wrong.
    pub fn set_back(&mut self, by: TimeDelta) {
        self.link = match self.link {
            Link::Connecting => Link::Connecting,
            Link::Live { heard_at } => Link::Live {
                heard_at: heard_at - by,
            },
            Link::Down { since, heard_at } => Link::Down {
                since: since - by,
                heard_at: heard_at.map(|at| at - by),
            },
        };
        if by > TimeDelta::seconds(1) {
            self.outbox.hurry();
        }
    }

    /// The server did not answer.
    pub fn lost(&mut self, now: Instant) {
        self.link = match self.link {
            Link::Connecting => Link::Down {
                since: now,
                heard_at: None,
            },
            Link::Live { heard_at } => Link::Down {
                since: now,
                heard_at: Some(heard_at),
            },
            Link::Down { .. } => self.link,
        };
    }

    /// Roles, numbers or names changed: everything unsent is judged anew. The person stays the same,
    /// and with it whose incidents are where.
    pub fn set_desk(&mut self, desk: Desk, now: Instant) {
        // The problems are told apart from who is who.
        let problems = self.desk.problems.clone();
        self.desk = Desk { problems, ..desk };
        self.judge_anew(&self.unsent_incidents(), now);
    }

    /// Takes in every problem that may be seen.
    pub fn absorb_problems(&mut self, problems: Vec<Problem>, now: Instant) {
        Arc::make_mut(&mut self.desk.problems).absorb_all(problems);
        self.judge_anew(&self.unsent_incidents(), now);
    }

    /// Takes in one problem, as a command left it.
    pub fn absorb_problem(&mut self, problem: Problem, now: Instant) {
        Arc::make_mut(&mut self.desk.problems).absorb(vec![problem]);
        self.judge_anew(&self.unsent_incidents(), now);
    }

    // --- what the officer asks

    /// What would come of a command, without giving it: a hint is dimmed by this.
    ///
    /// # Errors
    /// The refusal that giving it would meet.
    pub fn would(
        &self,
        incident: Option<IncidentId>,
        command: &Command,
        now: Instant,
    ) -> Result<(), Refusal> {
        let seen = incident.and_then(|id| self.incident(id));
        self.desk.judge(seen.as_deref(), command, now)
    }

    /// Give a command. It is judged here and shown at once; it is sent when it is
    /// [`Replica::written`] to disk. A logged incident takes its id from the command.
    ///
    /// # Errors
    /// A refusal in the words the server would use; nothing has changed then.
    pub fn submit(
        &mut self,
        id: CommandId,
        incident: Option<IncidentId>,
        command: Command,
        now: Instant,
    ) -> Result<Unsent, NotTaken> {
        let command = dated(command, now);
        self.would(incident, &command, now)?;
        size::require_sendable(&command)?;
        if !command.commutes() && matches!(self.link, Link::Down { .. }) {
            return Err(NotTaken::NeedsServer);
        }
        let incident = if let Command::Log(_) = &command {
            id.into()
        } else {
            incident.ok_or_else(Refusal::no_such_incident)?
        };
        let unsent = Unsent {
            id,
            incident,
            command,
            seen_version: self.confirmed.version(incident).unwrap_or(0),
            given_at: now,
        };
        self.outbox.add(unsent.clone());
        self.judge_anew(&[incident], now);
        Ok(unsent)
    }

    /// The command is on disk and may be sent.
    pub fn written(&mut self, id: CommandId) {
        self.outbox.written(id);
    }

    /// The command could not be written to disk: it is not sent, and the officer is told.
    pub fn not_written(&mut self, id: CommandId, sentence: String, now: Instant) {
        let why = WhyNot::NotSaved { sentence };
        self.settle(id, Verdict::NotApplied(why), now, 0.0);
    }

    /// The disk takes nothing: the command is sent all the same, and kept nowhere until it is answered.
    pub fn sent_unwritten(&mut self, id: CommandId) {
        self.outbox.sent_unwritten(id);
    }

    /// A command that was never sent is taken back, as if it had not been given.
    pub fn take_back(&mut self, id: CommandId, now: Instant) -> Option<Unsent> {
        let unsent = self.outbox.take_back(id)?;
        self.judge_anew(&[unsent.incident], now);
        Some(unsent)
    }

    /// The disk can be read at last: what an earlier console left there is unsent here too.
    pub fn join(&mut self, restored: Outbox, now: Instant) {
        self.outbox.join(restored);
        self.judge_anew(&self.unsent_incidents(), now);
    }

    /// What is to be sent or asked now; it counts as in flight until [`Replica::answered`].
    pub fn take_errands(&mut self, now: Instant) -> Vec<Errand> {
        self.outbox.take_errands(now)
    }

    /// What came of an errand. `random` spreads retries and lies in `0.0..1.0`. Gives the command
    /// back if that ended it, so that the disk can forget it.
    pub fn answered(
        &mut self,
        id: CommandId,
        answer: Answer,
        now: Instant,
        random: f64,
    ) -> Option<Unsent> {
        let (verdict, news) = answer.verdict(self.seen_version(id));
        if let Some(incident) = news {
            self.confirmed.take(vec![*incident]);
        }
        self.settle(id, verdict, now, random)
    }

    fn seen_version(&self, id: CommandId) -> u64 {
        self.outbox
            .find(id)
            .map_or(0, |pending| pending.unsent.seen_version)
    }

    fn settle(
        &mut self,
        id: CommandId,
        verdict: Verdict,
        now: Instant,
        random: f64,
    ) -> Option<Unsent> {
        let pending = self.outbox.find(id).map(|pending| &pending.unsent);
        let refused = || self.outbox.refused().iter().map(|refused| &refused.unsent);
        let refused = || refused().find(|unsent| unsent.id == id);
        let incident = pending.or_else(refused)?.incident;
        let ended = self.outbox.settle(id, verdict, now, random);
        self.judge_anew(&[incident], now);
        ended
    }

    /// The server has lost a command that it had taken. None where it is not remembered whole.
    pub fn undone(&mut self, id: CommandId, now: Instant) -> Option<Refused> {
        self.outbox.undone(id, now).cloned()
    }

    /// Gives a command again that the server has lost, under its own id.
    pub fn give_again(&mut self, id: CommandId, now: Instant) -> Option<Unsent> {
        let unsent = self.outbox.dismiss(id)?.unsent;
        self.outbox.add(unsent.clone());
        self.judge_anew(&[unsent.incident], now);
        Some(unsent)
    }

    /// The officer has seen that a command was not carried out.
    pub fn dismiss(&mut self, id: CommandId) -> Option<Refused> {
        self.outbox.dismiss(id)
    }

    // --- time

    /// When time alone next moves an incident into another queue, or past the filter.
    pub fn next_change_at(&self) -> Option<Instant> {
        let filter_changes_at = self.narrowed.as_ref().and_then(Narrowed::changes_at);
        [self.index.next_change_at(), filter_changes_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// Move what has become due soon or overdue by `now` into its queue. Gives the incidents moved.
    pub fn pass_time(&mut self, now: Instant) -> Vec<IncidentId> {
        let due = self.index.due_to_change(now);
        let seen = due.iter().map(|id| (*id, self.incident(*id))).collect();
        self.file(seen, now);
        let filter_changes_at = self.narrowed.as_ref().and_then(Narrowed::changes_at);
        if filter_changes_at.is_some_and(|at| at <= now) {
            self.narrow_again(now);
        }
        due
    }

    // --- keeping the view true

    fn unsent_incidents(&self) -> Vec<IncidentId> {
        let distinct: HashSet<IncidentId> = self
            .outbox
            .pending()
            .iter()
            .map(|pending| pending.unsent.incident)
            .collect();
        distinct.into_iter().collect()
    }

    /// Recompute everything that is derived from these incidents.
    fn judge_anew(&mut self, incidents: &[IncidentId], now: Instant) {
        let confirmed = incidents.iter().map(|id| (*id, self.confirmed.get(*id)));
        self.refresh(confirmed.collect(), now);
    }

    /// Recompute everything that is derived from these incidents, each given as it is confirmed.
    fn refresh(&mut self, confirmed: Vec<(IncidentId, Option<Arc<Incident>>)>, now: Instant) {
        let seen = confirmed.into_iter().map(|(id, confirmed)| {
            let view = self.replay(id, confirmed.as_deref());
            (id, view.or(confirmed))
        });
        let seen = seen.collect();
        self.file(seen, now);
    }

    /// The view of an incident, if it differs from what is confirmed.
    fn replay(&mut self, id: IncidentId, confirmed: Option<&Incident>) -> Option<Arc<Incident>> {
        let unsent = self.outbox.pending_of(id).map(|pending| &pending.unsent);
        let replayed = replay(id, confirmed, unsent, &self.desk);
        let view = replayed.view.map(Arc::new);
        match view.clone() {
            Some(view) => self.views.insert(id, view),
            None => self.views.remove(&id),
        };
        self.doubts
            .retain(|command, _| self.outbox.find(*command).is_some());
        self.doubts.extend(replayed.doubts);
        view
    }

    /// File these incidents as they are seen, and forget those that are not seen any more.
    fn file(&mut self, seen: Vec<(IncidentId, Option<Arc<Incident>>)>, now: Instant) {
        let (known, gone): (Vec<_>, Vec<_>) = seen.iter().partition(|(_, seen)| seen.is_some());
        let known = known.iter().filter_map(|(_, seen)| seen.as_deref());
        let gone: Vec<IncidentId> = gone.iter().map(|(id, _)| *id).collect();
        let person = self.desk.person();
        let before = self.index.file(known, &gone, person, now);
        if let Some(narrowed) = &mut self.narrowed {
            let changed = seen.iter().map(|(id, _)| *id);
            narrowed.follow(changed, &before, &self.index, person, now);
        }
    }

    fn narrow_again(&mut self, now: Instant) {
        let narrowed = self.narrowed.take();
        self.narrowed = narrowed.map(|it| it.anew(&self.index, self.desk.person(), now));
    }
}
