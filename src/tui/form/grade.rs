//! Grading on the grid, with the outcome in words as the cell moves (BOB-GRID).
//!
//! The grid opens empty, also where the incident has been graded: a grade that nobody has chosen would
//! answer whether the regulator is told.

use super::{Field, Form, Present, Sentence, Value, foresight, grounds, plain};
use crate::domain::command::{Command, GradeIncident};
use crate::domain::grid::{
    ClaimedMitigation, Factor, Grade, Harm, LIKELIHOOD_WORDS, Mitigation, SEVERITY_WORDS,
};
use crate::domain::incident::{Assessment, Incident};
use crate::domain::refusal::Refusal;
use crate::tui::theme::Look;

pub(super) fn fields(incident: &Incident) -> Vec<Field> {
    let known = incident.assessment();
    let claimed = known.and_then(|assessment| assessment.mitigation);
    let mitigation = claimed.and_then(|claimed| {
        Mitigation::ALL
            .iter()
            .position(|kind| *kind == claimed.kind)
    });
    vec![
        Field {
            pointer: "/severity",
            label: "Grid",
            hint: "↑ ↓ choose the severity, ← → the likelihood, Tab leaves the grid",
            value: Value::Grid {
                severity: None,
                likelihood: None,
            },
        },
        Field::many(
            "/factors",
            "Factors",
            Factor::ALL.map(Factor::name),
            places(&Factor::ALL, |factor| {
                known.is_some_and(|known| known.factors.contains(factor))
            }),
        ),
        Field::many(
            "/harms",
            "Harm to people",
            Harm::ALL.map(Harm::name),
            places(&Harm::ALL, |harm| {
                known.is_some_and(|known| known.harms.contains(harm))
            }),
        ),
        Field::text("/rationale", "Rationale", "why these grades", ""),
        Field::text(
            "/evidence",
            "Evidence",
            "required for a grade of 1, or to accept a mitigation",
            "",
        ),
        Field::choose(
            "/mitigation",
            "Mitigation",
            Mitigation::ALL.map(Mitigation::name),
            mitigation,
        )
        .or_open("none claimed"),
        Field::choose(
            "/mitigation/accepted",
            "Mitigation is",
            ACCEPTED.map(|(_, words)| words),
            None,
        )
        .or_open("claimed, or accepted: required with a mitigation"),
    ]
    .into_iter()
    .chain(grounds::fields(
        claimed.map(|claimed| claimed.kind),
        known.and_then(|known| known.grounds.as_ref()),
    ))
    .collect()
}

/// Asks the facts of the mitigation that is chosen, and no other's.
pub(super) fn ask_grounds(form: &mut Form, incident: &Incident) {
    let chosen = form.choice("/mitigation", &Mitigation::ALL);
    let known = incident.assessment().and_then(|made| made.grounds.as_ref());
    let fresh = grounds::fields(chosen, known);
    let is_ground = |field: &&Field| field.pointer.starts_with("/grounds/");
    let asked = form.fields.iter().filter(is_ground);
    if asked
        .map(|field| field.pointer)
        .eq(fresh.iter().map(|field| field.pointer))
    {
        return;
    }
    form.fields.retain(|field| !is_ground(&field));
    form.fields.extend(fresh);
}

fn places<T>(all: &[T], holds: impl Fn(&T) -> bool) -> std::collections::BTreeSet<usize> {
    all.iter()
        .enumerate()
        .filter(|(_, item)| holds(item))
        .map(|(place, _)| place)
        .collect()
}

/// Whether the DPO accepts a mitigation, or somebody only claims it.
const ACCEPTED: [(bool, &str); 2] = [(false, "claimed"), (true, "accepted by the DPO")];

/// What has been chosen on each axis.
fn axes(form: &Form) -> (Option<u8>, Option<u8>) {
    match form.field("/severity").map(|field| &field.value) {
        Some(Value::Grid {
            severity,
            likelihood,
        }) => (*severity, *likelihood),
        _ => (None, None),
    }
}

/// The cell, once both axes have been chosen.
fn cell(form: &Form) -> Result<Grade, Refusal> {
    let (severity, likelihood) = match axes(form) {
        (Some(severity), Some(likelihood)) => (severity, likelihood),
        (None, None) => {
            return Err(Refusal::invalid(
                "/severity",
                "Choose the severity with ↑ and ↓, and the likelihood with ← and →",
            ));
        }
        (None, Some(_)) => {
            return Err(Refusal::invalid(
                "/severity",
                "Choose the severity with ↑ and ↓",
            ));
        }
        (Some(_), None) => {
            return Err(Refusal::invalid(
                "/likelihood",
                "Choose the likelihood with ← and →",
            ));
        }
    };
    Grade::new(severity, likelihood)
        .map_err(|error| Refusal::invalid("/severity", error.to_string()))
}

fn mitigation(form: &Form) -> Result<Option<ClaimedMitigation>, Refusal> {
    let Some(kind) = form.choice("/mitigation", &Mitigation::ALL) else {
        return Ok(None);
    };
    let ask = "Choose whether the mitigation is claimed, or accepted by the DPO";
    let (accepted, _) = form.needed("/mitigation/accepted", &ACCEPTED, ask)?;
    Ok(Some(ClaimedMitigation { kind, accepted }))
}

pub(super) fn command(form: &Form) -> Result<Command, Refusal> {
    let grade = cell(form)?;
    let mitigation = mitigation(form)?;
    Ok(Command::Grade(Box::new(GradeIncident {
        severity: grade.severity(),
        likelihood: grade.likelihood(),
        factors: form.ticked("/factors", &Factor::ALL).into_iter().collect(),
        mitigation,
        grounds: mitigation.and_then(|claimed| grounds::given(form, claimed.kind)),
        harms: form.ticked("/harms", &Harm::ALL).into_iter().collect(),
        rationale: form.text("/rationale").into(),
        evidence: form.some_text("/evidence"),
        evidence_notes: Vec::new(),
    })))
}

/// The incident as it would be, whatever words are still missing.
fn graded(form: &Form, incident: &Incident, present: &Present<'_>) -> Result<Incident, Refusal> {
    let mut command = command(form)?;
    if let Command::Grade(grade) = &mut command {
        grade.rationale = foresight::or_some_words(&grade.rationale);
        grade
            .evidence
            .get_or_insert_with(|| foresight::SOME_WORDS.into());
        // Some harm must be named; what the grid says does not depend on which.
        if grade.harms.is_empty() {
            grade.harms.extend(Harm::ALL.first().copied());
        }
    }
    foresight::after(Some(incident), &command, present)
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let (severity, likelihood) = axes(form);
    let mut said = vec![
        axis("Severity", severity, &SEVERITY_WORDS),
        axis("Likelihood", likelihood, &LIKELIHOOD_WORDS),
    ];
    match graded(form, incident, present) {
        Ok(after) => {
            said.extend(after.assessment().into_iter().flat_map(outcome));
            said.extend(foresight::changes(Some(incident), &after, present));
        }
        Err(refusal) if severity.is_some() && likelihood.is_some() => {
            said.push((Look::Refused, refusal.to_string()));
        }
        Err(_) => {}
    }
    said
}

fn axis(name: &str, grade: Option<u8>, words: &[&'static str; 5]) -> Sentence {
    match grade {
        Some(grade) => plain(format!("{name} {grade}: {}", word(words, grade))),
        None => (Look::Quiet, format!("{name}: not chosen yet")),
    }
}

/// What an assessment comes to.
fn outcome(made: &Assessment) -> Vec<Sentence> {
    let (grade, grading) = (made.grade, &made.grading);
    let look = if grading.ico_required {
        Look::Overdue
    } else {
        Look::Met
    };
    let mut said = Vec::new();
    if (grading.effective_severity, grading.effective_likelihood)
        != (grade.severity(), grade.likelihood())
    {
        said.push((
            Look::Soon,
            format!(
                "Counts as {}×{} because of a vulnerable group (BOB-FLOOR)",
                grading.effective_severity, grading.effective_likelihood
            ),
        ));
    }
    said.push((
        look,
        format!("{} ({})", grading.outcome.name(), grading.why()),
    ));
    said.push(plain(grading.consequence()));
    if grading.art34_prompt {
        said.push(plain(
            "You may have to tell the people concerned (BOB-SUBJECTS)",
        ));
    }
    if grading.dhsc {
        said.push(plain("Upper zone: consider telling DHSC too"));
    }
    said
}

fn word(words: &[&'static str; 5], grade: u8) -> &'static str {
    words
        .get(usize::from(grade).saturating_sub(1))
        .copied()
        .unwrap_or_default()
}
