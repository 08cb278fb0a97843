//! What happens to an incident after the night, rule by rule.
//!
//! Most cases are a scenario walked up to a point, with one thing left out or done otherwise.

mod closing;
mod duty;
mod evidence;
mod facts;
mod honest;
mod hosting;
mod investigation;
mod learning;
mod regulator;
mod screens;
mod shell;
mod stand_ins;
mod subjects;
mod suppliers;
mod walks;
mod who_says;
mod whoever_is_owed;

use crate::support::case::{Case, disclosure, graded};
use nightdesk::domain::command::Command;
use nightdesk::domain::next_step::{NextStep, next_steps};
use nightdesk::domain::refusal::RefusalKind;
use nightdesk::domain::rule::RuleId;

const NIGHT: &str = "2026-06-12T18:30:00";
const ACTING_DPO: &str = "nadia.coldstream";
const SIRO: &str = "oona.merriweather";
const GUARDIAN: &str = "priya.fairweather";
const ACCOUNTABLE: &str = "leopold.swanscombe";
const GOVERNANCE: &str = "idris.pennywell";
const PARTNERSHIP_OFFICER: &str = "marguerite.holloway";
const HOST: &str = "yusuf.hollybush";
const AUDITOR: &str = "silas.nettlebed";
/// Officers of a partner that is no controller of the data.
const THEIR_DPO: &str = "winifred.osgood";
const THEIR_SIRO: &str = "rupert.calloway";
const THEIR_GUARDIAN: &str = "anjali.summerscale";
const THEIR_REPRESENTATIVE: &str = "beatrix.wolverton";

/// What a refusal is about: the field, a rule, or the right.
#[derive(Clone, Copy)]
enum About {
    Field(&'static str),
    Rule,
    Right,
}

/// Who asks for what, which rule says no, about what, in words that contain this.
type Row = (&'static str, Command, Option<RuleId>, About, &'static str);

/// Every row is refused and changes nothing.
#[track_caller]
fn refuses(case: &mut Case, rows: Vec<Row>) {
    for (person, command, rule, about, words) in rows {
        let name = command.name();
        let refusal = case.by(person).refused(command);
        assert_eq!(refusal.rule, rule, "{name}: {refusal}");
        match (about, &refusal.kind) {
            (About::Field(field), RefusalKind::Invalid { pointer }) => {
                assert_eq!(pointer, field, "{name}: {refusal}");
            }
            (About::Rule, RefusalKind::AgainstRule) | (About::Right, RefusalKind::NotAllowed) => {}
            (_, kind) => panic!("{name}: {kind:?} {refusal}"),
        }
        let said = refusal.sentence.to_lowercase();
        assert!(said.contains(&words.to_lowercase()), "{name}: {refusal}");
    }
}

/// A confirmed disclosure of Riverbourne's, graded by its DPO and triaged.
fn triaged(severity: u8, likelihood: u8) -> Case {
    let mut case = Case::logged_at(NIGHT);
    case.by(crate::support::case::DPO)
        .gives(graded(severity, likelihood));
    case.by(crate::support::case::OFFICER).triages(disclosure());
    case
}

/// What the procedure asks for now, under a rule.
fn steps_of(case: &Case, rule: RuleId) -> Vec<NextStep> {
    let mut steps = next_steps(case.incident(), &case.directory, &case.policy, case.now);
    steps.retain(|step| step.rule == rule);
    steps
}

/// The one sentence under a rule.
#[track_caller]
fn asks(case: &Case, rule: RuleId) -> String {
    let steps = steps_of(case, rule);
    assert_eq!(steps.len(), 1, "{rule}: {steps:?}");
    steps[0].sentence.clone()
}
