//! What reports count equals what a fold over the trail counts.

use crate::domain::closing::ClosingEvent;
use crate::domain::event::Event;
use crate::domain::incident::BreachStatus;
use crate::domain::regulator::{Body, Notification, RegulatorEvent};
use crate::domain::reporting::{Period, ReportKind};
use crate::proof::people::FIRST;
use crate::proof::world::{Case, POLICY, World};
use crate::report::document::{Block, Document};
use crate::report::figures::Basis;
use crate::report::{Report, make};
use chrono::NaiveDate;

pub(super) fn holds(world: &World) -> Result<(), String> {
    let report = report(world, ReportKind::Igsg).document;
    let counted = numbers(&sentence(&report, "In short"));
    let told = world.cases.iter().map(|case| Told::by(case));
    let (told, aside): (Vec<Told>, Vec<Told>) = told.partition(|told| told.set_aside.is_none());
    let ended = |how| {
        aside
            .iter()
            .filter(|told| told.set_aside == Some(how))
            .count()
    };
    let of = |breach| told.iter().filter(|told| told.breach == breach).count();
    let expected = [
        told.len(),
        of(BreachStatus::Confirmed),
        of(BreachStatus::Suspected),
        of(BreachStatus::NearMiss),
        of(BreachStatus::NotABreach),
        told.iter().filter(|told| told.is_reported()).count(),
        ended(SetAside::Withdrawn),
        ended(SetAside::Duplicate),
    ];
    if counted != expected {
        return Err(format!(
            "the report counts {counted:?}, the trail {expected:?}"
        ));
    }
    Ok(())
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
}

/// An end by which an incident is not counted among those that were logged.
#[derive(Clone, Copy, PartialEq)]
enum SetAside {
    Duplicate,
    Withdrawn,
}

impl Told {
    fn by(case: &Case) -> Self {
        let mut told = Self {
            breach: BreachStatus::default(),
            standing: Vec::new(),
            is_controllers: case.incident.has_to_answer(&FIRST.into()),
            set_aside: None,
        };
        for entry in case.trail() {
            match &entry.event {
                Event::Logged(logged) => told.breach = logged.facts.breach_status,
                Event::Triaged { facts, .. } => told.breach = facts.breach_status,
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
                }
                Event::Closing(ClosingEvent::MarkedDuplicate { .. }) => {
                    told.set_aside = Some(SetAside::Duplicate);
                }
                Event::Closing(ClosingEvent::Withdrawn { .. }) => {
                    told.set_aside = Some(SetAside::Withdrawn);
                }
                _ => {}
            }
        }
        told
    }

    /// A controller's own duty is answered by what was told for it.
    fn is_reported(&self) -> bool {
        let is_answer = |told: &Notification| {
            told.body != Body::Ico || !self.is_controllers || told.serves(&FIRST.into())
        };
        self.standing.iter().any(is_answer)
    }
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
