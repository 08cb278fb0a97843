//! Who holds which role (WSIC-TERM): appointing, ending early, proposing, writing down.

use super::{ADM, AO, DPO, GGR, IGT, Register, SIRO, day};
use crate::support::case::wall;
use nightdesk::domain::directory::command::{Appoint, DirectoryCommand, EndTerm};
use nightdesk::domain::directory::event::DirectoryEvent;
use nightdesk::domain::directory::gaps::Gap;
use nightdesk::domain::id::PersonId;
use nightdesk::domain::role::{HoldingName, HoldingState, Role};
use nightdesk::domain::rule::RuleId;

fn appoint(role: Role, organisation: &str, person: &str, from: &str) -> Appoint {
    Appoint {
        role,
        organisation: organisation.into(),
        person: person.into(),
        starts_on: day(from),
        ends_on: None,
        interim: false,
        deputy_order: 0,
        decided_by: None,
    }
}

fn term(role: Role, organisation: &str, person: &str, from: &str) -> HoldingName {
    HoldingName {
        role,
        organisation: organisation.into(),
        person: person.into(),
        starts_on: day(from),
    }
}

fn end(holding: HoldingName, on: Option<&str>) -> DirectoryCommand {
    DirectoryCommand::EndTerm(EndTerm {
        holding,
        ends_on: on.map(day),
        reason: "moved to another post".into(),
        decided_by: None,
    })
}

impl Register {
    fn holds(&self, person: &str, role: Role) -> bool {
        let actor = self.directory.actor(&person.into(), self.now);
        actor.is_some_and(|actor| actor.holds(role))
    }
}

const NEW: &str = "maud.fennimore";

/// The vacancy of the example: the hospice has no Caldicott Guardian.
#[test]
fn an_appointment_fills_a_vacancy_for_six_calendar_months() {
    let mut register = Register::open();
    let guardian = appoint(Role::Cg, "harbour", NEW, "2026-06-12");
    let theirs = register
        .directory
        .holders(Role::Ao, Some(&"harbour".into()), register.now)[0]
        .person
        .clone();
    register.by(AO).refuses(vec![(
        DirectoryCommand::Appoint(guardian.clone()),
        "",
        "Ask the SIRO or the Accountable Officer",
    )]);
    let vacancy = Gap::Vacancy {
        role: Role::Cg,
        organisation: "harbour".into(),
    };
    assert!(register.gaps().contains(&vacancy));
    register
        .by(theirs.as_str())
        .gives(DirectoryCommand::Appoint(guardian));
    assert!(!register.gaps().contains(&vacancy));
    assert!(register.holds(NEW, Role::Cg));
    let holding = register
        .directory
        .holding(&term(Role::Cg, "harbour", NEW, "2026-06-12"))
        .unwrap();
    assert_eq!(holding.ends_on, Some(day("2026-12-12")));
    assert_eq!(holding.appointed_by.as_ref(), Some(&theirs));
    let last = wall("2026-12-11T23:59:59");
    assert!(holding.is_valid_at(last));
    assert!(!holding.is_valid_at(wall("2026-12-12T00:00:00")));
}

#[test]
fn no_two_hold_a_role_in_one_place_and_nobody_beyond_a_term() {
    let mut register = Register::open();
    let dpo = |change: &dyn Fn(&mut Appoint)| {
        let mut asked = appoint(Role::Dpo, "riverbourne", NEW, "2026-07-01");
        change(&mut asked);
        DirectoryCommand::Appoint(asked)
    };
    register.by(AO).refuses(vec![
        (dpo(&|_| {}), "/deputy_order", "in the same place until"),
        (
            dpo(&|asked| asked.deputy_order = 1),
            "/deputy_order",
            "Cuthbert Wray",
        ),
        (
            dpo(&|asked| {
                asked.deputy_order = 2;
                asked.person = DPO.into();
            }),
            "/person",
            "Begin the new term then",
        ),
        (
            dpo(&|asked| {
                asked.deputy_order = 2;
                asked.ends_on = Some(day("2027-01-02"));
            }),
            "/ends_on",
            "at most 6 months",
        ),
        (
            dpo(&|asked| {
                asked.deputy_order = 2;
                asked.ends_on = Some(day("2026-07-01"));
            }),
            "/ends_on",
            "ends after it begins",
        ),
        (
            dpo(&|asked| {
                asked.deputy_order = 2;
                asked.starts_on = day("2025-12-12");
            }),
            "/ends_on",
            "already over",
        ),
        (
            dpo(&|asked| asked.role = Role::Oco),
            "/role",
            "a shift holds the desk",
        ),
        (
            dpo(&|asked| asked.person = "nobody".into()),
            "/person",
            "does not list the person",
        ),
    ]);
    let (refusal, _) = register.refused(dpo(&|_| {}));
    assert_eq!(refusal.rule, Some(RuleId::WsicTerm));
    register.gives(dpo(&|asked| asked.deputy_order = 2));
    register.gives(dpo(&|asked| {
        asked.starts_on = day("2026-09-16");
        asked.person = "percy.lathbury".into();
    }));
}

#[test]
fn a_standing_appointment_has_no_end() {
    let mut register = Register::open();
    let mut asked = appoint(Role::Iaa, "riverbourne", NEW, "2026-06-12");
    asked.deputy_order = 1;
    register.by(AO).gives(DirectoryCommand::Appoint(asked));
    let holding = register.directory.holdings.last().unwrap();
    assert_eq!(holding.ends_at(), None);
}

#[test]
fn rights_end_at_once_where_a_term_is_ended_and_the_role_is_vacant() {
    let mut register = Register::open();
    let guardian = term(Role::Cg, "riverbourne", "priya.fairweather", "2026-03-16");
    assert!(register.holds("priya.fairweather", Role::Cg));
    register.by(SIRO).gives(end(guardian.clone(), None));
    assert!(!register.holds("priya.fairweather", Role::Cg));
    let holding = register.directory.holding(&guardian).unwrap();
    assert_eq!(holding.state_at(register.now), HoldingState::EndedEarly);
    assert_eq!(
        holding.ended_because.as_deref(),
        Some("moved to another post")
    );
    assert!(register.gaps().contains(&Gap::Vacancy {
        role: Role::Cg,
        organisation: "riverbourne".into(),
    }));
    register.refuses(vec![
        (end(guardian, None), "/holding", "already ended"),
        (
            end(term(Role::Cg, "riverbourne", NEW, "2026-03-16"), None),
            "/holding",
            "no such term",
        ),
    ]);
}

#[test]
fn an_ending_to_come_lets_rights_run_until_its_midnight() {
    let mut register = Register::open();
    let guardian = || term(Role::Cg, "riverbourne", "priya.fairweather", "2026-03-16");
    register.by(AO).refuses(vec![
        (end(guardian(), Some("2026-06-12")), "/ends_on", "at once"),
        (
            end(guardian(), Some("2026-09-16")),
            "/ends_on",
            "ends by then anyway",
        ),
    ]);
    register.gives(end(guardian(), Some("2026-06-14")));
    register.at("2026-06-13T23:59:59");
    assert!(register.holds("priya.fairweather", Role::Cg));
    register.at("2026-06-14T00:00:00");
    assert!(!register.holds("priya.fairweather", Role::Cg));
}

#[test]
fn what_a_dpo_asks_is_a_proposal_that_waits_for_whoever_decides() {
    let mut register = Register::open();
    let mut asked = appoint(Role::Adpo, "riverbourne", NEW, "2026-06-15");
    asked.deputy_order = 1;
    let event = register.by(DPO).gives(DirectoryCommand::Appoint(asked));
    assert!(matches!(event, DirectoryEvent::Proposed { .. }));
    let proposal = register.last();
    assert!(register.gaps().contains(&Gap::ProposalWaits { proposal }));
    let confirm = || DirectoryCommand::ConfirmProposal { proposal };
    let reject = || DirectoryCommand::RejectProposal {
        proposal,
        reason: "not yet".into(),
    };
    for person in [DPO, IGT, ADM, GGR] {
        register.by(person).refuses(vec![(
            confirm(),
            "",
            "Ask the SIRO or the Accountable Officer",
        )]);
    }
    let before = register.directory.holdings.len();
    register.by(SIRO).gives(confirm());
    assert_eq!(register.directory.holdings.len(), before + 1);
    let begun = register.directory.holdings.last().unwrap();
    assert_eq!(begun.appointed_by.as_ref(), Some(&PersonId::from(SIRO)));
    register.refuses(vec![(confirm(), "/proposal", "No such proposal")]);
    register.refuses(vec![(reject(), "/proposal", "No such proposal")]);
}

#[test]
fn a_proposal_can_be_turned_down_or_taken_back_and_is_judged_again() {
    let mut register = Register::open();
    let cuthbert = || term(Role::Dpo, "riverbourne", "cuthbert.wray", "2026-03-16");
    let reject = |proposal| DirectoryCommand::RejectProposal {
        proposal,
        reason: "he stays".into(),
    };
    register.by(DPO).gives(end(cuthbert(), None));
    let first = register.last();
    register.by(AO).gives(reject(first));
    register.by(DPO).gives(end(cuthbert(), None));
    let second = register.last();
    register.gives(reject(second));
    register.gives(end(cuthbert(), None));
    let third = register.last();
    register.by(AO).gives(end(cuthbert(), None));
    // The world has moved on since it was proposed.
    register.refuses(vec![(
        DirectoryCommand::ConfirmProposal { proposal: third },
        "/holding",
        "already ended",
    )]);
    assert_eq!(register.directory.proposals.len(), 1);
}

#[test]
fn an_administrator_writes_down_what_somebody_decided_who_may() {
    let mut register = Register::open();
    let asked = |decided_by: Option<&str>| {
        let mut asked = appoint(Role::Iaa, "riverbourne", NEW, "2026-06-12");
        asked.deputy_order = 1;
        asked.decided_by = decided_by.map(PersonId::from);
        DirectoryCommand::Appoint(asked)
    };
    register.by(ADM).refuses(vec![
        (asked(None), "/decided_by", "Say who decided"),
        (asked(Some(DPO)), "/decided_by", "may not decide"),
        (asked(Some(GGR)), "/decided_by", "may not decide"),
    ]);
    register.gives(asked(Some(AO)));
    let holding = register.directory.holdings.last().unwrap();
    assert_eq!(holding.appointed_by.as_ref(), Some(&PersonId::from(AO)));
    assert_eq!(register.entries[0].by.role, Role::Adm);
}

/// The governance group appoints the Officer and its own representatives, and nobody else.
#[test]
fn the_officer_is_appointed_by_the_governance_group() {
    let mut register = Register::open();
    let mut officer = appoint(Role::Wso, "larkfield", "yusuf.hollybush", "2026-07-06");
    officer.interim = true;
    let asked = || DirectoryCommand::Appoint(officer.clone());
    register.by(AO).refuses(vec![(
        asked(),
        "",
        "Ask the governance-group representative",
    )]);
    register.by(GGR).gives(asked());
    let dpo = appoint(Role::Dpo, "riverbourne", NEW, "2026-09-16");
    register.refuses(vec![(
        DirectoryCommand::Appoint(dpo),
        "",
        "Ask the SIRO or the Accountable Officer",
    )]);
}

/// A processor has no SIRO and no Accountable Officer of its own.
#[test]
fn for_a_body_that_is_no_controller_the_officers_of_the_host_decide() {
    let mut register = Register::open();
    let mut asked = appoint(Role::Proc, "pinewell", "harold.quickthorn", "2026-06-12");
    asked.deputy_order = 1;
    let command = DirectoryCommand::Appoint(asked);
    register.by(AO).refuses(vec![(
        command.clone(),
        "",
        "Ask the SIRO or the Accountable Officer",
    )]);
    let host = register
        .directory
        .holders(Role::Ao, Some(&"larkfield".into()), register.now)[0]
        .person
        .clone();
    register.by(host.as_str()).gives(command);
}
