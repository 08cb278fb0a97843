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
    self, ClaimedMitigation, Factor, Grade, GradeInput, Grading, GradingPolicy, Grounds, Harm,
    Mitigation,
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
    #[command(flatten)]
    grounds: GroundsArguments,
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

/// What encryption and a trusted partner rest on: three facts each, all needed to accept one (BOB-MIT).
#[derive(Args)]
struct GroundsArguments {
    /// Encryption: the method is strong; yes or no
    #[arg(long, value_name = "YES|NO", requires = "incidents", value_parser = yes_or_no)]
    strong_method: Option<bool>,
    /// Encryption: the key is safe; yes or no
    #[arg(long, value_name = "YES|NO", requires = "incidents", value_parser = yes_or_no)]
    key_safe: Option<bool>,
    /// Encryption: the data are still available elsewhere; yes or no
    #[arg(long, value_name = "YES|NO", requires = "incidents", value_parser = yes_or_no)]
    available_elsewhere: Option<bool>,
    /// Trusted partner: who it is, as organisation and role; @FILE reads it from a file
    #[arg(long, requires = "incidents")]
    partner: Option<String>,
    /// Trusted partner: what assurance existed beforehand; @FILE reads it from a file
    #[arg(long, requires = "incidents")]
    assurance: Option<String>,
    /// Trusted partner: the written confirmation of return or deletion; @FILE reads it from a file
    #[arg(long, requires = "incidents")]
    confirmation: Option<String>,
}

fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no"),
    }
}

impl GroundsArguments {
    /// The facts that were given, if any; the domain says whether they are those of the mitigation.
    fn given(&self) -> anyhow::Result<Option<Grounds>> {
        let text = |text: &Option<String>| -> anyhow::Result<Option<Box<str>>> {
            let text = text.as_deref().map(act::text).transpose()?;
            Ok(text.map(|text| text.trim().into()))
        };
        let truths = [self.strong_method, self.key_safe, self.available_elsewhere];
        let texts = [
            text(&self.partner)?,
            text(&self.assurance)?,
            text(&self.confirmation)?,
        ];
        let is_encryption = truths.iter().any(Option::is_some);
        let is_partner = texts.iter().any(Option::is_some);
        anyhow::ensure!(
            !(is_encryption && is_partner),
            "Give the facts of encryption or those of a trusted partner, not both"
        );
        let [partner, assurance, confirmation] = texts;
        let [strong_method, key_safe, available_elsewhere] = truths;
        Ok(match (is_encryption, is_partner) {
            (true, _) => Some(Grounds::Encryption {
                strong_method,
                key_safe,
                available_elsewhere,
            }),
            (false, true) => Some(Grounds::TrustedPartner {
                partner,
                assurance,
                confirmation,
            }),
            (false, false) => None,
        })
    }
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    if arguments.incidents.is_empty() {
        compute(&arguments)
    } else {
        record(&arguments)
    }
}

fn record(arguments: &Arguments) -> anyhow::Result<Exit> {
    let grounds = arguments.grounds.given()?;
    act::on_named(&arguments.incidents, &arguments.how, |_, _| {
        Ok(Command::Grade(Box::new(GradeIncident {
            severity: arguments.severity,
            likelihood: arguments.likelihood,
            factors: arguments.factors.iter().copied().collect(),
            mitigation: claimed_mitigation(arguments),
            grounds: grounds.clone(),
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
        format!("Why: {}", grading.why()),
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
