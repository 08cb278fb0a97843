//! What the incident that goes on takes over from its duplicate: every earlier awareness, and the
//! clocks as they run from it (section 2.2, ICO-AWARE).
//!
//! The duplicate's own end is judged in `closing`. What was done about a duplicate stays with it.

use super::{Context, Decision, correction};
use crate::domain::Instant;
use crate::domain::clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Awareness, AwarenessKind, Incident};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;

/// Nothing where the duplicate was not known earlier.
pub(super) fn take_over(
    duplicate: &Incident,
    survivor: &Incident,
    context: &Context<'_>,
) -> Result<Option<Decision>, Refusal> {
    if !permission::may_see(context.actor, survivor) {
        return Err(not_there());
    }
    let (_, by) = permission::require(Permission::MarkDuplicate, context.actor, survivor)?;
    check_goes_on(duplicate, survivor, context)?;
    let earlier = earlier_times(duplicate, survivor);
    if earlier.is_empty() {
        return Ok(None);
    }
    let reason = format!("known earlier as {}", duplicate.name());
    let events = correction::moved(survivor, &earlier, &reason, context);
    Ok(Some(Decision::new(by, events)))
}

/// An incident that is not there and one that the person may not see are the same.
pub(super) fn not_there() -> Refusal {
    Refusal::invalid(
        "/of",
        "There is no such incident, or none that you may see; choose the one that goes on",
    )
}

/// The incident that goes on is worked on, and has a regulator's clock for everybody who has a running
/// one on the duplicate: no duty is lost with it.
fn check_goes_on(
    duplicate: &Incident,
    survivor: &Incident,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let name = survivor.name();
    let lost = lost_duties(duplicate, survivor);
    let sentence = if !survivor.status.is_open() {
        format!(
            "{name} is {}; choose an incident that goes on",
            survivor.status.name()
        )
    } else if let Some(kind) = lost.first().map(|(kind, _)| kind) {
        let owners: Vec<&str> = lost
            .iter()
            .filter_map(|(_, controller)| *controller)
            .map(|controller| context.directory.organisation_name(controller))
            .collect();
        let whose = if owners.is_empty() {
            String::new()
        } else {
            format!(" for {}", owners.join(" and "))
        };
        format!(
            "{} runs here{whose} and not on {name}: triage {name} first",
            kind.as_str()
        )
    } else {
        return Ok(());
    };
    Err(Refusal::invalid("/of", sentence).by(RuleId::BobLog))
}

/// Regulators' clocks that run on the duplicate and that the other incident has not got.
fn lost_duties<'a>(
    duplicate: &'a Incident,
    survivor: &Incident,
) -> Vec<(ClockKind, Option<&'a OrganisationId>)> {
    clock::views(duplicate)
        .filter(|view| matches!(view.clock.kind, ClockKind::Ico72h | ClockKind::Nis72h))
        .filter(|view| view.stop.is_none() && view.clock.stood_down.is_none())
        .map(|view| (view.clock.kind, view.clock.controller.as_ref()))
        .filter(|(kind, controller)| {
            !survivor
                .clocks
                .iter()
                .any(|clock| clock.is(*kind, *controller))
        })
        .collect()
}

/// The awareness times of the duplicate that are earlier than those of the other incident.
fn earlier_times(duplicate: &Incident, survivor: &Incident) -> Vec<(AwarenessKind, Instant)> {
    let (theirs, ours) = (&duplicate.awareness, &survivor.awareness);
    // What a processor's staff knew is no awareness of the controller's staff (ICO-PROC).
    let staff_at = if theirs.through_processor && !ours.through_processor {
        theirs.controller_at()
    } else {
        theirs.staff_at
    };
    let mut earlier = Vec::new();
    let mut after = ours.clone();
    let mut take = |after: &mut Awareness, kind, at: Option<Instant>| {
        let known = after.at(kind);
        if let Some(at) = at.filter(|at| known.is_none_or(|known| *at < known)) {
            *after = after.clone().with(kind, at);
            earlier.push((kind, at));
        }
    };
    take(&mut after, AwarenessKind::Staff, Some(staff_at));
    take(&mut after, AwarenessKind::Officer, Some(theirs.officer_at));
    take(&mut after, AwarenessKind::Processor, theirs.processor_at);
    if after.nis_at.is_some() {
        take(&mut after, AwarenessKind::Nis, theirs.nis_at);
    }
    let has_regulator = clock::view(duplicate, ClockKind::Ico72h).is_some();
    if has_regulator && theirs.controller_at() < after.controller_at() {
        let kind = if after.upgraded_at.is_some() {
            AwarenessKind::Upgrade
        } else {
            AwarenessKind::ControllerInformed
        };
        take(&mut after, kind, Some(theirs.controller_at()));
    }
    earlier
}
