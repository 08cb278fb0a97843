//! What reports count equals what a fold over the trail counts.

use crate::domain::closing::ClosingEvent;
use crate::domain::event::{Entry, Event};
use crate::domain::incident::BreachStatus;
use crate::domain::regulator::{Body, Notification, RegulatorEvent};
use crate::domain::reporting::{Period, ReportKind};
use crate::proof::people::FIRST;
use crate::proof::world::{POLICY, World};
use crate::report::document::{Block, Document};
use crate::report::figures::Basis;
use crate::report::{Report, make};
use chrono::NaiveDate;

pub(super) fn holds(world: &World) -> Result<(), String> {
    let told: Vec<Told> = (0..world.cases.len())
        .map(|place| Told::by(world, place))
        .collect();
    let (told, aside): (Vec<Told>, Vec<Told>) =
        told.into_iter().partition(|told| told.set_aside.is_none());
    let ended = |how| aside.iter().filter(move |told| told.set_aside == Some(how));
    let of = |breach| told.iter().filter(|told| told.breach == breach).count();
    let logged = [
        told.len(),
        of(BreachStatus::Confirmed),
        of(BreachStatus::Suspected),
        of(BreachStatus::NearMiss),
        of(BreachStatus::NotABreach),
        told.iter().filter(|told| told.is_reported()).count(),
    ];
    let set_aside = [
        ended(SetAside::Withdrawn).count(),
        ended(SetAside::WithWithdrawn).count(),
        ended(SetAside::Duplicate).count(),
    ];
    let major = [
        told.len(),
        told.iter().filter(|told| told.was_major).count(),
        told.iter().map(|told| told.false_alarms).sum(),
    ];
    let breaches = || told.iter().filter(|told| told.was_breach);
    let register = [
        breaches().count(),
        breaches().map(|told| told.taken_over).sum(),
        ended(SetAside::Withdrawn).count(),
        ended(SetAside::WithWithdrawn)
            .filter(|told| told.was_breach)
            .count(),
        0,
    ];
    let of_steering = [&logged[..], &set_aside].concat();
    counts(world, ReportKind::Igsg, &of_steering)?;
    counts(world, ReportKind::Body, &of_steering)?;
    counts(world, ReportKind::Partnership, &major)?;
    counts(world, ReportKind::Register, &register)?;
    notifications_are_counted(world)
}

/// The committee's numbers of what each regulator was told, and of what was taken back since.
fn notifications_are_counted(world: &World) -> Result<(), String> {
    let told = Notified::all(world);
    let bodies = Body::ALL.map(|body| told.iter().filter(|one| one.told.body == body).count());
    let taken_back = told.iter().filter(|one| one.is_taken_back).count();
    let expected: Vec<usize> = bodies.into_iter().chain([taken_back]).collect();
    let document = report(world, ReportKind::Arc).document;
    let counted = numbers(&sentence(&document, "In short"));
    // The first is the number of incidents.
    if counted
        .get(1..)
        .is_some_and(|counted| counted.starts_with(&expected))
    {
        return Ok(());
    }
    Err(format!(
        "the committee counts {counted:?}, the trail {expected:?} notifications"
    ))
}

/// A notification as the trails tell it.
struct Notified {
    told: Notification,
    is_taken_back: bool,
}

impl Notified {
    /// Each once, as far as the first controller's report tells it: its own where it has a duty on the incident on
    /// which the record stands now.
    fn all(world: &World) -> Vec<Self> {
        let entries = || world.cases.iter().flat_map(|case| case.trail());
        let is_taken_back = |told: &Notification| {
            entries().any(|entry| {
                matches!(&entry.event, Event::Regulator(RegulatorEvent::Withdrawn { notification, .. }) if *notification == told.id)
            })
        };
        let places = (0..world.cases.len()).flat_map(|place| {
            let trail = world.cases[place].trail();
            trail.filter_map(move |entry| match &entry.event {
                Event::Regulator(RegulatorEvent::Submitted(told)) => Some((place, told)),
                _ => None,
            })
        });
        places
            .filter(|(place, told)| {
                let stands_on = &world.cases[goes_on(world, *place)].incident;
                told.body == Body::Nhse
                    || !stands_on.has_to_answer(&FIRST.into())
                    || told.serves(&FIRST.into())
            })
            .map(|(_, told)| Self {
                is_taken_back: is_taken_back(told),
                told: (**told).clone(),
            })
            .collect()
    }
}

/// The case that goes on for a duplicate; any other itself.
fn goes_on(world: &World, place: usize) -> usize {
    let other = world.cases[place]
        .trail()
        .find_map(|entry| match &entry.event {
            Event::Closing(ClosingEvent::MarkedDuplicate { of, .. }) => world.place(*of),
            _ => None,
        });
    other.map_or(place, |other| goes_on(world, other))
}

/// Whether the summary of a report begins with these numbers.
fn counts(world: &World, kind: ReportKind, expected: &[usize]) -> Result<(), String> {
    let document = report(world, kind).document;
    let counted = numbers(&sentence(&document, "In short"));
    if counted.starts_with(expected) {
        return Ok(());
    }
    Err(format!(
        "the report {kind} counts {counted:?}, the trail {expected:?}"
    ))
}

/// What the trail of one case tells that reports count.
struct Told {
    breach: BreachStatus,
    /// Reports to regulators that have not been taken back.
    standing: Vec<Notification>,
    /// Whether the organisation whose report it is has a duty of its own.
    is_controllers: bool,
    /// How it ended, where it is counted with another or apart.
    set_aside: Option<SetAside>,
    /// Whether it was ever suspected or confirmed, by itself or as a duplicate.
    was_breach: bool,
    /// How many duplicates it goes on for.
    taken_over: usize,
    /// Whether anybody ever declared it major.
    was_major: bool,
    /// How often it was ended as a false alarm.
    false_alarms: usize,
}

/// An end by which an incident is not counted among those that were logged.
#[derive(Clone, Copy, PartialEq)]
enum SetAside {
    Duplicate,
    Withdrawn,
    WithWithdrawn,
}

impl Told {
    fn by(world: &World, place: usize) -> Self {
        let case = &world.cases[place];
        let mut told = Self {
            breach: BreachStatus::default(),
            standing: Vec::new(),
            is_controllers: case.incident.has_to_answer(&FIRST.into()),
            set_aside: set_aside(world, place),
            was_breach: was_breach(world, place),
            taken_over: 0,
            was_major: false,
            false_alarms: 0,
        };
        for entry in case.trail() {
            match &entry.event {
                Event::Logged(logged) => told.breach = logged.facts.breach_status,
                Event::Triaged { facts, .. } => told.breach = facts.breach_status,
                Event::MajorDeclared { .. } => told.was_major = true,
                Event::MajorEnded { .. } => told.false_alarms += 1,
                Event::Regulator(RegulatorEvent::Submitted(report)) => {
                    told.standing.push((**report).clone());
                }
                Event::Regulator(RegulatorEvent::Withdrawn { notification, .. }) => {
                    told.standing.retain(|known| known.id != *notification);
                }
                Event::TakenOver(taken) => {
                    let notifications = &taken.casework.regulator.notifications;
                    let standing = notifications.iter().filter(|told| told.withdrawn.is_none());
                    told.standing.extend(standing.cloned());
                    told.taken_over += 1;
                }
                _ => {}
            }
        }
        told
    }

    /// A controller's own duty is answered by what was told for it.
    fn is_reported(&self) -> bool {
        let is_answer = |told: &Notification| {
            told.body == Body::Nhse || !self.is_controllers || told.serves(&FIRST.into())
        };
        self.standing.iter().any(is_answer)
    }
}

/// Whether the trail of a case, or that of a duplicate of it, ever said that it is or may be a breach. One that
/// was found not to be any was taken for one.
fn was_breach(world: &World, place: usize) -> bool {
    let case = &world.cases[place];
    let said = |entry: &Entry| match &entry.event {
        Event::Logged(logged) => Some(logged.facts.breach_status),
        Event::Triaged { facts, .. } => Some(facts.breach_status),
        _ => None,
    };
    let found_none = case.trail().rev().find_map(said) == Some(BreachStatus::NotABreach);
    found_none
        || case.trail().any(|entry| match &entry.event {
            Event::Logged(_) | Event::Triaged { .. } => {
                said(entry).is_some_and(BreachStatus::may_be_breach)
            }
            Event::TakenOver(taken) => {
                let from = world.place(taken.from.incident);
                from.is_some_and(|from| was_breach(world, from))
            }
            _ => false,
        })
}

/// How a case ended, where it is not counted by itself; a duplicate goes the way of what goes on for it.
fn set_aside(world: &World, place: usize) -> Option<SetAside> {
    world.cases[place]
        .trail()
        .find_map(|entry| match &entry.event {
            Event::Closing(ClosingEvent::Withdrawn { .. }) => Some(SetAside::Withdrawn),
            Event::Closing(ClosingEvent::MarkedDuplicate { of, .. }) => {
                let goes_on = world.place(*of);
                match goes_on.and_then(|goes_on| set_aside(world, goes_on)) {
                    Some(SetAside::Withdrawn | SetAside::WithWithdrawn) => {
                        Some(SetAside::WithWithdrawn)
                    }
                    Some(SetAside::Duplicate) | None => Some(SetAside::Duplicate),
                }
            }
            _ => None,
        })
}

/// A report of the first controller over the whole time.
pub(super) fn report(world: &World, kind: ReportKind) -> Report {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    make(
        kind,
        &Basis {
            incidents: world.cases.iter().map(|case| &case.incident).collect(),
            period: Period::new(day(6, 1), day(7, 31)).unwrap(),
            organisation: &FIRST.into(),
            directory: &world.post.organisations,
            policy: &POLICY,
            now: world.now,
        },
    )
    .unwrap()
}

/// The cells of a table in a report, row by row.
pub(super) fn rows(document: &Document, heading: &str) -> Vec<Vec<String>> {
    blocks(document.clone(), heading)
        .into_iter()
        .flat_map(|block| match block {
            Block::Table(table) => table.rows,
            Block::Paragraph { .. } | Block::Chart(_) => Vec::new(),
        })
        .map(|row| row.cells)
        .collect()
}

fn blocks(document: Document, heading: &str) -> Vec<Block> {
    let mut sections = document.sections.into_iter();
    let section = sections.find(|section| section.heading == heading);
    section
        .unwrap_or_else(|| panic!("no section {heading}"))
        .blocks
}

fn sentence(document: &Document, heading: &str) -> String {
    let texts = blocks(document.clone(), heading)
        .into_iter()
        .filter_map(|block| match block {
            Block::Paragraph { text } => Some(text),
            Block::Table(_) | Block::Chart(_) => None,
        });
    texts.collect()
}

/// The numbers of a sentence, in order.
fn numbers(text: &str) -> Vec<usize> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}
