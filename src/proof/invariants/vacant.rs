//! No vacancy blocks a duty (NOBODY-THERE): for whatever is owed, somebody in post may do what is owed,
//! and that people were told can always be recorded.

use super::duty;
use crate::domain::command::Command;
use crate::domain::contacts::{self, Contact};
use crate::domain::event::Event;
use crate::domain::incident::Incident;
use crate::domain::role::Role;
use crate::domain::subjects::SubjectsEvent;
use crate::proof::deeds::{self, Deed, Scene};
use crate::proof::people::{EVERYBODY, FIRST, OFFICER};
use crate::proof::world::{Case, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    if !world.post.is_vacant {
        return Ok(());
    }
    let cases = world.cases.iter().enumerate();
    let mut open = cases.filter(|(_, case)| case.incident.status.is_open());
    open.try_for_each(|(place, case)| {
        decided(world, place, case)?;
        voices(world, place, case)?;
        told(world, place, &case.incident)?;
        told_instead(world, place, &case.incident)
    })
}

/// Whoever owes a decision has somebody who may take the next step towards it.
fn decided(world: &World, place: usize, case: &Case) -> Result<(), String> {
    let told = duty::Told::by(world, case);
    for controller in told.owing() {
        let ways = match controller.as_str() {
            FIRST => [
                "decide to report for the first controller",
                "report to the ICO for the first controller",
            ],
            _ => [
                "decide to report for the second controller",
                "report to the ICO for the second controller",
            ],
        };
        let what = format!("decide or report for {controller}");
        somebody(world, place, &ways, &what)?;
        let Some(decline) = told.awaits_countersignature(controller) else {
            continue;
        };
        let signature = deeds::countersigned(decline);
        if !anybody_may(world, place, &signature) {
            return Err(format!("nobody in post may countersign for {controller}"));
        }
    }
    Ok(())
}

/// Once it is recommended, two voices are there to decide whether people are told; an organisation that
/// turned out to be no controller tells nobody.
fn voices(world: &World, place: usize, case: &Case) -> Result<(), String> {
    let controllers = &case.incident.facts.controllers;
    let mut voices = None;
    for entry in case.trail() {
        match &entry.event {
            Event::Subjects(SubjectsEvent::Recommended(opinion)) => {
                let whose = &opinion.signed.by.organisation;
                let whose = opinion.controller.as_ref().unwrap_or(whose);
                voices = controllers.contains(whose).then_some(0);
            }
            Event::Subjects(SubjectsEvent::Decided(_)) => voices = voices.map(|count| count + 1),
            _ => {}
        }
    }
    if voices.is_some_and(|count| count < 2) {
        somebody(
            world,
            place,
            &["decide that people are told"],
            "decide on telling people",
        )?;
    }
    Ok(())
}

/// That somebody was told can be recorded of everybody who must be and whose role somebody holds; for the
/// others whoever stands in is told.
fn told(world: &World, place: usize, incident: &Incident) -> Result<(), String> {
    let required = contacts::required(incident).into_iter();
    for required in required.filter(|required| !is_vacant(world, &required.contact)) {
        let command = deeds::told(&required.contact);
        if !world.may(OFFICER, place, &command) {
            return Err(format!(
                "nobody can record that {} was told",
                required.contact
            ));
        }
    }
    Ok(())
}

/// Where nobody holds a role that must be told, there is somebody in post whom to tell for it.
fn told_instead(world: &World, place: usize, incident: &Incident) -> Result<(), String> {
    let vacant = contacts::outstanding(incident).into_iter();
    let vacant = vacant.map(|required| required.contact);
    let vacant = vacant.filter(|contact| is_vacant(world, contact));
    for contact in vacant {
        let people = [Role::Siro, Role::Ao, Role::Cg, Role::Dpo, Role::Host];
        let counts = |role: Role| {
            let other = Contact {
                role,
                organisation: contact.organisation.clone(),
            };
            let call = ("tell whoever stands in", &deeds::told(&other));
            let after = world.after(OFFICER, place, call);
            after.is_ok_and(|after| {
                let incident = &after.cases[place].incident;
                contacts::informed_at(incident, &contact).is_some()
            })
        };
        if !people.into_iter().any(counts) {
            return Err(format!("nobody can be told instead of {contact}"));
        }
    }
    Ok(())
}

/// Whether nobody holds the role, and somebody stands in for it.
fn is_vacant(world: &World, contact: &Contact) -> bool {
    let of = contact.organisation.as_ref();
    let in_turn = [Role::Siro, Role::Ao, Role::Cg, Role::Dpo, Role::Host];
    let of = of.map_or("", |organisation| organisation.as_str());
    let mut in_turn = in_turn.into_iter();
    in_turn.any(|role| world.post.tells_instead(role, contact.role, of))
}

fn anybody_may(world: &World, place: usize, command: &Command) -> bool {
    let mut everybody = EVERYBODY.iter();
    everybody.any(|who| world.may(who, place, command))
}

fn somebody(world: &World, place: usize, ways: &[&str], what: &str) -> Result<(), String> {
    let scene = Scene::of(world, place);
    let is_way = |deed: &&Deed| ways.contains(&deed.name);
    let mut deeds = deeds::everything().filter(is_way);
    let may = deeds.any(|deed| {
        let command = (deed.command)(&scene);
        command.is_some_and(|command| anybody_may(world, place, &command))
    });
    may.then_some(())
        .ok_or_else(|| format!("nobody in post may {what}"))
}
