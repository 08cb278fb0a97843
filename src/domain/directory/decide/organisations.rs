//! Organisations: which there are, and what they are. None is ever taken out of the directory, because
//! incidents and records name them.

use super::{Context, Judged, named, reason, short_name};
use crate::domain::calendar;
use crate::domain::directory::Organisation;
use crate::domain::directory::command::{AddOrganisation, ChangeOrganisation};
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::rights::Matter;
use crate::domain::id::OrganisationId;
use crate::domain::refusal::Refusal;
use crate::domain::rota::Shift;
use chrono::NaiveDate;

/// Adding an organisation.
pub(super) fn add(asked: &AddOrganisation, context: &Context<'_>) -> Judged {
    let by = context.may(Matter::Organisations)?;
    let organisation = Organisation {
        id: asked.organisation.clone(),
        name: named(&asked.name)?,
        kind: asked.kind,
        partner: asked.partner,
        controller: asked.controller,
        host: false,
        operator_of_essential_services: asked.operator_of_essential_services,
        predecessor: asked.predecessor.clone(),
        closed_on: None,
    };
    is_new(&organisation, context)?;
    Ok((by, DirectoryEvent::OrganisationAdded { organisation }))
}

/// Renaming one, or changing what it is. Who runs the shared service is everybody's matter.
pub(super) fn change(asked: &ChangeOrganisation, context: &Context<'_>) -> Judged {
    let by = context.may(Matter::Register(&asked.organisation))?;
    let known = context.organisation(&asked.organisation, "/organisation")?;
    let now = changed(known, asked, context)?;
    if now.host != known.host {
        context.may(Matter::Organisations)?;
    }
    Ok((by, DirectoryEvent::OrganisationChanged { now }))
}

/// Closing one; its terms end with it.
pub(super) fn close(
    id: &OrganisationId,
    closed_on: NaiveDate,
    why: &str,
    context: &Context<'_>,
) -> Judged {
    let by = context.may(Matter::Organisations)?;
    let organisation = context.open_organisation(id, "/organisation", context.now)?;
    if organisation.host {
        return Err(Refusal::invalid(
            "/organisation",
            "It runs the shared service. Make another organisation the host first",
        ));
    }
    if closed_on < context.today() {
        return Err(Refusal::invalid(
            "/closed_on",
            "Choose today or a later day: what was done in the organisation's name stands",
        ));
    }
    let closes_at = calendar::start_of_day(closed_on);
    let outlives = |shift: &&Shift| shift.organisation == *id && shift.ends_at > closes_at;
    if let Some(shift) = context.directory.shifts.iter().find(outlives) {
        return Err(Refusal::invalid(
            "/closed_on",
            format!(
                "The shift {} at its desk ends later. Cancel or move its shifts first",
                shift.id
            ),
        ));
    }
    let event = DirectoryEvent::OrganisationClosed {
        organisation: id.clone(),
        closed_on,
        reason: reason(why, "the organisation closes")?.into(),
    };
    Ok((by, event))
}

fn is_new(added: &Organisation, context: &Context<'_>) -> Result<(), Refusal> {
    short_name(added.id.as_str(), "/organisation")?;
    if context.directory.organisation(&added.id).is_some() {
        return Err(Refusal::invalid(
            "/organisation",
            "An organisation already has that short name. Choose another",
        ));
    }
    comes_after(added, context)
}

fn changed(
    known: &Organisation,
    asked: &ChangeOrganisation,
    context: &Context<'_>,
) -> Result<Organisation, Refusal> {
    if asked.host == Some(false) {
        return Err(Refusal::invalid(
            "/host",
            "The shared service needs a host. Make another organisation the host instead",
        ));
    }
    let name = asked.name.as_deref();
    let now = Organisation {
        name: name.map_or(Ok(known.name.clone()), named)?,
        partner: asked.partner.unwrap_or(known.partner),
        controller: asked.controller.unwrap_or(known.controller),
        operator_of_essential_services: asked
            .operator_of_essential_services
            .unwrap_or(known.operator_of_essential_services),
        host: asked.host.unwrap_or(known.host),
        predecessor: asked
            .predecessor
            .clone()
            .or_else(|| known.predecessor.clone()),
        ..known.clone()
    };
    if now == *known {
        return Err(Refusal::invalid("/name", "The directory already says this"));
    }
    if now.host && !now.is_open_at(context.now) {
        return Err(Refusal::invalid(
            "/host",
            "A closed organisation cannot run the shared service",
        ));
    }
    comes_after(&now, context)?;
    Ok(now)
}

fn comes_after(organisation: &Organisation, context: &Context<'_>) -> Result<(), Refusal> {
    match &organisation.predecessor {
        None => Ok(()),
        Some(predecessor) if *predecessor == organisation.id => Err(Refusal::invalid(
            "/predecessor",
            "An organisation cannot be its own predecessor",
        )),
        Some(predecessor) => context
            .organisation(predecessor, "/predecessor")
            .map(|_| ()),
    }
}
