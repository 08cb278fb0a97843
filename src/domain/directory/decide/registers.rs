//! The registers: agreements between organisations (ICO-JOINT), and policy documents with their
//! reviews (BOB-POLICY).

use super::{Context, Judged, reason, short_name, words};
use crate::domain::directory::command::{
    RecordAgreement, RecordPolicyDocument, ReviewPolicyDocument,
};
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::register::{Agreement, PolicyDocument, review_due_at_latest};
use crate::domain::directory::rights::Matter;
use crate::domain::directory::telling::day_in_words;
use crate::domain::event::Signature;
use crate::domain::id::{AgreementId, OrganisationId, PolicyDocumentId};
use crate::domain::refusal::Refusal;
use crate::domain::rule::RuleId;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Recording an agreement.
pub(super) fn agree(asked: &RecordAgreement, context: &Context<'_>) -> Judged {
    let agreement = Agreement {
        id: asked.agreement.clone(),
        title: titled(&asked.title)?,
        kind: asked.kind,
        parties: asked.parties.clone(),
        lead: asked.lead.clone(),
        lead_reports: asked.lead_reports,
        starts_on: asked.starts_on,
        ends_on: asked.ends_on,
        filed_as: asked.filed_as.as_deref().map(str::to_owned),
    };
    let by = may_agree(&agreement, context)?;
    can_be_agreed(&agreement, context)?;
    Ok((by, DirectoryEvent::AgreementRecorded { agreement }))
}

/// Ending an agreement.
pub(super) fn end_agreement(
    id: &AgreementId,
    ends_on: NaiveDate,
    why: &str,
    context: &Context<'_>,
) -> Judged {
    let known = context.directory.agreement(id).ok_or_else(|| {
        Refusal::invalid(
            "/agreement",
            "The directory has no such agreement. Look at the list and choose again",
        )
    })?;
    let by = may_agree(known, context)?;
    if known.ends_on.is_some_and(|before| before <= ends_on) || ends_on <= known.starts_on {
        return Err(Refusal::invalid(
            "/ends_on",
            "Give a day between its beginning and its end",
        ));
    }
    let event = DirectoryEvent::AgreementEnded {
        agreement: id.clone(),
        ends_on,
        reason: reason(why, "the agreement ends")?.into(),
    };
    Ok((by, event))
}

/// Recording a policy document.
pub(super) fn record(asked: &RecordPolicyDocument, context: &Context<'_>) -> Judged {
    let by = context.may(Matter::Register(&asked.organisation))?;
    context.open_organisation(&asked.organisation, "/organisation", context.now)?;
    short_name(asked.document.as_str(), "/document")?;
    if context.directory.policy_document(&asked.document).is_some() {
        return Err(Refusal::invalid(
            "/document",
            "A document already has that short name. Review that one, or choose another name",
        ));
    }
    not_to_come(asked.approved_on, "/approved_on", context)?;
    let document = PolicyDocument {
        id: asked.document.clone(),
        title: titled(&asked.title)?,
        organisation: asked.organisation.clone(),
        owner: asked.owner,
        approved_on: asked.approved_on,
        reviewed_on: None,
        review_due_on: due(asked.approved_on, asked.review_due_on, context)?,
    };
    Ok((by, DirectoryEvent::PolicyDocumentRecorded { document }))
}

/// Recording that a policy document was reviewed.
pub(super) fn review(asked: &ReviewPolicyDocument, context: &Context<'_>) -> Judged {
    let (by, known) = owned(&asked.document, context)?;
    not_to_come(asked.reviewed_on, "/reviewed_on", context)?;
    if asked.reviewed_on < known.reviewed_on.unwrap_or(known.approved_on) {
        return Err(Refusal::invalid(
            "/reviewed_on",
            "It has already been approved or reviewed since that day",
        ));
    }
    let outcome = words(
        &asked.outcome,
        "/outcome",
        "Enter the outcome of the review",
    )?;
    let event = DirectoryEvent::PolicyDocumentReviewed {
        document: asked.document.clone(),
        reviewed_on: asked.reviewed_on,
        outcome: outcome.into(),
        review_due_on: due(asked.reviewed_on, asked.review_due_on, context)?,
    };
    Ok((by, event))
}

/// Withdrawing a policy document.
pub(super) fn retire(id: &PolicyDocumentId, why: &str, context: &Context<'_>) -> Judged {
    let (by, _) = owned(id, context)?;
    let event = DirectoryEvent::PolicyDocumentRetired {
        document: id.clone(),
        reason: reason(why, "why it is withdrawn, and what replaces it")?.into(),
    };
    Ok((by, event))
}

fn titled(title: &str) -> Result<String, Refusal> {
    words(title, "/title", "Give the title").map(str::to_owned)
}

/// Whoever keeps the register of any party may write it in theirs, which is the desk's.
fn may_agree(agreement: &Agreement, context: &Context<'_>) -> Result<Signature, Refusal> {
    let mut refusal = None;
    for party in &agreement.parties {
        match context.may(Matter::Register(party)) {
            Ok(by) => return Ok(by),
            Err(no) => refusal = refusal.or(Some(no)),
        }
    }
    Err(refusal.unwrap_or_else(|| {
        Refusal::invalid("/parties", "Name the organisations that have signed it")
    }))
}

fn can_be_agreed(asked: &Agreement, context: &Context<'_>) -> Result<(), Refusal> {
    short_name(asked.id.as_str(), "/agreement")?;
    if context.directory.agreement(&asked.id).is_some() {
        return Err(Refusal::invalid(
            "/agreement",
            "An agreement already has that short name. Choose another",
        ));
    }
    for party in &asked.parties {
        context.organisation(party, "/parties")?;
    }
    let distinct: BTreeSet<_> = asked.parties.iter().collect();
    if distinct.len() < 2 || distinct.len() < asked.parties.len() {
        return Err(Refusal::invalid(
            "/parties",
            "An agreement has at least two parties, each named once",
        ));
    }
    if asked
        .ends_on
        .is_some_and(|ends_on| ends_on <= asked.starts_on)
    {
        return Err(Refusal::invalid(
            "/ends_on",
            "An agreement ends after it begins. Give a later day",
        ));
    }
    match &asked.lead {
        Some(lead) if !is_controlling_party(lead, asked, context) => Err(Refusal::invalid(
            "/lead",
            "Only a controller among the parties can lead",
        )
        .by(RuleId::IcoJoint)),
        Some(_) | None => Ok(()),
    }
}

fn is_controlling_party(lead: &OrganisationId, asked: &Agreement, context: &Context<'_>) -> bool {
    let known = context.directory.organisation(lead);
    asked.parties.contains(lead) && known.is_some_and(|known| known.controller)
}

fn owned<'a>(
    id: &PolicyDocumentId,
    context: &Context<'a>,
) -> Result<(Signature, &'a PolicyDocument), Refusal> {
    let known = context.directory.policy_document(id).ok_or_else(|| {
        Refusal::invalid(
            "/document",
            "The directory has no such policy document. Look at the list and choose again",
        )
    })?;
    Ok((context.may(Matter::Register(&known.organisation))?, known))
}

/// As late as the procedure allows, and never later (BOB-POLICY).
fn due(
    from: NaiveDate,
    asked: Option<NaiveDate>,
    context: &Context<'_>,
) -> Result<NaiveDate, Refusal> {
    let latest = review_due_at_latest(from, &context.policy.directory);
    match asked {
        None => Ok(latest),
        Some(day) if day <= from => Err(Refusal::invalid(
            "/review_due_on",
            "The next review comes after that day. Give a later day",
        )
        .by(RuleId::BobPolicy)),
        Some(day) if day > latest => Err(Refusal::invalid(
            "/review_due_on",
            format!(
                "A policy is reviewed at least every {} months. Give {} or an earlier day",
                context.policy.directory.review_months,
                day_in_words(latest)
            ),
        )
        .by(RuleId::BobPolicy)),
        Some(day) => Ok(day),
    }
}

fn not_to_come(day: NaiveDate, pointer: &str, context: &Context<'_>) -> Result<(), Refusal> {
    if day > context.today() {
        return Err(Refusal::invalid(
            pointer,
            "That day is in the future. Give the day on which it was done",
        ));
    }
    Ok(())
}
