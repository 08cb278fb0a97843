//! Contact points: added, changed, checked, taken away.

use super::{Register, day};
use nightdesk::domain::directory::Channel;
use nightdesk::domain::directory::command::DirectoryCommand;
use nightdesk::domain::directory::gaps::Gap;
use nightdesk::domain::directory::register::ContactName;
use nightdesk::domain::role::Role;

fn name(value: &str) -> ContactName {
    ContactName {
        organisation: "riverbourne".into(),
        role: Role::Dpo,
        channel: Channel::Mobile,
        value: value.to_owned(),
    }
}

fn add(value: &str, verified_on: Option<&str>) -> DirectoryCommand {
    DirectoryCommand::AddContactPoint {
        point: name(value),
        order: 9,
        verified_on: verified_on.map(day),
        person: None,
    }
}

fn verify(value: &str, on: Option<&str>) -> DirectoryCommand {
    DirectoryCommand::VerifyContactPoint {
        point: name(value),
        verified_on: on.map(day),
    }
}

const NUMBER: &str = "07700 900990";

impl Register {
    fn unverified(&self, value: &str) -> bool {
        let is_it =
            |gap: &Gap| matches!(gap, Gap::Unverified { point, .. } if point.value == value);
        self.gaps().iter().any(is_it)
    }
}

#[test]
fn a_number_is_shown_as_unverified_until_somebody_has_checked_it_and_again_after_its_days() {
    let mut register = Register::open();
    register.gives(add(NUMBER, None));
    assert!(register.unverified(NUMBER));
    register.gives(verify(NUMBER, None));
    assert!(!register.unverified(NUMBER));
    let point = register.directory.contact_point(&name(NUMBER)).unwrap();
    assert_eq!(point.verified_on, Some(day("2026-06-12")));
    register.at("2026-12-09T12:00:00");
    assert!(!register.unverified(NUMBER), "180 days are in time");
    register.at("2026-12-10T12:00:00");
    assert!(register.unverified(NUMBER));
}

#[test]
fn a_changed_number_is_to_be_checked_again_and_another_place_is_not() {
    let mut register = Register::open();
    register.gives(add(NUMBER, Some("2026-06-01")));
    register.gives(DirectoryCommand::ChangeContactPoint {
        point: name(NUMBER),
        value: None,
        order: Some(3),
    });
    assert!(!register.unverified(NUMBER));
    register.gives(DirectoryCommand::ChangeContactPoint {
        point: name(NUMBER),
        value: Some("07700 900991".into()),
        order: None,
    });
    assert!(register.unverified("07700 900991"));
    let ways = register
        .directory
        .ways_to_reach(Role::Dpo, Some(&"riverbourne".into()));
    assert!(
        ways.iter()
            .any(|way| way.value == "07700 900991" && way.order == 3)
    );
    assert!(ways.iter().all(|way| way.value != NUMBER));
}

#[test]
fn a_role_whose_last_number_goes_is_shown_as_out_of_reach() {
    let mut register = Register::open();
    let ways: Vec<ContactName> = register
        .directory
        .ways_to_reach(Role::Dpo, Some(&"riverbourne".into()))
        .into_iter()
        .map(nightdesk::domain::directory::ContactPoint::name)
        .collect();
    let gap = Gap::Unreachable {
        role: Role::Dpo,
        organisation: "riverbourne".into(),
    };
    for point in ways {
        assert!(!register.gaps().contains(&gap));
        let reason = "number given up".into();
        register.gives(DirectoryCommand::RetireContactPoint { point, reason });
    }
    assert!(register.gaps().contains(&gap));
}

#[test]
fn what_makes_no_sense_is_refused_at_its_field() {
    let mut register = Register::open();
    register.gives(add(NUMBER, Some("2026-06-10")));
    let change = |value: &str| DirectoryCommand::ChangeContactPoint {
        point: name(NUMBER),
        value: Some(value.into()),
        order: None,
    };
    let known = register
        .directory
        .ways_to_reach(Role::Dpo, Some(&"riverbourne".into()))[0]
        .value
        .clone();
    register.refuses(vec![
        (add(NUMBER, None), "/point/value", "already"),
        (add(" ", None), "/point/value", "number or the address"),
        (
            add("1", Some("2026-06-13")),
            "/verified_on",
            "in the future",
        ),
        (
            verify(NUMBER, Some("2026-06-09")),
            "/verified_on",
            "since that day",
        ),
        (verify("none", None), "/point", "no such contact point"),
        (change(NUMBER), "/value", "already"),
        (change(&known), "/value", "already"),
        (
            DirectoryCommand::RetireContactPoint {
                point: name(NUMBER),
                reason: " ".into(),
            },
            "/reason",
            "Say why",
        ),
    ]);
}
