//! A notifiable assessment leaves the duty only as ICO-DUTY says, for each controller by itself: by a report
//! that stands, by a decline with every signature, or by a later assessment that is not notifiable, of its own
//! officer. Whoever a triage names no more has its duty until its own officer has said that the data are not
//! its own. What was decided to be reported is owed until it is.

use crate::domain::Instant;
use crate::domain::clock;
use crate::domain::closing::ClosingEvent;
use crate::domain::deadlines::ClockKind;
use crate::domain::event::{Event, Signature};
use crate::domain::id::{IncidentId, OrganisationId, PersonId};
use crate::domain::incident::{Assessment, Status};
use crate::domain::regulator::{Authority, Body, Notification, RegulatorEvent, ReportAnswer};
use crate::domain::role::Role;
use crate::proof::world::{Case, World};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) fn holds(world: &World) -> Result<(), String> {
    for case in &world.cases {
        let told = Told::by(world, case);
        for controller in told.owing() {
            still_owed(world, case, (&told, controller))?;
        }
        for controller in told.reporting() {
            asked(world, case, controller)?;
        }
    }
    Ok(())
}

/// The clock of a controller asks for something.
fn asked(world: &World, case: &Case, controller: &OrganisationId) -> Result<(), String> {
    let is_open = clock::views(&case.incident)
        .filter(|view| view.clock.is(ClockKind::Ico72h, Some(controller)))
        .any(|view| view.state(world.now).is_open());
    is_open
        .then_some(())
        .ok_or_else(|| format!("nothing asks {controller} for {}", case.incident.name()))
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
        let theirs = Told::by(world, survivor);
        let called_off = theirs.called_off.get(controller) >= told.ended_at.as_ref();
        let not_theirs = theirs.not_theirs.get(controller) >= told.ended_at.as_ref();
        return if theirs.is_answered(controller) || called_off || not_theirs {
            Ok(())
        } else {
            still_owed(world, survivor, (&theirs, controller))
        };
    }
    let status = case.incident.status;
    if matches!(status, Status::Withdrawn | Status::Closed | Status::Audited) {
        return Err(format!(
            "{name} is {}, and {controller} has not answered",
            status.name()
        ));
    }
    asked(world, case, controller)
}

/// What the trail tells of the duty.
#[derive(Default)]
pub(super) struct Told {
    /// The controllers of the data, as they were named last.
    controllers: Vec<OrganisationId>,
    /// Whoever answers as a controller: those, and those that were dropped and have not said themselves that
    /// the data are not theirs.
    answering: BTreeSet<OrganisationId>,
    /// Whose clock runs, stopped or not, as far as their own officers have not hidden it.
    counted: BTreeSet<OrganisationId>,
    /// Whose breach is notifiable: each controller's own officer calls it off for that controller alone,
    /// and anybody may raise the alarm for all.
    notifiable: BTreeMap<OrganisationId, bool>,
    /// Whose breach was graded with a sensitivity factor, since its own officer graded it last.
    sensitive: BTreeMap<OrganisationId, bool>,
    /// Whoever has decided to report and has not reported since.
    reporting: BTreeSet<OrganisationId>,
    /// Whether anybody has raised the alarm, also before a controller was named.
    is_raised: bool,
    /// Who logged it, or a duplicate of it: they call nothing off alone.
    logged_by: Vec<PersonId>,
    /// Declines since the last notifiable assessment.
    declines: Vec<Decline>,
    /// Reports to the ICO that stand.
    reports: Vec<Notification>,
    /// When a controller's own officer last called it off.
    called_off: BTreeMap<OrganisationId, Instant>,
    /// When a dropped controller's own officer said that the data are not theirs.
    not_theirs: BTreeMap<OrganisationId, Instant>,
    /// The incident that goes on.
    goes_on: Option<IncidentId>,
    /// When this one ended as its duplicate.
    ended_at: Option<Instant>,
    /// Whether it ended as logged by mistake.
    is_withdrawn: bool,
}

/// A decline of somebody who may decline, with the signatures that it still lacks.
struct Decline {
    id: Uuid,
    controller: OrganisationId,
    countersignature: bool,
    second: bool,
}

impl Told {
    pub(super) fn by(world: &World, case: &Case) -> Self {
        let mut told = Self::default();
        for entry in case.trail() {
            match &entry.event {
                Event::Logged(logged) => {
                    told.logged_by.push(entry.by.person.clone());
                    told.named(&logged.facts.controllers);
                }
                Event::Triaged { facts, .. } => told.named(&facts.controllers),
                Event::Graded { assessment } => told.graded(assessment, &entry.by),
                Event::Regulator(event) => told.regulator(event, entry.by.role),
                Event::ClockStarted { clock } if clock.kind == ClockKind::Ico72h => {
                    told.counted.extend(clock.controller.clone());
                }
                Event::ClockReinstated {
                    kind: ClockKind::Ico72h,
                    controller,
                } => told.counted.extend(controller.clone()),
                Event::ClockStoodDown {
                    kind: ClockKind::Ico72h,
                    controller: Some(controller),
                    ..
                } if *controller == entry.by.organisation => told.hidden(controller, entry.at),
                Event::TakenOver(taken) => {
                    let reports = taken.casework.regulator.notifications.iter();
                    let standing = reports
                        .filter(|report| report.body == Body::Ico && report.withdrawn.is_none());
                    told.reports.extend(standing.cloned());
                    told.logged_by.push(taken.from.logged.by.person.clone());
                    let from = world.place(taken.from.incident);
                    let theirs = from.map(|place| Self::by(world, &world.cases[place]));
                    let declines = theirs.map_or_else(Vec::new, |theirs| theirs.declines);
                    told.declines.extend(declines);
                }
                Event::Closing(ClosingEvent::Withdrawn { .. }) => told.is_withdrawn = true,
                Event::Closing(ClosingEvent::MarkedDuplicate { of, .. }) => {
                    told.goes_on = Some(*of);
                    told.ended_at = Some(entry.at);
                }
                _ => {}
            }
        }
        told
    }

    /// A controller that is named again owes what it owed; one that is dropped owes what its clock counts.
    fn named(&mut self, controllers: &[OrganisationId]) {
        self.controllers = controllers.to_vec();
        let known = self.notifiable.values().any(|notifiable| *notifiable);
        let raised = known || (self.is_raised && self.notifiable.is_empty());
        let sensitive = self.sensitive.values().any(|sensitive| *sensitive);
        for controller in controllers {
            self.notifiable.entry(controller.clone()).or_insert(raised);
            let known = self.sensitive.entry(controller.clone());
            known.or_insert(sensitive);
        }
        let counted = &self.counted;
        self.answering.retain(|known| counted.contains(known));
        self.answering.extend(controllers.iter().cloned());
    }

    /// Its own officer has hidden its clock; a dropped controller says by that that it is none.
    fn hidden(&mut self, controller: &OrganisationId, at: Instant) {
        self.counted.remove(controller);
        if !self.controllers.contains(controller) {
            self.answering.remove(controller);
            self.not_theirs.insert(controller.clone(), at);
        }
    }

    fn graded(&mut self, assessment: &Assessment, by: &Signature) {
        let notifiable = assessment.grading.ico_required;
        let was_notifiable = self.notifiable.get(&by.organisation) == Some(&true);
        let is_alone = was_notifiable && !notifiable && self.logged_by.contains(&by.person);
        let settles =
            !assessment.provisional && !is_alone && matches!(by.role, Role::Dpo | Role::Adpo);
        for (controller, is_notifiable) in &mut self.notifiable {
            if notifiable || (settles && *controller == by.organisation) {
                *is_notifiable = notifiable;
            }
            if settles && !notifiable && *controller == by.organisation {
                self.called_off.insert(controller.clone(), assessment.at);
            }
        }
        let sensitive = notifiable && !assessment.factors.is_empty();
        let in_conflict = self.logged_by.contains(&by.person);
        for (controller, is_sensitive) in &mut self.sensitive {
            let is_own = settles && *controller == by.organisation;
            *is_sensitive = sensitive || (*is_sensitive && (!is_own || in_conflict));
        }
        if notifiable {
            self.is_raised = true;
            self.declines.clear();
        }
    }

    fn regulator(&mut self, event: &RegulatorEvent, role: Role) {
        match event {
            RegulatorEvent::Decided(decision) => {
                let controller = &decision.controller;
                self.declines
                    .retain(|known| known.controller != *controller);
                match decision.answer {
                    ReportAnswer::Report => self.reporting.insert(controller.clone()),
                    ReportAnswer::Decline => self.reporting.remove(controller),
                };
                let entitled = match decision.authority {
                    Authority::Own {} => matches!(role, Role::Dpo | Role::Adpo),
                    Authority::ByPhone { .. } => true,
                    Authority::Provisional {} => false,
                };
                if decision.answer == ReportAnswer::Decline && entitled {
                    self.declines.push(Decline {
                        id: decision.id,
                        controller: controller.clone(),
                        countersignature: decision.needs_countersignature
                            || self.sensitive.get(controller) == Some(&true),
                        second: decision.conflict.is_some(),
                    });
                }
            }
            RegulatorEvent::Countersigned { decision, .. } => {
                self.signed(*decision, |decline| decline.countersignature = false);
            }
            RegulatorEvent::Seconded { decision, .. } => {
                self.signed(*decision, |decline| decline.second = false);
            }
            RegulatorEvent::Submitted(report) if report.body == Body::Ico => {
                self.reporting.retain(|whose| !report.serves(whose));
                self.reports.push((**report).clone());
            }
            RegulatorEvent::Withdrawn { notification, .. } => {
                self.reports.retain(|known| known.id != *notification);
            }
            _ => {}
        }
    }

    fn signed(&mut self, id: Uuid, sign: impl Fn(&mut Decline)) {
        let signed = self.declines.iter_mut().filter(|known| known.id == id);
        signed.for_each(sign);
    }

    /// The controllers that have to decide and have not.
    pub(super) fn owing(&self) -> impl Iterator<Item = &OrganisationId> {
        let notifiable =
            |controller: &&OrganisationId| self.notifiable.get(*controller) == Some(&true);
        let controllers = self.answering.iter().filter(notifiable);
        controllers.filter(|controller| !self.is_answered(controller))
    }

    /// The controllers that have decided to report, and no report stands; of a duplicate nothing is asked,
    /// nor of what two people have found to be logged by mistake.
    fn reporting(&self) -> impl Iterator<Item = &OrganisationId> {
        let ended = self.goes_on.is_some() || self.is_withdrawn;
        let whose = self.reporting.iter().filter(move |_| !ended);
        whose.filter(|controller| !self.is_answered(controller))
    }

    /// The decline of a controller that lacks its countersignature.
    pub(super) fn awaits_countersignature(&self, controller: &OrganisationId) -> Option<Uuid> {
        let of = |known: &&Decline| known.controller == *controller;
        let mut declines = self.declines.iter().filter(of);
        declines
            .find(|known| known.countersignature)
            .map(|known| known.id)
    }

    fn is_answered(&self, controller: &OrganisationId) -> bool {
        let declined = |known: &Decline| {
            known.controller == *controller && !known.countersignature && !known.second
        };
        self.reports.iter().any(|report| report.serves(controller))
            || self.declines.iter().any(declined)
    }
}
