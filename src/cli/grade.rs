//! `nightdesk grade`: what a severity and a likelihood come to, and why.
//!
//! Without an incident it only computes: it asks no server and records nothing. With incidents the
//! grading is recorded on them.

use super::act::{self, How};
use super::output::{self, Exit};
use super::word;
use crate::config;
use crate::domain::command::{Command, GradeIncident};
use crate::domain::grid::{
    self, ClaimedMitigation, Factor, Grade, GradeInput, Grading, GradingPolicy, Harm, Mitigation,
};
use clap::Args;

/// Print what a severity and a likelihood come to, or grade incidents by them
#[derive(Args)]
pub(super) struct Arguments {
    /// References or ids to grade; - reads them from standard input. Without any, only compute
    #[arg(value_name = "INCIDENT", requires = "rationale")]
    incidents: Vec<String>,
    /// Why these grades; recorded on the incident
    #[arg(long, requires = "incidents")]
    rationale: Option<String>,
    /// A kind of harm, from severity 2; may be given several times
    #[arg(long = "harm", ignore_case = true, requires = "incidents", value_parser = word::one_of(&Harm::ALL))]
    harms: Vec<Harm>,
    /// What proves it, in words; required for a grade of 1
    #[arg(long, requires = "incidents")]
    evidence: Option<String>,
    /// Worst credible effect on people, 1 to 5
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    severity: u8,
    /// How likely it is that it has occurred, 1 to 5
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    likelihood: u8,
    /// A sensitivity factor; may be given several times
    #[arg(long = "factor", ignore_case = true, value_parser = word::one_of(&Factor::ALL))]
    factors: Vec<Factor>,
    /// What may excuse from reporting
    #[arg(long, ignore_case = true, value_parser = word::one_of(&Mitigation::ALL))]
    mitigation: Option<Mitigation>,
    /// The DPO has accepted the mitigation
    #[arg(long, requires = "mitigation")]
    accepted: bool,
    /// It was prevented before anything happened
    #[arg(long, conflicts_with = "incidents")]
    near_miss: bool,
    /// No personal data are concerned
    #[arg(long, conflicts_with = "incidents")]
    not_personal: bool,
    /// Only people who have died are concerned
    #[arg(long, conflicts_with = "incidents")]
    deceased_only: bool,
    /// What a sensitivity factor does, if not what the built-in policy says
    #[arg(long, ignore_case = true, conflicts_with = "incidents", value_parser = word::one_of(&GradingPolicy::ALL))]
    policy: Option<GradingPolicy>,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    if arguments.incidents.is_empty() {
        compute(&arguments)
    } else {
        record(&arguments)
    }
}

fn record(arguments: &Arguments) -> anyhow::Result<Exit> {
    act::on_named(&arguments.incidents, &arguments.how, |_, _| {
        Ok(Command::Grade(Box::new(GradeIncident {
            severity: arguments.severity,
            likelihood: arguments.likelihood,
            factors: arguments.factors.iter().copied().collect(),
            mitigation: claimed_mitigation(arguments),
            harms: arguments.harms.iter().copied().collect(),
            rationale: arguments.rationale.as_deref().unwrap_or_default().into(),
            evidence: arguments.evidence.as_deref().map(Into::into),
            evidence_notes: Vec::new(),
        })))
    })
}

fn claimed_mitigation(arguments: &Arguments) -> Option<ClaimedMitigation> {
    arguments.mitigation.map(|kind| ClaimedMitigation {
        kind,
        accepted: arguments.accepted,
    })
}

fn compute(arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut grid = config::policy()?.grid;
    if let Some(chosen) = arguments.policy {
        grid.policy = chosen;
    }
    let input = input(arguments)?;
    let grading = grid::assess(&input, &grid);
    if arguments.how.format.json {
        output::json(&grading)?;
    } else {
        output::lines(&in_words(&input, &grading))?;
    }
    Ok(Exit::Done)
}

fn input(arguments: &Arguments) -> anyhow::Result<GradeInput> {
    Ok(GradeInput {
        grade: Grade::new(arguments.severity, arguments.likelihood)?,
        factors: arguments.factors.iter().copied().collect(),
        mitigation: claimed_mitigation(arguments),
        near_miss: arguments.near_miss,
        personal: !arguments.not_personal,
        living: !arguments.deceased_only,
    })
}

fn in_words(input: &GradeInput, grading: &Grading) -> String {
    let severity = graded(
        "Severity",
        input.grade.severity(),
        grading.effective_severity,
        &grid::SEVERITY_WORDS,
    );
    let likelihood = graded(
        "Likelihood",
        input.grade.likelihood(),
        grading.effective_likelihood,
        &grid::LIKELIHOOD_WORDS,
    );
    let mut lines = vec![
        sentence_case(grading.outcome.name()),
        format!("Because: {}", grading.basis),
        format!("What now: {}", grading.consequence()),
        String::new(),
        severity,
        likelihood,
        format!("Score       {} (a label, not a threshold)", grading.score),
    ];
    if grading.art34_prompt {
        lines.push("Also ask whether the people concerned must be told (BOB-SUBJECTS)".to_owned());
    }
    if grading.dhsc {
        lines.push("In the upper zone; as advice, DHSC is informed as well (BOB-GRID)".to_owned());
    }
    lines.join("\n")
}

fn graded(axis: &str, given: u8, effective: u8, words: &[&str; 5]) -> String {
    let meaning = words[usize::from(effective) - 1];
    if given == effective {
        format!("{axis:<11} {given}, {meaning}")
    } else {
        format!("{axis:<11} {effective}, {meaning} (given as {given}, lifted by BOB-FLOOR)")
    }
}

fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
