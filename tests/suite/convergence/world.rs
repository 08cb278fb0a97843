//! The model: a server that judges with the real rulebook and remembers command ids, a wire that
//! does what wires do, and consoles made of the real replica and outbox over a disk of records.

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::client::outbox::{Delivery, Errand, Outbox, Refused, Unsent};
use nightdesk::client::replay::Desk;
use nightdesk::client::replica::{Answer, Replica};
use nightdesk::config;
use nightdesk::domain::command::{
    Acknowledge, AddNote, Command, Escalate, Inform, Log, Reassign, UndoAcknowledge,
};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::decide::{self, Context};
use nightdesk::domain::directory::Channel;
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::id::{CommandId, IncidentId, Reference};
use nightdesk::domain::incident::{Facts, Incident};
use nightdesk::domain::query::{self, Queue};
use nightdesk::domain::role::Role;
use proptest::prelude::prop;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// One thing that happens during the night.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// An officer gives a command.
    Give {
        client: usize,
        what: u8,
        on: prop::sample::Index,
    },
    /// What was given reaches the disk.
    Write(usize),
    /// The console sends what is due.
    Send(usize),
    /// The console asks for changes.
    Poll(usize),
    /// A message arrives.
    Deliver(prop::sample::Index),
    /// A message is lost.
    Lose(prop::sample::Index),
    /// A message arrives, and will arrive again.
    Repeat(prop::sample::Index),
    /// The console stops waiting for its answers, which may be under way all the same.
    GiveUpWaiting { client: usize, random: u8 },
    /// The console dies and starts again from its disk.
    Restart(usize),
    /// The server restarts; what was on the wire is gone.
    RestartServer,
    /// Seconds go by.
    Pass(i64),
}

/// What is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NewIdOnRetry,
    ForgetInFlight,
    ForgetfulServer,
}

#[derive(Clone)]
enum Message {
    Request {
        from: Sender,
        /// The command as the officer gave it, however a broken console labels it.
        origin: CommandId,
        errand: Errand,
        sent_at: DateTime<Utc>,
    },
    Answer {
        to: Sender,
        command: CommandId,
        answer: Answer,
    },
    Ask {
        client: usize,
        session: u32,
        after: u64,
    },
    Page {
        client: usize,
        session: u32,
        incidents: Vec<Incident>,
        next: u64,
    },
}

/// One try of one console process; an answer to an earlier try finds nobody waiting.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sender {
    client: usize,
    session: u32,
    attempt: u32,
}

struct Client {
    replica: Replica,
    session: u32,
    attempts: HashMap<CommandId, u32>,
    cursor: u64,
    disk: Vec<Unsent>,
    disk_refused: Vec<Refused>,
    unwritten: Vec<CommandId>,
    given: BTreeSet<CommandId>,
    applied: BTreeSet<CommandId>,
}

#[derive(Default)]
struct Server {
    incidents: BTreeMap<IncidentId, (u64, Incident)>,
    done: HashMap<CommandId, (Unsent, Incident)>,
    times_applied: BTreeMap<CommandId, usize>,
    applied_late: BTreeSet<CommandId>,
    head: u64,
}

pub(super) struct World {
    now: DateTime<Utc>,
    fault: Option<Fault>,
    clients: Vec<Client>,
    server: Server,
    wire: Vec<Message>,
    ids: u128,
}

const OFFICERS: [&str; 2] = ["tamsin.quill", "aisha.merrow"];

static NIGHT: LazyLock<DateTime<Utc>> = LazyLock::new(|| "2026-06-12T20:00:00Z".parse().unwrap());

static DESKS: LazyLock<Vec<Desk>> = LazyLock::new(|| {
    let policy = Arc::new(config::policy().unwrap());
    let directory = Arc::new(config::directory::example().unwrap());
    OFFICERS
        .iter()
        .map(|officer| Desk {
            actor: directory.actor(&(*officer).into(), *NIGHT).unwrap(),
            policy: policy.clone(),
            directory: directory.clone(),
            problems: Arc::default(),
        })
        .collect()
});

impl World {
    pub(super) fn new(fault: Option<Fault>) -> Self {
        let mut world = Self {
            now: *NIGHT,
            fault,
            clients: Vec::new(),
            server: Server::default(),
            wire: Vec::new(),
            ids: 0,
        };
        for desk in DESKS.iter() {
            let mut replica = Replica::new(desk.clone(), Outbox::default(), world.now);
            replica.heard(world.now);
            world.clients.push(Client {
                replica,
                session: 0,
                attempts: HashMap::new(),
                cursor: 0,
                disk: Vec::new(),
                disk_refused: Vec::new(),
                unwritten: Vec::new(),
                given: BTreeSet::new(),
                applied: BTreeSet::new(),
            });
        }
        world
    }

    fn fresh_id(&mut self) -> CommandId {
        self.ids += 1;
        CommandId(Uuid::from_u128(self.ids))
    }

    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Give { client, what, on } => self.give(*client, *what, on),
            Step::Write(client) => self.write(*client),
            Step::Send(client) => self.send(*client),
            Step::Poll(client) => self.poll(*client),
            Step::Deliver(which) => {
                if let Some(place) = self.place(which) {
                    let message = self.wire.remove(place);
                    self.arrive(message);
                }
            }
            Step::Lose(which) => {
                if let Some(place) = self.place(which) {
                    self.wire.remove(place);
                }
            }
            Step::Repeat(which) => {
                if let Some(place) = self.place(which) {
                    let message = self.wire[place].clone();
                    self.arrive(message);
                }
            }
            Step::GiveUpWaiting { client, random } => self.give_up(*client, *random),
            Step::Restart(client) => self.restart(*client),
            Step::RestartServer => {
                self.wire.clear();
                if self.fault == Some(Fault::ForgetfulServer) {
                    self.server.done.clear();
                }
            }
            Step::Pass(seconds) => self.pass(*seconds),
        }
    }

    fn place(&self, which: &prop::sample::Index) -> Option<usize> {
        (!self.wire.is_empty()).then(|| which.index(self.wire.len()))
    }

    fn give(&mut self, client: usize, what: u8, on: &prop::sample::Index) {
        let id = self.fresh_id();
        let now = self.now;
        let console = &mut self.clients[client];
        let known = console.replica.len(Queue::AllOpen);
        let incident = (known > 0)
            .then(|| console.replica.at(Queue::AllOpen, on.index(known)))
            .flatten();
        let command = command(client, what, id);
        if console.replica.submit(id, incident, command, now).is_ok() {
            console.unwritten.push(id);
        }
    }

    fn write(&mut self, client: usize) {
        let console = &mut self.clients[client];
        for id in std::mem::take(&mut console.unwritten) {
            let unsent = console.replica.outbox().find(id).unwrap().unsent.clone();
            console.disk.push(unsent);
            console.given.insert(id);
            console.replica.written(id);
        }
    }

    fn send(&mut self, client: usize) {
        let errands = self.clients[client].replica.take_errands(self.now);
        for mut errand in errands {
            let origin = errand.command();
            let console = &mut self.clients[client];
            let attempt = console.attempts.entry(origin).or_default();
            *attempt += 1;
            let from = Sender {
                client,
                session: console.session,
                attempt: *attempt,
            };
            if self.fault == Some(Fault::ForgetInFlight) {
                console.disk.retain(|unsent| unsent.id != origin);
            }
            if self.fault == Some(Fault::NewIdOnRetry)
                && from.attempt > 1
                && let Errand::Send(unsent) = &mut errand
                && !matches!(unsent.command, Command::Log(_))
            {
                self.ids += 1;
                unsent.id = CommandId(Uuid::from_u128(self.ids));
            }
            self.wire.push(Message::Request {
                from,
                origin,
                errand,
                sent_at: self.now,
            });
        }
    }

    fn poll(&mut self, client: usize) {
        let console = &self.clients[client];
        self.wire.push(Message::Ask {
            client,
            session: console.session,
            after: console.cursor,
        });
    }

    fn arrive(&mut self, message: Message) {
        match message {
            Message::Request {
                from,
                origin,
                errand,
                sent_at,
            } => {
                // A connection that has been silent for a minute is dead, and its bytes with it.
                if self.now <= sent_at + TimeDelta::minutes(1) {
                    self.serve(from, origin, errand);
                }
            }
            Message::Answer {
                to,
                command,
                answer,
            } => self.answer(to, command, answer),
            Message::Ask {
                client,
                session,
                after,
            } => {
                let (incidents, next) = self.server.changes(after);
                self.wire.push(Message::Page {
                    client,
                    session,
                    incidents,
                    next,
                });
            }
            Message::Page {
                client,
                session,
                incidents,
                next,
            } => {
                let console = &mut self.clients[client];
                if console.session == session {
                    console.replica.heard(self.now);
                    console.replica.absorb(incidents, self.now);
                    console.cursor = next;
                }
            }
        }
    }

    fn serve(&mut self, from: Sender, origin: CommandId, errand: Errand) {
        let is_waiting = self.clients[from.client]
            .disk
            .iter()
            .any(|unsent| unsent.id == origin);
        let answer = match errand {
            Errand::Send(unsent) => {
                let before = self.server.head;
                let answer = self.server.carry_out(from.client, &unsent, self.now);
                if self.server.head > before {
                    *self.server.times_applied.entry(origin).or_default() += 1;
                    if !is_waiting {
                        self.server.applied_late.insert(origin);
                    }
                }
                answer
            }
            Errand::Ask(id) => self.server.outcome(id),
        };
        self.wire.push(Message::Answer {
            to: from,
            command: origin,
            answer,
        });
    }

    fn answer(&mut self, to: Sender, command: CommandId, answer: Answer) {
        let now = self.now;
        let console = &mut self.clients[to.client];
        let in_flight = console
            .replica
            .outbox()
            .find(command)
            .is_some_and(|pending| pending.delivery == Delivery::InFlight);
        let is_awaited = console.session == to.session
            && console.attempts.get(&command) == Some(&to.attempt)
            && in_flight;
        if !is_awaited {
            return;
        }
        let was_applied = matches!(answer, Answer::Applied { .. });
        console.replica.heard(now);
        if console
            .replica
            .answered(command, answer, now, 0.5)
            .is_some()
        {
            console.disk.retain(|unsent| unsent.id != command);
            console.disk_refused = console.replica.outbox().refused().to_vec();
            if was_applied {
                console.applied.insert(command);
            }
        }
    }

    fn give_up(&mut self, client: usize, random: u8) {
        let now = self.now;
        let console = &mut self.clients[client];
        let waiting: Vec<CommandId> = console
            .replica
            .outbox()
            .pending()
            .iter()
            .filter(|pending| pending.delivery == Delivery::InFlight)
            .map(|pending| pending.unsent.id)
            .collect();
        for id in waiting {
            let answer = Answer::Unknown { retry_after: None };
            console.replica.lost(now);
            console
                .replica
                .answered(id, answer, now, f64::from(random) / 256.0);
        }
    }

    fn restart(&mut self, client: usize) {
        let console = &mut self.clients[client];
        let outbox = Outbox::restored(console.disk.clone(), console.disk_refused.clone(), self.now);
        console.replica = Replica::new(DESKS[client].clone(), outbox, self.now);
        console.session += 1;
        console.cursor = 0;
        console.unwritten.clear();
    }

    fn pass(&mut self, seconds: i64) {
        self.now += TimeDelta::seconds(seconds);
        for client in &mut self.clients {
            client.replica.pass_time(self.now);
        }
    }

    /// The link works: everything is delivered, in order, until nothing is left to do.
    pub(super) fn heal(&mut self) {
        for _ in 0..60 {
            for client in 0..self.clients.len() {
                self.write(client);
                self.send(client);
                self.poll(client);
            }
            while !self.wire.is_empty() {
                let message = self.wire.remove(0);
                self.arrive(message);
            }
            for client in 0..self.clients.len() {
                self.give_up(client, 0);
            }
            self.pass(31);
        }
    }

    /// A page that already shows what is still unsent must not make it look done twice.
    pub(super) fn check_nothing_shows_twice(&self) -> Result<(), String> {
        for client in &self.clients {
            for row in client.replica.rows(Queue::AllOpen, 0..usize::MAX) {
                let incident = row.incident;
                let effects = (incident.notes.iter().map(|note| note.text.clone()))
                    .chain(
                        incident
                            .attempts
                            .iter()
                            .filter_map(|attempt| attempt.note.clone()),
                    )
                    .chain(
                        incident
                            .escalations
                            .iter()
                            .map(|called| called.reason.clone()),
                    )
                    .chain(
                        incident
                            .clocks
                            .iter()
                            .map(|clock| clock.kind.as_str().into()),
                    );
                let mut seen = BTreeSet::new();
                for effect in effects {
                    if !seen.insert(effect.clone()) {
                        return Err(format!("{effect} of {} shows twice", incident.id));
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), String> {
        for (command, times) in &self.server.times_applied {
            if *times > 1 {
                return Err(format!("{command} was carried out {times} times"));
            }
        }
        for client in &self.clients {
            self.check_commands(client)?;
            self.check_view(client)?;
            check_queues(client, self.now)?;
        }
        Ok(())
    }

    fn check_commands(&self, client: &Client) -> Result<(), String> {
        let outbox = client.replica.outbox();
        if let Some(pending) = outbox.pending().first() {
            return Err(format!("{} is still unsent", pending.unsent.id));
        }
        for command in &client.given {
            let applied = self.server.times_applied.contains_key(command);
            let refused = outbox
                .refused()
                .iter()
                .any(|refused| refused.unsent.id == *command);
            if !applied && !refused {
                return Err(format!("{command} was lost"));
            }
            if applied && refused && !self.server.applied_late.contains(command) {
                return Err(format!("{command} is shown as refused and was carried out"));
            }
        }
        match client
            .applied
            .iter()
            .find(|command| !self.server.times_applied.contains_key(command))
        {
            Some(command) => Err(format!("{command} is shown as done and was not")),
            None => Ok(()),
        }
    }

    fn check_view(&self, client: &Client) -> Result<(), String> {
        let replica = &client.replica;
        if replica.count(Queue::AllOpen) != self.server.incidents.len() {
            return Err("the consoles do not know the same incidents".to_owned());
        }
        for (id, (_, incident)) in &self.server.incidents {
            if replica.incident(*id).as_deref() != Some(incident) {
                return Err(format!("{id} does not look as on the server"));
            }
        }
        Ok(())
    }
}

/// The queues as kept are the queues as computed from nothing.
fn check_queues(client: &Client, now: DateTime<Utc>) -> Result<(), String> {
    let replica = &client.replica;
    let everything: Vec<Arc<Incident>> = replica
        .rows(Queue::AllOpen, 0..usize::MAX)
        .into_iter()
        .map(|row| row.incident)
        .collect();
    for queue in Queue::ALL {
        let mut expected: Vec<query::Urgency> = everything
            .iter()
            .filter(|incident| query::belongs(incident, queue, replica.desk().person(), now))
            .map(|incident| query::urgency(incident, now))
            .collect();
        expected.sort();
        let kept: Vec<IncidentId> = (0..replica.len(queue))
            .filter_map(|place| replica.at(queue, place))
            .collect();
        let expected: Vec<IncidentId> =
            expected.into_iter().map(query::Urgency::incident).collect();
        if kept != expected {
            return Err(format!("{} is out of date", queue.name()));
        }
    }
    Ok(())
}

impl Server {
    fn changes(&self, after: u64) -> (Vec<Incident>, u64) {
        let incidents = self
            .incidents
            .values()
            .filter(|(seq, _)| *seq > after)
            .map(|(_, incident)| incident.clone())
            .collect();
        (incidents, self.head)
    }

    fn outcome(&self, id: CommandId) -> Answer {
        match self.done.get(&id) {
            Some((_, incident)) => Answer::Applied {
                incident: Box::new(incident.clone()),
            },
            None => Answer::NeverArrived,
        }
    }

    /// The order of checks of the real one: identity first, then the version, then the rules.
    fn carry_out(&mut self, client: usize, unsent: &Unsent, now: DateTime<Utc>) -> Answer {
        if let Answer::Applied { incident } = self.outcome(unsent.id) {
            return Answer::Applied { incident };
        }
        let known = self.incidents.get(&unsent.incident).map(|(_, known)| known);
        let version = known.map_or(0, |known| known.version);
        if unsent
            .expected_version()
            .is_some_and(|seen| seen != version)
        {
            return Answer::Stale {
                current: known.cloned().map(Box::new),
            };
        }
        let desk = &DESKS[client];
        let context = Context {
            now,
            actor: &desk.actor_at(now),
            policy: &desk.policy,
            directory: &desk.directory,
            command: unsent.id,
            reference: Some(Reference::new(2026, u32::try_from(self.head).unwrap())),
            sightings: &[],
            problems: None,
        };
        match decide::carry_out(known, unsent.incident, &unsent.command, &context) {
            Err(refusal) => Answer::Refused(refusal),
            Ok((incident, _)) => {
                self.head += 1;
                self.done
                    .insert(unsent.id, (unsent.clone(), incident.clone()));
                self.incidents
                    .insert(unsent.incident, (self.head, incident.clone()));
                Answer::Applied {
                    incident: Box::new(incident),
                }
            }
        }
    }
}

fn command(client: usize, what: u8, id: CommandId) -> Command {
    match what % 8 {
        0 | 1 => Command::Log(Box::new(Log {
            title: format!("Misdirected e-mail {id}").into(),
            summary: "A list went to the wrong practice".into(),
            aware_at: *NIGHT - TimeDelta::hours(i64::from(what)),
            reporter_organisation: "riverbourne".into(),
            reporter_contact: "ward desk".into(),
            reporter_role: None,
            officer_aware_at: None,
            processor_aware_at: None,
            controller_informed_at: None,
            occurrence: None,
            facts: Facts::default(),
        })),
        2 => Command::Acknowledge(Acknowledge {}),
        3 => Command::UndoAcknowledge(UndoAcknowledge {}),
        4 => Command::Note(AddNote {
            kind: nightdesk::domain::incident::NoteKind::Call,
            text: format!("Rang the ward {id}").into(),
            happened_at: None,
            corrects: None,
        }),
        5 => Command::Inform(Box::new(Inform {
            contact: Contact::of(Role::Dpo, &"riverbourne".into()),
            person: None,
            channel: Channel::Mobile,
            number: None,
            outcome: Outcome::NoAnswer,
            happened_at: None,
            spoke_to: None,
            note: Some(format!("Written down later {id}").into()),
            late_reason: None,
            evidence: None,
        })),
        6 => Command::Reassign(Reassign {
            to: OFFICERS[1 - client].into(),
            reason: "End of shift".into(),
        }),
        _ => Command::Escalate(Escalate {
            ladder: Ladder::OnCall,
            reason: format!("Need a second pair of hands {id}").into(),
        }),
    }
}
