//! What a regulator asks later, and why NHS England is not told (ICO-ASKS, BOB-CYBER).

use super::{may_record, one, reported_or_now};
use crate::domain::Instant;
use crate::domain::calendar;
use crate::domain::contacts::Struck;
use crate::domain::decide::{Context, Decision as Judged, reasoned, worded};
use crate::domain::directory::HeldRole;
use crate::domain::event::{Signature, Signed};
use crate::domain::id::OrganisationId;
use crate::domain::incident::Incident;
use crate::domain::office::{self, Office, who_may};
use crate::domain::refusal::Refusal;
use crate::domain::regulator::{Body, Enquiry, Gravity, RegulatorEvent};
use crate::domain::role::Role;
use crate::domain::rule::RuleId;
use chrono::NaiveDate;
use uuid::Uuid;

/// An enquiry as it is recorded.
pub(super) struct Asked<'a> {
    pub(super) body: Body,
    pub(super) controller: &'a OrganisationId,
    pub(super) text: &'a str,
    pub(super) reference: Option<&'a str>,
    pub(super) received_at: Option<Instant>,
    pub(super) due_on: NaiveDate,
    pub(super) answers: Option<Role>,
}

pub(super) fn record(
    incident: &Incident,
    asked: &Asked<'_>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let by = may_record(incident, asked.controller, context)?;
    if !incident.parties().any(|party| party == asked.controller) {
        let name = context.directory.organisation_name(asked.controller);
        let sentence =
            format!("{name} is not a party to this incident. Choose an organisation that is");
        return Err(Refusal::invalid("/controller", sentence).by(RuleId::IcoAsks));
    }
    let text = worded(RuleId::IcoAsks, asked.text, "/text", "Write what is asked")?;
    let received_at = reported_or_now(asked.received_at, "/received_at", context)?;
    if asked.due_on < calendar::local(received_at).date_naive() {
        return Err(Refusal::invalid(
            "/due_on",
            "The answer cannot be due before the enquiry arrived. Correct one of the two",
        )
        .by(RuleId::IcoAsks));
    }
    let reference = asked.reference.map(str::trim);
    let reference = reference.filter(|text| !text.is_empty());
    let reference = reference
        .map(|text| {
            worded(
                RuleId::IcoAsks,
                text,
                "/reference",
                "Give the regulator's own reference, or none",
            )
        })
        .transpose()?;
    let enquiry = Enquiry {
        id: context.command.0,
        body: asked.body,
        controller: asked.controller.clone(),
        text: text.into(),
        reference: reference.map(Into::into),
        received_at,
        due_on: asked.due_on,
        answers: asked.answers.unwrap_or(Role::Dpo),
        recorded: Signed {
            at: context.now,
            by: by.clone(),
        },
        answered: Vec::new(),
        outcome: None,
        struck: None,
        strike_asked: None,
    };
    Ok(one(by, RegulatorEvent::Asked(Box::new(enquiry))))
}

fn open_enquiry(incident: &Incident, id: Uuid) -> Result<&Enquiry, Refusal> {
    let known = incident.casework().regulator.enquiry(id);
    known.filter(|enquiry| enquiry.is_open()).ok_or_else(|| {
        Refusal::invalid(
            "/enquiry",
            "This incident has no such open enquiry. Choose again",
        )
        .by(RuleId::IcoAsks)
    })
}

pub(super) fn answer(
    incident: &Incident,
    id: Uuid,
    text: &str,
    answered_at: Option<Instant>,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let enquiry = open_enquiry(incident, id)?;
    let by = may_answer(incident, &enquiry.controller, context)?;
    let text = worded(RuleId::IcoAsks, text, "/text", "Write what was answered")?;
    let answered_at = reported_or_now(answered_at, "/answered_at", context)?;
    if answered_at < enquiry.received_at {
        return Err(Refusal::invalid(
            "/answered_at",
            format!(
                "The enquiry arrived {}. Give a later time",
                calendar::brief(enquiry.received_at)
            ),
        )
        .by(RuleId::IcoAsks));
    }
    let answered = RegulatorEvent::Answered {
        enquiry: id,
        text: text.into(),
        answered_at,
    };
    Ok(one(by, answered))
}

/// What was never answered has no outcome: the answer comes first.
pub(super) fn end(
    incident: &Incident,
    id: Uuid,
    outcome: &str,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let enquiry = open_enquiry(incident, id)?;
    let by = may_record(incident, &enquiry.controller, context)?;
    if !enquiry.is_answered() {
        return Err(Refusal::against(
            RuleId::IcoAsks,
            "Record the answer first, then the outcome",
        ));
    }
    let outcome = reasoned(
        RuleId::IcoAsks,
        outcome,
        "/outcome",
        "Enter the outcome: no further action, a reprimand or a fine",
    )?;
    let ended = RegulatorEvent::EnquiryEnded {
        enquiry: id,
        outcome: outcome.into(),
    };
    Ok(one(by, ended))
}

/// Whoever is asked to answer, also in place of a vacant officer (NOBODY-THERE), and whoever records for them.
fn may_answer(
    incident: &Incident,
    controller: &OrganisationId,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let Context {
        actor,
        directory,
        now,
        ..
    } = *context;
    let who = who_may(Office::Decide, controller, directory, now, &[]);
    who.signature(actor)
        .map_or_else(|| may_record(incident, controller, context), Ok)
}

/// What was recorded on the wrong incident is taken back, and stays on show struck out: nobody owes it an answer
/// here, and it keeps nothing open. Once its day has passed, or it was answered, that takes two people: the first
/// asks and the second agrees, both by this.
pub(super) fn strike(
    incident: &Incident,
    id: Uuid,
    reason: &str,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let known = incident.casework().regulator.enquiry(id);
    let enquiry = known.filter(|known| !known.is_struck()).ok_or_else(|| {
        let sentence = "This incident has no such enquiry that counts. Choose again";
        Refusal::invalid("/enquiry", sentence).by(RuleId::IcoAsks)
    })?;
    let asked = enquiry.strike_asked.as_ref();
    let by = match asked {
        Some(asked) => second(enquiry, asked, context)?,
        None => may_strike(incident, enquiry, context)?,
    };
    let sentence = "Say why it was a mistake";
    let reason = reasoned(RuleId::IcoAsks, reason, "/reason", sentence)?.into();
    if asked.is_some() || !enquiry.takes_two_to_strike(context.now) {
        let struck = RegulatorEvent::EnquiryStruck {
            enquiry: id,
            reason,
        };
        return Ok(one(by, struck));
    }
    let may = enquiry.may_agree_to_strike(&by.person, context.directory, context.now);
    if may.is_empty() {
        return Err(Refusal::against(
            RuleId::IcoAsks,
            "Its day has passed or it was answered, so a second person must agree, and nobody else holds a role that may. Record the answer instead, and say in it that it was a mistake",
        ));
    }
    let asked = RegulatorEvent::EnquiryStrikeAsked {
        enquiry: id,
        reason,
    };
    Ok(one(by, asked))
}

/// Nobody is both: the second person neither asked, nor recorded it, nor owes the answer.
fn second(enquiry: &Enquiry, asked: &Struck, context: &Context<'_>) -> Result<Signature, Refusal> {
    let (directory, actor) = (context.directory, context.actor);
    let first = &asked.signed.by.person;
    let may = enquiry.may_agree_to_strike(first, directory, context.now);
    let held = actor.roles.iter().find(|held| {
        may.iter().any(|holding| {
            holding.person == actor.person
                && (holding.role, &holding.organisation) == (held.role, &held.organisation)
        })
    });
    held.map(|held| Signature::of(actor, held)).ok_or_else(|| {
        let whom = match may.is_empty() {
            true => "record the answer instead".to_owned(),
            false => format!("ask {}", office::named(&may, directory)),
        };
        let sentence = match *first == actor.person {
            true => format!("You asked to strike this out, so somebody else must agree: {whom}"),
            false => format!("You cannot agree to strike this out: {whom}"),
        };
        Refusal::not_allowed(sentence).by(RuleId::IcoAsks)
    })
}

/// The roles of the controller that may strike out what somebody else recorded.
const STRIKERS: [Role; 4] = [Role::Dpo, Role::Adpo, Role::Igt, Role::Siro];

/// Whoever recorded it, or one of those of the controller that was asked who answer for its record.
fn may_strike(
    incident: &Incident,
    enquiry: &Enquiry,
    context: &Context<'_>,
) -> Result<Signature, Refusal> {
    let recorder = &enquiry.recorded.by.person;
    if *recorder == context.actor.person {
        return may_record(incident, &enquiry.controller, context);
    }
    let is_theirs =
        |held: &&HeldRole| STRIKERS.contains(&held.role) && held.organisation == enquiry.controller;
    let held = context.actor.roles.iter().find(is_theirs);
    held.map(|held| Signature::of(context.actor, held))
        .ok_or_else(|| {
            let directory = context.directory;
            Refusal::not_allowed(format!(
                "Somebody else recorded this enquiry. Ask {}, who recorded it, or the DPO, the IG team or the SIRO of {}",
                directory.person_name(recorder),
                directory.organisation_name(&enquiry.controller)
            ))
            .by(RuleId::IcoAsks)
        })
}

/// Of a serious incident the DPO says so, or whoever stands in; of any other whoever records reports
/// (BOB-CYBER, NOBODY-THERE).
fn may_excuse(incident: &Incident, context: &Context<'_>) -> Result<Signature, Refusal> {
    let home = incident.home();
    let who = who_may(Office::Decide, home, context.directory, context.now, &[]);
    if let Some(by) = who.signature(context.actor) {
        return Ok(by);
    }
    let speaks = office::speaks_for_serious(incident, home, context.directory, context.now);
    let Some(who) = speaks else {
        return may_record(incident, home, context);
    };
    Err(Refusal::against(
        RuleId::BobCyber,
        format!(
            "This cyber incident is serious, so you cannot record that NHS England is not told. Report it, or ask {} to record why not",
            who.in_words(context.directory)
        ),
    ))
}

pub(super) fn excuse_nhs_england(
    incident: &Incident,
    reason: &str,
    context: &Context<'_>,
) -> Result<Judged, Refusal> {
    let by = may_excuse(incident, context)?;
    if !incident.facts.cyber {
        return Err(Refusal::against(
            RuleId::BobCyber,
            "This is not a cyber incident, so NHS England need not be told. If it is one, triage it first",
        ));
    }
    let reason = reasoned(
        RuleId::BobCyber,
        reason,
        "/reason",
        "Say why NHS England need not be told",
    )?;
    let excused = RegulatorEvent::NhsEnglandNotTold {
        reason: reason.into(),
        made_on: Some(Gravity::of(incident)),
    };
    Ok(one(by, excused))
}
