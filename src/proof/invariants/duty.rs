//! A notifiable assessment leaves the duty only as ICO-DUTY says: by a report that stands, by a decline
//! with every signature, or by a later assessment that is not notifiable.

use crate::domain::clock;
use crate::domain::closing::ClosingEvent;
use crate::domain::deadlines::ClockKind;
use crate::domain::event::Event;
use crate::domain::id::{IncidentId, OrganisationId};
use crate::domain::incident::Status;
use crate::domain::regulator::{
    Authority, Body, Decision, Notification, RegulatorEvent, ReportAnswer,
};
use crate::domain::role::Role;
use crate::proof::world::{Case, World};
use std::collections::BTreeSet;

pub(super) fn holds(world: &World) -> Result<(), String> {
    for case in &world.cases {
        let told = Told::by(case);
        for controller in &told.owing {
            if told.notifiable && !told.is_answered(controller) {
                still_owed(world, case, (&told, controller))?;
            }
        }
    }
    Ok(())
}

/// What is owed and not answered is on show as owed, here or on the incident that goes on.
fn still_owed(
    world: &World,
    case: &Case,
    (told, controller): (&Told, &OrganisationId),
) -> Result<(), String> {
    let name = case.incident.name();
    if let Some(goes_on) = told.goes_on.and_then(|of| world.place(of)) {
        let survivor = &world.cases[goes_on];
        let theirs = Told::by(survivor);
        return if theirs.notifiable && theirs.is_answered(controller) {
            Ok(())
        } else {
            still_owed(world, survivor, (&theirs, controller))
        };
    }
    if matches!(
        case.incident.status,
        Status::Withdrawn | Status::Closed | Status::Audited
    ) {
        return Err(format!(
            "{name} ended as {:?}, and {controller} has not answered",
            case.incident.status
        ));
    }
    let is_open = clock::views(&case.incident)
        .filter(|view| view.clock.is(ClockKind::Ico72h, Some(controller)))
        .any(|view| view.state(world.now).is_open());
    if is_open {
        return Ok(());
    }
    Err(format!("nothing asks {controller} to decide on {name}"))
}

/// What the trail tells of the duty.
#[derive(Default)]
struct Told {
    /// Controllers whose 72 hours were started.
    owing: BTreeSet<OrganisationId>,
    /// Whether the assessment in force is notifiable.
    notifiable: bool,
    /// Whether a data protection officer's own assessment was.
    by_dpo: Option<bool>,
    /// Declines since the last notifiable assessment, each with whether every signature is there.
    declines: Vec<(Decision, bool)>,
    /// Reports to the ICO that stand.
    reports: Vec<Notification>,
    /// The incident that goes on.
    goes_on: Option<IncidentId>,
}

impl Told {
    fn by(case: &Case) -> Self {
        let mut told = Self::default();
        for entry in case.trail() {
            match &entry.event {
                Event::ClockStarted { clock } if clock.kind == ClockKind::Ico72h => {
                    told.owing.extend(clock.controller.clone());
                }
                Event::Graded { assessment } => {
                    told.graded(assessment.grading.ico_required, assessment.provisional);
                }
                Event::Regulator(event) => told.regulator(event, entry.by.role),
                Event::Closing(ClosingEvent::MarkedDuplicate { of, .. }) => {
                    told.goes_on = Some(*of)
                }
                _ => {}
            }
        }
        told
    }

    /// A provisional grade raises the alarm and never calls it off.
    fn graded(&mut self, notifiable: bool, provisional: bool) {
        if !provisional {
            self.by_dpo = Some(notifiable);
        }
        if notifiable {
            self.declines.clear();
        }
        self.notifiable = notifiable
            || self.by_dpo == Some(true)
            || (provisional && self.by_dpo.is_none() && notifiable);
    }

    fn regulator(&mut self, event: &RegulatorEvent, role: Role) {
        match event {
            RegulatorEvent::Decided(decision) => {
                self.declines
                    .retain(|(known, _)| known.controller != decision.controller);
                let entitled = match decision.authority {
                    Authority::Own {} => matches!(role, Role::Dpo | Role::Adpo),
                    Authority::ByPhone { .. } => true,
                    Authority::Provisional {} => false,
                };
                if decision.answer == ReportAnswer::Decline && entitled {
                    let complete = is_complete(decision);
                    self.declines.push(((**decision).clone(), complete));
                }
            }
            RegulatorEvent::Countersigned { decision } => {
                self.signed(*decision, |known| known.needs_countersignature = false);
            }
            RegulatorEvent::Seconded { decision } => {
                self.signed(*decision, |known| known.conflict = None);
            }
            RegulatorEvent::Submitted(report) if report.body == Body::Ico => {
                self.reports.push((**report).clone());
            }
            RegulatorEvent::Withdrawn { notification, .. } => {
                self.reports.retain(|known| known.id != *notification);
            }
            _ => {}
        }
    }

    fn signed(&mut self, id: uuid::Uuid, sign: impl Fn(&mut Decision)) {
        for (known, complete) in &mut self.declines {
            if known.id == id {
                sign(known);
                *complete = is_complete(known);
            }
        }
    }

    fn is_answered(&self, controller: &OrganisationId) -> bool {
        self.reports.iter().any(|report| report.serves(controller))
            || self
                .declines
                .iter()
                .any(|(decline, complete)| *complete && decline.controller == *controller)
    }
}

/// Whether no signature is missing: the Caldicott Guardian's, or a second officer's.
fn is_complete(decline: &Decision) -> bool {
    !decline.needs_countersignature && decline.conflict.is_none()
}
