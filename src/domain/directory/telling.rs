//! What became true of the directory, and what waits in it, as sentences for people.
//!
//! Deliberately decides nothing; names are those of the directory as it is.

use super::Directory;
use super::event::DirectoryEvent;
use super::register::{ContactName, TermChange};
use crate::domain::calendar;
use crate::domain::id::{OrganisationId, PersonId, ShiftId};
use crate::domain::role::{Holding, HoldingName};
use crate::domain::rota::Shift;
use chrono::NaiveDate;

/// A day for people: `Sat 13 Jun 2026`.
pub fn day_in_words(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

impl DirectoryEvent {
    /// What became true, in a sentence.
    pub fn sentence(&self, directory: &Directory) -> String {
        let tell = Telling(directory);
        match self {
            Self::Appointed {
                holding,
                decided_by,
                ..
            } => {
                let decided = tell.decided(decided_by.as_ref());
                format!("{}{decided}", tell.begins(holding))
            }
            Self::TermEnded {
                holding,
                ends_at,
                reason,
                decided_by,
                ..
            } => format!(
                "{} ends {}: {reason}{}",
                tell.term(holding),
                calendar::in_words(*ends_at),
                tell.decided(decided_by.as_ref())
            ),
            Self::Proposed { proposal } => format!("Proposed: {}", tell.change(&proposal.change)),
            Self::ProposalRejected { reason, .. } => {
                format!("The proposal was turned down: {reason}")
            }
            Self::ContactPointAdded { point } => format!(
                "{} is reached by {}",
                tell.role_of(&point.name()),
                tell.way(&point.name())
            ),
            Self::ContactPointChanged { point, now } => format!(
                "{}: {} is now {}, number {} to try",
                tell.role_of(point),
                tell.way(point),
                now.value,
                now.order
            ),
            Self::ContactPointVerified { point, verified_on } => format!(
                "{}: {} was checked on {}",
                tell.role_of(point),
                tell.way(point),
                day_in_words(*verified_on)
            ),
            Self::ContactPointRetired { point, reason } => format!(
                "{} can no longer be reached by {}: {reason}",
                tell.role_of(point),
                tell.way(point)
            ),
            Self::OrganisationAdded { organisation } => {
                format!("{} is listed as {}", organisation.name, organisation.id)
            }
            Self::OrganisationChanged { now } => format!("{} is now {}", now.id, now.name),
            Self::OrganisationClosed {
                organisation,
                closed_on,
                reason,
            } => format!(
                "{} closes on {}: {reason}",
                tell.organisation(organisation),
                day_in_words(*closed_on)
            ),
            Self::PersonAdded { person } => format!(
                "{} ({}) works at {}",
                person.name,
                person.id,
                tell.organisation(&person.organisation)
            ),
            Self::PersonChanged { now } => format!(
                "{} is {} of {}",
                now.id,
                now.name,
                tell.organisation(&now.organisation)
            ),
            Self::PersonLeft { person, reason } => {
                format!("{} has left: {reason}", tell.person(person))
            }
            Self::AgreementRecorded { agreement } => format!(
                "\"{}\" ({}) is in force from {}",
                agreement.title,
                agreement.kind.name(),
                day_in_words(agreement.starts_on)
            ),
            Self::AgreementEnded {
                agreement,
                ends_on,
                reason,
            } => format!(
                "The agreement {agreement} ends on {}: {reason}",
                day_in_words(*ends_on)
            ),
            Self::PolicyDocumentRecorded { document } => format!(
                "\"{}\" of {} is due for review on {}",
                document.title,
                tell.organisation(&document.organisation),
                day_in_words(document.review_due_on)
            ),
            Self::PolicyDocumentReviewed {
                document,
                reviewed_on,
                outcome,
                review_due_on,
            } => format!(
                "{document} was reviewed on {}: {outcome}; due again on {}",
                day_in_words(*reviewed_on),
                day_in_words(*review_due_on)
            ),
            Self::PolicyDocumentRetired { document, reason } => {
                format!("{document} was withdrawn: {reason}")
            }
            Self::ShiftPlanned { shift } => tell.on(shift),
            Self::ShiftOverridden { now, reason, .. } => {
                let pieces: Vec<String> = now.iter().map(|piece| tell.on(piece)).collect();
                format!("{}: {reason}", pieces.join("; "))
            }
            Self::ShiftCancelled { shift, reason } => {
                format!("{} is off the rota: {reason}", tell.shift(shift))
            }
            Self::SwapOffered { shift, with, .. } => {
                format!("{} is offered for {}", tell.shift(shift), tell.shift(with))
            }
            Self::SwapAccepted { shift, with } => {
                format!(
                    "{} and {} change hands",
                    tell.shift(shift),
                    tell.shift(with)
                )
            }
            Self::SwapDeclined { shift } => {
                format!("The offer to swap {} is off", tell.shift(shift))
            }
            Self::HandoverOffered { shift, .. } => {
                format!("The desk is offered to {}", tell.shift(shift))
            }
            Self::HandoverAccepted { shift } => {
                format!("{} has taken over the desk", tell.shift(shift))
            }
            Self::GapCovered { shift } => format!("Gap covered: {}", tell.on(shift)),
        }
    }
}

struct Telling<'a>(&'a Directory);

impl Telling<'_> {
    fn organisation<'b>(&'b self, id: &'b OrganisationId) -> &'b str {
        self.0.organisation_name(id)
    }

    fn person<'b>(&'b self, id: &'b PersonId) -> &'b str {
        self.0.person_name(id)
    }

    fn decided(&self, by: Option<&PersonId>) -> String {
        by.map_or_else(String::new, |by| {
            format!(", as {} decided", self.person(by))
        })
    }

    fn term(&self, name: &HoldingName) -> String {
        format!(
            "The term of {} as {} of {}",
            self.person(&name.person),
            name.role.short(),
            self.organisation(&name.organisation)
        )
    }

    fn begins(&self, holding: &Holding) -> String {
        let place = match holding.deputy_order {
            0 => String::new(),
            order => format!(", deputy {order}"),
        };
        let interim = if holding.interim { ", interim" } else { "" };
        let until = holding.ends_on.map_or_else(
            || "without a term".to_owned(),
            |ends_on| format!("until {}", day_in_words(ends_on)),
        );
        format!(
            "{} is {} of {}{place}{interim} from {}, {until}",
            self.person(&holding.person),
            holding.role.short(),
            self.organisation(&holding.organisation),
            day_in_words(holding.starts_on)
        )
    }

    fn change(&self, change: &TermChange) -> String {
        match change {
            TermChange::Begin { holding } => self.begins(holding),
            TermChange::End {
                holding,
                ends_on,
                reason,
            } => {
                let when = ends_on.map_or_else(|| "at once".to_owned(), day_in_words);
                format!("{} ends {when}: {reason}", self.term(holding))
            }
        }
    }

    fn role_of(&self, name: &ContactName) -> String {
        let organisation = self.organisation(&name.organisation);
        format!("{} of {organisation}", name.role.short())
    }

    fn way(&self, name: &ContactName) -> String {
        format!("{} {}", name.channel.name(), name.value)
    }

    fn on(&self, shift: &Shift) -> String {
        format!(
            "{} is {} from {} to {} ({})",
            self.person(&shift.person),
            shift.tier.name(),
            calendar::in_words(shift.starts_at),
            calendar::in_words(shift.ends_at),
            shift.id
        )
    }

    fn shift(&self, id: &ShiftId) -> String {
        match self.0.shift(id) {
            Some(shift) => format!("{id} ({})", self.person(&shift.person)),
            None => id.to_string(),
        }
    }
}

impl TermChange {
    /// What is proposed, in a sentence.
    pub fn sentence(&self, directory: &Directory) -> String {
        Telling(directory).change(self)
    }
}
