//! The hand-off sheet: what another tool will ask about an incident, answered as far as known
//! (ICO-CONTENT, BOB-TOOL).
//!
//! A report is made in the regulator's own tool, by hand; the sheet is what one copies from. It is
//! worked out from the incident each time it is asked for, and what somebody has prepared comes
//! before what the desk proposes. Deliberately files nothing and records nothing.

use super::Instant;
use super::calendar;
use super::directory::Directory;
use super::grid::{LIKELIHOOD_WORDS, SEVERITY_WORDS};
use super::id::OrganisationId;
use super::incident::Incident;
use super::regulator::{Body, Content, Item, Known, Tool};
use super::role::Role;
use serde::Serialize;

/// What every sheet says of itself.
pub const NOTHING_FILED: &str =
    "This sheet files nothing. Make the report in the tool, then record its reference";

/// The prepared answers for one body and one controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// For whom it is.
    pub body: Body,
    /// By which controller.
    pub controller: OrganisationId,
    /// The answers, in the order in which they are asked.
    pub answers: Vec<Prepared>,
}

/// One prepared answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prepared {
    /// What is asked.
    pub question: &'static str,
    /// How far the answer is known.
    pub known: Known,
    /// The answer; may contain text from outside.
    pub text: Option<String>,
}

/// The sheet for a body, in the name of a controller.
pub fn sheet(
    incident: &Incident,
    body: Body,
    controller: &OrganisationId,
    directory: &Directory,
    now: Instant,
) -> Sheet {
    let mut answers = headings(incident, controller, directory);
    let contents = contents(incident, body, controller, directory, now);
    answers.extend(contents.into_iter().map(|content| Prepared {
        question: content.item.name(),
        known: content.known,
        text: content.text.map(Into::into),
    }));
    Sheet {
        body,
        controller: controller.clone(),
        answers,
    }
}

/// What every tool asks before the contents: which incident, whose, when.
fn headings(
    incident: &Incident,
    controller: &OrganisationId,
    directory: &Directory,
) -> Vec<Prepared> {
    let answer = |question, text: Option<String>| Prepared {
        question,
        known: if text.is_some() {
            Known::Given
        } else {
            Known::ToFollow
        },
        text,
    };
    let references = &incident.casework().regulator;
    let elsewhere = Tool::ALL.into_iter().filter_map(|tool| {
        let reference = references.reference(tool)?;
        Some(format!("; {}: {reference}", tool.name()))
    });
    let reference = std::iter::once(incident.name()).chain(elsewhere).collect();
    let occurred = incident.occurrence.map(|occurrence| {
        let estimated = if occurrence.estimated {
            ", estimated"
        } else {
            ""
        };
        format!("{}{estimated}", calendar::in_words(occurrence.at))
    });
    vec![
        answer("reference", Some(reference)),
        answer(
            "organisation",
            Some(directory.organisation_name(controller).to_owned()),
        ),
        answer("when it happened", occurred),
        answer(
            "when staff became aware",
            Some(calendar::in_words(incident.awareness.staff_at)),
        ),
    ]
}

/// Each item that the body asks for: as somebody has prepared it, else as the incident proposes.
pub fn contents(
    incident: &Incident,
    body: Body,
    controller: &OrganisationId,
    directory: &Directory,
    now: Instant,
) -> Vec<Content> {
    let drafts = &incident.casework().regulator.drafts;
    let draft = drafts
        .iter()
        .find(|draft| draft.body == body && draft.controller == *controller);
    body.contents()
        .iter()
        .map(|item| {
            let prepared = draft.and_then(|draft| {
                let mut contents = draft.contents.iter();
                contents.find(|content| content.item == *item).cloned()
            });
            prepared.unwrap_or_else(|| {
                let text = proposal(incident, *item, controller, directory, now);
                Content {
                    item: *item,
                    known: if text.is_some() {
                        Known::Given
                    } else {
                        Known::ToFollow
                    },
                    text: text.map(Into::into),
                }
            })
        })
        .collect()
}

/// What the incident says of an item, if it says anything.
fn proposal(
    incident: &Incident,
    item: Item,
    controller: &OrganisationId,
    directory: &Directory,
    now: Instant,
) -> Option<String> {
    match item {
        Item::Nature => Some(nature(incident)),
        Item::DataSubjects => data_subjects(incident),
        Item::ContactPoint => contact_point(controller, directory, now),
        Item::Consequences => consequences(incident),
        Item::Measures => measures(incident),
        Item::Operator => Some(directory.organisation_name(controller).to_owned()),
        Item::Time => incident
            .occurrence
            .map(|occurrence| calendar::in_words(occurrence.at)),
        Item::Duration => duration(incident),
        Item::Impact => impact(incident),
        Item::Records | Item::CrossBorder | Item::Further => None,
    }
}

fn nature(incident: &Incident) -> String {
    let facts = &incident.facts;
    let mut parts: Vec<String> = facts
        .category
        .map(|category| category.name().to_owned())
        .into_iter()
        .collect();
    if !facts.cia.is_empty() {
        let lost: Vec<&str> = facts.cia.iter().map(|cia| cia.name()).collect();
        parts.push(format!("concerns {}", lost.join(", ")));
    }
    if !facts.data_effects.is_empty() {
        let suffered: Vec<&str> = facts
            .data_effects
            .iter()
            .map(|effect| effect.name())
            .collect();
        parts.push(format!(
            "what happened to the data: {}",
            suffered.join(", ")
        ));
    }
    parts.push(incident.summary.to_string());
    parts.join("; ")
}

fn data_subjects(incident: &Incident) -> Option<String> {
    let count = incident.facts.data_subjects?;
    let scope: Vec<&str> = incident
        .facts
        .data_scope
        .iter()
        .map(|scope| scope.name())
        .collect();
    let whose = if scope.is_empty() {
        String::new()
    } else {
        format!("; data of {}", scope.join(", "))
    };
    Some(format!("about {} people{whose}", grouped(count)))
}

/// The data protection officer of the controller, with the ways to reach them.
fn contact_point(
    controller: &OrganisationId,
    directory: &Directory,
    now: Instant,
) -> Option<String> {
    let holders = directory.holders(Role::Dpo, Some(controller), now);
    let officer = directory.person_name(&holders.first()?.person);
    let ways = directory.ways_to_reach(Role::Dpo, Some(controller));
    let ways: Vec<String> = ways
        .iter()
        .map(|way| format!("{} {}", way.channel.name(), way.value))
        .collect();
    let parts: Vec<&str> = [officer, Role::Dpo.title()]
        .into_iter()
        .chain(ways.iter().map(String::as_str))
        .collect();
    Some(parts.join(", "))
}

fn consequences(incident: &Incident) -> Option<String> {
    let assessment = incident.assessment()?;
    let (severity, likelihood) = (assessment.grade.severity(), assessment.grade.likelihood());
    let word = |words: &[&'static str; 5], grade: u8| {
        let place = usize::from(grade).saturating_sub(1);
        words.get(place).copied().unwrap_or_default()
    };
    let harms: Vec<&str> = assessment.harms.iter().map(|harm| harm.name()).collect();
    let mut parts = vec![
        format!(
            "severity {severity} ({}), likelihood {likelihood} ({})",
            word(&SEVERITY_WORDS, severity),
            word(&LIKELIHOOD_WORDS, likelihood)
        ),
        assessment.rationale.to_string(),
    ];
    if !harms.is_empty() {
        parts.insert(1, harms.join(", "));
    }
    Some(parts.join("; "))
}

fn measures(incident: &Incident) -> Option<String> {
    let closing = &incident.casework().closing;
    let mut parts: Vec<String> = closing
        .containments
        .iter()
        .map(|containment| containment.actions.to_string())
        .collect();
    if let Some(resolution) = closing.resolution() {
        let how = [&resolution.resolution, &resolution.workaround];
        parts.extend(how.into_iter().flatten().map(ToString::to_string));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn duration(incident: &Incident) -> Option<String> {
    let contained_at = incident.casework().closing.contained_at()?;
    let occurred_at = incident.occurrence?.at;
    Some(format!(
        "from {} to {}",
        calendar::in_words(occurred_at),
        calendar::in_words(contained_at)
    ))
}

fn impact(incident: &Incident) -> Option<String> {
    let record = incident.casework().hosting.impacts.last()?;
    Some(format!(
        "hosted service {}: {}",
        record.impact.name(),
        record.reason
    ))
}

/// A number as people write it: "12,000".
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if first > 0 {
        groups.push(&digits[..first]);
    }
    groups.extend(
        (first..digits.len())
            .step_by(3)
            .map(|at| &digits[at..at + 3]),
    );
    groups.join(",")
}
