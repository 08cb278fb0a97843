//! Who may change the directory, cell by cell against section 5 of the rules.

use super::{Register, day};
use crate::support::case::wall;
use nightdesk::domain::directory::command::{Appoint, DirectoryCommand, PlanShift};
use nightdesk::domain::directory::decide::{self, Context};
use nightdesk::domain::directory::event::{DirectoryEntry, DirectoryEvent};
use nightdesk::domain::directory::register::ContactName;
use nightdesk::domain::directory::rights::{Right, TABLE, cell_of};
use nightdesk::domain::directory::{Actor, Channel, HeldRole};
use nightdesk::domain::id::CommandId;
use nightdesk::domain::permission::{COLUMNS, Grant};
use nightdesk::domain::refusal::{Refusal, RefusalKind};
use nightdesk::domain::role::Role;
use nightdesk::domain::rota::Tier;
use uuid::Uuid;

/// The two rows of section 5, in its own words and order of columns.
#[rustfmt::skip]
const SECTION_5: [(Right, &str); 2] = [
    //                    STAFF | LM… | OCO | IGT | CSM | DPO | SIRO | CG | AO | WSO | GGR | HOST | PROC | IGSG | AUD | ADM
    (Right::ManageTerms, "–|–|–|–|–|propose|A own org|–|A|–|A governance group|–|–|–|V|record"),
    (Right::ManageRota,  "–|–|R own|R|–|R|–|–|–|R own|R own|R own|R own|–|V|R"),
];

fn granted(cell: &str) -> Grant {
    match cell.split(' ').next().unwrap() {
        "–" => Grant::No,
        "V" => Grant::View,
        "propose" => Grant::Advise,
        "record" => Grant::Record,
        "R" => Grant::May,
        "A" => Grant::Owner,
        other => panic!("section 5 has no word {other}"),
    }
}

fn cells(of: Right) -> impl Iterator<Item = (Role, &'static str)> {
    let (_, row) = SECTION_5.into_iter().find(|(row, _)| *row == of).unwrap();
    let cells: Vec<&str> = row.split('|').collect();
    assert_eq!(cells.len(), COLUMNS.len());
    let columns = COLUMNS.iter().zip(cells);
    columns.flat_map(|(roles, cell)| roles.iter().map(move |role| (*role, cell)))
}

/// Somebody with this one role for an organisation.
fn ask(
    role: Role,
    organisation: &str,
    command: &DirectoryCommand,
) -> Result<DirectoryEntry, Refusal> {
    let register = Register::open();
    let actor = Actor {
        person: "maud.fennimore".into(),
        organisation: organisation.into(),
        roles: vec![HeldRole {
            role,
            organisation: organisation.into(),
            interim: false,
        }],
    };
    let context = Context {
        now: register.now,
        actor: &actor,
        command: CommandId(Uuid::from_u128(1)),
        policy: &register.policy,
        directory: &register.directory,
    };
    decide::decide(command, &context)
}

fn appoint(role: Role, organisation: &str) -> DirectoryCommand {
    DirectoryCommand::Appoint(Appoint {
        role,
        organisation: organisation.into(),
        person: "percy.lathbury".into(),
        starts_on: day("2026-06-12"),
        ends_on: None,
        interim: false,
        deputy_order: 7,
        decided_by: Some("leopold.swanscombe".into()),
    })
}

fn plan() -> DirectoryCommand {
    DirectoryCommand::PlanShift(PlanShift {
        tier: Tier::First,
        organisation: "riverbourne".into(),
        person: "ravi.thistlewood".into(),
        starts_at: wall("2026-06-17T09:00:00"),
        ends_at: wall("2026-06-18T09:00:00"),
    })
}

fn add_number(role: Role, organisation: &str) -> DirectoryCommand {
    DirectoryCommand::AddContactPoint {
        point: ContactName {
            organisation: organisation.into(),
            role,
            channel: Channel::Pager,
            value: "07700 900999".to_owned(),
        },
        order: 7,
        verified_on: None,
        person: None,
    }
}

fn not_allowed(outcome: &Result<DirectoryEntry, Refusal>) -> bool {
    matches!(
        outcome,
        Err(Refusal {
            kind: RefusalKind::NotAllowed,
            ..
        })
    )
}

#[test]
fn the_table_grants_what_section_5_says_cell_by_cell() {
    assert_eq!(SECTION_5.len(), TABLE.len());
    for (right, _) in TABLE {
        for (role, cell) in cells(right) {
            let grant = cell_of(right, role).grant;
            assert_eq!(grant, granted(cell), "{right:?}: {} {cell}", role.code());
        }
    }
}

#[test]
fn who_manages_role_terms_decides_proposes_or_writes_down_as_the_table_says() {
    let asked = appoint(Role::Iaa, "riverbourne");
    for (role, cell) in cells(Right::ManageTerms) {
        let here = ask(role, "riverbourne", &asked);
        let code = role.code();
        match granted(cell) {
            Grant::Owner if cell.contains("governance group") => {
                assert!(not_allowed(&here), "{code}: {here:?}");
                let theirs = ask(role, "riverbourne", &appoint(Role::Ggr, "eastmere"));
                assert_eq!(theirs.unwrap().by.role, role);
            }
            Grant::Owner => {
                let event = here.unwrap().event;
                assert!(matches!(
                    event,
                    DirectoryEvent::Appointed {
                        decided_by: None,
                        ..
                    }
                ));
                let there = ask(role, "eastmere", &asked);
                assert!(not_allowed(&there), "{code} of another organisation");
            }
            Grant::Advise => {
                let event = here.unwrap().event;
                assert!(matches!(event, DirectoryEvent::Proposed { .. }), "{code}");
            }
            Grant::Record => {
                let event = here.unwrap().event;
                assert!(matches!(
                    event,
                    DirectoryEvent::Appointed {
                        decided_by: Some(_),
                        ..
                    }
                ));
            }
            _ => assert!(not_allowed(&here), "{code}: {here:?}"),
        }
    }
}

#[test]
fn who_manages_the_rota_does_so_for_their_own_desk() {
    for (role, cell) in cells(Right::ManageRota) {
        let here = ask(role, "riverbourne", &plan());
        let there = ask(role, "eastmere", &plan());
        let code = role.code();
        let may = granted(cell) == Grant::May && !cell.contains("own");
        assert_eq!(here.is_ok(), may, "{code}: {here:?}");
        assert_eq!(
            there.is_ok(),
            role == Role::Adm,
            "{code} of another organisation"
        );
        if let Ok(entry) = here {
            assert_eq!(entry.by.role, role);
        }
    }
}

#[test]
fn who_manages_contacts_does_so_for_their_own_role_or_organisation() {
    for (role, cell) in cells(Right::ManageRota) {
        let own = ask(role, "riverbourne", &add_number(role, "riverbourne"));
        let other = ask(role, "riverbourne", &add_number(Role::Siro, "riverbourne"));
        let foreign = ask(role, "eastmere", &add_number(role, "riverbourne"));
        let code = role.code();
        let may = granted(cell) == Grant::May;
        assert_eq!(own.is_ok(), may, "{code}: {own:?}");
        let is_own = cell.contains("own");
        assert_eq!(other.is_ok(), may && !is_own, "{code}: {other:?}");
        assert_eq!(foreign.is_ok(), role == Role::Adm, "{code}: {foreign:?}");
    }
}

#[test]
fn only_an_administrator_says_which_organisations_there_are() {
    let close = DirectoryCommand::CloseOrganisation {
        organisation: "southway".into(),
        closed_on: day("2026-07-01"),
        reason: "merged".into(),
    };
    for (role, _) in cells(Right::ManageRota) {
        let outcome = ask(role, "southway", &close);
        assert_eq!(outcome.is_ok(), role == Role::Adm, "{}", role.code());
    }
}
