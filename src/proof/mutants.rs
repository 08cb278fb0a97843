//! Rules broken on purpose: the positive controls of the proof.
//!
//! A search that finds nothing is worth what it would have found. Each row names a broken rule, the
//! invariant that it must break, and the chapter in which that is found.

use super::chapters::{self, Chapter};
use super::invariants::Invariant;
use crate::domain::mutant::Mutant;

/// A broken rule, and where the search must find that.
pub(super) struct Control {
    pub(super) mutant: Mutant,
    pub(super) invariant: Invariant,
    pub(super) chapter: &'static Chapter,
}

/// Every broken rule.
pub(super) const ALL: &[Control] = &[
    Control {
        mutant: Mutant::DeclinerCountersigns,
        invariant: Invariant::Persons,
        chapter: &chapters::VACANCIES,
    },
    Control {
        mutant: Mutant::ReporterCloses,
        invariant: Invariant::Persons,
        chapter: &chapters::ENDING,
    },
    Control {
        mutant: Mutant::CloserAudits,
        invariant: Invariant::Persons,
        chapter: &chapters::ENDING,
    },
    Control {
        mutant: Mutant::AnybodyStopsTheClock,
        invariant: Invariant::Evidence,
        chapter: &chapters::CLOCKS,
    },
    Control {
        mutant: Mutant::StruckCallsCount,
        invariant: Invariant::Evidence,
        chapter: &chapters::CLOCKS,
    },
    Control {
        mutant: Mutant::HostInsteadAtOnce,
        invariant: Invariant::Evidence,
        chapter: &chapters::EXCEPTION,
    },
    Control {
        mutant: Mutant::NamedLaterIsForgotten,
        invariant: Invariant::Evidence,
        chapter: &chapters::DUTY,
    },
    Control {
        mutant: Mutant::OneOperatorTellsForAll,
        invariant: Invariant::Evidence,
        chapter: &chapters::SERVICES,
    },
    Control {
        mutant: Mutant::FactsEndTheQuestion,
        invariant: Invariant::Next,
        chapter: &chapters::SERVICES,
    },
    Control {
        mutant: Mutant::TypingAgainConfirms,
        invariant: Invariant::Evidence,
        chapter: &chapters::SIDES,
    },
    Control {
        mutant: Mutant::AnAnswerIsForEver,
        invariant: Invariant::Next,
        chapter: &chapters::SERVICES,
    },
    Control {
        mutant: Mutant::NotCyberIsForEver,
        invariant: Invariant::Next,
        chapter: &chapters::SERVICES,
    },
    Control {
        mutant: Mutant::LateIsForgotten,
        invariant: Invariant::Late,
        chapter: &chapters::CLOCKS,
    },
    Control {
        mutant: Mutant::StruckLateIsForgotten,
        invariant: Invariant::Late,
        chapter: &chapters::STRUCK,
    },
    Control {
        mutant: Mutant::StoodDownAnyway,
        invariant: Invariant::Duty,
        chapter: &chapters::DUTY,
    },
    Control {
        mutant: Mutant::AnotherStandsItDown,
        invariant: Invariant::Duty,
        chapter: &chapters::SIDES,
    },
    Control {
        mutant: Mutant::AnotherGradesForIt,
        invariant: Invariant::Duty,
        chapter: &chapters::SIDES,
    },
    Control {
        mutant: Mutant::ReportIsForgotten,
        invariant: Invariant::Duty,
        chapter: &chapters::SIDES,
    },
    Control {
        mutant: Mutant::WithdrawnReportsStand,
        invariant: Invariant::Duty,
        chapter: &chapters::REPORTED,
    },
    Control {
        mutant: Mutant::NobodyStandsIn,
        invariant: Invariant::Vacant,
        chapter: &chapters::VACANCIES,
    },
    Control {
        mutant: Mutant::VacancyUnsaid,
        invariant: Invariant::Next,
        chapter: &chapters::VACANCIES,
    },
    Control {
        mutant: Mutant::WithdrawnReportsCount,
        invariant: Invariant::Reports,
        chapter: &chapters::DUTY,
    },
    Control {
        mutant: Mutant::NearMissLeavesTheRegister,
        invariant: Invariant::Register,
        chapter: &chapters::REGISTER,
    },
    Control {
        mutant: Mutant::AskerAgrees,
        invariant: Invariant::Persons,
        chapter: &chapters::MISTAKES,
    },
    Control {
        mutant: Mutant::FirstStartForgotten,
        invariant: Invariant::Forward,
        chapter: &chapters::CLOCKS,
    },
    Control {
        mutant: Mutant::OnlyTheRoleIsKept,
        invariant: Invariant::Released,
        chapter: &chapters::CONTACTS,
    },
    Control {
        mutant: Mutant::UnnamedHearsLater,
        invariant: Invariant::Forward,
        chapter: &chapters::DUTY,
    },
    Control {
        mutant: Mutant::SupplierHasADuty,
        invariant: Invariant::Evidence,
        chapter: &chapters::DUTY,
    },
    Control {
        mutant: Mutant::NobodyNamesTheController,
        invariant: Invariant::Next,
        chapter: &chapters::CLOCKS,
    },
    Control {
        mutant: Mutant::StandInIsNotTold,
        invariant: Invariant::Vacant,
        chapter: &chapters::VACANCIES,
    },
    Control {
        mutant: Mutant::AnybodyStandsIn,
        invariant: Invariant::Evidence,
        chapter: &chapters::CLOCKS,
    },
    Control {
        mutant: Mutant::ConflictedGradesLower,
        invariant: Invariant::Duty,
        chapter: &chapters::DUTY,
    },
    Control {
        mutant: Mutant::WithdrawnTakesNobodyAlong,
        invariant: Invariant::Reports,
        chapter: &chapters::MISTAKES,
    },
    Control {
        mutant: Mutant::FalseAlarmsAreForgotten,
        invariant: Invariant::Reports,
        chapter: &chapters::CONTACTS,
    },
    Control {
        mutant: Mutant::AnybodyReleases,
        invariant: Invariant::Released,
        chapter: &chapters::CONTACTS,
    },
];
