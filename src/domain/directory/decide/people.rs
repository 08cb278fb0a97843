//! People: who works where. Nobody is ever taken out of the directory, because records name them.

use super::{Context, Judged, named, reason, short_name};
use crate::domain::directory::Person;
use crate::domain::directory::event::DirectoryEvent;
use crate::domain::directory::rights::Matter;
use crate::domain::id::{OrganisationId, PersonId};
use crate::domain::refusal::Refusal;
use crate::domain::rota::{self, Shift, Tier};

/// Adding somebody.
pub(super) fn add(
    id: &PersonId,
    name: &str,
    organisation: &OrganisationId,
    context: &Context<'_>,
) -> Judged {
    let by = context.may(Matter::Register(organisation))?;
    context.open_organisation(organisation, "/organisation", context.now)?;
    short_name(id.as_str(), "/person")?;
    if context.directory.person(id).is_some() {
        return Err(Refusal::invalid(
            "/person",
            "Somebody already has that short name. Choose another",
        ));
    }
    let person = Person {
        id: id.clone(),
        name: named(name)?,
        organisation: organisation.clone(),
        left_at: None,
    };
    Ok((by, DirectoryEvent::PersonAdded { person }))
}

/// Correcting a name, or where somebody works.
pub(super) fn change(
    id: &PersonId,
    name: Option<&str>,
    organisation: Option<&OrganisationId>,
    context: &Context<'_>,
) -> Judged {
    let known = context.person(id, "/person")?;
    let by = context.may(Matter::Register(&known.organisation))?;
    if let Some(organisation) = organisation {
        context.open_organisation(organisation, "/organisation", context.now)?;
        context.may(Matter::Register(organisation))?;
    }
    let now = Person {
        name: name.map_or(Ok(known.name.clone()), named)?,
        organisation: organisation.unwrap_or(&known.organisation).clone(),
        ..known.clone()
    };
    if now == *known {
        return Err(Refusal::invalid("/name", "The directory already says this"));
    }
    Ok((by, DirectoryEvent::PersonChanged { now }))
}

/// Recording that somebody has left. Nobody goes with a desk in their hands, or with one that they are expected at.
pub(super) fn leave(id: &PersonId, why: &str, context: &Context<'_>) -> Judged {
    let person = context.person(id, "/person")?;
    let by = context.may(Matter::Register(&person.organisation))?;
    let (shifts, now) = (&context.directory.shifts, context.now);
    let holds =
        |tier: &Tier| rota::on_call(shifts, *tier, now).is_some_and(|desk| desk.person == *id);
    if let Some(tier) = Tier::ALL.into_iter().find(holds) {
        return Err(Refusal::invalid(
            "/person",
            format!(
                "{} is {} now. The desk must be handed over first",
                person.name,
                tier.name()
            ),
        ));
    }
    let is_to_come =
        |shift: &&Shift| shift.person == *id && shift.accepted_at.is_none() && shift.ends_at > now;
    if let Some(shift) = shifts.iter().find(is_to_come) {
        return Err(Refusal::invalid(
            "/person",
            format!(
                "{} is planned for {}. Override or cancel their shifts first",
                person.name, shift.id
            ),
        ));
    }
    let event = DirectoryEvent::PersonLeft {
        person: id.clone(),
        reason: reason(why, "they left, without anything about health or conduct")?.into(),
    };
    Ok((by, event))
}
