//! A scenario from the call to the audit, as a table of who does what.
//!
//! The table is data and knows no desk: a deed is turned into commands by looking at the incident as
//! it stands. Whoever walks gives them to the rulebook, to a server, or types them into a shell.

use super::case::{Case, attempt};
use nightdesk::config;
use nightdesk::demo::scenario::{Deed as Told, Scenario, scenarios};
use nightdesk::domain::Instant;
use nightdesk::domain::clock;
use nightdesk::domain::closing::{AuditFinding, ClosingCommand};
use nightdesk::domain::command::{
    Acknowledge, Command, DeclareMajor, Escalate, ExplainDelay, Log, NotifyPartners,
    RecordPartnerAnswer, RequireContact,
};
use nightdesk::domain::contacts::{self, Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::directory::Channel;
use nightdesk::domain::escalation::Ladder;
use nightdesk::domain::guard::{self, Tick};
use nightdesk::domain::hosting::{ChangePurpose, ChangeStatus, HostingCommand, Impact};
use nightdesk::domain::id::{OrganisationId, ProblemReference};
use nightdesk::domain::incident::Incident;
use nightdesk::domain::investigation::{
    CauseAnalysis, EvidenceItem, InvestigationAnswers, InvestigationCommand,
};
use nightdesk::domain::learning::{Found, LearningCommand};
use nightdesk::domain::partners::{self, PartnerAnswer};
use nightdesk::domain::problem::{Problem, ProblemStatus};
use nightdesk::domain::regulator::{
    Body, Content, Item, Known, RegulatorCommand, ReportAnswer, Submit, Via, in_force,
    untold_of_decision,
};
use nightdesk::domain::role::Role;
use nightdesk::domain::subjects::{SubjectsCommand, Telling};
use uuid::Uuid;

/// One thing that has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Somebody takes note.
    Acknowledge,
    /// The DPO grades.
    Grade,
    /// The officer triages.
    Triage,
    /// The officer declares it major.
    DeclareMajor,
    /// A problem is raised; on a desk it is a command of its own.
    RaiseProblem,
    /// The Officer does not answer, and the host is told by exception.
    TakeExceptionPath,
    /// Somebody is told whom the facts do not require.
    Require(Role),
    /// Everybody outstanding is told.
    Inform,
    /// What is late by then and has no reason is given one.
    ExplainDelays,
    /// The Officer says how the hosted service is hit.
    RecordImpact(Impact),
    /// Partners are told who have not heard of what is known.
    NotifyPartners,
    /// Each partner acknowledges, runs its own process, tells its SIRO and finishes.
    PartnersAnswer,
    /// A lead is appointed.
    AppointLead,
    /// Evidence is secured.
    SecureEvidence,
    /// A plan is agreed with the processors.
    AgreePlan,
    /// The investigation begins.
    Begin,
    /// Each controller's DPO decides.
    Decide(ReportAnswer),
    /// The Caldicott Guardian countersigns a decline.
    Countersign,
    /// The lead reports to the ICO, for the other controllers too, with one item to follow.
    Submit,
    /// What was to follow is sent.
    FollowUp,
    /// NHS England is told of a cyber incident that no report has told it of.
    TellNhsEngland,
    /// It is on record why NHS England is not told of a cyber incident.
    ExcuseNhsEngland,
    /// The DPO of a serious cyber incident says that no essential service was hit.
    AnswerNis,
    /// The NIS authority is notified.
    NotifyNisAuthority,
    /// SIROs and Caldicott Guardians hear of the decision.
    TellOfDecision,
    /// The DPO recommends to tell the people.
    RecommendTelling,
    /// SIRO and Caldicott Guardian decide to tell them.
    DecideTelling,
    /// The people are told.
    TellPeople,
    /// The call with the host is resolved.
    ResolveCall,
    /// A change is logged.
    LogChange,
    /// The change is handed in.
    SubmitChange,
    /// A meeting is held.
    HoldMeeting,
    /// Its minutes are written.
    WriteMinutes,
    /// The root cause is worked out.
    AnalyseCause,
    /// Whether a human error was found, and whether several disciplines took part.
    AnswerForInvestigation,
    /// The organisations of the incident run their own process.
    StartOwnProcess,
    /// The investigation recommends something.
    Recommend,
    /// It is contained.
    Contain,
    /// It is resolved.
    Resolve,
    /// A lesson is drawn.
    AddLesson,
    /// The lesson is shared.
    ShareLesson,
    /// An action is agreed.
    AddAction,
    /// It is closed by whoever may, with every tick.
    Close,
    /// The change is approved, carried out and looked back on.
    FinishChange,
    /// The action is done and verified by somebody else.
    FinishAction,
    /// It is audited.
    Audit,
}

/// Scenarios that are declared major, which their lists do not say in so many words.
const MAJOR: [&str; 2] = ["S05", "S06"];

/// Scenarios in which the Officer does not answer.
const OFFICER_SILENT: [&str; 1] = ["S24"];

/// Scenarios in which the DPO answers for the essential service: an attack or an outage that is graded as
/// notifiable.
const DPO_SAYS_NO: [&str; 4] = ["S07", "S15", "S19", "S24"];

/// How the hosted service is hit, where it is.
const HIT: [(&str, Impact); 3] = [
    ("S05", Impact::Compromised),
    ("S14", Impact::Degraded),
    ("S15", Impact::Degraded),
];

/// Scenarios whose resolution needs a change.
const CHANGE: [&str; 1] = ["S14"];

/// Whom people tell beyond what the rule requires.
const BY_HAND: [(&str, Role); 2] = [("S21", Role::Siro), ("S24", Role::Csm)];

/// A scenario with the codes of its list of people to notify.
pub(crate) struct Walk {
    pub(crate) scenario: Scenario,
    /// Its row of the list.
    pub(crate) expected: serde_json::Value,
    notify: Vec<String>,
    aware_at: Instant,
}

/// Every scenario, ready to be walked.
pub(crate) fn walks() -> Vec<Walk> {
    let rows = crate::vectors::rows(include_str!("../../data/vectors/scenarios.json"));
    let codes = |codes: &serde_json::Value| {
        let codes = codes.as_array().unwrap().iter();
        codes
            .map(|code| code.as_str().unwrap().to_owned())
            .collect()
    };
    let made = |(scenario, row): (Scenario, serde_json::Value)| Walk {
        notify: codes(&row["notify"]),
        aware_at: row["aware_utc"].as_str().unwrap().parse().unwrap(),
        expected: row,
        scenario,
    };
    scenarios()
        .unwrap()
        .into_iter()
        .zip(rows)
        .map(made)
        .collect()
}

/// One scenario by its number.
pub(crate) fn walk(id: &str) -> Walk {
    let is_it = |walk: &Walk| walk.scenario.id == id;
    walks().into_iter().find(is_it).unwrap()
}

impl Walk {
    /// Whether its list names somebody.
    pub(crate) fn notifies(&self, code: &str) -> bool {
        self.notify.iter().any(|known| known == code)
    }

    fn is_in(&self, ids: &[&str]) -> bool {
        ids.contains(&self.scenario.id.as_str())
    }

    fn is_partnerships(&self) -> bool {
        !self.scenario.facts.affected_partners.is_empty()
    }

    pub(crate) fn needs_change(&self) -> bool {
        self.is_in(&CHANGE)
    }

    /// Whether it is a cyber incident that goes to NHS England by no report.
    fn excuses_nhs_england(&self) -> bool {
        self.scenario.facts.cyber
            && !self.notifies("NHSE")
            && self.answer() != Some(ReportAnswer::Report)
    }

    /// What the DPO decides: to report where the list names the ICO, to decline where it asks.
    pub(crate) fn answer(&self) -> Option<ReportAnswer> {
        if self.notifies("ICO") {
            Some(ReportAnswer::Report)
        } else {
            self.notifies("ICO?").then_some(ReportAnswer::Decline)
        }
    }

    /// Everything that has to be done, in order: a row is a deed and whether this scenario has it.
    #[rustfmt::skip]
    pub(crate) fn plan(&self) -> Vec<Deed> {
        let shared = self.is_partnerships();
        let hit = HIT.iter().find(|(id, _)| self.is_in(&[*id])).map(|(_, impact)| *impact);
        let by_hand = BY_HAND.iter().find(|(id, _)| self.is_in(&[*id])).map(|(_, role)| *role);
        let answer = self.answer();
        let tells = self.notifies("DS?");
        let rows = [
            (true, Deed::Acknowledge),
            (true, Deed::Grade),
            (true, Deed::Triage),
            (self.is_in(&MAJOR), Deed::DeclareMajor),
            (self.is_in(&MAJOR), Deed::RaiseProblem),
            (self.is_in(&DPO_SAYS_NO), Deed::AnswerNis),
            (self.is_in(&OFFICER_SILENT), Deed::TakeExceptionPath),
            (by_hand.is_some(), Deed::Require(by_hand.unwrap_or(Role::Siro))),
            (true, Deed::Inform),
            (shared, Deed::NotifyPartners),
            (shared, Deed::RecordImpact(hit.unwrap_or(Impact::None))),
            (hit.is_some(), Deed::NotifyPartners),
            (hit.is_some(), Deed::Inform),
            (shared, Deed::PartnersAnswer),
            (true, Deed::AppointLead),
            (true, Deed::SecureEvidence),
            (!self.scenario.facts.processors.is_empty(), Deed::AgreePlan),
            (true, Deed::Begin),
            (true, Deed::StartOwnProcess),
            (answer.is_some(), Deed::Decide(answer.unwrap_or(ReportAnswer::Report))),
            (answer == Some(ReportAnswer::Decline), Deed::Countersign),
            (answer == Some(ReportAnswer::Report), Deed::Submit),
            (answer == Some(ReportAnswer::Report), Deed::FollowUp),
            (answer.is_none() && self.notifies("NHSE"), Deed::TellNhsEngland),
            (self.excuses_nhs_england(), Deed::ExcuseNhsEngland),
            (self.notifies("DHSC"), Deed::NotifyNisAuthority),
            (answer.is_some(), Deed::TellOfDecision),
            (tells, Deed::RecommendTelling),
            (tells, Deed::DecideTelling),
            (tells, Deed::TellPeople),
            (self.is_in(&MAJOR), Deed::ResolveCall),
            (self.needs_change(), Deed::LogChange),
            (self.needs_change(), Deed::SubmitChange),
            (true, Deed::HoldMeeting),
            (true, Deed::WriteMinutes),
            (true, Deed::AnalyseCause),
            (true, Deed::AnswerForInvestigation),
            (true, Deed::Recommend),
            (true, Deed::Contain),
            (true, Deed::Resolve),
            (true, Deed::ExplainDelays),
            (true, Deed::AddLesson),
            (true, Deed::ShareLesson),
            (true, Deed::AddAction),
            (true, Deed::Close),
            (self.needs_change(), Deed::FinishChange),
            (true, Deed::FinishAction),
            (true, Deed::Audit),
        ];
        rows.into_iter().filter(|(applies, _)| *applies).map(|(_, deed)| deed).collect()
    }

    /// The commands of a deed with who gives each, as `by` of a scenario's step: a role code of the
    /// incident's home, or `ROLE:organisation`.
    pub(crate) fn commands(
        &self,
        deed: Deed,
        incident: &Incident,
        now: Instant,
    ) -> Vec<(String, Command)> {
        let by = |who: &str, command: Command| vec![(who.to_owned(), command)];
        match deed {
            Deed::Acknowledge => by("OCO", Command::Acknowledge(Acknowledge {})),
            Deed::Grade => by("DPO", self.scenario.command(&Told::Grade)),
            Deed::Triage => by("OCO", self.scenario.command(&Told::Triage)),
            Deed::DeclareMajor => by(
                "OCO",
                Command::DeclareMajor(DeclareMajor {
                    reason: "the shared service is down for everybody".into(),
                }),
            ),
            Deed::RaiseProblem => Vec::new(),
            Deed::TakeExceptionPath => exception_path(),
            Deed::Require(role) => by(
                "OCO",
                Command::RequireContact(RequireContact {
                    contact: Contact::of(role, incident.home()),
                    reason: "wants to know".into(),
                }),
            ),
            Deed::Inform => {
                let outstanding = contacts::outstanding(incident).into_iter();
                outstanding.map(|needed| told(&needed.contact)).collect()
            }
            Deed::ExplainDelays => delays(incident, now),
            Deed::TellOfDecision => untold_of_decision(incident).iter().map(told).collect(),
            Deed::RecordImpact(_) | Deed::NotifyPartners | Deed::PartnersAnswer => {
                partnership(deed, incident)
            }
            Deed::ResolveCall | Deed::LogChange | Deed::SubmitChange | Deed::FinishChange => {
                hosting(deed, incident)
            }
            Deed::Decide(_)
            | Deed::Countersign
            | Deed::Submit
            | Deed::FollowUp
            | Deed::TellNhsEngland
            | Deed::ExcuseNhsEngland
            | Deed::AnswerNis
            | Deed::NotifyNisAuthority => regulator(deed, incident),
            Deed::RecommendTelling | Deed::DecideTelling | Deed::TellPeople => {
                subjects(deed, incident)
            }
            Deed::AppointLead
            | Deed::SecureEvidence
            | Deed::AgreePlan
            | Deed::Begin
            | Deed::HoldMeeting
            | Deed::WriteMinutes
            | Deed::AnalyseCause
            | Deed::AnswerForInvestigation
            | Deed::StartOwnProcess => investigation(deed, incident, now),
            Deed::Recommend
            | Deed::AddLesson
            | Deed::ShareLesson
            | Deed::AddAction
            | Deed::FinishAction => learning(deed, incident),
            Deed::Contain | Deed::Resolve | Deed::Close | Deed::Audit => {
                closing(deed, incident, now, self.needs_change())
            }
        }
    }

    /// When the desk heard of it, and what it was told.
    pub(crate) fn report(&self) -> (Instant, Log) {
        let start = self.aware_at + chrono::TimeDelta::minutes(self.scenario.aware_minutes_ago);
        let at = nightdesk::demo::scenario::ago(start, self.scenario.logged_minutes_ago);
        (at, self.scenario.report(start))
    }

    /// A desk on which it has just been logged, as late as the desk heard of it.
    pub(crate) fn logged(&self) -> Case {
        let (at, report) = self.report();
        let mut case = Case::at("2026-06-12T18:30:00");
        case.then(at);
        self.speaks(&mut case, "OCO");
        case.gives(Command::Log(Box::new(report)));
        case
    }

    /// Somebody in this role sits down at the desk.
    pub(crate) fn speaks(&self, case: &mut Case, by: &str) {
        let person = self.scenario.person(by, &case.directory, case.now).unwrap();
        case.by(person.as_str());
    }

    /// Does a deed on a desk, a minute later.
    #[track_caller]
    pub(crate) fn does(&self, case: &mut Case, deed: Deed) {
        case.after_seconds(60);
        if deed == Deed::RaiseProblem {
            case.problems.push(problem(case));
        }
        for (by, command) in self.commands(deed, case.incident(), case.now) {
            self.speaks(case, &by);
            let refused = case.give(command).err();
            assert_eq!(refused, None, "{} {deed:?} by {by}", self.scenario.id);
            if deed == Deed::TakeExceptionPath {
                case.after_seconds(16 * 60);
            }
        }
    }

    /// A desk on which everything was done that comes before a deed, but for what is left out.
    #[track_caller]
    pub(crate) fn up_to(&self, last: Deed, left_out: &[Deed]) -> Case {
        let mut case = self.logged();
        let plan = self.plan().into_iter();
        for deed in plan.take_while(|deed| *deed != last) {
            if !left_out.contains(&deed) {
                self.does(&mut case, deed);
            }
        }
        case.after_seconds(60);
        case
    }
}

/// The reasons for clocks that were stopped late by somebody who acted and was not asked why.
fn delays(incident: &Incident, now: Instant) -> Vec<(String, Command)> {
    let late = clock::views(incident).filter(|view| {
        view.clock.kind.asks_why_late()
            && view.clock.late_reason.is_none()
            && view.is_late_at(view.stopped_at().unwrap_or(now))
    });
    late.map(|view| {
        let explain = Command::ExplainDelay(ExplainDelay {
            kind: view.clock.kind,
            controller: view.clock.controller.clone(),
            reason: "it reached the desk late".into(),
        });
        ("OCO".to_owned(), explain)
    })
    .collect()
}

fn told(contact: &Contact) -> (String, Command) {
    let mut call = attempt(contact, Outcome::Answered);
    call.late_reason = Some("it reached the desk late".into());
    ("OCO".to_owned(), Command::Inform(Box::new(call)))
}

/// Three calls on two channels over more than half an hour, then the host and the SIRO.
fn exception_path() -> Vec<(String, Command)> {
    let officer = Contact::partnership(Role::Wso);
    let calls = [Channel::Mobile, Channel::Phone, Channel::Mobile].map(|channel| {
        let mut call = attempt(&officer, Outcome::NoAnswer);
        call.channel = channel;
        Command::Inform(Box::new(call))
    });
    let climb = Command::Escalate(Escalate {
        ladder: Ladder::Officer,
        reason: "nobody answers on three numbers".into(),
    });
    let host = attempt(&Contact::partnership(Role::Host), Outcome::Answered);
    calls
        .into_iter()
        .chain([climb, Command::Inform(Box::new(host))])
        .map(|command| ("OCO".to_owned(), command))
        .collect()
}

fn partnership(deed: Deed, incident: &Incident) -> Vec<(String, Command)> {
    if let Deed::RecordImpact(impact) = deed {
        let recorded = HostingCommand::RecordImpact {
            impact,
            reason: "looked at with the host".into(),
        };
        let officer = "WSO:larkfield".to_owned();
        return vec![(officer, Command::Hosting(Box::new(recorded)))];
    }
    if deed == Deed::NotifyPartners {
        let organisations = partners::untold_of_impact(incident)
            .map(|record| record.organisation.clone())
            .collect();
        let notice = NotifyPartners {
            organisations,
            channel: Channel::Email,
            again: [].into(),
        };
        return vec![("OCO".to_owned(), Command::NotifyPartners(notice))];
    }
    let answers = [
        PartnerAnswer::Acknowledged {
            spoke_to: "site manager".into(),
        },
        PartnerAnswer::LocalProcess {
            reference: "L-7".into(),
        },
        PartnerAnswer::OwnSiroInformed {},
        PartnerAnswer::LocalComplete {},
    ];
    let affected = &incident.facts.affected_partners;
    affected
        .iter()
        .flat_map(|partner| answers.iter().map(move |answer| (partner, answer)))
        .map(|(partner, answer)| {
            let record = RecordPartnerAnswer {
                organisation: partner.clone(),
                answer: answer.clone(),
                answered_at: None,
                note: None,
            };
            (
                format!("GGR:{partner}"),
                Command::RecordPartnerAnswer(record),
            )
        })
        .collect()
}

fn hosting(deed: Deed, incident: &Incident) -> Vec<(String, Command)> {
    let hosting = &incident.casework().hosting;
    let advance = |steps: &[(&str, ChangeStatus)]| {
        let change = hosting.changes.last().map(|change| change.id);
        let advance = |change, (by, status): (&str, ChangeStatus)| {
            let step = HostingCommand::AdvanceChange {
                change,
                status,
                note: None,
            };
            (by.to_owned(), Command::Hosting(Box::new(step)))
        };
        let steps = steps.iter();
        change.map_or_else(Vec::new, |change| {
            steps.map(|step| advance(change, *step)).collect()
        })
    };
    match deed {
        Deed::ResolveCall => {
            let Some(call) = hosting.calls.first() else {
                return Vec::new();
            };
            let step = HostingCommand::UpdateCall {
                call: call.id,
                text: "restored from backup".into(),
                status: Some(nightdesk::domain::hosting::CallStatus::Resolved),
                reference: Some("LH-4411".into()),
                team: Some("platform".into()),
                heard_at: None,
                note: None,
            };
            vec![(
                "HOST:larkfield".to_owned(),
                Command::Hosting(Box::new(step)),
            )]
        }
        Deed::LogChange => {
            let step = HostingCommand::LogChange {
                reference: "RFC-2026-0107".into(),
                title: "Correct the mapping of allergy fields".into(),
                purpose: ChangePurpose::Resolution,
                risk: None,
            };
            vec![("IGT".to_owned(), Command::Hosting(Box::new(step)))]
        }
        Deed::SubmitChange => advance(&[("IGT", ChangeStatus::Submitted)]),
        _ => advance(&[
            ("HOST:larkfield", ChangeStatus::Approved),
            ("HOST:larkfield", ChangeStatus::Implemented),
            ("IGT", ChangeStatus::Reviewed),
        ]),
    }
}

/// Controllers whose 72 hours have a target.
fn controllers(incident: &Incident) -> Vec<OrganisationId> {
    let clocks = incident.clocks.iter();
    clocks
        .filter(|clock| clock.kind == ClockKind::Ico72h && clock.stood_down.is_none())
        .filter_map(|clock| clock.controller.clone())
        .collect()
}

/// Every item of a notification, the first to follow.
pub(crate) fn contents(body: Body) -> Vec<Content> {
    let items = body.contents().iter().enumerate();
    items
        .map(|(place, item)| Content {
            item: *item,
            known: if place == 0 {
                Known::ToFollow
            } else {
                Known::Given
            },
            text: (place > 0).then(|| "as far as known".into()),
        })
        .collect()
}

/// A report with what the rules ask for.
pub(crate) fn report(body: Body) -> Submit {
    Submit {
        body,
        controller: None,
        also_for: Vec::new(),
        via: Via::Dspt,
        submitted_at: None,
        reference: "DSPT-5512".into(),
        contents: contents(body),
        follow_up_on: None,
        follow_up_by: None,
        late_reason: Some("it reached the desk late".into()),
        note: None,
        evidence: None,
    }
}

fn regulator(deed: Deed, incident: &Incident) -> Vec<(String, Command)> {
    let controllers = controllers(incident);
    let step = |by: String, step| (by, Command::Regulator(Box::new(step)));
    match deed {
        Deed::Decide(answer) => {
            let decide = |controller: OrganisationId| {
                let by = format!("DPO:{controller}");
                let decide = RegulatorCommand::Decide {
                    controller: Some(controller),
                    answer,
                    reasons: "weighed against the grid and the factors".into(),
                    given_by: None,
                    decided_at: None,
                    late_reason: Some("it reached the desk late".into()),
                    knew_grade: None,
                    note: None,
                    evidence: None,
                };
                step(by, decide)
            };
            controllers.into_iter().map(decide).collect()
        }
        Deed::Countersign => {
            let countersign = |controller: OrganisationId| {
                let countersign = RegulatorCommand::Countersign {
                    decision: in_force(incident, &controller)?.id,
                    late_reason: None,
                    signed_at: None,
                    note: None,
                    evidence: None,
                };
                Some(step(format!("CG:{controller}"), countersign))
            };
            controllers.into_iter().filter_map(countersign).collect()
        }
        Deed::Submit => {
            let mut report = report(Body::Ico);
            report.also_for = controllers.into_iter().skip(1).collect();
            let submit = RegulatorCommand::Submit(Box::new(report));
            vec![step("DPO".to_owned(), submit)]
        }
        Deed::FollowUp => {
            let follow_up = |told: Uuid, item: Item| RegulatorCommand::FollowUp {
                notification: told,
                item,
                text: "the number of people".into(),
                sent_at: None,
                note: None,
                late_reason: None,
                evidence: None,
            };
            let owed = incident.casework().regulator.open_follow_ups();
            owed.map(|(told, owed)| step("DPO".to_owned(), follow_up(told.id, owed.item)))
                .collect()
        }
        Deed::TellNhsEngland => {
            let mut report = report(Body::Nhse);
            report.contents.iter_mut().for_each(given);
            let submit = RegulatorCommand::Submit(Box::new(report));
            vec![step("IGT".to_owned(), submit)]
        }
        Deed::ExcuseNhsEngland => {
            let reason = "it reached no system of the NHS".into();
            vec![step(
                "IGT".to_owned(),
                RegulatorCommand::ExcuseNhsEngland { reason },
            )]
        }
        Deed::AnswerNis => {
            let directory = config::directory::example().unwrap();
            let asked = guard::asks_nis(incident, &directory).into_iter();
            asked
                .map(|operator| {
                    step(
                        format!("DPO:{operator}"),
                        RegulatorCommand::AnswerNis {
                            operator: Some(operator.clone()),
                            significant: false,
                            reason: Some("no care was delayed".into()),
                        },
                    )
                })
                .collect()
        }
        _ => {
            let clocks = incident.clocks.iter();
            let operators = clocks.filter(|clock| clock.kind == ClockKind::Nis72h);
            operators
                .filter_map(|clock| clock.controller.clone())
                .map(|operator| {
                    let mut report = report(Body::DhscNis);
                    report.via = Via::Direct;
                    report.contents.iter_mut().for_each(given);
                    report.controller = Some(operator.clone());
                    let submit = RegulatorCommand::Submit(Box::new(report));
                    step(format!("DPO:{operator}"), submit)
                })
                .collect()
        }
    }
}

fn given(content: &mut Content) {
    content.known = Known::Given;
    content.text = Some("as far as known".into());
}

/// Each controller's own officers, for its own people.
fn subjects(deed: Deed, incident: &Incident) -> Vec<(String, Command)> {
    let of = |controller| subjects_of(deed, controller);
    controllers(incident).into_iter().flat_map(of).collect()
}

fn subjects_of(deed: Deed, controller: OrganisationId) -> Vec<(String, Command)> {
    let reasons: Box<str> = "the risk to them is high".into();
    let (telling, exemption) = (Telling::Tell, None);
    let by = |role: &str| format!("{role}:{controller}");
    let step = |by: String, step| (by, Command::Subjects(Box::new(step)));
    let for_whom = Some(controller.clone());
    match deed {
        Deed::RecommendTelling => {
            let recommend = SubjectsCommand::Recommend {
                controller: for_whom,
                telling,
                exemption,
                reasons,
            };
            vec![step(by("DPO"), recommend)]
        }
        Deed::DecideTelling => {
            let decide = SubjectsCommand::Decide {
                controller: for_whom,
                telling,
                exemption,
                reasons,
                replaces: false,
            };
            vec![step(by("SIRO"), decide.clone()), step(by("CG"), decide)]
        }
        _ => {
            let told = SubjectsCommand::Told {
                controller: for_whom,
                how: "a letter to each".into(),
                people: None,
                told_at: None,
                note: None,
                late_reason: None,
                evidence: None,
                nature: "what happened".into(),
                contact: "the DPO".into(),
                consequences: "the likely consequences".into(),
                measures: "what was done".into(),
            };
            vec![step("OCO".to_owned(), told)]
        }
    }
}

fn investigation(deed: Deed, incident: &Incident, now: Instant) -> Vec<(String, Command)> {
    let known = &incident.casework().investigation;
    let step = match deed {
        Deed::AppointLead => InvestigationCommand::AppointLead {
            person: "idris.pennywell".into(),
            exception: None,
        },
        Deed::SecureEvidence => InvestigationCommand::SecureEvidence(EvidenceItem {
            label: "Mail gateway log".into(),
            kind: "log".into(),
            sha256: Some("ab".repeat(32).parse().unwrap()),
            size: Some(4096),
            location: "evidence share, folder 12".into(),
            custodian: "governance team".into(),
            secured_at: now,
            contains_personal_data: true,
            note: None,
        }),
        Deed::AgreePlan => {
            let home = incident.home().clone();
            let processors = incident.facts.processors.iter().cloned();
            InvestigationCommand::AgreePlan {
                parties: std::iter::once(home).chain(processors).collect(),
                agreed_on: nightdesk::domain::calendar::local(now).date_naive(),
                text: "they hand over logs within a day".into(),
            }
        }
        Deed::Begin => InvestigationCommand::Begin {},
        Deed::HoldMeeting => InvestigationCommand::HoldMeeting {
            held_at: None,
            note: None,
            chair: Role::Dpo,
            attendees: vec![Role::Igt, Role::Iao],
        },
        Deed::WriteMinutes => {
            let Some(meeting) = known.meetings_without_minutes().next() else {
                return Vec::new();
            };
            InvestigationCommand::WriteMinutes {
                meeting: meeting.id,
                text: "what to do next was agreed".into(),
            }
        }
        Deed::AnswerForInvestigation => InvestigationCommand::Answer(InvestigationAnswers {
            human_error: true,
            several_disciplines: true,
        }),
        Deed::StartOwnProcess => InvestigationCommand::StartOwnProcess {
            organisation: None,
            started_at: None,
            note: None,
            reference: Some("RB-0117".into()),
        },
        _ => InvestigationCommand::AnalyseCause(CauseAnalysis {
            method: "five whys".into(),
            causes: "an address book that suggests neighbours".into(),
            contributing: None,
            policy_deficiency: false,
        }),
    };
    vec![("IGT".to_owned(), Command::Investigation(Box::new(step)))]
}

fn learning(deed: Deed, incident: &Incident) -> Vec<(String, Command)> {
    let known = &incident.casework().learning;
    let lesson = known.lessons.first().map(|lesson| lesson.id);
    let action = known.actions.first().map(|action| action.id);
    let by = |who: &str, step: Option<LearningCommand>| {
        step.map(|step| (who.to_owned(), Command::Learning(Box::new(step))))
    };
    let steps = match deed {
        Deed::Recommend => [
            by(
                "IGT",
                Some(LearningCommand::Recommend {
                    text: "Ask for a second pair of eyes before sending lists".into(),
                }),
            ),
            None,
        ],
        Deed::AddLesson => [
            by(
                "IGT",
                Some(LearningCommand::AddLesson {
                    statement: "Lists leave the building too easily".into(),
                    theme: Some("misdirected".into()),
                }),
            ),
            None,
        ],
        Deed::ShareLesson => [
            by(
                "IGT",
                lesson.map(|lesson| LearningCommand::Share {
                    lesson,
                    with: "every directorate".into(),
                    on: None,
                }),
            ),
            None,
        ],
        Deed::AddAction => [
            by(
                "IGT",
                lesson.map(|of| LearningCommand::AddAction {
                    of,
                    text: "Switch suggestions off".into(),
                    owner: Some(Role::Iao),
                    due_on: chrono::NaiveDate::from_ymd_opt(2027, 3, 1),
                }),
            ),
            None,
        ],
        _ => [
            by(
                "IGT",
                action.map(|action| LearningCommand::CompleteAction {
                    action,
                    note: "seen switched off".into(),
                }),
            ),
            by(
                "DPO",
                action.map(|action| LearningCommand::VerifyAction {
                    action,
                    found: Found::Verified,
                    reason: "tried it".into(),
                }),
            ),
        ],
    };
    steps.into_iter().flatten().collect()
}

fn closing(
    deed: Deed,
    incident: &Incident,
    now: Instant,
    change_required: bool,
) -> Vec<(String, Command)> {
    let (by, step) = match deed {
        Deed::Contain => (
            "OCO",
            ClosingCommand::Contain {
                actions: "access withdrawn".into(),
                contained_at: Some(now),
                note: None,
            },
        ),
        Deed::Resolve => (
            "IGT",
            ClosingCommand::Resolve {
                resolution: Some("what went astray is back".into()),
                workaround: None,
                change_required,
            },
        ),
        Deed::Close => (closer(incident), close(&Tick::ALL)),
        _ => {
            let open = nightdesk::domain::guard::to_audit(incident);
            let findings = open
                .map(|recommendation| AuditFinding {
                    recommendation: recommendation.id,
                    found: Found::Verified,
                    reason: "seen at work".into(),
                })
                .collect();
            let audit = ClosingCommand::Audit {
                reason: "everything was carried out".into(),
                findings,
            };
            ("AUD:riverbourne", audit)
        }
    };
    vec![(by.to_owned(), Command::Closing(Box::new(step)))]
}

/// Who closes: the Officer what the partnership was notified of, else the DPO.
pub(crate) fn closer(incident: &Incident) -> &'static str {
    if incident.is_partnership_matter() {
        "WSO:larkfield"
    } else {
        "DPO"
    }
}

/// Closing with these ticks.
pub(crate) fn close(ticked: &[Tick]) -> ClosingCommand {
    ClosingCommand::Close {
        reason: "everything is done".into(),
        ticked: ticked.iter().copied().collect(),
    }
}

/// A problem behind the incident, with a workaround and no solution yet.
fn problem(case: &Case) -> Problem {
    let incident = case.incident();
    Problem {
        id: nightdesk::domain::id::CommandId(Uuid::from_u128(1)).into(),
        reference: ProblemReference::new(2026, 1),
        version: 1,
        title: "Unpatched file server".into(),
        status: ProblemStatus::KnownError,
        owner: Some(Role::Host),
        root_cause: Some("an old file share".into()),
        workaround: Some("work from the last export".into()),
        solution: None,
        incidents: vec![incident.id],
        raised: nightdesk::domain::event::Signed {
            at: case.now,
            by: incident.logged_by.clone(),
        },
    }
}
