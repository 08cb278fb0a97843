//! `nightdesk grade`: what a severity and a likelihood come to, and why.
//!
//! Deliberately asks no server and records nothing: a grading is recorded on an incident.

use super::output::{self, Exit, Format};
use super::word;
use crate::config;
use crate::domain::grid::{
    self, ClaimedMitigation, Factor, Grade, GradeInput, Grading, GradingPolicy, Mitigation,
};
use clap::Args;

/// Print what a severity and a likelihood come to
#[derive(Args)]
pub(super) struct Arguments {
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
    #[arg(long)]
    near_miss: bool,
    /// No personal data are concerned
    #[arg(long)]
    not_personal: bool,
    /// Only people who have died are concerned
    #[arg(long)]
    deceased_only: bool,
    /// What a sensitivity factor does, if not what the built-in policy says
    #[arg(long, ignore_case = true, value_parser = word::one_of(&GradingPolicy::ALL))]
    policy: Option<GradingPolicy>,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let mut grid = config::policy()?.grid;
    if let Some(chosen) = arguments.policy {
        grid.policy = chosen;
    }
    let input = input(&arguments)?;
    let grading = grid::assess(&input, &grid);
    if arguments.format.json {
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
        mitigation: arguments.mitigation.map(|kind| ClaimedMitigation {
            kind,
            accepted: arguments.accepted,
        }),
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
