//! The bank holidays that a desk has imported besides the built-in ones, and how they come into force:
//! an administrator imports, a data protection officer approves (BOB-BH, section 5).
//!
//! An import merges: it adds days and renames them, and takes none away, because gov.uk once left past
//! years out and put them back. When it comes into force, the outer limits of clocks that still run
//! follow it, and nothing else does. Deliberately reads no document: `config::holidays` does.

use super::apply;
use super::clock;
use super::deadlines::{self, ClockKind};
use super::directory::Actor;
use super::event::{Entry, Event, Signature, Signed};
use super::id::CommandId;
use super::incident::Incident;
use super::permission::{self, Grant, Permission};
use super::policy::Policy;
use super::refusal::Refusal;
use super::rule::RuleId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The most days that one import may hold; gov.uk publishes about ten a year.
const MOST_DAYS: usize = 400;

/// The most letters in the name of a holiday.
const LONGEST_NAME: usize = 100;

/// What was imported, and what waits for approval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayBook {
    /// How many imports have come into force.
    #[serde(default)]
    pub imports: u32,
    /// Everything that they brought.
    #[serde(default)]
    pub imported: BTreeMap<NaiveDate, String>,
    /// The import that a data protection officer has not answered yet.
    #[serde(default)]
    pub waiting: Option<WaitingImport>,
}

/// An import that nobody has approved yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitingImport {
    /// The command that brought it.
    pub import: CommandId,
    /// What it would add or rename.
    pub holidays: BTreeMap<NaiveDate, String>,
    /// Who imported it, and when.
    pub signed: Signed,
}

/// What a person asks of the bank holidays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum HolidayCommand {
    /// Bring in days; they count once they are approved.
    Import {
        /// Each day with its name. Days that are known already do no harm.
        holidays: BTreeMap<NaiveDate, String>,
    },
    /// Let an import come into force.
    Approve {
        /// The command that brought it.
        import: CommandId,
    },
    /// Drop an import.
    Reject {
        /// The command that brought it.
        import: CommandId,
        /// Why.
        reason: String,
    },
}

impl HolidayCommand {
    /// The command's name in the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Import { .. } => "import_holidays",
            Self::Approve { .. } => "approve_holidays",
            Self::Reject { .. } => "reject_holidays",
        }
    }
}

/// What became true of the bank holidays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HolidayEvent {
    /// Days were brought in and wait for approval.
    Imported {
        /// What they would add or rename.
        holidays: BTreeMap<NaiveDate, String>,
    },
    /// An import came into force.
    Approved {
        /// The command that brought it.
        import: CommandId,
    },
    /// An import was dropped.
    Rejected {
        /// The command that brought it.
        import: CommandId,
        /// Why.
        reason: String,
    },
}

impl HolidayBook {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The numbers that the desk works by: the built-in ones, with the holidays that were imported.
    #[must_use]
    pub fn over(&self, built_in: &Policy) -> Policy {
        let mut policy = built_in.clone();
        if self.imports > 0 {
            let version = format!("{}.{}", built_in.calendar.version, self.imports);
            policy.calendar = built_in.calendar.merged(&self.imported, version);
        }
        policy
    }
}

/// Judge a command about the bank holidays, over those that are built in.
///
/// # Errors
/// A refusal in words that say what to do.
pub fn decide(
    book: &HolidayBook,
    command: &HolidayCommand,
    actor: &Actor,
    built_in: &Policy,
) -> Result<(HolidayEvent, Signature), Refusal> {
    match command {
        HolidayCommand::Import { holidays } => {
            let by = permission::require_of_desk(
                Permission::ImportCalendar,
                Grant::May,
                "import bank holidays",
                actor,
            )?;
            if book.waiting.is_some() {
                return Err(Refusal::against(
                    RuleId::BobBh,
                    "An earlier import waits for approval. It must be approved or rejected first",
                ));
            }
            let holidays = news(holidays, &book.over(built_in).calendar.holidays)?;
            Ok((HolidayEvent::Imported { holidays }, by))
        }
        HolidayCommand::Approve { import } => {
            let (by, waiting) = answered(book, *import, actor)?;
            if waiting.signed.by.person == actor.person {
                return Err(Refusal::against(
                    RuleId::BobBh,
                    "You imported these holidays, so another DPO must approve them",
                ));
            }
            Ok((HolidayEvent::Approved { import: *import }, by))
        }
        HolidayCommand::Reject { import, reason } => {
            let (by, _) = answered(book, *import, actor)?;
            let reason = reason.trim();
            if reason.is_empty() {
                return Err(Refusal::invalid(
                    "/reason",
                    "Say why the import is rejected",
                ));
            }
            let (import, reason) = (*import, reason.to_owned());
            Ok((HolidayEvent::Rejected { import, reason }, by))
        }
    }
}

/// Make an event true. Cannot fail: [`decide`] has judged.
pub fn apply(book: &mut HolidayBook, event: &HolidayEvent, import: CommandId, signed: &Signed) {
    match event {
        HolidayEvent::Imported { holidays } => {
            book.waiting = Some(WaitingImport {
                import,
                holidays: holidays.clone(),
                signed: signed.clone(),
            });
        }
        HolidayEvent::Approved { .. } => {
            if let Some(waiting) = book.waiting.take() {
                book.imports += 1;
                book.imported.extend(waiting.holidays);
            }
        }
        HolidayEvent::Rejected { .. } => book.waiting = None,
    }
}

/// What a calendar that has just come into force makes of an incident: it as it then is, with the new
/// entries; nothing where it stays as it is.
pub fn follow(
    incident: &Incident,
    policy: &Policy,
    command: CommandId,
    signed: &Signed,
) -> Option<(Incident, Vec<Entry>)> {
    let entry = |event| Entry {
        at: signed.at,
        by: signed.by.clone(),
        command,
        event,
    };
    let moved = outer_limits_moved(incident, policy);
    let entries: Vec<Entry> = moved.into_iter().map(entry).collect();
    let mut changed = incident.clone();
    for entry in &entries {
        apply::apply(&mut changed, entry);
    }
    changed.version += 1;
    (!entries.is_empty()).then_some((changed, entries))
}

/// The outer limits of clocks that still run. What has stopped or been stood down stays as it was
/// counted.
fn outer_limits_moved(incident: &Incident, policy: &Policy) -> Vec<Event> {
    if !incident.status.is_open() {
        return Vec::new();
    }
    clock::views_of(incident, |clock| clock.kind == ClockKind::BobDpo)
        .filter(|view| view.stop.is_none() && view.clock.stood_down.is_none())
        .filter_map(|view| {
            let clock = view.clock;
            let to = deadlines::outer_due_at(clock.kind, clock.started_at, None, policy)?;
            (clock.outer_due_at != Some(to)).then(|| Event::OuterLimitMoved {
                kind: clock.kind,
                controller: clock.controller.clone(),
                from: clock.outer_due_at,
                to,
                made_under: policy.stamp(),
            })
        })
        .collect()
}

/// The days of an import that say something new.
fn news(
    imported: &BTreeMap<NaiveDate, String>,
    known: &BTreeMap<NaiveDate, String>,
) -> Result<BTreeMap<NaiveDate, String>, Refusal> {
    if imported.len() > MOST_DAYS {
        return Err(Refusal::invalid(
            "/holidays",
            format!("Import at most {MOST_DAYS} days at a time"),
        ));
    }
    let mut news = BTreeMap::new();
    for (day, name) in imported {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Refusal::invalid(
                "/holidays",
                format!("Name the holiday on {day} in at most {LONGEST_NAME} letters"),
            ));
        }
        if known.get(day).is_none_or(|known| known != name) {
            news.insert(*day, name.to_owned());
        }
    }
    if news.is_empty() {
        return Err(Refusal::against(
            RuleId::BobBh,
            "All these holidays are already known, so there is nothing to import",
        ));
    }
    Ok(news)
}

/// The import that a data protection officer answers.
fn answered<'a>(
    book: &'a HolidayBook,
    import: CommandId,
    actor: &Actor,
) -> Result<(Signature, &'a WaitingImport), Refusal> {
    let by = permission::require_of_desk(
        Permission::ImportCalendar,
        Grant::Countersign,
        "approve imported bank holidays",
        actor,
    )?;
    let waiting = book.waiting.as_ref();
    let waiting = waiting.filter(|waiting| waiting.import == import);
    let waiting = waiting.ok_or_else(|| {
        Refusal::invalid(
            "/import",
            "This import does not wait for approval. nightdesk calendar show says which one does",
        )
    })?;
    Ok((by, waiting))
}
