//! The regulator's part: decisions, signatures, anchors, notifications (BOB-DECIDE, ICO-AWARE,
//! ICO-CONTENT, ICO-PHASE, ICO-JOINT, CLK-REGRADE, CLK-LATE, NIS-72H, BOB-TOOL).

use super::{Context, Decision as Judged, logging, reported, said_of, whole_seconds};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::clock::{self, Clock};
use crate::domain::contacts::{self, Contact};
use crate::domain::deadlines::ClockKind;
use crate::domain::event::{Event, Signature, Signed};
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::incident::{Assessment, Incident};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::policy::hours;
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{
    self, Authority, Body, Content, Decision, Draft, FollowUp, Item, Known, Notification,
    RegulatorCommand, RegulatorEvent, ReportAnswer, Submit, in_force,
};
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use uuid::Uuid;

pub(super) fn step(
    incident: &Incident,
    command: &RegulatorCommand,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    match command {
        RegulatorCommand::Decide {
            controller,
            answer,
            reasons,
            given_by,
            decided_at,
            late_reason,
        } => {
            let asked = Asked {
                controller: controller.as_ref().unwrap_or_else(|| incident.home()),
                answer: *answer,
                reasons,
                given_by: given_by.as_ref(),
                decided_at: *decided_at,
                late_reason: late_reason.as_deref(),
            };
            decide(incident, &asked, context)
        }
        RegulatorCommand::Confirm { decision } => confirm(incident, *decision, context),
        RegulatorCommand::Countersign {
            decision,
            late_reason,
        } => countersign(incident, *decision, late_reason.as_deref(), context),
        RegulatorCommand::Reanchor {
            controller,
            at,
            reason,
            further_reason,
        } => {
            let controller = controller.as_ref().unwrap_or_else(|| incident.home());
            let reasons = (&**reason, further_reason.as_deref());
            reanchor(incident, controller, *at, reasons, context)
        }
        RegulatorCommand::StandDown {
            body,
            controller,
            reason,
        } => stand_down(incident, *body, controller.as_ref(), reason, context),
        RegulatorCommand::Reinstate { body, controller } => {
            reinstate(incident, *body, controller.as_ref(), context)
        }
        RegulatorCommand::Prepare {
            body,
            controller,
            contents,
        } => prepare(incident, *body, controller.as_ref(), contents, context),
        RegulatorCommand::Submit(submit) => self::submit(incident, submit, context),
        RegulatorCommand::FollowUp {
            notification,
            item,
            text,
            sent_at,
        } => follow_up(incident, *notification, (*item, text), *sent_at, context),
        RegulatorCommand::Withdraw {
            notification,
            reason,
        } => withdraw(incident, *notification, reason, context),
        RegulatorCommand::KeepReference { tool, reference } => {
            let by = may_record(incident, incident.home(), context)?;
            let reference = said_of(
                RuleId::BobTool,
                reference,
                "/reference",
                "Give the reference in the other tool",
            )?;
            let event = RegulatorEvent::ReferenceKept {
                tool: *tool,
                reference: reference.into(),
            };
            Ok(one(by, event))
        }
    }
}

fn one(by: Signature, event: RegulatorEvent) -> Judged {
    Judged::new(by, vec![Event::Regulator(event)])
}

fn reported_or_now(
    at: Option<Instant>,
    pointer: &str,
    context: &Context<'_>,
) -> Result<Instant, Refusal> {
    at.map_or(Ok(context.now), |at| reported(at, pointer, context))
}

/// A controller's own officers record what it has told, and whoever serves them all.
fn may_record(
    incident: &Incident,
    controller: &OrganisationId,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    permission::require_of(
        Permission::RecordSubmission,
        Grant::Record,
        context.actor,
        incident,
        controller,
    )
    .map(|(_, by)| by)
}

/// The clock of a body, for the controller named or the leading one.
fn regulator_clock<'a>(
    incident: &'a Incident,
    body: Body,
    controller: Option<&'a OrganisationId>,
) -> Result<&'a Clock, Refusal> {
    let (kind, controller) = match body {
        Body::DhscNis => (ClockKind::Nis72h, None),
        Body::Ico | Body::Nhse => (
            ClockKind::Ico72h,
            Some(controller.unwrap_or_else(|| incident.home())),
        ),
    };
    incident
        .clocks
        .iter()
        .find(|clock| clock.is(kind, controller))
        .ok_or_else(|| {
            let sentence = match body {
                Body::DhscNis => {
                    "No clock of the NIS Regulations runs; triage the impact on the service first"
                }
                Body::Ico | Body::Nhse => {
                    "No 72 hours run for that controller; choose a controller of these data"
                }
            };
            Refusal::invalid("/controller", sentence).by(kind.rule())
        })
}

/// A decision as it is asked for.
struct Asked<'a> {
    controller: &'a OrganisationId,
    answer: ReportAnswer,
    reasons: &'a str,
    given_by: Option<&'a PersonId>,
    decided_at: Option<Instant>,
    late_reason: Option<&'a str>,
}

fn decide(
    incident: &Incident,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let clock = regulator_clock(incident, Body::Ico, Some(asked.controller))?;
    let (authority, by) = authority(incident, clock, asked, context)?;
    let reasons = said_of(
        RuleId::BobDecide,
        asked.reasons,
        "/reasons",
        "Give the reasons: both a report and a decline need them",
    )?;
    let Some(assessment) = incident.assessment() else {
        return Err(Refusal::against(
            RuleId::BobDecide,
            "Grade severity and likelihood first: a decision answers an assessment",
        ));
    };
    let decided_at = reported_or_now(asked.decided_at, "/decided_at", context)?;
    check_answers(assessment, decided_at)?;
    check_untold(incident, asked)?;
    let against_a_factor = assessment.grading.ico_required && !assessment.factors.is_empty();
    let decision = Decision {
        id: context.command.0,
        controller: asked.controller.clone(),
        answer: asked.answer,
        reasons: reasons.into(),
        authority,
        decided_at,
        recorded: Signed {
            at: context.now,
            by: by.clone(),
        },
        confirmed: None,
        needs_countersignature: asked.answer == ReportAnswer::Decline && against_a_factor,
        countersigned: None,
    };
    let mut events = Vec::new();
    if decision.answer == ReportAnswer::Decline && !decision.needs_countersignature {
        events.extend(late_reason(incident, clock, decided_at, asked.late_reason)?);
    }
    if decision.answer == ReportAnswer::Report && clock.stood_down.is_some() {
        events.push(reinstated(clock));
    }
    events.push(Event::Regulator(RegulatorEvent::Decided(Box::new(
        decision,
    ))));
    Ok(Judged::new(by, events))
}

/// A decision answers the assessment in force, so it is not older than that: a decline given before
/// a re-grade does not answer the re-grade (CLK-REGRADE).
fn check_answers(assessment: &Assessment, decided_at: Instant) -> Result<(), Refusal> {
    if decided_at >= assessment.at {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/decided_at",
        format!(
            "A decision answers the grades, which were saved {}; give a time since then",
            calendar::brief(assessment.at)
        ),
    )
    .by(RuleId::ClkRegrade))
}

/// Whoever has been told is not declined any more; a report is withdrawn instead.
fn check_untold(incident: &Incident, asked: &Asked<'_>) -> Result<(), Refusal> {
    let mut told = incident.casework().regulator.notifications.iter();
    let is_told = told.any(|told| {
        told.body == Body::Ico && told.withdrawn.is_none() && told.serves(asked.controller)
    });
    if asked.answer == ReportAnswer::Report || !is_told {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::IcoPhase,
        "The ICO has been told already; if it was no breach, tell the ICO so and record that the report is withdrawn",
    ))
}

/// On whose word it stands: the controller's own data protection officer decides; whoever only
/// records names the officer who gave it; the SIRO authorises a report when time runs out and the
/// officer has not been reached. A SIRO on call who names an officer records as well.
fn authority(
    incident: &Incident,
    clock: &Clock,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<(Authority, Signature), Refusal> {
    let (grant, by) = permission::require_of(
        Permission::Decide,
        Grant::Record,
        context.actor,
        incident,
        asked.controller,
    )?;
    let authority = match grant {
        Grant::Owner => Authority::Own {},
        Grant::Record => Authority::ByPhone {
            given_by: officer_named(asked, context)?,
        },
        Grant::Provisional if asked.given_by.is_some() && context.actor.holds(Role::Oco) => {
            Authority::ByPhone {
                given_by: officer_named(asked, context)?,
            }
        }
        Grant::Provisional if by.role == Role::Siro => {
            check_provisional(incident, clock, asked, context)?;
            Authority::Provisional {}
        }
        Grant::No
        | Grant::View
        | Grant::Advise
        | Grant::Countersign
        | Grant::Provisional
        | Grant::May => {
            return Err(Refusal::not_allowed(
                "Only the DPO of a controller of these data decides whether its regulator is told",
            )
            .by(RuleId::BobDecide));
        }
    };
    Ok((authority, by))
}

fn officer_named(asked: &Asked<'_>, context: &Context<'_>) -> Result<PersonId, Refusal> {
    let given_at = asked.decided_at.unwrap_or(context.now);
    let officers = regulator::deciders(context.directory, asked.controller, given_at);
    let named = officers
        .map(|holding| &holding.person)
        .find(|person| Some(*person) == asked.given_by);
    named.cloned().ok_or_else(|| {
        let name = context.directory.organisation_name(asked.controller);
        Refusal::invalid(
            "/given_by",
            format!(
                "You record what the DPO decides: name the DPO or acting DPO of {name} who gave it"
            ),
        )
        .by(RuleId::BobDecide)
    })
}

/// The ladder is DPO, acting DPO, SIRO: somebody has tried the first two and reached neither, or
/// nobody holds either role, and little time is left.
fn check_provisional(
    incident: &Incident,
    clock: &Clock,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let limit = context.policy.casework.provisional_hours;
    let mut officers = regulator::deciders(context.directory, asked.controller, context.now);
    let is_vacant = officers.next().is_none();
    let officer = Contact::of(Role::Dpo, asked.controller);
    let sentence = if asked.answer == ReportAnswer::Decline {
        "Only the DPO can decline; the SIRO may authorise a report".to_owned()
    } else if !is_vacant && contacts::informed_at(incident, &officer).is_some() {
        "The DPO has been reached and decides; ask them".to_owned()
    } else if !is_vacant && !contacts::is_tried(incident, &officer) {
        "Nobody has tried to reach the DPO yet; call the DPO, the deputy and the acting DPO first"
            .to_owned()
    } else if clock.due_at - context.now >= hours(limit) {
        format!(
            "More than {limit} hours are left; keep calling the DPO, the deputy and the acting DPO"
        )
    } else {
        return Ok(());
    };
    Err(Refusal::against(RuleId::BobDecide, sentence))
}

/// The reason for a stop after the time, unless one was given before (CLK-LATE).
fn late_reason(
    incident: &Incident,
    clock: &Clock,
    stopped_at: Instant,
    reason: Option<&str>,
) -> Result<Option<Event>, Refusal> {
    let in_time = stopped_at <= clock.due_at;
    let is_stopped = clock::stopped_at(incident, clock).is_some();
    if in_time || is_stopped || clock.stood_down.is_some() || clock.late_reason.is_some() {
        return Ok(None);
    }
    let sentence = format!(
        "This stops {} after its time: give the reason why it is late",
        clock.kind.as_str()
    );
    let reason = said_of(
        RuleId::ClkLate,
        reason.unwrap_or_default(),
        "/late_reason",
        &sentence,
    )?;
    Ok(Some(Event::LateReasonGiven {
        kind: clock.kind,
        controller: clock.controller.clone(),
        reason: reason.into(),
    }))
}

fn known_decision(incident: &Incident, id: Uuid) -> Result<&Decision, Refusal> {
    incident.casework().regulator.decision(id).ok_or_else(|| {
        Refusal::invalid(
            "/decision",
            "That decision is not on this incident; poll and choose again",
        )
        .by(RuleId::BobDecide)
    })
}

/// What another decision or a later re-grade has overtaken is signed no more (CLK-REGRADE).
fn check_in_force(incident: &Incident, decision: &Decision) -> Result<(), Refusal> {
    let in_force = in_force(incident, &decision.controller);
    if in_force.is_some_and(|in_force| in_force.id == decision.id) {
        return Ok(());
    }
    Err(Refusal::against(
        RuleId::ClkRegrade,
        "A later decision or a later grade has taken its place; sign that one, or decide again",
    ))
}

fn confirm(incident: &Incident, id: Uuid, context: &Context<'_>) -> Result<Judged, Refusal> {
    let decision = known_decision(incident, id)?;
    let (_, by) = permission::require_of(
        Permission::Decide,
        Grant::Owner,
        context.actor,
        incident,
        &decision.controller,
    )?;
    if !decision.is_unconfirmed() {
        return Err(Refusal::against(
            RuleId::BobDecide,
            "The DPO has confirmed it already; nothing is left to do",
        ));
    }
    check_in_force(incident, decision)?;
    Ok(one(by, RegulatorEvent::Confirmed { decision: id }))
}

fn countersign(
    incident: &Incident,
    id: Uuid,
    late: Option<&str>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let decision = known_decision(incident, id)?;
    let by = permission::require_countersign(context.actor, incident, &decision.controller)?;
    if !decision.awaits_countersignature() {
        return Err(Refusal::against(
            RuleId::BobMit,
            "Nothing is left to countersign: only a decline against a sensitivity factor needs it, once",
        ));
    }
    check_in_force(incident, decision)?;
    let clock = regulator_clock(incident, Body::Ico, Some(&decision.controller))?;
    let late = late_reason(incident, clock, context.now, late)?;
    let mut events: Vec<Event> = late.into_iter().collect();
    let countersigned = RegulatorEvent::Countersigned { decision: id };
    events.push(Event::Regulator(countersigned));
    Ok(Judged::new(by, events))
}

/// Only to a later instant, and both deadlines stay on show (ICO-AWARE, C11); to the first awareness
/// itself takes an earlier re-anchoring back.
fn reanchor(
    incident: &Incident,
    controller: &OrganisationId,
    at: Instant,
    (reason, further): (&str, Option<&str>),
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let (_, by) = permission::require_of(
        Permission::Reanchor,
        Grant::Owner,
        context.actor,
        incident,
        controller,
    )?;
    let clock = regulator_clock(incident, Body::Ico, Some(controller))?;
    let prudent_at = clock.prudent_start();
    let at = whole_seconds(reported(at, "/at", context)?);
    let takes_back = at == prudent_at && clock.prudent.is_some();
    if at <= prudent_at && !takes_back {
        return Err(Refusal::invalid(
            "/at",
            "The 72 hours can only be anchored later than the first awareness; an earlier awareness is corrected instead",
        )
        .by(RuleId::IcoAware));
    }
    let reason = said_of(
        RuleId::IcoAware,
        reason,
        "/reason",
        "Say why the controller was not reasonably certain before",
    )?;
    let limit = context.policy.casework.reanchor_hours;
    let further = further.map(str::trim).filter(|text| !text.is_empty());
    if at > incident.awareness.earliest() + hours(limit) && further.is_none() {
        return Err(Refusal::invalid(
            "/further_reason",
            format!("This is more than {limit} hours after the first suspicion: give a second reason, such as why the check took so long"),
        )
        .by(RuleId::IcoAware));
    }
    let reanchored = Event::Regulator(RegulatorEvent::Reanchored {
        controller: controller.clone(),
        from: clock.started_at,
        to: at,
        reason: reason.into(),
        further_reason: further.map(Into::into),
    });
    let revised = Event::ClockRevised {
        previous_due_at: clock.due_at,
        clock: clock.reanchored(at, context.policy),
    };
    Ok(Judged::new(by, vec![reanchored, revised]))
}

fn stand_down(
    incident: &Incident,
    body: Body,
    controller: Option<&OrganisationId>,
    reason: &str,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let clock = regulator_clock(incident, body, controller)?;
    let by = may_stand_down(incident, clock, context)?;
    let reason = said_of(
        RuleId::ClkRegrade,
        reason,
        "/reason",
        "Say why nobody need be told; the start of the clock is kept",
    )?;
    if clock.stood_down.is_some() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "It has been stood down already; nothing is left to do",
        ));
    }
    if clock::stopped_at(incident, clock).is_some() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "It has stopped already: what was told stays told, in time or late",
        ));
    }
    let event = Event::ClockStoodDown {
        kind: clock.kind,
        controller: clock.controller.clone(),
        rule: RuleId::BobDecide,
        reason: reason.into(),
    };
    Ok(Judged::new(by, vec![event]))
}

fn reinstate(
    incident: &Incident,
    body: Body,
    controller: Option<&OrganisationId>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let clock = regulator_clock(incident, body, controller)?;
    let by = may_stand_down(incident, clock, context)?;
    if clock.stood_down.is_none() {
        return Err(Refusal::against(
            RuleId::ClkRegrade,
            "It counts already; nothing is left to do",
        ));
    }
    Ok(Judged::new(by, vec![reinstated(clock)]))
}

fn reinstated(clock: &Clock) -> Event {
    Event::ClockReinstated {
        kind: clock.kind,
        controller: clock.controller.clone(),
    }
}

/// Each controller's own data protection officer; the home's for the one NIS clock.
fn may_stand_down(
    incident: &Incident,
    clock: &Clock,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let controller = clock.controller.as_ref().unwrap_or_else(|| incident.home());
    permission::require_of(
        Permission::StandDown,
        Grant::Owner,
        context.actor,
        incident,
        controller,
    )
    .map(|(_, by)| by)
}

fn prepare(
    incident: &Incident,
    body: Body,
    controller: Option<&OrganisationId>,
    contents: &[Content],
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let controller = controller.unwrap_or_else(|| incident.home());
    let by = may_record(incident, controller, context)?;
    logging::known_organisation(controller, "/controller", context)?;
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
            format!("\"{name}\" stands twice; keep one")
        } else if content.known == Known::Given && is_blank(content.text.as_deref()) {
            format!("\"{name}\" is marked as given: write it, or mark it as to follow or not known")
        } else {
            continue;
        };
        return Err(Refusal::invalid(&pointer, sentence).by(RuleId::IcoContent));
    }
    Ok(())
}

fn is_blank(text: Option<&str>) -> bool {
    text.unwrap_or_default().trim().is_empty()
}

fn submit(incident: &Incident, submit: &Submit, context: &Context<'_>) -> Result<Judged, Refusal> {
    let controller = submit
        .controller
        .as_ref()
        .unwrap_or_else(|| incident.home());
    let by = may_record(incident, controller, context)?;
    logging::known_organisation(controller, "/controller", context)?;
    check_complete(submit)?;
    check_approved(incident, submit, controller)?;
    check_also_for(incident, submit, controller, context)?;
    let reference = said_of(
        RuleId::BobTool,
        &submit.reference,
        "/reference",
        "Give the reference that came back, so that the report can be found",
    )?;
    let submitted_at = reported_or_now(submit.submitted_at, "/submitted_at", context)?;
    if submitted_at < incident.awareness.earliest() {
        return Err(Refusal::invalid(
            "/submitted_at",
            "Nobody was aware of the incident then; correct the time of the report or of the awareness",
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
        Body::DhscNis => regulator_clock(incident, Body::DhscNis, None).map(|_| ()),
        Body::Ico => {
            regulator_clock(incident, Body::Ico, Some(controller))?;
            if is_to_be_reported(incident, controller) {
                return Ok(());
            }
            Err(Refusal::against(
                RuleId::BobDecide,
                "Record the decision to report first: the DPO decides, the SIRO may authorise when time runs out",
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
            "Only a report to the ICO serves for other controllers; each operator tells its own authority",
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
                format!("{name} stays responsible: record its own decision to report before the lead's report serves for it"),
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
        Body::DhscNis => vec![regulator_clock(incident, Body::DhscNis, None)?],
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

fn follow_up(
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
                "Nothing of that kind is owed on this notification; poll and choose again",
            )
            .by(RuleId::IcoPhase)
        })?;
    let by = may_record(incident, &told.controller, context)?;
    let text = said_of(RuleId::IcoPhase, text, "/text", "Say what was sent")?;
    let event = RegulatorEvent::FollowedUp {
        notification: id,
        item,
        sent_at: reported_or_now(sent_at, "/sent_at", context)?,
        text: text.into(),
    };
    Ok(one(by, event))
}

fn withdraw(
    incident: &Incident,
    id: Uuid,
    reason: &str,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let told = incident.casework().regulator.notification(id);
    let Some(told) = told.filter(|told| told.withdrawn.is_none()) else {
        return Err(Refusal::invalid(
            "/notification",
            "There is no such notification, or it has been withdrawn already",
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
    let reason = said_of(
        RuleId::IcoPhase,
        reason,
        "/reason",
        "Say how the regulator was told that it was no breach",
    )?;
    let event = RegulatorEvent::Withdrawn {
        notification: id,
        reason: reason.into(),
    };
    Ok(one(by, event))
}
