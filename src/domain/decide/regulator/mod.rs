//! The regulator's part: decisions, signatures, anchors, notifications (BOB-DECIDE, ICO-AWARE,
//! ICO-CONTENT, ICO-PHASE, ICO-JOINT, CLK-REGRADE, CLK-LATE, NIS-72H, BOB-TOOL,
//! ICO-DUTY, DECIDE-TRUE, NOBODY-THERE).

mod anchor;
mod decision;
mod enquiry;
mod nis;
mod notification;

use crate::domain::Instant;
use crate::domain::clock::Clock;
use crate::domain::deadlines::ClockKind;
use crate::domain::decide::{Context, Decision as Judged, reported, worded};
use crate::domain::event::{Event, Signature};
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::office::{Office, who_may};
use crate::domain::permission::{self, Grant, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Body, RegulatorCommand, RegulatorEvent};
use crate::domain::rule::RuleId;
pub(super) use anchor::{awaits_its_report, further_reason};
use anchor::{reanchor, reinstate, stand_down};
use decision::{Asked, confirm, countersign, decide, second};
pub(super) use nis::{
    Said as NisSaid, answered as nis_answered, first_answers as first_nis_answers, triages_for,
};
use notification::{follow_up, prepare, submit, withdraw};

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
            knew_grade,
            note: _,
            evidence: _,
        } => {
            let asked = Asked {
                controller: controller.as_ref().unwrap_or_else(|| incident.home()),
                answer: *answer,
                reasons,
                given_by: given_by.as_ref(),
                decided_at: *decided_at,
                late_reason: late_reason.as_deref(),
                knew_grade: *knew_grade,
            };
            decide(incident, &asked, context)
        }
        RegulatorCommand::Confirm {
            decision,
            signed_at,
            note: _,
        } => confirm(incident, *decision, *signed_at, context),
        RegulatorCommand::Countersign {
            decision,
            signed_at,
            late_reason,
            note: _,
            evidence: _,
        } => {
            let signed = (*signed_at, late_reason.as_deref());
            countersign(incident, *decision, signed, context)
        }
        RegulatorCommand::Second {
            decision,
            signed_at,
            late_reason,
            note: _,
            evidence: _,
        } => {
            let signed = (*signed_at, late_reason.as_deref());
            second(incident, *decision, signed, context)
        }
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
            ground,
            reason,
        } => {
            let clock = regulator_clock(incident, *body, controller.as_ref())?;
            stand_down(incident, clock, (*ground, reason), context)
        }
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
            note: _,
            late_reason: _,
            evidence: _,
        } => follow_up(incident, *notification, (*item, text), *sent_at, context),
        RegulatorCommand::Withdraw {
            notification,
            reason,
        } => withdraw(incident, *notification, reason, context),
        RegulatorCommand::RecordEnquiry {
            body,
            controller,
            text,
            reference,
            received_at,
            due_on,
            answers,
            note: _,
        } => {
            let asked = enquiry::Asked {
                body: *body,
                controller: controller.as_ref().unwrap_or_else(|| incident.home()),
                text,
                reference: reference.as_deref(),
                received_at: *received_at,
                due_on: *due_on,
                answers: *answers,
            };
            enquiry::record(incident, &asked, context)
        }
        RegulatorCommand::AnswerEnquiry {
            enquiry,
            text,
            answered_at,
            note: _,
            late_reason: _,
            evidence: _,
        } => enquiry::answer(incident, *enquiry, text, *answered_at, context),
        RegulatorCommand::EndEnquiry { enquiry, outcome } => {
            enquiry::end(incident, *enquiry, outcome, context)
        }
        RegulatorCommand::StrikeEnquiry { enquiry, reason } => {
            enquiry::strike(incident, *enquiry, reason, context)
        }
        RegulatorCommand::AnswerNis {
            operator,
            significant,
            reason,
        } => {
            let said = nis::Said {
                operators: operator.iter().cloned().collect(),
                significant: *significant,
                reason: reason.as_deref(),
                recognised_at: context.now,
            };
            nis::answer(incident, &said, context)
        }
        RegulatorCommand::ExcuseNhsEngland { reason } => {
            enquiry::excuse_nhs_england(incident, reason, context)
        }
        RegulatorCommand::KeepReference { tool, reference } => {
            let by = may_record(incident, incident.home(), context)?;
            let reference = worded(
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

/// A controller's own officers and IG team record what it has told, and whoever serves them all.
fn may_record(
    incident: &Incident,
    controller: &OrganisationId,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let (actor, directory) = (context.actor, context.directory);
    permission::require_recorder(actor, incident, controller).map_err(|refused| {
        let (permission, least) = (Permission::RecordSubmission, Grant::Record);
        let for_another = permission::require_least(permission, least, actor, incident);
        if for_another.is_err() {
            return refused;
        }
        let name = directory.organisation_name(controller);
        let who = who_may(Office::Decide, controller, directory, context.now, &[]);
        let whom = match who.seats.is_empty() {
            true => "the on-call officer".to_owned(),
            false => format!("{}, or the IG team of {name}", who.in_words(directory)),
        };
        let sentence = format!("You do not act for {name} towards a regulator. Ask {whom}");
        Refusal::not_allowed(sentence).by(RuleId::IcoJoint)
    })
}

/// Why nobody decides yet: a supplier's officer does not decide for a controller (ICO-PROC).
const NOBODY_NAMED: &str =
    "Nobody has named the controller of these data. Triage it and name the controller first";

/// The clock of a body, for the organisation named, else for whoever answers to it here.
fn regulator_clock<'a>(
    incident: &'a Incident,
    body: Body,
    controller: Option<&OrganisationId>,
) -> Result<&'a Clock, Refusal> {
    let kind = match body {
        Body::DhscNis => ClockKind::Nis72h,
        Body::Ico | Body::Nhse => ClockKind::Ico72h,
    };
    let controller = controller.unwrap_or_else(|| answers_to(incident, body));
    let mut clocks = incident.clocks.iter();
    // A NIS clock of a time before each operator had its own is whoever's tells the authority.
    let is_old = |clock: &Clock| kind == ClockKind::Nis72h && clock.controller.is_none();
    let is_it =
        |clock: &&Clock| clock.is(kind, Some(controller)) || (clock.kind == kind && is_old(clock));
    clocks.find(is_it).ok_or_else(|| {
        let sentence = match body {
            Body::DhscNis => {
                "No NIS clock runs for that organisation. Answer for it first whether its essential service was significantly affected"
            }
            Body::Ico | Body::Nhse if incident.is_unnamed() => NOBODY_NAMED,
            Body::Ico | Body::Nhse => {
                "No 72 hours run for that organisation. Choose a controller of these data"
            }
        };
        Refusal::invalid("/controller", sentence).by(kind.rule())
    })
}

/// The organisation that a body hears from where none is named: the leading controller; to the NIS authority
/// the first operator whose clock runs, where the leading controller has none (NIS-WHO).
fn answers_to(incident: &Incident, body: Body) -> &OrganisationId {
    let home = incident.home();
    let operators = || {
        let clocks = incident.clocks.iter();
        let clocks = clocks.filter(|clock| clock.kind == ClockKind::Nis72h);
        clocks.filter_map(|clock| clock.controller.as_ref())
    };
    match body {
        Body::DhscNis if !operators().any(|operator| operator == home) => {
            operators().next().unwrap_or(home)
        }
        Body::Ico | Body::Nhse | Body::DhscNis => home,
    }
}
