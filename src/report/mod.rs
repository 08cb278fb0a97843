//! What leaves the desk on paper: the handover sheet, the reports for a period, the case file.
//!
//! A [`document::Document`] is a value, worked out from incidents by pure functions; a [`Format`]
//! turns it into bytes. Deliberately asks no server, writes no file and reads no clock, so that the
//! screen, the shell and the server make the same sheet from the same incidents.

mod answered;
mod assurance;
pub mod case_file;
mod committee;
pub mod document;
pub(crate) mod erased;
pub mod figures;
pub mod handover;
mod names;
mod partnership;
mod register;
pub mod render;
mod steering;

pub use render::{Format, RenderError};

use crate::domain::calendar::in_words;
use crate::domain::id::OrganisationId;
use crate::domain::refusal::Refusal;
use crate::domain::reporting::{Period, ReportKind};
use chrono::{DateTime, Utc};
use document::Document;
use figures::Basis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report for a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// For whom.
    pub kind: ReportKind,
    /// Whose.
    pub organisation: OrganisationId,
    /// Of which days.
    pub period: Period,
    /// When its figures were worked out.
    pub made_at: DateTime<Utc>,
    /// What it says.
    pub document: Document,
}

/// The report of a kind.
///
/// # Errors
/// The committee's report is not made while an action has no owner or no date (BOB-ARC).
pub fn make(kind: ReportKind, basis: &Basis<'_>) -> Result<Report, Refusal> {
    let sections = match kind {
        ReportKind::Igsg => steering::report(basis),
        ReportKind::Arc => committee::report(basis)?,
        ReportKind::Body => committee::summary(basis),
        ReportKind::Assurance => assurance::report(basis),
        ReportKind::Partnership => partnership::report(basis),
        ReportKind::Register => register::report(basis),
    };
    let mut document = Document::new(kind.title(), basis.now, lead(basis));
    document.sections = sections;
    Ok(Report {
        kind,
        organisation: basis.organisation.clone(),
        period: basis.period,
        made_at: basis.now,
        document,
    })
}

fn lead(basis: &Basis<'_>) -> Vec<String> {
    vec![
        format!(
            "{}, {}",
            basis.organisation_name(basis.organisation),
            basis.period
        ),
        format!(
            "Figures as of {}; roles and organisations only, no names of staff",
            in_words(basis.now)
        ),
    ]
}
