//! Reads a directory of organisations, people, roles and shifts, checks that it hangs together, and
//! writes one.
//!
//! A name that leads nowhere is refused here with its line, so that nobody finds out at night.
//! Deliberately does not judge whether a role is vacant: that is a fact, which the desk shows; nor
//! whether a desk that has begun may be changed so: that is for the rules.

use crate::domain::directory::register::{Agreement, PolicyDocument, Proposal};
use crate::domain::directory::{ContactPoint, Directory, Organisation, Person};
use crate::domain::holidays::HolidayBook;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::role::Holding;
use crate::domain::rota::Shift;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use toml::Spanned;

const EXAMPLE: &str = include_str!("../../config/directory.toml");

/// Why a directory was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Not TOML, or not of the directory's shape.
    #[error("The directory cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// Well formed, but something in it leads nowhere or contradicts itself.
    #[error("The directory cannot be used: line {line}: {said}")]
    Contradiction {
        /// Where.
        line: usize,
        /// What is wrong.
        said: String,
    },
}

/// The example directory that is built into the program: invented organisations and people.
pub fn example() -> Result<Directory, DirectoryError> {
    read(EXAMPLE)
}

/// A directory from the text of a `directory.toml`, checked.
pub fn read(text: &str) -> Result<Directory, DirectoryError> {
    Ok(read_with_lines(text)?.0)
}

/// The line on which each row of a directory file stands, in the order of the rows.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Of each organisation.
    pub organisations: Vec<usize>,
    /// Of each person.
    pub people: Vec<usize>,
    /// Of each term.
    pub holdings: Vec<usize>,
    /// Of each contact point.
    pub contact_points: Vec<usize>,
    /// Of each shift.
    pub shifts: Vec<usize>,
    /// Of each agreement.
    pub agreements: Vec<usize>,
    /// Of each policy document.
    pub policy_documents: Vec<usize>,
}

/// As [`read`], with where each row stands.
pub fn read_with_lines(text: &str) -> Result<(Directory, Lines), DirectoryError> {
    let rows: Rows = toml::from_str(text)?;
    let begins = line_begins(text);
    match contradiction(&rows) {
        Some((place, said)) => Err(DirectoryError::Contradiction {
            line: line_of(&begins, place),
            said,
        }),
        None => Ok(rows.split(&begins)),
    }
}

/// A directory file as it stands, each row with its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(default)]
    version: u64,
    organisations: Vec<Spanned<Organisation>>,
    people: Vec<Spanned<Person>>,
    holdings: Vec<Spanned<Holding>>,
    contact_points: Vec<Spanned<ContactPoint>>,
    shifts: Vec<Spanned<Shift>>,
    #[serde(default)]
    agreements: Vec<Spanned<Agreement>>,
    #[serde(default)]
    policy_documents: Vec<Spanned<PolicyDocument>>,
    #[serde(default)]
    proposals: Vec<Spanned<Proposal>>,
    #[serde(default)]
    holidays: HolidayBook,
}

impl Rows {
    fn split(self, begins: &[usize]) -> (Directory, Lines) {
        let (organisations, organisation_lines) = split(self.organisations, begins);
        let (people, people_lines) = split(self.people, begins);
        let (holdings, holding_lines) = split(self.holdings, begins);
        let (contact_points, point_lines) = split(self.contact_points, begins);
        let (shifts, shift_lines) = split(self.shifts, begins);
        let (agreements, agreement_lines) = split(self.agreements, begins);
        let (policy_documents, document_lines) = split(self.policy_documents, begins);
        let (proposals, _) = split(self.proposals, begins);
        let directory = Directory {
            version: self.version,
            organisations,
            people,
            holdings,
            contact_points,
            shifts,
            agreements,
            policy_documents,
            proposals,
            holidays: self.holidays,
        };
        let lines = Lines {
            organisations: organisation_lines,
            people: people_lines,
            holdings: holding_lines,
            contact_points: point_lines,
            shifts: shift_lines,
            agreements: agreement_lines,
            policy_documents: document_lines,
        };
        (directory, lines)
    }
}

fn split<T>(rows: Vec<Spanned<T>>, begins: &[usize]) -> (Vec<T>, Vec<usize>) {
    rows.into_iter()
        .map(|row| {
            let line = line_of(begins, row.span().start);
            (row.into_inner(), line)
        })
        .unzip()
}

/// Where each line of a text begins: a file has many rows, and none is worth reading it again.
fn line_begins(text: &str) -> Vec<usize> {
    let after = text.match_indices('\n').map(|(end, _)| end + 1);
    [0].into_iter().chain(after).collect()
}

/// The line of a place, counted from 1.
fn line_of(begins: &[usize], place: usize) -> usize {
    begins.partition_point(|begin| *begin <= place)
}

/// What in the file leads nowhere or contradicts itself, with its place.
fn contradiction(rows: &Rows) -> Option<(usize, String)> {
    unknown_organisation(rows)
        .or_else(|| unknown_person(rows))
        .or_else(|| repeated_name(rows))
        .or_else(|| two_holders_in_one_place(rows))
        .or_else(|| impossible_span(rows))
}

fn places<'a, T, N: 'a>(
    rows: &'a [Spanned<T>],
    name: impl Fn(&'a T) -> N + 'a,
) -> impl Iterator<Item = (usize, N)> + 'a {
    rows.iter()
        .map(move |row| (row.span().start, name(row.get_ref())))
}

fn unknown_organisation(rows: &Rows) -> Option<(usize, String)> {
    let known: BTreeSet<&OrganisationId> = rows
        .organisations
        .iter()
        .map(|row| &row.get_ref().id)
        .collect();
    let parties = rows.agreements.iter().flat_map(|row| {
        let agreement = row.get_ref();
        let named = agreement.parties.iter().chain(&agreement.lead);
        named.map(|id| (row.span().start, id))
    });
    let predecessors = rows.organisations.iter().filter_map(|row| {
        let predecessor = row.get_ref().predecessor.as_ref()?;
        Some((row.span().start, predecessor))
    });
    places(&rows.people, |person| &person.organisation)
        .chain(places(&rows.holdings, |holding| &holding.organisation))
        .chain(places(&rows.contact_points, |point| &point.organisation))
        .chain(places(&rows.shifts, |shift| &shift.organisation))
        .chain(places(&rows.policy_documents, |one| &one.organisation))
        .chain(parties)
        .chain(predecessors)
        .find(|(_, id)| !known.contains(id))
        .map(|(place, id)| {
            let said = format!("it names the organisation \"{id}\" without listing it");
            (place, said)
        })
}

fn unknown_person(rows: &Rows) -> Option<(usize, String)> {
    let known: BTreeSet<&PersonId> = rows.people.iter().map(|row| &row.get_ref().id).collect();
    places(&rows.holdings, |holding| &holding.person)
        .chain(places(&rows.shifts, |shift| &shift.person))
        .find(|(_, id)| !known.contains(id))
        .map(|(place, id)| {
            let said = format!("it gives work to \"{id}\" without listing that person");
            (place, said)
        })
}

fn repeated_name(rows: &Rows) -> Option<(usize, String)> {
    first_repeated(places(&rows.organisations, |one| one.id.to_string()))
        .or_else(|| first_repeated(places(&rows.people, |one| one.id.to_string())))
        .or_else(|| first_repeated(places(&rows.shifts, |one| one.id.to_string())))
        .or_else(|| first_repeated(places(&rows.agreements, |one| one.id.to_string())))
        .or_else(|| first_repeated(places(&rows.policy_documents, |one| one.id.to_string())))
        .or_else(|| first_repeated(places(&rows.contact_points, contact)))
        .map(|(place, name)| (place, format!("it lists \"{name}\" twice")))
}

fn contact(point: &ContactPoint) -> String {
    let ContactPoint {
        organisation,
        role,
        channel,
        value,
        ..
    } = point;
    format!(
        "{} {value} for {} of {organisation}",
        channel.name(),
        role.code()
    )
}

fn first_repeated(mut names: impl Iterator<Item = (usize, String)>) -> Option<(usize, String)> {
    let mut seen = BTreeSet::new();
    names.find(|(_, name)| !seen.insert(name.clone()))
}

/// Two terms in one role may overlap only with an order of deputies (WSIC-TERM).
fn two_holders_in_one_place(rows: &Rows) -> Option<(usize, String)> {
    let holdings = &rows.holdings;
    let clash = |(place, one): (usize, &Spanned<Holding>)| {
        let one = one.get_ref();
        let other = holdings[place + 1..]
            .iter()
            .find(|other| same_place(one, other.get_ref()) && overlap(one, other.get_ref()))?;
        let (role, organisation) = (one.role.code(), &one.organisation);
        let (person, another) = (&one.person, &other.get_ref().person);
        Some((
            other.span().start,
            format!(
                "{person} and {another} hold {role} of {organisation} at the same time; give one of them a deputy_order"
            ),
        ))
    };
    holdings.iter().enumerate().find_map(clash)
}

fn same_place(one: &Holding, other: &Holding) -> bool {
    (one.role, one.deputy_order) == (other.role, other.deputy_order)
        && one.organisation == other.organisation
}

fn overlap(one: &Holding, other: &Holding) -> bool {
    let begins_before_end = |first: &Holding, second: &Holding| {
        second.ends_at().is_none_or(|ends| first.begins_at() < ends)
    };
    begins_before_end(one, other) && begins_before_end(other, one)
}

fn impossible_span(rows: &Rows) -> Option<(usize, String)> {
    let term = rows
        .holdings
        .iter()
        .find(|row| {
            let holding = row.get_ref();
            holding
                .ends_on
                .is_some_and(|ends| ends <= holding.starts_on)
        })
        .map(|row| (row.span().start, "term", &row.get_ref().person));
    let shift = rows
        .shifts
        .iter()
        .find(|row| row.get_ref().ends_at <= row.get_ref().starts_at)
        .map(|row| (row.span().start, "shift", &row.get_ref().person));
    term.or(shift)
        .map(|(place, what, person)| (place, format!("a {what} of {person} ends before it begins")))
}

/// A directory as a file that [`read`] takes to the same directory: one row a line, so that two of
/// them can be compared. Its version stays out, because the desk gives it one.
pub fn write(directory: &Directory) -> Result<String, toml::ser::Error> {
    let mut text = String::new();
    table(&mut text, "organisations", &directory.organisations)?;
    table(&mut text, "people", &directory.people)?;
    table(&mut text, "holdings", &directory.holdings)?;
    table(&mut text, "contact_points", &directory.contact_points)?;
    table(&mut text, "shifts", &directory.shifts)?;
    table(&mut text, "agreements", &directory.agreements)?;
    table(&mut text, "policy_documents", &directory.policy_documents)?;
    table(&mut text, "proposals", &directory.proposals)?;
    if !directory.holidays.is_empty() {
        let holidays = inline(&directory.holidays)?;
        let _ = writeln!(text, "\nholidays = {holidays}");
    }
    Ok(text)
}

fn table<T: Serialize>(text: &mut String, name: &str, rows: &[T]) -> Result<(), toml::ser::Error> {
    let gap = if text.is_empty() { "" } else { "\n" };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{gap}{name} = [");
    for row in rows {
        let _ = writeln!(text, "  {},", inline(row)?);
    }
    text.push_str("]\n");
    Ok(())
}

fn inline(value: &impl Serialize) -> Result<String, toml::ser::Error> {
    let mut inline = String::new();
    value.serialize(toml::ser::ValueSerializer::new(&mut inline))?;
    Ok(inline)
}
