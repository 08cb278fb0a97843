//! Problems: how far each has come, who may act on it, and what it means for closing (WSIC-PROB).

use crate::support::case::{
    Case, DPO, OFFICER, directory_at, disclosure, graded, shared_disclosure, wall,
};
use nightdesk::config;
use nightdesk::domain::Instant;
use nightdesk::domain::command::{Command, DeclareMajor};
use nightdesk::domain::decide::Sighting;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::guard::{self, Surroundings, Tick};
use nightdesk::domain::id::{CommandId, IncidentId, ProblemId, ProblemReference};
use nightdesk::domain::incident::{Incident, Priority, Status};
use nightdesk::domain::policy::Policy;
use nightdesk::domain::problem::command::ProblemCommand;
use nightdesk::domain::problem::decide::{self, Context};
use nightdesk::domain::problem::event::{ProblemEntry, ProblemEvent, fold};
use nightdesk::domain::problem::{Problem, ProblemStatus};
use nightdesk::domain::refusal::{Refusal, RefusalKind};
use nightdesk::domain::role::Role;
use nightdesk::domain::rule::RuleId;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use uuid::Uuid;

const NIGHT: &str = "2026-06-12T18:30:00";
/// The host's service desk.
const HOST: &str = "yusuf.hollybush";
/// Governance-group representative of Eastmere, a partner.
const PARTNER: &str = "beatrix.wolverton";
/// Accountable Officer of Riverbourne.
const ACCOUNTABLE: &str = "leopold.swanscombe";
/// Auditor.
const AUDITOR: &str = "silas.nettlebed";
/// Data protection officer of Eastmere.
const PARTNERS_DPO: &str = "winifred.osgood";

/// The incidents of these tests: one of Riverbourne's own, one that is major and affects Eastmere,
/// and one that Eastmere reported.
const OWN: IncidentId = IncidentId(Uuid::from_u128(0xA));
const MAJOR: IncidentId = IncidentId(Uuid::from_u128(0xB));
const EASTMERES: IncidentId = IncidentId(Uuid::from_u128(0xC));

fn own() -> Incident {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(2, 2));
    case.triages(disclosure());
    named(&case, OWN)
}

fn major() -> Incident {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(2, 2));
    case.triages(shared_disclosure());
    case.gives(declare());
    named(&case, MAJOR)
}

fn eastmeres() -> Incident {
    let mut case = Case::at(NIGHT);
    let mut log = case.report();
    log.reporter_organisation = "eastmere".into();
    case.gives(Command::Log(Box::new(log)));
    named(&case, EASTMERES)
}

fn named(case: &Case, id: IncidentId) -> Incident {
    Incident {
        id,
        ..case.incident().clone()
    }
}

fn declare() -> Command {
    Command::DeclareMajor(DeclareMajor {
        reason: "three sites at once".into(),
    })
}

/// A desk with incidents and one problem, or none yet.
#[derive(Clone)]
struct Desk {
    directory: Directory,
    policy: Policy,
    now: Instant,
    incidents: Vec<Incident>,
    linked_elsewhere: BTreeSet<IncidentId>,
    problem: Option<Problem>,
    entries: Vec<ProblemEntry>,
    given: u128,
}

impl Desk {
    fn new() -> Self {
        static FRESH: LazyLock<Desk> = LazyLock::new(Desk::fresh);
        FRESH.clone()
    }

    fn fresh() -> Self {
        let now = wall(NIGHT);
        Self {
            directory: directory_at(now),
            policy: config::policy().unwrap(),
            now,
            incidents: vec![own(), major(), eastmeres()],
            linked_elsewhere: BTreeSet::new(),
            problem: None,
            entries: Vec::new(),
            given: 0,
        }
    }

    /// A problem behind these incidents that has come so far.
    fn with(status: ProblemStatus, incidents: &[IncidentId]) -> Self {
        let mut desk = Self::new();
        desk.gives(OFFICER, raise(incidents));
        let ladder = [diagnose(), resolve(), ProblemCommand::Close {}];
        let steps = ProblemStatus::ALL.iter().position(|one| *one == status);
        // What would hold it open is looked at elsewhere.
        let before = std::mem::replace(&mut desk.incidents, vec![own()]);
        for step in ladder.into_iter().take(steps.unwrap()) {
            desk.incidents[0].id = incidents[0];
            desk.gives(OFFICER, step);
        }
        desk.incidents = before;
        assert_eq!(desk.problem().status, status);
        desk
    }

    fn give(&mut self, person: &str, command: &ProblemCommand) -> Result<ProblemEvent, Refusal> {
        self.given += 1;
        let actor = self.directory.actor(&person.into(), self.now).unwrap();
        let id = ProblemId(Uuid::from_u128(1));
        let context = Context {
            now: self.now,
            actor: &actor,
            command: CommandId(Uuid::from_u128(self.given)),
            reference: ProblemReference::new(2026, 1),
            incidents: &self.incidents,
            linked_elsewhere: &self.linked_elsewhere,
        };
        let (problem, entry) = decide::carry_out(self.problem.as_ref(), id, command, &context)?;
        self.entries.push(entry.clone());
        let folded = fold(id, &self.entries).unwrap();
        assert_eq!(folded, problem, "folding the entries gives the state");
        self.problem = Some(problem);
        Ok(entry.event)
    }

    #[track_caller]
    fn gives(&mut self, person: &str, command: ProblemCommand) -> ProblemEvent {
        let name = command.name();
        self.give(person, &command)
            .unwrap_or_else(|refusal| panic!("{name} was refused: {refusal}"))
    }

    #[track_caller]
    fn refused(&mut self, person: &str, command: ProblemCommand) -> Refusal {
        let before = self.problem.clone();
        let refusal = self.give(person, &command).expect_err(command.name());
        assert_eq!(self.problem, before, "a refusal changes nothing");
        refusal
    }

    fn problem(&self) -> &Problem {
        self.problem.as_ref().unwrap()
    }

    fn incident(&mut self, id: IncidentId) -> &mut Incident {
        let mut incidents = self.incidents.iter_mut();
        incidents.find(|incident| incident.id == id).unwrap()
    }

    fn seen_by(&self, person: &str) -> Option<Problem> {
        let actor = self.directory.actor(&person.into(), self.now).unwrap();
        self.problem().seen_by(&actor, &self.incidents)
    }
}

fn raise(incidents: &[IncidentId]) -> ProblemCommand {
    ProblemCommand::Raise {
        title: "Mail rules of the shared service".into(),
        owner: Some(Role::Host),
        incidents: incidents.iter().copied().collect(),
    }
}

fn link(incident: IncidentId) -> ProblemCommand {
    ProblemCommand::LinkIncident {
        incident,
        reason: "the same rule sent it".into(),
    }
}

fn unlink(incident: IncidentId) -> ProblemCommand {
    ProblemCommand::UnlinkIncident {
        incident,
        reason: "another rule sent it".into(),
    }
}

fn work_round() -> ProblemCommand {
    ProblemCommand::RecordWorkaround {
        workaround: "send lists by hand".into(),
    }
}

fn diagnose() -> ProblemCommand {
    ProblemCommand::Diagnose {
        root_cause: "a rule without an owner".into(),
    }
}

fn resolve() -> ProblemCommand {
    ProblemCommand::Resolve {
        solution: "the rule is gone".into(),
    }
}

fn reopen() -> ProblemCommand {
    ProblemCommand::Reopen {
        reason: "it happened again".into(),
    }
}

fn pointer(refusal: &Refusal) -> Option<&str> {
    match &refusal.kind {
        RefusalKind::Invalid { pointer } => Some(pointer),
        RefusalKind::NotAllowed | RefusalKind::AgainstRule | RefusalKind::NoSuchIncident => None,
    }
}

/// WSIC-PROB, section 2.6.
#[test]
fn a_problem_takes_each_step_only_where_it_has_come_so_far() {
    use ProblemStatus::{Closed, KnownError, Open, Resolved};
    type Row = (ProblemCommand, [Option<ProblemStatus>; 4]);
    #[rustfmt::skip]
    let table: [Row; 7] = [
        //                                     open              known error       resolved          closed
        (link(EASTMERES),         [Some(Open),       Some(KnownError), Some(Resolved),   None]),
        (unlink(OWN),             [Some(Open),       Some(KnownError), Some(Resolved),   None]),
        (work_round(),            [Some(Open),       Some(KnownError), None,             None]),
        (diagnose(),              [Some(KnownError), Some(KnownError), None,             None]),
        (resolve(),               [None,             Some(Resolved),   None,             None]),
        (ProblemCommand::Close {},[None,             None,             Some(Closed),     None]),
        (reopen(),                [None,             None,             Some(KnownError), Some(KnownError)]),
    ];
    for (command, outcomes) in table {
        for (status, expected) in ProblemStatus::ALL.into_iter().zip(outcomes) {
            let mut desk = Desk::with(status, &[OWN, MAJOR]);
            desk.incident(MAJOR).status = Status::Closed;
            let name = format!("{} while {}", command.name(), status.name());
            match (desk.give(OFFICER, &command), expected) {
                (Ok(_), Some(expected)) => assert_eq!(desk.problem().status, expected, "{name}"),
                (Err(refusal), None) => {
                    assert_eq!(refusal.rule, Some(RuleId::WsicProb), "{name}");
                    assert_eq!(refusal.kind, RefusalKind::AgainstRule, "{name}");
                    assert!(refusal.sentence.contains(status.name()), "{refusal}");
                }
                (outcome, _) => panic!("{name}: {outcome:?}"),
            }
        }
    }
}

/// WSIC-PROB.
#[test]
fn each_word_that_a_step_needs_is_asked_for_at_its_field() {
    let blank = || Box::<str>::from("  ");
    let reason = blank;
    let rows = [
        (
            "/title",
            ProblemCommand::Raise {
                title: blank(),
                owner: None,
                incidents: [OWN].into(),
            },
        ),
        (
            "/incidents",
            ProblemCommand::Raise {
                title: "x".into(),
                owner: None,
                incidents: BTreeSet::new(),
            },
        ),
        (
            "/incidents",
            ProblemCommand::Raise {
                title: "x".into(),
                owner: None,
                incidents: [OWN, IncidentId(Uuid::nil())].into(),
            },
        ),
        (
            "/owner",
            ProblemCommand::Raise {
                title: "x".into(),
                owner: Some(Role::Arc),
                incidents: [OWN].into(),
            },
        ),
        (
            "/reason",
            ProblemCommand::LinkIncident {
                incident: EASTMERES,
                reason: reason(),
            },
        ),
        ("/incident", link(OWN)),
        ("/incident", link(IncidentId(Uuid::nil()))),
        (
            "/reason",
            ProblemCommand::UnlinkIncident {
                incident: OWN,
                reason: reason(),
            },
        ),
        ("/incident", unlink(EASTMERES)),
        (
            "/workaround",
            ProblemCommand::RecordWorkaround {
                workaround: blank(),
            },
        ),
        (
            "/root_cause",
            ProblemCommand::Diagnose {
                root_cause: blank(),
            },
        ),
        ("/solution", ProblemCommand::Resolve { solution: blank() }),
    ];
    for (field, command) in rows {
        let mut desk = Desk::with(ProblemStatus::KnownError, &[OWN, MAJOR]);
        let refusal = desk.refused(OFFICER, command);
        assert_eq!(pointer(&refusal), Some(field), "{refusal}");
        assert_eq!(refusal.rule, Some(RuleId::WsicProb), "{refusal}");
    }
    let mut desk = Desk::with(ProblemStatus::Resolved, &[OWN]);
    let refusal = desk.refused(OFFICER, ProblemCommand::Reopen { reason: reason() });
    assert_eq!(pointer(&refusal), Some("/reason"));
}

/// Section 5, "raise host call, problem".
#[test]
fn a_right_on_one_linked_incident_is_a_right_on_the_problem() {
    #[derive(Debug, PartialEq)]
    enum Says {
        Yes,
        NotAllowed,
        NoSuchProblem,
    }
    use Says::{NoSuchProblem, NotAllowed, Yes};
    #[rustfmt::skip]
    let table = [
        // who           of its own   of a major one
        (OFFICER,        Yes,           Yes),
        (DPO,            Yes,           Yes),
        (HOST,           NoSuchProblem, Yes),
        (PARTNER,        NoSuchProblem, NotAllowed),
        (PARTNERS_DPO,   NoSuchProblem, Yes),
        (ACCOUNTABLE,    NotAllowed,    NotAllowed),
        (AUDITOR,        NotAllowed,    NotAllowed),
        ("jocasta.weir", NoSuchProblem, NoSuchProblem),
    ];
    for (person, own, major) in table {
        for (incident, expected) in [(OWN, own), (MAJOR, major)] {
            let mut desk = Desk::with(ProblemStatus::Open, &[incident]);
            let says = match desk.give(person, &diagnose()) {
                Ok(_) => Yes,
                Err(refusal) if refusal.kind == RefusalKind::NotAllowed => NotAllowed,
                Err(refusal) if refusal.kind == RefusalKind::NoSuchIncident => NoSuchProblem,
                Err(refusal) => panic!("{person}: {refusal}"),
            };
            assert_eq!(says, expected, "{person}");
            let is_seen = desk.seen_by(person).is_some();
            assert_eq!(is_seen, expected != NoSuchProblem, "{person}");
        }
    }
}

#[test]
fn an_entry_is_signed_with_the_role_on_the_incident_that_gave_the_right() {
    let mut desk = Desk::with(ProblemStatus::Open, &[OWN, MAJOR]);
    desk.gives(HOST, work_round());
    let by = &desk.entries.last().unwrap().by;
    assert_eq!(
        (by.role, by.organisation.as_str()),
        (Role::Host, "larkfield")
    );
}

/// Whoever sees one of several incidents sees the problem, and learns of no other incident by it.
#[test]
fn links_to_incidents_out_of_sight_are_withheld() {
    let desk = Desk::with(ProblemStatus::Open, &[OWN, MAJOR]);
    assert_eq!(desk.seen_by(OFFICER).unwrap().incidents, [OWN, MAJOR]);
    assert_eq!(desk.seen_by(HOST).unwrap().incidents, [MAJOR]);
    assert_eq!(desk.seen_by(PARTNER).unwrap().incidents, [MAJOR]);
    let visible = [MAJOR].into();
    let told: Vec<ProblemEvent> = [
        ProblemEvent::IncidentLinked {
            incident: OWN,
            reason: "x".into(),
        },
        ProblemEvent::IncidentUnlinked {
            incident: MAJOR,
            reason: "x".into(),
        },
        desk.entries[0].event.clone(),
    ]
    .into_iter()
    .filter_map(|event| event.told_of(&visible))
    .collect();
    assert!(told.iter().all(|event| event.incidents() == [MAJOR]));
    assert_eq!(told.len(), 2);
    let mut desk = desk;
    let hidden = desk.refused(HOST, unlink(OWN));
    let unknown = desk.refused(HOST, unlink(IncidentId(Uuid::nil())));
    assert_eq!(hidden, unknown);
    let hidden = desk.refused(HOST, link(EASTMERES));
    let unknown = desk.refused(HOST, link(IncidentId(Uuid::nil())));
    assert_eq!(hidden, unknown);
}

#[test]
fn linking_and_unlinking_need_a_right_on_that_very_incident() {
    let mut desk = Desk::with(ProblemStatus::Open, &[OWN, MAJOR]);
    // She sees the major incident as its partner's data protection officer, and the other not at all.
    let refusal = desk.refused(PARTNERS_DPO, unlink(OWN));
    assert_eq!(pointer(&refusal), Some("/incident"));
    desk.gives(PARTNERS_DPO, link(EASTMERES));
    let refusal = desk.refused(ACCOUNTABLE, link(EASTMERES));
    assert_eq!(refusal.kind, RefusalKind::NotAllowed);
    let refusal = desk.refused(DPO, link(EASTMERES));
    assert_eq!(pointer(&refusal), Some("/incident"));
}

/// WSIC-PROB: a problem has an incident, and a major incident has a problem.
#[test]
fn the_last_link_of_a_problem_and_of_a_major_incident_stays() {
    let mut desk = Desk::with(ProblemStatus::Open, &[OWN]);
    let refusal = desk.refused(OFFICER, unlink(OWN));
    assert_eq!(pointer(&refusal), Some("/incident"));
    desk.gives(OFFICER, link(MAJOR));
    let refusal = desk.refused(OFFICER, unlink(MAJOR));
    assert_eq!(pointer(&refusal), Some("/incident"));
    assert!(refusal.sentence.contains("major"), "{refusal}");
    desk.linked_elsewhere.insert(MAJOR);
    desk.gives(OFFICER, unlink(MAJOR));
    assert_eq!(desk.problem().incidents, [OWN]);
}

/// WSIC-PROB.
#[test]
fn a_problem_cannot_close_while_a_linked_p1_incident_is_open() {
    let mut desk = Desk::with(ProblemStatus::Resolved, &[OWN, MAJOR]);
    assert_eq!(desk.incident(MAJOR).priority(), Priority::P1);
    let refusal = desk.refused(OFFICER, ProblemCommand::Close {});
    assert_eq!(refusal.rule, Some(RuleId::WsicProb));
    let name = desk.incident(MAJOR).name();
    assert!(refusal.sentence.contains(&name), "{refusal}");
    for status in Status::ALL {
        let mut desk = Desk::with(ProblemStatus::Resolved, &[OWN, MAJOR]);
        desk.incident(MAJOR).status = status;
        let closed = desk.give(OFFICER, &ProblemCommand::Close {}).is_ok();
        assert_eq!(closed, !status.is_open(), "{status:?}");
    }
}

#[test]
fn whoever_does_not_see_the_p1_incident_is_told_of_it_without_its_name() {
    let mut desk = Desk::with(ProblemStatus::Resolved, &[MAJOR, EASTMERES]);
    desk.incident(MAJOR).facts.affected_partners.clear();
    let name = desk.incident(MAJOR).name();
    let refusal = desk.refused(PARTNERS_DPO, ProblemCommand::Close {});
    assert_eq!(refusal.rule, Some(RuleId::WsicProb));
    assert!(!refusal.sentence.contains(&name), "{refusal}");
}

#[test]
fn what_did_not_solve_it_is_no_solution() {
    let mut desk = Desk::with(ProblemStatus::Closed, &[OWN]);
    desk.gives(OFFICER, reopen());
    let problem = desk.problem();
    assert_eq!(problem.solution, None);
    assert_eq!(
        problem.root_cause.as_deref(),
        Some("a rule without an owner")
    );
    assert_eq!(problem.version, 5);
}

// What it means for closing an incident

fn missing(incident: &Incident, problems: Option<&[Problem]>) -> Vec<RuleId> {
    let desk = Desk::new();
    let around = Surroundings {
        now: desk.now,
        policy: &desk.policy,
        directory: &desk.directory,
        problems,
    };
    let rules = guard::to_close(incident, &around).into_iter();
    rules
        .map(|missing| missing.rule)
        .filter(|rule| *rule == RuleId::WsicProb)
        .collect()
}

/// WSIC-PROB: closing with an open problem takes a workaround; a major incident has a problem.
#[test]
fn an_incident_closes_over_an_open_problem_only_with_a_workaround() {
    let bare = Desk::with(ProblemStatus::Open, &[MAJOR]);
    let mut eased = Desk::with(ProblemStatus::Open, &[MAJOR]);
    eased.gives(OFFICER, work_round());
    let solved = Desk::with(ProblemStatus::Resolved, &[MAJOR]);
    let (stuck, free) = (vec![RuleId::WsicProb], Vec::new());
    for (problems, expected) in [
        (vec![], &stuck),
        (vec![bare.problem().clone()], &stuck),
        (vec![eased.problem().clone()], &free),
        (vec![solved.problem().clone()], &free),
        (
            vec![solved.problem().clone(), bare.problem().clone()],
            &stuck,
        ),
    ] {
        assert_eq!(
            &missing(&major(), Some(&problems)),
            expected,
            "{problems:?}"
        );
    }
    assert_eq!(missing(&own(), Some(&[])), free);
}

/// A console that has not heard of the problems yet refuses nothing for them: the server knows.
#[test]
fn problems_that_are_not_known_keep_nobody_from_closing() {
    assert_eq!(missing(&major(), None), Vec::new());
}

#[test]
fn an_open_problem_is_accepted_with_a_tick() {
    let mut desk = Desk::with(ProblemStatus::Open, &[OWN]);
    desk.gives(OFFICER, work_round());
    let ticks = |problem: &Problem| {
        let around = Surroundings {
            now: desk.now,
            policy: &desk.policy,
            directory: &desk.directory,
            problems: Some(std::slice::from_ref(problem)),
        };
        guard::to_tick(&own(), &around).contains(&Tick::OpenProblem)
    };
    assert!(ticks(desk.problem()));
    let solved = Desk::with(ProblemStatus::Resolved, &[OWN]);
    assert!(!ticks(solved.problem()));
}

// What declaring a major incident raises by itself

/// WSIC-CALL, the problem's part.
#[test]
fn declaring_a_major_incident_raises_a_problem_of_its_trend() {
    let mut case = Case::logged_at(NIGHT);
    case.gives(graded(2, 2));
    let mut facts = disclosure();
    facts.trend_key = Some("phishing/invoice".into());
    case.triages(facts);
    case.sightings = [OWN, EASTMERES]
        .map(|incident| Sighting {
            incident,
            at: case.now,
        })
        .into();
    case.gives(declare());
    let id = case.incident().id;
    let declaration = case
        .entries
        .iter()
        .rfind(|entry| entry.event.name() == "major_declared")
        .unwrap();
    let reference = ProblemReference::new(2026, 7);
    let entry = decide::raised_by(declaration, id, &[], reference).unwrap();
    assert_eq!(
        (entry.at, &entry.by, entry.command),
        (declaration.at, &declaration.by, declaration.command)
    );
    let problem = fold(ProblemId::from(entry.command), [&entry]).unwrap();
    assert_eq!(problem.incidents, [id, OWN, EASTMERES]);
    assert_eq!((problem.owner, problem.version), (Some(Role::Host), 1));
    // Whoever sees one of the others reads the title too.
    assert!(!problem.title.contains(&*case.incident().title));
    let known = [problem];
    assert_eq!(decide::raised_by(declaration, id, &known, reference), None);
    let others = case.entries.iter().filter(|entry| *entry != declaration);
    for other in others {
        assert_eq!(decide::raised_by(other, id, &[], reference), None);
    }
}

// Whatever people do

fn any_command() -> impl Strategy<Value = ProblemCommand> {
    let incident = prop::sample::select(&[OWN, MAJOR, EASTMERES][..]);
    (0_usize..8, incident, "[ a]?").prop_map(|(kind, incident, text)| {
        let text: Box<str> = text.into();
        match kind {
            0 => ProblemCommand::Raise {
                title: text,
                owner: None,
                incidents: [incident].into(),
            },
            1 => ProblemCommand::LinkIncident {
                incident,
                reason: text,
            },
            2 => ProblemCommand::UnlinkIncident {
                incident,
                reason: text,
            },
            3 => ProblemCommand::RecordWorkaround { workaround: text },
            4 => ProblemCommand::Diagnose { root_cause: text },
            5 => ProblemCommand::Resolve { solution: text },
            6 => ProblemCommand::Close {},
            _ => ProblemCommand::Reopen { reason: text },
        }
    })
}

const PEOPLE: [&str; 6] = [OFFICER, DPO, HOST, PARTNER, PARTNERS_DPO, ACCOUNTABLE];

proptest! {
    /// Folding the entries gives the state (checked at every step), a problem always has an incident,
    /// none twice, it comes only to the next status or back to be worked on, and it is never closed
    /// over an open P1 incident.
    #[test]
    fn no_order_of_commands_breaks_a_problem(
        tries in vec((prop::sample::select(&PEOPLE[..]), any_command()), 1..40)
    ) {
        use ProblemStatus::{Closed, KnownError, Open, Resolved};
        let mut desk = Desk::new();
        desk.gives(OFFICER, raise(&[OWN]));
        for (person, command) in tries {
            let before = desk.problem().clone();
            let is_raising = matches!(command, ProblemCommand::Raise { .. });
            if is_raising || desk.give(person, &command).is_err() {
                prop_assert_eq!(desk.problem(), &before);
                continue;
            }
            let after = desk.problem();
            prop_assert_eq!(after.version, before.version + 1);
            let distinct: BTreeSet<_> = after.incidents.iter().collect();
            prop_assert_eq!(distinct.len(), after.incidents.len());
            prop_assert!(!distinct.is_empty());
            let step = (before.status, after.status);
            prop_assert!(
                step.0 == step.1
                    || matches!(
                        step,
                        (Open, KnownError) | (KnownError, Resolved) | (Resolved, Closed)
                            | (Resolved | Closed, KnownError)
                    ),
                "{:?}", step
            );
            prop_assert!(step != (Resolved, Closed) || !after.is_behind(MAJOR));
            prop_assert!(after.root_cause.is_some() || after.status == Open);
            prop_assert_eq!(after.solution.is_some(), matches!(after.status, Resolved | Closed));
        }
    }
}
