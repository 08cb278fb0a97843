//! Reads a directory of organisations, people, roles and shifts, and checks that it hangs together.
//!
//! A name that leads nowhere is refused here, so that nobody finds out at night. Deliberately does
//! not judge whether a role is vacant: that is a fact, which the desk shows.

use crate::domain::directory::Directory;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::role::Holding;
use std::collections::BTreeSet;

const EXAMPLE: &str = include_str!("../../config/directory.toml");

/// Why a directory was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Not TOML, or not of the directory's shape.
    #[error("The directory cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// Well formed, but something in it leads nowhere or contradicts itself.
    #[error("The directory cannot be used: {0}")]
    Contradiction(String),
}

/// The example directory that is built into the program: invented organisations and people.
pub fn example() -> Result<Directory, DirectoryError> {
    read(EXAMPLE)
}

/// A directory from the text of a `directory.toml`, checked.
pub fn read(text: &str) -> Result<Directory, DirectoryError> {
    let directory: Directory = toml::from_str(text)?;
    let found = unknown_organisation(&directory)
        .or_else(|| unknown_person(&directory))
        .or_else(|| repeated_name(&directory))
        .or_else(|| two_holders_in_one_place(&directory))
        .or_else(|| impossible_span(&directory));
    match found {
        None => Ok(directory),
        Some(contradiction) => Err(DirectoryError::Contradiction(contradiction)),
    }
}

fn unknown_organisation(directory: &Directory) -> Option<String> {
    let people = directory.people.iter().map(|person| &person.organisation);
    let holdings = directory
        .holdings
        .iter()
        .map(|holding| &holding.organisation);
    let points = directory
        .contact_points
        .iter()
        .map(|point| &point.organisation);
    let shifts = directory.shifts.iter().map(|shift| &shift.organisation);
    people
        .chain(holdings)
        .chain(points)
        .chain(shifts)
        .find(|id| directory.organisation(id).is_none())
        .map(|id| format!("it names the organisation \"{id}\" without listing it"))
}

fn unknown_person(directory: &Directory) -> Option<String> {
    let holders = directory.holdings.iter().map(|holding| &holding.person);
    let on_call = directory.shifts.iter().map(|shift| &shift.person);
    holders
        .chain(on_call)
        .find(|id| directory.person(id).is_none())
        .map(|id| format!("it gives work to \"{id}\" without listing that person"))
}

fn repeated_name(directory: &Directory) -> Option<String> {
    let organisations = directory
        .organisations
        .iter()
        .map(|organisation| organisation.id.as_str());
    let people = directory.people.iter().map(|person| person.id.as_str());
    let shifts = directory.shifts.iter().map(|shift| shift.id.as_str());
    first_repeated(organisations)
        .or_else(|| first_repeated(people))
        .or_else(|| first_repeated(shifts))
        .map(|name| format!("it lists \"{name}\" twice"))
}

fn first_repeated<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    names.find(|name| !seen.insert(*name))
}

/// Two terms in one role may overlap only with an order of deputies (WSIC-TERM).
fn two_holders_in_one_place(directory: &Directory) -> Option<String> {
    let holdings = &directory.holdings;
    let clash = |(place, one): (usize, &Holding)| {
        holdings[place + 1..]
            .iter()
            .find(|other| same_place(one, other) && overlap(one, other))
            .map(|other| {
                let (role, organisation) = (one.role.code(), &one.organisation);
                let (one, other) = (&one.person, &other.person);
                format!("{one} and {other} hold {role} of {organisation} at the same time; give one of them a deputy_order")
            })
    };
    holdings.iter().enumerate().find_map(clash)
}

fn same_place(one: &Holding, other: &Holding) -> bool {
    let place = |holding: &Holding| -> (_, OrganisationId, u8) {
        (
            holding.role,
            holding.organisation.clone(),
            holding.deputy_order,
        )
    };
    place(one) == place(other)
}

fn overlap(one: &Holding, other: &Holding) -> bool {
    let begins_before_end = |first: &Holding, second: &Holding| {
        second
            .ends_on
            .is_none_or(|ends_on| first.starts_on < ends_on)
    };
    begins_before_end(one, other) && begins_before_end(other, one)
}

fn impossible_span(directory: &Directory) -> Option<String> {
    let term = directory
        .holdings
        .iter()
        .find(|holding| {
            holding
                .ends_on
                .is_some_and(|ends| ends <= holding.starts_on)
        })
        .map(|holding| ("term", &holding.person));
    let shift = directory
        .shifts
        .iter()
        .find(|shift| shift.ends_at <= shift.starts_at)
        .map(|shift| ("shift", &shift.person));
    term.or(shift).map(|(what, person): (&str, &PersonId)| {
        format!("a {what} of {person} ends before it begins")
    })
}
