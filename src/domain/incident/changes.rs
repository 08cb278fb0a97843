//! What a triage changed, in words for the trail (AUD-APPEND).
//!
//! Deliberately says nothing of what follows from a change: clocks and contacts have entries of their own.

use super::facts::{Facts, PartnershipEffect};
use crate::domain::directory::Directory;
use crate::domain::id::OrganisationId;

/// What differs between the facts before and after, one change each, in the order of the form.
pub fn changes(before: &Facts, after: &Facts, directory: &Directory) -> Vec<String> {
    let Facts {
        breach_status,
        harm_prevented_by,
        category,
        data_scope,
        cia,
        data_effects,
        cyber,
        siri,
        trend_key,
        controllers,
        processors,
        data_subjects,
        partnership_effect,
        partnership_reason,
        affected_partners,
        nis_significant,
        service,
    } = before;
    let organisations = |label, before: &[OrganisationId], after: &[OrganisationId]| {
        let name = |id: &OrganisationId| directory.organisation_name(id).to_owned();
        members(label, before, after, name)
    };
    let partners = |facts: &std::collections::BTreeSet<OrganisationId>| {
        facts.iter().cloned().collect::<Vec<_>>()
    };
    let count = |people: Option<u32>| people.map(|count| count.to_string());
    let mut changes = Vec::new();
    changes.extend(value(
        "category",
        category.map(|known| known.name().to_owned()),
        after.category.map(|known| known.name().to_owned()),
    ));
    changes.extend(value(
        "breach",
        Some(breach_status.name().to_owned()),
        Some(after.breach_status.name().to_owned()),
    ));
    changes.extend(text(
        "harm prevented by",
        harm_prevented_by,
        &after.harm_prevented_by,
    ));
    changes.extend(members("data", data_scope, &after.data_scope, |scope| {
        scope.name().to_owned()
    }));
    changes.extend(members("concerns", cia, &after.cia, |cia| {
        cia.name().to_owned()
    }));
    changes.extend(members(
        "data suffered",
        data_effects,
        &after.data_effects,
        |effect| effect.name().to_owned(),
    ));
    changes.extend(answer("cyber incident", *cyber, after.cyber));
    changes.extend(answer("serious incident (SIRI)", *siri, after.siri));
    changes.extend(organisations("controller", controllers, &after.controllers));
    changes.extend(leads(controllers, &after.controllers, directory));
    changes.extend(organisations("supplier", processors, &after.processors));
    changes.extend(value(
        "essential service significantly affected",
        nis_significant.map(|hit| yes_or_no(hit).to_owned()),
        after.nis_significant.map(|hit| yes_or_no(hit).to_owned()),
    ));
    changes.extend(value(
        "service",
        Some(service.name().to_owned()),
        Some(after.service.name().to_owned()),
    ));
    changes.extend(value(
        "partners",
        answered(*partnership_effect),
        answered(after.partnership_effect),
    ));
    changes.extend(text(
        "why so",
        partnership_reason,
        &after.partnership_reason,
    ));
    changes.extend(organisations(
        "partner affected",
        &partners(affected_partners),
        &partners(&after.affected_partners),
    ));
    changes.extend(text("trend key", trend_key, &after.trend_key));
    changes.extend(value(
        "people concerned",
        count(*data_subjects),
        count(after.data_subjects),
    ));
    changes
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

fn answered(effect: PartnershipEffect) -> Option<String> {
    (effect != PartnershipEffect::Unknown).then(|| effect.name().to_owned())
}

fn answer(label: &str, before: bool, after: bool) -> Option<String> {
    (before != after).then(|| format!("{label}: {}", yes_or_no(after)))
}

fn text(label: &str, before: &Option<Box<str>>, after: &Option<Box<str>>) -> Option<String> {
    let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    value(label, owned(before), owned(after))
}

/// One thing in the place of another: "breach: not a breach, before confirmed".
fn value(label: &str, before: Option<String>, after: Option<String>) -> Option<String> {
    if before == after {
        return None;
    }
    let after = after.unwrap_or_else(|| "not known".to_owned());
    Some(match before {
        Some(before) => format!("{label}: {after}, before {before}"),
        None => format!("{label}: {after}"),
    })
}

/// What was added to several things, and what was taken out.
fn members<'a, T: PartialEq + 'a>(
    label: &str,
    before: impl IntoIterator<Item = &'a T> + Copy,
    after: impl IntoIterator<Item = &'a T> + Copy,
    name: impl Fn(&T) -> String,
) -> Vec<String> {
    let was = |one: &T| before.into_iter().any(|known| known == one);
    let is = |one: &T| after.into_iter().any(|known| known == one);
    let added = after
        .into_iter()
        .filter(|one| !was(one))
        .map(|one| format!("{label} added: {}", name(one)));
    let taken_out = before
        .into_iter()
        .filter(|one| !is(one))
        .map(|one| format!("{label} taken out: {}", name(one)));
    added.chain(taken_out).collect()
}

/// That another controller leads, whose procedure is followed from then on (ICO-JOINT).
fn leads(
    before: &[OrganisationId],
    after: &[OrganisationId],
    directory: &Directory,
) -> Option<String> {
    let (was, is) = (before.first()?, after.first()?);
    (was != is).then(|| format!("leading controller: {}", directory.organisation_name(is)))
}
