//! Rules broken on purpose, so that the proof can show that it would notice (built for tests alone).
//!
//! A rule asks [`is`] in one line marked `#[cfg(test)]`; the program that people use has neither the
//! line nor this module. A mutant holds for one thread and only inside [`under`].

use std::cell::Cell;

/// A rule that is broken, named by what the broken desk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// One person who holds both roles may decline and countersign.
    DeclinerCountersigns,
    /// The person who reported it may close it.
    ReporterCloses,
    /// The person who closed it may audit it.
    CloserAudits,
    /// The last call stops the DPO's clock, whoever answered.
    AnybodyStopsTheClock,
    /// A controller that is named after the others has no clock.
    NamedLaterIsForgotten,
    /// What was recorded late is not marked.
    LateIsForgotten,
    /// A regulator's clock is stood down whatever the grade says.
    StoodDownAnyway,
    /// The data protection officer of another controller stands a clock down, once a triage has dropped
    /// the controller whose it is.
    AnotherStandsItDown,
    /// Another controller's grade says whether a decline needs a countersignature.
    AnotherGradesForIt,
    /// A decision to report stands, and its clock is stood down.
    ReportIsForgotten,
    /// A report that was taken back still stops the clock.
    WithdrawnReportsStand,
    /// Nobody stands in for a vacancy.
    NobodyStandsIn,
    /// No step is asked for where somebody would have to stand in.
    VacancyUnsaid,
    /// Reports count what a regulator was told and what was taken back since alike.
    WithdrawnReportsCount,
    /// A breach that turns out to be a near miss leaves the register.
    NearMissLeavesTheRegister,
    /// The person who asked to withdraw an incident may agree to it.
    AskerAgrees,
    /// The first start of a clock that is anchored later is forgotten.
    FirstStartForgotten,
    /// A person who must be told is forgotten once somebody else must be told in the same role.
    OnlyTheRoleIsKept,
    /// That a service was not hit holds whatever the incident turns into.
    AnAnswerIsForEver,
    /// That an incident is no cyber incident holds whatever it turns into, whoever said so.
    NotCyberIsForEver,
    /// Whoever triages ends the question of an operator by the facts.
    FactsEndTheQuestion,
    /// Facts that are typed again confirm that the ICO need not be told.
    TypingAgainConfirms,
    /// One operator of essential services answers and reports for the others.
    OneOperatorTellsForAll,
    /// The person who triages may release anybody who must be told.
    AnybodyReleases,
    /// A supplier that reports is taken for the controller where nobody has named one.
    SupplierHasADuty,
    /// The officer of a controller that nobody has named has time from the staff's awareness, however early the
    /// supplier's message arrived.
    UnnamedHearsLater,
    /// Nobody is asked to name the controller.
    NobodyNamesTheController,
    /// Whoever stands in for a vacancy is not counted as told.
    StandInIsNotTold,
    /// Whoever would stand in for a role counts as told in it while somebody holds it.
    AnybodyStandsIn,
    /// The officer who logged it ends the duty alone by a lower grade.
    ConflictedGradesLower,
    /// A duplicate of what was withdrawn counts as going on.
    WithdrawnTakesNobodyAlong,
    /// A call that was struck out still counts.
    StruckCallsCount,
    /// That a late call was struck out is not said beside the earlier one in its place.
    StruckLateIsForgotten,
    /// A call to the host stands in for the Security Officer whom nobody has tried to reach.
    HostInsteadAtOnce,
    /// Only whether an incident is a false alarm is counted, and not how often.
    FalseAlarmsAreForgotten,
}

thread_local! {
    static BROKEN: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// Whether this rule is broken just now.
pub(crate) fn is(mutant: Mutant) -> bool {
    BROKEN.get() == Some(mutant)
}

/// Does something while a rule is broken, or none.
pub(crate) fn under<T>(mutant: Option<Mutant>, act: impl FnOnce() -> T) -> T {
    let before = BROKEN.replace(mutant);
    let done = act();
    BROKEN.set(before);
    done
}
