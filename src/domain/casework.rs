//! Casework: what happens to an incident after the night, part by part of the procedure.
//!
//! Each part is a file with its records, its commands, its events and the questions one may ask of
//! it. An incident on which none of this has begun holds none of it, so that a board of many stays
//! small.

use super::closing::Closing;
use super::event::{Entry, Event};
use super::hosting::Hosting;
use super::incident::Incident;
use super::investigation::Investigation;
use super::learning::Learning;
use super::regulator::Regulator;
use super::subjects::Subjects;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The casework of one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Casework {
    /// Decisions and notifications.
    pub regulator: Regulator,
    /// Whether and when the people concerned are told.
    pub subjects: Subjects,
    /// The hosted service: impact, calls with the host, changes.
    pub hosting: Hosting,
    /// Lead, evidence, meetings, causes, findings.
    pub investigation: Investigation,
    /// Recommendations, lessons and actions.
    pub learning: Learning,
    /// Containment, resolution, closure and audit.
    pub closing: Closing,
}

static NONE: Casework = Casework {
    regulator: Regulator {
        decisions: Vec::new(),
        drafts: Vec::new(),
        notifications: Vec::new(),
        references: Vec::new(),
        enquiries: Vec::new(),
        nhs_england_not_told: Vec::new(),
        nis_answers: Vec::new(),
        not_cyber: Vec::new(),
        nis_still_asked: Vec::new(),
        nis_kept: Vec::new(),
        nis_nothing: Vec::new(),
    },
    subjects: Subjects {
        recommendations: Vec::new(),
        decisions: Vec::new(),
        told: Vec::new(),
        delays: Vec::new(),
    },
    hosting: Hosting {
        impacts: Vec::new(),
        calls: Vec::new(),
        changes: Vec::new(),
    },
    investigation: Investigation {
        leads: Vec::new(),
        evidence: Vec::new(),
        no_evidence: None,
        plans: Vec::new(),
        meetings: Vec::new(),
        causes: Vec::new(),
        findings: Vec::new(),
        answers: Vec::new(),
        own_processes: Vec::new(),
    },
    learning: Learning {
        recommendations: Vec::new(),
        lessons: Vec::new(),
        no_lesson: None,
        actions: Vec::new(),
    },
    closing: Closing {
        containments: Vec::new(),
        resolutions: Vec::new(),
        closures: Vec::new(),
        audits: Vec::new(),
        reopenings: Vec::new(),
        ended: None,
        disciplinary: None,
        withdrawal: None,
    },
};

impl Incident {
    /// The casework; empty where none has begun.
    pub fn casework(&self) -> &Casework {
        self.casework.as_deref().unwrap_or(&NONE)
    }
}

/// Make an event of casework true; every other event changes nothing here.
pub(super) fn apply(incident: &mut Incident, entry: &Entry) {
    let casework = incident.casework.get_or_insert_default();
    match &entry.event {
        Event::Regulator(event) => casework.regulator.apply(event, entry),
        Event::Subjects(event) => casework.subjects.apply(event, entry),
        Event::Hosting(event) => casework.hosting.apply(event, entry),
        Event::Investigation(event) => casework.investigation.apply(event, entry),
        Event::Learning(event) => casework.learning.apply(event, entry),
        Event::Closing(event) => {
            casework.closing.apply(event, entry);
            if let Some(status) = event.status() {
                incident.status = status;
            }
        }
        _ => {}
    }
}
