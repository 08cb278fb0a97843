//! Who may see an incident follows from its audience alone: where that is the same, everybody's reach is.
//!
//! The server asks the audience before and after a change whether the incident came into anybody's sight, and
//! looks no further. So whatever the reach of a role looks at must be in the audience.

use crate::support::case::{Case, DPO, OFFICER, shared_disclosure};
use nightdesk::domain::directory::{Actor, HeldRole};
use nightdesk::domain::id::OrganisationId;
use nightdesk::domain::incident::{Incident, PartnershipEffect};
use nightdesk::domain::permission::{self, Audience, TABLE};
use nightdesk::domain::role::Role;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

/// The Partnership Security Officer.
const SECURITY: &str = "marguerite.holloway";

/// Few organisations, so that different incidents often have the same audience.
const ORGANISATIONS: [&str; 4] = ["riverbourne", "eastmere", "calder", "pinewell"];

fn some_organisations() -> impl Strategy<Value = Vec<OrganisationId>> {
    subsequence(&ORGANISATIONS[..], 0..=2)
        .prop_map(|chosen| chosen.into_iter().map(OrganisationId::from).collect())
}

/// An incident as it may stand after anything that people do: who has a part in it in which way.
fn any_incident() -> impl Strategy<Value = Incident> {
    let organisations = (
        some_organisations(),
        some_organisations(),
        some_organisations(),
        some_organisations(),
    );
    let effects = prop::sample::select(vec![PartnershipEffect::None, PartnershipEffect::Affected]);
    let loggers = prop::sample::select(vec![OFFICER, DPO]);
    (organisations, any::<bool>(), effects, loggers).prop_map(
        |((controllers, processors, affected, asked), cyber, effect, logger)| {
            let mut incident = Case::logged_at("2026-06-12T19:30:00").incident().clone();
            incident.facts = shared_disclosure();
            incident.facts.controllers = controllers;
            incident.facts.processors = processors;
            incident.facts.affected_partners = affected.into_iter().collect();
            incident.facts.cyber = cyber;
            incident.facts.partnership_effect = effect;
            incident.logged_by.person = logger.into();
            incident
                .casework
                .get_or_insert_default()
                .regulator
                .nis_still_asked = asked;
            incident
        },
    )
}

fn everybody() -> impl Iterator<Item = (Actor, HeldRole)> {
    let people = [OFFICER, DPO, SECURITY].into_iter();
    people.flat_map(|person| {
        ORGANISATIONS.into_iter().flat_map(move |organisation| {
            Role::ALL.into_iter().map(move |role| {
                let held = HeldRole {
                    role,
                    organisation: organisation.into(),
                    interim: false,
                };
                let actor = Actor {
                    person: person.into(),
                    organisation: organisation.into(),
                    roles: vec![held.clone()],
                };
                (actor, held)
            })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_reaches_an_incident_follows_from_its_audience(
        incidents in prop::collection::vec(any_incident(), 12),
        change in any::<Index>(),
    ) {
        // The same parties in another order have the same audience.
        let mut incidents = incidents;
        let mut turned = change.get(&incidents).clone();
        turned.facts.controllers.reverse();
        turned.facts.processors.reverse();
        incidents.push(turned);
        for (place, one) in incidents.iter().enumerate() {
            for other in &incidents[place + 1..] {
                if Audience::of(one) != Audience::of(other) {
                    continue;
                }
                for (actor, held) in everybody() {
                    for (action, _) in TABLE {
                        prop_assert_eq!(
                            permission::reaches(action, &held, &actor, one),
                            permission::reaches(action, &held, &actor, other),
                            "{:?} in {:?}", action, &held
                        );
                    }
                    prop_assert_eq!(
                        permission::may_see(&actor, one),
                        permission::may_see(&actor, other)
                    );
                }
            }
        }
    }
}
