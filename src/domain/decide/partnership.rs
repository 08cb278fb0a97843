//! Telling partners and recording what they answer (WSIC-WIDE, WSIC-SIRO, WSIC-LOCAL, INF-COUNTS).

use super::{Context, Decision, reported, said};
use crate::domain::command::{NotifyPartners, RecordPartnerAnswer};
use crate::domain::event::Event;
use crate::domain::incident::Incident;
use crate::domain::partners::{self, PartnerAnswer};
use crate::domain::permission::{self, Permission};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;

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
            format!("{name} is not among the affected partners; triage the incident to add it"),
        )
        .by(RuleId::WsicWide));
    }
    let events = notify
        .organisations
        .iter()
        .map(|organisation| Event::PartnerNotified {
            organisation: organisation.clone(),
            channel: notify.channel,
        })
        .collect();
    Ok(Decision::new(by, events))
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
        PartnerAnswer::NotDelivered { reason } => Some((
            reason,
            "/answer/reason",
            "Say how you know that the notice did not arrive",
            RuleId::InfCounts,
        )),
        PartnerAnswer::LocalComplete {} | PartnerAnswer::OwnSiroInformed {} => None,
    };
    match asked {
        Some((text, pointer, sentence, rule)) => said(text, pointer, sentence)
            .map(|_| ())
            .map_err(|refusal| refusal.by(rule)),
        None => Ok(()),
    }
}
