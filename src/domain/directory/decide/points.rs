//! How roles are reached: contact points, and when somebody last checked that they work.

use super::{Context, Judged, reason, said};
use crate::domain::directory::ContactPoint;
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::register::ContactName;
use crate::domain::directory::rights::Matter;
use crate::domain::event::Signature;
use crate::domain::id::PersonId;
use crate::domain::refusal::Refusal;
use chrono::NaiveDate;

fn may(point: &ContactName, context: &Context<'_>) -> Result<Signature, Refusal> {
    context.may(Matter::Contact(point.role, &point.organisation))
}

fn known<'a>(
    point: &ContactName,
    context: &Context<'a>,
) -> Result<(Signature, &'a ContactPoint), Refusal> {
    let by = may(point, context)?;
    let known = context.directory.contact_point(point).ok_or_else(|| {
        Refusal::invalid(
            "/point",
            "The directory has no such contact point. Look at the list and choose again",
        )
    })?;
    Ok((by, known))
}

/// Adding a way to reach a role.
pub(super) fn add(
    point: &ContactName,
    order: u8,
    verified_on: Option<NaiveDate>,
    person: Option<&PersonId>,
    context: &Context<'_>,
) -> Judged {
    let by = may(point, context)?;
    if let Some(person) = person {
        context.person(person, "/person")?;
    }
    context.open_organisation(&point.organisation, "/point/organisation", context.now)?;
    let value = said(
        &point.value,
        "/point/value",
        "Give the number or the address",
    )?;
    let added = ContactPoint {
        organisation: point.organisation.clone(),
        role: point.role,
        channel: point.channel,
        value: value.to_owned(),
        order,
        person: person.cloned(),
        verified_on,
    };
    not_twice(&added.name(), "/point/value", context)?;
    if let Some(verified_on) = verified_on {
        not_to_come(verified_on, context)?;
    }
    Ok((by, DirectoryEvent::ContactPointAdded { point: added }))
}

/// Another number is another thing: that the old one worked says nothing about it.
pub(super) fn change(
    point: &ContactName,
    value: Option<&str>,
    order: Option<u8>,
    context: &Context<'_>,
) -> Judged {
    let (by, known) = known(point, context)?;
    let mut now = known.clone();
    if let Some(value) = value {
        said(value, "/value", "Give the new number or address")?.clone_into(&mut now.value);
    }
    now.order = order.unwrap_or(now.order);
    if now == *known {
        return Err(Refusal::invalid(
            "/value",
            "The directory already says this",
        ));
    }
    if now.value != known.value {
        not_twice(&now.name(), "/value", context)?;
        now.verified_on = None;
    }
    let point = point.clone();
    Ok((by, DirectoryEvent::ContactPointChanged { point, now }))
}

/// Recording that somebody checked that it works.
pub(super) fn verify(
    point: &ContactName,
    verified_on: Option<NaiveDate>,
    context: &Context<'_>,
) -> Judged {
    let (by, known) = known(point, context)?;
    let verified_on = verified_on.unwrap_or_else(|| context.today());
    not_to_come(verified_on, context)?;
    if known.verified_on.is_some_and(|before| before > verified_on) {
        return Err(Refusal::invalid(
            "/verified_on",
            "Somebody has already checked it since that day",
        ));
    }
    let point = point.clone();
    Ok((
        by,
        DirectoryEvent::ContactPointVerified { point, verified_on },
    ))
}

/// Taking away a way to reach a role.
pub(super) fn retire(point: &ContactName, why: &str, context: &Context<'_>) -> Judged {
    let (by, _) = known(point, context)?;
    let event = DirectoryEvent::ContactPointRetired {
        point: point.clone(),
        reason: reason(why, "it no longer works")?.into(),
    };
    Ok((by, event))
}

fn not_twice(name: &ContactName, pointer: &str, context: &Context<'_>) -> Result<(), Refusal> {
    match context.directory.contact_point(name) {
        None => Ok(()),
        Some(_) => Err(Refusal::invalid(
            pointer,
            "The directory already has this contact point. Change that one",
        )),
    }
}

fn not_to_come(day: NaiveDate, context: &Context<'_>) -> Result<(), Refusal> {
    if day > context.today() {
        return Err(Refusal::invalid(
            "/verified_on",
            "That day is in the future. Give the day on which it was checked",
        ));
    }
    Ok(())
}
