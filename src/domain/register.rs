//! Where an incident stands in the register of breaches and in what is counted (REG-WHOLE).
//!
//! Every incident that was ever a suspected or confirmed breach stands there exactly once, in the period
//! in which it was first logged. A duplicate is told of with the incident that goes on; one that was
//! withdrawn is counted as that. Deliberately counts nothing itself: `report` does.

use super::closing::Ended;
use super::deadlines::ClockKind;
use super::incident::{BreachStatus, Incident, Status};
#[cfg(test)]
use super::mutant::{self, Mutant};

/// Where an incident is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// By itself, with every duplicate of it.
    Itself,
    /// With the incident that goes on.
    WithAnother,
    /// With another incident, which was withdrawn in the end.
    WithWithdrawn,
    /// Among those that were withdrawn.
    Withdrawn,
}

/// Where the register and the counts tell of an incident, one of these. A duplicate goes the way of the
/// incident that took it over.
pub fn place(incident: &Incident, all: &[&Incident]) -> Place {
    #[cfg(test)]
    let all = match mutant::is(Mutant::WithdrawnTakesNobodyAlong) {
        true => &[],
        false => all,
    };
    match incident.status {
        Status::Duplicate if is_withdrawn_with(incident, all) => Place::WithWithdrawn,
        Status::Duplicate => Place::WithAnother,
        Status::Withdrawn => Place::Withdrawn,
        Status::Logged
        | Status::Triaged
        | Status::Investigating
        | Status::Resolved
        | Status::Closed
        | Status::Audited => Place::Itself,
    }
}

/// Whether the incident that goes on for a duplicate was withdrawn; it may be a duplicate itself.
fn is_withdrawn_with(duplicate: &Incident, all: &[&Incident]) -> bool {
    let goes_on = |incident: &Incident| match incident.casework().closing.ended {
        Some(Ended::Duplicate { of, .. }) => all.iter().find(|other| other.id == of).copied(),
        Some(Ended::Withdrawn { .. }) | None => None,
    };
    let later = std::iter::successors(goes_on(duplicate), |incident| goes_on(incident));
    let last = later.take(all.len()).last();
    last.is_some_and(|last| last.status == Status::Withdrawn)
}

impl Incident {
    /// Whether it, or a duplicate of it, was ever a suspected or confirmed breach. What was found not to
    /// be one was suspected before. A near miss that had a regulator's clock was too: such a clock tells
    /// it of incidents that were recorded before this was kept.
    pub fn was_ever_breach(&self) -> bool {
        let said = match self.facts.breach_status {
            BreachStatus::Suspected | BreachStatus::Confirmed | BreachStatus::NotABreach => true,
            BreachStatus::NearMiss => self.once_breach || self.has_regulators_clock(),
        };
        #[cfg(test)]
        let said = said && !self.left_the_register();
        said || self.origins().any(|origin| origin.was_breach)
    }

    #[cfg(test)]
    fn left_the_register(&self) -> bool {
        let is_near_miss = self.facts.breach_status == BreachStatus::NearMiss;
        is_near_miss && mutant::is(Mutant::NearMissLeavesTheRegister)
    }

    fn has_regulators_clock(&self) -> bool {
        let mut clocks = self.clocks.iter();
        clocks.any(|clock| clock.kind == ClockKind::Ico72h)
    }
}
