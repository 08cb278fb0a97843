//! What is missing from the directory, derived and told.

use super::{AO, Register, day};
use nightdesk::domain::directory::command::{Appoint, DirectoryCommand};
use nightdesk::domain::directory::gaps::Gap;
use nightdesk::domain::role::Role;

/// NOBODY-THERE: also a role that nobody has ever held, as that of Southway.
#[test]
fn the_gaps_of_the_reference_night_stand_before_its_warnings() {
    let register = Register::open();
    let gaps = register.gaps();
    let told: Vec<String> = gaps
        .iter()
        .map(|gap| {
            let sort = if gap.is_missing() { "gap" } else { "warning" };
            format!("{sort}: {}", gap.sentence(&register.directory))
        })
        .collect();
    assert_eq!(
        told,
        [
            "gap: Harbour Hospice has no Caldicott Guardian (CG). Appoint somebody",
            "gap: Nobody is planned as first on call from Tue 16 Jun 2026 09:00 BST to Fri 26 Jun 2026 19:30 BST. Plan a shift",
            "gap: Nobody is planned as second on call from Mon 22 Jun 2026 09:00 BST to Fri 26 Jun 2026 19:30 BST. Plan a shift",
            "gap: Nobody is planned as director on call from Mon 22 Jun 2026 09:00 BST to Fri 26 Jun 2026 19:30 BST. Plan a shift",
            "gap: The review of \"Incident management and reporting procedure\" was due on Fri 15 Nov 2024. Review it, or withdraw it",
            "gap: Southway Support Unit has no Caldicott Guardian (CG). Appoint somebody",
            "warning: The review of \"Partnership incident management protocol\" is due on Fri 26 Jun 2026",
            "warning: The term of Mabel Orrinsmith as DPO of Oakdene Community Services CIC ends Wed 17 Jun 2026 00:00 BST. Appoint a successor",
            "warning: The term of Fergus Threlkeld as governance-group representative of Calder Mental Health NHS Trust ends Wed 24 Jun 2026 00:00 BST. Appoint a successor",
            "warning: The term of Marguerite Holloway as Partnership Security Officer of Larkfield ICB ends Mon 6 Jul 2026 00:00 BST. Appoint a successor",
            "warning: mobile 07700 900103 for the asset administrator of Riverbourne ICB has never been checked. Check it",
            "warning: e-mail iaa@riverbourne.example.org for the asset administrator of Riverbourne ICB has never been checked. Check it",
            "warning: mobile 07700 900112 for the system administrator of Riverbourne ICB has never been checked. Check it",
            "warning: e-mail adm@riverbourne.example.org for the system administrator of Riverbourne ICB has never been checked. Check it",
            "warning: e-mail proc@portalpath.example.org for the supplier contact of Portalpath Ltd was last checked on Thu 13 Nov 2025. Check it",
        ]
    );
}

/// Warnings at 30, 14, 7 and 1 days (WSIC-TERM), until somebody is appointed who follows.
#[test]
fn a_term_that_ends_warns_until_somebody_follows() {
    let mut register = Register::open();
    let warned = |register: &Register| {
        register.gaps().into_iter().find_map(|gap| match gap {
            Gap::TermEnding { holding, days, .. }
                if holding.role == Role::Cg && holding.organisation.as_str() == "riverbourne" =>
            {
                Some(days)
            }
            _ => None,
        })
    };
    for (at, days) in [
        ("2026-08-16T23:59:59", None),
        ("2026-08-17T00:00:00", Some(30)),
        ("2026-09-02T00:00:00", Some(14)),
        ("2026-09-09T00:00:00", Some(7)),
        ("2026-09-15T00:00:00", Some(1)),
        ("2026-09-16T00:00:00", None),
    ] {
        assert_eq!(warned(register.at(at)), days, "{at}");
    }
    register.at("2026-09-09T12:00:00");
    register.by(AO).gives(DirectoryCommand::Appoint(Appoint {
        role: Role::Cg,
        organisation: "riverbourne".into(),
        person: "maud.fennimore".into(),
        starts_on: day("2026-09-16"),
        ends_on: None,
        interim: false,
        deputy_order: 0,
        decided_by: None,
    }));
    assert_eq!(warned(&register), None);
}

#[test]
fn one_person_as_siro_and_guardian_is_warned_of_and_not_refused() {
    let mut register = Register::open();
    register.by(AO).gives(DirectoryCommand::Appoint(Appoint {
        role: Role::Cg,
        organisation: "riverbourne".into(),
        person: "hamish.underhay".into(),
        starts_on: day("2026-06-12"),
        ends_on: None,
        interim: false,
        deputy_order: 1,
        decided_by: None,
    }));
    let both = Gap::SiroIsGuardian {
        person: "hamish.underhay".into(),
        organisation: "riverbourne".into(),
    };
    assert!(register.gaps().contains(&both));
}
