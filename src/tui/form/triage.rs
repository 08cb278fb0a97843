//! Triage: what kind of incident it is, and the wider assessment (BOB-CLASS, WSIC-WIDE).

use super::{Field, Form, Present, Sentence, plain};
use crate::domain::command::{Command, Triage};
use crate::domain::directory::Organisation;
use crate::domain::incident::{
    BreachStatus, Category, Cia, DataScope, Facts, Incident, PartnershipEffect, ServiceState,
};
use crate::domain::refusal::Refusal;
use std::collections::BTreeSet;

/// Organisations of the agreement, which alone can be affected as partners.
fn partners<'a>(present: &Present<'a>) -> Vec<&'a Organisation> {
    present
        .directory
        .organisations
        .iter()
        .filter(|known| known.partner)
        .collect()
}

fn place_of<T: PartialEq>(all: &[T], wanted: &T) -> usize {
    all.iter()
        .position(|item| item == wanted)
        .unwrap_or_default()
}

fn places<T>(all: &[T], holds: impl Fn(&T) -> bool) -> BTreeSet<usize> {
    (0..all.len()).filter(|place| holds(&all[*place])).collect()
}

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let facts = &incident.facts;
    let affected = partners(present);
    let category = facts
        .category
        .as_ref()
        .map_or(0, |known| place_of(Category::ALL, known) + 1);
    let categories = ["not chosen"]
        .into_iter()
        .chain(Category::ALL.iter().map(|known| known.name()));
    vec![
        Field::one("/facts/category", "Category", categories, category),
        Field::one(
            "/facts/breach_status",
            "Breach",
            BreachStatus::ALL.map(BreachStatus::name),
            place_of(&BreachStatus::ALL, &facts.breach_status),
        ),
        Field::text(
            "/facts/harm_prevented_by",
            "Harm prevented by",
            "needed for a near miss",
            facts.harm_prevented_by.as_deref().unwrap_or_default(),
        ),
        Field::many(
            "/facts/data_scope",
            "Whose data",
            DataScope::ALL.map(DataScope::name),
            places(&DataScope::ALL, |scope| facts.data_scope.contains(scope)),
        ),
        Field::many(
            "/facts/cia",
            "Concerns",
            Cia::ALL.map(Cia::name),
            places(&Cia::ALL, |cia| facts.cia.contains(cia)),
        ),
        Field::many(
            "/facts/flags",
            "It is",
            ["cyber", "a SIRI"],
            [facts.cyber, facts.siri]
                .iter()
                .enumerate()
                .filter(|(_, set)| **set)
                .map(|(place, _)| place)
                .collect(),
        ),
        Field::one(
            "/facts/nis_significant",
            "Service impact",
            ["not asked", "not significant", "significant (NIS)"],
            match facts.nis_significant {
                None => 0,
                Some(false) => 1,
                Some(true) => 2,
            },
        ),
        Field::one(
            "/facts/service",
            "Service",
            ServiceState::ALL.map(ServiceState::name),
            place_of(&ServiceState::ALL, &facts.service),
        ),
        Field::one(
            "/facts/partnership_effect",
            "Partnership",
            PartnershipEffect::ALL.map(PartnershipEffect::name),
            place_of(&PartnershipEffect::ALL, &facts.partnership_effect),
        ),
        Field::text(
            "/facts/partnership_reason",
            "Why so",
            "why partners are affected, or why none is",
            facts.partnership_reason.as_deref().unwrap_or_default(),
        ),
        Field::many(
            "/facts/affected_partners",
            "Partners affected",
            affected
                .iter()
                .map(|known| (&known.id, known.name.as_str())),
            places(&affected, |known| {
                facts.affected_partners.contains(&known.id)
            }),
        ),
        Field::text(
            "/facts/trend_key",
            "Trend key",
            "malware name, sender domain, asset",
            facts.trend_key.as_deref().unwrap_or_default(),
        ),
        Field::text(
            "/facts/data_subjects",
            "People concerned",
            "how many, if known",
            &facts
                .data_subjects
                .map(|count| count.to_string())
                .unwrap_or_default(),
        ),
    ]
}

pub(super) fn command(form: &Form, incident: &Incident) -> Result<Command, Refusal> {
    let flags = form.ticked("/facts/flags", &["cyber", "siri"]);
    let category = form.chosen("/facts/category").checked_sub(1);
    let facts = Facts {
        breach_status: BreachStatus::ALL[form
            .chosen("/facts/breach_status")
            .min(BreachStatus::ALL.len() - 1)],
        harm_prevented_by: form.some_text("/facts/harm_prevented_by"),
        category: category.and_then(|place| Category::ALL.get(place)).copied(),
        data_scope: form
            .ticked("/facts/data_scope", &DataScope::ALL)
            .into_iter()
            .collect(),
        cia: form.ticked("/facts/cia", &Cia::ALL).into_iter().collect(),
        cyber: flags.contains(&"cyber"),
        siri: flags.contains(&"siri"),
        trend_key: form.some_text("/facts/trend_key"),
        controllers: incident.facts.controllers.clone(),
        processors: incident.facts.processors.clone(),
        data_subjects: data_subjects(form)?,
        partnership_effect: PartnershipEffect::ALL[form
            .chosen("/facts/partnership_effect")
            .min(PartnershipEffect::ALL.len() - 1)],
        partnership_reason: form.some_text("/facts/partnership_reason"),
        affected_partners: form
            .ticked_keys("/facts/affected_partners")
            .map(Into::into)
            .collect(),
        service: ServiceState::ALL[form
            .chosen("/facts/service")
            .min(ServiceState::ALL.len() - 1)],
        nis_significant: match form.chosen("/facts/nis_significant") {
            0 => None,
            chosen => Some(chosen == 2),
        },
    };
    Ok(Command::Triage(Box::new(Triage {
        facts,
        recognised_at: None,
    })))
}

fn data_subjects(form: &Form) -> Result<Option<u32>, Refusal> {
    match form.some_text("/facts/data_subjects") {
        None => Ok(None),
        Some(typed) => typed.parse().map(Some).map_err(|_| {
            Refusal::invalid(
                "/facts/data_subjects",
                "Write a number, or leave it empty if it is not known",
            )
        }),
    }
}

pub(super) fn consequence(form: &Form) -> Vec<Sentence> {
    let scope = form.ticked("/facts/data_scope", &DataScope::ALL);
    let effect = PartnershipEffect::ALL.get(form.chosen("/facts/partnership_effect"));
    let mut said = vec![
        if scope.is_empty() || scope.contains(&DataScope::PersonalLiving) {
            plain("Living people's data, or not known yet: the UK GDPR clocks run (BOB-PCD)")
        } else {
            plain("No data of living people: the UK GDPR clocks do not apply (BOB-PCD)")
        },
    ];
    if effect == Some(&PartnershipEffect::Affected) {
        said.push(plain("Partners affected: the Partnership Security Officer is to be told within 24 hours (WSIC-NOTIFY)"));
    }
    if form.chosen("/facts/nis_significant") == 2 {
        said.push(plain(
            "Significant impact: the NIS authority is to be told within 72 hours (NIS-72H)",
        ));
    }
    said
}
