//! Whether an incident can take over its duplicate, and the events by which it does (section 2.2,
//! REG-WHOLE, ICO-AWARE).
//!
//! The duplicate's own end is judged in `closing`; what making the events true means is in
//! `taking_over`. Where a duty would be lost, marking is refused with what to do first.

use super::{Context, Decision, correction};
use crate::domain::Instant;
use crate::domain::apply;
use crate::domain::clock::{self, Clock, StandDown, StopKind};
use crate::domain::contacts::{self, Awaited};
use crate::domain::deadlines::ClockKind;
use crate::domain::enumeration;
use crate::domain::event::{Entry, Event, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{Awareness, AwarenessKind, BreachStatus, Incident};
use crate::domain::office::{Office, who_may};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{self, Body, Duty};
use crate::domain::rule::RuleId;
use crate::domain::subjects::{Standing, Telling};
use crate::domain::taking_over::TakenOver;

/// Everything that the duplicate has to hand on, then what follows from its earlier awareness.
pub(super) fn take_over(
    duplicate: &Incident,
    survivor: &Incident,
    reason: &str,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    if !permission::may_see(context.actor, survivor) {
        return Err(not_there());
    }
    let (_, by) = permission::require(Permission::MarkDuplicate, context.actor, survivor)?;
    check_goes_on(duplicate, survivor, context)?;
    let mut events: Vec<Event> = handed_on(duplicate, reason, context.now).collect();
    events.extend(clocks_of_its_own(duplicate, survivor));
    events.extend(named_earlier(duplicate, survivor, context));
    let so_far = after(survivor, &events, &by, context);
    let earlier = earlier_times(duplicate, survivor);
    let known = format!("known earlier as {}", duplicate.name());
    events.extend(correction::moved(&so_far, &earlier, &known, context));
    let so_far = after(survivor, &events, &by, context);
    events.extend(late_reasons(duplicate, &so_far));
    events.extend(still_to_be_told(duplicate, &so_far));
    Ok(Decision::new(by, events))
}

/// What the duplicate had taken over before comes first, under the name of where it was recorded.
fn handed_on(duplicate: &Incident, reason: &str, now: Instant) -> impl Iterator<Item = Event> {
    let before = duplicate.taken_over.iter().cloned();
    let before = before.map(move |taken| TakenOver {
        at: Some(now),
        ..taken
    });
    before
        .chain([TakenOver::of(duplicate, reason.trim(), now)])
        .map(|taken| Event::TakenOver(Box::new(taken)))
}

/// The other incident as these events make it, so that what follows from them is worked out on it.
fn after(survivor: &Incident, events: &[Event], by: &Signature, context: &Context<'_>) -> Incident {
    let mut incident = survivor.clone();
    for event in events {
        let entry = Entry {
            at: context.now,
            by: by.clone(),
            command: context.command,
            event: event.clone(),
        };
        apply::apply(&mut incident, &entry);
    }
    incident
}

/// Clocks that belong to no regulator and that only the duplicate has: they go on with their start, but
/// for those of people who were released.
fn clocks_of_its_own(duplicate: &Incident, survivor: &Incident) -> Vec<Event> {
    let is_missing = |clock: &&Clock| {
        clock.stood_down.is_none()
            && !is_regulators(clock.kind)
            && !survivor.clocks.iter().any(|known| known.kind == clock.kind)
    };
    let views = clock::views_of(duplicate, |clock| is_missing(&clock));
    let is_over = |view: &clock::ClockView<'_>| {
        let stop = view.stop.map(|stop| stop.kind);
        let awaited = Awaited::by(view.clock.kind);
        stop == Some(StopKind::ByRelease)
            && awaited.is_some_and(|awaited| !contacts::is_any_informed(duplicate, awaited))
    };
    let going_on = views.filter(|view| !is_over(view));
    let clocks = going_on.map(|view| view.clock.clone());
    clocks.map(|clock| Event::ClockStarted { clock }).collect()
}

/// A controller that was named later on both has its 24 hours from the earlier naming (BOB-DPO), and an
/// operator its 72 from the earlier awareness (NIS-WHO).
fn named_earlier(duplicate: &Incident, survivor: &Incident, context: &Context<'_>) -> Vec<Event> {
    let own = survivor.clocks.iter();
    let own = own.filter(|clock| {
        let is_own = matches!(clock.kind, ClockKind::BobDpo | ClockKind::Nis72h);
        is_own && clock.controller.is_some()
    });
    let earlier = own.filter_map(|clock| {
        let mut theirs = duplicate.clocks.iter();
        let theirs = theirs.find(|known| known.is_same_duty(clock))?;
        (theirs.started_at < clock.started_at).then(|| Event::ClockRevised {
            previous_due_at: clock.due_at,
            clock: clock.revised(theirs.started_at, context.policy),
        })
    });
    earlier.collect()
}

fn is_regulators(kind: ClockKind) -> bool {
    matches!(kind, ClockKind::Ico72h | ClockKind::Nis72h)
}

/// Whoever had to be told of the duplicate, has not been, and would be forgotten here.
fn still_to_be_told(duplicate: &Incident, survivor: &Incident) -> Vec<Event> {
    let ours = contacts::required(survivor);
    let is_ours = |contact: &contacts::Contact| ours.iter().any(|known| known.contact == *contact);
    let missing = contacts::outstanding(duplicate).into_iter();
    missing
        .filter(|required| !is_ours(&required.contact))
        .filter(|required| !contacts::is_released(survivor, &required.contact))
        .map(|required| Event::ContactRequired {
            contact: required.contact,
            reason: format!("had to be told of {}", duplicate.name()).into(),
        })
        .collect()
}

/// Reasons for delay that were given on the duplicate, for clocks that have none here.
fn late_reasons(duplicate: &Incident, survivor: &Incident) -> Vec<Event> {
    let explained = duplicate.clocks.iter().filter_map(|clock| {
        let reason = clock.late_reason.as_ref()?;
        let controller = clock.controller.as_ref();
        let ours = survivor.clocks.iter();
        let ours = ours.filter(|known| known.late_reason.is_none());
        ours.into_iter()
            .any(|known| known.is(clock.kind, controller))
            .then(|| Event::LateReasonGiven {
                kind: clock.kind,
                controller: clock.controller.clone(),
                reason: reason.clone(),
            })
    });
    explained.collect()
}

/// An incident that is not there and one that the person may not see are the same.
pub(super) fn not_there() -> Refusal {
    Refusal::invalid(
        "/of",
        "You cannot see an incident of that name. Choose the one that goes on",
    )
}

/// The incident that goes on is worked on, and has every duty of the duplicate: none is lost with it.
fn check_goes_on(
    duplicate: &Incident,
    survivor: &Incident,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let why = if survivor.status.is_open() {
        lost(duplicate, survivor, context)
    } else {
        let status = survivor.status.name();
        Some(format!("it is {status}. Choose an incident that goes on"))
    };
    let Some(why) = why else { return Ok(()) };
    let sentence = format!("{} cannot take this over: {why}", survivor.name());
    Err(Refusal::invalid("/of", sentence).by(RuleId::RegWhole))
}

/// What the other incident lacks, with what to do first.
fn lost(duplicate: &Incident, survivor: &Incident, context: &Context<'_>) -> Option<String> {
    let name = survivor.name();
    without_clock(duplicate, survivor, context)
        .or_else(|| reported_elsewhere(duplicate, survivor, context))
        .or_else(|| duty_ended_there(duplicate, survivor, context))
        .or_else(|| graver_facts(duplicate, survivor))
        .or_else(|| unaffected_partners(duplicate, survivor, context))
        .or_else(|| differs_on_telling(duplicate, survivor))
        .map(|why| why.replace("{name}", &name))
}

/// A regulator's clock that counts here, stopped or not, and that the other incident has not got.
fn without_clock(
    duplicate: &Incident,
    survivor: &Incident,
    context: &Context<'_>,
) -> Option<String> {
    let counts = |clock: &&Clock| is_regulators(clock.kind) && clock.stood_down.is_none();
    let lost = duplicate.clocks.iter().filter(counts).find(|clock| {
        // Nobody's own clock goes on as that of whoever is named there (ICO-PROC).
        let is_anybodys =
            |known: &Clock| clock.is(ClockKind::Ico72h, None) && known.kind == clock.kind;
        !survivor
            .clocks
            .iter()
            .any(|known| known.is_same_duty(clock) || is_anybodys(known))
    })?;
    let name = lost.kind.name();
    Some(match &lost.controller {
        Some(owner) if lost.kind == ClockKind::Nis72h => format!(
            "nobody has answered there that the essential service of {} was significantly affected. Answer that there first",
            context.directory.organisation_name(owner)
        ),
        Some(owner) => format!(
            "{} is not entered there as controller of personal data, so it has no clock \"{name}\". Enter that by a triage first",
            context.directory.organisation_name(owner)
        ),
        None => {
            format!("it has no clock \"{name}\". Enter the facts that start it by a triage first")
        }
    })
}

/// A notification that stands, for somebody whom the other incident does not concern.
fn reported_elsewhere(
    duplicate: &Incident,
    survivor: &Incident,
    context: &Context<'_>,
) -> Option<String> {
    let concerned = |controller: &OrganisationId| {
        survivor.home() == controller || survivor.facts.controllers.contains(controller)
    };
    let told = &duplicate.casework().regulator.notifications;
    let standing = told.iter().filter(|told| told.withdrawn.is_none());
    let (told, other) = standing
        .filter(|told| told.body != Body::DhscNis)
        .find_map(|told| {
            let other = told.served().into_iter().find(|other| !concerned(other))?;
            Some((told, other))
        })?;
    Some(format!(
        "the {} was told of this for {}, and that is not entered there as a controller. Triage {{name}} with that controller first",
        told.body.name(),
        context.directory.organisation_name(&other)
    ))
}

/// A notifiable grade that nobody has answered on the one, where the duty has ended on the other without
/// a report (ICO-DUTY).
fn duty_ended_there(
    duplicate: &Incident,
    survivor: &Incident,
    context: &Context<'_>,
) -> Option<String> {
    regulator::duties(duplicate).find_map(|(clock, controller, here)| {
        let name = context.directory.organisation_name(controller);
        let there = regulator::duty(survivor, controller);
        let is_owed = |incident: &Incident, duty: Duty<'_>| {
            duty.is_open() && incident.is_notifiable_for(controller)
        };
        let mut clocks = survivor.clocks.iter();
        let known = clocks.find(|known| known.is(clock.kind, Some(controller)));
        let hidden = known.and_then(|known| known.stood_down.as_deref());
        let runs = clock.stood_down.is_none() && here.is_open();
        let (directory, now) = (context.directory, context.now);
        let who = who_may(Office::Decide, controller, directory, now, &[]);
        if is_owed(duplicate, here) && hidden.is_some() {
            Some(format!(
                "this is graded as notifiable, and the clock of {name} is stopped there. Ask {} to restart it on {{name}}, or mark {{name}} as the duplicate of {} instead",
                who.in_words(context.directory),
                duplicate.name()
            ))
        } else if runs && hidden.is_some_and(StandDown::is_by_what_it_is) {
            Some(format!(
                "the 72 hours of {name} run here, and there they are stopped: {}. Ask {} to say the same of this one, or triage {{name}} as this one",
                hidden.map_or("", |hidden| &hidden.reason),
                who.in_words(context.directory)
            ))
        } else if is_owed(duplicate, here) && is_declined_beside(there, here) {
            Some(format!(
                "this is graded as notifiable, and {name} declined there. Have the DPO decide here first"
            ))
        } else if is_owed(survivor, there) && is_declined_beside(here, there) {
            Some(format!(
                "it is graded as notifiable, and {name} declined here. Have the DPO decide on {{name}} first"
            ))
        } else {
            None
        }
    })
}

/// Whether the one is declined, or will be with a signature, and the other is not: a decline answers what
/// was on record where it was made.
fn is_declined_beside(one: Duty<'_>, other: Duty<'_>) -> bool {
    match one {
        Duty::Declined(_) => true,
        Duty::Unsigned(_) => !matches!(other, Duty::Unsigned(_)),
        Duty::NotOwed | Duty::Undecided | Duty::ToReport(_) | Duty::Reported(_) => false,
    }
}

/// Facts that ask more of people here than there.
fn graver_facts(duplicate: &Incident, survivor: &Incident) -> Option<String> {
    let confirmed = |incident: &Incident| incident.facts.breach_status == BreachStatus::Confirmed;
    let (is, on) = if confirmed(duplicate) && !confirmed(survivor) {
        ("a confirmed breach", "Triage {name} as confirmed first")
    } else if duplicate.facts.siri && !survivor.facts.siri {
        ("a serious incident", "Triage {name} as serious first")
    } else if duplicate.facts.cyber && !survivor.facts.cyber {
        (
            "a cyber incident",
            "Triage {name} as a cyber incident first",
        )
    } else if duplicate.is_major() && !survivor.is_major() {
        ("a major incident", "Declare {name} major first")
    } else {
        return None;
    };
    Some(format!("this is {is} and that one is not. {on}"))
}

fn unaffected_partners(
    duplicate: &Incident,
    survivor: &Incident,
    context: &Context<'_>,
) -> Option<String> {
    let theirs = &survivor.facts.affected_partners;
    let missing = duplicate.facts.affected_partners.difference(theirs);
    let names: Vec<&str> = missing
        .map(|partner| context.directory.organisation_name(partner))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "this affects {} and that one does not. Say first that it affects them on {{name}}",
            enumeration::all(&names)
        )
    })
}

/// People are to be told of this, and are not to be told of the other.
fn differs_on_telling(duplicate: &Incident, survivor: &Incident) -> Option<String> {
    let (ours, theirs) = (
        &survivor.casework().subjects,
        &duplicate.casework().subjects,
    );
    let mut controllers = duplicate.answering();
    let differs = controllers.any(|controller| {
        let is_not_told = matches!(
            ours.standing(controller),
            Standing::Decided(Telling::DoNotTell, _)
        );
        is_not_told && theirs.owed_since(controller).is_some()
    });
    differs.then(|| {
        "the people are to be told of this and not of that one. Tell them first, and record it"
            .to_owned()
    })
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
