//! The directory: the example hangs together, what does not is refused, and its night can be tonight.
//! Below: what may be asked of it, by whom, and what is missing from it.

mod console;
mod gaps;
mod organisations;
mod points;
mod registers;
mod rights;
mod rota;
mod shell;
mod steps;
mod terms;

use nightdesk::config;
use nightdesk::config::directory::{self, DirectoryError};
use nightdesk::demo::rota::tonight;
use nightdesk::domain::Instant;
use nightdesk::domain::directory::Directory;
use nightdesk::domain::directory::apply;
use nightdesk::domain::directory::command::DirectoryCommand;
use nightdesk::domain::directory::decide::{self, Context};
use nightdesk::domain::directory::event::{DirectoryEntry, DirectoryEvent};
use nightdesk::domain::directory::gaps::{Gap, gaps};
use nightdesk::domain::id::OrganisationId;
use nightdesk::domain::id::{CommandId, PersonId};
use nightdesk::domain::policy::Policy;
use nightdesk::domain::refusal::{Refusal, RefusalKind};
use nightdesk::domain::role::Role;
use nightdesk::domain::rota::{Tier, next_shift, on_call};
use uuid::Uuid;

pub(crate) fn example() -> Directory {
    directory::example().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// The reference night of the examples: Friday 12 June 2026, half past seven in the evening.
pub(crate) fn reference_night() -> Instant {
    at("2026-06-12T18:30:00Z")
}

/// A directory, and people who ask something of it.
pub(crate) struct Register {
    pub(crate) directory: Directory,
    pub(crate) policy: Policy,
    pub(crate) now: Instant,
    pub(crate) entries: Vec<DirectoryEntry>,
    person: PersonId,
    given: u128,
}

impl Register {
    /// The example directory on the reference night, with Riverbourne's governance team at work.
    pub(crate) fn open() -> Self {
        Self {
            directory: example(),
            policy: config::policy().unwrap(),
            now: reference_night(),
            entries: Vec::new(),
            person: IGT.into(),
            given: 0,
        }
    }

    pub(crate) fn by(&mut self, person: &str) -> &mut Self {
        self.person = person.into();
        self
    }

    pub(crate) fn at(&mut self, wall: &str) -> &mut Self {
        self.now = crate::support::case::wall(wall);
        self
    }

    pub(crate) fn give(&mut self, command: DirectoryCommand) -> Result<DirectoryEvent, Refusal> {
        self.given += 1;
        let actor = self.directory.actor(&self.person, self.now).unwrap();
        let context = Context {
            now: self.now,
            actor: &actor,
            command: CommandId(Uuid::from_u128(self.given)),
            policy: &self.policy,
            directory: &self.directory,
        };
        let entry = decide::decide(&command, &context)?;
        apply::apply(&mut self.directory, &entry);
        self.entries.push(entry.clone());
        Ok(entry.event)
    }

    pub(crate) fn gives(&mut self, command: DirectoryCommand) -> DirectoryEvent {
        self.give(command).unwrap_or_else(|no| panic!("{no}"))
    }

    /// The refusal, with the field that it is about; a right has none.
    pub(crate) fn refused(&mut self, command: DirectoryCommand) -> (Refusal, String) {
        let refusal = match self.give(command) {
            Err(refusal) => refusal,
            Ok(event) => panic!("{event:?}"),
        };
        let field = match &refusal.kind {
            RefusalKind::Invalid { pointer } => pointer.clone(),
            RefusalKind::NotAllowed => String::new(),
            kind => panic!("{kind:?}"),
        };
        (refusal, field)
    }

    /// Each of these is refused for this field, with these words.
    pub(crate) fn refuses(&mut self, table: Vec<(DirectoryCommand, &str, &str)>) {
        for (command, field, words) in table {
            let told = format!("{command:?}");
            let (refusal, pointer) = self.refused(command);
            assert_eq!(pointer, field, "{told}: {refusal}");
            let said = refusal.sentence.to_lowercase();
            assert!(said.contains(&words.to_lowercase()), "{told}: {refusal}");
        }
    }

    /// The command of the last entry.
    pub(crate) fn last(&self) -> CommandId {
        self.entries.last().unwrap().command
    }

    pub(crate) fn gaps(&self) -> Vec<Gap> {
        gaps(&self.directory, &self.policy, self.now)
    }
}

/// Who is who in the example.
pub(crate) const IGT: &str = "idris.pennywell";
pub(crate) const DPO: &str = "bronwen.hartleap";
pub(crate) const AO: &str = "leopold.swanscombe";
pub(crate) const SIRO: &str = "oona.merriweather";
pub(crate) const GGR: &str = "gwendolen.ashby";
pub(crate) const ADM: &str = "jocasta.weir";

pub(crate) fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_example_directory_has_the_organisations_of_the_scenarios() {
    let directory = example();
    let names = |partner: bool| -> Vec<&str> {
        let of_kind = directory
            .organisations
            .iter()
            .filter(|known| known.partner == partner);
        of_kind.map(|known| known.name.as_str()).collect()
    };
    assert_eq!(names(true).len(), 8);
    assert_eq!(
        names(false),
        [
            "Southway Support Unit",
            "Portalpath Ltd",
            "Pinewell Hosting Ltd"
        ]
    );
    assert_eq!(directory.host().unwrap().name, "Larkfield ICB");
}

#[test]
fn every_partner_can_be_reached_and_can_answer_for_itself() {
    let directory = example();
    for partner in directory.organisations.iter().filter(|known| known.partner) {
        for role in [
            Role::Lm,
            Role::Iao,
            Role::Dpo,
            Role::Siro,
            Role::Ggr,
            Role::Igt,
        ] {
            let id = Some(&partner.id);
            let holders = directory.holders(role, id, reference_night());
            assert!(
                !holders.is_empty(),
                "nobody is {} of {}",
                role.code(),
                partner.id
            );
            let numbers = directory.ways_to_reach(role, id);
            assert!(
                !numbers.is_empty(),
                "no number for {} of {}",
                role.code(),
                partner.id
            );
        }
    }
}

#[test]
fn numbers_are_reserved_for_drama_and_addresses_for_examples() {
    for point in example().contact_points {
        let value = &point.value;
        let reserved = value.starts_with("01632 960")
            || value.starts_with("07700 900")
            || value.ends_with(".example.org");
        assert!(reserved, "{value} could be somebody's");
    }
}

#[test]
fn the_reference_night_shows_an_interim_a_vacancy_and_terms_that_are_about_to_end() {
    let (directory, policy) = (example(), config::policy().unwrap());
    let officer = directory.holders(Role::Wso, None, reference_night());
    assert_eq!(officer.len(), 2, "an Officer and a deputy");
    assert!(officer[0].interim && !officer[1].interim);
    let harbour = OrganisationId::from("harbour");
    assert_eq!(
        directory.vacancies(reference_night()),
        [(Role::Cg, &harbour)]
    );
    let mut warnings: Vec<u32> = directory
        .holdings
        .iter()
        .filter_map(|holding| holding.warning_days_at(reference_night(), &policy.term))
        .collect();
    warnings.sort_unstable();
    assert_eq!(warnings, [7, 14, 30]);
}

#[test]
fn terms_last_six_months() {
    let (directory, policy) = (example(), config::policy().unwrap());
    for holding in directory.holdings {
        if let Some(ends_on) = holding.ends_on {
            let expected = nightdesk::domain::role::term_end(holding.starts_on, &policy.term);
            assert_eq!(
                ends_on,
                expected,
                "{} {}",
                holding.role.code(),
                holding.person
            );
        }
    }
}

#[test]
fn whatever_leads_nowhere_is_refused_with_its_name() {
    let good = include_str!("../../../config/directory.toml");
    for (from, to, complaint) in [
        (
            "person = \"maud.fennimore\"",
            "person = \"nobody\"",
            "gives work to \"nobody\"",
        ),
        (
            "role = \"LM\", organisation = \"eastmere\"",
            "role = \"LM\", organisation = \"atlantis\"",
            "the organisation \"atlantis\"",
        ),
        (
            "id = \"first-11\"",
            "id = \"first-12\"",
            "\"first-12\" twice",
        ),
        (
            "person = \"cuthbert.wray\", starts_on = \"2026-03-16\", ends_on = \"2026-09-16\", deputy_order = 1",
            "person = \"cuthbert.wray\", starts_on = \"2026-03-16\", ends_on = \"2026-09-16\"",
            "hold DPO of riverbourne at the same time",
        ),
        (
            "starts_on = \"2025-11-10\", ends_on = \"2026-05-10\"",
            "starts_on = \"2026-05-10\", ends_on = \"2026-05-10\"",
            "ends before it begins",
        ),
    ] {
        assert!(good.contains(from), "the example has no {from}");
        match directory::read(&good.replace(from, to)) {
            Err(DirectoryError::Contradiction { line, said }) => {
                assert!(said.contains(complaint), "{said}");
                let there = good.lines().nth(line - 1).unwrap();
                assert!(there.trim().starts_with('{'), "line {line} is {there}");
            }
            other => panic!("{to} was taken: {:?}", other.map(|_| ())),
        }
    }
}

#[test]
fn at_any_hour_of_any_night_the_same_officer_holds_the_desk() {
    for now in [
        "2026-06-12T18:30:00Z",
        "2026-06-13T07:59:59Z",
        "2026-11-22T02:14:00Z",
        "2027-03-28T00:59:59Z",
        "2027-03-28T08:00:00Z",
        "2026-10-25T00:30:00Z",
        "2024-02-29T09:00:00Z",
    ] {
        let (now, directory) = (at(now), tonight(example(), at(now)));
        let desk = on_call(&directory.shifts, Tier::First, now).unwrap();
        assert_eq!(desk.person.as_str(), "tamsin.quill", "{now}");
        assert!(
            desk.starts_at <= now && now < desk.ends_at,
            "{now}: {desk:?}"
        );
        let next = next_shift(&directory.shifts, Tier::First, now).unwrap();
        assert_eq!(next.starts_at, desk.ends_at, "{now}: no gap on the rota");
        let actor = directory.actor(&desk.person, now).unwrap();
        assert!(actor.holds(Role::Oco), "{now}");
    }
}

#[test]
fn moving_the_night_keeps_every_term_as_long_as_it_was() {
    let moved = tonight(example(), at("2026-11-22T02:14:00Z"));
    let length = |directory: &Directory| -> Vec<_> {
        let of = |holding: &nightdesk::domain::role::Holding| {
            holding.ends_on.map(|ends_on| ends_on - holding.starts_on)
        };
        directory.holdings.iter().map(of).collect()
    };
    assert_eq!(length(&moved), length(&example()));
    let harbour = OrganisationId::from("harbour");
    assert_eq!(
        moved.vacancies(at("2026-11-22T02:14:00Z")),
        [(Role::Cg, &harbour)]
    );
}
