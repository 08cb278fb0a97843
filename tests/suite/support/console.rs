//! The console under a fixed clock: keys in, screen out, with a model of the server behind it.

use nightdesk::api::problem::Outcome as Came;
use nightdesk::api::types::{DirectoryAnswer, ProblemAnswer};
use nightdesk::client::alarms::OnAlarm;
use nightdesk::client::directory::OnDirectory;
use nightdesk::client::drafts::Draft;
use nightdesk::client::outbox::{Errand, Outbox};
use nightdesk::client::problems::OnProblem;
use nightdesk::client::replay::Desk;
use nightdesk::client::replica::{Answer, Replica};
use nightdesk::config;
use nightdesk::domain::Instant;
use nightdesk::domain::alarm::{self, RaisedAlarm, Receipt};
use nightdesk::domain::apply;
use nightdesk::domain::command::{
    Command, GradeIncident, Inform, Log, NotifyPartners, RecordPartnerAnswer, Triage,
};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::decide::{self, Context};
use nightdesk::domain::delivery::Medium;
use nightdesk::domain::delivery::test::DeliveryCommand;
use nightdesk::domain::directory::command::DirectoryCommand;
use nightdesk::domain::directory::{self, Channel, Directory};
use nightdesk::domain::event::{Entry, Event, Signature};
use nightdesk::domain::grid::Harm;
use nightdesk::domain::id::{
    AlarmId, CommandId, IncidentId, PersonId, ProblemId, ProblemReference, Reference,
};
use nightdesk::domain::incident::{Category, Cia, DataScope, Facts, Incident, PartnershipEffect};
use nightdesk::domain::partners::{self, NoticeProgress, PartnerAnswer};
use nightdesk::domain::policy::Policy;
use nightdesk::domain::problem::command::ProblemCommand;
use nightdesk::domain::problem::{self, Problem};
use nightdesk::domain::recipients::Service;
use nightdesk::domain::refusal::Refusal;
use nightdesk::domain::reporting::{self, Period, ReportKind};
use nightdesk::domain::search;
use nightdesk::notify::notice::Notice;
use nightdesk::report::figures::Basis;
use nightdesk::report::{self, Report};
use nightdesk::tui::app::{App, Timeline};
use nightdesk::tui::finding::{Found, Sought};
use nightdesk::tui::keys::Keymap;
use nightdesk::tui::message::{Effect, Exported, Message};
use nightdesk::tui::theme::Theme;
use nightdesk::tui::update::{before_drawing, update};
use nightdesk::tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

use super::case::{Case, OFFICER, directory_at, wall};

/// A server of a few lines: it judges and keeps, and answers at once or not at all.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) now: Instant,
    pub(crate) directory: Directory,
    pub(crate) policy: Policy,
    pub(crate) incidents: BTreeMap<IncidentId, Incident>,
    entries: BTreeMap<IncidentId, Vec<Entry>>,
    pub(crate) problems: BTreeMap<ProblemId, Problem>,
    /// Alarms that somebody has said something of.
    pub(crate) received: BTreeMap<AlarmId, RaisedAlarm>,
    /// The services that it tells over HTTP.
    pub(crate) services: Vec<Service>,
    given: u128,
}

impl Server {
    pub(crate) fn at(now: &str) -> Self {
        let now = wall(now);
        Self {
            now,
            directory: directory_at(now),
            policy: config::policy().unwrap(),
            incidents: BTreeMap::new(),
            entries: BTreeMap::new(),
            problems: BTreeMap::new(),
            received: BTreeMap::new(),
            services: Vec::new(),
            given: 0,
        }
    }

    /// A desk at the time of the last of these cases, which knows what each came to.
    pub(crate) fn holding(cases: impl IntoIterator<Item = Case>) -> Self {
        let mut server = Self::at("2026-06-01 09:00");
        for case in cases {
            let incident = case.incident().clone();
            let reference = u32::try_from(server.incidents.len() + 1).unwrap();
            let known = Incident {
                // Cases are worked on apart, so each calls its incident the first.
                id: IncidentId(Uuid::from_u128(u128::from(reference))),
                reference: Some(Reference::new(2026, reference)),
                ..incident
            };
            server.now = server.now.max(case.now);
            server.given = 1000;
            server.entries.insert(known.id, case.entries);
            server.incidents.insert(known.id, known);
        }
        server.directory = directory_at(server.now);
        server
    }

    /// The alarms that stand, as its engine would have raised them.
    pub(crate) fn alarms(&self) -> Vec<RaisedAlarm> {
        let of_desk = alarm::desk_series(&self.directory, &self.policy, self.now);
        let of_desk = of_desk.into_iter().map(|series| (None, series));
        let of_incidents = self.incidents.values().flat_map(|incident| {
            let series = alarm::series(incident, &self.directory, &self.policy, self.now);
            series
                .into_iter()
                .map(|series| (incident.reference, series))
        });
        let raised = of_desk
            .chain(of_incidents)
            .filter_map(|(reference, series)| {
                let alarm = series.standing(self.now)?.clone();
                let at = alarm.at;
                Some(RaisedAlarm::new(alarm, reference, at))
            });
        let known = raised.map(|raised| {
            self.received
                .get(&raised.alarm.id)
                .cloned()
                .unwrap_or(raised)
        });
        known.collect()
    }

    /// Takes in what somebody says of an alarm.
    pub(crate) fn receive(&mut self, person: &PersonId, id: AlarmId, receipt: Receipt) -> OnAlarm {
        let actor = self.directory.actor(person, self.now).unwrap();
        let by = Signature::of(&actor, &actor.roles[0]);
        let mut alarms = self.alarms().into_iter();
        let mut raised = alarms.find(|raised| raised.alarm.id == id).unwrap();
        match raised.receive(receipt, &by, self.now, &self.policy.alarm) {
            Ok(()) => {
                self.received.insert(id, raised.clone());
                OnAlarm::Applied(Box::new(raised))
            }
            Err(refusal) => OnAlarm::Refused(refusal),
        }
    }

    /// Searches as the real server would.
    fn search(&self, sought: &Sought) -> Result<Found, String> {
        let question = search::Question::of(&sought.question).map_err(|error| error.to_string())?;
        let mut incidents: Vec<Incident> = self.incidents.values().cloned().collect();
        incidents.retain(|incident| question.fits(incident));
        incidents.sort_by_key(|incident| std::cmp::Reverse((incident.logged_at, incident.id)));
        Ok(Found {
            incidents,
            more: false,
        })
    }

    /// Judges a command as the real server would.
    pub(crate) fn judge(
        &mut self,
        person: &PersonId,
        id: CommandId,
        incident: IncidentId,
        command: &Command,
    ) -> Answer {
        let actor = self.directory.actor(person, self.now).unwrap();
        let counter = u32::try_from(self.incidents.len() + 1).unwrap();
        let behind = self.problems.values();
        let behind = behind.filter(|problem| problem.is_behind(incident));
        let behind: Vec<Problem> = behind.cloned().collect();
        let context = Context {
            now: self.now,
            actor: &actor,
            policy: &self.policy,
            directory: &self.directory,
            command: id,
            reference: Some(Reference::new(2026, counter)),
            sightings: &[],
            problems: Some(&behind),
        };
        match decide::carry_out(self.incidents.get(&incident), incident, command, &context) {
            Ok((changed, entries)) => {
                self.entries.entry(incident).or_default().extend(entries);
                self.incidents.insert(incident, changed.clone());
                Answer::Applied {
                    incident: Box::new(changed),
                }
            }
            Err(refusal) => Answer::Refused(refusal),
        }
    }

    /// Whether something became true by a command.
    fn knows(&self, command: CommandId) -> bool {
        let mut entries = self.entries.values().flatten();
        entries.any(|entry| entry.command == command)
    }

    /// Goes back to what another one knows.
    pub(crate) fn go_back_to(&mut self, earlier: &Self) {
        self.incidents.clone_from(&earlier.incidents);
        self.entries.clone_from(&earlier.entries);
    }

    /// Judges a command about a problem as the real server would.
    pub(crate) fn judge_on_problem(
        &mut self,
        person: &PersonId,
        id: CommandId,
        problem: Option<ProblemId>,
        command: &ProblemCommand,
    ) -> Result<Problem, Refusal> {
        let actor = self.directory.actor(person, self.now).unwrap();
        let incidents: Vec<Incident> = self.incidents.values().cloned().collect();
        let others = self
            .problems
            .values()
            .filter(|other| Some(other.id) != problem);
        let elsewhere = others
            .flat_map(|other| other.incidents.iter().copied())
            .collect();
        let counter = u32::try_from(self.problems.len() + 1).unwrap();
        let context = problem::decide::Context {
            now: self.now,
            actor: &actor,
            command: id,
            reference: ProblemReference::new(2026, counter),
            incidents: &incidents,
            linked_elsewhere: &elsewhere,
        };
        let known = problem.and_then(|id| self.problems.get(&id));
        let of = problem.unwrap_or_else(|| id.into());
        let (changed, _) = problem::decide::carry_out(known, of, command, &context)?;
        self.problems.insert(of, changed.clone());
        Ok(changed)
    }

    /// A command about a problem given by somebody at a wall time.
    #[track_caller]
    pub(crate) fn works_on(
        &mut self,
        at: &str,
        person: &str,
        problem: Option<ProblemId>,
        command: &ProblemCommand,
    ) -> ProblemId {
        self.given += 1;
        let present = std::mem::replace(&mut self.now, wall(at));
        let id = CommandId(Uuid::from_u128(self.given));
        let changed = self.judge_on_problem(&person.into(), id, problem, command);
        self.now = present;
        changed.unwrap().id
    }

    /// A command given by somebody at a wall time.
    #[track_caller]
    pub(crate) fn give(&mut self, at: &str, person: &str, incident: IncidentId, command: Command) {
        self.given += 1;
        let present = std::mem::replace(&mut self.now, wall(at));
        let tonights = directory_at(self.now);
        let directory = std::mem::replace(&mut self.directory, tonights);
        let id = CommandId(Uuid::from_u128(self.given));
        match self.judge(&person.into(), id, incident, &command) {
            Answer::Applied { .. } => {}
            other => panic!("{other:?}"),
        }
        self.now = present;
        self.directory = directory;
    }

    /// A mail server takes the notices of an incident to these partners, at a wall time.
    pub(crate) fn sends(&mut self, at: &str, incident: IncidentId, partners: &[&str]) {
        let at = wall(at);
        let found = self.incidents.get_mut(&incident).unwrap();
        for partner in partners {
            let record = partners::record(found, &(*partner).into()).unwrap();
            let event = Event::NoticeProgressed {
                organisation: (*partner).into(),
                notice: record.notices.last().unwrap().id.unwrap(),
                progress: NoticeProgress::Sent {},
                by: Some(Medium::Email),
            };
            let entry = Entry {
                at,
                by: Signature::of_the_desk(found.home()),
                command: CommandId(Uuid::from_u128(self.given)),
                event,
            };
            apply::apply(found, &entry);
            self.entries.entry(incident).or_default().push(entry);
        }
    }

    /// Logs an incident that the reporter became aware of at a wall time.
    pub(crate) fn log(
        &mut self,
        at: &str,
        aware: &str,
        title: &str,
        organisation: &str,
        facts: Facts,
    ) -> IncidentId {
        let id = CommandId(Uuid::from_u128(self.given + 1));
        let log = Log {
            title: title.into(),
            summary: "What is known so far is in the notes; the reporter waits to be called back"
                .into(),
            aware_at: wall(aware),
            reporter_organisation: organisation.into(),
            reporter_contact: "020 7946 0107".into(),
            reporter_role: None,
            officer_aware_at: None,
            processor_aware_at: None,
            controller_informed_at: None,
            occurrence: None,
            facts,
        };
        self.give(at, OFFICER, id.into(), Command::Log(Box::new(log)));
        id.into()
    }
}

pub(crate) fn acknowledge() -> Command {
    Command::Acknowledge(nightdesk::domain::command::Acknowledge {})
}

pub(crate) fn call(contact: Contact, outcome: Outcome) -> Command {
    Command::Inform(Box::new(Inform {
        contact,
        person: None,
        channel: Channel::Mobile,
        number: None,
        outcome,
        happened_at: None,
        spoke_to: None,
        note: None,
        late_reason: None,
        evidence: None,
    }))
}

fn grade(severity: u8, likelihood: u8) -> Command {
    Command::Grade(Box::new(GradeIncident {
        severity,
        likelihood,
        factors: BTreeSet::new(),
        mitigation: None,
        grounds: None,
        harms: BTreeSet::from([Harm::LossOfControl]),
        rationale: "Patient letters are among the files".into(),
        evidence: None,
        evidence_notes: Vec::new(),
    }))
}

/// The reference night: Saturday 13 June 2026, 02:14, with incidents in every state.
pub(crate) fn reference_night() -> Server {
    use nightdesk::domain::role::Role;
    let mut server = Server::at("2026-06-13 02:14");
    let ransomware = Facts {
        cyber: true,
        siri: true,
        category: Some(Category::Malware),
        data_scope: BTreeSet::from([DataScope::PersonalLiving]),
        cia: BTreeSet::from([Cia::A, Cia::C]),
        ..Facts::default()
    };
    let first = server.log(
        "2026-06-12 01:40",
        "2026-06-12 01:20",
        "Ransomware on the hosted shared care record",
        "riverbourne",
        ransomware.clone(),
    );
    server.give("2026-06-12 01:44", OFFICER, first, acknowledge());
    server.give("2026-06-12 01:50", OFFICER, first, grade(4, 4));
    let affected = Facts {
        partnership_effect: PartnershipEffect::Affected,
        partnership_reason: Some("the record serves every partner".into()),
        affected_partners: ["eastmere", "calder", "oakdene", "fernhill"]
            .map(Into::into)
            .into(),
        controllers: vec!["riverbourne".into()],
        ..ransomware
    };
    server.give(
        "2026-06-12 01:55",
        OFFICER,
        first,
        Command::Triage(Box::new(Triage {
            facts: affected,
            recognised_at: None,
            nis: None,
            confirm: None,
            reason: None,
        })),
    );
    let riverbourne = "riverbourne".into();
    server.give(
        "2026-06-12 02:05",
        OFFICER,
        first,
        call(Contact::of(Role::Dpo, &riverbourne), Outcome::Answered),
    );
    server.give(
        "2026-06-12 02:20",
        OFFICER,
        first,
        call(Contact::of(Role::Iao, &riverbourne), Outcome::Answered),
    );
    server.give(
        "2026-06-13 02:01",
        OFFICER,
        first,
        call(Contact::partnership(Role::Wso), Outcome::NoAnswer),
    );
    server.give(
        "2026-06-13 02:08",
        OFFICER,
        first,
        call(Contact::partnership(Role::Wso), Outcome::Voicemail),
    );
    let told = Command::NotifyPartners(NotifyPartners {
        organisations: ["eastmere", "calder", "oakdene"].map(Into::into).into(),
        channel: Channel::Email,
        again: BTreeSet::new(),
    });
    server.give("2026-06-13 01:30", OFFICER, first, told);
    server.sends(
        "2026-06-13 01:31",
        first,
        &["eastmere", "oakdene", "calder"],
    );
    for (at, partner, answer) in [
        (
            "2026-06-13 01:42",
            "eastmere",
            PartnerAnswer::Acknowledged {
                spoke_to: "site manager".into(),
            },
        ),
        (
            "2026-06-13 01:50",
            "oakdene",
            PartnerAnswer::NotDelivered {
                reason: "mailbox full".into(),
            },
        ),
    ] {
        let command = Command::RecordPartnerAnswer(RecordPartnerAnswer {
            organisation: partner.into(),
            answer,
            answered_at: None,
            note: None,
        });
        server.give(at, OFFICER, first, command);
    }
    server.log(
        "2026-06-12 08:10",
        "2026-06-12 06:00",
        "Unencrypted USB stick with child protection minutes lost on a bus",
        "queensway",
        Facts::default(),
    );
    let letter = server.log(
        "2026-06-12 18:40",
        "2026-06-12 18:30",
        "Discharge list e-mailed to the wrong practice",
        "eastmere",
        Facts::default(),
    );
    server.give("2026-06-12 18:50", OFFICER, letter, acknowledge());
    server.give(
        "2026-06-12 18:55",
        OFFICER,
        letter,
        Command::Note(nightdesk::domain::command::AddNote {
            kind: nightdesk::domain::incident::NoteKind::Call,
            text: "The practice manager deleted it unopened".into(),
            happened_at: None,
            corrects: None,
        }),
    );
    for (at, aware, title, organisation) in [
        (
            "2026-06-12 22:20",
            "2026-06-12 22:00",
            "Phishing mail answered by a ward clerk",
            "calder",
        ),
        (
            "2026-06-13 00:30",
            "2026-06-12 23:45",
            "Paper records left in an unlocked van",
            "oakdene",
        ),
        (
            "2026-06-13 01:10",
            "2026-06-13 01:00",
            "Portal shows another patient's appointments",
            "fernhill",
        ),
        (
            "2026-06-13 02:02",
            "2026-06-10 03:00",
            "Rota with home addresses on a public page",
            "harbour",
        ),
    ] {
        server.log(at, aware, title, organisation, Facts::default());
    }
    server
}

/// What the server does with what it is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It answers.
    Up,
    /// It has heard, and has not answered yet.
    Slow,
    /// It takes what it is sent, and nothing comes back from it.
    Silent,
    /// Nothing reaches it.
    Down,
}

/// What this machine's disk does with what the console gives it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConsoleDisk {
    Well,
    Full,
}

/// The console, driven by keys.
pub(crate) struct Console {
    pub(crate) app: App,
    pub(crate) server: Server,
    pub(crate) line: Line,
    pub(crate) disk: ConsoleDisk,
    pub(crate) copied: Vec<String>,
    pub(crate) kept: Vec<Vec<Draft>>,
    /// Every command about a problem that was sent, also those without an answer.
    pub(crate) asked_of_problems: Vec<CommandId>,
    pub(crate) exported: Vec<Exported>,
    /// Reports that were to be frozen.
    pub(crate) frozen: Vec<(ReportKind, Period)>,
    pub(crate) taken: Vec<(IncidentId, CommandId)>,
    /// Test messages that the server was asked for.
    pub(crate) test_messages: Vec<(CommandId, DeliveryCommand)>,
    /// How many histories were asked for.
    pub(crate) fetched: usize,
    /// The alarms that were told of on this machine; without it the disk does not answer.
    pub(crate) told_of: Option<BTreeSet<AlarmId>>,
    /// What the officer's desktop was told.
    pub(crate) told: Vec<Notice>,
    /// What the window's title said, in turn.
    pub(crate) titles: Vec<usize>,
    me: PersonId,
    now: Instant,
    /// How far the server's clock is ahead of this machine's, as the console was told.
    skew: chrono::TimeDelta,
}

impl Console {
    /// The on-call officer's console on what the server knows.
    pub(crate) fn on(server: Server) -> Self {
        Self::with_theme(server, Theme::named("dark").unwrap())
    }

    pub(crate) fn with_theme(server: Server, theme: Theme) -> Self {
        Self::of(OFFICER, server, theme)
    }

    /// Somebody's console on what the server knows.
    pub(crate) fn of(person: &str, server: Server, theme: Theme) -> Self {
        let now = server.now;
        let me: PersonId = person.into();
        let desk = Desk {
            actor: server.directory.actor(&me, now).unwrap(),
            policy: Arc::new(server.policy.clone()),
            directory: Arc::new(server.directory.clone()),
            problems: Arc::default(),
        };
        let replica = Replica::new(desk, Outbox::default(), now);
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        let app = App::new(replica, keymap, theme, now);
        let mut console = Self {
            app,
            server,
            line: Line::Up,
            disk: ConsoleDisk::Well,
            copied: Vec::new(),
            kept: Vec::new(),
            asked_of_problems: Vec::new(),
            exported: Vec::new(),
            frozen: Vec::new(),
            taken: Vec::new(),
            test_messages: Vec::new(),
            fetched: 0,
            told_of: None,
            told: Vec::new(),
            titles: Vec::new(),
            me,
            now,
            skew: chrono::TimeDelta::zero(),
        };
        let incidents = console.server.incidents.values().cloned().collect();
        console.tell(Message::Heard(chrono::TimeDelta::zero()));
        console.tell(Message::Told(incidents));
        let problems = console.server.problems.values().cloned().collect();
        console.tell(Message::ProblemsCame(problems));
        console.size(120, 40);
        console
    }

    /// The terminal has this size.
    pub(crate) fn size(&mut self, width: u16, height: u16) -> &mut Self {
        self.tell(Message::Resized(width, height));
        self
    }

    /// A message arrives; what should then be done is done by the model.
    pub(crate) fn tell(&mut self, message: Message) -> &mut Self {
        let skew = match &message {
            Message::Heard(skew) => *skew,
            _ => self.skew,
        };
        let effects = update(&mut self.app, message, self.now);
        // The present of the console is the server's, as it was told last.
        self.now += skew - self.skew;
        self.skew = skew;
        for effect in effects {
            self.carry_out(effect);
        }
        self
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Write(unsent) => {
                let full = "No space left on device".to_owned();
                self.tell(match self.disk {
                    ConsoleDisk::Well => Message::Written(unsent.id),
                    ConsoleDisk::Full => Message::NotWritten(unsent.id, full),
                });
            }
            Effect::Run(_) if self.line == Line::Silent => {}
            Effect::Run(errand) => {
                let answer = self.answer(&errand);
                self.tell(Message::Answered(errand.command(), answer));
            }
            Effect::AskWhatIsUndone(commands) => {
                let is_lost = |id: &CommandId| !self.server.knows(*id);
                let lost: Vec<_> = commands.into_iter().take_while(is_lost).collect();
                if !lost.is_empty() {
                    self.tell(Message::Undone(lost));
                }
            }
            Effect::FetchTimeline(incident) => {
                self.fetched += 1;
                let entries = self
                    .server
                    .entries
                    .get(&incident)
                    .cloned()
                    .unwrap_or_default();
                let entries = entries
                    .into_iter()
                    .map(|entry| ("3f9ac01d".to_owned(), entry))
                    .collect();
                self.tell(Message::TimelineCame(Timeline {
                    incident,
                    entries: Some(entries),
                }));
            }
            Effect::Search(sought) => {
                let found = self.server.search(&sought);
                self.tell(Message::Found(sought.text, found));
            }
            Effect::GiveOnProblem {
                id,
                problem,
                command,
            } => self.carry_out_on_problem(id, problem, &command),
            Effect::Change(id, seen, command) => self.change_directory(id, seen, &command),
            Effect::Copy(text) => self.copied.push(text),
            Effect::KeepDrafts(drafts) => self.kept.push(drafts),
            Effect::FetchReport(kind, period) => {
                if self.line == Line::Up {
                    let made = self.report(kind, period);
                    self.tell(Message::ReportCame(kind, period, made));
                }
            }
            Effect::FreezeReport(id, kind, period) => {
                self.frozen.push((kind, period));
                self.tell(Message::ReportFrozen(Ok((id, "5ea1".repeat(16)))));
            }
            Effect::TakeCaseFile(incident, command) => {
                self.taken.push((incident, command));
                self.tell(Message::Exported(Ok("case-file".into())));
            }
            Effect::Export(exported) => {
                let name = format!("{}.{}", exported.stem, exported.extension);
                self.exported.push(exported);
                self.tell(Message::Exported(Ok(name.into())));
            }
            Effect::Forget(_)
            | Effect::Keep(_)
            | Effect::PollNow
            | Effect::SendDirectory(..)
            | Effect::Ring => {}
            Effect::ClaimAlarms(alarms) => {
                if let Some(told_of) = &mut self.told_of {
                    let fresh = alarms.into_iter().filter(|alarm| told_of.insert(*alarm));
                    let fresh = fresh.collect();
                    self.tell(Message::AlarmsClaimed(fresh));
                }
            }
            Effect::FetchAlarms => match self.line {
                Line::Up => {
                    let standing = self.server.alarms();
                    self.tell(Message::AlarmsCame(Ok(standing)));
                }
                Line::Slow | Line::Silent => {}
                Line::Down => {
                    let why = "The server cannot be reached: connection refused";
                    self.tell(Message::AlarmsCame(Err(why.to_owned())));
                }
            },
            Effect::ReceiveAlarm(id, alarm, receipt) => {
                let me = self.me.clone();
                let answer = match self.line {
                    Line::Up => self.server.receive(&me, alarm, receipt),
                    Line::Slow | Line::Silent => return,
                    Line::Down => OnAlarm::Unknown,
                };
                self.tell(Message::AlarmAnswered(id, answer));
            }
            Effect::FetchServices => {
                let services = self.server.services.clone();
                self.tell(Message::ServicesCame(services));
            }
            Effect::TestDelivery(id, command) => self.test_messages.push((id, command)),
            Effect::Tell(notice) => self.told.push(notice),
            Effect::Entitle(alarms) => self.titles.push(alarms),
        }
    }

    /// As the server does: at the version that was seen, by the rules, and told to everybody.
    fn change_directory(&mut self, id: CommandId, seen: u64, command: &DirectoryCommand) {
        let before = &self.server.directory;
        let actor = before.actor(&self.me, self.now).unwrap();
        let context = directory::decide::Context {
            now: self.now,
            actor: &actor,
            command: id,
            policy: &self.server.policy,
            directory: before,
        };
        let is_stale = !command.commutes() && seen != before.version;
        let answer = match directory::decide::carry_out(command, &context) {
            _ if self.line == Line::Down => OnDirectory::Unknown,
            _ if is_stale => OnDirectory::Refused(Refusal::not_allowed("look again")),
            Err(refusal) => OnDirectory::Refused(refusal),
            Ok((mut changed, _)) => {
                changed.version = before.version + 1;
                self.server.directory = changed.clone();
                OnDirectory::Applied(Box::new(DirectoryAnswer {
                    command: id,
                    outcome: Came::Applied,
                    seq: changed.version,
                    directory: changed,
                    receipt: "3f9ac01d".to_owned(),
                }))
            }
        };
        if let OnDirectory::Applied(_) = answer {
            let mut desk = self.app.replica().desk().clone();
            desk.directory = Arc::new(self.server.directory.clone());
            self.tell(Message::DeskChanged(Box::new(desk)));
        }
        self.tell(Message::ChangeAnswered(id, answer));
    }

    fn carry_out_on_problem(
        &mut self,
        id: CommandId,
        problem: Option<(ProblemId, u64)>,
        command: &ProblemCommand,
    ) {
        self.asked_of_problems.push(id);
        if matches!(self.line, Line::Slow | Line::Silent) {
            return;
        }
        let me = self.me.clone();
        let judged = |server: &mut Server| {
            server.judge_on_problem(&me, id, problem.map(|(id, _)| id), command)
        };
        let answer = match self.line {
            Line::Up => match judged(&mut self.server) {
                Ok(problem) => OnProblem::Applied(Box::new(ProblemAnswer {
                    command: id,
                    outcome: Came::Applied,
                    problem,
                    seq: 1,
                    receipt: String::new(),
                })),
                Err(refusal) => OnProblem::Refused(refusal),
            },
            Line::Slow | Line::Silent | Line::Down => OnProblem::Unknown,
        };
        self.tell(Message::ProblemAnswered(id, answer));
    }

    /// The report as the server would make it.
    fn report(&self, kind: ReportKind, period: Period) -> Result<Box<Report>, String> {
        let server = &self.server;
        let actor = server.directory.actor(&self.me, self.now).unwrap();
        let may = reporting::to_read(kind, &actor, None).map_err(|refusal| refusal.to_string())?;
        let covered = server.incidents.values();
        let basis = Basis {
            incidents: covered
                .filter(|incident| may.covers(&actor, incident))
                .collect(),
            period,
            organisation: may.organisation(),
            directory: &server.directory,
            policy: &server.policy,
            now: self.now,
        };
        let made = report::make(kind, &basis).map(Box::new);
        made.map_err(|refusal| refusal.to_string())
    }

    fn answer(&mut self, errand: &Errand) -> Answer {
        match (self.line, errand) {
            (Line::Up, Errand::Send(unsent)) => {
                let me = self.me.clone();
                self.server
                    .judge(&me, unsent.id, unsent.incident, &unsent.command)
            }
            (Line::Down | Line::Silent | Line::Slow, _) | (Line::Up, Errand::Ask(_)) => {
                Answer::Unknown { retry_after: None }
            }
        }
    }

    /// Presses keys, written as in the table and separated by spaces.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.tell(Message::Key(event(key)));
        }
        self
    }

    /// Types text, a character at a time.
    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            let code = crossterm::event::KeyCode::Char(character);
            self.tell(Message::Key(crossterm::event::KeyEvent::from(code)));
        }
        self
    }

    /// The wall shows this time now.
    pub(crate) fn then_at(&mut self, wall_time: &str) -> &mut Self {
        self.now = wall(wall_time);
        self.server.now = self.now;
        self.tell(Message::Woke)
    }

    /// This machine's clock turns out to be wrong, or the server's: the present moves without time passing.
    pub(crate) fn clock_jumps(&mut self, by: chrono::TimeDelta) -> &mut Self {
        self.now += by;
        self.tell(Message::Woke)
    }

    pub(crate) fn after_seconds(&mut self, seconds: i64) -> &mut Self {
        self.now += chrono::TimeDelta::seconds(seconds);
        self.server.now = self.now;
        self.tell(Message::Woke)
    }

    /// The screen as it would be drawn.
    pub(crate) fn drawn(&mut self, width: u16, height: u16) -> Buffer {
        self.size(width, height);
        before_drawing(&mut self.app);
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view::draw(&self.app, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// The screen as text.
    pub(crate) fn screen(&mut self, width: u16, height: u16) -> String {
        let buffer = self.drawn(width, height);
        let rows = buffer.content().chunks(usize::from(width));
        rows.map(|row| {
            let text: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            format!("{}\n", text.trim_end())
        })
        .collect()
    }

    /// Asserts that the screen shows a text.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        let screen = self.screen(120, 40);
        assert!(
            screen.contains(text),
            "\"{text}\" is not on the screen:\n{screen}"
        );
        self
    }

    /// Asserts that the screen does not show a text.
    #[track_caller]
    pub(crate) fn hides(&mut self, text: &str) -> &mut Self {
        let screen = self.screen(120, 40);
        assert!(
            !screen.contains(text),
            "\"{text}\" is on the screen:\n{screen}"
        );
        self
    }
}

pub(crate) fn event(key: &str) -> crossterm::event::KeyEvent {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    let (modifiers, name) = match key.strip_prefix("Ctrl-") {
        Some(rest) => (KeyModifiers::CONTROL, rest),
        None => (KeyModifiers::NONE, key),
    };
    let code = match name {
        "Space" => KeyCode::Char(' '),
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Shift-Tab" => KeyCode::BackTab,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "PgUp" => KeyCode::PageUp,
        "PgDn" => KeyCode::PageDown,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Backspace" => KeyCode::Backspace,
        "F1" => KeyCode::F(1),
        "F2" => KeyCode::F(2),
        "F8" => KeyCode::F(8),
        one => KeyCode::Char(one.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

/// The sizes at which every screen is read.
pub(crate) const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// The screen in one line, however it wraps.
pub(crate) fn said(console: &mut Console, (width, height): (u16, u16)) -> String {
    let screen = console.screen(width, height);
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
pub(crate) fn says(console: &mut Console, text: &str) {
    for size in SIZES {
        let said = said(console, size);
        let screen = console.screen(size.0, size.1);
        assert!(said.contains(text), "\"{text}\" at {size:?}:\n{screen}");
    }
}

#[track_caller]
pub(crate) fn never_says(console: &mut Console, text: &str) {
    for size in SIZES {
        let said = said(console, size);
        let screen = console.screen(size.0, size.1);
        assert!(!said.contains(text), "\"{text}\" at {size:?}:\n{screen}");
    }
}
