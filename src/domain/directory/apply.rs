//! Making an event about the directory true. Total: [`super::decide`] has judged already, so an event
//! about something that is not there changes nothing.

use super::event::{DirectoryEntry, DirectoryEvent};
use super::register::{ContactName, PolicyDocument};
use super::{ContactPoint, Directory, Organisation};
use crate::domain::id::{CommandId, OrganisationId, PersonId, ShiftId};
use crate::domain::role::{Holding, HoldingName};
use crate::domain::rota::Shift;
use crate::domain::{Instant, calendar};
use chrono::NaiveDate;

/// Make an event true. The version is the ledger's to set.
pub fn apply(directory: &mut Directory, entry: &DirectoryEntry) {
    let (at, shifts) = (entry.at, &mut directory.shifts);
    match &entry.event {
        DirectoryEvent::Appointed {
            holding, proposal, ..
        } => {
            directory.holdings.push(holding.clone());
            settle(directory, *proposal);
        }
        DirectoryEvent::TermEnded {
            holding,
            ends_at,
            reason,
            proposal,
            ..
        } => {
            end_term(directory, holding, *ends_at, reason);
            settle(directory, *proposal);
        }
        DirectoryEvent::Proposed { proposal } => directory.proposals.push(proposal.clone()),
        DirectoryEvent::ProposalRejected { proposal, .. } => settle(directory, Some(*proposal)),
        DirectoryEvent::ContactPointAdded { point } => directory.contact_points.push(point.clone()),
        DirectoryEvent::ContactPointChanged { point, now } => {
            change_point(directory, point, |known| known.clone_from(now));
        }
        DirectoryEvent::ContactPointVerified { point, verified_on } => {
            change_point(directory, point, |known| {
                known.verified_on = Some(*verified_on);
            });
        }
        DirectoryEvent::ContactPointRetired { point, .. } => {
            directory
                .contact_points
                .retain(|known| known.name() != *point);
        }
        DirectoryEvent::OrganisationAdded { organisation } => {
            directory.organisations.push(organisation.clone());
        }
        DirectoryEvent::OrganisationChanged { now } => change_organisation(directory, now),
        DirectoryEvent::OrganisationClosed {
            organisation,
            closed_on,
            reason,
        } => close(directory, organisation, *closed_on, reason),
        DirectoryEvent::PersonAdded { person } => directory.people.push(person.clone()),
        DirectoryEvent::PersonChanged { now } => {
            for known in directory.people.iter_mut().filter(|one| one.id == now.id) {
                known.clone_from(now);
            }
        }
        DirectoryEvent::PersonLeft { person, reason } => leave(directory, person, at, reason),
        DirectoryEvent::AgreementRecorded { agreement } => {
            directory.agreements.push(agreement.clone());
        }
        DirectoryEvent::AgreementEnded {
            agreement, ends_on, ..
        } => {
            let known = directory.agreements.iter_mut();
            for known in known.filter(|known| known.id == *agreement) {
                known.ends_on = Some(*ends_on);
            }
        }
        DirectoryEvent::PolicyDocumentRecorded { document } => {
            directory.policy_documents.push(document.clone());
        }
        DirectoryEvent::PolicyDocumentReviewed {
            document,
            reviewed_on,
            review_due_on,
            ..
        } => {
            let known = directory.policy_documents.iter_mut();
            for known in known.filter(|known| known.id == *document) {
                reviewed(known, *reviewed_on, *review_due_on);
            }
        }
        DirectoryEvent::PolicyDocumentRetired { document, .. } => {
            directory
                .policy_documents
                .retain(|known| known.id != *document);
        }
        DirectoryEvent::ShiftPlanned { shift } | DirectoryEvent::GapCovered { shift } => {
            put(shifts, shift.clone());
        }
        DirectoryEvent::ShiftOverridden { shift, now, .. } => {
            forget_swaps_with(shifts, shift);
            shifts.retain(|known| known.id != *shift);
            for piece in now {
                put(shifts, piece.clone());
            }
        }
        DirectoryEvent::ShiftCancelled { shift, .. } => {
            forget_swaps_with(shifts, shift);
            shifts.retain(|known| known.id != *shift);
        }
        DirectoryEvent::SwapOffered { shift, with, note } => change(shifts, shift, |known| {
            known.swap_with = Some(with.clone());
            known.swap_note = Some(note.to_string()).filter(|note| !note.is_empty());
        }),
        DirectoryEvent::SwapAccepted { shift, with } => swap(shifts, shift, with),
        DirectoryEvent::SwapDeclined { shift } => change(shifts, shift, Shift::forget_swap),
        DirectoryEvent::HandoverOffered { shift, note } => change(shifts, shift, |known| {
            known.offered_at = Some(entry.at);
            known.handover_note = Some(note.clone());
        }),
        DirectoryEvent::HandoverAccepted { shift } => {
            forget_swaps_with(shifts, shift);
            change(shifts, shift, |known| {
                known.accepted_at = Some(entry.at);
                known.forget_swap();
            });
        }
    }
}

/// Shifts stand in the order in which they begin.
fn put(shifts: &mut Vec<Shift>, shift: Shift) {
    let place = shifts
        .partition_point(|known| (known.tier, known.starts_at) <= (shift.tier, shift.starts_at));
    shifts.insert(place, shift);
}

fn change(shifts: &mut [Shift], id: &ShiftId, how: impl Fn(&mut Shift)) {
    for shift in shifts.iter_mut().filter(|shift| shift.id == *id) {
        how(shift);
    }
}

/// An offer stands only as long as both shifts are what they were.
fn forget_swaps_with(shifts: &mut [Shift], id: &ShiftId) {
    for shift in shifts {
        if shift.swap_with.as_ref() == Some(id) {
            shift.forget_swap();
        }
    }
}

fn swap(shifts: &mut [Shift], one: &ShiftId, other: &ShiftId) {
    let officer = |id: &ShiftId| {
        let shift = shifts.iter().find(|shift| shift.id == *id)?;
        Some(shift.person.clone())
    };
    let (Some(first), Some(second)) = (officer(one), officer(other)) else {
        return;
    };
    for (id, person) in [(one, second), (other, first)] {
        forget_swaps_with(shifts, id);
        change(shifts, id, |shift| {
            shift.person.clone_from(&person);
            shift.forget_swap();
            shift.forget_offer();
        });
    }
}

fn settle(directory: &mut Directory, proposal: Option<CommandId>) {
    directory
        .proposals
        .retain(|known| Some(known.id) != proposal);
}

fn end_term(directory: &mut Directory, name: &HoldingName, ends_at: Instant, reason: &str) {
    let holdings = directory.holdings.iter_mut();
    for holding in holdings.filter(|holding| holding.is(name)) {
        end(holding, ends_at, reason);
    }
}

fn end(holding: &mut Holding, ends_at: Instant, reason: &str) {
    holding.ended_at = Some(ends_at);
    holding.ended_because = Some(reason.to_owned());
}

fn change_point(directory: &mut Directory, name: &ContactName, how: impl Fn(&mut ContactPoint)) {
    let points = directory.contact_points.iter_mut();
    for point in points.filter(|point| point.name() == *name) {
        how(point);
    }
}

/// One organisation runs the shared service: it moves with the mark.
fn change_organisation(directory: &mut Directory, now: &Organisation) {
    for known in &mut directory.organisations {
        if known.id == now.id {
            known.clone_from(now);
        } else if now.host {
            known.host = false;
        }
    }
}

/// Every term of the organisation ends with it.
fn close(directory: &mut Directory, id: &OrganisationId, closed_on: NaiveDate, reason: &str) {
    let closes_at = calendar::start_of_day(closed_on);
    let organisations = directory.organisations.iter_mut();
    for organisation in organisations.filter(|known| known.id == *id) {
        organisation.closed_on = Some(closed_on);
    }
    let holdings = directory.holdings.iter_mut();
    let outlives = |holding: &&mut Holding| {
        holding.organisation == *id && holding.ends_at().is_none_or(|ends| ends > closes_at)
    };
    for holding in holdings.filter(outlives) {
        end(holding, closes_at, reason);
    }
}

/// Every term of the person ends with their going.
fn leave(directory: &mut Directory, id: &PersonId, at: Instant, reason: &str) {
    let people = directory.people.iter_mut();
    for person in people.filter(|person| person.id == *id) {
        person.left_at = Some(at);
    }
    let holdings = directory.holdings.iter_mut();
    let outlives = |holding: &&mut Holding| {
        holding.person == *id && holding.ends_at().is_none_or(|ends| ends > at)
    };
    for holding in holdings.filter(outlives) {
        end(holding, at, reason);
    }
}

fn reviewed(document: &mut PolicyDocument, reviewed_on: NaiveDate, review_due_on: NaiveDate) {
    document.reviewed_on = Some(reviewed_on);
    document.review_due_on = review_due_on;
}
