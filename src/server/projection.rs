//! What a person may see of an incident: all of it, its header, or nothing (section 5).
//!
//! Every representation that leaves the server goes through here. Deliberately decides no right:
//! `permission` does.

use crate::domain::directory::Actor;
use crate::domain::event::{Entry, Event};
use crate::domain::incident::Incident;
use crate::domain::permission;

/// What stands where a text may not be read.
const WITHHELD: &str = "";

/// How much of an incident a person may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Everything.
    Whole,
    /// What it is, how it stands and what is due, without summary, notes and evidence.
    Header,
}

/// How much of the incident the actor may see; nothing if it must not be known to exist.
pub(crate) fn sight(actor: &Actor, incident: &Incident) -> Option<Sight> {
    if !permission::may_see(actor, incident) {
        None
    } else if permission::may_read_notes(actor, incident) {
        Some(Sight::Whole)
    } else {
        Some(Sight::Header)
    }
}

/// The incident as the actor may see it.
pub(crate) fn seen(actor: &Actor, incident: &Incident) -> Option<Incident> {
    Some(as_seen(sight(actor, incident)?, incident))
}

/// The incident at a given sight.
pub(crate) fn as_seen(sight: Sight, incident: &Incident) -> Incident {
    let mut shown = incident.clone();
    match sight {
        Sight::Whole => {}
        Sight::Header => withhold(&mut shown),
    }
    shown
}

fn withhold(incident: &mut Incident) {
    incident.summary = WITHHELD.into();
    incident.reporter.contact = WITHHELD.into();
    incident.facts.harm_prevented_by = None;
    incident.facts.partnership_reason = None;
    incident.notes.clear();
    for assessment in &mut incident.assessments {
        assessment.rationale = WITHHELD.into();
        assessment.evidence_notes.clear();
    }
    for attempt in &mut incident.attempts {
        attempt.note = None;
        attempt.spoke_to = None;
    }
}

/// A timeline entry at a given sight; nothing where the entry is all text.
pub(crate) fn entry_as_seen(sight: Sight, mut entry: Entry) -> Option<Entry> {
    match sight {
        Sight::Whole => Some(entry),
        Sight::Header => withhold_event(&mut entry.event).then_some(entry),
    }
}

/// Blanks what may not be read, and says whether anything is left to show.
fn withhold_event(event: &mut Event) -> bool {
    match event {
        Event::NoteAdded { .. } => return false,
        Event::Logged(logged) => {
            logged.summary = WITHHELD.into();
            logged.reporter.contact = WITHHELD.into();
            logged.facts.harm_prevented_by = None;
            logged.facts.partnership_reason = None;
        }
        Event::Triaged { facts } => {
            facts.harm_prevented_by = None;
            facts.partnership_reason = None;
        }
        Event::Graded { assessment } => {
            assessment.rationale = WITHHELD.into();
            assessment.evidence_notes.clear();
        }
        Event::ContactAttempted { attempt } => {
            attempt.note = None;
            attempt.spoke_to = None;
        }
        Event::ClockStarted { .. }
        | Event::ClockRevised { .. }
        | Event::ClockStoodDown { .. }
        | Event::ClockReinstated { .. }
        | Event::LateReasonGiven { .. }
        | Event::AwarenessCorrected { .. }
        | Event::AwarenessAdded { .. }
        | Event::Acknowledged { .. }
        | Event::AcknowledgementUndone {}
        | Event::AssignmentOffered { .. }
        | Event::AssignmentAccepted {}
        | Event::AssignmentDeclined { .. }
        | Event::Escalated { .. }
        | Event::PartnerNotified { .. }
        | Event::PartnerAnswered { .. }
        | Event::MajorProposed { .. }
        | Event::MajorDeclared { .. }
        | Event::MajorDeclined { .. } => {}
    }
    true
}
