//! Reports for a period: which there are, who may read or freeze one, and of which incidents it tells
//! (BOB-IGSG, BOB-ARC, BOB-BODY, BOB-NOBLAME).
//!
//! What stands in a report is worked out elsewhere from incidents; a report that is frozen is kept as
//! it was, under the hash that the audit trail tells. Deliberately holds no figure.

use super::Instant;
use super::calendar;
use super::directory::{Actor, HeldRole};
use super::event::Signature;
use super::id::OrganisationId;
use super::incident::Incident;
use super::permission::{self, Grant, Permission};
use super::refusal::Refusal;
use super::rule::RuleId;
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use utoipa::ToSchema;

/// For whom a report is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// For the information governance steering group: what was not reported, near misses included.
    Igsg,
    /// For the audit and risk committee: what was reported to a regulator, with its action plan.
    Arc,
    /// For the governing body, through the committee: a summary.
    Body,
    /// For the Accountable Officer: the SIRO's assurance, once a year.
    Assurance,
    /// For the partnership's governance group: what concerned partners and the hosted service.
    Partnership,
    /// The register of all breaches: each clock met or late, with the reasons for delay (ICO-REG).
    Register,
}

impl ReportKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Igsg,
        Self::Arc,
        Self::Body,
        Self::Assurance,
        Self::Partnership,
        Self::Register,
    ];

    /// The kind in one word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Igsg => "igsg",
            Self::Arc => "arc",
            Self::Body => "body",
            Self::Assurance => "assurance",
            Self::Partnership => "partnership",
            Self::Register => "register",
        }
    }

    /// The kind as the title of the report.
    pub fn title(self) -> &'static str {
        match self {
            Self::Igsg => "Report to the steering group",
            Self::Arc => "Report to the audit and risk committee",
            Self::Body => "Summary for the governing body",
            Self::Assurance => "SIRO's yearly assurance to the Accountable Officer",
            Self::Partnership => "Report to the partnership",
            Self::Register => "Register of breaches",
        }
    }

    /// The rule that asks for it.
    pub fn rule(self) -> RuleId {
        match self {
            Self::Igsg => RuleId::BobIgsg,
            Self::Arc => RuleId::BobArc,
            Self::Body => RuleId::BobBody,
            Self::Assurance => RuleId::RegWhole,
            Self::Partnership => RuleId::WsicLesson,
            Self::Register => RuleId::IcoReg,
        }
    }

    /// Whether it is made of a year, and not of any period.
    pub fn is_yearly(self) -> bool {
        match self {
            Self::Assurance => true,
            Self::Igsg | Self::Arc | Self::Body | Self::Partnership | Self::Register => false,
        }
    }

    /// Whether it can be made of a period: the assurance is for a year.
    ///
    /// # Errors
    /// A refusal that names the last day of the year which begins then.
    pub fn check(self, period: Period) -> Result<(), Refusal> {
        let year = Period::year_from(period.from);
        if !self.is_yearly() || period == year {
            return Ok(());
        }
        let sentence = format!(
            "The assurance is for a year; from {} it ends on {}",
            period.from, year.to
        );
        Err(Refusal::invalid("/to", sentence))
    }

    fn permission(self) -> Permission {
        match self {
            Self::Igsg | Self::Register => Permission::SteeringReport,
            Self::Arc | Self::Body => Permission::CommitteeReport,
            Self::Assurance => Permission::AssuranceReport,
            Self::Partnership => Permission::PartnershipReport,
        }
    }
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A text that names no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no report \"{0}\". Choose igsg, arc, body, assurance, partnership or register")]
pub struct UnknownReport(String);

impl FromStr for ReportKind {
    type Err = UnknownReport;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut kinds = Self::ALL.into_iter();
        kinds
            .find(|kind| kind.code() == text)
            .ok_or_else(|| UnknownReport(text.to_owned()))
    }
}

/// The years of which there are reports.
const YEARS: RangeInclusive<i32> = 1970..=2999;

/// Ten years, leap days included.
const LONGEST_DAYS: i64 = 3660;

/// Whole days in Europe/London, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Period {
    /// The days from one to another.
    ///
    /// # Errors
    /// They are the wrong way round, too far apart, or of another age.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Refusal> {
        if to < from {
            let sentence = "The period ends before it begins. Give the earlier day as from";
            return Err(Refusal::invalid("/to", sentence));
        }
        let is_of_our_age = YEARS.contains(&from.year()) && YEARS.contains(&to.year());
        if !is_of_our_age || (to - from).num_days() > LONGEST_DAYS {
            let sentence =
                "A period is at most ten years long, from 1970 on. Ask for a shorter one";
            return Err(Refusal::invalid("/to", sentence));
        }
        Ok(Self { from, to })
    }

    /// The year that begins on a day.
    pub fn year_from(from: NaiveDate) -> Self {
        let next = from.checked_add_months(Months::new(12));
        Self {
            from,
            to: next.and_then(|day| day.pred_opt()).unwrap_or(from),
        }
    }

    /// From when, and until before when.
    pub fn bounds(&self) -> (Instant, Instant) {
        (
            calendar::start_of_day(self.from),
            calendar::end_of_day(self.to),
        )
    }

    /// Whether a moment lies in it.
    pub fn holds(&self, at: Instant) -> bool {
        let (from, to) = self.bounds();
        (from..to).contains(&at)
    }

    /// The months of which it has a day, each by its first day.
    pub fn months(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let (first, to) = (self.from.with_day(1), self.to);
        let next = |month: &NaiveDate| month.checked_add_months(Months::new(1));
        std::iter::successors(first, next).take_while(move |month| *month <= to)
    }

    /// Whether anything of an incident belongs in a report of it: it, or a duplicate of it, was logged
    /// then, or a regulator was told then.
    pub fn concerns(&self, incident: &Incident) -> bool {
        let told = &incident.casework().regulator.notifications;
        let mut origins = incident.origins();
        self.holds(incident.logged_at)
            || origins.any(|origin| self.holds(origin.logged.at))
            || told.iter().any(|told| self.holds(told.submitted_at))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |day: NaiveDate| day.format("%-d %B %Y");
        write!(f, "{} to {}", day(self.from), day(self.to))
    }
}

/// What a person asks about reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReportCommand {
    /// Keep the report as it is now, for ever.
    Freeze {
        /// Which.
        kind: ReportKind,
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        to: NaiveDate,
        /// Whose, where a role is held for several organisations; that of the role held first, if
        /// absent.
        #[serde(default)]
        organisation: Option<OrganisationId>,
    },
}

/// A report was frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportFrozen {
    /// Which.
    pub kind: ReportKind,
    /// Of which days.
    pub period: Period,
    /// Whose.
    pub organisation: OrganisationId,
    /// SHA-256 of the report as it is kept, in hexadecimal.
    pub sha256: String,
}

/// In which role somebody has to do with a report, and so of which incidents it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commission {
    kind: ReportKind,
    held: HeldRole,
    /// The signature under what comes of it.
    pub by: Signature,
}

impl Commission {
    /// The organisation whose report it is.
    pub fn organisation(&self) -> &OrganisationId {
        &self.held.organisation
    }

    /// Whether the report tells of an incident, seen as from its role. How an incident ended takes it out
    /// of no report: `register` says where it is told of (REG-WHOLE).
    pub fn covers(&self, actor: &Actor, incident: &Incident) -> bool {
        let concerns = match self.kind {
            ReportKind::Partnership => incident.is_partnership_matter(),
            ReportKind::Igsg
            | ReportKind::Arc
            | ReportKind::Body
            | ReportKind::Assurance
            | ReportKind::Register => true,
        };
        concerns && permission::reaches(self.kind.permission(), &self.held, actor, incident)
    }
}

/// In which role the actor may read a report: of an organisation, or of the one for which they hold
/// such a role first.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn to_read(
    kind: ReportKind,
    actor: &Actor,
    organisation: Option<&OrganisationId>,
) -> Result<Commission, Refusal> {
    commission(kind, Grant::View, actor, organisation)
}

/// In which role the actor may freeze a report, likewise.
///
/// # Errors
/// A refusal that names the roles which may.
pub fn to_freeze(
    kind: ReportKind,
    actor: &Actor,
    organisation: Option<&OrganisationId>,
) -> Result<Commission, Refusal> {
    commission(kind, Grant::May, actor, organisation)
}

fn commission(
    kind: ReportKind,
    least: Grant,
    actor: &Actor,
    organisation: Option<&OrganisationId>,
) -> Result<Commission, Refusal> {
    let held = permission::require_at_large(kind.permission(), least, actor, organisation)?;
    Ok(Commission {
        kind,
        by: Signature::of(actor, held),
        held: held.clone(),
    })
}
