//! Telling partners and recording what they answer (WSIC-WIDE, WSIC-SIRO, WSIC-LOCAL, INF-COUNTS).

use super::{Context, Decision, contacts, logging, reported, said_of, triage, worded};
use crate::domain::clock::{self, Clock};
use crate::domain::command::{AnswerEffect, NotifyPartners, RecordPartnerAnswer};
use crate::domain::deadlines::ClockKind;
use crate::domain::enumeration;
use crate::domain::event::{Event, Signature};
use crate::domain::incident::{Facts, Incident, PartnershipEffect};
use crate::domain::partners::{self, PartnerAnswer};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use crate::domain::sharing;

pub(super) fn notify(
    incident: &Incident,
    notify: &NotifyPartners,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require_for(Permission::MakeContact, context.actor, incident, None)?;
    if notify.organisations.is_empty() {
        return Err(Refusal::invalid(
            "/organisations",
            "Choose at least one partner to tell",
        ));
    }
    let stranger = notify
        .organisations
        .iter()
        .find(|organisation| partners::record(incident, organisation).is_none());
    if let Some(organisation) = stranger {
        let name = context.directory.organisation_name(organisation);
        return Err(Refusal::invalid(
            "/organisations",
            format!("{name} is not entered as an affected partner. Triage the incident to add it"),
        )
        .by(RuleId::WsicWide));
    }
    check_again(incident, notify, context)?;
    let events = notify
        .organisations
        .iter()
        .map(|organisation| Event::PartnerNotified {
            organisation: organisation.clone(),
            channel: notify.channel,
            notice: partners::is_carried(notify.channel, context.policy)
                .then(|| partners::notice_id(context.command, organisation)),
        })
        .collect();
    Ok(Decision::new(by, events))
}

/// Two people at two screens tell the same partner once, unless one of them says that another notice is meant.
fn check_again(
    incident: &Incident,
    notify: &NotifyPartners,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let unasked = notify.organisations.difference(&notify.again);
    let sent = unasked.filter_map(|partner| {
        let known = partners::record(incident, partner)?;
        partners::just_sent(incident, known, notify.channel, context.policy, context.now)?;
        Some(context.directory.organisation_name(partner))
    });
    let names: Vec<&str> = sent.collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/again",
        format!(
            "{} {} sent a notice by {} within the last {} minutes. Leave them out, or say that you want to send another",
            enumeration::all(&names),
            if names.len() == 1 { "was" } else { "were" },
            notify.channel.name(),
            context.policy.delivery.partner_again_minutes
        ),
    )
    .by(RuleId::WsicAgain))
}

/// Whether partners are affected, answered by itself: by a partner for its own part, or by whoever may
/// triage (WSIC-WIDE, WSIC-NOTIFY).
pub(super) fn answer_effect(
    incident: &Incident,
    answer: &AnswerEffect,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let (_, by) = permission::require(Permission::AnswerEffect, context.actor, incident)?;
    let facts = Facts {
        partnership_effect: answer.effect,
        partnership_reason: Some(answer.reason.clone()),
        affected_partners: answer.partners.clone(),
        ..incident.facts.clone()
    };
    if answer.effect == PartnershipEffect::Unknown {
        return Err(
            Refusal::invalid("/effect", "Say that partners are affected, or that none is")
                .by(RuleId::WsicWide),
        );
    }
    triage::check_wider_assessment(&facts).map_err(|refusal| {
        refusal.at(&[
            ("/facts/partnership_reason", "/reason"),
            ("/facts/affected_partners", "/partners"),
        ])
    })?;
    logging::check_organisations(&facts, "", context)?;
    check_own_part(incident, answer, &by)?;
    let facts = logging::tidied(&facts);
    let reason = answer.reason.trim();
    let said = triage::Said {
        reason: Some(reason),
        ..triage::Said::default()
    };
    let questions = triage::questions(incident, &facts, &said, context)?;
    let mut events = contacts::kept(incident, &facts);
    events.push(Event::EffectAnswered {
        effect: answer.effect,
        reason: reason.into(),
        partners: facts.affected_partners.clone(),
    });
    events.extend(questions);
    events.extend(sharing::found(
        incident,
        &facts,
        context.directory,
        context.now,
    ));
    let is_new = clock::view(incident, ClockKind::Wso24h).is_none();
    if answer.effect == PartnershipEffect::Affected && is_new {
        events.push(Event::ClockStarted {
            clock: Clock::start(ClockKind::Wso24h, None, context.now, context.policy),
        });
    }
    Ok(Decision::new(by, events))
}

/// A partner's representative adds or takes away its own organisation and no other.
fn check_own_part(
    incident: &Incident,
    answer: &AnswerEffect,
    by: &Signature,
) -> Result<(), Refusal> {
    let before = &incident.facts.affected_partners;
    let touches_others = before
        .symmetric_difference(&answer.partners)
        .any(|partner| *partner != by.organisation);
    if by.role == Role::Ggr && touches_others {
        return Err(Refusal::not_allowed(
            "You speak for your own organisation: leave the other partners as they are",
        )
        .by(RuleId::WsicWide));
    }
    Ok(())
}

pub(super) fn record(
    incident: &Incident,
    record: &RecordPartnerAnswer,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let concerned = Some(&record.organisation);
    let permission = match record.answer {
        PartnerAnswer::Acknowledged { .. } => Permission::Acknowledge,
        PartnerAnswer::LocalProcess { .. }
        | PartnerAnswer::LocalComplete {}
        | PartnerAnswer::NotAffected { .. }
        | PartnerAnswer::OwnSiroInformed {}
        | PartnerAnswer::OwnSiroNotNeeded { .. }
        | PartnerAnswer::NotDelivered { .. } => Permission::MakeContact,
    };
    let (_, by) = permission::require_for(permission, context.actor, incident, concerned)?;
    let known = partners::record(incident, &record.organisation).ok_or_else(|| {
        Refusal::invalid(
            "/organisation",
            "That organisation is not among the affected partners",
        )
        .by(RuleId::WsicWide)
    })?;
    check_words(&record.answer)?;
    let needs_notice = matches!(record.answer, PartnerAnswer::NotDelivered { .. });
    if needs_notice && known.notices.is_empty() {
        return Err(Refusal::invalid(
            "/answer",
            "No notice was sent to this partner, so none can have failed",
        ));
    }
    let answered_at = record
        .answered_at
        .map_or(Ok(context.now), |at| reported(at, "/answered_at", context))?;
    Ok(Decision::new(
        by,
        vec![Event::PartnerAnswered {
            organisation: record.organisation.clone(),
            answer: record.answer.clone(),
            answered_at,
        }],
    ))
}

/// An answer names who gave it, under which reference, or why.
fn check_words(answer: &PartnerAnswer) -> Result<(), Refusal> {
    let asked = match answer {
        PartnerAnswer::Acknowledged { spoke_to } => Some((
            spoke_to,
            "/answer/spoke_to",
            "Say in which role the person there acknowledged it",
            RuleId::InfCounts,
        )),
        PartnerAnswer::LocalProcess { reference } => Some((
            reference,
            "/answer/reference",
            "Give the partner's own reference",
            RuleId::WsicLocal,
        )),
        PartnerAnswer::NotAffected { reason } => Some((
            reason,
            "/answer/reason",
            "Say why the partner is not affected",
            RuleId::WsicWide,
        )),
        PartnerAnswer::OwnSiroNotNeeded { reason } => Some((
            reason,
            "/answer/reason",
            "Say why the partner's own SIRO need not be told",
            RuleId::WsicSiro,
        )),
        PartnerAnswer::NotDelivered { reason } => Some((
            reason,
            "/answer/reason",
            "Say how you know that the notice did not arrive",
            RuleId::InfCounts,
        )),
        PartnerAnswer::LocalComplete {} | PartnerAnswer::OwnSiroInformed {} => None,
    };
    match asked {
        Some((text, pointer @ "/answer/reason", sentence, rule)) => {
            worded(rule, text, pointer, sentence).map(|_| ())
        }
        Some((text, pointer, sentence, rule)) => said_of(rule, text, pointer, sentence).map(|_| ()),
        None => Ok(()),
    }
}
