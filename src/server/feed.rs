//! What has happened lately, in memory, and the bell that wakes those who wait for it.
//!
//! Invariant: `recent` holds every change after `complete_after`, each incident once, in the order of
//! the head. So an unchanged poll, and fifty pollers woken by one change, cost no look into the
//! database; nor do those who see nothing of it, once one of them has asked since when that is so.
//! Deliberately decides nothing about who may see what.

use super::audit::Mark;
use super::history::AudienceSince;
use super::store::{Given, HeadRow, Row, Store, StoreError, Which};
use crate::domain::calendar;
use crate::domain::directory::Directory;
use crate::domain::permission::Audience;
use crate::now::{Clock, Stopwatch};
use chrono::Datelike;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;

/// How many changed incidents are kept in memory.
const KEPT: usize = 1024;

/// How many ends of the trail are known by heart: those of cursors that consoles hold.
const MARKS: usize = 4096;

/// How many rows are read at once where this process has fallen behind.
const CATCH_UP: u32 = 500;

/// The latest, shared by everything that reads.
#[derive(Debug)]
pub(crate) struct Feed {
    state: RwLock<State>,
    bell: watch::Sender<u64>,
    clock: Clock,
    /// Since the beginning of the last look at the database that was answered.
    heard: RwLock<Stopwatch>,
}

#[derive(Debug)]
struct State {
    head: HeadRow,
    directory: Arc<Directory>,
    recent: VecDeque<Arc<Row>>,
    complete_after: u64,
    /// Entries of this history that cursors were given at, by their number.
    marks: BTreeMap<u64, Mark>,
    /// What references were given out, as far as this process knows.
    given: Given,
}

/// What a transaction has made true.
#[derive(Debug)]
pub(crate) struct Committed {
    /// The head when the transaction began.
    pub(crate) from: HeadRow,
    pub(crate) head: HeadRow,
    pub(crate) rows: Vec<Row>,
    /// The directory as it then is.
    pub(crate) directory: Arc<Directory>,
}

/// Whether states of an incident may lie between what was known and what is taken in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Possible,
}

/// Changes from memory.
#[derive(Debug)]
pub(crate) struct Recent {
    pub(crate) head: HeadRow,
    /// Every change after the asked place; nothing if that is too long ago to be in memory.
    pub(crate) rows: Option<Vec<Arc<Row>>>,
}

impl Feed {
    /// A feed that begins at the head of the database.
    pub(crate) async fn open(store: &Store, clock: &Clock) -> Result<Self, StoreError> {
        let state = State::read(store).await?;
        Ok(Self {
            bell: watch::Sender::new(state.head.seq),
            state: RwLock::new(state),
            clock: clock.clone(),
            heard: RwLock::new(Stopwatch::start()),
        })
    }

    /// The end of the trail as far as this process knows.
    pub(crate) fn head(&self) -> HeadRow {
        self.read(|state| state.head.clone())
    }

    /// The directory as it is.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.read(|state| Arc::clone(&state.directory))
    }

    /// Changes after a place, and the head they lead to.
    pub(crate) fn since(&self, after: u64) -> Recent {
        self.read(|state| {
            let rows = (after >= state.complete_after).then(|| {
                let from = state.recent.partition_point(|row| row.changed_seq <= after);
                state.recent.range(from..).map(Arc::clone).collect()
            });
            Recent {
                head: state.head.clone(),
                rows,
            }
        })
    }

    /// Rings after every change that a poller could want to see.
    pub(crate) fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// Whether this history holds an entry that a cursor was given at. Asks the database once, for a
    /// mark that another process or an earlier life of this one has given.
    pub(crate) async fn holds(&self, mark: &Mark, store: &Store) -> Result<bool, StoreError> {
        if mark.seq > self.head().seq {
            // Another process may have told this client more than this one knows yet.
            self.catch_up(store).await?;
        }
        if let Some(known) = self.read(|state| state.marks.get(&mark.seq).cloned()) {
            return Ok(known == *mark);
        }
        let hash = store.hash_of(mark.seq).await?;
        let holds = hash.is_some_and(|hash| Mark::new(mark.seq, &hash) == *mark);
        if holds {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.learn(mark.clone());
        }
        Ok(holds)
    }

    /// For how long the database has not been heard of.
    pub(crate) fn silent_for(&self) -> Duration {
        let heard = self.heard.read().unwrap_or_else(PoisonError::into_inner);
        heard.elapsed()
    }

    /// Takes in what this process has committed, or reads what it has missed of others.
    pub(crate) async fn publish(
        &self,
        committed: Committed,
        store: &Store,
    ) -> Result<(), StoreError> {
        if self.head() != committed.from {
            return self.catch_up(store).await;
        }
        let problems = committed.head.problems_version != committed.from.problems_version;
        self.take_in(committed, Gap::None);
        if problems {
            self.count_problems(store).await?;
        }
        Ok(())
    }

    /// Notes what references of problems were given out.
    async fn count_problems(&self, store: &Store) -> Result<(), StoreError> {
        let counters = store.problem_counters().await?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        Given::raise(&mut state.given.problems, &counters);
        Ok(())
    }

    /// Reads from the database what other processes have committed.
    pub(crate) async fn catch_up(&self, store: &Store) -> Result<(), StoreError> {
        loop {
            let known = self.head();
            let looking = Stopwatch::start();
            let head = store.head().await?;
            *self.heard.write().unwrap_or_else(PoisonError::into_inner) = looking;
            if head == known {
                return Ok(());
            }
            if !head.follows(&known) || !is_still_there(&known, store).await? {
                return self.begin_again(&known, store).await;
            }
            let mut rows = store.changed_since(known.seq, CATCH_UP).await?;
            // Up to where nothing is missing. What was committed after the head was read is for the
            // next round, and rows that there was no room for are too.
            let seq = match rows.last() {
                Some(last) if rows.len() == CATCH_UP as usize => last.changed_seq.min(head.seq),
                Some(_) | None => head.seq,
            };
            rows.retain(|row| row.changed_seq <= seq);
            let hash = if seq == head.seq {
                head.hash
            } else {
                store.hash_of(seq).await?.ok_or(StoreError::Garbled)?
            };
            let directory = self.directory_at(head.directory_version, store).await?;
            if head.problems_version != known.problems_version {
                self.count_problems(store).await?;
            }
            self.take_in(
                Committed {
                    from: known,
                    head: HeadRow {
                        seq,
                        hash,
                        changed_seq: head.changed_seq.min(seq),
                        ..head
                    },
                    rows,
                    directory,
                },
                Gap::Possible,
            );
        }
    }

    /// The directory of a version; from memory where it is that.
    async fn directory_at(
        &self,
        version: u64,
        store: &Store,
    ) -> Result<Arc<Directory>, StoreError> {
        let known = self.directory();
        if known.version == version {
            return Ok(known);
        }
        let directory = store.directory(Which::Current).await?;
        Ok(Arc::new(directory.unwrap_or_default()))
    }

    /// Forgets everything: the database is another one, or a copy of what it was.
    async fn begin_again(&self, known: &HeadRow, store: &Store) -> Result<(), StoreError> {
        let given = self.read(|state| state.given.clone());
        let mut writing = store.begin().await?;
        let seq = writing.head().seq;
        if writing
            .begin_after_loss(known, &given, self.clock.now())
            .await?
        {
            tracing::error!(
                known_to = known.seq,
                found = seq,
                "the database holds less than before"
            );
            writing.commit().await?;
        } else {
            writing.leave().await?;
        }
        let fresh = State::read(store).await?;
        let seq = fresh.head.seq;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        self.bell.send_replace(seq);
        Ok(())
    }

    fn take_in(&self, committed: Committed, gap: Gap) {
        let Committed {
            from,
            head,
            rows,
            directory,
        } = committed;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else took the same in first.
        if state.head != from || head.seq < from.seq {
            return;
        }
        for row in rows {
            if gap == Gap::None {
                state.tell_audience(&row);
            }
            state.push(row);
        }
        state.learn(head.mark());
        state.directory = directory;
        let changed = head.changed_seq > state.head.changed_seq;
        state.head = head;
        let seq = state.head.seq;
        drop(state);
        if changed {
            self.bell.send_replace(seq);
        }
    }

    fn read<T>(&self, question: impl FnOnce(&State) -> T) -> T {
        question(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    async fn read(store: &Store) -> Result<Self, StoreError> {
        let head = store.head().await?;
        let directory = store.directory(Which::Current).await?.unwrap_or_default();
        let mut given = Given::default();
        Given::raise(&mut given.incidents, &store.counters().await?);
        Given::raise(&mut given.problems, &store.problem_counters().await?);
        Ok(Self {
            given,
            complete_after: head.changed_seq,
            directory: Arc::new(directory),
            recent: VecDeque::new(),
            marks: BTreeMap::from([(head.seq, head.mark())]),
            head,
        })
    }

    fn learn(&mut self, mark: Mark) {
        self.marks.insert(mark.seq, mark);
        if self.marks.len() > MARKS {
            self.marks.pop_first();
        }
    }

    /// Tells since when who may see an incident has been as it is, where that is known of the state before.
    fn tell_audience(&self, row: &Row) {
        let is_it = |known: &&Arc<Row>| known.incident.id == row.incident.id;
        let Some(before) = self.recent.iter().find(is_it) else {
            return;
        };
        let Some(known) = before.audience.get().copied() else {
            return;
        };
        let is_as_before = Audience::of(&before.incident) == Audience::of(&row.incident);
        let changed_seq = match is_as_before {
            true => known.changed_seq,
            false => row.changed_seq,
        };
        let since = AudienceSince {
            changed_seq,
            ..known
        };
        // Nobody else has this row yet.
        let _ = row.audience.set(since);
    }

    fn push(&mut self, row: Row) {
        if let Some(reference) = row.incident.reference {
            let year = i64::from(calendar::local(row.incident.logged_at).year());
            let counter = i64::from(reference.counter());
            Given::raise(&mut self.given.incidents, &[(year, counter)]);
        }
        self.recent
            .retain(|known| known.incident.id != row.incident.id);
        self.recent.push_back(Arc::new(row));
        if self.recent.len() > KEPT
            && let Some(oldest) = self.recent.pop_front()
        {
            self.complete_after = oldest.changed_seq;
        }
    }
}

/// Whether a head that was read before is part of the trail as it is now: a copy that was put back
/// and written on has other entries under the same numbers.
async fn is_still_there(known: &HeadRow, store: &Store) -> Result<bool, StoreError> {
    Ok(known.seq == 0 || store.hash_of(known.seq).await?.as_ref() == Some(&known.hash))
}
