//! Triage: what kind of incident it is, and the wider assessment (BOB-CLASS, WSIC-WIDE).

use super::{Field, Form, Present, Sentence, foresight, plain};
use crate::domain::command::{Command, NisSaid, Triage};
use crate::domain::directory::{Organisation, OrganisationKind};
use crate::domain::id::OrganisationId;
use crate::domain::incident::{
    BreachStatus, Category, Cia, Confirmation, DataEffect, DataScope, Facts, Incident,
    PartnershipEffect, ServiceState, Status,
};
use crate::domain::refusal::Refusal;
use crate::tui::theme::Look;
use std::collections::BTreeSet;

/// Where the controller that leads is asked; the domain has it first among the controllers.
const LEADING: &str = "/facts/controllers/0";
/// Where the suppliers of suppliers are asked; the domain has them among the processors.
const SUB_PROCESSORS: &str = "/facts/processors/of_processors";

/// Where the form asks why something is taken back.
const REASON: &str = "/reason";

/// Where the form asks what is confirmed in words.
const CONFIRM: &str = "/confirm";

/// What the form calls the answers about an essential service.
const NIS: [(bool, &str); 2] = [(false, "not badly hit"), (true, "badly hit (NIS)")];

fn organisations<'a>(
    present: &Present<'a>,
    wanted: impl Fn(&Organisation) -> bool,
) -> Vec<&'a Organisation> {
    let known = present.directory.organisations.iter();
    known.filter(|organisation| wanted(organisation)).collect()
}

/// Organisations of the agreement, which alone can be affected as partners.
fn partners<'a>(present: &Present<'a>) -> Vec<&'a Organisation> {
    organisations(present, |known| known.partner)
}

/// Whoever may work on data for a controller, those that do nothing else first. Whether one is a
/// processor or works for a processor is what the directory says of it.
fn processors<'a>(present: &Present<'a>) -> Vec<&'a Organisation> {
    let mut known = organisations(present, |known| {
        !matches!(
            known.kind,
            OrganisationKind::SubProcessor | OrganisationKind::Regulator
        )
    });
    known.sort_by_key(|known| !known.kind.is_processor());
    known
}

fn sub_processors<'a>(present: &Present<'a>) -> Vec<&'a Organisation> {
    organisations(present, |known| {
        known.kind == OrganisationKind::SubProcessor
    })
}

/// A picker of organisations by name, with those ticked that are named already.
fn picker(
    pointer: &'static str,
    label: &'static str,
    known: &[&Organisation],
    named: impl Fn(&OrganisationId) -> bool,
) -> Field {
    let options = known.iter().map(|known| (&known.id, known.name.as_str()));
    Field::many(
        pointer,
        label,
        options,
        places(known, |known| named(&known.id)),
    )
}

/// The place of what is known: what an incident has by itself when it is logged, nobody has said.
fn said<T: PartialEq + Default>(all: &[T], value: &T, incident: &Incident) -> Option<usize> {
    let is_said = incident.status != Status::Logged || *value != T::default();
    let place = all.iter().position(|item| item == value);
    place.filter(|_| is_said)
}

fn places<T>(all: &[T], holds: impl Fn(&T) -> bool) -> BTreeSet<usize> {
    (0..all.len()).filter(|place| holds(&all[*place])).collect()
}

pub(super) fn fields(incident: &Incident, present: &Present<'_>) -> Vec<Field> {
    let facts = &incident.facts;
    let category = facts
        .category
        .and_then(|known| Category::ALL.iter().position(|category| *category == known));
    let controllers = organisations(present, |known| known.controller);
    let leading = facts.controllers.first();
    vec![
        Field::choose(
            "/facts/category",
            "Category",
            Category::ALL.iter().map(|known| known.name()),
            category,
        ),
        Field::choose(
            "/facts/breach_status",
            "Breach",
            BreachStatus::ALL.map(BreachStatus::name),
            said(&BreachStatus::ALL, &facts.breach_status, incident),
        ),
        Field::text(
            "/facts/harm_prevented_by",
            "Harm prevented by",
            "required for a near miss",
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
            "Breach of",
            Cia::ALL.map(Cia::name),
            places(&Cia::ALL, |cia| facts.cia.contains(cia)),
        ),
        Field::many(
            "/facts/data_effects",
            "Effect on data",
            DataEffect::ALL.map(DataEffect::name),
            places(&DataEffect::ALL, |effect| {
                facts.data_effects.contains(effect)
            }),
        ),
        Field::many(
            "/facts/flags",
            "Cyber or SIRI",
            ["cyber", "a SIRI"],
            [facts.cyber, facts.siri]
                .iter()
                .enumerate()
                .filter(|(_, set)| **set)
                .map(|(place, _)| place)
                .collect(),
        ),
        Field::choose(
            LEADING,
            "Leading controller",
            controllers
                .iter()
                .map(|known| (&known.id, known.name.as_str())),
            controllers
                .iter()
                .position(|known| Some(&known.id) == leading),
        )
        .or_open("the reporting organisation, if a controller"),
        picker(
            "/facts/controllers",
            "Other controllers",
            &controllers,
            |id| facts.controllers.iter().skip(1).any(|named| named == id),
        ),
        picker(
            "/facts/processors",
            "Suppliers",
            &processors(present),
            |id| facts.processors.contains(id),
        ),
        picker(
            SUB_PROCESSORS,
            "Their suppliers",
            &sub_processors(present),
            |id| facts.processors.contains(id),
        ),
        Field::choose(
            "/facts/nis_significant",
            "Essential service",
            NIS.map(|(_, words)| words),
            None,
        )
        .or_open(match facts.nis_significant {
            None => "was it badly hit? Nobody has answered yet",
            Some(_) => "as answered before",
        }),
        Field::choose(
            "/facts/service",
            "Service",
            ServiceState::ALL.map(ServiceState::name),
            said(&ServiceState::ALL, &facts.service, incident),
        ),
        Field::choose(
            "/facts/partnership_effect",
            "Partnership",
            PartnershipEffect::ALL.map(PartnershipEffect::name),
            said(&PartnershipEffect::ALL, &facts.partnership_effect, incident),
        ),
        Field::text(
            "/facts/partnership_reason",
            "Why",
            "why partners are affected, or why none are",
            facts.partnership_reason.as_deref().unwrap_or_default(),
        ),
        picker(
            "/facts/affected_partners",
            "Partners affected",
            &partners(present),
            |id| facts.affected_partners.contains(id),
        ),
        Field::choose(
            CONFIRM,
            "Confirm",
            Confirmation::ALL.map(Confirmation::name),
            None,
        )
        .or_open("what you are asked to confirm, if anything"),
        Field::text(
            REASON,
            "Why",
            "required to confirm, or to drop a controller, \"cyber\" or a service",
            "",
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

/// What a triage cannot do without, in the order of the fields.
const NEEDED: [(&str, &str); 4] = [
    ("/facts/category", "Choose the closest category"),
    (
        "/facts/breach_status",
        "Choose whether it is a breach. Suspected counts as one for the clocks",
    ),
    ("/facts/service", "Say whether a service is degraded"),
    (
        "/facts/partnership_effect",
        "Choose whether partners are affected. \"Not known yet\" is an answer",
    ),
];

/// Everything that is still open, in one refusal.
fn check_needed(form: &Form) -> Result<(), Refusal> {
    let is_open = |(pointer, _): &&(&str, &str)| form.chosen_key(pointer).is_none();
    let mut open: Vec<(&str, &str)> = NEEDED.iter().filter(is_open).copied().collect();
    if form.ticked_keys("/facts/data_scope").next().is_none() {
        let at = open
            .iter()
            .take_while(|(pointer, _)| NEEDED[..2].iter().any(|(early, _)| early == pointer));
        let at = at.count();
        open.insert(
            at,
            (
                "/facts/data_scope",
                "Say whose data this is about, or that there are none",
            ),
        );
    }
    let Some((first, _)) = open.first() else {
        return Ok(());
    };
    let sentences: Vec<&str> = open.iter().map(|(_, sentence)| *sentence).collect();
    Err(Refusal::invalid(first, sentences.join(". ")))
}

pub(super) fn command(form: &Form, incident: &Incident) -> Result<Command, Refusal> {
    if let Some(facts) = names_only(form, incident) {
        return Ok(Command::Triage(Box::new(Triage {
            facts,
            recognised_at: None,
            nis: None,
            confirm: None,
            reason: None,
        })));
    }
    check_needed(form)?;
    let flags = form.ticked("/facts/flags", &["cyber", "siri"]);
    let nis = form.choice("/facts/nis_significant", &NIS);
    let facts = Facts {
        breach_status: form.needed("/facts/breach_status", &BreachStatus::ALL, NEEDED[1].1)?,
        harm_prevented_by: form.some_text("/facts/harm_prevented_by"),
        category: form.choice("/facts/category", Category::ALL),
        data_scope: form
            .ticked("/facts/data_scope", &DataScope::ALL)
            .into_iter()
            .collect(),
        cia: form.ticked("/facts/cia", &Cia::ALL).into_iter().collect(),
        data_effects: form
            .ticked("/facts/data_effects", &DataEffect::ALL)
            .into_iter()
            .collect(),
        cyber: flags.contains(&"cyber"),
        siri: flags.contains(&"siri"),
        trend_key: form.some_text("/facts/trend_key"),
        controllers: controllers(form, incident),
        processors: named_processors(form, incident),
        data_subjects: data_subjects(form)?,
        partnership_effect: form.needed(
            "/facts/partnership_effect",
            &PartnershipEffect::ALL,
            NEEDED[3].1,
        )?,
        partnership_reason: form.some_text("/facts/partnership_reason"),
        affected_partners: form
            .ticked_keys("/facts/affected_partners")
            .map(Into::into)
            .collect(),
        service: form.needed("/facts/service", &ServiceState::ALL, NEEDED[2].1)?,
        // Answered beside the facts, for each operator (NIS-WHO).
        nis_significant: incident.facts.nis_significant,
    };
    Ok(Command::Triage(Box::new(Triage {
        facts,
        recognised_at: None,
        nis: nis.map(|(significant, _)| NisSaid {
            operators: BTreeSet::new(),
            significant,
        }),
        confirm: form.choice(CONFIRM, &Confirmation::ALL),
        reason: form.some_text(REASON),
    })))
}

/// The facts where the form answers nothing but who the controllers are: that needs no triage (ICO-PROC).
fn names_only(form: &Form, incident: &Incident) -> Option<Facts> {
    let is_open = |(pointer, _): &(&str, &str)| form.chosen_key(pointer).is_none();
    let has_scope = form.ticked_keys("/facts/data_scope").next().is_some();
    let answers_nothing = NEEDED.iter().all(is_open) && !has_scope;
    let named = controllers(form, incident);
    let facts = Facts {
        controllers: named,
        ..incident.facts.clone()
    };
    let is_first = incident.status == Status::Logged;
    (is_first && answers_nothing && facts != incident.facts).then_some(facts)
}

/// The leading one first, then those that were named before in their order, then new ones.
fn controllers(form: &Form, incident: &Incident) -> Vec<OrganisationId> {
    let leading = form.chosen_key(LEADING).map(OrganisationId::from);
    let others = form.ticked_keys("/facts/controllers");
    let others = in_order(others, &incident.facts.controllers);
    let others = others.filter(|other| Some(other) != leading.as_ref());
    leading.iter().cloned().chain(others).collect()
}

fn named_processors(form: &Form, incident: &Incident) -> Vec<OrganisationId> {
    let pointers = ["/facts/processors", SUB_PROCESSORS];
    let named = pointers
        .into_iter()
        .flat_map(|pointer| form.ticked_keys(pointer));
    in_order(named, &incident.facts.processors).collect()
}

/// What was named before keeps its order; what is new comes behind it.
fn in_order<'a>(
    named: impl Iterator<Item = &'a str>,
    before: &[OrganisationId],
) -> impl Iterator<Item = OrganisationId> {
    let mut named: Vec<OrganisationId> = named.map(OrganisationId::from).collect();
    named.sort_by_key(|id| {
        let place = before.iter().position(|known| known == id);
        place.unwrap_or(before.len())
    });
    named.into_iter()
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

/// What the clocks would read, or why the triage cannot be taken.
pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let scope = form.ticked("/facts/data_scope", &DataScope::ALL);
    let mut said = vec![
        if scope.is_empty() || scope.contains(&DataScope::PersonalLiving) {
            plain("Living people's data, or not known yet: the UK GDPR clocks run (BOB-PCD)")
        } else {
            plain("No data of living people: the UK GDPR clocks do not apply (BOB-PCD)")
        },
    ];
    said.splice(0..0, grade_first(incident, &scope));
    match triaged(form, incident, present) {
        Ok(after) => {
            let changes = foresight::changes(Some(incident), &after, present);
            if changes.is_empty() {
                said.push(plain("No clock changes"));
            }
            said.extend(changes);
        }
        Err(refusal) => said.push((Look::Quiet, refusal.to_string())),
    }
    said
}

/// What would be refused in the end is said before anything is filled in (BOB-CLASS).
fn grade_first(incident: &Incident, scope: &[DataScope]) -> Option<Sentence> {
    let may_be_living = scope.is_empty() || scope.contains(&DataScope::PersonalLiving);
    let is_ungraded = incident.assessment().is_none();
    (is_ungraded && may_be_living).then(|| {
        let said = if scope.is_empty() {
            "Not graded yet. If this is about living people's data, grade it first"
        } else {
            "Grade severity and likelihood first: this is about living people's data"
        };
        (Look::Soon, said.to_owned())
    })
}

/// The incident as it would be, whatever words are still missing.
fn triaged(form: &Form, incident: &Incident, present: &Present<'_>) -> Result<Incident, Refusal> {
    let mut command = command(form, incident)?;
    if let Command::Triage(triage) = &mut command {
        let Triage { facts, reason, .. } = &mut **triage;
        for words in [
            &mut facts.harm_prevented_by,
            &mut facts.partnership_reason,
            reason,
        ] {
            words.get_or_insert_with(|| foresight::SOME_WORDS.into());
        }
    }
    foresight::after(Some(incident), &command, present)
}
