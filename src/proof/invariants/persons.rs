//! Nobody is both sides of a control that asks for two people.

use crate::domain::closing::ClosingEvent;
use crate::domain::event::Event;
use crate::domain::id::PersonId;
use crate::domain::regulator::{Authority, RegulatorEvent};
use crate::proof::world::{Case, World};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) fn holds(world: &World) -> Result<(), String> {
    world.cases.iter().try_for_each(|case| two_sides(case))
}

fn two_sides(case: &Case) -> Result<(), String> {
    let mut logged_by: Option<&PersonId> = None;
    let mut closed_by: Option<&PersonId> = None;
    let mut asked_by: Option<&PersonId> = None;
    let mut decided: BTreeMap<Uuid, Vec<&PersonId>> = BTreeMap::new();
    for entry in case.trail() {
        let person = &entry.by.person;
        let is_both = match &entry.event {
            Event::Logged(_) => {
                logged_by = Some(person);
                None
            }
            Event::Closing(ClosingEvent::Closed { .. }) => {
                closed_by = Some(person);
                (logged_by == Some(person)).then_some("reported and closed it")
            }
            Event::Closing(ClosingEvent::Audited { .. }) => {
                (closed_by == Some(person)).then_some("closed and audited it")
            }
            Event::Closing(ClosingEvent::WithdrawalAsked { .. }) => {
                asked_by = Some(person);
                None
            }
            Event::Closing(ClosingEvent::WithdrawalDropped { .. }) => {
                asked_by = None;
                None
            }
            Event::Closing(ClosingEvent::Withdrawn { .. }) => asked_by
                .is_none_or(|asked| asked == person)
                .then_some("asked to withdraw it and agreed"),
            Event::Regulator(RegulatorEvent::Decided(decision)) => {
                let given_by = match &decision.authority {
                    Authority::ByPhone { given_by } => Some(given_by),
                    Authority::Own {} | Authority::Provisional {} => None,
                };
                let mut deciders = vec![person];
                deciders.extend(given_by);
                decided.insert(decision.id, deciders);
                None
            }
            Event::Regulator(RegulatorEvent::Countersigned { decision, .. }) => decided
                .get(decision)
                .is_some_and(|deciders| deciders.contains(&person))
                .then_some("declined and countersigned"),
            Event::Regulator(RegulatorEvent::Seconded { decision, .. }) => decided
                .get(decision)
                .is_some_and(|deciders| deciders.contains(&person))
                .then_some("declined and confirmed it as a second officer"),
            Event::Regulator(RegulatorEvent::Confirmed { decision, .. }) => decided
                .get(decision)
                .is_some_and(|deciders| deciders.first() == Some(&person))
                .then_some("wrote a decision down and confirmed it"),
            _ => None,
        };
        if let Some(both) = is_both {
            return Err(format!("{person} {both}"));
        }
    }
    Ok(())
}
