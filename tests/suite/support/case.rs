//! One incident on a desk without a server: people give commands, the rulebook answers.

use nightdesk::config;
use nightdesk::demo::rota::tonight;
use nightdesk::domain::Instant;
use nightdesk::domain::apply;
use nightdesk::domain::calendar::input::{Fold, understand};
use nightdesk::domain::clock::{self, ClockState};
use nightdesk::domain::command::{Command, GradeIncident, Inform, Log, Triage};
use nightdesk::domain::contacts::{Contact, Outcome};
use nightdesk::domain::deadlines::ClockKind;
use nightdesk::domain::decide::{self, Context, Sighting};
use nightdesk::domain::directory::{Channel, Directory};
use nightdesk::domain::event::{Entry, Event};
use nightdesk::domain::grid::Harm;
use nightdesk::domain::id::{CommandId, IncidentId, OrganisationId, PersonId, Reference};
use nightdesk::domain::incident::{Category, Cia, DataScope, Facts, Incident, PartnershipEffect};
use nightdesk::domain::policy::Policy;
use nightdesk::domain::problem::Problem;
use nightdesk::domain::refusal::Refusal;
use nightdesk::domain::role::Role;
use std::sync::LazyLock;
use uuid::Uuid;

/// The on-call officer of the example directory.
pub(crate) const OFFICER: &str = "tamsin.quill";
/// The data protection officer of Riverbourne ICB.
pub(crate) const DPO: &str = "bronwen.hartleap";

/// How many notes are on the file of an incident, which holds the newest alone.
pub(crate) fn note_count(incident: &Incident) -> usize {
    incident.earlier_notes.len() + incident.notes.len()
}

/// The example directory, read once.
static EXAMPLE: LazyLock<Directory> = LazyLock::new(|| config::directory::example().unwrap());

/// The example directory, with the people in post who are in post on a night.
pub(crate) fn directory_at(now: Instant) -> Directory {
    tonight(EXAMPLE.clone(), now)
}

/// A wall time in London; of two equal ones the first.
pub(crate) fn wall(text: &str) -> Instant {
    understand(text, Instant::UNIX_EPOCH, Some(Fold::Bst)).unwrap()
}

/// An incident, who is at the desk, and what the clock shows.
pub(crate) struct Case {
    pub(crate) directory: Directory,
    pub(crate) policy: Policy,
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) now: Instant,
    person: PersonId,
    incident: Option<Incident>,
    given: u128,
}

impl Case {
    /// A desk at this wall time, with the on-call officer at it and nothing logged.
    pub(crate) fn at(now: &str) -> Self {
        let now = wall(now);
        Self {
            directory: directory_at(now),
            policy: config::policy().unwrap(),
            sightings: Vec::new(),
            problems: Vec::new(),
            entries: Vec::new(),
            now,
            person: OFFICER.into(),
            incident: None,
            given: 0,
        }
    }

    /// A desk with one incident, logged at this wall time about something seen at that very moment.
    pub(crate) fn logged_at(now: &str) -> Self {
        let mut case = Self::at(now);
        let log = case.report();
        case.gives(Command::Log(Box::new(log)));
        case
    }

    /// Time goes on to this wall time, and with it the rota.
    pub(crate) fn then_at(&mut self, now: &str) -> &mut Self {
        self.then(wall(now))
    }

    pub(crate) fn then(&mut self, now: Instant) -> &mut Self {
        self.now = now;
        self.directory = directory_at(now);
        self
    }

    pub(crate) fn after_seconds(&mut self, seconds: i64) -> &mut Self {
        self.then(self.now + chrono::TimeDelta::seconds(seconds))
    }

    /// Somebody else gives the next commands.
    pub(crate) fn by(&mut self, person: &str) -> &mut Self {
        self.person = person.into();
        self
    }

    /// Five facts about something that Riverbourne's staff became aware of just now.
    pub(crate) fn report(&self) -> Log {
        Log {
            title: "Letter to the wrong address".into(),
            summary: "A letter went to a neighbour".into(),
            aware_at: self.now,
            reporter_organisation: "riverbourne".into(),
            reporter_contact: "desk 4".into(),
            reporter_role: None,
            officer_aware_at: None,
            processor_aware_at: None,
            controller_informed_at: None,
            occurrence: None,
            facts: Facts::default(),
        }
    }

    /// Gives a command and returns what became true, or the refusal.
    pub(crate) fn give(&mut self, command: Command) -> Result<Vec<Event>, Refusal> {
        self.given += 1;
        let command_id = CommandId(Uuid::from_u128(self.given));
        let id = self
            .incident
            .as_ref()
            .map_or(IncidentId::from(command_id), |incident| incident.id);
        let actor = self.directory.actor(&self.person, self.now).unwrap();
        let context = Context {
            now: self.now,
            actor: &actor,
            policy: &self.policy,
            directory: &self.directory,
            command: command_id,
            reference: Some(Reference::new(2026, 1)),
            sightings: &self.sightings,
            problems: Some(&self.problems),
        };
        let (incident, entries) =
            decide::carry_out(self.incident.as_ref(), id, &command, &context)?;
        let mut folded = apply::fold(id, self.entries.iter().chain(&entries)).unwrap();
        folded.version = incident.version;
        assert_eq!(folded, incident, "folding the entries gives the state");
        self.incident = Some(incident);
        self.entries.extend(entries.iter().cloned());
        Ok(entries.into_iter().map(|entry| entry.event).collect())
    }

    /// Gives a command that must be taken.
    #[track_caller]
    pub(crate) fn gives(&mut self, command: Command) -> Vec<Event> {
        let name = command.name();
        self.give(command)
            .unwrap_or_else(|refusal| panic!("{name} was refused: {refusal}"))
    }

    /// Gives a command that must be refused and change nothing.
    #[track_caller]
    pub(crate) fn refused(&mut self, command: Command) -> Refusal {
        let (before, name) = (self.incident.clone(), command.name());
        let refusal = self.give(command).expect_err(&format!("{name} was taken"));
        assert_eq!(self.incident, before, "a refusal changes nothing");
        refusal
    }

    pub(crate) fn incident(&self) -> &Incident {
        self.incident.as_ref().unwrap()
    }

    /// The state of a clock now, the leading controller's where there are several.
    #[track_caller]
    pub(crate) fn state(&self, kind: ClockKind) -> ClockState {
        let view = clock::view(self.incident(), kind);
        let view = view.unwrap_or_else(|| panic!("{} was never started", kind.as_str()));
        view.state(self.now)
    }

    /// When a clock is due.
    pub(crate) fn due_at(&self, kind: ClockKind) -> Option<Instant> {
        clock::view(self.incident(), kind).map(|view| view.clock.due_at)
    }

    /// Somebody answers a call at this moment.
    pub(crate) fn informs(&mut self, contact: &Contact) -> Vec<Event> {
        self.gives(inform(contact, Outcome::Answered))
    }

    /// Triages as what it is by default: a confirmed disclosure that no partner is affected by.
    pub(crate) fn triages(&mut self, facts: Facts) -> Vec<Event> {
        self.gives(triage(facts))
    }
}

/// A role of Riverbourne ICB.
pub(crate) fn home(role: Role) -> Contact {
    Contact::of(role, &OrganisationId::from("riverbourne"))
}

/// An attempt by telephone.
pub(crate) fn inform(contact: &Contact, outcome: Outcome) -> Command {
    Command::Inform(Box::new(attempt(contact, outcome)))
}

pub(crate) fn attempt(contact: &Contact, outcome: Outcome) -> Inform {
    Inform {
        contact: contact.clone(),
        person: None,
        channel: Channel::Phone,
        number: None,
        outcome,
        happened_at: None,
        spoke_to: None,
        note: None,
        late_reason: None,
        evidence: None,
    }
}

/// A confirmed breach of confidentiality that concerns living people and no partner.
pub(crate) fn disclosure() -> Facts {
    Facts {
        breach_status: nightdesk::domain::incident::BreachStatus::Confirmed,
        category: Some(Category::DisclosureWritten),
        data_scope: [DataScope::PersonalLiving].into(),
        cia: [Cia::C].into(),
        controllers: vec!["riverbourne".into()],
        partnership_effect: PartnershipEffect::None,
        partnership_reason: Some("one letter of our own".into()),
        ..Facts::default()
    }
}

/// The same disclosure, affecting two partners.
pub(crate) fn shared_disclosure() -> Facts {
    Facts {
        partnership_effect: PartnershipEffect::Affected,
        partnership_reason: Some("their patients are in it".into()),
        affected_partners: ["eastmere".into(), "calder".into()].into(),
        ..disclosure()
    }
}

pub(crate) fn triage(facts: Facts) -> Command {
    Command::Triage(Box::new(Triage {
        facts,
        recognised_at: None,
        nis: None,
        confirm: None,
        reason: Some("found since that night".into()),
    }))
}

/// A grade with what the rules ask beside it, and no factor.
pub(crate) fn grade(severity: u8, likelihood: u8) -> GradeIncident {
    GradeIncident {
        severity,
        likelihood,
        factors: [].into(),
        mitigation: None,
        grounds: None,
        harms: [Harm::ALL[0]].into(),
        rationale: "as told by the reporter".into(),
        evidence: (severity == 1 || likelihood == 1).then(|| "camera recording".into()),
        evidence_notes: Vec::new(),
    }
}

pub(crate) fn graded(severity: u8, likelihood: u8) -> Command {
    Command::Grade(Box::new(grade(severity, likelihood)))
}

/// A grade that calls an earlier one off, with its evidence (ICO-DUTY).
pub(crate) fn lowered(severity: u8, likelihood: u8) -> Command {
    let mut grade = grade(severity, likelihood);
    grade.evidence = Some("the letter came back unopened".into());
    Command::Grade(Box::new(grade))
}
