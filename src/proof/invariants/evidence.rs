//! Every stop of a clock points at an entry that is evidence for that very clock (CLK-EVIDENCE).
//!
//! The entry is looked up in the trail and judged there: who wrote it, for whom, and whether that is
//! what the clock asks for.

use crate::domain::clock::{self, Clock, Stop, StopKind};
use crate::domain::contacts::{self, Contact, ContactAttempt};
use crate::domain::deadlines::ClockKind;
use crate::domain::event::{Entry, Event, Signature};
use crate::domain::evidence::Evidence;
use crate::domain::id::OrganisationId;
use crate::domain::incident::Facts;
use crate::domain::regulator::{Body, RegulatorEvent, ReportAnswer};
use crate::domain::role::Role;
use crate::proof::world::{Case, World};

pub(super) fn holds(world: &World) -> Result<(), String> {
    for case in &world.cases {
        for view in clock::views(&case.incident) {
            let Some(stop) = view.stop else { continue };
            let told = Told { world, case };
            if !told.is_proven(view.clock, &stop) {
                let kind = view.clock.kind.as_str();
                return Err(format!("{kind} is stopped by {:?}", stop.evidence));
            }
        }
        each_controllers_officer_is_owed(case)?;
        no_supplier_has_a_duty(world, case)?;
        each_operator_hit_has_its_clock(case)?;
        facts_typed_again_end_nothing(case)?;
    }
    Ok(())
}

/// A triage hides the 72 hours of a controller where it changes whether the ICO has a part, or confirms that in
/// words.
fn facts_typed_again_end_nothing(case: &Case) -> Result<(), String> {
    let mut last = None;
    for entry in case.trail() {
        match &entry.event {
            Event::Triaged {
                facts,
                before: Some(before),
                confirms,
                ..
            } => {
                let about = |facts: &Facts| {
                    (
                        facts.breach_status,
                        facts.data_scope.clone(),
                        facts.controllers.clone(),
                    )
                };
                let is_said = confirms.is_some() || about(facts) != about(before);
                last = Some((entry.command, is_said));
            }
            Event::ClockStoodDown {
                kind: ClockKind::Ico72h,
                controller: Some(controller),
                ground: None,
                ..
            } if last == Some((entry.command, false)) => {
                return Err(format!(
                    "facts typed again hid the 72 hours of {controller}"
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Nobody's officer is met by another's: each controller that the trail names has a clock that names it.
fn each_controllers_officer_is_owed(case: &Case) -> Result<(), String> {
    let controllers = case.trail().rev().find_map(|entry| match &entry.event {
        Event::Logged(logged) => Some(&logged.facts.controllers),
        Event::Triaged { facts, .. } => Some(&facts.controllers),
        _ => None,
    });
    for controller in controllers.into_iter().flatten() {
        let owes = |clock: &&Clock| clock.kind == ClockKind::BobDpo && clock.stood_down.is_none();
        let mut clocks = case.incident.clocks.iter().filter(owes);
        if !clocks.any(|clock| whose(clock).contains(controller)) {
            return Err(format!(
                "no clock asks that the DPO of {controller} is told"
            ));
        }
    }
    Ok(())
}

/// Only a controller tells the ICO: a supplier that reports tells its controllers (ICO-PROC).
fn no_supplier_has_a_duty(world: &World, case: &Case) -> Result<(), String> {
    for clock in &case.incident.clocks {
        let known = clock.controller.as_ref();
        let known = known.and_then(|whose| world.post.directory.organisation(whose));
        if let Some(supplier) = known.filter(|known| !known.controller) {
            let kind = clock.kind.as_str();
            return Err(format!("{kind} is a duty of {}", supplier.name));
        }
    }
    Ok(())
}

/// An operator whose service the trail calls hit has a clock of its own.
fn each_operator_hit_has_its_clock(case: &Case) -> Result<(), String> {
    for entry in case.trail() {
        let Event::Regulator(RegulatorEvent::NisAnswered {
            operator,
            significant: true,
            ..
        }) = &entry.event
        else {
            continue;
        };
        let mut clocks = case.incident.clocks.iter();
        let is_theirs =
            |clock: &Clock| clock.kind == ClockKind::Nis72h && whose(clock) == [operator.clone()];
        if !clocks.any(is_theirs) {
            return Err(format!(
                "no clock asks {operator} to tell the NIS authority"
            ));
        }
    }
    Ok(())
}

/// A case with everything that was written down of what it is about.
struct Told<'a> {
    world: &'a World,
    case: &'a Case,
}

fn whose(clock: &Clock) -> Vec<OrganisationId> {
    clock.organisations().cloned().collect()
}

impl Told<'_> {
    /// Whether the trail has the entry, and it proves what the clock asks for.
    fn is_proven(&self, clock: &Clock, stop: &Stop) -> bool {
        if stop.kind == StopKind::ByEnd {
            return self.ended(clock.kind);
        }
        match clock.kind {
            ClockKind::Ack => self.wrote(|event, _| matches!(event, Event::Acknowledged { .. })),
            ClockKind::Ico72h => self.answers(clock, stop.evidence),
            ClockKind::LmIao => self.knows(stop, &[Role::Lm, Role::Iao], None),
            ClockKind::BobDpo => self.knows(stop, &[Role::Dpo, Role::Adpo], Some(&whose(clock))),
            ClockKind::Wso24h => {
                let is_known = self.knows(stop, &[Role::Wso, Role::Host], None);
                (is_known || self.was_climbed(stop)) && self.was_tried_first(stop)
            }
            ClockKind::Nis72h => self.tells_the_authority(clock, stop.evidence),
            ClockKind::Bob24h | ClockKind::Proc24h => true,
        }
    }

    /// A report to the NIS authority by the operator whose clock it is.
    fn tells_the_authority(&self, clock: &Clock, evidence: Evidence) -> bool {
        let whose = whose(clock);
        self.wrote(|event, _| match (event, evidence) {
            (Event::Regulator(RegulatorEvent::Submitted(told)), Evidence::Notification { id }) => {
                told.id == id && told.body == Body::DhscNis && whose.contains(&told.controller)
            }
            _ => false,
        })
    }

    /// A report of this controller to the ICO, or its decline.
    fn answers(&self, clock: &Clock, evidence: Evidence) -> bool {
        let Some(controller) = &clock.controller else {
            return false;
        };
        self.wrote(|event, _| match (event, evidence) {
            (Event::Regulator(RegulatorEvent::Submitted(told)), Evidence::Notification { id }) => {
                told.id == id && told.body == Body::Ico && told.serves(controller)
            }
            (
                Event::Regulator(RegulatorEvent::Decided(made)),
                Evidence::Decision { id }
                | Evidence::Countersignature { decision: id }
                | Evidence::Second { decision: id },
            ) => {
                made.id == id
                    && made.answer == ReportAnswer::Decline
                    && made.controller == *controller
            }
            _ => false,
        })
    }

    /// Somebody in one of the roles was reached, or wrote something, at that instant.
    fn knows(&self, stop: &Stop, roles: &[Role], of: Option<&[OrganisationId]>) -> bool {
        let is_theirs = |role: Role, organisation: Option<&OrganisationId>| {
            let is_of = of.is_none_or(|of| organisation.is_some_and(|known| of.contains(known)));
            let whose = organisation.map_or("", |known| known.as_str());
            let post = self.world.post;
            let mut vacant = roles.iter();
            is_of
                && (roles.contains(&role)
                    || vacant.any(|wanted| post.tells_instead(role, *wanted, whose)))
        };
        let by = |by: &Signature| is_theirs(by.role, Some(&by.organisation));
        let reached = |attempt: &ContactAttempt| {
            let contact = &attempt.contact;
            let is_it = is_theirs(contact.role, contact.organisation.as_ref());
            attempt.outcome.informs()
                && attempt.at == stop.at
                && is_it
                && !self.world.is_struck(self.case, attempt)
        };
        self.wrote(|event, entry| match (event, stop.evidence) {
            (Event::ContactAttempted { attempt }, Evidence::Attempt { .. }) => reached(attempt),
            (Event::Regulator(RegulatorEvent::Decided(made)), Evidence::Decision { id }) => {
                made.id == id && is_theirs(Role::Dpo, Some(&made.controller))
            }
            (Event::ContactReleased { contact, .. }, Evidence::Release { .. }) => {
                entry.at == stop.at && is_theirs(contact.role, contact.organisation.as_ref())
            }
            (
                _,
                Evidence::Attempt { .. } | Evidence::Decision { .. } | Evidence::Release { .. },
            ) => false,
            _ => entry.at == stop.at && by(&entry.by),
        })
    }

    /// Where somebody holds the post, the host stands in for the Security Officer only once somebody has tried
    /// to reach the Officer in vain, by a call that stands; and the SIRO is owed a copy or has it.
    fn was_tried_first(&self, stop: &Stop) -> bool {
        let is_vacant = self.world.post.tells_instead(Role::Host, Role::Wso, "");
        if is_vacant || stop.kind != StopKind::ByException {
            return true;
        }
        let was_tried = self.wrote(|event, _| {
            matches!(event, Event::ContactAttempted { attempt }
                if attempt.contact.role == Role::Wso
                    && attempt.outcome.is_in_vain()
                    && attempt.at <= stop.at
                    && !self.world.is_struck(self.case, attempt))
        });
        let incident = &self.case.incident;
        let siro = Contact::of(Role::Siro, incident.home());
        let is_owed = contacts::required(incident)
            .iter()
            .any(|required| required.contact == siro);
        let is_told = contacts::informed_at(incident, &siro).is_some();
        was_tried && (is_owed || is_told)
    }

    /// The Officer's ladder was climbed to the host at that instant, and the host has answered a call.
    fn was_climbed(&self, stop: &Stop) -> bool {
        let is_rung = matches!(stop.evidence, Evidence::Escalation { .. });
        let to_host = |event: &Event| match event {
            Event::Escalated { to, .. } => to.iter().any(|contact| contact.role == Role::Host),
            _ => false,
        };
        let has_answered = |attempt: &ContactAttempt| {
            attempt.contact.role == Role::Host
                && attempt.outcome.informs()
                && !self.world.is_struck(self.case, attempt)
        };
        is_rung
            && self.wrote(|event, entry| entry.at == stop.at && to_host(event))
            && self.wrote(|event, _| {
                matches!(event, Event::ContactAttempted { attempt } if has_answered(attempt))
            })
    }

    fn wrote(&self, is_it: impl Fn(&Event, &Entry) -> bool) -> bool {
        let mut entries = self.world.entries(self.case);
        entries.any(|entry| is_it(&entry.event, entry))
    }

    /// Whether nobody is asked any more; an acknowledgement is not once the incident is closed.
    fn ended(&self, kind: ClockKind) -> bool {
        use crate::domain::closing::ClosingEvent::{Closed, MarkedDuplicate, Withdrawn};
        self.case.trail().any(|entry| match entry.event {
            Event::Closing(MarkedDuplicate { .. } | Withdrawn { .. }) => true,
            Event::Closing(Closed { .. }) => kind == ClockKind::Ack,
            _ => false,
        })
    }
}
