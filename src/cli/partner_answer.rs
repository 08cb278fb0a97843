//! `nightdesk partner-answer`: record what a partner answered.

use super::act::{self, Acting};
use super::named;
use super::output::Exit;
use crate::domain::command::{Command, RecordPartnerAnswer};
use crate::domain::partners::PartnerAnswer;
use clap::{Args, ValueEnum};

/// Record what a partner answered
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    /// The partner, by name
    #[arg(long, value_name = "ORGANISATION")]
    partner: String,
    /// What was answered
    #[arg(long, value_enum)]
    answer: AnswerWord,
    /// With it: who acknowledged by role, the partner's own reference, or the reason
    #[arg(long, required_if_eq_any([
        ("answer", "acknowledged"), ("answer", "local-process"),
        ("answer", "not-affected"), ("answer", "own-siro-not-needed"), ("answer", "not-delivered"),
    ]))]
    detail: Option<String>,
    /// When the partner said so, if not now: -20m, 21:30, yesterday 22:10
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// Why it is recorded only now; needed for an answer of some hours ago
    #[arg(long)]
    note: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum AnswerWord {
    /// Somebody there has taken note; --detail is their role
    Acknowledged,
    /// The partner runs its own process; --detail is its reference
    LocalProcess,
    /// The partner has finished its part
    LocalComplete,
    /// The partner is not affected after all; --detail is the reason
    NotAffected,
    /// The partner's own SIRO has been told
    OwnSiroInformed,
    /// The partner's own SIRO need not be told; --detail is the reason
    OwnSiroNotNeeded,
    /// The notice did not arrive; --detail is the reason
    NotDelivered,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    act::on_each(&arguments.acting, |_, setting| {
        Ok(Command::RecordPartnerAnswer(RecordPartnerAnswer {
            organisation: named::organisation(&arguments.partner, &setting.desk.directory)?,
            answer: answer(&arguments),
            answered_at: act::time(arguments.at.as_deref(), setting)?,
            note: arguments.note.as_deref().map(Into::into),
        }))
    })
}

fn answer(arguments: &Arguments) -> PartnerAnswer {
    let detail: Box<str> = arguments.detail.as_deref().unwrap_or_default().into();
    match arguments.answer {
        AnswerWord::Acknowledged => PartnerAnswer::Acknowledged { spoke_to: detail },
        AnswerWord::LocalProcess => PartnerAnswer::LocalProcess { reference: detail },
        AnswerWord::LocalComplete => PartnerAnswer::LocalComplete {},
        AnswerWord::NotAffected => PartnerAnswer::NotAffected { reason: detail },
        AnswerWord::OwnSiroInformed => PartnerAnswer::OwnSiroInformed {},
        AnswerWord::OwnSiroNotNeeded => PartnerAnswer::OwnSiroNotNeeded { reason: detail },
        AnswerWord::NotDelivered => PartnerAnswer::NotDelivered { reason: detail },
    }
}
