//! Where a controller's duty to decide and to tell the ICO stands (ICO-DUTY).
//!
//! It is read off the record each time. A clock that was stood down hides a deadline and never the
//! duty: only a report that stands, a decline with every signature, or a later assessment ends it.

use super::{Body, Decision, Notification, ReportAnswer, in_force};
use crate::domain::clock::Clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;

/// Where a controller's duty towards the ICO stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Duty<'a> {
    /// Nothing is owed: no assessment asks for it, and no clock runs.
    NotOwed,
    /// Nobody has decided, or what was decided is overtaken.
    Undecided,
    /// A decline waits for a signature.
    Unsigned(&'a Decision),
    /// It was decided to report, and no report stands.
    ToReport(&'a Decision),
    /// A report stands.
    Reported(&'a Notification),
    /// It was declined with every signature.
    Declined(&'a Decision),
}

impl Duty<'_> {
    /// Whether something is still owed.
    pub fn is_open(self) -> bool {
        match self {
            Self::Undecided | Self::Unsigned(_) | Self::ToReport(_) => true,
            Self::NotOwed | Self::Reported(_) | Self::Declined(_) => false,
        }
    }
}

/// Where the duty of a controller stands.
pub fn duty<'a>(incident: &'a Incident, controller: &OrganisationId) -> Duty<'a> {
    if let Some(told) = report(incident, controller, Notification::stands) {
        return Duty::Reported(told);
    }
    match in_force(incident, controller) {
        Some(decision) if decision.answer == ReportAnswer::Decline => {
            match decision.is_unsigned() {
                true => Duty::Unsigned(decision),
                false => Duty::Declined(decision),
            }
        }
        decided => match report(incident, controller, |told| told.stood_at_closing(incident)) {
            Some(told) => Duty::Reported(told),
            None => undecided(incident, controller, decided),
        },
    }
}

fn undecided<'a>(
    incident: &Incident,
    controller: &OrganisationId,
    decided: Option<&'a Decision>,
) -> Duty<'a> {
    match decided {
        Some(decision) => Duty::ToReport(decision),
        None if is_owed(incident, controller) => Duty::Undecided,
        None => Duty::NotOwed,
    }
}

/// A report to the ICO that serves for a controller and counts.
fn report<'a>(
    incident: &'a Incident,
    controller: &OrganisationId,
    counts: impl Fn(&Notification) -> bool,
) -> Option<&'a Notification> {
    let mut told = incident.casework().regulator.notifications.iter();
    told.find(|told| told.body == Body::Ico && told.serves(controller) && counts(told))
}

fn is_owed(incident: &Incident, controller: &OrganisationId) -> bool {
    let runs =
        |clock: &Clock| clock.is(ClockKind::Ico72h, Some(controller)) && clock.stood_down.is_none();
    incident.clocks.iter().any(runs)
        || (incident.is_notifiable_for(controller) && !incident.is_left_out(controller))
}

/// Every controller that has a clock of the ICO, hidden or not, with that clock and its duty.
pub fn duties(incident: &Incident) -> impl Iterator<Item = (&Clock, &OrganisationId, Duty<'_>)> {
    incident
        .clocks
        .iter()
        .filter(|clock| clock.kind == ClockKind::Ico72h)
        .filter_map(|clock| Some((clock, clock.controller.as_ref()?)))
        .map(|(clock, controller)| (clock, controller, duty(incident, controller)))
}
