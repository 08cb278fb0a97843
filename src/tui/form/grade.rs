//! Grading on the grid, with the outcome in words as the cell moves (BOB-GRID).

use super::{Field, Form, Present, Sentence, Value, plain};
use crate::domain::command::{Command, GradeIncident};
use crate::domain::grid::{
    self, ClaimedMitigation, Factor, Grade, GradeInput, Grading, Harm, LIKELIHOOD_WORDS,
    Mitigation, SEVERITY_WORDS,
};
use crate::domain::incident::{BreachStatus, Incident};
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::tui::theme::Look;

pub(super) fn fields(incident: &Incident) -> Vec<Field> {
    let known = incident.assessment();
    let grade = known.map(|assessment| assessment.grade);
    let claimed = known.and_then(|assessment| assessment.mitigation);
    let mitigations = ["none"]
        .into_iter()
        .chain(Mitigation::ALL.map(Mitigation::name));
    let mitigation = claimed
        .and_then(|claimed| {
            Mitigation::ALL
                .iter()
                .position(|kind| *kind == claimed.kind)
        })
        .map_or(0, |place| place + 1);
    vec![
        Field {
            pointer: "/severity",
            label: "Grid",
            hint: "arrows move the cell, Tab leaves the grid",
            value: Value::Grid {
                severity: grade.map_or(2, Grade::severity),
                likelihood: grade.map_or(2, Grade::likelihood),
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
        Field::one("/mitigation", "Mitigation", mitigations, mitigation),
        Field::one(
            "/mitigation/accepted",
            "It is",
            ["claimed", "accepted by the DPO"],
            usize::from(claimed.is_some_and(|claimed| claimed.accepted)),
        ),
        Field::text("/rationale", "Rationale", "why these grades", ""),
        Field::text(
            "/evidence",
            "Evidence",
            "needed for a grade of 1, or to accept a mitigation",
            "",
        ),
    ]
}

fn places<T>(all: &[T], holds: impl Fn(&T) -> bool) -> std::collections::BTreeSet<usize> {
    all.iter()
        .enumerate()
        .filter(|(_, item)| holds(item))
        .map(|(place, _)| place)
        .collect()
}

/// The cell, if the form has one.
fn cell(form: &Form) -> Result<Grade, Refusal> {
    let Some(Value::Grid {
        severity,
        likelihood,
    }) = form.field("/severity").map(|field| &field.value)
    else {
        return Err(Refusal::invalid("/severity", "Choose a cell of the grid"));
    };
    Grade::new(*severity, *likelihood)
        .map_err(|error| Refusal::invalid("/severity", error.to_string()))
}

fn mitigation(form: &Form) -> Option<ClaimedMitigation> {
    let place = form.chosen("/mitigation").checked_sub(1)?;
    Some(ClaimedMitigation {
        kind: *Mitigation::ALL.get(place)?,
        accepted: form.chosen("/mitigation/accepted") == 1,
    })
}

pub(super) fn command(form: &Form) -> Result<Command, Refusal> {
    let grade = cell(form)?;
    Ok(Command::Grade(Box::new(GradeIncident {
        severity: grade.severity(),
        likelihood: grade.likelihood(),
        factors: form.ticked("/factors", &Factor::ALL).into_iter().collect(),
        mitigation: mitigation(form),
        harms: form.ticked("/harms", &Harm::ALL).into_iter().collect(),
        rationale: form.text("/rationale").into(),
        evidence: form.some_text("/evidence"),
        evidence_notes: Vec::new(),
    })))
}

/// What the grid would say of the incident with this cell.
fn grading(form: &Form, incident: &Incident, policy: &Policy) -> Option<(Grade, Grading)> {
    let grade = cell(form).ok()?;
    let input = GradeInput {
        grade,
        factors: form.ticked("/factors", &Factor::ALL).into_iter().collect(),
        mitigation: mitigation(form),
        near_miss: incident.facts.breach_status == BreachStatus::NearMiss,
        personal: incident.facts.concern_personal_data(),
        living: incident.facts.concern_living_people(),
    };
    Some((grade, grid::assess(&input, &policy.grid)))
}

pub(super) fn consequence(
    form: &Form,
    incident: &Incident,
    present: &Present<'_>,
) -> Vec<Sentence> {
    let Some((grade, grading)) = grading(form, incident, present.policy) else {
        return Vec::new();
    };
    let look = if grading.ico_required {
        Look::Overdue
    } else {
        Look::Met
    };
    let mut said = vec![
        plain(format!(
            "Severity {}: {}",
            grade.severity(),
            word(&SEVERITY_WORDS, grade.severity())
        )),
        plain(format!(
            "Likelihood {}: {}",
            grade.likelihood(),
            word(&LIKELIHOOD_WORDS, grade.likelihood())
        )),
    ];
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
        format!("{} ({})", grading.outcome.name(), grading.basis),
    ));
    said.push(plain(grading.consequence()));
    if grading.art34_prompt {
        said.push(plain(
            "The people concerned may have to be told (BOB-SUBJECTS)",
        ));
    }
    if grading.dhsc {
        said.push(plain("Upper zone: DHSC is informed too, as advice"));
    }
    said
}

fn word(words: &[&'static str; 5], grade: u8) -> &'static str {
    words
        .get(usize::from(grade).saturating_sub(1))
        .copied()
        .unwrap_or_default()
}
