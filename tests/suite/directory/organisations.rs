//! Organisations and people: who there is, and that nobody is ever taken out.

use super::{ADM, DPO, Register, day};
use crate::support::case::OFFICER;
use nightdesk::domain::directory::OrganisationKind;
use nightdesk::domain::directory::command::{
    AddOrganisation, ChangeOrganisation, DirectoryCommand,
};
use nightdesk::domain::role::Role;

fn add(id: &str, predecessor: Option<&str>) -> DirectoryCommand {
    DirectoryCommand::AddOrganisation(Box::new(AddOrganisation {
        organisation: id.into(),
        name: "Riverlark ICB".into(),
        kind: OrganisationKind::Icb,
        partner: true,
        controller: true,
        operator_of_essential_services: true,
        predecessor: predecessor.map(Into::into),
    }))
}

fn change(id: &str, how: impl Fn(&mut ChangeOrganisation)) -> DirectoryCommand {
    let mut asked = ChangeOrganisation {
        organisation: id.into(),
        name: None,
        partner: None,
        controller: None,
        operator_of_essential_services: None,
        host: None,
        predecessor: None,
    };
    how(&mut asked);
    DirectoryCommand::ChangeOrganisation(Box::new(asked))
}

fn close(id: &str, on: &str) -> DirectoryCommand {
    DirectoryCommand::CloseOrganisation {
        organisation: id.into(),
        closed_on: day(on),
        reason: "merged".into(),
    }
}

fn leaves(person: &str) -> DirectoryCommand {
    DirectoryCommand::RecordLeaver {
        person: person.into(),
        reason: "retired".into(),
    }
}

#[test]
fn a_body_is_followed_by_another_and_stays_listed() {
    let mut register = Register::open();
    register.by(ADM).gives(add("riverlark", Some("eastmere")));
    register.gives(close("eastmere", "2026-07-01"));
    let theirs = |register: &Register| {
        register
            .directory
            .holders(Role::Dpo, Some(&"eastmere".into()), register.now)
            .len()
    };
    register.at("2026-06-30T23:59:59");
    assert_eq!(theirs(&register), 1);
    register.at("2026-07-01T00:00:00");
    assert_eq!(theirs(&register), 0, "terms end with the organisation");
    let vacancies = register.directory.vacancies(register.now);
    assert!(vacancies.iter().all(|(_, id)| id.as_str() != "eastmere"));
    let heir = register
        .directory
        .organisation(&"riverlark".into())
        .unwrap();
    assert_eq!(heir.predecessor, Some("eastmere".into()));
    let old = register.directory.organisation(&"eastmere".into()).unwrap();
    assert!(!old.is_open_at(register.now));
}

#[test]
fn a_renamed_body_keeps_its_short_name_and_the_host_moves_as_a_whole() {
    let mut register = Register::open();
    register.by(ADM).gives(change("eastmere", |asked| {
        asked.name = Some("Eastmere University NHS Trust".into());
    }));
    let name = |id: &str| register.directory.organisation_name(&id.into()).to_owned();
    assert_eq!(name("eastmere"), "Eastmere University NHS Trust");
    register.gives(change("eastmere", |asked| asked.host = Some(true)));
    let hosts = register.directory.organisations.iter();
    assert_eq!(hosts.filter(|one| one.host).count(), 1);
    assert_eq!(register.directory.host().unwrap().id.as_str(), "eastmere");
}

#[test]
fn what_would_leave_the_desk_without_something_is_refused() {
    let mut register = Register::open();
    register.by(ADM).refuses(vec![
        (
            close("larkfield", "2026-07-01"),
            "/organisation",
            "host first",
        ),
        (
            close("riverbourne", "2026-06-16"),
            "/closed_on",
            "Cancel or move",
        ),
        (
            close("eastmere", "2026-06-11"),
            "/closed_on",
            "today or a later day",
        ),
        (add("eastmere", None), "/organisation", "already"),
        (add("East Mere", None), "/organisation", "lower-case"),
        (
            add("new", Some("atlantis")),
            "/predecessor",
            "does not list the organisation",
        ),
        (
            change("larkfield", |asked| asked.host = Some(false)),
            "/host",
            "another organisation",
        ),
        (change("larkfield", |_| {}), "/name", "already says this"),
        (
            change("larkfield", |asked| {
                asked.predecessor = Some("larkfield".into())
            }),
            "/predecessor",
            "its own predecessor",
        ),
        (leaves(OFFICER), "/person", "handed over first"),
        (leaves("gethin.brambley"), "/person", "override or cancel"),
    ]);
}

#[test]
fn somebody_who_left_is_nobody_here_and_stays_listed() {
    let mut register = Register::open();
    register.gives(leaves("priya.fairweather"));
    let priya = "priya.fairweather".into();
    assert_eq!(register.directory.actor(&priya, register.now), None);
    assert_eq!(register.directory.person_name(&priya), "Priya Fairweather");
    let guardians = register
        .directory
        .holders(Role::Cg, Some(&"riverbourne".into()), register.now);
    assert!(guardians.is_empty(), "every term ends with it");
    register.refuses(vec![(leaves("priya.fairweather"), "/person", "has left")]);
}

#[test]
fn a_person_is_added_and_corrected_by_whoever_keeps_the_register() {
    let mut register = Register::open();
    let add = |person: &str| DirectoryCommand::AddPerson {
        person: person.into(),
        name: "Ida Marsh".into(),
        organisation: "riverbourne".into(),
    };
    let change = |organisation: &str| DirectoryCommand::ChangePerson {
        person: "ida.marsh".into(),
        name: Some("Ida Marsh-Reed".into()),
        organisation: Some(organisation.into()),
    };
    register.refuses(vec![(add("Ida"), "/person", "lower-case")]);
    register.gives(add("ida.marsh"));
    register.by(DPO).refuses(vec![
        (add("ida.marsh"), "/person", "already"),
        (change("eastmere"), "", "of Eastmere"),
    ]);
    register.by(ADM).gives(change("eastmere"));
    let ida = register.directory.person(&"ida.marsh".into()).unwrap();
    assert_eq!(
        (ida.name.as_str(), ida.organisation.as_str()),
        ("Ida Marsh-Reed", "eastmere")
    );
}
