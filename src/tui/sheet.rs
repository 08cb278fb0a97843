//! The sheets of the console: what they are made of here, and what they are called as files.
//!
//! The sheet itself is `report`'s; the shell makes the same one. Deliberately draws nothing.

use super::app::App;
use crate::domain::calendar;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::query::Queue;
use crate::domain::reporting::Period;
use crate::report::Report;
use crate::report::document::Document;
use crate::report::handover::{self, Desk, Unsent};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many incidents of a queue are looked at, so that a sheet of a desk with very many is still
/// drawn at once; the sheet says so.
const MOST: usize = 200;

/// Something that can be written to a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Export {
    /// The handover sheet.
    Handover,
    /// A report.
    Report(Box<Report>),
}

impl Export {
    /// The document as it is now.
    pub(super) fn document(&self, app: &App) -> Document {
        match self {
            Self::Handover => handover(app),
            Self::Report(report) => report.document.clone(),
        }
    }

    /// What its file is called, without the ending.
    pub(super) fn stem(&self, app: &App) -> String {
        match self {
            Self::Report(report) => {
                let Period { from, to } = report.period;
                format!("{}-{from}-{to}", report.kind)
            }
            Self::Handover => {
                let made = calendar::local(app.now).format("%Y-%m-%d-%H%M");
                format!("handover-{made}")
            }
        }
    }
}

/// The handover sheet of the incidents that the console knows, unsent commands replayed.
pub(super) fn handover(app: &App) -> Document {
    let present = app.present();
    let incidents = looked_at(app);
    let ended = app.replica.handed_on();
    let ended = ended.iter().filter(|incident| !incident.status.is_open());
    handover::sheet(&Desk {
        incidents: incidents.values().map(Arc::as_ref).collect(),
        ended: ended.map(Arc::as_ref).collect(),
        open: app.replica.count(Queue::AllOpen),
        directory: present.directory,
        policy: present.policy,
        person: present.me,
        unsent: unsent(app),
        now: present.now,
    })
}

/// The most urgent incidents, those with partners who wait, and those about which somebody outside waits or a
/// decision lacks a signature, however many there are.
fn looked_at(app: &App) -> BTreeMap<IncidentId, Arc<Incident>> {
    [Queue::AllOpen, Queue::PartnersWaiting, Queue::Overdue]
        .into_iter()
        .flat_map(|queue| app.replica.most_urgent(queue, MOST))
        .chain(app.replica.handed_on())
        .filter(|incident| incident.status.is_open())
        .map(|incident| (incident.id, incident))
        .collect()
}

fn unsent(app: &App) -> Vec<Unsent> {
    let pending = app.replica.outbox().pending().iter();
    pending
        .map(|pending| Unsent {
            command: pending.unsent.command.name().to_owned(),
            incident: app.name_of(pending.unsent.incident),
            given_at: pending.unsent.given_at,
        })
        .collect()
}
