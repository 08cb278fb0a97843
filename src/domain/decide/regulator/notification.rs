//! Preparing, recording, following up and taking back a notification (ICO-CONTENT, ICO-PHASE, ICO-JOINT,
//! CLK-LATE, NIS-72H, BOB-TOOL).

use super::anchor::awaits_its_report;
use super::decision::late_reason;
use super::{answers_to, may_record, one, regulator_clock, reported_or_now};
use crate::domain::apply;
use crate::domain::clock::Clock;
use crate::domain::decide::{Context, Decision as Judged, logging, reasoned, worded};
use crate::domain::event::{Entry, Event, Signed};
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{
    Body, Content, Draft, FollowUp, Item, Known, Notification, RegulatorEvent, ReportAnswer,
    Submit, duties, in_force,
};
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::{Instant, calendar};
use uuid::Uuid;

pub(super) fn prepare(
    incident: &Incident,
    body: Body,
    controller: Option<&OrganisationId>,
    contents: &[Content],
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let controller = controller.unwrap_or_else(|| answers_to(incident, body));
    logging::known_organisation(controller, "/controller", context)?;
    let by = may_record(incident, controller, context)?;
    check_contents(body, contents)?;
    let draft = Draft {
        body,
        controller: controller.clone(),
        contents: contents.to_vec(),
        prepared: Signed {
            at: context.now,
            by: by.clone(),
        },
    };
    Ok(one(by, RegulatorEvent::Prepared(Box::new(draft))))
}

/// Each item belongs to the body and stands once, and what is given says something (ICO-CONTENT).
fn check_contents(body: Body, contents: &[Content]) -> Result<(), Refusal> {
    for (place, content) in contents.iter().enumerate() {
        let name = content.item.name();
        let pointer = format!("/contents/{place}");
        let is_double = contents[..place]
            .iter()
            .any(|known| known.item == content.item);
        let sentence = if !body.contents().contains(&content.item) {
            format!(
                "\"{name}\" is not part of a notification to the {}",
                body.name()
            )
        } else if is_double {
            format!("\"{name}\" is there twice. Keep one")
        } else if content.known == Known::Given && is_blank(content.text.as_deref()) {
            format!("\"{name}\" is marked as given. Write it, or mark it as to follow or not known")
        } else if content.known == Known::NotKnown && content.item.is_ones_own() {
            format!("\"{name}\" is yours to know. Give it, or mark it as to follow")
        } else {
            continue;
        };
        return Err(Refusal::invalid(&pointer, sentence).by(RuleId::IcoContent));
    }
    Ok(())
}

/// Whether it says nothing: marks alone do not.
fn is_blank(text: Option<&str>) -> bool {
    !text.unwrap_or_default().chars().any(char::is_alphanumeric)
}

pub(super) fn submit(
    incident: &Incident,
    submit: &Submit,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let controller = submit
        .controller
        .as_ref()
        .unwrap_or_else(|| answers_to(incident, submit.body));
    logging::known_organisation(controller, "/controller", context)?;
    let by = may_record(incident, controller, context)?;
    check_complete(submit)?;
    check_approved(incident, submit, controller)?;
    check_also_for(incident, submit, controller, context)?;
    let reference = worded(
        RuleId::BobTool,
        &submit.reference,
        "/reference",
        "Give the reference that you received. Others need it to find the report",
    )?;
    check_is_new(incident, submit, controller, context)?;
    let submitted_at = reported_or_now(submit.submitted_at, "/submitted_at", context)?;
    if submitted_at < incident.awareness.earliest() {
        return Err(Refusal::invalid(
            "/submitted_at",
            "Nobody was aware of the incident then. Correct the time of the report or of the awareness",
        )
        .by(RuleId::Ico72h));
    }
    let mut events = late_reasons(incident, submit, controller, submitted_at)?;
    let notification = Notification {
        id: context.command.0,
        body: submit.body,
        controller: controller.clone(),
        also_for: submit.also_for.clone(),
        via: submit.via,
        submitted_at,
        reference: reference.into(),
        contents: submit.contents.clone(),
        follow_ups: follow_ups(submit, context),
        recorded: Signed {
            at: context.now,
            by: by.clone(),
        },
        withdrawn: None,
    };
    let submitted = RegulatorEvent::Submitted(Box::new(notification));
    events.push(Event::Regulator(submitted));
    Ok(Judged::new(by, events))
}

/// A body is told once for each organisation: what comes after that is a follow-up, and entered as another
/// report it would be counted twice (REG-WHOLE, ICO-PHASE).
fn check_is_new(
    incident: &Incident,
    submit: &Submit,
    controller: &OrganisationId,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let served = || std::iter::once(controller).chain(&submit.also_for);
    let mut told = incident.casework().regulator.notifications.iter();
    let known = told.find(|told| {
        let is_standing = told.withdrawn.is_none() && told.body == submit.body;
        is_standing && served().any(|controller| told.serves(controller))
    });
    let Some(known) = known else {
        return Ok(());
    };
    let whose = served().find(|controller| known.serves(controller));
    let name = context
        .directory
        .organisation_name(whose.unwrap_or(controller));
    let by = context.directory.person_name(&known.recorded.by.person);
    Err(Refusal::invalid(
        "/reference",
        format!(
            "{by} has already recorded the report {} to the {} for {name}, {}. Record what you sent since as a follow-up, or as a note",
            known.reference,
            known.body.name(),
            calendar::brief(known.recorded.at)
        ),
    )
    .by(RuleId::RegWhole))
}

/// Every item is given, to follow, or not known; none is simply left out (ICO-CONTENT).
fn check_complete(submit: &Submit) -> Result<(), Refusal> {
    check_contents(submit.body, &submit.contents)?;
    let left_out = submit.body.contents().iter().find(|item| {
        let is_it = |content: &Content| content.item == **item;
        !submit.contents.iter().any(is_it)
    });
    match left_out {
        None => Ok(()),
        Some(item) => Err(Refusal::invalid(
            "/contents",
            format!(
                "Say of \"{}\" whether it was given, is to follow, or is not known",
                item.name()
            ),
        )
        .by(RuleId::IcoContent)),
    }
}

/// The ICO is told on a decision to report; a NIS notification follows from the impact on the
/// service, and NHS England is told of every serious cyber incident.
fn check_approved(
    incident: &Incident,
    submit: &Submit,
    controller: &OrganisationId,
) -> Result<(), Refusal> {
    match submit.body {
        Body::Nhse => Ok(()),
        Body::DhscNis => regulator_clock(incident, Body::DhscNis, Some(controller)).map(|_| ()),
        Body::Ico => {
            regulator_clock(incident, Body::Ico, Some(controller))?;
            if is_to_be_reported(incident, controller) {
                return Ok(());
            }
            Err(Refusal::against(
                RuleId::BobDecide,
                "Record the decision to report first. The DPO decides; the SIRO may authorise when time runs out",
            ))
        }
    }
}

fn is_to_be_reported(incident: &Incident, controller: &OrganisationId) -> bool {
    in_force(incident, controller).is_some_and(|decision| decision.answer == ReportAnswer::Report)
}

/// A lead's report serves for others only under an agreement that says so (ICO-JOINT).
fn check_also_for(
    incident: &Incident,
    submit: &Submit,
    controller: &OrganisationId,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let day = calendar::local(submit.submitted_at.unwrap_or(context.now)).date_naive();
    if submit.body != Body::Ico && !submit.also_for.is_empty() {
        return Err(Refusal::invalid(
            "/also_for",
            "Only a report to the ICO can cover other controllers. Each operator tells its own authority",
        )
        .by(RuleId::IcoJoint));
    }
    for other in &submit.also_for {
        regulator_clock(incident, submit.body, Some(other)).map_err(|refusal| {
            Refusal::invalid("/also_for", refusal.sentence).by(RuleId::IcoJoint)
        })?;
        if !is_to_be_reported(incident, other) {
            let name = context.directory.organisation_name(other);
            return Err(Refusal::invalid(
                "/also_for",
                format!("{name} stays responsible. Record its own decision to report before the lead's report covers it"),
            )
            .by(RuleId::IcoJoint));
        }
        let agreement = context
            .directory
            .agreement_to_report(controller, other, day);
        if agreement.is_none() {
            let [lead, name] =
                [controller, other].map(|id| context.directory.organisation_name(id));
            return Err(Refusal::invalid(
                "/also_for",
                format!("No agreement in the directory lets {lead} report for {name}; record the agreement that says so, or have {name} report itself"),
            )
            .by(RuleId::IcoJoint));
        }
    }
    Ok(())
}

/// Reasons for each clock that this stops after its time.
fn late_reasons(
    incident: &Incident,
    submit: &Submit,
    controller: &OrganisationId,
    submitted_at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let served = std::iter::once(controller).chain(&submit.also_for);
    let clocks: Vec<&Clock> = match submit.body {
        Body::Nhse => Vec::new(),
        Body::DhscNis => vec![regulator_clock(incident, Body::DhscNis, Some(controller))?],
        Body::Ico => served
            .map(|controller| regulator_clock(incident, Body::Ico, Some(controller)))
            .collect::<Result<_, _>>()?,
    };
    let mut events = Vec::new();
    for clock in clocks {
        let reason = submit.late_reason.as_deref();
        events.extend(late_reason(incident, clock, submitted_at, reason)?);
    }
    Ok(events)
}

/// What is to follow becomes a task with an owner and a date (ICO-PHASE).
fn follow_ups(submit: &Submit, context: &Context<'_>) -> Vec<FollowUp> {
    let policy = context.policy;
    let due_on = submit.follow_up_on.unwrap_or_else(|| {
        let today = calendar::local(context.now).date_naive();
        let days = policy.casework.follow_up_working_days;
        policy.calendar.working_days_after(today, days)
    });
    submit
        .contents
        .iter()
        .filter(|content| content.known == Known::ToFollow)
        .map(|content| FollowUp {
            item: content.item,
            owner: submit.follow_up_by.unwrap_or(Role::Dpo),
            due_on,
            sent: None,
        })
        .collect()
}

pub(super) fn follow_up(
    incident: &Incident,
    id: Uuid,
    (item, text): (Item, &str),
    sent_at: Option<Instant>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let told = (incident.casework().regulator.notification(id))
        .filter(|told| told.open_follow_ups().any(|open| open.item == item))
        .ok_or_else(|| {
            Refusal::invalid(
                "/item",
                "Nothing like that is outstanding on this notification. Refresh and choose again",
            )
            .by(RuleId::IcoPhase)
        })?;
    let by = may_record(incident, &told.controller, context)?;
    let text = worded(RuleId::IcoPhase, text, "/text", "Say what was sent")?;
    let event = RegulatorEvent::FollowedUp {
        notification: id,
        item,
        sent_at: reported_or_now(sent_at, "/sent_at", context)?,
        text: text.into(),
    };
    Ok(one(by, event))
}

pub(super) fn withdraw(
    incident: &Incident,
    id: Uuid,
    reason: &str,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let told = incident.casework().regulator.notification(id);
    let Some(told) = told.filter(|told| told.withdrawn.is_none()) else {
        return Err(Refusal::invalid(
            "/notification",
            "This incident has no such notification, or it is already withdrawn",
        )
        .by(RuleId::IcoPhase));
    };
    let (_, by) = permission::require_of(
        Permission::Decide,
        Grant::Owner,
        context.actor,
        incident,
        &told.controller,
    )?;
    let reason = reasoned(
        RuleId::IcoPhase,
        reason,
        "/reason",
        "Say how the regulator was told that it was no breach",
    )?;
    let withdrawn = Event::Regulator(RegulatorEvent::Withdrawn {
        notification: id,
        reason: reason.into(),
    });
    let mut after = incident.clone();
    apply::apply(
        &mut after,
        &Entry {
            at: context.now,
            by: by.clone(),
            command: context.command,
            event: withdrawn.clone(),
        },
    );
    let called_off = called_off(&after, told);
    Ok(Judged::new(
        by,
        std::iter::once(withdrawn).chain(called_off).collect(),
    ))
}

/// Withdrawing re-opens the duty from the same start, unless an assessment has called it off since and
/// nobody has decided anew to report (ICO-DUTY).
fn called_off<'a>(after: &'a Incident, told: &'a Notification) -> impl Iterator<Item = Event> + 'a {
    duties(after)
        .filter(|(clock, controller, _)| {
            let is_served = told.body == Body::Ico && told.serves(controller);
            is_served && clock.stood_down.is_none() && !after.is_notifiable_for(controller)
        })
        .filter(|(_, controller, _)| !awaits_its_report(after, controller))
        .filter_map(|(clock, controller, _)| {
            let assessment = after.assessment_for(controller)?;
            Some(Event::ClockStoodDown {
                kind: clock.kind,
                controller: clock.controller.clone(),
                rule: RuleId::BobDecide,
                reason: assessment.grading.basis.as_str().into(),
                ground: None,
            })
        })
}
