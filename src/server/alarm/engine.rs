//! One look at everything whose moment has come.

use super::super::Desk;
use super::super::audit::Record;
use super::super::ledger::current_directory;
use super::super::store::{StoreError, Writing, within};
use crate::domain::Instant;
use crate::domain::alarm::{self, Alarm, Change, Closed, RaisedAlarm, Series};
use crate::domain::delivery::matter::{Matter, Title};
use crate::domain::delivery::{Address, Delivery, NewDelivery, Subject};
use crate::domain::directory::Directory;
use crate::domain::id::{AlarmId, RecipientId};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::recipients;
use crate::now::Stopwatch;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How many incidents are looked at in one transaction at most.
const PAGE: u32 = 100;

/// For how long incidents are looked at in one transaction, so that an acknowledgement gets in between, and
/// whoever sends what was raised so far.
const LOOK_FOR: Duration = Duration::from_millis(10);

/// How long one transaction may take before it is given up.
const LOOK_WITHIN: Duration = Duration::from_secs(8);

/// Looks again and again until the server stops.
pub(crate) async fn run(desk: Arc<Desk>, every: Duration) {
    let mut known = OfDesk::default();
    loop {
        tokio::select! {
            () = desk.closing.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        match look(&desk, &mut known).await {
            Ok(()) => desk.heartbeat.beat(),
            Err(error) => tracing::error!(%error, "alarms could not be looked after"),
        }
    }
}

/// What stood of the desk itself when it was looked at last, so that a quiet second writes nothing.
#[derive(Default)]
struct OfDesk {
    /// Of which history: another one may lack what was raised.
    epoch: String,
    directory: Option<u64>,
    standing: BTreeSet<AlarmId>,
}

async fn look(desk: &Desk, known: &mut OfDesk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    within(LOOK_WITHIN, look_at_desk(desk, known, now)).await?;
    while desk.store.is_alarm_due(now).await? && !desk.closing.is_cancelled() {
        within(LOOK_WITHIN, look_at_some(desk, now)).await?;
        // An engine that has very much to do is late, and not silent.
        desk.heartbeat.beat();
    }
    Ok(())
}

/// As many incidents as one transaction has time for.
async fn look_at_some(desk: &Desk, now: Instant) -> Result<(), StoreError> {
    let mut writing = desk.store.begin().await?;
    let directory = current_directory(desk, &mut writing).await?;
    let policy = desk.policy_with(&directory);
    let mut bench = Bench {
        desk,
        writing,
        directory,
        policy,
        now,
        raised: Vec::new(),
        told: Vec::new(),
    };
    let begun = Stopwatch::start();
    bench.incidents(&begun).await?;
    bench.write().await?;
    bench.again(&begun).await?;
    bench.write().await?;
    bench.writing.commit().await?;
    Ok(())
}

/// What the desk itself is alarmed about changes with the directory and with time.
async fn look_at_desk(desk: &Desk, known: &mut OfDesk, now: Instant) -> Result<(), StoreError> {
    let directory = desk.feed.directory();
    let policy = desk.policy_with(&directory);
    let mut series = alarm::desk_series(&directory, &policy, now);
    let head = desk.feed.head();
    series.extend(head.lost_at.and_then(|at| alarm::of_loss(at, &policy, now)));
    let standing = series.iter().filter_map(|series| series.standing(now));
    let standing: BTreeSet<AlarmId> = standing.map(|alarm| alarm.id).collect();
    let is_new = known.directory != Some(directory.version);
    if !is_new && known.epoch == head.epoch && standing == known.standing {
        return Ok(());
    }
    let writing = desk.store.begin().await?;
    let mut bench = Bench {
        desk,
        writing,
        directory: Arc::clone(&directory),
        policy,
        now,
        raised: Vec::new(),
        told: Vec::new(),
    };
    bench.settle(None, &series).await?;
    bench.write().await?;
    bench.writing.commit().await?;
    *known = OfDesk {
        epoch: head.epoch,
        directory: Some(directory.version),
        standing,
    };
    Ok(())
}

/// One transaction, and what it judges by.
struct Bench<'a> {
    desk: &'a Desk,
    writing: Writing,
    directory: Arc<Directory>,
    policy: Arc<Policy>,
    now: Instant,
    /// Alarms that were raised and are on their way to the database, together.
    raised: Vec<RaisedAlarm>,
    /// Messages of them.
    told: Vec<Delivery>,
}

impl Bench<'_> {
    /// Incidents whose moment has come: one at least, and more while there is time.
    async fn incidents(&mut self, begun: &Stopwatch) -> Result<(), StoreError> {
        let due = self.writing.alarms_due(self.now, PAGE).await?;
        let at_once = due.iter().copied().collect();
        self.writing.incidents_among(&at_once).await?;
        for id in due {
            let row = self.writing.incident(id).await?;
            let Some(incident) = row.map(|row| row.incident) else {
                self.writing.watch(id, None);
                continue;
            };
            let (directory, policy) = (&self.directory, &self.policy);
            let series = alarm::series(&incident, directory, policy, self.now);
            let next_at = alarm::next_at(&incident, directory, policy, self.now);
            self.settle(Some(&incident), &series).await?;
            self.writing.watch(id, next_at);
            if begun.elapsed() > LOOK_FOR {
                break;
            }
        }
        Ok(())
    }

    /// Makes the alarms of an incident, or of the desk, what its series say.
    async fn settle(
        &mut self,
        incident: Option<&Incident>,
        series: &[Series],
    ) -> Result<(), StoreError> {
        let all = match incident {
            Some(incident) => self.writing.alarms_of(incident.id).await?,
            None => self.writing.standing_alarms(None).await?,
        };
        let stands = |raised: &&RaisedAlarm| raised.closed.is_none();
        let known: Vec<&RaisedAlarm> = all.iter().filter(stands).collect();
        let alarms: Vec<Alarm> = known.iter().map(|raised| raised.alarm.clone()).collect();
        let Change { raise, close } = alarm::change(&alarms, series, self.now);
        for (id, why) in close {
            let gone = known.iter().find(|raised| raised.alarm.id == id);
            if let Some(gone) = gone {
                self.close((*gone).clone(), why).await?;
            }
        }
        for alarm in raise {
            let before = all.iter().find(|raised| raised.alarm.id == alarm.id);
            let before = match (before, incident) {
                (None, None) => self.writing.alarm(alarm.id).await?,
                (before, _) => before.cloned(),
            };
            self.raise(alarm, before, incident).await?;
        }
        Ok(())
    }

    /// One that was raised before stands again: who acknowledged it need not do so again, and what
    /// nobody has acknowledged is told of once more.
    async fn raise(
        &mut self,
        alarm: Alarm,
        before: Option<RaisedAlarm>,
        incident: Option<&Incident>,
    ) -> Result<(), StoreError> {
        match before {
            None => self.raise_first(alarm, incident).await,
            Some(mut known) => match known.after_all(self.now) {
                Some(alarm) => self.raise_first(alarm, incident).await,
                None => {
                    known.reopen();
                    self.writing.note_alarm(&known, self.now);
                    self.put(&known).await
                }
            },
        }
    }

    async fn raise_first(
        &mut self,
        alarm: Alarm,
        incident: Option<&Incident>,
    ) -> Result<(), StoreError> {
        let record = Record::AlarmRaised {
            at: self.now,
            alarm: alarm.clone(),
        };
        self.writing.append(&record)?;
        let reference = incident.and_then(|incident| incident.reference);
        let raised = RaisedAlarm::new(alarm, reference, self.now);
        self.tell(&raised, incident).await?;
        self.raised.push(raised);
        Ok(())
    }

    /// Has everything in the database that was raised so far.
    async fn write(&mut self) -> Result<(), StoreError> {
        let (raised, told) = (
            std::mem::take(&mut self.raised),
            std::mem::take(&mut self.told),
        );
        self.writing.put_alarms(&raised).await?;
        self.writing.enqueue_all(&told).await
    }

    /// A message for everybody who is told; who cannot be reached by one has a message that failed.
    async fn tell(
        &mut self,
        raised: &RaisedAlarm,
        incident: Option<&Incident>,
    ) -> Result<(), StoreError> {
        let alarm = &raised.alarm;
        let directory = Arc::clone(&self.directory);
        let people = recipients::of_alarm(alarm, incident, &directory, self.now);
        let people = people
            .iter()
            .map(|told| (told.name().as_str().into(), told.addresses()));
        let whose = incident.map(Incident::home);
        let services = self.desk.carriers.subscribers(whose);
        let services = services.map(|(name, address)| (name, vec![address]));
        let told: Vec<(RecipientId, Vec<Address>)> = people.chain(services).collect();
        let thread = alarm.thread();
        let before = self.writing.told_in(thread).await?;
        for (recipient, addresses) in told {
            let earlier = before.iter().find(|one| one.recipient == recipient);
            let new = NewDelivery {
                subject: Subject::Alarm(alarm.id.0),
                incident: alarm.incident,
                thread: Some(thread),
                recipient,
                addresses,
                matter: Matter::Alarm {
                    title: Title::new(alarm.cause.title()),
                    reference: raised.reference,
                    due_at: alarm.due_at,
                    is_overdue: alarm.threshold.is_passed(),
                },
            };
            let delivery = Delivery::new(new, self.now);
            let delivery = match earlier {
                Some(earlier) => delivery.following(earlier, &self.policy.delivery),
                None => delivery,
            };
            self.told.push(delivery);
        }
        Ok(())
    }

    async fn close(&mut self, mut raised: RaisedAlarm, why: Closed) -> Result<(), StoreError> {
        raised.close(why, self.now);
        self.writing.note_alarm(&raised, self.now);
        let subject = Subject::Alarm(raised.alarm.id.0);
        self.writing.cancel_deliveries(subject, self.now).await?;
        self.put(&raised).await
    }

    async fn put(&mut self, raised: &RaisedAlarm) -> Result<(), StoreError> {
        self.writing.put_alarm(raised).await
    }

    /// What was acknowledged long ago and still stands is asked about again.
    async fn again(&mut self, begun: &Stopwatch) -> Result<(), StoreError> {
        for raised in self.writing.alarms_to_ask_again(self.now, PAGE).await? {
            let Some(alarm) = raised.again(&self.policy.alarm) else {
                continue;
            };
            let row = match alarm.incident {
                Some(id) => self.writing.incident(id).await?,
                None => None,
            };
            self.close(raised, Closed::Overtaken).await?;
            let before = self.writing.alarm(alarm.id).await?;
            self.raise(alarm, before, row.as_ref().map(|row| &row.incident))
                .await?;
            if begun.elapsed() > LOOK_FOR {
                break;
            }
        }
        Ok(())
    }
}
